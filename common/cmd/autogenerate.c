/*
 * autogenerate.c
 *	  What a new revision has to do, so that the database becomes its model; and
 *	  the proof that it does.
 *
 * The proof runs in a scratch place: the live schema is made there from nothing,
 * by our own renderer, then the upgrade, then the downgrade, and each time what
 * is there is read and compared.  What differs is named in the script's head.
 */
#include <string.h>

#include "cmd/cmd.h"
#include "rev/heads.h"
#include "schema/portable.h"

/* ---- guards --------------------------------------------------------------------------- */

bool
migr_check_at_head(MigrCall *call)
{
	bool all = call->unknown.count == 0;

	for (int32_t rev = 0; rev < call->graph.count; rev++)
		all &= !migr_is_real_head(&call->graph, rev) ||
			   migr_set_has(call->row_set, rev);
	if (all)
		return true;
	migr_fail(call->ctx, MIGR_ERR_STATE, "Target database is not up to date.");
	return migr_hint(call->ctx, "migrate_upgrade('heads') brings it there.");
}

/* ---- texts ---------------------------------------------------------------------------- */

/* Add statements of ours, each on its line. */
static void
add_texts(MigrStr *str, const MigrTexts *texts, bool reverse)
{
	for (int i = 0; i < texts->count; i++)
		migr_str_printf(str, "%s;\n",
						texts->items[reverse ? texts->count - 1 - i : i]);
}

/* Drop the line ends at the end: the template has its own. */
static const char *
trim_end(MigrArena *arena, const char *text)
{
	size_t len = strlen(text);

	while (len > 0 && text[len - 1] == '\n')
		len--;
	return migr_strndup(arena, text, len);
}

const char *
migr_upgrade_text(MigrCall *call, const MigrCompared *compared)
{
	MigrStr str;

	migr_str_init(&str, &call->ctx->arena);
	add_texts(&str, &compared->renames, false);
	migr_str_add(&str,
				 migr_render(call->ctx, migr_dialect(call), &compared->up));
	return trim_end(&call->ctx->arena, str.data);
}

const char *
migr_downgrade_text(MigrCall *call, const MigrCompared *compared)
{
	MigrStr str;

	migr_str_init(&str, &call->ctx->arena);
	migr_str_add(&str,
				 migr_render(call->ctx, migr_dialect(call), &compared->down));
	add_texts(&str, &compared->renames_back, true);
	return trim_end(&call->ctx->arena, str.data);
}

/* ---- the proof ------------------------------------------------------------------------ */

/* Read what is there, and say in what it differs from what it should be. */
static bool
expect(MigrCall *call, const MigrScope *scope, const MigrSchema *wanted,
	   const char *when, MigrTexts *out)
{
	MigrDescriptions found = {0};
	MigrSchema there;

	if (!migr_read_live(call, scope, &there))
		return false;
	migr_leave_out(call, &there);
	migr_unfold_serials(call->ctx, &there, wanted);
	if (!migr_compare_schemas(call, wanted, &there, &found))
		return false;
	for (int i = 0; i < found.count; i++)
		migr_vec_push(&call->ctx->arena, out,
					  migr_printf(&call->ctx->arena, "%s: %s", when,
								  found.items[i].description));
	return true;
}

/* Build a schema as a model is built: a schema that is there may be made again. */
static bool
build_text(MigrCall *call, const char *text)
{
	MigrPart part;

	return migr_prepare_text(call, migr_span(text), "the schema made anew",
							 &part) &&
		   call->host->build(call->host, &part.body, &part.stmts);
}

/* The live schema as statements; what isn't compared is in it where that needs it. */
static bool
start_text(MigrCall *call, const MigrCompared *compared, const char **out)
{
	const MigrSchema *start = &compared->start;
	MigrSchema all;

	if (call->left_out.count > 0 || migr_setting(call, "include_name") != NULL)
	{
		if (!migr_read_needed(call, &compared->scope, start, &all))
			return false;
		start = &all;
	}
	*out = migr_render_schema(call, start);
	return true;
}

/* Build the live schema anew.  Where the caller may not (it is others' too), nothing can
 * be proven, and that is said. */
static bool
build_start(MigrCall *call, const char *text, MigrTexts *out, bool *built)
{
	MigrHost *host = call->host;
	const char *line;

	host->guarded = true;
	*built = build_text(call, text);
	host->guarded = false;
	if (*built)
		return true;
	if (!migr_take_failure(call, &line))
		return false;
	migr_vec_push(&call->ctx->arena, out,
				  migr_printf(&call->ctx->arena,
							  "not proven, the schema made anew: %s", line));
	return true;
}

/* Prove both ways; what differs goes to *out. */
static bool
prove(MigrCall *call, const MigrCompared *compared, const MigrGenerated *text,
	  MigrTexts *out)
{
	MigrHost *host = call->host;
	const MigrScope *scope = &compared->scope;
	const char *start;
	bool built;
	bool ok = start_text(call, compared, &start) &&
			  host->scratch(host, scope, MIGR_SCRATCH_EMPTY) &&
			  build_start(call, start, out, &built) &&
			  (!built || (expect(call, scope, &compared->start,
								 "not proven, the schema made anew", out) &&
						  migr_run_text(call, text->upgrade, "upgrade") &&
						  expect(call, scope, &compared->model,
								 "not proven, behind the upgrade", out) &&
						  migr_run_text(call, text->downgrade, "downgrade") &&
						  expect(call, scope, &compared->start,
								 "not proven, behind the downgrade", out)));

	return host->scratch(host, scope, MIGR_SCRATCH_END) && ok;
}

/*
 * Where both hosts run the same, and it proves to do what it should, write that.
 * Else the sections are for this host alone.
 */
static bool
prove_portable(MigrCall *call, const MigrModel *model,
			   const MigrCompared *compared, MigrGenerated *out)
{
	const MigrBody *body = &model->part.body;
	MigrGenerated plain = *out;
	MigrTexts wrong = {0};
	MigrWordbook book;

	out->alone = true;
	migr_wordbook_init(call->ctx, migr_dialect(call), &compared->start,
					   &compared->model, &book);
	for (int i = 0; i < model->part.stmts.count; i++)
	{
		const MigrStmt *stmt = &model->part.stmts.items[i];
		MigrSpan text = {body->text.ptr + stmt->offset, stmt->len};

		migr_wordbook_add_key(&book, text);
	}
	if (migr_dialect(call) == MIGR_POSTGRESQL)
	{
		plain.upgrade = migr_plain_text(&book, out->upgrade);
		plain.downgrade = migr_plain_text(&book, out->downgrade);
	}
	if (!migr_is_portable(&book, plain.upgrade) ||
		!migr_is_portable(&book, plain.downgrade))
		return true;
	if (!prove(call, compared, &plain, &wrong))
		return false;
	if (wrong.count == 0)
		*out = plain;
	return true;
}

/* Say remarks to the user, and put them above a text as comments. */
static const char *
with_remarks(MigrCall *call, const MigrTexts *remarks, const char *text)
{
	MigrStr str;

	migr_str_init(&str, &call->ctx->arena);
	for (int i = 0; i < remarks->count; i++)
	{
		const char *line =
			migr_span_line(&call->ctx->arena, migr_span(remarks->items[i]));

		migr_str_printf(&str, "-- %s\n", line);
		migr_vec_push(&call->ctx->arena, &call->said, line);
		call->host->warn(call->host, line);
	}
	migr_str_add(&str, text);
	return str.data;
}

/* ---- all of it ------------------------------------------------------------------------- */

/* Tell what was found, as Alembic's log does; what may be a rename is a remark. */
static void
tell(MigrCall *call, const MigrCompared *compared, MigrTexts *remarks)
{
	static const char log[] = "INFO  [alembic.autogenerate.compare] Detected";
	MigrArena *arena = &call->ctx->arena;
	MigrDescriptions found = {0};

	for (int i = 0; i < compared->renames.count; i++)
		migr_vec_push(arena, &call->said,
					  migr_printf(arena, "%s rename: %s", log,
								  compared->renames.items[i]));
	for (int i = 0; i < compared->up.count; i++)
		migr_describe(call->ctx, compared->up.items[i], &found);
	for (int i = 0; i < found.count; i++)
	{
		migr_vec_push(
			arena, &call->said,
			migr_printf(arena, "%s %s", log, found.items[i].description));
		if (found.items[i].likely != NULL)
			migr_vec_push(arena, remarks, found.items[i].likely);
	}
}

/* The first revision of a database that has no model: all that is there. */
static bool
make_baseline(MigrCall *call, MigrCompared *out)
{
	memset(out, 0, sizeof(*out));
	migr_schema_init(call->ctx, &out->start);
	if (!migr_read_scope(call, &out->scope) ||
		!migr_read_live(call, &out->scope, &out->model))
		return false;
	out->live = out->start;
	if (!migr_ask_objects(call, &out->model, &out->start))
		return false;
	migr_leave_out(call, &out->model);
	return migr_compare_both(call, out);
}

bool
migr_autogenerate(MigrCall *call, bool both, MigrGenerated *out)
{
	MigrCompared compared;
	MigrTexts remarks = {0};
	MigrModel model;

	memset(out, 0, sizeof(*out));
	if (!migr_read_model(call, &model))
		return false;
	if (model.part.stmts.count > 0)
	{
		if (!migr_compare(call, &model, &compared))
			return false;
	}
	else if (call->graph.count > 0)
		return migr_fail_no_model(call, &model);
	else if (!make_baseline(call, &compared))
		return false;
	else
		out->baseline = true;
	tell(call, &compared, &remarks);
	out->upgrade = migr_upgrade_text(call, &compared);
	out->downgrade = migr_downgrade_text(call, &compared);
	if (call->ctx->err.code != MIGR_OK ||
		(both && !prove_portable(call, &model, &compared, out)) ||
		((!both || out->alone) && !prove(call, &compared, out, &remarks)))
		return false;
	out->upgrade = with_remarks(call, &remarks, out->upgrade);
	return migr_keep_facts(call);
}
