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
#include <ctype.h>

#include "schema/change.h"

#define NONE (-1)

typedef struct Edge
{
	int before;
	int after;
} Edge;

/* What is known of the objects of one of the two schemas, by their numbers. */
typedef struct Side
{
	int limit;
	int *
		change; /* that makes the new one, or after which the old one is gone */
	int *aside; /* the old one's RENAME, or NONE */
	int *place; /* parts follow their parents */
	int places;
} Side;

typedef struct Order
{
	MigrCtx *ctx;
	bool pg;
	MigrChange **changes;
	int count; /* of changes */
	int nodes; /* behind them stand points where names are handed over */
	Side from;
	Side to;
	MigrMap points; /* by what is handed over */
	MIGR_VEC(Edge) edges;
	int *into;	 /* the node that a node is merged into, or itself */
	int *rank;	 /* of a node */
	int *ranked; /* the nodes by rank */
	int *seat;	 /* of a node, in that list */
	int *first;	 /* where the edges that end at a node begin, in: */
	int *incoming;
	MIGR_VEC(int) loose; /* nodes that get out of others */
	MIGR_VEC(int) done;
} Order;

/* A node that is being visited, and the edge that has led to it. */
typedef struct Frame
{
	int node;
	int next; /* the incoming edge to look at */
	int via;
} Frame;

/* ---- nodes ---------------------------------------------------------------------- */

/* Return the node that an object's change is, NONE: it has none. */
static int
node_of(const Side *side, const int *nodes, const MigrObject *object)
{
	return object != NULL && object->number >= 0 && object->number < side->limit
			   ? nodes[object->number]
			   : NONE;
}

static int
gone(const Order *order, const MigrObject *object)
{
	return node_of(&order->from, order->from.change, object);
}

static int
made(const Order *order, const MigrObject *object)
{
	return node_of(&order->to, order->to.change, object);
}

/* Is a node a change of this verb? */
static bool
is_verb(const Order *order, int node, MigrVerb verb)
{
	return node != NONE && node < order->count &&
		   order->changes[node]->verb == verb;
}

/* The object that a change is about. */
static const MigrObject *
subject(const MigrChange *change)
{
	return change->to != NULL ? change->to : change->from;
}

/* The node that a node is merged into, in the end. */
static int
root(const Order *order, int node)
{
	while (order->into[node] != node)
		node = order->into[node];
	return node;
}

/* Make room for all objects that changes are about. */
static void
make_side(Order *order, Side *side, bool from)
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
		side->change[i] = side->aside[i] = side->place[i] = NONE;
}

/* Note which node each object's change is. */
static void
find_nodes(Order *order)
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
			 order->to.change[to->number] == NONE))
			order->to.change[to->number] = i;
	}
}

/* The node of the first half of a change. */
static int
first_half(const Order *order, const MigrChange *change)
{
	const MigrChange *first = change->behind;

	if (first->verb == MIGR_CREATE)
		return made(order, first->to);
	return first->verb == MIGR_RENAME
			   ? node_of(&order->from, order->from.aside, first->from)
			   : gone(order, first->from);
}

/* ---- what goes with what ------------------------------------------------------------ */

/* Which CREATE can hold that of a part?  NONE: none. */
static int
holder(const Order *order, const MigrChange *part)
{
	int node = made(order, part->to->parent);

	if (migr_kind_info(part->to->kind)->seat != MIGR_WITHIN ||
		!is_verb(order, node, MIGR_CREATE))
		return NONE;
	if (part->to->kind == MIGR_CONSTRAINT &&
		(migr_object_get(part->to, MIGR_CONSTRAINT_NOT_VALID) != NULL ||
		 (order->pg && order->changes[node]->again &&
		  part->to->parent->kind == MIGR_TABLE)))
		return NONE;
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

/* Which DROP of an upper index takes the index of a partition along?  NONE: none,
 * or the table isn't a partition any more by then. */
static int
upper_taker(const Order *order, const MigrObject *index)
{
	const MigrObject *table = index->parent;

	for (int i = 0; table != NULL && i < table->parts.count; i++)
		if (table->parts.items[i]->kind == MIGR_INHERITANCE &&
			is_verb(order, gone(order, table->parts.items[i]), MIGR_DROP))
			return NONE;
	for (int i = 0; i < index->parts.count; i++)
	{
		const MigrObject *part = index->parts.items[i];

		if (part->kind == MIGR_INDEX_PARTITION && part->needs.count > 0)
			return gone(order, part->needs.items[0]);
	}
	return NONE;
}

/* Which DROP takes an object along?  NONE: none. */
static int
taker(const Order *order, const MigrObject *object)
{
	int node = gone(order, object->parent);

	if (is_verb(order, node, MIGR_DROP))
		return node;
	if (object->kind == MIGR_INDEX || object->kind == MIGR_CONSTRAINT)
	{
		node = upper_taker(order, object);
		if (!is_verb(order, node, MIGR_DROP))
			node = gone(order, only_column(object));
	}
	else if (object->kind == MIGR_SEQUENCE)
		node = gone(order, owner(object));
	return is_verb(order, node, MIGR_DROP) ? node : NONE;
}

/* Merge the nodes that can be. */
static void
merge(Order *order)
{
	for (int i = 0; i < order->count; i++)
	{
		const MigrChange *change = order->changes[i];
		int node = NONE;

		if (change->verb == MIGR_CREATE)
			node = holder(order, change);
		else if (change->verb == MIGR_DROP && !change->alone)
			node = taker(order, change->from);
		if (node != NONE)
			order->into[i] = node;
		if (change->verb == MIGR_CREATE && change->again &&
			change->to->kind == MIGR_TABLE)
			order->into[first_half(order, change)] = i;
	}
}

/* ---- edges ---------------------------------------------------------------------------- */

/* Note that a node comes before another. */
static void
add_edge(Order *order, int before, int after)
{
	Edge edge = {before, after};

	if (before != NONE && after != NONE && before != after)
		migr_vec_push(&order->ctx->arena, &order->edges, edge);
}

/* Does an object that is about a table have to do with all of its columns?  SQLite
 * doesn't say with which. */
static bool
means_columns(const Order *order, const MigrObject *object,
			  const MigrObject *needed)
{
	return !order->pg && needed != NULL && needed->kind == MIGR_TABLE &&
		   (object->kind == MIGR_VIEW || object->kind == MIGR_TRIGGER);
}

/* What an object needs comes before the change that makes it. */
static void
add_made(Order *order, int node, const MigrObject *object)
{
	int parent = made(order, object->parent);

	for (int i = 0; i <= object->needs.count; i++)
	{
		const MigrObject *needed =
			i < object->needs.count ? object->needs.items[i] : object->parent;

		if (i < object->needs.count)
			add_edge(order, made(order, needed), node);
		if (!means_columns(order, object, needed))
			continue;
		for (int k = 0; k < needed->parts.count; k++)
			if (needed->parts.items[k]->kind == MIGR_COLUMN)
				add_edge(order, made(order, needed->parts.items[k]), node);
	}
	if (!is_verb(order, parent, MIGR_ALTER))
		add_edge(order, parent, node);
}

/* Does a change speak of what it needs by its name? */
static bool
speaks_of(const MigrChange *change)
{
	return change->aside == NULL && change->from->kind != MIGR_COLUMN &&
		   change->from->kind != MIGR_MEMBER &&
		   change->from->kind != MIGR_TABLE;
}

/* The drop of an object comes before what it needs is touched. */
static void
add_dropped(Order *order, int node, const MigrChange *change)
{
	const MigrObject *object = change->from;
	int parent = gone(order, object->parent);

	for (int i = 0; i <= object->needs.count; i++)
	{
		const MigrObject *needed =
			i < object->needs.count ? object->needs.items[i] : object->parent;

		if (i < object->needs.count)
		{
			add_edge(order, node, gone(order, needed));
			if (speaks_of(change))
				add_edge(order, node,
						 node_of(&order->from, order->from.aside, needed));
		}
		if (!means_columns(order, object, needed))
			continue;
		for (int k = 0; k < needed->parts.count; k++)
			if (needed->parts.items[k]->kind == MIGR_COLUMN)
				add_edge(order, node, gone(order, needed->parts.items[k]));
	}
	if (!is_verb(order, parent, MIGR_ALTER))
		add_edge(order, node, parent);
}

/* An ALTER comes before the drop of what only the old state needs. */
static void
add_altered(Order *order, int node, const MigrChange *change)
{
	bool half = change->to->number < 0;

	for (int i = 0; i < change->from->needs.count; i++)
	{
		int other = gone(order, change->from->needs.items[i]);

		if (is_verb(order, other, MIGR_DROP) &&
			(half || !order->changes[other]->again ||
			 order->changes[other]->aside != NULL))
			add_edge(order, node, other);
	}
}

/* Does an ALTER set, or take away, an attribute of a table? */
static bool
turns(const MigrChange *change, MigrAttr attr, bool on)
{
	return migr_changes(change, attr) &&
		   (migr_object_get(change->to, attr) != NULL) == on;
}

/* Note that a table's ALTER comes before the changes of some of its parts, or
 * behind them. */
static void
add_parts(Order *order, int node, const MigrObject *table, MigrKind kind,
		  bool before)
{
	for (int i = 0; i < table->parts.count; i++)
	{
		const MigrObject *part = table->parts.items[i];
		int other = made(order, part);

		if (part->kind != kind)
			continue;
		if (table == order->changes[node]->from)
		{
			other = gone(order, part);
			if (!is_verb(order, other, MIGR_DROP))
				continue;
		}
		add_edge(order, before ? node : other, before ? other : node);
	}
}

/* On SQLite a table can be STRICT while all of its columns have types that are fit
 * for that; and what a table is by its key can be while that is there. */
static void
add_shape(Order *order, int node, const MigrChange *change)
{
	bool strict = turns(change, MIGR_TABLE_STRICT, true);
	bool by_key = turns(change, MIGR_TABLE_WITHOUT_ROWID, true) ||
				  turns(change, MIGR_TABLE_AUTOINCREMENT, true);

	if (strict || turns(change, MIGR_TABLE_STRICT, false))
	{
		add_parts(order, node, change->to, MIGR_COLUMN, !strict);
		if (strict)
			add_parts(order, node, change->from, MIGR_COLUMN, false);
	}
	if (by_key)
		add_parts(order, node, change->to, MIGR_CONSTRAINT, false);
	else if (turns(change, MIGR_TABLE_WITHOUT_ROWID, false) ||
			 turns(change, MIGR_TABLE_AUTOINCREMENT, false))
		add_parts(order, node, change->from, MIGR_CONSTRAINT, true);
}

/* Return the point where something is handed over. */
static int
point(Order *order, const char *what, const char *schema, const char *name)
{
	MigrStr key;
	MigrSpan span;
	int node;

	migr_str_init(&key, &order->ctx->arena);
	migr_str_add(&key, what);
	migr_str_add_char(&key, '\0');
	migr_str_add(&key, schema != NULL ? schema : "");
	migr_str_add_char(&key, '\0');
	for (; name != NULL && *name != '\0'; name++)
		migr_str_add_char(
			&key, order->pg ? *name : (char) tolower((unsigned char) *name));
	span.ptr = key.data;
	span.len = key.len;
	node = migr_map_get(&order->points, span);
	if (node != MIGR_MAP_NONE)
		return node;
	migr_map_put(&order->points, span, order->nodes);
	return order->nodes++;
}

/* Let go of something, or get it: whoever lets go comes first. */
static void
hand(Order *order, int node, bool away, int at)
{
	if (away)
		add_edge(order, node, at);
	else
		add_edge(order, at, node);
}

/* Does an object's name stand among those of tables and types? */
static bool
is_relation(const Order *order, const MigrObject *object)
{
	const char *type;

	switch (object->kind)
	{
		case MIGR_TABLE:
		case MIGR_VIEW:
		case MIGR_MATVIEW:
		case MIGR_INDEX:
		case MIGR_SEQUENCE:
		case MIGR_COMPOSITE:
		case MIGR_ENUM:
		case MIGR_RANGE:
		case MIGR_DOMAIN:
			return true;
		case MIGR_CONSTRAINT:
			type = migr_object_get(object, MIGR_CONSTRAINT_TYPE);
			return order->pg && type != NULL &&
				   (*type == 'p' || *type == 'u' || *type == 'x');
		default:
			return false;
	}
}

/* Is it a routine?  They share their names, too. */
static bool
is_routine(const MigrObject *object)
{
	return object->kind == MIGR_FUNCTION || object->kind == MIGR_PROCEDURE ||
		   object->kind == MIGR_AGGREGATE;
}

/* An object lets go of its name, or takes it. */
static void
hand_name(Order *order, int node, const MigrObject *object, bool away)
{
	if (is_relation(order, object))
		hand(order, node, away,
			 point(order, "relation", object->schema, object->name));
	else if (is_routine(object))
		hand(order, node, away,
			 point(order, "routine", object->schema, object->name));
}

/* What a table, or one with partitions, can have just once. */
static void
hand_rule(Order *order, int node, const MigrObject *object, bool away)
{
	const char *value;

	if (object->parent == NULL || (!away && order->into[node] != node))
		return;
	if (object->kind == MIGR_CONSTRAINT)
	{
		value = migr_object_get(object, MIGR_CONSTRAINT_TYPE);
		if (value != NULL && *value == 'p')
			hand(order, node, away,
				 point(order, "key", object->parent->schema,
					   object->parent->name));
	}
	else if (object->kind == MIGR_INHERITANCE &&
			 migr_object_get(object, MIGR_INHERITANCE_BOUND) != NULL)
		hand(order, node, away,
			 point(order, "bound", NULL,
				   migr_object_get(object, MIGR_INHERITANCE_TABLE)));
}

/* A foreign key takes the first key that it fits, so those that go have to be gone
 * before (PostgreSQL). */
static void
hand_key(Order *order, int node, const MigrObject *object, bool away)
{
	const char *type = object->kind == MIGR_CONSTRAINT
						   ? migr_object_get(object, MIGR_CONSTRAINT_TYPE)
						   : NULL;

	if (!order->pg || object->parent == NULL)
		return;
	if (away && ((type != NULL && (*type == 'p' || *type == 'u')) ||
				 object->kind == MIGR_INDEX))
		hand(order, node, true,
			 point(order, "foreign", object->parent->schema,
				   object->parent->name));
	for (int i = 0;
		 !away && type != NULL && *type == 'f' && i < object->needs.count; i++)
	{
		const MigrObject *key = object->needs.items[i];

		if ((key->kind == MIGR_CONSTRAINT || key->kind == MIGR_INDEX) &&
			key->parent != NULL)
			hand(order, node, false,
				 point(order, "foreign", key->parent->schema,
					   key->parent->name));
	}
}

/* A change hands names and the like over. */
static void
add_handed(Order *order, int node, const MigrChange *change)
{
	bool goes = change->verb == MIGR_DROP;
	bool comes = change->verb == MIGR_CREATE;

	if (change->verb == MIGR_RENAME && change->to != NULL)
	{
		hand_name(order, node, change->from, true);
		hand_name(order, node, change->to, false);
	}
	if (!goes && !comes)
		return;
	if (!change->again)
		hand_name(order, node, subject(change), goes);
	hand_rule(order, node, subject(change), goes);
	hand_key(order, node, subject(change), goes);
}

/* Where a table loses all its columns, it gets the new ones first. */
static void
add_last_columns(Order *order)
{
	int *left = migr_alloc_array(&order->ctx->arena,
								 (size_t) order->from.limit + 1, sizeof(int));

	for (int i = 0; i < order->count; i++)
	{
		const MigrChange *change = order->changes[i];
		const MigrObject *table = subject(change)->parent;

		if (subject(change)->kind != MIGR_COLUMN || change->again ||
			order->into[i] != i)
			continue;
		if (change->verb == MIGR_CREATE)
			add_edge(order, i,
					 point(order, "columns", table->schema, table->name));
		if (change->verb != MIGR_DROP || table->number >= order->from.limit)
			continue;
		if (left[table->number] == 0)
			for (int k = 0; k < table->parts.count; k++)
				left[table->number] +=
					table->parts.items[k]->kind == MIGR_COLUMN;
		if (--left[table->number] == 0)
			add_edge(order, point(order, "columns", table->schema, table->name),
					 i);
	}
}

/* A table that leaves another one and stays would keep that one's foreign keys:
 * those that go have to be gone before. */
static void
add_left(Order *order, int node, const MigrObject *part)
{
	const MigrObject *upper =
		part->needs.count > 0 ? part->needs.items[0] : NULL;

	for (int i = 0; upper != NULL && i < upper->parts.count; i++)
	{
		const MigrObject *rule = upper->parts.items[i];
		const char *type = rule->kind == MIGR_CONSTRAINT
							   ? migr_object_get(rule, MIGR_CONSTRAINT_TYPE)
							   : NULL;

		if (type != NULL && *type == 'f' &&
			is_verb(order, gone(order, rule), MIGR_DROP))
			add_edge(order, gone(order, rule), node);
	}
}

/* The index of a partition joins the upper one when its table has. */
static void
add_joined(Order *order, int node, const MigrObject *part)
{
	const MigrObject *table = part->parent->parent;

	for (int i = 0; table != NULL && i < table->parts.count; i++)
		if (table->parts.items[i]->kind == MIGR_INHERITANCE)
			add_edge(order, made(order, table->parts.items[i]), node);
}

/* Find all that has to come before something. */
static void
find_edges(Order *order)
{
	for (int i = 0; i < order->count; i++)
	{
		const MigrChange *change = order->changes[i];

		if (change->to != NULL && change->to->number >= 0)
			add_made(order, i, change->to);
		if (change->behind != NULL)
			add_edge(order, first_half(order, change), i);
		if (change->verb == MIGR_CREATE &&
			change->to->kind == MIGR_INDEX_PARTITION)
			add_joined(order, i, change->to);
		if (change->verb == MIGR_DROP &&
			change->from->kind == MIGR_INHERITANCE &&
			!is_verb(order, gone(order, change->from->parent), MIGR_DROP))
			add_left(order, i, change->from);
		if (change->verb == MIGR_DROP)
			add_dropped(order, i, change);
		else if (change->verb == MIGR_ALTER && change->from->number >= 0)
			add_altered(order, i, change);
		if (change->verb == MIGR_ALTER && change->from->kind == MIGR_TABLE)
			add_shape(order, i, change);
		add_handed(order, i, change);
	}
	add_last_columns(order);
}

/* ---- ranks ------------------------------------------------------------------------------ */

/* Give an object and its parts their places. */
static void
place(Side *side, const MigrObject *object)
{
	if (object->number < side->limit)
		side->place[object->number] = side->places++;
	for (int i = 0; i < object->parts.count; i++)
		place(side, object->parts.items[i]);
}

/* Give all objects that changes are about their places. */
static void
place_all(Order *order, Side *side, bool from)
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
rank_of(const Order *order, const MigrChange *change)
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
rank_all(Order *order)
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
lay_edges(Order *order)
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

/* Find the part that an edge is about, of a node that others are merged in.  Only
 * what has a statement of its own can get out. */
static int
loose_end(const Order *order, int edge, bool any)
{
	int ends[2] = {order->edges.items[edge].after,
				   order->edges.items[edge].before};

	for (int i = 0; i < 2; i++)
	{
		int node = ends[i];
		MigrVerb verb = i == 0 ? MIGR_CREATE : MIGR_DROP;

		if (!is_verb(order, node, verb) || order->into[node] == node)
			continue;
		if (any ? subject(order->changes[node])->kind != MIGR_TABLE
				: subject(order->changes[node])->kind == MIGR_CONSTRAINT)
			return node;
	}
	return NONE;
}

/* An edge closes a cycle of open nodes: let a part out of one of them, a
 * constraint if there is one. */
static void
open_cycle(Order *order, const Frame *frames, int depth, int edge, int start)
{
	for (int any = 0; any < 2; any++)
	{
		int at = edge;

		for (int i = depth;; i--)
		{
			int node = loose_end(order, at, any != 0);

			if (node != NONE)
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
visit(Order *order, Frame *frames, char *state, int start)
{
	int depth = 0;

	frames[0].node = start;
	frames[0].next = order->first[start];
	frames[0].via = NONE;
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
visit_all(Order *order)
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
list_members(const Order *order, int *head, int *next)
{
	/* each goes to the front, so all are taken from behind */
	for (int i = 0; i < order->nodes; i++)
		head[i] = NONE;
	for (int i = order->nodes - 1; i >= 0; i--)
	{
		int node = order->ranked[i];

		if (order->into[node] == node || is_verb(order, node, MIGR_DROP))
			continue;
		next[node] = head[root(order, node)];
		head[root(order, node)] = node;
	}
	for (int i = 0; i < order->nodes; i++)
	{
		int node = order->ranked[i];

		if (order->into[node] == node || !is_verb(order, node, MIGR_DROP))
			continue;
		next[node] = head[root(order, node)];
		head[root(order, node)] = node;
	}
}

/* Write the changes down in their order. */
static void
write_down(Order *order, MigrChanges *out)
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
		int part = node < order->count ? head[node] : NONE;

		/* a table that is made again: first what it was */
		for (; is_verb(order, node, MIGR_CREATE) &&
			   is_verb(order, part, MIGR_DROP);
			 part = next[part])
			migr_vec_push(arena, out, order->changes[part]);
		if (node < order->count)
			migr_vec_push(arena, out, order->changes[node]);
		for (; part != NONE; part = next[part])
			migr_vec_push(arena, out, order->changes[part]);
	}
}

void
migr_order(MigrCtx *ctx, MigrDialect dialect, MigrChanges *changes)
{
	Order order = {ctx, .pg = dialect == MIGR_POSTGRESQL};
	MigrArena *arena = &ctx->arena;
	size_t room = 6 * (size_t) changes->count + 1; /* with points */
	MigrChanges copy;

	migr_vec_copy(arena, &copy, changes);
	order.changes = copy.items;
	order.count = order.nodes = copy.count;
	migr_map_init(&order.points, arena, copy.count);
	make_side(&order, &order.from, true);
	make_side(&order, &order.to, false);
	find_nodes(&order);
	order.into = migr_alloc_array(arena, room, sizeof(int));
	order.rank = migr_alloc_array(arena, room, sizeof(int));
	order.seat = migr_alloc_array(arena, room, sizeof(int));
	order.ranked = migr_alloc_array(arena, room, sizeof(int));
	for (size_t i = 0; i < room; i++)
		order.into[i] = (int) i;
	merge(&order);
	find_edges(&order);
	place_all(&order, &order.from, true);
	place_all(&order, &order.to, false);
	rank_all(&order);
	while (!visit_all(&order))
		;
	for (int i = 0; i < order.count; i++)
		if (order.into[i] != i &&
			(order.changes[i]->verb != MIGR_DROP ||
			 !is_verb(&order, order.into[i], MIGR_CREATE)))
			order.changes[i]->within = true;
	write_down(&order, changes);
}
