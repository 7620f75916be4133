/*
 * plan.c
 *	  Upgrade, downgrade and stamp as lists of steps (alembic.md 2.6 to 2.10,
 *	  and section 11 where we differ).
 *
 * Rows are followed while planning, so each step knows how the version table
 * changes.  With rows of which none is an ancestor of another, Alembic's row
 * rules (2.9) come down to this: applying a revision replaces those of its
 * normalised parents that are rows; undoing it brings back those that no other
 * applied revision stands on.
 */
#include "rev/plan.h"

#include <string.h>

#include "rev/walk.h"

static bool
has(const MigrRevs *revs, int32_t rev)
{
	for (int i = 0; i < revs->count; i++)
		if (revs->items[i] == rev)
			return true;
	return false;
}

/* Collect the versioned parents of a revision. */
static void
push_parents(const MigrGraph *graph, int32_t rev, MigrRevs *out)
{
	migr_each_edge (&graph->down, rev, k)
		migr_revs_add(graph, out, graph->down.to[k]);
}

/* ---- upgrade --------------------------------------------------------------- */

/* Turn an order, children first, into upgrade steps. */
static void
push_upgrades(const MigrGraph *graph, const MigrRevs *order,
			  const MigrRevs *rows, MigrPlan *out)
{
	MigrSet row_set = migr_set_new(graph);

	for (int i = 0; i < rows->count; i++)
		migr_set_add(row_set, rows->items[i]);
	for (int i = order->count - 1; i >= 0; i--)
	{
		MigrStep step = {0};

		step.operation = MIGR_UPGRADE;
		step.revision = order->items[i];
		push_parents(graph, step.revision, &step.from);
		migr_revs_add(graph, &step.to, step.revision);
		migr_each_edge (&graph->parents, step.revision, k)
		{
			int32_t parent = graph->parents.to[k];

			if (!migr_set_has(row_set, parent))
				continue;
			migr_set_drop(row_set, parent);
			migr_revs_add(graph, &step.removed, parent);
		}
		migr_revs_add(graph, &step.added, step.revision);
		migr_set_add(row_set, step.revision);
		migr_vec_push(&graph->ctx->arena, out, step);
	}
}

bool
migr_plan_upgrade(const MigrGraph *graph, const char *target,
				  const MigrRevs *rows, MigrPlan *out)
{
	MigrRevs targets = {0};
	MigrRevs order = {0};
	MigrSet need = migr_set_new(graph);
	MigrSet have = migr_set_new(graph);

	if (!migr_resolve_upgrade(graph, target, rows, &targets) ||
		!migr_check_overlap(graph, &targets) || !migr_check_rows(graph, rows))
		return false;
	migr_graph_close(graph, &graph->parents, &targets, need);
	migr_graph_close(graph, &graph->parents, rows, have);
	for (int32_t w = 0; w <= graph->count / 64; w++)
		need[w] &= ~have[w];
	migr_graph_sort(graph, need, &targets, &order);
	push_upgrades(graph, &order, rows, out);
	return true;
}

/* ---- downgrade --------------------------------------------------------------- */

/* Find the branch point at or below a revision, or MIGR_NO_REVISION. */
static int32_t
branch_point_below(const MigrGraph *graph, int32_t rev)
{
	while (!migr_is_base(graph, rev))
	{
		rev = graph->down.to[graph->down.start[rev]];
		if (migr_edge_count(&graph->up, rev) > 1)
			return rev;
	}
	return MIGR_NO_REVISION;
}

/*
 * Refuse a branch's base where the only root belongs to other branches too
 * (11.5): Alembic would drop those as well.  A target that was walked to is
 * refused only where that hits rows of another branch.
 */
static bool
check_shared_root(const MigrGraph *graph, const MigrDowngrade *aim,
				  const MigrRevs *rows)
{
	MigrRevs branch = {0};
	MigrSet line;
	bool shared = false;
	int32_t point;

	migr_revs_add(graph, &branch, aim->branch);
	line = migr_lineage(graph, &branch, false);
	for (int i = 0; aim->walked && i < rows->count; i++)
		shared |= !migr_set_has(line, rows->items[i]);
	for (int32_t rev = 0; !aim->walked && rev < graph->count; rev++)
		shared |= !migr_set_has(line, rev);
	if (!shared)
		return true;
	point = branch_point_below(graph, aim->branch);
	migr_fail(graph->ctx, MIGR_ERR_RANGE,
			  "branch %s shares its base with other branches: going down to "
			  "it would undo them too",
			  graph->revisions[aim->branch]->id);
	if (point == MIGR_NO_REVISION)
		return migr_hint(graph->ctx, "To undo all branches: downgrade 'base'.");
	return migr_hint(graph->ctx,
					 "The branch begins at %s: downgrade '%s@%s' goes back "
					 "there; downgrade 'base' undoes all branches.",
					 graph->revisions[point]->id,
					 graph->revisions[aim->branch]->id,
					 graph->revisions[point]->id);
}

/* Collect the revisions whose undoing, with all above them, is asked for. */
static bool
find_roots(const MigrGraph *graph, const MigrDowngrade *aim,
		   const MigrRevs *rows, MigrRevs *roots)
{
	MigrRevs branch = {0};
	MigrSet line;
	int kept = 0;
	int32_t bases = 0;

	if (aim->merge != MIGR_NO_REVISION)
	{
		migr_revs_add(graph, roots, aim->merge);
		return true;
	}
	if (aim->target != MIGR_NO_REVISION)
		migr_each_edge (&graph->up, aim->target, k)
			migr_revs_add(graph, roots, graph->up.to[k]);
	for (int32_t rev = 0; aim->target == MIGR_NO_REVISION && rev < graph->count;
		 rev++)
		if (migr_is_base(graph, rev))
		{
			migr_revs_add(graph, roots, rev);
			bases++;
		}
	if (aim->branch == MIGR_NO_REVISION || roots->count == 0)
		return true;
	if (bases == 1)
		return check_shared_root(graph, aim, rows);
	if (roots->count == 1)
		return true;
	migr_revs_add(graph, &branch, aim->branch);
	line = migr_set_new(graph);
	migr_graph_close(graph, &graph->down, &branch, line);
	for (int i = 0; i < roots->count; i++)
		if (migr_set_has(line, roots->items[i]))
			roots->items[kept++] = roots->items[i];
	roots->count = kept;
	return kept > 0 || migr_fail(graph->ctx, MIGR_ERR_RANGE,
								 "Not a valid downgrade target from current "
								 "heads");
}

/* Turn an order, children first, into downgrade steps. */
static void
push_downgrades(const MigrGraph *graph, const MigrRevs *order,
				const uint64_t *applied, MigrPlan *out)
{
	int32_t *children = migr_alloc_array(
		&graph->ctx->arena, (size_t) graph->count + 1, sizeof(int32_t));

	for (int32_t rev = 0; rev < graph->count; rev++)
		if (migr_set_has(applied, rev))
			migr_each_edge (&graph->parents, rev, k)
				children[graph->parents.to[k]]++;
	for (int i = 0; i < order->count; i++)
	{
		MigrStep step = {0};

		step.operation = MIGR_DOWNGRADE;
		step.revision = order->items[i];
		migr_revs_add(graph, &step.from, step.revision);
		push_parents(graph, step.revision, &step.to);
		migr_revs_add(graph, &step.removed, step.revision);
		migr_each_edge (&graph->parents, step.revision, k)
			if (--children[graph->parents.to[k]] == 0)
				migr_revs_add(graph, &step.added, graph->parents.to[k]);
		migr_vec_push(&graph->ctx->arena, out, step);
	}
}

bool
migr_plan_downgrade(const MigrGraph *graph, const char *target,
					const MigrRevs *rows, MigrPlan *out)
{
	MigrDowngrade aim;
	MigrRevs roots = {0};
	MigrRevs order = {0};
	MigrSet drop = migr_set_new(graph);
	MigrSet applied = migr_set_new(graph);

	if (!migr_check_rows(graph, rows) ||
		!migr_resolve_downgrade(graph, target, rows, &aim) ||
		!find_roots(graph, &aim, rows, &roots))
		return false;
	migr_graph_close(graph, &graph->all_up, &roots, drop);
	migr_graph_close(graph, &graph->parents, rows, applied);
	for (int32_t w = 0; w <= graph->count / 64; w++)
		drop[w] &= applied[w];
	migr_graph_sort(graph, drop, rows, &order);
	if (order.count == 0 && aim.target != MIGR_NO_REVISION &&
		!has(rows, aim.target))
	{
		migr_fail(graph->ctx, MIGR_ERR_RANGE,
				  "Destination %s is not a valid downgrade target from current "
				  "head(s)",
				  target);
		return migr_detail(graph->ctx, "The current revisions are %s.",
						   rows->count > 0 ? migr_revs_text(graph, rows)
										   : "none");
	}
	push_downgrades(graph, &order, applied, out);
	return true;
}

/* ---- stamp ----------------------------------------------------------------- */

/* What a stamp's targets come down to. */
typedef struct Stamp
{
	MigrRevs destinations; /* none: base */
	MigrRevs scope;		   /* rows that share a line with a target */
	MigrRevs final;		   /* the rows afterwards */
} Stamp;

/* Add the rows that share a line, with deps, with one of tests to the scope;
 * no tests: all rows. */
static void
add_scope(const MigrGraph *graph, const MigrRevs *tests, const MigrRevs *rows,
		  MigrRevs *scope)
{
	MigrSet line;

	if (rows->count == 0)
		return;
	line = tests->count > 0 ? migr_lineage(graph, tests, true) : NULL;
	for (int i = 0; i < rows->count; i++)
		if ((line == NULL || migr_set_has(line, rows->items[i])) &&
			!has(scope, rows->items[i]))
			migr_revs_add(graph, scope, rows->items[i]);
}

/* Resolve one target of stamp: also current, which is the rows themselves, and
 * relative forms as in upgrade and downgrade. */
static bool
resolve_stamp(const MigrGraph *graph, const char *text, const MigrRevs *rows,
			  MigrRevs *out)
{
	MigrRelative relative;
	MigrDowngrade aim;

	if (strcmp(text, "current") == 0)
	{
		for (int i = 0; i < rows->count; i++)
			migr_revs_add(graph, out, rows->items[i]);
		return true;
	}
	if (!migr_relative_parse(&graph->ctx->arena, text, &relative))
		return migr_resolve(graph, text, out);
	if (relative.steps > 0)
		return migr_resolve_upgrade(graph, text, rows, out);
	if (!migr_resolve_downgrade(graph, text, rows, &aim))
		return false;
	if (aim.merge != MIGR_NO_REVISION)
		push_parents(graph, aim.merge, out);
	else if (aim.target != MIGR_NO_REVISION)
		migr_revs_add(graph, out, aim.target);
	return true;
}

/* Resolve all targets, and collect their scope. */
static bool
resolve_targets(const MigrGraph *graph, const char *targets,
				const MigrRevs *rows, Stamp *stamp)
{
	MigrSpan rest = migr_span(targets);
	MigrSpan word;
	bool any = false;

	while (migr_span_word(&rest, &word))
	{
		const char *text = migr_span_dup(&graph->ctx->arena, word);
		const char *branch;
		const char *symbol;
		MigrRevs tests = {0};
		int32_t rev;

		any = true;
		if (!resolve_stamp(graph, text, rows, &tests))
			return false;
		for (int i = 0; i < tests.count; i++)
			if (!has(&stamp->destinations, tests.items[i]))
				migr_revs_add(graph, &stamp->destinations, tests.items[i]);
		migr_split_branch(graph, text, &branch, &symbol);
		if (branch != NULL)
		{
			if (!migr_resolve_branch(graph, branch, &rev))
				return false;
			migr_revs_add(graph, &tests, rev);
		}
		add_scope(graph, &tests, rows, &stamp->scope);
	}
	return any ||
		   migr_fail(graph->ctx, MIGR_ERR_ARGUMENT, "no revision is given");
}

/*
 * Compute the rows afterwards: those outside the scope and the destinations,
 * without any that another one implies (11.7).
 */
static void
find_final(const MigrGraph *graph, const MigrRevs *rows, Stamp *stamp)
{
	MigrRevs all = {0};
	MigrRevs below = {0};
	MigrSet implied = migr_set_new(graph);

	for (int i = 0; i < rows->count; i++)
		if (!has(&stamp->scope, rows->items[i]))
			migr_revs_add(graph, &all, rows->items[i]);
	for (int i = 0; i < stamp->destinations.count; i++)
		if (!has(&all, stamp->destinations.items[i]))
			migr_revs_add(graph, &all, stamp->destinations.items[i]);
	for (int i = 0; i < all.count; i++)
		migr_each_edge (&graph->parents, all.items[i], k)
			migr_revs_add(graph, &below, graph->parents.to[k]);
	migr_graph_close(graph, &graph->parents, &below, implied);
	for (int i = 0; i < all.count; i++)
		if (!migr_set_has(implied, all.items[i]))
			migr_revs_add(graph, &stamp->final, all.items[i]);
}

/* Append a step that takes removed away and adds a row, if it does anything. */
static void
push_stamp(const MigrGraph *graph, int32_t revision, const MigrRevs *from,
		   const MigrRevs *removed, bool add, MigrRevs *rows, MigrPlan *out)
{
	MigrStep step = {0};

	if (removed->count == 0 && !add)
		return;
	step.operation = MIGR_STAMP;
	step.revision = revision;
	step.from = *from;
	step.removed = *removed;
	if (revision != MIGR_NO_REVISION)
		migr_revs_add(graph, &step.to, revision);
	if (add)
		migr_revs_add(graph, &step.added, revision);
	migr_apply_step(graph, &step, rows);
	migr_vec_push(&graph->ctx->arena, out, step);
}

/* Take every row of the scope away, a step each. */
static void
push_base_stamps(const MigrGraph *graph, const Stamp *stamp, MigrRevs *rows,
				 MigrPlan *out)
{
	for (int i = 0; i < stamp->scope.count; i++)
	{
		MigrRevs one = {0};

		migr_revs_add(graph, &one, stamp->scope.items[i]);
		push_stamp(graph, MIGR_NO_REVISION, &one, &one, false, rows, out);
	}
}

/*
 * Move to one destination.  Where it shares a line with rows of the scope, the
 * scope moves there (2.10); else it is a new row.
 */
static void
push_destination_stamp(const MigrGraph *graph, int32_t destination,
					   const Stamp *stamp, MigrRevs *rows, MigrPlan *out)
{
	MigrRevs tests = {0};
	MigrRevs moved = {0};
	MigrRevs removed = {0};
	MigrRevs nearby = {0};

	if (has(&stamp->scope, destination))
		return;
	migr_revs_add(graph, &tests, destination);
	add_scope(graph, &tests, &stamp->scope, &nearby);
	for (int i = 0; nearby.count > 0 && i < stamp->scope.count; i++)
	{
		int32_t row = stamp->scope.items[i];

		if (has(&stamp->final, row))
			continue;
		migr_revs_add(graph, &moved, row);
		if (has(rows, row))
			migr_revs_add(graph, &removed, row);
	}
	push_stamp(graph, destination, &moved, &removed,
			   has(&stamp->final, destination) && !has(rows, destination), rows,
			   out);
}

bool
migr_plan_stamp(const MigrGraph *graph, const char *targets,
				const MigrRevs *rows, MigrPlan *out)
{
	Stamp stamp = {0};
	MigrRevs state = {0};

	if (!resolve_targets(graph, targets, rows, &stamp))
		return false;
	for (int i = 0; i < rows->count; i++)
		migr_revs_add(graph, &state, rows->items[i]);
	find_final(graph, rows, &stamp);
	if (stamp.destinations.count == 0)
		push_base_stamps(graph, &stamp, &state, out);
	for (int i = 0; i < stamp.destinations.count; i++)
		push_destination_stamp(graph, stamp.destinations.items[i], &stamp,
							   &state, out);
	/* rows that only overlap with what stays (11.8) go by a step each */
	for (int i = 0; i < rows->count; i++)
	{
		MigrRevs one = {0};

		migr_revs_add(graph, &one, rows->items[i]);
		if (has(&state, one.items[0]) && !has(&stamp.final, one.items[0]))
			push_stamp(graph, MIGR_NO_REVISION, &one, &one, false, &state, out);
	}
	return true;
}

/* ---- steps --------------------------------------------------------------- */

void
migr_apply_step(const MigrGraph *graph, const MigrStep *step, MigrRevs *rows)
{
	int kept = 0;

	for (int i = 0; i < rows->count; i++)
		if (!has(&step->removed, rows->items[i]))
			rows->items[kept++] = rows->items[i];
	rows->count = kept;
	for (int i = 0; i < step->added.count; i++)
		migr_revs_add(graph, rows, step->added.items[i]);
}

const char *
migr_operation_word(MigrOperation operation)
{
	switch (operation)
	{
		case MIGR_UPGRADE:
			return "upgrade";
		case MIGR_DOWNGRADE:
			return "downgrade";
		case MIGR_STAMP:
			break;
	}
	return "stamp";
}

const char *
migr_step_words(const MigrGraph *graph, const MigrStep *step)
{
	const char *from = migr_revs_text(graph, &step->from);
	const char *to = migr_revs_text(graph, &step->to);

	return migr_printf(&graph->ctx->arena, "Running %s %s -> %s",
					   step->operation == MIGR_STAMP
						   ? "stamp_revision"
						   : migr_operation_word(step->operation),
					   from != NULL ? from : "", to != NULL ? to : "");
}

const char *
migr_step_line(const MigrGraph *graph, const MigrStep *step)
{
	const char *words = migr_step_words(graph, step);
	const char *message = step->operation == MIGR_STAMP
							  ? ""
							  : graph->revisions[step->revision]->message;

	if (message[0] == '\0')
		return words;
	return migr_printf(&graph->ctx->arena, "%s, %s", words, message);
}
