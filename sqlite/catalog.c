/*
 * catalog.c
 *	  Read the schema of a database into facts.
 *
 * All that counts stands in sqlite_schema; what it means is common/schema's
 * business (facts.h).  Left out are our own tables, SQLite's, and those that a
 * virtual table keeps its rows in.
 */
#include "lite.h"

#include <string.h>

#include "schema/facts.h"
#include "text/quote.h"

/* Has the database any virtual table? */
static bool
has_virtual(MigrLite *at, const char *table, bool *out)
{
	MigrRows rows;

	if (!migr_lite_query_once(at,
							  migr_printf(&at->host.ctx.arena,
										  "SELECT 1 FROM %s WHERE type ="
										  " 'table' AND rootpage = 0 LIMIT 1",
										  table),
							  NULL, 0, &rows))
		return false;
	*out = rows.count > 0;
	return true;
}

/* Find out where the rows can be read; *any: there are virtual tables among them.
 * Nothing else looks for them where they may stay aside. */
static bool
find_rows(MigrLite *at, const char **table, bool *any)
{
	if (!migr_lite_gather(at, table) || !has_virtual(at, *table, any))
		return false;
	if (!*any && !migr_lite_has_comments(at))
		return true;
	*table = "main.sqlite_schema";
	return migr_lite_whole(at);
}

/* Read the rows. */
static bool
read_rows(MigrLite *at, MigrRows *rows)
{
	MigrArena *arena = &at->host.ctx.arena;
	const char *table;
	bool any;

	return find_rows(at, &table, &any) &&
		   migr_lite_query_once(
			   at,
			   migr_printf(
				   arena,
				   "SELECT type, name, tbl_name, sql"
				   " FROM %s AS s WHERE sql IS NOT NULL"
				   " AND tbl_name NOT LIKE 'sqlite\\_%%' ESCAPE '\\'"
				   " AND tbl_name NOT LIKE '\\_migrate\\_%%' ESCAPE '\\'"
				   "%s ORDER BY rowid",
				   table, any ? migr_lite_no_shadows() : ""),
			   NULL, 0, rows);
}

/* ---- comments ------------------------------------------------------------------- */

/* Find a table or a view. */
static MigrObject *
find_relation(MigrCtx *ctx, const MigrSchema *schema, const char *name)
{
	MigrObject *table =
		migr_schema_get(ctx, schema, MIGR_TABLE, NULL, NULL, name);

	return table != NULL
			   ? table
			   : migr_schema_get(ctx, schema, MIGR_VIEW, NULL, NULL, name);
}

/* Find what a comment is on, and how COMMENT ON names it; NULL: it isn't there. */
static MigrObject *
find_commented(MigrCtx *ctx, const MigrSchema *schema, const MigrRows *rows,
			   int row, const char **on)
{
	static const struct
	{
		const char *word;
		MigrKind kind;
		const char *on; /* of the part and the relation */
	} kinds[] = {{"column", MIGR_COLUMN, "COLUMN %2$s.%1$s"},
				 {"constraint", MIGR_CONSTRAINT, "CONSTRAINT %1$s ON %2$s"},
				 {"index", MIGR_INDEX, "INDEX %1$s"},
				 {"trigger", MIGR_TRIGGER, "TRIGGER %1$s ON %2$s"}};
	const char *kind = migr_cell(rows, row, 0).text.ptr;
	const char *name = migr_cell(rows, row, 1).text.ptr;
	const char *part = migr_cell(rows, row, 2).text.ptr;
	MigrObject *relation =
		migr_cell(rows, row, 4).null
			? NULL
			: find_relation(ctx, schema, migr_cell(rows, row, 4).text.ptr);
	MigrObject *object = NULL;

	if (relation == NULL)
		return NULL;
	*on = migr_printf(&ctx->arena, "%s %s",
					  relation->kind == MIGR_VIEW ? "VIEW" : "TABLE",
					  relation->sql);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
	{
		if (strcmp(kinds[i].word, kind) != 0)
			continue;
		object = migr_schema_get(ctx, schema, kinds[i].kind, NULL, relation,
								 *part != '\0' ? part : name);
		if (object != NULL)
			*on = migr_printf(&ctx->arena, kinds[i].on, object->sql,
							  relation->sql);
		else if (relation->kind == MIGR_VIEW)
		{
			/* a view's columns are no objects */
			object = relation;
			*on =
				migr_printf(&ctx->arena, kinds[i].on,
							migr_quote_name(&ctx->arena, part), relation->sql);
		}
		return object;
	}
	return relation;
}

/* Read the comments that COMMENT ON has written. */
static bool
read_comments(MigrCtx *ctx, MigrLite *at, MigrSchema *out)
{
	MigrArena *arena = &ctx->arena;
	const char *sql =
		migr_printf(&at->host.ctx.arena,
					"SELECT c.*, coalesce((SELECT s.tbl_name"
					" FROM main.sqlite_schema AS s WHERE s.type = c.kind"
					" AND s.name = c.name COLLATE NOCASE), c.name)"
					" FROM (%s) AS c",
					migr_lite_sql_comments);
	MigrRows rows;

	if (!migr_lite_has_comments(at))
		return true;
	if (!migr_lite_query_once(at, sql, NULL, 0, &rows))
		return false;
	for (int i = 0; i < rows.count; i++)
	{
		const char *on;
		MigrObject *parent = find_commented(ctx, out, &rows, i, &on);
		MigrObject *comment;

		if (parent == NULL)
			continue;
		comment = migr_schema_add(ctx, out, MIGR_COMMENT, NULL, on, on, parent);
		migr_object_set(comment, MIGR_COMMENT_ON, on);
		migr_object_set(comment, MIGR_COMMENT_TEXT,
						migr_quote_text(arena, migr_cell(&rows, i, 3).text));
	}
	return true;
}

/* ---- all of it --------------------------------------------------------------------- */

bool
migr_lite_introspect(MigrHost *host, const MigrScope *scope,
					 struct MigrSchema *out)
{
	MigrLite *lite = migr_lite(host);
	MigrLite *at = lite->place != NULL ? lite->place : lite;
	MigrStoredTexts stored = {0};
	MigrRows rows;

	(void) scope;
	if (host->ctx.err.code != MIGR_OK)
		return false;
	if (!read_rows(at, &rows))
		return at == lite ? false : migr_lite_settle(lite, false);
	for (int i = 0; i < rows.count; i++)
	{
		MigrStoredText row = {
			migr_cell(&rows, i, 0).text.ptr, migr_cell(&rows, i, 1).text.ptr,
			migr_cell(&rows, i, 2).text.ptr, migr_cell(&rows, i, 3).text};

		migr_vec_push(&host->ctx.arena, &stored, row);
	}
	if (!migr_facts_read(&host->ctx, &stored, out))
		return false;
	return read_comments(&host->ctx, at, out) ||
		   (at != lite && migr_lite_settle(lite, false));
}
