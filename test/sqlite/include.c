/*
 * include.c
 *	  include_object: an application's function says what is compared, and a file
 *	  can't name any other.
 *
 * Usage: include module directory
 */
#include "connect.h"

#define CHECKED "SELECT group_concat(description, '; ') FROM migrate_check()"

static char asked[4096]; /* what the function was asked */

/* wanted(name, type, reflected, schema, parent) */
static void
wanted(sqlite3_context *context, int count, sqlite3_value **args)
{
	const char *name = (const char *) sqlite3_value_text(args[0]);
	const char *type = (const char *) sqlite3_value_text(args[1]);
	const char *schema = (const char *) sqlite3_value_text(args[3]);
	const char *parent = (const char *) sqlite3_value_text(args[4]);
	size_t used = strlen(asked);

	CHECK(count == 5 && strcmp(schema, "main") == 0);
	snprintf(asked + used, sizeof(asked) - used, "%s%s %s%s%s",
			 sqlite3_value_int(args[2]) ? "-" : "+", type,
			 parent != NULL ? parent : "", parent != NULL ? "." : "", name);
	snprintf(asked + strlen(asked), sizeof(asked) - strlen(asked), "; ");
	sqlite3_result_int(context, strncmp(name, "no_", 3) != 0);
}

/* Fails where it is told to: by the name of what it is asked about. */
static void
fails(sqlite3_context *context, int count, sqlite3_value **args)
{
	const char *name = (const char *) sqlite3_value_text(args[0]);

	(void) count;
	if (strcmp(name, "c") == 0)
		sqlite3_result_error(context, "not a word about c", -1);
	else
		sqlite3_result_int(context, 1);
}

/* Never says anything; takes any arguments where it is registered so. */
static void
silent(sqlite3_context *context, int count, sqlite3_value **args)
{
	(void) count;
	(void) args;
	sqlite3_result_null(context);
}

/* Make the application's functions. */
static void
make_functions(sqlite3 *db)
{
	CHECK(sqlite3_create_function(db, "Wanted", 5, SQLITE_UTF8, NULL, wanted,
								  NULL, NULL) == SQLITE_OK);
	CHECK(sqlite3_create_function(db, "fails", 5, SQLITE_UTF8, NULL, fails,
								  NULL, NULL) == SQLITE_OK);
	CHECK(sqlite3_create_function(db, "silent", 5, SQLITE_UTF8, NULL, silent,
								  NULL, NULL) == SQLITE_OK);
	CHECK(sqlite3_create_function(db, "anything", -1, SQLITE_UTF8, NULL, silent,
								  NULL, NULL) == SQLITE_OK);
}

/* Set the function. */
static void
set(sqlite3 *db, const char *name)
{
	char *sql =
		sqlite3_mprintf("SELECT migrate_config('include_object', %Q)", name);
	char *given = run(db, sql);

	CHECK(given[0] != '!');
	sqlite3_free(given);
	sqlite3_free(sql);
}

/* What is asked, left out, and proven all the same. */
static void
test_wanted(sqlite3 *db)
{
	set(db, "WANTED");
	asked[0] = '\0';
	expect(db, CHECKED,
		   "added column 't.b'; added table 'n'; removed table 'gone'; loses "
		   "the rows of table gone");
	CHECK(strcmp(asked, "+table t; +column t.id; +column t.b; "
						"+primary_key_constraint t.t_pkey; +index t.no_i; "
						"+table no_m; +table n; -column t.no_a; -table gone; "
						"-table no_l; ") == 0);
	expect(db,
		   "SELECT migrate_revision('more', true, false, 'head', false, NULL,"
		   " NULL, 'r1')",
		   "r1");
	expect(db, "SELECT group_concat(step || ' ' || ok) FROM migrate_verify()",
		   "upgrade 1,downgrade 1,upgrade again 1,model 1");
	expect(
		db,
		"SELECT instr(migrate_script('r1'), 'no_a') + instr(migrate_script('r1'), 'no_m')",
		"0");
	expect(db, "SELECT migrate_upgrade('head')",
		   "Running upgrade  -> r1, more");
	expect(db, "SELECT count(*) FROM migrate_check()", "0");
	expect(db, "SELECT no_a FROM t", "7");
}

/* Functions that aren't what they should be. */
static void
test_errors(sqlite3 *db)
{
	set(db, "fails");
	expect_error(db, CHECKED,
				 "not a word about c\n  in include_object fails, column 't.c'");
	set(db, "silent");
	expect_error(db, CHECKED,
				 "function silent returned null, which is no boolean\n  in "
				 "include_object silent, table 't'");
	set(db, "nowhere");
	expect_error(db, CHECKED,
				 "the application has made no function nowhere of 5 arguments");
	/* neither SQLite's own, nor one that could mean anything, nor ours */
	set(db, "max");
	expect_error(db, CHECKED, "the application has made no function max");
	set(db, "anything");
	expect_error(db, CHECKED, "the application has made no function anything");
	set(db, "migrate_revision");
	expect_error(db, CHECKED,
				 "a revision script can't call migrate_revision()");
	set(db, "fails(1) --");
	expect_error(db, CHECKED, "setting \"include_object\" is \"fails(1) --\"");
	set(db, NULL);
}

int
main(int argc, char **argv)
{
	sqlite3 *db;

	if (argc != 3)
		return 2;
	module = argv[1];
	directory = argv[2];
	db = open_db("include.db");
	make_functions(db);
	CHECK(sqlite3_exec(db,
					   "CREATE TABLE t (id INTEGER PRIMARY KEY, no_a int);"
					   "INSERT INTO t VALUES (1, 7);"
					   "CREATE TABLE gone (a REFERENCES no_l);"
					   "CREATE TABLE no_l (a INTEGER PRIMARY KEY);",
					   NULL, NULL, NULL) == SQLITE_OK);
	expect(db,
		   "SELECT migrate_model('CREATE TABLE t (id INTEGER PRIMARY KEY, b"
		   " int); CREATE INDEX no_i ON t (id); CREATE TABLE no_m (a);"
		   " CREATE TABLE n (a REFERENCES t)')",
		   "Set the model: 4 statements");
	test_wanted(db);
	expect(db,
		   "SELECT migrate_model('CREATE TABLE t (id INTEGER PRIMARY KEY, c"
		   " int);')",
		   "Set the model: 1 statement");
	test_errors(db);
	close_db(db);
	return 0;
}
