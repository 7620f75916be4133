/*
 * preview.c
 *	  What runs in place of a script's statements, for whoever runs them elsewhere.
 *
 * The script runs in a copy of the schema (scratch.c), through the same door as in
 * a live run, and what is sent there is noted.  Only what makes the schema runs: the
 * copy has no rows, so that others would do nothing, or fail where they don't here.
 *
 * A live run asks the rows with a SELECT whether they satisfy what is new, and sets
 * flags of the connection inside of the transaction.  In a script for the sqlite3
 * shell a constraint of a temporary table fails instead, its name the message, and
 * ".dbconfig" sets what PRAGMA can't there.  Where the rows decide how a table is
 * altered, a script does what is right for any.
 */
#include "lite.h"

#include <string.h>

#include "schema/alter.h"
#include "schema/ddl_read.h"
#include "text/quote.h"

/* why there is no copy */
static const char elsewhere[] = "the database isn't where the script starts";

/* How far a statement that isn't run in the copy may move the number of the schema's
 * state: ANALYZE makes tables, and VACUUM counts as well. */
#define MOVES_MOST 4

/* ---- notes ------------------------------------------------------------------ */

void
migr_lite_note(MigrLite *lite, const char *text)
{
	if (lite->notes != NULL)
		migr_vec_push(&lite->host.ctx.arena, lite->notes, text);
}

void
migr_lite_note_flags(MigrLite *lite, const MigrFlags *flags)
{
	MigrArena *arena = &lite->host.ctx.arena;
	int legacy = flags->values[MIGR_FLAG_LEGACY_ALTER_TABLE];
	int keys = flags->values[MIGR_FLAG_FOREIGN_KEYS];
	MigrFlags now;

	if (lite->notes == NULL)
		return;
	migr_lite_read_flags(lite, &now);
	if (keys >= 0 && keys != now.values[MIGR_FLAG_FOREIGN_KEYS])
		migr_lite_note(lite, migr_printf(arena, ".dbconfig enable_fkey %s",
										 keys ? "on" : "off"));
	if (legacy >= 0 && legacy != now.values[MIGR_FLAG_LEGACY_ALTER_TABLE])
		migr_lite_note(lite,
					   migr_printf(arena, "PRAGMA legacy_alter_table = %s",
								   legacy ? "ON" : "OFF"));
}

void
migr_lite_note_check(MigrLite *lite, const char *message, const char *violated)
{
	MigrArena *arena = &lite->host.ctx.arena;
	size_t len = strlen(message);

	if (lite->notes == NULL)
		return;
	/* a live run has the value at its end */
	if (len > 2 && strcmp(message + len - 2, ": ") == 0)
		len -= 2;
	migr_lite_note(
		lite,
		migr_printf(arena,
					"CREATE TEMP TABLE \"_migrate check\" (violated"
					" CONSTRAINT %s CHECK (violated = 0))",
					migr_quote_name(arena, migr_strndup(arena, message, len))));
	migr_lite_note(lite,
				   migr_printf(arena,
							   "INSERT INTO temp.\"_migrate check\" SELECT %s",
							   violated));
	migr_lite_note(lite, "DROP TABLE temp.\"_migrate check\"");
}

/* Write how many rows of a foreign key refer to nothing. */
static const char *
count_dangling(MigrLite *lite, const char *schema, const char *table,
			   const MigrForeignKey *key)
{
	MigrArena *arena = &lite->host.ctx.arena;

	return migr_printf(arena,
					   "SELECT count(*) AS n FROM pragma_foreign_key_check(%s,"
					   " %s) WHERE parent = %s COLLATE NOCASE AND fkid = %d",
					   migr_quote_text(arena, migr_span(key->child)),
					   migr_quote_text(arena, migr_span(schema)),
					   migr_quote_text(arena, migr_span(table)), key->number);
}

void
migr_lite_note_dangling(MigrLite *lite, const char *schema, const char *table,
						const MigrForeignKeys *keys)
{
	for (int i = 0; i < keys->count && lite->notes != NULL; i++)
		if (keys->items[i].dangling >= 0)
			migr_lite_note(
				lite,
				migr_printf(
					&lite->host.ctx.arena,
					"CREATE TEMP TABLE \"_migrate before %d\" AS %s", i + 1,
					count_dangling(lite, schema, table, &keys->items[i])));
}

void
migr_lite_note_violation(MigrLite *lite, const char *schema, const char *table,
						 int which, const MigrForeignKey *behind,
						 const char *message)
{
	if (lite->notes == NULL)
		return;
	migr_lite_note_check(
		lite, message,
		migr_printf(&lite->host.ctx.arena,
					"n > (SELECT n FROM temp.\"_migrate before %d\")"
					" FROM (%s)",
					which + 1, count_dangling(lite, schema, table, behind)));
}

void
migr_lite_note_settled(MigrLite *lite, const MigrForeignKeys *keys)
{
	for (int i = 0; i < keys->count && lite->notes != NULL; i++)
		if (keys->items[i].dangling >= 0)
			migr_lite_note(lite,
						   migr_printf(&lite->host.ctx.arena,
									   "DROP TABLE temp.\"_migrate before %d\"",
									   i + 1));
}

/* ---- the copy ----------------------------------------------------------------- */

/* Make the copy: of all schemas but temp, which the script wouldn't find. */
static bool
open_copy(MigrLite *lite, bool empty)
{
	MigrRows rows = {0};

	lite->preview = migr_lite_scratch_open(lite, false);
	if (lite->preview == NULL ||
		(!empty && !migr_lite_query_once(lite,
										 "SELECT name FROM pragma_database_list"
										 " WHERE name <> 'temp' ORDER BY seq",
										 NULL, 0, &rows)))
		return false;
	for (int i = 0; i < rows.count; i++)
		if (!migr_lite_scratch_copy(lite->preview,
									migr_cell(&rows, i, 0).text.ptr))
			return false;
	return true;
}

/*
 * Go on without the copy, which the script is no longer run in.  Fails where it is
 * the call that can't go on.
 */
static bool
lose_copy(MigrLite *lite, const MigrErr *err)
{
	MigrCtx *ctx = &lite->host.ctx;

	lite->lost = err->message;
	if (lite->preview != NULL && err->code != MIGR_ERR_INTERRUPTED)
		migr_lite_scratch_close(lite->preview);
	lite->preview = NULL;
	if (err->code == MIGR_ERR_INTERRUPTED)
		return migr_fail(ctx, err->code, "%s", err->message);
	migr_forget(ctx);
	return true;
}

/* Say what the script relies on: flags, and a schema that is as it was. */
static bool
write_head(MigrLite *copy, MigrTexts *settings, MigrTexts *checks)
{
	MigrArena *arena = &copy->host.ctx.arena;
	MigrFlags flags;
	MigrRows rows;

	if (!migr_lite_query_once(copy, "PRAGMA main.schema_version", NULL, 0,
							  &rows))
		return false;
	migr_lite_read_flags(copy, &flags);
	migr_vec_push(
		arena, settings,
		migr_printf(arena, "PRAGMA foreign_keys = %s",
					flags.values[MIGR_FLAG_FOREIGN_KEYS] ? "ON" : "OFF"));
	migr_vec_push(
		arena, settings,
		migr_printf(arena, "PRAGMA legacy_alter_table = %s",
					flags.values[MIGR_FLAG_LEGACY_ALTER_TABLE] ? "ON" : "OFF"));
	migr_vec_push(arena, settings, ".dbconfig defensive off");
	copy->notes = checks;
	migr_lite_note_check(
		copy, "the schema is not the one that this script was written for",
		migr_printf(arena, "schema_version <> %lld FROM pragma_schema_version",
					(long long) migr_cell(&rows, 0, 0).number));
	copy->notes = NULL;
	return migr_lite_begin_statement(copy);
}

bool
migr_lite_preview_begin(MigrHost *host, MigrOrigin origin, MigrTexts *settings,
						MigrTexts *checks)
{
	MigrLite *lite = migr_lite(host);

	lite->skipped = 1; /* the version table's making */
	if (origin == MIGR_FROM_ELSEWHERE)
	{
		lite->lost = elsewhere;
		return true;
	}
	if (!open_copy(lite, origin == MIGR_FROM_NOTHING))
		return lose_copy(lite, &host->ctx.err);
	return write_head(lite->preview, settings, checks) ||
		   lose_copy(lite, &lite->preview->host.ctx.err);
}

/* ---- statements ------------------------------------------------------------------ */

/* Is it a PRAGMA that a schema, or an ALTER TABLE, depends on? */
static bool
is_such_pragma(MigrReader *reader)
{
	static const char *const such[] = {"FOREIGN_KEYS", "LEGACY_ALTER_TABLE",
									   "WRITABLE_SCHEMA", NULL};
	MigrName name;

	migr_read_next(reader);
	if (migr_read_at_one(reader, such) != NULL)
		return true;
	return migr_read_name(reader, MIGR_NAME_ANY, &name) &&
		   migr_read_at_char(reader, '.') && is_such_pragma(reader);
}

/* Does a statement make the schema what it is? */
static bool
shapes(MigrLite *copy, MigrSpan text)
{
	MigrReader reader;

	migr_read_begin(&reader, &copy->host.ctx, text);
	if (migr_read_at(&reader, "PRAGMA"))
		return is_such_pragma(&reader);
	return migr_read_at(&reader, "CREATE") || migr_read_at(&reader, "ALTER") ||
		   migr_read_at(&reader, "DROP") ||
		   migr_ddl_mentions(text, "sqlite_schema") ||
		   migr_ddl_mentions(text, "sqlite_master");
}

/* Has SQLite's own grammar a statement? */
static bool
is_plain(MigrCtx *ctx, MigrSpan text)
{
	const MigrAction *action;
	MigrAlter alter;
	bool parsed;

	memset(&alter, 0, sizeof(alter));
	parsed = migr_alter_parse(ctx, text, &alter);
	migr_forget(ctx);
	if (!parsed || alter.if_exists || alter.actions.count != 1)
		return false;
	action = &alter.actions.items[0];
	return action->kind == MIGR_RENAME_TABLE ||
		   action->kind == MIGR_RENAME_COLUMN ||
		   (action->kind == MIGR_DROP_COLUMN && !action->if_exists &&
			!action->cascade) ||
		   (action->kind == MIGR_ADD_COLUMN && !action->if_not_exists &&
			!action->first && action->other.name == NULL);
}

/* Could the shell run a statement as it is written?  It has legacy_alter_table off,
 * if nobody says something else. */
static bool
is_native(MigrLite *copy, MigrSpan text)
{
	sqlite3_stmt *stmt;
	MigrFlags flags;
	int rc =
		sqlite3_prepare_v3(copy->db, text.ptr, (int) text.len, 0, &stmt, NULL);

	sqlite3_finalize(stmt);
	if ((rc & 0xff) == SQLITE_NOMEM)
		migr_lite_fail(copy, rc);
	migr_lite_read_flags(copy, &flags);
	return rc == SQLITE_OK && !flags.values[MIGR_FLAG_LEGACY_ALTER_TABLE];
}

/*
 * Keep the number of the schema's state ahead of what it will be: a text of the
 * schema that is edited comes with the next one, as it is in the copy, and other
 * connections must not have seen that before.
 */
static bool
keep_ahead(MigrLite *lite)
{
	MigrLite *copy = lite->preview;
	int moved = lite->skipped * MOVES_MOST;
	MigrRows rows;

	lite->skipped = 0;
	if (moved == 0)
		return true;
	return migr_lite_query_once(copy, "PRAGMA main.schema_version", NULL, 0,
								&rows) &&
		   migr_lite_command(
			   copy,
			   migr_printf(&copy->host.ctx.arena,
						   "PRAGMA main.schema_version = %lld",
						   (long long) migr_cell(&rows, 0, 0).number + moved));
}

/* Be in the transaction of the copy, or outside. */
static bool
move_to(MigrLite *copy, bool outside)
{
	return outside == copy->outside ||
		   migr_lite_tx(&copy->host, outside ? MIGR_TX_LEAVE : MIGR_TX_ENTER);
}

/* Put a transaction around what is to be run. */
static void
enclose(MigrArena *arena, MigrTexts *texts)
{
	MigrTexts inner = *texts;
	MigrTexts none = {0};

	*texts = none;
	migr_vec_push(arena, texts, "BEGIN IMMEDIATE");
	for (int i = 0; i < inner.count; i++)
		migr_vec_push(arena, texts, inner.items[i]);
	migr_vec_push(arena, texts, "COMMIT");
}

/* Run a statement in the copy, and tell what is sent there. */
static bool
rehearse(MigrLite *lite, const MigrBody *body, const MigrStmt *stmt, int number,
		 size_t *end, MigrPreview *out)
{
	MigrLite *copy = lite->preview;
	MigrSpan text = {body->text.ptr + stmt->offset, stmt->len};
	bool native = is_native(copy, text);
	bool ok;

	copy->notes = &out->texts;
	ok = migr_lite_exec(&copy->host, body, stmt, number, end);
	copy->notes = NULL;
	out->rewritten = migr_lite_rewrites(&lite->host, text) &&
					 (!native || out->texts.count != 1);
	if (out->rewritten && copy->outside && out->texts.count > 1)
		enclose(&copy->host.ctx.arena, &out->texts);
	return ok;
}

bool
migr_lite_rewrites(MigrHost *host, MigrSpan text)
{
	(void) host;
	return migr_is_alter_table(text);
}

bool
migr_lite_preview(MigrHost *host, const MigrBody *body, const MigrStmt *stmt,
				  int number, bool outside, size_t *end, MigrPreview *out)
{
	static const MigrPreview as_written;
	MigrLite *lite = migr_lite(host);
	MigrLite *copy = lite->preview;
	MigrSpan text = {body->text.ptr + stmt->offset, stmt->len};
	bool rewrites = migr_lite_rewrites(host, text);

	*out = as_written;
	*end = stmt->offset + stmt->len;
	if (copy != NULL && !rewrites && !shapes(copy, text))
		lite->skipped++;
	else if (copy != NULL && !(keep_ahead(lite) && move_to(copy, outside) &&
							   rehearse(lite, body, stmt, number, end, out)))
	{
		*out = as_written;
		if (!lose_copy(lite, &copy->host.ctx.err))
			return false;
	}
	if (rewrites && lite->preview == NULL &&
		!(lite->lost == elsewhere && is_plain(&host->ctx, text)))
		out->why = lite->lost;
	return true;
}
