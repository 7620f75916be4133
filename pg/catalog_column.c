/*
 * catalog_column.c
 *	  The columns of tables, views and composite types, and their defaults.
 *
 * A table's are objects, those of a view are lines of its COLUMNS, and of those of a
 * materialized view there is what is set.  There are more
 * of them than of all else; so they are read out of the catalog's own rows, with
 * no query in between.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/reloptions.h"
#include "access/table.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "pg/catalog.h"

/* ---- what a column has ------------------------------------------------------------ */

/* The word for a column's storage. */
static const char *
storage_word(char storage)
{
	switch (storage)
	{
		case TYPSTORAGE_PLAIN:
			return "PLAIN";
		case TYPSTORAGE_EXTERNAL:
			return "EXTERNAL";
		case TYPSTORAGE_EXTENDED:
			return "EXTENDED";
		case TYPSTORAGE_MAIN:
			return "MAIN";
		default:
			return NULL;
	}
}

/* The word for a column's compression. */
static const char *
compression_word(char compression)
{
	return compression == 'l' ? "lz4" : "pglz";
}

/* Compare two options by name. */
static int
compare_options(const ListCell *a, const ListCell *b)
{
	return strcmp(((const DefElem *) lfirst(a))->defname,
				  ((const DefElem *) lfirst(b))->defname);
}

/* Options as a text: a='1', b='x'; NULL where there are none.  A foreign table's
 * keep their order.  Some releases keep a column's version there, which is nobody's
 * option. */
static const char *
options_text(MigrCatalog *cat, const MigrCatalogRow *row, int number,
			 const char *equals)
{
	bool none;
	Datum datum = heap_getattr(row->tuple, number, row->desc, &none);
	List *options = none ? NIL : untransformRelOptions(datum);
	MigrStr text;
	ListCell *cell;

	if (options == NIL)
		return NULL;
	if (number == Anum_pg_attribute_attoptions)
		list_sort(options, compare_options);
	migr_str_init(&text, &cat->ctx->arena);
	foreach(cell, options)
	{
		const DefElem *option = lfirst_node(DefElem, cell);

		if (strcmp(option->defname, "pg_attver") != 0)
			migr_str_printf(&text, "%s%s%s%s", text.len > 0 ? ", " : "",
							quote_identifier(option->defname), equals,
							quote_literal_cstr(strVal(option->arg)));
	}
	return text.len > 0 ? text.data : NULL;
}

/* The collation of a column, where it isn't its type's. */
static const char *
own_collation(MigrCatalog *cat, Form_pg_attribute att)
{
	return att->attcollation != get_typcollation(att->atttypid)
			   ? migr_catalog_collation(cat, att->attcollation)
			   : NULL;
}

/* Set what a table's column has.  What it is generated from comes with its default:
 * so far there is the word alone. */
static void
set_column(MigrCatalog *cat, MigrObject *column, const MigrCatalogRow *row)
{
	Form_pg_attribute att = (Form_pg_attribute) GETSTRUCT(row->tuple);
	char compression = migr_compression(att);
	int target = migr_statistics_target(row->tuple);

	if (att->attnotnull)
		migr_object_set(column, MIGR_COLUMN_NOT_NULL, "t");
	if (att->attgenerated != '\0')
		migr_object_set(column, MIGR_COLUMN_GENERATED,
						att->attgenerated == 'v' ? "VIRTUAL" : "STORED");
	if (att->attidentity != '\0')
		migr_object_set(column, MIGR_COLUMN_IDENTITY,
						att->attidentity == 'a' ? "ALWAYS" : "BY DEFAULT");
	if (att->attstorage != get_typstorage(att->atttypid))
		migr_object_set(column, MIGR_COLUMN_STORAGE,
						storage_word(att->attstorage));
	if (compression != '\0')
		migr_object_set(column, MIGR_COLUMN_COMPRESSION,
						compression_word(compression));
	if (target >= 0)
		migr_object_set(column, MIGR_COLUMN_STATISTICS,
						migr_printf(&cat->ctx->arena, "%d", target));
	migr_object_set(column, MIGR_COLUMN_OPTIONS,
					options_text(cat, row, Anum_pg_attribute_attoptions, "="));
	migr_object_set(
		column, MIGR_COLUMN_FOREIGN_OPTIONS,
		options_text(cat, row, Anum_pg_attribute_attfdwoptions, " "));
	if (!att->attislocal)
		migr_object_set(column, MIGR_COLUMN_INHERITED, "t");
}

/* ---- columns ----------------------------------------------------------------------- */

/* Add a column of a table, or a composite type's. */
static void
add_column(MigrCatalog *cat, MigrObject *parent, const MigrCatalogRow *row)
{
	Form_pg_attribute att = (Form_pg_attribute) GETSTRUCT(row->tuple);
	bool member = parent->kind == MIGR_COMPOSITE;
	const char *name = migr_strdup(&cat->ctx->arena, NameStr(att->attname));
	const char *quoted = quote_identifier(name);
	MigrObject *column = migr_catalog_add_part(
		cat, member ? MIGR_MEMBER : MIGR_COLUMN, att->attrelid, name,
		quoted == name ? name : migr_strdup(&cat->ctx->arena, quoted), parent);

	migr_catalog_put(cat, RelationRelationId, att->attrelid, att->attnum,
					 column);
	migr_object_set(column, member ? MIGR_MEMBER_TYPE : MIGR_COLUMN_TYPE,
					migr_catalog_type(cat, att->atttypid, att->atttypmod));
	migr_object_set(column,
					member ? MIGR_MEMBER_COLLATION : MIGR_COLUMN_COLLATION,
					own_collation(cat, att));
	if (!member)
		set_column(cat, column, row);
}

/* Add a line for a column of a view. */
static void
add_view_column(MigrCatalog *cat, MigrObject *view, Form_pg_attribute att)
{
	const char *before = migr_object_get(view, MIGR_VIEW_COLUMNS);
	const char *collation = own_collation(cat, att);

	migr_object_set(
		view, MIGR_VIEW_COLUMNS,
		migr_printf(&cat->ctx->arena, "%s%s%s %s%s%s",
					before != NULL ? before : "", before != NULL ? "\n" : "",
					quote_identifier(NameStr(att->attname)),
					migr_catalog_type(cat, att->atttypid, att->atttypmod),
					collation != NULL ? " COLLATE " : "",
					collation != NULL ? collation : ""));
}

/* Add an item to a list that an object has. */
static void
add_item(MigrCatalog *cat, MigrObject *object, MigrAttr attr, const char *item)
{
	const char *before = migr_object_get(object, attr);

	migr_object_set(
		object, attr,
		before == NULL ? item
					   : migr_printf(&cat->ctx->arena, "%s, %s", before, item));
}

/* Add what is set of a column of a materialized view. */
static void
add_settings(MigrCatalog *cat, MigrObject *view, const MigrCatalogRow *row)
{
	Form_pg_attribute att = (Form_pg_attribute) GETSTRUCT(row->tuple);
	MigrArena *arena = &cat->ctx->arena;
	const char *name = quote_identifier(NameStr(att->attname));
	char own = get_typstorage(att->atttypid);
	char compression = migr_compression(att);
	int target = migr_statistics_target(row->tuple);
	const char *options =
		options_text(cat, row, Anum_pg_attribute_attoptions, "=");

	if (att->attstorage != own)
	{
		add_item(cat, view, MIGR_MATVIEW_COLUMNS,
				 migr_printf(arena, "%s STORAGE=%s", name,
							 storage_word(att->attstorage)));
		add_item(cat, view, MIGR_MATVIEW_STORAGES,
				 migr_printf(arena, "%s=%s", name, storage_word(own)));
	}
	if (compression != '\0')
		add_item(cat, view, MIGR_MATVIEW_COLUMNS,
				 migr_printf(arena, "%s COMPRESSION=%s", name,
							 compression_word(compression)));
	if (target >= 0)
		add_item(cat, view, MIGR_MATVIEW_COLUMNS,
				 migr_printf(arena, "%s STATISTICS=%d", name, target));
	if (options != NULL)
		add_item(cat, view, MIGR_MATVIEW_COLUMNS,
				 migr_printf(arena, "%s OPTIONS=(%s)", name, options));
}

/* Read the columns of a relation, in their order. */
static void
read_columns(MigrCatalog *cat, Relation rel, Relation index, Oid relation,
			 MigrObject *object)
{
	MigrCatalogRow row = {.desc = RelationGetDescr(rel)};
	ScanKeyData keys[2];
	SysScanDesc scan;

	ScanKeyInit(&keys[0], Anum_pg_attribute_attrelid, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(relation));
	ScanKeyInit(&keys[1], Anum_pg_attribute_attnum, BTGreaterStrategyNumber,
				F_INT2GT, Int16GetDatum(0));
	scan = systable_beginscan_ordered(rel, index, NULL, lengthof(keys), keys);
	while ((row.tuple = systable_getnext_ordered(scan, ForwardScanDirection)) !=
		   NULL)
	{
		Form_pg_attribute att = (Form_pg_attribute) GETSTRUCT(row.tuple);

		if (att->attisdropped)
			continue;
		if (object->kind == MIGR_VIEW)
			add_view_column(cat, object, att);
		else if (object->kind == MIGR_MATVIEW)
			add_settings(cat, object, &row);
		else
			add_column(cat, object, &row);
	}
	systable_endscan_ordered(scan);
}

/* ---- defaults ---------------------------------------------------------------------- */

/* Set a column's default, or what it is generated from. */
static void
set_default(MigrCatalog *cat, MigrObject *column, const char *expr)
{
	const char *generated = migr_object_get(column, MIGR_COLUMN_GENERATED);

	if (generated == NULL)
		migr_object_set(column, MIGR_COLUMN_DEFAULT, expr);
	else
		migr_object_set(
			column, MIGR_COLUMN_GENERATED,
			migr_printf(&cat->ctx->arena, "(%s) %s", expr, generated));
}

/* Add a view's default to those that it has. */
static void
add_view_default(MigrCatalog *cat, MigrObject *view, Form_pg_attrdef def,
				 const char *expr)
{
	const char *before = migr_object_get(view, MIGR_VIEW_DEFAULTS);

	migr_object_set(
		view, MIGR_VIEW_DEFAULTS,
		migr_printf(
			&cat->ctx->arena, "%s%s%s=%s", before != NULL ? before : "",
			before != NULL ? ", " : "",
			quote_identifier(get_attname(def->adrelid, def->adnum, false)),
			expr));
}

/* Note a column's default.  But for what a column is generated from, none speaks of
 * columns: so the server needn't open the table to print it. */
static void
read_default(MigrCatalog *cat, const MigrCatalogRow *row)
{
	Form_pg_attrdef def = (Form_pg_attrdef) GETSTRUCT(row->tuple);
	MigrObject *object =
		migr_catalog_find(cat, RelationRelationId, def->adrelid, def->adnum);
	bool none;
	Datum tree =
		heap_getattr(row->tuple, Anum_pg_attrdef_adbin, row->desc, &none);
	Oid table = InvalidOid;
	const char *expr;

	if (object == NULL ||
		(object->kind != MIGR_COLUMN && object->kind != MIGR_VIEW))
		return;
	if (object->kind == MIGR_COLUMN &&
		migr_object_get(object, MIGR_COLUMN_GENERATED) != NULL)
		table = def->adrelid;
	expr = migr_catalog_print(cat, pg_get_expr, 2, tree, table);
	migr_catalog_put(cat, AttrDefaultRelationId, def->oid, 0, object);
	if (object->kind == MIGR_VIEW)
		add_view_default(cat, object, def, expr);
	else
		set_default(cat, object, expr);
}

/* ---- tables of a type -------------------------------------------------------------- */

/* The type that a table is OF; NULL: none that is read. */
static MigrObject *
type_of_table(const MigrCatalog *cat, Oid table)
{
	HeapTuple row = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
	Oid type = InvalidOid;

	if (HeapTupleIsValid(row))
	{
		type = ((Form_pg_class) GETSTRUCT(row))->reloftype;
		ReleaseSysCache(row);
	}
	return OidIsValid(type) ? migr_catalog_parent(cat, TypeRelationId, type)
							: NULL;
}

/* Let a table's columns need the members of the type that they come from. */
static void
need_members(MigrCatalog *cat, const MigrObject *table, Oid oid)
{
	MigrObject *type = type_of_table(cat, oid);

	if (type == NULL || type->kind != MIGR_COMPOSITE)
		return;
	migr_object_set(type, MIGR_COMPOSITE_TYPED, "t");
	for (int i = 0; i < table->parts.count; i++)
	{
		MigrObject *column = table->parts.items[i];
		MigrObject *member =
			column->kind == MIGR_COLUMN
				? migr_schema_get(cat->ctx, cat->out, MIGR_MEMBER, type->schema,
								  type, column->name)
				: NULL;

		if (member != NULL)
			migr_object_need(cat->ctx, column, member);
	}
}

void
migr_catalog_read_columns(MigrCatalog *cat)
{
	Relation rel = table_open(AttributeRelationId, AccessShareLock);
	Relation index = index_open(AttributeRelidNumIndexId, AccessShareLock);
	int count = cat->out->objects.count;

	for (int i = 0; i < count; i++)
	{
		MigrObject *object = cat->out->objects.items[i];

		if (object->kind == MIGR_TABLE || object->kind == MIGR_VIEW ||
			object->kind == MIGR_MATVIEW || object->kind == MIGR_COMPOSITE)
			read_columns(cat, rel, index, cat->oids.items[i], object);
	}
	for (int i = 0; i < count; i++)
		if (cat->out->objects.items[i]->kind == MIGR_TABLE &&
			migr_object_get(cat->out->objects.items[i], MIGR_TABLE_OF_TYPE) !=
				NULL)
			need_members(cat, cat->out->objects.items[i], cat->oids.items[i]);
	index_close(index, AccessShareLock);
	table_close(rel, AccessShareLock);
	migr_catalog_scan(cat, AttrDefaultRelationId, AttrDefaultIndexId,
					  read_default);
}
