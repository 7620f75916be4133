/*
 * test_pyfile.c
 *	  Alembic's revision files: all the ways in which people write their four
 *	  names, and what isn't taken for them.
 */
#include "unit.h"

#include <string.h>

#include "base/instant.h"
#include "rev/pyfile.h"

typedef struct Case
{
	const char *text;
	const char *want; /* id(revises) #labels +depends "message" date, or an
					   * error's line and message; "" where it is none */
} Case;

/* Add names, each behind a mark. */
static void
add_names(MigrStr *str, const char *mark, const MigrNames *names)
{
	for (int i = 0; i < names->count; i++)
		migr_str_printf(str, "%s%s", mark, names->items[i]);
}

/* Read a file, and say what came out. */
static const char *
say(Unit *unit, const char *text)
{
	MigrRevision revision;
	bool found;
	MigrStr str;

	migr_str_init(&str, &unit->ctx.arena);
	if (!migr_pyfile_read(&unit->ctx, migr_span(text), "a.py", &revision,
						  &found))
	{
		migr_str_printf(&str, "%d: %s", unit->ctx.err.place.line,
						unit->ctx.err.message);
		assert_string_equal(unit->ctx.err.place.path, "a.py");
		return str.data;
	}
	if (!found)
		return str.data;
	migr_str_printf(&str, "%s(%s)", revision.id,
					migr_join(&unit->ctx.arena, revision.revises.items,
							  revision.revises.count, ","));
	add_names(&str, " #", &revision.labels);
	add_names(&str, " +", &revision.depends_on);
	if (revision.message[0] != '\0')
		migr_str_printf(&str, " \"%s\"", revision.message);
	if (revision.dated)
		migr_str_printf(&str, " %s",
						migr_instant_text(&unit->ctx.arena, revision.created));
	return str.data;
}

static void
run_cases(const Case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
	{
		Unit unit;

		unit_open(&unit);
		assert_string_equal(say(&unit, cases[i].text), cases[i].want);
		unit_close(&unit);
	}
}

#define RUN(cases) run_cases(cases, sizeof(cases) / sizeof((cases)[0]))

static void
as_alembic_writes_them(void **state)
{
	static const Case cases[] = {
		{"\"\"\"create job\n\nRevision ID: fd23\nRevises: \nCreate Date: "
		 "2021-05-06 07:08:09.123456\n\n\"\"\"\nfrom alembic import op\n"
		 "import sqlalchemy as sa\n\n\n# revision identifiers, used by "
		 "Alembic.\nrevision = 'fd23'\ndown_revision = None\n"
		 "branch_labels = None\ndepends_on = None\n\n\ndef upgrade():\n"
		 "    op.execute(\"SELECT ']'\")\n\n\ndef downgrade():\n    pass\n",
		 "fd23() \"create job\" 2021-05-06T07:08:09.123456Z"},
		{"\"\"\"add\r\n\r\nRevises: fd23\r\nCreate Date: 2021-05-06 "
		 "07:08:09+02:00\r\n\"\"\"\r\nfrom typing import Sequence, Union\r\n"
		 "revision: str = \"6a\"\r\n"
		 "down_revision: Union[str, Sequence[str], None] = \"fd23\"\r\n"
		 "branch_labels: Union[str, Sequence[str], None] = None\r\n"
		 "depends_on: Union[str, Sequence[str], None] = None\r\n",
		 "6a(fd23) \"add\" 2021-05-06T05:08:09Z"},
		{"\xEF\xBB\xBF'''two\nlines'''\nrevision='m'\ndown_revision=('a', "
		 "'b')\nbranch_labels=('x',)\ndepends_on=['c','d']",
		 "m(a,b) #x +c +d \"two lines\""},
	};

	(void) state;
	RUN(cases);
}

static void
however_they_are_written(void **state)
{
	static const Case cases[] = {
		{"revision = 'a'; down_revision = 'b'", "a(b)"},
		{"'a';\trevision\t= 'a' ; down_revision = 'b';\n", "a(b) \"a\""},
		{"'''x\ry'''\rrevision = 'a'\rdown_revision = (  # one\r'b',)\r",
		 "a(b) \"x y\""},
		{"\frevision = 'a'\n\f\ndef f():\n    revision = 'b'\n"
		 "\fdown_revision = 'c'\n",
		 "a(c)"},
		{"revision = (('a'))\ndown_revision = (('b'), ('c' 'd'))\n", "a(b,cd)"},
		{"revision: x == y = 'a'\n", "a()"},
		{"revision = down_revision = 'a'", "a(a)"},
		{"rev = revision = ('a')", "a()"},
		{"revision = ('a'\n   'b')  # c\n", "ab()"},
		{"revision = 'a' \\\n   'b'\n", "ab()"},
		{"revision = r'a' U\"b\" '''c'''\n", "abc()"},
		{"revision = 'a'\ndown_revision = 'b', 'c'\n", "a(b,c)"},
		{"revision = 'a'\ndown_revision = 'b',\n", "a(b)"},
		{"revision = 'a'\ndown_revision = (\n  'b',  # one\n  'c',\n)\n",
		 "a(b,c)"},
		{"revision = 'a'\ndown_revision = ()\ndepends_on = []\n", "a()"},
		{"revision = 'a'\nbranch_labels = {'x'}\n", "a() #x"},
		{"revision = '\\x61\\142\\u00e9\\U0001F600\\\nz'\n",
		 "ab\xC3\xA9\xF0\x9F\x98\x80z()"},
		{"revision = 'a'\nrevision = 'b'\n", "b()"},
		{"revision = 'a'\nrevision: str\n", "a()"},
		{"\"\"\" it's \\\"so\\\" \"\"\"\nrevision = 'a'\n",
		 "a() \"it's \"so\"\""},
		{"'not ' 'this'\nrevision = 'a'\n", "a() \"not this\""},
		{"x = 1\n'no docstring'\nrevision = 'a'\n", "a()"},
		{"f'no docstring {x}'\nrevision = 'a'\n", "a()"},
		{"# coding: utf-8\n\n'''it is'''\nrevision = 'a'\n", "a() \"it is\""},
		{"revision = 'a'\nif revision == 'b':\n    x = 'c'\n", "a()"},
		{"revision = 'a'\nprint(revision, 'b')\nx = revision, 'c'\n", "a()"},
		{"revision = 'a'\nd[revision] = f(revision='b').x = revision\n", "a()"},
		{"revision = 'a'\nassert revision == 'a', revision\n", "a()"},
		{"revision = 'a'\nif revision <= 'b': x = [revision, 'c']\n", "a()"},
		{"revision = 'a'\nx = [depends_on for depends_on in y]\n", "a()"},
		{"revision = 'a'\nfor x in revision, 'b': x.revision = 'c'\n", "a()"},
		{"revision = 'a'\nf = lambda x, revision='b': revision\n", "a()"},
		{"revision = 'a'\nclass C:\n    revision = 'b'\n", "a()"},
		{"revision = 'a'\n@f(revision)\ndef g(revision=None):\n\tif x:\n"
		 "\t\trevision = 'b'\n",
		 "a()"},
		{"revision = 'a'\nif x:\n    def f():\n        revision = 'b'\n",
		 "a()"},
		{"revision = 'a'\nCreate = 'Create Date: 2021-01-01'\n", "a()"},
		{"'''x\nCreate Date: soon\n'''\nrevision = 'a'\n",
		 "a() \"x Create Date: soon\""},
	};

	(void) state;
	RUN(cases);
}

static void
what_is_no_revision(void **state)
{
	static const Case cases[] = {
		{"", ""},
		{"\n# nothing\n", ""},
		{"def revision():\n    pass\n", ""},
		{"down_revision = 'a'\n", ""},
		{"revisions = ['a']\nmodule.revision = 'x'\n", ""},
	};

	(void) state;
	RUN(cases);
}

static void
what_is_no_literal(void **state)
{
	static const Case cases[] = {
		{"x\nrevision = make()\n",
		 "2: revision isn't a literal: revision = make()"},
		{"revision = None\n", "1: revision isn't a literal: revision = None"},
		{"revision = ('a',)\n",
		 "1: revision isn't a literal: revision = ('a',)"},
		{"revision = 'a' + 'b'\n",
		 "1: revision isn't a literal: revision = 'a' + 'b'"},
		{"revision = 'a'.strip()\n",
		 "1: revision isn't a literal: revision = 'a'.strip()"},
		{"revision = f'a'\n", "1: revision isn't a literal: revision = f'a'"},
		{"revision = b'a'\n", "1: revision isn't a literal: revision = b'a'"},
		{"revision = 'a\\0'\n",
		 "1: revision isn't a literal: revision = 'a\\0'"},
		{"revision = 'a\\ud800'\n",
		 "1: revision isn't a literal: revision = 'a\\ud800'"},
		{"revision = 'a' if x else 'b'\n",
		 "1: revision isn't a literal: revision = 'a' if x else 'b'"},
		{"revision = 'a'\ndown_revision = (BASE, 'b')\n",
		 "2: down_revision isn't a literal: down_revision = (BASE, 'b')"},
		{"revision = 'a'\ndown_revision = ('b', None)\n",
		 "2: down_revision isn't a literal: down_revision = ('b', None)"},
		{"revision = 'a'\ndown_revision = ('b', ('c',))\n",
		 "2: down_revision isn't a literal: down_revision = ('b', ('c',))"},
		{"revision = 'a'\ndepends_on = {'b': 1}\n",
		 "2: depends_on isn't a literal: depends_on = {'b': 1}"},
		{"revision, down_revision = 'a', None\n",
		 "1: revision isn't a literal: revision, down_revision = 'a', None"},
		{"(revision, x[0]) = 'a', None\n",
		 "1: revision isn't a literal: (revision, x[0]) = 'a', None"},
		{"[x, *depends_on] = 'a', None\n",
		 "1: depends_on isn't a literal: [x, *depends_on] = 'a', None"},
		{"x.y = d['x'] = revision = 'a'\n",
		 "1: revision isn't a literal: x.y = d['x'] = revision = 'a'"},
		{"f(g, (revision := 'a'))\n",
		 "1: revision isn't a literal: f(g, (revision := 'a'))"},
		{"with f(x) as (y, revision):\n",
		 "1: revision isn't a literal: with f(x) as (y, revision):"},
		{"for x, revision in y:\n",
		 "1: revision isn't a literal: for x, revision in y:"},
		{"revision = 'a'\ndepends_on = ['b']\ndepends_on.append('c')\n",
		 "3: depends_on isn't a literal: depends_on.append('c')"},
		{"revision = 'a'\nif x:\n  depends_on[0] = 'c'\n",
		 "3: depends_on isn't a literal: depends_on[0] = 'c'"},
		{"revision = 'a'\ndown_revision >>= 'c'\n",
		 "2: down_revision isn't a literal: down_revision >>= 'c'"},
		{"from x import revision\n",
		 "1: revision isn't a literal: from x import revision"},
		{"from x import (\n  y,\n  revision)\n",
		 "1: revision isn't a literal: from x import ("},
		{"revision = 'a'\nrevision += 'b'\n",
		 "2: revision isn't a literal: revision += 'b'"},
		{"revision = 'a'\ndel revision\n",
		 "2: revision isn't a literal: del revision"},
		{"if x:\n    revision = 'a'\n",
		 "2: revision isn't a literal: revision = 'a'"},
		{"if x: revision = 'a'\n",
		 "1: revision isn't a literal: if x: revision = 'a'"},
		{"try:\n  x()\nexcept E:\n  y\n  depends_on = 'a'\n",
		 "5: depends_on isn't a literal: depends_on = 'a'"},
	};

	(void) state;
	RUN(cases);
}

static void
what_python_could_not_read(void **state)
{
	static const Case cases[] = {
		{"revision = 'a\n", "1: unterminated string"},
		{"x\n'''a\n'", "2: unterminated string"},
		{"revision = 'a\\", "1: unterminated string"},
		{"revision = ('a'\n\n", "1: \"(\" is never closed"},
		{"x\n<<<<<<< HEAD\nrevision = 'a'\n=======\nrevision = 'b'\n",
		 "2: syntax error: <<<<<<< HEAD"},
		{"revision = 'a'\ndef f():\n  x\n>>>>>>> b\n",
		 "4: syntax error: >>>>>>> b"},
		{"def f(:\n  x]\n", "2: \"]\" closes nothing"},
		{"revision = 'a')\n", "1: \")\" closes nothing"},
		{"revision = 'a b'\n",
		 "1: character U+0020 is not allowed in identifier \"a b\""},
		{"x\nrevision = ''\n", "2: empty identifier"},
		{"revision = 'a'\ndown_revision = 'head'\n",
		 "2: identifier \"head\" is reserved"},
		{"x\nrevision = '\xFF'\n", "2: invalid UTF-8"},
	};

	(void) state;
	RUN(cases);
}

/* Cut a file at each byte: whatever is left is read, or is an error. */
static void
cut_anywhere(void **state)
{
	static const char text[] =
		"'''a\\x41\n\nCreate Date: 2021-01-01\n'''\nrevision: 'str' = r'a' "
		"\\\n'\\u00e9'\ndown_revision = ('b', [\n'c'\\\r\n, {'d'}])\n"
		"if x:\n\tdepends_on = 'e'\n";

	(void) state;
	for (size_t len = 0; len < sizeof(text); len++)
	{
		Unit unit;

		unit_open(&unit);
		(void) say(&unit, migr_strndup(&unit.ctx.arena, text, len));
		unit_close(&unit);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_alembic_writes_them),
		cmocka_unit_test(however_they_are_written),
		cmocka_unit_test(what_is_no_revision),
		cmocka_unit_test(what_is_no_literal),
		cmocka_unit_test(what_python_could_not_read),
		cmocka_unit_test(cut_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
