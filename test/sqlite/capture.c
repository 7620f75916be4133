/*
 * capture.c
 *	  What an application runs is noted as it was run: its values, what it undoes,
 *	  what fails.  And the application gets what it would get without that.
 *
 * Usage: capture module directory
 */
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "connect.h"
#include "memory.h"

/* The path of a file of the test's; the caller frees it. */
static char *
path_of(const char *name)
{
	return sqlite3_mprintf("%s/%s", directory, name);
}

/* The log's records from an offset on, a line each: KIND TEXT; the sessions are left
 * out, and blanks stand for line ends. */
static char *
read_log(const char *name, long from)
{
	char *path = path_of(name);
	FILE *file = fopen(path, "rb");
	sqlite3_str *str = sqlite3_str_new(NULL);
	char word[40];
	char kind[20];
	int len;

	sqlite3_free(path);
	CHECK(file != NULL && fseek(file, from, SEEK_SET) == 0);
	while (fscanf(file, "\001%39s %19s %d", word, kind, &len) == 3)
	{
		sqlite3_str_appendf(str, "%s%s", kind, len > 0 ? " " : "");
		CHECK(fgetc(file) == '\n');
		for (int c; len-- > 0 && (c = fgetc(file)) != EOF;)
			sqlite3_str_appendchar(str, 1, (char) (c == '\n' ? ' ' : c));
		CHECK(fgetc(file) == '\n');
		sqlite3_str_appendchar(str, 1, '\n');
	}
	fclose(file);
	path = sqlite3_str_finish(str);
	return path != NULL ? path : sqlite3_mprintf("");
}

/* How long the log is. */
static long
log_size(const char *name)
{
	char *path = path_of(name);
	struct stat info;

	CHECK(stat(path, &info) == 0);
	sqlite3_free(path);
	return (long) info.st_size;
}

/* Compare what the log has got since with what is wanted. */
static void
expect_log(long from, const char *wanted)
{
	char *found = read_log("a.db-capture", from);

	if (strcmp(found, wanted) != 0)
	{
		fprintf(stderr, "wanted:\n%sfound:\n%s", wanted, found);
		exit(1);
	}
	sqlite3_free(found);
}

/* Run some statements, of which some may fail. */
static void
run_all(sqlite3 *db, const char *sql)
{
	const char *tail = sql;

	while (*tail != '\0')
	{
		sqlite3_stmt *stmt;

		if (sqlite3_prepare_v2(db, tail, -1, &stmt, &tail) != SQLITE_OK)
			break;
		while (sqlite3_step(stmt) == SQLITE_ROW)
			continue;
		sqlite3_finalize(stmt);
	}
}

/* Run statements, and compare what of them is noted. */
static void
noted(sqlite3 *db, const char *sql, const char *wanted)
{
	long from = log_size("a.db-capture");

	run_all(db, sql);
	expect_log(from, wanted);
}

/* ---- statements ---------------------------------------------------------------- */

/* What is noted of transactions, and of what fails. */
static void
try_statements(sqlite3 *db)
{
	noted(
		db, "CREATE TABLE t (a INTEGER PRIMARY KEY, b UNIQUE, c CHECK (c > 0))",
		"outside CREATE TABLE t (a INTEGER PRIMARY KEY, b UNIQUE, c CHECK (c > "
		"0))\n");
	noted(db,
		  "BEGIN; INSERT INTO t VALUES (1, 1, 1); SELECT * FROM t; COMMIT;"
		  "BEGIN; SELECT * FROM t; COMMIT;",
		  "begin\nrun INSERT INTO t VALUES (1, 1, 1)\ncommit\n");
	/* of what changes no row, only what fails isn't */
	noted(db,
		  "BEGIN; UPDATE t SET c = 2 WHERE a = 7;"
		  "INSERT INTO t VALUES (2, 1, 1); INSERT INTO t VALUES (3, 3, 0);"
		  "INSERT OR IGNORE INTO t VALUES (4, 1, 1); END",
		  "begin\nrun UPDATE t SET c = 2 WHERE a = 7\n"
		  "run INSERT OR IGNORE INTO t VALUES (4, 1, 1)\ncommit\n");
	noted(db, "INSERT INTO t VALUES (2, 1, 1); DELETE FROM t WHERE a = 9",
		  "outside DELETE FROM t WHERE a = 9\n");
	noted(db,
		  "INSERT INTO t VALUES (5, 5, 1); CREATE UNIQUE INDEX i ON t (c);"
		  "CREATE INDEX i ON t (c); CREATE TABLE IF NOT EXISTS t (x);"
		  "DROP TABLE IF EXISTS u; ALTER TABLE t ADD COLUMN d DEFAULT 1",
		  "outside INSERT INTO t VALUES (5, 5, 1)\n"
		  "outside CREATE INDEX i ON t (c)\n"
		  "outside CREATE TABLE IF NOT EXISTS t (x)\n"
		  "outside DROP TABLE IF EXISTS u\n"
		  "outside ALTER TABLE t ADD COLUMN d DEFAULT 1\n");
	noted(
		db,
		"BEGIN; DELETE FROM t WHERE a = 5; INSERT OR ROLLBACK INTO t (a) VALUES "
		"(1); DELETE FROM t WHERE a = 5",
		"begin\nrun DELETE FROM t WHERE a = 5\nrollback\n"
		"outside DELETE FROM t WHERE a = 5\n");
	noted(
		db,
		"SAVEPOINT One; DELETE FROM t WHERE a = 8; SAVEPOINT 'two';"
		"INSERT INTO t (a) VALUES (8); ROLLBACK TO TWO; RELEASE two; RELEASE one",
		"begin\nsavepoint one\nrun DELETE FROM t WHERE a = 8\n"
		"savepoint two\nrun INSERT INTO t (a) VALUES (8)\nback two\n"
		"release two\ncommit\n");
	/* a COMMIT that fails */
	noted(
		db,
		"PRAGMA foreign_keys = ON; CREATE TABLE f (a REFERENCES t "
		"DEFERRABLE INITIALLY DEFERRED); BEGIN; INSERT INTO f VALUES (99);"
		"COMMIT; DELETE FROM f; COMMIT; INSERT INTO f VALUES (99);"
		"PRAGMA foreign_keys = OFF; PRAGMA foreign_keys; PRAGMA cache_size = 9;"
		"PRAGMA foreign_keys(1); PRAGMA main.user_version = 3",
		"outside CREATE TABLE f (a REFERENCES t DEFERRABLE INITIALLY DEFERRED)\n"
		"begin\nrun INSERT INTO f VALUES (99)\nrun DELETE FROM f\ncommit\n"
		"outside PRAGMA foreign_keys = OFF\n"
		"outside PRAGMA foreign_keys(1)\n"
		"outside PRAGMA main.user_version = 3\n");
	noted(db, "EXPLAIN DELETE FROM t; EXPLAIN QUERY PLAN DELETE FROM t", "");
	/* what was going on while it was off isn't known */
	noted(db,
		  "BEGIN; CREATE TABLE g (x); SELECT migrate_config('capture', 'off');"
		  "COMMIT; SELECT migrate_config('capture', 'on'); DROP TABLE g;"
		  "INSERT INTO t (a) VALUES (1); DELETE FROM t WHERE a = 10",
		  "begin\nrun CREATE TABLE g (x)\noutside DROP TABLE g\n"
		  "outside DELETE FROM t WHERE a = 10\n");
	/* what a statement runs in its turn */
	noted(
		db,
		"CREATE TABLE l (x); CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO "
		"l VALUES (new.a); END; INSERT INTO t (a) VALUES (20); VACUUM;"
		"BEGIN; VACUUM; ROLLBACK",
		"outside CREATE TABLE l (x)\n"
		"outside CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO l VALUES "
		"(new.a); END\noutside INSERT INTO t (a) VALUES (20)\n"
		"outside VACUUM\n");
	/* ours */
	noted(db,
		  "SELECT migrate_load('-- migrate:revision q1' || char(10) || "
		  "'-- migrate:upgrade' || char(10) || 'CREATE TABLE q (x);');"
		  "SELECT migrate_upgrade('head'); DROP TABLE q",
		  "outside DROP TABLE q\n");
}

/* A statement with RETURNING that is never read to its end. */
static void
try_returning(sqlite3 *db)
{
	long from = log_size("a.db-capture");
	sqlite3_stmt *stmt;

	if (sqlite3_libversion_number() < 3035000)
		return;
	run_all(db, "BEGIN");
	CHECK(sqlite3_prepare_v2(db,
							 "INSERT INTO t (a) VALUES (30), (31) RETURNING a",
							 -1, &stmt, NULL) == SQLITE_OK);
	CHECK(sqlite3_step(stmt) == SQLITE_ROW);
	CHECK(sqlite3_reset(stmt) == SQLITE_OK);
	run_all(db, "ROLLBACK");
	CHECK(sqlite3_step(stmt) == SQLITE_ROW && sqlite3_step(stmt) == SQLITE_ROW);
	CHECK(sqlite3_step(stmt) == SQLITE_DONE);
	sqlite3_finalize(stmt);
	expect_log(from,
			   "begin\nrun INSERT INTO t (a) VALUES (30), (31) RETURNING a\n"
			   "rollback\n"
			   "outside INSERT INTO t (a) VALUES (30), (31) RETURNING a\n");
}

/* Statements that are open at once. */
static void
try_open(sqlite3 *db)
{
	static const char *const sql[] = {
		"INSERT INTO t (a) VALUES (40), (41) RETURNING a",
		"INSERT INTO t (a) VALUES (42), (43) RETURNING a"};
	sqlite3_stmt *stmts[2];
	long from;

	/* a reader goes on, whatever is noted of what changes nothing */
	run_all(db,
			"BEGIN; CREATE TABLE o (x UNIQUE); INSERT INTO o VALUES (1), (2)");
	from = log_size("a.db-capture");
	CHECK(sqlite3_prepare_v2(db, "SELECT x FROM o", -1, &stmts[0], NULL) ==
		  SQLITE_OK);
	for (int i = 0; i < 2; i++)
	{
		CHECK(sqlite3_step(stmts[0]) == SQLITE_ROW);
		run_all(db, "UPDATE o SET x = 5 WHERE x = 6");
		expect_error(db, "INSERT INTO o VALUES (1)", "UNIQUE");
	}
	CHECK(sqlite3_step(stmts[0]) == SQLITE_DONE);
	sqlite3_finalize(stmts[0]);
	run_all(db, "COMMIT");
	expect_log(from, "run UPDATE o SET x = 5 WHERE x = 6\n"
					 "run UPDATE o SET x = 5 WHERE x = 6\ncommit\n");
	if (sqlite3_libversion_number() < 3035000)
		return;
	from = log_size("a.db-capture");
	for (int i = 0; i < 2; i++)
		CHECK(sqlite3_prepare_v2(db, sql[i], -1, &stmts[i], NULL) ==
				  SQLITE_OK &&
			  sqlite3_step(stmts[i]) == SQLITE_ROW);
	for (int i = 0; i < 2; i++)
		CHECK(sqlite3_step(stmts[i]) == SQLITE_ROW &&
			  sqlite3_step(stmts[i]) == SQLITE_DONE &&
			  sqlite3_finalize(stmts[i]) == SQLITE_OK);
	expect_log(from,
			   "outside INSERT INTO t (a) VALUES (40), (41) RETURNING a\n"
			   "outside INSERT INTO t (a) VALUES (42), (43) RETURNING a\n");
}

/* What meets a lock isn't done. */
static void
try_locked(sqlite3 *db)
{
	sqlite3 *other = open_db("a.db");
	long from = log_size("a.db-capture");

	run_all(other, "BEGIN IMMEDIATE");
	sqlite3_busy_timeout(db, 0);
	expect_error(db, "INSERT INTO t (a) VALUES (50)", "database is locked");
	expect_error(db, "CREATE TABLE locked (x)", "database is locked");
	run_all(other, "ROLLBACK");
	expect(db, "UPDATE t SET c = 3 WHERE a = 77", "");
	expect_log(from, "outside UPDATE t SET c = 3 WHERE a = 77\n");
	close_db(other);
}

/* One that has to be prepared anew, as the schema has changed, is noted once. */
static void
try_again(sqlite3 *db)
{
	static const char *const sql[] = {"UPDATE t SET c = 3 WHERE a = 77",
									  "INSERT INTO l VALUES (1)"};
	sqlite3_stmt *stmt;

	/* older versions say twice that it begins */
	for (int i = sqlite3_libversion_number() < 3039000; i < 2; i++)
	{
		char *wanted = sqlite3_mprintf("outside CREATE TABLE again%d (x)\n"
									   "outside %s\n",
									   i, sql[i]);
		char *make = sqlite3_mprintf("CREATE TABLE again%d (x)", i);
		long from;

		CHECK(sqlite3_prepare_v2(db, sql[i], -1, &stmt, NULL) == SQLITE_OK);
		from = log_size("a.db-capture");
		run_all(db, make);
		CHECK(sqlite3_step(stmt) == SQLITE_DONE);
		CHECK(sqlite3_finalize(stmt) == SQLITE_OK);
		expect_log(from, wanted);
		sqlite3_free(wanted);
		sqlite3_free(make);
	}
}

/* A virtual table's own statements aren't noted, and its open blob hides none. */
static void
try_virtual(sqlite3 *db)
{
	if (!sqlite3_compileoption_used("ENABLE_FTS5"))
		return;
	noted(db,
		  "CREATE VIRTUAL TABLE fts USING fts5 (x); BEGIN;"
		  "INSERT INTO fts VALUES ('one'); INSERT INTO fts VALUES ('two');"
		  "SELECT * FROM fts ('one'); CREATE TABLE beside (x); COMMIT;"
		  "DROP TABLE fts",
		  "outside CREATE VIRTUAL TABLE fts USING fts5 (x)\nbegin\n"
		  "run INSERT INTO fts VALUES ('one')\n"
		  "run INSERT INTO fts VALUES ('two')\n"
		  "run CREATE TABLE beside (x)\ncommit\noutside DROP TABLE fts\n");
	if (sqlite3_libversion_number() < 3035000)
		return;
	noted(db,
		  "CREATE VIRTUAL TABLE fts USING fts5 (x);"
		  "INSERT INTO fts VALUES ('one') RETURNING rowid",
		  "outside CREATE VIRTUAL TABLE fts USING fts5 (x)\n"
		  "outside INSERT INTO fts VALUES ('one') RETURNING rowid\n");
	/* it keeps statements till then */
	run_all(db, "DROP TABLE fts");
}

/* ---- values --------------------------------------------------------------------- */

/* Values come back as they were, from the text alone. */
static void
try_values(sqlite3 *db)
{
	static const double numbers[] = {0.1 + 0.2, 1.0 / 3,  1e300,	5.0,
									 -2.5e-9,	INFINITY, -INFINITY};
	long from;
	sqlite3_stmt *stmt;

	run_all(db, "CREATE TABLE v (n, x); CREATE TABLE w (n, x)");
	from = log_size("a.db-capture");
	CHECK(sqlite3_prepare_v2(db, "INSERT INTO v VALUES(:n,1-?2),(?4,?),(9,:n)",
							 -1, &stmt, NULL) == SQLITE_OK);
	sqlite3_bind_text(stmt, 1, "it's \\ %s :n", -1, SQLITE_STATIC);
	sqlite3_bind_int64(stmt, 2, -5);
	sqlite3_bind_text(stmt, 4, "a\0b", 3, SQLITE_STATIC);
	sqlite3_bind_blob(stmt, 5, "\0\xff", 2, SQLITE_STATIC);
	CHECK(sqlite3_step(stmt) == SQLITE_DONE);
	sqlite3_finalize(stmt);
	expect_log(from,
			   "outside INSERT INTO v VALUES('it''s \\ %s :n',1- -5),"
			   "(CAST(x'610062' AS TEXT),x'00ff'),(9,'it''s \\ %s :n')\n");
	CHECK(sqlite3_prepare_v2(db, "INSERT INTO v VALUES (?, ?)", -1, &stmt,
							 NULL) == SQLITE_OK);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
	{
		sqlite3_bind_double(stmt, 2, numbers[i]);
		CHECK(sqlite3_step(stmt) == SQLITE_DONE);
		CHECK(sqlite3_reset(stmt) == SQLITE_OK);
	}
	sqlite3_finalize(stmt);
	/* the same again, by its texts */
	run_all(db, "SELECT migrate_config('capture', 'off')");
	for (char *log = read_log("a.db-capture", from), *line = log; *line != '\0';
		 line += strcspn(line, "\n") + 1)
	{
		char *sql =
			sqlite3_mprintf("%.*s", (int) strcspn(line, "\n") - 8, line + 8);

		*strstr(sql, "INTO v") = 'I';
		strstr(sql, "INTO v")[5] = 'w';
		expect(db, sql, "");
		sqlite3_free(sql);
		if (line[strcspn(line, "\n") + 1] == '\0')
		{
			sqlite3_free(log);
			break;
		}
	}
	expect(db, "SELECT count(*) FROM v", "10");
	expect(
		db,
		"SELECT count(*) FROM (SELECT n, x, typeof(n), typeof(x) FROM v EXCEPT "
		"SELECT n, x, typeof(n), typeof(x) FROM w)",
		"0");
	run_all(db, "SELECT migrate_config('capture', 'on')");
}

/* ---- clients --------------------------------------------------------------------- */

/* Write a file of the project's. */
static void
write_file(const char *name, const char *text)
{
	char *path = path_of(name);
	FILE *file = fopen(path, "w");

	CHECK(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
	sqlite3_free(path);
}

/* Take the project in. */
static void
expect_import(sqlite3 *db, const char *wanted)
{
	char *sql =
		sqlite3_mprintf("SELECT migrate_import_alembic_files(%Q)", directory);

	expect(db, sql, wanted);
	sqlite3_free(sql);
}

#define ADD "INSERT INTO alembic_version (version_num) VALUES ('a1');"
#define MOVE                                                                   \
	"UPDATE alembic_version SET version_num='b1' WHERE "                       \
	"alembic_version.version_num = 'a1';"

/* Two clients at once are kept apart, and one that is killed takes nothing along. */
static void
try_clients(void)
{
	sqlite3 *db = open_db("b.db");
	sqlite3 *other;
	int status;
	pid_t child;
	int ready[2];

	write_file("a1.py", "revision = 'a1'\ndown_revision = None\n");
	write_file("b1.py", "revision = 'b1'\ndown_revision = 'a1'\n");
	run_all(db, "CREATE TABLE \"Old one\" (x);"
				"CREATE TABLE old2 (x);"
				"CREATE TABLE _alembic_tmp_left (x);"
				"SELECT migrate_config('capture', 'yes');"
				"CREATE TABLE alembic_version (version_num)");
	other = open_db("b.db"); /* knows by the setting */
	run_all(db, "CREATE TABLE one (x)");
	run_all(other, "CREATE TABLE two (x)");
	run_all(db, ADD);
	run_all(other, "CREATE TABLE three (x);"
				   "CREATE TABLE _alembic_tmp_old2 (x, y);"
				   "INSERT INTO _alembic_tmp_old2 (x) SELECT x FROM old2;"
				   "DROP TABLE old2;"
				   "ALTER TABLE _alembic_tmp_old2 RENAME TO old2");
	CHECK(pipe(ready) == 0);
	child = fork();
	if (child == 0)
	{
		db = open_db("b.db");
		run_all(db, "BEGIN; CREATE TABLE killed (x);" MOVE);
		CHECK(write(ready[1], "x", 1) == 1);
		pause();
	}
	CHECK(child > 0 && read(ready[0], &status, 1) == 1);
	CHECK(kill(child, SIGKILL) == 0 && waitpid(child, &status, 0) == child);
	expect_import(
		db, "Loaded revision a1\nLoaded revision b1\n"
			"Check the capture: no revision has 6 statements that ran "
			"behind the last step of a connection, from \"CREATE TABLE two "
			"(x)\" on\n"
			"1 revision can't be run yet: nobody has seen the upgrade of "
			"b1\n2 revisions can't be undone yet: nobody has seen the "
			"downgrade of a1, b1");
	run_all(other, "BEGIN;" MOVE "COMMIT");
	close_db(other);
	expect_import(
		db,
		"Replaced revision b1\nCheck revision b1: the rebuild of table old2 stays as it is, for SQLite alone: what the table was before isn't known\n"
		"Check the tables \"Old one\", old2: no revision makes them; for new databases put what migrate_dump_model() said of them before the first revision ran at the head of the upgrade of a1\n"
		"2 revisions can't be undone yet: nobody has seen the "
		"downgrade of a1, b1");
	expect(db,
		   "SELECT migrate_script('a1') LIKE '%one%' AND "
		   "migrate_script('a1') NOT LIKE '%two%'",
		   "1");
	expect(db,
		   "SELECT migrate_script('b1') LIKE '%two%three%' AND "
		   "migrate_script('b1') NOT LIKE '%killed%'",
		   "1");
	close_db(db);
}

/* ---- the log ---------------------------------------------------------------------- */

/* Where nothing can be noted, the application goes on, and what it runs is unseen. */
static void
try_full(void)
{
	sqlite3 *db = open_db("c.db");
	char *path = path_of("c.db-capture");
	struct rlimit limit;
	pid_t child;
	int status;

	signal(SIGXFSZ, SIG_IGN);
	run_all(db,
			"SELECT migrate_config('capture', 'on');"
			"CREATE TABLE alembic_version (version_num); CREATE TABLE t (x)");
	child = fork();
	if (child == 0)
	{
		/* the log is the longest of the files, and gets ten bytes more */
		db = open_db("c.db");
		path = sqlite3_mprintf("INSERT INTO t SELECT 1 WHERE '%*s' = ''",
							   200000, "x");
		run_all(db, path);
		limit.rlim_cur = limit.rlim_max =
			(rlim_t) log_size("c.db-capture") + 10;
		CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
		expect(db, "INSERT INTO t VALUES (1)", "");
		expect(db, ADD, "");
		expect(db, "SELECT count(*) FROM t", "1");
		close_db(db);
		_exit(0);
	}
	CHECK(child > 0 && waitpid(child, &status, 0) == child && status == 0);
	expect_import(
		db,
		"Loaded revision a1\nLoaded revision b1\n"
		"Check the capture: no revision has 2 statements that ran behind the last step of a connection, from \"CREATE TABLE t (x)\" on\n"
		"2 revisions can't be run yet: nobody has seen the upgrade of "
		"a1, b1\n2 revisions can't be undone yet: nobody has seen the "
		"downgrade of a1, b1");
	/* behind what was cut off it goes on */
	run_all(db, "CREATE TABLE later (x);" MOVE);
	expect_import(
		db,
		"Replaced revision b1\n"
		"Check the capture: no revision has 1 statement that ran behind the last step of a connection, from \"INSERT INTO t SELECT 1 WHERE ' ...\" on\n"
		"1 revision can't be run yet: nobody has seen the upgrade "
		"of a1\n2 revisions can't be undone yet: nobody has seen the "
		"downgrade of a1, b1");
	/* by hand */
	run_all(db, "CREATE TABLE lost (x); UPDATE alembic_version SET "
				"version_num='zz' WHERE alembic_version.version_num = 'b1'");
	expect_import(
		db,
		"Check the capture: the version table went from b1 to zz, which "
		"is no revision's step (stamped, or changed by hand?); 1 "
		"statement before it is in no revision\n"
		"Check the capture: no revision has 1 statement that ran behind the last step of a connection, from \"INSERT INTO t SELECT 1 WHERE ' ...\" on\n"
		"1 revision can't be run yet: nobody has seen the upgrade of "
		"a1\n2 revisions can't be undone yet: nobody has seen the "
		"downgrade of a1, b1");
	/* a log that is gone isn't made anew behind somebody's back */
	CHECK(unlink(path) == 0);
	expect(db, "CREATE TABLE unseen (x)", "");
	close_db(db);
	db = open_db("c.db");
	expect(db, "CREATE TABLE unseen2 (x)", "");
	CHECK(access(path, F_OK) != 0);
	run_all(db, "SELECT migrate_config('capture', 'on')");
	expect(db, "CREATE TABLE seen (x)", "");
	CHECK(log_size("c.db-capture") > 0);
	run_all(db, "SELECT migrate_config('capture', NULL)");
	expect(db, "CREATE TABLE unseen3 (x)", "");
	CHECK(access(path, F_OK) != 0);
	sqlite3_free(path);
	close_db(db);
}

/* A database without a file has no log. */
static void
try_memory(void)
{
	sqlite3 *db;

	CHECK(sqlite3_open(":memory:", &db) == SQLITE_OK);
	load(db);
	expect_error(db, "SELECT migrate_config('capture', 'on')",
				 "capture needs a database that is a file");
	expect(db, "SELECT migrate_config('capture')", "false");
	expect_error(db, "SELECT migrate_config('capture', 'maybe')",
				 "\"maybe\" is not a boolean");
	close_db(db);
}

/* Every allocation fails in turn: what the application gets is one thing or the
 * other, and the log can be read. */
static void
try_faults(sqlite3 *db)
{
	bool done = false;

	for (long at = 1; !done; at++)
	{
		sqlite3_stmt *stmt;
		char *before = run(db, "SELECT count(*) FROM l");
		char *after;
		int rc;

		CHECK(sqlite3_prepare_v2(db, "INSERT INTO l VALUES (?)", -1, &stmt,
								 NULL) == SQLITE_OK);
		sqlite3_bind_text(stmt, 1, "value", -1, SQLITE_STATIC);
		countdown = at;
		failed = false;
		rc = sqlite3_step(stmt);
		countdown = 0;
		done = !failed;
		CHECK(rc == SQLITE_DONE || rc == SQLITE_NOMEM);
		sqlite3_finalize(stmt);
		after = run(db, "SELECT count(*) FROM l");
		CHECK((strcmp(before, after) != 0) == (rc == SQLITE_DONE));
		sqlite3_free(before);
		sqlite3_free(after);
		run_all(db, "SELECT migrate_config('capture', 'on')");
	}
}

int
main(int argc, char **argv)
{
	sqlite3 *db;

	CHECK(argc == 3);
	module = argv[1];
	directory = argv[2];
	install_faults();
	db = open_db("a.db");
	expect(db, "SELECT migrate_config('capture', 'on')", "on");
	try_statements(db);
	try_returning(db);
	try_open(db);
	try_locked(db);
	try_again(db);
	try_virtual(db);
	try_values(db);
	try_faults(db);
	close_db(db);
	try_clients();
	try_full();
	try_memory();
	return 0;
}
