/*
 * option.c
 *	  Words as options and places, as Python's argparse reads them, and their
 *	  help.  What there is to read is described by MigrParam.
 */
#include <string.h>

#include "cmd/cmd.h"

/* What is being read. */
typedef struct Reading
{
	MigrCtx *ctx;
	const MigrWords *words;
	int at; /* the next word */
	MigrOption *options;
	int count;
	const char *who;
	const char *usage;
} Reading;

/* Fail, with the usage as a hint. */
static bool
fail(Reading *reading, const char *fmt, const char *arg)
{
	migr_fail(reading->ctx, MIGR_ERR_ARGUMENT, "%s: %s", reading->who,
			  migr_printf(&reading->ctx->arena, fmt, arg));
	return migr_hint(reading->ctx, "%s", reading->usage);
}

/* Is it a word in its place, and no option? */
static bool
is_place(const MigrParam *param)
{
	return param->option == NULL || strcmp(param->option, "...") == 0;
}

/* May it be given several times? */
static bool
is_many(const MigrParam *param)
{
	size_t len = param->option != NULL ? strlen(param->option) : 0;

	return len >= 3 && strcmp(param->option + len - 3, "...") == 0;
}

/* The long form of an option, without the dashes: where it is and how long. */
static MigrSpan
long_form(const MigrParam *param)
{
	const char *at = is_place(param) ? NULL : strstr(param->option, "--");
	MigrSpan name = {NULL, 0};

	if (at == NULL)
		return name;
	name.ptr = at + 2;
	name.len = strcspn(name.ptr, " ,");
	return name;
}

/* Its short form's letter; 0: it has none. */
static char
short_form(const MigrParam *param)
{
	if (is_place(param) || param->option[0] != '-' || param->option[1] == '-')
		return '\0';
	return param->option[1];
}

/* Keep a value, behind those that there are. */
static void
keep(Reading *reading, MigrOption *option, const char *text)
{
	migr_vec_push(&reading->ctx->arena, &option->all, text);
	option->value = migr_text_value(text);
}

/* Join the values of what may be given several times. */
static void
join_values(Reading *reading)
{
	for (int i = 0; i < reading->count; i++)
	{
		MigrOption *option = &reading->options[i];

		if (is_many(option->param) && option->all.count > 1)
			option->value = migr_text_value(migr_join(&reading->ctx->arena,
													  option->all.items,
													  option->all.count, " "));
	}
}

/*
 * Is the word an option?  -1 is a number, - alone is a word, and so is a text
 * that only begins like an option: "-- a comment".
 */
static bool
is_option(const char *word)
{
	const char *end;

	if (word[0] != '-' || word[1] == '\0' || word[1] == ' ' ||
		(word[1] >= '0' && word[1] <= '9'))
		return false;
	end = word + strcspn(word, "= \t\n");
	return word[1] != '-' || *end == '=' || *end == '\0';
}

/*
 * Take an option's value: what stands behind it in the same word, or the next
 * word.  A switch has none.
 */
static bool
take_value(Reading *reading, MigrOption *option, const char *name,
		   const char *attached)
{
	if (option->param->type == MIGR_BOOL)
	{
		if (attached != NULL)
			return fail(reading, "argument %s: it takes no value", name);
		option->value = migr_bool_value(true);
		return true;
	}
	if (attached == NULL)
	{
		if (reading->at == reading->words->count ||
			is_option(reading->words->items[reading->at]))
			return fail(reading, "argument %s: expected one argument", name);
		attached = reading->words->items[reading->at++];
	}
	keep(reading, option, attached);
	return true;
}

/* Find the long option that name means; an abbreviation has to mean one. */
static bool
find_long(Reading *reading, MigrSpan name, MigrOption **out)
{
	MigrArena *arena = &reading->ctx->arena;
	MigrStr found;
	int count = 0;

	migr_str_init(&found, arena);
	for (int i = 0; i < reading->count; i++)
	{
		MigrSpan known = long_form(reading->options[i].param);

		if (known.len == 0 || known.len < name.len ||
			memcmp(known.ptr, name.ptr, name.len) != 0)
			continue;
		*out = &reading->options[i];
		if (known.len == name.len)
			return true;
		migr_str_printf(&found, "%s--%.*s", count > 0 ? ", " : "",
						(int) known.len, known.ptr);
		count++;
	}
	if (count == 1)
		return true;
	if (count == 0)
		return fail(reading, "unrecognized arguments: --%s",
					migr_span_dup(arena, name));
	return fail(reading, "ambiguous option: %s",
				migr_printf(arena, "--%.*s could match %s", (int) name.len,
							name.ptr, found.data));
}

/* Read "--name" or "--name=value". */
static bool
read_long(Reading *reading, const char *word)
{
	const char *equals = strchr(word, '=');
	MigrSpan name = migr_span(word + 2);
	MigrOption *option = NULL;

	if (equals != NULL)
		name.len = (size_t) (equals - name.ptr);
	return find_long(reading, name, &option) &&
		   take_value(reading, option,
					  migr_printf(&reading->ctx->arena, "--%.*s",
								  (int) long_form(option->param).len,
								  long_form(option->param).ptr),
					  equals != NULL ? equals + 1 : NULL);
}

/* Read "-o", "-ovalue", "-o=value", or several switches in one word. */
static bool
read_short(Reading *reading, const char *word)
{
	MigrArena *arena = &reading->ctx->arena;

	for (const char *at = word + 1; *at != '\0'; at++)
	{
		MigrOption *option = NULL;
		const char *rest = at[1] != '\0' ? at + 1 : NULL;

		for (int i = 0; i < reading->count; i++)
			if (short_form(reading->options[i].param) == *at)
				option = &reading->options[i];
		if (option == NULL)
			return fail(reading, "unrecognized arguments: %s", word);
		if (option->param->type != MIGR_BOOL)
		{
			if (rest != NULL && rest[0] == '=')
				rest++;
			return take_value(reading, option, migr_printf(arena, "-%c", *at),
							  rest);
		}
		option->value = migr_bool_value(true);
	}
	return true;
}

/* Put a word in its place. */
static bool
read_place(Reading *reading, const char *word)
{
	for (int i = 0; i < reading->count; i++)
	{
		MigrOption *option = &reading->options[i];

		if (!is_place(option->param) ||
			(!option->value.null && !is_many(option->param)))
			continue;
		keep(reading, option, word);
		return true;
	}
	return fail(reading, "unrecognized arguments: %s", word);
}

/* Has -h been read?  Then nothing else matters. */
static bool
asks_help(const Reading *reading)
{
	for (int i = 0; i < reading->count; i++)
		if (strcmp(reading->options[i].param->name, "help") == 0)
			return !reading->options[i].value.null;
	return false;
}

/* See that what is needed is there. */
static bool
check_missing(Reading *reading)
{
	MigrStr missing;

	migr_str_init(&missing, &reading->ctx->arena);
	for (int i = 0; i < reading->count; i++)
	{
		const MigrOption *option = &reading->options[i];

		if (option->param->required && option->value.null)
			migr_str_printf(&missing, "%s%s", missing.len > 0 ? ", " : "",
							option->param->name);
	}
	return missing.len == 0 ||
		   fail(reading, "the following arguments are required: %s",
				missing.data);
}

bool
migr_read_options(MigrCtx *ctx, const MigrWords *words, int *first, bool stop,
				  MigrOption *options, int count, const char *who,
				  const char *usage)
{
	Reading reading = {ctx, words, *first, options, count, who, usage};
	bool places = false; /* has "--" been seen? */

	while (reading.at < words->count && !asks_help(&reading))
	{
		const char *word = words->items[reading.at];
		bool ok;

		if (stop && !is_option(word))
			break;
		reading.at++;
		if (!places && strcmp(word, "--") == 0)
		{
			places = true;
			continue;
		}
		if (places || !is_option(word))
			ok = read_place(&reading, word);
		else if (word[1] == '-')
			ok = read_long(&reading, word);
		else
			ok = read_short(&reading, word);
		if (!ok)
			return false;
	}
	*first = reading.at;
	join_values(&reading);
	return stop || asks_help(&reading) || check_missing(&reading);
}

/* ---- help ---------------------------------------------------------------------- */

/* A parameter's name as its value's, in capitals for an option. */
static const char *
value_name(MigrArena *arena, const MigrParam *param)
{
	char *name = migr_strdup(arena, param->name);

	for (char *c = name; !is_place(param) && *c != '\0'; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char) (*c - 'a' + 'A');
	return name;
}

/* An option as the usage line has it. */
static const char *
usage_of(MigrArena *arena, const MigrParam *param)
{
	const char *name = value_name(arena, param);
	size_t len;

	if (is_place(param))
		return migr_printf(arena, param->required ? "%s%s" : "[%s%s]", name,
						   is_many(param) ? " ..." : "");
	len = strcspn(param->option, " ,");
	if (param->type == MIGR_BOOL)
		return migr_printf(arena, "[%.*s]", (int) len, param->option);
	return migr_printf(arena, "[%.*s %s]", (int) len, param->option, name);
}

const char *
migr_usage(MigrCtx *ctx, const char *who, const MigrOption *options, int count)
{
	MigrStr usage;

	migr_str_init(&usage, &ctx->arena);
	migr_str_printf(&usage, "usage: %s", who);
	for (int places = 0; places < 2; places++)
		for (int i = 0; i < count; i++)
			if (is_place(options[i].param) == (places == 1))
				migr_str_printf(&usage, " %s",
								usage_of(&ctx->arena, options[i].param));
	return usage.data;
}

/* An option as its line of the help has it. */
static const char *
help_of(MigrArena *arena, const MigrParam *param)
{
	size_t len;

	if (is_place(param))
		return value_name(arena, param);
	len = strlen(param->option) - (is_many(param) ? 4 : 0);
	if (param->type == MIGR_BOOL)
		return migr_printf(arena, "%.*s", (int) len, param->option);
	return migr_printf(arena, "%.*s %s", (int) len, param->option,
					   value_name(arena, param));
}

void
migr_add_help(MigrCall *call, const char *who, const char *help,
			  const MigrOption *options, int count)
{
	static const char *const titles[] = {"positional arguments:", "options:"};
	MigrArena *arena = &call->ctx->arena;

	migr_add_line(call, migr_usage(call->ctx, who, options, count));
	migr_add_line(call, "");
	migr_add_line(call, help);
	for (int group = 0; group < 2; group++)
	{
		bool begun = false;

		for (int i = 0; i < count; i++)
		{
			const MigrParam *param = options[i].param;

			if (is_place(param) != (group == 0))
				continue;
			if (!begun)
			{
				migr_add_line(call, "");
				migr_add_line(call, titles[group]);
			}
			begun = true;
			migr_add_line(call,
						  migr_printf(arena, "  %-28s %s",
									  help_of(arena, param), param->help));
		}
	}
}
