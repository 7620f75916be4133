/*
 * error.c
 *	  An error as one message, which is all that SQLite has room for:
 *
 *	no such table: job
 *	  in revision 6a32f8fc32ca, upgrade, statement 2, line 9:
 *	    ALTER TABLE job ADD COLUMN new_field varchar
 *	HINT: ...
 */
#include "lite.h"

/* how much of a statement is shown */
#define LINES_MAX 8
#define BYTES_MAX 400

/* Append a statement, indented, or its beginning. */
static void
add_statement(MigrStr *str, MigrSpan text)
{
	int lines = 1;
	size_t i;

	migr_str_add(str, "\n    ");
	for (i = 0; i < text.len && lines <= LINES_MAX; i++)
	{
		/* don't cut in the middle of a character */
		if (i >= BYTES_MAX && ((unsigned char) text.ptr[i] & 0xC0) != 0x80)
			break;
		if (text.ptr[i] == '\r')
			continue;
		migr_str_add_char(str, text.ptr[i]);
		if (text.ptr[i] == '\n')
		{
			migr_str_add(str, "    ");
			lines++;
		}
	}
	if (i < text.len)
		migr_str_add(str, "...");
}

const char *
migr_lite_error_text(MigrArena *arena, const MigrErr *err)
{
	const char *place = migr_place_text(arena, &err->place);
	MigrStr str;

	migr_str_init(&str, arena);
	migr_str_add(&str, err->message);
	if (place != NULL)
		migr_str_printf(&str, "\n  in %s", place);
	if (err->place.text != NULL)
	{
		migr_str_add(&str, place != NULL ? ":" : "");
		add_statement(&str, migr_span_trim(migr_span(err->place.text)));
	}
	if (err->detail != NULL)
		migr_str_printf(&str, "\nDETAIL: %s", err->detail);
	if (err->hint != NULL)
		migr_str_printf(&str, "\nHINT: %s", err->hint);
	return str.data;
}
