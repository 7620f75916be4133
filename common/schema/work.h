/*
 * work.h
 *	  An action of ALTER TABLE while it is being done: what edit.c and the files
 *	  beside it share.
 */
#ifndef MIGR_WORK_H
#define MIGR_WORK_H

#include "schema/edit.h"
#include "schema/listing.h"
#include "schema/mention.h"

/* the column that stands for the last one, when that is gone; see edit.h */
#define MIGR_WORK_VACANT "_migrate vacant"

/* Where a constraint stands. */
typedef struct MigrRulePlace
{
	int column; /* -1: in the table's list */
	int at;
} MigrRulePlace;

typedef struct MigrChange
{
	MigrCtx *ctx;
	MigrArena *arena;
	MigrEdit *edit;
	const MigrAction *action;
	const MigrTableDef *table; /* as it is before the action */
	MigrMap columns;		   /* its columns, by their names */
	MigrListing listing;	   /* its list, as it becomes; until entries are set
								* in or taken out, with the table's indexes */
	bool changed;			   /* is there anything to do? */
	MigrCost cost;
	const char *source_of; /* the column whose values come from elsewhere */
	const char *source;	   /* from there */
	bool numbers;		   /* ... and they look like numbers */
	bool becomes_alias;	   /* of the rowid, as it wasn't */
	bool becomes_full;	   /* has NOT NULL to be looked at? */
	bool without_rowid;	   /* what the table is to be */
	bool strict;
} MigrChange;

/* ---- what a table is ---- */

/* Return a constraint by its place. */
extern const MigrConstraint *migr_work_at(const MigrTableDef *table,
										  MigrRulePlace place);

/* Go to the next constraint, in the order in which they stand; the first is behind
 * {0, -1}. */
extern bool migr_work_next(const MigrTableDef *table, MigrRulePlace *place);

/* Find the last constraint of a column that is of a rule; NULL: there is none. */
extern const MigrConstraint *migr_work_rule(const MigrColumnDef *column,
											MigrRule rule);

/* Find what generates a column; NULL: nothing does. */
extern const MigrConstraint *migr_work_generation(const MigrTableDef *table,
												  int column);

/* Find the primary key; false: there is none. */
extern bool migr_work_key(const MigrTableDef *table, MigrRulePlace *out);

/* Is a column part of the primary key? */
extern bool migr_work_in_key(const MigrTableDef *table, int column);

/* Does a key of a table's list have a column as a member? */
extern bool migr_work_has_part(const MigrConstraint *key, const char *name);

/* Is a column the rowid by another name, if it has this type? */
extern bool migr_work_is_alias(const MigrTableDef *table, int column,
							   MigrSpan type);

/* Does SQLite take PRIMARY KEY for NOT NULL in a table?  For history's sake not
 * in ordinary ones. */
extern bool migr_work_key_is_full(const MigrTableDef *table);

/* Is a column NOT NULL because it is part of the primary key? */
extern bool migr_work_is_full_member(const MigrTableDef *table, int column);

/* Append the columns that a constraint is over; a CHECK is over those that it
 * mentions, wherever it stands. */
extern void migr_work_add_columns(const MigrChange *work, MigrRulePlace place,
								  MigrColumnIndexes *out);

/* For each column, the generated columns that it is part of. */
extern MigrColumnIndexes *migr_work_users(const MigrChange *work);

/* ---- what has to be ---- */

/* Fail where a name isn't that of a column; else set its index. */
extern bool migr_work_need_column(MigrChange *work, const char *name, int *out);

/* Fail where a name is that of a constraint. */
extern bool migr_work_need_free(MigrChange *work, const char *name);

/* Fail where there is a primary key. */
extern bool migr_work_need_no_key(MigrChange *work);

/* Find the one constraint that the action names.  *found: there is one; with IF
 * EXISTS there may be none. */
extern bool migr_work_need_constraint(MigrChange *work, MigrRulePlace *out,
									  bool *found);

/* Note what IF [NOT] EXISTS has passed over.  Always true. */
extern bool migr_work_skip(MigrChange *work, const char *what, const char *name,
						   const char *how);

/* ---- changing the text ---- */

/* Replace a part of an entry. */
extern void migr_work_patch(MigrChange *work, int entry, MigrSpan part,
							const char *text);

/* Where a column's constraints may begin: behind its type, or its name. */
extern MigrSpan migr_work_behind_type(const MigrColumnDef *column);

/* Cut constraints of a column out; gone has a flag for each. */
extern void migr_work_cut(MigrChange *work, int column, const bool *gone);

/* Cut all constraints of a rule out of a column, but one (NULL: not even that). */
extern void migr_work_cut_rule(MigrChange *work, int column, MigrRule rule,
							   const MigrConstraint *but);

/* Note a column whose values, type or collation are new. */
extern void migr_work_add_fresh(MigrChange *work, const char *name);

/* Write NOT NULL to a column, which a key has meant or is to mean; not where it has
 * it, or the statement says otherwise. */
extern void migr_work_fill(MigrChange *work, int column);

/* Let a column be NULL, whatever the statement does to keys, or no more; is one to
 * be so? */
extern void migr_work_set_nullable(MigrChange *work, int column, bool on);
extern bool migr_work_is_nullable(const MigrChange *work, int column);

/* Put an expression into parentheses, if it isn't in such. */
extern const char *migr_work_enclose(MigrChange *work, MigrSpan expr);

/* Return a name, quoted unless it is a mere word; and "CONSTRAINT name " with what
 * stands behind it. */
extern const char *migr_work_name(MigrCtx *ctx, const char *name);
extern const char *migr_work_named(MigrCtx *ctx, const char *name,
								   MigrSpan body);

/* ---- the actions ---- */

extern bool migr_work_add_column(MigrChange *work);
extern bool migr_work_drop_column(MigrChange *work);
extern bool migr_work_move_column(MigrChange *work);
extern bool migr_work_set_type(MigrChange *work);
extern bool migr_work_set_default(MigrChange *work);
extern bool migr_work_drop_default(MigrChange *work);
extern bool migr_work_set_not_null(MigrChange *work);
extern bool migr_work_drop_not_null(MigrChange *work);
extern bool migr_work_set_expression(MigrChange *work);
extern bool migr_work_drop_expression(MigrChange *work);
extern bool migr_work_add_constraint(MigrChange *work);
extern bool migr_work_drop_constraint(MigrChange *work);
extern bool migr_work_rename_constraint(MigrChange *work);
extern bool migr_work_set_option(MigrChange *work);
extern bool migr_work_set_autoincrement(MigrChange *work);

#endif
