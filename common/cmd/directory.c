/*
 * directory.c
 *	  The script directory as a source of revisions (alembic.md 4.1).
 *
 * Map order is file-name order, directory by directory; a directory's files
 * come before those of its sub-directories.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"

/* deeper than anybody nests directories; ends a loop of links */
#define DEPTH_MAX 32

static int
compare_files(const void *a, const void *b)
{
	return strcmp(((const MigrFile *) a)->name, ((const MigrFile *) b)->name);
}

/* Is it a revision's file: *.sql, and not hidden? */
static bool
is_script(const char *name)
{
	size_t len = strlen(name);

	return len > 4 && name[0] != '.' && strcmp(name + len - 4, ".sql") == 0;
}

const char *
migr_join_path(MigrCall *call, const char *directory, const char *name)
{
	size_t len = strlen(directory);
	bool slash = len > 0 && directory[len - 1] == '/';

	return migr_printf(&call->ctx->arena, "%s%s%s", directory, slash ? "" : "/",
					   name);
}

/* What is being read: the revisions so far, and whose files they are. */
typedef struct Reading
{
	MigrRevisions *out;
	MigrMap paths; /* a file that two locations hold counts once */
	bool recursive;
} Reading;

/* Read one file's revisions. */
static bool
read_file(MigrCall *call, const char *path, Reading *reading)
{
	MigrSpan text;

	if (!migr_map_put(&reading->paths, migr_span(path), 0))
		return true;
	return call->host->poll(call->host) &&
		   call->host->read(call->host, path, &text) &&
		   migr_script_parse(call->ctx, text, path, reading->out);
}

/* Read a directory's revisions, and those below it where that is wanted. */
static bool
read_location(MigrCall *call, const char *path, int depth, Reading *reading)
{
	MigrFiles files = {0};

	if (depth > DEPTH_MAX)
		return migr_fail(
			call->ctx, MIGR_ERR_FILE,
			"directory \"%.100s...\" is nested too deeply (does a link "
			"lead back?)",
			path);
	if (!call->host->list(call->host, path, &files))
		return false;
	if (files.count > 0)
		qsort(files.items, (size_t) files.count, sizeof(MigrFile),
			  compare_files);
	for (int i = 0; i < files.count; i++)
		if (!files.items[i].directory && is_script(files.items[i].name) &&
			!read_file(call, migr_join_path(call, path, files.items[i].name),
					   reading))
			return false;
	for (int i = 0; reading->recursive && i < files.count; i++)
		if (files.items[i].directory && files.items[i].name[0] != '.' &&
			!read_location(call,
						   migr_join_path(call, path, files.items[i].name),
						   depth + 1, reading))
			return false;
	return true;
}

/* Put the script directory in for %(here)s. */
static const char *
expand_here(MigrCall *call, const char *text)
{
	static const char here[] = "%(here)s";
	const char *at;
	MigrStr str;

	migr_str_init(&str, &call->ctx->arena);
	while ((at = strstr(text, here)) != NULL)
	{
		migr_str_add_n(&str, text, (size_t) (at - text));
		migr_str_add(&str, call->location);
		text = at + sizeof(here) - 1;
	}
	migr_str_add(&str, text);
	return str.data;
}

/* The characters that separate version_locations. */
static bool
find_separators(MigrCall *call, const char **out)
{
	const char *word = migr_setting(call, "path_separator");

	if (word != NULL && strchr(word, '#') != NULL) /* alembic init wrote so */
		word = migr_strndup(&call->ctx->arena, word, strcspn(word, " \t#"));
	*out = word;
	if (word == NULL)
		*out = ", \t\n"; /* as Alembic did before it had the setting */
	else if (strcmp(word, "os") == 0)
		*out = ":";
	else if (strcmp(word, "space") == 0)
		*out = " ";
	else if (strcmp(word, "newline") == 0)
		*out = "\n";
	else if (strcmp(word, ":") != 0 && strcmp(word, ";") != 0)
		return migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
						 "path_separator must be os, :, ;, space or newline");
	return true;
}

bool
migr_version_locations(MigrCall *call, MigrNames *out)
{
	MigrArena *arena = &call->ctx->arena;
	const char *locations = migr_setting(call, "version_locations");
	const char *between;

	if (locations == NULL)
	{
		migr_vec_push(arena, out,
					  migr_join_path(call, call->location, "versions"));
		return true;
	}
	if (!find_separators(call, &between))
		return false;
	while (locations[0] != '\0')
	{
		size_t len = strcspn(locations, between);
		MigrSpan one = {locations, len};

		one = migr_span_trim(one);
		if (one.len > 0)
			migr_vec_push(arena, out,
						  expand_here(call, migr_span_dup(arena, one)));
		locations += len;
		locations += strspn(locations, between);
	}
	return true;
}

/* Read every location of the setting. */
static bool
read_locations(MigrCall *call, Reading *reading)
{
	MigrNames locations = {0};

	if (!migr_version_locations(call, &locations))
		return false;
	for (int i = 0; i < locations.count; i++)
		if (!read_location(call, locations.items[i], 0, reading))
			return false;
	return true;
}

bool
migr_read_directory(MigrCall *call, MigrRevisions *out)
{
	Reading reading;

	reading.out = out;
	migr_map_init(&reading.paths, &call->ctx->arena, 64);
	if (!migr_setting_bool(call, "recursive_version_locations",
						   &reading.recursive) ||
		!read_locations(call, &reading))
		return false;
	for (int i = 0; i < out->count; i++)
		out->items[i]->listed = true;
	return true;
}
