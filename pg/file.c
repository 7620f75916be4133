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

#include <sys/stat.h>

#include "catalog/pg_authid.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "storage/fd.h"
#include "utils/acl.h"

#include "base/file.h"
#include "pg/pg.h"

#define FILE_RIGHTS 0644
#define DIRECTORY_RIGHTS 0755

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
		/* a link to one isn't followed: it may lead back */
		file.directory = lstat(full, &st) == 0 && S_ISDIR(st.st_mode);
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
recode(MigrArena *arena, const char *path, MigrSpan span)
{
	ErrorContextCallback callback = {error_context_stack, add_path,
									 unconstify(char *, path)};
	char *own;

	if (GetDatabaseEncoding() == PG_UTF8)
		return span; /* the core checks it, and knows the line */
	error_context_stack = &callback;
	own = pg_any_to_server(span.ptr, (int) span.len, PG_UTF8);
	error_context_stack = callback.previous;
	if (own != span.ptr)
	{
		span.len = strlen(own);
		span.ptr = migr_strndup(arena, own, span.len);
		pfree(own);
	}
	return span;
}

bool
migr_pg_read_file(MigrCtx *ctx, const char *path, MigrSpan *out)
{
	struct stat st;
	FILE *file;
	char *text;
	size_t len;

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
	*out = (MigrSpan){text, len};
	return true;
}

/* MigrHost.read */
bool
migr_pg_read(MigrHost *host, const char *path, MigrSpan *out)
{
	MigrSpan text;

	if (!check_reader(&host->ctx) ||
		!migr_pg_read_file(&host->ctx, path, &text))
		return false;
	*out = recode(&host->ctx.arena, path, text);
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

/* Bring a text into the encoding of files, in the arena. */
static MigrSpan
to_utf8(MigrArena *arena, MigrSpan text)
{
	char *utf8 = pg_server_to_any(text.ptr, (int) text.len, PG_UTF8);

	if (utf8 == text.ptr)
		return text;
	return migr_span(migr_strdup(arena, utf8));
}

/* MigrHost.write */
bool
migr_pg_write(MigrHost *host, const char *path, MigrSpan text, bool replace)
{
	MigrArena *arena = &host->ctx.arena;
	MigrNewFile file;
	uint64 number;

	if (!check_writer(&host->ctx))
		return false;
	if (!pg_strong_random(&number, sizeof(number)))
		elog(ERROR, "could not generate random bytes");
	migr_file_init(arena, path, number, replace, &file);
	file.text = to_utf8(arena, text);
	file.rights = FILE_RIGHTS;
	errno = migr_file_write(&file);
	if (errno == EEXIST && !replace)
		return migr_fail(&host->ctx, MIGR_ERR_FILE,
						 "file \"%s\" exists already", path);
	if (errno != 0)
		raise_file("write file", path);
	return true;
}

/* MigrHost.make_directory; pg_mkdir_p() leaves the rights to the umask. */
bool
migr_pg_make_directory(MigrHost *host, const char *path)
{
	char *part = pstrdup(path);

	if (!check_writer(&host->ctx))
		return false;
	errno = migr_file_make_directory(part, DIRECTORY_RIGHTS);
	if (errno != 0)
		raise_file("create directory", part);
	return true;
}
