/*
 * test_resolve.c
 *	  What identifiers name: absolute ones, rows, history, show (alembic.md 2.3,
 *	  2.4, 2.8, 2.10, 11).
 */
#include "unit.h"

#include <string.h>

#define LINE "aa11; bb22(aa11); cc33(bb22)"
#define FORK "a; b(a); c1(b) @left; c2(b) @right; d1(c1); d2(c2)"
#define DEP "a1 @A; a2(a1); a3(a2); b1 @B; b2(b1) +a2; b3(b2)"

typedef struct Case
{
	const char *graph;
	const char *rows;
	const char *text;
	const char *result; /* ids, or "error" and its word */
} Case;

typedef bool (*Question)(const MigrGraph *, const char *, const MigrRevs *,
						 MigrRevs *);

static bool
ask_resolve(const MigrGraph *graph, const char *text, const MigrRevs *rows,
			MigrRevs *out)
{
	(void) rows;
	return migr_resolve(graph, text, out);
}

static bool
ask_one(const MigrGraph *graph, const char *text, const MigrRevs *rows,
		MigrRevs *out)
{
	int32_t rev;

	(void) rows;
	if (!migr_resolve_one(graph, text, &rev))
		return false;
	migr_vec_push(&graph->ctx->arena, out, rev);
	return true;
}

static bool
ask_history(const MigrGraph *graph, const char *text, const MigrRevs *rows,
			MigrRevs *out)
{
	return migr_resolve_history(graph, text, rows, out);
}

static bool
ask_show(const MigrGraph *graph, const char *text, const MigrRevs *rows,
		 MigrRevs *out)
{
	return migr_resolve_show(graph, text, rows, out);
}

static bool
ask_upgrade(const MigrGraph *graph, const char *text, const MigrRevs *rows,
			MigrRevs *out)
{
	return migr_resolve_upgrade(graph, text, rows, out);
}

/* Run a table of cases through a question. */
static void
run(Question question, const Case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
	{
		MigrGraph graph;
		MigrRevs rows;
		MigrRevs out = {0};
		Unit unit;
		const char *got;

		unit_open(&unit);
		assert_true(unit_build(&unit, cases[i].graph, &graph));
		rows = unit_revs(&graph, cases[i].rows);
		if (question(&graph, cases[i].text, &rows, &out))
			got = unit_ids(&graph, &out);
		else
			got = migr_printf(&unit.ctx.arena, "error %s",
							  unit_code(unit.ctx.err.code));
		if (strcmp(got, cases[i].result) != 0)
			fail_msg("\"%s\": %s, not %s (%s)",
					 cases[i].text ? cases[i].text : "null", got,
					 cases[i].result, cases[i].graph);
		unit_close(&unit);
	}
}

/* 2.3: ids, prefixes, labels, symbols, branches. */
static void
test_absolute(void **state)
{
	static const Case cases[] = {
		{LINE, "", "bb22", "bb22"},
		{LINE, "", " bb22 ", "bb22"},
		{LINE, "", "b", "bb22"},
		{LINE, "", "bb", "bb22"},
		{LINE, "", "bb222", "error unknown"},
		{LINE, "", "", "error argument"},
		{LINE, "", "head", "cc33"},
		{LINE, "", "heads", "cc33"},
		{LINE, "", "base", ""},
		{LINE, "", "HEAD", "error unknown"},
		{LINE, "", "current", "error unknown"},
		{LINE, "", "a,b", "error unknown"},
		{LINE, "", "aa11@head", "cc33"},
		{LINE, "", "@head", "cc33"},
		{LINE, "", "aa11@base", ""},
		/* prefixes: of keys longer than three characters only */
		{"abc; abd", "", "ab", "error unknown"},
		{"abc; abcd", "", "ab", "abcd"},
		{"abcd; abce", "", "abc", "error ambiguous"},
		{"abcd; abce", "", "abcd", "abcd"},
		{"abc; abcd", "", "abc", "abc"},
		{"a; b(a) @mybranch", "", "myb", "b"},
		{"ab12 @abel", "", "ab", "error ambiguous"},
		{"aaaa1; b(aaaa1); aaaa2 @x; c(aaaa2)", "", "x@aaaa", "aaaa2"},
		/* labels and branches */
		{FORK, "", "left", "c1"},
		{FORK, "", "left@head", "d1"},
		{FORK, "", "c1@head", "d1"},
		{FORK, "", "left@heads", "d1"},
		{FORK, "", "b@head", "error heads"},
		{FORK, "", "b@heads", "d1 d2"},
		{FORK, "", "head", "error heads"},
		{FORK, "", "heads", "d1 d2"},
		{FORK, "", "left@b", "b"},
		{FORK, "", "left@d1", "d1"},
		{FORK, "", "left@d2", "error unknown"},
		{FORK, "", "nope@head", "error unknown"},
		{FORK, "", "le@head", "d1"},
		{FORK, "", "left@right@head", "error unknown"},
		/* heads: real ones; head: the versioned one */
		{DEP, "", "heads", "a3 b3"},
		{"a; b +a", "", "heads", "b"},
		{"a; b +a", "", "head", "error heads"},
		{"a @A; b +a", "", "A@heads", "a"},
		{"", "", "head", ""},
		{"", "", "heads", ""},
		{"", "", "a", "error unknown"},
		/* -N: down from the real heads */
		{LINE, "", "-1", "bb22"},
		{LINE, "", "-3", ""},
		{FORK, "", "-1", "c1 c2"},
		{FORK, "", "left@-1", "c1"},
	};

	(void) state;
	run(ask_resolve, cases, sizeof(cases) / sizeof(*cases));
}

static void
test_one(void **state)
{
	static const Case cases[] = {
		{LINE, "", "cc", "cc33"},			{LINE, "", "base", "-"},
		{FORK, "", "heads", "error heads"}, {"", "", "head", "-"},
		{FORK, "", "left@base", "-"},
	};

	(void) state;
	run(ask_one, cases, sizeof(cases) / sizeof(*cases));
}

/* 11.2: the errors say what was meant, perhaps, and what is possible. */
static void
test_11_2_messages(void **state)
{
	static const struct
	{
		const char *graph;
		const char *text;
		const char *message; /* parts */
		const char *more;	 /* in detail or hint */
	} cases[] = {
		{LINE, "bb23", "Can't locate revision identified by 'bb23'", "bb22"},
		{FORK, "lefd", "'lefd'", "left"},
		{"abcd; abce; abcf; abcg", "abc", "abcd, abce, abcf", "characters"},
		{FORK, "head",
		 "Multiple head revisions are present for given "
		 "argument 'head'",
		 "d1, d2"},
		{FORK, "left@d2", "'d2'", "not a member of branch left"},
		{"abc", "xyz", "'xyz'", "three characters"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
	{
		MigrRevs out = {0};
		MigrGraph graph;
		MigrErr *err;
		Unit unit;

		unit_open(&unit);
		assert_true(unit_build(&unit, cases[i].graph, &graph));
		assert_false(migr_resolve(&graph, cases[i].text, &out));
		err = &unit.ctx.err;
		if (strstr(err->message, cases[i].message) == NULL)
			fail_msg("%s: %s", cases[i].text, err->message);
		if ((err->hint == NULL || !strstr(err->hint, cases[i].more)) &&
			(err->detail == NULL || !strstr(err->detail, cases[i].more)))
			fail_msg("%s: %s, %s", cases[i].text,
					 err->detail ? err->detail : "no detail",
					 err->hint ? err->hint : "no hint");
		unit_close(&unit);
	}
}

/* 2.4: relative targets of an upgrade. */
static void
test_upgrade(void **state)
{
	static const Case cases[] = {
		{LINE, "", "+1", "aa11"},
		{LINE, "aa11", "+2", "cc33"},
		{LINE, "aa11", "+3", "error range"},
		{LINE, "", "aa11+1", "bb22"},
		{LINE, "", "head-2", "aa11"},
		{LINE, "", "cc33+0", "cc33"},
		{LINE, "", "+99999999999999999999", "error range"},
		{FORK, "b", "left@+2", "d1"},
		{FORK, "d1 d2", "left@+1", "error range"},
		{FORK, "", "left@b+1", "c1"},
		{FORK, "", "b+1", "error ambiguous"},
		{FORK, "", "left, right", "c1 c2"},
		{FORK, "b", "left@+1 right@+1", "c1 c2"},
		{DEP, "b2", "A@+1", "a3"},
		{DEP, "", "A@+1", "a1"},
	};

	(void) state;
	run(ask_upgrade, cases, sizeof(cases) / sizeof(*cases));
}

/* Rows: any form of a known id; an unknown one says how to go on (11.12). */
static void
test_11_12_rows(void **state)
{
	static const char *const rows[] = {"cc33", "bb", "gone"};
	MigrNames names = {0};
	MigrRevs out = {0};
	MigrGraph graph;
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_true(unit_build(&unit, LINE, &graph));
	for (int i = 0; i < 2; i++)
		migr_vec_push(&unit.ctx.arena, &names, rows[i]);
	assert_true(migr_resolve_rows(&graph, &names, &out));
	assert_string_equal(unit_ids(&graph, &out), "cc33 bb22");
	migr_vec_push(&unit.ctx.arena, &names, rows[2]);
	assert_false(migr_resolve_rows(&graph, &names, &out));
	assert_int_equal(unit.ctx.err.code, MIGR_ERR_STATE);
	assert_non_null(strstr(unit.ctx.err.message, "'gone'"));
	assert_non_null(strstr(unit.ctx.err.hint, "migrate_stamp"));
	unit_close(&unit);
}

/* 11.8: a row that another one implies. */
static void
test_11_8_rows(void **state)
{
	static const struct
	{
		const char *graph;
		const char *rows;
		const char *repair; /* NULL: nothing to repair */
	} cases[] = {
		{LINE, "", NULL},
		{LINE, "bb22", NULL},
		{LINE, "bb22 cc33", "'cc33'"},
		{LINE, "cc33 aa11 bb22", "'cc33'"},
		{FORK, "c1 c2", NULL},
		{FORK, "c1 c2 b", "'c1, c2'"},
		{DEP, "a3 b3", NULL},
		{DEP, "a2 b2", "'b2'"},
		{DEP, "a2 b1", NULL},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
	{
		MigrGraph graph;
		MigrRevs rows;
		Unit unit;

		unit_open(&unit);
		assert_true(unit_build(&unit, cases[i].graph, &graph));
		rows = unit_revs(&graph, cases[i].rows);
		assert_int_equal(migr_check_rows(&graph, &rows),
						 cases[i].repair == NULL);
		if (cases[i].repair != NULL)
			assert_non_null(strstr(unit.ctx.err.hint, cases[i].repair));
		unit_close(&unit);
	}
}

/* 2.10: heads that dependencies imply are current, too. */
static void
test_current(void **state)
{
	static const Case cases[] = {
		{LINE, "bb22", NULL, "bb22"},	{LINE, "", NULL, ""},
		{FORK, "d1 c2", NULL, "c2 d1"}, {DEP, "b3", NULL, "a2 b3"},
		{DEP, "a3 b3", NULL, "a3 b3"},	{"a; b +a", "b", NULL, "a b"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
	{
		MigrGraph graph;
		MigrRevs rows;
		MigrRevs out = {0};
		Unit unit;

		unit_open(&unit);
		assert_true(unit_build(&unit, cases[i].graph, &graph));
		rows = unit_revs(&graph, cases[i].rows);
		migr_all_current(&graph, &rows, &out);
		assert_string_equal(unit_set(&graph, &out), cases[i].result);
		unit_close(&unit);
	}
}

/* 2.8: ranges, newest first. */
static void
test_history(void **state)
{
	static const Case cases[] = {
		{LINE, "", NULL, "cc33 bb22 aa11"},
		{LINE, "", ":", "cc33 bb22 aa11"},
		{LINE, "", "bb22:", "cc33 bb22"},
		{LINE, "", ":bb22", "bb22 aa11"},
		{LINE, "", "aa11:bb22", "bb22 aa11"},
		{LINE, "", "bb22:bb22", "bb22"},
		{LINE, "", "base:heads", "cc33 bb22 aa11"},
		{LINE, "", "cc33:bb22", "error range"},
		{LINE, "", "aa11", "error argument"},
		{LINE, "", "a:b:c", "error argument"},
		{LINE, "", "zz:", "error unknown"},
		{LINE, "", ":+2", "bb22 aa11"},
		{LINE, "", "aa11:+1", "bb22 aa11"},
		{LINE, "", "aa11:+9", "cc33 bb22 aa11"},
		{LINE, "", ":cc33-1", "bb22 aa11"},
		{LINE, "", "-1:", "cc33 bb22"},
		{LINE, "bb22", "current:", "cc33 bb22"},
		{LINE, "bb22", ":current", "bb22 aa11"},
		{LINE, "", ":current", "cc33 bb22 aa11"},
		{LINE, "", "current:", "cc33 bb22 aa11"},
		{LINE, "aa11", "current:+1", "bb22 aa11"},
		{FORK, "", NULL, "d1 c1 d2 c2 b a"},
		{FORK, "", "left:", "d1 c1"},
		{FORK, "", "b:left@head", "d1 c1 b"},
		{FORK, "", "left@base:", "d1 c1 b a"},
		{FORK, "", "c1:d2", "error range"},
		{DEP, "", ":B@head", "b3 b2 b1 a2 a1"},
		{DEP, "", "B@base:", "b3 b2 b1 a2 a1"},
		{DEP, "", "b1:b3", "b3 b2 b1"},
	};

	(void) state;
	run(ask_history, cases, sizeof(cases) / sizeof(*cases));
}

/* 11.13: blanks in ranges, and starts that lie below the base. */
static void
test_11_13_ranges(void **state)
{
	static const Case cases[] = {
		{LINE, "", " aa11 : bb22 ", "bb22 aa11"},
		{LINE, "", " : ", "cc33 bb22 aa11"},
		{LINE, "", "-3:", "cc33 bb22 aa11"},
		{LINE, "", "-9:", "cc33 bb22 aa11"},
		{FORK, "", "c1@base:", "d1 c1 b a"},
		{FORK, "", "d2@b:", "d2 c2 b"},
	};

	(void) state;
	run(ask_history, cases, sizeof(cases) / sizeof(*cases));
}

/* What show gives; 11.13: relative forms are walked from the rows. */
static void
test_11_13_show(void **state)
{
	static const Case cases[] = {
		{LINE, "", "bb", "bb22"},
		{LINE, "", "base", ""},
		{FORK, "", "heads", "d1 d2"},
		{FORK, "c1 c2", "current", "c1 c2"},
		{FORK, "", "current", ""},
		{LINE, "aa11", "+1", "bb22"},
		{LINE, "", "aa11+2", "cc33"},
		{LINE, "", "cc33-1", "bb22"},
		{LINE, "aa11", "+5", "error range"},
		{LINE, "", "-1", "bb22"},
		{LINE, "", "-9", ""},
	};

	(void) state;
	run(ask_show, cases, sizeof(cases) / sizeof(*cases));
}

/* 2.3: sharing a line, with and without dependencies. */
static void
test_lineage(void **state)
{
	static const struct
	{
		const char *tests;
		bool deps;
		const char *members;
	} cases[] = {
		{"a2", false, "a1 a2 a3"},
		{"a2", true, "a1 a2 a3 b2 b3"},
		{"b2", true, "a1 a2 b1 b2 b3"},
		{"a3 b1", false, "a1 a2 a3 b1 b2 b3"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
	{
		MigrGraph graph;
		MigrRevs tests;
		MigrRevs members = {0};
		MigrSet line;
		Unit unit;

		unit_open(&unit);
		assert_true(unit_build(&unit, DEP, &graph));
		tests = unit_revs(&graph, cases[i].tests);
		line = migr_lineage(&graph, &tests, cases[i].deps);
		for (int32_t rev = 0; rev < graph.count; rev++)
			if (migr_set_has(line, rev))
				migr_vec_push(&unit.ctx.arena, &members, rev);
		assert_string_equal(unit_ids(&graph, &members), cases[i].members);
		unit_close(&unit);
	}
}

static void
test_near_miss(void **state)
{
	MigrGraph graph;
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_true(unit_build(&unit, "6a32f8fc32ca @library", &graph));
	assert_string_equal(migr_near_miss(&graph, "6a32f8fc32cb"), "6a32f8fc32ca");
	assert_string_equal(migr_near_miss(&graph, "libary"), "library");
	assert_null(migr_near_miss(&graph, "something"));
	assert_null(migr_near_miss(&graph, ""));
	unit_close(&unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_absolute),	  cmocka_unit_test(test_one),
		cmocka_unit_test(test_11_2_messages), cmocka_unit_test(test_upgrade),
		cmocka_unit_test(test_11_12_rows),	  cmocka_unit_test(test_11_8_rows),
		cmocka_unit_test(test_current),		  cmocka_unit_test(test_history),
		cmocka_unit_test(test_11_13_ranges),  cmocka_unit_test(test_11_13_show),
		cmocka_unit_test(test_lineage),		  cmocka_unit_test(test_near_miss),
	};

	return cmocka_run_group_tests_name("resolve", tests, NULL, NULL);
}
