/*
 * test_canon.c
 *	  SQLite's SQL in one spelling: equal texts, white space, names, strings.
 */
#include "unit.h"

#include <string.h>

#include "schema/canon.h"
#include "schema/mention.h"

/* The columns that expressions are about. */
static const char table_text[] =
	"CREATE TABLE t (a, b, \"like\", Name, \"my col\")";

/* Begin to print for that table. */
static MigrCanon
begin(Unit *unit, MigrMap *columns)
{
	MigrCanon canon = {.ctx = &unit->ctx, .columns = columns};
	MigrTableDef table;

	unit_open(unit);
	assert_true(migr_ddl_table(&unit->ctx, migr_span(table_text), &table));
	migr_mention_init(&unit->ctx, &table, columns);
	return canon;
}

/* Expressions, and how they are printed. */
static void
test_expressions(void **state)
{
	static const char *const cases[][2] = {
		{"a>0", "a > 0"},
		{"( a /* x */ > -- y\n 0 )", "a > 0"},
		{"((a)>(0))", "(a) > (0)"},
		{"(a) + (b)", "(a) + (b)"},
		{"((a) + (b))", "(a) + (b)"},
		{"A == 1 And \"B\" != 2", "a = 1 AND b <> 2"},
		{"a is not null", "a IS NOT NULL"},
		{"a- -1", "a - -1"},
		{"- -a", "- -a"},
		{"a-1", "a - 1"},
		{"-a+ +b", "-a + +b"},
		{"~a", "~a"},
		{"a in(1,2 ,3)", "a IN (1, 2, 3)"},
		{"LENGTH (a)<= 10", "length(a) <= 10"},
		{"count(*)*2", "count(*) * 2"},
		{"a||'x''Y'", "a || 'x''Y'"},
		{"a->>'$.b'->'c'", "a ->> '$.b' -> 'c'"},
		{"a < = b", "a < = b"},
		{"[my col] > `like`", "\"my col\" > like"},
		{"\"like\" like 'x'", "like LIKE 'x'"},
		{"a in (\"X\", \"Y\"\"z\")", "a IN ('X', 'Y\"z')"},
		{"\"x\"(a)", "x(a)"},
		{"\"T\".\"a\" = t.b", "t.a = t.b"},
		{"`X` = 1", "x = 1"},
		{"a collate \"NOCASE\" = b", "a COLLATE nocase = b"},
		{"cast(a as \"Big\")", "cast(a AS big)"},
		{"\"rowid\" > 1", "rowid > 1"},
		{"case when a then 1 else 2 end", "CASE WHEN a THEN 1 ELSE 2 END"},
		{"a = current_timestamp", "a = CURRENT_TIMESTAMP"},
		{"a = TRUE", "a = true"},
		{"x'0F' = 1.5E3", "x'0F' = 1.5E3"},
		{"a between 1 and 2", "a BETWEEN 1 AND 2"},
		{"a not glob '*'", "a NOT GLOB '*'"},
		{"name = ?1", "name = ?1"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		MigrMap columns;
		Unit unit;
		MigrCanon canon = begin(&unit, &columns);

		assert_string_equal(migr_canon_expr(&canon, migr_span(cases[i][0])),
							cases[i][1]);
		/* what was printed prints as it is */
		assert_string_equal(migr_canon_expr(&canon, migr_span(cases[i][1])),
							cases[i][1]);
		unit_close(&unit);
	}
}

/* Names as they are written; those that were quoted, where it is needed. */
static void
test_kept(void **state)
{
	static const char *const cases[][2] = {
		{"Name > 0", "Name > 0"},
		{"\"Name\" > 0", "\"Name\" > 0"},
		{"\"name\" > 0", "name > 0"},
		{"[a] > `b`", "a > b"},
		{"LOWER(a)", "LOWER(a)"},
		{"\"my col\" is null", "\"my col\" IS NULL"},
		{"\"like\" > 0", "\"like\" > 0"},
		{"a = \"x\"", "a = 'x'"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		MigrMap columns;
		Unit unit;
		MigrCanon canon = begin(&unit, &columns);

		canon.keep = true;
		assert_string_equal(migr_canon_expr(&canon, migr_span(cases[i][0])),
							cases[i][1]);
		unit_close(&unit);
	}
}

/* What stands behind DEFAULT. */
static void
test_defaults(void **state)
{
	static const char *const cases[][2] = {
		{"1", "1"},
		{"(1)", "1"},
		{"-1", "-1"},
		{"- 1", "-1"},
		{"(-(1))", "-(1)"},
		{"'It''s'", "'It''s'"},
		{"\"Abc\"", "'Abc'"},
		{"Abc", "'Abc'"},
		{"(\"Abc\")", "'Abc'"},
		{"TRUE", "true"},
		{"\"true\"", "'true'"},
		{"current_date", "CURRENT_DATE"},
		{"(CURRENT_TIMESTAMP)", "CURRENT_TIMESTAMP"},
		{"(datetime ( 'now' ))", "datetime('now')"},
		{"NULL", NULL},
		{"((null))", NULL},
		{"(NULL + 1)", "NULL + 1"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		const char *out;
		Unit unit;

		unit_open(&unit);
		out = migr_canon_default(&unit.ctx, migr_span(cases[i][0]));
		if (cases[i][1] == NULL)
			assert_null(out);
		else
			assert_string_equal(out != NULL ? out : "no default", cases[i][1]);
		unit_close(&unit);
	}
}

/* Types. */
static void
test_types(void **state)
{
	static const char *const cases[][2] = {
		{"INTEGER", "integer"},
		{"VarChar ( 20 )", "varchar(20)"},
		{"NUMERIC(10 , -2)", "numeric(10,-2)"},
		{"unsigned /* x */ BIG  int", "unsigned big int"},
		{"\"Text\"", "text"},
		{"\"my type\"", "\"my type\""},
		{"[int]", "int"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		Unit unit;

		unit_open(&unit);
		assert_string_equal(migr_canon_type(&unit.ctx, migr_span(cases[i][0])),
							cases[i][1]);
		unit_close(&unit);
	}
}

/* Bytes that make no sense end somewhere. */
static void
test_odd(void **state)
{
	static const char *const cases[] = {"(",  ")", "((",  "())", "'",
										"\"", "[", "x'",  "/*",	 "a.",
										"(a", "-", "\x01"};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		MigrMap columns;
		Unit unit;
		MigrCanon canon = begin(&unit, &columns);

		assert_non_null(migr_canon_expr(&canon, migr_span(cases[i])));
		migr_canon_default(&unit.ctx, migr_span(cases[i]));
		assert_non_null(migr_canon_type(&unit.ctx, migr_span(cases[i])));
		unit_close(&unit);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_expressions), cmocka_unit_test(test_kept),
		cmocka_unit_test(test_defaults),	cmocka_unit_test(test_types),
		cmocka_unit_test(test_odd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
