/*
 * fuzz_resolve.c
 *	  Identifiers and plans over any graph: the first line is the graph (see
 *	  unit.h), the second the rows, each other one an identifier.
 *
 * A plan must lead from rows that make sense to rows that make sense.
 */
#include "fuzz.h"

#include <string.h>

#include "unit.h"

#define MOST_BYTES 4096

typedef bool (*Planner)(const MigrGraph *, const char *, const MigrRevs *,
						MigrPlan *);

/* Drop rows until they make sense, each once. */
static void
repair(Unit *unit, const MigrGraph *graph, MigrRevs *rows)
{
	MigrRevs kept = {0};

	migr_revs_sort(graph, rows);
	for (int i = 0; i < rows->count; i++)
	{
		migr_vec_push(&unit->ctx.arena, &kept, rows->items[i]);
		if (!migr_check_rows(graph, &kept))
			kept.count--;
		unit_forget(unit);
	}
	*rows = kept;
}

/* Plan, and follow the steps. */
static void
follow(Unit *unit, const MigrGraph *graph, Planner planner, const char *text,
	   const MigrRevs *rows)
{
	MigrPlan plan = {0};
	MigrRevs now = {0};

	unit_forget(unit);
	if (!planner(graph, text, rows, &plan))
	{
		fuzz_check(unit->ctx.err.code != MIGR_OK);
		return;
	}
	fuzz_check(unit->ctx.err.code == MIGR_OK);
	for (int i = 0; i < rows->count; i++)
		migr_vec_push(&unit->ctx.arena, &now, rows->items[i]);
	for (int i = 0; i < plan.count; i++)
	{
		const MigrStep *step = &plan.items[i];
		int before = now.count;

		migr_apply_step(graph, step, &now);
		fuzz_check(now.count ==
				   before - step->removed.count + step->added.count);
		fuzz_check(step->operation == MIGR_STAMP ||
				   migr_check_rows(graph, &now));
		migr_step_line(graph, step);
	}
	fuzz_check(migr_check_rows(graph, &now));
}

/* Ask all questions about one identifier. */
static void
ask(Unit *unit, const MigrGraph *graph, const char *text, const MigrRevs *rows)
{
	MigrRevs out = {0};
	MigrNames names = {0};

	migr_resolve(graph, text, &out);
	unit_forget(unit);
	migr_resolve_show(graph, text, rows, &out);
	unit_forget(unit);
	migr_resolve_history(graph, text, rows, &out);
	unit_forget(unit);
	migr_vec_push(&unit->ctx.arena, &names, text);
	migr_resolve_rows(graph, &names, &out);
	follow(unit, graph, migr_plan_upgrade, text, rows);
	follow(unit, graph, migr_plan_downgrade, text, rows);
	follow(unit, graph, migr_plan_stamp, text, rows);
	for (int i = 0; i < out.count; i++)
		fuzz_check(out.items[i] >= 0 && out.items[i] < graph->count);
}

/* Take a line off *rest; NULL when none is left. */
static char *
take_line(char **rest)
{
	char *line = *rest;
	char *end;

	if (line == NULL)
		return NULL;
	end = strchr(line, '\n');
	*rest = end != NULL ? end + 1 : NULL;
	if (end != NULL)
		*end = '\0';
	return line;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	MigrGraph graph;
	Unit unit;
	char *copy;
	char *rest;
	const char *line;

	if (size > MOST_BYTES)
		return 0;
	copy = calloc(size + 1, 1);
	memcpy(copy, data, size);
	rest = copy;
	unit_open(&unit);
	if (unit_build(&unit, take_line(&rest), &graph))
	{
		MigrRevs rows = {0};

		line = take_line(&rest);
		if (line != NULL)
			rows = unit_revs(&graph, line);
		repair(&unit, &graph, &rows);
		while ((line = take_line(&rest)) != NULL)
			ask(&unit, &graph, line, &rows);
	}
	else
		fuzz_check(unit.ctx.err.code == MIGR_ERR_GRAPH);
	unit_close(&unit);
	free(copy);
	return 0;
}
