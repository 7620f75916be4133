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
	const char *words; /* its leading words, "CREATE INDEX CONCURRENTLY": for
						* messages, and for the host; NULL for a plain one */
} MigrStmt;

typedef MIGR_VEC(MigrStmt) MigrStmts;

#endif
