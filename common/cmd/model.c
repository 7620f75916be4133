/*
 * model.c
 *	  The target model: CREATE statements, from schema.sql in the script directory
 *	  or else from the store; and the live schema printed as one.
 *
 * What a model means is found out by running it, in a place that is taken away
 * again; so whoever compares with it runs it, with all that goes for scripts.
 */
#include <string.h>

#include "cmd/cmd.h"
#include "schema/change.h"

#define MODEL_FILE "schema.sql"
#define DIRECTIVE "-- migrate:model"

/* ---- reading it ------------------------------------------------------------------ */

/* Blank out a line. */
static void
blank(char *line, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (line[i] != '\r')
			line[i] = ' ';
}

/* Read the host behind a directive: is what follows for this one? */
static bool
read_host(MigrCall *call, const char *path, MigrSpan words, int line,
		  bool *ours)
{
	MigrPlace place = {.path = path, .section = "the model", .line = line};
	MigrSpan word;

	*ours = true;
	if (!migr_span_word(&words, &word))
		return true;
	if ((!migr_span_is(word, "postgresql") && !migr_span_is(word, "sqlite")) ||
		migr_span_trim(words).len > 0)
	{
		migr_fail(call->ctx, MIGR_ERR_SCRIPT,
				  "\"" DIRECTIVE "\" takes postgresql, sqlite or nothing");
		return migr_at(call->ctx, &place);
	}
	*ours = migr_span_is(word, call->host->dialect);
	return true;
}

/* Blank out what is for the other host alone; lines stay where they are. */
static bool
take_ours(MigrCall *call, const char *path, MigrSpan *text)
{
	char *copy = migr_span_dup(&call->ctx->arena, *text);
	bool ours = true;
	int number = 1;

	for (char *line = copy; *line != '\0'; number++)
	{
		size_t len = strcspn(line, "\n");
		MigrSpan span = {line, len};
		bool directive = migr_span_starts(span, DIRECTIVE) &&
						 (len == strlen(DIRECTIVE) ||
						  strchr(" \t\r", line[strlen(DIRECTIVE)]) != NULL);

		span.ptr += directive ? strlen(DIRECTIVE) : 0;
		span.len -= directive ? strlen(DIRECTIVE) : 0;
		if (directive && !read_host(call, path, span, number, &ours))
			return false;
		if (!ours || directive)
			blank(line, len);
		line += len + (line[len] == '\n');
	}
	text->ptr = copy;
	return true;
}

/* Read the model's text where there is one; *path is NULL for the stored one. */
static bool
read_text(MigrCall *call, const char **path, MigrSpan *text)
{
	MigrValue args[] = {migr_text_value(call->history)};
	MigrPathKind kind;
	MigrRows rows;

	*path = NULL;
	text->ptr = NULL;
	if (call->location != NULL)
	{
		*path = migr_join_path(call, call->location, MODEL_FILE);
		if (!call->host->look(call->host, *path, &kind))
			return false;
		return kind == MIGR_PATH_NONE ||
			   call->host->read(call->host, *path, text);
	}
	if (!call->has_store)
		return true;
	if (!migr_query(call, MIGR_SQL_MODEL_TEXT, args, 1, &rows))
		return false;
	if (rows.count == 0)
		return true;
	if (migr_cell(&rows, 0, 2).number == 0)
		return migr_fail_untrusted(call, "the model", "migrate_model()",
								   &migr_cell(&rows, 0, 1));
	*text = migr_cell(&rows, 0, 0).text;
	return true;
}

bool
migr_read_model(MigrCall *call, MigrModel *out)
{
	memset(out, 0, sizeof(*out));
	if (!read_text(call, &out->path, &out->text))
		return false;
	if (out->text.ptr == NULL)
		return true;
	if (migr_span_starts(out->text, "\xEF\xBB\xBF"))
	{
		out->text.ptr += 3;
		out->text.len -= 3;
	}
	return take_ours(call, out->path, &out->text) &&
		   migr_prepare_model(call, out->text, out->path, &out->part);
}

bool
migr_fail_no_model(MigrCall *call, const MigrModel *model)
{
	if (model->text.ptr == NULL)
		migr_fail(call->ctx, MIGR_ERR_STATE,
				  "there is no target model to compare with");
	else
		migr_fail(call->ctx, MIGR_ERR_STATE,
				  "the target model%s%s defines nothing: all would be dropped",
				  model->path != NULL ? " " : "",
				  model->path != NULL ? model->path : "");
	return migr_hint(call->ctx,
					 "%s takes CREATE statements; migrate_dump_model() prints "
					 "what there is.",
					 call->location != NULL
						 ? migr_join_path(call, call->location, MODEL_FILE)
						 : "migrate_model()");
}

/* ---- commands ---------------------------------------------------------------------- */

/* migrate_model(ddl): set the target model. */
bool
migr_cmd_model(MigrCall *call)
{
	MigrValue args[] = {migr_null_value(MIGR_TEXT), call->args[0]};
	MigrPart part;
	MigrSpan text;

	if (!migr_begin_writing(call) || !migr_open_settings(call))
		return false;
	if (call->location != NULL)
	{
		migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
				  "the model is the file %s of the script directory",
				  migr_join_path(call, call->location, MODEL_FILE));
		return migr_hint(call->ctx, "Write the statements there.");
	}
	text = call->args[0].text;
	if (!take_ours(call, NULL, &text) ||
		!migr_prepare_model(call, text, NULL, &part) ||
		!migr_store_create(call))
		return false;
	args[0] = migr_text_value(call->history);
	if (!migr_query(call, MIGR_SQL_MODEL_PUT, args, 2, NULL))
		return false;
	migr_add_line(
		call, migr_printf(&call->ctx->arena, "Set the model: %d statement%s",
						  part.stmts.count, part.stmts.count == 1 ? "" : "s"));
	return call->host->tx(call->host, MIGR_TX_COMMIT);
}

const char *
migr_render_schema(MigrCall *call, const MigrSchema *schema)
{
	MigrSchema nothing;
	MigrChanges changes = {0};

	migr_schema_init(call->ctx, &nothing);
	migr_diff(call->ctx, migr_dialect(call), &nothing, schema, &changes);
	migr_order(call->ctx, migr_dialect(call), &changes);
	return migr_render(call->ctx, migr_dialect(call), &changes);
}

/* migrate_dump_model(): the live schema as a schema.sql. */
bool
migr_cmd_dump_model(MigrCall *call)
{
	MigrSchema live;
	MigrScope scope;
	const char *text;

	if (!migr_open_reader(call, false) || !migr_read_scope(call, &scope) ||
		!migr_read_live(call, &scope, &live))
		return false;
	text = migr_render_schema(call, &live);
	while (*text != '\0')
	{
		size_t len = strcspn(text, "\n");

		migr_add_line(call, migr_strndup(&call->ctx->arena, text, len));
		text += len + (text[len] == '\n');
	}
	return call->ctx->err.code == MIGR_OK;
}
