/*
 * hostile.c
 *	  Database files that somebody has made to do harm: whatever stands in the
 *	  place of our tables and in their cells, no command crashes, reads past an
 *	  end, leaves a transaction open, or calls a function of the application's.
 *	  Nor does an ALTER TABLE that makes what stands in the schema anew.
 *
 * Usage: hostile module directory
 */
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *module;
static char file[4096];
static int calls; /* of the application's function */

/* End the test with what is wrong. */
static void
stop(const char *what, const char *sql, const char *why)
{
	fprintf(stderr, "%s\n  %s\n  %s\n", what, sql, why);
	exit(1);
}

/* app(...): a function of the application's, which may do anything. */
static void
app(sqlite3_context *context, int count, sqlite3_value **args)
{
	(void) count;
	(void) args;
	calls++;
	sqlite3_result_text(context, "app", -1, SQLITE_STATIC);
}

/* Open the file as an application does that has never heard of the risk. */
static sqlite3 *
open_file(void)
{
	sqlite3 *db;

	if (sqlite3_open(file, &db) != SQLITE_OK)
		stop("open", file, sqlite3_errmsg(db));
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 1, NULL);
	sqlite3_create_function(db, "app", -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
							NULL, app, NULL, NULL);
	if (sqlite3_load_extension(db, module, NULL, NULL) != SQLITE_OK)
		stop("load", module, sqlite3_errmsg(db));
	sqlite3_exec(db, "PRAGMA synchronous = off", NULL, NULL, NULL);
	return db;
}

/* Run what has to go well. */
static void
must(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		stop("must", sql, sqlite3_errmsg(db));
}

static const char utf8[] = "PRAGMA encoding = 'UTF-8'";
static const char utf16[] = "PRAGMA encoding = 'UTF-16le'";

/* A file with three revisions, two of them applied. */
static void
make_file(const char *encoding)
{
	sqlite3 *db;

	unlink(file);
	db = open_file();
	must(db, encoding);
	must(db, "SELECT migrate_load('-- migrate:revision a1\n"
			 "-- migrate:message first\n-- migrate:labels lab\n"
			 "-- migrate:created 2026-11-21T10:00:00Z\n"
			 "-- migrate:upgrade\nCREATE TABLE a (x);\n"
			 "-- migrate:downgrade\nDROP TABLE a;\n"
			 "-- migrate:revision b1\n-- migrate:revises a1\n"
			 "-- migrate:upgrade\nCREATE TABLE b (x);\n"
			 "-- migrate:downgrade\nDROP TABLE b;\n"
			 "-- migrate:revision c1\n-- migrate:depends_on a1\n"
			 "-- migrate:upgrade\n-- migrate:downgrade\n');"
			 "SELECT migrate_upgrade('b1');"
			 "SELECT migrate_config('timezone', 'UTC');"
			 "SELECT migrate_execute('COMMENT ON COLUMN a.x IS ''x'';"
			 " COMMENT ON TABLE b IS ''b''')");
	sqlite3_close(db);
}

/* Commands that run no script of the file's; last those that do. */
static const char *const commands[] = {
	"SELECT migrate_current()",
	"SELECT migrate('current -v')",
	"SELECT migrate('history -v -i')",
	"SELECT migrate('heads -v')",
	"SELECT * FROM migrate_history()",
	"SELECT * FROM migrate_show('b1')",
	"SELECT * FROM migrate_log()",
	"SELECT * FROM migrate_status()",
	"SELECT * FROM migrate_plan('upgrade', 'heads')",
	"SELECT migrate_script('a1')",
	"SELECT migrate_graph('svg')",
	"SELECT migrate_graph('dot')",
	"SELECT migrate_graph()",
	"SELECT migrate('upgrade heads --sql')",
	"SELECT migrate_config('timezone')",
	"SELECT migrate_config('timezone', NULL)",
	"SELECT migrate_config('timezone', 'UTC')",
	"SELECT migrate_load('-- migrate:revision n1\n')",
	"SELECT migrate_revision('new', 0, 0, 'base', 1)",
	"SELECT migrate_merge('heads')",
	"SELECT migrate_edit('c1', '-- migrate:revision c1\n')",
	"SELECT migrate_ensure_version()",
	"SELECT migrate_execute('CREATE TABLE z (x); COMMENT ON COLUMN z.x IS"
	" ''z''; ALTER TABLE z RENAME x TO y; ALTER TABLE z RENAME TO y;"
	" DROP TABLE y; COMMENT ON TABLE b IS NULL')",
	NULL};

static const char *const moves[] = {"SELECT migrate_upgrade('heads')",
									"SELECT migrate_downgrade('-1')",
									"SELECT migrate_stamp('base')",
									"SELECT migrate_stamp('a1', 0, NULL, 1)",
									"SELECT migrate_downgrade('base')",
									NULL};

/* Run commands one by one, each in a transaction that is rolled back. */
static void
run_all(sqlite3 *db, const char *const *list, const char *what)
{
	for (; *list != NULL; list++)
	{
		char *message = NULL;
		int rc;

		sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
		rc = sqlite3_exec(db, *list, NULL, NULL, &message);
		if (rc != SQLITE_OK && (message == NULL || message[0] == '\0'))
			stop(what, *list, "an error without a message");
		sqlite3_free(message);
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
		sqlite3_exec(db, *list, NULL, NULL, NULL);
		if (!sqlite3_get_autocommit(db))
			stop(what, *list, "a transaction is open");
	}
}

/* What may stand in a file in the place of what we make. */
static const char *const tricks[] = {
	"ALTER TABLE _migrate_config RENAME TO c;"
	"CREATE VIEW _migrate_config AS SELECT app() AS history, 'name' AS name,"
	" app() AS value",
	"DROP TABLE _migrate_config;"
	"CREATE VIRTUAL TABLE _migrate_config USING fts5(history, name, value)",
	"DROP TABLE alembic_version;"
	"CREATE VIRTUAL TABLE alembic_version USING fts5(version_num)",
	"ALTER TABLE alembic_version RENAME TO v;"
	"CREATE VIEW alembic_version AS SELECT app() AS version_num",
	"DROP TABLE alembic_version; CREATE TABLE alembic_version"
	" (x, Version_Num AS (app()))",
	"ALTER TABLE _migrate_script RENAME TO s;"
	"CREATE VIEW _Migrate_Script AS SELECT *, app() FROM s;"
	"CREATE TRIGGER t INSTEAD OF INSERT ON _Migrate_Script BEGIN SELECT app();"
	" END",
	"ALTER TABLE _migrate_script DROP COLUMN message;"
	"ALTER TABLE _migrate_script ADD COLUMN message AS (app())",
	"PRAGMA case_sensitive_like = 1;"
	"ALTER TABLE _migrate_script ADD COLUMN more Check (app() > 0)",
	"DROP TABLE _migrate_config; CREATE TABLE _migrate_config (history, name,"
	" value, more DEFAULT (app()), PRIMARY KEY (history, name))",
	"DROP TABLE _migrate_log; CREATE TABLE _migrate_log (id INTEGER PRIMARY KEY,"
	" history, revision AS (app()), operation, from_revisions, to_revisions,"
	" applied_by, started_at AS (app()), elapsed_ms, statements)",
	"CREATE INDEX i ON _migrate_script (app(revision))",
	"CREATE INDEX i ON _migrate_script (position) WHERE app(revision)",
	"CREATE TRIGGER t AFTER INSERT ON _migrate_script BEGIN SELECT app(); END",
	"CREATE TRIGGER t AFTER UPDATE ON _migrate_script BEGIN SELECT app(); END",
	"CREATE TRIGGER t AFTER INSERT ON _migrate_config BEGIN SELECT app(); END",
	"CREATE TRIGGER t AFTER DELETE ON _migrate_config BEGIN SELECT app(); END",
	"CREATE TRIGGER t AFTER INSERT ON _migrate_log BEGIN SELECT app(); END",
	"CREATE TRIGGER t AFTER DELETE ON _migrate_comment BEGIN SELECT app(); END",
	"CREATE TRIGGER t AFTER UPDATE ON _migrate_comment BEGIN SELECT app(); END",
	"DROP TABLE _migrate_comment;"
	"CREATE VIEW _migrate_comment AS SELECT app() AS kind, 'b' AS name,"
	" '' AS part, app() AS comment",
	"PRAGMA foreign_keys = 1; CREATE TABLE taken (h, n, FOREIGN KEY (h, n)"
	" REFERENCES _migrate_config (history, name) ON DELETE CASCADE);"
	"INSERT INTO taken VALUES ('alembic', 'timezone');"
	"CREATE TRIGGER t AFTER DELETE ON taken BEGIN SELECT app(); END",
	/* other schemas' tables of these names aren't ours */
	"ATTACH ':memory:' AS other; CREATE TABLE other._migrate_config"
	" (history, name, value AS (app())); INSERT INTO other._migrate_config"
	" VALUES ('', 'name')",
	"CREATE TEMP VIEW _migrate_script AS SELECT app() AS revision;"
	"CREATE TEMP VIEW _migrate_config AS SELECT app() AS value;"
	"CREATE TEMP VIEW alembic_version AS SELECT app() AS version_num",
	NULL};

/* No trick makes a command call the application's function. */
static void
try_tricks(void)
{
	for (const char *const *trick = tricks; *trick != NULL; trick++)
	{
		sqlite3 *db;

		if (sqlite3_libversion_number() < 3035000 && strstr(*trick, "DROP COL"))
			continue;
		make_file(utf8);
		db = open_file();
		must(db, *trick);
		calls = 0;
		run_all(db, commands, *trick);
		if (calls != 0)
			stop(*trick, "", "the application's function was called");
		run_all(db, moves, *trick);
		sqlite3_close(db);
	}
}

/* What a cell may hold instead of what it should. */
static const char *const values[] = {
	"NULL",
	"''",
	"x''",
	"x'00'",
	"x'61003100'",
	"x'ff'",
	"x'61ff'",
	"char(0)",
	"'a' || char(0) || '1'",
	"'x' || char(10) || '.shell touch harmed'",
	"'../../../../etc/passwd'",
	"'%s%n%s%n'",
	"'\"><script>'",
	"'a1'",
	"'b1'",
	"'c1, b1, a1, c1'",
	"',,, ,'",
	"-1",
	"9223372036854775807",
	"-9223372036854775808",
	"1e308",
	"-0.5",
	"zeroblob(5000)",
	"printf('%.5000c', 'x')",
	"printf('-- migrate:revision %s', 'a1')",
	"'-- migrate:revision a1' || char(10) || '-- migrate:upgrade' || char(0)",
	NULL};

static const char *const cells[] = {"_migrate_script SET history",
									"_migrate_script SET position",
									"_migrate_script SET revision",
									"_migrate_script SET down_revision",
									"_migrate_script SET branch_labels",
									"_migrate_script SET depends_on",
									"_migrate_script SET message",
									"_migrate_script SET create_date",
									"_migrate_script SET path",
									"_migrate_script SET stored_by",
									"_migrate_script SET script",
									"_migrate_log SET history",
									"_migrate_log SET revision",
									"_migrate_log SET operation",
									"_migrate_log SET from_revisions",
									"_migrate_log SET to_revisions",
									"_migrate_log SET applied_by",
									"_migrate_log SET started_at",
									"_migrate_log SET elapsed_ms",
									"_migrate_log SET statements",
									"_migrate_config SET history",
									"_migrate_config SET name",
									"_migrate_config SET value",
									"_migrate_comment SET kind",
									"_migrate_comment SET name",
									"_migrate_comment SET part",
									"_migrate_comment SET comment",
									"alembic_version SET version_num",
									NULL};

/* Let the columns of our tables hold anything, any number of times. */
static const char loosen[] =
	"ALTER TABLE _migrate_script RENAME TO s;"
	"CREATE TABLE _migrate_script AS SELECT * FROM s; DROP TABLE s;"
	"ALTER TABLE _migrate_log RENAME TO l;"
	"CREATE TABLE _migrate_log AS SELECT * FROM l; DROP TABLE l;"
	"ALTER TABLE _migrate_config RENAME TO c;"
	"CREATE TABLE _migrate_config AS SELECT * FROM c; DROP TABLE c;"
	"ALTER TABLE _migrate_comment RENAME TO k;"
	"CREATE TABLE _migrate_comment AS SELECT * FROM k; DROP TABLE k;"
	"ALTER TABLE alembic_version RENAME TO v;"
	"CREATE TABLE alembic_version (version_num);"
	"INSERT INTO alembic_version SELECT * FROM v; DROP TABLE v;";

/* Change our tables, run commands, and take all of it back. */
static void
try_change(sqlite3 *db, const char *const *list, const char *cell,
		   const char *value, const char *rows)
{
	char *sql =
		sqlite3_mprintf("SAVEPOINT s; UPDATE %s = %s %s", cell, value, rows);

	must(db, sql);
	for (; *list != NULL; list++)
		sqlite3_exec(db, *list, NULL, NULL, NULL);
	if (sqlite3_get_autocommit(db))
		stop(sql, "", "the caller's transaction is gone");
	must(db, "ROLLBACK TO s; RELEASE s");
	sqlite3_free(sql);
}

/* Put each value into each cell: of one row, and of all. */
static void
try_cells(void)
{
	sqlite3 *db;

	make_file(utf8);
	db = open_file();
	must(db, loosen);
	for (int i = 0; cells[i] != NULL; i++)
		for (int j = 0; values[j] != NULL; j++)
		{
			try_change(db, commands, cells[i], values[j], "WHERE rowid = 2");
			try_change(db, commands, cells[i], values[j], "");
			try_change(db, moves, cells[i], values[j], "WHERE rowid = 1");
		}
	must(db,
		 "SELECT migrate_upgrade('heads'); SELECT migrate_downgrade('base')");
	sqlite3_close(db);
}

/* Spoil bytes of the file, always the same ones. */
static void
spoil(unsigned seed)
{
	FILE *out = fopen(file, "r+b");
	long size;

	if (out == NULL || fseek(out, 0, SEEK_END) != 0)
		stop("spoil", file, "can't open it");
	size = ftell(out);
	for (int i = 0; i < 8; i++)
	{
		seed = seed * 1103515245u + 12345u;
		fseek(out, 100 + (long) (seed % (unsigned) (size - 100)), SEEK_SET);
		fputc((int) (seed >> 16 & 0xff), out);
	}
	fclose(out);
}

/* Files that are no databases any more. */
static void
try_spoiled(void)
{
	for (unsigned seed = 1; seed <= 50; seed++)
	{
		sqlite3 *db;

		make_file(seed % 2 == 0 ? utf8 : utf16);
		spoil(seed);
		db = open_file();
		run_all(db, commands, "spoiled");
		run_all(db, moves, "spoiled");
		sqlite3_close(db);
	}
}

/* A connection that allows nothing of the kind works as any other. */
static void
try_defensive(void)
{
	sqlite3 *db;

	make_file(utf8);
	db = open_file();
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	must(db, "SELECT migrate_upgrade('heads'); SELECT migrate_current();"
			 "SELECT migrate('history -v'); SELECT migrate_downgrade('base');"
			 "SELECT migrate_config('timezone', NULL);"
			 "SELECT migrate_stamp('heads'); SELECT migrate_graph('svg')");
	sqlite3_close(db);
}

/* Statements behind those of the schema: SQLite doesn't run them. */
static void
try_schema(void)
{
	static const char *const alters[] = {
		"SELECT migrate_execute('ALTER TABLE t ALTER a TYPE text')",
		"SELECT migrate_execute('ALTER TABLE t DROP COLUMN b CASCADE')",
		"SELECT migrate_execute('ALTER TABLE t ALTER a SET NOT NULL')",
		"SELECT migrate_execute('ALTER TABLE t RENAME TO u')",
		"SELECT migrate_upgrade('r', true)",
		NULL};
	static const char *const types[] = {"table", "index", "trigger", "view"};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
	{
		char *more =
			sqlite3_mprintf("PRAGMA writable_schema = ON; UPDATE sqlite_schema"
							" SET sql = sql || '; SELECT app()'"
							" WHERE type = %Q AND tbl_name IN ('t', 'v')",
							types[i]);
		sqlite3 *db;

		unlink(file);
		db = open_file();
		must(db, "CREATE TABLE t (a int, b int); CREATE INDEX i ON t (a);"
				 "CREATE TRIGGER g AFTER DELETE ON t BEGIN SELECT 1; END;"
				 "CREATE VIEW v AS SELECT b FROM t; "
				 "SELECT migrate_load('-- migrate:revision r\n"
				 "-- migrate:upgrade\nALTER TABLE t ADD UNIQUE (a);')");
		must(db, more);
		sqlite3_close(db);
		db = open_file();
		calls = 0;
		run_all(db, alters, types[i]);
		if (calls != 0)
			stop("statements behind one of the schema", types[i], "they ran");
		sqlite3_close(db);
		sqlite3_free(more);
	}
}

int
main(int argc, char **argv)
{
	if (argc != 3)
		return 1;
	module = argv[1];
	snprintf(file, sizeof(file), "%s/hostile.db", argv[2]);
	try_tricks();
	try_cells();
	try_spoiled();
	try_defensive();
	try_schema();
	return 0;
}
