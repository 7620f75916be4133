/*
 * functions.c
 *	  The SQL functions: one C symbol for each line of commands.def, and the
 *	  way of arguments and results between PostgreSQL and the core.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "pg/pg.h"

static Datum run_command(FunctionCallInfo fcinfo, MigrCommandId id);

#define MIGR_COMMAND(name, ...)                                                \
	PG_FUNCTION_INFO_V1(migrate_##name);                                       \
	Datum migrate_##name(PG_FUNCTION_ARGS)                                     \
	{                                                                          \
		return run_command(fcinfo, MIGR_CMD_##name);                           \
	}
#include "cmd/commands.def"
#undef MIGR_COMMAND

MigrValue
migr_pg_argument(FunctionCallInfo fcinfo, int i, MigrType type)
{
	MigrSpan span;
	text *packed;

	if (PG_ARGISNULL(i))
		return migr_null_value(type);
	switch (type)
	{
		case MIGR_TEXT:
			packed = PG_GETARG_TEXT_PP(i);
			span.ptr = text_to_cstring(packed);
			span.len = VARSIZE_ANY_EXHDR(packed);
			return migr_span_value(span);
		case MIGR_INT:
			return migr_int_value(PG_GETARG_INT64(i));
		case MIGR_BOOL:
			return migr_bool_value(PG_GETARG_BOOL(i));
		case MIGR_INSTANT:
			return migr_instant_value(PG_GETARG_TIMESTAMPTZ(i) + MIGR_EPOCH);
	}
	return migr_null_value(type);
}

Datum
migr_pg_datum(const MigrValue *value)
{
	switch (value->type)
	{
		case MIGR_TEXT:
			return PointerGetDatum(
				cstring_to_text_with_len(value->text.ptr, value->text.len));
		case MIGR_INT:
			return Int64GetDatum(value->number);
		case MIGR_BOOL:
			return BoolGetDatum(value->number != 0);
		case MIGR_INSTANT:
			return TimestampTzGetDatum(value->number - MIGR_EPOCH);
	}
	return (Datum) 0;
}

/* Put the result's rows into the function's tuplestore. */
static void
put_rows(FunctionCallInfo fcinfo, const MigrRows *rows, MemoryContext row)
{
	ReturnSetInfo *info = (ReturnSetInfo *) fcinfo->resultinfo;
	Datum values[MIGR_MAX_COLUMNS];
	bool nulls[MIGR_MAX_COLUMNS];
	MemoryContext old;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (info->setDesc->natts != rows->columns)
		elog(ERROR,
			 "migrate's library and its SQL functions differ in version");
	for (int r = 0; r < rows->count; r++)
	{
		MemoryContextReset(row);
		old = MemoryContextSwitchTo(row);
		for (int c = 0; c < rows->columns; c++)
		{
			const MigrValue *cell = &migr_cell(rows, r, c);

			nulls[c] = cell->null;
			values[c] = cell->null ? (Datum) 0 : migr_pg_datum(cell);
		}
		MemoryContextSwitchTo(old);
		tuplestore_putvalues(info->setResult, info->setDesc, values, nulls);
	}
}

/*
 * Refuse a command that writes where it is part of something stored: a view, a
 * rule, a default.  An expression read back from the catalog has lost its
 * place in the text; one that somebody has typed has it.
 */
static void
check_typed(FunctionCallInfo fcinfo, const MigrCommand *command)
{
	Node *expr = fcinfo->flinfo->fn_expr;

	if (command->access == MIGR_WRITES && expr != NULL &&
		exprLocation(expr) < 0)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("%s cannot be called by a view, a rule, a default or "
						"another stored expression",
						command->name)));
}

/* Run the command that a function stands for. */
static Datum
run_command(FunctionCallInfo fcinfo, MigrCommandId id)
{
	const MigrCommand *command = &migr_commands[id];
	MemoryContext memory = AllocSetContextCreate(
		CurrentMemoryContext, "migrate call", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(memory);
	MigrValue args[MIGR_MAX_PARAMS];
	MigrResult result;
	MigrPg *pg =
		palloc(sizeof(*pg)); /* in memory, as its plans' end needs it */
	Datum value = (Datum) 0;

	Assert(PG_NARGS() <= migr_param_count(command));
	check_typed(fcinfo, command);
	for (int i = 0; i < PG_NARGS(); i++)
		args[i] = migr_pg_argument(fcinfo, i, command->params[i].type);
	migr_pg_init(pg, memory, MIGR_PG_WHOLE);
	migr_pg_call(pg, id, args, PG_NARGS(), &result);
	MemoryContextSwitchTo(old);
	if (command->result == MIGR_RESULT_TEXT)
	{
		MigrValue text = migr_result_text(&pg->host.ctx.arena, &result);

		fcinfo->isnull = text.null;
		if (!text.null)
			value = migr_pg_datum(&text);
	}
	else
		put_rows(fcinfo, &result.rows, pg->scratch);
	MemoryContextDelete(memory);
	return value;
}
