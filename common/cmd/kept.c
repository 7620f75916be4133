/*
 * kept.c
 *	  The facts that a model gave, kept for the next time.
 *
 * What a model means is found out by building it, which takes long.  So what came
 * of it is kept in our tables, beside digests of its text and of all around it
 * that it depends on: where these are the same, so are the facts.  It is no more
 * than a saving: what can't be kept or read, or is damaged, is built.
 *
 * Now and then a model is built all the same (the setting verify_model), and what
 * comes of it counts: a difference would be a fault of ours.
 */
#include <string.h>

#include "base/digest.h"
#include "cmd/cmd.h"
#include "schema/kept.h"

/* ---- what they depend on ------------------------------------------------------- */

/* Digest all that the facts depend on but the model itself. */
static bool
digest_around(MigrCall *call, const MigrScope *scope, const char **out)
{
	MigrArena *arena = &call->ctx->arena;
	MigrStr str;
	MigrSpan text;

	migr_str_init(&str, arena);
	migr_str_printf(&str, "%s %s\n%s\n%d %d %d %d\n", call->host->dialect,
					MIGR_VERSION, migr_kept_format(), scope->all_schemas,
					scope->owners, scope->grants, scope->publications);
	if (!call->host->surroundings(call->host, scope, &str))
		return false;
	text.ptr = str.data;
	text.len = str.len;
	*out = migr_digest(arena, text);
	return true;
}

/* ---- what is kept ---------------------------------------------------------------- */

/* What is looked for, and what there is. */
typedef struct Kept
{
	const char *around;
	const char *model;
	bool found;		   /* are there facts of this model? */
	MigrSchema schema; /* they */
} Kept;

/* Read the kept facts, unless they are damaged. */
static void
read_facts(MigrCall *call, const MigrRows *rows, Kept *kept)
{
	if (!migr_span_is(migr_cell(rows, 0, 0).text, kept->model))
		return;
	kept->found =
		migr_kept_read(call->ctx, migr_cell(rows, 0, 2).text, &kept->schema);
	migr_forget(call->ctx);
}

/* Look for kept facts. */
static bool
find(MigrCall *call, const MigrModel *model, const MigrScope *scope, Kept *out)
{
	MigrValue args[2];
	MigrRows rows;

	memset(out, 0, sizeof(*out));
	if (!digest_around(call, scope, &out->around))
		return false;
	out->model = migr_digest(&call->ctx->arena, model->text);
	if (!call->has_store || !call->host->ready(call->host, MIGR_SQL_FACTS_GET))
		return true;
	args[0] = migr_text_value(call->history);
	args[1] = migr_text_value(out->around);
	if (!migr_query(call, MIGR_SQL_FACTS_GET, args, 2, &rows))
		return false;
	if (rows.count > 0)
		read_facts(call, &rows, out);
	return true;
}

/* Note what is to be kept. */
static void
note(MigrCall *call, const Kept *kept, const MigrSchema *schema)
{
	MigrValue *args = migr_alloc_array(&call->ctx->arena, 5, sizeof(MigrValue));

	args[0] = migr_text_value(call->history);
	args[1] = migr_text_value(kept->around);
	args[2] = migr_text_value(kept->model);
	args[3] = migr_text_value("");
	args[4] = migr_span_value(migr_kept_write(call->ctx, schema));
	call->facts = args;
}

bool
migr_keep_facts(MigrCall *call)
{
	if (call->facts == NULL || !call->has_store ||
		!call->host->ready(call->host, MIGR_SQL_FACTS_PUT) ||
		migr_query(call, MIGR_SQL_FACTS_PUT, call->facts, 5, NULL))
		return true;
	if (call->ctx->err.code == MIGR_ERR_INTERRUPTED)
		return false;
	migr_forget(call->ctx);
	return true;
}

/* ---- what they are ------------------------------------------------------------------ */

/* Build the model in a scratch place, and read all that is there. */
static bool
build(MigrCall *call, const MigrModel *model, const MigrScope *scope,
	  MigrSchema *out)
{
	MigrHost *host = call->host;
	bool ok;

	migr_schema_init(call->ctx, out);
	ok = host->scratch(host, scope, MIGR_SCRATCH_EMPTY) &&
		 host->build(host, &model->part.body, &model->part.stmts) &&
		 host->introspect(host, scope, out);
	return host->scratch(host, scope, MIGR_SCRATCH_END) && ok;
}

/* Is it this one's turn to be proven? */
static bool
is_due(MigrCall *call, bool *out)
{
	uint32_t number = 0;
	int every;

	if (!migr_setting_number(call, "verify_model", &every) ||
		!call->host->random(call->host, &number, sizeof(number)))
		return false;
	*out = every > 0 && number % (uint32_t) every == 0;
	return true;
}

/* Build the model though its facts are known: *schema is what it gives. */
static bool
verify(MigrCall *call, const MigrModel *model, const MigrScope *scope,
	   MigrSchema *schema, bool *same)
{
	const char *differs;
	MigrSchema built;

	if (!build(call, model, scope, &built))
		return false;
	differs = migr_kept_differ(call->ctx, schema, &built);
	*same = differs == NULL;
	if (!*same)
		call->host->warn(
			call->host,
			migr_printf(&call->ctx->arena,
						"the kept facts of the model were wrong about %s: it "
						"was built instead",
						migr_span_line(&call->ctx->arena, migr_span(differs))));
	*schema = built;
	return true;
}

bool
migr_model_facts(MigrCall *call, const MigrModel *model, const MigrScope *scope,
				 MigrSchema *out)
{
	bool due;
	bool same = true;
	Kept kept;

	if (!find(call, model, scope, &kept))
		return false;
	if (kept.found)
	{
		*out = kept.schema;
		if (!is_due(call, &due) ||
			(due && !verify(call, model, scope, out, &same)))
			return false;
	}
	else if (!build(call, model, scope, out))
		return false;
	if (!kept.found || !same)
		note(call, &kept, out);
	migr_filter_schema(call, out);
	return true;
}
