/*
 * describe.c
 *	  Changes in words: Alembic's where it has some, and for all else words by the
 *	  same manner.
 *
 * Alembic has operations for tables, columns, indexes, unique and foreign keys,
 * checks and comments.  It says names as Python does, 'name' and ('a', 'b').
 */
#include <ctype.h>

#include "schema/change.h"
#include "text/cursor.h"

static const char *const names[MIGR_ATTR_COUNT] = {
#define MIGR_ATTR(kind, attribute, how)                                        \
	[MIGR_##kind##_##attribute] = #attribute,
#include "schema/kinds.def"
};

/* ---- names -------------------------------------------------------------------- */

/* Copy a text in small letters, with something for its blanks and underscores. */
static const char *
lower(MigrCtx *ctx, const char *text, char blank)
{
	char *copy = migr_strdup(&ctx->arena, text);

	for (char *at = copy; *at != '\0'; at++)
		*at = *at == ' ' || *at == '_' ? blank
									   : (char) tolower((unsigned char) *at);
	return copy;
}

/* Does SQL have to say an object's schema, for want of being the default one? */
static bool
is_elsewhere(const MigrObject *object)
{
	MigrCursor cursor = {object->sql, NULL, true};
	MigrSpan name;

	if (object->schema == NULL || object->sql == NULL)
		return false;
	cursor.end = object->sql + strlen(object->sql);
	return migr_cursor_name(&cursor, &name) && migr_cursor_char(&cursor, '.');
}

/* An object's name with its parents': schema.table.column. */
static const char *
path_of(MigrCtx *ctx, const MigrObject *object)
{
	if (object->parent != NULL)
		return migr_printf(&ctx->arena, "%s.%s", path_of(ctx, object->parent),
						   object->name);
	/* its name has its word in front */
	if (object->kind == MIGR_OTHER)
		return object->sql;
	return is_elsewhere(object)
			   ? migr_printf(&ctx->arena, "%s.%s", object->schema, object->name)
			   : object->name;
}

/* The name that an object itself goes by: of a part, without its parent's. */
static const char *
name_of(MigrCtx *ctx, const MigrObject *object)
{
	return object->parent != NULL && object->kind != MIGR_COLUMN &&
				   object->kind != MIGR_MEMBER
			   ? object->name
			   : path_of(ctx, object);
}

/* The type of a constraint, '\0' where it isn't one. */
static char
rule_of(const MigrObject *object)
{
	const char *type = object->kind == MIGR_CONSTRAINT
						   ? migr_object_get(object, MIGR_CONSTRAINT_TYPE)
						   : NULL;

	return type != NULL ? *type : '\0';
}

/* The word for what an object is. */
static const char *
word_of(const MigrObject *object)
{
	const char *word;

	switch (rule_of(object))
	{
		case 'p':
			return "primary key";
		case 'u':
			return "unique constraint";
		case 'f':
			return "foreign key";
		case 'c':
			return "check constraint";
		case 'x':
			return "exclusion constraint";
		default:
			break;
	}
	if (object->kind == MIGR_INHERITANCE &&
		migr_object_get(object, MIGR_INHERITANCE_BOUND) != NULL)
		return "partition";
	word = object->kind == MIGR_OTHER ? migr_object_get(object, MIGR_OTHER_WORD)
									  : migr_kind_info(object->kind)->word;
	return word != NULL ? word : "object";
}

/* Name an operation: add_column, remove_fk, add_table_comment. */
static const char *
operation(MigrCtx *ctx, const char *verb, const MigrObject *object)
{
	const char *word = word_of(object);

	if (object->kind == MIGR_COMMENT && object->parent != NULL)
	{
		if (object->parent->kind == MIGR_COLUMN)
			return "modify_comment";
		word = migr_printf(&ctx->arena, "%s_comment", word_of(object->parent));
	}
	else if (object->kind == MIGR_CONSTRAINT)
		word = rule_of(object) == 'f' ? "fk" : "constraint";
	return migr_printf(&ctx->arena, "%s_%s", verb, lower(ctx, word, '_'));
}

/* ---- lists ---------------------------------------------------------------------- */

/* Take the next item off a list: to a comma that stands in no parentheses or
 * quotes. */
static MigrSpan
take_item(MigrCursor *cursor)
{
	MigrSpan item = {cursor->at, 0};
	int depth = 0;

	while (cursor->at < cursor->end)
	{
		MigrLexeme lexeme = migr_cursor_read(cursor);

		if (depth == 0 && migr_span_is(lexeme.text, ","))
			break;
		depth += migr_span_is(lexeme.text, "(");
		depth -= migr_span_is(lexeme.text, ")");
		item.len = (size_t) (cursor->at - item.ptr);
	}
	return migr_span_trim(item);
}

/* Say a name without its quotes, anything else as it is. */
static const char *
unquoted(MigrCtx *ctx, MigrSpan text)
{
	MigrStr name;

	if (text.len < 2 || text.ptr[0] != '"' || text.ptr[text.len - 1] != '"')
		return migr_span_dup(&ctx->arena, text);
	migr_str_init(&name, &ctx->arena);
	for (size_t i = 1; i + 1 < text.len; i++)
	{
		migr_str_add_char(&name, text.ptr[i]);
		if (text.ptr[i] == '"')
			i++;
	}
	return name.data;
}

/* Say a list of columns without quotes: a, b; or as Python does: ('a', 'b'). */
static const char *
columns_text(MigrCtx *ctx, const char *columns, bool python)
{
	MigrCursor cursor = {columns, columns + strlen(columns), true};
	MigrStr text;
	int count = 0;

	migr_str_init(&text, &ctx->arena);
	for (; cursor.at < cursor.end; count++)
		migr_str_printf(&text, python ? "%s'%s'" : "%s%s",
						count > 0 ? ", " : "",
						unquoted(ctx, take_item(&cursor)));
	if (!python)
		return text.data;
	return migr_printf(&ctx->arena, "(%s%s)", text.data, count == 1 ? "," : "");
}

/* The columns that a foreign key refers to, in the last parentheses of "t(a, b)". */
static const char *
target_columns(MigrCtx *ctx, const char *target)
{
	const char *open = target != NULL ? strrchr(target, '(') : NULL;
	const char *close = open != NULL ? strchr(open, ')') : NULL;

	return close == NULL
			   ? ""
			   : columns_text(ctx,
							  migr_strndup(&ctx->arena, open + 1,
										   (size_t) (close - open - 1)),
							  false);
}

/* The columns of an index or a constraint; NULL: they aren't known. */
static const char *
columns_of(const MigrObject *object)
{
	return object->kind == MIGR_INDEX
			   ? migr_object_get(object, MIGR_INDEX_COLUMNS)
		   : object->kind == MIGR_CONSTRAINT
			   ? migr_object_get(object, MIGR_CONSTRAINT_COLUMNS)
			   : NULL;
}

/* ---- rows ------------------------------------------------------------------------- */

/* Add a row. */
static void
add_row(MigrCtx *ctx, MigrDescriptions *out, const char *operation,
		const MigrObject *object, const char *description)
{
	bool said = (object->kind == MIGR_COMMENT || object->kind == MIGR_OWNER) &&
				object->parent != NULL;
	MigrDescription row = {operation,
						   path_of(ctx, said ? object->parent : object),
						   description, NULL, NULL};

	migr_vec_push(&ctx->arena, out, row);
}

/* What an object is a part of: " on table 't'", "" where of nothing. */
static const char *
place_of(MigrCtx *ctx, const MigrObject *object)
{
	const MigrObject *parent = object->parent;

	if (parent == NULL || object->kind == MIGR_COLUMN ||
		object->kind == MIGR_MEMBER)
		return "";
	if (object->kind == MIGR_INDEX || rule_of(object) == 'u')
		return migr_printf(&ctx->arena, " on '%s'", path_of(ctx, parent));
	return migr_printf(&ctx->arena, " on %s '%s'", word_of(parent),
					   path_of(ctx, parent));
}

/* Say an object that comes or goes. */
static const char *
whole_text(MigrCtx *ctx, const char *verb, const MigrObject *object)
{
	MigrArena *arena = &ctx->arena;
	const char *columns = columns_of(object);
	const char *word = word_of(object);
	char rule = rule_of(object);

	if (object->kind == MIGR_COMMENT && object->parent != NULL)
		return migr_printf(arena, "%s comment '%s'", word_of(object->parent),
						   path_of(ctx, object->parent));
	if (object->kind == MIGR_GRANT)
		return migr_printf(arena, "%s grant on %s to %s", verb,
						   migr_object_get(object, MIGR_GRANT_ON),
						   migr_object_get(object, MIGR_GRANT_TO));
	if (object->kind == MIGR_INHERITANCE)
		return migr_printf(arena, "%s %s '%s' of '%s'", verb, word,
						   path_of(ctx, object->parent), object->name);
	if (rule == 'f')
		return migr_printf(
			arena, "%s foreign key (%s)(%s) on table %s", verb,
			columns != NULL ? columns_text(ctx, columns, false) : "",
			target_columns(ctx,
						   migr_object_get(object, MIGR_CONSTRAINT_TARGET)),
			path_of(ctx, object->parent));
	if (columns != NULL && strcmp(verb, "added") == 0 &&
		(object->kind == MIGR_INDEX || rule == 'u' || rule == 'p'))
		return migr_printf(arena, "%s %s '%s' on '%s'", verb, word,
						   object->name, columns_text(ctx, columns, true));
	return migr_printf(arena, "%s %s '%s'%s", verb, word, name_of(ctx, object),
					   place_of(ctx, object));
}

/* What is lost with an object; NULL: nothing. */
static const char *
loss_of(MigrCtx *ctx, const MigrObject *object)
{
	const char *path = path_of(ctx, object);

	switch (object->kind)
	{
		case MIGR_TABLE:
			return migr_printf(&ctx->arena, "the rows of table %s", path);
		case MIGR_COLUMN:
			if (migr_object_get(object, MIGR_COLUMN_GENERATED) != NULL)
				return NULL;
			/* fall through */
		case MIGR_MEMBER:
			return migr_printf(&ctx->arena, "the values of %s", path);
		case MIGR_SEQUENCE:
			return migr_printf(&ctx->arena, "the value of sequence %s", path);
		default:
			return NULL;
	}
}

/* What is lost with a table that is dropped. */
static const char *
loss_of_drop(MigrCtx *ctx, const MigrChange *drop)
{
	const char *loss = loss_of(ctx, drop->from);
	MigrStr str;

	if (drop->losing.count == 0)
		return loss;
	migr_str_init(&str, &ctx->arena);
	migr_str_printf(&str, "%s; with foreign_keys ON also", loss);
	for (int i = 0; i < drop->losing.count; i++)
	{
		const MigrObject *key = drop->losing.items[i];
		const char *action = migr_object_get(key, MIGR_CONSTRAINT_ON_DELETE);
		const char *columns = columns_text(ctx, columns_of(key), false);

		migr_str_printf(&str, "%s %s of %s (%s ON DELETE %s)", i > 0 ? "," : "",
						strcmp(action, "CASCADE") == 0 ? "rows" : "values",
						path_of(ctx, key->parent), columns, action);
	}
	return str.data;
}

/* ---- what is altered ------------------------------------------------------------------ */

/* The two states of an object that is altered. */
typedef struct States
{
	const MigrObject *from;
	const MigrObject *to;
} States;

/* Is an attribute another one? */
static bool
differs(const States *states, MigrAttr attr)
{
	const char *from = migr_object_get(states->from, attr);
	const char *to = migr_object_get(states->to, attr);

	return from != to && (from == NULL || to == NULL || strcmp(from, to) != 0);
}

/* Find the value of one of a sequence's options. */
static MigrSpan
option(const char *options, const char *word)
{
	MigrSpan rest = migr_span(options);
	MigrSpan found = {"", 0};
	MigrSpan at;
	bool no = false;

	while (migr_span_word(&rest, &at))
		if (migr_span_is(at, word))
		{
			if (no || strcmp(word, "CYCLE") == 0)
				return at;
			if (migr_span_word(&rest, &at) &&
				(migr_span_is(at, "BY") || migr_span_is(at, "WITH")))
				migr_span_word(&rest, &at);
			return at;
		}
		else
			no = migr_span_is(at, "NO");
	return found;
}

/* List what differs of an identity, as Python's list of Alembic's names. */
static const char *
identity_text(MigrCtx *ctx, const States *states)
{
	static const char *const options[] = {"CACHE",	  "CYCLE",	  "INCREMENT",
										  "MAXVALUE", "MINVALUE", "START"};
	const char *from =
		migr_object_get(states->from, MIGR_COLUMN_IDENTITY_OPTIONS);
	const char *to = migr_object_get(states->to, MIGR_COLUMN_IDENTITY_OPTIONS);
	MigrStr list;

	migr_str_init(&list, &ctx->arena);
	if (differs(states, MIGR_COLUMN_IDENTITY))
		migr_str_add(&list, ", 'always'");
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
	{
		MigrSpan old = option(from, options[i]);
		MigrSpan new = option(to, options[i]);

		if (old.len != new.len || memcmp(old.ptr, new.ptr, old.len) != 0)
			migr_str_printf(&list, ", '%s'", lower(ctx, options[i], '_'));
	}
	return migr_printf(&ctx->arena, "[%s]", list.len > 2 ? list.data + 2 : "");
}

/* A value, or what Python says for none. */
static const char *
value_text(const char *value)
{
	return value != NULL ? value : "None";
}

/* Add a row for a change of one of a column's attributes. */
static void
describe_attr(MigrCtx *ctx, const States *states, MigrAttr attr,
			  MigrDescriptions *out)
{
	MigrArena *arena = &ctx->arena;
	const MigrObject *to = states->to;
	const char *from = migr_object_get(states->from, attr);
	const char *value = migr_object_get(to, attr);
	const char *name = lower(ctx, names[attr], ' ');
	const char *path = path_of(ctx, to);

	if (attr == MIGR_COLUMN_NOT_NULL)
		add_row(ctx, out, "modify_nullable", to,
				migr_printf(arena, "%s on column '%s.%s'",
							value != NULL ? "NOT NULL" : "NULL",
							to->parent->name, to->name));
	else if (attr == MIGR_COLUMN_TYPE || attr == MIGR_MEMBER_TYPE)
		add_row(ctx, out, "modify_type", to,
				migr_printf(arena, "type change from %s to %s on '%s'",
							value_text(from), value_text(value), path));
	else if (attr == MIGR_COLUMN_DEFAULT || attr == MIGR_COLUMN_SERIAL)
		add_row(ctx, out, "modify_default", to,
				migr_printf(arena, "server default on column '%s'", path));
	else if (attr == MIGR_COLUMN_GENERATED)
		add_row(ctx, out, "modify_default", to,
				migr_printf(arena, "computed default on column '%s'", path));
	else if (attr == MIGR_COLUMN_IDENTITY ||
			 attr == MIGR_COLUMN_IDENTITY_OPTIONS)
		add_row(ctx, out, "modify_default", to,
				migr_printf(arena,
							"server default on column '%s': "
							"identity options attributes %s",
							path, identity_text(ctx, states)));
	else
		add_row(ctx, out,
				migr_printf(arena, "modify_%s", lower(ctx, names[attr], '_')),
				to,
				migr_printf(arena, "%s on %s '%s'", name, word_of(to), path));
}

/* Describe a column, or a type's attribute: a row for each of its attributes. */
static void
describe_column(MigrCtx *ctx, const States *states, uint64_t attrs,
				MigrDescriptions *out)
{
	MigrKind kind = states->to->kind;
	int before = out->count;

	for (int i = 0; i < migr_attr_count(kind); i++)
	{
		MigrAttr attr = (MigrAttr) ((int) migr_kind_info(kind)->first + i);

		if ((attrs >> i & 1) == 0 || !differs(states, attr))
			continue;
		/* one row for the two that are about the same */
		if ((attr == MIGR_COLUMN_IDENTITY_OPTIONS &&
			 differs(states, MIGR_COLUMN_IDENTITY)) ||
			(attr == MIGR_COLUMN_SERIAL &&
			 differs(states, MIGR_COLUMN_DEFAULT)))
			continue;
		describe_attr(ctx, states, attr, out);
	}
	/* values that will be derived are those of before no more */
	if (out->count > before && kind == MIGR_COLUMN &&
		migr_object_get(states->from, MIGR_COLUMN_GENERATED) == NULL &&
		migr_object_get(states->to, MIGR_COLUMN_GENERATED) != NULL)
		out->items[before].loss = loss_of(ctx, states->from);
}

/* Say what is another about an index or a constraint, as Alembic does. */
static void
add_reasons(MigrCtx *ctx, const States *states, MigrStr *reasons)
{
	const char *from = columns_of(states->from);
	const char *to = columns_of(states->to);

	if (states->to->kind == MIGR_INDEX && differs(states, MIGR_INDEX_UNIQUE))
	{
		bool unique = migr_object_get(states->to, MIGR_INDEX_UNIQUE) != NULL;

		migr_str_printf(reasons, ", unique=%s to unique=%s",
						unique ? "False" : "True", unique ? "True" : "False");
	}
	if (from != NULL && to != NULL && strcmp(from, to) != 0)
		migr_str_printf(reasons, ", expression %s to %s",
						columns_text(ctx, from, true),
						columns_text(ctx, to, true));
}

/* Describe that an object goes to another owner. */
static void
describe_owner(MigrCtx *ctx, const States *states, MigrDescriptions *out)
{
	const MigrObject *to = states->to;

	if (differs(states, MIGR_OWNER_ROLE))
		add_row(ctx, out, "modify_owner", to,
				migr_printf(&ctx->arena, "owner change from %s to %s%s",
							migr_object_get(states->from, MIGR_OWNER_ROLE),
							migr_object_get(to, MIGR_OWNER_ROLE),
							place_of(ctx, to)));
}

/* Describe any other object: a row that names all its attributes. */
static void
describe_object(MigrCtx *ctx, const States *states, uint64_t attrs,
				MigrDescriptions *out)
{
	const MigrObject *to = states->to;
	MigrStr reasons;

	migr_str_init(&reasons, &ctx->arena);
	add_reasons(ctx, states, &reasons);
	for (int i = 0; i < migr_attr_count(to->kind); i++)
	{
		MigrAttr attr = (MigrAttr) ((int) migr_kind_info(to->kind)->first + i);

		if ((attrs >> i & 1) == 0 || !differs(states, attr))
			continue;
		/* the columns have said it */
		if (reasons.len == 0 || (attr != MIGR_INDEX_DEFINITION &&
								 attr != MIGR_CONSTRAINT_DEFINITION))
			migr_str_printf(&reasons, ", %s", lower(ctx, names[attr], ' '));
	}
	if (reasons.len == 0)
		return;
	if (to->kind == MIGR_COMMENT)
		add_row(ctx, out, operation(ctx, "add", to), to,
				whole_text(ctx, "changed", to));
	else
		add_row(ctx, out, operation(ctx, "modify", to), to,
				migr_printf(&ctx->arena, "%s: %s",
							whole_text(ctx, "changed", to), reasons.data + 2));
}

/* Describe what is altered, or made anew for what differs. */
static void
describe_states(MigrCtx *ctx, const MigrObject *from, const MigrObject *to,
				uint64_t attrs, MigrDescriptions *out)
{
	States states = {from, to};

	if (to->kind != from->kind)
		add_row(ctx, out, operation(ctx, "modify", from), to,
				migr_printf(&ctx->arena, "%s: kind",
							whole_text(ctx, "changed", from)));
	else if (to->kind == MIGR_COLUMN || to->kind == MIGR_MEMBER)
		describe_column(ctx, &states, attrs, out);
	else if (to->kind == MIGR_OWNER)
		describe_owner(ctx, &states, out);
	else if (rule_of(from) == 'f' && rule_of(to) == 'f' &&
			 differs(&states, MIGR_CONSTRAINT_DEFINITION))
	{
		add_row(ctx, out, operation(ctx, "remove", from), from,
				whole_text(ctx, "removed", from));
		add_row(ctx, out, operation(ctx, "add", to), to,
				whole_text(ctx, "added", to));
	}
	else
		describe_object(ctx, &states, attrs, out);
}

/* ---- all of it ------------------------------------------------------------------------ */

/* Describe what is new; if need be, what it may have been. */
static void
describe_new(MigrCtx *ctx, const MigrChange *change, MigrDescriptions *out)
{
	const MigrObject *to = change->to;

	add_row(ctx, out, operation(ctx, "add", to), to,
			whole_text(ctx, "added", to));
	if (change->likely != NULL)
		out->items[out->count - 1].likely = migr_printf(
			&ctx->arena,
			"%s '%s' has perhaps been renamed to '%s': \"-- migrate:renamed_from "
			"%s\" above that in the model would keep its %s",
			word_of(to), path_of(ctx, change->likely), to->name,
			change->likely->name, to->kind == MIGR_TABLE ? "rows" : "values");
}

/* Describe an object that has another name from now on. */
static void
describe_renamed(MigrCtx *ctx, const MigrChange *change, MigrDescriptions *out)
{
	const MigrObject *from = change->from;

	add_row(ctx, out, operation(ctx, "rename", from), from,
			migr_printf(&ctx->arena, "renamed %s '%s' to '%s'%s", word_of(from),
						name_of(ctx, from), change->to->name,
						place_of(ctx, from)));
}

void
migr_describe(MigrCtx *ctx, const MigrChange *change, MigrDescriptions *out)
{
	const MigrObject *from = change->from;
	const MigrObject *subject = from != NULL ? from : change->to;
	int before = out->count;

	/* it is everywhere, and comes and goes in no other way */
	if (subject->kind == MIGR_SCHEMA && strcmp(subject->name, "public") == 0)
		return;
	if (change->part &&
		(change->within || subject->kind == MIGR_INDEX_PARTITION ||
		 subject->kind == MIGR_OWNER))
		return;
	if (change->twin != NULL)
	{
		/* a type is said when it goes aside, not when it is dropped then */
		if (change->behind == NULL &&
			(change->verb == MIGR_RENAME || change->aside == NULL))
			describe_states(ctx, from, change->twin, change->attrs, out);
		/* a virtual table's rows are its module's */
		if (out->count > before && from->kind == MIGR_TABLE &&
			migr_object_get(from, MIGR_TABLE_TEXT) != NULL)
			out->items[before].loss = loss_of(ctx, from);
		return;
	}
	if (change->again)
		return;
	switch (change->verb)
	{
		case MIGR_CREATE:
			describe_new(ctx, change, out);
			break;
		case MIGR_DROP:
			add_row(ctx, out, operation(ctx, "remove", from), from,
					whole_text(ctx, "removed", from));
			out->items[out->count - 1].loss = loss_of_drop(ctx, change);
			break;
		case MIGR_RENAME:
			describe_renamed(ctx, change, out);
			break;
		case MIGR_ALTER:
			if (change->behind == NULL)
				describe_states(ctx, from, change->to, change->attrs, out);
			else if (change->behind->verb == MIGR_ALTER)
				describe_states(ctx, change->behind->from, change->to,
								change->attrs, out);
			break;
	}
}
