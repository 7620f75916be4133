/*
 * draw.h
 *	  The revision graph as a drawing: Mermaid, Graphviz's dot, or SVG.
 *
 * The newest revision is on top, in the order of history.  A revision shows
 * its id, its message, the labels that it declares, and in Alembic's words
 * whether it is a head, a branch point, a merge point or current.  Versioned
 * parents are solid lines, declared dependencies dashed ones; what is both is
 * drawn as the former.
 */
#ifndef MIGR_DRAW_H
#define MIGR_DRAW_H

#include "rev/graph.h"

typedef enum MigrDrawFormat
{
	MIGR_DRAW_MERMAID,
	MIGR_DRAW_DOT,
	MIGR_DRAW_SVG
} MigrDrawFormat;

/* Read a format's name: mermaid, dot or svg.  Error: MIGR_ERR_ARGUMENT. */
extern bool migr_draw_format(MigrCtx *ctx, const char *name,
							 MigrDrawFormat *out);

/*
 * Draw the graph; an empty one gives a drawing that says so.  current holds
 * the revisions of the version table, applied all that ran (its ancestors
 * too); NULL is an empty set.  Ids, messages and labels may be any text: what
 * the format doesn't allow, and what nobody could see, is replaced or left
 * out; long messages are cut.  The result lives in the arena.  Time is linear
 * in revisions and edges, but for the heap of free lanes.
 */
extern const char *migr_draw(const MigrGraph *graph, MigrDrawFormat format,
							 const MigrSet current, const MigrSet applied);

#endif
