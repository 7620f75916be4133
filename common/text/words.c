/*
 * words.c
 *	  Split a command line as a shell's quoting has it.  See words.h.
 *
 * One pass over the bytes.  All characters that mean something are ASCII, so
 * it makes no difference what encoding the others are in.
 */
#include "text/words.h"

#include <string.h>

typedef struct Splitter
{
	MigrCtx *ctx;
	MigrSpan line;
	size_t at;	  /* the next byte */
	MigrStr word; /* being read */
	bool in_word; /* is one?  It may be empty */
} Splitter;

/* The number of the character at an offset, from 1. */
static size_t
number_of(const Splitter *splitter, size_t at)
{
	if (splitter->ctx->other_encoding)
		return at + 1;
	return migr_utf8_length(splitter->line.ptr, at) + 1;
}

/* The byte so far behind the next one; NUL behind the end. */
static char
peek(const Splitter *splitter, size_t ahead)
{
	return ahead < splitter->line.len - splitter->at
			   ? splitter->line.ptr[splitter->at + ahead]
			   : '\0';
}

/* Skip a line end behind a backslash, if there is one. */
static bool
skip_line_end(Splitter *splitter)
{
	if (peek(splitter, 1) == '\n')
		splitter->at += 2;
	else if (peek(splitter, 1) == '\r' && peek(splitter, 2) == '\n')
		splitter->at += 3;
	else
		return false;
	return true;
}

/* Read what is in quotes, and the quotes. */
static bool
read_quoted(Splitter *splitter)
{
	size_t from = splitter->at;
	char quote = splitter->line.ptr[splitter->at++];

	splitter->in_word = true;
	while (splitter->at < splitter->line.len)
	{
		char c = splitter->line.ptr[splitter->at];
		char next = peek(splitter, 1);

		if (quote == '"' && c == '\\')
		{
			if (skip_line_end(splitter))
				continue;
			if (next != '\0' && strchr("$`\"\\", next) != NULL)
			{
				migr_str_add_char(&splitter->word, next);
				splitter->at += 2;
				continue;
			}
		}
		splitter->at++;
		if (c == quote)
			return true;
		migr_str_add_char(&splitter->word, c);
	}
	return migr_fail(splitter->ctx, MIGR_ERR_ARGUMENT,
					 "no closing quotation for the %s quote at character %zu",
					 quote == '"' ? "double" : "single",
					 number_of(splitter, from));
}

/* Read a backslash outside of quotes, and what it quotes. */
static bool
read_escaped(Splitter *splitter)
{
	if (skip_line_end(splitter))
		return true;
	if (splitter->at + 1 == splitter->line.len)
		return migr_fail(splitter->ctx, MIGR_ERR_ARGUMENT,
						 "no escaped character behind the backslash at "
						 "character %zu",
						 number_of(splitter, splitter->at));
	splitter->in_word = true;
	migr_str_add_char(&splitter->word, peek(splitter, 1));
	splitter->at += 2;
	return true;
}

/* Append the word that ends here, if there is one. */
static void
end_word(Splitter *splitter, MigrWords *out)
{
	MigrArena *arena = &splitter->ctx->arena;

	if (!splitter->in_word)
		return;
	migr_vec_push(arena, out,
				  migr_strndup(arena, splitter->word.data, splitter->word.len));
	splitter->word.len = 0;
	splitter->in_word = false;
}

/* Read the piece of a word, or the blank, that begins at the next byte. */
static bool
read_piece(Splitter *splitter, MigrWords *out)
{
	char c = splitter->line.ptr[splitter->at];

	switch (c)
	{
		case ' ':
		case '\t':
		case '\n':
		case '\r':
			end_word(splitter, out);
			splitter->at++;
			return true;
		case '\'':
		case '"':
			return read_quoted(splitter);
		case '\\':
			return read_escaped(splitter);
		default:
			splitter->in_word = true;
			migr_str_add_char(&splitter->word, c);
			splitter->at++;
			return true;
	}
}

bool
migr_words_split(MigrCtx *ctx, MigrSpan line, MigrWords *out)
{
	Splitter splitter = {.ctx = ctx, .line = line};
	const char *nul = line.len > 0 ? memchr(line.ptr, 0, line.len) : NULL;

	if (nul != NULL)
		return migr_fail(ctx, MIGR_ERR_ARGUMENT, "a NUL byte at character %zu",
						 number_of(&splitter, (size_t) (nul - line.ptr)));
	migr_str_init(&splitter.word, &ctx->arena);
	while (splitter.at < line.len)
		if (!read_piece(&splitter, out))
			return false;
	end_word(&splitter, out);
	return true;
}
