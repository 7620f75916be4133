/*
 * test_ini.c
 *	  Configuration files: what Python's ConfigParser reads in them, and each
 *	  error with its line.
 */
#include "unit.h"

#include <string.h>

#include "text/ini.h"

#define COUNT(cases) (sizeof(cases) / sizeof(*(cases)))

/* Parse a text that has to be right. */
static MigrIni *
parse(Unit *unit, const char *text)
{
	MigrIni *ini = NULL;

	if (!migr_ini_parse(&unit->ctx, migr_span(text), "x.ini", &ini))
		fail_msg("%s: %s", text, unit->ctx.err.message);
	return ini;
}

/* What section a has of the keys that the cases write, in this order, as
 * "key=value|key=value". */
static const char *
section_text(Unit *unit, const MigrIni *ini)
{
	static const char *const keys[] = {
		"k", "l", "m", "n", "w", "x", "key of mine", "k\xC3\xA9", "[]", "[a"};
	MigrStr str;

	migr_str_init(&str, &unit->ctx.arena);
	for (size_t i = 0; i < COUNT(keys); i++)
	{
		const char *value;

		assert_true(migr_ini_get(&unit->ctx, ini, "a", keys[i], NULL, &value));
		if (value != NULL)
			migr_str_printf(&str, "%s%s=%s", str.len > 0 ? "|" : "", keys[i],
							value);
	}
	return str.data;
}

/* ---- parsing ------------------------------------------------------------- */

/* Lines become keys and values as ConfigParser has it. */
static void
test_parse(void **state)
{
	static const char *const cases[][2] = {
		{"[a]", ""},
		{"[a]\n[b]\nk = v\n", ""},
		{"[a]\nk = v", "k=v"},
		{"[a]\nk=v\nl:w\nm : x\n", "k=v|l=w|m=x"},
		{"[a]\nk = a = b : c\n", "k=a = b : c"},
		{"[a]\nk : a = b\n", "k=a = b"},
		{"[a]\nKey Of Mine = V\n", "key of mine=V"},
		{"[a]\nk =\nl =   \nm = \t v \t\n", "k=|l=|m=v"},
		{"[a]\n# k = v\n; l = w\n  # m = x\nn = y # z ; z\n", "n=y # z ; z"},
		{"[a]\nk = # v\nl =;w\n", "k=# v|l=;w"},
		/* continuation lines */
		{"[a]\nk = v\n  w\n\tx\nl = y\n", "k=v\nw\nx|l=y"},
		{"[a]\nk =\n  v\n  w\n", "k=\nv\nw"},
		{"[a]\nk = v\n\n  w\n\n\nl = x\n\n", "k=v\n\nw|l=x"},
		{"[a]\nk = v\n  # c\n# c\n  w\n", "k=v\nw"},
		{"[a]\nk = v\n \t\n  w\n", "k=v\n\nw"},
		{"[a]\nk = v\n  l = w\n  [b]\n", "k=v\nl = w\n[b]"},
		{"[a]\n  k = v\n  l = w\n    x\n m = y\n", "k=v|l=w\nx|m=y"},
		{"[a]\n\tk = v\n  w = x\n", "k=v\nw = x"},
		/* sections */
		{"[a] x\nk = v\n", "k=v"},
		{"  [a]\nk = v\n", "k=v"},
		{"[a] = b\nk = v\n", "k=v"},
		{"[b]\nk = v\n[A]\nk = w\n[a]\nk = x\n[ a ]\nk = y\n", "k=x"},
		{"[a]\n[] = v\n[a = w\n", "[]=v|[a=w"},
		{"[DEFAULT]\nl = v\n[a]\nk = w\n[DEFAULT]\nm = x\n", "k=w|l=v|m=x"},
		/* line ends, white space, what stands in front */
		{"\xEF\xBB\xBF[a]\r\nk = v\r\n  w\r\n\r\nl = x\r\n", "k=v\nw|l=x"},
		{"[a]\rk = v\r  w\r\rl = x\r", "k=v\nw|l=x"},
		{"\n\n# c\n[a]\nk = v\n", "k=v"},
		{"[a]\nk\xC2\xA0=\xE2\x80\x83v\xE3\x80\x80\n", "k=v"},
		{"[a]\nk = v\n\xE2\x80\x83w\n\f x\x1C\n", "k=v\nw\nx"},
		{"[a]\nk\xC3\xA9 = \xC3\xA9\xE2\x80\x9D\n",
		 "k\xC3\xA9=\xC3\xA9\xE2\x80\x9D"},
	};
	Unit unit;

	(void) state;
	unit_open(&unit);
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(section_text(&unit, parse(&unit, cases[i][0])),
							cases[i][1]);
	unit_close(&unit);
}

/* What can't be read is an error with its line. */
static void
test_parse_errors(void **state)
{
	static const struct
	{
		const char *text;
		int line;
		const char *message;
		const char *detail;
	} cases[] = {
		{"k = v\n", 1, "a line before any section", NULL},
		{"# c\n\n  x\n[a]\n", 3, "a line before any section", NULL},
		{"[]\n", 1, "a line before any section", NULL},
		{"[a]\nk = v\nx\n", 3, "neither a section nor a key's line", NULL},
		{"[a]\r\n\r\n= v\r\n", 3, "neither a section nor a key's line", NULL},
		{"[a]\r[b\r", 2, "neither a section nor a key's line", NULL},
		{"[a]\n[b]\n[a]\n", 3, "section \"a\" stands twice",
		 "The first one is in line 1."},
		{"[a]\nk = v\n\nK : w\n", 4, "key \"k\" stands twice in section \"a\"",
		 "The first one is in line 2."},
		{"[DEFAULT]\nk = v\n[a]\n[DEFAULT]\nk = w\n", 5,
		 "key \"k\" stands twice in section \"DEFAULT\"",
		 "The first one is in line 2."},
		{"[a]\nk = v\xFF\n", 2, "invalid UTF-8", NULL},
		{"[a]\r\n\r\n\xE2\x80", 3, "invalid UTF-8", NULL},
	};
	Unit unit;

	(void) state;
	unit_open(&unit);
	for (size_t i = 0; i < COUNT(cases); i++)
	{
		const MigrErr *err = &unit.ctx.err;
		MigrIni *ini;

		assert_false(
			migr_ini_parse(&unit.ctx, migr_span(cases[i].text), "x.ini", &ini));
		assert_int_equal(err->code, MIGR_ERR_FILE);
		assert_string_equal(err->message, cases[i].message);
		assert_string_equal(err->place.path, "x.ini");
		assert_int_equal(err->place.line, cases[i].line);
		if (cases[i].detail != NULL)
			assert_string_equal(err->detail, cases[i].detail);
		unit_forget(&unit);
	}
	unit_close(&unit);
}

/* A NUL is refused, other bytes are the encoding's business. */
static void
test_encoding(void **state)
{
	static const char nul[] = "[a]\nk = v\0w\n";
	MigrSpan text = {nul, sizeof(nul) - 1};
	MigrIni *ini;
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_false(migr_ini_parse(&unit.ctx, text, NULL, &ini));
	assert_string_equal(unit.ctx.err.message, "binary file: a NUL byte");
	assert_int_equal(unit.ctx.err.place.line, 2);
	assert_null(unit.ctx.err.place.path);
	unit_forget(&unit);
	unit.ctx.other_encoding = true;
	assert_false(migr_ini_parse(&unit.ctx, text, NULL, &ini));
	unit_forget(&unit);
	assert_string_equal(section_text(&unit, parse(&unit, "[a]\nk = \xE9\xA0")),
						"k=\xE9\xA0");
	unit_close(&unit);
}

/* ---- reading ------------------------------------------------------------- */

static const char configuration[] =
	"[DEFAULT]\n"
	"base = /base\n"
	"name = common\n"
	"[alembic]\n"
	"script_location = %(here)s/migrations\n"
	"Name = own\n"
	"both = %(BASE)s/%(name)s\n"
	"twice = <%(both)s>\n"
	"time = 100%%, %%(name)s\n"
	"file_template = %%(rev)s_%%(slug)s\n"
	"lines =\n"
	"    %(name)s\n"
	"    %(base)s\n"
	"l1 = %(l2)s\nl2 = %(l3)s\nl3 = %(l4)s\nl4 = %(l5)s\nl5 = %(l6)s\n"
	"l6 = %(l7)s\nl7 = %(l8)s\nl8 = %(l9)s\nl9 = %(l10)s\nl10 = %(l11)s\n"
	"l11 = end\n"
	"l0 = %(l1)s\n"
	"loop = %(loop)s\n"
	"missing = %(nothing)s\n"
	"nested = %(missing)s\n"
	"single = 5% of it\n"
	"last = %\n"
	"open = %(name\n"
	"empty = %()s\n"
	"digit = %(name)d\n"
	"[here]\n"
	"here = /there\n"
	"place = %(here)s\n"
	"also = %(base)s\n";

/* References are followed; what isn't there is NULL. */
static void
test_get(void **state)
{
	static const char *const cases[][3] = {
		{"alembic", "script_location", "/a%b/migrations"},
		{"alembic", "SCRIPT_LOCATION", "/a%b/migrations"},
		{"alembic", "name", "own"},
		{"alembic", "base", "/base"},
		{"alembic", "both", "/base/own"},
		{"alembic", "twice", "</base/own>"},
		{"alembic", "time", "100%, %(name)s"},
		{"alembic", "file_template", "%(rev)s_%(slug)s"},
		{"alembic", "lines", "\nown\n/base"},
		{"alembic", "l1", "end"},
		{"alembic", "here", "/a%b"},
		{"alembic", "nothing", NULL},
		{"here", "here", "/there"},
		{"here", "place", "/there"},
		{"here", "also", "/base"},
		{"here", "name", "common"},
		{"DEFAULT", "name", "common"},
		{"DEFAULT", "both", NULL},
		{"Alembic", "name", NULL},
		{"nowhere", "here", NULL},
	};
	const char *value;
	MigrIni *ini;
	Unit unit;

	(void) state;
	unit_open(&unit);
	ini = parse(&unit, configuration);
	for (size_t i = 0; i < COUNT(cases); i++)
	{
		assert_true(migr_ini_get(&unit.ctx, ini, cases[i][0], cases[i][1],
								 "/a%b", &value));
		if (cases[i][2] == NULL)
			assert_null(value);
		else
			assert_string_equal(value, cases[i][2]);
	}
	assert_true(migr_ini_get(&unit.ctx, ini, "alembic", "here", NULL, &value));
	assert_null(value);
	unit_close(&unit);
}

/* A fault in a value is named by key, section and line. */
static void
test_get_errors(void **state)
{
	static const struct
	{
		const char *key;
		int line;
		const char *message;
	} cases[] = {
		{"missing", 27,
		 "key \"missing\" in section \"alembic\" refers to key \"nothing\", "
		 "which isn't there"},
		{"nested", 27,
		 "key \"missing\" in section \"alembic\" refers to key \"nothing\", "
		 "which isn't there"},
		{"l0", 23,
		 "references go deeper than 10 levels at key \"l10\" in section "
		 "\"alembic\""},
		{"loop", 26,
		 "references go deeper than 10 levels at key \"loop\" in section "
		 "\"alembic\""},
		{"single", 29,
		 "\"%\" must be followed by \"%\" or \"(\" in key \"single\" of "
		 "section \"alembic\""},
		{"last", 30,
		 "\"%\" must be followed by \"%\" or \"(\" in key \"last\" of "
		 "section \"alembic\""},
		{"open", 31,
		 "bad reference in key \"open\" of section \"alembic\": it must be "
		 "written as %(name)s"},
		{"empty", 32,
		 "bad reference in key \"empty\" of section \"alembic\": it must be "
		 "written as %(name)s"},
		{"digit", 33,
		 "bad reference in key \"digit\" of section \"alembic\": it must be "
		 "written as %(name)s"},
		{"script_location", 5,
		 "key \"script_location\" in section \"alembic\" refers to key "
		 "\"here\", which isn't there"},
	};
	MigrIni *ini;
	Unit unit;

	(void) state;
	unit_open(&unit);
	ini = parse(&unit, configuration);
	for (size_t i = 0; i < COUNT(cases); i++)
	{
		const MigrErr *err = &unit.ctx.err;
		const char *value;

		assert_false(migr_ini_get(&unit.ctx, ini, "alembic", cases[i].key, NULL,
								  &value));
		assert_int_equal(err->code, MIGR_ERR_FILE);
		assert_string_equal(err->message, cases[i].message);
		assert_string_equal(err->place.path, "x.ini");
		assert_int_equal(err->place.line, cases[i].line);
		assert_null(value);
		unit_forget(&unit);
	}
	unit_close(&unit);
}

/* A few lines can't be made to stand for gigabytes, nor for hours. */
static void
test_growth(void **state)
{
	static const char *const leaves[] = {"", "0123456789"};
	Unit unit;

	(void) state;
	unit_open(&unit);
	for (size_t k = 0; k < COUNT(leaves); k++)
	{
		const char *value;
		MigrIni *ini;
		MigrStr str;

		migr_str_init(&str, &unit.ctx.arena);
		migr_str_printf(&str, "[a]\nk0 = %s\n", leaves[k]);
		for (int i = 1; i < 10; i++)
		{
			migr_str_printf(&str, "k%d = ", i);
			for (int n = 0; n < 100; n++)
				migr_str_printf(&str, "%%(k%d)s", i - 1);
			migr_str_add_char(&str, '\n');
		}
		ini = parse(&unit, str.data);
		assert_true(migr_ini_get(&unit.ctx, ini, "a", "k2", NULL, &value));
		assert_int_equal(strlen(value), 10000 * strlen(leaves[k]));
		assert_false(migr_ini_get(&unit.ctx, ini, "a", "k9", NULL, &value));
		assert_string_equal(unit.ctx.err.message,
							"key \"k1\" in section \"a\" grows too long by "
							"its references");
		unit_forget(&unit);
	}
	unit_close(&unit);
}

/* Sections by name; [DEFAULT] is none of them. */
static void
test_sections(void **state)
{
	MigrIni *ini;
	Unit unit;

	(void) state;
	unit_open(&unit);
	ini = parse(&unit, configuration);
	assert_true(migr_ini_has_section(ini, "alembic"));
	assert_true(migr_ini_has_section(ini, "here"));
	assert_false(migr_ini_has_section(ini, "Alembic"));
	assert_false(migr_ini_has_section(ini, "DEFAULT"));
	unit_close(&unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),	   cmocka_unit_test(test_parse_errors),
		cmocka_unit_test(test_encoding),   cmocka_unit_test(test_get),
		cmocka_unit_test(test_get_errors), cmocka_unit_test(test_growth),
		cmocka_unit_test(test_sections),
	};

	return cmocka_run_group_tests_name("ini", tests, NULL, NULL);
}
