/*
 * import.c
 *	  Taking an Alembic project in: the SQL that it prints, and the headers of
 *	  its files.
 *
 * Either may come first.  The files alone have labels, dates and all
 * dependencies; the SQL alone has what a revision does.  Until it comes, what is
 * known of the files is kept with sections that can't be run.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "rev/import.h"
#include "rev/pyfile.h"

#define UNSEEN "\n-- migrate:upgrade unseen\n\n-- migrate:downgrade unseen\n"

/* ---- what Alembic prints --------------------------------------------------- */

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

/* Put the header that a file gave to a script that the SQL gave. */
static bool
join_header(MigrCall *call, MigrRevision **loaded)
{
	MigrRevision *known = migr_find_known(call, (*loaded)->id);
	MigrRevisions parsed = {0};
	bool unseen;
	MigrStr str;

	if (known == NULL || known->listed)
		return true;
	if (!migr_need_text(call, known, true) ||
		!migr_is_unseen(call, known, &unseen))
		return false;
	if (!unseen)
		return true;
	migr_str_init(&str, &call->ctx->arena);
	migr_script_header(&str, known);
	migr_str_add(&str, migr_script_behead(&call->ctx->arena, (*loaded)->text));
	if (!migr_script_parse(call->ctx, (MigrSpan){str.data, str.len}, NULL,
						   &parsed))
		return false;
	*loaded = parsed.items[0];
	return true;
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
	if (!migr_open_writer(call, true, false))
		return false;
	for (int i = 0; i < loaded.count; i++)
		if (!join_header(call, &loaded.items[i]))
			return false;
	if (!migr_take_in(call, &loaded, MIGR_TAKE_SCRIPTS))
		return false;
	if (call->result->rows.count > 0)
		add_warnings(call, &imported);
	return true;
}

/* ---- its files --------------------------------------------------------------- */

/* Is it a file that Alembic would look at? */
static bool
is_python(const char *name)
{
	size_t len = strlen(name);

	return len > 3 && strcmp(name + len - 3, ".py") == 0 &&
		   strncmp(name, ".#", 2) != 0 && strncmp(name, "__init__", 8) != 0;
}

/* Read a file's header, if it is a revision's. */
static bool
read_python(MigrCall *call, const char *path, void *context)
{
	MigrRevisions *out = context;
	MigrRevision *revision =
		migr_alloc(&call->ctx->arena, sizeof(MigrRevision));
	MigrSpan text;
	bool found;

	if (!call->host->read(call->host, path, &text) ||
		!migr_pyfile_read(call->ctx, text, path, revision, &found))
		return false;
	if (found)
		migr_vec_push(&call->ctx->arena, out, revision);
	return true;
}

/* Read the files of a project's directory, or of the versions/ in it. */
static bool
read_project(MigrCall *call, const char *directory, MigrRevisions *out)
{
	const char *versions = migr_join_path(call, directory, "versions");
	MigrPathKind kind;

	if (!call->host->look(call->host, versions, &kind) ||
		!migr_walk_files(call,
						 kind == MIGR_PATH_DIRECTORY ? versions : directory,
						 true, is_python, read_python, out))
		return false;
	if (out->count > 0)
		return true;
	migr_fail(call->ctx, MIGR_ERR_FILE,
			  "no file in \"%s\" is a revision of Alembic's", directory);
	return migr_hint(
		call->ctx, "It is the directory with versions/ in it: script_location "
				   "of alembic.ini.");
}

/* See that what is known of a revision fits to its file: the rest is added. */
static bool
check_parents(MigrCall *call, const MigrRevision *known,
			  const MigrRevision *file)
{
	MigrPlace place = {.revision = file->id, .path = file->path};
	MigrArena *arena = &call->ctx->arena;

	if (migr_same_names(&known->revises, &file->revises))
		return true;
	migr_fail(call->ctx, MIGR_ERR_GRAPH,
			  "revision %s revises %s here, and %s in the file", file->id,
			  known->revises.count == 0 ? "nothing"
										: migr_join(arena, known->revises.items,
													known->revises.count, ", "),
			  file->revises.count == 0 ? "nothing"
									   : migr_join(arena, file->revises.items,
												   file->revises.count, ", "));
	return migr_at(call->ctx, &place);
}

/* Make a script of a file's header, and of what is known of its sections. */
static bool
make_script(MigrCall *call, const MigrRevision *file, MigrRevisions *out,
			int *unseen)
{
	MigrArena *arena = &call->ctx->arena;
	MigrRevision *known = migr_find_known(call, file->id);
	bool none = known == NULL;
	MigrStr str;

	migr_str_init(&str, arena);
	migr_script_header(&str, file);
	if (known != NULL && (!migr_need_text(call, known, true) ||
						  !check_parents(call, known, file) ||
						  !migr_is_unseen(call, known, &none)))
		return false;
	migr_str_add(&str, known == NULL ? UNSEEN
									 : migr_script_behead(arena, known->text));
	*unseen += none;
	return migr_script_parse(call->ctx, (MigrSpan){str.data, str.len}, NULL,
							 out);
}

/*
 * migrate_import_alembic_files(directory): register a revision for each file of
 * an Alembic project, or put what its header says to the one that is known.
 */
bool
migr_cmd_import_alembic_files(MigrCall *call)
{
	MigrRevisions files = {0};
	MigrRevisions loaded = {0};
	int unseen = 0;

	if (!read_project(call, migr_arg_text(call, 0), &files) ||
		!migr_open_writer(call, true, false))
		return false;
	for (int i = 0; i < files.count; i++)
		if (!make_script(call, files.items[i], &loaded, &unseen))
			return false;
	if (!migr_take_in(call, &loaded, MIGR_TAKE_HEADERS))
		return false;
	if (unseen > 0)
		migr_add_line(
			call,
			migr_printf(&call->ctx->arena,
						"%d revision%s can't be run yet: their SQL is what "
						"\"alembic upgrade base:heads --sql\" prints",
						unseen, unseen == 1 ? "" : "s"));
	return true;
}
