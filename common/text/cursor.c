/*
 * cursor.c
 *	  A text of SQL, read token by token, in either dialect.  See cursor.h.
 *
 * The helpers measure what begins at the cursor, and leave it there.
 */
#include "text/cursor.h"

#include <string.h>

#include "text/lex.h"

/* Return a byte at or behind the cursor, NUL past the end. */
unsigned char
migr_cursor_peek(const MigrCursor *cursor, size_t i)
{
	return i < (size_t) (cursor->end - cursor->at)
			   ? (unsigned char) cursor->at[i]
			   : '\0';
}

bool
migr_is_space(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

/* Can a bare name begin with this byte? */
bool
migr_is_name_start(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
		   c >= 0x80;
}

/* Can it stand inside of one? */
bool
migr_is_name(unsigned char c)
{
	return migr_is_name_start(c) || is_digit(c) || c == '$';
}

/* Measure what may stand in a name, from i on. */
static size_t
skip_name(const MigrCursor *cursor, size_t i)
{
	while (migr_is_name(migr_cursor_peek(cursor, i)))
		i++;
	return i;
}

/* Return the line from here on, without its \n. */
MigrSpan
migr_cursor_line(const MigrCursor *cursor)
{
	size_t left = (size_t) (cursor->end - cursor->at);
	const char *end = left > 0 ? memchr(cursor->at, '\n', left) : NULL;
	MigrSpan line = {cursor->at, left};

	if (end != NULL)
		line.len = (size_t) (end - cursor->at);
	return line;
}

/*
 * Measure a quoted text whose first quote is at i.  A doubled quote stands for
 * one, but for a bracket.
 */
static size_t
quoted(const MigrCursor *cursor, size_t i, bool escapes, bool *open)
{
	size_t left = (size_t) (cursor->end - cursor->at);
	char first = cursor->at[i];
	char last = (char) (first == '[' ? ']' : first);

	for (i++; i < left; i++)
	{
		if (escapes && cursor->at[i] == '\\')
			i++;
		else if (cursor->at[i] == last)
		{
			if (first == '[' ||
				migr_cursor_peek(cursor, i + 1) != (unsigned char) last)
				return i + 1;
			i++;
		}
	}
	*open = true;
	return left;
}

/* Measure a block comment; PostgreSQL's nest. */
static size_t
block_comment(const MigrCursor *cursor, bool *open)
{
	size_t left = (size_t) (cursor->end - cursor->at);
	int depth = 1;

	for (size_t i = 2; i + 1 < left; i++)
	{
		if (cursor->at[i] == '*' && cursor->at[i + 1] == '/')
		{
			i++;
			if (--depth == 0)
				return i + 1;
		}
		else if (cursor->pg && cursor->at[i] == '/' && cursor->at[i + 1] == '*')
		{
			i++;
			depth++;
		}
	}
	*open = true;
	return left;
}

/* Measure a dollar-quoted text; 0 where there is none. */
static size_t
dollar_quoted(const MigrCursor *cursor, bool *open)
{
	const char *at = cursor->at;
	size_t tag = 1;

	if (migr_is_name_start(migr_cursor_peek(cursor, 1)))
		while (migr_is_name(migr_cursor_peek(cursor, tag)) &&
			   migr_cursor_peek(cursor, tag) != '$')
			tag++;
	if (migr_cursor_peek(cursor, tag++) != '$')
		return 0;
	for (at += tag; at < cursor->end; at++)
	{
		at = memchr(at, '$', (size_t) (cursor->end - at));
		if (at == NULL)
			break;
		if ((size_t) (cursor->end - at) >= tag &&
			memcmp(at, cursor->at, tag) == 0)
			return (size_t) (at - cursor->at) + tag;
	}
	*open = true;
	return (size_t) (cursor->end - cursor->at);
}

/* Measure a run of % and, behind an odd one, a parameter's name. */
static size_t
percents(const MigrCursor *cursor, MigrLexemeKind *kind)
{
	size_t run = 0;
	size_t end;

	while (migr_cursor_peek(cursor, run) == '%')
		run++;
	if (run % 2 == 0 || migr_cursor_peek(cursor, run) != '(')
		return run;
	end = skip_name(cursor, run + 1);
	if (end == run + 1 || migr_cursor_peek(cursor, end) != ')' ||
		migr_cursor_peek(cursor, end + 1) != 's')
		return run;
	*kind = MIGR_LEXEME_PARAMETER;
	return end + 2;
}

/* Measure what begins with a byte that is no letter, quote or white space. */
static size_t
other(const MigrCursor *cursor, MigrLexeme *token)
{
	unsigned char c = migr_cursor_peek(cursor, 0);
	size_t len = 0;

	token->kind = MIGR_LEXEME_OTHER;
	if (c == ';')
		token->kind = MIGR_LEXEME_SEMICOLON;
	else if (c == '-' && migr_cursor_peek(cursor, 1) == '-')
	{
		token->kind = MIGR_LEXEME_LINE_COMMENT;
		return migr_cursor_line(cursor).len;
	}
	else if (c == '/' && migr_cursor_peek(cursor, 1) == '*')
	{
		token->kind = MIGR_LEXEME_BLOCK_COMMENT;
		return block_comment(cursor, &token->open);
	}
	else if (is_digit(c))
		return skip_name(cursor, 1);
	else if (c == '%')
		return percents(cursor, &token->kind);
	else if (c == '$' && cursor->pg &&
			 (len = dollar_quoted(cursor, &token->open)) > 0)
		token->kind = MIGR_LEXEME_DOLLAR;
	return len > 0 ? len : 1;
}

/* Read the next token. */
MigrLexeme
migr_cursor_read(MigrCursor *cursor)
{
	MigrLexeme token = {.kind = MIGR_LEXEME_END, .text = {cursor->at, 0}};
	unsigned char c = migr_cursor_peek(cursor, 0);
	size_t len = 0;

	if (cursor->at == cursor->end)
		return token;
	if (migr_is_space(c))
	{
		token.kind = MIGR_LEXEME_SPACE;
		while (migr_is_space(migr_cursor_peek(cursor, len)))
			len++;
	}
	else if (cursor->pg && (c == 'e' || c == 'E') &&
			 migr_cursor_peek(cursor, 1) == '\'')
	{
		token.kind = MIGR_LEXEME_ESCAPED;
		len = quoted(cursor, 1, true, &token.open);
	}
	else if (migr_is_name_start(c))
	{
		token.kind = MIGR_LEXEME_WORD;
		len = skip_name(cursor, 1);
	}
	else if (c == '\'' || c == '"' || (!cursor->pg && (c == '`' || c == '[')))
	{
		token.kind = c == '\'' ? MIGR_LEXEME_STRING : MIGR_LEXEME_QUOTED;
		len = quoted(cursor, 0, false, &token.open);
	}
	else
		len = other(cursor, &token);
	token.text.len = len;
	cursor->at += len;
	return token;
}

bool
migr_lexeme_is_solid(MigrLexemeKind kind)
{
	return kind != MIGR_LEXEME_SPACE && kind != MIGR_LEXEME_LINE_COMMENT &&
		   kind != MIGR_LEXEME_BLOCK_COMMENT;
}

/* Read the next token that is no white space and no comment. */
MigrLexeme
migr_cursor_solid(MigrCursor *cursor)
{
	MigrLexeme token;

	do
		token = migr_cursor_read(cursor);
	while (!migr_lexeme_is_solid(token.kind));
	return token;
}

/* Take the next solid token, if it is this word, in capitals. */
bool
migr_cursor_word(MigrCursor *cursor, const char *word)
{
	MigrCursor ahead = *cursor;
	MigrLexeme token = migr_cursor_solid(&ahead);

	if (token.kind != MIGR_LEXEME_WORD || !migr_lex_is(token.text, word))
		return false;
	*cursor = ahead;
	return true;
}

/* Take the next solid token, if it is this byte. */
bool
migr_cursor_char(MigrCursor *cursor, char c)
{
	MigrCursor ahead = *cursor;
	MigrLexeme token = migr_cursor_solid(&ahead);

	if (token.kind != MIGR_LEXEME_OTHER || token.text.len != 1 ||
		token.text.ptr[0] != c)
		return false;
	*cursor = ahead;
	return true;
}

/* Take the next solid token, if it is a name. */
bool
migr_cursor_name(MigrCursor *cursor, MigrSpan *name)
{
	MigrCursor ahead = *cursor;
	MigrLexeme token = migr_cursor_solid(&ahead);

	if (token.kind != MIGR_LEXEME_WORD && token.kind != MIGR_LEXEME_QUOTED)
		return false;
	*name = token.text;
	*cursor = ahead;
	return true;
}
