/*
 * history.h
 *	  What history and show give (alembic.md 2.8).
 */
#ifndef MIGR_HISTORY_H
#define MIGR_HISTORY_H

#include "rev/target.h"

/*
 * What history shows for rev_range ("a:b", either side may be left out), newest
 * first.  rows serve for "current"; NULL range shows all.
 */
extern bool migr_resolve_history(const MigrGraph *graph, const char *range,
								 const MigrRevs *rows, MigrRevs *out);

/* What show gives for an identifier, "current" and relative forms included. */
extern bool migr_resolve_show(const MigrGraph *graph, const char *symbol,
							  const MigrRevs *rows, MigrRevs *out);

#endif
