/*
 * settle.h
 *	  PostgreSQL's expressions as it prints them when it has read what it printed.
 */
#ifndef MIGR_SETTLE_H
#define MIGR_SETTLE_H

#include "base/err.h"

/*
 * Take the parentheses away that PostgreSQL's parser looks through: around the first
 * members of an AND (or OR) that are an AND (OR) themselves.  It prints them where
 * BETWEEN stood, and never again once that text has been run.  Returns the text
 * itself where there are none.
 */
extern const char *migr_settle(MigrCtx *ctx, const char *text);

#endif
