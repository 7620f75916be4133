/*
 * walk.c
 *	  Relative identifiers, +N and -N: taking them apart, and walking
 *	  (alembic.md 2.4).
 */
#include "rev/walk.h"

#include <string.h>

/* more steps than any graph has revisions */
#define STEPS_MAX INT32_MAX

/* ---- taking apart -------------------------------------------------------- */

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		   (c >= '0' && c <= '9') || c == '_' || (unsigned char) c >= 0x80;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Read [symbol](+N|-N) at the beginning of text. */
static bool
parse_steps(MigrArena *arena, const char *text, MigrRelative *relative)
{
	size_t len = 0;
	const char *digit;

	while (is_word(text[len]))
		len++;
	if ((text[len] != '+' && text[len] != '-') || !is_digit(text[len + 1]))
		return false;
	relative->symbol =
		len > 0 && arena != NULL ? migr_strndup(arena, text, len) : NULL;
	relative->down = text[len] == '-';
	relative->steps = 0;
	for (digit = text + len + 1; is_digit(*digit); digit++)
	{
		relative->steps = relative->steps * 10 + (*digit - '0');
		if (relative->steps > STEPS_MAX)
			relative->steps = STEPS_MAX;
	}
	if (relative->down)
		relative->steps = -relative->steps;
	return true;
}

bool
migr_relative_parse(MigrArena *arena, const char *text, MigrRelative *relative)
{
	memset(relative, 0, sizeof(*relative));
	/* the shortest branch that leaves a relative form behind its @ */
	for (const char *at = strchr(text, '@'); at != NULL;
		 at = strchr(at + 1, '@'))
		if (at > text && parse_steps(arena, at + 1, relative))
		{
			if (arena != NULL)
				relative->branch =
					migr_strndup(arena, text, (size_t) (at - text));
			return true;
		}
	return parse_steps(arena, text, relative);
}

/* ---- walking ------------------------------------------------------------- */

void
migr_walk_ways(const MigrGraph *graph, int32_t at, bool up,
			   const uint64_t *line, MigrRevs *ways)
{
	const MigrEdges *edges = up ? &graph->up : &graph->down;

	ways->count = 0;
	if (at == MIGR_NO_REVISION)
	{
		for (int32_t rev = 0; rev < graph->count; rev++)
			if ((up ? migr_is_base(graph, rev) : migr_is_head(graph, rev)) &&
				(line == NULL || migr_set_has(line, rev)))
				migr_revs_add(graph, ways, rev);
		return;
	}
	if (at == MIGR_BASE)
		return;
	migr_each_edge (edges, at, k)
		if (line == NULL || migr_set_has(line, edges->to[k]))
			migr_revs_add(graph, ways, edges->to[k]);
	if (!up && migr_is_base(graph, at))
		migr_revs_add(graph, ways, MIGR_BASE);
}

bool
migr_fail_walk(const MigrGraph *graph, int32_t at, bool up,
			   const MigrRevs *ways)
{
	const char *from = at >= 0 ? graph->revisions[at]->id : "base";

	migr_fail(graph->ctx, MIGR_ERR_AMBIGUOUS, "Ambiguous walk");
	migr_detail(graph->ctx, "%s from %s there are several ways: %s.",
				up ? "Up" : "Down", from, migr_revs_text(graph, ways));
	return migr_hint(graph->ctx,
					 "Say which branch: '<branchname>@%s', with a label or a "
					 "revision of it; or name the revision.",
					 up ? "+N" : "-N");
}

bool
migr_walk(const MigrGraph *graph, int32_t start, int64_t steps, int32_t branch,
		  bool strict, int32_t *out)
{
	bool up = steps > 0;
	const uint64_t *line = branch >= 0 ? migr_lineage_of(graph, branch) : NULL;
	MigrRevs ways = {0};

	*out = start;
	for (int64_t i = 0; i < (up ? steps : -steps); i++)
	{
		migr_walk_ways(graph, *out, up, line, &ways);
		if (ways.count > 1)
			return migr_fail_walk(graph, *out, up, &ways);
		if (ways.count == 0)
		{
			if (strict)
				*out = MIGR_NO_REVISION;
			return true;
		}
		*out = ways.items[0];
	}
	return true;
}
