/*
 * capture.c
 *	  With migrate.capture on, what clients run is recorded, statement by statement.
 *
 * A statement is recorded when it has run, from the server's hooks.  What functions,
 * triggers, rules, DO blocks and the scripts of extensions run in their turn is not:
 * a client's statement is one of the active portal's, at nesting level 0, and not in
 * a trigger.  (All matter: a cursor in a function has a portal of its own, and a
 * deferred trigger runs at level 0.)
 *
 * A SELECT counts only if it calls a function that may leave something behind; which
 * ones it calls is seen as the executor gets them ready.  So does what only runs a
 * query: EXPLAIN ANALYZE, COPY TO, and a cursor, then with its FETCHes.  An EXECUTE is
 * recorded as the statement that was prepared.
 *
 * The hooks are set when a session first switches this on.  What becomes of the
 * records is in capture_log.c.
 */
#include "postgres.h"

#include "catalog/objectaccess.h"
#include "executor/executor.h"
#include "tcop/pquery.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/memutils.h"

#include "pg/capture.h"

/* What was there before: other modules have hooks as well. */
static ExecutorStart_hook_type next_start = NULL;
static ExecutorRun_hook_type next_run = NULL;
static ExecutorFinish_hook_type next_finish = NULL;
static ProcessUtility_hook_type next_statement = NULL;
static object_access_hook_type next_access = NULL;

/* Of this session. */
static struct
{
	bool on;
	bool hooked;
	int level;	   /* of statements inside of statements */
	bool starting; /* is a query of the client's being started? */
	bool effects;  /* has it any, as far as it is known? */
	bool within;   /* is one of its statements run that only runs a query? */
	bool written;  /* has that query effects? */
	/* in the transaction's memory */
	List
		*queries; /* QueryDesc *: those that are to be recorded when they run */
	List *cursors; /* String *: the names of those whose queries have effects */
} capture;

/* ---- queries ------------------------------------------------------------- */

/* Does a trigger run? */
static bool
in_trigger(void)
{
	return DatumGetInt32(OidFunctionCall0(F_PG_TRIGGER_DEPTH)) > 0;
}

/*
 * Is it what the client has sent?  Where a rule makes several of one, it is the last
 * of them.
 */
static bool
is_clients(const PlannedStmt *stmt)
{
	return capture.on && capture.level == 0 && ActivePortal != NULL &&
		   ActivePortal->stmts != NIL && llast(ActivePortal->stmts) == stmt &&
		   !in_trigger() && migr_pg_may_record();
}

/*
 * Does a client call a function by a message of its own, which no other hook sees?
 * (libpq does so for large objects.)
 */
static bool
is_fast_path(void)
{
	return capture.on && capture.level == 0 && ActivePortal == NULL &&
		   debug_query_string == NULL && !in_trigger() && migr_pg_may_record();
}

/* A function is going to be called. */
static void
see_access(ObjectAccessType access, Oid catalog, Oid oid, int sub, void *arg)
{
	if (next_access != NULL)
		next_access(access, catalog, oid, sub, arg);
	if (access != OAT_FUNCTION_EXECUTE)
		return;
	if (capture.starting && !capture.effects)
		capture.effects = migr_pg_has_effects(oid);
	else if (is_fast_path() && migr_pg_has_effects(oid))
		migr_pg_record_no_more("a client called a function without a "
							   "statement, as it is done for large objects");
}

/* Start a query, as the next one does. */
static void
start(QueryDesc *query, int flags)
{
	if (next_start != NULL)
		next_start(query, flags);
	else
		standard_ExecutorStart(query, flags);
}

/* Start a query, and tell whether it has effects: it writes, makes a table of its
 * rows, or calls a function that may leave something behind. */
static bool
start_watched(QueryDesc *query, int flags)
{
	const PlannedStmt *stmt = query->plannedstmt;

	capture.effects = stmt->commandType != CMD_SELECT ||
					  stmt->hasModifyingCTE ||
					  query->dest->mydest == DestIntoRel;
	capture.starting = true;
	capture.level++;
	PG_TRY();
	{
		start(query, flags);
	}
	PG_FINALLY();
	{
		capture.level--;
		capture.starting = false;
	}
	PG_END_TRY();
	return capture.effects;
}

/* Record a query when it has run. */
static void
keep_query(QueryDesc *query)
{
	MemoryContext old = MemoryContextSwitchTo(TopTransactionContext);

	capture.queries = lappend(capture.queries, query);
	MemoryContextSwitchTo(old);
}

/* A query starts. */
static void
see_start(QueryDesc *query, int flags)
{
	/* one that failed may have been at the same place */
	capture.queries = list_delete_ptr(capture.queries, query);
	if ((flags & EXEC_FLAG_EXPLAIN_ONLY) != 0)
		start(query, flags);
	else if (capture.within && capture.level == 1)
		capture.written |= start_watched(query, flags);
	else if (!is_clients(query->plannedstmt))
		start(query, flags);
	else if (start_watched(query, flags) ||
			 list_length(ActivePortal->stmts) > 1)
		keep_query(query);
}

/*
 * The text of a statement; NULL: it can't be told, which has been said.  Of those that
 * a rule makes of one, the client's own knows where it stands in the source, if it is
 * still among them; since 18 others may say that they begin with it.
 */
static const char *
text_of(const char *source, const PlannedStmt *stmt, ParamListInfo params)
{
	ListCell *cell;

	if (ActivePortal != NULL && list_member_ptr(ActivePortal->stmts, stmt))
	{
		foreach(cell, ActivePortal->stmts)
		{
			const PlannedStmt *one = lfirst_node(PlannedStmt, cell);

			if (one->stmt_location >= 0 &&
				(stmt->stmt_location < 0 || one->stmt_len > stmt->stmt_len))
				stmt = one;
		}
	}
	if (stmt->stmt_location >= 0 || list_length(pg_parse_query(source)) == 1)
		return migr_pg_capture_text(source, stmt, params);
	migr_pg_record_no_more("a rule has replaced one of several statements that "
						   "were sent at once");
	return NULL;
}

/* A query runs: what runs meanwhile isn't the client's.  Fetched in parts it does so
 * several times; and one that a client has bound, never. */
static void
see_run(MIGR_RUN_PARAMS)
{
	capture.level++;
	PG_TRY();
	{
		if (next_run != NULL)
			next_run(MIGR_RUN_ARGS);
		else
			standard_ExecutorRun(MIGR_RUN_ARGS);
	}
	PG_FINALLY();
	{
		capture.level--;
	}
	PG_END_TRY();
	if (!list_member_ptr(capture.queries, query))
		return;
	capture.queries = list_delete_ptr(capture.queries, query);
	migr_pg_record(
		text_of(query->sourceText, query->plannedstmt, query->params),
		(MigrSpan){NULL, 0});
}

/* A query's triggers run. */
static void
see_finish(QueryDesc *query)
{
	capture.level++;
	PG_TRY();
	{
		if (next_finish != NULL)
			next_finish(query);
		else
			standard_ExecutorFinish(query);
	}
	PG_FINALLY();
	{
		capture.level--;
	}
	PG_END_TRY();
}

/* The transaction has ended, and all queries with it. */
static void
forget_queries(void)
{
	capture.queries = NIL;
	capture.cursors = NIL;
}

/* ---- all other statements ------------------------------------------------------- */

/* Run it, as the next one does. */
static void
run(MIGR_UTILITY_PARAMS)
{
	if (next_statement != NULL)
		next_statement(MIGR_UTILITY_ARGS);
	else
		standard_ProcessUtility(MIGR_UTILITY_ARGS);
}

/* Run it; what runs meanwhile isn't the client's. */
static void
run_inside(MIGR_UTILITY_PARAMS)
{
	capture.level++;
	PG_TRY();
	{
		run(MIGR_UTILITY_ARGS);
	}
	PG_FINALLY();
	{
		capture.level--;
	}
	PG_END_TRY();
}

/* Run a statement that runs a query, and tell whether that has effects. */
static bool
run_watched(MIGR_UTILITY_PARAMS)
{
	capture.within = true;
	capture.written = false;
	PG_TRY();
	{
		run_inside(MIGR_UTILITY_ARGS);
	}
	PG_FINALLY();
	{
		capture.within = false;
	}
	PG_END_TRY();
	return capture.written;
}

/* Keep a cursor's name in mind if its query has effects, and forget another one of
 * the same name. */
static void
note_cursor(char *name, bool effects)
{
	MemoryContext old = MemoryContextSwitchTo(TopTransactionContext);

	capture.cursors = list_delete(capture.cursors, makeString(name));
	if (effects)
		capture.cursors = lappend(capture.cursors, makeString(pstrdup(name)));
	MemoryContextSwitchTo(old);
}

/* Has a statement effects?  Those of a cursor's query come as its rows are asked for;
 * effects: the statement's own query has. */
static bool
has_effects(const Node *node, bool effects)
{
	switch (nodeTag(node))
	{
		case T_DeclareCursorStmt:
			note_cursor(((const DeclareCursorStmt *) node)->portalname,
						effects);
			return effects;
		case T_FetchStmt:
			return list_member(
				capture.cursors,
				makeString(((const FetchStmt *) node)->portalname));
		case T_ClosePortalStmt:
		{
			char *name = ((const ClosePortalStmt *) node)->portalname;

			return name == NULL
					   ? capture.cursors != NIL
					   : list_member(capture.cursors, makeString(name));
		}
		default:
			return effects;
	}
}

/* Record what a statement does with a savepoint. */
static void
record_transaction(TransactionStmtKind kind, const char *savepoint)
{
	if (kind == TRANS_STMT_SAVEPOINT)
		migr_pg_record_savepoint(MIGR_RECORD_SAVEPOINT, savepoint);
	else if (kind == TRANS_STMT_ROLLBACK_TO)
		migr_pg_record_savepoint(MIGR_RECORD_BACK, savepoint);
	else if (kind == TRANS_STMT_RELEASE)
		migr_pg_record_savepoint(MIGR_RECORD_RELEASE, savepoint);
}

/* Is it a COPY whose rows the client sends? */
static bool
is_copy_in(const Node *node)
{
	const CopyStmt *copy = (const CopyStmt *) node;

	return IsA(node, CopyStmt) && copy->is_from && copy->filename == NULL &&
		   whereToSendOutput == DestRemote;
}

/* Run a COPY, and record it with its rows. */
static void
run_copy(MIGR_UTILITY_PARAMS)
{
	const CopyStmt *stmt = (const CopyStmt *) pstmt->utilityStmt;
	const char *sql = text_of(text, pstmt, params);
	StringInfoData rows;
	uint64 count;

	if (!migr_pg_copy_is_plain(stmt))
	{
		migr_pg_record_no_more("the rows of a COPY in binary, or with WHERE, "
							   "can't be kept");
		run_inside(MIGR_UTILITY_ARGS);
		return;
	}
	initStringInfo(&rows);
	capture.level++;
	PG_TRY();
	{
		count = migr_pg_copy_client(stmt, text, &rows);
	}
	PG_FINALLY();
	{
		capture.level--;
	}
	PG_END_TRY();
	if (done != NULL)
		SetQueryCompletion(done, CMDTAG_COPY, count);
	migr_pg_record(sql, (MigrSpan){rows.data, (size_t) rows.len});
}

/* Run a statement of the client's, and record it. */
static void
run_recorded(MIGR_UTILITY_PARAMS)
{
	const Node *node = pstmt->utilityStmt;
	const char *sql;

	if (IsA(node, TransactionStmt))
	{
		const TransactionStmt *stmt = (const TransactionStmt *) node;
		TransactionStmtKind kind = stmt->kind;
		char *savepoint =
			stmt->savepoint_name != NULL ? pstrdup(stmt->savepoint_name) : NULL;

		run(MIGR_UTILITY_ARGS);
		record_transaction(kind, savepoint);
	}
	else if (IsA(node, ExecuteStmt))
		run(MIGR_UTILITY_ARGS); /* its query is seen */
	else if (migr_pg_only_reads(node))
		run_inside(MIGR_UTILITY_ARGS);
	else if (migr_pg_runs_query(node))
	{
		if (has_effects(node, run_watched(MIGR_UTILITY_ARGS)))
			migr_pg_record(text_of(text, pstmt, params), (MigrSpan){NULL, 0});
	}
	else
	{
		/* what ends transactions may take the plan with it */
		sql = text_of(text, pstmt, params);
		run_inside(MIGR_UTILITY_ARGS);
		migr_pg_record(sql, (MigrSpan){NULL, 0});
	}
}

/* A statement that is no query is to be run. */
static void
see_statement(MIGR_UTILITY_PARAMS)
{
	if (!capture.on)
		run(MIGR_UTILITY_ARGS);
	else if (!is_clients(pstmt))
		run_inside(MIGR_UTILITY_ARGS);
	else if (is_copy_in(pstmt->utilityStmt))
		run_copy(MIGR_UTILITY_ARGS);
	else
		run_recorded(MIGR_UTILITY_ARGS);
}

/* ---- on and off --------------------------------------------------------------- */

/* Set the hooks.  They stay: others may have set theirs since. */
static void
set_hooks(void)
{
	if (capture.hooked)
		return;
	capture.hooked = true;
	next_start = ExecutorStart_hook;
	next_run = ExecutorRun_hook;
	next_finish = ExecutorFinish_hook;
	next_statement = ProcessUtility_hook;
	next_access = object_access_hook;
	ExecutorStart_hook = see_start;
	ExecutorRun_hook = see_run;
	ExecutorFinish_hook = see_finish;
	ProcessUtility_hook = see_statement;
	object_access_hook = see_access;
	migr_pg_record_init(forget_queries);
}

void
migr_pg_capture_assign(const char *value, void *extra)
{
	bool on;

	capture.on = value != NULL && parse_bool(value, &on) && on;
	migr_pg_record_anew();
	if (capture.on)
		set_hooks();
}
