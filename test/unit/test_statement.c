/*
 * test_statement.c
 *	  DROP, TRUNCATE, COMMENT ON and CREATE OR REPLACE VIEW as data: every form,
 *	  which statements are SQLite's own, and each error.
 */
#include "unit.h"

#include <string.h>

#include "schema/statement.h"

static const char *const kinds[] = {
	[MIGR_STATEMENT_OTHER] = "other",
	[MIGR_STATEMENT_PLAIN_DROP] = "plain drop",
	[MIGR_STATEMENT_ALTER_TABLE] = "alter",
	[MIGR_STATEMENT_DROP] = "drop",
	[MIGR_STATEMENT_REPLACE_VIEW] = "replace",
	[MIGR_STATEMENT_TRUNCATE] = "truncate",
	[MIGR_STATEMENT_COMMENT] = "comment",
};

/* Append a name with its schema. */
static void
add_name(MigrStr *str, const MigrObjectName *name)
{
	migr_str_printf(str, " %s%s%s",
					name->schema.name != NULL ? name->schema.name : "",
					name->schema.name != NULL ? "." : "", name->name.name);
}

/* What a statement is, as text. */
static const char *
statement_text(Unit *unit, const MigrStatement *at)
{
	MigrStr str;

	migr_str_init(&str, &unit->ctx.arena);
	migr_str_printf(&str, "%s %s", kinds[at->kind],
					migr_object_words[at->object]);
	for (int i = 0; i < at->names.count; i++)
		add_name(&str, &at->names.items[i]);
	if (at->part.name != NULL)
		migr_str_printf(&str, " (%s)", at->part.name);
	if (at->on.name.name != NULL)
	{
		migr_str_add(&str, " on");
		add_name(&str, &at->on);
	}
	if (at->if_exists)
		migr_str_add(&str, " if exists");
	if (at->restart)
		migr_str_add(&str, " restart");
	if (at->temporary)
		migr_str_add(&str, " temporary");
	if (at->cascade)
		migr_str_add(&str, " cascade");
	if (at->body.ptr != NULL)
		migr_str_printf(&str, " [%.*s]", (int) at->body.len, at->body.ptr);
	if (at->comment != NULL)
		migr_str_printf(&str, " is %s", at->comment);
	return str.data;
}

static const struct
{
	const char *text;
	const char *result;
} good[] = {
	{"DROP TABLE a, b", "drop table a b"},
	{"drop table main.a , \"b c\".[d] ,'e'", "drop table main.a b c.d e"},
	{"DROP TABLE a CASCADE", "drop table a cascade"},
	{"DROP TABLE a RESTRICT", "drop table a"},
	{"DROP TABLE IF EXISTS a, b CASCADE;", "drop table a b if exists cascade"},
	{"DROP TABLE if, a", "drop table if a"},
	{"DROP TABLE cascade CASCADE", "drop table cascade cascade"},
	{"DROP VIEW a, b", "drop view a b"},
	{"DROP INDEX IF EXISTS s.a RESTRICT", "drop index s.a if exists"},
	{"DROP TRIGGER a, b", "drop trigger a b"},
	{"DROP TRIGGER a ON t", "drop trigger a on t"},
	{"/* x */ DROP -- y\n TRIGGER IF EXISTS a ON s.t CASCADE ;;",
	 "drop trigger a on s.t if exists cascade"},
	{"TRUNCATE a", "truncate table a"},
	{"TRUNCATE TABLE s.a, b", "truncate table s.a b"},
	{"TRUNCATE ONLY a, ONLY b *", "truncate table a b"},
	{"TRUNCATE only", "truncate table only"},
	{"TRUNCATE only, a", "truncate table only a"},
	{"TRUNCATE only CASCADE", "truncate table only cascade"},
	{"TRUNCATE a RESTART IDENTITY", "truncate table a restart"},
	{"TRUNCATE a CONTINUE IDENTITY RESTRICT", "truncate table a"},
	{"TRUNCATE a RESTART IDENTITY CASCADE", "truncate table a restart cascade"},
	{"TRUNCATE restart RESTART IDENTITY", "truncate table restart restart"},
	{"COMMENT ON TABLE t IS 'it''s'", "comment table t is it's"},
	{"COMMENT ON TABLE s.t IS NULL", "comment table s.t"},
	{"COMMENT ON COLUMN t.c IS ''", "comment column t (c) is "},
	{"COMMENT ON COLUMN s.\"t\" . c IS 'x';", "comment column s.t (c) is x"},
	{"COMMENT ON VIEW v IS 'x'", "comment view v is x"},
	{"COMMENT ON INDEX s.i IS 'x'", "comment index s.i is x"},
	{"COMMENT ON TRIGGER g ON t IS 'x'", "comment trigger t (g) is x"},
	{"comment on constraint c on s.t is 'a\nb'",
	 "comment constraint s.t (c) is a\nb"},
	{"CREATE OR REPLACE VIEW v AS SELECT 1", "replace view v [AS SELECT 1]"},
	{"CREATE OR REPLACE TEMP VIEW s.v (a, \"b\") AS SELECT f(1, ';') -- x",
	 "replace view s.v temporary [(a, \"b\") AS SELECT f(1, ';')]"},
	{"CREATE OR REPLACE TEMPORARY VIEW v(a)AS SELECT 1 ; ",
	 "replace view v temporary [(a)AS SELECT 1]"},
};

static void
test_good(void **state)
{
	(void) state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
	{
		MigrSpan text = migr_span(good[i].text);
		MigrStatement statement;
		Unit unit;

		unit_open(&unit);
		if (!migr_statement_parse(&unit.ctx, text, &statement))
			fail_msg("%s: %s", good[i].text, unit.ctx.err.message);
		assert_int_equal(migr_statement_kind(&unit.ctx, text), statement.kind);
		assert_string_equal(statement_text(&unit, &statement), good[i].result);
		unit_close(&unit);
	}
}

/* What SQLite has itself stays with it, and so do its errors. */
static void
test_kinds(void **state)
{
	static const struct
	{
		const char *text;
		MigrStatementKind kind;
	} cases[] = {
		{"ALTER TABLE t ADD c", MIGR_STATEMENT_ALTER_TABLE},
		{"DROP TABLE t", MIGR_STATEMENT_PLAIN_DROP},
		{"DROP TABLE IF EXISTS s.t;", MIGR_STATEMENT_PLAIN_DROP},
		{"DROP TABLE if", MIGR_STATEMENT_PLAIN_DROP},
		{"DROP VIEW v x", MIGR_STATEMENT_PLAIN_DROP},
		{"DROP TABLE (t)", MIGR_STATEMENT_PLAIN_DROP},
		{"DROP TABLE", MIGR_STATEMENT_PLAIN_DROP},
		{"DROP TABLE t ON x", MIGR_STATEMENT_PLAIN_DROP},
		{"DROP TRIGGER t", MIGR_STATEMENT_PLAIN_DROP},
		{"DROP TABLE t, (x)", MIGR_STATEMENT_DROP},
		{"DROP SEQUENCE a, b", MIGR_STATEMENT_OTHER},
		{"DROP", MIGR_STATEMENT_OTHER},
		{"CREATE VIEW v AS SELECT 1", MIGR_STATEMENT_OTHER},
		{"CREATE OR REPLACE FUNCTION f()", MIGR_STATEMENT_OTHER},
		{"CREATE OR REPLACE", MIGR_STATEMENT_OTHER},
		{"CREATE OR REPLACE VIEW", MIGR_STATEMENT_REPLACE_VIEW},
		{"REPLACE INTO t VALUES (1)", MIGR_STATEMENT_OTHER},
		{"\"TRUNCATE\" t", MIGR_STATEMENT_OTHER},
		{"SELECT 1", MIGR_STATEMENT_OTHER},
		{"", MIGR_STATEMENT_OTHER},
	};
	Unit unit;

	(void) state;
	unit_open(&unit);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (migr_statement_kind(&unit.ctx, migr_span(cases[i].text)) !=
			cases[i].kind)
			fail_msg("%s", cases[i].text);
	assert_int_equal(unit.ctx.err.code, MIGR_OK);
	unit_close(&unit);
}

static void
test_bad(void **state)
{
	static const struct
	{
		const char *text;
		const char *message;
	} cases[] = {
		{"DROP TABLE a, b c", "near \"c\": syntax error"},
		{"DROP TABLE a,", "incomplete input"},
		{"DROP TABLE a, select", "near \"select\": syntax error"},
		{"DROP TABLE a CASCADE RESTRICT", "near \"RESTRICT\": syntax error"},
		{"DROP TRIGGER a ON", "incomplete input"},
		{"DROP TABLE a, b ON t", "near \"ON\": syntax error"},
		{"TRUNCATE", "incomplete input"},
		{"TRUNCATE a RESTART", "incomplete input"},
		{"TRUNCATE a CASCADE RESTART IDENTITY",
		 "near \"RESTART\": syntax error"},
		{"TRUNCATE a b", "near \"b\": syntax error"},
		{"COMMENT", "incomplete input"},
		{"COMMENT ON", "incomplete input"},
		{"COMMENT ON TABLE t", "incomplete input"},
		{"COMMENT ON TABLE t IS", "incomplete input"},
		{"COMMENT ON TABLE t IS x", "near \"x\": syntax error"},
		{"COMMENT ON TABLE t IS \"x\"", "near \"\"x\"\": syntax error"},
		{"COMMENT ON TABLE t IS 'x' 'y'", "near \"'y'\": syntax error"},
		{"COMMENT ON TABLE t IS 'x", "unrecognized token: \"'x\""},
		{"COMMENT ON COLUMN c IS 'x'", "column name must be qualified"},
		{"COMMENT ON COLUMN a.b.c.d IS 'x'", "near \".\": syntax error"},
		{"COMMENT ON TRIGGER t IS 'x'", "near \"IS\": syntax error"},
		{"COMMENT ON CONSTRAINT c IS 'x'", "near \"IS\": syntax error"},
		{"COMMENT ON 'x' IS 'x'", "near \"'x'\": syntax error"},
		{"COMMENT ON SCHEMA public IS 'x'",
		 "COMMENT ON SCHEMA isn't supported on SQLite"},
		{"CREATE OR REPLACE VIEW v", "incomplete input"},
		{"CREATE OR REPLACE VIEW v WITH (x) AS SELECT 1",
		 "near \"WITH\": syntax error"},
		{"CREATE OR REPLACE VIEW v AS SELECT (1", "incomplete input"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
	{
		MigrStatement statement;
		Unit unit;

		unit_open(&unit);
		if (migr_statement_parse(&unit.ctx, migr_span(cases[i].text),
								 &statement))
			fail_msg("%s", cases[i].text);
		assert_string_equal(unit.ctx.err.message, cases[i].message);
		assert_int_equal(unit.ctx.err.code,
						 strstr(cases[i].message, "isn't supported") != NULL
							 ? MIGR_ERR_UNSUPPORTED
							 : MIGR_ERR_STATEMENT);
		unit_close(&unit);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
