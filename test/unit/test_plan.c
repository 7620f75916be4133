/*
 * test_plan.c
 *	  Upgrade, downgrade and stamp as steps and rows (alembic.md 2 and 11).
 *
 * The expected values are those of the model that was compared with Alembic
 * itself; test/alembic compares many more.
 */
#include "unit.h"

#include <string.h>

#define LINE "a; b(a); c(b); d(c)"
#define FORK "a; b(a); c1(b) @x; c2(b) @y; d1(c1); d2(c2)"
#define MERGE "a; b1(a) @x; b2(a) @y; c1(b1); m(c1,b2); n(m)"
#define TWO "a1 @A; a2(a1); a3(a2); b1 @B; b2(b1); b3(b2)"
#define DEP "a1 @A; a2(a1); a3(a2); b1 @B; b2(b1) +a2; b3(b2)"
#define RED "a; b(a); m(a,b); n(m)"

/* "error" and its word, or steps, | and the rows behind them as a set; the
 * steps of stamp are left out. */
typedef struct Case
{
	const char *verb;
	const char *graph;
	const char *rows;
	const char *target;
	const char *result;
} Case;

/* Plan what a case asks for. */
static bool
plan_case(const Case *wanted, const MigrGraph *graph, const MigrRevs *rows,
		  MigrPlan *plan)
{
	if (strcmp(wanted->verb, "up") == 0)
		return migr_plan_upgrade(graph, wanted->target, rows, plan);
	if (strcmp(wanted->verb, "down") == 0)
		return migr_plan_downgrade(graph, wanted->target, rows, plan);
	return migr_plan_stamp(graph, wanted->target, rows, plan);
}

/* The answer, in the words of a case. */
static const char *
answer(Unit *unit, const Case *wanted, const MigrGraph *graph)
{
	MigrRevs rows = unit_revs(graph, wanted->rows);
	MigrPlan plan = {0};
	const char *steps;

	if (!plan_case(wanted, graph, &rows, &plan))
		return migr_printf(&unit->ctx.arena, "error %s",
						   unit_code(unit->ctx.err.code));
	for (int i = 0; i < plan.count; i++)
		migr_apply_step(graph, &plan.items[i], &rows);
	steps = strcmp(wanted->verb, "stamp") == 0 ? "" : unit_plan(graph, &plan);
	return migr_printf(&unit->ctx.arena, "%s|%s", steps,
					   unit_set(graph, &rows));
}

/* Run a table of cases. */
static void
run(const Case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
	{
		MigrGraph graph;
		Unit unit;
		const char *got;

		unit_open(&unit);
		assert_true(unit_build(&unit, cases[i].graph, &graph));
		got = answer(&unit, &cases[i], &graph);
		if (strcmp(got, cases[i].result) != 0)
			fail_msg("%s from \"%s\" to \"%s\": %s, not %s", cases[i].verb,
					 cases[i].rows, cases[i].target, got, cases[i].result);
		unit_close(&unit);
	}
}

/* Upgrades (2.4, 2.6): the order of steps, the rows, the errors. */
static const Case upgrade_cases[] = {
	{"up", LINE, "", "d", "+a +b +c +d|d"},
	{"up", LINE, "b", "d", "+c +d|d"},
	{"up", LINE, "", "head", "+a +b +c +d|d"},
	{"up", LINE, "", "heads", "+a +b +c +d|d"},
	{"up", LINE, "d", "b", "|d"},
	{"up", LINE, "c", "base", "|c"},
	{"up", LINE, "", "+1", "+a|a"},
	{"up", LINE, "b", "+2", "+c +d|d"},
	{"up", LINE, "b", "+3", "error range"},
	{"up", LINE, "", "a+2", "+a +b +c|c"},
	{"up", LINE, "", "d-1", "+a +b +c|c"},
	{"up", LINE, "", "head-1", "+a +b +c|c"},
	{"up", LINE, "", "-1", "error range"},
	{"up", LINE, "", "x", "error unknown"},
	{"up", FORK, "", "heads", "+a +b +c2 +d2 +c1 +d1|d1 d2"},
	{"up", FORK, "", "head", "error heads"},
	{"up", FORK, "", "x", "+a +b +c1|c1"},
	{"up", FORK, "", "x@head", "+a +b +c1 +d1|d1"},
	{"up", FORK, "", "c1@heads", "+a +b +c1 +d1|d1"},
	{"up", FORK, "b", "+1", "error ambiguous"},
	{"up", FORK, "b", "x@+1", "+c1|c1"},
	{"up", FORK, "c2", "x@+1", "+c1|c1 c2"},
	{"up", FORK, "c1 c2", "+1", "error ambiguous"},
	{"up", FORK, "c1 c2", "y@+1", "+d2|c1 d2"},
	{"up", FORK, "d2", "x@heads", "+c1 +d1|d1 d2"},
	{"up", FORK, "", "d1, d2", "+a +b +c2 +d2 +c1 +d1|d1 d2"},
	{"up", FORK, "", "d1 c1", "error range"},
	{"up", MERGE, "", "head", "+a +b2 +b1 +c1 +m +n|n"},
	{"up", MERGE, "c1", "m", "+b2 +m|m"},
	{"up", MERGE, "b1 b2", "n", "+c1 +m +n|n"},
	{"up", MERGE, "c1 b2", "+1", "error ambiguous"},
	{"up", MERGE, "c1 b2", "x@+1", "+m|m"},
	{"up", TWO, "", "heads", "+b1 +b2 +b3 +a1 +a2 +a3|a3 b3"},
	{"up", TWO, "a2", "heads", "+b1 +b2 +b3 +a3|a3 b3"},
	{"up", TWO, "", "A@head", "+a1 +a2 +a3|a3"},
	{"up", TWO, "", "B@+2", "+b1 +b2|b2"},
	{"up", TWO, "a1", "B@+1", "+b1|a1 b1"},
	{"up", TWO, "", "+1", "error ambiguous"},
	{"up", DEP, "", "b3", "+a1 +a2 +b1 +b2 +b3|b3"},
	{"up", DEP, "", "heads", "+a1 +a2 +b1 +b2 +b3 +a3|a3 b3"},
	{"up", DEP, "b3", "heads", "+a3|a3 b3"},
	{"up", DEP, "b2", "A@+1", "+a3|a3 b2"},
	{"up", DEP, "a3", "B@head", "+b1 +b2 +b3|a3 b3"},
};

static void
test_upgrade(void **state)
{
	(void) state;
	run(upgrade_cases, sizeof(upgrade_cases) / sizeof(Case));
}

/* Downgrades (2.4, 2.7). */
static const Case downgrade_cases[] = {
	{"down", LINE, "d", "b", "-d -c|b"},
	{"down", LINE, "d", "base", "-d -c -b -a|"},
	{"down", LINE, "d", "-1", "-d|c"},
	{"down", LINE, "d", "-4", "-d -c -b -a|"},
	{"down", LINE, "d", "-5", "error range"},
	{"down", LINE, "", "base", "|"},
	{"down", LINE, "", "-1", "error range"},
	{"down", LINE, "b", "d", "error range"},
	{"down", LINE, "b", "b", "|b"},
	{"down", LINE, "d", "d-2", "-d -c|b"},
	{"down", LINE, "d", "a+1", "-d -c|b"},
	{"down", LINE, "d", "base+1", "-d -c -b|a"},
	{"down", LINE, "d", "+1", "error range"},
	{"down", LINE, "d", "head-1", "-d|c"},
	{"down", FORK, "d1 d2", "b", "-d1 -c1 -d2 -c2|b"},
	{"down", FORK, "d1 d2", "base", "-d1 -c1 -d2 -c2 -b -a|"},
	{"down", FORK, "d1 d2", "x@b", "-d1 -c1|d2"},
	{"down", FORK, "d1 d2", "x@-1", "-d1|c1 d2"},
	{"down", FORK, "d1 d2", "y@-2", "-d2 -c2|d1"},
	{"down", FORK, "d1 d2", "c1", "-d1|c1 d2"},
	{"down", FORK, "d1", "c2", "error range"},
	{"down", MERGE, "n", "b2", "-n -m|b2 c1"},
	{"down", MERGE, "n", "a", "-n -m -c1 -b1 -b2|a"},
	{"down", MERGE, "n", "y@a", "-n -m -b2|c1"},
	{"down", TWO, "a3 b3", "A@base", "-a3 -a2 -a1|b3"},
	{"down", TWO, "a3 b3", "base", "-a3 -a2 -a1 -b3 -b2 -b1|"},
	{"down", TWO, "a3 b3", "B@-1", "-b3|a3 b2"},
	{"down", TWO, "a3 b3", "b1", "-b3 -b2|a3 b1"},
	{"down", DEP, "a3 b3", "A@base", "-a3 -b3 -b2 -a2 -a1|b1"},
	{"down", DEP, "a3 b3", "B@base", "-b3 -b2 -b1|a3"},
	{"down", DEP, "b3", "b1", "-b3 -b2|a2 b1"},
	{"down", DEP, "a3 b3", "a2", "-a3|b3"},
	{"down", DEP, "a3 b3", "a1", "-a3 -b3 -b2 -a2|a1 b1"},
	{"down", DEP, "b3", "A@-1", "-b3 -b2 -a2|a1 b1"},
};

static void
test_downgrade(void **state)
{
	(void) state;
	run(downgrade_cases, sizeof(downgrade_cases) / sizeof(Case));
}

/* Stamps (2.10), by the rows they leave. */
static const Case stamp_cases[] = {
	{"stamp", LINE, "", "c", "|c"},
	{"stamp", LINE, "b", "d", "|d"},
	{"stamp", LINE, "d", "b", "|b"},
	{"stamp", LINE, "d", "base", "|"},
	{"stamp", LINE, "", "base", "|"},
	{"stamp", LINE, "b", "b", "|b"},
	{"stamp", FORK, "", "heads", "|d1 d2"},
	{"stamp", FORK, "d1 d2", "b", "|b"},
	{"stamp", FORK, "d1", "y", "|c2 d1"},
	{"stamp", FORK, "d1 d2", "x", "|c1 d2"},
	{"stamp", FORK, "d1 d2", "x@base", "|d2"},
	{"stamp", MERGE, "b1 b2", "n", "|n"},
	{"stamp", MERGE, "b1", "m", "|m"},
	{"stamp", DEP, "a3 b3", "A@base", "|"},
	{"stamp", DEP, "b3", "a3", "|a3 b3"},
	{"stamp", DEP, "", "heads", "|a3 b3"},
	{"stamp", TWO, "a3", "b2", "|a3 b2"},
	{"stamp", TWO, "a3 b2", "B@base", "|a3"},
	{"stamp", TWO, "a3", "a1, b1", "|a1 b1"},
};

static void
test_stamp(void **state)
{
	(void) state;
	run(stamp_cases, sizeof(stamp_cases) / sizeof(Case));
}

/* 11.1: errors where Alembic crashes, and walks that end at the base. */
static const Case case_11_1_errors_cases[] = {
	{"up", LINE, "", "a-1", "|"},
	{"up", LINE, "", "a-2", "error range"},
	{"up", LINE, "", "", "error argument"},
	{"up", LINE, "", " , ", "error argument"},
	{"down", LINE, "d", "", "error argument"},
	{"stamp", LINE, "d", "", "error argument"},
	{"down", FORK, "c1 c2", "b@-1", "error ambiguous"},
	{"down", LINE, "", "base-9", "error range"},
};

static void
test_11_1_errors(void **state)
{
	(void) state;
	run(case_11_1_errors_cases, sizeof(case_11_1_errors_cases) / sizeof(Case));
}

/* 11.4: -N may end by undoing a merge; several rows need a branch. */
static const Case case_11_4_merge_cases[] = {
	{"down", FORK, "d1 d2", "-1", "error ambiguous"},
	{"down", FORK, "d1", "-1", "-d1|c1"},
	{"down", MERGE, "n", "-1", "-n|m"},
	{"down", MERGE, "n", "-2", "-n -m|b2 c1"},
	{"down", MERGE, "n", "-3", "error ambiguous"},
	{"down", MERGE, "n", "x@-3", "-n -m -c1|b1 b2"},
	{"down", MERGE, "n", "y@-3", "-n -m -b2|c1"},
	{"down", MERGE, "n", "x@-4", "-n -m -c1 -b1|b2"},
};

static void
test_11_4_merge(void **state)
{
	(void) state;
	run(case_11_4_merge_cases, sizeof(case_11_4_merge_cases) / sizeof(Case));
}

/* 11.5: the base of a branch is never the trunk of others. */
static const Case case_11_5_shared_base_cases[] = {
	{"down", FORK, "d1 d2", "x@base", "error range"},
	{"down", FORK, "d1", "x@base", "error range"},
	{"down", FORK, "d1", "x@-4", "-d1 -c1 -b -a|"},
	{"down", FORK, "d1 d2", "x@-4", "error range"},
};

static void
test_11_5_shared_base(void **state)
{
	(void) state;
	run(case_11_5_shared_base_cases,
		sizeof(case_11_5_shared_base_cases) / sizeof(Case));
}

/* 11.6: a merge may list a parent that another parent implies. */
static const Case case_11_6_redundant_parent_cases[] = {
	{"up", RED, "", "head", "+a +b +m +n|n"},
	{"up", RED, "b", "n", "+m +n|n"},
	{"down", RED, "m", "-1", "-m|b"},
	{"down", RED, "n", "a", "-n -m -b|a"},
};

static void
test_11_6_redundant_parent(void **state)
{
	(void) state;
	run(case_11_6_redundant_parent_cases,
		sizeof(case_11_6_redundant_parent_cases) / sizeof(Case));
}

/* 11.7: stamp leaves a set of rows that makes sense. */
static const Case case_11_7_stamp_cases[] = {
	{"stamp", LINE, "b", "+1", "|c"},
	{"stamp", LINE, "b", "-1", "|a"},
	{"stamp", LINE, "a", "-1", "|"},
	{"stamp", LINE, "b", "d-1", "|c"},
	{"stamp", LINE, "b d", "d", "|d"},
	{"stamp", MERGE, "n", "b1 b2", "|b1 b2"},
	{"stamp", MERGE, "n", "-2", "|b2 c1"},
	{"stamp", DEP, "", "b3 a2", "|b3"},
	{"stamp", LINE, "d", "a b c", "|c"},
	{"stamp", MERGE, "c1 b2", "b1 n", "|n"},
	{"stamp", FORK, "b", "+1", "error ambiguous"},
	{"stamp", FORK, "d1 d2", "-1", "error ambiguous"},
	{"stamp", FORK, "d1 d2", "x@-1", "|c1 d2"},
	{"stamp", FORK, "b", "x@+1", "|c1"},
};

static void
test_11_7_stamp(void **state)
{
	(void) state;
	run(case_11_7_stamp_cases, sizeof(case_11_7_stamp_cases) / sizeof(Case));
}

/* 11.8: rows of which one implies another are refused; stamp repairs them. */
static const Case case_11_8_rows_cases[] = {
	{"up", LINE, "a b", "d", "error state"},
	{"down", LINE, "a b", "a", "error state"},
	{"up", DEP, "a2 b2", "heads", "error state"},
	{"stamp", LINE, "a b", "b", "|b"},
};

static void
test_11_8_rows(void **state)
{
	(void) state;
	run(case_11_8_rows_cases, sizeof(case_11_8_rows_cases) / sizeof(Case));
}

/* Plan in a new context; the graph goes into *graph. */
static MigrPlan
plan_of(Unit *unit, const Case *wanted, MigrGraph *graph)
{
	MigrPlan plan = {0};
	MigrRevs rows;

	unit_open(unit);
	assert_true(unit_build(unit, wanted->graph, graph));
	rows = unit_revs(graph, wanted->rows);
	assert_true(plan_case(wanted, graph, &rows, &plan));
	return plan;
}

/* What a step says: where from, where to, which rows go and come. */
static void
test_steps(void **state)
{
	static const struct
	{
		Case wanted;
		const char *steps;
	} cases[] = {
		{{"up", LINE, "", "b", NULL}, "a: >a, +a; b: a>b, a+b; "},
		{{"up", MERGE, "c1 b2", "m", NULL}, "m: c1 b2>m, c1 b2+m; "},
		{{"up", DEP, "a2 b1", "b2", NULL}, "b2: b1>b2, b1 a2+b2; "},
		{{"down", MERGE, "m", "-1", NULL}, "m: m>c1 b2, m+c1 b2; "},
		{{"down", DEP, "b2", "b1", NULL}, "b2: b2>b1, b2+b1 a2; "},
		{{"down", LINE, "a", "base", NULL}, "a: a>, a+; "},
		{{"stamp", LINE, "", "c", NULL}, "c: >c, +c; "},
		{{"stamp", LINE, "b", "d", NULL}, "d: b>d, b+d; "},
		{{"stamp", LINE, "b", "b", NULL}, ""},
		{{"stamp", TWO, "a3 b3", "base", NULL}, "-: a3>, a3+; -: b3>, b3+; "},
		{{"stamp", FORK, "d1 d2", "b", NULL}, "b: d1 d2>b, d1 d2+b; "},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
	{
		MigrGraph graph;
		Unit unit;
		MigrPlan plan = plan_of(&unit, &cases[i].wanted, &graph);
		MigrStr str;

		migr_str_init(&str, &unit.ctx.arena);
		for (int k = 0; k < plan.count; k++)
		{
			const MigrStep *step = &plan.items[k];
			MigrRevs one = {0};

			migr_vec_push(&unit.ctx.arena, &one, step->revision);
			migr_str_printf(&str, "%s: %s>%s, %s+%s; ", unit_ids(&graph, &one),
							unit_ids(&graph, &step->from),
							unit_ids(&graph, &step->to),
							unit_ids(&graph, &step->removed),
							unit_ids(&graph, &step->added));
		}
		assert_string_equal(str.data, cases[i].steps);
		unit_close(&unit);
	}
}

/* The lines that Alembic reports steps by. */
static void
test_lines(void **state)
{
	static const struct
	{
		Case wanted;
		const char *line;
	} cases[] = {
		{{"up", LINE, "", "a", NULL}, "Running upgrade  -> a"},
		{{"up", LINE, "a", "b", NULL}, "Running upgrade a -> b"},
		{{"up", MERGE, "c1 b2", "m", NULL}, "Running upgrade c1, b2 -> m"},
		{{"down", LINE, "b", "a", NULL}, "Running downgrade b -> a"},
		{{"down", LINE, "a", "base", NULL}, "Running downgrade a -> "},
		{{"stamp", LINE, "", "c", NULL}, "Running stamp_revision  -> c"},
		{{"stamp", LINE, "b", "base", NULL}, "Running stamp_revision b -> "},
	};
	MigrGraph graph;
	MigrRevs rows = {0};
	MigrPlan plan = {0};
	MigrRevisions revisions;
	Unit unit;

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
	{
		plan = plan_of(&unit, &cases[i].wanted, &graph);
		assert_string_equal(migr_step_line(&graph, &plan.items[0]),
							cases[i].line);
		unit_close(&unit);
	}
	unit_open(&unit);
	revisions = unit_revisions(&unit, "a");
	revisions.items[0]->message = "the first";
	assert_true(migr_graph_build(&unit.ctx, revisions.items, 1, &graph));
	memset(&plan, 0, sizeof(plan));
	assert_true(migr_plan_upgrade(&graph, "a", &rows, &plan));
	assert_string_equal(migr_step_line(&graph, &plan.items[0]),
						"Running upgrade  -> a, the first");
	unit_close(&unit);
}

/* 11.4, 11.5, 11.8: the errors say what to do. */
static void
test_hints(void **state)
{
	static const struct
	{
		Case wanted;
		const char *hint;
	} cases[] = {
		{{"down", FORK, "d1 d2", "-1", NULL}, "d1@-1"},
		{{"down", MERGE, "n", "-3", NULL}, "<branchname>@-N"},
		{{"down", FORK, "d1", "x@base", NULL}, "c1@b"},
		{{"up", LINE, "a b", "d", NULL}, "migrate_stamp('b')"},
		{{"up", FORK, "", "head", NULL}, "heads"},
		{{"up", FORK, "c1 c2", "+1", NULL}, "<branchname>@+N"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
	{
		MigrPlan plan = {0};
		MigrGraph graph;
		MigrRevs rows;
		Unit unit;

		unit_open(&unit);
		assert_true(unit_build(&unit, cases[i].wanted.graph, &graph));
		rows = unit_revs(&graph, cases[i].wanted.rows);
		assert_false(plan_case(&cases[i].wanted, &graph, &rows, &plan));
		assert_non_null(unit.ctx.err.hint);
		if (strstr(unit.ctx.err.hint, cases[i].hint) == NULL)
			fail_msg("hint: %s", unit.ctx.err.hint);
		unit_close(&unit);
	}
}

/* 11.10: map order decides, and several deps keep their order. */
static void
test_11_10_order(void **state)
{
	static const Case cases[] = {
		{"up", "a; b(a); c(a)", "", "heads", "+a +c +b|b c"},
		{"up", "c(a); b(a); a", "", "heads", "+a +b +c|c b"},
		{"down", "a; b(a); c(a)", "c b", "base", "-b -c -a|"},
		{"up", "x; y; z; d +y,x,z", "", "d", "+z +x +y +d|d"},
		{"up", "x; y; z; d +z,y,x", "", "d", "+x +y +z +d|d"},
		{"down", "x; y; z; d +z,y,x", "d", "base", "-d -z -y -x|"},
	};

	(void) state;
	run(cases, sizeof(cases) / sizeof(*cases));
}

/* A long line, and a wide fan, are planned in no time. */
static void
test_big(void **state)
{
	const int count = 5000;
	MigrGraph graph;
	MigrRevs none = {0};
	MigrPlan up = {0};
	MigrPlan down = {0};
	MigrRevs rows = {0};
	Unit unit;
	MigrStr text;

	(void) state;
	unit_open(&unit);
	migr_str_init(&text, &unit.ctx.arena);
	migr_str_add(&text, "r0; ");
	for (int i = 1; i < count; i++)
		migr_str_printf(&text, "r%d(r%d); ", i, i % 10 == 9 ? 0 : i - 1);
	assert_true(unit_build(&unit, text.data, &graph));
	assert_true(migr_plan_upgrade(&graph, "heads", &none, &up));
	assert_int_equal(up.count, count);
	for (int i = 0; i < up.count; i++)
		migr_apply_step(&graph, &up.items[i], &rows);
	assert_int_equal(rows.count, count / 10 + 1);
	assert_true(migr_plan_downgrade(&graph, "base", &rows, &down));
	assert_int_equal(down.count, count);
	unit_close(&unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_upgrade),
		cmocka_unit_test(test_downgrade),
		cmocka_unit_test(test_stamp),
		cmocka_unit_test(test_11_1_errors),
		cmocka_unit_test(test_11_4_merge),
		cmocka_unit_test(test_11_5_shared_base),
		cmocka_unit_test(test_11_6_redundant_parent),
		cmocka_unit_test(test_11_7_stamp),
		cmocka_unit_test(test_11_8_rows),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_hints),
		cmocka_unit_test(test_11_10_order),
		cmocka_unit_test(test_big),
	};

	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
