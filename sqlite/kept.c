/*
 * kept.c
 *	  What the facts of a model depend on besides its text, and whether they can be
 *	  kept.
 *
 * A model is built in a database of its own, which has nothing of the caller's but
 * the library, the flags, and stand-ins for what the application has added.
 */
#include "lite.h"


/* What the library and the connection have, a line each. */
#define HAS                                                                    \
	"SELECT 'option ' || compile_options FROM pragma_compile_options"          \
	" UNION ALL SELECT 'module ' || name FROM pragma_module_list"              \
	" UNION ALL SELECT 'function ' || lower(name) || ' ' || narg || ' '"       \
	" || type || ' ' || flags FROM pragma_function_list ORDER BY 1"

/* Add the flags that the place of a model has from the connection. */
static void
add_flags(MigrLite *lite, MigrStr *out)
{
	static const int names[] = {SQLITE_DBCONFIG_DQS_DDL,
								SQLITE_DBCONFIG_DQS_DML,
								SQLITE_DBCONFIG_TRUSTED_SCHEMA};
	MigrFlags flags;

	migr_lite_read_flags(lite, &flags);
	for (int i = 0; i < MIGR_FLAG_COUNT; i++)
		migr_str_printf(out, "%d ", flags.values[i]);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
	{
		int on = -1;

		sqlite3_db_config(lite->db, names[i], -1, &on);
		migr_str_printf(out, "%d ", on);
	}
}

/* MigrHost.surroundings */
bool
migr_lite_surroundings(MigrHost *host, const MigrScope *scope, MigrStr *out)
{
	MigrLite *lite = migr_lite(host);
	MigrRows rows;

	(void) scope;
	if (host->ctx.err.code != MIGR_OK ||
		!migr_lite_query_once(lite, HAS, NULL, 0, &rows))
		return false;
	migr_str_printf(out, "%s\n", sqlite3_sourceid());
	add_flags(lite, out);
	for (int i = 0; i < rows.count; i++)
		migr_str_printf(out, "\n%s", migr_cell(&rows, i, 0).text.ptr);
	return true;
}

/*
 * Can anything be written now?  A lock that is had later than the caller's
 * transaction began would be the caller's to give up.
 */
static bool
may_write(MigrLite *lite)
{
	return sqlite3_db_readonly(lite->db, "main") == 0 &&
		   (!lite->in_transaction ||
			sqlite3_txn_state(lite->db, "main") == SQLITE_TXN_WRITE);
}

/*
 * MigrHost.ready.  What a stand-in for a virtual table is like depends on the tables
 * that there are: such facts aren't kept.
 */
bool
migr_lite_ready(MigrHost *host, MigrSql sql)
{
	MigrLite *lite = migr_lite(host);

	if (sqlite3_table_column_metadata(lite->db, "main", "_migrate_facts",
									  "facts", NULL, NULL, NULL, NULL,
									  NULL) != SQLITE_OK)
		return false;
	if (sql == MIGR_SQL_FACTS_GET)
		return true;
	migr_lite_hurry(lite);
	return !lite->stood_in && may_write(lite);
}
