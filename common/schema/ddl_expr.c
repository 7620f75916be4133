/*
 * ddl_expr.c
 *	  The columns that an expression is about.  See ddl_expr.h.
 *
 * It's enough to know whether an operand or an operator is due: where an
 * operator is, a word isn't a column.  Words that SQLite reserves never are.
 */
#include "schema/ddl_expr.h"

/* Is a token of an expression this name, quotes undone? */
static bool
token_means(MigrTokenKind kind, MigrSpan token, const char *name)
{
	char quote = token.ptr[0];
	size_t end = kind == MIGR_TOKEN_QUOTED ? token.len - 1 : token.len;

	for (size_t i = kind == MIGR_TOKEN_QUOTED ? 1 : 0; i < end; i++, name++)
	{
		char one[2] = {token.ptr[i], '\0'};
		char other[2] = {*name, '\0'};

		if (*name == '\0' || !migr_same_name(one, other))
			return false;
		/* a doubled quote is one; a bracket can't be doubled */
		if (kind == MIGR_TOKEN_QUOTED && token.ptr[i] == quote && quote != '[')
			i++;
	}
	return *name == '\0';
}

bool
migr_ddl_mentions(MigrSpan expr, const char *name)
{
	while (expr.len > 0)
	{
		MigrToken token = migr_lex(expr);
		MigrSpan text = {expr.ptr, token.len};

		if ((token.kind == MIGR_TOKEN_WORD ||
			 token.kind == MIGR_TOKEN_QUOTED) &&
			token_means(token.kind, text, name))
			return true;
		expr.ptr += token.len;
		expr.len -= token.len;
	}
	return false;
}

/* Is the token one of words? */
static bool
at_one_of(const MigrReader *reader, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
	{
		if (migr_read_at(reader, words[i]))
			return true;
	}
	return false;
}

/* Skip the type of a CAST, to the parenthesis that ends it. */
static void
skip_type(MigrReader *reader)
{
	size_t depth = 0;

	while (reader->kind != MIGR_TOKEN_END)
	{
		if (migr_read_at_char(reader, ')') && depth-- == 0)
			return;
		if (migr_read_at_char(reader, '('))
			depth++;
		migr_read_next(reader);
	}
}

/* Take a word where an operator is due: LIKE, AND, COLLATE x, ... */
static void
take_operator(MigrExprReader *at)
{
	/* what may stand behind these is still an operator, or the end */
	static const char *const ends[] = {"END", "ISNULL", "NOTNULL", "NOT",
									   "NULL"};

	if (migr_read_word(&at->reader, "AS"))
		skip_type(&at->reader);
	else if (migr_read_word(&at->reader, "COLLATE"))
		migr_read_next(&at->reader);
	else
	{
		at->wanted = !at_one_of(&at->reader, ends, 5);
		migr_read_next(&at->reader);
	}
}

/* Take a word or quoted name where an operand is due; true: it's a column, or
 * would be one if there were such. */
static bool
take_operand(MigrExprReader *at, MigrName *name)
{
	static const char *const values[] = {"NULL", "CURRENT_DATE", "CURRENT_TIME",
										 "CURRENT_TIMESTAMP"};

	if (at_one_of(&at->reader, values, 4))
	{
		migr_read_next(&at->reader);
		at->wanted = false;
		return false;
	}
	if (!migr_read_name(&at->reader, MIGR_NAME_ANY, name))
	{
		/* NOT, CASE, ... */
		migr_read_next(&at->reader);
		return false;
	}
	/* a function, or the table's name before a dot */
	if (migr_read_at_char(&at->reader, '(') ||
		migr_read_at_char(&at->reader, '.'))
		return false;
	at->wanted = false;
	return true;
}

/* Take the next token or two; true: they are a column's name. */
static bool
take_token(MigrExprReader *at, MigrName *name)
{
	switch (at->reader.kind)
	{
		case MIGR_TOKEN_WORD:
		case MIGR_TOKEN_QUOTED:
			if (at->wanted)
				return take_operand(at, name);
			take_operator(at);
			return false;
		case MIGR_TOKEN_OTHER:
			at->wanted = !migr_read_at_char(&at->reader, ')');
			break;
		default:
			at->wanted = false;
			break;
	}
	migr_read_next(&at->reader);
	return false;
}

void
migr_expr_begin(MigrExprReader *at, MigrCtx *ctx, MigrSpan expr)
{
	migr_read_begin(&at->reader, ctx, expr);
	at->wanted = true;
}

bool
migr_expr_column(MigrExprReader *at, MigrName *out)
{
	while (at->reader.kind != MIGR_TOKEN_END)
	{
		if (take_token(at, out))
			return true;
	}
	return false;
}
