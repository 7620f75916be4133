/*
 * copy.c
 *	  COPY ... FROM stdin whose rows stand in the script, as pg_dump writes.
 *
 * The server's own COPY would ask the client for the rows.  This does what
 * DoCopy() does for a table, with the same checks, and gives the rows from
 * the script's text.
 */
#include "postgres.h"

#include "access/table.h"
#include "access/xact.h"
#include "catalog/objectaddress.h"
#include "commands/copy.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "parser/parse_node.h"
#include "parser/parse_relation.h"
#include "tcop/tcopprot.h"
#include "utils/acl.h"
#include "utils/rel.h"
#include "utils/rls.h"

#include "pg/pg.h"

/* What the running COPY hasn't taken yet: its callback has no argument. */
static MigrSpan pending;

/* Give COPY the next bytes. */
static int
next_bytes(void *out, int least, int most)
{
	size_t len = Min(pending.len, (size_t) most);

	memcpy(out, pending.ptr, len);
	pending.ptr += len;
	pending.len -= len;
	return (int) len;
}

CopyStmt *
migr_pg_copy_parse(const char *text)
{
	List *trees;
	CopyStmt *stmt;

	/* look at the text first: most statements aren't worth a parse */
	if (pg_strncasecmp(text, "copy", 4) != 0)
		return NULL;
	trees = pg_parse_query(text);
	if (list_length(trees) != 1)
		return NULL;
	stmt = (CopyStmt *) linitial_node(RawStmt, trees)->stmt;
	if (!IsA(stmt, CopyStmt) || !stmt->is_from || stmt->filename != NULL)
		return NULL;
	return stmt;
}

/* Check the right to insert into a column; whether it exists, COPY will say. */
static void
check_column(Relation rel, int column)
{
	if (column != InvalidAttrNumber &&
		pg_attribute_aclcheck(RelationGetRelid(rel), column, GetUserId(),
							  ACL_INSERT) != ACLCHECK_OK)
		aclcheck_error(ACLCHECK_NO_PRIV,
					   get_relkind_objtype(rel->rd_rel->relkind),
					   RelationGetRelationName(rel));
}

/* Check the right to insert, into the table or into each of the columns. */
static void
check_insert(Relation rel, List *columns)
{
	Oid table = RelationGetRelid(rel);
	ListCell *cell;

	if (pg_class_aclcheck(table, GetUserId(), ACL_INSERT) == ACLCHECK_OK)
		return;
	for (int i = 1; columns == NIL && i <= RelationGetNumberOfAttributes(rel);
		 i++)
	{
		Form_pg_attribute column = TupleDescAttr(RelationGetDescr(rel), i - 1);

		if (!column->attisdropped && !column->attgenerated)
			check_column(rel, i);
	}
	foreach(cell, columns)
		check_column(rel, attnameAttNum(rel, strVal(lfirst(cell)), false));
}

/* Check all that DoCopy() checks. */
static void
check_copy(const CopyStmt *stmt, Relation rel)
{
	check_insert(rel, stmt->attlist);
	if (stmt->whereClause != NULL)
		ereport(
			ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg(
				 "COPY FROM STDIN with WHERE is not supported in a revision")));
	if (check_enable_rls(RelationGetRelid(rel), InvalidOid, false) ==
		RLS_ENABLED)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("COPY FROM not supported with row-level security"),
				 errhint("Use INSERT statements instead.")));
	if (XactReadOnly && !rel->rd_islocaltemp)
		PreventCommandIfReadOnly("COPY FROM");
}

/* The rows are in this encoding, whatever the client's may be. */
static List *
options_of(const CopyStmt *stmt, const char *encoding)
{
	List *options = NIL;
	ListCell *cell;

	foreach(cell, stmt->options)
	{
		DefElem *option = lfirst_node(DefElem, cell);

		if (strcmp(option->defname, "encoding") != 0)
			options = lappend(options, option);
	}
	return lappend(
		options,
		makeDefElem("encoding", (Node *) makeString(pstrdup(encoding)), -1));
}

uint64
migr_pg_copy(const CopyStmt *stmt, const char *text, copy_data_source_cb rows,
			 const char *encoding, void (*begun)(Relation, const CopyStmt *))
{
	Relation rel = table_openrv(stmt->relation, RowExclusiveLock);
	ParseState *pstate = make_parsestate(NULL);
	CopyFromState state;
	uint64 count;

	pstate->p_sourcetext = text;
	check_copy(stmt, rel);
	pstate->p_rtable = NIL;
	(void) addRangeTableEntryForRelation(pstate, rel, RowExclusiveLock, NULL,
										 false, false);
	state = migr_copy_begin(pstate, rel, rows, stmt->attlist,
							options_of(stmt, encoding));
	if (begun != NULL)
		begun(rel, stmt);
	count = CopyFrom(state);
	EndCopyFrom(state);
	free_parsestate(pstate);
	table_close(rel, NoLock);
	return count;
}

void
migr_pg_copy_run(const CopyStmt *stmt, const char *text, MigrSpan data)
{
	pending = data;
	(void) migr_pg_copy(stmt, text, next_bytes, GetDatabaseEncodingName(),
						NULL);
	CommandCounterIncrement();
}
