/*
 * lite.c
 *	  Runs on SQLite that end in the middle: the process is killed, the power
 *	  goes, an operation of the file system fails, the disk is full.
 *
 * However a run ended, the database has to be in one of the states that it may
 * be in between two commits, its version rows, log, schema and data together;
 * and the same call has to finish from there.  The states are made beforehand,
 * by the statements of the scripts and without us.
 *
 * Usage: lite module directory kills step [small].  So many processes are killed
 * for each way to run; every step-th operation fails; small is a directory on a
 * small file system of its own.
 */
#include <sqlite3.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "disk.h"

#define DISK_PATH "a database in memory, which no file is named like"
#define STATEMENTS 6
#define STATES 32

/* A revision: a statement with ! stands in an autocommit section.  Around such
 * a section each statement can run twice, and is a section of its own. */
typedef struct Revision
{
	const char *id;
	const char *revises;
	const char *up[STATEMENTS];
	const char *down[STATEMENTS];
} Revision;

static const Revision history[] = {
	{"r1",
	 "",
	 {"CREATE TABLE one (a INTEGER PRIMARY KEY, b TEXT)",
	  "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
	  " WHERE i < 100) INSERT INTO one SELECT i, hex(i * i) FROM n"},
	 {"DROP TABLE one"}},
	{"r2",
	 "r1",
	 {"CREATE TABLE two AS SELECT a, 'two' AS b FROM one",
	  "UPDATE one SET b = b || 'two'", "CREATE INDEX one_b ON one (b)"},
	 {"DROP INDEX one_b", "UPDATE one SET b = substr(b, 1, length(b) - 3)",
	  "DROP TABLE two"}},
	{"r3",
	 "r1",
	 {"CREATE TABLE three (a REFERENCES one, b)",
	  "INSERT INTO three SELECT a, b || hex(zeroblob(100)) FROM one"},
	 {"DROP TABLE three"}},
	{"r4",
	 "r2, r3",
	 {"CREATE VIEW four AS SELECT one.a, three.b FROM one JOIN three USING (a)",
	  "DELETE FROM two WHERE a > 50"},
	 {"INSERT INTO two SELECT a, 'two' FROM one WHERE a > 50",
	  "DROP VIEW four"}},
	{"r5",
	 "r4",
	 {"CREATE TABLE IF NOT EXISTS five (a INTEGER PRIMARY KEY, b)",
	  "!INSERT OR IGNORE INTO five SELECT a, b FROM four", "!VACUUM",
	  "!CREATE INDEX IF NOT EXISTS five_b ON five (b)",
	  "INSERT INTO five VALUES (0, 'five')"},
	 {"DELETE FROM five WHERE a = 0", "!DROP INDEX IF EXISTS five_b",
	  "!DELETE FROM five", "!VACUUM", "DROP TABLE five"}},
	{"r6",
	 "r5",
	 {"CREATE TABLE six AS SELECT b FROM five", "DROP INDEX one_b"},
	 {"CREATE INDEX one_b ON one (b)", "DROP TABLE six"}},
	/* all rows of a parent, and the text of the schema */
	{"r7",
	 "r6",
	 {"ALTER TABLE one ADD UNIQUE (b)",
	  "ALTER TABLE three ALTER b SET NOT NULL"},
	 {"ALTER TABLE three ALTER b DROP NOT NULL",
	  "ALTER TABLE one DROP CONSTRAINT one_b_key"}},
};

#define REVISIONS (int) (sizeof(history) / sizeof(history[0]))

/* A way to run. */
typedef struct Way
{
	bool steps;	  /* commit after each revision? */
	bool outside; /* have the scripts their autocommit sections? */
	bool wal;	  /* or a rollback journal? */
	bool down;	  /* or up? */
	bool small;	  /* a cache that can't hold all until the commit? */
	bool inside;  /* in a transaction of the caller's? */
} Way;

#define WAYS 64
#define WAYS_OF_A_PROCESS                                                      \
	8 /* those that differ in no more than the first three */

static const char *module;
static const char *directory;
static char *states[STATES];
static int state_count;
static int base_state; /* that of no revision */
static int head_state; /* and of all */

/* ---- one test ------------------------------------------------------------ */

static int passed;
static int failed;
static const char *wrong; /* with the test at hand; NULL: nothing yet */

/* Note what is wrong with the test at hand. */
static void
complain(const char *format, ...)
{
	va_list args;

	if (wrong != NULL)
		return;
	va_start(args, format);
	wrong = sqlite3_vmprintf(format, args);
	va_end(args);
}

/* End a test. */
static void
report(const char *format, ...)
{
	va_list args;
	char *name;

	va_start(args, format);
	name = sqlite3_vmprintf(format, args);
	va_end(args);
	printf("%s %s\n", wrong == NULL ? "ok" : "not ok", name);
	if (wrong != NULL)
		printf("    %s\n", wrong);
	*(wrong == NULL ? &passed : &failed) += 1;
	wrong = NULL;
	fflush(stdout);
	sqlite3_free(name);
}

/* ---- databases ----------------------------------------------------------- */

/* Run what has to go well. */
static void
must(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		complain("%s: %s", sql, sqlite3_errmsg(db));
}

/* Append a row to the text in out. */
static int
add_row(void *out, int columns, char **cells, char **names)
{
	(void) names;
	for (int i = 0; i < columns; i++)
		sqlite3_str_appendf(out, "%s%s", i > 0 ? "|" : "",
							cells[i] != NULL ? cells[i] : "NULL");
	sqlite3_str_appendall(out, "\n");
	return 0;
}

/* Append the rows of a query to a text. */
static void
add_rows(sqlite3 *db, sqlite3_str *out, const char *sql)
{
	if (sqlite3_exec(db, sql, add_row, out, NULL) != SQLITE_OK)
		complain("%s: %s", sql, sqlite3_errmsg(db));
}

/* What a query gives; the caller frees it. */
static char *
ask(sqlite3 *db, const char *sql)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	sqlite3_str_appendall(out, "");
	add_rows(db, out, sql);
	if (sqlite3_str_length(out) == 0)
		sqlite3_str_appendchar(out, 1, '\n');
	return sqlite3_str_finish(out);
}

/* Open a database with the module in it. */
static sqlite3 *
open_database(const char *path, const char *vfs, const Way *way)
{
	sqlite3 *db = NULL;

	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
						vfs) != SQLITE_OK ||
		sqlite3_enable_load_extension(db, 1) != SQLITE_OK ||
		sqlite3_load_extension(db, module, NULL, NULL) != SQLITE_OK)
	{
		fprintf(stderr, "%s: %s\n", path, sqlite3_errmsg(db));
		exit(1);
	}
	if (way != NULL && way->small)
		must(db, "PRAGMA cache_size = 5");
	return db;
}

/*
 * The state of a database as one text: the version rows; the revisions that are
 * applied according to the log; the schema; the data.
 */
static char *
state_of(sqlite3 *db)
{
	static const char mine[] = "name NOT LIKE '\\_migrate%' ESCAPE '\\'"
							   " AND name NOT LIKE 'sqlite%'"
							   " AND name <> 'alembic_version'";
	sqlite3_str *out = sqlite3_str_new(NULL);
	char *list = sqlite3_mprintf("SELECT group_concat('SELECT * FROM ' || name"
								 " || ' ORDER BY 1', ';') FROM (SELECT name"
								 " FROM sqlite_schema WHERE type = 'table'"
								 " AND %s ORDER BY name)",
								 mine);
	char *schema = sqlite3_mprintf("SELECT name, sql FROM sqlite_schema"
								   " WHERE %s ORDER BY name",
								   mine);
	char *queries = ask(db, list);
	char *made = ask(db, "SELECT name FROM sqlite_schema"
						 " WHERE name = 'alembic_version'");

	sqlite3_str_appendall(out, "rows: ");
	if (made[0] != '\n')
		add_rows(db, out,
				 "SELECT group_concat(version_num, ', ') FROM (SELECT * FROM"
				 " alembic_version ORDER BY 1) HAVING count(*) > 0");
	sqlite3_str_appendall(out, "\nlog: ");
	add_rows(db, out,
			 "SELECT group_concat(revision, ', ') FROM (SELECT revision"
			 " FROM (SELECT revision, operation, max(id) FROM _migrate_log"
			 " GROUP BY revision) WHERE operation = 'upgrade' ORDER BY 1)"
			 " HAVING count(*) > 0");
	sqlite3_str_appendall(out, "\n");
	add_rows(db, out, schema);
	if (strcmp(queries, "NULL\n") != 0)
		add_rows(db, out, queries);
	sqlite3_free(made);
	sqlite3_free(queries);
	sqlite3_free(schema);
	sqlite3_free(list);
	return sqlite3_str_finish(out);
}

/* ---- scripts and states --------------------------------------------------- */

/* Append a section for each statement. */
static void
add_sections(sqlite3_str *out, const char *word, const char *const *sql,
			 bool outside)
{
	for (int i = 0; i < STATEMENTS && sql[i] != NULL; i++)
	{
		bool apart = sql[i][0] == '!';

		if (!outside && strcmp(sql[i], "!VACUUM") == 0)
			continue;
		sqlite3_str_appendf(out, "-- migrate:%s%s\n%s;\n", word,
							apart && outside ? " autocommit" : "",
							sql[i] + apart);
	}
}

/* Register the scripts. */
static void
load(sqlite3 *db, bool outside)
{
	sqlite3_str *out = sqlite3_str_new(NULL);
	char *scripts;
	char *call;

	for (int i = 0; i < REVISIONS; i++)
	{
		sqlite3_str_appendf(out,
							"-- migrate:revision %s\n-- migrate:revises %s\n",
							history[i].id, history[i].revises);
		add_sections(out, "upgrade", history[i].up, outside);
		add_sections(out, "downgrade", history[i].down, outside);
	}
	scripts = sqlite3_str_finish(out);
	call = sqlite3_mprintf("SELECT migrate_load(%Q)", scripts);
	must(db, call);
	sqlite3_free(call);
	sqlite3_free(scripts);
}

/* Note the state that a database is in; returns its number. */
static int
note_state(sqlite3 *db)
{
	char *state = state_of(db);

	for (int i = 0; i < state_count; i++)
	{
		if (strcmp(states[i], state) == 0)
		{
			sqlite3_free(state);
			return i;
		}
	}
	states[state_count] = state;
	return state_count++;
}

/* Run a statement; SQLite needs us for what its own ALTER TABLE can't do. */
static void
must_raw(sqlite3 *db, const char *sql)
{
	bool ours = strncmp(sql, "ALTER ", 6) == 0;
	char *call =
		sqlite3_mprintf(ours ? "SELECT migrate_execute(%Q)" : "%s", sql);

	must(db, call);
	sqlite3_free(call);
}

/* Run a revision's statements as they are, and note the states between them
 * where it has autocommit sections; then write the row and the log. */
static void
run_raw(sqlite3 *db, const char *id, bool down, const char *rows)
{
	const Revision *revision = history;
	const char *const *sql;
	bool apart = false;
	char *keep;

	while (strcmp(revision->id, id) != 0)
		revision++;
	sql = down ? revision->down : revision->up;
	for (int i = 0; i < STATEMENTS && sql[i] != NULL; i++)
		apart |= sql[i][0] == '!';
	for (int i = 0; i < STATEMENTS && sql[i] != NULL; i++)
	{
		if (strcmp(sql[i], "!VACUUM") != 0) /* it changes no state */
			must_raw(db, sql[i] + (sql[i][0] == '!'));
		if (apart && i + 1 < STATEMENTS && sql[i + 1] != NULL)
			note_state(db);
	}
	keep = sqlite3_mprintf(
		"DELETE FROM alembic_version; INSERT INTO alembic_version"
		" SELECT value FROM json_each('[\"' || replace(%Q, ', ', '\",\"')"
		" || '\"]') WHERE value <> '';"
		" INSERT INTO _migrate_log (history, revision, operation, started_at,"
		" elapsed_ms, statements) VALUES ('alembic', %Q, %Q, '', 0, 0)",
		rows != NULL ? rows : "", id, down ? "downgrade" : "upgrade");
	must(db, keep);
	sqlite3_free(keep);
}

/* Make the states on the way up, or down. */
static int
make_way(sqlite3 *db, bool down)
{
	const char *sql =
		down ? "SELECT revision, heads FROM migrate_plan('downgrade', 'base',"
			   " 'r7')"
			 : "SELECT revision, heads FROM migrate_plan('upgrade', 'head',"
			   " '')";
	char **cells; /* behind the names */
	int steps = 0;
	int state = -1;

	sqlite3_get_table(db, sql, &cells, &steps, NULL, NULL);
	for (int i = 1; i <= steps; i++)
	{
		run_raw(db, cells[2 * i], down, cells[2 * i + 1]);
		state = note_state(db);
	}
	sqlite3_free_table(cells);
	return state;
}

/* Make all states. */
static void
make_states(void)
{
	sqlite3 *db = open_database(":memory:", NULL, NULL);

	load(db, true);
	must(db, "SELECT migrate_ensure_version()");
	base_state = note_state(db);
	head_state = make_way(db, false);
	if (make_way(db, true) != base_state)
		complain("what goes up doesn't come down");
	sqlite3_close(db);
	report("%d states", state_count);
}

/* ---- ways ----------------------------------------------------------------- */

/* Make the way with a number below WAYS. */
static Way
way_of(int number)
{
	Way way = {number & 1, number & 2,	number & 4,
			   number & 8, number & 16, number & 32};

	return way;
}

/* Describe a way, but for its direction. */
static const char *
name_of(const Way *way)
{
	static char name[80];

	sqlite3_snprintf(sizeof(name), name, "%s%s, %s%s",
					 way->inside  ? "inside of a transaction"
					 : way->steps ? "in steps"
								  : "as a whole",
					 way->outside ? " but for autocommit sections" : "",
					 way->wal ? "wal" : "journal",
					 way->small ? ", small cache" : "");
	return name;
}

/* The call that goes the way. */
static const char *
call_of(const Way *way)
{
	static const char *const calls[2][2] = {
		{"SELECT migrate_upgrade('head')", "SELECT migrate_downgrade('base')"},
		{"BEGIN; SELECT migrate_upgrade('head'); COMMIT",
		 "BEGIN; SELECT migrate_downgrade('base'); COMMIT"}};

	return calls[way->inside][way->down];
}

/* The state where it begins. */
static const char *
start_of(const Way *way)
{
	return states[way->down ? head_state : base_state];
}

/* And where it ends. */
static const char *
goal_of(const Way *way)
{
	return states[way->down ? base_state : head_state];
}

/* Make a database that is ready to go the way. */
static void
prepare(const char *path, const char *vfs, const Way *way)
{
	sqlite3 *db = open_database(path, vfs, way);

	must(db, way->wal ? "PRAGMA journal_mode = wal"
					  : "PRAGMA journal_mode = delete");
	load(db, way->outside);
	if (way->steps)
		must(db, "SELECT migrate_config('transaction_per_migration', 'true');"
				 "SELECT migrate_ensure_version()");
	if (way->down)
		must(db, "SELECT migrate_upgrade('head')");
	sqlite3_close(db);
}

/* Check that the database is sound and in a state that the run may leave;
 * returns whether that is where it began, or where it ends. */
static bool
check_state(sqlite3 *db, const Way *way, const char *what, long number)
{
	char *sound = ask(db, "PRAGMA integrity_check");
	char *state = state_of(db);
	bool end =
		strcmp(state, start_of(way)) == 0 || strcmp(state, goal_of(way)) == 0;
	bool known = end;

	if (strcmp(sound, "ok\n") != 0)
		complain("%s %ld: %s", what, number, sound);
	/* all or nothing, unless there is a commit between */
	for (int i = 0; i < state_count && (way->steps || way->outside); i++)
		known |= strcmp(state, states[i]) == 0;
	if (!known)
		complain("%s %ld: no state between two commits:\n%.400s", what, number,
				 state);
	sqlite3_free(state);
	sqlite3_free(sound);
	return end;
}

/* Check that the database is in a state. */
static void
check_is(sqlite3 *db, const char *wanted, const char *what, long number)
{
	char *state = state_of(db);

	if (strcmp(state, wanted) != 0)
		complain("%s %ld: it should be elsewhere:\n%.400s", what, number,
				 state);
	sqlite3_free(state);
}

/* Check that the same call finishes. */
static void
check_finish(sqlite3 *db, const Way *way, const char *what, long number)
{
	if (sqlite3_exec(db, call_of(way), NULL, NULL, NULL) != SQLITE_OK)
		complain("%s %ld: the second call fails: %s", what, number,
				 sqlite3_errmsg(db));
	check_is(db, goal_of(way), what, number);
}

/* ---- walks over all operations ---------------------------------------------- */

typedef struct Trouble
{
	const char *name;
	DiskFault fault;
	bool for_good;
} Trouble;

/* Does a text begin with another one? */
static bool
begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* Does a message say what happened, and of a full disk also where? */
static bool
is_clear(const Way *way, DiskFault fault, const char *message)
{
	if (fault == DISK_ERROR)
		return begins(message, "disk I/O error") ||
			   begins(message, "unable to open database file");
	/* a transaction of several revisions begins and ends in none of them */
	return begins(message, "database or disk is full") &&
		   (strstr(message, "in revision r") != NULL || !way->steps);
}

/* Check what a call says, and leaves, when an operation failed. */
static void
check_error(sqlite3 *db, int rc, const Way *way, const Trouble *trouble,
			long number)
{
	const char *message = sqlite3_errmsg(db);

	if (rc == SQLITE_OK)
		check_is(db, goal_of(way), trouble->name, number);
	else if (!is_clear(way, trouble->fault, message))
		complain("%s %ld: %s", trouble->name, number, message);
	/* the caller goes on, unless SQLite has rolled all of it back */
	if (way->inside && !sqlite3_get_autocommit(db))
		sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
	else if (rc != SQLITE_OK && !way->steps && !way->outside)
		check_is(db, start_of(way), trouble->name, number);
	if (!sqlite3_get_autocommit(db))
		complain("%s %ld: a transaction is open", trouble->name, number);
	/* as this connection sees it; the next one's turn comes */
	check_state(db, way, trouble->name, number);
}

/* Let one operation go wrong; false: the run didn't get there. */
static bool
disturb(const Way *way, const Trouble *trouble, long number)
{
	sqlite3 *db;
	bool struck;
	int rc;

	disk_return();
	db = open_database(DISK_PATH, "disk", way);
	disk_arm(trouble->fault, number, trouble->for_good);
	rc = sqlite3_exec(db, call_of(way), NULL, NULL, NULL);
	if (trouble->fault == DISK_POWER)
	{
		sqlite3_close(db);
		struck = disk_disarm();
		disk_recover((unsigned) number);
	}
	else
	{
		struck = disk_disarm();
		check_error(db, rc, way, trouble, number);
		sqlite3_close(db);
	}
	db = open_database(DISK_PATH, "disk", way);
	check_state(db, way, trouble->name, number);
	check_finish(db, way, trouble->name, number);
	sqlite3_close(db);
	return struck;
}

/* Let the operations of a run go wrong, one after another. */
static void
walk(const Way *way, const Trouble *trouble, long stride)
{
	long number = 1 + rand() % stride;

	disk_clear();
	prepare(DISK_PATH, "disk", way);
	disk_keep();
	while (wrong == NULL && disturb(way, trouble, number))
		number += stride;
	report("%s: %s %s, up to operation %ld", trouble->name,
		   way->down ? "downgrade" : "upgrade", name_of(way), number);
}

/* Walk all ways with all troubles. */
static void
walk_all(long stride)
{
	static const Trouble troubles[] = {
		{"loss of power", DISK_POWER, true},
		{"error", DISK_ERROR, false},
		{"errors", DISK_ERROR, true},
		{"full disk for a moment", DISK_FULL, false},
		{"full disk", DISK_FULL, true},
	};

	for (int i = 0; i < WAYS; i++)
	{
		Way way = way_of(i);

		if (way.inside && (way.steps || way.outside))
			continue;
		for (int k = 0; k < (int) (sizeof(troubles) / sizeof(*troubles)); k++)
			walk(&way, &troubles[k], stride);
	}
}

/* ---- kills ------------------------------------------------------------------ */

/* The time in microseconds. */
static long
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

/* End as by kill -9. */
static void
die(int signal)
{
	(void) signal;
	kill(getpid(), SIGKILL);
}

/* Be the process that migrates, and dies after so many microseconds unless that
 * is 0; tell through the pipe how long it has run. */
static void
be_child(const char *path, const Way *way, long delay, int pipe)
{
	struct itimerval timer = {{0, 0}, {delay / 1000000, delay % 1000000}};
	sqlite3 *db = open_database(path, NULL, way);
	long begun = now();
	long ran;

	signal(SIGALRM, die);
	setitimer(ITIMER_REAL, &timer, NULL);
	if (sqlite3_exec(db, call_of(way), NULL, NULL, NULL) != SQLITE_OK)
		_exit(1);
	ran = now() - begun;
	_exit(write(pipe, &ran, sizeof(ran)) != sizeof(ran));
}

/* Go a way in a process of its own that dies after so many microseconds.
 * Returns how long it took where it was sooner; else 0. */
static long
run_child(const char *path, const Way *way, long delay)
{
	int ends[2];
	int status = 0;
	long ran = 0;
	pid_t child;

	if (pipe(ends) != 0 || (child = fork()) < 0)
	{
		perror("fork");
		exit(1);
	}
	if (child == 0)
		be_child(path, way, delay, ends[1]);
	close(ends[1]);
	waitpid(child, &status, 0);
	if (read(ends[0], &ran, sizeof(ran)) != sizeof(ran) && !WIFSIGNALED(status))
		complain("the process fails");
	close(ends[0]);
	return ran;
}

/* Go a way up and down, killed so many times. */
static void
kill_way(Way way, int times)
{
	char *path = sqlite3_mprintf("%s/kill%d%d%d.db", directory, way.steps,
								 way.outside, way.wal);
	char *lock = sqlite3_mprintf("%s-migrate", path);
	long whole[2];
	int inside = 0;
	int between = 0;
	int runs = 0;

	prepare(path, NULL, &way);
	for (int down = 0; down < 2; down++)
	{
		way.down = down;
		whole[down] = run_child(path, &way, 0);
	}
	while (inside < times && wrong == NULL)
	{
		sqlite3 *db;
		long ran;

		way.down = runs++ % 2 == 1;
		ran = run_child(path, &way, 1 + rand() % whole[way.down]);
		inside += ran == 0;
		if (ran > 0)
			whole[way.down] = ran;
		db = open_database(path, NULL, &way);
		between += !check_state(db, &way, "kill", runs);
		check_finish(db, &way, "kill", runs);
		if (access(lock, F_OK) == 0)
			complain("kill %d: the lock file stays", runs);
		sqlite3_close(db);
		if (runs > 2 * times + 20)
			complain("only %d of %d kills hit a run", inside, runs);
	}
	report("kill -9: %s: %d of %d inside of a run, %d left it between two "
		   "revisions",
		   name_of(&way), inside, runs, between);
	sqlite3_free(lock);
	sqlite3_free(path);
}

/* ---- a real full disk --------------------------------------------------------- */

/* Fill a file system but for so many bytes, with a file of this name. */
static void
fill_disk(const char *path, long rest)
{
	static const char block[1024];
	FILE *file = fopen(path, "w");
	long size = 0;

	if (file == NULL)
	{
		perror(path);
		exit(1);
	}
	setvbuf(file, NULL, _IONBF, 0);
	while (fwrite(block, sizeof(block), 1, file) == 1)
		size += (long) sizeof(block);
	fclose(file);
	if (size < rest || truncate(path, size - rest) != 0)
		complain("can't fill the disk");
}

/* Go a way on a full disk; take away what fills it, and go on. */
static void
run_full(Way way, const char *small)
{
	char *path =
		sqlite3_mprintf("%s/%d%d%d.db", small, way.steps, way.outside, way.wal);
	char *filler = sqlite3_mprintf("%s/filler", small);
	static const Trouble trouble = {"full disk", DISK_FULL, true};
	sqlite3 *db;
	int rc;

	prepare(path, NULL, &way);
	fill_disk(filler, 60 * 1024);
	db = open_database(path, NULL, &way);
	rc = sqlite3_exec(db, call_of(&way), NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		complain("there is room");
	check_error(db, rc, &way, &trouble, 0);
	sqlite3_close(db);
	unlink(filler);
	db = open_database(path, NULL, &way);
	check_finish(db, &way, trouble.name, 0);
	sqlite3_close(db);
	unlink(path);
	report("a real full disk: upgrade %s", name_of(&way));
	sqlite3_free(filler);
	sqlite3_free(path);
}

int
main(int argc, char **argv)
{
	long kills;
	long stride;

	if (argc != 5 && argc != 6)
		return 2;
	module = argv[1];
	directory = argv[2];
	kills = strtol(argv[3], NULL, 10);
	stride = strtol(argv[4], NULL, 10);
	disk_register();
	make_states();
	walk_all(stride);
	for (int i = 0; i < WAYS_OF_A_PROCESS; i++)
	{
		kill_way(way_of(i), (int) kills);
		if (argc == 6)
			run_full(way_of(i), argv[5]);
	}
	printf("%d passed, %d failed\n", passed, failed);
	return failed != 0;
}
