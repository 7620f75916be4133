/*
 * diff.c
 *	  What differs between two schemas, as changes.
 *
 * First each live object looks for its twin (twins.c), and the two are compared;
 * that tells what goes, what is altered and what is made anew.  Then this spreads
 * along the dependencies (spread.c): who needs an object that goes, or a column
 * whose type changes, can't stay.  At the end each object says its changes by its
 * fate alone.
 */
#include "schema/affinity.h"
#include "schema/diff.h"
#include "schema/guess.h"
#include "schema/partition.h"
#include "schema/reduce.h"
#include "text/cursor.h"

bool
migr_changes(const MigrChange *change, MigrAttr attr)
{
	const MigrObject *object = change->to != NULL ? change->to : change->from;
	int at = (int) attr - (int) migr_kind_info(object->kind)->first;

	return at >= 0 && at < migr_attr_count(object->kind) &&
		   (change->attrs >> at & 1) != 0;
}

const MigrObject *
migr_upper_of(const MigrObject *object)
{
	if (object->kind != MIGR_COLUMN && object->kind != MIGR_CONSTRAINT)
		return NULL;
	for (int i = 0; i < object->needs.count; i++)
	{
		const MigrObject *upper = object->needs.items[i];

		if ((upper->kind == object->kind || upper->kind == MIGR_MEMBER) &&
			upper->parent != object->parent &&
			strcmp(upper->name, object->name) == 0)
			return upper;
	}
	return NULL;
}

uint64_t
migr_diff_bit(const MigrObject *object, MigrAttr attr)
{
	return (uint64_t) 1 << (attr - migr_kind_info(object->kind)->first);
}

MigrDiffItem *
migr_diff_item(const MigrDiff *diff, const MigrObject *object)
{
	return &diff->items[object->number];
}

bool
migr_diff_same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* ---- what differs -------------------------------------------------------------------- */

/* Is a column its table's primary key?  SQLite's INTEGER is another type there than
 * INT. */
static bool
is_key(const MigrObject *column)
{
	for (int i = 0; i < column->parent->parts.count; i++)
	{
		const MigrObject *part = column->parent->parts.items[i];

		if (part->kind == MIGR_CONSTRAINT &&
			migr_diff_same(migr_object_get(part, MIGR_CONSTRAINT_TYPE), "p") &&
			migr_diff_same(migr_object_get(part, MIGR_CONSTRAINT_COLUMNS),
						   column->sql))
			return true;
	}
	return false;
}

/* Are two types one, by several names?  In a key INTEGER stands for the rowid. */
static bool
is_same_type(const MigrDiff *diff, const MigrObject *object,
			 const MigrObject *twin)
{
	const char *from = migr_object_get(object, MIGR_COLUMN_TYPE);
	const char *to = migr_object_get(twin, MIGR_COLUMN_TYPE);
	bool rowid =
		migr_is_integer(migr_span(from)) || migr_is_integer(migr_span(to));

	return migr_same_type(diff->ctx, from, to) &&
		   !(rowid && (is_key(object) || is_key(twin)));
}

/* Is a text in quotes a plain number? */
static bool
is_quoted_number(const char *value)
{
	const char *at = value + (value[0] == '\'');
	size_t whole = strspn(at += *at == '-', "0123456789");
	size_t part = at[whole] == '.' ? strspn(at + whole + 1, "0123456789") : 0;

	at += whole + (part > 0 ? part + 1 : 0);
	return value[0] == '\'' && whole > 0 && strcmp(at, "'") == 0;
}

/* Return a default without the quotes that its column's affinity takes away. */
static const char *
bare_default(const MigrDiff *diff, const MigrObject *column, const char *value)
{
	const char *type = migr_object_get(column, MIGR_COLUMN_TYPE);
	MigrAffinity affinity = migr_affinity(migr_span(type != NULL ? type : ""));

	/* "any" is a STRICT table's, and keeps them */
	if (!is_quoted_number(value) || affinity == MIGR_AFFINITY_TEXT ||
		affinity == MIGR_AFFINITY_BLOB || strcmp(type, "any") == 0)
		return value;
	return migr_strndup(&diff->ctx->arena, value + 1, strlen(value) - 2);
}

/* Do two generated columns compute the same: "(...) STORED"? */
static bool
is_same_code(const MigrDiff *diff, const char *from, const char *to)
{
	const char *ends[] = {strrchr(from, ' '), strrchr(to, ' ')};
	MigrArena *arena = &diff->ctx->arena;

	return strcmp(ends[0], ends[1]) == 0 &&
		   strcmp(migr_reduce_expr(
					  diff->ctx,
					  migr_strndup(arena, from, (size_t) (ends[0] - from))),
				  migr_reduce_expr(
					  diff->ctx,
					  migr_strndup(arena, to, (size_t) (ends[1] - to)))) == 0;
}

/* Does an attribute of a column of SQLite's say the same as its twin's, in other
 * words? */
static bool
is_synonym(const MigrDiff *diff, const MigrObject *object,
		   const MigrObject *twin, MigrAttr attr)
{
	const char *from = migr_object_get(object, attr);
	const char *to = migr_object_get(twin, attr);

	if (diff->pg || from == NULL || to == NULL)
		return false;
	switch (attr)
	{
		case MIGR_COLUMN_TYPE:
			return is_same_type(diff, object, twin);
		case MIGR_COLUMN_DEFAULT:
			return strcmp(migr_reduce_expr(diff->ctx,
										   bare_default(diff, object, from)),
						  migr_reduce_expr(diff->ctx,
										   bare_default(diff, twin, to))) == 0;
		case MIGR_COLUMN_GENERATED:
			return is_same_code(diff, from, to);
		default:
			return false;
	}
}

/* The attributes in which an object and its twin aren't the same. */
static uint64_t
compare(const MigrDiff *diff, const MigrObject *object, const MigrObject *twin)
{
	MigrAttr first = migr_kind_info(object->kind)->first;
	uint64_t attrs = 0;

	for (int i = 0;
		 object->kind == twin->kind && i < migr_attr_count(object->kind); i++)
	{
		MigrAttr attr = (MigrAttr) ((int) first + i);

		if (migr_attr_how(attr) != MIGR_NOTED &&
			!migr_diff_same(object->values[i], twin->values[i]) &&
			!is_synonym(diff, object, twin, attr))
			attrs |= (uint64_t) 1 << i;
	}
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
keeps_column(const MigrDiff *diff, const MigrObject *column, uint64_t differs)
{
	const char *from = migr_object_get(column, MIGR_COLUMN_GENERATED);
	const char *to = migr_object_get(migr_diff_item(diff, column)->twin,
									 MIGR_COLUMN_GENERATED);
	size_t len = from != NULL ? strlen(from) : 0;

	return !diff->pg ||
		   (to == NULL && len > 6 && strcmp(from + len - 6, "STORED") == 0 &&
			(differs & migr_diff_bit(column, MIGR_COLUMN_TYPE)) == 0);
}

bool
migr_diff_in_key(const MigrObject *column)
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
must_be_new(const MigrDiff *diff, const MigrObject *object, uint64_t differs)
{
	MigrAttr first = migr_kind_info(object->kind)->first;
	const MigrObject *twin = migr_diff_item(diff, object)->twin;

	if (object->kind != twin->kind)
		return true;
	if (object->kind == MIGR_ENUM && differs != 0)
		return !keeps_labels(migr_object_get(object, MIGR_ENUM_LABELS),
							 migr_object_get(twin, MIGR_ENUM_LABELS));
	if (object->kind == MIGR_VIEW && !diff->pg)
		return differs != 0;
	if (object->kind == MIGR_VIEW && gets_columns(object, twin))
		differs &= ~migr_diff_bit(object, MIGR_VIEW_COLUMNS);
	if (object->kind == MIGR_COLUMN && keeps_column(diff, object, differs))
		differs &= ~migr_diff_bit(object, MIGR_COLUMN_GENERATED);
	for (int i = 0; i < migr_attr_count(object->kind); i++)
		if ((differs >> i & 1) != 0 &&
			migr_attr_how((MigrAttr) ((int) first + i)) == MIGR_RECREATED)
			return true;
	return false;
}

/* Is there a sequence in a schema, as an object, of the name of a column's own? */
static bool
has_counter(const MigrDiff *diff, const MigrSchema *schema,
			const MigrObject *column)
{
	const char *name = migr_counter_name(&diff->ctx->arena, column);

	return name != NULL &&
		   migr_schema_get(diff->ctx, schema, MIGR_SEQUENCE,
						   column->parent->schema, NULL, name) != NULL;
}

/* Where a sequence that is a column's own becomes an object of the same name, or the
 * other way, the old one goes in a first half, before the new one is made. */
static void
classify_counter(MigrDiff *diff, const MigrObject *column)
{
	MigrDiffItem *item = migr_diff_item(diff, column);

	if (!diff->pg || column->kind != MIGR_COLUMN)
		return;
	item->halved = (migr_object_get(column, MIGR_COLUMN_IDENTITY) != NULL &&
					has_counter(diff, diff->to, column)) ||
				   (migr_object_get(column, MIGR_COLUMN_DEFAULT) != NULL &&
					has_counter(diff, diff->from, item->twin));
}

/* See to a column or a member that isn't the same. */
static void
classify_column(MigrDiff *diff, const MigrObject *column, uint64_t differs)
{
	MigrAttr first = migr_kind_info(column->kind)->first;
	uint64_t shaken = 0;

	classify_counter(diff, column);
	for (int i = 0; i < migr_attr_count(column->kind); i++)
		if (migr_attr_how((MigrAttr) ((int) first + i)) == MIGR_SHAKEN)
			shaken |= (uint64_t) 1 << i;
	if (!diff->pg || (differs & shaken) == 0)
		return;
	if (column->kind == MIGR_MEMBER)
		migr_diff_move_member(diff, column, MIGR_MEMBER_TYPE);
	else if (migr_diff_in_key(column))
		migr_diff_take(diff, column->parent);
	else
		migr_diff_tell(diff, column, true);
}

/* Does an object, which is new or not the same, say a label that an enum hasn't
 * got yet?  In the transaction that adds it, it can't be said. */
static bool
says_new_label(const MigrDiff *diff, const MigrObject *object,
			   const MigrObject *type)
{
	const MigrObject *origin = diff->origins[object->number];
	const char *rest =
		migr_object_get(migr_diff_item(diff, type)->twin, MIGR_ENUM_LABELS);
	const char *old = migr_object_get(type, MIGR_ENUM_LABELS);
	MigrSpan label;

	if (origin != NULL && migr_diff_item(diff, origin)->differs == 0)
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
classify_enums(MigrDiff *diff)
{
	for (int i = 0; i < diff->to->objects.count; i++)
	{
		const MigrObject *object = diff->to->objects.items[i];

		for (int k = 0; k < object->needs.count; k++)
		{
			const MigrObject *type =
				diff->origins[object->needs.items[k]->number];

			if (type != NULL && type->kind == MIGR_ENUM &&
				migr_diff_item(diff, type)->fate == MIGR_STAYS &&
				migr_diff_item(diff, type)->differs != 0 &&
				says_new_label(diff, object, type))
				migr_diff_take(diff, type);
		}
	}
}

/* A check that isn't valid any more is dropped and added: with the one above all
 * that it comes from, which takes those below along. */
static void
classify_check(MigrDiff *diff, const MigrObject *check, uint64_t differs)
{
	const MigrObject *twin = migr_diff_item(diff, check)->twin;

	if (!diff->pg || check->kind != MIGR_CONSTRAINT ||
		check->parent->kind != MIGR_TABLE ||
		(differs & migr_diff_bit(check, MIGR_CONSTRAINT_NOT_VALID)) == 0 ||
		migr_object_get(twin, MIGR_CONSTRAINT_NOT_VALID) == NULL ||
		!migr_diff_same(migr_object_get(check, MIGR_CONSTRAINT_TYPE), "c"))
		return;
	while (migr_upper_of(check) != NULL)
		check = migr_upper_of(check);
	if (migr_diff_item(diff, check)->twin != NULL)
		migr_diff_take(diff, check);
}

/* Compare an object with its twin. */
static void
classify(MigrDiff *diff, const MigrObject *object)
{
	MigrDiffItem *item = migr_diff_item(diff, object);

	if (item->twin == NULL)
	{
		migr_diff_tell(diff, object, false);
		return;
	}
	item->differs = compare(diff, object, item->twin);
	if (item->renamed)
		item->differs = 0; /* but for the name in an index's definition */
	item->attrs = item->differs;
	if (must_be_new(diff, object, item->differs))
		migr_diff_take(diff, object);
	else if (object->kind == MIGR_COLUMN || object->kind == MIGR_MEMBER)
		classify_column(diff, object, item->differs);
	else
		classify_check(diff, object, item->differs);
}

/* ---- what comes from an upper table ------------------------------------------------------ */

/* Is a live table below another one, and stays so? */
static bool
stays_below(const MigrDiff *diff, const MigrObject *table,
			const MigrObject *upper)
{
	if (migr_diff_item(diff, table)->fate != MIGR_STAYS)
		return false;
	if (upper->kind == MIGR_COMPOSITE)
		return true;
	for (int i = 0; i < table->parts.count; i++)
	{
		const MigrObject *part = table->parts.items[i];

		if (part->kind == MIGR_INHERITANCE && part->needs.count > 0 &&
			part->needs.items[0] == upper)
			return migr_diff_item(diff, part)->fate == MIGR_STAYS;
	}
	return false;
}

/* Is an object that comes from an upper table dropped along with that one's? */
static bool
goes_with_upper(const MigrDiff *diff, const MigrObject *object)
{
	MigrAttr attr = object->kind == MIGR_COLUMN ? MIGR_COLUMN_INHERITED
												: MIGR_CONSTRAINT_INHERITED;
	const MigrObject *upper = migr_upper_of(object);

	return upper != NULL &&
		   (migr_object_get(object, attr) != NULL ||
			upper->kind == MIGR_MEMBER) &&
		   migr_diff_item(diff, upper)->fate != MIGR_STAYS &&
		   stays_below(diff, object->parent, upper->parent);
}

/* Is an object that comes from an upper table made along with that one's? */
static bool
comes_with_upper(const MigrDiff *diff, const MigrObject *object)
{
	MigrAttr attr = object->kind == MIGR_COLUMN ? MIGR_COLUMN_INHERITED
												: MIGR_CONSTRAINT_INHERITED;
	const MigrObject *upper = migr_upper_of(object);
	const MigrObject *old;

	if (upper == NULL ||
		(migr_object_get(object, attr) == NULL && upper->kind != MIGR_MEMBER) ||
		diff->origins[object->parent->number] == NULL ||
		diff->origins[upper->parent->number] == NULL)
		return false;
	old = diff->origins[upper->number];
	return (old == NULL || migr_diff_item(diff, old)->fate != MIGR_STAYS) &&
		   stays_below(diff, diff->origins[object->parent->number],
					   diff->origins[upper->parent->number]);
}

/* Does a foreign key refer to a table? */
static bool
is_referred_to(const MigrDiff *diff, const MigrObject *table)
{
	for (int i = 0; i < table->parts.count; i++)
	{
		int number = table->parts.items[i]->number;

		if (table->parts.items[i]->kind == MIGR_COLUMN)
			continue;
		for (int k = diff->first[number]; k < diff->first[number + 1]; k++)
			if (diff->users[k]->kind == MIGR_CONSTRAINT &&
				migr_diff_same(
					migr_object_get(diff->users[k], MIGR_CONSTRAINT_TYPE), "f"))
				return true;
	}
	return false;
}

/* Does a partition have to leave its table before it is dropped, for a foreign key
 * to that holds it? */
static bool
leaves_first(const MigrDiff *diff, const MigrObject *object)
{
	return object->kind == MIGR_INHERITANCE && object->needs.count > 0 &&
		   migr_object_get(object, MIGR_INHERITANCE_BOUND) != NULL &&
		   is_referred_to(diff, object->needs.items[0]);
}

/* Which attributes of a column does the upper table's ALTER set? */
static uint64_t
set_by_upper(const MigrDiff *diff, const MigrObject *column)
{
	const MigrObject *upper = migr_upper_of(column);

	if (upper == NULL || column->kind != MIGR_COLUMN ||
		migr_diff_item(diff, upper)->fate != MIGR_STAYS ||
		!stays_below(diff, column->parent, upper->parent))
		return 0;
	if (upper->kind == MIGR_MEMBER)
		return migr_diff_item(diff, upper)->attrs != 0
				   ? migr_diff_bit(column, MIGR_COLUMN_TYPE) |
						 migr_diff_bit(column, MIGR_COLUMN_COLLATION)
				   : 0;
	return migr_diff_item(diff, upper)->attrs &
		   (migr_diff_bit(column, MIGR_COLUMN_TYPE) |
			migr_diff_bit(column, MIGR_COLUMN_COLLATION) |
			migr_diff_bit(column, MIGR_COLUMN_GENERATED));
}

/* The column of the upper table that a column stays below; NULL: none. */
static const MigrObject *
staying_upper(const MigrDiff *diff, const MigrObject *column)
{
	const MigrObject *upper = migr_upper_of(column);

	return upper != NULL && upper->kind == MIGR_COLUMN &&
				   migr_diff_item(diff, upper)->fate == MIGR_STAYS &&
				   stays_below(diff, column->parent, upper->parent)
			   ? upper
			   : NULL;
}

/* Is an attribute set in the tables below a column's by an ALTER of it, or of one
 * above it?  The uppermost one that is says so whatever is done about the others. */
static bool
reaches_below(const MigrDiff *diff, const MigrObject *column, uint64_t bit)
{
	while (column != NULL && (migr_diff_item(diff, column)->attrs & bit) == 0)
		column = staying_upper(diff, column);
	return column != NULL;
}

/* What an ALTER of the upper table's column sets in the tables below as well: one
 * that is to have it need not say it, one that has its own says it again. */
static void
follow_upper(const MigrDiff *diff, const MigrObject *column)
{
	static const MigrAttr attrs[] = {MIGR_COLUMN_NOT_NULL, MIGR_COLUMN_DEFAULT,
									 MIGR_COLUMN_STATISTICS,
									 MIGR_COLUMN_STORAGE};
	const MigrObject *upper = staying_upper(diff, column);
	MigrDiffItem *item = migr_diff_item(diff, column);

	if (!diff->pg || upper == NULL || item->halved)
		return;
	for (size_t i = 0; i < sizeof(attrs) / sizeof(*attrs); i++)
	{
		uint64_t bit = migr_diff_bit(column, attrs[i]);

		if (!reaches_below(diff, upper, bit))
			continue;
		if (migr_diff_same(
				migr_object_get(item->twin, attrs[i]),
				migr_object_get(migr_diff_item(diff, upper)->twin, attrs[i])))
			item->attrs &= ~bit;
		else
			item->attrs |= bit;
	}
}

/* ---- changes ------------------------------------------------------------------------- */

/* Add a change. */
static MigrChange *
say(MigrDiff *diff, MigrVerb verb, const MigrObject *from, const MigrObject *to)
{
	MigrChange *change = migr_alloc(&diff->ctx->arena, sizeof(*change));

	change->verb = verb;
	change->from = from;
	change->to = to;
	migr_vec_push(&diff->ctx->arena, diff->out, change);
	return change;
}

/* Make a copy of an object with another value of one of its attributes; it is in no
 * schema, and needs nothing. */
static MigrObject *
copy_with(MigrDiff *diff, const MigrObject *object, MigrAttr attr,
		  const char *value)
{
	MigrArena *arena = &diff->ctx->arena;
	size_t count = (size_t) migr_attr_count(object->kind);
	MigrObject *copy = migr_alloc(arena, sizeof(*copy));

	*copy = *object;
	copy->number = -1;
	memset(&copy->needs, 0, sizeof(copy->needs));
	copy->values = migr_alloc_array(arena, count + 1, sizeof(*copy->values));
	memcpy(copy->values, object->values, count * sizeof(*copy->values));
	migr_object_set(copy, attr, value);
	return copy;
}

/* What gives an object its values by itself, and can be taken away. */
static MigrAttr
filling(const MigrObject *object)
{
	if (object->kind == MIGR_DOMAIN)
		return MIGR_DOMAIN_DEFAULT;
	return object->kind == MIGR_COLUMN &&
				   migr_object_get(object, MIGR_COLUMN_IDENTITY) != NULL
			   ? MIGR_COLUMN_IDENTITY
			   : MIGR_COLUMN_DEFAULT;
}

/* Alter an object; where what fills it has to go first, in two halves. */
static void
say_alter(MigrDiff *diff, const MigrObject *object, const MigrDiffItem *item)
{
	MigrAttr attr = filling(object);
	uint64_t attrs = item->attrs & ~set_by_upper(diff, object);
	const MigrObject *from = object;
	MigrChange *half = NULL;
	MigrChange *change;

	if (attrs == 0)
		return;
	if (item->halved)
	{
		from = copy_with(diff, object, attr, NULL);
		half = say(diff, MIGR_ALTER, object, from);
		half->attrs = migr_diff_bit(object, attr);
		half->again = true;
	}
	change = say(diff, MIGR_ALTER, from, item->twin);
	change->attrs = attrs;
	change->behind = half;
	if (half != NULL && migr_object_get(item->twin, attr) == NULL)
		change->attrs &= ~half->attrs;
}

/* Is this the name of something like a type or a table? */
static bool
is_taken(const MigrDiff *diff, const char *schema, const char *name)
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
aside_name(const MigrDiff *diff, const MigrObject *object)
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

/* Say what the statement that makes an object can't: an ALTER behind it. */
static void
say_rest(MigrDiff *diff, const MigrChange *create, MigrAttr attr,
		 const char *before)
{
	const MigrObject *object = create->to;
	MigrChange *rest =
		say(diff, MIGR_ALTER, copy_with(diff, object, attr, before), object);

	rest->attrs = migr_diff_bit(object, attr);
	rest->behind = create;
}

/* Make an object.  What a table says of its indexes comes behind them.  A check that
 * comes with one above it is valid like that. */
static MigrChange *
say_create(MigrDiff *diff, const MigrObject *object)
{
	MigrChange *create = say(diff, MIGR_CREATE, NULL, object);
	const char *identity =
		object->kind == MIGR_TABLE
			? migr_object_get(object, MIGR_TABLE_REPLICA_IDENTITY)
			: NULL;

	create->within = comes_with_upper(diff, object);
	if (identity != NULL && strncmp(identity, "USING", 5) == 0)
		say_rest(diff, create, MIGR_TABLE_REPLICA_IDENTITY, NULL);
	if (create->within && object->kind == MIGR_CONSTRAINT &&
		migr_object_get(object, MIGR_CONSTRAINT_NOT_VALID) == NULL &&
		migr_object_get(migr_upper_of(object), MIGR_CONSTRAINT_NOT_VALID) !=
			NULL)
		say_rest(diff, create, MIGR_CONSTRAINT_NOT_VALID, "t");
	return create;
}

/* Drop an object and make it again, or let it go aside in the meantime. */
static void
say_again(MigrDiff *diff, const MigrObject *object, const MigrDiffItem *item)
{
	MigrChange *first;
	MigrChange *change;

	if (item->fate == MIGR_ASIDE)
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
	change->again = true;
	change->attrs = item->differs;
	change->twin = object;
	change->behind = first;
}

/* ---- the fates -------------------------------------------------------------------------- */

/* Does an object come or go whole, by its twin: NULL, or a type of another kind? */
static bool
is_whole(const MigrObject *object, const MigrObject *twin)
{
	return twin == NULL || twin->kind != object->kind;
}

/* Say what becomes of a live object. */
static void
say_fate(MigrDiff *diff, const MigrObject *object)
{
	MigrDiffItem *item = migr_diff_item(diff, object);
	MigrChange *change;

	switch (item->fate)
	{
		case MIGR_GOES:
			change = say(diff, MIGR_DROP, object, NULL);
			change->part = object->parent != NULL &&
						   is_whole(object->parent,
									migr_diff_item(diff, object->parent)->twin);
			change->within = goes_with_upper(diff, object);
			change->alone = leaves_first(diff, object);
			break;
		case MIGR_AGAIN:
		case MIGR_ASIDE:
			say_again(diff, object, item);
			break;
		case MIGR_STAYS:
			follow_upper(diff, object);
			if (item->renamed)
				say(diff, MIGR_RENAME, object, item->twin);
			else
				say_alter(diff, object, item);
			break;
	}
}

/* Say that an object is new. */
static void
say_new(MigrDiff *diff, const MigrObject *object)
{
	MigrChange *change = say_create(diff, object);

	change->part =
		object->parent != NULL &&
		is_whole(object->parent, diff->origins[object->parent->number]);
}

void
migr_diff(MigrCtx *ctx, MigrDialect dialect, const MigrSchema *from,
		  const MigrSchema *to, MigrChanges *out)
{
	MigrDiff diff = {ctx, dialect == MIGR_POSTGRESQL, from, to, .out = out};

	diff.items = migr_alloc_array(&ctx->arena, (size_t) from->objects.count + 1,
								  sizeof(*diff.items));
	diff.origins = migr_alloc_array(&ctx->arena, (size_t) to->objects.count + 1,
									sizeof(*diff.origins));
	migr_diff_pair_all(&diff);
	migr_diff_find_users(&diff);
	for (int i = 0; i < from->objects.count; i++)
		classify(&diff, from->objects.items[i]);
	classify_enums(&diff);
	if (diff.pg)
		migr_partition_settle(&diff);
	else
		migr_diff_spread(&diff);
	for (int i = 0; i < from->objects.count; i++)
		say_fate(&diff, from->objects.items[i]);
	for (int i = 0; i < to->objects.count; i++)
		if (diff.origins[i] == NULL)
			say_new(&diff, to->objects.items[i]);
	migr_partition_mark(&diff);
	migr_diff_default_rights(&diff);
	if (!diff.pg)
		migr_diff_losing(&diff);
	migr_guess_renames(ctx, out);
}
