/*
 * quote.c
 *	  Names and texts as SQL writes them.  See quote.h.
 */
#include "text/quote.h"

/* Quote a text: the quotes in it are doubled. */
static const char *
quote(MigrArena *arena, MigrSpan text, char with)
{
	MigrStr str;

	migr_str_init(&str, arena);
	migr_str_add_char(&str, with);
	for (size_t i = 0; i < text.len; i++)
	{
		if (text.ptr[i] == with)
			migr_str_add_char(&str, with);
		migr_str_add_char(&str, text.ptr[i]);
	}
	migr_str_add_char(&str, with);
	return str.data;
}

const char *
migr_quote_name(MigrArena *arena, const char *name)
{
	return quote(arena, migr_span(name), '"');
}

const char *
migr_quote_qualified(MigrArena *arena, const char *schema, const char *name)
{
	return migr_printf(arena, "%s.%s", migr_quote_name(arena, schema),
					   migr_quote_name(arena, name));
}

const char *
migr_quote_text(MigrArena *arena, MigrSpan text)
{
	return quote(arena, text, '\'');
}
