/*
 * complete.c
 *	  The sections that a revision lacks for this host.
 *
 * A script directory may serve both hosts.  A revision that autogenerate has
 * written on one of them, with SQL that the other doesn't run, is empty there; the
 * same command on the other one fills its sections in.
 */
#include <string.h>

#include "cmd/cmd.h"
#include "rev/heads.h"
#include "text/cursor.h"

/* Has a section anything to run? */
static bool
has_sql(MigrCall *call, const MigrSection *section)
{
	MigrCursor cursor = {section->text.ptr,
						 section->text.ptr + section->text.len,
						 migr_dialect(call) == MIGR_POSTGRESQL};

	return migr_cursor_solid(&cursor).kind != MIGR_LEXEME_END;
}

/* Is a section for this host alone? */
static bool
is_ours(MigrCall *call, const MigrSection *section)
{
	return section->dialect != NULL &&
		   strcmp(section->dialect, call->host->dialect) == 0;
}

/* Does a revision do something on the other host, and nothing here? */
static bool
is_half(MigrCall *call, MigrRevision *revision, bool *out)
{
	MigrSections sections = {0};
	bool here = false;
	bool there = false;

	if (!migr_need_text(call, revision, false) ||
		!migr_script_sections(call->ctx, revision, &sections))
		return false;
	for (int i = 0; i < sections.count; i++)
	{
		const MigrSection *section = &sections.items[i];

		if (!has_sql(call, section))
			continue;
		if (section->dialect == NULL || is_ours(call, section))
			here = true;
		else
			there |= section->direction == MIGR_UP;
	}
	*out = there && !here;
	return true;
}

bool
migr_find_half(MigrCall *call, int32_t *out)
{
	MigrSet applied = migr_set_new(&call->graph);
	int pending = 0;
	bool half = false;

	*out = MIGR_NO_REVISION;
	migr_graph_close(&call->graph, &call->graph.parents, &call->rows, applied);
	for (int32_t rev = 0; rev < call->graph.count; rev++)
		if (!migr_set_has(applied, rev))
		{
			pending++;
			*out = rev;
		}
	if (pending == 1 && call->unknown.count == 0 &&
		!is_half(call, call->graph.revisions[*out], &half))
		return false;
	if (!half)
		*out = MIGR_NO_REVISION;
	return true;
}

/* Put a text into a script's section for this host, which is empty, or else into a
 * new one at its end. */
static bool
fill(MigrCall *call, const MigrRevision *revision, MigrDirection direction,
	 const char *text, MigrSpan *script)
{
	MigrRevision now = *revision;
	const char *at = script->ptr + script->len;
	MigrSections sections = {0};
	bool found = false;
	MigrStr out;

	now.text = *script;
	if (!migr_script_sections(call->ctx, &now, &sections))
		return false;
	for (int i = 0; !found && i < sections.count; i++)
		if (sections.items[i].direction == direction &&
			!sections.items[i].autocommit && is_ours(call, &sections.items[i]))
		{
			found = true;
			at = sections.items[i].text.ptr;
		}
	while (!found && at > script->ptr && at[-1] == '\n')
		at--;
	migr_str_init(&out, &call->ctx->arena);
	migr_str_add_n(&out, script->ptr, (size_t) (at - script->ptr));
	if (!found)
		migr_str_printf(&out, "\n\n-- migrate:%s %s\n",
						direction == MIGR_UP ? "upgrade" : "downgrade",
						call->host->dialect);
	migr_str_add(&out, text);
	/* the empty line that the template had in place of the text */
	if (!found || *at != '\n')
		migr_str_add_char(&out, '\n');
	if (found)
		migr_str_add_n(&out, at, (size_t) (script->ptr + script->len - at));
	*script = migr_span(out.data);
	return true;
}

bool
migr_complete(MigrCall *call, int32_t rev)
{
	const MigrRevision *revision = call->graph.revisions[rev];
	MigrArena *arena = &call->ctx->arena;
	MigrSpan script = revision->text;
	MigrGenerated text;

	script.ptr = migr_span_dup(arena, script);
	if (!migr_autogenerate(call, false, &text))
		return false;
	if (text.upgrade[0] == '\0')
		migr_vec_push(arena, &call->said,
					  migr_printf(arena,
								  "No changes detected: revision %s stays as "
								  "it is.",
								  revision->id));
	else
	{
		if (!fill(call, revision, MIGR_UP, text.upgrade, &script) ||
			!fill(call, revision, MIGR_DOWN, text.downgrade, &script) ||
			!migr_replace_script(call, rev, script, false))
			return false;
		migr_vec_push(arena, &call->said,
					  migr_printf(arena, "  Completing %s ...  done",
								  revision->path != NULL ? revision->path
														 : revision->id));
	}
	migr_add_line(call, revision->id);
	return call->host->tx(call->host, MIGR_TX_COMMIT);
}
