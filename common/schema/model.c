/*
 * model.c
 *	  What a database looks like, as facts.
 *
 * An object is found by a key: kind, schema, the parents' names and its own name,
 * with NULs between them, which no name has.
 */
#include <string.h>

#include "schema/model.h"

/* What a change of each attribute means. */
static const MigrHow attrs[MIGR_ATTR_COUNT] = {
#define MIGR_ATTR(kind, attribute, how)                                        \
	[MIGR_##kind##_##attribute] = MIGR_##how,
#include "schema/kinds.def"
};

/* Where the attributes of each kind begin: behind those of the kinds before. */
enum
{
#define MIGR_KIND(kind, word, place)                                           \
	FIRST_##kind, BEFORE_##kind = FIRST_##kind - 1,
#define MIGR_ATTR(kind, attribute, how) AT_##kind##_##attribute,
#include "schema/kinds.def"
	FIRST_NONE
};

static const MigrKindInfo kinds[MIGR_KIND_COUNT] = {
#define MIGR_KIND(kind, word, place)                                           \
	[MIGR_##kind] = {word, MIGR_##place, (MigrAttr) FIRST_##kind},
#include "schema/kinds.def"
};

/* ---- kinds ------------------------------------------------------------------------ */

const MigrKindInfo *
migr_kind_info(MigrKind kind)
{
	return &kinds[kind];
}

int
migr_attr_count(MigrKind kind)
{
	int next = kind + 1 < MIGR_KIND_COUNT ? (int) kinds[kind + 1].first
										  : (int) MIGR_ATTR_COUNT;

	return next - (int) kinds[kind].first;
}

MigrHow
migr_attr_how(MigrAttr attr)
{
	return attrs[attr];
}

/* ---- objects ------------------------------------------------------------------------ */

/* Add a part of a key. */
static void
add_key(const MigrSchema *schema, MigrStr *key, const char *text)
{
	for (; text != NULL && *text != '\0'; text++)
		migr_str_add_char(key, schema->any_case && *text >= 'A' && *text <= 'Z'
								   ? (char) (*text - 'A' + 'a')
								   : *text);
	migr_str_add_char(key, '\0');
}

/* The key of an object. */
static MigrSpan
make_key(MigrCtx *ctx, const MigrSchema *schema, MigrKind kind, const char *in,
		 const MigrObject *parent, const char *name)
{
	MigrStr key;
	MigrSpan span;

	migr_str_init(&key, &ctx->arena);
	migr_str_printf(&key, "%d", (int) kind);
	add_key(schema, &key, "");
	add_key(schema, &key, in);
	for (; parent != NULL; parent = parent->parent)
	{
		migr_str_printf(&key, "%d.", (int) parent->kind);
		add_key(schema, &key, parent->name);
	}
	add_key(schema, &key, name);
	span.ptr = key.data;
	span.len = key.len;
	return span;
}

void
migr_schema_init(MigrCtx *ctx, MigrSchema *schema)
{
	memset(schema, 0, sizeof(*schema));
	migr_map_init(&schema->keys, &ctx->arena, 64);
}

MigrObject *
migr_schema_add(MigrCtx *ctx, MigrSchema *schema, MigrKind kind, const char *in,
				const char *name, const char *sql, MigrObject *parent)
{
	MigrSpan key = make_key(ctx, schema, kind, in, parent, name);
	MigrObject *object;

	if (!migr_map_put(&schema->keys, key, schema->objects.count))
		return schema->objects.items[migr_map_get(&schema->keys, key)];
	object = migr_alloc(&ctx->arena, sizeof(*object));
	object->kind = kind;
	object->number = schema->objects.count;
	object->schema = in;
	object->name = name;
	object->sql = sql;
	object->parent = parent;
	object->values =
		migr_alloc_array(&ctx->arena, (size_t) migr_attr_count(kind) + 1,
						 sizeof(*object->values));
	if (parent != NULL)
		migr_vec_push(&ctx->arena, &parent->parts, object);
	migr_vec_push(&ctx->arena, &schema->objects, object);
	return object;
}

MigrObject *
migr_schema_get(MigrCtx *ctx, const MigrSchema *schema, MigrKind kind,
				const char *in, const MigrObject *parent, const char *name)
{
	int32_t at = migr_map_get(&schema->keys,
							  make_key(ctx, schema, kind, in, parent, name));

	return at == MIGR_MAP_NONE ? NULL : schema->objects.items[at];
}

MigrObject *
migr_schema_find(MigrCtx *ctx, const MigrSchema *schema, const MigrObject *like)
{
	return migr_schema_get(ctx, schema, like->kind, like->schema, like->parent,
						   like->name);
}

const char *
migr_object_get(const MigrObject *object, MigrAttr attr)
{
	return object->values[attr - kinds[object->kind].first];
}

void
migr_object_set(MigrObject *object, MigrAttr attr, const char *value)
{
	object->values[attr - kinds[object->kind].first] = value;
}

void
migr_object_need(MigrCtx *ctx, MigrObject *object, MigrObject *needed)
{
	if (object != needed && object->parent != needed)
		migr_vec_push(&ctx->arena, &object->needs, needed);
}

/* ---- filter ------------------------------------------------------------------------- */

/* Take what is gone out of a list. */
static void
drop_gone(MigrObjects *list)
{
	int kept = 0;

	for (int i = 0; i < list->count; i++)
		if (list->items[i]->number >= 0)
			list->items[kept++] = list->items[i];
	list->count = kept;
}

void
migr_schema_filter(MigrCtx *ctx, MigrSchema *schema, MigrKeep keep,
				   void *context)
{
	MigrObjects *objects = &schema->objects;
	int kept = 0;

	/* parents come first */
	for (int i = 0; i < objects->count; i++)
	{
		MigrObject *object = objects->items[i];

		if ((object->parent != NULL && object->parent->number < 0) ||
			!keep(object, context))
			object->number = -1;
	}
	for (int i = 0; i < objects->count; i++)
	{
		drop_gone(&objects->items[i]->parts);
		drop_gone(&objects->items[i]->needs);
	}
	migr_map_init(&schema->keys, &ctx->arena, objects->count);
	for (int i = 0; i < objects->count; i++)
	{
		MigrObject *object = objects->items[i];

		if (object->number < 0)
			continue;
		object->number = kept;
		objects->items[kept++] = object;
		migr_map_put(&schema->keys,
					 make_key(ctx, schema, object->kind, object->schema,
							  object->parent, object->name),
					 object->number);
	}
	objects->count = kept;
}
