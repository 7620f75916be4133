/*
 * keep.c
 *	  What the store keeps of the script directory.
 *
 * The directory is the source of what is to come; the store keeps the text of
 * what is applied, so that a downgrade works when the file has gone.  A script
 * of the directory is stored when it is applied and let go when it is undone;
 * one that was loaded as text stays.
 */
#include <string.h>

#include "cmd/cmd.h"

/* Take the next character, with \r\n counting as \n; -1 at the end. */
static int
next_char(MigrSpan *rest)
{
	if (rest->len == 0)
		return -1;
	if (rest->len > 1 && rest->ptr[0] == '\r' && rest->ptr[1] == '\n')
	{
		rest->ptr++;
		rest->len--;
	}
	rest->len--;
	return (unsigned char) *rest->ptr++;
}

/* Are two texts the same script, whatever their line ends are? */
static bool
same_script(MigrSpan a, MigrSpan b)
{
	int c;

	a = migr_script_core(a);
	b = migr_script_core(b);
	do
	{
		c = next_char(&a);
		if (c != next_char(&b))
			return false;
	} while (c >= 0);
	return true;
}

/* ---- what a script runs ------------------------------------------------------- */

/* Parse a script's text again: what it says, whatever the caller has made of
 * it.  A headless one says nothing of its parents. */
static bool
parse_again(MigrCall *call, const MigrRevision *revision, MigrRevision **out)
{
	MigrRevisions parsed = {0};

	if (!migr_script_parse(call->ctx, revision->text, revision->path, &parsed))
		return false;
	*out = parsed.items[0];
	if ((*out)->headless)
		(*out)->revises = revision->revises;
	return true;
}

/* Cut a script into sections whose texts can be handed to the host; what the other
 * one runs was never applied here. */
static bool
read_bodies(MigrCall *call, const MigrRevision *revision,
			MigrSections *sections)
{
	MigrSections all = {0};

	if (!migr_script_sections(call->ctx, revision, &all))
		return false;
	for (int i = 0; i < all.count; i++)
	{
		MigrSection section = all.items[i];

		if (section.dialect != NULL &&
			strcmp(section.dialect, call->host->dialect) != 0)
			continue;
		section.text.ptr = migr_span_dup(&call->ctx->arena, section.text);
		migr_vec_push(&call->ctx->arena, sections, section);
	}
	return true;
}

/* Do two sections run alike, where they run? */
static bool
same_section(MigrCall *call, const MigrSection *a, const MigrSection *b,
			 bool *same)
{
	MigrBody one = {.text = a->text, .place.line = a->line};
	MigrBody two = {.text = b->text, .place.line = b->line};

	*same = a->direction == b->direction && a->autocommit == b->autocommit &&
			a->unseen == b->unseen &&
			(a->dialect == NULL) == (b->dialect == NULL);
	return !*same || call->host->same_sql(call->host, &one, &two, same);
}

bool
migr_runs_alike(MigrCall *call, const MigrRevision *old,
				const MigrRevision *new, bool *same)
{
	MigrSections before = {0};
	MigrSections after = {0};
	MigrRevision *was;
	MigrRevision *is;

	if (!parse_again(call, old, &was) || !parse_again(call, new, &is) ||
		!read_bodies(call, old, &before) || !read_bodies(call, new, &after))
		return false;
	*same = before.count == after.count &&
			migr_same_names(&was->revises, &is->revises) &&
			migr_same_names(&was->depends_on, &is->depends_on);
	for (int i = 0; *same && i < before.count; i++)
		if (!same_section(call, &before.items[i], &after.items[i], same))
			return false;
	return true;
}

/* Does a file run what the store has for it, with other comments, or what nobody
 * has seen so far? */
static bool
only_comments(MigrCall *call, const MigrRevision *revision, bool *same)
{
	MigrPlace place = {.revision = revision->id, .path = revision->path};
	MigrRevision stored = *revision;
	MigrRows rows;

	if (!migr_store_text(call, revision->id, &rows))
		return false;
	stored.text = migr_cell(&rows, 0, 0).text;
	if (!migr_is_unseen(call, &stored, same))
		return migr_at(call->ctx, &place);
	return *same || migr_runs_alike(call, &stored, revision, same) ||
		   migr_at(call->ctx, &place);
}

/* ---- keeping -------------------------------------------------------------------- */

bool
migr_same_as_stored(MigrCall *call, const MigrRevision *revision, bool *same,
					bool *trusted)
{
	MigrRows rows;

	if (!migr_store_text(call, revision->id, &rows))
		return false;
	*same = rows.count > 0 &&
			same_script(revision->text, migr_cell(&rows, 0, 0).text);
	if (trusted != NULL)
		*trusted = rows.count == 0 || migr_cell(&rows, 0, 3).number != 0;
	return true;
}

bool
migr_is_unseen(MigrCall *call, const MigrRevision *revision, bool *out)
{
	MigrSections sections = {0};

	*out = false;
	if (!migr_script_sections(call->ctx, revision, &sections))
		return false;
	for (int i = 0; i < sections.count; i++)
		*out |= sections.items[i].unseen;
	return true;
}

bool
migr_fail_applied(MigrCall *call, const MigrRevision *revision)
{
	MigrPlace place = {0};

	place.revision = revision->id;
	place.path = revision->path;
	migr_fail(call->ctx, MIGR_ERR_APPLIED,
			  "revision %s is applied, and its script has changed since",
			  revision->id);
	migr_hint(call->ctx,
			  "Put the change into a new revision and the old text back. If "
			  "the new text is what it should have been: %s",
			  revision->listed
				  ? "migrate_stamp('current') takes it over."
				  : "migrate_stamp() the revision before, load the script, "
					"and migrate_stamp() this one.");
	return migr_at(call->ctx, &place);
}

bool
migr_keep_applied(MigrCall *call, bool take)
{
	MigrSet applied = migr_set_new(&call->graph);

	if (call->location == NULL)
		return true;
	migr_graph_close(&call->graph, &call->graph.parents, &call->rows, applied);
	for (int32_t i = 0; i < call->graph.count; i++)
	{
		MigrRevision *revision = call->graph.revisions[i];
		bool same = false;

		if (!revision->listed || !migr_set_has(applied, i))
			continue;
		if (revision->stored &&
			!migr_same_as_stored(call, revision, &same, NULL))
			return false;
		if (same)
			continue;
		if (revision->stored && !take)
		{
			if (!only_comments(call, revision, &same))
				return false;
			if (!same)
				return migr_fail_applied(call, revision);
		}
		if (!migr_store_create(call) || !migr_store_put(call, revision))
			return false;
	}
	return true;
}

bool
migr_keep_step(MigrCall *call, const MigrStep *step)
{
	MigrRevision *revision = call->graph.revisions[step->revision];

	if (step->operation == MIGR_UPGRADE)
		return !revision->listed || migr_store_put(call, revision);
	if (call->location == NULL || revision->path == NULL || !revision->stored)
		return true;
	return migr_store_drop(call, revision);
}
