/*
 * fit.c
 *	  What may come of a column's values when its type is altered.  See fit.h.
 *
 * PostgreSQL's types are looked up by their names and numbers.  On SQLite any value
 * may stand in any column, and takes the form that the type's affinity gives it.
 */
#include "schema/fit.h"

#include <stdlib.h>

#include "schema/affinity.h"
#include "text/lex.h"

/* What a type of PostgreSQL's is; the numbers by what they can hold. */
typedef enum Sort
{
	OTHER,
	BOOLEAN,
	SMALLINT,
	INTEGER,
	BIGINT,
	NUMERIC,
	REAL,
	DOUBLE,
	CHARACTER,
	VARYING,
	TEXT,
	DATE,
	TIMESTAMP,
	JSON,
	JSONB
} Sort;

typedef struct Type
{
	Sort sort;
	long limits[2]; /* (10, 2); -1: none */
} Type;

/* Look up a type of PostgreSQL's. */
static Type
read_type(const char *text)
{
	static const char *const names[] = {
		[BOOLEAN] = "boolean",
		[SMALLINT] = "smallint",
		[INTEGER] = "integer",
		[BIGINT] = "bigint",
		[NUMERIC] = "numeric",
		[REAL] = "real",
		[DOUBLE] = "double precision",
		[CHARACTER] = "character",
		[VARYING] = "character varying",
		[TEXT] = "text",
		[DATE] = "date",
		[TIMESTAMP] = "timestamp",
		[JSON] = "json",
		[JSONB] = "jsonb",
	};
	Type type = {OTHER, {-1, -1}};
	size_t len = strcspn(text, "(");
	char *end;

	for (int i = BOOLEAN; i <= JSONB; i++)
	{
		if (strlen(names[i]) == len && strncmp(names[i], text, len) == 0)
			type.sort = (Sort) i;
	}
	/* ... with or without time zone */
	if (strncmp(text, "timestamp", strlen("timestamp")) == 0)
		type.sort = TIMESTAMP;
	if (text[len] == '(')
	{
		type.limits[0] = strtol(text + len + 1, &end, 10);
		type.limits[1] = *end == ',' ? strtol(end + 1, &end, 10) : 0;
	}
	return type;
}

/* Is it a type of numbers? */
static bool
is_number(const Type *type)
{
	return type->sort >= SMALLINT && type->sort <= DOUBLE;
}

/* Compare two types of numbers. */
static MigrFit
fit_numbers(const Type *from, const Type *to)
{
	bool whole = from->sort <= BIGINT;
	MigrFit fit = {false, false};

	if (to->sort <= BIGINT)
	{
		fit.fails = from->sort > to->sort;
		fit.loses = !whole;
	}
	else if (to->sort == NUMERIC && to->limits[0] < 0)
		fit.loses = false;
	else if (to->sort == NUMERIC)
	{
		bool known = from->sort == NUMERIC && from->limits[0] >= 0;

		fit.fails = !known || from->limits[0] - from->limits[1] >
								  to->limits[0] - to->limits[1];
		fit.loses = known ? from->limits[1] > to->limits[1]
						  : !whole || to->limits[1] < 0;
	}
	else
	{
		fit.fails =
			from->sort == NUMERIC || (from->sort == DOUBLE && to->sort == REAL);
		fit.loses = from->sort > (to->sort == REAL ? SMALLINT : INTEGER) &&
					from->sort != REAL && from->sort != to->sort;
	}
	return fit;
}

/* Compare a type with one of texts. */
static MigrFit
fit_texts(const Type *from, const Type *to)
{
	bool text = from->sort == CHARACTER || from->sort == VARYING;
	MigrFit fit = {false, false};

	fit.fails = to->limits[0] >= 0 && !(text && from->limits[0] >= 0 &&
										from->limits[0] <= to->limits[0]);
	/* blanks at the end */
	fit.loses = to->sort == CHARACTER && from->sort != CHARACTER;
	return fit;
}

/* Compare two types of PostgreSQL's. */
static MigrFit
fit_postgresql(const char *from, const char *to)
{
	Type a = read_type(from);
	Type b = read_type(to);
	MigrFit fit = {false, false};

	if (is_number(&a) && is_number(&b))
		return fit_numbers(&a, &b);
	if (b.sort >= CHARACTER && b.sort <= TEXT)
		return fit_texts(&a, &b);
	if (a.sort == TIMESTAMP && (b.sort == DATE || b.limits[0] >= 0))
		fit.loses =
			a.limits[0] < 0 || b.sort == DATE || a.limits[0] > b.limits[0];
	else if (is_number(&a) && b.sort == BOOLEAN)
		fit.loses = true;
	else if (a.sort == JSON && b.sort == JSONB)
		fit.fails = fit.loses = true;
	else
		fit.fails =
			!(a.sort == BOOLEAN && is_number(&b)) &&
			!(a.sort == JSONB && b.sort == JSON) &&
			!((a.sort == DATE || a.sort == TIMESTAMP) && b.sort == TIMESTAMP);
	return fit;
}

/* Compare two types of SQLite's. */
static MigrFit
fit_sqlite(bool strict, MigrSpan from, MigrSpan to)
{
	bool were_whole = false;
	bool whole = false;
	bool were_numbers = migr_number_type(from, &were_whole) != NULL;
	bool numbers = migr_number_type(to, &whole) != NULL;
	MigrAffinity old = migr_affinity(from);
	MigrAffinity new = migr_affinity(to);
	MigrFit fit = {false, false};

	fit.fails = strict ? !migr_lex_is(to, "ANY") : numbers && !were_numbers;
	fit.loses = (numbers && whole && !(were_numbers && were_whole)) ||
				(old != new &&
				 (old == MIGR_AFFINITY_BLOB || old == MIGR_AFFINITY_TEXT) &&
				 new != MIGR_AFFINITY_BLOB);
	return fit;
}

MigrFit
migr_fit(MigrArena *arena, MigrDialect dialect, bool strict, const char *from,
		 const char *to)
{
	MigrSpan none = {NULL, 0};
	size_t lengths[2];

	if (dialect == MIGR_SQLITE)
		return fit_sqlite(strict, from != NULL ? migr_span(from) : none,
						  to != NULL ? migr_span(to) : none);
	lengths[0] = strlen(from);
	lengths[1] = strlen(to);
	/* arrays go as their elements */
	if (lengths[0] > 2 && strcmp(from + lengths[0] - 2, "[]") == 0 &&
		lengths[1] > 2 && strcmp(to + lengths[1] - 2, "[]") == 0)
		return migr_fit(arena, dialect, strict,
						migr_strndup(arena, from, lengths[0] - 2),
						migr_strndup(arena, to, lengths[1] - 2));
	return fit_postgresql(from, to);
}
