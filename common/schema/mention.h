/*
 * mention.h
 *	  Which columns of a table an expression is about.
 */
#ifndef MIGR_MENTION_H
#define MIGR_MENTION_H

#include "base/map.h"
#include "schema/ddl.h"

typedef MIGR_VEC(int) MigrColumnIndexes;

/* Return a name as it is a map's key: ASCII's case doesn't count. */
extern MigrSpan migr_mention_key(MigrCtx *ctx, const char *name);

/* Map the names of a table's columns, in lower case, to their indexes. */
extern void migr_mention_init(MigrCtx *ctx, const MigrTableDef *table,
							  MigrMap *out);

/* Find a column; -1: there is none. */
extern int migr_mention_column(MigrCtx *ctx, const MigrMap *columns,
							   const char *name);

/*
 * Append the columns that an expression mentions, one as often as it does.  What
 * SQLite takes for a string, a function, a table's name, a type, a collation or
 * an operator isn't one.
 */
extern void migr_mention_add(MigrCtx *ctx, const MigrMap *columns,
							 MigrSpan expr, MigrColumnIndexes *out);

#endif
