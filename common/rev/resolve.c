/*
 * resolve.c
 *	  Which revisions an absolute identifier names (alembic.md 2.3), and what
 *	  the rows of the version table stand for.
 *
 * Alembic's answers, down to what a prefix or an empty branch means; where it
 * hides its better messages or ends in a Python exception, section 11 says
 * what happens instead.
 */
#include "rev/resolve.h"

#include <string.h>

#include "base/near.h"
#include "rev/walk.h"

/* A prefix finds only keys longer than this. */
#define PREFIX_MIN 3

/* how many candidates of an ambiguous prefix a message shows */
#define SHOWN 5

/* ---- messages ------------------------------------------------------------ */

const char *
migr_near_miss(const MigrGraph *graph, const char *symbol)
{
	static const char *const symbols[] = {"head", "heads", "base", NULL};
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
	if (best == NULL)
		best = migr_near(symbols, symbol);
	/* head@head: a symbol is no branch */
	return best != NULL && strcmp(best, symbol) != 0 ? best : NULL;
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

/* Fail: several heads answer to the symbol. */
static bool
fail_heads(const MigrGraph *graph, const char *symbol, const MigrRevs *heads)
{
	migr_fail(graph->ctx, MIGR_ERR_MULTIPLE_HEADS,
			  "Multiple head revisions are present for given argument '%s'",
			  symbol);
	migr_detail(graph->ctx, "The heads are %s.", migr_revs_text(graph, heads));
	return migr_hint(graph->ctx, "%s",
					 strchr(symbol, '@') != NULL
						 ? "Name one of them."
						 : "Name one of them, '<branchname>@head' for that "
						   "of a branch, or (to upgrade, or to merge) "
						   "'heads' for all of them.");
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
			  migr_join(&graph->ctx->arena, shown.items, shown.count, ", "),
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
	MigrSet line = branch >= 0 ? migr_lineage_of(graph, branch) : NULL;
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
			migr_vec_push(&graph->ctx->arena, &found, entry->key.ptr);
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
		*branch =
			migr_strndup(&graph->ctx->arena, symbol, (size_t) (at - symbol));
}

/* Collect the heads that heads or head mean, in the lineage of branch. */
static void
collect_heads(const MigrGraph *graph, bool real, int32_t branch, MigrRevs *out)
{
	MigrSet line = branch >= 0 ? migr_lineage_of(graph, branch) : NULL;

	for (int32_t rev = 0; rev < graph->count; rev++)
		if ((real ? migr_is_real_head(graph, rev) : migr_is_head(graph, rev)) &&
			(line == NULL || migr_set_has(line, rev)))
			migr_revs_add(graph, out, rev);
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
			!migr_set_has(migr_lineage_of(graph, rev), at))
			continue;
		if (!migr_walk(graph, at, steps, MIGR_NO_REVISION, false, &at))
			return false;
		if (at >= 0)
			migr_revs_add(graph, out, at);
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

bool
migr_resolve(const MigrGraph *graph, const char *symbol, MigrRevs *out)
{
	const char *branch;
	const char *name;
	int32_t line = MIGR_NO_REVISION;
	int32_t rev;
	int64_t steps;
	MigrRevs heads = {0};

	symbol = migr_trim(&graph->ctx->arena, symbol);
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
			return fail_heads(graph, symbol, &heads);
		if (heads.count == 1)
			migr_revs_add(graph, out, heads.items[0]);
		return true;
	}
	if (!look_up(graph, name, line, branch, &rev))
		return false;
	migr_revs_add(graph, out, rev);
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
		return fail_heads(graph, symbol, &revs);
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
			migr_revs_add(graph, out, rev);
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
		migr_each_edge (&graph->parents, rows->items[i], k)
			migr_revs_add(graph, &below, graph->parents.to[k]);
	migr_graph_close(graph, &graph->parents, &below, set);
	for (int i = 0; i < rows->count; i++)
		if (!migr_set_has(set, rows->items[i]))
			migr_revs_add(graph, out, rows->items[i]);
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
		migr_each_edge (&graph->up, rev, k)
			if (migr_set_has(set, graph->up.to[k]))
				top = false;
		if (top)
			migr_revs_add(graph, out, rev);
	}
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
