/*
 * flags.c
 *	  The connection's flags that a script, or we, may change.
 *
 * PRAGMA can't change all of them inside a transaction, but sqlite3_db_config() can
 * (seen in 3.40 and 3.53).
 */
#include "lite.h"

/* What SQLite calls them. */
static const int names[MIGR_FLAG_COUNT] = {
	[MIGR_FLAG_FOREIGN_KEYS] = SQLITE_DBCONFIG_ENABLE_FKEY,
	[MIGR_FLAG_LEGACY_ALTER_TABLE] = SQLITE_DBCONFIG_LEGACY_ALTER_TABLE,
	[MIGR_FLAG_DEFENSIVE] = SQLITE_DBCONFIG_DEFENSIVE,
	[MIGR_FLAG_WRITABLE_SCHEMA] = SQLITE_DBCONFIG_WRITABLE_SCHEMA,
};

void
migr_lite_read_flags(MigrLite *lite, MigrFlags *out)
{
	for (int i = 0; i < MIGR_FLAG_COUNT; i++)
		sqlite3_db_config(lite->db, names[i], -1, &out->values[i]);
}

void
migr_lite_write_flags(MigrLite *lite, const MigrFlags *flags)
{
	for (int i = 0; i < MIGR_FLAG_COUNT; i++)
		sqlite3_db_config(lite->db, names[i], flags->values[i], NULL);
}
