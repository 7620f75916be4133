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

/* A proof in progress. */
typedef struct Proof
{
	MigrCall *call;
	MigrScope scope;
	MigrSchema before; /* as the revision at hand found it */
	bool ended;		   /* at a section that can't be tried */
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

/* Say that a section can't be tried. */
static void
add_untried(Proof *proof, const MigrRevision *revision, const char *step)
{
	add_row(proof->call, revision->id, step, false,
			"not tried: it has an autocommit section, which no rollback "
			"undoes; what follows isn't looked at");
	proof->ended = true;
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
	MigrCall *call = proof->call;
	MigrSchema there;

	return run_step(proof, downgrade) &&
		   migr_read_live(call, &proof->scope, &there) &&
		   report(proof, revision->id, "downgrade", &there, &proof->before) &&
		   run_step(proof, upgrade) &&
		   migr_read_live(call, &proof->scope, &there) &&
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

	if (!migr_prepare_step(call, up, true, &upgrade) ||
		!prepare_back(proof, up, &downgrade, &undo))
		return false;
	if (upgrade.leaves)
	{
		add_untried(proof, revision, "upgrade");
		return true;
	}
	if (!run_step(proof, &upgrade) ||
		!migr_read_live(call, &proof->scope, &above))
		return false;
	add_row(call, revision->id, "upgrade", true, NULL);
	if (!undo)
		add_row(call, revision->id, "downgrade", false,
				"its script has no downgrade section");
	else if (downgrade.leaves)
		add_untried(proof, revision, "downgrade");
	else if (!prove_back(proof, revision, &upgrade, &downgrade, &above))
		return false;
	proof->before = above;
	return true;
}

/* Prove the steps of a plan. */
static bool
prove_all(Proof *proof, const MigrPlan *plan)
{
	if (!migr_read_live(proof->call, &proof->scope, &proof->before))
		return false;
	for (int i = 0; i < plan->count && !proof->ended; i++)
		if (!prove_step(proof, &plan->items[i]))
			return false;
	return true;
}

/* Compare what the revisions make with the model, where there is one. */
static bool
compare_model(Proof *proof, const MigrModel *model)
{
	MigrCall *call = proof->call;
	MigrSchema wanted;

	return migr_build_model(call, model, &proof->scope, &wanted) &&
		   report(proof, NULL, "model", &proof->before, &wanted);
}

/* migrate_verify(revision): prove the pending revisions up to one. */
bool
migr_cmd_verify(MigrCall *call)
{
	MigrHost *host = call->host;
	Proof proof = {.call = call};
	MigrPlan plan = {0};
	MigrModel model;
	bool ok;

	if (!migr_check_target(call, migr_arg_text(call, 0)) ||
		!migr_open_reader(call, false) ||
		!migr_read_scope(call, &proof.scope) ||
		!migr_read_model(call, &model) ||
		!migr_plan_upgrade(&call->graph, migr_arg_text(call, 0), &call->rows,
						   &plan))
		return false;
	ok = host->scratch(host, &proof.scope, MIGR_SCRATCH_COPY) &&
		 prove_all(&proof, &plan);
	return host->scratch(host, &proof.scope, MIGR_SCRATCH_END) && ok &&
		   (proof.ended || model.part.stmts.count == 0 ||
			compare_model(&proof, &model));
}
