/*
 * line.c
 *	  migrate('...'): a command line as Alembic's, and what Alembic prints.
 *
 * Commands, options and help come from commands.def; only the options before
 * the command stand here.
 */
#include <string.h>

#include "cmd/cmd.h"

/* The options that stand before the command. */
enum
{
	CONFIG,
	NAME,
	X,
	RAISEERR,
	QUIET,
	VERSION,
	HELP,
	GLOBAL_COUNT
};

#define NO_DEFAULT false, NULL

static const MigrParam globals[GLOBAL_COUNT] = {
	{"config", MIGR_TEXT, NO_DEFAULT, "-c, --config",
	 "a configuration file, migrate.ini or an alembic.ini"},
	{"name", MIGR_TEXT, NO_DEFAULT, "-n, --name",
	 "the history to work on, and its section of the file"},
	{"x", MIGR_TEXT, NO_DEFAULT, "-x ...",
	 "key=value, for scripts that ask migrate_x('key')"},
	{"raiseerr", MIGR_BOOL, NO_DEFAULT, "--raiseerr",
	 "for Alembic's sake: an error is always raised"},
	{"quiet", MIGR_BOOL, NO_DEFAULT, "-q, --quiet",
	 "print log lines and scripts alone"},
	{"version", MIGR_BOOL, NO_DEFAULT, "--version", "print the version"},
	{"help", MIGR_BOOL, NO_DEFAULT, "-h, --help", "print this"},
};

/* a command's parameters and switches, and its --help */
#define OPTIONS_MAX (MIGR_MAX_PARAMS + MIGR_MAX_SWITCHES + 1)

/* Make options of parameters, none of them given yet. */
static int
add_options(const MigrParam *params, int max, MigrOption *options, int count)
{
	for (int i = 0; i < max && params[i].name != NULL; i++)
	{
		memset(&options[count], 0, sizeof(options[count]));
		options[count].param = &params[i];
		options[count++].value = migr_null_value(params[i].type);
	}
	return count;
}

/* Was the switch given? */
static bool
given(const MigrOption *options, int count, const char *name)
{
	for (int i = 0; i < count; i++)
		if (strcmp(options[i].param->name, name) == 0)
			return !options[i].value.null;
	return false;
}

/* ---- the command --------------------------------------------------------------- */

/* Find a command by its word. */
static bool
find_command(MigrCall *call, const char *word, MigrCommandId *out)
{
	MigrStr known;

	migr_str_init(&known, &call->ctx->arena);
	for (int id = 0; id < MIGR_CMD_COUNT; id++)
	{
		const char *at = migr_commands[id].word;

		if (at == NULL)
			continue;
		if (strcmp(at, word) == 0)
		{
			*out = (MigrCommandId) id;
			return true;
		}
		migr_str_printf(&known, "%s%s", known.len > 0 ? ", " : "", at);
	}
	migr_fail(call->ctx, MIGR_ERR_ARGUMENT, "there is no command \"%s\"", word);
	return migr_hint(call->ctx, "The commands are %s.", known.data);
}

/* Add the lines of a call's result. */
static void
add_lines(MigrCall *call, const MigrCall *inner, const char *before)
{
	const MigrRows *rows = &inner->result->rows;

	for (int i = 0; i < rows->count; i++)
		if (!migr_cell(rows, i, 0).null)
			migr_add_line(call, migr_printf(&call->ctx->arena, "%s%s", before,
											migr_cell(rows, i, 0).text.ptr));
}

/* Print the steps of a command that moves the database, as Alembic's log. */
static void
add_log(MigrCall *call, const MigrCall *inner)
{
	static const char log[] = "INFO  [alembic.runtime.migration] ";
	bool sqlite = strcmp(call->host->dialect, "sqlite") == 0;

	migr_add_line(call,
				  migr_printf(&call->ctx->arena, "%sContext impl %s.", log,
							  sqlite ? "SQLiteImpl" : "PostgresqlImpl"));
	migr_add_line(call, migr_printf(&call->ctx->arena,
									"%sWill assume transactional DDL.", log));
	add_lines(call, inner, log);
}

/* Run a command and print what it says. */
static bool
run(MigrCall *call, MigrCall *inner, MigrCommandId id)
{
	bool quiet = call->line->quiet;

	*call->host->options = &inner->options;
	if (migr_prints(inner->command))
	{
		MigrCall nowhere = *call;
		MigrResult none = *call->result;

		nowhere.result = &none;
		return migr_print_revisions(inner, quiet ? &nowhere : call);
	}
	if (!migr_run_handler(inner))
		return false;
	switch (id)
	{
		case MIGR_CMD_upgrade:
		case MIGR_CMD_downgrade:
		case MIGR_CMD_stamp:
			if (migr_arg_bool(inner, 1))
				add_lines(call, inner, "");
			else
				add_log(call, inner);
			return true;
		case MIGR_CMD_revision:
		case MIGR_CMD_merge:
		case MIGR_CMD_edit:
			if (!quiet)
				for (int i = 0; i < inner->said.count; i++)
					migr_add_line(call, inner->said.items[i]);
			return true;
		case MIGR_CMD_check:
			if (!migr_fail_changed(inner))
				return false;
			if (!quiet)
				migr_add_line(call, "No new upgrade operations detected.");
			return true;
		case MIGR_CMD_ensure_version:
			if (!quiet || migr_arg_bool(inner, 0))
				add_lines(call, inner, "");
			return true;
		default:
			if (!quiet)
				add_lines(call, inner, "");
			return true;
	}
}

/* Read the words behind the command's, and run it. */
static bool
run_command(MigrCall *call, const MigrWords *words, int at, MigrLine *line)
{
	MigrOption options[OPTIONS_MAX];
	MigrValue args[MIGR_MAX_PARAMS];
	const MigrCommand *command;
	MigrCommandId id = MIGR_CMD_line;
	MigrCall inner;
	int count = add_options(&globals[HELP], 1, options, 0);
	int nargs;
	const char *who;

	if (!find_command(call, words->items[at++], &id))
		return false;
	command = &migr_commands[id];
	nargs = migr_param_count(command);
	count = add_options(command->params, MIGR_MAX_PARAMS, options, count);
	count = add_options(command->switches, MIGR_MAX_SWITCHES, options, count);
	who = migr_printf(&call->ctx->arena, "migrate %s", command->word);
	if (!migr_read_options(call->ctx, words, &at, false, options, count, who,
						   migr_usage(call->ctx, who, options, count)))
		return false;
	if (given(options, count, "help"))
	{
		migr_add_help(call, who, command->help, options, count);
		return true;
	}
	line->verbose = given(options, count, "verbose");
	line->indicate_current = given(options, count, "indicate_current");
	line->check_heads = given(options, count, "check_heads");
	for (int i = 0; i < nargs; i++)
		args[i] = options[i + 1].value;
	return migr_begin_inner(call, id, args, nargs, &inner) &&
		   run(call, &inner, id);
}

/* ---- the line ------------------------------------------------------------------ */

/* Print what there is. */
static void
add_help(MigrCall *call, const MigrOption *options)
{
	migr_add_help(call, "migrate",
				  "Database migrations, inside the database.  Commands stand "
				  "behind the options.",
				  options, GLOBAL_COUNT);
	migr_add_line(call, "");
	migr_add_line(call, "commands:");
	for (int id = 0; id < MIGR_CMD_COUNT; id++)
		if (migr_commands[id].word != NULL)
			migr_add_line(call, migr_printf(&call->ctx->arena, "  %-28s %s",
											migr_commands[id].word,
											migr_commands[id].help));
	migr_add_line(call, "");
	migr_add_line(call, "migrate('COMMAND --help') tells more of one.");
}

/* migrate(command_line): run a command and print what Alembic would. */
bool
migr_cmd_line(MigrCall *call)
{
	static const char usage[] =
		"usage: migrate [options] command [...]; migrate('--help') lists them.";
	MigrOption options[GLOBAL_COUNT];
	MigrWords words = {0};
	MigrLine line = {0};
	int at = 0;

	(void) add_options(globals, GLOBAL_COUNT, options, 0);
	if (!migr_words_split(call->ctx, call->args[0].text, &words) ||
		!migr_read_options(call->ctx, &words, &at, true, options, GLOBAL_COUNT,
						   "migrate", usage))
		return false;
	if (!options[HELP].value.null)
	{
		add_help(call, options);
		return true;
	}
	if (!options[VERSION].value.null)
	{
		migr_add_line(call, "migrate " MIGR_VERSION);
		return true;
	}
	if (at == words.count)
	{
		migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
				  "migrate: a command is missing");
		return migr_hint(call->ctx, "%s", usage);
	}
	if (!options[CONFIG].value.null)
		line.config = options[CONFIG].value.text.ptr;
	if (!options[NAME].value.null)
		line.history = options[NAME].value.text.ptr;
	line.quiet = !options[QUIET].value.null;
	for (int i = 0; i < options[X].all.count; i++)
		migr_vec_push(&call->ctx->arena, &call->options.x,
					  options[X].all.items[i]);
	call->line = &line;
	return run_command(call, &words, at, &line);
}

/* ---- what scripts ask for -------------------------------------------------------- */

/* migrate_x(key): the value of -x key=value while a command runs; the last
 * one where it is given twice, empty where the key stands alone. */
bool
migr_cmd_x(MigrCall *call)
{
	const MigrOptions *options = *call->host->options;
	const char *key = migr_arg_text(call, 0);
	size_t len = strlen(key);

	for (int i = options != NULL ? options->x.count - 1 : -1; i >= 0; i--)
	{
		const char *x = options->x.items[i];

		if (strncmp(x, key, len) != 0 || (x[len] != '=' && x[len] != '\0'))
			continue;
		migr_add_line(call, x[len] == '=' ? x + len + 1 : "");
		return true;
	}
	return true;
}

/* migrate_tag(): what the running command was given as its tag. */
bool
migr_cmd_tag(MigrCall *call)
{
	const MigrOptions *options = *call->host->options;

	if (options != NULL && options->tag != NULL)
		migr_add_line(call, options->tag);
	return true;
}
