/*
 * alter.c
 *	  ALTER TABLE and its like where an allocation fails, and with what an application
 *	  adds.
 *
 * Each allocation of a rebuild, of an edit of the schema's text, of the engine's own
 * ALTER TABLE, and of TRUNCATE, DROP, CREATE OR REPLACE VIEW and COMMENT ON fails in
 * turn: the database is as it was, and so are the settings that some change.  The
 * same for what shows in offline SQL what would run.
 * Then collations and functions of the application's.
 *
 * Usage: alter module directory
 */
#include "walk.h"

/* The settings that ALTER TABLE changes for a while, and others: as bits. */
static int
settings_of(sqlite3 *db)
{
	static const int settings[] = {
		SQLITE_DBCONFIG_ENABLE_FKEY, SQLITE_DBCONFIG_LEGACY_ALTER_TABLE,
		SQLITE_DBCONFIG_DEFENSIVE, SQLITE_DBCONFIG_WRITABLE_SCHEMA,
		SQLITE_DBCONFIG_ENABLE_TRIGGER};
	int bits = 0;

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
	{
		int on = -1;

		sqlite3_db_config(db, settings[i], -1, &on);
		bits |= on << i;
	}
	return bits;
}

/* What the tables hold and how they are made, as a text. */
#define STATE                                                                  \
	"SELECT (SELECT group_concat(sql, ';') FROM (SELECT sql FROM"              \
	" sqlite_schema WHERE tbl_name IN ('p', 'c', 'v', 'q', 'r', 'u',"          \
	" '_migrate_comment') ORDER BY name))"                                     \
	" || (SELECT count(*) FROM sqlite_temp_schema)"                            \
	" || (SELECT ifnull(group_concat(id || a || n), 0) FROM p)"                \
	" || (SELECT ifnull(group_concat(p), 0) FROM c)"                           \
	" || (SELECT ifnull(group_concat(n), 0) FROM v)"                           \
	" || (SELECT total(seq) FROM sqlite_sequence WHERE name = 'p')"            \
	" || (SELECT group_concat(integrity_check) FROM pragma_integrity_check)"   \
	" || (SELECT count(*) FROM pragma_foreign_key_check)"

/* The same with the comments, where there are any. */
#define STATE_OF_COMMENTS                                                      \
	STATE " || (SELECT group_concat(kind || name || part || comment)"          \
		  " FROM _migrate_comment)"

static const char *state = STATE;

/* Make a parent, a child that a DELETE takes along, a view and a trigger. */
static void
make_tables(sqlite3 *db)
{
	static const char sql[] =
		"CREATE TABLE p (id INTEGER PRIMARY KEY AUTOINCREMENT, a text, n int);"
		"CREATE TABLE c (p int REFERENCES p ON DELETE CASCADE);"
		"CREATE INDEX p_a ON p (a DESC);"
		"CREATE VIEW v AS SELECT n FROM p;"
		"CREATE TRIGGER p_gone AFTER DELETE ON p BEGIN DELETE FROM c; END;"
		"INSERT INTO p VALUES (1, 'x', 1), (2, 'y', 2), (9, 'z', 3);"
		"DELETE FROM p WHERE id = 9;"
		"INSERT INTO c VALUES (1), (2), (2);";

	CHECK(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
}

/* Make others, with comments: two tables, a view, triggers. */
static void
make_others(sqlite3 *db)
{
	static const char sql[] =
		"CREATE TABLE q (a int, b int UNIQUE CONSTRAINT n CHECK (b > 0));"
		"CREATE TABLE r (b int REFERENCES q (b));"
		"CREATE VIEW u AS SELECT * FROM q;"
		"CREATE TRIGGER u_new INSTEAD OF INSERT ON u BEGIN SELECT new.a; END;"
		"CREATE TEMP TRIGGER p_gone_too AFTER DELETE ON p"
		" BEGIN DELETE FROM c; END;";

	CHECK(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
	expect(db,
		   "SELECT migrate_execute('COMMENT ON VIEW v IS ''v'';"
		   " COMMENT ON CONSTRAINT q_b_key ON q IS ''key'';"
		   " COMMENT ON COLUMN q.b IS ''b''')",
		   "Executed 3 statements");
}

/*
 * Fail each allocation of an ALTER TABLE in turn.  inside: in a transaction of
 * ours, which is rolled back, and the state is looked at before that as well.
 */
static void
walk(sqlite3 *db, const char *alter, bool inside)
{
	char *call = sqlite3_mprintf("SELECT migrate_execute(%Q)", alter);
	char *before = run(db, state);
	int settings = settings_of(db);
	char *after;

	CHECK(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK);
	CHECK(sqlite3_exec(db, call, NULL, NULL, NULL) == SQLITE_OK);
	after = run(db, state);
	CHECK(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL) == SQLITE_OK);
	for (long at = 1;; at++)
	{
		char *now;
		int rc;

		CHECK(sqlite3_exec(db, inside ? "BEGIN" : "SAVEPOINT s", NULL, NULL,
						   NULL) == SQLITE_OK);
		failed = false;
		countdown = at;
		rc = sqlite3_exec(db, call, NULL, NULL, NULL);
		countdown = 0;
		CHECK(settings_of(db) == settings);
		CHECK(failed || rc == SQLITE_OK);
		/* SQLite may have rolled all of it back; and it may have failed when it
		 * was done, on the way out */
		now = run(db, state);
		if (strcmp(now, after) != 0 || sqlite3_get_autocommit(db))
			compare(state, now, before);
		sqlite3_free(now);
		if (!sqlite3_get_autocommit(db))
			CHECK(sqlite3_exec(db,
							   inside ? "ROLLBACK" : "ROLLBACK TO s; RELEASE s",
							   NULL, NULL, NULL) == SQLITE_OK);
		expect(db, state, before);
		if (!failed)
			break;
	}
	sqlite3_free(after);
	sqlite3_free(before);
	sqlite3_free(call);
}

/* The same where the transaction is the call's own: what went well is undone by
 * another ALTER TABLE. */
static void
walk_own(sqlite3 *db, const char *alter, const char *undo)
{
	char *call = sqlite3_mprintf("SELECT migrate_execute(%Q)", alter);
	char *back = sqlite3_mprintf("SELECT migrate_execute(%Q)", undo);
	char *before = run(db, state);
	int settings = settings_of(db);

	for (long at = 1;; at++)
	{
		int rc;
		char *now;

		failed = false;
		countdown = at;
		rc = sqlite3_exec(db, call, NULL, NULL, NULL);
		countdown = 0;
		CHECK(settings_of(db) == settings);
		CHECK(sqlite3_get_autocommit(db));
		CHECK(failed || rc == SQLITE_OK);
		now = run(db, state);
		/* it may have failed when it was done, on the way out */
		if (strcmp(now, before) != 0)
		{
			expect(db, back, "Executed 1 statement");
			expect(db, state, before);
		}
		sqlite3_free(now);
		if (!failed)
			break;
	}
	sqlite3_free(before);
	sqlite3_free(back);
	sqlite3_free(call);
}

/* Walk through each way of doing it; with settings, one allocation alone fails. */
static void
test_faults(bool settings)
{
	sqlite3 *db = open_db(settings ? "on.db" : "off.db");

	make_tables(db);
	expect(db, "SELECT migrate_execute('SELECT 1')", "Executed 1 statement");
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, settings, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, settings, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, !settings, NULL);
	forever = !settings;
	/* all rows, the text, the engine's own, and what takes others along */
	walk(db, "ALTER TABLE p ALTER n TYPE text, ADD UNIQUE (a)", true);
	walk(db, "ALTER TABLE p ALTER a SET NOT NULL", settings);
	walk(db, "ALTER TABLE p ADD COLUMN b int", true);
	walk(db, "ALTER TABLE p RENAME COLUMN n TO m", false);
	walk(db, "ALTER TABLE p DROP COLUMN id CASCADE", settings);
	walk_own(db, "ALTER TABLE p ALTER n TYPE bigint USING n",
			 "ALTER TABLE p ALTER n TYPE int USING n");
	walk_own(db, "ALTER TABLE p ALTER a SET NOT NULL",
			 "ALTER TABLE p ALTER a DROP NOT NULL");
	/* those that SQLite hasn't at all, and what is in temp */
	make_others(db);
	state = STATE_OF_COMMENTS;
	walk(db, "TRUNCATE p RESTART IDENTITY CASCADE", settings);
	if (settings)
	{
		walk(db, "ALTER TABLE q RENAME b TO c", true);
		walk(db, "DROP TABLE _migrate_comment; COMMENT ON VIEW v IS 'v'", true);
		walk(db, "ALTER TABLE p ALTER n TYPE text", true);
	}
	else
	{
		walk(db, "DROP TABLE q, r CASCADE", true);
		walk(db, "CREATE OR REPLACE VIEW u AS SELECT a, b, 1 FROM q", true);
		walk(db, "ALTER TABLE q RENAME TO s", true);
	}
	walk_own(db, "COMMENT ON TABLE p IS 'p'", "COMMENT ON TABLE p IS NULL");
	state = STATE;
	forever = false;
	close_db(db);
}

/* The same for what a script has itself that makes all prepared statements stale:
 * what undoes it all the same, where memory is short behind it. */
static void
test_scripts(bool settings)
{
	static const char *const scripts[] = {
		"UPDATE p SET n = 5; CREATE INDEX p_n ON p (n); DELETE FROM c WHERE p = 1",
		"UPDATE p SET n = 6; PRAGMA recursive_triggers = ON; DELETE FROM c WHERE p = 1",
		"UPDATE p SET n = 7; CREATE TEMP TABLE e (a); DELETE FROM c WHERE p = 1",
		"PRAGMA legacy_alter_table = ON; DROP INDEX p_a; DELETE FROM c WHERE p = 1",
		"DELETE FROM c WHERE p = 1; ANALYZE; UPDATE p SET n = 8",
		"DELETE FROM c WHERE p = 1; REINDEX p_a; CREATE TABLE d (a); UPDATE p SET n = 9",
	};
	sqlite3 *db = open_db(settings ? "scripts.db" : "others.db");

	make_tables(db);
	expect(db, "SELECT migrate_execute('SELECT 1')", "Executed 1 statement");
	forever = !settings;
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++)
	{
		walk(db, scripts[i], true);
		walk(db, scripts[i], false);
	}
	forever = false;
	close_db(db);
}

/* Offline SQL, and the connection in memory that it takes: where an allocation fails,
 * so does the call, or it gives what it gives else.  There are so many of them that
 * only each seventh does. */
static void
test_offline(void)
{
	static const char call[] = "SELECT migrate_upgrade('r', true)";
	sqlite3 *db = open_db("offline.db");
	bool more = true;
	char *before;
	char *script;

	make_tables(db);
	expect(db,
		   "SELECT migrate_load('"
		   "-- migrate:revision r\n"
		   "-- migrate:upgrade\n"
		   "ALTER TABLE p ALTER n TYPE text, ADD UNIQUE (a);\n"
		   "ALTER TABLE p ALTER a SET NOT NULL;\n"
		   "-- migrate:upgrade autocommit\n"
		   "ALTER TABLE p RENAME COLUMN n TO m;\n"
		   "-- migrate:downgrade\n')",
		   "Loaded revision r");
	before = run(db, STATE);
	script = run(db, call);
	CHECK(strstr(script, "\nCREATE INDEX \"main\".p_a ON p (a DESC);\n") !=
		  NULL);
	for (long at = 1; more; at += 7)
	{
		int settings = settings_of(db);

		more = fail_call(db, call, at, script);
		CHECK(settings_of(db) == settings);
		CHECK(sqlite3_get_autocommit(db));
		expect(db, STATE, before);
	}
	sqlite3_free(script);
	sqlite3_free(before);
	close_db(db);
}

/* A collation of the application's: backwards. */
static int
backwards(void *unused, int len1, const void *text1, int len2,
		  const void *text2)
{
	int least = len1 < len2 ? len1 : len2;
	int order = memcmp(text2, text1, (size_t) least);

	(void) unused;
	return order != 0 ? order : len2 - len1;
}

/* A function of the application's: its argument twice. */
static void
twice(sqlite3_context *context, int count, sqlite3_value **args)
{
	(void) count;
	sqlite3_result_int64(context, 2 * sqlite3_value_int64(args[0]));
}

/* Give a connection what the application has. */
static void
equip(sqlite3 *db)
{
	CHECK(sqlite3_create_collation(db, "backwards", SQLITE_UTF8, NULL,
								   backwards) == SQLITE_OK);
	CHECK(sqlite3_create_function(db, "twice", 1,
								  SQLITE_UTF8 | SQLITE_DETERMINISTIC |
									  SQLITE_INNOCUOUS,
								  NULL, twice, NULL, NULL) == SQLITE_OK);
}

/* Collations and functions of the application's stay, and are called for. */
static void
test_application(void)
{
	sqlite3 *db = open_db("app.db");
	sqlite3 *bare;

	equip(db);
	CHECK(sqlite3_exec(db,
					   "CREATE TABLE t (a text COLLATE backwards UNIQUE,"
					   " n int CHECK (twice(n) < 100),"
					   " g int AS (twice(n)) STORED);"
					   "CREATE INDEX t_g ON t (twice(n), a);"
					   "INSERT INTO t VALUES ('a', 1), ('b', 2), ('c', 3)",
					   NULL, NULL, NULL) == SQLITE_OK);
	expect(db,
		   "SELECT migrate_execute('ALTER TABLE t ADD b int DEFAULT (1 + 1),"
		   " ALTER a SET NOT NULL')",
		   "Executed 1 statement");
	expect(db,
		   "SELECT group_concat(a || g || b) FROM (SELECT * FROM t ORDER BY a)",
		   "c62,b42,a22");
	expect(db, "SELECT group_concat(name) FROM pragma_index_list('t')",
		   "t_g,sqlite_autoindex_t_1");
	expect(db,
		   "SELECT migrate_execute('ALTER TABLE t ALTER n TYPE bigint USING"
		   " twice(n), DROP g')",
		   "Executed 1 statement");
	expect(db, "SELECT group_concat(n) FROM (SELECT n FROM t ORDER BY n)",
		   "2,4,6");
	expect_error(
		db, "SELECT migrate_execute('ALTER TABLE t ADD CHECK (twice(n) < 10)')",
		"check constraint \"t_n_check1\" of relation \"t\" is violated");
	expect(db, "PRAGMA integrity_check", "ok");
	/* who hasn't got them can't write its rows anew */
	bare = open_db("app.db");
	expect_error(
		bare, "SELECT migrate_execute('ALTER TABLE t ADD c int UNIQUE')", "");
	close_db(bare);
	expect(db, "SELECT count(*) FROM pragma_table_info('t') WHERE name = 'c'",
		   "0");
	close_db(db);
}

/* Another connection, which remembers the old schema, sees the new one. */
static void
test_others(void)
{
	sqlite3 *db = open_db("two.db");
	sqlite3 *other = open_db("two.db");

	make_tables(db);
	expect(other, "SELECT count(*) FROM p", "2");
	expect(db, "SELECT migrate_execute('ALTER TABLE p ALTER a SET NOT NULL')",
		   "Executed 1 statement");
	expect_error(other, "INSERT INTO p (n) VALUES (1)",
				 "NOT NULL constraint failed: p.a");
	expect(db,
		   "SELECT migrate_execute('ALTER TABLE p ALTER n TYPE text, "
		   "ADD CHECK (n <> ''7'')')",
		   "Executed 1 statement");
	expect_error(other, "INSERT INTO p (a, n) VALUES ('q', 7)",
				 "CHECK constraint failed");
	expect(other, "SELECT group_concat(typeof(n)) FROM p", "text,text");
	close_db(other);
	close_db(db);
}

int
main(int argc, char **argv)
{
	begin_walks(argc, argv);
	if (sqlite3_libversion_number() >= 3037000)
	{
		test_faults(true);
		test_faults(false);
		test_scripts(true);
		test_scripts(false);
		test_offline();
	}
	else
		printf("skip faults: up to SQLite 3.36 nothing rolls back\n");
	test_application();
	test_others();
	end_walks();
	return 0;
}
