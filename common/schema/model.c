/*
 * model.c
 *	  What a database looks like, as facts.
 *
 * An object is found by its kind, schema, the parents' names and its own name, in
 * a table with open addressing over the objects.
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

/* What a table of objects begins with; always a power of two, at most half full. */
#define FIRST_SLOTS 64

/* What an object is found by. */
typedef struct Key
{
	MigrKind kind;
	const char *schema;
	const MigrObject *parent;
	const char *name;
	uint32_t hash;
} Key;

/* A letter without its case. */
static char
fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c;
}

/* Add a text to a hash (FNV-1a), no matter in which case it is. */
static uint32_t
hash_text(uint32_t hash, const char *text)
{
	for (; text != NULL && *text != '\0'; text++)
		hash = (hash ^ (unsigned char) fold(*text)) * 16777619u;
	return hash * 16777619u;
}

/* Make a key. */
static Key
make_key(MigrKind kind, const char *in, const MigrObject *parent,
		 const char *name)
{
	Key key = {kind, in, parent, name, 2166136261u ^ (uint32_t) kind};

	key.hash = hash_text(hash_text(key.hash, in), name);
	for (; parent != NULL; parent = parent->parent)
		key.hash = hash_text(key.hash ^ (uint32_t) parent->kind, parent->name);
	/* so that the low bits depend on all others */
	key.hash ^= key.hash >> 15;
	key.hash *= 0x2c1b3c6du;
	key.hash ^= key.hash >> 12;
	return key;
}

/* Are two names the same?  NULL is an empty one. */
static bool
same_name(const MigrSchema *schema, const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return (a == NULL || *a == '\0') && (b == NULL || *b == '\0');
	if (!schema->any_case)
		return strcmp(a, b) == 0;
	while (*a != '\0' && fold(*a) == fold(*b))
	{
		a++;
		b++;
	}
	return fold(*a) == fold(*b);
}

/* Is an object what a key says? */
static bool
answers(const MigrSchema *schema, const MigrObject *object, const Key *key)
{
	const MigrObject *upper = object->parent;
	const MigrObject *parent = key->parent;

	if (object->hash != key->hash || object->kind != key->kind ||
		!same_name(schema, object->name, key->name) ||
		!same_name(schema, object->schema, key->schema))
		return false;
	while (upper != NULL && parent != NULL && upper->kind == parent->kind &&
		   same_name(schema, upper->name, parent->name))
	{
		upper = upper->parent;
		parent = parent->parent;
	}
	return upper == NULL && parent == NULL;
}

/* Return the slot of the object that a key says, or the empty one where it
 * belongs. */
static int32_t *
find_slot(const MigrSchema *schema, const Key *key)
{
	uint32_t at = key->hash & schema->mask;

	while (schema->slots[at] >= 0 &&
		   !answers(schema, schema->objects.items[schema->slots[at]], key))
		at = (at + 1) & schema->mask;
	return &schema->slots[at];
}

/* Lay out so many slots, and put the objects into them. */
static void
lay_slots(MigrCtx *ctx, MigrSchema *schema, uint32_t count)
{
	schema->slots = migr_alloc_array(&ctx->arena, count, sizeof(int32_t));
	schema->mask = count - 1;
	memset(schema->slots, 0xff, count * sizeof(int32_t));
	for (int i = 0; i < schema->objects.count; i++)
	{
		uint32_t at = schema->objects.items[i]->hash & schema->mask;

		while (schema->slots[at] >= 0)
			at = (at + 1) & schema->mask;
		schema->slots[at] = i;
	}
}

void
migr_schema_init(MigrCtx *ctx, MigrSchema *schema)
{
	memset(schema, 0, sizeof(*schema));
	lay_slots(ctx, schema, FIRST_SLOTS);
}

MigrObject *
migr_schema_add(MigrCtx *ctx, MigrSchema *schema, MigrKind kind, const char *in,
				const char *name, const char *sql, MigrObject *parent)
{
	Key key = make_key(kind, in, parent, name);
	int32_t *slot = find_slot(schema, &key);
	MigrObject *object;

	if (*slot >= 0)
		return schema->objects.items[*slot];
	*slot = schema->objects.count;
	object = migr_alloc(&ctx->arena, sizeof(*object));
	object->kind = kind;
	object->number = schema->objects.count;
	object->schema = in;
	object->name = name;
	object->sql = sql;
	object->parent = parent;
	object->hash = key.hash;
	object->values =
		migr_alloc_array(&ctx->arena, (size_t) migr_attr_count(kind) + 1,
						 sizeof(*object->values));
	if (parent != NULL)
		migr_vec_push(&ctx->arena, &parent->parts, object);
	migr_vec_push(&ctx->arena, &schema->objects, object);
	if ((uint32_t) schema->objects.count > schema->mask / 2)
		lay_slots(ctx, schema, (schema->mask + 1) * 4);
	return object;
}

MigrObject *
migr_schema_get(MigrCtx *ctx, const MigrSchema *schema, MigrKind kind,
				const char *in, const MigrObject *parent, const char *name)
{
	Key key = make_key(kind, in, parent, name);
	int32_t at = *find_slot(schema, &key);

	(void) ctx;
	return at < 0 ? NULL : schema->objects.items[at];
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
	for (int i = 0; i < objects->count; i++)
	{
		MigrObject *object = objects->items[i];

		if (object->number < 0)
			continue;
		object->number = kept;
		objects->items[kept++] = object;
	}
	objects->count = kept;
	lay_slots(ctx, schema, schema->mask + 1);
}
