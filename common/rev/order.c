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
	int32_t alive;	   /* itself, or when it has ended a later one to ask */
	int32_t skip;	   /* one it waits for, if only by way of others, */
	int32_t skip_turn; /* as long as that one's turn is this */
} Line;

/* What the walk knows of a revision. */
typedef struct Item
{
	int32_t line;	 /* the one that stands on it, or NO_LINE */
	int32_t waits;	 /* children left */
	int32_t bound;	 /* no line below this number stands on it or above */
	int32_t checked; /* the turn of line bound in which it was exact */
	int32_t heap;	 /* where its heap of children begins */
	int32_t size;	 /* of that heap */
} Item;

/* A child that was left when its parent's heap was last looked at. */
typedef struct Child
{
	int32_t rev;
	int32_t bound; /* by which it stands in the heap */
} Child;

typedef struct Walk
{
	const MigrGraph *graph;
	MigrSet todo;
	Item *items;	/* of each revision */
	Child *heaps;	/* least bound first; laid out as kids are */
	MigrTree *tree; /* along first parents */
	MIGR_VEC(Line) lines;
	MigrRevs path; /* stack of find_line() */
	MigrRevs open; /* stack of find_free() */
	int32_t first; /* first line alive */
	int32_t last;
} Walk;

/* Begin a new line on a revision, behind all others. */
static void
begin_line(Walk *walk, int32_t rev)
{
	int32_t number = walk->lines.count;
	Line line = {rev, 1, walk->last, NO_LINE, number, number, 0};

	migr_vec_push(&walk->graph->ctx->arena, &walk->lines, line);
	if (walk->last != NO_LINE)
		walk->lines.items[walk->last].next = number;
	else
		walk->first = number;
	walk->last = number;
	walk->items[rev].line = number;
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

/* Let the child at place sink until none below it has a lesser bound. */
static void
sink(Child *heap, int32_t size, int32_t place)
{
	Child child = heap[place];

	for (;;)
	{
		int32_t next = 2 * place + 1;

		if (next + 1 < size && heap[next + 1].bound < heap[next].bound)
			next++;
		if (next >= size || heap[next].bound >= child.bound)
			break;
		heap[place] = heap[next];
		place = next;
	}
	heap[place] = child;
}

/* Return the child of rev that is left and has the least bound, or -1. */
static int32_t
least_child(Walk *walk, int32_t rev)
{
	Item *item = &walk->items[rev];
	Child *heap = walk->heaps + item->heap;

	while (item->size > 0)
	{
		int32_t child = heap[0].rev;

		if (!migr_set_has(walk->todo, child))
			heap[0] = heap[--item->size];
		else if (heap[0].bound < walk->items[child].bound)
			heap[0].bound = walk->items[child].bound;
		else
			return child;
		if (item->size > 0)
			sink(heap, item->size, 0);
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
	Item *item = &walk->items[rev];
	int32_t line = next_alive(walk, item->bound);
	int32_t number;

	if (line == except)
		line = next_alive(walk, line + 1);
	if (line == NO_LINE)
		return false;
	number = walk->tree[walk->lines.items[line].at].first;
	if (number < walk->tree[rev].first || number >= walk->tree[rev].behind)
		return false;
	item->bound = line;
	item->checked = walk->lines.items[line].turn;
	return true;
}

/*
 * Find the lowest line that stands above rev: follow the least bounds up to
 * one that is known to be exact, and on the way back set them right.
 */
static int32_t
find_line(Walk *walk, int32_t rev)
{
	const Line *lines = walk->lines.items;
	MigrRevs *path = &walk->path;
	int32_t at = rev;

	path->count = 0;
	for (;;)
	{
		Item *item = &walk->items[at];
		int32_t child = least_child(walk, at);
		int32_t own = at != rev ? item->line : NO_LINE;
		int32_t best = child >= 0 ? walk->items[child].bound : NO_LINE;

		if (own > best && walk->items[child].checked != lines[best].turn)
		{
			if (settle(walk, child, walk->items[rev].line))
				continue;
			migr_revs_add(walk->graph, path, at);
			at = child;
			continue;
		}
		if (at == rev)
			return best;
		item->bound = own < best ? own : best;
		item->checked = lines[item->bound].turn;
		at = path->items[--path->count];
	}
}

/* Rank a line: as if at random, but always alike. */
static uint32_t
rank(int32_t number)
{
	return (uint32_t) number * 2654435761u;
}

/*
 * Find the line to go on with where one waits: the one that it waits for, or
 * that this one waits for, and so on.  Such chains grow with the graph, so as
 * in a skip list each line that is passed remembers the next on the way that
 * ranks higher.  That holds until the remembered one has its turn: no line
 * between the two can move before it does.
 */
static int32_t
find_free(Walk *walk, int32_t number)
{
	Line *lines = walk->lines.items;
	MigrRevs *open = &walk->open; /* passed, and none that ranks higher since */

	open->count = 0;
	for (;;)
	{
		Line *line = &lines[number];

		while (open->count > 0 &&
			   rank(open->items[open->count - 1]) < rank(number))
		{
			Line *passed = &lines[open->items[--open->count]];

			passed->skip = number;
			passed->skip_turn = line->turn;
		}
		if (lines[line->skip].turn != line->skip_turn)
		{
			if (walk->items[line->at].waits == 0)
				return number;
			line->skip = find_line(walk, line->at);
			line->skip_turn = lines[line->skip].turn;
		}
		migr_revs_add(walk->graph, open, number);
		number = line->skip;
	}
}

/* Lay out an item for each revision. */
static void
lay_items(Walk *walk)
{
	const MigrGraph *graph = walk->graph;

	for (int32_t rev = 0; rev < graph->count; rev++)
	{
		Item *item = &walk->items[rev];

		item->line = NO_LINE;
		item->checked = 1; /* the first turn of every line */
		item->heap = graph->kids.start[rev];
		migr_each_edge (&graph->kids, rev, k)
			item->waits += migr_set_has(walk->todo, graph->kids.to[k]);
	}
}

/* Set the first bounds, and make the heaps. */
static void
fill_heaps(Walk *walk)
{
	const MigrGraph *graph = walk->graph;

	for (int32_t i = graph->count - 1; i >= 0; i--)
	{
		int32_t rev = graph->order[i];
		Item *item = &walk->items[rev];
		Child *heap = walk->heaps + item->heap;

		item->bound = item->line;
		if (!migr_set_has(walk->todo, rev))
			continue;
		migr_each_edge (&graph->kids, rev, k)
		{
			Child child = {graph->kids.to[k], 0};

			if (!migr_set_has(walk->todo, child.rev))
				continue;
			child.bound = walk->items[child.rev].bound;
			heap[item->size++] = child;
			if (child.bound < item->bound)
				item->bound = child.bound;
		}
		for (int32_t place = item->size / 2 - 1; place >= 0; place--)
			sink(heap, item->size, place);
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
		if (migr_set_has(walk->todo, rev) && walk->items[rev].waits == 0 &&
			walk->items[rev].line == NO_LINE)
			begin_line(walk, rev);
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
	walk->items[rev].line = NO_LINE;
	migr_each_edge (parents, rev, k)
	{
		int32_t parent = parents->to[k];

		if (!migr_set_has(walk->todo, parent))
			continue;
		walk->items[parent].waits--;
		ways++;
		if (walk->items[parent].line != NO_LINE)
			continue;
		if (moved)
		{
			begin_line(walk, parent);
			continue;
		}
		walk->lines.items[number].at = parent;
		walk->items[parent].line = number;
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
	size_t edges = (size_t) graph->kids.start[graph->count] + 1;
	Walk walk = {0};
	int32_t line;

	walk.graph = graph;
	walk.todo = todo;
	walk.first = walk.last = NO_LINE;
	walk.items = migr_alloc_array(arena, count, sizeof(Item));
	walk.heaps = migr_alloc_array(arena, edges, sizeof(Child));
	walk.tree = migr_alloc_array(arena, count, sizeof(MigrTree));
	lay_items(&walk);
	begin_lines(&walk, start);
	fill_heaps(&walk);
	migr_graph_span(graph, &graph->parents, todo, walk.tree);
	line = walk.first;
	while (line != NO_LINE)
	{
		int32_t rev = walk.lines.items[line].at;

		if (walk.items[rev].waits > 0)
		{
			line = find_free(&walk, line);
			continue;
		}
		migr_vec_push(arena, out, rev);
		if (!step_down(&walk, line))
			line = end_line(&walk, line);
	}
}
