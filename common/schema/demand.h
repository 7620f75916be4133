/*
 * demand.h
 *	  What the rows of a table have to satisfy before it may change: SELECTs that
 *	  look for one that doesn't.
 *
 * They are asked before the new table is there, so they are about the rows that it
 * will have: as they are, or, where values change, as a SELECT over the old table
 * makes them.
 */
#ifndef MIGR_DEMAND_H
#define MIGR_DEMAND_H

#include "schema/edit.h"
#include "schema/mention.h"

/* The rows that a table is going to have. */
typedef struct MigrRows
{
	MigrCtx *ctx;
	const MigrTableDef *table; /* the new one */
	const char *source;		   /* what stands behind FROM */
} MigrRows;

/* fresh: the columns whose values or whose affinity are new. */
extern void migr_rows_init(MigrCtx *ctx, const MigrTableDef *table,
						   const MigrSources *sources,
						   const MigrColumnNames *fresh, MigrRows *out);

/*
 * Append a demand.  column is the index of one whose constraint it is, or -1: of
 * the table; name is what the constraint answers to.
 */
extern void migr_demand_not_null(const MigrRows *rows, int column,
								 MigrDemands *out);
extern void migr_demand_check(const MigrRows *rows,
							  const MigrConstraint *constraint,
							  const char *name, MigrDemands *out);
extern void migr_demand_unique(const MigrRows *rows,
							   const MigrConstraint *constraint, int column,
							   const char *name, MigrDemands *out);
extern void migr_demand_foreign_key(const MigrRows *rows,
									const MigrConstraint *constraint,
									int column, const char *name,
									MigrDemands *out);

/* The same where no row can violate it yet, or none is to be looked at. */
extern void migr_demand_reference(const MigrRows *rows,
								  const MigrConstraint *constraint, int column,
								  MigrDemands *out);

/* All values have to be integers: the column becomes an alias of the rowid. */
extern void migr_demand_integer(const MigrRows *rows, int column,
								MigrDemands *out);

/* All values of an expression over the old table have to be numbers, as the type
 * has them, or to look like such. */
extern void migr_demand_number(const MigrRows *rows, const char *expr,
							   const char *type, bool whole, MigrDemands *out);

#endif
