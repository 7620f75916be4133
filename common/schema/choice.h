/*
 * choice.h
 *	  A choice of statements in progress: what choose.c and join.c share.
 */
#ifndef MIGR_CHOICE_H
#define MIGR_CHOICE_H

#include "base/map.h"
#include "schema/choose.h"

/* What becomes of the names of a group. */
typedef enum MigrGroupState
{
	MIGR_GROUP_KEPT,
	MIGR_GROUP_BARE,   /* built so that others find it */
	MIGR_GROUP_NEAR,   /* built, and expected to come out as it was */
	MIGR_GROUP_CHANGED /* built */
} MigrGroupState;

struct MigrChoice
{
	MigrCtx *ctx;
	const MigrPieces *now;
	const MigrSpan *texts; /* of each statement */
	MigrMap names;		   /* in small letters -> number */
	int *upper;			   /* by name: another one of the group, or itself */
	MigrGroupState
		*states; /* by group, which is the name that is its own upper */
	int *first;	 /* by group: its first statement, or -1 */
	int *next;	 /* by statement: the next of the group, or -1 */
	int *begin;	 /* by name: the first statement that has it, or -1 */
	int changed; /* statements that are new or gone */
	MigrPick *picks;
};

/* The number of a name, and its group's; MIGR_MAP_NONE: no statement has it. */
extern int migr_choice_name(const MigrChoice *choice, MigrSpan name);
extern int migr_choice_group(MigrChoice *choice, MigrSpan name);

#endif
