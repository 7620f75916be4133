/*
 * edges.c
 *	  What comes before what, of the changes between two schemas.
 *
 * What an object needs is made before it, and dropped behind it.  Where one thing
 * can be had by one object at a time (a name, a primary key, a bound), whoever lets
 * go of it comes before who gets it: both have an edge to a point.
 */
#include <ctype.h>

#include "schema/order.h"
#include "schema/partition.h"

void
migr_order_edge(MigrOrder *order, int before, int after)
{
	MigrOrderEdge edge = {before, after};

	if (before != MIGR_NO_NODE && after != MIGR_NO_NODE && before != after)
		migr_vec_push(&order->ctx->arena, &order->edges, edge);
}

/* Does an object that is about a table have to do with all of its columns?  SQLite
 * doesn't say with which. */
static bool
means_columns(const MigrOrder *order, const MigrObject *object,
			  const MigrObject *needed)
{
	return !order->pg && needed != NULL && needed->kind == MIGR_TABLE &&
		   (object->kind == MIGR_VIEW || object->kind == MIGR_TRIGGER);
}

/* What an object needs comes before the change that makes it. */
static void
add_made(MigrOrder *order, int node, const MigrObject *object)
{
	int parent = migr_order_made(order, object->parent);

	for (int i = 0; i <= object->needs.count; i++)
	{
		const MigrObject *needed =
			i < object->needs.count ? object->needs.items[i] : object->parent;

		if (i < object->needs.count)
			migr_order_edge(order, migr_order_made(order, needed), node);
		if (!means_columns(order, object, needed))
			continue;
		for (int k = 0; k < needed->parts.count; k++)
			if (needed->parts.items[k]->kind == MIGR_COLUMN)
				migr_order_edge(order,
								migr_order_made(order, needed->parts.items[k]),
								node);
	}
	if (!migr_order_is(order, parent, MIGR_ALTER))
		migr_order_edge(order, parent, node);
}

/* A check that isn't valid comes to the tables below from above, so these have to be
 * there: where it is first, theirs are valid. */
static void
add_unchecked(MigrOrder *order, const MigrObject *check)
{
	const MigrObject *top = check;

	if (check->kind != MIGR_CONSTRAINT ||
		migr_object_get(check, MIGR_CONSTRAINT_INHERITED) == NULL ||
		migr_object_get(check, MIGR_CONSTRAINT_NOT_VALID) == NULL)
		return;
	while (migr_upper_of(top) != NULL)
		top = migr_upper_of(top);
	if (top != check)
		migr_order_edge(order, migr_order_made(order, check->parent),
						migr_order_made(order, top));
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
add_dropped(MigrOrder *order, int node, const MigrChange *change)
{
	const MigrObject *object = change->from;
	int parent = migr_order_gone(order, object->parent);

	for (int i = 0; i <= object->needs.count; i++)
	{
		const MigrObject *needed =
			i < object->needs.count ? object->needs.items[i] : object->parent;

		if (i < object->needs.count)
		{
			migr_order_edge(order, node, migr_order_gone(order, needed));
			if (speaks_of(change))
				migr_order_edge(
					order, node,
					migr_order_node(&order->from, order->from.aside, needed));
		}
		if (!means_columns(order, object, needed))
			continue;
		for (int k = 0; k < needed->parts.count; k++)
			if (needed->parts.items[k]->kind == MIGR_COLUMN)
				migr_order_edge(order, node,
								migr_order_gone(order, needed->parts.items[k]));
	}
	if (!migr_order_is(order, parent, MIGR_ALTER))
		migr_order_edge(order, node, parent);
}

/* An ALTER comes before the drop of what only the old state needs. */
static void
add_altered(MigrOrder *order, int node, const MigrChange *change)
{
	bool half = change->to->number < 0;

	for (int i = 0; i < change->from->needs.count; i++)
	{
		int other = migr_order_gone(order, change->from->needs.items[i]);

		if (migr_order_is(order, other, MIGR_DROP) &&
			(half || !order->changes[other]->again ||
			 order->changes[other]->aside != NULL))
			migr_order_edge(order, node, other);
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
add_parts(MigrOrder *order, int node, const MigrObject *table, MigrKind kind,
		  bool before)
{
	for (int i = 0; i < table->parts.count; i++)
	{
		const MigrObject *part = table->parts.items[i];
		int other = migr_order_made(order, part);

		if (part->kind != kind)
			continue;
		if (table == order->changes[node]->from)
		{
			other = migr_order_gone(order, part);
			if (!migr_order_is(order, other, MIGR_DROP))
				continue;
		}
		migr_order_edge(order, before ? node : other, before ? other : node);
	}
}

/* On SQLite a table can be STRICT while all of its columns have types that are fit
 * for that; and what a table is by its key can be while that is there. */
static void
add_shape(MigrOrder *order, int node, const MigrChange *change)
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
	if (turns(change, MIGR_TABLE_AUTOINCREMENT, true))
		add_parts(order, node, change->to, MIGR_COLUMN, false);
	if (turns(change, MIGR_TABLE_AUTOINCREMENT, false) && !strict)
		add_parts(order, node, change->to, MIGR_COLUMN, true);
	/* what was NOT NULL by the key can be NULL behind it */
	if (turns(change, MIGR_TABLE_WITHOUT_ROWID, false) && !strict)
		add_parts(order, node, change->to, MIGR_COLUMN, true);
	if (by_key)
		add_parts(order, node, change->to, MIGR_CONSTRAINT, false);
	else if (turns(change, MIGR_TABLE_WITHOUT_ROWID, false) ||
			 turns(change, MIGR_TABLE_AUTOINCREMENT, false))
		add_parts(order, node, change->from, MIGR_CONSTRAINT, true);
}

int
migr_order_point(MigrOrder *order, const char *what, const char *schema,
				 const char *name)
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

void
migr_order_hand(MigrOrder *order, int node, bool away, int at)
{
	if (away)
		migr_order_edge(order, node, at);
	else
		migr_order_edge(order, at, node);
}

/* Does an object's name stand among those of tables and types? */
static bool
is_relation(const MigrOrder *order, const MigrObject *object)
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

/* The point where the functions of a name are gone that go. */
static int
overloads(MigrOrder *order, const MigrObject *routine)
{
	return migr_order_point(order, "overloads", routine->schema,
							migr_strndup(&order->ctx->arena, routine->name,
										 strcspn(routine->name, "(")));
}

/* An object lets go of its name, or takes it. */
static void
hand_name(MigrOrder *order, int node, const MigrObject *object, bool away)
{
	if (object->kind == MIGR_TRIGGER && !order->pg)
		migr_order_hand(order, node, away,
						migr_order_point(order, "trigger", NULL, object->name));
	if (object->kind == MIGR_STATISTICS)
		migr_order_hand(
			order, node, away,
			migr_order_point(order, "statistics", NULL, object->sql));
	if (is_relation(order, object))
		migr_order_hand(
			order, node, away,
			migr_order_point(order, "relation", object->schema, object->name));
	else if (is_routine(object))
		migr_order_hand(
			order, node, away,
			migr_order_point(order, "routine", object->schema, object->name));
}

/* The point where the name of a column's own sequence is handed over; MIGR_NO_NODE:
 * it has none. */
static int
counter(MigrOrder *order, const MigrObject *column)
{
	const char *name =
		column != NULL ? migr_counter_name(&order->ctx->arena, column) : NULL;

	return name != NULL ? migr_order_point(order, "relation",
										   column->parent->schema, name)
						: MIGR_NO_NODE;
}

/* A column lets go of its sequence's name, or takes it. */
static void
hand_counter(MigrOrder *order, int node, const MigrChange *change)
{
	int from = counter(order, change->from);
	int to = counter(order, change->to);

	if (!order->pg || from == to)
		return;
	migr_order_edge(order, node, from);
	migr_order_edge(order, to, node);
}

/* What a table, or one with partitions, can have just once. */
static void
hand_rule(MigrOrder *order, int node, const MigrObject *object, bool away)
{
	const char *value;

	if (object->parent == NULL || (!away && order->into[node] != node))
		return;
	if (object->kind == MIGR_CONSTRAINT)
	{
		value = migr_object_get(object, MIGR_CONSTRAINT_TYPE);
		if (value != NULL && *value == 'p')
			migr_order_hand(order, node, away,
							migr_order_point(order, "key",
											 object->parent->schema,
											 object->parent->name));
	}
	else if (object->kind == MIGR_INHERITANCE &&
			 migr_object_get(object, MIGR_INHERITANCE_BOUND) != NULL)
		migr_order_hand(
			order, node, away,
			migr_order_point(order, "bound", NULL,
							 migr_object_get(object, MIGR_INHERITANCE_TABLE)));
}

/* The point where a column of a table, or of one below it, is gone. */
static int
column_point(MigrOrder *order, const MigrObject *table,
			 const MigrObject *column)
{
	return migr_order_point(
		order, "column", table->schema,
		migr_printf(&order->ctx->arena, "%s.%s", table->sql, column->sql));
}

/* A column of an upper table goes before a table comes below that has one of its name
 * by itself, and comes when such a table is gone: it may be of another type. */
static void
hand_column(MigrOrder *order, int node, const MigrChange *change)
{
	const MigrObject *object = migr_order_subject(change);
	const MigrObject *table = object->parent;
	bool away = change->verb == MIGR_DROP;
	int whole;

	if (!order->pg || change->again)
		return;
	if (object->kind == MIGR_COLUMN && order->into[node] == node)
		migr_order_hand(order, node, away, column_point(order, table, object));
	if (object->kind != MIGR_INHERITANCE || object->needs.count == 0)
		return;
	/* CREATE TABLE may say the link */
	whole =
		away ? migr_order_gone(order, table) : migr_order_made(order, table);
	if (migr_order_is(order, whole, change->verb))
		node = whole;
	for (int i = 0; i < table->parts.count; i++)
		if (table->parts.items[i]->kind == MIGR_COLUMN)
			migr_order_hand(order, node, away,
							column_point(order, object->needs.items[0],
										 table->parts.items[i]));
}

/* A foreign key takes the first key that it fits, so those that go have to be gone
 * before (PostgreSQL). */
static void
hand_key(MigrOrder *order, int node, const MigrObject *object, bool away)
{
	const char *type = object->kind == MIGR_CONSTRAINT
						   ? migr_object_get(object, MIGR_CONSTRAINT_TYPE)
						   : NULL;

	if (!order->pg || object->parent == NULL)
		return;
	if (away && ((type != NULL && (*type == 'p' || *type == 'u')) ||
				 object->kind == MIGR_INDEX))
		migr_order_hand(order, node, true,
						migr_order_point(order, "foreign",
										 object->parent->schema,
										 object->parent->name));
	for (int i = 0;
		 !away && type != NULL && *type == 'f' && i < object->needs.count; i++)
	{
		const MigrObject *key = object->needs.items[i];

		if ((key->kind == MIGR_CONSTRAINT || key->kind == MIGR_INDEX) &&
			key->parent != NULL)
			migr_order_hand(order, node, false,
							migr_order_point(order, "foreign",
											 key->parent->schema,
											 key->parent->name));
	}
}

/* Does an object get rights by itself when it is made? */
static bool
gets_rights(const MigrObject *object)
{
	return is_routine(object) || object->kind == MIGR_SCHEMA ||
		   (object->parent == NULL &&
			(object->kind == MIGR_TABLE || object->kind == MIGR_VIEW ||
			 object->kind == MIGR_MATVIEW || object->kind == MIGR_SEQUENCE ||
			 object->kind == MIGR_ENUM || object->kind == MIGR_RANGE ||
			 object->kind == MIGR_DOMAIN || object->kind == MIGR_COMPOSITE));
}

/* Rights that new objects get are gone before any is made, and come behind: each
 * has said what it has. */
static void
hand_rights(MigrOrder *order, int node, const MigrChange *change)
{
	const MigrObject *object = migr_order_subject(change);

	if (object->kind == MIGR_DEFAULT_PRIVILEGES)
	{
		if (change->verb == MIGR_DROP)
			migr_order_edge(order, node,
							migr_order_point(order, "no rights", NULL, NULL));
		else
			migr_order_edge(
				order, migr_order_point(order, "rights", NULL, NULL), node);
	}
	else if (change->verb == MIGR_CREATE && gets_rights(object))
	{
		migr_order_edge(order, migr_order_point(order, "no rights", NULL, NULL),
						node);
		migr_order_edge(order, node,
						migr_order_point(order, "rights", NULL, NULL));
	}
}

/* A change hands names and the like over. */
static void
add_handed(MigrOrder *order, int node, const MigrChange *change)
{
	bool goes = change->verb == MIGR_DROP;
	bool comes = change->verb == MIGR_CREATE;

	if (change->verb == MIGR_RENAME && change->to != NULL)
	{
		hand_name(order, node, change->from, true);
		hand_name(order, node, change->to, false);
	}
	if (change->verb == MIGR_ALTER || !change->again)
		hand_counter(order, node, change);
	if (!goes && !comes)
		return;
	if (!change->again)
		hand_name(order, node, migr_order_subject(change), goes);
	hand_rule(order, node, migr_order_subject(change), goes);
	hand_column(order, node, change);
	hand_key(order, node, migr_order_subject(change), goes);
}

/* Which table does a foreign key refer to?  NULL: its own, or none that is known. */
static const MigrObject *
target(const MigrObject *part)
{
	const char *type = part->kind == MIGR_CONSTRAINT
						   ? migr_object_get(part, MIGR_CONSTRAINT_TYPE)
						   : NULL;

	for (int i = 0; type != NULL && *type == 'f' && i < part->needs.count; i++)
		if (part->needs.items[i]->kind == MIGR_COLUMN &&
			part->needs.items[i]->parent != part->parent)
			return part->needs.items[i]->parent;
	return NULL;
}

/* The node at which a table is logged from now on, or isn't; MIGR_NO_NODE: none. */
static int
logs(const MigrOrder *order, int node)
{
	return migr_order_is(order, node, MIGR_ALTER) &&
				   migr_changes(order->changes[node], MIGR_TABLE_UNLOGGED)
			   ? node
			   : MIGR_NO_NODE;
}

/* No logged table refers to one that isn't: a foreign key goes before its tables
 * change that, and comes behind; while it is there, the order matters. */
static void
add_logged(MigrOrder *order, const MigrObject *key, bool goes)
{
	const MigrObject *other = target(key);
	int made = migr_order_made(order, key);
	int from;
	int to;

	if (other == NULL)
		return;
	if (goes)
	{
		made = migr_order_gone(order, key);
		migr_order_edge(order, made,
						logs(order, migr_order_gone(order, key->parent)));
		migr_order_edge(order, made,
						logs(order, migr_order_gone(order, other)));
		return;
	}
	from = logs(order, migr_order_made(order, key->parent));
	to = logs(order, migr_order_made(order, other));
	if (migr_order_is(order, made, MIGR_CREATE))
	{
		migr_order_edge(order, from, made);
		migr_order_edge(order, to, made);
	}
	else if (from != MIGR_NO_NODE &&
			 turns(order->changes[from], MIGR_TABLE_UNLOGGED, true))
		migr_order_edge(order, from, to);
	else
		migr_order_edge(order, to, from);
}

/* Note that for a key that comes or goes, and for those of a table that changes. */
static void
add_all_logged(MigrOrder *order, int node, const MigrChange *change)
{
	const MigrObject *object = migr_order_subject(change);

	if (change->verb == MIGR_CREATE || change->verb == MIGR_DROP)
		add_logged(order, object, change->verb == MIGR_DROP);
	else if (object->kind == MIGR_TABLE && logs(order, node) != MIGR_NO_NODE)
		for (int i = 0; i < object->parts.count; i++)
			add_logged(order, object->parts.items[i], false);
}

/* Where a table loses all its columns, it gets the new ones first. */
static void
add_last_columns(MigrOrder *order)
{
	int *left = migr_alloc_array(&order->ctx->arena,
								 (size_t) order->from.limit + 1, sizeof(int));

	for (int i = 0; i < order->count; i++)
	{
		const MigrChange *change = order->changes[i];
		const MigrObject *table = migr_order_subject(change)->parent;

		if (migr_order_subject(change)->kind != MIGR_COLUMN || change->again ||
			order->into[i] != i)
			continue;
		if (change->verb == MIGR_CREATE)
			migr_order_edge(
				order, i,
				migr_order_point(order, "columns", table->schema, table->name));
		if (change->verb != MIGR_DROP || table->number >= order->from.limit)
			continue;
		if (left[table->number] == 0)
			for (int k = 0; k < table->parts.count; k++)
				left[table->number] +=
					table->parts.items[k]->kind == MIGR_COLUMN;
		if (--left[table->number] == 0)
			migr_order_edge(
				order,
				migr_order_point(order, "columns", table->schema, table->name),
				i);
	}
}

/* A table that leaves another one and stays would keep that one's foreign keys:
 * those that go have to be gone before. */
static void
add_left(MigrOrder *order, int node, const MigrObject *part)
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
			migr_order_is(order, migr_order_gone(order, rule), MIGR_DROP))
			migr_order_edge(order, migr_order_gone(order, rule), node);
	}
}

/* Whoever gets an object, or loses it, has no rights of his own on it meanwhile:
 * they would become the owner's. */
static void
add_owned(MigrOrder *order, int node, const MigrChange *change)
{
	const MigrObject *parent =
		change->from != NULL ? change->from->parent : NULL;

	for (int i = 0; parent != NULL && i < parent->parts.count; i++)
	{
		const MigrObject *part = parent->parts.items[i];

		if (part->kind == MIGR_GRANT &&
			migr_order_is(order, migr_order_gone(order, part), MIGR_DROP))
			migr_order_edge(order, migr_order_gone(order, part), node);
	}
	parent = change->to->parent;
	for (int i = 0; i < parent->parts.count; i++)
		if (parent->parts.items[i]->kind == MIGR_GRANT)
			migr_order_edge(order, node,
							migr_order_made(order, parent->parts.items[i]));
}

/* What has to be done before the second half of a change: of a part of what goes
 * aside, no more than that. */
static int
first_half(const MigrOrder *order, const MigrChange *change)
{
	const MigrObject *old =
		change->behind->verb == MIGR_DROP ? change->behind->from : NULL;
	int aside = old != NULL ? migr_order_node(&order->from, order->from.aside,
											  old->parent)
							: MIGR_NO_NODE;

	return aside != MIGR_NO_NODE ? aside : migr_order_first_half(order, change);
}

/* Does an object need a part of what it needs by itself? */
static bool
needs_part(const MigrObject *object, const MigrObject *part)
{
	for (int i = 0; object != NULL && i < object->needs.count; i++)
		if (object->needs.items[i] == part)
			return true;
	return false;
}

/* What speaks of a type, or of a table's rows, comes behind the changes of its
 * members; what has spoken of them, before. */
static void
add_spoken(MigrOrder *order, int node, const MigrChange *change)
{
	const MigrObject *sides[] = {change->to, change->from};

	for (int side = 0; side < 2; side++)
		for (int i = 0; sides[side] != NULL && i < sides[side]->needs.count;
			 i++)
		{
			const MigrObject *whole = sides[side]->needs.items[i];

			if (whole->kind != MIGR_COMPOSITE &&
				(whole->kind != MIGR_TABLE || !is_routine(sides[side])))
				continue;
			for (int k = 0; k < whole->parts.count; k++)
			{
				const MigrObject *part = whole->parts.items[k];
				int other = side == 0 ? migr_order_made(order, part)
									  : migr_order_gone(order, part);

				if ((part->kind != MIGR_MEMBER && part->kind != MIGR_COLUMN) ||
					needs_part(change->from, part))
					continue;
				if (change->verb == MIGR_DROP)
					migr_order_edge(order, node, other);
				else if (side == 0 || migr_order_is(order, other, MIGR_DROP))
					migr_order_edge(order, other, node);
			}
		}
}

/* A call finds the one function that it means when others of its name are gone. */
static void
add_called(MigrOrder *order, int node, const MigrChange *change)
{
	const MigrObject *object = migr_order_subject(change);

	if (is_routine(object))
	{
		if (change->verb == MIGR_DROP)
			migr_order_edge(order, node, overloads(order, object));
		return;
	}
	for (int i = 0; change->verb == MIGR_CREATE && i < object->needs.count; i++)
		if (is_routine(object->needs.items[i]))
			migr_order_edge(order, overloads(order, object->needs.items[i]),
							node);
}

/* On SQLite, what drops a primary key is what makes the next one. */
static void
add_swapped(MigrOrder *order, int node, const MigrChange *change)
{
	const MigrObject *old = change->twin;
	const char *type = old->kind == MIGR_CONSTRAINT
						   ? migr_object_get(old, MIGR_CONSTRAINT_TYPE)
						   : NULL;

	if (order->pg || type == NULL || *type != 'p')
		return;
	for (int i = 0; i < old->needs.count; i++)
	{
		int other = migr_order_gone(order, old->needs.items[i]);

		if (migr_order_is(order, other, MIGR_DROP))
			migr_order_edge(order, node, other);
	}
}

void
migr_order_find_edges(MigrOrder *order)
{
	for (int i = 0; i < order->count; i++)
	{
		const MigrChange *change = order->changes[i];

		if (change->to != NULL && change->to->number >= 0)
		{
			add_made(order, i, change->to);
			add_unchecked(order, change->to);
		}
		if (change->behind != NULL)
			migr_order_edge(order, first_half(order, change), i);
		if (change->verb == MIGR_DROP &&
			change->from->kind == MIGR_INHERITANCE &&
			!migr_order_is(order, migr_order_gone(order, change->from->parent),
						   MIGR_DROP))
			add_left(order, i, change->from);
		if (change->verb == MIGR_CREATE && change->again &&
			change->twin != NULL)
			add_swapped(order, i, change);
		/* no statement takes an index off the upper one */
		if (change->verb == MIGR_DROP &&
			change->from->kind != MIGR_INDEX_PARTITION)
			add_dropped(order, i, change);
		else if (change->verb == MIGR_ALTER && change->from->number >= 0)
			add_altered(order, i, change);
		if (change->verb == MIGR_ALTER && change->from->kind == MIGR_TABLE)
			add_shape(order, i, change);
		if (change->verb != MIGR_DROP &&
			migr_order_subject(change)->kind == MIGR_OWNER)
			add_owned(order, i, change);
		add_all_logged(order, i, change);
		add_handed(order, i, change);
		if (!order->pg)
			continue;
		hand_rights(order, i, change);
		add_called(order, i, change);
		if (migr_order_subject(change)->kind != MIGR_COLUMN &&
			migr_order_subject(change)->kind != MIGR_MEMBER)
			add_spoken(order, i, change);
	}
	add_last_columns(order);
	migr_partition_edges(order);
}
