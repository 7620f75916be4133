/*
 * compat.h
 *	  What depends on SQLite's version, when built and when run.
 *
 * An extension built with a newer sqlite3ext.h crashes on an older library as
 * soon as it calls a slot that isn't there.  So each newer call stands here,
 * behind a check of the library that is running.
 */
#ifndef MIGR_COMPAT_H
#define MIGR_COMPAT_H

#include <sqlite3ext.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

SQLITE_EXTENSION_INIT3

/* the first one with sqlite3_txn_state() */
#define MIGR_LITE_OLDEST 3034000
#define MIGR_LITE_OLDEST_TEXT "3.34.0"

#if SQLITE_VERSION_NUMBER < MIGR_LITE_OLDEST
#error "migrate needs the headers of SQLite 3.34.0 or newer"
#endif

/* Return where in its text the last error is, or -1. */
static inline int
migr_lite_error_offset(sqlite3 *db)
{
#if SQLITE_VERSION_NUMBER >= 3038000
	if (sqlite3_libversion_number() >= 3038000)
		return sqlite3_error_offset(db);
#endif
	(void) db;
	return -1;
}

/* Return how many rows the last statement wrote. */
static inline int64_t
migr_lite_changes(sqlite3 *db)
{
#if SQLITE_VERSION_NUMBER >= 3037000
	if (sqlite3_libversion_number() >= 3037000)
		return sqlite3_changes64(db);
#endif
	return sqlite3_changes(db);
}

/* Does RENAME COLUMN leave generated columns of other tables alone?  Up to 3.34 it
 * writes the new name into those that use a column of the same place. */
static inline bool
migr_lite_renames_well(void)
{
	return sqlite3_libversion_number() >= 3035000;
}

/* A condition on sqlite_schema AS s: without the tables that a virtual one keeps its
 * rows in.  Older libraries don't tell which those are, and don't know a column as
 * sqlite_schema.name. */
static inline const char *
migr_lite_no_shadows(void)
{
	return sqlite3_libversion_number() >= 3037000
			   ? " AND tbl_name NOT IN (SELECT name FROM pragma_table_list"
				 " WHERE schema = 'main' AND type = 'shadow')"
			   : " AND NOT EXISTS (SELECT 1 FROM main.sqlite_schema AS v"
				 " WHERE v.type = 'table' AND v.rootpage = 0"
				 " AND s.tbl_name LIKE replace(v.name, '_', '\\_')"
				 " || '\\_%' ESCAPE '\\')";
}

/*
 * Has somebody interrupted this connection?  Libraries before 3.41 don't tell; but as
 * long as a statement of the connection runs, ours for one, nothing can be parsed then.
 */
static inline bool
migr_lite_interrupted(sqlite3 *db)
{
	sqlite3_stmt *stmt = NULL;
	int rc;

#if SQLITE_VERSION_NUMBER >= 3041000
	if (sqlite3_libversion_number() >= 3041000)
		return sqlite3_is_interrupted(db) != 0;
#endif
	rc = sqlite3_prepare_v3(db, "SELECT 1", -1, 0, &stmt, NULL);
	sqlite3_finalize(stmt);
	return rc == SQLITE_INTERRUPT;
}

/* The same, where another connection works for this one.  Older libraries tell by
 * refusing a statement; that changes the connection's last error. */
static inline bool
migr_lite_must_stop(sqlite3 *db)
{
	return sqlite3_libversion_number() >= 3041000
			   ? migr_lite_interrupted(db)
			   : sqlite3_exec(db, "SELECT 1", NULL, NULL, NULL) ==
					 SQLITE_INTERRUPT;
}

#endif
