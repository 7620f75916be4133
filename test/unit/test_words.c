/*
 * test_words.c
 *	  Command lines: their words, and each error with its place.
 */
#include "unit.h"

#include <string.h>

#include "text/words.h"

#define COUNT(cases) (sizeof(cases) / sizeof(*(cases)))

/* The words of a line, each in brackets. */
static const char *
words_text(Unit *unit, MigrSpan line)
{
	MigrWords words = {0};
	MigrStr str;

	if (!migr_words_split(&unit->ctx, line, &words))
		fail_msg("%s", unit->ctx.err.message);
	migr_str_init(&str, &unit->ctx.arena);
	for (int i = 0; i < words.count; i++)
		migr_str_printf(&str, "[%s]", words.items[i]);
	return str.data;
}

/* Words end where a shell's end. */
static void
test_split(void **state)
{
	static const char *const cases[][2] = {
		{"", ""},
		{" \t\r\n", ""},
		{"upgrade head", "[upgrade][head]"},
		{"  upgrade\t \nhead\r\n", "[upgrade][head]"},
		{"revision -m 'add job' --head=a@head",
		 "[revision][-m][add job][--head=a@head]"},
		/* quotes */
		{"'a b'", "[a b]"},
		{"'a \\' \"b\"", "[a \\][b]"},
		{"\"a 'b' c\"", "[a 'b' c]"},
		{"'a \"b\" c'", "[a \"b\" c]"},
		{"a'b c'd\"e f\"g", "[ab cde fg]"},
		{"'' \"\" a''", "[][][a]"},
		{"'a\n\tb'", "[a\n\tb]"},
		/* backslashes */
		{"a\\ b \\' \\\" \\\\ \\a", "[a b]['][\"][\\][a]"},
		{"\"\\\\ \\\" \\$ \\` \\a \\'\"", "[\\ \" $ ` \\a \\']"},
		{"'it'\\''s'", "[it's]"},
		{"a\\\nb", "[ab]"},
		{"a \\\n b", "[a][b]"},
		{"\\\n", ""},
		{"\\\r\n a\\\r\nb", "[ab]"},
		{"\"a\\\nb\\\r\nc\\\n\"", "[abc]"},
		{"'a\\\nb'", "[a\\\nb]"},
		/* what a shell would act upon, and what isn't ASCII */
		{"a|b; c & <d >e $f `g` * ? ~ (h) # i",
		 "[a|b;][c][&][<d][>e][$f][`g`][*][?][~][(h)][#][i]"},
		{"\xC3\xA9\xC2\xA0x \xE6\x97\xA5", "[\xC3\xA9\xC2\xA0x][\xE6\x97\xA5]"},
		{"a\vb\fc", "[a\vb\fc]"},
	};
	Unit unit;

	(void) state;
	unit_open(&unit);
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(words_text(&unit, migr_span(cases[i][0])),
							cases[i][1]);
	unit_close(&unit);
}

/* What has no end is an error that says where it begins. */
static void
test_split_errors(void **state)
{
	static const char *const cases[][2] = {
		{"a 'b c", "no closing quotation for the single quote at character 3"},
		{"'", "no closing quotation for the single quote at character 1"},
		{"\"a\" \"b",
		 "no closing quotation for the double quote at character 5"},
		{"\xC3\xA9\xE6\x97\xA5 \"\\\"",
		 "no closing quotation for the double quote at character 4"},
		{"\"a\\", "no closing quotation for the double quote at character 1"},
		{"a\\", "no escaped character behind the backslash at character 2"},
		{"a \\\\\\",
		 "no escaped character behind the backslash at character 5"},
	};
	Unit unit;

	(void) state;
	unit_open(&unit);
	for (size_t i = 0; i < COUNT(cases); i++)
	{
		MigrWords words = {0};

		assert_false(
			migr_words_split(&unit.ctx, migr_span(cases[i][0]), &words));
		assert_int_equal(unit.ctx.err.code, MIGR_ERR_ARGUMENT);
		assert_string_equal(unit.ctx.err.message, cases[i][1]);
		unit_forget(&unit);
	}
	unit_close(&unit);
}

/* A span ends where it ends, and holds no NUL; bytes may be characters. */
static void
test_split_bounds(void **state)
{
	MigrSpan line = {"\xE9 'a\0b'", 7};
	MigrWords words = {0};
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_false(migr_words_split(&unit.ctx, line, &words));
	assert_string_equal(unit.ctx.err.message, "a NUL byte at character 5");
	unit_forget(&unit);
	line.len = 2;
	assert_string_equal(words_text(&unit, line), "[\xE9]");
	line.ptr = "a\\\r\nb";
	line.len = 3;
	assert_string_equal(words_text(&unit, line), "[a\r]");
	unit.ctx.other_encoding = true;
	assert_false(migr_words_split(&unit.ctx, migr_span("\xC3\xA9 'a"), &words));
	assert_string_equal(
		unit.ctx.err.message,
		"no closing quotation for the single quote at character 4");
	unit_close(&unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_split_errors),
		cmocka_unit_test(test_split_bounds),
	};

	return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
