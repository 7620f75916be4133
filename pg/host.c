/*
 * host.c
 *	  The door from SQL into the core, and the smaller things that the host
 *	  lends it: transactions, locks, the clock.
 *
 * Whoever calls us may have put anything into their search_path, and a
 * superuser may call us in a schema that somebody else owns.  So the door
 * pins search_path to pg_catalog for all that is ours; only the statements of
 * a script see the caller's.  Both are GUC levels, which an error closes by
 * itself.  There is no SECURITY DEFINER: all runs with the caller's rights.
 *
 * Nothing here catches an error but the door, to take its guard down and to end
 * an autocommit section.  What a CALL does with the transaction is in procs.c.
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/namespace.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "pgtime.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "pg/pg.h"

/* Does this session run a command that writes?  Down again on any error. */
static bool running = false;

/* What that command was given for scripts to ask for; it is the command's
 * memory, so this goes down together with running. */
static const MigrOptions *options = NULL;

/* ---- levels ------------------------------------------------------------ */

int
migr_level_open(const char *path, const char *row_security)
{
	int level = NewGUCNestLevel();

	(void) set_config_option("search_path", path, PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	(void) set_config_option("row_security", row_security, PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	return level;
}

/* ---- transactions -------------------------------------------------------- */

Oid
migr_pg_own_table(const char *name)
{
	Oid schema = get_namespace_oid("migrate", false);
	Oid table = get_relname_relid(name, schema);

	if (!OidIsValid(table))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation \"migrate.%s\" does not exist", name)));
	return table;
}

/* May this role write to any of our tables?  Others shan't hold our lock. */
static bool
check_rights(MigrPg *pg)
{
	MigrCtx *ctx = &pg->host.ctx;
	Oid user = GetUserId();

	if (pg_class_aclcheck(migr_pg_own_table("log"), user, ACL_INSERT) ==
			ACLCHECK_OK ||
		pg_class_aclcheck(migr_pg_own_table("script"), user, ACL_INSERT) ==
			ACLCHECK_OK)
		return true;
	migr_fail(ctx, MIGR_ERR_DENIED,
			  "permission denied for the tables of schema \"migrate\"");
	return migr_hint(ctx, "%s", migr_pg_grants(true));
}

/*
 * Wait for whoever else migrates this database.  The lock's mode conflicts
 * with itself and leaves readers and writers of the table alone.  A CALL may
 * need that no snapshot is held while it works, and we hold one while we
 * wait: so give way to it at once.
 */
static bool
lock(MigrPg *pg)
{
	MigrCtx *ctx = &pg->host.ctx;
	Oid script = migr_pg_own_table("script");
	MigrRows rows;

	if (ConditionalLockRelationOid(script, ShareUpdateExclusiveLock))
		return true;
	if (!migr_pg_query(&pg->host, migr_pg_sql_call_runs, NULL, 0, &rows))
		return false;
	if (rows.count > 0)
	{
		migr_fail(ctx, MIGR_ERR_BUSY, "another session migrates this database");
		migr_detail(ctx, "It is the process with ID %lld.",
					(long long) migr_cell(&rows, 0, 0).number);
		return migr_hint(ctx, "Try again when it has ended; or CALL "
							  "migrate.upgrade(), which waits for it.");
	}
	LockRelationOid(script, ShareUpdateExclusiveLock);
	return true;
}

/* Refuse where nothing can be written, or not by us. */
static bool
check_writable(MigrPg *pg)
{
	MigrCtx *ctx = &pg->host.ctx;

	if (RecoveryInProgress())
	{
		migr_fail(ctx, MIGR_ERR_READ_ONLY, "a standby cannot migrate");
		return migr_hint(ctx, "Call it on the primary.");
	}
	if (XactReadOnly)
		return migr_fail(ctx, MIGR_ERR_READ_ONLY,
						 "cannot migrate in a read-only transaction");
	if (DatumGetInt32(OidFunctionCall0(F_PG_TRIGGER_DEPTH)) > 0)
		return migr_fail(ctx, MIGR_ERR_UNSUPPORTED, "a trigger cannot migrate");
	return check_rights(pg);
}

/* Make ready to write: nobody else does, and we see what they did. */
static bool
begin_writing(MigrPg *pg)
{
	if (pg->writes)
		return true; /* behind MIGR_TX_AGAIN */
	if (!check_writable(pg))
		return false;
	pg->writes = true;
	if (pg->mode != MIGR_PG_WHOLE)
	{
		migr_pg_steps_begin(pg, migr_pg_own_table("log"),
							migr_pg_own_table("script"));
		migr_pg_try_begin(pg);
		return true;
	}
	if (!lock(pg))
		return false;
	migr_pg_lock_timeout(pg);
	if (IsolationUsesXactSnapshot() && migr_pg_log_moved())
		ereport(
			ERROR,
			(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
			 errmsg(
				 "another session has migrated this database since this transaction began"),
			 errhint("Run it again in a new transaction.")));
	migr_pg_try_begin(pg);
	return true;
}

/* Keep what is done.  Each transaction has all its tries. */
static void
keep(MigrPg *pg)
{
	migr_pg_try_end(pg);
	pg->host.tried = 0;
}

/* MigrHost.tx: unless it is a CALL, the transaction is the caller's. */
static bool
tx(MigrHost *host, MigrTxOp op)
{
	MigrPg *pg = (MigrPg *) host;

	switch (op)
	{
		case MIGR_TX_WRITE:
			return begin_writing(pg);
		case MIGR_TX_STEP_BEGIN:
			pg->step =
				migr_level_open(pg->caller_path, pg->caller_row_security);
			break;
		case MIGR_TX_STEP_END:
			AtEOXact_GUC(false, pg->step);
			pg->step = 0;
			break;
		case MIGR_TX_NEXT:
			if (pg->mode == MIGR_PG_WHOLE)
				break;
			keep(pg);
			migr_pg_steps_next(pg);
			migr_pg_try_begin(pg);
			break;
		case MIGR_TX_COMMIT:
			keep(pg);
			if (pg->mode != MIGR_PG_WHOLE)
				migr_pg_steps_end(pg);
			break;
		case MIGR_TX_LEAVE:
			keep(pg);
			migr_pg_leave(pg);
			break;
		case MIGR_TX_ENTER:
			migr_pg_enter(pg);
			migr_pg_try_begin(pg);
			break;
		case MIGR_TX_AGAIN:
			migr_pg_again(pg);
			break;
		case MIGR_TX_READ:
			break;
	}
	return true;
}

/* ---- the rest ------------------------------------------------------------ */

/* MigrHost.user */
static const char *
user_name(MigrHost *host)
{
	return migr_strdup(&host->ctx.arena, GetUserNameFromId(GetUserId(), false));
}

/* MigrHost.now */
static int64_t
unix_now(MigrHost *host)
{
	return GetCurrentTimestamp() + MIGR_EPOCH;
}

/* Find a time zone as the server knows it; NULL: there is none. */
static pg_tz *
find_zone(const char *name)
{
	/* in whatever case: pg_tzset() doesn't mind */
	pg_tz *zone = name != NULL ? pg_tzset(name) : session_timezone;

	return zone != NULL && pg_tz_acceptable(zone) ? zone : NULL;
}

/* MigrHost.zone */
static bool
zone(MigrHost *host, const char *name, int64_t instant, int *seconds)
{
	pg_time_t second =
		instant / USECS_PER_SEC - (instant % USECS_PER_SEC < 0 ? 1 : 0);
	pg_tz *found = find_zone(name);
	struct pg_tm *local;

	if (found == NULL)
		return migr_fail(&host->ctx, MIGR_ERR_ARGUMENT,
						 "there is no time zone \"%s\"",
						 name != NULL ? name : "");
	local = pg_localtime(&second, found);
	if (local == NULL)
		return migr_fail(&host->ctx, MIGR_ERR_ARGUMENT,
						 "the instant is out of range");
	*seconds = (int) local->tm_gmtoff;
	return true;
}

/* MigrHost.random */
static bool
random_bytes(MigrHost *host, void *bytes, size_t count)
{
	return pg_strong_random(bytes, count) ||
		   migr_fail(&host->ctx, MIGR_ERR_INTERNAL,
					 "could not generate random bytes");
}

/* MigrHost.literal */
static const char *
literal(MigrHost *host, const char *text)
{
	return text != NULL
			   ? migr_strdup(&host->ctx.arena, quote_literal_cstr(text))
			   : "NULL";
}

/* MigrHost.warn */
static void
raise_warning(MigrHost *host, const char *message)
{
	ereport(WARNING, (errmsg_internal("%s", message)));
}

/* MigrHost.poll.  Outside of a transaction the statement lets them in, where
 * what has to be undone is undone. */
static bool
let_interrupts_in(MigrHost *host)
{
	if (!((MigrPg *) host)->outside)
		CHECK_FOR_INTERRUPTS();
	return true;
}

/* Give the arena a chunk; throws where there is no memory. */
static void *
chunk(void *memory, size_t size)
{
	return MemoryContextAllocHuge((MemoryContext) memory, size);
}

void
migr_pg_arena_init(MigrArena *arena, MemoryContext memory)
{
	migr_arena_init(arena, chunk, memory);
}

/* MigrHost.renew.  The plans go with their memory. */
static void
renew(MigrHost *host)
{
	MigrPg *pg = (MigrPg *) host;

	options = NULL;
	MemoryContextReset(pg->work);
	migr_pg_arena_init(&host->ctx.arena, pg->work);
	migr_pg_query_init(pg);
}

/* ---- the door ------------------------------------------------------------ */

static const MigrHost template = {
	.dialect = "postgresql",
	.sql = migr_pg_sql,
	.options = &options,
	.parse = migr_pg_parse,
	.exec = migr_pg_exec,
	.query = migr_pg_query,
	.tx = tx,
	.renew = renew,
	.outside = migr_pg_outside,
	.locate = migr_pg_locate,
	.scratch = migr_pg_scratch,
	.explain = migr_pg_explain,
	.build = migr_pg_build,
	.about = migr_pg_about,
	.build_part = migr_pg_build_part,
	.introspect = migr_pg_introspect,
	.ask = migr_pg_ask,
	.surroundings = migr_pg_surroundings,
	.ready = migr_pg_ready,
	.list = migr_pg_list,
	.read = migr_pg_read,
	.look = migr_pg_look,
	.write = migr_pg_write,
	.make_directory = migr_pg_make_directory,
	.same_sql = migr_pg_same_sql,
	.captured = migr_pg_captured,
	.setting = migr_pg_setting,
	.literal = literal,
	.set = migr_pg_set,
	.user = user_name,
	.now = unix_now,
	.zone = zone,
	.random = random_bytes,
	.warn = raise_warning,
	.poll = let_interrupts_in,
};

void
migr_pg_init(MigrPg *pg, MemoryContext memory, MigrPgMode mode)
{
	memset(pg, 0, sizeof(*pg));
	pg->host = template;
	pg->mode = mode;
	pg->memory = memory;
	pg->scratch = AllocSetContextCreate(memory, "migrate scratch",
										ALLOCSET_DEFAULT_SIZES);
	pg->work =
		AllocSetContextCreate(memory, "migrate work", ALLOCSET_DEFAULT_SIZES);
	migr_pg_arena_init(&pg->host.ctx.arena, pg->work);
	pg->host.ctx.other_encoding = GetDatabaseEncoding() != PG_UTF8 &&
								  GetDatabaseEncoding() != PG_SQL_ASCII;
	pg->caller_path = MemoryContextStrdup(
		memory, GetConfigOption("search_path", false, false));
	pg->caller_row_security = MemoryContextStrdup(
		memory, GetConfigOption("row_security", false, false));
	memcpy(pg->sql, migr_pg_sql, sizeof(pg->sql));
	if (superuser())
	{
		pg->sql[MIGR_SQL_SCRIPT_TEXT] = migr_pg_sql_text_checked;
		pg->sql[MIGR_SQL_MODEL_TEXT] = migr_pg_sql_model_checked;
	}
	pg->host.sql = pg->sql;
	migr_pg_query_init(pg);
}

/* Run the core.  Whatever is thrown, what is being tried ends with it, and so
 * does an autocommit section. */
static void
call_core(MigrPg *pg, MigrCommandId id, const MigrValue *args, int nargs,
		  MigrResult *result)
{
	PG_TRY();
	{
		if (!migr_call(&pg->host, id, args, nargs, result))
			migr_raise(&pg->host.ctx);
	}
	PG_CATCH();
	{
		migr_pg_abandon(pg);
	}
	PG_END_TRY();
}

/* Let one command in that writes: a revision must not start another. */
static void
call_alone(MigrPg *pg, MigrCommandId id, const MigrValue *args, int nargs,
		   MigrResult *result)
{
	if (running)
	{
		migr_fail(&pg->host.ctx, MIGR_ERR_UNSUPPORTED,
				  "%s cannot be called by a revision that is running",
				  migr_commands[id].name);
		migr_raise(&pg->host.ctx);
	}
	running = true;
	PG_TRY();
	{
		call_core(pg, id, args, nargs, result);
	}
	PG_FINALLY();
	{
		running = false;
		options = NULL;
		if (pg->host.progress != NULL)
			migr_pg_untitle();
	}
	PG_END_TRY();
}

void
migr_pg_call(MigrPg *pg, MigrCommandId id, const MigrValue *args, int nargs,
			 MigrResult *result)
{
	if (migr_commands[id].access == MIGR_ASKS)
	{
		if (!migr_call(&pg->host, id, args, nargs, result))
			migr_raise(&pg->host.ctx);
		return;
	}
	if (id != MIGR_CMD_version)
		migr_pg_check_version();
	if (SPI_connect_ext(pg->mode != MIGR_PG_WHOLE ? SPI_OPT_NONATOMIC : 0) !=
		SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	/* off: a policy that hides rows of ours is an error, not less rows */
	pg->level = migr_level_open(MIGR_SAFE_PATH, "off");
	if (migr_commands[id].access == MIGR_WRITES)
		call_alone(pg, id, args, nargs, result);
	else
		call_core(pg, id, args, nargs, result);
	/* true: what migrate_config() has set for the session shall stay */
	if (pg->level > 0)
		AtEOXact_GUC(true, pg->level);
	SPI_finish();
}
