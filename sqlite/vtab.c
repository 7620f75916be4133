/*
 * vtab.c
 *	  Table-valued functions: SELECT * FROM migrate_history('a:b').  One
 *	  eponymous-only module serves them all, and they only read.
 *
 * The columns are the command's, then a hidden one for each parameter, which
 * is how SQLite passes arguments.  It has arg_ before its name, since several
 * parameters are called as columns are.  idxNum tells xFilter which parameters
 * are given, a bit each.
 */
#include "lite.h"

#include <string.h>

/* One use of the function in a statement. */
typedef struct Table
{
	sqlite3_vtab base; /* first: SQLite's own part */
	const MigrBinding *binding;
} Table;

/* One run of it: the call, whose rows are read one by one. */
typedef struct Cursor
{
	sqlite3_vtab_cursor base; /* first: SQLite's own part */
	MigrLite lite;
	sqlite3_value *args[MIGR_MAX_PARAMS]; /* copies; NULL: left out */
	int row;
} Cursor;

/* Return the command of a table. */
static const MigrCommand *
command_of(const sqlite3_vtab *base)
{
	return &migr_commands[((const Table *) base)->binding->id];
}

/* Write the CREATE TABLE that tells SQLite the columns; NULL: no memory. */
static char *
declaration(const MigrCommand *command)
{
	sqlite3_str *sql = sqlite3_str_new(NULL);

	sqlite3_str_appendall(sql, "CREATE TABLE t(");
	for (int i = 0; i < migr_column_count(command); i++)
	{
		const MigrColumn *column = &command->columns[i];
		bool number = column->type == MIGR_INT || column->type == MIGR_BOOL;

		sqlite3_str_appendf(sql, "%s%s %s", i > 0 ? ", " : "", column->name,
							number ? "INTEGER" : "TEXT");
	}
	for (int i = 0; i < migr_param_count(command); i++)
		sqlite3_str_appendf(sql, ", arg_%s HIDDEN", command->params[i].name);
	sqlite3_str_appendall(sql, ")");
	return sqlite3_str_finish(sql);
}

/* xConnect: a statement wants to use the function. */
static int
connect_table(sqlite3 *db, void *binding, int argc, const char *const *argv,
			  sqlite3_vtab **out, char **message)
{
	const MigrBinding *own = binding;
	char *sql = declaration(&migr_commands[own->id]);
	Table *table = sqlite3_malloc64(sizeof(*table));
	int rc = SQLITE_NOMEM;

	(void) argc;
	(void) argv;
	(void) message;
	if (sql != NULL && table != NULL)
		rc = sqlite3_declare_vtab(db, sql);
	/* the same as for functions: see migrate.c */
	if (rc == SQLITE_OK)
		rc = sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY);
	sqlite3_free(sql);
	if (rc != SQLITE_OK)
	{
		sqlite3_free(table);
		return rc;
	}
	memset(table, 0, sizeof(*table));
	table->binding = own;
	*out = &table->base;
	return SQLITE_OK;
}

/* xDisconnect */
static int
disconnect_table(sqlite3_vtab *base)
{
	sqlite3_free(base);
	return SQLITE_OK;
}

/*
 * Find the constraint that gives a hidden column its value; -1: none.  It is
 * one that isn't usable only if there is no other.
 */
static int
find_argument(const sqlite3_index_info *info, int column)
{
	int found = -1;

	for (int i = 0; i < info->nConstraint; i++)
	{
		if (info->aConstraint[i].iColumn != column ||
			info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ)
			continue;
		found = i;
		if (info->aConstraint[i].usable)
			break;
	}
	return found;
}

/*
 * xBestIndex: say which arguments a plan can give.  An argument that comes
 * from a table further in isn't usable, so that plan won't do.  That a
 * required one is missing is told when the function runs: SQLite asks for
 * plans without any argument as well.
 */
static int
best_index(sqlite3_vtab *base, sqlite3_index_info *info)
{
	const MigrCommand *command = command_of(base);
	int columns = migr_column_count(command);
	int given = 0;

	for (int i = 0; i < migr_param_count(command); i++)
	{
		int at = find_argument(info, columns + i);

		if (at < 0)
			continue;
		if (!info->aConstraint[at].usable)
			return SQLITE_CONSTRAINT;
		info->aConstraintUsage[at].argvIndex = ++given;
		info->aConstraintUsage[at].omit = 1;
		info->idxNum |= 1 << i;
	}
	/* the more arguments, the better: a plan without them is another query */
	info->estimatedCost = 1000000.0 / (1 + given);
	info->estimatedRows = 100;
	return SQLITE_OK;
}

/* xOpen */
static int
open_cursor(sqlite3_vtab *base, sqlite3_vtab_cursor **out)
{
	Cursor *cursor = sqlite3_malloc64(sizeof(*cursor));

	(void) base;
	if (cursor == NULL)
		return SQLITE_NOMEM;
	memset(cursor, 0, sizeof(*cursor));
	*out = &cursor->base;
	return SQLITE_OK;
}

/* Free what a run has left. */
static void
clear_cursor(Cursor *cursor)
{
	migr_lite_free(&cursor->lite);
	for (int i = 0; i < MIGR_MAX_PARAMS; i++)
	{
		sqlite3_value_free(cursor->args[i]);
		cursor->args[i] = NULL;
	}
}

/* xClose */
static int
close_cursor(sqlite3_vtab_cursor *base)
{
	clear_cursor((Cursor *) base);
	sqlite3_free(base);
	return SQLITE_OK;
}

/* Fail with a message from sqlite3_mprintf(); NULL: no memory. */
static int
fail_table(sqlite3_vtab *base, char *message)
{
	sqlite3_free(base->zErrMsg);
	base->zErrMsg = message;
	return message != NULL ? SQLITE_ERROR : SQLITE_NOMEM;
}

/* Copy the arguments to where they belong. */
static bool
take_arguments(Cursor *cursor, const MigrCommand *command, int given,
			   sqlite3_value **values)
{
	for (int i = 0; i < migr_param_count(command); i++)
	{
		if ((given & 1 << i) == 0)
			continue;
		cursor->args[i] = sqlite3_value_dup(*values++);
		if (cursor->args[i] == NULL)
			return false;
	}
	return true;
}

/* Find a required argument that isn't there; NULL: all are. */
static const char *
missing_argument(const Cursor *cursor, const MigrCommand *command)
{
	for (int i = 0; i < migr_param_count(command); i++)
	{
		if (command->params[i].required && cursor->args[i] == NULL)
			return command->params[i].name;
	}
	return NULL;
}

/* xFilter: run the command. */
static int
filter(sqlite3_vtab_cursor *base, int given, const char *unused, int argc,
	   sqlite3_value **argv)
{
	Cursor *cursor = (Cursor *) base;
	Table *table = (Table *) base->pVtab;
	const MigrCommand *command = command_of(base->pVtab);
	const char *missing;
	int count = migr_param_count(command);

	(void) unused;
	(void) argc;
	clear_cursor(cursor);
	cursor->row = 0;
	if (!take_arguments(cursor, command, given, argv))
		return SQLITE_NOMEM;
	missing = missing_argument(cursor, command);
	if (missing != NULL)
		return fail_table(base->pVtab,
						  sqlite3_mprintf("%s() needs the argument \"%s\"",
										  command->name, missing));
	while (count > 0 && cursor->args[count - 1] == NULL)
		count--;
	if (!migr_lite_run(&cursor->lite, table->binding, MIGR_FORM_TABLE,
					   cursor->args, count))
		return fail_table(base->pVtab,
						  cursor->lite.message == NULL
							  ? NULL
							  : sqlite3_mprintf("%s", cursor->lite.message));
	return SQLITE_OK;
}

/* xNext */
static int
next(sqlite3_vtab_cursor *base)
{
	((Cursor *) base)->row++;
	return SQLITE_OK;
}

/* xEof */
static int
eof(sqlite3_vtab_cursor *base)
{
	const Cursor *cursor = (const Cursor *) base;

	return cursor->row >= cursor->lite.result.rows.count;
}

/* xColumn: a cell, or an argument as it was given. */
static int
column(sqlite3_vtab_cursor *base, sqlite3_context *context, int at)
{
	const Cursor *cursor = (const Cursor *) base;
	const MigrRows *rows = &cursor->lite.result.rows;

	if (at < rows->columns)
		migr_lite_result(context, &migr_cell(rows, cursor->row, at));
	else if (cursor->args[at - rows->columns] != NULL)
		sqlite3_result_value(context, cursor->args[at - rows->columns]);
	return SQLITE_OK;
}

/* xRowid */
static int
rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
	*out = ((Cursor *) base)->row;
	return SQLITE_OK;
}

/* Without xCreate it is eponymous-only, without xUpdate read-only. */
const sqlite3_module migr_lite_module = {
	.xConnect = connect_table,
	.xBestIndex = best_index,
	.xDisconnect = disconnect_table,
	.xOpen = open_cursor,
	.xClose = close_cursor,
	.xFilter = filter,
	.xNext = next,
	.xEof = eof,
	.xColumn = column,
	.xRowid = rowid,
};
