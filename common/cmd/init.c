/*
 * init.c
 *	  migrate_init(): make a script directory; and the templates that it is made
 *	  from.
 *
 * A template is a list of files.  One of the user's own is a directory whose
 * files are copied; ours stand here.
 */
#include <string.h>

#include "cmd/cmd.h"

/* A file of a template; ${history} in migrate.ini is the history's name. */
typedef struct File
{
	const char *name;
	const char *text;
} File;

#define FILES_MAX 4

typedef struct Template
{
	const char *name;
	const char *about;
	File files[FILES_MAX + 1]; /* ends with a NULL name */
} Template;

#define HEADER                                                                 \
	"-- migrate:revision   ${revision}\n"                                      \
	"-- migrate:revises    ${revises}\n"                                       \
	"-- migrate:message    ${message}\n"                                       \
	"-- migrate:created    ${created}\n"                                       \
	"-- migrate:labels     ${labels}\n"                                        \
	"-- migrate:depends_on ${depends_on}\n"                                    \
	"\n"

const char *const migr_script_template = HEADER "-- migrate:upgrade\n"
												"${upgrade}\n"
												"\n"
												"-- migrate:downgrade\n"
												"${downgrade}\n";

/* Sections for each host: what both have in common has its own. */
static const char two_dialects[] = HEADER "-- migrate:upgrade\n"
										  "${upgrade}\n"
										  "\n"
										  "-- migrate:upgrade postgresql\n"
										  "${upgrade_postgresql}\n"
										  "\n"
										  "-- migrate:upgrade sqlite\n"
										  "${upgrade_sqlite}\n"
										  "\n"
										  "-- migrate:downgrade\n"
										  "${downgrade}\n"
										  "\n"
										  "-- migrate:downgrade postgresql\n"
										  "${downgrade_postgresql}\n"
										  "\n"
										  "-- migrate:downgrade sqlite\n"
										  "${downgrade_sqlite}\n";

static const char settings[] =
	"# Settings of this script directory, read by every command.  What the\n"
	"# database or the session sets goes before.  The section has the history's\n"
	"# name.  %(here)s is this directory; a % is written %%.\n"
	"\n"
	"[${history}]\n"
	"script_location = %(here)s\n"
	"\n"
	"# the names of new files: rev, slug, epoch, year, month, day, hour, minute,\n"
	"# second\n"
	"# file_template = %%(year)d_%%(month).2d_%%(day).2d-%%(rev)s_%%(slug)s\n"
	"# truncate_slug_length = 40\n"
	"\n"
	"# the time zone of new files' dates (default: the session's)\n"
	"# timezone = UTC\n"
	"\n"
	"# directories of revisions (default: versions/ here), what separates them\n"
	"# (os, :, ;, space, newline), and whether directories below count\n"
	"# version_locations = %(here)s/versions:%(here)s/plugin\n"
	"# path_separator = os\n"
	"# recursive_version_locations = false\n"
	"\n"
	"# the table that says where the database is\n"
	"# version_table = alembic_version\n"
	"# version_table_schema =\n"
	"\n"
	"# SQL to run after each step, in its transaction: $1 revision,\n"
	"# $2 operation, $3 from, $4 to, $5 rows of the version table, $6 message\n"
	"# on_version_apply = INSERT INTO audit (revision, what) VALUES ($1, $2)\n";

static const char model[] =
	"-- The schema that the database shall have, as CREATE statements: the\n"
	"-- target model.\n";

static const Template templates[] = {
	{"generic",
	 "One database, or several of one kind.",
	 {{"migrate.ini", settings},
	  {"script.sql.tmpl", NULL},
	  {"schema.sql", model}}},
	{"multidb",
	 "One history for PostgreSQL and SQLite, with sections for each.",
	 {{"migrate.ini", settings},
	  {"script.sql.tmpl", two_dialects},
	  {"schema.sql", model}}},
};

/* A file of the user's own template. */
typedef struct Copy
{
	const char *name;
	MigrSpan text;
} Copy;

typedef MIGR_VEC(Copy) Copies;

#define TEMPLATE_COUNT (sizeof(templates) / sizeof(templates[0]))

/* ---- making it ------------------------------------------------------------------- */

/* A file's text for this history. */
static const char *
expand(MigrCall *call, const File *file)
{
	const char *text = file->text != NULL ? file->text : migr_script_template;
	const char *at = strstr(text, "[${history}]");

	if (at == NULL)
		return text;
	return migr_printf(&call->ctx->arena, "%.*s[%s]%s", (int) (at - text), text,
					   call->history, at + strlen("[${history}]"));
}

/* Make a directory and say so. */
static bool
add_directory(MigrCall *call, const char *path)
{
	migr_add_line(call, migr_printf(&call->ctx->arena,
									"  Creating directory %s ...  done", path));
	return call->host->make_directory(call->host, path);
}

/* Write a file and say so. */
static bool
add_file(MigrCall *call, const char *path, MigrSpan text)
{
	migr_add_line(call, migr_printf(&call->ctx->arena,
									"  Generating %s ...  done", path));
	return call->host->write(call->host, path, text, false);
}

/* Write our own files. */
static bool
write_files(MigrCall *call, const Template *template, const char *directory)
{
	for (const File *file = template->files; file->name != NULL; file++)
		if (!add_file(call, migr_join_path(call, directory, file->name),
					  migr_span(expand(call, file))))
			return false;
	return true;
}

/* Read the files of the user's own template; directories in it are left out.
 * All of them, before the first is written. */
static bool
read_files(MigrCall *call, const char *from, const MigrFiles *files,
		   Copies *out)
{
	for (int i = 0; i < files->count; i++)
	{
		Copy copy = {files->items[i].name, {NULL, 0}};

		if (files->items[i].directory || copy.name[0] == '.')
			continue;
		if (!call->host->read(call->host, migr_join_path(call, from, copy.name),
							  &copy.text))
			return false;
		migr_vec_push(&call->ctx->arena, out, copy);
	}
	return true;
}

/* Write them. */
static bool
write_copies(MigrCall *call, const Copies *copies, const char *directory)
{
	for (int i = 0; i < copies->count; i++)
		if (!add_file(call,
					  migr_join_path(call, directory, copies->items[i].name),
					  copies->items[i].text))
			return false;
	return true;
}

/* Refuse a directory that has something in it, and a file. */
static bool
check_empty(MigrCall *call, const char *directory)
{
	MigrPathKind kind;
	MigrFiles files = {0};

	if (!call->host->look(call->host, directory, &kind))
		return false;
	if (kind == MIGR_PATH_FILE)
		return migr_fail(call->ctx, MIGR_ERR_FILE,
						 "\"%s\" is a file, not a directory", directory);
	if (kind == MIGR_PATH_DIRECTORY &&
		!call->host->list(call->host, directory, &files))
		return false;
	return files.count == 0 || migr_fail(call->ctx, MIGR_ERR_FILE,
										 "Directory %s already exists and is "
										 "not empty",
										 directory);
}

/* Find the template: ours, or the files of a directory. */
static bool
find_template(MigrCall *call, const char *name, const Template **out,
			  Copies *copies)
{
	MigrFiles files = {0};
	MigrPathKind kind;

	*out = NULL;
	for (size_t i = 0; i < TEMPLATE_COUNT; i++)
		if (strcmp(templates[i].name, name) == 0)
			*out = &templates[i];
	if (*out != NULL)
		return true;
	if (strchr(name, '/') != NULL)
	{
		if (!call->host->look(call->host, name, &kind))
			return false;
		if (kind == MIGR_PATH_DIRECTORY)
			return call->host->list(call->host, name, &files) &&
				   read_files(call, name, &files, copies);
	}
	migr_fail(call->ctx, MIGR_ERR_ARGUMENT, "No such template '%s'", name);
	return migr_hint(call->ctx,
					 "migrate_list_templates() shows them; one of your own is "
					 "named by its path, with a slash in it.");
}

/* migrate_init(directory, template): make a script directory. */
bool
migr_cmd_init(MigrCall *call)
{
	const char *directory = migr_arg_text(call, 0);
	const char *name = migr_arg_text(call, 1);
	const Template *template;
	Copies copies = {0};

	if (directory[0] == '\0')
		return migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
						 "init: the directory has no name");
	if (!migr_open_history(call) ||
		!call->host->tx(call->host, MIGR_TX_WRITE) ||
		!find_template(call, name, &template, &copies) ||
		!check_empty(call, directory) ||
		!call->host->set(call->host, call->history, "script_location",
						 directory) ||
		!add_directory(call, directory) ||
		!add_directory(call, migr_join_path(call, directory, "versions")))
		return false;
	if (template != NULL ? !write_files(call, template, directory)
						 : !write_copies(call, &copies, directory))
		return false;
	migr_add_line(call, migr_printf(&call->ctx->arena,
									"  The setting script_location of this "
									"database is now '%s'.",
									directory));
	return call->host->tx(call->host, MIGR_TX_COMMIT) ||
		   migr_hint(call->ctx,
					 "The directory is made: migrate_config('script_location', "
					 "'%s') is what is left to do.",
					 directory);
}

/* migrate_list_templates(): what there is to make it from. */
bool
migr_cmd_list_templates(MigrCall *call)
{
	migr_add_line(call, "Available templates:");
	migr_add_line(call, "");
	for (size_t i = 0; i < TEMPLATE_COUNT; i++)
	{
		migr_add_line(call, templates[i].name);
		migr_add_line(
			call, migr_printf(&call->ctx->arena, "    %s", templates[i].about));
		migr_add_line(call, "");
	}
	migr_add_line(call, "Templates are used via the 'init' command, e.g.:");
	migr_add_line(call, "");
	migr_add_line(call,
				  "  SELECT migrate('init --template generic ./scripts')");
	return true;
}
