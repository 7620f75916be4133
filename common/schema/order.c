/*
 * order.c
 *	  Put changes into an order that runs.
 *
 * The changes are the nodes of a graph whose edges say what comes before what.  A
 * change that another's statement does as well is merged into that one's node.
 * The nodes are visited by rank: what is made, what is altered, what is dropped;
 * and each after all that come before it.  So whatever is needed, a drop too,
 * stands right before the first that needs it.
 *
 * Where the way comes back to a node that is still open there is a cycle: a part
 * on it gets a statement of its own, and all begins again.  Where there is no such
 * part, the edge is ignored.
 */
#include "schema/order.h"
#include "schema/partition.h"

/* A node that is being visited, and the edge that has led to it. */
typedef struct Frame
{
	int node;
	int next; /* the incoming edge to look at */
	int via;
} Frame;

/* ---- nodes ---------------------------------------------------------------------- */

int
migr_order_node(const MigrOrderSide *side, const int *nodes,
				const MigrObject *object)
{
	return object != NULL && object->number >= 0 && object->number < side->limit
			   ? nodes[object->number]
			   : MIGR_NO_NODE;
}

/* Return the node of an object's change; a column may be altered by the ALTER of an
 * upper table's alone. */
static int
change_of(const MigrOrder *order, const MigrOrderSide *side,
		  const MigrObject *object)
{
	int node = migr_order_node(side, side->change, object);

	if (node != MIGR_NO_NODE || object == NULL || object->kind != MIGR_COLUMN)
		return node;
	while (node == MIGR_NO_NODE && object != NULL)
	{
		object = migr_upper_of(object);
		node = migr_order_node(side, side->change, object);
	}
	return migr_order_is(order, node, MIGR_ALTER) ? node : MIGR_NO_NODE;
}

int
migr_order_gone(const MigrOrder *order, const MigrObject *object)
{
	return change_of(order, &order->from, object);
}

int
migr_order_made(const MigrOrder *order, const MigrObject *object)
{
	return change_of(order, &order->to, object);
}

bool
migr_order_is(const MigrOrder *order, int node, MigrVerb verb)
{
	return node != MIGR_NO_NODE && node < order->count &&
		   order->changes[node]->verb == verb;
}

const MigrObject *
migr_order_subject(const MigrChange *change)
{
	return change->to != NULL ? change->to : change->from;
}

/* The node that a node is merged into, in the end. */
static int
root(const MigrOrder *order, int node)
{
	while (order->into[node] != node)
		node = order->into[node];
	return node;
}

/* Make room for all objects that changes are about. */
static void
make_side(MigrOrder *order, MigrOrderSide *side, bool from)
{
	MigrArena *arena = &order->ctx->arena;

	for (int i = 0; i < order->count; i++)
	{
		const MigrObject *object =
			from ? order->changes[i]->from : order->changes[i]->to;

		/* a part's number is above its parent's */
		if (object != NULL && object->number >= side->limit)
			side->limit = object->number + 1;
	}
	side->change =
		migr_alloc_array(arena, (size_t) side->limit + 1, sizeof(int));
	side->aside =
		migr_alloc_array(arena, (size_t) side->limit + 1, sizeof(int));
	side->place =
		migr_alloc_array(arena, (size_t) side->limit + 1, sizeof(int));
	for (int i = 0; i < side->limit; i++)
		side->change[i] = side->aside[i] = side->place[i] = MIGR_NO_NODE;
}

/* Note which node each object's change is. */
static void
find_nodes(MigrOrder *order)
{
	for (int i = 0; i < order->count; i++)
	{
		const MigrChange *change = order->changes[i];
		const MigrObject *from = change->from;
		const MigrObject *to = change->to;

		if (from != NULL && from->number >= 0)
		{
			if (change->verb == MIGR_RENAME && to == NULL)
				order->from.aside[from->number] = i;
			else
				order->from.change[from->number] = i;
		}
		/* of a CREATE and what ends it, the former counts */
		if (to != NULL && to->number >= 0 &&
			(change->verb == MIGR_CREATE ||
			 order->to.change[to->number] == MIGR_NO_NODE))
			order->to.change[to->number] = i;
	}
}

int
migr_order_first_half(const MigrOrder *order, const MigrChange *change)
{
	const MigrChange *first = change->behind;

	if (first->verb == MIGR_CREATE)
		return migr_order_made(order, first->to);
	return first->verb == MIGR_RENAME
			   ? migr_order_node(&order->from, order->from.aside, first->from)
			   : migr_order_gone(order, first->from);
}

/* ---- what goes with what ------------------------------------------------------------ */

/* Which CREATE can hold that of a part?  MIGR_NO_NODE: none. */
static int
holder(const MigrOrder *order, const MigrChange *part)
{
	int node = migr_order_made(order, part->to->parent);

	if (migr_kind_info(part->to->kind)->seat != MIGR_WITHIN || part->alone ||
		!migr_order_is(order, node, MIGR_CREATE))
		return MIGR_NO_NODE;
	if (part->to->kind == MIGR_CONSTRAINT &&
		(migr_object_get(part->to, MIGR_CONSTRAINT_NOT_VALID) != NULL ||
		 (order->pg && order->changes[node]->again &&
		  part->to->parent->kind == MIGR_TABLE)))
		return MIGR_NO_NODE;
	return node;
}

/* Which column of an object's own table does it need?  NULL: none, or several. */
static const MigrObject *
only_column(const MigrObject *object)
{
	const MigrObject *found = NULL;

	for (int i = 0; i < object->needs.count; i++)
	{
		const MigrObject *column = object->needs.items[i];

		if (column->kind != MIGR_COLUMN || column->parent != object->parent ||
			column == found)
			continue;
		if (found != NULL)
			return NULL;
		found = column;
	}
	return found;
}

/* Which column owns a sequence?  NULL: none. */
static const MigrObject *
owner(const MigrObject *sequence)
{
	for (int i = 0; i < sequence->parts.count; i++)
	{
		const MigrObject *part = sequence->parts.items[i];

		for (int k = 0;
			 part->kind == MIGR_OWNED_SEQUENCE && k < part->needs.count; k++)
			if (part->needs.items[k]->kind == MIGR_COLUMN)
				return part->needs.items[k];
	}
	return NULL;
}

/* Which DROP takes an object along?  MIGR_NO_NODE: none. */
static int
taker(const MigrOrder *order, const MigrObject *object)
{
	int node = migr_order_gone(order, object->parent);

	if (migr_order_is(order, node, MIGR_DROP))
		return node;
	if (object->kind == MIGR_INDEX || object->kind == MIGR_CONSTRAINT)
	{
		node = migr_partition_taker(order, object);
		if (!migr_order_is(order, node, MIGR_DROP))
			node = migr_order_gone(order, only_column(object));
	}
	else if (object->kind == MIGR_SEQUENCE)
		node = migr_order_gone(order, owner(object));
	return migr_order_is(order, node, MIGR_DROP) ? node : MIGR_NO_NODE;
}

/* Is it a table without rows of its own, which needn't be there twice? */
static bool
is_foreign(const MigrOrder *order, const MigrObject *table)
{
	return order->pg && migr_object_get(table, MIGR_TABLE_MODULE) != NULL;
}

/* Is it a key of SQLite's whose CREATE drops it as well?  Not if its table goes. */
static bool
is_swapped_key(const MigrOrder *order, const MigrChange *change)
{
	const char *type = change->from->kind == MIGR_CONSTRAINT
						   ? migr_object_get(change->from, MIGR_CONSTRAINT_TYPE)
						   : NULL;

	return !order->pg && change->again && type != NULL && *type == 'p' &&
		   !migr_order_is(order, migr_order_gone(order, change->from->parent),
						  MIGR_DROP);
}

/* Merge the nodes that can be. */
static void
merge(MigrOrder *order)
{
	for (int i = 0; i < order->count; i++)
	{
		const MigrChange *change = order->changes[i];
		int node = MIGR_NO_NODE;

		if (change->verb == MIGR_CREATE)
			node = holder(order, change);
		else if (change->verb == MIGR_DROP && !change->alone &&
				 !is_swapped_key(order, change))
			node = taker(order, change->from);
		if (node != MIGR_NO_NODE)
			order->into[i] = node;
		if (change->verb == MIGR_CREATE && change->again &&
			change->to->kind == MIGR_TABLE && !is_foreign(order, change->to))
			order->into[migr_order_first_half(order, change)] = i;
	}
}

/* Let each node be merged into none. */
static int *
stand_alone(const MigrOrder *order)
{
	int *into = migr_alloc_array(&order->ctx->arena, (size_t) order->nodes + 1,
								 sizeof(int));

	for (int i = 0; i < order->nodes; i++)
		into[i] = i;
	return into;
}

/* Make room for the nodes that the edges have added. */
static void
add_points(MigrOrder *order)
{
	MigrArena *arena = &order->ctx->arena;
	size_t room = (size_t) order->nodes + 1;
	int *into = stand_alone(order);

	memcpy(into, order->into, (size_t) order->count * sizeof(int));
	order->into = into;
	order->rank = migr_alloc_array(arena, room, sizeof(int));
	order->seat = migr_alloc_array(arena, room, sizeof(int));
	order->ranked = migr_alloc_array(arena, room, sizeof(int));
}

/* ---- ranks ------------------------------------------------------------------------------ */

/* Give an object and its parts their places. */
static void
place(MigrOrderSide *side, const MigrObject *object)
{
	if (object->number < side->limit)
		side->place[object->number] = side->places++;
	for (int i = 0; i < object->parts.count; i++)
		place(side, object->parts.items[i]);
}

/* Give all objects that changes are about their places. */
static void
place_all(MigrOrder *order, MigrOrderSide *side, bool from)
{
	const MigrObject **tops = migr_alloc_array(
		&order->ctx->arena, (size_t) side->limit + 1, sizeof(*tops));

	for (int i = 0; i < order->count; i++)
	{
		const MigrObject *object =
			from ? order->changes[i]->from : order->changes[i]->to;

		if (object == NULL || object->number < 0)
			continue;
		while (object->parent != NULL)
			object = object->parent;
		tops[object->number] = object;
	}
	for (int i = 0; i < side->limit; i++)
		if (tops[i] != NULL)
			place(side, tops[i]);
}

/* Rank a change: what is made, what is altered, what is dropped. */
static int
rank_of(const MigrOrder *order, const MigrChange *change)
{
	int places = order->to.places;

	if (change->verb == MIGR_DROP)
		return 2 * places + 2 * order->from.places -
			   order->from.place[change->from->number];
	if (change->to == NULL || change->to->number < 0)
		return 2 * places + order->from.place[change->from->number];
	return (change->verb == MIGR_ALTER ? places : 0) +
		   order->to.place[change->to->number];
}

/* Sort the nodes by rank. */
static void
rank_all(MigrOrder *order)
{
	int highest = 2 * order->to.places + 2 * order->from.places + 1;
	int *next =
		migr_alloc_array(&order->ctx->arena, (size_t) highest + 2, sizeof(int));

	for (int i = 0; i < order->nodes; i++)
	{
		order->rank[i] =
			i < order->count ? rank_of(order, order->changes[i]) : highest;
		next[order->rank[i] + 1]++;
	}
	for (int i = 1; i <= highest; i++)
		next[i] += next[i - 1];
	for (int i = 0; i < order->nodes; i++)
	{
		order->seat[i] = next[order->rank[i]]++;
		order->ranked[order->seat[i]] = i;
	}
}

/* ---- the way through ---------------------------------------------------------------------- */

/* Lay out the edges that end at each node, those from lower ranks first. */
static void
lay_edges(MigrOrder *order)
{
	size_t room = (size_t) order->nodes + 2;
	MigrArena *arena = &order->ctx->arena;
	int count = order->edges.count;
	int *next = migr_alloc_array(arena, room, sizeof(int));
	int *sorted = migr_alloc_array(arena, (size_t) count + 1, sizeof(int));

	for (int i = 0; i < count; i++)
		next[order->seat[root(order, order->edges.items[i].before)] + 1]++;
	for (int i = 1; i < order->nodes; i++)
		next[i] += next[i - 1];
	for (int i = 0; i < count; i++)
		sorted[next[order->seat[root(order, order->edges.items[i].before)]]++] =
			i;
	order->first = migr_alloc_array(arena, room, sizeof(int));
	order->incoming = migr_alloc_array(arena, (size_t) count + 1, sizeof(int));
	for (int i = 0; i < count; i++)
		order->first[root(order, order->edges.items[i].after) + 2]++;
	for (int i = 2; i < order->nodes + 2; i++)
		order->first[i] += order->first[i - 1];
	/* first[n + 1] is where those of n go on, and so becomes first[n]'s end */
	for (int i = 0; i < count; i++)
	{
		int after = root(order, order->edges.items[sorted[i]].after);

		order->incoming[order->first[after + 1]++] = sorted[i];
	}
}

/* How readily does a part get out of its parent's statement?  A foreign key first,
 * then other constraints. */
static int
looseness(const MigrObject *part)
{
	const char *type;

	if (part->kind != MIGR_CONSTRAINT)
		return part->kind == MIGR_TABLE ? 3 : 2;
	type = migr_object_get(part, MIGR_CONSTRAINT_TYPE);
	return type != NULL && *type == 'f' ? 0 : 1;
}

/* Find the part that an edge is about, of a node that others are merged in.  Only
 * what has a statement of its own can get out. */
static int
loose_end(const MigrOrder *order, int edge, int most)
{
	int ends[2] = {order->edges.items[edge].after,
				   order->edges.items[edge].before};

	for (int i = 0; i < 2; i++)
	{
		int node = ends[i];
		MigrVerb verb = i == 0 ? MIGR_CREATE : MIGR_DROP;

		if (migr_order_is(order, node, verb) && order->into[node] != node &&
			looseness(migr_order_subject(order->changes[node])) <= most)
			return node;
	}
	return MIGR_NO_NODE;
}

/* An edge closes a cycle of open nodes: let a part out of one of them. */
static void
open_cycle(MigrOrder *order, const Frame *frames, int depth, int edge,
		   int start)
{
	for (int most = 0; most < 3; most++)
	{
		int at = edge;

		for (int i = depth;; i--)
		{
			int node = loose_end(order, at, most);

			if (node != MIGR_NO_NODE)
			{
				migr_vec_push(&order->ctx->arena, &order->loose, node);
				return;
			}
			if (frames[i].node == start)
				break;
			at = frames[i].via;
		}
	}
}

/* Visit a node, after all that come before it. */
static void
visit(MigrOrder *order, Frame *frames, char *state, int start)
{
	int depth = 0;

	frames[0].node = start;
	frames[0].next = order->first[start];
	frames[0].via = MIGR_NO_NODE;
	state[start] = 1;
	while (depth >= 0)
	{
		Frame *frame = &frames[depth];
		int edge;
		int node;

		if (frame->next == order->first[frame->node + 1])
		{
			state[frame->node] = 2;
			migr_vec_push(&order->ctx->arena, &order->done, frame->node);
			depth--;
			continue;
		}
		edge = order->incoming[frame->next++];
		node = root(order, order->edges.items[edge].before);
		if (state[node] == 1 && node != frame->node)
			open_cycle(order, frames, depth, edge, node);
		if (state[node] != 0)
			continue;
		depth++;
		frames[depth].node = node;
		frames[depth].next = order->first[node];
		frames[depth].via = edge;
		state[node] = 1;
	}
}

/* Visit all nodes; false where a part has to get out of one first. */
static bool
visit_all(MigrOrder *order)
{
	MigrArena *arena = &order->ctx->arena;
	size_t room = (size_t) order->nodes + 1;
	char *state = migr_alloc_array(arena, room, sizeof(char));
	Frame *frames = migr_alloc_array(arena, room, sizeof(Frame));

	order->done.count = 0;
	order->loose.count = 0;
	lay_edges(order);
	for (int i = 0; i < order->nodes; i++)
	{
		int node = order->ranked[i];

		if (order->into[node] == node && state[node] == 0)
			visit(order, frames, state, node);
	}
	for (int i = 0; i < order->loose.count; i++)
		order->into[order->loose.items[i]] = order->loose.items[i];
	return order->loose.count == 0;
}

/* ---- the result -------------------------------------------------------------------------- */

/* List the nodes that are merged into each: drops first, parents before parts. */
static void
list_members(const MigrOrder *order, int *head, int *next)
{
	/* each goes to the front, so all are taken from behind */
	for (int i = 0; i < order->nodes; i++)
		head[i] = MIGR_NO_NODE;
	for (int i = order->nodes - 1; i >= 0; i--)
	{
		int node = order->ranked[i];

		if (order->into[node] == node || migr_order_is(order, node, MIGR_DROP))
			continue;
		next[node] = head[root(order, node)];
		head[root(order, node)] = node;
	}
	for (int i = 0; i < order->nodes; i++)
	{
		int node = order->ranked[i];

		if (order->into[node] == node || !migr_order_is(order, node, MIGR_DROP))
			continue;
		next[node] = head[root(order, node)];
		head[root(order, node)] = node;
	}
}

/* Write the changes down in their order. */
static void
write_down(MigrOrder *order, MigrChanges *out)
{
	MigrArena *arena = &order->ctx->arena;
	size_t room = (size_t) order->nodes + 1;
	int *head = migr_alloc_array(arena, room, sizeof(int));
	int *next = migr_alloc_array(arena, room, sizeof(int));

	list_members(order, head, next);
	out->count = 0;
	for (int i = 0; i < order->done.count; i++)
	{
		int node = order->done.items[i];
		int part = node < order->count ? head[node] : MIGR_NO_NODE;

		/* a table that is made again: first what it was */
		for (; migr_order_is(order, node, MIGR_CREATE) &&
			   migr_order_is(order, part, MIGR_DROP);
			 part = next[part])
			migr_vec_push(arena, out, order->changes[part]);
		if (node < order->count)
			migr_vec_push(arena, out, order->changes[node]);
		for (; part != MIGR_NO_NODE; part = next[part])
			migr_vec_push(arena, out, order->changes[part]);
	}
}

void
migr_order(MigrCtx *ctx, MigrDialect dialect, MigrChanges *changes)
{
	MigrOrder order = {ctx, .pg = dialect == MIGR_POSTGRESQL};
	MigrArena *arena = &ctx->arena;
	MigrChanges copy;

	migr_vec_copy(arena, &copy, changes);
	order.changes = copy.items;
	order.count = order.nodes = copy.count;
	migr_map_init(&order.points, arena, copy.count);
	make_side(&order, &order.from, true);
	make_side(&order, &order.to, false);
	find_nodes(&order);
	order.into = stand_alone(&order);
	merge(&order);
	migr_order_find_edges(&order);
	add_points(&order);
	place_all(&order, &order.from, true);
	place_all(&order, &order.to, false);
	rank_all(&order);
	while (!visit_all(&order))
		;
	for (int i = 0; i < order.count; i++)
		if (order.into[i] != i &&
			(order.changes[i]->verb != MIGR_DROP ||
			 !migr_order_is(&order, order.into[i], MIGR_CREATE)))
			order.changes[i]->within = true;
	write_down(&order, changes);
}
