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

/* Return the next of some numbers below limit that look random. */
static int
next_number(uint32_t *seed, int limit)
{
	*seed = *seed * 1103515245 + 12345;
	return (int) (*seed >> 16) % limit;
}

/*
 * Write a graph of which every third revision is on a line; the others branch
 * and merge, and depend each on two of that line: any, or the last ones.
 */
static const char *
tangle(Unit *unit, int count, int merges, bool last, uint32_t seed)
{
	MigrStr text;

	migr_str_init(&text, &unit->ctx.arena);
	for (int i = 0; i < count; i++)
	{
		int parent = i - 1 - next_number(&seed, 12);
		int other = i - 1 - next_number(&seed, 40);
		int line = i / 3;

		migr_str_printf(&text, "; r%d", i);
		if (i % 3 == 0)
		{
			if (i > 0)
				migr_str_printf(&text, "(r%d)", i - 3);
			continue;
		}
		if (parent > 0 && parent % 3 > 0)
		{
			migr_str_printf(&text, "(r%d", parent);
			if (other > 0 && other % 3 > 0 && next_number(&seed, 100) < merges)
				migr_str_printf(&text, ",r%d", other);
			migr_str_add(&text, ")");
		}
		for (int k = 0; k < 2; k++)
			migr_str_printf(&text, "%sr%d", k == 0 ? " +" : ",",
							3 * (last ? line - line % (k + 2)
									  : next_number(&seed, line + 1)));
	}
	return text.data + 2;
}

/* Does a versioned ancestor of a revision declare the dep too? */
static bool
is_shadowed(const MigrGraph *graph, int32_t rev, int32_t dep)
{
	MigrSet above = migr_set_new(graph);
	MigrRevs one = {0};

	migr_revs_add(graph, &one, rev);
	migr_graph_close(graph, &graph->down, &one, above);
	migr_set_drop(above, rev);
	for (int32_t i = 0; i < graph->count; i++)
		migr_each_edge (&graph->deps, i, k)
			if (graph->deps.to[k] == dep && migr_set_has(above, i))
				return true;
	return false;
}

/* The same rule in graphs where many declare many deps. */
static void
test_shadows(void **state)
{
	(void) state;
	for (int i = 0; i < 8; i++)
	{
		MigrGraph graph;
		Unit unit;
		const bool *shadowed;
		int found = 0;

		unit_open(&unit);
		assert_true(unit_build(
			&unit, tangle(&unit, 1200, i % 4 * 20, i >= 4, (uint32_t) i),
			&graph));
		shadowed = migr_graph_shadows(&graph);
		for (int32_t rev = 0; rev < graph.count; rev++)
			migr_each_edge (&graph.deps, rev, k)
			{
				found += shadowed[k];
				assert_int_equal(shadowed[k],
								 is_shadowed(&graph, rev, graph.deps.to[k]));
			}
		assert_true(found > 0 && found < graph.deps.start[graph.count]);
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
		cmocka_unit_test(test_many),	cmocka_unit_test(test_shadows),
	};

	return cmocka_run_group_tests_name("graph", tests, NULL, NULL);
}
