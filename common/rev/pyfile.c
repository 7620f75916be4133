/*
 * pyfile.c
 *	  The header of an Alembic revision file, read as text.  See pyfile.h.
 *
 * Python's tokens are easy to tell apart, but for its strings; its statements
 * end with a line where no bracket is open.  So this goes from one logical line
 * to the next, looks at those of the file's own level, and steps over the rest.
 */
#include "rev/pyfile.h"

#include <string.h>

#include "base/instant.h"
#include "text/cursor.h"

#define SHOWN_MAX 60

typedef enum TokenKind
{
	TOKEN_END,
	TOKEN_LINE, /* the end of a logical line */
	TOKEN_NAME,
	TOKEN_STRING,
	TOKEN_OTHER /* an operator; a number is several of them, a byte each */
} TokenKind;

typedef struct Token
{
	TokenKind kind;
	MigrSpan text;	/* of a string: all of it, with prefix and quotes */
	MigrSpan inner; /* of a string: between its quotes */
	bool raw;
	bool plain; /* a string that stands for its text alone: no f, no b */
} Token;

/* The names that are looked for. */
enum
{
	REVISION,
	DOWN_REVISION,
	BRANCH_LABELS,
	DEPENDS_ON,
	FIELD_COUNT
};

static const char *const fields[] = {"revision", "down_revision",
									 "branch_labels", "depends_on"};

typedef struct File
{
	MigrCtx *ctx;
	const char *path;
	const char *at;
	const char *end;
	int line;		 /* of at */
	char open[200];	 /* brackets that are open */
	int opened[200]; /* their lines */
	int depth;
	Token token; /* the one at hand */
	int token_line;
	const char *docstring;	/* NULL: none */
	int given[FIELD_COUNT]; /* lines; 0: not yet */
	MigrNames values[FIELD_COUNT];
} File;

/* ---- errors --------------------------------------------------------------- */

/* Put the file and a line to an error.  Always false. */
static bool
fail_at(File *file, int line)
{
	MigrPlace place = {.path = file->path, .line = line};

	return migr_at(file->ctx, &place);
}

/* The line of the text that a place is in, for a message. */
static const char *
shown_line(File *file, const char *at)
{
	size_t len = 0;

	while (at + len < file->end && at[len] != '\n' && len < SHOWN_MAX)
		len++;
	while (len > 0 && at + len < file->end &&
		   ((unsigned char) at[len] & 0xC0) == 0x80)
		len--;
	return migr_span_line(&file->ctx->arena,
						  migr_span_trim((MigrSpan){at, len}));
}

/* Say that a name's value isn't a literal. */
static bool
fail_value(File *file, int field, const char *at, int line)
{
	migr_fail(file->ctx, MIGR_ERR_SCRIPT, "%s isn't a literal: %s",
			  fields[field], shown_line(file, at));
	migr_hint(file->ctx,
			  "The file is read, never run: %s has to be a string, a tuple or "
			  "list of strings, or None, on the file's own level.",
			  fields[field]);
	return fail_at(file, line);
}

/* ---- tokens --------------------------------------------------------------- */

/* The byte so far behind the place; NUL past the end. */
static char
peek(const File *file, size_t i)
{
	return (size_t) (file->end - file->at) > i ? file->at[i] : '\0';
}

/* Go over so many bytes. */
static void
skip(File *file, size_t count)
{
	for (; count > 0 && file->at < file->end; count--, file->at++)
		file->line += *file->at == '\n';
}

/* How long is the prefix of a string that begins here, and its first quote?  0:
 * none does. */
static size_t
string_start(const File *file)
{
	size_t len = 0;

	while (len < 2 && peek(file, len) != '\0' &&
		   strchr("rRuUbBfF", peek(file, len)) != NULL)
		len++;
	return peek(file, len) == '"' || peek(file, len) == '\'' ? len + 1 : 0;
}

/* Read a string whose first quote is at the end of start bytes. */
static bool
read_string(File *file, size_t start)
{
	Token *token = &file->token;
	char quote = file->at[start - 1];
	bool three = peek(file, start) == quote && peek(file, start + 1) == quote;
	size_t quotes = three ? 3 : 1;

	token->kind = TOKEN_STRING;
	token->plain = true;
	for (size_t i = 0; i + 1 < start; i++)
	{
		token->raw |= strchr("rR", file->at[i]) != NULL;
		token->plain &= strchr("bBfF", file->at[i]) == NULL;
	}
	skip(file, start - 1 + quotes);
	token->inner.ptr = file->at;
	for (;;)
	{
		char c = peek(file, 0);

		if (file->at == file->end || (c == '\n' && !three))
		{
			migr_fail(file->ctx, MIGR_ERR_SCRIPT, "unterminated string");
			return fail_at(file, file->token_line);
		}
		if (c == quote &&
			(!three || (peek(file, 1) == quote && peek(file, 2) == quote)))
			break;
		skip(file, c == '\\' ? 2 : 1);
	}
	token->inner.len = (size_t) (file->at - token->inner.ptr);
	skip(file, quotes);
	return true;
}

/* Step over what is between tokens; a line end counts where no bracket is
 * open. */
static void
skip_space(File *file)
{
	for (;;)
	{
		char c = peek(file, 0);

		if (c == '#')
			while (file->at < file->end && *file->at != '\n')
				file->at++;
		else if (c == '\\' && peek(file, 1) == '\n')
			skip(file, 2);
		else if (c == ' ' || c == '\t' || c == '\f' ||
				 (c == '\n' && file->depth > 0))
			skip(file, 1);
		else
			return;
	}
}

/* Keep count of the brackets. */
static bool
count_bracket(File *file, char c)
{
	static const char opening[] = "([{";
	static const char closing[] = ")]}";
	const char *which = strchr(closing, c);

	if (strchr(opening, c) != NULL)
	{
		if (file->depth == (int) sizeof(file->open))
		{
			migr_fail(file->ctx, MIGR_ERR_SCRIPT, "too many open brackets");
			return fail_at(file, file->line);
		}
		file->opened[file->depth] = file->line;
		file->open[file->depth++] = c;
		return true;
	}
	if (which == NULL)
		return true;
	if (file->depth == 0 ||
		file->open[file->depth - 1] != opening[which - closing])
	{
		migr_fail(file->ctx, MIGR_ERR_SCRIPT, "\"%c\" closes nothing", c);
		return fail_at(file, file->line);
	}
	file->depth--;
	return true;
}

/* How long is the operator that begins here?  Those of two bytes that have a "="
 * in them, and those that would be taken for one of these. */
static size_t
operator_length(const File *file)
{
	static const char two[][3] = {"==", "!=", "<=", ">=", ":=", "<<", ">>"};

	for (size_t i = 0; i < sizeof(two) / sizeof(two[0]); i++)
		if (peek(file, 0) == two[i][0] && peek(file, 1) == two[i][1])
			return 2;
	return 1;
}

/* Read the next token. */
static bool
next(File *file)
{
	Token *token = &file->token;
	size_t start;

	memset(token, 0, sizeof(*token));
	skip_space(file);
	file->token_line = file->line;
	token->text.ptr = file->at;
	start = string_start(file);
	if (file->at == file->end)
	{
		token->kind = TOKEN_END;
		if (file->depth == 0)
			return true;
		migr_fail(file->ctx, MIGR_ERR_SCRIPT, "\"%c\" is never closed",
				  file->open[file->depth - 1]);
		return fail_at(file, file->opened[file->depth - 1]);
	}
	if (start > 0)
	{
		if (!read_string(file, start))
			return false;
	}
	else if (migr_is_name_start((unsigned char) *file->at))
	{
		token->kind = TOKEN_NAME;
		while (file->at < file->end &&
			   migr_is_name((unsigned char) *file->at) && *file->at != '$')
			file->at++;
	}
	else
	{
		token->kind = *file->at == '\n' ? TOKEN_LINE : TOKEN_OTHER;
		if (!count_bracket(file, *file->at))
			return false;
		skip(file, operator_length(file));
	}
	token->text.len = (size_t) (file->at - token->text.ptr);
	return true;
}

/* Is the token at hand this byte? */
static bool
is_char(const File *file, char c)
{
	return file->token.kind == TOKEN_OTHER && file->token.text.len == 1 &&
		   *file->token.text.ptr == c;
}

/* Is the token at hand this word? */
static bool
is_word(const File *file, const char *word)
{
	return file->token.kind == TOKEN_NAME &&
		   migr_span_is(file->token.text, word);
}

/* Is the token at hand a ":="? */
static bool
is_walrus(const File *file)
{
	return file->token.kind == TOKEN_OTHER &&
		   migr_span_is(file->token.text, ":=");
}

/* Which of the names is the token at hand?  -1: none. */
static int
find_field(const File *file)
{
	if (file->token.kind == TOKEN_NAME)
		for (int i = 0; i < FIELD_COUNT; i++)
			if (migr_span_is(file->token.text, fields[i]))
				return i;
	return -1;
}

/* ---- strings ---------------------------------------------------------------- */

/* Add a character as UTF-8. */
static void
add_character(MigrStr *str, uint32_t c)
{
	if (c < 0x80)
		migr_str_add_char(str, (char) c);
	else if (c < 0x800)
		migr_str_add_char(str, (char) (0xC0 | c >> 6));
	else if (c < 0x10000)
	{
		migr_str_add_char(str, (char) (0xE0 | c >> 12));
		migr_str_add_char(str, (char) (0x80 | (c >> 6 & 0x3F)));
	}
	else
	{
		migr_str_add_char(str, (char) (0xF0 | c >> 18));
		migr_str_add_char(str, (char) (0x80 | (c >> 12 & 0x3F)));
		migr_str_add_char(str, (char) (0x80 | (c >> 6 & 0x3F)));
	}
	if (c >= 0x80)
		migr_str_add_char(str, (char) (0x80 | (c & 0x3F)));
}

/* Read up to most digits of a base off *text. */
static uint32_t
take_number(MigrSpan *text, size_t most, uint32_t base)
{
	uint32_t number = 0;

	for (; most > 0 && text->len > 0; most--)
	{
		static const char digits[] = "0123456789abcdef";
		char c = *text->ptr >= 'A' && *text->ptr <= 'F'
					 ? (char) (*text->ptr - 'A' + 'a')
					 : *text->ptr;
		const char *digit = c != '\0' ? strchr(digits, c) : NULL;

		if (digit == NULL || (uint32_t) (digit - digits) >= base)
			break;
		number = number * base + (uint32_t) (digit - digits);
		text->ptr++;
		text->len--;
	}
	return number;
}

/* Add what a backslash and the text behind it stand for. */
static void
add_escape(MigrStr *str, MigrSpan *text)
{
	static const char letters[] = "abfnrtv";
	static const char meant[] = "\a\b\f\n\r\t\v";
	char c = *text->ptr;
	const char *letter = strchr(letters, c);

	if (c >= '0' && c <= '7')
	{
		add_character(str, take_number(text, 3, 8));
		return;
	}
	text->ptr++;
	text->len--;
	if (c == 'x')
		add_character(str, take_number(text, 2, 16));
	else if (c == 'u')
		add_character(str, take_number(text, 4, 16));
	else if (c == 'U')
		add_character(str, take_number(text, 8, 16));
	else if (letter != NULL && c != '\0')
		migr_str_add_char(str, meant[letter - letters]);
	else if (c == '\\' || c == '\'' || c == '"')
		migr_str_add_char(str, c);
	else if (c != '\n')
	{
		/* as Python has it: the backslash stays */
		migr_str_add_char(str, '\\');
		migr_str_add_char(str, c);
	}
}

/* Add the text that a string stands for. */
static void
add_string(MigrStr *str, const Token *token)
{
	MigrSpan rest = token->inner;

	while (rest.len > 0)
	{
		char c = *rest.ptr++;

		rest.len--;
		if (c == '\\' && rest.len > 0 && !token->raw)
			add_escape(str, &rest);
		else
			migr_str_add_char(str, c);
	}
}

/* Read strings that stand side by side, which are one; false, without an error:
 * one of them isn't plain. */
static bool
read_strings(File *file, const char **out)
{
	bool plain = true;
	MigrStr str;

	migr_str_init(&str, &file->ctx->arena);
	while (file->token.kind == TOKEN_STRING)
	{
		plain &= file->token.plain;
		add_string(&str, &file->token);
		if (!next(file))
			return false;
	}
	*out = str.data;
	return plain && strlen(str.data) == str.len &&
		   (file->ctx->other_encoding ||
			migr_utf8_check(str.data, str.len) == str.len);
}

/* ---- values ------------------------------------------------------------------- */

/* What a value may be, and is. */
typedef enum Shape
{
	SHAPE_BAD,
	SHAPE_NONE,
	SHAPE_TEXT,
	SHAPE_LIST
} Shape;

/* Read a string, in parentheses or not; SHAPE_BAD: there is none, or an error. */
static Shape
read_text(File *file, MigrNames *out)
{
	const char *text;

	if (is_char(file, '('))
		return next(file) && read_text(file, out) == SHAPE_TEXT &&
					   is_char(file, ')') && next(file)
				   ? SHAPE_TEXT
				   : SHAPE_BAD;
	if (file->token.kind != TOKEN_STRING || !read_strings(file, &text))
		return SHAPE_BAD;
	migr_vec_push(&file->ctx->arena, out, text);
	return SHAPE_TEXT;
}

/* Read strings with commas between them, up to a bracket that closes.  One alone
 * without a comma is a string in parentheses, where those are round. */
static Shape
read_list(File *file, char close, MigrNames *out)
{
	bool comma = close != ')';

	if (!next(file))
		return SHAPE_BAD;
	while (!is_char(file, close))
	{
		if (read_text(file, out) == SHAPE_BAD)
			return SHAPE_BAD;
		if (is_char(file, close))
			break;
		if (!is_char(file, ',') || !next(file))
			return SHAPE_BAD;
		comma = true;
	}
	if (!next(file))
		return SHAPE_BAD;
	return comma || out->count == 0 ? SHAPE_LIST : SHAPE_TEXT;
}

/* Read a value, up to the end of its statement. */
static Shape
read_value(File *file, MigrNames *out)
{
	static const char opening[] = "([{";
	static const char closing[] = ")]}";
	const char *bracket = file->token.kind == TOKEN_OTHER
							  ? strchr(opening, *file->token.text.ptr)
							  : NULL;
	Shape shape;

	if (is_word(file, "None"))
		shape = next(file) ? SHAPE_NONE : SHAPE_BAD;
	else if (bracket != NULL)
		shape = read_list(file, closing[bracket - opening], out);
	else
		shape = read_text(file, out);
	/* a tuple needs no parentheses */
	while (shape != SHAPE_BAD && shape != SHAPE_NONE && is_char(file, ','))
	{
		if (bracket != NULL || !next(file))
			return SHAPE_BAD;
		shape = SHAPE_LIST;
		if (file->token.kind == TOKEN_STRING &&
			read_text(file, out) == SHAPE_BAD)
			return SHAPE_BAD;
	}
	return shape;
}

/* ---- statements ----------------------------------------------------------------- */

/* Is the statement at its end? */
static bool
at_end(const File *file)
{
	return file->token.kind == TOKEN_END || file->token.kind == TOKEN_LINE ||
		   (is_char(file, ';') && file->depth == 0);
}

/* Does a statement that begins with this word make something that has names of
 * its own? */
static bool
opens_scope(const File *file)
{
	return is_word(file, "def") || is_word(file, "class") ||
		   is_word(file, "async");
}

/* Does the word at hand give values to the names behind it?  first: it begins
 * the statement. */
static bool
binds_names(const File *file, bool first)
{
	return is_word(file, "import") || is_word(file, "as") ||
		   (first && (is_word(file, "del") || is_word(file, "for")));
}

/* May a statement begin so?  What can't is left over from a merge, most often. */
static bool
check_start(File *file)
{
	const char *at = file->token.text.ptr;

	if (file->token.kind != TOKEN_OTHER ||
		strchr("=!<>:,;/%&|^$?", *at) == NULL)
		return true;
	migr_fail(file->ctx, MIGR_ERR_SCRIPT, "syntax error: %s",
			  shown_line(file, at));
	return fail_at(file, file->token_line);
}

/* Is the token at hand the end of what can be called or indexed? */
static bool
is_operand(const File *file, bool first)
{
	if (file->token.kind == TOKEN_NAME)
		return !binds_names(file, first) && !is_word(file, "with");
	return is_char(file, ')') || is_char(file, ']');
}

/*
 * Go over a statement, or the rest of one, that assigns to none of the names in
 * the way that is read; where it does so in another way, that is an error.  A
 * name counts on the statement's own level and in brackets around targets, not in
 * those of a call or an index, nor in a lambda.
 */
static bool
pass_over(File *file, const char *start, int line)
{
	bool binds = false; /* names get values without a "=" */
	int target = -1;	/* the name that a "=" would assign to */
	int inner = -1;		/* the depth of the call that we are in */
	bool operand = false;
	bool member = false;

	for (bool first = true; !at_end(file); first = false)
	{
		int field = find_field(file);
		bool counts;

		if (file->depth < inner)
			inner = -1;
		if (inner < 0 &&
			(is_word(file, "lambda") ||
			 (operand && (is_char(file, '(') || is_char(file, '[')))))
			inner = file->depth;
		counts = field >= 0 && inner < 0 && !member;
		if (counts && binds)
			return fail_value(file, field, start, line);
		if (target >= 0 && file->depth == 0 && is_char(file, '='))
			return fail_value(file, target, start, line);
		if (file->depth == 0 && (is_char(file, ':') || is_char(file, '=')))
			target = -1;
		if (counts && target < 0)
			target = field;
		binds = (binds && !is_word(file, "in")) || binds_names(file, first);
		operand = is_operand(file, first);
		member = is_char(file, '.');
		if (!next(file))
			return false;
		if (field >= 0 && is_walrus(file))
			return fail_value(file, field, start, line);
	}
	return true;
}

/* Go over an annotation: what is between a name's ":" and its "=". */
static bool
pass_annotation(File *file)
{
	do
	{
		if (!next(file))
			return false;
	} while (!at_end(file) && !(file->depth == 0 && is_char(file, '=')));
	return true;
}

/* Take the value of the names that a statement assigns to; a later one
 * counts. */
static bool
take_value(File *file, const bool *assigned, const char *start, int line)
{
	MigrNames values = {0};
	Shape shape = read_value(file, &values);

	if (file->ctx->err.code != MIGR_OK)
		return false;
	for (int i = 0; i < FIELD_COUNT; i++)
	{
		if (!assigned[i])
			continue;
		if (shape == SHAPE_BAD || !at_end(file) ||
			(i == REVISION && shape != SHAPE_TEXT))
			return fail_value(file, i, start, line);
		file->given[i] = line;
		file->values[i] = values;
	}
	return true;
}

/*
 * Read a statement that begins with a name: NAME [: annotation] = ... = value.
 * nested: it is within an if or the like, where nobody knows whether it runs.
 */
static bool
read_named(File *file, bool nested)
{
	const char *start = file->token.text.ptr;
	int line = file->token_line;
	bool assigned[FIELD_COUNT] = {false};
	bool any = false;

	while (file->token.kind == TOKEN_NAME)
	{
		File before = *file;
		int field = find_field(file);

		if (!next(file))
			return false;
		if (is_char(file, ':') && field >= 0 && !pass_annotation(file))
			return false;
		if (at_end(file) && field >= 0)
			break; /* an annotation alone assigns nothing */
		if (!is_char(file, '='))
		{
			/* what is done to a list is no literal */
			if (field >= 0 && before.token.text.ptr == start &&
				(is_char(file, '.') || is_char(file, '[')))
				return fail_value(file, field, start, line);
			*file = before; /* here the value begins */
			break;
		}
		if (field >= 0)
			any = assigned[field] = true;
		if (field >= 0 && nested)
			return fail_value(file, field, start, line);
		if (!next(file))
			return false;
	}
	if (any)
		return take_value(file, assigned, start, line);
	return pass_over(file, start, line);
}

/* Read the statements of a logical line. */
static bool
read_line(File *file, bool first, bool nested)
{
	for (;;)
	{
		if (!check_start(file))
			return false;
		if (first && file->token.kind == TOKEN_STRING)
		{
			if (!read_strings(file, &file->docstring) || !at_end(file))
				file->docstring = NULL;
			if (file->ctx->err.code != MIGR_OK)
				return false;
		}
		first = false;
		if (!(file->token.kind == TOKEN_NAME
				  ? read_named(file, nested)
				  : pass_over(file, file->token.text.ptr, file->token_line)))
			return false;
		if (!is_char(file, ';'))
			return true;
		if (!next(file))
			return false;
	}
}

/* Go over what is left of a logical line. */
static bool
skip_line(File *file)
{
	while (file->token.kind != TOKEN_LINE && file->token.kind != TOKEN_END)
		if (!next(file))
			return false;
	return true;
}

/* How far is the place from its line's beginning?  A tab goes to the next eighth
 * column, a form feed to the first. */
static int
indent_of(const char *top, const char *at)
{
	const char *start = at;
	int column = 0;

	while (start > top && start[-1] != '\n')
		start--;
	for (; start < at; start++)
		if (*start == '\f')
			column = 0;
		else
			column = *start == '\t' ? (column / 8 + 1) * 8 : column + 1;
	return column;
}

/* Read all lines. */
static bool
read_lines(File *file)
{
	const char *top = file->at;
	int scope = -1; /* the indentation of the def or class that we are in */
	bool first = true;

	for (;;)
	{
		int indent;

		if (!next(file))
			return false;
		if (file->token.kind == TOKEN_END)
			return true;
		if (file->token.kind == TOKEN_LINE)
			continue;
		indent = indent_of(top, file->token.text.ptr);
		if (scope >= 0 && indent <= scope)
			scope = -1;
		if (scope < 0 && file->token.kind == TOKEN_NAME && opens_scope(file))
			scope = indent;
		if (scope >= 0 ? !skip_line(file) : !read_line(file, first, indent > 0))
			return false;
		first = false;
		if (!skip_line(file))
			return false;
	}
}

/* ---- the revision ------------------------------------------------------------------ */

/* Take the date off the docstring's line "Create Date: ..."; what is no date is
 * nobody's business. */
static void
read_date(const char *docstring, MigrRevision *out)
{
	static const char label[] = "Create Date:";
	const char *at = docstring;

	while (at != NULL && strncmp(at, label, strlen(label)) != 0)
	{
		at = strchr(at, '\n');
		at = at != NULL ? at + 1 + strspn(at + 1, " \t") : NULL;
	}
	if (at == NULL)
		return;
	at += strlen(label);
	out->dated = migr_instant_parse(
		migr_span_trim((MigrSpan){at, strcspn(at, "\n")}), &out->created);
}

/* The docstring up to its first blank line. */
static const char *
read_message(MigrArena *arena, const char *docstring)
{
	MigrSpan text = migr_span_trim(migr_span(docstring));
	const char *end = strstr(text.ptr != NULL ? text.ptr : "", "\n\n");

	if (end != NULL && end < text.ptr + text.len)
		text.len = (size_t) (end - text.ptr);
	return migr_span_line(arena, text);
}

/* Check the names of a field. */
static bool
check_names(File *file, int field)
{
	const MigrNames *names = &file->values[field];

	for (int i = 0; i < names->count; i++)
	{
		MigrSpan name = migr_span(names->items[i]);

		if (field == REVISION || field == DOWN_REVISION
				? migr_check_id(file->ctx, name)
				: migr_check_label(file->ctx, name))
			continue;
		migr_detail(file->ctx, "It stands in %s.", fields[field]);
		return fail_at(file, file->given[field]);
	}
	return true;
}

/* See that the text is one. */
static bool
check_text(File *file, MigrSpan text)
{
	size_t good = migr_utf8_check(text.ptr, text.len);

	if (good == text.len || file->ctx->other_encoding)
		return true;
	for (size_t i = 0; i < good; i++)
		file->line += text.ptr[i] == '\n';
	migr_fail(file->ctx, MIGR_ERR_SCRIPT, "invalid UTF-8");
	migr_hint(file->ctx, "A revision file is a text in UTF-8.");
	return fail_at(file, file->line);
}

/* Make each line end a \n, as Python does before all else. */
static MigrSpan
join_line_ends(MigrArena *arena, MigrSpan text)
{
	MigrStr str;

	if (memchr(text.ptr, '\r', text.len) == NULL)
		return text;
	migr_str_init(&str, arena);
	for (size_t i = 0; i < text.len; i++)
	{
		bool pair =
			text.ptr[i] == '\r' && i + 1 < text.len && text.ptr[i + 1] == '\n';

		if (!pair)
			migr_str_add_char(&str, text.ptr[i] == '\r' ? '\n' : text.ptr[i]);
	}
	return (MigrSpan){str.data, str.len};
}

bool
migr_pyfile_read(MigrCtx *ctx, MigrSpan text, const char *path,
				 MigrRevision *out, bool *found)
{
	File file = {.ctx = ctx, .path = path, .line = 1};

	*found = false;
	if (text.len == 0)
		return true;
	if (migr_span_starts(text, "\xEF\xBB\xBF"))
	{
		text.ptr += 3;
		text.len -= 3;
	}
	text = join_line_ends(&ctx->arena, text);
	file.at = text.ptr;
	file.end = text.ptr + text.len;
	if (!check_text(&file, text) || !read_lines(&file))
		return false;
	if (!file.given[REVISION])
		return true;
	for (int i = 0; i < FIELD_COUNT; i++)
		if (!check_names(&file, i))
			return false;
	memset(out, 0, sizeof(*out));
	out->id = file.values[REVISION].items[0];
	out->revises = file.values[DOWN_REVISION];
	out->labels = file.values[BRANCH_LABELS];
	out->depends_on = file.values[DEPENDS_ON];
	out->message = "";
	out->path = path;
	if (file.docstring != NULL)
	{
		out->message = read_message(&ctx->arena, file.docstring);
		read_date(file.docstring, out);
	}
	*found = true;
	return true;
}
