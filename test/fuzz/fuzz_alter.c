/*
 * fuzz_alter.c
 *	  ALTER TABLE, and the other statements that SQLite hasn't, from any bytes: what
 *	  is read lies within the text, and each action reads the same again on its own.
 */
#include "fuzz.h"

#include <string.h>

#include "schema/alter.h"
#include "schema/statement.h"
#include "unit.h"

/* Does part, if it is there at all, lie within whole? */
static bool
within(MigrSpan part, MigrSpan whole)
{
	return part.ptr == NULL ||
		   (part.ptr >= whole.ptr && part.len <= whole.len &&
			part.ptr + part.len <= whole.ptr + whole.len);
}

/* Is a name there, or isn't it, and does it lie within whole? */
static bool
named(MigrName name, bool is, MigrSpan whole)
{
	return (name.name != NULL) == is && (name.text.ptr != NULL) == is &&
		   within(name.text, whole);
}

/* Are two texts the same bytes? */
static bool
same(MigrSpan a, MigrSpan b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* Are two names the same? */
static bool
same_name(MigrName a, MigrName b)
{
	return same(a.text, b.text) && (a.name == NULL) == (b.name == NULL) &&
		   (a.name == NULL || strcmp(a.name, b.name) == 0);
}

/* Check that an action has what its kind has, and nothing else. */
static void
check_action(const MigrAction *action)
{
	MigrActionKind kind = action->kind;
	MigrSpan whole = action->text;
	bool renames = kind == MIGR_RENAME_TABLE || kind == MIGR_RENAME_COLUMN ||
				   kind == MIGR_RENAME_CONSTRAINT;
	bool moves = kind == MIGR_MOVE_COLUMN && !action->first;

	fuzz_check(whole.len > 0);
	if (kind != MIGR_ADD_CONSTRAINT)
		fuzz_check(named(action->name, kind != MIGR_RENAME_TABLE, whole));
	if (kind != MIGR_ADD_COLUMN)
		fuzz_check(named(action->other, renames || moves, whole));
	fuzz_check(within(action->other.text, whole));
	fuzz_check((action->column.text.ptr != NULL) == (kind == MIGR_ADD_COLUMN));
	fuzz_check(within(action->column.text, whole));
	fuzz_check((action->constraint.text.ptr != NULL) ==
			   (kind == MIGR_ADD_CONSTRAINT));
	fuzz_check(within(action->constraint.text, whole));
	fuzz_check(within(action->constraint.conflict, whole));
	fuzz_check((action->type.ptr != NULL) == (kind == MIGR_SET_TYPE));
	fuzz_check(within(action->type, whole));
	fuzz_check(within(action->collation.text, whole));
	fuzz_check(within(action->expr, whole));
	if (kind == MIGR_SET_DEFAULT || kind == MIGR_SET_EXPRESSION)
		fuzz_check(action->expr.len > 0);
	if (kind == MIGR_SET_EXPRESSION)
		fuzz_check(action->expr.ptr[0] == '(');
}

/* Check that an action's text alone is that action. */
static void
check_again(Unit *unit, const MigrAction *action)
{
	char *text = migr_alloc(&unit->ctx.arena, action->text.len + 15);
	MigrSpan span = {text, action->text.len + 14};
	MigrAction again;
	MigrAlter alter;

	memcpy(text, "ALTER TABLE t ", 14);
	memcpy(text + 14, action->text.ptr, action->text.len);
	fuzz_check(migr_alter_parse(&unit->ctx, span, &alter));
	fuzz_check(alter.actions.count == 1);
	again = alter.actions.items[0];
	fuzz_check(again.kind == action->kind);
	fuzz_check(again.if_exists == action->if_exists);
	fuzz_check(again.if_not_exists == action->if_not_exists);
	fuzz_check(again.cascade == action->cascade);
	fuzz_check(again.not_valid == action->not_valid);
	fuzz_check(again.first == action->first);
	fuzz_check(again.generate == action->generate);
	fuzz_check(again.stored == action->stored);
	fuzz_check(same(again.text, action->text));
	fuzz_check(same_name(again.name, action->name));
	fuzz_check(same_name(again.other, action->other));
	fuzz_check(same_name(again.collation, action->collation));
	fuzz_check(same(again.column.text, action->column.text));
	fuzz_check(same(again.constraint.text, action->constraint.text));
	fuzz_check(same(again.type, action->type));
	fuzz_check(same(again.expr, action->expr));
}

/* Check a statement that was read. */
static void
check_alter(Unit *unit, const MigrAlter *alter, MigrSpan text)
{
	fuzz_check(migr_is_alter_table(text));
	fuzz_check(unit->ctx.err.code == MIGR_OK);
	fuzz_check(alter->actions.count > 0);
	fuzz_check(named(alter->table, true, text));
	fuzz_check(within(alter->schema.text, text));
	for (int i = 0; i < alter->actions.count; i++)
	{
		const MigrAction *action = &alter->actions.items[i];

		fuzz_check(within(action->text, text));
		check_action(action);
		check_again(unit, action);
	}
}

/* Check a name with its schema. */
static void
check_name(const MigrObjectName *at, MigrSpan text)
{
	fuzz_check(named(at->name, true, text));
	fuzz_check(named(at->schema, at->schema.name != NULL, text));
}

/* Check another statement that was read. */
static void
check_statement(Unit *unit, const MigrStatement *at, MigrSpan text)
{
	bool view = at->kind == MIGR_STATEMENT_REPLACE_VIEW;
	bool comment = at->kind == MIGR_STATEMENT_COMMENT;
	bool inner = comment && at->object >= MIGR_OBJECT_TRIGGER;

	fuzz_check(unit->ctx.err.code == MIGR_OK);
	fuzz_check(migr_statement_kind(&unit->ctx, text) == at->kind);
	fuzz_check(at->names.count > 0);
	fuzz_check(at->names.count == 1 || at->kind == MIGR_STATEMENT_DROP ||
			   at->kind == MIGR_STATEMENT_TRUNCATE);
	for (int i = 0; i < at->names.count; i++)
		check_name(&at->names.items[i], text);
	if (at->on.name.name != NULL)
		check_name(&at->on, text);
	fuzz_check(named(at->part, inner, text));
	fuzz_check((at->body.ptr != NULL) == view && within(at->body, text));
	fuzz_check(at->comment == NULL || comment);
}

/* Check what a parser has refused. */
static void
check_refused(Unit *unit)
{
	fuzz_check((unit->ctx.err.code == MIGR_ERR_STATEMENT ||
				unit->ctx.err.code == MIGR_ERR_UNSUPPORTED) &&
			   unit->ctx.err.message != NULL);
	unit_forget(unit);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size + 1);
	MigrSpan text = {copy, size};
	MigrStatement statement;
	MigrAlter alter;
	Unit unit;

	memcpy(copy, data, size);
	unit_open(&unit);
	if (migr_alter_parse(&unit.ctx, text, &alter))
		check_alter(&unit, &alter, text);
	else
		check_refused(&unit);
	if (migr_statement_parse(&unit.ctx, text, &statement))
		check_statement(&unit, &statement, text);
	else
		check_refused(&unit);
	unit_close(&unit);
	free(copy);
	return 0;
}
