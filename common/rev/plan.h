/*
 * plan.h
 *	  Upgrade, downgrade and stamp as a list of steps (alembic.md 2.6 to 2.10).
 *
 * A plan is data: the same list is shown by migrate_plan and run by the
 * commands.  Planning changes nothing and knows no host.
 */
#ifndef MIGR_PLAN_H
#define MIGR_PLAN_H

#include "rev/target.h"

typedef enum MigrOperation
{
	MIGR_UPGRADE,
	MIGR_DOWNGRADE,
	MIGR_STAMP
} MigrOperation;

/*
 * One step.  from and to are what its log line says ("Running upgrade a -> b"):
 * versioned parents and the revision, or the reverse; empty is base.  removed
 * and added are how the rows of the version table change: the last removed
 * becomes the last added by an UPDATE, the others are deleted and inserted.
 */
typedef struct MigrStep
{
	MigrOperation operation;
	int32_t revision; /* MIGR_NO_REVISION: a stamp to base */
	MigrRevs from;
	MigrRevs to;
	MigrRevs removed;
	MigrRevs added;
} MigrStep;

typedef MIGR_VEC(MigrStep) MigrPlan;

/* Append the steps from rows to the target.  Rows must pass migr_check_rows(). */
extern bool migr_plan_upgrade(const MigrGraph *graph, const char *target,
							  const MigrRevs *rows, MigrPlan *out);
extern bool migr_plan_downgrade(const MigrGraph *graph, const char *target,
								const MigrRevs *rows, MigrPlan *out);

/* Targets are identifiers separated by commas or blanks. */
extern bool migr_plan_stamp(const MigrGraph *graph, const char *targets,
							const MigrRevs *rows, MigrPlan *out);

/* Change rows as the step does. */
extern void migr_apply_step(const MigrGraph *graph, const MigrStep *step,
							MigrRevs *rows);

/* upgrade, downgrade, stamp */
extern const char *migr_operation_word(MigrOperation operation);

/* What a step does: "Running upgrade a -> b"; the line that it is reported by has
 * the message as well: "Running upgrade a -> b, message". */
extern const char *migr_step_words(const MigrGraph *graph,
								   const MigrStep *step);
extern const char *migr_step_line(const MigrGraph *graph, const MigrStep *step);

#endif
