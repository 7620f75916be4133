/*
 * renames.c
 *	  Hints in a model's text that something has been renamed.
 *
 * "-- migrate:renamed_from old" stands on a line of its own above a CREATE TABLE,
 * or above a column in its parentheses.  The text is read into tokens first, each
 * with the hint above it; then tables and their columns take the hints of their
 * first tokens, and one that is left is an error.
 */
#include <string.h>

#include "schema/change.h"
#include "text/cursor.h"

#define HINT "migrate:renamed_from"

typedef struct Token
{
	MigrLexeme lexeme;
	const char *old; /* in the hint above it; NULL: there is none */
	int line;		 /* of the hint */
} Token;

typedef struct Reader
{
	MigrCtx *ctx;
	bool pg;
	MIGR_VEC(Token) tokens; /* the last one is the text's end */
	int at;
	MigrRenameds *out;
} Reader;

/* Fail at a hint. */
static bool
fail_at(MigrCtx *ctx, int line, const char *message)
{
	MigrPlace place = {.line = line};

	migr_fail(ctx, MIGR_ERR_SCRIPT, "%s", message);
	migr_hint(ctx, "Write \"-- " HINT " old_name\" on a line of its own above "
				   "the CREATE TABLE or the column.");
	return migr_at(ctx, &place);
}

/* Copy a name as it is meant: without its quotes, or (PostgreSQL) in small
 * letters. */
static const char *
meant(const Reader *reader, MigrSpan name)
{
	char quote = name.len > 1 ? name.ptr[0] : '\0';
	bool quoted = quote == '"' || quote == '`' || quote == '[';
	MigrStr text;

	migr_str_init(&text, &reader->ctx->arena);
	for (size_t i = quoted; i + quoted < name.len; i++)
	{
		char c = name.ptr[i];

		if (!quoted && reader->pg && c >= 'A' && c <= 'Z')
			c = (char) (c - 'A' + 'a');
		migr_str_add_char(&text, c);
		if (quoted && quote != '[' && c == quote)
			i++;
	}
	return text.data;
}

/* ---- tokens ------------------------------------------------------------------------ */

/* Is a comment a hint?  *cursor goes behind its word. */
static bool
is_hint(MigrCursor *cursor)
{
	size_t len = strlen(HINT);

	while (cursor->at < cursor->end &&
		   (*cursor->at == '-' || *cursor->at == ' ' || *cursor->at == '\t'))
		cursor->at++;
	if ((size_t) (cursor->end - cursor->at) < len ||
		strncmp(cursor->at, HINT, len) != 0)
		return false;
	cursor->at += len;
	return cursor->at == cursor->end ||
		   !migr_is_name((unsigned char) *cursor->at);
}

/* Read a comment; where it is a hint, the token to come gets it. */
static bool
read_comment(Reader *reader, MigrSpan comment, int line, bool alone,
			 Token *token)
{
	MigrCursor cursor = {comment.ptr, comment.ptr + comment.len, reader->pg};
	MigrSpan name;

	if (!is_hint(&cursor))
		return true;
	if (!migr_cursor_name(&cursor, &name) ||
		migr_cursor_solid(&cursor).kind != MIGR_LEXEME_END)
		return fail_at(reader->ctx, line, HINT " needs one name");
	if (!alone)
		return fail_at(reader->ctx, line, HINT " stands behind something else");
	if (token->old != NULL)
		return fail_at(reader->ctx, line, HINT " stands there twice");
	token->old = meant(reader, name);
	token->line = line;
	return true;
}

/* Read the text into tokens. */
static bool
read_tokens(Reader *reader, MigrSpan text)
{
	MigrCursor cursor = {text.ptr, text.ptr + text.len, reader->pg};
	Token token = {.old = NULL};
	bool alone = true; /* nothing stands before it on the line */
	int line = 1;

	do
	{
		MigrLexeme lexeme = migr_cursor_read(&cursor);

		if (lexeme.kind == MIGR_LEXEME_LINE_COMMENT &&
			!read_comment(reader, lexeme.text, line, alone, &token))
			return false;
		for (size_t i = 0; i < lexeme.text.len; i++)
			if (lexeme.text.ptr[i] == '\n')
			{
				alone = true;
				line++;
			}
		if (lexeme.kind == MIGR_LEXEME_END || migr_lexeme_is_solid(lexeme.kind))
		{
			token.lexeme = lexeme;
			migr_vec_push(&reader->ctx->arena, &reader->tokens, token);
			token.old = NULL;
			alone = false;
		}
	} while (cursor.at < cursor.end);
	token.lexeme = migr_cursor_read(&cursor);
	migr_vec_push(&reader->ctx->arena, &reader->tokens, token);
	return true;
}

/* ---- tables ------------------------------------------------------------------------ */

static Token *
here(const Reader *reader)
{
	return &reader->tokens.items[reader->at];
}

/* Is the token here of this kind? */
static bool
is_kind(const Reader *reader, MigrLexemeKind kind)
{
	return here(reader)->lexeme.kind == kind;
}

/* Is the token here this word, in any case? */
static bool
is_word(const Reader *reader, const char *word)
{
	MigrSpan text = here(reader)->lexeme.text;
	MigrCursor cursor = {text.ptr, text.ptr + text.len, reader->pg};

	return is_kind(reader, MIGR_LEXEME_WORD) && migr_cursor_word(&cursor, word);
}

/* Take the token here, if it is this word. */
static bool
take_word(Reader *reader, const char *word)
{
	bool found = is_word(reader, word);

	reader->at += found;
	return found;
}

/* Take the token here, if it is a name. */
static bool
take_name(Reader *reader, const char **name)
{
	if (!is_kind(reader, MIGR_LEXEME_WORD) &&
		!is_kind(reader, MIGR_LEXEME_QUOTED))
		return false;
	*name = meant(reader, here(reader)->lexeme.text);
	reader->at++;
	return true;
}

/* Is the token here this byte? */
static bool
is_char(const Reader *reader, const char *byte)
{
	return is_kind(reader, MIGR_LEXEME_OTHER) &&
		   migr_span_is(here(reader)->lexeme.text, byte);
}

/* Take a token's hint for a table or a column. */
static void
take_hint(Reader *reader, Token *token, MigrRenamed found)
{
	if (token->old == NULL)
		return;
	found.old = token->old;
	found.line = token->line;
	token->old = NULL;
	migr_vec_push(&reader->ctx->arena, reader->out, found);
}

/* Does a constraint, or the like, begin here? */
static bool
is_rule(const Reader *reader)
{
	static const char *const words[] = {"CONSTRAINT", "PRIMARY", "UNIQUE",
										"CHECK",	  "FOREIGN", "EXCLUDE",
										"LIKE"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (is_word(reader, words[i]))
			return true;
	return false;
}

/* Read a table's columns, behind the opening parenthesis. */
static void
read_columns(Reader *reader, MigrRenamed found)
{
	bool first = true;

	for (int depth = 1; depth > 0 && !is_kind(reader, MIGR_LEXEME_END);
		 reader->at++)
	{
		Token *token = here(reader);

		if (first && !is_rule(reader) && take_name(reader, &found.column))
		{
			take_hint(reader, token, found);
			reader->at--;
		}
		first = depth == 1 && is_char(reader, ",");
		depth += is_char(reader, "(");
		depth -= is_char(reader, ")");
	}
}

/* Read a CREATE TABLE, if one begins here. */
static void
read_table(Reader *reader)
{
	static const char *const words[] = {"GLOBAL",	 "LOCAL",	 "TEMP",
										"TEMPORARY", "UNLOGGED", "FOREIGN"};
	MigrRenamed found = {.column = NULL};
	Token *first = here(reader);

	if (!take_word(reader, "CREATE"))
		return;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		take_word(reader, words[i]);
	if (!take_word(reader, "TABLE"))
		return;
	if (take_word(reader, "IF") && take_word(reader, "NOT"))
		take_word(reader, "EXISTS");
	if (!take_name(reader, &found.table))
		return;
	if (is_char(reader, "."))
	{
		reader->at++;
		found.schema = found.table;
		if (!take_name(reader, &found.table))
			return;
	}
	take_hint(reader, first, found);
	/* OF a type and PARTITION OF a table have columns in theirs, too */
	while (!is_kind(reader, MIGR_LEXEME_END) &&
		   !is_kind(reader, MIGR_LEXEME_SEMICOLON) && !is_word(reader, "AS"))
	{
		bool open = is_char(reader, "(");

		reader->at++;
		if (!open)
			continue;
		read_columns(reader, found);
		break;
	}
}

/* Is there anything that may be a hint?  Most models have none, and are long. */
static bool
may_have_hints(MigrSpan text)
{
	const char *end = text.ptr + text.len;
	size_t len = strlen(HINT);

	for (const char *at = text.ptr;
		 (at = memchr(at, *HINT, (size_t) (end - at))) != NULL; at++)
		if ((size_t) (end - at) >= len && memcmp(at, HINT, len) == 0)
			return true;
	return false;
}

bool
migr_find_renamed(MigrCtx *ctx, MigrDialect dialect, MigrSpan text,
				  MigrRenameds *out)
{
	Reader reader = {ctx, dialect == MIGR_POSTGRESQL, .out = out};

	if (!may_have_hints(text))
		return true;
	if (!read_tokens(&reader, text))
		return false;
	while (reader.at < reader.tokens.count)
	{
		read_table(&reader);
		while (reader.at < reader.tokens.count &&
			   !is_kind(&reader, MIGR_LEXEME_SEMICOLON))
			reader.at++;
		reader.at++;
	}
	for (int i = 0; i < reader.tokens.count; i++)
		if (reader.tokens.items[i].old != NULL)
			return fail_at(ctx, reader.tokens.items[i].line,
						   HINT " stands above neither a table nor a column");
	return true;
}
