/*
 * test_str.c
 *	  Spans, buffers that grow, UTF-8.
 */
#include "unit.h"

#include <string.h>

/* Spans compare by their own length. */
static void
test_span(void **state)
{
	MigrSpan part = {"abcdef", 3};

	(void) state;
	assert_true(migr_span_is(part, "abc"));
	assert_false(migr_span_is(part, "abcd"));
	assert_false(migr_span_is(part, "ab"));
	assert_true(migr_span_starts(part, ""));
	assert_true(migr_span_starts(part, "ab"));
	assert_false(migr_span_starts(part, "abcd"));
	assert_true(migr_span_is(migr_span(NULL), ""));
	assert_int_equal(migr_span("xyz").len, 3);
}

/* Blanks at the ends go; those within stay. */
static void
test_trim(void **state)
{
	static const char *const cases[][2] = {
		{"", ""},	{"   ", ""},		 {"\t\r\n", ""},
		{"a", "a"}, {"  a b\t ", "a b"}, {"\r\na\r\n", "a"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_true(
			migr_span_is(migr_span_trim(migr_span(cases[i][0])), cases[i][1]));
}

/* Words are separated by blanks and commas, in any number. */
static void
test_word(void **state)
{
	static const char *const cases[][2] = {
		{"", ""},
		{" , ,", ""},
		{"a", "a|"},
		{"a,b", "a|b|"},
		{" a , b\tc\r\nd,", "a|b|c|d|"},
		{"é ,ü", "é|ü|"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
	{
		MigrSpan rest = migr_span(cases[i][0]);
		MigrSpan word;
		char got[64] = "";

		while (migr_span_word(&rest, &word))
		{
			strncat(got, word.ptr, word.len);
			strncat(got, "|", 2);
		}
		assert_string_equal(got, cases[i][1]);
		assert_int_equal(rest.len, 0);
	}
}

/* A buffer grows and always ends with a NUL. */
static void
test_growth(void **state)
{
	Unit unit;
	MigrStr str;

	(void) state;
	unit_open(&unit);
	migr_str_init(&str, &unit.ctx.arena);
	assert_string_equal(str.data, "");
	for (int i = 0; i < 10000; i++)
	{
		migr_str_add_char(&str, (char) ('a' + i % 26));
		assert_int_equal(str.data[str.len], 0);
	}
	assert_int_equal(str.len, 10000);
	migr_str_add_n(&str, "", 0);
	migr_str_add(&str, "!");
	assert_int_equal(strlen(str.data), 10001);
	migr_str_printf(&str, "%s-%d-%05d", "x", 7, 42);
	assert_string_equal(str.data + 10001, "x-7-00042");
	assert_int_equal(str.len, strlen(str.data));
	unit_close(&unit);
}

/* Each length around a doubling works. */
static void
test_edges(void **state)
{
	(void) state;
	for (size_t len = 60; len < 70; len++)
	{
		Unit unit;
		MigrStr str;
		char text[80];

		unit_open(&unit);
		memset(text, 'x', sizeof(text));
		text[len] = '\0';
		migr_str_init(&str, &unit.ctx.arena);
		migr_str_printf(&str, "%s", text);
		assert_string_equal(str.data, text);
		assert_string_equal(migr_printf(&unit.ctx.arena, "%s", text), text);
		unit_close(&unit);
	}
}

static void
test_join(void **state)
{
	static const char *const texts[] = {"a", "", "c"};
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_string_equal(migr_join(&unit.ctx.arena, texts, 3, ", "), "a, , c");
	assert_string_equal(migr_join(&unit.ctx.arena, texts, 1, ", "), "a");
	assert_string_equal(migr_join(&unit.ctx.arena, texts, 0, ", "), "");
	unit_close(&unit);
}

/* RFC 3629, section 4: what is well-formed, and where it stops to be. */
static void
test_utf8(void **state)
{
	static const struct
	{
		const char *text;
		size_t len;
		size_t good;
	} cases[] = {
		{"", 0, 0},
		{"abc", 3, 3},
		{"a\0c", 3, 1},
		{"\xC3\xA9", 2, 2},
		{"\xC3", 1, 0},
		{"a\xC3", 2, 1},
		{"\xA9", 1, 0},
		{"\xC0\x80", 2, 0},			/* overlong NUL */
		{"\xC1\xBF", 2, 0},			/* overlong */
		{"\xE0\x9F\xBF", 3, 0},		/* overlong */
		{"\xE0\xA0\x80", 3, 3},		/* U+0800 */
		{"\xED\x9F\xBF", 3, 3},		/* U+D7FF */
		{"\xED\xA0\x80", 3, 0},		/* a surrogate */
		{"\xEF\xBF\xBF", 3, 3},		/* U+FFFF */
		{"\xF0\x8F\xBF\xBF", 4, 0}, /* overlong */
		{"\xF0\x90\x80\x80", 4, 4}, /* U+10000 */
		{"\xF4\x8F\xBF\xBF", 4, 4}, /* U+10FFFF */
		{"\xF4\x90\x80\x80", 4, 0}, /* beyond */
		{"\xF5\x80\x80\x80", 4, 0},
		{"ab\xE2\x82", 4, 2},
		{"ab\xE2\x82\xAC!", 6, 6},
		{"\xE2\x28\xA1", 3, 0},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(migr_utf8_check(cases[i].text, cases[i].len),
						 cases[i].good);
	assert_int_equal(migr_utf8_length("a\xE2\x82\xAC\xF0\x90\x80\x80", 8), 3);
	assert_int_equal(migr_utf8_length("", 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_span),  cmocka_unit_test(test_trim),
		cmocka_unit_test(test_word),  cmocka_unit_test(test_growth),
		cmocka_unit_test(test_edges), cmocka_unit_test(test_join),
		cmocka_unit_test(test_utf8),
	};

	return cmocka_run_group_tests_name("str", tests, NULL, NULL);
}
