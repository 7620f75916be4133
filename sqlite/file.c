/*
 * file.c
 *	  Files and directories, read and written with the process's rights.
 *
 * Regular files alone: to open a FIFO or a device could wait for ever, or do
 * something.  What is open stands in the MigrLite, since a lack of memory
 * leaves these functions by a jump; what is written takes all its memory
 * before it begins.
 */
#include "lite.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

/* Fail with what the operating system says. */
static bool
fail_file(MigrLite *lite, const char *what, const char *path)
{
	return migr_fail(&lite->host.ctx, MIGR_ERR_FILE, "could not %s \"%s\": %s",
					 what, path, strerror(errno));
}

void
migr_lite_close_files(MigrLite *lite)
{
	if (lite->directory != NULL)
		closedir(lite->directory);
	if (lite->file >= 0)
		close(lite->file);
	lite->directory = NULL;
	lite->file = -1;
}

/* Append an entry, if it is a regular file or a directory. */
static void
add_entry(MigrLite *lite, const char *path, const char *name, MigrFiles *files)
{
	MigrArena *arena = &lite->host.ctx.arena;
	MigrFile file = {NULL, false};
	struct stat info;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return;
	file.name = migr_strdup(arena, name);
	/* a link to one isn't followed: it may lead back */
	file.directory =
		lstat(migr_printf(arena, "%s/%s", path, name), &info) == 0 &&
		S_ISDIR(info.st_mode);
	migr_vec_push(arena, files, file);
}

bool
migr_lite_list(MigrHost *host, const char *path, MigrFiles *files)
{
	MigrLite *lite = migr_lite(host);
	struct dirent *entry;

	if (host->ctx.err.code != MIGR_OK)
		return false;
	lite->directory = opendir(path);
	if (lite->directory == NULL)
		return fail_file(lite, "open directory", path);
	while (errno = 0, (entry = readdir(lite->directory)) != NULL)
		add_entry(lite, path, entry->d_name, files);
	if (errno != 0)
		fail_file(lite, "read directory", path);
	migr_lite_close_files(lite);
	return host->ctx.err.code == MIGR_OK;
}

/* Read an open file to its end. */
static bool
read_all(MigrLite *lite, const char *path, MigrStr *text)
{
	char buffer[16 * 1024];
	ssize_t got;

	while ((got = read(lite->file, buffer, sizeof(buffer))) != 0)
	{
		if (got > 0)
			migr_str_add_n(text, buffer, (size_t) got);
		else if (errno != EINTR)
			return fail_file(lite, "read file", path);
	}
	return true;
}

bool
migr_lite_read(MigrHost *host, const char *path, MigrSpan *text)
{
	MigrLite *lite = migr_lite(host);
	struct stat info;
	MigrStr str;

	if (host->ctx.err.code != MIGR_OK)
		return false;
	migr_str_init(&str, &host->ctx.arena);
	/* not to wait, if it is a FIFO: that turns out below */
	lite->file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (lite->file < 0)
		return fail_file(lite, "open file", path);
	if (fstat(lite->file, &info) != 0)
		fail_file(lite, "read file", path);
	else if (!S_ISREG(info.st_mode))
		migr_fail(&host->ctx, MIGR_ERR_FILE, "\"%s\" is not a regular file",
				  path);
	else
		read_all(lite, path, &str);
	migr_lite_close_files(lite);
	text->ptr = str.data;
	text->len = str.len;
	return host->ctx.err.code == MIGR_OK;
}

bool
migr_lite_look(MigrHost *host, const char *path, MigrPathKind *kind)
{
	struct stat info;

	if (host->ctx.err.code != MIGR_OK)
		return false;
	if (stat(path, &info) == 0)
		*kind = S_ISDIR(info.st_mode) ? MIGR_PATH_DIRECTORY : MIGR_PATH_FILE;
	else if (errno == ENOENT || errno == ENOTDIR)
		*kind = MIGR_PATH_NONE;
	else
		return fail_file(migr_lite(host), "look at", path);
	return true;
}

/* ---- writing ----------------------------------------------------------- */

bool
migr_lite_write(MigrHost *host, const char *path, MigrSpan text, bool replace)
{
	MigrNewFile file;
	uint64_t number;

	if (host->ctx.err.code != MIGR_OK)
		return false;
	sqlite3_randomness(sizeof(number), &number);
	migr_file_init(&host->ctx.arena, path, number, replace, &file);
	file.text = text;
	errno = migr_file_write(&file);
	if (errno == EEXIST && !replace)
		return migr_fail(&host->ctx, MIGR_ERR_FILE,
						 "file \"%s\" exists already", path);
	return errno == 0 || fail_file(migr_lite(host), "write file", path);
}

bool
migr_lite_make_directory(MigrHost *host, const char *path)
{
	char *part = migr_strdup(&host->ctx.arena, path);

	if (host->ctx.err.code != MIGR_OK)
		return false;
	errno = migr_file_make_directory(part, MIGR_FILE_UMASK);
	return errno == 0 || fail_file(migr_lite(host), "create directory", part);
}
