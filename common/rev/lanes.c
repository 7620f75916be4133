/*
 * lanes.c
 *	  Give the nodes and lines of a drawing their lanes.  See lanes.h.
 *
 * There is a row for each revision, and lanes for the lines between them.  A
 * lane waits for one revision: all solid lines to that revision share it, and
 * the revision's node stands on it when its row comes; then its first parent
 * waits there.  Dashed lines to a revision share a lane of their own, and bend
 * over to the node in the last gap.  A lane that waits for nobody is used
 * again, the leftmost first.
 */
#include "rev/lanes.h"

#include <string.h>

/* Give back a lane. */
static void
free_lane(MigrLanes *lanes, int32_t lane)
{
	int32_t place = lanes->nfree++;

	while (place > 0 && lanes->free[(place - 1) / 2] > lane)
	{
		lanes->free[place] = lanes->free[(place - 1) / 2];
		place = (place - 1) / 2;
	}
	lanes->free[place] = lane;
}

/* Take the leftmost free lane, or a new one. */
static int32_t
take_lane(MigrLanes *lanes)
{
	int32_t *heap = lanes->free;
	int32_t place = 0;
	int32_t first;
	int32_t last;

	if (lanes->nfree == 0)
		return lanes->count++;
	first = heap[0];
	last = heap[--lanes->nfree];
	for (;;)
	{
		int32_t child = 2 * place + 1;

		if (child + 1 < lanes->nfree && heap[child + 1] < heap[child])
			child++;
		if (child >= lanes->nfree || heap[child] >= last)
			break;
		heap[place] = heap[child];
		place = child;
	}
	heap[place] = last;
	return first;
}

/* Begin a line on a lane, in another colour than the lanes beside it have. */
static int32_t
new_colour(MigrLanes *lanes, int32_t lane)
{
	int32_t left = lane > 0 ? lanes->last[lane - 1] : -1;
	int32_t right = lane + 1 < lanes->count ? lanes->last[lane + 1] : -1;
	int32_t colour;

	do
	{
		colour = lanes->colours;
		lanes->colours = (colour + 1) % MIGR_LANE_COLOURS;
	} while (colour == left || colour == right);
	lanes->last[lane] = colour;
	return colour;
}

/* Find the lane of a row's revision: the one that waits for it, if any does. */
static void
place_node(MigrLanes *lanes, int32_t rev)
{
	if (lanes->of[rev] != MIGR_NO_LANE)
	{
		if (lanes->dashed[rev] != MIGR_NO_LANE)
			free_lane(lanes, lanes->dashed[rev]);
		return;
	}
	lanes->of[rev] = lanes->dashed[rev] != MIGR_NO_LANE ? lanes->dashed[rev]
														: take_lane(lanes);
	lanes->colour[rev] = new_colour(lanes, lanes->of[rev]);
}

/*
 * Let lanes wait for the parents of a row's revision that none waits for yet.
 * Its own lane goes on to the first of them.  A dependency in the next row
 * needs no lane: its line goes straight there.
 */
static void
place_parents(const MigrDrawing *drawing, MigrLanes *lanes, int32_t rev)
{
	const MigrGraph *graph = drawing->graph;
	int32_t own = lanes->of[rev];
	int32_t deps =
		graph->all_down.start[rev] + migr_edge_count(&graph->down, rev);

	migr_each_edge (&graph->all_down, rev, k)
	{
		int32_t parent = graph->all_down.to[k];
		int32_t *lane = k < deps ? lanes->of : lanes->dashed;

		if (lane[parent] != MIGR_NO_LANE ||
			(k >= deps && drawing->row_of[parent] == drawing->row_of[rev] + 1))
			continue;
		lane[parent] = own != MIGR_NO_LANE ? own : take_lane(lanes);
		if (k < deps)
			lanes->colour[parent] = own != MIGR_NO_LANE
										? lanes->colour[rev]
										: new_colour(lanes, lane[parent]);
		own = MIGR_NO_LANE;
	}
	if (own != MIGR_NO_LANE)
		free_lane(lanes, own);
}

void
migr_draw_lanes(const MigrDrawing *drawing, MigrLanes *lanes)
{
	size_t count = (size_t) drawing->rows.count + 1;

	memset(lanes, 0, sizeof(*lanes));
	lanes->of = migr_alloc_array(drawing->arena, count, sizeof(int32_t));
	lanes->dashed = migr_alloc_array(drawing->arena, count, sizeof(int32_t));
	lanes->colour = migr_alloc_array(drawing->arena, count, sizeof(int32_t));
	lanes->last = migr_alloc_array(drawing->arena, 2 * count, sizeof(int32_t));
	lanes->free = migr_alloc_array(drawing->arena, 2 * count, sizeof(int32_t));
	for (int row = 0; row < drawing->rows.count; row++)
		lanes->of[row] = lanes->dashed[row] = MIGR_NO_LANE;
	for (int row = 0; row < drawing->rows.count; row++)
	{
		place_node(lanes, drawing->rows.items[row]);
		place_parents(drawing, lanes, drawing->rows.items[row]);
	}
}
