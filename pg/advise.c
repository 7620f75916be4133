/*
 * advise.c
 *	  Who would wait because of a statement, and which one would keep nobody waiting.
 *
 * That somebody waits is not guessed from the statement's text, but seen: a lock is
 * held that readers or writers don't get past, while the whole of a big table was
 * read or written.  So an ALTER TABLE that doesn't have to look at the rows gives no
 * warning, and an UPDATE does that comes behind one.  Only what to do instead is
 * found by the text, as PostgreSQL's manual has it.
 */
#include "postgres.h"

#include <ctype.h>

#include "catalog/namespace.h"
#include "commands/defrem.h"
#include "nodes/nodes.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "pg/explain.h"

/* From so many bytes on, with its TOAST, a table is big: to read it takes tens of
 * milliseconds, to write it some hundreds. */
#define BIG (INT64CONST(10) * 1024 * 1024)

/* Who reads so many rows of a big table has read it all, as far as it matters. */
#define READ_MOST 1000

/* Who changes so many keeps others waiting for them. */
#define CHANGED_MOST 10000

/* So many tables are named. */
#define NAMED_MOST 3

/* Why somebody waits for a table; the last one counts. */
typedef enum Reason
{
	NOBODY,
	CHANGED,   /* many rows */
	LOCKED,	   /* nothing is done to it but that */
	READ,	   /* all of it */
	UNINDEXED, /* loses an index */
	REWRITTEN
} Reason;

/* What is to be said. */
typedef struct Warning
{
	MigrPg *pg;
	const Node *node; /* the statement */
	const char *text;
	Reason reason;
	const MigrPgTable *table; /* the first of them */
	LOCKMODE lock;			  /* the strongest */
	StringInfoData names;
	int count;
} Warning;

/* ---- seeing --------------------------------------------------------------------------- */

/* Does a statement of this kind work through a table, where it reads it at all? */
static bool
works_through(const Node *node)
{
	return IsA(node, IndexStmt) || IsA(node, AlterTableStmt) ||
		   IsA(node, ReindexStmt) || IsA(node, ClusterStmt) ||
		   IsA(node, RefreshMatViewStmt);
}

/* Does it do no more than to validate constraints?  That takes a weak lock. */
static bool
only_validates(const Node *node)
{
	ListCell *cell;

	if (!IsA(node, AlterTableStmt))
		return false;
	foreach(cell, ((const AlterTableStmt *) node)->cmds)
	{
		if (lfirst_node(AlterTableCmd, cell)->subtype != AT_ValidateConstraint)
			return false;
	}
	return true;
}

/* Does it drop indexes? */
static bool
drops_index(const Node *node)
{
	return IsA(node, DropStmt) &&
		   ((const DropStmt *) node)->removeType == OBJECT_INDEX;
}

/* Would others wait for a table, if it is big? */
static Reason
find_reason(const Node *node, const MigrPgTable *table)
{
	bool blocks = table->felt >= ShareLock;

	if (!table->existed || table->gone ||
		(table->kind != RELKIND_RELATION && table->kind != RELKIND_MATVIEW))
		return NOBODY;
	if (blocks && table->rewritten)
		return REWRITTEN;
	if (blocks && drops_index(node) && table->rebuilt)
		return UNINDEXED;
	if (blocks && (works_through(node)
					   ? table->rebuilt || table->grown[MIGR_SUM_SCANS] > 0 ||
							 table->indexed >= READ_MOST
					   : table->grown[MIGR_SUM_READ] >= READ_MOST))
		return READ;
	if (IsA(node, LockStmt) && table->taken >= ShareLock)
		return LOCKED;
	return migr_pg_changed(table) >= CHANGED_MOST ? CHANGED : NOBODY;
}

/* Is a table big?  Its lock is held. */
static bool
is_big(Oid table)
{
	return DatumGetInt64(DirectFunctionCall1(pg_table_size,
											 ObjectIdGetDatum(table))) >= BIG;
}

/* Add a table to what is to be said. */
static void
add_table(Warning *warning, const MigrPgTable *table, Reason reason)
{
	if (reason > warning->reason)
	{
		warning->reason = reason;
		warning->table = table;
		warning->lock = table->felt;
		warning->count = 0;
		resetStringInfo(&warning->names);
	}
	warning->lock = Max(warning->lock, table->felt);
	if (warning->count++ < NAMED_MOST)
		appendStringInfo(&warning->names, "%s%s",
						 warning->count > 1 ? ", " : "",
						 migr_pg_table_name(warning->pg->place->watch, table));
}

/* ---- statements instead ------------------------------------------------------------------ */

/* Parse a text of ours or the script's; NULL: it is none or several. */
static const Node *
parse(const char *text)
{
	List *trees = pg_parse_query(text);

	return list_length(trees) == 1 ? linitial_node(RawStmt, trees)->stmt : NULL;
}

/* Is a word of ours at a place of a text? */
static bool
is_word_at(const char *text, const char *at, const char *word)
{
	size_t len = strlen(word);

	return pg_strncasecmp(at, word, len) == 0 &&
		   (at == text || !isalnum((unsigned char) at[-1])) &&
		   !isalnum((unsigned char) at[len]) && at[len] != '_';
}

/* The statement with CONCURRENTLY behind one of its words; NULL: it can't be. */
static const char *
concurrently(const char *text, const char *word)
{
	for (const char *at = text; *at != '\0'; at++)
	{
		const char *result;
		const Node *node;

		if (!is_word_at(text, at, word))
			continue;
		result =
			psprintf("%.*s CONCURRENTLY%s", (int) (at + strlen(word) - text),
					 text, at + strlen(word));
		node = parse(result);
		if (node == NULL)
			return NULL;
		if (IsA(node, RefreshMatViewStmt)
				? ((const RefreshMatViewStmt *) node)->concurrent
				: migr_pg_works_concurrently(node))
			return result;
	}
	return NULL;
}

/* A table's name, as the statement has it. */
static const char *
name_of(const RangeVar *table)
{
	return quote_qualified_identifier(table->schemaname, table->relname);
}

/* Is a table partitioned? */
static bool
is_partitioned(const RangeVar *table)
{
	Oid oid = RangeVarGetRelid(table, NoLock, true);

	return OidIsValid(oid) && get_rel_relkind(oid) == RELKIND_PARTITIONED_TABLE;
}

/* Instead of CREATE INDEX. */
static const char *
instead_of_index(const IndexStmt *stmt, const char *text)
{
	const char *other = concurrently(text, "INDEX");

	if (is_partitioned(stmt->relation))
		return "CREATE INDEX ... ON ONLY the partitioned table, CREATE INDEX "
			   "CONCURRENTLY on each partition in an autocommit section, and "
			   "ALTER INDEX ... ATTACH PARTITION";
	return other != NULL ? psprintf("in an autocommit section: %s", other)
						 : NULL;
}

/* Instead of DROP INDEX: one at a time can be dropped concurrently. */
static const char *
instead_of_drop(const DropStmt *stmt, const char *text)
{
	const char *other = concurrently(text, "INDEX");

	if (list_length(stmt->objects) > 1 || stmt->behavior == DROP_CASCADE ||
		other == NULL)
		return "in an autocommit section: DROP INDEX CONCURRENTLY, for one "
			   "index each";
	return psprintf("in an autocommit section: %s", other);
}

/* Instead of REINDEX. */
static const char *
instead_of_reindex(const ReindexStmt *stmt, const char *text)
{
	const char *other = concurrently(
		text, stmt->kind == REINDEX_OBJECT_INDEX ? "INDEX" : "TABLE");

	return other != NULL ? psprintf("in an autocommit section: %s", other)
						 : NULL;
}

/* Instead of REFRESH MATERIALIZED VIEW. */
static const char *
instead_of_refresh(const char *text)
{
	const char *other = concurrently(text, "VIEW");

	return other != NULL ? psprintf("%s (it needs a unique index)", other)
						 : NULL;
}

/* Instead of a UNIQUE or PRIMARY KEY that builds its index. */
static const char *
instead_of_key(const AlterTableStmt *stmt, const Constraint *key)
{
	const char *table = name_of(stmt->relation);
	bool primary = key->contype == CONSTR_PRIMARY;
	StringInfoData columns;
	StringInfoData words;
	const char *name = key->conname;
	ListCell *cell;

	if (key->indexname != NULL)
		return NULL;
	initStringInfo(&columns);
	initStringInfo(&words);
	foreach(cell, key->keys)
	{
		const char *column = strVal(lfirst(cell));

		appendStringInfo(&columns, "%s%s", columns.len > 0 ? ", " : "",
						 quote_identifier(column));
		appendStringInfo(&words, "%s%s", words.len > 0 ? "_" : "", column);
	}
	if (name == NULL)
		name =
			makeObjectName(stmt->relation->relname, primary ? NULL : words.data,
						   primary ? "pkey" : "key");
	name = quote_identifier(name);
	return psprintf(
		"in an autocommit section: CREATE UNIQUE INDEX CONCURRENTLY %s ON %s "
		"(%s); behind it: ALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s",
		name, table, columns.data, table, name,
		primary ? "PRIMARY KEY" : "UNIQUE", name);
}

/* Instead of a constraint that all rows are looked through for. */
static const char *
instead_of_check(const AlterTableStmt *stmt, const Constraint *check,
				 const char *text)
{
	const char *validate =
		check->conname == NULL
			? "VALIDATE CONSTRAINT"
			: psprintf("ALTER TABLE %s VALIDATE CONSTRAINT %s",
					   name_of(stmt->relation),
					   quote_identifier(check->conname));

	if (check->skip_validation)
		return NULL;
	return psprintf("%s NOT VALID; in a later revision: %s",
					list_length(stmt->cmds) == 1 ? text : "the constraint",
					validate);
}

/* Instead of a new constraint. */
static const char *
instead_of_constraint(const AlterTableStmt *stmt, const Constraint *constraint,
					  const char *text)
{
	switch (constraint->contype)
	{
		case CONSTR_FOREIGN:
		case CONSTR_CHECK:
			return instead_of_check(stmt, constraint, text);
		case CONSTR_PRIMARY:
		case CONSTR_UNIQUE:
			return instead_of_key(stmt, constraint);
		default:
			return NULL;
	}
}

/* Instead of SET NOT NULL. */
static const char *
instead_of_not_null(const AlterTableStmt *stmt, const char *column)
{
	const char *table = name_of(stmt->relation);
	const char *name = quote_identifier(
		makeObjectName(stmt->relation->relname, column, "not_null"));

	return psprintf("ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS NOT NULL) "
					"NOT VALID; in a later revision: ALTER TABLE %s VALIDATE "
					"CONSTRAINT %s; behind it this does not read the table",
					table, name, quote_identifier(column), table, name);
}

/* Instead of an action of ALTER TABLE; NULL: there is nothing better. */
static const char *
instead_of_action(const AlterTableStmt *stmt, const AlterTableCmd *cmd,
				  Reason reason, const char *text)
{
	switch (cmd->subtype)
	{
		case AT_AddConstraint:
			return instead_of_constraint(stmt, (const Constraint *) cmd->def,
										 text);
		case AT_SetNotNull:
			return instead_of_not_null(stmt, cmd->name);
		case AT_AlterColumnType:
			return "a new column that takes its place: ADD COLUMN, UPDATE of a "
				   "part of the rows at a time, DROP COLUMN and RENAME COLUMN";
		case AT_AddColumn:
			return reason == REWRITTEN
					   ? "ADD COLUMN without what computes a value for each "
						 "row, then SET DEFAULT, and UPDATE of a part of the "
						 "rows at a time"
					   : "ADD COLUMN alone, and its constraints in statements "
						 "of their own";
		case AT_AttachPartition:
			return "before it, a CHECK that says what the partition's bounds "
				   "say: ADD CONSTRAINT ... NOT VALID, and VALIDATE CONSTRAINT "
				   "in a later revision";
		default:
			return NULL;
	}
}

/* Instead of an ALTER TABLE: of the first action that there is something for. */
static const char *
instead_of_alter(const AlterTableStmt *stmt, Reason reason, const char *text)
{
	ListCell *cell;

	foreach(cell, stmt->cmds)
	{
		const char *other = instead_of_action(
			stmt, lfirst_node(AlterTableCmd, cell), reason, text);

		if (other != NULL)
			return other;
	}
	return NULL;
}

/* Instead of the statement; NULL: that isn't known. */
static const char *
find_instead(const Warning *warning)
{
	const Node *node = warning->node;
	const char *text = warning->text;

	if (warning->reason == CHANGED)
		return "a part of the rows in each statement of an autocommit section";
	switch (nodeTag(node))
	{
		case T_IndexStmt:
			return instead_of_index((const IndexStmt *) node, text);
		case T_DropStmt:
			return instead_of_drop((const DropStmt *) node, text);
		case T_ReindexStmt:
			return instead_of_reindex((const ReindexStmt *) node, text);
		case T_RefreshMatViewStmt:
			return instead_of_refresh(text);
		case T_AlterTableStmt:
			return instead_of_alter((const AlterTableStmt *) node,
									warning->reason, text);
		case T_LockStmt:
			return "leave it to the statements that need it";
		default:
			return NULL;
	}
}

/* ---- saying --------------------------------------------------------------------------------- */

/* What they wait for. */
static const char *
wait_for(const Warning *warning)
{
	switch (warning->reason)
	{
		case REWRITTEN:
			return "while it is rewritten";
		case UNINDEXED:
			return "while its index is dropped, which waits for them";
		case READ:
			return "while it is read as a whole";
		case CHANGED:
			return "for the rows that are changed";
		default:
			return "until the transaction ends";
	}
}

/* Say who waits, and what would be better. */
static const char *
say(const Warning *warning)
{
	const char *instead = find_instead(warning);
	const char *more =
		warning->count > NAMED_MOST
			? psprintf(" and %d more", warning->count - NAMED_MOST)
			: "";

	if (instead != NULL)
		instead = psprintf("; instead: %s", instead);
	else if (warning->table->taken == NoLock &&
			 (!works_through(warning->node) || only_validates(warning->node)))
		instead = psprintf("; instead: in a revision of its own, run by CALL "
						   "migrate.upgrade(), which doesn't hold the %s of %s",
						   migr_pg_lock_word(warning->table->lock),
						   warning->table->since);
	else
		instead = "; no statement does it otherwise";
	return migr_printf(&warning->pg->host.ctx.arena, "%s of %s%s wait %s%s",
					   warning->lock == AccessExclusiveLock
						   ? "readers and writers"
						   : "writers",
					   warning->names.data, more, wait_for(warning), instead);
}

const char *
migr_pg_advise(MigrPg *pg, const char *text)
{
	const struct MigrPgWatch *watch = pg->place->watch;
	Warning warning = {.pg = pg, .node = parse(text), .text = text};

	if (warning.node == NULL)
		return NULL;
	initStringInfo(&warning.names);
	for (int i = 0; i < watch->count; i++)
	{
		const MigrPgTable *table = watch->locked[i];
		Reason reason = find_reason(warning.node, table);

		if (reason != NOBODY && reason >= warning.reason && is_big(table->oid))
			add_table(&warning, table, reason);
	}
	return warning.reason != NOBODY ? say(&warning) : NULL;
}
