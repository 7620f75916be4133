/*
 * guard.c
 *	  Look after a DO of a model while it runs: nothing that no rollback undoes.
 *
 * Some dumps have a DO for what CREATE can't say (only where there is none).  What it
 * does is seen when it does it: statements through the server's hook for them, calls
 * through that for rights to functions.  Refused are statements that don't define, and
 * functions in C that are volatile, but for a few that are known to do nothing; those
 * of a language that can do more than SQL; and whatever these call in their turn is
 * seen as well.  The hooks are there as long as the DO is.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/objectaccess.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "tcop/utility.h"
#include "utils/builtins.h"
#include "utils/regproc.h"
#include "utils/syscache.h"

#include "pg/pg.h"

/* What was there before: other modules have hooks as well. */
static ProcessUtility_hook_type next_statement = NULL;
static object_access_hook_type next_access = NULL;

bool
migr_pg_trusts_language(Oid oid)
{
	HeapTuple row = SearchSysCache1(LANGOID, ObjectIdGetDatum(oid));
	bool trusted = HeapTupleIsValid(row) &&
				   (((Form_pg_language) GETSTRUCT(row))->lanpltrusted ||
					oid == INTERNALlanguageId || oid == ClanguageId);

	if (HeapTupleIsValid(row))
		ReleaseSysCache(row);
	return trusted;
}

/* Is it one of the server's own, volatile, and does no harm? */
static bool
is_known(Oid oid, const char *name)
{
	static const char *const names[] = {
		"clock_timestamp", "currval",	"gen_random_uuid", "lastval",
		"nextval",		   "pg_sleep",	"random",		   "set_config",
		"setseed",		   "timeofday", "uuidv4",		   "uuidv7"};

	if (oid >= FirstNormalObjectId)
		return false;
	for (size_t i = 0; i < lengthof(names); i++)
	{
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

/* May a function run? */
static bool
is_harmless(Oid oid)
{
	HeapTuple row = SearchSysCache1(PROCOID, ObjectIdGetDatum(oid));
	Form_pg_proc form;
	bool harmless;

	if (!HeapTupleIsValid(row))
		return true; /* who calls it will say so */
	form = (Form_pg_proc) GETSTRUCT(row);
	if (form->prolang == INTERNALlanguageId || form->prolang == ClanguageId)
		harmless = form->provolatile != PROVOLATILE_VOLATILE ||
				   is_known(oid, NameStr(form->proname));
	else
		harmless = migr_pg_trusts_language(form->prolang);
	ReleaseSysCache(row);
	return harmless;
}

/* Say what is refused. */
static void
refuse(const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("%s must not be called in a model", what),
			 errhint("A model is built to be compared: it says what there "
					 "shall be, and does nothing that couldn't be undone.")));
}

/* The server asks whether something may be touched. */
static void
see_access(ObjectAccessType access, Oid catalog, Oid oid, int sub, void *arg)
{
	if (next_access != NULL)
		next_access(access, catalog, oid, sub, arg);
	if (access == OAT_FUNCTION_EXECUTE && !is_harmless(oid))
		refuse(psprintf("function %s", format_procedure(oid)));
}

/* The server runs a statement that is no query. */
static void
see_statement(MIGR_UTILITY_PARAMS)
{
	const Node *node = pstmt->utilityStmt;

	if (!IsA(node, DoStmt) && !IsA(node, CallStmt) &&
		!IsA(node, CreateTableAsStmt) && !migr_pg_defines(node))
		refuse(CreateCommandName((Node *) node));
	if (next_statement != NULL)
		next_statement(MIGR_UTILITY_ARGS);
	else
		standard_ProcessUtility(MIGR_UTILITY_ARGS);
}

bool
migr_pg_exec_guarded(MigrHost *host, const MigrBody *body, const MigrStmt *stmt,
					 int number, size_t *end)
{
	volatile bool ok = false;

	next_statement = ProcessUtility_hook;
	next_access = object_access_hook;
	ProcessUtility_hook = see_statement;
	object_access_hook = see_access;
	PG_TRY();
	{
		ok = migr_pg_exec(host, body, stmt, number, end);
	}
	PG_FINALLY();
	{
		ProcessUtility_hook = next_statement;
		object_access_hook = next_access;
	}
	PG_END_TRY();
	return ok;
}
