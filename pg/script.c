/*
 * script.c
 *	  A section's text as statements with place and kind; runs nothing.
 *
 * PostgreSQL's own parser judges each of them before the first one of the run
 * is executed: a syntax error in the last script stops the first as well, and
 * so does what can't run inside a function.
 */
#include "postgres.h"

#include "commands/defrem.h"
#include "nodes/nodes.h"
#include "nodes/parsenodes.h"
#include "nodes/pg_list.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "utils/guc.h"

#include "pg/pg.h"

/* Is the option there, and false? */
static bool
option_off(List *options, const char *name)
{
	ListCell *cell;

	foreach(cell, options)
	{
		DefElem *option = lfirst_node(DefElem, cell);

		if (strcmp(option->defname, name) == 0)
			return !defGetBoolean(option);
	}
	return false;
}

/* Is the option there at all? */
static bool
has_option(List *options, const char *name)
{
	ListCell *cell;

	foreach(cell, options)
	{
		if (strcmp(lfirst_node(DefElem, cell)->defname, name) == 0)
			return true;
	}
	return false;
}

/* Does one of the table's actions detach a partition concurrently? */
static bool
detaches_concurrently(const AlterTableStmt *stmt)
{
	ListCell *cell;

	foreach(cell, stmt->cmds)
	{
		if (migr_detach_concurrently(lfirst_node(AlterTableCmd, cell)))
			return true;
	}
	return false;
}

bool
migr_pg_works_concurrently(const Node *node)
{
	switch (nodeTag(node))
	{
		case T_IndexStmt:
			return ((const IndexStmt *) node)->concurrent;
		case T_DropStmt:
			return ((const DropStmt *) node)->concurrent;
		case T_AlterTableStmt:
			return detaches_concurrently((const AlterTableStmt *) node);
		case T_ReindexStmt:
			return migr_reindex_concurrently((const ReindexStmt *) node);
		default:
			return false;
	}
}

/*
 * Does the server refuse the statement inside a function?  These are the
 * callers of PreventInTransactionBlock() that a parse tree can tell; the rest
 * (CLUSTER or REINDEX of a partitioned table, DROP SUBSCRIPTION with a slot)
 * the server refuses when it runs.  *how is set to words that the command's
 * tag lacks.
 */
static bool
needs_autocommit(const Node *node, const char **how)
{
	*how = IsA(node, AlterTableStmt) ? " DETACH PARTITION CONCURRENTLY"
									 : " CONCURRENTLY";
	if (migr_pg_works_concurrently(node))
		return true;
	*how = "";
	switch (nodeTag(node))
	{
		case T_VacuumStmt:
			return ((const VacuumStmt *) node)->is_vacuumcmd;
		case T_CreatedbStmt:
		case T_DropdbStmt:
		case T_AlterSystemStmt:
		case T_CreateTableSpaceStmt:
		case T_DropTableSpaceStmt:
			return true;
		case T_AlterDatabaseStmt:
			*how = " SET TABLESPACE";
			return has_option(((const AlterDatabaseStmt *) node)->options,
							  "tablespace");
		case T_DiscardStmt:
			return ((const DiscardStmt *) node)->target == DISCARD_ALL;
		case T_ClusterStmt:
			*how = " without a table";
			return ((const ClusterStmt *) node)->relation == NULL;
		case T_ReindexStmt:
			*how = " of a schema or database";
			return ((const ReindexStmt *) node)->kind >= REINDEX_OBJECT_SCHEMA;
		case T_CreateSubscriptionStmt:
		{
			List *options = ((const CreateSubscriptionStmt *) node)->options;

			return !option_off(options, "connect") &&
				   !option_off(options, "create_slot");
		}
		case T_AlterSubscriptionStmt:
		{
			const AlterSubscriptionStmt *stmt =
				(const AlterSubscriptionStmt *) node;

			return migr_subscription_refreshes(stmt) &&
				   !option_off(stmt->options, "refresh");
		}
		default:
			return false;
	}
}

/* What a COPY does that no rollback undoes; NULL: nothing. */
static const char *
copy_reaches(const CopyStmt *copy)
{
	if (copy->is_program)
		return copy->is_from ? "COPY FROM PROGRAM" : "COPY TO PROGRAM";
	return copy->filename != NULL && !copy->is_from ? "COPY to a file" : NULL;
}

/* Note what kind of statement it is; an error where there is no way. */
static bool
classify(MigrCtx *ctx, Node *node, MigrStmt *stmt)
{
	const char *tag = CreateCommandName(node);
	const char *how;

	if (IsA(node, CopyStmt) && ((CopyStmt *) node)->filename == NULL &&
		!((CopyStmt *) node)->is_from)
		return migr_fail(ctx, MIGR_ERR_UNSUPPORTED,
						 "COPY TO STDOUT must not stand in a revision script");
	if (IsA(node, CopyStmt))
		stmt->reaches = copy_reaches((const CopyStmt *) node);
	if (IsA(node, TransactionStmt))
	{
		stmt->kind = MIGR_STMT_TRANSACTION;
		stmt->words = migr_strdup(&ctx->arena, tag);
	}
	else if (needs_autocommit(node, &how))
	{
		stmt->kind = MIGR_STMT_AUTOCOMMIT;
		stmt->words = migr_printf(&ctx->arena, "%s%s", tag, how);
	}
	return true;
}

bool
migr_pg_mentions(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (; *text != '\0'; text++)
	{
		if (pg_strncasecmp(text, word, len) == 0)
			return true;
	}
	return false;
}

/*
 * May the statement leave a setting of the session changed?  What a function
 * does that it calls, nobody can tell, and of a DO it is guessed.
 */
static bool
may_set(const Node *node, const char *text)
{
	const VariableSetStmt *set = (const VariableSetStmt *) node;

	switch (nodeTag(node))
	{
		case T_VariableSetStmt:
			/* SET TRANSACTION, but not SET SESSION CHARACTERISTICS */
			return set->kind != VAR_SET_MULTI ||
				   strncmp(set->name, "TRANSACTION", 11) != 0;
		case T_DiscardStmt:
			return true;
		case T_DoStmt:
			return migr_pg_mentions(text, "set");
		default:
			return migr_pg_mentions(text, "set_config");
	}
}

/* Parse the text of one statement, the number-th of a body. */
static List *
parse_text(MigrCtx *ctx, const MigrBody *body, const MigrPiece *piece,
		   int number, const char *text, MigrWhere *where)
{
	List *trees;

	*where = (MigrWhere){
		.ctx = ctx, .place = body->place, .counted = text, .text = text};
	where->place.line = piece->line;
	where->place.statement = number;
	migr_where_begin(where);
	trees = pg_parse_query(text);
	migr_where_end(where);
	return trees;
}

/* Parse one statement, and append it to out. */
static bool
parse_piece(MigrCtx *ctx, const MigrBody *body, const MigrPiece *piece,
			MigrStmts *out)
{
	MigrStmt stmt = {
		.offset = piece->offset,
		.len = piece->len,
		.line = piece->line,
		.behind = piece->behind,
		.rows = piece->rows,
		.kind = MIGR_STMT_PLAIN,
	};
	char *text = pnstrdup(body->text.ptr + piece->offset, piece->len);
	MigrWhere where;
	List *trees = parse_text(ctx, body, piece, out->count + 1, text, &where);
	ListCell *cell;

	foreach(cell, trees)
	{
		Node *node = lfirst_node(RawStmt, cell)->stmt;

		if (!classify(ctx, node, &stmt))
			return migr_at(ctx, &where.place);
		stmt.sets |= may_set(node, text);
	}
	migr_vec_push(&ctx->arena, out, stmt);
	return true;
}

/* Parse all statements of a body. */
static bool
parse_body(MigrCtx *ctx, const MigrBody *body, MigrStmts *out)
{
	MigrPgSplit *split = migr_pg_split_begin(ctx, body);
	MemoryContext own = AllocSetContextCreate(
		CurrentMemoryContext, "migrate statement", ALLOCSET_DEFAULT_SIZES);
	MigrPiece piece;

	/* what scanning and parsing a statement leaves behind is ten times it */
	MemoryContextSwitchTo(own);
	while (migr_pg_split_next(split, &piece))
	{
		if (piece.len == 0)
			return true;
		if (!parse_piece(ctx, body, &piece, out))
			return false;
		MemoryContextReset(own);
		CHECK_FOR_INTERRUPTS();
	}
	return false;
}

/* ---- comparing ----------------------------------------------------------- */

/* Return the rows that stand behind a COPY FROM STDIN. */
static MigrSpan
rows_of(const MigrBody *body, const MigrPiece *piece)
{
	MigrSpan data = {"", 0};

	if (piece->rows)
		(void) migr_pg_split_data(body->text, piece->offset + piece->len,
								  &data);
	return data;
}

/* Are two statements the same to the parser, and the rows behind them? */
static bool
same_piece(MigrCtx *ctx, const MigrBody *a, const MigrPiece *at_a,
		   const MigrBody *b, const MigrPiece *at_b, int number)
{
	MigrSpan rows_a = rows_of(a, at_a);
	MigrSpan rows_b = rows_of(b, at_b);
	MigrWhere where;
	List *trees_a =
		parse_text(ctx, a, at_a, number,
				   pnstrdup(a->text.ptr + at_a->offset, at_a->len), &where);
	List *trees_b =
		parse_text(ctx, b, at_b, number,
				   pnstrdup(b->text.ptr + at_b->offset, at_b->len), &where);

	/* equal() doesn't look at the places of things in their texts */
	return at_a->rows == at_b->rows && rows_a.len == rows_b.len &&
		   memcmp(rows_a.ptr, rows_b.ptr, rows_a.len) == 0 &&
		   equal(trees_a, trees_b);
}

/* Compare two bodies statement by statement. */
static bool
compare_bodies(MigrCtx *ctx, const MigrBody *a, const MigrBody *b, bool *same)
{
	MigrPgSplit *split_a = migr_pg_split_begin(ctx, a);
	MigrPgSplit *split_b = migr_pg_split_begin(ctx, b);
	MemoryContext own = AllocSetContextCreate(
		CurrentMemoryContext, "migrate statement", ALLOCSET_DEFAULT_SIZES);
	MigrPiece at_a;
	MigrPiece at_b;

	MemoryContextSwitchTo(own);
	for (int number = 1;; number++)
	{
		if (!migr_pg_split_next(split_a, &at_a) ||
			!migr_pg_split_next(split_b, &at_b))
			return false;
		*same = (at_a.len == 0) == (at_b.len == 0);
		if (!*same || at_a.len == 0)
			return true;
		*same = same_piece(ctx, a, &at_a, b, &at_b, number);
		if (!*same)
			return true;
		MemoryContextReset(own);
		CHECK_FOR_INTERRUPTS();
	}
}

/* ---- the host's ---------------------------------------------------------- */

/* Begin to parse: the notices come again when the statement runs. */
static int
begin_quiet(void)
{
	int level = NewGUCNestLevel();

	(void) set_config_option("client_min_messages", "error", PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	return level;
}

/* MigrHost.parse */
bool
migr_pg_parse(MigrHost *host, const MigrBody *body, MigrStmts *out)
{
	MigrPg *pg = (MigrPg *) host;
	MemoryContext old = MemoryContextSwitchTo(pg->scratch);
	volatile bool ok = false;

	PG_TRY();
	{
		int level = begin_quiet();

		ok = parse_body(&host->ctx, body, out);
		AtEOXact_GUC(true, level);
	}
	PG_CATCH();
	{
		ok = migr_pg_catch(pg, old);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(old);
	MemoryContextReset(pg->scratch);
	return ok;
}

/* MigrHost.same_sql */
bool
migr_pg_same_sql(MigrHost *host, const MigrBody *a, const MigrBody *b,
				 bool *same)
{
	MigrPg *pg = (MigrPg *) host;
	MemoryContext old = MemoryContextSwitchTo(pg->scratch);
	int level = begin_quiet();
	bool ok = compare_bodies(&host->ctx, a, b, same);

	AtEOXact_GUC(true, level);
	MemoryContextSwitchTo(old);
	MemoryContextReset(pg->scratch);
	return ok;
}
