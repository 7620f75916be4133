/*
 * define.h
 *	  What SQLite's constraints, indexes, views and triggers say, in one spelling.
 *
 * One text for each, whatever the user's was: without what is the default, and with
 * the parts in one order, which is that of PostgreSQL's deparser.
 */
#ifndef MIGR_DEFINE_H
#define MIGR_DEFINE_H

#include "schema/canon.h"

/* The word behind ON CONFLICT; NULL: none, or ABORT, which is the default. */
extern const char *migr_define_conflict(MigrCtx *ctx, MigrSpan conflict);

/* The collation of a column; no name: SQLite's own. */
extern MigrName migr_define_collation(const MigrColumnDef *column);

/*
 * A constraint of a table, or of the column at an index (else -1), without its
 * name.  targets: the columns that a foreign key refers to, also where it doesn't
 * say so.  canon has the table's columns.
 */
extern const char *migr_define_rule(const MigrCanon *canon,
									const MigrTableDef *table,
									const MigrConstraint *rule, int column,
									const MigrNameList *targets);

/* What a foreign key does where a row goes that it refers to; NULL: nothing. */
extern const char *migr_define_on_delete(MigrCtx *ctx,
										 const MigrConstraint *rule);

/* The members of an index or a key; and an index.  table may be NULL: not known. */
extern const char *migr_define_parts(const MigrCanon *canon,
									 const MigrTableDef *table,
									 const MigrKeyParts *parts);
extern const char *migr_define_index(const MigrCanon *canon,
									 const MigrTableDef *table,
									 const MigrIndexDef *index);

/* The following read a statement's text; false with an error set. */

/* A view. */
extern bool migr_define_view(MigrCtx *ctx, MigrSpan sql, MigrName *name,
							 const char **out);

/* A trigger; FOR EACH ROW and BEFORE need not be said. */
extern bool migr_define_trigger(MigrCtx *ctx, MigrSpan sql, MigrName *name,
								const char **out);

/* What CREATE VIRTUAL TABLE says. */
typedef struct MigrVirtual
{
	MigrName name;
	MigrName module;
	MigrSpan args; /* with their parentheses; no ptr: none */
} MigrVirtual;

extern bool migr_define_virtual(MigrCtx *ctx, MigrSpan sql, MigrVirtual *out);

/* The module with its arguments: fts5(a, b). */
extern const char *migr_define_module(MigrCtx *ctx, const MigrVirtual *table);

/* Is it CREATE VIRTUAL TABLE? */
extern bool migr_define_is_virtual(MigrCtx *ctx, MigrSpan sql);

#endif
