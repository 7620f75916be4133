/*
 * spread.c
 *	  What can't stay, since what it needs doesn't.
 *
 * A queue spreads what happens along the dependencies: who needs an object that
 * goes, or a column whose type changes (it is shaken), is taken away and made
 * again, altered, or set aside for a while.
 */
#include "schema/diff.h"
#include "schema/render.h"

void
migr_diff_find_users(MigrDiff *diff)
{
	const MigrObjects *objects = &diff->from->objects;
	int *next = migr_alloc_array(&diff->ctx->arena, (size_t) objects->count + 2,
								 sizeof(int));

	/* next[n + 2] counts, then next[n + 1] is where the users of n go on */
	for (int i = 0; i < objects->count; i++)
		for (int k = 0; k < objects->items[i]->needs.count; k++)
			next[objects->items[i]->needs.items[k]->number + 2]++;
	for (int i = 0; i < objects->count; i++)
		next[i + 2] += next[i + 1];
	diff->users = migr_alloc_array(&diff->ctx->arena,
								   (size_t) next[objects->count + 1] + 1,
								   sizeof(*diff->users));
	for (int i = 0; i < objects->count; i++)
		for (int k = 0; k < objects->items[i]->needs.count; k++)
			diff->users[next[objects->items[i]->needs.items[k]->number + 1]++] =
				objects->items[i];
	diff->first = next;
}

/* Is it a type, or the like, that others can move away from while it is there? */
static bool
is_type(const MigrObject *object)
{
	switch (object->kind)
	{
		case MIGR_COLLATION:
		case MIGR_ENUM:
		case MIGR_RANGE:
		case MIGR_COMPOSITE:
		case MIGR_DOMAIN:
			return true;
		default:
			return false;
	}
}

void
migr_diff_tell(MigrDiff *diff, const MigrObject *object, bool shaken)
{
	MigrDiffEvent event = {object, shaken};

	migr_vec_push(&diff->ctx->arena, &diff->events, event);
}

void
migr_diff_take(MigrDiff *diff, const MigrObject *object)
{
	MigrDiffItem *item = migr_diff_item(diff, object);

	if (item->fate != MIGR_STAYS)
		return;
	item->fate = diff->pg && is_type(object) ? MIGR_ASIDE : MIGR_AGAIN;
	migr_diff_tell(diff, object, false);
}

/* May rows have a type's values, by themselves or within another type's?  Those of
 * a table that is OF the type follow it. */
static bool
is_stored(const MigrDiff *diff, const MigrObject *type)
{
	for (int i = diff->first[type->number]; i < diff->first[type->number + 1];
		 i++)
		if (diff->users[i]->kind == MIGR_COLUMN ||
			diff->users[i]->kind == MIGR_DOMAIN ||
			(diff->users[i]->kind == MIGR_MEMBER &&
			 is_stored(diff, diff->users[i]->parent)))
			return true;
	return false;
}

/* What speaks of a composite type as a whole may know its members. */
static void
take_speakers(MigrDiff *diff, const MigrObject *type)
{
	for (int i = diff->first[type->number]; i < diff->first[type->number + 1];
		 i++)
		if ((diff->users[i]->kind == MIGR_VIEW ||
			 diff->users[i]->kind == MIGR_MATVIEW) &&
			migr_diff_item(diff, diff->users[i])->twin != NULL)
			migr_diff_take(diff, diff->users[i]);
}

/* Does a table of the type have to be made anew with it, for its rows' values don't
 * become the member's new ones by themselves? */
static bool
is_stuck(const MigrDiff *diff, const MigrObject *member)
{
	const MigrObject *twin = migr_diff_item(diff, member)->twin;
	const char *from = migr_object_get(member, MIGR_MEMBER_TYPE);
	const char *to = migr_object_get(twin, MIGR_MEMBER_TYPE);

	return migr_object_get(member->parent, MIGR_COMPOSITE_TYPED) != NULL &&
		   (migr_diff_same(from, to) ||
			!migr_casts_itself(&diff->ctx->arena, from, to));
}

void
migr_diff_move_member(MigrDiff *diff, const MigrObject *member, MigrAttr attr)
{
	if (migr_diff_item(diff, member)->fate != MIGR_STAYS)
		return;
	if (is_stored(diff, member->parent) ||
		(attr == MIGR_MEMBER_TYPE && is_stuck(diff, member)))
		migr_diff_take(diff, member->parent);
	else
	{
		migr_diff_item(diff, member)->attrs |= migr_diff_bit(member, attr);
		migr_diff_tell(diff, member, true);
		take_speakers(diff, member->parent);
	}
}

/* Has either of an object and its twin a value there? */
static bool
has_either(const MigrDiff *diff, const MigrObject *object, MigrAttr attr)
{
	return migr_object_get(object, attr) != NULL ||
		   migr_object_get(migr_diff_item(diff, object)->twin, attr) != NULL;
}

/* Move a column from a type that goes aside to the new one of its name. */
static void
move_column(MigrDiff *diff, const MigrObject *column, const MigrObject *type)
{
	MigrDiffItem *item = migr_diff_item(diff, column);

	if (migr_diff_in_key(column))
	{
		migr_diff_take(diff, column->parent);
		return;
	}
	item->attrs |= migr_diff_bit(column, type->kind == MIGR_COLLATION
											 ? MIGR_COLUMN_COLLATION
											 : MIGR_COLUMN_TYPE);
	if (type->kind != MIGR_COLLATION &&
		has_either(diff, column, MIGR_COLUMN_DEFAULT))
		item->attrs |= migr_diff_bit(column, MIGR_COLUMN_DEFAULT);
	migr_diff_tell(diff, column, true);
}

/* Take the default of a column or a domain away while what it calls is made
 * anew. */
static void
halve(MigrDiff *diff, const MigrObject *object, MigrAttr attr)
{
	MigrDiffItem *item = migr_diff_item(diff, object);

	if (migr_object_get(object, attr) == NULL)
		return;
	item->halved = true;
	item->attrs |= migr_diff_bit(object, attr);
}

/* Can an ALTER (or CREATE OR REPLACE) make a user forget what goes for good?  A
 * view that groups by a primary key may need it still. */
static bool
forgets(const MigrDiff *diff, const MigrObject *user, const MigrObject *gone)
{
	uint64_t attrs = migr_diff_item(diff, user)->attrs;

	if (migr_diff_item(diff, gone)->fate != MIGR_GOES ||
		gone->kind == MIGR_CONSTRAINT)
		return false;
	switch (user->kind)
	{
		case MIGR_VIEW:
			return (attrs & migr_diff_bit(user, MIGR_VIEW_DEFINITION)) != 0;
		case MIGR_FUNCTION:
			return (attrs & migr_diff_bit(user, MIGR_FUNCTION_DEFINITION)) != 0;
		case MIGR_PROCEDURE:
			return (attrs & migr_diff_bit(user, MIGR_PROCEDURE_DEFINITION)) !=
				   0;
		case MIGR_POLICY:
			return (attrs & (migr_diff_bit(user, MIGR_POLICY_USING) |
							 migr_diff_bit(user, MIGR_POLICY_CHECK))) != 0;
		case MIGR_OWNED_SEQUENCE:
			return (attrs & migr_diff_bit(user, MIGR_OWNED_SEQUENCE_COLUMN)) !=
				   0;
		default:
			return false;
	}
}

/* Does a column's value come from others, in both schemas? */
static bool
is_derived(const MigrDiff *diff, const MigrObject *column)
{
	return migr_object_get(column, MIGR_COLUMN_GENERATED) != NULL &&
		   migr_object_get(migr_diff_item(diff, column)->twin,
						   MIGR_COLUMN_GENERATED) != NULL;
}

/* A column needs what goes: keep it all the same, where it has data. */
static void
touch_column(MigrDiff *diff, const MigrObject *column, const MigrObject *gone)
{
	MigrFate fate = migr_diff_item(diff, gone)->fate;

	if (is_derived(diff, column))
		migr_diff_take(diff, column);
	else if (fate == MIGR_ASIDE)
		move_column(diff, column, gone);
	else if (fate == MIGR_AGAIN)
		halve(diff, column, MIGR_COLUMN_DEFAULT);
}

/* Is it a base type?  No other type that is made anew can take its values. */
static bool
is_base_type(const MigrObject *object)
{
	return object->kind == MIGR_OTHER &&
		   migr_diff_same(migr_object_get(object, MIGR_OTHER_WORD), "type");
}

/* Say that values of a base type are in the way of another one of its name. */
static void
refuse_values(MigrDiff *diff, const MigrObject *user, const MigrObject *type)
{
	if (user->kind != MIGR_COLUMN && user->kind != MIGR_MEMBER &&
		user->kind != MIGR_DOMAIN && user->kind != MIGR_RANGE)
		return;
	migr_fail(diff->ctx, MIGR_ERR_UNSUPPORTED,
			  "type %s can't be changed: %s %s is of it", type->sql,
			  migr_kind_info(user->kind)->word, user->sql);
	migr_hint(diff->ctx, "Give the new type another name in the model.");
}

/* Somebody on both sides needs what goes. */
static void
touch(MigrDiff *diff, const MigrObject *user, const MigrObject *gone)
{
	MigrFate fate = migr_diff_item(diff, gone)->fate;

	if (fate == MIGR_AGAIN && is_base_type(gone))
		refuse_values(diff, user, gone);
	switch (user->kind)
	{
		case MIGR_COLUMN:
			touch_column(diff, user, gone);
			break;
		case MIGR_MEMBER:
			if (fate == MIGR_ASIDE)
				migr_diff_move_member(diff, user,
									  gone->kind == MIGR_COLLATION
										  ? MIGR_MEMBER_COLLATION
										  : MIGR_MEMBER_TYPE);
			break;
		case MIGR_DOMAIN:
			if (fate == MIGR_AGAIN)
				halve(diff, user, MIGR_DOMAIN_DEFAULT);
			/* fall through */
		case MIGR_RANGE:
		case MIGR_COMPOSITE:
			if (fate == MIGR_ASIDE)
				migr_diff_take(diff, user);
			break;
		case MIGR_TABLE:
			if (fate != MIGR_GOES && gone->kind != MIGR_TABLE)
				migr_diff_take(diff, user);
			break;
		case MIGR_INDEX_PARTITION:
			/* ATTACH joins them again */
			if (gone->kind != MIGR_INHERITANCE)
				migr_diff_take(diff, user);
			break;
		case MIGR_SCHEMA:
		case MIGR_EXTENSION:
		case MIGR_SEQUENCE:
			break;
		default:
			if (!forgets(diff, user, gone))
				migr_diff_take(diff, user);
	}
}

/* Somebody on both sides needs a column whose type changes (PostgreSQL). */
static void
shake(MigrDiff *diff, const MigrObject *user)
{
	switch (user->kind)
	{
		case MIGR_COLUMN:
			if (is_derived(diff, user))
				migr_diff_take(diff, user);
			break;
		case MIGR_CONSTRAINT:
			/* the server makes it again, but a foreign key can't be for a
			 * moment in which just one of its sides is of the new type */
			if (++migr_diff_item(diff, user)->shakes > 1 &&
				migr_diff_same(migr_object_get(user, MIGR_CONSTRAINT_TYPE),
							   "f"))
				migr_diff_take(diff, user);
			break;
		case MIGR_VIEW:
		case MIGR_MATVIEW:
		case MIGR_RULE:
		case MIGR_TRIGGER:
		case MIGR_POLICY:
		case MIGR_FUNCTION:
		case MIGR_PROCEDURE:
		case MIGR_STATISTICS:
		case MIGR_PUBLICATION:
			migr_diff_take(diff, user);
			break;
		default:
			break;
	}
}

/* Does SQLite's ALTER TABLE take a user along with a column? */
static bool
goes_along(const MigrObject *user, const MigrObject *gone)
{
	return gone->kind == MIGR_COLUMN && user->parent == gone->parent &&
		   (user->kind == MIGR_INDEX || user->kind == MIGR_CONSTRAINT);
}

/* A base type takes the functions along that read and write it. */
static void
take_functions(MigrDiff *diff, const MigrObject *type)
{
	for (int i = 0; type->kind == MIGR_OTHER && i < type->needs.count; i++)
		if (type->needs.items[i]->kind == MIGR_FUNCTION &&
			migr_object_get(type->needs.items[i], MIGR_FUNCTION_OF_TYPE) !=
				NULL)
			migr_diff_take(diff, type->needs.items[i]);
}

void
migr_diff_spread(MigrDiff *diff)
{
	for (; diff->told < diff->events.count; diff->told++)
	{
		MigrDiffEvent event = diff->events.items[diff->told];
		const MigrObject *object = event.object;
		int from = diff->first[object->number];
		int to = diff->first[object->number + 1];

		for (int i = from; i < to; i++)
		{
			const MigrObject *user = diff->users[i];

			if (migr_diff_item(diff, user)->twin == NULL)
				continue;
			if (event.shaken)
				shake(diff, user);
			else if (diff->pg)
				touch(diff, user, object);
			else if (goes_along(user, object))
				migr_diff_take(diff, user);
		}
		if (event.shaken)
			continue;
		for (int i = 0; i < object->parts.count; i++)
			migr_diff_take(diff, object->parts.items[i]);
		take_functions(diff, object);
	}
}
