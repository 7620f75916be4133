/*
 * headless.c
 *	  Files of other tools, which have no header: where they stand in the graph.
 *
 * They make a line in the order of their names.  Such tools run whatever file
 * hasn't been run yet, be its name before others that were: so what is applied
 * keeps the place that the store has for it, and the line goes on from there
 * with the files that are left.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"

/* The last part of a path. */
static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static int
compare_names(const void *a, const void *b)
{
	const MigrRevision *one = *(MigrRevision *const *) a;
	const MigrRevision *two = *(MigrRevision *const *) b;

	return strcmp(base_name(one->path), base_name(two->path));
}

/*
 * Find what the last file that ran leads up to: the newest stored script of a
 * file, and what else is stored in a line above it.  NULL: none ran.
 */
static const char *
find_tip(MigrCall *call, const MigrRevisions *stored)
{
	MigrMap kids; /* of each id: the only stored child, or -2 */
	int32_t at = MIGR_MAP_NONE;
	int32_t *only;

	migr_map_init(&kids, &call->ctx->arena, stored->count);
	only = migr_alloc_array(&call->ctx->arena, (size_t) stored->count + 1,
							sizeof(int32_t));
	for (int32_t i = 0; i < stored->count; i++)
	{
		migr_map_put(&kids, migr_span(stored->items[i]->id), i);
		only[i] = -1;
		if (stored->items[i]->path != NULL)
			at = i;
	}
	for (int32_t i = 0; i < stored->count; i++)
		for (int k = 0; k < stored->items[i]->revises.count; k++)
		{
			int32_t parent = migr_map_get(
				&kids, migr_span(stored->items[i]->revises.items[k]));

			if (parent != MIGR_MAP_NONE)
				only[parent] = only[parent] == -1 ? i : -2;
		}
	if (at == MIGR_MAP_NONE)
		return NULL;
	for (int32_t steps = 0; only[at] >= 0 && steps < stored->count; steps++)
		at = only[at];
	return stored->items[at]->id;
}

void
migr_join_headless(MigrCall *call, const MigrRevisions *stored)
{
	MigrArena *arena = &call->ctx->arena;
	MigrRevisions line = {0};
	const char *last;
	MigrMap known;

	for (int i = 0; i < call->revisions.count; i++)
		if (call->revisions.items[i]->headless)
			migr_vec_push(arena, &line, call->revisions.items[i]);
	if (line.count == 0)
		return;
	qsort(line.items, (size_t) line.count, sizeof(line.items[0]),
		  compare_names);
	migr_map_init(&known, arena, stored->count);
	for (int32_t i = 0; i < stored->count; i++)
		migr_map_put(&known, migr_span(stored->items[i]->id), i);
	last = find_tip(call, stored);
	for (int i = 0; i < line.count; i++)
	{
		MigrRevision *revision = line.items[i];
		int32_t at = migr_map_get(&known, migr_span(revision->id));

		if (at != MIGR_MAP_NONE)
		{
			revision->revises = stored->items[at]->revises;
			continue;
		}
		if (last != NULL)
			migr_vec_push(arena, &revision->revises, last);
		last = revision->id;
	}
}
