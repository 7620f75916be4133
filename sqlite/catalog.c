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

/* Has the database any virtual table? */
static bool
has_virtual(MigrLite *at, bool *out)
{
	MigrRows rows;

	if (!migr_lite_query_once(at,
							  "SELECT 1 FROM main.sqlite_schema WHERE type ="
							  " 'table' AND rootpage = 0 LIMIT 1",
							  NULL, 0, &rows))
		return false;
	*out = rows.count > 0;
	return true;
}

/* Read the rows. */
static bool
read_rows(MigrLite *at, MigrRows *rows)
{
	MigrArena *arena = &at->host.ctx.arena;
	bool any;

	return migr_lite_whole(at) && has_virtual(at, &any) &&
		   migr_lite_query_once(
			   at,
			   migr_printf(
				   arena,
				   "SELECT type, name, tbl_name, sql"
				   " FROM main.sqlite_schema WHERE sql IS NOT NULL"
				   " AND tbl_name NOT LIKE 'sqlite\\_%%' ESCAPE '\\'"
				   " AND tbl_name NOT LIKE '\\_migrate\\_%%' ESCAPE '\\'"
				   "%s ORDER BY rowid",
				   any ? migr_lite_no_shadows() : ""),
			   NULL, 0, rows);
}

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
	return migr_facts_read(&host->ctx, &stored, out);
}
