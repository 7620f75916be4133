/*
 * str.h
 *	  Text as (pointer, length), and a buffer that grows.
 *
 * A MigrSpan looks at text that somebody else owns; it need not end with a
 * NUL.  A MigrStr owns a buffer in an arena; data is never NULL and always
 * ends with a NUL that len doesn't count.  A buffer never grows past
 * MIGR_STR_MAX: the attempt asks the host for more than it has.
 */
#ifndef MIGR_STR_H
#define MIGR_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#define MIGR_STR_MAX ((size_t) 1024 * 1024 * 1024 - 1024)

#ifdef __GNUC__
#define MIGR_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define MIGR_PRINTF(fmt, args)
#endif

typedef struct MigrSpan
{
	const char *ptr;
	size_t len;
} MigrSpan;

typedef struct MigrStr
{
	MigrArena *arena;
	char *data;
	size_t len;
	size_t cap;
} MigrStr;

/* Look at a NUL-terminated text; NULL gives an empty span. */
extern MigrSpan migr_span(const char *text);

/* Is the span's text exactly this? */
extern bool migr_span_is(MigrSpan span, const char *text);

/* Does the span's text begin so? */
extern bool migr_span_starts(MigrSpan span, const char *prefix);

/* Drop blanks, tabs and line ends (\r, \n) from both ends. */
extern MigrSpan migr_span_trim(MigrSpan span);

/*
 * Take the next word off *rest: words are separated by blanks, tabs, line
 * ends or commas.  Returns false when there is none left.
 */
extern bool migr_span_word(MigrSpan *rest, MigrSpan *word);

/* Copy a span into the arena as a NUL-terminated text. */
extern char *migr_span_dup(MigrArena *arena, MigrSpan span);

/* Copy a span as a line that any terminal can show: with blanks for control
 * characters. */
extern char *migr_span_line(MigrArena *arena, MigrSpan span);

/* Copy a text without the blanks around it. */
extern char *migr_trim(MigrArena *arena, const char *text);

extern void migr_str_init(MigrStr *str, MigrArena *arena);
extern void migr_str_add(MigrStr *str, const char *text);
extern void migr_str_add_n(MigrStr *str, const char *text, size_t len);
extern void migr_str_add_char(MigrStr *str, char c);
extern void migr_str_printf(MigrStr *str, const char *fmt, ...)
	MIGR_PRINTF(2, 3);
extern void migr_str_vprintf(MigrStr *str, const char *fmt, va_list args)
	MIGR_PRINTF(2, 0);

/* Print into a new text of the arena. */
extern char *migr_printf(MigrArena *arena, const char *fmt, ...)
	MIGR_PRINTF(2, 3);

/* Join count texts with a separator; "" where there are none. */
extern char *migr_join(MigrArena *arena, const char *const *texts, int count,
					   const char *separator);

/*
 * Check that text is well-formed UTF-8 (RFC 3629: no overlong forms, no
 * surrogates) without NUL bytes.  Returns the offset of the first bad byte,
 * or len.
 */
extern size_t migr_utf8_check(const char *text, size_t len);

/* Read the character at the start of a well-formed UTF-8 text, and set *len to its
 * bytes. */
extern uint32_t migr_utf8_character(const char *text, size_t *len);

/* Count the characters of a well-formed UTF-8 text. */
extern size_t migr_utf8_length(const char *text, size_t len);

#endif
