/*
 * file.c
 *	  Files and directories of the server, for those who may read or write them.
 *
 * The server's own rights reach further than the caller's, so each call asks
 * for membership in pg_read_server_files or pg_write_server_files, as COPY from
 * and to a file does.  Only regular files are read: opening a pipe would wait
 * for ever.
 *
 * What is made here are a project's files, for people to read and edit.  The
 * server's umask, made for its data, would leave them to the server alone: so
 * they get the rights that most people's umask would give them.
 */
#include "postgres.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "catalog/pg_authid.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "storage/fd.h"
#include "utils/acl.h"

#include "pg/pg.h"

#define FILE_MODE 0644
#define DIRECTORY_MODE 0755

/* May the caller read the server's files? */
static bool
check_reader(MigrCtx *ctx)
{
	if (has_privs_of_role(GetUserId(), ROLE_PG_READ_SERVER_FILES))
		return true;
	migr_fail(ctx, MIGR_ERR_DENIED,
			  "permission denied to read files of the server");
	return migr_hint(
		ctx,
		"Grant the role pg_read_server_files, or hand the scripts over as text with migrate_load().");
}

/* May the caller write them? */
static bool
check_writer(MigrCtx *ctx)
{
	if (has_privs_of_role(GetUserId(), ROLE_PG_WRITE_SERVER_FILES))
		return true;
	migr_fail(ctx, MIGR_ERR_DENIED,
			  "permission denied to write files of the server");
	return migr_hint(
		ctx,
		"Grant the role pg_write_server_files, or keep the scripts in the database: leave script_location unset.");
}

/* Raise what the file system says about a path. */
static void
raise_file(const char *what, const char *path)
{
	ereport(ERROR, (errcode_for_file_access(),
					errmsg("could not %s \"%s\": %m", what, path)));
}

/* MigrHost.list */
bool
migr_pg_list(MigrHost *host, const char *path, MigrFiles *out)
{
	MigrArena *arena = &host->ctx.arena;
	struct dirent *entry;
	struct stat st;
	DIR *dir;

	if (!check_reader(&host->ctx))
		return false;
	dir = AllocateDir(path);
	while ((entry = ReadDir(dir, path)) != NULL)
	{
		const char *full = migr_printf(arena, "%s/%s", path, entry->d_name);
		MigrFile file;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		file.name = migr_strdup(arena, entry->d_name);
		file.directory = stat(full, &st) == 0 && S_ISDIR(st.st_mode);
		migr_vec_push(arena, out, file);
	}
	FreeDir(dir);
	return true;
}

/* Say which file a text that is no UTF-8 is in. */
static void
add_path(void *arg)
{
	errcontext("file \"%s\"", (const char *) arg);
}

/* Check the text, and bring it into the database's encoding. */
static MigrSpan
recode(MigrArena *arena, const char *path, char *text, size_t len)
{
	ErrorContextCallback callback = {error_context_stack, add_path,
									 unconstify(char *, path)};
	MigrSpan span = {text, len};
	char *own;

	if (GetDatabaseEncoding() == PG_UTF8)
		return span; /* the core checks it, and knows the line */
	error_context_stack = &callback;
	own = pg_any_to_server(text, (int) len, PG_UTF8);
	error_context_stack = callback.previous;
	if (own != text)
	{
		span.len = strlen(own);
		span.ptr = migr_strndup(arena, own, span.len);
		pfree(own);
	}
	return span;
}

/* MigrHost.read */
bool
migr_pg_read(MigrHost *host, const char *path, MigrSpan *out)
{
	MigrCtx *ctx = &host->ctx;
	struct stat st;
	FILE *file;
	char *text;
	size_t len;

	if (!check_reader(ctx))
		return false;
	if (stat(path, &st) != 0)
		raise_file("stat file", path);
	if (!S_ISREG(st.st_mode))
		return migr_fail(ctx, MIGR_ERR_FILE, "\"%s\" is not a regular file",
						 path);
	if ((uint64) st.st_size > MIGR_STR_MAX)
		return migr_fail(ctx, MIGR_ERR_FILE, "file \"%s\" is too large", path);
	file = AllocateFile(path, PG_BINARY_R);
	if (file == NULL)
		raise_file("open file", path);
	text = migr_alloc(&ctx->arena, (size_t) st.st_size + 1);
	len = fread(text, 1, (size_t) st.st_size, file);
	if (ferror(file))
		raise_file("read file", path);
	FreeFile(file);
	*out = recode(&ctx->arena, path, text, len);
	return true;
}

/* MigrHost.look */
bool
migr_pg_look(MigrHost *host, const char *path, MigrPathKind *out)
{
	struct stat st;

	if (!check_reader(&host->ctx))
		return false;
	if (stat(path, &st) == 0)
		*out = S_ISDIR(st.st_mode) ? MIGR_PATH_DIRECTORY : MIGR_PATH_FILE;
	else if (errno == ENOENT || errno == ENOTDIR)
		*out = MIGR_PATH_NONE;
	else
		raise_file("stat file", path);
	return true;
}

/* ---- writing ------------------------------------------------------------- */

/*
 * A file that is being written.  Between its making and its end nothing is
 * called that could throw, or it would stay: errors are noted, and raised when
 * it is gone.
 */
typedef struct NewFile
{
	const char *path;
	char *directory; /* that path is in */
	char *own;		 /* where it is written: beside path, and hidden */
	int handle;		 /* of own */
	int beside;		 /* of the directory; -1: it can't be read */
	mode_t mode;	 /* its rights */
} NewFile;

/* Name and open what is needed before the file is made. */
static void
open_new(NewFile *file, const char *path, bool replace)
{
	uint64 number;
	struct stat st;

	file->path = path;
	file->directory = pstrdup(path);
	get_parent_directory(file->directory);
	if (file->directory[0] == '\0')
		file->directory = ".";
	if (!pg_strong_random(&number, sizeof(number)))
		elog(ERROR, "could not generate random bytes");
	file->own = psprintf("%s/.migrate-" UINT64_FORMAT, file->directory, number);
	/* who replaces a file doesn't change who may read it */
	file->mode =
		replace && stat(path, &st) == 0 ? st.st_mode & 0777 : FILE_MODE;
	file->beside = OpenTransientFile(file->directory, O_RDONLY | PG_BINARY);
	if (file->beside < 0 && errno != EACCES)
		raise_file("open directory", file->directory);
	file->handle = OpenTransientFilePerm(
		file->own, O_WRONLY | O_CREAT | O_EXCL | PG_BINARY, FILE_MODE);
	if (file->handle < 0)
		raise_file("create file", file->own);
}

/* Write the text and let it reach the disk. */
static bool
fill_new(const NewFile *file, const char *text, size_t len)
{
	while (len > 0)
	{
		ssize_t done = write(file->handle, text, len);

		if (done < 0 && errno == EINTR)
			continue;
		if (done == 0)
			errno = ENOSPC;
		if (done <= 0)
			return false;
		text += done;
		len -= (size_t) done;
	}
	/* a file system may have no such rights to give */
	(void) fchmod(file->handle, file->mode);
	return pg_fsync(file->handle) == 0;
}

/*
 * Take the name where the file system has no links: an empty file, which the
 * new one replaces.
 */
static bool
claim_name(const char *path)
{
	int handle = open(path, O_WRONLY | O_CREAT | O_EXCL | PG_BINARY, FILE_MODE);

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
	return file->beside < 0 || pg_fsync(file->beside) == 0 || errno == EBADF ||
		   errno == EINVAL;
}

/* MigrHost.write */
bool
migr_pg_write(MigrHost *host, const char *path, MigrSpan text, bool replace)
{
	NewFile file;
	char *utf8;
	size_t len;
	bool named;
	bool ok;
	int error;

	if (!check_writer(&host->ctx))
		return false;
	utf8 = pg_server_to_any(text.ptr, (int) text.len, PG_UTF8);
	len = utf8 == text.ptr ? text.len : strlen(utf8);
	open_new(&file, path, replace);
	named = fill_new(&file, utf8, len) && name_new(&file, replace);
	ok = named && sync_directory(&file);
	error = errno;
	if (!named)
		unlink(file.own);
	else if (!ok && !replace)
		unlink(path);
	CloseTransientFile(file.handle);
	if (file.beside >= 0)
		CloseTransientFile(file.beside);
	if (!ok && !replace && error == EEXIST)
		return migr_fail(&host->ctx, MIGR_ERR_FILE,
						 "file \"%s\" exists already", path);
	errno = error;
	if (!ok)
		raise_file("write file", path);
	return true;
}

/* Make one directory; one that is there will do. */
static void
make_one(const char *path)
{
	struct stat st;
	int error;

	if (mkdir(path, DIRECTORY_MODE) == 0)
	{
		(void) chmod(path, DIRECTORY_MODE);
		return;
	}
	error = errno;
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return;
	errno = error;
	raise_file("create directory", path);
}

/* MigrHost.make_directory; pg_mkdir_p() leaves the rights to the umask. */
bool
migr_pg_make_directory(MigrHost *host, const char *path)
{
	char *part = pstrdup(path);

	if (!check_writer(&host->ctx))
		return false;
	for (char *slash = strchr(part, '/'); slash != NULL;
		 slash = strchr(slash + 1, '/'))
	{
		*slash = '\0';
		if (slash != part)
			make_one(part);
		*slash = '/';
	}
	make_one(part);
	return true;
}
