/*
 * aside.c
 *	  Make many tables in a scratch database, in time that grows with their number.
 *
 * Behind each CREATE, SQLite looks for the new row through all of sqlite_schema (the
 * ParseSchema step of its programs), so that making n objects takes n * n.  What it
 * has read of them stays in memory, though.  So the rows are set aside every now and
 * then, and are back before anything may look for them.
 */
#include "lite.h"

#define ASIDE "temp.\"_migrate aside\""

/* So many rows are searched at most. */
#define ROWS_MAX 64

/* Set the rows aside. */
static bool
set_aside(MigrLite *scratch)
{
	scratch->made = 0;
	if (!migr_lite_command(scratch, "PRAGMA writable_schema = ON"))
		return false;
	if (!scratch->aside &&
		!migr_lite_command(scratch, "CREATE TEMP TABLE \"_migrate aside\""
									" (type, name, tbl_name, rootpage, sql)"))
		return false;
	scratch->aside = true;
	return migr_lite_command(
			   scratch, "INSERT INTO " ASIDE
						" SELECT * FROM main.sqlite_schema ORDER BY rowid") &&
		   migr_lite_command(scratch, "DELETE FROM main.sqlite_schema");
}

bool
migr_lite_made(MigrLite *scratch)
{
	return ++scratch->made < ROWS_MAX || set_aside(scratch);
}

bool
migr_lite_gather(MigrLite *scratch, const char **table)
{
	*table = scratch->aside ? ASIDE : "main.sqlite_schema";
	return !scratch->aside || set_aside(scratch);
}

bool
migr_lite_whole(MigrLite *scratch)
{
	if (!scratch->aside)
	{
		scratch->made = 0;
		return true;
	}
	if (!set_aside(scratch))
		return false;
	scratch->aside = false;
	return migr_lite_command(scratch,
							 "INSERT INTO main.sqlite_schema"
							 " SELECT * FROM " ASIDE " ORDER BY rowid") &&
		   migr_lite_command(scratch, "DROP TABLE " ASIDE) &&
		   migr_lite_command(scratch, "PRAGMA writable_schema = RESET");
}
