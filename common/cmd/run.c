/*
 * run.c
 *	  Run a plan: prepare every step first, then run one by one: statements,
 *	  store, version rows, the user's hook, log.
 *
 * The transaction around it is the host's business (MigrTxOp); a failure here just
 * returns, and the host undoes all of it that isn't committed.  That is the
 * whole run; or the step that failed, where each is to be committed; or, in a
 * step with an autocommit section, what came behind the last statement of it.
 * So the run commits before such a section, the steps before it logged, and
 * after its step, so that nothing that comes later takes the step's row away.
 */
#include "cmd/cmd.h"

/* A run in progress. */
typedef struct Run
{
	MigrCall *call;
	const MigrPlan *plan;
	MigrWork *works; /* one for each step */
	MigrPart hook;
	bool each;	/* commit after each step */
	int logged; /* so many steps are in the log */
	bool stale; /* another connection has moved the database */
} Run;

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

/*
 * Log the steps that aren't yet, up to end.  Once for a whole transaction:
 * between scripts, each entry would have to be prepared anew on SQLite, because
 * they change the schema.
 */
static bool
log_steps(Run *run, int end)
{
	for (; run->logged < end; run->logged++)
		if (!migr_log(run->call, &run->works[run->logged].entry))
			return false;
	return true;
}

/*
 * Does the version table still hold what we left in it?  Revisions are compared,
 * not texts: a table may hold one twice, or cut short.
 */
static bool
check_rows(Run *run)
{
	MigrCall *call = run->call;
	MigrSet left = migr_set_new(&call->graph);
	MigrNames texts = {0};
	MigrRevs rows = {0};

	if (!migr_version_list(call, &texts))
		return false;
	/* what an unknown row means is said when the plan is made anew */
	run->stale = !migr_resolve_rows(&call->graph, &texts, &rows);
	migr_forget(call->ctx);
	migr_revs_sort(&call->graph, &rows);
	for (int i = 0; i < call->rows.count; i++)
		migr_set_add(left, call->rows.items[i]);
	run->stale |= rows.count != call->rows.count;
	for (int i = 0; i < rows.count; i++)
		run->stale |= !migr_set_has(left, rows.items[i]);
	return true;
}

/* Run a section of a step outside of any transaction.  The step's settings end
 * before it, as they do at each commit. */
static bool
run_outside(Run *run, int step, const MigrPart *part)
{
	MigrHost *host = run->call->host;

	return host->tx(host, MIGR_TX_STEP_END) && log_steps(run, step) &&
		   host->tx(host, MIGR_TX_LEAVE) &&
		   run_part(run->call, part, &run->works[step].entry.statements) &&
		   host->tx(host, MIGR_TX_ENTER) && check_rows(run) &&
		   host->tx(host, MIGR_TX_STEP_BEGIN);
}

/* Run a step's script, with the host's settings around it. */
static bool
run_script(Run *run, int step)
{
	MigrHost *host = run->call->host;
	MigrWork *work = &run->works[step];

	if (work->step->operation == MIGR_STAMP)
		return true;
	if (!host->tx(host, MIGR_TX_STEP_BEGIN))
		return false;
	for (int i = 0; i < work->parts.count && !run->stale; i++)
	{
		const MigrPart *part = &work->parts.items[i];

		if (part->autocommit && part->stmts.count > 0
				? !run_outside(run, step, part)
				: !run_part(run->call, part, &work->entry.statements))
			return false;
	}
	return host->tx(host, MIGR_TX_STEP_END);
}

/* Run the user's hook after a step, if there is one. */
static bool
run_hook(Run *run, const MigrStep *step)
{
	MigrHost *host = run->call->host;
	int count = 0;

	if (run->hook.stmts.count == 0)
		return true;
	migr_bind_hook(run->call, step, &run->hook);
	return host->tx(host, MIGR_TX_STEP_BEGIN) &&
		   run_part(run->call, &run->hook, &count) &&
		   host->tx(host, MIGR_TX_STEP_END);
}

/* What a step changes of ours, and the hook; nothing where somebody else was
 * there first. */
static bool
keep_step(Run *run, const MigrStep *step)
{
	if (run->stale)
		return true;
	return (step->operation == MIGR_STAMP || migr_keep_step(run->call, step)) &&
		   migr_version_move(run->call, step) && run_hook(run, step);
}

/* Report that a step begins. */
static void
report(Run *run, int at)
{
	MigrCall *call = run->call;
	const MigrWork *work = &run->works[at];

	if (call->host->progress != NULL)
		call->host->progress(
			call->host, migr_step_line(&call->graph, work->step),
			migr_printf(&call->ctx->arena, "migrate: %s %d/%d %s",
						migr_operation_word(work->step->operation), at + 1,
						run->plan->count, work->entry.revision));
}

/* Run one step: script, store, version rows; note it for the log. */
static bool
run_step(Run *run, int at)
{
	MigrCall *call = run->call;
	const MigrGraph *graph = &call->graph;
	const MigrStep *step = run->works[at].step;
	int32_t revision = step->revision != MIGR_NO_REVISION ? step->revision
														  : step->from.items[0];
	MigrEntry *entry = &run->works[at].entry;

	entry->revision = graph->revisions[revision]->id;
	entry->operation = step->operation;
	entry->from = migr_revs_text(graph, &step->from);
	entry->to = migr_revs_text(graph, &step->to);
	entry->started = call->host->now(call->host);
	report(run, at);
	if (!run_script(run, at) || !keep_step(run, step))
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
	if (!run->stale)
		migr_add_line(call, migr_step_line(graph, step));
	return true;
}

/* Commit the steps before end, and let others in for a moment. */
static bool
commit_steps(Run *run, int end)
{
	MigrHost *host = run->call->host;

	return log_steps(run, end) && host->tx(host, MIGR_TX_NEXT) &&
		   check_rows(run);
}

/* Run all steps, until somebody else has moved the database. */
static bool
run_steps(Run *run)
{
	for (int i = 0; i < run->plan->count && !run->stale; i++)
	{
		const MigrWork *work = &run->works[i];

		if (!run_step(run, i))
			return false;
		if (run->stale || i + 1 == run->plan->count ||
			work->step->operation == MIGR_STAMP || !(run->each || work->leaves))
			continue;
		if (!commit_steps(run, i + 1))
			return false;
	}
	return run->stale || log_steps(run, run->plan->count);
}

bool
migr_run_plan(MigrCall *call, const MigrPlan *plan, bool *stale)
{
	Run run = {0};

	run.call = call;
	run.plan = plan;
	run.works = migr_alloc_array(&call->ctx->arena, (size_t) plan->count + 1,
								 sizeof(MigrWork));
	*stale = false;
	if (!migr_setting_bool(call, "transaction_per_migration", &run.each) ||
		!migr_prepare_hook(call, &run.hook))
		return false;
	run.each |= call->host->steps;
	for (int i = 0; i < plan->count; i++)
		if (!migr_prepare_step(call, &plan->items[i], false, &run.works[i]))
			return false;
	if (!migr_version_create(call, NULL) ||
		(plan->count > 0 && !migr_store_create(call)) || !run_steps(&run))
		return false;
	*stale = run.stale;
	return true;
}
