/*
 * capture.h
 *	  What the files of the capture share: see capture.c.  Include postgres.h first.
 */
#ifndef MIGR_PG_CAPTURE_H
#define MIGR_PG_CAPTURE_H

#include "nodes/params.h"
#include "nodes/plannodes.h"

#include "base/record.h"
#include "pg/pg.h"

/* ---- capture_log.c ------------------------------------------------------ */

/*
 * Record a statement that has run, with the rows of its COPY (no ptr: it is none).
 * NULL: its text isn't known, and migr_pg_record_no_more() has been called.
 *
 * In a transaction block it is written at once, else when it is committed.
 */
extern void migr_pg_record(const char *text, MigrSpan rows);

/* Record what becomes of a savepoint: SAVEPOINT, BACK or RELEASE. */
extern void migr_pg_record_savepoint(MigrRecordKind kind, const char *name);

/*
 * Record no more in this session, and warn.  As the rest of the revision at hand
 * will not be seen, neither will the change of the version table that closes it.
 */
extern void migr_pg_record_no_more(const char *why);

/* May this session record, and is there a file to do so? */
extern bool migr_pg_may_record(void);

/* Forget that this was told. */
extern void migr_pg_record_anew(void);

/* Begin to hear of the ends of transactions. */
extern void migr_pg_record_init(void (*ended)(void));

/* ---- capture_text.c ----------------------------------------------------- */

/*
 * The text of one statement of a source, in which the values of the parameters
 * (NULL: it has none) are literals.  Of a PREPARE, that of the statement in it.
 * NULL: the values can't be written, and migr_pg_record_no_more() has been called.
 * Lives in CurrentMemoryContext.
 */
extern const char *migr_pg_capture_text(const char *source,
										const PlannedStmt *stmt,
										ParamListInfo params);

/* ---- capture_read.c ----------------------------------------------------- */

/* Is it a statement that has no effects but those of a query which it runs? */
extern bool migr_pg_runs_query(const Node *node);

/* Does another statement that is no query change nothing that outlives it, or that the
 * next ones see?  So do those about this extension itself. */
extern bool migr_pg_only_reads(const Node *node);

/* Does a call of a function leave anything behind? */
extern bool migr_pg_has_effects(Oid function);

#endif
