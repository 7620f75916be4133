/*
 * target.h
 *	  What an upgrade or a downgrade aims at (alembic.md 2.4).
 *
 * rows are the version table's rows, as revisions.  Errors as in resolve.h.
 */
#ifndef MIGR_TARGET_H
#define MIGR_TARGET_H

#include "rev/resolve.h"

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

/* What the end of a history range aims at: as an upgrade from starts, but a
 * walk that can't go on stops. */
extern bool migr_resolve_end(const MigrGraph *graph, const char *target,
							 const MigrRevs *starts, MigrRevs *out);

#endif
