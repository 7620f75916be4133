/*
 * err.h
 *	  What went wrong, as data; and the context that every core function takes.
 *
 * The first error wins: later ones are dropped, so a caller may go on and look
 * once.  Functions that can fail return bool; true means that all went well,
 * and false that ctx->err says what didn't.  Messages follow PostgreSQL's
 * style: primary in lower case without a final stop, detail and hint as
 * sentences.
 */
#ifndef MIGR_ERR_H
#define MIGR_ERR_H

#include <stdbool.h>

#include "base/str.h"

typedef enum MigrCode
{
	MIGR_OK = 0,
	MIGR_ERR_SCRIPT,		 /* a revision script is malformed */
	MIGR_ERR_ARGUMENT,		 /* an argument or a setting makes no sense */
	MIGR_ERR_UNKNOWN,		 /* no such revision, label, setting */
	MIGR_ERR_AMBIGUOUS,		 /* several revisions answer to the identifier */
	MIGR_ERR_MULTIPLE_HEADS, /* one head is wanted and there are several */
	MIGR_ERR_RANGE,			 /* target is no ancestor or descendant */
	MIGR_ERR_GRAPH,			 /* cycle, duplicate, missing parent, clash */
	MIGR_ERR_STATE,			 /* the version table and the graph disagree */
	MIGR_ERR_APPLIED,		 /* an applied script would change */
	MIGR_ERR_NO_DOWNGRADE,	 /* a script has no downgrade section */
	MIGR_ERR_TRANSACTION,	 /* transaction control where none may stand */
	MIGR_ERR_AUTOCOMMIT,	 /* a statement that needs to be outside of one */
	MIGR_ERR_UNSUPPORTED,	 /* not in this version or on this host */
	MIGR_ERR_FILE,			 /* a file or directory can't be read */
	MIGR_ERR_BUSY,			 /* another session migrates or holds the lock */
	MIGR_ERR_LOCKED,		 /* a lock wasn't to be had in time: what isn't
							  * committed may be tried again */
	MIGR_ERR_READ_ONLY,		 /* database, transaction or server is read-only */
	MIGR_ERR_DENIED,		 /* the caller may not */
	MIGR_ERR_STATEMENT,		 /* the host refused a statement (SQLite) */
	MIGR_ERR_INTERRUPTED,	 /* the user cancelled */
	MIGR_ERR_INTERNAL		 /* can't happen */
} MigrCode;

/* Where an error happened; what isn't known is NULL or 0. */
typedef struct MigrPlace
{
	const char *revision; /* the revision's id */
	const char *path;	  /* the script's file */
	const char *section;  /* "upgrade" or "downgrade" */
	int line;			  /* in the file, or in the script's text; from 1 */
	int statement;		  /* in the section; from 1 */
	const char *text;	  /* the statement */
} MigrPlace;

typedef struct MigrErr
{
	MigrCode code;
	const char *message;
	const char *detail; /* NULL where there is none */
	const char *hint;	/* NULL where there is none */
	MigrPlace place;
} MigrErr;

/* What every core function takes first: memory and the error. */
typedef struct MigrCtx
{
	MigrArena arena;
	MigrErr err;
	bool other_encoding; /* texts aren't UTF-8, and the host has checked them:
						  * bytes above 127 are letters */
} MigrCtx;

/* Set code and message, unless there is an error already.  Always false. */
extern bool migr_fail(MigrCtx *ctx, MigrCode code, const char *fmt, ...)
	MIGR_PRINTF(3, 4);

/* Add a detail or a hint to the error, unless it has one.  Always false. */
extern bool migr_detail(MigrCtx *ctx, const char *fmt, ...) MIGR_PRINTF(2, 3);
extern bool migr_hint(MigrCtx *ctx, const char *fmt, ...) MIGR_PRINTF(2, 3);

/* Forget the error: it was only asked whether there would be one. */
extern void migr_forget(MigrCtx *ctx);

/*
 * Complete the error's place: each member of place that is set, and that the
 * error doesn't know yet.  Always false.  The texts are not copied.
 */
extern bool migr_at(MigrCtx *ctx, const MigrPlace *place);

/*
 * Say the place in one line: `revision 6a32 (versions/6a32_x.sql), upgrade,
 * statement 3, line 12`; NULL where nothing is known.  The statement's text
 * isn't part of it.
 */
extern const char *migr_place_text(MigrArena *arena, const MigrPlace *place);

#endif
