/*
 * fuzz_ddl.c
 *	  CREATE TABLE and CREATE INDEX from any bytes: what is read lies within the
 *	  text, each part reads the same by itself, and a table that is put together
 *	  from its parts reads as the first did.
 */
#include "fuzz.h"

#include <string.h>

#include "schema/ddl_expr.h"
#include "unit.h"

/* Does part lie within whole?  It may not be there at all. */
static bool
within(MigrSpan part, MigrSpan whole)
{
	return part.ptr == NULL ||
		   (part.ptr >= whole.ptr && part.len <= whole.len &&
			part.ptr + part.len <= whole.ptr + whole.len);
}

/* Check a name: its text means it. */
static void
check_name(Unit *unit, const MigrName *name, MigrSpan whole)
{
	fuzz_check((name->name == NULL) == (name->text.ptr == NULL));
	fuzz_check(within(name->text, whole));
	if (name->name != NULL)
		fuzz_check(strcmp(migr_lex_name(&unit->ctx.arena, name->text),
						  name->name) == 0);
}

/* Check an expression: the columns that it finds are mentioned. */
static void
check_expr(Unit *unit, MigrSpan expr, MigrSpan whole)
{
	MigrExprReader reader;
	MigrName name;

	fuzz_check(within(expr, whole));
	if (expr.ptr == NULL)
		return;
	fuzz_check(expr.len > 0);
	migr_expr_begin(&reader, &unit->ctx, expr);
	while (migr_expr_column(&reader, &name))
	{
		check_name(unit, &name, expr);
		fuzz_check(migr_ddl_mentions(expr, name.name));
	}
}

/* Check the members of a key. */
static void
check_key(Unit *unit, const MigrKeyParts *parts, MigrSpan whole)
{
	for (int i = 0; i < parts->count; i++)
	{
		const MigrKeyPart *part = &parts->items[i];

		fuzz_check(part->text.len > 0 && within(part->text, whole));
		fuzz_check(part->expr.len > 0 && within(part->expr, part->text));
		check_name(unit, &part->column, part->expr);
		check_name(unit, &part->collation, part->text);
		check_expr(unit, part->expr, part->text);
	}
}

/* Check a constraint's parts. */
static void
check_constraint(Unit *unit, const MigrConstraint *one, MigrSpan whole)
{
	fuzz_check(one->text.len > 0 && within(one->text, whole));
	fuzz_check(one->body.len > 0 && within(one->body, one->text));
	check_name(unit, &one->name, one->text);
	check_name(unit, &one->table, one->body);
	check_name(unit, &one->collation, one->body);
	check_expr(unit, one->expr, one->body);
	check_key(unit, &one->parts, one->body);
	fuzz_check(within(one->actions, one->body));
	fuzz_check(within(one->apart, whole));
	fuzz_check(within(one->conflict, one->body));
	for (int i = 0; i < one->columns.count; i++)
		check_name(unit, &one->columns.items[i], one->body);
	for (int i = 0; i < one->targets.count; i++)
		check_name(unit, &one->targets.items[i], one->body);
	fuzz_check((one->table.name != NULL) ==
			   (one->rule == MIGR_RULE_FOREIGN_KEY));
}

/* Check a column, and that it reads the same by itself. */
static void
check_column(Unit *unit, const MigrColumnDef *column, MigrSpan whole)
{
	MigrColumnDef again;

	fuzz_check(column->text.len > 0 && within(column->text, whole));
	fuzz_check(column->name.name != NULL);
	check_name(unit, &column->name, column->text);
	fuzz_check(within(column->type, column->text));
	for (int i = 0; i < column->constraints.count; i++)
		check_constraint(unit, &column->constraints.items[i], column->text);
	fuzz_check(migr_ddl_column_def(&unit->ctx, column->text, &again));
	fuzz_check(again.constraints.count == column->constraints.count);
	fuzz_check(again.text.len == column->text.len);
	fuzz_check(again.type.ptr == column->type.ptr &&
			   again.type.len == column->type.len);
}

/* The constraint that a name is about. */
static const MigrConstraint *
constraint_of(const MigrTableDef *table, const MigrRuleName *one)
{
	if (one->column < 0)
		return &table->constraints.items[one->at];
	return &table->columns.items[one->column].constraints.items[one->at];
}

/* Has a constraint a name of its own? */
static bool
named_itself(const MigrTableDef *table, const MigrRuleName *one)
{
	return constraint_of(table, one)->name.name != NULL;
}

/* Is it that name, or that with a number, as another one has it already? */
static bool
is_numbered(const char *name, const char *written)
{
	size_t len = strlen(written);

	return strncmp(name, written, len) == 0 &&
		   (name[len] == '\0' || name[len] == ' ');
}

/* Check the names of a table's constraints. */
static void
check_names(Unit *unit, const MigrTableDef *table)
{
	MigrRuleNames names;

	migr_ddl_names(&unit->ctx, table, &names);
	for (int i = 0; i < names.count; i++)
	{
		const MigrRuleName *one = &names.items[i];
		const MigrConstraint *constraint = constraint_of(table, one);

		fuzz_check(constraint->rule <= MIGR_RULE_FOREIGN_KEY);
		if (constraint->name.name != NULL)
			fuzz_check(is_numbered(one->name, constraint->name.name));
		else
			fuzz_check(strlen(one->name) <= 63);
		/* names that were made differ */
		for (int k = 0; k < i && constraint->name.name == NULL; k++)
			fuzz_check(named_itself(table, &names.items[k]) ||
					   strcmp(one->name, names.items[k].name) != 0);
	}
}

/* Check a table; and it again, put together from its parts. */
static void
check_table(Unit *unit, const MigrTableDef *table, bool first)
{
	MigrTableDef again;
	MigrStr str;

	fuzz_check(within(table->list, table->text));
	fuzz_check(within(table->options, table->text));
	fuzz_check((table->options.ptr != NULL) ==
			   (table->strict || table->without_rowid));
	check_name(unit, &table->schema, table->text);
	check_name(unit, &table->name, table->text);
	fuzz_check(table->columns.count > 0);
	migr_str_init(&str, &unit->ctx.arena);
	migr_str_add(&str, "CREATE TABLE t(");
	for (int i = 0; i < table->columns.count; i++)
	{
		MigrSpan text = table->columns.items[i].text;

		check_column(unit, &table->columns.items[i], table->list);
		migr_str_add(&str, i > 0 ? "," : "");
		migr_str_add_n(&str, text.ptr, text.len);
	}
	for (int i = 0; i < table->constraints.count; i++)
	{
		MigrSpan text = table->constraints.items[i].text;

		check_constraint(unit, &table->constraints.items[i], table->list);
		migr_str_add(&str, ",");
		migr_str_add_n(&str, text.ptr, text.len);
	}
	migr_str_add(&str, ")");
	check_names(unit, table);
	if (!first)
		return;
	fuzz_check(migr_ddl_table(&unit->ctx, migr_span(str.data), &again));
	fuzz_check(again.columns.count == table->columns.count);
	fuzz_check(again.constraints.count == table->constraints.count);
	check_table(unit, &again, false);
}

/* Check that an error was given, and forget it. */
static void
check_error(Unit *unit)
{
	fuzz_check(unit->ctx.err.code == MIGR_ERR_STATEMENT &&
			   unit->ctx.err.message != NULL);
	unit_forget(unit);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	MigrTableDef table;
	MigrIndexDef index;
	MigrColumnDef column;
	MigrConstraint constraint;
	MigrSpan text;
	Unit unit;
	/* without a NUL behind it, so that a read past its end is seen */
	char *copy = malloc(size > 0 ? size : 1);

	memcpy(copy, data, size);
	text.ptr = copy;
	text.len = size;
	unit_open(&unit);
	if (migr_ddl_table(&unit.ctx, text, &table))
		check_table(&unit, &table, true);
	else
		check_error(&unit);
	if (migr_ddl_index(&unit.ctx, text, &index))
	{
		check_name(&unit, &index.name, text);
		check_name(&unit, &index.table, text);
		check_key(&unit, &index.parts, text);
		check_expr(&unit, index.where, text);
	}
	else
		check_error(&unit);
	if (migr_ddl_column_def(&unit.ctx, text, &column))
		check_column(&unit, &column, text);
	else
		check_error(&unit);
	if (migr_ddl_constraint(&unit.ctx, text, &constraint))
		check_constraint(&unit, &constraint, text);
	else
		check_error(&unit);
	migr_ddl_mentions(text, "a");
	unit_close(&unit);
	free(copy);
	return 0;
}
