/*
 * render_text.c
 *	  Names, lists and expressions as SQL has them.  See render.h.
 *
 * What comes in is as a host prints it: well-formed, quotes in quotes doubled.
 */
#include "schema/render.h"

#include "text/quote.h"

/* the longest name of PostgreSQL's, in bytes */
#define NAME_MAX_BYTES 63

/* ---- names ---------------------------------------------------------------- */

/* Is a name the same with and without quotes, in PostgreSQL and in SQLite? */
static bool
is_plain(const char *name)
{
	if (!(*name >= 'a' && *name <= 'z') && *name != '_')
		return false;
	for (; *name != '\0'; name++)
	{
		if (!(*name >= 'a' && *name <= 'z') &&
			!(*name >= '0' && *name <= '9') && *name != '_')
			return false;
	}
	return true;
}

const char *
migr_plain_name(MigrArena *arena, const char *name)
{
	return is_plain(name) ? name : migr_quote_name(arena, name);
}

const char *
migr_last_name(const char *sql)
{
	const char *last = sql;
	bool quoted = false;

	/* the arguments of a routine may have dots */
	for (const char *c = sql; *c != '\0' && (quoted || *c != '('); c++)
	{
		if (*c == '"')
			quoted = !quoted;
		else if (*c == '.' && !quoted)
			last = c + 1;
	}
	return last;
}

const char *
migr_beside(MigrArena *arena, const char *sql, const char *name)
{
	return migr_printf(arena, "%.*s%s", (int) (migr_last_name(sql) - sql), sql,
					   migr_plain_name(arena, name));
}

/* Shorten a cut through a name, so that it is at a character's boundary. */
static size_t
clip(const char *name, size_t len)
{
	while (len > 0 && ((unsigned char) name[len] & 0xC0) == 0x80)
		len--;
	return len;
}

const char *
migr_set_aside(MigrArena *arena, const char *name)
{
	static const char end[] = "__old";
	size_t room = NAME_MAX_BYTES - strlen(end);
	size_t len = strlen(name);

	return migr_printf(arena, "%.*s%s",
					   (int) (len > room ? clip(name, room) : len), name, end);
}

const char *
migr_sequence_name(MigrArena *arena, const char *table, const char *column)
{
	size_t room = NAME_MAX_BYTES - strlen("__seq");
	size_t one = strlen(table);
	size_t two = strlen(column);

	/* as PostgreSQL's makeObjectName() does */
	while (one + two > room)
	{
		if (one > two)
			one--;
		else
			two--;
	}
	return migr_printf(arena, "%.*s_%.*s_seq", (int) clip(table, one), table,
					   (int) clip(column, two), column);
}

/* ---- lists ---------------------------------------------------------------- */

/* Return how far the quoted text that begins here goes, with its quotes. */
static size_t
quoted_length(const char *text)
{
	size_t len = 1;

	while (text[len] != '\0' && text[len] != text[0])
		len++;
	return text[len] == '\0' ? len : len + 1;
}

void
migr_cut_list(MigrArena *arena, const char *text, MigrTexts *out)
{
	const char *from = text;
	int depth = 0;

	while (text != NULL && *text != '\0')
	{
		if (*text == '\'' || *text == '"')
		{
			text += quoted_length(text);
			continue;
		}
		depth += *text == '(' || *text == '[';
		depth -= *text == ')' || *text == ']';
		if (*text == ',' && depth == 0)
		{
			MigrSpan part = {from, (size_t) (text - from)};

			migr_vec_push(arena, out,
						  migr_span_dup(arena, migr_span_trim(part)));
			from = text + 1;
		}
		text++;
	}
	if (from != NULL && *from != '\0')
		migr_vec_push(arena, out, migr_trim(arena, from));
}

void
migr_list_less(MigrArena *arena, const char *of, const char *without,
			   MigrTexts *out)
{
	MigrTexts have = {0};
	MigrTexts minus = {0};
	MigrMap map;

	migr_cut_list(arena, of, &have);
	migr_cut_list(arena, without, &minus);
	migr_map_init(&map, arena, minus.count);
	for (int i = 0; i < minus.count; i++)
		migr_map_put(&map, migr_span(minus.items[i]), i);
	for (int i = 0; i < have.count; i++)
	{
		if (migr_map_get(&map, migr_span(have.items[i])) == MIGR_MAP_NONE)
			migr_vec_push(arena, out, have.items[i]);
	}
}

MigrSpan
migr_option_name(const char *option)
{
	size_t len = *option == '"' ? quoted_length(option) : 0;
	MigrSpan name = {option, len + strcspn(option + len, "=")};

	return name;
}

const char *
migr_first_name(MigrArena *arena, const char *text)
{
	size_t len = 0;

	while (text[len] != '\0' && text[len] != ' ')
		len += text[len] == '"' ? quoted_length(text + len) : 1;
	return migr_strndup(arena, text, len);
}

/* Return the list with each "name=value" cut to its name. */
static const char *
option_names(MigrArena *arena, const char *options)
{
	MigrTexts list = {0};

	migr_cut_list(arena, options, &list);
	for (int i = 0; i < list.count; i++)
		list.items[i] = migr_span_dup(arena, migr_option_name(list.items[i]));
	return migr_join(arena, list.items, list.count, ", ");
}

void
migr_say_options(MigrRender *render, const char *before, const char *from,
				 const char *to)
{
	MigrArena *arena = render->arena;
	MigrTexts set = {0};
	MigrTexts reset = {0};

	migr_list_less(arena, to, from, &set);
	migr_list_less(arena, option_names(arena, from), option_names(arena, to),
				   &reset);
	if (set.count > 0)
		migr_say(render, "%s SET (%s)", before,
				 migr_join(arena, set.items, set.count, ", "));
	if (reset.count > 0)
		migr_say(render, "%s RESET (%s)", before,
				 migr_join(arena, reset.items, reset.count, ", "));
}

/* ---- expressions ---------------------------------------------------------- */

const char *
migr_body(MigrArena *arena, const char *definition)
{
	MigrSpan span = migr_span_trim(migr_span(definition));

	while (span.len > 0 && span.ptr[span.len - 1] == ';')
	{
		span.len--;
		span = migr_span_trim(span);
	}
	return migr_span_dup(arena, span);
}

/* Does the parenthesis that a text begins with end where the text does? */
static bool
is_enclosed(const char *expr)
{
	int depth = 0;

	if (*expr != '(')
		return false;
	while (*expr != '\0')
	{
		if (*expr == '\'' || *expr == '"')
		{
			expr += quoted_length(expr);
			continue;
		}
		depth += *expr == '(';
		depth -= *expr == ')';
		expr++;
		if (depth == 0)
			return *expr == '\0';
	}
	return false;
}

const char *
migr_in_parentheses(MigrArena *arena, const char *expr)
{
	return is_enclosed(expr) ? expr : migr_printf(arena, "(%s)", expr);
}

bool
migr_same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

const char *
migr_option_steps(MigrArena *arena, const char *from, const char *to)
{
	MigrTexts old = {0};
	MigrTexts gone = {0};
	MigrTexts fresh = {0};
	MigrTexts steps = {0};
	MigrMap names;

	migr_cut_list(arena, from, &old);
	migr_list_less(arena, from, to, &gone);
	migr_list_less(arena, to, from, &fresh);
	migr_map_init(&names, arena, old.count);
	for (int i = 0; i < old.count; i++)
		migr_map_put(&names, migr_span(migr_first_name(arena, old.items[i])),
					 i);
	for (int i = 0; i < fresh.count; i++)
	{
		MigrSpan name = migr_span(migr_first_name(arena, fresh.items[i]));
		bool known = migr_map_get(&names, name) != MIGR_MAP_NONE;

		migr_vec_push(
			arena, &steps,
			migr_printf(arena, "%s %s", known ? "SET" : "ADD", fresh.items[i]));
	}
	migr_map_init(&names, arena, fresh.count);
	for (int i = 0; i < fresh.count; i++)
		migr_map_put(&names, migr_span(migr_first_name(arena, fresh.items[i])),
					 i);
	for (int i = 0; i < gone.count; i++)
	{
		const char *name = migr_first_name(arena, gone.items[i]);

		if (migr_map_get(&names, migr_span(name)) == MIGR_MAP_NONE)
			migr_vec_push(arena, &steps, migr_printf(arena, "DROP %s", name));
	}
	return migr_join(arena, steps.items, steps.count, ", ");
}
