/*
 * ddl_expr.h
 *	  The columns that an expression is about.
 *
 * For expressions without subqueries: those of CHECK, DEFAULT, generated columns
 * and indexes.
 */
#ifndef MIGR_DDL_EXPR_H
#define MIGR_DDL_EXPR_H

#include "schema/ddl_read.h"

typedef struct MigrExprReader
{
	MigrReader reader;
	bool wanted; /* can an operand begin here?  Else an operator does */
} MigrExprReader;

extern void migr_expr_begin(MigrExprReader *at, MigrCtx *ctx, MigrSpan expr);

/*
 * Find the next name that is a column's, if the table has such a column: no
 * function, table before a dot, type, collation, operator or value.  (SQLite takes
 * "x" for a string where there is no column x.)  false: there are no more.
 */
extern bool migr_expr_column(MigrExprReader *at, MigrName *out);

#endif
