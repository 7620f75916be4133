/*
 * capture.c
 *	  Noting what an application runs, for migrate_import_alembic_files().
 *
 * While the setting capture is on, SQLite tells of each statement that begins
 * (SQLITE_TRACE_STMT) and has ended (SQLITE_TRACE_PROFILE), but not how it did.  So
 * where a statement has left no trace, it is done once more, to be undone: one that
 * has failed fails again, and one that can't be done twice was done.
 *
 * The log is a file beside the database's, so that no rollback takes it back.  It
 * is made when the setting is set, never by a database that says so: those come
 * from anywhere.
 */
#include "lite.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/record.h"
#include "schema/ddl_read.h"

/* ---- the log -------------------------------------------------------------------- */

/* Where it is; NULL: a database without a file has none. */
static const char *
log_path(MigrLite *lite)
{
	const char *file = migr_lite_file(lite);

	return file == NULL
			   ? NULL
			   : migr_printf(&lite->host.ctx.arena, "%s-capture", file);
}

/* Open it. */
static bool
open_log(MigrLite *lite, const char *path, int flags, mode_t mode)
{
	lite->file =
		open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | flags, mode);
	return lite->file >= 0 ||
		   migr_fail(&lite->host.ctx, MIGR_ERR_FILE,
					 "could not open file \"%s\": %s", path, strerror(errno));
}

bool
migr_lite_captured(MigrHost *host, MigrSpan *log)
{
	const char *path = log_path(migr_lite(host));
	MigrPathKind kind = MIGR_PATH_NONE;

	log->ptr = NULL;
	log->len = 0;
	if (path != NULL && !migr_lite_look(host, path, &kind))
		return false;
	return kind == MIGR_PATH_NONE || migr_lite_read(host, path, log);
}

/* Append some records, whole or so that it shows. */
static bool
write_log(MigrLite *lite, const MigrStr *records)
{
	const char *path = log_path(lite);
	ssize_t done;

	if (records->len == 0)
		return true;
	if (!open_log(lite, path, 0, 0))
		return false;
	do
		done = write(lite->file, records->data, records->len);
	while (done < 0 && errno == EINTR);
	if (done < 0 || (size_t) done < records->len)
		migr_fail(&lite->host.ctx, MIGR_ERR_FILE,
				  "could not write file \"%s\": %s", path,
				  done < 0 ? strerror(errno) : "no space is left");
	migr_lite_close_files(lite);
	return lite->host.ctx.err.code == MIGR_OK;
}

/* ---- what it was ------------------------------------------------------------------ */

/* What becomes of a statement. */
typedef enum Sort
{
	SORT_READS, /* it isn't noted */
	SORT_RUNS,
	SORT_TESTED, /* the same, where it can be done again */
	SORT_COMMIT,
	SORT_ROLLBACK,
	SORT_SAVEPOINT,
	SORT_RELEASE,
	SORT_BACK
} Sort;

/*
 * Note how a switch of the connection's is set?  Applications do that as soon as
 * they have one.  What counts is what departs from how SQLite has it, and its end.
 */
static bool
is_switched(MigrLite *lite, int flag)
{
	bool *departed = &lite->connection->capture.departed[flag];
	bool before = *departed;

	/* neither does anything to a transaction */
	if (flag == MIGR_FLAG_FOREIGN_KEYS && !sqlite3_get_autocommit(lite->db))
		return false;
	*departed =
		(lite->flags.values[flag] == 1) == (flag != MIGR_FLAG_FOREIGN_KEYS);
	return before || *departed;
}

/* Is it a PRAGMA that says how later statements are run, or what is in the file? */
static bool
is_setting(MigrLite *lite, MigrReader *reader)
{
	static const char *const names[] = {
		"DEFER_FOREIGN_KEYS", "IGNORE_CHECK_CONSTRAINTS", "WRITABLE_SCHEMA",
		"USER_VERSION", "APPLICATION_ID"};
	MigrSpan name;

	migr_read_next(reader);
	if (migr_read_char(reader, '.'))
		migr_read_next(reader);
	name = reader->last;
	if (!migr_read_at_char(reader, '=') && !migr_read_at_char(reader, '('))
		return false;
	if (migr_lex_is(name, "FOREIGN_KEYS"))
		return is_switched(lite, MIGR_FLAG_FOREIGN_KEYS);
	if (migr_lex_is(name, "LEGACY_ALTER_TABLE"))
		return is_switched(lite, MIGR_FLAG_LEGACY_ALTER_TABLE);
	return migr_lex_is_one_of(name, names, sizeof(names) / sizeof(names[0]));
}

/* Sort a statement; *name is a savepoint's. */
static Sort
sort(MigrLite *lite, sqlite3_stmt *stmt, MigrName *name)
{
	static const char *const tested[] = {"INSERT",	"UPDATE", "DELETE",
										 "REPLACE", "CREATE", "DROP",
										 "ALTER",	NULL};
	MigrReader reader;

	migr_read_begin(&reader, &lite->host.ctx, migr_span(sqlite3_sql(stmt)));
	while (migr_read_char(&reader, ';'))
		continue;
	if (migr_read_word(&reader, "COMMIT") || migr_read_word(&reader, "END"))
		return SORT_COMMIT;
	if (migr_read_word(&reader, "SAVEPOINT"))
		return migr_read_name(&reader, MIGR_NAME_ANY, name) ? SORT_SAVEPOINT
															: SORT_READS;
	if (migr_read_word(&reader, "RELEASE"))
	{
		migr_read_word(&reader, "SAVEPOINT");
		return migr_read_name(&reader, MIGR_NAME_ANY, name) ? SORT_RELEASE
															: SORT_READS;
	}
	if (migr_read_word(&reader, "ROLLBACK"))
	{
		migr_read_word(&reader, "TRANSACTION");
		if (!migr_read_word(&reader, "TO"))
			return SORT_ROLLBACK;
		migr_read_word(&reader, "SAVEPOINT");
		return migr_read_name(&reader, MIGR_NAME_ANY, name) ? SORT_BACK
															: SORT_READS;
	}
	if (migr_read_word(&reader, "PRAGMA"))
		return is_setting(lite, &reader) ? SORT_RUNS : SORT_READS;
	if (migr_read_at(&reader, "ATTACH") || migr_read_at(&reader, "DETACH"))
		return SORT_RUNS;
	/* up to SQLite 3.35 a CREATE IF NOT EXISTS that does nothing is one that reads */
	if (migr_read_at_one(&reader, tested) != NULL)
		return SORT_TESTED;
	/* VACUUM fails in a transaction */
	if (sqlite3_stmt_readonly(stmt) || migr_read_at(&reader, "BEGIN") ||
		(migr_read_at(&reader, "VACUUM") && !sqlite3_get_autocommit(lite->db)))
		return SORT_READS;
	return migr_read_at(&reader, "WITH") ? SORT_TESTED : SORT_RUNS;
}

/* Does it but read? */
static bool
is_read(sqlite3_stmt *stmt)
{
	return sqlite3_stmt_readonly(stmt) && sqlite3_column_count(stmt) > 0;
}

/*
 * Is a statement run by another one: of a virtual table for its own tables, by VACUUM,
 * by a COMMIT?  SQLite tells of one that begins within another by a text that is none
 * of its own.  The other one may be a SELECT, with a function of the application's,
 * which runs what is to be noted; and an open blob is a statement too, without a text.
 */
static bool
is_inner(sqlite3 *db, sqlite3_stmt *stmt, const char *text)
{
	sqlite3_stmt *other = NULL;

	if (text == sqlite3_sql(stmt))
		return false;
	while ((other = sqlite3_next_stmt(db, other)) != NULL)
		if (other != stmt && sqlite3_stmt_busy(other) && !is_read(other) &&
			sqlite3_sql(other) != NULL)
			return true;
	return false;
}

/* ---- was it done? -------------------------------------------------------------------- */

/* The number that changes whenever the schema of a database does. */
static int
schema_version(sqlite3 *db, const char *name)
{
	char *asked = sqlite3_mprintf("PRAGMA \"%w\".schema_version", name);
	sqlite3_stmt *stmt = NULL;
	int version = 0;

	if (asked != NULL &&
		sqlite3_prepare_v2(db, asked, -1, &stmt, NULL) == SQLITE_OK &&
		sqlite3_step(stmt) == SQLITE_ROW)
		version = sqlite3_column_int(stmt, 0);
	sqlite3_finalize(stmt);
	sqlite3_free(asked);
	return version;
}

/* Add those of all databases. */
static int
schema_versions(sqlite3 *db)
{
	sqlite3_stmt *stmt;
	int sum = 0;

	if (sqlite3_prepare_v2(db, "PRAGMA database_list", -1, &stmt, NULL) ==
		SQLITE_OK)
		while (sqlite3_step(stmt) == SQLITE_ROW)
			sum +=
				schema_version(db, (const char *) sqlite3_column_text(stmt, 1));
	sqlite3_finalize(stmt);
	return sum;
}

/*
 * Do a statement again, and undo it: does it go well, and change nothing?  There is
 * nothing to undo then: a ROLLBACK TO would end what the application is reading.
 */
static bool
goes_well(sqlite3 *db, sqlite3_stmt *stmt)
{
	int changes = sqlite3_total_changes(db);
	int versions = schema_versions(db);
	bool idle;
	int rc;

	if (sqlite3_exec(db, "SAVEPOINT migrate_capture", NULL, NULL, NULL) !=
		SQLITE_OK)
		return true;
	do
		rc = sqlite3_step(stmt);
	while (rc == SQLITE_ROW);
	sqlite3_reset(stmt);
	idle =
		sqlite3_total_changes(db) == changes && schema_versions(db) == versions;
	if (!idle)
		sqlite3_exec(db, "ROLLBACK TO migrate_capture", NULL, NULL, NULL);
	sqlite3_exec(db, "RELEASE migrate_capture", NULL, NULL, NULL);
	return rc == SQLITE_DONE && idle;
}

/* A statement has changed no row: was it done all the same? */
static bool
was_done(MigrLite *lite, MigrSpan text)
{
	sqlite3_stmt *stmt;
	int rc =
		sqlite3_prepare_v2(lite->db, text.ptr, (int) text.len, &stmt, NULL);
	/* what has failed can be prepared still: nothing has changed */
	bool done =
		rc == SQLITE_ERROR || (rc == SQLITE_OK && goes_well(lite->db, stmt));

	sqlite3_finalize(stmt);
	/* let no error of this be the connection's */
	sqlite3_exec(lite->db, "", NULL, NULL, NULL);
	return done;
}

/* ---- noting --------------------------------------------------------------------------- */

/* Add a record; a block begins with the first one in it. */
static void
add_record(MigrLite *lite, MigrStr *records, MigrRecordKind kind, MigrSpan text)
{
	MigrCapture *capture = &lite->connection->capture;
	bool ends = kind == MIGR_RECORD_COMMIT || kind == MIGR_RECORD_ROLLBACK;

	if (ends && !capture->open)
		return;
	if (!ends && !capture->open && !sqlite3_get_autocommit(lite->db))
	{
		migr_record_add(records, capture->session, MIGR_RECORD_BEGIN,
						migr_span(""));
		capture->open = true;
	}
	migr_record_add(records, capture->session, kind, text);
	capture->open &= !ends;
}

/* Add what has to do with transactions. */
static void
add_control(MigrLite *lite, MigrStr *records, Sort sort, MigrName *name)
{
	static const MigrRecordKind kinds[] = {[SORT_SAVEPOINT] =
											   MIGR_RECORD_SAVEPOINT,
										   [SORT_RELEASE] = MIGR_RECORD_RELEASE,
										   [SORT_BACK] = MIGR_RECORD_BACK};
	char *lower = migr_strdup(&lite->host.ctx.arena,
							  name->name != NULL ? name->name : "");

	/* a COMMIT that fails leaves it open */
	if (sqlite3_get_autocommit(lite->db))
		add_record(lite, records,
				   sort == SORT_COMMIT || sort == SORT_RELEASE
					   ? MIGR_RECORD_COMMIT
					   : MIGR_RECORD_ROLLBACK,
				   migr_span(""));
	else if (sort >= SORT_SAVEPOINT)
	{
		for (char *c = lower; *c != '\0'; c++)
			*c = (char) tolower((unsigned char) *c);
		add_record(lite, records, kinds[sort], migr_span(lower));
	}
}

/* A statement without what stands around it. */
static MigrSpan
trim(MigrSpan text)
{
	text = migr_span_trim(text);
	while (text.len > 0 && text.ptr[text.len - 1] == ';')
	{
		text.len--;
		text = migr_span_trim(text);
	}
	return text;
}

/* Note a statement that has ended, or gives its first row. */
static bool
note(MigrLite *lite, sqlite3_stmt *stmt)
{
	MigrCapture *capture = &lite->connection->capture;
	bool outside = sqlite3_get_autocommit(lite->db);
	bool undone = capture->open && outside;
	bool changed = capture->changes != sqlite3_total_changes(lite->db);
	bool row = sqlite3_data_count(stmt) > 0;
	MigrName name = {0};
	Sort kind = sort(lite, stmt, &name);
	MigrStr records;
	MigrSpan text;

	/* it has met a lock, and may be tried on */
	if (sqlite3_stmt_busy(stmt) && !row)
		return true;
	migr_str_init(&records, &lite->host.ctx.arena);
	if (kind >= SORT_COMMIT)
		add_control(lite, &records, kind, &name);
	else if (undone)
		/* something has failed so that all was rolled back */
		add_record(lite, &records, MIGR_RECORD_ROLLBACK, migr_span(""));
	if (kind == SORT_RUNS || kind == SORT_TESTED)
	{
		if (!migr_lite_bound_text(lite, stmt, &text))
			return false;
		if (changed || row || (kind == SORT_RUNS && !undone) ||
			was_done(lite, text))
		{
			add_record(lite, &records,
					   outside ? MIGR_RECORD_OUTSIDE : MIGR_RECORD_RUN,
					   trim(text));
			capture->begun = NULL;
		}
	}
	return write_log(lite, &records);
}

/* Note nothing more: what a session does then is of no revision, and those say that
 * nobody has seen them. */
static void
give_up(MigrConnection *connection, const char *why)
{
	sqlite3_log(SQLITE_WARNING, "migrate: nothing more is captured: %s", why);
	migr_lite_capture_end(connection);
}

/* Note a statement, whatever comes of that. */
static void
try_to_note(MigrConnection *connection, sqlite3_stmt *stmt)
{
	MigrLite lite;

	migr_lite_open(&lite, connection);
	if (setjmp(lite.no_memory) != 0)
		give_up(connection, "out of memory");
	else if (!note(&lite, stmt))
		give_up(connection, lite.host.ctx.err.message);
	migr_lite_close(&lite);
	migr_lite_free(&lite);
}

/* A statement begins, or one of its triggers. */
static void
note_begin(MigrConnection *connection, sqlite3_stmt *stmt, const char *text)
{
	MigrCapture *capture = &connection->capture;

	if (capture->begun == stmt || is_read(stmt) ||
		is_inner(connection->db, stmt, text))
		return;
	capture->begun = stmt;
	capture->changes = sqlite3_total_changes(connection->db);
}

/*
 * A statement begins, gives a row, or has ended.  Each is noted once: one with
 * RETURNING at its first row, when it has done all that it does, for when it ends is
 * up to the application; and one that ends as it has to be prepared anew isn't told
 * to begin again.
 */
static int
trace(unsigned event, void *arg, void *stmt, void *text)
{
	MigrConnection *connection = arg;
	MigrCapture *capture = &connection->capture;

	if (capture->busy || connection->running ||
		(event != SQLITE_TRACE_STMT && capture->begun != stmt))
		return 0;
	capture->busy = true;
	if (event == SQLITE_TRACE_STMT)
		note_begin(connection, stmt, text);
	else
		try_to_note(connection, stmt);
	if (event == SQLITE_TRACE_ROW)
		capture->begun = NULL;
	capture->busy = false;
	return 0;
}

/* ---- on and off ------------------------------------------------------------------------ */

/*
 * Begin to note what the connection runs, where there is a log.  What was going on
 * when that was off isn't known, so it goes by another word.
 */
static void
begin(MigrLite *lite)
{
	MigrConnection *connection = lite->connection;
	MigrCapture *capture = &connection->capture;
	uint64_t word;

	if (!capture->on)
	{
		memset(capture, 0, sizeof(*capture));
		sqlite3_randomness(sizeof(word), &word);
		sqlite3_snprintf(sizeof(capture->session), capture->session, "%016llx",
						 (unsigned long long) word);
	}
	sqlite3_trace_v2(
		lite->db, SQLITE_TRACE_STMT | SQLITE_TRACE_PROFILE | SQLITE_TRACE_ROW,
		trace, connection);
	capture->on = true;
}

void
migr_lite_capture_end(MigrConnection *connection)
{
	if (connection->capture.on)
		sqlite3_trace_v2(connection->db, 0, NULL, NULL);
	connection->capture.on = false;
}

/* Make the log, readable for whom the database is. */
static bool
make_log(MigrLite *lite)
{
	MigrCtx *ctx = &lite->host.ctx;
	const char *path = log_path(lite);
	struct stat info;

	if (sqlite3_transfer_bindings == NULL)
		return migr_fail(ctx, MIGR_ERR_UNSUPPORTED,
						 "this SQLite can't tell the values of parameters");
	if (path == NULL)
		return migr_fail(ctx, MIGR_ERR_UNSUPPORTED,
						 "capture needs a database that is a file: what it "
						 "notes is in a file beside it");
	if (stat(migr_lite_file(lite), &info) != 0)
		info.st_mode = S_IRUSR | S_IWUSR;
	if (!open_log(lite, path, O_CREAT, info.st_mode & 0666))
		return false;
	migr_lite_close_files(lite);
	return true;
}

/* Take the log away, if there is one. */
static bool
remove_log(MigrLite *lite)
{
	const char *path = log_path(lite);

	return path == NULL || unlink(path) == 0 || errno == ENOENT ||
		   migr_fail(&lite->host.ctx, MIGR_ERR_FILE,
					 "could not remove file \"%s\": %s", path, strerror(errno));
}

bool
migr_lite_set_capture(MigrLite *lite, const char *value)
{
	bool on = false;

	if (value != NULL && migr_read_bool(value, &on) && on)
	{
		if (!make_log(lite))
			return false;
		begin(lite);
		return true;
	}
	migr_lite_capture_end(lite->connection);
	return value != NULL || remove_log(lite);
}

void
migr_lite_capture_begin(MigrConnection *connection)
{
	MigrLite lite;
	const char *value;
	const char *path;
	bool on = false;

	migr_lite_open(&lite, connection);
	if (setjmp(lite.no_memory) == 0)
	{
		value = migr_lite_setting(&lite.host, NULL, "capture");
		path = log_path(&lite);
		if (value != NULL && migr_read_bool(value, &on) && on && path != NULL &&
			access(path, W_OK) == 0)
			begin(&lite);
		else if (on || lite.host.ctx.err.code != MIGR_OK)
			sqlite3_log(SQLITE_WARNING, "migrate: nothing is captured: %s",
						on ? "there is no log that can be written"
						   : lite.host.ctx.err.message);
	}
	migr_lite_close(&lite);
	migr_lite_free(&lite);
}
