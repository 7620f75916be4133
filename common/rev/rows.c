/*
 * rows.c
 *	  What Alembic prints of its own.  See rows.h.
 */
#include "rev/rows.h"

#include <string.h>

#include "text/lex.h"

/* Read the version table's name; one that is no SQL name is taken as is. */
MigrVersionTable
migr_version_table(MigrArena *arena, bool pg, const char *name)
{
	MigrVersionTable table = {.arena = arena, .pg = pg};
	MigrSpan text = migr_span_trim(migr_span(name));
	MigrSpan first;
	MigrSpan second = {0};
	MigrCursor cursor;

	if (text.len == 0)
		text = migr_span("alembic_version");
	cursor.at = text.ptr;
	cursor.end = text.ptr + text.len;
	cursor.pg = pg;
	table.name = migr_span_dup(arena, text);
	if (!migr_cursor_name(&cursor, &first) ||
		(migr_cursor_char(&cursor, '.') &&
		 !migr_cursor_name(&cursor, &second)) ||
		migr_cursor_solid(&cursor).kind != MIGR_LEXEME_END)
		return table;
	table.name = migr_lex_name(arena, second.ptr != NULL ? second : first);
	if (second.ptr != NULL)
		table.schema = migr_lex_name(arena, first);
	return table;
}

/* Take the version table's name. */
static bool
take_table(const MigrVersionTable *table, MigrCursor *cursor)
{
	MigrSpan schema = {0};
	MigrSpan name;

	if (!migr_cursor_name(cursor, &name))
		return false;
	while (migr_cursor_char(cursor, '.'))
	{
		schema = name;
		if (!migr_cursor_name(cursor, &name))
			return false;
	}
	if (table->name == NULL)
		return true;
	return strcmp(migr_lex_name(table->arena, name), table->name) == 0 &&
		   (table->schema == NULL ||
			(schema.ptr != NULL &&
			 strcmp(migr_lex_name(table->arena, schema), table->schema) == 0));
}

/* Take a version: an id in quotes; with a cast, where a driver's parameter was. */
static bool
take_version(MigrCursor *cursor, MigrSpan *id)
{
	MigrLexeme token = migr_cursor_solid(cursor);

	if (token.kind != MIGR_LEXEME_STRING || token.text.len < 2)
		return false;
	id->ptr = token.text.ptr + 1;
	id->len = token.text.len - 2;
	if (migr_cursor_char(cursor, ':'))
		return migr_cursor_char(cursor, ':') &&
			   (migr_cursor_word(cursor, "VARCHAR") ||
				migr_cursor_word(cursor, "TEXT"));
	return true;
}

/* Take WHERE [table.]version_num = 'id', to the statement's end. */
static bool
take_where(MigrCursor *cursor, MigrSpan *id)
{
	MigrSpan name;

	if (!migr_cursor_word(cursor, "WHERE") || !migr_cursor_name(cursor, &name))
		return false;
	while (migr_cursor_char(cursor, '.'))
		if (!migr_cursor_name(cursor, &name))
			return false;
	return migr_lex_is(name, "VERSION_NUM") && migr_cursor_char(cursor, '=') &&
		   take_version(cursor, id) &&
		   migr_cursor_solid(cursor).kind == MIGR_LEXEME_END;
}

/* Take what Alembic writes behind INSERT INTO table. */
static bool
take_insert(MigrCursor *cursor, MigrSpan *id)
{
	return migr_cursor_char(cursor, '(') &&
		   migr_cursor_word(cursor, "VERSION_NUM") &&
		   migr_cursor_char(cursor, ')') &&
		   migr_cursor_word(cursor, "VALUES") &&
		   migr_cursor_char(cursor, '(') && take_version(cursor, id) &&
		   migr_cursor_char(cursor, ')') &&
		   (migr_cursor_word(cursor, "RETURNING") ||
			migr_cursor_solid(cursor).kind == MIGR_LEXEME_END);
}

/* Does it make the version table, or drop it? */
static bool
takes_table(const MigrVersionTable *table, MigrCursor *cursor)
{
	if ((!migr_cursor_word(cursor, "CREATE") &&
		 !migr_cursor_word(cursor, "DROP")) ||
		!migr_cursor_word(cursor, "TABLE"))
		return false;
	if (migr_cursor_word(cursor, "IF"))
	{
		migr_cursor_word(cursor, "NOT");
		migr_cursor_word(cursor, "EXISTS");
	}
	return take_table(table, cursor);
}

/* Is this a statement on the version table, and which? */
static MigrPrintedKind
read_row(const MigrVersionTable *table, MigrCursor cursor, MigrPrintedRow *row)
{
	bool exact;

	if (migr_cursor_word(&cursor, "INSERT"))
	{
		if (!migr_cursor_word(&cursor, "INTO") || !take_table(table, &cursor))
			return MIGR_PRINTED_PLAIN;
		exact = take_insert(&cursor, &row->come);
	}
	else if (migr_cursor_word(&cursor, "UPDATE"))
	{
		if (!take_table(table, &cursor))
			return MIGR_PRINTED_PLAIN;
		exact = migr_cursor_word(&cursor, "SET") &&
				migr_cursor_word(&cursor, "VERSION_NUM") &&
				migr_cursor_char(&cursor, '=') &&
				take_version(&cursor, &row->come) &&
				take_where(&cursor, &row->gone);
	}
	else if (migr_cursor_word(&cursor, "DELETE"))
	{
		if (!migr_cursor_word(&cursor, "FROM") || !take_table(table, &cursor))
			return MIGR_PRINTED_PLAIN;
		exact = take_where(&cursor, &row->gone);
	}
	else
		return takes_table(table, &cursor) ? MIGR_PRINTED_TABLE
										   : MIGR_PRINTED_PLAIN;
	return exact ? MIGR_PRINTED_ROW : MIGR_PRINTED_MENTION;
}

/* Tell what a statement, without its semicolon, is. */
MigrPrintedKind
migr_printed_kind(const MigrVersionTable *table, MigrSpan text,
				  MigrPrintedRow *row)
{
	static const char *const transaction[] = {"ROLLBACK", "SAVEPOINT",
											  "RELEASE", "ABORT", NULL};
	MigrCursor cursor = {text.ptr, text.ptr + text.len, table->pg};
	MigrCursor ahead = cursor;

	if (migr_cursor_word(&ahead, "BEGIN") ||
		(migr_cursor_word(&ahead, "START") &&
		 migr_cursor_word(&ahead, "TRANSACTION")))
		return MIGR_PRINTED_BEGIN;
	ahead = cursor;
	if (migr_cursor_word(&ahead, "COMMIT"))
		return migr_cursor_word(&ahead, "PREPARED") ? MIGR_PRINTED_TRANSACTION
													: MIGR_PRINTED_COMMIT;
	if (migr_cursor_word(&ahead, "END"))
		return MIGR_PRINTED_COMMIT;
	for (int i = 0; transaction[i] != NULL; i++)
		if (migr_cursor_word(&ahead, transaction[i]))
			return MIGR_PRINTED_TRANSACTION;
	return read_row(table, cursor, row);
}
