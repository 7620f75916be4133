/*
 * test_captured.c
 *	  Logs of what clients ran: which statements make which revision.
 */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "rev/captured.h"

#define GRAPH "a; b(a); c(b); d(b); m(c,d); x @lib; y(x); n(m) +y; o +lib"

typedef struct Case
{
	const char *log; /* "s1 run TEXT" a line; "\" in it is a line end */
	const char
		*want; /* id up[...] down[...], a revision a line, and warnings */
} Case;

#define ROW_ADD(id)                                                            \
	"run INSERT INTO alembic_version (version_num) VALUES ('" id "')"
#define ROW_MOVE(from, to)                                                     \
	"run UPDATE alembic_version SET version_num='" to                          \
	"' WHERE alembic_version.version_num = '" from "'"
#define ROW_END(id)                                                            \
	"run DELETE FROM alembic_version WHERE alembic_version.version_num = '" id \
	"'"

/* Make a log of its short form. */
static const char *
make_log(Unit *unit, const char *text)
{
	static const char *const kinds[] = {"run",		 "outside", "data",
										"begin",	 "commit",	"rollback",
										"savepoint", "back",	"release"};
	MigrStr str;

	migr_str_init(&str, &unit->ctx.arena);
	while (*text != '\0')
	{
		char session[8];
		char kind[16];
		int used = 0;
		size_t len = strcspn(text, "\n");
		char *rest;

		assert_int_equal(sscanf(text, "%7s %15s%n", session, kind, &used), 2);
		rest = migr_strndup(&unit->ctx.arena, text + used, len - (size_t) used);
		for (char *c = rest; *c != '\0'; c++)
			if (*c == '\\')
				*c = '\n';
		for (int i = 0; i < 9; i++)
			if (strcmp(kinds[i], kind) == 0)
				migr_record_add(&str, session, (MigrRecordKind) i,
								migr_span(rest + (*rest == ' ')));
		text += len + (text[len] == '\n');
	}
	return str.data;
}

/* Write a section's text on one line. */
static void
add_section(MigrStr *str, const char *word, const char *text)
{
	migr_str_printf(str, " %s[", word);
	for (; *text != '\0'; text++)
		migr_str_add_char(str, *text == '\n' ? '\\' : *text);
	migr_str_add_char(str, ']');
}

static const char *
say(Unit *unit, const char *dialect, const char *table, MigrSpan log)
{
	MigrRevisions files = unit_revisions(unit, GRAPH);
	MigrCapturedList found = {0};
	MigrNames warnings = {0};
	MigrStr str;

	migr_str_init(&str, &unit->ctx.arena);
	migr_captured_read(&unit->ctx, dialect, table, log, &files, NULL, NULL,
					   &found, &warnings);
	for (int i = 0; i < found.count; i++)
	{
		const MigrCaptured *one = &found.items[i];

		migr_str_printf(&str, "%s%s", i > 0 ? "\n" : "", one->id);
		if (one->seen[MIGR_UP])
			add_section(&str, "up", one->sections[MIGR_UP]);
		if (one->seen[MIGR_DOWN])
			add_section(&str, "down", one->sections[MIGR_DOWN]);
	}
	for (int i = 0; i < warnings.count; i++)
		migr_str_printf(&str, "%s! %s", str.len > 0 ? "\n" : "",
						warnings.items[i]);
	return str.data;
}

static void
run_cases(const char *dialect, const char *table, const Case *cases,
		  size_t count)
{
	for (size_t i = 0; i < count; i++)
	{
		Unit unit;
		const char *log;

		unit_open(&unit);
		log = make_log(&unit, cases[i].log);
		assert_string_equal(say(&unit, dialect, table, migr_span(log)),
							cases[i].want);
		unit_close(&unit);
	}
}

#define RUN(dialect, cases)                                                    \
	run_cases(dialect, NULL, cases, sizeof(cases) / sizeof((cases)[0]))

#define UP "-- migrate:upgrade\\"
#define DOWN "-- migrate:downgrade\\"

static void
up_and_down(void **state)
{
	static const Case cases[] = {
		{"", ""},
		{"s begin\ns run CREATE TABLE alembic_version (version_num "
		 "VARCHAR(32) NOT NULL)\ns run CREATE TABLE t (a int)\ns " ROW_ADD(
			 "a") "\ns run ALTER TABLE t ADD b int -- why\ns run COMMENT ON "
				  "TABLE t IS ';'\ns " ROW_MOVE("a", "b") "\ns commit",
		 "a up[" UP "CREATE TABLE t (a int);\\]\nb up[" UP
		 "ALTER TABLE t ADD b int -- why\\;\\COMMENT ON TABLE t IS ';';\\]"},
		{"s run DROP TABLE u;\ns " ROW_MOVE(
			 "b", "a") "\ns run DROP TABLE t\ns " ROW_END("a"),
		 "a down[" DOWN "DROP TABLE t;\\]\nb down[" DOWN "DROP TABLE u;\\]"},
		{"s " ROW_ADD("a") "\ns " ROW_MOVE("a", "b") "\ns " ROW_MOVE("b", "a"),
		 "a up[" UP "]\nb up[" UP "] down[" DOWN "]"},
		{"s " ROW_MOVE("b", "c") "\ns run ONE\ns " ROW_ADD("d"),
		 "c up[" UP "]\nd up[" UP "ONE;\\]"},
		{"s " ROW_END("c") "\ns run ONE\ns " ROW_MOVE("d", "b"),
		 "c down[" DOWN "]\nd down[" DOWN "ONE;\\]"},
		{"s run INSERT INTO t VALUES (1)\ns run UPDATE alembic_version SET "
		 "version_num='b'::VARCHAR WHERE alembic_version.version_num = "
		 "'a'::VARCHAR",
		 "b up[" UP "-- check: its values may depend on the rows that there "
		 "were\\INSERT INTO t VALUES (1);\\]"},
		/* one comment for those that follow each other */
		{"s run INSERT INTO t VALUES (1)\ns run UPDATE t SET a = 2\ns outside "
		 "DELETE FROM t\ns run ONE\ns run DELETE FROM t\ns " ROW_ADD("a"),
		 "a up[" UP "-- check: the values of these 2 statements may depend on "
		 "the rows that there were\\INSERT INTO t VALUES (1);\\UPDATE t SET a = "
		 "2;\\\\-- migrate:upgrade autocommit\\-- check: its values may depend "
		 "on the rows that there were\\DELETE FROM t;\\\\" UP
		 "ONE;\\-- check: its values may depend on the rows that there "
		 "were\\DELETE FROM t;\\]"},
		{"s run COPY t FROM stdin\ns data 1\\-- migrate:up\\\ns " ROW_ADD("a"),
		 "a up[" UP "-- check: its values may depend on the rows that there "
		 "were\\COPY t FROM stdin;\\1\\\\x2d- migrate:up\\\\.\\]"},
		{"s run SELECT '\\-- migrate:up'\ns " ROW_ADD("a"),
		 "a up[" UP "SELECT '\\ -- migrate:up';\\]\n! revision a: a blank was "
		 "put before \"-- migrate:\""},
	};

	(void) state;
	RUN("postgresql", cases);
}

static void
merges(void **state)
{
	static const Case cases[] = {
		{"s run ONE\ns " ROW_END("c") "\ns " ROW_MOVE(
			 "d",
			 "m") "\ns run TWO\ns run SET a TO b\nr outside THREE\nr run FOUR "
				  "that is much longer than what can be told of in one line "
				  "of a message",
		 "m up[" UP
		 "ONE;\\]\n! no revision has 3 statements that ran behind the "
		 "last step of a connection, from \"TWO\" on"},
		{"s run ONE\ns " ROW_ADD("d") "\ns " ROW_MOVE(
			 "m", "c") "\ns run TWO\ns " ROW_END("d"),
		 "d down[" DOWN "TWO;\\]\nm down[" DOWN "ONE;\\]"},
		/* the next step's row isn't taken along */
		{"s run ONE\ns " ROW_END("x") "\ns " ROW_MOVE("d", "b"),
		 "d down[" DOWN "]\nx down[" DOWN "ONE;\\]"},
		{"s run ONE\ns " ROW_ADD("x") "\ns " ROW_MOVE("x", "y"),
		 "x up[" UP "ONE;\\]\ny up[" UP "]"},
		/* what is depended on is merged too, by its label as well */
		{"s run ONE\ns " ROW_END("y") "\ns " ROW_MOVE("m", "n"),
		 "n up[" UP "ONE;\\]"},
		{"s run ONE\ns " ROW_ADD("y") "\ns " ROW_MOVE("n", "m"),
		 "n down[" DOWN "ONE;\\]"},
		{"s run ONE\ns " ROW_MOVE("x", "o"), "o up[" UP "ONE;\\]"},
	};

	(void) state;
	RUN("postgresql", cases);
}

static void
transactions(void **state)
{
	static const Case cases[] = {
		{"s begin\ns run ONE\ns " ROW_ADD("a") "\ns rollback\ns begin\ns run "
											   "TWO\ns " ROW_ADD(
												   "a") "\ns commit",
		 "a up[" UP "TWO;\\]"},
		{"s begin\ns run ONE\ns " ROW_ADD("a"), ""},
		{"s begin\ns run ONE\ns savepoint p\ns run BAD\ns savepoint q\ns run "
		 "WORSE\ns back p\ns run TWO\ns release p\ns " ROW_ADD(
			 "a") "\ns commit",
		 "a up[" UP "ONE;\\TWO;\\]"},
		{"s begin\ns run ONE\ns commit\ns outside CREATE INDEX CONCURRENTLY "
		 "i\ns begin\ns run TWO\ns " ROW_ADD("a") "\ns commit",
		 "a up[" UP "ONE;\\\\-- migrate:upgrade autocommit\\CREATE INDEX "
		 "CONCURRENTLY i;\\\\" UP "TWO;\\]"},
		/* two clients at once */
		{"s begin\nr begin\ns run ONE\nr run OTHER\ns " ROW_ADD(
			 "a") "\nr " ROW_ADD("x") "\nr commit\ns commit",
		 "a up[" UP "ONE;\\]\nx up[" UP "OTHER;\\]"},
	};

	(void) state;
	RUN("postgresql", cases);
}

static void
other_changes(void **state)
{
	static const Case cases[] = {
		{"s run ONE\ns " ROW_MOVE("a", "m"),
		 "! the version table went from a to m, which is no revision's step "
		 "(stamped, or changed by hand?); 1 statement before it is in no "
		 "revision"},
		{"s " ROW_ADD("unknown"),
		 "! the version table went from nothing to unknown, which is no "
		 "revision's step (stamped, or changed by hand?); 0 statements before "
		 "it are in no revision"},
		{"s run ONE\ns run INSERT INTO plug_version (version_num) VALUES "
		 "('p')\ns run TWO\ns " ROW_ADD("a"),
		 "a up[" UP "TWO;\\]"},
	};

	(void) state;
	RUN("postgresql", cases);
}

#define MAKE "run CREATE TABLE alembic_version (version_num VARCHAR(32))"
#define CHANGED "which is no revision's step (stamped, or changed by hand?)"

/* What ran several times, and what only looks as if it had. */
static void
again(void **state)
{
	static const Case cases[] = {
		/* the last run counts */
		{"s run ONE\ns " ROW_ADD("a") "\ns run UNDO\ns " ROW_END(
			 "a") "\nr run OTHER\nr " ROW_ADD("a") "\nr run UNDO2\nr " ROW_END("a"),
		 "a up[" UP "OTHER;\\] down[" DOWN "UNDO2;\\]"},
		/* unless nothing ran: a stamp */
		{"s run ONE\ns " ROW_ADD("a") "\ns run TWO\ns " ROW_MOVE(
			 "a", "b") "\nr " ROW_MOVE("b", "a") "\nr " ROW_MOVE("a", "b"),
		 "a up[" UP "ONE;\\]\nb up[" UP "TWO;\\] down[" DOWN "]"},
		/* beside no row only a base comes or goes by itself */
		{"s " MAKE "\ns run ONE\ns " ROW_ADD("c") "\ns run TWO\ns " ROW_ADD(
			 "x") "\ns " ROW_END("x") "\ns " ROW_END("c") "\ns run "
														  "THREE\ns " ROW_ADD(
															  "a"),
		 "a up[" UP "THREE;\\]\nx up[" UP "TWO;\\] down[" DOWN
		 "]\n! the version table went from nothing to c, " CHANGED
		 "; 1 statement before it is in no revision\n"
		 "! the version table went from c to nothing, " CHANGED
		 "; 0 statements before it are in no revision"},
		/* but where a branch begins, one beside its sibling's row does */
		{"s " MAKE
		 "\ns " ROW_ADD("a") "\ns " ROW_MOVE("a", "b") "\ns " ROW_MOVE(
			 "b",
			 "c") "\ns run ONE\ns " ROW_ADD("d") "\ns run TWO\ns " ROW_END("d"),
		 "a up[" UP "]\nb up[" UP "]\nc up[" UP "]\nd up[" UP
		 "ONE;\\] down[" DOWN "TWO;\\]"},
		/* it may have been there */
		{"s run CREATE TABLE IF NOT EXISTS alembic_version (v)\ns run ONE\ns " ROW_ADD(
			 "d"),
		 "d up[" UP "ONE;\\]"},
		/* by hand */
		{"s run ONE\ns run DELETE FROM alembic_version\ns run TWO\ns " ROW_ADD(
			 "a") "\ns run UPDATE alembic_version SET version_num = "
				  "'b'\nr run THREE\nr " ROW_MOVE("b", "c"),
		 "a up[" UP "ONE;\\TWO;\\]\nc up[" UP
		 "THREE;\\]\n! the version table was changed by \"DELETE FROM "
		 "alembic_version\", " CHANGED
		 "\n! the version table was changed by \"UPDATE alembic_version SET "
		 "version_num = 'b'\", " CHANGED},
	};

	(void) state;
	RUN("postgresql", cases);
}

/* Two sessions at once, and two version tables. */
static void
apart(void **state)
{
	static const Case cases[] = {
		{"s run ONE\nr run OTHER\ns " ROW_ADD(
			 "a") "\nr begin\nr run "
				  "MORE\ns run TWO\nr " ROW_ADD("x") "\ns " ROW_MOVE(
					  "a", "b") "\nr "
								"commit",
		 "a up[" UP "ONE;\\]\nb up[" UP "TWO;\\]\nx up[" UP "OTHER;\\MORE;\\]"},
		/* the rows of a merge come from one session */
		{"s " ROW_END("c") "\nr run OTHER\nr " ROW_ADD("x") "\ns " ROW_MOVE(
			 "d", "m"),
		 "m up[" UP "]\nx up[" UP "OTHER;\\]"},
		{"s run ONE\ns run UPDATE app.alembic_version SET version_num='b' WHERE "
		 "app.alembic_version.version_num = 'a'",
		 "b up[" UP "ONE;\\]"},
	};
	static const Case named[] = {
		{"s run ONE\ns run INSERT INTO app.\"Version \"\"Rows\" (version_num) "
		 "VALUES ('a')\ns run TWO\ns run INSERT INTO other.\"Version \"\"Rows\" "
		 "(version_num) VALUES ('x')\ns run THREE\ns " ROW_ADD("x"),
		 "a up[" UP "ONE;\\]"},
	};

	(void) state;
	RUN("postgresql", cases);
	run_cases("postgresql", "app.\"Version \"\"Rows\"", named, 1);
}

/* What a session sets holds for all of its revisions behind it; ours begin without. */
static void
settings(void **state)
{
	static const Case cases[] = {
		{"s outside SET search_path TO app\ns begin\ns run ONE\ns " ROW_ADD(
			 "a") "\ns run TWO\ns " ROW_MOVE("a", "b") "\ns commit\nr run "
													   "OTHER\nr " ROW_ADD("x"),
		 "a up[" UP "SET search_path TO app;\\ONE;\\]\nb up[" UP
		 "SET search_path TO app;\\TWO;\\]\nx up[" UP "OTHER;\\]"},
		/* the last one counts, whatever it is spelled like */
		{"s run SET a.B = 1\ns run SET SESSION \"a\".b TO '2' -- two\ns run "
		 "SET TIME ZONE 'UTC'\ns run SET LOCAL c = 3\ns " ROW_ADD(
			 "a") "\ns run ONE\ns run RESET timezone\ns " ROW_MOVE("a",
																   "b") "\n"
																		"s run TWO\ns " ROW_MOVE(
																			"b",
																			"c"),
		 "a up[" UP "SET a.B = 1;\\SET SESSION \"a\".b TO '2' -- two\\;\\SET "
		 "TIME ZONE 'UTC';\\SET LOCAL c = 3;\\]\nb up[" UP
		 "SET SESSION \"a\".b TO '2' -- two\\;\\SET TIME ZONE 'UTC';\\ONE;\\"
		 "RESET timezone;\\]\nc up[" UP
		 "SET SESSION \"a\".b TO '2' -- two\\;\\TWO;\\]"},
		{"s run SET a TO 1\ns outside DISCARD ALL\ns run SET b TO 2\ns " ROW_ADD(
			 "a"),
		 "a up[" UP "SET a TO 1;\\\\-- migrate:upgrade autocommit\\DISCARD "
		 "ALL;\\\\" UP "SET b TO 2;\\]"},
		{"s run SET a TO 1\ns run SET b TO 2\ns " ROW_ADD("a") "\ns run SET b TO DEFAULT\ns " ROW_MOVE(
			 "a", "b") "\ns run "
					   "DISCARD ALL\ns " ROW_MOVE(
						   "b", "c") "\ns run ONE\ns " ROW_ADD("d"),
		 "a up[" UP "SET a TO 1;\\SET b TO 2;\\]\nb up[" UP
		 "SET a TO 1;\\SET b TO 2;\\SET b TO DEFAULT;\\]\nc up[" UP
		 "SET a TO 1;\\DISCARD ALL;\\]\nd up[" UP "ONE;\\]"},
		/* a revision without statements, one that begins outside, and a SET that
		 * was rolled back */
		{"s run SET a TO 1\ns begin\ns run SET b TO 2\ns rollback\ns " ROW_ADD(
			 "a") "\ns " ROW_MOVE("a", "b") "\ns outside CREATE INDEX "
											"CONCURRENTLY i\ns " ROW_MOVE("b",
																		  "c"),
		 "a up[" UP "SET a TO 1;\\]\nb up[" UP "]\nc up[" UP
		 "SET a TO 1;\\\\-- migrate:upgrade autocommit\\CREATE INDEX "
		 "CONCURRENTLY i;\\]"},
	};

	(void) state;
	RUN("postgresql", cases);
}

static void
sqlite_too(void **state)
{
	static const Case cases[] = {
		{"s outside CREATE TABLE t (a)\ns outside VACUUM\ns outside DROP TABLE "
		 "u\ns " ROW_ADD("a"),
		 "a up[" UP "CREATE TABLE t (a);\\\\-- migrate:upgrade "
		 "autocommit\\VACUUM;\\\\" UP "DROP TABLE u;\\]"},
		{"s outside PRAGMA foreign_keys=OFF\ns outside DROP TABLE t\ns " ROW_ADD(
			 "a"),
		 "a up[-- migrate:upgrade autocommit\\PRAGMA foreign_keys=OFF;\\\\" UP
		 "DROP TABLE t;\\]"},
		/* the rows of the table that is rebuilt are no values */
		{"s run INSERT INTO _alembic_tmp_t (a) SELECT t.a FROM t\ns " ROW_ADD(
			 "a"),
		 "a up[" UP "INSERT INTO _alembic_tmp_t (a) SELECT t.a FROM t;\\]"},
		{"s run INSERT INTO \"_alembic_tmp_T\" (a) SELECT 1\ns " ROW_ADD("a"),
		 "a up[" UP "INSERT INTO \"_alembic_tmp_T\" (a) SELECT 1;\\]"},
	};

	(void) state;
	RUN("sqlite", cases);
}

/* Note what is to be said, and say something else. */
static const char *
note(void *context, const char *sections, MigrTexts *notes)
{
	MigrStr *str = context;

	migr_str_add(str, sections);
	migr_vec_push(str->arena, notes, migr_strdup(str->arena, sections));
	return "SAID";
}

/* All that ran is shown, in its order, also what doesn't count in the end. */
static void
said_anew(void **state)
{
	Unit unit;
	MigrRevisions files;
	MigrCapturedList found = {0};
	MigrNames warnings = {0};
	const char *log;
	MigrStr str;

	(void) state;
	unit_open(&unit);
	files = unit_revisions(&unit, GRAPH);
	migr_str_init(&str, &unit.ctx.arena);
	log =
		make_log(&unit, "s run ONE\ns " ROW_ADD("a") "\ns run TWO\ns " ROW_END(
							"a") "\n"
								 "s run THREE\ns " ROW_ADD(
									 "a") "\ns run FOUR\ns " ROW_ADD("no"));
	migr_captured_read(&unit.ctx, "sqlite", NULL, migr_span(log), &files, note,
					   &str, &found, &warnings);
	assert_string_equal(str.data, "-- migrate:upgrade\nONE;\n"
								  "-- migrate:downgrade\nTWO;\n"
								  "-- migrate:upgrade\nTHREE;\n"
								  "-- migrate:upgrade\nFOUR;\n");
	assert_int_equal(found.count, 1);
	assert_string_equal(found.items[0].sections[MIGR_UP], "SAID");
	assert_int_equal(found.items[0].notes[MIGR_UP].count, 1);
	assert_string_equal(found.items[0].notes[MIGR_UP].items[0],
						"-- migrate:upgrade\nTHREE;\n");
	unit_close(&unit);
}

/* Cut a log at each byte, and put another behind: what was whole is read, and
 * what comes behind. */
static void
cut_off(void **state)
{
	static const char text[] =
		"s begin\ns run ONE\ns " ROW_ADD("a") "\ns commit";
	static const char more[] = "r run TWO\nr " ROW_ADD("x");
	Unit unit;
	const char *log;
	size_t len;

	(void) state;
	unit_open(&unit);
	log = make_log(&unit, text);
	len = strlen(log);
	for (size_t cut = 0; cut < len; cut++)
	{
		MigrStr str;

		migr_str_init(&str, &unit.ctx.arena);
		migr_str_add_n(&str, log, cut);
		migr_str_add(&str, make_log(&unit, more));
		assert_string_equal(say(&unit, "postgresql", NULL, migr_span(str.data)),
							"x up[" UP "TWO;\\]");
	}
	assert_string_equal(say(&unit, "postgresql", NULL, migr_span("no log\n")),
						"");
	log = make_log(&unit, "s run '\001\001 \001s run 1'\ns " ROW_ADD("a"));
	assert_string_equal(say(&unit, "postgresql", NULL, migr_span(log)),
						"a up[" UP "'\001\001 \001s run 1';\\]");
	unit_close(&unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(up_and_down),	cmocka_unit_test(merges),
		cmocka_unit_test(transactions), cmocka_unit_test(other_changes),
		cmocka_unit_test(again),		cmocka_unit_test(apart),
		cmocka_unit_test(settings),		cmocka_unit_test(sqlite_too),
		cmocka_unit_test(said_anew),	cmocka_unit_test(cut_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
