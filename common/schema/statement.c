/*
 * statement.c
 *	  Parse what PostgreSQL has and SQLite hasn't, besides ALTER TABLE.  See
 *	  statement.h.
 *
 * The grammar is PostgreSQL's (ViewStmt, DropStmt, TruncateStmt, CommentStmt in
 * src/backend/parser/gram.y), over SQLite's tokens and with SQLite's names.
 */
#include "schema/statement.h"

#include "schema/alter.h"
#include "schema/ddl_read.h"

const char *const migr_object_words[MIGR_OBJECT_COUNT] = {
	[MIGR_OBJECT_TABLE] = "table",	 [MIGR_OBJECT_VIEW] = "view",
	[MIGR_OBJECT_INDEX] = "index",	 [MIGR_OBJECT_TRIGGER] = "trigger",
	[MIGR_OBJECT_COLUMN] = "column", [MIGR_OBJECT_CONSTRAINT] = "constraint"};

/* The same as they stand in a statement. */
static const char *const words[MIGR_OBJECT_COUNT] = {
	[MIGR_OBJECT_TABLE] = "TABLE",	 [MIGR_OBJECT_VIEW] = "VIEW",
	[MIGR_OBJECT_INDEX] = "INDEX",	 [MIGR_OBJECT_TRIGGER] = "TRIGGER",
	[MIGR_OBJECT_COLUMN] = "COLUMN", [MIGR_OBJECT_CONSTRAINT] = "CONSTRAINT"};

/* ---- parts of a statement ---------------------------------------------------- */

/* Take the word for one of the first so many kinds. */
static bool
read_object(MigrReader *reader, int count, MigrObjectKind *out)
{
	for (int i = 0; i < count; i++)
	{
		if (migr_read_word(reader, words[i]))
		{
			*out = (MigrObjectKind) i;
			return true;
		}
	}
	return false;
}

/* Take TEMP or TEMPORARY. */
static bool
read_temporary(MigrReader *reader)
{
	return migr_read_word(reader, "TEMP") ||
		   migr_read_word(reader, "TEMPORARY");
}

/* Take IF EXISTS.  A name may be if. */
static bool
read_if_exists(MigrReader *reader)
{
	MigrReader ahead = *reader;

	if (!migr_read_word(&ahead, "IF") || !migr_read_word(&ahead, "EXISTS"))
		return false;
	*reader = ahead;
	return true;
}

/* Take ONLY, where a name follows.  A name may be that, too. */
static void
read_only(MigrReader *reader)
{
	MigrReader ahead = *reader;

	if (migr_read_word(&ahead, "ONLY") &&
		migr_read_at_name(&ahead, MIGR_NAME_ANY) &&
		!migr_read_at(&ahead, "RESTART") && !migr_read_at(&ahead, "CONTINUE") &&
		!migr_read_at(&ahead, "CASCADE") && !migr_read_at(&ahead, "RESTRICT"))
		*reader = ahead;
}

/* Take a name, perhaps with its schema, that has to be there. */
static bool
need_object_name(MigrReader *reader, MigrObjectName *out)
{
	memset(out, 0, sizeof(*out));
	if (!migr_read_need_name(reader, MIGR_NAME_ANY, &out->name))
		return false;
	if (!migr_read_char(reader, '.'))
		return true;
	out->schema = out->name;
	return migr_read_need_name(reader, MIGR_NAME_ANY, &out->name);
}

/* Take one, as the statement's only one or one more. */
static bool
need_one(MigrReader *reader, MigrStatement *out)
{
	MigrObjectName name;

	if (!need_object_name(reader, &name))
		return false;
	migr_vec_push(&reader->ctx->arena, &out->names, name);
	return true;
}

/* Take RESTRICT or CASCADE, and then the end. */
static bool
need_behavior(MigrReader *reader, MigrStatement *out)
{
	out->cascade = migr_read_word(reader, "CASCADE");
	if (!out->cascade)
		migr_read_word(reader, "RESTRICT");
	return migr_read_end(reader);
}

/* ---- the statements ------------------------------------------------------------ */

/* Parse what is behind CREATE OR REPLACE. */
static bool
parse_view(MigrReader *reader, MigrStatement *out)
{
	out->object = MIGR_OBJECT_VIEW;
	out->temporary = read_temporary(reader);
	if (!migr_read_need(reader, "VIEW") || !need_one(reader, out))
		return false;
	if (!migr_read_at(reader, "AS") && !migr_read_at_char(reader, '('))
		return migr_read_fail(reader);
	return migr_read_rest(reader, &out->body) && migr_read_end(reader);
}

/* Parse what is behind DROP. */
static bool
parse_drop(MigrReader *reader, MigrStatement *out)
{
	if (!read_object(reader, MIGR_OBJECT_COLUMN, &out->object))
		return migr_read_fail(reader);
	out->if_exists = read_if_exists(reader);
	do
	{
		if (!need_one(reader, out))
			return false;
	} while (migr_read_char(reader, ','));
	if (out->object == MIGR_OBJECT_TRIGGER && migr_read_word(reader, "ON") &&
		!need_object_name(reader, &out->on))
		return false;
	return need_behavior(reader, out);
}

/* Parse what is behind TRUNCATE. */
static bool
parse_truncate(MigrReader *reader, MigrStatement *out)
{
	out->object = MIGR_OBJECT_TABLE;
	migr_read_word(reader, "TABLE");
	do
	{
		read_only(reader);
		if (!need_one(reader, out))
			return false;
		migr_read_char(reader, '*');
	} while (migr_read_char(reader, ','));
	out->restart = migr_read_word(reader, "RESTART");
	if ((out->restart || migr_read_word(reader, "CONTINUE")) &&
		!migr_read_need(reader, "IDENTITY"))
		return false;
	return need_behavior(reader, out);
}

/* Take a table's name and that of a column: the last one. */
static bool
need_column(MigrReader *reader, MigrStatement *out)
{
	MigrObjectName table;

	if (!need_object_name(reader, &table))
		return false;
	out->part = table.name;
	if (table.schema.name == NULL)
		return migr_fail(reader->ctx, MIGR_ERR_STATEMENT,
						 "column name must be qualified");
	table.name = table.schema;
	memset(&table.schema, 0, sizeof(table.schema));
	if (migr_read_char(reader, '.'))
	{
		table.schema = table.name;
		table.name = out->part;
		if (!migr_read_need_name(reader, MIGR_NAME_ANY, &out->part))
			return false;
	}
	migr_vec_push(&reader->ctx->arena, &out->names, table);
	return true;
}

/* Take what the comment is on. */
static bool
need_object(MigrReader *reader, MigrStatement *out)
{
	if (!read_object(reader, MIGR_OBJECT_COUNT, &out->object))
	{
		if (reader->kind != MIGR_TOKEN_WORD)
			return migr_read_fail(reader);
		migr_fail(reader->ctx, MIGR_ERR_UNSUPPORTED,
				  "COMMENT ON %.*s isn't supported on SQLite",
				  (int) reader->token.len, reader->token.ptr);
		return migr_hint(reader->ctx,
						 "What PostgreSQL alone has belongs in a section "
						 "\"-- migrate:upgrade postgresql\".");
	}
	if (out->object == MIGR_OBJECT_COLUMN)
		return need_column(reader, out);
	if (out->object == MIGR_OBJECT_TRIGGER ||
		out->object == MIGR_OBJECT_CONSTRAINT)
		return migr_read_need_name(reader, MIGR_NAME_ANY, &out->part) &&
			   migr_read_need(reader, "ON") && need_one(reader, out);
	return need_one(reader, out);
}

/* Parse what is behind COMMENT. */
static bool
parse_comment(MigrReader *reader, MigrStatement *out)
{
	if (!migr_read_need(reader, "ON") || !need_object(reader, out) ||
		!migr_read_need(reader, "IS"))
		return false;
	if (!migr_read_word(reader, "NULL"))
	{
		if (reader->kind != MIGR_TOKEN_STRING)
			return migr_read_fail(reader);
		out->comment = migr_lex_name(&reader->ctx->arena, reader->token);
		migr_read_next(reader);
	}
	return migr_read_end(reader);
}

/* ---- which one --------------------------------------------------------------------- */

/* Behind DROP: does it drop as SQLite doesn't?  What is wrong in either way is
 * SQLite's to say. */
static MigrStatementKind
drop_kind(MigrReader *reader)
{
	MigrObjectKind object;

	if (!read_object(reader, MIGR_OBJECT_COLUMN, &object))
		return MIGR_STATEMENT_OTHER;
	read_if_exists(reader);
	do
	{
		if (!migr_read_at_name(reader, MIGR_NAME_ANY))
			return MIGR_STATEMENT_PLAIN_DROP;
		migr_read_next(reader);
	} while (migr_read_char(reader, '.'));
	if (migr_read_at_char(reader, ',') || migr_read_at(reader, "CASCADE") ||
		migr_read_at(reader, "RESTRICT") ||
		(object == MIGR_OBJECT_TRIGGER && migr_read_at(reader, "ON")))
		return MIGR_STATEMENT_DROP;
	return MIGR_STATEMENT_PLAIN_DROP;
}

/* Take the words that tell a statement's kind; of a DROP the first. */
static MigrStatementKind
read_kind(MigrReader *reader)
{
	MigrReader ahead;

	if (migr_read_word(reader, "TRUNCATE"))
		return MIGR_STATEMENT_TRUNCATE;
	if (migr_read_word(reader, "COMMENT"))
		return MIGR_STATEMENT_COMMENT;
	if (migr_read_word(reader, "DROP"))
	{
		ahead = *reader;
		return drop_kind(&ahead);
	}
	if (!migr_read_word(reader, "CREATE") || !migr_read_word(reader, "OR") ||
		!migr_read_word(reader, "REPLACE"))
		return MIGR_STATEMENT_OTHER;
	ahead = *reader;
	read_temporary(&ahead);
	return migr_read_at(&ahead, "VIEW") ? MIGR_STATEMENT_REPLACE_VIEW
										: MIGR_STATEMENT_OTHER;
}

MigrStatementKind
migr_statement_kind(MigrCtx *ctx, MigrSpan text)
{
	MigrReader reader;

	if (migr_is_alter_table(text))
		return MIGR_STATEMENT_ALTER_TABLE;
	migr_read_begin(&reader, ctx, text);
	return read_kind(&reader);
}

bool
migr_statement_parse(MigrCtx *ctx, MigrSpan text, MigrStatement *out)
{
	MigrReader reader;

	memset(out, 0, sizeof(*out));
	migr_read_begin(&reader, ctx, text);
	out->kind = read_kind(&reader);
	switch (out->kind)
	{
		case MIGR_STATEMENT_DROP:
			return parse_drop(&reader, out);
		case MIGR_STATEMENT_REPLACE_VIEW:
			return parse_view(&reader, out);
		case MIGR_STATEMENT_TRUNCATE:
			return parse_truncate(&reader, out);
		case MIGR_STATEMENT_COMMENT:
			return parse_comment(&reader, out);
		case MIGR_STATEMENT_OTHER:
		case MIGR_STATEMENT_PLAIN_DROP:
		case MIGR_STATEMENT_ALTER_TABLE:
			break;
	}
	return migr_read_fail(&reader);
}
