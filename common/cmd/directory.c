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

const char *
migr_plain_path(MigrCall *call, const char *path)
{
	MigrStr plain;

	migr_str_init(&plain, &call->ctx->arena);
	while (path[0] == '.' && path[1] == '/')
		path += 2;
	for (; *path != '\0'; path++)
	{
		if (path[0] == '/' && (path[1] == '/' || path[1] == '\0') &&
			plain.len > 0)
			continue;
		if (path[0] == '/' && path[1] == '.' &&
			(path[2] == '/' || path[2] == '\0'))
		{
			path++;
			continue;
		}
		migr_str_add_char(&plain, *path);
	}
	return plain.data;
}

/* A file's path with a question mark for each byte that no message can show. */
static const char *
printable(MigrCall *call, const char *path)
{
	char *text = migr_strdup(&call->ctx->arena, path);

	for (char *c = text; *c != '\0'; c++)
		if ((unsigned char) *c >= 0x80)
			*c = '?';
	return text;
}

/*
 * Is the directory there?  One that isn't has no revisions yet: git, for one,
 * doesn't keep empty directories.  But where nobody has said that it should be
 * there, script_location is more likely wrong.
 */
static bool
is_there(MigrCall *call, const char *path, bool *out)
{
	MigrPathKind kind;

	if (!call->host->look(call->host, path, &kind))
		return false;
	*out = kind != MIGR_PATH_NONE;
	if (*out)
		return true;
	if (call->file.path == NULL &&
		migr_setting(call, "version_locations") == NULL)
	{
		migr_fail(call->ctx, MIGR_ERR_FILE, "there is no directory \"%s\"",
				  path);
		return migr_hint(call->ctx, "script_location names the directory in "
									"which versions/ is.");
	}
	call->host->warn(
		call->host,
		migr_printf(&call->ctx->arena, "there is no directory \"%s\"", path));
	return true;
}

/* What is wanted of the files of a directory. */
typedef struct Walk
{
	MigrCall *call;
	bool recursive;
	MigrFileTest wanted;
	MigrFileReader read;
	void *context;
} Walk;

/* Read a directory's files, and those below it where that is wanted. */
static bool
walk_directory(const Walk *walk, const char *path, int depth)
{
	MigrCall *call = walk->call;
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
		if (!files.items[i].directory && walk->wanted(files.items[i].name) &&
			(!call->host->poll(call->host) ||
			 !walk->read(call, migr_join_path(call, path, files.items[i].name),
						 walk->context)))
			return false;
	for (int i = 0; walk->recursive && i < files.count; i++)
		if (files.items[i].directory && files.items[i].name[0] != '.' &&
			!walk_directory(walk,
							migr_join_path(call, path, files.items[i].name),
							depth + 1))
			return false;
	return true;
}

bool
migr_walk_files(MigrCall *call, const char *directory, bool recursive,
				MigrFileTest wanted, MigrFileReader read, void *context)
{
	Walk walk = {call, recursive, wanted, read, context};

	return walk_directory(&walk, directory, 0);
}

/* ---- the script directory --------------------------------------------------- */

/* What is being read: the revisions so far, and whose files they are. */
typedef struct Reading
{
	MigrRevisions *out;
	MigrMap paths; /* a file that two locations hold counts once */
	bool recursive;
} Reading;

/* Read one file's revisions. */
static bool
read_file(MigrCall *call, const char *path, void *context)
{
	Reading *reading = context;
	MigrSpan text;

	if (!call->ctx->other_encoding &&
		migr_utf8_check(path, strlen(path)) != strlen(path))
		return migr_fail(call->ctx, MIGR_ERR_FILE,
						 "the name of file \"%s\" is no valid UTF-8",
						 printable(call, path));
	if (!migr_map_put(&reading->paths, migr_span(migr_plain_path(call, path)),
					  0))
		return true;
	return call->host->read(call->host, path, &text) &&
		   migr_script_parse(call->ctx, text, path, reading->out);
}

/* Read a directory's revisions. */
static bool
read_location(MigrCall *call, const char *path, Reading *reading)
{
	bool there;

	return is_there(call, path, &there) &&
		   (!there || migr_walk_files(call, path, reading->recursive, is_script,
									  read_file, reading));
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

bool
migr_read_separator(MigrCall *call, const char *word, const char **out)
{
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
	const char *between = "";

	if (locations != NULL &&
		!migr_read_separator(call, migr_setting(call, "path_separator"),
							 &between))
		return false;
	while (locations != NULL && locations[0] != '\0')
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
	if (out->count == 0)
		migr_vec_push(arena, out,
					  migr_join_path(call, call->location, "versions"));
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
		if (!read_location(call, locations.items[i], reading))
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
