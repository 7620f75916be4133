/*
 * catalog_say.c
 *	  What is said of other objects: comments.
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/formatting.h"
#include "utils/lsyscache.h"

#include "pg/catalog.h"

/* ---- naming objects ------------------------------------------------------------- */

/* The words for a kind in capitals. */
static const char *
kind_words(const MigrObject *object)
{
	switch (object->kind)
	{
		case MIGR_TABLE:
			return migr_object_get(object, MIGR_TABLE_MODULE) != NULL
					   ? "FOREIGN TABLE"
					   : "TABLE";
		case MIGR_VIEW:
			return "VIEW";
		case MIGR_MATVIEW:
			return "MATERIALIZED VIEW";
		case MIGR_SEQUENCE:
			return "SEQUENCE";
		case MIGR_INDEX:
			return "INDEX";
		case MIGR_STATISTICS:
			return "STATISTICS";
		case MIGR_DOMAIN:
			return "DOMAIN";
		case MIGR_ENUM:
		case MIGR_RANGE:
		case MIGR_COMPOSITE:
			return "TYPE";
		case MIGR_FUNCTION:
			return "FUNCTION";
		case MIGR_PROCEDURE:
			return "PROCEDURE";
		case MIGR_AGGREGATE:
			return "AGGREGATE";
		case MIGR_COLLATION:
			return "COLLATION";
		case MIGR_SCHEMA:
			return "SCHEMA";
		case MIGR_EXTENSION:
			return "EXTENSION";
		case MIGR_EVENT_TRIGGER:
			return "EVENT TRIGGER";
		case MIGR_PUBLICATION:
			return "PUBLICATION";
		case MIGR_CONSTRAINT:
			return "CONSTRAINT";
		case MIGR_TRIGGER:
			return "TRIGGER";
		case MIGR_RULE:
			return "RULE";
		case MIGR_POLICY:
			return "POLICY";
		case MIGR_OTHER:
			return asc_toupper(
				migr_object_get(object, MIGR_OTHER_WORD),
				strlen(migr_object_get(object, MIGR_OTHER_WORD)));
		default:
			return NULL;
	}
}

/* Name a column, whatever it is a column of. */
static const char *
say_column(MigrCatalog *cat, Oid relation, int number)
{
	return migr_printf(
		&cat->ctx->arena, "COLUMN %s.%s", migr_catalog_relation(cat, relation),
		quote_identifier(get_attname(relation, (AttrNumber) number, false)));
}

/*
 * Name what an address is, as COMMENT, ALTER and GRANT do.  An index may belong
 * to a constraint, and a sequence to a column.
 */
const char *
migr_catalog_say(MigrCatalog *cat, Oid catalog, Oid oid, int sub,
				 const MigrObject *object)
{
	MigrArena *arena = &cat->ctx->arena;
	const char *on = "";

	if (catalog == RelationRelationId && sub != 0)
		return say_column(cat, oid, sub);
	if (catalog == RelationRelationId &&
		(object->kind == MIGR_CONSTRAINT || object->kind == MIGR_COLUMN))
		return migr_printf(arena, "%s %s",
						   object->kind == MIGR_COLUMN ? "SEQUENCE" : "INDEX",
						   migr_catalog_relation(cat, oid));
	if (catalog == TypeRelationId && object->kind == MIGR_TABLE)
		return migr_printf(arena, "TYPE %s", object->sql);
	if (object->kind == MIGR_CONSTRAINT || object->kind == MIGR_TRIGGER ||
		object->kind == MIGR_RULE || object->kind == MIGR_POLICY)
		on = object->parent->kind == MIGR_DOMAIN ? " ON DOMAIN " : " ON ";
	return migr_printf(arena, "%s %s%s%s", kind_words(object), object->sql, on,
					   *on != '\0' ? object->parent->sql : "");
}

/* ---- comments ---------------------------------------------------------------------- */

/* The comment that an extension comes with says nothing about it. */
#define OWN_COMMENT                                                            \
	"SELECT a.comment FROM pg_available_extensions() a"                        \
	" JOIN pg_extension e ON e.extname = a.name WHERE e.oid = $1"

/* Has an extension a comment that isn't its own?  That is noted. */
static bool
is_commented(MigrCatalog *cat, MigrObject *object, Oid extension,
			 const char *comment)
{
	MigrValue args[] = {migr_int_value(extension)};
	int level = migr_level_open(MIGR_SAFE_PATH, "off");
	const char *own;
	MigrRows rows;

	migr_pg_select(cat->pg, OWN_COMMENT, args, 1, &rows);
	AtEOXact_GUC(false, level);
	own = rows.count > 0 ? migr_catalog_text(&rows, 0, 0) : NULL;
	if (own != NULL && strcmp(own, comment) == 0)
		return false;
	if (own != NULL)
		migr_object_set(object, MIGR_EXTENSION_COMMENT,
						migr_strdup(&cat->ctx->arena, quote_literal_cstr(own)));
	return true;
}

/* What every database says of its schema public. */
#define PUBLIC_COMMENT "standard public schema"

/* Those that came with the database say nothing about it. */
#define COMMENTS                                                               \
	"SELECT classoid, objoid, objsubid, description FROM pg_description"       \
	" WHERE objoid >= 16384 OR (classoid = 'pg_namespace'::regclass"           \
	"  AND objoid = 2200) ORDER BY classoid, objoid, objsubid"

void
migr_catalog_read_comments(MigrCatalog *cat)
{
	MigrRows rows;

	migr_catalog_query(cat, COMMENTS, &rows);
	for (int i = 0; i < rows.count; i++)
	{
		Oid catalog = migr_catalog_oid(&rows, i, 0);
		Oid oid = migr_catalog_oid(&rows, i, 1);
		int sub = (int) migr_catalog_number(&rows, i, 2);
		MigrObject *parent = migr_catalog_find(cat, catalog, oid, sub);
		MigrObject *object;
		const char *on;

		/* those of an extension's members come with it */
		if (parent == NULL ||
			(parent->kind == MIGR_EXTENSION &&
			 (catalog != ExtensionRelationId ||
			  !is_commented(cat, parent, oid, migr_catalog_text(&rows, i, 3)))))
			continue;
		if (parent->kind == MIGR_SCHEMA &&
			strcmp(migr_catalog_text(&rows, i, 3), PUBLIC_COMMENT) == 0)
			continue;
		on = migr_catalog_say(cat, catalog, oid, sub, parent);
		object = migr_catalog_add_part(cat, MIGR_COMMENT, oid, on, on, parent);
		migr_object_set(object, MIGR_COMMENT_ON, on);
		migr_object_set(
			object, MIGR_COMMENT_TEXT,
			migr_strdup(&cat->ctx->arena,
						quote_literal_cstr(migr_catalog_text(&rows, i, 3))));
	}
}
