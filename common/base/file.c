/*
 * file.c
 *	  Write a file whole or not at all; make directories.
 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* what open() and mkdir() are asked for; the umask takes from it */
#define FILE_RIGHTS 0666
#define DIRECTORY_RIGHTS 0777

#define NEW_FILE (O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC)

void
migr_file_init(MigrArena *arena, const char *path, uint64_t number,
			   bool replace, MigrNewFile *file)
{
	char real[PATH_MAX];
	const char *slash;

	memset(file, 0, sizeof(*file));
	/* a link stays: what it leads to is replaced */
	if (replace && realpath(path, real) != NULL)
		path = migr_strdup(arena, real);
	slash = strrchr(path, '/');
	file->path = path;
	file->replace = replace;
	file->directory = "./";
	if (slash != NULL)
		file->directory =
			migr_strndup(arena, path, (size_t) (slash - path) + 1);
	file->own = migr_printf(arena, "%s.migrate-%llx", file->directory,
							(unsigned long long) number);
	file->rights = MIGR_FILE_UMASK;
}

/* Write the text and let it reach the disk. */
static bool
fill(const MigrNewFile *file, int handle)
{
	MigrSpan text = file->text;
	struct stat old;

	while (text.len > 0)
	{
		ssize_t done = write(handle, text.ptr, text.len);

		if (done < 0 && errno == EINTR)
			continue;
		if (done == 0)
			errno = ENOSPC;
		if (done <= 0)
			return false;
		text.ptr += done;
		text.len -= (size_t) done;
	}
	/* a file system may have no such rights to give */
	if (file->replace && stat(file->path, &old) == 0)
		(void) fchmod(handle, old.st_mode & 0777);
	else if (file->rights != MIGR_FILE_UMASK)
		(void) fchmod(handle, (mode_t) file->rights);
	return fsync(handle) == 0;
}

/*
 * Take the name where the file system has no links: an empty file, which the
 * new one replaces.
 */
static bool
claim_name(const char *path)
{
	int handle = open(path, NEW_FILE, FILE_RIGHTS);

	if (handle >= 0)
		close(handle);
	return handle >= 0;
}

/* Give the file its name; a link never goes over another file. */
static bool
take_name(const MigrNewFile *file)
{
	int error;

	if (!file->replace && link(file->own, file->path) == 0)
	{
		unlink(file->own);
		return true;
	}
	if (!file->replace && errno != EPERM && errno != EOPNOTSUPP &&
		errno != ENOSYS)
		return false;
	if (!file->replace && !claim_name(file->path))
		return false;
	if (rename(file->own, file->path) == 0)
		return true;
	error = errno;
	if (!file->replace)
		unlink(file->path);
	errno = error;
	return false;
}

/* Let the name reach the disk, where the file system knows how. */
static bool
sync_directory(int directory)
{
	return directory < 0 || fsync(directory) == 0 || errno == EBADF ||
		   errno == EINVAL;
}

/* Write the file that is made, and name it. */
static int
finish(const MigrNewFile *file, int handle, int directory)
{
	bool named = fill(file, handle) && take_name(file);
	bool ok = named && sync_directory(directory);
	int error = ok ? 0 : errno;

	if (!named)
		unlink(file->own);
	else if (!ok && !file->replace)
		unlink(file->path);
	close(handle);
	return error;
}

int
migr_file_write(const MigrNewFile *file)
{
	/* a directory that can't be read can be written to all the same */
	int directory = open(file->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int handle;
	int error;

	if (directory < 0 && errno != EACCES)
		return errno;
	handle = open(file->own, NEW_FILE, FILE_RIGHTS);
	error = handle < 0 ? errno : finish(file, handle, directory);
	if (directory >= 0)
		close(directory);
	return error;
}

/* Make one directory; one that is there will do. */
static int
make_one(const char *path, int rights)
{
	struct stat info;
	int error;

	if (mkdir(path, DIRECTORY_RIGHTS) == 0)
	{
		if (rights != MIGR_FILE_UMASK)
			(void) chmod(path, (mode_t) rights);
		return 0;
	}
	error = errno;
	return stat(path, &info) == 0 && S_ISDIR(info.st_mode) ? 0 : error;
}

int
migr_file_make_directory(char *path, int rights)
{
	for (char *slash = strchr(path, '/'); slash != NULL;
		 slash = strchr(slash + 1, '/'))
	{
		int error;

		if (slash == path)
			continue;
		*slash = '\0';
		error = make_one(path, rights);
		if (error != 0)
			return error;
		*slash = '/';
	}
	return make_one(path, rights);
}
