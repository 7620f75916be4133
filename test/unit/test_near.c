/*
 * test_near.c
 *	  Near misses: how far texts are apart, and which word was meant.
 */
#include "unit.h"

#include <string.h>

#include "base/near.h"

static void
test_distance(void **state)
{
	static const struct
	{
		const char *a;
		const char *b;
		int limit;
		int edits;
	} cases[] = {
		{"", "", 3, 0},
		{"abc", "abc", 3, 0},
		{"abc", "abd", 3, 1},
		{"abc", "ab", 3, 1},
		{"abc", "xabc", 3, 1},
		{"abc", "acb", 3, 2},
		{"kitten", "sitting", 9, 3},
		{"kitten", "sitting", 3, 3},
		{"kitten", "sitting", 2, 2},
		{"", "abcd", 3, 3},
		{"abcd", "", 9, 4},
		{"abc", "abc", 0, 0},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(
			migr_edit_distance(cases[i].a, cases[i].b, cases[i].limit),
			cases[i].edits);
}

/* Long texts are far from everything. */
static void
test_long(void **state)
{
	char text[66];

	(void) state;
	memset(text, 'x', sizeof(text));
	text[64] = '\0';
	assert_int_equal(migr_edit_distance(text, text, 3), 0);
	text[64] = 'x';
	text[65] = '\0';
	assert_int_equal(migr_edit_distance(text, text, 3), 3);
}

static void
test_near(void **state)
{
	static const char *const words[] = {"up", "upgrade", "downgrade", NULL};

	(void) state;
	assert_string_equal(migr_near(words, "upgrad"), "upgrade");
	assert_string_equal(migr_near(words, "dwongrade"), "downgrade");
	assert_string_equal(migr_near(words, "ub"), "up");
	assert_string_equal(migr_near(words, "up"), "up");
	assert_null(migr_near(words, "rade"));
	assert_null(migr_near(words, "xy"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_distance),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_near),
	};

	return cmocka_run_group_tests_name("near", tests, NULL, NULL);
}
