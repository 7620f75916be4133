/*
 * offline.c
 *	  A plan as one script for psql or sqlite3 (alembic.md, section 7).
 *
 * The steps are those that would run, but from the revisions that are named
 * instead of the database's rows; nothing is written.  A revision's own text
 * goes out as it stands, comments and rows of a COPY included, so nothing can
 * be lost on the way.
 *
 * Where a run would send other statements than those of the script (ALTER TABLE on
 * SQLite), they stand in their places, behind the script's own as a comment.  They
 * are known from the database at hand, if it is where the script starts, or if the
 * script starts from nothing.
 *
 * The shells go on behind an error unless they are told not to: within one
 * transaction PostgreSQL refuses the rest by itself, SQLite doesn't.
 */
#include <string.h>

#include "cmd/cmd.h"
#include "rev/walk.h"
#include "text/lex.h"

/* What is being written. */
typedef struct Script
{
	MigrCall *call;
	bool postgresql;
	bool open; /* has BEGIN been written, without its COMMIT? */
	MIGR_VEC(MigrPreview) previews; /* one for each statement, or none at all */
	int shown;						/* so many have been written */
	MigrTexts settings;				/* for its head; see preview_begin() */
	MigrTexts checks;
} Script;

/* ---- text ----------------------------------------------------------------------- */

/* Add a text, a row for each of its lines. */
static void
put(Script *script, MigrSpan text)
{
	MigrArena *arena = &script->call->ctx->arena;

	for (;;)
	{
		const char *end = memchr(text.ptr, '\n', text.len);
		MigrSpan line = text;

		if (end != NULL)
			line.len = (size_t) (end - text.ptr);
		migr_add_line(script->call, migr_span_dup(arena, line));
		if (end == NULL)
			return;
		text.ptr += line.len + 1;
		text.len -= line.len + 1;
	}
}

/* Add a line. */
static void
put_line(Script *script, const char *line)
{
	migr_add_line(script->call, line);
}

/* Add a statement of our own, and an empty line. */
static void
put_sql(Script *script, const char *sql)
{
	put(script, migr_span(sql));
	put_line(script, "");
}

/* Is it a line that psql reads for itself, as pg_dump writes them? */
static bool
is_meta(MigrSpan line)
{
	return migr_span_starts(line, "\\restrict ") ||
		   migr_span_starts(line, "\\unrestrict ");
}

/* Add what stands between statements: comments. */
static void
put_comments(Script *script, MigrSpan text)
{
	MigrArena *arena = &script->call->ctx->arena;

	text = migr_span_trim(text);
	while (text.len > 0)
	{
		const char *end = memchr(text.ptr, '\n', text.len);
		size_t len = end != NULL ? (size_t) (end - text.ptr) : text.len;
		MigrSpan line = {text.ptr, len};

		if (!is_meta(line))
			put_line(script, migr_span_dup(arena, line));
		text.ptr += len + (end != NULL);
		text.len -= len + (end != NULL);
	}
}

/*
 * Add what stands behind the last statement.  SQLite lets a comment there run to
 * the text's end, unclosed; here more follows.
 */
static void
put_tail(Script *script, MigrSpan text)
{
	MigrSpan rest = text;
	bool open = false;

	while (!script->postgresql && rest.len > 0)
	{
		MigrToken token = migr_lex(rest);

		open =
			migr_span_starts(rest, "/*") && token.len == rest.len &&
			(token.len < 4 || memcmp(rest.ptr + token.len - 2, "*/", 2) != 0);
		rest.ptr += token.len;
		rest.len -= token.len;
	}
	put_comments(script, text);
	if (open)
		put_line(script, "*/");
}

/* ---- transactions ------------------------------------------------------------------ */

static void
begin(Script *script)
{
	if (!script->open)
		put_sql(script, "BEGIN;");
	script->open = true;
}

static void
commit(Script *script)
{
	if (script->open)
		put_sql(script, "COMMIT;");
	script->open = false;
}

/* ---- the version table --------------------------------------------------------------- */

/* Write the statement that makes the version table. */
static bool
put_table(Script *script)
{
	MigrCall *call = script->call;
	MigrArena *arena = &call->ctx->arena;
	bool key;

	if (!migr_setting_bool(call, "version_table_pk", &key))
		return false;
	put_sql(
		script,
		migr_printf(arena,
					"CREATE TABLE %s (\n    version_num VARCHAR(32) NOT NULL%s",
					call->version.plain,
					key ? migr_printf(arena,
									  ",\n    CONSTRAINT %s PRIMARY KEY "
									  "(version_num)\n);",
									  call->version.plain_constraint)
						: "\n);"));
	return true;
}

/* Write how a step changes the version table's rows: as migr_version_move(). */
static void
put_rows(Script *script, const MigrStep *step)
{
	MigrCall *call = script->call;
	MigrHost *host = call->host;
	MigrArena *arena = &call->ctx->arena;
	MigrRevision *const *revisions = call->graph.revisions;
	const char *table = call->version.plain;
	int removed = step->removed.count;
	int added = step->added.count;
	int update = removed > 0 && added > 0;

	for (int i = 0; i < removed - update; i++)
		put_sql(
			script,
			migr_printf(
				arena, "DELETE FROM %s WHERE version_num = %s;", table,
				host->literal(host, revisions[step->removed.items[i]]->id)));
	for (int i = 0; i < added - update; i++)
		put_sql(script,
				migr_printf(
					arena, "INSERT INTO %s (version_num) VALUES (%s);", table,
					host->literal(host, revisions[step->added.items[i]]->id)));
	if (update)
		put_sql(
			script,
			migr_printf(
				arena, "UPDATE %s SET version_num=%s WHERE version_num = %s;",
				table,
				host->literal(host,
							  revisions[step->added.items[added - 1]]->id),
				host->literal(
					host, revisions[step->removed.items[removed - 1]]->id)));
}

/* ---- scripts ---------------------------------------------------------------------- */

/* Write the rows of a COPY, which stand between a statement and where the
 * text goes on. */
static void
put_copy(Script *script, MigrSpan text)
{
	const char *end = memchr(text.ptr, '\n', text.len);
	MigrSpan last;

	if (end == NULL)
	{
		put_line(script, "\\.");
		return;
	}
	text.len -= (size_t) (end + 1 - text.ptr);
	text.ptr = end + 1;
	while (text.len > 0 && text.ptr[text.len - 1] == '\n')
		text.len--;
	if (text.len > 0)
		put(script, text);
	last = text;
	while (last.len > 0 && memchr(last.ptr, '\n', last.len) != NULL)
	{
		end = memchr(last.ptr, '\n', last.len);
		last.len -= (size_t) (end + 1 - last.ptr);
		last.ptr = end + 1;
	}
	if (!migr_span_is(migr_span_trim(last), "\\."))
		put_line(script, "\\.");
}

/* Is a token all that stands on its line, but for comments behind it? */
static bool
is_alone(MigrSpan text, size_t at, size_t len)
{
	size_t end = at + len;

	while (at > 0 && (text.ptr[at - 1] == ' ' || text.ptr[at - 1] == '\t'))
		at--;
	if (at > 0 && text.ptr[at - 1] != '\n')
		return false;
	while (end < text.len && text.ptr[end] != '\n')
	{
		MigrSpan rest = {text.ptr + end, text.len - end};
		MigrToken token = migr_lex(rest);

		if (token.kind != MIGR_TOKEN_SPACE)
			return false;
		if (memchr(rest.ptr, '\n', token.len) != NULL)
			return true;
		end += token.len;
	}
	return true;
}

/*
 * Refuse what the sqlite3 shell would take for itself: a statement that begins
 * with . or #, and a line that is only / or go, which ends a statement there.  text
 * is the statement's, or what stands for it.
 */
static bool
check_shell(Script *script, MigrSpan text, const MigrBody *body,
			const MigrStmt *stmt, int number)
{
	MigrToken token;

	for (size_t at = 0; at < text.len; at += token.len)
	{
		MigrSpan rest = {text.ptr + at, text.len - at};
		MigrSpan word;

		token = migr_lex(rest);
		word.ptr = rest.ptr;
		word.len = token.len;
		if (at == 0 ? *word.ptr != '.' && *word.ptr != '#'
					: (!migr_span_is(word, "/") && !migr_lex_is(word, "GO")) ||
						  !is_alone(text, at, token.len))
			continue;
		migr_fail(script->call->ctx, MIGR_ERR_UNSUPPORTED,
				  "the sqlite3 shell would take \"%.*s\" for a command of its "
				  "own",
				  (int) token.len, word.ptr);
		return migr_at_stmt(script->call, body, stmt, number);
	}
	return true;
}

/* Refuse what only a run here can answer. */
static bool
check_options(Script *script, const MigrBody *body, const MigrStmt *stmt,
			  int number)
{
	const char *text = migr_strndup(&script->call->ctx->arena,
									body->text.ptr + stmt->offset, stmt->len);

	if (strstr(text, "migrate_x") == NULL &&
		strstr(text, "migrate_tag") == NULL)
		return true;
	migr_fail(script->call->ctx, MIGR_ERR_UNSUPPORTED,
			  "the statement asks for an option of the command, which an "
			  "offline script hasn't");
	return migr_at_stmt(script->call, body, stmt, number);
}

/* Write a text as a comment. */
static void
put_commented(Script *script, MigrSpan text)
{
	MigrArena *arena = &script->call->ctx->arena;

	while (text.len > 0)
	{
		const char *end = memchr(text.ptr, '\n', text.len);
		size_t len = end != NULL ? (size_t) (end - text.ptr) : text.len;

		put_line(script, migr_printf(arena, "-- %.*s", (int) len, text.ptr));
		text.ptr += len + (end != NULL);
		text.len -= len + (end != NULL);
	}
}

/* Write a statement that the host has made, or a command of the shell's. */
static void
put_made(Script *script, const char *text)
{
	put(script,
		migr_span(text[0] == '.'
					  ? text
					  : migr_printf(&script->call->ctx->arena, "%s;", text)));
}

/* Write what is run in a statement's place. */
static bool
put_preview(Script *script, const MigrPreview *preview, const MigrBody *body,
			const MigrStmt *stmt, int number)
{
	MigrSpan text = {body->text.ptr + stmt->offset, stmt->len};

	put_commented(script, text);
	for (int i = 0; i < preview->texts.count; i++)
	{
		const char *made = preview->texts.items[i];

		if (made[0] != '.' &&
			!check_shell(script, migr_span(made), body, stmt, number))
			return false;
		put_made(script, made);
	}
	return true;
}

/* Write a statement as it stands. */
static bool
put_stmt(Script *script, const MigrBody *body, const MigrStmt *stmt, int number)
{
	MigrSpan text = {body->text.ptr + stmt->offset, stmt->len};
	size_t end = stmt->offset + stmt->len;
	MigrSpan after = {body->text.ptr + end, stmt->behind - end};
	MigrStr sql;

	if (!script->postgresql && !check_shell(script, text, body, stmt, number))
		return false;
	migr_str_init(&sql, &script->call->ctx->arena);
	migr_str_add_n(&sql, text.ptr, text.len);
	/* behind a comment, the semicolon would be part of it */
	migr_str_add(&sql, after.len > 0 && after.ptr[0] == ';' ? ";" : "\n;");
	put(script, migr_span(sql.data));
	if (stmt->rows)
		put_copy(script, after);
	return true;
}

/* What is run in place of the next statement? */
static MigrPreview
next_preview(Script *script)
{
	MigrPreview none = {0};

	return script->shown < script->previews.count
			   ? script->previews.items[script->shown++]
			   : none;
}

/* Write a section's statements; notes whether one of them changes a setting. */
static bool
put_part(Script *script, const MigrPart *part, bool *sets)
{
	const MigrBody *body = &part->body;
	MigrSpan text = body->text;
	size_t at = 0;

	for (int i = 0; i < part->stmts.count; i++)
	{
		const MigrStmt *stmt = &part->stmts.items[i];
		MigrSpan before = {text.ptr + at, stmt->offset - at};
		MigrPreview preview = next_preview(script);

		if (!check_options(script, body, stmt, i + 1))
			return false;
		put_comments(script, before);
		if (preview.why != NULL)
			put_commented(script,
						  migr_span(migr_printf(
							  &script->call->ctx->arena,
							  "What migrate would run for this isn't known: %s",
							  preview.why)));
		if (!(preview.rewritten
				  ? put_preview(script, &preview, body, stmt, i + 1)
				  : put_stmt(script, body, stmt, i + 1)))
			return false;
		put_line(script, "");
		at = stmt->behind;
		*sets |= stmt->sets;
	}
	if (at < text.len)
	{
		MigrSpan rest = {text.ptr + at, text.len - at};

		put_tail(script, rest);
	}
	return true;
}

/*
 * Give the settings that a revision has changed their values back, as a run
 * here does; the version table's name means the same again.
 */
static void
put_reset(Script *script)
{
	if (!script->postgresql)
		return;
	put_line(script, "RESET SESSION AUTHORIZATION;");
	put_sql(script, "RESET ALL;");
}

/* ---- the user's hook ----------------------------------------------------------------- */

/* Can PostgreSQL prepare a statement? */
static bool
can_prepare(MigrSpan text)
{
	static const char *const words[] = {"SELECT", "INSERT", "UPDATE", "DELETE",
										"WITH",	  "VALUES", "MERGE"};
	MigrSpan word = {text.ptr, migr_lex(text).len};
	bool can = migr_span_is(word, "(");

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		can |= migr_lex_is(word, words[i]);
	return can;
}

/* Does a statement seem to take parameters? */
static bool
has_parameters(MigrSpan text)
{
	for (size_t i = 0; i + 1 < text.len; i++)
		if (text.ptr[i] == '$' && text.ptr[i + 1] >= '1' &&
			text.ptr[i + 1] <= '9')
			return true;
	return false;
}

/* Write a statement with literals in its parameters' places. */
static bool
put_with_literals(Script *script, const MigrBody *body, MigrSpan text)
{
	MigrCtx *ctx = script->call->ctx;
	MigrHost *host = script->call->host;
	MigrStr sql;

	migr_str_init(&sql, &ctx->arena);
	while (text.len > 0)
	{
		MigrToken token = migr_lex(text);
		int which = token.kind == MIGR_TOKEN_VARIABLE && token.len == 2 &&
							text.ptr[0] == '$'
						? text.ptr[1] - '1'
						: -1;

		if (which >= 0 && which < body->nargs)
			migr_str_add(&sql, host->literal(host, body->args[which].text.ptr));
		else if (token.kind == MIGR_TOKEN_VARIABLE)
		{
			migr_fail(ctx, MIGR_ERR_STATEMENT, "there is no parameter %.*s",
					  (int) token.len, text.ptr);
			return migr_at(ctx, &body->place);
		}
		else
			migr_str_add_n(&sql, text.ptr, token.len);
		text.ptr += token.len;
		text.len -= token.len;
	}
	migr_str_add(&sql, ";");
	put_sql(script, sql.data);
	return true;
}

/* Write a statement of PostgreSQL's, whose tokens only its own parser knows. */
static void
put_prepared(Script *script, const MigrBody *body, MigrSpan text)
{
	MigrHost *host = script->call->host;
	MigrArena *arena = &script->call->ctx->arena;
	MigrStr values;

	migr_str_init(&values, arena);
	for (int i = 0; i < body->nargs; i++)
		migr_str_printf(&values, "%s%s", i > 0 ? ", " : "",
						host->literal(host, body->args[i].null
												? NULL
												: body->args[i].text.ptr));
	put(script, migr_span(migr_printf(
					arena,
					"PREPARE migrate_hook (text, text, text, text, text, text) "
					"AS\n%.*s\n;",
					(int) text.len, text.ptr)));
	put_line(script,
			 migr_printf(arena, "EXECUTE migrate_hook (%s);", values.data));
	put_sql(script, "DEALLOCATE migrate_hook;");
}

/* Write one of the hook's statements; its parameters are bound. */
static bool
put_hook_stmt(Script *script, const MigrBody *body, const MigrStmt *stmt,
			  int number)
{
	MigrCtx *ctx = script->call->ctx;
	MigrSpan text = {body->text.ptr + stmt->offset, stmt->len};
	MigrSpan word = {text.ptr, migr_lex(text).len};

	if (!check_options(script, body, stmt, number))
		return false;
	if (!script->postgresql)
		return check_shell(script, text, body, stmt, number) &&
			   put_with_literals(script, body, text);
	if (has_parameters(text) && can_prepare(text))
		put_prepared(script, body, text);
	else if (has_parameters(text) && migr_lex_is(word, "CALL"))
	{
		migr_fail(ctx, MIGR_ERR_UNSUPPORTED,
				  "a script can't CALL with the parameters of " MIGR_HOOK);
		migr_hint(ctx, "Call a function: SELECT f($1).");
		return migr_at_stmt(script->call, body, stmt, number);
	}
	else
		put_sql(script,
				migr_printf(&ctx->arena, "%.*s\n;", (int) text.len, text.ptr));
	return true;
}

/* Write the hook's statements for a step. */
static bool
put_hook(Script *script, const MigrStep *step, MigrPart *hook)
{
	if (hook->stmts.count == 0)
		return true;
	migr_bind_hook(script->call, step, hook);
	for (int i = 0; i < hook->stmts.count; i++)
		if (!put_hook_stmt(script, &hook->body, &hook->stmts.items[i], i + 1))
			return false;
	return true;
}

/* ---- what is run in their places ----------------------------------------------- */

/* Is there a statement in whose place something else is run? */
static bool
has_rewritten(Script *script, const MigrWork *works, int count)
{
	MigrHost *host = script->call->host;

	for (int i = 0; i < count && host->rewrites != NULL; i++)
		for (int k = 0; k < works[i].parts.count; k++)
		{
			const MigrPart *part = &works[i].parts.items[k];

			for (int m = 0; m < part->stmts.count; m++)
			{
				const MigrStmt *stmt = &part->stmts.items[m];
				MigrSpan text = {part->body.text.ptr + stmt->offset, stmt->len};

				if (host->rewrites(host, text))
					return true;
			}
		}
	return false;
}

/* Tell where the script starts, beside the rows of the database. */
static bool
find_origin(Script *script, MigrOrigin *origin)
{
	MigrCall *call = script->call;
	MigrSet wanted = migr_set_new(&call->graph);
	MigrNames texts = {0};
	MigrRevs rows = {0};
	bool same;

	if (!migr_version_list(call, &texts))
		return false;
	same = migr_resolve_rows(&call->graph, &texts, &rows);
	migr_forget(call->ctx);
	migr_revs_sort(&call->graph, &rows);
	for (int i = 0; i < call->rows.count; i++)
		migr_set_add(wanted, call->rows.items[i]);
	same &= rows.count == call->rows.count;
	for (int i = 0; i < rows.count; i++)
		same &= migr_set_has(wanted, rows.items[i]);
	*origin = same					  ? MIGR_FROM_HERE
			  : call->rows.count == 0 ? MIGR_FROM_NOTHING
									  : MIGR_FROM_ELSEWHERE;
	return true;
}

/* Ask about the statements of a section. */
static bool
preview_part(Script *script, const MigrPart *part)
{
	MigrHost *host = script->call->host;
	MigrArena *arena = &script->call->ctx->arena;
	size_t end = 0;

	for (int i = 0; i < part->stmts.count; i++)
	{
		const MigrStmt *stmt = &part->stmts.items[i];
		MigrPreview preview = {0};

		if (!host->poll(host) ||
			(stmt->offset >= end &&
			 !host->preview(host, &part->body, stmt, i + 1, part->autocommit,
							&end, &preview)))
			return migr_at_stmt(script->call, &part->body, stmt, i + 1);
		migr_vec_push(arena, &script->previews, preview);
	}
	return true;
}

/* Ask the host what a run would send, where that can be told. */
static bool
preview_all(Script *script, const MigrWork *works, int count)
{
	MigrHost *host = script->call->host;
	MigrOrigin origin;

	if (!has_rewritten(script, works, count))
		return true;
	if (!find_origin(script, &origin) ||
		!host->preview_begin(host, origin, &script->settings, &script->checks))
		return false;
	for (int i = 0; i < count; i++)
		for (int k = 0; k < works[i].parts.count; k++)
			if (!preview_part(script, &works[i].parts.items[k]))
				return false;
	return true;
}

/* Is something else run anywhere? */
static bool
is_rewritten(const Script *script)
{
	for (int i = 0; i < script->previews.count; i++)
		if (script->previews.items[i].rewritten)
			return true;
	return false;
}

/* Write a part of the script's head. */
static void
put_head(Script *script, const MigrTexts *texts)
{
	if (!is_rewritten(script))
		return;
	for (int i = 0; i < texts->count; i++)
		put_made(script, texts->items[i]);
	put_line(script, "");
}

/* ---- plans ------------------------------------------------------------------------- */

/* Write one step; each: it has a transaction of its own. */
static bool
put_step(Script *script, const MigrWork *work, MigrPart *hook, bool each)
{
	const MigrStep *step = work->step;
	MigrCall *call = script->call;
	bool sets = false;

	begin(script);
	/* as the log has it, but without the message */
	put_sql(script, migr_printf(&call->ctx->arena, "-- %s",
								migr_step_words(&call->graph, step)));
	for (int i = 0; i < work->parts.count; i++)
	{
		const MigrPart *part = &work->parts.items[i];

		if (part->autocommit)
			commit(script);
		else
			begin(script);
		if (!put_part(script, part, &sets))
			return false;
	}
	begin(script);
	if (sets)
		put_reset(script);
	put_rows(script, step);
	migr_apply_step(&call->graph, step, &call->rows);
	if (!put_hook(script, step, hook))
		return false;
	/* nothing that comes later may take the row of such a section away */
	if (each || work->leaves)
		commit(script);
	return true;
}

/* Is there more than one transaction in the script? */
static bool
has_several(const MigrWork *works, int count, bool each)
{
	for (int i = 0; i < count; i++)
		for (int k = 0; k < works[i].parts.count; k++)
			if (works[i].parts.items[k].autocommit)
				return true;
	return each && count > 1;
}

/* Write a whole plan, the version table's making before it where that is
 * wanted. */
static bool
put_plan(Script *script, const MigrPlan *plan, bool table)
{
	MigrCall *call = script->call;
	MigrWork *works = migr_alloc_array(
		&call->ctx->arena, (size_t) plan->count + 1, sizeof(MigrWork));
	MigrPart hook;
	bool each;

	if (!migr_setting_bool(call, "transaction_per_migration", &each) ||
		!migr_prepare_hook(call, &hook))
		return false;
	for (int i = 0; i < plan->count; i++)
		if (!migr_prepare_step(call, &plan->items[i], true, &works[i]))
			return false;
	if (!preview_all(script, works, plan->count))
		return false;
	if (!script->postgresql)
		put_sql(script, ".bail on");
	else if (has_several(works, plan->count, each))
		put_sql(script, "\\set ON_ERROR_STOP on");
	put_head(script, &script->settings);
	begin(script);
	put_head(script, &script->checks);
	if (table && !put_table(script))
		return false;
	for (int i = 0; i < plan->count; i++)
		if (!put_step(script, &works[i], &hook, each))
			return false;
	commit(script);
	return true;
}

/* ---- commands ---------------------------------------------------------------------- */

/* Begin a script: reads what there is, without the database's rows. */
static bool
open_script(MigrCall *call, Script *script)
{
	memset(script, 0, sizeof(*script));
	script->call = call;
	script->postgresql = strcmp(call->host->dialect, "postgresql") == 0;
	return call->host->tx(call->host, MIGR_TX_READ) &&
		   migr_open_settings(call) && migr_open_graph(call, true);
}

/* Cut "from:to" in two; *from is NULL where there is no colon. */
static bool
cut_range(MigrCall *call, const char *range, const char **from, const char **to)
{
	MigrArena *arena = &call->ctx->arena;
	const char *colon = strchr(range, ':');

	*from = NULL;
	*to = migr_trim(arena, range);
	if (colon == NULL)
		return true;
	if (strchr(colon + 1, ':') != NULL)
	{
		migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
				  "\"%s\" is no range: it has two colons", range);
		return migr_hint(call->ctx, "A range is <fromrev>:<torev>.");
	}
	*from =
		migr_trim(arena, migr_strndup(arena, range, (size_t) (colon - range)));
	*to = migr_trim(arena, colon + 1);
	return true;
}

/* Find the rows that a script starts from: revisions by their names. */
static bool
resolve_start(MigrCall *call, const char *from, MigrRevs *rows)
{
	MigrSpan rest = migr_span(from);
	MigrRelative relative;
	MigrSpan word;

	while (migr_span_word(&rest, &word))
	{
		const char *symbol = migr_span_dup(&call->ctx->arena, word);

		if (migr_relative_parse(NULL, symbol, &relative))
		{
			migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
					  "a script can't start from \"%s\": where that is isn't "
					  "known",
					  symbol);
			return migr_hint(call->ctx, "Name the revision to start from.");
		}
		if (!migr_resolve(&call->graph, symbol, rows))
			return false;
	}
	migr_revs_sort(&call->graph, rows);
	return migr_check_overlap(&call->graph, rows);
}

bool
migr_offline_move(MigrCall *call, MigrOperation operation)
{
	const char *from;
	const char *to;
	MigrPlan plan = {0};
	Script script;

	if (!cut_range(call, migr_arg_text(call, 0), &from, &to))
		return false;
	if (operation == MIGR_DOWNGRADE && from == NULL)
		return migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
						 "downgrade with --sql requires <fromrev>:<torev>");
	if (to[0] == '\0')
		return migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
						 "the range \"%s\" has no end", migr_arg_text(call, 0));
	return open_script(call, &script) &&
		   resolve_start(call, from, &call->rows) &&
		   (operation == MIGR_UPGRADE
				? migr_plan_upgrade(&call->graph, to, &call->rows, &plan)
				: migr_plan_downgrade(&call->graph, to, &call->rows, &plan)) &&
		   put_plan(&script, &plan, call->rows.count == 0 && plan.count > 0);
}

/* Cut each of stamp's targets; they have to start from the same. */
static bool
cut_targets(MigrCall *call, const char **from, MigrStr *to)
{
	MigrSpan rest = call->args[0].text;
	MigrSpan word;

	*from = NULL;
	while (migr_span_word(&rest, &word))
	{
		const char *start;
		const char *end;

		if (!cut_range(call, migr_span_dup(&call->ctx->arena, word), &start,
					   &end))
			return false;
		if (start == NULL)
			start = "";
		if (*from != NULL && strcmp(*from, start) != 0)
			return migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
							 "stamp with --sql takes a single starting "
							 "revision at a time");
		*from = start;
		migr_str_printf(to, "%s%s", to->len > 0 ? " " : "", end);
	}
	return true;
}

bool
migr_offline_stamp(MigrCall *call)
{
	const char *from;
	MigrPlan plan = {0};
	MigrStr to;
	Script script;

	if (migr_arg_bool(call, 3))
		return migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
						 "stamp with --sql can't purge: which rows there are "
						 "isn't known");
	migr_str_init(&to, &call->ctx->arena);
	return cut_targets(call, &from, &to) && open_script(call, &script) &&
		   resolve_start(call, from, &call->rows) &&
		   migr_plan_stamp(&call->graph, to.data, &call->rows, &plan) &&
		   put_plan(&script, &plan, call->rows.count == 0 && plan.count > 0);
}

bool
migr_offline_ensure_version(MigrCall *call)
{
	MigrPlan none = {0};
	Script script;

	return open_script(call, &script) && put_plan(&script, &none, true);
}
