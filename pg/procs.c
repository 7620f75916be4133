/*
 * procs.c
 *	  The procedures migrate.upgrade() and migrate.downgrade(): a commit after
 *	  each revision.
 *
 * Two locks of the session keep others out across the commits: on the log,
 * which says that a CALL runs, then on the scripts, which every writer takes.
 * PostgreSQL itself lets go of them when a transaction aborts and when the
 * session ends, so only the way that ends well has to; and a ROLLBACK inside
 * of an autocommit section's statement is no end.  They are waited for without
 * a snapshot: whoever holds them may need that nobody has an old one.
 *
 * Each commit ends the GUC levels and the snapshot of the call; both are made
 * anew behind it.  For an autocommit section the call leaves SPI altogether,
 * which it can only where the client itself is the caller.
 */
#include "postgres.h"

#include "access/xact.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/lmgr.h"
#include "storage/proc.h"
#include "tcop/pquery.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/inval.h"
#include "utils/snapmgr.h"

#include "pg/pg.h"

PG_FUNCTION_INFO_V1(migrate_call_upgrade);
PG_FUNCTION_INFO_V1(migrate_call_downgrade);

/* ---- commits ------------------------------------------------------------- */

/* Say of an error at a commit which step it costs. */
static void
add_step(void *arg)
{
	const MigrPg *pg = arg;

	if (pg->reported != NULL)
		errcontext("commit of \"%s\"", pg->reported);
}

/* Commit; there is a new transaction behind it, and nothing of ours in it. */
static void
commit(MigrPg *pg)
{
	ErrorContextCallback callback;

	callback.callback = add_step;
	callback.arg = pg;
	callback.previous = error_context_stack;
	error_context_stack = &callback;
	/* what is deferred runs now, with the caller's settings */
	AtEOXact_GUC(true, pg->level);
	pg->level = 0;
	SPI_commit();
	SPI_start_transaction();
	error_context_stack = callback.previous;
	pg->reported = NULL;
}

/* Make the new transaction what the call's first one was. */
static void
go_on(MigrPg *pg)
{
	EnsurePortalSnapshotExists();
	pg->level = migr_level_open(MIGR_SAFE_PATH, "off");
	migr_pg_lock_timeout(pg);
}

/* Lock a table of ours for the session. */
static void
lock_table(Oid table)
{
	LockRelId id = {table, MyDatabaseId};

	LockRelationIdForSession(&id, ShareUpdateExclusiveLock);
}

/* Let go of it. */
static void
unlock_table(Oid table)
{
	LockRelId id = {table, MyDatabaseId};

	UnlockRelationIdForSession(&id, ShareUpdateExclusiveLock);
}

/* Does the session hold it? */
static bool
holds_table(Oid table)
{
	LOCKTAG tag;

	SET_LOCKTAG_RELATION(tag, MyDatabaseId, table);
	return migr_holds_lock(&tag, ShareUpdateExclusiveLock);
}

void
migr_pg_steps_begin(MigrPg *pg, Oid log, Oid script)
{
	pg->locked[0] = log;
	pg->locked[1] = script;
	commit(pg);
	lock_table(log);
	lock_table(script);
	/* see what others did while we waited */
	AcceptInvalidationMessages();
	go_on(pg);
}

void
migr_pg_steps_next(MigrPg *pg)
{
	commit(pg);
	go_on(pg);
}

void
migr_pg_steps_pause(MigrPg *pg, void (*what)(MigrPg *))
{
	commit(pg);
	what(pg);
	go_on(pg);
}

void
migr_pg_steps_end(MigrPg *pg)
{
	commit(pg);
	unlock_table(pg->locked[1]);
	unlock_table(pg->locked[0]);
}

/* ---- outside of transactions ---------------------------------------------- */

bool
migr_pg_outside(MigrHost *host, const MigrBody *body, const MigrStmts *stmts)
{
	MigrPg *pg = (MigrPg *) host;
	const MigrPlace *place = &body->place;

	if (pg->mode == MIGR_PG_DIRECT)
		return true;
	if (pg->mode == MIGR_PG_STEPS)
	{
		migr_fail(
			&host->ctx, MIGR_ERR_AUTOCOMMIT,
			"revision %s has an autocommit section, which can't run inside a procedure or DO block",
			place->revision);
		return migr_hint(&host->ctx,
						 "CALL migrate.%s() by itself, as a statement of the "
						 "client's.",
						 place->section);
	}
	migr_fail(&host->ctx, MIGR_ERR_AUTOCOMMIT,
			  "revision %s has an autocommit section, which can't run inside "
			  "a transaction",
			  place->revision);
	return migr_hint(&host->ctx,
					 "CALL migrate.%s() instead, which commits after each "
					 "revision.",
					 place->section);
}

/* Has anybody else migrated since MIGR_TX_LEAVE?  Looks as the caller, whoever
 * the section may have made of the session. */
static bool
was_moved(MigrPg *pg)
{
	Oid user;
	int context;
	int level;
	int64_t newest;

	GetUserIdAndSecContext(&user, &context);
	SetUserIdAndSecContext(pg->left_as, context);
	PushActiveSnapshot(GetTransactionSnapshot());
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	level = migr_level_open(MIGR_SAFE_PATH, "off");
	newest = migr_pg_log_newest(GetActiveSnapshot());
	AtEOXact_GUC(true, level);
	SPI_finish();
	PopActiveSnapshot();
	SetUserIdAndSecContext(user, context);
	return newest != pg->left_at;
}

void
migr_pg_keep_locks(MigrPg *pg)
{
	if (holds_table(pg->locked[0]) && holds_table(pg->locked[1]))
		return;
	/* a ROLLBACK takes both: the order is that of the first time */
	lock_table(pg->locked[0]);
	lock_table(pg->locked[1]);
	AcceptInvalidationMessages();
	if (was_moved(pg))
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("another session has migrated this database meanwhile"),
				 errdetail("The statement has rolled back, which gave up the "
						   "locks of this run."),
				 errhint("CALL it again.")));
	migr_pg_renew();
}

void
migr_pg_leave(MigrPg *pg)
{
	pg->left_at = migr_pg_log_newest(GetLatestSnapshot());
	pg->left_as = GetUserId();
	commit(pg);
	pg->left_timeout = LockTimeout;
	SPI_finish();
	pg->outside = true;
	migr_pg_keep_settings(pg);
}

void
migr_pg_enter(MigrPg *pg)
{
	if (!migr_pg_return_settings(pg))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("an autocommit section has changed the role for good"),
				 errhint("Call again as the role that shall migrate.")));
	pg->outside = false;
	if (SPI_connect_ext(SPI_OPT_NONATOMIC) != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	go_on(pg);
}

void
migr_pg_abandon(MigrPg *pg)
{
	ErrorData *error;

	migr_pg_abandon_try(pg);
	if (pg->settings == NULL)
		PG_RE_THROW();
	error = migr_pg_take_error(pg);
	PG_TRY();
	{
		HOLD_INTERRUPTS();
		(void) migr_pg_return_settings(pg);
		RESUME_INTERRUPTS();
	}
	PG_CATCH();
	{
		/* it is the first error that tells what happened */
		MemoryContextSwitchTo(pg->memory);
		FlushErrorState();
	}
	PG_END_TRY();
	ReThrowError(error);
}

/* ---- reporting ------------------------------------------------------------ */

/*
 * MigrHost.progress: to the client at once, and to whoever looks into
 * pg_stat_activity.  There it stands as the application's name: the query's
 * text remains what it is, and migr_pg_untitle() brings the name back.
 */
static void
progress(MigrHost *host, const char *line, const char *title)
{
	MigrPg *pg = (MigrPg *) host;

	pg->reported = line;
	ereport(INFO, (errmsg_internal("%s", line)));
	pgstat_report_appname(title);
}

void
migr_pg_untitle(void)
{
	pgstat_report_appname(application_name != NULL ? application_name : "");
}

/* ---- the procedures ------------------------------------------------------- */

/* Refuse where no commit is possible, and say what is. */
static void
check_can_commit(FunctionCallInfo fcinfo, const char *name)
{
	const CallContext *context = (const CallContext *) fcinfo->context;

	if (context != NULL && IsA(context, CallContext) && !context->atomic)
		return;
	ereport(
		ERROR,
		(errcode(ERRCODE_INVALID_TRANSACTION_TERMINATION),
		 errmsg(
			 "migrate.%s() commits after each revision, which it can't do here",
			 name),
		 errdetail(
			 "%s",
			 IsTransactionBlock()
				 ? "It was called inside a transaction block, or in one message with other statements."
				 : "It was called from a function, or from a procedure that can't commit itself."),
		 errhint(
			 "CALL it by itself, outside a transaction block; or SELECT migrate_%s(), which does all in the transaction that there is.",
			 name)));
}

/* Run a command in steps.  Its memory has to outlive transactions. */
static Datum
run(FunctionCallInfo fcinfo, MigrCommandId id, const char *name)
{
	MigrPgMode mode =
		SPI_inside_nonatomic_context() ? MIGR_PG_STEPS : MIGR_PG_DIRECT;
	MemoryContext memory;
	MemoryContext old;
	MigrValue args[3];
	MigrResult result;
	MigrPg *pg;

	check_can_commit(fcinfo, name);
	memory = AllocSetContextCreate(PortalContext, "migrate call",
								   ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(memory);
	pg = palloc(sizeof(*pg));
	args[0] = migr_pg_argument(fcinfo, 0, MIGR_TEXT);
	args[1] = migr_null_value(MIGR_BOOL);
	args[2] = migr_pg_argument(fcinfo, 1, MIGR_TEXT);
	migr_pg_init(pg, memory, mode);
	pg->host.steps = true;
	pg->host.progress = progress;
	migr_pg_call(pg, id, args, lengthof(args), &result);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(memory);
	PG_RETURN_VOID();
}

/* CALL migrate.upgrade(revision, tag) */
Datum
migrate_call_upgrade(PG_FUNCTION_ARGS)
{
	return run(fcinfo, MIGR_CMD_upgrade, "upgrade");
}

/* CALL migrate.downgrade(revision, tag) */
Datum
migrate_call_downgrade(PG_FUNCTION_ARGS)
{
	return run(fcinfo, MIGR_CMD_downgrade, "downgrade");
}
