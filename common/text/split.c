/*
 * split.c
 *	  Where SQLite's statements end.  See split.h.
 *
 * A semicolon ends a statement, except inside of CREATE TRIGGER, which goes on
 * to a semicolon, the word END and another semicolon.  So it is enough to know
 * how far the text looks like a CREATE TRIGGER:
 *
 *	START	--EXPLAIN-->		EXPLAIN		(QUERY PLAN may follow)
 *	START, EXPLAIN	--CREATE-->	CREATE		(TEMP or TEMPORARY may follow)
 *	CREATE	--TRIGGER-->		TRIGGER
 *	TRIGGER --;-->				TRIGGER_SEMICOLON
 *	TRIGGER_SEMICOLON --END-->	TRIGGER_END	--;--> the statement ends
 *
 * Any other word leads to NORMAL, or within a trigger back to TRIGGER.
 */
#include "text/split.h"

#include "text/lex.h"

typedef enum State
{
	START,
	EXPLAIN,
	CREATE,
	NORMAL,
	TRIGGER,
	TRIGGER_SEMICOLON,
	TRIGGER_END
} State;

/* How far the splitter is. */
typedef struct Splitter
{
	MigrCtx *ctx;
	MigrSpan text;
	size_t at; /* behind the last token that was read */
	int line;  /* there */
} Splitter;

/* Count the ends of lines. */
static int
count_lines(MigrSpan text)
{
	int count = 0;

	for (size_t i = 0; i < text.len; i++)
	{
		if (text.ptr[i] == '\n')
			count++;
	}
	return count;
}

/* Read the next token; *text is set to it. */
static MigrTokenKind
read_token(Splitter *splitter, MigrSpan *text)
{
	MigrToken token;

	text->ptr = splitter->text.ptr + splitter->at;
	text->len = splitter->text.len - splitter->at;
	token = migr_lex(*text);
	text->len = token.len;
	splitter->at += token.len;
	splitter->line += count_lines(*text);
	return token.kind;
}

/* Read the next token that is no white space and no comment. */
static MigrTokenKind
read_solid(Splitter *splitter, MigrSpan *text)
{
	MigrTokenKind kind;

	do
		kind = read_token(splitter, text);
	while (kind == MIGR_TOKEN_SPACE);
	return kind;
}

/* Return the state behind a solid token that doesn't end the statement. */
static State
next_state(State state, MigrTokenKind kind, MigrSpan text)
{
	bool word = kind == MIGR_TOKEN_WORD;

	switch (state)
	{
		case START:
			if (word && migr_lex_is(text, "EXPLAIN"))
				return EXPLAIN;
			/* FALLTHROUGH */
		case EXPLAIN:
			if (word && migr_lex_is(text, "CREATE"))
				return CREATE;
			return state == EXPLAIN && word &&
						   (migr_lex_is(text, "QUERY") ||
							migr_lex_is(text, "PLAN"))
					   ? EXPLAIN
					   : NORMAL;
		case CREATE:
			if (word && migr_lex_is(text, "TRIGGER"))
				return TRIGGER;
			return word && (migr_lex_is(text, "TEMP") ||
							migr_lex_is(text, "TEMPORARY"))
					   ? CREATE
					   : NORMAL;
		case NORMAL:
			return NORMAL;
		case TRIGGER_SEMICOLON:
			if (word && migr_lex_is(text, "END"))
				return TRIGGER_END;
			/* FALLTHROUGH */
		case TRIGGER:
		case TRIGGER_END:
			break;
	}
	return kind == MIGR_TOKEN_SEMICOLON ? TRIGGER_SEMICOLON : TRIGGER;
}

/* Does a semicolon end the statement in this state? */
static bool
can_end(State state)
{
	return state != TRIGGER && state != TRIGGER_SEMICOLON;
}

/* Return the word of transaction control that a statement begins with. */
static const char *
transaction_word(MigrSpan first)
{
	static const char *const words[] = {"BEGIN",	"COMMIT",	 "END",
										"ROLLBACK", "SAVEPOINT", "RELEASE"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
	{
		if (migr_lex_is(first, words[i]))
			return words[i];
	}
	return NULL;
}

/*
 * Return "PRAGMA name" for a pragma that needs to be outside of a transaction,
 * else NULL.  The splitter stands behind the word PRAGMA.  Inside of one, a
 * new value is ignored silently (foreign_keys, journal_mode) or refused
 * (synchronous, journal_mode out of WAL), and wal_checkpoint fails.  *sets: is
 * it given a value?
 */
static const char *
autocommit_pragma(Splitter *splitter, bool *sets)
{
	static const char *const setters[] = {"FOREIGN_KEYS", "JOURNAL_MODE",
										  "SYNCHRONOUS", "QUERY_ONLY"};
	MigrArena *arena = &splitter->ctx->arena;
	MigrSpan text;
	MigrSpan name;

	read_solid(splitter, &text);
	name = migr_span(migr_lex_name(arena, text));
	read_solid(splitter, &text);
	if (migr_span_is(text, "."))
	{
		read_solid(splitter, &text);
		name = migr_span(migr_lex_name(arena, text));
		read_solid(splitter, &text);
	}
	*sets = migr_span_is(text, "=") || migr_span_is(text, "(");
	if (migr_lex_is(name, "WAL_CHECKPOINT"))
		return migr_printf(arena, "PRAGMA %s", name.ptr);
	for (size_t i = 0; *sets && i < sizeof(setters) / sizeof(setters[0]); i++)
	{
		if (migr_lex_is(name, setters[i]))
			return migr_printf(arena, "PRAGMA %s", name.ptr);
	}
	return NULL;
}

/*
 * Set a statement's kind, sets and words by its beginning.  splitter is a copy
 * that stands behind the first token.
 */
static void
classify(Splitter splitter, MigrSpan first, MigrStmt *stmt)
{
	const char *words = transaction_word(first);

	stmt->kind = MIGR_STMT_TRANSACTION;
	if (words == NULL)
	{
		stmt->kind = MIGR_STMT_AUTOCOMMIT;
		if (migr_lex_is(first, "VACUUM"))
			words = "VACUUM";
		/* an attached database stays when the transaction is undone */
		else if (migr_lex_is(first, "ATTACH"))
			words = "ATTACH";
		else if (migr_lex_is(first, "DETACH"))
			words = "DETACH";
		else if (migr_lex_is(first, "PRAGMA"))
			words = autocommit_pragma(&splitter, &stmt->sets);
	}
	if (words == NULL)
		stmt->kind = MIGR_STMT_PLAIN;
	stmt->words = words;
}

/*
 * Read one statement, and the semicolon behind it.  Returns false when nothing
 * is left; a statement of no tokens has len 0.
 */
static bool
read_statement(Splitter *splitter, MigrStmt *stmt)
{
	State state = START;
	MigrSpan text;
	MigrTokenKind kind = read_solid(splitter, &text);

	memset(stmt, 0, sizeof(*stmt));
	if (kind == MIGR_TOKEN_END)
		return false;
	if (kind == MIGR_TOKEN_SEMICOLON)
		return true;
	stmt->offset = (size_t) (text.ptr - splitter->text.ptr);
	stmt->line = splitter->line - count_lines(text);
	classify(*splitter, text, stmt);
	while (kind != MIGR_TOKEN_END &&
		   !(kind == MIGR_TOKEN_SEMICOLON && can_end(state)))
	{
		stmt->len =
			(size_t) (text.ptr - splitter->text.ptr) + text.len - stmt->offset;
		state = next_state(state, kind, text);
		kind = read_solid(splitter, &text);
	}
	stmt->behind = stmt->offset + stmt->len;
	if (kind == MIGR_TOKEN_SEMICOLON)
		stmt->behind = splitter->at;
	return true;
}

bool
migr_split(MigrCtx *ctx, const MigrBody *body, MigrStmts *out)
{
	int line = body->place.line > 0 ? body->place.line : 1;
	Splitter splitter = {ctx, body->text, 0, line};
	MigrStmt stmt;

	while (read_statement(&splitter, &stmt))
	{
		if (stmt.len > 0)
			migr_vec_push(&ctx->arena, out, stmt);
	}
	return true;
}
