/*
 * ddl.c
 *	  The text of a CREATE TABLE or CREATE INDEX, taken apart.  See ddl.h.
 *
 * Follows the rules of SQLite's parse.y by their names; one token to look at is
 * enough but for NOT, behind which NULL or DEFERRABLE decides.  What an
 * expression means isn't looked at.
 */
#include "schema/ddl.h"

#include "schema/ddl_read.h"

bool
migr_same_name(const char *a, const char *b)
{
	for (;; a++, b++)
	{
		char x = *a >= 'A' && *a <= 'Z' ? (char) (*a - 'A' + 'a') : *a;
		char y = *b >= 'A' && *b <= 'Z' ? (char) (*b - 'A' + 'a') : *b;

		if (x != y)
			return false;
		if (x == '\0')
			return true;
	}
}

int
migr_ddl_column(const MigrTableDef *table, const char *name)
{
	for (int i = 0; i < table->columns.count; i++)
	{
		if (migr_same_name(table->columns.items[i].name.name, name))
			return i;
	}
	return -1;
}

/* ---- parts of constraints ---- */

/* Take ON CONFLICT and its word, if they stand here. */
static bool
read_conflict(MigrReader *reader, MigrSpan *out)
{
	static const char *const words[] = {"ROLLBACK", "ABORT",   "FAIL",
										"IGNORE",	"REPLACE", NULL};
	const char *from = reader->token.ptr;

	if (!migr_read_word(reader, "ON"))
		return true;
	if (!migr_read_need(reader, "CONFLICT"))
		return false;
	if (migr_read_at_one(reader, words) == NULL)
		return migr_read_fail(reader);
	migr_read_next(reader);
	*out = migr_read_since(reader, from);
	return true;
}

/* Take ASC or DESC, if it stands here. */
static bool
read_order(MigrReader *reader, bool *descending)
{
	*descending = migr_read_at(reader, "DESC");
	if (*descending || migr_read_at(reader, "ASC"))
		migr_read_next(reader);
	return true;
}

/*
 * Take "(a, b)" of a foreign key.  COLLATE and ASC or DESC mean nothing there,
 * but SQLite reads them from old files.
 */
static bool
read_columns(MigrReader *reader, MigrNameList *out)
{
	MigrName ignored;
	MigrName name;
	bool descending;

	if (!migr_read_need_char(reader, '('))
		return false;
	do
	{
		if (!migr_read_need_name(reader, MIGR_NAME_ANY, &name))
			return false;
		if (migr_read_word(reader, "COLLATE") &&
			!migr_read_need_name(reader, MIGR_NAME_TYPE, &ignored))
			return false;
		read_order(reader, &descending);
		migr_vec_push(&reader->ctx->arena, out, name);
	} while (migr_read_char(reader, ','));
	return migr_read_need_char(reader, ')');
}

/* Take what an action does: SET NULL, SET DEFAULT, CASCADE, ... */
static bool
read_action(MigrReader *reader)
{
	if (migr_read_word(reader, "SET"))
		return migr_read_word(reader, "NULL") ||
			   migr_read_need(reader, "DEFAULT");
	if (migr_read_word(reader, "NO"))
		return migr_read_need(reader, "ACTION");
	return migr_read_word(reader, "CASCADE") ||
		   migr_read_need(reader, "RESTRICT");
}

/* Does [NOT] DEFERRABLE stand here? */
static bool
at_deferrable(const MigrReader *reader)
{
	MigrReader ahead = *reader;

	migr_read_word(&ahead, "NOT");
	return migr_read_at(&ahead, "DEFERRABLE");
}

/* Take [NOT] DEFERRABLE [INITIALLY ...], which stands here. */
static bool
read_deferrable(MigrReader *reader)
{
	migr_read_word(reader, "NOT");
	migr_read_next(reader);
	if (!migr_read_word(reader, "INITIALLY"))
		return true;
	return migr_read_word(reader, "DEFERRED") ||
		   migr_read_need(reader, "IMMEDIATE");
}

/* Take REFERENCES and all that belongs to it. */
static bool
read_references(MigrReader *reader, MigrConstraint *out)
{
	const char *from;
	MigrName ignored;

	if (!migr_read_need(reader, "REFERENCES") ||
		!migr_read_need_name(reader, MIGR_NAME_ANY, &out->table))
		return false;
	if (migr_read_at_char(reader, '(') && !read_columns(reader, &out->targets))
		return false;
	from = reader->token.ptr;
	for (;;)
	{
		if (migr_read_word(reader, "MATCH"))
		{
			if (!migr_read_need_name(reader, MIGR_NAME_ANY, &ignored))
				return false;
		}
		else if (migr_read_word(reader, "ON"))
		{
			if (!migr_read_word(reader, "DELETE") &&
				!migr_read_word(reader, "UPDATE") &&
				!migr_read_need(reader, "INSERT"))
				return false;
			if (!read_action(reader))
				return false;
		}
		else
			break;
	}
	if (at_deferrable(reader) && !read_deferrable(reader))
		return false;
	if (from != reader->token.ptr)
		out->actions = migr_read_since(reader, from);
	return true;
}

/* Take CONSTRAINT and a name, as often as they stand here: the last counts. */
static bool
read_constraint_names(MigrReader *reader, MigrConstraint *out)
{
	while (migr_read_word(reader, "CONSTRAINT"))
	{
		if (!migr_read_need_name(reader, MIGR_NAME_ANY, &out->name))
			return false;
	}
	return true;
}

/* Take CHECK and its expression. */
static bool
read_check(MigrReader *reader, MigrConstraint *out)
{
	out->rule = MIGR_RULE_CHECK;
	return migr_read_need(reader, "CHECK") &&
		   migr_read_group(reader, &out->expr);
}

/* Set the texts of a constraint that ends here. */
static void
end_constraint(const MigrReader *reader, const char *from, const char *body,
			   MigrConstraint *out)
{
	out->text = migr_read_since(reader, from);
	out->body = migr_read_since(reader, body);
}

/* ---- columns ---- */

/* Take a number with its sign. */
static bool
read_signed(MigrReader *reader)
{
	if (!migr_read_char(reader, '+'))
		migr_read_char(reader, '-');
	if (reader->kind != MIGR_TOKEN_NUMBER)
		return migr_read_fail(reader);
	migr_read_next(reader);
	return true;
}

/*
 * Does GENERATED ALWAYS AS stand here?  GENERATED alone is a name; SQLite lets a
 * type have all three words, and takes the first two off its end.
 */
static bool
at_generated(const MigrReader *reader)
{
	MigrReader ahead = *reader;

	return migr_read_word(&ahead, "GENERATED") &&
		   migr_read_word(&ahead, "ALWAYS") && migr_read_at(&ahead, "AS");
}

/* Take a column's type: names, and one or two numbers behind them. */
static bool
read_type(MigrReader *reader, MigrSpan *out)
{
	const char *from = reader->token.ptr;
	MigrName ignored;

	while (!at_generated(reader) &&
		   migr_read_name(reader, MIGR_NAME_TYPE, &ignored))
		;
	if (from == reader->token.ptr)
		return true;
	if (migr_read_char(reader, '('))
	{
		if (!read_signed(reader))
			return false;
		if (migr_read_char(reader, ',') && !read_signed(reader))
			return false;
		if (!migr_read_need_char(reader, ')'))
			return false;
	}
	*out = migr_read_since(reader, from);
	return true;
}

/* Take what stands behind DEFAULT. */
static bool
read_default(MigrReader *reader, MigrSpan *out)
{
	const char *from = reader->token.ptr;

	if (migr_read_at_char(reader, '('))
		return migr_read_group(reader, out);
	if (!migr_read_at_char(reader, '+') && !migr_read_at_char(reader, '-') &&
		migr_read_at_name(reader, MIGR_NAME_VALUE))
		migr_read_next(reader);
	else
	{
		if (!migr_read_char(reader, '+'))
			migr_read_char(reader, '-');
		if (reader->kind != MIGR_TOKEN_NUMBER &&
			reader->kind != MIGR_TOKEN_STRING &&
			reader->kind != MIGR_TOKEN_BLOB && !migr_read_at(reader, "NULL") &&
			!migr_read_at(reader, "CURRENT_DATE") &&
			!migr_read_at(reader, "CURRENT_TIME") &&
			!migr_read_at(reader, "CURRENT_TIMESTAMP"))
			return migr_read_fail(reader);
		migr_read_next(reader);
	}
	*out = migr_read_since(reader, from);
	return true;
}

/* Take [GENERATED ALWAYS] AS (expression) [STORED | VIRTUAL]. */
static bool
read_generated(MigrReader *reader, MigrConstraint *out)
{
	out->rule = MIGR_RULE_GENERATED;
	if (migr_read_word(reader, "GENERATED") &&
		!migr_read_need(reader, "ALWAYS"))
		return false;
	if (!migr_read_need(reader, "AS") || !migr_read_group(reader, &out->expr))
		return false;
	out->stored = migr_read_word(reader, "STORED");
	if (!out->stored)
		migr_read_word(reader, "VIRTUAL");
	return true;
}

/* Take PRIMARY KEY of a column. */
static bool
read_column_key(MigrReader *reader, MigrConstraint *out)
{
	out->rule = MIGR_RULE_PRIMARY_KEY;
	if (!migr_read_need(reader, "KEY") ||
		!read_order(reader, &out->descending) ||
		!read_conflict(reader, &out->conflict))
		return false;
	out->autoincrement = migr_read_word(reader, "AUTOINCREMENT");
	return true;
}

/* Take a constraint of a column, without its name. */
static bool
read_column_rule(MigrReader *reader, MigrConstraint *out)
{
	if (migr_read_word(reader, "DEFAULT"))
	{
		out->rule = MIGR_RULE_DEFAULT;
		return read_default(reader, &out->expr);
	}
	if (migr_read_word(reader, "NULL"))
	{
		out->rule = MIGR_RULE_NULL;
		return read_conflict(reader, &out->conflict);
	}
	if (migr_read_word(reader, "NOT"))
	{
		out->rule = MIGR_RULE_NOT_NULL;
		return migr_read_need(reader, "NULL") &&
			   read_conflict(reader, &out->conflict);
	}
	if (migr_read_word(reader, "PRIMARY"))
		return read_column_key(reader, out);
	if (migr_read_word(reader, "UNIQUE"))
	{
		out->rule = MIGR_RULE_UNIQUE;
		return read_conflict(reader, &out->conflict);
	}
	if (migr_read_at(reader, "CHECK"))
		return read_check(reader, out);
	if (migr_read_at(reader, "REFERENCES"))
	{
		out->rule = MIGR_RULE_FOREIGN_KEY;
		return read_references(reader, out);
	}
	if (migr_read_word(reader, "COLLATE"))
	{
		out->rule = MIGR_RULE_COLLATE;
		return migr_read_need_name(reader, MIGR_NAME_TYPE, &out->collation);
	}
	if (migr_read_at(reader, "GENERATED") || migr_read_at(reader, "AS"))
		return read_generated(reader, out);
	return migr_read_fail(reader);
}

/*
 * Take [NOT] DEFERRABLE that stands apart from the foreign key that it is about.
 * SQLite takes it anywhere in a column.
 */
static bool
read_apart(MigrReader *reader, MigrColumnDef *out)
{
	const char *from = reader->token.ptr;

	if (!read_deferrable(reader))
		return false;
	for (int i = out->constraints.count - 1; i >= 0; i--)
	{
		if (out->constraints.items[i].rule == MIGR_RULE_FOREIGN_KEY)
		{
			out->constraints.items[i].apart = migr_read_since(reader, from);
			break;
		}
	}
	return true;
}

/* Does a column end here? */
static bool
at_column_end(const MigrReader *reader)
{
	return reader->kind == MIGR_TOKEN_END ||
		   reader->kind == MIGR_TOKEN_SEMICOLON ||
		   migr_read_at_char(reader, ',') || migr_read_at_char(reader, ')');
}

/* Take a column: its name, type and constraints. */
static bool
read_column(MigrReader *reader, MigrColumnDef *out)
{
	const char *from = reader->token.ptr;

	memset(out, 0, sizeof(*out));
	if (!migr_read_need_name(reader, MIGR_NAME_ANY, &out->name) ||
		!read_type(reader, &out->type))
		return false;
	while (!at_column_end(reader))
	{
		const char *first = reader->token.ptr;
		const char *body;
		MigrConstraint one;

		memset(&one, 0, sizeof(one));
		if (!read_constraint_names(reader, &one))
			return false;
		/* a name of nothing is fine */
		if (at_column_end(reader))
			break;
		body = reader->token.ptr;
		if (at_deferrable(reader))
		{
			if (!read_apart(reader, out))
				return false;
			continue;
		}
		if (!read_column_rule(reader, &one))
			return false;
		end_constraint(reader, first, body, &one);
		migr_vec_push(&reader->ctx->arena, &out->constraints, one);
	}
	out->text = migr_read_since(reader, from);
	return true;
}

/* ---- tables ---- */

/* Take the members of a table's key: columns alone. */
static bool
read_key(MigrReader *reader, MigrKeyParts *out, bool *autoincrement)
{
	if (!migr_read_parts(reader, out, autoincrement))
		return false;
	for (int i = 0; i < out->count; i++)
	{
		if (out->items[i].column.name == NULL)
			return migr_fail(reader->ctx, MIGR_ERR_STATEMENT,
							 "expressions prohibited in PRIMARY KEY and UNIQUE "
							 "constraints");
	}
	return true;
}

/* Take a constraint of a table, without its name. */
static bool
read_table_rule(MigrReader *reader, MigrConstraint *out)
{
	if (migr_read_word(reader, "PRIMARY"))
	{
		out->rule = MIGR_RULE_PRIMARY_KEY;
		return migr_read_need(reader, "KEY") &&
			   read_key(reader, &out->parts, &out->autoincrement) &&
			   read_conflict(reader, &out->conflict);
	}
	if (migr_read_word(reader, "UNIQUE"))
	{
		out->rule = MIGR_RULE_UNIQUE;
		return read_key(reader, &out->parts, NULL) &&
			   read_conflict(reader, &out->conflict);
	}
	if (migr_read_at(reader, "CHECK"))
		return read_check(reader, out) && read_conflict(reader, &out->conflict);
	if (!migr_read_need(reader, "FOREIGN"))
		return false;
	out->rule = MIGR_RULE_FOREIGN_KEY;
	return migr_read_need(reader, "KEY") &&
		   read_columns(reader, &out->columns) && read_references(reader, out);
}

/* Does a constraint of a table begin here? */
static bool
at_table_rule(const MigrReader *reader)
{
	return migr_read_at(reader, "CONSTRAINT") ||
		   migr_read_at(reader, "PRIMARY") || migr_read_at(reader, "UNIQUE") ||
		   migr_read_at(reader, "CHECK") || migr_read_at(reader, "FOREIGN");
}

/* Take a constraint of a table; *any: is it more than a name? */
static bool
read_constraint(MigrReader *reader, MigrConstraint *out, bool *any)
{
	const char *from = reader->token.ptr;
	const char *body;

	memset(out, 0, sizeof(*out));
	if (!read_constraint_names(reader, out))
		return false;
	body = reader->token.ptr;
	*any = body == from || !at_column_end(reader);
	if (!*any)
		return true;
	if (!read_table_rule(reader, out))
		return false;
	end_constraint(reader, from, body, out);
	return true;
}

/* Take the columns, and the constraints behind them. */
static bool
read_list(MigrReader *reader, MigrTableDef *out)
{
	MigrColumnDef column;
	MigrConstraint constraint;
	bool comma;
	bool any;

	do
	{
		if (!read_column(reader, &column))
			return false;
		migr_vec_push(&reader->ctx->arena, &out->columns, column);
		comma = migr_read_char(reader, ',');
	} while (comma && !at_table_rule(reader));
	while (comma || at_table_rule(reader))
	{
		if (!read_constraint(reader, &constraint, &any))
			return false;
		if (any)
			migr_vec_push(&reader->ctx->arena, &out->constraints, constraint);
		comma = migr_read_char(reader, ',');
	}
	return true;
}

/* Take WITHOUT ROWID and STRICT, as they stand here. */
static bool
read_options(MigrReader *reader, MigrTableDef *out)
{
	const char *from = reader->token.ptr;

	if (reader->kind == MIGR_TOKEN_END || reader->kind == MIGR_TOKEN_SEMICOLON)
		return true;
	do
	{
		if (migr_read_word(reader, "WITHOUT"))
		{
			if (!migr_read_need(reader, "ROWID"))
				return false;
			out->without_rowid = true;
		}
		else
		{
			if (!migr_read_need(reader, "STRICT"))
				return false;
			out->strict = true;
		}
	} while (migr_read_char(reader, ','));
	out->options = migr_read_since(reader, from);
	return true;
}

/* Take IF NOT EXISTS, if it stands here, and then [schema.]name. */
static bool
read_object(MigrReader *reader, bool *if_not_exists, MigrName *schema,
			MigrName *name)
{
	*if_not_exists = migr_read_word(reader, "IF");
	if (*if_not_exists &&
		(!migr_read_need(reader, "NOT") || !migr_read_need(reader, "EXISTS")))
		return false;
	if (!migr_read_need_name(reader, MIGR_NAME_ANY, name))
		return false;
	if (!migr_read_char(reader, '.'))
		return true;
	*schema = *name;
	return migr_read_need_name(reader, MIGR_NAME_ANY, name);
}

bool
migr_ddl_table(MigrCtx *ctx, MigrSpan text, MigrTableDef *out)
{
	MigrReader reader;

	memset(out, 0, sizeof(*out));
	out->text = text;
	migr_read_begin(&reader, ctx, text);
	if (!migr_read_need(&reader, "CREATE"))
		return false;
	out->temporary =
		migr_read_at(&reader, "TEMP") || migr_read_at(&reader, "TEMPORARY");
	if (out->temporary)
		migr_read_next(&reader);
	if (!migr_read_need(&reader, "TABLE") ||
		!read_object(&reader, &out->if_not_exists, &out->schema, &out->name) ||
		!migr_read_need_char(&reader, '('))
		return false;
	out->list.ptr = reader.last.ptr + 1;
	if (!read_list(&reader, out) || !migr_read_need_char(&reader, ')'))
		return false;
	out->list.len = (size_t) (reader.last.ptr - out->list.ptr);
	return read_options(&reader, out) && migr_read_end(&reader);
}

bool
migr_ddl_index(MigrCtx *ctx, MigrSpan text, MigrIndexDef *out)
{
	MigrReader reader;

	memset(out, 0, sizeof(*out));
	out->text = text;
	migr_read_begin(&reader, ctx, text);
	if (!migr_read_need(&reader, "CREATE"))
		return false;
	out->unique = migr_read_word(&reader, "UNIQUE");
	if (!migr_read_need(&reader, "INDEX") ||
		!read_object(&reader, &out->if_not_exists, &out->schema, &out->name) ||
		!migr_read_need(&reader, "ON") ||
		!migr_read_need_name(&reader, MIGR_NAME_ANY, &out->table) ||
		!migr_read_parts(&reader, &out->parts, NULL))
		return false;
	if (migr_read_word(&reader, "WHERE") &&
		!migr_read_rest(&reader, &out->where))
		return false;
	return migr_read_end(&reader);
}

bool
migr_ddl_column_def(MigrCtx *ctx, MigrSpan text, MigrColumnDef *out)
{
	MigrReader reader;

	migr_read_begin(&reader, ctx, text);
	return read_column(&reader, out) && migr_read_end(&reader);
}

bool
migr_ddl_constraint(MigrCtx *ctx, MigrSpan text, MigrConstraint *out)
{
	MigrReader reader;
	bool any;

	migr_read_begin(&reader, ctx, text);
	return read_constraint(&reader, out, &any) &&
		   (any || migr_read_fail(&reader)) && migr_read_end(&reader);
}
