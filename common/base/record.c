/*
 * record.c
 *	  Write and read records of what clients ran.  See record.h.
 */
#include "base/record.h"

#include <string.h>

/* KIND, as the log has it. */
static const char *const words[] = {"run",		 "outside", "data",
									"begin",	 "commit",	"rollback",
									"savepoint", "back",	"release"};

/* ---- writing ----------------------------------------------------------------- */

void
migr_record_add(MigrStr *str, const char *session, MigrRecordKind kind,
				MigrSpan text)
{
	size_t marks = 0;

	for (size_t i = 0; i < text.len; i++)
		marks += text.ptr[i] == MIGR_RECORD_MARK;
	migr_str_printf(str, "%c%s %s %zu\n", MIGR_RECORD_MARK, session,
					words[kind], text.len + marks);
	if (marks == 0)
		migr_str_add_n(str, text.ptr, text.len);
	for (size_t i = 0; marks > 0 && i < text.len; i++)
	{
		if (text.ptr[i] == MIGR_RECORD_MARK)
			migr_str_add_char(str, MIGR_RECORD_MARK);
		migr_str_add_char(str, text.ptr[i]);
	}
	migr_str_add_char(str, '\n');
}

/* ---- reading ----------------------------------------------------------------- */

/* Drop so many bytes of a text. */
static void
drop(MigrSpan *text, size_t len)
{
	text->ptr += len;
	text->len -= len;
}

/* Read a length in decimal. */
static bool
read_length(MigrSpan word, size_t *out)
{
	*out = 0;
	for (size_t i = 0; i < word.len; i++)
	{
		if (word.ptr[i] < '0' || word.ptr[i] > '9' || *out > MIGR_STR_MAX)
			return false;
		*out = *out * 10 + (size_t) (word.ptr[i] - '0');
	}
	return word.len > 0;
}

/* Read what a record's first line says. */
static bool
read_head(MigrSpan line, MigrRecord *out)
{
	MigrSpan kind;
	MigrSpan len;

	if (line.len == 0 || *line.ptr != MIGR_RECORD_MARK)
		return false;
	drop(&line, 1);
	if (memchr(line.ptr, MIGR_RECORD_MARK, line.len) != NULL ||
		!migr_span_word(&line, &out->session) ||
		!migr_span_word(&line, &kind) || !migr_span_word(&line, &len) ||
		!read_length(len, &out->text.len))
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (migr_span_is(kind, words[i]))
		{
			out->kind = (MigrRecordKind) i;
			return true;
		}
	return false;
}

/*
 * Read a record's text, up to where the next one begins, or the log ends at end.
 * A single MIGR_RECORD_MARK within it is the beginning of another one.
 */
static bool
read_text(MigrArena *arena, const char *end, MigrRecord *record)
{
	MigrSpan text = record->text;
	size_t left = (size_t) (end - text.ptr);
	const char *mark;
	MigrStr str;

	if (left <= text.len || text.ptr[text.len] != '\n' ||
		(left > text.len + 1 && text.ptr[text.len + 1] != MIGR_RECORD_MARK))
		return false;
	if (memchr(text.ptr, MIGR_RECORD_MARK, text.len) == NULL)
		return true;
	migr_str_init(&str, arena);
	while ((mark = memchr(text.ptr, MIGR_RECORD_MARK, text.len)) != NULL)
	{
		size_t len = (size_t) (mark + 1 - text.ptr);

		if (len == text.len || mark[1] != MIGR_RECORD_MARK)
			return false;
		migr_str_add_n(&str, text.ptr, len);
		drop(&text, len + 1);
	}
	migr_str_add_n(&str, text.ptr, text.len);
	record->text = (MigrSpan){str.data, str.len};
	return true;
}

bool
migr_record_read(MigrArena *arena, MigrSpan *rest, MigrRecord *out)
{
	const char *start;

	while (rest->len > 0 &&
		   (start = memchr(rest->ptr, MIGR_RECORD_MARK, rest->len)) != NULL)
	{
		MigrSpan line;
		const char *end;

		drop(rest, (size_t) (start - rest->ptr));
		end = memchr(start, '\n', rest->len);
		if (end == NULL)
			return false;
		line = (MigrSpan){start, (size_t) (end - start)};
		out->text.ptr = end + 1;
		if (read_head(line, out))
		{
			size_t len = line.len + 1 + out->text.len + 1;

			if (read_text(arena, start + rest->len, out))
			{
				drop(rest, len);
				return true;
			}
		}
		drop(rest, 1);
	}
	return false;
}
