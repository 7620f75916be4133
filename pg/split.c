/*
 * split.c
 *	  Where the statements of a text begin and end, and psql's lines in it.
 *
 * PostgreSQL's grammar splits a text of statements by itself, but only one
 * that is SQL throughout.  pg_dump's output isn't: the rows of COPY ... FROM
 * stdin stand in it, and lines that begin with \restrict or \unrestrict.  So
 * PostgreSQL's scanner finds the ends of statements here, as psql would: a
 * semicolon outside of parentheses and of BEGIN ATOMIC ... END.
 */
#include "postgres.h"

#include <ctype.h>

#include "common/keywords.h"
#include "parser/scanner.h"

#include "pg/pg.h"

/* Token codes of the keywords that matter; -1: unknown to this version. */
typedef struct Keywords
{
	int copy;
	int from;
	int stdin_;
	int stdout_;
	int create;
	int begin;
	int atomic;
	int case_;
	int end;
} Keywords;

struct MigrPgSplit
{
	MigrCtx *ctx;
	const MigrBody *body;
	MemoryContext memory; /* the scanner's, which outlives a statement's */
	Keywords keywords;
	core_yyscan_t scanner; /* NULL: to be started at next */
	core_yy_extra_type extra;
	size_t base; /* where the scanner's text begins in the body */
	size_t next; /* where the next statement, or the scanner, begins */
	int count;	 /* statements found */
	size_t seen; /* the offset up to which lines are counted */
	int line;	 /* the line there */
};

/* What a statement's tokens have told so far. */
typedef struct Shape
{
	int first;	 /* its first token */
	int last;	 /* the token before this one */
	int parens;	 /* open parentheses */
	int blocks;	 /* open BEGIN ATOMIC and CASE */
	bool copies; /* COPY ... FROM STDIN */
} Shape;

/* Return a keyword's token code. */
static int
keyword(const char *word)
{
	int number = ScanKeywordLookup(word, &ScanKeywords);

	return number >= 0 ? ScanKeywordTokens[number] : -1;
}

MigrPgSplit *
migr_pg_split_begin(MigrCtx *ctx, const MigrBody *body)
{
	MigrPgSplit *split = palloc0(sizeof(*split));

	split->ctx = ctx;
	split->body = body;
	split->memory = CurrentMemoryContext;
	split->line = body->place.line;
	split->keywords.copy = keyword("copy");
	split->keywords.from = keyword("from");
	split->keywords.stdin_ = keyword("stdin");
	split->keywords.stdout_ = keyword("stdout");
	split->keywords.create = keyword("create");
	split->keywords.begin = keyword("begin");
	split->keywords.atomic = keyword("atomic");
	split->keywords.case_ = keyword("case");
	split->keywords.end = keyword("end");
	return split;
}

/* Return the line of an offset; they never go back. */
static int
line_of(MigrPgSplit *split, size_t offset)
{
	const char *text = split->body->text.ptr;

	while (split->seen < offset)
		split->line += text[split->seen++] == '\n';
	return split->line;
}

/* Start the scanner at split->next. */
static void
start(MigrPgSplit *split)
{
	MemoryContext old = MemoryContextSwitchTo(split->memory);

	split->base = split->next;
	split->scanner =
		scanner_init(split->body->text.ptr + split->base, &split->extra,
					 &ScanKeywords, ScanKeywordTokens);
	split->extra.escape_string_warning = false;
	MemoryContextSwitchTo(old);
}

/* Stop it, and have it start again at an offset of the body. */
static void
restart_at(MigrPgSplit *split, size_t at)
{
	scanner_finish(split->scanner);
	split->scanner = NULL;
	split->next = at;
}

/* Return the offset of the line behind the one that at is in. */
static size_t
next_line(MigrSpan text, size_t at)
{
	const char *end = memchr(text.ptr + at, '\n', text.len - at);

	return end != NULL ? (size_t) (end - text.ptr) + 1 : text.len;
}

size_t
migr_pg_split_data(MigrSpan text, size_t at, MigrSpan *data)
{
	size_t line = next_line(text, at);

	data->ptr = text.ptr + line;
	while (line < text.len)
	{
		size_t next = next_line(text, line);
		MigrSpan row = {text.ptr + line, next - line};

		if (row.ptr[0] == '\\' && migr_span_is(migr_span_trim(row), "\\."))
		{
			data->len = (size_t) (row.ptr - data->ptr);
			return next;
		}
		line = next;
	}
	data->len = (size_t) (text.ptr + text.len - data->ptr);
	return text.len;
}

/* Add what a token tells of its statement. */
static void
shape_add(Shape *shape, const Keywords *keywords, int token)
{
	if (shape->first == 0)
		shape->first = token;
	if (token == '(')
		shape->parens++;
	else if (token == ')')
		shape->parens--;
	else if (token == keywords->atomic && shape->last == keywords->begin &&
			 shape->first == keywords->create)
		shape->blocks++;
	else if (token == keywords->case_ && shape->blocks > 0)
		shape->blocks++;
	else if (token == keywords->end && shape->blocks > 0)
		shape->blocks--;
	/* the server takes either word for either direction */
	else if ((token == keywords->stdin_ || token == keywords->stdout_) &&
			 shape->last == keywords->from && shape->first == keywords->copy &&
			 shape->parens == 0)
		shape->copies = true;
	shape->last = token;
}

/* Take a line of psql's off: two that pg_dump writes are skipped. */
static bool
meta_command(MigrPgSplit *split, size_t at)
{
	MigrSpan text = split->body->text;
	size_t end = next_line(text, at);
	MigrSpan rest = {text.ptr + at, end - at};
	MigrSpan word = {NULL, 0};
	MigrPlace place = split->body->place;

	migr_span_word(&rest, &word);
	if (migr_span_is(word, "\\restrict") || migr_span_is(word, "\\unrestrict"))
	{
		restart_at(split, end);
		return true;
	}
	place.line = line_of(split, at);
	migr_fail(split->ctx, MIGR_ERR_SCRIPT,
			  "psql meta-command \"%.*s\" in a revision script", (int) word.len,
			  word.ptr);
	migr_hint(split->ctx, "The script runs in the server, without psql.");
	return migr_at(split->ctx, &place);
}

/* Return the next token's code and, from the body's start, its place. */
static int
next_token(MigrPgSplit *split, size_t *at)
{
	core_YYSTYPE value;
	YYLTYPE location;
	int token;

	if (split->scanner == NULL)
		start(split);
	token = core_yylex(&value, &location, split->scanner);
	*at = split->base + (size_t) location;
	return token;
}

/* Tell errors that the statement begins at an offset of the body. */
static void
begins_at(MigrPgSplit *split, MigrWhere *where, size_t at)
{
	where->counted = split->body->text.ptr + split->base;
	where->text = split->body->text.ptr + at;
	where->place.line = line_of(split, at);
}

/* Find the first token of a statement; *token is 0 where there is none. */
static bool
scan_first(MigrPgSplit *split, MigrWhere *where, int *token, size_t *at)
{
	const char *text = split->body->text.ptr;

	do
	{
		if (split->scanner == NULL)
			start(split);
		while (isspace((unsigned char) text[split->next]))
			split->next++;
		begins_at(split, where, split->next);
		*token = next_token(split, at);
		split->next = *at + 1;
		if (*token == '\\' && !meta_command(split, *at))
			return false;
	} while (*token == ';' || *token == '\\');
	begins_at(split, where, *at);
	return true;
}

/*
 * Go on behind the rows of a COPY FROM STDIN, whose semicolon is at an offset.
 * psql would run what else stands on that line after the rows; nobody writes
 * so, and it would read as if it ran before them.
 */
static bool
skip_data(MigrPgSplit *split, const MigrWhere *where, size_t at)
{
	MigrSpan text = split->body->text;
	MigrSpan rest = {text.ptr + at + 1, next_line(text, at) - at - 1};
	MigrSpan data;

	rest = migr_span_trim(rest);
	if (rest.len > 0 && !migr_span_starts(rest, "--"))
	{
		migr_fail(split->ctx, MIGR_ERR_SCRIPT,
				  "nothing may stand between COPY FROM STDIN and its rows");
		return migr_at(split->ctx, &where->place);
	}
	restart_at(split, migr_pg_split_data(text, at, &data));
	return true;
}

/*
 * Scan from a statement's first token, which is at piece->offset, to its end.
 * The scanner throws where a string or comment isn't closed.
 */
static bool
scan_rest(MigrPgSplit *split, const MigrWhere *where, int token,
		  MigrPiece *piece)
{
	const char *text = split->body->text.ptr;
	Shape shape = {0};
	size_t at = piece->offset;

	while (token != 0 && (token != ';' || shape.parens > 0 || shape.blocks > 0))
	{
		shape_add(&shape, &split->keywords, token);
		token = next_token(split, &at);
	}
	split->next = at + (token == ';');
	if (token == ';' && shape.copies && !skip_data(split, where, at))
		return false;
	/* a semicolon is where the statement ends; the text's end may be not */
	while (token == 0 && at > piece->offset &&
		   isspace((unsigned char) text[at - 1]))
		at--;
	piece->len = at - piece->offset;
	piece->behind = token == 0 ? at : split->next;
	piece->rows = shape.copies;
	return true;
}

bool
migr_pg_split_next(MigrPgSplit *split, MigrPiece *piece)
{
	MigrWhere where = {.ctx = split->ctx, .place = split->body->place};
	int token;
	bool ok;

	where.place.statement = ++split->count;
	migr_where_begin(&where);
	ok = scan_first(split, &where, &token, &piece->offset);
	if (ok)
	{
		piece->line = where.place.line;
		ok = scan_rest(split, &where, token, piece);
	}
	migr_where_end(&where);
	return ok;
}
