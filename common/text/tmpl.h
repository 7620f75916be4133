/*
 * tmpl.h
 *	  Templates of scripts, and the names of their files.
 */
#ifndef MIGR_TMPL_H
#define MIGR_TMPL_H

#include <stdint.h>

#include "base/err.h"

/* What a name in a template stands for; a NULL value is an empty one. */
typedef struct MigrTmplValue
{
	const char *name;
	const char *value;
} MigrTmplValue;

/*
 * Append a template's text to out (which is initialised), each ${name} replaced
 * by the value of that name, and $$ by $; any other $ is an ordinary character.
 * Values are taken as they are.  A name that isn't among the count values, or
 * a ${ that isn't closed in its line, is an error (MIGR_ERR_FILE) with path
 * (which may be NULL) and line.
 */
extern bool migr_tmpl_expand(MigrCtx *ctx, MigrSpan text, const char *path,
							 const MigrTmplValue *values, int count,
							 MigrStr *out);

/*
 * Make the slug of a message, as Alembic does: its words (letters, digits and
 * underscores; of what isn't ASCII, all but punctuation and signs) in lower
 * case, joined by underscores.  One of more than limit characters (40 where
 * limit isn't positive) is cut there, what is behind the last underscore is
 * dropped, and an underscore is added.  A NULL message has an empty slug.
 */
extern const char *migr_tmpl_slug(MigrArena *arena, const char *message,
								  int limit);

/* What a file's name is made of.  The time is in whatever zone is wanted. */
typedef struct MigrTmplFile
{
	const char *rev;
	const char *slug;
	int64_t epoch;
	int year;
	int month;
	int day;
	int hour;
	int minute;
	int second;
} MigrTmplFile;

/*
 * Make a file's name, without its suffix, of Alembic's setting file_template:
 * Python's % formatting over the members of values, such as %(rev)s or
 * %(month).2d.  The conversions are s, and d i u o x X for numbers.  The name
 * may contain directories ("/").  Errors (MIGR_ERR_ARGUMENT) name the setting:
 * an unknown token or conversion, a % that means nothing, or a name that is
 * empty, absolute, leaves its directory by "..", or has control characters.
 */
extern bool migr_tmpl_file_name(MigrCtx *ctx, const char *file_template,
								const MigrTmplFile *values, const char **out);

#endif
