/*
 * faults.c
 *	  Every allocation of a call fails in turn: the call says so, nothing of it
 *	  stays, nothing leaks, and the connection goes on.
 *
 * Usage: faults module directory
 */
#include "memory.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool inside; /* call it in a transaction of ours? */

/* End the test with what is wrong. */
static void
stop(const char *sql, long at, const char *what)
{
	fprintf(stderr, "%s, allocation %ld: %s\n", sql, at, what);
	exit(1);
}

/* Run a statement; rows are dropped. */
static int
run(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

/* Copy the first cell to the number at out. */
static int
read_number(void *out, int columns, char **cells, char **names)
{
	(void) columns;
	(void) names;
	*(int *) out = cells[0] != NULL ? (int) strtol(cells[0], NULL, 10) : -1;
	return 0;
}

/* What the database holds, as a number. */
static int
state_of(sqlite3 *db)
{
	int state = -2;

	sqlite3_exec(db,
				 "SELECT (SELECT count(*) FROM sqlite_schema) * 1000"
				 " + coalesce((SELECT count(*) FROM alembic_version), 0) * 100"
				 " + (SELECT count(*) FROM _migrate_config) * 10"
				 " + (SELECT count(*) FROM _migrate_script)"
				 " + (SELECT count(*) FROM _migrate_log) * 100000",
				 read_number, &state, NULL);
	return state;
}

/* Can a script still ask for what a command was given?  Not when it is over. */
static bool
options_stay(sqlite3 *db)
{
	int gone = 0;

	sqlite3_exec(db, "SELECT migrate_x('k') IS NULL AND migrate_tag() IS NULL",
				 read_number, &gone, NULL);
	return gone != 1;
}

/* Fail each allocation of a statement in turn, which by itself ends with
 * wanted.  undo takes back what it does when it goes well. */
static void
walk(sqlite3 *db, const char *sql, int wanted, const char *undo)
{
	for (long at = 1;; at++)
	{
		int before = state_of(db);
		int rc;

		if (inside)
			run(db, "BEGIN");
		failed = false;
		countdown = at;
		rc = run(db, sql);
		countdown = 0;
		if (before < 0)
			stop(sql, at, "can't read the state");
		/* SQLite may have rolled all of it back */
		if (inside && !sqlite3_get_autocommit(db))
			run(db, "COMMIT");
		if (!sqlite3_get_autocommit(db))
			stop(sql, at, "a transaction is open");
		if (options_stay(db))
			stop(sql, at, "the command's options are still there");
		if (rc != wanted && !failed)
			stop(sql, at, sqlite3_errmsg(db));
		if (rc == SQLITE_OK || state_of(db) != before)
		{
			/* it may have failed when it was done, on the way out */
			if (undo != NULL && run(db, undo) != SQLITE_OK)
				stop(undo, at, sqlite3_errmsg(db));
		}
		if (!failed)
			break;
	}
}

/*
 * The same for a section outside of a transaction: what has run of it stays, but
 * no transaction, no second connection, and foreign_keys as they were.
 */
static void
walk_autocommit(sqlite3 *db)
{
	static const char load[] =
		"SELECT migrate_config('name', 'auto'); "
		"SELECT migrate_load('-- migrate:revision v1\n"
		"-- migrate:upgrade autocommit\nPRAGMA foreign_keys = ON;\n"
		"CREATE TABLE v (a);\nVACUUM;\n"
		"-- migrate:upgrade\nINSERT INTO v VALUES (1);'); "
		"SELECT migrate_config('name', NULL)";
	int keys = -1;

	if (run(db, load) != SQLITE_OK)
		stop(load, 0, sqlite3_errmsg(db));
	walk(db, "SELECT migrate('-n auto upgrade head')", SQLITE_OK,
		 "DROP TABLE IF EXISTS v; SELECT migrate('-n auto stamp base')");
	sqlite3_exec(db, "PRAGMA foreign_keys", read_number, &keys, NULL);
	if (keys != 0)
		stop("autocommit", 0, "foreign_keys is on");
}

/* The same where another connection reads, so that each try ends in vain. */
static void
walk_retries(sqlite3 *db, const char *directory)
{
	char *path = sqlite3_mprintf("%s/faults.db", directory);
	sqlite3 *reader;

	if (run(db, "SELECT migrate_config('lock_timeout', '1'), "
				"migrate_config('lock_retries', '1')") != SQLITE_OK ||
		sqlite3_open(path, &reader) != SQLITE_OK ||
		run(reader, "BEGIN; SELECT count(*) FROM sqlite_schema") != SQLITE_OK)
		stop("reader", 0, sqlite3_errmsg(db));
	walk(db, "SELECT migrate('-x k=v upgrade head --tag t')", SQLITE_ERROR,
		 NULL);
	if (sqlite3_close(reader) != SQLITE_OK ||
		run(db, "SELECT migrate_config('lock_timeout', NULL), "
				"migrate_config('lock_retries', NULL)") != SQLITE_OK)
		stop("reader", 0, sqlite3_errmsg(db));
	sqlite3_free(path);
}

/* Does a directory hold a file that was being written? */
static bool
holds_hidden(const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	bool found = false;

	while (directory != NULL && (entry = readdir(directory)) != NULL)
		found |= entry->d_name[0] == '.' && entry->d_name[1] == 'm';
	if (directory != NULL)
		closedir(directory);
	return found;
}

/* The same for a command that writes a file: no part of one stays. */
static void
walk_file(sqlite3 *db, const char *directory)
{
	static const char sql[] =
		"SELECT migrate_revision('x', 0, 0, 'head', 0, NULL, NULL, 'z1')";
	char *init = sqlite3_mprintf("SELECT migrate_init('%q/s')", directory);
	char *versions = sqlite3_mprintf("%s/s/versions", directory);
	char *file = sqlite3_mprintf("%s/z1_x.sql", versions);

	if (run(db, init) != SQLITE_OK)
		stop(init, 0, sqlite3_errmsg(db));
	for (long at = 1;; at++)
	{
		int rc;

		failed = false;
		countdown = at;
		rc = run(db, sql);
		countdown = 0;
		if (rc != SQLITE_OK && !failed)
			stop(sql, at, sqlite3_errmsg(db));
		if (holds_hidden(versions))
			stop(sql, at, "a file is half written");
		if (!failed)
			break;
		unlink(file);
	}
	if (access(file, R_OK) != 0)
		stop(sql, 0, "there is no file");
	sqlite3_free(file);
	sqlite3_free(versions);
	sqlite3_free(init);
}

/* The same for an Alembic project: its file, and what was captured of its run. */
static void
walk_import(sqlite3 *db, const char *directory)
{
	char *sql = sqlite3_mprintf("SELECT migrate_import_alembic_files('%q/p')",
								directory);
	char *path = sqlite3_mprintf("%s/p", directory);
	char *name = sqlite3_mprintf("%s/p1.py", path);
	FILE *file;

	mkdir(path, 0700);
	file = fopen(name, "w");
	if (file == NULL ||
		fputs("revision = 'p1'\ndown_revision = None", file) < 0)
		stop(name, 0, "can't be written");
	fclose(file);
	if (run(db,
			"SELECT migrate_config('capture', 'on'); CREATE TABLE p (a);"
			"CREATE TABLE _alembic_tmp_p (a, b); INSERT INTO _alembic_tmp_p "
			"(a) SELECT p.a FROM p; DROP TABLE p; ALTER TABLE "
			"_alembic_tmp_p RENAME TO p; INSERT INTO alembic_version "
			"(version_num) VALUES ('p1'); DELETE FROM alembic_version WHERE "
			"version_num = 'p1'; SELECT migrate_config('capture', 'off')") !=
		SQLITE_OK)
		stop("capture", 0, sqlite3_errmsg(db));
	walk(db, sql, SQLITE_OK,
		 "DELETE FROM _migrate_script WHERE revision = 'p1'");
	sqlite3_free(name);
	sqlite3_free(path);
	sqlite3_free(sql);
}

int
main(int argc, char **argv)
{
	static const char scripts[] =
		"SELECT migrate_load('-- migrate:revision a1\n-- migrate:upgrade\n"
		"CREATE TABLE t (a); INSERT INTO t VALUES (migrate_x(''k''));\n"
		"-- migrate:downgrade\nDROP TABLE t;\n"
		"-- migrate:revision b2\n-- migrate:revises a1\n-- migrate:upgrade\n"
		"CREATE TABLE u (a);\n-- migrate:downgrade\nDROP TABLE u;')";
	sqlite3_int64 used;
	sqlite3 *db;
	char *path = NULL;
	char *message = NULL;

	if (argc != 3)
		return 2;
	if (sqlite3_libversion_number() < 3037000)
	{
		printf("skip faults: up to SQLite 3.36 nothing rolls back\n");
		return 0;
	}
	install_faults();
	used = sqlite3_memory_used();
	path = sqlite3_mprintf("%s/faults.db", argv[2]);
	if (sqlite3_open(path, &db) != SQLITE_OK)
		return 1;
	sqlite3_free(path);
	sqlite3_enable_load_extension(db, 1);
	/* a load that failed half-way may be tried again */
	for (long at = 1; at < 400; at++)
	{
		sqlite3 *other;

		if (sqlite3_open(":memory:", &other) != SQLITE_OK)
			return 1;
		sqlite3_enable_load_extension(other, 1);
		countdown = at;
		sqlite3_load_extension(other, argv[1], NULL, &message);
		countdown = 0;
		sqlite3_free(message);
		message = NULL;
		sqlite3_close(other);
	}
	if (sqlite3_load_extension(db, argv[1], NULL, &message) != SQLITE_OK)
		stop("load", 0, message);
	if (run(db, scripts) != SQLITE_OK ||
		run(db, "SELECT migrate_upgrade('head')") != SQLITE_OK ||
		run(db, "SELECT migrate_downgrade('base')") != SQLITE_OK)
		stop("setup", 0, sqlite3_errmsg(db));
	for (int mode = 0; mode < 4; mode++)
	{
		forever = mode % 2 == 1;
		inside = mode >= 2;
		walk(db, "SELECT migrate_upgrade('head')", SQLITE_OK,
			 "SELECT migrate_downgrade('base')");
		walk(db, "SELECT migrate_upgrade('nobody')", SQLITE_ERROR, NULL);
		walk(db, "SELECT migrate('-x k=v upgrade head --tag t')", SQLITE_OK,
			 "SELECT migrate_downgrade('base')");
		walk(db,
			 "SELECT migrate_load('-- migrate:revision c3\n"
			 "-- migrate:message x')",
			 SQLITE_OK, "DELETE FROM _migrate_script WHERE revision = 'c3'");
		walk(db, "SELECT migrate_config('name', 'alembic')", SQLITE_OK,
			 "SELECT migrate_config('name', NULL)");
		walk(db, "SELECT * FROM migrate_history('a1:')", SQLITE_OK, NULL);
		walk(db, "SELECT * FROM migrate_show('a1')", SQLITE_OK, NULL);
		walk(db, "SELECT * FROM migrate_plan('upgrade', 'head', '')", SQLITE_OK,
			 NULL);
	}
	forever = inside = false;
	walk(db, "SELECT * FROM migrate_explain()", SQLITE_OK, NULL);
	walk_retries(db, argv[2]);
	walk_autocommit(db);
	walk_file(db, argv[2]);
	walk_import(db, argv[2]);
	if (sqlite3_close(db) != SQLITE_OK)
		stop("close", 0, "something is open");
	if (sqlite3_memory_used() != used)
		stop("close", 0, "memory has leaked");
	return 0;
}
