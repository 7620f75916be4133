/*
 * locks.c
 *	  The settings lock_timeout and lock_retries, and the lock of a run that is
 *	  outside of any transaction.
 *
 * Nothing here is left to chance: who sleeps calls the default VFS, and that is
 * ours, which passes the time at once and lets the others act meanwhile.
 *
 * Usage: locks module directory
 */
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "connect.h"

/* ---- time -------------------------------------------------------------- */

static int slept;				/* in milliseconds, since the test began */
static void (*meanwhile)(void); /* what the others do; or NULL */

/* The VFS's xSleep. */
static int
pass_time(sqlite3_vfs *vfs, int microseconds)
{
	(void) vfs;
	slept += microseconds / 1000;
	if (meanwhile != NULL)
		meanwhile();
	return microseconds;
}

/* Let all connections from here on sleep so. */
static void
rule_time(void)
{
	static sqlite3_vfs vfs;

	vfs = *sqlite3_vfs_find(NULL);
	vfs.zName = "patient";
	vfs.xSleep = pass_time;
	CHECK(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK);
}

/* ---- the others --------------------------------------------------------- */

static sqlite3 *db;		/* migrates */
static sqlite3 *reader; /* has a lock, for a while */
static sqlite3 *third;	/* comes behind */
static int until;		/* when the reader ends, in milliseconds */
static int served;		/* how often the third one could read */
static int turned_away; /* and how often it couldn't */

/* Hold a lock that keeps others from committing, unless the time for that is
 * over. */
static void
begin_reader(sqlite3_context *context, int nargs, sqlite3_value **args)
{
	(void) context;
	(void) nargs;
	(void) args;
	if (slept >= until || !sqlite3_get_autocommit(reader))
		return;
	expect(reader, "BEGIN", "");
	expect(reader, "SELECT count(*) >= 0 FROM ran", "1");
}

/* End the reader at its time; come behind it before. */
static void
read_on(void)
{
	char *result = run(third, "SELECT count(*) >= 0 FROM ran");

	served += result[0] == '1';
	turned_away += result[0] == '!';
	sqlite3_free(result);
	if (slept >= until && !sqlite3_get_autocommit(reader))
		expect(reader, "COMMIT", "");
}

/* Load revisions r1 to r3, of which the second has this section. */
static void
load_three(const char *section)
{
	char *sql = sqlite3_mprintf(
		"SELECT migrate_load('"
		"-- migrate:revision r1\n-- migrate:upgrade\n"
		"CREATE TABLE t1 (a);\nINSERT INTO ran VALUES (1);\n"
		"-- migrate:revision r2\n-- migrate:revises r1\n%q"
		"-- migrate:revision r3\n-- migrate:revises r2\n-- migrate:upgrade\n"
		"CREATE TABLE t3 (a);\nINSERT INTO ran VALUES (3);\n') <> ''",
		section);

	expect(db, "CREATE TABLE ran (i)", "");
	expect(db, sql, "1");
	sqlite3_free(sql);
}

/* Begin a test: three connections to a new file, and what is set. */
static void
begin(const char *timeout, const char *retries, const char *section)
{
	char *path = sqlite3_mprintf("%s/locks.db", directory);
	char *sql;

	unlink(path);
	sqlite3_free(path);
	db = open_db("locks.db");
	reader = open_db("locks.db");
	third = open_db("locks.db");
	sqlite3_busy_timeout(db, 0);
	sqlite3_busy_timeout(third, 0);
	CHECK(sqlite3_create_function(db, "begin_reader", 0, SQLITE_UTF8, NULL,
								  begin_reader, NULL, NULL) == SQLITE_OK);
	load_three(section);
	sql = sqlite3_mprintf("SELECT migrate_config('lock_timeout', %Q)", timeout);
	expect(db, sql, timeout);
	sqlite3_free(sql);
	sql = sqlite3_mprintf("SELECT migrate_config('lock_retries', %Q)", retries);
	expect(db, sql, retries);
	sqlite3_free(sql);
	slept = served = turned_away = 0;
	meanwhile = read_on;
}

/* End it. */
static void
end(void)
{
	meanwhile = NULL;
	if (!sqlite3_get_autocommit(reader))
		expect(reader, "COMMIT", "");
	expect(db, "PRAGMA integrity_check", "ok");
	close_db(third);
	close_db(reader);
	close_db(db);
}

/* Did each revision run once? */
static void
check_all(void)
{
	expect(db, "SELECT group_concat(i) FROM ran", "1,2,3");
	expect(db, "SELECT group_concat(revision) FROM _migrate_log", "r1,r2,r3");
	expect(db, "SELECT migrate_current()", "r3");
}

/* ---- lock_timeout and lock_retries ------------------------------------- */

static const char plain[] = "-- migrate:upgrade\nINSERT INTO ran VALUES (2);\n";

/* A reader keeps us from committing: we give way to those behind, and go on. */
static void
test_reader(void)
{
	begin("20ms", "5", plain);
	until = 100;
	begin_reader(NULL, 0, NULL);
	expect(db, "SELECT migrate_upgrade('head')",
		   "Running upgrade  -> r1\nRunning upgrade r1 -> r2\n"
		   "Running upgrade r2 -> r3");
	check_all();
	CHECK(slept >= 100);
	CHECK(served > 0);
	CHECK(turned_away > 0);
	end();
}

/* It doesn't end: neither does anything of ours stay. */
static void
test_endless_reader(void)
{
	begin("20ms", "3", plain);
	until = 1000000;
	begin_reader(NULL, 0, NULL);
	expect_error(db, "SELECT migrate_upgrade('head')",
				 "database is locked\nDETAIL: Another connection holds a lock "
				 "that this one needs. Tried 4 times.\n");
	CHECK(sqlite3_get_autocommit(db));
	CHECK(served > 0);
	/* four times 20 ms, and between them 20, 40 and 80, of which chance may
	 * take a half */
	CHECK(slept >= 80 + 70 && slept <= 80 + 140);
	expect(db, "SELECT count(*) FROM ran", "0");
	expect(db, "SELECT count(*) FROM _migrate_log", "0");
	/* nor does the time of one who writes */
	expect(reader, "COMMIT", "");
	expect(reader, "BEGIN IMMEDIATE", "");
	slept = 0;
	expect_error(db, "SELECT migrate_upgrade('head')", "database is locked");
	CHECK(slept >= 80 + 70 && slept <= 80 + 140);
	end();
}

/* With a commit for each, only the last one is tried again. */
static void
test_each(void)
{
	begin("20ms", "3",
		  "-- migrate:upgrade\nINSERT INTO ran VALUES (2);\n"
		  "SELECT begin_reader();\n");
	until = 60;
	expect(db, "SELECT migrate_config('transaction_per_migration', 'on')",
		   "on");
	expect(db, "SELECT migrate_upgrade('+3')",
		   "Running upgrade  -> r1\nRunning upgrade r1 -> r2\n"
		   "Running upgrade r2 -> r3");
	check_all();
	CHECK(slept >= 60);
	end();
}

/* The application's own way to wait is as it was. */
static void
test_busy_timeout(void)
{
	begin("20ms", "0", plain);
	until = 1000000;
	sqlite3_busy_timeout(db, 5000);
	begin_reader(NULL, 0, NULL);
	expect_error(db, "SELECT migrate_upgrade('head')", "database is locked");
	CHECK(slept <= 40);
	expect(db, "PRAGMA busy_timeout", "5000");
	expect(reader, "COMMIT", "");
	expect(db, "SELECT migrate_config('lock_timeout', NULL)", "");
	begin_reader(NULL, 0, NULL);
	slept = 0;
	expect_error(db, "SELECT migrate_upgrade('head')", "database is locked");
	CHECK(slept >= 4000);
	end();
}

static int asked; /* how often the busy handler was */

/* A busy handler. */
static int
ask(void *unused, int count)
{
	(void) unused;
	asked++;
	return count < 3;
}

/* Nor is a busy handler taken away. */
static void
test_busy_handler(void)
{
	begin("20ms", "1", plain);
	until = 1000000;
	sqlite3_busy_handler(db, ask, NULL);
	begin_reader(NULL, 0, NULL);
	expect_error(db, "SELECT migrate_upgrade('head')", "database is locked");
	CHECK(asked > 4);
	asked = 0;
	expect(reader, "COMMIT", "");
	expect(reader, "BEGIN IMMEDIATE", "");
	expect_error(db, "INSERT INTO ran VALUES (0)", "database is locked");
	CHECK(asked == 4);
	end();
}

/* Stop the one who waits. */
static void
interrupt(void)
{
	sqlite3_interrupt(db);
}

/* Who waits can be interrupted. */
static void
test_interrupt(void)
{
	begin("20ms", "1000", plain);
	until = 1;
	begin_reader(NULL, 0, NULL);
	meanwhile = interrupt;
	expect_error(db, "SELECT migrate_upgrade('head')", "interrupted");
	CHECK(sqlite3_get_autocommit(db));
	end();
	/* with SQLite's own way to wait, which can't, as well */
	begin("0", "0", plain);
	until = INT_MAX;
	begin_reader(NULL, 0, NULL);
	sqlite3_busy_timeout(db, 5000);
	meanwhile = interrupt;
	expect_error(db, "SELECT migrate_upgrade('head')", "interrupted");
	CHECK(slept < 1000);
	expect(db, "PRAGMA busy_timeout", "5000");
	end();
}

/* So much memory takes a run that can't commit. */
static sqlite3_int64
most_memory(const char *retries)
{
	begin("20ms", retries, plain);
	until = INT_MAX;
	begin_reader(NULL, 0, NULL);
	sqlite3_memory_highwater(1);
	expect_error(db, "SELECT migrate_upgrade('head')", "database is locked");
	end();
	return sqlite3_memory_highwater(0);
}

/* What a try has taken is given back before the next one. */
static void
test_memory(void)
{
	sqlite3_int64 most = most_memory("1");

	CHECK(most_memory("100") < most + 64 * 1024);
}

/* VACUUM needs the database for itself. */
static void
test_vacuum(void)
{
	begin("20ms", "5",
		  "-- migrate:upgrade\nINSERT INTO ran VALUES (2);\n"
		  "-- migrate:upgrade autocommit\nSELECT begin_reader();\nVACUUM;\n");
	until = 100;
	expect(db, "SELECT migrate_upgrade('head') <> ''", "1");
	check_all();
	CHECK(slept >= 100);
	end();
}

/* ---- outside of transactions -------------------------------------------- */

/* Is the lock's file there? */
static bool
is_there(void)
{
	char *path = sqlite3_mprintf("%s/locks.db-migrate", directory);
	bool there = access(path, F_OK) == 0;

	sqlite3_free(path);
	return there;
}

/* Try to migrate while somebody else runs a section. */
static void
come_between(sqlite3_context *context, int nargs, sqlite3_value **args)
{
	(void) context;
	(void) nargs;
	(void) args;
	CHECK(is_there());
	slept = 0;
	expect_error(third, "SELECT migrate_upgrade('head')",
				 "another connection migrates this database\n"
				 "DETAIL: It runs an autocommit section of a revision. "
				 "Tried 2 times.\n");
	CHECK(slept >= 40);
	expect(third, "BEGIN", "");
	expect_error(third, "SELECT migrate_downgrade('base')",
				 "another connection migrates this database");
	expect(third, "ROLLBACK", "");
	expect(third, "SELECT migrate_current()", "r1");
}

/* A section that asks the others in. */
static const char section[] =
	"-- migrate:upgrade autocommit\nSELECT come_between();\n"
	"INSERT INTO ran VALUES (2);\n";

/* Let the section ask. */
static void
begin_section(const char *text)
{
	begin("20ms", "1", text);
	until = 0;
	meanwhile = NULL;
	CHECK(sqlite3_create_function(db, "come_between", 0, SQLITE_UTF8, NULL,
								  come_between, NULL, NULL) == SQLITE_OK);
}

/* While a section runs, nobody else migrates. */
static void
test_section(void)
{
	begin_section(section);
	expect(db, "SELECT migrate_upgrade('head') <> ''", "1");
	CHECK(!is_there());
	check_all();
	end();
}

/* When it fails, others may; and so they may where a crash has left a file. */
static void
test_left_file(void)
{
	char *path = sqlite3_mprintf("%s/locks.db-migrate", directory);
	FILE *file;

	begin_section("-- migrate:upgrade autocommit\nSELECT come_between();\n"
				  "INSERT INTO nosuch VALUES (2);\n");
	expect_error(db, "SELECT migrate_upgrade('head')", "no such table: nosuch");
	CHECK(!is_there());
	end();
	begin_section(section);
	file = fopen(path, "w");
	CHECK(file != NULL);
	fclose(file);
	expect(third, "SELECT migrate_upgrade('r1')", "Running upgrade  -> r1");
	CHECK(is_there());
	expect(db, "SELECT migrate_upgrade('head') <> ''", "1");
	CHECK(!is_there());
	check_all();
	end();
	sqlite3_free(path);
}

/* A file of that name that isn't ours remains what it is. */
static void
test_other_file(void)
{
	char *path = sqlite3_mprintf("%s/locks.db-migrate", directory);
	FILE *file;

	begin_section(section);
	file = fopen(path, "w");
	CHECK(file != NULL && fputs("mine", file) >= 0 && fclose(file) == 0);
	expect_error(db, "SELECT migrate_upgrade('head')",
				 "migrate needs a file \"");
	CHECK(is_there());
	CHECK(unlink(path) == 0 && mkfifo(path, 0600) == 0);
	expect_error(db, "SELECT migrate_upgrade('head')",
				 "migrate needs a file \"");
	CHECK(unlink(path) == 0 && symlink("nosuch", path) == 0);
	expect_error(db, "SELECT migrate_upgrade('head')", "could not lock file");
	CHECK(unlink(path) == 0);
	expect(db, "SELECT migrate_upgrade('head') <> ''", "1");
	check_all();
	end();
	sqlite3_free(path);
}

static struct stat seen; /* the lock's file, while it is there */

/* Look at it. */
static void
look(sqlite3_context *context, int nargs, sqlite3_value **args)
{
	char *path = sqlite3_mprintf("%s/locks.db-migrate", directory);

	(void) context;
	(void) nargs;
	(void) args;
	CHECK(stat(path, &seen) == 0);
	sqlite3_free(path);
}

/* What root makes beside somebody's database is theirs: after a crash they have
 * to be able to open it. */
static void
test_owner(void)
{
	char *path = sqlite3_mprintf("%s/locks.db", directory);

	begin_section("-- migrate:upgrade autocommit\nSELECT look();\n"
				  "INSERT INTO ran VALUES (2);\n");
	CHECK(sqlite3_create_function(db, "look", 0, SQLITE_UTF8, NULL, look, NULL,
								  NULL) == SQLITE_OK);
	CHECK(chmod(path, 0640) == 0);
	CHECK(geteuid() != 0 || chown(path, 12, 34) == 0);
	expect(db, "SELECT migrate_upgrade('head') <> ''", "1");
	CHECK((seen.st_mode & 0777) == 0640);
	CHECK(geteuid() != 0 || (seen.st_uid == 12 && seen.st_gid == 34));
	check_all();
	end();
	sqlite3_free(path);
}

/* ---- kept facts ------------------------------------------------------------ */

/* Check the model while the reader is in a transaction; are its facts kept then? */
static void
check_beside(const char *sql, const char *kept)
{
	if (sql != NULL)
		expect(reader, sql, "");
	slept = 0;
	expect(db, "SELECT count(*) FROM migrate_check()", "2");
	CHECK(slept == 0);
	if (sql != NULL)
		expect(reader, "ROLLBACK", "");
	expect(db, "SELECT count(*) FROM _migrate_facts", kept);
	expect(db, "PRAGMA busy_timeout", "60000");
	CHECK(sqlite3_get_autocommit(db));
}

/* Facts aren't worth to wait for anybody. */
static void
test_facts(void)
{
	begin("20ms", "5", plain);
	until = 1000000;
	meanwhile = NULL;
	sqlite3_busy_timeout(db, 60000);
	expect(db, "SELECT migrate_upgrade('head') <> ''", "1");
	expect(db,
		   "SELECT migrate_model('CREATE TABLE t1 (a); CREATE TABLE t3"
		   " (a); CREATE TABLE ran (i, j); CREATE TABLE more (a)')",
		   "Set the model: 4 statements");
	check_beside("BEGIN IMMEDIATE", "0");
	/* it lets us write, but not commit */
	expect(reader, "BEGIN", "");
	expect(reader, "SELECT count(*) FROM ran", "3");
	check_beside(NULL, "0");
	expect(reader, "COMMIT", "");
	check_beside(NULL, "1");
	end();
}

int
main(int argc, char **argv)
{
	CHECK(argc == 3);
	module = argv[1];
	directory = argv[2];
	rule_time();
	test_reader();
	test_endless_reader();
	test_each();
	test_busy_timeout();
	test_busy_handler();
	test_interrupt();
	test_memory();
	test_vacuum();
	test_section();
	test_left_file();
	test_other_file();
	test_owner();
	test_facts();
	return 0;
}
