/*
 * stmt.h
 *	  A text of SQL and the statements in it, by place.
 */
#ifndef MIGR_STMT_H
#define MIGR_STMT_H

#include "base/err.h"
#include "base/vec.h"

/* One section of a revision script, about to be split or run. */
typedef struct MigrBody
{
	MigrSpan text;	 /* its SQL; a NUL stands behind it */
	MigrPlace place; /* revision, path, section; line: that of text's start */
	const struct MigrValue *args; /* texts that stand for $1, $2, ... in it */
	int nargs;
} MigrBody;

typedef enum MigrStmtKind
{
	MIGR_STMT_PLAIN,
	MIGR_STMT_TRANSACTION, /* BEGIN, COMMIT, SAVEPOINT, ... at the top level */
	MIGR_STMT_AUTOCOMMIT   /* the host refuses it inside a transaction */
} MigrStmtKind;

/* One statement of a body: where it is, and what kind. */
typedef struct MigrStmt
{
	size_t offset; /* of its first token, in the body's text */
	size_t len;	   /* without the semicolon */
	int line;	   /* as MigrPlace.line: the body's line counted in */
	size_t behind; /* where the text goes on: behind its semicolon, and behind
					* the rows of a COPY */
	bool rows;	   /* do such rows stand there? */
	bool sets;	   /* may it leave a setting of the session changed? */
	MigrStmtKind kind;
	const char *reaches; /* what it does that no rollback undoes, "COPY TO
						  * PROGRAM"; NULL: nothing that can be seen */
	const char *words;	 /* its leading words, "CREATE INDEX CONCURRENTLY": for
						* messages, and for the host; NULL for a plain one */
} MigrStmt;

typedef MIGR_VEC(MigrStmt) MigrStmts;

/* How far a statement of a model reaches. */
typedef enum MigrReach
{
	MIGR_REACH_ALL, /* nobody knows what it touches */
	MIGR_REACH_ON,	/* settings and places: all that follows depends on it */
	MIGR_REACH_OWN	/* what has the names, and nothing else */
} MigrReach;

/* What a statement of a model is about. */
typedef struct MigrAbout
{
	MigrReach reach;
	MigrTexts names; /* of what it makes or changes, without quotes and schemas,
					  * that which is new first; a part's is its table's */
	MigrTexts keys;	 /* the tables that foreign keys in a CREATE TABLE refer to,
					  * each as often as one does */
	bool spare;		 /* can others do without it?  An index, a comment, ... */
} MigrAbout;

/* How a statement is built where others aren't. */
typedef enum MigrPick
{
	MIGR_PICK_NONE,
	MIGR_PICK_BARE, /* so that others find it: foreign keys may be left out */
	MIGR_PICK_WHOLE
} MigrPick;

#endif
