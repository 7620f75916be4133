/*
 * session.c
 *	  What a call works on: settings, the scripts that there are, the rows of
 *	  the version table.
 *
 * Scripts come from two places.  The store holds what was loaded as text, and
 * what was applied.  Where a script directory is set, it is read first, like
 * Alembic's, and its text goes before the stored one; a stored script whose
 * file has gone is still there, behind the directory's in map order.
 */
#include <string.h>

#include "cmd/cmd.h"

/* ---- settings ---------------------------------------------------------------- */

/* Put the version table's names into a statement: %T and %C. */
static const char *
put_names(MigrCall *call, const char *sql)
{
	MigrStr str;

	migr_str_init(&str, &call->ctx->arena);
	for (const char *at = sql; *at != '\0'; at++)
	{
		if (at[0] == '%' && at[1] == 'T')
			migr_str_add(&str, call->version.qualified);
		else if (at[0] == '%' && at[1] == 'C')
			migr_str_add(&str, call->version.constraint);
		else
		{
			migr_str_add_char(&str, *at);
			continue;
		}
		at++;
	}
	return str.data;
}

bool
migr_open_settings(MigrCall *call)
{
	MigrHost *host = call->host;
	const char **sql = migr_alloc_array(&call->ctx->arena, MIGR_SQL_COUNT,
										sizeof(const char *));
	const char *table;
	MigrRows rows;

	if (!migr_open_history(call) || !migr_open_file(call))
		return false;
	table = migr_setting(call, "version_table");
	if (!host->locate(host, migr_setting(call, "version_table_schema"), table,
					  &call->version))
		return false;
	for (int i = 0; i < MIGR_SQL_COUNT; i++)
		sql[i] = host->sql[i] != NULL && i >= MIGR_SQL_VERSION_CREATE
					 ? put_names(call, host->sql[i])
					 : host->sql[i];
	call->sql = sql;
	if (!migr_query(call, MIGR_SQL_STORE_EXISTS, NULL, 0, &rows))
		return false;
	call->has_store = rows.count > 0 && migr_cell(&rows, 0, 0).number != 0;
	return true;
}

/* ---- graph ------------------------------------------------------------------- */

/* Append the stored scripts that the directory doesn't have; mark the others. */
static void
join_sources(MigrCall *call, const MigrRevisions *stored)
{
	MigrMap ids;

	migr_map_init(&ids, &call->ctx->arena, call->revisions.count);
	for (int i = 0; i < call->revisions.count; i++)
		migr_map_put(&ids, migr_span(call->revisions.items[i]->id), i);
	for (int i = 0; i < stored->count; i++)
	{
		int32_t at = migr_map_get(&ids, migr_span(stored->items[i]->id));

		if (at == MIGR_MAP_NONE)
			migr_vec_push(&call->ctx->arena, &call->revisions,
						  stored->items[i]);
		else
			call->revisions.items[at]->stored = true;
	}
}

bool
migr_open_graph(MigrCall *call, bool full)
{
	MigrRevisions stored = {0};

	if (call->location == NULL)
	{
		if (!migr_store_list(call, full, &call->revisions))
			return false;
	}
	else
	{
		if (!migr_read_directory(call, &call->revisions) ||
			!migr_store_list(call, full, &stored))
			return false;
		migr_join_headless(call, &stored);
		join_sources(call, &stored);
	}
	return migr_graph_build(call->ctx, call->revisions.items,
							call->revisions.count, &call->graph);
}

/* ---- rows -------------------------------------------------------------------- */

/* Set the rows apart that no script answers to. */
static void
resolve_known(MigrCall *call)
{
	MigrNames known = {0};

	for (int i = 0; i < call->row_texts.count; i++)
	{
		MigrNames one = {&call->row_texts.items[i], 1, 1};
		bool found = migr_resolve_rows(&call->graph, &one, &call->rows);

		migr_forget(call->ctx);
		if (found)
			migr_vec_push(&call->ctx->arena, &known, call->row_texts.items[i]);
		else
			migr_vec_push(&call->ctx->arena, &call->unknown,
						  call->row_texts.items[i]);
	}
	call->row_texts = known;
}

void
migr_warn_about_rows(MigrCall *call)
{
	MigrArena *arena = &call->ctx->arena;

	if (call->unknown.count > 0)
		call->host->warn(
			call->host,
			migr_printf(arena,
						"the version table \"%s\" holds %s, of which there is "
						"no script",
						call->version.name,
						migr_join(arena, call->unknown.items,
								  call->unknown.count, ", ")));
	if (!migr_check_rows(&call->graph, &call->rows))
		call->host->warn(call->host, call->ctx->err.message);
	migr_forget(call->ctx);
}

/* Put the rows into map order, each once: a table gives them in any. */
static void
order_rows(MigrCall *call)
{
	MigrArena *arena = &call->ctx->arena;
	MigrRevs rows = {0};
	MigrNames texts = {0};
	const char **text_of =
		migr_alloc_array(arena, (size_t) call->graph.count + 1, sizeof(char *));

	call->row_set = migr_set_new(&call->graph);
	for (int i = 0; i < call->rows.count; i++)
	{
		migr_vec_push(arena, &rows, call->rows.items[i]);
		text_of[call->rows.items[i]] = call->row_texts.items[i];
		migr_set_add(call->row_set, call->rows.items[i]);
	}
	migr_revs_sort(&call->graph, &rows);
	for (int i = 0; i < rows.count; i++)
		migr_vec_push(arena, &texts, text_of[rows.items[i]]);
	call->rows = rows;
	call->row_texts = texts;
}

bool
migr_open_rows(MigrCall *call, bool strict)
{
	MigrRevs none = {0};
	MigrNames no_texts = {0};

	call->rows = none;
	call->row_texts = call->unknown = no_texts;
	if (!migr_version_list(call, &call->row_texts))
		return false;
	if (!strict)
		resolve_known(call);
	else if (!migr_resolve_rows(&call->graph, &call->row_texts, &call->rows))
		return false;
	order_rows(call);
	return true;
}

/* ---- all of it ------------------------------------------------------------------ */

/* What the settings are is asked for again behind the lock. */
bool
migr_begin_writing(MigrCall *call)
{
	MigrHost *host = call->host;

	return (host->reads_late ||
			(migr_open_history(call) && migr_open_file(call) &&
			 migr_setting_locks(call, &host->lock_timeout,
								&host->lock_retries))) &&
		   host->tx(host, MIGR_TX_WRITE);
}

bool
migr_open_writer(MigrCall *call, bool full, bool strict)
{
	return migr_begin_writing(call) && migr_open_settings(call) &&
		   migr_open_graph(call, full) && migr_open_rows(call, strict);
}

bool
migr_open_reader(MigrCall *call, bool full)
{
	if (!call->host->tx(call->host, MIGR_TX_READ) ||
		!migr_open_settings(call) || !migr_open_graph(call, full) ||
		!migr_open_rows(call, false))
		return false;
	migr_warn_about_rows(call);
	return true;
}
