/*
 * lex.c
 *	  The tokens of SQLite's SQL.  See lex.h.
 *
 * Each helper takes the text and returns how long the token at its beginning
 * is.  at() gives a NUL past the end, as SQLite's own tokenizer finds one
 * there; a NUL inside of the text is a byte that makes no sense.
 */
#include "text/lex.h"

#include <string.h>

/* Return a byte, or NUL past the end. */
static unsigned char
at(MigrSpan text, size_t i)
{
	return i < text.len ? (unsigned char) text.ptr[i] : '\0';
}

static bool
is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

/* Can a bare name begin with this byte? */
static bool
is_name_start(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
		   c >= 0x80;
}

/* Can it stand inside of one? */
static bool
is_name(unsigned char c)
{
	return is_name_start(c) || is_digit(c) || c == '$';
}

static bool
is_space(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Is there a byte-order mark?  SQLite takes it for white space, anywhere. */
static bool
is_bom(MigrSpan text)
{
	return at(text, 0) == 0xEF && at(text, 1) == 0xBB && at(text, 2) == 0xBF;
}

/* Measure bytes from i on that may stand in a name. */
static size_t
skip_name(MigrSpan text, size_t i)
{
	while (i < text.len && is_name(at(text, i)))
		i++;
	return i;
}

static size_t
skip_digits(MigrSpan text, size_t i)
{
	while (is_digit(at(text, i)))
		i++;
	return i;
}

/* Measure through the next such byte, or to the text's end. */
static size_t
skip_past(MigrSpan text, size_t i, char last)
{
	const char *end = memchr(text.ptr + i, last, text.len - i);

	return end == NULL ? text.len : (size_t) (end - text.ptr) + 1;
}

/* Measure a comment between slash-star and star-slash. */
static size_t
block_comment(MigrSpan text)
{
	for (size_t i = 3; i < text.len; i++)
	{
		if (text.ptr[i] == '/' && text.ptr[i - 1] == '*')
			return i + 1;
	}
	return text.len;
}

/* Measure a quoted text; a doubled quote stands for one. */
static size_t
quoted(MigrSpan text)
{
	size_t i = 1;

	while ((i = skip_past(text, i, text.ptr[0])) < text.len &&
		   text.ptr[i] == text.ptr[0])
		i++;
	return i;
}

/*
 * Measure a number.  What may stand in a name and follows at once belongs to
 * it: SQLite reads 12ab as one malformed token, and 1_000 is a number from
 * 3.46 on.
 */
static size_t
number(MigrSpan text)
{
	size_t i = skip_digits(text, 0);
	size_t exponent;

	if (at(text, i) == '.')
		i = skip_digits(text, i + 1);
	if (at(text, i) == 'e' || at(text, i) == 'E')
	{
		exponent = i + 1;
		if (at(text, exponent) == '+' || at(text, exponent) == '-')
			exponent++;
		if (is_digit(at(text, exponent)))
			i = skip_digits(text, exponent);
	}
	return skip_name(text, i);
}

/*
 * Measure a variable after its mark: a name, which may hold :: and end in
 * parentheses, as Tcl's do.  A mark alone is a token by itself.
 */
static size_t
variable(MigrSpan text)
{
	bool named = false;
	size_t i = 1;

	while (i < text.len)
	{
		unsigned char c = at(text, i);

		if (is_name(c))
			named = true;
		else if (c == ':' && at(text, i + 1) == ':')
			i++;
		else
			break;
		i++;
	}
	if (named && at(text, i) == '(')
	{
		while (i < text.len && !is_space(at(text, i)) && at(text, i) != ')')
			i++;
		if (at(text, i) == ')')
			i++;
	}
	return i;
}

/* Measure white space. */
static size_t
space(MigrSpan text)
{
	size_t i = 1;

	while (is_space(at(text, i)))
		i++;
	return i;
}

/* Return a token. */
static MigrToken
token(MigrTokenKind kind, size_t len)
{
	MigrToken result = {kind, len};

	return result;
}

MigrToken
migr_lex(MigrSpan text)
{
	unsigned char c = at(text, 0);
	unsigned char next = at(text, 1);

	if (text.len == 0)
		return token(MIGR_TOKEN_END, 0);
	/* a vertical tab is white space behind other white space only */
	if (is_space(c) && c != '\v')
		return token(MIGR_TOKEN_SPACE, space(text));
	if (is_bom(text))
		return token(MIGR_TOKEN_SPACE, 3);
	if (c == '-' && next == '-')
		return token(MIGR_TOKEN_SPACE, skip_past(text, 2, '\n'));
	/* a slash and a star that end the text are operators */
	if (c == '/' && next == '*' && text.len > 2)
		return token(MIGR_TOKEN_SPACE, block_comment(text));
	if (c == ';')
		return token(MIGR_TOKEN_SEMICOLON, 1);
	if (c == '\'')
		return token(MIGR_TOKEN_STRING, quoted(text));
	if (c == '"' || c == '`')
		return token(MIGR_TOKEN_QUOTED, quoted(text));
	if (c == '[') /* a bracket can't be doubled */
		return token(MIGR_TOKEN_QUOTED, skip_past(text, 1, ']'));
	/* malformed or not, a blob runs to the next quote */
	if ((c == 'x' || c == 'X') && next == '\'')
		return token(MIGR_TOKEN_BLOB, skip_past(text, 2, '\''));
	if (is_digit(c) || (c == '.' && is_digit(next)))
		return token(MIGR_TOKEN_NUMBER, number(text));
	if (c == '?')
		return token(MIGR_TOKEN_VARIABLE, skip_digits(text, 1));
	if (c == '$' || c == '@' || c == '#' || c == ':')
		return token(MIGR_TOKEN_VARIABLE, variable(text));
	if (is_name_start(c))
		return token(MIGR_TOKEN_WORD, skip_name(text, 1));
	return token(MIGR_TOKEN_OTHER, 1);
}

bool
migr_lex_is(MigrSpan token, const char *word)
{
	for (size_t i = 0; i < token.len; i++)
	{
		char c = token.ptr[i];

		if (c >= 'a' && c <= 'z')
			c = (char) (c - 'a' + 'A');
		if (word[i] == '\0' || c != word[i])
			return false;
	}
	return word[token.len] == '\0';
}

bool
migr_lex_is_one_of(MigrSpan token, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (migr_lex_is(token, words[i]))
			return true;
	return false;
}

/* Take the next token that is no white space and no comment off *rest; *gap:
 * did such stand before it? */
static MigrToken
take_solid(MigrSpan *rest, MigrSpan *text, bool *gap)
{
	MigrToken token;

	*gap = false;
	for (;;)
	{
		token = migr_lex(*rest);
		text->ptr = rest->ptr;
		text->len = token.len;
		rest->ptr += token.len;
		rest->len -= token.len;
		if (token.kind != MIGR_TOKEN_SPACE)
			return token;
		*gap = true;
	}
}

/* Do two tokens make one operator where nothing stands between them? */
static bool
joins(char first, MigrSpan second)
{
	static const char *const pairs[] = {"<=", ">=", "<>", "<<", ">>",
										"==", "!=", "||", "->"};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
	{
		if (second.len == 1 && first == pairs[i][0] &&
			second.ptr[0] == pairs[i][1])
			return true;
	}
	return false;
}

bool
migr_same_tokens(MigrSpan a, MigrSpan b)
{
	MigrTokenKind kind;
	MigrSpan text_a;
	MigrSpan text_b;
	char last = '\0';
	bool gap_a;
	bool gap_b;

	do
	{
		kind = take_solid(&a, &text_a, &gap_a).kind;
		if (take_solid(&b, &text_b, &gap_b).kind != kind ||
			text_a.len != text_b.len ||
			memcmp(text_a.ptr, text_b.ptr, text_a.len) != 0 ||
			(gap_a != gap_b && joins(last, text_a)))
			return false;
		last = text_a.len == 1 ? text_a.ptr[0] : '\0';
	} while (kind != MIGR_TOKEN_END);
	return true;
}

const char *
migr_lex_name(MigrArena *arena, MigrSpan token)
{
	char quote = token.len > 0 ? token.ptr[0] : '\0';
	MigrStr name;

	if (quote == '[' && token.len > 1)
		return migr_strndup(arena, token.ptr + 1, token.len - 2);
	if (quote != '"' && quote != '\'' && quote != '`')
		return migr_span_dup(arena, token);
	migr_str_init(&name, arena);
	for (size_t i = 1; i + 1 < token.len; i++)
	{
		migr_str_add_char(&name, token.ptr[i]);
		if (token.ptr[i] == quote)
			i++;
	}
	return name.data;
}
