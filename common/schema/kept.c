/*
 * kept.c
 *	  Facts as a text that can be kept, and out of it again.
 *
 * A line for the whole, then one piece for each object, then what needs what.  A
 * text within stands behind its length and before a line end, which becomes the NUL
 * when it is read; "-" is none, "=" the one that it mostly is: of a schema's name
 * the object's before, of SQL's name the object's own.
 */
#include <string.h>

#include "base/digest.h"
#include "schema/kept.h"

const char *
migr_kept_format(void)
{
	return "1"
#define MIGR_KIND(kind, word, place) " " #kind
#define MIGR_ATTR(kind, attribute, how) " ." #attribute
#include "schema/kinds.def"
		;
}

/* ---- writing --------------------------------------------------------------------- */

/* Add a number. */
static void
add_number(MigrStr *str, int number)
{
	char digits[16];
	size_t at = sizeof(digits);

	digits[--at] = ' ';
	do
		digits[--at] = (char) ('0' + number % 10);
	while ((number /= 10) > 0);
	migr_str_add_n(str, digits + at, sizeof(digits) - at);
}

/* Add a text; usual is what it mostly is. */
static void
add_text(MigrStr *str, const char *text, const char *usual)
{
	size_t len;

	if (text == NULL)
		migr_str_add_char(str, '-');
	else if (usual != NULL && strcmp(text, usual) == 0)
		migr_str_add_char(str, '=');
	else
	{
		len = strlen(text);
		add_number(str, (int) len);
		migr_str_add_n(str, text, len);
		migr_str_add_char(str, '\n');
	}
}

/* Add an object, without what it needs. */
static void
add_object(MigrStr *str, const MigrObject *object, const char *schema)
{
	int attrs = migr_attr_count(object->kind);
	int count = 0;

	add_number(str, (int) object->kind);
	add_number(str, object->parent != NULL ? object->parent->number + 1 : 0);
	add_text(str, object->schema, schema);
	add_text(str, object->name, NULL);
	add_text(str, object->sql, object->name);
	for (int i = 0; i < attrs; i++)
		count += object->values[i] != NULL;
	add_number(str, count);
	for (int i = 0; i < attrs; i++)
	{
		if (object->values[i] == NULL)
			continue;
		add_number(str, i);
		add_text(str, object->values[i], NULL);
	}
}

/* Add a list of objects, behind whose it is; nothing where it is empty. */
static void
add_list(MigrStr *str, const MigrObject *object, const MigrObjects *list)
{
	if (list->count == 0)
		return;
	add_number(str, object->number + 1);
	add_number(str, list->count);
	for (int i = 0; i < list->count; i++)
		add_number(str, list->items[i]->number);
}

/* Do the parts stand in another order than among all objects? */
static bool
has_order(const MigrObject *object)
{
	for (int i = 1; i < object->parts.count; i++)
		if (object->parts.items[i - 1]->number > object->parts.items[i]->number)
			return true;
	return false;
}

MigrSpan
migr_kept_write(MigrCtx *ctx, const MigrSchema *schema)
{
	const MigrObjects *objects = &schema->objects;
	const char *last = NULL;
	MigrStr str;

	migr_str_init(&str, &ctx->arena);
	add_number(&str, objects->count);
	add_number(&str, schema->any_case);
	for (int i = 0; i < objects->count; i++)
	{
		add_object(&str, objects->items[i], last);
		last = objects->items[i]->schema;
	}
	for (int i = 0; i < objects->count; i++)
		add_list(&str, objects->items[i], &objects->items[i]->needs);
	add_number(&str, 0);
	for (int i = 0; i < objects->count; i++)
		if (has_order(objects->items[i]))
			add_list(&str, objects->items[i], &objects->items[i]->parts);
	add_number(&str, 0);
	return migr_digest_seal(&str);
}

/* ---- reading ---------------------------------------------------------------------- */

typedef struct Reader
{
	MigrCtx *ctx;
	char *at;
	char *end; /* there a NUL stands */
	bool bad;
} Reader;

/* Take a number below a limit; the text is bad where there is none. */
static int
take_number(Reader *reader, int limit)
{
	int64_t number = 0;
	int digits = 0;

	while (reader->at < reader->end && *reader->at >= '0' &&
		   *reader->at <= '9' && digits++ < 10)
		number = number * 10 + (*reader->at++ - '0');
	if (digits == 0 || reader->at == reader->end || *reader->at != ' ' ||
		number >= limit)
	{
		reader->bad = true;
		return 0;
	}
	reader->at++;
	return (int) number;
}

/* Take a text. */
static const char *
take_text(Reader *reader, const char *usual)
{
	char mark = reader->at < reader->end ? *reader->at : '-';
	const char *text;
	int len;

	if (mark == '-' || mark == '=')
	{
		reader->bad |= reader->at == reader->end;
		reader->at += reader->at < reader->end;
		return mark == '-' ? NULL : usual;
	}
	len = take_number(reader, INT32_MAX);
	if (reader->bad || reader->end - reader->at <= len ||
		reader->at[len] != '\n')
	{
		reader->bad = true;
		return NULL;
	}
	text = reader->at;
	reader->at += len;
	*reader->at++ = '\0';
	return text;
}

/* Take an object. */
static void
take_object(Reader *reader, const char *before, MigrSchema *out)
{
	int kind = take_number(reader, MIGR_KIND_COUNT);
	int parent = take_number(reader, out->objects.count + 1);
	const char *schema = take_text(reader, before);
	const char *name = take_text(reader, NULL);
	const char *sql = take_text(reader, name);
	int values = take_number(reader, migr_attr_count((MigrKind) kind) + 1);
	int number = out->objects.count;
	MigrObject *object;

	if (name == NULL || sql == NULL)
		reader->bad = true;
	if (reader->bad)
		return;
	object =
		migr_schema_add(reader->ctx, out, (MigrKind) kind, schema, name, sql,
						parent > 0 ? out->objects.items[parent - 1] : NULL);
	reader->bad |= object->number != number;
	while (values-- > 0 && !reader->bad)
	{
		int attr = take_number(reader, migr_attr_count(object->kind));

		object->values[attr] = take_text(reader, NULL);
	}
}

/* Take the needs of all objects. */
static void
take_needs(Reader *reader, MigrSchema *out)
{
	int count = out->objects.count;

	for (int at = take_number(reader, count + 1); at > 0 && !reader->bad;
		 at = take_number(reader, count + 1))
	{
		int needs = take_number(reader, INT32_MAX);

		while (needs-- > 0 && !reader->bad)
		{
			int needed = take_number(reader, count);

			if (!reader->bad)
				migr_vec_push(&reader->ctx->arena,
							  &out->objects.items[at - 1]->needs,
							  out->objects.items[needed]);
		}
	}
}

/* Take the orders of parts. */
static void
take_orders(Reader *reader, MigrSchema *out)
{
	int count = out->objects.count;

	for (int at = take_number(reader, count + 1); at > 0 && !reader->bad;
		 at = take_number(reader, count + 1))
	{
		MigrObject *object = out->objects.items[at - 1];
		int parts = take_number(reader, INT32_MAX);

		reader->bad |= parts != object->parts.count;
		for (int i = 0; i < parts && !reader->bad; i++)
		{
			int part = take_number(reader, count);

			if (reader->bad || out->objects.items[part]->parent != object)
				reader->bad = true;
			else
				object->parts.items[i] = out->objects.items[part];
		}
	}
}

/* Read the whole text; false: it is damaged. */
static bool
read_all(MigrCtx *ctx, MigrSpan text, MigrSchema *out)
{
	Reader reader = {.ctx = ctx};
	const char *last = NULL;
	int count;

	if (!migr_digest_unseal(&ctx->arena, &text))
		return false;
	reader.at = migr_strndup(&ctx->arena, text.ptr, text.len);
	reader.end = reader.at + text.len;
	count = take_number(&reader, INT32_MAX);
	out->any_case = take_number(&reader, 2) != 0;
	for (int i = 0; i < count && !reader.bad; i++)
	{
		take_object(&reader, last, out);
		if (!reader.bad)
			last = out->objects.items[i]->schema;
	}
	if (!reader.bad)
		take_needs(&reader, out);
	if (!reader.bad)
		take_orders(&reader, out);
	return !reader.bad && reader.at == reader.end;
}

bool
migr_kept_read(MigrCtx *ctx, MigrSpan text, MigrSchema *out)
{
	migr_schema_init(ctx, out);
	return read_all(ctx, text, out) ||
		   migr_fail(ctx, MIGR_ERR_STATE, "the kept facts are damaged");
}

/* ---- comparing --------------------------------------------------------------------- */

/* Are two texts the same, or both none? */
static bool
same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

void
migr_pair_init(MigrCtx *ctx, const MigrSchema *a, const MigrSchema *b,
			   MigrPair *pair)
{
	pair->ctx = ctx;
	pair->a = a;
	pair->b = b;
	pair->marks = migr_alloc_array(&ctx->arena, (size_t) b->objects.count + 1,
								   sizeof(int));
}

/* Does an object of the first need the same as its twin in the second? */
static bool
same_needs(MigrPair *pair, const MigrObject *a, const MigrObject *b)
{
	int mark = a->number + 1;

	for (int i = 0; i < a->needs.count; i++)
	{
		const MigrObject *needed =
			migr_schema_find(pair->ctx, pair->b, a->needs.items[i]);

		if (needed == NULL)
			return false;
		pair->marks[needed->number] = -mark;
	}
	for (int i = 0; i < b->needs.count; i++)
	{
		int *found = &pair->marks[b->needs.items[i]->number];

		if (*found != mark && *found != -mark)
			return false;
		*found = mark;
	}
	for (int i = 0; i < a->needs.count; i++)
		if (pair->marks[migr_schema_find(pair->ctx, pair->b, a->needs.items[i])
							->number] != mark)
			return false;
	return true;
}

/* Are the columns of a table in the same order? */
static bool
same_order(const MigrObject *a, const MigrObject *b)
{
	int at = 0;

	for (int i = 0; i < a->parts.count; i++)
	{
		if (a->parts.items[i]->kind != MIGR_COLUMN)
			continue;
		while (at < b->parts.count && b->parts.items[at]->kind != MIGR_COLUMN)
			at++;
		if (at == b->parts.count ||
			strcmp(a->parts.items[i]->name, b->parts.items[at]->name) != 0)
			return false;
		at++;
	}
	return true;
}

bool
migr_pair_same(MigrPair *pair, const MigrObject *a, const MigrObject *b)
{
	if (strcmp(a->sql, b->sql) != 0 || a->parts.count != b->parts.count ||
		!same_order(a, b))
		return false;
	for (int i = 0; i < migr_attr_count(a->kind); i++)
		if (!same_text(a->values[i], b->values[i]))
			return false;
	return same_needs(pair, a, b);
}

/* Name an object. */
static const char *
say(MigrCtx *ctx, const MigrObject *object)
{
	const char *word = migr_kind_info(object->kind)->word;

	return migr_printf(&ctx->arena, "%s %s%s%s", word != NULL ? word : "object",
					   object->parent != NULL ? object->parent->sql : "",
					   object->parent != NULL ? "." : "", object->sql);
}

const char *
migr_kept_differ(MigrCtx *ctx, const MigrSchema *a, const MigrSchema *b)
{
	MigrPair pair;

	migr_pair_init(ctx, a, b, &pair);
	for (int i = 0; i < a->objects.count; i++)
	{
		const MigrObject *twin = migr_schema_find(ctx, b, a->objects.items[i]);

		if (twin == NULL || !migr_pair_same(&pair, a->objects.items[i], twin))
			return say(ctx, a->objects.items[i]);
	}
	for (int i = 0; i < b->objects.count; i++)
		if (migr_schema_find(ctx, a, b->objects.items[i]) == NULL)
			return say(ctx, b->objects.items[i]);
	return NULL;
}
