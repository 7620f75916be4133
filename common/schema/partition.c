/*
 * partition.c
 *	  What PostgreSQL does by itself with the tables, indexes, keys and triggers of
 *	  partitions: see partition.h.
 *
 * What is new comes in the order of pg_dump's: a partition is attached before its
 * table gets an upper index, which is made alone; then the lower ones are joined to
 * it.  An upper index that is there before finds its part at ATTACH.
 */
#include "schema/partition.h"

#include "schema/diff.h"
#include "schema/order.h"

/* ---- facts ------------------------------------------------------------------------ */

/* Find what an object needs of one kind. */
static const MigrObject *
need_of(const MigrObject *object, MigrKind kind)
{
	for (int i = 0; i < object->needs.count; i++)
		if (object->needs.items[i]->kind == kind)
			return object->needs.items[i];
	return NULL;
}

/* Find the column of an upper table that one comes from. */
static const MigrObject *
upper_column(const MigrObject *column)
{
	for (int i = 0; i < column->needs.count; i++)
		if (column->needs.items[i]->kind == MIGR_COLUMN &&
			column->needs.items[i]->parent != column->parent)
			return column->needs.items[i];
	return NULL;
}

const MigrObject *
migr_partition_link(const MigrObject *index)
{
	for (int i = 0; i < index->parts.count; i++)
		if (index->parts.items[i]->kind == MIGR_INDEX_PARTITION)
			return index->parts.items[i];
	return NULL;
}

const MigrObject *
migr_partition_upper(const MigrObject *link)
{
	const MigrObject *upper;

	if (link->kind == MIGR_INHERITANCE)
		return need_of(link, MIGR_TABLE);
	upper = need_of(link, MIGR_INDEX);
	return upper != NULL ? upper : need_of(link, MIGR_CONSTRAINT);
}

const MigrObject *
migr_partition_table(const MigrObject *link)
{
	return need_of(link, MIGR_INHERITANCE);
}

/* Is it an index, or a constraint with one? */
static bool
is_index(const MigrObject *object)
{
	const char *type;

	if (object->parent == NULL || object->parent->kind != MIGR_TABLE)
		return false;
	if (object->kind == MIGR_INDEX)
		return true;
	type = object->kind == MIGR_CONSTRAINT
			   ? migr_object_get(object, MIGR_CONSTRAINT_TYPE)
			   : NULL;
	return type != NULL && (*type == 'p' || *type == 'u' || *type == 'x');
}

bool
migr_partition_is_upper(const MigrObject *object)
{
	return is_index(object) &&
		   migr_object_get(object->parent, MIGR_TABLE_PARTITION_KEY) != NULL;
}

/* Is it what makes a table a partition? */
static bool
is_bound(const MigrObject *object)
{
	return object->kind == MIGR_INHERITANCE &&
		   migr_object_get(object, MIGR_INHERITANCE_BOUND) != NULL &&
		   migr_partition_upper(object) != NULL;
}

/* Can an upper index go while a lower one is joined to it?  A key's can't go with a
 * plain index. */
static bool
goes_along(const MigrObject *lower, const MigrObject *upper)
{
	return lower->kind == MIGR_INDEX || upper->kind == MIGR_CONSTRAINT;
}

/* ---- fates -------------------------------------------------------------------------- */

/* What is asked of both schemas. */
typedef struct Settle
{
	MigrDiff *diff;
	int *parts;	   /* how many a table or an upper index has, by number in to */
	bool *comes;   /* will a table get a partition, by number in from? */
	bool *leaves;  /* will one leave it for a while? */
	MigrMap looks; /* upper indexes that stay, by what they look like */
} Settle;

/* Does an object of the live schema stay?  One that isn't known does. */
static bool
stays(const Settle *settle, const MigrObject *object)
{
	return object == NULL ||
		   migr_diff_item(settle->diff, object)->fate == MIGR_STAYS;
}

/* Count the parts of tables and indexes as they shall be. */
static void
count_parts(const MigrDiff *diff, int *counts)
{
	const MigrObjects *objects = &diff->to->objects;

	for (int i = 0; i < objects->count; i++)
	{
		const MigrObject *object = objects->items[i];

		/* the server makes no index on a foreign table */
		if (is_bound(object)
				? migr_object_get(object->parent, MIGR_TABLE_MODULE) == NULL
				: object->kind == MIGR_INDEX_PARTITION &&
					  migr_partition_upper(object) != NULL)
			counts[migr_partition_upper(object)->number]++;
	}
}

/* Has an upper index, which stays, a part of each partition in the end?  One that
 * hasn't isn't valid. */
static bool
is_whole(const Settle *settle, const MigrObject *upper)
{
	const MigrObject *twin = migr_diff_item(settle->diff, upper)->twin;

	return settle->parts[twin->number] == settle->parts[twin->parent->number];
}

/* See to a lower index and the upper one that it is joined to, while its table
 * stays where it is. */
static void
settle_link(const Settle *settle, const MigrObject *link)
{
	MigrDiff *diff = settle->diff;
	const MigrObject *lower = link->parent;
	const MigrObject *upper = migr_partition_upper(link);
	const MigrObject *bound = migr_partition_table(link);

	if (upper == NULL || !stays(settle, lower->parent) || !stays(settle, bound))
		return;
	if (!stays(settle, upper))
	{
		if (goes_along(lower, upper))
			migr_diff_take(diff, lower);
		else if (bound != NULL)
			migr_diff_take(diff, bound);
	}
	else if (!stays(settle, lower) || !stays(settle, link))
		/* ATTACH would join it again, or make another */
		migr_diff_take(diff, bound != NULL && is_whole(settle, upper) ? bound
																	  : upper);
}

/* Note which tables get partitions, and which are left for a while. */
static void
mark_tables(Settle *settle)
{
	MigrDiff *diff = settle->diff;

	for (int i = 0; i < diff->to->objects.count; i++)
	{
		const MigrObject *bound = diff->to->objects.items[i];
		const MigrObject *old;

		if (!is_bound(bound))
			continue;
		old = diff->origins[migr_partition_upper(bound)->number];
		if (old == NULL)
			continue;
		if (diff->origins[i] == NULL || !stays(settle, diff->origins[i]))
			settle->comes[old->number] = true;
		if (diff->origins[i] != NULL && !stays(settle, diff->origins[i]))
			settle->leaves[old->number] = true;
	}
}

/* Say how an index looks to ATTACH, as that of a table; NULL: that isn't known. */
static const char *
look_of(const Settle *settle, const MigrObject *index, const MigrObject *table)
{
	bool constraint = index->kind == MIGR_CONSTRAINT;
	const char *columns = migr_object_get(
		index, constraint ? MIGR_CONSTRAINT_COLUMNS : MIGR_INDEX_COLUMNS);
	bool unique =
		constraint || migr_object_get(index, MIGR_INDEX_UNIQUE) != NULL;

	if (columns == NULL)
		return NULL;
	return migr_printf(&settle->diff->ctx->arena, "%d %d %s", table->number,
					   unique, columns);
}

/* See to the upper indexes that stay while a partition is attached: one that isn't
 * whole would get another part. */
static void
settle_uppers(Settle *settle)
{
	MigrDiff *diff = settle->diff;

	for (int i = 0; i < diff->from->objects.count; i++)
	{
		const MigrObject *upper = diff->from->objects.items[i];
		const char *look;

		if (!is_index(upper) || !settle->comes[upper->parent->number] ||
			!stays(settle, upper) || !stays(settle, upper->parent))
			continue;
		look = look_of(settle, upper, upper->parent);
		if (!is_whole(settle, upper))
			migr_diff_take(diff, upper);
		else if (look != NULL)
			migr_map_put(&settle->looks, migr_span(look), i);
	}
}

/* Would ATTACH join a live index that is on its own in the end?  Take it away until
 * that is done. */
static void
settle_alone(const Settle *settle, const MigrObject *bound)
{
	MigrDiff *diff = settle->diff;
	const MigrObject *table = diff->origins[bound->parent->number];
	const MigrObject *above =
		diff->origins[migr_partition_upper(bound)->number];

	if (table == NULL || above == NULL || !stays(settle, table))
		return;
	for (int i = 0; i < table->parts.count; i++)
	{
		const MigrObject *index = table->parts.items[i];
		const char *look;

		if (!is_index(index) || !stays(settle, index) ||
			migr_partition_link(migr_diff_item(diff, index)->twin) != NULL)
			continue;
		look = look_of(settle, index, above);
		if (look != NULL &&
			migr_map_get(&settle->looks, migr_span(look)) != MIGR_MAP_NONE)
			migr_diff_take(diff, index);
	}
}

/* Take the foreign keys to tables that a partition leaves for a while. */
static void
settle_keys(const Settle *settle)
{
	const MigrObjects *objects = &settle->diff->from->objects;

	for (int i = 0; i < objects->count; i++)
	{
		const MigrObject *key = objects->items[i];

		if (key->kind != MIGR_CONSTRAINT ||
			!migr_diff_same(migr_object_get(key, MIGR_CONSTRAINT_TYPE), "f"))
			continue;
		for (int k = 0; k < key->needs.count; k++)
			if (is_index(key->needs.items[k]) &&
				settle->leaves[key->needs.items[k]->parent->number])
				migr_diff_take(settle->diff, key);
	}
}

/* May a column of an upper table be NULL from now on?  DROP NOT NULL goes down to
 * all tables below. */
static bool
is_opened(const Settle *settle, const MigrObject *column)
{
	const MigrObject *twin = migr_diff_item(settle->diff, column)->twin;

	return twin != NULL && stays(settle, column) &&
		   migr_object_get(column, MIGR_COLUMN_NOT_NULL) != NULL &&
		   migr_object_get(twin, MIGR_COLUMN_NOT_NULL) == NULL;
}

/* Let a partition leave for a while whose primary key stays, while the upper table's
 * columns of it may be NULL from now on. */
static void
settle_primary(const Settle *settle, const MigrObject *key)
{
	const MigrObject *table = key->parent;
	bool opened = false;

	if (!stays(settle, key) || !stays(settle, table))
		return;
	for (int i = 0; i < key->needs.count; i++)
	{
		const MigrObject *column = key->needs.items[i];
		const MigrObject *upper =
			column->kind == MIGR_COLUMN ? upper_column(column) : NULL;

		if (upper != NULL && is_opened(settle, upper))
			opened = true;
	}
	for (int i = 0; opened && i < table->parts.count; i++)
		if (table->parts.items[i]->kind == MIGR_INHERITANCE)
			migr_diff_take(settle->diff, table->parts.items[i]);
}

/* Apply the rules once. */
static void
settle_all(MigrDiff *diff)
{
	const MigrObjects *from = &diff->from->objects;
	const MigrObjects *to = &diff->to->objects;
	MigrArena *arena = &diff->ctx->arena;
	Settle settle = {diff, .parts = NULL};

	settle.parts = migr_alloc_array(arena, (size_t) to->count + 1, sizeof(int));
	settle.comes =
		migr_alloc_array(arena, (size_t) from->count + 1, sizeof(bool));
	settle.leaves =
		migr_alloc_array(arena, (size_t) from->count + 1, sizeof(bool));
	migr_map_init(&settle.looks, arena, 16);
	count_parts(diff, settle.parts);
	for (int i = 0; i < from->count; i++)
		if (from->items[i]->kind == MIGR_INDEX_PARTITION)
			settle_link(&settle, from->items[i]);
	for (int i = 0; i < from->count; i++)
		if (from->items[i]->kind == MIGR_CONSTRAINT &&
			migr_diff_same(
				migr_object_get(from->items[i], MIGR_CONSTRAINT_TYPE), "p"))
			settle_primary(&settle, from->items[i]);
	mark_tables(&settle);
	settle_uppers(&settle);
	for (int i = 0; i < to->count; i++)
		if (is_bound(to->items[i]) &&
			(diff->origins[i] == NULL || !stays(&settle, diff->origins[i])))
			settle_alone(&settle, to->items[i]);
	settle_keys(&settle);
}

void
migr_partition_settle(MigrDiff *diff)
{
	do
	{
		migr_diff_spread(diff);
		settle_all(diff);
	} while (diff->told < diff->events.count);
}

void
migr_partition_mark(MigrDiff *diff)
{
	const MigrObjects *objects = &diff->to->objects;
	int *counts = migr_alloc_array(&diff->ctx->arena,
								   (size_t) objects->count + 1, sizeof(int));

	count_parts(diff, counts);
	for (int i = 0; i < diff->out->count; i++)
	{
		MigrChange *change = diff->out->items[i];

		if (change->verb == MIGR_CREATE && migr_partition_is_upper(change->to))
			change->alone = counts[change->to->number] !=
							counts[change->to->parent->number];
	}
}

/* ---- order -------------------------------------------------------------------------- */

/* Is an object's DROP a statement of its own? */
static bool
is_dropped(const MigrOrder *order, const MigrObject *object)
{
	int node = migr_order_gone(order, object);

	return migr_order_is(order, node, MIGR_DROP) && order->into[node] == node;
}

/* Is an object made by a statement of its own? */
static bool
is_made(const MigrOrder *order, const MigrObject *object)
{
	int node = migr_order_made(order, object);

	return migr_order_is(order, node, MIGR_CREATE) && order->into[node] == node;
}

int
migr_partition_taker(const MigrOrder *order, const MigrObject *index)
{
	const MigrObject *link = migr_partition_link(index);
	const MigrObject *upper = link != NULL ? migr_partition_upper(link) : NULL;
	const MigrObject *bound = link != NULL ? migr_partition_table(link) : NULL;
	int node;

	if (upper == NULL || !goes_along(index, upper) ||
		migr_order_is(order, migr_order_gone(order, bound), MIGR_DROP))
		return MIGR_NO_NODE;
	node = migr_order_gone(order, upper);
	return migr_order_is(order, node, MIGR_DROP) ? node : MIGR_NO_NODE;
}

/* Return the point where something that a table has is handed over. */
static int
point_of(MigrOrder *order, const char *what, const MigrObject *table)
{
	return migr_order_point(order, what, table->schema, table->name);
}

/* An index is made: an upper one when its table has all partitions, one of a
 * partition that is on its own when ATTACH can't take it for another. */
static void
add_made_index(MigrOrder *order, int node, const MigrObject *index)
{
	if (order->into[node] != node)
		return;
	if (migr_partition_is_upper(index))
		migr_order_edge(order, point_of(order, "attached", index->parent),
						node);
	if (migr_partition_link(index) == NULL)
		migr_order_edge(order, point_of(order, "placed", index->parent), node);
}

/* Return the point at which an upper index has all its parts, so that it is valid. */
static int
point_of_parts(MigrOrder *order, const MigrObject *index)
{
	return migr_order_point(order, "joined", index->parent->schema,
							index->name);
}

/* A lower index is joined to an upper one: where that is there before, it is
 * ATTACH that does it. */
static void
add_made_link(MigrOrder *order, int node, const MigrObject *link)
{
	const MigrObject *upper = migr_partition_upper(link);
	const MigrObject *bound = migr_partition_table(link);
	int attached = bound != NULL ? migr_order_made(order, bound) : MIGR_NO_NODE;

	if (upper == NULL)
		return;
	if (migr_partition_is_upper(link->parent))
		migr_order_edge(order, point_of_parts(order, link->parent), node);
	migr_order_edge(order, node, point_of_parts(order, upper));
	if (is_made(order, upper))
		return;
	migr_order_edge(order, migr_order_made(order, link->parent), attached);
	if (migr_partition_is_upper(link->parent))
		migr_order_edge(order, point_of_parts(order, link->parent), attached);
}

/* A partition leaves its table before any of their indexes goes. */
static void
add_dropped_link(MigrOrder *order, const MigrObject *link)
{
	const MigrObject *upper = migr_partition_upper(link);
	const MigrObject *bound = migr_partition_table(link);
	int node = bound != NULL ? migr_order_gone(order, bound) : MIGR_NO_NODE;

	if (!is_dropped(order, bound))
		return;
	migr_order_edge(order, node, migr_order_gone(order, link->parent));
	if (upper != NULL)
		migr_order_edge(order, node, migr_order_gone(order, upper));
}

/* A foreign key refers to partitions: it goes before one leaves, and comes when all
 * are there, and the upper index is valid. */
static void
add_key(MigrOrder *order, int node, const MigrObject *key, bool goes)
{
	bool within = order->into[node] != node;

	for (int i = 0; i < key->needs.count; i++)
	{
		const MigrObject *upper = key->needs.items[i];

		if (!migr_partition_is_upper(upper))
			continue;
		if (!goes)
			migr_order_edge(order, point_of_parts(order, upper), node);
		if (!within)
			migr_order_hand(
				order, node, goes,
				point_of(order, goes ? "referred" : "attached", upper->parent));
	}
}

/* Return the point where the name of a trigger is handed over. */
static int
point_of_trigger(MigrOrder *order, const MigrObject *trigger,
				 const MigrObject *table)
{
	return point_of(
		order, migr_printf(&order->ctx->arena, "trigger %s", trigger->name),
		table);
}

/* A trigger: its name is free on all partitions before the upper table's takes
 * it, and the other way round. */
static void
add_trigger(MigrOrder *order, int node, const MigrObject *trigger, bool goes)
{
	const MigrObject *table = trigger->parent;

	if (order->into[node] != node || table->kind != MIGR_TABLE)
		return;
	migr_order_hand(order, node, goes,
					point_of(order, goes ? "unfired" : "left", table));
	for (; table != NULL; table = need_of(table, MIGR_TABLE))
		migr_order_hand(order, node, goes,
						point_of_trigger(order, trigger, table));
}

/* A column or a check changes: that is done when its table has left those that it
 * leaves, or lower ones have left it, and before they join it; in between, each
 * statement is about one table alone. */
static void
add_inner(MigrOrder *order, int node, const MigrObject *part)
{
	if (order->into[node] != node || part->parent->kind != MIGR_TABLE)
		return;
	migr_order_edge(order, point_of(order, "parted", part->parent), node);
	migr_order_edge(order, node, point_of(order, "alike", part->parent));
}

/* A table joins another one, or leaves it. */
static void
add_inheritance(MigrOrder *order, int node, const MigrObject *link, bool goes)
{
	const MigrObject *upper = migr_partition_upper(link);
	const char *what = goes ? "parted" : "alike";

	if (order->into[node] != node || upper == NULL)
		return;
	migr_order_hand(order, node, goes, point_of(order, what, upper));
	migr_order_hand(order, node, goes, point_of(order, what, link->parent));
}

/* A partition is attached or leaves. */
static void
add_bound(MigrOrder *order, int node, const MigrObject *bound, bool goes)
{
	const MigrObject *upper = migr_partition_upper(bound);

	if (order->into[node] != node)
		return;
	/* a table is a partition of one other at a time */
	migr_order_hand(order, node, goes,
					point_of(order, "partition", bound->parent));
	if (goes)
	{
		migr_order_edge(order, point_of(order, "referred", upper), node);
		migr_order_edge(order, node, point_of(order, "left", bound->parent));
		return;
	}
	migr_order_edge(order, node, point_of(order, "attached", upper));
	migr_order_edge(order, node, point_of(order, "placed", bound->parent));
	migr_order_edge(order, point_of(order, "freed", upper), node);
	migr_order_edge(order, point_of(order, "freed", bound->parent), node);
	migr_order_edge(order, point_of(order, "unfired", bound->parent), node);
}

/* An index is dropped: before ATTACH can take it, and before what is above a key's
 * column may be NULL. */
static void
add_dropped_index(MigrOrder *order, int node, const MigrObject *index)
{
	if (order->into[node] == node)
		migr_order_edge(order, node, point_of(order, "freed", index->parent));
	for (int i = 0; i < index->needs.count; i++)
		if (index->needs.items[i]->kind == MIGR_COLUMN)
		{
			const MigrObject *upper = upper_column(index->needs.items[i]);

			if (upper != NULL)
				migr_order_edge(order, node, migr_order_gone(order, upper));
		}
}

/* Note what comes before what for a change that makes or drops something. */
static void
add_change(MigrOrder *order, int node, const MigrObject *object, bool goes)
{
	if (is_bound(object))
		add_bound(order, node, object, goes);
	if (object->kind == MIGR_INHERITANCE)
		add_inheritance(order, node, object, goes);
	else if (object->kind == MIGR_TRIGGER)
		add_trigger(order, node, object, goes);
	else if (object->kind == MIGR_INDEX_PARTITION && goes)
		add_dropped_link(order, object);
	else if (object->kind == MIGR_INDEX_PARTITION)
		add_made_link(order, node, object);
	else if (is_index(object) && !goes)
		add_made_index(order, node, object);
	else if (is_index(object))
		add_dropped_index(order, node, object);
	else if (object->kind == MIGR_CONSTRAINT)
		add_key(order, node, object, goes);
}

/* Is it a check, which tables hand on to lower ones? */
static bool
is_check(const MigrObject *object)
{
	const char *type = object->kind == MIGR_CONSTRAINT
						   ? migr_object_get(object, MIGR_CONSTRAINT_TYPE)
						   : NULL;

	return type != NULL && *type == 'c';
}

void
migr_partition_edges(MigrOrder *order)
{
	for (int i = 0; i < order->count; i++)
	{
		const MigrChange *change = order->changes[i];
		const MigrObject *object = migr_order_subject(change);

		if (object->kind == MIGR_COLUMN || is_check(object))
			add_inner(order, i, object);
		else if (change->verb == MIGR_DROP || change->verb == MIGR_CREATE)
			add_change(order, i, object, change->verb == MIGR_DROP);
	}
}
