/*
 * ddl_read.h
 *	  Read a statement of SQLite's, token by token, with one token to look at.
 *
 * What ddl.c parses with.  Comments and white space are skipped.  A token that
 * lacks its closing quote is no token: it ends the text, and the error names it.
 */
#ifndef MIGR_DDL_READ_H
#define MIGR_DDL_READ_H

#include "schema/ddl.h"
#include "text/lex.h"

typedef struct MigrReader
{
	MigrCtx *ctx;
	MigrSpan rest;	/* behind the token */
	MigrSpan token; /* the next one, not yet taken */
	MigrSpan last;	/* the one that was taken last */
	MigrTokenKind kind;
	bool open; /* does the token lack its end? */
} MigrReader;

/* What may be a name: SQLite's parse.y has three classes of tokens for that. */
typedef enum MigrNameClass
{
	MIGR_NAME_ANY,	/* its nm: of a table, column or constraint */
	MIGR_NAME_TYPE, /* its ids: a word of a type, or a collation; no INDEXED, and
					 * no word of joins */
	MIGR_NAME_VALUE /* its id: a default; no string, no word of joins */
} MigrNameClass;

/* Begin with a text's first token; copy the reader to look ahead. */
extern void migr_read_begin(MigrReader *reader, MigrCtx *ctx, MigrSpan text);

/* Go to the next token. */
extern void migr_read_next(MigrReader *reader);

/* Is the token this word (in capitals), this byte?  And take it, if it is. */
extern bool migr_read_at(const MigrReader *reader, const char *word);
extern bool migr_read_at_char(const MigrReader *reader, char c);
extern bool migr_read_word(MigrReader *reader, const char *word);
extern bool migr_read_char(MigrReader *reader, char c);

/* Which of some words is the token?  NULL, which stands behind them: none. */
extern const char *migr_read_at_one(const MigrReader *reader,
									const char *const *words);

/* Is the token a name?  Words that SQLite reserves aren't. */
extern bool migr_read_at_name(const MigrReader *reader, MigrNameClass class);

/* Take a name, if there is one. */
extern bool migr_read_name(MigrReader *reader, MigrNameClass class,
						   MigrName *out);

/* Take a word, a byte, a name that has to be there; else fail. */
extern bool migr_read_need(MigrReader *reader, const char *word);
extern bool migr_read_need_char(MigrReader *reader, char c);
extern bool migr_read_need_name(MigrReader *reader, MigrNameClass class,
								MigrName *out);

/* Take "(", what is in it, and its ")"; it isn't empty. */
extern bool migr_read_group(MigrReader *reader, MigrSpan *out);

/* Take all to the end, or to a semicolon; parentheses have to match. */
extern bool migr_read_rest(MigrReader *reader, MigrSpan *out);

/* Take the end: nothing, or semicolons. */
extern bool migr_read_end(MigrReader *reader);

/*
 * Take the members of a key or of an index: "(a, b COLLATE nocase DESC)".
 * autoincrement: may AUTOINCREMENT stand behind the last (and then did it);
 * NULL: it may not.
 */
extern bool migr_read_parts(MigrReader *reader, MigrKeyParts *out,
							bool *autoincrement);

/* The text from here to the token that was taken last. */
extern MigrSpan migr_read_since(const MigrReader *reader, const char *from);

/* Fail: the token doesn't belong here.  Always false. */
extern bool migr_read_fail(MigrReader *reader);

/* Is a bare word one that SQLite reserves, so that no column can be meant? */
extern bool migr_is_reserved(MigrSpan word);

#endif
