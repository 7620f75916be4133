/*
 * script.c
 *	  Revision scripts: text to value.  See script.h.
 *
 * One pass over the lines, with a Reader as state: before the first revision,
 * in a header, or in a section.  Headers and sections come out of the same
 * pass, so that a script means one thing to whoever asks.  Bodies are spans
 * of the text and never copied, whatever their size.
 *
 * A directive is a directive wherever its line stands, also within a comment
 * or a string: nothing here knows SQL, but for the comments between a header
 * and its first section.
 */
#include "rev/script.h"

#include <string.h>

#include "base/instant.h"
#include "base/map.h"
#include "base/near.h"

#define LABEL_MAX 128
#define SHOWN_MAX 80
#define PREFIX "-- migrate:"

/* What a directive can be: first the fields of a header, last the sections. */
enum
{
	REVISES,
	MESSAGE,
	CREATED,
	LABELS,
	DEPENDS_ON,
	REVISION,
	UPGRADE,
	DOWNGRADE,
	UP,
	DOWN
};
#define FIELD_COUNT REVISION

static const char *const directives[] = {
	"revises", "message",	"created", "labels", "depends_on", "revision",
	"upgrade", "downgrade", "up",	   "down",	 NULL};

/* What may follow a section's directive; the last two are dbmate's words. */
static const char *const section_words[] = {
	"postgresql",		 "sqlite",			 "autocommit", "unseen",
	"transaction:false", "transaction:true", NULL};
#define AUTOCOMMIT 2
#define UNSEEN 3
#define TRANSACTION_FALSE 4
#define TRANSACTION_TRUE 5

const char *
migr_direction_word(MigrDirection direction)
{
	return direction == MIGR_UP ? "upgrade" : "downgrade";
}

typedef struct Reader
{
	MigrCtx *ctx;
	const char *path;		/* or NULL */
	MigrRevisions *out;		/* gets the headers */
	MigrSections *sections; /* gets the sections, or NULL */
	MigrMap ids;			/* id -> line of its directive */
	MigrRevision *revision; /* the one being read; NULL before the first */
	bool in_section;		/* is section being read? */
	MigrSection section;	/* without its end */
	int given[FIELD_COUNT]; /* lines of the header's fields; 0: none yet */
	bool in_comment;		/* within a block comment outside of sections */
	int stray;				/* first line of SQL before any directive; 0 */
	int bare;				/* line of a section without a header above; 0 */
	const char *top;		/* where the text begins */
	int top_line;
	int line; /* the one being read */
} Reader;

/* A line of the text; name and value are a directive's. */
typedef struct Line
{
	MigrSpan text;	  /* without its \n */
	const char *next; /* where the next one begins */
	MigrSpan name;
	MigrSpan value; /* trimmed */
} Line;

/* Where is word in a list that ends with NULL?  -1: nowhere. */
static int
find_word(const char *const *words, MigrSpan word)
{
	for (int i = 0; words[i] != NULL; i++)
		if (migr_span_is(word, words[i]))
			return i;
	return -1;
}

/* Copy a text for a message: its beginning, where it is long. */
static const char *
shown(MigrCtx *ctx, MigrSpan text)
{
	size_t len = text.len;

	if (len > SHOWN_MAX)
	{
		len = SHOWN_MAX;
		while (len > 0 && ((unsigned char) text.ptr[len] & 0xC0) == 0x80)
			len--;
	}
	return migr_printf(&ctx->arena, "%s%s",
					   migr_span_line(&ctx->arena, (MigrSpan){text.ptr, len}),
					   len < text.len ? "..." : "");
}

/* Find the one of words that is meant, perhaps, in whatever case. */
static const char *
near_word(MigrCtx *ctx, const char *const *words, MigrSpan word)
{
	char *lower = migr_span_dup(&ctx->arena, word);

	for (char *c = lower; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char) (*c - 'A' + 'a');
	return migr_near(words, lower);
}

/* ---- identifiers ------------------------------------------------------- */

/* Is it white space, a control or a character that nobody sees? */
static bool
is_invisible(uint32_t c)
{
	return c <= 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0xAD || c == 0x1680 ||
		   (c >= 0x2000 && c <= 0x200F) || (c >= 0x2028 && c <= 0x202F) ||
		   (c >= 0x205F && c <= 0x206F) || c == 0x3000 || c == 0xFEFF;
}

/* Check one character of an id or a label. */
static bool
check_character(MigrCtx *ctx, MigrSpan id, bool label, size_t at, uint32_t c)
{
	if (is_invisible(c))
		return migr_fail(ctx, MIGR_ERR_SCRIPT,
						 "character U+%04X is not allowed in identifier \"%s\"",
						 (unsigned) c, shown(ctx, id));
	if ((c == '-' || c == '+') && label)
	{
		char next = at + 1 < id.len ? id.ptr[at + 1] : '\0';

		if (next < '0' || next > '9')
			return true;
		migr_hint(ctx, "A label that has a digit behind - or + would read as "
					   "a relative identifier.");
	}
	if (c < 0x80 && strchr("@-+:,'\"`", (int) c) != NULL)
		return migr_fail(ctx, MIGR_ERR_SCRIPT,
						 "character \"%c\" is not allowed in identifier \"%s\"",
						 (int) c, shown(ctx, id));
	return true;
}

/* Check an id, or a label. */
static bool
check_name(MigrCtx *ctx, MigrSpan id, bool label)
{
	static const char *const reserved[] = {"head", "heads", "base", "current",
										   NULL};
	size_t most = label ? LABEL_MAX : MIGR_ID_MAX;
	size_t len;

	if (id.len == 0)
		return migr_fail(ctx, MIGR_ERR_SCRIPT, "empty identifier");
	if (!ctx->other_encoding && migr_utf8_check(id.ptr, id.len) != id.len)
		return migr_fail(ctx, MIGR_ERR_SCRIPT, "identifier is no valid UTF-8");
	for (size_t at = 0; at < id.len; at += len)
	{
		uint32_t c;

		len = 1;
		if (ctx->other_encoding && (unsigned char) id.ptr[at] > 127)
			continue;
		c = migr_utf8_character(id.ptr + at, &len);
		if (!check_character(ctx, id, label, at, c))
			return false;
	}
	if (migr_utf8_length(id.ptr, id.len) > most)
		return migr_fail(ctx, MIGR_ERR_SCRIPT,
						 "identifier \"%s\" is longer than %d characters",
						 shown(ctx, id), (int) most);
	if (find_word(reserved, id) >= 0)
		return migr_fail(ctx, MIGR_ERR_SCRIPT, "identifier \"%s\" is reserved",
						 shown(ctx, id));
	return true;
}

bool
migr_check_id(MigrCtx *ctx, MigrSpan id)
{
	return check_name(ctx, id, false);
}

bool
migr_check_label(MigrCtx *ctx, MigrSpan label)
{
	return check_name(ctx, label, true);
}

/* ---- the header -------------------------------------------------------- */

/* Read a list of ids (or labels) that names nothing twice. */
static bool
read_names(Reader *reader, const char *field, MigrSpan value, bool labels,
		   MigrNames *out)
{
	MigrCtx *ctx = reader->ctx;
	MigrMap seen;
	MigrSpan word;

	migr_map_init(&seen, &ctx->arena, 0);
	while (migr_span_word(&value, &word))
	{
		if (!check_name(ctx, word, labels))
			return false;
		if (!migr_map_put(&seen, word, 0))
			return migr_fail(ctx, MIGR_ERR_SCRIPT, "\"%s\" stands twice in %s",
							 shown(ctx, word), field);
		migr_vec_push(&ctx->arena, out, migr_span_dup(&ctx->arena, word));
	}
	return true;
}

/* Read the date of creation; an empty one is none. */
static bool
read_created(Reader *reader, MigrSpan value)
{
	MigrCtx *ctx = reader->ctx;

	if (value.len == 0)
		return true;
	if (!migr_instant_parse(value, &reader->revision->created))
	{
		migr_fail(ctx, MIGR_ERR_SCRIPT, "\"%s\" is no date", shown(ctx, value));
		return migr_hint(ctx, "Write it like 2026-11-21T10:00:00Z.");
	}
	reader->revision->dated = true;
	return true;
}

/* Take in a field of the header. */
static bool
read_field(Reader *reader, int field, MigrSpan value)
{
	MigrCtx *ctx = reader->ctx;
	MigrRevision *revision = reader->revision;
	const char *name = directives[field];

	if (reader->in_section)
	{
		migr_fail(ctx, MIGR_ERR_SCRIPT, "\"%s\" after a section began", name);
		return migr_hint(ctx, "The fields of a revision stand between its "
							  "\"" PREFIX "revision\" and its first section.");
	}
	if (reader->given[field] != 0)
	{
		migr_fail(ctx, MIGR_ERR_SCRIPT, "\"%s\" is given twice", name);
		return migr_detail(ctx, "The first one is in line %d.",
						   reader->given[field]);
	}
	reader->given[field] = reader->line;
	switch (field)
	{
		case REVISES:
			if (migr_span_is(value, "base"))
				migr_hint(ctx, "Leave revises empty for a base.");
			return read_names(reader, name, value, false, &revision->revises);
		case LABELS:
			return read_names(reader, name, value, true, &revision->labels);
		case DEPENDS_ON:
			return read_names(reader, name, value, true, &revision->depends_on);
		case MESSAGE:
			revision->message = migr_span_line(&ctx->arena, value);
			return true;
		default:
			return read_created(reader, value);
	}
}

/* Take the id off a revision directive, and see that it is new here. */
static bool
read_id(Reader *reader, MigrSpan value, MigrSpan *id)
{
	MigrCtx *ctx = reader->ctx;
	MigrSpan more;

	if (!migr_span_word(&value, id))
	{
		migr_fail(ctx, MIGR_ERR_SCRIPT, "\"revision\" without an id");
		return migr_hint(ctx, "Write \"" PREFIX "revision <id>\".");
	}
	if (migr_span_word(&value, &more))
		return migr_fail(ctx, MIGR_ERR_SCRIPT,
						 "\"revision\" takes one id, not \"%s\" as well",
						 shown(ctx, more));
	if (!migr_check_id(ctx, *id))
		return false;
	if (!migr_map_put(&reader->ids, *id, reader->line))
		return migr_fail(ctx, MIGR_ERR_SCRIPT,
						 "revision \"%s\" stands twice in one text, in lines "
						 "%d and %d",
						 migr_span_dup(&ctx->arena, *id),
						 migr_map_get(&reader->ids, *id), reader->line);
	return true;
}

/* Close the section being read, at the line where the next thing begins. */
static void
end_section(Reader *reader, const char *end)
{
	MigrSection *section = &reader->section;

	if (!reader->in_section)
		return;
	section->text.len = (size_t) (end - section->text.ptr);
	if (reader->sections != NULL)
		migr_vec_push(&reader->ctx->arena, reader->sections, *section);
	reader->in_section = false;
}

/* Close the revision being read. */
static void
end_revision(Reader *reader, const char *end)
{
	MigrRevision *revision = reader->revision;

	end_section(reader, end);
	if (revision == NULL)
		return;
	revision->text.len = (size_t) (end - revision->text.ptr);
	migr_vec_push(&reader->ctx->arena, reader->out, revision);
}

/* Refuse SQL above the first directive. */
static bool
check_stray(Reader *reader)
{
	MigrPlace place = {.line = reader->stray};

	if (reader->stray == 0)
		return true;
	migr_fail(reader->ctx, MIGR_ERR_SCRIPT,
			  "SQL before \"" PREFIX "revision\"");
	migr_hint(reader->ctx, "It would never run: move it into a section.");
	return migr_at(reader->ctx, &place);
}

/* Make the revision that is read from here on.  The text's first one has all that
 * stands above it. */
static void
start_revision(Reader *reader, const Line *line, const char *id, bool first)
{
	MigrRevision *revision = migr_alloc(&reader->ctx->arena, sizeof(*revision));

	revision->id = id;
	revision->message = "";
	revision->path = reader->path;
	revision->line = first ? reader->top_line : reader->line;
	revision->text.ptr = first ? reader->top : line->text.ptr;
	reader->revision = revision;
	memset(reader->given, 0, sizeof(reader->given));
}

/* Refuse a header below sections that have none. */
static bool
check_headless(Reader *reader)
{
	MigrPlace place = {.line = reader->bare};

	if (reader->bare == 0)
		return true;
	reader->revision = NULL;
	migr_fail(reader->ctx, MIGR_ERR_SCRIPT,
			  "a section before \"" PREFIX "revision\"");
	return migr_at(reader->ctx, &place);
}

/* Begin a revision. */
static bool
begin_revision(Reader *reader, const Line *line)
{
	bool first = reader->revision == NULL;
	MigrSpan id;

	if (!check_headless(reader))
		return false;
	end_revision(reader, line->text.ptr);
	reader->revision = NULL; /* an error here isn't the one before's */
	if (!read_id(reader, line->value, &id) || !check_stray(reader))
		return false;
	start_revision(reader, line, migr_span_dup(&reader->ctx->arena, id), first);
	return true;
}

/* Cut a file's name, <id>_<name>.sql, in two. */
static void
cut_name(const char *path, MigrSpan *id, MigrSpan *name)
{
	const char *slash = strrchr(path, '/');
	const char *start = slash != NULL ? slash + 1 : path;
	const char *dot = strrchr(start, '.');
	size_t len = dot != NULL ? (size_t) (dot - start) : strlen(start);

	id->ptr = start;
	id->len = 0;
	while (id->len < len && start[id->len] != '_')
		id->len++;
	name->ptr = start + id->len + (id->len < len);
	name->len = len - id->len - (id->len < len);
}

/* Begin the revision of a file that has no header. */
static bool
begin_headless(Reader *reader, const Line *line)
{
	MigrCtx *ctx = reader->ctx;
	MigrSpan id;
	MigrSpan name;
	char *message;

	cut_name(reader->path, &id, &name);
	if (!ctx->other_encoding && migr_utf8_check(name.ptr, name.len) != name.len)
		return migr_fail(ctx, MIGR_ERR_SCRIPT,
						 "the file's name is no valid UTF-8");
	if (!migr_check_id(ctx, id))
		return migr_hint(ctx, "A file without a line \"" PREFIX
							  "revision\" is named <id>_<name>.sql.");
	if (!check_stray(reader))
		return false;
	message = migr_span_line(&ctx->arena, name);
	for (char *c = message; *c != '\0'; c++)
		if (*c == '_')
			*c = ' ';
	start_revision(reader, line, migr_span_dup(&ctx->arena, id), true);
	reader->revision->message = message;
	reader->revision->headless = true;
	reader->bare = reader->line;
	return true;
}

/* ---- sections ---------------------------------------------------------- */

/* Say what is wrong with a word behind a section directive. */
static bool
bad_word(Reader *reader, MigrSpan name, MigrSpan word)
{
	MigrCtx *ctx = reader->ctx;
	const char *near = near_word(ctx, section_words, word);

	migr_fail(ctx, MIGR_ERR_SCRIPT, "unknown word \"%s\" behind \"%s\"",
			  shown(ctx, word), shown(ctx, name));
	if (near != NULL)
		return migr_hint(ctx, "Did you mean \"%s\"?", near);
	return migr_hint(ctx, "A dialect (postgresql or sqlite) and autocommit "
						  "may stand there.");
}

/* Take in a word behind a section's directive. */
static bool
read_word(Reader *reader, MigrSpan name, MigrSpan word)
{
	MigrCtx *ctx = reader->ctx;
	MigrSection *section = &reader->section;
	int which = find_word(section_words, word);

	if (which < 0)
		return bad_word(reader, name, word);
	if (which == TRANSACTION_TRUE)
		return true;
	if (which == UNSEEN)
		return section->unseen = true;
	if (which == AUTOCOMMIT || which == TRANSACTION_FALSE)
	{
		if (section->autocommit)
			return migr_fail(ctx, MIGR_ERR_SCRIPT,
							 "\"autocommit\" is given twice");
		section->autocommit = true;
		return true;
	}
	if (section->dialect != NULL)
	{
		migr_fail(ctx, MIGR_ERR_SCRIPT, "a section has one dialect at most");
		return migr_hint(ctx, "Without a dialect a section is for both.");
	}
	section->dialect = section_words[which];
	return true;
}

/* Begin a section: its direction, dialect and mode. */
static bool
begin_section(Reader *reader, const Line *line, int which)
{
	MigrSection *section = &reader->section;
	MigrSpan rest = line->value;
	MigrSpan word;

	end_section(reader, line->text.ptr);
	memset(section, 0, sizeof(*section));
	section->direction = which == UPGRADE || which == UP ? MIGR_UP : MIGR_DOWN;
	while (migr_span_word(&rest, &word))
		if (!read_word(reader, line->name, word))
			return false;
	section->text.ptr = line->next;
	section->line = reader->line + 1;
	reader->in_section = true;
	return true;
}

/* ---- lines ------------------------------------------------------------- */

/* Is nothing but blanks and comments in this line outside of a section? */
static bool
is_comment(Reader *reader, MigrSpan line)
{
	for (;;)
	{
		line = migr_span_trim(line);
		if (reader->in_comment)
		{
			while (line.len > 0 && !migr_span_starts(line, "*/"))
			{
				line.ptr++;
				line.len--;
			}
			if (line.len == 0)
				return true;
			reader->in_comment = false;
			line.ptr += 2;
			line.len -= 2;
		}
		else if (migr_span_starts(line, "/*"))
		{
			reader->in_comment = true;
			line.ptr += 2;
			line.len -= 2;
		}
		else
			return line.len == 0 || migr_span_starts(line, "--");
	}
}

/* Say what is wrong with a directive that nobody knows. */
static bool
bad_directive(Reader *reader, MigrSpan name)
{
	MigrCtx *ctx = reader->ctx;
	const char *near = near_word(ctx, directives, name);

	if (name.len == 0)
		migr_fail(ctx, MIGR_ERR_SCRIPT, "\"" PREFIX "\" without a directive");
	else
		migr_fail(ctx, MIGR_ERR_SCRIPT, "unknown directive \"%s\"",
				  shown(ctx, name));
	if (near != NULL)
		return migr_hint(ctx, "Did you mean \"%s\"?", near);
	return migr_hint(ctx, "The directives are revision, revises, message, "
						  "created, labels, depends_on, upgrade and "
						  "downgrade, right behind \"" PREFIX "\".");
}

/* Obey a directive. */
static bool
read_directive(Reader *reader, Line *line)
{
	MigrSpan rest = line->text;
	int which;

	rest.ptr += strlen(PREFIX);
	rest.len -= strlen(PREFIX);
	line->name = rest;
	line->name.len = 0;
	while (rest.len > 0 && strchr(" \t\r", *rest.ptr) == NULL)
	{
		rest.ptr++;
		rest.len--;
		line->name.len++;
	}
	line->value = migr_span_trim(rest);
	reader->in_comment = false;
	which = find_word(directives, line->name);
	if (which < 0)
		return bad_directive(reader, line->name);
	if (which == REVISION)
		return begin_revision(reader, line);
	if (reader->revision == NULL)
	{
		if (which < FIELD_COUNT || reader->path == NULL)
			return migr_fail(reader->ctx, MIGR_ERR_SCRIPT,
							 "\"%s\" before \"" PREFIX "revision\"",
							 directives[which]);
		if (!begin_headless(reader, line))
			return false;
	}
	if (which < FIELD_COUNT)
		return read_field(reader, which, line->value);
	return begin_section(reader, line, which);
}

/* Take in a line. */
static bool
read_line(Reader *reader, Line *line)
{
	if (migr_span_starts(line->text, PREFIX))
		return read_directive(reader, line);
	if (reader->in_section || is_comment(reader, line->text))
		return true;
	if (reader->revision == NULL)
	{
		/* whether any revision follows isn't known yet */
		if (reader->stray == 0)
			reader->stray = reader->line;
		return true;
	}
	migr_fail(reader->ctx, MIGR_ERR_SCRIPT, "SQL outside of a section");
	return migr_hint(reader->ctx, "Only comments may stand between the header "
								  "and the first section; put it below "
								  "\"" PREFIX "upgrade\".");
}

/* See that the text is one, and set the line where it isn't. */
static bool
check_text(Reader *reader, MigrSpan text)
{
	const char *nul = text.len > 0 ? memchr(text.ptr, 0, text.len) : NULL;
	size_t good = nul != NULL ? (size_t) (nul - text.ptr) : text.len;

	if (nul == NULL && !reader->ctx->other_encoding)
		good = migr_utf8_check(text.ptr, text.len);
	if (good == text.len)
		return true;
	for (size_t i = 0; i < good; i++)
		reader->line += text.ptr[i] == '\n';
	if (nul != NULL)
		migr_fail(reader->ctx, MIGR_ERR_SCRIPT, "binary file: a NUL byte");
	else
		migr_fail(reader->ctx, MIGR_ERR_SCRIPT, "invalid UTF-8");
	return migr_hint(reader->ctx, "A revision script is a text in UTF-8.");
}

/* Say that there is no revision in the text. */
static bool
no_revision(Reader *reader, bool empty)
{
	MigrCtx *ctx = reader->ctx;

	reader->line = 0;
	if (empty)
		migr_fail(ctx, MIGR_ERR_SCRIPT, "empty revision script");
	else
		migr_fail(ctx, MIGR_ERR_SCRIPT, "no \"" PREFIX "revision\" line");
	return migr_hint(ctx, "A revision begins with a line \"" PREFIX
						  "revision <id>\", at its first column.");
}

/* Read all lines. */
static bool
read_lines(Reader *reader, MigrSpan text)
{
	const char *end = text.ptr + text.len;
	Line line;

	if (!check_text(reader, text))
		return false;
	for (line.next = text.ptr; line.next < end; reader->line++)
	{
		const char *stop;

		line.text.ptr = line.next;
		stop = memchr(line.next, '\n', (size_t) (end - line.next));
		line.next = stop != NULL ? stop + 1 : end;
		line.text.len = (size_t) ((stop != NULL ? stop : end) - line.text.ptr);
		if (!read_line(reader, &line))
			return false;
	}
	if (reader->revision == NULL)
		return no_revision(reader, migr_span_trim(text).len == 0);
	end_revision(reader, end);
	return true;
}

/* Read a text whose first line has this number; errors get their place. */
static bool
read_text(Reader *reader, MigrSpan text, int line)
{
	MigrPlace place = {.path = reader->path};

	if (text.len == 0)
		text = migr_span("");
	if (migr_span_starts(text, "\xEF\xBB\xBF"))
	{
		text.ptr += 3;
		text.len -= 3;
	}
	migr_map_init(&reader->ids, &reader->ctx->arena, 0);
	reader->top = text.ptr;
	reader->top_line = line;
	reader->line = line;
	if (read_lines(reader, text))
		return true;
	place.line = reader->line;
	if (reader->revision != NULL)
		place.revision = reader->revision->id;
	return migr_at(reader->ctx, &place);
}

bool
migr_script_parse(MigrCtx *ctx, MigrSpan text, const char *path,
				  MigrRevisions *out)
{
	Reader reader = {.ctx = ctx, .path = path, .out = out};

	return read_text(&reader, text, 1);
}

bool
migr_script_sections(MigrCtx *ctx, const MigrRevision *revision,
					 MigrSections *out)
{
	MigrRevisions found = {0};
	MigrPlace place = {.revision = revision->id, .path = revision->path};
	Reader reader = {
		.ctx = ctx, .path = revision->path, .out = &found, .sections = out};

	if (!read_text(&reader, revision->text, revision->line))
		return migr_at(ctx, &place);
	if (found.count == 1 && strcmp(found.items[0]->id, revision->id) == 0)
		return true;
	migr_fail(ctx, MIGR_ERR_SCRIPT, "the script holds revision \"%s\"",
			  found.items[found.count - 1]->id);
	return migr_at(ctx, &place);
}

/* ---- writing -------------------------------------------------------------- */

/* Add a field, if it has a value. */
static void
add_field(MigrStr *str, const char *name, const char *value)
{
	if (value[0] != '\0')
		migr_str_printf(str, PREFIX "%-10s %s\n", name, value);
}

/* Names as a field has them. */
static const char *
join_names(MigrStr *str, const MigrNames *names)
{
	return migr_join(str->arena, names->items, names->count, ", ");
}

void
migr_script_header(MigrStr *str, const MigrRevision *revision)
{
	const char *revises = join_names(str, &revision->revises);

	add_field(str, "revision", revision->id);
	if (revises[0] == '\0')
		migr_str_add(str, PREFIX "revises\n");
	add_field(str, "revises", revises);
	add_field(str, "message", revision->message);
	if (revision->dated)
		add_field(str, "created",
				  migr_instant_text(str->arena, revision->created));
	add_field(str, "labels", join_names(str, &revision->labels));
	add_field(str, "depends_on", join_names(str, &revision->depends_on));
}

/* ---- comparing ------------------------------------------------------------ */

/*
 * Is a line blank, or nothing but a line comment that is no directive?  One that
 * could end a string or a block comment may be the end of a statement.
 */
static bool
is_idle(MigrSpan line)
{
	if (migr_span_starts(line, PREFIX))
		return false;
	line = migr_span_trim(line);
	if (line.len > 0 && !migr_span_starts(line, "--"))
		return false;
	for (size_t i = 0; i < line.len; i++)
		if (strchr("'\"`]$*\\", line.ptr[i]) != NULL)
			return false;
	return true;
}

/* Take the next line, with its line end, off *rest. */
static MigrSpan
take_line(MigrSpan *rest)
{
	const char *end = memchr(rest->ptr, '\n', rest->len);
	MigrSpan line = {rest->ptr, rest->len};

	if (end != NULL)
		line.len = (size_t) (end - rest->ptr) + 1;
	rest->ptr += line.len;
	rest->len -= line.len;
	return line;
}

/* Does a line begin a section? */
static bool
is_section(MigrSpan line)
{
	MigrSpan word;

	if (!migr_span_starts(line, PREFIX))
		return false;
	line.ptr += strlen(PREFIX);
	line.len -= strlen(PREFIX);
	return migr_span_word(&line, &word) &&
		   find_word(directives, word) >= UPGRADE;
}

const char *
migr_script_behead(MigrArena *arena, MigrSpan text)
{
	MigrSpan rest = text;
	MigrStr str;

	migr_str_init(&str, arena);
	while (rest.len > 0)
	{
		MigrSpan line = rest;
		MigrSpan next = take_line(&rest);

		if (is_section(next))
		{
			migr_str_add_char(&str, '\n');
			migr_str_add_n(&str, line.ptr, line.len);
			break;
		}
		if (!migr_span_starts(next, PREFIX) && migr_span_trim(next).len > 0)
			migr_str_add_n(&str, next.ptr, next.len);
	}
	return str.data;
}

MigrSpan
migr_script_core(MigrSpan text)
{
	MigrSpan rest = text;
	MigrSpan core = {text.ptr, 0};

	while (rest.len > 0)
	{
		MigrSpan line = take_line(&rest);

		if (core.len == 0 && !migr_span_starts(line, PREFIX))
			continue;
		if (core.len == 0)
			core.ptr = line.ptr;
		if (is_idle(line))
			continue;
		line = migr_span_trim(line);
		core.len = (size_t) (line.ptr - core.ptr) + line.len;
	}
	return core;
}

bool
migr_same_names(const MigrNames *a, const MigrNames *b)
{
	bool same = a->count == b->count;

	for (int i = 0; same && i < a->count; i++)
		same = strcmp(a->items[i], b->items[i]) == 0;
	return same;
}
