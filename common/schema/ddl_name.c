/*
 * ddl_name.c
 *	  The names that constraints answer to.  See ddl.h.
 *
 * PostgreSQL gives names in this order: AddRelationNewConstraints() in its
 * catalog/heap.c names the CHECKs, of columns and of the table, as the text has
 * them; the rest come from statements that transformCreateStmt() in
 * parser/parse_utilcmd.c puts behind the table: transformIndexConstraints() the
 * primary key and then the UNIQUEs, transformFKConstraints() the foreign keys.
 * Each name avoids those that were given before, explicit ones among them.
 */
#include "schema/ddl.h"

#include "base/map.h"
#include "schema/ddl_expr.h"

/* the longest name of PostgreSQL's, in bytes */
#define NAME_MAX_BYTES 63

/* Who gives the names of a table's constraints. */
typedef struct Namer
{
	MigrArena *arena;
	MigrCtx *ctx;
	const MigrTableDef *table;
	const char *name; /* the table's, no longer than any name may be */
	MigrMap columns;  /* index of each, by its name in lower case */
	MigrMap taken;	  /* indexes of names, in lower case */
	MigrMap stems;	  /* index into passes, by "label columns" */
	MIGR_VEC(int) passes;
	int at; /* whose name is looked for */
} Namer;

/* Return a text with ASCII's capitals made small. */
static const char *
lower(MigrArena *arena, const char *text)
{
	char *copy = migr_strdup(arena, text);

	for (char *c = copy; *c != '\0'; c++)
	{
		if (*c >= 'A' && *c <= 'Z')
			*c = (char) (*c - 'A' + 'a');
	}
	return copy;
}

/* Shorten a cut through a name, so that it is at a character's boundary. */
static size_t
clip(const char *name, size_t len)
{
	while (len > 0 && ((unsigned char) name[len] & 0xC0) == 0x80)
		len--;
	return len;
}

/* Return a name as PostgreSQL would have stored it: small, unless it's quoted. */
static const char *
stored_name(Namer *namer, const MigrName *name)
{
	MigrToken token = migr_lex(name->text);

	return token.kind == MIGR_TOKEN_WORD ? lower(namer->arena, name->name)
										 : name->name;
}

/* Return the one column that an expression is about; -1: none, or several. */
static int
only_column(Namer *namer, MigrSpan expr)
{
	MigrExprReader reader;
	MigrName name;
	int only = -1;

	migr_expr_begin(&reader, namer->ctx, expr);
	while (migr_expr_column(&reader, &name))
	{
		int32_t found = migr_map_get(&namer->columns,
									 migr_span(lower(namer->arena, name.name)));

		if (found == MIGR_MAP_NONE || found == only)
			continue;
		if (only >= 0)
			return -1;
		only = found;
	}
	return only;
}

/* ---- names ---- */

/*
 * Return "table_columns_label", cut as PostgreSQL's makeObjectName() does
 * (commands/indexcmds.c): the longer of the first two loses bytes until all
 * fits.  columns may be NULL.
 */
static const char *
object_name(Namer *namer, const char *columns, const char *label)
{
	size_t room = NAME_MAX_BYTES - strlen(label) - 1 - (columns != NULL);
	size_t one = strlen(namer->name);
	size_t two = columns != NULL ? strlen(columns) : 0;

	while (one + two > room)
	{
		if (one > two)
			one--;
		else
			two--;
	}
	one = clip(namer->name, one);
	if (columns == NULL)
		return migr_printf(namer->arena, "%.*s_%s", (int) one, namer->name,
						   label);
	return migr_printf(namer->arena, "%.*s_%.*s_%s", (int) one, namer->name,
					   (int) clip(columns, two), columns, label);
}

/* Note a name; false: it is taken. */
static bool
take_name(Namer *namer, const char *name)
{
	return migr_map_put(&namer->taken, migr_span(lower(namer->arena, name)),
						namer->at);
}

/*
 * Return a name that isn't taken: with a number behind the label if it has to
 * be.  What was tried for the same columns before isn't tried again.
 */
static const char *
choose_name(Namer *namer, const char *columns, const char *label)
{
	MigrSpan stem = migr_span(migr_printf(namer->arena, "%s %s", label,
										  columns != NULL ? columns : ""));
	int32_t at = migr_map_get(&namer->stems, stem);
	const char *numbered = label;
	const char *name;

	if (at == MIGR_MAP_NONE)
	{
		at = namer->passes.count;
		migr_map_put(&namer->stems, stem, at);
		migr_vec_push(namer->arena, &namer->passes, 0);
	}
	for (;;)
	{
		int pass = namer->passes.items[at]++;

		if (pass > 0)
			numbered = migr_printf(namer->arena, "%s%d", label, pass);
		name = object_name(namer, columns, numbered);
		if (take_name(namer, name))
			return name;
	}
}

/* Join a column's name to others. */
static void
add_column(Namer *namer, MigrStr *str, const MigrName *name)
{
	if (str->len > 0)
		migr_str_add_char(str, '_');
	migr_str_add(str, name->name != NULL ? stored_name(namer, name) : "expr");
}

/* Return the columns of a key, joined; of its table's list or of its column. */
static const char *
key_columns(Namer *namer, const MigrConstraint *constraint, int column)
{
	MigrStr str;

	migr_str_init(&str, namer->arena);
	if (column >= 0)
		add_column(namer, &str, &namer->table->columns.items[column].name);
	for (int i = 0; i < constraint->parts.count; i++)
		add_column(namer, &str, &constraint->parts.items[i].column);
	for (int i = 0; i < constraint->columns.count; i++)
		add_column(namer, &str, &constraint->columns.items[i]);
	return str.data;
}

/* Return a name of a constraint's own, with a number behind it where it isn't its
 * own alone. */
static const char *
own_name(Namer *namer, const char *own, MigrRuleNames *out)
{
	const char *name = own;
	int32_t at =
		migr_map_get(&namer->taken, migr_span(lower(namer->arena, own)));

	if (at != MIGR_MAP_NONE)
		out->items[at].shared = true;
	for (int i = 2; !take_name(namer, name); i++)
		name = migr_printf(namer->arena, "%s (%d)", own, i);
	return name;
}

/* Return the name that PostgreSQL would make for a constraint. */
static const char *
made_name(Namer *namer, const MigrConstraint *constraint, int column)
{
	int only;

	switch (constraint->rule)
	{
		case MIGR_RULE_PRIMARY_KEY:
			return choose_name(namer, NULL, "pkey");
		case MIGR_RULE_UNIQUE:
			return choose_name(namer, key_columns(namer, constraint, column),
							   "key");
		case MIGR_RULE_FOREIGN_KEY:
			return choose_name(namer, key_columns(namer, constraint, column),
							   "fkey");
		default:
			only = only_column(namer, constraint->expr);
			return choose_name(
				namer,
				only < 0 ? NULL
						 : stored_name(namer,
									   &namer->table->columns.items[only].name),
				"check");
	}
}

/* Append those of a list of constraints that have names. */
static void
add_rules(Namer *namer, const MigrConstraints *constraints, int column,
		  MigrRuleNames *out)
{
	for (int i = 0; i < constraints->count; i++)
	{
		MigrRuleName one = {NULL, column, i, constraints->items[i].name.name,
							false};

		if (constraints->items[i].rule <= MIGR_RULE_FOREIGN_KEY)
			migr_vec_push(namer->arena, out, one);
	}
}

/* Return the constraint that an entry is about. */
static const MigrConstraint *
constraint_of(const MigrTableDef *table, const MigrRuleName *one)
{
	return one->column >= 0
			   ? &table->columns.items[one->column].constraints.items[one->at]
			   : &table->constraints.items[one->at];
}

void
migr_ddl_names(MigrCtx *ctx, const MigrTableDef *table, MigrRuleNames *out)
{
	static const MigrRule order[] = {MIGR_RULE_CHECK, MIGR_RULE_PRIMARY_KEY,
									 MIGR_RULE_UNIQUE, MIGR_RULE_FOREIGN_KEY};
	Namer namer = {.arena = &ctx->arena, .ctx = ctx, .table = table};

	migr_map_init(&namer.columns, &ctx->arena, table->columns.count);
	migr_map_init(&namer.taken, &ctx->arena, 8);
	migr_map_init(&namer.stems, &ctx->arena, 8);
	memset(out, 0, sizeof(*out));
	namer.name = stored_name(&namer, &table->name);
	if (strlen(namer.name) > NAME_MAX_BYTES)
		namer.name = migr_strndup(&ctx->arena, namer.name,
								  clip(namer.name, NAME_MAX_BYTES));
	for (int i = 0; i < table->columns.count; i++)
	{
		const char *name = table->columns.items[i].name.name;

		migr_map_put(&namer.columns, migr_span(lower(&ctx->arena, name)), i);
		add_rules(&namer, &table->columns.items[i].constraints, i, out);
	}
	add_rules(&namer, &table->constraints, -1, out);
	for (size_t k = 0; k < sizeof(order) / sizeof(order[0]); k++)
	{
		for (int i = 0; i < out->count; i++)
		{
			MigrRuleName *one = &out->items[i];
			const MigrConstraint *constraint = constraint_of(table, one);

			if (constraint->rule != order[k])
				continue;
			namer.at = i;
			one->name = one->own != NULL
							? own_name(&namer, one->own, out)
							: made_name(&namer, constraint, one->column);
		}
	}
}

bool
migr_ddl_answers(MigrCtx *ctx, const MigrRuleName *rule, const char *name)
{
	return migr_same_name(rule->name, name) ||
		   (rule->own != NULL && migr_same_name(rule->own, name)) ||
		   migr_same_name(migr_printf(&ctx->arena, "%s (1)", rule->name), name);
}
