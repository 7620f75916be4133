/*
 * edit.c
 *	  migrate_edit(): replace a script; of an applied one only what doesn't run.
 */
#include <string.h>

#include "cmd/cmd.h"
#include "rev/history.h"

/* Fail unless an applied script stays the same in what it runs. */
static bool
check_applied(MigrCall *call, const MigrRevision *old, const MigrRevision *new)
{
	MigrPlace place = {.revision = new->id, .path = old->path};
	bool same;

	if (!migr_runs_alike(call, old, new, &same))
		return migr_at(call->ctx, &place);
	if (same)
		return true;
	migr_fail(call->ctx, MIGR_ERR_APPLIED,
			  "revision %s is applied: only its comments, message and labels "
			  "can change",
			  new->id);
	migr_hint(call->ctx, "Put the change into a new revision, or downgrade "
						 "below this one before.");
	return migr_at(call->ctx, &place);
}

/* Parse the new text; it has to be one script. */
static bool
read_new(MigrCall *call, const MigrRevision *old, MigrSpan text,
		 MigrRevision **out)
{
	MigrRevisions parsed = {0};

	if (!migr_script_parse(call->ctx, text, old->path, &parsed))
		return false;
	*out = parsed.items[0];
	if (parsed.count == 1 && strcmp((*out)->id, old->id) == 0)
	{
		(*out)->path = old->path;
		(*out)->listed = old->listed;
		(*out)->stored = old->stored;
		if ((*out)->headless)
			(*out)->revises = old->revises;
		return true;
	}
	migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
			  "the text isn't the script of revision %s alone", old->id);
	return migr_hint(call->ctx, "Its id can't change, and each script is "
								"edited by itself.");
}

/*
 * Write a script into its file, which may hold others: those stay as they are,
 * and so does what the file has above its first one.
 */
static bool
write_file(MigrCall *call, const MigrRevision *new)
{
	MigrHost *host = call->host;
	MigrRevisions parsed = {0};
	MigrSpan file;
	MigrStr text;

	migr_str_init(&text, &call->ctx->arena);
	if (!host->read(host, new->path, &file) ||
		!migr_script_parse(call->ctx, file, new->path, &parsed))
		return false;
	for (int i = 0; i < parsed.count; i++)
	{
		MigrSpan one = parsed.items[i]->text;

		if (strcmp(parsed.items[i]->id, new->id) == 0)
			one = new->text;
		migr_str_add_n(&text, one.ptr, one.len);
		if (i + 1 < parsed.count && text.len > 0 &&
			text.data[text.len - 1] != '\n')
			migr_str_add_char(&text, '\n');
	}
	return host->write(host, new->path, migr_span(text.data), true);
}

/* Put the new script in the old one's place. */
static bool
replace(MigrCall *call, int32_t at, MigrRevision *new, bool applied)
{
	MigrRevisions all = {0};
	MigrGraph graph;

	for (int i = 0; i < call->revisions.count; i++)
		migr_vec_push(&call->ctx->arena, &all,
					  i == at ? new : call->revisions.items[i]);
	if (!migr_graph_build(call->ctx, all.items, all.count, &graph))
		return false;
	if ((!new->listed || (applied && new->stored)) &&
		!migr_store_put(call, new))
		return false;
	return !new->listed || write_file(call, new);
}

bool
migr_replace_script(MigrCall *call, int32_t rev, MigrSpan text, bool applied)
{
	const MigrRevision *old = call->graph.revisions[rev];
	MigrRevision *new;

	return read_new(call, old, text, &new) &&
		   (!applied || check_applied(call, old, new)) &&
		   replace(call, rev, new, applied);
}

/*
 * migrate_edit(revision, script): replace a script; of an applied one, only
 * what doesn't run.
 */
bool
migr_cmd_edit(MigrCall *call)
{
	MigrRevs revs = {0};
	MigrRevision *old;
	MigrSet applied;
	bool is_applied;

	if (!migr_open_writer(call, false, false))
		return false;
	migr_warn_about_rows(call);
	if (!migr_resolve_show(&call->graph, migr_arg_text(call, 0), &call->rows,
						   &revs))
		return false;
	if (revs.count != 1)
		return migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
						 revs.count == 0
							 ? "No revision files indicated by symbol '%s'"
							 : "'%s' names several revisions",
						 migr_arg_text(call, 0));
	old = call->graph.revisions[revs.items[0]];
	applied = migr_set_new(&call->graph);
	migr_graph_close(&call->graph, &call->graph.parents, &call->rows, applied);
	is_applied = migr_set_has(applied, revs.items[0]);
	/* what ran is what the store has, whatever the file says by now */
	if (is_applied && old->stored)
		old->text.ptr = NULL;
	if (!migr_need_text(call, old, false) ||
		!migr_replace_script(call, revs.items[0], call->args[1].text,
							 is_applied))
		return false;
	migr_vec_push(
		&call->ctx->arena, &call->said,
		migr_printf(&call->ctx->arena, "Replaced revision %s", old->id));
	migr_add_line(call, old->id);
	return call->host->tx(call->host, MIGR_TX_COMMIT);
}
