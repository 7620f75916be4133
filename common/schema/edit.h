/*
 * edit.h
 *	  Change the text of a CREATE TABLE by an action of ALTER TABLE.
 *
 * The parts that change are replaced in the text by their places; all else keeps
 * the user's spelling, line breaks and comments.  A part that is added is set as
 * its neighbours are: on a line of its own with their indentation where they have
 * that, else behind a comma and a blank.
 */
#ifndef MIGR_EDIT_H
#define MIGR_EDIT_H

#include "schema/alter.h"

/* What an action means for the rows and for the stored text. */
typedef enum MigrCost
{
	MIGR_COST_TEXT,	  /* the text alone may be replaced; no row changes */
	MIGR_COST_CHECK,  /* the same, once all rows are seen to satisfy it */
	MIGR_COST_REBUILD /* the rows have to be written anew */
} MigrCost;

/* What has become of a column: where its values come from. */
typedef struct MigrSource
{
	const char *column; /* the new table's; never a generated one */
	const char *expr;	/* over the old table's columns, as SQL; they may be
						 * qualified with the table's name */
	bool numbers;		/* a demand sees to it that they look like numbers */
} MigrSource;

typedef MIGR_VEC(MigrSource) MigrSources;

typedef MIGR_VEC(const char *) MigrColumnNames;

/*
 * What every row has to satisfy.  violating is a SELECT for
 * migr_demand_select(); it gives at most one row, of one text, and no row where
 * all is well.  The message is PostgreSQL's.  The text is its detail ("Key
 * (email)=(a@b) is duplicated.", "Failing row contains (1, null)."), or NULL where
 * PostgreSQL has none; joined: it is the message's end.  Both are NULL where no row
 * is in question, but only whether the foreign key can refer to what it names.
 *
 * All of them are asked of the old table, before anything is done.  Only those
 * that are enforced may be left until SQLite has refused to copy a row (INSERT OR
 * ABORT), to know what to say; without a rebuild they have to be asked first too.
 */
typedef struct MigrDemand
{
	const char *violating;
	const char *message;
	bool joined;
	bool enforced;
	const char *parent; /* a foreign key names no columns of this table: its
						 * primary key's are needed; else NULL */
	int keys;			/* how many the foreign key has */
	const MigrConstraint *reference; /* the foreign key; else NULL */
} MigrDemand;

typedef MIGR_VEC(MigrDemand) MigrDemands;

typedef MIGR_VEC(const char *) MigrNotices;

/* A table in change: what has been done to it so far. */
typedef struct MigrEdit
{
	MigrTableDef table; /* parsed from text; changes with each action */
	MigrSpan text;
	MigrCost cost;		 /* the highest of the actions */
	MigrSources sources; /* in the new table's order, for MIGR_COST_REBUILD */
	MigrDemands demands; /* in the order that they are to be asked in */
	MigrColumnNames
		dropped; /* columns that are gone: indexes, triggers and views that
						  * mention them are the caller's business */
	MigrColumnNames fresh; /* columns whose values, type or collation aren't the
							* old table's: their indexes have to be made anew */
	MigrColumnNames typed; /* those whose type was set: once is enough */
	MigrColumnNames nullable; /* those that DROP NOT NULL was said of: no key
							   * makes them NOT NULL */
	MigrNotices
		lacking; /* conditions on the old table's rows: one that satisfies
							* any may lack a column, and have its default by the
							* text alone; then the cost is a rebuild */
	MigrNotices notices; /* what IF [NOT] EXISTS has passed over, in
							* PostgreSQL's words */
	MigrTableDef old;	 /* the table as it was */
	const char *kept;	 /* what a DROP without CASCADE isn't to take away, in
							* PostgreSQL's words; NULL: nothing */
	MigrNotices dependents; /* and what depends on it: a line each */
	const char *vacant; /* the last column, where that was dropped: another one
							 * stands for it until one is added; else NULL */
} MigrEdit;

/* Begin with a table as SQLite stores it.  Nothing done yet: the text stays. */
extern bool migr_edit_begin(MigrCtx *ctx, MigrSpan text, MigrEdit *edit);

/*
 * Do an action (any but RENAME TABLE and RENAME COLUMN, which are the engine's).
 * The new text is parsed again before it is trusted.  Errors are PostgreSQL's
 * (MIGR_ERR_STATEMENT): column "c" of relation "t" does not exist, ...; two
 * constraints that answer to a name are MIGR_ERR_AMBIGUOUS, what SQLite can't have
 * is MIGR_ERR_UNSUPPORTED.  A generated column, or a foreign key of the table to
 * itself, that needs a dropped column goes along, and without CASCADE it is one of
 * the dependents; other constraints over the column just go.
 *
 * A constraint without a name that would answer to another one now is given its
 * old one, as PostgreSQL would have kept it.  After an error nothing can be done
 * with edit any more.
 */
extern bool migr_edit_apply(MigrCtx *ctx, MigrEdit *edit,
							const MigrAction *action);

/*
 * All actions are done: is it a table that SQLite takes?  Not without a primary key
 * if it is WITHOUT ROWID, and AUTOINCREMENT is for INTEGER PRIMARY KEY alone.  In
 * between it may be otherwise: DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (b).
 */
extern bool migr_edit_end(MigrCtx *ctx, const MigrEdit *edit);

/* Note what needs that which a DROP without CASCADE takes away: "column c of table
 * t", and a line of the error's detail. */
extern void migr_edit_add_dependent(MigrCtx *ctx, MigrEdit *edit,
									const char *kept, const char *line);

/* Fail where there is such, naming all of it.  For when all of it is known: that
 * which isn't part of the table is the caller's to find. */
extern bool migr_edit_check_dependents(MigrCtx *ctx, const MigrEdit *edit);

/*
 * Write the names that constraints answer to into the text: of those over a column,
 * or, if that is NULL, of all.  For what renames a column or the table: a
 * constraint's name stays then, in PostgreSQL.  The cost is at least
 * MIGR_COST_TEXT.
 */
extern bool migr_edit_pin(MigrCtx *ctx, MigrEdit *edit, const char *column);

/*
 * Does SQLite's own ALTER TABLE do an action, from version 3.35 on, with the same
 * result?  As far as the table itself shows: indexes, views and triggers that
 * mention a column are in the way of dropping it.  The demands are to be asked all
 * the same: not every version looks at the rows.
 */
extern bool migr_edit_is_native(const MigrTableDef *table,
								const MigrAction *action);

/* Demand what a foreign key of a table wants that nothing is done to.  column is the
 * one that it stands in, or -1; name what it answers to. */
extern void migr_demand_of_key(MigrCtx *ctx, const MigrTableDef *table,
							   const MigrConstraint *key, int column,
							   const char *name, MigrDemands *out);

/*
 * Make a demand's SELECT.  table is the old one's name, quoted and qualified;
 * schema the one it is in, quoted; key the columns of demand->parent's primary key
 * (NULL where that is NULL).  They have to be as many as demand->keys: PostgreSQL
 * says "number of referencing and referenced columns for foreign key disagree".
 */
extern const char *migr_demand_select(MigrCtx *ctx, const MigrDemand *demand,
									  const char *schema, const char *table,
									  const MigrColumnNames *key);

#endif
