/*
 * driver.c
 *	  The core's graph answers as lines of text, for whoever compares them.
 *
 * Reads a request a line from stdin, its fields separated by tabs, and prints
 * an answer a line: "ok" and fields, or "error", a word and the message.
 *
 *	graph	TEXT			sets the graph (see unit.h)
 *	resolve	SYMBOL			ids
 *	one	SYMBOL				an id, or "-" for base
 *	up|down|stamp	ROWS	TARGET		STEP|FROM|TO|ROWS a step; rows are a set
 *	history	ROWS	[RANGE]		ids
 *	show	ROWS	SYMBOL		ids
 *	current	ROWS			ids
 *	labels					labels of each revision, in map order
 */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Print the error, and forget it. */
static void
say_error(Unit *unit)
{
	printf("error\t%s\t%s\n", unit_code(unit->ctx.err.code),
		   unit->ctx.err.message != NULL ? unit->ctx.err.message : "");
	unit_forget(unit);
}

/* Print revisions as they are ordered, or the error. */
static void
say_revs(Unit *unit, const MigrGraph *graph, bool good, const MigrRevs *revs)
{
	if (good)
		printf("ok\t%s\n", unit_ids(graph, revs));
	else
		say_error(unit);
}

/* Print a plan, with the rows behind each step. */
static void
say_plan(Unit *unit, const MigrGraph *graph, bool good, const MigrPlan *plan,
		 const MigrRevs *rows)
{
	MigrRevs now = {0};

	if (!good)
	{
		say_error(unit);
		return;
	}
	for (int i = 0; i < rows->count; i++)
		migr_vec_push(&unit->ctx.arena, &now, rows->items[i]);
	printf("ok");
	for (int i = 0; i < plan->count; i++)
	{
		const MigrStep *step = &plan->items[i];

		migr_apply_step(graph, step, &now);
		printf("\t%s|%s|%s|%s", unit_step(graph, step),
			   unit_ids(graph, &step->from), unit_ids(graph, &step->to),
			   unit_set(graph, &now));
	}
	printf("\n");
}

/* Answer up, down or stamp. */
static void
plan_request(Unit *unit, const MigrGraph *graph, const char *verb,
			 const char *target, const MigrRevs *rows)
{
	MigrPlan plan = {0};
	bool good;

	if (strcmp(verb, "stamp") == 0)
		good = migr_plan_stamp(graph, target, rows, &plan);
	else if (!migr_check_rows(graph, rows))
		good = false;
	else if (strcmp(verb, "up") == 0)
		good = migr_plan_upgrade(graph, target, rows, &plan);
	else
		good = migr_plan_downgrade(graph, target, rows, &plan);
	say_plan(unit, graph, good, &plan, rows);
}

/* Print each revision's labels. */
static void
say_labels(Unit *unit, const MigrGraph *graph)
{
	printf("ok");
	for (int32_t i = 0; i < graph->count; i++)
	{
		MigrNames names = {0};

		migr_labels_of(graph, i, &names);
		printf("\t%s",
			   migr_join(&unit->ctx.arena, names.items, names.count, " "));
	}
	printf("\n");
}

/* Answer one request over the graph. */
static void
answer(Unit *unit, const MigrGraph *graph, const char *verb, const char *first,
	   const char *second)
{
	MigrRevs out = {0};
	MigrRevs rows = {0};
	int32_t one = MIGR_NO_REVISION;
	bool good = true;

	if (strcmp(verb, "labels") == 0)
	{
		say_labels(unit, graph);
		return;
	}
	if (strcmp(verb, "resolve") == 0)
		good = migr_resolve(graph, first, &out);
	else if (strcmp(verb, "one") == 0)
	{
		good = migr_resolve_one(graph, first, &one);
		migr_vec_push(&unit->ctx.arena, &out, one);
	}
	else
		rows = unit_revs(graph, first);
	if (strcmp(verb, "current") == 0)
		migr_all_current(graph, &rows, &out);
	else if (strcmp(verb, "history") == 0)
		good = migr_resolve_history(graph, second, &rows, &out);
	else if (strcmp(verb, "show") == 0)
		good = migr_resolve_show(graph, second, &rows, &out);
	else if (strcmp(verb, "resolve") != 0 && strcmp(verb, "one") != 0)
	{
		plan_request(unit, graph, verb, second, &rows);
		return;
	}
	say_revs(unit, graph, good, &out);
}

/* Take the field up to a tab or the line's end off *rest; NULL: none left. */
static char *
take_field(char **rest)
{
	char *field = *rest;
	size_t len;

	if (field == NULL)
		return NULL;
	len = strcspn(field, "\t\n");
	*rest = field[len] == '\t' ? field + len + 1 : NULL;
	field[len] = '\0';
	return field;
}

int
main(void)
{
	Unit unit;
	MigrGraph graph;
	char *line = NULL;
	size_t size = 0;

	unit_open(&unit);
	unit_build(&unit, "", &graph);
	while (getline(&line, &size, stdin) > 0)
	{
		char *rest = line;
		const char *verb = take_field(&rest);
		const char *first = take_field(&rest);
		const char *second = take_field(&rest);

		if (strcmp(verb, "graph") != 0)
			answer(&unit, &graph, verb, first, second);
		else
		{
			unit_close(&unit);
			unit_open(&unit);
			memset(&graph, 0, sizeof(graph));
			if (unit_build(&unit, first, &graph))
				printf("ok\n");
			else
			{
				say_error(&unit);
				unit_build(&unit, "", &graph);
			}
		}
		fflush(stdout);
	}
	free(line);
	unit_close(&unit);
	return 0;
}
