/*
 * again.c
 *	  Undo and try again where a lock can't be had in time.
 *
 * What may have to be undone runs in a subtransaction, as PL/pgSQL's BEGIN ...
 * EXCEPTION does: to roll that back lets go of the locks that it has taken, and
 * keeps those of the run itself, which keep other migrations out.  There is one
 * only while another try is left; so the last error is PostgreSQL's own.
 *
 * In a SELECT it is all that the call does.  A CALL commits what it has before
 * it waits, so that no snapshot is held meanwhile.
 */
#include "postgres.h"

#include "access/xact.h"
#include "commands/prepare.h"
#include "executor/spi.h"
#include "storage/proc.h"
#include "utils/builtins.h"
#include "utils/guc.h"

#include "base/map.h"
#include "pg/pg.h"

/* ---- lock_timeout ---------------------------------------------------------- */

/* Set lock_timeout as the setting says; action: for how long. */
static void
set_timeout(const MigrPg *pg, GucAction action)
{
	char value[16];

	if (pg->host.lock_timeout < 0)
		return;
	snprintf(value, sizeof(value), "%d", pg->host.lock_timeout);
	(void) set_config_option("lock_timeout", value, PGC_USERSET, PGC_S_SESSION,
							 action, true, 0, false);
}

void
migr_pg_lock_timeout(const MigrPg *pg)
{
	set_timeout(pg, GUC_ACTION_SAVE);
}

void
migr_pg_lock_timeout_outside(const MigrPg *pg)
{
	/* what the section has set itself goes first */
	if (LockTimeout == pg->left_timeout)
		set_timeout(pg, GUC_ACTION_LOCAL);
}

/* ---- prepared statements ----------------------------------------------------- */

/* List what is prepared in the session by SQL. */
static List *
list_prepared(MemoryContext memory)
{
	MemoryContext old = MemoryContextSwitchTo(memory);
	List *names = NIL;

	if (SPI_execute("SELECT name FROM pg_catalog.pg_prepared_statements "
					"WHERE from_sql",
					true, 0) != SPI_OK_SELECT)
		elog(ERROR, "cannot read pg_prepared_statements");
	for (uint64 i = 0; i < SPI_processed; i++)
		names =
			lappend(names, MemoryContextStrdup(
							   memory, SPI_getvalue(SPI_tuptable->vals[i],
													SPI_tuptable->tupdesc, 1)));
	SPI_freetuptable(SPI_tuptable);
	MemoryContextSwitchTo(old);
	return names;
}

/* Deallocate what the try has prepared, which no rollback does: it would be in
 * the way of the next one. */
static void
deallocate_new(MigrPg *pg)
{
	List *now = list_prepared(pg->memory);
	MigrMap known;
	ListCell *cell;

	migr_map_init(&known, &pg->host.ctx.arena, list_length(pg->prepared));
	foreach(cell, pg->prepared)
	{
		migr_map_put(&known, migr_span(lfirst(cell)), 0);
	}
	foreach(cell, now)
	{
		if (migr_map_get(&known, migr_span(lfirst(cell))) == MIGR_MAP_NONE)
			DropPreparedStatement(lfirst(cell), false);
	}
	list_free_deep(now);
}

/* ---- trying ---------------------------------------------------------------- */

void
migr_pg_try_begin(MigrPg *pg)
{
	MemoryContext old = CurrentMemoryContext;

	if (pg->host.tried >= pg->host.lock_retries)
		return;
	list_free_deep(pg->prepared);
	pg->prepared = list_prepared(pg->memory);
	pg->owner = CurrentResourceOwner;
	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(old);
	pg->trying = true;
}

void
migr_pg_try_end(MigrPg *pg)
{
	MemoryContext old = CurrentMemoryContext;

	if (!pg->trying)
		return;
	ReleaseCurrentSubTransaction();
	MemoryContextSwitchTo(old);
	CurrentResourceOwner = pg->owner;
	pg->trying = false;
}

/* Would the error have gone well at another time? */
static bool
is_about_locks(void)
{
	return geterrcode() == ERRCODE_LOCK_NOT_AVAILABLE ||
		   geterrcode() == ERRCODE_T_R_DEADLOCK_DETECTED;
}

/* Roll back what was tried, and return the error. */
static ErrorData *
undo(MigrPg *pg)
{
	ErrorData *error;

	MemoryContextSwitchTo(pg->memory);
	error = CopyErrorData();
	FlushErrorState();
	migr_pg_leave_scratch(pg);
	if (!pg->trying)
		return error;
	RollbackAndReleaseCurrentSubTransaction();
	CurrentResourceOwner = pg->owner;
	pg->trying = false;
	pg->step = 0; /* has ended with it */
	return error;
}

void
migr_pg_abandon_try(MigrPg *pg)
{
	if (pg->trying || pg->place != NULL)
		ReThrowError(undo(pg));
}

/* Is the script to blame, and not the machine, another session, or who stops it? */
static bool
is_scripts_own(void)
{
	switch (ERRCODE_TO_CATEGORY(geterrcode()))
	{
		case ERRCODE_INSUFFICIENT_RESOURCES:
		case ERRCODE_OPERATOR_INTERVENTION:
		case ERRCODE_SYSTEM_ERROR:
		case ERRCODE_TRANSACTION_ROLLBACK:
			return false;
		default:
			return !is_about_locks() &&
				   geterrcode() != ERRCODE_DATA_CORRUPTED &&
				   geterrcode() != ERRCODE_INDEX_CORRUPTED;
	}
}

bool
migr_pg_fail(MigrCtx *ctx, ErrorData *error)
{
	migr_fail(ctx, MIGR_ERR_STATEMENT, "%s", error->message);
	if (error->detail != NULL)
		migr_detail(ctx, "%s", error->detail);
	if (error->hint != NULL)
		migr_hint(ctx, "%s", error->hint);
	FreeErrorData(error);
	return false;
}

/* Leave the scratch place, with the error as the core's.  Always false. */
static bool
take_over(MigrPg *pg, MemoryContext old)
{
	ErrorData *error = undo(pg);

	MemoryContextSwitchTo(old);
	migr_pg_fail(&pg->host.ctx, error);
	return migr_at(&pg->host.ctx, &pg->failed_at);
}

bool
migr_pg_catch(MigrPg *pg, MemoryContext old)
{
	bool outside = pg->outside && pg->undone;
	ErrorData *error;

	if (pg->host.guarded && pg->place != NULL && is_scripts_own())
		return take_over(pg, old);
	if (!is_about_locks() || pg->host.tried >= pg->host.lock_retries ||
		!(pg->trying || outside))
		PG_RE_THROW();
	error = outside ? migr_pg_take_error(pg) : undo(pg);
	if (!outside)
		deallocate_new(pg);
	MemoryContextSwitchTo(old);
	migr_fail(&pg->host.ctx, MIGR_ERR_LOCKED, "%s", error->message);
	FreeErrorData(error);
	return false;
}

/* Wait, without a snapshot where that can be. */
static void
pause_for(MigrPg *pg)
{
	DirectFunctionCall1(pg_sleep, Float8GetDatum(pg->host.pause / 1000.0));
}

void
migr_pg_again(MigrPg *pg)
{
	if (pg->outside)
	{
		/* the error has taken the run's own locks as well */
		migr_pg_keep_locks(pg);
		pause_for(pg);
		return;
	}
	if (pg->mode == MIGR_PG_WHOLE)
		pause_for(pg);
	else
		migr_pg_steps_pause(pg, pause_for);
	migr_pg_try_begin(pg);
}
