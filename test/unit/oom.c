/*
 * oom.c
 *	  No memory: every allocation of a whole call fails once.
 *
 * The chunk function jumps out at the first chunk, then at the second, and so
 * on until a run gets through, as SQLite's door does.  Built with
 * -DMIGR_ARENA_DEBUG, so that each allocation is a chunk, and run under
 * AddressSanitizer: nothing may leak, and nothing be used that isn't there.
 */
#include "unit.h"

#include <stdio.h>

static const char scripts[] =
	"-- migrate:revision a\n-- migrate:labels lib, app\n"
	"-- migrate:message the first\n-- migrate:created 2026-11-21\n"
	"-- migrate:upgrade\nCREATE TABLE t(i int);\n"
	"-- migrate:downgrade sqlite\nDROP TABLE t;\n"
	"-- migrate:revision b\n-- migrate:revises a\n"
	"-- migrate:revision c\n-- migrate:revises a\n-- migrate:labels side\n"
	"-- migrate:revision d\n-- migrate:revises b, c\n"
	"-- migrate:revision e\n-- migrate:depends_on side\n"
	"-- migrate:revision f\n-- migrate:revises e\n-- migrate:depends_on d\n";

/* Parse scripts, also ones that are wrong, and cut them into sections. */
static void
use_scripts(MigrCtx *ctx, MigrRevisions *revisions)
{
	static const char *const wrong[] = {
		"SELECT 1;",
		"-- migrate:upgrad",
		"-- migrate:revision a\n-- migrate:labels x-1",
		"-- migrate:revision a\n-- migrate:revision a",
	};
	MigrRevisions none = {0};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		migr_script_parse(ctx, migr_span(wrong[i]), "x.sql", &none);
	migr_place_text(&ctx->arena, &ctx->err.place);
	ctx->err.code = MIGR_OK;
	migr_script_parse(ctx, migr_span(scripts), "y.sql", revisions);
	for (int i = 0; i < revisions->count; i++)
	{
		MigrSections sections = {0};

		migr_script_sections(ctx, revisions->items[i], &sections);
	}
}

/* Ask a graph all that can be asked. */
static void
use_graph(const MigrGraph *graph)
{
	static const char *const texts[] = {
		"heads", "head", "lib@head", "x",		 "+1",	"-1",  "side@-1",
		"f-1",	 "base", "d+1",		 "lib@base", "a c", "f d", NULL};
	MigrRevs rows = unit_revs(graph, "b c");
	MigrRevs out = {0};
	MigrErr *err = &graph->ctx->err;

	for (int i = 0; texts[i] != NULL; i++)
	{
		MigrPlan plan = {0};
		MigrNames names = {0};

		migr_resolve(graph, texts[i], &out);
		migr_resolve_show(graph, texts[i], &rows, &out);
		err->code = MIGR_OK;
		migr_plan_upgrade(graph, texts[i], &rows, &plan);
		err->code = MIGR_OK;
		migr_plan_downgrade(graph, texts[i], &rows, &plan);
		err->code = MIGR_OK;
		migr_plan_stamp(graph, texts[i], &rows, &plan);
		err->code = MIGR_OK;
		for (int k = 0; k < plan.count; k++)
			migr_step_line(graph, &plan.items[k]);
		migr_vec_push(&graph->ctx->arena, &names, texts[i]);
		migr_resolve_rows(graph, &names, &out);
	}
	migr_check_rows(graph, &rows);
	migr_all_current(graph, &rows, &out);
	migr_resolve_history(graph, "a:heads", &rows, &out);
	migr_near_miss(graph, "lob");
}

/* The whole call. */
static void
work(Unit *unit)
{
	MigrRevisions revisions = {0};
	MigrGraph graph;

	use_scripts(&unit->ctx, &revisions);
	if (migr_graph_build(&unit->ctx, revisions.items, revisions.count, &graph))
		use_graph(&graph);
}

/* Run with the chunk failing that countdown says; true when none did. */
static bool
run(long countdown)
{
	Unit unit;

	unit_open(&unit);
	unit.countdown = countdown;
	if (setjmp(unit.no_memory) != 0)
	{
		unit_close(&unit);
		return false;
	}
	work(&unit);
	unit_close(&unit);
	return true;
}

static void
test_every_chunk(void **state)
{
	long countdown = 1;

	(void) state;
	while (!run(countdown))
		countdown++;
	assert_true(countdown > 100);
	printf("%ld allocations failed, each once\n", countdown - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_chunk),
	};

	return cmocka_run_group_tests_name("oom", tests, NULL, NULL);
}
