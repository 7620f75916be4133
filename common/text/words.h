/*
 * words.h
 *	  A command line as words, as a POSIX shell splits it.
 *
 * Only quoting is known: nothing is expanded, and characters that a shell
 * would act upon (| & ; < > ( ) $ ` * ? ~ #) are ordinary ones.
 */
#ifndef MIGR_WORDS_H
#define MIGR_WORDS_H

#include "base/err.h"
#include "base/vec.h"

typedef MIGR_VEC(const char *) MigrWords;

/*
 * Append the words of a line to out.  Blanks, tabs and line ends (\n, \r)
 * separate them.  'text' is taken as it stands; in "text", and outside of
 * quotes, a backslash takes the next character's meaning away - within double
 * quotes only that of $ ` " \ - and a backslash at a line's end joins the lines.
 * Pieces that touch are one word; '' is an empty one.  Errors
 * (MIGR_ERR_ARGUMENT): a quote that isn't closed, a backslash at the end, a
 * NUL; the message says at which character, counted from 1.
 */
extern bool migr_words_split(MigrCtx *ctx, MigrSpan line, MigrWords *out);

#endif
