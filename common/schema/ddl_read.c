/*
 * ddl_read.c
 *	  Read a statement of SQLite's, token by token.  See ddl_read.h.
 *
 * Nothing recurses: parentheses are counted, and those of a key's member are
 * linked to their partners.
 */
#include "schema/ddl_read.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* how much of a token an error shows */
#define SHOWN_MAX 60

/* The keywords that parse.y doesn't let fall back to a name. */
static const char *const reserved[] = {
	"ADD",		  "ALL",	 "ALTER",		 "AND",		   "AS",
	"BETWEEN",	  "CASE",	 "CHECK",		 "COLLATE",	   "COMMIT",
	"CONSTRAINT", "CREATE",	 "DEFAULT",		 "DEFERRABLE", "DELETE",
	"DISTINCT",	  "DROP",	 "ELSE",		 "ESCAPE",	   "EXCEPT",
	"EXISTS",	  "FOREIGN", "FROM",		 "GROUP",	   "HAVING",
	"IN",		  "INDEX",	 "INSERT",		 "INTERSECT",  "INTO",
	"IS",		  "ISNULL",	 "JOIN",		 "LIMIT",	   "NOT",
	"NOTHING",	  "NOTNULL", "NULL",		 "ON",		   "OR",
	"ORDER",	  "PRIMARY", "REFERENCES",	 "RETURNING",  "SELECT",
	"SET",		  "TABLE",	 "THEN",		 "TO",		   "TRANSACTION",
	"UNION",	  "UNIQUE",	 "UPDATE",		 "USING",	   "VALUES",
	"WHEN",		  "WHERE",	 "AUTOINCREMENT"};

/* Those of joins: names where one can't be meant. */
static const char *const joins[] = {"CROSS",   "FULL",	"INNER", "LEFT",
									"NATURAL", "OUTER", "RIGHT"};

bool
migr_is_reserved(MigrSpan word)
{
	return migr_lex_is_one_of(word, reserved, LENGTH(reserved));
}

/* Does a quoted text end with its quote?  A doubled one is none. */
static bool
is_closed(MigrSpan token)
{
	char quote = token.ptr[0];
	size_t i = 1;

	if (quote == '[')
		return token.len > 1 && token.ptr[token.len - 1] == ']';
	while (i < token.len)
	{
		if (token.ptr[i] != quote)
			i++;
		else if (i + 1 < token.len && token.ptr[i + 1] == quote)
			i += 2;
		else
			return true;
	}
	return false;
}

/* Does a token lack its end? */
static bool
is_open(MigrTokenKind kind, MigrSpan token)
{
	if (kind == MIGR_TOKEN_STRING || kind == MIGR_TOKEN_QUOTED)
		return !is_closed(token);
	return kind == MIGR_TOKEN_BLOB &&
		   (token.len < 3 || token.ptr[token.len - 1] != '\'');
}

void
migr_read_next(MigrReader *reader)
{
	MigrToken token;

	reader->last = reader->token;
	do
	{
		token = migr_lex(reader->rest);
		reader->kind = token.kind;
		reader->token.ptr = reader->rest.ptr;
		reader->token.len = token.len;
		reader->rest.ptr += token.len;
		reader->rest.len -= token.len;
	} while (token.kind == MIGR_TOKEN_SPACE);
	if (is_open(token.kind, reader->token))
	{
		reader->open = true;
		reader->kind = MIGR_TOKEN_END;
	}
}

void
migr_read_begin(MigrReader *reader, MigrCtx *ctx, MigrSpan text)
{
	const char *nul;

	memset(reader, 0, sizeof(*reader));
	reader->ctx = ctx;
	reader->rest = text;
	/* arithmetic on a NULL pointer isn't defined */
	if (text.ptr == NULL)
		reader->rest = migr_span("");
	/* SQLite reads to a NUL */
	nul = memchr(reader->rest.ptr, '\0', reader->rest.len);
	if (nul != NULL)
		reader->rest.len = (size_t) (nul - reader->rest.ptr);
	migr_read_next(reader);
}

bool
migr_read_at(const MigrReader *reader, const char *word)
{
	return reader->kind == MIGR_TOKEN_WORD && migr_lex_is(reader->token, word);
}

const char *
migr_read_at_one(const MigrReader *reader, const char *const *words)
{
	while (*words != NULL && !migr_read_at(reader, *words))
		words++;
	return *words;
}

bool
migr_read_at_char(const MigrReader *reader, char c)
{
	return reader->kind == MIGR_TOKEN_OTHER && reader->token.ptr[0] == c;
}

bool
migr_read_word(MigrReader *reader, const char *word)
{
	if (!migr_read_at(reader, word))
		return false;
	migr_read_next(reader);
	return true;
}

bool
migr_read_char(MigrReader *reader, char c)
{
	if (!migr_read_at_char(reader, c))
		return false;
	migr_read_next(reader);
	return true;
}

/* Is a token a name of a class? */
static bool
is_name(MigrTokenKind kind, MigrSpan token, MigrNameClass class)
{
	if (kind == MIGR_TOKEN_QUOTED)
		return true;
	if (kind == MIGR_TOKEN_STRING)
		return class != MIGR_NAME_VALUE;
	if (kind != MIGR_TOKEN_WORD || migr_is_reserved(token))
		return false;
	if (migr_lex_is_one_of(token, joins, LENGTH(joins)))
		return class == MIGR_NAME_ANY;
	return class != MIGR_NAME_TYPE || !migr_lex_is(token, "INDEXED");
}

bool
migr_read_at_name(const MigrReader *reader, MigrNameClass class)
{
	return is_name(reader->kind, reader->token, class);
}

/* Set a name by its token. */
static void
set_name(MigrReader *reader, MigrSpan token, MigrName *out)
{
	out->text = token;
	out->name = migr_lex_name(&reader->ctx->arena, token);
}

bool
migr_read_name(MigrReader *reader, MigrNameClass class, MigrName *out)
{
	if (!migr_read_at_name(reader, class))
		return false;
	set_name(reader, reader->token, out);
	migr_read_next(reader);
	return true;
}

bool
migr_read_fail(MigrReader *reader)
{
	size_t len = reader->token.len;

	if (reader->kind == MIGR_TOKEN_END && !reader->open)
		return migr_fail(reader->ctx, MIGR_ERR_STATEMENT, "incomplete input");
	if (len > SHOWN_MAX)
	{
		/* don't cut in the middle of a character */
		len = SHOWN_MAX;
		while (len > 0 &&
			   ((unsigned char) reader->token.ptr[len] & 0xC0) == 0x80)
			len--;
	}
	if (reader->open)
		return migr_fail(reader->ctx, MIGR_ERR_STATEMENT,
						 "unrecognized token: \"%.*s\"", (int) len,
						 reader->token.ptr);
	return migr_fail(reader->ctx, MIGR_ERR_STATEMENT,
					 "near \"%.*s\": syntax error", (int) len,
					 reader->token.ptr);
}

bool
migr_read_need(MigrReader *reader, const char *word)
{
	return migr_read_word(reader, word) || migr_read_fail(reader);
}

bool
migr_read_need_char(MigrReader *reader, char c)
{
	return migr_read_char(reader, c) || migr_read_fail(reader);
}

bool
migr_read_need_name(MigrReader *reader, MigrNameClass class, MigrName *out)
{
	return migr_read_name(reader, class, out) || migr_read_fail(reader);
}

MigrSpan
migr_read_since(const MigrReader *reader, const char *from)
{
	MigrSpan span = {from, 0};

	span.len = (size_t) (reader->last.ptr + reader->last.len - from);
	return span;
}

/* Take tokens until so many open parentheses are closed; 0: to the end. */
static bool
skip(MigrReader *reader, size_t depth)
{
	bool to_end = depth == 0;

	while (to_end || depth > 0)
	{
		if (reader->kind == MIGR_TOKEN_END ||
			reader->kind == MIGR_TOKEN_SEMICOLON)
			return (to_end && depth == 0 && !reader->open) ||
				   migr_read_fail(reader);
		if (migr_read_at_char(reader, '('))
			depth++;
		else if (migr_read_at_char(reader, ')') && depth-- == 0)
			return migr_read_fail(reader);
		migr_read_next(reader);
	}
	return true;
}

bool
migr_read_group(MigrReader *reader, MigrSpan *out)
{
	const char *from = reader->token.ptr;

	if (!migr_read_need_char(reader, '('))
		return false;
	if (migr_read_at_char(reader, ')'))
		return migr_read_fail(reader);
	if (!skip(reader, 1))
		return false;
	*out = migr_read_since(reader, from);
	return true;
}

bool
migr_read_rest(MigrReader *reader, MigrSpan *out)
{
	const char *from = reader->token.ptr;

	if (reader->kind == MIGR_TOKEN_END || reader->kind == MIGR_TOKEN_SEMICOLON)
		return migr_read_fail(reader);
	if (!skip(reader, 0))
		return false;
	*out = migr_read_since(reader, from);
	return true;
}

bool
migr_read_end(MigrReader *reader)
{
	while (reader->kind == MIGR_TOKEN_SEMICOLON)
		migr_read_next(reader);
	if (reader->kind != MIGR_TOKEN_END || reader->open)
		return migr_read_fail(reader);
	return true;
}

/* ---- members of keys ---- */

/* A token of a key's member. */
typedef struct Piece
{
	MigrSpan text;
	MigrTokenKind kind;
	int partner; /* of a parenthesis */
} Piece;

typedef MIGR_VEC(Piece) Pieces;

/* Is a piece this word, this byte? */
static bool
is_word(const Piece *piece, const char *word)
{
	return piece->kind == MIGR_TOKEN_WORD && migr_lex_is(piece->text, word);
}

static bool
is_char(const Piece *piece, char c)
{
	return piece->kind == MIGR_TOKEN_OTHER && piece->text.ptr[0] == c;
}

/* Take the tokens of one member, to the comma or parenthesis behind it. */
static bool
take_pieces(MigrReader *reader, Pieces *pieces)
{
	int open = -1; /* the innermost "(": its partner is the one around it */

	for (;;)
	{
		Piece piece = {reader->token, reader->kind, -1};

		if (piece.kind == MIGR_TOKEN_END || piece.kind == MIGR_TOKEN_SEMICOLON)
			return migr_read_fail(reader);
		if (open < 0 && (is_char(&piece, ',') || is_char(&piece, ')') ||
						 is_word(&piece, "AUTOINCREMENT")))
			return pieces->count > 0 || migr_read_fail(reader);
		if (is_char(&piece, '('))
		{
			piece.partner = open;
			open = pieces->count;
		}
		else if (is_char(&piece, ')'))
		{
			piece.partner = open;
			open = pieces->items[piece.partner].partner;
			pieces->items[piece.partner].partner = pieces->count;
		}
		migr_vec_push(&reader->ctx->arena, pieces, piece);
		migr_read_next(reader);
	}
}

/* Can an expression end with this piece?  Else a word behind it is its operand. */
static bool
ends_expression(const Piece *piece)
{
	switch (piece->kind)
	{
		case MIGR_TOKEN_WORD:
			return !migr_is_reserved(piece->text) || is_word(piece, "NULL") ||
				   is_word(piece, "ISNULL") || is_word(piece, "NOTNULL");
		case MIGR_TOKEN_OTHER:
			return is_char(piece, ')');
		default:
			return true;
	}
}

/*
 * Is what stands from one piece to another one operand, so that a COLLATE
 * behind it is about all of it?  SQLite binds that tighter than any operator
 * with two operands, and looser than a sign.
 */
static bool
is_operand(const Pieces *pieces, int from, int to)
{
	const Piece *items = pieces->items;

	while (from < to &&
		   (is_char(&items[from], '-') || is_char(&items[from], '+') ||
			is_char(&items[from], '~')))
		from++;
	if (from == to)
		return true;
	if (is_char(&items[from], '('))
		return items[from].partner == to;
	if (is_word(&items[from], "CASE"))
		return is_word(&items[to], "END");
	/* a function, but not NOT (x) */
	if (is_char(&items[from + 1], '(') && ends_expression(&items[from]))
		return items[from + 1].partner == to;
	while (from + 2 <= to && is_char(&items[from + 1], '.'))
		from += 2;
	return from == to;
}

/*
 * Take COLLATE off the end of the pieces, as often as it stands there; the last
 * counts.
 */
static void
strip_collations(MigrReader *reader, const Pieces *pieces, int from, int *to,
				 MigrName *out)
{
	int last = *to;

	while (last - 2 >= from && is_word(&pieces->items[last - 1], "COLLATE"))
		last -= 2;
	if (last == *to || !is_operand(pieces, from, last))
		return;
	if (out->name == NULL)
		set_name(reader, pieces->items[*to].text, out);
	*to = last;
}

/* The text from one piece to another. */
static MigrSpan
text_of(const Pieces *pieces, int from, int to)
{
	MigrSpan first = pieces->items[from].text;
	MigrSpan last = pieces->items[to].text;
	MigrSpan span = {first.ptr, (size_t) (last.ptr + last.len - first.ptr)};

	return span;
}

/* Understand a member's pieces. */
static void
set_part(MigrReader *reader, const Pieces *pieces, MigrKeyPart *out)
{
	const Piece *items = pieces->items;
	int from = 0;
	int to = pieces->count - 1;

	out->text = text_of(pieces, from, to);
	/* ASC and DESC are names as well */
	if (to > 0 && (is_word(&items[to], "ASC") || is_word(&items[to], "DESC")) &&
		ends_expression(&items[to - 1]))
		out->descending = is_word(&items[to--], "DESC");
	strip_collations(reader, pieces, from, &to, &out->collation);
	out->expr = text_of(pieces, from, to);
	/* (a) is the column a */
	while (is_char(&items[from], '(') && items[from].partner == to &&
		   from + 1 < to)
	{
		from++;
		to--;
		strip_collations(reader, pieces, from, &to, &out->collation);
	}
	if (from == to && is_name(items[to].kind, items[to].text, MIGR_NAME_ANY))
		set_name(reader, items[to].text, &out->column);
}

bool
migr_read_parts(MigrReader *reader, MigrKeyParts *out, bool *autoincrement)
{
	if (!migr_read_need_char(reader, '('))
		return false;
	do
	{
		MigrKeyPart part;
		Pieces pieces = {0};

		memset(&part, 0, sizeof(part));
		if (!take_pieces(reader, &pieces))
			return false;
		set_part(reader, &pieces, &part);
		migr_vec_push(&reader->ctx->arena, out, part);
	} while (migr_read_char(reader, ','));
	if (autoincrement != NULL)
		*autoincrement = migr_read_word(reader, "AUTOINCREMENT");
	return migr_read_need_char(reader, ')');
}
