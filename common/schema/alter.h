/*
 * alter.h
 *	  ALTER TABLE as the SQL standard and PostgreSQL have it, as data.
 *
 * See https://www.postgresql.org/docs/current/sql-altertable.html.  What SQLite
 * has besides is here as well (https://sqlite.org/lang_altertable.html: RENAME
 * and ADD and DROP without COLUMN), a column's place: FIRST, AFTER c, and what a
 * table is as a whole there: STRICT, WITHOUT ROWID, AUTOINCREMENT.  The text is of
 * SQLite's tokens.
 */
#ifndef MIGR_ALTER_H
#define MIGR_ALTER_H

#include "schema/ddl.h"

typedef enum MigrActionKind
{
	MIGR_ADD_COLUMN,
	MIGR_DROP_COLUMN,
	MIGR_SET_TYPE, /* ALTER c [SET DATA] TYPE t [COLLATE x] [USING e]; or (ours)
					* DROP TYPE [COLLATE x] [USING e] */
	MIGR_SET_DEFAULT,
	MIGR_DROP_DEFAULT,
	MIGR_SET_NOT_NULL,
	MIGR_DROP_NOT_NULL,
	MIGR_SET_EXPRESSION, /* ALTER c SET EXPRESSION AS (e), or (ours) ADD
						  * GENERATED ALWAYS AS (e) STORED|VIRTUAL */
	MIGR_DROP_EXPRESSION,
	MIGR_ADD_CONSTRAINT,
	MIGR_DROP_CONSTRAINT,
	MIGR_RENAME_CONSTRAINT,
	MIGR_RENAME_COLUMN,
	MIGR_RENAME_TABLE,
	MIGR_MOVE_COLUMN,		 /* ALTER c FIRST, ALTER c AFTER d: ours */
	MIGR_SET_STRICT,		 /* SET [NOT] STRICT: ours, as the next two */
	MIGR_SET_WITHOUT_ROWID,	 /* SET WITHOUT ROWID, SET WITH ROWID */
	MIGR_SET_AUTOINCREMENT,	 /* ALTER c ADD or DROP AUTOINCREMENT */
	MIGR_VALIDATE_CONSTRAINT /* a CHECK or FOREIGN KEY: all rows are checked.
							  * SQLite doesn't know whether they ever were, so
							  * that is all, and the text stays */
} MigrActionKind;

/* One action; every span points into the statement's text. */
typedef struct MigrAction
{
	MigrActionKind kind;
	MigrSpan text;		  /* whole, for messages */
	bool if_exists;		  /* of DROP */
	bool if_not_exists;	  /* of ADD COLUMN */
	bool cascade;		  /* else RESTRICT */
	bool not_valid;		  /* of ADD CONSTRAINT: old rows aren't checked */
	MigrName name;		  /* the column or constraint; none: ADD of one that
						   * isn't named, RENAME TO */
	MigrName other;		  /* RENAME: the new name; AFTER: that column */
	bool first;			  /* FIRST */
	MigrColumnDef column; /* ADD COLUMN, as it would stand in CREATE TABLE */
	MigrConstraint
		constraint;		/* ADD CONSTRAINT, likewise: without NOT VALID, and
								* without a key's NOT DEFERRABLE; of SET_NOT_NULL
								* the conflict alone: SQLite's ON CONFLICT ... */
	MigrSpan type;		/* SET_TYPE; none: DROP TYPE */
	MigrName collation; /* SET_TYPE: COLLATE; no name: none given */
	MigrSpan expr; /* USING, SET DEFAULT: the expression as it stands, any, and
					* unchecked; SET_EXPRESSION: in its parentheses */
	bool generate; /* SET_EXPRESSION: ADD GENERATED, of a column that isn't yet;
					* else SET EXPRESSION, of one that is, and that stays STORED
					* or VIRTUAL */
	bool stored;   /* with generate: STORED; else VIRTUAL */
	bool on;	   /* SET_STRICT and the next: so, or not so */
} MigrAction;

typedef MIGR_VEC(MigrAction) MigrActions;

typedef struct MigrAlter
{
	MigrSpan text;
	bool if_exists;
	MigrName schema;
	MigrName table;
	MigrActions actions; /* in the order that they are to be done in */
} MigrAlter;

/* Is a statement an ALTER TABLE?  Looks at the first two words alone. */
extern bool migr_is_alter_table(MigrSpan text);

/*
 * Parse a statement (without its semicolon); text has to live as long as *out.
 * The actions come out in PostgreSQL's order (the passes of ATPrepCmd in its
 * commands/tablecmds.c): what is dropped, then types, columns that are added,
 * expressions, NOT NULL, keys, other constraints and defaults, and the rest;
 * within one in the order written.  RENAME stands alone, as PostgreSQL's does.
 * Linear in the text's length, and safe with any bytes.
 *
 * An error is MIGR_ERR_STATEMENT: near which token; or MIGR_ERR_UNSUPPORTED: an
 * action means nothing on SQLite, or would be forgotten there without a word (SET
 * TABLESPACE, OWNER TO, ENABLE ROW LEVEL SECURITY, INHERIT, ATTACH PARTITION,
 * EXCLUDE, UNIQUE ... DEFERRABLE, a column of type serial or AS IDENTITY, ...).
 * Its hint leads to a section "-- migrate:upgrade postgresql".
 */
extern bool migr_alter_parse(MigrCtx *ctx, MigrSpan text, MigrAlter *out);

#endif
