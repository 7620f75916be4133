/*
 * compat.h
 *	  PostgreSQL 13 to 18 as one: all that depends on the server's version.
 *
 * Written against 15; each shim says which versions need it.
 */
#ifndef MIGR_COMPAT_H
#define MIGR_COMPAT_H

#include "access/htup_details.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_database.h"
#include "catalog/pg_index.h"
#include "commands/copy.h"
#include "commands/defrem.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "storage/lock.h"
#include "tcop/dest.h"
#include "tcop/pquery.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "utils/acl.h"
#include "utils/guc_tables.h"
#include "utils/syscache.h"
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

#if PG_VERSION_NUM < 130000
#error "migrate needs PostgreSQL 13 or later"
#endif

/* 18 has it. */
#if PG_VERSION_NUM < 180000
#define pg_noreturn __attribute__((noreturn))
#endif

/* 13 has other names for them, and a header for the catalog's indexes. */
#if PG_VERSION_NUM < 140000
#include "catalog/indexing.h"
#define ROLE_PG_READ_SERVER_FILES DEFAULT_ROLE_READ_SERVER_FILES
#define ROLE_PG_WRITE_SERVER_FILES DEFAULT_ROLE_WRITE_SERVER_FILES
#endif

/* Columns of the catalog that not all versions have, or by other names.  14:
 * multiranges. */
#if PG_VERSION_NUM >= 140000
#define MIGR_MULTIRANGE "r.rngmultitypid"
#define MIGR_SUBSCRIPT                                                         \
	" || CASE WHEN t.typsubscript <> 0 THEN ', SUBSCRIPT = ' ||"               \
	" t.typsubscript ELSE '' END"
#else
#define MIGR_MULTIRANGE "0::oid"
#define MIGR_SUBSCRIPT ""
#endif

/* 15: ICU's locales stand apart; 17: by another name.  16: rules. */
#if PG_VERSION_NUM >= 170000
#define MIGR_COLLLOCALE "c.colllocale"
#elif PG_VERSION_NUM >= 150000
#define MIGR_COLLLOCALE "c.colliculocale"
#else
#define MIGR_COLLLOCALE "NULL::text"
#endif
#if PG_VERSION_NUM >= 160000
#define MIGR_COLLRULES "c.collicurules"
#else
#define MIGR_COLLRULES "NULL::text"
#endif

/* 15: publications of whole schemas, of some columns, of some rows. */
#if PG_VERSION_NUM >= 150000
#define MIGR_PUBLISHED_COLUMNS                                                 \
	"(SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)"       \
	" FROM pg_attribute a WHERE a.attrelid = r.prrelid"                        \
	" AND a.attnum = ANY (r.prattrs))"
#define MIGR_PUBLISHED_WHERE "r.prqual::text"
#define MIGR_PUBLISHED_SCHEMAS                                                  \
	"(SELECT string_agg(quote_ident(s.nspname), ', ' ORDER BY s.nspname)"       \
	" FROM pg_publication_namespace n JOIN pg_namespace s ON s.oid = n.pnnspid" \
	" WHERE n.pnpubid = p.oid)"
#else
#define MIGR_PUBLISHED_COLUMNS "NULL::text"
#define MIGR_PUBLISHED_WHERE "NULL::text"
#define MIGR_PUBLISHED_SCHEMAS "NULL::text"
#endif

/* Who has set a GUC's value in this session.  Before 15 that isn't kept: then it
 * is taken to be the session's user. */
#if PG_VERSION_NUM >= 150000
#define migr_guc_role(found) ((found)->srole)
#else
#define migr_guc_role(found) GetSessionUserId()
#endif

/*
 * Find a GUC, placeholders included, which the view pg_settings leaves out;
 * NULL: there is none.  16: the server looks it up.
 */
static inline const struct config_generic *
migr_guc_find(const char *name)
{
#if PG_VERSION_NUM >= 160000
	return find_option(name, false, true, 0);
#else
	struct config_generic **all = get_guc_variables();

	for (int i = 0; i < GetNumConfigOptions(); i++)
	{
		if (pg_strcasecmp(all[i]->name, name) == 0)
			return all[i];
	}
	return NULL;
#endif
}

/* List all GUCs.  16: the server makes the list. */
static inline struct config_generic **
migr_guc_all(int *count)
{
#if PG_VERSION_NUM >= 160000
	return get_guc_variables(count);
#else
	*count = GetNumConfigOptions();
	return get_guc_variables();
#endif
}

/* Is a table the current role's?  16: one function for all kinds of objects. */
static inline bool
migr_owns_table(Oid table)
{
#if PG_VERSION_NUM >= 160000
	return object_ownercheck(RelationRelationId, table, GetUserId());
#else
	return pg_class_ownercheck(table, GetUserId());
#endif
}

/* May the current role make schemas?  16: likewise. */
static inline bool
migr_may_create_schema(void)
{
#if PG_VERSION_NUM >= 160000
	return object_aclcheck(DatabaseRelationId, MyDatabaseId, GetUserId(),
						   ACL_CREATE) == ACLCHECK_OK;
#else
	return pg_database_aclcheck(MyDatabaseId, GetUserId(), ACL_CREATE) ==
		   ACLCHECK_OK;
#endif
}

/* Does this session hold a lock?  17: an argument more. */
static inline bool
migr_holds_lock(const LOCKTAG *tag, LOCKMODE mode)
{
#if PG_VERSION_NUM >= 170000
	return LockHeldByMe(tag, mode, false);
#else
	return LockHeldByMe(tag, mode);
#endif
}

/* Analyze a statement without parameters.  15: another name. */
static inline List *
migr_analyze(RawStmt *tree, const char *text)
{
#if PG_VERSION_NUM >= 150000
	return pg_analyze_and_rewrite_fixedparams(tree, text, NULL, 0, NULL);
#else
	return pg_analyze_and_rewrite(tree, text, NULL, 0, NULL);
#endif
}

/* Run a portal as a statement of the client's.  18: an argument less. */
static inline bool
migr_portal_run(Portal portal, DestReceiver *dest, QueryCompletion *completion)
{
#if PG_VERSION_NUM >= 180000
	return PortalRun(portal, FETCH_ALL, true, dest, dest, completion);
#else
	return PortalRun(portal, FETCH_ALL, true, true, dest, dest, completion);
#endif
}

/* Run one statement, and drop the rows it may return.  14: options. */
static inline int
migr_spi_execute(const char *text)
{
#if PG_VERSION_NUM >= 140000
	SPIExecuteOptions options = {0};

	options.dest = None_Receiver;
	return SPI_execute_extended(text, &options);
#else
	int rc = SPI_execute(text, false, 0);

	SPI_freetuptable(SPI_tuptable);
	return rc;
#endif
}

/* Run a utility statement as it is parsed.  14: an argument more. */
static inline void
migr_process_utility(Node *statement, const char *text)
{
	PlannedStmt *plan = makeNode(PlannedStmt);

	plan->commandType = CMD_UTILITY;
	plan->canSetTag = false;
	plan->utilityStmt = statement;
	plan->stmt_location = 0;
	plan->stmt_len = (int) strlen(text);
#if PG_VERSION_NUM >= 140000
	ProcessUtility(plan, text, false, PROCESS_UTILITY_QUERY, NULL, NULL,
				   None_Receiver, NULL);
#else
	ProcessUtility(plan, text, PROCESS_UTILITY_QUERY, NULL, NULL, None_Receiver,
				   NULL);
#endif
}

/* Run a plan, its rows going to dest.  14: options. */
static inline int
migr_spi_execute_plan(SPIPlanPtr plan, ParamListInfo params, bool read_only,
					  DestReceiver *dest)
{
#if PG_VERSION_NUM >= 140000
	SPIExecuteOptions options = {0};

	options.params = params;
	options.read_only = read_only;
	options.dest = dest;
	return SPI_execute_plan_extended(plan, &options);
#else
	int rc = SPI_execute_plan_with_paramlist(plan, params, read_only, 0);
	SPITupleTable *table = SPI_tuptable;
	TupleTableSlot *slot;

	if (rc < 0 || table == NULL)
		return rc;
	slot = MakeSingleTupleTableSlot(table->tupdesc, &TTSOpsHeapTuple);
	dest->rStartup(dest, 0, table->tupdesc);
	for (uint64 i = 0; i < table->numvals; i++)
	{
		ExecStoreHeapTuple(table->vals[i], slot, false);
		dest->receiveSlot(slot, dest);
	}
	dest->rShutdown(dest);
	ExecDropSingleTupleTableSlot(slot);
	SPI_freetuptable(table);
	return rc;
#endif
}

/* Prepare a set-returning function's tuplestore.  15: in the server. */
#if PG_VERSION_NUM < 150000
#define MAT_SRF_USE_EXPECTED_DESC 0x01

static inline void
InitMaterializedSRF(FunctionCallInfo fcinfo, bits32 flags)
{
	ReturnSetInfo *info = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext old;
	TupleDesc desc;

	if (info == NULL || !IsA(info, ReturnSetInfo) ||
		(info->allowedModes & SFRM_Materialize) == 0)
		ereport(
			ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg(
				 "set-valued function called in context that cannot accept a set")));
	old = MemoryContextSwitchTo(info->econtext->ecxt_per_query_memory);
	if (flags & MAT_SRF_USE_EXPECTED_DESC)
		desc = CreateTupleDescCopy(info->expectedDesc);
	else if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	info->returnMode = SFRM_Materialize;
	info->setDesc = desc;
	info->setResult = tuplestore_begin_heap(
		(info->allowedModes & SFRM_Materialize_Random) != 0, false, work_mem);
	MemoryContextSwitchTo(old);
}
#endif

/* How a column's values are compressed; '\0': as the server likes.  New in 14. */
static inline char
migr_compression(Form_pg_attribute att)
{
#if PG_VERSION_NUM >= 140000
	return att->attcompression;
#else
	return '\0';
#endif
}

/* A column's own target for statistics; -1: it has none.  17: null, then. */
static inline int
migr_statistics_target(HeapTuple tuple)
{
#if PG_VERSION_NUM >= 170000
	bool none;
	Datum target =
		SysCacheGetAttr(ATTNUM, tuple, Anum_pg_attribute_attstattarget, &none);

	return none ? -1 : DatumGetInt16(target);
#else
	return ((Form_pg_attribute) GETSTRUCT(tuple))->attstattarget;
#endif
}

/* Does a unique index take NULLs for the same?  New in 15. */
static inline bool
migr_nulls_are_same(Form_pg_index index)
{
#if PG_VERSION_NUM >= 150000
	return index->indnullsnotdistinct;
#else
	return false;
#endif
}

/* Has a constraint something that not all versions have?  15: ON DELETE SET NULL
 * for some columns; 18: PERIOD and WITHOUT OVERLAPS, NOT ENFORCED. */
static inline bool
migr_says_more(HeapTuple tuple, TupleDesc desc)
{
#if PG_VERSION_NUM >= 180000
	Form_pg_constraint con = (Form_pg_constraint) GETSTRUCT(tuple);

	if (con->conperiod || !con->conenforced)
		return true;
#endif
#if PG_VERSION_NUM >= 150000
	return !heap_attisnull(tuple, Anum_pg_constraint_confdelsetcols, desc);
#else
	return false;
#endif
}

/* Is a REINDEX asked to work CONCURRENTLY?  14: a list of options. */
static inline bool
migr_reindex_concurrently(const ReindexStmt *stmt)
{
#if PG_VERSION_NUM >= 140000
	ListCell *cell;

	foreach(cell, stmt->params)
	{
		DefElem *option = lfirst_node(DefElem, cell);

		if (strcmp(option->defname, "concurrently") == 0)
			return defGetBoolean(option);
	}
	return false;
#else
	return stmt->concurrent;
#endif
}

/* Is it ALTER TABLE ... DETACH PARTITION ... CONCURRENTLY?  New in 14. */
static inline bool
migr_detach_concurrently(const AlterTableCmd *cmd)
{
#if PG_VERSION_NUM >= 140000
	return cmd->subtype == AT_DetachPartition &&
		   ((PartitionCmd *) cmd->def)->concurrent;
#else
	return false;
#endif
}

/* Does an ALTER SUBSCRIPTION look at the publisher?  14: ADD and DROP. */
static inline bool
migr_subscription_refreshes(const AlterSubscriptionStmt *stmt)
{
#if PG_VERSION_NUM >= 140000
	return stmt->kind == ALTER_SUBSCRIPTION_REFRESH ||
		   stmt->kind == ALTER_SUBSCRIPTION_SET_PUBLICATION ||
		   stmt->kind == ALTER_SUBSCRIPTION_ADD_PUBLICATION ||
		   stmt->kind == ALTER_SUBSCRIPTION_DROP_PUBLICATION;
#else
	return stmt->kind == ALTER_SUBSCRIPTION_REFRESH ||
		   stmt->kind == ALTER_SUBSCRIPTION_PUBLICATION;
#endif
}

/* Begin a COPY FROM whose data a callback gives.  14: a WHERE clause. */
#if PG_VERSION_NUM < 140000
typedef CopyState CopyFromState;
#endif

static inline CopyFromState
migr_copy_begin(ParseState *pstate, Relation rel, copy_data_source_cb source,
				List *columns, List *options)
{
#if PG_VERSION_NUM >= 140000
	return BeginCopyFrom(pstate, rel, NULL, NULL, false, source, columns,
						 options);
#else
	return BeginCopyFrom(pstate, rel, NULL, false, source, columns, options);
#endif
}

/* ProcessUtility_hook has one parameter more since 14. */
#if PG_VERSION_NUM >= 140000
#define MIGR_UTILITY_PARAMS                                                    \
	PlannedStmt *pstmt, const char *text, bool read_only,                      \
		ProcessUtilityContext context, ParamListInfo params,                   \
		QueryEnvironment *env, DestReceiver *dest, QueryCompletion *done
#define MIGR_UTILITY_ARGS                                                      \
	pstmt, text, read_only, context, params, env, dest, done
#else
#define MIGR_UTILITY_PARAMS                                                    \
	PlannedStmt *pstmt, const char *text, ProcessUtilityContext context,       \
		ParamListInfo params, QueryEnvironment *env, DestReceiver *dest,       \
		QueryCompletion *done
#define MIGR_UTILITY_ARGS pstmt, text, context, params, env, dest, done
#endif

/* ExecutorRun_hook has one parameter less since 18. */
#if PG_VERSION_NUM >= 180000
#define MIGR_RUN_PARAMS QueryDesc *query, ScanDirection direction, uint64 count
#define MIGR_RUN_ARGS query, direction, count
#else
#define MIGR_RUN_PARAMS                                                        \
	QueryDesc *query, ScanDirection direction, uint64 count, bool once
#define MIGR_RUN_ARGS query, direction, count, once
#endif

/* Does a role own this database, or has it the rights of who does?  16: one function
 * for all kinds of objects. */
static inline bool
migr_owns_database(Oid role)
{
#if PG_VERSION_NUM >= 160000
	return object_ownercheck(DatabaseRelationId, MyDatabaseId, role);
#else
	return pg_database_ownercheck(MyDatabaseId, role);
#endif
}

/* What a client may send as one message of a COPY.  14: it has a name. */
#if PG_VERSION_NUM < 140000
#define PQ_LARGE_MESSAGE_LIMIT (MaxAllocSize - 1)
#define PQ_SMALL_MESSAGE_LIMIT 10000
#endif

#endif
