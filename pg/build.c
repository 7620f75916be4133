/*
 * build.c
 *	  Run the statements of a model in a scratch place.
 *
 * All that they do is rolled back; but no rollback reaches files, programs, other
 * servers, other databases, other sessions, sequences.  So only what defines may
 * run: no query does, and what is about rows is passed over, as it says nothing of
 * the schema.  A DO is looked after while it runs (guard.c).  That is no wall against
 * whoever means ill, who runs all this with his own rights; it keeps a dump that does
 * more than define from doing it.
 */
#include "postgres.h"

#include <ctype.h>

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_namespace.h"
#include "commands/comment.h"
#include "commands/defrem.h"
#include "commands/extension.h"
#include "commands/proclang.h"
#include "common/keywords.h"
#include "foreign/foreign.h"
#include "nodes/parsenodes.h"
#include "parser/scanner.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/snapmgr.h"

#include "pg/catalog.h"

/* What to do with a statement. */
typedef enum Verdict
{
	RUN,
	PASS_OVER,
	REFUSE
} Verdict;

/* ---- looking at it ---------------------------------------------------------------- */

/* Are all of these literals? */
static bool
all_literals(const List *args)
{
	ListCell *cell;

	foreach(cell, args)
	{
		const Node *arg = lfirst(cell);

		if (IsA(arg, TypeCast))
			arg = ((const TypeCast *) arg)->arg;
		if (!IsA(arg, A_Const))
			return false;
	}
	return true;
}

bool
migr_pg_calls_only(const SelectStmt *select, const char *name)
{
	ListCell *cell;

	if (select->fromClause != NIL || select->valuesLists != NIL ||
		select->op != SETOP_NONE || select->withClause != NULL ||
		select->intoClause != NULL || select->whereClause != NULL ||
		select->havingClause != NULL || select->sortClause != NIL ||
		select->groupClause != NIL || select->distinctClause != NIL ||
		select->limitCount != NULL || select->limitOffset != NULL)
		return false;
	foreach(cell, select->targetList)
	{
		const ResTarget *target = lfirst(cell);
		const FuncCall *call = (const FuncCall *) target->val;

		if (!IsA(call, FuncCall) || call->over != NULL ||
			strcmp(strVal(llast(call->funcname)), name) != 0 ||
			(list_length(call->funcname) > 1 &&
			 strcmp(strVal(linitial(call->funcname)), "pg_catalog") != 0) ||
			!all_literals(call->args))
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

/* The schema that a CREATE EXTENSION asks for, by its name or by the search path;
 * InvalidOid: it doesn't. */
static Oid
schema_asked_for(MigrPg *pg, const char *name)
{
	List *path;
	Oid first;

	if (name != NULL)
		return get_namespace_oid(name, false);
	path = fetch_search_path(false);
	first = path != NIL ? linitial_oid(path) : InvalidOid;
	return first == PG_CATALOG_NAMESPACE || first == migr_catalog_home(pg)
			   ? InvalidOid
			   : first;
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
	migr_pg_move_extension(pg, oid, schema_asked_for(pg, there->schema));
	if (version != NULL && strcmp(version, there->version) != 0)
		update_extension(stmt->extname, version);
	return PASS_OVER;
}

/* Does it say of an extension what is said already, as dumps do?  That may be
 * somebody else's. */
static bool
says_nothing_new(const CommentStmt *stmt)
{
	Oid oid;
	char *comment;

	if (stmt->objtype != OBJECT_EXTENSION)
		return false;
	oid = get_extension_oid(strVal(stmt->object), true);
	comment = OidIsValid(oid) ? GetComment(oid, ExtensionRelationId, 0) : NULL;
	return comment != NULL && stmt->comment != NULL &&
		   strcmp(comment, stmt->comment) == 0;
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

/* Is it about what all databases of the server share? */
static bool
is_shared(ObjectType type)
{
	return type == OBJECT_DATABASE || type == OBJECT_ROLE ||
		   type == OBJECT_TABLESPACE;
}

bool
migr_pg_defines(const Node *node)
{
	switch (nodeTag(node))
	{
		case T_CreateStmt:
		case T_CreateForeignTableStmt:
		case T_AlterTableStmt:
		case T_ViewStmt:
		case T_IndexStmt:
		case T_CreateSeqStmt:
		case T_AlterSeqStmt:
		case T_CreateStatsStmt:
		case T_AlterStatsStmt:
		case T_CreateTrigStmt:
		case T_CreateEventTrigStmt:
		case T_AlterEventTrigStmt:
		case T_RuleStmt:
		case T_CreatePolicyStmt:
		case T_AlterPolicyStmt:
		case T_CreateFunctionStmt:
		case T_AlterFunctionStmt:
		case T_DefineStmt:
		case T_CompositeTypeStmt:
		case T_CreateEnumStmt:
		case T_AlterEnumStmt:
		case T_CreateRangeStmt:
		case T_CreateDomainStmt:
		case T_AlterDomainStmt:
		case T_AlterTypeStmt:
		case T_AlterCollationStmt:
		case T_CreateConversionStmt:
		case T_CreateCastStmt:
		case T_CreateTransformStmt:
		case T_CreatePLangStmt:
		case T_CreateAmStmt:
		case T_CreateOpClassStmt:
		case T_CreateOpFamilyStmt:
		case T_AlterOpFamilyStmt:
		case T_AlterOperatorStmt:
		case T_AlterTSDictionaryStmt:
		case T_AlterTSConfigurationStmt:
		case T_CreateSchemaStmt:
		case T_CreateExtensionStmt:
		case T_AlterExtensionStmt:
		case T_AlterExtensionContentsStmt:
		case T_CreateFdwStmt:
		case T_AlterFdwStmt:
		case T_CreateForeignServerStmt:
		case T_AlterForeignServerStmt:
		case T_CreateUserMappingStmt:
		case T_AlterUserMappingStmt:
		case T_DropUserMappingStmt:
		case T_CreatePublicationStmt:
		case T_AlterPublicationStmt:
		case T_AlterObjectSchemaStmt:
		case T_AlterObjectDependsStmt:
		case T_DropStmt:
		case T_AlterDefaultPrivilegesStmt:
		case T_GrantRoleStmt: /* some want it for what they SET ROLE to */
		case T_VariableSetStmt:
		case T_ConstraintsSetStmt:
			return true;
		case T_AlterOwnerStmt:
			return !is_shared(((const AlterOwnerStmt *) node)->objectType);
		case T_RenameStmt:
			return !is_shared(((const RenameStmt *) node)->renameType);
		case T_CommentStmt:
			return !is_shared(((const CommentStmt *) node)->objtype);
		case T_SecLabelStmt:
			return !is_shared(((const SecLabelStmt *) node)->objtype);
		case T_GrantStmt:
			return !is_shared(((const GrantStmt *) node)->objtype);
		default:
			return false;
	}
}

/* Does a SELECT read tables, and make none? */
static bool
reads_tables(const SelectStmt *select)
{
	return select->fromClause != NIL && select->intoClause == NULL &&
		   !IsA(linitial(select->fromClause), RangeFunction);
}

/* Look at a SELECT: a dump has some.  One that only calls functions may define something. */
static Verdict
judge_select(const SelectStmt *select)
{
	if (migr_pg_calls_only(select, "setval") || reads_tables(select))
		return PASS_OVER;
	return migr_pg_calls_only(select, "set_config") ? RUN : REFUSE;
}

/* Look at a DO: what it does is seen when it runs, unless its language could do anything. */
static Verdict
judge_do(MigrPg *pg, const DoStmt *stmt)
{
	const char *name = option_of(pg, stmt->args, "language");
	Oid oid = get_language_oid(name != NULL ? name : "plpgsql", true);

	return !OidIsValid(oid) || migr_pg_trusts_language(oid) ? RUN : REFUSE;
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
			if (says_nothing_new((const CommentStmt *) node))
				return PASS_OVER;
			break;
		case T_CreateFdwStmt:
		case T_CreateForeignServerStmt:
			return makes_known_server(node) ? PASS_OVER : RUN;
		case T_SelectStmt:
			return judge_select((const SelectStmt *) node);
		case T_DoStmt:
			return judge_do(pg, (const DoStmt *) node);
		case T_CreateTableAsStmt:
			return IsA(((const CreateTableAsStmt *) node)->query, SelectStmt)
					   ? RUN
					   : REFUSE;
		case T_CopyStmt:
			return ((const CopyStmt *) node)->filename == NULL &&
						   ((const CopyStmt *) node)->is_from
					   ? PASS_OVER
					   : REFUSE;
		case T_InsertStmt:
		case T_UpdateStmt:
		case T_DeleteStmt:
		case T_TruncateStmt:
		case T_RefreshMatViewStmt:
			return PASS_OVER;
		default:
			break;
	}
	return migr_pg_defines(node) ? RUN : REFUSE;
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

/* Blank the first word of that sort out of a statement. */
static void
blank(char *text, size_t len, const char *word)
{
	int number = ScanKeywordLookup(word, &ScanKeywords);
	core_yy_extra_type extra;
	core_yyscan_t scanner = scanner_init(pnstrdup(text, len), &extra,
										 &ScanKeywords, ScanKeywordTokens);
	core_YYSTYPE value;
	YYLTYPE at;
	int token;

	do
		token = core_yylex(&value, &at, scanner);
	while (token != 0 && token != ScanKeywordTokens[number]);
	if (token != 0)
		memset(text + at, ' ', strlen(word));
	scanner_finish(scanner);
}

/* Decide about what the text of a statement is; several are one in a rule.  *tag is the
 * node's. */
static bool
judge_text(MigrPg *pg, const MigrBody *body, const MigrStmt *stmt, int number,
		   Verdict *verdict, NodeTag *tag)
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
		*tag = nodeTag(node);
		if (IsA(node, CreateTableAsStmt) &&
			((CreateTableAsStmt *) node)->into->skipData)
			*tag = T_Invalid;
		if (IsA(node, IndexStmt) && !((IndexStmt *) node)->concurrent)
			*tag = T_Invalid;
		if (*verdict == REFUSE)
			ok = refuse(pg, body, stmt, number, node);
	}
	MemoryContextSwitchTo(old);
	MemoryContextReset(pg->scratch);
	return ok;
}

/* How much of a text is left without a WITH DATA at its end. */
static size_t
without_data(const char *text, size_t len)
{
	static const char *const words[] = {"data", "with"};
	size_t left = len;

	for (size_t i = 0; i < lengthof(words); i++)
	{
		while (left > 0 && isspace((unsigned char) text[left - 1]))
			left--;
		if (left < 5 || pg_strncasecmp(text + left - 4, words[i], 4) != 0 ||
			isalnum((unsigned char) text[left - 5]) || text[left - 5] == '_')
			return len;
		left -= 4;
	}
	return left;
}

/* Run another text in the place of a statement. */
static bool
run_text(MigrPg *pg, const MigrBody *body, const MigrStmt *stmt, int number,
		 MigrSpan text)
{
	MigrBody other = *body;
	MigrStmt whole = *stmt;
	size_t end;

	other.text = text;
	whole.offset = 0;
	whole.len = text.len;
	return migr_pg_exec(&pg->host, &other, &whole, number, &end);
}

/* A statement that makes something of a query, without its rows. */
static const char *
emptied(const char *text, size_t len)
{
	return psprintf("%.*s\nWITH NO DATA", (int) without_data(text, len), text);
}

const char *
migr_pg_emptied(const char *text)
{
	List *trees;
	CreateTableAsStmt *stmt;

	if (!migr_pg_mentions(text, "materialized"))
		return text;
	trees = pg_parse_query(text);
	stmt = trees != NIL
			   ? (CreateTableAsStmt *) linitial_node(RawStmt, trees)->stmt
			   : NULL;
	return stmt != NULL && IsA(stmt, CreateTableAsStmt) && !stmt->into->skipData
			   ? emptied(text, strlen(text))
			   : text;
}

/* Run a CREATE TABLE AS or CREATE MATERIALIZED VIEW without its query's rows: to define
 * it nothing has to be asked. */
static bool
run_empty(MigrPg *pg, const MigrBody *body, const MigrStmt *stmt, int number)
{
	const char *text = emptied(body->text.ptr + stmt->offset, stmt->len);

	return run_text(pg, body, stmt, number, migr_span(text));
}

/* Run a CREATE INDEX CONCURRENTLY: in a transaction it is built as any other. */
static bool
run_concurrent(MigrPg *pg, const MigrBody *body, const MigrStmt *stmt,
			   int number)
{
	char *text = migr_strndup(&pg->host.ctx.arena,
							  body->text.ptr + stmt->offset, stmt->len);

	blank(text, stmt->len, "concurrently");
	return run_text(pg, body, stmt, number, (MigrSpan){text, stmt->len});
}

/* Run one that may. */
static bool
run_one(MigrPg *pg, const MigrBody *body, const MigrStmt *stmt, int number,
		NodeTag tag)
{
	size_t end;

	if (tag == T_CreateTableAsStmt)
		return run_empty(pg, body, stmt, number);
	if (tag == T_IndexStmt)
		return run_concurrent(pg, body, stmt, number);
	if (tag == T_DoStmt)
		return migr_pg_exec_guarded(&pg->host, body, stmt, number, &end);
	return migr_pg_exec(&pg->host, body, stmt, number, &end);
}

/* Look at one, and run it if it may be of use. */
static bool
build_one(MigrPg *pg, const MigrBody *body, const MigrStmt *stmt, int number)
{
	NodeTag tag = T_Invalid;
	Verdict verdict;

	if (!judge_text(pg, body, stmt, number, &verdict, &tag) ||
		(verdict == RUN && !run_one(pg, body, stmt, number, tag)))
		return false;
	CHECK_FOR_INTERRUPTS();
	return true;
}

/* Run all of them, with the caller's settings. */
static bool
run_all(MigrPg *pg, const MigrBody *body, const MigrStmts *stmts)
{
	for (int i = 0; i < stmts->count; i++)
		if (!build_one(pg, body, &stmts->items[i], i + 1))
			return false;
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

/* ---- a part of it --------------------------------------------------------------------- */

/* Take foreign keys out of a list of a CREATE TABLE's; those of columns are among
 * their constraints. */
static List *
without_keys(List *elements)
{
	List *kept = NIL;
	ListCell *cell;

	foreach(cell, elements)
	{
		Node *element = lfirst(cell);

		if (IsA(element, Constraint) &&
			((Constraint *) element)->contype == CONSTR_FOREIGN)
			continue;
		if (IsA(element, ColumnDef))
			((ColumnDef *) element)->constraints =
				without_keys(((ColumnDef *) element)->constraints);
		kept = lappend(kept, element);
	}
	return kept;
}

/* Has a column deferrability said, which would be of a foreign key that is gone? */
static bool
has_attributes(const List *elements)
{
	ListCell *cell;
	ListCell *inner;

	foreach(cell, elements)
	{
		if (!IsA(lfirst(cell), ColumnDef))
			continue;
		foreach(inner, lfirst_node(ColumnDef, cell)->constraints)
		{
			ConstrType type = lfirst_node(Constraint, inner)->contype;

			if (type == CONSTR_ATTR_DEFERRABLE ||
				type == CONSTR_ATTR_NOT_DEFERRABLE ||
				type == CONSTR_ATTR_DEFERRED || type == CONSTR_ATTR_IMMEDIATE)
				return true;
		}
	}
	return false;
}

/* Run a CREATE TABLE without its foreign keys; false: it is another statement, or
 * can't be had without. */
static bool
run_bare(MigrPg *pg, const MigrBody *body, const MigrStmt *stmt)
{
	char *text = pnstrdup(body->text.ptr + stmt->offset, stmt->len);
	RawStmt *raw = linitial_node(RawStmt, pg_parse_query(text));
	CreateStmt *table = (CreateStmt *) raw->stmt;

	if (!IsA(table, CreateStmt) || has_attributes(table->tableElts))
		return false;
	table->tableElts = without_keys(table->tableElts);
	table->constraints = without_keys(table->constraints);
	PushActiveSnapshot(GetTransactionSnapshot());
	migr_process_utility((Node *) table, text);
	PopActiveSnapshot();
	CommandCounterIncrement();
	return true;
}

/* Run the statements that are picked. */
static bool
run_part(MigrPg *pg, const MigrBody *body, const MigrStmts *stmts,
		 const MigrPick *picks)
{
	for (int i = 0; i < stmts->count; i++)
	{
		const MigrStmt *stmt = &stmts->items[i];
		MemoryContext old = MemoryContextSwitchTo(pg->scratch);
		bool done = picks[i] == MIGR_PICK_BARE && run_bare(pg, body, stmt);

		MemoryContextSwitchTo(old);
		MemoryContextReset(pg->scratch);
		if (!done && picks[i] != MIGR_PICK_NONE &&
			!build_one(pg, body, stmt, i + 1))
			return false;
	}
	return true;
}

/* Is an error one that has nothing to do with the statement? */
static bool
is_from_outside(int code)
{
	return code == ERRCODE_QUERY_CANCELED ||
		   ERRCODE_TO_CATEGORY(code) ==
			   ERRCODE_TO_CATEGORY(ERRCODE_ADMIN_SHUTDOWN);
}

/* MigrHost.build_part */
bool
migr_pg_build_part(MigrHost *host, const MigrBody *body, const MigrStmts *stmts,
				   const MigrPick *picks)
{
	MigrPg *pg = (MigrPg *) host;
	MemoryContext old = CurrentMemoryContext;
	ErrorContextCallback *callbacks = error_context_stack;
	volatile bool ok = false;

	(void) host->tx(host, MIGR_TX_STEP_BEGIN);
	(void) set_config_option("client_min_messages", "error", PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	PG_TRY();
	{
		ok = run_part(pg, body, stmts, picks);
	}
	PG_CATCH();
	{
		if (is_from_outside(geterrcode()))
			PG_RE_THROW();
		error_context_stack = callbacks;
		MemoryContextSwitchTo(old);
		FlushErrorState();
		migr_pg_leave_scratch(pg);
		migr_fail(&host->ctx, MIGR_ERR_STATEMENT, "it can't be built so");
	}
	PG_END_TRY();
	if (pg->step != 0)
		(void) host->tx(host, MIGR_TX_STEP_END);
	return ok;
}
