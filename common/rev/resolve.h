/*
 * resolve.h
 *	  Which revisions an absolute identifier names (alembic.md 2.3), and the
 *	  rows of the version table.
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

/* Closest known id, label or symbol (head, heads, base) to an unknown one, for
 * "did you mean"; or NULL. */
extern const char *migr_near_miss(const MigrGraph *graph, const char *symbol);

/* Split symbol at its first @; an empty branch is none (NULL). */
extern void migr_split_branch(const MigrGraph *graph, const char *symbol,
							  const char **branch, const char **rest);

/* Find the revision that a branch's name (label, id, prefix) means. */
extern bool migr_resolve_branch(const MigrGraph *graph, const char *name,
								int32_t *out);

/* Fail where one of revs is an ancestor of another. */
extern bool migr_check_overlap(const MigrGraph *graph, const MigrRevs *revs);

#endif
