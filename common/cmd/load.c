/*
 * load.c
 *	  Taking scripts in as text.
 */
#include <string.h>

#include "cmd/cmd.h"
#include "rev/heads.h"

/* What becomes of a script that is loaded. */
typedef enum Fate
{
	FATE_SAME,
	FATE_NEW,
	FATE_REPLACES
} Fate;

MigrRevision *
migr_find_known(const MigrCall *call, const char *id)
{
	int32_t at = migr_map_get(&call->graph.keys, migr_span(id));

	/* a label answers as well */
	return at == MIGR_MAP_NONE || strcmp(call->graph.revisions[at]->id, id) != 0
			   ? NULL
			   : call->graph.revisions[at];
}

/*
 * May the script of an applied revision become this one?  Only where nothing is
 * run otherwise than it was: nobody has seen what that was, or it is the same.
 */
static bool
may_change(MigrCall *call, const MigrRevision *known,
		   const MigrRevision *loaded, MigrTaking taking)
{
	MigrRevision stored = *known;
	bool unseen;

	if (taking == MIGR_TAKE_HEADERS)
		return true;
	if (!migr_need_text(call, &stored, false) ||
		!migr_is_unseen(call, &stored, &unseen))
		return false;
	return unseen || migr_fail_applied(call, loaded);
}

/*
 * Decide about one loaded script: known as it is, new, or in place of one that
 * isn't applied.  An applied one must not change.
 */
static bool
decide(MigrCall *call, const uint64_t *applied, MigrTaking taking,
	   MigrRevision *loaded, Fate *fate)
{
	MigrRevision *known = migr_find_known(call, loaded->id);
	bool same;
	bool trusted;

	*fate = FATE_NEW;
	if (known == NULL)
		return true;
	if (known->listed)
	{
		MigrPlace place = {loaded->id, known->path, NULL, 0, 0, NULL};

		migr_fail(call->ctx, MIGR_ERR_GRAPH,
				  "revision %s is a file of the script directory", loaded->id);
		migr_hint(call->ctx, "Change the file instead of loading the script.");
		return migr_at(call->ctx, &place);
	}
	if (!migr_same_as_stored(call, loaded, &same, &trusted))
		return false;
	/* who loads what he wouldn't run from another vouches for it */
	*fate = same && trusted ? FATE_SAME : FATE_REPLACES;
	if (!same &&
		migr_set_has(applied,
					 migr_map_get(&call->graph.keys, migr_span(known->id))) &&
		!may_change(call, known, loaded, taking))
		return false;
	loaded->stored = true;
	loaded->path = known->path;
	return true;
}

/* Put the loaded scripts among those that there are: in place, or behind. */
static void
join_loaded(MigrCall *call, const MigrRevisions *loaded, const Fate *fates,
			MigrRevisions *all)
{
	MigrArena *arena = &call->ctx->arena;

	for (int i = 0; i < call->revisions.count; i++)
		migr_vec_push(arena, all, call->revisions.items[i]);
	for (int i = 0; i < loaded->count; i++)
	{
		MigrRevision *revision = loaded->items[i];

		if (fates[i] == FATE_NEW)
			migr_vec_push(arena, all, revision);
		else if (fates[i] == FATE_REPLACES)
			all->items[migr_map_get(&call->graph.keys,
									migr_span(revision->id))] = revision;
	}
}

/* Store the new and changed scripts, and report each. */
static bool
store_loaded(MigrCall *call, const MigrRevisions *loaded, const Fate *fates)
{
	for (int i = 0; i < loaded->count; i++)
	{
		MigrRevision *revision = loaded->items[i];
		const char *message = revision->message;

		if (fates[i] == FATE_SAME)
			continue;
		if (!call->host->poll(call->host) || !migr_store_create(call) ||
			!migr_store_put(call, revision))
			return false;
		migr_add_line(call,
					  migr_printf(&call->ctx->arena, "%s revision %s%s%s",
								  fates[i] == FATE_NEW ? "Loaded" : "Replaced",
								  revision->id, message[0] != '\0' ? ", " : "",
								  message));
	}
	return true;
}

bool
migr_take_in(MigrCall *call, const MigrRevisions *loaded, MigrTaking taking)
{
	MigrRevisions all = {0};
	MigrGraph graph;
	MigrSet applied;
	Fate *fates;
	const char *warning;

	applied = migr_set_new(&call->graph);
	migr_graph_close(&call->graph, &call->graph.parents, &call->rows, applied);
	fates = migr_alloc_array(&call->ctx->arena, (size_t) loaded->count + 1,
							 sizeof(Fate));
	for (int i = 0; i < loaded->count; i++)
		if (!decide(call, applied, taking, loaded->items[i], &fates[i]))
			return false;
	join_loaded(call, loaded, fates, &all);
	if (!migr_graph_build(call->ctx, all.items, all.count, &graph) ||
		!store_loaded(call, loaded, fates))
		return false;
	warning = migr_second_head(&call->graph, &graph);
	if (warning != NULL)
		call->host->warn(call->host, warning);
	/* what the rows name may have been among them */
	call->graph = graph;
	if (!migr_open_rows(call, false))
		return false;
	migr_warn_about_rows(call);
	return call->host->tx(call->host, MIGR_TX_COMMIT);
}

/* migrate_load(scripts): register scripts given as text. */
bool
migr_cmd_load(MigrCall *call)
{
	MigrRevisions loaded = {0};

	return migr_script_parse(call->ctx, call->args[0].text, NULL, &loaded) &&
		   migr_open_writer(call, false, false) &&
		   migr_take_in(call, &loaded, MIGR_TAKE_SCRIPTS);
}
