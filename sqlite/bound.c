/*
 * bound.c
 *	  A statement's text with the values of its parameters put in.
 *
 * sqlite3_expanded_sql() won't do: of a number it writes 15 digits, an infinite
 * one as a name, and of a text what is before its first NUL.  There is no other
 * way to ask a statement for its values but to let another one have them for a
 * while.
 */
#include "lite.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/ddl_read.h"

/* as many digits tell each number from any other */
#define DIGITS_MIN 15
#define DIGITS_MAX 17

/* ---- literals ------------------------------------------------------------------- */

/* Write bytes as x'00ff'. */
static void
add_hex(MigrStr *str, const unsigned char *bytes, size_t count)
{
	static const char digits[] = "0123456789abcdef";

	migr_str_add(str, "x'");
	for (size_t i = 0; i < count; i++)
	{
		migr_str_add_char(str, digits[bytes[i] >> 4]);
		migr_str_add_char(str, digits[bytes[i] & 15]);
	}
	migr_str_add_char(str, '\'');
}

/* Write a text; as bytes, where it is none that a script may hold. */
static void
add_text(MigrStr *str, const char *text, size_t len)
{
	if (memchr(text, 0, len) != NULL || migr_utf8_check(text, len) != len)
	{
		migr_str_add(str, "CAST(");
		add_hex(str, (const unsigned char *) text, len);
		migr_str_add(str, " AS TEXT)");
		return;
	}
	migr_str_add_char(str, '\'');
	for (size_t i = 0; i < len; i++)
	{
		if (text[i] == '\'')
			migr_str_add_char(str, '\'');
		migr_str_add_char(str, text[i]);
	}
	migr_str_add_char(str, '\'');
}

/* Write a number with a fraction: with as few digits as are needed. */
static void
add_real(MigrStr *str, double number)
{
	char text[40];
	char *comma;

	if (isinf(number))
	{
		migr_str_add(str, number > 0 ? "9e999" : "-9e999");
		return;
	}
	for (int digits = DIGITS_MIN; digits <= DIGITS_MAX; digits++)
	{
		snprintf(text, sizeof(text), "%.*g", digits, number);
		if (strtod(text, NULL) == number)
			break;
	}
	/* as the application's locale has it */
	comma = strchr(text, ',');
	if (comma != NULL)
		*comma = '.';
	migr_str_printf(str, "%s%s", text, strpbrk(text, ".e") == NULL ? ".0" : "");
}

/* Write the value in a statement's first column. */
static void
add_value(MigrStr *str, sqlite3_stmt *stmt)
{
	const unsigned char *bytes;
	int len;

	switch (sqlite3_column_type(stmt, 0))
	{
		case SQLITE_INTEGER:
			migr_str_printf(str, "%lld",
							(long long) sqlite3_column_int64(stmt, 0));
			break;
		case SQLITE_FLOAT:
			add_real(str, sqlite3_column_double(stmt, 0));
			break;
		case SQLITE_TEXT:
			bytes = sqlite3_column_text(stmt, 0);
			len = sqlite3_column_bytes(stmt, 0);
			add_text(str, bytes != NULL ? (const char *) bytes : "",
					 (size_t) len);
			break;
		case SQLITE_BLOB:
			bytes = sqlite3_column_blob(stmt, 0);
			add_hex(str, bytes, (size_t) sqlite3_column_bytes(stmt, 0));
			break;
		default:
			migr_str_add(str, "NULL");
	}
}

/* ---- values ----------------------------------------------------------------------- */

/* Write a statement that gives so many parameters, a row each. */
static const char *
make_reader(MigrArena *arena, int count)
{
	MigrStr str;

	migr_str_init(&str, arena);
	migr_str_add(&str, "VALUES ");
	for (int i = 1; i <= count; i++)
		migr_str_printf(&str, "%s(?%d)", i > 1 ? "," : "", i);
	return str.data;
}

void
migr_lite_lend_back(MigrLite *lite)
{
	if (lite->lender == NULL)
		return;
	sqlite3_reset(lite->script);
	sqlite3_transfer_bindings(lite->script, lite->lender);
	lite->lender = NULL;
	sqlite3_finalize(lite->script);
	lite->script = NULL;
}

/* Read the values of a statement's parameters, as literals. */
static bool
read_values(MigrLite *lite, sqlite3_stmt *stmt, int count, const char **values)
{
	int rc =
		sqlite3_prepare_v2(lite->db, make_reader(&lite->host.ctx.arena, count),
						   -1, &lite->script, NULL);

	if (rc != SQLITE_OK || sqlite3_transfer_bindings(stmt, lite->script))
		return migr_lite_fail(lite, rc);
	lite->lender = stmt;
	for (int i = 0; i < count; i++)
	{
		MigrStr str;

		if ((rc = sqlite3_step(lite->script)) != SQLITE_ROW)
			return migr_lite_fail(lite, rc);
		migr_str_init(&str, &lite->host.ctx.arena);
		add_value(&str, lite->script);
		values[i] = str.data;
	}
	migr_lite_lend_back(lite);
	return true;
}

/* Put a literal where a parameter is; SQLite needs no
 * blanks around a parameter, but around what stands for it. */
static void
put_literal(MigrStr *str, MigrSpan token, const char *literal)
{
	char before = str->len > 0 ? str->data[str->len - 1] : ' ';
	char behind = token.ptr[token.len];

	if (before == '-' || isalnum((unsigned char) before))
		migr_str_add_char(str, ' ');
	migr_str_add(str, literal);
	if (isalnum((unsigned char) behind))
		migr_str_add_char(str, ' ');
}

/* Which parameter is it?  max is the highest so far. */
static int
number_of(sqlite3_stmt *stmt, MigrArena *arena, MigrSpan token, int max)
{
	const char *text = migr_span_dup(arena, token);

	if (text[0] != '?')
		return sqlite3_bind_parameter_index(stmt, text);
	return text[1] == '\0' ? max + 1 : (int) strtol(text + 1, NULL, 10);
}

bool
migr_lite_bound_text(MigrLite *lite, sqlite3_stmt *stmt, MigrSpan *out)
{
	MigrArena *arena = &lite->host.ctx.arena;
	int count = sqlite3_bind_parameter_count(stmt);
	const char *from = sqlite3_sql(stmt);
	const char **values =
		migr_alloc_array(arena, (size_t) count + 1, sizeof(const char *));
	MigrReader reader;
	MigrStr str;
	int max = 0;

	*out = migr_span(from);
	if (count == 0)
		return true;
	if (!read_values(lite, stmt, count, values))
		return false;
	migr_str_init(&str, arena);
	migr_read_begin(&reader, &lite->host.ctx, *out);
	for (; reader.kind != MIGR_TOKEN_END; migr_read_next(&reader))
	{
		int number;

		if (reader.kind != MIGR_TOKEN_VARIABLE)
			continue;
		number = number_of(stmt, arena, reader.token, max);
		if (number < 1 || number > count)
			continue;
		max = number > max ? number : max;
		migr_str_add_n(&str, from, (size_t) (reader.token.ptr - from));
		put_literal(&str, reader.token, values[number - 1]);
		from = reader.token.ptr + reader.token.len;
	}
	migr_str_add(&str, from);
	*out = (MigrSpan){str.data, str.len};
	return true;
}
