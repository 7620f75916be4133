/*
 * facts.h
 *	  What a SQLite schema is made of, out of the texts that SQLite stores.
 *
 * Its pragmas tell a part of it, and need a query for each table; the texts tell
 * all.  Definitions are printed by canon.h, so that they are equal when they say
 * the same; a constraint of a column is the same fact as one of the table.
 */
#ifndef MIGR_FACTS_H
#define MIGR_FACTS_H

#include "schema/model.h"

/* A row of sqlite_schema. */
typedef struct MigrStoredText
{
	const char *type; /* table, index, view or trigger */
	const char *name;
	const char
		*table;	  /* of an index or a trigger; a table's or view's own name */
	MigrSpan sql; /* the statement; it has to live as long as the facts */
} MigrStoredText;

typedef MIGR_VEC(MigrStoredText) MigrStoredTexts;

/*
 * Read the rows, in their order, into a schema that was begun by
 * migr_schema_init().  Rows of indexes without a text, and of tables that aren't
 * the user's, are left out before.  An error names the object whose text can't be
 * read.
 */
extern bool migr_facts_read(MigrCtx *ctx, const MigrStoredTexts *rows,
							MigrSchema *out);

#endif
