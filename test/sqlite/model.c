/*
 * model.c
 *	  Models and schemas with what an application adds, and where an allocation
 *	  fails; and that nothing is written.
 *
 * A database in memory is opened, filled and read in each call: where memory is
 * short it says so, leaves nothing behind, and the connection is as it was.
 *
 * Usage: model module directory
 */
#include "walk.h"

/* What a live schema and its model have; the model's own differ a little. */
#define COMMON                                                                 \
	"CREATE TABLE p (id INTEGER PRIMARY KEY, a text UNIQUE);"                  \
	"CREATE TABLE c (p int REFERENCES p ON DELETE CASCADE, CHECK (p > 0));"    \
	"CREATE VIEW v AS SELECT a FROM p;"                                        \
	"CREATE TRIGGER g AFTER DELETE ON p BEGIN DELETE FROM c; END;"

#define CHECKED "SELECT group_concat(description, '; ') FROM migrate_check()"

/* Fail some allocations of a call in turn, the first and then each step-th: it fails,
 * or gives what it gives else. */
static void
walk(sqlite3 *db, const char *call, long step)
{
	char *good = run(db, call);

	CHECK(good[0] != '!' && good[0] != '\0');
	for (long at = 1; fail_call(db, call, at, good); at += step)
		CHECK(sqlite3_get_autocommit(db));
	expect(db, call, good);
	sqlite3_free(good);
}

/* Allocations that fail. */
static void
test_faults(void)
{
	sqlite3 *db = open_db("faults.db");

	CHECK(sqlite3_exec(db,
					   COMMON "CREATE INDEX i ON p (lower(a));"
							  "CREATE VIRTUAL TABLE f USING fts4(a)",
					   NULL, NULL, NULL) == SQLITE_OK);
	expect(db,
		   "SELECT migrate_model('" COMMON
		   "CREATE VIRTUAL TABLE f USING fts4(a);"
		   "CREATE VIRTUAL TABLE o USING missing(b);"
		   "ALTER TABLE p ADD CHECK (a <> ''x'')')",
		   "Set the model: 7 statements");
	for (int i = 0; i < 2; i++)
	{
		forever = i == 1;
		walk(db, CHECKED, i == 1 ? 11 : 7);
		walk(db, "SELECT migrate_dump_model()", 1);
	}
	forever = false;
	close_db(db);
}

/* A collation of the application's. */
static int
backwards(void *unused, int len1, const void *text1, int len2,
		  const void *text2)
{
	int least = len1 < len2 ? len1 : len2;
	int order = memcmp(text2, text1, (size_t) least);

	(void) unused;
	return order != 0 ? order : len2 - len1;
}

static int calls; /* of the function */

/* A function of the application's: it must not be called. */
static void
count_calls(sqlite3_context *context, int count, sqlite3_value **args)
{
	(void) count;
	calls++;
	sqlite3_result_value(context, args[0]);
}

/* What the application adds is stood in for: it isn't called, and it need not be. */
static void
test_application(void)
{
	static const char schema[] =
		"CREATE TABLE t (a text COLLATE backwards UNIQUE, b int"
		" CHECK (counted(b) > 0), g AS (counted(b)) STORED);"
		"CREATE INDEX t_g ON t (counted(b), a COLLATE backwards);";
	sqlite3 *db = open_db("app.db");
	char *call = sqlite3_mprintf("SELECT migrate_model('%q CREATE TABLE u (x"
								 " COLLATE backwards CHECK (counted(x)));"
								 "INSERT INTO u VALUES (1)')",
								 schema);

	CHECK(sqlite3_create_collation(db, "backwards", SQLITE_UTF8, NULL,
								   backwards) == SQLITE_OK);
	CHECK(sqlite3_create_function(db, "counted", 1,
								  SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
								  count_calls, NULL, NULL) == SQLITE_OK);
	CHECK(sqlite3_exec(db, schema, NULL, NULL, NULL) == SQLITE_OK);
	CHECK(sqlite3_exec(db, "INSERT INTO t VALUES ('a', 1)", NULL, NULL, NULL) ==
		  SQLITE_OK);
	calls = 0;
	expect(db, call, "Set the model: 4 statements");
	expect(db, CHECKED, "added table 'u'");
	CHECK(calls == 0);
	sqlite3_free(call);
	close_db(db);
	/* but it has to be there: a model says what it says to the application */
	db = open_db("app.db");
	expect_error(db, CHECKED, "no such function: counted");
	close_db(db);
}

/* A check writes nothing: it works where nothing can be written, in a transaction of
 * the caller's, and while others read and write. */
static void
test_reading(void)
{
	sqlite3 *db = open_db("read.db");
	sqlite3 *other;
	sqlite3_stmt *stmt;

	CHECK(sqlite3_exec(db, COMMON, NULL, NULL, NULL) == SQLITE_OK);
	expect(db, "SELECT migrate_model('" COMMON "CREATE TABLE n (x)')",
		   "Set the model: 5 statements");
	CHECK(sqlite3_exec(db, "PRAGMA query_only = on", NULL, NULL, NULL) ==
		  SQLITE_OK);
	expect(db, CHECKED, "added table 'n'");
	CHECK(sqlite3_exec(db, "PRAGMA query_only = off; BEGIN; CREATE TABLE n (x)",
					   NULL, NULL, NULL) == SQLITE_OK);
	expect(db, "SELECT count(*) FROM migrate_check()", "0");
	CHECK(!sqlite3_get_autocommit(db));
	CHECK(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL) == SQLITE_OK);
	expect(db, CHECKED, "added table 'n'");
	/* another one holds the write lock */
	other = open_db("read.db");
	CHECK(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL) ==
		  SQLITE_OK);
	expect(db, CHECKED, "added table 'n'");
	CHECK(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL) == SQLITE_OK);
	close_db(other);
	/* and a reader of our own is at work */
	CHECK(sqlite3_prepare_v2(db, "SELECT name FROM sqlite_schema", -1, &stmt,
							 NULL) == SQLITE_OK);
	CHECK(sqlite3_step(stmt) == SQLITE_ROW);
	expect(db, CHECKED, "added table 'n'");
	CHECK(sqlite3_step(stmt) == SQLITE_ROW);
	sqlite3_finalize(stmt);
	close_db(db);
}

int
main(int argc, char **argv)
{
	begin_walks(argc, argv);
	if (sqlite3_libversion_number() >= 3037000)
		test_faults();
	else
		printf("skip faults: up to SQLite 3.36 nothing rolls back\n");
	test_application();
	test_reading();
	end_walks();
	return 0;
}
