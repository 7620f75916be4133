/*
 * alter.c
 *	  Parse ALTER TABLE.  See alter.h.
 *
 * The grammar is PostgreSQL's (alter_table_cmd and its neighbours in
 * src/backend/parser/gram.y), over SQLite's tokens and with SQLite's names.  All
 * tokens are read first, for an action's end is known by its comma, and what may
 * stand behind an expression or a column's definition only by looking back from
 * there.  Definitions of columns and constraints are ddl.c's business; here it
 * is looked for the words in them that PostgreSQL has and SQLite hasn't: SQLite
 * would take some of them for a part of the type, or overlook them.
 */
#include "schema/alter.h"

#include "schema/ddl_read.h"

/* A token that is neither white space nor a comment. */
typedef struct Token
{
	MigrTokenKind kind;
	MigrSpan text;
	bool top; /* outside of parentheses; these themselves may be */
} Token;

typedef MIGR_VEC(Token) Tokens;

typedef struct Parser
{
	MigrCtx *ctx;
	Tokens tokens; /* the last is of MIGR_TOKEN_END */
	int at;		   /* the next token */
	int end;	   /* the action's; at least one token is behind it */
} Parser;

static const char hint[] = "What PostgreSQL alone has belongs in a section "
						   "\"-- migrate:upgrade postgresql\".";

static const char identity_hint[] =
	"SQLite counts in a column of type INTEGER PRIMARY KEY alone.  What "
	"PostgreSQL alone has belongs in a section "
	"\"-- migrate:upgrade postgresql\".";

/* ---- tokens --------------------------------------------------------------- */

/* Look at a token as ddl_read.h does. */
static MigrReader
view(const Parser *parser, int at)
{
	const Token *token = &parser->tokens.items[at];
	MigrReader reader = {
		.ctx = parser->ctx, .token = token->text, .kind = token->kind};

	return reader;
}

/* Fail: the token doesn't belong there.  Always false. */
static bool
fail_at(const Parser *parser, int at)
{
	MigrReader reader = view(parser, at);

	return migr_read_fail(&reader);
}

/* Fail at the next token. */
static bool
fail_here(const Parser *parser)
{
	return fail_at(parser, parser->at);
}

/* Is it this byte? */
static bool
is_char(const Token *token, char c)
{
	return token->kind == MIGR_TOKEN_OTHER && token->text.ptr[0] == c;
}

/* Is the token at a place this word? */
static bool
is_word(const Parser *parser, int at, const char *word)
{
	const Token *token = &parser->tokens.items[at];

	return token->kind == MIGR_TOKEN_WORD && migr_lex_is(token->text, word);
}

/* Do words and bytes, separated by blanks, stand at a place?  Returns how many
 * tokens they are, or 0. */
static int
match(const Parser *parser, int at, const char *words)
{
	MigrSpan rest = migr_span(words);
	MigrSpan word;
	int count = 0;

	while (migr_span_word(&rest, &word))
	{
		const Token *token = &parser->tokens.items[at + count];

		if (at + count >= parser->end || token->text.len != word.len ||
			(token->kind != MIGR_TOKEN_WORD && token->kind != MIGR_TOKEN_OTHER))
			return 0;
		for (size_t i = 0; i < word.len; i++)
		{
			char c = token->text.ptr[i];

			if (c >= 'a' && c <= 'z')
				c = (char) (c - 'a' + 'A');
			if (c != word.ptr[i])
				return 0;
		}
		count++;
	}
	return count;
}

/* Take words and bytes, if they are next. */
static bool
take(Parser *parser, const char *words)
{
	int count = match(parser, parser->at, words);

	parser->at += count;
	return count > 0;
}

/* Find the one of a list's (NULL ends it) that stands at a place. */
static const char *
find_form(const Parser *parser, int at, const char *const *forms)
{
	for (int i = 0; forms[i] != NULL; i++)
	{
		if (match(parser, at, forms[i]) > 0)
			return forms[i];
	}
	return NULL;
}

/* Return the text from a token to the one before another. */
static MigrSpan
text_of(const Parser *parser, int from, int to)
{
	MigrSpan first = parser->tokens.items[from].text;
	MigrSpan last = parser->tokens.items[to - 1].text;
	MigrSpan span = {first.ptr, (size_t) (last.ptr + last.len - first.ptr)};

	return span;
}

/* Is there a name at a place? */
static bool
is_name(const Parser *parser, int at, MigrNameClass class)
{
	MigrReader reader = view(parser, at);

	return at < parser->end && migr_read_at_name(&reader, class);
}

/* Set a name by its token. */
static void
set_name(const Parser *parser, int at, MigrName *out)
{
	out->text = parser->tokens.items[at].text;
	out->name = migr_lex_name(&parser->ctx->arena, out->text);
}

/* Take a name that has to be there. */
static bool
need_name(Parser *parser, MigrName *out)
{
	if (!is_name(parser, parser->at, MIGR_NAME_ANY))
		return fail_here(parser);
	set_name(parser, parser->at++, out);
	return true;
}

/* Take words that have to be there; the first that is missing is named. */
static bool
need(Parser *parser, const char *words)
{
	MigrSpan rest = migr_span(words);
	MigrSpan word;

	while (migr_span_word(&rest, &word))
	{
		if (!take(parser, migr_span_dup(&parser->ctx->arena, word)))
			return fail_here(parser);
	}
	return true;
}

/* See that the action ends here. */
static bool
need_end(const Parser *parser)
{
	return parser->at == parser->end || fail_here(parser);
}

/* Take "(", what is in it, and its ")". */
static bool
need_parentheses(Parser *parser, MigrSpan *out)
{
	int from = parser->at;

	if (match(parser, from, "(") == 0)
		return fail_here(parser);
	while (!parser->tokens.items[++parser->at].top)
		;
	if (parser->at == from + 1)
		return fail_here(parser);
	*out = text_of(parser, from, ++parser->at);
	return true;
}

/* Take all to the action's end: an expression. */
static bool
need_rest(Parser *parser, MigrSpan *out)
{
	if (parser->at == parser->end)
		return fail_here(parser);
	*out = text_of(parser, parser->at, parser->end);
	parser->at = parser->end;
	return true;
}

/* Take RESTRICT or CASCADE, and then the action's end. */
static bool
need_behavior(Parser *parser, MigrAction *action)
{
	action->cascade = take(parser, "CASCADE");
	if (!action->cascade)
		take(parser, "RESTRICT");
	return need_end(parser);
}

/*
 * Read all tokens, see that parentheses match, and that nothing stands there
 * that no ALTER TABLE has.
 */
static bool
read_tokens(Parser *parser, MigrSpan text)
{
	MigrReader reader;
	int depth = 0;

	migr_read_begin(&reader, parser->ctx, text);
	for (;;)
	{
		Token token = {.kind = reader.kind, .text = reader.token};
		int last = parser->tokens.count - 1;

		if (reader.open || reader.kind == MIGR_TOKEN_SEMICOLON ||
			(depth == 0 && is_char(&token, ')')) ||
			(depth > 0 && reader.kind == MIGR_TOKEN_END))
			return migr_read_fail(&reader);
		/* two colons are no token of SQLite's */
		if (token.kind == MIGR_TOKEN_VARIABLE && token.text.ptr[0] == ':' &&
			last >= 0 && migr_span_is(parser->tokens.items[last].text, ":") &&
			parser->tokens.items[last].text.ptr + 1 == token.text.ptr)
		{
			fail_at(parser, last);
			return migr_hint(parser->ctx,
							 "SQLite writes a cast as CAST(x AS type).");
		}
		depth -= is_char(&token, ')');
		token.top = depth == 0;
		depth += is_char(&token, '(');
		migr_vec_push(&parser->ctx->arena, &parser->tokens, token);
		if (token.kind == MIGR_TOKEN_END)
			return true;
		migr_read_next(&reader);
	}
}

/* ---- what SQLite hasn't ----------------------------------------------------- */

/*
 * Fail: SQLite has no such thing.  what is the statement or rule that it is a
 * part of, form the words of it.  Always false.
 */
static bool
unsupported(const Parser *parser, const char *what, const char *form)
{
	const char *more = strchr(form, '(') != NULL ? "...)" : "";

	migr_fail(parser->ctx, MIGR_ERR_UNSUPPORTED,
			  "%s ... %s%s isn't supported on SQLite", what, form, more);
	return migr_hint(parser->ctx, "%s", hint);
}

/* The same, of columns that count. */
static bool
unsupported_identity(const Parser *parser, const char *what, const char *form)
{
	migr_fail(parser->ctx, MIGR_ERR_UNSUPPORTED,
			  "%s ... %s isn't supported on SQLite", what, form);
	return migr_hint(parser->ctx, "%s", identity_hint);
}

/* Does a name follow this word, so that the next isn't a keyword? */
static bool
precedes_name(const Parser *parser, int at)
{
	static const char *const words[] = {"CONSTRAINT", "COLLATE", "REFERENCES",
										"MATCH", NULL};

	/* but for ON DELETE SET DEFAULT, GENERATED BY DEFAULT */
	if (is_word(parser, at, "DEFAULT"))
		return !is_word(parser, at - 1, "SET") &&
			   !is_word(parser, at - 1, "BY");
	return find_form(parser, at, words) != NULL;
}

/* Find the rule that a word begins, or begins to end; else keep the last. */
static const char *
find_rule(const Parser *parser, int at, const char *last)
{
	static const char *const rules[] = {"UNIQUE",	  "PRIMARY KEY", "CHECK",
										"REFERENCES", "NOT NULL",	 NULL};
	const char *rule = find_form(parser, at, rules);

	return rule != NULL ? rule : last;
}

/* Refuse what stands at a place behind a rule, where SQLite hasn't that. */
static bool
check_rule(const Parser *parser, int at, const char *rule)
{
	static const char *const forms[] = {
		"NO INHERIT",		  "NOT ENFORCED",	"ENFORCED",
		"NULLS NOT DISTINCT", "NULLS DISTINCT", "INCLUDE (",
		"USING INDEX",		  "WITH (",			NULL};
	const char *form = find_form(parser, at, forms);

	return form == NULL || unsupported(parser, rule, form);
}

/*
 * Refuse what SQLite hasn't, from the next token to the action's end.  what is
 * ADD COLUMN, where a column's name is next, or ADD CONSTRAINT.
 */
static bool
check_words(const Parser *parser, const char *what)
{
	static const char *const storage[] = {
		"STORAGE PLAIN", "STORAGE EXTERNAL", "STORAGE EXTENDED",
		"STORAGE MAIN",	 "STORAGE DEFAULT",	 NULL};
	bool column = strcmp(what, "ADD COLUMN") == 0;
	const char *rule = NULL;
	const char *form;

	for (int i = parser->at + column; i < parser->end; i++)
	{
		const Token *token = &parser->tokens.items[i];

		if (!token->top || token->kind != MIGR_TOKEN_WORD)
			continue;
		rule = find_rule(parser, i, rule);
		if (is_word(parser, i, "REFERENCES") && i + 2 < parser->end &&
			is_char(&token[2], '.'))
		{
			fail_at(parser, i + 2);
			return migr_hint(parser->ctx,
							 "A foreign key of SQLite's stays in "
							 "its database: name the table alone.");
		}
		if (precedes_name(parser, i))
		{
			i += match(parser, i + 1, "(") == 0;
			continue;
		}
		if (match(parser, i, "AS IDENTITY") > 0)
			return unsupported_identity(parser, what,
										"GENERATED ... AS IDENTITY");
		/* SQLite overlooks it where there is no REFERENCES before it */
		if (is_word(parser, i, "DEFERRABLE") &&
			!is_word(parser, i - 1, "NOT") &&
			(rule == NULL || strcmp(rule, "REFERENCES") != 0))
			return unsupported(parser, rule != NULL ? rule : what,
							   "DEFERRABLE");
		if (rule != NULL && !check_rule(parser, i, rule))
			return false;
		/* these would be words of the type */
		if (rule != NULL || !column || i < parser->at + 2)
			continue;
		form = find_form(parser, i, storage);
		if (form == NULL && is_word(parser, i, "COMPRESSION") &&
			i + 1 < parser->end)
			form = "COMPRESSION";
		if (form != NULL)
			return unsupported(parser, what, form);
	}
	return true;
}

/* Is a type one that counts?  To SQLite it is a type as any other. */
static bool
is_serial(MigrSpan type)
{
	static const char *const names[] = {"SERIAL",  "SERIAL2",	  "SERIAL4",
										"SERIAL8", "SMALLSERIAL", "BIGSERIAL"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
	{
		if (migr_lex_is(type, names[i]))
			return true;
	}
	return false;
}

/* ---- ADD ---------------------------------------------------------------- */

/* Take FIRST or AFTER c off an added column's end. */
static bool
strip_place(Parser *parser, MigrAction *action)
{
	int from = parser->at;
	int last = parser->end - 1;

	if (last - 2 >= from && is_word(parser, last - 1, "AFTER") &&
		!precedes_name(parser, last - 2) &&
		is_name(parser, last, MIGR_NAME_ANY))
	{
		set_name(parser, last, &action->other);
		parser->end -= 2;
	}
	else if (last - 1 >= from && !precedes_name(parser, last - 1))
	{
		/* else it would be a word of the type */
		if (is_word(parser, last, "AFTER"))
			return fail_at(parser, parser->end);
		action->first = is_word(parser, last, "FIRST");
		parser->end -= action->first;
	}
	return true;
}

/* Parse what is behind ADD [COLUMN]. */
static bool
parse_add_column(Parser *parser, MigrAction *action)
{
	action->kind = MIGR_ADD_COLUMN;
	action->if_not_exists = take(parser, "IF NOT EXISTS");
	if (!is_name(parser, parser->at, MIGR_NAME_ANY))
		return fail_here(parser);
	if (!strip_place(parser, action) || !check_words(parser, "ADD COLUMN") ||
		!migr_ddl_column_def(parser->ctx,
							 text_of(parser, parser->at, parser->end),
							 &action->column))
		return false;
	if (is_serial(action->column.type))
		return unsupported_identity(
			parser, "ADD COLUMN",
			migr_span_dup(&parser->ctx->arena, action->column.type));
	action->name = action->column.name;
	parser->at = parser->end;
	return true;
}

/* Does a table's constraint begin here?  A column may be called exclude. */
static bool
at_constraint(const Parser *parser)
{
	static const char *const forms[] = {
		"CONSTRAINT", "CHECK",		   "UNIQUE",	"PRIMARY", "FOREIGN",
		"NOT NULL",	  "EXCLUDE USING", "EXCLUDE (", NULL};

	return find_form(parser, parser->at, forms) != NULL;
}

/*
 * Take NOT VALID off a constraint's end; elsewhere it is refused.  That it is NOT
 * DEFERRABLE goes without saying, and SQLite lets it be said of a foreign key
 * alone.
 */
static bool
strip_attributes(Parser *parser, bool foreign, MigrAction *action)
{
	while (parser->end - 2 > parser->at)
	{
		int last = parser->end - 2;

		if (match(parser, last, "NOT VALID") > 0)
			action->not_valid = true;
		else if (foreign || (match(parser, last, "NOT DEFERRABLE") == 0 &&
							 match(parser, last, "INITIALLY IMMEDIATE") == 0))
			break;
		parser->end = last;
	}
	for (int i = parser->at; i < parser->end; i++)
	{
		if (!parser->tokens.items[i].top || match(parser, i, "NOT VALID") == 0)
			continue;
		fail_at(parser, i);
		return migr_hint(parser->ctx, "NOT VALID stands last.");
	}
	return true;
}

/* Refuse what can't be a constraint of a table on SQLite; at: behind its name. */
static bool
check_constraint(const Parser *parser, int at)
{
	static const char *const rules[] = {"CHECK", "UNIQUE", "PRIMARY", "FOREIGN",
										NULL};

	if (is_word(parser, at, "EXCLUDE"))
		return unsupported(parser, "ALTER TABLE", "ADD EXCLUDE");
	if (match(parser, at, "NOT NULL") > 0)
	{
		migr_fail(parser->ctx, MIGR_ERR_UNSUPPORTED,
				  "ALTER TABLE ... ADD NOT NULL isn't supported on SQLite");
		return migr_hint(parser->ctx,
						 "Write ALTER TABLE ... ALTER COLUMN c SET NOT NULL.");
	}
	return find_form(parser, at, rules) != NULL || fail_at(parser, at);
}

/* Parse what is behind ADD, where that is a constraint. */
static bool
parse_add_constraint(Parser *parser, MigrAction *action)
{
	static const char *const names[] = {
		[MIGR_RULE_PRIMARY_KEY] = "PRIMARY KEY", [MIGR_RULE_UNIQUE] = "UNIQUE"};
	MigrRule rule;
	int at = parser->at;

	action->kind = MIGR_ADD_CONSTRAINT;
	if (is_word(parser, at, "CONSTRAINT"))
	{
		if (!is_name(parser, at + 1, MIGR_NAME_ANY))
			return fail_at(parser, at + 1);
		at += 2;
	}
	if (!check_constraint(parser, at) ||
		!strip_attributes(parser, is_word(parser, at, "FOREIGN"), action) ||
		!check_words(parser, "ADD CONSTRAINT") ||
		!migr_ddl_constraint(parser->ctx,
							 text_of(parser, parser->at, parser->end),
							 &action->constraint))
		return false;
	rule = action->constraint.rule;
	if (action->not_valid && rule != MIGR_RULE_CHECK &&
		rule != MIGR_RULE_FOREIGN_KEY)
		return migr_fail(parser->ctx, MIGR_ERR_STATEMENT,
						 "%s constraints cannot be marked NOT VALID",
						 names[rule]);
	action->name = action->constraint.name;
	parser->at = parser->end;
	return true;
}

/* Parse what is behind ADD. */
static bool
parse_add(Parser *parser, MigrAction *action)
{
	if (!take(parser, "COLUMN") && at_constraint(parser))
		return parse_add_constraint(parser, action);
	return parse_add_column(parser, action);
}

/* ---- DROP, RENAME, VALIDATE ------------------------------------------------- */

/* Parse what is behind DROP. */
static bool
parse_drop(Parser *parser, MigrAction *action)
{
	action->kind = MIGR_DROP_COLUMN;
	if (take(parser, "CONSTRAINT"))
		action->kind = MIGR_DROP_CONSTRAINT;
	else
		take(parser, "COLUMN");
	action->if_exists = take(parser, "IF EXISTS");
	return need_name(parser, &action->name) && need_behavior(parser, action);
}

/* Parse what is behind RENAME. */
static bool
parse_rename(Parser *parser, MigrAction *action)
{
	action->kind = MIGR_RENAME_TABLE;
	if (!is_word(parser, parser->at, "TO"))
	{
		action->kind = MIGR_RENAME_COLUMN;
		if (take(parser, "CONSTRAINT"))
			action->kind = MIGR_RENAME_CONSTRAINT;
		else
			take(parser, "COLUMN");
		if (!need_name(parser, &action->name))
			return false;
	}
	return need(parser, "TO") && need_name(parser, &action->other) &&
		   need_end(parser);
}

/* Parse what is behind VALIDATE. */
static bool
parse_validate(Parser *parser, MigrAction *action)
{
	action->kind = MIGR_VALIDATE_CONSTRAINT;
	return need(parser, "CONSTRAINT") && need_name(parser, &action->name) &&
		   need_end(parser);
}

/* ---- ALTER COLUMN ----------------------------------------------------------- */

/* Take a number with or without a sign. */
static bool
need_number(Parser *parser)
{
	if (!take(parser, "-"))
		take(parser, "+");
	if (parser->tokens.items[parser->at].kind != MIGR_TOKEN_NUMBER)
		return fail_here(parser);
	parser->at++;
	return true;
}

/* Take a type as SQLite has them: words, and one or two numbers. */
static bool
need_type(Parser *parser, MigrSpan *type)
{
	int from = parser->at;

	while (is_name(parser, parser->at, MIGR_NAME_TYPE))
		parser->at++;
	if (parser->at == from)
		return fail_here(parser);
	if (take(parser, "("))
	{
		if (!need_number(parser))
			return false;
		if (is_char(&parser->tokens.items[parser->at], ','))
		{
			parser->at++;
			if (!need_number(parser))
				return false;
		}
		if (!need(parser, ")"))
			return false;
	}
	*type = text_of(parser, from, parser->at);
	return true;
}

/* Parse what is behind a type, or its absence. */
static bool
parse_conversion(Parser *parser, MigrAction *action)
{
	action->kind = MIGR_SET_TYPE;
	if (take(parser, "COLLATE") && !need_name(parser, &action->collation))
		return false;
	if (take(parser, "USING"))
		return need_rest(parser, &action->expr);
	return need_end(parser);
}

/* Parse what is behind TYPE. */
static bool
parse_type(Parser *parser, MigrAction *action)
{
	if (!need_type(parser, &action->type))
		return false;
	/* PostgreSQL's own words: a column can only be made with it */
	if (is_serial(action->type))
		return migr_fail(parser->ctx, MIGR_ERR_STATEMENT,
						 "type \"%.*s\" does not exist", (int) action->type.len,
						 action->type.ptr);
	return parse_conversion(parser, action);
}

/* Parse what is behind SET NOT NULL: nothing, or SQLite's ON CONFLICT. */
static bool
parse_not_null(Parser *parser, MigrAction *action)
{
	static const char *const ways[] = {"ROLLBACK", "ABORT",	  "FAIL",
									   "IGNORE",   "REPLACE", NULL};
	int from = parser->at;

	action->kind = MIGR_SET_NOT_NULL;
	if (take(parser, "ON"))
	{
		if (!need(parser, "CONFLICT"))
			return false;
		if (find_form(parser, parser->at, ways) == NULL)
			return fail_here(parser);
		parser->at++;
		action->constraint.conflict = text_of(parser, from, parser->at);
	}
	return need_end(parser);
}

/* Parse what is behind ALTER c SET. */
static bool
parse_set(Parser *parser, MigrAction *action)
{
	if (take(parser, "DATA"))
		return need(parser, "TYPE") && parse_type(parser, action);
	if (take(parser, "DEFAULT"))
	{
		action->kind = MIGR_SET_DEFAULT;
		return need_rest(parser, &action->expr);
	}
	if (take(parser, "NOT"))
		return need(parser, "NULL") && parse_not_null(parser, action);
	action->kind = MIGR_SET_EXPRESSION;
	return need(parser, "EXPRESSION AS") &&
		   need_parentheses(parser, &action->expr) && need_end(parser);
}

/* Parse what is behind ALTER c DROP. */
static bool
parse_unset(Parser *parser, MigrAction *action)
{
	if (take(parser, "TYPE"))
		return parse_conversion(parser, action);
	if (take(parser, "DEFAULT"))
		action->kind = MIGR_DROP_DEFAULT;
	else if (take(parser, "AUTOINCREMENT"))
		action->kind = MIGR_SET_AUTOINCREMENT;
	else if (take(parser, "NOT"))
	{
		action->kind = MIGR_DROP_NOT_NULL;
		if (!need(parser, "NULL"))
			return false;
	}
	else
	{
		action->kind = MIGR_DROP_EXPRESSION;
		if (!need(parser, "EXPRESSION"))
			return false;
		action->if_exists = take(parser, "IF EXISTS");
	}
	return need_end(parser);
}

/* Parse what is behind ALTER c ADD. */
static bool
parse_generate(Parser *parser, MigrAction *action)
{
	action->on = take(parser, "AUTOINCREMENT");
	if (action->on)
	{
		action->kind = MIGR_SET_AUTOINCREMENT;
		return need_end(parser);
	}
	action->kind = MIGR_SET_EXPRESSION;
	action->generate = true;
	if (!need(parser, "GENERATED ALWAYS AS") ||
		!need_parentheses(parser, &action->expr))
		return false;
	action->stored = take(parser, "STORED");
	if (!action->stored)
		take(parser, "VIRTUAL");
	return need_end(parser);
}

/* Refuse what PostgreSQL has behind ALTER c and SQLite hasn't. */
static bool
check_alter(const Parser *parser)
{
	static const char *const identity[] = {
		"ADD GENERATED ALWAYS AS IDENTITY",
		"ADD GENERATED BY DEFAULT AS IDENTITY",
		"DROP IDENTITY",
		"SET GENERATED",
		"SET INCREMENT",
		"SET MAXVALUE",
		"SET MINVALUE",
		"SET NO",
		"SET START",
		"SET CACHE",
		"SET CYCLE",
		"SET RESTART",
		"SET SEQUENCE",
		"RESTART",
		NULL};
	static const char *const forms[] = {
		"SET STATISTICS", "SET STORAGE", "SET COMPRESSION", "SET (", "RESET (",
		"OPTIONS (",	  NULL};
	const char *form = find_form(parser, parser->at, identity);

	if (form != NULL)
		return unsupported_identity(parser, "ALTER COLUMN", form);
	form = find_form(parser, parser->at, forms);
	return form == NULL || unsupported(parser, "ALTER COLUMN", form);
}

/* Parse what is behind ALTER. */
static bool
parse_alter(Parser *parser, MigrAction *action)
{
	take(parser, "COLUMN");
	if (!need_name(parser, &action->name) || !check_alter(parser))
		return false;
	if (take(parser, "SET"))
		return parse_set(parser, action);
	if (take(parser, "DROP"))
		return parse_unset(parser, action);
	if (take(parser, "TYPE"))
		return parse_type(parser, action);
	if (take(parser, "ADD"))
		return parse_generate(parser, action);
	action->kind = MIGR_MOVE_COLUMN;
	action->first = take(parser, "FIRST");
	if (!action->first &&
		(!need(parser, "AFTER") || !need_name(parser, &action->other)))
		return false;
	return need_end(parser);
}

/* ---- the statement ---------------------------------------------------------- */

/* Refuse what PostgreSQL does with a table and SQLite can't. */
static bool
check_action(const Parser *parser)
{
	static const char *const forms[] = {"OWNER TO",
										"SET SCHEMA",
										"SET TABLESPACE",
										"SET ACCESS METHOD",
										"SET LOGGED",
										"SET UNLOGGED",
										"SET WITHOUT CLUSTER",
										"SET WITHOUT OIDS",
										"SET WITH OIDS",
										"SET (",
										"RESET (",
										"CLUSTER ON",
										"INHERIT",
										"NO INHERIT",
										"OF",
										"NOT OF",
										"ENABLE TRIGGER",
										"ENABLE ALWAYS TRIGGER",
										"ENABLE REPLICA TRIGGER",
										"DISABLE TRIGGER",
										"ENABLE RULE",
										"ENABLE ALWAYS RULE",
										"ENABLE REPLICA RULE",
										"DISABLE RULE",
										"ENABLE ROW LEVEL SECURITY",
										"DISABLE ROW LEVEL SECURITY",
										"FORCE ROW LEVEL SECURITY",
										"NO FORCE ROW LEVEL SECURITY",
										"REPLICA IDENTITY",
										"ATTACH PARTITION",
										"DETACH PARTITION",
										"MERGE PARTITIONS",
										"SPLIT PARTITION",
										"OPTIONS (",
										"ALTER CONSTRAINT",
										NULL};
	const char *form = find_form(parser, parser->at, forms);

	return form == NULL || unsupported(parser, "ALTER TABLE", form);
}

/* Parse what is behind SET. */
static bool
parse_option(Parser *parser, MigrAction *action)
{
	bool with = take(parser, "WITH");

	action->kind = MIGR_SET_WITHOUT_ROWID;
	action->on = !with && take(parser, "WITHOUT");
	if (with || action->on)
		return need(parser, "ROWID") && need_end(parser);
	action->kind = MIGR_SET_STRICT;
	action->on = !take(parser, "NOT");
	return need(parser, "STRICT") && need_end(parser);
}

/* Parse an action, which ends at parser->end. */
static bool
parse_action(Parser *parser, MigrAction *action)
{
	if (!check_action(parser))
		return false;
	if (take(parser, "ADD"))
		return parse_add(parser, action);
	if (take(parser, "DROP"))
		return parse_drop(parser, action);
	if (take(parser, "ALTER"))
		return parse_alter(parser, action);
	if (take(parser, "RENAME"))
		return parse_rename(parser, action);
	if (take(parser, "VALIDATE"))
		return parse_validate(parser, action);
	if (take(parser, "SET"))
		return parse_option(parser, action);
	fail_here(parser);
	if (parser->at == parser->end)
		return false;
	return migr_hint(parser->ctx, "ALTER TABLE can ADD, DROP, ALTER, RENAME, "
								  "VALIDATE and SET.");
}

/* Set parser->end to the next comma outside of parentheses, or the end. */
static void
find_end(Parser *parser)
{
	const Token *items = parser->tokens.items;

	parser->end = parser->at;
	while (items[parser->end].kind != MIGR_TOKEN_END &&
		   !(items[parser->end].top && is_char(&items[parser->end], ',')))
		parser->end++;
}

/* Parse the actions, as they are written. */
static bool
parse_actions(Parser *parser, MigrActions *out)
{
	for (;;)
	{
		MigrAction action;
		int end;

		memset(&action, 0, sizeof(action));
		find_end(parser);
		end = parser->end;
		if (end > parser->at)
			action.text = text_of(parser, parser->at, end);
		if (!parse_action(parser, &action))
			return false;
		migr_vec_push(&parser->ctx->arena, out, action);
		if (parser->tokens.items[end].kind == MIGR_TOKEN_END)
			return true;
		parser->at = end + 1;
	}
}

/* Is ONLY a keyword here?  SQLite may have a table of that name. */
static bool
at_only(const Parser *parser)
{
	int next = parser->at + 1;

	return is_word(parser, parser->at, "ONLY") &&
		   (match(parser, next, "(") > 0 ||
			(is_name(parser, next, MIGR_NAME_ANY) &&
			 !is_word(parser, next, "RENAME") &&
			 !is_word(parser, next, "VALIDATE")));
}

/* Parse all that is before the actions. */
static bool
parse_table(Parser *parser, MigrAlter *out)
{
	bool parentheses = false;

	parser->end = parser->tokens.count - 1;
	if (!need(parser, "ALTER TABLE"))
		return false;
	if (match(parser, parser->at, "ALL IN TABLESPACE") > 0)
		return unsupported(parser, "ALTER TABLE", "ALL IN TABLESPACE");
	out->if_exists = take(parser, "IF EXISTS");
	if (at_only(parser))
	{
		parser->at++;
		parentheses = take(parser, "(");
	}
	if (!need_name(parser, &out->table))
		return false;
	if (take(parser, "."))
	{
		out->schema = out->table;
		if (!need_name(parser, &out->table))
			return false;
	}
	if (parentheses)
		return need(parser, ")");
	take(parser, "*");
	return true;
}

/*
 * Return the pass in which an action is done: PostgreSQL's AlterTablePass as
 * ATPrepCmd() chooses it, and ATParseTransformCmd() for constraints, in
 * src/backend/commands/tablecmds.c.  A column's place is changed at last, for
 * the columns to be there.
 */
static int
pass_of(const MigrAction *action)
{
	switch (action->kind)
	{
		case MIGR_DROP_COLUMN:
		case MIGR_DROP_CONSTRAINT:
		case MIGR_DROP_DEFAULT:
		case MIGR_DROP_NOT_NULL:
		case MIGR_DROP_EXPRESSION:
			return 0; /* AT_PASS_DROP */
		case MIGR_SET_TYPE:
			return 1; /* AT_PASS_ALTER_TYPE */
		case MIGR_ADD_COLUMN:
			return 2; /* AT_PASS_ADD_COL */
		case MIGR_SET_EXPRESSION:
			return 3; /* AT_PASS_SET_EXPRESSION */
		case MIGR_SET_NOT_NULL:
			return 4; /* AT_PASS_COL_ATTRS */
		case MIGR_ADD_CONSTRAINT:
			/* AT_PASS_ADD_INDEX, AT_PASS_ADD_OTHERCONSTR */
			return action->constraint.rule == MIGR_RULE_PRIMARY_KEY ||
						   action->constraint.rule == MIGR_RULE_UNIQUE
					   ? 5
					   : 6;
		case MIGR_SET_DEFAULT:
			return 6;
		case MIGR_VALIDATE_CONSTRAINT:
		case MIGR_MOVE_COLUMN:
		case MIGR_SET_STRICT:
		case MIGR_SET_WITHOUT_ROWID:
		case MIGR_SET_AUTOINCREMENT:
		case MIGR_RENAME_CONSTRAINT:
		case MIGR_RENAME_COLUMN:
		case MIGR_RENAME_TABLE:
			break;
	}
	return 7; /* AT_PASS_MISC */
}

/* Bring actions into the order in which they are done. */
static void
sort_actions(MigrCtx *ctx, const MigrActions *written, MigrActions *out)
{
	for (int pass = 0; pass <= 7; pass++)
	{
		for (int i = 0; i < written->count; i++)
		{
			if (pass_of(&written->items[i]) == pass)
				migr_vec_push(&ctx->arena, out, written->items[i]);
		}
	}
}

/* See that RENAME stands alone. */
static bool
check_rename(MigrCtx *ctx, const MigrActions *actions)
{
	for (int i = 0; actions->count > 1 && i < actions->count; i++)
	{
		MigrActionKind kind = actions->items[i].kind;

		if (kind != MIGR_RENAME_TABLE && kind != MIGR_RENAME_COLUMN &&
			kind != MIGR_RENAME_CONSTRAINT)
			continue;
		migr_fail(ctx, MIGR_ERR_STATEMENT,
				  "RENAME can't stand with other actions in an ALTER TABLE");
		return migr_hint(ctx, "Give it an ALTER TABLE of its own.");
	}
	return true;
}

bool
migr_alter_parse(MigrCtx *ctx, MigrSpan text, MigrAlter *out)
{
	Parser parser = {.ctx = ctx};
	MigrActions actions = {0};

	memset(out, 0, sizeof(*out));
	out->text = text;
	if (!read_tokens(&parser, text) || !parse_table(&parser, out) ||
		!parse_actions(&parser, &actions) || !check_rename(ctx, &actions))
		return false;
	sort_actions(ctx, &actions, &out->actions);
	return true;
}

bool
migr_is_alter_table(MigrSpan text)
{
	static const char *const words[] = {"ALTER", "TABLE"};
	int found = 0;

	while (found < 2)
	{
		MigrToken token = migr_lex(text);
		MigrSpan word = {text.ptr, token.len};

		if (token.kind != MIGR_TOKEN_SPACE &&
			(token.kind != MIGR_TOKEN_WORD ||
			 !migr_lex_is(word, words[found++])))
			return false;
		text.ptr += token.len;
		text.len -= token.len;
	}
	return true;
}
