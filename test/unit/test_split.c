/*
 * test_split.c
 *	  SQLite's tokens, and where its statements end.
 */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "text/lex.h"
#include "text/split.h"

#define COUNT(cases) (sizeof(cases) / sizeof(*(cases)))

/* ---- tokens ------------------------------------------------------------ */

/* Write a text's tokens, each in front of a bar, its kind's letter first. */
static const char *
tokens(Unit *unit, MigrSpan text)
{
	static const char letters[] = "._'\"xnwv;o";
	MigrStr str;
	MigrToken token;

	migr_str_init(&str, &unit->ctx.arena);
	while ((token = migr_lex(text)).kind != MIGR_TOKEN_END)
	{
		assert_true(token.len > 0 && token.len <= text.len);
		migr_str_add_char(&str, letters[token.kind]);
		migr_str_add_n(&str, text.ptr, token.len);
		migr_str_add_char(&str, '|');
		text.ptr += token.len;
		text.len -= token.len;
	}
	assert_int_equal(token.len, 0);
	return str.data;
}

/* A token ends where SQLite sees its end. */
static void
test_lex(void **state)
{
	static const char *const cases[][2] = {
		{"", ""},
		{"SELECT 1;", "wSELECT|_ |n1|;;|"},
		{" \t\r\n\f\v a", "_ \t\r\n\f\v |wa|"},
		{"\va", "o\v|wa|"},
		{"-- c\n-- d", "_-- c\n|_-- d|"},
		{"a--", "wa|_--|"},
		{"a-b", "wa|o-|wb|"},
		{"/**/a", "_/**/|wa|"},
		{"/* ; ' */;", "_/* ; ' */|;;|"},
		{"/*/ a", "_/*/ a|"},
		{"/* a", "_/* a|"},
		{"/* * / **/b", "_/* * / **/|wb|"},
		{"a/*", "wa|o/|o*|"},
		{"/**", "_/**|"},
		{"a / b", "wa|_ |o/|_ |wb|"},
		{"'a''b'c", "''a''b'|wc|"},
		{"''';'''", "'''';'''|"},
		{"''", "'''|"},
		{"'a", "''a|"},
		{"'a''", "''a''|"},
		{"'a\\'b'", "''a\\'|wb|''|"},
		{"\"a\"\"b\"`c`", "\"\"a\"\"b\"|\"`c`|"},
		{"[a;]]b", "\"[a;]|o]|wb|"},
		{"[a", "\"[a|"},
		{"x'00FF'y", "xx'00FF'|wy|"},
		{"X'0g;'y", "xX'0g;'|wy|"},
		{"x'", "xx'|"},
		{"x 'a'", "wx|_ |''a'|"},
		{"ex'a'", "wex|''a'|"},
		{"1.5e+3;", "n1.5e+3|;;|"},
		{"1e5 1e 1e+ .5 1.", "n1e5|_ |n1e|_ |n1e|o+|_ |n.5|_ |n1.|"},
		{"0x1F 12ab 1_000", "n0x1F|_ |n12ab|_ |n1_000|"},
		{"1-2", "n1|o-|n2|"},
		{"t.a.5", "wt|o.|wa|n.5|"},
		{"?1?", "v?1|v?|"},
		{":a @b $c #d", "v:a|_ |v@b|_ |v$c|_ |v#d|"},
		{"$a::b(;x)y", "v$a::b(;x)|wy|"},
		{"$a(; )", "v$a(;|_ |o)|"},
		{"$a(", "v$a(|"},
		{": ; @", "v:|_ |;;|_ |v@|"},
		{"a$b _c \xc3\xa9", "wa$b|_ |w_c|_ |w\xc3\xa9|"},
		{"\xef\xbb\xbfSELECT", "_\xef\xbb\xbf|wSELECT|"},
		{"\xef\xbb", "w\xef\xbb|"},
		{"a<=b||c", "wa|o<|o=|wb|o||o||wc|"},
		{"!\\{}", "o!|o\\|o{|o}|"},
	};
	Unit unit;

	(void) state;
	unit_open(&unit);
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(tokens(&unit, migr_span(cases[i][0])), cases[i][1]);
	unit_close(&unit);
}

/* No byte leads past the end, which is the end of an allocation here. */
static void
test_lex_bounds(void **state)
{
	static const unsigned char bytes[] = "\0 a0xX'\"`[]-/*;?$:(.eE+\v\n\xef\xbb"
										 "\xbf\xff";
	size_t count = sizeof(bytes) - 1;
	Unit unit;
	char *text = malloc(3);

	(void) state;
	unit_open(&unit);
	for (size_t i = 0; i < count * count * count; i++)
	{
		MigrSpan span = {text, 3};

		text[0] = (char) bytes[i % count];
		text[1] = (char) bytes[i / count % count];
		text[2] = (char) bytes[i / count / count];
		tokens(&unit, span);
		if (i % 1000 == 0)
		{
			unit_close(&unit);
			unit_open(&unit);
		}
	}
	unit_close(&unit);
	free(text);
}

/* Words are compared without case, and as a whole. */
static void
test_lex_is(void **state)
{
	MigrSpan nul = {"EN\0D", 4};

	(void) state;
	assert_true(migr_lex_is(migr_span("enD"), "END"));
	assert_false(migr_lex_is(migr_span("EN"), "END"));
	assert_false(migr_lex_is(migr_span("ENDE"), "END"));
	assert_false(migr_lex_is(migr_span(""), "END"));
	assert_false(migr_lex_is(migr_span("\"END\""), "END"));
	assert_false(migr_lex_is(nul, "EN"));
}

/* A name comes out of its quotes. */
static void
test_lex_name(void **state)
{
	static const char *const cases[][2] = {
		{"a", "a"},		   {"\"a\"\"b\"", "a\"b"},
		{"'a''b'", "a'b"}, {"`a``b`", "a`b"},
		{"[a b]", "a b"},  {"\"\"", ""},
		{"\"", ""},		   {"[", "["},
		{"", ""},
	};
	Unit unit;

	(void) state;
	unit_open(&unit);
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(
			migr_lex_name(&unit.ctx.arena, migr_span(cases[i][0])),
			cases[i][1]);
	unit_close(&unit);
}

/* ---- statements -------------------------------------------------------- */

/*
 * Write a text's statements: each its line, its words in angle brackets where
 * it isn't plain (! is transaction control, @ is autocommit), its text, a bar.
 */
static const char *
statements(Unit *unit, const char *text, int line)
{
	MigrBody body = {.text = migr_span(text)};
	MigrStmts stmts = {0};
	MigrStr str;

	body.place.line = line;
	assert_true(migr_split(&unit->ctx, &body, &stmts));
	migr_str_init(&str, &unit->ctx.arena);
	for (int i = 0; i < stmts.count; i++)
	{
		MigrStmt *stmt = &stmts.items[i];

		migr_str_printf(&str, "%d ", stmt->line);
		assert_int_equal(stmt->words == NULL, stmt->kind == MIGR_STMT_PLAIN);
		if (stmt->words != NULL)
			migr_str_printf(&str, "<%c%s> ",
							stmt->kind == MIGR_STMT_TRANSACTION ? '!' : '@',
							stmt->words);
		migr_str_add_n(&str, text + stmt->offset, stmt->len);
		migr_str_add_char(&str, '|');
	}
	return str.data;
}

/* Compare a table of texts. */
static void
check_statements(const char *const (*cases)[2], size_t count)
{
	Unit unit;

	unit_open(&unit);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(statements(&unit, cases[i][0], 1), cases[i][1]);
	unit_close(&unit);
}

/* Semicolons end statements, where they aren't in something. */
static void
test_split(void **state)
{
	static const char *const cases[][2] = {
		{"", ""},
		{" \n-- only a comment\n", ""},
		{";;/* ; */;", ""},
		{"SELECT 1", "1 SELECT 1|"},
		{"SELECT 1;", "1 SELECT 1|"},
		{"SELECT 1 ;\n\nSELECT 2 -- done\n;", "1 SELECT 1|3 SELECT 2|"},
		{"-- a\n/* b\n */ a;b", "3 a|3 b|"},
		{"SELECT ';''\n;', \";\", `;`, [;] -- ;\n;\nb",
		 "1 SELECT ';''\n;', \";\", `;`, [;]|4 b|"},
		{"a'\n\n'b;c", "1 a'\n\n'b|3 c|"},
		{"'\n';'\n'", "1 '\n'|2 '\n'|"},
		{"a /* x\n", "1 a|"},
		{"a 'x\n;b;", "1 a 'x\n;b;|"},
		{"\xef\xbb\xbf"
		 "a;b",
		 "1 a|1 b|"},
		{"a\r\n;\r\nb", "1 a|3 b|"},
		{"CREATE TABLE t (a, b);INSERT INTO t VALUES (1, 2)",
		 "1 CREATE TABLE t (a, b)|1 INSERT INTO t VALUES (1, 2)|"},
		{"SELECT CASE WHEN 1 THEN 2 END; END",
		 "1 SELECT CASE WHEN 1 THEN 2 END|1 <!END> END|"},
	};

	(void) state;
	check_statements(cases, COUNT(cases));
}

/* A trigger goes on to its END. */
static void
test_trigger(void **state)
{
#define BODY " TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; SELECT 2; END"
	static const char *const cases[][2] = {
		{"CREATE" BODY ";b", "1 CREATE" BODY "|1 b|"},
		{"CREATE" BODY, "1 CREATE" BODY "|"},
		{"create temp" BODY ";b", "1 create temp" BODY "|1 b|"},
		{"CREATE/**/TEMPORARY" BODY ";b", "1 CREATE/**/TEMPORARY" BODY "|1 b|"},
		{"EXPLAIN CREATE" BODY ";b", "1 EXPLAIN CREATE" BODY "|1 b|"},
		{"EXPLAIN QUERY PLAN CREATE" BODY ";b",
		 "1 EXPLAIN QUERY PLAN CREATE" BODY "|1 b|"},
		{"CREATE TRIGGER t; x; END x; END ;b",
		 "1 CREATE TRIGGER t; x; END x; END|1 b|"},
		{"CREATE TRIGGER t;;END;b", "1 CREATE TRIGGER t;;END|1 b|"},
		{"CREATE TRIGGER t BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; END;b",
		 "1 CREATE TRIGGER t BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; END|1 b|"},
		{"CREATE TRIGGER t BEGIN a; -- ; END;\nEND;b",
		 "1 CREATE TRIGGER t BEGIN a; -- ; END;\nEND|2 b|"},
		{"CREATE TRIGGER t BEGIN a; \"END\"; END;b",
		 "1 CREATE TRIGGER t BEGIN a; \"END\"; END|1 b|"},
		{"CREATE TRIGGER t BEGIN a; b", "1 CREATE TRIGGER t BEGIN a; b|"},
		{"CREATE TABLE trigger; END", "1 CREATE TABLE trigger|1 <!END> END|"},
		{"CREATE UNIQUE TRIGGER t; b", "1 CREATE UNIQUE TRIGGER t|1 b|"},
		{"DROP TRIGGER t; b", "1 DROP TRIGGER t|1 b|"},
		{"\"CREATE\" TRIGGER t; b", "1 \"CREATE\" TRIGGER t|1 b|"},
		{"EXPLAIN SELECT 1; b", "1 EXPLAIN SELECT 1|1 b|"},
	};

	(void) state;
	check_statements(cases, COUNT(cases));
}

/* What must not stand in a section is known by its beginning. */
static void
test_kinds(void **state)
{
	static const char *const cases[][2] = {
		{"begin immediate", "1 <!BEGIN> begin immediate|"},
		{"/**/ COMMIT", "1 <!COMMIT> COMMIT|"},
		{"End Transaction", "1 <!END> End Transaction|"},
		{"rollback to x", "1 <!ROLLBACK> rollback to x|"},
		{"SAVEPOINT x", "1 <!SAVEPOINT> SAVEPOINT x|"},
		{"RELEASE x", "1 <!RELEASE> RELEASE x|"},
		{"\"BEGIN\"", "1 \"BEGIN\"|"},
		{"beginning", "1 beginning|"},
		{"EXPLAIN COMMIT", "1 EXPLAIN COMMIT|"},
		{"SELECT 'x' AS begin", "1 SELECT 'x' AS begin|"},
		{"vacuum", "1 <@VACUUM> vacuum|"},
		{"VACUUM INTO 'x'", "1 <@VACUUM> VACUUM INTO 'x'|"},
		{"PRAGMA foreign_keys", "1 PRAGMA foreign_keys|"},
		{"PRAGMA foreign_keys=ON",
		 "1 <@PRAGMA foreign_keys> PRAGMA foreign_keys=ON|"},
		{"pragma FOREIGN_KEYS (0)",
		 "1 <@PRAGMA FOREIGN_KEYS> pragma FOREIGN_KEYS (0)|"},
		{"PRAGMA main.journal_mode=wal",
		 "1 <@PRAGMA journal_mode> PRAGMA main.journal_mode=wal|"},
		{"PRAGMA \"main\" . 'journal_mode' /**/ (wal)",
		 "1 <@PRAGMA journal_mode> PRAGMA \"main\" . 'journal_mode' /**/ "
		 "(wal)|"},
		{"PRAGMA [synchronous]=OFF",
		 "1 <@PRAGMA synchronous> PRAGMA [synchronous]=OFF|"},
		{"PRAGMA wal_checkpoint",
		 "1 <@PRAGMA wal_checkpoint> PRAGMA wal_checkpoint|"},
		{"PRAGMA wal_checkpoint(FULL)",
		 "1 <@PRAGMA wal_checkpoint> PRAGMA wal_checkpoint(FULL)|"},
		{"PRAGMA user_version=1", "1 PRAGMA user_version=1|"},
		{"PRAGMA locking_mode=EXCLUSIVE", "1 PRAGMA locking_mode=EXCLUSIVE|"},
		{"PRAGMA defer_foreign_keys=1", "1 PRAGMA defer_foreign_keys=1|"},
		{"PRAGMA foreign_keys;(1)", "1 PRAGMA foreign_keys|1 (1)|"},
		{"PRAGMA", "1 PRAGMA|"},
		{"PRAGMA;b", "1 PRAGMA|1 b|"},
		{"PRAGMA main.", "1 PRAGMA main.|"},
	};

	(void) state;
	check_statements(cases, COUNT(cases));
}

/* Lines go on from the body's; a body that doesn't know begins at 1. */
static void
test_lines(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_string_equal(statements(&unit, "a;\n\nb", 12), "12 a|14 b|");
	assert_string_equal(statements(&unit, "\na", 0), "2 a|");
	unit_close(&unit);
}

/* The text goes on behind the semicolon, or where the last statement ends. */
static void
test_behind(void **state)
{
	static const struct
	{
		const char *text;
		const char *rest[3]; /* behind each statement */
	} cases[] = {
		{"a", {""}},
		{"a;", {""}},
		{"a ;b", {"b", ""}},
		{"a /* ; */ ; -- x\nb -- y", {" -- x\nb -- y", " -- y"}},
		{";;a;;b;;", {";b;;", ";"}},
		{"CREATE TRIGGER t; x; END ;b", {"b", ""}},
		{"a 'x", {""}},
	};
	Unit unit;

	(void) state;
	unit_open(&unit);
	for (size_t i = 0; i < COUNT(cases); i++)
	{
		MigrBody body = {.text = migr_span(cases[i].text)};
		MigrStmts stmts = {0};

		assert_true(migr_split(&unit.ctx, &body, &stmts));
		for (int k = 0; k < stmts.count; k++)
		{
			assert_string_equal(cases[i].text + stmts.items[k].behind,
								cases[i].rest[k]);
			assert_false(stmts.items[k].rows);
		}
		assert_null(cases[i].rest[stmts.count]);
	}
	unit_close(&unit);
}

/* A pragma with a value sets; nothing else does. */
static void
test_sets(void **state)
{
	static const struct
	{
		const char *text;
		bool sets;
	} cases[] = {
		{"PRAGMA cache_size = 1", true},
		{"pragma main.cache_size(1)", true},
		{"PRAGMA journal_mode=wal", true},
		{"PRAGMA cache_size", false},
		{"PRAGMA main.cache_size;", false},
		{"PRAGMA wal_checkpoint", false},
		{"SELECT a = 1", false},
		{"VACUUM", false},
	};
	Unit unit;

	(void) state;
	unit_open(&unit);
	for (size_t i = 0; i < COUNT(cases); i++)
	{
		MigrBody body = {.text = migr_span(cases[i].text)};
		MigrStmts stmts = {0};

		assert_true(migr_split(&unit.ctx, &body, &stmts));
		assert_int_equal(stmts.count, 1);
		assert_int_equal(stmts.items[0].sets, cases[i].sets);
	}
	unit_close(&unit);
}

/* Texts are compared token by token. */
static void
test_same_tokens(void **state)
{
	static const struct
	{
		const char *a;
		const char *b;
		bool same;
	} cases[] = {
		{"", "", true},
		{"", " -- a\n", true},
		{"a", "", false},
		{"a b", "a\n/* b */b -- c", true},
		{"a b", "ab", false},
		{"ab", "a b", false},
		{"a", "A", false},
		{"'a b'", "'a  b'", false},
		{"'a'", "\"a\"", false},
		{"f(1)", "f ( 1 ) ", true},
		{"a;", "a ;", true},
		{"a;", "a", false},
		{"VALUES((1),(2))", "VALUES ( (1), (2) )", true},
		{"a<=b", "a <= b", true},
		{"a<=b", "a < = b", false},
		{"a | | b", "a||b", false},
		{"a=-1", "a = -1", true},
		{"a->>b", "a -> > b", false},
		{"- -1", "--1", false},
		{"1 .5", "1.5", false},
		{"x'00'", "x '00'", false},
	};

	(void) state;
	for (size_t i = 0; i < COUNT(cases); i++)
	{
		MigrSpan a = migr_span(cases[i].a);
		MigrSpan b = migr_span(cases[i].b);

		assert_int_equal(migr_same_tokens(a, b), cases[i].same);
		assert_int_equal(migr_same_tokens(b, a), cases[i].same);
		assert_true(migr_same_tokens(a, a));
	}
}

/* The time is linear: this text takes minutes if it isn't. */
static void
test_long(void **state)
{
	Unit unit;
	MigrStr str;
	MigrStmts stmts = {0};
	MigrBody body = {.text = {0}};

	(void) state;
	unit_open(&unit);
	migr_str_init(&str, &unit.ctx.arena);
	for (int i = 0; i < 100000; i++)
		migr_str_add(&str, "PRAGMA;[;'\n-- \"\n/*];");
	body.text.ptr = str.data;
	body.text.len = str.len;
	assert_true(migr_split(&unit.ctx, &body, &stmts));
	assert_int_equal(stmts.count, 200000);
	assert_int_equal(stmts.items[199999].line, 2 * 99999 + 1);
	unit_close(&unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lex),			cmocka_unit_test(test_lex_bounds),
		cmocka_unit_test(test_lex_is),		cmocka_unit_test(test_lex_name),
		cmocka_unit_test(test_split),		cmocka_unit_test(test_trigger),
		cmocka_unit_test(test_kinds),		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_behind),		cmocka_unit_test(test_sets),
		cmocka_unit_test(test_same_tokens), cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests_name("split", tests, NULL, NULL);
}
