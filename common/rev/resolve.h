/*
 * resolve.h
 *	  Which revisions an identifier names (alembic.md 2.3, 2.4, 2.8).
 *
 * rows are the version table's rows, as revisions.  An identifier may have
 * blanks around it.  Errors say what was asked and what is possible:
 * MIGR_ERR_UNKNOWN, MIGR_ERR_AMBIGUOUS, MIGR_ERR_MULTIPLE_HEADS,
 * MIGR_ERR_RANGE, MIGR_ERR_ARGUMENT.
 */
#ifndef MIGR_RESOLVE_H
#define MIGR_RESOLVE_H

#include "rev/graph.h"

/*
 * Absolute identifiers: an id, a unique prefix, a label, head, heads, base
 * (nothing), branch@symbol; -N and branch@-N walk down from the real heads.
 * Appends to out.
 */
extern bool migr_resolve(const MigrGraph *graph, const char *symbol,
						 MigrRevs *out);

/* The same, where at most one is wanted: MIGR_NO_REVISION for base. */
extern bool migr_resolve_one(const MigrGraph *graph, const char *symbol,
							 int32_t *out);

/*
 * Rows of the version table.  An unknown one is MIGR_ERR_STATE and says how to
 * go on.  out is in the order of the rows.
 */
extern bool migr_resolve_rows(const MigrGraph *graph, const MigrNames *rows,
							  MigrRevs *out);

/*
 * Fail (MIGR_ERR_STATE) where one row is an ancestor of another, naming the
 * stamp that repairs it (alembic.md 11.8).
 */
extern bool migr_check_rows(const MigrGraph *graph, const MigrRevs *rows);

/* Heads as current shows them: rows, and branch heads that deps imply (2.10). */
extern void migr_all_current(const MigrGraph *graph, const MigrRevs *rows,
							 MigrRevs *out);

/*
 * What an upgrade from rows aims at: absolute, +N, branch@+N, X+N, X-N.  Several
 * identifiers may stand in target, separated by commas or blanks.
 */
extern bool migr_resolve_upgrade(const MigrGraph *graph, const char *target,
								 const MigrRevs *rows, MigrRevs *out);

typedef struct MigrDowngrade
{
	int32_t target; /* MIGR_NO_REVISION: base */
	int32_t branch; /* limits what is dropped; MIGR_NO_REVISION: nothing */
	int32_t merge;	/* undo just this merge revision (11.4), whatever target
					  * says; MIGR_NO_REVISION: none */
	bool walked;	/* was the target found by walking (-N, rev-N)? */
} MigrDowngrade;

/* What a downgrade from rows aims at. */
extern bool migr_resolve_downgrade(const MigrGraph *graph, const char *target,
								   const MigrRevs *rows, MigrDowngrade *out);

/*
 * What history shows for rev_range ("a:b", either side may be left out), newest
 * first.  rows serve for "current"; NULL range shows all.
 */
extern bool migr_resolve_history(const MigrGraph *graph, const char *range,
								 const MigrRevs *rows, MigrRevs *out);

/* What show gives for an identifier, "current" and relative forms included. */
extern bool migr_resolve_show(const MigrGraph *graph, const char *symbol,
							  const MigrRevs *rows, MigrRevs *out);

/* The revisions that share a line with one of tests (2.3), as a set; deps says
 * whether dependencies count. */
extern MigrSet migr_lineage(const MigrGraph *graph, const MigrRevs *tests,
							bool deps);

/* Closest known id or label to an unknown one, for "did you mean"; or NULL. */
extern const char *migr_near_miss(const MigrGraph *graph, const char *symbol);

#endif
