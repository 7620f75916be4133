/*
 * fit.h
 *	  What may come of a column's values when its type is altered.
 */
#ifndef MIGR_FIT_H
#define MIGR_FIT_H

#include "schema/model.h"

typedef struct MigrFit
{
	bool fails; /* a value may be one that the new type hasn't */
	bool loses; /* values may be others when they have come back */
} MigrFit;

/*
 * Compare two types as the host prints them; NULL: none (SQLite).  strict: in a
 * STRICT table of SQLite's.  What isn't known may fail.
 */
extern MigrFit migr_fit(MigrArena *arena, MigrDialect dialect, bool strict,
						const char *from, const char *to);

#endif
