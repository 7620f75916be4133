/*
 * test_script.c
 *	  Revision scripts: what comes out of them, and each error with its line.
 */
#include "unit.h"

#include <string.h>

#include "base/instant.h"

#define REV "-- migrate:revision a1\n"

/* What a header is, as text: id(revises) @labels +deps "message" created. */
static const char *
header_text(Unit *unit, const MigrRevision *revision)
{
	MigrArena *arena = &unit->ctx.arena;
	MigrStr str;

	migr_str_init(&str, arena);
	migr_str_printf(&str, "%s(%s)", revision->id,
					migr_join(arena, revision->revises.items,
							  revision->revises.count, ","));
	if (revision->labels.count > 0)
		migr_str_printf(&str, " @%s",
						migr_join(arena, revision->labels.items,
								  revision->labels.count, ","));
	if (revision->depends_on.count > 0)
		migr_str_printf(&str, " +%s",
						migr_join(arena, revision->depends_on.items,
								  revision->depends_on.count, ","));
	if (revision->message[0] != '\0')
		migr_str_printf(&str, " \"%s\"", revision->message);
	if (revision->dated)
		migr_str_printf(&str, " %s",
						migr_instant_text(arena, revision->created));
	return str.data;
}

/* What a section is, as text: up/postgresql!@line[its SQL] */
static const char *
sections_text(Unit *unit, const MigrSections *sections)
{
	MigrStr str;

	migr_str_init(&str, &unit->ctx.arena);
	for (int i = 0; i < sections->count; i++)
	{
		const MigrSection *section = &sections->items[i];

		migr_str_printf(&str, "%s%s%s%s@%d[%.*s]",
						section->direction == MIGR_UP ? "up" : "down",
						section->dialect != NULL ? "/" : "",
						section->dialect != NULL ? section->dialect : "",
						section->autocommit ? "!" : "", section->line,
						(int) section->text.len, section->text.ptr);
	}
	return str.data;
}

/* Parse a text that has to be right; all headers and sections as one text. */
static const char *
read_all(Unit *unit, MigrSpan text, MigrRevisions *revisions)
{
	MigrStr str;

	if (!migr_script_parse(&unit->ctx, text, "x.sql", revisions))
		fail_msg("%s", unit->ctx.err.message);
	migr_str_init(&str, &unit->ctx.arena);
	for (int i = 0; i < revisions->count; i++)
	{
		MigrSections sections = {0};

		assert_true(
			migr_script_sections(&unit->ctx, revisions->items[i], &sections));
		migr_str_printf(&str, "%s%s {%s}", i > 0 ? " " : "",
						header_text(unit, revisions->items[i]),
						sections_text(unit, &sections));
	}
	return str.data;
}

static const struct
{
	const char *text;
	const char *result;
} good[] = {
	/* the example of the README */
	{"-- migrate:revision   6a32f8fc32ca\n"
	 "-- migrate:revises    fd23b24f6f9a\n"
	 "-- migrate:message    add new_field\n"
	 "-- migrate:created    2026-11-21T10:00:00Z\n"
	 "-- migrate:labels\n"
	 "-- migrate:depends_on\n"
	 "\n"
	 "-- migrate:upgrade\n"
	 "ALTER TABLE job ADD COLUMN new_field varchar;\n"
	 "\n"
	 "-- migrate:downgrade\n"
	 "ALTER TABLE job DROP COLUMN new_field;\n",
	 "6a32f8fc32ca(fd23b24f6f9a) \"add new_field\" 2026-11-21T10:00:00Z "
	 "{up@9[ALTER TABLE job ADD COLUMN new_field varchar;\n\n]"
	 "down@12[ALTER TABLE job DROP COLUMN new_field;\n]}"},
	/* the least */
	{"-- migrate:revision a", "a() {}"},
	{REV, "a1() {}"},
	/* fields */
	{REV "-- migrate:revises b, c ,d e,\n", "a1(b,c,d,e) {}"},
	{REV "-- migrate:revises\n", "a1() {}"},
	{REV "-- migrate:labels lib, app-x c++\n", "a1() @lib,app-x,c++ {}"},
	{REV "-- migrate:depends_on lib b\n", "a1() +lib,b {}"},
	{REV "-- migrate:message  two  words, é \t\n", "a1() \"two  words, é\" {}"},
	{REV "-- migrate:message\n-- migrate:created\n", "a1() {}"},
	{REV "-- migrate:message \x1B[2Ja\rb\xC2\x9Bm\x7F\t\xC2\xA9\xC3\xA9\n",
	 "a1() \" [2Ja b  m \t\xC2\xA9\xC3\xA9\" {}"},
	{REV "-- migrate:created 2026-11-21 12:00+02\n",
	 "a1() 2026-11-21T10:00:00Z {}"},
	{"-- migrate:revision\ta1\n-- migrate:revises\tb\n", "a1(b) {}"},
	/* line ends and the mark of order */
	{"-- migrate:revision a\r\n-- migrate:message m\r\n"
	 "-- migrate:up\r\nX;\r\n",
	 "a() \"m\" {up@4[X;\r\n]}"},
	{"\xEF\xBB\xBF-- migrate:revision a\n", "a() {}"},
	/* comments */
	{"-- about it\n\n/* more\n   of it */ -- and\n" REV
	 "  -- a comment\n\t/* a /* nested? no */ /**/\n-- migrate:up\nX\n",
	 "a1() {up@9[X\n]}"},
	{" -- migrate:nonsense\n--migrate:nonsense\n-- Migrate:x\n" REV, "a1() {}"},
	/* sections */
	{REV "-- migrate:up\n-- migrate:down\n", "a1() {up@3[]down@4[]}"},
	{REV "-- migrate:up", "a1() {up@3[]}"},
	{REV "-- migrate:upgrade postgresql autocommit\nX\n"
		 "-- migrate:upgrade autocommit, sqlite\nY\n"
		 "-- migrate:upgrade\nZ\n"
		 "-- migrate:down sqlite\nW",
	 "a1() {up/postgresql!@3[X\n]up/sqlite!@5[Y\n]up@7[Z\n]"
	 "down/sqlite@9[W]}"},
	{REV "-- migrate:up\nX; -- migrate:down\n -- migrate:down\n",
	 "a1() {up@3[X; -- migrate:down\n -- migrate:down\n]}"},
	{REV "-- migrate:up\n/* open\n", "a1() {up@3[/* open\n]}"},
	/* several in one text: lines go on */
	{"-- first\n" REV "-- migrate:up\nX\n\n"
	 "-- migrate:revision b\n-- migrate:revises a1\n-- migrate:up\nY\n"
	 "-- migrate:revision c\n",
	 "a1() {up@4[X\n\n]} b(a1) {up@9[Y\n]} c() {}"},
	/* what one section says isn't another's business */
	{REV "/* open\n-- migrate:revision b\n-- c\n", "a1() {} b() {}"},
};

static void
test_good(void **state)
{
	(void) state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
	{
		MigrRevisions revisions = {0};
		Unit unit;

		unit_open(&unit);
		assert_string_equal(
			read_all(&unit, migr_span(good[i].text), &revisions),
			good[i].result);
		unit_close(&unit);
	}
}

/* Scripts are parts of the text; comments above the first belong to it. */
static void
test_texts(void **state)
{
	static const char first[] = "-- top\n" REV "-- migrate:up\nX\n";
	static const char second[] = "-- migrate:revision b\n-- migrate:up\nY\n";
	MigrRevisions revisions = {0};
	const MigrRevision *revision;
	Unit unit;
	char *text;

	(void) state;
	unit_open(&unit);
	text = migr_printf(&unit.ctx.arena, "\xEF\xBB\xBF%s%s", first, second);
	read_all(&unit, migr_span(text), &revisions);
	assert_int_equal(revisions.count, 2);
	revision = revisions.items[0];
	assert_ptr_equal(revision->text.ptr, text + 3);
	assert_true(migr_span_is(revision->text, first));
	assert_int_equal(revision->line, 1);
	assert_string_equal(revision->path, "x.sql");
	assert_false(revision->dated);
	assert_false(revision->stored);
	revision = revisions.items[1];
	assert_ptr_equal(revision->text.ptr, text + 3 + strlen(first));
	assert_true(migr_span_is(revision->text, second));
	assert_int_equal(revision->line, 5);
	unit_close(&unit);
}

/* A script's own text reads as it did within the whole. */
static void
test_again(void **state)
{
	(void) state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
	{
		MigrRevisions revisions = {0};
		Unit unit;

		unit_open(&unit);
		read_all(&unit, migr_span(good[i].text), &revisions);
		for (int k = 0; k < revisions.count; k++)
		{
			MigrRevisions again = {0};
			MigrRevision *one = revisions.items[k];

			assert_true(migr_script_parse(&unit.ctx, one->text, NULL, &again));
			assert_int_equal(again.count, 1);
			assert_string_equal(header_text(&unit, again.items[0]),
								header_text(&unit, one));
		}
		unit_close(&unit);
	}
}

#define LONG "0123456789012345678901234567890"

static const struct
{
	const char *text;
	int line;			  /* 0: none */
	const char *revision; /* NULL: none */
	const char *message;
	const char *hint; /* or detail; a part of it, NULL: none expected */
} bad[] = {
	/* no script at all */
	{"", 0, NULL, "empty revision script", "migrate:revision <id>"},
	{" \n\r\n\t", 0, NULL, "empty revision script", "first column"},
	{"\xEF\xBB\xBF", 0, NULL, "empty revision script", NULL},
	{"SELECT 1;\n", 0, NULL, "no \"-- migrate:revision\" line", "first column"},
	{"-- just\n", 0, NULL, "no \"-- migrate:revision\" line", NULL},
	{"--migrate:revision a\n", 0, NULL, "no \"-- migrate:revision\" line",
	 "first column"},
	{REV "\n\xFF\n", 3, NULL, "invalid UTF-8", "UTF-8"},
	{REV "-- migrate:message \xC3", 2, NULL, "invalid UTF-8", NULL},
	/* directives */
	{REV "-- migrate:upgrad\n", 2, "a1", "unknown directive \"upgrad\"",
	 "Did you mean \"upgrade\"?"},
	{REV "-- migrate:depends-on x\n", 2, "a1",
	 "unknown directive \"depends-on\"", "Did you mean \"depends_on\"?"},
	{REV "-- migrate:Message x\n", 2, "a1", "unknown directive \"Message\"",
	 "Did you mean \"message\"?"},
	{REV "-- migrate:zzz\n", 2, "a1", "unknown directive \"zzz\"",
	 "revision, revises, message"},
	{REV "-- migrate:\n", 2, "a1", "\"-- migrate:\" without a directive",
	 "revision, revises, message"},
	{REV "-- migrate: upgrade\n", 2, "a1",
	 "\"-- migrate:\" without a directive", "right behind"},
	{"-- migrate:upgrade\n" REV, 1, NULL,
	 "a section before \"-- migrate:revision\"", NULL},
	{"SELECT 1;\n-- migrate:up\n", 1, NULL,
	 "SQL before \"-- migrate:revision\"", NULL},
	{"\n-- migrate:message x\n" REV, 2, NULL,
	 "\"message\" before \"-- migrate:revision\"", NULL},
	{"-- x\r\n\r\n-- migrate:down\r\n" REV, 3, NULL,
	 "a section before \"-- migrate:revision\"", NULL},
	/* fields */
	{REV "-- migrate:message x\n-- migrate:message x\n", 3, "a1",
	 "\"message\" is given twice", "line 2"},
	{REV "-- migrate:revises\n\n-- migrate:revises b\n", 4, "a1",
	 "\"revises\" is given twice", "line 2"},
	{REV "-- migrate:up\n-- migrate:message x\n", 3, "a1",
	 "\"message\" after a section began", "first section"},
	{REV "-- migrate:revises b, c, b\n", 2, "a1",
	 "\"b\" stands twice in revises", NULL},
	{REV "-- migrate:labels x x\n", 2, "a1", "\"x\" stands twice in labels",
	 NULL},
	{REV "-- migrate:depends_on x,x\n", 2, "a1",
	 "\"x\" stands twice in depends_on", NULL},
	{REV "-- migrate:created today\n", 2, "a1", "\"today\" is no date",
	 "2026-11-21T10:00:00Z"},
	{REV "-- migrate:created 2026-02-30\n", 2, "a1",
	 "\"2026-02-30\" is no date", NULL},
	/* ids */
	{"\n-- migrate:revision\n", 2, NULL, "\"revision\" without an id", NULL},
	{"-- migrate:revision a b\n", 1, NULL,
	 "\"revision\" takes one id, not \"b\" as well", NULL},
	{"-- migrate:revision a-b\n", 1, NULL,
	 "character \"-\" is not allowed in identifier \"a-b\"", NULL},
	{"-- migrate:revision a@b\n", 1, NULL,
	 "character \"@\" is not allowed in identifier \"a@b\"", NULL},
	{"-- migrate:revision 'a'\n", 1, NULL,
	 "character \"'\" is not allowed in identifier \"'a'\"", NULL},
	{"-- migrate:revision a\x01\n", 1, NULL, "character U+0001 is not allowed",
	 NULL},
	{"-- migrate:revision a\xC2\xA0"
	 "b\n",
	 1, NULL, "character U+00A0 is not allowed", NULL},
	{"-- migrate:revision a\xE2\x80\x8B\n", 1, NULL,
	 "character U+200B is not allowed", NULL},
	{"-- migrate:revision head\n", 1, NULL, "identifier \"head\" is reserved",
	 NULL},
	{"-- migrate:revision " LONG "12\n", 1, NULL,
	 "identifier \"" LONG "12\" is longer than 32 characters", NULL},
	{REV "-- migrate:revises base\n", 2, "a1",
	 "identifier \"base\" is reserved", "empty for a base"},
	{REV "-- migrate:revises b+\n", 2, "a1", "character \"+\" is not allowed",
	 NULL},
	{REV "-- migrate:labels x-1\n", 2, "a1", "character \"-\" is not allowed",
	 "relative identifier"},
	{REV "-- migrate:labels heads\n", 2, "a1",
	 "identifier \"heads\" is reserved", NULL},
	{REV "-- migrate:depends_on x@y\n", 2, "a1",
	 "character \"@\" is not allowed", NULL},
	{REV "\n" REV, 3, NULL,
	 "revision \"a1\" stands twice in one text, in lines 1 and 3", NULL},
	/* sections */
	{REV "-- migrate:up mysql\n", 2, "a1",
	 "unknown word \"mysql\" behind \"up\"", "postgresql or sqlite"},
	{REV "-- migrate:up sqllite\n", 2, "a1",
	 "unknown word \"sqllite\" behind \"up\"", "Did you mean \"sqlite\"?"},
	{REV "-- migrate:up SQLite\n", 2, "a1",
	 "unknown word \"SQLite\" behind \"up\"", "Did you mean \"sqlite\"?"},
	{REV "-- migrate:up sqlite sqlite\n", 2, "a1",
	 "a section has one dialect at most", NULL},
	{REV "-- migrate:up sqlite postgresql\n", 2, "a1",
	 "a section has one dialect at most", "for both"},
	{REV "-- migrate:up autocommit autocommit\n", 2, "a1",
	 "\"autocommit\" is given twice", NULL},
	/* SQL that would never run */
	{"-- x\nSELECT 1;\n" REV, 2, NULL, "SQL before \"-- migrate:revision\"",
	 "never run"},
	{"/* x */ SELECT 1;\n" REV, 1, NULL, "SQL before \"-- migrate:revision\"",
	 NULL},
	{REV "\nSELECT 1;\n-- migrate:up\n", 3, "a1", "SQL outside of a section",
	 "migrate:upgrade"},
	{REV "/* x\n*/ SELECT 1;\n", 3, "a1", "SQL outside of a section", NULL},
	{REV "/*\n-- migrate:labels x\n*/\n", 4, "a1", "SQL outside of a section",
	 NULL},
	/* a later script in the text */
	{REV "-- migrate:up\nX\n-- migrate:revision b\n-- migrate:labels +1\n", 5,
	 "b", "character \"+\" is not allowed", NULL},
};

/* Does the error say what is expected of it? */
static void
check_error(const MigrErr *err, size_t i)
{
	const char *more = err->hint != NULL ? err->hint : err->detail;

	assert_int_equal(err->code, MIGR_ERR_SCRIPT);
	if (strstr(err->message, bad[i].message) == NULL)
		fail_msg("case %zu: \"%s\", not \"%s\"", i, err->message,
				 bad[i].message);
	if (err->place.line != bad[i].line)
		fail_msg("case %zu (%s): line %d", i, bad[i].message, err->place.line);
	assert_string_equal(err->place.path, "x.sql");
	if (bad[i].revision == NULL)
		assert_null(err->place.revision);
	else
		assert_string_equal(err->place.revision, bad[i].revision);
	if (bad[i].hint != NULL &&
		(more == NULL || strstr(more, bad[i].hint) == NULL))
		fail_msg("case %zu (%s): hint %s", i, bad[i].message,
				 more != NULL ? more : "none");
}

/* Files as other tools have them: the name says what a header would. */
static void
test_headless(void **state)
{
	static const struct
	{
		const char *path;
		const char *id; /* NULL: an error */
		const char *message;
	} cases[] = {
		{"db/20260101_create_users.sql", "20260101", "create users"},
		{"20260101_.sql", "20260101", ""},
		{"1.sql", "1", ""},
		{"a.b/1_x.y.sql", "1", "x.y"},
		{"db/_x.sql", NULL, NULL},
		{"db/a b_x.sql", NULL, NULL},
		{"db/head.sql", NULL, NULL},
		{NULL, NULL, NULL},
	};
	static const char text[] = "-- why\n-- migrate:up transaction:false\nA;\n"
							   "-- migrate:down transaction:true\nB;\n";

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
	{
		MigrRevisions revisions = {0};
		MigrSections sections = {0};
		Unit unit;
		bool ok;

		unit_open(&unit);
		ok = migr_script_parse(&unit.ctx, migr_span(text), cases[i].path,
							   &revisions);
		assert_int_equal(ok, cases[i].id != NULL);
		if (ok)
		{
			assert_string_equal(revisions.items[0]->id, cases[i].id);
			assert_string_equal(revisions.items[0]->message, cases[i].message);
			assert_true(revisions.items[0]->headless);
			assert_true(
				migr_script_sections(&unit.ctx, revisions.items[0], &sections));
			assert_string_equal(sections_text(&unit, &sections),
								"up!@3[A;\n]down@5[B;\n]");
		}
		else
			assert_int_equal(unit.ctx.err.code, MIGR_ERR_SCRIPT);
		unit_close(&unit);
	}
}

static void
test_bad(void **state)
{
	(void) state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
	{
		MigrRevisions revisions = {0};
		Unit unit;

		unit_open(&unit);
		if (migr_script_parse(&unit.ctx, migr_span(bad[i].text), "x.sql",
							  &revisions))
			fail_msg("case %zu was read: %s", i, bad[i].text);
		check_error(&unit.ctx.err, i);
		unit_close(&unit);
	}
}

/* A NUL byte is found wherever it is. */
static void
test_nul(void **state)
{
	static const char text[] = REV "-- migrate:up\nX\0Y\n";
	MigrSpan span = {text, sizeof(text) - 1};
	MigrRevisions revisions = {0};
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_false(migr_script_parse(&unit.ctx, span, NULL, &revisions));
	assert_non_null(strstr(unit.ctx.err.message, "binary file"));
	assert_int_equal(unit.ctx.err.place.line, 3);
	assert_null(unit.ctx.err.place.path);
	unit_close(&unit);
}

/* Alembic.md 11.3: what may be an id, and what a label. */
static void
test_11_3_ids(void **state)
{
	static const struct
	{
		const char *text;
		bool id;
		bool label;
	} cases[] = {
		{"a", true, true},
		{"6a32f8fc32ca", true, true},
		{"0001_first", true, true},
		{"a.b/c", true, true},
		{"éééééééééééééééééééééééééééééééé", true, true}, /* 32 */
		{"ééééééééééééééééééééééééééééééééé", false, true},
		{"", false, false},
		{"a b", false, false},
		{"a,b", false, false},
		{"a:b", false, false},
		{"a@b", false, false},
		{"a-b", false, true},
		{"a+b", false, true},
		{"c++", false, true},
		{"-", false, true},
		{"a-1", false, false},
		{"a-b-1", false, false},
		{"a+1", false, false},
		{"a\"b", false, false},
		{"a`b", false, false},
		{"a\tb", false, false},
		{"a\x7F", false, false},
		{"a\xC2\x85", false, false},
		{"a\xE3\x80\x80", false, false},
		{"a\xFF", false, false},
		{"head", false, false},
		{"heads", false, false},
		{"base", false, false},
		{"current", false, false},
		{"Head", true, true},
		{"headx", true, true},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
	{
		MigrSpan span = migr_span(cases[i].text);
		Unit unit;

		unit_open(&unit);
		assert_int_equal(migr_check_id(&unit.ctx, span), cases[i].id);
		assert_int_equal(unit.ctx.err.code == MIGR_OK, cases[i].id);
		unit_forget(&unit);
		assert_int_equal(migr_check_label(&unit.ctx, span), cases[i].label);
		assert_int_equal(unit.ctx.err.place.line, 0);
		unit_close(&unit);
	}
}

/* A label has room for 128 characters. */
static void
test_11_3_long_label(void **state)
{
	char text[200];
	Unit unit;

	(void) state;
	unit_open(&unit);
	memset(text, 'x', sizeof(text));
	text[128] = '\0';
	assert_true(migr_check_label(&unit.ctx, migr_span(text)));
	text[128] = 'x';
	text[129] = '\0';
	assert_false(migr_check_label(&unit.ctx, migr_span(text)));
	assert_non_null(strstr(unit.ctx.err.message, "128"));
	unit_close(&unit);
}

/* A stored text that somebody edited fails with its revision. */
static void
test_edited(void **state)
{
	static const char *const texts[] = {
		"-- migrate:revision b\n",
		REV "-- migrate:revision b\n",
		"SELECT 1",
		"",
	};

	(void) state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
	{
		MigrRevision revision = {.id = "a1", .line = 1};
		MigrSections sections = {0};
		Unit unit;

		unit_open(&unit);
		revision.text = migr_span(texts[i]);
		assert_false(migr_script_sections(&unit.ctx, &revision, &sections));
		assert_int_equal(unit.ctx.err.code, MIGR_ERR_SCRIPT);
		assert_string_equal(unit.ctx.err.place.revision, "a1");
		unit_close(&unit);
	}
}

/* A big text is read in one pass, and its body is not copied. */
static void
test_big(void **state)
{
	const size_t size = 8 * 1024 * 1024;
	const char *head = REV "-- migrate:up\n";
	MigrRevisions revisions = {0};
	MigrSections sections = {0};
	Unit unit;
	char *text;
	MigrSpan span;
	size_t before;

	(void) state;
	unit_open(&unit);
	text = migr_alloc(&unit.ctx.arena, size);
	for (size_t i = 0; i < size; i++)
		text[i] = i % 40 == 39 ? '\n' : 'x';
	memcpy(text, head, strlen(head));
	span.ptr = text;
	span.len = size;
	before = unit.ctx.arena.total;
	assert_true(migr_script_parse(&unit.ctx, span, NULL, &revisions));
	assert_true(migr_script_sections(&unit.ctx, revisions.items[0], &sections));
	assert_true(unit.ctx.arena.total - before < 64 * 1024);
	assert_ptr_equal(sections.items[0].text.ptr, text + strlen(head));
	assert_true(sections.items[0].text.len == size - strlen(head));
	unit_close(&unit);
}

/* What makes a script this script: not what stands around it. */
static void
test_core(void **state)
{
	static const struct
	{
		const char *text;
		const char *core;
	} cases[] = {
		{REV, "-- migrate:revision a1"},
		{"-- top\n\n" REV "-- migrate:up\nX;\n\n -- end\n\n",
		 "-- migrate:revision a1\n-- migrate:up\nX;"},
		{REV "-- migrate:up\n  X;  \r\n",
		 "-- migrate:revision a1\n-- migrate:up\n  X;"},
		{REV "-- migrate:up\n-- migrate:down\n-- none\n",
		 "-- migrate:revision a1\n-- migrate:up\n-- migrate:down"},
		{"SELECT 1", ""},
		{"", ""},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_true(migr_span_is(migr_script_core(migr_span(cases[i].text)),
								 cases[i].core));
}

/* What was there before stays, and the same id may come from two texts. */
static void
test_append(void **state)
{
	MigrRevisions revisions = {0};
	Unit unit;

	(void) state;
	unit_open(&unit);
	for (int i = 0; i < 3; i++)
		assert_true(
			migr_script_parse(&unit.ctx, migr_span(REV), NULL, &revisions));
	assert_int_equal(revisions.count, 3);
	unit_close(&unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),	 cmocka_unit_test(test_texts),
		cmocka_unit_test(test_again),	 cmocka_unit_test(test_bad),
		cmocka_unit_test(test_headless), cmocka_unit_test(test_nul),
		cmocka_unit_test(test_11_3_ids), cmocka_unit_test(test_11_3_long_label),
		cmocka_unit_test(test_edited),	 cmocka_unit_test(test_big),
		cmocka_unit_test(test_core),	 cmocka_unit_test(test_append),
	};

	return cmocka_run_group_tests_name("script", tests, NULL, NULL);
}
