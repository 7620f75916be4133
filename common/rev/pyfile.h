/*
 * pyfile.h
 *	  The header of an Alembic revision file, read as text.
 *
 * A file of versions/ is Python, and Alembic runs it to learn what it is.  Here
 * it is only read: its docstring, and what is assigned to revision,
 * down_revision, branch_labels and depends_on on its own level, where that is a
 * literal (Python's language reference, 2 and 6.2; Alembic's documentation,
 * "Create a Migration Script").
 */
#ifndef MIGR_PYFILE_H
#define MIGR_PYFILE_H

#include "rev/script.h"

/*
 * Read a file.  *found is false where it assigns no revision: then it is none,
 * and the rest isn't set.  Into *out go id, revises, labels, depends_on, message
 * (the docstring up to its first blank line, as Alembic shows it), created (its
 * line "Create Date:", where that is a date) and path.  All of it is in the
 * arena.
 *
 * Errors (MIGR_ERR_SCRIPT) carry path and line: what isn't a literal, what is
 * assigned within an if or a try, and what no Python could read: a string or a
 * bracket without its end.  Ids and labels are checked as those of our scripts
 * are.
 */
extern bool migr_pyfile_read(MigrCtx *ctx, MigrSpan text, const char *path,
							 MigrRevision *out, bool *found);

#endif
