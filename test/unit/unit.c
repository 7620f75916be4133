/*
 * unit.c
 *	  What the tests of the core share.  See unit.h.
 */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

/* Give a chunk, or jump where this is the one to fail. */
static void *
chunk(void *host, size_t size)
{
	Unit *unit = host;
	UnitChunk *piece = NULL;

	if (unit->countdown > 0 && --unit->countdown == 0)
		longjmp(unit->no_memory, 1);
	if (size < SIZE_MAX - 64)
		piece = malloc(size + 16);
	if (piece == NULL)
		abort();
	piece->next = unit->chunks;
	unit->chunks = piece;
	return (char *) piece + 16;
}

void
unit_open(Unit *unit)
{
	memset(unit, 0, sizeof(*unit));
	migr_arena_init(&unit->ctx.arena, chunk, unit);
}

void
unit_close(Unit *unit)
{
	while (unit->chunks != NULL)
	{
		UnitChunk *next = unit->chunks->next;

		free(unit->chunks);
		unit->chunks = next;
	}
}

void
unit_forget(Unit *unit)
{
	memset(&unit->ctx.err, 0, sizeof(unit->ctx.err));
}

/* Take the text up to one of stops off *rest. */
static MigrSpan
take_until(const char **rest, const char *stops)
{
	MigrSpan span = {*rest, strcspn(*rest, stops)};

	*rest += span.len;
	return migr_span_trim(span);
}

/* Append the words of a span. */
static void
add_words(Unit *unit, MigrSpan span, MigrNames *out)
{
	MigrSpan word;

	while (migr_span_word(&span, &word))
		migr_vec_push(&unit->ctx.arena, out,
					  migr_span_dup(&unit->ctx.arena, word));
}

MigrRevisions
unit_revisions(Unit *unit, const char *text)
{
	MigrRevisions out = {0};

	while (*text != '\0')
	{
		MigrRevision *revision =
			migr_alloc(&unit->ctx.arena, sizeof(*revision));

		revision->id =
			migr_span_dup(&unit->ctx.arena, take_until(&text, "(@+;"));
		revision->message = "";
		revision->line = 1;
		while (*text != '\0' && *text != ';')
		{
			char mark = *text++;

			if (mark == '(')
			{
				add_words(unit, take_until(&text, ")"), &revision->revises);
				text += strspn(text, ") ");
			}
			else
				add_words(unit, take_until(&text, "(@+;"),
						  mark == '@' ? &revision->labels
									  : &revision->depends_on);
		}
		text += strspn(text, "; \n");
		if (revision->id[0] != '\0')
			migr_vec_push(&unit->ctx.arena, &out, revision);
	}
	return out;
}

bool
unit_build(Unit *unit, const char *text, MigrGraph *graph)
{
	MigrRevisions revisions = unit_revisions(unit, text);

	return migr_graph_build(&unit->ctx, revisions.items, revisions.count,
							graph);
}

MigrRevs
unit_revs(const MigrGraph *graph, const char *ids)
{
	MigrRevs out = {0};
	MigrSpan rest = migr_span(ids);
	MigrSpan word;

	while (migr_span_word(&rest, &word))
		for (int32_t i = 0; i < graph->count; i++)
			if (migr_span_is(word, graph->revisions[i]->id))
				migr_vec_push(&graph->ctx->arena, &out, i);
	return out;
}

const char *
unit_ids(const MigrGraph *graph, const MigrRevs *revs)
{
	MigrStr str;

	migr_str_init(&str, &graph->ctx->arena);
	for (int i = 0; i < revs->count; i++)
		migr_str_printf(&str, "%s%s", i > 0 ? " " : "",
						revs->items[i] == MIGR_NO_REVISION
							? "-"
							: graph->revisions[revs->items[i]]->id);
	return str.data;
}

const char *
unit_set(const MigrGraph *graph, const MigrRevs *revs)
{
	MigrRevs sorted = {0};

	for (int32_t i = 0; i < graph->count; i++)
		for (int k = 0; k < revs->count; k++)
			if (revs->items[k] == i)
				migr_vec_push(&graph->ctx->arena, &sorted, i);
	return unit_ids(graph, &sorted);
}

const char *
unit_step(const MigrGraph *graph, const MigrStep *step)
{
	static const char marks[] = {'+', '-', '!'};

	return migr_printf(&graph->ctx->arena, "%c%s", marks[step->operation],
					   step->revision == MIGR_NO_REVISION
						   ? ""
						   : graph->revisions[step->revision]->id);
}

const char *
unit_plan(const MigrGraph *graph, const MigrPlan *plan)
{
	MigrStr str;

	migr_str_init(&str, &graph->ctx->arena);
	for (int i = 0; i < plan->count; i++)
		migr_str_printf(&str, "%s%s", i > 0 ? " " : "",
						unit_step(graph, &plan->items[i]));
	return str.data;
}

const char *
unit_code(MigrCode code)
{
	switch (code)
	{
		case MIGR_OK:
			return "ok";
		case MIGR_ERR_SCRIPT:
			return "script";
		case MIGR_ERR_ARGUMENT:
			return "argument";
		case MIGR_ERR_UNKNOWN:
			return "unknown";
		case MIGR_ERR_AMBIGUOUS:
			return "ambiguous";
		case MIGR_ERR_MULTIPLE_HEADS:
			return "heads";
		case MIGR_ERR_RANGE:
			return "range";
		case MIGR_ERR_GRAPH:
			return "graph";
		case MIGR_ERR_STATE:
			return "state";
		default:
			return "other";
	}
}
