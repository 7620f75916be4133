/*
 * rows.h
 *	  What Alembic prints of its own between the statements of revisions.
 */
#ifndef MIGR_ROWS_H
#define MIGR_ROWS_H

#include "text/cursor.h"

/* The version table, as statements name it. */
typedef struct MigrVersionTable
{
	MigrArena *arena;
	bool pg;			/* which dialect */
	const char *name;	/* unquoted; NULL: whichever */
	const char *schema; /* the same; NULL: whichever */
} MigrVersionTable;

typedef enum MigrPrintedKind
{
	MIGR_PRINTED_PLAIN,
	MIGR_PRINTED_ROW,		 /* Alembic's change of a version row */
	MIGR_PRINTED_MENTION,	 /* another statement on the version table */
	MIGR_PRINTED_TABLE,		 /* CREATE or DROP of the version table */
	MIGR_PRINTED_BEGIN,		 /* BEGIN */
	MIGR_PRINTED_COMMIT,	 /* COMMIT */
	MIGR_PRINTED_TRANSACTION /* ROLLBACK, SAVEPOINT, ... */
} MigrPrintedKind;

/* A change of the version rows; what isn't there has ptr NULL. */
typedef struct MigrPrintedRow
{
	MigrSpan gone;
	MigrSpan come;
} MigrPrintedRow;

/*
 * Read the version table's name, with or without its schema; one that is no
 * name in SQL is taken as it stands, an empty one or NULL is alembic_version.
 */
extern MigrVersionTable migr_version_table(MigrArena *arena, bool pg,
										   const char *name);

/*
 * Tell what a statement, given without its semicolon, is.  MIGR_PRINTED_ROW is
 * a statement in just Alembic's form, and sets *row.
 */
extern MigrPrintedKind migr_printed_kind(const MigrVersionTable *table,
										 MigrSpan text, MigrPrintedRow *row);

#endif
