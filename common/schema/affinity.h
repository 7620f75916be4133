/*
 * affinity.h
 *	  What a declared type makes of values, in SQLite and in PostgreSQL.
 */
#ifndef MIGR_AFFINITY_H
#define MIGR_AFFINITY_H

#include "schema/ddl.h"

typedef enum MigrAffinity
{
	MIGR_AFFINITY_BLOB,
	MIGR_AFFINITY_TEXT,
	MIGR_AFFINITY_NUMERIC,
	MIGR_AFFINITY_INTEGER,
	MIGR_AFFINITY_REAL
} MigrAffinity;

/* The affinity of a declared type (https://sqlite.org/datatype3.html, 3.1). */
extern MigrAffinity migr_affinity(MigrSpan type);

/*
 * The name that PostgreSQL gives a type of numbers in its messages; NULL: it is
 * none.  Of many types SQLite says NUMERIC (date, uuid, boolean) or even INTEGER
 * (point) that have nothing to do with numbers.  *whole: of integers?
 */
extern const char *migr_number_type(MigrSpan type, bool *whole);

/*
 * What to CAST to for the effect that storing in a column of this type has; NULL:
 * no CAST has that.
 */
extern const char *migr_cast_type(MigrSpan type);

/* Are two types one to PostgreSQL, which has several names for many?  They are in
 * small letters (canon.h).  SQLite makes the same of their values. */
extern bool migr_same_type(MigrCtx *ctx, const char *a, const char *b);

/* Is it exactly INTEGER, as a primary key has to be to stand for the rowid? */
extern bool migr_is_integer(MigrSpan type);

#endif
