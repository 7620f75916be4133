/*
 * compare.c
 *	  The live schema and the model, both read from the catalog, and the changes
 *	  between them, both ways.
 *
 * Renames that the model asks for come first, and for real: then both sides
 * speak of the new names, wherever the host prints one.  The way back is a
 * comparison of its own, which needs no inverse of anything.
 */
#include <string.h>

#include "cmd/cmd.h"
#include "text/quote.h"

/* ---- what is compared ------------------------------------------------------------ */

MigrDialect
migr_dialect(const MigrCall *call)
{
	return strcmp(call->host->dialect, "postgresql") == 0 ? MIGR_POSTGRESQL
														  : MIGR_SQLITE;
}

bool
migr_read_scope(MigrCall *call, MigrScope *out)
{
	memset(out, 0, sizeof(*out));
	return migr_setting_bool(call, "include_schemas", &out->all_schemas) &&
		   migr_setting_bool(call, "compare_owners", &out->owners) &&
		   migr_setting_bool(call, "compare_grants", &out->grants) &&
		   migr_setting_bool(call, "compare_publications", &out->publications);
}

/* Does a name match a pattern, in which * stands for any characters and ? for
 * one? */
static bool
matches(const char *name, MigrSpan pattern)
{
	const char *end = pattern.ptr + pattern.len;
	const char *at = pattern.ptr;
	const char *star = NULL; /* the last one, and where it began */
	const char *from = NULL;

	while (*name != '\0')
	{
		if (at < end && (*at == '?' || *at == *name) && *at != '*')
		{
			at++;
			name++;
		}
		else if (at < end && *at == '*')
		{
			star = at++;
			from = name;
		}
		else if (star == NULL)
			return false;
		else
		{
			at = star + 1;
			name = ++from;
		}
	}
	while (at < end && *at == '*')
		at++;
	return at == end;
}

/* What keep() has to know. */
typedef struct Filter
{
	const MigrCall *call;
	const char *patterns; /* include_name; NULL: all */
} Filter;

/* Is it among what the setting include_name says?  The last pattern that
 * matches counts; one with a ! in front leaves out. */
static bool
is_included(const Filter *filter, const MigrObject *object)
{
	MigrArena *arena = &filter->call->ctx->arena;
	MigrSpan rest = migr_span(filter->patterns);
	const char *full = migr_printf(
		arena, "%s.%s", object->schema != NULL ? object->schema : "main",
		object->name);
	bool included = false;
	bool first = true;
	MigrSpan word;

	while (migr_span_word(&rest, &word))
	{
		bool out = word.len > 0 && word.ptr[0] == '!';
		const char *name = object->name;

		if (first)
			included = out;
		first = false;
		if (out)
		{
			word.ptr++;
			word.len--;
		}
		if (memchr(word.ptr, '.', word.len) != NULL)
			name = full;
		if (matches(name, word))
			included = !out;
	}
	return included;
}

/* Is it the version table? */
static bool
is_version_table(const MigrCall *call, const MigrObject *object)
{
	const char *in = migr_setting(call, "version_table_schema");

	return object->kind == MIGR_TABLE &&
		   strcmp(object->name, call->version.name) == 0 &&
		   (in == NULL || object->schema == NULL ||
			strcmp(object->schema, in) == 0);
}

/* Is it compared?  The parts go with their parent. */
static bool
keep(const MigrObject *object, void *context)
{
	const Filter *filter = context;

	if (object->parent != NULL)
		return true;
	return !is_version_table(filter->call, object) &&
		   (filter->patterns == NULL || object->kind == MIGR_SCHEMA ||
			object->kind == MIGR_EXTENSION || is_included(filter, object));
}

void
migr_filter_schema(MigrCall *call, MigrSchema *schema)
{
	Filter filter = {call, migr_setting(call, "include_name")};

	migr_schema_filter(call->ctx, schema, keep, &filter);
}

bool
migr_read_live(MigrCall *call, const MigrScope *scope, MigrSchema *out)
{
	migr_schema_init(call->ctx, out);
	if (!call->host->introspect(call->host, scope, out))
		return false;
	migr_filter_schema(call, out);
	return true;
}

/* Where the model speaks of no extension, those that are there are nobody's
 * business. */
static bool
keep_no_extension(const MigrObject *object, void *context)
{
	(void) context;
	return object->kind != MIGR_EXTENSION;
}

/* ---- the changes ---------------------------------------------------------------------- */

/* Which attributes the settings leave out. */
typedef struct Ignored
{
	bool types;
	bool defaults;
} Ignored;

static bool
read_ignored(MigrCall *call, Ignored *out)
{
	bool types;
	bool defaults;

	if (!migr_setting_bool(call, "compare_type", &types) ||
		!migr_setting_bool(call, "compare_server_default", &defaults))
		return false;
	out->types = !types;
	out->defaults = !defaults;
	return true;
}

/* Take attributes that aren't compared out of the changes. */
static void
ignore(const Ignored *ignored, MigrChanges *changes)
{
	int kept = 0;

	for (int i = 0; i < changes->count; i++)
	{
		MigrChange *change = changes->items[i];
		MigrAttr first = MIGR_COLUMN_TYPE;

		if (change->verb == MIGR_ALTER && change->from->kind == MIGR_COLUMN)
		{
			if (ignored->types)
				change->attrs &= ~((uint64_t) 1 << (MIGR_COLUMN_TYPE - first));
			if (ignored->defaults)
				change->attrs &=
					~((uint64_t) 1 << (MIGR_COLUMN_DEFAULT - first));
			if (change->attrs == 0)
				continue;
		}
		changes->items[kept++] = change;
	}
	changes->count = kept;
}

/* Compare two schemas, as the settings have it. */
static bool
compare(MigrCall *call, const MigrSchema *from, const MigrSchema *to,
		MigrChanges *out)
{
	Ignored ignored;

	if (!read_ignored(call, &ignored))
		return false;
	migr_diff(call->ctx, migr_dialect(call), from, to, out);
	ignore(&ignored, out);
	migr_order(call->ctx, migr_dialect(call), out);
	return true;
}

/* ---- renames ----------------------------------------------------------------------- */

/* Find an object by a name as a hint writes it, in a schema or the default one. */
static MigrObject *
find_table(MigrCall *call, const MigrSchema *schema, const char *in,
		   const char *name)
{
	for (int i = 0; i < schema->objects.count; i++)
	{
		MigrObject *object = schema->objects.items[i];

		if (object->kind == MIGR_TABLE && strcmp(object->name, name) == 0 &&
			(in != NULL
				 ? object->schema != NULL && strcmp(object->schema, in) == 0
				 : strcmp(object->sql,
						  migr_quote_name(&call->ctx->arena, name)) == 0 ||
					   strchr(object->sql, '.') == NULL))
			return object;
	}
	return NULL;
}

/* Find a column of a table. */
static MigrObject *
find_column(MigrCall *call, const MigrSchema *schema, MigrObject *table,
			const char *name)
{
	return table == NULL ? NULL
						 : migr_schema_get(call->ctx, schema, MIGR_COLUMN,
										   table->schema, table, name);
}

/* A table's name as SQL says it, without its schema. */
static const char *
own_name(MigrCall *call, const MigrObject *table)
{
	return strchr(table->sql, '.') == NULL
			   ? table->sql
			   : migr_quote_name(&call->ctx->arena, table->name);
}

/* Note a rename, and its way back. */
static void
push_rename(MigrCall *call, MigrCompared *out, const char *up, const char *down)
{
	migr_vec_push(&call->ctx->arena, &out->renames, up);
	migr_vec_push(&call->ctx->arena, &out->renames_back, down);
}

/* Find the live table that a hint is about, if its rename is due: the old name is
 * there and the new one isn't. */
static MigrObject *
due_table(MigrCall *call, const MigrRenamed *hint, const MigrCompared *out)
{
	return find_table(call, &out->live, hint->schema, hint->table) != NULL
			   ? NULL
			   : find_table(call, &out->live, hint->schema, hint->old);
}

/* Find the live table that a column's hint is about; NULL: there is none yet, or
 * it is one that goes by another name. */
static MigrObject *
table_of(MigrCall *call, const MigrRenameds *hints, const MigrRenamed *hint,
		 const MigrCompared *out)
{
	MigrObject *table = find_table(call, &out->live, hint->schema, hint->table);

	for (int i = 0; i < hints->count; i++)
	{
		const MigrRenamed *other = &hints->items[i];
		MigrObject *due =
			other->column == NULL ? due_table(call, other, out) : NULL;

		if (due == NULL)
			continue;
		if (strcmp(other->table, hint->table) == 0 &&
			(other->schema == hint->schema ||
			 (other->schema != NULL && hint->schema != NULL &&
			  strcmp(other->schema, hint->schema) == 0)))
			return due;
		if (due == table)
			table = NULL;
	}
	return table;
}

/* Add the rename of a table, if it is due. */
static void
rename_table(MigrCall *call, const MigrRenamed *hint, MigrCompared *out)
{
	MigrArena *arena = &call->ctx->arena;
	MigrObject *was = due_table(call, hint, out);
	MigrObject *new = find_table(call, &out->model, hint->schema, hint->table);

	if (was != NULL && new != NULL && !migr_is_left_out(call, new))
		push_rename(call, out,
					migr_printf(arena, "ALTER TABLE %s RENAME TO %s", was->sql,
								own_name(call, new)),
					migr_printf(arena, "ALTER TABLE %s RENAME TO %s", new->sql,
								own_name(call, was)));
}

/* The same for a column. */
static void
rename_column(MigrCall *call, const MigrRenameds *hints,
			  const MigrRenamed *hint, MigrCompared *out)
{
	MigrArena *arena = &call->ctx->arena;
	MigrObject *table = table_of(call, hints, hint, out);
	MigrObject *was = find_column(call, &out->live, table, hint->old);
	MigrObject *new = find_column(
		call, &out->model,
		find_table(call, &out->model, hint->schema, hint->table), hint->column);

	if (was != NULL && new != NULL && !migr_is_left_out(call, new) &&
		!migr_is_left_out(call, new->parent) &&
		find_column(call, &out->live, table, hint->column) == NULL)
		push_rename(call, out,
					migr_printf(arena, "ALTER TABLE %s RENAME COLUMN %s TO %s",
								table->sql, was->sql, new->sql),
					migr_printf(arena, "ALTER TABLE %s RENAME COLUMN %s TO %s",
								table->sql, new->sql, was->sql));
}

bool
migr_run_text(MigrCall *call, const char *text, const char *section)
{
	MigrHost *host = call->host;
	MigrPart part;
	int count = 0;

	return migr_prepare_text(call, migr_span(text), section, &part) &&
		   host->tx(host, MIGR_TX_STEP_BEGIN) &&
		   migr_run_part(call, &part, &count) &&
		   host->tx(host, MIGR_TX_STEP_END);
}

/* Run statements of our own in the scratch place. */
static bool
run_texts(MigrCall *call, const MigrTexts *texts)
{
	for (int i = 0; i < texts->count; i++)
		if (!migr_run_text(call, texts->items[i], "a rename"))
			return false;
	return true;
}

/*
 * Carry out the renames of one sort that the model asks for, and read the live
 * schema as it is then.  Columns come first: on SQLite a constraint without a name
 * is called by its table's, until a column of it is renamed.
 */
static bool
rename_live(MigrCall *call, const MigrRenameds *hints, bool columns,
			MigrCompared *out)
{
	MigrHost *host = call->host;
	int before = out->renames.count;
	bool ok;

	if (hints->count > 0 && !migr_ask_objects(call, &out->live, &out->model))
		return false;
	for (int i = 0; i < hints->count; i++)
	{
		if (columns && hints->items[i].column != NULL)
			rename_column(call, hints, &hints->items[i], out);
		else if (!columns && hints->items[i].column == NULL)
			rename_table(call, &hints->items[i], out);
	}
	if (out->renames.count == before)
		return true;
	ok = host->scratch(host, &out->scope, MIGR_SCRATCH_COPY) &&
		 run_texts(call, &out->renames) &&
		 migr_read_live(call, &out->scope, &out->live);
	if (!out->extensions)
		migr_schema_filter(call->ctx, &out->live, keep_no_extension, NULL);
	migr_unfold_serials(call->ctx, &out->live, &out->model);
	return host->scratch(host, &out->scope, MIGR_SCRATCH_END) && ok;
}

/* ---- all of it ---------------------------------------------------------------------- */

/* Has it any extension? */
static bool
has_extensions(const MigrSchema *schema)
{
	for (int i = 0; i < schema->objects.count; i++)
		if (schema->objects.items[i]->kind == MIGR_EXTENSION)
			return true;
	return false;
}

bool
migr_compare_both(MigrCall *call, MigrCompared *compared)
{
	return compare(call, &compared->live, &compared->model, &compared->up) &&
		   compare(call, &compared->model, &compared->live, &compared->down);
}

bool
migr_compare(MigrCall *call, const MigrModel *model, MigrCompared *out)
{
	MigrRenameds hints = {0};

	memset(out, 0, sizeof(*out));
	if (!migr_read_scope(call, &out->scope) ||
		!migr_find_renamed(call->ctx, migr_dialect(call), model->text,
						   &hints) ||
		!migr_model_facts(call, model, &out->scope, &out->model) ||
		!migr_read_live(call, &out->scope, &out->start))
		return false;
	out->extensions = has_extensions(&out->model);
	if (!out->extensions)
		migr_schema_filter(call->ctx, &out->start, keep_no_extension, NULL);
	migr_unfold_serials(call->ctx, &out->start, &out->model);
	migr_unfold_serials(call->ctx, &out->model, &out->start);
	out->live = out->start;
	if (!rename_live(call, &hints, true, out) ||
		!rename_live(call, &hints, false, out) ||
		!migr_ask_objects(call, &out->live, &out->model))
		return false;
	migr_leave_out(call, &out->start);
	if (out->renames.count > 0)
		migr_leave_out(call, &out->live);
	else
		out->live = out->start;
	migr_leave_out(call, &out->model);
	return migr_compare_both(call, out);
}

bool
migr_compare_schemas(MigrCall *call, const MigrSchema *a, const MigrSchema *b,
					 MigrDescriptions *out)
{
	MigrChanges changes = {0};

	if (!compare(call, a, b, &changes))
		return false;
	for (int i = 0; i < changes.count; i++)
		migr_describe(call->ctx, changes.items[i], out);
	return true;
}
