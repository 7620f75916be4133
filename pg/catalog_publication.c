/*
 * catalog_publication.c
 *	  Publications, which are in no schema: only where the scope asks.
 */
#include "postgres.h"

#include "catalog/pg_publication.h"
#include "catalog/pg_publication_rel.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "pg/catalog.h"

/* ---- what is published ------------------------------------------------------------ */

/* Tables, in the order of their names. */
#define PUBLISHED                                                              \
	"SELECT r.prpubid, r.oid, r.prrelid, " MIGR_PUBLISHED_COLUMNS              \
	", " MIGR_PUBLISHED_WHERE ""                                               \
	" FROM pg_publication_rel r JOIN pg_class c ON c.oid = r.prrelid"          \
	" JOIN pg_namespace s ON s.oid = c.relnamespace"                           \
	" ORDER BY s.nspname, c.relname"

/* Add a table to a list. */
static const char *
with_table(MigrCatalog *cat, const char *list, const MigrRows *rows, int i)
{
	Oid table = migr_catalog_oid(rows, i, 2);
	const char *columns = migr_catalog_text(rows, i, 3);
	const char *where =
		migr_catalog_expr(cat, migr_catalog_text(rows, i, 4), table);

	return migr_printf(
		&cat->ctx->arena, "%s%s%s%s%s%s%s%s%s", list,
		*list != '\0' ? ", " : "TABLE ", migr_catalog_relation(cat, table),
		columns != NULL ? " (" : "", columns != NULL ? columns : "",
		columns != NULL ? ")" : "", where != NULL ? " WHERE (" : "",
		where != NULL ? where : "", where != NULL ? ")" : "");
}

/* Collect the tables of each publication; the definition is what they are, up to
 * then. */
static void
read_tables(MigrCatalog *cat)
{
	MigrRows rows;

	migr_catalog_query(cat, PUBLISHED, &rows);
	for (int i = 0; i < rows.count; i++)
	{
		MigrObject *object = migr_catalog_find(
			cat, PublicationRelationId, migr_catalog_oid(&rows, i, 0), 0);

		if (object == NULL || object->kind != MIGR_PUBLICATION)
			continue;
		migr_catalog_put(cat, PublicationRelRelationId,
						 migr_catalog_oid(&rows, i, 1), 0, object);
		migr_object_set(
			object, MIGR_PUBLICATION_DEFINITION,
			with_table(cat,
					   migr_object_get(object, MIGR_PUBLICATION_DEFINITION),
					   &rows, i));
	}
}

/* ---- publications -------------------------------------------------------------------- */

#define PUBLICATIONS                                                                        \
	"SELECT p.oid, p.pubname::text, p.puballtables,"                                        \
	" concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END,"                             \
	"  CASE WHEN p.pubupdate THEN 'update' END,"                                            \
	"  CASE WHEN p.pubdelete THEN 'delete' END,"                                            \
	"  CASE WHEN p.pubtruncate THEN 'truncate' END), p.pubviaroot, " MIGR_PUBLISHED_SCHEMAS \
	" FROM pg_publication p WHERE p.pubname !~ '^" MIGR_ASIDE "'"                           \
	" ORDER BY p.oid"

enum
{
	PUB_OID,
	PUB_NAME,
	PUB_ALL,
	PUB_ACTIONS,
	PUB_ROOT,
	PUB_SCHEMAS
};

/* Make the statement out of what has been collected. */
static void
set_publication(MigrCatalog *cat, const MigrRows *rows, int i)
{
	MigrObject *object = migr_catalog_find(
		cat, PublicationRelationId, migr_catalog_oid(rows, i, PUB_OID), 0);
	const char *actions = migr_catalog_text(rows, i, PUB_ACTIONS);
	const char *schemas = migr_catalog_text(rows, i, PUB_SCHEMAS);
	bool every = strcmp(actions, "insert, update, delete, truncate") == 0;
	bool root = migr_catalog_number(rows, i, PUB_ROOT) != 0;
	const char *tables;
	MigrStr text;

	if (object == NULL || object->kind != MIGR_PUBLICATION)
		return;
	tables = migr_object_get(object, MIGR_PUBLICATION_DEFINITION);
	migr_str_init(&text, &cat->ctx->arena);
	migr_str_printf(&text, "CREATE PUBLICATION %s", object->sql);
	if (migr_catalog_number(rows, i, PUB_ALL) != 0)
		migr_str_add(&text, " FOR ALL TABLES");
	else if (*tables != '\0' || schemas != NULL)
		migr_str_printf(&text, " FOR %s%s%s%s", tables,
						*tables != '\0' && schemas != NULL ? ", " : "",
						schemas != NULL ? "TABLES IN SCHEMA " : "",
						schemas != NULL ? schemas : "");
	if (!every || root)
		migr_str_add(&text, " WITH (");
	if (!every)
		migr_str_printf(&text, "publish = '%s'", actions);
	if (root)
		migr_str_printf(&text, "%spublish_via_partition_root = true",
						every ? "" : ", ");
	if (!every || root)
		migr_str_add(&text, ")");
	migr_object_set(object, MIGR_PUBLICATION_DEFINITION, text.data);
}

void
migr_catalog_read_publications(MigrCatalog *cat)
{
	MigrRows rows;

	if (!cat->scope->publications)
		return;
	migr_catalog_query(cat, PUBLICATIONS, &rows);
	for (int i = 0; i < rows.count; i++)
	{
		const char *name = migr_catalog_text(&rows, i, PUB_NAME);
		MigrObject *object =
			migr_catalog_add(cat, MIGR_PUBLICATION, PublicationRelationId,
							 migr_catalog_oid(&rows, i, PUB_OID), InvalidOid,
							 name, migr_catalog_quote(cat, name), NULL);

		if (object != NULL)
			migr_object_set(object, MIGR_PUBLICATION_DEFINITION, "");
	}
	read_tables(cat);
	for (int i = 0; i < rows.count; i++)
		set_publication(cat, &rows, i);
}
