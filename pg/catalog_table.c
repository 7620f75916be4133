/*
 * catalog_table.c
 *	  Tables, views and composite types, and constraints.  Columns are in
 *	  catalog_column.c.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/ruleutils.h"

#include "pg/catalog.h"

/* ---- what has columns ------------------------------------------------------------ */

/* A column of the array of options as a text that stands between parentheses,
 * sorted: a='1', b='x'.  Some releases keep a column's version there, which is
 * nobody's option; most have nothing else. */
#define OPTIONS(array, prefix)                                                 \
	" CASE WHEN array_length(" array ", 1) > 1 OR " array "[1]"                \
	" NOT LIKE 'pg_attver=%' THEN (SELECT string_agg(" prefix                  \
	"quote_ident(substr(o, 1, strpos(o, '=') - 1)) || '=' ||"                  \
	" quote_literal(substr(o, strpos(o, '=') + 1)), ', ' ORDER BY o)"          \
	" FROM unnest(" array ") o WHERE o !~ '^pg_attver=') END"

#define RELATIONS                                                                                                             \
	"SELECT c.oid, c.relnamespace, c.relname::text, c.relkind,"                                                               \
	" c.reltype, c.relpersistence = 'u',"                                                                                     \
	" concat_ws(', '," OPTIONS("c.reloptions", "") "," OPTIONS(                                                               \
		"t.reloptions",                                                                                                       \
		"'toast.' || ") "),"                                                                                                  \
						" quote_ident(s.spcname), a.amname::text,"                                                            \
						" c.relrowsecurity, c.relforcerowsecurity,"                                                           \
						" CASE WHEN c.relkind IN ('r', 'p') THEN"                                                             \
						" CASE c.relreplident WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING'"                                   \
						"  WHEN 'i' THEN (SELECT 'USING INDEX ' || quote_ident(r.relname)"                                    \
						"   FROM pg_index i JOIN pg_class r ON r.oid = i.indexrelid"                                          \
						"   WHERE i.indrelid = c.oid AND i.indisreplident) END END,"                                          \
						" c.reloftype,"                                                                                       \
						" CASE c.relkind WHEN 'f' THEN (SELECT 'SERVER ' || quote_ident(fs.srvname) || coalesce(' OPTIONS ('" \
						"  || (SELECT string_agg(quote_ident(o.option_name) || ' ' ||"                                        \
						"   quote_literal(o.option_value), ', ')"                                                             \
						"   FROM pg_options_to_table(f.ftoptions) o) || ')', '')"                                             \
						"  FROM pg_foreign_table f JOIN pg_foreign_server fs ON fs.oid = f.ftserver"                          \
						"  WHERE f.ftrelid = c.oid) END"                                                                      \
						" FROM pg_class c JOIN unnest($1::oid[]) n ON c.relnamespace = n"                                     \
						" LEFT JOIN pg_class t ON t.oid = c.reltoastrelid"                                                    \
						" LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace"                                               \
						" LEFT JOIN pg_am a ON a.oid = c.relam"                                                               \
						" WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c') ORDER BY c.oid"

enum
{
	REL_OID,
	REL_SCHEMA,
	REL_NAME,
	REL_KIND,
	REL_TYPE,
	REL_UNLOGGED,
	REL_OPTIONS,
	REL_TABLESPACE,
	REL_METHOD,
	REL_ROW_SECURITY,
	REL_FORCE,
	REL_IDENTITY,
	REL_OF_TYPE,
	REL_MODULE
};

/* Nothing for an empty text. */
static const char *
or_null(const char *text)
{
	return text == NULL || *text == '\0' ? NULL : text;
}

/* An access method that isn't what is taken without a word. */
static const char *
method_of(MigrCatalog *cat, const char *name)
{
	const char *usual =
		GetConfigOption("default_table_access_method", false, false);

	return name == NULL || strcmp(name, usual) == 0
			   ? NULL
			   : migr_catalog_quote(cat, name);
}

/* Set what a table has. */
static void
set_table(MigrCatalog *cat, MigrObject *table, const MigrRows *rows, int i)
{
	Oid oid = migr_catalog_oid(rows, i, REL_OID);
	Oid type = migr_catalog_oid(rows, i, REL_OF_TYPE);

	migr_object_set(table, MIGR_TABLE_UNLOGGED,
					migr_catalog_flag(rows, i, REL_UNLOGGED));
	migr_object_set(table, MIGR_TABLE_OPTIONS,
					or_null(migr_catalog_text(rows, i, REL_OPTIONS)));
	migr_object_set(table, MIGR_TABLE_TABLESPACE,
					migr_catalog_text(rows, i, REL_TABLESPACE));
	migr_object_set(table, MIGR_TABLE_METHOD,
					method_of(cat, migr_catalog_text(rows, i, REL_METHOD)));
	if (migr_catalog_number(rows, i, REL_KIND) == RELKIND_PARTITIONED_TABLE)
		migr_object_set(table, MIGR_TABLE_PARTITION_KEY,
						migr_catalog_print(cat, pg_get_partkeydef, 1,
										   ObjectIdGetDatum(oid), 0));
	if (OidIsValid(type))
		migr_object_set(table, MIGR_TABLE_OF_TYPE,
						migr_catalog_type(cat, type, -1));
	migr_object_set(table, MIGR_TABLE_ROW_SECURITY,
					migr_catalog_flag(rows, i, REL_ROW_SECURITY));
	migr_object_set(table, MIGR_TABLE_FORCE_ROW_SECURITY,
					migr_catalog_flag(rows, i, REL_FORCE));
	migr_object_set(table, MIGR_TABLE_REPLICA_IDENTITY,
					migr_catalog_text(rows, i, REL_IDENTITY));
	migr_object_set(table, MIGR_TABLE_MODULE,
					migr_catalog_text(rows, i, REL_MODULE));
}

/* The query of a view, without the blank in front and the semicolon behind. */
static const char *
view_query(MigrCatalog *cat, Oid view)
{
	const char *text =
		migr_catalog_print(cat, pg_get_viewdef, 1, ObjectIdGetDatum(view), 0);
	MigrSpan span = migr_span_trim(migr_span(text));

	if (span.len > 0 && span.ptr[span.len - 1] == ';')
		span.len--;
	return migr_span_dup(&cat->ctx->arena, span);
}

/* Set what a view has, or a materialized one; the columns come later. */
static void
set_view(MigrCatalog *cat, MigrObject *view, const MigrRows *rows, int i)
{
	const char *query = view_query(cat, migr_catalog_oid(rows, i, REL_OID));
	const char *options = or_null(migr_catalog_text(rows, i, REL_OPTIONS));

	if (view->kind == MIGR_VIEW)
	{
		migr_object_set(view, MIGR_VIEW_DEFINITION, query);
		migr_object_set(view, MIGR_VIEW_OPTIONS, options);
		return;
	}
	migr_object_set(view, MIGR_MATVIEW_DEFINITION, query);
	migr_object_set(view, MIGR_MATVIEW_OPTIONS, options);
	migr_object_set(view, MIGR_MATVIEW_TABLESPACE,
					migr_catalog_text(rows, i, REL_TABLESPACE));
	migr_object_set(view, MIGR_MATVIEW_METHOD,
					method_of(cat, migr_catalog_text(rows, i, REL_METHOD)));
}

/* The kind of object that a relation is. */
static MigrKind
kind_of(char relkind)
{
	switch (relkind)
	{
		case RELKIND_VIEW:
			return MIGR_VIEW;
		case RELKIND_MATVIEW:
			return MIGR_MATVIEW;
		case RELKIND_COMPOSITE_TYPE:
			return MIGR_COMPOSITE;
		default:
			return MIGR_TABLE;
	}
}

void
migr_catalog_read_relations(MigrCatalog *cat)
{
	MigrRows rows;

	migr_catalog_query(cat, RELATIONS, &rows);
	for (int i = 0; i < rows.count; i++)
	{
		Oid schema = migr_catalog_oid(&rows, i, REL_SCHEMA);
		const char *name = migr_catalog_text(&rows, i, REL_NAME);
		MigrKind kind = kind_of((char) migr_catalog_number(&rows, i, REL_KIND));
		Oid type = migr_catalog_oid(&rows, i, REL_TYPE);
		MigrObject *object = NULL;

		/* a composite type's relation goes unnamed in pg_depend's 'e' */
		if (kind != MIGR_COMPOSITE ||
			!migr_catalog_known(cat, TypeRelationId, type))
			object = migr_catalog_add(
				cat, kind, RelationRelationId,
				migr_catalog_oid(&rows, i, REL_OID), schema, name,
				migr_catalog_name(cat, schema, name), NULL);
		if (object == NULL)
			continue;
		migr_catalog_put(cat, TypeRelationId, type, 0, object);
		if (kind == MIGR_TABLE)
			set_table(cat, object, &rows, i);
		else if (kind != MIGR_COMPOSITE)
			set_view(cat, object, &rows, i);
	}
}

/* ---- constraints ------------------------------------------------------------------------ */

/* The names of those whose numbers are in a column of the row, joined by ", ". */
static const char *
column_names(MigrCatalog *cat, Oid table, const MigrCatalogRow *row, int number)
{
	int count;
	const int16 *numbers = migr_catalog_numbers(row, number, &count);

	/* a check may be about more, and about the table's whole row */
	return count == 0 || count > INDEX_MAX_KEYS || !OidIsValid(table)
			   ? NULL
			   : migr_catalog_columns(cat, table, numbers, count);
}

/*
 * A constraint's definition.  What its index has to say comes with the whole
 * command alone.
 */
static const char *
constraint_text(MigrCatalog *cat, Oid oid, Oid table, const char *name,
				bool has_index)
{
	static const char not_valid[] = " NOT VALID";
	MigrArena *arena = &cat->ctx->arena;
	MemoryContext old;
	const char *text;
	size_t len;

	if (has_index)
	{
		old = MemoryContextSwitchTo(cat->pg->scratch);
		text = migr_catalog_swap_head(
			cat, migr_catalog_settle(cat, pg_get_constraintdef_command(oid)),
			psprintf("ALTER TABLE %s ADD CONSTRAINT %s ",
					 migr_catalog_full(cat, get_rel_namespace(table),
									   get_rel_name(table)),
					 quote_identifier(name)),
			"");
		MemoryContextSwitchTo(old);
		MemoryContextReset(cat->pg->scratch);
		return text;
	}
	text = migr_catalog_print(cat, pg_get_constraintdef, 1,
							  ObjectIdGetDatum(oid), 0);
	len = strlen(text);
	if (len > strlen(not_valid) &&
		strcmp(text + len - strlen(not_valid), not_valid) == 0)
		return migr_strndup(arena, text, len - strlen(not_valid));
	return text;
}

/* Is it by this index that its table is clustered? */
static bool
is_clustered(Oid index)
{
	HeapTuple row = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	bool clustered = HeapTupleIsValid(row) &&
					 ((Form_pg_index) GETSTRUCT(row))->indisclustered;

	if (HeapTupleIsValid(row))
		ReleaseSysCache(row);
	return clustered;
}

/* Set what a constraint has. */
static void
set_constraint(MigrCatalog *cat, MigrObject *constraint,
			   const MigrCatalogRow *row)
{
	Form_pg_constraint con = (Form_pg_constraint) GETSTRUCT(row->tuple);
	bool has_index = strchr("pux", con->contype) != NULL;
	MigrArena *arena = &cat->ctx->arena;
	const char *text;

	migr_object_set(constraint, MIGR_CONSTRAINT_TYPE,
					migr_strndup(arena, &con->contype, 1));
	if (!con->convalidated)
		migr_object_set(constraint, MIGR_CONSTRAINT_NOT_VALID, "t");
	if (!con->conislocal)
		migr_object_set(constraint, MIGR_CONSTRAINT_INHERITED, "t");
	migr_object_set(
		constraint, MIGR_CONSTRAINT_COLUMNS,
		column_names(cat, con->conrelid, row, Anum_pg_constraint_conkey));
	if (has_index && is_clustered(con->conindid))
		migr_object_set(constraint, MIGR_CONSTRAINT_CLUSTERED, "t");
	if (OidIsValid(con->confrelid))
		migr_object_set(constraint, MIGR_CONSTRAINT_TARGET,
						migr_printf(arena, "%s(%s)",
									migr_catalog_relation(cat, con->confrelid),
									column_names(cat, con->confrelid, row,
												 Anum_pg_constraint_confkey)));
	text = migr_catalog_plain_constraint(cat, constraint, row);
	if (text == NULL)
		text = constraint_text(cat, con->oid, con->conrelid, constraint->name,
							   has_index);
	migr_object_set(constraint, MIGR_CONSTRAINT_DEFINITION, text);
}

/* Add a constraint.  A foreign key that a partition has from its parent is a part
 * of that one. */
static void
add_constraint(MigrCatalog *cat, const MigrCatalogRow *row)
{
	Form_pg_constraint con = (Form_pg_constraint) GETSTRUCT(row->tuple);
	MigrObject *parent =
		OidIsValid(con->conrelid)
			? migr_catalog_parent(cat, RelationRelationId, con->conrelid)
			: migr_catalog_parent(cat, TypeRelationId, con->contypid);
	MigrObject *constraint;
	const char *name;

	if (parent == NULL || strchr("cpuxf", con->contype) == NULL ||
		(con->contype == CONSTRAINT_FOREIGN && OidIsValid(con->conparentid)))
		return;
	name = migr_strdup(&cat->ctx->arena, NameStr(con->conname));
	constraint = migr_catalog_add(cat, MIGR_CONSTRAINT, ConstraintRelationId,
								  con->oid, InvalidOid, name,
								  migr_catalog_quote(cat, name), parent);
	if (constraint == NULL)
		return;
	if (con->contype != CONSTRAINT_FOREIGN && OidIsValid(con->conindid))
		migr_catalog_put(cat, RelationRelationId, con->conindid, 0, constraint);
	set_constraint(cat, constraint, row);
}

void
migr_catalog_read_constraints(MigrCatalog *cat)
{
	migr_catalog_scan(cat, ConstraintRelationId, ConstraintOidIndexId,
					  add_constraint);
}
