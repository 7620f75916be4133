/*
 * host.c
 *	  The door from SQLite to the core: guard, run, clean up.
 *
 * Every call goes through migr_lite_run(), and everything that a call opens is
 * listed in its MigrLite.  So there is one place that closes all of it, after
 * success, after an error and after a chunk of memory that couldn't be had.
 * The last jumps: there is no frame of SQLite's between the core and the door
 * to be jumped over.  While the core waits for SQLite, a script may call us
 * again, but that call has a door of its own (and the guard lets only those in
 * that ask for options).
 */
#include "lite.h"

#include <pwd.h>
#include <time.h>
#include <unistd.h>

#include "text/lex.h"
#include "text/split.h"

MigrLite *
migr_lite(MigrHost *host)
{
	return (MigrLite *) host;
}

/* ---- memory ------------------------------------------------------------ */

/*
 * So much of a call's memory is kept for the next one, a connection.  Asking the
 * system for fresh pages at each call would cost more than reading the graph.
 */
#define SPARE_MAX ((size_t) 16 * 1024 * 1024)

/* Take a chunk of about this size from the spare ones; NULL: there is none. */
static MigrLiteChunk *
take_spare(MigrConnection *connection, size_t size)
{
	for (MigrLiteChunk **at = &connection->spare; *at != NULL;
		 at = &(*at)->next)
	{
		MigrLiteChunk *piece = *at;

		if (piece->size < size || piece->size / 2 > size)
			continue;
		*at = piece->next;
		connection->spare_size -= piece->size;
		return piece;
	}
	return NULL;
}

void
migr_lite_no_memory(MigrLite *lite)
{
	while (lite->outer != NULL)
		lite = lite->outer;
	longjmp(lite->no_memory, 1);
}

/* Give the arena a chunk, or leave the call. */
static void *
chunk(void *host, size_t size)
{
	MigrLite *lite = host;
	MigrLiteChunk *piece = take_spare(lite->connection, size);

	if (piece == NULL && size < SIZE_MAX - sizeof(MigrLiteChunk))
	{
		piece = sqlite3_malloc64(sizeof(MigrLiteChunk) + size);
		if (piece != NULL)
			piece->size = size;
	}
	if (piece == NULL)
		migr_lite_no_memory(lite);
	piece->next = lite->chunks;
	lite->chunks = piece;
	return piece + 1;
}

/* Free the chunks that came after one; NULL: all. */
static void
free_chunks(MigrLite *lite, const MigrLiteChunk *last)
{
	MigrConnection *connection = lite->connection;

	while (lite->chunks != last)
	{
		MigrLiteChunk *piece = lite->chunks;

		lite->chunks = piece->next;
		if (connection->spare_size + piece->size > SPARE_MAX)
		{
			sqlite3_free(piece);
			continue;
		}
		piece->next = connection->spare;
		connection->spare = piece;
		connection->spare_size += piece->size;
	}
}

void
migr_lite_free(MigrLite *lite)
{
	free_chunks(lite, NULL);
}

void
migr_lite_close_plans(MigrLite *lite)
{
	for (MigrLitePlan *plan = lite->plans; plan != NULL; plan = plan->next)
		sqlite3_finalize(plan->stmt);
	lite->plans = NULL;
}

/* Close the databases in memory. */
static void
close_scratches(MigrLite *lite)
{
	while (lite->scratches != NULL)
		migr_lite_scratch_close(lite->scratches);
}

/* MigrHost.renew */
static void
renew(MigrHost *host)
{
	MigrLite *lite = migr_lite(host);

	close_scratches(lite);
	migr_lite_close_plans(lite);
	lite->connection->options = NULL;
	lite->config_known = lite->user_asked = false;
	lite->user = NULL;
	lite->preview = NULL;
	lite->lost = NULL;
	lite->asked.name = NULL;
	lite->place = NULL;
	lite->explained = false;
	free_chunks(lite, lite->first_chunks);
	host->ctx.arena = lite->at_first;
}

void
migr_lite_forget(MigrConnection *connection)
{
	while (connection->spare != NULL)
	{
		MigrLiteChunk *next = connection->spare->next;

		sqlite3_free(connection->spare);
		connection->spare = next;
	}
	sqlite3_free(connection);
}

/* ---- small things that the core asks for ------------------------------- */

/* Split a script's section. */
static bool
parse(MigrHost *host, const MigrBody *body, MigrStmts *stmts)
{
	return migr_split(&host->ctx, body, stmts);
}

/* Compare two sections token by token. */
static bool
same_sql(MigrHost *host, const MigrBody *a, const MigrBody *b, bool *same)
{
	(void) host;
	*same = migr_same_tokens(a->text, b->text);
	return true;
}

/* Name the operating system's user; it takes a file to find that out. */
static const char *
user(MigrHost *host)
{
	MigrLite *lite = migr_lite(host);
	size_t size = 16 * 1024;
	char *buffer;
	struct passwd entry;
	struct passwd *found;

	if (lite->user_asked)
		return lite->user;
	buffer = migr_alloc(&host->ctx.arena, size);
	if (getpwuid_r(geteuid(), &entry, buffer, size, &found) == 0 &&
		found != NULL)
		lite->user = found->pw_name;
	lite->user_asked = true;
	return lite->user;
}

/* Tell the time. */
static int64_t
now(MigrHost *host)
{
	struct timespec time;

	(void) host;
	clock_gettime(CLOCK_REALTIME, &time);
	return (int64_t) time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

/* Fill a buffer with random bytes. */
static bool
random_bytes(MigrHost *host, void *bytes, size_t count)
{
	(void) host;
	sqlite3_randomness((int) count, bytes);
	return true;
}

/* Write a warning to SQLite's error log: a function has nowhere else to. */
static void
warn(MigrHost *host, const char *message)
{
	(void) host;
	sqlite3_log(SQLITE_WARNING, "migrate: %s", message);
}

/* Let an interrupt in. */
static bool
poll(MigrHost *host)
{
	return !migr_lite_interrupted(migr_lite(host)->db) ||
		   migr_lite_fail(migr_lite(host), SQLITE_INTERRUPT);
}

/* ---- the door ---------------------------------------------------------- */

/* Ask what the connection is about before we change that. */
void
migr_lite_open(MigrLite *lite, MigrConnection *connection)
{
	MigrHost *host = &lite->host;

	memset(lite, 0, sizeof(*lite));
	lite->connection = connection;
	migr_arena_init(&host->ctx.arena, chunk, lite);
	host->dialect = "sqlite";
	host->sql = migr_lite_sql;
	host->options = &lite->connection->options;
	host->parse = parse;
	host->exec = migr_lite_exec_there;
	host->query = migr_lite_query;
	host->tx = migr_lite_tx;
	host->renew = renew;
	host->outside = migr_lite_outside;
	host->rewrites = migr_lite_rewrites;
	host->preview_begin = migr_lite_preview_begin;
	host->preview = migr_lite_preview;
	host->locate = migr_lite_locate;
	host->scratch = migr_lite_scratch;
	host->explain = migr_lite_explain;
	host->build = migr_lite_build;
	host->about = migr_lite_about;
	host->build_part = migr_lite_build_part;
	host->introspect = migr_lite_introspect;
	host->ask = migr_lite_ask;
	host->surroundings = migr_lite_surroundings;
	host->ready = migr_lite_ready;
	host->list = migr_lite_list;
	host->read = migr_lite_read;
	host->look = migr_lite_look;
	host->write = migr_lite_write;
	host->make_directory = migr_lite_make_directory;
	host->same_sql = same_sql;
	host->setting = migr_lite_setting;
	host->captured = migr_lite_captured;
	host->literal = migr_lite_literal;
	host->set = migr_lite_set;
	host->user = user;
	host->now = now;
	host->zone = migr_lite_zone;
	host->random = random_bytes;
	host->warn = warn;
	host->poll = poll;
	lite->db = connection->db;
	lite->file = -1;
	lite->lock = -1;
	lite->in_transaction = !sqlite3_get_autocommit(lite->db);
	host->reads_late = lite->in_transaction;
	lite->was_reading = sqlite3_txn_state(lite->db, NULL) != SQLITE_TXN_NONE;
	migr_lite_read_flags(lite, &lite->flags);
}

/* Is a statement a PRAGMA? */
static bool
is_pragma(sqlite3_stmt *stmt)
{
	const char *sql = sqlite3_sql(stmt);
	MigrSpan rest = migr_span(sql != NULL ? sql : "");
	MigrToken token = migr_lex(rest);

	while (rest.len > 0 && token.kind == MIGR_TOKEN_SPACE)
	{
		rest.ptr += token.len;
		rest.len -= token.len;
		token = migr_lex(rest);
	}
	rest.len = token.len;
	return migr_lex_is(rest, "PRAGMA");
}

/*
 * Refuse what must not call us.  A CHECK constraint can call a scalar function
 * in spite of SQLITE_DIRECTONLY (seen in 3.40), so a file from anywhere could
 * run us while an application writes to it, or looks it through with PRAGMA
 * integrity_check; and the transaction of a statement that writes isn't ours to
 * end.  They show as a busy statement that isn't read-only, or is a PRAGMA.  A
 * table-valued function can't stand in a constraint, and it only reads.
 */
static bool
guard(MigrLite *lite, MigrForm form, const char *name)
{
	MigrCtx *ctx = &lite->host.ctx;
	sqlite3_stmt *stmt = NULL;

	if (lite->connection->running)
		return migr_fail(ctx, MIGR_ERR_TRANSACTION,
						 "a revision script can't call %s()", name);
	if (form == MIGR_FORM_TABLE)
		return true;
	while ((stmt = sqlite3_next_stmt(lite->db, stmt)) != NULL)
	{
		if (!sqlite3_stmt_busy(stmt) ||
			(sqlite3_stmt_readonly(stmt) && !is_pragma(stmt)))
			continue;
		migr_fail(ctx, MIGR_ERR_TRANSACTION, "%s() can't be called while a %s",
				  name, is_pragma(stmt) ? "PRAGMA runs" : "statement writes");
		return migr_hint(ctx,
						 "Call it by itself, as in SELECT %s(...); and finish "
						 "other statements of the connection before.",
						 name);
	}
	return true;
}

/* Make instants texts: SQLite has no type for them. */
static void
render_instants(MigrArena *arena, MigrRows *rows)
{
	size_t count = (size_t) rows->count * (size_t) rows->columns;

	for (size_t i = 0; i < count; i++)
	{
		MigrValue *cell = &rows->cells[i];

		if (cell->type == MIGR_INSTANT && !cell->null)
			*cell = migr_text_value(migr_instant_text(arena, cell->number));
	}
}

/* Run the command; false with an error set. */
static bool
run_command(MigrLite *lite, MigrForm form, MigrCommandId id,
			sqlite3_value **args, int nargs)
{
	const MigrCommand *command = &migr_commands[id];
	MigrValue values[MIGR_MAX_PARAMS];

	if (command->access != MIGR_ASKS)
	{
		if (!guard(lite, form, command->name))
			return false;
		lite->entered = true;
		lite->connection->running = true;
	}
	if (!migr_lite_arguments(lite, command, args, nargs, values))
		return false;
	lite->at_first = lite->host.ctx.arena;
	lite->first_chunks = lite->chunks;
	/* a setting that couldn't be read leaves an error, and nothing else */
	return migr_call(&lite->host, id, values, nargs, &lite->result) &&
		   lite->host.ctx.err.code == MIGR_OK;
}

/* Do what a call does; a lack of memory jumps out of here. */
static void
work(MigrLite *lite, MigrForm form, MigrCommandId id, sqlite3_value **args,
	 int nargs)
{
	MigrArena *arena = &lite->host.ctx.arena;

	if (!run_command(lite, form, id, args, nargs))
	{
		lite->message = migr_lite_error_text(arena, &lite->host.ctx.err);
		return;
	}
	render_instants(arena, &lite->result.rows);
	if (form == MIGR_FORM_SCALAR)
		lite->text = migr_result_text(arena, &lite->result);
	lite->done = true;
}

/* Needs no memory. */
void
migr_lite_close(MigrLite *lite)
{
	migr_lite_lend_back(lite);
	close_scratches(lite);
	migr_lite_close_files(lite);
	sqlite3_finalize(lite->script);
	lite->script = NULL;
	migr_lite_close_plans(lite);
	migr_lite_close_second(lite);
	migr_lite_undo(lite);
	migr_lite_release(lite);
	migr_lite_lock_timeout_back(lite);
	migr_lite_write_flags(lite, &lite->flags);
	if (!lite->entered)
		return;
	lite->connection->running = false;
	/* they are the call's memory */
	lite->connection->options = NULL;
}

bool
migr_lite_run(MigrLite *lite, const MigrBinding *binding, MigrForm form,
			  sqlite3_value **args, int nargs)
{
	migr_lite_open(lite, binding->connection);
	if (setjmp(lite->no_memory) == 0)
		work(lite, form, binding->id, args, nargs);
	migr_lite_close(lite);
	return lite->done;
}
