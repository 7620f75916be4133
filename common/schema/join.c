/*
 * join.c
 *	  Join kept facts with those of the statements that were built again.
 *
 * Of each group all objects come from one side or the other.  What one of them needs
 * is looked up by its name among all.
 */
#include "schema/choice.h"

#include <stdlib.h>

#include "schema/kept.h"

/* Names that the server makes up are cut off at some length; from here on only their
 * begin counts. */
#define LONG_NAME 56
#define LONG_BEGIN 16

/* An object of the result. */
typedef struct Item
{
	const MigrObject *object;
	int place; /* of its statement */
	bool built;
} Item;

typedef struct Join
{
	MigrChoice *choice;
	MigrCtx *ctx;
	const MigrSchema *kept;
	const MigrSchema *built;
	MigrSchema *out;
	MIGR_VEC(Item) items;
	int *places[2]; /* by number of a kept and of a built object */
	MigrObject *
		*twins[2]; /* likewise: it in the result; NULL: it isn't there */
} Join;

/* ---- whose is what ------------------------------------------------------------------- */

/* A name as statements have it: a routine's without its arguments. */
static MigrSpan
plain_name(const MigrObject *object)
{
	MigrSpan name = migr_span(object->name);

	if (object->kind == MIGR_FUNCTION || object->kind == MIGR_PROCEDURE ||
		object->kind == MIGR_AGGREGATE)
		name.len = strcspn(object->name, "(");
	return name;
}

/* What an object is a part of, in the end. */
static const MigrObject *
root_of(const MigrObject *object)
{
	while (object->parent != NULL)
		object = object->parent;
	return object;
}

/* Is it of those that each build makes alike: a schema, an extension? */
static bool
is_place(const MigrObject *object)
{
	const MigrObject *root = root_of(object);

	return root->kind == MIGR_SCHEMA || root->kind == MIGR_EXTENSION;
}

/* What becomes of an object's group; false: it is nobody's. */
static bool
state_of(Join *join, const MigrObject *object, MigrGroupState *out)
{
	int group =
		is_place(object)
			? MIGR_MAP_NONE
			: migr_choice_group(join->choice, plain_name(root_of(object)));

	*out =
		group != MIGR_MAP_NONE ? join->choice->states[group] : MIGR_GROUP_KEPT;
	return group != MIGR_MAP_NONE || is_place(object);
}

/* Was a group built, all of it? */
static bool
is_built(MigrGroupState state)
{
	return state == MIGR_GROUP_CHANGED || state == MIGR_GROUP_NEAR;
}

/* The place of the statement that made an object, as far as names tell. */
static int
place_of(Join *join, const MigrObject *object, const int *places)
{
	int upper = object->parent != NULL ? places[object->parent->number] : 0;
	MigrSpan name = plain_name(object);
	int number = migr_choice_name(join->choice, name);
	int place;

	if (number == MIGR_MAP_NONE ||
		migr_choice_group(join->choice, name) !=
			migr_choice_group(join->choice, plain_name(root_of(object))))
		return upper;
	place = join->choice->begin[number];
	return place > upper ? place : upper;
}

/* Take the objects of one side; false: one of them is nobody's. */
static bool
take_side(Join *join, bool built)
{
	const MigrObjects *objects = &(built ? join->built : join->kept)->objects;
	MigrArena *arena = &join->ctx->arena;
	int *places =
		migr_alloc_array(arena, (size_t) objects->count + 1, sizeof(int));

	join->places[built] = places;
	join->twins[built] = migr_alloc_array(arena, (size_t) objects->count + 1,
										  sizeof(MigrObject *));
	for (int i = 0; i < objects->count; i++)
	{
		const MigrObject *object = objects->items[i];
		MigrGroupState state;
		Item item = {object, 0, built};

		if (!state_of(join, object, &state))
			return false;
		item.place = places[i] = place_of(join, object, places);
		if (is_built(state) == built)
			migr_vec_push(arena, &join->items, item);
		else if (built && !is_place(object) && object->parent == NULL &&
				 migr_schema_find(join->ctx, join->kept, object) == NULL)
			return false; /* who was only to be found has made something */
	}
	return true;
}

/* ---- has more changed? ------------------------------------------------------------------ */

/* A group that should have come out as it was hasn't. */
static void
note_changed(Join *join, const MigrObject *object)
{
	MigrChoice *choice = join->choice;

	choice->states[migr_choice_group(choice, plain_name(root_of(object)))] =
		MIGR_GROUP_CHANGED;
}

/* Compare what mentions something that has changed with what it was; false: some
 * have changed as well. */
static bool
check_near(Join *join)
{
	bool same = true;
	MigrGroupState state;
	MigrPair pair;

	migr_pair_init(join->ctx, join->kept, join->built, &pair);
	for (int i = 0; i < join->kept->objects.count; i++)
	{
		const MigrObject *object = join->kept->objects.items[i];
		const MigrObject *twin;

		if (!state_of(join, object, &state) || state != MIGR_GROUP_NEAR)
			continue;
		twin = migr_schema_find(join->ctx, join->built, object);
		if (twin != NULL && migr_pair_same(&pair, object, twin))
			continue;
		note_changed(join, object);
		same = false;
	}
	for (int i = 0; i < join->built->objects.count; i++)
	{
		const MigrObject *object = join->built->objects.items[i];

		if (!state_of(join, object, &state) || state != MIGR_GROUP_NEAR ||
			migr_schema_find(join->ctx, join->kept, object) != NULL)
			continue;
		note_changed(join, object);
		same = false;
	}
	return same;
}

/* ---- names that are made up ----------------------------------------------------------- */

/*
 * A name that nobody has given is made up so that no other thing has it: t_a_idx,
 * and t_a_idx1 where that is there.  So what has changed must not have to do with
 * such a name of what is kept.
 */
typedef struct Names
{
	Join *join;
	MigrMap all;   /* the begins of names of what is kept */
	MigrMap found; /* of those that are made up */
} Names;

/* The part of a name that others of its row have: all but the number. */
static MigrSpan
begin_of(const char *name)
{
	MigrSpan begin = migr_span(name);

	while (begin.len > 1 && begin.ptr[begin.len - 1] >= '0' &&
		   begin.ptr[begin.len - 1] <= '9')
		begin.len--;
	if (begin.len > LONG_NAME)
		begin.len = LONG_BEGIN;
	return begin;
}

/* The name that an object has among others of its schema, or that what comes with it
 * has; NULL: it has none. */
static const char *
shared_name(Join *join, const MigrObject *object)
{
	switch (object->kind)
	{
		case MIGR_TABLE:
		case MIGR_VIEW:
		case MIGR_MATVIEW:
		case MIGR_INDEX:
		case MIGR_CONSTRAINT:
		case MIGR_SEQUENCE:
		case MIGR_STATISTICS:
			return object->name;
		case MIGR_COLUMN:
			if (migr_object_get(object, MIGR_COLUMN_SERIAL) == NULL &&
				migr_object_get(object, MIGR_COLUMN_IDENTITY) == NULL)
				return NULL;
			return migr_printf(&join->ctx->arena, "%s_%s_seq",
							   object->parent->name, object->name);
		default:
			return NULL;
	}
}

/* Is a name made up?  No statement has it then. */
static bool
is_made_up(Join *join, const char *name)
{
	return migr_choice_name(join->choice, migr_span(name)) == MIGR_MAP_NONE;
}

/* Note the names of what is kept. */
static void
note_names(Names *names)
{
	Join *join = names->join;
	const MigrObjects *objects = &join->kept->objects;
	MigrGroupState state;

	migr_map_init(&names->all, &join->ctx->arena, objects->count);
	migr_map_init(&names->found, &join->ctx->arena, objects->count);
	for (int i = 0; i < objects->count; i++)
	{
		const char *name = shared_name(join, objects->items[i]);

		if (name == NULL || !state_of(join, objects->items[i], &state) ||
			is_built(state))
			continue;
		(void) migr_map_put(&names->all, begin_of(name), i);
		if (is_made_up(join, name))
			(void) migr_map_put(&names->found, begin_of(name), i);
	}
}

/* Do those objects of one schema that aren't in the other have names that don't
 * matter? */
static bool
check_side(Names *names, const MigrSchema *side, const MigrSchema *other)
{
	Join *join = names->join;
	MigrGroupState state;

	for (int i = 0; i < side->objects.count; i++)
	{
		const MigrObject *object = side->objects.items[i];
		const char *name = shared_name(join, object);

		if (name == NULL || !state_of(join, object, &state) ||
			!is_built(state) ||
			migr_schema_find(join->ctx, other, object) != NULL)
			continue;
		if (migr_map_get(is_made_up(join, name) ? &names->all : &names->found,
						 begin_of(name)) != MIGR_MAP_NONE)
			return false;
	}
	return true;
}

/* Could names have been made up otherwise? */
static bool
check_names(Join *join)
{
	Names names = {.join = join};

	note_names(&names);
	return check_side(&names, join->kept, join->built) &&
		   check_side(&names, join->built, join->kept);
}

/* ---- all of it ------------------------------------------------------------------------- */

/* In the order of the statements; of one, as each side has it. */
static int
compare_items(const void *a, const void *b)
{
	const Item *x = a;
	const Item *y = b;

	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	if (x->built != y->built)
		return x->built ? 1 : -1;
	return (x->object->number > y->object->number) -
		   (x->object->number < y->object->number);
}

/* Add an item's object to the result. */
static bool
add_item(Join *join, const Item *item)
{
	const MigrObject *from = item->object;
	MigrObject **twins = join->twins[item->built];
	int number = join->out->objects.count;
	MigrObject *parent =
		from->parent != NULL ? twins[from->parent->number] : NULL;
	MigrObject *object;

	if (from->parent != NULL && parent == NULL)
		return false;
	object = migr_schema_add(join->ctx, join->out, from->kind, from->schema,
							 from->name, from->sql, parent);
	if (object->number != number)
		return false;
	object->values = from->values;
	twins[from->number] = object;
	return true;
}

/* Say what an item's object needs, and the order of its parts. */
static bool
link_item(Join *join, const Item *item)
{
	const MigrObject *from = item->object;
	MigrObject **twins = join->twins[item->built];
	MigrObject *object = twins[from->number];

	for (int i = 0; i < from->needs.count; i++)
	{
		const MigrObject *needed = from->needs.items[i];
		MigrObject *twin = twins[needed->number];

		if (twin == NULL)
			twin = migr_schema_find(join->ctx, join->out, needed);
		if (twin == NULL)
			return false;
		migr_object_need(join->ctx, object, twin);
	}
	for (int i = 0; i < from->parts.count; i++)
	{
		object->parts.items[i] = twins[from->parts.items[i]->number];
		if (object->parts.items[i] == NULL)
			return false;
	}
	return true;
}

/* Put it together. */
static bool
put_together(Join *join)
{
	qsort(join->items.items, (size_t) join->items.count, sizeof(Item),
		  compare_items);
	for (int i = 0; i < join->items.count; i++)
		if (!add_item(join, &join->items.items[i]))
			return false;
	for (int i = 0; i < join->items.count; i++)
		if (!link_item(join, &join->items.items[i]))
			return false;
	return true;
}

bool
migr_choice_join(MigrChoice *choice, const MigrSchema *kept,
				 const MigrSchema *built, MigrSchema *out, bool *again)
{
	Join join = {
		.choice = choice, .ctx = choice->ctx, .kept = kept, .built = built};

	join.out = out;
	*again = false;
	migr_schema_init(choice->ctx, out);
	out->any_case = kept->any_case;
	if (!take_side(&join, false) || !take_side(&join, true))
		return false;
	if (!check_near(&join))
	{
		*again = true;
		return false;
	}
	return check_names(&join) && put_together(&join);
}
