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
 *
 * What lies between two commits is a leg.  Where a lock can't be had in time, a
 * leg is undone and run again (again.c); the first one from farther back, by
 * whoever called us, because more than our steps is undone with it.
 */
#include <string.h>

#include "cmd/cmd.h"

/* Where a leg began, and what undoing it takes back. */
typedef struct Mark
{
	int step;
	int part;
	int lines;		/* of the result */
	int statements; /* of the step */
	MigrRevs rows;
	MigrNames row_texts;
} Mark;

/* A run in progress. */
typedef struct Run
{
	MigrCall *call;
	const MigrPlan *plan;
	MigrWork *works;	/* one for each step */
	MigrHandler finish; /* what is left to do behind the last; or NULL */
	MigrPart hook;
	bool each;	 /* commit after each step */
	int step;	 /* the step at hand */
	int part;	 /* and its section */
	int logged;	 /* so many steps are in the log */
	bool leaves; /* the section is one outside of any transaction */
	bool stale;	 /* another connection has moved the database */
	Mark mark;
} Run;

/* ---- running ----------------------------------------------------------------- */

/* Run a statement; one that is a transaction of its own, again where a lock can't
 * be had. */
static bool
run_stmt(MigrCall *call, const MigrPart *part, const MigrStmt *stmt, int number,
		 size_t *end)
{
	MigrHost *host = call->host;

	while (!host->poll(host) ||
		   !host->exec(host, &part->body, stmt, number, end))
	{
		migr_at_stmt(call, &part->body, stmt, number);
		if (!part->autocommit || !migr_try_again(call))
			return false;
	}
	if (part->autocommit)
		host->tried = 0;
	return true;
}

bool
migr_run_part(MigrCall *call, const MigrPart *part, int *count)
{
	size_t end = 0;
	int number = 0;

	for (int i = 0; i < part->stmts.count; i++)
	{
		const MigrStmt *stmt = &part->stmts.items[i];

		if (stmt->offset < end)
			continue;
		number++;
		if (!run_stmt(call, part, stmt, number, &end))
			return false;
	}
	*count += number;
	return true;
}

/* The revision that a step is about. */
static MigrRevision *
revision_of(const Run *run, int number)
{
	const MigrStep *step = run->works[number].step;
	int32_t revision = step->revision != MIGR_NO_REVISION ? step->revision
														  : step->from.items[0];

	return run->call->graph.revisions[revision];
}

/* Complete an error with the step that it happened in.  Always false. */
static bool
at_step(const Run *run, int number)
{
	const MigrRevision *revision = revision_of(run, number);
	MigrPlace place = {revision->id, revision->path, NULL, 0, 0, NULL};

	return migr_at(run->call->ctx, &place);
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
			return at_step(run, run->logged);
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

/* ---- a step ------------------------------------------------------------------ */

/* Run a step's script, with the host's settings around it, up to its end or to an
 * autocommit section. */
static bool
run_script(Run *run)
{
	MigrHost *host = run->call->host;
	MigrWork *work = &run->works[run->step];

	if (work->step->operation == MIGR_STAMP)
		return true;
	if (!host->tx(host, MIGR_TX_STEP_BEGIN))
		return false;
	for (; run->part < work->parts.count; run->part++)
	{
		const MigrPart *part = &work->parts.items[run->part];

		run->leaves = part->autocommit && part->stmts.count > 0;
		if (run->leaves)
			break;
		if (!migr_run_part(run->call, part, &work->entry.statements))
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
		   migr_run_part(run->call, &run->hook, &count) &&
		   host->tx(host, MIGR_TX_STEP_END);
}

/* Report that a step begins. */
static void
report(Run *run)
{
	MigrCall *call = run->call;
	const MigrWork *work = &run->works[run->step];

	if (call->host->progress != NULL)
		call->host->progress(
			call->host, migr_step_line(&call->graph, work->step),
			migr_printf(&call->ctx->arena, "migrate: %s %d/%d %s",
						migr_operation_word(work->step->operation),
						run->step + 1, run->plan->count, work->entry.revision));
}

/* Note what a step is, for the log, and report it. */
static void
begin_step(Run *run)
{
	MigrCall *call = run->call;
	MigrWork *work = &run->works[run->step];
	MigrEntry *entry = &work->entry;

	memset(entry, 0, sizeof(*entry));
	entry->revision = revision_of(run, run->step)->id;
	entry->operation = work->step->operation;
	entry->from = migr_revs_text(&call->graph, &work->step->from);
	entry->to = migr_revs_text(&call->graph, &work->step->to);
	entry->started = call->host->now(call->host);
	work->was_stored = revision_of(run, run->step)->stored;
	report(run);
}

/* Change what a step changes of ours: store, version rows; and run the hook. */
static bool
end_step(Run *run)
{
	MigrCall *call = run->call;
	MigrWork *work = &run->works[run->step];
	const MigrStep *step = work->step;

	if ((step->operation != MIGR_STAMP && !migr_keep_step(call, step)) ||
		!migr_version_move(call, step) || !run_hook(run, step))
		return false;
	work->entry.elapsed = call->host->now(call->host) - work->entry.started;
	migr_add_line(call, migr_step_line(&call->graph, step));
	return true;
}

/* Run the step at hand, to its end or to an autocommit section. */
static bool
run_step(Run *run)
{
	if (run->part == 0)
		begin_step(run);
	if (!run_script(run) || (!run->leaves && !end_step(run)))
		return at_step(run, run->step);
	if (run->leaves)
		return true;
	run->step++;
	run->part = 0;
	return true;
}

/* ---- a leg ------------------------------------------------------------------- */

/* Is a commit due behind the step before the one at hand? */
static bool
is_due(const Run *run)
{
	const MigrWork *work = &run->works[run->step - 1];

	return work->step->operation != MIGR_STAMP && (run->each || work->leaves);
}

/* Commit the leg.  An error is its step's, where it has one alone. */
static bool
commit_leg(const Run *run, MigrTxOp op)
{
	MigrHost *host = run->call->host;
	int last = run->step - 1;

	return host->tx(host, op) || (last == run->mark.step && at_step(run, last));
}

/* Run the steps up to a commit, and commit. */
static bool
run_leg(Run *run)
{
	MigrHost *host = run->call->host;

	while (run->step < run->plan->count)
	{
		if (!run_step(run))
			return false;
		if (run->leaves)
			return (log_steps(run, run->step) &&
					host->tx(host, MIGR_TX_LEAVE)) ||
				   at_step(run, run->step);
		if (run->step < run->plan->count && is_due(run))
			return log_steps(run, run->step) && commit_leg(run, MIGR_TX_NEXT);
	}
	return log_steps(run, run->step) &&
		   (run->finish == NULL || run->finish(run->call)) &&
		   commit_leg(run, MIGR_TX_COMMIT);
}

/* A leg begins. */
static void
set_mark(Run *run)
{
	MigrCall *call = run->call;
	Mark *mark = &run->mark;

	memset(mark, 0, sizeof(*mark));
	mark->step = run->step;
	mark->part = run->part;
	mark->lines = call->result->rows.count;
	mark->statements = run->works[run->step].entry.statements;
	if (call->host->lock_retries == 0)
		return;
	migr_vec_copy(&call->ctx->arena, &mark->rows, &call->rows);
	migr_vec_copy(&call->ctx->arena, &mark->row_texts, &call->row_texts);
}

/* Go back to where the leg began. */
static void
go_back(Run *run)
{
	MigrCall *call = run->call;
	const Mark *mark = &run->mark;

	for (; run->step >= mark->step; run->step--)
		if (run->works[run->step].entry.revision != NULL)
			revision_of(run, run->step)->stored =
				run->works[run->step].was_stored;
	run->step = run->logged = mark->step;
	run->part = mark->part;
	run->works[run->step].entry.statements = mark->statements;
	run->leaves = false;
	call->result->rows.count = mark->lines;
	migr_vec_copy(&call->ctx->arena, &call->rows, &mark->rows);
	migr_vec_copy(&call->ctx->arena, &call->row_texts, &mark->row_texts);
}

/*
 * May the leg that has failed run again?  The first one of a call can't here; and
 * if it is another, the call as a whole can't: so what is read between two
 * legs is tried again here as well.
 */
static bool
begin_again(Run *run)
{
	MigrCall *call = run->call;

	do
	{
		if (!call->committed || !migr_try_again(call))
			return false;
		go_back(run);
	} while (!check_rows(run));
	return true;
}

/* Run the section at hand outside of any transaction. */
static bool
run_outside(Run *run)
{
	MigrWork *work = &run->works[run->step];

	return migr_run_part(run->call, &work->parts.items[run->part++],
						 &work->entry.statements) ||
		   at_step(run, run->step);
}

/* Begin the next transaction. */
static bool
go_on(Run *run)
{
	MigrHost *host = run->call->host;
	bool begun = host->tx(host, run->leaves ? MIGR_TX_ENTER : MIGR_TX_WRITE);

	while (!begun || !check_rows(run))
	{
		if (!migr_try_again(run->call))
			return at_step(run, run->step);
		/* once inside, to try again has begun the next one */
		begun = begun ||
				host->tx(host, run->leaves ? MIGR_TX_ENTER : MIGR_TX_WRITE);
	}
	run->leaves = false;
	return true;
}

/* Run all steps, until somebody else has moved the database. */
static bool
run_steps(Run *run)
{
	MigrCall *call = run->call;

	do
	{
		set_mark(run);
		while (!run->stale && !run_leg(run))
			if (!begin_again(run))
				return false;
		call->committed = true;
		if (run->stale || run->step == run->plan->count)
			return true;
		if ((run->leaves && !run_outside(run)) || !go_on(run))
			return false;
	} while (!run->stale);
	return true;
}

bool
migr_run_plan(MigrCall *call, const MigrPlan *plan, MigrHandler finish,
			  bool *stale)
{
	Run run = {0};

	run.call = call;
	run.plan = plan;
	run.finish = finish;
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
