/*
 * capture_read.c
 *	  Which statements have no effect that a record has to keep.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/syscache.h"

#include "pg/capture.h"

/* Does a text begin so? */
static bool
begins(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Is a function of the server's own, though volatile, one that leaves nothing behind?
 * What only has to do with the server's work counts as such: locks, statistics,
 * signals. */
static bool
is_harmless(const char *name)
{
	static const char *const prefixes[] = {
		"clock_timestamp",
		"current_query",
		"currval",
		"cursor_to_xml",
		"gen_random_uuid",
		"lastval",
		"lo_get",
		"pg_advisory_",
		"pg_blocking_pids",
		"pg_cancel_backend",
		"pg_collation_actual_version",
		"pg_control_",
		"pg_current_",
		"pg_database_",
		"pg_export_snapshot",
		"pg_get_",
		"pg_hba_file_rules",
		"pg_ident_file_mappings",
		"pg_indexes_size",
		"pg_is_",
		"pg_isolation_test_session_is_blocked",
		"pg_jit_available",
		"pg_last_",
		"pg_lock_status",
		"pg_ls_",
		"pg_notification_queue_usage",
		"pg_partition_",
		"pg_read_",
		"pg_relation_size",
		"pg_safe_snapshot_blocking_pids",
		"pg_sequence_last_value",
		"pg_show_",
		"pg_sleep",
		"pg_stat_",
		"pg_table_size",
		"pg_tablespace_size",
		"pg_terminate_backend",
		"pg_total_relation_size",
		"pg_try_advisory_",
		"pg_xact_",
		"query_to_xml",
		"random",
		"timeofday",
		"ts_rewrite",
		"ts_stat",
		"txid_status",
		"uuidv",
	};

	for (size_t i = 0; i < lengthof(prefixes); i++)
	{
		if (begins(name, prefixes[i]))
			return true;
	}
	return false;
}

/* Is it one of this library's? */
static bool
is_ours(HeapTuple row)
{
	bool null;
	Datum source = SysCacheGetAttr(PROCOID, row, Anum_pg_proc_prosrc, &null);

	return ((Form_pg_proc) GETSTRUCT(row))->prolang == ClanguageId && !null &&
		   begins(TextDatumGetCString(source), "migrate_");
}

bool
migr_pg_has_effects(Oid function)
{
	HeapTuple row = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Form_pg_proc form;
	bool effects;

	if (!HeapTupleIsValid(row))
		return false; /* who calls it will say so */
	form = (Form_pg_proc) GETSTRUCT(row);
	if (form->provolatile != PROVOLATILE_VOLATILE)
		effects = false;
	else if (function < FirstNormalObjectId)
		effects = !is_harmless(NameStr(form->proname));
	else
		effects = !is_ours(row);
	ReleaseSysCache(row);
	return effects;
}

/* Is it a setting of how the client and the server talk, or of this library? */
static bool
is_clients_own(const VariableSetStmt *stmt)
{
	static const char *const names[] = {"application_name", "client_encoding",
										"client_min_messages"};

	if (stmt->kind == VAR_SET_MULTI)
		return true; /* of the transaction */
	if (stmt->name == NULL)
		return false;
	for (size_t i = 0; i < lengthof(names); i++)
	{
		if (pg_strcasecmp(stmt->name, names[i]) == 0)
			return true;
	}
	return pg_strncasecmp(stmt->name, "migrate.", strlen("migrate.")) == 0;
}

/* Is the extension that it names this one? */
static bool
is_our_name(const char *name)
{
	return name != NULL && strcmp(name, "migrate") == 0;
}

/* Does a DROP name this extension? */
static bool
drops_us(const DropStmt *stmt)
{
	return stmt->removeType == OBJECT_EXTENSION &&
		   list_length(stmt->objects) == 1 &&
		   is_our_name(strVal(linitial(stmt->objects)));
}

/* Does a CALL run one of our procedures? */
static bool
calls_us(const CallStmt *stmt)
{
	HeapTuple row;
	bool ours;

	if (stmt->funcexpr == NULL)
		return false;
	row = SearchSysCache1(PROCOID, ObjectIdGetDatum(stmt->funcexpr->funcid));
	if (!HeapTupleIsValid(row))
		return false;
	ours = is_ours(row);
	ReleaseSysCache(row);
	return ours;
}

bool
migr_pg_runs_query(const Node *node)
{
	switch (nodeTag(node))
	{
		case T_ExplainStmt:
		case T_DeclareCursorStmt:
		case T_FetchStmt:
		case T_ClosePortalStmt:
			return true;
		case T_CopyStmt:
			/* where it writes isn't the database */
			return !((const CopyStmt *) node)->is_from;
		default:
			return false;
	}
}

bool
migr_pg_only_reads(const Node *node)
{
	switch (nodeTag(node))
	{
		case T_VariableShowStmt:
		case T_PrepareStmt:
		case T_DeallocateStmt:
		case T_ListenStmt:
		case T_UnlistenStmt:
		case T_CheckPointStmt:
			return true;
		case T_LoadStmt:
			return is_our_name(((const LoadStmt *) node)->filename);
		case T_VariableSetStmt:
			return is_clients_own((const VariableSetStmt *) node);
		case T_CallStmt:
			return calls_us((const CallStmt *) node);
		case T_CreateExtensionStmt:
			return is_our_name(((const CreateExtensionStmt *) node)->extname);
		case T_AlterExtensionStmt:
			return is_our_name(((const AlterExtensionStmt *) node)->extname);
		case T_DropStmt:
			return drops_us((const DropStmt *) node);
		default:
			return false;
	}
}
