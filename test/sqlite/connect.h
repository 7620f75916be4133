/*
 * connect.h
 *	  What the tests in C share: connections with the module loaded, statements
 *	  and what they have to give.  Each test includes it once.
 */
#ifndef CONNECT_H
#define CONNECT_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *module;
static const char *directory;

/* End the test where something isn't as it should be. */
#define CHECK(condition)                                                       \
	do                                                                         \
	{                                                                          \
		if (!(condition))                                                      \
		{                                                                      \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__,         \
					#condition);                                               \
			exit(1);                                                           \
		}                                                                      \
	} while (0)

/* Run a statement; returns the first cell's text, or the error behind "!".
 * The caller frees it. */
static char *
run(sqlite3 *db, const char *sql)
{
	char *result = NULL;
	sqlite3_stmt *stmt;
	int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	while (rc == SQLITE_OK || rc == SQLITE_ROW)
	{
		rc = sqlite3_step(stmt);
		if (rc == SQLITE_ROW && result == NULL)
			result = sqlite3_mprintf("%s", sqlite3_column_text(stmt, 0));
	}
	if (rc != SQLITE_DONE && result == NULL)
		result = sqlite3_mprintf("!%s", sqlite3_errmsg(db));
	sqlite3_finalize(stmt);
	return result != NULL ? result : sqlite3_mprintf("");
}

/* Compare what a statement has given. */
static void
compare(const char *sql, const char *found, const char *wanted)
{
	if (strcmp(found, wanted) != 0)
	{
		fprintf(stderr, "%s\nwanted: %s\nfound:  %s\n", sql, wanted, found);
		exit(1);
	}
}

/* Run a statement, and compare what it gives. */
static void
expect(sqlite3 *db, const char *sql, const char *wanted)
{
	char *found = run(db, sql);

	compare(sql, found, wanted);
	sqlite3_free(found);
}

/* Run a statement that must fail, with a message that begins so. */
static void
expect_error(sqlite3 *db, const char *sql, const char *beginning)
{
	char *found = run(db, sql);

	if (found[0] != '!' ||
		strncmp(found + 1, beginning, strlen(beginning)) != 0)
	{
		fprintf(stderr, "%s\nwanted: !%s...\nfound:  %s\n", sql, beginning,
				found);
		exit(1);
	}
	sqlite3_free(found);
}

/* Load the module into a connection. */
static void
load(sqlite3 *db)
{
	char *message = NULL;

	CHECK(sqlite3_enable_load_extension(db, 1) == SQLITE_OK);
	if (sqlite3_load_extension(db, module, NULL, &message) != SQLITE_OK)
	{
		fprintf(stderr, "can't load %s: %s\n", module, message);
		exit(1);
	}
}

/* Open a database of the test's directory. */
static sqlite3 *
open_db(const char *name)
{
	char *path = sqlite3_mprintf("%s/%s", directory, name);
	sqlite3 *db;

	CHECK(sqlite3_open(path, &db) == SQLITE_OK);
	sqlite3_free(path);
	load(db);
	sqlite3_busy_timeout(db, 30000);
	return db;
}

/* Close it; what is still open would be ours. */
static void
close_db(sqlite3 *db)
{
	CHECK(sqlite3_get_autocommit(db));
	CHECK(sqlite3_next_stmt(db, NULL) == NULL);
	CHECK(sqlite3_close(db) == SQLITE_OK);
}

#endif
