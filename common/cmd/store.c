/*
 * store.c
 *	  Our own tables and the version table, through the host's statements.
 */
#include <string.h>

#include "cmd/cmd.h"

bool
migr_query(MigrCall *call, MigrSql sql, const MigrValue *args, int nargs,
		   MigrRows *rows)
{
	return call->host->query(call->host, call->sql[sql], args, nargs, rows);
}

bool
migr_store_create(MigrCall *call)
{
	if (call->has_store)
		return true;
	call->has_store = true;
	return call->sql[MIGR_SQL_STORE_CREATE] == NULL ||
		   migr_query(call, MIGR_SQL_STORE_CREATE, NULL, 0, NULL);
}

/* ---- scripts ----------------------------------------------------------------- */

/* Split a stored list; most have one entry. */
static void
read_list(MigrCall *call, const MigrValue *cell, MigrNames *out)
{
	MigrSpan rest = cell->text;
	MigrSpan word;

	if (cell->null || rest.len == 0)
		return;
	rest.ptr = migr_span_line(&call->ctx->arena, rest);
	if (memchr(rest.ptr, ',', rest.len) == NULL)
	{
		migr_vec_push(&call->ctx->arena, out, rest.ptr);
		return;
	}
	while (migr_span_word(&rest, &word))
		migr_vec_push(&call->ctx->arena, out,
					  migr_span_dup(&call->ctx->arena, word));
}

/*
 * Check an id that whoever writes to the table may have made up: it becomes part
 * of scripts.
 */
static bool
check_stored_id(MigrCall *call, const MigrValue *cell)
{
	return migr_check_id(call->ctx, cell->text) ||
		   migr_hint(call->ctx, "The table of stored scripts holds it, which "
								"somebody has written to: delete that row.");
}

bool
migr_store_list(MigrCall *call, bool full, MigrRevisions *out)
{
	MigrValue args[] = {migr_text_value(call->history)};
	MigrArena *arena = &call->ctx->arena;
	MigrRevision *revisions;
	MigrRows rows;

	if (!call->has_store)
		return true;
	if (!migr_query(call, full ? MIGR_SQL_SCRIPT_LIST : MIGR_SQL_SCRIPT_GRAPH,
					args, 1, &rows))
		return false;
	revisions =
		migr_alloc_array(arena, (size_t) rows.count + 1, sizeof(MigrRevision));
	for (int i = 0; i < rows.count; i++)
	{
		MigrRevision *revision = &revisions[i];

		if (!check_stored_id(call, &migr_cell(&rows, i, 0)))
			return false;
		revision->id = migr_cell(&rows, i, 0).text.ptr;
		read_list(call, &migr_cell(&rows, i, 1), &revision->revises);
		read_list(call, &migr_cell(&rows, i, 2), &revision->labels);
		read_list(call, &migr_cell(&rows, i, 3), &revision->depends_on);
		if (!migr_cell(&rows, i, 4).null)
			revision->path = migr_span_line(arena, migr_cell(&rows, i, 4).text);
		revision->line = 1;
		revision->message = "";
		revision->stored = true;
		if (full && !migr_cell(&rows, i, 5).null)
			revision->message =
				migr_span_line(arena, migr_cell(&rows, i, 5).text);
		if (full && !migr_cell(&rows, i, 6).null)
			revision->dated = migr_instant_parse(migr_cell(&rows, i, 6).text,
												 &revision->created);
		migr_vec_push(arena, out, revision);
	}
	return true;
}

bool
migr_fail_untrusted(MigrCall *call, const char *what, const char *instead,
					const MigrValue *keeper)
{
	migr_fail(call->ctx, MIGR_ERR_DENIED,
			  "%s was stored by \"%s\", who is no "
			  "superuser: a superuser doesn't run it",
			  what, keeper->null ? "?" : keeper->text.ptr);
	return migr_hint(
		call->ctx,
		"Connect as that role, or SET ROLE to it where you trust its "
		"scripts; or look it through and %s it yourself; or name the role in "
		"the setting migrate.trust_scripts_of.",
		instead);
}

bool
migr_store_text(MigrCall *call, const char *revision, MigrRows *rows)
{
	MigrValue args[] = {migr_text_value(call->history),
						migr_text_value(revision)};

	rows->count = 0;
	return !call->has_store ||
		   migr_query(call, MIGR_SQL_SCRIPT_TEXT, args, 2, rows);
}

bool
migr_store_put(MigrCall *call, MigrRevision *revision)
{
	MigrSql sql =
		revision->stored ? MIGR_SQL_SCRIPT_UPDATE : MIGR_SQL_SCRIPT_INSERT;
	MigrValue args[] = {
		migr_text_value(call->history),
		migr_text_value(revision->id),
		migr_names_value(call, &revision->revises),
		migr_names_value(call, &revision->labels),
		migr_names_value(call, &revision->depends_on),
		migr_text_value(revision->message[0] ? revision->message : NULL),
		migr_text_value(revision->dated ? migr_instant_text(&call->ctx->arena,
															revision->created)
										: NULL),
		migr_text_value(revision->path),
		migr_span_value(revision->text),
	};

	revision->stored = true;
	return migr_query(call, sql, args, sizeof(args) / sizeof(args[0]), NULL);
}

bool
migr_store_drop(MigrCall *call, MigrRevision *revision)
{
	MigrValue args[] = {migr_text_value(call->history),
						migr_text_value(revision->id)};

	revision->stored = false;
	return migr_query(call, MIGR_SQL_SCRIPT_DELETE, args, 2, NULL);
}

bool
migr_need_text(MigrCall *call, MigrRevision *revision, bool to_run)
{
	MigrRows rows;

	if (revision->text.ptr != NULL)
		return true;
	if (!migr_store_text(call, revision->id, &rows))
		return false;
	if (rows.count == 0)
		return migr_fail(call->ctx, MIGR_ERR_INTERNAL,
						 "the script of revision %s is gone from the store",
						 revision->id);
	if (to_run && migr_cell(&rows, 0, 3).number == 0)
		return migr_fail_untrusted(call,
								   migr_printf(&call->ctx->arena,
											   "the script of revision %s",
											   revision->id),
								   "migrate_load()", &migr_cell(&rows, 0, 2));
	revision->text = migr_cell(&rows, 0, 0).text;
	if (!migr_cell(&rows, 0, 4).null)
		revision->message =
			migr_span_line(&call->ctx->arena, migr_cell(&rows, 0, 4).text);
	return true;
}

/* ---- version rows ----------------------------------------------------------- */

bool
migr_version_list(MigrCall *call, MigrNames *out)
{
	MigrRows rows;

	if (!call->version.exists)
		return true;
	if (!migr_query(call, MIGR_SQL_VERSION_LIST, NULL, 0, &rows))
		return false;
	for (int i = 0; i < rows.count; i++)
		if (!migr_cell(&rows, i, 0).null)
			migr_vec_push(&call->ctx->arena, out,
						  migr_cell(&rows, i, 0).text.ptr);
	return true;
}

/* ---- version table -------------------------------------------------------------- */

bool
migr_version_create(MigrCall *call, bool *made)
{
	bool key;

	if (made != NULL)
		*made = !call->version.exists;
	if (call->version.exists)
		return true;
	call->version.exists = true;
	return migr_setting_bool(call, "version_table_pk", &key) &&
		   migr_query(call,
					  key ? MIGR_SQL_VERSION_CREATE
						  : MIGR_SQL_VERSION_CREATE_BARE,
					  NULL, 0, NULL);
}

/*
 * Name a revision as the version table does: a row may be a prefix of the id
 * that it means (2.3).
 */
static const char *
row_text(const MigrCall *call, int32_t rev)
{
	for (int i = 0; i < call->rows.count; i++)
		if (call->rows.items[i] == rev && i < call->row_texts.count)
			return call->row_texts.items[i];
	return call->graph.revisions[rev]->id;
}

/* Run a statement that must touch exactly one row (alembic.md 1.3). */
static bool
move_row(MigrCall *call, MigrSql sql, const char *from, const char *to)
{
	MigrValue args[] = {migr_text_value(from), migr_text_value(to)};
	MigrRows rows;

	if (!migr_query(call, sql, args, to != NULL ? 2 : 1, &rows))
		return false;
	if (rows.affected == 1)
		return true;
	migr_fail(call->ctx, MIGR_ERR_STATE,
			  "expected to match one row when %s '%s'%s%s%s in \"%s\"; %lld "
			  "found",
			  to != NULL ? "updating" : "deleting", from,
			  to != NULL ? " to '" : "", to != NULL ? to : "",
			  to != NULL ? "'" : "", call->version.name,
			  (long long) rows.affected);
	if (rows.affected > 1)
		return migr_hint(call->ctx, "The table holds the row more than once: "
									"stamp with purge writes it anew.");
	return migr_hint(call->ctx, "The table was changed meanwhile, or a "
								"trigger kept it from changing.");
}

/* Keep call->rows and row_texts in step with the table. */
static void
follow_rows(MigrCall *call, const MigrStep *step)
{
	MigrArena *arena = &call->ctx->arena;
	int kept = 0;

	for (int i = 0; step->removed.count > 0 && i < call->rows.count; i++)
	{
		bool gone = false;

		for (int k = 0; k < step->removed.count; k++)
			gone |= step->removed.items[k] == call->rows.items[i];
		if (gone)
			continue;
		call->rows.items[kept] = call->rows.items[i];
		call->row_texts.items[kept++] = call->row_texts.items[i];
	}
	if (step->removed.count > 0)
		call->rows.count = call->row_texts.count = kept;
	for (int i = 0; i < step->added.count; i++)
	{
		int32_t rev = step->added.items[i];

		migr_vec_push(arena, &call->rows, rev);
		migr_vec_push(arena, &call->row_texts, call->graph.revisions[rev]->id);
	}
}

/*
 * Deletes and inserts come first, then the last removed row becomes the last
 * added one by an UPDATE, as Alembic writes it (2.9).
 */
bool
migr_version_move(MigrCall *call, const MigrStep *step)
{
	MigrRevision *const *revisions = call->graph.revisions;
	int removed = step->removed.count;
	int added = step->added.count;
	int update = removed > 0 && added > 0;

	for (int i = 0; i < removed - update; i++)
		if (!move_row(call, MIGR_SQL_VERSION_DELETE,
					  row_text(call, step->removed.items[i]), NULL))
			return false;
	for (int i = 0; i < added - update; i++)
		if (!move_row(call, MIGR_SQL_VERSION_INSERT,
					  revisions[step->added.items[i]]->id, NULL))
			return false;
	if (update && !move_row(call, MIGR_SQL_VERSION_UPDATE,
							row_text(call, step->removed.items[removed - 1]),
							revisions[step->added.items[added - 1]]->id))
		return false;
	follow_rows(call, step);
	return true;
}

/* ---- log --------------------------------------------------------------------- */

bool
migr_log(MigrCall *call, const MigrEntry *entry)
{
	MigrValue args[] = {
		migr_text_value(call->history),
		migr_text_value(entry->revision),
		migr_text_value(migr_operation_word(entry->operation)),
		migr_text_value(entry->from),
		migr_text_value(entry->to),
		migr_null_value(MIGR_TEXT),
		migr_instant_value(entry->started),
		migr_int_value((entry->elapsed + 500) / 1000),
		migr_int_value(entry->statements),
	};

	if (call->user == NULL)
		call->user = call->host->user(call->host);
	args[5] = migr_text_value(call->user);
	return migr_query(call, MIGR_SQL_LOG_INSERT, args,
					  sizeof(args) / sizeof(args[0]), NULL);
}
