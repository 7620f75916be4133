/*
 * catalog_depend.c
 *	  What needs what, and what belongs to extensions, out of pg_depend.
 *
 * pg_depend is read once, as it lies there.  What the server made along with an
 * object (an array type, the rule of a view, the index of a constraint) depends
 * on it "internally", and stands for it wherever something depends on that.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_opfamily.h"
#include "utils/builtins.h"
#include "utils/rel.h"

#include "pg/catalog.h"

/* Read all edges. */
static void
read_edges(MigrCatalog *cat)
{
	MigrArena *arena = &cat->ctx->arena;
	Relation rel = table_open(DependRelationId, AccessShareLock);
	SysScanDesc scan =
		systable_beginscan(rel, InvalidOid, false, NULL, 0, NULL);
	HeapTuple row;

	while ((row = systable_getnext(scan)) != NULL)
	{
		Form_pg_depend edge = (Form_pg_depend) GETSTRUCT(row);

		migr_vec_push(arena, &cat->edges, *edge);
		/* what no class has of a family is the family's */
		if (edge->deptype == DEPENDENCY_INTERNAL ||
			edge->refclassid == OperatorFamilyRelationId)
			migr_vec_push(arena, &cat->inner, *edge);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
}

/* Let one stand for another where that is known, and drop what is used up. */
static bool
close_once(MigrCatalog *cat)
{
	int count = cat->inner.count;
	int left = 0;

	for (int i = 0; i < count; i++)
	{
		const FormData_pg_depend *edge = &cat->inner.items[i];

		if (migr_catalog_known(cat, edge->classid, edge->objid))
			continue;
		if (migr_catalog_known(cat, edge->refclassid, edge->refobjid))
			migr_catalog_put(cat, edge->classid, edge->objid, 0,
							 migr_catalog_find(cat, edge->refclassid,
											   edge->refobjid,
											   edge->refobjsubid));
		else
			cat->inner.items[left++] = *edge;
	}
	cat->inner.count = left;
	return left < count;
}

/* That may have something of its own: a range type, its multirange type, an
 * array of those. */
void
migr_catalog_close(MigrCatalog *cat)
{
	while (close_once(cat))
		;
}

#define EXTENSIONS                                                             \
	"SELECT e.oid, e.extname::text, quote_ident(n.nspname), e.extversion"      \
	" FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace"       \
	" ORDER BY e.oid"

/* Does an extension count?  In an EMPTY place only if the model asks for it, or
 * has made it. */
static bool
counts(const MigrPg *pg, const MigrPgExtension *before, const char *name)
{
	if (strcmp(name, "plpgsql") == 0 || strcmp(name, "migrate") == 0)
		return false; /* they are there before anything else */
	return before == NULL || before->wanted || !pg->place->empty;
}

/*
 * Read the extensions; those that don't count are known to be nobody's.  Which
 * version one has is nobody's business either, unless the model changes it.
 */
static void
read_extensions(MigrCatalog *cat)
{
	MigrArena *arena = &cat->ctx->arena;
	MigrRows rows;

	migr_catalog_query(cat, EXTENSIONS, &rows);
	for (int i = 0; i < rows.count; i++)
	{
		Oid oid = migr_catalog_oid(&rows, i, 0);
		const char *name = migr_catalog_text(&rows, i, 1);
		const char *version = migr_catalog_text(&rows, i, 3);
		const MigrPgExtension *before = migr_pg_extension(cat->pg, oid);
		MigrObject *object;

		if (!counts(cat->pg, before, name))
		{
			migr_catalog_put(cat, ExtensionRelationId, oid, 0, NULL);
			continue;
		}
		object = migr_catalog_add(cat, MIGR_EXTENSION, ExtensionRelationId, oid,
								  InvalidOid, name,
								  migr_catalog_quote(cat, name), NULL);
		migr_object_set(object, MIGR_EXTENSION_SCHEMA,
						before != NULL && before->schema != NULL
							? migr_catalog_quote(cat, before->schema)
							: migr_catalog_text(&rows, i, 2));
		if (before != NULL && strcmp(before->version, version) != 0)
			migr_object_set(object, MIGR_EXTENSION_VERSION,
							migr_strdup(arena, quote_literal_cstr(version)));
	}
}

void
migr_catalog_read_members(MigrCatalog *cat)
{
	read_extensions(cat);
	read_edges(cat);
	for (int i = 0; i < cat->edges.count; i++)
	{
		const FormData_pg_depend *edge = &cat->edges.items[i];

		if (edge->deptype == DEPENDENCY_EXTENSION)
			migr_catalog_put(
				cat, edge->classid, edge->objid, 0,
				migr_catalog_find(cat, edge->refclassid, edge->refobjid, 0));
	}
	migr_catalog_close(cat);
}

/* Is one of two objects above the other one? */
static bool
is_above(const MigrObject *upper, const MigrObject *object)
{
	for (; object != NULL; object = object->parent)
	{
		if (object == upper)
			return true;
	}
	return false;
}

/*
 * Is it an edge that tells what something needs?  That an index, or a key, is the
 * part of an upper one says an object of its own, and so it is with the column that
 * a sequence belongs to, which needs the sequence itself; a base type needs the
 * functions that read and write it.  Public is there before anything else.
 */
static bool
tells_need(const FormData_pg_depend *edge, const MigrObject *object,
		   const MigrObject *needed)
{
	const char *type;

	if (edge->deptype == DEPENDENCY_PARTITION_PRI ||
		edge->deptype == DEPENDENCY_PARTITION_SEC)
		return false;
	if (object->kind == MIGR_SEQUENCE && needed->kind == MIGR_COLUMN)
		return false;
	if (needed->kind == MIGR_SCHEMA && strcmp(needed->name, "public") == 0)
		return false;
	type = object->kind == MIGR_FUNCTION && needed->kind == MIGR_OTHER
			   ? migr_object_get(object, MIGR_FUNCTION_OF_TYPE)
			   : NULL;
	if (type != NULL && strcmp(type, needed->sql) == 0)
		return false;
	return !is_above(object, needed);
}

void
migr_catalog_read_needs(MigrCatalog *cat)
{
	for (int i = 0; i < cat->edges.count; i++)
	{
		const FormData_pg_depend *edge = &cat->edges.items[i];
		MigrObject *object =
			migr_catalog_find(cat, edge->classid, edge->objid, edge->objsubid);
		MigrObject *needed = migr_catalog_find(
			cat, edge->refclassid, edge->refobjid, edge->refobjsubid);

		if (object != NULL && needed != NULL &&
			object->kind != MIGR_EXTENSION && tells_need(edge, object, needed))
			migr_object_need(cat->ctx, object, needed);
	}
}
