/*
 * order.c
 *	  Put a set of revisions into the order in which they are undone: children
 *	  first, one line at a time (alembic.md 2.5).
 *
 * Alembic keeps a frontier of lines, each standing on one revision, and for
 * each line the set of all ancestors of that revision; a revision must wait
 * while it is in another line's set, and the walk jumps to the lowest such
 * line.  Keeping those sets is quadratic.  Two observations make it linear in
 * practice:
 *
 * - the lines together cover everything that is left, so a revision must wait
 *	 exactly while one of its own children is left: a counter;
 * - for a given revision, the lowest line that stands on it or above it never
 *	 gets lower while the walk goes on: lines only move down, and new ones go
 *	 to the end.  So the last known answer is a lower bound, and finding the
 *	 line means following the least bounds upwards, repairing those that are
 *	 out of date.  Each revision keeps its children in a heap by the bound it
 *	 last saw; as bounds only rise, a stale one sinks when it comes to the top.
 *	 Most repairs end at once: the next line that is alive stands above, as the
 *	 numbering of a spanning tree (along first parents) tells in one step.
 */
#include <string.h>

#include "rev/graph.h"

#define NO_LINE INT32_MAX

/* A line of the frontier; lines are numbered in the order they begin. */
typedef struct Line
{
	int32_t at;	  /* the revision it stands on */
	int32_t turn; /* grows whenever it may leave something uncovered */
	int32_t prev;
	int32_t next;
	int32_t alive; /* itself, or when it has ended a later one to ask */
} Line;

typedef struct Walk
{
	const MigrGraph *graph;
	MigrSet todo;
	int32_t *waits;	  /* children left, for each revision */
	int32_t *line_of; /* the line that stands on it, or NO_LINE */
	int32_t *bound;	  /* no line below this number stands on it or above */
	int32_t *checked; /* the turn of line bound in which it was exact */
	int32_t *path;	  /* stack of find_line() */
	MigrEdges heap;	  /* children left, least bound first; start as kids' */
	int32_t *seen;	  /* the bound by which each stands in the heap */
	int32_t *size;	  /* of each revision's heap */
	int32_t *first_in_tree; /* numbers of the spanning tree, in preorder */
	int32_t *tree_size;		/* so many revisions hang on it, itself too */
	MIGR_VEC(Line) lines;
	int32_t first; /* first line alive */
	int32_t last;
} Walk;

/* Begin a new line on a revision, behind all others. */
static void
begin_line(Walk *walk, int32_t rev)
{
	Line line = {rev, 1, walk->last, NO_LINE, walk->lines.count};
	int32_t number = walk->lines.count;

	migr_vec_push(&walk->graph->ctx->arena, &walk->lines, line);
	if (walk->last != NO_LINE)
		walk->lines.items[walk->last].next = number;
	else
		walk->first = number;
	walk->last = number;
	walk->line_of[rev] = number;
}

/* End a line; returns the one to go on with: the line before it, or the first. */
static int32_t
end_line(Walk *walk, int32_t number)
{
	Line *line = &walk->lines.items[number];

	line->alive = number + 1;
	if (line->prev != NO_LINE)
		walk->lines.items[line->prev].next = line->next;
	else
		walk->first = line->next;
	if (line->next != NO_LINE)
		walk->lines.items[line->next].prev = line->prev;
	else
		walk->last = line->prev;
	return line->prev != NO_LINE ? line->prev : walk->first;
}

/* Let the entry at place sink until no child of it has a lesser bound. */
static void
sink(int32_t *heap, int32_t *seen, int32_t size, int32_t place)
{
	int32_t rev = heap[place];
	int32_t bound = seen[place];

	for (;;)
	{
		int32_t child = 2 * place + 1;

		if (child + 1 < size && seen[child + 1] < seen[child])
			child++;
		if (child >= size || seen[child] >= bound)
			break;
		heap[place] = heap[child];
		seen[place] = seen[child];
		place = child;
	}
	heap[place] = rev;
	seen[place] = bound;
}

/* Return the child of rev that is left and has the least bound, or -1. */
static int32_t
least_child(Walk *walk, int32_t rev)
{
	int32_t *heap = walk->heap.to + walk->heap.start[rev];
	int32_t *seen = walk->seen + walk->heap.start[rev];
	int32_t *size = &walk->size[rev];

	while (*size > 0)
	{
		int32_t child = heap[0];

		if (!migr_set_has(walk->todo, child))
		{
			(*size)--;
			heap[0] = heap[*size];
			seen[0] = seen[*size];
		}
		else if (seen[0] < walk->bound[child])
			seen[0] = walk->bound[child];
		else
			return child;
		if (*size > 0)
			sink(heap, seen, *size, 0);
	}
	return -1;
}

/* Return the first line from number on that hasn't ended, or NO_LINE. */
static int32_t
next_alive(const Walk *walk, int32_t number)
{
	Line *lines = walk->lines.items;

	while (number < walk->lines.count && lines[number].alive != number)
	{
		int32_t later = lines[number].alive;

		if (later < walk->lines.count)
			lines[number].alive = lines[later].alive;
		number = later;
	}
	return number < walk->lines.count ? number : NO_LINE;
}

/*
 * Set a revision's bound right if that is easy: the first line that may stand
 * above it does, by the spanning tree.  except is the line that asks, which
 * stands below.
 */
static bool
settle(Walk *walk, int32_t rev, int32_t except)
{
	int32_t line = next_alive(walk, walk->bound[rev]);
	int32_t place;

	if (line == except)
		line = next_alive(walk, line + 1);
	if (line == NO_LINE)
		return false;
	place = walk->first_in_tree[walk->lines.items[line].at] -
			walk->first_in_tree[rev];
	if (place < 0 || place >= walk->tree_size[rev])
		return false;
	walk->bound[rev] = line;
	walk->checked[rev] = walk->lines.items[line].turn;
	return true;
}

/*
 * Find the lowest line that stands above rev: follow the least bounds up to
 * one that is known to be exact, and on the way back set them right.
 */
static int32_t
find_line(Walk *walk, int32_t rev)
{
	int32_t depth = 0;

	walk->path[depth++] = rev;
	for (;;)
	{
		int32_t at = walk->path[depth - 1];
		int32_t child = least_child(walk, at);
		int32_t own = depth > 1 ? walk->line_of[at] : NO_LINE;
		int32_t best = child >= 0 ? walk->bound[child] : NO_LINE;

		if (own > best && walk->checked[child] != walk->lines.items[best].turn)
		{
			if (!settle(walk, child, walk->line_of[rev]))
				walk->path[depth++] = child;
			continue;
		}
		if (depth == 1)
			return best;
		walk->bound[at] = own < best ? own : best;
		walk->checked[at] = walk->lines.items[walk->bound[at]].turn;
		depth--;
	}
}

/*
 * Number the revisions of the set along a spanning tree: what hangs on a
 * revision by first parents has the numbers behind its own.
 */
static void
number_tree(Walk *walk)
{
	const MigrGraph *graph = walk->graph;
	size_t count = (size_t) graph->count + 1;
	int32_t *parent =
		migr_alloc_array(&graph->ctx->arena, count, sizeof(int32_t));
	int32_t *next =
		migr_alloc_array(&graph->ctx->arena, count, sizeof(int32_t));
	int32_t roots = 0;

	for (int32_t i = graph->count - 1; i >= 0; i--)
	{
		int32_t rev = graph->order[i];

		parent[rev] = -1;
		migr_each_edge (&graph->parents, rev, k)
		{
			if (parent[rev] < 0 &&
				migr_set_has(walk->todo, graph->parents.to[k]))
				parent[rev] = graph->parents.to[k];
		}
		walk->tree_size[rev]++;
		if (parent[rev] >= 0)
			walk->tree_size[parent[rev]] += walk->tree_size[rev];
	}
	for (int32_t i = 0; i < graph->count; i++)
	{
		int32_t rev = graph->order[i];
		int32_t *place = parent[rev] >= 0 ? &next[parent[rev]] : &roots;

		walk->first_in_tree[rev] = *place;
		*place += walk->tree_size[rev];
		next[rev] = walk->first_in_tree[rev] + 1;
	}
}

/* Count the children that are left, and set the first bounds and heaps. */
static void
prepare(Walk *walk)
{
	const MigrGraph *graph = walk->graph;

	for (int32_t i = graph->count - 1; i >= 0; i--)
	{
		int32_t rev = graph->order[i];
		int32_t *heap = walk->heap.to + walk->heap.start[rev];
		int32_t *seen = walk->seen + walk->heap.start[rev];
		int32_t size = 0;

		walk->bound[rev] = walk->line_of[rev];
		if (!migr_set_has(walk->todo, rev))
			continue;
		migr_each_edge (&graph->kids, rev, k)
		{
			int32_t child = graph->kids.to[k];

			if (!migr_set_has(walk->todo, child))
				continue;
			heap[size] = child;
			seen[size++] = walk->bound[child];
			if (walk->bound[child] < walk->bound[rev])
				walk->bound[rev] = walk->bound[child];
		}
		walk->waits[rev] = walk->size[rev] = size;
		walk->checked[rev] = 1; /* the first turn of every line */
		for (int32_t place = size / 2 - 1; place >= 0; place--)
			sink(heap, seen, size, place);
	}
}

/*
 * Begin the lines: the start revisions in map order, then whatever no line
 * would reach (a set with gaps in it, as history may ask for).
 */
static void
begin_lines(Walk *walk, const MigrRevs *start)
{
	const MigrGraph *graph = walk->graph;
	MigrRevs first = {0};

	for (int i = 0; i < start->count; i++)
		if (migr_set_has(walk->todo, start->items[i]))
			migr_vec_push(&graph->ctx->arena, &first, start->items[i]);
	migr_revs_sort(graph, &first);
	for (int i = 0; i < first.count; i++)
		begin_line(walk, first.items[i]);
	for (int32_t rev = 0; rev < graph->count; rev++)
	{
		bool tip =
			migr_set_has(walk->todo, rev) && walk->line_of[rev] == NO_LINE;

		if (!tip)
			continue;
		migr_each_edge (&graph->kids, rev, k)
			if (migr_set_has(walk->todo, graph->kids.to[k]))
				tip = false;
		if (tip)
			begin_line(walk, rev);
	}
}

/*
 * Take the revision that a line stands on out of the set, and move the line to
 * its first parent that no line stands on; the other such parents begin lines
 * of their own.  Returns false when the line has nowhere to go.
 */
static bool
step_down(Walk *walk, int32_t number)
{
	const MigrEdges *parents = &walk->graph->parents;
	int32_t rev = walk->lines.items[number].at;
	bool moved = false;
	int ways = 0;

	migr_set_drop(walk->todo, rev);
	walk->line_of[rev] = NO_LINE;
	migr_each_edge (parents, rev, k)
	{
		int32_t parent = parents->to[k];

		if (!migr_set_has(walk->todo, parent))
			continue;
		walk->waits[parent]--;
		ways++;
		if (walk->line_of[parent] != NO_LINE)
			continue;
		if (moved)
		{
			begin_line(walk, parent);
			continue;
		}
		walk->lines.items[number].at = parent;
		walk->line_of[parent] = number;
		moved = true;
	}
	/* only a single way down keeps everything below under this line */
	if (ways != 1 || !moved)
		walk->lines.items[number].turn++;
	return moved;
}

void
migr_graph_sort(const MigrGraph *graph, MigrSet todo, const MigrRevs *start,
				MigrRevs *out)
{
	MigrArena *arena = &graph->ctx->arena;
	size_t count = (size_t) graph->count + 1;
	Walk walk = {0};
	int32_t line;

	walk.graph = graph;
	walk.todo = todo;
	walk.first = walk.last = NO_LINE;
	walk.waits = migr_alloc_array(arena, count, sizeof(int32_t));
	walk.line_of = migr_alloc_array(arena, count, sizeof(int32_t));
	walk.bound = migr_alloc_array(arena, count, sizeof(int32_t));
	walk.checked = migr_alloc_array(arena, count, sizeof(int32_t));
	walk.path = migr_alloc_array(arena, count, sizeof(int32_t));
	walk.size = migr_alloc_array(arena, count, sizeof(int32_t));
	walk.first_in_tree = migr_alloc_array(arena, count, sizeof(int32_t));
	walk.tree_size = migr_alloc_array(arena, count, sizeof(int32_t));
	walk.heap.start = graph->kids.start;
	walk.heap.to = migr_alloc_array(
		arena, (size_t) graph->kids.start[graph->count] + 1, sizeof(int32_t));
	walk.seen = migr_alloc_array(
		arena, (size_t) graph->kids.start[graph->count] + 1, sizeof(int32_t));
	for (int32_t i = 0; i < graph->count; i++)
		walk.line_of[i] = NO_LINE;
	begin_lines(&walk, start);
	prepare(&walk);
	number_tree(&walk);
	line = walk.first;
	while (line != NO_LINE)
	{
		int32_t rev = walk.lines.items[line].at;

		if (walk.waits[rev] > 0)
		{
			line = find_line(&walk, rev);
			continue;
		}
		migr_vec_push(arena, out, rev);
		if (!step_down(&walk, line))
			line = end_line(&walk, line);
	}
}
