/*
 * drawing.h
 *	  What the formats of a drawing share: the graph in rows, what a revision's
 *	  node has to say, and texts made fit to be shown; between draw.c, which
 *	  orders the rows, and drawtext.c and svg.c, which write the formats.
 */
#ifndef MIGR_DRAWING_H
#define MIGR_DRAWING_H

#include "rev/graph.h"

/* Columns of a terminal at which a label is cut. */
#define MIGR_LABEL_COLUMNS 40

/* So many labels of a revision are shown; of the others, how many there are. */
#define MIGR_LABELS_SHOWN 6

typedef struct MigrDrawing
{
	const MigrGraph *graph;
	MigrArena *arena;
	const uint64_t *current; /* NULL: nothing */
	const uint64_t *applied; /* NULL: nothing */
	MigrRevs rows;			 /* newest first */
	int32_t *row_of;
	MigrStr out;
} MigrDrawing;

/* What a node says by its shape, colour and marks. */
typedef struct MigrLook
{
	const char *head; /* the word for it; NULL: no head */
	bool branch;
	bool merge;
	bool current;
	bool applied;
} MigrLook;

/* A text made fit to be shown, and how many columns it takes. */
typedef struct MigrShown
{
	const char *text;
	int width;
} MigrShown;

/* Find out what a revision's node has to say. */
extern MigrLook migr_draw_look(const MigrDrawing *drawing, int32_t rev);

/*
 * Take a text's first line, and make it fit to be shown in so many columns:
 * what is longer ends in "...".  The result lives in the arena.  It isn't
 * escaped for any format.
 */
extern MigrShown migr_draw_shown(const MigrDrawing *drawing, const char *text,
								 int columns);

/* The same for a revision's id, uncut. */
extern MigrShown migr_draw_shown_id(const MigrDrawing *drawing, int32_t rev);

/* Append the whole drawing in a format to its out (drawtext.c, svg.c). */
extern void migr_draw_mermaid(MigrDrawing *drawing);
extern void migr_draw_dot(MigrDrawing *drawing);
extern void migr_draw_svg(MigrDrawing *drawing);

#endif
