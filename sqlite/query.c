/*
 * query.c
 *	  Statements: those of a revision script, and our own.
 */
#include "lite.h"

#include <stdlib.h>
#include <string.h>

#include "schema/ddl_read.h"

/* ---- errors ------------------------------------------------------------ */

/* Say who holds the lock, and what helps. */
static bool
fail_busy(MigrLite *lite)
{
	MigrCtx *ctx = &lite->host.ctx;
	/* once a statement of the caller's transaction has read, it can't be had */
	MigrCode code =
		lite->tx == MIGR_LITE_SAVEPOINT ? MIGR_ERR_BUSY : MIGR_ERR_LOCKED;

	migr_fail(ctx, code, "%s", sqlite3_errmsg(lite->db));
	migr_detail(ctx, "Another connection holds a lock that this one needs.");
	if (lite->in_transaction)
		return migr_hint(ctx, "Begin the transaction with BEGIN IMMEDIATE: "
							  "once it has read, it can't wait for a lock.");
	return migr_hint(ctx, "Try again, or let SQLite wait for the lock: PRAGMA "
						  "busy_timeout = 5000; or with the settings "
						  "lock_timeout and lock_retries.");
}

/* Say whose statement has the table, and what helps. */
static bool
fail_locked(MigrLite *lite)
{
	MigrCtx *ctx = &lite->host.ctx;
	int rc = sqlite3_extended_errcode(lite->db);

	migr_fail(ctx, MIGR_ERR_BUSY, "%s", sqlite3_errmsg(lite->db));
	if (rc == SQLITE_LOCKED_SHAREDCACHE)
		return migr_hint(ctx, "A connection that shares the cache with this "
							  "one is in a transaction: try again when it has "
							  "ended.");
	return migr_hint(ctx, "Read other statements of this connection to their "
						  "end or reset them before.");
}

/* Say that nothing can be written, or not beside the file. */
static bool
fail_read_only(MigrLite *lite)
{
	MigrCtx *ctx = &lite->host.ctx;
	int rc = sqlite3_extended_errcode(lite->db);

	migr_fail(ctx, MIGR_ERR_READ_ONLY, "%s", sqlite3_errmsg(lite->db));
	if (rc != SQLITE_READONLY_DIRECTORY)
		return false;
	migr_detail(ctx, "SQLite can't write in the file's directory: a journal, "
					 "or what WAL mode needs even to read.");
	return migr_hint(ctx, "What nobody writes to can be read as "
						  "file:NAME?immutable=1.");
}

bool
migr_lite_fail(MigrLite *lite, int rc)
{
	MigrCtx *ctx = &lite->host.ctx;
	const char *message = sqlite3_errmsg(lite->db);

	switch (rc & 0xff)
	{
		case SQLITE_NOMEM:
			migr_lite_no_memory(lite);
		case SQLITE_INTERRUPT:
			return migr_fail(ctx, MIGR_ERR_INTERRUPTED, "interrupted");
		case SQLITE_BUSY:
			return fail_busy(lite);
		case SQLITE_LOCKED:
			return fail_locked(lite);
		case SQLITE_READONLY:
			return fail_read_only(lite);
		default:
			return migr_fail(ctx, MIGR_ERR_STATEMENT, "%s", message);
	}
}

/* ---- parameters --------------------------------------------------------- */

/* Bind one argument; the arena keeps its text. */
static int
bind(MigrLite *lite, sqlite3_stmt *stmt, int at, const MigrValue *value)
{
	MigrSpan text = value->text;

	if (value->null)
		return sqlite3_bind_null(stmt, at);
	if (value->type == MIGR_INT || value->type == MIGR_BOOL)
		return sqlite3_bind_int64(stmt, at, value->number);
	if (value->type == MIGR_INSTANT)
		text =
			migr_span(migr_instant_text(&lite->host.ctx.arena, value->number));
	return sqlite3_bind_text64(stmt, at, text.ptr, text.len, SQLITE_STATIC,
							   SQLITE_UTF8);
}

/* ---- scripts ----------------------------------------------------------- */

/* Step through a statement; rows that it returns are dropped. */
static int
run_out(sqlite3_stmt *stmt)
{
	int rc;

	do
		rc = sqlite3_step(stmt);
	while (rc == SQLITE_ROW);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

bool
migr_lite_fail_at(MigrLite *lite, const MigrBody *body, const MigrStmt *stmt,
				  int number, size_t offset)
{
	MigrCtx *ctx = &lite->host.ctx;
	MigrPlace place = body->place;

	place.line = stmt->line;
	for (size_t i = stmt->offset; i < offset && offset < body->text.len; i++)
	{
		if (body->text.ptr[i] == '\n')
			place.line++;
	}
	place.statement = number;
	place.text =
		migr_strndup(&ctx->arena, body->text.ptr + stmt->offset, stmt->len);
	return migr_at(ctx, &place);
}

/* Find what stands for a parameter; NULL: nothing does. */
static const MigrValue *
find_arg(const MigrBody *body, const char *name)
{
	char *end;
	long number;

	if (name == NULL || name[0] != '$')
		return NULL;
	number = strtol(name + 1, &end, 10);
	return *end == '\0' && number >= 1 && number <= body->nargs
			   ? &body->args[number - 1]
			   : NULL;
}

/*
 * Bind the texts of a body that has such to $1, $2, ...  Any other parameter is
 * an error there; where a body has none, it is null.
 */
static int
bind_body(MigrLite *lite, const MigrBody *body)
{
	int at = body->nargs > 0 ? sqlite3_bind_parameter_count(lite->script) : 0;
	int rc = SQLITE_OK;

	/* from the last one: what a higher number skips has no name */
	for (; at > 0 && rc == SQLITE_OK; at--)
	{
		const char *name = sqlite3_bind_parameter_name(lite->script, at);
		const MigrValue *arg = find_arg(body, name);

		if (arg != NULL)
			rc = bind(lite, lite->script, at, arg);
		else
		{
			migr_fail(&lite->host.ctx, MIGR_ERR_STATEMENT,
					  "there is no parameter %s", name != NULL ? name : "?");
			rc = SQLITE_ERROR;
		}
	}
	return rc;
}

/* Is it TRIGGER or VIEW, and one of temp's by its name? */
static bool
is_temporary(MigrReader *reader)
{
	MigrName name;

	if (!migr_read_word(reader, "TRIGGER") && !migr_read_word(reader, "VIEW"))
		return false;
	if (migr_read_word(reader, "IF"))
	{
		migr_read_word(reader, "NOT");
		migr_read_word(reader, "EXISTS");
	}
	return migr_read_name(reader, MIGR_NAME_ANY, &name) &&
		   migr_same_name(name.name, "temp");
}

bool
migr_lite_makes_stale(MigrLite *lite, MigrSpan sql)
{
	MigrReader reader;

	migr_read_begin(&reader, &lite->host.ctx, sql);
	if (migr_read_word(&reader, "DROP"))
		return is_temporary(&reader);
	if (!migr_read_word(&reader, "CREATE"))
		return migr_read_at(&reader, "PRAGMA") ||
			   migr_read_at(&reader, "ANALYZE");
	return migr_read_at(&reader, "INDEX") || migr_read_at(&reader, "UNIQUE") ||
		   migr_read_at(&reader, "TEMP") ||
		   migr_read_at(&reader, "TEMPORARY") || is_temporary(&reader);
}

/*
 * Prepare and run the statement at *at, and move *at behind it.  *wrong is
 * where an error is, as far as SQLite knows.
 */
static bool
run_next(MigrLite *lite, const MigrBody *body, size_t *at, size_t *wrong)
{
	const char *text = body->text.ptr + *at;
	const char *tail = text;
	int waited = 0;
	int rc;
	int offset;

	/* the length is left out, or SQLite would copy all that remains */
	do
		rc = sqlite3_prepare_v3(lite->db, text, -1, 0, &lite->script, &tail);
	while (lite->outside && migr_lite_wait(lite, rc, &waited));
	offset = rc == SQLITE_OK ? -1 : migr_lite_error_offset(lite->db);
	*wrong = offset < 0 ? body->text.len : *at + (size_t) offset;
	if (rc == SQLITE_OK)
		rc = bind_body(lite, body);
	while (rc == SQLITE_OK)
	{
		rc = run_out(lite->script);
		if (!lite->outside || !migr_lite_wait(lite, rc, &waited))
			break;
		rc = SQLITE_OK;
	}
	if (rc != SQLITE_OK)
		migr_lite_fail(lite, rc);
	sqlite3_finalize(lite->script);
	lite->script = NULL;
	*at += (size_t) (tail - text);
	if (lite->outside)
		return rc == SQLITE_OK;
	if (rc == SQLITE_OK && !sqlite3_get_autocommit(lite->db))
		return true;
	if (rc == SQLITE_OK)
		return migr_fail(&lite->host.ctx, MIGR_ERR_TRANSACTION,
						 "the statement ended the transaction that the "
						 "migration runs in");
	if (sqlite3_get_autocommit(lite->db))
		migr_detail(&lite->host.ctx,
					"SQLite has rolled back the whole transaction.");
	return false;
}

/* Run it, which ends at most at end, so that all can be undone still; a scratch
 * database goes away anyhow. */
static bool
run_guarded(MigrLite *lite, const MigrBody *body, size_t *at, size_t end,
			size_t *wrong)
{
	MigrSpan rest = {body->text.ptr + *at, end - *at};
	bool ok;

	if (lite->outside || lite->outer != NULL ||
		!migr_lite_makes_stale(lite, rest))
		return run_next(lite, body, at, wrong);
	if (!migr_lite_before_stale(lite))
		return false;
	ok = run_next(lite, body, at, wrong);
	return migr_lite_behind_stale(lite) && ok;
}

/*
 * SQLite has the last word about where a statement ends: behind where the
 * splitter saw the end, or before it, and then what is left runs as well.
 */
bool
migr_lite_exec(MigrHost *host, const MigrBody *body, const MigrStmt *stmt,
			   int number, size_t *end)
{
	MigrLite *lite = migr_lite(host);
	size_t at = stmt->offset;
	size_t last = at + stmt->len;
	size_t before;
	size_t wrong = body->text.len;
	MigrSpan text = {body->text.ptr + stmt->offset, stmt->len};
	MigrStatementKind kind = migr_statement_kind(&host->ctx, text);
	bool done = false;

	if (host->ctx.err.code != MIGR_OK)
		return false;
	if (lite->outside && !migr_lite_vacuum(lite, body, stmt, &done))
		return migr_lite_fail_at(lite, body, stmt, number, wrong);
	*end = last;
	/* a function that it calls may write, whatever it looks like */
	lite->wrote = true;
	if (done)
		return true;
	if (kind > MIGR_STATEMENT_PLAIN_DROP)
		return migr_lite_standard(lite, kind, text) ||
			   migr_lite_fail_at(lite, body, stmt, number, wrong);
	do
	{
		before = at;
		if (!run_guarded(lite, body, &at, last, &wrong))
			return migr_lite_fail_at(lite, body, stmt, number, wrong);
	} while (at > before && at < last);
	*end = at;
	return kind != MIGR_STATEMENT_PLAIN_DROP ||
		   migr_lite_standard(lite, kind, text) ||
		   migr_lite_fail_at(lite, body, stmt, number, wrong);
}

/* ---- our own ----------------------------------------------------------- */

/* What somebody has written into a file's schema may hold more behind a CREATE. */
bool
migr_lite_command(MigrLite *lite, const char *sql)
{
	sqlite3_stmt *stmt;
	const char *tail;
	int rc;

	migr_lite_note(lite, sql);
	rc = sqlite3_prepare_v3(lite->db, sql, -1, 0, &stmt, &tail);
	if (rc == SQLITE_OK && *tail != '\0')
	{
		sqlite3_finalize(stmt);
		return migr_fail(&lite->host.ctx, MIGR_ERR_STATEMENT,
						 "there is more than one statement in \"%s\"", sql);
	}
	if (rc == SQLITE_OK)
		rc = run_out(stmt);
	sqlite3_finalize(stmt);
	return rc == SQLITE_OK || migr_lite_fail(lite, rc);
}

/* Find a statement's plan, or make it; NULL with an error set. */
static MigrLitePlan *
find_plan(MigrLite *lite, const char *sql)
{
	MigrLitePlan *plan;
	int rc;

	for (plan = lite->plans; plan != NULL; plan = plan->next)
	{
		if (plan->sql == sql)
			return plan;
	}
	plan = migr_alloc(&lite->host.ctx.arena, sizeof(*plan));
	rc = sqlite3_prepare_v3(lite->db, sql, -1, 0, &plan->stmt, NULL);
	if (rc != SQLITE_OK)
	{
		migr_lite_fail(lite, rc);
		return NULL;
	}
	plan->sql = sql;
	plan->next = lite->plans;
	lite->plans = plan;
	return plan;
}

/* Bind all arguments, and :user where the statement asks for it. */
static int
bind_all(MigrLite *lite, sqlite3_stmt *stmt, const MigrValue *args, int nargs)
{
	MigrHost *host = &lite->host;
	int user = sqlite3_bind_parameter_index(stmt, ":user");
	int rc = SQLITE_OK;

	for (int i = 0; i < nargs && rc == SQLITE_OK; i++)
		rc = bind(lite, stmt, i + 1, &args[i]);
	if (user != 0 && rc == SQLITE_OK)
	{
		MigrValue name = migr_text_value(host->user(host));

		rc = bind(lite, stmt, user, &name);
	}
	return rc;
}

/* Copy a cell.  A number is there as text too, as it may stand where the core
 * reads a text: SQLite's columns hold what they like. */
static MigrValue
read_cell(MigrLite *lite, sqlite3_stmt *stmt, int column)
{
	int storage = sqlite3_column_type(stmt, column);
	MigrValue value = migr_null_value(MIGR_TEXT);
	const unsigned char *text;

	if (storage == SQLITE_NULL)
		return value;
	if (storage == SQLITE_INTEGER)
	{
		value.type = MIGR_INT;
		value.number = sqlite3_column_int64(stmt, column);
	}
	text = sqlite3_column_text(stmt, column);
	if (text == NULL)
		migr_lite_no_memory(lite);
	value.null = false;
	value.text.len = (size_t) sqlite3_column_bytes(stmt, column);
	value.text.ptr = migr_strndup(&lite->host.ctx.arena, (const char *) text,
								  value.text.len);
	return value;
}

/* Run a statement whose arguments are bound, and collect its rows. */
static int
collect(MigrLite *lite, sqlite3_stmt *stmt, MigrRows *rows)
{
	MIGR_VEC(MigrValue) cells = {0};
	int rc;

	rows->columns = sqlite3_column_count(stmt);
	rows->count = 0;
	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW)
	{
		for (int i = 0; i < rows->columns; i++)
		{
			MigrValue cell = read_cell(lite, stmt, i);

			migr_vec_push(&lite->host.ctx.arena, &cells, cell);
		}
		rows->count++;
	}
	rows->cells = cells.items;
	rows->affected = migr_lite_changes(lite->db);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* Run a plan, and take its rows. */
static bool
run_plan(MigrLite *lite, MigrLitePlan *plan, const MigrValue *args, int nargs,
		 MigrRows *rows)
{
	MigrRows unwanted;
	int rc;

	lite->wrote |= !sqlite3_stmt_readonly(plan->stmt);
	rc = bind_all(lite, plan->stmt, args, nargs);
	if (rc == SQLITE_OK)
		rc = collect(lite, plan->stmt, rows != NULL ? rows : &unwanted);
	if (rc != SQLITE_OK)
		migr_lite_fail(lite, rc);
	sqlite3_reset(plan->stmt);
	return rc == SQLITE_OK;
}

bool
migr_lite_query(MigrHost *host, const char *sql, const MigrValue *args,
				int nargs, MigrRows *rows)
{
	MigrLite *lite = migr_lite(host);
	MigrLitePlan *plan;

	if (host->ctx.err.code != MIGR_OK)
		return false;
	if ((sql == host->sql[MIGR_SQL_STORE_EXISTS] ||
		 sql == host->sql[MIGR_SQL_STORE_CREATE]) &&
		!migr_lite_check_store(lite))
		return false;
	if (sql == host->sql[MIGR_SQL_STORE_CREATE]) /* it is several */
	{
		int rc = sqlite3_exec(lite->db, sql, NULL, NULL, NULL);

		lite->wrote = true;
		return rc == SQLITE_OK || migr_lite_fail(lite, rc);
	}
	plan = find_plan(lite, sql);
	return plan != NULL && run_plan(lite, plan, args, nargs, rows);
}

bool
migr_lite_query_once(MigrLite *lite, const char *sql, const MigrValue *args,
					 int nargs, MigrRows *rows)
{
	MigrLitePlan *plan = find_plan(lite, sql);
	bool ok = plan != NULL && run_plan(lite, plan, args, nargs, rows);

	if (plan == NULL)
		return false;
	lite->plans = plan->next;
	sqlite3_finalize(plan->stmt);
	return ok;
}

/*
 * Find out whether the application has made a function for this.  A file may name any,
 * so it has to be one that takes just these arguments: one that takes as many as
 * there are could do anything with them.
 */
static bool
find_function(MigrLite *lite, const char *name)
{
	MigrArena *arena = &lite->host.ctx.arena;
	MigrValue args[] = {migr_text_value(migr_lex_name(arena, migr_span(name))),
						migr_int_value(MIGR_ASK_ARGS)};
	MigrRows rows;

	if (!migr_lite_query_once(lite,
							  "SELECT 1 FROM pragma_function_list"
							  " WHERE lower(name) = lower($1) AND narg = $2"
							  " AND type = 's' AND NOT builtin",
							  args, 2, &rows))
		return false;
	return rows.count > 0 ||
		   migr_fail(&lite->host.ctx, MIGR_ERR_ARGUMENT,
					 "the application has made no function %s of %d arguments",
					 name, MIGR_ASK_ARGS);
}

bool
migr_lite_ask(MigrHost *host, const char *name, const MigrPlace *place,
			  const MigrValue *args, MigrValue *answer)
{
	MigrLite *lite = migr_lite(host);
	MigrRows rows;

	(void) place; /* the core adds it */
	if (lite->asked.name != name)
	{
		if (!find_function(lite, name))
			return false;
		lite->asked.sql = migr_printf(
			&host->ctx.arena, "SELECT NOT %s($1, $2, $3, $4, $5)", name);
	}
	lite->asked.name = name;
	if (!migr_lite_query(host, lite->asked.sql, args, MIGR_ASK_ARGS, &rows))
		return false;
	*answer = migr_cell(&rows, 0, 0);
	answer->number = answer->number == 0;
	return true;
}
