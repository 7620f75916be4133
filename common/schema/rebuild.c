/*
 * rebuild.c
 *	  The rebuilds of tables that Alembic does on SQLite, said as ALTER TABLE.  See
 *	  rebuild.h.
 *
 * Renames are told by the columns that are copied, types that are converted by the
 * CAST, and new columns that are filled by the value; these come first, so that the
 * differ pairs what belongs together.  All else is the differ's.
 */
#include "schema/rebuild.h"

#include "schema/canon.h"
#include "schema/change.h"
#include "schema/ddl_read.h"
#include "schema/listing.h"
#include "schema/mention.h"
#include "schema/portable.h"
#include "text/split.h"

#define PREFIX "_alembic_tmp_"
#define DIRECTIVE "-- migrate:"

/* A column of the new table, and the old one's that its values are of. */
typedef struct Copy
{
	MigrName to;
	MigrName from;
	MigrSpan cast;	/* the type that they are converted to; no ptr: none */
	MigrSpan value; /* what all rows get instead; no ptr: nothing */
} Copy;

/* A rebuild: some statements that stand together. */
typedef struct Rebuild
{
	int first;
	int indexes; /* where the CREATE INDEX begin */
	int end;	 /* behind the last */
	MigrTableDef made;
	MigrName table;
	bool plain; /* are the rows copied column by column? */
	MIGR_VEC(Copy) copies;
} Rebuild;

/* Sections, while they are read. */
typedef struct Work
{
	MigrCtx *ctx;
	MigrTables *tables;
	const char *text;
	MigrStmts stmts;
	MigrTexts *told;
	MigrStr out;
	size_t done;		/* how much of the text has been written */
	MigrSpan directive; /* of the section at hand; no ptr: none */
	size_t begun;		/* where it stands in out */
} Work;

/* ---- recognising ---------------------------------------------------------------- */

/* The text of a statement; empty behind the last. */
static MigrSpan
statement(const Work *work, int i)
{
	MigrSpan none = {work->text, 0};
	const MigrStmt *stmt = &work->stmts.items[i];

	if (i >= work->stmts.count)
		return none;
	return (MigrSpan){work->text + stmt->offset, stmt->len};
}

/* Take a name, this one. */
static bool
take_name(MigrReader *reader, const char *name)
{
	MigrReader ahead = *reader;
	MigrName found;

	if (!migr_read_name(&ahead, MIGR_NAME_ANY, &found) ||
		!migr_same_name(found.name, name))
		return false;
	*reader = ahead;
	return true;
}

/* Take a column of the old table, perhaps with that in front. */
static bool
take_column(MigrReader *reader, const char *table, MigrName *out)
{
	MigrReader ahead = *reader;

	if (take_name(&ahead, table) && migr_read_char(&ahead, '.'))
		*reader = ahead;
	return migr_read_name(reader, MIGR_NAME_ANY, out);
}

/* Take a type, and the parenthesis behind it. */
static bool
take_type(MigrReader *reader, MigrSpan *out)
{
	const char *from = reader->token.ptr;
	int depth = 0;

	while (reader->kind != MIGR_TOKEN_END &&
		   (depth > 0 || !migr_read_at_char(reader, ')')))
	{
		depth += migr_read_at_char(reader, '(');
		depth -= migr_read_at_char(reader, ')');
		migr_read_next(reader);
	}
	*out = migr_read_since(reader, from);
	return migr_read_char(reader, ')');
}

/* Take a text, a number or NULL: Alembic fills a new column with the default that
 * Python has. */
static bool
take_literal(MigrReader *reader, MigrSpan *out)
{
	MigrReader ahead = *reader;
	const char *from = reader->token.ptr;

	if (!migr_read_word(&ahead, "NULL"))
	{
		bool minus = migr_read_char(&ahead, '-');

		if (ahead.kind != MIGR_TOKEN_NUMBER &&
			(ahead.kind != MIGR_TOKEN_STRING || minus))
			return false;
		migr_read_next(&ahead);
	}
	*reader = ahead;
	*out = migr_read_since(reader, from);
	return true;
}

/* Take what is selected for a column: c, CAST(c AS type), or a value. */
static bool
take_value(MigrReader *reader, const char *table, Copy *copy)
{
	MigrName label;

	if (migr_read_word(reader, "CAST"))
	{
		if (!migr_read_char(reader, '(') ||
			!take_column(reader, table, &copy->from) ||
			!migr_read_word(reader, "AS") || !take_type(reader, &copy->cast))
			return false;
	}
	else if (!take_literal(reader, &copy->value) &&
			 !take_column(reader, table, &copy->from))
		return false;
	return !migr_read_word(reader, "AS") ||
		   migr_read_name(reader, MIGR_NAME_ANY, &label);
}

/* Take the columns that are filled. */
static bool
take_targets(MigrCtx *ctx, MigrReader *reader, Rebuild *rebuild)
{
	if (!migr_read_char(reader, '('))
		return false;
	do
	{
		Copy copy = {0};

		if (!migr_read_name(reader, MIGR_NAME_ANY, &copy.to))
			return false;
		migr_vec_push(&ctx->arena, &rebuild->copies, copy);
	} while (migr_read_char(reader, ','));
	return migr_read_char(reader, ')');
}

/* Take the INSERT behind the name of its table. */
static bool
take_copies(MigrCtx *ctx, MigrReader *reader, Rebuild *rebuild)
{
	if (!take_targets(ctx, reader, rebuild) ||
		!migr_read_word(reader, "SELECT"))
		return false;
	for (int i = 0; i < rebuild->copies.count; i++)
		if ((i > 0 && !migr_read_char(reader, ',')) ||
			!take_value(reader, rebuild->table.name, &rebuild->copies.items[i]))
			return false;
	return migr_read_word(reader, "FROM") &&
		   take_name(reader, rebuild->table.name) &&
		   reader->kind == MIGR_TOKEN_END;
}

/* Is it an INSERT into the new table?  See what it copies. */
static bool
read_insert(Work *work, MigrSpan text, Rebuild *rebuild)
{
	MigrReader reader;

	migr_read_begin(&reader, work->ctx, text);
	if (!migr_read_word(&reader, "INSERT") ||
		!migr_read_word(&reader, "INTO") ||
		!take_name(&reader, rebuild->made.name.name))
		return false;
	rebuild->plain = take_copies(work->ctx, &reader, rebuild);
	return true;
}

/* Is it the DROP of the old table? */
static bool
is_drop(Work *work, MigrSpan text, const char *table)
{
	MigrReader reader;

	migr_read_begin(&reader, work->ctx, text);
	return migr_read_word(&reader, "DROP") &&
		   migr_read_word(&reader, "TABLE") && take_name(&reader, table) &&
		   reader.kind == MIGR_TOKEN_END;
}

/* Is it the RENAME of the new one?  Read what to. */
static bool
read_rename(Work *work, MigrSpan text, Rebuild *rebuild)
{
	MigrReader reader;

	migr_read_begin(&reader, work->ctx, text);
	return migr_read_word(&reader, "ALTER") &&
		   migr_read_word(&reader, "TABLE") &&
		   take_name(&reader, rebuild->made.name.name) &&
		   migr_read_word(&reader, "RENAME") && migr_read_word(&reader, "TO") &&
		   migr_read_name(&reader, MIGR_NAME_ANY, &rebuild->table) &&
		   reader.kind == MIGR_TOKEN_END;
}

/* Is it a CREATE INDEX on the table? */
static bool
is_index(Work *work, MigrSpan text, const char *table)
{
	MigrIndexDef def;
	bool parsed = migr_ddl_index(work->ctx, text, &def);

	migr_forget(work->ctx);
	return parsed && def.schema.name == NULL &&
		   migr_same_name(def.table.name, table);
}

/* Is it the first statement of a rebuild? */
static bool
is_first(Work *work, MigrSpan text, MigrTableDef *out)
{
	bool parsed = migr_ddl_table(work->ctx, text, out);

	migr_forget(work->ctx);
	return parsed && !out->temporary && out->schema.name == NULL &&
		   migr_span_starts(migr_span(out->name.name), PREFIX);
}

/* Read a rebuild that begins with a statement, if one does. */
static bool
read_rebuild(Work *work, int first, Rebuild *out)
{
	memset(out, 0, sizeof(*out));
	out->first = first;
	out->indexes = first + 4;
	if (!is_first(work, statement(work, first), &out->made) ||
		!read_rename(work, statement(work, first + 3), out) ||
		!is_drop(work, statement(work, first + 2), out->table.name) ||
		!read_insert(work, statement(work, first + 1), out))
		return false;
	out->end = out->indexes;
	while (is_index(work, statement(work, out->end), out->table.name))
		out->end++;
	return true;
}

/* ---- the two tables ---------------------------------------------------------------- */

/* What is found out about a rebuild. */
typedef struct Saying
{
	Work *work;
	const Rebuild *rebuild;
	const MigrKnownTable *old;
	const char *table; /* its name in SQL */
	MigrTables now;	   /* the old table, as far as it has been changed */
	MigrTables after;
	MigrSchema before; /* the old table before that */
	MigrSchema from;
	MigrSchema to;
	MigrChanges changes;
	MigrStr out;
	const char *why; /* can't it be said? */
} Saying;

typedef MIGR_VEC(const MigrConstraint *) Keys;

/* Note why it can't be said.  Always false. */
static bool
give_up(Saying *saying, const char *why)
{
	migr_forget(saying->work->ctx);
	saying->why = why;
	return false;
}

/* A name in SQL. */
static const char *
say_name(const Saying *saying, const char *name)
{
	MigrCanon canon = {.ctx = saying->work->ctx, .keep = true};
	MigrName made = {migr_span("\"\""), name};

	return migr_canon_name(&canon, &made);
}

/* Find the foreign keys of a table. */
static void
find_keys(const Saying *saying, const MigrTableDef *table, Keys *out)
{
	MigrCtx *ctx = saying->work->ctx;
	MigrRuleNames names = {0};

	migr_ddl_names(ctx, table, &names);
	for (int i = 0; i < names.count; i++)
	{
		const MigrRuleName *at = &names.items[i];
		const MigrConstraint *rule =
			at->column >= 0
				? &table->columns.items[at->column].constraints.items[at->at]
				: &table->constraints.items[at->at];

		if (rule->rule == MIGR_RULE_FOREIGN_KEY)
			migr_vec_push(&ctx->arena, out, rule);
	}
}

/* Take along what foreign keys refer to, for what they don't say. */
static void
add_targets(Saying *saying, const MigrTableDef *table)
{
	Keys keys = {0};

	find_keys(saying, table, &keys);
	for (int i = 0; i < keys.count; i++)
	{
		const char *name = keys.items[i]->table.name;
		const MigrKnownTable *target =
			migr_tables_find(saying->work->tables, name);

		if (target == NULL ||
			migr_same_name(name, saying->rebuild->table.name) ||
			migr_tables_find(&saying->now, name) != NULL)
			continue;
		migr_tables_add(&saying->now, target);
		migr_tables_add(&saying->after, target);
	}
}

/* The text of the new table, under its name in the end. */
static MigrSpan
new_text(const Saying *saying)
{
	MigrCtx *ctx = saying->work->ctx;
	const MigrTableDef *made = &saying->rebuild->made;
	MigrPatches patches = {0};
	MigrPatch patch = {made->name.text,
					   migr_span_dup(&ctx->arena, saying->rebuild->table.text)};

	migr_vec_push(&ctx->arena, &patches, patch);
	return migr_patch(ctx, made->text, &patches);
}

/* Set the two tables side by side. */
static bool
begin(Saying *saying)
{
	Work *work = saying->work;
	const Rebuild *rebuild = saying->rebuild;

	saying->old = migr_tables_find(work->tables, rebuild->table.name);
	if (saying->old == NULL)
		return give_up(saying, "what the table was before isn't known");
	if (!rebuild->plain)
		return give_up(saying, "its rows aren't copied column by column");
	migr_tables_init(work->ctx, &saying->now);
	migr_tables_init(work->ctx, &saying->after);
	add_targets(saying, &saying->old->def);
	add_targets(saying, &rebuild->made);
	migr_tables_add(&saying->now, saying->old);
	if (!migr_tables_follow(&saying->after, new_text(saying)))
		return give_up(saying, "the new table can't be read");
	for (int i = rebuild->indexes; i < rebuild->end; i++)
		migr_tables_follow(&saying->after, statement(work, i));
	if (!migr_tables_read(&saying->now, &saying->before))
		return give_up(saying, "the old table can't be read");
	return true;
}

/* The table as it is by now; it may be lost. */
static const MigrTableDef *
table_now(const Saying *saying)
{
	const MigrKnownTable *table =
		migr_tables_find(&saying->now, saying->rebuild->table.name);

	return table != NULL ? &table->def : NULL;
}

/* The table as it is to be. */
static const MigrTableDef *
table_after(const Saying *saying)
{
	return &migr_tables_find(&saying->after, saying->rebuild->table.name)->def;
}

/* Do a statement to the old table. */
static bool
follow(Saying *saying, const char *text)
{
	if (migr_tables_follow(&saying->now, migr_span(text)) &&
		table_now(saying) != NULL)
		return true;
	return give_up(saying,
				   migr_printf(&saying->work->ctx->arena,
							   "this can't be done to the table: %s", text));
}

/* The same, and write it. */
static bool
add(Saying *saying, const char *text)
{
	migr_str_printf(&saying->out, "%s;\n", text);
	return follow(saying, text);
}

/* ---- what the copying tells ----------------------------------------------------------- */

/* Has a column a rule of a sort? */
static bool
has_rule(const MigrColumnDef *column, MigrRule rule)
{
	for (int i = 0; i < column->constraints.count; i++)
		if (column->constraints.items[i].rule == rule)
			return true;
	return false;
}

/* Say the drops of columns that another takes the name of, be it a new one: their
 * values are copied to none. */
static bool
say_drops(Saying *saying)
{
	MigrCtx *ctx = saying->work->ctx;
	const MigrTableDef *after = table_after(saying);
	MigrMap copied;

	migr_map_init(&copied, &ctx->arena, saying->rebuild->copies.count);
	for (int i = 0; i < saying->rebuild->copies.count; i++)
	{
		const Copy *copy = &saying->rebuild->copies.items[i];

		if (copy->value.ptr == NULL)
			migr_map_put(&copied, migr_mention_key(ctx, copy->from.name), i);
	}
	for (int i = 0; i < after->columns.count; i++)
	{
		const char *name = after->columns.items[i].name.name;

		if (has_rule(&after->columns.items[i], MIGR_RULE_GENERATED) ||
			migr_ddl_column(table_now(saying), name) < 0 ||
			migr_map_get(&copied, migr_mention_key(ctx, name)) != MIGR_MAP_NONE)
			continue;
		migr_str_printf(&saying->out, "-- loses the values of %s.%s\n",
						saying->table, say_name(saying, name));
		if (!add(saying,
				 migr_printf(&ctx->arena, "ALTER TABLE %s DROP COLUMN %s",
							 saying->table, say_name(saying, name))))
			return false;
	}
	return true;
}

/* Say the renames of columns. */
static bool
say_renames(Saying *saying)
{
	MigrCtx *ctx = saying->work->ctx;
	MigrMap copied;

	migr_map_init(&copied, &ctx->arena, saying->rebuild->copies.count);
	for (int i = 0; i < saying->rebuild->copies.count; i++)
	{
		const Copy *copy = &saying->rebuild->copies.items[i];
		bool first;

		if (copy->value.ptr != NULL)
			continue;
		first =
			migr_map_put(&copied, migr_mention_key(ctx, copy->from.name), i);
		if (first && migr_same_name(copy->from.name, copy->to.name))
			continue;
		if (!first || migr_ddl_column(table_now(saying), copy->from.name) < 0 ||
			migr_ddl_column(table_now(saying), copy->to.name) >= 0)
			return give_up(saying,
						   migr_printf(&ctx->arena,
									   "column %s gets the values of %s, and "
									   "isn't that under another name",
									   copy->to.name, copy->from.name));
		if (!add(saying,
				 migr_printf(&ctx->arena,
							 "ALTER TABLE %s RENAME COLUMN %s TO %s",
							 saying->table, say_name(saying, copy->from.name),
							 say_name(saying, copy->to.name))))
			return false;
	}
	return true;
}

/* Say that a column's values are converted. */
static bool
say_cast(Saying *saying, const Copy *copy)
{
	MigrCtx *ctx = saying->work->ctx;
	const MigrTableDef *now = table_now(saying);
	const MigrTableDef *after = table_after(saying);
	int at = migr_ddl_column(now, copy->to.name);
	int to = migr_ddl_column(after, copy->to.name);
	const char *name = say_name(saying, copy->to.name);
	const char *type = migr_canon_type(ctx, copy->cast);
	const char *was =
		at >= 0 ? migr_canon_type(ctx, now->columns.items[at].type) : NULL;
	const char *is =
		to >= 0 ? migr_canon_type(ctx, after->columns.items[to].type) : NULL;
	const char *spelled;
	const char *drop = "";

	if (was == NULL || is == NULL || strcmp(type, is) != 0 ||
		!migr_is_portable_cast(was, is))
		return give_up(saying,
					   migr_printf(&ctx->arena,
								   "the values of column %s are cast to %s, "
								   "which PostgreSQL doesn't do alike",
								   copy->to.name, type));
	spelled = migr_span_line(&ctx->arena, after->columns.items[to].type);
	if (has_rule(&now->columns.items[at], MIGR_RULE_DEFAULT))
		drop = migr_printf(&ctx->arena, "ALTER COLUMN %s DROP DEFAULT, ", name);
	return add(saying,
			   migr_printf(&ctx->arena,
						   "ALTER TABLE %s %sALTER COLUMN %s TYPE %s USING "
						   "CAST(%s AS %s)",
						   saying->table, drop, name, spelled, name, spelled));
}

/* Say all conversions. */
static bool
say_casts(Saying *saying)
{
	for (int i = 0; i < saying->rebuild->copies.count; i++)
		if (saying->rebuild->copies.items[i].cast.ptr != NULL &&
			!say_cast(saying, &saying->rebuild->copies.items[i]))
			return false;
	return true;
}

/* ---- what differs ------------------------------------------------------------------------ */

/* Is a constraint there twice?  Alembic writes those of types so.  The second one's
 * name is the first one's with something behind it. */
static bool
is_twice(const MigrObject *constraint)
{
	const MigrObjects *parts = &constraint->parent->parts;
	const char *text = migr_object_get(constraint, MIGR_CONSTRAINT_DEFINITION);

	for (int i = 0; i < parts->count && parts->items[i] != constraint; i++)
	{
		const MigrObject *part = parts->items[i];
		size_t len = strlen(part->name);

		if (part->kind == MIGR_CONSTRAINT &&
			strncmp(constraint->name, part->name, len) == 0 &&
			strncmp(constraint->name + len, " (", 2) == 0 &&
			strcmp(migr_object_get(part, MIGR_CONSTRAINT_DEFINITION), text) ==
				0)
			return true;
	}
	return false;
}

/* Does a change make no difference?  Another name for a constraint, which isn't
 * written in the end; or the same once more. */
static bool
is_idle(const MigrChange *change)
{
	const MigrObject *to = change->to;

	if (to == NULL || to->kind != MIGR_CONSTRAINT)
		return false;
	if (change->verb == MIGR_RENAME)
		return migr_object_get(to, MIGR_CONSTRAINT_UNNAMED) != NULL;
	return change->verb == MIGR_CREATE && is_twice(to);
}

/* Say a boolean as both hosts do: in SQLite TRUE is 1. */
static const char *
boolean_word(const char *value)
{
	if (strcmp(value, "0") == 0)
		return "FALSE";
	return strcmp(value, "1") == 0 ? "TRUE" : value;
}

/* Say defaults of booleans so. */
static void
say_booleans(MigrCtx *ctx, MigrSchema *schema)
{
	for (int i = 0; i < schema->objects.count; i++)
	{
		MigrObject *column = schema->objects.items[i];
		const char *type;
		const char *value;

		if (column->kind != MIGR_COLUMN)
			continue;
		type = migr_object_get(column, MIGR_COLUMN_TYPE);
		value = migr_object_get(column, MIGR_COLUMN_DEFAULT);
		if (type == NULL || value == NULL || strcmp(type, "boolean") != 0)
			continue;
		migr_object_set(
			column, MIGR_COLUMN_DEFAULT,
			migr_canon_default(ctx, migr_span(boolean_word(value))));
	}
}

/* Find what differs by now. */
static bool
compare(Saying *saying)
{
	MigrCtx *ctx = saying->work->ctx;
	MigrChanges *changes = &saying->changes;
	int kept = 0;

	changes->count = 0;
	if (!migr_tables_read(&saying->now, &saying->from) ||
		!migr_tables_read(&saying->after, &saying->to))
		return give_up(saying, "the new table can't be read");
	say_booleans(ctx, &saying->from);
	say_booleans(ctx, &saying->to);
	migr_diff(ctx, MIGR_SQLITE, &saying->from, &saying->to, changes);
	for (int i = 0; i < changes->count; i++)
		if (!is_idle(changes->items[i]))
			changes->items[kept++] = changes->items[i];
	changes->count = kept;
	migr_order(ctx, MIGR_SQLITE, changes);
	return true;
}

/* Begin the words that may be used; foreign keys may refer to what isn't known
 * here. */
static void
start_book(const Saying *saying, MigrWordbook *book)
{
	MigrCtx *ctx = saying->work->ctx;
	Keys keys = {0};

	migr_wordbook_init(ctx, MIGR_SQLITE, &saying->from, &saying->to, book);
	find_keys(saying, &saying->rebuild->made, &keys);
	for (int i = 0; i < keys.count; i++)
	{
		const MigrConstraint *rule = keys.items[i];
		MigrSpan table = migr_mention_key(ctx, rule->table.name);

		migr_map_put(&book->tables, table, 1);
		migr_map_put(&book->names, table, 1);
		for (int k = 0; k < rule->targets.count; k++)
			migr_map_put(&book->names,
						 migr_mention_key(ctx, rule->targets.items[k].name), 1);
	}
}

/* See that both hosts run a statement alike. */
static bool
check_portable(Saying *saying, const MigrWordbook *book, const char *text)
{
	MigrArena *arena = &saying->work->ctx->arena;

	return migr_is_portable(book, migr_printf(arena, "%s;", text)) ||
		   give_up(
			   saying,
			   migr_printf(arena, "PostgreSQL doesn't run the same: %s", text));
}

/* Tell of a check that is gone because it had no name: Alembic doesn't see it. */
static void
tell_lost(Saying *saying, const MigrChange *change)
{
	MigrCtx *ctx = saying->work->ctx;
	const MigrObject *gone = change->from;
	const MigrObject *old;
	const char *line;

	if (change->verb != MIGR_DROP || change->within ||
		gone->kind != MIGR_CONSTRAINT ||
		strcmp(migr_object_get(gone, MIGR_CONSTRAINT_TYPE), "c") != 0)
		return;
	old = migr_schema_find(ctx, &saying->before, gone);
	if (old == NULL || migr_object_get(old, MIGR_CONSTRAINT_UNNAMED) == NULL)
		return;
	line = migr_span_line(
		&ctx->arena,
		migr_span(migr_printf(
			&ctx->arena,
			"Alembic's rebuild of table %s has lost what has no name: %s",
			saying->table, migr_object_get(old, MIGR_CONSTRAINT_TEXT))));
	migr_str_printf(&saying->out, "-- check: %s\n", line);
	migr_vec_push(&ctx->arena, saying->work->told, line);
}

/* Let the new table's types be said as they are written. */
static void
spell_types(Saying *saying)
{
	MigrCtx *ctx = saying->work->ctx;
	const MigrTableDef *after = table_after(saying);
	MigrObject *table = migr_schema_get(ctx, &saying->to, MIGR_TABLE, NULL,
										NULL, after->name.name);

	for (int i = 0; table != NULL && i < table->parts.count; i++)
	{
		MigrObject *part = table->parts.items[i];
		int at =
			part->kind == MIGR_COLUMN ? migr_ddl_column(after, part->name) : -1;

		if (at >= 0 && after->columns.items[at].type.ptr != NULL)
			migr_object_set(
				part, MIGR_COLUMN_TYPE,
				migr_span_line(&ctx->arena, after->columns.items[at].type));
	}
}

/* Say that a new column has a value in all rows; what its default is then comes
 * with the rest. */
static bool
say_value(Saying *saying, const MigrWordbook *book, const Copy *copy)
{
	MigrCtx *ctx = saying->work->ctx;
	const MigrTableDef *after = table_after(saying);
	int at = migr_ddl_column(after, copy->to.name);
	const MigrColumnDef *column = at >= 0 ? &after->columns.items[at] : NULL;
	const char *value = migr_span_dup(&ctx->arena, copy->value);
	const char *text;

	if (column == NULL || column->type.ptr == NULL)
		return give_up(saying, "a column without a type is filled");
	if (strcmp(migr_canon_type(ctx, column->type), "boolean") == 0)
		value = boolean_word(value);
	text =
		migr_printf(&ctx->arena, "ALTER TABLE %s ADD COLUMN %s %s DEFAULT %s%s",
					saying->table, say_name(saying, copy->to.name),
					migr_span_line(&ctx->arena, column->type), value,
					has_rule(column, MIGR_RULE_NOT_NULL) ? " NOT NULL" : "");
	return check_portable(saying, book, text) && add(saying, text);
}

/* Say the values of all new columns. */
static bool
say_values(Saying *saying)
{
	MigrWordbook book;
	bool any = false;

	start_book(saying, &book);
	for (int i = 0; i < saying->rebuild->copies.count; i++)
		if (saying->rebuild->copies.items[i].value.ptr != NULL)
		{
			any = true;
			if (!say_value(saying, &book, &saying->rebuild->copies.items[i]))
				return false;
		}
	return !any || compare(saying);
}

/* Say the rest, in statements that both hosts run. */
static bool
say_rest(Saying *saying)
{
	MigrCtx *ctx = saying->work->ctx;
	MigrBody body = {.text = {NULL, 0}};
	MigrStmts stmts = {0};
	MigrWordbook book;
	const char *text;

	for (int i = 0; i < saying->changes.count; i++)
		tell_lost(saying, saying->changes.items[i]);
	start_book(saying, &book);
	spell_types(saying);
	text = migr_render(ctx, MIGR_SQLITE, &saying->changes);
	body.text = migr_span(text);
	if (ctx->err.code != MIGR_OK || !migr_split(ctx, &body, &stmts))
		return give_up(saying, "the difference can't be said");
	for (int i = 0; i < stmts.count; i++)
	{
		const char *one = migr_strndup(
			&ctx->arena, text + stmts.items[i].offset, stmts.items[i].len);

		if (!check_portable(saying, &book, one) || !follow(saying, one))
			return false;
	}
	migr_str_add(&saying->out, text);
	return true;
}

/* See that what has come out is the new table, with its columns in their order. */
static bool
check_result(Saying *saying)
{
	const MigrTableDef *now = table_now(saying);
	const MigrTableDef *after = table_after(saying);

	if (!compare(saying))
		return false;
	if (saying->changes.count > 0 || now->columns.count != after->columns.count)
		return give_up(saying, "no ALTER TABLE says the difference");
	for (int i = 0; i < now->columns.count; i++)
		if (!migr_same_name(now->columns.items[i].name.name,
							after->columns.items[i].name.name))
			return give_up(saying, "the columns stand in another order");
	return true;
}

/* Say a rebuild. */
static bool
say(Saying *saying)
{
	int told = saying->work->told->count;
	bool done = begin(saying) && say_drops(saying) && say_renames(saying) &&
				say_casts(saying) && compare(saying) && say_values(saying) &&
				say_rest(saying) && check_result(saying);

	if (!done)
		saying->work->told->count = told;
	return done;
}

/* ---- writing ----------------------------------------------------------------------------- */

/* Is a text all white space? */
static bool
is_blank(MigrSpan text)
{
	return migr_span_trim(text).len == 0;
}

/* Write the text up to an offset as it is, and see which section that is in. */
static void
copy_to(Work *work, size_t offset)
{
	while (work->done < offset)
	{
		const char *line = work->text + work->done;
		const char *end = memchr(line, '\n', offset - work->done);
		MigrSpan span = {line, end != NULL ? (size_t) (end - line)
										   : offset - work->done};

		if ((work->done == 0 || line[-1] == '\n') &&
			migr_span_starts(span, DIRECTIVE))
		{
			work->directive = span;
			work->begun = work->out.len;
		}
		span.len += end != NULL;
		migr_str_add_n(&work->out, span.ptr, span.len);
		work->done += span.len;
	}
}

/* Where the text goes on behind a rebuild: on the next line. */
static size_t
line_behind(const Work *work, const Rebuild *rebuild)
{
	size_t end = work->stmts.items[rebuild->end - 1].behind;

	return work->text[end] == '\n' ? end + 1 : end;
}

/* Write the original as comments. */
static void
add_original(Work *work, const Rebuild *rebuild)
{
	migr_str_printf(&work->out, "-- what Alembic did to table %s:\n",
					migr_span_line(&work->ctx->arena, rebuild->table.text));
	for (int i = rebuild->first; i < rebuild->end; i++)
	{
		MigrSpan rest = statement(work, i);

		while (rest.len > 0)
		{
			const char *end = memchr(rest.ptr, '\n', rest.len);
			size_t len = end != NULL ? (size_t) (end - rest.ptr) : rest.len;
			MigrSpan line = {rest.ptr, len};

			if (!is_blank(line))
				migr_str_printf(&work->out, "--   %s%s\n",
								migr_span_line(&work->ctx->arena, line),
								end == NULL ? ";" : "");
			len += end != NULL;
			rest.ptr += len;
			rest.len -= len;
		}
	}
}

/* Let a section for SQLite begin here. */
static void
begin_alone(Work *work)
{
	size_t head = work->begun + work->directive.len;
	MigrSpan since = {work->out.data + head, work->out.len - head};

	/* nothing stands in the one before */
	if (is_blank(since))
	{
		work->out.len = work->begun;
		work->out.data[work->begun] = '\0';
	}
	else
		migr_str_add_char(&work->out, '\n');
	migr_str_printf(&work->out, "%.*s sqlite\n", (int) work->directive.len,
					work->directive.ptr);
}

/* Go on with a section as the one before was, if there is anything more for it. */
static void
end_alone(Work *work)
{
	const char *rest = work->text + work->done;

	rest += strspn(rest, " \t\r\n");
	if (*rest == '\0' || strncmp(rest, DIRECTIVE, strlen(DIRECTIVE)) == 0)
		return;
	migr_str_add_char(&work->out, '\n');
	work->begun = work->out.len;
	migr_str_printf(&work->out, "%.*s\n", (int) work->directive.len,
					work->directive.ptr);
	work->done = (size_t) (rest - work->text);
}

/* Leave a rebuild as it is, for SQLite alone. */
static void
keep(Work *work, const Rebuild *rebuild, const char *why)
{
	MigrArena *arena = &work->ctx->arena;
	const char *line = migr_printf(
		arena, "the rebuild of table %s stays as it is, for SQLite alone: %s",
		rebuild->table.name, why);
	bool alone;

	line = migr_span_line(arena, migr_span(line));
	migr_vec_push(arena, work->told, line);
	copy_to(work, work->stmts.items[rebuild->first].offset);
	alone = work->directive.ptr == NULL ||
			strstr(migr_span_dup(arena, work->directive), "sqlite") != NULL;
	if (!alone)
		begin_alone(work);
	migr_str_printf(&work->out, "-- check: %s\n", line);
	copy_to(work, line_behind(work, rebuild));
	for (int i = rebuild->first; i < rebuild->end; i++)
		migr_tables_follow(work->tables, statement(work, i));
	if (!alone)
		end_alone(work);
}

/* Write a rebuild, in whichever way. */
static void
write_rebuild(Work *work, const Rebuild *rebuild)
{
	Saying saying = {.work = work, .rebuild = rebuild};
	MigrBody body = {.text = {NULL, 0}};
	MigrStmts stmts = {0};

	saying.table = say_name(&saying, rebuild->table.name);
	migr_str_init(&saying.out, &work->ctx->arena);
	if (!say(&saying))
	{
		keep(work, rebuild, saying.why);
		return;
	}
	copy_to(work, work->stmts.items[rebuild->first].offset);
	add_original(work, rebuild);
	migr_str_add(&work->out, saying.out.len > 0 ? saying.out.data
												: "-- which changes nothing\n");
	work->done = line_behind(work, rebuild);
	body.text = (MigrSpan){saying.out.data, saying.out.len};
	migr_split(work->ctx, &body, &stmts);
	for (int i = 0; i < stmts.count; i++)
		migr_tables_follow(work->tables,
						   (MigrSpan){saying.out.data + stmts.items[i].offset,
									  stmts.items[i].len});
}

const char *
migr_rebuild_say(MigrTables *tables, const char *sections, MigrTexts *told)
{
	Work work = {
		.ctx = tables->ctx, .tables = tables, .text = sections, .told = told};
	MigrBody body = {.text = migr_span(sections)};
	int i = 0;

	migr_str_init(&work.out, &work.ctx->arena);
	if (!migr_split(work.ctx, &body, &work.stmts))
	{
		migr_forget(work.ctx);
		return sections;
	}
	while (i < work.stmts.count)
	{
		Rebuild rebuild;

		if (read_rebuild(&work, i, &rebuild))
		{
			write_rebuild(&work, &rebuild);
			i = rebuild.end;
		}
		else
			migr_tables_follow(tables, statement(&work, i++));
	}
	copy_to(&work, strlen(sections));
	return work.out.data;
}
