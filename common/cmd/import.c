/*
 * import.c
 *	  Taking an Alembic project in: the SQL that it prints, the headers of its
 *	  files, and what was captured of its runs.
 *
 * Each may come first.  The files alone have labels, dates and all dependencies;
 * the SQL and the capture have what a revision does.  Until either comes, what is
 * known of the files is kept with sections that can't be run.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "rev/captured.h"
#include "rev/import.h"
#include "rev/pyfile.h"
#include "schema/rebuild.h"

#define UNSEEN "\n-- migrate:upgrade unseen\n\n-- migrate:downgrade unseen\n"

/* ---- what Alembic prints --------------------------------------------------- */

/* Where does the line of a section's directive begin? */
static const char *
directive_of(const MigrRevision *revision, const MigrSection *section)
{
	const char *at = section->text.ptr - 1;

	while (at > revision->text.ptr && at[-1] != '\n')
		at--;
	return at;
}

/* Where are a script's sections of a direction?  false: it has none. */
static bool
find_sections(MigrCall *call, const MigrRevision *script,
			  MigrDirection direction, MigrSpan *out)
{
	MigrSections sections = {0};

	out->ptr = NULL;
	if (!migr_script_sections(call->ctx, script, &sections))
		return false;
	for (int i = 0; i < sections.count; i++)
	{
		const MigrSection *section = &sections.items[i];

		if (section->direction != direction)
			continue;
		if (out->ptr == NULL)
			out->ptr = directive_of(script, section);
		out->len = (size_t) (section->text.ptr + section->text.len - out->ptr);
	}
	return out->ptr != NULL;
}

/* Say the rebuilds of tables in a script's sections of a direction in words that both
 * hosts take. */
static bool
say_script(MigrCall *call, MigrTables *tables, MigrDirection direction,
		   MigrRevision **script, MigrNames *checks)
{
	MigrArena *arena = &call->ctx->arena;
	MigrSpan text = (*script)->text;
	MigrRevisions parsed = {0};
	MigrTexts notes = {0};
	MigrSpan part;
	MigrStr str;

	if (!find_sections(call, *script, direction, &part))
	{
		/* what it does to which tables isn't known */
		migr_tables_init(call->ctx, tables);
		return call->ctx->err.code == MIGR_OK;
	}
	migr_str_init(&str, arena);
	migr_str_add_n(&str, text.ptr, (size_t) (part.ptr - text.ptr));
	migr_str_add(&str,
				 migr_rebuild_say(tables, migr_span_dup(arena, part), &notes));
	part.ptr += part.len;
	migr_str_add_n(&str, part.ptr, (size_t) (text.ptr + text.len - part.ptr));
	for (int i = 0; i < notes.count; i++)
		migr_vec_push(arena, checks,
					  migr_printf(arena, "Check revision %s: %s", (*script)->id,
								  notes.items[i]));
	if (!migr_script_parse(call->ctx, (MigrSpan){str.data, str.len}, NULL,
						   &parsed))
		return false;
	*script = parsed.items[0];
	return true;
}

/* The same for all scripts, which are in the order of the upgrade: each downgrade finds
 * what the upgrades before it have left. */
static bool
say_scripts(MigrCall *call, MigrRevisions *scripts, MigrNames *checks)
{
	MigrTables tables;

	migr_tables_init(call->ctx, &tables);
	for (int i = 0; i < scripts->count; i++)
		if (!say_script(call, &tables, MIGR_UP, &scripts->items[i], checks))
			return false;
	for (int i = scripts->count - 1; i >= 0; i--)
		if (!say_script(call, &tables, MIGR_DOWN, &scripts->items[i], checks))
			return false;
	return true;
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

/* A script, and what it has for each direction. */
typedef struct Known
{
	const MigrRevision *script;
	MigrSections sections;
	bool there[2];	/* are there sections? */
	bool unseen[2]; /* and has nobody seen what belongs into one of them? */
} Known;

/* Look at a script's sections. */
static bool
look_into(MigrCall *call, const MigrRevision *script, Known *out)
{
	*out = (Known){.script = script};
	if (!migr_script_sections(call->ctx, script, &out->sections))
		return false;
	for (int i = 0; i < out->sections.count; i++)
	{
		const MigrSection *section = &out->sections.items[i];

		out->there[section->direction] = true;
		out->unseen[section->direction] |= section->unseen;
	}
	return true;
}

/* Write what stands before a script's sections. */
static void
write_head(MigrStr *str, const Known *known)
{
	MigrSpan text = known->script->text;

	if (known->sections.count > 0)
		text.len =
			(size_t) (directive_of(known->script, &known->sections.items[0]) -
					  text.ptr);
	migr_str_add_n(str, text.ptr, text.len);
}

/* Write a script's sections of a direction. */
static void
write_sections(MigrStr *str, const Known *known, MigrDirection direction)
{
	for (int i = 0; i < known->sections.count; i++)
	{
		const MigrSection *section = &known->sections.items[i];
		const char *start = directive_of(known->script, section);
		const char *end = section->text.ptr + section->text.len;

		if (section->direction != direction)
			continue;
		while (str->len < 2 || str->data[str->len - 1] != '\n' ||
			   str->data[str->len - 2] != '\n')
			migr_str_add_char(str, '\n');
		migr_str_add_n(str, start, (size_t) (end - start));
	}
}

/*
 * Join what the SQL shows of a revision with what is known of it: a direction that it
 * doesn't show stays.  Where nobody has seen one, the header is a file's, and what is
 * there of the other was captured: both stay, as what Alembic prints is the poorer.
 */
static bool
join_known(MigrCall *call, MigrRevision **loaded)
{
	MigrRevision *known = migr_find_known(call, (*loaded)->id);
	MigrRevisions parsed = {0};
	Known shown;
	Known there;
	bool fills;
	MigrStr str;

	if (known == NULL || known->listed)
		return true;
	if (!migr_need_text(call, known, true) || !look_into(call, known, &there) ||
		!look_into(call, *loaded, &shown))
		return false;
	fills = there.unseen[MIGR_UP] || there.unseen[MIGR_DOWN];
	migr_str_init(&str, &call->ctx->arena);
	write_head(&str, fills ? &there : &shown);
	for (int d = MIGR_UP; d <= MIGR_DOWN; d++)
	{
		bool stays =
			there.there[d] && (!shown.there[d] || (fills && !there.unseen[d]));

		write_sections(&str, stays ? &there : &shown, (MigrDirection) d);
	}
	if (!migr_script_parse(call->ctx, (MigrSpan){str.data, str.len}, NULL,
						   &parsed))
		return false;
	*loaded = parsed.items[0];
	return true;
}

/*
 * migrate_import_alembic(upgrade_sql, downgrade_sql): register a revision for
 * each that the texts hold, or put what they show of it to the one that is known.
 */
bool
migr_cmd_import_alembic(MigrCall *call)
{
	MigrImportedList imported = {0};
	MigrRevisions loaded = {0};
	MigrNames checks = {0};
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
	if (migr_dialect(call) == MIGR_SQLITE &&
		!say_scripts(call, &loaded, &checks))
		return false;
	order_imported(call, &loaded);
	if (!migr_open_writer(call, true, false))
		return false;
	for (int i = 0; i < loaded.count; i++)
		if (!join_known(call, &loaded.items[i]))
			return false;
	if (!migr_take_in(call, &loaded, MIGR_TAKE_SCRIPTS))
		return false;
	if (call->result->rows.count == 0)
		return true;
	add_warnings(call, &imported);
	for (int i = 0; i < checks.count; i++)
		migr_add_line(call, checks.items[i]);
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

/* See that no two files have one id: once they are scripts, nobody can tell which
 * file a script comes from. */
static bool
check_ids(MigrCall *call, const MigrRevisions *files)
{
	MigrMap ids;

	migr_map_init(&ids, &call->ctx->arena, files->count);
	for (int i = 0; i < files->count; i++)
	{
		const char *id = files->items[i]->id;

		if (migr_map_put(&ids, migr_span(id), i))
			continue;
		migr_fail(call->ctx, MIGR_ERR_GRAPH,
				  "revision identifier \"%s\" is used twice", id);
		return migr_detail(
			call->ctx, "It stands in %s and in %s.",
			files->items[migr_map_get(&ids, migr_span(id))]->path,
			files->items[i]->path);
	}
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
		return check_ids(call, out);
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
	migr_hint(call->ctx, "Correct down_revision in the file, or the line "
						 "\"revises\" of the script, with migrate_edit().");
	return migr_at(call->ctx, &place);
}

/* ---- what was captured ------------------------------------------------------- */

/* A project's files, and what is known of their sections. */
typedef struct Project
{
	MigrRevisions files;
	MigrCapturedList captured;
	MigrMap ids;		 /* -> place in captured */
	MigrNames warnings;	 /* of the capture as a whole */
	MigrNames checks;	 /* of revisions */
	MigrNames unseen[2]; /* revisions without a section, by MigrDirection */
	MigrNames unmade;	 /* tables that no revision makes */
	bool unsure;		 /* ... unless by code that puts names together */
} Project;

/* The name of the version table, as Alembic's statements may have it. */
static const char *
version_table(MigrCall *call)
{
	const char *schema = migr_setting(call, "version_table_schema");
	const char *name = migr_setting(call, "version_table");

	return schema == NULL
			   ? name
			   : migr_printf(&call->ctx->arena, "%s.%s", schema, name);
}

/* Say what SQLite ran in words that both hosts take. */
static const char *
say_sections(void *context, const char *sections, MigrTexts *notes)
{
	return migr_rebuild_say(context, sections, notes);
}

/* Read what was captured of a project's runs. */
static bool
read_captured(MigrCall *call, Project *project)
{
	MigrSpan log = {NULL, 0};
	MigrTables tables;

	if (!call->host->captured(call->host, &log))
		return false;
	migr_map_init(&project->ids, &call->ctx->arena, project->files.count);
	if (log.ptr == NULL)
		return true;
	migr_tables_init(call->ctx, &tables);
	migr_captured_read(call->ctx, call->host->dialect, version_table(call), log,
					   &project->files,
					   migr_dialect(call) == MIGR_SQLITE ? say_sections : NULL,
					   &tables, &project->captured, &project->warnings);
	for (int i = 0; i < project->captured.count; i++)
		migr_map_put(&project->ids, migr_span(project->captured.items[i].id),
					 i);
	return true;
}

/* Note what to look at in a section that was captured. */
static void
note_check(MigrCall *call, Project *project, const MigrCaptured *captured,
		   MigrDirection direction)
{
	const MigrTexts *notes = &captured->notes[direction];
	int count = captured->on_data[direction];

	for (int i = 0; i < notes->count; i++)
		migr_vec_push(&call->ctx->arena, &project->checks,
					  migr_printf(&call->ctx->arena, "Check revision %s: %s",
								  captured->id, notes->items[i]));
	if (count > 0)
		migr_vec_push(&call->ctx->arena, &project->checks,
					  migr_printf(&call->ctx->arena,
								  "Check revision %s: %d statement%s of its %s "
								  "%s values that may depend on the rows that "
								  "there were",
								  captured->id, count, count == 1 ? "" : "s",
								  migr_direction_word(direction),
								  count == 1 ? "has" : "have"));
}

/* Put what was captured into a script's sections that nobody has seen. */
static bool
fill_script(MigrCall *call, Project *project, MigrRevision **script)
{
	int place = migr_map_get(&project->ids, migr_span((*script)->id));
	const MigrCaptured *captured =
		place == MIGR_MAP_NONE ? NULL : &project->captured.items[place];
	const char *at = (*script)->text.ptr;
	const char *end = at + (*script)->text.len;
	MigrSections sections = {0};
	MigrRevisions parsed = {0};
	bool filled[2] = {false, false};
	MigrStr str;

	if (!migr_script_sections(call->ctx, *script, &sections))
		return false;
	migr_str_init(&str, &call->ctx->arena);
	for (int i = 0; i < sections.count; i++)
	{
		const MigrSection *section = &sections.items[i];
		const char *start = directive_of(*script, section);

		if (!section->unseen)
			continue;
		if (captured == NULL || !captured->seen[section->direction])
		{
			migr_vec_push(&call->ctx->arena,
						  &project->unseen[section->direction], (*script)->id);
			continue;
		}
		migr_str_add_n(&str, at, (size_t) (start - at));
		at = section->text.ptr + section->text.len;
		if (filled[section->direction])
			continue;
		filled[section->direction] = true;
		migr_str_printf(&str, "%s%s", captured->sections[section->direction],
						at < end ? "\n" : "");
		note_check(call, project, captured, section->direction);
	}
	migr_str_add_n(&str, at, (size_t) (end - at));
	if (!migr_script_parse(call->ctx, (MigrSpan){str.data, str.len}, NULL,
						   &parsed))
		return false;
	*script = parsed.items[0];
	return true;
}

/* Make a script of a file's header, of what is known of its sections, and of what
 * was captured of the others. */
static bool
make_script(MigrCall *call, Project *project, const MigrRevision *file,
			MigrRevisions *out)
{
	MigrArena *arena = &call->ctx->arena;
	MigrRevision *known = migr_find_known(call, file->id);
	MigrStr str;

	migr_str_init(&str, arena);
	migr_script_header(&str, file);
	if (known != NULL && (!migr_need_text(call, known, true) ||
						  !check_parents(call, known, file)))
		return false;
	migr_str_add(&str, known == NULL ? UNSEEN
									 : migr_script_behead(arena, known->text));
	if (!migr_script_parse(call->ctx, (MigrSpan){str.data, str.len}, NULL,
						   out) ||
		!fill_script(call, project, &out->items[out->count - 1]))
		return false;
	/* for errors: what is wrong with the graph is wrong there */
	out->items[out->count - 1]->path = file->path;
	return true;
}

/* Say of how many revisions nobody has seen what they do, and of which. */
static void
add_unseen(MigrCall *call, const char *what, const MigrNames *names,
		   MigrDirection direction)
{
	if (names->count > 0)
		migr_add_line(
			call, migr_printf(&call->ctx->arena,
							  "%d revision%s can't be %s yet: nobody has seen "
							  "the %s of %s",
							  names->count, names->count == 1 ? "" : "s", what,
							  migr_direction_word(direction),
							  migr_join(&call->ctx->arena, names->items,
										names->count, ", ")));
}

/* Say which tables new databases lack, and what to do about that. */
static void
add_unmade(MigrCall *call, const Project *project)
{
	const MigrNames *names = &project->unmade;
	MigrArena *arena = &call->ctx->arena;
	MigrNames bases = {0};

	for (int i = 0; i < project->files.count; i++)
		if (project->files.items[i]->revises.count == 0)
			migr_vec_push(arena, &bases, project->files.items[i]->id);
	if (names->count > 0)
		migr_add_line(
			call,
			migr_printf(
				arena,
				"Check the table%s %s: no revision makes %s%s; for new "
				"databases put what migrate_dump_model() said of %s before the first revision ran at "
				"the head of the upgrade of %s",
				names->count == 1 ? "" : "s",
				migr_join(arena, names->items, names->count, ", "),
				names->count == 1 ? "it" : "them",
				project->unsure ? ", unless a DO block or a function does" : "",
				names->count == 1 ? "it" : "them",
				migr_join(arena, bases.items, bases.count, " or ")));
}

/* Say what couldn't be taken over, or is to be looked at. */
static void
report_project(MigrCall *call, const Project *project)
{
	MigrArena *arena = &call->ctx->arena;

	for (int i = 0; i < project->warnings.count; i++)
		migr_add_line(call, migr_printf(arena, "Check the capture: %s",
										project->warnings.items[i]));
	for (int i = 0; i < project->checks.count; i++)
		migr_add_line(call, project->checks.items[i]);
	add_unmade(call, project);
	add_unseen(call, "run", &project->unseen[MIGR_UP], MIGR_UP);
	add_unseen(call, "undone", &project->unseen[MIGR_DOWN], MIGR_DOWN);
}

/*
 * migrate_import_alembic_files(directory): register a revision for each file of
 * an Alembic project, or put what its header says to the one that is known; what
 * nobody has seen of it so far is taken from what was captured.
 */
bool
migr_cmd_import_alembic_files(MigrCall *call)
{
	Project project = {0};
	MigrRevisions loaded = {0};

	if (!read_project(call, migr_arg_text(call, 0), &project.files) ||
		!migr_open_writer(call, true, false) || !read_captured(call, &project))
		return false;
	for (int i = 0; i < project.files.count; i++)
		if (!make_script(call, &project, project.files.items[i], &loaded))
			return false;
	/* what nobody has seen may make any table */
	if (project.captured.count > 0 && project.unseen[MIGR_UP].count == 0 &&
		!migr_find_unmade(call, &loaded, &project.unmade, &project.unsure))
		return false;
	if (!migr_take_in(call, &loaded, MIGR_TAKE_HEADERS))
		return false;
	report_project(call, &project);
	return true;
}
