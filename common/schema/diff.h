/*
 * diff.h
 *	  What the files share that find out how two schemas differ: what becomes of each
 *	  object.
 */
#ifndef MIGR_DIFF_H
#define MIGR_DIFF_H

#include "schema/change.h"

typedef enum MigrFate
{
	MIGR_STAYS,
	MIGR_GOES,	/* for good */
	MIGR_AGAIN, /* dropped, and made again */
	MIGR_ASIDE	/* the same, but under another name until all have left it */
} MigrFate;

/* What becomes of an object of the live schema. */
typedef struct MigrDiffItem
{
	MigrObject *twin; /* in the other schema; NULL: it has none */
	uint64_t differs; /* attributes that aren't the same */
	uint64_t attrs;	  /* those that an ALTER has to set */
	MigrFate fate;
	bool renamed;
	bool halved; /* its default goes first, and comes behind all */
	int shakes;	 /* how many columns that it needs change their types */
} MigrDiffItem;

/* Something that others may not outlive: an object goes, or is shaken. */
typedef struct MigrDiffEvent
{
	const MigrObject *object;
	bool shaken;
} MigrDiffEvent;

typedef struct MigrDiff
{
	MigrCtx *ctx;
	bool pg;
	const MigrSchema *from;
	const MigrSchema *to;
	MigrDiffItem *items;		/* by an object's number in from */
	const MigrObject **origins; /* by an object's number in to: its twin */
	int *first;					/* by number: where its users begin */
	const MigrObject **users;	/* that need it, by number of what is needed */
	MIGR_VEC(MigrDiffEvent) events;
	int told; /* how many of them have been followed */
	MigrChanges *out;
} MigrDiff;

/* ---- diff.c ---------------------------------------------------------------- */

/* What becomes of an object of the live schema. */
extern MigrDiffItem *migr_diff_item(const MigrDiff *diff,
									const MigrObject *object);

/* The bit of an attribute in a set of its kind's. */
extern uint64_t migr_diff_bit(const MigrObject *object, MigrAttr attr);

/* Is a column in the key that its table is partitioned by? */
extern bool migr_diff_in_key(const MigrObject *column);

/* Are two values the same?  NULL is like NULL alone. */
extern bool migr_diff_same(const char *a, const char *b);

/* ---- twins.c --------------------------------------------------------------- */

/* Pair what is on both sides; constraints and indexes also where just their names
 * differ.  What finds no twin goes. */
extern void migr_diff_pair_all(MigrDiff *diff);

/* ---- defaults.c ------------------------------------------------------------ */

/* Note with what is made which rights it mustn't get by itself. */
extern void migr_diff_default_rights(MigrDiff *diff);

/* ---- losing.c -------------------------------------------------------------- */

/* Note with each table that is dropped which foreign keys act on that (SQLite). */
extern void migr_diff_losing(MigrDiff *diff);

/* ---- spread.c -------------------------------------------------------------- */

/* Lay out who needs each live object. */
extern void migr_diff_find_users(MigrDiff *diff);

/* Note that an object goes or is shaken: others may have to follow. */
extern void migr_diff_tell(MigrDiff *diff, const MigrObject *object,
						   bool shaken);

/* Drop what stayed so far, and make it again. */
extern void migr_diff_take(MigrDiff *diff, const MigrObject *object);

/* Alter the type of a composite's member; where rows hold it, make all anew. */
extern void migr_diff_move_member(MigrDiff *diff, const MigrObject *member,
								  MigrAttr attr);

/* Let all follow what has happened, until nothing does. */
extern void migr_diff_spread(MigrDiff *diff);

#endif
