/*
 * kept.c
 *	  What the facts of a model depend on besides its text, and whether they can be
 *	  kept.
 *
 * Who builds the model, with which settings, and all of the database that isn't
 * set aside meanwhile: what is in no schema, and what is in schemas that aren't
 * compared.  Of a row it is enough to know who wrote it: so many rows, the sum of
 * their oids and that of their xmin are the same only if nothing has changed.
 */
#include "postgres.h"

#include "access/transam.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/namespace.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"

#include "pg/catalog.h"

/* ---- settings ---------------------------------------------------------------------- */

/* Those that say how a statement is read, or what it makes; one that a version of
 * the server hasn't is passed over. */
static const char *const settings[] = {
	"server_version_num",
	"DateStyle",
	"IntervalStyle",
	"TimeZone",
	"allow_in_place_tablespaces",
	"allow_system_table_mods",
	"array_nulls",
	"backslash_quote",
	"check_function_bodies",
	"createrole_self_grant",
	"default_table_access_method",
	"default_tablespace",
	"default_text_search_config",
	"default_toast_compression",
	"dynamic_library_path",
	"event_triggers",
	"icu_validation_level",
	"lc_monetary",
	"lc_numeric",
	"lc_time",
	"operator_precedence_warning",
	"restrict_nonsystem_relation_kind",
	"server_encoding",
	"session_replication_role",
	"standard_conforming_strings",
	"timezone_abbreviations",
	"transform_null_equals",
	"xmlbinary",
	"xmloption",
};

/* Add them, as they are for the statements of a model. */
static void
add_settings(MigrPg *pg, MigrStr *out)
{
	for (size_t i = 0; i < lengthof(settings); i++)
	{
		const char *value = GetConfigOption(settings[i], true, false);

		if (value != NULL)
			migr_str_printf(out, "%s=%s\n", settings[i], value);
	}
	migr_str_printf(out, "search_path=%s\nrow_security=%s\n", pg->caller_path,
					pg->caller_row_security);
}

/* ---- the catalog --------------------------------------------------------------------- */

/* What isn't the server's own has such an oid. */
#define ADDED " >= " CppAsString2(FirstNormalObjectId)

/* What is in no schema. */
static const char *const globals[] = {
	"pg_am",		"pg_cast",			 "pg_default_acl",
	"pg_extension", "pg_event_trigger",	 "pg_foreign_data_wrapper",
	"pg_language",	"pg_foreign_server", "pg_publication",
	"pg_transform",
};

/* What is in schemas, and the column that says which. */
static const char *const members[][2] = {
	{"pg_class", "relnamespace"},	   {"pg_collation", "collnamespace"},
	{"pg_constraint", "connamespace"}, {"pg_conversion", "connamespace"},
	{"pg_opclass", "opcnamespace"},	   {"pg_operator", "oprnamespace"},
	{"pg_opfamily", "opfnamespace"},   {"pg_proc", "pronamespace"},
	{"pg_ts_config", "cfgnamespace"},  {"pg_ts_dict", "dictnamespace"},
	{"pg_type", "typnamespace"},
};

/*
 * Schemas that aren't set aside, and the few that are made again with the rights that
 * they have; who there is, and where.  $1: are all schemas compared; $2: the default
 * one.
 */
#define PLACES                                                                 \
	"WITH outer_schema AS MATERIALIZED (SELECT n.oid FROM pg_namespace n"      \
	" WHERE n.oid = pg_my_temp_schema() OR n.nspname = 'pg_catalog'"           \
	" OR NOT $1 AND n.oid <> $2 AND n.nspname !~ '^pg_'"                       \
	" AND n.nspname NOT IN ('information_schema', 'migrate'))"                 \
	" SELECT 'schema ' || n.oid || ' ' || n.nspname || ' ' || n.nspowner"      \
	" || coalesce(' ' || n.nspacl::text, '') || (o.oid IS NULL)::text"         \
	" FROM pg_namespace n LEFT JOIN outer_schema o USING (oid)"                \
	" WHERE o.oid IS NOT NULL OR n.oid = $2 OR n.nspname = 'public'"           \
	" OR EXISTS (SELECT FROM pg_extension e WHERE e.extnamespace = n.oid)"     \
	" UNION ALL SELECT 'database ' || datdba || ' ' || dattablespace"          \
	" FROM pg_database WHERE datname = current_database()"                     \
	" UNION ALL SELECT 'tablespace ' || oid || ' ' || spcname"                 \
	" FROM pg_tablespace"                                                      \
	" UNION ALL SELECT 'roles ' || md5(string_agg(oid || ' ' || rolname"       \
	"  || ' ' || rolsuper, ',' ORDER BY oid)) FROM pg_roles"

/* Columns and labels, which may change while their table or type doesn't. */
#define COLUMNS                                                                \
	"pg_attribute c JOIN pg_class r ON r.oid = c.attrelid"                     \
	" WHERE r.oid" ADDED " AND r.relnamespace"
#define LABELS                                                                 \
	"pg_enum c JOIN pg_type t ON t.oid = c.enumtypid"                          \
	" WHERE t.oid" ADDED " AND t.typnamespace"
#define OUTER " IN (SELECT oid FROM outer_schema)"

/* Add a line about some rows of a catalog; oid is a column of theirs. */
static void
add_rows(MigrStr *sql, const char *name, const char *oid, const char *from,
		 const char *in)
{
	migr_str_printf(sql,
					" UNION ALL SELECT '%s ' || count(*) || ' '"
					" || coalesce(sum(%s::bigint), 0) || ' '"
					" || coalesce(sum(c.xmin::text::bigint), 0) FROM %s%s",
					name, oid, from, in);
}

/* Write the query that gives all of it, a line each. */
static const char *
write_query(MigrArena *arena)
{
	MigrStr sql;

	migr_str_init(&sql, arena);
	migr_str_add(&sql, PLACES);
	for (size_t i = 0; i < lengthof(globals); i++)
		add_rows(&sql, globals[i], "c.oid",
				 migr_printf(arena, "%s c WHERE c.oid" ADDED, globals[i]), "");
	for (size_t i = 0; i < lengthof(members); i++)
		add_rows(&sql, members[i][0], "c.oid",
				 migr_printf(arena, "%s c WHERE c.oid" ADDED " AND c.%s",
							 members[i][0], members[i][1]),
				 OUTER);
	add_rows(&sql, "pg_attribute", "c.attrelid", COLUMNS, OUTER);
	add_rows(&sql, "pg_enum", "c.oid", LABELS, OUTER);
	migr_str_add(&sql, " ORDER BY 1");
	return sql.data;
}

/* MigrHost.surroundings */
bool
migr_pg_surroundings(MigrHost *host, const MigrScope *scope, MigrStr *out)
{
	MigrPg *pg = (MigrPg *) host;
	Oid home = migr_catalog_home(pg);
	MigrValue args[] = {migr_bool_value(scope->all_schemas),
						migr_int_value(home)};
	MigrRows rows;

	add_settings(pg, out);
	migr_str_printf(out, "%u %u %s\n", GetUserId(), home,
					get_namespace_name(home));
	migr_pg_select(pg, write_query(&host->ctx.arena), args, 2, &rows);
	for (int i = 0; i < rows.count; i++)
		migr_str_printf(out, "%s\n", migr_catalog_text(&rows, i, 0));
	return true;
}

/* ---- keeping --------------------------------------------------------------------------- */

/* MigrHost.ready */
bool
migr_pg_ready(MigrHost *host, MigrSql sql)
{
	static const AclMode modes[] = {ACL_SELECT, ACL_INSERT, ACL_UPDATE};
	Oid table = migr_pg_own_table("facts");
	Oid user = GetUserId();

	if (sql == MIGR_SQL_FACTS_GET)
		return pg_class_aclcheck(table, user, ACL_SELECT) == ACLCHECK_OK;
	/* what another one has kept since this snapshot couldn't be written over */
	if (RecoveryInProgress() || XactReadOnly || IsolationUsesXactSnapshot())
		return false;
	for (size_t i = 0; i < lengthof(modes); i++)
		if (pg_class_aclcheck(table, user, modes[i]) != ACLCHECK_OK)
			return false;
	/* whoever has this lock writes there */
	return ConditionalLockRelationOid(table, ShareUpdateExclusiveLock);
}
