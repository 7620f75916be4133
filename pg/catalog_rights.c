/*
 * catalog_rights.c
 *	  Who owns what, and who may do what with it: only where the scope asks.
 *
 * A grant is what somebody has on an object, if that isn't what an object of its
 * kind gives without a word: to its owner all, to PUBLIC the use of types and
 * the execution of functions.
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "catalog/pg_default_acl.h"
#include "catalog/pg_foreign_server.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "pg/catalog.h"

/* ---- owners -------------------------------------------------------------------- */

#define IN_SCHEMA(column) " JOIN unnest($1::oid[]) n ON " column " = n"

#define OWNED(catalog, schema, owner)                                          \
	" UNION ALL SELECT '" catalog "'::regclass, x.oid, x." owner               \
	" FROM " catalog " x" IN_SCHEMA("x." schema)

#define OWNED_ANYWHERE(catalog, owner)                                         \
	" UNION ALL SELECT '" catalog "'::regclass, oid, " owner " FROM " catalog

/* A multirange type is no object, and may be somebody else's. */
#define OWNERS                                                                                                  \
	"SELECT 'pg_class'::regclass::oid, c.oid, c.relowner"                                                       \
	" FROM pg_class c" IN_SCHEMA(                                                                               \
		"c.relnamespace") " WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')"                                  \
						  " UNION ALL SELECT 'pg_type'::regclass, t.oid, t.typowner"                            \
						  " FROM pg_type t" IN_SCHEMA(                                                          \
							  "t.typnamespace") " LEFT JOIN pg_class c ON c.oid = t.typrelid"                   \
												" LEFT JOIN pg_type e ON e.typarray = t.oid"                    \
												" WHERE t.typtype <> 'm' AND e.oid IS NULL"                     \
												" AND (c.oid IS NULL OR c.relkind = 'c')"                       \
												" UNION ALL SELECT 'pg_namespace'::regclass, s.oid, s.nspowner" \
												" FROM pg_namespace s" IN_SCHEMA("s.oid") OWNED(                \
													"pg_proc", "pronamespace",                                  \
													"proowner") OWNED("pg_collation",                           \
																	  "collnamespace",                          \
																	  "collowner")                              \
													OWNED(                                                      \
														"pg_statistic_ext",                                     \
														"stxnamespace",                                         \
														"stxowner") OWNED("pg_operator",                        \
																		  "oprnamespace",                       \
																		  "oprowner")                           \
														OWNED(                                                  \
															"pg_opclass",                                       \
															"opcnamespace",                                     \
															"opcowner") OWNED("pg_opfamily",                    \
																			  "opfnamespace",                   \
																			  "opfowner")                       \
															OWNED(                                              \
																"pg_conversion",                                \
																"connamespace",                                 \
																"conowner") OWNED("pg_ts_dict",                 \
																				  "dictnamespace",              \
																				  "dictowner")                  \
																OWNED(                                          \
																	"pg_ts_config",                             \
																	"cfgnamespace",                             \
																	"cfgowner")                                 \
																	OWNED_ANYWHERE(                             \
																		"pg_event_trigger",                     \
																		"evtowner")                             \
																		OWNED_ANYWHERE(                         \
																			"pg_publication",                   \
																			"pubowner")                         \
																			OWNED_ANYWHERE(                     \
																				"pg_foreign_data_wrapper",      \
																				"fdwowner")                     \
																				OWNED_ANYWHERE(                 \
																					"pg_foreign_server",        \
																					"srvowner")

/* A role as SQL names it; PUBLIC has no oid. */
static const char *
role_name(MigrCatalog *cat, Oid role)
{
	return OidIsValid(role)
			   ? migr_catalog_quote(cat, GetUserNameFromId(role, false))
			   : "PUBLIC";
}

void
migr_catalog_read_owners(MigrCatalog *cat)
{
	MigrRows rows;

	if (!cat->scope->owners)
		return;
	migr_catalog_query(cat, OWNERS, &rows);
	for (int i = 0; i < rows.count; i++)
	{
		Oid catalog = migr_catalog_oid(&rows, i, 0);
		Oid oid = migr_catalog_oid(&rows, i, 1);
		MigrObject *parent = migr_catalog_find(cat, catalog, oid, 0);
		MigrObject *object;
		const char *on;

		/* a column's sequence has its table's; public came with the database */
		if (parent == NULL || parent->kind == MIGR_COLUMN ||
			parent->kind == MIGR_EXTENSION ||
			(parent->kind == MIGR_SCHEMA &&
			 strcmp(parent->name, "public") == 0))
			continue;
		on = migr_catalog_say(cat, catalog, oid, 0, parent);
		if (migr_schema_get(cat->ctx, cat->out, MIGR_OWNER, parent->schema,
							parent, "owner") != NULL)
			continue; /* a range type's multirange type */
		object =
			migr_catalog_add_part(cat, MIGR_OWNER, oid, "owner", on, parent);
		migr_object_set(object, MIGR_OWNER_ON, on);
		migr_object_set(object, MIGR_OWNER_ROLE,
						role_name(cat, migr_catalog_oid(&rows, i, 2)));
	}
}

/* ---- grants --------------------------------------------------------------------- */

/* The entries of some rows as one for each grantee. */
#define COLLECTED(rows)                                                        \
	"SELECT catalog, oid, grantee,"                                            \
	" string_agg(privilege_type, ', ' ORDER BY privilege_type) AS privileges," \
	" string_agg(privilege_type, ', ' ORDER BY privilege_type)"                \
	"  FILTER (WHERE is_grantable) AS options"                                 \
	" FROM (SELECT catalog, oid, grantee, privilege_type,"                     \
	"  bool_or(is_grantable) is_grantable FROM " rows                          \
	"  GROUP BY 1, 2, 3, 4) e GROUP BY 1, 2, 3"

/* A column's rights are its table's, with the column's name behind the word. */
#define GRANTS                                                                                                                                                                                                  \
	"WITH objects(catalog, oid, kind, owner, rights) AS ("                                                                                                                                                      \
	"SELECT 'pg_class'::regclass::oid, c.oid,"                                                                                                                                                                  \
	" CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::\"char\", c.relowner,"                                                                                                                                     \
	" c.relacl FROM pg_class c" IN_SCHEMA(                                                                                                                                                                      \
		"c.relnamespace") " WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')"                                                                                                                                  \
						  " UNION ALL SELECT 'pg_type'::regclass, t.oid, 'T', t.typowner, t.typacl"                                                                                                             \
						  " FROM pg_type t" IN_SCHEMA(                                                                                                                                                          \
							  "t.typnamespace") " UNION ALL SELECT 'pg_proc'::regclass, p.oid, 'f', p.proowner, p.proacl"                                                                                       \
												" FROM pg_proc p" IN_SCHEMA(                                                                                                                                    \
													"p.pronamespace") " UNION ALL SELECT 'pg_namespace'::regclass, s.oid, 'n', s.nspowner,"                                                                     \
																	  " s.nspacl FROM pg_namespace s" IN_SCHEMA(                                                                                                \
																		  "s.oid") " UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid, 'F',"                                                           \
																				   " fdwowner, fdwacl FROM pg_foreign_data_wrapper"                                                                             \
																				   " UNION ALL SELECT 'pg_foreign_server'::regclass, oid, 'S', srvowner,"                                                       \
																				   " srvacl FROM pg_foreign_server"                                                                                             \
																				   "), entries AS ("                                                                                                            \
																				   "SELECT o.catalog, o.oid, a.grantee, a.privilege_type, a.is_grantable"                                                       \
																				   " FROM objects o, aclexplode(o.rights) a"                                                                                    \
																				   " UNION ALL SELECT 'pg_class'::regclass, a.attrelid, x.grantee,"                                                             \
																				   " x.privilege_type || ' (' || quote_ident(a.attname) || ')',"                                                                \
																				   " x.is_grantable FROM pg_class c" IN_SCHEMA(                                                                                 \
																					   "c.relnamespace") " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"                                          \
																										 " AND NOT a.attisdropped, aclexplode(a.attacl) x"                                                      \
																										 "), held AS (" COLLECTED("entries") "), usual AS (" COLLECTED(                                         \
																											 "(SELECT o.catalog, o.oid, a.grantee, a.privilege_type,"                                           \
																											 " a.is_grantable FROM objects o, aclexplode(acldefault(o.kind, o.owner)) a"                        \
																											 " WHERE o.rights IS NOT NULL) d") ") SELECT catalog, oid, grantee, held.privileges, held.options," \
																																			   " grantee = o.owner"                                             \
																																			   " FROM held FULL JOIN usual USING (catalog, oid, grantee)"       \
																																			   " LEFT JOIN objects o USING (catalog, oid)"                      \
																																			   " WHERE held.privileges IS DISTINCT FROM usual.privileges"       \
																																			   " OR held.options IS DISTINCT FROM usual.options"                \
																																			   " ORDER BY catalog, oid, grantee"

/* What GRANT calls an object: a view is a table to it. */
static const char *
grant_on(MigrCatalog *cat, Oid catalog, Oid oid, const MigrObject *object)
{
	const char *on = migr_catalog_say(cat, catalog, oid, 0, object);

	if (catalog == RelationRelationId && object->kind != MIGR_SEQUENCE &&
		object->kind != MIGR_COLUMN)
		return migr_printf(&cat->ctx->arena, "TABLE %s", object->sql);
	if (object->kind == MIGR_AGGREGATE)
		return migr_printf(&cat->ctx->arena, "FUNCTION %s",
						   migr_catalog_swap(cat, object->sql, "(*)", "()"));
	return catalog == ForeignServerRelationId
			   ? migr_printf(&cat->ctx->arena, "FOREIGN %s", on)
			   : on;
}

void
migr_catalog_read_grants(MigrCatalog *cat)
{
	MigrRows rows;

	if (!cat->scope->grants)
		return;
	migr_catalog_query(cat, GRANTS, &rows);
	for (int i = 0; i < rows.count; i++)
	{
		Oid catalog = migr_catalog_oid(&rows, i, 0);
		Oid oid = migr_catalog_oid(&rows, i, 1);
		MigrObject *parent = migr_catalog_find(cat, catalog, oid, 0);
		const char *to = role_name(cat, migr_catalog_oid(&rows, i, 2));
		MigrObject *object;

		if (parent == NULL || parent->kind == MIGR_EXTENSION)
			continue;
		object = migr_catalog_add_part(cat, MIGR_GRANT, oid, to, to, parent);
		migr_object_set(object, MIGR_GRANT_ON,
						grant_on(cat, catalog, oid, parent));
		migr_object_set(object, MIGR_GRANT_TO, to);
		migr_object_set(object, MIGR_GRANT_PRIVILEGES,
						migr_catalog_text(&rows, i, 3));
		migr_object_set(object, MIGR_GRANT_GRANT_OPTION,
						migr_catalog_text(&rows, i, 4));
		migr_object_set(object, MIGR_GRANT_OWNER,
						migr_catalog_flag(&rows, i, 5));
	}
}

/* ---- default privileges -------------------------------------------------------------- */

/* In a schema they add to what there is, else they take its place. */
#define DEFAULTS                                                                                                    \
	"WITH objects AS (SELECT d.oid AS catalog, d.oid, d.defaclrole,"                                                \
	" d.defaclnamespace, d.defaclobjtype, d.defaclacl,"                                                             \
	" CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype"                                                  \
	"  END::\"char\" kind"                                                                                          \
	" FROM pg_default_acl d WHERE d.defaclnamespace = 0"                                                            \
	" OR d.defaclnamespace = ANY ($1::oid[])"                                                                       \
	"), held AS (" COLLECTED("objects o, aclexplode(o.defaclacl) a") "), usual AS (" COLLECTED(                     \
		"(SELECT o.catalog, o.oid, a.grantee, a.privilege_type,"                                                    \
		" a.is_grantable FROM objects o,"                                                                           \
		" aclexplode(acldefault(o.kind, o.defaclrole)) a"                                                           \
		" WHERE o.defaclnamespace = 0) d") ") SELECT o.oid, o.defaclrole, s.nspname::text,"                         \
										   " CASE o.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES'" \
										   "  WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES'"                      \
										   "  WHEN 'n' THEN 'SCHEMAS' END,"                                         \
										   " grantee, held.privileges, held.options"                                \
										   " FROM held FULL JOIN usual USING (catalog, oid, grantee)"               \
										   " JOIN objects o USING (oid)"                                            \
										   " LEFT JOIN pg_namespace s ON s.oid = o.defaclnamespace"                 \
										   " WHERE held.privileges IS DISTINCT FROM usual.privileges"               \
										   " OR held.options IS DISTINCT FROM usual.options"                        \
										   " ORDER BY o.oid, grantee"

void
migr_catalog_read_default_privileges(MigrCatalog *cat)
{
	MigrArena *arena = &cat->ctx->arena;
	MigrRows rows;

	if (!cat->scope->grants)
		return;
	migr_catalog_query(cat, DEFAULTS, &rows);
	for (int i = 0; i < rows.count; i++)
	{
		const char *schema = migr_catalog_text(&rows, i, 2);
		const char *where;
		const char *name;
		MigrObject *object;
		const char *on = migr_catalog_text(&rows, i, 3);
		const char *to = role_name(cat, migr_catalog_oid(&rows, i, 4));

		if (schema == NULL && !cat->scope->all_schemas)
			continue;
		where =
			migr_printf(arena, "FOR ROLE %s%s%s",
						role_name(cat, migr_catalog_oid(&rows, i, 1)),
						schema != NULL ? " IN SCHEMA " : "",
						schema != NULL ? migr_catalog_quote(cat, schema) : "");
		name = migr_printf(arena, "%s ON %s TO %s", where, on, to);
		object = migr_catalog_add_part(cat, MIGR_DEFAULT_PRIVILEGES,
									   migr_catalog_oid(&rows, i, 0), name,
									   name, NULL);

		migr_object_set(object, MIGR_DEFAULT_PRIVILEGES_WHERE, where);
		migr_object_set(object, MIGR_DEFAULT_PRIVILEGES_ON, on);
		migr_object_set(object, MIGR_DEFAULT_PRIVILEGES_TO, to);
		if (migr_catalog_oid(&rows, i, 1) == GetUserId())
			migr_object_set(object, MIGR_DEFAULT_PRIVILEGES_OURS, "t");
		migr_object_set(object, MIGR_DEFAULT_PRIVILEGES_PRIVILEGES,
						migr_catalog_text(&rows, i, 5));
		migr_object_set(object, MIGR_DEFAULT_PRIVILEGES_GRANT_OPTION,
						migr_catalog_text(&rows, i, 6));
	}
}
