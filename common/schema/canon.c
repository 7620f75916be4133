/*
 * canon.c
 *	  Texts of SQLite's SQL in one spelling.  See canon.h.
 *
 * One pass over the tokens, which knows whether an operand or an operator is due:
 * that tells a sign from a difference, a column named "like" from LIKE, and a string
 * in double quotes from an alias.  Where it guesses wrong, it does so for equal
 * texts alike.
 */
#include "schema/canon.h"

#include "schema/ddl_read.h"
#include "schema/mention.h"
#include "text/quote.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* What was printed last, as far as the white space behind it goes. */
typedef enum Last
{
	LAST_NOTHING, /* or what takes no blank behind it: a parenthesis, a dot */
	LAST_SIGN,
	LAST_NAME, /* a parenthesis behind it is a call's */
	LAST_OTHER
} Last;

typedef struct Printer
{
	const MigrCanon *canon;
	MigrReader reader;
	MigrStr out;
	Last last;
	bool wanted; /* is an operand due? */
	bool naming; /* does a name follow for sure: behind a dot, AS, COLLATE? */
} Printer;

/* Words that are values where an operand is due, and no names. */
static const char *const values[] = {"TRUE", "FALSE", "CURRENT_DATE",
									 "CURRENT_TIME", "CURRENT_TIMESTAMP"};

/* Words that SQLite doesn't reserve, and that are keywords where no operand is
 * due. */
static const char *const keywords[] = {
	"AFTER",   "ASC",	"BEFORE",  "BEGIN",	 "BY",	   "CROSS",	   "DESC",
	"DO",	   "EACH",	"END",	   "FILTER", "FIRST",  "FOR",	   "FULL",
	"GLOB",	   "INNER", "INSTEAD", "LAST",	 "LEFT",   "LIKE",	   "MATCH",
	"NATURAL", "NULLS", "OF",	   "OFFSET", "OUTER",  "OVER",	   "PARTITION",
	"REGEXP",  "RIGHT", "ROW",	   "ROWS",	 "WINDOW", "CONFLICT", "NO"};

/* Words that PostgreSQL reserves, and SQLite doesn't. */
static const char *const foreign[] = {"ANALYSE",
									  "ANALYZE",
									  "ANY",
									  "ARRAY",
									  "ASC",
									  "ASYMMETRIC",
									  "AUTHORIZATION",
									  "BINARY",
									  "BOTH",
									  "CAST",
									  "COLLATION",
									  "COLUMN",
									  "CONCURRENTLY",
									  "CROSS",
									  "DESC",
									  "DO",
									  "END",
									  "FETCH",
									  "FOR",
									  "FREEZE",
									  "FULL",
									  "GRANT",
									  "ILIKE",
									  "INITIALLY",
									  "INNER",
									  "LATERAL",
									  "LEADING",
									  "LEFT",
									  "LIKE",
									  "LOCALTIME",
									  "LOCALTIMESTAMP",
									  "NATURAL",
									  "OFFSET",
									  "ONLY",
									  "OUTER",
									  "OVERLAPS",
									  "PLACING",
									  "RIGHT",
									  "SIMILAR",
									  "SOME",
									  "SYMMETRIC",
									  "TABLESAMPLE",
									  "TRAILING",
									  "USER",
									  "VARIADIC",
									  "VERBOSE",
									  "WINDOW",
									  "WITH"};

/* Is a byte a capital letter of ASCII's? */
static bool
is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* ---- names ---- */

/* Could a name stand without quotes, but for what words mean? */
static bool
is_word(MigrSpan name)
{
	MigrToken token = migr_lex(name);

	return token.kind == MIGR_TOKEN_WORD && token.len == name.len;
}

/* Append a word with its letters made small, or all capitals. */
static void
add_folded(MigrStr *out, MigrSpan word, bool upper)
{
	for (size_t i = 0; i < word.len; i++)
	{
		char c = word.ptr[i];

		if (!upper && is_upper(c))
			c = (char) (c - 'A' + 'a');
		else if (upper && c >= 'a' && c <= 'z')
			c = (char) (c - 'a' + 'A');
		migr_str_add_char(out, c);
	}
}

/* Does a name that is written in quotes need them?  operand: where it stands, can
 * only an operand be meant? */
static bool
needs_quotes(const MigrCanon *canon, MigrSpan name, bool operand)
{
	if (!is_word(name) || migr_is_reserved(name) ||
		migr_lex_is_one_of(name, values, LENGTH(values)) ||
		(!operand && migr_lex_is_one_of(name, keywords, LENGTH(keywords))))
		return true;
	for (size_t i = 0; canon->keep && i < name.len; i++)
		if (is_upper(name.ptr[i]))
			return true;
	return canon->keep && migr_lex_is_one_of(name, foreign, LENGTH(foreign));
}

/* Append a name; bare: it is written without quotes. */
static void
add_name(const MigrCanon *canon, MigrStr *out, const char *name, bool bare,
		 bool operand)
{
	MigrArena *arena = &canon->ctx->arena;
	MigrSpan key =
		canon->keep ? migr_span(name) : migr_mention_key(canon->ctx, name);

	if (bare || !needs_quotes(canon, key, operand))
		migr_str_add_n(out, key.ptr, key.len);
	else
		migr_str_add(out, migr_quote_name(arena, key.ptr));
}

const char *
migr_canon_name(const MigrCanon *canon, const MigrName *name)
{
	MigrStr out;

	migr_str_init(&out, &canon->ctx->arena);
	add_name(canon, &out, name->name,
			 migr_lex(name->text).kind == MIGR_TOKEN_WORD, true);
	return out.data;
}

/* ---- tokens ---- */

/* Append the blank that belongs in front of a token; behind a minus, another one
 * would begin a comment. */
static void
add_blank(Printer *printer, char first)
{
	bool blank = printer->last == LAST_OTHER || printer->last == LAST_NAME;

	if (first == ')' || first == ',' || first == '.' || first == ';')
		blank = false;
	if (first == '(' && printer->last == LAST_NAME)
		blank = false;
	if (printer->last == LAST_SIGN && first == '-')
		blank = true;
	if (blank)
		migr_str_add_char(&printer->out, ' ');
}

/* Note what was printed. */
static void
note(Printer *printer, Last last, bool wanted, bool naming)
{
	printer->last = last;
	printer->wanted = wanted;
	printer->naming = naming;
}

/* Is a word a keyword where it stands? */
static bool
is_keyword(const Printer *printer, MigrSpan word)
{
	if (migr_is_reserved(word) || printer->naming)
		return migr_is_reserved(word);
	return printer->wanted
			   ? migr_lex_is_one_of(word, values + 2, 3)
			   : migr_lex_is_one_of(word, keywords, LENGTH(keywords));
}

/* Print a word. */
static void
print_word(Printer *printer, MigrSpan word)
{
	static const char *const ends[] = {"NULL", "ISNULL", "NOTNULL", "END"};
	bool wanted = !migr_lex_is_one_of(word, ends, LENGTH(ends)) &&
				  !migr_lex_is_one_of(word, values, LENGTH(values));

	/* behind an operand it's NOT LIKE */
	if (migr_lex_is(word, "NOT"))
		wanted = printer->wanted;
	add_blank(printer, word.ptr[0]);
	if (is_keyword(printer, word))
	{
		add_folded(&printer->out, word, true);
		note(printer, LAST_OTHER, wanted,
			 migr_lex_is(word, "AS") || migr_lex_is(word, "COLLATE"));
		return;
	}
	add_name(printer->canon, &printer->out,
			 migr_span_dup(&printer->canon->ctx->arena, word), true, true);
	note(printer, LAST_NAME, false, false);
}

/* Is a name in quotes one that SQLite takes for a string? */
static bool
is_string(const Printer *printer, MigrSpan token, const char *name)
{
	static const char *const rowids[] = {"ROWID", "OID", "_ROWID_"};
	const MigrCanon *canon = printer->canon;
	MigrReader ahead = printer->reader;

	migr_read_next(&ahead);
	return canon->columns != NULL && token.ptr[0] == '"' && printer->wanted &&
		   !printer->naming && !migr_read_at_char(&ahead, '(') &&
		   !migr_read_at_char(&ahead, '.') &&
		   !migr_lex_is_one_of(migr_span(name), rowids, 3) &&
		   migr_mention_column(canon->ctx, canon->columns, name) < 0;
}

/* Print a name in quotes. */
static void
print_quoted(Printer *printer, MigrSpan token)
{
	MigrArena *arena = &printer->canon->ctx->arena;
	const char *name = migr_lex_name(arena, token);
	bool string = is_string(printer, token, name);

	add_blank(printer, '"');
	if (string)
		migr_str_add(&printer->out, migr_quote_text(arena, migr_span(name)));
	else
		add_name(printer->canon, &printer->out, name, false,
				 printer->wanted || printer->naming);
	note(printer, string ? LAST_OTHER : LAST_NAME, false, false);
}

/* Take an operator of one to three bytes. */
static MigrSpan
take_operator(MigrReader *reader)
{
	static const char *const pairs[] = {"<=", ">=", "<>", "<<", ">>",
										"==", "!=", "||", "->"};
	MigrSpan text = reader->token;
	MigrReader ahead = *reader;

	for (;;)
	{
		bool joined = false;

		migr_read_next(&ahead);
		for (size_t i = 0; i < LENGTH(pairs); i++)
			joined |= text.len == 1 && text.ptr[0] == pairs[i][0] &&
					  migr_read_at_char(&ahead, pairs[i][1]);
		joined |= text.len == 2 && text.ptr[0] == '-' &&
				  migr_read_at_char(&ahead, '>');
		if (!joined || ahead.token.ptr != text.ptr + text.len)
			return text;
		text.len++;
		*reader = ahead;
	}
}

/* Print an operator, or a sign. */
static void
print_operator(Printer *printer)
{
	MigrSpan text = take_operator(&printer->reader);
	bool sign = printer->wanted && (text.ptr[0] == '-' || text.ptr[0] == '+' ||
									text.ptr[0] == '~');
	bool star = text.ptr[0] == '*' && (printer->wanted || printer->naming);

	add_blank(printer, text.ptr[0]);
	if (migr_span_is(text, "=="))
		migr_str_add(&printer->out, "=");
	else if (migr_span_is(text, "!="))
		migr_str_add(&printer->out, "<>");
	else
		migr_str_add_n(&printer->out, text.ptr, text.len);
	if (text.ptr[0] == '(')
		note(printer, LAST_NOTHING, true, false);
	else if (text.ptr[0] == '.')
		note(printer, LAST_NOTHING, false, true);
	else
		note(printer, sign ? LAST_SIGN : LAST_OTHER,
			 text.ptr[0] != ')' && !star, false);
}

/* Print the token at hand. */
static void
print_token(Printer *printer)
{
	MigrSpan token = printer->reader.token;

	switch (printer->reader.kind)
	{
		case MIGR_TOKEN_WORD:
			print_word(printer, token);
			break;
		case MIGR_TOKEN_QUOTED:
			print_quoted(printer, token);
			break;
		case MIGR_TOKEN_OTHER:
			print_operator(printer);
			break;
		default:
			add_blank(printer, token.ptr[0]);
			migr_str_add_n(&printer->out, token.ptr, token.len);
			note(printer, LAST_OTHER,
				 printer->reader.kind == MIGR_TOKEN_SEMICOLON, false);
			break;
	}
	migr_read_next(&printer->reader);
}

const char *
migr_canon_text(const MigrCanon *canon, MigrSpan text)
{
	Printer printer = {.canon = canon, .wanted = true};

	migr_str_init(&printer.out, &canon->ctx->arena);
	migr_read_begin(&printer.reader, canon->ctx, text);
	while (printer.reader.kind != MIGR_TOKEN_END)
		print_token(&printer);
	return printer.out.data;
}

/* ---- expressions ---- */

/* Take parentheses around all of an expression away. */
static MigrSpan
strip(MigrCtx *ctx, MigrSpan expr)
{
	for (;;)
	{
		MigrReader reader;
		size_t depth = 0;

		migr_read_begin(&reader, ctx, expr);
		if (!migr_read_at_char(&reader, '('))
			return expr;
		expr.ptr = reader.token.ptr + 1;
		do
		{
			if (migr_read_at_char(&reader, '('))
				depth++;
			else if (migr_read_at_char(&reader, ')'))
				depth--;
			migr_read_next(&reader);
		} while (depth > 0 && reader.kind != MIGR_TOKEN_END);
		expr.len = (size_t) (reader.last.ptr - expr.ptr);
		if (reader.kind != MIGR_TOKEN_END || depth > 0)
		{
			/* (a) + (b) */
			expr.ptr--;
			expr.len = (size_t) (reader.rest.ptr + reader.rest.len - expr.ptr);
			return expr;
		}
	}
}

const char *
migr_canon_expr(const MigrCanon *canon, MigrSpan expr)
{
	return migr_canon_text(canon, strip(canon->ctx, expr));
}

const char *
migr_canon_default(MigrCtx *ctx, MigrSpan value)
{
	MigrSpan inner = strip(ctx, value);
	MigrCanon canon = {.ctx = ctx};
	MigrReader reader;
	MigrMap none;
	bool bare;

	migr_map_init(&none, &ctx->arena, 1);
	canon.columns = &none;
	migr_read_begin(&reader, ctx, inner);
	if (migr_read_word(&reader, "NULL") && reader.kind == MIGR_TOKEN_END)
		return NULL;
	migr_read_begin(&reader, ctx, value);
	bare = migr_read_at_name(&reader, MIGR_NAME_VALUE) &&
		   !migr_lex_is_one_of(reader.token, values, LENGTH(values));
	migr_read_next(&reader);
	if (bare && reader.kind == MIGR_TOKEN_END)
		return migr_quote_text(
			&ctx->arena, migr_span(migr_lex_name(&ctx->arena, reader.last)));
	return migr_canon_text(&canon, inner);
}

const char *
migr_canon_type(MigrCtx *ctx, MigrSpan type)
{
	MigrCanon canon = {.ctx = ctx};
	MigrReader reader;
	MigrStr out;

	if (type.ptr == NULL)
		return NULL;
	migr_str_init(&out, &ctx->arena);
	migr_read_begin(&reader, ctx, type);
	for (; reader.kind != MIGR_TOKEN_END; migr_read_next(&reader))
	{
		bool name = reader.kind == MIGR_TOKEN_WORD ||
					reader.kind == MIGR_TOKEN_QUOTED ||
					reader.kind == MIGR_TOKEN_STRING;

		if (name && out.len > 0)
			migr_str_add_char(&out, ' ');
		if (name)
			add_name(&canon, &out, migr_lex_name(&ctx->arena, reader.token),
					 reader.kind == MIGR_TOKEN_WORD, true);
		else
			migr_str_add_n(&out, reader.token.ptr, reader.token.len);
	}
	return out.data;
}
