/*
 * prepare.c
 *	  What a step runs: its sections read, split and looked through, before the
 *	  first statement of the run.
 *
 * Whatever can be known to fail is found here, and nothing has happened yet.
 */
#include <string.h>

#include "cmd/cmd.h"

/* ---- looking through -------------------------------------------------------- */

/* The text of a statement, for a message. */
static const char *
stmt_text(MigrCall *call, const MigrBody *body, const MigrStmt *stmt)
{
	return migr_strndup(&call->ctx->arena, body->text.ptr + stmt->offset,
						stmt->len);
}

bool
migr_at_stmt(MigrCall *call, const MigrBody *body, const MigrStmt *stmt,
			 int number)
{
	MigrPlace place = body->place;

	place.line = stmt->line;
	place.statement = number;
	place.text = stmt_text(call, body, stmt);
	return migr_at(call->ctx, &place);
}

/* Is it a section of a revision script? */
static bool
is_section(const MigrPart *part)
{
	return part->body.place.revision != NULL;
}

/* Refuse transaction control: whatever runs a section sees to that. */
static bool
fail_control(MigrCall *call, const MigrPart *part, const MigrStmt *stmt)
{
	const char *where =
		is_section(part) ? "a revision script" : part->body.place.section;

	migr_fail(call->ctx, MIGR_ERR_TRANSACTION, "%s must not stand in %s",
			  stmt->words != NULL ? stmt->words : "transaction control",
			  where != NULL ? where : call->command->name);
	if (part->autocommit)
		return migr_hint(call->ctx,
						 "Each statement of an autocommit section is a "
						 "transaction of its own: leave the statement out.");
	return migr_hint(call->ctx, "Each run is one transaction already, all or "
								"nothing: leave the statement out.");
}

/* Refuse what can't run inside a transaction, where it would have to. */
static bool
fail_inside(MigrCall *call, const MigrPart *part, const MigrStmt *stmt)
{
	const char *section = part->body.place.section;

	migr_fail(call->ctx, MIGR_ERR_AUTOCOMMIT,
			  "%s cannot run inside a transaction",
			  stmt->words != NULL ? stmt->words : "the statement");
	if (!is_section(part))
		return false;
	return migr_hint(call->ctx,
					 "Put it into a section of its own that is marked "
					 "autocommit: \"-- migrate:%s autocommit\".",
					 section);
}

/* Refuse statements that can't be in a section of this kind; with any, only what
 * can be in none. */
static bool
check_stmts(MigrCall *call, const MigrPart *part, bool any)
{
	for (int i = 0; i < part->stmts.count; i++)
	{
		const MigrStmt *stmt = &part->stmts.items[i];

		if (stmt->kind == MIGR_STMT_TRANSACTION)
			fail_control(call, part, stmt);
		else if (stmt->kind == MIGR_STMT_AUTOCOMMIT && !any)
			fail_inside(call, part, stmt);
		else
			continue;
		return migr_at_stmt(call, &part->body, stmt, i + 1);
	}
	return true;
}

/* Refuse to run what nobody has seen. */
static bool
fail_unseen(MigrCall *call, const MigrRevision *revision,
			const MigrSection *section)
{
	const char *word = section->direction == MIGR_UP ? "upgrade" : "downgrade";
	MigrPlace place = {.revision = revision->id,
					   .path = revision->path,
					   .line = section->line - 1};

	migr_fail(call->ctx, MIGR_ERR_STATE,
			  "nobody has seen what the %s of revision %s does", word,
			  revision->id);
	migr_hint(call->ctx,
			  "It came from an Alembic file, which is read, never run. Import "
			  "it from a captured run, or what \"alembic %s --sql\" prints for "
			  "it, or load its script with the SQL.",
			  word);
	return migr_at(call->ctx, &place);
}

/* Split a section and look through its statements. */
static bool
prepare_section(MigrCall *call, const MigrRevision *revision,
				const MigrSection *section, bool offline, MigrWork *work)
{
	MigrPart part;
	bool last = section->text.ptr + section->text.len ==
				revision->text.ptr + revision->text.len;

	if (section->unseen)
		return fail_unseen(call, revision, section);
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
	part.autocommit = section->autocommit;
	if (!check_stmts(call, &part, part.autocommit))
		return false;
	if (part.autocommit && part.stmts.count > 0)
	{
		if (!offline &&
			!call->host->outside(call->host, &part.body, &part.stmts))
			return migr_at_stmt(call, &part.body, &part.stmts.items[0], 1);
		work->leaves = true;
	}
	for (int i = 0; i < part.stmts.count; i++)
		if (work->reaches == NULL)
			work->reaches = part.stmts.items[i].reaches;
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

bool
migr_prepare_step(MigrCall *call, const MigrStep *step, bool offline,
				  MigrWork *work)
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
		if (!prepare_section(call, revision, section, offline, work))
			return false;
	}
	return true;
}

/* Split a text that stands alone. */
static bool
split_text(MigrCall *call, MigrSpan text, const char *path, const char *section,
		   MigrPart *part)
{
	memset(part, 0, sizeof(*part));
	part->body.text = text;
	part->body.place.path = path;
	part->body.place.section = section;
	part->body.place.line = 1;
	return call->host->parse(call->host, &part->body, &part->stmts) ||
		   migr_at(call->ctx, &part->body.place);
}

bool
migr_prepare_text(MigrCall *call, MigrSpan text, const char *section,
				  MigrPart *part)
{
	return split_text(call, text, NULL, section, part) &&
		   check_stmts(call, part, false);
}

/* See that a model is a text, of the one encoding that there is. */
static bool
check_text(MigrCall *call, MigrSpan text, const char *path)
{
	const char *nul = text.len > 0 ? memchr(text.ptr, 0, text.len) : NULL;
	size_t good = nul != NULL ? (size_t) (nul - text.ptr) : text.len;
	MigrPlace place = {.path = path, .section = "the model", .line = 1};

	if (nul == NULL && !call->ctx->other_encoding)
		good = migr_utf8_check(text.ptr, text.len);
	if (good == text.len)
		return true;
	for (size_t i = 0; i < good; i++)
		place.line += text.ptr[i] == '\n';
	migr_fail(call->ctx, MIGR_ERR_SCRIPT, "%s",
			  nul != NULL ? "binary file: a NUL byte" : "invalid UTF-8");
	migr_hint(call->ctx, "A model is a text in UTF-8.");
	return migr_at(call->ctx, &place);
}

bool
migr_prepare_model(MigrCall *call, MigrSpan text, const char *path,
				   MigrPart *part)
{
	return check_text(call, text, path) &&
		   split_text(call, text, path, "the model", part) &&
		   check_stmts(call, part, true);
}

bool
migr_prepare_hook(MigrCall *call, MigrPart *hook)
{
	const char *text = migr_setting(call, MIGR_HOOK);

	memset(hook, 0, sizeof(*hook));
	if (text == NULL)
		return true;
	if (!migr_prepare_text(call, migr_span(text), MIGR_HOOK, hook))
		return false;
	for (int i = 0; i < hook->stmts.count; i++)
		if (hook->stmts.items[i].rows)
		{
			migr_fail(call->ctx, MIGR_ERR_UNSUPPORTED,
					  "COPY FROM STDIN must not stand in " MIGR_HOOK);
			return migr_at_stmt(call, &hook->body, &hook->stmts.items[i],
								i + 1);
		}
	return true;
}

void
migr_bind_hook(MigrCall *call, const MigrStep *step, MigrPart *hook)
{
	const MigrGraph *graph = &call->graph;
	int32_t rev = step->revision;
	MigrValue *args =
		migr_alloc_array(&call->ctx->arena, MIGR_HOOK_ARGS, sizeof(MigrValue));

	if (rev == MIGR_NO_REVISION && step->from.count > 0)
		rev = step->from.items[0];
	hook->body.place.revision =
		rev != MIGR_NO_REVISION ? graph->revisions[rev]->id : NULL;
	args[0] = migr_text_value(hook->body.place.revision);
	args[1] = migr_text_value(migr_operation_word(step->operation));
	args[2] = migr_text_value(migr_revs_text(graph, &step->from));
	args[3] = migr_text_value(migr_revs_text(graph, &step->to));
	args[4] = migr_text_value(migr_revs_text(graph, &call->rows));
	args[5] = migr_text_value(
		rev != MIGR_NO_REVISION ? graph->revisions[rev]->message : NULL);
	hook->body.args = args;
	hook->body.nargs = MIGR_HOOK_ARGS;
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
