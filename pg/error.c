/*
 * error.c
 *	  The core's errors as PostgreSQL's: the one place that knows SQLSTATEs.
 */
#include "postgres.h"

#include "pg/pg.h"

/* Map a code; the compiler checks that none is left out. */
static int
sqlstate(MigrCode code)
{
	switch (code)
	{
		case MIGR_ERR_SCRIPT:
			return ERRCODE_SYNTAX_ERROR;
		case MIGR_ERR_ARGUMENT:
		case MIGR_ERR_RANGE:
			return ERRCODE_INVALID_PARAMETER_VALUE;
		case MIGR_ERR_UNKNOWN:
			return ERRCODE_UNDEFINED_OBJECT;
		case MIGR_ERR_AMBIGUOUS:
		case MIGR_ERR_MULTIPLE_HEADS:
			return ERRCODE_AMBIGUOUS_PARAMETER;
		case MIGR_ERR_GRAPH:
			return ERRCODE_INVALID_OBJECT_DEFINITION;
		case MIGR_ERR_STATE:
		case MIGR_ERR_NO_DOWNGRADE:
			return ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE;
		case MIGR_ERR_APPLIED:
			return ERRCODE_OBJECT_IN_USE;
		case MIGR_ERR_TRANSACTION:
			return ERRCODE_INVALID_TRANSACTION_TERMINATION;
		case MIGR_ERR_AUTOCOMMIT:
			return ERRCODE_ACTIVE_SQL_TRANSACTION;
		case MIGR_ERR_UNSUPPORTED:
			return ERRCODE_FEATURE_NOT_SUPPORTED;
		case MIGR_ERR_FILE:
			return ERRCODE_IO_ERROR;
		case MIGR_ERR_BUSY:
		case MIGR_ERR_LOCKED:
			return ERRCODE_LOCK_NOT_AVAILABLE;
		case MIGR_ERR_READ_ONLY:
			return ERRCODE_READ_ONLY_SQL_TRANSACTION;
		case MIGR_ERR_DENIED:
			return ERRCODE_INSUFFICIENT_PRIVILEGE;
		case MIGR_ERR_INTERRUPTED:
			return ERRCODE_QUERY_CANCELED;
		case MIGR_OK:
		case MIGR_ERR_STATEMENT:
		case MIGR_ERR_INTERNAL:
			break;
	}
	return ERRCODE_INTERNAL_ERROR;
}

void
migr_raise(MigrCtx *ctx)
{
	const MigrErr *err = &ctx->err;
	const char *place = migr_place_text(&ctx->arena, &err->place);

	ereport(ERROR,
			(errcode(sqlstate(err->code)), errmsg_internal("%s", err->message),
			 err->detail != NULL ? errdetail_internal("%s", err->detail) : 0,
			 err->hint != NULL ? errhint("%s", err->hint) : 0,
			 place != NULL ? errcontext("%s", place) : 0));
}
