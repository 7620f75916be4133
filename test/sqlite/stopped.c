/*
 * stopped.c
 *	  A check, a proof and an autogenerate that are interrupted, killed, or run out of
 *	  memory: nothing is left behind, and the next one works.
 *
 * Usage: stopped module directory
 */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "walk.h"

/* What would run for ever. */
#define ENDLESS                                                                \
	"CREATE TABLE e AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i +" \
	" 1 FROM n) SELECT count(*) AS c FROM n;"

#define CHECKED "SELECT group_concat(description, '; ') FROM migrate_check()"
#define VERIFIED                                                               \
	"SELECT group_concat(step || ' ' || ok || coalesce(' ' || detail, ''),"    \
	" '; ') FROM migrate_verify()"
#define REVISION "SELECT migrate_revision('more', true)"

/* Set the model. */
static void
set_model(sqlite3 *db, const char *model)
{
	char *sql = sqlite3_mprintf("SELECT migrate_model(%Q) <> ''", model);

	expect(db, sql, "1");
	sqlite3_free(sql);
}

/* Load a revision, in place of the one that is there. */
static void
load_revision(sqlite3 *db, const char *upgrade)
{
	char *sql = sqlite3_mprintf(
		"SELECT migrate_load('-- migrate:revision r1\n-- migrate:upgrade\n%q\n"
		"-- migrate:downgrade\nDROP TABLE e;') <> ''",
		upgrade);

	expect(db, sql, "1");
	sqlite3_free(sql);
}

/* What the database holds. */
static char *
state(sqlite3 *db)
{
	return run(
		db,
		"SELECT (SELECT group_concat(type || name || coalesce(sql, ''), char(10))"
		" FROM sqlite_schema) || (SELECT group_concat(id || a) FROM live)"
		" || (SELECT count(*) FROM _migrate_script)"
		" || (SELECT user_version || schema_version FROM pragma_user_version,"
		" pragma_schema_version)");
}

/* ---- interrupts --------------------------------------------------------------------- */

static volatile bool stopping;

/* Interrupt a connection again and again. */
static void *
run_interrupts(void *db)
{
	while (!stopping)
	{
		usleep(2000);
		sqlite3_interrupt(db);
	}
	return NULL;
}

/* Interrupt a call that would run for ever. */
static void
interrupt(sqlite3 *db, const char *call)
{
	char *before = state(db);
	pthread_t thread;
	char *now;

	stopping = false;
	CHECK(pthread_create(&thread, NULL, run_interrupts, db) == 0);
	expect_error(db, call, "interrupted");
	stopping = true;
	pthread_join(thread, NULL);
	CHECK(sqlite3_get_autocommit(db));
	now = state(db);
	CHECK(strcmp(before, now) == 0);
	expect(db, "SELECT count(*) FROM pragma_database_list", "1");
	sqlite3_free(before);
	sqlite3_free(now);
}

/* ---- kills ---------------------------------------------------------------------------- */

/* Kill a process that is in such a call. */
static void
kill_in(const char *file, const char *call)
{
	sqlite3 *db = open_db(file);
	char *before = state(db);
	int pipes[2];
	pid_t child;
	char byte;
	char *now;

	close_db(db);
	CHECK(pipe(pipes) == 0);
	child = fork();
	CHECK(child >= 0);
	if (child == 0)
	{
		db = open_db(file);
		CHECK(write(pipes[1], "x", 1) == 1);
		run(db, call);
		_exit(1);
	}
	CHECK(read(pipes[0], &byte, 1) == 1);
	usleep(50000);
	CHECK(kill(child, SIGKILL) == 0);
	CHECK(waitpid(child, NULL, 0) == child);
	close(pipes[0]);
	close(pipes[1]);
	db = open_db(file);
	now = state(db);
	CHECK(strcmp(before, now) == 0);
	sqlite3_free(before);
	sqlite3_free(now);
	expect(db, "PRAGMA integrity_check", "ok");
	close_db(db);
}

/* Both, of all three. */
static void
test_stopped(void)
{
	sqlite3 *db = open_db("stopped.db");

	CHECK(sqlite3_exec(db,
					   "CREATE TABLE live (id INTEGER PRIMARY KEY, a text);"
					   "INSERT INTO live VALUES (1, 'one')",
					   NULL, NULL, NULL) == SQLITE_OK);
	set_model(db, "CREATE TABLE live (id INTEGER PRIMARY KEY);" ENDLESS);
	interrupt(db, "SELECT count(*) FROM migrate_check()");
	interrupt(db, REVISION);
	close_db(db);
	kill_in("stopped.db", "SELECT count(*) FROM migrate_check()");
	kill_in("stopped.db", REVISION);
	db = open_db("stopped.db");
	set_model(db, "CREATE TABLE live (id INTEGER PRIMARY KEY, a text);");
	expect(db, "SELECT count(*) FROM migrate_check()", "0");
	load_revision(db, "CREATE TABLE f (x);" ENDLESS);
	interrupt(db, VERIFIED);
	close_db(db);
	kill_in("stopped.db", VERIFIED);
	db = open_db("stopped.db");
	load_revision(db, "CREATE TABLE e (x);");
	expect(db, VERIFIED,
		   "upgrade 1; downgrade 1; upgrade again 1; model 0 differs: added "
		   "table 'e'");
	close_db(db);
}

/* ---- memory ------------------------------------------------------------------------------ */

/* Fail each step-th allocation of a call in turn, what it has done undone each time:
 * it fails, or gives what it gives else. */
static void
walk(sqlite3 *db, const char *call, long step)
{
	char *before = state(db);
	bool more = true;
	char *good;

	CHECK(sqlite3_exec(db, "SAVEPOINT s", NULL, NULL, NULL) == SQLITE_OK);
	good = run(db, call);
	CHECK(good[0] != '!' && good[0] != '\0');
	sqlite3_exec(db, "ROLLBACK TO s; RELEASE s", NULL, NULL, NULL);
	for (long at = 1; more; at += step)
	{
		char *now;

		CHECK(sqlite3_exec(db, "SAVEPOINT s", NULL, NULL, NULL) == SQLITE_OK);
		more = fail_call(db, call, at, good);
		/* a lack of memory may have ended the transaction */
		if (!sqlite3_get_autocommit(db))
			CHECK(sqlite3_exec(db, "ROLLBACK TO s; RELEASE s", NULL, NULL,
							   NULL) == SQLITE_OK);
		CHECK(sqlite3_get_autocommit(db));
		now = state(db);
		CHECK(strcmp(before, now) == 0);
		sqlite3_free(now);
	}
	sqlite3_free(good);
	sqlite3_free(before);
}

/* Allocations that fail in all three. */
static void
test_memory(void)
{
	sqlite3 *db = open_db("memory.db");

	CHECK(sqlite3_exec(
			  db,
			  "CREATE TABLE live (id INTEGER PRIMARY KEY, a text);"
			  "INSERT INTO live VALUES (1, 'one'); CREATE INDEX i ON live (a)",
			  NULL, NULL, NULL) == SQLITE_OK);
	set_model(
		db, "CREATE TABLE live (id INTEGER PRIMARY KEY, a text NOT NULL, b int"
			" CHECK (b > 0)); CREATE TABLE n (l REFERENCES live);"
			"CREATE VIEW v AS SELECT a FROM live;");
	for (int i = 0; i < 2; i++)
	{
		forever = i == 1;
		walk(db, CHECKED, 17);
		walk(db,
			 "SELECT migrate_revision('more', true, false, 'head', false, NULL,"
			 " NULL, 'm1')",
			 41);
	}
	load_revision(db, "CREATE TABLE e (x);\nINSERT INTO nowhere VALUES (1);");
	for (int i = 0; i < 2; i++)
	{
		forever = i == 1;
		walk(db, VERIFIED, 17);
	}
	load_revision(db, "CREATE TABLE e (x);");
	for (int i = 0; i < 2; i++)
	{
		forever = i == 1;
		walk(db, VERIFIED, 29);
	}
	forever = false;
	close_db(db);
}

int
main(int argc, char **argv)
{
	begin_walks(argc, argv);
	test_stopped();
	test_memory();
	end_walks();
	return 0;
}
