/*
 * catalog_type.c
 *	  Types but for composite ones, which have columns; and collations.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_am.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/ruleutils.h"

#include "pg/catalog.h"

/* ---- types -------------------------------------------------------------------- */

/* Those that are made by themselves: no arrays, no rows of tables. */
#define TYPES                                                                  \
	"SELECT t.oid, t.typnamespace, t.typname::text, t.typtype,"                \
	" t.typbasetype, t.typtypmod,"                                             \
	" CASE WHEN t.typcollation <> b.typcollation THEN t.typcollation END,"     \
	" t.typnotnull, t.typdefaultbin::text,"                                    \
	" (SELECT coalesce(string_agg(quote_literal(e.enumlabel), ', '"            \
	"  ORDER BY e.enumsortorder), '') FROM pg_enum e"                          \
	"  WHERE e.enumtypid = t.oid),"                                            \
	" r.rngsubtype, r.rngsubopc,"                                              \
	" CASE WHEN r.rngcollation <> s.typcollation THEN r.rngcollation END,"     \
	" r.rngcanonical::oid, r.rngsubdiff::oid, " MIGR_MULTIRANGE                \
	" FROM pg_type t JOIN unnest($1::oid[]) n ON t.typnamespace = n"           \
	" LEFT JOIN pg_type b ON b.oid = t.typbasetype"                            \
	" LEFT JOIN pg_range r ON r.rngtypid = t.oid"                              \
	" LEFT JOIN pg_type s ON s.oid = r.rngsubtype"                             \
	" WHERE t.typtype IN ('e', 'd', 'r') ORDER BY t.oid"

enum
{
	TYP_OID,
	TYP_SCHEMA,
	TYP_NAME,
	TYP_KIND,
	TYP_BASE,
	TYP_TYPMOD,
	TYP_COLLATION,
	TYP_NOT_NULL,
	TYP_DEFAULT,
	TYP_LABELS,
	TYP_SUBTYPE,
	TYP_OPCLASS,
	TYP_SUBTYPE_COLLATION,
	TYP_CANONICAL,
	TYP_DIFFERENCE,
	TYP_MULTIRANGE
};

/* Set what a domain has. */
static void
set_domain(MigrCatalog *cat, MigrObject *domain, const MigrRows *rows, int i)
{
	migr_object_set(
		domain, MIGR_DOMAIN_TYPE,
		migr_catalog_type(cat, migr_catalog_oid(rows, i, TYP_BASE),
						  (int) migr_catalog_number(rows, i, TYP_TYPMOD)));
	migr_object_set(
		domain, MIGR_DOMAIN_COLLATION,
		migr_catalog_collation(cat, migr_catalog_oid(rows, i, TYP_COLLATION)));
	migr_object_set(domain, MIGR_DOMAIN_DEFAULT,
					migr_catalog_expr(cat,
									  migr_catalog_text(rows, i, TYP_DEFAULT),
									  InvalidOid));
	migr_object_set(domain, MIGR_DOMAIN_NOT_NULL,
					migr_catalog_flag(rows, i, TYP_NOT_NULL));
}

/* A function by its name alone. */
static const char *
function_name(Oid function)
{
	return DatumGetCString(
		DirectFunctionCall1(regprocout, ObjectIdGetDatum(function)));
}

/* Set what a range type has. */
static void
set_range(MigrCatalog *cat, MigrObject *range, const MigrRows *rows, int i)
{
	Oid subtype = migr_catalog_oid(rows, i, TYP_SUBTYPE);
	Oid opclass = migr_catalog_oid(rows, i, TYP_OPCLASS);
	Oid collation = migr_catalog_oid(rows, i, TYP_SUBTYPE_COLLATION);
	Oid canonical = migr_catalog_oid(rows, i, TYP_CANONICAL);
	Oid difference = migr_catalog_oid(rows, i, TYP_DIFFERENCE);
	Oid multirange = migr_catalog_oid(rows, i, TYP_MULTIRANGE);
	MigrStr text;

	migr_str_init(&text, &cat->ctx->arena);
	migr_str_printf(&text, "CREATE TYPE %s AS RANGE (SUBTYPE = %s", range->sql,
					format_type_be(subtype));
	if (opclass != GetDefaultOpClass(subtype, BTREE_AM_OID))
		migr_str_printf(&text, ", SUBTYPE_OPCLASS = %s",
						generate_opclass_name(opclass));
	if (OidIsValid(collation))
		migr_str_printf(&text, ", COLLATION = %s",
						generate_collation_name(collation));
	if (OidIsValid(canonical))
		migr_str_printf(&text, ", CANONICAL = %s", function_name(canonical));
	if (OidIsValid(difference))
		migr_str_printf(&text, ", SUBTYPE_DIFF = %s",
						function_name(difference));
	if (OidIsValid(multirange))
		migr_str_printf(&text, ", MULTIRANGE_TYPE_NAME = %s",
						format_type_be(multirange));
	migr_str_add(&text, ")");
	migr_object_set(range, MIGR_RANGE_DEFINITION, text.data);
	migr_object_set(range, MIGR_RANGE_SUBTYPE,
					migr_catalog_type(cat, subtype, -1));
	if (OidIsValid(multirange))
		migr_object_set(range, MIGR_RANGE_MULTIRANGE,
						migr_catalog_type(cat, multirange, -1));
}

void
migr_catalog_read_types(MigrCatalog *cat)
{
	MigrRows rows;

	migr_catalog_query(cat, TYPES, &rows);
	for (int i = 0; i < rows.count; i++)
	{
		char kind = (char) migr_catalog_number(&rows, i, TYP_KIND);
		Oid schema = migr_catalog_oid(&rows, i, TYP_SCHEMA);
		const char *name = migr_catalog_text(&rows, i, TYP_NAME);
		MigrObject *type = migr_catalog_add(
			cat,
			kind == TYPTYPE_ENUM	 ? MIGR_ENUM
			: kind == TYPTYPE_DOMAIN ? MIGR_DOMAIN
									 : MIGR_RANGE,
			TypeRelationId, migr_catalog_oid(&rows, i, TYP_OID), schema, name,
			migr_catalog_name(cat, schema, name), NULL);

		if (type == NULL)
			continue;
		if (kind == TYPTYPE_ENUM)
			migr_object_set(type, MIGR_ENUM_LABELS,
							migr_catalog_text(&rows, i, TYP_LABELS));
		else if (kind == TYPTYPE_DOMAIN)
			set_domain(cat, type, &rows, i);
		else
			set_range(cat, type, &rows, i);
	}
}

/* ---- collations ------------------------------------------------------------------ */

#define COLLATIONS                                                             \
	"SELECT c.oid, c.collnamespace, c.collname::text, c.collprovider,"         \
	" c.collisdeterministic, c.collcollate::text, c.collctype::text,"          \
	" " MIGR_COLLLOCALE ", " MIGR_COLLRULES                                    \
	" FROM pg_collation c JOIN unnest($1::oid[]) n ON c.collnamespace = n"     \
	" ORDER BY c.oid"

enum
{
	COL_OID,
	COL_SCHEMA,
	COL_NAME,
	COL_PROVIDER,
	COL_DETERMINISTIC,
	COL_COLLATE,
	COL_CTYPE,
	COL_LOCALE,
	COL_RULES
};

/* The statement that makes a collation. */
static const char *
collation_text(MigrCatalog *cat, const char *sql, const MigrRows *rows, int i)
{
	char provider = (char) migr_catalog_number(rows, i, COL_PROVIDER);
	const char *collate = migr_catalog_text(rows, i, COL_COLLATE);
	const char *ctype = migr_catalog_text(rows, i, COL_CTYPE);
	const char *locale = migr_catalog_text(rows, i, COL_LOCALE);
	const char *rules = migr_catalog_text(rows, i, COL_RULES);
	MigrStr text;

	if (locale == NULL && collate != NULL && ctype != NULL &&
		strcmp(collate, ctype) == 0)
		locale = collate;
	migr_str_init(&text, &cat->ctx->arena);
	migr_str_printf(&text, "CREATE COLLATION %s (PROVIDER = %s", sql,
					provider == COLLPROVIDER_ICU	? "icu"
					: provider == COLLPROVIDER_LIBC ? "libc"
													: "builtin");
	if (locale != NULL)
		migr_str_printf(&text, ", LOCALE = %s", quote_literal_cstr(locale));
	else if (collate != NULL && ctype != NULL)
		migr_str_printf(&text, ", LC_COLLATE = %s, LC_CTYPE = %s",
						quote_literal_cstr(collate), quote_literal_cstr(ctype));
	if (migr_catalog_number(rows, i, COL_DETERMINISTIC) == 0)
		migr_str_add(&text, ", DETERMINISTIC = false");
	if (rules != NULL)
		migr_str_printf(&text, ", RULES = %s", quote_literal_cstr(rules));
	migr_str_add(&text, ")");
	return text.data;
}

void
migr_catalog_read_collations(MigrCatalog *cat)
{
	MigrRows rows;

	migr_catalog_query(cat, COLLATIONS, &rows);
	for (int i = 0; i < rows.count; i++)
	{
		Oid schema = migr_catalog_oid(&rows, i, COL_SCHEMA);
		const char *name = migr_catalog_text(&rows, i, COL_NAME);
		MigrObject *object =
			migr_catalog_add(cat, MIGR_COLLATION, CollationRelationId,
							 migr_catalog_oid(&rows, i, COL_OID), schema, name,
							 migr_catalog_name(cat, schema, name), NULL);

		if (object != NULL)
			migr_object_set(object, MIGR_COLLATION_DEFINITION,
							collation_text(cat, object->sql, &rows, i));
	}
}
