/*
 * run.c
 *	  Run a plan: prepare every step first, then run one by one: statements,
 *	  store, version rows, the user's hook, log.
 *
 * The transaction around it is the host's business (MigrTxOp); a failure here just
 * returns, and the host undoes all of it.
 */
#include <string.h>

#include "cmd/cmd.h"

/* ---- running ----------------------------------------------------------------- */

/* Run the statements of a section; adds to *count. */
static bool
run_part(MigrCall *call, const MigrPart *part, int *count)
{
	size_t end = 0;
	int number = 0;

	for (int i = 0; i < part->stmts.count; i++)
	{
		const MigrStmt *stmt = &part->stmts.items[i];

		if (stmt->offset < end)
			continue;
		number++;
		if (!call->host->poll(call->host) ||
			!call->host->exec(call->host, &part->body, stmt, number, &end))
			return migr_at_stmt(call, &part->body, stmt, number);
	}
	*count += number;
	return true;
}

/* Run a step's script, with the host's settings around it. */
static bool
run_script(MigrCall *call, const MigrWork *work, int *count)
{
	if (work->step->operation == MIGR_STAMP)
		return true;
	if (!call->host->tx(call->host, MIGR_TX_STEP_BEGIN))
		return false;
	for (int i = 0; i < work->parts.count; i++)
		if (!run_part(call, &work->parts.items[i], count))
			return false;
	return call->host->tx(call->host, MIGR_TX_STEP_END) &&
		   migr_keep_step(call, work->step);
}

/* Run the user's hook after a step, if there is one. */
static bool
run_hook(MigrCall *call, const MigrStep *step, MigrPart *hook)
{
	int count = 0;

	if (hook->stmts.count == 0)
		return true;
	migr_bind_hook(call, step, hook);
	return call->host->tx(call->host, MIGR_TX_STEP_BEGIN) &&
		   run_part(call, hook, &count) &&
		   call->host->tx(call->host, MIGR_TX_STEP_END);
}

/* Run one step: script, store, version rows; note it for the log. */
static bool
run_step(MigrCall *call, MigrWork *work, MigrPart *hook)
{
	const MigrGraph *graph = &call->graph;
	const MigrStep *step = work->step;
	int32_t revision = step->revision != MIGR_NO_REVISION ? step->revision
														  : step->from.items[0];
	MigrEntry *entry = &work->entry;

	entry->revision = graph->revisions[revision]->id;
	entry->operation = step->operation;
	entry->from = migr_revs_text(graph, &step->from);
	entry->to = migr_revs_text(graph, &step->to);
	entry->started = call->host->now(call->host);
	if (!run_script(call, work, &entry->statements) ||
		!migr_version_move(call, step) || !run_hook(call, step, hook))
	{
		MigrPlace place = {entry->revision,
						   graph->revisions[revision]->path,
						   NULL,
						   0,
						   0,
						   NULL};

		return migr_at(call->ctx, &place);
	}
	entry->elapsed = call->host->now(call->host) - entry->started;
	migr_add_line(call, migr_step_line(graph, step));
	return true;
}

/*
 * Log the steps from first up to end.  Once for the whole transaction: between
 * scripts, each entry would have to be prepared anew on SQLite, because they
 * change the schema.
 */
static bool
log_steps(MigrCall *call, const MigrWork *works, int first, int end)
{
	for (int i = first; i < end; i++)
		if (!migr_log(call, &works[i].entry))
			return false;
	return true;
}

/* Does the version table still hold what we left in it? */
static bool
check_rows(MigrCall *call, bool *stale)
{
	MigrNames rows = {0};
	MigrMap known;

	if (!migr_version_list(call, &rows))
		return false;
	migr_map_init(&known, &call->ctx->arena, call->row_texts.count);
	for (int i = 0; i < call->row_texts.count; i++)
		migr_map_put(&known, migr_span(call->row_texts.items[i]), i);
	*stale = rows.count != call->row_texts.count;
	for (int i = 0; i < rows.count; i++)
		*stale |=
			migr_map_get(&known, migr_span(rows.items[i])) == MIGR_MAP_NONE;
	return true;
}

/* Commit what is done, and let others in for a moment. */
static bool
commit_between(MigrCall *call, bool *stale)
{
	return call->host->tx(call->host, MIGR_TX_NEXT) && check_rows(call, stale);
}

bool
migr_run_plan(MigrCall *call, const MigrPlan *plan, bool *stale)
{
	MigrWork *works = migr_alloc_array(
		&call->ctx->arena, (size_t) plan->count + 1, sizeof(MigrWork));
	MigrPart hook;
	int logged = 0;
	bool each;

	*stale = false;
	if (!migr_setting_bool(call, "transaction_per_migration", &each) ||
		!migr_prepare_hook(call, &hook) || !migr_version_create(call, NULL))
		return false;
	for (int i = 0; i < plan->count; i++)
		if (!migr_prepare_step(call, &plan->items[i], false, &works[i]))
			return false;
	if (plan->count > 0 && !migr_store_create(call))
		return false;
	for (int i = 0; i < plan->count; i++)
	{
		if (!run_step(call, &works[i], &hook))
			return false;
		if (!each || i + 1 == plan->count ||
			works[i].step->operation == MIGR_STAMP)
			continue;
		if (!log_steps(call, works, logged, i + 1) ||
			!commit_between(call, stale))
			return false;
		logged = i + 1;
		if (*stale)
			return true;
	}
	return log_steps(call, works, logged, plan->count);
}
