/*
 * tx.c
 *	  The transaction of a call: begin, commit, undo.
 *
 * Outside a transaction a call has one of its own, inside the caller's it has
 * a savepoint.  Undoing is harder than it looks.  sqlite3_interrupt() stops
 * every statement that begins until the outermost one has ended, which is the
 * SELECT that called us; so it stops our ROLLBACK as well.  After a lack of
 * memory it is the same: not even a ROLLBACK can be prepared.
 *
 * But a statement that writes, and is stopped in one of these ways, makes
 * SQLite roll back the whole transaction by itself.  So we prepare one before
 * we begin, the breaker, and let it be stopped.  Up to 3.36 a lack of memory
 * doesn't stop it in this way: then the transaction stays open.
 */
#include "lite.h"

#define SAVEPOINT "\"_migrate savepoint\""

/*
 * It changes nothing that anybody could see, should it ever run.  If SQLite
 * has to prepare it once more, the parser looks for interrupts at white space
 * and at the text's end; so it has none, and a semicolon.
 */
#define BREAKER "PRAGMA\"main\".\"incremental_vacuum\"(1);"

/* Run a command that may have to wait for a lock. */
static int
exec_patiently(MigrLite *lite, const char *sql)
{
	int waited = 0;
	int rc;

	do
		rc = sqlite3_exec(lite->db, sql, NULL, NULL, NULL);
	while (migr_lite_wait(lite, rc, &waited));
	return rc;
}

/* Begin.  tx is set first: a lack of memory may show when it has begun. */
static bool
begin(MigrLite *lite, const char *sql, MigrLiteTx tx)
{
	int waited = 0;
	int rc = SQLITE_OK;

	/* to be prepared it may have to read the schema */
	while (lite->breaker == NULL)
	{
		rc = sqlite3_prepare_v3(lite->db, BREAKER, -1, 0, &lite->breaker, NULL);
		if (!migr_lite_wait(lite, rc, &waited))
			break;
	}
	if (rc != SQLITE_OK)
		return migr_lite_fail(lite, rc);
	lite->tx = tx;
	lite->wrote = false;
	rc = exec_patiently(lite, sql);
	return rc == SQLITE_OK || migr_lite_fail(lite, rc);
}

/*
 * Before what makes all statements stale, the breaker as well: prepare one that
 * reads, and begin it.  When that is ended, and memory was short since, SQLite rolls
 * the whole transaction back.
 */
bool
migr_lite_before_stale(MigrLite *lite)
{
	int rc = sqlite3_prepare_v3(lite->db, "SELECT count(*) FROM sqlite_schema",
								-1, 0, &lite->guard, NULL);

	if (rc == SQLITE_OK && sqlite3_step(lite->guard) == SQLITE_ROW)
		return true;
	return migr_lite_fail(lite, sqlite3_extended_errcode(lite->db));
}

/* Behind it: prepare another breaker, and end the guard. */
bool
migr_lite_behind_stale(MigrLite *lite)
{
	bool ok = lite->host.ctx.err.code == MIGR_OK;
	int rc;

	sqlite3_finalize(lite->breaker);
	lite->breaker = NULL;
	rc = sqlite3_prepare_v3(lite->db, BREAKER, -1, 0, &lite->breaker, NULL);
	if (ok && rc != SQLITE_OK)
		ok = migr_lite_fail(lite, rc);
	sqlite3_finalize(lite->guard);
	lite->guard = NULL;
	return ok;
}

bool
migr_lite_change(MigrLite *lite, const char *sql)
{
	bool ok;

	if (!migr_lite_makes_stale(lite, migr_span(sql)))
		return migr_lite_command(lite, sql);
	if (!migr_lite_before_stale(lite))
		return false;
	ok = migr_lite_command(lite, sql);
	return migr_lite_behind_stale(lite) && ok;
}

/* See to it that all reads of the call are of one moment. */
static bool
begin_read(MigrLite *lite)
{
	/* whoever reads already, or is in a transaction, has that */
	if (lite->tx != MIGR_LITE_NONE || lite->in_transaction || lite->was_reading)
		return true;
	return begin(lite, "BEGIN", MIGR_LITE_READING);
}

/*
 * Take the write lock in a transaction of the caller's that hasn't read yet.
 * Here SQLite still waits as long as busy_timeout says; once something is
 * read, it would fail at once.  A statement that changes nothing does it; if
 * there is no such table, nobody has migrated here, and it can't be done.
 */
static bool
lock_early(MigrLite *lite)
{
	sqlite3_stmt *stmt;
	int rc;

	if (lite->was_reading ||
		sqlite3_prepare_v3(lite->db, "DELETE FROM main._migrate_script WHERE 0",
						   -1, 0, &stmt, NULL) != SQLITE_OK)
		return true;
	sqlite3_step(stmt);
	rc = sqlite3_finalize(stmt);
	return rc == SQLITE_OK || migr_lite_fail(lite, rc);
}

/* Refuse where nothing could be undone: SQLite rolls back by the journal. */
static bool
check_journal(MigrLite *lite)
{
	MigrCtx *ctx = &lite->host.ctx;
	MigrRows rows;

	if (!migr_lite_query(&lite->host, "PRAGMA main.journal_mode", NULL, 0,
						 &rows))
		return false;
	if (rows.count == 0 || !migr_span_is(migr_cell(&rows, 0, 0).text, "off"))
		return true;
	migr_fail(ctx, MIGR_ERR_STATE,
			  "the database has no journal, so that a "
			  "run which fails could not be undone");
	return migr_hint(ctx,
					 "PRAGMA journal_mode = delete (or wal, memory, ...).");
}

/* Fail: somebody else migrates, with no lock of SQLite's. */
static bool
fail_held(MigrLite *lite)
{
	MigrCtx *ctx = &lite->host.ctx;

	migr_fail(ctx, lite->in_transaction ? MIGR_ERR_BUSY : MIGR_ERR_LOCKED,
			  "another connection migrates this database");
	migr_detail(ctx, "It runs an autocommit section of a revision.");
	return migr_hint(ctx, "Try again when it has ended, or let SQLite wait for "
						  "it: PRAGMA busy_timeout = 60000; or with the "
						  "settings lock_timeout and lock_retries.");
}

/* Begin a transaction of ours with the write lock, when nobody else migrates
 * without it. */
static bool
begin_immediate(MigrLite *lite)
{
	int waited = 0;
	bool held;

	for (;;)
	{
		if (!begin(lite, "BEGIN IMMEDIATE", MIGR_LITE_WRITING) ||
			!migr_lite_is_held(lite, &held))
			return false;
		if (!held)
			return true;
		migr_lite_undo(lite);
		if (!migr_lite_nap(lite, migr_lite_patience(lite), &waited))
			return fail_held(lite);
	}
}

/* The same in a transaction of the caller's: a savepoint. */
static bool
begin_savepoint(MigrLite *lite)
{
	bool held;

	return lock_early(lite) && migr_lite_is_held(lite, &held) &&
		   (!held || fail_held(lite)) &&
		   begin(lite, "SAVEPOINT " SAVEPOINT, MIGR_LITE_SAVEPOINT);
}

/* Begin to write. */
static bool
begin_write(MigrLite *lite)
{
	MigrCtx *ctx = &lite->host.ctx;

	/* behind MIGR_TX_AGAIN it has begun */
	if (lite->tx == MIGR_LITE_WRITING || lite->tx == MIGR_LITE_SAVEPOINT)
		return true;
	if (sqlite3_db_readonly(lite->db, "main") == 1)
		return migr_fail(ctx, MIGR_ERR_READ_ONLY, "the database is read-only");
	lite->config_known = false; /* others may have changed it meanwhile */
	if (!check_journal(lite))
		return false;
	migr_lite_lock_timeout(lite);
	if (lite->in_transaction)
		return begin_savepoint(lite);
	if (lite->was_reading)
	{
		migr_fail(ctx, MIGR_ERR_TRANSACTION,
				  "a statement of this connection is still reading");
		return migr_hint(ctx, "Call the function without FROM, and read other "
							  "statements to their end or reset them before.");
	}
	return begin_immediate(lite);
}

/*
 * Commit a transaction of ours.  Where nothing was written it is rolled back:
 * with a rollback journal the commit of an empty one fails as well while another
 * connection reads (seen in 3.40).  The next one needs another breaker: what runs
 * between them may make this one stale (PRAGMA foreign_keys does), and where
 * memory is short it couldn't be prepared again.
 */
static bool
commit_own(MigrLite *lite)
{
	const char *sql = lite->wrote ? "COMMIT" : "ROLLBACK";
	int rc = exec_patiently(lite, sql);

	if (rc == SQLITE_OK)
	{
		lite->tx = MIGR_LITE_NONE;
		lite->host.tried = 0;
		sqlite3_finalize(lite->breaker);
		lite->breaker = NULL;
		return true;
	}
	migr_lite_fail(lite, rc);
	return migr_detail(&lite->host.ctx,
					   "Found at the end, when the transaction was to be "
					   "committed%s",
					   (rc & 0xff) == SQLITE_CONSTRAINT
						   ? ": a row refers to one that isn't there."
						   : ".");
}

/* Keep what is done, with the connection's settings as they were. */
static bool
next(MigrLite *lite)
{
	if (lite->tx != MIGR_LITE_WRITING)
		return true;
	if (!commit_own(lite))
		return false;
	migr_lite_write_flags(lite, &lite->flags);
	return true;
}

/* Leave the transaction, and keep others out. */
static bool
leave(MigrLite *lite)
{
	lite->outside = migr_lite_hold(lite) && commit_own(lite);
	if (!lite->outside)
		migr_lite_release(lite);
	return lite->outside;
}

/* Go back into one. */
static bool
enter(MigrLite *lite)
{
	if (!begin(lite, "BEGIN IMMEDIATE", MIGR_LITE_WRITING))
	{
		migr_lite_undo(lite);
		return false;
	}
	lite->outside = false;
	migr_lite_release(lite);
	return true;
}

bool
migr_lite_begin_statement(MigrLite *lite)
{
	return begin(lite, "BEGIN IMMEDIATE", MIGR_LITE_WRITING);
}

bool
migr_lite_end_statement(MigrLite *lite, bool ok)
{
	lite->wrote = true;
	ok = ok && commit_own(lite);
	if (!ok)
		migr_lite_undo(lite);
	return ok;
}

/* Undo, wait, and begin anew. */
static bool
again(MigrLite *lite)
{
	if (lite->outside)
		return migr_lite_pause(lite);
	migr_lite_undo(lite);
	migr_lite_write_flags(lite, &lite->flags);
	return migr_lite_pause(lite) && begin_write(lite);
}

/* Keep what is done. */
static bool
commit(MigrLite *lite)
{
	if (lite->tx == MIGR_LITE_WRITING)
		return commit_own(lite);
	if (lite->tx == MIGR_LITE_SAVEPOINT)
	{
		if (!migr_lite_command(lite, "RELEASE " SAVEPOINT))
			return false;
		lite->tx = MIGR_LITE_NONE;
	}
	return true;
}

bool
migr_lite_tx(MigrHost *host, MigrTxOp op)
{
	MigrLite *lite = migr_lite(host);

	if (host->ctx.err.code != MIGR_OK)
		return false;
	switch (op)
	{
		case MIGR_TX_READ:
			return begin_read(lite);
		case MIGR_TX_WRITE:
			return begin_write(lite);
		case MIGR_TX_STEP_BEGIN:
		case MIGR_TX_STEP_END:
			break;
		case MIGR_TX_NEXT:
			return next(lite);
		case MIGR_TX_LEAVE:
			return leave(lite);
		case MIGR_TX_ENTER:
			return enter(lite);
		case MIGR_TX_COMMIT:
			return commit(lite);
		case MIGR_TX_AGAIN:
			return again(lite);
	}
	return true;
}

/*
 * Undo what isn't committed.  Where it takes the breaker, that costs the
 * caller's transaction too, as it does with an INSERT that is interrupted.
 */
void
migr_lite_undo(MigrLite *lite)
{
	const char *sql = "ROLLBACK";
	int rc = SQLITE_OK;

	sqlite3_finalize(lite->guard);
	lite->guard = NULL;
	if (lite->tx == MIGR_LITE_READING && lite->done)
		sql = "COMMIT";
	if (lite->tx == MIGR_LITE_SAVEPOINT)
		sql = "ROLLBACK TO " SAVEPOINT ";RELEASE " SAVEPOINT;
	if (lite->tx != MIGR_LITE_NONE && !sqlite3_get_autocommit(lite->db))
	{
		rc = sqlite3_exec(lite->db, sql, NULL, NULL, NULL);
		/* what has been kept isn't worth to wait for readers */
		if (rc != SQLITE_OK && lite->tx == MIGR_LITE_READING && lite->done)
			rc = sqlite3_exec(lite->db, "ROLLBACK", NULL, NULL, NULL);
		if (rc == SQLITE_INTERRUPT || rc == SQLITE_NOMEM)
			sqlite3_step(lite->breaker);
		else if (rc != SQLITE_OK)
			sqlite3_log(rc, "migrate: can't undo: %s",
						sqlite3_errmsg(lite->db));
	}
	lite->tx = MIGR_LITE_NONE;
	sqlite3_finalize(lite->breaker);
	lite->breaker = NULL;
}
