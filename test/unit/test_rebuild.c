/*
 * test_rebuild.c
 *	  The rebuilds that Alembic really does, from rebuilds.txt; and what no longer is
 *	  such a rebuild, or can't be said.
 *
 * For each operation the file has what made the tables, and both ways what Alembic
 * ran and what is said instead.  The statements are test/alembic/rebuilds.py's;
 * ACCEPT=1 writes what is said anew.  That it leads to the same table is seen here
 * once more.
 */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/rebuild.h"
#include "text/split.h"

#define FILE_NAME "test/unit/rebuilds.txt"

/* ---- the file ------------------------------------------------------------------ */

/* Read all of it. */
static const char *
read_file(Unit *unit)
{
	FILE *file = fopen(FILE_NAME, "r");
	char buffer[4096];
	MigrStr str;
	size_t len;

	assert_non_null(file);
	migr_str_init(&str, &unit->ctx.arena);
	while ((len = fread(buffer, 1, sizeof(buffer), file)) > 0)
		migr_str_add_n(&str, buffer, len);
	fclose(file);
	return str.data;
}

/* Take the lines up to one that begins with a mark, which is skipped to its end. */
static const char *
take_lines(Unit *unit, const char **text, const char *mark)
{
	const char *end = strstr(*text, mark);
	const char *lines;

	if (end == NULL)
		end = *text + strlen(*text);
	lines = migr_strndup(&unit->ctx.arena, *text, (size_t) (end - *text));
	*text = end + strcspn(end, "\n");
	*text += **text == '\n';
	return lines;
}

/* Leave the lines out that hold the original. */
static const char *
without_original(Unit *unit, const char *text)
{
	MigrStr str;

	migr_str_init(&str, &unit->ctx.arena);
	while (*text != '\0')
	{
		size_t len = strcspn(text, "\n");

		len += text[len] == '\n';
		if (strncmp(text, "--   ", 5) != 0)
			migr_str_add_n(&str, text, len);
		text += len;
	}
	return str.data;
}

/* ---- the proof ------------------------------------------------------------------- */

/* Follow all statements of a text. */
static void
follow(MigrTables *tables, const char *text)
{
	MigrBody body = {.text = migr_span(text)};
	MigrStmts stmts = {0};

	assert_true(migr_split(tables->ctx, &body, &stmts));
	for (int i = 0; i < stmts.count; i++)
	{
		MigrSpan one = {text + stmts.items[i].offset, stmts.items[i].len};

		assert_true(migr_tables_follow(tables, one));
	}
}

/* Is it no difference?  Names that constraints haven't written, what Alembic writes
 * twice, and 0 for false. */
static bool
is_idle(const MigrChange *change)
{
	const MigrObject *to = change->to;

	if (change->verb == MIGR_RENAME ||
		(to != NULL && strstr(to->name, " (2)") != NULL))
		return true;
	return change->verb == MIGR_ALTER && to->kind == MIGR_COLUMN &&
		   migr_changes(change, MIGR_COLUMN_DEFAULT) &&
		   strcmp(migr_object_get(to, MIGR_COLUMN_TYPE), "boolean") == 0;
}

/* Have two databases the same tables? */
static void
assert_same(Unit *unit, const MigrTables *a, const MigrTables *b)
{
	MigrChanges changes = {0};
	MigrSchema from;
	MigrSchema to;

	assert_true(migr_tables_read(a, &from));
	assert_true(migr_tables_read(b, &to));
	migr_diff(&unit->ctx, MIGR_SQLITE, &from, &to, &changes);
	for (int i = 0; i < changes.count; i++)
		if (!is_idle(changes.items[i]))
			fail_msg("%s", unit_changes(unit, &changes));
}

/* Say what Alembic ran, add it to the file as it should be, and see that it does
 * the same. */
static void
say_part(Unit *unit, MigrTables *tables, MigrTables *plain, const char *way,
		 const char *ran, MigrStr *out)
{
	const char *directive = strcmp(way, "up") == 0 ? "upgrade" : "downgrade";
	MigrTexts told = {0};
	const char *said;

	said = migr_rebuild_say(
		tables,
		migr_printf(&unit->ctx.arena, "-- migrate:%s\n%s", directive, ran),
		&told);
	assert_int_equal(unit->ctx.err.code, MIGR_OK);
	migr_str_printf(out, "@ %s\n%s@ said\n%s", way, ran,
					without_original(unit, said));
	for (int i = 0; i < told.count; i++)
		assert_non_null(strstr(said, told.items[i]));
	follow(plain, ran);
	assert_same(unit, tables, plain);
}

static void
alembics_own(void **state)
{
	const char *text;
	const char *rest;
	Unit unit;
	MigrStr out;

	(void) state;
	unit_open(&unit);
	text = rest = read_file(&unit);
	migr_str_init(&out, &unit.ctx.arena);
	while (*rest != '\0')
	{
		MigrTexts told = {0};
		MigrTables tables;
		MigrTables plain;
		const char *made;

		migr_tables_init(&unit.ctx, &tables);
		migr_tables_init(&unit.ctx, &plain);
		made = take_lines(&unit, &rest, "@ up");
		migr_str_add(&out, made);
		/* the first line is the operation's name, and no SQL */
		made = strchr(made, '\n') + 1;
		assert_string_equal(migr_rebuild_say(&tables, made, &told), made);
		follow(&plain, made);
		say_part(&unit, &tables, &plain, "up",
				 take_lines(&unit, &rest, "@ said"), &out);
		take_lines(&unit, &rest, "@ down");
		say_part(&unit, &tables, &plain, "down",
				 take_lines(&unit, &rest, "@ said"), &out);
		made = strstr(rest, "== ");
		rest = made != NULL ? made : "";
	}
	if (getenv("ACCEPT") != NULL)
	{
		FILE *file = fopen(FILE_NAME, "w");

		assert_non_null(file);
		fputs(out.data, file);
		fclose(file);
	}
	else
		assert_string_equal(out.data, text);
	unit_close(&unit);
}

/* ---- by hand ------------------------------------------------------------------------ */

/* What was before, what is run, and what is said, without the original. */
typedef struct Case
{
	const char *before;
	const char *run;
	const char *said;
} Case;

#define T "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);\n"
#define TMP(columns) "CREATE TABLE _alembic_tmp_t (" columns ");\n"
#define FILL(to, from)                                                         \
	"INSERT INTO _alembic_tmp_t (" to ") SELECT " from " FROM t;\n"
#define SWAP "DROP TABLE t;\nALTER TABLE _alembic_tmp_t RENAME TO t;\n"
#define UP "-- migrate:upgrade\n"
#define ALONE(why)                                                             \
	"-- migrate:upgrade sqlite\n-- check: the rebuild of table t stays as it " \
	"is, for SQLite alone: " why "\n"
#define WHAT "-- what Alembic did to table t:\n"
#define NOT_NULL                                                               \
	TMP("id INTEGER PRIMARY KEY, a TEXT NOT NULL")                             \
	FILL("id, a", "t.id, t.a") SWAP

static void
run_cases(const Case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
	{
		MigrTexts told = {0};
		MigrTables tables;
		Unit unit;

		unit_open(&unit);
		migr_tables_init(&unit.ctx, &tables);
		migr_rebuild_say(&tables, cases[i].before, &told);
		assert_string_equal(
			without_original(&unit,
							 migr_rebuild_say(&tables, cases[i].run, &told)),
			cases[i].said);
		assert_int_equal(unit.ctx.err.code, MIGR_OK);
		unit_close(&unit);
	}
}

/* What stays, and why; the sections around it go on. */
static void
that_stay(void **state)
{
	static const Case cases[] = {
		{"", UP NOT_NULL,
		 ALONE("what the table was before isn't known") NOT_NULL},
		{"CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, a TEXT);",
		 UP NOT_NULL, ALONE("what the table was before isn't known") NOT_NULL},
		{T "ALTER TABLE t SOMETHING;", UP NOT_NULL,
		 ALONE("what the table was before isn't known") NOT_NULL},
		{"", UP "SELECT 1;\n" NOT_NULL "SELECT 2;\n",
		 UP "SELECT 1;\n\n" ALONE("what the table was before isn't known")
			 NOT_NULL "\n" UP "SELECT 2;\n"},
		{"", UP NOT_NULL "\n-- migrate:upgrade autocommit\nVACUUM;\n",
		 ALONE("what the table was before isn't known") NOT_NULL
		 "\n-- migrate:upgrade autocommit\nVACUUM;\n"},
		{"", "-- migrate:upgrade sqlite\n" NOT_NULL,
		 ALONE("what the table was before isn't known") NOT_NULL},
		{T,
		 UP TMP("id INTEGER PRIMARY KEY, a TEXT")
			 FILL("id, a", "t.id, lower(t.a)") SWAP,
		 ALONE("its rows aren't copied column by column")
			 TMP("id INTEGER PRIMARY KEY, a TEXT")
				 FILL("id, a", "t.id, lower(t.a)") SWAP},
		{T "ALTER TABLE t ADD COLUMN b TEXT;",
		 UP TMP("id INTEGER PRIMARY KEY, a TEXT, b TEXT")
			 FILL("id, b", "t.id, t.b") SWAP,
		 ALONE("the columns stand in another order")
			 TMP("id INTEGER PRIMARY KEY, a TEXT, b TEXT")
				 FILL("id, b", "t.id, t.b") SWAP},
		{T,
		 UP TMP("id INTEGER PRIMARY KEY, a TEXT, b TEXT")
			 FILL("id, a, b", "t.id, t.a, x'00'") SWAP,
		 ALONE("its rows aren't copied column by column")
			 TMP("id INTEGER PRIMARY KEY, a TEXT, b TEXT")
				 FILL("id, a, b", "t.id, t.a, x'00'") SWAP},
		{T,
		 UP TMP("id INTEGER PRIMARY KEY, a TEXT, b DATETIME")
			 FILL("id, a, b", "t.id, t.a, '2020-02-02'") SWAP,
		 ALONE("PostgreSQL doesn't run the same: ALTER TABLE t ADD COLUMN b "
			   "DATETIME DEFAULT '2020-02-02'")
			 TMP("id INTEGER PRIMARY KEY, a TEXT, b DATETIME")
				 FILL("id, a, b", "t.id, t.a, '2020-02-02'") SWAP},
		{T,
		 UP TMP("id INTEGER PRIMARY KEY, a TEXT, b")
			 FILL("id, a, b", "t.id, t.a, 1") SWAP,
		 ALONE("a column without a type is filled")
			 TMP("id INTEGER PRIMARY KEY, a TEXT, b")
				 FILL("id, a, b", "t.id, t.a, 1") SWAP},
		{T,
		 UP TMP("id INTEGER PRIMARY KEY, a TEXT, b TEXT")
			 FILL("id, a, b", "t.id, t.a, t.a") SWAP,
		 ALONE("column b gets the values of a, and isn't that under another "
			   "name") TMP("id INTEGER PRIMARY KEY, a TEXT, b TEXT")
			 FILL("id, a, b", "t.id, t.a, t.a") SWAP},
		{T "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END;",
		 UP NOT_NULL,
		 ALONE("PostgreSQL doesn't run the same: DROP TRIGGER r") NOT_NULL},
		{"CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT COLLATE NOCASE);",
		 UP NOT_NULL,
		 ALONE("PostgreSQL doesn't run the same: ALTER TABLE t     ALTER "
			   "COLUMN a TYPE TEXT COLLATE BINARY,     ALTER COLUMN a SET NOT "
			   "NULL") NOT_NULL},
	};

	(void) state;
	run_cases(cases, sizeof(cases) / sizeof(cases[0]));
}

/* What is none: it stays where it is. */
static void
that_are_none(void **state)
{
	static const char *const texts[] = {
		UP "CREATE TABLE _alembic_tmp_t (id INTEGER);\n",
		UP TMP("id INTEGER") FILL("id", "id") "DROP TABLE t;\n",
		UP TMP("id INTEGER")
			FILL("id", "id") "DROP TABLE u;\n"
							 "ALTER TABLE _alembic_tmp_t RENAME TO t;\n",
		UP TMP("id INTEGER") "DELETE FROM t;\n" SWAP,
		UP "CREATE TABLE other (id INTEGER);\nINSERT INTO other (id) SELECT "
		   "t.id FROM t;\nDROP TABLE t;\nALTER TABLE other RENAME TO t;\n",
		UP "CREATE TABLE _alembic_tmp_t (;\n",
		"",
	};

	(void) state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
	{
		Case one = {T, texts[i], texts[i]};

		run_cases(&one, 1);
	}
}

/* Columns that lose their values, and new ones that get some. */
static void
values(void **state)
{
	static const Case cases[] = {
		{T, UP TMP("id INTEGER PRIMARY KEY, a TEXT") FILL("id", "t.id") SWAP,
		 UP WHAT "-- loses the values of t.a\nALTER TABLE t DROP COLUMN a;\n"
				 "ALTER TABLE t ADD COLUMN a TEXT;\n"},
		{T "ALTER TABLE t ADD COLUMN b TEXT;",
		 UP TMP("id INTEGER PRIMARY KEY, a TEXT")
			 FILL("id, a", "t.id, t.b AS a") SWAP,
		 UP WHAT "-- loses the values of t.a\nALTER TABLE t DROP COLUMN a;\n"
				 "ALTER TABLE t RENAME COLUMN b TO a;\n"},
		{T,
		 UP TMP("id INTEGER PRIMARY KEY, a INTEGER NOT NULL")
			 FILL("id, a", "t.id, -1 AS anon_1") SWAP,
		 UP WHAT "-- loses the values of t.a\nALTER TABLE t DROP COLUMN a;\n"
				 "ALTER TABLE t ADD COLUMN a INTEGER DEFAULT -1 NOT NULL;\n"
				 "ALTER TABLE t ALTER COLUMN a DROP DEFAULT;\n"},
		{T,
		 UP TMP("id INTEGER PRIMARY KEY, a TEXT, b TEXT DEFAULT 'x', c TEXT")
			 FILL("id, a, b, c", "t.id, t.a, NULL AS anon_1, '''' AS anon_2")
				 SWAP,
		 UP WHAT "ALTER TABLE t ADD COLUMN b TEXT DEFAULT NULL;\n"
				 "ALTER TABLE t ADD COLUMN c TEXT DEFAULT '''';\n"
				 "ALTER TABLE t ALTER COLUMN b SET DEFAULT 'x';\n"
				 "ALTER TABLE t ALTER COLUMN c DROP DEFAULT;\n"},
	};

	(void) state;
	run_cases(cases, sizeof(cases) / sizeof(cases[0]));
}

/* What the statements between have made of the table counts. */
static void
after_others(void **state)
{
	static const Case cases[] = {
		{"CREATE TABLE old (id INTEGER PRIMARY KEY, a TEXT, z TEXT);\n"
		 "CREATE INDEX i ON old (z, a);\nALTER TABLE old RENAME TO t;\n"
		 "ALTER TABLE t RENAME COLUMN z TO b;\nALTER TABLE t DROP COLUMN b;\n",
		 UP NOT_NULL,
		 UP WHAT "-- fails if t.a is NULL in some row\n"
				 "ALTER TABLE t ALTER COLUMN a SET NOT NULL;\n"},
		{T "CREATE INDEX i ON t (a);\nCREATE INDEX j ON t (id);\n"
		   "DROP INDEX j;\n",
		 UP NOT_NULL "CREATE INDEX i ON t (a);\n",
		 UP WHAT "-- fails if t.a is NULL in some row\n"
				 "ALTER TABLE t ALTER COLUMN a SET NOT NULL;\n"},
		{T "ALTER TABLE t ADD COLUMN b BOOLEAN DEFAULT 0;\n",
		 UP TMP("id INTEGER PRIMARY KEY, a TEXT, b BOOLEAN DEFAULT 1, c "
				"BOOLEAN DEFAULT (0) NOT NULL") FILL("id, a, b", "id, a, b")
			 SWAP,
		 UP WHAT "ALTER TABLE t ADD COLUMN c BOOLEAN DEFAULT false NOT NULL;\n"
				 "ALTER TABLE t ALTER COLUMN b SET DEFAULT true;\n"},
		/* what refers to the column is renamed too */
		{T "CREATE TABLE u (x TEXT REFERENCES t (a), CHECK (x > 'a'));\n"
		   "ALTER TABLE t RENAME COLUMN a TO b;\nALTER TABLE u RENAME COLUMN x "
		   "TO y;\nDROP TABLE t;\nALTER TABLE u RENAME TO t;\n",
		 UP TMP("y TEXT REFERENCES t (b), CHECK (y > 'a')") FILL("y", "y") SWAP,
		 UP WHAT "-- which changes nothing\n"},
		/* a line of the original is no directive */
		{T,
		 UP TMP("id INTEGER PRIMARY KEY, a TEXT,\n-- migrate:downgrade\nb TEXT")
			 FILL("id, a", "id, a") SWAP "SELECT 1;\n",
		 UP WHAT "ALTER TABLE t ADD COLUMN b TEXT;\nSELECT 1;\n"},
	};

	(void) state;
	run_cases(cases, sizeof(cases) / sizeof(cases[0]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alembics_own),	 cmocka_unit_test(that_stay),
		cmocka_unit_test(that_are_none), cmocka_unit_test(values),
		cmocka_unit_test(after_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
