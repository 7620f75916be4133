/*
 * functions.c
 *	  Scalar functions: SELECT migrate_upgrade('head').  One callback serves
 *	  them all; which command it is stands in the binding.
 */
#include "lite.h"

/*
 * Read a text.  A blob is one as well, in UTF-8: readfile() returns one, NULL
 * where it is empty.  SQLite would take it for the database's encoding.
 */
static MigrSpan
read_text(MigrLite *lite, sqlite3_value *arg)
{
	MigrSpan text;

	if (sqlite3_value_type(arg) == SQLITE_BLOB)
	{
		const char *blob = sqlite3_value_blob(arg);

		text.len = (size_t) sqlite3_value_bytes(arg);
		if (blob == NULL && text.len > 0)
			migr_lite_no_memory(lite);
		text.ptr = migr_strndup(&lite->host.ctx.arena, blob != NULL ? blob : "",
								text.len);
		return text;
	}
	text.ptr = (const char *) sqlite3_value_text(arg);
	text.len = (size_t) sqlite3_value_bytes(arg);
	if (text.ptr == NULL)
		migr_lite_no_memory(lite);
	return text;
}

/*
 * Is it an integer, or the text of one?  Not by sqlite3_value_numeric_type(): SQLite
 * 3.53 crashes there at a text that is a copy.
 */
static bool
is_integer(MigrLite *lite, sqlite3_value *arg, int64_t number)
{
	char digits[32];

	if (sqlite3_value_type(arg) != SQLITE_TEXT)
		return sqlite3_value_type(arg) == SQLITE_INTEGER;
	sqlite3_snprintf(sizeof(digits), digits, "%lld", (long long) number);
	return migr_span_is(read_text(lite, arg), digits);
}

/* Read a number, which a boolean is too. */
static bool
read_number(MigrLite *lite, const MigrCommand *command, const MigrParam *param,
			sqlite3_value *arg, MigrValue *value)
{
	bool flag = param->type == MIGR_BOOL;

	value->number = sqlite3_value_int64(arg);
	if (is_integer(lite, arg, value->number) &&
		(!flag || value->number == 0 || value->number == 1))
		return true;
	return migr_fail(&lite->host.ctx, MIGR_ERR_ARGUMENT,
					 "%s: argument \"%s\" must be %s", command->name,
					 param->name, flag ? "0 or 1" : "an integer");
}

/* Turn one argument into the core's. */
static bool
read_argument(MigrLite *lite, const MigrCommand *command,
			  const MigrParam *param, sqlite3_value *arg, MigrValue *value)
{
	MigrCtx *ctx = &lite->host.ctx;

	*value = migr_null_value(param->type);
	if (arg == NULL || sqlite3_value_type(arg) == SQLITE_NULL)
		return true;
	value->null = false;
	if (param->type == MIGR_BOOL || param->type == MIGR_INT)
		return read_number(lite, command, param, arg, value);
	value->text = read_text(lite, arg);
	return param->type == MIGR_TEXT ||
		   migr_instant_parse(value->text, &value->number) ||
		   migr_fail(ctx, MIGR_ERR_ARGUMENT,
					 "%s: argument \"%s\" must be a date and time",
					 command->name, param->name);
}

bool
migr_lite_arguments(MigrLite *lite, const MigrCommand *command,
					sqlite3_value **args, int nargs, MigrValue *values)
{
	for (int i = 0; i < nargs; i++)
	{
		if (!read_argument(lite, command, &command->params[i], args[i],
						   &values[i]))
			return false;
	}
	return true;
}

void
migr_lite_result(sqlite3_context *context, const MigrValue *value)
{
	if (value->null)
		sqlite3_result_null(context);
	else if (value->type == MIGR_TEXT)
		sqlite3_result_text64(context, value->text.ptr, value->text.len,
							  SQLITE_TRANSIENT, SQLITE_UTF8);
	else
		sqlite3_result_int64(context, value->number);
}

void
migr_lite_scalar(sqlite3_context *context, int nargs, sqlite3_value **args)
{
	const MigrBinding *binding = sqlite3_user_data(context);
	MigrLite lite;

	if (migr_lite_run(&lite, binding, MIGR_FORM_SCALAR, args, nargs))
		migr_lite_result(context, &lite.text);
	else if (lite.message != NULL)
		sqlite3_result_error(context, lite.message, -1);
	else
		sqlite3_result_error_nomem(context);
	migr_lite_free(&lite);
}
