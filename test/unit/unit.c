/*
 * unit.c
 *	  What the tests of the core share.  See unit.h.
 */
#include "unit.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Give a chunk, or jump where this is the one to fail. */
static void *
chunk(void *host, size_t size)
{
	Unit *unit = host;
	UnitChunk *piece = NULL;

	if (unit->countdown > 0 && --unit->countdown == 0)
		longjmp(unit->no_memory, 1);
	if (size < SIZE_MAX - 64)
		piece = malloc(size + 16);
	if (piece == NULL)
		abort();
	piece->next = unit->chunks;
	unit->chunks = piece;
	return (char *) piece + 16;
}

void
unit_open(Unit *unit)
{
	memset(unit, 0, sizeof(*unit));
	migr_arena_init(&unit->ctx.arena, chunk, unit);
}

void
unit_close(Unit *unit)
{
	while (unit->chunks != NULL)
	{
		UnitChunk *next = unit->chunks->next;

		free(unit->chunks);
		unit->chunks = next;
	}
}

void
unit_forget(Unit *unit)
{
	memset(&unit->ctx.err, 0, sizeof(unit->ctx.err));
}

/* Take the text up to one of stops off *rest. */
static MigrSpan
take_until(const char **rest, const char *stops)
{
	MigrSpan span = {*rest, strcspn(*rest, stops)};

	*rest += span.len;
	return migr_span_trim(span);
}

/* Append the words of a span. */
static void
add_words(Unit *unit, MigrSpan span, MigrNames *out)
{
	MigrSpan word;

	while (migr_span_word(&span, &word))
		migr_vec_push(&unit->ctx.arena, out,
					  migr_span_dup(&unit->ctx.arena, word));
}

MigrRevisions
unit_revisions(Unit *unit, const char *text)
{
	MigrRevisions out = {0};

	while (*text != '\0')
	{
		MigrRevision *revision =
			migr_alloc(&unit->ctx.arena, sizeof(*revision));

		revision->id =
			migr_span_dup(&unit->ctx.arena, take_until(&text, "(@+;"));
		revision->message = "";
		revision->line = 1;
		while (*text != '\0' && *text != ';')
		{
			char mark = *text++;

			if (mark == '(')
			{
				add_words(unit, take_until(&text, ")"), &revision->revises);
				text += strspn(text, ") ");
			}
			else
				add_words(unit, take_until(&text, "(@+;"),
						  mark == '@' ? &revision->labels
									  : &revision->depends_on);
		}
		text += strspn(text, "; \n");
		if (revision->id[0] != '\0')
			migr_vec_push(&unit->ctx.arena, &out, revision);
	}
	return out;
}

bool
unit_build(Unit *unit, const char *text, MigrGraph *graph)
{
	MigrRevisions revisions = unit_revisions(unit, text);

	return migr_graph_build(&unit->ctx, revisions.items, revisions.count,
							graph);
}

MigrRevs
unit_revs(const MigrGraph *graph, const char *ids)
{
	MigrRevs out = {0};
	MigrSpan rest = migr_span(ids);
	MigrSpan word;

	while (migr_span_word(&rest, &word))
		for (int32_t i = 0; i < graph->count; i++)
			if (migr_span_is(word, graph->revisions[i]->id))
				migr_vec_push(&graph->ctx->arena, &out, i);
	return out;
}

const char *
unit_ids(const MigrGraph *graph, const MigrRevs *revs)
{
	MigrStr str;

	migr_str_init(&str, &graph->ctx->arena);
	for (int i = 0; i < revs->count; i++)
		migr_str_printf(&str, "%s%s", i > 0 ? " " : "",
						revs->items[i] == MIGR_NO_REVISION
							? "-"
							: graph->revisions[revs->items[i]]->id);
	return str.data;
}

const char *
unit_set(const MigrGraph *graph, const MigrRevs *revs)
{
	MigrRevs sorted = {0};

	for (int32_t i = 0; i < graph->count; i++)
		for (int k = 0; k < revs->count; k++)
			if (revs->items[k] == i)
				migr_vec_push(&graph->ctx->arena, &sorted, i);
	return unit_ids(graph, &sorted);
}

const char *
unit_step(const MigrGraph *graph, const MigrStep *step)
{
	static const char marks[] = {'+', '-', '!'};

	return migr_printf(&graph->ctx->arena, "%c%s", marks[step->operation],
					   step->revision == MIGR_NO_REVISION
						   ? ""
						   : graph->revisions[step->revision]->id);
}

const char *
unit_plan(const MigrGraph *graph, const MigrPlan *plan)
{
	MigrStr str;

	migr_str_init(&str, &graph->ctx->arena);
	for (int i = 0; i < plan->count; i++)
		migr_str_printf(&str, "%s%s", i > 0 ? " " : "",
						unit_step(graph, &plan->items[i]));
	return str.data;
}

/* ---- schemas ------------------------------------------------------------------ */

static const char *const kinds[] = {
#define MIGR_KIND(kind, word, place) #kind,
#include "schema/kinds.def"
};

static const char *const attrs[] = {
#define MIGR_ATTR(kind, attribute, how) #attribute,
#include "schema/kinds.def"
};

/* Is the span this name, but for the case? */
static bool
is_name(MigrSpan span, const char *name)
{
	return strlen(name) == span.len &&
		   strncasecmp(span.ptr, name, span.len) == 0;
}

/* Find a kind by its name. */
static MigrKind
find_kind(MigrSpan name)
{
	for (int i = 0; i < MIGR_KIND_COUNT; i++)
		if (is_name(name, kinds[i]))
			return (MigrKind) i;
	fail_msg("no kind %.*s", (int) name.len, name.ptr);
	return MIGR_TABLE;
}

/* Find an attribute of a kind by its name. */
static MigrAttr
find_attr(MigrKind kind, MigrSpan name)
{
	int first = (int) migr_kind_info(kind)->first;

	for (int i = 0; i < migr_attr_count(kind); i++)
		if (is_name(name, attrs[first + i]))
			return (MigrAttr) (first + i);
	fail_msg("%s has no %.*s", kinds[kind], (int) name.len, name.ptr);
	return (MigrAttr) 0;
}

/* Find an object by its path: of several, the last. */
static MigrObject *
find_object(Unit *unit, const MigrSchema *schema, MigrSpan path)
{
	for (int i = schema->objects.count - 1; i >= 0; i--)
		if (migr_span_is(path, unit_path(unit, schema->objects.items[i])))
			return schema->objects.items[i];
	fail_msg("no object %.*s", (int) path.len, path.ptr);
	return NULL;
}

/* Add the object of a path. */
static MigrObject *
add_object(Unit *unit, MigrSchema *schema, MigrKind kind, MigrSpan path)
{
	MigrSpan above = path;
	const char *name;
	MigrObject *parent = NULL;

	while (above.len > 0 && above.ptr[above.len - 1] != '.')
		above.len--;
	name = migr_strndup(&unit->ctx.arena, path.ptr + above.len,
						path.len - above.len);
	if (above.len > 0)
	{
		above.len--;
		parent = find_object(unit, schema, above);
	}
	return migr_schema_add(&unit->ctx, schema, kind, "public", name, name,
						   parent);
}

/* Read one object. */
static void
read_object(Unit *unit, MigrSchema *schema, const char **rest)
{
	MigrKind kind = find_kind(take_until(rest, " "));
	MigrObject *object;
	bool needs = false;

	*rest += strspn(*rest, " ");
	object = add_object(unit, schema, kind, take_until(rest, " ;"));
	for (*rest += strspn(*rest, " "); **rest != '\0' && **rest != ';';
		 *rest += strspn(*rest, " "))
	{
		MigrSpan word = take_until(rest, " =;");
		MigrSpan value = {"t", 1};

		if (migr_span_is(word, ">"))
			needs = true;
		else if (needs)
			migr_object_need(&unit->ctx, object,
							 find_object(unit, schema, word));
		else
		{
			if (**rest == '=' && (*rest)[1] == '{')
			{
				*rest += 2;
				value = take_until(rest, "}");
				++*rest;
			}
			else if (**rest == '=')
			{
				++*rest;
				value = take_until(rest, " ;");
			}
			migr_object_set(object, find_attr(kind, word),
							migr_span_dup(&unit->ctx.arena, value));
		}
	}
}

MigrSchema
unit_schema(Unit *unit, const char *text)
{
	MigrSchema schema;

	migr_schema_init(&unit->ctx, &schema);
	while (*(text += strspn(text, " ;\n")) != '\0')
		read_object(unit, &schema, &text);
	return schema;
}

const char *
unit_path(Unit *unit, const MigrObject *object)
{
	if (object->parent == NULL)
		return object->name;
	return migr_printf(&unit->ctx.arena, "%s.%s",
					   unit_path(unit, object->parent), object->name);
}

/* Append a change. */
static void
add_change(Unit *unit, MigrStr *str, const MigrChange *change)
{
	static const char *const marks[] = {"+", "~", "", "-"};
	const MigrObject *object = change->from != NULL && change->from->number >= 0
								   ? change->from
								   : change->to;
	int count = 0;

	migr_str_printf(str, "%s%s%s", change->within ? "[" : "",
					marks[change->verb],
					change->verb == MIGR_DROP && change->aside != NULL
						? change->aside
						: unit_path(unit, object));
	if (change->verb == MIGR_RENAME)
		migr_str_printf(str, ">%s",
						change->to != NULL ? change->to->name : change->aside);
	for (int i = 0;
		 change->verb == MIGR_ALTER && i < migr_attr_count(object->kind); i++)
	{
		MigrAttr attr =
			(MigrAttr) ((int) migr_kind_info(object->kind)->first + i);

		if (!migr_changes(change, attr))
			continue;
		migr_str_add_char(str, count++ > 0 ? ',' : '(');
		for (const char *at = attrs[attr]; *at != '\0'; at++)
			migr_str_add_char(str, (char) tolower(*at));
	}
	migr_str_printf(str, "%s%s%s", count > 0 ? ")" : "",
					change->again ? "!" : "", change->within ? "]" : "");
}

const char *
unit_changes(Unit *unit, const MigrChanges *changes)
{
	MigrStr str;

	migr_str_init(&str, &unit->ctx.arena);
	for (int i = 0; i < changes->count; i++)
	{
		if (i > 0)
			migr_str_add_char(&str, ' ');
		add_change(unit, &str, changes->items[i]);
	}
	return str.data;
}

const char *
unit_code(MigrCode code)
{
	switch (code)
	{
		case MIGR_OK:
			return "ok";
		case MIGR_ERR_SCRIPT:
			return "script";
		case MIGR_ERR_ARGUMENT:
			return "argument";
		case MIGR_ERR_UNKNOWN:
			return "unknown";
		case MIGR_ERR_AMBIGUOUS:
			return "ambiguous";
		case MIGR_ERR_MULTIPLE_HEADS:
			return "heads";
		case MIGR_ERR_RANGE:
			return "range";
		case MIGR_ERR_GRAPH:
			return "graph";
		case MIGR_ERR_STATE:
			return "state";
		default:
			return "other";
	}
}
