/*
 * test_settle.c
 *	  What PostgreSQL prints, as it prints that again.
 */
#include "unit.h"

#include "schema/settle.h"

static void
test_settle(void **state)
{
	static const char *const cases[][2] = {
		{"", ""},
		{"((a > 1) AND (b > 1))", "((a > 1) AND (b > 1))"},
		{"(((a >= 1) AND (a <= 5)) AND (b > 1))",
		 "((a >= 1) AND (a <= 5) AND (b > 1))"},
		{"((((a >= 1) AND (a <= 5)) AND (b > 1)) AND c)",
		 "((a >= 1) AND (a <= 5) AND (b > 1) AND c)"},
		{"(((a < 1) OR (a > 5)) OR (b > 1))",
		 "((a < 1) OR (a > 5) OR (b > 1))"},
		/* not the first, or joined by another word */
		{"((b > 1) AND ((a >= 1) AND (a <= 5)))",
		 "((b > 1) AND ((a >= 1) AND (a <= 5)))"},
		{"(((a >= 1) AND (a <= 5)) OR (b > 1))",
		 "(((a >= 1) AND (a <= 5)) OR (b > 1))"},
		{"(((a >= 1) AND (a <= 5)) = (b > 1))",
		 "(((a >= 1) AND (a <= 5)) = (b > 1))"},
		{"(NOT ((a >= 1) AND (a <= 5)) AND (b > 1))",
		 "(NOT ((a >= 1) AND (a <= 5)) AND (b > 1))"},
		{"f((a AND b)) AND (c)", "f((a AND b)) AND (c)"},
		/* no members of theirs */
		{"((SELECT a AND b) AND (c))", "((SELECT a AND b) AND (c))"},
		{"((ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AND (c))",
		 "((ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AND (c))"},
		/* in a text */
		{"((f('((a AND b) AND c)') AND a) AND (b))",
		 "(f('((a AND b) AND c)') AND a AND (b))"},
		{"$$((a AND b) AND (c))$$", "$$((a AND b) AND (c))$$"},
		{"WHERE (((a AND b) AND (c)) OR ((d OR e) OR (f)))",
		 "WHERE ((a AND b AND (c)) OR (d OR e OR (f)))"},
		{"((a AND b)) AND (", "((a AND b)) AND ("},
		{")) AND ((", ")) AND (("},
	};
	Unit unit;

	(void) state;
	unit_open(&unit);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_string_equal(migr_settle(&unit.ctx, cases[i][0]), cases[i][1]);
	unit_close(&unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_settle)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
