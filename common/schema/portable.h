/*
 * portable.h
 *	  SQL that both hosts run, and take to mean the same.
 *
 * For a script directory that serves both: what is portable is written once, and
 * anything else in a section for the host that it is from.
 */
#ifndef MIGR_PORTABLE_H
#define MIGR_PORTABLE_H

#include "base/map.h"
#include "schema/change.h"

/* What the words of a text may be. */
typedef struct MigrWordbook
{
	MigrCtx *ctx;
	MigrDialect dialect; /* whose text it is */
	MigrMap names;		 /* of tables, columns, constraints and indexes */
	MigrMap tables;		 /* those of tables and views alone */
	MigrMap strange;	 /* columns whose values aren't text, somewhere */
	MigrMap sorts;		 /* columns: what sort of type they have */
	MigrMap retyped;	 /* those that have types of several sorts */
	MigrMap untyped;	 /* columns without a type */
	MigrMap flags;		 /* columns that are boolean */
	MigrMap keys; /* columns of primary keys by their tables: see plain.c */
} MigrWordbook;

/* Learn the names of two schemas. */
extern void migr_wordbook_init(MigrCtx *ctx, MigrDialect dialect,
							   const MigrSchema *a, const MigrSchema *b,
							   MigrWordbook *out);

/* ---- plain.c -------------------------------------------------------------- */

/*
 * Say statements as PostgreSQL prints them in the words of the standard: without
 * the casts of literals, USING btree, = ANY (ARRAY[...]) and parentheses that
 * change nothing.  They run, but may mean something else now and then: the proof
 * tells.
 */
extern const char *migr_plain_text(const MigrWordbook *book, const char *text);

/*
 * Learn how a statement of the model's words the columns of a primary key.  There
 * PostgreSQL has every column NOT NULL, and INT is INTEGER; SQLite goes by the words,
 * so that the plain text has to have them.
 */
extern void migr_wordbook_add_key(MigrWordbook *book, MigrSpan statement);

/* ---- portable.c ------------------------------------------------------------ */

/*
 * Do both hosts run these statements, to the same effect?  Each word has to be
 * a name of the schemas or one of those that both know, and all of a few kinds of
 * statements.  A false "no" does no harm.
 */
extern bool migr_is_portable(const MigrWordbook *book, const char *text);

/* Do both hosts know these types, as the facts have them, and CAST one's values to
 * the other? */
extern bool migr_is_portable_cast(const char *from, const char *to);

#endif
