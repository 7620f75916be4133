/*
 * test_tmpl.c
 *	  Templates, slugs and file names; the last two as Alembic makes them.
 */
#include "unit.h"

#include <limits.h>
#include <string.h>

#include "text/tmpl.h"

#define COUNT(cases) (sizeof(cases) / sizeof(*(cases)))
#define TEN "abcdefghij"
#define FORTY TEN TEN TEN TEN

/* ---- templates ----------------------------------------------------------- */

static const MigrTmplValue values[] = {
	{"revision", "ae10"}, {"message", "a ${revision} $$"}, {"none", NULL}};

/* Names are replaced by their values, once. */
static void
test_expand(void **state)
{
	static const char *const cases[][2] = {
		{"", ""},
		{"text", "text"},
		{"${revision}", "ae10"},
		{"-- ${revision}: ${message}\n", "-- ae10: a ${revision} $$\n"},
		{"<${none}>", "<>"},
		{"$$", "$"},
		{"$${revision}", "${revision}"},
		{"$$${revision}", "$ae10"},
		{"$1 $ $tag$ $", "$1 $ $tag$ $"},
		{"}{${revision}}", "}{ae10}"},
	};
	Unit unit;

	(void) state;
	unit_open(&unit);
	for (size_t i = 0; i < COUNT(cases); i++)
	{
		MigrStr str;

		migr_str_init(&str, &unit.ctx.arena);
		migr_str_add(&str, "+");
		assert_true(migr_tmpl_expand(&unit.ctx, migr_span(cases[i][0]), "x",
									 values, COUNT(values), &str));
		assert_string_equal(str.data + 1, cases[i][1]);
	}
	unit_close(&unit);
}

/* A name that isn't known, or has no end, is an error with its line. */
static void
test_expand_errors(void **state)
{
	static const struct
	{
		const char *text;
		int line;
		const char *message;
	} cases[] = {
		{"\n\n${revisions}\n", 3, "unknown name \"${revisions}\""},
		{"${}", 1, "unknown name \"${}\""},
		{"${ revision }", 1, "unknown name \"${ revision }\""},
		{"$$\n${revision\n}", 2, "\"${\" without a \"}\""},
		{"${", 1, "\"${\" without a \"}\""},
	};
	Unit unit;

	(void) state;
	unit_open(&unit);
	for (size_t i = 0; i < COUNT(cases); i++)
	{
		const MigrErr *err = &unit.ctx.err;
		MigrStr str;

		migr_str_init(&str, &unit.ctx.arena);
		assert_false(migr_tmpl_expand(&unit.ctx, migr_span(cases[i].text),
									  "x.tmpl", values, COUNT(values), &str));
		assert_int_equal(err->code, MIGR_ERR_FILE);
		assert_string_equal(err->message, cases[i].message);
		assert_string_equal(err->hint,
							"A template may use ${revision}, ${message}, "
							"${none}; write $$ for a $.");
		assert_string_equal(err->place.path, "x.tmpl");
		assert_int_equal(err->place.line, cases[i].line);
		unit_forget(&unit);
	}
	unit_close(&unit);
}

/* ---- slugs --------------------------------------------------------------- */

/* A message becomes a slug as Alembic has it. */
static void
test_slug(void **state)
{
	static const struct
	{
		const char *message;
		int limit;
		const char *slug;
	} cases[] = {
		{NULL, 40, ""},
		{"", 40, ""},
		{" .-! ", 40, ""},
		{"Add a Column", 40, "add_a_column"},
		{"  add, (new)-field! ", 40, "add_new_field"},
		{"a_b __ c", 40, "a_b____c"},
		{"v1.2", 0, "v1_2"},
		/* what is too long */
		{FORTY, 40, FORTY},
		{FORTY "k", 40, FORTY "_"},
		{FORTY "k", 0, FORTY "_"},
		{FORTY "k", 50, FORTY "k"},
		{TEN " " TEN " " TEN " " TEN, 40, TEN "_" TEN "_" TEN "_"},
		{"abc def ghi", 8, "abc_def_"},
		{"abc def ghi", 7, "abc_"},
		{"abc def ghi", 3, "abc_"},
		{"abc def ghi", 4, "abc_"},
		{"_abc", 2, "_"},
		/* characters that aren't ASCII */
		{"\xC3\x9C"
		 "bung \xD0\x96\xD0\x81",
		 40,
		 "\xC3\xBC"
		 "bung_\xD0\xB6\xD1\x91"},
		{"\xCE\x86\xCE\xA9\xC5\xB8\xC5\xBD\xD3\x80", 40,
		 "\xCE\xAC\xCF\x89\xC3\xBF\xC5\xBE\xD3\x8F"},
		{"\xC3\x97 \xC3\x9F \xC4\xB1", 40, "\xC3\x9F_\xC4\xB1"},
		/* a dash, quotes, an emoji, a blank that doesn't break */
		{"fix\xE2\x80\x94"
		 "dash \xE2\x80\x9Cq\xE2\x80\x9D \xF0\x9F\x9A\x80 "
		 "a\xC2\xA0"
		 "b",
		 40, "fix_dash_q_a_b"},
		{"\xE6\x97\xA5\xE6\x9C\xAC x", 3, "\xE6\x97\xA5\xE6\x9C\xAC_"},
		{"\xE6\x97\xA5\xE6\x9C\xAC", 1, "\xE6\x97\xA5_"},
		{"\xC9"
		 "A\xC9",
		 2,
		 "\xC9"
		 "a_"},
	};
	Unit unit;

	(void) state;
	unit_open(&unit);
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(
			migr_tmpl_slug(&unit.ctx.arena, cases[i].message, cases[i].limit),
			cases[i].slug);
	unit_close(&unit);
}

/* ---- file names ---------------------------------------------------------- */

static const MigrTmplFile file = {"ae10", "\xC3\xA9 x", -75, 2026, 7, 2, 9, 5,
								  59};

/* A template is formatted as Python does. */
static void
test_file_name(void **state)
{
	static const char *const cases[][2] = {
		{"%(rev)s_%(slug)s", "ae10_\xC3\xA9 x"},
		{"%(year)d_%(month).2d_%(day).2d_%(hour).2d%(minute).2d-%(rev)s",
		 "2026_07_02_0905-ae10"},
		{"%(year)d/%(month)02d/%(rev)s", "2026/07/ae10"},
		{"%(epoch)s%%%(second)i", "-75%59"},
		{"%(rev)6s|%(rev)-6s|%(rev).2s|%(rev)06.3s", "  ae10|ae10  |ae|   ae1"},
		{"%(slug)5s|%(slug).1s", "  \xC3\xA9 x|\xC3\xA9"},
		{"%(year).2s|%(year)6s", "20|  2026"},
		{"%(epoch)6d|%(epoch)-6d|%(epoch)06d|%(epoch).4d|%(epoch)u",
		 "   -75|-75   |-00075|-0075|-75"},
		{"%(day)+d|%(day) d|%(day)+04d|%(day)0-4d|", "+2| 2|+002|2   |"},
		{"%(day)5.2d|%(day)05.2d|%(day).d|%(day)ld", "   02|00002|2|2"},
		{"%(year)x|%(year)X|%(year)#x|%(year)#X|%(year)o|%(year)#o",
		 "7ea|7EA|0x7ea|0X7EA|3752|0o3752"},
		{"%(year)#08x|%(year)#8x|%(year)#.5x", "0x0007ea|   0x7ea|0x007ea"},
		{".%(rev)s..x/...", ".ae10..x/..."},
		{"\xC3\xA9", "\xC3\xA9"},
	};
	const char *name;
	MigrTmplFile least = {NULL, NULL, INT64_MIN, 0, 0, 0, 0, 0, 0};
	Unit unit;

	(void) state;
	unit_open(&unit);
	for (size_t i = 0; i < COUNT(cases); i++)
	{
		if (!migr_tmpl_file_name(&unit.ctx, cases[i][0], &file, &name))
			fail_msg("%s: %s", cases[i][0], unit.ctx.err.message);
		assert_string_equal(name, cases[i][1]);
	}
	assert_true(migr_tmpl_file_name(&unit.ctx, "%(rev)s%(slug)s%(epoch)d",
									&least, &name));
	assert_string_equal(name, "-9223372036854775808");
	unit_close(&unit);
}

/* A template that makes no sense, or leads elsewhere, is refused. */
static void
test_file_name_errors(void **state)
{
	static const char *const cases[][2] = {
		{"%(revision)s", "unknown token \"revision\" in file_template"},
		{"%()s", "unknown token \"\" in file_template"},
		{"%(rev)", "\"%(rev)\" in file_template has no known conversion behind "
				   "it"},
		{"%(rev)r", "\"%(rev)\" in file_template has no known conversion "
					"behind it"},
		{"%(day).2", "\"%(day)\" in file_template has no known conversion "
					 "behind it"},
		{"%(day)*d", "\"%(day)\" in file_template has no known conversion "
					 "behind it"},
		{"%(day)f", "\"%(day)\" in file_template has no known conversion "
					"behind it"},
		{"%(slug)d", "\"%(slug)d\" in file_template: slug is no number"},
		{"%(day)256d", "\"%(day)d\" in file_template is wider than 255 "
					   "characters"},
		{"%(rev).99999999999999999999s",
		 "\"%(rev)s\" in file_template is wider than 255 characters"},
		{"%s", "a \"%\" in file_template begins no token"},
		{"%", "a \"%\" in file_template begins no token"},
		{"%(rev", "a \"%\" in file_template begins no token"},
		{"", "file_template gives an empty file name: \"\""},
		{"%(rev)s/", "file_template gives an empty file name: \"ae10/\""},
		{"/%(rev)s", "file_template gives an absolute path: \"/ae10\""},
		{"\\%(rev)s", "file_template gives an absolute path: \"\\ae10\""},
		{"../%(rev)s", "file_template gives a path with \"..\": \"../ae10\""},
		{"a/../b", "file_template gives a path with \"..\": \"a/../b\""},
		{"a\\..\\b", "file_template gives a path with \"..\": \"a\\..\\b\""},
		{"a/..", "file_template gives a path with \"..\": \"a/..\""},
		{"a\nb", "file_template gives a file name with a control character"},
	};
	const char *name;
	MigrTmplFile evil = {"../../x", "s", 0, 1, 1, 1, 1, 1, 1};
	Unit unit;

	(void) state;
	unit_open(&unit);
	for (size_t i = 0; i < COUNT(cases); i++)
	{
		assert_false(migr_tmpl_file_name(&unit.ctx, cases[i][0], &file, &name));
		assert_int_equal(unit.ctx.err.code, MIGR_ERR_ARGUMENT);
		assert_string_equal(unit.ctx.err.message, cases[i][1]);
		unit_forget(&unit);
	}
	assert_false(migr_tmpl_file_name(&unit.ctx, "a/%(rev)s", &evil, &name));
	unit_close(&unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_expand),
		cmocka_unit_test(test_expand_errors),
		cmocka_unit_test(test_slug),
		cmocka_unit_test(test_file_name),
		cmocka_unit_test(test_file_name_errors),
	};

	return cmocka_run_group_tests_name("tmpl", tests, NULL, NULL);
}
