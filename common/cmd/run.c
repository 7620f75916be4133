/*
 * run.c
 *	  Run a plan: read, split and look through every script first, then run
 *	  step by step: statements, store, version rows, log.
 *
 * Whatever can be known to fail is found before the first statement runs.  The
 * transaction around it is the host's business (MigrTxOp); a failure here just
 * returns, and the host undoes all of it.
 */
#include <string.h>

#include "cmd/cmd.h"

/* A section that a step runs, split. */
typedef struct Part
{
	MigrBody body;
	MigrStmts stmts;
} Part;

/* What a step runs. */
typedef struct Work
{
	const MigrStep *step;
	MIGR_VEC(Part) parts;
	MigrEntry entry; /* for the log, once it ran */
} Work;

/* ---- looking through -------------------------------------------------------- */

/* The text of a statement, for a message. */
static const char *
stmt_text(MigrCall *call, const MigrBody *body, const MigrStmt *stmt)
{
	return migr_strndup(&call->ctx->arena, body->text.ptr + stmt->offset,
						stmt->len);
}

/* Complete an error with the place of a statement. */
static bool
at_stmt(MigrCall *call, const MigrBody *body, const MigrStmt *stmt, int number)
{
	MigrPlace place = body->place;

	place.line = stmt->line;
	place.statement = number;
	place.text = stmt_text(call, body, stmt);
	return migr_at(call->ctx, &place);
}

/* Say how to get past what can't be in a transaction. */
static bool
hint_by_hand(MigrCall *call, const MigrPlace *place)
{
	if (strcmp(place->section, "upgrade") == 0)
		return migr_hint(call->ctx,
						 "Go up to the revision before it, run the section's "
						 "statements by hand, outside a transaction, and then "
						 "migrate_stamp('%s').",
						 place->revision);
	return migr_hint(call->ctx,
					 "Go down to it, run the section's statements by hand, "
					 "outside a transaction, and then migrate_stamp() the "
					 "revision before.");
}

/* Refuse statements that can't run inside a transaction. */
static bool
check_stmts(MigrCall *call, const Part *part)
{
	for (int i = 0; i < part->stmts.count; i++)
	{
		const MigrStmt *stmt = &part->stmts.items[i];

		if (stmt->kind == MIGR_STMT_PLAIN)
			continue;
		if (stmt->kind == MIGR_STMT_TRANSACTION)
		{
			migr_fail(call->ctx, MIGR_ERR_TRANSACTION,
					  "%s must not stand in a revision script",
					  stmt->words != NULL ? stmt->words
										  : "transaction control");
			migr_hint(call->ctx, "Each run is one transaction already, all or "
								 "nothing: leave the statement out.");
		}
		else
		{
			migr_fail(call->ctx, MIGR_ERR_AUTOCOMMIT,
					  "%s cannot run inside a transaction",
					  stmt->words != NULL ? stmt->words : "the statement");
			hint_by_hand(call, &part->body.place);
		}
		return at_stmt(call, &part->body, stmt, i + 1);
	}
	return true;
}

/* Refuse a section that is marked autocommit and has something to run. */
static bool
check_autocommit(MigrCall *call, const Part *part)
{
	if (part->stmts.count == 0)
		return true;
	migr_fail(call->ctx, MIGR_ERR_AUTOCOMMIT,
			  "revision %s has an autocommit section, which can't run in the "
			  "one transaction of %s",
			  part->body.place.revision, call->command->name);
	hint_by_hand(call, &part->body.place);
	return at_stmt(call, &part->body, &part->stmts.items[0], 1);
}

/* Split a section and look through its statements. */
static bool
prepare_section(MigrCall *call, const MigrRevision *revision,
				const MigrSection *section, Work *work)
{
	Part part;
	bool last = section->text.ptr + section->text.len ==
				revision->text.ptr + revision->text.len;

	memset(&part, 0, sizeof(part));
	part.body.text = section->text;
	/* only the last one of a text that stands alone has a NUL behind it */
	if (!last || revision->listed)
		part.body.text.ptr = migr_span_dup(&call->ctx->arena, section->text);
	part.body.place.revision = revision->id;
	part.body.place.path = revision->path;
	part.body.place.section =
		section->direction == MIGR_UP ? "upgrade" : "downgrade";
	part.body.place.line = section->line;
	if (!call->host->parse(call->host, &part.body, &part.stmts))
		return migr_at(call->ctx, &part.body.place);
	if (section->autocommit ? !check_autocommit(call, &part)
							: !check_stmts(call, &part))
		return false;
	migr_vec_push(&call->ctx->arena, &work->parts, part);
	return true;
}

/*
 * Refuse to undo a revision whose script says how to do it but not how to undo
 * it.  A script without any section did nothing, so there is nothing to undo.
 */
static bool
check_downgrade(MigrCall *call, const MigrRevision *revision,
				const MigrSections *sections)
{
	MigrPlace place = {0};
	bool down = sections->count == 0;

	for (int i = 0; i < sections->count; i++)
		down |= sections->items[i].direction == MIGR_DOWN;
	if (down)
		return true;
	place.revision = revision->id;
	place.path = revision->path;
	migr_fail(call->ctx, MIGR_ERR_NO_DOWNGRADE,
			  "revision %s can't be undone: its script has no downgrade "
			  "section",
			  revision->id);
	migr_hint(call->ctx, "An empty section, \"-- migrate:downgrade\", says "
						 "that there is nothing to undo.");
	return migr_at(call->ctx, &place);
}

/* Read a revision's script and cut it into sections. */
static bool
read_sections(MigrCall *call, MigrRevision *revision, MigrSections *sections)
{
	return migr_need_text(call, revision, true) &&
		   migr_script_sections(call->ctx, revision, sections);
}

/* Prepare what a step runs. */
static bool
prepare_step(MigrCall *call, const MigrStep *step, Work *work)
{
	MigrDirection direction =
		step->operation == MIGR_UPGRADE ? MIGR_UP : MIGR_DOWN;
	MigrSections sections = {0};
	MigrRevision *revision;

	memset(work, 0, sizeof(*work));
	work->step = step;
	if (step->operation == MIGR_STAMP)
		return true;
	revision = call->graph.revisions[step->revision];
	if (!read_sections(call, revision, &sections))
		return false;
	if (direction == MIGR_DOWN && !check_downgrade(call, revision, &sections))
		return false;
	for (int i = 0; i < sections.count; i++)
	{
		const MigrSection *section = &sections.items[i];

		if (section->direction != direction ||
			(section->dialect != NULL &&
			 strcmp(section->dialect, call->host->dialect) != 0))
			continue;
		if (!prepare_section(call, revision, section, work))
			return false;
	}
	return true;
}

bool
migr_check_downgrades(MigrCall *call, const MigrPlan *plan)
{
	for (int i = 0; i < plan->count; i++)
	{
		MigrRevision *revision;
		MigrSections sections = {0};

		if (plan->items[i].operation != MIGR_DOWNGRADE)
			continue;
		revision = call->graph.revisions[plan->items[i].revision];
		if (!migr_need_text(call, revision, false) ||
			!migr_script_sections(call->ctx, revision, &sections) ||
			!check_downgrade(call, revision, &sections))
			return false;
	}
	return true;
}

/* ---- running ----------------------------------------------------------------- */

/* Run the statements of a section; adds to *count. */
static bool
run_part(MigrCall *call, const Part *part, int *count)
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
			return at_stmt(call, &part->body, stmt, number);
	}
	*count += number;
	return true;
}

/* Run a step's script, with the host's settings around it. */
static bool
run_script(MigrCall *call, const Work *work, int *count)
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

/* Run one step: script, store, version rows; note it for the log. */
static bool
run_step(MigrCall *call, Work *work)
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
		!migr_version_move(call, step))
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
log_steps(MigrCall *call, const Work *works, int first, int end)
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
	Work *works = migr_alloc_array(&call->ctx->arena, (size_t) plan->count + 1,
								   sizeof(Work));
	int logged = 0;
	bool each;

	*stale = false;
	if (!migr_setting_bool(call, "transaction_per_migration", &each) ||
		!migr_version_create(call, NULL))
		return false;
	for (int i = 0; i < plan->count; i++)
		if (!prepare_step(call, &plan->items[i], &works[i]))
			return false;
	if (plan->count > 0 && !migr_store_create(call))
		return false;
	for (int i = 0; i < plan->count; i++)
	{
		if (!run_step(call, &works[i]))
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
