/*
 * capture_text.c
 *	  The text of a statement as it could be run anew: without what stands around it,
 *	  with literals for its parameters.
 *
 * The server's scanner finds the parameters, so that a $1 in a string, a comment or
 * a dollar quote stays what it is.  Their values are written as the types' own output
 * functions give them, under settings that are read the same everywhere, and with the
 * type's name.
 */
#include "postgres.h"

#include <ctype.h>

#include "access/xact.h"
#include "common/keywords.h"
#include "parser/scanner.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/resowner.h"

#include "pg/capture.h"

/* A statement that is being read. */
typedef struct Reader
{
	core_yyscan_t scanner;
	core_yy_extra_type extra;
	const char *text;
	int token;
	int at; /* where it begins */
} Reader;

/* Begin to read a text. */
static void
reader_begin(Reader *reader, const char *text)
{
	reader->text = text;
	reader->scanner =
		scanner_init(text, &reader->extra, &ScanKeywords, ScanKeywordTokens);
	reader->extra.escape_string_warning = false;
}

/* Read the next token; false: there is none. */
static bool
reader_next(Reader *reader)
{
	core_YYSTYPE value;
	YYLTYPE location;

	reader->token = core_yylex(&value, &location, reader->scanner);
	reader->at = location;
	return reader->token != 0;
}

/* Is the token this keyword? */
static bool
is_keyword(const Reader *reader, const char *word)
{
	int number = ScanKeywordLookup(word, &ScanKeywords);

	return number >= 0 && ScanKeywordTokens[number] == reader->token;
}

/* Is it a parameter?  What else begins with a "$" has no digit behind it. */
static bool
is_param(const Reader *reader)
{
	const char *text = reader->text + reader->at;

	return text[0] == '$' && isdigit((unsigned char) text[1]);
}

/* Go behind PREPARE name (types) AS, if that is how the text begins. */
static const char *
behind_prepare(const char *text)
{
	const char *found = text;
	Reader reader;

	reader_begin(&reader, text);
	if (reader_next(&reader) && is_keyword(&reader, "prepare"))
	{
		int parens = 0;

		while (reader_next(&reader))
		{
			parens += reader.token == '(';
			parens -= reader.token == ')';
			if (parens > 0 || !is_keyword(&reader, "as"))
				continue;
			found = text + reader.at + strlen("as");
			while (isspace((unsigned char) *found))
				found++;
			break;
		}
	}
	scanner_finish(reader.scanner);
	return found;
}

/* Add a parameter's value as a literal. */
static void
add_value(StringInfo out, ParamListInfo params, int number)
{
	ParamExternData space;
	ParamExternData *param;

	if (number < 1 || number > params->numParams)
		elog(ERROR, "there is no parameter $%d", number);
	param = params->paramFetch != NULL
				? params->paramFetch(params, number, false, &space)
				: &params->params[number - 1];
	if (param->isnull)
		appendStringInfoString(out, "NULL");
	else
	{
		bool varlena;
		Oid function;

		getTypeOutputInfo(param->ptype, &function, &varlena);
		appendStringInfoString(out, quote_literal_cstr(OidOutputFunctionCall(
										function, param->value)));
	}
	if (OidIsValid(param->ptype))
		appendStringInfo(out, "::%s",
						 format_type_with_typemod(param->ptype, -1));
}

/* Copy a text, with the values of its parameters. */
static char *
put_values(const char *text, ParamListInfo params)
{
	StringInfoData out;
	Reader reader;
	int copied = 0;

	initStringInfo(&out);
	reader_begin(&reader, text);
	while (reader_next(&reader))
	{
		int end = reader.at + 1;
		bool wrap;

		if (!is_param(&reader))
			continue;
		while (isdigit((unsigned char) text[end]))
			end++;
		/* a subscript or a field would be taken for the type's; and before 15 a
		 * word may follow without a blank */
		wrap = strchr("[.", text[end]) != NULL ||
			   isalpha((unsigned char) text[end]);
		appendBinaryStringInfo(&out, text + copied, reader.at - copied);
		appendStringInfoString(&out, wrap ? "(" : "");
		add_value(&out, params, (int) strtol(text + reader.at + 1, NULL, 10));
		appendStringInfoString(&out, wrap ? ")" : "");
		copied = end;
	}
	scanner_finish(reader.scanner);
	appendStringInfoString(&out, text + copied);
	return out.data;
}

/* Open a GUC level in which values are written the one way that is read anywhere, and
 * names of types with their schemas. */
static int
open_level(void)
{
	static const char *const settings[][2] = {{"search_path", "pg_catalog"},
											  {"datestyle", "ISO"},
											  {"intervalstyle", "postgres"},
											  {"extra_float_digits", "3"},
											  {"bytea_output", "hex"}};
	int level = NewGUCNestLevel();

	for (size_t i = 0; i < lengthof(settings); i++)
		(void) set_config_option(settings[i][0], settings[i][1], PGC_USERSET,
								 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
								 false);
	return level;
}

/*
 * Copy a text, with the values of its parameters.  NULL: that has failed, and has been
 * said.  It must not be the client's trouble: a value may be too large as text, or its
 * type dropped by now.
 */
static char *
try_values(const char *text, ParamListInfo params)
{
	MemoryContext memory = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	char *volatile out = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(memory);
	PG_TRY();
	{
		int level = open_level();

		out = put_values(text, params);
		AtEOXact_GUC(true, level);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		ErrorData *error;

		MemoryContextSwitchTo(memory);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		if (error->sqlerrcode == ERRCODE_QUERY_CANCELED)
			ReThrowError(error);
		migr_pg_record_no_more(
			psprintf("a value can't be written: %s", error->message));
	}
	PG_END_TRY();
	MemoryContextSwitchTo(memory);
	CurrentResourceOwner = owner;
	return out;
}

const char *
migr_pg_capture_text(const char *source, const PlannedStmt *stmt,
					 ParamListInfo params)
{
	const char *text = source + Max(stmt->stmt_location, 0);
	size_t len = stmt->stmt_len > 0 ? (size_t) stmt->stmt_len : strlen(text);
	const char *one;

	while (len > 0 && isspace((unsigned char) *text))
	{
		text++;
		len--;
	}
	while (len > 0 && isspace((unsigned char) text[len - 1]))
		len--;
	one = behind_prepare(pnstrdup(text, len));
	return params == NULL || params->numParams == 0 ? one
													: try_values(one, params);
}
