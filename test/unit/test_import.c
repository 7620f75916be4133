/*
 * test_import.c
 *	  Alembic's offline SQL: what scripts come out of it, what is warned of,
 *	  and each error with its line.
 */
#include "unit.h"

#include <string.h>

#include "rev/import.h"

#define PG "postgresql"
#define RUN_A "-- Running upgrade  -> a1\n\n"
#define RUN_B "-- Running upgrade a1 -> b1\n\n"
#define ROW_A "INSERT INTO alembic_version (version_num) VALUES ('a1');\n\n"
#define ROW_B                                                                  \
	"UPDATE alembic_version SET version_num='b1' WHERE "                       \
	"alembic_version.version_num = 'a1';\n\n"
#define BACK_A "-- Running downgrade a1 -> \n\n"
#define GONE_A                                                                 \
	"DELETE FROM alembic_version WHERE alembic_version.version_num = "         \
	"'a1';\n\n"
#define MAKE                                                                   \
	"CREATE TABLE alembic_version (\n    version_num VARCHAR(32) NOT NULL, "   \
	"\n    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)\n);\n\n"
#define INFO "INFO  [alembic.runtime.migration] "

typedef struct Case
{
	const char *dialect;
	const char *table; /* NULL: the default */
	const char *up;
	const char *down; /* NULL: none */
	const char *want;
	const char *warnings; /* parts of them, in their order, joined by | */
} Case;

/* Write a section without its checks: up![its SQL] */
static void
add_section(MigrStr *str, const MigrSection *section)
{
	MigrSpan rest = section->text;

	while (migr_span_starts(rest, "-- check: "))
	{
		const char *end = memchr(rest.ptr, '\n', rest.len);

		assert_non_null(end);
		rest.len -= (size_t) (end + 1 - rest.ptr);
		rest.ptr = end + 1;
	}
	rest = migr_span_trim(rest);
	migr_str_printf(str, " %s%s[%.*s]",
					section->direction == MIGR_UP ? "up" : "down",
					section->autocommit ? "!" : "", (int) rest.len, rest.ptr);
}

/* What a script is: id(revises) +deps "message" and its sections. */
static void
add_script(Unit *unit, MigrStr *str, const MigrImported *imported)
{
	MigrArena *arena = &unit->ctx.arena;
	MigrRevisions revisions = {0};
	MigrSections sections = {0};
	const MigrRevision *revision;

	assert_true(migr_script_parse(&unit->ctx, migr_span(imported->script), "x",
								  &revisions));
	assert_int_equal(revisions.count, 1);
	revision = revisions.items[0];
	assert_true(migr_script_sections(&unit->ctx, revision, &sections));
	assert_string_equal(revision->id, imported->id);
	assert_string_equal(revision->message, imported->message);
	assert_int_equal(revision->revises.count, imported->revises.count);
	assert_int_equal(revision->depends_on.count, imported->depends_on.count);
	migr_str_printf(str, "%s%s(%s)", str->len > 0 ? " / " : "", revision->id,
					migr_join(arena, revision->revises.items,
							  revision->revises.count, ","));
	if (revision->depends_on.count > 0)
		migr_str_printf(str, " +%s",
						migr_join(arena, revision->depends_on.items,
								  revision->depends_on.count, ","));
	if (revision->message[0] != '\0')
		migr_str_printf(str, " \"%s\"", revision->message);
	for (int i = 0; i < sections.count; i++)
		add_section(str, &sections.items[i]);
}

/* See that the warnings are these, and stand in the script, too. */
static void
check_warnings(Unit *unit, const MigrImportedList *list, const char *parts)
{
	MigrSpan rest = migr_span(parts);

	for (int i = 0; i < list->count; i++)
		for (int j = 0; j < list->items[i].warnings.count; j++)
		{
			const char *warning = list->items[i].warnings.items[j];
			const char *bar =
				rest.len > 0 ? memchr(rest.ptr, '|', rest.len) : NULL;
			MigrSpan part = rest;

			if (bar != NULL)
				part.len = (size_t) (bar - rest.ptr);
			if (part.len == 0 ||
				strstr(warning, migr_span_dup(&unit->ctx.arena, part)) == NULL)
				fail_msg("unexpected: %s", warning);
			assert_non_null(strstr(
				list->items[i].script,
				migr_printf(&unit->ctx.arena, "\n-- check: %s\n", warning)));
			rest.ptr += part.len + (bar != NULL);
			rest.len -= part.len + (bar != NULL);
		}
	if (rest.len > 0)
		fail_msg("missing: %.*s", (int) rest.len, rest.ptr);
}

/* Import a case's texts, from memory that ends with them. */
static bool
run(Unit *unit, const Case *test, MigrImportedList *list)
{
	MigrSpan up = migr_span(test->up);
	MigrSpan down = migr_span(test->down);

	up.ptr = memcpy(migr_alloc(&unit->ctx.arena, up.len), up.ptr, up.len);
	if (down.ptr != NULL)
		down.ptr =
			memcpy(migr_alloc(&unit->ctx.arena, down.len), down.ptr, down.len);
	return migr_import_alembic(&unit->ctx, test->dialect, test->table, up, down,
							   list);
}

static void
run_good(const Case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
	{
		MigrImportedList list = {0};
		MigrStr str;
		Unit unit;

		unit_open(&unit);
		if (!run(&unit, &cases[i], &list))
			fail_msg("case %d: %s (line %d)", (int) i, unit.ctx.err.message,
					 unit.ctx.err.place.line);
		migr_str_init(&str, &unit.ctx.arena);
		for (int j = 0; j < list.count; j++)
			add_script(&unit, &str, &list.items[j]);
		assert_string_equal(str.data, cases[i].want);
		check_warnings(&unit, &list, cases[i].warnings);
		unit_close(&unit);
	}
}

#define GOOD(cases) run_good((cases), sizeof(cases) / sizeof(*(cases)))

/* Revisions, parents, rows. */
static void
test_revisions(void **state)
{
	static const Case cases[] = {
		{PG, NULL, "BEGIN;\n\n" MAKE RUN_A "X;\n\n" ROW_A RUN_B ROW_B "COMMIT;",
		 NULL, "a1() up[X;] / b1(a1) up[]", NULL},
		/* from the middle; line ends; a byte-order mark */
		{PG, NULL,
		 "\xEF\xBB\xBF"
		 "-- Running upgrade a1 -> b1\r\n\r\nX;\r\n\r\n" ROW_B,
		 NULL, "b1(a1) up[X;]", NULL},
		/* a merge */
		{"sqlite", NULL,
		 "-- Running upgrade b1, b2 -> m1\n\nX;\n\n"
		 "DELETE FROM alembic_version WHERE alembic_version.version_num = "
		 "'b1';\n\nUPDATE alembic_version SET version_num='m1' WHERE "
		 "alembic_version.version_num = 'b2';\n\n",
		 NULL, "m1(b1,b2) up[X;]", NULL},
		/* a dependency: its row goes; or comes back */
		{PG, NULL,
		 "-- Running upgrade  -> c1\n\nUPDATE alembic_version SET "
		 "version_num='c1' WHERE alembic_version.version_num = 'a1';\n",
		 "-- Running downgrade c1 -> \n\nINSERT INTO alembic_version "
		 "(version_num) VALUES ('d1') RETURNING alembic_version.version_num;\n"
		 "\nUPDATE alembic_version SET version_num='a1' WHERE "
		 "alembic_version.version_num = 'c1';",
		 "c1() +a1,d1 up[] down[]", NULL},
		/* names of the version table */
		{PG, "Version Rows",
		 RUN_A "X;\nINSERT INTO \"my.s\".\"Version Rows\" (version_num) VALUES "
			   "('a1') RETURNING version_num",
		 NULL, "a1() up[X;]", NULL},
		{PG, "\"my.s\".v",
		 RUN_A "INSERT INTO s.v (version_num) VALUES ('a1');\n"
			   "INSERT INTO \"my.s\".v (version_num) VALUES ('a1');",
		 NULL, "a1() up[INSERT INTO s.v (version_num) VALUES ('a1');]", NULL},
		/* the table goes at the end */
		{PG, NULL, RUN_A ROW_A,
		 "BEGIN;\n\n" BACK_A "Y;\n\n" GONE_A
		 "DROP TABLE alembic_version;\n\nCOMMIT;\n\n",
		 "a1() up[] down[Y;]", NULL},
		/* the revision's own statements on it stay */
		{PG, NULL,
		 RUN_A "DROP TABLE alembic_version;\n\nUPDATE alembic_version SET "
			   "version_num = upper(version_num);\n\n" ROW_A,
		 NULL,
		 "a1() up[DROP TABLE alembic_version;\n\nUPDATE alembic_version SET "
		 "version_num = upper(version_num);]",
		 "line 3: the revision itself|line 5: the revision itself"},
		/* one text has it, the other hasn't */
		{PG, NULL, RUN_A ROW_A RUN_B ROW_B, BACK_A GONE_A,
		 "a1() up[] down[] / b1(a1) up[]", "not in the downgrade SQL"},
		{PG, NULL, RUN_B ROW_B,
		 "-- Running downgrade c1 -> b1\n\nUPDATE alembic_version SET "
		 "version_num='b1' WHERE alembic_version.version_num = 'c1';\n\n"
		 "-- Running downgrade b1 -> a1\n\nUPDATE alembic_version SET "
		 "version_num='a1' WHERE alembic_version.version_num = 'b1';\n\n" BACK_A
		 "Y;\n" GONE_A,
		 "b1(a1) up[] down[] / a1() down[Y;] / c1(b1) down[]",
		 "not in the upgrade|not in the upgrade"},
		/* from two heads; other parents */
		{PG, NULL, RUN_A ROW_A, BACK_A "Y;\n" GONE_A BACK_A "Y;\n" GONE_A,
		 "a1() up[] down[Y;]", NULL},
		{PG, NULL, RUN_A ROW_A, "-- Running downgrade a1 -> z1\n" GONE_A,
		 "a1() up[] down[]", "line 1: other parents than in the upgrade SQL"},
		/* what no revision has */
		{PG, NULL,
		 "SET search_path TO x;\n\nBEGIN;\n\n" RUN_A ROW_A
		 "INSERT INTO audit VALUES (1);\n\nCOMMIT;\n\nRESET ROLE;\n\n",
		 NULL, "a1() up[INSERT INTO audit VALUES (1);]",
		 "line 9: behind the change|line 13: outside of all revisions|line 1: "
		 "outside of all revisions, left out: SET search_path TO x"},
	};

	(void) state;
	GOOD(cases);
}

/* Transactions. */
static void
test_transactions(void **state)
{
	static const Case cases[] = {
		/* around each revision */
		{PG, NULL,
		 "BEGIN;\n\n" MAKE RUN_A "X;\n\n" ROW_A "COMMIT;\n\nBEGIN;\n\n" RUN_B
		 "Y;\n\n" ROW_B "COMMIT;\n\n",
		 NULL, "a1() up[X;] / b1(a1) up[Y;]", NULL},
		/* an autocommit block; one at each end */
		{PG, NULL,
		 "BEGIN;\n\n" RUN_A
		 "X;\n\nCOMMIT;\n\nV;\n\nW;\n\nBEGIN;\n\nY;\n\n" ROW_A "COMMIT;\n\n",
		 NULL, "a1() up[X;] up![V;\n\nW;] up[Y;]", NULL},
		{PG, NULL,
		 "BEGIN;\n\n" RUN_A "COMMIT;\n\nV;\n\nBEGIN;\n\nX;\n\nCOMMIT;\n\nW;\n\n"
		 "BEGIN;\n\n" ROW_A "COMMIT;\n\nBEGIN;\n\n" RUN_B "Y;\n\n" ROW_B
		 "COMMIT;\n\n",
		 NULL, "a1() up![V;] up[X;] up![W;] / b1(a1) up[Y;]", NULL},
		/* a COMMIT by op.execute() */
		{PG, NULL,
		 "BEGIN;\n" RUN_A "X;\n\ncommit;\n\nV;\n\n" ROW_A RUN_B "Y;\n" ROW_B
		 "COMMIT;",
		 NULL, "a1() up[X;] up![V;] / b1(a1) up[Y;]",
		 "line 10: COMMIT without BEGIN"},
		{"sqlite", NULL,
		 RUN_A "BEGIN;\nX;\nSAVEPOINT s;\nROLLBACK TO s;\n" ROW_A, NULL,
		 "a1() up[X;\nSAVEPOINT s;\nROLLBACK TO s;]",
		 "line 3: BEGIN left out|line 5: transaction control|line 6: "},
		/* nothing of it counts within a body */
		{PG, NULL,
		 RUN_A "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN "
			   "a THEN 1 END; COMMIT; END;\n\n" ROW_A,
		 NULL,
		 "a1() up[CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN "
		 "a THEN 1 END; COMMIT; END;]",
		 NULL},
		{"sqlite", NULL,
		 RUN_A "CREATE TEMP TRIGGER t DELETE ON x BEGIN\nSELECT CASE a WHEN 1 "
			   "THEN 2 END;\n\n" GONE_A "END;\n\n" ROW_A,
		 NULL,
		 "a1() up[CREATE TEMP TRIGGER t DELETE ON x BEGIN\nSELECT CASE a WHEN "
		 "1 THEN 2 END;\n\n" GONE_A "END;]",
		 NULL},
	};

	(void) state;
	GOOD(cases);
}

/* What isn't looked into, and what stays as it is. */
static void
test_texts(void **state)
{
	static const Case cases[] = {
		{PG, NULL,
		 RUN_A "X 'a\n\n" RUN_B "';\n\nY $q$\n" RUN_B ROW_B "$$ $q$;\n\n" ROW_A,
		 NULL, "a1() up[X 'a\n\n" RUN_B "';\n\nY $q$\n" RUN_B ROW_B "$$ $q$;]",
		 NULL},
		{PG, NULL,
		 RUN_A "X E'\\';' '\\' \"a;\"\"'\" /* /* ; */\n" RUN_B
			   "*/ $1 a$b$;\n" ROW_A,
		 NULL,
		 "a1() up[X E'\\';' '\\' \"a;\"\"'\" /* /* ; */\n" RUN_B "*/ $1 a$b$;]",
		 NULL},
		{"sqlite", NULL, RUN_A "X [a;'] `b;'` '\\' /* /* ; */ $$;$a$;\n" ROW_A,
		 NULL, "a1() up[X [a;'] `b;'` '\\' /* /* ; */ $$;$a$;]", NULL},
		{PG, NULL, RUN_A "CREATE RULE r AS DO (X; COMMIT; Y);\n" ROW_A, NULL,
		 "a1() up[CREATE RULE r AS DO (X; COMMIT; Y);]", NULL},
		/* comments and white space; no more semicolons than it needs */
		{PG, NULL,
		 RUN_A "-- one;\n\nX\n\t, y;;\n\n;\n\n\n-- Running late\n Y ;  Z;\n\n"
			   "-- last;\n\n" ROW_A,
		 NULL,
		 "a1() up[-- one;\n\nX\n\t, y;\n\n-- Running late\n Y ;  Z;\n\n-- last;]",
		 NULL},
		/* a semicolon within a comment */
		{PG, NULL, RUN_A "X -- one;\n\nSELECT 1 -- two;\n\n" ROW_A, NULL,
		 "a1() up[X -- one;\n;\n\nSELECT 1 -- two;\n;]",
		 "line 3: without a semicolon outside of comments, one was added: X|5"},
		{"sqlite", NULL,
		 RUN_A
		 "CREATE TRIGGER t BEGIN X -- a;\n\nSELECT 1; END -- b;\n\n" ROW_A,
		 NULL,
		 "a1() up[CREATE TRIGGER t BEGIN X -- a;\n\nSELECT 1; END -- b;\n;]",
		 "line 3"},
		{PG, NULL, RUN_A "X ( -- a;\n\nSELECT -- b;\n\n);\n" ROW_A, NULL,
		 "a1() up[X ( -- a;\n\nSELECT -- b;\n\n);]", NULL},
		{PG, NULL, RUN_A "X -- a;\n\nFROM y;\n" ROW_A, NULL,
		 "a1() up[X -- a;\n\nFROM y;]", NULL},
		/* directives */
		{PG, NULL,
		 RUN_A "-- migrate:upgrade\nX '\n-- migrate:nothing\n';\n" ROW_A, NULL,
		 "a1() up[-- migrate:upgrade\nX '\n -- migrate:nothing\n';]",
		 "line 3: a blank was put before|line 5: a blank"},
	};

	(void) state;
	GOOD(cases);
}

/* The printer's traces: %, parameters, NULL, backslashes. */
static void
test_traces(void **state)
{
	static const Case cases[] = {
		/* all doubled, in both texts */
		{PG, NULL, RUN_A "X '%%a%%%%' %% \"%%\";\n" ROW_A,
		 BACK_A "Y -- %%\n;\n" GONE_A,
		 "a1() up[X '%a%%' % \"%\";] down[Y -- %\n;]",
		 "line 3: %% was read as"},
		/* one isn't: none is */
		{PG, NULL, RUN_A "X '%%a';\n" ROW_A, BACK_A "Y '%';\n" GONE_A,
		 "a1() up[X '%%a';] down[Y '%';]", "line 3: %% was left as it is"},
		{PG, NULL, RUN_A "X '%%%', '%';\n" ROW_A, NULL,
		 "a1() up[X '%%%', '%';]", NULL},
		/* the log doesn't count */
		{PG, NULL, INFO "Running upgrade  -> a1, 50%\n" RUN_A "X '%%';\n" ROW_A,
		 NULL, "a1() \"50%\" up[X '%';]", "line 4: %% was read as"},
		{"sqlite", NULL, RUN_A "X '%%';\n" ROW_A, NULL, "a1() up[X '%%';]",
		 NULL},
		/* parameters */
		{PG, NULL, RUN_A "X = %(a_1)s AND '%%';\n" ROW_A, NULL,
		 "a1() up[X = %(a_1)s AND '%';]",
		 "a parameter without its value|%% was read as"},
		{PG, NULL, RUN_A "X = :a AND b::int AND c[1:d] ? 'e' AND ':f';\n" ROW_A,
		 NULL, "a1() up[X = :a AND b::int AND c[1:d] ? 'e' AND ':f';]",
		 "a parameter without its value"},
		{"sqlite", NULL, RUN_A "X = ? AND '?';\n" ROW_A, NULL,
		 "a1() up[X = ? AND '?';]", "a parameter without its value"},
		/* NULL in strings */
		{"sqlite", NULL,
		 RUN_A "X 'NULL';\nX '{\"a\"NULL}';\nX NULL, 'NOT NULL', 'a = NULL', "
			   "'{NULL}', 'NULLS', 'xNULL', '';\n" ROW_A,
		 NULL,
		 "a1() up[X 'NULL';\nX '{\"a\"NULL}';\nX NULL, 'NOT NULL', 'a = NULL', "
		 "'{NULL}', 'NULLS', 'xNULL', '';]",
		 "line 3: NULL in a string|line 4: NULL in a string"},
		/* backslashes */
		{PG, NULL, RUN_A "X\n'a\\\\b';\nX 'a\\\\b', '\\n';\nX E'\\\\';\n" ROW_A,
		 NULL, "a1() up[X\n'a\\\\b';\nX 'a\\\\b', '\\n';\nX E'\\\\';]",
		 "line 4: each backslash in a string is doubled"},
		{"sqlite", NULL, RUN_A "X 'a\\\\b';\n" ROW_A, NULL,
		 "a1() up[X 'a\\\\b';]", NULL},
	};

	(void) state;
	GOOD(cases);
}

/* The log among the SQL. */
static void
test_log(void **state)
{
	static const Case cases[] = {
		{PG, NULL,
		 INFO "Context impl PostgresqlImpl.\n"
			  "/usr/lib/x.py:12: SAWarning: odd; isn't it?\n  util.warn(\n"
			  "BEGIN;\n\n" INFO
			  "Running upgrade  -> a1, one, two\n three\n" RUN_A
			  "X;\n\nDEBUG [alembic.x] new branch insert a1\n" ROW_A INFO
			  "Running upgrade a1 -> b1\n" RUN_B "Y;\n" ROW_B,
		 NULL, "a1() \"one, two three\" up[X;] / b1(a1) up[Y;]", NULL},
		/* all of it at the top */
		{PG, NULL,
		 INFO "Running upgrade  -> a1, one\n" INFO
			  "Running upgrade a1 -> b1, two -> 2\n" RUN_A ROW_A RUN_B ROW_B,
		 NULL, "a1() \"one\" up[] / b1(a1) \"two -> 2\" up[]", NULL},
		/* in the downgrade only */
		{PG, NULL, RUN_A ROW_A,
		 INFO "Running downgrade a1 -> , one\n" BACK_A GONE_A,
		 "a1() \"one\" up[] down[]", NULL},
	};

	(void) state;
	GOOD(cases);
}

/* Errors: what is wrong, and in which line of which text. */
static void
test_bad(void **state)
{
	static const struct
	{
		Case texts;
		const char *message;
		const char *hint;
		const char *path;
		int line;
	} cases[] = {
		{{PG, NULL, "", NULL, NULL, NULL},
		 "no \"-- Running upgrade\" in the",
		 "alembic upgrade base:heads --sql",
		 "upgrade SQL",
		 0},
		{{PG, NULL, "CREATE TABLE x (a int);\n", NULL, NULL, NULL},
		 "no \"-- Running upgrade\" in the",
		 "base:heads",
		 "upgrade SQL",
		 0},
		{{PG, NULL, RUN_A ROW_A, "", NULL, NULL},
		 "no \"-- Running downgrade\" in the",
		 "alembic downgrade heads:base",
		 "downgrade SQL",
		 0},
		{{PG, NULL, RUN_A ROW_A, RUN_A ROW_A, NULL, NULL},
		 "\"Running upgrade\" in the downgrade SQL",
		 "downgrade heads:base",
		 "downgrade SQL",
		 1},
		{{PG, NULL, "-- Running stamp_revision  -> a1\n", NULL, NULL, NULL},
		 "\"Running stamp_revision\" in the upgrade SQL",
		 "upgrade base:heads",
		 "upgrade SQL",
		 1},
		{{PG, NULL, RUN_A ROW_A RUN_A ROW_A, NULL, NULL, NULL},
		 "revision \"a1\" stands twice in the upgrade SQL",
		 NULL,
		 "upgrade SQL",
		 5},
		{{PG, NULL, "-- Running upgrade  -> a1, b1\n", NULL, NULL, NULL},
		 "2 ids where one revision runs",
		 NULL,
		 "upgrade SQL",
		 1},
		{{PG, NULL, "\n-- Running upgrade he\"ad -> a1\n", NULL, NULL, NULL},
		 "character \"\"\" is not allowed",
		 NULL,
		 "upgrade SQL",
		 2},
		/* cut off, or of another version table */
		{{PG, NULL, RUN_A "X;\n" RUN_B ROW_B, NULL, NULL, NULL},
		 "revision \"a1\" doesn't change the version table \"alembic_version\"",
		 "env.py",
		 "upgrade SQL",
		 4},
		{{PG, "v", RUN_A ROW_A, NULL, NULL, NULL},
		 "doesn't change the version table \"v\"",
		 "env.py",
		 "upgrade SQL",
		 5},
		{{PG, NULL, RUN_A "X\n'it;\n\n" ROW_A, NULL, NULL, NULL},
		 "unterminated",
		 NULL,
		 "upgrade SQL",
		 6},
		{{PG, NULL, RUN_A ROW_A "X $a$ $b$", NULL, NULL, NULL},
		 "unterminated text or comment: $a$ $b$",
		 NULL,
		 "upgrade SQL",
		 5},
		{{PG, NULL, RUN_A ROW_A "/* /* */", NULL, NULL, NULL},
		 "unterminated",
		 NULL,
		 "upgrade SQL",
		 5},
		{{PG, NULL, RUN_A "X (;\n\n" ROW_A, NULL, NULL, NULL},
		 "the statement doesn't end",
		 NULL,
		 "upgrade SQL",
		 3},
		{{PG, NULL, RUN_A "FAILED: no such thing\n", NULL, NULL, NULL},
		 "Alembic ended with an error: FAILED: no such",
		 NULL,
		 "upgrade SQL",
		 3},
		{{PG, NULL, RUN_A "ERROR [alembic.util] no\n", NULL, NULL, NULL},
		 "Alembic ended with an error: no",
		 NULL,
		 "upgrade SQL",
		 3},
		{{PG, NULL, RUN_A "X '\xFF';\n" ROW_A, NULL, NULL, NULL},
		 "invalid UTF-8",
		 "UTF-8",
		 "upgrade SQL",
		 3},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
	{
		MigrImportedList list = {0};
		const MigrErr *err;
		Unit unit;

		unit_open(&unit);
		err = &unit.ctx.err;
		if (run(&unit, &cases[i].texts, &list))
			fail_msg("no error: %s", cases[i].message);
		if (strstr(err->message, cases[i].message) == NULL)
			fail_msg("\"%s\" is not \"%s\"", err->message, cases[i].message);
		if (cases[i].hint != NULL)
			assert_non_null(strstr(err->hint, cases[i].hint));
		assert_string_equal(err->place.path, cases[i].path);
		if (err->place.line != cases[i].line)
			fail_msg("%s: line %d", err->message, err->place.line);
		assert_int_equal(list.count, 0);
		unit_close(&unit);
	}
}

/* Every text that is cut off anywhere ends in scripts or in an error. */
static void
test_cut(void **state)
{
	static const char text[] =
		INFO "Running upgrade  -> a1, one\n two\n" RUN_A
			 "X E'\\'' $a$ $a$ /* */ \"q\" %(a)s %% :x -- c;\n\n" ROW_A RUN_B
			 "COMMIT;\nCREATE FUNCTION f() BEGIN ATOMIC END;\nBEGIN;\n" ROW_B;
	static const char *const dialects[] = {PG, "sqlite"};

	(void) state;
	for (size_t len = 0; len <= strlen(text); len++)
		for (int d = 0; d < 2; d++)
		{
			MigrImportedList list = {0};
			MigrSpan none = {0};
			MigrSpan cut;
			Unit unit;

			unit_open(&unit);
			cut.ptr = memcpy(migr_alloc(&unit.ctx.arena, len), text, len);
			cut.len = len;
			if (migr_import_alembic(&unit.ctx, dialects[d], "", cut, none,
									&list))
				assert_true(list.count > 0);
			else
				assert_true(unit.ctx.err.code != MIGR_OK);
			unit_close(&unit);
		}
}

/* The layout of a script. */
static void
test_layout(void **state)
{
	static const Case test = {
		PG,
		NULL,
		INFO "Running upgrade a1 -> b1, add it\n" RUN_B
			 "X;\n\nCOMMIT;\n\nBEGIN;\n\n" ROW_B,
		"-- Running downgrade b1 -> a1\n\nUPDATE alembic_version SET "
		"version_num='a1' WHERE alembic_version.version_num = 'b1';\n",
		NULL,
		NULL};
	MigrImportedList list = {0};
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_true(run(&unit, &test, &list));
	assert_int_equal(list.count, 1);
	assert_string_equal(list.items[0].script, "-- migrate:revision   b1\n"
											  "-- migrate:revises    a1\n"
											  "-- migrate:message    add it\n"
											  "\n"
											  "-- migrate:upgrade\n"
											  "X;\n"
											  "\n"
											  "-- migrate:downgrade\n");
	unit_close(&unit);
}

/* Many revisions and statements take no longer than their number. */
static void
test_big(void **state)
{
	MigrImportedList list = {0};
	MigrSpan none = {0};
	MigrSpan text;
	MigrStr str;
	Unit unit;

	(void) state;
	unit_open(&unit);
	migr_str_init(&str, &unit.ctx.arena);
	for (int i = 1; i <= 5000; i++)
		migr_str_printf(&str,
						"-- Running upgrade r%d -> r%d\n\nX -- a;\n\nY;\n\n"
						"UPDATE alembic_version SET version_num='r%d' WHERE "
						"alembic_version.version_num = 'r%d';\n\n",
						i - 1, i, i, i - 1);
	for (int i = 0; i < 100000; i++)
		migr_str_add(&str, "-- b;\n\n");
	text.ptr = str.data;
	text.len = str.len;
	assert_true(migr_import_alembic(&unit.ctx, PG, NULL, text, none, &list));
	assert_int_equal(list.count, 5000);
	unit_close(&unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_revisions), cmocka_unit_test(test_transactions),
		cmocka_unit_test(test_texts),	  cmocka_unit_test(test_traces),
		cmocka_unit_test(test_log),		  cmocka_unit_test(test_bad),
		cmocka_unit_test(test_cut),		  cmocka_unit_test(test_layout),
		cmocka_unit_test(test_big),
	};

	return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}
