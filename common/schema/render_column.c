/*
 * render_column.c
 *	  Columns in SQL, and the sequences that serial and identity columns count
 *	  with.  See render.h.
 *
 * A column that is altered gets one ALTER TABLE with an action for each attribute,
 * in an order that works whether the host takes them in turn, as they stand, or
 * drops first, as both do; only what makes or frees a sequence stands apart.
 */
#include "schema/fit.h"
#include "schema/render.h"

#include "text/lex.h"
#include "text/quote.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* ---- values --------------------------------------------------------------- */

/* Is an expression one that SQLite takes as a default without parentheses? */
static bool
is_literal(const char *expr)
{
	static const char *const words[] = {"NULL",			"TRUE",
										"FALSE",		"CURRENT_TIME",
										"CURRENT_DATE", "CURRENT_TIMESTAMP"};
	bool sign = *expr == '-' || *expr == '+';
	MigrSpan span = migr_span(expr + sign);
	MigrToken token = migr_lex(span);

	if (token.len != span.len)
		return false;
	if (token.kind == MIGR_TOKEN_NUMBER)
		return true;
	for (size_t i = 0; i < LENGTH(words) && !sign; i++)
	{
		if (token.kind == MIGR_TOKEN_WORD && migr_lex_is(span, words[i]))
			return true;
	}
	return !sign &&
		   (token.kind == MIGR_TOKEN_STRING || token.kind == MIGR_TOKEN_BLOB);
}

/* Return a default as a column has it. */
static const char *
default_text(const MigrRender *render, const char *expr)
{
	if (render->dialect == MIGR_POSTGRESQL || is_literal(expr))
		return expr;
	return migr_in_parentheses(render->arena, expr);
}

/* Does a sequence count down, by its options? */
static bool
counts_down(const char *options)
{
	return options != NULL && strstr(options, "INCREMENT BY -") != NULL;
}

/* Say that a sequence goes on behind the numbers that are there. */
static void
say_count_on(MigrRender *render, const MigrObject *column)
{
	const char *table = column->parent->sql;
	const char *options = migr_get(column, MIGR_COLUMN_IDENTITY_OPTIONS);
	bool down = counts_down(options);
	const char *end = down ? "min" : "max";

	migr_say(render, "SELECT setval(%s, %s(%s)) FROM %s HAVING %s(%s) %s 0",
			 migr_quote_text(render->arena, migr_span(migr_counter_of(
												render->arena, column, table))),
			 end, column->sql, table, end, column->sql, down ? "<" : ">");
}

/* ---- a column's text ------------------------------------------------------ */

/* Add how a column gets values by itself. */
static void
add_filling(const MigrRender *render, const MigrObject *column, MigrStr *str)
{
	const char *made = migr_get(column, MIGR_COLUMN_GENERATED);
	const char *expr = migr_get(column, MIGR_COLUMN_DEFAULT);
	const char *identity = migr_get(column, MIGR_COLUMN_IDENTITY);
	const char *options = migr_get(column, MIGR_COLUMN_IDENTITY_OPTIONS);

	if (made != NULL)
		migr_str_printf(str, " GENERATED ALWAYS AS %s", made);
	else if (expr != NULL)
		migr_str_printf(str, " DEFAULT %s", default_text(render, expr));
	if (identity != NULL)
		migr_str_printf(str, " GENERATED %s AS IDENTITY", identity);
	if (identity != NULL && options != NULL)
		migr_str_printf(str, " (%s)", options);
}

/* Return a column's definition; bare: without NOT NULL. */
static const char *
definition(const MigrRender *render, const MigrObject *column, bool bare)
{
	bool typed = column->parent->kind == MIGR_TABLE &&
				 migr_get(column->parent, MIGR_TABLE_OF_TYPE) != NULL;
	const char *serial = migr_get(column, MIGR_COLUMN_SERIAL);
	const char *type =
		serial != NULL ? serial : migr_get(column, MIGR_COLUMN_TYPE);
	const char *collation = migr_get(column, MIGR_COLUMN_COLLATION);
	const char *compression = migr_get(column, MIGR_COLUMN_COMPRESSION);
	const char *conflict = migr_get(column, MIGR_COLUMN_CONFLICT);
	const char *foreign = migr_get(column, MIGR_COLUMN_FOREIGN_OPTIONS);
	size_t head;
	MigrStr str;

	migr_str_init(&str, render->arena);
	migr_str_add(&str, column->sql);
	if (typed)
		migr_str_add(&str, " WITH OPTIONS");
	else if (type != NULL)
		migr_str_printf(&str, " %s", type);
	head = str.len;
	if (compression != NULL && !typed)
		migr_str_printf(&str, " COMPRESSION %s", compression);
	if (collation != NULL && !typed)
		migr_str_printf(&str, " COLLATE %s", collation);
	if (foreign != NULL)
		migr_str_printf(&str, " OPTIONS (%s)", foreign);
	add_filling(render, column, &str);
	if (migr_get(column, MIGR_COLUMN_NOT_NULL) != NULL && !bare &&
		!migr_counts(column))
		migr_str_add(&str, " NOT NULL");
	if (conflict != NULL && !bare)
		migr_str_printf(&str, " ON CONFLICT %s", conflict);
	return typed && str.len == head ? NULL : str.data;
}

const char *
migr_column_text(const MigrRender *render, const MigrObject *column)
{
	return definition(render, column, false);
}

/* Return "ALTER TABLE t ALTER COLUMN c". */
static const char *
alter_column_words(const MigrRender *render, const MigrObject *column)
{
	return migr_printf(render->arena, "ALTER TABLE %s ALTER COLUMN %s",
					   migr_old_name(render, column->parent),
					   migr_old_name(render, column));
}

void
migr_say_column_settings(MigrRender *render, const MigrObject *column)
{
	const char *words = alter_column_words(render, column);
	const char *storage = migr_get(column, MIGR_COLUMN_STORAGE);
	const char *statistics = migr_get(column, MIGR_COLUMN_STATISTICS);
	const char *options = migr_get(column, MIGR_COLUMN_OPTIONS);

	if (storage != NULL)
		migr_say(render, "%s SET STORAGE %s", words, storage);
	if (statistics != NULL)
		migr_say(render, "%s SET STATISTICS %s", words, statistics);
	if (options != NULL)
		migr_say(render, "%s SET (%s)", words, options);
}

void
migr_say_column_own(MigrRender *render, const MigrObject *column)
{
	const char *words = alter_column_words(render, column);
	const char *expr = migr_get(column, MIGR_COLUMN_DEFAULT);
	const MigrObject *upper = migr_upper_of(column);

	if (upper == NULL || upper->kind != MIGR_COLUMN || migr_counts(upper) ||
		migr_get(column, MIGR_COLUMN_INHERITED) == NULL)
		return;
	if (!migr_same(expr, migr_get(upper, MIGR_COLUMN_DEFAULT)))
		migr_say(render, expr != NULL ? "%s SET DEFAULT %s" : "%s DROP DEFAULT",
				 words, expr);
	if (migr_get(column, MIGR_COLUMN_NOT_NULL) != NULL &&
		migr_get(upper, MIGR_COLUMN_NOT_NULL) == NULL)
		migr_say(render, "%s SET NOT NULL", words);
}

/* ---- the columns of a table that is made anew ------------------------------- */

void
migr_say_counters(MigrRender *render, const MigrObject *old,
				  const MigrObject *table)
{
	MigrMap names;

	if (render->dialect == MIGR_SQLITE)
		return;
	migr_map_init(&names, render->arena, old->parts.count);
	for (int i = 0; i < old->parts.count; i++)
	{
		if (old->parts.items[i]->kind == MIGR_COLUMN)
			migr_map_put(&names, migr_span(old->parts.items[i]->name), i);
	}
	for (int i = 0; i < table->parts.count; i++)
	{
		const MigrObject *part = table->parts.items[i];

		if (part->kind == MIGR_COLUMN && migr_counts(part) &&
			migr_map_get(&names, migr_span(part->name)) != MIGR_MAP_NONE)
			say_count_on(render, part);
	}
}

void
migr_rename_counters(MigrRender *render, const MigrObject *table,
					 const char *to)
{
	if (render->dialect == MIGR_SQLITE)
		return;
	for (int i = 0; i < table->parts.count; i++)
	{
		const MigrObject *part = table->parts.items[i];
		const char *from;
		const char *name;

		if (part->kind != MIGR_COLUMN || !migr_counts(part))
			continue;
		from = migr_counter_of(render->arena, part, table->sql);
		name = migr_counter_of(render->arena, part, to);
		if (strcmp(from, name) != 0)
			migr_say(render, "ALTER SEQUENCE %s RENAME TO %s", from,
					 migr_last_name(name));
	}
}

/* ---- ADD, DROP, RENAME ------------------------------------------------------ */

/* Can the values of a column that is dropped be those of the one that is made in
 * its place? */
static bool
keeps_values(const MigrObject *column)
{
	return migr_get(column, MIGR_COLUMN_GENERATED) == NULL &&
		   !migr_counts(column);
}

/* Add a column; one that takes another's place gets its values. */
static void
create_column(MigrRender *render, const MigrObject *column)
{
	const MigrChange *behind = migr_at_hand(render)->behind;
	bool copies = behind != NULL && keeps_values(column);
	const char *table = column->parent->sql;
	bool full = migr_get(column, MIGR_COLUMN_NOT_NULL) != NULL;
	const char *old;

	if (full && !copies && migr_get(column, MIGR_COLUMN_DEFAULT) == NULL &&
		migr_get(column, MIGR_COLUMN_GENERATED) == NULL && !migr_counts(column))
		migr_remark(render, "fails if table %s has rows", table);
	if (full && migr_get(column, MIGR_COLUMN_GENERATED) != NULL)
		migr_remark(render, "fails if %s.%s is NULL in some row", table,
					column->sql);
	migr_say(render, "ALTER TABLE %s ADD COLUMN %s", table,
			 definition(render, column, copies));
	if (copies)
	{
		old = migr_plain_name(render->arena,
							  migr_set_aside(render->arena, column->name));
		migr_say(render, "UPDATE %s SET %s = %s", table, column->sql, old);
		if (full)
			migr_say(render, "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL",
					 table, column->sql);
		migr_say(render, "ALTER TABLE %s DROP COLUMN %s", table, old);
	}
	migr_say_column_settings(render, column);
}

/* Drop a column, or set it aside for the one that takes its place. */
static void
drop_column(MigrRender *render, const MigrObject *column)
{
	const MigrObject *new = migr_made_again(render, column);
	const char *table = migr_old_name(render, column->parent);
	const char *name = migr_old_name(render, column);

	if (new != NULL && keeps_values(new))
		migr_say(render, "ALTER TABLE %s RENAME COLUMN %s TO %s", table, name,
				 migr_plain_name(render->arena,
								 migr_set_aside(render->arena, column->name)));
	else
		migr_say(render, "ALTER TABLE %s DROP COLUMN %s", table, name);
}

/* Give a column another name, and its sequence. */
static void
rename_column(MigrRender *render, const MigrChange *change)
{
	const char *table = migr_old_name(render, change->from->parent);
	const char *from;
	const char *to;

	/* a table above hands its name on */
	if (migr_get(change->from, MIGR_COLUMN_INHERITED) != NULL &&
		migr_follows(render, change->from->parent, true))
		return;
	migr_say(render, "ALTER TABLE %s RENAME COLUMN %s TO %s", table,
			 change->from->sql, change->to->sql);
	if (render->dialect == MIGR_SQLITE || !migr_counts(change->from) ||
		!migr_counts(change->to))
		return;
	from = migr_counter_of(render->arena, change->from, table);
	to = migr_counter_of(render->arena, change->to, table);
	if (strcmp(from, to) != 0)
		migr_say(render, "ALTER SEQUENCE %s RENAME TO %s", from,
				 migr_last_name(to));
}

/* ---- ALTER ------------------------------------------------------------------ */

/* A column that is being altered. */
typedef struct Work
{
	MigrRender *render;
	const MigrChange *change;
	const MigrObject *from;
	const MigrObject *to;
	MigrTexts actions; /* SET NOT NULL, ... */
	bool emptied;	   /* has it dropped the default? */
} Work;

static void act(Work *work, const char *fmt, ...) MIGR_PRINTF(2, 3);

/* Add an action. */
static void
act(Work *work, const char *fmt, ...)
{
	MigrStr str;
	va_list args;

	migr_str_init(&str, work->render->arena);
	migr_str_printf(&str, "ALTER COLUMN %s ",
					migr_old_name(work->render, work->from));
	va_start(args, fmt);
	migr_str_vprintf(&str, fmt, args);
	va_end(args);
	migr_vec_push(work->render->arena, &work->actions, str.data);
}

/* Say the actions up to now. */
static void
flush(Work *work)
{
	MigrStr str;

	if (work->actions.count == 0)
		return;
	migr_str_init(&str, work->render->arena);
	migr_str_printf(&str, "ALTER TABLE %s",
					migr_old_name(work->render, work->from->parent));
	for (int i = 0; i < work->actions.count; i++)
		migr_str_printf(&str, "%s%s%s", i > 0 ? "," : "",
						work->actions.count > 1 ? "\n    " : " ",
						work->actions.items[i]);
	migr_say(work->render, "%s", str.data);
	work->actions.count = 0;
}

/* Does an attribute come, go, or have another value? */
static bool
alters(const Work *work, MigrAttr attr)
{
	return migr_changes(work->change, attr);
}

/* Return an attribute as it was, and as it becomes. */
static const char *
was(const Work *work, MigrAttr attr)
{
	return migr_get(work->from, attr);
}

static const char *
becomes(const Work *work, MigrAttr attr)
{
	return migr_get(work->to, attr);
}

/* Is a type among some, whatever its length and precision? */
static bool
is_one_of(const char *type, const char *const *names)
{
	for (int i = 0; names[i] != NULL; i++)
	{
		size_t len = strlen(names[i]);

		if (strncmp(type, names[i], len) == 0 &&
			(type[len] == '\0' || type[len] == '(') &&
			strstr(type, "[]") == NULL)
			return true;
	}
	return false;
}

/* Types that PostgreSQL casts to one another by itself, when it stores them. */
static const char *const numbers[] = {"smallint", "integer", "bigint",
									  "numeric",  "real",	 "double precision",
									  NULL};
static const char *const texts[] = {"text", "character varying", "character",
									NULL};
static const char *const dates[] = {"date", "timestamp",
									"timestamp without time zone",
									"timestamp with time zone", NULL};
static const char *const jsons[] = {"json", "jsonb", NULL};
static const char *const booleans[] = {"boolean", NULL};

bool
migr_casts_itself(MigrArena *arena, const char *from, const char *to)
{
	static const char *const *const groups[] = {numbers, dates, jsons};
	size_t len = strcspn(from, "(");
	size_t lengths[] = {strlen(from), strlen(to)};

	/* arrays go as their elements */
	if (lengths[0] > 2 && strcmp(from + lengths[0] - 2, "[]") == 0 &&
		lengths[1] > 2 && strcmp(to + lengths[1] - 2, "[]") == 0)
		return migr_casts_itself(arena,
								 migr_strndup(arena, from, lengths[0] - 2),
								 migr_strndup(arena, to, lengths[1] - 2));
	/* the same type but for its length */
	if (len == strcspn(to, "(") && strncmp(from, to, len) == 0 &&
		strcmp(from, to) != 0)
		return strstr(from, "[]") == NULL && strstr(to, "[]") == NULL;
	for (size_t i = 0; i < LENGTH(groups); i++)
	{
		if (is_one_of(from, groups[i]) && is_one_of(to, groups[i]))
			return true;
	}
	return is_one_of(to, texts);
}

/* Which CREATE makes a type anew that a column is of?  NULL: none. */
static const MigrChange *
new_type_of(const MigrRender *render, const MigrObject *column)
{
	for (int i = 0; i < column->needs.count; i++)
	{
		const MigrChange *making = migr_making(render, column->needs.items[i]);

		if (making != NULL && making->behind != NULL &&
			making->behind->aside != NULL)
			return making;
	}
	return NULL;
}

/* Return what a column of a table that is made anew gets of the old one. */
static const char *
copied_value(const MigrRender *render, const MigrObject *from,
			 const MigrObject *to)
{
	const char *old = migr_get(from, MIGR_COLUMN_TYPE);
	const char *type = migr_get(to, MIGR_COLUMN_TYPE);

	if (render->dialect == MIGR_SQLITE ||
		(new_type_of(render, to) == NULL &&
		 (migr_same(old, type) || migr_casts_itself(render->arena, old, type))))
		return to->sql;
	return migr_printf(render->arena, "%s%s::%s", from->sql,
					   is_one_of(old, texts) ? "" : "::text", type);
}

bool
migr_copied_columns(const MigrRender *render, const MigrObject *old,
					const MigrObject *table, MigrTexts *out, MigrTexts *values)
{
	bool always = false;
	MigrMap names;

	migr_map_init(&names, render->arena, old->parts.count);
	for (int i = 0; i < old->parts.count; i++)
	{
		const MigrObject *part = old->parts.items[i];

		if (part->kind == MIGR_COLUMN)
			migr_map_put(&names, migr_key_name(render, part->name), i);
	}
	for (int i = 0; i < table->parts.count; i++)
	{
		const MigrObject *part = table->parts.items[i];
		int at = migr_map_get(&names, migr_key_name(render, part->name));

		if (part->kind != MIGR_COLUMN ||
			migr_get(part, MIGR_COLUMN_GENERATED) != NULL ||
			at == MIGR_MAP_NONE)
			continue;
		migr_vec_push(render->arena, out, part->sql);
		migr_vec_push(render->arena, values,
					  copied_value(render, old->parts.items[at], part));
		always =
			always || migr_same(migr_get(part, MIGR_COLUMN_IDENTITY), "ALWAYS");
	}
	return always;
}

/* Return how the old values become new ones; NULL: by themselves. */
static const char *
cast_of(const Work *work, const char *from, const char *to)
{
	MigrArena *arena = work->render->arena;
	const char *name = migr_old_name(work->render, work->from);

	if (migr_casts_itself(arena, from, to))
		return NULL;
	if (is_one_of(from, texts))
		return migr_printf(arena, "%s::%s", name, to);
	if (is_one_of(from, numbers) && is_one_of(to, booleans))
		return migr_printf(arena, "%s <> 0", name);
	if (is_one_of(from, booleans) && is_one_of(to, numbers))
		return migr_printf(arena, "%s::integer%s%s", name,
						   strcmp(to, "integer") != 0 ? "::" : "",
						   strcmp(to, "integer") != 0 ? to : "");
	/* what goes aside has the same labels, or nearly */
	if (strcmp(from, to) != 0)
		migr_remark(work->render, "the values of %s.%s go through text",
					migr_old_name(work->render, work->from->parent), name);
	return migr_printf(arena, "%s::text::%s", name, to);
}

/* Say what may come of the values when they get another type. */
static void
remark_conversion(const Work *work, const char *from, const char *to)
{
	MigrRender *render = work->render;
	const char *table = migr_old_name(render, work->from->parent);
	const char *name = migr_old_name(render, work->from);
	const char *type = to != NULL ? to : "blob";
	const MigrObject *parent = work->to->parent;
	const MigrChange *making = new_type_of(render, work->to);
	bool strict = parent->kind == MIGR_TABLE &&
				  migr_get(parent, MIGR_TABLE_STRICT) != NULL;
	MigrFit fit = migr_fit(render->arena, render->dialect, strict, from, to);

	/* a type of another kind under the same name */
	if (making != NULL && making->to->kind != making->behind->from->kind)
		fit.fails = true;

	if (fit.fails)
		migr_remark(render, "fails if a value of %s.%s doesn't fit into %s",
					table, name, type);
	if (fit.loses)
		migr_remark(render, "loses what %s can't hold of the values of %s.%s",
					type, table, name);
}

/* Is a column generated of the one that is altered, before and behind that?
 * Returns it as it becomes. */
static const MigrObject *
made_of_it(const Work *work, const MigrObject *column)
{
	const MigrObjects *parts = &work->to->parent->parts;
	MigrSpan name = migr_key_name(work->render,
								  migr_as_renamed(work->render, column)->name);
	bool needs = false;

	for (int i = 0; i < column->needs.count; i++)
		needs = needs || column->needs.items[i] == work->from;
	for (int i = 0; i < parts->count && needs; i++)
	{
		const MigrObject *part = parts->items[i];

		if (part->kind == MIGR_COLUMN &&
			migr_get(part, MIGR_COLUMN_GENERATED) != NULL &&
			migr_span_is(migr_key_name(work->render, part->name), name.ptr))
			return part;
	}
	return NULL;
}

/* On SQLite, set the columns free that are generated of the one whose type changes,
 * and generate them again: it can't change before. */
static void
free_generated(Work *work)
{
	const MigrObjects *parts = &work->from->parent->parts;
	MigrArena *arena = work->render->arena;

	for (int i = 0; i < parts->count && work->render->dialect == MIGR_SQLITE;
		 i++)
	{
		const MigrObject *column = parts->items[i];
		const MigrObject *new = NULL;

		if (column->kind == MIGR_COLUMN &&
			migr_get(column, MIGR_COLUMN_GENERATED) != NULL)
			new = made_of_it(work, column);
		if (new == NULL)
			continue;
		migr_vec_push(
			arena, &work->actions,
			migr_printf(arena, "ALTER COLUMN %s DROP EXPRESSION", new->sql));
		migr_vec_push(
			arena, &work->actions,
			migr_printf(arena, "ALTER COLUMN %s ADD GENERATED ALWAYS AS %s",
						new->sql, migr_get(new, MIGR_COLUMN_GENERATED)));
	}
}

/* Change the type. */
static void
alter_type(Work *work)
{
	const char *from = was(work, MIGR_COLUMN_TYPE);
	const char *to = becomes(work, MIGR_COLUMN_TYPE);
	const char *collation = becomes(work, MIGR_COLUMN_COLLATION);
	bool pg = work->render->dialect == MIGR_POSTGRESQL;
	const char *cast = NULL;
	MigrStr str;

	if (!alters(work, MIGR_COLUMN_TYPE) && !alters(work, MIGR_COLUMN_COLLATION))
		return;
	if (alters(work, MIGR_COLUMN_TYPE) &&
		was(work, MIGR_COLUMN_GENERATED) == NULL)
	{
		remark_conversion(work, from, to);
		cast = pg ? cast_of(work, from, to) : NULL;
	}
	if (was(work, MIGR_COLUMN_DEFAULT) != NULL && pg &&
		alters(work, MIGR_COLUMN_TYPE) &&
		(cast != NULL || !migr_same(was(work, MIGR_COLUMN_DEFAULT),
									becomes(work, MIGR_COLUMN_DEFAULT))))
	{
		act(work, "DROP DEFAULT");
		work->emptied = true;
	}
	migr_str_init(&str, work->render->arena);
	if (to != NULL)
		migr_str_printf(&str, "TYPE %s", to);
	else
		migr_str_add(&str, "DROP TYPE");
	if (collation != NULL)
		migr_str_printf(&str, " COLLATE %s", collation);
	else if (!pg && alters(work, MIGR_COLUMN_COLLATION))
		migr_str_add(&str, " COLLATE BINARY");
	if (cast != NULL)
		migr_str_printf(&str, " USING %s", cast);
	act(work, "%s", str.data);
	free_generated(work);
}

/* Change the default, to that of a sequence as well. */
static void
alter_default(Work *work)
{
	const char *to = becomes(work, MIGR_COLUMN_DEFAULT);
	bool serial = alters(work, MIGR_COLUMN_SERIAL) &&
				  was(work, MIGR_COLUMN_SERIAL) == NULL;

	if (serial)
		act(work, "SET DEFAULT nextval(%s::regclass)",
			migr_quote_text(
				work->render->arena,
				migr_span(migr_counter_of(work->render->arena, work->to,
										  work->to->parent->sql))));
	else if (to != NULL && (work->emptied || alters(work, MIGR_COLUMN_DEFAULT)))
		act(work, "SET DEFAULT %s", default_text(work->render, to));
	else if (to == NULL && alters(work, MIGR_COLUMN_DEFAULT) && !work->emptied)
		act(work, "DROP DEFAULT");
}

/* What stands behind the expression of a generated column: STORED or VIRTUAL. */
static const char *
generation_of(const char *generated)
{
	const char *end = strrchr(generated, ')');

	return end != NULL ? end + 1 : generated + strlen(generated);
}

/* Change what generates the column.  Another expression doesn't make a STORED one
 * VIRTUAL. */
static void
alter_generation(Work *work)
{
	const char *from = was(work, MIGR_COLUMN_GENERATED);
	const char *to = becomes(work, MIGR_COLUMN_GENERATED);
	bool stays = from != NULL && to != NULL &&
				 strcmp(generation_of(from), generation_of(to)) == 0;

	if (!alters(work, MIGR_COLUMN_GENERATED))
		return;
	if (to != NULL && was(work, MIGR_COLUMN_NOT_NULL) != NULL &&
		becomes(work, MIGR_COLUMN_NOT_NULL) != NULL)
		migr_remark(work->render, "fails if %s.%s is NULL in some row",
					migr_old_name(work->render, work->from->parent),
					work->to->sql);
	if (stays)
		act(work, "SET EXPRESSION AS %.*s", (int) (generation_of(to) - to), to);
	if (from != NULL && !stays)
		act(work, "DROP EXPRESSION");
	if (to != NULL && !stays)
		act(work, "ADD GENERATED ALWAYS AS %s", to);
}

/* Return the value that a word has among a sequence's options, "" where it stands
 * alone; NULL: it isn't there. */
static const char *
option_of(const Work *work, const char *options, const char *word)
{
	const char *at = options != NULL ? strstr(options, word) : NULL;

	if (at == NULL)
		return NULL;
	at += strlen(word);
	return migr_strndup(work->render->arena, at, strcspn(at, " "));
}

/* Where does counting begin if nobody says it: at the limit that it leaves. */
static const char *
usual_start(const Work *work, const char *options, bool down)
{
	const char *limit =
		option_of(work, options, down ? "MAXVALUE " : "MINVALUE ");

	return limit != NULL ? limit : down ? "-1" : "1";
}

/* Add SET for what is said of an identity's sequence, and for what is no more.
 * Limits and start that nobody has set follow from the others. */
static void
alter_identity_options(Work *work)
{
	static const struct
	{
		const char *clause;
		const char *otherwise;
		char outside; /* of a bound */
	} clauses[] = {
		{"START WITH ", NULL, '\0'},
		{"INCREMENT BY ", "INCREMENT BY 1", '\0'},
		{"MINVALUE ", "NO MINVALUE", '<'},
		{"MAXVALUE ", "NO MAXVALUE", '>'},
		{"CACHE ", "CACHE 1", '\0'},
		{"CYCLE", "NO CYCLE", '\0'},
	};
	const char *sequence =
		migr_counter_of(work->render->arena, work->from,
						migr_old_name(work->render, work->from->parent));
	const char *from = was(work, MIGR_COLUMN_IDENTITY_OPTIONS);
	const char *to = becomes(work, MIGR_COLUMN_IDENTITY_OPTIONS);
	bool down = counts_down(to);
	bool turned = down != counts_down(from);
	MigrStr str;

	migr_str_init(&str, work->render->arena);
	for (size_t i = 0; i < LENGTH(clauses); i++)
	{
		const char *old = option_of(work, from, clauses[i].clause);
		const char *new = option_of(work, to, clauses[i].clause);
		const char *between = str.len > 0 ? " " : "";
		bool limit = strstr(clauses[i].clause, "VALUE") != NULL;

		if (i == 0 && new == NULL)
			new = usual_start(work, to, down);
		if (i == 0 && old == NULL)
			old = usual_start(work, from, down != turned);
		if (new != NULL && (i > 0 || !migr_same(old, new)))
		{
			migr_str_printf(&str, "%sSET %s%s", between, clauses[i].clause,
							new);
			if (clauses[i].outside != '\0' && !migr_same(old, new))
				migr_say_bound(work->render, sequence, new, clauses[i].outside);
		}
		else if (new == NULL && (old != NULL || (limit && turned)))
			migr_str_printf(&str, "%sSET %s", between, clauses[i].otherwise);
	}
	if (turned && option_of(work, to, down ? "MAXVALUE " : "MINVALUE ") == NULL)
		migr_str_add(&str, " RESTART");
	if (str.len > 0)
		act(work, "%s", str.data);
}

/* Give an identity's sequence another name. */
static void
rename_counter(Work *work)
{
	const char *from =
		migr_counter_of(work->render->arena, work->from,
						migr_old_name(work->render, work->from->parent));
	const char *to =
		migr_counter_of(work->render->arena, work->to, work->to->parent->sql);

	if (!migr_same(from, to))
		migr_say(work->render, "ALTER SEQUENCE %s RENAME TO %s", from,
				 migr_last_name(to));
}

/* Change whether the column is an identity, and of which kind. */
static void
alter_identity(Work *work)
{
	const char *from = was(work, MIGR_COLUMN_IDENTITY);
	const char *to = becomes(work, MIGR_COLUMN_IDENTITY);
	const char *options = becomes(work, MIGR_COLUMN_IDENTITY_OPTIONS);

	if (to != NULL && from == NULL)
		act(work, "ADD GENERATED %s AS IDENTITY%s", to,
			options != NULL ? migr_printf(work->render->arena, " (%s)", options)
							: "");
	else if (to != NULL && alters(work, MIGR_COLUMN_IDENTITY))
		act(work, "SET GENERATED %s", to);
	if (to != NULL && from != NULL &&
		alters(work, MIGR_COLUMN_IDENTITY_OPTIONS))
	{
		alter_identity_options(work);
		rename_counter(work);
	}
}

/* Return the storage that PostgreSQL gives a type of its own. */
static const char *
own_storage(const char *type)
{
	static const char *const main[] = {"numeric", "inet", "cidr", NULL};
	static const char *const plain[] = {"smallint",
										"integer",
										"bigint",
										"real",
										"double precision",
										"boolean",
										"date",
										"uuid",
										"interval",
										"timestamp without time zone",
										"timestamp with time zone",
										NULL};

	if (strstr(type, "[]") != NULL)
		return "EXTENDED";
	return is_one_of(type, main)	? "MAIN"
		   : is_one_of(type, plain) ? "PLAIN"
									: "EXTENDED";
}

/* Change how values are stored and sampled. */
static void
alter_settings(Work *work)
{
	const char *storage = becomes(work, MIGR_COLUMN_STORAGE);
	const char *compression = becomes(work, MIGR_COLUMN_COMPRESSION);
	const char *statistics = becomes(work, MIGR_COLUMN_STATISTICS);
	bool retyped =
		alters(work, MIGR_COLUMN_TYPE) || alters(work, MIGR_COLUMN_COLLATION);

	/* another type brings its own; SET STORAGE DEFAULT is PostgreSQL 16's */
	if (alters(work, MIGR_COLUMN_STORAGE) || (retyped && storage != NULL))
		act(work, "SET STORAGE %s",
			storage != NULL ? storage
							: own_storage(becomes(work, MIGR_COLUMN_TYPE)));
	if (alters(work, MIGR_COLUMN_COMPRESSION) ||
		(retyped && compression != NULL))
		act(work, "SET COMPRESSION %s",
			compression != NULL ? compression : "default");
	if (alters(work, MIGR_COLUMN_STATISTICS))
		act(work, "SET STATISTICS %s", statistics != NULL ? statistics : "-1");
	if (alters(work, MIGR_COLUMN_FOREIGN_OPTIONS))
		act(work, "OPTIONS (%s)",
			migr_option_steps(work->render->arena,
							  was(work, MIGR_COLUMN_FOREIGN_OPTIONS),
							  becomes(work, MIGR_COLUMN_FOREIGN_OPTIONS)));
	flush(work);
	if (alters(work, MIGR_COLUMN_OPTIONS))
		migr_say_options(
			work->render, alter_column_words(work->render, work->from),
			was(work, MIGR_COLUMN_OPTIONS), becomes(work, MIGR_COLUMN_OPTIONS));
}

/* Free the name of the sequence that the column has had, and make the one that it
 * shall have. */
static void
alter_counter(Work *work)
{
	const char *table = migr_old_name(work->render, work->from->parent);
	const char *from = was(work, MIGR_COLUMN_SERIAL);
	const char *to = becomes(work, MIGR_COLUMN_SERIAL);
	bool unlogged = work->to->parent->kind == MIGR_TABLE &&
					migr_get(work->to->parent, MIGR_TABLE_UNLOGGED) != NULL;

	if (was(work, MIGR_COLUMN_IDENTITY) != NULL &&
		becomes(work, MIGR_COLUMN_IDENTITY) == NULL)
	{
		act(work, "DROP IDENTITY");
		/* its sequence's type would have to change with the column's */
		if (to != NULL || alters(work, MIGR_COLUMN_TYPE))
			flush(work);
	}
	if (from != NULL && to == NULL)
	{
		act(work, "DROP DEFAULT");
		flush(work);
		migr_say(work->render, "DROP SEQUENCE %s",
				 migr_counter_of(work->render->arena, work->from, table));
	}
	if (from == NULL && to != NULL)
		migr_say(work->render, "CREATE %sSEQUENCE %s AS %s OWNED BY %s.%s",
				 unlogged ? "UNLOGGED " : "",
				 migr_counter_of(work->render->arena, work->to, table),
				 becomes(work, MIGR_COLUMN_TYPE), table, work->to->sql);
}

/* Does the statement that puts another primary key in the place of the column's let
 * it be NULL as well?  That is SQLite's. */
static bool
is_freed(const Work *work)
{
	const MigrObjects *parts = &work->from->parent->parts;

	for (int i = 0; i < parts->count && work->render->dialect == MIGR_SQLITE;
		 i++)
	{
		const MigrObject *key = parts->items[i];

		if (key->kind != MIGR_CONSTRAINT ||
			!migr_same(migr_get(key, MIGR_CONSTRAINT_TYPE), "p") ||
			migr_made_again(work->render, key) == NULL)
			continue;
		for (int k = 0; k < key->needs.count; k++)
		{
			if (key->needs.items[k] == work->from)
				return true;
		}
	}
	return false;
}

/* Let a column be NULL, or not; on SQLite also what happens to a row that is. */
static void
alter_not_null(Work *work, const char *table)
{
	const char *conflict = becomes(work, MIGR_COLUMN_CONFLICT);
	bool full = becomes(work, MIGR_COLUMN_NOT_NULL) != NULL;
	bool was_full = was(work, MIGR_COLUMN_NOT_NULL) != NULL;

	if (!alters(work, MIGR_COLUMN_NOT_NULL) &&
		!alters(work, MIGR_COLUMN_CONFLICT))
		return;
	/* the upper table's ALTER takes away one that stays, and brings one that neither
	 * side has */
	if (was_full
			? (full ? work->render->dialect == MIGR_SQLITE : !is_freed(work))
			: !full && alters(work, MIGR_COLUMN_NOT_NULL))
		act(work, "DROP NOT NULL");
	if (full && !was_full)
		migr_remark(work->render, "fails if %s.%s is NULL in some row", table,
					work->to->sql);
	if (full)
		act(work, "SET NOT NULL%s%s", conflict != NULL ? " ON CONFLICT " : "",
			conflict != NULL ? conflict : "");
}

/* Alter a column. */
static void
alter_column(MigrRender *render, const MigrChange *change)
{
	Work work = {render, change, change->from, change->to, {0}, false};
	const char *table = migr_old_name(render, change->from->parent);
	bool fresh = migr_counts(change->to) && !migr_counts(change->from);

	alter_counter(&work);
	alter_generation(&work);
	alter_type(&work);
	alter_default(&work);
	alter_not_null(&work, table);
	alter_identity(&work);
	alter_settings(&work);
	if (was(&work, MIGR_COLUMN_SERIAL) != NULL &&
		becomes(&work, MIGR_COLUMN_SERIAL) != NULL &&
		alters(&work, MIGR_COLUMN_TYPE))
		migr_say(render, "ALTER SEQUENCE %s AS %s",
				 migr_counter_of(render->arena, change->to, table),
				 becomes(&work, MIGR_COLUMN_TYPE));
	if (fresh ||
		(migr_counts(change->to) && alters(&work, MIGR_COLUMN_SERIAL) &&
		 alters(&work, MIGR_COLUMN_IDENTITY)))
		say_count_on(render, change->to);
	/* an object has taken the place of the column's own sequence */
	if (change->behind != NULL && migr_counts(change->behind->from))
		say_count_on(render, change->behind->from);
}

const MigrWords migr_column_words = {
	create_column,
	alter_column,
	drop_column,
	rename_column,
};
