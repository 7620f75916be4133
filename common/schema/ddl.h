/*
 * ddl.h
 *	  The text of a CREATE TABLE or CREATE INDEX as SQLite stores it, taken
 *	  apart, with the place of every part in it.
 *
 * SQLite keeps the text that the user wrote and nothing else: what its pragmas
 * don't tell (constraint names, checks, conflict clauses, generated columns,
 * comments) is only there.  So a table is changed by changing that text, part by
 * part, and all that isn't changed keeps its spelling.  Every MigrSpan here
 * points into the text that was parsed; one that has no ptr isn't there.
 *
 * The grammar is that of https://sqlite.org/lang_createtable.html, with what
 * SQLite takes besides it (its parse.y): constraints without commas between
 * them, names in any of its four quotes, types of any words, a string where an
 * identifier is wanted.
 */
#ifndef MIGR_DDL_H
#define MIGR_DDL_H

#include "base/err.h"
#include "base/vec.h"

typedef enum MigrRule
{
	MIGR_RULE_PRIMARY_KEY,
	MIGR_RULE_UNIQUE,
	MIGR_RULE_CHECK,
	MIGR_RULE_FOREIGN_KEY,
	MIGR_RULE_NOT_NULL, /* the following stand in a column alone */
	MIGR_RULE_NULL,
	MIGR_RULE_DEFAULT,
	MIGR_RULE_COLLATE,
	MIGR_RULE_GENERATED
} MigrRule;

/* A name as it stands, and what it means: without quotes. */
typedef struct MigrName
{
	MigrSpan text;
	const char *name; /* NULL: there is none */
} MigrName;

typedef MIGR_VEC(MigrName) MigrNameList;

/* A member of a key, or of an index: a column, or else an expression. */
typedef struct MigrKeyPart
{
	MigrSpan text;	 /* whole: with COLLATE and ASC or DESC */
	MigrName column; /* a bare name, perhaps in parentheses; no name: an
					  * expression */
	MigrSpan expr;	 /* column or expression, without the rest */
	MigrName collation;
	bool descending;
} MigrKeyPart;

typedef MIGR_VEC(MigrKeyPart) MigrKeyParts;

typedef struct MigrConstraint
{
	MigrRule rule;
	MigrSpan text;		/* whole, from CONSTRAINT where it has that */
	MigrName name;		/* behind CONSTRAINT */
	MigrSpan body;		/* text without "CONSTRAINT name" */
	MigrSpan expr;		/* CHECK, DEFAULT and GENERATED: the expression, in its
						 * parentheses where it has them */
	MigrKeyParts parts; /* PRIMARY KEY and UNIQUE of a table: (a, b DESC) */
	MigrNameList columns; /* FOREIGN KEY of a table: (a, b) */
	MigrName table;		  /* REFERENCES this */
	MigrNameList targets; /* (x, y); empty: that table's primary key */
	MigrSpan actions;	  /* ON DELETE, ON UPDATE, MATCH, DEFERRABLE ... */
	MigrSpan apart;	   /* FOREIGN KEY of a column: DEFERRABLE elsewhere in it */
	MigrSpan conflict; /* ON CONFLICT ... */
	MigrName collation; /* COLLATE this */
	bool descending;	/* PRIMARY KEY DESC of a column */
	bool autoincrement;
	bool stored; /* GENERATED: STORED, else VIRTUAL */
} MigrConstraint;

typedef MIGR_VEC(MigrConstraint) MigrConstraints;

typedef struct MigrColumnDef
{
	MigrSpan text; /* whole, without the comma */
	MigrName name;
	MigrSpan type; /* varchar(20); no ptr: none */
	MigrConstraints constraints;
} MigrColumnDef;

typedef MIGR_VEC(MigrColumnDef) MigrColumnDefs;

typedef struct MigrTableDef
{
	MigrSpan text; /* the whole statement */
	bool temporary;
	bool if_not_exists;
	MigrName schema;
	MigrName name;
	MigrSpan list; /* columns and constraints, between the parentheses */
	MigrColumnDefs columns;
	MigrConstraints constraints; /* of the table */
	MigrSpan options;			 /* behind the closing parenthesis */
	bool without_rowid;
	bool strict;
} MigrTableDef;

typedef struct MigrIndexDef
{
	MigrSpan text;
	bool unique;
	bool if_not_exists;
	MigrName schema;
	MigrName name;
	MigrName table;
	MigrKeyParts parts;
	MigrSpan where; /* the expression behind WHERE */
} MigrIndexDef;

/*
 * Parse a statement; text has to live as long as *out.  Semicolons may end it.
 * CREATE TABLE ... AS SELECT is an error: SQLite never stores that.  So is CREATE
 * VIRTUAL TABLE.  What an expression says isn't checked, but for its parentheses
 * and quotes.  An error (MIGR_ERR_STATEMENT) says near which token.  Linear in
 * the text's length, and safe with any bytes.
 */
extern bool migr_ddl_table(MigrCtx *ctx, MigrSpan text, MigrTableDef *out);
extern bool migr_ddl_index(MigrCtx *ctx, MigrSpan text, MigrIndexDef *out);

/*
 * Parse a column's definition, or a constraint of a table, that stands alone: all
 * of text.  ALTER TABLE ... ADD has these.
 */
extern bool migr_ddl_column_def(MigrCtx *ctx, MigrSpan text,
								MigrColumnDef *out);
extern bool migr_ddl_constraint(MigrCtx *ctx, MigrSpan text,
								MigrConstraint *out);

/* Find a column by its name, in whatever case; -1: there is none. */
extern int migr_ddl_column(const MigrTableDef *table, const char *name);

/* Do two names mean the same, as SQLite compares them: ASCII's case doesn't
 * count. */
extern bool migr_same_name(const char *a, const char *b);

/* Is a column named in an expression (outside of strings), bare or behind a dot?
 * A word that may as well be something else counts: better one too many. */
extern bool migr_ddl_mentions(MigrSpan expr, const char *name);

/*
 * The name that a constraint answers to: its own, or else the one that
 * PostgreSQL would have made (ChooseConstraintName in its
 * src/backend/catalog/pg_constraint.c, ChooseIndexName in commands/indexcmds.c):
 * t_pkey, t_a_b_key, t_a_fkey, t_a_check where the check is about one column,
 * else t_check; a number behind it where that is taken by a constraint before;
 * cut to 63 bytes as makeObjectName() does.  In a made name, what stands without
 * quotes in the text is in lower case; compare by migr_same_name().
 *
 * The names follow from the text: a rename, or a constraint that goes, changes
 * those that were made, where PostgreSQL would keep them.
 */
typedef struct MigrRuleName
{
	const char *name;
	int column; /* where it stands: a column's index, or -1: the table's list */
	int at;		/* its index there */
	const char *own; /* the name that it has in the text; NULL: none */
	bool shared;	 /* is its name another one's own as well? */
} MigrRuleName;

typedef MIGR_VEC(MigrRuleName) MigrRuleNames;

/* All constraints that have such a name (PRIMARY KEY, UNIQUE, CHECK, FOREIGN
 * KEY), in the order in which they stand.  SQLite lets several have one name c of
 * their own: they are c, "c (2)", "c (3)" then. */
extern void migr_ddl_names(MigrCtx *ctx, const MigrTableDef *table,
						   MigrRuleNames *out);

/* Does a constraint answer to a name?  To its own too, though others have it; to
 * that, or with " (1)" behind it, the first one of a name. */
extern bool migr_ddl_answers(MigrCtx *ctx, const MigrRuleName *rule,
							 const char *name);

#endif
