/*
 * walk.h
 *	  Relative identifiers (alembic.md 2.4): taking +N and -N apart, and walking.
 */
#ifndef MIGR_WALK_H
#define MIGR_WALK_H

#include "rev/graph.h"

/* Below the bases: where a walk down ends. */
#define MIGR_BASE (-2)

/* [branch@][symbol](+N|-N), taken apart. */
typedef struct MigrRelative
{
	const char *branch; /* NULL where there is none */
	const char *symbol; /* NULL where there is none */
	int64_t steps;		/* negative: down */
	bool down;			/* is the sign a minus?  (-0 is 0 steps down) */
} MigrRelative;

/*
 * Take a relative identifier apart.  Returns false where it isn't one.  As in
 * Alembic the pattern is anchored at its start only.  arena may be NULL where
 * only the steps are wanted.
 */
extern bool migr_relative_parse(MigrArena *arena, const char *text,
								MigrRelative *relative);

/*
 * Walk |steps| steps up (positive) or down the versioned edges.  start is a
 * revision, or MIGR_NO_REVISION (before the bases; walking down from there
 * begins at the heads).  branch, unless MIGR_NO_REVISION, limits the choice to
 * its lineage.  *out is a revision, MIGR_NO_REVISION or MIGR_BASE.  Where the
 * walk can't go on: strict sets *out to MIGR_NO_REVISION, else it stays where
 * it is.  Fails (MIGR_ERR_AMBIGUOUS) where there are several ways.
 */
extern bool migr_walk(const MigrGraph *graph, int32_t start, int64_t steps,
					  int32_t branch, bool strict, int32_t *out);

/*
 * Collect where one step up or down from a revision may lead, within a set
 * (NULL: anywhere).  Empties ways first.
 */
extern void migr_walk_ways(const MigrGraph *graph, int32_t at, bool up,
						   const uint64_t *line, MigrRevs *ways);

/* Fail: a walk could go on from at in several ways. */
extern bool migr_fail_walk(const MigrGraph *graph, int32_t at, bool up,
						   const MigrRevs *ways);

#endif
