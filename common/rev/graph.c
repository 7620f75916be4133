/*
 * graph.c
 *	  Build the revision graph and walk it.  The rules are those of alembic.md
 *	  2.1, 2.2 and 2.5; see graph.h for the words.
 *
 * Alembic computes each of these per revision, by walking; here every rule is
 * one pass over the revisions in topological order:
 *
 * - normalised deps are found in shadow.c;
 * - labels spread up with the parents' sets, then down along the lines that
 *	 stay open up to their tip;
 * - ordering is in order.c.
 */
#include "rev/graph.h"

#include <string.h>

/* ---- edges --------------------------------------------------------------- */

/* Make room for the starts of edges. */
static void
init_edges(MigrGraph *graph, MigrEdges *edges)
{
	edges->start = migr_alloc_array(&graph->ctx->arena,
									(size_t) graph->count + 2, sizeof(int32_t));
}

/* Make room for the edges themselves. */
static void
lay_edges(MigrGraph *graph, MigrEdges *edges, int32_t most)
{
	edges->to = migr_alloc_array(&graph->ctx->arena, (size_t) most + 1,
								 sizeof(int32_t));
}

/* Make the edges that run the other way, sources in map order. */
static void
reverse_edges(MigrGraph *graph, const MigrEdges *edges, MigrEdges *reverse)
{
	int32_t *start;

	init_edges(graph, reverse);
	lay_edges(graph, reverse, edges->start[graph->count]);
	/* one place too far: filling in moves each start to where it belongs */
	start = reverse->start + 1;
	for (int32_t k = 0; k < edges->start[graph->count]; k++)
		start[edges->to[k] + 1]++;
	for (int32_t i = 0; i < graph->count; i++)
		start[i + 1] += start[i];
	for (int32_t i = 0; i < graph->count; i++)
		migr_each_edge (edges, i, k)
			reverse->to[start[edges->to[k]]++] = i;
}

/*
 * Make edges that are those of a and then those of b, each target once, as it
 * is in a and in b.  skip, where given, marks edges of b to leave out.
 */
static void
join_edges(MigrGraph *graph, const MigrEdges *a, const MigrEdges *b,
		   const bool *skip, MigrEdges *out)
{
	int32_t *seen = migr_alloc_array(
		&graph->ctx->arena, (size_t) graph->count + 1, sizeof(int32_t));
	int32_t at = 0;

	init_edges(graph, out);
	lay_edges(graph, out, a->start[graph->count] + b->start[graph->count]);
	for (int32_t i = 0; i < graph->count; i++)
	{
		migr_each_edge (a, i, k)
		{
			seen[a->to[k]] = i + 1;
			out->to[at++] = a->to[k];
		}
		migr_each_edge (b, i, k)
			if (seen[b->to[k]] != i + 1 && (skip == NULL || !skip[k]))
				out->to[at++] = b->to[k];
		out->start[i + 1] = at;
	}
}

/* ---- keys and parents ------------------------------------------------------ */

/* Fail about a revision, with its place. */
static bool
fail_at(MigrGraph *graph, int32_t rev, const char *message)
{
	const MigrRevision *revision = graph->revisions[rev];
	MigrPlace place = {0};

	place.revision = revision->id;
	place.path = revision->path;
	migr_fail(graph->ctx, MIGR_ERR_GRAPH, "%s", message);
	return migr_at(graph->ctx, &place);
}

/* Say where a revision comes from, for a message. */
static const char *
origin(const MigrRevision *revision)
{
	return revision->path != NULL ? revision->path : "a loaded script";
}

/* Enter the id of a revision into the key table. */
static bool
enter_id(MigrGraph *graph, int32_t rev)
{
	const char *id = graph->revisions[rev]->id;
	int32_t first;

	if (migr_map_put(&graph->keys, migr_span(id), rev))
		return true;
	first = migr_map_get(&graph->keys, migr_span(id));
	fail_at(graph, rev,
			migr_printf(&graph->ctx->arena,
						"revision identifier \"%s\" is used twice", id));
	migr_detail(graph->ctx, "It stands in %s and in %s.",
				origin(graph->revisions[first]), origin(graph->revisions[rev]));
	return migr_hint(graph->ctx, "Give one of the two another identifier.");
}

/*
 * Enter all ids.  As it costs to read the headers of many revisions once more,
 * count labels on the way, and the names of parents and of deps: those up to
 * each revision go to the starts of down and deps.
 */
static bool
enter_ids(MigrGraph *graph, int32_t *labels)
{
	for (int32_t i = 0; i < graph->count; i++)
	{
		const MigrRevision *revision = graph->revisions[i];

		if (!enter_id(graph, i))
			return false;
		*labels += revision->labels.count;
		graph->down.start[i + 1] =
			graph->down.start[i] + revision->revises.count;
		graph->deps.start[i + 1] =
			graph->deps.start[i] + revision->depends_on.count;
	}
	return true;
}

/* Enter every label, behind the ids. */
static bool
enter_labels(MigrGraph *graph)
{
	MigrArena *arena = &graph->ctx->arena;

	for (int32_t i = 0; i < graph->count; i++)
		for (int k = 0; k < graph->revisions[i]->labels.count; k++)
		{
			const char *label = graph->revisions[i]->labels.items[k];
			int32_t taken = migr_map_get(&graph->keys, migr_span(label));

			if (taken != MIGR_MAP_NONE)
				return fail_at(
					graph, i,
					migr_printf(arena,
								"Branch name '%s' in revision %s already used "
								"by revision %s",
								label, graph->revisions[i]->id,
								graph->revisions[taken]->id));
			migr_map_put(&graph->keys, migr_span(label), i);
			migr_vec_push(arena, &graph->labels, label);
		}
	return true;
}

/* Find the revision that an entry of revises (or depends_on) names. */
static bool
find_parent(MigrGraph *graph, int32_t rev, const char *name, bool dep,
			int32_t *out)
{
	MigrArena *arena = &graph->ctx->arena;

	/* most stand right before their child */
	if (rev > 0 && strcmp(graph->revisions[rev - 1]->id, name) == 0)
		*out = rev - 1;
	else
		*out = migr_map_get(&graph->keys, migr_span(name));
	if (*out != MIGR_MAP_NONE && !dep &&
		strcmp(graph->revisions[*out]->id, name) != 0)
		*out = MIGR_MAP_NONE; /* a label is no parent */
	if (*out == rev)
		return fail_at(graph, rev,
					   migr_printf(arena, "%s is detected in revisions (%s)",
								   dep ? "Dependency self-loop" : "Self-loop",
								   graph->revisions[rev]->id));
	if (*out != MIGR_MAP_NONE)
		return true;
	fail_at(graph, rev,
			migr_printf(arena, "revision %s %s \"%s\", which is not there",
						graph->revisions[rev]->id,
						dep ? "depends on" : "revises", name));
	return migr_hint(graph->ctx,
					 "Add the script of \"%s\", or correct the "
					 "\"%s\" line.",
					 name, dep ? "depends_on" : "revises");
}

/*
 * Make the edges to versioned parents (or declared deps), each once.  Their
 * starts count names, as enter_ids() left them.
 */
static bool
make_down(MigrGraph *graph, bool dep, MigrEdges *edges)
{
	int32_t *seen = migr_alloc_array(
		&graph->ctx->arena, (size_t) graph->count + 1, sizeof(int32_t));
	int32_t before = 0;
	int32_t at = 0;

	lay_edges(graph, edges, edges->start[graph->count]);
	for (int32_t i = 0; i < graph->count; i++)
	{
		int32_t names = edges->start[i + 1] - before;

		before += names;
		for (int32_t k = 0; k < names; k++)
		{
			const MigrRevision *revision = graph->revisions[i];
			int32_t target;

			if (!find_parent(graph, i,
							 dep ? revision->depends_on.items[k]
								 : revision->revises.items[k],
							 dep, &target))
				return false;
			if (seen[target] == i + 1)
				continue;
			seen[target] = i + 1;
			edges->to[at++] = target;
		}
		edges->start[i + 1] = at;
	}
	return true;
}

/* ---- cycles ---------------------------------------------------------------- */

/*
 * Put every revision behind those that its edges lead to (Kahn).  Returns how
 * many could be placed; the others are on a cycle or above one.
 */
static int32_t
place_all(const MigrGraph *graph, const MigrEdges *down, const MigrEdges *up,
		  int32_t *order, int32_t *waits)
{
	int32_t placed = 0;

	for (int32_t i = 0; i < graph->count; i++)
	{
		waits[i] = migr_edge_count(down, i);
		if (waits[i] == 0)
			order[placed++] = i;
	}
	for (int32_t next = 0; next < placed; next++)
		migr_each_edge (up, order[next], k)
			if (--waits[up->to[k]] == 0)
				order[placed++] = up->to[k];
	return placed;
}

/* Report the revisions that still wait and are waited for: the cycles. */
static bool
fail_cycle(MigrGraph *graph, const MigrEdges *down, const MigrEdges *up,
		   const int32_t *waits, const char *kind)
{
	MigrArena *arena = &graph->ctx->arena;
	size_t count = (size_t) graph->count;
	int32_t *needed = migr_alloc_array(arena, count, sizeof(int32_t));
	int32_t *stack = migr_alloc_array(arena, count, sizeof(int32_t));
	int32_t top = 0;
	MigrNames names = {0};
	MigrPlace place = {0};

	/* drop, from the top, what lies above the cycles but not on one */
	for (int32_t i = 0; i < graph->count; i++)
		migr_each_edge (up, i, k)
			needed[i] += waits[up->to[k]] > 0;
	for (int32_t i = 0; i < graph->count; i++)
		if (waits[i] > 0 && needed[i] == 0)
			stack[top++] = i;
	while (top > 0)
	{
		int32_t rev = stack[--top];

		needed[rev] = -1;
		migr_each_edge (down, rev, k)
			if (waits[down->to[k]] > 0 && --needed[down->to[k]] == 0)
				stack[top++] = down->to[k];
	}
	for (int32_t i = 0; i < graph->count; i++)
		if (waits[i] > 0 && needed[i] > 0)
		{
			migr_vec_push(arena, &names, graph->revisions[i]->id);
			place.revision = graph->revisions[i]->id;
			place.path = graph->revisions[i]->path;
		}
	migr_fail(graph->ctx, MIGR_ERR_GRAPH, "%s is detected in revisions (%s)",
			  kind, migr_join(arena, names.items, names.count, ", "));
	migr_hint(graph->ctx, "Correct the \"%s\" line of one of these scripts.",
			  down == &graph->down ? "revises" : "depends_on");
	return migr_at(graph->ctx, &place);
}

/* Order the graph topologically, or name its cycles. */
static bool
check_cycles(MigrGraph *graph)
{
	MigrArena *arena = &graph->ctx->arena;
	size_t count = (size_t) graph->count + 1;
	int32_t *waits = migr_alloc_array(arena, count, sizeof(int32_t));

	graph->order = migr_alloc_array(arena, count, sizeof(int32_t));
	if (place_all(graph, &graph->all_down, &graph->all_up, graph->order,
				  waits) == graph->count)
		return true;
	if (place_all(graph, &graph->down, &graph->up, graph->order, waits) <
		graph->count)
		return fail_cycle(graph, &graph->down, &graph->up, waits, "Cycle");
	place_all(graph, &graph->all_down, &graph->all_up, graph->order, waits);
	return fail_cycle(graph, &graph->all_down, &graph->all_up, waits,
					  "Dependency cycle");
}

/* ---- labels -------------------------------------------------------------- */

static uint64_t *
label_set(const MigrGraph *graph, int32_t rev)
{
	return graph->label_sets + (size_t) rev * (size_t) graph->label_words;
}

static void
add_labels(const MigrGraph *graph, int32_t to, int32_t from)
{
	for (int w = 0; w < graph->label_words; w++)
		label_set(graph, to)[w] |= label_set(graph, from)[w];
}

/*
 * Spread labels (2.2): a revision's labels go to everything above it; and to
 * what is below it as long as the line up to its tip has no branch point, no
 * merge point and nobody who depends on it from outside.
 */
static void
spread_labels(MigrGraph *graph)
{
	MigrArena *arena = &graph->ctx->arena;
	bool *open;

	if (graph->labels.count == 0)
		return;
	graph->label_words = (graph->labels.count + 63) / 64;
	graph->label_sets = migr_alloc_array(
		arena, (size_t) graph->count * (size_t) graph->label_words,
		sizeof(uint64_t));
	open = migr_alloc_array(arena, (size_t) graph->count, sizeof(bool));
	for (int32_t i = 0; i < graph->labels.count; i++)
		migr_set_add(
			label_set(graph, graph->keys.entries[graph->count + i].value), i);
	for (int32_t i = 0; i < graph->count; i++)
		migr_each_edge (&graph->down, graph->order[i], k)
			add_labels(graph, graph->order[i], graph->down.to[k]);
	for (int32_t i = graph->count - 1; i >= 0; i--)
	{
		int32_t rev = graph->order[i];
		int32_t child = graph->up.start[rev];

		open[rev] = migr_edge_count(&graph->all_up, rev) <= 1 &&
					migr_edge_count(&graph->down, rev) <= 1;
		if (migr_edge_count(&graph->up, rev) == 0 || !open[rev])
			continue;
		open[rev] = open[graph->up.to[child]];
		if (open[rev])
			add_labels(graph, rev, graph->up.to[child]);
	}
}

/* ---- building ------------------------------------------------------------ */

/* Make the edges that count deps in: all of them, and the normalised ones. */
static bool
join_deps(MigrGraph *graph)
{
	join_edges(graph, &graph->down, &graph->deps, NULL, &graph->all_down);
	reverse_edges(graph, &graph->all_down, &graph->all_up);
	if (!check_cycles(graph))
		return false;
	join_edges(graph, &graph->down, &graph->deps, migr_graph_shadows(graph),
			   &graph->parents);
	reverse_edges(graph, &graph->parents, &graph->kids);
	return true;
}

bool
migr_graph_build(MigrCtx *ctx, MigrRevision *const *revisions, int32_t count,
				 MigrGraph *graph)
{
	int32_t labels = 0;

	memset(graph, 0, sizeof(*graph));
	graph->ctx = ctx;
	graph->count = count;
	graph->revisions = revisions;
	migr_map_init(&graph->keys, &ctx->arena, count);
	init_edges(graph, &graph->down);
	init_edges(graph, &graph->deps);
	if (!enter_ids(graph, &labels) || (labels > 0 && !enter_labels(graph)))
		return false;
	if (!make_down(graph, false, &graph->down) ||
		!make_down(graph, true, &graph->deps))
		return false;
	reverse_edges(graph, &graph->down, &graph->up);
	if (graph->deps.start[count] == 0)
	{
		/* without deps there is one kind of parents, and of children */
		graph->all_down = graph->parents = graph->down;
		graph->all_up = graph->kids = graph->up;
		if (!check_cycles(graph))
			return false;
	}
	else if (!join_deps(graph))
		return false;
	spread_labels(graph);
	return true;
}

/* ---- reading ------------------------------------------------------------- */

MigrSet
migr_set_new(const MigrGraph *graph)
{
	return migr_alloc_array(&graph->ctx->arena, (size_t) graph->count / 64 + 1,
							sizeof(uint64_t));
}

void
migr_graph_close(const MigrGraph *graph, const MigrEdges *edges,
				 const MigrRevs *start, MigrSet set)
{
	int32_t *stack = migr_alloc_array(
		&graph->ctx->arena, (size_t) graph->count + 1, sizeof(int32_t));
	int32_t top = 0;

	for (int i = 0; i < start->count; i++)
	{
		if (migr_set_has(set, start->items[i]))
			continue;
		migr_set_add(set, start->items[i]);
		stack[top++] = start->items[i];
		while (top > 0)
		{
			int32_t rev = stack[--top];

			migr_each_edge (edges, rev, k)
				if (!migr_set_has(set, edges->to[k]))
				{
					migr_set_add(set, edges->to[k]);
					stack[top++] = edges->to[k];
				}
		}
	}
}

/* Return a revision's first parent in the set (NULL: in the graph), or -1. */
static int32_t
first_parent(const MigrEdges *edges, const uint64_t *set, int32_t rev)
{
	migr_each_edge (edges, rev, k)
		if (set == NULL || migr_set_has(set, edges->to[k]))
			return edges->to[k];
	return -1;
}

void
migr_graph_span(const MigrGraph *graph, const MigrEdges *edges,
				const uint64_t *set, MigrTree *tree)
{
	int32_t roots = 0;

	/* count what hangs on each, itself too */
	for (int32_t i = graph->count - 1; i >= 0; i--)
	{
		int32_t rev = graph->order[i];
		int32_t parent = first_parent(edges, set, rev);

		tree[rev].behind++;
		if (parent >= 0)
			tree[parent].behind += tree[rev].behind;
	}
	/* hand out numbers; behind moves on with each child, to where it belongs */
	for (int32_t i = 0; i < graph->count; i++)
	{
		int32_t rev = graph->order[i];
		int32_t parent = first_parent(edges, set, rev);
		int32_t *next = parent >= 0 ? &tree[parent].behind : &roots;
		int32_t size = tree[rev].behind;

		tree[rev].first = *next;
		tree[rev].behind = *next + 1;
		*next += size;
	}
}

MigrSet
migr_lineage(const MigrGraph *graph, const MigrRevs *tests, bool deps)
{
	MigrSet set = migr_set_new(graph);
	MigrSet below = migr_set_new(graph);

	migr_graph_close(graph, deps ? &graph->kids : &graph->up, tests, set);
	migr_graph_close(graph, deps ? &graph->all_down : &graph->down, tests,
					 below);
	for (int32_t w = 0; w <= graph->count / 64; w++)
		set[w] |= below[w];
	return set;
}

MigrSet
migr_lineage_of(const MigrGraph *graph, int32_t rev)
{
	MigrRevs one = {0};

	migr_revs_add(graph, &one, rev);
	return migr_lineage(graph, &one, false);
}

bool
migr_is_head(const MigrGraph *graph, int32_t rev)
{
	return migr_edge_count(&graph->up, rev) == 0;
}

bool
migr_is_real_head(const MigrGraph *graph, int32_t rev)
{
	return migr_edge_count(&graph->all_up, rev) == 0;
}

bool
migr_is_base(const MigrGraph *graph, int32_t rev)
{
	return migr_edge_count(&graph->down, rev) == 0;
}

bool
migr_has_label(const MigrGraph *graph, int32_t rev, int32_t label)
{
	return migr_set_has(label_set(graph, rev), label);
}

void
migr_labels_of(const MigrGraph *graph, int32_t rev, MigrNames *out)
{
	for (int32_t i = 0; i < graph->labels.count; i++)
		if (migr_has_label(graph, rev, i))
			migr_vec_push(&graph->ctx->arena, out, graph->labels.items[i]);
}

void
migr_revs_add(const MigrGraph *graph, MigrRevs *revs, int32_t rev)
{
	migr_vec_push(&graph->ctx->arena, revs, rev);
}

void
migr_revs_sort(const MigrGraph *graph, MigrRevs *revs)
{
	MigrSet set = migr_set_new(graph);
	int kept = 0;
	int count = revs->count;

	for (int i = 0; i < count; i++)
		migr_set_add(set, revs->items[i]);
	for (int32_t w = 0; w <= graph->count / 64 && kept < count; w++)
		for (uint64_t bits = set[w]; bits != 0; bits &= bits - 1)
		{
			int32_t bit = 0;

			while (!((bits >> bit) & 1))
				bit++;
			revs->items[kept++] = w * 64 + bit;
		}
	revs->count = kept;
}

const char *
migr_revs_text(const MigrGraph *graph, const MigrRevs *revs)
{
	MigrNames names = {0};

	if (revs->count == 0)
		return NULL;
	for (int i = 0; i < revs->count; i++)
		migr_vec_push(&graph->ctx->arena, &names,
					  graph->revisions[revs->items[i]]->id);
	return migr_join(&graph->ctx->arena, names.items, names.count, ", ");
}
