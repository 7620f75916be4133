/*
 * comment.c
 *	  COMMENT ON: texts about tables, columns, views, indexes, triggers and
 *	  constraints, in a table of ours, as SQLite keeps none.
 *
 * That is made when the first one is written.  Only what stands in main can have a
 * comment: a temporary table doesn't last, and another database isn't ours to write
 * into.  A comment goes by its object's name.  Whatever is renamed or dropped in a
 * script takes its comment along; what somebody else drops leaves one behind, which
 * no reader sees, and which goes when something is dropped in a script again.
 */
#include "lite.h"

#include <string.h>

#include "base/map.h"
#include "schema/mention.h"
#include "text/quote.h"

bool
migr_lite_has_comments(MigrLite *lite)
{
	int rc = sqlite3_table_column_metadata(lite->db, "main", "_migrate_comment",
										   NULL, NULL, NULL, NULL, NULL, NULL);

	if (rc == SQLITE_NOMEM)
		migr_lite_fail(lite, rc); /* doesn't return */
	return rc == SQLITE_OK;
}

/* ---- COMMENT ON ------------------------------------------------------------- */

/* Look up the relation that a comment is on, or on a part of. */
static bool
find_relation(MigrLite *lite, const MigrStatement *parsed, MigrStored *out)
{
	MigrCtx *ctx = &lite->host.ctx;
	const MigrObjectName *name = &parsed->names.items[0];
	const char *word = migr_object_words[parsed->object];
	bool index = parsed->object == MIGR_OBJECT_INDEX;
	MigrObjectKind kind = index ? MIGR_OBJECT_INDEX : MIGR_OBJECT_TABLE;
	MigrObjectKind other = index ? MIGR_OBJECT_TABLE : MIGR_OBJECT_INDEX;

	if (!migr_lite_find(lite, name, kind, out) ||
		(out->name == NULL && !migr_lite_find(lite, name, other, out)))
		return false;
	if (out->name == NULL)
		return migr_fail(ctx, MIGR_ERR_STATEMENT,
						 "relation \"%s\" does not exist", name->name.name);
	if (strcmp(out->schema, "main") != 0)
	{
		migr_fail(ctx, MIGR_ERR_UNSUPPORTED,
				  "COMMENT ON: %s \"%s\" is in \"%s\", and not in \"main\"",
				  out->type, out->name, out->schema);
		return migr_hint(ctx, "Comments are kept of what is in main alone.");
	}
	if (parsed->object > MIGR_OBJECT_INDEX)
		word = migr_object_words[MIGR_OBJECT_TABLE];
	if ((parsed->object == MIGR_OBJECT_COLUMN ||
		 parsed->object == MIGR_OBJECT_TRIGGER) &&
		strcmp(out->type, "view") == 0)
		return true;
	return strcmp(out->type, word) == 0 ||
		   migr_fail(ctx, MIGR_ERR_STATEMENT, "\"%s\" is not a%s %s", out->name,
					 *word == 'i' ? "n" : "", word);
}

/* Append the names of a relation's columns. */
static bool
read_columns(MigrLite *lite, const char *relation, MigrColumnNames *out)
{
	MigrValue args[] = {migr_text_value(relation)};
	MigrRows rows;

	if (!migr_lite_query_once(lite,
							  "SELECT name FROM pragma_table_xinfo(?1, 'main')",
							  args, 1, &rows))
		return false;
	for (int i = 0; i < rows.count; i++)
		migr_vec_push(&lite->host.ctx.arena, out,
					  migr_cell(&rows, i, 0).text.ptr);
	return true;
}

/* Append the names of a table's constraints; of those alone that answer to one,
 * where it isn't NULL. */
static bool
read_constraints(MigrLite *lite, MigrSpan sql, const char *only,
				 MigrColumnNames *out)
{
	MigrCtx *ctx = &lite->host.ctx;
	MigrRuleNames names = {0};
	MigrTableDef table;

	if (!migr_ddl_table(ctx, sql, &table))
		return false;
	migr_ddl_names(ctx, &table, &names);
	for (int i = 0; i < names.count; i++)
		if (only == NULL || migr_ddl_answers(ctx, &names.items[i], only))
			migr_vec_push(&ctx->arena, out, names.items[i].name);
	return true;
}

/* Find a name among others; NULL: it isn't there. */
static const char *
find_name(const MigrColumnNames *names, const char *name)
{
	for (int i = 0; i < names->count; i++)
		if (migr_same_name(names->items[i], name))
			return names->items[i];
	return NULL;
}

/* Look up the column or constraint that a comment is on. */
static bool
find_part(MigrLite *lite, const MigrStatement *parsed,
		  const MigrStored *relation, const char **out)
{
	bool column = parsed->object == MIGR_OBJECT_COLUMN;
	const char *name = parsed->part.name;
	MigrColumnNames names = {0};

	if (!(column ? read_columns(lite, relation->name, &names)
				 : read_constraints(lite, relation->sql, name, &names)))
		return false;
	*out = column			 ? find_name(&names, name)
		   : names.count > 0 ? names.items[0]
							 : NULL;
	return *out != NULL ||
		   migr_fail(&lite->host.ctx, MIGR_ERR_STATEMENT,
					 column ? "column \"%s\" of relation \"%s\" does not exist"
							: "constraint \"%s\" for table \"%s\" does not"
							  " exist",
					 name, relation->name);
}

/* Look up the trigger that a comment is on. */
static bool
find_trigger(MigrLite *lite, const MigrStatement *parsed,
			 const MigrStored *relation, MigrStored *out)
{
	static const MigrName main = {{"main", 4}, "main"};
	MigrObjectName name = {main, parsed->part};

	if (!migr_lite_find(lite, &name, MIGR_OBJECT_TRIGGER, out))
		return false;
	return (out->name != NULL && migr_same_name(out->table, relation->name)) ||
		   migr_fail(&lite->host.ctx, MIGR_ERR_STATEMENT,
					 "trigger \"%s\" for table \"%s\" does not exist",
					 parsed->part.name, relation->name);
}

/* Write a comment, or delete it where there is no text. */
static bool
write_comment(MigrLite *lite, const MigrValue *args)
{
	if (!args[3].null && args[3].text.len > 0)
		return migr_lite_command(lite, migr_lite_sql_comment_create) &&
			   migr_lite_query_once(lite, migr_lite_sql_comment_set, args, 4,
									NULL);
	return !migr_lite_has_comments(lite) ||
		   migr_lite_query_once(lite, migr_lite_sql_comment_unset, args, 3,
								NULL);
}

bool
migr_lite_comment(MigrLite *lite, const MigrStatement *parsed)
{
	MigrValue args[] = {migr_text_value(migr_object_words[parsed->object]),
						migr_null_value(MIGR_TEXT), migr_text_value(""),
						migr_text_value(parsed->comment)};
	MigrStored relation;
	MigrStored trigger;
	const char *part = "";

	if (!find_relation(lite, parsed, &relation))
		return false;
	args[1] = migr_text_value(relation.name);
	if (parsed->object == MIGR_OBJECT_TRIGGER)
	{
		if (!find_trigger(lite, parsed, &relation, &trigger))
			return false;
		args[1] = migr_text_value(trigger.name);
	}
	else if (parsed->object > MIGR_OBJECT_TRIGGER &&
			 !find_part(lite, parsed, &relation, &part))
		return false;
	args[2] = migr_text_value(part);
	return migr_lite_check_store(lite) && write_comment(lite, args);
}

/* ---- what becomes of them -------------------------------------------------------- */

/* Give what is kept of a name (and a part's) another one.  What an earlier owner of
 * that has left behind goes. */
static bool
rename_comments(MigrLite *lite, const char *clear, const char *update,
				const MigrValue *args, int nargs)
{
	return migr_lite_query_once(lite, clear, args, nargs, NULL) &&
		   migr_lite_query_once(lite, update, args, nargs, NULL);
}

/* The same for a column or constraint of a table. */
static bool
rename_part(MigrLite *lite, MigrObjectKind kind, const char *table,
			const char *from, const char *to)
{
	MigrValue args[] = {migr_text_value(migr_object_words[kind]),
						migr_text_value(table), migr_text_value(from),
						migr_text_value(to)};

	return rename_comments(
		lite,
		"DELETE FROM main._migrate_comment WHERE kind = ?1 AND name = ?2"
		" AND part = ?4 AND ?3 <> ?4 COLLATE NOCASE",
		"UPDATE main._migrate_comment SET part = ?4"
		" WHERE kind = ?1 AND name = ?2 AND part = ?3",
		args, 4);
}

/* The same for a table, and for its constraints that answer to other names now. */
static bool
rename_table(MigrLite *lite, const MigrTableDef *before, const char *from,
			 const char *to)
{
	MigrCtx *ctx = &lite->host.ctx;
	MigrValue args[] = {migr_text_value(from), migr_text_value(to)};
	MigrTableDef table = *before;
	MigrRuleNames old = {0};
	MigrRuleNames new = {0};

	if (!rename_comments(lite,
						 "DELETE FROM main._migrate_comment WHERE name = ?2"
						 " AND kind IN ('table', 'column', 'constraint')"
						 " AND ?1 <> ?2 COLLATE NOCASE",
						 "UPDATE main._migrate_comment SET name = ?2"
						 " WHERE name = ?1"
						 " AND kind IN ('table', 'column', 'constraint')",
						 args, 2))
		return false;
	if (before->name.name == NULL)
		return true;
	table.name.name = to;
	migr_ddl_names(ctx, before, &old);
	migr_ddl_names(ctx, &table, &new);
	for (int i = 0; i < old.count; i++)
		if (!migr_same_name(old.items[i].name, new.items[i].name) &&
			!rename_part(lite, MIGR_OBJECT_CONSTRAINT, to, old.items[i].name,
						 new.items[i].name))
			return false;
	return true;
}

bool
migr_lite_rename_comments(MigrLite *lite, const MigrTableDef *before,
						  const char *table, const MigrAction *action)
{
	const char *from = action->name.name;
	const char *to = action->other.name;

	if (action->kind != MIGR_RENAME_TABLE &&
		action->kind != MIGR_RENAME_COLUMN &&
		action->kind != MIGR_RENAME_CONSTRAINT)
		return true;
	if (!migr_lite_has_comments(lite))
		return true;
	if (!migr_lite_check_store(lite))
		return false;
	if (action->kind == MIGR_RENAME_TABLE)
		return rename_table(lite, before, table, to);
	return rename_part(lite,
					   action->kind == MIGR_RENAME_COLUMN
						   ? MIGR_OBJECT_COLUMN
						   : MIGR_OBJECT_CONSTRAINT,
					   table, from, to);
}

/* Which columns or constraints has a relation?  False where that can't be told: a
 * view doesn't work, say. */
static bool
read_parts(MigrLite *lite, const char *kind, const char *name,
		   MigrColumnNames *out)
{
	static const MigrName main = {{"main", 4}, "main"};
	MigrObjectName relation = {main, {{NULL, 0}, name}};
	MigrStored stored;

	if (strcmp(kind, "column") == 0 && read_columns(lite, name, out))
		return true;
	if (strcmp(kind, "constraint") == 0 &&
		migr_lite_find(lite, &relation, MIGR_OBJECT_TABLE, &stored) &&
		stored.name != NULL && read_constraints(lite, stored.sql, NULL, out))
		return true;
	migr_forget(&lite->host.ctx);
	return false;
}

/* Let go of the comments on columns, or on constraints, that a relation hasn't any
 * more: rows from first to end are of it. */
static bool
tidy_parts(MigrLite *lite, const MigrRows *rows, int first, int end)
{
	MigrCtx *ctx = &lite->host.ctx;
	MigrColumnNames names = {0};
	MigrMap known;

	if (!read_parts(lite, migr_cell(rows, first, 0).text.ptr,
					migr_cell(rows, first, 1).text.ptr, &names))
		return true;
	migr_map_init(&known, &ctx->arena, names.count);
	for (int i = 0; i < names.count; i++)
		migr_map_put(&known, migr_mention_key(ctx, names.items[i]), i);
	for (int i = first; i < end; i++)
	{
		MigrValue args[] = {migr_cell(rows, i, 0), migr_cell(rows, i, 1),
							migr_cell(rows, i, 2)};

		if (migr_map_get(&known, migr_mention_key(ctx, args[2].text.ptr)) ==
				MIGR_MAP_NONE &&
			!migr_lite_query_once(lite, migr_lite_sql_comment_unset, args, 3,
								  NULL))
			return false;
	}
	return true;
}

/* Are two rows about parts of the same relation? */
static bool
are_siblings(const MigrRows *rows, int a, int b)
{
	return strcmp(migr_cell(rows, a, 0).text.ptr,
				  migr_cell(rows, b, 0).text.ptr) == 0 &&
		   migr_same_name(migr_cell(rows, a, 1).text.ptr,
						  migr_cell(rows, b, 1).text.ptr);
}

bool
migr_lite_tidy_comments(MigrLite *lite)
{
	MigrRows rows;
	int end;

	if (!migr_lite_has_comments(lite))
		return true;
	if (!migr_lite_check_store(lite) ||
		!migr_lite_query_once(lite, migr_lite_sql_comment_tidy, NULL, 0,
							  NULL) ||
		!migr_lite_query_once(lite, migr_lite_sql_comments, NULL, 0, &rows))
		return false;
	for (int i = 0; i < rows.count; i = end)
	{
		for (end = i + 1; end < rows.count && are_siblings(&rows, i, end);)
			end++;
		if (migr_cell(&rows, i, 2).text.len > 0 &&
			!tidy_parts(lite, &rows, i, end))
			return false;
	}
	return true;
}
