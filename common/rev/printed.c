/*
 * printed.c
 *	  What Alembic's offline SQL says, by revision.  See printed.h.
 *
 * A scan goes over a text, token by token, and knows where statements begin
 * and end.  Between two of them there can be a marker (`-- Running upgrade
 * a -> b`), which begins a revision, or a line of Alembic's log.  A revision's
 * SQL is never rebuilt: it is the text between what is cut out, in pieces, so
 * its white space and comments stay.
 *
 * A revision ends with its change of the version rows, which Alembic prints
 * for each.  So COMMIT before that is an autocommit block, and COMMIT behind
 * it the end of a transaction.
 */
#include "rev/printed.h"

#include <string.h>

#include "text/lex.h"

#define MARKER "-- Running "
#define SHOWN_MAX 60

/* How a statement's beginning looks, as far as its end depends on it. */
typedef enum Shape
{
	SHAPE_START,
	SHAPE_CREATE, /* CREATE; OR REPLACE, TEMP may follow */
	SHAPE_BODY,	  /* CREATE FUNCTION, PROCEDURE; SQLite: CREATE TRIGGER */
	SHAPE_PLAIN
} Shape;

/* A scan over one text. */
typedef struct Scan
{
	MigrPrint *print;
	MigrDirection direction;
	const char *path;
	MigrCursor cursor;
	const char *top;
	int line; /* at the cursor */

	/* the statement */
	bool begun;
	const char *first; /* its first token */
	int first_line;
	const char *last; /* behind its last solid token */
	Shape shape;
	int depth;		  /* of parentheses */
	int blocks;		  /* PostgreSQL: BEGIN ATOMIC and CASE that are open */
	int ending;		  /* SQLite's trigger: 1 behind ;, 2 behind ; END */
	int backslashes;  /* line of a string where all are doubled; 0 */
	bool single;	  /* or has it a single one? */
	const char *next; /* the solid token that begins_next() has seen, or NULL */
	bool next_begins; /* and what it said */

	/* the revision */
	int step;		  /* -1: none */
	bool autocommit;  /* is it between COMMIT and BEGIN? */
	bool rows;		  /* were its version rows changed? */
	const char *keep; /* what is kept next begins here */
	int keep_line;
} Scan;

/* Set an error's place. */
static bool
fail_at(const Scan *scan, int line)
{
	MigrPlace place = {.path = scan->path, .line = line};

	if (scan->step >= 0)
		place.revision = scan->print->steps.items[scan->step].id;
	return migr_at(scan->print->ctx, &place);
}

/* Return the part that what is kept belongs to. */
static MigrPrintedPart *
current_part(Scan *scan)
{
	MigrPrinted *step = &scan->print->steps.items[scan->step];
	int count = step->parts[scan->direction].count;
	MigrPrintedPart part = {.autocommit = scan->autocommit};

	if (count == 0 ||
		step->parts[scan->direction].items[count - 1].autocommit !=
			scan->autocommit)
		migr_vec_push(&scan->print->ctx->arena, &step->parts[scan->direction],
					  part);
	count = step->parts[scan->direction].count;
	return &step->parts[scan->direction].items[count - 1];
}

const char *
migr_print_path(MigrDirection direction)
{
	return direction == MIGR_UP ? "upgrade SQL" : "downgrade SQL";
}

void
migr_print_warn(MigrPrint *print, MigrPrinted *step, MigrNames *also,
				const char *text)
{
	migr_vec_push(&print->ctx->arena, &step->warnings, text);
	migr_vec_push(&print->ctx->arena, also, text);
}

static void warn(Scan *scan, int line, const char *fmt, ...) MIGR_PRINTF(3, 4);

/* Warn of what stands in this line. */
static void
warn(Scan *scan, int line, const char *fmt, ...)
{
	MigrPrint *print = scan->print;
	MigrStr str;
	va_list args;

	migr_str_init(&str, &print->ctx->arena);
	migr_str_printf(&str, "%s, line %d: ", scan->path, line);
	va_start(args, fmt);
	migr_str_vprintf(&str, fmt, args);
	va_end(args);
	if (scan->step >= 0)
		migr_print_warn(print, &print->steps.items[scan->step],
						&current_part(scan)->checks, str.data);
	else if (print->steps.count == 0)
		migr_vec_push(&print->ctx->arena, &print->early, str.data);
	else
	{
		MigrPrinted *step = &print->steps.items[print->steps.count - 1];

		migr_print_warn(print, step, &step->notes, str.data);
	}
}

const char *
migr_print_shown(MigrArena *arena, MigrSpan text)
{
	size_t len = 0;

	/* \r ends a line comment as well */
	while (len < text.len && text.ptr[len] != '\n' && text.ptr[len] != '\r')
		len++;
	if (len > SHOWN_MAX)
	{
		len = SHOWN_MAX;
		while (len > 0 && ((unsigned char) text.ptr[len] & 0xC0) == 0x80)
			len--;
	}
	while (len > 0 && migr_is_space((unsigned char) text.ptr[len - 1]))
		len--;
	return migr_printf(arena, "%.*s%s", (int) len, text.ptr,
					   len < text.len ? " ..." : "");
}

/* ---- statements ----------------------------------------------------------- */

/* Keep what stands between the last cut and here. */
static void
keep_until(Scan *scan, const char *end, bool bare)
{
	MigrPrintedPiece piece = {.line = scan->keep_line, .bare = bare};
	MigrPrintedPart *part;

	if (scan->step < 0)
		return;
	piece.text.ptr = scan->keep;
	piece.text.len = (size_t) (end - scan->keep);
	while (piece.text.len > 0 && migr_is_space((unsigned char) *piece.text.ptr))
	{
		piece.line += *piece.text.ptr == '\n';
		piece.text.ptr++;
		piece.text.len--;
	}
	piece.text = migr_span_trim(piece.text);
	if (piece.text.len == 0)
		return;
	part = current_part(scan);
	migr_vec_push(&scan->print->ctx->arena, &part->pieces, piece);
}

/* Go on keeping at the cursor. */
static void
keep_from_here(Scan *scan)
{
	scan->keep = scan->cursor.at;
	scan->keep_line = scan->line;
}

/* Is this name in the list? */
static bool
is_listed(const MigrNames *names, MigrSpan name)
{
	for (int i = 0; i < names->count; i++)
		if (migr_span_is(name, names->items[i]))
			return true;
	return false;
}

/*
 * Learn from a version row.  An upgrade replaces rows of parents and
 * dependencies only, and a downgrade brings back no others; so what isn't a
 * parent is a dependency.
 */
static bool
note_row(Scan *scan, const MigrPrintedRow *row)
{
	MigrPrinted *step = &scan->print->steps.items[scan->step];
	MigrSpan id = scan->direction == MIGR_UP ? row->gone : row->come;

	if (scan->autocommit && !scan->rows)
		warn(scan, scan->first_line,
			 "COMMIT without BEGIN: what follows it runs outside of a "
			 "transaction");
	scan->autocommit = false;
	scan->rows = true;
	if (id.ptr == NULL || migr_span_is(id, step->id) ||
		is_listed(&step->revises, id) || is_listed(&step->depends_on, id))
		return true;
	if (!migr_check_id(scan->print->ctx, id))
		return fail_at(scan, scan->first_line);
	migr_vec_push(&scan->print->ctx->arena, &step->depends_on,
				  migr_span_dup(&scan->print->ctx->arena, id));
	return true;
}

/* Take in BEGIN. */
static void
open_transaction(Scan *scan)
{
	if (scan->step >= 0 && !scan->rows && !scan->autocommit)
		warn(scan, scan->first_line,
			 "BEGIN left out: the revision's sections "
			 "run in transactions of their own");
	scan->autocommit = false;
}

/* Take in COMMIT: in the middle of a revision, or behind it? */
static void
close_transaction(Scan *scan)
{
	if (scan->step >= 0 && !scan->rows)
		scan->autocommit = true;
	else
	{
		scan->step = -1;
		scan->autocommit = false;
	}
}

/* Note what can't be told of a statement that is kept. */
static void
check_kept(Scan *scan, MigrPrintedKind kind, MigrSpan text)
{
	int line = scan->first_line;

	if (scan->step < 0)
		warn(scan, line, "outside of all revisions, left out: %s",
			 migr_print_shown(&scan->print->ctx->arena, text));
	else if (kind == MIGR_PRINTED_TRANSACTION)
		warn(scan, line, "transaction control can't stay here: %s",
			 migr_print_shown(&scan->print->ctx->arena, text));
	else if (kind == MIGR_PRINTED_MENTION || kind == MIGR_PRINTED_TABLE)
		warn(scan, line, "the revision itself changes the version table: %s",
			 migr_print_shown(&scan->print->ctx->arena, text));
	else if (scan->rows)
		warn(scan, line,
			 "behind the change of the version rows, perhaps by env.py and not "
			 "by the revision: %s",
			 migr_print_shown(&scan->print->ctx->arena, text));
	if (scan->step >= 0 && scan->backslashes != 0 && !scan->single)
		warn(scan, scan->backslashes,
			 "each backslash in a string is doubled: Alembic does that to "
			 "values, not to the text of op.execute()");
}

/* Get ready for the next statement. */
static void
forget_statement(Scan *scan)
{
	scan->begun = false;
	scan->shape = SHAPE_START;
	scan->depth = 0;
	scan->blocks = 0;
	scan->ending = 0;
	scan->backslashes = 0;
	scan->single = false;
}

/*
 * Take in a statement that ends at the cursor; bare: the semicolon that ends
 * it stands in a comment, or nowhere.
 */
static bool
end_statement(Scan *scan, bool bare)
{
	MigrSpan text = {scan->first, (size_t) (scan->last - scan->first)};
	MigrPrintedRow row = {{0}, {0}};
	MigrPrintedKind kind = migr_printed_kind(&scan->print->table, text, &row);
	bool cut = kind == MIGR_PRINTED_ROW || kind == MIGR_PRINTED_BEGIN ||
			   kind == MIGR_PRINTED_COMMIT;

	/* Alembic makes and drops the table outside of the revision's own part */
	if (kind == MIGR_PRINTED_TABLE && (scan->step < 0 || scan->rows))
		cut = true;
	if (cut)
		keep_until(scan, scan->first, false);
	else
		check_kept(scan, kind, text);
	if (kind == MIGR_PRINTED_ROW && scan->step >= 0 && !note_row(scan, &row))
		return false;
	if (kind == MIGR_PRINTED_BEGIN)
		open_transaction(scan);
	else if (kind == MIGR_PRINTED_COMMIT)
		close_transaction(scan);
	else if (bare && !cut)
	{
		if (scan->step >= 0)
			warn(scan, scan->first_line,
				 "without a semicolon outside of comments, one was added: %s",
				 migr_print_shown(&scan->print->ctx->arena, text));
		keep_until(scan, scan->cursor.at, true);
		cut = true;
	}
	if (cut)
		keep_from_here(scan);
	forget_statement(scan);
	return true;
}

/* ---- markers and the log -------------------------------------------------- */

/* What a step's line says: "upgrade a, b -> c". */
typedef struct Marker
{
	MigrSpan verb;
	MigrSpan from;
	MigrSpan to; /* in the log, with the message */
} Marker;

/* Read what stands behind "Running ". */
static bool
read_marker(MigrSpan text, Marker *marker)
{
	static const char *const verbs[] = {"upgrade", "downgrade",
										"stamp_revision", NULL};
	int verb = 0;

	text = migr_span_trim(text);
	for (; verbs[verb] != NULL; verb++)
		if (migr_span_starts(text, verbs[verb]))
			break;
	if (verbs[verb] == NULL)
		return false;
	marker->verb = migr_span(verbs[verb]);
	text.ptr += marker->verb.len;
	text.len -= marker->verb.len;
	if (!migr_span_starts(text, " "))
		return false;
	marker->from.ptr = text.ptr;
	for (; text.len > 0; text.ptr++, text.len--)
	{
		if (!migr_span_starts(text, " ->"))
			continue;
		marker->from.len = (size_t) (text.ptr - marker->from.ptr);
		marker->from = migr_span_trim(marker->from);
		text.ptr += 3;
		text.len -= 3;
		marker->to = migr_span_trim(text);
		return text.len == 0 || *text.ptr == ' ';
	}
	return false;
}

/* Go to the line behind this one. */
static void
skip_line(Scan *scan)
{
	scan->cursor.at += migr_cursor_line(&scan->cursor).len;
	if (scan->cursor.at < scan->cursor.end)
	{
		scan->cursor.at++;
		scan->line++;
	}
}

/* Does a line end here, and an empty one follow, or the text's end? */
static bool
is_paragraph_end(MigrCursor cursor)
{
	for (int ends = 0; cursor.at < cursor.end; cursor.at++)
	{
		if (*cursor.at == '\n' && ++ends == 2)
			return true;
		if (!migr_is_space((unsigned char) *cursor.at))
			return false;
	}
	return true;
}

/* Is this a line of the log?  Then *rest is its message. */
static bool
is_log(MigrSpan line, MigrSpan *rest)
{
	static const char *const levels[] = {"INFO  [", "DEBUG [", "WARNI [",
										 "ERROR [", "CRITI [", NULL};
	const char *end = line.len > 0 ? memchr(line.ptr, ']', line.len) : NULL;

	if (end == NULL)
		return false;
	for (int i = 0; levels[i] != NULL; i++)
	{
		if (!migr_span_starts(line, levels[i]))
			continue;
		rest->ptr = end + 1;
		rest->len = line.len - (size_t) (rest->ptr - line.ptr);
		*rest = migr_span_trim(*rest);
		return true;
	}
	return false;
}

/* Copy a message as one line. */
static const char *
one_line(MigrPrint *print, MigrSpan text)
{
	MigrStr str;
	bool gap = false;

	text = migr_span_trim(text);
	migr_str_init(&str, &print->ctx->arena);
	for (size_t i = 0; i < text.len; i++)
	{
		if (text.ptr[i] == '\n' || text.ptr[i] == '\r')
			gap = true;
		else if (!gap || !migr_is_space((unsigned char) text.ptr[i]))
		{
			if (gap)
				migr_str_add_char(&str, ' ');
			gap = false;
			migr_str_add_char(&str, text.ptr[i]);
		}
	}
	return str.data;
}

/* Remember a revision's message, unless it is known. */
static void
note_message(MigrPrint *print, MigrSpan id, MigrSpan message)
{
	if (!migr_map_put(&print->documented, id, print->messages.count))
		return;
	migr_vec_push(&print->ctx->arena, &print->messages,
				  one_line(print, message));
}

/*
 * Find the marker that repeats the log's words: a message of several lines
 * goes on to it.  NULL where there is none in this paragraph.
 */
static const char *
find_repetition(const Scan *scan, MigrSpan log, size_t *len)
{
	MigrCursor ahead = scan->cursor;
	MigrSpan rest;

	while (ahead.at < ahead.end)
	{
		MigrSpan line = migr_cursor_line(&ahead);
		MigrSpan words = migr_span_trim(line);

		if (words.len == 0 || is_log(line, &rest))
			return NULL;
		if (migr_span_starts(line, MARKER))
		{
			*len = words.len - strlen("-- ");
			return *len <= log.len && memcmp(words.ptr + 3, log.ptr, *len) == 0
					   ? line.ptr
					   : NULL;
		}
		ahead.at += line.len;
		if (ahead.at < ahead.end)
			ahead.at++;
	}
	return NULL;
}

/*
 * Take in the log's "Running upgrade a -> b, message".  Without a marker
 * behind it, only an upgrade's line tells the ids from the message.
 */
static void
read_step_log(Scan *scan, MigrSpan log)
{
	MigrSpan text = {log.ptr + strlen("Running "),
					 log.len - strlen("Running ")};
	MigrSpan rest = {0};
	MigrSpan id;
	Marker marker;
	const char *end;
	size_t len;

	if (!read_marker(text, &marker))
		return;
	skip_line(scan);
	end = find_repetition(scan, log, &len);
	if (end != NULL)
	{
		rest.ptr = log.ptr + len;
		rest.len = (size_t) (end - rest.ptr);
		while (scan->cursor.at < end)
			skip_line(scan);
	}
	id = marker.from;
	if (migr_span_is(marker.verb, "upgrade"))
	{
		migr_span_word(&marker.to, &id);
		if (end == NULL)
			rest = marker.to;
	}
	rest = migr_span_trim(rest);
	if (!migr_span_starts(rest, ","))
		return;
	rest.ptr++;
	rest.len--;
	note_message(scan->print, id, rest);
}

/* Take in a line of the log. */
static bool
read_log(Scan *scan, MigrSpan line, MigrSpan message)
{
	const char *from = scan->cursor.at;

	if (migr_span_starts(line, "ERROR") || migr_span_starts(line, "CRITI"))
	{
		migr_fail(scan->print->ctx, MIGR_ERR_ARGUMENT,
				  "Alembic ended with an error: %s",
				  migr_print_shown(&scan->print->ctx->arena, message));
		return fail_at(scan, scan->line);
	}
	keep_until(scan, from, false);
	if (migr_span_starts(message, "Running "))
		read_step_log(scan, message);
	if (scan->cursor.at == from)
		skip_line(scan);
	keep_from_here(scan);
	return true;
}

/* Is it a line of Python's warnings: path.py:12: SAWarning: text? */
static bool
is_python_warning(MigrSpan line)
{
	static const char colon[] = "Warning: ";
	size_t at = 0;

	while (at + 5 < line.len && memcmp(line.ptr + at, ".py:", 4) != 0)
		at++;
	if (at + 5 >= line.len ||
		(line.ptr[at + 4] < '0' || line.ptr[at + 4] > '9'))
		return false;
	for (; at + strlen(colon) <= line.len; at++)
		if (memcmp(line.ptr + at, colon, strlen(colon)) == 0)
			return true;
	return false;
}

/* Leave out a line of Python's warnings, and the code that may follow it. */
static void
skip_warning(Scan *scan)
{
	keep_until(scan, scan->cursor.at, false);
	skip_line(scan);
	if (migr_span_starts(migr_cursor_line(&scan->cursor), "  "))
		skip_line(scan);
	keep_from_here(scan);
}

/* ---- revisions ------------------------------------------------------------ */

/* See that the revision's version rows were changed. */
static bool
end_step(Scan *scan)
{
	MigrCtx *ctx = scan->print->ctx;

	if (scan->step < 0 || scan->rows)
		return true;
	migr_fail(ctx, MIGR_ERR_ARGUMENT,
			  "revision \"%s\" doesn't change the version table \"%s\"",
			  scan->print->steps.items[scan->step].id, scan->print->table.name);
	migr_hint(ctx, "Give the name that the version table has in env.py; or the "
				   "text ends too early, since Alembic ended with an error.");
	return fail_at(scan, scan->line);
}

/* Read a marker's ids. */
static bool
read_ids(Scan *scan, MigrSpan text, MigrNames *out)
{
	MigrSpan id;

	while (migr_span_word(&text, &id))
	{
		if (!migr_check_id(scan->print->ctx, id))
			return fail_at(scan, scan->line);
		migr_vec_push(&scan->print->ctx->arena, out,
					  migr_span_dup(&scan->print->ctx->arena, id));
	}
	return true;
}

/* Say that the marker isn't one of this text's direction. */
static bool
bad_verb(Scan *scan, MigrSpan verb)
{
	MigrCtx *ctx = scan->print->ctx;

	migr_fail(ctx, MIGR_ERR_ARGUMENT, "\"Running %.*s\" in the %s",
			  (int) verb.len, verb.ptr, scan->path);
	migr_hint(ctx, scan->direction == MIGR_UP
					   ? "The upgrade SQL is what \"alembic upgrade "
						 "base:heads --sql\" prints."
					   : "The downgrade SQL is what \"alembic downgrade "
						 "heads:base --sql\" prints.");
	return fail_at(scan, scan->line);
}

/*
 * Find the step of this id, or make it; -1 where the text may not have it
 * twice.  A downgrade may: from several heads it takes a text for each, and
 * they share what is below.  Then the step is one that nobody wants.
 */
static int
find_step(Scan *scan, const char *id, const MigrNames *parents)
{
	MigrPrint *print = scan->print;
	MigrPrinted fresh = {.id = id, .revises = *parents};
	int at = migr_map_get(&print->ids, migr_span(id));

	if (at != MIGR_MAP_NONE && print->steps.items[at].given[scan->direction])
	{
		if (scan->direction == MIGR_UP)
		{
			migr_fail(print->ctx, MIGR_ERR_ARGUMENT,
					  "revision \"%s\" stands twice in the %s", id, scan->path);
			fail_at(scan, scan->line);
			return -1;
		}
		fresh.again = true;
	}
	if (at == MIGR_MAP_NONE || fresh.again)
	{
		at = print->steps.count;
		if (!fresh.again)
			migr_map_put(&print->ids, migr_span(id), at);
		migr_vec_push(&print->ctx->arena, &print->steps, fresh);
	}
	print->steps.items[at].given[scan->direction] = true;
	return at;
}

/* Warn where the two texts name other parents. */
static void
check_parents(Scan *scan, const MigrNames *parents)
{
	MigrArena *arena = &scan->print->ctx->arena;
	MigrPrinted *step = &scan->print->steps.items[scan->step];
	bool same = parents->count == step->revises.count;

	for (int i = 0; same && i < parents->count; i++)
		same = is_listed(&step->revises, migr_span(parents->items[i]));
	if (!same)
		warn(scan, scan->line, "other parents than in the upgrade SQL: %s",
			 migr_join(arena, parents->items, parents->count, ", "));
}

/* Begin a revision, at the line of its marker. */
static bool
begin_step(Scan *scan, const Marker *marker)
{
	MigrCtx *ctx = scan->print->ctx;
	bool up = scan->direction == MIGR_UP;
	MigrNames ids = {0};
	MigrNames parents = {0};

	keep_until(scan, scan->cursor.at, false);
	if (!end_step(scan))
		return false;
	scan->step = -1;
	if (!migr_span_is(marker->verb, up ? "upgrade" : "downgrade"))
		return bad_verb(scan, marker->verb);
	if (!read_ids(scan, up ? marker->to : marker->from, &ids) ||
		!read_ids(scan, up ? marker->from : marker->to, &parents))
		return false;
	if (ids.count != 1)
	{
		migr_fail(ctx, MIGR_ERR_ARGUMENT, "%d ids where one revision runs",
				  ids.count);
		return fail_at(scan, scan->line);
	}
	scan->step = find_step(scan, ids.items[0], &parents);
	if (scan->step < 0)
		return false;
	scan->rows = false;
	scan->autocommit = false;
	check_parents(scan, &parents);
	skip_line(scan);
	keep_from_here(scan);
	return true;
}

/* ---- tokens of a revision ------------------------------------------------- */

/* Count the runs of % in a token, and note where they are even. */
static void
check_percents(Scan *scan, MigrSpan text)
{
	MigrPrint *print = scan->print;
	int line = scan->line;

	for (size_t i = 0; i < text.len; i++)
	{
		MigrPrintedSpot spot = {scan->step, scan->direction, 0, line};
		size_t run = 0;

		while (i + run < text.len && text.ptr[i + run] == '%')
			run++;
		line += text.ptr[i] == '\n';
		if (run == 0)
			continue;
		i += run - 1;
		if (run % 2 == 1)
		{
			print->odd++;
			continue;
		}
		current_part(scan);
		spot.part =
			print->steps.items[scan->step].parts[scan->direction].count - 1;
		if (print->doubled.count == 0 ||
			print->doubled.items[print->doubled.count - 1].line != line ||
			print->doubled.items[print->doubled.count - 1].direction !=
				spot.direction)
			migr_vec_push(&print->ctx->arena, &print->doubled, spot);
	}
}

/* Look at the backslashes of a string without E: are they doubled? */
static void
check_backslashes(Scan *scan, MigrSpan text)
{
	for (size_t i = 0; i < text.len; i++)
	{
		if (text.ptr[i] != '\\')
			continue;
		if (i + 1 < text.len && text.ptr[i + 1] == '\\')
		{
			scan->backslashes = scan->line;
			i++;
		}
		else
			scan->single = true;
	}
}

/*
 * Look for what is left of ":name" in the text of op.execute(), which is a
 * parameter for SQLAlchemy also within a string: NULL.
 */
static void
check_null(Scan *scan, MigrSpan text)
{
	static const char null[] = "NULL";

	for (size_t i = 1; i + strlen(null) < text.len; i++)
	{
		char before = text.ptr[i - 1];
		char behind = text.ptr[i + strlen(null)];

		if (memcmp(text.ptr + i, null, strlen(null)) != 0 ||
			migr_is_name((unsigned char) behind))
			continue;
		if ((i == 1 && i + strlen(null) + 1 == text.len) ||
			strchr("\"?@&#!", before) != NULL)
		{
			warn(scan, scan->line,
				 "NULL in a string is perhaps what was \":name\" in the text "
				 "of op.execute(): %s",
				 migr_print_shown(&scan->print->ctx->arena, text));
			return;
		}
	}
}

/* Is a parameter's name here, of which the value is missing? */
static bool
is_parameter(const Scan *scan, MigrSpan mark)
{
	char before = mark.ptr > scan->top ? mark.ptr[-1] : ' ';

	if (*mark.ptr == '?')
		return !scan->cursor.pg;
	return *mark.ptr == ':' &&
		   migr_is_name_start(migr_cursor_peek(&scan->cursor, 0)) &&
		   strchr(" \n(,=<>", before) != NULL;
}

/* Look for what the printer may have changed. */
static void
check_token(Scan *scan, const MigrLexeme *token)
{
	MigrSpan text = token->text;

	if (scan->step < 0)
		return;
	if (token->kind == MIGR_LEXEME_PARAMETER
			? scan->cursor.pg
			: token->kind == MIGR_LEXEME_OTHER && is_parameter(scan, text))
		warn(scan, scan->line,
			 "a parameter without its value: set "
			 "literal_binds=True in env.py");
	else if (scan->cursor.pg && memchr(text.ptr, '%', text.len) != NULL)
		check_percents(scan, text);
	if (token->kind == MIGR_LEXEME_STRING && scan->cursor.pg)
		check_backslashes(scan, text);
	if (token->kind == MIGR_LEXEME_STRING)
		check_null(scan, text);
}

/* Follow the first words of a statement. */
static Shape
next_shape(const Scan *scan, MigrSpan word)
{
	bool pg = scan->cursor.pg;

	if (scan->shape == SHAPE_START)
		return migr_lex_is(word, "CREATE") ? SHAPE_CREATE : SHAPE_PLAIN;
	if (scan->shape != SHAPE_CREATE)
		return scan->shape;
	if (pg ? migr_lex_is(word, "OR") || migr_lex_is(word, "REPLACE")
		   : migr_lex_is(word, "TEMP") || migr_lex_is(word, "TEMPORARY"))
		return SHAPE_CREATE;
	if (pg ? migr_lex_is(word, "FUNCTION") || migr_lex_is(word, "PROCEDURE")
		   : migr_lex_is(word, "TRIGGER"))
		return SHAPE_BODY;
	return SHAPE_PLAIN;
}

/* Follow the blocks of a function's or a trigger's body. */
static void
follow_body(Scan *scan, const MigrLexeme *token)
{
	bool word = token->kind == MIGR_LEXEME_WORD;
	bool end = word && migr_lex_is(token->text, "END");

	if (!scan->cursor.pg)
	{
		if (token->kind == MIGR_LEXEME_SEMICOLON)
			scan->ending = 1;
		else
			scan->ending = scan->ending == 1 && end ? 2 : 0;
	}
	else if (scan->depth > 0)
		return;
	else if (end)
		scan->blocks -= scan->blocks > 0;
	else if (word && (migr_lex_is(token->text, "BEGIN") ||
					  (scan->blocks > 0 && migr_lex_is(token->text, "CASE"))))
		scan->blocks++;
}

/* Would a semicolon end the statement here? */
static bool
can_end(const Scan *scan)
{
	if (scan->cursor.pg)
		return scan->depth == 0 && scan->blocks == 0;
	return scan->shape != SHAPE_BODY || scan->ending == 2;
}

/* Take in a semicolon. */
static bool
read_semicolon(Scan *scan, const MigrLexeme *token)
{
	if (!scan->begun)
	{
		keep_until(scan, token->text.ptr, false);
		keep_from_here(scan);
		return true;
	}
	if (can_end(scan))
		return end_statement(scan, false);
	if (scan->shape == SHAPE_BODY)
		follow_body(scan, token);
	scan->last = scan->cursor.at;
	return true;
}

/* Take in another token of a statement, or its first one. */
static void
read_part(Scan *scan, const MigrLexeme *token)
{
	if (!scan->begun)
	{
		scan->begun = true;
		scan->first = token->text.ptr;
		scan->first_line = scan->line;
	}
	scan->last = scan->cursor.at;
	if (token->kind == MIGR_LEXEME_WORD)
		scan->shape = next_shape(scan, token->text);
	else if (scan->shape != SHAPE_BODY)
		scan->shape = SHAPE_PLAIN;
	if (scan->shape == SHAPE_BODY)
		follow_body(scan, token);
	if (token->kind == MIGR_LEXEME_OTHER && *token->text.ptr == '(')
		scan->depth++;
	else if (token->kind == MIGR_LEXEME_OTHER && *token->text.ptr == ')' &&
			 scan->depth > 0)
		scan->depth--;
}

/* Does the next solid token begin a statement, or is none left? */
static bool
begins_next(Scan *scan)
{
	static const char *const words[] = {
		"ALTER",  "ANALYZE",  "BEGIN",	 "CALL",	"COMMENT", "COMMIT",
		"CREATE", "DELETE",	  "DROP",	 "EXPLAIN", "GRANT",   "INSERT",
		"LOCK",	  "PRAGMA",	  "REFRESH", "REINDEX", "REVOKE",  "SELECT",
		"START",  "TRUNCATE", "UPDATE",	 "VACUUM",	"WITH",	   NULL};
	MigrCursor ahead = scan->cursor;
	MigrLexeme token;

	if (scan->next != NULL && scan->cursor.at <= scan->next)
		return scan->next_begins;
	token = migr_cursor_solid(&ahead);
	scan->next = token.text.ptr;
	scan->next_begins = token.kind == MIGR_LEXEME_END;
	for (int i = 0; token.kind == MIGR_LEXEME_WORD && words[i] != NULL; i++)
		if (migr_lex_is(token.text, words[i]))
			scan->next_begins = true;
	return scan->next_begins;
}

/*
 * Did this comment take the semicolon that Alembic put behind a statement?
 * Then an empty line follows and the next statement.
 */
static bool
took_semicolon(Scan *scan, MigrSpan comment)
{
	comment = migr_span_trim(comment);
	return scan->begun && can_end(scan) &&
		   comment.ptr[comment.len - 1] == ';' &&
		   is_paragraph_end(scan->cursor) && begins_next(scan);
}

/* ---- the text ------------------------------------------------------------- */

/* Take in what stands between statements, at a line's start; *taken: did it? */
static bool
read_event(Scan *scan, bool *taken)
{
	MigrSpan line = migr_cursor_line(&scan->cursor);
	MigrSpan message;
	Marker marker;

	*taken = true;
	if (is_log(line, &message))
		return read_log(scan, line, message);
	if (is_python_warning(line))
	{
		skip_warning(scan);
		return true;
	}
	if (migr_span_starts(line, "FAILED: ") ||
		migr_span_starts(line, "Traceback (most recent call last)"))
	{
		migr_fail(scan->print->ctx, MIGR_ERR_ARGUMENT,
				  "Alembic ended with an error: %s",
				  migr_print_shown(&scan->print->ctx->arena, line));
		return fail_at(scan, scan->line);
	}
	message = line;
	if (migr_span_starts(line, MARKER))
	{
		message.ptr += strlen(MARKER);
		message.len -= strlen(MARKER);
		if (read_marker(message, &marker))
			return begin_step(scan, &marker);
	}
	*taken = false;
	return true;
}

/* Take in a token. */
static bool
scan_token(Scan *scan)
{
	MigrLexeme token = migr_cursor_read(&scan->cursor);
	bool good = true;

	if (token.open)
	{
		migr_fail(scan->print->ctx, MIGR_ERR_ARGUMENT,
				  "unterminated text or comment: %s",
				  migr_print_shown(&scan->print->ctx->arena, token.text));
		return fail_at(scan, scan->line);
	}
	check_token(scan, &token);
	if (token.kind == MIGR_LEXEME_SEMICOLON)
		good = read_semicolon(scan, &token);
	else if (migr_lexeme_is_solid(token.kind))
		read_part(scan, &token);
	else if (token.kind == MIGR_LEXEME_LINE_COMMENT &&
			 took_semicolon(scan, token.text))
		good = end_statement(scan, true);
	for (size_t i = 0; i < token.text.len; i++)
		scan->line += token.text.ptr[i] == '\n';
	return good;
}

/* Close the text's last statement and revision. */
static bool
end_scan(Scan *scan)
{
	if (scan->begun && !can_end(scan))
	{
		migr_fail(scan->print->ctx, MIGR_ERR_ARGUMENT,
				  "the statement doesn't end");
		return fail_at(scan, scan->first_line);
	}
	if (scan->begun && !end_statement(scan, true))
		return false;
	keep_until(scan, scan->cursor.end, false);
	return end_step(scan);
}

/* See that the text is one, and drop a byte-order mark. */
static bool
check_text(Scan *scan)
{
	MigrCtx *ctx = scan->print->ctx;
	size_t len = (size_t) (scan->cursor.end - scan->cursor.at);
	size_t good = len;

	if (!ctx->other_encoding)
		good = migr_utf8_check(scan->cursor.at, len);
	else if (len > 0 && memchr(scan->cursor.at, 0, len) != NULL)
		good = (size_t) ((const char *) memchr(scan->cursor.at, 0, len) -
						 scan->cursor.at);
	if (good == len)
	{
		if (migr_span_starts(migr_cursor_line(&scan->cursor), "\xEF\xBB\xBF"))
			scan->cursor.at += 3;
		scan->top = scan->cursor.at;
		return true;
	}
	migr_fail(ctx, MIGR_ERR_ARGUMENT, "invalid UTF-8");
	migr_hint(ctx, "Redirect Alembic's output to a file in UTF-8.");
	for (size_t i = 0; i < good; i++)
		scan->line += scan->cursor.at[i] == '\n';
	return fail_at(scan, scan->line);
}

/* Say that a text has no revisions. */
static bool
no_revisions(Scan *scan)
{
	MigrCtx *ctx = scan->print->ctx;
	bool up = scan->direction == MIGR_UP;

	migr_fail(ctx, MIGR_ERR_ARGUMENT, "no \"" MARKER "%s\" in the %s",
			  up ? "upgrade" : "downgrade", scan->path);
	migr_hint(ctx, "It is what \"alembic %s --sql\" prints.",
			  up ? "upgrade base:heads" : "downgrade heads:base");
	return fail_at(scan, 0);
}

/* Read one of the two texts. */
bool
migr_print_read(MigrPrint *print, MigrDirection direction, MigrSpan text)
{
	Scan scan = {.print = print,
				 .direction = direction,
				 .path = migr_print_path(direction),
				 .line = 1,
				 .step = -1};

	if (text.ptr == NULL)
		text = migr_span("");
	scan.cursor.at = text.ptr;
	scan.cursor.end = text.ptr + text.len;
	scan.cursor.pg = print->table.pg;
	if (!check_text(&scan))
		return false;
	keep_from_here(&scan);
	forget_statement(&scan);
	while (scan.cursor.at < scan.cursor.end)
	{
		const char *at = scan.cursor.at;
		bool taken = false;

		if (!scan.begun && (at == scan.top || at[-1] == '\n') &&
			!read_event(&scan, &taken))
			return false;
		if (!taken && !scan_token(&scan))
			return false;
	}
	if (!end_scan(&scan))
		return false;
	for (int i = 0; i < print->steps.count; i++)
		if (print->steps.items[i].given[direction])
			return true;
	return no_revisions(&scan);
}
