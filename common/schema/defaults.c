/*
 * defaults.c
 *	  Rights that a new object gets by itself, and shouldn't have: default
 *	  privileges give them to whatever is made.
 *
 * What an object shall have is known, as far as it isn't what such an object has
 * where nobody has said anything.  So what default privileges do to it that isn't
 * asked for is undone behind its CREATE.  Those that go are gone by then, and new
 * ones come behind (edges.c).
 */
#include "schema/diff.h"
#include "schema/render.h"
#include "text/lex.h"

/* ---- for what they are ------------------------------------------------------------ */

/* The word for an object among default privileges: TABLES, ...; NULL: they don't
 * give any rights on such. */
static const char *
class_of(const MigrObject *object)
{
	switch (object->kind)
	{
		case MIGR_TABLE:
		case MIGR_VIEW:
		case MIGR_MATVIEW:
			return "TABLES";
		case MIGR_SEQUENCE:
			return "SEQUENCES";
		case MIGR_FUNCTION:
		case MIGR_PROCEDURE:
		case MIGR_AGGREGATE:
			return "FUNCTIONS";
		case MIGR_ENUM:
		case MIGR_RANGE:
		case MIGR_COMPOSITE:
		case MIGR_DOMAIN:
			return "TYPES";
		case MIGR_SCHEMA:
			return "SCHEMAS";
		default:
			return NULL;
	}
}

/* What GRANT calls one of a class. */
static const char *
word_of(const MigrObject *object)
{
	switch (*class_of(object))
	{
		case 'F':
			return object->kind == MIGR_PROCEDURE ? "PROCEDURE" : "FUNCTION";
		case 'S':
			return object->kind == MIGR_SCHEMA ? "SCHEMA" : "SEQUENCE";
		default:
			return strcmp(class_of(object), "TYPES") == 0 ? "TYPE" : "TABLE";
	}
}

/* Are default privileges about a new object? */
static bool
are_about(MigrArena *arena, const MigrObject *rights, const MigrObject *object)
{
	static const char in[] = " IN SCHEMA ";
	const char *where = migr_object_get(rights, MIGR_DEFAULT_PRIVILEGES_WHERE);
	const char *on = migr_object_get(rights, MIGR_DEFAULT_PRIVILEGES_ON);
	const char *class = class_of(object);
	const char *schema = strstr(where, in);

	if (migr_object_get(rights, MIGR_DEFAULT_PRIVILEGES_OURS) == NULL ||
		class == NULL || strcmp(class, on) != 0)
		return false;
	return schema == NULL ||
		   (object->schema != NULL &&
			strcmp(migr_lex_name(arena, migr_span(schema + strlen(in))),
				   object->schema) == 0);
}

/* ---- what is too much --------------------------------------------------------------- */

/* The right that an object shall give somebody; NULL: the usual one. */
static const MigrObject *
right_of(const MigrObject *object, const char *role)
{
	for (int i = 0; i < object->parts.count; i++)
	{
		const MigrObject *part = object->parts.items[i];

		if (part->kind == MIGR_GRANT &&
			migr_diff_same(migr_object_get(part, MIGR_GRANT_TO), role))
			return part;
	}
	return NULL;
}

/* Is a list within another one? */
static bool
is_within(MigrArena *arena, const char *list, const char *other)
{
	MigrTexts more = {0};

	migr_list_less(arena, list, other, &more);
	return more.count == 0;
}

/* Return what undoes that an object gets such rights; NULL: nothing has to. */
static const char *
undoing(MigrArena *arena, const MigrObject *object, const MigrObject *rights)
{
	const char *to = migr_object_get(rights, MIGR_DEFAULT_PRIVILEGES_TO);
	const char *where = migr_object_get(rights, MIGR_DEFAULT_PRIVILEGES_WHERE);
	const char *given =
		migr_object_get(rights, MIGR_DEFAULT_PRIVILEGES_PRIVILEGES);
	const char *options =
		migr_object_get(rights, MIGR_DEFAULT_PRIVILEGES_GRANT_OPTION);
	const MigrObject *right = right_of(object, to);
	const char *owner = migr_printf(arena, "FOR ROLE %s", to);

	if (given == NULL || strcmp(where, owner) == 0)
		return right != NULL ? NULL
							 : migr_printf(arena, "GRANT ALL ON %s %s TO %s",
										   word_of(object), object->sql, to);
	if (right != NULL &&
		is_within(arena, given,
				  migr_object_get(right, MIGR_GRANT_PRIVILEGES)) &&
		is_within(arena, options,
				  migr_object_get(right, MIGR_GRANT_GRANT_OPTION)))
		return NULL;
	return migr_printf(arena, "REVOKE ALL ON %s %s FROM %s", word_of(object),
					   object->sql, to);
}

void
migr_diff_default_rights(MigrDiff *diff)
{
	MigrArena *arena = &diff->ctx->arena;
	MigrObjects found = {0};

	for (int i = 0; i < diff->from->objects.count; i++)
	{
		MigrObject *object = diff->from->objects.items[i];

		if (object->kind == MIGR_DEFAULT_PRIVILEGES &&
			migr_diff_item(diff, object)->fate == MIGR_STAYS)
			migr_vec_push(arena, &found, object);
	}
	for (int i = 0; found.count > 0 && i < diff->out->count; i++)
	{
		MigrChange *change = diff->out->items[i];

		if (change->verb != MIGR_CREATE)
			continue;
		for (int k = 0; k < found.count; k++)
		{
			const char *text = are_about(arena, found.items[k], change->to)
								   ? undoing(arena, change->to, found.items[k])
								   : NULL;

			if (text != NULL)
				migr_vec_push(arena, &change->undoing, text);
		}
	}
}
