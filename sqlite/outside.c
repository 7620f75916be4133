/*
 * outside.c
 *	  Autocommit sections: which of their statements can run outside of a
 *	  transaction here, and those that need more than that.
 *
 * VACUUM can't run on our connection while the SELECT that called us does, so
 * it gets a connection of its own, to the same file.  What PRAGMA foreign_keys
 * sets lasts as long as the revision does: the application has its own mind
 * about that, and so may the next revision.
 */
#include "lite.h"

#include <string.h>

#include "text/lex.h"
#include "text/split.h"

/* Is it a VACUUM? */
static bool
is_vacuum(const MigrStmt *stmt)
{
	return stmt->kind == MIGR_STMT_AUTOCOMMIT &&
		   strcmp(stmt->words, "VACUUM") == 0;
}

const char *
migr_lite_file(MigrLite *lite)
{
	const char *name = sqlite3_db_filename(lite->db, "main");

	return name != NULL && name[0] != '\0' ? name : NULL;
}

/* Refuse a VACUUM of a database that no second connection can open. */
static bool
check_vacuum(MigrLite *lite, const MigrBody *body, const MigrStmts *stmts)
{
	MigrCtx *ctx = &lite->host.ctx;

	for (int i = 0; i < stmts->count; i++)
	{
		const MigrStmt *stmt = &stmts->items[i];
		MigrPlace place = body->place;

		if (!is_vacuum(stmt))
			continue;
		place.line = stmt->line;
		place.statement = i + 1;
		place.text =
			migr_strndup(&ctx->arena, body->text.ptr + stmt->offset, stmt->len);
		migr_fail(ctx, MIGR_ERR_UNSUPPORTED,
				  "VACUUM in a revision needs a database that is a file");
		migr_hint(ctx, "It runs on a connection of its own, which can't see "
					   "a database in memory or a temporary one.");
		return migr_at(ctx, &place);
	}
	return true;
}

bool
migr_lite_outside(MigrHost *host, const MigrBody *body, const MigrStmts *stmts)
{
	MigrLite *lite = migr_lite(host);

	if (!lite->in_transaction)
		return migr_lite_file(lite) != NULL || check_vacuum(lite, body, stmts);
	migr_fail(&host->ctx, MIGR_ERR_AUTOCOMMIT,
			  "revision %s has an autocommit section, which can't run inside "
			  "a transaction",
			  body->place.revision);
	return migr_hint(&host->ctx,
					 "Call migrate_%s() outside of a transaction: COMMIT "
					 "before.",
					 body->place.section);
}

/* ---- VACUUM -------------------------------------------------------------- */

/* Does the connection keep its lock on the file for good? */
static bool
is_exclusive(MigrLite *lite)
{
	sqlite3_stmt *stmt;
	bool exclusive = false;
	int rc = sqlite3_prepare_v3(lite->db, "PRAGMA main.locking_mode", -1, 0,
								&stmt, NULL);

	if (rc == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW)
		exclusive = sqlite3_stricmp((const char *) sqlite3_column_text(stmt, 0),
									"exclusive") == 0;
	sqlite3_finalize(stmt);
	return exclusive;
}

/* Stop where the connection that we work for is interrupted. */
static int
stop(void *lite)
{
	return migr_lite_interrupted(((MigrLite *) lite)->db);
}

/* Open the second connection, through the same VFS. */
static int
open_second(MigrLite *lite)
{
	sqlite3_vfs *vfs = NULL;
	int rc;

	sqlite3_file_control(lite->db, "main", SQLITE_FCNTL_VFS_POINTER, &vfs);
	rc =
		sqlite3_open_v2(migr_lite_file(lite), &lite->second,
						SQLITE_OPEN_READWRITE, vfs != NULL ? vfs->zName : NULL);
	if (rc != SQLITE_OK)
		return rc;
	sqlite3_busy_timeout(lite->second, migr_lite_patience(lite));
	sqlite3_progress_handler(lite->second, 1000, stop, lite);
	return SQLITE_OK;
}

/* Fail with what the second connection says. */
static bool
fail_second(MigrLite *lite, int rc)
{
	MigrCtx *ctx = &lite->host.ctx;

	switch (rc & 0xff)
	{
		case SQLITE_NOMEM:
		case SQLITE_INTERRUPT:
			return migr_lite_fail(lite, rc);
		case SQLITE_BUSY:
			migr_fail(ctx, MIGR_ERR_LOCKED, "%s", sqlite3_errmsg(lite->second));
			migr_detail(ctx, "VACUUM runs on a connection of its own, and "
							 "needs the database for itself.");
			if (is_exclusive(lite))
				return migr_hint(ctx,
								 "This connection keeps its lock, as PRAGMA "
								 "locking_mode says: migrate on another "
								 "one.");
			return migr_hint(ctx, "Try again, or let SQLite wait for the lock: "
								  "PRAGMA busy_timeout = 5000.");
		default:
			return migr_fail(ctx, MIGR_ERR_STATEMENT, "%s",
							 sqlite3_errmsg(lite->second));
	}
}

void
migr_lite_close_second(MigrLite *lite)
{
	sqlite3_close(lite->second);
	lite->second = NULL;
}

/* Is it a PRAGMA whose value waits for the next VACUUM? */
static bool
waits_for_vacuum(MigrSpan text)
{
	const char *words[] = {"PRAGMA", "PAGE_SIZE", "AUTO_VACUUM"};
	bool pragma = false;

	while (text.len > 0)
	{
		MigrToken token = migr_lex(text);
		MigrSpan word = {text.ptr, token.len};

		if (token.kind == MIGR_TOKEN_WORD && !pragma)
		{
			if (!migr_lex_is(word, words[0]))
				return false;
			pragma = true;
		}
		else if (token.kind == MIGR_TOKEN_WORD &&
				 (migr_lex_is(word, words[1]) || migr_lex_is(word, words[2])))
			return true;
		text.ptr += token.len;
		text.len -= token.len;
	}
	return false;
}

/* Say on the second connection what the section has said for the VACUUM at an
 * offset. */
static int
repeat_pragmas(MigrLite *lite, const MigrBody *body, size_t offset)
{
	MigrArena *arena = &lite->host.ctx.arena;
	MigrStmts stmts = {0};
	int rc = SQLITE_OK;

	if (!migr_split(&lite->host.ctx, body, &stmts))
		return SQLITE_ERROR;
	for (int i = 0; rc == SQLITE_OK && i < stmts.count; i++)
	{
		const MigrStmt *stmt = &stmts.items[i];
		MigrSpan text = {body->text.ptr + stmt->offset, stmt->len};

		if (stmt->offset < offset && waits_for_vacuum(text))
			rc = sqlite3_exec(lite->second, migr_span_dup(arena, text), NULL,
							  NULL, NULL);
	}
	return rc;
}

bool
migr_lite_vacuum(MigrLite *lite, const MigrBody *body, const MigrStmt *stmt,
				 bool *done)
{
	const char *text;
	int rc;

	*done = is_vacuum(stmt);
	if (!*done)
		return true;
	text = migr_strndup(&lite->host.ctx.arena, body->text.ptr + stmt->offset,
						stmt->len);
	rc = open_second(lite);
	if (rc == SQLITE_OK)
		rc = repeat_pragmas(lite, body, stmt->offset);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(lite->second, text, NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		fail_second(lite, rc);
	migr_lite_close_second(lite);
	return rc == SQLITE_OK;
}
