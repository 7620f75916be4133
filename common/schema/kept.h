/*
 * kept.h
 *	  Facts as a text that can be kept, and out of it again.
 *
 * The text is for this version of the program alone: migr_kept_format() says
 * which that is.  One that is damaged is an error, whatever it holds.
 */
#ifndef MIGR_KEPT_H
#define MIGR_KEPT_H

#include "schema/model.h"

/* What the text's meaning depends on: the kinds and attributes that there are. */
extern const char *migr_kept_format(void);

/* Say a schema as a text; of what isn't in its objects nothing is said. */
extern MigrSpan migr_kept_write(MigrCtx *ctx, const MigrSchema *schema);

/* Read one back: the same objects in the same order.  Its texts stand in a copy of
 * the text. */
extern bool migr_kept_read(MigrCtx *ctx, MigrSpan text, MigrSchema *out);

/* Two schemas whose objects are compared one by one. */
typedef struct MigrPair
{
	MigrCtx *ctx;
	const MigrSchema *a;
	const MigrSchema *b;
	int *marks; /* by the number of an object of b */
} MigrPair;

extern void migr_pair_init(MigrCtx *ctx, const MigrSchema *a,
						   const MigrSchema *b, MigrPair *pair);

/* Is the same told of an object of a and of one of b? */
extern bool migr_pair_same(MigrPair *pair, const MigrObject *a,
						   const MigrObject *b);

/*
 * Find something that is told of an object in one schema and not of the same in the
 * other, or an object that only one has; their order doesn't count.  NULL: the two
 * say the same, else what it is, as "table job".
 */
extern const char *migr_kept_differ(MigrCtx *ctx, const MigrSchema *a,
									const MigrSchema *b);

#endif
