/*
 * resolve.c
 *	  Which revisions an identifier names (alembic.md 2.3, 2.4, 2.8).
 *
 * Alembic's answers, down to what a prefix or an empty branch means; where it
 * hides its better messages or ends in a Python exception, section 11 says
 * what happens instead.  Walks (+N, -N) are in walk.c.
 */
#include "rev/resolve.h"

#include <string.h>

#include "base/near.h"
#include "rev/walk.h"

/* A prefix finds only keys longer than this. */
#define PREFIX_MIN 3

/* how many candidates of an ambiguous prefix a message shows */
#define SHOWN 5

static MigrArena *
arena_of(const MigrGraph *graph)
{
	return &graph->ctx->arena;
}

static void
push(const MigrGraph *graph, MigrRevs *revs, int32_t rev)
{
	migr_vec_push(arena_of(graph), revs, rev);
}

/* ---- lineage ------------------------------------------------------------- */

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

/* The same for one revision, dependencies left out. */
static MigrSet
lineage_of(const MigrGraph *graph, int32_t rev)
{
	MigrRevs one = {0};

	push(graph, &one, rev);
	return migr_lineage(graph, &one, false);
}

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

/* ---- messages ------------------------------------------------------------ */

const char *
migr_near_miss(const MigrGraph *graph, const char *symbol)
{
	const char *best = NULL;
	int least = migr_near_limit(symbol);

	for (int32_t i = 0; i < graph->keys.count; i++)
	{
		const char *key = graph->keys.entries[i].key.ptr;
		int d = migr_edit_distance(symbol, key, least);

		if (d < least)
		{
			least = d;
			best = key;
		}
	}
	return best;
}

/* Fail: nothing answers to the symbol. */
static bool
fail_unknown(const MigrGraph *graph, const char *symbol)
{
	MigrCtx *ctx = graph->ctx;
	const char *near = migr_near_miss(graph, symbol);

	migr_fail(ctx, MIGR_ERR_UNKNOWN, "Can't locate revision identified by '%s'",
			  symbol);
	if (near != NULL)
		return migr_hint(ctx, "Did you mean '%s'?", near);
	if (strlen(symbol) <= PREFIX_MIN && symbol[0] != '\0')
		return migr_hint(ctx,
						 "Identifiers of up to three characters have to be "
						 "named in full; longer ones may be cut.");
	if (graph->count == 0)
		return migr_hint(ctx, "No revision is registered yet: load scripts "
							  "with migrate_load(), or set script_location.");
	return migr_hint(ctx, "migrate_history() shows what there is.");
}

bool
migr_fail_heads(const MigrGraph *graph, const char *symbol,
				const MigrRevs *heads)
{
	migr_fail(graph->ctx, MIGR_ERR_MULTIPLE_HEADS,
			  "Multiple head revisions are present for given argument '%s'",
			  symbol);
	migr_detail(graph->ctx, "The heads are %s.", migr_revs_text(graph, heads));
	return migr_hint(graph->ctx,
					 "Name one of them, or '<branchname>@%s' to narrow it to a "
					 "branch, or 'heads' for all of them.",
					 symbol);
}

/* Fail: several keys begin with the symbol. */
static bool
fail_ambiguous(const MigrGraph *graph, const char *symbol,
			   const MigrNames *keys)
{
	MigrNames shown = *keys;

	if (shown.count > SHOWN)
		shown.count = SHOWN;
	migr_fail(graph->ctx, MIGR_ERR_AMBIGUOUS,
			  "Multiple revisions start with '%s': %s%s", symbol,
			  migr_join(arena_of(graph), shown.items, shown.count, ", "),
			  keys->count > SHOWN ? ", ..." : "");
	return migr_hint(graph->ctx, "Add characters until one is left.");
}

/* ---- one identifier -------------------------------------------------------- */

/*
 * Look a symbol up: an exact key, else the prefix of exactly one; within the
 * lineage of branch unless that is MIGR_NO_REVISION.
 */
static bool
look_up(const MigrGraph *graph, const char *symbol, int32_t branch,
		const char *branch_name, int32_t *out)
{
	MigrSet line = branch >= 0 ? lineage_of(graph, branch) : NULL;
	size_t len = strlen(symbol);
	MigrNames found = {0};

	*out = migr_map_get(&graph->keys, migr_span(symbol));
	if (*out == MIGR_MAP_NONE && len > 0)
	{
		for (int32_t i = 0; i < graph->keys.count; i++)
		{
			const MigrMapEntry *entry = &graph->keys.entries[i];

			if (entry->key.len <= PREFIX_MIN ||
				!migr_span_starts(entry->key, symbol) ||
				(line != NULL && !migr_set_has(line, entry->value)))
				continue;
			*out = entry->value;
			migr_vec_push(arena_of(graph), &found, entry->key.ptr);
		}
		if (found.count > 1)
			return fail_ambiguous(graph, symbol, &found);
	}
	if (*out == MIGR_MAP_NONE)
		return fail_unknown(graph, symbol);
	if (line == NULL || migr_set_has(line, *out))
		return true;
	migr_fail(graph->ctx, MIGR_ERR_UNKNOWN,
			  "Can't locate revision identified by '%s'", symbol);
	return migr_detail(graph->ctx, "Revision %s is not a member of branch %s.",
					   graph->revisions[*out]->id, branch_name);
}

bool
migr_resolve_branch(const MigrGraph *graph, const char *name, int32_t *out)
{
	return look_up(graph, name, MIGR_NO_REVISION, NULL, out);
}

void
migr_split_branch(const MigrGraph *graph, const char *symbol,
				  const char **branch, const char **rest)
{
	const char *at = strchr(symbol, '@');

	*branch = NULL;
	*rest = symbol;
	if (at == NULL)
		return;
	*rest = at + 1;
	if (at > symbol)
		*branch = migr_strndup(arena_of(graph), symbol, (size_t) (at - symbol));
}

/* Collect the heads that heads or head mean, in the lineage of branch. */
static void
collect_heads(const MigrGraph *graph, bool real, int32_t branch, MigrRevs *out)
{
	MigrSet line = branch >= 0 ? lineage_of(graph, branch) : NULL;

	for (int32_t rev = 0; rev < graph->count; rev++)
		if ((real ? migr_is_real_head(graph, rev) : migr_is_head(graph, rev)) &&
			(line == NULL || migr_set_has(line, rev)))
			push(graph, out, rev);
}

/* Resolve -N and branch@-N: N steps down from the real heads (show, history). */
static bool
resolve_down(const MigrGraph *graph, const char *branch, int64_t steps,
			 MigrRevs *out)
{
	MigrRevs heads = {0};
	int32_t label = MIGR_MAP_NONE;
	int32_t rev = MIGR_NO_REVISION;

	if (branch != NULL && !migr_resolve_branch(graph, branch, &rev))
		return false;
	collect_heads(graph, true, MIGR_NO_REVISION, &heads);
	for (int32_t i = 0; branch != NULL && i < graph->labels.count; i++)
		if (strcmp(graph->labels.items[i], branch) == 0)
			label = i;
	for (int i = 0; i < heads.count; i++)
	{
		int32_t at = heads.items[i];

		if (label != MIGR_MAP_NONE && !migr_has_label(graph, at, label))
			continue;
		if (branch != NULL && label == MIGR_MAP_NONE &&
			!migr_set_has(lineage_of(graph, rev), at))
			continue;
		if (!migr_walk(graph, at, steps, MIGR_NO_REVISION, false, &at))
			return false;
		if (at >= 0)
			push(graph, out, at);
	}
	return true;
}

/* Read -N; false where the text is something else. */
static bool
is_down(const char *text, int64_t *steps)
{
	MigrRelative relative;

	if (text[0] != '-' || strspn(text + 1, "0123456789") != strlen(text + 1) ||
		text[1] == '\0')
		return false;
	migr_relative_parse(NULL, text, &relative);
	*steps = relative.steps;
	return relative.steps < 0;
}

/* The symbol without blanks around it. */
static const char *
trim(const MigrGraph *graph, const char *symbol)
{
	return migr_span_dup(arena_of(graph), migr_span_trim(migr_span(symbol)));
}

bool
migr_resolve(const MigrGraph *graph, const char *symbol, MigrRevs *out)
{
	const char *branch;
	const char *name;
	int32_t line = MIGR_NO_REVISION;
	int32_t rev;
	int64_t steps;
	MigrRevs heads = {0};

	symbol = trim(graph, symbol);
	if (symbol[0] == '\0')
		return migr_fail(graph->ctx, MIGR_ERR_ARGUMENT, "no revision is given");
	migr_split_branch(graph, symbol, &branch, &name);
	if (is_down(name, &steps))
		return resolve_down(graph, branch, steps, out);
	if (branch != NULL && !migr_resolve_branch(graph, branch, &line))
		return false;
	if (strcmp(name, "base") == 0)
		return true;
	if (strcmp(name, "heads") == 0)
	{
		collect_heads(graph, branch == NULL, line, out);
		return true;
	}
	if (strcmp(name, "head") == 0)
	{
		collect_heads(graph, false, line, &heads);
		if (heads.count > 1)
			return migr_fail_heads(graph, symbol, &heads);
		if (heads.count == 1)
			push(graph, out, heads.items[0]);
		return true;
	}
	if (!look_up(graph, name, line, branch, &rev))
		return false;
	push(graph, out, rev);
	return true;
}

bool
migr_resolve_one(const MigrGraph *graph, const char *symbol, int32_t *out)
{
	MigrRevs revs = {0};

	*out = MIGR_NO_REVISION;
	if (!migr_resolve(graph, symbol, &revs))
		return false;
	if (revs.count > 1)
		return migr_fail_heads(graph, symbol, &revs);
	if (revs.count == 1)
		*out = revs.items[0];
	return true;
}

/* ---- rows ---------------------------------------------------------------- */

bool
migr_resolve_rows(const MigrGraph *graph, const MigrNames *rows, MigrRevs *out)
{
	for (int i = 0; i < rows->count; i++)
	{
		const char *row = rows->items[i];
		MigrErr before = graph->ctx->err;
		int32_t rev;

		if (look_up(graph, row, MIGR_NO_REVISION, NULL, &rev))
		{
			push(graph, out, rev);
			continue;
		}
		graph->ctx->err = before;
		migr_fail(graph->ctx, MIGR_ERR_STATE,
				  "Can't locate revision identified by '%s'", row);
		migr_detail(graph->ctx,
					"The version table holds '%s', but there is no script of "
					"that revision, neither in the script directory nor in "
					"the database's store.",
					row);
		return migr_hint(graph->ctx,
						 "Bring the script back (migrate_load, or its file); "
						 "or, where the database is known to match a revision "
						 "that there is: migrate_stamp('<revision>', purge => "
						 "true), on SQLite migrate_stamp('<revision>', 0, "
						 "NULL, 1).");
	}
	return true;
}

/* Collect the members of rows that no other member is above of. */
static void
top_rows(const MigrGraph *graph, const MigrRevs *rows, MigrRevs *out)
{
	MigrRevs below = {0};
	MigrSet set = migr_set_new(graph);

	for (int i = 0; i < rows->count; i++)
		migr_each_edge(&graph->parents, rows->items[i], k)
			push(graph, &below, graph->parents.to[k]);
	migr_graph_close(graph, &graph->parents, &below, set);
	for (int i = 0; i < rows->count; i++)
		if (!migr_set_has(set, rows->items[i]))
			push(graph, out, rows->items[i]);
}

bool
migr_check_rows(const MigrGraph *graph, const MigrRevs *rows)
{
	MigrRevs tops = {0};

	top_rows(graph, rows, &tops);
	if (tops.count == rows->count)
		return true;
	migr_fail(graph->ctx, MIGR_ERR_STATE,
			  "the version table holds a revision together with one of its "
			  "ancestors: %s",
			  migr_revs_text(graph, rows));
	return migr_hint(graph->ctx,
					 "Only the topmost are needed; this repairs it: "
					 "migrate_stamp('%s').",
					 migr_revs_text(graph, &tops));
}

void
migr_all_current(const MigrGraph *graph, const MigrRevs *rows, MigrRevs *out)
{
	MigrSet set = migr_set_new(graph);

	migr_graph_close(graph, &graph->parents, rows, set);
	for (int32_t rev = 0; rev < graph->count; rev++)
	{
		bool top = migr_set_has(set, rev);

		if (!top)
			continue;
		migr_each_edge(&graph->up, rev,
					   k) if (migr_set_has(set, graph->up.to[k])) top = false;
		if (top)
			push(graph, out, rev);
	}
}

/* ---- show and history ------------------------------------------------------- */

bool
migr_resolve_show(const MigrGraph *graph, const char *symbol,
				  const MigrRevs *rows, MigrRevs *out)
{
	MigrRelative relative;

	symbol = trim(graph, symbol);
	if (strcmp(symbol, "current") == 0)
	{
		for (int i = 0; i < rows->count; i++)
			push(graph, out, rows->items[i]);
		return true;
	}
	if (migr_relative_parse(arena_of(graph), symbol, &relative) &&
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
	range->from = trim(
		graph, migr_strndup(arena_of(graph), text, (size_t) (colon - text)));
	range->to = trim(graph, colon + 1);
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
	keep_members(targets, lineage_of(graph, rev));
	return true;
}

bool
migr_check_overlap(const MigrGraph *graph, const MigrRevs *revs)
{
	MigrRevs tops = {0};

	top_rows(graph, revs, &tops);
	for (int i = 0, k = 0; i < revs->count; i++)
	{
		if (k < tops.count && tops.items[k] == revs->items[i])
		{
			k++;
			continue;
		}
		return migr_fail(graph->ctx, MIGR_ERR_RANGE,
						 "Requested revision %s overlaps with other requested "
						 "revisions %s",
						 graph->revisions[revs->items[i]]->id,
						 migr_revs_text(graph, &tops));
	}
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
			push(graph, targets, rows->items[i]);
	}
	else if (to_rows || range->to == NULL)
		collect_heads(graph, true, MIGR_NO_REVISION, targets);
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
			push(graph, out, rev);
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
			push(graph, out, order.items[i]);
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
