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
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
	file.directory =
		stat(migr_printf(arena, "%s/%s", path, name), &info) == 0 &&
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

/* A file that is being written: nothing may jump while it is there. */
typedef struct NewFile
{
	const char *path;
	const char *directory; /* that path is in */
	const char *own;	   /* where it is written: beside path, and hidden */
	int handle;			   /* of own */
	int beside;			   /* of the directory; -1: it can't be read */
} NewFile;

/* Name a new file, and where it is written. */
static void
name_parts(MigrArena *arena, const char *path, NewFile *file)
{
	const char *slash = strrchr(path, '/');
	uint64_t number;

	file->path = path;
	file->directory = ".";
	if (slash != NULL)
		file->directory =
			migr_strndup(arena, path, (size_t) (slash - path) + 1);
	sqlite3_randomness(sizeof(number), &number);
	file->own = migr_printf(arena, "%s/.migrate-%llx", file->directory,
							(unsigned long long) number);
}

/* Make the file; who replaces one doesn't change who may read it. */
static bool
make_new(NewFile *file, bool replace)
{
	struct stat old;

	file->handle =
		open(file->own, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (file->handle >= 0 && replace && stat(file->path, &old) == 0)
		(void) fchmod(file->handle, old.st_mode & 0777);
	return file->handle >= 0;
}

/* Write the text and let it reach the disk. */
static bool
fill_new(const NewFile *file, MigrSpan text)
{
	while (text.len > 0)
	{
		ssize_t done = write(file->handle, text.ptr, text.len);

		if (done < 0 && errno == EINTR)
			continue;
		if (done == 0)
			errno = ENOSPC;
		if (done <= 0)
			return false;
		text.ptr += done;
		text.len -= (size_t) done;
	}
	return fsync(file->handle) == 0;
}

/*
 * Take the name where the file system has no links: an empty file, which the
 * new one replaces.
 */
static bool
claim_name(const char *path)
{
	int handle = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

	if (handle >= 0)
		close(handle);
	return handle >= 0;
}

/* Give the file its name; a link never goes over another file. */
static bool
name_new(const NewFile *file, bool replace)
{
	int error;

	if (!replace && link(file->own, file->path) == 0)
	{
		unlink(file->own);
		return true;
	}
	if (!replace && errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS)
		return false;
	if (!replace && !claim_name(file->path))
		return false;
	if (rename(file->own, file->path) == 0)
		return true;
	error = errno;
	if (!replace)
		unlink(file->path);
	errno = error;
	return false;
}

/* Let the name reach the disk, where the file system knows how. */
static bool
sync_directory(const NewFile *file)
{
	return file->beside < 0 || fsync(file->beside) == 0 || errno == EBADF ||
		   errno == EINVAL;
}

/* Write the file that is made, name it, and let all of that be safe. */
static bool
finish_new(const NewFile *file, MigrSpan text, bool replace)
{
	bool named = fill_new(file, text) && name_new(file, replace);
	bool ok = named && sync_directory(file);
	int error = errno;

	if (!named)
		unlink(file->own);
	else if (!ok && !replace)
		unlink(file->path);
	close(file->handle);
	errno = error;
	return ok;
}

bool
migr_lite_write(MigrHost *host, const char *path, MigrSpan text, bool replace)
{
	MigrLite *lite = migr_lite(host);
	NewFile file;
	bool ok;
	int error;

	if (host->ctx.err.code != MIGR_OK)
		return false;
	name_parts(&host->ctx.arena, path, &file);
	file.beside = open(file.directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (file.beside < 0 && errno != EACCES)
		return fail_file(lite, "open directory", file.directory);
	ok = make_new(&file, replace) && finish_new(&file, text, replace);
	error = errno;
	if (file.beside >= 0)
		close(file.beside);
	if (ok)
		return true;
	if (!replace && error == EEXIST)
		return migr_fail(&host->ctx, MIGR_ERR_FILE,
						 "file \"%s\" exists already", path);
	errno = error;
	return fail_file(lite, "write file", path);
}

/* Make one directory; one that is there will do. */
static bool
make_one(MigrLite *lite, const char *path)
{
	struct stat info;
	int error;

	if (mkdir(path, 0777) == 0)
		return true;
	error = errno;
	if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
		return true;
	errno = error;
	return fail_file(lite, "create directory", path);
}

bool
migr_lite_make_directory(MigrHost *host, const char *path)
{
	MigrLite *lite = migr_lite(host);
	char *part = migr_strdup(&host->ctx.arena, path);

	if (host->ctx.err.code != MIGR_OK)
		return false;
	for (char *slash = strchr(part, '/'); slash != NULL;
		 slash = strchr(slash + 1, '/'))
	{
		*slash = '\0';
		if (slash != part && !make_one(lite, part))
			return false;
		*slash = '/';
	}
	return make_one(lite, part);
}
