/*
 * import.h
 *	  Alembic's offline SQL as revision scripts.
 *
 * `alembic upgrade base:heads --sql` and `alembic downgrade heads:base --sql`
 * print all revisions of a project as SQL, each one below a comment with its
 * id and its parents.  This takes the two texts apart again.  What the texts
 * don't tell is lost: labels, dates, dependencies that no version row shows,
 * and the message, unless Alembic's log stands in the text (`2>&1`).
 */
#ifndef MIGR_IMPORT_H
#define MIGR_IMPORT_H

#include "rev/script.h"

typedef struct MigrImported
{
	const char *id;
	MigrNames revises;	  /* parents' ids, as printed */
	MigrNames depends_on; /* ids; those that the version rows show */
	const char *message;  /* "" where it isn't known */
	const char *script;	  /* the whole script's text */
	MigrNames warnings;	  /* what to compare with the Python file; one line
						   * each, which is also a comment in the script */
} MigrImported;

typedef MIGR_VEC(MigrImported) MigrImportedList;

/*
 * Make revision scripts of what Alembic printed, in the upgrade text's order,
 * and append them to out; revisions that only the downgrade text has come
 * last.
 *
 * dialect is "postgresql" or "sqlite": what the texts were printed for.
 * version_table is the version table's name, with or without its schema,
 * quoted or not; NULL for alembic_version.  Without a schema, that of the
 * texts doesn't matter.  downgrade.ptr is NULL where there is none: then the
 * scripts have no downgrade sections.  It may be several texts, one behind the
 * other: Alembic takes no two heads to begin a downgrade at, so there is one
 * for each (`alembic downgrade HEAD:base --sql`); what they share counts once.
 *
 * Undone: the version table's statements, the transactions around revisions
 * (COMMIT ... BEGIN inside of one is an autocommit section), and doubled %
 * (PostgreSQL, where every % of both texts is doubled).  Errors
 * (MIGR_ERR_SCRIPT, or MIGR_ERR_ARGUMENT for a text that isn't Alembic's)
 * carry the line; the path is "upgrade SQL" or "downgrade SQL".  Everything
 * is in the arena; the texts may go.
 */
extern bool migr_import_alembic(MigrCtx *ctx, const char *dialect,
								const char *version_table, MigrSpan upgrade,
								MigrSpan downgrade, MigrImportedList *out);

#endif
