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

/* Which of the two types of floating numbers is "float(n)"? */
static const char *
float_type(const char *args)
{
	size_t digits = strspn(args + 1, "0123456789");
	int bits = 0;

	for (size_t i = 0; i < digits && i < 3; i++)
		bits = bits * 10 + args[1 + i] - '0';
	if (strcmp(args + 1 + digits, ")") != 0 || bits < 1 || bits > 53)
		return NULL;
	return bits <= 24 ? "real" : "double precision";
}

/* Say a type as PostgreSQL prints it. */
static const char *
printed_type(MigrCtx *ctx, const char *type)
{
	static const struct
	{
		const char *name;
		const char *printed;
		const char *args; /* where it has none; NULL: none */
	} types[] = {
		{"int", "integer", NULL},
		{"int4", "integer", NULL},
		{"int2", "smallint", NULL},
		{"int8", "bigint", NULL},
		{"decimal", "numeric", NULL},
		{"dec", "numeric", NULL},
		{"float", "double precision", NULL},
		{"float8", "double precision", NULL},
		{"float4", "real", NULL},
		{"bool", "boolean", NULL},
		{"character varying", "varchar", NULL},
		{"char varying", "varchar", NULL},
		{"nchar varying", "varchar", NULL},
		{"national char varying", "varchar", NULL},
		{"national character varying", "varchar", NULL},
		{"char", "char", "(1)"},
		{"character", "char", "(1)"},
		{"nchar", "char", "(1)"},
		{"national char", "char", "(1)"},
		{"national character", "char", "(1)"},
		{"time without time zone", "time", NULL},
		{"timestamp without time zone", "timestamp", NULL},
		{"timetz", "time with time zone", NULL},
		{"timestamptz", "timestamp with time zone", NULL},
	};
	const char *open = strchr(type, '(');
	const char *close = open != NULL ? strchr(open, ')') : NULL;
	const char *name = type;
	const char *args = "";

	if (close != NULL)
	{
		name = migr_printf(&ctx->arena, "%.*s%s", (int) (open - type), type,
						   close + 1);
		args = migr_strndup(&ctx->arena, open, (size_t) (close + 1 - open));
	}
	if (strcmp(name, "float") == 0 && close != NULL && float_type(args) != NULL)
		return float_type(args);
	for (size_t i = 0; i < LENGTH(types); i++)
	{
		if (strcmp(name, types[i].name) != 0)
			continue;
		name = types[i].printed;
		if (close == NULL && types[i].args != NULL)
			args = types[i].args;
		break;
	}
	if (strcmp(name, "numeric") == 0 && close != NULL &&
		strchr(args, ',') == NULL)
		args =
			migr_printf(&ctx->arena, "%.*s,0)", (int) strlen(args) - 1, args);
	return migr_printf(&ctx->arena, "%s%s", name, args);
}

bool
migr_same_type(MigrCtx *ctx, const char *a, const char *b)
{
	return strcmp(a, b) == 0 ||
		   strcmp(printed_type(ctx, a), printed_type(ctx, b)) == 0;
}

bool
migr_is_integer(MigrSpan type)
{
	return type.len == strlen("INTEGER") && migr_lex_is(type, "INTEGER");
}
