/*
 * rewrite.h
 *	  How SQLite is made to have a table as it was edited: the statements.
 *
 * SQLite's own ALTER TABLE does little; the rest is done to the text that it
 * stores, where no row has to change (https://sqlite.org/lang_altertable.html,
 * "Making Other Kinds Of Table Schema Changes"), or by writing all rows into a new
 * table.  The old table is renamed first, not the new one last: so the new one's
 * text is stored as it is here, and whoever refers to the table still does.
 *
 * The statements run with foreign_keys and legacy_alter_table as
 * migr_rewrite_rebuild() needs them; nobody but the connection itself can see to
 * that inside a transaction.
 */
#ifndef MIGR_REWRITE_H
#define MIGR_REWRITE_H

#include "schema/edit.h"

/* An index or a trigger of the table, or a view, as SQLite stores it. */
typedef struct MigrDependent
{
	const char *schema; /* main, temp or an attached one's name */
	const char *name;
	MigrSpan sql;
	bool trigger;
} MigrDependent;

typedef MIGR_VEC(MigrDependent) MigrDependents;

/* What is to be rewritten. */
typedef struct MigrRewrite
{
	const char *schema; /* of the table */
	const char *name;	/* the table's, as SQLite stores it */
	const MigrTableDef *from;
	const MigrEdit *edit;
	MigrDependents dependents; /* to be made anew behind the rebuild */
	int64_t version;		   /* PRAGMA schema_version, as it is */
} MigrRewrite;

/* Put the schema's name into a CREATE that SQLite has stored, of any kind, to make it
 * anew, or elsewhere; NULL: an error. */
extern const char *migr_rewrite_create(MigrCtx *ctx, const MigrDependent *of);

/*
 * Write the names of a view's columns into its stored text, unless they are there:
 * CREATE VIEW v (a, b) AS ...  Needs what migr_rewrite_text() does.
 */
extern bool migr_rewrite_view(MigrCtx *ctx, const MigrDependent *view,
							  const MigrColumnNames *columns, int64_t version,
							  MigrTexts *out);

/*
 * Replace the stored text.  Only for MIGR_COST_TEXT and _CHECK.  Needs
 * SQLITE_DBCONFIG_DEFENSIVE off.
 */
extern void migr_rewrite_text(MigrCtx *ctx, const MigrRewrite *rewrite,
							  MigrTexts *out);

/*
 * Write all rows into a new table.  Needs foreign keys not enforced, or DROP TABLE
 * would delete the rows that refer to its; and legacy_alter_table, or renaming
 * would change what others say.  Rowids stay, and AUTOINCREMENT's number.
 */
extern bool migr_rewrite_rebuild(MigrCtx *ctx, const MigrRewrite *rewrite,
								 MigrTexts *out);

#endif
