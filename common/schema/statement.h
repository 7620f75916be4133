/*
 * statement.h
 *	  What PostgreSQL has and SQLite hasn't, besides ALTER TABLE (alter.h), as data.
 *
 * CREATE OR REPLACE VIEW; DROP of several objects, or with CASCADE or RESTRICT;
 * TRUNCATE; COMMENT ON.  See https://www.postgresql.org/docs/current/sql-commands.html.
 * The text is of SQLite's tokens.  What SQLite has itself stays with it: a DROP of
 * one name, a CREATE VIEW.
 */
#ifndef MIGR_STATEMENT_H
#define MIGR_STATEMENT_H

#include "schema/ddl.h"

typedef enum MigrStatementKind
{
	MIGR_STATEMENT_OTHER,		/* SQLite's own, or nobody's */
	MIGR_STATEMENT_PLAIN_DROP,	/* DROP as SQLite has it: its own as well */
	MIGR_STATEMENT_ALTER_TABLE, /* see alter.h */
	MIGR_STATEMENT_DROP,
	MIGR_STATEMENT_REPLACE_VIEW,
	MIGR_STATEMENT_TRUNCATE,
	MIGR_STATEMENT_COMMENT
} MigrStatementKind;

typedef enum MigrObjectKind
{
	MIGR_OBJECT_TABLE,
	MIGR_OBJECT_VIEW,
	MIGR_OBJECT_INDEX,
	MIGR_OBJECT_TRIGGER,
	MIGR_OBJECT_COLUMN, /* this and the next can have a comment alone */
	MIGR_OBJECT_CONSTRAINT,
	MIGR_OBJECT_COUNT
} MigrObjectKind;

/* What they are called, in lower case. */
extern const char *const migr_object_words[MIGR_OBJECT_COUNT];

/* A name, perhaps with its schema. */
typedef struct MigrObjectName
{
	MigrName schema;
	MigrName name;
} MigrObjectName;

typedef MIGR_VEC(MigrObjectName) MigrObjectNames;

/* One statement; every span points into its text. */
typedef struct MigrStatement
{
	MigrStatementKind kind;
	MigrObjectKind object; /* DROP: one with a schema; COMMENT: any; TRUNCATE:
							* a table; else a view */
	MigrObjectNames names; /* DROP, TRUNCATE: one or more; COMMENT ON COLUMN,
							* CONSTRAINT, TRIGGER: its table; else one */
	MigrName part;		   /* COMMENT: that column, constraint, trigger */
	MigrObjectName on;	   /* DROP TRIGGER t ON this; no name: not said */
	bool if_exists;		   /* DROP */
	bool cascade;		   /* DROP, TRUNCATE; else RESTRICT */
	bool restart;		   /* TRUNCATE ... RESTART IDENTITY */
	bool temporary;		   /* CREATE OR REPLACE TEMP VIEW */
	MigrSpan body; /* of the view, behind its name: (a, b) AS SELECT ... */
	const char *comment; /* NULL: none any more */
} MigrStatement;

/* What is a statement?  Looks at its first words alone, and of a DROP behind the
 * first name. */
extern MigrStatementKind migr_statement_kind(MigrCtx *ctx, MigrSpan text);

/*
 * Parse a statement of one of the last four kinds; text has to live as long as *out.
 * Linear in its length, and safe with any bytes.  An error is MIGR_ERR_STATEMENT:
 * near which token; or MIGR_ERR_UNSUPPORTED: a COMMENT ON what SQLite hasn't.
 */
extern bool migr_statement_parse(MigrCtx *ctx, MigrSpan text,
								 MigrStatement *out);

#endif
