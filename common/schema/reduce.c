/*
 * reduce.c
 *	  SQLite's expressions said by what they compute.  See reduce.h.
 *
 * An operator-precedence parser by SQLite's grammar, which prints as it reads.
 * Where it meets what it doesn't know, it gives up, and the text stays.
 */
#include "schema/reduce.h"

#include <string.h>

#include "schema/ddl_read.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* How deep an expression may be. */
#define DEPTH_LIMIT 100

/* How strongly an operator binds: in the order of SQLite's parse.y. */
enum
{
	LEVEL_NONE,
	LEVEL_OR,
	LEVEL_AND,
	LEVEL_NOT,
	LEVEL_EQUAL,
	LEVEL_COMPARE,
	LEVEL_BITS,
	LEVEL_SUM,
	LEVEL_PRODUCT,
	LEVEL_CONCAT,
	LEVEL_COLLATE,
	LEVEL_SIGN,
	LEVEL_OPERAND
};

/* A part of an expression. */
typedef struct Part
{
	MigrStr text;
	int level;	  /* its weakest operator's */
	bool literal; /* is it a number or a string? */
	bool rolled; /* may it give another value, or grow much, when said twice? */
} Part;

typedef struct Parser
{
	MigrReader reader;
	int depth;
	bool lost; /* has something come that isn't known here? */
} Parser;

static Part parse(Parser *parser, int least);

/* ---- parts ---- */

/* Make a part of a text. */
static Part
part_of(Parser *parser, MigrSpan text, int level)
{
	Part part = {.level = level};

	migr_str_init(&part.text, &parser->reader.ctx->arena);
	migr_str_add_n(&part.text, text.ptr, text.len);
	return part;
}

/* Give up. */
static Part
give_up(Parser *parser)
{
	parser->lost = true;
	return part_of(parser, migr_span(""), LEVEL_OPERAND);
}

/* Append a part; what binds weaker than a level is put in parentheses. */
static void
add(Part *out, const Part *part, int level)
{
	bool open = part->level < level;

	migr_str_printf(&out->text, "%s%s%s", open ? "(" : "", part->text.data,
					open ? ")" : "");
	out->rolled |= part->rolled;
}

/* Make a part an operator's left side. */
static void
make_left(Parser *parser, Part *left, int level)
{
	Part whole = part_of(parser, migr_span(""), level);

	if (left->level < level)
	{
		add(&whole, left, level);
		*left = whole;
	}
	left->level = level;
	left->literal = false;
}

/* ---- operands ---- */

/* Parse what stands between commas up to a closing parenthesis. */
static Part
parse_list(Parser *parser, Part *out)
{
	Part one = parse(parser, LEVEL_NONE);

	add(out, &one, LEVEL_NONE);
	while (migr_read_char(&parser->reader, ','))
	{
		Part more = parse(parser, LEVEL_NONE);

		migr_str_add(&out->text, ", ");
		add(out, &more, LEVEL_NONE);
		one.level = LEVEL_NONE; /* a row */
		one.literal = false;
	}
	if (!migr_read_char(&parser->reader, ')'))
		parser->lost = true;
	return one;
}

/* Parse what stands in parentheses: an expression, or a row. */
static Part
parse_group(Parser *parser)
{
	Part row = part_of(parser, migr_span("("), LEVEL_OPERAND);
	Part one = parse_list(parser, &row);

	if (one.level != LEVEL_NONE)
		return one;
	migr_str_add(&row.text, ")");
	return row;
}

/* Parse a function's arguments; its name has been taken. */
static void
parse_call(Parser *parser, Part *name)
{
	/* those of no others do we know that they are functions of their arguments */
	static const char *const steady[] = {
		"ABS",	  "COALESCE", "LENGTH", "LOWER", "NULLIF", "REPLACE", "ROUND",
		"SUBSTR", "TRIM",	  "UPPER",	"LTRIM", "RTRIM",  "IFNULL",  "INSTR"};

	name->rolled =
		!migr_lex_is_one_of(parser->reader.last, steady, LENGTH(steady));
	migr_read_next(&parser->reader);
	migr_str_add(&name->text, "(");
	if (!migr_read_char(&parser->reader, ')'))
		parse_list(parser, name);
	migr_str_add(&name->text, ")");
}

/* Parse CAST; its word has been taken. */
static Part
parse_cast(Parser *parser)
{
	Part cast = part_of(parser, migr_span("CAST("), LEVEL_OPERAND);
	MigrReader *reader = &parser->reader;
	Part value;
	MigrSpan type;
	int open = 0;

	migr_read_next(reader);
	value = parse(parser, LEVEL_NONE);
	add(&cast, &value, LEVEL_NONE);
	if (!migr_read_word(reader, "AS"))
		return give_up(parser);
	type.ptr = reader->token.ptr;
	while (reader->kind != MIGR_TOKEN_END &&
		   (open > 0 || !migr_read_at_char(reader, ')')))
	{
		open += migr_read_at_char(reader, '(') - migr_read_at_char(reader, ')');
		migr_read_next(reader);
	}
	type.len = (size_t) (reader->last.ptr + reader->last.len - type.ptr);
	if (!migr_read_char(reader, ')'))
		return give_up(parser);
	migr_str_printf(&cast.text, " AS %.*s)", (int) type.len, type.ptr);
	return cast;
}

/* Append a word and an expression behind it. */
static void
add_branch(Parser *parser, Part *out, const char *word)
{
	Part part = parse(parser, LEVEL_NONE);

	migr_str_printf(&out->text, " %s", word);
	migr_str_add_char(&out->text, ' ');
	add(out, &part, LEVEL_NONE);
}

/* Parse CASE; its word has been taken. */
static Part
parse_case(Parser *parser)
{
	Part out = part_of(parser, migr_span("CASE"), LEVEL_OPERAND);
	MigrReader *reader = &parser->reader;

	if (!migr_read_at(reader, "WHEN"))
	{
		Part value = parse(parser, LEVEL_NONE);

		migr_str_add_char(&out.text, ' ');
		add(&out, &value, LEVEL_NONE);
	}
	while (!parser->lost && migr_read_word(reader, "WHEN"))
	{
		add_branch(parser, &out, "WHEN");
		if (!migr_read_word(reader, "THEN"))
			return give_up(parser);
		add_branch(parser, &out, "THEN");
	}
	if (migr_read_word(reader, "ELSE"))
		add_branch(parser, &out, "ELSE");
	if (!migr_read_word(reader, "END"))
		return give_up(parser);
	migr_str_add(&out.text, " END");
	return out;
}

/* Parse a name, of a column or a function, or a word that is a value. */
static Part
parse_name(Parser *parser)
{
	static const char *const values[] = {"NULL", "CURRENT_DATE", "CURRENT_TIME",
										 "CURRENT_TIMESTAMP"};
	MigrReader *reader = &parser->reader;
	MigrSpan word = reader->token;
	Part name = part_of(parser, word, LEVEL_OPERAND);
	bool bare = reader->kind == MIGR_TOKEN_WORD;
	bool value = bare && migr_lex_is_one_of(word, values, LENGTH(values));

	if (bare && !value && migr_is_reserved(word))
		return give_up(parser);
	migr_read_next(reader);
	while (!value && migr_read_char(reader, '.'))
	{
		if (reader->kind != MIGR_TOKEN_WORD &&
			reader->kind != MIGR_TOKEN_QUOTED)
			return give_up(parser);
		migr_str_printf(&name.text, ".%.*s", (int) reader->token.len,
						reader->token.ptr);
		migr_read_next(reader);
	}
	if (!value && migr_read_at_char(reader, '('))
		parse_call(parser, &name);
	return name;
}

/* Parse a sign, and what it is for. */
static Part
parse_sign(Parser *parser)
{
	Part out = part_of(parser, parser->reader.token, LEVEL_SIGN);
	Part value;

	migr_read_next(&parser->reader);
	value = parse(parser, LEVEL_SIGN);
	/* two would begin a comment */
	if (value.text.len > 0 && value.text.data[0] == out.text.data[0])
		migr_str_add_char(&out.text, ' ');
	add(&out, &value, LEVEL_SIGN);
	out.literal = value.literal;
	return out;
}

/* Parse what stands before the first operator. */
static Part
parse_operand(Parser *parser)
{
	MigrReader *reader = &parser->reader;
	MigrReader ahead = *reader;
	Part part;

	migr_read_next(&ahead);
	switch (reader->kind)
	{
		case MIGR_TOKEN_STRING:
		case MIGR_TOKEN_NUMBER:
		case MIGR_TOKEN_BLOB:
			part = part_of(parser, reader->token, LEVEL_OPERAND);
			part.literal = true;
			migr_read_next(reader);
			return part;
		case MIGR_TOKEN_WORD:
			if (migr_read_word(reader, "CASE"))
				return parse_case(parser);
			if (migr_read_at(reader, "CAST") && migr_read_at_char(&ahead, '('))
			{
				migr_read_next(reader);
				return parse_cast(parser);
			}
			return parse_name(parser);
		case MIGR_TOKEN_QUOTED:
			return parse_name(parser);
		case MIGR_TOKEN_OTHER:
			if (migr_read_char(reader, '('))
				return parse_group(parser);
			if (strchr("+-~", reader->token.ptr[0]) != NULL)
				return parse_sign(parser);
			return give_up(parser);
		default:
			return give_up(parser);
	}
}

/* ---- operators ---- */

/* An operator: its words, or up to three bytes. */
typedef struct Operator
{
	const char *text;
	int level;
} Operator;

/* Take an operator of signs, if one stands there that binds strongly enough. */
static bool
take_sign(Parser *parser, int least, Operator *out)
{
	/* the longer ones first */
	static const Operator signs[] = {
		{"->>", LEVEL_CONCAT}, {"->", LEVEL_CONCAT},  {"||", LEVEL_CONCAT},
		{"<=", LEVEL_COMPARE}, {">=", LEVEL_COMPARE}, {"<>", LEVEL_EQUAL},
		{"<<", LEVEL_BITS},	   {">>", LEVEL_BITS},	  {"<", LEVEL_COMPARE},
		{">", LEVEL_COMPARE},  {"=", LEVEL_EQUAL},	  {"+", LEVEL_SUM},
		{"-", LEVEL_SUM},	   {"*", LEVEL_PRODUCT},  {"/", LEVEL_PRODUCT},
		{"%", LEVEL_PRODUCT},  {"&", LEVEL_BITS},	  {"|", LEVEL_BITS}};
	MigrReader *reader = &parser->reader;
	const char *at = reader->token.ptr;
	size_t left = reader->token.len + reader->rest.len;

	for (size_t i = 0; i < LENGTH(signs); i++)
	{
		size_t len = strlen(signs[i].text);

		if (len > left || memcmp(at, signs[i].text, len) != 0)
			continue;
		*out = signs[i];
		for (; out->level >= least && len > 0; len--)
			migr_read_next(reader);
		return out->level >= least;
	}
	return false;
}

/* Append an operator and its right side.  AND and OR may be joined in any order. */
static void
add_right(Parser *parser, Part *left, const Operator *op)
{
	bool flat = op->level <= LEVEL_AND;
	Part right = parse(parser, op->level + 1);

	make_left(parser, left, op->level);
	migr_str_printf(&left->text, " %s ", op->text);
	add(left, &right, op->level + !flat);
}

/* Say a part twice, each time compared with another one. */
static void
compare_twice(Parser *parser, Part *left, const char *const *words,
			  const Part *bounds, int level)
{
	Part out = part_of(parser, migr_span(""), level);

	for (int i = 0; i < 2; i++)
	{
		migr_str_add(&out.text, i == 0				 ? ""
								: level == LEVEL_AND ? " AND "
													 : " OR ");
		add(&out, left, LEVEL_COMPARE);
		migr_str_printf(&out.text, " %s ", words[i]);
		add(&out, &bounds[i], LEVEL_COMPARE + 1);
	}
	out.rolled = true; /* or it could double at each level */
	*left = out;
}

/* Parse the rest of BETWEEN; its word has been taken. */
static void
parse_between(Parser *parser, Part *left, bool not )
{
	static const char *const words[2][2] = {{">=", "<="}, {"<", ">"}};
	Part bounds[2];

	bounds[0] = parse(parser, LEVEL_EQUAL + 1);
	if (!migr_read_word(&parser->reader, "AND"))
		parser->lost = true;
	bounds[1] = parse(parser, LEVEL_EQUAL + 1);
	if (!left->rolled)
	{
		compare_twice(parser, left, words[not ], bounds,
					  not ? LEVEL_OR : LEVEL_AND);
		return;
	}
	make_left(parser, left, LEVEL_EQUAL);
	migr_str_printf(&left->text, " %sBETWEEN ", not ? "NOT " : "");
	add(left, &bounds[0], LEVEL_EQUAL + 1);
	migr_str_add(&left->text, " AND ");
	add(left, &bounds[1], LEVEL_EQUAL + 1);
}

/* Parse the rest of IN; its word has been taken.  A literal has neither an
 * affinity nor a collation, so that "=" does the same. */
static void
parse_in(Parser *parser, Part *left, bool not )
{
	Part list = part_of(parser, migr_span(""), LEVEL_OPERAND);
	Part one;

	if (!migr_read_char(&parser->reader, '('))
	{
		parser->lost = true;
		return;
	}
	one = parse_list(parser, &list);
	make_left(parser, left, LEVEL_EQUAL);
	if (one.literal)
		migr_str_printf(&left->text, " %s ", not ? "<>" : "=");
	else
		migr_str_printf(&left->text, " %sIN (", not ? "NOT " : "");
	add(left, &list, LEVEL_NONE);
	if (!one.literal)
		migr_str_add(&left->text, ")");
}

/* Parse the rest of IS; its word has been taken. */
static void
parse_is(Parser *parser, Part *left)
{
	MigrReader *reader = &parser->reader;
	Operator op = {"IS", LEVEL_EQUAL};

	if (migr_read_word(reader, "NOT"))
		op.text = "IS NOT";
	if (migr_read_word(reader, "DISTINCT"))
	{
		parser->lost |= !migr_read_word(reader, "FROM");
		op.text = strcmp(op.text, "IS") == 0 ? "IS NOT" : "IS";
	}
	add_right(parser, left, &op);
}

/* Parse the rest of LIKE and its kin; the word has been taken. */
static void
parse_like(Parser *parser, Part *left, const char *word, bool not )
{
	Operator op = {word, LEVEL_EQUAL};
	Operator escape = {"ESCAPE", LEVEL_EQUAL};

	if (not )
		op.text = migr_printf(&parser->reader.ctx->arena, "NOT %s", word);
	add_right(parser, left, &op);
	if (migr_read_word(&parser->reader, "ESCAPE"))
		add_right(parser, left, &escape);
}

/* Parse an operator that is a word, of those that compare, and what is behind. */
static bool
parse_test(Parser *parser, Part *left)
{
	static const char *const likes[] = {"LIKE", "GLOB", "REGEXP", "MATCH"};
	MigrReader *reader = &parser->reader;
	bool null = migr_read_word(reader, "ISNULL");
	bool some = !null && migr_read_word(reader, "NOTNULL");
	bool not = !null && !some && migr_read_word(reader, "NOT");

	some |= not &&migr_read_word(reader, "NULL");
	if (null || some)
	{
		make_left(parser, left, LEVEL_EQUAL);
		migr_str_add(&left->text, some ? " IS NOT NULL" : " IS NULL");
		return true;
	}
	if (migr_read_word(reader, "BETWEEN"))
		parse_between(parser, left, not );
	else if (migr_read_word(reader, "IN"))
		parse_in(parser, left, not );
	else if (!not &&migr_read_word(reader, "IS"))
		parse_is(parser, left);
	else
	{
		for (size_t i = 0; i < LENGTH(likes); i++)
			if (migr_read_word(reader, likes[i]))
			{
				parse_like(parser, left, likes[i], not );
				return true;
			}
		parser->lost |= not ;
		return false;
	}
	return true;
}

/* Parse an operator behind a part, if one binds strongly enough, and what is
 * behind it. */
static bool
parse_operator(Parser *parser, Part *left, int least)
{
	MigrReader *reader = &parser->reader;
	Operator op = {NULL, LEVEL_OR};

	if (reader->kind == MIGR_TOKEN_OTHER)
	{
		if (!take_sign(parser, least, &op))
			return false;
		add_right(parser, left, &op);
		return true;
	}
	if (reader->kind != MIGR_TOKEN_WORD)
		return false;
	if (least <= LEVEL_OR && migr_read_word(reader, "OR"))
		op.text = "OR";
	else if (least <= LEVEL_AND && migr_read_word(reader, "AND"))
	{
		op.text = "AND";
		op.level = LEVEL_AND;
	}
	else if (least <= LEVEL_COLLATE && migr_read_word(reader, "COLLATE"))
	{
		make_left(parser, left, LEVEL_COLLATE);
		migr_str_printf(&left->text, " COLLATE %.*s", (int) reader->token.len,
						reader->token.ptr);
		migr_read_next(reader);
		return true;
	}
	else
		return least <= LEVEL_EQUAL && parse_test(parser, left);
	add_right(parser, left, &op);
	return true;
}

/* Parse NOT, where its operators aren't bound by stronger ones. */
static Part
parse_not(Parser *parser)
{
	Part out = part_of(parser, migr_span("NOT "), LEVEL_NOT);
	Part value = parse(parser, LEVEL_NOT);

	add(&out, &value, LEVEL_NOT);
	return out;
}

/* Parse as far as operators bind at least so strongly. */
static Part
parse(Parser *parser, int least)
{
	Part part;

	if (parser->lost || parser->depth >= DEPTH_LIMIT)
		return give_up(parser);
	parser->depth++;
	part = least <= LEVEL_NOT && migr_read_word(&parser->reader, "NOT")
			   ? parse_not(parser)
			   : parse_operand(parser);
	while (!parser->lost && parse_operator(parser, &part, least))
		;
	parser->depth--;
	return part;
}

const char *
migr_reduce_expr(MigrCtx *ctx, const char *expr)
{
	Parser parser = {.depth = 0};
	Part part;

	migr_read_begin(&parser.reader, ctx, migr_span(expr));
	part = parse(&parser, LEVEL_NONE);
	return parser.lost || parser.reader.open ||
				   parser.reader.kind != MIGR_TOKEN_END
			   ? expr
			   : part.text.data;
}
