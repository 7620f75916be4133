/*
 * toplevel.c
 *	  Run a statement outside of any transaction of ours, as if the client had
 *	  sent it: CREATE INDEX CONCURRENTLY, VACUUM and the like.
 *
 * PostgreSQL refuses those inside a function because they end transactions.
 * Here that does no harm: the call has committed, holds no snapshot and has
 * left SPI; what it needs lives in its own memory.  So the statement goes
 * through a portal of its own, as a statement of the client's does.
 * ProcessUtility() alone would do for most, but an event trigger's function
 * needs the portal's snapshot.
 *
 * An error of CONCURRENTLY's is caught here, once: what it leaves behind can be
 * seen only when its transaction has ended.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/genam.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "parser/analyze.h"
#include "storage/lmgr.h"
#include "tcop/pquery.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/portal.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "pg/pg.h"

/* ---- one statement ------------------------------------------------------- */

void
migr_pg_renew(void)
{
	MemoryContext context = CurrentMemoryContext;

	CommitTransactionCommand();
	StartTransactionCommand();
	MemoryContextSwitchTo(context);
}

/* Make plans of a statement. */
static List *
plan(RawStmt *tree, const char *text)
{
	bool snapshot = analyze_requires_snapshot(tree);
	List *plans;

	if (snapshot)
		PushActiveSnapshot(GetTransactionSnapshot());
	plans = pg_plan_queries(migr_analyze(tree, text), text,
							CURSOR_OPT_PARALLEL_OK, NULL);
	if (snapshot)
		PopActiveSnapshot();
	return plans;
}

/* Run one statement, and commit. */
static void
run_tree(RawStmt *tree, const char *text)
{
	List *plans = plan(tree, text);
	Portal portal = CreateNewPortal();
	QueryCompletion completion;

	portal->visible = false;
	PortalDefineQuery(portal, NULL, text, CreateCommandTag(tree->stmt), plans,
					  NULL);
	PortalStart(portal, NULL, 0, InvalidSnapshot);
	(void) migr_portal_run(portal, None_Receiver, &completion);
	PortalDrop(portal, false);
	migr_pg_renew();
}

/* Run all statements of a text. */
static void
run_text(const char *text)
{
	List *trees = pg_parse_query(text);
	ListCell *cell;

	foreach(cell, trees) run_tree(lfirst_node(RawStmt, cell), text);
}

/* ---- invalid indexes ------------------------------------------------------- */

/* Find a table by the name of it or of an index of it; InvalidOid: none. */
static Oid
find_table(const RangeVar *name)
{
	Oid found =
		name != NULL ? RangeVarGetRelid(name, NoLock, true) : InvalidOid;

	if (!OidIsValid(found))
		return InvalidOid;
	if (get_rel_relkind(found) == RELKIND_INDEX)
		return IndexGetRelation(found, true);
	return found;
}

/* Which table's index may a statement leave invalid?  InvalidOid: none's. */
static Oid
table_of(const Node *node)
{
	const DropStmt *drop = (const DropStmt *) node;

	if (IsA(node, IndexStmt) && ((const IndexStmt *) node)->concurrent)
		return find_table(((const IndexStmt *) node)->relation);
	if (IsA(node, ReindexStmt) &&
		migr_reindex_concurrently((const ReindexStmt *) node))
		return find_table(((const ReindexStmt *) node)->relation);
	if (IsA(node, DropStmt) && drop->concurrent)
		return find_table(
			makeRangeVarFromNameList((List *) linitial(drop->objects)));
	return InvalidOid;
}

/* Is an index there, and not valid? */
static bool
is_invalid(Oid index)
{
	HeapTuple row = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	bool invalid;

	if (!HeapTupleIsValid(row))
		return false;
	invalid = !((Form_pg_index) GETSTRUCT(row))->indisvalid;
	ReleaseSysCache(row);
	return invalid;
}

/*
 * Add the invalid indexes of one table.  Reads the catalog alone: to open the
 * table is to wait for whoever has locked it.
 */
static List *
add_invalid(List *found, Oid table)
{
	Relation rel = table_open(IndexRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple row;

	ScanKeyInit(&key, Anum_pg_index_indrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(table));
	scan = systable_beginscan(rel, IndexIndrelidIndexId, true, NULL, 1, &key);
	while ((row = systable_getnext(scan)) != NULL)
	{
		Form_pg_index index = (Form_pg_index) GETSTRUCT(row);

		if (!index->indisvalid)
			found = lappend_oid(found, index->indexrelid);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return found;
}

/* List the invalid indexes of a table and its TOAST table, if they are there. */
static List *
invalid_indexes(Oid table)
{
	HeapTuple row = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
	Oid toast;

	if (!HeapTupleIsValid(row))
		return NIL;
	toast = ((Form_pg_class) GETSTRUCT(row))->reltoastrelid;
	ReleaseSysCache(row);
	return OidIsValid(toast) ? add_invalid(add_invalid(NIL, table), toast)
							 : add_invalid(NIL, table);
}

/* The statement that removes an index. */
static char *
drop_statement(Oid index)
{
	return psprintf(
		"DROP INDEX CONCURRENTLY %s",
		quote_qualified_identifier(get_namespace_name(get_rel_namespace(index)),
								   get_rel_name(index)));
}

/*
 * The index that an earlier run of this CREATE INDEX CONCURRENTLY has left
 * behind: of the very name and table, invalid, and the table the caller's own.
 */
static Oid
find_left(const Node *node, Oid table)
{
	const IndexStmt *stmt = (const IndexStmt *) node;
	Oid index;

	if (!IsA(node, IndexStmt) || stmt->idxname == NULL || !OidIsValid(table) ||
		!migr_owns_table(table))
		return InvalidOid;
	index = get_relname_relid(stmt->idxname, get_rel_namespace(table));
	if (!OidIsValid(index) || get_rel_relkind(index) != RELKIND_INDEX ||
		IndexGetRelation(index, true) != table || !is_invalid(index))
		return InvalidOid;
	return index;
}

/*
 * Drop it.  It may as well be one that another session is about to build,
 * which holds this lock for as long as that takes: so look again with the lock
 * held.  Wait for it without a snapshot, which that session would wait for.
 */
static void
drop_left(const Node *node, Oid table)
{
	LockRelId lock = {table, MyDatabaseId};
	char *drop = NULL;
	Oid index;

	migr_pg_renew();
	LockRelationIdForSession(&lock, ShareUpdateExclusiveLock);
	AcceptInvalidationMessages();
	index = find_left(node, table);
	if (OidIsValid(index))
		drop = drop_statement(index);
	migr_pg_renew();
	if (drop != NULL)
	{
		ereport(NOTICE,
				(errmsg("an earlier run has left an invalid index, which is "
						"built anew"),
				 errdetail("%s", drop)));
		run_text(drop);
	}
	UnlockRelationIdForSession(&lock, ShareUpdateExclusiveLock);
}

/* The statements that remove indexes, where those are still there. */
static char *
drop_statements(List *indexes)
{
	StringInfoData text;
	ListCell *cell;

	initStringInfo(&text);
	foreach(cell, indexes)
	{
		if (get_rel_name(lfirst_oid(cell)) != NULL)
			appendStringInfo(&text, " %s;", drop_statement(lfirst_oid(cell)));
	}
	return text.data;
}

/*
 * Add to an error what the statement has left behind.  While any other session
 * builds an index of the table, that one is invalid as well; and nothing here
 * may wait.  So with this lock, which each of those holds, or not at all.
 */
static void
name_left(ErrorData *error, const Node *node, Oid table, List *before)
{
	List *left;
	Oid again;

	if (!ConditionalLockRelationOid(table, ShareUpdateExclusiveLock))
		return;
	left = list_difference_oid(invalid_indexes(table), before);
	again = find_left(node, table);
	if (OidIsValid(again) && (left == NIL || list_member_oid(left, again)))
		left = list_make1_oid(again);
	else
		again = InvalidOid;
	if (left == NIL)
		return;
	list_sort(left, list_oid_cmp); /* as they were made */
	error->hint = psprintf(
		"%s%sIt has left %s:%s", error->hint != NULL ? error->hint : "",
		error->hint != NULL ? " " : "",
		OidIsValid(again)
			? "an invalid index, which the next run drops and builds anew. To drop it now"
		: list_length(left) == 1
			? "an invalid index. Drop it before the next run"
			: "invalid indexes. Drop them before the next run",
		drop_statements(left));
}

/* ---- the host's ---------------------------------------------------------- */

ErrorData *
migr_pg_take_error(MigrPg *pg)
{
	ErrorData *error;

	MemoryContextSwitchTo(pg->memory);
	error = CopyErrorData();
	FlushErrorState();
	migr_pg_stop_timeout(pg);
	AbortCurrentTransaction();
	StartTransactionCommand();
	MemoryContextSwitchTo(pg->memory);
	return error;
}

/* Throw an error on, with what is left of its transaction. */
static void
fail(MigrPg *pg, const Node *node, Oid table, List *before)
{
	ErrorData *error = migr_pg_take_error(pg);

	PG_TRY();
	{
		name_left(error, node, table, before);
		migr_pg_renew();
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

/* Run a statement that may leave an index of the table invalid. */
static void
run_concurrently(MigrPg *pg, const Node *node, Oid table, const char *text)
{
	List *volatile before = NIL;

	PG_TRY();
	{
		if (OidIsValid(find_left(node, table)))
			drop_left(node, table);
		before = invalid_indexes(table);
		migr_pg_renew(); /* there must be no snapshot, nor a lock */
		run_text(text);
	}
	PG_CATCH();
	{
		fail(pg, node, table, before);
	}
	PG_END_TRY();
}

void
migr_pg_toplevel(MigrPg *pg, const char *text)
{
	List *trees = pg_parse_query(text);
	const Node *node =
		list_length(trees) == 1 ? linitial_node(RawStmt, trees)->stmt : NULL;
	Oid table = node != NULL ? table_of(node) : InvalidOid;
	bool concurrently = node == NULL || migr_pg_works_concurrently(node);

	pg->undone = !concurrently && !IsA(node, CallStmt) && !IsA(node, DoStmt);
	/* whoever works concurrently keeps nobody waiting */
	if (!concurrently)
		migr_pg_lock_timeout_outside(pg);
	if (OidIsValid(table))
		run_concurrently(pg, node, table, text);
	else
		run_text(text);
	migr_pg_keep_locks(pg);
}

void
migr_pg_copy_toplevel(MigrPg *pg, const CopyStmt *stmt, const char *text,
					  MigrSpan data)
{
	pg->undone = true;
	migr_pg_lock_timeout_outside(pg);
	PushActiveSnapshot(GetTransactionSnapshot());
	migr_pg_copy_run(stmt, text, data);
	PopActiveSnapshot();
	migr_pg_renew();
	migr_pg_keep_locks(pg);
}
