/*
 * test_graph.c
 *	  The revision graph: what is refused, who is whose parent, labels, order
 *	  (alembic.md 2.1, 2.2, 2.5).
 */
#include "unit.h"

#include <string.h>

/* Open a context and build a graph that has to be right. */
static void
open_graph(Unit *unit, const char *text, MigrGraph *graph)
{
	unit_open(unit);
	if (!unit_build(unit, text, graph))
		fail_msg("%s: %s", text, unit->ctx.err.message);
}

/* The revisions for which the question is answered with yes. */
static const char *
those(const MigrGraph *graph, bool (*question)(const MigrGraph *, int32_t))
{
	MigrRevs out = {0};

	for (int32_t i = 0; i < graph->count; i++)
		if (question(graph, i))
			migr_vec_push(&graph->ctx->arena, &out, i);
	return unit_ids(graph, &out);
}

/* Heads have no versioned children, real heads no children at all. */
static void
test_heads(void **state)
{
	static const struct
	{
		const char *graph;
		const char *heads;
		const char *real;
		const char *bases;
	} cases[] = {
		{"", "", "", ""},
		{"a", "a", "a", "a"},
		{"a; b(a); c(b)", "c", "c", "a"},
		{"c(b); b(a); a", "c", "c", "a"},
		{"a; b(a); c(a)", "b c", "b c", "a"},
		{"a; b; m(a,b)", "m", "m", "a b"},
		{"a; b +a", "a b", "b", "a b"},
		{"a @x; b +x; c(b)", "a c", "c", "a b"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
	{
		MigrGraph graph;
		Unit unit;

		open_graph(&unit, cases[i].graph, &graph);
		assert_string_equal(those(&graph, migr_is_head), cases[i].heads);
		assert_string_equal(those(&graph, migr_is_real_head), cases[i].real);
		assert_string_equal(those(&graph, migr_is_base), cases[i].bases);
		unit_close(&unit);
	}
}

/* 2.1: what can't be built names who is to blame. */
static void
test_errors(void **state)
{
	static const struct
	{
		const char *graph;
		const char *message; /* a part of it */
	} cases[] = {
		{"a(a)", "a"},
		{"a +a", "a"},
		{"a @x +x", "a"},
		{"a; a", "a"},
		{"a; b(a); a(b)", "a"},
		{"a @x; b @x", "x"},
		{"a; b @a", "a"},
		{"a @a", "a"},
		{"a @x,x", "x"},
		{"a(zz)", "zz"},
		{"a +zz", "zz"},
		{"a @x; b(x)", "x"},
		{"a(b); b(a)", "a"},
		{"a; b(a,c); c(b)", "b"},
		{"a; b(a,d); c(b); d(c); e(d)", "b"},
		{"a +b; b +a", "a"},
		{"a; b(a) +c; c(b)", "b"},
		{"a; b(a) +x; c(b) @x", "b"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
	{
		MigrGraph graph;
		Unit unit;

		unit_open(&unit);
		if (unit_build(&unit, cases[i].graph, &graph))
			fail_msg("%s was built", cases[i].graph);
		assert_int_equal(unit.ctx.err.code, MIGR_ERR_GRAPH);
		if (strstr(unit.ctx.err.message, cases[i].message) == NULL)
			fail_msg("%s: %s", cases[i].graph, unit.ctx.err.message);
		unit_close(&unit);
	}
}

/* 2.1, 5: deps that a versioned ancestor declares are no parents. */
static void
test_parents(void **state)
{
	static const struct
	{
		const char *graph;
		const char *revision;
		const char *parents;
	} cases[] = {
		{"a; b(a)", "b", "a"},
		{"a; b; c(a) +b", "c", "a b"},
		{"a; b; c(a) +b; d(c) +b", "d", "c"},
		{"a; b; c(a) +b; e(c); d(e) +b", "d", "e"},
		{"a; b; z(b); c(a) +z; d(c) +b", "d", "c b"},
		{"a; b(a); c(b) +a", "c", "b a"},
		{"a; b(a) +a", "b", "a"},
		{"a @x; b +x,a", "b", "a"},
		{"y; z; a; c(a) +z,y", "c", "a z y"},
		{"z; a; b(a) +z; c(a); m(b,c) +z", "m", "b c"},
		{"z; a +z; b +a; c(b) +z", "c", "b z"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
	{
		MigrGraph graph;
		MigrRevs rev;
		MigrRevs parents = {0};
		Unit unit;

		open_graph(&unit, cases[i].graph, &graph);
		rev = unit_revs(&graph, cases[i].revision);
		migr_each_edge (&graph.parents, rev.items[0], k)
			migr_vec_push(&unit.ctx.arena, &parents, graph.parents.to[k]);
		assert_string_equal(unit_ids(&graph, &parents), cases[i].parents);
		unit_close(&unit);
	}
}

/* 2.2: labels go up everywhere, and down while the line is unbranched. */
static void
test_labels(void **state)
{
	static const struct
	{
		const char *graph;
		const char *labels; /* of each revision in map order */
	} cases[] = {
		{"a; b(a) @x; c(b)", "x|x|x|"},
		{"a; b(a) @x; c(a)", "|x||"},
		{"a; b(a) @x; c(b); d(b)", "|x|x|x|"},
		{"a; b(a); c(b) @x; d(b) @y", "||x|y|"},
		{"a @x; b @y; m(a,b)", "x|y|x y|"},
		{"a; b; m(a,b) @x; n(m)", "||x|x|"},
		{"a; b(a) @x; z +a", "|x||"},
		{"a; b(a) @x,y", "x y|x y|"},
		{"a; b(a); c(b) @x; z +b", "||x||"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
	{
		MigrGraph graph;
		Unit unit;
		MigrStr str;

		open_graph(&unit, cases[i].graph, &graph);
		migr_str_init(&str, &unit.ctx.arena);
		for (int32_t rev = 0; rev < graph.count; rev++)
		{
			MigrNames names = {0};

			migr_labels_of(&graph, rev, &names);
			migr_str_add(&str, migr_join(&unit.ctx.arena, names.items,
										 names.count, " "));
			migr_str_add(&str, "|");
		}
		assert_string_equal(str.data, cases[i].labels);
		unit_close(&unit);
	}
}

/* 2.5: depth first along a line; the first in map order is undone first. */
static void
test_sort(void **state)
{
	static const struct
	{
		const char *graph;
		const char *todo; /* "" for all */
		const char *start;
		const char *order;
	} cases[] = {
		{"a; b(a); c(b)", "", "c", "c b a"},
		{"a; b(a); c(a)", "", "b c", "b c a"},
		{"a; b(a); c(a)", "", "c b", "b c a"},
		{"a; b(a); c(a); d(b); e(c)", "", "d e", "d b e c a"},
		{"a; b(a); c(a); m(b,c)", "", "m", "m b c a"},
		{"a; b(a); c(a); m(c,b)", "", "m", "m c b a"},
		{"a; b; c(a) +b", "", "c b", "c a b"},
		{"a; b(a); c(b)", "c b", "c", "c b"},
		{"a; b(a); c(b)", "b a", "c b", "b a"},
		{"a; b(a); c(b)", "c", "c c", "c"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
	{
		MigrGraph graph;
		MigrRevs start;
		MigrRevs members;
		MigrRevs order = {0};
		MigrSet todo;
		Unit unit;

		open_graph(&unit, cases[i].graph, &graph);
		start = unit_revs(&graph, cases[i].start);
		members = unit_revs(&graph, cases[i].todo);
		todo = migr_set_new(&graph);
		for (int32_t rev = 0; rev < graph.count && members.count == 0; rev++)
			migr_set_add(todo, rev);
		for (int k = 0; k < members.count; k++)
			migr_set_add(todo, members.items[k]);
		migr_graph_sort(&graph, todo, &start, &order);
		assert_string_equal(unit_ids(&graph, &order), cases[i].order);
		unit_close(&unit);
	}
}

/* Sets, closures and lists of ids. */
static void
test_sets(void **state)
{
	MigrGraph graph;
	MigrRevs revs;
	MigrSet set;
	Unit unit;

	(void) state;
	open_graph(&unit, "a; b(a); c(b); d(a) +c", &graph);
	set = migr_set_new(&graph);
	revs = unit_revs(&graph, "d");
	migr_graph_close(&graph, &graph.down, &revs, set);
	assert_true(migr_set_has(set, 0) && migr_set_has(set, 3));
	assert_false(migr_set_has(set, 1) || migr_set_has(set, 2));
	set = migr_set_new(&graph);
	migr_graph_close(&graph, &graph.parents, &revs, set);
	assert_true(migr_set_has(set, 1) && migr_set_has(set, 2));
	migr_set_drop(set, 1);
	assert_false(migr_set_has(set, 1));
	assert_null(migr_revs_text(&graph, &(MigrRevs){0}));
	revs = unit_revs(&graph, "d a d b");
	assert_string_equal(migr_revs_text(&graph, &revs), "d, a, d, b");
	migr_revs_sort(&graph, &revs);
	assert_string_equal(migr_revs_text(&graph, &revs), "a, b, d");
	unit_close(&unit);
}

/* Many labels and deps: more than a word of bits holds. */
static void
test_many(void **state)
{
	const int count = 300;
	MigrGraph graph;
	MigrNames names = {0};
	Unit unit;
	MigrStr text;

	(void) state;
	unit_open(&unit);
	migr_str_init(&text, &unit.ctx.arena);
	for (int i = 0; i < count; i++)
		migr_str_printf(&text, "d%d @l%d; ", i, i);
	migr_str_add(&text, "t +d0");
	for (int i = 1; i < count; i++)
		migr_str_printf(&text, ",l%d", i);
	migr_str_add(&text, "; u(t) +d299,d7; v");
	for (int i = 0; i < count; i++)
		migr_str_printf(&text, "%sd%d", i > 0 ? "," : "(", i);
	migr_str_add(&text, ")");
	assert_true(unit_build(&unit, text.data, &graph));
	assert_int_equal(migr_edge_count(&graph.parents, count), count);
	assert_int_equal(migr_edge_count(&graph.parents, count + 1), 1);
	migr_labels_of(&graph, count + 2, &names);
	assert_int_equal(names.count, count);
	assert_string_equal(names.items[299], "l299");
	unit_close(&unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_heads),	cmocka_unit_test(test_errors),
		cmocka_unit_test(test_parents), cmocka_unit_test(test_labels),
		cmocka_unit_test(test_sort),	cmocka_unit_test(test_sets),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests_name("graph", tests, NULL, NULL);
}
