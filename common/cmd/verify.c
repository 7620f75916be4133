/*
 * verify.c
 *	  migrate_verify(): prove that revisions can be undone.
 *
 * In a scratch copy of the database, every pending revision is upgraded,
 * downgraded and upgraded once more, and the schema compared each time.  What
 * the copy holds goes away with it.
 */
#include <string.h>

#include "cmd/cmd.h"

/* ---- errors ------------------------------------------------------------------------- */

/* Is the error a script's own doing? */
static bool
is_scripts_own(const MigrErr *err)
{
	switch (err->code)
	{
		case MIGR_ERR_SCRIPT:
		case MIGR_ERR_TRANSACTION:
		case MIGR_ERR_AUTOCOMMIT:
		case MIGR_ERR_UNSUPPORTED:
		case MIGR_ERR_STATEMENT:
			return true;
		default:
			return false;
	}
}

/* An error in one line. */
static const char *
error_line(MigrArena *arena, const MigrErr *err)
{
	MigrStr str;

	migr_str_init(&str, arena);
	migr_str_add(&str, "fails");
	if (err->place.statement > 0)
		migr_str_printf(&str, " at statement %d", err->place.statement);
	if (err->place.line > 0)
		migr_str_printf(&str, "%s line %d",
						err->place.statement > 0 ? "," : " at",
						err->place.line);
	migr_str_printf(&str, ": %s", err->message);
	if (err->detail != NULL)
		migr_str_printf(&str, "; detail: %s", err->detail);
	if (err->hint != NULL)
		migr_str_printf(&str, "; hint: %s", err->hint);
	return migr_span_line(arena, migr_span(str.data));
}

bool
migr_take_failure(MigrCall *call, const char **line)
{
	MigrCtx *ctx = call->ctx;

	if (!is_scripts_own(&ctx->err))
		return false;
	*line = error_line(&ctx->arena, &ctx->err);
	migr_forget(ctx);
	return true;
}

/* ---- the proof ------------------------------------------------------------------------ */

/* A proof in progress. */
typedef struct Proof
{
	MigrCall *call;
	MigrScope scope;
	MigrSchema model;  /* empty where there is none */
	MigrSchema before; /* as the revision at hand found it */
	bool ended;		   /* at a section that can't be tried, or that failed */
} Proof;

/* Add a row. */
static void
add_row(MigrCall *call, const char *revision, const char *step, bool ok,
		const char *detail)
{
	MigrValue *row = migr_add_row(call);

	row[0] = migr_text_value(revision);
	row[1] = migr_text_value(step);
	row[2] = migr_bool_value(ok);
	row[3] = migr_text_value(detail);
}

/* Report in what a schema differs from what it should be: what has been added to it,
 * or removed. */
static bool
report(Proof *proof, const char *revision, const char *step,
	   const MigrSchema *there, const MigrSchema *wanted)
{
	MigrCall *call = proof->call;
	MigrDescriptions found = {0};
	MigrTexts texts = {0};

	if (!migr_compare_schemas(call, wanted, there, &found))
		return false;
	for (int i = 0; i < found.count; i++)
		migr_vec_push(&call->ctx->arena, &texts, found.items[i].description);
	add_row(call, revision, step, found.count == 0,
			found.count == 0
				? NULL
				: migr_printf(&call->ctx->arena, "differs: %s",
							  migr_join(&call->ctx->arena, texts.items,
										texts.count, ", ")));
	return true;
}

/* Read what is there, of what is compared. */
static bool
read_there(Proof *proof, MigrSchema *out)
{
	MigrCall *call = proof->call;

	if (!migr_read_live(call, &proof->scope, out) ||
		!migr_ask_objects(call, out, &proof->model))
		return false;
	migr_leave_out(call, out);
	return true;
}

/* Run the sections of a step. */
static bool
run_step(Proof *proof, const MigrWork *work)
{
	MigrCall *call = proof->call;
	MigrHost *host = call->host;
	int count = 0;

	if (!host->tx(host, MIGR_TX_STEP_BEGIN))
		return false;
	for (int i = 0; i < work->parts.count; i++)
		if (!migr_run_part(call, &work->parts.items[i], &count))
			return false;
	return host->tx(host, MIGR_TX_STEP_END);
}

/* Is there something in it that no rollback undoes?  Then it isn't tried: say so. */
static bool
add_untried(Proof *proof, const MigrRevision *revision, const MigrWork *work,
			const char *step)
{
	const char *why = work->leaves ? "an autocommit section" : work->reaches;

	if (why == NULL)
		return false;
	add_row(proof->call, revision->id, step, false,
			migr_printf(&proof->call->ctx->arena,
						"not tried: it has %s, which no rollback undoes; what "
						"follows isn't looked at",
						why));
	proof->ended = true;
	return true;
}

/* Behind an error in a step: say what has failed, and end; false where the script isn't to
 * blame. */
static bool
add_failed(Proof *proof, const MigrRevision *revision, const char *step)
{
	MigrCtx *ctx = proof->call->ctx;
	const char *line;

	if (!migr_take_failure(proof->call, &line))
		return false;
	add_row(proof->call, revision->id, step, false,
			migr_printf(&ctx->arena, "%s; what follows isn't looked at", line));
	proof->ended = true;
	return true;
}

/* Prepare the way back; *out is false where the script has none. */
static bool
prepare_back(Proof *proof, const MigrStep *up, MigrWork *work, bool *out)
{
	MigrCtx *ctx = proof->call->ctx;
	MigrStep *down = migr_alloc(&ctx->arena, sizeof(*down));

	*down = *up;
	down->operation = MIGR_DOWNGRADE;
	*out = migr_prepare_step(proof->call, down, true, work);
	if (*out)
		return true;
	if (ctx->err.code != MIGR_ERR_NO_DOWNGRADE)
		return false;
	migr_forget(ctx);
	return true;
}

/* Go back and forth; the copy stands above the revision, as it does afterwards. */
static bool
prove_back(Proof *proof, const MigrRevision *revision, const MigrWork *upgrade,
		   const MigrWork *downgrade, MigrSchema *above)
{
	MigrSchema there;

	if (!run_step(proof, downgrade))
		return add_failed(proof, revision, "downgrade");
	if (!read_there(proof, &there) ||
		!report(proof, revision->id, "downgrade", &there, &proof->before))
		return false;
	if (!run_step(proof, upgrade))
		return add_failed(proof, revision, "upgrade again");
	return read_there(proof, &there) &&
		   report(proof, revision->id, "upgrade again", &there, above);
}

/* Prove one revision; the copy stands below it, and stands on it afterwards. */
static bool
prove_step(Proof *proof, const MigrStep *up)
{
	MigrCall *call = proof->call;
	MigrRevision *revision = call->graph.revisions[up->revision];
	MigrWork upgrade;
	MigrWork downgrade;
	MigrSchema above;
	bool undo;

	if (!migr_prepare_step(call, up, true, &upgrade))
		return add_failed(proof, revision, "upgrade");
	if (!prepare_back(proof, up, &downgrade, &undo))
		return add_failed(proof, revision, "downgrade");
	if (add_untried(proof, revision, &upgrade, "upgrade"))
		return true;
	if (!run_step(proof, &upgrade))
		return add_failed(proof, revision, "upgrade");
	if (!read_there(proof, &above))
		return false;
	add_row(call, revision->id, "upgrade", true, NULL);
	if (!undo)
		add_row(call, revision->id, "downgrade", false,
				"its script has no downgrade section");
	else if (!add_untried(proof, revision, &downgrade, "downgrade") &&
			 !prove_back(proof, revision, &upgrade, &downgrade, &above))
		return false;
	proof->before = above;
	return true;
}

/* Prove the steps of a plan. */
static bool
prove_all(Proof *proof, const MigrPlan *plan)
{
	if (!read_there(proof, &proof->before))
		return false;
	for (int i = 0; i < plan->count && !proof->ended; i++)
		if (!prove_step(proof, &plan->items[i]))
			return false;
	return true;
}

/* Compare what the revisions make with the model. */
static bool
compare_model(Proof *proof)
{
	if (!migr_ask_objects(proof->call, &proof->before, &proof->model))
		return false;
	migr_leave_out(proof->call, &proof->model);
	return report(proof, NULL, "model", &proof->before, &proof->model);
}

/* Try all in the copy. */
static bool
prove_there(Proof *proof, const MigrPlan *plan)
{
	MigrHost *host = proof->call->host;
	bool ok;

	if (!host->scratch(host, &proof->scope, MIGR_SCRATCH_COPY))
		return false;
	host->guarded = true;
	ok = prove_all(proof, plan);
	host->guarded = false;
	return host->scratch(host, &proof->scope, MIGR_SCRATCH_END) && ok;
}

/* migrate_verify(revision): prove the pending revisions up to one. */
bool
migr_cmd_verify(MigrCall *call)
{
	Proof proof = {.call = call};
	MigrPlan plan = {0};
	MigrModel model;

	if (!migr_check_target(call, migr_arg_text(call, 0)) ||
		!migr_open_reader(call, false) ||
		!migr_read_scope(call, &proof.scope) ||
		!migr_read_model(call, &model) ||
		!migr_plan_upgrade(&call->graph, migr_arg_text(call, 0), &call->rows,
						   &plan))
		return false;
	migr_schema_init(call->ctx, &proof.model);
	if (model.part.stmts.count > 0 &&
		!migr_model_facts(call, &model, &proof.scope, &proof.model))
		return false;
	return prove_there(&proof, &plan) &&
		   (proof.ended || model.part.stmts.count == 0 ||
			compare_model(&proof)) &&
		   migr_keep_facts(call);
}
