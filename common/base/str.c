/*
 * str.c
 *	  Spans and growing buffers.  See str.h.
 */
#include "base/str.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

MigrSpan
migr_span(const char *text)
{
	MigrSpan span = {text, text ? strlen(text) : 0};

	return span;
}

bool
migr_span_is(MigrSpan span, const char *text)
{
	return span.len == strlen(text) &&
		   (span.len == 0 || memcmp(span.ptr, text, span.len) == 0);
}

bool
migr_span_starts(MigrSpan span, const char *prefix)
{
	size_t len = strlen(prefix);

	return span.len >= len && (len == 0 || memcmp(span.ptr, prefix, len) == 0);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

MigrSpan
migr_span_trim(MigrSpan span)
{
	while (span.len > 0 && is_blank(span.ptr[0]))
	{
		span.ptr++;
		span.len--;
	}
	while (span.len > 0 && is_blank(span.ptr[span.len - 1]))
		span.len--;
	return span;
}

bool
migr_span_word(MigrSpan *rest, MigrSpan *word)
{
	while (rest->len > 0 && (is_blank(*rest->ptr) || *rest->ptr == ','))
	{
		rest->ptr++;
		rest->len--;
	}
	word->ptr = rest->ptr;
	word->len = 0;
	while (rest->len > 0 && !is_blank(*rest->ptr) && *rest->ptr != ',')
	{
		rest->ptr++;
		rest->len--;
		word->len++;
	}
	return word->len > 0;
}

char *
migr_span_dup(MigrArena *arena, MigrSpan span)
{
	return migr_strndup(arena, span.ptr, span.len);
}

char *
migr_span_line(MigrArena *arena, MigrSpan span)
{
	char *line = migr_span_dup(arena, span);

	for (size_t i = 0; i < span.len; i++)
	{
		unsigned char c = (unsigned char) line[i];

		/* U+0080 to U+009F are such, too */
		if (c == 0xC2 && i + 1 < span.len && (line[i + 1] & 0xE0) == 0x80)
			line[i] = line[i + 1] = ' ';
		else if ((c < 0x20 && c != '\t') || c == 0x7F)
			line[i] = ' ';
	}
	return line;
}

char *
migr_trim(MigrArena *arena, const char *text)
{
	return migr_span_dup(arena, migr_span_trim(migr_span(text)));
}

void
migr_str_init(MigrStr *str, MigrArena *arena)
{
	str->arena = arena;
	str->len = 0;
	str->cap = 64;
	str->data = migr_alloc(arena, str->cap);
}

/* Make room for more bytes and the NUL behind them. */
static void
make_room(MigrStr *str, size_t more)
{
	size_t need;
	size_t cap = str->cap;
	char *data;

	if (more < cap - str->len)
		return;
	if (more >= MIGR_STR_MAX - str->len)
		need = SIZE_MAX;
	else
		need = str->len + more + 1;
	while (cap < need && cap < MIGR_STR_MAX)
		cap *= 2;
	if (cap < need)
		cap = need;
	data = migr_alloc(str->arena, cap);
	memcpy(data, str->data, str->len);
	str->data = data;
	str->cap = cap;
}

void
migr_str_add_n(MigrStr *str, const char *text, size_t len)
{
	if (len == 0)
		return;
	make_room(str, len);
	memcpy(str->data + str->len, text, len);
	str->len += len;
	str->data[str->len] = '\0';
}

void
migr_str_add(MigrStr *str, const char *text)
{
	migr_str_add_n(str, text, strlen(text));
}

void
migr_str_add_char(MigrStr *str, char c)
{
	migr_str_add_n(str, &c, 1);
}

void
migr_str_vprintf(MigrStr *str, const char *fmt, va_list args)
{
	va_list again;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (len <= 0)
		return;
	make_room(str, (size_t) len);
	vsnprintf(str->data + str->len, (size_t) len + 1, fmt, args);
	str->len += (size_t) len;
}

void
migr_str_printf(MigrStr *str, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	migr_str_vprintf(str, fmt, args);
	va_end(args);
}

char *
migr_printf(MigrArena *arena, const char *fmt, ...)
{
	MigrStr str;
	va_list args;

	migr_str_init(&str, arena);
	va_start(args, fmt);
	migr_str_vprintf(&str, fmt, args);
	va_end(args);
	return str.data;
}

char *
migr_join(MigrArena *arena, const char *const *texts, int count,
		  const char *separator)
{
	MigrStr str;

	migr_str_init(&str, arena);
	for (int i = 0; i < count; i++)
	{
		if (i > 0)
			migr_str_add(&str, separator);
		migr_str_add(&str, texts[i]);
	}
	return str.data;
}

/* Return the length of the UTF-8 character at s (of left bytes), 0 if bad. */
static size_t
utf8_char(const unsigned char *s, size_t left)
{
	size_t len;

	if (s[0] < 0x80)
		return s[0] != 0 ? 1 : 0;
	if (s[0] >= 0xC2 && s[0] <= 0xDF)
		len = 2;
	else if (s[0] >= 0xE0 && s[0] <= 0xEF)
		len = 3;
	else if (s[0] >= 0xF0 && s[0] <= 0xF4)
		len = 4;
	else
		return 0;
	if (left < len)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xC0) != 0x80)
			return 0;
	if ((s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] > 0x9F) ||
		(s[0] == 0xF0 && s[1] < 0x90) || (s[0] == 0xF4 && s[1] > 0x8F))
		return 0;
	return len;
}

size_t
migr_utf8_check(const char *text, size_t len)
{
	size_t at = 0;

	while (at < len)
	{
		size_t step = utf8_char((const unsigned char *) text + at, len - at);

		if (step == 0)
			break;
		at += step;
	}
	return at;
}

uint32_t
migr_utf8_character(const char *text, size_t *len)
{
	const unsigned char *u = (const unsigned char *) text;
	uint32_t c;

	*len = u[0] < 0x80 ? 1 : u[0] < 0xE0 ? 2 : u[0] < 0xF0 ? 3 : 4;
	c = *len == 1 ? u[0] : u[0] & (0x7Fu >> *len);
	for (size_t i = 1; i < *len; i++)
		c = c << 6 | (u[i] & 0x3Fu);
	return c;
}

size_t
migr_utf8_length(const char *text, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		if (((unsigned char) text[i] & 0xC0) != 0x80)
			count++;
	return count;
}
