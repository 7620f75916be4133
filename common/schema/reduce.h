/*
 * reduce.h
 *	  SQLite's expressions said by what they compute.
 */
#ifndef MIGR_REDUCE_H
#define MIGR_REDUCE_H

#include "base/err.h"

/*
 * Say an expression, printed by canon.h, in such a way that those that compute the
 * same by the same means are one: no parentheses but those that are needed, BETWEEN
 * as the two comparisons that it is, IN of one literal as "=".  What has no such
 * reading (a query, a window) comes back as it is.
 */
extern const char *migr_reduce_expr(MigrCtx *ctx, const char *expr);

#endif
