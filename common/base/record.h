/*
 * record.h
 *	  What clients ran, as the hosts note it for rev/captured.h.
 *
 * While the setting capture is on, the host appends a record for each statement
 * that a client runs to a log:
 *
 *	  \001 SESSION KIND LENGTH \n TEXT \n
 *
 * SESSION is a word that no other connection has, KIND one of those below, LENGTH
 * the bytes of TEXT, in which a \001 is doubled.  The log outlives a rollback; it says
 * itself what was rolled back.  A record that was cut off, by a kill or a full disk,
 * is passed over.
 */
#ifndef MIGR_RECORD_H
#define MIGR_RECORD_H

#include "base/str.h"

/* Begins each record. */
#define MIGR_RECORD_MARK '\001'

typedef enum MigrRecordKind
{
	MIGR_RECORD_RUN,	   /* a statement, with its parameters' values put in */
	MIGR_RECORD_OUTSIDE,   /* the same, outside of any transaction block */
	MIGR_RECORD_DATA,	   /* the rows of the COPY ... FROM stdin before it */
	MIGR_RECORD_BEGIN,	   /* a transaction block began */
	MIGR_RECORD_COMMIT,	   /* ... and ended well */
	MIGR_RECORD_ROLLBACK,  /* ... or not */
	MIGR_RECORD_SAVEPOINT, /* its text is the name */
	MIGR_RECORD_BACK,	   /* ROLLBACK TO a savepoint */
	MIGR_RECORD_RELEASE
} MigrRecordKind;

typedef struct MigrRecord
{
	MigrSpan session;
	MigrRecordKind kind;
	MigrSpan text;
} MigrRecord;

/* Append a record to a text; session has no blanks. */
extern void migr_record_add(MigrStr *str, const char *session,
							MigrRecordKind kind, MigrSpan text);

/*
 * Read the next whole record off *rest; false: there is none.  Behind what was cut off
 * another one may begin.  Its texts are in the log, or in the arena.
 */
extern bool migr_record_read(MigrArena *arena, MigrSpan *rest, MigrRecord *out);

#endif
