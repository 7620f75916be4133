/*
 * quote.h
 *	  Names and texts as SQL writes them, for statements that the core makes.
 */
#ifndef MIGR_QUOTE_H
#define MIGR_QUOTE_H

#include "base/str.h"

/* Quote a name, or one with its schema, with double quotes (SQL standard, <delimited
 * identifier>), or a text with single ones; quotes in it are doubled. */
extern const char *migr_quote_name(MigrArena *arena, const char *name);
extern const char *migr_quote_qualified(MigrArena *arena, const char *schema,
										const char *name);
extern const char *migr_quote_text(MigrArena *arena, MigrSpan text);

#endif
