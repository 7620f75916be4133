/*
 * walk.c
 *	  Relative identifiers: +N, -N, branch@+N, rev-N (alembic.md 2.4), and what
 *	  they mean to upgrade and downgrade.
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

static void
push(const MigrGraph *graph, MigrRevs *revs, int32_t rev)
{
	migr_vec_push(&graph->ctx->arena, revs, rev);
}

static MigrSet
lineage_of(const MigrGraph *graph, int32_t rev)
{
	MigrRevs one = {0};

	push(graph, &one, rev);
	return migr_lineage(graph, &one, false);
}

/* Collect where one step from at may lead, within line (NULL: anywhere). */
static void
ways_on(const MigrGraph *graph, int32_t at, bool up, const uint64_t *line,
		MigrRevs *ways)
{
	const MigrEdges *edges = up ? &graph->up : &graph->down;

	ways->count = 0;
	if (at == MIGR_NO_REVISION)
	{
		for (int32_t rev = 0; rev < graph->count; rev++)
			if ((up ? migr_is_base(graph, rev) : migr_is_head(graph, rev)) &&
				(line == NULL || migr_set_has(line, rev)))
				push(graph, ways, rev);
		return;
	}
	if (at == MIGR_BASE)
		return;
	migr_each_edge(edges, at,
				   k) if (line == NULL || migr_set_has(line, edges->to[k]))
		push(graph, ways, edges->to[k]);
	if (!up && migr_is_base(graph, at))
		push(graph, ways, MIGR_BASE);
}

/* Fail: a walk from a revision could go several ways. */
static bool
fail_ambiguous(const MigrGraph *graph, int32_t at, bool up,
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
	const uint64_t *line = branch >= 0 ? lineage_of(graph, branch) : NULL;
	MigrRevs ways = {0};

	*out = start;
	for (int64_t i = 0; i < (up ? steps : -steps); i++)
	{
		ways_on(graph, *out, up, line, &ways);
		if (ways.count > 1)
			return fail_ambiguous(graph, *out, up, &ways);
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

/* Fail: the walk ended before its steps did. */
static bool
fail_short(const MigrGraph *graph, const char *text, int64_t steps)
{
	return migr_fail(graph->ctx, MIGR_ERR_RANGE,
					 "Relative revision %s didn't produce %lld migrations",
					 text, (long long) (steps < 0 ? -steps : steps));
}

/* ---- upgrade --------------------------------------------------------------- */

/*
 * Where b@+N starts: the rows in b's lineage; where there are none, the tips
 * of what is applied of it; else before the bases.
 */
static bool
branch_starts(const MigrGraph *graph, const MigrRevs *rows, int32_t branch,
			  MigrRevs *out)
{
	MigrSet line = lineage_of(graph, branch);
	MigrSet applied = migr_set_new(graph);

	for (int i = 0; i < rows->count; i++)
		if (migr_set_has(line, rows->items[i]))
			push(graph, out, rows->items[i]);
	if (out->count > 0)
		return true;
	migr_graph_close(graph, &graph->parents, rows, applied);
	for (int32_t rev = 0; rev < graph->count; rev++)
	{
		bool tip = migr_set_has(applied, rev) && migr_set_has(line, rev);

		if (!tip)
			continue;
		migr_each_edge(&graph->kids, rev,
					   k) if (migr_set_has(applied, graph->kids.to[k]) &&
							  migr_set_has(line, graph->kids.to[k])) tip =
			false;
		if (tip)
			push(graph, out, rev);
	}
	return true;
}

/* Find the revision that +N or b@+N starts from. */
static bool
upgrade_start(const MigrGraph *graph, int32_t branch, const MigrRevs *rows,
			  int32_t *out)
{
	MigrRevs starts = {0};

	if (branch >= 0)
		branch_starts(graph, rows, branch, &starts);
	else
		starts = *rows;
	*out = starts.count == 1 ? starts.items[0] : MIGR_NO_REVISION;
	if (starts.count <= 1)
		return true;
	migr_fail(graph->ctx, MIGR_ERR_AMBIGUOUS,
			  "Ambiguous upgrade from multiple current revisions");
	migr_detail(graph->ctx, "The current revisions are %s.",
				migr_revs_text(graph, &starts));
	return migr_hint(graph->ctx, "Say which branch: '<branchname>@+N'.");
}

/* Resolve a relative target of upgrade; strict: the walk must not end early. */
static bool
resolve_relative(const MigrGraph *graph, const char *text,
				 const MigrRelative *relative, const MigrRevs *rows,
				 bool strict, MigrRevs *out)
{
	int32_t branch = MIGR_NO_REVISION;
	int32_t start = MIGR_NO_REVISION;
	int32_t end;
	const char *symbol = relative->symbol;

	if (relative->steps <= 0 && symbol == NULL)
	{
		fail_short(graph, text, relative->steps);
		return migr_hint(graph->ctx, "An upgrade goes up: '+N', or "
									 "'<revision>-N' to count down from one.");
	}
	if (relative->branch != NULL &&
		!migr_resolve_branch(graph, relative->branch, &branch))
		return false;
	if (relative->steps <= 0 && branch >= 0)
	{
		/* downwards the symbol itself must be on the branch */
		symbol =
			migr_printf(&graph->ctx->arena, "%s@%s", relative->branch, symbol);
		branch = MIGR_NO_REVISION;
	}
	if (symbol == NULL ? !upgrade_start(graph, branch, rows, &start)
					   : !migr_resolve_one(graph, symbol, &start))
		return false;
	if (!migr_walk(graph, start, relative->steps, branch, strict, &end))
		return false;
	if (end == MIGR_NO_REVISION && relative->steps != 0)
		return fail_short(graph, text, relative->steps);
	if (end >= 0)
		push(graph, out, end);
	return true;
}

/* Resolve one target of upgrade, or one end of a history. */
static bool
resolve_target(const MigrGraph *graph, const char *text, const MigrRevs *rows,
			   bool strict, MigrRevs *out)
{
	MigrRelative relative;

	if (!migr_relative_parse(&graph->ctx->arena, text, &relative))
		return migr_resolve(graph, text, out);
	return resolve_relative(graph, text, &relative, rows, strict, out);
}

bool
migr_resolve_upgrade(const MigrGraph *graph, const char *target,
					 const MigrRevs *rows, MigrRevs *out)
{
	MigrSpan rest = migr_span(target);
	MigrSpan word;
	bool any = false;

	while (migr_span_word(&rest, &word))
	{
		any = true;
		if (!resolve_target(graph, migr_span_dup(&graph->ctx->arena, word),
							rows, true, out))
			return false;
	}
	return any ||
		   migr_fail(graph->ctx, MIGR_ERR_ARGUMENT, "no revision is given");
}

bool
migr_resolve_end(const MigrGraph *graph, const char *target,
				 const MigrRevs *starts, MigrRevs *out)
{
	return resolve_target(graph, target, starts, false, out);
}

/* ---- downgrade --------------------------------------------------------------- */

/* Fail: -N, and the database has several rows (11.4). */
static bool
fail_rows(const MigrGraph *graph, const char *text, const MigrRevs *rows)
{
	const char *first = graph->revisions[rows->items[0]]->id;

	migr_fail(graph->ctx, MIGR_ERR_AMBIGUOUS,
			  "downgrade %s from multiple heads is ambiguous", text);
	migr_detail(graph->ctx, "The current revisions are %s.",
				migr_revs_text(graph, rows));
	return migr_hint(graph->ctx,
					 "Say which branch, by a label or a revision of it: "
					 "'%s@%s'.",
					 first, text);
}

/* Find the row that -N or b@-N starts from. */
static bool
downgrade_start(const MigrGraph *graph, const char *text, int32_t branch,
				const MigrRevs *rows, int32_t *out)
{
	MigrRevs starts = {0};

	if (branch >= 0)
	{
		MigrSet line = lineage_of(graph, branch);
		MigrRevs current = {0};

		migr_all_current(graph, rows, &current);
		for (int i = 0; i < rows->count; i++)
			if (migr_set_has(line, rows->items[i]))
				push(graph, &starts, rows->items[i]);
		for (int i = 0; starts.count == 0 && i < current.count; i++)
			if (migr_set_has(line, current.items[i]))
				push(graph, &starts, current.items[i]);
	}
	else
		starts = *rows;
	if (starts.count > 1)
		return fail_rows(graph, text, &starts);
	*out = starts.count == 1 ? starts.items[0] : MIGR_NO_REVISION;
	return true;
}

/*
 * Walk down from start as downgrade does.  Where the last step meets a merge
 * point, just that revision is undone (11.4); before the last step, branch
 * decides between its parents.
 */
static bool
walk_down(const MigrGraph *graph, int32_t start, int64_t steps, int32_t branch,
		  MigrDowngrade *out)
{
	const uint64_t *line = branch >= 0 ? lineage_of(graph, branch) : NULL;
	MigrRevs ways = {0};

	out->target = start;
	for (int64_t i = 0; i < steps; i++)
	{
		ways_on(graph, out->target, false, NULL, &ways);
		if (ways.count > 1 && i == steps - 1)
		{
			out->merge = out->target;
			return true;
		}
		if (ways.count > 1 && line != NULL)
			ways_on(graph, out->target, false, line, &ways);
		if (ways.count > 1)
			return fail_ambiguous(graph, out->target, false, &ways);
		out->target = ways.count == 1 ? ways.items[0] : MIGR_NO_REVISION;
		if (ways.count == 0)
			return true;
	}
	return true;
}

/* Resolve -N, b@-N, X-N, b@X-N. */
static bool
resolve_down(const MigrGraph *graph, const char *text,
			 const MigrRelative *relative, const MigrRevs *rows,
			 MigrDowngrade *out)
{
	int32_t start;
	bool from_rows = relative->symbol == NULL;
	const char *symbol = relative->symbol;

	if (relative->branch != NULL)
	{
		if (!migr_resolve_branch(graph, relative->branch, &out->branch))
			return false;
		symbol = migr_printf(&graph->ctx->arena, "%s@%s", relative->branch,
							 from_rows ? "" : symbol);
	}
	if (from_rows ? !downgrade_start(graph, text, out->branch, rows, &start)
				  : !migr_resolve_one(graph, symbol, &start))
		return false;
	if (from_rows && start == MIGR_NO_REVISION)
		return fail_short(graph, text, relative->steps);
	/* without a branch, the row's own line is what goes (2.4) */
	if (!walk_down(graph, start, -relative->steps, out->branch, out))
		return false;
	if (from_rows && out->branch == MIGR_NO_REVISION)
		out->branch = start;
	if (out->merge != MIGR_NO_REVISION)
		return true;
	if (out->target == MIGR_NO_REVISION && relative->steps != 0)
		return from_rows ? fail_short(graph, text, relative->steps)
						 : migr_fail(graph->ctx, MIGR_ERR_RANGE,
									 "Walked too far: %s", text);
	if (out->target == MIGR_BASE)
		out->target = MIGR_NO_REVISION;
	return true;
}

/* Resolve X+N, b@X+N. */
static bool
resolve_up(const MigrGraph *graph, const char *text,
		   const MigrRelative *relative, MigrDowngrade *out)
{
	int32_t start;

	if (relative->symbol == NULL)
	{
		fail_short(graph, text, relative->steps);
		return migr_hint(graph->ctx, "A downgrade goes down: '-N', or "
									 "'<revision>+N' to count up from one.");
	}
	if (relative->branch != NULL &&
		!migr_resolve_branch(graph, relative->branch, &out->branch))
		return false;
	if (!migr_resolve_one(graph, relative->symbol, &start) ||
		!migr_walk(graph, start, relative->steps, out->branch, true,
				   &out->target))
		return false;
	return out->target != MIGR_NO_REVISION || relative->steps == 0 ||
		   migr_fail(graph->ctx, MIGR_ERR_RANGE, "Walked too far: %s", text);
}

bool
migr_resolve_downgrade(const MigrGraph *graph, const char *target,
					   const MigrRevs *rows, MigrDowngrade *out)
{
	MigrArena *arena = &graph->ctx->arena;
	const char *text = migr_span_dup(arena, migr_span_trim(migr_span(target)));
	const char *at = strrchr(text, '@');
	MigrRelative relative;

	out->target = out->branch = out->merge = MIGR_NO_REVISION;
	out->walked = false;
	if (text[0] == '\0')
		return migr_fail(graph->ctx, MIGR_ERR_ARGUMENT, "no revision is given");
	out->walked = migr_relative_parse(arena, text, &relative);
	if (out->walked)
		return relative.steps < 0
				   ? resolve_down(graph, text, &relative, rows, out)
				   : resolve_up(graph, text, &relative, out);
	if (at != NULL && at > text &&
		!migr_resolve_branch(graph,
							 migr_strndup(arena, text, (size_t) (at - text)),
							 &out->branch))
		return false;
	return migr_resolve_one(graph, at != NULL ? at + 1 : text, &out->target);
}
