/*
 * captured.h
 *	  What clients ran, noted by the host statement by statement, as the sections
 *	  of revisions.
 *
 * base/record.h says how it is noted.
 */
#ifndef MIGR_CAPTURED_H
#define MIGR_CAPTURED_H

#include "base/record.h"
#include "rev/script.h"

/* Say the sections of a step in another way, and add to notes what is to be looked
 * at.  It is called for each step that the log shows, in their order, also for those
 * that another one takes the place of, and for statements of no revision. */
typedef const char *(*MigrSaySections)(void *context, const char *sections,
									   MigrTexts *notes);

/* What was seen of a revision; the arrays are by MigrDirection. */
typedef struct MigrCaptured
{
	const char *id;
	bool seen[2];
	const char *sections[2]; /* with their directives */
	MigrTexts notes[2]; /* what was noted when they were said in another way */
	int on_data[2]; /* statements whose values may come from the data that was
					 * there: comments above them say so */
} MigrCaptured;

typedef MIGR_VEC(MigrCaptured) MigrCapturedList;

/*
 * Take a log apart.  files are the project's revisions: which of them ran, and
 * which way, is told by the changes of the version table's rows, that Alembic
 * makes behind each.  What was rolled back doesn't count; where a revision ran several
 * times that way, the last one does that ran anything: a stamp changes the rows, too.
 * Statements that can't be attributed, as the version table was changed by other means,
 * or not at all behind them, are told of in warnings.  say may be NULL.
 *
 * All is in the arena; the log may go.
 */
extern void migr_captured_read(MigrCtx *ctx, const char *dialect,
							   const char *version_table, MigrSpan log,
							   const MigrRevisions *files, MigrSaySections say,
							   void *context, MigrCapturedList *out,
							   MigrNames *warnings);

#endif
