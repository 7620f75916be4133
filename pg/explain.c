/*
 * explain.c
 *	  See what a statement locks, rewrites and touches.
 *
 * Before the first one, all relations are noted.  Behind each, the locks that this
 * backend holds tell which it may have had to do with; of those, the storage and the
 * server's own counters of this transaction are compared with what they were.  Locks
 * are kept until the end, so what shows is what a statement takes beyond those
 * before it.
 *
 * Locks on the catalog aren't looked at, so that it may be read meanwhile.
 */
#include "postgres.h"

#include "access/transam.h"
#include "storage/lock.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "pg/catalog.h"
#include "pg/explain.h"

/* All that can be locked or rewritten, but for the catalog: (oid, name, schema, kind,
 * table, file, existed for others too). */
#define ALL                                                                    \
	"SELECT c.oid, c.relname::text, c.relnamespace, c.relkind,"                \
	" coalesce(i.indrelid, c.oid), c.relfilenode, c.relpersistence <> 't'"     \
	" FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid"            \
	" WHERE c.relkind IN ('r', 'p', 'm', 'f', 'v', 'i') AND c.oid >= 16384"

const char *
migr_pg_lock_word(LOCKMODE lock)
{
	static const char *const words[] = {
		[AccessShareLock] = "ACCESS SHARE",
		[RowShareLock] = "ROW SHARE",
		[RowExclusiveLock] = "ROW EXCLUSIVE",
		[ShareUpdateExclusiveLock] = "SHARE UPDATE EXCLUSIVE",
		[ShareLock] = "SHARE",
		[ShareRowExclusiveLock] = "SHARE ROW EXCLUSIVE",
		[ExclusiveLock] = "EXCLUSIVE",
		[AccessExclusiveLock] = "ACCESS EXCLUSIVE",
	};

	return words[lock];
}

/* ---- looking ---------------------------------------------------------------------- */

/* Find a relation by its oid, or make an entry for it. */
static MigrPgTable *
find_table(const struct MigrPgWatch *watch, Oid oid)
{
	bool found;
	MigrPgTable *table = hash_search(watch->all, &oid, HASH_ENTER, &found);

	if (found)
		return table;
	memset(table, 0, sizeof(*table));
	table->oid = table->of = oid;
	return table;
}

/* Read one of the server's counters of this transaction. */
static int64
read_sum(Oid oid, int which)
{
	static const PGFunction functions[] = {
		[MIGR_SUM_SCANS] = pg_stat_get_xact_numscans,
		[MIGR_SUM_READ] = pg_stat_get_xact_tuples_returned,
		[MIGR_SUM_ADDED] = pg_stat_get_xact_tuples_inserted,
		[MIGR_SUM_UPDATED] = pg_stat_get_xact_tuples_updated,
		[MIGR_SUM_DELETED] = pg_stat_get_xact_tuples_deleted,
	};

	return DatumGetInt64(
		DirectFunctionCall1(functions[which], ObjectIdGetDatum(oid)));
}

/* Note a relation that is there before. */
static void
note_table(const struct MigrPgWatch *watch, const MigrRows *rows, int row)
{
	MigrPgTable *table = find_table(watch, migr_catalog_oid(rows, row, 0));

	namestrcpy(&table->name, migr_catalog_text(rows, row, 1));
	table->schema = migr_catalog_oid(rows, row, 2);
	table->kind = (char) migr_catalog_number(rows, row, 3);
	table->of = migr_catalog_oid(rows, row, 4);
	table->file = migr_catalog_oid(rows, row, 5);
	table->existed = migr_catalog_number(rows, row, 6) != 0;
	table->met = true;
	for (int i = 0; i < MIGR_SUM_COUNT; i++)
		table->sums[i] = read_sum(table->oid, i);
}

/* Note a lock, and list its relation unless it is. */
static void
note_lock(struct MigrPgWatch *watch, Oid oid, LOCKMASK modes)
{
	MigrPgTable *table = find_table(watch, oid);

	if (!table->listed && watch->count == watch->room)
	{
		watch->room = watch->room * 2 + 64;
		watch->locked =
			repalloc_huge(watch->locked, sizeof(MigrPgTable *) * watch->room);
	}
	if (!table->listed)
		watch->locked[watch->count++] = table;
	table->listed = true;
	for (LOCKMODE mode = 1; mode <= MaxLockMode; mode++)
	{
		if (modes & LOCKBIT_ON(mode))
			table->held = Max(table->held, mode);
	}
}

/* Note all locks of this session; as the view pg_locks does. */
static void
note_locks(struct MigrPgWatch *watch)
{
	const LockData *data = GetLockStatusData();

	for (int i = 0; i < data->nelements; i++)
	{
		const LockInstanceData *lock = &data->locks[i];
		const LOCKTAG *tag = &lock->locktag;

		if (lock->pid == MyProcPid && tag->locktag_type == LOCKTAG_RELATION &&
			tag->locktag_field1 == MyDatabaseId &&
			tag->locktag_field2 >= FirstNormalObjectId)
			note_lock(watch, tag->locktag_field2, lock->holdMask);
	}
}

/* Note what the statement has done to a relation that is locked. */
static void
look_at(MigrPgTable *table)
{
	HeapTuple row = SearchSysCache1(RELOID, ObjectIdGetDatum(table->oid));
	Form_pg_class class =
		HeapTupleIsValid(row) ? (Form_pg_class) GETSTRUCT(row) : NULL;

	table->rebuilt = false;
	table->indexed = 0;
	table->dropped = !table->gone && class == NULL;
	table->gone = class == NULL;
	table->kind = class != NULL ? class->relkind : table->kind;
	table->rewritten =
		table->met && class != NULL && class->relfilenode != table->file;
	table->file = class != NULL ? class->relfilenode : InvalidOid;
	table->known = class != NULL ? (int64) class->reltuples : 0;
	table->taken = table->held > table->lock ? table->held : NoLock;
	table->lock = table->felt = table->held;
	table->met = true;
	for (int i = 0; i < MIGR_SUM_COUNT; i++)
	{
		int64 sum = read_sum(table->oid, i);

		table->grown[i] = Max(sum - table->sums[i], 0);
		table->sums[i] = sum;
	}
	if (HeapTupleIsValid(row))
		ReleaseSysCache(row);
}

/* Tell the tables which of their indexes are others now, or gone, or read. */
static void
look_at_indexes(const struct MigrPgWatch *watch)
{
	for (int i = 0; i < watch->count; i++)
	{
		const MigrPgTable *index = watch->locked[i];
		MigrPgTable *table =
			hash_search(watch->all, &index->of, HASH_FIND, NULL);

		if (index->kind != RELKIND_INDEX || !index->existed || table == NULL)
			continue;
		table->indexed += index->grown[MIGR_SUM_READ];
		if (!index->rewritten && !index->dropped)
			continue;
		table->rebuilt = true;
		table->felt = Max(table->felt, index->lock);
	}
}

/* Let the names be those that the next statement meets, and say who has a lock. */
static void
look_back(struct MigrPgWatch *watch, const char *where)
{
	for (int i = 0; i < watch->count; i++)
	{
		MigrPgTable *table = watch->locked[i];
		HeapTuple row = SearchSysCache1(RELOID, ObjectIdGetDatum(table->oid));

		if (table->taken != NoLock)
			table->since = where;
		if (!HeapTupleIsValid(row))
			continue;
		table->name = ((Form_pg_class) GETSTRUCT(row))->relname;
		table->schema = ((Form_pg_class) GETSTRUCT(row))->relnamespace;
		ReleaseSysCache(row);
	}
}

/* Look at all that is locked now. */
static void
look(struct MigrPgWatch *watch)
{
	note_locks(watch);
	for (int i = 0; i < watch->count; i++)
		look_at(watch->locked[i]);
	look_at_indexes(watch);
}

void
migr_pg_watch_begin(MigrPg *pg)
{
	struct MigrPgWatch *watch =
		MemoryContextAllocZero(pg->memory, sizeof(*watch));
	HASHCTL how = {.keysize = sizeof(Oid),
				   .entrysize = sizeof(MigrPgTable),
				   .hcxt = pg->memory};
	MigrRows rows;

	pg->place->watch = watch;
	watch->home = migr_catalog_home(pg);
	watch->all = hash_create("migrate relations", 256, &how,
							 HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	watch->locked = MemoryContextAlloc(pg->memory, sizeof(MigrPgTable *));
	migr_pg_select(pg, ALL, NULL, 0, &rows);
	for (int i = 0; i < rows.count; i++)
		note_table(watch, &rows, i);
	/* the transaction may hold locks already */
	look(watch);
	look_back(watch, "the transaction's begin");
	migr_pg_lock_timeout(pg);
}

/* ---- telling ------------------------------------------------------------------------ */

const char *
migr_pg_table_name(const struct MigrPgWatch *watch, const MigrPgTable *table)
{
	return quote_qualified_identifier(
		table->schema == watch->home ? NULL : get_namespace_name(table->schema),
		NameStr(table->name));
}

/* The strongest locks first, then by name. */
static int
compare_tables(const void *a, const void *b)
{
	const MigrPgTable *const *x = a;
	const MigrPgTable *const *y = b;

	if ((*x)->taken != (*y)->taken)
		return (*x)->taken > (*y)->taken ? -1 : 1;
	if (strcmp(NameStr((*x)->name), NameStr((*y)->name)) != 0)
		return strcmp(NameStr((*x)->name), NameStr((*y)->name));
	return (*x)->oid < (*y)->oid ? -1 : 1;
}

/* Name the locks that the statement has taken. */
static const char *
tell_locks(MigrPg *pg)
{
	const struct MigrPgWatch *watch = pg->place->watch;
	MigrStr out;

	migr_str_init(&out, &pg->host.ctx.arena);
	for (int i = 0; i < watch->count; i++)
	{
		const MigrPgTable *table = watch->locked[i];

		if (table->taken != NoLock && table->existed &&
			table->kind != RELKIND_INDEX)
			migr_str_printf(&out, "%s%s on %s", out.len > 0 ? ", " : "",
							migr_pg_lock_word(table->taken),
							migr_pg_table_name(watch, table));
	}
	return out.len > 0 ? out.data : NULL;
}

/* Name the tables that have another storage now; an index where its table hasn't. */
static const char *
tell_rewritten(MigrPg *pg, bool truncates)
{
	const struct MigrPgWatch *watch = pg->place->watch;
	MigrStr out;

	migr_str_init(&out, &pg->host.ctx.arena);
	for (int i = 0; i < watch->count && !truncates; i++)
	{
		const MigrPgTable *table = watch->locked[i];
		const MigrPgTable *of =
			hash_search(watch->all, &table->of, HASH_FIND, NULL);

		if (!table->rewritten || !table->existed ||
			(table->kind == RELKIND_INDEX &&
			 (of == NULL || of->rewritten || !of->existed)))
			continue;
		migr_str_printf(&out, "%s%s%s", out.len > 0 ? ", " : "",
						table->kind == RELKIND_INDEX ? "index " : "",
						migr_pg_table_name(watch, table));
	}
	return out.len > 0 ? out.data : NULL;
}

int64
migr_pg_changed(const MigrPgTable *table)
{
	return table->grown[MIGR_SUM_UPDATED] + table->grown[MIGR_SUM_DELETED];
}

/*
 * How many rows of a table has the statement written?  The counters know nothing of
 * those that it copies; but if it builds an index it counts them for the catalog,
 * and else it has read them all.
 */
static int64
rows_of(const MigrPgTable *table, bool truncates)
{
	int64 rows = table->grown[MIGR_SUM_ADDED] + migr_pg_changed(table);

	if (table->gone ||
		(table->kind != RELKIND_RELATION && table->kind != RELKIND_MATVIEW))
		return 0;
	if (!table->rewritten || truncates || rows > 0)
		return rows;
	if (table->rebuilt || table->grown[MIGR_SUM_SCANS] == 0)
		return Max(table->known, 0);
	return table->grown[MIGR_SUM_READ] / table->grown[MIGR_SUM_SCANS];
}

/* Look what the statement has done, and tell. */
static void
see(MigrPg *pg, const MigrBody *body, const MigrStmt *stmt, MigrSeen *seen)
{
	struct MigrPgWatch *watch = pg->place->watch;
	const char *text = pnstrdup(body->text.ptr + stmt->offset, stmt->len);
	bool truncates = pg_strncasecmp(text, "TRUNCATE", 8) == 0;

	look(watch);
	qsort(watch->locked, watch->count, sizeof(MigrPgTable *), compare_tables);
	seen->locks = tell_locks(pg);
	seen->rewritten = tell_rewritten(pg, truncates);
	for (int i = 0; i < watch->count; i++)
		seen->rows += rows_of(watch->locked[i], truncates);
	seen->warning = truncates ? NULL : migr_pg_advise(pg, text);
	look_back(watch, MemoryContextStrdup(pg->memory,
										 psprintf("line %d of %s", stmt->line,
												  body->place.revision)));
}

/* Run the statement, and look. */
static bool
run(MigrPg *pg, const MigrBody *body, const MigrStmt *stmt, int number,
	size_t *end, MigrSeen *seen)
{
	TimestampTz start = GetCurrentTimestamp();
	MemoryContext old;

	if (!migr_pg_exec(&pg->host, body, stmt, number, end))
		return false;
	seen->elapsed = GetCurrentTimestamp() - start;
	old = MemoryContextSwitchTo(pg->scratch);
	see(pg, body, stmt, seen);
	MemoryContextSwitchTo(old);
	MemoryContextReset(pg->scratch);
	return true;
}

/*
 * In a PG_CATCH: leave the place, and make the error the context's.  One that ends
 * more than the statement is thrown on, as PL/pgSQL does.
 */
static bool
take_error(MigrPg *pg, MemoryContext old)
{
	ErrorData *error;

	if (geterrcode() == ERRCODE_QUERY_CANCELED ||
		geterrcode() == ERRCODE_ASSERT_FAILURE)
		PG_RE_THROW();
	MemoryContextSwitchTo(old);
	error = CopyErrorData();
	FlushErrorState();
	migr_pg_leave_scratch(pg);
	return migr_pg_fail(&pg->host.ctx, error);
}

/* MigrHost.explain */
bool
migr_pg_explain(MigrHost *host, const MigrBody *body, const MigrStmt *stmt,
				int number, size_t *end, MigrSeen *seen)
{
	MigrPg *pg = (MigrPg *) host;
	MemoryContext old = CurrentMemoryContext;
	volatile bool ok = false;

	PG_TRY();
	{
		ok = run(pg, body, stmt, number, end, seen);
	}
	PG_CATCH();
	{
		ok = take_error(pg, old);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(old);
	return ok;
}
