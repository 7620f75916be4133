/*
 * edit_column.c
 *	  The actions of ALTER TABLE that are about a column.  See work.h.
 */
#include "schema/work.h"

#include "schema/affinity.h"
#include "schema/ddl_expr.h"
#include "schema/ddl_read.h"
#include "schema/demand.h"
#include "text/quote.h"

/* ---- adding and moving ---- */

/* Is a word a value, and no name? */
static bool
is_value_word(MigrSpan word)
{
	static const char *const words[] = {"NULL",			"TRUE",
										"FALSE",		"CURRENT_DATE",
										"CURRENT_TIME", "CURRENT_TIMESTAMP"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
	{
		if (migr_lex_is(word, words[i]))
			return true;
	}
	return false;
}

/* Is an expression a literal, that DEFAULT takes without parentheses? */
static bool
is_literal(MigrCtx *ctx, MigrSpan expr)
{
	MigrReader reader;
	bool sign;
	bool fine;

	migr_read_begin(&reader, ctx, expr);
	sign = migr_read_char(&reader, '-') || migr_read_char(&reader, '+');
	fine =
		reader.kind == MIGR_TOKEN_NUMBER ||
		(!sign &&
		 (reader.kind == MIGR_TOKEN_STRING || reader.kind == MIGR_TOKEN_BLOB ||
		  (reader.kind == MIGR_TOKEN_WORD && is_value_word(reader.token))));
	migr_read_next(&reader);
	return fine && reader.kind == MIGR_TOKEN_END;
}

/*
 * Return a column's default as an expression; "NULL" where there is none.  SQLite
 * takes a bare name for a string.
 */
static const char *
default_of(MigrChange *work, const MigrColumnDef *column)
{
	const MigrConstraint *is = migr_work_rule(column, MIGR_RULE_DEFAULT);
	MigrToken token;
	const char *name;

	if (is == NULL)
		return "NULL";
	token = migr_lex(is->expr);
	if (token.len == is->expr.len &&
		(token.kind == MIGR_TOKEN_QUOTED ||
		 (token.kind == MIGR_TOKEN_WORD && !is_value_word(is->expr))))
	{
		name = migr_lex_name(work->arena, is->expr);
		return migr_quote_text(work->arena, migr_span(name));
	}
	return migr_span_dup(work->arena, is->expr);
}

/* Find a name for the rowid that no column has; NULL: there is none. */
static const char *
rowid_name(MigrChange *work)
{
	static const char *const names[] = {"rowid", "_rowid_", "oid"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
	{
		if (migr_mention_column(work->ctx, &work->columns, names[i]) < 0)
			return names[i];
	}
	return NULL;
}

/* Find where FIRST or AFTER puts a column; neither: at the end. */
static bool
find_position(MigrChange *work, int *out)
{
	if (work->action->first)
		*out = 0;
	else if (work->action->other.name == NULL)
		*out = work->listing.columns;
	else
	{
		if (!migr_work_need_column(work, work->action->other.name, out))
			return false;
		(*out)++;
	}
	return true;
}

/* Is a column that is added the rowid by another name? */
static bool
is_new_alias(const MigrChange *work, const MigrColumnDef *column)
{
	const MigrConstraint *key = migr_work_rule(column, MIGR_RULE_PRIMARY_KEY);

	return key != NULL && !work->table->without_rowid &&
		   migr_is_integer(column->type) && !key->descending;
}

/* Are a new column's constraints possible in this table? */
static bool
check_new_column(MigrChange *work, const MigrColumnDef *column)
{
	int keys = 0;

	for (int i = 0; i < column->constraints.count; i++)
	{
		const MigrConstraint *at = &column->constraints.items[i];

		if (at->name.name != NULL && !migr_work_need_free(work, at->name.name))
			return false;
		keys += at->rule == MIGR_RULE_PRIMARY_KEY;
	}
	return keys == 0 || migr_work_need_no_key(work);
}

/* Let the new column take the place that the last one has left. */
static void
fill_vacancy(MigrChange *work, int at)
{
	bool *gone = migr_alloc_array(
		work->arena, (size_t) work->listing.items.count, sizeof(bool));

	if (work->edit->vacant == NULL)
		return;
	gone[at == 0 ? 1 : 0] = true;
	migr_listing_remove(work->ctx, &work->listing, gone);
	work->edit->vacant = NULL;
}

bool
migr_work_add_column(MigrChange *work)
{
	const MigrColumnDef *column = &work->action->column;
	const char *name = column->name.name;
	bool key = migr_work_rule(column, MIGR_RULE_PRIMARY_KEY) != NULL;
	bool alias = is_new_alias(work, column);
	int at;

	if (migr_mention_column(work->ctx, &work->columns, name) >= 0)
	{
		if (work->action->if_not_exists)
			return migr_work_skip(work, "column", name, "already exists");
		return migr_fail(work->ctx, MIGR_ERR_STATEMENT,
						 "column \"%s\" of relation \"%s\" already exists",
						 name, work->table->name.name);
	}
	if (!find_position(work, &at) || !check_new_column(work, column))
		return false;
	migr_listing_insert(work->ctx, &work->listing, at, name, column->text);
	if (key && !alias && !migr_work_key_is_full(work->table) &&
		migr_work_rule(column, MIGR_RULE_NOT_NULL) == NULL)
		migr_work_patch(work, at, migr_work_behind_type(column), " NOT NULL");
	fill_vacancy(work, at);
	work->source_of = name;
	work->source = default_of(work, column);
	if (alias && rowid_name(work) != NULL)
		work->source = rowid_name(work);
	work->cost = MIGR_COST_REBUILD;
	work->changed = true;
	migr_work_add_fresh(work, name);
	return true;
}

bool
migr_work_move_column(MigrChange *work)
{
	int column;
	int to;

	if (!migr_work_need_column(work, work->action->name.name, &column) ||
		!find_position(work, &to))
		return false;
	/* to is behind the other one, which may have moved up */
	if (to > column)
		to--;
	if (to == column)
		return true;
	migr_listing_move(work->ctx, &work->listing, column, to);
	work->cost = MIGR_COST_REBUILD;
	work->changed = true;
	return true;
}

/* ---- types ---- */

/* Does the action keep a column's collation?  Without COLLATE it does: SQLite's
 * types have none of their own to go back to, and a comparison would change that
 * nobody spoke of. */
static bool
keeps_collation(const MigrColumnDef *column, const MigrAction *action)
{
	const MigrConstraint *old = migr_work_rule(column, MIGR_RULE_COLLATE);

	return action->collation.name == NULL ||
		   (old != NULL &&
			migr_same_name(old->collation.name, action->collation.name));
}

/* Fail where a type can't be changed: a generated column is made of it, or there
 * is USING for a generated one. */
static bool
check_type(MigrChange *work, int column)
{
	const MigrTableDef *table = work->table;
	const char *name = table->columns.items[column].name.name;

	if (work->action->expr.ptr != NULL &&
		migr_work_generation(table, column) != NULL)
	{
		migr_fail(
			work->ctx, MIGR_ERR_STATEMENT,
			"cannot specify USING when altering type of generated column");
		return migr_detail(work->ctx, "Column \"%s\" is a generated column.",
						   name);
	}
	for (int i = 0; i < table->columns.count; i++)
	{
		const MigrConstraint *made = migr_work_generation(table, i);
		MigrColumnIndexes of = {0};

		if (made != NULL)
			migr_mention_add(work->ctx, &work->columns, made->expr, &of);
		for (int k = 0; k < of.count; k++)
		{
			if (of.items[k] != column)
				continue;
			migr_fail(work->ctx, MIGR_ERR_STATEMENT,
					  "cannot alter type of a column used by a generated"
					  " column");
			return migr_detail(
				work->ctx, "Column \"%s\" is used by generated column \"%s\".",
				name, table->columns.items[i].name.name);
		}
	}
	return true;
}

/* Write a type, and a collation, into a column's text.  What was NOT NULL because
 * it stood for the rowid stays so by words. */
static void
patch_type(MigrChange *work, int column, bool full)
{
	const MigrColumnDef *def = &work->table->columns.items[column];
	const MigrConstraint *old = migr_work_rule(def, MIGR_RULE_COLLATE);
	const MigrAction *action = work->action;
	MigrSpan at = def->type;
	MigrStr text;

	migr_str_init(&text, work->arena);
	if (def->type.ptr == NULL)
	{
		at = migr_work_behind_type(def);
		migr_str_add_char(&text, ' ');
	}
	else if (action->type.ptr == NULL)
		at = migr_patch_cut(def->name.text.ptr + def->name.text.len, at,
							def->text.ptr + def->text.len);
	migr_str_add_n(&text, action->type.ptr, action->type.len);
	if (full)
		migr_str_add(&text, " NOT NULL");
	if (!keeps_collation(def, action) && old == NULL)
		migr_str_printf(&text, " COLLATE %.*s",
						(int) action->collation.text.len,
						action->collation.text.ptr);
	migr_work_patch(work, column, at, text.data);
	if (!keeps_collation(def, action) && old != NULL)
		migr_work_patch(work, column, old->collation.text,
						migr_span_dup(work->arena, action->collation.text));
}

/*
 * Where the values of a column come from that gets a type.  What SQLite's affinity
 * does to them it does by itself; but PostgreSQL also rounds what becomes a whole
 * number.
 */
static const char *
converted(MigrChange *work, const MigrColumnDef *column)
{
	const MigrAction *action = work->action;
	const char *expr = action->expr.ptr != NULL
						   ? migr_span_dup(work->arena, action->expr)
						   : migr_quote_name(work->arena, column->name.name);
	bool whole = false;

	if (migr_number_type(column->type, &whole) != NULL && whole &&
		action->expr.ptr == NULL)
		return expr;
	if (migr_number_type(action->type, &whole) == NULL || !whole)
		return expr;
	if (action->expr.ptr != NULL)
		expr = migr_work_enclose(work, action->expr);
	/* beyond that there are no integers to round to */
	return migr_printf(work->arena,
					   "CASE WHEN typeof(%s) = 'real' AND abs(%s) < 9.2e18"
					   " THEN CAST(round(%s) AS INTEGER) ELSE %s END",
					   expr, expr, expr, expr);
}

/* Demand that values look like numbers, where they become such and weren't. */
static void
demand_numbers(MigrChange *work, const MigrColumnDef *column)
{
	const MigrAction *action = work->action;
	MigrRows rows = {work->ctx, work->table, "%T"};
	bool whole;
	bool ignored;
	const char *type = migr_number_type(action->type, &whole);

	if (type == NULL || (migr_number_type(column->type, &ignored) != NULL &&
						 action->expr.ptr == NULL))
		return;
	work->numbers = true;
	migr_demand_number(&rows,
					   action->expr.ptr != NULL
						   ? migr_work_enclose(work, action->expr)
						   : migr_quote_name(work->arena, column->name.name),
					   type, whole, &work->edit->demands);
}

bool
migr_work_set_type(MigrChange *work)
{
	const MigrTableDef *table = work->table;
	const MigrAction *action = work->action;
	const MigrColumnDef *def;
	bool was_alias;
	bool alias;
	bool stays;
	int column;

	if (!migr_work_need_column(work, action->name.name, &column) ||
		!check_type(work, column))
		return false;
	def = &table->columns.items[column];
	for (int i = 0; i < work->edit->typed.count; i++)
	{
		if (migr_same_name(work->edit->typed.items[i], def->name.name))
			return migr_fail(work->ctx, MIGR_ERR_STATEMENT,
							 "cannot alter type of column \"%s\" twice",
							 def->name.name);
	}
	migr_vec_push(work->arena, &work->edit->typed, def->name.name);
	stays = keeps_collation(def, action) && action->expr.ptr == NULL;
	if (stays && (def->type.ptr == NULL) == (action->type.ptr == NULL) &&
		migr_same_tokens(def->type, action->type))
		return true;
	was_alias = migr_work_is_alias(table, column, def->type);
	alias = migr_work_is_alias(table, column, action->type);
	patch_type(work, column,
			   was_alias && !alias && !migr_work_key_is_full(table) &&
				   migr_work_rule(def, MIGR_RULE_NOT_NULL) == NULL &&
				   !migr_work_is_nullable(work, column));
	if (stays && !table->strict && !migr_work_in_key(table, column) &&
		migr_affinity(def->type) == migr_affinity(action->type))
		return true;
	work->cost = MIGR_COST_REBUILD;
	work->becomes_alias = alias && !was_alias;
	work->becomes_full = action->expr.ptr != NULL;
	migr_work_add_fresh(work, def->name.name);
	if (migr_work_generation(table, column) != NULL)
		return true;
	work->source_of = def->name.name;
	work->source = converted(work, def);
	demand_numbers(work, def);
	return true;
}

/* ---- defaults ---- */

/* Find a column that isn't generated. */
static bool
need_ordinary(MigrChange *work, const char *hint, int *out)
{
	const char *name = work->action->name.name;

	if (!migr_work_need_column(work, name, out))
		return false;
	if (migr_work_generation(work->table, *out) == NULL)
		return true;
	migr_fail(work->ctx, MIGR_ERR_STATEMENT,
			  "column \"%s\" of relation \"%s\" is a generated column", name,
			  work->table->name.name);
	return migr_hint(work->ctx,
					 "Use ALTER TABLE ... ALTER COLUMN ... %s"
					 " instead.",
					 hint);
}

/*
 * Note which rows may be from before an ADD COLUMN, and then have the old default by
 * the text alone: none but those that seem to have it.  The + lets true be a value,
 * and not a question.
 */
static void
note_lacking(MigrChange *work, const MigrColumnDef *column)
{
	const char *name = migr_quote_name(work->arena, column->name.name);

	migr_vec_push(work->arena, &work->edit->lacking,
				  migr_printf(work->arena, "%s IS NULL OR %s IS +(%s)", name,
							  name, default_of(work, column)));
}

/* Fail where a default names a column. */
static bool
check_default(MigrChange *work, MigrSpan expr)
{
	MigrExprReader reader;
	MigrName name;

	migr_expr_begin(&reader, work->ctx, expr);
	while (migr_expr_column(&reader, &name))
	{
		if (!is_value_word(name.text))
			return migr_fail(
				work->ctx, MIGR_ERR_STATEMENT,
				"cannot use column reference in DEFAULT expression");
	}
	return true;
}

bool
migr_work_set_default(MigrChange *work)
{
	MigrSpan to = work->action->expr;
	const MigrConstraint *old;
	const MigrColumnDef *def;
	const char *expr;
	int column;

	if (!need_ordinary(work, "SET EXPRESSION", &column) ||
		!check_default(work, to))
		return false;
	def = &work->table->columns.items[column];
	old = migr_work_rule(def, MIGR_RULE_DEFAULT);
	expr = is_literal(work->ctx, to) ? migr_span_dup(work->arena, to)
									 : migr_work_enclose(work, to);
	if (old != NULL)
		migr_work_patch(work, column, old->expr, expr);
	else
		migr_work_patch(work, column, migr_work_behind_type(def),
						migr_printf(work->arena, " DEFAULT %s", expr));
	/* the last one counts; there is no need for others */
	migr_work_cut_rule(work, column, MIGR_RULE_DEFAULT, old);
	/* where they had none, and still are full, no row lacks it */
	if (old != NULL || migr_work_rule(def, MIGR_RULE_NOT_NULL) == NULL)
		note_lacking(work, def);
	return true;
}

bool
migr_work_drop_default(MigrChange *work)
{
	int column;

	if (!need_ordinary(work, "DROP EXPRESSION", &column))
		return false;
	migr_work_cut_rule(work, column, MIGR_RULE_DEFAULT, NULL);
	if (work->changed)
		note_lacking(work, &work->table->columns.items[column]);
	return true;
}

/* ---- NOT NULL ---- */

bool
migr_work_set_not_null(MigrChange *work)
{
	const MigrTableDef *table = work->table;
	MigrSpan conflict = work->action->constraint.conflict;
	const MigrConstraint *null;
	const MigrColumnDef *def;
	const char *words;
	int column;

	if (!migr_work_need_column(work, work->action->name.name, &column))
		return false;
	def = &table->columns.items[column];
	migr_work_set_nullable(work, column, false);
	if (migr_work_rule(def, MIGR_RULE_NOT_NULL) != NULL ||
		(migr_work_is_full_member(table, column) && conflict.len == 0))
		return true;
	words =
		migr_printf(work->arena, "NOT NULL%s%.*s", conflict.len > 0 ? " " : "",
					(int) conflict.len, conflict.len > 0 ? conflict.ptr : "");
	/* SQLite takes NULL, and it means nothing there; PostgreSQL takes no both */
	null = migr_work_rule(def, MIGR_RULE_NULL);
	if (null != NULL)
		migr_work_patch(work, column, null->body, words);
	else
		migr_work_patch(work, column, migr_work_behind_type(def),
						migr_printf(work->arena, " %s", words));
	work->cost = MIGR_COST_CHECK;
	work->becomes_full = true;
	return true;
}

bool
migr_work_drop_not_null(MigrChange *work)
{
	int column;

	if (!migr_work_need_column(work, work->action->name.name, &column))
		return false;
	migr_work_set_nullable(work, column, true);
	migr_work_cut_rule(work, column, MIGR_RULE_NOT_NULL, NULL);
	return true;
}

/* ---- generated columns ---- */

/* Make an ordinary column a generated one. */
static bool
generate(MigrChange *work, int column)
{
	const MigrTableDef *table = work->table;
	const MigrColumnDef *def = &table->columns.items[column];
	const MigrConstraint *value = migr_work_rule(def, MIGR_RULE_DEFAULT);

	if (migr_work_generation(table, column) != NULL)
		return migr_fail(
			work->ctx, MIGR_ERR_STATEMENT,
			"column \"%s\" of relation \"%s\" is already a generated column",
			def->name.name, table->name.name);
	if (value != NULL && !migr_lex_is(value->expr, "NULL"))
		return migr_fail(
			work->ctx, MIGR_ERR_STATEMENT,
			"column \"%s\" of relation \"%s\" already has a default value",
			def->name.name, table->name.name);
	if (migr_work_in_key(table, column))
		return migr_fail(work->ctx, MIGR_ERR_UNSUPPORTED,
						 "generated columns cannot be part of the PRIMARY KEY");
	/* DEFAULT NULL means nothing */
	migr_work_cut_rule(work, column, MIGR_RULE_DEFAULT, NULL);
	migr_work_patch(work, column, migr_work_behind_type(def),
					migr_printf(work->arena, " GENERATED ALWAYS AS %s %s",
								migr_work_enclose(work, work->action->expr),
								work->action->stored ? "STORED" : "VIRTUAL"));
	return true;
}

/* Fail: a column isn't generated. */
static bool
fail_ordinary(MigrChange *work)
{
	return migr_fail(work->ctx, MIGR_ERR_STATEMENT,
					 "column \"%s\" of relation \"%s\" is not a generated"
					 " column",
					 work->action->name.name, work->table->name.name);
}

bool
migr_work_set_expression(MigrChange *work)
{
	const MigrConstraint *old;
	int column;

	if (!migr_work_need_column(work, work->action->name.name, &column))
		return false;
	if (work->action->generate)
	{
		if (!generate(work, column))
			return false;
	}
	else
	{
		old = migr_work_generation(work->table, column);
		if (old == NULL)
			return fail_ordinary(work);
		migr_work_patch(work, column, old->expr,
						migr_work_enclose(work, work->action->expr));
	}
	migr_work_add_fresh(work, work->table->columns.items[column].name.name);
	work->becomes_full = true;
	work->cost = MIGR_COST_REBUILD;
	return true;
}

bool
migr_work_drop_expression(MigrChange *work)
{
	const char *name;
	int column;

	if (!migr_work_need_column(work, work->action->name.name, &column))
		return false;
	name = work->table->columns.items[column].name.name;
	if (migr_work_generation(work->table, column) == NULL)
	{
		if (!work->action->if_exists)
			return fail_ordinary(work);
		migr_vec_push(work->arena, &work->edit->notices,
					  migr_printf(work->arena,
								  "column \"%s\" of relation \"%s\" is not a"
								  " generated column, skipping",
								  name, work->table->name.name));
		return true;
	}
	migr_work_cut_rule(work, column, MIGR_RULE_GENERATED, NULL);
	work->source_of = name;
	work->source = migr_quote_name(work->arena, name);
	work->cost = MIGR_COST_REBUILD;
	return true;
}
