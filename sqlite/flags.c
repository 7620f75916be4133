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
	[MIGR_FLAG_TRIGGERS] = SQLITE_DBCONFIG_ENABLE_TRIGGER,
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

bool
migr_lite_set_flags(MigrLite *lite, const MigrFlags *flags, MigrFlags *before)
{
	if (!migr_lite_before_stale(lite))
		return false;
	if (before != NULL)
		migr_lite_read_flags(lite, before);
	migr_lite_note_flags(lite, flags);
	migr_lite_write_flags(lite, flags);
	return migr_lite_behind_stale(lite);
}

bool
migr_lite_is_settled(MigrLite *lite)
{
	int pending = 0;
	int unused;

	sqlite3_db_status(lite->db, SQLITE_DBSTATUS_DEFERRED_FKS, &pending, &unused,
					  0);
	return pending == 0 ||
		   migr_fail(&lite->host.ctx, MIGR_ERR_STATE,
					 "rows of this transaction refer to others that"
					 " aren't there yet");
}
