/*
 * threads.c
 *	  What the shell can't test: connections in several threads, interrupts,
 *	  modules that are loaded twice, constraints that call us.
 *
 * Usage: threads module directory
 */
#include <pthread.h>
#include <unistd.h>

#include "connect.h"

#define REVISIONS 40

/* Load a chain of revisions r1, r2, ..., each of which says that it ran. */
static void
load_chain(sqlite3 *db)
{
	sqlite3_str *sql = sqlite3_str_new(NULL);
	char *text;

	sqlite3_str_appendall(sql, "SELECT migrate_load('");
	for (int i = 1; i <= REVISIONS; i++)
	{
		sqlite3_str_appendf(sql, "-- migrate:revision r%d\n", i);
		if (i > 1)
			sqlite3_str_appendf(sql, "-- migrate:revises r%d\n", i - 1);
		sqlite3_str_appendf(sql,
							"-- migrate:upgrade\n"
							"INSERT INTO ran VALUES (%d);\n"
							"CREATE TABLE t%d (a);\n"
							"-- migrate:downgrade\n"
							"DROP TABLE t%d;\n",
							i, i, i);
	}
	sqlite3_str_appendall(sql, "') <> ''");
	text = sqlite3_str_finish(sql);
	expect(db, "CREATE TABLE IF NOT EXISTS ran (i)", "");
	expect(db, text, "1");
	sqlite3_free(text);
}

/* ---- threads ----------------------------------------------------------- */

/* Go up and down a database that no other thread knows. */
static void *
run_alone(void *name)
{
	sqlite3 *db = open_db(name);

	load_chain(db);
	for (int i = 0; i < 5; i++)
	{
		expect(db, "SELECT migrate_upgrade('head') <> ''", "1");
		expect(db, "SELECT migrate_current()", "r40");
		expect(db, "SELECT count(*) FROM migrate_history()", "40");
		expect(db, "SELECT migrate_downgrade('base') <> ''", "1");
	}
	expect(db, "SELECT count(*) FROM ran", "200");
	close_db(db);
	return NULL;
}

/* Two connections in two threads know nothing of each other. */
static void
test_two_databases(void)
{
	pthread_t a;
	pthread_t b;

	CHECK(pthread_create(&a, NULL, run_alone, "a.db") == 0);
	CHECK(pthread_create(&b, NULL, run_alone, "b.db") == 0);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
}

/* Upgrade revision by revision, as somebody else does too. */
static void *
run_race(void *begin)
{
	sqlite3 *db = open_db("race.db");

	for (int i = 1; i <= REVISIONS; i++)
	{
		char *sql = sqlite3_mprintf("SELECT migrate_upgrade('r%d')", i);
		char *result;

		if (begin != NULL)
			expect(db, begin, "");
		result = run(db, sql);
		/* who comes second is told that it is so far already */
		if (result[0] == '!')
		{
			fprintf(stderr, "%s: %s\n", sql, result);
			exit(1);
		}
		if (begin != NULL)
			expect(db, "COMMIT", "");
		sqlite3_free(result);
		sqlite3_free(sql);
	}
	close_db(db);
	return NULL;
}

/* Two who race on one file: each revision runs once. */
static void
test_race(char *journal, char *begin)
{
	sqlite3 *db = open_db("race.db");
	char *pragma = sqlite3_mprintf("PRAGMA journal_mode = %s", journal);
	pthread_t other;

	expect(db, pragma, journal);
	sqlite3_free(pragma);
	load_chain(db);
	CHECK(pthread_create(&other, NULL, run_race, begin) == 0);
	run_race(begin);
	pthread_join(other, NULL);
	expect(db, "SELECT count(*) || ' ' || count(DISTINCT i) FROM ran", "40 40");
	expect(db, "SELECT count(*) FROM _migrate_log", "40");
	expect(db, "SELECT migrate_current()", "r40");
	close_db(db);
	CHECK(system(NULL) != 0);
	pragma = sqlite3_mprintf("rm -f '%s'/race.db*", directory);
	CHECK(system(pragma) == 0);
	sqlite3_free(pragma);
}

/* A lock that is held is told. */
static void
test_busy(void)
{
	sqlite3 *db = open_db("busy.db");
	sqlite3 *other = open_db("busy.db");

	load_chain(db);
	sqlite3_busy_timeout(db, 0);
	expect(other, "BEGIN IMMEDIATE", "");
	expect_error(db, "SELECT migrate_upgrade('head')", "database is locked");
	expect(db, "BEGIN", "");
	expect_error(db, "SELECT migrate_upgrade('head')", "database is locked");
	expect(db, "COMMIT", "");
	expect(other, "COMMIT", "");
	/* a reader keeps the other from committing, not from going on later */
	expect(other, "BEGIN", "");
	expect(other, "SELECT count(*) FROM ran", "0");
	expect_error(db, "SELECT migrate_upgrade('head')", "database is locked");
	expect(other, "COMMIT", "");
	expect(db, "SELECT migrate_upgrade('head') <> ''", "1");
	/* the other's memory of the schema is old by now */
	expect(db, "SELECT migrate_config('version_table', 'elsewhere')",
		   "elsewhere");
	expect(other, "SELECT migrate_config('version_table')", "elsewhere");
	close_db(other);
	close_db(db);
}

/* ---- interrupts -------------------------------------------------------- */

static volatile bool stopping;

/* Interrupt a connection again and again. */
static void *
run_interrupts(void *db)
{
	unsigned pause;

	while (!stopping)
	{
		sqlite3_randomness(sizeof(pause), &pause);
		usleep(pause % 10000);
		sqlite3_interrupt(db);
	}
	return NULL;
}

/* SQL function: interrupt the connection, from within. */
static void
interrupt_now(sqlite3_context *context, int nargs, sqlite3_value **args)
{
	(void) nargs;
	(void) args;
	sqlite3_interrupt(sqlite3_context_db_handle(context));
}

/* Load a revision with these statements behind a CREATE TABLE. */
static void
load_one(sqlite3 *db, const char *id, const char *statements)
{
	char *sql = sqlite3_mprintf(
		"SELECT migrate_load('-- migrate:revision %s\n-- migrate:upgrade\n"
		"CREATE TABLE left_over (a);\n%q;') <> ''",
		id, statements);

	expect(db, sql, "1");
	sqlite3_free(sql);
}

/* Is the database as it was, and the connection fine? */
static void
check_untouched(sqlite3 *db)
{
	expect(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'left_over'",
		   "0");
	expect(db, "SELECT count(*) FROM _migrate_log", "0");
	expect(db, "PRAGMA user_version", "77");
	expect(db, "SELECT migrate_current() IS NULL", "1");
	expect(db, "PRAGMA integrity_check", "ok");
}

/*
 * Interrupt an upgrade: nothing of it stays.  In the caller's transaction, all
 * of that goes, as when SQLite interrupts an INSERT.
 */
static void
interrupt(sqlite3 *db, const char *id)
{
	char *sql = sqlite3_mprintf("SELECT migrate_upgrade('%s')", id);

	expect_error(db, sql, "interrupted");
	CHECK(sqlite3_get_autocommit(db));
	check_untouched(db);
	expect(db, "BEGIN", "");
	expect(db, "PRAGMA user_version = 78", "");
	expect_error(db, sql, "interrupted");
	if (!sqlite3_get_autocommit(db))
		expect(db, "ROLLBACK", "");
	check_untouched(db);
	sqlite3_free(sql);
}

/* Interrupts, during a statement and between two. */
static void
test_interrupts(void)
{
	static const char endless[] =
		"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) ";
	sqlite3 *db = open_db("interrupt.db");
	char *sql;
	pthread_t other;

	CHECK(sqlite3_create_function(db, "interrupt_now", 0, SQLITE_UTF8, NULL,
								  interrupt_now, NULL, NULL) == SQLITE_OK);
	expect(db, "PRAGMA user_version = 77", "");
	sql = sqlite3_mprintf("%sSELECT max(i) FROM n", endless);
	load_one(db, "reads", sql);
	sqlite3_free(sql);
	sql = sqlite3_mprintf("%sINSERT INTO left_over SELECT 1 FROM n WHERE i < 0",
						  endless);
	load_one(db, "writes", sql);
	sqlite3_free(sql);
	load_one(db, "last", "SELECT interrupt_now()");
	load_one(db, "then_writes", "SELECT interrupt_now(); CREATE TABLE u (a)");
	load_one(db, "then_reads", "SELECT interrupt_now(); SELECT 1");
	load_one(db, "then_sets", "SELECT interrupt_now(); PRAGMA cache_size");
	load_one(db, "renames",
			 "ALTER TABLE left_over RENAME TO v; SELECT interrupt_now(); "
			 "SELECT 1");
	interrupt(db, "last");
	interrupt(db, "then_writes");
	interrupt(db, "then_reads");
	interrupt(db, "then_sets");
	interrupt(db, "renames");
	/* a call that reads has a transaction too */
	expect_error(db, "SELECT interrupt_now(), migrate_current()",
				 "interrupted");
	CHECK(sqlite3_get_autocommit(db));
	stopping = false;
	CHECK(pthread_create(&other, NULL, run_interrupts, db) == 0);
	for (int i = 0; i < 10; i++)
	{
		expect_error(db, "SELECT migrate_upgrade('reads')", "interrupted");
		CHECK(sqlite3_get_autocommit(db));
		expect_error(db, "SELECT migrate_upgrade('writes')", "interrupted");
		CHECK(sqlite3_get_autocommit(db));
		expect_error(db, "SELECT * FROM migrate_explain('reads')",
					 "interrupted");
		CHECK(sqlite3_get_autocommit(db));
	}
	stopping = true;
	pthread_join(other, NULL);
	check_untouched(db);
	close_db(db);
}

/* Interrupts at any moment: a run is there, or it isn't. */
static void
test_random_interrupts(void)
{
	sqlite3 *db = open_db("random.db");
	pthread_t other;
	int done = 0;

	load_chain(db);
	stopping = false;
	CHECK(pthread_create(&other, NULL, run_interrupts, db) == 0);
	for (int i = 0; i < 200; i++)
	{
		char *result =
			run(db, done % 2 == 0 ? "SELECT migrate_upgrade('head')"
								  : "SELECT migrate_downgrade('base')");

		CHECK(sqlite3_get_autocommit(db));
		done += result[0] != '!';
		CHECK(result[0] != '!' || strncmp(result, "!interrupted", 12) == 0);
		sqlite3_free(result);
	}
	stopping = true;
	pthread_join(other, NULL);
	if (done % 2 == 1)
		expect(db, "SELECT migrate_downgrade('base') <> ''", "1");
	expect(db, "SELECT count(*) FROM sqlite_schema WHERE name GLOB 't[0-9]*'",
		   "0");
	expect(db, "SELECT count(*) % 40 FROM ran", "0");
	expect(db, "SELECT migrate_current() IS NULL", "1");
	close_db(db);
}

/* ---- loading, and who calls -------------------------------------------- */

/* The module may be loaded twice, also while a statement runs. */
static void
test_twice(void)
{
	sqlite3 *db = open_db("twice.db");
	char *sql = sqlite3_mprintf("SELECT load_extension('%q')", module);

	load(db);
	expect(db, sql, "");
	sqlite3_free(sql);
	expect(db, "SELECT migrate_current() IS NULL", "1");
	expect(db, "SELECT count(*) FROM migrate_history()", "0");
	close_db(db);
}

/*
 * A CHECK constraint doesn't get to run us, although libraries before 3.42 or
 * so let it call a SQLITE_DIRECTONLY function.
 */
static void
test_constraint(void)
{
	sqlite3 *db = open_db("constraint.db");
	char *result;

	load_chain(db);
	sqlite3_free(run(db, "CREATE TABLE c (a CHECK "
						 "(migrate_upgrade('head') <> a))"));
	result = run(db, "INSERT INTO c VALUES ('x')");
	CHECK(result[0] == '!');
	sqlite3_free(result);
	expect(db, "SELECT count(*) FROM ran", "0");
	close_db(db);
}

/* A statement that is read half leaves its connection usable. */
static void
test_half_read(void)
{
	sqlite3 *db = open_db("half.db");
	sqlite3_stmt *stmt;

	load_chain(db);
	CHECK(sqlite3_prepare_v2(db, "SELECT * FROM migrate_history()", -1, &stmt,
							 NULL) == SQLITE_OK);
	CHECK(sqlite3_step(stmt) == SQLITE_ROW);
	expect_error(db, "SELECT migrate_upgrade('head')",
				 "a statement of this connection is still reading");
	expect(db, "SELECT migrate_current() IS NULL", "1");
	expect(db, "SELECT count(*) FROM migrate_history()", "40");
	sqlite3_finalize(stmt);
	expect(db, "SELECT migrate_upgrade('head') <> ''", "1");
	close_db(db);
}

int
main(int argc, char **argv)
{
	CHECK(argc == 3);
	module = argv[1];
	directory = argv[2];
	test_two_databases();
	test_race("delete", NULL);
	test_race("wal", NULL);
	test_race("delete", "BEGIN IMMEDIATE");
	test_race("wal", "BEGIN");
	test_busy();
	test_interrupts();
	test_random_interrupts();
	test_twice();
	test_constraint();
	test_half_read();
	return 0;
}
