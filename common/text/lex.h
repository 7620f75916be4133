/*
 * lex.h
 *	  The tokens of SQLite's SQL.
 *
 * The tokenizer agrees with SQLite's own about where a token ends, whatever
 * the bytes are; it doesn't tell keywords from names, nor operators apart.
 */
#ifndef MIGR_LEX_H
#define MIGR_LEX_H

#include "base/str.h"

typedef enum MigrTokenKind
{
	MIGR_TOKEN_END,		 /* nothing is left */
	MIGR_TOKEN_SPACE,	 /* white space or a comment */
	MIGR_TOKEN_STRING,	 /* 'text' */
	MIGR_TOKEN_QUOTED,	 /* "name", `name` or [name] */
	MIGR_TOKEN_BLOB,	 /* x'00ff' */
	MIGR_TOKEN_NUMBER,	 /* also one that runs into a word: 1st */
	MIGR_TOKEN_WORD,	 /* a keyword or a bare name */
	MIGR_TOKEN_VARIABLE, /* ?1, :name, @name, $name, #name */
	MIGR_TOKEN_SEMICOLON,
	MIGR_TOKEN_OTHER /* a byte of an operator, or one that makes no sense */
} MigrTokenKind;

typedef struct MigrToken
{
	MigrTokenKind kind;
	size_t len; /* at least 1, but for MIGR_TOKEN_END */
} MigrToken;

/*
 * Read the token that begins where text does.  One that lacks its closing
 * quote or comment mark runs to the end.  Looks at the token itself and one or
 * two bytes behind it, never past text's end.
 */
extern MigrToken migr_lex(MigrSpan text);

/* Is the token's text this word?  word is in capitals; case is ignored. */
extern bool migr_lex_is(MigrSpan token, const char *word);

/* Is it one of so many words? */
extern bool migr_lex_is_one_of(MigrSpan token, const char *const *words,
							   size_t count);

/* Are two texts the same tokens, but for comments and white space? */
extern bool migr_same_tokens(MigrSpan a, MigrSpan b);

/* Return a name without its quotes, '' or "" undone; a word as it stands. */
extern const char *migr_lex_name(MigrArena *arena, MigrSpan token);

#endif
