/*
 * load.c
 *	  The commands that take scripts in as text: load, and the import of what
 *	  Alembic prints.
 */
#include <string.h>

#include "cmd/cmd.h"
#include "rev/heads.h"
#include "rev/import.h"

/* What becomes of a script that is loaded. */
typedef enum Fate
{
	FATE_SAME,
	FATE_NEW,
	FATE_REPLACES
} Fate;

/*
 * Decide about one loaded script: known as it is, new, or in place of one that
 * isn't applied.  An applied one must not change.
 */
static bool
decide(MigrCall *call, const uint64_t *applied, MigrRevision *loaded,
	   Fate *fate)
{
	int32_t at = migr_map_get(&call->graph.keys, migr_span(loaded->id));
	MigrRevision *known;
	bool same;
	bool trusted;

	*fate = FATE_NEW;
	if (at == MIGR_MAP_NONE ||
		strcmp(call->graph.revisions[at]->id, loaded->id) != 0)
		return true;
	known = call->graph.revisions[at];
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
	if (same || !migr_set_has(applied, at))
	{
		loaded->stored = true;
		loaded->path = known->path;
		return true;
	}
	return migr_fail_applied(call, loaded);
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

/*
 * Take scripts in.  All of them or none: the graph that they make with those
 * that there are is built, and so checked, before the first is stored.
 */
static bool
load(MigrCall *call, const MigrRevisions *loaded)
{
	MigrRevisions all = {0};
	MigrGraph graph;
	MigrSet applied;
	Fate *fates;
	const char *warning;

	if (!migr_open_writer(call, false, false))
		return false;
	applied = migr_set_new(&call->graph);
	migr_graph_close(&call->graph, &call->graph.parents, &call->rows, applied);
	fates = migr_alloc_array(&call->ctx->arena, (size_t) loaded->count + 1,
							 sizeof(Fate));
	for (int i = 0; i < loaded->count; i++)
		if (!decide(call, applied, loaded->items[i], &fates[i]))
			return false;
	join_loaded(call, loaded, fates, &all);
	if (!migr_graph_build(call->ctx, all.items, all.count, &graph) ||
		!store_loaded(call, loaded, fates))
		return false;
	warning = migr_second_head(&call->graph, &graph);
	if (warning != NULL)
		call->host->warn(call->host, warning);
	return call->host->tx(call->host, MIGR_TX_COMMIT);
}

/* migrate_load(scripts): register scripts given as text. */
bool
migr_cmd_load(MigrCall *call)
{
	MigrRevisions loaded = {0};

	return migr_script_parse(call->ctx, call->args[0].text, NULL, &loaded) &&
		   load(call, &loaded);
}

/* Does an upgrade of the scripts, registered so, run in the order listed? */
static bool
runs_as_listed(MigrCall *call, const MigrRevisions *registered,
			   const MigrRevisions *listed)
{
	MigrRevs none = {0};
	MigrPlan plan = {0};
	MigrGraph graph;
	bool same;

	same = migr_graph_build(call->ctx, registered->items, registered->count,
							&graph) &&
		   migr_plan_upgrade(&graph, "heads", &none, &plan) &&
		   plan.count == listed->count;
	for (int i = 0; same && i < plan.count; i++)
		same = strcmp(graph.revisions[plan.items[i].revision]->id,
					  listed->items[i]->id) == 0;
	/* what is wrong with the graph is found when it is loaded */
	migr_forget(call->ctx);
	return same;
}

/*
 * Put imported scripts into an order of registration that runs them as Alembic
 * did.  Its texts don't tell the order of its files, which decides between lines
 * (2.5); that they were registered from the last to the first is tried.
 */
static void
order_imported(MigrCall *call, MigrRevisions *revisions)
{
	MigrRevisions reversed = {0};

	for (int i = revisions->count - 1; i >= 0; i--)
		migr_vec_push(&call->ctx->arena, &reversed, revisions->items[i]);
	if (!runs_as_listed(call, revisions, revisions) &&
		runs_as_listed(call, &reversed, revisions))
		*revisions = reversed;
}

/* Say what there is to compare with Alembic's files. */
static void
add_warnings(MigrCall *call, const MigrImportedList *imported)
{
	for (int i = 0; i < imported->count; i++)
		for (int k = 0; k < imported->items[i].warnings.count; k++)
			migr_add_line(
				call, migr_printf(&call->ctx->arena, "Check revision %s: %s",
								  imported->items[i].id,
								  imported->items[i].warnings.items[k]));
}

/*
 * migrate_import_alembic(upgrade_sql, downgrade_sql): register a revision for
 * each that the texts hold.
 */
bool
migr_cmd_import_alembic(MigrCall *call)
{
	MigrImportedList imported = {0};
	MigrRevisions loaded = {0};
	MigrSpan down = {NULL, 0};

	if (!call->args[1].null)
		down = call->args[1].text;
	if (!migr_open_history(call) || !migr_open_file(call) ||
		!migr_import_alembic(call->ctx, call->host->dialect,
							 migr_setting(call, "version_table"),
							 call->args[0].text, down, &imported))
		return false;
	for (int i = 0; i < imported.count; i++)
		if (!migr_script_parse(call->ctx, migr_span(imported.items[i].script),
							   NULL, &loaded))
			return false;
	order_imported(call, &loaded);
	if (!load(call, &loaded))
		return false;
	if (call->result->rows.count > 0)
		add_warnings(call, &imported);
	return true;
}
