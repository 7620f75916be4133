/*
 * catalog_plain.c
 *	  What the server's deparsers print of plain indexes and constraints, said from
 *	  the rows of the catalog.
 *
 * Most are plain: columns, and next to nothing about them.  A deparser opens the
 * table and looks all up anew for each one, which would be half of what it costs
 * to read a schema.  The text is the same, letter by letter.  Of what isn't plain
 * there is none: then the deparser is asked.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_opclass.h"
#include "nodes/makefuncs.h"
#include "nodes/plannodes.h"
#include "nodes/value.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "pg/catalog.h"

/* ---- columns ---------------------------------------------------------------------- */

/* The name of a table's column in SQL; NULL: it has no such. */
static const char *
column_name(const MigrCatalog *cat, Oid table, int number)
{
	const MigrObject *column =
		migr_catalog_find(cat, RelationRelationId, table, number);
	const char *name;

	if (column != NULL && column->kind == MIGR_COLUMN)
		return column->sql;
	/* a foreign key may be to a table that isn't read */
	name = number > 0 ? get_attname(table, (AttrNumber) number, true) : NULL;
	return name != NULL ? quote_identifier(name) : NULL;
}

const int16 *
migr_catalog_numbers(const MigrCatalogRow *row, int number, int *count)
{
	bool none;
	Datum datum = heap_getattr(row->tuple, number, row->desc, &none);
	ArrayType *array = none ? NULL : DatumGetArrayTypeP(datum);

	*count = none || ARR_NDIM(array) == 0 ? 0 : ARR_DIMS(array)[0];
	return none ? NULL
				: (const int16 *) ((char *) array + ARR_OVERHEAD_NONULLS(1));
}

const char *
migr_catalog_columns(MigrCatalog *cat, Oid table, const int16 *numbers,
					 int count)
{
	MigrStr names;

	migr_str_init(&names, &cat->ctx->arena);
	for (int i = 0; i < count; i++)
	{
		const char *name = column_name(cat, table, numbers[i]);

		if (name == NULL)
			return NULL;
		if (i > 0)
			migr_str_add(&names, ", ");
		migr_str_add(&names, name);
	}
	return names.data;
}

/* ---- indexes ------------------------------------------------------------------------ */

/* Is an index a b-tree of its own, without options? */
static bool
is_plain_tree(Oid index)
{
	HeapTuple row = SearchSysCache1(RELOID, ObjectIdGetDatum(index));
	Form_pg_class form;
	bool plain;

	if (!HeapTupleIsValid(row))
		return false;
	form = (Form_pg_class) GETSTRUCT(row);
	plain = form->relkind == RELKIND_INDEX && form->relam == BTREE_AM_OID &&
			heap_attisnull(row, Anum_pg_class_reloptions, NULL);
	ReleaseSysCache(row);
	return plain;
}

/* Is it the class by which values of a type are sorted without a word?  One of the
 * server's own, which have no options. */
static bool
is_usual_class(Oid class, Oid type)
{
	TypeCacheEntry *usual = lookup_type_cache(type, TYPECACHE_BTREE_OPFAMILY);
	HeapTuple row = SearchSysCache1(CLAOID, ObjectIdGetDatum(class));
	Form_pg_opclass form;
	bool same;

	if (!HeapTupleIsValid(row))
		return false;
	form = (Form_pg_opclass) GETSTRUCT(row);
	same = form->opcdefault && class < FirstNormalObjectId &&
		   form->opcfamily == usual->btree_opf &&
		   form->opcintype == usual->btree_opintype;
	ReleaseSysCache(row);
	return same;
}

/* Is a column of a table sorted by its type's class, and by its own collation? */
static bool
is_sorted_as_usual(Oid table, int16 number, Oid class, Oid collation)
{
	HeapTuple row =
		SearchSysCache2(ATTNUM, ObjectIdGetDatum(table), Int16GetDatum(number));
	Form_pg_attribute att;
	bool usual;

	if (!HeapTupleIsValid(row))
		return false;
	att = (Form_pg_attribute) GETSTRUCT(row);
	usual = (!OidIsValid(collation) || collation == att->attcollation) &&
			is_usual_class(class, att->atttypid);
	ReleaseSysCache(row);
	return usual;
}

/* One of the vectors of a row of pg_index. */
static Pointer
vector_of(const MigrCatalogRow *row, int number)
{
	bool none;

	return DatumGetPointer(heap_getattr(row->tuple, number, row->desc, &none));
}

const char *
migr_catalog_plain_index(MigrCatalog *cat, const MigrObject *index,
						 const MigrCatalogRow *row, const char **columns)
{
	Form_pg_index form = (Form_pg_index) GETSTRUCT(row->tuple);
	oidvector *classes = (oidvector *) vector_of(row, Anum_pg_index_indclass);
	oidvector *collations =
		(oidvector *) vector_of(row, Anum_pg_index_indcollation);
	int2vector *options =
		(int2vector *) vector_of(row, Anum_pg_index_indoption);

	if (form->indnatts > form->indnkeyatts || migr_nulls_are_same(form) ||
		!heap_attisnull(row->tuple, Anum_pg_index_indpred, row->desc) ||
		!is_plain_tree(form->indexrelid))
		return NULL;
	for (int i = 0; i < form->indnkeyatts; i++)
		if (form->indkey.values[i] <= 0 || options->values[i] != 0 ||
			!is_sorted_as_usual(form->indrelid, form->indkey.values[i],
								classes->values[i], collations->values[i]))
			return NULL;
	*columns = migr_catalog_columns(cat, form->indrelid, form->indkey.values,
									form->indnkeyatts);
	return migr_printf(
		&cat->ctx->arena, "CREATE %sINDEX %s ON %s USING btree (%s)",
		form->indisunique ? "UNIQUE " : "", quote_identifier(index->name),
		index->parent->sql, *columns);
}

/* ---- constraints ---------------------------------------------------------------------- */

/* What a foreign key does when the row that it refers to changes or goes. */
static const char *
action_text(const char *when, char action)
{
	switch (action)
	{
		case FKCONSTR_ACTION_RESTRICT:
			return psprintf(" ON %s RESTRICT", when);
		case FKCONSTR_ACTION_CASCADE:
			return psprintf(" ON %s CASCADE", when);
		case FKCONSTR_ACTION_SETNULL:
			return psprintf(" ON %s SET NULL", when);
		case FKCONSTR_ACTION_SETDEFAULT:
			return psprintf(" ON %s SET DEFAULT", when);
		default:
			return "";
	}
}

/* Is the index of a key one that the key's own words tell all about? */
static bool
is_plain_key(Oid index)
{
	HeapTuple row = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	Form_pg_index form;
	bool plain;

	if (!HeapTupleIsValid(row))
		return false;
	form = (Form_pg_index) GETSTRUCT(row);
	plain = form->indnatts == form->indnkeyatts && !migr_nulls_are_same(form);
	ReleaseSysCache(row);
	return plain && is_plain_tree(index) &&
		   !OidIsValid(get_rel_tablespace(index));
}

/*
 * A deparser's context in which the first columns of a table go by their names.
 * They are said to be those of a list of VALUES: of that the deparser takes the
 * names as they are, where it would open a table.
 */
static List *
make_context(const MigrCatalog *cat, Oid table, int count)
{
	PlannedStmt *plan = makeNode(PlannedStmt);
	RangeTblEntry *entry = makeNode(RangeTblEntry);
	List *names = NIL;

	for (int i = 1; i <= count; i++)
	{
		const MigrObject *column =
			migr_catalog_find(cat, RelationRelationId, table, i);
		const char *name =
			column != NULL && column->kind == MIGR_COLUMN ? column->name : "";

		names = lappend(names, makeString(pstrdup(name)));
	}
	entry->rtekind = RTE_VALUES;
	entry->eref = makeAlias("", names);
	plan->rtable = list_make1(entry);
	return deparse_context_for_plan_tree(plan, list_make1(pstrdup("")));
}

/*
 * A check's text, in memory of its own.  NULL: it is about more than columns, or has
 * a CASE, which has lines of its own where the server prints the constraint.
 */
static const char *
check_text(const MigrCatalog *cat, const MigrCatalogRow *row)
{
	Form_pg_constraint con = (Form_pg_constraint) GETSTRUCT(row->tuple);
	bool none;
	Datum datum =
		heap_getattr(row->tuple, Anum_pg_constraint_conbin, row->desc, &none);
	char *tree = TextDatumGetCString(datum);
	int16 most = 0;
	int count;
	const int16 *numbers =
		migr_catalog_numbers(row, Anum_pg_constraint_conkey, &count);

	for (int i = 0; i < count; i++)
	{
		if (numbers[i] <= 0)
			return NULL;
		most = Max(most, numbers[i]);
	}
	if (strstr(tree, "{CASE") != NULL)
		return NULL;
	return psprintf("CHECK (%s)%s",
					deparse_expression(stringToNode(tree),
									   make_context(cat, con->conrelid, most),
									   false, false),
					con->connoinherit ? " NO INHERIT" : "");
}

/* What can stand behind any constraint. */
static const char *
deferral_text(Form_pg_constraint con)
{
	return con->condeferred		? " DEFERRABLE INITIALLY DEFERRED"
		   : con->condeferrable ? " DEFERRABLE"
								: "";
}

/* A check's text, if it is plain. */
static const char *
plain_check(MigrCatalog *cat, const MigrCatalogRow *row)
{
	MemoryContext old = MemoryContextSwitchTo(cat->pg->scratch);
	const char *text = check_text(cat, row);

	if (text != NULL)
		text = migr_catalog_settle(cat, text);
	MemoryContextSwitchTo(old);
	MemoryContextReset(cat->pg->scratch);
	return text;
}

const char *
migr_catalog_plain_constraint(MigrCatalog *cat, const MigrObject *constraint,
							  const MigrCatalogRow *row)
{
	Form_pg_constraint con = (Form_pg_constraint) GETSTRUCT(row->tuple);
	const char *columns = migr_object_get(constraint, MIGR_CONSTRAINT_COLUMNS);
	const char *target = migr_object_get(constraint, MIGR_CONSTRAINT_TARGET);

	if (migr_says_more(row->tuple, row->desc))
		return NULL;
	if (con->contype == CONSTRAINT_CHECK && OidIsValid(con->conrelid))
		return plain_check(cat, row);
	if (columns == NULL)
		return NULL;
	if (con->contype == CONSTRAINT_FOREIGN && target != NULL)
		return migr_printf(
			&cat->ctx->arena, "FOREIGN KEY (%s) REFERENCES %s%s%s%s%s", columns,
			target,
			con->confmatchtype == FKCONSTR_MATCH_FULL ? " MATCH FULL" : "",
			action_text("UPDATE", con->confupdtype),
			action_text("DELETE", con->confdeltype), deferral_text(con));
	if ((con->contype == CONSTRAINT_PRIMARY ||
		 con->contype == CONSTRAINT_UNIQUE) &&
		is_plain_key(con->conindid))
		return migr_printf(&cat->ctx->arena, "%s (%s)%s",
						   con->contype == CONSTRAINT_PRIMARY ? "PRIMARY KEY"
															  : "UNIQUE",
						   columns, deferral_text(con));
	return NULL;
}
