/*
 * version.c
 *	  The version table: where it is, and whose rights our statements over it
 *	  get.
 *
 * Whoever owns a table decides what runs when somebody writes to it: triggers,
 * rules, constraints, all with the writer's rights.  And a table of this name
 * may stand in the way, in a schema where others may create one.  So what a
 * caller has the rights of, a superuser those of all, is done as the owner;
 * and others' tables have to be of somebody who may store scripts as well,
 * which run with the caller's rights anyway.
 *
 * All is looked at again before each statement, under a lock that lasts to the
 * transaction's end: the table may be another by then.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "parser/scansup.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "pg/pg.h"

/* ---- looking at it ------------------------------------------------------- */

/* What a relation that is no table is. */
static const char *
kind_word(char kind)
{
	switch (kind)
	{
		case RELKIND_VIEW:
			return "a view";
		case RELKIND_MATVIEW:
			return "a materialized view";
		case RELKIND_FOREIGN_TABLE:
			return "a foreign table";
		case RELKIND_SEQUENCE:
			return "a sequence";
		case RELKIND_INDEX:
		case RELKIND_PARTITIONED_INDEX:
			return "an index";
	}
	return "something else";
}

/* Its kind has to be a table's, and its column a text. */
static void
check_kind(Oid table, const char *name)
{
	char kind = get_rel_relkind(table);
	AttrNumber column = get_attnum(table, "version_num");
	Oid type =
		column > 0 ? getBaseType(get_atttype(table, column)) : InvalidOid;

	if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("migrate needs a table \"%s\", which is %s",
							   name, kind_word(kind)),
						errhint("Drop or rename it.")));
	if (type != TEXTOID && type != VARCHAROID && type != BPCHAROID)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("table \"%s\" is no version table: it has no text "
						"column \"version_num\"",
						name)));
}

/* Whose is it? */
static Oid
owner_of(Oid table)
{
	HeapTuple row = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
	Oid owner;

	if (!HeapTupleIsValid(row))
		elog(ERROR, "cache lookup failed for relation %u", table);
	owner = ((Form_pg_class) GETSTRUCT(row))->relowner;
	ReleaseSysCache(row);
	return owner;
}

/* Refuse to write to a table of somebody who may not store scripts. */
static void
check_owner(Oid owner, const char *name)
{
	const char *role;

	if (pg_class_aclcheck(migr_pg_own_table("script"), owner, ACL_INSERT) ==
		ACLCHECK_OK)
		return;
	role = quote_identifier(GetUserNameFromId(owner, false));
	ereport(
		ERROR,
		(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
		 errmsg("version table \"%s\" belongs to %s, who may not store scripts",
				name, role),
		 errdetail("A trigger on it would run with the rights of whoever "
				   "migrates."),
		 errhint("Rename it or give it another owner; or let its owner store "
				 "scripts, too: GRANT INSERT ON migrate.script TO %s;",
				 role)));
}

/* Look at the table, if it is there. */
static void
check(MigrPg *pg, LOCKMODE lock)
{
	const char *name = pg->version->relname;
	Oid table = RangeVarGetRelid(pg->version, lock, true);
	Oid owner;

	pg->version_owner = InvalidOid;
	if (!OidIsValid(table))
		return;
	check_kind(table, name);
	owner = owner_of(table);
	if (owner == GetUserId() || superuser_arg(owner))
		return;
	if (has_privs_of_role(GetUserId(), owner))
		pg->version_owner = owner;
	else if (pg->writes)
		check_owner(owner, name);
}

void
migr_pg_check_table(MigrPg *pg)
{
	check(pg, AccessShareLock);
}

/* ---- finding it ---------------------------------------------------------- */

/*
 * Find table and schema where they would be for the caller.  Not among the
 * temporary tables, which any function that he calls could make.
 */
static void
resolve(MigrPg *pg, const char *name, Oid *table, Oid *schema)
{
	int level = migr_level_open(pg->caller_path, "off");
	List *path = fetch_search_path(false);
	ListCell *cell;

	if (path == NIL)
		ereport(
			ERROR,
			(errcode(ERRCODE_UNDEFINED_SCHEMA),
			 errmsg("no schema has been selected to create \"%s\" in", name),
			 errhint("Set search_path or the setting version_table_schema.")));
	*table = InvalidOid;
	foreach(cell, path)
	{
		*schema = lfirst_oid(cell);
		*table = get_relname_relid(name, *schema);
		if (OidIsValid(*table))
			break;
	}
	if (!OidIsValid(*table))
		*schema = linitial_oid(path);
	AtEOXact_GUC(true, level);
}

bool
migr_pg_locate(MigrHost *host, const char *schema, const char *name,
			   MigrTable *table)
{
	MigrPg *pg = (MigrPg *) host;
	MigrArena *arena = &host->ctx.arena;
	char *own = migr_strdup(arena, name);
	MemoryContext old;
	Oid table_oid;
	Oid schema_oid;

	/* as CREATE TABLE would cut it, or the next call wouldn't find it */
	truncate_identifier(own, strlen(own), false);
	if (schema == NULL)
		resolve(pg, own, &table_oid, &schema_oid);
	else
	{
		schema_oid = LookupExplicitNamespace(schema, false);
		table_oid = get_relname_relid(own, schema_oid);
	}
	old = MemoryContextSwitchTo(pg->memory);
	pg->version = makeRangeVar(get_namespace_name(schema_oid), own, -1);
	MemoryContextSwitchTo(old);
	table->name = name;
	table->qualified = migr_strdup(
		arena, quote_qualified_identifier(pg->version->schemaname, own));
	table->constraint =
		migr_strdup(arena, quote_identifier(makeObjectName(own, NULL, "pkc")));
	table->plain = migr_strdup(
		arena, quote_qualified_identifier(schema, own)); /* NULL: left out */
	table->plain_constraint = table->constraint;
	table->exists = OidIsValid(table_oid);
	if (table->exists)
		check(pg, NoLock);
	return true;
}
