/*
 * diff.c
 *	  What differs between two schemas, as changes.
 *
 * First each live object looks for its twin, and the two are compared; that tells
 * what goes, what is altered and what is made anew.  Then a queue spreads this
 * along the dependencies: who needs an object that goes, or a column whose type
 * changes, can't stay.  At the end each object says its changes by its fate alone.
 */
#include "schema/change.h"
#include "schema/guess.h"
#include "text/cursor.h"

typedef enum Fate
{
	STAYS,
	GOES,  /* for good */
	AGAIN, /* dropped, and made again */
	ASIDE  /* the same, but under another name until all have left it */
} Fate;

/* What becomes of an object of the live schema. */
typedef struct Item
{
	MigrObject *twin; /* in the other schema; NULL: it has none */
	uint64_t differs; /* attributes that aren't the same */
	uint64_t attrs;	  /* those that an ALTER has to set */
	Fate fate;
	bool renamed;
	bool halved; /* its default goes first, and comes behind all */
	int shakes;	 /* how many columns that it needs change their types */
} Item;

/* Something that others may not outlive: an object goes, or is shaken. */
typedef struct Event
{
	const MigrObject *object;
	bool shaken;
} Event;

typedef struct Diff
{
	MigrCtx *ctx;
	bool pg;
	const MigrSchema *from;
	const MigrSchema *to;
	Item *items;				/* by an object's number in from */
	const MigrObject **origins; /* by an object's number in to: its twin */
	int *first;					/* by number: where its users begin */
	const MigrObject **users;	/* that need it, by number of what is needed */
	MIGR_VEC(Event) events;
	MigrChanges *out;
} Diff;

bool
migr_changes(const MigrChange *change, MigrAttr attr)
{
	const MigrObject *object = change->to != NULL ? change->to : change->from;
	int at = (int) attr - (int) migr_kind_info(object->kind)->first;

	return at >= 0 && at < migr_attr_count(object->kind) &&
		   (change->attrs >> at & 1) != 0;
}

/* The bit of an attribute in a set of its kind's. */
static uint64_t
bit(const MigrObject *object, MigrAttr attr)
{
	return (uint64_t) 1 << (attr - migr_kind_info(object->kind)->first);
}

static Item *
item_of(const Diff *diff, const MigrObject *object)
{
	return &diff->items[object->number];
}

/* Are two values the same?  NULL is like NULL alone. */
static bool
is_same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* ---- twins --------------------------------------------------------------------- */

/* Make two objects one another's. */
static void
pair(Diff *diff, const MigrObject *object, MigrObject *twin)
{
	item_of(diff, object)->twin = twin;
	item_of(diff, object)->fate = STAYS;
	diff->origins[twin->number] = object;
}

/* Find an object's twin: of a part, below its parent's. */
static void
find_twin(Diff *diff, const MigrObject *object)
{
	const MigrObject *parent = NULL;
	MigrObject *twin;

	item_of(diff, object)->fate = GOES;
	if (object->parent != NULL)
	{
		parent = item_of(diff, object->parent)->twin;
		if (parent == NULL)
			return;
	}
	twin = migr_schema_get(diff->ctx, diff->to, object->kind, object->schema,
						   parent, object->name);
	if (twin != NULL)
		pair(diff, object, twin);
}

/* Cut the name out of a CREATE INDEX. */
static const char *
without_name(Diff *diff, const char *definition)
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
nameless(Diff *diff, const MigrObject *object, const MigrObject *parent)
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
says_same(const Diff *diff, const MigrObject *part, const MigrObject *other)
{
	const char *a;
	const char *b;

	if (part->kind != other->kind || diff->origins[other->number] != NULL)
		return false;
	if (part->kind == MIGR_INDEX_PARTITION)
		return part->needs.count > 0 && other->needs.count > 0 &&
			   item_of(diff, part->needs.items[0])->twin ==
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
find_parts(Diff *diff, const MigrObject *object)
{
	const MigrObject *twin = item_of(diff, object)->twin;

	for (int i = 0; i < object->parts.count; i++)
	{
		const MigrObject *part = object->parts.items[i];

		if (item_of(diff, part)->twin == NULL)
			find_twin(diff, part);
		for (int k = 0;
			 item_of(diff, part)->twin == NULL && k < twin->parts.count; k++)
			if (says_same(diff, part, twin->parts.items[k]))
				pair(diff, part, twin->parts.items[k]);
	}
}

/* Pair constraints and indexes that have just another name. */
static void
find_renamed(Diff *diff)
{
	MigrMap map;

	migr_map_init(&map, &diff->ctx->arena, 64);
	for (int i = 0; i < diff->from->objects.count; i++)
	{
		const MigrObject *object = diff->from->objects.items[i];

		if (has_loose_name(object) && item_of(diff, object)->twin == NULL &&
			item_of(diff, object->parent)->twin != NULL)
			migr_map_put(
				&map,
				nameless(diff, object, item_of(diff, object->parent)->twin), i);
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

/* Pair all that can be. */
static void
find_twins(Diff *diff)
{
	const MigrObjects *objects = &diff->from->objects;

	/* parents come first */
	for (int i = 0; i < objects->count; i++)
		find_twin(diff, objects->items[i]);
	find_renamed(diff);
	for (int i = 0; i < objects->count; i++)
		if (has_loose_name(objects->items[i]) && diff->items[i].twin != NULL)
			find_parts(diff, objects->items[i]);
}

/* Lay out who needs each object, in two passes. */
static void
find_users(Diff *diff)
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

/* ---- what can't stay ---------------------------------------------------------------- */

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

/* Note what others may have to follow. */
static void
tell(Diff *diff, const MigrObject *object, bool shaken)
{
	Event event = {object, shaken};

	migr_vec_push(&diff->ctx->arena, &diff->events, event);
}

/* Drop what stayed so far, and make it again. */
static void
take(Diff *diff, const MigrObject *object)
{
	Item *item = item_of(diff, object);

	if (item->fate != STAYS)
		return;
	item->fate = diff->pg && is_type(object) ? ASIDE : AGAIN;
	tell(diff, object, false);
}

/* An object's column (not a type's) is used by a column or a table? */
static bool
is_stored(const Diff *diff, const MigrObject *type)
{
	for (int i = diff->first[type->number]; i < diff->first[type->number + 1];
		 i++)
		if (diff->users[i]->kind == MIGR_COLUMN ||
			diff->users[i]->kind == MIGR_TABLE ||
			diff->users[i]->kind == MIGR_DOMAIN)
			return true;
	return false;
}

/* Alter the type of a composite's member; where rows hold it, make all anew. */
static void
move_member(Diff *diff, const MigrObject *member, MigrAttr attr)
{
	if (item_of(diff, member)->fate != STAYS)
		return;
	if (is_stored(diff, member->parent))
		take(diff, member->parent);
	else
	{
		item_of(diff, member)->attrs |= bit(member, attr);
		tell(diff, member, true);
	}
}

/* Has either of an object and its twin a value there? */
static bool
has_either(const Diff *diff, const MigrObject *object, MigrAttr attr)
{
	return migr_object_get(object, attr) != NULL ||
		   migr_object_get(item_of(diff, object)->twin, attr) != NULL;
}

/* Move a column from a type that goes aside to the new one of its name. */
static void
move_column(Diff *diff, const MigrObject *column, const MigrObject *type)
{
	Item *item = item_of(diff, column);

	item->attrs |=
		bit(column, type->kind == MIGR_COLLATION ? MIGR_COLUMN_COLLATION
												 : MIGR_COLUMN_TYPE);
	if (has_either(diff, column, MIGR_COLUMN_DEFAULT))
		item->attrs |= bit(column, MIGR_COLUMN_DEFAULT);
	tell(diff, column, true);
}

/* Take the default of a column or a domain away while what it calls is made
 * anew. */
static void
halve(Diff *diff, const MigrObject *object, MigrAttr attr)
{
	Item *item = item_of(diff, object);

	if (migr_object_get(object, attr) == NULL)
		return;
	item->halved = true;
	item->attrs |= bit(object, attr);
}

/* Can an ALTER (or CREATE OR REPLACE) make a user forget what goes for good?  A
 * view that groups by a primary key may need it still. */
static bool
forgets(const Diff *diff, const MigrObject *user, const MigrObject *gone)
{
	uint64_t attrs = item_of(diff, user)->attrs;

	if (item_of(diff, gone)->fate != GOES || gone->kind == MIGR_CONSTRAINT)
		return false;
	switch (user->kind)
	{
		case MIGR_VIEW:
			return (attrs & bit(user, MIGR_VIEW_DEFINITION)) != 0;
		case MIGR_FUNCTION:
			return (attrs & bit(user, MIGR_FUNCTION_DEFINITION)) != 0;
		case MIGR_PROCEDURE:
			return (attrs & bit(user, MIGR_PROCEDURE_DEFINITION)) != 0;
		case MIGR_POLICY:
			return (attrs & (bit(user, MIGR_POLICY_USING) |
							 bit(user, MIGR_POLICY_CHECK))) != 0;
		case MIGR_OWNED_SEQUENCE:
			return (attrs & bit(user, MIGR_OWNED_SEQUENCE_COLUMN)) != 0;
		default:
			return false;
	}
}

/* Does a column's value come from others, in both schemas? */
static bool
is_derived(const Diff *diff, const MigrObject *column)
{
	return migr_object_get(column, MIGR_COLUMN_GENERATED) != NULL &&
		   migr_object_get(item_of(diff, column)->twin,
						   MIGR_COLUMN_GENERATED) != NULL;
}

/* A column needs what goes: keep it all the same, where it has data. */
static void
touch_column(Diff *diff, const MigrObject *column, const MigrObject *gone)
{
	Fate fate = item_of(diff, gone)->fate;

	if (is_derived(diff, column))
		take(diff, column);
	else if (fate == ASIDE)
		move_column(diff, column, gone);
	else if (fate == AGAIN)
		halve(diff, column, MIGR_COLUMN_DEFAULT);
}

/* Take a table from those above it for a while. */
static void
take_inheritance(Diff *diff, const MigrObject *table)
{
	for (int i = 0; i < table->parts.count; i++)
		if (table->parts.items[i]->kind == MIGR_INHERITANCE)
			take(diff, table->parts.items[i]);
}

/* Somebody on both sides needs what goes. */
static void
touch(Diff *diff, const MigrObject *user, const MigrObject *gone)
{
	Fate fate = item_of(diff, gone)->fate;

	switch (user->kind)
	{
		case MIGR_COLUMN:
			touch_column(diff, user, gone);
			break;
		case MIGR_MEMBER:
			if (fate == ASIDE)
				move_member(diff, user,
							gone->kind == MIGR_COLLATION ? MIGR_MEMBER_COLLATION
														 : MIGR_MEMBER_TYPE);
			break;
		case MIGR_DOMAIN:
			if (fate == AGAIN)
				halve(diff, user, MIGR_DOMAIN_DEFAULT);
			/* fall through */
		case MIGR_RANGE:
		case MIGR_COMPOSITE:
			if (fate == ASIDE)
				take(diff, user);
			break;
		case MIGR_TABLE:
			if (fate != GOES && gone->kind != MIGR_TABLE)
				take(diff, user);
			break;
		case MIGR_INHERITANCE:
			/* its table's indexes have to be there before: no more */
			if (gone->kind == MIGR_TABLE)
				take(diff, user);
			break;
		case MIGR_INDEX_PARTITION:
			/* the upper index takes the lower one along, but for a
			 * constraint's: that has to be set free */
			take(diff, user->parent);
			if (user->parent->kind == MIGR_CONSTRAINT &&
				gone->kind == MIGR_INDEX)
				take_inheritance(diff, user->parent->parent);
			break;
		case MIGR_SCHEMA:
		case MIGR_EXTENSION:
		case MIGR_SEQUENCE:
			break;
		default:
			if (!forgets(diff, user, gone))
				take(diff, user);
	}
}

/* Somebody on both sides needs a column whose type changes (PostgreSQL). */
static void
shake(Diff *diff, const MigrObject *user)
{
	switch (user->kind)
	{
		case MIGR_COLUMN:
			if (is_derived(diff, user))
				take(diff, user);
			break;
		case MIGR_CONSTRAINT:
			/* the server makes it again, but a foreign key can't be for a
			 * moment in which just one of its sides is of the new type */
			if (++item_of(diff, user)->shakes > 1 &&
				is_same(migr_object_get(user, MIGR_CONSTRAINT_TYPE), "f"))
				take(diff, user);
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
			take(diff, user);
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

/* An index of a partition can't go without the upper one, as long as its table is
 * a partition. */
static void
take_upper(Diff *diff, const MigrObject *index)
{
	const MigrObject *table = index->parent;

	if (table == NULL || item_of(diff, table)->fate != STAYS)
		return;
	for (int i = 0; i < table->parts.count; i++)
		if (table->parts.items[i]->kind == MIGR_INHERITANCE &&
			item_of(diff, table->parts.items[i])->fate != STAYS)
			return;
	for (int i = 0; i < index->parts.count; i++)
	{
		const MigrObject *part = index->parts.items[i];

		if (part->kind == MIGR_INDEX_PARTITION && part->needs.count > 0)
			take(diff, part->needs.items[0]);
	}
}

/* Let all follow what has happened, until nothing does. */
static void
spread(Diff *diff)
{
	for (int at = 0; at < diff->events.count; at++)
	{
		Event event = diff->events.items[at];
		const MigrObject *object = event.object;
		int from = diff->first[object->number];
		int to = diff->first[object->number + 1];

		for (int i = from; i < to; i++)
		{
			const MigrObject *user = diff->users[i];

			if (item_of(diff, user)->twin == NULL)
				continue;
			if (event.shaken)
				shake(diff, user);
			else if (diff->pg)
				touch(diff, user, object);
			else if (goes_along(user, object))
				take(diff, user);
		}
		if (event.shaken)
			continue;
		for (int i = 0; i < object->parts.count; i++)
			take(diff, object->parts.items[i]);
		take_upper(diff, object);
	}
}

/* ---- what differs -------------------------------------------------------------------- */

/* The attributes in which an object and its twin aren't the same. */
static uint64_t
compare(const MigrObject *object, const MigrObject *twin)
{
	MigrAttr first = migr_kind_info(object->kind)->first;
	uint64_t attrs = 0;

	for (int i = 0; i < migr_attr_count(object->kind); i++)
		if (migr_attr_how((MigrAttr) ((int) first + i)) != MIGR_NOTED &&
			!is_same(object->values[i], twin->values[i]))
			attrs |= (uint64_t) 1 << i;
	return attrs;
}

/* Take the next literal off a list; false: there is none left. */
static bool
take_literal(const char **rest, MigrSpan *literal)
{
	const char *at = *rest + strspn(*rest, ", ");

	literal->ptr = at;
	if (*at != '\'')
		return false;
	do
	{
		at++;
		while (*at != '\'' && *at != '\0')
			at++;
		if (*at == '\'')
			at++;
	} while (*at == '\'');
	literal->len = (size_t) (at - literal->ptr);
	*rest = at;
	return true;
}

/* Are the labels of an enum still there, in their order? */
static bool
keeps_labels(const char *from, const char *to)
{
	MigrSpan old;
	MigrSpan new;

	while (take_literal(&from, &old))
		do
			if (!take_literal(&to, &new))
				return false;
		while (new.len != old.len || memcmp(new.ptr, old.ptr, new.len) != 0);
	return true;
}

/* Does a view just get columns at its end? */
static bool
gets_columns(const MigrObject *view, const MigrObject *twin)
{
	const char *from = migr_object_get(view, MIGR_VIEW_COLUMNS);
	const char *to = migr_object_get(twin, MIGR_VIEW_COLUMNS);
	size_t len = from != NULL ? strlen(from) : 0;

	return to != NULL &&
		   (len == 0 || (strncmp(from, to, len) == 0 &&
						 (from[len - 1] == '\n' || to[len] == '\n')));
}

/* Can a column stay where the expression changes that its values come from?
 * SQLite's ALTER TABLE is our own.  PostgreSQL's can drop it. */
static bool
keeps_column(const Diff *diff, const MigrObject *column, uint64_t differs)
{
	const char *from = migr_object_get(column, MIGR_COLUMN_GENERATED);
	const char *to =
		migr_object_get(item_of(diff, column)->twin, MIGR_COLUMN_GENERATED);
	size_t len = from != NULL ? strlen(from) : 0;

	return !diff->pg ||
		   (to == NULL && len > 6 && strcmp(from + len - 6, "STORED") == 0 &&
			(differs & bit(column, MIGR_COLUMN_TYPE)) == 0);
}

/* Is a column in the key that its table is partitioned by? */
static bool
is_in_key(const MigrObject *column)
{
	const char *key =
		column->parent->kind == MIGR_TABLE
			? migr_object_get(column->parent, MIGR_TABLE_PARTITION_KEY)
			: NULL;
	MigrCursor cursor = {key, NULL, true};
	MigrLexeme lexeme;

	if (key == NULL)
		return false;
	cursor.end = key + strlen(key);
	do
	{
		lexeme = migr_cursor_solid(&cursor);
		if (migr_span_is(lexeme.text, column->sql))
			return true;
	} while (lexeme.kind != MIGR_LEXEME_END);
	return false;
}

/* Can none but a new object have such differences? */
static bool
must_be_new(const Diff *diff, const MigrObject *object, uint64_t differs)
{
	MigrAttr first = migr_kind_info(object->kind)->first;
	const MigrObject *twin = item_of(diff, object)->twin;

	if (object->kind == MIGR_ENUM && differs != 0)
		return !keeps_labels(migr_object_get(object, MIGR_ENUM_LABELS),
							 migr_object_get(twin, MIGR_ENUM_LABELS));
	if (object->kind == MIGR_VIEW && !diff->pg)
		return differs != 0;
	if (object->kind == MIGR_VIEW && gets_columns(object, twin))
		differs &= ~bit(object, MIGR_VIEW_COLUMNS);
	if (object->kind == MIGR_COLUMN && keeps_column(diff, object, differs))
		differs &= ~bit(object, MIGR_COLUMN_GENERATED);
	for (int i = 0; i < migr_attr_count(object->kind); i++)
		if ((differs >> i & 1) != 0 &&
			migr_attr_how((MigrAttr) ((int) first + i)) == MIGR_RECREATED)
			return true;
	return false;
}

/* See to a column or a member that isn't the same. */
static void
classify_column(Diff *diff, const MigrObject *column, uint64_t differs)
{
	MigrAttr first = migr_kind_info(column->kind)->first;
	uint64_t shaken = 0;

	for (int i = 0; i < migr_attr_count(column->kind); i++)
		if (migr_attr_how((MigrAttr) ((int) first + i)) == MIGR_SHAKEN)
			shaken |= (uint64_t) 1 << i;
	if (!diff->pg || (differs & shaken) == 0)
		return;
	if (column->kind == MIGR_MEMBER)
		move_member(diff, column, MIGR_MEMBER_TYPE);
	else if (is_in_key(column))
		take(diff, column->parent);
	else
		tell(diff, column, true);
}

/* Does an object, which is new or not the same, say a label that an enum hasn't
 * got yet?  In the transaction that adds it, it can't be said. */
static bool
says_new_label(const Diff *diff, const MigrObject *object,
			   const MigrObject *type)
{
	const MigrObject *origin = diff->origins[object->number];
	const char *rest =
		migr_object_get(item_of(diff, type)->twin, MIGR_ENUM_LABELS);
	const char *old = migr_object_get(type, MIGR_ENUM_LABELS);
	MigrSpan label;

	if (origin != NULL && item_of(diff, origin)->differs == 0)
		return false;
	while (take_literal(&rest, &label))
	{
		const char *text =
			migr_strndup(&diff->ctx->arena, label.ptr, label.len);

		if (strstr(old, text) != NULL)
			continue;
		for (int i = 0; i < migr_attr_count(object->kind); i++)
			if (object->values[i] != NULL &&
				strstr(object->values[i], text) != NULL)
				return true;
	}
	return false;
}

/* Make the enums anew whose new labels are said at once. */
static void
classify_enums(Diff *diff)
{
	for (int i = 0; i < diff->to->objects.count; i++)
	{
		const MigrObject *object = diff->to->objects.items[i];

		for (int k = 0; k < object->needs.count; k++)
		{
			const MigrObject *type =
				diff->origins[object->needs.items[k]->number];

			if (type != NULL && type->kind == MIGR_ENUM &&
				item_of(diff, type)->fate == STAYS &&
				item_of(diff, type)->differs != 0 &&
				says_new_label(diff, object, type))
				take(diff, type);
		}
	}
}

/* Compare an object with its twin. */
static void
classify(Diff *diff, const MigrObject *object)
{
	Item *item = item_of(diff, object);

	if (item->twin == NULL)
	{
		tell(diff, object, false);
		return;
	}
	item->differs = compare(object, item->twin);
	if (item->renamed)
		item->differs = 0; /* but for the name in an index's definition */
	item->attrs = item->differs;
	if (must_be_new(diff, object, item->differs))
		take(diff, object);
	else if (object->kind == MIGR_COLUMN || object->kind == MIGR_MEMBER)
		classify_column(diff, object, item->differs);
}

/* ---- what comes from an upper table ------------------------------------------------------ */

/* Which column or constraint of an upper table does one come from?  NULL: none. */
static const MigrObject *
upper_of(const MigrObject *object)
{
	if (object->kind != MIGR_COLUMN && object->kind != MIGR_CONSTRAINT)
		return NULL;
	for (int i = 0; i < object->needs.count; i++)
	{
		const MigrObject *upper = object->needs.items[i];

		if (upper->kind == object->kind && upper->parent != object->parent &&
			strcmp(upper->name, object->name) == 0)
			return upper;
	}
	return NULL;
}

/* Is a live table below another one, and stays so? */
static bool
stays_below(const Diff *diff, const MigrObject *table, const MigrObject *upper)
{
	if (item_of(diff, table)->fate != STAYS)
		return false;
	for (int i = 0; i < table->parts.count; i++)
	{
		const MigrObject *part = table->parts.items[i];

		if (part->kind == MIGR_INHERITANCE && part->needs.count > 0 &&
			part->needs.items[0] == upper)
			return item_of(diff, part)->fate == STAYS;
	}
	return false;
}

/* Is an object that comes from an upper table dropped along with that one's? */
static bool
goes_with_upper(const Diff *diff, const MigrObject *object)
{
	MigrAttr attr = object->kind == MIGR_COLUMN ? MIGR_COLUMN_INHERITED
												: MIGR_CONSTRAINT_INHERITED;
	const MigrObject *upper = upper_of(object);

	return upper != NULL && migr_object_get(object, attr) != NULL &&
		   item_of(diff, upper)->fate != STAYS &&
		   stays_below(diff, object->parent, upper->parent);
}

/* Is an object that comes from an upper table made along with that one's? */
static bool
comes_with_upper(const Diff *diff, const MigrObject *object)
{
	MigrAttr attr = object->kind == MIGR_COLUMN ? MIGR_COLUMN_INHERITED
												: MIGR_CONSTRAINT_INHERITED;
	const MigrObject *upper = upper_of(object);
	const MigrObject *old;

	if (upper == NULL || migr_object_get(object, attr) == NULL ||
		diff->origins[object->parent->number] == NULL ||
		diff->origins[upper->parent->number] == NULL)
		return false;
	old = diff->origins[upper->number];
	return (old == NULL || item_of(diff, old)->fate != STAYS) &&
		   stays_below(diff, diff->origins[object->parent->number],
					   diff->origins[upper->parent->number]);
}

/* Does a foreign key refer to a table? */
static bool
is_referred_to(const Diff *diff, const MigrObject *table)
{
	for (int i = 0; i < table->parts.count; i++)
	{
		int number = table->parts.items[i]->number;

		if (table->parts.items[i]->kind == MIGR_COLUMN)
			continue;
		for (int k = diff->first[number]; k < diff->first[number + 1]; k++)
			if (diff->users[k]->kind == MIGR_CONSTRAINT &&
				is_same(migr_object_get(diff->users[k], MIGR_CONSTRAINT_TYPE),
						"f"))
				return true;
	}
	return false;
}

/* Does a partition have to leave its table before it is dropped, for a foreign key
 * to that holds it? */
static bool
leaves_first(const Diff *diff, const MigrObject *object)
{
	return object->kind == MIGR_INHERITANCE && object->needs.count > 0 &&
		   migr_object_get(object, MIGR_INHERITANCE_BOUND) != NULL &&
		   is_referred_to(diff, object->needs.items[0]);
}

/* Which attributes of a column does the upper table's ALTER set? */
static uint64_t
set_by_upper(const Diff *diff, const MigrObject *column)
{
	const MigrObject *upper = upper_of(column);
	const Item *item = item_of(diff, column);
	uint64_t attrs;

	if (upper == NULL || column->kind != MIGR_COLUMN ||
		item_of(diff, upper)->fate != STAYS ||
		!stays_below(diff, column->parent, upper->parent))
		return 0;
	attrs = item_of(diff, upper)->attrs & (bit(column, MIGR_COLUMN_TYPE) |
										   bit(column, MIGR_COLUMN_COLLATION) |
										   bit(column, MIGR_COLUMN_NOT_NULL));
	if (!is_same(
			migr_object_get(item->twin, MIGR_COLUMN_NOT_NULL),
			migr_object_get(item_of(diff, upper)->twin, MIGR_COLUMN_NOT_NULL)))
		attrs &= ~bit(column, MIGR_COLUMN_NOT_NULL);
	return attrs;
}

/* ---- changes ------------------------------------------------------------------------- */

/* Add a change. */
static MigrChange *
say(Diff *diff, MigrVerb verb, const MigrObject *from, const MigrObject *to)
{
	MigrChange *change = migr_alloc(&diff->ctx->arena, sizeof(*change));

	change->verb = verb;
	change->from = from;
	change->to = to;
	migr_vec_push(&diff->ctx->arena, diff->out, change);
	return change;
}

/* Make a copy of an object without one of its attributes; it is in no schema, and
 * needs nothing. */
static MigrObject *
copy_without(Diff *diff, const MigrObject *object, MigrAttr attr)
{
	MigrArena *arena = &diff->ctx->arena;
	size_t count = (size_t) migr_attr_count(object->kind);
	MigrObject *copy = migr_alloc(arena, sizeof(*copy));

	*copy = *object;
	copy->number = -1;
	memset(&copy->needs, 0, sizeof(copy->needs));
	copy->values = migr_alloc_array(arena, count + 1, sizeof(*copy->values));
	memcpy(copy->values, object->values, count * sizeof(*copy->values));
	migr_object_set(copy, attr, NULL);
	return copy;
}

/* Alter an object; where its default has to go first, in two halves. */
static void
say_alter(Diff *diff, const MigrObject *object, const Item *item)
{
	MigrAttr attr =
		object->kind == MIGR_DOMAIN ? MIGR_DOMAIN_DEFAULT : MIGR_COLUMN_DEFAULT;
	const MigrObject *from = object;
	MigrChange *half = NULL;
	MigrChange *change;

	if (item->halved)
	{
		from = copy_without(diff, object, attr);
		half = say(diff, MIGR_ALTER, object, from);
		half->attrs = bit(object, attr);
		half->again = true;
	}
	change = say(diff, MIGR_ALTER, from, item->twin);
	change->attrs = item->attrs;
	change->behind = half;
	if (half != NULL && migr_object_get(item->twin, attr) == NULL)
		change->attrs &= ~half->attrs;
}

/* Is this the name of something like a type or a table? */
static bool
is_taken(const Diff *diff, const char *schema, const char *name)
{
	static const MigrKind kinds[] = {
		MIGR_ENUM,	MIGR_RANGE, MIGR_COMPOSITE, MIGR_DOMAIN,   MIGR_COLLATION,
		MIGR_TABLE, MIGR_VIEW,	MIGR_MATVIEW,	MIGR_SEQUENCE, MIGR_OTHER};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (migr_schema_get(diff->ctx, diff->from, kinds[i], schema, NULL,
							name) != NULL ||
			migr_schema_get(diff->ctx, diff->to, kinds[i], schema, NULL,
							name) != NULL)
			return true;
	return false;
}

/* Make the name that a type has until it is dropped: free, and of 63 bytes at
 * most. */
static const char *
aside_name(const Diff *diff, const MigrObject *object)
{
	for (int number = 1;; number++)
	{
		const char *tail =
			number == 1 ? "_old"
						: migr_printf(&diff->ctx->arena, "_old%d", number);
		size_t len = strlen(object->name);
		const char *name;

		if (len + strlen(tail) > 63)
			len = 63 - strlen(tail);
		/* no half of a character */
		while (len > 0 && ((unsigned char) object->name[len] & 0xC0) == 0x80)
			len--;
		name = migr_printf(&diff->ctx->arena, "%.*s%s", (int) len, object->name,
						   tail);
		if (!is_taken(diff, object->schema, name))
			return name;
	}
}

/* Make an object.  What a table says of its indexes comes behind them. */
static MigrChange *
say_create(Diff *diff, const MigrObject *object)
{
	MigrChange *create = say(diff, MIGR_CREATE, NULL, object);
	const char *identity =
		object->kind == MIGR_TABLE
			? migr_object_get(object, MIGR_TABLE_REPLICA_IDENTITY)
			: NULL;
	MigrChange *rest;

	if (identity == NULL || strncmp(identity, "USING", 5) != 0)
		return create;
	rest = say(diff, MIGR_ALTER,
			   copy_without(diff, object, MIGR_TABLE_REPLICA_IDENTITY), object);
	rest->attrs = bit(object, MIGR_TABLE_REPLICA_IDENTITY);
	rest->behind = create;
	return create;
}

/* Drop an object and make it again, or let it go aside in the meantime. */
static void
say_again(Diff *diff, const MigrObject *object, const Item *item)
{
	MigrChange *first;
	MigrChange *change;

	if (item->fate == ASIDE)
	{
		first = say(diff, MIGR_RENAME, object, NULL);
		first->aside = aside_name(diff, object);
		change = say(diff, MIGR_DROP, object, NULL);
		change->aside = first->aside;
	}
	else
		change = first = say(diff, MIGR_DROP, object, NULL);
	change->again = true;
	change->within = goes_with_upper(diff, object);
	change->attrs = first->attrs = item->differs;
	change->twin = first->twin = item->twin;
	change = say_create(diff, item->twin);
	change->within = comes_with_upper(diff, item->twin);
	change->again = true;
	change->attrs = item->differs;
	change->twin = object;
	change->behind = first;
}

/* ---- the fates -------------------------------------------------------------------------- */

/* Say what becomes of a live object. */
static void
say_fate(Diff *diff, const MigrObject *object)
{
	Item *item = item_of(diff, object);
	MigrChange *change;

	switch (item->fate)
	{
		case GOES:
			change = say(diff, MIGR_DROP, object, NULL);
			change->part = object->parent != NULL &&
						   item_of(diff, object->parent)->twin == NULL;
			change->within = goes_with_upper(diff, object);
			change->alone = leaves_first(diff, object);
			break;
		case AGAIN:
		case ASIDE:
			say_again(diff, object, item);
			break;
		case STAYS:
			if (item->renamed)
				say(diff, MIGR_RENAME, object, item->twin);
			else if ((item->attrs &= ~set_by_upper(diff, object)) != 0)
				say_alter(diff, object, item);
			break;
	}
}

/* Say that an object is new. */
static void
say_new(Diff *diff, const MigrObject *object)
{
	MigrChange *change = say_create(diff, object);

	change->part =
		object->parent != NULL && diff->origins[object->parent->number] == NULL;
	change->within = comes_with_upper(diff, object);
}

void
migr_diff(MigrCtx *ctx, MigrDialect dialect, const MigrSchema *from,
		  const MigrSchema *to, MigrChanges *out)
{
	Diff diff = {ctx, dialect == MIGR_POSTGRESQL, from, to, .out = out};

	diff.items = migr_alloc_array(&ctx->arena, (size_t) from->objects.count + 1,
								  sizeof(*diff.items));
	diff.origins = migr_alloc_array(&ctx->arena, (size_t) to->objects.count + 1,
									sizeof(*diff.origins));
	find_twins(&diff);
	find_users(&diff);
	for (int i = 0; i < from->objects.count; i++)
		classify(&diff, from->objects.items[i]);
	classify_enums(&diff);
	spread(&diff);
	for (int i = 0; i < from->objects.count; i++)
		say_fate(&diff, from->objects.items[i]);
	for (int i = 0; i < to->objects.count; i++)
		if (diff.origins[i] == NULL)
			say_new(&diff, to->objects.items[i]);
	migr_guess_renames(ctx, out);
}
