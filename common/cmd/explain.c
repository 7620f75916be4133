/*
 * explain.c
 *	  migrate_explain(): what pending revisions do to a database that is in use.
 *
 * Their statements run one by one in a scratch copy of the database, with its rows,
 * and the host tells what each has locked, rewritten and touched there.  What the
 * copy holds goes away with it.  The first statement that fails, or that can't be
 * tried, ends it: those behind it would meet another database.
 */
#include "cmd/cmd.h"

/* A trial in progress. */
typedef struct Trial
{
	MigrCall *call;
	MigrWork *works; /* one for each step */
	bool ended;		 /* at a statement that fails, or can't be tried */
} Trial;

/* Add the row of a statement. */
static MigrValue *
add_row(MigrCall *call, const MigrPart *part, const MigrStmt *stmt)
{
	MigrArena *arena = &call->ctx->arena;
	MigrValue *row = migr_add_row(call);

	row[0] = migr_text_value(part->body.place.revision);
	row[1] = migr_text_value(
		migr_strndup(arena, part->body.text.ptr + stmt->offset, stmt->len));
	row[2] = migr_int_value(stmt->line);
	return row;
}

/* End the trial with the row of a statement. */
static void
end_trial(Trial *trial, const MigrPart *part, const MigrStmt *stmt,
		  const char *why)
{
	add_row(trial->call, part, stmt)[7] = migr_text_value(why);
	trial->ended = true;
}

/* Report a statement that has failed, unless it is the call that has. */
static bool
report_failure(Trial *trial, const MigrPart *part, const MigrStmt *stmt)
{
	MigrCtx *ctx = trial->call->ctx;
	const MigrErr *err = &ctx->err;

	if (err->code == MIGR_ERR_INTERRUPTED || err->code == MIGR_ERR_INTERNAL)
		return false;
	end_trial(trial, part, stmt,
			  migr_printf(&ctx->arena, "fails: %s%s%s", err->message,
						  err->detail != NULL ? ": " : "",
						  err->detail != NULL ? err->detail : ""));
	migr_forget(ctx);
	return true;
}

/* Try a statement. */
static bool
try_stmt(Trial *trial, const MigrPart *part, const MigrStmt *stmt, int number,
		 size_t *end)
{
	MigrCall *call = trial->call;
	MigrHost *host = call->host;
	MigrSeen seen = {0};
	MigrValue *row;

	if (!host->poll(host))
		return false;
	if (!host->explain(host, &part->body, stmt, number, end, &seen))
		return report_failure(trial, part, stmt);
	row = add_row(call, part, stmt);
	row[3] = migr_int_value(seen.elapsed / 1000);
	row[4] = migr_text_value(seen.locks);
	row[5] = migr_text_value(seen.rewritten);
	row[6] = migr_int_value(seen.rows);
	row[7] = migr_text_value(seen.warning);
	return true;
}

/* Try the statements of a section. */
static bool
try_part(Trial *trial, const MigrPart *part)
{
	size_t end = 0;
	int number = 0;

	if (part->autocommit && part->stmts.count > 0)
		end_trial(trial, part, &part->stmts.items[0],
				  "not tried: it is in an autocommit section, which no "
				  "rollback undoes; what follows isn't looked at");
	for (int i = 0; i < part->stmts.count && !trial->ended; i++)
	{
		const MigrStmt *stmt = &part->stmts.items[i];

		if (stmt->offset >= end && !try_stmt(trial, part, stmt, ++number, &end))
			return false;
	}
	return true;
}

/* Try a step, with the host's settings around it. */
static bool
try_step(Trial *trial, const MigrWork *work)
{
	MigrHost *host = trial->call->host;

	if (!host->tx(host, MIGR_TX_STEP_BEGIN))
		return false;
	for (int i = 0; i < work->parts.count && !trial->ended; i++)
		if (!try_part(trial, &work->parts.items[i]))
			return false;
	return trial->ended || host->tx(host, MIGR_TX_STEP_END);
}

/* Try all steps. */
static bool
try_all(Trial *trial, int count)
{
	for (int i = 0; i < count && !trial->ended; i++)
		if (!try_step(trial, &trial->works[i]))
			return false;
	return true;
}

/* Plan the upgrade, and prepare its steps. */
static bool
prepare(Trial *trial, MigrPlan *plan)
{
	MigrCall *call = trial->call;

	if (!migr_plan_upgrade(&call->graph, migr_arg_text(call, 0), &call->rows,
						   plan))
		return false;
	trial->works = migr_alloc_array(&call->ctx->arena, (size_t) plan->count + 1,
									sizeof(MigrWork));
	for (int i = 0; i < plan->count; i++)
		if (!migr_prepare_step(call, &plan->items[i], true, &trial->works[i]))
			return false;
	return true;
}

/* migrate_explain(revision): try the pending revisions up to one. */
bool
migr_cmd_explain(MigrCall *call)
{
	MigrHost *host = call->host;
	Trial trial = {.call = call};
	MigrPlan plan = {0};
	int retries;
	bool ok;

	/* a lock that can't be had in time is what there is to report */
	if (!migr_check_target(call, migr_arg_text(call, 0)) ||
		!migr_open_reader(call, false) ||
		!migr_setting_locks(call, &host->lock_timeout, &retries) ||
		!prepare(&trial, &plan))
		return false;
	if (plan.count == 0)
		return true;
	ok = host->scratch(host, NULL, MIGR_SCRATCH_ROWS) &&
		 try_all(&trial, plan.count);
	return host->scratch(host, NULL, MIGR_SCRATCH_END) && ok;
}
