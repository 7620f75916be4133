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
 * Queries of the catalog take locks on the catalog alone, which aren't looked at.
 */
#include "postgres.h"

#include "access/transam.h"
#include "access/xact.h"
#include "storage/lock.h"
#include "utils/hsearch.h"
#include "utils/timestamp.h"

#include "pg/catalog.h"
#include "pg/explain.h"

/* The sums of a relation. */
#define SUMS(oid)                                                              \
	"pg_stat_get_xact_numscans(" oid "),"                                      \
	" pg_stat_get_xact_tuples_returned(" oid "),"                              \
	" pg_stat_get_xact_tuples_inserted(" oid "),"                              \
	" pg_stat_get_xact_tuples_updated(" oid ")"                                \
	" + pg_stat_get_xact_tuples_deleted(" oid ")"

/* A relation's name, without the schema where that is $1. */
#define NAME                                                                   \
	"CASE WHEN c.relnamespace = $1 THEN '' ELSE quote_ident(n.nspname) || '.'" \
	" END || quote_ident(c.relname)"

/* All that can be locked or rewritten: (oid, name, kind, table, file, existed for
 * others too, sums). */
#define ALL                                                                    \
	"SELECT c.oid, " NAME ", c.relkind, coalesce(i.indrelid, c.oid),"          \
	" coalesce(pg_relation_filenode(c.oid), 0::oid),"                          \
	" c.relpersistence <> 't', " SUMS(                                         \
		"c.oid") " FROM pg_class c"                                            \
				 " JOIN pg_namespace n ON n.oid = c.relnamespace"              \
				 " LEFT JOIN pg_index i ON i.indexrelid = c.oid"               \
				 " WHERE c.relkind IN ('r', 'p', 'm', 'f', 'v', 'i') AND c.oid >= 16384"

/* What is locked: (oid, strongest lock, name, kind, file, rows, sums); name is NULL
 * where it is gone. */
#define LOCKED                                                                              \
	"SELECT l.relation, l.lock, " NAME ", c.relkind,"                                       \
	" coalesce(pg_relation_filenode(l.relation), 0::oid), c.reltuples::int8, " SUMS(        \
		"l.relation") " FROM (SELECT relation, max(array_position(ARRAY['AccessShareLock'," \
					  " 'RowShareLock', 'RowExclusiveLock', 'ShareUpdateExclusiveLock',"    \
					  " 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock',"             \
					  " 'AccessExclusiveLock'], mode)) AS lock FROM pg_locks"               \
					  " WHERE locktype = 'relation' AND granted AND pid = pg_backend_pid()" \
					  " AND database = (SELECT oid FROM pg_database"                        \
					  "  WHERE datname = current_database())"                               \
					  " AND relation >= 16384 GROUP BY relation) l"                         \
					  " LEFT JOIN pg_class c ON c.oid = l.relation"                         \
					  " LEFT JOIN pg_namespace n ON n.oid = c.relnamespace"

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

/* Keep a text as long as the call. */
static const char *
keep_text(MigrPg *pg, const char *text)
{
	return MemoryContextStrdup(pg->memory, text);
}

/* Find a relation by its oid, or make an entry for it; *found: it was there. */
static MigrPgTable *
find_table(MigrPg *pg, Oid oid, bool *found)
{
	MigrPgTable *table =
		hash_search(pg->place->watch->all, &oid, HASH_ENTER, found);

	if (*found)
		return table;
	memset(table, 0, sizeof(*table));
	table->oid = table->of = oid;
	return table;
}

/* Note a relation that is there before. */
static void
note_table(MigrPg *pg, const MigrRows *rows, int row)
{
	bool found;
	MigrPgTable *table = find_table(pg, migr_catalog_oid(rows, row, 0), &found);

	table->name = keep_text(pg, migr_catalog_text(rows, row, 1));
	table->kind = (char) migr_catalog_number(rows, row, 2);
	table->of = migr_catalog_oid(rows, row, 3);
	table->file = migr_catalog_oid(rows, row, 4);
	table->existed = migr_catalog_number(rows, row, 5) != 0;
	for (int i = 0; i < MIGR_SUM_COUNT; i++)
		table->sums[i] = migr_catalog_number(rows, row, 6 + i);
}

/* Note what a statement has done to a relation that is locked; but for the name. */
static MigrPgTable *
look_at(MigrPg *pg, const MigrRows *rows, int row)
{
	bool found;
	MigrPgTable *table = find_table(pg, migr_catalog_oid(rows, row, 0), &found);
	LOCKMODE lock = (LOCKMODE) migr_catalog_number(rows, row, 1);
	Oid file = migr_catalog_oid(rows, row, 4);

	table->rebuilt = false;
	table->indexed = 0;
	table->dropped = !table->gone && migr_cell(rows, row, 2).null;
	table->gone |= table->dropped;
	if (!found && !table->gone)
		table->kind = (char) migr_catalog_number(rows, row, 3);
	table->rewritten = found && !table->gone && file != table->file;
	table->file = file;
	table->taken = lock > table->lock ? lock : NoLock;
	table->lock = table->felt = Max(lock, table->lock);
	table->known = table->gone ? 0 : migr_catalog_number(rows, row, 5);
	for (int i = 0; i < MIGR_SUM_COUNT; i++)
	{
		int64 sum = migr_catalog_number(rows, row, 6 + i);

		table->grown[i] = Max(sum - table->sums[i], 0);
		table->sums[i] = sum;
	}
	return table;
}

/* Tell the tables which of their indexes are others now, or gone, or read. */
static void
look_at_indexes(MigrPg *pg)
{
	struct MigrPgWatch *watch = pg->place->watch;

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
look_back(MigrPg *pg, const MigrRows *rows, const char *where)
{
	struct MigrPgWatch *watch = pg->place->watch;

	for (int i = 0; i < rows->count; i++)
	{
		MigrPgTable *table = watch->locked[i];
		const char *name = migr_catalog_text(rows, i, 2);

		if (!table->gone &&
			(table->name == NULL || strcmp(table->name, name) != 0))
			table->name = keep_text(pg, name);
		if (table->taken != NoLock)
			table->since = where;
	}
}

/* Look at all that is locked now. */
static void
look(MigrPg *pg, MigrRows *rows)
{
	struct MigrPgWatch *watch = pg->place->watch;
	MigrValue args[] = {migr_int_value(migr_catalog_home(pg))};

	migr_pg_select(pg, LOCKED, args, 1, rows);
	watch->count = rows->count;
	watch->locked =
		MemoryContextAlloc(pg->work, sizeof(MigrPgTable *) * (rows->count + 1));
	for (int i = 0; i < rows->count; i++)
		watch->locked[i] = look_at(pg, rows, i);
	look_at_indexes(pg);
}

void
migr_pg_watch_begin(MigrPg *pg)
{
	MigrValue args[] = {migr_int_value(migr_catalog_home(pg))};
	HASHCTL how = {.keysize = sizeof(Oid),
				   .entrysize = sizeof(MigrPgTable),
				   .hcxt = pg->memory};
	MigrRows rows;

	pg->place->watch =
		MemoryContextAllocZero(pg->memory, sizeof(struct MigrPgWatch));
	pg->place->watch->all = hash_create("migrate relations", 256, &how,
										HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	migr_pg_select(pg, ALL, args, 1, &rows);
	for (int i = 0; i < rows.count; i++)
		note_table(pg, &rows, i);
	/* the transaction may hold locks already */
	look(pg, &rows);
	look_back(pg, &rows, "the transaction's begin");
	migr_pg_lock_timeout(pg);
}

/* ---- telling ------------------------------------------------------------------------ */

/* The strongest locks first, then by name. */
static int
compare_tables(const void *a, const void *b)
{
	const MigrPgTable *const *x = a;
	const MigrPgTable *const *y = b;

	if ((*x)->taken != (*y)->taken)
		return (*x)->taken > (*y)->taken ? -1 : 1;
	return (*x)->existed && (*y)->existed ? strcmp((*x)->name, (*y)->name)
										  : (*y)->existed - (*x)->existed;
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
							migr_pg_lock_word(table->taken), table->name);
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
						table->name);
	}
	return out.len > 0 ? out.data : NULL;
}

/*
 * How many rows of a table has the statement written?  The counters know nothing of
 * those that it copies; but if it builds an index it counts them for the catalog,
 * and else it has read them all.
 */
static int64
rows_of(const MigrPgTable *table, bool truncates)
{
	int64 rows = table->grown[MIGR_SUM_ADDED] + table->grown[MIGR_SUM_CHANGED];

	if (table->gone ||
		(table->kind != RELKIND_RELATION && table->kind != RELKIND_MATVIEW))
		return 0;
	if (!table->rewritten || truncates || rows > 0)
		return rows;
	if (table->rebuilt || table->grown[MIGR_SUM_SCANS] == 0)
		return Max(table->known, 0);
	return table->grown[MIGR_SUM_READ] / table->grown[MIGR_SUM_SCANS];
}

/* Look what the statement has done. */
static void
see(MigrPg *pg, const MigrBody *body, const MigrStmt *stmt, MigrSeen *seen)
{
	struct MigrPgWatch *watch = pg->place->watch;
	MigrPgTable **order;
	MemoryContext old;
	MigrRows rows;
	const char *text;
	bool truncates;

	look(pg, &rows);
	old = MemoryContextSwitchTo(pg->scratch);
	text = pnstrdup(body->text.ptr + stmt->offset, stmt->len);
	truncates = pg_strncasecmp(text, "TRUNCATE", 8) == 0;
	order = watch->locked;
	watch->locked = palloc(sizeof(MigrPgTable *) * (watch->count + 1));
	memcpy(watch->locked, order, sizeof(MigrPgTable *) * watch->count);
	qsort(watch->locked, watch->count, sizeof(MigrPgTable *), compare_tables);
	seen->locks = tell_locks(pg);
	seen->rewritten = tell_rewritten(pg, truncates);
	for (int i = 0; i < watch->count; i++)
		seen->rows += rows_of(watch->locked[i], truncates);
	seen->warning = truncates ? NULL : migr_pg_advise(pg, text);
	watch->locked = order;
	look_back(pg, &rows,
			  keep_text(pg, psprintf("line %d of %s", stmt->line,
									 body->place.revision)));
	MemoryContextSwitchTo(old);
	MemoryContextReset(pg->scratch);
}

/* Run the statement, and look. */
static bool
run(MigrPg *pg, const MigrBody *body, const MigrStmt *stmt, int number,
	size_t *end, MigrSeen *seen)
{
	TimestampTz start = GetCurrentTimestamp();

	if (!migr_pg_exec(&pg->host, body, stmt, number, end))
		return false;
	seen->elapsed = GetCurrentTimestamp() - start;
	see(pg, body, stmt, seen);
	return true;
}

/*
 * In a PG_CATCH: leave the place, and make the error the context's.  One that ends
 * more than the statement is thrown on, as PL/pgSQL does.
 */
static bool
take_error(MigrPg *pg, MemoryContext old)
{
	MigrCtx *ctx = &pg->host.ctx;
	ErrorData *error;

	if (geterrcode() == ERRCODE_QUERY_CANCELED ||
		geterrcode() == ERRCODE_ASSERT_FAILURE)
		PG_RE_THROW();
	MemoryContextSwitchTo(old);
	error = CopyErrorData();
	FlushErrorState();
	migr_pg_leave_scratch(pg);
	migr_fail(ctx, MIGR_ERR_STATEMENT, "%s", error->message);
	if (error->detail != NULL)
		migr_detail(ctx, "%s", error->detail);
	FreeErrorData(error);
	return false;
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
