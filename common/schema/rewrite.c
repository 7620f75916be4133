/*
 * rewrite.c
 *	  How SQLite is made to have a table as it was edited.  See rewrite.h.
 */
#include "schema/rewrite.h"

#include "schema/ddl_read.h"
#include "schema/work.h"
#include "text/quote.h"

#define OLD "_migrate old "

/* ---- the text alone ------------------------------------------------------- */

/* Replace a stored text. */
static void
replace_text(MigrArena *arena, const char *schema, const char *type,
			 const char *name, MigrSpan text, int64_t version, MigrTexts *out)
{
	const char *quoted = migr_quote_name(arena, schema);

	migr_vec_push(arena, out, "PRAGMA writable_schema = ON");
	migr_vec_push(arena, out,
				  migr_printf(arena,
							  "UPDATE %s.sqlite_schema SET sql = %s"
							  " WHERE type = '%s' AND name = %s",
							  quoted, migr_quote_text(arena, text), type,
							  migr_quote_text(arena, migr_span(name))));
	migr_vec_push(arena, out, "PRAGMA writable_schema = OFF");
	/* or all connections would go on with what they remember; the last, as an
	 * error in the text is one only where the catalog isn't open */
	migr_vec_push(arena, out,
				  migr_printf(arena, "PRAGMA %s.schema_version = %lld", quoted,
							  (long long) version + 1));
}

void
migr_rewrite_text(MigrCtx *ctx, const MigrRewrite *rewrite, MigrTexts *out)
{
	replace_text(&ctx->arena, rewrite->schema, "table", rewrite->name,
				 rewrite->edit->text, rewrite->version, out);
}

/* Find the name in a CREATE. */
static bool
find_name(MigrCtx *ctx, MigrSpan sql, MigrSpan *name)
{
	MigrReader reader;
	MigrName found;

	migr_read_begin(&reader, ctx, sql);
	while (reader.kind != MIGR_TOKEN_END && !migr_read_at(&reader, "INDEX") &&
		   !migr_read_at(&reader, "TRIGGER") &&
		   !migr_read_at(&reader, "TABLE") && !migr_read_at(&reader, "VIEW"))
		migr_read_next(&reader);
	migr_read_next(&reader);
	if (migr_read_at(&reader, "IF"))
		for (int i = 0; i < 3; i++)
			migr_read_next(&reader);
	if (!migr_read_need_name(&reader, MIGR_NAME_ANY, &found))
		return false;
	*name = found.text;
	return true;
}

bool
migr_rewrite_view(MigrCtx *ctx, const MigrDependent *view,
				  const MigrColumnNames *columns, int64_t version,
				  MigrTexts *out)
{
	MigrArena *arena = &ctx->arena;
	MigrReader reader;
	MigrSpan name;
	MigrSpan rest;
	MigrStr text;

	if (!find_name(ctx, view->sql, &name))
		return false;
	rest.ptr = name.ptr + name.len;
	rest.len = view->sql.len - (size_t) (rest.ptr - view->sql.ptr);
	migr_read_begin(&reader, ctx, rest);
	if (migr_read_char(&reader, '('))
		return true;
	migr_str_init(&text, arena);
	migr_str_add_n(&text, view->sql.ptr, view->sql.len - rest.len);
	for (int i = 0; i < columns->count; i++)
		migr_str_printf(&text, "%s%s", i > 0 ? ", " : " (",
						migr_quote_name(arena, columns->items[i]));
	migr_str_add_char(&text, ')');
	migr_str_add_n(&text, rest.ptr, rest.len);
	replace_text(arena, view->schema, "view", view->name, migr_span(text.data),
				 version, out);
	return true;
}

/* ---- all rows -------------------------------------------------------------- */

/* Put the schema before a name in a statement that SQLite has stored. */
static const char *
put_schema(MigrArena *arena, const char *schema, MigrSpan sql, MigrSpan name)
{
	MigrStr str;

	migr_str_init(&str, arena);
	migr_str_add_n(&str, sql.ptr, (size_t) (name.ptr - sql.ptr));
	migr_str_printf(&str, "%s.", migr_quote_name(arena, schema));
	migr_str_add_n(&str, name.ptr, sql.len - (size_t) (name.ptr - sql.ptr));
	return str.data;
}

/* Is a column of a table an alias of the rowid? */
static bool
has_alias(const MigrTableDef *table)
{
	for (int i = 0; i < table->columns.count; i++)
		if (migr_work_is_alias(table, i, table->columns.items[i].type))
			return true;
	return false;
}

/* Find a name for a table's rowid.  Those that it answers to can be taken by
 * columns; NULL where all of them are, or there is none. */
static const char *
rowid_of(const MigrTableDef *table)
{
	static const char *const names[] = {"rowid", "_rowid_", "oid"};

	if (table->without_rowid)
		return NULL;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (migr_ddl_column(table, names[i]) < 0)
			return names[i];
	return NULL;
}

/* Does a table number its rows with AUTOINCREMENT? */
static bool
is_numbered(const MigrTableDef *table)
{
	bool numbered = false;

	for (int i = 0; i < table->columns.count; i++)
		for (int k = 0; k < table->columns.items[i].constraints.count; k++)
			numbered |=
				table->columns.items[i].constraints.items[k].autoincrement;
	for (int i = 0; i < table->constraints.count; i++)
		numbered |= table->constraints.items[i].autoincrement;
	return numbered;
}

/*
 * Copy the rows: INSERT INTO new (columns) SELECT expressions FROM old.  OR ABORT:
 * a constraint's own ON CONFLICT would leave rows out.  The old table is called by
 * the name that expressions may call it.
 */
static const char *
copy_rows(MigrArena *arena, const MigrRewrite *rewrite, const char *new,
		  const char *old)
{
	const MigrSources *sources = &rewrite->edit->sources;
	const char *to = rowid_of(&rewrite->edit->table);
	const char *from = rowid_of(rewrite->from);
	MigrStr columns;
	MigrStr values;

	migr_str_init(&columns, arena);
	migr_str_init(&values, arena);
	if (to != NULL && from != NULL && !has_alias(&rewrite->edit->table))
	{
		migr_str_printf(&columns, "%s, ", to);
		migr_str_printf(&values, "%s, ", from);
	}
	for (int i = 0; i < sources->count; i++)
	{
		const char *comma = i > 0 ? ", " : "";

		migr_str_printf(&columns, "%s%s", comma,
						migr_quote_name(arena, sources->items[i].column));
		migr_str_printf(&values, "%s%s", comma, sources->items[i].expr);
	}
	return migr_printf(
		arena, "INSERT OR ABORT INTO %s (%s) SELECT %s FROM %s AS %s", new,
		columns.data, values.data, old, migr_quote_name(arena, rewrite->name));
}

/* Keep AUTOINCREMENT's number: the old table's row in sqlite_sequence becomes the
 * new one's. */
static void
keep_number(MigrArena *arena, const MigrRewrite *rewrite, const char *old,
			MigrTexts *out)
{
	const char *schema = migr_quote_name(arena, rewrite->schema);
	const char *name = migr_quote_text(arena, migr_span(rewrite->name));

	migr_vec_push(arena, out,
				  migr_printf(arena,
							  "DELETE FROM %s.sqlite_sequence WHERE name = %s",
							  schema, name));
	migr_vec_push(
		arena, out,
		migr_printf(arena,
					"UPDATE %s.sqlite_sequence SET name = %s WHERE name = %s",
					schema, name, migr_quote_text(arena, migr_span(old))));
}

/* Drop the triggers, which are made again.  Where a temporary table hides the table,
 * SQLite looks for theirs there, and wouldn't rename it. */
static void
drop_triggers(MigrArena *arena, const MigrRewrite *rewrite, MigrTexts *out)
{
	for (int i = 0; i < rewrite->dependents.count; i++)
	{
		const MigrDependent *at = &rewrite->dependents.items[i];

		if (at->trigger)
			migr_vec_push(
				arena, out,
				migr_printf(arena, "DROP TRIGGER %s",
							migr_quote_qualified(arena, at->schema, at->name)));
	}
}

const char *
migr_rewrite_create(MigrCtx *ctx, const MigrDependent *of)
{
	MigrSpan name;

	return find_name(ctx, of->sql, &name)
			   ? put_schema(&ctx->arena, of->schema, of->sql, name)
			   : NULL;
}

bool
migr_rewrite_rebuild(MigrCtx *ctx, const MigrRewrite *rewrite, MigrTexts *out)
{
	MigrArena *arena = &ctx->arena;
	const char *old = migr_printf(arena, OLD "%s", rewrite->name);
	const char *from = migr_quote_qualified(arena, rewrite->schema, old);
	const char *to =
		migr_quote_qualified(arena, rewrite->schema, rewrite->name);
	const MigrTableDef *table = &rewrite->edit->table;

	drop_triggers(arena, rewrite, out);
	migr_vec_push(arena, out,
				  migr_printf(arena, "ALTER TABLE %s RENAME TO %s", to,
							  migr_quote_name(arena, old)));
	migr_vec_push(arena, out,
				  put_schema(arena, rewrite->schema, rewrite->edit->text,
							 table->name.text));
	migr_vec_push(arena, out, copy_rows(arena, rewrite, to, from));
	if (is_numbered(rewrite->from) && is_numbered(table))
		keep_number(arena, rewrite, old, out);
	migr_vec_push(arena, out, migr_printf(arena, "DROP TABLE %s", from));
	for (int i = 0; i < rewrite->dependents.count; i++)
	{
		const char *create =
			migr_rewrite_create(ctx, &rewrite->dependents.items[i]);

		if (create == NULL)
			return false;
		migr_vec_push(arena, out, create);
	}
	return true;
}
