/*
 * scratch.c
 *	  A database in memory, beside the caller's, to try things in.
 *
 * A bare connection knows neither the functions nor the collations nor the modules
 * that an application has added to its own, and without them a schema that names
 * them can't be made.  So they have stand-ins here, those of modules in stub.c.
 * There are no rows, so that what a stand-in gives hardly matters.
 *
 * What runs here shall not be felt elsewhere: no file can be attached.
 */
#include "lite.h"

#include <string.h>

#include "base/map.h"
#include "text/quote.h"

/* ---- stand-ins ----------------------------------------------------------- */

/* A function: gives NULL. */
static void
scalar(sqlite3_context *context, int nargs, sqlite3_value **args)
{
	(void) nargs;
	(void) args;
	sqlite3_result_null(context);
}

/* An aggregate's result, or a window's: the same. */
static void
final(sqlite3_context *context)
{
	sqlite3_result_null(context);
}

/* A collation: by bytes. */
static int
collate(void *unused, int len1, const void *text1, int len2, const void *text2)
{
	int order = memcmp(text1, text2, (size_t) (len1 < len2 ? len1 : len2));

	(void) unused;
	return order != 0 ? order : len1 - len2;
}

/* SQLite asks for a collation that it doesn't know. */
static void
need_collation(void *unused, sqlite3 *db, int encoding, const char *name)
{
	(void) unused;
	(void) encoding;
	sqlite3_create_collation_v2(db, name, SQLITE_UTF8, NULL, collate, NULL);
}

/* Make a stand-in for a function; kind as PRAGMA function_list has it. */
static int
add_function(sqlite3 *db, const char *name, char kind, int nargs, int flags)
{
	flags = SQLITE_UTF8 | (flags & (SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY |
									SQLITE_INNOCUOUS | SQLITE_SUBTYPE));
	if (kind == 'w')
		return sqlite3_create_window_function(
			db, name, nargs, flags, NULL, scalar, final, final, scalar, NULL);
	return sqlite3_create_function_v2(
		db, name, nargs, flags, NULL, kind == 's' ? scalar : NULL,
		kind == 's' ? NULL : scalar, kind == 's' ? NULL : final, NULL);
}

/* Ask which functions a connection has. */
static bool
list_functions(MigrLite *lite, MigrRows *rows)
{
	return migr_lite_query_once(
		lite,
		"SELECT lower(name), narg, type, flags, lower(name) || ' ' || narg"
		" FROM pragma_function_list",
		NULL, 0, rows);
}

/* Make stand-ins for those that the connection has and a bare one hasn't. */
static bool
add_functions(MigrLite *scratch)
{
	MigrMap known;
	MigrRows bare;
	MigrRows rows;

	if (!list_functions(scratch, &bare) ||
		!list_functions(scratch->outer, &rows))
		return false;
	migr_map_init(&known, &scratch->host.ctx.arena, bare.count + rows.count);
	for (int i = 0; i < bare.count; i++)
		migr_map_put(&known, migr_cell(&bare, i, 4).text, i);
	for (int i = 0; i < rows.count; i++)
	{
		int rc;

		if (!migr_map_put(&known, migr_cell(&rows, i, 4).text, i))
			continue;
		rc = add_function(scratch->db, migr_cell(&rows, i, 0).text.ptr,
						  migr_cell(&rows, i, 2).text.ptr[0],
						  (int) migr_cell(&rows, i, 1).number,
						  (int) migr_cell(&rows, i, 3).number);
		if (rc != SQLITE_OK)
			return migr_lite_fail(scratch, rc);
	}
	return true;
}

/* ---- opening --------------------------------------------------------------- */

/* Refuse to attach a file. */
static int
authorize(void *unused, int action, const char *name, const char *name2,
		  const char *schema, const char *trigger)
{
	(void) unused;
	(void) name2;
	(void) schema;
	(void) trigger;
	return action == SQLITE_ATTACH &&
				   (name == NULL || strcmp(name, ":memory:") != 0)
			   ? SQLITE_DENY
			   : SQLITE_OK;
}

/* Stop where the connection that we work for is interrupted. */
static int
stop(void *outer)
{
	return migr_lite_must_stop(((MigrLite *) outer)->db);
}

/* Give it the flags of the connection; the schema's text may be written. */
static void
copy_flags(MigrLite *scratch)
{
	static const int names[] = {SQLITE_DBCONFIG_DQS_DDL,
								SQLITE_DBCONFIG_DQS_DML,
								SQLITE_DBCONFIG_TRUSTED_SCHEMA};
	MigrFlags flags;

	migr_lite_read_flags(scratch->outer, &flags);
	flags.values[MIGR_FLAG_DEFENSIVE] = 0;
	migr_lite_write_flags(scratch, &flags);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
	{
		int on = -1;

		sqlite3_db_config(scratch->outer->db, names[i], -1, &on);
		sqlite3_db_config(scratch->db, names[i], on, NULL);
	}
}

/* Open the database: in memory, or in a file that has no name. */
static bool
open_database(MigrLite *scratch, bool rows)
{
	int rc = sqlite3_open_v2(rows ? "" : ":memory:", &scratch->db,
							 SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);

	if (rc != SQLITE_OK)
		return migr_lite_fail(scratch, rc);
	sqlite3_progress_handler(scratch->db, 1000, stop, scratch->outer);
	sqlite3_collation_needed(scratch->db, NULL, need_collation);
	sqlite3_set_authorizer(scratch->db, authorize, NULL);
	copy_flags(scratch);
	return add_functions(scratch);
}

bool
migr_lite_scratch_fail(MigrLite *scratch)
{
	MigrErr *err = &scratch->outer->host.ctx.err;

	if (err->code == MIGR_OK)
		*err = scratch->host.ctx.err;
	return false;
}

MigrLite *
migr_lite_scratch_open(MigrLite *lite, bool rows)
{
	MigrArena *arena = &lite->host.ctx.arena;
	MigrLite *scratch = migr_alloc(arena, sizeof(*scratch));

	scratch->host = lite->host;
	memset(&scratch->host.ctx, 0, sizeof(scratch->host.ctx));
	migr_arena_init(&scratch->host.ctx.arena, arena->chunk, arena->host);
	scratch->host.lock_timeout = -1;
	scratch->connection = lite->connection;
	scratch->file = scratch->lock = -1;
	scratch->outer = lite;
	scratch->next = lite->scratches;
	lite->scratches = scratch;
	if (open_database(scratch, rows))
		return scratch;
	migr_lite_scratch_fail(scratch);
	migr_lite_scratch_close(scratch);
	return NULL;
}

/* Needs no memory. */
void
migr_lite_scratch_close(MigrLite *scratch)
{
	MigrLite **at = &scratch->outer->scratches;

	while (scratch->scratches != NULL)
		migr_lite_scratch_close(scratch->scratches);
	while (*at != scratch)
		at = &(*at)->next;
	*at = scratch->next;
	sqlite3_finalize(scratch->script);
	migr_lite_close_plans(scratch);
	if (scratch->db != NULL)
		migr_lite_undo(scratch);
	sqlite3_close(scratch->db);
}

/* ---- copying ---------------------------------------------------------------- */

/* Make a schema of that name, if there is none. */
static bool
attach(MigrLite *scratch, const char *schema)
{
	return sqlite3_db_readonly(scratch->db, schema) != -1 ||
		   migr_lite_command(
			   scratch,
			   migr_printf(&scratch->host.ctx.arena, "ATTACH ':memory:' AS %s",
						   migr_quote_name(&scratch->host.ctx.arena, schema)));
}

/* Make one of the schema's things.  Tables of a virtual table's own may be there
 * already, as it makes them. */
static bool
make(MigrLite *scratch, const char *schema, const MigrRows *rows, int row)
{
	MigrCtx *ctx = &scratch->host.ctx;
	const char *name = migr_cell(rows, row, 1).text.ptr;
	bool table = migr_span_is(migr_cell(rows, row, 0).text, "table");
	MigrDependent stored = {schema, name, migr_cell(rows, row, 2).text, false};
	const char *sql;

	if (table &&
		sqlite3_table_column_metadata(scratch->db, schema, name, NULL, NULL,
									  NULL, NULL, NULL, NULL) == SQLITE_OK)
		return true;
	sql = migr_rewrite_create(ctx, &stored);
	if (sql == NULL || !migr_lite_stand_in(scratch, migr_span(sql), false))
		return false;
	if (migr_lite_command(scratch, sql))
		return true;
	if (migr_cell(rows, row, 3).number == 0)
		return migr_detail(ctx, "In a database in memory failed: %s", sql);
	/* the application has what the module needs */
	migr_forget(ctx);
	return migr_lite_stand_in(scratch, migr_span(sql), true) &&
		   migr_lite_command(scratch, sql);
}

/* Read what the schema has: virtual tables first, as they make tables. */
static bool
read_schema(MigrLite *lite, const char *schema, MigrRows *rows)
{
	return migr_lite_query_once(
		lite,
		migr_printf(&lite->host.ctx.arena,
					"SELECT type, name, sql, type = 'table' AND rootpage = 0"
					" FROM %s.sqlite_schema WHERE sql IS NOT NULL"
					" AND name NOT LIKE 'sqlite\\_%%' ESCAPE '\\'"
					" ORDER BY 4 DESC, rowid",
					migr_quote_name(&lite->host.ctx.arena, schema)),
		NULL, 0, rows);
}

/* Take over the number of the schema's state. */
static bool
copy_version(MigrLite *scratch, const char *schema)
{
	MigrArena *arena = &scratch->host.ctx.arena;
	const char *pragma = migr_printf(arena, "PRAGMA %s.schema_version",
									 migr_quote_name(arena, schema));
	MigrRows rows;

	return migr_lite_query_once(scratch->outer, pragma, NULL, 0, &rows) &&
		   migr_lite_command(
			   scratch, migr_printf(arena, "%s = %lld", pragma,
									(long long) migr_cell(&rows, 0, 0).number));
}

bool
migr_lite_scratch_copy(MigrLite *scratch, const char *schema)
{
	bool main = migr_same_name(schema, "main");
	MigrRows rows;

	if (!read_schema(scratch->outer, schema, &rows) ||
		!attach(scratch, schema) || !migr_lite_command(scratch, "BEGIN"))
		return migr_lite_scratch_fail(scratch);
	for (int i = 0; i < rows.count; i++)
		if (!make(scratch, schema, &rows, i) ||
			(main && migr_cell(&rows, i, 3).number == 0 &&
			 !migr_lite_made(scratch)))
			return migr_lite_scratch_fail(scratch);
	return (migr_lite_whole(scratch) && copy_version(scratch, schema) &&
			migr_lite_command(scratch, "COMMIT")) ||
		   migr_lite_scratch_fail(scratch);
}
