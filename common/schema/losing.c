/*
 * losing.c
 *	  What is lost in other tables with one that is dropped.
 *
 * SQLite's DROP TABLE deletes the rows first, where foreign_keys is ON, and so runs
 * what foreign keys do ON DELETE.  Those of the old schema are gone by then; but the
 * new one may have some that refer to a table which it lacks.
 */
#include <string.h>

#include "schema/diff.h"
#include "schema/mention.h"
#include "text/cursor.h"
#include "text/lex.h"

/* The foreign keys that refer to a table, and do something to their own rows. */
typedef struct Referring
{
	MigrObjects keys;
	const MigrChange *seen; /* with the drop that they were seen for last */
} Referring;

typedef struct Losing
{
	MigrCtx *ctx;
	MIGR_VEC(Referring) referring;
	MigrMap tables; /* the names that they refer to: indexes of referring */
} Losing;

/* The table that a foreign key refers to. */
static const char *
target_of(MigrCtx *ctx, const MigrObject *key)
{
	const char *target = migr_object_get(key, MIGR_CONSTRAINT_TARGET);
	MigrCursor cursor = {target, target + strlen(target), false};

	return migr_lex_name(&ctx->arena, migr_cursor_solid(&cursor).text);
}

/* Note what a foreign key refers to. */
static void
add_key(Losing *losing, MigrObject *key)
{
	MigrArena *arena = &losing->ctx->arena;
	MigrSpan table = migr_mention_key(losing->ctx, target_of(losing->ctx, key));
	Referring none = {0};

	if (migr_map_put(&losing->tables, table, losing->referring.count))
		migr_vec_push(arena, &losing->referring, none);
	migr_vec_push(
		arena,
		&losing->referring.items[migr_map_get(&losing->tables, table)].keys,
		key);
}

/* Find the foreign keys of a schema that do more than forbid. */
static void
find_keys(Losing *losing, const MigrSchema *schema)
{
	migr_map_init(&losing->tables, &losing->ctx->arena, 16);
	for (int i = 0; i < schema->objects.count; i++)
	{
		MigrObject *object = schema->objects.items[i];
		const char *action =
			object->kind == MIGR_CONSTRAINT
				? migr_object_get(object, MIGR_CONSTRAINT_ON_DELETE)
				: NULL;

		if (action != NULL && strcmp(action, "RESTRICT") != 0)
			add_key(losing, object);
	}
}

/* Add the foreign keys that act where rows of a table are deleted. */
static void
take_keys(Losing *losing, const char *table, MigrChange *drop)
{
	int at =
		migr_map_get(&losing->tables, migr_mention_key(losing->ctx, table));
	Referring *referring = at >= 0 ? &losing->referring.items[at] : NULL;

	if (referring == NULL || referring->seen == drop)
		return;
	referring->seen = drop;
	for (int i = 0; i < referring->keys.count; i++)
		migr_vec_push(&losing->ctx->arena, &drop->losing,
					  referring->keys.items[i]);
}

void
migr_diff_losing(MigrDiff *diff)
{
	Losing losing = {.ctx = diff->ctx};

	find_keys(&losing, diff->to);
	for (int i = 0; i < diff->out->count; i++)
	{
		MigrChange *drop = diff->out->items[i];

		if (drop->verb != MIGR_DROP || drop->again ||
			drop->from->kind != MIGR_TABLE)
			continue;
		take_keys(&losing, drop->from->name, drop);
		for (int k = 0; k < drop->losing.count; k++)
		{
			const MigrObject *key = drop->losing.items[k];

			if (strcmp(migr_object_get(key, MIGR_CONSTRAINT_ON_DELETE),
					   "CASCADE") == 0)
				take_keys(&losing, key->parent->name, drop);
		}
	}
}
