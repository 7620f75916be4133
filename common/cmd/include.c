/*
 * include.c
 *	  The setting include_object: a function of the user's says what is compared.
 *
 * It is asked as Alembic asks: of what the model has, there or not, as the model's;
 * of the rest as the database's; and of the parts of what both have.  What comes or
 * goes as a whole does so with all its parts.  The answers are kept for the call:
 * in a scratch place there is no such function.
 */
#include <string.h>

#include "cmd/cmd.h"
#include "text/lex.h"

#define SETTING "include_object"

/* ---- what an object is called ------------------------------------------------------ */

/* The object that stands alone, of which it is a part; or itself. */
static const MigrObject *
top_of(const MigrObject *object)
{
	while (object->parent != NULL)
		object = object->parent;
	return object;
}

/* The kind of a constraint, as Alembic has it. */
static const char *
constraint_word(const MigrObject *object)
{
	const char *type = migr_object_get(object, MIGR_CONSTRAINT_TYPE);

	switch (type != NULL ? type[0] : '\0')
	{
		case 'p':
			return "primary_key_constraint";
		case 'u':
			return "unique_constraint";
		case 'f':
			return "foreign_key_constraint";
		case 'c':
			return "check_constraint";
		case 'x':
			return "exclude_constraint";
		default:
			return "constraint";
	}
}

/* The kind of an object. */
static const char *
kind_word(const MigrObject *object)
{
	if (object->kind == MIGR_CONSTRAINT)
		return constraint_word(object);
	if (object->kind == MIGR_OTHER)
		return migr_object_get(object, MIGR_OTHER_WORD);
	return migr_kind_info(object->kind)->word;
}

/* Its names, as a key for the answers. */
static MigrSpan
key_of(MigrCall *call, const MigrObject *object)
{
	MigrStr key;
	MigrSpan span;

	migr_str_init(&key, &call->ctx->arena);
	migr_str_printf(&key, "%d", (int) object->kind);
	for (const MigrObject *at = object; at != NULL; at = at->parent)
	{
		migr_str_add_char(&key, '\0');
		migr_str_add(&key, at->schema != NULL ? at->schema : "");
		migr_str_add_char(&key, '\0');
		migr_str_add(&key, at->name);
	}
	span.ptr = key.data;
	span.len = key.len;
	return span;
}

/* ---- asking ---------------------------------------------------------------------------- */

/* Is it a name, or two with a dot between them? */
static bool
is_name(const char *text)
{
	MigrSpan rest = migr_span(text);
	bool name = true; /* is one due? */
	int count = 0;

	while (rest.len > 0)
	{
		MigrToken token = migr_lex(rest);
		bool is_word =
			token.kind == MIGR_TOKEN_WORD || token.kind == MIGR_TOKEN_QUOTED;

		if (name ? !is_word : *rest.ptr != '.')
			return false;
		count += name;
		name = !name;
		rest.ptr += token.len;
		rest.len -= token.len;
	}
	return !name && count <= 2;
}

/* The function's name; *out is NULL where the setting is unset. */
static bool
read_function(MigrCall *call, const char **out)
{
	*out = migr_setting(call, SETTING);
	return *out == NULL || is_name(*out) ||
		   migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
					 "setting \"" SETTING "\" is \"%s\", which is no "
					 "function's name",
					 *out);
}

/* Ask about one object. */
static bool
ask(MigrCall *call, const char *function, const MigrObject *object,
	bool reflected)
{
	const char *word = kind_word(object);
	const MigrObject *top = top_of(object);
	const char *parent = top != object ? top->name : NULL;
	MigrValue args[MIGR_ASK_ARGS] = {
		migr_text_value(object->name), migr_text_value(word),
		migr_bool_value(reflected),
		migr_text_value(top->schema != NULL || migr_dialect(call) != MIGR_SQLITE
							? top->schema
							: "main"),
		migr_text_value(parent)};
	MigrPlace place = {0};
	MigrValue answer;

	place.section = migr_printf(&call->ctx->arena, SETTING " %s, %s '%s%s%s'",
								function, word, parent != NULL ? parent : "",
								parent != NULL ? "." : "", object->name);
	if (!call->host->ask(call->host, function, &place, args, &answer))
		return migr_at(call->ctx, &place);
	if (answer.null)
	{
		migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
				  "function %s returned null, which is no boolean", function);
		return migr_at(call->ctx, &place);
	}
	if (answer.number == 0)
		migr_map_put(&call->left_out, key_of(call, object), 0);
	return true;
}

bool
migr_is_left_out(MigrCall *call, const MigrObject *object)
{
	return call->left_out.count > 0 &&
		   migr_map_get(&call->left_out, key_of(call, object)) != MIGR_MAP_NONE;
}

/* Does it say something of another object, with which it goes? */
static bool
is_remark(const MigrObject *object)
{
	switch (object->kind)
	{
		case MIGR_COMMENT:
		case MIGR_OWNER:
		case MIGR_GRANT:
		case MIGR_OWNED_SEQUENCE:
		case MIGR_INHERITANCE:
		case MIGR_INDEX_PARTITION:
			return true;
		default:
			return false;
	}
}

/* Ask about the objects of one side; those of the database only where the model hasn't
 * got them. */
static bool
ask_side(MigrCall *call, const char *function, const MigrSchema *side,
		 const MigrSchema *other, bool reflected)
{
	for (int i = 0; i < side->objects.count; i++)
	{
		const MigrObject *object = side->objects.items[i];
		const MigrObject *parent = object->parent;

		if (is_remark(object) ||
			(parent != NULL &&
			 (migr_is_left_out(call, parent) ||
			  migr_schema_find(call->ctx, other, parent) == NULL)) ||
			(reflected && migr_schema_find(call->ctx, other, object) != NULL))
			continue;
		if (!ask(call, function, object, reflected))
			return false;
	}
	return true;
}

bool
migr_ask_objects(MigrCall *call, const MigrSchema *live,
				 const MigrSchema *model)
{
	const char *function;

	if (!read_function(call, &function))
		return false;
	migr_map_init(&call->left_out, &call->ctx->arena, 64);
	return function == NULL || (ask_side(call, function, model, live, false) &&
								ask_side(call, function, live, model, true));
}

/* Is it compared, by the answers?  The parts go with their parent. */
static bool
keep(const MigrObject *object, void *context)
{
	return !migr_is_left_out(context, object);
}

void
migr_leave_out(MigrCall *call, MigrSchema *schema)
{
	if (call->left_out.count > 0)
		migr_schema_filter(call->ctx, schema, keep, call);
}

/* ---- what is needed all the same --------------------------------------------------------- */

/* Objects of a schema, some of them marked. */
typedef struct Marks
{
	MigrCtx *ctx;
	MigrObjects todo; /* marked, and not looked at yet */
	bool *marked;	  /* indexed by the object's number */
} Marks;

/* Mark an object, and what it is a part of. */
static void
mark(Marks *marks, MigrObject *object)
{
	for (; object != NULL && !marks->marked[object->number];
		 object = object->parent)
	{
		marks->marked[object->number] = true;
		migr_vec_push(&marks->ctx->arena, &marks->todo, object);
	}
}

/* Mark all that the marked ones have and need. */
static void
mark_needed(Marks *marks)
{
	for (int i = 0; i < marks->todo.count; i++)
	{
		const MigrObject *object = marks->todo.items[i];

		for (int k = 0; k < object->parts.count; k++)
			mark(marks, object->parts.items[k]);
		for (int k = 0; k < object->needs.count; k++)
			if (object->needs.items[k]->kind != MIGR_EXTENSION)
				mark(marks, object->needs.items[k]); /* those are at hand */
	}
}

/* Is it marked? */
static bool
is_marked(const MigrObject *object, void *context)
{
	return ((const Marks *) context)->marked[object->number];
}

bool
migr_read_needed(MigrCall *call, const MigrScope *scope,
				 const MigrSchema *compared, MigrSchema *out)
{
	Marks marks = {.ctx = call->ctx};

	migr_schema_init(call->ctx, out);
	if (!call->host->introspect(call->host, scope, out))
		return false;
	marks.marked = migr_alloc_array(
		&call->ctx->arena, (size_t) out->objects.count + 1, sizeof(bool));
	for (int i = 0; i < compared->objects.count; i++)
	{
		MigrObject *there =
			migr_schema_find(call->ctx, out, compared->objects.items[i]);

		if (there != NULL)
			mark(&marks, there);
	}
	mark_needed(&marks);
	migr_schema_filter(call->ctx, out, is_marked, &marks);
	return true;
}
