/*
 * settle.c
 *	  PostgreSQL's expressions as it prints them the second time.  See settle.h.
 */
#include "schema/settle.h"

#include <string.h>

#include "base/vec.h"
#include "text/cursor.h"
#include "text/lex.h"

/* What stands in parentheses. */
typedef struct Nest
{
	size_t open;	  /* where it begins */
	const char *word; /* what joins its members, AND or OR; NULL: neither */
	bool first;		  /* does another one begin with it? */
	bool odd;		  /* is it a query or a window? */
} Nest;

/* Look at a word in parentheses. */
static void
note_word(Nest *nest, MigrSpan word)
{
	static const char *const odd[] = {"SELECT", "WITH", "VALUES", "BETWEEN"};

	nest->odd |= migr_lex_is_one_of(word, odd, 4);
	if (migr_lex_is(word, "AND"))
		nest->word = "AND";
	else if (migr_lex_is(word, "OR"))
		nest->word = "OR";
}

/* Mark the parentheses that can go by a NUL; are there any? */
static bool
mark(MigrCtx *ctx, char *text)
{
	MigrCursor cursor = {text, text + strlen(text), true};
	MIGR_VEC(Nest) nests = {0};
	Nest closed = {0, NULL, false, false};
	size_t last = 0;
	bool first = false;
	bool any = false;
	MigrLexeme lexeme;

	while ((lexeme = migr_cursor_solid(&cursor)).kind != MIGR_LEXEME_END)
	{
		size_t at = (size_t) (lexeme.text.ptr - text);
		Nest nest = {at, NULL, first, false};

		if (closed.first && !closed.odd && closed.word != NULL &&
			migr_lex_is(lexeme.text, closed.word))
		{
			text[closed.open] = text[last] = '\0';
			any = true;
		}
		closed.first = false;
		first = migr_span_is(lexeme.text, "(");
		if (first)
			migr_vec_push(&ctx->arena, &nests, nest);
		else if (nests.count > 0 && migr_span_is(lexeme.text, ")"))
			closed = nests.items[--nests.count];
		else if (nests.count > 0 && lexeme.kind == MIGR_LEXEME_WORD)
			note_word(&nests.items[nests.count - 1], lexeme.text);
		last = at;
	}
	return any;
}

const char *
migr_settle(MigrCtx *ctx, const char *text)
{
	size_t len = strlen(text);
	MigrStr out;
	char *copy;

	if (strstr(text, "((") == NULL ||
		(strstr(text, ") AND ") == NULL && strstr(text, ") OR ") == NULL))
		return text;
	copy = migr_strndup(&ctx->arena, text, len);
	if (!mark(ctx, copy))
		return text;
	migr_str_init(&out, &ctx->arena);
	for (size_t i = 0; i < len; i++)
		if (copy[i] != '\0')
			migr_str_add_char(&out, copy[i]);
	return out.data;
}
