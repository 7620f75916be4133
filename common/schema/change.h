/*
 * change.h
 *	  What differs between two schemas, as data: a list of changes that lead from
 *	  one to the other.
 *
 * migr_diff() finds them, migr_order() puts them into an order that runs,
 * migr_render() says them in SQL, migr_describe() in words.  A change may be taken
 * as its inverse: what is left is dropped, what was dropped is made.
 */
#ifndef MIGR_CHANGE_H
#define MIGR_CHANGE_H

#include "schema/model.h"

typedef enum MigrVerb
{
	MIGR_CREATE,
	MIGR_ALTER,
	MIGR_RENAME, /* from->sql to the name in "to" or in aside */
	MIGR_DROP
} MigrVerb;

typedef struct MigrChange
{
	MigrVerb verb;
	const MigrObject *from; /* as it is; NULL: CREATE */
	const MigrObject *to;	/* as it shall be; NULL: DROP, or RENAME aside */
	uint64_t attrs;			/* ALTER: a bit for each attribute, from the kind's
							 * first; with "again": those that differ, 0 where the
							 * object only comes along */
	bool again;				/* DROP and CREATE of what is on both sides, or the
							 * first half of an ALTER */
	bool within; /* the statement of its parent (or of its column) does
							 * it as well */
	bool alone;	 /* DROP or CREATE of a part: by itself, though the parent
							  * goes or comes as well */
	bool part;	 /* its parent comes or goes as well: no news of its own */
	const char *aside; /* a type that is made anew: the name (unquoted) that
							 * the old one has until it is dropped */
	const struct MigrChange *behind; /* the first half, of the same object: the
									  * DROP, or the RENAME aside, for a CREATE
									  * again; an ALTER for an ALTER; a CREATE for
									  * an ALTER that ends it */
	const MigrObject
		*twin; /* again: what comes instead; CREATE: what was there */
	const MigrObject *likely; /* CREATE: what goes and may be this, renamed */
	MigrTexts undoing;	/* CREATE: statements that undo what default privileges
							 * do to the object */
	MigrObjects losing; /* DROP of a table: foreign keys that then delete or set
						 * rows of tables that stay */
	int place;			/* among all; rendering sets it */
} MigrChange;

typedef MIGR_VEC(MigrChange *) MigrChanges;

/* Is an attribute among those that an ALTER changes? */
extern bool migr_changes(const MigrChange *change, MigrAttr attr);

/* ---- diff.c ------------------------------------------------------------- */

/* Which column or constraint of an upper table, or which member of the type that a
 * table is OF, does one come from?  NULL: none. */
extern const MigrObject *migr_upper_of(const MigrObject *object);

/*
 * Find the changes from one schema to another, in no order.  What is on both sides
 * and can't be altered is dropped and made again, and with it all that depends on
 * it; what depends on a SHAKEN attribute (PostgreSQL) likewise.  A type goes aside
 * instead, and the columns of it are altered.  A constraint or an index that has
 * just another name is renamed.  Linear in the objects and edges.
 *
 * A default that calls what is made anew is taken away before and set behind: the
 * first half is an ALTER to an object that stands in no schema (its number is -1)
 * and lacks the default, and the second half goes from there.  So with what a
 * table can't say before its indexes are there: CREATE TABLE leaves it out, and an
 * ALTER behind it says it.  The ALTER that moves a column from a type that went
 * aside to the new one of that name has TYPE's bit though the texts are the same,
 * and DEFAULT's: drop it, alter the type, set it.
 */
extern void migr_diff(MigrCtx *ctx, MigrDialect dialect, const MigrSchema *from,
					  const MigrSchema *to, MigrChanges *out);

/* ---- serial.c ------------------------------------------------------------ */

/* Does a column count with a sequence of its own: serial, or an identity? */
extern bool migr_counts(const MigrObject *column);

/* Return the name of that sequence in SQL; table is the table's. */
extern const char *migr_counter_of(MigrArena *arena, const MigrObject *column,
								   const char *table);

/* Return that name without quotes and schema; NULL: it has no such. */
extern const char *migr_counter_name(MigrArena *arena,
									 const MigrObject *column);

/* Make the sequences of serial columns objects that the other schema has as such. */
extern void migr_unfold_serials(MigrCtx *ctx, MigrSchema *schema,
								const MigrSchema *other);

/* ---- order.c ------------------------------------------------------------ */

/*
 * Put changes into an order in which each finds what it needs: an object is made
 * after what it needs and dropped before it, altered in between.  Else what is made
 * comes first, in the order of the model, then what is altered, then what is
 * dropped.  A constraint or column that a CREATE TABLE can hold, and whatever goes
 * with a DROP TABLE or with the one column that it is about, gets "within"; of a
 * cycle of foreign keys, one doesn't.  Constraints of a table that is made again
 * do on SQLite only.  The two halves of such a table stand together.
 */
extern void migr_order(MigrCtx *ctx, MigrDialect dialect, MigrChanges *changes);

/* ---- render.c ------------------------------------------------------------ */

/* Changes with an index over them; made once for all, read-only but for render.c's
 * own. */
typedef struct MigrRender
{
	MigrCtx *ctx;
	MigrArena *arena;
	MigrDialect dialect;
	const MigrChanges *all;
	int at;				/* the change at hand */
	int nnew, nold;		/* objects of the new and the old schema */
	int *makes;			/* by the number of a new one: its CREATE, or -1 */
	int *last_links;	/* ... the last that makes a table its partition */
	int *drops;			/* by that of an old one: its DROP */
	int *again;			/* ... the CREATE behind that */
	int *renames;		/* ... its RENAME */
	MigrMap names;		/* what is made or altered last by a name */
	bool unchecked;		/* are bodies of routines not checked any more? */
	const char *remark; /* for above the next statement; NULL: none */
	MigrTexts *out;
} MigrRender;

/* Begin.  The changes are in their order, and stay in it. */
extern void migr_render_init(MigrCtx *ctx, MigrDialect dialect,
							 const MigrChanges *all, MigrRender *render);

/*
 * Say one of the changes in SQL: statements without their semicolons, added to *out;
 * a line of comment may stand above one.  None for what is "within" or done by
 * another's statement.
 */
extern void migr_render_change(MigrRender *render, const MigrChange *change,
							   MigrTexts *out);

/*
 * Say all of them, in their order, as a section of a script: a semicolon behind
 * each statement, and above one that destroys something a comment that says what.
 * An error is set where a line would be taken for a script's directive, or where
 * something can't be said.
 */
extern const char *migr_render(MigrCtx *ctx, MigrDialect dialect,
							   const MigrChanges *changes);

/* ---- describe.c ---------------------------------------------------------- */

typedef struct MigrDescription
{
	const char *operation;	 /* as Alembic's compare_metadata() calls it:
							  * add_column, modify_type; by that manner for others */
	const char *object;		 /* job.new_field */
	const char *description; /* added column 'job.new_field'; Alembic's message
							  * without its "Detected" */
	const char *loss;		 /* what would be lost; NULL: nothing */
	const char *likely; /* what was perhaps meant: a rename; NULL: nothing */
} MigrDescription;

typedef MIGR_VEC(MigrDescription) MigrDescriptions;

/*
 * Describe a change: a row, or one for each attribute that an ALTER changes; none
 * for what is only part of another change (within a parent that comes or goes, or
 * again but no more).  Of two halves the first speaks for both.
 */
extern void migr_describe(MigrCtx *ctx, const MigrChange *change,
						  MigrDescriptions *out);

/* ---- renames.c ------------------------------------------------------------ */

/* A hint in the model's text: "-- migrate:renamed_from old" above a table or a
 * column. */
typedef struct MigrRenamed
{
	const char *schema; /* as written, without quotes; NULL: none */
	const char *table;
	const char *column; /* NULL: the table itself */
	const char *old;
	int line;
} MigrRenamed;

typedef MIGR_VEC(MigrRenamed) MigrRenameds;

/* Find the hints; an error where one stands above anything else. */
extern bool migr_find_renamed(MigrCtx *ctx, MigrDialect dialect, MigrSpan text,
							  MigrRenameds *out);

#endif
