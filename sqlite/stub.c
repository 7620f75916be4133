/*
 * stub.c
 *	  Virtual tables in a scratch database whose module isn't there.
 *
 * A bare connection has the modules that are built into SQLite, and no others.  Those
 * that are known to keep to the database are used; for any other a stand-in is made
 * as soon as a statement asks for it: a table of the same columns that holds
 * nothing, and takes what is written to it.
 *
 * SQLite calls what is here, so nothing here may leave the call: no arena is touched.
 */
#include "lite.h"

#include <string.h>

#include "schema/ddl_read.h"
#include "schema/define.h"
#include "text/quote.h"

/* What a stand-in for one table has to know. */
struct MigrStub
{
	const char *table;
	const char *declared; /* its columns, as CREATE TABLE says them */
	struct MigrStub *next;
};

/* ---- the module ------------------------------------------------------------------ */

/* Make a table, or open it. */
static int
connect(sqlite3 *db, void *data, int argc, const char *const *argv,
		sqlite3_vtab **out, char **message)
{
	const MigrLite *scratch = data;
	const MigrStub *stub = scratch->stubs;
	int rc;

	(void) argc;
	(void) message;
	while (stub != NULL && sqlite3_stricmp(stub->table, argv[2]) != 0)
		stub = stub->next;
	*out = sqlite3_malloc(sizeof(**out));
	if (*out == NULL)
		return SQLITE_NOMEM;
	memset(*out, 0, sizeof(**out));
	rc = sqlite3_declare_vtab(db, stub != NULL ? stub->declared
											   : "CREATE TABLE x (value)");
	if (rc == SQLITE_OK)
		return rc;
	sqlite3_free(*out);
	*out = NULL;
	return rc;
}

/* One of its own, so that no table is there by the module's name. */
static int
create(sqlite3 *db, void *data, int argc, const char *const *argv,
	   sqlite3_vtab **out, char **message)
{
	return connect(db, data, argc, argv, out, message);
}

static int
disconnect(sqlite3_vtab *table)
{
	sqlite3_free(table);
	return SQLITE_OK;
}

static int
best_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
	(void) table;
	(void) info;
	return SQLITE_OK;
}

static int
open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
	(void) table;
	*out = sqlite3_malloc(sizeof(**out));
	if (*out == NULL)
		return SQLITE_NOMEM;
	memset(*out, 0, sizeof(**out));
	return SQLITE_OK;
}

static int
close_cursor(sqlite3_vtab_cursor *cursor)
{
	sqlite3_free(cursor);
	return SQLITE_OK;
}

static int
filter(sqlite3_vtab_cursor *cursor, int plan, const char *text, int argc,
	   sqlite3_value **argv)
{
	(void) cursor;
	(void) plan;
	(void) text;
	(void) argc;
	(void) argv;
	return SQLITE_OK;
}

static int
next(sqlite3_vtab_cursor *cursor)
{
	(void) cursor;
	return SQLITE_OK;
}

/* There are no rows. */
static int
eof(sqlite3_vtab_cursor *cursor)
{
	(void) cursor;
	return 1;
}

static int
column(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int at)
{
	(void) cursor;
	(void) at;
	sqlite3_result_null(context);
	return SQLITE_OK;
}

static int
rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *out)
{
	(void) cursor;
	*out = 0;
	return SQLITE_OK;
}

/* Take a row, and forget it. */
static int
update(sqlite3_vtab *table, int argc, sqlite3_value **argv, sqlite3_int64 *out)
{
	(void) table;
	(void) argv;
	if (argc > 1)
		*out = 0;
	return SQLITE_OK;
}

static int
rename(sqlite3_vtab *table, const char *name)
{
	(void) table;
	(void) name;
	return SQLITE_OK;
}

static const sqlite3_module module = {
	.xCreate = create,
	.xConnect = connect,
	.xBestIndex = best_index,
	.xDisconnect = disconnect,
	.xDestroy = disconnect,
	.xOpen = open_cursor,
	.xClose = close_cursor,
	.xFilter = filter,
	.xNext = next,
	.xEof = eof,
	.xColumn = column,
	.xRowid = rowid,
	.xUpdate = update,
	.xRename = rename,
};

/* Does a table's name end as those in which full text and r-trees keep their rows?
 * Asked where this stands in for one of SQLite's own, which has made such. */
static int
is_shadow(const char *end)
{
	static const char *const ends[] = {"data",	 "idx",	  "content",  "docsize",
									   "config", "stat",  "segments", "segdir",
									   "node",	 "rowid", "parent"};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (sqlite3_stricmp(end, ends[i]) == 0)
			return 1;
	return 0;
}

/* ---- standing in ------------------------------------------------------------------- */

/* Ask the connection which columns a table has; false: it has no such table, or
 * can't open it. */
static bool
ask_columns(MigrLite *scratch, const char *table, MigrStr *out)
{
	MigrCtx *ctx = &scratch->outer->host.ctx;
	MigrValue args[] = {migr_text_value(table)};
	MigrRows rows;

	if (!migr_lite_query_once(scratch->outer,
							  "SELECT name, hidden FROM"
							  " pragma_table_xinfo(?1, 'main')",
							  args, 1, &rows))
	{
		migr_forget(ctx);
		return false;
	}
	for (int i = 0; i < rows.count; i++)
		migr_str_printf(
			out, "%s%s%s", i > 0 ? ", " : "",
			migr_quote_name(out->arena, migr_cell(&rows, i, 0).text.ptr),
			migr_cell(&rows, i, 1).number == 1 ? " HIDDEN" : "");
	return rows.count > 0;
}

/* Guess the columns by the arguments: those that aren't like "content = 'x'".  Full
 * text has a hidden one of the table's name. */
static void
guess_columns(MigrLite *scratch, const MigrVirtual *table, MigrStr *out)
{
	MigrReader reader;
	MigrName name;
	int depth = 0;

	migr_read_begin(&reader, &scratch->host.ctx, table->args);
	while (reader.kind != MIGR_TOKEN_END)
	{
		bool begins = depth == (migr_read_at_char(&reader, ',') ? 1 : 0);

		if (migr_read_at_char(&reader, '('))
			depth++;
		else if (migr_read_at_char(&reader, ')'))
			depth--;
		migr_read_next(&reader);
		if (begins && depth == 1 &&
			migr_read_name(&reader, MIGR_NAME_ANY, &name) &&
			!migr_read_at_char(&reader, '='))
			migr_str_printf(out, "%s, ",
							migr_quote_name(out->arena, name.name));
	}
	migr_str_printf(out, "%s%s HIDDEN", out->len == 0 ? "value, " : "",
					migr_quote_name(out->arena, table->name.name));
}

/* Is a module there, and known to keep to the database? */
static bool
is_known(MigrLite *scratch, const char *name, bool *out)
{
	static const char *const known[] = {"fts3",		 "fts4",   "fts4aux",
										"fts5",		 "rtree",  "rtree_i32",
										"fts5vocab", "geopoly"};
	MigrValue args[] = {migr_text_value(name)};
	MigrRows rows;

	if (!migr_lite_query_once(scratch,
							  "SELECT 1 FROM pragma_module_list"
							  " WHERE name = ?1 COLLATE NOCASE",
							  args, 1, &rows))
		return false;
	*out = false;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		*out |= rows.count > 0 && migr_same_name(name, known[i]);
	return true;
}

/* Note what the stand-in for a table has to know. */
static void
add_stub(MigrLite *scratch, const MigrVirtual *table)
{
	MigrArena *arena = &scratch->host.ctx.arena;
	MigrStub *stub = migr_alloc(arena, sizeof(*stub));
	MigrStr columns;

	migr_str_init(&columns, arena);
	if (!ask_columns(scratch, table->name.name, &columns))
		guess_columns(scratch, table, &columns);
	stub->table = table->name.name;
	stub->declared = migr_printf(arena, "CREATE TABLE x (%s)", columns.data);
	stub->next = scratch->stubs;
	scratch->stubs = stub;
	scratch->outer->stood_in = true;
}

bool
migr_lite_stand_in(MigrLite *scratch, MigrSpan sql, bool always)
{
	MigrCtx *ctx = &scratch->host.ctx;
	bool known = false;
	sqlite3_module *own;
	MigrVirtual table;
	int rc;

	if (!migr_define_is_virtual(ctx, sql))
		return true;
	if (!migr_define_virtual(ctx, sql, &table))
	{
		/* SQLite says it better */
		migr_forget(ctx);
		return true;
	}
	if (!is_known(scratch, table.module.name, &known))
		return false;
	if (known && !always)
		return true;
	add_stub(scratch, &table);
	own = migr_alloc(&ctx->arena, sizeof(*own));
	*own = module;
	if (known)
	{
		own->iVersion = 3;
		own->xShadowName = is_shadow;
	}
	rc = sqlite3_create_module_v2(scratch->db, table.module.name, own, scratch,
								  NULL);
	return rc == SQLITE_OK || migr_lite_fail(scratch, rc);
}
