/*
 * heads.c
 *	  How many heads a graph has, and when they become more.
 */
#include "rev/heads.h"

/* The heads' ids, joined by ", ". */
static const char *
heads_text(const MigrGraph *graph)
{
	MigrRevs heads = {0};

	for (int32_t rev = 0; rev < graph->count; rev++)
		if (migr_is_head(graph, rev))
			migr_revs_add(graph, &heads, rev);
	return migr_revs_text(graph, &heads);
}

/* How many heads are there? */
static int
count_heads(const MigrGraph *graph)
{
	int count = 0;

	for (int32_t rev = 0; rev < graph->count; rev++)
		count += migr_is_head(graph, rev);
	return count;
}

/* How many lines does a revision branch into that no label tells apart? */
static int
count_unlabelled(const MigrGraph *graph, int32_t rev)
{
	int count = 0;

	migr_each_edge (&graph->up, rev, k)
		count += graph->revisions[graph->up.to[k]]->labels.count == 0;
	return count;
}

const char *
migr_second_head(const MigrGraph *before, const MigrGraph *after)
{
	int heads = count_heads(after);

	if (heads < 2 || heads <= count_heads(before))
		return NULL;
	for (int32_t rev = 0; rev < after->count; rev++)
	{
		int32_t old =
			migr_map_get(&before->keys, migr_span(after->revisions[rev]->id));
		int lines = count_unlabelled(after, rev);

		if (lines < 2 ||
			(old != MIGR_MAP_NONE && count_unlabelled(before, old) >= lines))
			continue;
		return migr_printf(&after->ctx->arena,
						   "Multiple heads are present now: %s. "
						   "migrate_merge('heads') merges them.",
						   heads_text(after));
	}
	return NULL;
}
