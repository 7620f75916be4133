/*
 * portable.c
 *	  Whether statements are ones that both hosts run.  See portable.h.
 *
 * It goes by the tokens: what isn't known to mean the same on both is taken for
 * one host's own.
 */
#include "schema/portable.h"

#include <string.h>

#include "schema/canon.h"
#include "schema/mention.h"
#include "text/cursor.h"
#include "text/lex.h"
#include "text/quote.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Words with a meaning of their own, the same on both hosts. */
static const char *const keywords[] = {
	"ADD",		  "ALTER",		  "ALWAYS",
	"AND",		  "AS",			  "BETWEEN",
	"CASCADE",	  "CASE",		  "CAST",
	"CHECK",	  "COLUMN",		  "COMMENT",
	"CONSTRAINT", "CREATE",		  "CURRENT_DATE",
	"DEFAULT",	  "DEFERRABLE",	  "DEFERRED",
	"DELETE",	  "DROP",		  "ELSE",
	"END",		  "FALSE",		  "FOREIGN",
	"GENERATED",  "IN",			  "INDEX",
	"INITIALLY",  "CURRENT_TIME", "CURRENT_TIMESTAMP",
	"IS",		  "KEY",		  "NO",
	"NOT",		  "NULL",		  "ON",
	"OR",		  "PRIMARY",	  "REFERENCES",
	"RENAME",	  "RESTRICT",	  "SET",
	"STORED",	  "TABLE",		  "THEN",
	"TO",		  "TRUE",		  "UNIQUE",
	"UPDATE",	  "VALID",		  "VALIDATE",
	"VIEW",		  "WHEN",		  "WHERE",
	"ACTION",	  "IMMEDIATE",	  "IF"};

/* Of queries: PostgreSQL prints its views in a way of its own, which SQLite would
 * keep; the other way round they are what the user wrote. */
static const char *const queries[] = {
	"SELECT", "FROM",  "JOIN",	"INNER", "LEFT",   "OUTER",	   "UNION",
	"ALL",	  "GROUP", "ORDER", "BY",	 "HAVING", "DISTINCT", "EXISTS"};

static const char *const types[] = {
	"SMALLINT", "INTEGER",	 "INT",		  "BIGINT",	 "REAL",
	"DOUBLE",	"PRECISION", "NUMERIC",	  "DECIMAL", "BOOLEAN",
	"CHAR",		"CHARACTER", "VARYING",	  "VARCHAR", "TEXT",
	"DATE",		"TIME",		 "TIMESTAMP", "FLOAT",	 "JSON"};

static const char *const functions[] = {
	"ABS", "CAST", "COALESCE", "COUNT",	  "LENGTH", "LOWER",
	"MAX", "MIN",  "NULLIF",   "REPLACE", "SUM",	"UPPER"};

/* Words that may stand before a parenthesis, beside types and functions. */
static const char *const openers[] = {
	"AND",	  "AS",		"BETWEEN", "BY",	 "CASE", "CHECK", "DEFAULT", "ELSE",
	"EXISTS", "FROM",	"HAVING",  "IN",	 "JOIN", "KEY",	  "NOT",	 "ON",
	"OR",	  "SELECT", "THEN",	   "UNIQUE", "WHEN", "WHERE"};

/* Types that may have a length. */
static const char *const measured[] = {"NUMERIC",	"DECIMAL",	"CHAR",
									   "CHARACTER", "VARYING",	"VARCHAR",
									   "TIME",		"TIMESTAMP"};

static const char *const operators[] = {
	"=", "<>", "!=", "<",  ">", "<=", ">=", "+",
	"-", "*",  "/",	 "||", "(", ")",  ",",	"."};

/* ---- the words ------------------------------------------------------------------ */

/* Sorts of types: PostgreSQL converts within the first two without being told how. */
enum
{
	SORT_TEXT,
	SORT_NUMBER,
	SORT_OTHER
};

/* The sort of a type. */
static int
sort_of(const char *type)
{
	static const char *const texts[] = {"char", "varchar", "text"};
	static const char *const numbers[] = {"smallint", "int",	"bigint",
										  "real",	  "double", "numeric",
										  "decimal",  "float"};

	for (size_t i = 0; i < LENGTH(texts); i++)
		if (strncmp(type, texts[i], strlen(texts[i])) == 0)
			return SORT_TEXT;
	for (size_t i = 0; i < LENGTH(numbers); i++)
		if (strncmp(type, numbers[i], strlen(numbers[i])) == 0)
			return SORT_NUMBER;
	return SORT_OTHER;
}

/* Do both hosts know a type?  Its words are those of the list, with a length
 * perhaps. */
static bool
is_known_type(const char *type)
{
	MigrCursor cursor = {type, type + strlen(type), true};
	MigrLexeme lexeme = migr_cursor_solid(&cursor);

	do
	{
		if (lexeme.kind != MIGR_LEXEME_WORD ||
			!migr_lex_is_one_of(lexeme.text, types, LENGTH(types)))
			return false;
		lexeme = migr_cursor_solid(&cursor);
	} while (lexeme.kind != MIGR_LEXEME_END && !migr_span_is(lexeme.text, "("));
	return true;
}

bool
migr_is_portable_cast(const char *from, const char *to)
{
	bool flag = strcmp(from, "boolean") == 0 || strcmp(to, "boolean") == 0;
	int sorts[] = {sort_of(from), sort_of(to)};

	if (!is_known_type(from) || !is_known_type(to))
		return false;
	if (sorts[0] == SORT_TEXT || sorts[1] == SORT_TEXT)
		return true;
	/* PostgreSQL casts but one type of numbers to a boolean and back */
	if (flag)
		return strncmp(from, "int", 3) == 0 || strncmp(to, "int", 3) == 0;
	return sorts[0] == sorts[1] &&
		   (sorts[0] == SORT_NUMBER ||
			(strcmp(from, "time") != 0 && strcmp(to, "time") != 0));
}

/* Learn what a column is. */
static void
learn_column(MigrWordbook *book, const MigrObject *column, MigrSpan key)
{
	const char *type = migr_object_get(column, MIGR_COLUMN_TYPE);
	int sort = type != NULL ? sort_of(type) : SORT_OTHER;

	if (type == NULL)
		migr_map_put(&book->untyped, key, 1);
	else if (strcmp(type, "boolean") == 0)
		migr_map_put(&book->flags, key, 1);
	if (sort != SORT_TEXT)
		migr_map_put(&book->strange, key, 1);
	migr_map_put(&book->sorts, key, sort);
	if (sort == SORT_OTHER || migr_map_get(&book->sorts, key) != sort)
		migr_map_put(&book->retyped, key, 1);
}

/* Learn the name of an object. */
static void
learn(MigrWordbook *book, const MigrObject *object)
{
	MigrSpan key = migr_mention_key(book->ctx, object->name);

	switch (object->kind)
	{
		case MIGR_TABLE:
		case MIGR_VIEW:
			migr_map_put(&book->tables, key, 1);
			break;
		case MIGR_COLUMN:
			learn_column(book, object, key);
			break;
		case MIGR_CONSTRAINT:
		case MIGR_INDEX:
			break;
		default:
			return;
	}
	migr_map_put(&book->names, key, 1);
}

void
migr_wordbook_init(MigrCtx *ctx, MigrDialect dialect, const MigrSchema *a,
				   const MigrSchema *b, MigrWordbook *out)
{
	const MigrSchema *both[] = {a, b};

	out->ctx = ctx;
	out->dialect = dialect;
	migr_map_init(&out->names, &ctx->arena, a->objects.count);
	migr_map_init(&out->tables, &ctx->arena, 16);
	migr_map_init(&out->strange, &ctx->arena, 16);
	migr_map_init(&out->sorts, &ctx->arena, 16);
	migr_map_init(&out->retyped, &ctx->arena, 16);
	migr_map_init(&out->untyped, &ctx->arena, 16);
	migr_map_init(&out->flags, &ctx->arena, 16);
	migr_map_init(&out->keys, &ctx->arena, 16);
	for (size_t i = 0; i < LENGTH(both); i++)
		for (int k = 0; k < both[i]->objects.count; k++)
			learn(out, both[i]->objects.items[k]);
}

/* ---- looking through ---------------------------------------------------------------- */

/* Where looking is, in a text. */
typedef struct Look
{
	const MigrWordbook *book;
	MigrCursor cursor;
	MigrSpan first; /* word of the statement */
	bool index;		/* is it a CREATE INDEX? */
	bool view;		/* is it about a view? */
	bool flagged;	/* does it speak of what is boolean? */
	bool digit;		/* has it a 0 or a 1? */
	bool joins;		/* has it a ||, */
	bool counts;	/* or a + or the like? */
	MigrLexeme last;
} Look;

/* Is a word of a map? */
static bool
knows(const Look *look, const MigrMap *map, MigrSpan name)
{
	MigrCtx *ctx = look->book->ctx;

	return migr_map_get(
			   map, migr_mention_key(ctx, migr_span_dup(&ctx->arena, name))) !=
		   MIGR_MAP_NONE;
}

/* Is a name one that neither host reserves? */
static bool
is_free(const Look *look, MigrSpan word)
{
	MigrCtx *ctx = look->book->ctx;
	MigrSpan key = migr_mention_key(ctx, migr_span_dup(&ctx->arena, word));
	const char *low = migr_span_dup(&ctx->arena, key);
	MigrCanon canon = {.ctx = ctx, .keep = true};
	MigrName name = {migr_span(migr_quote_name(&ctx->arena, low)), low};

	return strcmp(migr_canon_name(&canon, &name), low) == 0;
}

/* What stands next; nothing is taken. */
static MigrLexeme
ahead(const Look *look)
{
	MigrCursor cursor = look->cursor;

	return migr_cursor_solid(&cursor);
}

/* Is the lexeme a word, this one? */
static bool
is_word(const MigrLexeme *lexeme, const char *word)
{
	return lexeme->kind == MIGR_LEXEME_WORD && migr_lex_is(lexeme->text, word);
}

/* The name that was last. */
static MigrSpan
name_at(const Look *look)
{
	return look->last.kind == MIGR_LEXEME_QUOTED
			   ? migr_span(
					 migr_lex_name(&look->book->ctx->arena, look->last.text))
			   : look->last.text;
}

/* May a keyword stand where it does? */
static bool
allows_keyword(Look *look, MigrSpan word)
{
	MigrLexeme next = ahead(look);

	if (migr_lex_is(word, "IS"))
		return is_word(&next, "NULL") || is_word(&next, "NOT") ||
			   (next.kind == MIGR_LEXEME_STRING &&
				migr_lex_is(look->first, "COMMENT"));
	/* PostgreSQL has neither in a key, SQLite no NULLS in an index */
	if (migr_lex_is(word, "ASC") || migr_lex_is(word, "DESC"))
		return look->index;
	/* what SQLite converts, PostgreSQL wants to be told how */
	if (migr_lex_is(word, "TYPE"))
		return look->book->dialect == MIGR_POSTGRESQL ||
			   !knows(look, &look->book->retyped, name_at(look));
	/* SQLite's types end with their length */
	if (migr_lex_is(word, "WITH") || migr_lex_is(word, "WITHOUT"))
		return is_word(&next, "TIME") && !migr_span_is(look->last.text, ")");
	if (migr_lex_is(word, "ZONE"))
		return is_word(&look->last, "TIME");
	return migr_lex_is_one_of(word, keywords, LENGTH(keywords)) ||
		   (look->book->dialect == MIGR_SQLITE &&
			migr_lex_is_one_of(word, queries, LENGTH(queries)));
}

/* May a name stand where it does? */
static bool
allows_name(Look *look, MigrSpan name, bool bare)
{
	MigrLexeme next = ahead(look);

	look->flagged |= knows(look, &look->book->flags, name);
	if (knows(look, &look->book->untyped, name) ||
		(bare && !is_free(look, name)))
		return false;
	if (migr_span_is(next.text, "("))
		return knows(look, &look->book->tables, name);
	return knows(look, &look->book->names, name) ||
		   (look->view && is_word(&look->last, "AS"));
}

/* Can a type be meant by a word that a parenthesis follows? */
static bool
is_measured(const Look *look, MigrSpan word)
{
	const MigrLexeme *last = &look->last;

	return migr_lex_is_one_of(word, measured, LENGTH(measured)) &&
		   (last->kind == MIGR_LEXEME_QUOTED ||
			(last->kind == MIGR_LEXEME_WORD &&
			 !migr_lex_is_one_of(last->text, openers, LENGTH(openers))));
}

/* May a word stand where it does? */
static bool
allows_word(Look *look, MigrSpan word)
{
	MigrLexeme next = ahead(look);

	if (next.kind == MIGR_LEXEME_STRING && next.text.ptr == word.ptr + word.len)
		return false; /* x'00' */
	/* SQLite wants parentheses there */
	if (is_word(&look->last, "DEFAULT") &&
		(migr_span_is(next.text, "(") || migr_lex_is(word, "CASE") ||
		 migr_lex_is(word, "NOT")))
		return false;
	look->flagged |= migr_lex_is(word, "BOOLEAN");
	/* a keyword's name */
	if (knows(look, &look->book->names, word) && !is_free(look, word))
		return false;
	if (!migr_span_is(next.text, "("))
		return migr_lex_is_one_of(word, types, LENGTH(types)) ||
			   allows_keyword(look, word) || allows_name(look, word, true);
	if (migr_lex_is_one_of(word, openers, LENGTH(openers)))
		return allows_keyword(look, word);
	return migr_lex_is_one_of(word, functions, LENGTH(functions)) ||
		   is_measured(look, word) || allows_name(look, word, true);
}

/* May a name in quotes stand where it does?  SQLite knows other quotes, and
 * takes one that it doesn't know for a string. */
static bool
allows_quoted(Look *look, MigrSpan quoted)
{
	MigrCtx *ctx = look->book->ctx;

	return quoted.ptr[0] == '"' &&
		   allows_name(look, migr_span(migr_lex_name(&ctx->arena, quoted)),
					   false);
}

/* Look back at what stood up to a comma, or the end.  PostgreSQL takes no number for
 * a boolean, and which of || and + binds stronger is another one there; it prints
 * all parentheses. */
static bool
end_clause(Look *look)
{
	bool good =
		look->book->dialect == MIGR_POSTGRESQL ||
		((!look->flagged || !look->digit) && (!look->joins || !look->counts));

	look->flagged = look->digit = look->joins = look->counts = false;
	return good;
}

/* May an operator, of one byte or two, or a number stand where it does? */
static bool
allows_other(Look *look, MigrSpan text)
{
	static const char marks[] = "=<>|!&~^#%@?:+-*/";
	MigrLexeme next = ahead(look);

	if (text.ptr[0] >= '0' && text.ptr[0] <= '9')
	{
		look->digit |= migr_span_is(text, "0") || migr_span_is(text, "1");
		return true;
	}
	if (migr_span_is(text, ","))
		return end_clause(look);
	while (next.text.len == 1 && next.text.ptr == text.ptr + text.len &&
		   strchr(marks, text.ptr[0]) != NULL &&
		   strchr(marks, next.text.ptr[0]) != NULL)
	{
		migr_cursor_solid(&look->cursor);
		text.len++;
		next = ahead(look);
	}
	look->joins |= migr_span_is(text, "||");
	look->counts |= text.len == 1 && strchr("+-*/", text.ptr[0]) != NULL;
	for (size_t i = 0; i < LENGTH(operators); i++)
		if (migr_span_is(text, operators[i]))
			return true;
	return false;
}

/* Is it one of the statements that both have? */
static bool
begin_statement(Look *look, MigrSpan word)
{
	MigrLexeme next = ahead(look);

	look->first = word;
	look->index = migr_lex_is(word, "CREATE") &&
				  (is_word(&next, "INDEX") || is_word(&next, "UNIQUE"));
	look->view = is_word(&next, "VIEW");
	if (migr_lex_is(word, "COMMENT"))
		return is_word(&next, "ON");
	if (migr_lex_is(word, "ALTER"))
		return is_word(&next, "TABLE");
	return (migr_lex_is(word, "CREATE") || migr_lex_is(word, "DROP")) &&
		   (look->index || is_word(&next, "TABLE") || is_word(&next, "INDEX") ||
			is_word(&next, "VIEW"));
}

/* May a token stand where it does? */
static bool
allows(Look *look, const MigrLexeme *lexeme)
{
	if (look->first.ptr == NULL)
		return lexeme->kind == MIGR_LEXEME_WORD &&
			   begin_statement(look, lexeme->text);
	switch (lexeme->kind)
	{
		case MIGR_LEXEME_WORD:
			return allows_word(look, lexeme->text);
		case MIGR_LEXEME_QUOTED:
			return allows_quoted(look, lexeme->text);
		case MIGR_LEXEME_OTHER:
			return allows_other(look, lexeme->text);
		case MIGR_LEXEME_STRING:
			return true;
		case MIGR_LEXEME_SEMICOLON:
			look->first.ptr = NULL;
			return end_clause(look);
		default:
			return false;
	}
}

bool
migr_is_portable(const MigrWordbook *book, const char *text)
{
	Look look = {.book = book};

	look.cursor.at = text;
	look.cursor.end = text + strlen(text);
	look.cursor.pg = book->dialect == MIGR_POSTGRESQL;
	for (;;)
	{
		MigrLexeme lexeme = migr_cursor_solid(&look.cursor);

		if (lexeme.kind == MIGR_LEXEME_END)
			return look.first.ptr == NULL;
		if (!allows(&look, &lexeme))
			return false;
		look.last = lexeme;
	}
}
