/*
 * lanes.h
 *	  Where the lines of a drawing run: the lane and the colour of each
 *	  revision's node, and of the lines to it.
 */
#ifndef MIGR_LANES_H
#define MIGR_LANES_H

#include "rev/drawing.h"

#define MIGR_NO_LANE (-1)

/* Colours are numbers below this. */
#define MIGR_LANE_COLOURS 8

typedef struct MigrLanes
{
	int32_t *of;	 /* the lane of each revision's node */
	int32_t *dashed; /* the lane of dashed lines to it, or MIGR_NO_LANE */
	int32_t *colour; /* of each revision's node and lines */
	int32_t count;	 /* lanes that were ever used */
	/* while lanes are given out */
	int32_t *last;	 /* of each lane, the last colour */
	int32_t colours; /* the next to try */
	int32_t *free;	 /* a heap, the leftmost at its top */
	int32_t nfree;
} MigrLanes;

/*
 * Find the lane of every node and line of a drawing whose rows are in order.
 * 0 is the leftmost.  The arrays are by revision, and live in the arena.
 */
extern void migr_draw_lanes(const MigrDrawing *drawing, MigrLanes *lanes);

#endif
