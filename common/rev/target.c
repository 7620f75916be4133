/*
 * target.c
 *	  What upgrade and downgrade make of their target: an absolute identifier,
 *	  or a walk from the rows or from a revision (alembic.md 2.4).
 */
#include "rev/target.h"

#include <string.h>

#include "rev/walk.h"

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
static void
branch_starts(const MigrGraph *graph, const MigrRevs *rows, int32_t branch,
			  MigrRevs *out)
{
	MigrSet line = migr_lineage_of(graph, branch);
	MigrSet applied = migr_set_new(graph);

	for (int i = 0; i < rows->count; i++)
		if (migr_set_has(line, rows->items[i]))
			migr_revs_add(graph, out, rows->items[i]);
	if (out->count > 0)
		return;
	migr_graph_close(graph, &graph->parents, rows, applied);
	for (int32_t rev = 0; rev < graph->count; rev++)
	{
		bool tip = migr_set_has(applied, rev) && migr_set_has(line, rev);

		if (!tip)
			continue;
		migr_each_edge (&graph->kids, rev, k)
			if (migr_set_has(applied, graph->kids.to[k]) &&
				migr_set_has(line, graph->kids.to[k]))
				tip = false;
		if (tip)
			migr_revs_add(graph, out, rev);
	}
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
		return migr_hint(graph->ctx, "Count up with '+N', or down from a "
									 "revision with '<revision>-N'.");
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
		migr_revs_add(graph, out, end);
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

/* Append those revisions that share a line with branch. */
static void
add_members(const MigrGraph *graph, const MigrRevs *revs, int32_t branch,
			MigrRevs *out)
{
	MigrSet line = migr_lineage_of(graph, branch);

	for (int i = 0; i < revs->count; i++)
		if (migr_set_has(line, revs->items[i]))
			migr_revs_add(graph, out, revs->items[i]);
}

/* Find the row that -N or b@-N starts from. */
static bool
downgrade_start(const MigrGraph *graph, const char *text, int32_t branch,
				const MigrRevs *rows, int32_t *out)
{
	MigrRevs starts = {0};

	if (branch >= 0)
	{
		MigrRevs current = {0};

		add_members(graph, rows, branch, &starts);
		migr_all_current(graph, rows, &current);
		if (starts.count == 0)
			add_members(graph, &current, branch, &starts);
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
	const uint64_t *line = branch >= 0 ? migr_lineage_of(graph, branch) : NULL;
	MigrRevs ways = {0};

	out->target = start;
	for (int64_t i = 0; i < steps; i++)
	{
		migr_walk_ways(graph, out->target, false, NULL, &ways);
		if (ways.count > 1 && i == steps - 1)
		{
			out->merge = out->target;
			return true;
		}
		if (ways.count > 1 && line != NULL)
			migr_walk_ways(graph, out->target, false, line, &ways);
		if (ways.count > 1)
			return migr_fail_walk(graph, out->target, false, &ways);
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
	const char *text = migr_trim(arena, target);
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
