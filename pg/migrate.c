/*
 * migrate.c
 *	  The PostgreSQL module: what happens when a session loads it, and whether
 *	  the extension in this database is of its version.
 *
 * It needs no shared memory, and hooks only while a DO of a model runs or what the
 * session runs is captured; so shared_preload_libraries isn't wanted: the first call
 * in a session loads it.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/pg_extension.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

#include "pg/pg.h"

PG_MODULE_MAGIC;

void _PG_init(void);

/* Make our settings known to this session. */
void
_PG_init(void)
{
	migr_settings_define();
}

/* Return the version of the extension in this database, or NULL. */
static const char *
installed_version(void)
{
	Relation catalog = table_open(ExtensionRelationId, AccessShareLock);
	const char *version = NULL;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple row;

	ScanKeyInit(&key, Anum_pg_extension_extname, BTEqualStrategyNumber,
				F_NAMEEQ, CStringGetDatum("migrate"));
	scan =
		systable_beginscan(catalog, ExtensionNameIndexId, true, NULL, 1, &key);
	row = systable_getnext(scan);
	if (HeapTupleIsValid(row))
	{
		bool null;
		Datum value = heap_getattr(row, Anum_pg_extension_extversion,
								   RelationGetDescr(catalog), &null);

		if (!null)
			version = TextDatumGetCString(value);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return version;
}

/*
 * One library knows the tables of one version: to keep house in another's, with
 * some columns too many or too few, would be guesswork that nobody tests.
 */
void
migr_pg_check_version(void)
{
	const char *version = installed_version();

	if (version == NULL || strcmp(version, MIGR_VERSION) == 0)
		return;
	ereport(
		ERROR,
		(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		 errmsg("the extension migrate in this database is of version %s, the "
				"library that this session has loaded of version %s",
				version, MIGR_VERSION),
		 errhint(
			 "Run ALTER EXTENSION migrate UPDATE; where that has been done, "
			 "connect anew.")));
}
