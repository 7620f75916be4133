/*
 * ini.c
 *	  Configuration files as Python's ConfigParser reads them.  See ini.h.
 *
 * One pass over the lines; a line is blank, a comment, the continuation of a
 * value, a section or a key, and its indentation has a say in which.
 */
#include "text/ini.h"

#include <string.h>

#include "base/map.h"
#include "base/vec.h"

/* [DEFAULT] is the first of MigrIni.sections, whether the file has it or not */
#define DEFAULTS 0

#define DEPTH_MAX 10 /* ConfigParser's */

/* How long a value may grow that has references, in bytes: its text, and the
 * references, each counted as so many more than its name has. */
#define GROWN_MAX ((size_t) 1 << 20)
#define REFERENCE_COST 16

/* A key and its value. */
typedef struct Item
{
	const char *key;   /* in lower case */
	const char *value; /* with its % as they stand */
	const char *section;
	int line;
} Item;

typedef struct Section
{
	const char *name;
	int line;	  /* of its header; 0: [DEFAULT], which may have several */
	MigrMap keys; /* key -> index into MigrIni.items */
} Section;

struct MigrIni
{
	const char *path; /* or NULL */
	MigrMap names;	  /* section -> index */
	MIGR_VEC(Section) sections;
	MIGR_VEC(Item) items;
};

/* A line of the text. */
typedef struct Line
{
	MigrSpan text; /* without blanks around it */
	size_t depth;  /* of its indentation, in characters */
} Line;

/* What walks over the lines. */
typedef struct Reader
{
	MigrCtx *ctx;
	MigrSpan text;
	size_t at; /* where the next line begins */
	int line;  /* the number of the one that was read last */
	MigrIni *ini;
	int section;   /* being read; -1 before the first */
	int item;	   /* being read; -1: none */
	size_t depth;  /* of its key's line, or the section's */
	MigrStr value; /* of item, so far */
} Reader;

/* ---- lines --------------------------------------------------------------- */

/* The length of the white space character that text begins with; 0: none. */
static size_t
space_length(MigrSpan text, bool other_encoding)
{
	static const char *const wide[] = {
		"\xC2\x85",		"\xC2\xA0",		"\xE1\x9A\x80", "\xE2\x80\xA8",
		"\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"};
	const unsigned char *s = (const unsigned char *) text.ptr;

	if (text.len == 0)
		return 0;
	if (s[0] < 0x80)
		return s[0] == ' ' || (s[0] >= '\t' && s[0] <= '\r') ||
			   (s[0] >= 0x1C && s[0] <= 0x1F);
	if (other_encoding)
		return 0;
	for (size_t i = 0; i < sizeof(wide) / sizeof(*wide); i++)
		if (migr_span_starts(text, wide[i]))
			return strlen(wide[i]);
	/* U+2000 to U+200A */
	if (text.len >= 3 && s[0] == 0xE2 && s[1] == 0x80 && s[2] <= 0x8A)
		return 3;
	return 0;
}

/* Drop white space from both ends; *depth is how much was in front. */
static MigrSpan
strip_line(const MigrCtx *ctx, MigrSpan text, size_t *depth)
{
	MigrSpan rest;
	size_t len = 0;
	size_t space;

	*depth = 0;
	while ((space = space_length(text, ctx->other_encoding)) > 0)
	{
		text.ptr += space;
		text.len -= space;
		(*depth)++;
	}
	rest = text;
	/* forwards, as the last byte doesn't tell where its character begins */
	while (rest.len > 0)
	{
		space = space_length(rest, ctx->other_encoding);
		rest.ptr += space > 0 ? space : 1;
		rest.len -= space > 0 ? space : 1;
		if (space == 0)
			len = text.len - rest.len;
	}
	text.len = len;
	return text;
}

/* Drop white space from both ends. */
static MigrSpan
strip(const MigrCtx *ctx, MigrSpan text)
{
	size_t depth;

	return strip_line(ctx, text, &depth);
}

/* Read the next line; false where there is none. */
static bool
read_line(Reader *reader, Line *line)
{
	MigrSpan text = {reader->text.ptr + reader->at, 0};
	size_t left = reader->text.len - reader->at;

	if (left == 0)
		return false;
	while (text.len < left && text.ptr[text.len] != '\n' &&
		   text.ptr[text.len] != '\r')
		text.len++;
	if (text.len + 1 < left && text.ptr[text.len] == '\r' &&
		text.ptr[text.len + 1] == '\n')
		text.len++;
	if (text.len < left)
		text.len++;
	line->text = strip_line(reader->ctx, text, &line->depth);
	reader->at += text.len;
	reader->line++;
	return true;
}

static bool
is_comment(MigrSpan text)
{
	return text.len > 0 && (*text.ptr == '#' || *text.ptr == ';');
}

/* Copy a key in lower case: ASCII's, all else as it is. */
static const char *
lower_key(MigrArena *arena, MigrSpan key)
{
	char *lower = migr_span_dup(arena, key);

	for (char *c = lower; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char) (*c - 'A' + 'a');
	return lower;
}

/* ---- parsing ------------------------------------------------------------- */

/* Fail at the line that is being read. */
static bool
fail_here(Reader *reader)
{
	MigrPlace place = {.path = reader->ini->path, .line = reader->line};

	return migr_at(reader->ctx, &place);
}

/* Add a section without keys. */
static int
add_section(Reader *reader, const char *name)
{
	MigrIni *ini = reader->ini;
	Section section = {.name = name, .line = reader->line};

	migr_map_init(&section.keys, &reader->ctx->arena, 0);
	migr_map_put(&ini->names, migr_span(name), ini->sections.count);
	migr_vec_push(&reader->ctx->arena, &ini->sections, section);
	return ini->sections.count - 1;
}

/* Keep the value that was read. */
static void
end_item(Reader *reader)
{
	MigrStr *value = &reader->value;
	Item *item;

	if (reader->item < 0)
		return;
	item = &reader->ini->items.items[reader->item];
	while (value->len > 0 && value->data[value->len - 1] == '\n')
		value->len--;
	item->value = migr_strndup(&reader->ctx->arena, value->data, value->len);
	reader->item = -1;
}

/* Is the line a section's header?  The last bracket ends the name; what is
 * behind it means nothing. */
static bool
is_header(MigrSpan line, MigrSpan *name)
{
	size_t end = line.len - 1;

	while (end > 0 && line.ptr[end] != ']')
		end--;
	name->ptr = line.ptr + 1;
	name->len = end > 0 ? end - 1 : 0;
	return line.ptr[0] == '[' && name->len > 0;
}

/* Take in a section's header. */
static bool
read_header(Reader *reader, MigrSpan name)
{
	MigrCtx *ctx = reader->ctx;
	int32_t at = migr_map_get(&reader->ini->names, name);

	if (at > DEFAULTS)
	{
		const Section *first = &reader->ini->sections.items[at];

		migr_fail(ctx, MIGR_ERR_FILE, "section \"%s\" stands twice",
				  first->name);
		return migr_detail(ctx, "The first one is in line %d.", first->line);
	}
	reader->section = at;
	if (at < 0)
		reader->section = add_section(reader, migr_span_dup(&ctx->arena, name));
	return true;
}

/* Split a key's line, and begin to read its value. */
static bool
read_key(Reader *reader, MigrSpan line)
{
	MigrCtx *ctx = reader->ctx;
	Section *section = &reader->ini->sections.items[reader->section];
	MigrSpan key = {line.ptr, 0};
	MigrSpan value = line;
	Item item = {.section = section->name, .line = reader->line};

	while (key.len < value.len && key.ptr[key.len] != '=' &&
		   key.ptr[key.len] != ':')
		key.len++;
	if (key.len == value.len || key.len == 0)
	{
		migr_fail(ctx, MIGR_ERR_FILE, "neither a section nor a key's line");
		return migr_hint(ctx, "Write \"key = value\"; indent the further lines "
							  "of a value deeper than its key.");
	}
	value.ptr += key.len + 1;
	value.len -= key.len + 1;
	value = strip(ctx, value);
	item.key = lower_key(&ctx->arena, strip(ctx, key));
	if (!migr_map_put(&section->keys, migr_span(item.key),
					  reader->ini->items.count))
	{
		int32_t first = migr_map_get(&section->keys, migr_span(item.key));

		migr_fail(ctx, MIGR_ERR_FILE,
				  "key \"%s\" stands twice in section \"%s\"", item.key,
				  section->name);
		return migr_detail(ctx, "The first one is in line %d.",
						   reader->ini->items.items[first].line);
	}
	reader->item = reader->ini->items.count;
	migr_vec_push(&ctx->arena, &reader->ini->items, item);
	reader->value.len = 0;
	migr_str_add_n(&reader->value, value.ptr, value.len);
	return true;
}

/* Take in a line, whatever it is. */
static bool
take_line(Reader *reader, const Line *line)
{
	MigrSpan name;

	if (is_comment(line->text))
		return true;
	if (reader->item >= 0 &&
		(line->text.len == 0 || line->depth > reader->depth))
	{
		migr_str_add_char(&reader->value, '\n');
		migr_str_add_n(&reader->value, line->text.ptr, line->text.len);
		return true;
	}
	if (line->text.len == 0)
		return true;
	end_item(reader);
	reader->depth = line->depth;
	if (is_header(line->text, &name))
		return read_header(reader, name);
	if (reader->section < 0)
	{
		migr_fail(reader->ctx, MIGR_ERR_FILE, "a line before any section");
		return migr_hint(reader->ctx, "A section begins with a line "
									  "\"[name]\".");
	}
	return read_key(reader, line->text);
}

/* See that the text is one, and set the line where it isn't. */
static bool
check_text(Reader *reader)
{
	MigrSpan text = reader->text;
	const char *nul = memchr(text.ptr, 0, text.len);
	size_t good = nul != NULL ? (size_t) (nul - text.ptr) : text.len;
	Line line;

	if (nul == NULL && !reader->ctx->other_encoding)
		good = migr_utf8_check(text.ptr, text.len);
	if (good == text.len)
		return true;
	while (reader->at <= good)
		read_line(reader, &line);
	if (nul != NULL)
		return migr_fail(reader->ctx, MIGR_ERR_FILE, "binary file: a NUL byte");
	migr_fail(reader->ctx, MIGR_ERR_FILE, "invalid UTF-8");
	return migr_hint(reader->ctx, "A configuration file is a text in UTF-8.");
}

bool
migr_ini_parse(MigrCtx *ctx, MigrSpan text, const char *path, MigrIni **out)
{
	MigrIni *ini = migr_alloc(&ctx->arena, sizeof(*ini));
	Reader reader = {
		.ctx = ctx, .text = text, .ini = ini, .section = -1, .item = -1};
	Line line;

	if (text.len == 0)
		reader.text = migr_span("");
	ini->path = path;
	migr_map_init(&ini->names, &ctx->arena, 0);
	migr_str_init(&reader.value, &ctx->arena);
	add_section(&reader, "DEFAULT");
	if (!check_text(&reader))
		return fail_here(&reader);
	if (migr_span_starts(text, "\xEF\xBB\xBF"))
		reader.at = 3;
	while (read_line(&reader, &line))
		if (!take_line(&reader, &line))
			return fail_here(&reader);
	end_item(&reader);
	*out = ini;
	return true;
}

/* ---- reading ------------------------------------------------------------- */

bool
migr_ini_has_section(const MigrIni *ini, const char *section)
{
	return migr_map_get(&ini->names, migr_span(section)) > DEFAULTS;
}

/* Find a key (in lower case) in a section or in [DEFAULT]; NULL: nowhere. */
static const Item *
find_item(const MigrIni *ini, int section, const char *key)
{
	MigrSpan name = migr_span(key);
	int32_t at = migr_map_get(&ini->sections.items[section].keys, name);

	if (at < 0)
		at = migr_map_get(&ini->sections.items[DEFAULTS].keys, name);
	return at < 0 ? NULL : &ini->items.items[at];
}

/* What makes a value of its parts. */
typedef struct Expansion
{
	MigrCtx *ctx;
	const MigrIni *ini;
	int section;
	const char *here;
	MigrStr out;
	size_t spent; /* for references */
} Expansion;

static bool expand(Expansion *expansion, const Item *item, int depth);

/* Complete an error: it is in this item's value. */
static bool
fail_at(Expansion *expansion, const Item *item)
{
	MigrPlace place = {.path = expansion->ini->path, .line = item->line};

	return migr_at(expansion->ctx, &place);
}

/* Put a reference's value in its place; it stands in item. */
static bool
follow(Expansion *expansion, const Item *item, const char *key, int depth)
{
	MigrCtx *ctx = expansion->ctx;
	const MigrIni *ini = expansion->ini;
	const Item *found = find_item(ini, expansion->section, key);

	expansion->spent += strlen(key) + REFERENCE_COST;
	if (expansion->spent + expansion->out.len > GROWN_MAX)
	{
		migr_fail(ctx, MIGR_ERR_FILE,
				  "key \"%s\" in section \"%s\" grows too long by its "
				  "references",
				  item->key, item->section);
		return fail_at(expansion, item);
	}
	if (found != NULL)
		return expand(expansion, found, depth);
	if (strcmp(key, "here") == 0 && expansion->here != NULL)
	{
		migr_str_add(&expansion->out, expansion->here);
		return true;
	}
	migr_fail(ctx, MIGR_ERR_FILE,
			  "key \"%s\" in section \"%s\" refers to key \"%s\", which isn't "
			  "there",
			  item->key, item->section, key);
	migr_hint(ctx, "A key is looked for in its own section and in [DEFAULT]; "
				   "write %%%% for a percent sign.");
	return fail_at(expansion, item);
}

/* Take %% or %(name)s off *text, which begins with its %. */
static bool
expand_percent(Expansion *expansion, const Item *item, const char **text,
			   int depth)
{
	MigrCtx *ctx = expansion->ctx;
	const char *name = *text + 2;
	size_t len;

	if ((*text)[1] == '%')
	{
		migr_str_add_char(&expansion->out, '%');
		*text += 2;
		return true;
	}
	len = (*text)[1] == '(' ? strcspn(name, ")") : 0;
	if (len > 0 && name[len] == ')' && name[len + 1] == 's')
	{
		MigrSpan key = {name, len};

		*text = name + len + 2;
		return follow(expansion, item, lower_key(&ctx->arena, key), depth);
	}
	if ((*text)[1] == '(')
		migr_fail(ctx, MIGR_ERR_FILE,
				  "bad reference in key \"%s\" of section \"%s\": it must be "
				  "written as %%(name)s",
				  item->key, item->section);
	else
		migr_fail(ctx, MIGR_ERR_FILE,
				  "\"%%\" must be followed by \"%%\" or \"(\" in key \"%s\" of "
				  "section \"%s\"",
				  item->key, item->section);
	migr_hint(ctx, "Write %%%% for a percent sign.");
	return fail_at(expansion, item);
}

/* Append the value of an item, its references followed. */
static bool
expand(Expansion *expansion, const Item *item, int depth)
{
	const char *text = item->value;

	if (depth == DEPTH_MAX && strchr(text, '%') != NULL)
	{
		migr_fail(expansion->ctx, MIGR_ERR_FILE,
				  "references go deeper than %d levels at key \"%s\" in "
				  "section \"%s\"",
				  DEPTH_MAX, item->key, item->section);
		return fail_at(expansion, item);
	}
	while (*text != '\0')
	{
		size_t len = strcspn(text, "%");

		migr_str_add_n(&expansion->out, text, len);
		text += len;
		if (*text == '%' && !expand_percent(expansion, item, &text, depth + 1))
			return false;
	}
	return true;
}

bool
migr_ini_get(MigrCtx *ctx, const MigrIni *ini, const char *section,
			 const char *key, const char *here, const char **out)
{
	Expansion expansion = {.ctx = ctx, .ini = ini, .here = here};
	const char *lower = lower_key(&ctx->arena, migr_span(key));
	const Item *item;

	*out = NULL;
	expansion.section = migr_map_get(&ini->names, migr_span(section));
	if (expansion.section < 0)
		return true;
	item = find_item(ini, expansion.section, lower);
	if (item == NULL)
	{
		if (here != NULL && strcmp(lower, "here") == 0)
			*out = migr_strdup(&ctx->arena, here);
		return true;
	}
	migr_str_init(&expansion.out, &ctx->arena);
	if (!expand(&expansion, item, 0))
		return false;
	*out = expansion.out.data;
	return true;
}
