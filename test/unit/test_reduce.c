/*
 * test_reduce.c
 *	  Expressions of SQLite's by what they compute.
 */
#include "unit.h"

#include "schema/reduce.h"

/* What each of them comes to. */
static void
test_reduce(void **state)
{
	static const char *const cases[][2] = {
		/* parentheses */
		{"((a > 3))", "a > 3"},
		{"(a > 1) AND (b > 1)", "a > 1 AND b > 1"},
		{"a > 1 AND (b > 1 AND c > 1)", "a > 1 AND b > 1 AND c > 1"},
		{"a > 1 OR (b > 1 OR (c > 1))", "a > 1 OR b > 1 OR c > 1"},
		{"a > 1 OR (b > 1 AND c > 1)", "a > 1 OR b > 1 AND c > 1"},
		{"(a > 1 OR b > 1) AND c > 1", "(a > 1 OR b > 1) AND c > 1"},
		{"(a - b) - 2 > 3", "a - b - 2 > 3"},
		{"a - (b - 2) > 3", "a - (b - 2) > 3"},
		{"(a + b) * 2", "(a + b) * 2"},
		{"a + (b * 2)", "a + b * 2"},
		{"a || (b || c)", "a || (b || c)"},
		{"(a || b) || c", "a || b || c"},
		{"a * (b || c)", "a * b || c"},
		{"(a < b) < c", "a < b < c"},
		{"a < (b < c)", "a < (b < c)"},
		{"(a = b) = c", "a = b = c"},
		{"(a IS NULL) = (b IS NULL)", "a IS NULL = (b IS NULL)"},
		{"(a < b) = c", "a < b = c"},
		{"a = (b < c)", "a = b < c"},
		{"a & (b + 1)", "a & b + 1"},
		{"(a & b) + 1", "(a & b) + 1"},
		{"a ->> ('b')", "a ->> 'b'"},
		/* NOT */
		{"NOT (a > 3)", "NOT a > 3"},
		{"NOT (a AND b)", "NOT (a AND b)"},
		{"(NOT a) AND b", "NOT a AND b"},
		{"(NOT a) = b", "(NOT a) = b"},
		{"NOT (NOT a)", "NOT NOT a"},
		{"a AND (NOT b)", "a AND NOT b"},
		/* BETWEEN */
		{"a BETWEEN 1 AND 5", "a >= 1 AND a <= 5"},
		{"a NOT BETWEEN 1 AND 5", "a < 1 OR a > 5"},
		{"a BETWEEN 1 AND 5 AND b", "a >= 1 AND a <= 5 AND b"},
		{"a NOT BETWEEN 1 AND 5 AND b", "(a < 1 OR a > 5) AND b"},
		{"NOT a BETWEEN 1 AND 5", "NOT (a >= 1 AND a <= 5)"},
		{"a + 1 BETWEEN b AND b * 5", "a + 1 >= b AND a + 1 <= b * 5"},
		{"(a = b) BETWEEN 0 AND 1", "(a = b) >= 0 AND (a = b) <= 1"},
		{"length(a) BETWEEN 1 AND 5", "length(a) >= 1 AND length(a) <= 5"},
		{"random() BETWEEN 1 AND 5", "random() BETWEEN 1 AND 5"},
		{"f(a) NOT BETWEEN (1) AND 5", "f(a) NOT BETWEEN 1 AND 5"},
		{"a BETWEEN 1 AND 2 BETWEEN 0 AND 1",
		 "(a >= 1 AND a <= 2) BETWEEN 0 AND 1"},
		/* IN */
		{"a IN (1)", "a = 1"},
		{"a IN (-1)", "a = -1"},
		{"a NOT IN ('x')", "a <> 'x'"},
		{"a IN (b)", "a IN (b)"},
		{"a IN (1, 2) OR b", "a IN (1, 2) OR b"},
		{"(a IN ((1), 2))", "a IN (1, 2)"},
		{"(a, b) IN ((1, 2))", "(a, b) IN ((1, 2))"},
		{"NOT (a IN (1, 2))", "NOT a IN (1, 2)"},
		/* others */
		{"a ISNULL OR b NOTNULL OR b NOT NULL",
		 "a IS NULL OR b IS NOT NULL OR b IS NOT NULL"},
		{"a IS NOT DISTINCT FROM b", "a IS b"},
		{"a IS DISTINCT FROM b", "a IS NOT b"},
		{"a NOT LIKE ('x%') ESCAPE '!'", "a NOT LIKE 'x%' ESCAPE '!'"},
		{"a COLLATE nocase = (b)", "a COLLATE nocase = b"},
		{"(a || b) COLLATE nocase", "(a || b) COLLATE nocase"},
		{"a || (b COLLATE nocase)", "a || b COLLATE nocase"},
		{"-(a)", "-a"},
		{"-(-1)", "- -1"},
		{"-(a + 1)", "-(a + 1)"},
		{"2 - (-1)", "2 - -1"},
		{"coalesce((a), (b + 1)) > 0", "coalesce(a, b + 1) > 0"},
		{"CASE WHEN (a > 3) THEN (1) ELSE (b) END",
		 "CASE WHEN a > 3 THEN 1 ELSE b END"},
		{"(CASE (a) WHEN 1 THEN 2 END) > 1", "CASE a WHEN 1 THEN 2 END > 1"},
		{"CAST((a) AS numeric(8,2)) > (0)", "CAST(a AS numeric(8,2)) > 0"},
		{"t.a > (\"B c\")", "t.a > \"B c\""},
		{"x'00' = ('x')", "x'00' = 'x'"},
		/* what isn't known stays */
		{"(a) IN (SELECT 1)", "(a) IN (SELECT 1)"},
		{"(a) = (b) c", "(a) = (b) c"},
		{"count(*) > (1)", "count(*) > (1)"},
		{"(a) = NOT b", "(a) = NOT b"},
		{"(a", "(a"},
		{"(a) +", "(a) +"},
		{"", ""},
	};
	Unit unit;

	(void) state;
	unit_open(&unit);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_string_equal(migr_reduce_expr(&unit.ctx, cases[i][0]),
							cases[i][1]);
	unit_close(&unit);
}

/* One that is too deep is left alone. */
static void
test_depth(void **state)
{
	Unit unit;
	MigrStr deep;

	(void) state;
	unit_open(&unit);
	migr_str_init(&deep, &unit.ctx.arena);
	for (int i = 0; i < 100000; i++)
		migr_str_add_char(&deep, '(');
	assert_ptr_equal(migr_reduce_expr(&unit.ctx, deep.data), deep.data);
	unit_close(&unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_reduce),
									   cmocka_unit_test(test_depth)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
