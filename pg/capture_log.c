/*
 * capture_log.c
 *	  The log of what clients ran: pg_migrate/<oid of the database> in the data
 *	  directory.
 *
 * Each record is one write() to the end of the file.  What is in a transaction block
 * is written when it has run, with BEGIN before the first of it; so a transaction
 * that only reads isn't in the log.  A statement on its own is held until it is
 * committed, as a deferred trigger may still refuse it; where a client has sent
 * several ahead of the answer (a pipeline), they are a transaction.
 *
 * Whatever goes wrong is on the safe side: what was committed and not recorded, as
 * somebody has pulled the plug between the two, counts as not seen.  So does a
 * transaction that is prepared for a second phase.
 *
 * Logs of databases that are gone are removed when one is begun.
 */
#include "postgres.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "access/xact.h"
#include "access/xlog.h"
#include "common/file_perm.h"
#include "miscadmin.h"
#include "storage/fd.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "pg/capture.h"

#define DIRECTORY "pg_migrate"

/* What is known of whether this session records. */
typedef enum Right
{
	UNKNOWN,
	GRANTED,
	REFUSED
} Right;

/* A statement that is held. */
typedef struct Held
{
	MigrSpan text;
	MigrSpan rows;
} Held;

/* Of this session. */
static struct
{
	Right right;
	bool lost; /* is nothing recorded any more? */
	bool open; /* has BEGIN been written for this transaction? */
	int file;
	char session[32];
	MemoryContext memory; /* of the transaction; NULL: nothing is there */
	List *held;			  /* Held *, there */
	MigrStr *ready; /* what is to be written when it has committed, there */
	void (*ended)(void);
} records = {.file = -1};

/* ---- the file --------------------------------------------------------------- */

/* The log's path, from the data directory. */
static const char *
log_path(void)
{
	return psprintf(DIRECTORY "/%u", MyDatabaseId);
}

void
migr_pg_record_no_more(const char *why)
{
	if (records.lost)
		return;
	records.lost = true;
	ereport(WARNING,
			(errmsg("what this session runs is no longer recorded: %s", why),
			 errhint("The revision at hand counts as not seen, and so do those "
					 "behind it.")));
}

/* Say that the system has refused something. */
static void
lose(const char *what)
{
	migr_pg_record_no_more(
		psprintf("could not %s \"%s\": %s", what, log_path(), strerror(errno)));
}

/* Remove the logs of databases that there are no more. */
static void
clean(void)
{
	DIR *directory = AllocateDir(DIRECTORY);
	struct dirent *entry;

	while ((entry = ReadDirExtended(directory, DIRECTORY, LOG)) != NULL)
	{
		char *end;
		unsigned long oid = strtoul(entry->d_name, &end, 10);

		if (*end == '\0' && oid > 0 &&
			!SearchSysCacheExists1(DATABASEOID, ObjectIdGetDatum((Oid) oid)))
			(void) unlink(psprintf(DIRECTORY "/%lu", oid));
	}
	FreeDir(directory);
}

/* Write to the log's end. */
static void
write_out(const MigrStr *text)
{
	ssize_t written;

	if (records.lost || text->len == 0)
		return;
	errno = 0;
	written = write(records.file, text->data, text->len);
	if (written == (ssize_t) text->len)
		return;
	if (errno == 0)
		errno = ENOSPC;
	lose("write file");
}

/* ---- records ------------------------------------------------------------------ */

/* The memory of the transaction at hand. */
static MemoryContext
transaction_memory(void)
{
	if (records.memory == NULL)
		records.memory = AllocSetContextCreate(
			TopMemoryContext, "migrate capture", ALLOCSET_DEFAULT_SIZES);
	return records.memory;
}

/* Add a record that has no text. */
static void
add_mark(MigrStr *str, MigrRecordKind kind)
{
	migr_record_add(str, records.session, kind, migr_span(""));
}

/* Write one record. */
static void
write_record(MigrRecordKind kind, MigrSpan text)
{
	MemoryContext memory = AllocSetContextCreate(
		CurrentMemoryContext, "migrate record", ALLOCSET_SMALL_SIZES);
	MigrArena arena;
	MigrStr str;

	migr_pg_arena_init(&arena, memory);
	migr_str_init(&str, &arena);
	migr_record_add(&str, records.session, kind, text);
	write_out(&str);
	MemoryContextDelete(memory);
}

/* Write a statement, and the rows of its COPY. */
static void
write_statement(MigrRecordKind kind, MigrSpan text, MigrSpan rows)
{
	write_record(kind, text);
	if (rows.ptr != NULL)
		write_record(MIGR_RECORD_DATA, rows);
}

/* Write that the transaction has begun, if it isn't there yet, and what has been held
 * of it. */
static void
open_block(void)
{
	ListCell *cell;

	if (records.open)
		return;
	write_record(MIGR_RECORD_BEGIN, migr_span(""));
	records.open = true;
	foreach(cell, records.held)
	{
		const Held *held = lfirst(cell);

		write_statement(MIGR_RECORD_RUN, held->text, held->rows);
	}
	records.held = NIL;
}

/* Hold a statement until it is committed. */
static void
hold(MigrSpan text, MigrSpan rows)
{
	MemoryContext old = MemoryContextSwitchTo(transaction_memory());
	Held *held = palloc(sizeof(*held));

	held->text = (MigrSpan){pnstrdup(text.ptr, text.len), text.len};
	held->rows = rows;
	if (rows.ptr != NULL)
		held->rows.ptr = pnstrdup(rows.ptr, rows.len);
	records.held = lappend(records.held, held);
	MemoryContextSwitchTo(old);
}

/* Record a search_path that the connection has brought along: who runs this anew comes
 * without. */
static void
record_path(void)
{
	const struct config_generic *found = migr_guc_find("search_path");
	const char *path = GetConfigOption("search_path", false, false);

	if (found != NULL && found->source == PGC_S_CLIENT)
		write_record(MIGR_RECORD_OUTSIDE,
					 migr_span(psprintf("SET search_path TO %s",
										*path != '\0' ? path : "''")));
}

/* Open the log.  It stays open as long as the session. */
static bool
open_log(void)
{
	const char *path = log_path();

	if (records.file >= 0)
		return true;
	records.file = BasicOpenFile(path, O_WRONLY | O_APPEND | PG_BINARY);
	if (records.file < 0 && errno == ENOENT)
	{
		if (MakePGDirectory(DIRECTORY) == 0 || errno == EEXIST)
			clean();
		records.file =
			BasicOpenFile(path, O_WRONLY | O_APPEND | O_CREAT | PG_BINARY);
	}
	if (records.file < 0)
		lose("open file");
	else
		record_path();
	return records.file >= 0;
}

void
migr_pg_record(const char *text, MigrSpan rows)
{
	if (records.lost || !open_log())
		return;
	if (strlen(text) + rows.len > MIGR_PG_MOST_ROWS)
	{
		migr_pg_record_no_more("a statement, or its rows, is too large");
		return;
	}
	if (!records.open && !IsTransactionBlock())
	{
		hold(migr_span(text), rows);
		return;
	}
	open_block();
	write_statement(MIGR_RECORD_RUN, migr_span(text), rows);
}

void
migr_pg_record_savepoint(MigrRecordKind kind, const char *name)
{
	if (records.lost || (kind != MIGR_RECORD_SAVEPOINT && !records.open) ||
		!open_log())
		return;
	open_block();
	write_record(kind, migr_span(name));
}

/* ---- the ends of transactions -------------------------------------------------- */

/* Make ready what is to be written when the transaction has committed: there is no
 * room for errors then. */
static void
make_ready(void)
{
	const Held *held;
	MigrArena *arena;

	if (list_length(records.held) > 1)
		open_block();
	if (!records.open && records.held == NIL)
		return;
	arena = MemoryContextAlloc(transaction_memory(), sizeof(*arena));
	records.ready =
		MemoryContextAlloc(transaction_memory(), sizeof(*records.ready));
	migr_pg_arena_init(arena, transaction_memory());
	migr_str_init(records.ready, arena);
	if (records.open)
	{
		add_mark(records.ready, MIGR_RECORD_COMMIT);
		return;
	}
	held = linitial(records.held);
	migr_record_add(records.ready, records.session, MIGR_RECORD_OUTSIDE,
					held->text);
	if (held->rows.ptr != NULL)
		migr_record_add(records.ready, records.session, MIGR_RECORD_DATA,
						held->rows);
}

/* The transaction has ended. */
static void
end_transaction(bool commit)
{
	if (commit && records.ready != NULL)
		write_out(records.ready);
	else if (!commit && records.open)
		write_record(MIGR_RECORD_ROLLBACK, migr_span(""));
	records.ended();
	records.open = false;
	records.held = NIL;
	records.ready = NULL;
	if (records.memory != NULL)
		MemoryContextDelete(records.memory);
	records.memory = NULL;
}

/* The server tells of a transaction. */
static void
see_transaction(XactEvent event, void *arg)
{
	switch (event)
	{
		case XACT_EVENT_PRE_COMMIT:
			make_ready();
			break;
		case XACT_EVENT_COMMIT:
			end_transaction(true);
			break;
		case XACT_EVENT_PRE_PREPARE:
			if (records.open)
				ereport(WARNING,
						(errmsg("what a prepared transaction runs is not "
								"recorded"),
						 errhint("Its revisions count as not seen.")));
			break;
		case XACT_EVENT_PREPARE:
		case XACT_EVENT_ABORT:
			end_transaction(false);
			break;
		default:
			break; /* of a parallel worker */
	}
}

void
migr_pg_record_init(void (*ended)(void))
{
	records.ended = ended;
	snprintf(records.session, sizeof(records.session), INT64_FORMAT ".%d",
			 (int64) MyStartTimestamp, MyProcPid);
	RegisterXactCallback(see_transaction, NULL);
}

/* ---- rights -------------------------------------------------------------------- */

void
migr_pg_record_anew(void)
{
	records.right = UNKNOWN;
}

bool
migr_pg_may_record(void)
{
	if (records.lost)
		return false;
	if (records.right != UNKNOWN)
		return records.right == GRANTED;
	if (!IsTransactionState() || RecoveryInProgress())
		return false; /* there will be another one, or a primary */
	records.right = migr_pg_capture_is_allowed() ? GRANTED : REFUSED;
	return records.right == GRANTED;
}

/* ---- for the core ---------------------------------------------------------------- */

bool
migr_pg_captured(MigrHost *host, MigrSpan *log)
{
	struct stat st;

	*log = (MigrSpan){NULL, 0};
	if (stat(log_path(), &st) != 0 || st.st_size == 0)
		return true;
	if (!migr_owns_database(GetUserId()))
	{
		ereport(WARNING, (errmsg("what clients ran in this database is for its "
								 "owner alone to read")));
		return true;
	}
	return migr_pg_read_file(&host->ctx, log_path(), log);
}

void
migr_pg_forget_captured(void)
{
	/* not removed: other sessions may have it open */
	if (truncate(log_path(), 0) != 0 && errno != ENOENT)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not truncate file \"%s\": %m", log_path())));
}
