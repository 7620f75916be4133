/*
 * affinity.c
 *	  What a declared type makes of values.  See affinity.h.
 */
#include "schema/affinity.h"

#include "text/lex.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Does a text contain a word, in whatever case? */
static bool
contains(MigrSpan text, const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; i + len <= text.len; i++)
	{
		MigrSpan part = {text.ptr + i, len};

		if (migr_lex_is(part, word))
			return true;
	}
	return false;
}

MigrAffinity
migr_affinity(MigrSpan type)
{
	static const struct
	{
		const char *word;
		MigrAffinity affinity;
	} rules[] = {
		{"INT", MIGR_AFFINITY_INTEGER}, {"CHAR", MIGR_AFFINITY_TEXT},
		{"CLOB", MIGR_AFFINITY_TEXT},	{"TEXT", MIGR_AFFINITY_TEXT},
		{"BLOB", MIGR_AFFINITY_BLOB},	{"REAL", MIGR_AFFINITY_REAL},
		{"FLOA", MIGR_AFFINITY_REAL},	{"DOUB", MIGR_AFFINITY_REAL},
	};

	if (type.len == 0)
		return MIGR_AFFINITY_BLOB;
	for (size_t i = 0; i < LENGTH(rules); i++)
	{
		if (contains(type, rules[i].word))
			return rules[i].affinity;
	}
	return MIGR_AFFINITY_NUMERIC;
}

const char *
migr_number_type(MigrSpan type, bool *whole)
{
	static const struct
	{
		const char *word;
		const char *name;
		bool whole;
	} numbers[] = {
		{"INT", "integer", true},
		{"INTEGER", "integer", true},
		{"INT4", "integer", true},
		{"BIGINT", "bigint", true},
		{"INT8", "bigint", true},
		{"SMALLINT", "smallint", true},
		{"INT2", "smallint", true},
		{"TINYINT", "smallint", true},
		{"MEDIUMINT", "integer", true},
		{"NUMERIC", "numeric", false},
		{"DECIMAL", "numeric", false},
		{"DEC", "numeric", false},
		{"REAL", "real", false},
		{"FLOAT4", "real", false},
		{"FLOAT", "double precision", false},
		{"FLOAT8", "double precision", false},
		{"DOUBLE", "double precision", false},
	};

	type.len = type.len > 0 ? migr_lex(type).len : 0;
	for (size_t i = 0; i < LENGTH(numbers); i++)
	{
		*whole = numbers[i].whole;
		if (migr_lex_is(type, numbers[i].word))
			return numbers[i].name;
	}
	return NULL;
}

const char *
migr_cast_type(MigrSpan type)
{
	bool whole;

	switch (migr_affinity(type))
	{
		case MIGR_AFFINITY_TEXT:
			return "TEXT";
		case MIGR_AFFINITY_REAL:
			return migr_number_type(type, &whole) != NULL ? "REAL" : NULL;
		case MIGR_AFFINITY_INTEGER:
		case MIGR_AFFINITY_NUMERIC:
			return migr_number_type(type, &whole) != NULL ? "NUMERIC" : NULL;
		default:
			return NULL;
	}
}

bool
migr_is_integer(MigrSpan type)
{
	return type.len == strlen("INTEGER") && migr_lex_is(type, "INTEGER");
}
