/*
 * capture.c
 *	  Noting what an application runs, for migrate_import_alembic_files().
 */
#include "lite.h"

/* Where it is noted; NULL: a database without a file. */
static const char *
log_path(MigrLite *lite)
{
	const char *file = migr_lite_file(lite);

	return file == NULL
			   ? NULL
			   : migr_printf(&lite->host.ctx.arena, "%s-capture", file);
}

bool
migr_lite_captured(MigrHost *host, MigrSpan *log)
{
	const char *path = log_path(migr_lite(host));
	MigrPathKind kind = MIGR_PATH_NONE;

	log->ptr = NULL;
	log->len = 0;
	if (path != NULL && !migr_lite_look(host, path, &kind))
		return false;
	return kind == MIGR_PATH_NONE || migr_lite_read(host, path, log);
}
