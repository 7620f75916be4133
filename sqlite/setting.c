/*
 * setting.c
 *	  What the database holds of ours: the version table's place, the settings
 *	  in _migrate_config, and whether our tables are ours.
 */
#include "lite.h"

#include <string.h>

#include "text/quote.h"

/* how long another connection's commit may take, in milliseconds */
#define COMMIT_MAX 1000

/* Quote a name where it has to be, for SQL that any version may read. */
static const char *
quote_plain(MigrArena *arena, const char *name)
{
	size_t len = strlen(name);
	size_t plain = strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789");

	if (len == 0 || plain < len || (*name >= '0' && *name <= '9') ||
		sqlite3_keyword_check(name, (int) len))
		return migr_quote_name(arena, name);
	return name;
}

const char *
migr_lite_literal(MigrHost *host, const char *text)
{
	size_t size = text != NULL ? 2 * strlen(text) + 3 : sizeof("NULL");
	char *quoted = migr_alloc(&host->ctx.arena, size);

	return sqlite3_snprintf((int) size, quoted, "%Q", text);
}

/* Fail: the name belongs to something else. */
static bool
fail_taken(MigrCtx *ctx, const char *name, const MigrValue *why)
{
	migr_fail(ctx, MIGR_ERR_STATE, "migrate needs a table \"%s\", which %s",
			  name, why->text.ptr);
	return migr_hint(ctx, "Drop or rename it.");
}

/* ---- version table ----------------------------------------------------- */

bool
migr_lite_locate(MigrHost *host, const char *schema, const char *name,
				 MigrTable *table)
{
	MigrLite *lite = migr_lite(host);
	MigrArena *arena = &host->ctx.arena;
	MigrValue args[2] = {migr_text_value(name)};
	bool bare = schema == NULL;
	MigrRows rows;
	const char *in;

	if (bare)
		schema = "main";
	/* temp isn't there before its first use */
	if (sqlite3_db_readonly(lite->db, schema) == -1 &&
		sqlite3_stricmp(schema, "temp") != 0)
		return migr_fail(&host->ctx, MIGR_ERR_ARGUMENT,
						 "there is no schema \"%s\" for the version table",
						 schema);
	args[1] = migr_text_value(schema);
	in = migr_quote_name(arena, schema);
	table->name = name;
	table->qualified = migr_quote_qualified(arena, schema, name);
	table->constraint =
		migr_quote_name(arena, migr_printf(arena, "%s_pkc", name));
	table->plain = quote_plain(arena, name);
	if (!bare)
		table->plain = migr_printf(arena, "%s.%s", quote_plain(arena, schema),
								   table->plain);
	table->plain_constraint =
		quote_plain(arena, migr_printf(arena, "%s_pkc", name));
	if (!migr_lite_query(host, migr_printf(arena, migr_lite_sql_version, in),
						 args, 2, &rows))
		return false;
	table->exists = rows.count > 0;
	return !table->exists || migr_cell(&rows, 0, 0).null ||
		   fail_taken(&host->ctx, name, &migr_cell(&rows, 0, 0));
}

/* ---- our tables -------------------------------------------------------- */

/* Are our tables ours? */
static bool
check_tables(MigrLite *lite)
{
	MigrRows rows;

	return migr_lite_query(&lite->host, migr_lite_sql_others, NULL, 0, &rows) &&
		   (rows.count == 0 ||
			fail_taken(&lite->host.ctx, migr_cell(&rows, 0, 0).text.ptr,
					   &migr_cell(&rows, 0, 1)));
}

/*
 * Is there a table of settings?  Preparing a statement over it comes first:
 * when that finds no table, SQLite reads the schema anew, where another
 * connection may have made it; the metadata alone are those it remembers.
 */
static bool
has_config(MigrLite *lite)
{
	sqlite3_stmt *stmt;
	int rc =
		sqlite3_prepare_v3(lite->db, migr_lite_sql_config, -1, 0, &stmt, NULL);

	sqlite3_finalize(stmt);
	if (rc != SQLITE_OK && rc != SQLITE_ERROR)
		return migr_lite_fail(lite, rc);
	return sqlite3_table_column_metadata(lite->db, "main", "_migrate_config",
										 NULL, NULL, NULL, NULL, NULL,
										 NULL) == SQLITE_OK;
}

/*
 * Read all settings, once a call.  How long to wait for a lock is one of them;
 * and what keeps even readers out is another's commit, which is short.
 */
static void
read_config(MigrLite *lite)
{
	MigrCtx *ctx = &lite->host.ctx;
	int waited = 0;

	if (lite->config_known)
		return;
	lite->config_known = true;
	for (;;)
	{
		memset(&lite->config, 0, sizeof(lite->config));
		if (has_config(lite) && check_tables(lite) &&
			migr_lite_query(&lite->host, migr_lite_sql_config, NULL, 0,
							&lite->config))
			return;
		lite->config.count = 0;
		if (ctx->err.code != MIGR_ERR_LOCKED || lite->tx != MIGR_LITE_NONE ||
			!migr_lite_nap(lite, COMMIT_MAX, &waited))
			return;
		migr_forget(ctx);
	}
}

/* An error goes into the context: what the core asks for next fails then. */
const char *
migr_lite_setting(MigrHost *host, const char *history, const char *name)
{
	MigrLite *lite = migr_lite(host);

	read_config(lite);
	for (int i = 0; i < lite->config.count; i++)
	{
		if (migr_span_is(migr_cell(&lite->config, i, 0).text,
						 history != NULL ? history : "") &&
			migr_span_is(migr_cell(&lite->config, i, 1).text, name))
			return migr_cell(&lite->config, i, 2).text.ptr;
	}
	return NULL;
}

bool
migr_lite_check_store(MigrLite *lite)
{
	MigrCtx *ctx = &lite->host.ctx;
	const char *layout;

	if (!check_tables(lite))
		return false;
	layout = migr_lite_setting(&lite->host, NULL, "layout");
	if (layout == NULL || strcmp(layout, MIGR_LITE_LAYOUT) == 0)
		return ctx->err.code == MIGR_OK;
	migr_fail(ctx, MIGR_ERR_STATE,
			  "migrate's tables in this database are of another version of "
			  "migrate (layout %s; %s knows %s)",
			  layout, MIGR_VERSION, MIGR_LITE_LAYOUT);
	return migr_hint(ctx, "Load the newer version.");
}

bool
migr_lite_set(MigrHost *host, const char *history, const char *name,
			  const char *value)
{
	MigrLite *lite = migr_lite(host);
	MigrValue args[] = {migr_text_value(history != NULL ? history : ""),
						migr_text_value(name), migr_text_value(value)};
	bool done;

	if (!check_tables(lite) ||
		(strcmp(name, "capture") == 0 && !migr_lite_set_capture(lite, value)))
		return false;
	if (value == NULL)
		done = !has_config(lite)
				   ? host->ctx.err.code == MIGR_OK
				   : migr_lite_query(host, migr_lite_sql_config_unset, args, 2,
									 NULL);
	else
		done = migr_lite_query(host, host->sql[MIGR_SQL_STORE_CREATE], NULL, 0,
							   NULL) &&
			   migr_lite_query(host, migr_lite_sql_config_set, args, 3, NULL);
	lite->config_known = false;
	return done;
}
