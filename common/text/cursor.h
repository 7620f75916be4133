/*
 * cursor.h
 *	  A text of SQL, read token by token, in either host's dialect.
 *
 * For texts that come from elsewhere: lex.h has SQLite's tokens to the byte,
 * and PostgreSQL's own parser knows its own.  This tells what is quoted, what
 * is a comment and what is neither, and nothing finer.
 */
#ifndef MIGR_CURSOR_H
#define MIGR_CURSOR_H

#include "base/str.h"

typedef enum MigrLexemeKind
{
	MIGR_LEXEME_END,
	MIGR_LEXEME_SPACE,
	MIGR_LEXEME_LINE_COMMENT, /* without its line end */
	MIGR_LEXEME_BLOCK_COMMENT,
	MIGR_LEXEME_STRING,	   /* 'text' */
	MIGR_LEXEME_ESCAPED,   /* the same behind an E: a backslash escapes */
	MIGR_LEXEME_QUOTED,	   /* "name"; SQLite: `name`, [name] */
	MIGR_LEXEME_DOLLAR,	   /* $tag$text$tag$ */
	MIGR_LEXEME_WORD,	   /* a keyword or a bare name */
	MIGR_LEXEME_PARAMETER, /* %(name)s */
	MIGR_LEXEME_SEMICOLON,
	MIGR_LEXEME_OTHER /* a byte of an operator; a number; a run of % */
} MigrLexemeKind;

typedef struct MigrLexeme
{
	MigrLexemeKind kind;
	MigrSpan text;
	bool open; /* does it run to the text's end, for lack of its own? */
} MigrLexeme;

/* Where reading is, and the text's end; copy it to look ahead. */
typedef struct MigrCursor
{
	const char *at;
	const char *end;
	bool pg; /* PostgreSQL's tokens, or SQLite's? */
} MigrCursor;

/* Can a bare name begin with this byte?  Can it stand inside of one? */
extern bool migr_is_name_start(unsigned char c);
extern bool migr_is_name(unsigned char c);

/* Is it a blank, a tab, a line end or the like? */
extern bool migr_is_space(unsigned char c);

/* Return a byte at or behind the cursor, NUL past the end. */
extern unsigned char migr_cursor_peek(const MigrCursor *cursor, size_t i);

/* Return the line from here on, without its \n. */
extern MigrSpan migr_cursor_line(const MigrCursor *cursor);

/* Read the next token. */
extern MigrLexeme migr_cursor_read(MigrCursor *cursor);

/* Is it neither white space nor a comment? */
extern bool migr_lexeme_is_solid(MigrLexemeKind kind);

/* Read the next token that is neither white space nor a comment. */
extern MigrLexeme migr_cursor_solid(MigrCursor *cursor);

/*
 * Take the next solid token, if it is this word (given in capitals), this byte,
 * or a name, quoted or not; else return false and stay.
 */
extern bool migr_cursor_word(MigrCursor *cursor, const char *word);
extern bool migr_cursor_char(MigrCursor *cursor, char c);
extern bool migr_cursor_name(MigrCursor *cursor, MigrSpan *name);

#endif
