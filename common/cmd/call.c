/*
 * call.c
 *	  The door: find the command, complete its arguments, run its handler, and
 *	  hand the result over.
 */
#include <string.h>

#include "cmd/cmd.h"

/* The table, from commands.def. */
#define MIGR_COMMAND(name, ...) {"migrate_" #name, __VA_ARGS__},
#undef MIGR_COMMAND_LINE
#define MIGR_COMMAND_LINE(name, ...) {"migrate", __VA_ARGS__},
const MigrCommand migr_commands[MIGR_CMD_COUNT] = {
#include "cmd/commands.def"
};
#undef MIGR_COMMAND
#undef MIGR_COMMAND_LINE

#define MIGR_COMMAND(name, ...) migr_cmd_##name,
static const MigrHandler handlers[MIGR_CMD_COUNT] = {
#include "cmd/commands.def"
};
#undef MIGR_COMMAND

/* ---- values ------------------------------------------------------------------ */

MigrValue
migr_null_value(MigrType type)
{
	MigrValue value = {type, true, {NULL, 0}, 0};

	return value;
}

MigrValue
migr_span_value(MigrSpan text)
{
	MigrValue value = {MIGR_TEXT, text.ptr == NULL, text, 0};

	return value;
}

MigrValue
migr_text_value(const char *text)
{
	return migr_span_value(migr_span(text));
}

/* Make a value that is a number. */
static MigrValue
number_value(MigrType type, int64_t number)
{
	MigrValue value = {type, false, {NULL, 0}, number};

	return value;
}

MigrValue
migr_int_value(int64_t number)
{
	return number_value(MIGR_INT, number);
}

MigrValue
migr_bool_value(bool flag)
{
	return number_value(MIGR_BOOL, flag);
}

MigrValue
migr_instant_value(int64_t microseconds)
{
	return number_value(MIGR_INSTANT, microseconds);
}

/* ---- the table --------------------------------------------------------------- */

int
migr_param_count(const MigrCommand *command)
{
	int count = 0;

	while (count < MIGR_MAX_PARAMS && command->params[count].name != NULL)
		count++;
	return count;
}

int
migr_column_count(const MigrCommand *command)
{
	int count = 0;

	while (count < MIGR_MAX_COLUMNS && command->columns[count].name != NULL)
		count++;
	return count;
}

/* ---- arguments and results ------------------------------------------------------ */

const char *
migr_arg_text(const MigrCall *call, int param)
{
	return call->args[param].null ? NULL : call->args[param].text.ptr;
}

bool
migr_arg_bool(const MigrCall *call, int param)
{
	return !call->args[param].null && call->args[param].number != 0;
}

MigrValue *
migr_add_row(MigrCall *call)
{
	MigrRows *rows = &call->result->rows;
	int used = rows->count * rows->columns;

	while (used + rows->columns > call->cells_cap)
		rows->cells = migr_vec_grow(&call->ctx->arena, rows->cells, used,
									&call->cells_cap, sizeof(MigrValue));
	for (int i = 0; i < rows->columns; i++)
		rows->cells[used + i] = migr_null_value(call->command->columns[i].type);
	rows->count++;
	return rows->cells + used;
}

MigrValue
migr_names_value(MigrCall *call, const MigrNames *names)
{
	if (names->count == 0)
		return migr_null_value(MIGR_TEXT);
	return migr_text_value(
		migr_join(&call->ctx->arena, names->items, names->count, ", "));
}

void
migr_add_line(MigrCall *call, const char *line)
{
	*migr_add_row(call) = migr_text_value(line);
}

MigrValue
migr_result_text(MigrArena *arena, const MigrResult *result)
{
	const MigrRows *rows = &result->rows;
	bool list = result->command->result == MIGR_RESULT_LIST;
	MigrStr str;

	if (result->command->result == MIGR_RESULT_TEXT)
		return rows->count > 0 ? rows->cells[0] : migr_null_value(MIGR_TEXT);
	if (list && rows->count == 0)
		return migr_null_value(MIGR_TEXT);
	migr_str_init(&str, arena);
	for (int i = 0; i < rows->count; i++)
	{
		if (i > 0)
			migr_str_add(&str, list ? ", " : "\n");
		migr_str_add_n(&str, migr_cell(rows, i, 0).text.ptr,
					   migr_cell(rows, i, 0).text.len);
	}
	return migr_text_value(str.data);
}

/* ---- the door ---------------------------------------------------------------- */

/* The value that a parameter has when it is left out. */
static MigrValue
initial_value(const MigrParam *param)
{
	if (param->initial == NULL)
		return migr_null_value(param->type);
	if (param->type == MIGR_BOOL)
		return migr_bool_value(strcmp(param->initial, "true") == 0);
	return migr_text_value(param->initial);
}

/* Complete the arguments; a required one that is null is an error. */
static bool
complete_args(MigrCall *call, const MigrValue *args, int nargs)
{
	int count = migr_param_count(call->command);
	MigrValue *all = migr_alloc_array(&call->ctx->arena, (size_t) count + 1,
									  sizeof(MigrValue));

	for (int i = 0; i < count; i++)
	{
		const MigrParam *param = &call->command->params[i];

		all[i] = i < nargs && !args[i].null ? args[i] : initial_value(param);
		if (param->required && all[i].null)
			return migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
							 "%s: argument \"%s\" must not be null",
							 call->command->name, param->name);
		/* scripts are looked through by the one who parses them */
		if (!all[i].null && param->type == MIGR_TEXT &&
			call->command != &migr_commands[MIGR_CMD_load] &&
			call->command != &migr_commands[MIGR_CMD_import_alembic] &&
			memchr(all[i].text.ptr, '\0', all[i].text.len) != NULL)
			return migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
							 "%s: argument \"%s\" holds a NUL character",
							 call->command->name, param->name);
	}
	call->args = all;
	call->given = nargs;
	return true;
}

/* Begin a call. */
static bool
begin(MigrHost *host, MigrCommandId id, const MigrValue *args, int nargs,
	  MigrResult *result, MigrCall *call)
{
	memset(call, 0, sizeof(*call));
	memset(result, 0, sizeof(*result));
	host->lock_timeout = -1;
	host->lock_retries = 0;
	call->host = host;
	call->ctx = &host->ctx;
	call->command = &migr_commands[id];
	call->result = result;
	result->command = call->command;
	result->rows.columns = migr_column_count(call->command);
	return complete_args(call, args, nargs);
}

bool
migr_begin_inner(const MigrCall *outer, MigrCommandId id, const MigrValue *args,
				 int nargs, MigrCall *inner)
{
	MigrResult *result = migr_alloc(&outer->ctx->arena, sizeof(*result));
	bool ok = begin(outer->host, id, args, nargs, result, inner);

	inner->line = outer->line;
	inner->options = outer->options;
	return ok;
}

bool
migr_run_handler(MigrCall *call)
{
	return handlers[call->command - migr_commands](call);
}

bool
migr_call(MigrHost *host, MigrCommandId id, const MigrValue *args, int nargs,
		  MigrResult *result)
{
	MigrCall call;

	/* nothing of it is committed where it may be tried again: all anew */
	for (host->tried = 0;; host->renew(host))
	{
		if (begin(host, id, args, nargs, result, &call) &&
			migr_run_handler(&call))
			return true;
		if (!migr_try_again(&call))
			return false;
	}
}
