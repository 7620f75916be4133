/*
 * canon.h
 *	  Texts of SQLite's SQL in one spelling, so that equal things have equal texts.
 *
 * SQLite keeps what the user wrote, and has nothing that would print an expression
 * anew.  So the tokens are printed by one rule: no comments, the same white space
 * everywhere, keywords in capitals, names in small letters and without quotes
 * where they need none.  What an expression computes isn't looked at.
 */
#ifndef MIGR_CANON_H
#define MIGR_CANON_H

#include "base/map.h"
#include "schema/ddl.h"

typedef struct MigrCanon
{
	MigrCtx *ctx;
	const MigrMap
		*columns; /* of the table, by migr_mention_init(): SQLite takes
							 * "x" for a string where it has no such column.
							 * NULL: not known, all of them are names */
	bool keep;	  /* names as they are written, in quotes where PostgreSQL would
				* need them as well: to be read, not to be compared */
} MigrCanon;

/* Print a text of any kind. */
extern const char *migr_canon_text(const MigrCanon *canon, MigrSpan text);

/* Print an expression, without parentheses around all of it. */
extern const char *migr_canon_expr(const MigrCanon *canon, MigrSpan expr);

/* Print what stands behind DEFAULT: a lone name there is a string.  NULL: it is
 * what there is without a default. */
extern const char *migr_canon_default(MigrCtx *ctx, MigrSpan value);

/* Print a name. */
extern const char *migr_canon_name(const MigrCanon *canon,
								   const MigrName *name);

/* Print a type: varchar(20), numeric(10,2); NULL: there is none. */
extern const char *migr_canon_type(MigrCtx *ctx, MigrSpan type);

#endif
