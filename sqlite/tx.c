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
 * we begin, the breaker, and let it be stopped.
 */
#include "lite.h"

#define SAVEPOINT "\"_migrate savepoint\""

/*
 * It changes nothing that anybody could see, should it ever run.  If SQLite
 * has to prepare it once more, the parser looks for interrupts at white space
 * and at the text's end; so it has none, and a semicolon.
 */
#define BREAKER "PRAGMA\"main\".\"incremental_vacuum\"(1);"

/* Begin.  tx is set first: a lack of memory may show when it has begun. */
static bool
begin(MigrLite *lite, const char *sql, MigrLiteTx tx)
{
	int rc = SQLITE_OK;

	if (lite->breaker == NULL)
		rc = sqlite3_prepare_v3(lite->db, BREAKER, -1, 0, &lite->breaker, NULL);
	if (rc != SQLITE_OK)
		return migr_lite_fail(lite, rc);
	lite->tx = tx;
	lite->wrote = false;
	return migr_lite_command(lite, sql);
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

/* Begin to write: take the lock, or set a savepoint. */
static bool
begin_write(MigrLite *lite)
{
	MigrCtx *ctx = &lite->host.ctx;

	if (sqlite3_db_readonly(lite->db, "main") == 1)
		return migr_fail(ctx, MIGR_ERR_READ_ONLY, "the database is read-only");
	if (lite->in_transaction)
		return lock_early(lite) &&
			   begin(lite, "SAVEPOINT " SAVEPOINT, MIGR_LITE_SAVEPOINT);
	if (lite->was_reading)
	{
		migr_fail(ctx, MIGR_ERR_TRANSACTION,
				  "a statement of this connection is still reading");
		return migr_hint(ctx, "Call the function without FROM, and read other "
							  "statements to their end or reset them before.");
	}
	return begin(lite, "BEGIN IMMEDIATE", MIGR_LITE_WRITING);
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
	int rc = sqlite3_exec(lite->db, sql, NULL, NULL, NULL);

	if (rc == SQLITE_OK)
	{
		lite->tx = MIGR_LITE_NONE;
		sqlite3_finalize(lite->breaker);
		lite->breaker = NULL;
		return true;
	}
	migr_lite_fail(lite, rc);
	if ((rc & 0xff) == SQLITE_CONSTRAINT)
		migr_detail(&lite->host.ctx,
					"Found at the end, when the transaction was to be "
					"committed: a row refers to one that isn't there.");
	return false;
}

/* Keep what is done, and go on in another transaction, with the connection's
 * settings as they were. */
static bool
next(MigrLite *lite)
{
	if (lite->tx != MIGR_LITE_WRITING)
		return true;
	if (!commit_own(lite))
		return false;
	migr_lite_return_settings(lite);
	return begin(lite, "BEGIN IMMEDIATE", MIGR_LITE_WRITING);
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
			lite->outside = commit_own(lite);
			return lite->outside;
		case MIGR_TX_ENTER:
			lite->outside = false;
			return begin(lite, "BEGIN IMMEDIATE", MIGR_LITE_WRITING);
		case MIGR_TX_COMMIT:
			return commit(lite);
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

	if (lite->tx == MIGR_LITE_READING && lite->done)
		sql = "COMMIT";
	if (lite->tx == MIGR_LITE_SAVEPOINT)
		sql = "ROLLBACK TO " SAVEPOINT ";RELEASE " SAVEPOINT;
	if (lite->tx != MIGR_LITE_NONE && !sqlite3_get_autocommit(lite->db))
	{
		rc = sqlite3_exec(lite->db, sql, NULL, NULL, NULL);
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
