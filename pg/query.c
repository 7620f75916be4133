/*
 * query.c
 *	  Statements of our own through SPI: plans kept for the call, rows copied
 *	  straight from the executor's slots into the arena.
 *
 * A call that only reads uses the snapshot of the statement it stands in, so
 * that all it sees is of one moment; one that writes takes a new snapshot for
 * each statement, because what it waited for is newer than the caller's.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "nodes/params.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "pg/pg.h"

/* ---- rows ---------------------------------------------------------------- */

/* So many columns may a query have. */
#define MIGR_PG_MAX_CELLS 24

/* Where the executor sends rows to. */
typedef struct RowTaker
{
	DestReceiver base;
	MigrPg *pg;
	MigrRows *rows;
	int room; /* rows that fit into rows->cells */
	MigrType types[MIGR_PG_MAX_CELLS];
} RowTaker;

/* Map a column's type; statements.c casts all that is something else. */
static MigrType
type_of(Oid type)
{
	switch (type)
	{
		case TEXTOID:
		case VARCHAROID:
			return MIGR_TEXT;
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case OIDOID:
		case CHAROID:
			return MIGR_INT;
		case BOOLOID:
			return MIGR_BOOL;
		case TIMESTAMPTZOID:
			return MIGR_INSTANT;
	}
	elog(ERROR, "unexpected type %u in a query of migrate's", type);
	return MIGR_TEXT;
}

/* Note the columns. */
static void
take_startup(DestReceiver *self, int operation, TupleDesc desc)
{
	RowTaker *taker = (RowTaker *) self;

	if (desc->natts > MIGR_PG_MAX_CELLS)
		elog(ERROR, "too many columns in a query of migrate's");
	taker->rows->columns = desc->natts;
	for (int i = 0; i < desc->natts; i++)
		taker->types[i] = type_of(TupleDescAttr(desc, i)->atttypid);
}

/* Make room for one more row; false where there is none to be had. */
static MigrValue *
next_row(RowTaker *taker)
{
	MigrRows *rows = taker->rows;
	size_t size = sizeof(MigrValue) * (size_t) rows->columns;

	if (rows->count == taker->room)
	{
		taker->room = Max(4, taker->room * 4);
		if (rows->cells == NULL)
			rows->cells =
				MemoryContextAllocHuge(taker->pg->work, size * taker->room);
		else
			rows->cells = repalloc_huge(rows->cells, size * taker->room);
	}
	return &migr_cell(rows, rows->count++, 0);
}

/* Copy all texts of a row into the arena, in one piece. */
static void
take_texts(RowTaker *taker, TupleTableSlot *slot, MigrValue *cells)
{
	struct varlena *texts[MIGR_PG_MAX_CELLS];
	size_t total = 0;
	char *at;

	for (int i = 0; i < taker->rows->columns; i++)
	{
		if (taker->types[i] != MIGR_TEXT || slot->tts_isnull[i])
			continue;
		texts[i] = PG_DETOAST_DATUM_PACKED(slot->tts_values[i]);
		total += VARSIZE_ANY_EXHDR(texts[i]) + 1;
	}
	at = total > 0 ? migr_alloc(&taker->pg->host.ctx.arena, total) : NULL;
	for (int i = 0; i < taker->rows->columns; i++)
	{
		if (taker->types[i] != MIGR_TEXT || slot->tts_isnull[i])
			continue;
		cells[i].text.ptr = at;
		cells[i].text.len = VARSIZE_ANY_EXHDR(texts[i]);
		memcpy(at, VARDATA_ANY(texts[i]), cells[i].text.len);
		at += cells[i].text.len + 1;
		if ((Pointer) texts[i] != DatumGetPointer(slot->tts_values[i]))
			pfree(texts[i]);
	}
}

/* Read a number of any of the types. */
static int64
number_of(Oid type, Datum value)
{
	switch (type)
	{
		case BOOLOID:
			return DatumGetBool(value);
		case CHAROID:
			return DatumGetChar(value);
		case INT2OID:
			return DatumGetInt16(value);
		case INT4OID:
			return DatumGetInt32(value);
		case OIDOID:
			return DatumGetObjectId(value);
		case TIMESTAMPTZOID:
			return DatumGetTimestampTz(value) + MIGR_EPOCH;
		default:
			return DatumGetInt64(value);
	}
}

/* Take one row. */
static bool
take_row(TupleTableSlot *slot, DestReceiver *self)
{
	RowTaker *taker = (RowTaker *) self;
	MigrValue *cells = next_row(taker);

	slot_getallattrs(slot);
	for (int i = 0; i < taker->rows->columns; i++)
	{
		Datum value = slot->tts_values[i];

		memset(&cells[i], 0, sizeof(cells[i]));
		cells[i].type = taker->types[i];
		cells[i].null = slot->tts_isnull[i];
		if (cells[i].null || cells[i].type == MIGR_TEXT)
			continue;
		cells[i].number = number_of(
			TupleDescAttr(slot->tts_tupleDescriptor, i)->atttypid, value);
	}
	take_texts(taker, slot, cells);
	return true;
}

/* The rows are all taken; there is nothing to close. */
static void
take_nothing(DestReceiver *self)
{
}

/* ---- plans and parameters ------------------------------------------------ */

/* The type that a parameter has in a plan. */
static Oid
parameter_type(MigrType type)
{
	switch (type)
	{
		case MIGR_TEXT:
			return TEXTOID;
		case MIGR_INT:
			return INT8OID;
		case MIGR_BOOL:
			return BOOLOID;
		case MIGR_INSTANT:
			return TIMESTAMPTZOID;
	}
	return TEXTOID;
}

/* Make the arguments what the executor takes. */
static ParamListInfo
parameters(const MigrValue *args, int nargs)
{
	ParamListInfo list = makeParamList(nargs);

	for (int i = 0; i < nargs; i++)
	{
		ParamExternData *param = &list->params[i];

		param->ptype = parameter_type(args[i].type);
		param->pflags = PARAM_FLAG_CONST;
		param->isnull = args[i].null;
		param->value = args[i].null ? (Datum) 0 : migr_pg_datum(&args[i]);
	}
	return list;
}

/*
 * How to plan: once for all arguments, and so that the first row comes soon.
 * Our tables are often too fresh to have statistics; this keeps the planner on
 * the indexes that give rows in the order we ask for.
 */
#define PLAN_OPTIONS (CURSOR_OPT_GENERIC_PLAN | CURSOR_OPT_FAST_PLAN)

/* Let the plans go with the memory of what they are listed in, however that
 * ends. */
static void
free_plans(void *arg)
{
	MigrPg *pg = arg;

	for (int i = 0; i < pg->plans.count; i++)
		SPI_freeplan(pg->plans.items[i].plan);
	memset(&pg->plans, 0, sizeof(pg->plans));
}

void
migr_pg_query_init(MigrPg *pg)
{
	memset(&pg->asked, 0, sizeof(pg->asked));
	pg->free_plans.func = free_plans;
	pg->free_plans.arg = pg;
	MemoryContextRegisterResetCallback(pg->work, &pg->free_plans);
}

/* Find the plan of a statement, or make it. */
static SPIPlanPtr
plan_of(MigrPg *pg, const char *sql, const MigrValue *args, int nargs)
{
	Oid types[MIGR_MAX_PARAMS];
	MigrPgPlan plan;

	for (int i = 0; i < pg->plans.count; i++)
	{
		if (pg->plans.items[i].sql == sql)
			return pg->plans.items[i].plan;
	}
	for (int i = 0; i < nargs; i++)
		types[i] = parameter_type(args[i].type);
	plan.sql = sql;
	plan.plan = SPI_prepare_cursor(sql, nargs, types, PLAN_OPTIONS);
	if (plan.plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s",
			 SPI_result_code_string(SPI_result));
	/* kept, so that it hears when a script changes what it is about */
	SPI_keepplan(plan.plan);
	migr_vec_push(&pg->host.ctx.arena, &pg->plans, plan);
	return plan.plan;
}

/* Run a plan. */
static void
run_plan(MigrPg *pg, SPIPlanPtr plan, bool read_only, const MigrValue *args,
		 int nargs, MigrRows *rows)
{
	MemoryContext old = MemoryContextSwitchTo(pg->scratch);
	RowTaker taker = {0};
	MigrRows unwanted;
	int rc;

	taker.base.receiveSlot = take_row;
	taker.base.rStartup = take_startup;
	taker.base.rShutdown = take_nothing;
	taker.base.rDestroy = take_nothing;
	taker.base.mydest = DestNone;
	taker.pg = pg;
	taker.rows = rows != NULL ? rows : &unwanted;
	memset(taker.rows, 0, sizeof(*taker.rows));
	rc = migr_spi_execute_plan(plan, parameters(args, nargs), read_only,
							   &taker.base);
	MemoryContextSwitchTo(old);
	MemoryContextReset(pg->scratch);
	if (rc < 0)
		elog(ERROR, "SPI_execute_plan failed: %s", SPI_result_code_string(rc));
	taker.rows->affected = (int64_t) SPI_processed;
}

/* Plan and run a statement. */
static void
run(MigrPg *pg, const char *sql, const MigrValue *args, int nargs,
	MigrRows *rows)
{
	bool read_only = !pg->writes && sql != pg->sql[MIGR_SQL_FACTS_PUT];

	run_plan(pg, plan_of(pg, sql, args, nargs), read_only, args, nargs, rows);
}

void
migr_pg_select(MigrPg *pg, const char *sql, const MigrValue *args, int nargs,
			   MigrRows *rows)
{
	Oid types[MIGR_MAX_PARAMS];
	SPIPlanPtr plan;

	for (int i = 0; i < nargs; i++)
		types[i] = parameter_type(args[i].type);
	plan = SPI_prepare(sql, nargs, types);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s",
			 SPI_result_code_string(SPI_result));
	run_plan(pg, plan, false, args, nargs, rows);
	SPI_freeplan(plan);
}

/* MigrHost.ask.  The NOT sees to it that it is a boolean. */
bool
migr_pg_ask(MigrHost *host, const char *name, const MigrPlace *place,
			const MigrValue *args, MigrValue *answer)
{
	MigrPg *pg = (MigrPg *) host;
	MigrWhere where = {.ctx = &host->ctx, .place = *place};
	MigrRows rows;
	int level;

	if (pg->asked.name != name)
		pg->asked.sql = migr_printf(&host->ctx.arena,
									"SELECT NOT %s($1, $2, $3, $4, $5)", name);
	pg->asked.name = name;
	migr_where_begin(&where);
	level = migr_level_open(pg->caller_path, pg->caller_row_security);
	run_plan(pg, plan_of(pg, pg->asked.sql, args, MIGR_ASK_ARGS), false, args,
			 MIGR_ASK_ARGS, &rows);
	AtEOXact_GUC(false, level);
	migr_where_end(&where);
	*answer = migr_cell(&rows, 0, 0);
	answer->number = answer->number == 0;
	return true;
}

/* ---- queries ------------------------------------------------------------- */

/* What the hints are about. */
typedef struct Asked
{
	const MigrPg *pg;
	const MigrValue *row; /* of the version table; NULL: there is none */
} Asked;

/* Say what to grant when one of our own tables is closed to the caller. */
static void
hint_own(void *arg)
{
	const Asked *asked = arg;

	if (geterrcode() == ERRCODE_INSUFFICIENT_PRIVILEGE)
		errhint("%s", migr_pg_grants(asked->pg->writes));
}

/* The same for the version table; and which row, where its statement has one. */
static void
hint_version(void *arg)
{
	const Asked *asked = arg;

	if (geterrcode() == ERRCODE_INSUFFICIENT_PRIVILEGE && asked->pg->writes)
		errhint(
			"The role needs SELECT, INSERT, UPDATE and DELETE on the version table, or CREATE on its schema where there is none yet.");
	else if (geterrcode() == ERRCODE_INSUFFICIENT_PRIVILEGE)
		errhint("The role needs SELECT on the version table.");
	if (asked->row != NULL)
		errcontext("row \"%s\" of the version table", asked->row->text.ptr);
}

/* Say what would help where somebody holds a lock on either. */
static void
hint_lock(void *arg)
{
	const MigrPg *pg = arg;

	if (pg->writes)
		migr_pg_hint_lock(&pg->host);
}

/* Is it a statement over our own tables, and not over the version table? */
static bool
is_own(const MigrPg *pg, const char *sql)
{
	for (int i = 0; i < MIGR_SQL_VERSION_CREATE; i++)
	{
		if (sql == pg->sql[i])
			return true;
	}
	return false;
}

/*
 * Run a statement over the version table with its owner's rights (see
 * version.c), as REFRESH MATERIALIZED VIEW does.  What its triggers SET ends
 * with it: it would be the session's.  An error gives the caller's rights back
 * by itself.
 */
static void
run_as_owner(MigrPg *pg, const char *sql, const MigrValue *args, int nargs,
			 MigrRows *rows)
{
	Oid user;
	int security;
	int level = NewGUCNestLevel();

	GetUserIdAndSecContext(&user, &security);
	SetUserIdAndSecContext(pg->version_owner,
						   security | SECURITY_LOCAL_USERID_CHANGE |
							   SECURITY_RESTRICTED_OPERATION);
	run(pg, sql, args, nargs, rows);
	AtEOXact_GUC(false, level);
	SetUserIdAndSecContext(user, security);
}

/* Run a statement of ours, with hints for its errors. */
static void
query(MigrPg *pg, const char *sql, const MigrValue *args, int nargs,
	  MigrRows *rows)
{
	ErrorContextCallback lock = {error_context_stack, hint_lock, pg};
	ErrorContextCallback callback;
	bool own = is_own(pg, sql);
	/* the new row of an UPDATE is the last argument */
	Asked asked = {pg, !own && nargs > 0 ? &args[nargs - 1] : NULL};

	Assert(pg->step == 0); /* or the script's search_path were in force */
	callback.callback = own ? hint_own : hint_version;
	callback.arg = &asked;
	callback.previous = &lock;
	error_context_stack = &callback;
	if (!own && pg->version != NULL)
		migr_pg_check_table(pg);
	if (!own && OidIsValid(pg->version_owner))
		run_as_owner(pg, sql, args, nargs, rows);
	else
		run(pg, sql, args, nargs, rows);
	error_context_stack = lock.previous;
}

/* MigrHost.query */
bool
migr_pg_query(MigrHost *host, const char *sql, const MigrValue *args, int nargs,
			  MigrRows *rows)
{
	MigrPg *pg = (MigrPg *) host;
	MemoryContext old = CurrentMemoryContext;
	volatile bool ok = true;

	PG_TRY();
	{
		query(pg, sql, args, nargs, rows);
	}
	PG_CATCH();
	{
		ok = migr_pg_catch(pg, old);
	}
	PG_END_TRY();
	return ok;
}

const char *
migr_pg_grants(bool writes)
{
	const char *role = quote_identifier(GetUserNameFromId(GetUserId(), false));

	return psprintf(
		"Grant the rights: GRANT USAGE ON SCHEMA migrate TO %s; GRANT %s ON ALL TABLES IN SCHEMA migrate TO %s;",
		role, writes ? "SELECT, INSERT, UPDATE, DELETE" : "SELECT", role);
}

int64_t
migr_pg_log_newest(Snapshot snapshot)
{
	SPIPlanPtr plan = SPI_prepare(migr_pg_sql_log_newest, 0, NULL);
	int64 newest;
	bool null;

	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s",
			 SPI_result_code_string(SPI_result));
	if (SPI_execute_snapshot(plan, NULL, NULL, snapshot, InvalidSnapshot, true,
							 false, 1) != SPI_OK_SELECT ||
		SPI_processed != 1)
		elog(ERROR, "cannot read migrate.log");
	newest = DatumGetInt64(
		SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &null));
	SPI_freetuptable(SPI_tuptable);
	SPI_freeplan(plan);
	return newest;
}

bool
migr_pg_log_moved(void)
{
	return migr_pg_log_newest(GetTransactionSnapshot()) !=
		   migr_pg_log_newest(GetLatestSnapshot());
}
