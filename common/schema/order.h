/*
 * order.h
 *	  What the files share that put changes into an order: the graph of what comes
 *	  before what.
 */
#ifndef MIGR_ORDER_H
#define MIGR_ORDER_H

#include "schema/change.h"

#define MIGR_NO_NODE (-1)

typedef struct MigrOrderEdge
{
	int before;
	int after;
} MigrOrderEdge;

/* What is known of the objects of one of the two schemas, by their numbers. */
typedef struct MigrOrderSide
{
	int limit;
	int *
		change; /* that makes the new one, or after which the old one is gone */
	int *aside; /* the old one's RENAME, or MIGR_NO_NODE */
	int *place; /* parts follow their parents */
	int places;
} MigrOrderSide;

typedef struct MigrOrder
{
	MigrCtx *ctx;
	bool pg;
	MigrChange **changes;
	int count; /* of changes */
	int nodes; /* behind them stand points where names are handed over */
	MigrOrderSide from;
	MigrOrderSide to;
	MigrMap points; /* by what is handed over */
	MIGR_VEC(MigrOrderEdge) edges;
	int *into;	 /* the node that a node is merged into, or itself */
	int *rank;	 /* of a node */
	int *ranked; /* the nodes by rank */
	int *seat;	 /* of a node, in that list */
	int *first;	 /* where the edges that end at a node begin, in: */
	int *incoming;
	MIGR_VEC(int) loose; /* nodes that get out of others */
	MIGR_VEC(int) done;
} MigrOrder;

/* ---- order.c ---------------------------------------------------------------- */

/* Return the node that an object's change is, MIGR_NO_NODE: it has none. */
extern int migr_order_node(const MigrOrderSide *side, const int *nodes,
						   const MigrObject *object);

/* Return the node after which an old object is gone, or that makes a new one. */
extern int migr_order_gone(const MigrOrder *order, const MigrObject *object);
extern int migr_order_made(const MigrOrder *order, const MigrObject *object);

/* Is a node a change of this verb? */
extern bool migr_order_is(const MigrOrder *order, int node, MigrVerb verb);

/* The object that a change is about. */
extern const MigrObject *migr_order_subject(const MigrChange *change);

/* The node of the first half of a change. */
extern int migr_order_first_half(const MigrOrder *order,
								 const MigrChange *change);

/* ---- edges.c ----------------------------------------------------------------- */

/* Find all that has to come before something. */
extern void migr_order_find_edges(MigrOrder *order);

/* Note that a node comes before another; either may be MIGR_NO_NODE. */
extern void migr_order_edge(MigrOrder *order, int before, int after);

/* Return the point where something is handed over. */
extern int migr_order_point(MigrOrder *order, const char *what,
							const char *schema, const char *name);

/* Let go of something, or get it: whoever lets go comes first. */
extern void migr_order_hand(MigrOrder *order, int node, bool away, int at);

#endif
