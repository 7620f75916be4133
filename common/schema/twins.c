/*
 * twins.c
 *	  Which objects of two schemas are the same.
 *
 * Names tell: of a part, below its parent's twin.  A type may be of another kind.  A
 * constraint or an index whose name nobody has on the other side is paired with one
 * that says the same; and on SQLite a primary key with the other one.
 */
#include "schema/diff.h"
#include "text/cursor.h"

/* Make two objects one another's. */
static void
pair(MigrDiff *diff, const MigrObject *object, MigrObject *twin)
{
	migr_diff_item(diff, object)->twin = twin;
	migr_diff_item(diff, object)->fate = MIGR_STAYS;
	diff->origins[twin->number] = object;
}

/* Find a type of another kind in a type's place; NULL: there is none. */
static MigrObject *
other_type(const MigrDiff *diff, const MigrObject *type)
{
	static const MigrKind kinds[] = {MIGR_ENUM, MIGR_RANGE, MIGR_COMPOSITE,
									 MIGR_DOMAIN};
	MigrObject *found = NULL;
	bool is_type = false;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
	{
		is_type = is_type || type->kind == kinds[i];
		if (found == NULL)
			found = migr_schema_get(diff->ctx, diff->to, kinds[i], type->schema,
									NULL, type->name);
	}
	return is_type ? found : NULL;
}

/* Find an object's twin: of a part, below its parent's. */
static void
find_twin(MigrDiff *diff, const MigrObject *object)
{
	const MigrObject *parent = NULL;
	MigrObject *twin;

	migr_diff_item(diff, object)->fate = MIGR_GOES;
	if (object->parent != NULL)
	{
		parent = migr_diff_item(diff, object->parent)->twin;
		if (parent == NULL)
			return;
	}
	twin = migr_schema_get(diff->ctx, diff->to, object->kind, object->schema,
						   parent, object->name);
	if (twin == NULL)
		twin = other_type(diff, object);
	if (twin != NULL)
		pair(diff, object, twin);
}

/* Cut the name out of a CREATE INDEX. */
static const char *
without_name(MigrDiff *diff, const char *definition)
{
	MigrCursor cursor = {definition, definition + strlen(definition), diff->pg};
	MigrCursor name;
	MigrSpan text;

	while (cursor.at < cursor.end && !migr_cursor_word(&cursor, "INDEX"))
		migr_cursor_solid(&cursor);
	if (migr_cursor_word(&cursor, "IF"))
	{
		migr_cursor_word(&cursor, "NOT");
		migr_cursor_word(&cursor, "EXISTS");
	}
	name = cursor;
	migr_cursor_name(&cursor, &text);
	if (migr_cursor_char(&cursor, '.'))
		migr_cursor_name(&cursor, &text);
	return migr_printf(&diff->ctx->arena, "%.*s%s",
					   (int) (name.at - definition), definition, cursor.at);
}

/* Say all of a constraint or an index but its name; of a live one, the parent's
 * twin is taken for the parent. */
static MigrSpan
nameless(MigrDiff *diff, const MigrObject *object, const MigrObject *parent)
{
	MigrAttr first = migr_kind_info(object->kind)->first;
	MigrStr text;
	MigrSpan span;

	migr_str_init(&text, &diff->ctx->arena);
	migr_str_printf(&text, "%d %d", (int) object->kind, parent->number);
	for (int i = 0; i < migr_attr_count(object->kind); i++)
	{
		MigrAttr attr = (MigrAttr) ((int) first + i);
		const char *value = migr_object_get(object, attr);

		if (migr_attr_how(attr) == MIGR_NOTED)
			continue;
		if (value != NULL && attr == MIGR_INDEX_DEFINITION)
			value = without_name(diff, value);
		migr_str_add_char(&text, '\n');
		migr_str_add(&text, value != NULL ? value : "");
		migr_str_add_char(&text, value != NULL ? '=' : '-');
	}
	span.ptr = text.data;
	span.len = text.len;
	return span;
}

/* Is it of a kind that is renamed where just the name differs? */
static bool
has_loose_name(const MigrObject *object)
{
	return object->parent != NULL &&
		   (object->kind == MIGR_CONSTRAINT || object->kind == MIGR_INDEX);
}

/* Do two parts say the same of their parents, but for names?  So does a comment on
 * the same sort of thing, and what says which index is the upper one. */
static bool
says_same(const MigrDiff *diff, const MigrObject *part, const MigrObject *other)
{
	const char *a;
	const char *b;

	if (part->kind != other->kind || diff->origins[other->number] != NULL)
		return false;
	if (part->kind == MIGR_INDEX_PARTITION)
		return part->needs.count > 0 && other->needs.count > 0 &&
			   migr_diff_item(diff, part->needs.items[0])->twin ==
				   other->needs.items[0];
	if (part->kind != MIGR_COMMENT)
		return false;
	a = migr_object_get(part, MIGR_COMMENT_ON);
	b = migr_object_get(other, MIGR_COMMENT_ON);
	return a == NULL || b == NULL || strncmp(a, b, strcspn(a, " ") + 1) == 0;
}

/* Find the twins of an object's parts, whose names may have changed with those of
 * others. */
static void
find_parts(MigrDiff *diff, const MigrObject *object)
{
	const MigrObject *twin = migr_diff_item(diff, object)->twin;

	for (int i = 0; i < object->parts.count; i++)
	{
		const MigrObject *part = object->parts.items[i];

		if (migr_diff_item(diff, part)->twin == NULL)
			find_twin(diff, part);
		for (int k = 0;
			 migr_diff_item(diff, part)->twin == NULL && k < twin->parts.count;
			 k++)
			if (says_same(diff, part, twin->parts.items[k]))
				pair(diff, part, twin->parts.items[k]);
	}
}

/* Pair constraints and indexes that have just another name. */
static void
find_renamed(MigrDiff *diff)
{
	MigrMap map;

	migr_map_init(&map, &diff->ctx->arena, 64);
	for (int i = 0; i < diff->from->objects.count; i++)
	{
		const MigrObject *object = diff->from->objects.items[i];

		if (has_loose_name(object) &&
			migr_diff_item(diff, object)->twin == NULL &&
			migr_diff_item(diff, object->parent)->twin != NULL)
			migr_map_put(&map,
						 nameless(diff, object,
								  migr_diff_item(diff, object->parent)->twin),
						 i);
	}
	if (map.count == 0)
		return;
	for (int i = 0; i < diff->to->objects.count; i++)
	{
		MigrObject *object = diff->to->objects.items[i];
		int at;

		if (!has_loose_name(object) || diff->origins[i] != NULL ||
			diff->origins[object->parent->number] == NULL)
			continue;
		at = migr_map_get(&map, nameless(diff, object, object->parent));
		if (at == MIGR_MAP_NONE || diff->items[at].twin != NULL)
			continue;
		pair(diff, diff->from->objects.items[at], object);
		diff->items[at].renamed = true;
	}
}

/* Is it a primary key? */
static bool
is_primary(const MigrObject *object)
{
	return object->kind == MIGR_CONSTRAINT && object->parent != NULL &&
		   migr_diff_same(migr_object_get(object, MIGR_CONSTRAINT_TYPE), "p");
}

/* Pair the primary keys that a table had and gets, whatever they are called: on
 * SQLite one statement changes them, for some tables have to have one. */
static void
find_keys(MigrDiff *diff)
{
	for (int i = 0; i < diff->from->objects.count && !diff->pg; i++)
	{
		const MigrObject *object = diff->from->objects.items[i];
		const MigrObject *table =
			object->parent != NULL ? migr_diff_item(diff, object->parent)->twin
								   : NULL;

		if (!is_primary(object) || diff->items[i].twin != NULL || table == NULL)
			continue;
		for (int k = 0; k < table->parts.count; k++)
		{
			MigrObject *part = table->parts.items[k];

			if (is_primary(part) && diff->origins[part->number] == NULL)
				pair(diff, object, part);
		}
	}
}

void
migr_diff_pair_all(MigrDiff *diff)
{
	const MigrObjects *objects = &diff->from->objects;

	/* parents come first */
	for (int i = 0; i < objects->count; i++)
		find_twin(diff, objects->items[i]);
	find_renamed(diff);
	find_keys(diff);
	for (int i = 0; i < objects->count; i++)
		if (has_loose_name(objects->items[i]) && diff->items[i].twin != NULL)
			find_parts(diff, objects->items[i]);
}
