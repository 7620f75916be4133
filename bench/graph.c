/*
 * graph.c
 *	  How long the core takes over big graphs, without any host: build,
 *	  resolve and plan, history; and how much memory.
 *
 * usage: graph SHAPE COUNT.  Prints milliseconds and megabytes: build,
 * resolve, plan, history, arena after plan, arena after history.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "rev/history.h"
#include "rev/plan.h"

/* A graph that is being made, of count revisions; parents come first. */
typedef struct Maker
{
	MigrArena *arena;
	MigrRevisions revisions;
	int count;
} Maker;

/* Lend the arena memory. */
static void *
chunk(void *host, size_t size)
{
	void *ptr = malloc(size);

	(void) host;
	if (ptr == NULL)
		abort();
	return ptr;
}

/* The time, in milliseconds. */
static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double) t.tv_sec * 1e3 + (double) t.tv_nsec / 1e6;
}

/* Name the i-th revision: no order in the ids, as in life. */
static const char *
name(Maker *maker, int i)
{
	char id[16];
	int len = snprintf(id, sizeof(id), "%012x", (unsigned) i * 2654435761u);

	return migr_strndup(maker->arena, id, (size_t) len);
}

/* Let it revise the i-th; negative: none. */
static void
parent(Maker *maker, MigrRevision *revision, int i)
{
	if (i >= 0)
		migr_vec_push(maker->arena, &revision->revises, name(maker, i));
}

/* Let it depend on the i-th. */
static void
dependency(Maker *maker, MigrRevision *revision, int i)
{
	if (i >= 0)
		migr_vec_push(maker->arena, &revision->depends_on, name(maker, i));
}

/* ---- shapes ------------------------------------------------------------ */

/* Each revises the one before. */
static void
line(Maker *maker, MigrRevision *revision, int i)
{
	parent(maker, revision, i - 1);
}

/* Each fourth merges the two that branch from the one before. */
static void
ladder(Maker *maker, MigrRevision *revision, int i)
{
	if (i % 4 == 0 && i > 0)
	{
		parent(maker, revision, i - 1);
		parent(maker, revision, i - 2);
	}
	else
		parent(maker, revision, i % 4 < 2 ? i - 1 : i - 2);
}

/* 200 branches of one root. */
static void
branches(Maker *maker, MigrRevision *revision, int i)
{
	parent(maker, revision, i <= 200 ? (i > 0 ? 0 : -1) : i - 200);
}

/* All revise the first. */
static void
star(Maker *maker, MigrRevision *revision, int i)
{
	parent(maker, revision, i > 0 ? 0 : -1);
}

/* A parent among the last 50; each fifth a merge, each twentieth with a dep. */
static void
mixed(Maker *maker, MigrRevision *revision, int i)
{
	int first = i - 1 - rand() % (i < 50 ? i + 1 : 50);
	int second = i - 1 - rand() % 50;

	parent(maker, revision, i == 0 ? -1 : first < 0 ? 0 : first);
	if (i > 60 && rand() % 5 == 0 && second != first)
		parent(maker, revision, second);
	if (i > 60 && rand() % 20 == 0)
		dependency(maker, revision, rand() % (i - 1));
}

/* Two lines, of which one depends on the other at every step. */
static void
crossed(Maker *maker, MigrRevision *revision, int i)
{
	parent(maker, revision, i - 2);
	if (i % 2 == 1)
		dependency(maker, revision, i - 1);
}

/* Two lines that depend on a third one at every step. */
static void
followers(Maker *maker, MigrRevision *revision, int i)
{
	parent(maker, revision, i - 3);
	if (i % 3 > 0)
		dependency(maker, revision, i - i % 3);
}

/*
 * Branches and merges that depend, each revision, on any of a line: for deps
 * that several declare no place in a tree tells whether one is shadowed.
 */
static void
tangled(Maker *maker, MigrRevision *revision, int i)
{
	int first = 1 + rand() % 50;
	int second = 1 + rand() % 50;

	parent(maker, revision, i % 2 == 0 ? i - 2 : i - 2 * first);
	if (i % 2 == 0)
		return;
	if (rand() % 5 == 0 && second != first)
		parent(maker, revision, i - 2 * second);
	dependency(maker, revision, rand() % i / 2 * 2);
}

static const struct
{
	const char *name;
	void (*make)(Maker *, MigrRevision *, int);
} shapes[] = {{"line", line},			{"ladder", ladder},
			  {"branches", branches},	{"star", star},
			  {"mixed", mixed},			{"crossed", crossed},
			  {"followers", followers}, {"tangled", tangled}};

/* Make all revisions of a shape. */
static void
make(Maker *maker, const char *shape)
{
	srand(1);
	for (int i = 0; i < maker->count; i++)
	{
		MigrRevision *revision = migr_alloc(maker->arena, sizeof(*revision));

		revision->id = name(maker, i);
		revision->message = "";
		for (size_t k = 0; k < sizeof(shapes) / sizeof(shapes[0]); k++)
			if (strcmp(shapes[k].name, shape) == 0)
				shapes[k].make(maker, revision, i);
		migr_vec_push(maker->arena, &maker->revisions, revision);
	}
}

/* ---- measuring --------------------------------------------------------- */

/* Resolve what people type: a prefix of an id, and heads. */
static bool
resolve(Maker *maker, const MigrGraph *graph)
{
	MigrRevs out = {0};
	int32_t one;
	const char *id = name(maker, maker->count / 2);

	return migr_resolve_one(graph, migr_strndup(maker->arena, id, 9), &one) &&
		   migr_resolve(graph, "heads", &out);
}

/* Make the graph, and time what a command does with it. */
int
main(int argc, char **argv)
{
	MigrCtx ctx;
	Maker maker = {&ctx.arena, {0}, 0};
	MigrGraph graph;
	MigrRevs rows = {0};
	MigrRevs history = {0};
	MigrPlan plan = {0};
	double at[5];
	size_t before;
	size_t planned;

	if (argc < 3)
		return 2;
	memset(&ctx, 0, sizeof(ctx));
	migr_arena_init(&ctx.arena, chunk, NULL);
	maker.count = (int) strtol(argv[2], NULL, 10);
	make(&maker, argv[1]);
	before = ctx.arena.total;
	at[0] = now();
	if (!migr_graph_build(&ctx, maker.revisions.items, maker.count, &graph))
		goto failed;
	at[1] = now();
	if (!resolve(&maker, &graph))
		goto failed;
	at[2] = now();
	if (!migr_plan_upgrade(&graph, "heads", &rows, &plan))
		goto failed;
	at[3] = now();
	planned = ctx.arena.total;
	if (!migr_resolve_history(&graph, NULL, &rows, &history))
		goto failed;
	at[4] = now();
	for (int i = 0; i < 4; i++)
		printf("%.2f ", at[i + 1] - at[i]);
	printf("%.1f %.1f\n", (double) (planned - before) / 1e6,
		   (double) (ctx.arena.total - before) / 1e6);
	return 0;

failed:
	fprintf(stderr, "%s\n", ctx.err.message);
	return 1;
}
