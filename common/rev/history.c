/*
 * history.c
 *	  Ranges: which revisions history shows, and in which order (alembic.md
 *	  2.8); and what show makes of its identifier.
 */
#include "rev/history.h"

#include <string.h>

#include "rev/walk.h"

/* Keep the revisions that are in the set; NULL keeps all. */
static void
keep_members(MigrRevs *revs, const uint64_t *set)
{
	int kept = 0;

	if (set == NULL)
		return;
	for (int i = 0; i < revs->count; i++)
		if (migr_set_has(set, revs->items[i]))
			revs->items[kept++] = revs->items[i];
	revs->count = kept;
}

bool
migr_resolve_show(const MigrGraph *graph, const char *symbol,
				  const MigrRevs *rows, MigrRevs *out)
{
	MigrRelative relative;

	symbol = migr_trim(&graph->ctx->arena, symbol);
	if (strcmp(symbol, "current") == 0)
	{
		for (int i = 0; i < rows->count; i++)
			migr_revs_add(graph, out, rows->items[i]);
		return true;
	}
	if (migr_relative_parse(&graph->ctx->arena, symbol, &relative) &&
		(relative.steps > 0 || relative.symbol != NULL))
		return migr_resolve_upgrade(graph, symbol, rows, out);
	return migr_resolve(graph, symbol, out);
}

/* The two sides of a history range; NULL where a side is left out. */
typedef struct Range
{
	const char *from;
	const char *to;
} Range;

static bool
parse_range(const MigrGraph *graph, const char *text, Range *range)
{
	const char *colon = strchr(text, ':');

	if (colon == NULL || strchr(colon + 1, ':') != NULL)
	{
		migr_fail(graph->ctx, MIGR_ERR_ARGUMENT,
				  "\"%s\" is not a range of revisions", text);
		return migr_hint(graph->ctx, "History range requires [start]:[end], "
									 "[start]: or :[end].");
	}
	range->from =
		migr_trim(&graph->ctx->arena, migr_strndup(&graph->ctx->arena, text,
												   (size_t) (colon - text)));
	range->to = migr_trim(&graph->ctx->arena, colon + 1);
	if (range->from[0] == '\0' || strcmp(range->from, "base") == 0)
		range->from = NULL;
	if (range->to[0] == '\0')
		range->to = NULL;
	return true;
}

/*
 * Keep the targets that the start's branch allows: those that carry its label,
 * or share its lineage where it is an id (11.13).
 */
static bool
keep_branch(const MigrGraph *graph, const char *from, MigrRevs *targets)
{
	const char *branch;
	const char *rest;
	int32_t rev;
	int kept = 0;

	migr_split_branch(graph, from, &branch, &rest);
	if (branch == NULL)
		return true;
	for (int32_t label = 0; label < graph->labels.count; label++)
	{
		if (strcmp(graph->labels.items[label], branch) != 0)
			continue;
		for (int i = 0; i < targets->count; i++)
			if (migr_has_label(graph, targets->items[i], label))
				targets->items[kept++] = targets->items[i];
		targets->count = kept;
		return true;
	}
	if (!migr_resolve_branch(graph, branch, &rev))
		return false;
	keep_members(targets, migr_lineage_of(graph, rev));
	return true;
}

/* Fill targets and starts of a history range. */
static bool
resolve_ends(const MigrGraph *graph, const Range *range, const MigrRevs *rows,
			 MigrRevs *targets, MigrRevs *starts)
{
	bool from_rows = range->from != NULL && strcmp(range->from, "current") == 0;
	bool to_rows = range->to != NULL && strcmp(range->to, "current") == 0;

	if (from_rows)
		*starts = *rows;
	else if (range->from != NULL && !migr_resolve(graph, range->from, starts))
		return false;
	if (to_rows && rows->count > 0)
	{
		for (int i = 0; i < rows->count; i++)
			migr_revs_add(graph, targets, rows->items[i]);
	}
	else if (to_rows || range->to == NULL)
	{
		if (!migr_resolve(graph, "heads", targets))
			return false;
	}
	else if (!migr_resolve_end(graph, range->to, starts, targets))
		return false;
	return range->from == NULL || from_rows ||
		   keep_branch(graph, range->from, targets);
}

/* Do two sets differ? */
static bool
differ(const MigrGraph *graph, const uint64_t *a, const uint64_t *b)
{
	return memcmp(a, b, ((size_t) graph->count / 64 + 1) * sizeof(uint64_t)) !=
		   0;
}

/* Collect a set's members in map order. */
static void
members(const MigrGraph *graph, const uint64_t *set, MigrRevs *out)
{
	for (int32_t rev = 0; rev < graph->count; rev++)
		if (migr_set_has(set, rev))
			migr_revs_add(graph, out, rev);
}

/*
 * Order what a history shows.  A set with gaps (a dependency's line that the
 * range leaves out) is ordered together with what lies in the gaps, so that
 * children still come first.
 */
static void
sort_shown(const MigrGraph *graph, const uint64_t *shown,
		   const uint64_t *required, const MigrRevs *targets, MigrRevs *out)
{
	MigrSet whole = migr_set_new(graph);
	MigrRevs from = {0};
	MigrRevs order = {0};

	members(graph, shown, &from);
	migr_graph_close(graph, &graph->kids, &from, whole);
	for (int32_t w = 0; w <= graph->count / 64; w++)
		whole[w] &= required[w];
	if (differ(graph, whole, shown))
		migr_graph_sort(graph, whole, targets, &order);
	else
	{
		migr_graph_sort(graph, whole, targets, out);
		return;
	}
	for (int i = 0; i < order.count; i++)
		if (migr_set_has(shown, order.items[i]))
			migr_revs_add(graph, out, order.items[i]);
}

bool
migr_resolve_history(const MigrGraph *graph, const char *text,
					 const MigrRevs *rows, MigrRevs *out)
{
	Range range = {NULL, NULL};
	MigrRevs targets = {0};
	MigrRevs starts = {0};
	MigrSet required = migr_set_new(graph);
	MigrSet shown = migr_set_new(graph);
	MigrSet have = migr_set_new(graph);
	MigrSet above = migr_set_new(graph);

	if (text != NULL && migr_span_trim(migr_span(text)).len > 0 &&
		!parse_range(graph, text, &range))
		return false;
	if (!resolve_ends(graph, &range, rows, &targets, &starts) ||
		!migr_check_overlap(graph, &targets))
		return false;
	migr_graph_close(graph, &graph->parents, &targets, required);
	for (int i = 0; i < starts.count; i++)
		if (!migr_set_has(required, starts.items[i]))
			return migr_fail(graph->ctx, MIGR_ERR_RANGE,
							 "Requested range %s does not refer to "
							 "ancestor/descendant revisions along the same "
							 "branch",
							 text);
	migr_graph_close(graph, &graph->parents, &starts, have);
	migr_graph_close(graph, &graph->up, &starts, above);
	for (int32_t w = 0; w <= graph->count / 64; w++)
		shown[w] = required[w] & ~have[w];
	for (int i = 0; i < starts.count; i++)
		migr_set_add(shown, starts.items[i]);
	for (int32_t w = 0; starts.count > 0 && w <= graph->count / 64; w++)
		shown[w] &= above[w];
	sort_shown(graph, shown, required, &targets, out);
	return true;
}
