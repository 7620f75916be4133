/*
 * build.c
 *	  Run the statements of a model in a scratch place.
 *
 * All that they do is rolled back.  So the only ones that are refused are those
 * that no rollback reaches: files, programs, other servers, other databases,
 * other sessions.  That is no wall against whoever means ill, who runs all this
 * with his own rights; it keeps a dump that does more than define from doing it.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "commands/defrem.h"
#include "commands/extension.h"
#include "foreign/foreign.h"
#include "nodes/parsenodes.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "utils/builtins.h"
#include "utils/guc.h"

#include "pg/pg.h"

/* What to do with a statement. */
typedef enum Verdict
{
	RUN,
	PASS_OVER,
	REFUSE
} Verdict;

/* ---- looking at it ---------------------------------------------------------------- */

/* Is it a SELECT of nothing but calls that a dump has in it? */
static bool
sets_up(const SelectStmt *select)
{
	static const char *const names[] = {"set_config", "setval"};
	ListCell *cell;

	if (select->fromClause != NIL || select->valuesLists != NIL ||
		select->op != SETOP_NONE || select->withClause != NULL)
		return false;
	foreach(cell, select->targetList)
	{
		const ResTarget *target = lfirst(cell);
		const FuncCall *call = (const FuncCall *) target->val;
		bool known = false;

		if (!IsA(call, FuncCall))
			return false;
		for (size_t i = 0; i < lengthof(names); i++)
			known |= strcmp(strVal(llast(call->funcname)), names[i]) == 0;
		if (!known)
			return false;
	}
	return true;
}

/* The value of an option that a CREATE EXTENSION may have; NULL: it hasn't. */
static const char *
option_of(MigrPg *pg, const List *options, const char *name)
{
	ListCell *cell;

	foreach(cell, options)
	{
		DefElem *option = lfirst_node(DefElem, cell);

		if (strcmp(option->defname, name) == 0)
			return migr_strdup(&pg->host.ctx.arena, defGetString(option));
	}
	return NULL;
}

/* Bring an extension to the version that the model asks for. */
static void
update_extension(const char *name, const char *version)
{
	(void) migr_spi_execute(psprintf("ALTER EXTENSION %s UPDATE TO %s",
									 quote_identifier(name),
									 quote_literal_cstr(version)));
}

/* Look at a CREATE EXTENSION: what is there is noted. */
static Verdict
judge_extension(MigrPg *pg, const CreateExtensionStmt *stmt)
{
	Oid oid = get_extension_oid(stmt->extname, true);
	MigrPgExtension *there = migr_pg_extension(pg, oid);
	const char *version = option_of(pg, stmt->options, "new_version");

	if (there == NULL)
		return RUN;
	there->wanted = true;
	there->schema = option_of(pg, stmt->options, "schema");
	if (version != NULL && strcmp(version, there->version) != 0)
		update_extension(stmt->extname, version);
	return PASS_OVER;
}

/* Is it about an extension that was there before? */
static bool
is_about_extension(const MigrPg *pg, const CommentStmt *stmt)
{
	return stmt->objtype == OBJECT_EXTENSION &&
		   migr_pg_extension(
			   pg, get_extension_oid(strVal(stmt->object), true)) != NULL;
}

/* Look at a CREATE SCHEMA: what is there is noted, unless it says more. */
static Verdict
judge_schema(MigrPg *pg, const CreateSchemaStmt *stmt)
{
	MemoryContext old;

	if (stmt->schemaElts != NIL || stmt->schemaname == NULL ||
		!OidIsValid(get_namespace_oid(stmt->schemaname, true)))
		return RUN;
	old = MemoryContextSwitchTo(pg->memory);
	pg->place->schemas = lappend(pg->place->schemas, pstrdup(stmt->schemaname));
	MemoryContextSwitchTo(old);
	return PASS_OVER;
}

/* Does it make something that no schema holds, and that is there? */
static bool
makes_known_server(const Node *node)
{
	if (IsA(node, CreateFdwStmt))
		return OidIsValid(get_foreign_data_wrapper_oid(
			((const CreateFdwStmt *) node)->fdwname, true));
	return OidIsValid(get_foreign_server_oid(
		((const CreateForeignServerStmt *) node)->servername, true));
}

/* Decide about one statement. */
static Verdict
judge(MigrPg *pg, const Node *node)
{
	switch (nodeTag(node))
	{
		case T_CreateSchemaStmt:
			return judge_schema(pg, (const CreateSchemaStmt *) node);
		case T_CreateExtensionStmt:
			return judge_extension(pg, (const CreateExtensionStmt *) node);
		case T_CommentStmt:
			return is_about_extension(pg, (const CommentStmt *) node)
					   ? PASS_OVER
					   : RUN;
		case T_CreateFdwStmt:
		case T_CreateForeignServerStmt:
			return makes_known_server(node) ? PASS_OVER : RUN;
		case T_SelectStmt:
			return sets_up((const SelectStmt *) node) ? RUN : REFUSE;
		case T_CopyStmt:
			return ((const CopyStmt *) node)->filename != NULL ? REFUSE : RUN;
		case T_LoadStmt:
		case T_NotifyStmt:
		case T_ListenStmt:
		case T_UnlistenStmt:
		case T_TransactionStmt:
		case T_AlterSystemStmt:
		case T_CreatedbStmt:
		case T_DropdbStmt:
		case T_CreateTableSpaceStmt:
		case T_DropTableSpaceStmt:
		case T_CreateSubscriptionStmt:
		case T_AlterSubscriptionStmt:
		case T_DropSubscriptionStmt:
		case T_CheckPointStmt:
		case T_VacuumStmt:
		case T_ExecuteStmt:
		case T_CallStmt:
			return REFUSE;
		default:
			return RUN;
	}
}

/* ---- running it --------------------------------------------------------------------- */

/* Say why a statement is refused. */
static bool
refuse(MigrPg *pg, const MigrBody *body, const MigrStmt *stmt, int number,
	   Node *node)
{
	MigrCtx *ctx = &pg->host.ctx;
	MigrPlace place = body->place;

	place.line = stmt->line;
	place.statement = number;
	migr_fail(ctx, MIGR_ERR_UNSUPPORTED, "%s must not stand in a model",
			  CreateCommandName(node));
	migr_hint(ctx, "A model is built to be compared: it says what there shall "
				   "be, and does nothing that couldn't be undone.");
	return migr_at(ctx, &place);
}

/* Decide about what the text of a statement is; several are one in a rule. */
static bool
judge_text(MigrPg *pg, const MigrBody *body, const MigrStmt *stmt, int number,
		   Verdict *verdict)
{
	MemoryContext old = MemoryContextSwitchTo(pg->scratch);
	List *trees =
		pg_parse_query(pnstrdup(body->text.ptr + stmt->offset, stmt->len));
	bool ok = true;
	ListCell *cell;

	*verdict = RUN;
	foreach(cell, trees)
	{
		Node *node = lfirst_node(RawStmt, cell)->stmt;

		*verdict = judge(pg, node);
		if (*verdict == REFUSE)
			ok = refuse(pg, body, stmt, number, node);
	}
	MemoryContextSwitchTo(old);
	MemoryContextReset(pg->scratch);
	return ok;
}

/* Run all of them, with the caller's settings. */
static bool
run_all(MigrPg *pg, const MigrBody *body, const MigrStmts *stmts)
{
	size_t end = 0;

	for (int i = 0; i < stmts->count; i++)
	{
		const MigrStmt *stmt = &stmts->items[i];
		Verdict verdict;

		if (stmt->offset < end)
			continue; /* the rows of a COPY */
		if (!judge_text(pg, body, stmt, i + 1, &verdict))
			return false;
		if (verdict == RUN && !migr_pg_exec(&pg->host, body, stmt, i + 1, &end))
			return false;
		CHECK_FOR_INTERRUPTS();
	}
	return true;
}

/* MigrHost.build */
bool
migr_pg_build(MigrHost *host, const MigrBody *body, const MigrStmts *stmts)
{
	MigrPg *pg = (MigrPg *) host;
	bool ok;

	Assert(pg->place != NULL);
	(void) host->tx(host, MIGR_TX_STEP_BEGIN);
	/* what it has to say is about something that never comes to be */
	(void) set_config_option("client_min_messages", "error", PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	ok = run_all(pg, body, stmts);
	if (pg->step != 0)
		(void) host->tx(host, MIGR_TX_STEP_END);
	return ok;
}
