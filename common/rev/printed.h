/*
 * printed.h
 *	  What Alembic's offline SQL says, by revision; between printed.c, which
 *	  reads it, and import.c, which makes scripts of it.
 */
#ifndef MIGR_PRINTED_H
#define MIGR_PRINTED_H

#include "base/map.h"
#include "rev/rows.h"
#include "rev/script.h"

/* Some SQL of a section, as it stands in the text. */
typedef struct MigrPrintedPiece
{
	MigrSpan text;
	int line;
	bool bare; /* does it lack its last semicolon? */
} MigrPrintedPiece;

/* A section to be. */
typedef struct MigrPrintedPart
{
	bool autocommit;
	MIGR_VEC(MigrPrintedPiece) pieces;
	MigrNames checks;
} MigrPrintedPart;

/* A revision to be; the arrays are by MigrDirection. */
typedef struct MigrPrinted
{
	const char *id;
	MigrNames revises;
	MigrNames depends_on;
	bool again; /* read before: not wanted */
	bool given[2];
	MIGR_VEC(MigrPrintedPart) parts[2];
	MigrNames notes;	/* warnings of no section */
	MigrNames warnings; /* all of them */
} MigrPrinted;

/* Where a run of %% stands. */
typedef struct MigrPrintedSpot
{
	int step;
	MigrDirection direction;
	int part;
	int line;
} MigrPrintedSpot;

typedef struct MigrPrint
{
	MigrCtx *ctx;
	MigrVersionTable table;
	MIGR_VEC(MigrPrinted) steps;
	MigrMap ids;		/* id -> place in steps */
	MigrMap documented; /* id -> place in messages */
	MigrNames messages;
	MigrNames early; /* warnings from before the first revision */
	int odd;		 /* runs of % that can't have been doubled */
	MIGR_VEC(MigrPrintedSpot) doubled;
} MigrPrint;

/* The name of a direction's text, for messages. */
extern const char *migr_print_path(MigrDirection direction);

/* Note something to compare with the Python file, for the revision and also
 * for one of its sections. */
extern void migr_print_warn(MigrPrint *print, MigrPrinted *step,
							MigrNames *also, const char *text);

/* The beginning of a statement, for a message. */
extern const char *migr_print_shown(MigrArena *arena, MigrSpan text);

/* Read one of the two texts: the upgrade's first. */
extern bool migr_print_read(MigrPrint *print, MigrDirection direction,
							MigrSpan text);

#endif
