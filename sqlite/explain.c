/*
 * explain.c
 *	  See which tables a statement writes anew, and how many rows it touches.
 *
 * Statements are tried in a copy of the database with all its rows, and not in a
 * savepoint on the database itself: while a SELECT runs that reads our table-valued
 * function, SQLite drops no table on its connection, and so none can be rebuilt; and
 * who writes would have to wait.  The copy is SQLite's own, page by page, into a
 * temporary file that has no name: it goes away with its connection, and with the
 * process, however that ends.
 *
 * There is one lock: who writes has the whole database.
 */
#include "lite.h"

#include "schema/ddl_read.h"
#include "text/quote.h"

/* So many pages are copied between two looks whether somebody interrupts. */
#define PAGES_AT_ONCE 1000

/* From so many rows on, those who wait notice it. */
#define MANY 100000

/* ---- the copy ---------------------------------------------------------------------- */

/* Copy all pages. */
static bool
copy_pages(MigrLite *scratch)
{
	MigrLite *lite = scratch->outer;
	sqlite3_backup *backup =
		sqlite3_backup_init(scratch->db, "main", lite->db, "main");
	bool interrupted = false;
	int rc = SQLITE_OK;

	if (backup == NULL)
		return migr_lite_fail(scratch, sqlite3_extended_errcode(scratch->db));
	while (rc == SQLITE_OK && !interrupted)
	{
		rc = sqlite3_backup_step(backup, PAGES_AT_ONCE);
		interrupted = migr_lite_must_stop(lite->db);
	}
	rc = interrupted ? SQLITE_INTERRUPT : rc;
	sqlite3_backup_finish(backup);
	return rc == SQLITE_DONE || migr_lite_fail(scratch, rc);
}

/* Let modules be there, as stand-ins where they aren't. */
static bool
add_modules(MigrLite *scratch)
{
	MigrRows rows;

	if (!migr_lite_query_once(scratch,
							  "SELECT sql FROM sqlite_schema"
							  " WHERE type = 'table' AND rootpage = 0",
							  NULL, 0, &rows))
		return false;
	for (int i = 0; i < rows.count; i++)
		if (!migr_lite_stand_in(scratch, migr_cell(&rows, i, 0).text, false))
			return false;
	return true;
}

/*
 * Put indexes right that are by functions, or by collations that are others here:
 * SQLite takes an index for corrupt where a row isn't where it looks for it.
 */
static bool
put_indexes_right(MigrLite *scratch)
{
	MigrArena *arena = &scratch->host.ctx.arena;
	MigrRows rows;

	if (!migr_lite_query_once(
			scratch,
			"SELECT name FROM sqlite_schema AS s WHERE type = 'index'"
			" AND (EXISTS (SELECT 1 FROM pragma_index_xinfo(s.name) WHERE"
			" cid = -2 OR upper(coll) NOT IN ('BINARY', 'NOCASE', 'RTRIM'))"
			" OR EXISTS (SELECT 1 FROM pragma_index_list(s.tbl_name) AS l"
			" WHERE l.name = s.name AND l.partial))",
			NULL, 0, &rows))
		return false;
	for (int i = 0; i < rows.count; i++)
		if (!migr_lite_command(
				scratch,
				migr_printf(
					arena, "REINDEX main.%s",
					migr_quote_name(arena, migr_cell(&rows, i, 0).text.ptr))))
			return false;
	return true;
}

bool
migr_lite_scratch_rows(MigrLite *scratch)
{
	MigrLite *lite = scratch->outer;
	MigrCtx *ctx = &lite->host.ctx;

	if (sqlite3_txn_state(lite->db, "main") != SQLITE_TXN_WRITE)
		return copy_pages(scratch) && add_modules(scratch) &&
			   put_indexes_right(scratch);
	migr_fail(ctx, MIGR_ERR_TRANSACTION,
			  "a database can't be copied in a transaction that writes to it");
	return migr_hint(ctx, "Revisions are tried in a copy: COMMIT before.");
}

/* ---- looking ------------------------------------------------------------------------ */

void
migr_lite_note_rebuilt(MigrLite *lite, const char *table)
{
	if (lite->rebuilt != NULL)
		migr_vec_push(&lite->host.ctx.arena, lite->rebuilt, table);
}

/* Count the rows of a table; 0 where there is none. */
static int64_t
count_rows(MigrLite *place, const char *table)
{
	MigrArena *arena = &place->host.ctx.arena;
	MigrRows rows;

	if (!migr_lite_query_once(place,
							  migr_printf(arena, "SELECT count(*) FROM %s",
										  migr_quote_name(arena, table)),
							  NULL, 0, &rows))
	{
		migr_forget(&place->host.ctx);
		return 0;
	}
	return migr_cell(&rows, 0, 0).number;
}

/* Take a name, perhaps with its schema. */
static bool
read_name(MigrReader *reader, MigrName *name)
{
	if (!migr_read_name(reader, MIGR_NAME_ANY, name))
		return false;
	return !migr_read_char(reader, '.') ||
		   migr_read_name(reader, MIGR_NAME_ANY, name);
}

/* Is it a CREATE TABLE ... AS?  Then of which table? */
static bool
fills_table(MigrCtx *ctx, MigrSpan text, MigrName *name)
{
	MigrReader reader;

	migr_read_begin(&reader, ctx, text);
	migr_read_word(&reader, "CREATE");
	(void) (migr_read_word(&reader, "TEMP") ||
			migr_read_word(&reader, "TEMPORARY"));
	return migr_read_word(&reader, "TABLE") && !migr_read_at(&reader, "IF") &&
		   read_name(&reader, name) && migr_read_at(&reader, "AS");
}

/* Is it a CREATE INDEX?  Then on which table? */
static bool
makes_index(MigrCtx *ctx, MigrSpan text, MigrName *name)
{
	MigrReader reader;

	migr_read_begin(&reader, ctx, text);
	if (!migr_read_word(&reader, "CREATE"))
		return false;
	migr_read_word(&reader, "UNIQUE");
	if (!migr_read_word(&reader, "INDEX"))
		return false;
	if (migr_read_word(&reader, "IF"))
	{
		migr_read_word(&reader, "NOT");
		migr_read_word(&reader, "EXISTS");
	}
	return read_name(&reader, name) && migr_read_word(&reader, "ON") &&
		   migr_read_name(&reader, MIGR_NAME_ANY, name);
}

/* Is it a statement that changes rows? */
static bool
changes_rows(MigrCtx *ctx, MigrSpan text)
{
	static const char *const words[] = {"INSERT", "REPLACE", "UPDATE",
										"DELETE", "WITH",	 NULL};
	MigrReader reader;

	migr_read_begin(&reader, ctx, text);
	return migr_read_at_one(&reader, words) != NULL ||
		   migr_statement_kind(ctx, text) == MIGR_STATEMENT_TRUNCATE;
}

/* How many rows has it written or deleted?  changes: as SQLite counts them, those
 * of the schema too. */
static int64_t
touched(MigrLite *place, MigrSpan text, const MigrTexts *rebuilt, int changes)
{
	MigrCtx *ctx = &place->host.ctx;
	int64_t rows = 0;
	MigrName name;

	if (changes_rows(ctx, text))
		return changes;
	if (fills_table(ctx, text, &name))
		return count_rows(place, name.name);
	for (int i = 0; i < rebuilt->count; i++)
		rows += count_rows(place, rebuilt->items[i]);
	return rows;
}

/* Who waits while the database is written to?  Without a log of what is new, readers
 * too, as soon as that doesn't fit into SQLite's cache. */
static const char *
who_waits(MigrLite *lite)
{
	MigrRows rows;

	return migr_lite_query_once(lite, "PRAGMA main.journal_mode", NULL, 0,
								&rows) &&
				   rows.count > 0 &&
				   migr_span_is(migr_cell(&rows, 0, 0).text, "wal")
			   ? "writers"
			   : "readers and writers";
}

/* Say who would wait for long, for what, and what would be better; NULL: nobody. */
static const char *
warn(MigrLite *lite, MigrSpan text, const MigrSeen *seen)
{
	MigrArena *arena = &lite->host.ctx.arena;
	const char *instead = "no statement does it otherwise";
	const char *what;
	MigrName name;

	if (makes_index(&lite->host.ctx, text, &name))
	{
		if (count_rows(lite->place, name.name) < MANY)
			return NULL;
		what = migr_printf(arena, "%s is read as a whole", name.name);
	}
	else if (seen->rows < MANY)
		return NULL;
	else if (seen->rewritten != NULL)
		what = migr_printf(arena, "%s is rewritten", seen->rewritten);
	else
	{
		what = "the rows are written";
		instead = "instead: a part of the rows in each statement of an "
				  "autocommit section";
	}
	return migr_printf(arena, "%s of the database wait while %s; %s",
					   who_waits(lite), what, instead);
}

bool
migr_lite_explain(MigrHost *host, const MigrBody *body, const MigrStmt *stmt,
				  int number, size_t *end, MigrSeen *seen)
{
	MigrLite *lite = migr_lite(host);
	MigrLite *place = lite->place;
	MigrSpan text = {body->text.ptr + stmt->offset, stmt->len};
	MigrTexts rebuilt = {0};
	int changes;
	int64_t start;

	if (!migr_lite_settle(lite, migr_lite_whole(place)))
		return false;
	place->rebuilt = &rebuilt;
	changes = sqlite3_total_changes(place->db);
	start = host->now(host);
	if (!migr_lite_exec_there(host, body, stmt, number, end))
		return false;
	seen->elapsed = host->now(host) - start;
	place->rebuilt = NULL;
	changes = sqlite3_total_changes(place->db) - changes;
	seen->rows = touched(place, text, &rebuilt, changes);
	if (rebuilt.count > 0)
		seen->rewritten =
			migr_join(&host->ctx.arena, rebuilt.items, rebuilt.count, ", ");
	/* it is taken when a run begins */
	if (!lite->explained)
		seen->locks = "write lock on the whole database";
	lite->explained = true;
	seen->warning = warn(lite, text, seen);
	return migr_lite_settle(lite, true);
}
