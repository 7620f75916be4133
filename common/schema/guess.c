/*
 * guess.c
 *	  Which new table or column may be one that goes, under another name.
 *
 * All that could be meant by the same hint has the same key: those that go and
 * those that come are counted by it.
 */
#include "schema/guess.h"

/* What goes and comes under a key. */
typedef struct Guess
{
	const MigrObject *gone; /* one of them */
	int going;
	int coming;
} Guess;

typedef struct Guesses
{
	MigrCtx *ctx;
	MigrMap map;
	MIGR_VEC(Guess) items;
} Guesses;

/* Add a text to a key, or that there is none. */
static void
add_key(MigrStr *key, const char *text)
{
	migr_str_add(key, text != NULL ? text : "");
	migr_str_add_char(key, text != NULL ? '\n' : '\t');
}

/* What can be told of an object but for its name: a column's table and type, the
 * columns of a table. */
static MigrSpan
key_of(Guesses *guesses, const MigrObject *object)
{
	MigrStr key;
	MigrSpan span;

	migr_str_init(&key, &guesses->ctx->arena);
	add_key(&key, object->schema);
	if (object->kind == MIGR_COLUMN)
	{
		add_key(&key, object->parent->name);
		add_key(&key, migr_object_get(object, MIGR_COLUMN_TYPE));
		add_key(&key, migr_object_get(object, MIGR_COLUMN_GENERATED));
	}
	else
		for (int i = 0; i < object->parts.count; i++)
		{
			const MigrObject *column = object->parts.items[i];

			if (column->kind != MIGR_COLUMN)
				continue;
			add_key(&key, "column");
			add_key(&key, column->name);
			add_key(&key, migr_object_get(column, MIGR_COLUMN_TYPE));
		}
	span.ptr = key.data;
	span.len = key.len;
	return span;
}

/* Return what is known of a change's key; NULL: it can't be half of a rename. */
static Guess *
guess_of(Guesses *guesses, const MigrChange *change)
{
	const MigrObject *object =
		change->verb == MIGR_CREATE ? change->to : change->from;
	Guess none = {NULL, 0, 0};
	MigrSpan key;

	if ((change->verb != MIGR_CREATE && change->verb != MIGR_DROP) ||
		change->again || change->part ||
		(object->kind != MIGR_COLUMN && object->kind != MIGR_TABLE))
		return NULL;
	key = key_of(guesses, object);
	if (migr_map_put(&guesses->map, key, guesses->items.count))
		migr_vec_push(&guesses->ctx->arena, &guesses->items, none);
	return &guesses->items.items[migr_map_get(&guesses->map, key)];
}

void
migr_guess_renames(MigrCtx *ctx, MigrChanges *changes)
{
	Guesses guesses = {.ctx = ctx};

	migr_map_init(&guesses.map, &ctx->arena, 64);
	for (int i = 0; i < changes->count; i++)
	{
		const MigrChange *change = changes->items[i];
		Guess *guess = guess_of(&guesses, change);

		if (guess == NULL)
			continue;
		guess->coming += change->verb == MIGR_CREATE;
		guess->going += change->verb == MIGR_DROP;
		if (change->verb == MIGR_DROP)
			guess->gone = change->from;
	}
	for (int i = 0; i < changes->count; i++)
	{
		MigrChange *change = changes->items[i];
		const Guess *guess =
			change->verb == MIGR_CREATE ? guess_of(&guesses, change) : NULL;

		if (guess != NULL && guess->coming == 1 && guess->going == 1)
			change->likely = guess->gone;
	}
}
