/*
 * plain.c
 *	  PostgreSQL's spelling of statements made plain.  See portable.h.
 *
 * The text is cut into tokens; what isn't needed is crossed out, and the rest is
 * printed with the white space and comments that it has.
 */
#include <string.h>

#include "schema/affinity.h"
#include "schema/ddl.h"
#include "schema/mention.h"
#include "schema/portable.h"
#include "text/cursor.h"
#include "text/lex.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* How strongly an operator binds. */
enum
{
	LEVEL_NONE, /* where an expression ends */
	LEVEL_OR,
	LEVEL_AND,
	LEVEL_NOT,
	LEVEL_COMPARE,
	LEVEL_CONCAT,
	LEVEL_SUM,
	LEVEL_PRODUCT,
	LEVEL_OPERAND,
	LEVEL_UNKNOWN
};

typedef struct Token
{
	MigrLexemeKind kind;
	MigrSpan text;
	MigrSpan before; /* white space and comments */
	int pair;		 /* of a parenthesis or bracket: its other half; or -1 */
	bool gone;
	bool listed; /* stands it in an index's list of columns? */
} Token;

typedef MIGR_VEC(Token) Tokens;

typedef struct Plain
{
	MigrCtx *ctx;
	const MigrWordbook *book;
	Tokens tokens;
	MigrSpan tail; /* behind the last */
} Plain;

static const char *const texts[] = {"TEXT", "CHARACTER", "VARYING", "BPCHAR"};
static const char *const numbers[] = {
	"INTEGER", "SMALLINT", "BIGINT", "NUMERIC", "REAL", "DOUBLE", "PRECISION"};
/* Words of a type's name behind its first. */
static const char *const followers[] = {"VARYING", "PRECISION", "WITH",
										"WITHOUT", "TIME",		"ZONE"};

/* ---- tokens ------------------------------------------------------------------------ */

/* Are two tokens one operator? */
static bool
joins(const Token *last, MigrSpan text)
{
	static const char *const pairs[] = {"<>", "<=", ">=", "||", "::", "!="};

	for (size_t i = 0; i < LENGTH(pairs); i++)
		if (last->kind == MIGR_LEXEME_OTHER && last->text.len == 1 &&
			text.len == 1 && last->text.ptr + 1 == text.ptr &&
			last->text.ptr[0] == pairs[i][0] && text.ptr[0] == pairs[i][1])
			return true;
	return false;
}

/* Cut a text into its tokens. */
static void
read_tokens(Plain *plain, const char *text)
{
	MigrArena *arena = &plain->ctx->arena;
	MigrCursor cursor = {text, text + strlen(text), true};
	const char *end = text;

	for (;;)
	{
		MigrLexeme lexeme = migr_cursor_solid(&cursor);
		Token token = {lexeme.kind, lexeme.text, {end, 0}, -1, false, false};
		Tokens *tokens = &plain->tokens;

		if (lexeme.kind == MIGR_LEXEME_END)
			break;
		end = lexeme.text.ptr + lexeme.text.len;
		token.before.len = (size_t) (lexeme.text.ptr - token.before.ptr);
		if (tokens->count > 0 &&
			joins(&tokens->items[tokens->count - 1], lexeme.text))
			tokens->items[tokens->count - 1].text.len = 2;
		else
			migr_vec_push(arena, tokens, token);
	}
	plain->tail.ptr = end;
	plain->tail.len = (size_t) (cursor.end - end);
}

/* The token at a place; an end where there is none. */
static const Token *
at(const Plain *plain, int i)
{
	static const Token none = {MIGR_LEXEME_END, {"", 0}, {"", 0}, -1, 0, 0};

	return i >= 0 && i < plain->tokens.count ? &plain->tokens.items[i] : &none;
}

static bool
is(const Plain *plain, int i, const char *text)
{
	const Token *token = at(plain, i);

	return token->kind == MIGR_LEXEME_WORD ? migr_lex_is(token->text, text)
										   : migr_span_is(token->text, text);
}

/* The next place that isn't crossed out, in a direction. */
static int
next(const Plain *plain, int i, int step)
{
	do
		i += step;
	while (i >= 0 && i < plain->tokens.count && at(plain, i)->gone);
	return i;
}

/* Cross out what stands from one place up to another. */
static void
cross(Plain *plain, int from, int to)
{
	for (int i = from; i < to; i++)
		plain->tokens.items[i].gone = true;
}

/* Find the other halves of parentheses, and the lists of indexes. */
static void
pair_up(Plain *plain)
{
	MIGR_VEC(int) open = {0};
	bool index = false;

	for (int i = 0; i < plain->tokens.count; i++)
	{
		Token *token = &plain->tokens.items[i];

		if (i == 0 || is(plain, i - 1, ";"))
			index = is(plain, i, "CREATE") &&
					(is(plain, i + 1, "INDEX") || is(plain, i + 2, "INDEX"));
		else if (is(plain, i, "WHERE"))
			index = false;
		token->listed = index;
		if (is(plain, i, "(") || is(plain, i, "["))
			migr_vec_push(&plain->ctx->arena, &open, i);
		else if ((is(plain, i, ")") || is(plain, i, "]")) && open.count > 0)
		{
			token->pair = open.items[--open.count];
			plain->tokens.items[token->pair].pair = i;
		}
	}
}

/* ---- casts ------------------------------------------------------------------------------ */

/* The place behind a type's name that begins at one. */
static int
behind_type(const Plain *plain, int i)
{
	i++;
	while (at(plain, i)->kind == MIGR_LEXEME_WORD &&
		   migr_lex_is_one_of(at(plain, i)->text, followers, LENGTH(followers)))
		i++;
	if (is(plain, i, "(") && at(plain, i)->pair > 0)
		i = at(plain, i)->pair + 1;
	while (is(plain, i, "["))
		i += 2;
	return i;
}

/* Does a comparison or a default end at one place, and an expression at another? */
static bool
stands_alone(const Plain *plain, int before, int behind)
{
	static const char *const heads[] = {"=",  "<>", "<",	  ">",
										"<=", ">=", "DEFAULT"};
	static const char *const ends[] = {")", ",", ";", "AND", "OR", "NOT"};
	bool head = false;
	bool end = false;

	for (size_t i = 0; i < LENGTH(heads); i++)
		head |= is(plain, before, heads[i]);
	for (size_t i = 0; i < LENGTH(ends); i++)
		end |= is(plain, behind, ends[i]);
	return head && end;
}

/* Say a number in quotes without them. */
static bool
unquote(Token *token)
{
	MigrSpan text = {token->text.ptr + 1, token->text.len - 2};

	for (size_t i = 0; i < text.len; i++)
		if ((text.ptr[i] < '0' || text.ptr[i] > '9') && text.ptr[i] != '.' &&
			(text.ptr[i] != '-' || i > 0))
			return false;
	if (text.len > 0)
		token->text = text;
	return text.len > 0;
}

/* Is it "(name)", of a column whose values are text wherever it stands? */
static bool
is_text_column(const Plain *plain, int open, int close)
{
	MigrCtx *ctx = plain->ctx;
	MigrSpan name = at(plain, open + 1)->text;
	MigrLexemeKind kind = at(plain, open + 1)->kind;
	MigrSpan key;

	if (close != open + 2 || at(plain, open)->gone ||
		(kind != MIGR_LEXEME_WORD && kind != MIGR_LEXEME_QUOTED))
		return false;
	key = migr_mention_key(ctx, migr_lex_name(&ctx->arena, name));
	return migr_map_get(&plain->book->names, key) != MIGR_MAP_NONE &&
		   migr_map_get(&plain->book->strange, key) == MIGR_MAP_NONE;
}

/* Is it a number in parentheses? */
static bool
is_number(const Plain *plain, int open, int close)
{
	int i = next(plain, open, 1);
	const Token *token = at(plain, i);

	return token->text.len > 0 && next(plain, i, 1) == close &&
		   strchr("-0123456789", token->text.ptr[0]) != NULL;
}

/* Take a cast away that isn't needed. */
static void
drop_cast(Plain *plain, int i)
{
	Token *operand = &plain->tokens.items[i - 1];
	MigrSpan type = at(plain, i + 1)->text;
	int behind = behind_type(plain, i + 1);
	bool text = migr_lex_is_one_of(type, texts, LENGTH(texts));

	if (operand->kind == MIGR_LEXEME_STRING)
	{
		if (text ||
			(migr_lex_is_one_of(type, numbers, LENGTH(numbers)) &&
			 unquote(operand)) ||
			stands_alone(plain, next(plain, i - 1, -1), behind))
			cross(plain, i, behind);
	}
	else if (is(plain, i - 1, ")") && operand->pair >= 0)
	{
		int open = operand->pair;

		if (text ? is_text_column(plain, open, i - 1)
				 : migr_lex_is_one_of(type, numbers, LENGTH(numbers)) &&
					   is_number(plain, open, i - 1))
		{
			cross(plain, open, open + 1);
			cross(plain, i - 1, behind);
		}
		else if (text && is(plain, open + 1, "ARRAY"))
			cross(plain, i, behind);
	}
}

/* ---- types ------------------------------------------------------------------------------ */

/* Say a type by its short name, as most people write it. */
static void
shorten_type(Plain *plain, int i)
{
	static const struct
	{
		const char *words[4]; /* the last ones may lack */
		const char *name;
	} types[] = {
		{{"CHARACTER", "VARYING"}, "varchar"},
		{{"CHARACTER"}, "char"},
		{{"WITHOUT", "TIME", "ZONE"}, NULL},
	};

	for (size_t k = 0; k < LENGTH(types); k++)
	{
		int count = 0;

		while (types[k].words[count] != NULL &&
			   at(plain, i + count)->kind == MIGR_LEXEME_WORD &&
			   is(plain, i + count, types[k].words[count]))
			count++;
		if (types[k].words[count] != NULL || at(plain, i)->gone)
			continue;
		cross(plain, i, i + count);
		if (types[k].name != NULL)
		{
			plain->tokens.items[i].text = migr_span(types[k].name);
			plain->tokens.items[i].gone = false;
		}
		return;
	}
}

/* ---- primary keys ------------------------------------------------------------------------ */

/* How the model words a column of a primary key. */
enum
{
	KEY_LOOSE = 1, /* without NOT NULL */
	KEY_INT = 2	   /* not as INTEGER */
};

/* By what a column is known. */
static MigrSpan
column_key(MigrCtx *ctx, const char *table, const char *column)
{
	MigrSpan keys[] = {migr_mention_key(ctx, table),
					   migr_mention_key(ctx, column)};

	return migr_span(migr_printf(&ctx->arena, "%.*s\n%.*s", (int) keys[0].len,
								 keys[0].ptr, (int) keys[1].len, keys[1].ptr));
}

/* Learn of one column. */
static void
add_key_column(MigrWordbook *book, const MigrTableDef *table,
			   const MigrColumnDef *column)
{
	int words = KEY_LOOSE;

	for (int i = 0; i < column->constraints.count; i++)
		if (column->constraints.items[i].rule == MIGR_RULE_NOT_NULL)
			words = 0;
	if (!migr_is_integer(column->type))
		words |= KEY_INT;
	migr_map_put(&book->keys,
				 column_key(book->ctx, table->name.name, column->name.name),
				 words);
}

void
migr_wordbook_add_key(MigrWordbook *book, MigrSpan statement)
{
	MigrTableDef table;

	if (!migr_ddl_table(book->ctx, statement, &table))
	{
		migr_forget(book->ctx);
		return;
	}
	for (int i = 0; i < table.columns.count; i++)
		for (int k = 0; k < table.columns.items[i].constraints.count; k++)
			if (table.columns.items[i].constraints.items[k].rule ==
				MIGR_RULE_PRIMARY_KEY)
				add_key_column(book, &table, &table.columns.items[i]);
	for (int i = 0; i < table.constraints.count; i++)
	{
		const MigrConstraint *key = &table.constraints.items[i];

		for (int k = 0;
			 key->rule == MIGR_RULE_PRIMARY_KEY && k < key->parts.count; k++)
		{
			const char *name = key->parts.items[k].column.name;
			int at = name != NULL ? migr_ddl_column(&table, name) : -1;

			if (at >= 0)
				add_key_column(book, &table, &table.columns.items[at]);
		}
	}
}

/* Say a column, from its name up to a place, in the words of the model. */
static void
reword_column(Plain *plain, const char *table, int from, int to)
{
	MigrCtx *ctx = plain->ctx;
	int words = migr_map_get(
		&plain->book->keys,
		column_key(ctx, table,
				   migr_lex_name(&ctx->arena, at(plain, from)->text)));

	if (words == MIGR_MAP_NONE)
		return;
	if ((words & KEY_INT) != 0 && is(plain, from + 1, "INTEGER"))
		plain->tokens.items[from + 1].text = migr_span("int");
	for (int i = from + 1; (words & KEY_LOOSE) != 0 && i < to; i++)
		if (at(plain, i)->pair > i)
			i = at(plain, i)->pair;
		else if (is(plain, i, "NOT") && is(plain, i + 1, "NULL"))
			cross(plain, i, i + 2);
}

/* Say the columns of a CREATE TABLE's primary key in the words of the model. */
static void
reword_key(Plain *plain, int i)
{
	MigrCtx *ctx = plain->ctx;
	int close = at(plain, i + 3)->pair;
	int from = i + 4;
	const char *table;

	if ((i > 0 && !is(plain, i - 1, ";")) || !is(plain, i, "CREATE") ||
		!is(plain, i + 1, "TABLE") || !is(plain, i + 3, "(") || close < 0)
		return;
	table = migr_lex_name(&ctx->arena, at(plain, i + 2)->text);
	for (int to = from; to <= close; to++)
		if (to == close || is(plain, to, ","))
		{
			reword_column(plain, table, from, to);
			from = to + 1;
		}
		else if (at(plain, to)->pair > to)
			to = at(plain, to)->pair;
}

/* ---- lists ------------------------------------------------------------------------------ */

/* Write "= ANY (ARRAY[a, b])" as IN (a, b), "<> ALL" as NOT IN. */
static void
make_list(Plain *plain, int i)
{
	bool any = is(plain, i, "=") && is(plain, i + 1, "ANY");
	Token *word = &plain->tokens.items[i + 1];
	int close = at(plain, i + 2)->pair;
	int array = i + 3;

	if ((!any && (!is(plain, i, "<>") || !is(plain, i + 1, "ALL"))) ||
		!is(plain, i + 2, "(") || close < 0)
		return;
	while (is(plain, array, "("))
		array++;
	if (!is(plain, array, "ARRAY") || !is(plain, array + 1, "[") ||
		next(plain, at(plain, array + 1)->pair, 1) > at(plain, i + 2)->pair)
		return;
	cross(plain, i, i + 1);
	word->text = migr_span(any ? "IN" : "NOT IN");
	cross(plain, i + 3, array + 2);
	cross(plain, at(plain, array + 1)->pair, close);
}

/* ---- parentheses -------------------------------------------------------------------------- */

/* How strongly a token binds. */
static int
level_of(const Plain *plain, int i)
{
	static const struct
	{
		const char *text;
		int level;
	} levels[] = {{"OR", LEVEL_OR},			 {"AND", LEVEL_AND},
				  {"NOT", LEVEL_NOT},		 {"NOT IN", LEVEL_COMPARE},
				  {"IN", LEVEL_COMPARE},	 {"IS", LEVEL_COMPARE},
				  {"=", LEVEL_COMPARE},		 {"<>", LEVEL_COMPARE},
				  {"<", LEVEL_COMPARE},		 {">", LEVEL_COMPARE},
				  {"<=", LEVEL_COMPARE},	 {">=", LEVEL_COMPARE},
				  {"||", LEVEL_CONCAT},		 {"+", LEVEL_SUM},
				  {"-", LEVEL_SUM},			 {"*", LEVEL_PRODUCT},
				  {"/", LEVEL_PRODUCT},		 {"CASE", LEVEL_UNKNOWN},
				  {"SELECT", LEVEL_UNKNOWN}, {"LIKE", LEVEL_UNKNOWN}};

	for (size_t k = 0; k < LENGTH(levels); k++)
		if (is(plain, i, levels[k].text))
			return levels[k].level;
	return at(plain, i)->kind == MIGR_LEXEME_OTHER &&
				   at(plain, i)->text.len <= 2 &&
				   strchr("0123456789.([)]", at(plain, i)->text.ptr[0]) == NULL
			   ? LEVEL_UNKNOWN
			   : LEVEL_OPERAND;
}

/* The weakest operator between two parentheses; LEVEL_UNKNOWN: better leave it. */
static int
level_within(const Plain *plain, int open)
{
	int least = LEVEL_OPERAND;

	for (int i = open + 1; i < at(plain, open)->pair; i++)
	{
		int level = level_of(plain, i);

		if (at(plain, i)->gone)
			continue;
		if (level == LEVEL_UNKNOWN)
			return LEVEL_UNKNOWN;
		if (level < least)
			least = level;
		if ((is(plain, i, "(") || is(plain, i, "[")) && at(plain, i)->pair > 0)
			i = at(plain, i)->pair;
	}
	return least;
}

/* How strongly what stands beside a parenthesis binds; LEVEL_UNKNOWN: no operator
 * that would let it go. */
static int
level_beside(const Plain *plain, int i)
{
	static const char *const ends[] = {"(", ")", ",", ";", "WHERE", "THEN"};
	int level = level_of(plain, i);

	if (at(plain, i)->kind == MIGR_LEXEME_END)
		return LEVEL_NONE;
	for (size_t k = 0; k < LENGTH(ends); k++)
		if (is(plain, i, ends[k]))
			return LEVEL_NONE;
	/* SQLite has it bind the strongest */
	if (level == LEVEL_CONCAT)
		return LEVEL_PRODUCT;
	return level == LEVEL_OPERAND || level == LEVEL_NOT ? LEVEL_UNKNOWN : level;
}

/* Take parentheses away where what is in them binds stronger than what is beside. */
static void
drop_parentheses(Plain *plain, int open)
{
	int close = at(plain, open)->pair;
	int left = next(plain, open, -1);
	int within = level_within(plain, open);
	int before = level_beside(plain, left);
	int behind = level_beside(plain, next(plain, close, 1));

	if (at(plain, left)->kind == MIGR_LEXEME_SEMICOLON ||
		within == LEVEL_UNKNOWN || before == LEVEL_UNKNOWN ||
		behind == LEVEL_UNKNOWN || within <= before || within <= behind)
		return;
	cross(plain, open, open + 1);
	cross(plain, close, close + 1);
}

/* ---- defaults ------------------------------------------------------------------------------ */

/* Put a default that calls a function in parentheses. */
static void
wrap_default(Plain *plain, int i)
{
	MigrArena *arena = &plain->ctx->arena;
	Token *word = &plain->tokens.items[i];
	int close = at(plain, i + 1)->pair;

	if (!is(plain, i - 1, "DEFAULT") || word->kind != MIGR_LEXEME_WORD ||
		!is(plain, i + 1, "(") || close < 0)
		return;
	word->text = migr_span(
		migr_printf(arena, "(%.*s", (int) word->text.len, word->text.ptr));
	plain->tokens.items[close].text = migr_span("))");
}

/* ---- all of it --------------------------------------------------------------------------- */

/* Print what isn't crossed out. */
static const char *
print(const Plain *plain)
{
	MigrSpan blank = {"", 0};
	MigrStr out;

	migr_str_init(&out, &plain->ctx->arena);
	for (int i = 0; i < plain->tokens.count; i++)
	{
		const Token *token = at(plain, i);

		/* what stood before a parenthesis stands before what was in it */
		if (token->before.len > 0 && (!token->gone || is(plain, i, "(")))
			blank = token->before;
		if (token->gone)
			continue;
		migr_str_add_n(&out, blank.ptr, blank.len);
		migr_str_add_n(&out, token->text.ptr, token->text.len);
		blank.len = 0;
	}
	migr_str_add_n(&out, plain->tail.ptr, plain->tail.len);
	return out.data;
}

/* Take away the parentheses that change nothing. */
static void
drop_all_parentheses(Plain *plain)
{
	for (int i = plain->tokens.count - 1; i >= 0; i--)
		if (is(plain, i, "(") && !at(plain, i)->gone && !at(plain, i)->listed &&
			at(plain, i)->pair > 0)
			drop_parentheses(plain, i);
}

const char *
migr_plain_text(const MigrWordbook *book, const char *text)
{
	Plain plain = {.ctx = book->ctx, .book = book};

	read_tokens(&plain, text);
	pair_up(&plain);
	for (int i = 1; i < plain.tokens.count; i++)
	{
		if (is(&plain, i, "::") && !at(&plain, i)->gone)
			drop_cast(&plain, i);
		else if (is(&plain, i, "USING") && is(&plain, i + 1, "BTREE"))
			cross(&plain, i, i + 2);
	}
	for (int i = 0; i < plain.tokens.count; i++)
		reword_key(&plain, i);
	for (int i = 1; i < plain.tokens.count; i++)
	{
		shorten_type(&plain, i);
		make_list(&plain, i);
	}
	drop_all_parentheses(&plain);
	for (int i = 1; i < plain.tokens.count; i++)
		wrap_default(&plain, i);
	return print(&plain);
}
