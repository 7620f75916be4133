/*
 * tmpl.c
 *	  Templates and file names.  See tmpl.h.
 *
 * Three small languages: ${name} of the templates of scripts, the slug that
 * Alembic makes of a message, and Python's % formatting of its file_template.
 */
#include "text/tmpl.h"

#include <inttypes.h>
#include <string.h>

#include "base/map.h"

#define SLUG_MAX 40 /* Alembic's truncate_slug_length */
#define WIDTH_MAX 255

/* ---- templates ----------------------------------------------------------- */

/* What expands a template. */
typedef struct Expansion
{
	MigrCtx *ctx;
	MigrSpan text;
	size_t at;		  /* the next byte */
	const char *path; /* or NULL */
	const MigrTmplValue *values;
	MigrMap names; /* name -> index into values */
} Expansion;

/* Count the lines up to an offset. */
static int
line_of(MigrSpan text, size_t at)
{
	int line = 1;

	for (size_t i = 0; i < at; i++)
		line += text.ptr[i] == '\n';
	return line;
}

/* Say all names that a template may use. */
static bool
hint_names(MigrCtx *ctx, const MigrTmplValue *values, int count)
{
	MigrStr str;

	migr_str_init(&str, &ctx->arena);
	for (int i = 0; i < count; i++)
		migr_str_printf(&str, "%s${%s}", i > 0 ? ", " : "", values[i].name);
	return migr_hint(ctx, "A template may use %s; write $$ for a $.",
					 count > 0 ? str.data : "no names");
}

/* Find the name that begins behind the ${ at an offset; false: no } there. */
static bool
find_name(MigrSpan text, size_t at, MigrSpan *name)
{
	size_t end = at + 2;

	while (end < text.len && text.ptr[end] != '}' && text.ptr[end] != '\n')
		end++;
	name->ptr = text.ptr + at + 2;
	name->len = end - at - 2;
	return end < text.len && text.ptr[end] == '}';
}

/* Fail at the ${ that stands at an offset; the error is there already. */
static bool
fail_at(Expansion *expansion)
{
	MigrPlace place = {.path = expansion->path,
					   .line = line_of(expansion->text, expansion->at)};

	hint_names(expansion->ctx, expansion->values, expansion->names.count);
	return migr_at(expansion->ctx, &place);
}

/* Append what a $ stands for, and go behind it. */
static bool
expand_dollar(Expansion *expansion, MigrStr *out)
{
	MigrSpan text = expansion->text;
	size_t at = expansion->at;
	char next = at + 1 < text.len ? text.ptr[at + 1] : '\0';
	MigrSpan name;
	int32_t found;

	if (next != '{')
	{
		migr_str_add_char(out, '$');
		expansion->at += next == '$' ? 2 : 1;
		return true;
	}
	if (!find_name(text, at, &name))
	{
		migr_fail(expansion->ctx, MIGR_ERR_FILE, "\"${\" without a \"}\"");
		return fail_at(expansion);
	}
	found = migr_map_get(&expansion->names, name);
	if (found == MIGR_MAP_NONE)
	{
		migr_fail(expansion->ctx, MIGR_ERR_FILE, "unknown name \"${%s}\"",
				  migr_span_dup(&expansion->ctx->arena, name));
		return fail_at(expansion);
	}
	if (expansion->values[found].value != NULL)
		migr_str_add(out, expansion->values[found].value);
	expansion->at += name.len + 3;
	return true;
}

bool
migr_tmpl_expand(MigrCtx *ctx, MigrSpan text, const char *path,
				 const MigrTmplValue *values, int count, MigrStr *out)
{
	Expansion expansion = {
		.ctx = ctx, .text = text, .path = path, .values = values};

	migr_map_init(&expansion.names, &ctx->arena, count);
	for (int i = 0; i < count; i++)
		migr_map_put(&expansion.names, migr_span(values[i].name), i);
	while (expansion.at < text.len)
	{
		const char *from = text.ptr + expansion.at;
		size_t left = text.len - expansion.at;
		const char *dollar = memchr(from, '$', left);
		size_t len = dollar != NULL ? (size_t) (dollar - from) : left;

		migr_str_add_n(out, from, len);
		expansion.at += len;
		if (dollar != NULL && !expand_dollar(&expansion, out))
			return false;
	}
	return true;
}

/* ---- slugs --------------------------------------------------------------- */

/* Capitals beyond ASCII whose small letter also takes two bytes of UTF-8. */
typedef struct Capitals
{
	unsigned from;
	unsigned to;
	unsigned step; /* from one capital to the next */
	int down;	   /* from a capital to its small letter */
} Capitals;

/* Latin, Greek, Cyrillic; in ascending order */
static const Capitals capitals[] = {
	{0xC0, 0xD6, 1, 32},	 {0xD8, 0xDE, 1, 32},	{0x100, 0x12E, 2, 1},
	{0x132, 0x136, 2, 1},	 {0x139, 0x147, 2, 1},	{0x14A, 0x176, 2, 1},
	{0x178, 0x178, 1, -121}, {0x179, 0x17D, 2, 1},	{0x386, 0x386, 1, 38},
	{0x388, 0x38A, 1, 37},	 {0x38C, 0x38C, 1, 64}, {0x38E, 0x38F, 1, 63},
	{0x391, 0x3A1, 1, 32},	 {0x3A3, 0x3AB, 1, 32}, {0x400, 0x40F, 1, 80},
	{0x410, 0x42F, 1, 32},	 {0x460, 0x480, 2, 1},	{0x48A, 0x4BE, 2, 1},
	{0x4C0, 0x4C0, 1, 15},	 {0x4C1, 0x4CD, 2, 1},	{0x4D0, 0x52E, 2, 1},
};

/* The small letter of a character below U+0800. */
static unsigned
lower(unsigned c)
{
	for (size_t i = 0; i < sizeof(capitals) / sizeof(*capitals); i++)
		if (c >= capitals[i].from && c <= capitals[i].to)
			return (c - capitals[i].from) % capitals[i].step == 0
					   ? (unsigned) ((int) c + capitals[i].down)
					   : c;
	return c;
}

/* Add one character (of len bytes) in lower case. */
static void
add_lower(MigrStr *str, const char *c, size_t len, bool utf8)
{
	const unsigned char *u = (const unsigned char *) c;

	if (len == 1 && *c >= 'A' && *c <= 'Z')
		migr_str_add_char(str, (char) (*c - 'A' + 'a'));
	else if (len == 2 && utf8)
	{
		unsigned small = lower((u[0] & 0x1Fu) << 6 | (u[1] & 0x3Fu));

		migr_str_add_char(str, (char) (0xC0 | small >> 6));
		migr_str_add_char(str, (char) (0x80 | (small & 0x3F)));
	}
	else
		migr_str_add_n(str, c, len);
}

/* Blocks of Unicode without letters or digits to speak of: punctuation, signs,
 * arrows, drawings, emoji, what nobody sees. */
static const uint32_t no_words[][2] = {
	{0x80, 0xA9},		{0xAB, 0xB1},		{0xB4, 0xB4},
	{0xB6, 0xB8},		{0xBB, 0xBB},		{0xBF, 0xBF},
	{0xD7, 0xD7},		{0xF7, 0xF7},		{0x2000, 0x206F},
	{0x207A, 0x207E},	{0x20A0, 0x20CF},	{0x2190, 0x245F},
	{0x2500, 0x2775},	{0x2794, 0x2BFF},	{0x2E00, 0x2E2E},
	{0x2E30, 0x2E7F},	{0x3000, 0x3004},	{0x3008, 0x3020},
	{0xE000, 0xF8FF},	{0xFE00, 0xFE1F},	{0xFE30, 0xFE6F},
	{0xFEFF, 0xFF0F},	{0xFF1A, 0xFF20},	{0xFF3B, 0xFF3E},
	{0xFF5B, 0xFF65},	{0xFFE0, 0xFFFF},	{0x1F000, 0x1F0FF},
	{0x1F200, 0x1FAFF}, {0xE0000, 0x10FFFF}};

/* Is the character of so many bytes a part of a word? */
static bool
is_word(const char *c, size_t len)
{
	uint32_t value;

	/* a byte above that alone is a letter of some other encoding */
	if (len < 2)
		return (unsigned char) *c >= 0x80 || *c == '_' ||
			   (*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'z') ||
			   (*c >= 'A' && *c <= 'Z');
	value = migr_utf8_character(c, &len);
	for (size_t i = 0; i < sizeof(no_words) / sizeof(no_words[0]); i++)
		if (value >= no_words[i][0] && value <= no_words[i][1])
			return false;
	return true;
}

/* The length of the character at c: a byte and those that continue it. */
static size_t
char_length(const char *c, bool utf8)
{
	size_t len = 1;

	while (utf8 && ((unsigned char) c[len] & 0xC0) == 0x80)
		len++;
	return len;
}

/* Cut a slug that is longer than limit characters. */
static const char *
cut(MigrArena *arena, const char *slug, int limit, bool utf8)
{
	size_t len = 0;
	size_t end;

	for (int i = 0; i < limit && slug[len] != '\0'; i++)
		len += char_length(slug + len, utf8);
	if (slug[len] == '\0')
		return slug;
	for (end = len; end > 0; end--)
		if (slug[end - 1] == '_')
		{
			len = end - 1;
			break;
		}
	return migr_printf(arena, "%.*s_", (int) len, slug);
}

const char *
migr_tmpl_slug(MigrArena *arena, const char *message, int limit)
{
	const char *c = message != NULL ? message : "";
	bool utf8 = migr_utf8_check(c, strlen(c)) == strlen(c);
	bool between = false; /* behind a word? */
	MigrStr str;

	migr_str_init(&str, arena);
	while (*c != '\0')
	{
		size_t len = char_length(c, utf8);

		if (!is_word(c, len))
			between = str.len > 0;
		else
		{
			if (between)
				migr_str_add_char(&str, '_');
			between = false;
			add_lower(&str, c, len, utf8);
		}
		c += len;
	}
	return cut(arena, str.data, limit > 0 ? limit : SLUG_MAX, utf8);
}

/* ---- file names ---------------------------------------------------------- */

/* What a token stands for. */
typedef struct Token
{
	const char *name;
	const char *text; /* NULL: it is a number */
	int64_t number;
} Token;

/* A conversion: what stands behind a token's closing parenthesis. */
typedef struct Spec
{
	bool left;		 /* - */
	bool zeros;		 /* 0 */
	bool sign;		 /* + */
	bool blank;		 /* a blank */
	bool alternate;	 /* # */
	int width;		 /* in characters */
	int precision;	 /* -1: none is given */
	char conversion; /* NUL: the template ends before it */
} Spec;

/* Take the digits off *text; a number that is too big becomes WIDTH_MAX + 1. */
static int
take_number(const char **text)
{
	int number = 0;

	for (; **text >= '0' && **text <= '9'; (*text)++)
		if (number <= WIDTH_MAX)
			number = number * 10 + (**text - '0');
	return number <= WIDTH_MAX ? number : WIDTH_MAX + 1;
}

/* Read the conversion at *text, and go behind it. */
static Spec
take_spec(const char **text)
{
	Spec spec = {.precision = -1};

	for (; **text != '\0' && strchr("-0+ #", **text) != NULL; (*text)++)
	{
		spec.left |= **text == '-';
		spec.zeros |= **text == '0';
		spec.sign |= **text == '+';
		spec.blank |= **text == ' ';
		spec.alternate |= **text == '#';
	}
	spec.width = take_number(text);
	if (**text == '.')
	{
		(*text)++;
		spec.precision = take_number(text);
	}
	if (**text == 'h' || **text == 'l' || **text == 'L')
		(*text)++;
	spec.conversion = **text;
	if (**text != '\0')
		(*text)++;
	return spec;
}

/* Add the same character some times; none where count isn't positive. */
static void
add_many(MigrStr *out, char c, int count)
{
	for (int i = 0; i < count; i++)
		migr_str_add_char(out, c);
}

/* Write a text as %s does. */
static void
add_text(MigrStr *out, const Spec *spec, const char *text)
{
	int count = 0;
	size_t len = 0;

	while (text[len] != '\0' &&
		   (spec->precision < 0 || count < spec->precision))
	{
		len += char_length(text + len, true);
		count++;
	}
	if (!spec->left)
		add_many(out, ' ', spec->width - count);
	migr_str_add_n(out, text, len);
	if (spec->left)
		add_many(out, ' ', spec->width - count);
}

/* Write a number as %d, %o, %x or %X does, in Python. */
static void
add_number(MigrStr *out, const Spec *spec, int64_t number)
{
	uint64_t size = number < 0 ? 0 - (uint64_t) number : (uint64_t) number;
	const char *sign = number < 0	 ? "-"
					   : spec->sign	 ? "+"
					   : spec->blank ? " "
									 : "";
	const char *prefix = "";
	const char *digits;
	int zeros;
	int len;

	switch (spec->conversion)
	{
		case 'o':
			digits = migr_printf(out->arena, "%" PRIo64, size);
			prefix = "0o";
			break;
		case 'x':
			digits = migr_printf(out->arena, "%" PRIx64, size);
			prefix = "0x";
			break;
		case 'X':
			digits = migr_printf(out->arena, "%" PRIX64, size);
			prefix = "0X";
			break;
		default:
			digits = migr_printf(out->arena, "%" PRIu64, size);
	}
	if (!spec->alternate)
		prefix = "";
	zeros = spec->precision - (int) strlen(digits);
	len = (int) (strlen(sign) + strlen(prefix) + strlen(digits)) +
		  (zeros > 0 ? zeros : 0);
	if (!spec->left && !spec->zeros)
		add_many(out, ' ', spec->width - len);
	migr_str_printf(out, "%s%s", sign, prefix);
	if (!spec->left && spec->zeros)
		add_many(out, '0', spec->width - len);
	add_many(out, '0', zeros);
	migr_str_add(out, digits);
	if (spec->left)
		add_many(out, ' ', spec->width - len);
}

/* Find a token by its name; NULL, and an error, where there is none. */
static const Token *
find_token(MigrCtx *ctx, const Token *tokens, MigrSpan name)
{
	MigrStr names;

	migr_str_init(&names, &ctx->arena);
	for (const Token *token = tokens; token->name != NULL; token++)
	{
		if (migr_span_is(name, token->name))
			return token;
		migr_str_printf(&names, "%s%s", token == tokens ? "" : ", ",
						token->name);
	}
	migr_fail(ctx, MIGR_ERR_ARGUMENT, "unknown token \"%s\" in file_template",
			  migr_span_dup(&ctx->arena, name));
	migr_hint(ctx, "The tokens are %s.", names.data);
	return NULL;
}

/* Write a token's value as a conversion wants it. */
static bool
add_token(MigrCtx *ctx, MigrStr *out, const Token *token, const Spec *spec)
{
	bool number =
		spec->conversion != '\0' && strchr("diuoxX", spec->conversion) != NULL;

	if (!number && spec->conversion != 's')
	{
		migr_fail(ctx, MIGR_ERR_ARGUMENT,
				  "\"%%(%s)\" in file_template has no known conversion behind "
				  "it",
				  token->name);
		return migr_hint(ctx, "Write %%(%s)%s.", token->name,
						 token->text != NULL ? "s" : "d");
	}
	if (number && token->text != NULL)
		return migr_fail(ctx, MIGR_ERR_ARGUMENT,
						 "\"%%(%s)%c\" in file_template: %s is no number",
						 token->name, spec->conversion, token->name);
	if (spec->width > WIDTH_MAX || spec->precision > WIDTH_MAX)
		return migr_fail(ctx, MIGR_ERR_ARGUMENT,
						 "\"%%(%s)%c\" in file_template is wider than %d "
						 "characters",
						 token->name, spec->conversion, WIDTH_MAX);
	if (number)
		add_number(out, spec, token->number);
	else
		add_text(out, spec,
				 token->text != NULL
					 ? token->text
					 : migr_printf(out->arena, "%" PRId64, token->number));
	return true;
}

/* Write what the % at *text stands for, and go behind it. */
static bool
add_percent(MigrCtx *ctx, MigrStr *out, const Token *tokens, const char **text)
{
	MigrSpan name = {*text + 2, 0};
	const Token *token;
	Spec spec;

	if ((*text)[1] == '%')
	{
		migr_str_add_char(out, '%');
		*text += 2;
		return true;
	}
	if ((*text)[1] == '(')
		name.len = strcspn(name.ptr, ")");
	if ((*text)[1] != '(' || name.ptr[name.len] == '\0')
	{
		migr_fail(ctx, MIGR_ERR_ARGUMENT,
				  "a \"%%\" in file_template begins no token");
		return migr_hint(ctx, "Write %%(rev)s for a token, %%%% for a percent "
							  "sign; double each %% in an ini file.");
	}
	token = find_token(ctx, tokens, name);
	if (token == NULL)
		return false;
	*text = name.ptr + name.len + 1;
	spec = take_spec(text);
	return add_token(ctx, out, token, &spec);
}

/* Check that a name stays in its directory. */
static bool
check_name(MigrCtx *ctx, const char *name)
{
	size_t len;

	for (const char *c = name; *c != '\0'; c++)
		if ((unsigned char) *c < 0x20 || *c == 0x7F)
			return migr_fail(ctx, MIGR_ERR_ARGUMENT,
							 "file_template gives a file name with a control "
							 "character");
	if (*name == '/' || *name == '\\')
		return migr_fail(ctx, MIGR_ERR_ARGUMENT,
						 "file_template gives an absolute path: \"%s\"", name);
	for (const char *part = name;; part += len + 1)
	{
		/* a backslash separates directories on Windows */
		len = strcspn(part, "/\\");
		if (len == 2 && part[0] == '.' && part[1] == '.')
			return migr_fail(ctx, MIGR_ERR_ARGUMENT,
							 "file_template gives a path with \"..\": \"%s\"",
							 name);
		if (len == 0 && part[0] == '\0')
			return migr_fail(ctx, MIGR_ERR_ARGUMENT,
							 "file_template gives an empty file name: \"%s\"",
							 name);
		if (part[len] == '\0')
			return true;
	}
}

bool
migr_tmpl_file_name(MigrCtx *ctx, const char *file_template,
					const MigrTmplFile *values, const char **out)
{
	const Token tokens[] = {
		{"rev", values->rev != NULL ? values->rev : "", 0},
		{"slug", values->slug != NULL ? values->slug : "", 0},
		{"epoch", NULL, values->epoch},
		{"year", NULL, values->year},
		{"month", NULL, values->month},
		{"day", NULL, values->day},
		{"hour", NULL, values->hour},
		{"minute", NULL, values->minute},
		{"second", NULL, values->second},
		{NULL, NULL, 0},
	};
	const char *text = file_template;
	MigrStr str;

	migr_str_init(&str, &ctx->arena);
	while (*text != '\0')
	{
		size_t len = strcspn(text, "%");

		migr_str_add_n(&str, text, len);
		text += len;
		if (*text == '%' && !add_percent(ctx, &str, tokens, &text))
			return false;
	}
	*out = str.data;
	return check_name(ctx, str.data);
}
