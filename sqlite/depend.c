/*
 * depend.c
 *	  What hangs on a table from outside: views, triggers, and foreign keys of
 *	  other tables.
 *
 * SQLite keeps no record of that, and looks into a view or a trigger only when it
 * is used.  So whatever could be used before a change is tried again behind it, by
 * preparing a statement: what fails then has hung on what is gone.
 */
#include "lite.h"

#include "schema/ddl_expr.h"
#include "text/quote.h"

/* ---- trying ---------------------------------------------------------------- */

/* Can a statement be prepared? */
static bool
can_prepare(MigrLite *lite, const char *sql)
{
	sqlite3_stmt *stmt;
	int rc = sqlite3_prepare_v3(lite->db, sql, -1, 0, &stmt, NULL);

	sqlite3_finalize(stmt);
	return rc == SQLITE_OK;
}

void
migr_lite_columns(MigrLite *lite, const char *schema, const char *name,
				  MigrColumnNames *out)
{
	MigrArena *arena = &lite->host.ctx.arena;
	MigrValue args[] = {migr_text_value(name), migr_text_value(schema)};
	MigrRows rows;

	if (!migr_lite_query_once(lite,
							  "SELECT name FROM pragma_table_xinfo(?1, ?2)"
							  " WHERE hidden = 0",
							  args, 2, &rows))
	{
		migr_forget(&lite->host.ctx);
		return;
	}
	for (int i = 0; i < rows.count; i++)
		migr_vec_push(arena, out, migr_cell(&rows, i, 0).text.ptr);
}

/* Set each column of a table or view to itself; NULL: it has none to set. */
static const char *
update_all(MigrLite *lite, const char *schema, const char *table)
{
	MigrArena *arena = &lite->host.ctx.arena;
	MigrColumnNames columns = {0};
	MigrStr str;

	migr_lite_columns(lite, schema, table, &columns);
	migr_str_init(&str, arena);
	for (int i = 0; i < columns.count; i++)
	{
		const char *name = migr_quote_name(arena, columns.items[i]);

		migr_str_printf(&str, "%s%s = %s", i > 0 ? ", " : "", name, name);
	}
	return columns.count > 0
			   ? migr_printf(arena, "EXPLAIN UPDATE %s SET %s",
							 migr_quote_qualified(arena, schema, table),
							 str.data)
			   : NULL;
}

/* Does what a trigger waits for work, and so all triggers that it fires? */
static bool
fires(MigrLite *lite, const MigrHanging *at)
{
	MigrArena *arena = &lite->host.ctx.arena;
	const char *name = migr_quote_qualified(arena, at->table_schema, at->table);
	const char *update;
	MigrReader reader;

	migr_read_begin(&reader, &lite->host.ctx, at->sql);
	while (reader.kind != MIGR_TOKEN_END && !migr_read_at(&reader, "DELETE") &&
		   !migr_read_at(&reader, "INSERT") && !migr_read_at(&reader, "UPDATE"))
		migr_read_next(&reader);
	if (migr_read_at(&reader, "DELETE"))
		return can_prepare(lite,
						   migr_printf(arena, "EXPLAIN DELETE FROM %s", name));
	if (migr_read_at(&reader, "INSERT"))
		return can_prepare(
			lite,
			migr_printf(arena, "EXPLAIN INSERT INTO %s DEFAULT VALUES", name));
	update = update_all(lite, at->table_schema, at->table);
	return update == NULL || can_prepare(lite, update);
}

bool
migr_lite_works(MigrLite *lite, const MigrHanging *at)
{
	MigrArena *arena = &lite->host.ctx.arena;

	if (at->trigger)
		return fires(lite, at);
	return can_prepare(
		lite, migr_printf(arena, "SELECT * FROM %s LIMIT 0",
						  migr_quote_qualified(arena, at->schema, at->name)));
}

/* ---- views and triggers ------------------------------------------------------- */

bool
migr_lite_mentions(MigrSpan text, const MigrColumnNames *columns)
{
	for (int i = 0; i < columns->count; i++)
		if (migr_ddl_mentions(text, columns->items[i]))
			return true;
	return false;
}

/* Is an expression about one of the columns? */
static bool
is_about(MigrCtx *ctx, MigrSpan expr, const MigrColumnNames *columns)
{
	MigrExprReader reader;
	MigrName name;

	if (expr.ptr == NULL)
		return false;
	migr_expr_begin(&reader, ctx, expr);
	while (migr_expr_column(&reader, &name))
	{
		for (int i = 0; i < columns->count; i++)
		{
			if (migr_same_name(name.name, columns->items[i]))
				return true;
		}
	}
	return false;
}

bool
migr_lite_index_is_over(MigrCtx *ctx, MigrSpan text,
						const MigrColumnNames *columns)
{
	MigrIndexDef index;
	bool found;

	if (!migr_lite_mentions(text, columns))
		return false;
	/* the name, DESC and collations may look like one */
	if (!migr_ddl_index(ctx, text, &index))
		return true;
	found = is_about(ctx, index.where, columns);
	for (int i = 0; i < index.parts.count && !found; i++)
		found = is_about(ctx, index.parts.items[i].expr, columns);
	return found;
}

/* Take the views and triggers of a schema that mention one of the columns; NULL: all
 * of them. */
static bool
read_hanging(MigrLite *lite, const char *schema, const char *table_schema,
			 const MigrColumnNames *columns, MigrHangings *out)
{
	MigrArena *arena = &lite->host.ctx.arena;
	MigrRows rows;

	if (!migr_lite_query_once(
			lite,
			migr_printf(arena,
						"SELECT type, name, tbl_name, sql FROM"
						" %s.sqlite_schema WHERE type IN ('view', 'trigger')"
						" ORDER BY rowid",
						migr_quote_name(arena, schema)),
			NULL, 0, &rows))
		return false;
	for (int i = 0; i < rows.count; i++)
	{
		MigrHanging found = {0};

		found.trigger = migr_span_is(migr_cell(&rows, i, 0).text, "trigger");
		found.schema = schema;
		found.name = migr_cell(&rows, i, 1).text.ptr;
		found.table_schema = table_schema;
		found.table = migr_cell(&rows, i, 2).text.ptr;
		found.sql = migr_cell(&rows, i, 3).text;
		/* a view may have all of another view's columns */
		if (columns == NULL || !found.trigger ||
			migr_lite_mentions(found.sql, columns))
			migr_vec_push(arena, out, found);
	}
	return true;
}

/* Take those of a schema, and the temporary ones. */
static bool
read_all_hanging(MigrLite *lite, const char *schema,
				 const MigrColumnNames *columns, MigrHangings *out)
{
	return read_hanging(lite, schema, schema, columns, out) &&
		   (sqlite3_stricmp(schema, "temp") == 0 ||
			read_hanging(lite, "temp", schema, columns, out));
}

bool
migr_lite_hanging(MigrLite *lite, const char *schema,
				  const MigrColumnNames *columns, MigrHangings *out)
{
	if (columns != NULL && columns->count == 0)
		return true;
	if (!read_all_hanging(lite, schema, columns, out))
		return false;
	for (int i = 0; i < out->count; i++)
		out->items[i].worked = migr_lite_works(lite, &out->items[i]);
	return true;
}

/* Does a trigger fire on an UPDATE OF one of the columns? */
static bool
waits_for(MigrCtx *ctx, const MigrHanging *at, const MigrColumnNames *columns)
{
	MigrReader reader;
	MigrName name;

	migr_read_begin(&reader, ctx, at->sql);
	while (reader.kind != MIGR_TOKEN_END && !migr_read_at(&reader, "BEGIN") &&
		   !migr_read_at(&reader, "OF"))
		migr_read_next(&reader);
	if (!migr_read_word(&reader, "OF"))
		return false;
	do
	{
		if (!migr_read_name(&reader, MIGR_NAME_ANY, &name))
			return false;
		for (int i = 0; i < columns->count; i++)
			if (migr_same_name(name.name, columns->items[i]))
				return true;
	} while (migr_read_char(&reader, ','));
	return false;
}

void
migr_lite_broken(MigrLite *lite, const char *table,
				 const MigrColumnNames *columns, const MigrHangings *before,
				 MigrHangings *out)
{
	for (int i = 0; i < before->count; i++)
	{
		MigrHanging at = before->items[i];

		at.lost = at.trigger && migr_same_name(at.table, table) &&
				  waits_for(&lite->host.ctx, &at, columns);
		if (at.worked && (at.lost || !migr_lite_works(lite, &at)))
			migr_vec_push(&lite->host.ctx.arena, out, at);
	}
}

/* Does a view or trigger but this one name a column of a view's? */
static bool
is_named(const MigrHangings *all, int view, const MigrColumnNames *column)
{
	const MigrHanging *of = &all->items[view];

	for (int i = 0; i < all->count; i++)
	{
		const MigrHanging *at = &all->items[i];

		if (i != view && migr_lite_mentions(at->sql, column) &&
			migr_ddl_mentions(at->sql, of->name))
			return true;
	}
	return false;
}

/* Has a view a column of this name? */
static bool
has_column(MigrLite *lite, const MigrHanging *view, const char *column)
{
	MigrColumnNames columns = {0};

	migr_lite_columns(lite, view->schema, view->name, &columns);
	for (int i = 0; i < columns.count; i++)
		if (migr_same_name(columns.items[i], column))
			return true;
	return false;
}

bool
migr_lite_named_views(MigrLite *lite, const char *schema, const char *table,
					  const char *column, MigrDependents *out)
{
	MigrArena *arena = &lite->host.ctx.arena;
	MigrColumnNames columns = {0};
	MigrColumnNames reached = {
		0}; /* the table, and views that are made of it */
	MigrHangings all = {0};

	migr_vec_push(arena, &columns, column);
	migr_vec_push(arena, &reached, table);
	if (!read_all_hanging(lite, schema, &columns, &all))
		return false;
	for (int i = 0; i < all.count; i++)
	{
		const MigrHanging *at = &all.items[i];
		MigrDependent view = {at->schema, at->name, at->sql, false};

		if (at->trigger || !migr_lite_mentions(at->sql, &reached))
			continue;
		migr_vec_push(arena, &reached, at->name);
		if (is_named(&all, i, &columns) && has_column(lite, at, column))
			migr_vec_push(arena, out, view);
	}
	return true;
}

/* ---- foreign keys that refer to the table ---------------------------------------- */

/* Is a list of columns the same set as the parts of a key? */
static bool
same_columns(const MigrNameList *columns, const MigrKeyParts *parts)
{
	int found = 0;

	for (int i = 0; i < parts->count; i++)
		for (int k = 0; k < columns->count; k++)
			found += parts->items[i].column.name != NULL &&
					 migr_same_name(parts->items[i].column.name,
									columns->items[k].name);
	return found == parts->count && found == columns->count;
}

/* Is a constraint a key of these columns?  None: the primary key is meant. */
static bool
is_key(const MigrConstraint *at, const MigrNameList *columns,
	   const MigrColumnDef *column)
{
	if (at->rule != MIGR_RULE_PRIMARY_KEY &&
		(at->rule != MIGR_RULE_UNIQUE || columns->count == 0))
		return false;
	if (columns->count == 0)
		return true;
	if (column == NULL)
		return same_columns(columns, &at->parts);
	return columns->count == 1 &&
		   migr_same_name(columns->items[0].name, column->name.name);
}

bool
migr_lite_has_key(const MigrTableDef *table, const MigrDependents *indexes,
				  const MigrNameList *columns, MigrCtx *ctx)
{
	for (int i = 0; i < table->constraints.count; i++)
		if (is_key(&table->constraints.items[i], columns, NULL))
			return true;
	for (int i = 0; i < table->columns.count; i++)
	{
		const MigrColumnDef *column = &table->columns.items[i];

		for (int k = 0; k < column->constraints.count; k++)
			if (is_key(&column->constraints.items[k], columns, column))
				return true;
	}
	for (int i = 0; i < indexes->count && columns->count > 0; i++)
	{
		MigrIndexDef index;

		if (!migr_ddl_index(ctx, indexes->items[i].sql, &index))
			migr_forget(ctx); /* a trigger */
		else if (index.unique && index.where.ptr == NULL &&
				 same_columns(columns, &index.parts))
			return true;
	}
	return false;
}

void
migr_lite_primary_key(MigrArena *arena, const MigrTableDef *table,
					  MigrNameList *out)
{
	for (int i = 0; i < table->columns.count; i++)
	{
		const MigrColumnDef *column = &table->columns.items[i];

		for (int k = 0; k < column->constraints.count; k++)
			if (column->constraints.items[k].rule == MIGR_RULE_PRIMARY_KEY)
				migr_vec_push(arena, out, column->name);
	}
	for (int i = 0; i < table->constraints.count; i++)
	{
		const MigrConstraint *at = &table->constraints.items[i];

		for (int k = 0;
			 at->rule == MIGR_RULE_PRIMARY_KEY && k < at->parts.count; k++)
			migr_vec_push(arena, out, at->parts.items[k].column);
	}
}

/* Is the primary key of a table another one than it was? */
static bool
has_other_key(MigrArena *arena, const MigrTableDef *before,
			  const MigrTableDef *after)
{
	MigrNameList old = {0};
	MigrNameList new = {0};
	bool same;

	migr_lite_primary_key(arena, before, &old);
	migr_lite_primary_key(arena, after, &new);
	same = old.count == new.count;
	for (int i = 0; same && i < old.count; i++)
		same = migr_same_name(old.items[i].name, new.items[i].name);
	return old.count > 0 && !same;
}

bool
migr_lite_loses_key(MigrCtx *ctx, const MigrKeyed *before,
					const MigrKeyed *after, const MigrNameList *columns)
{
	if (columns->count == 0)
		return has_other_key(&ctx->arena, before->table, after->table);
	return migr_lite_has_key(before->table, before->indexes, columns, ctx) &&
		   !migr_lite_has_key(after->table, after->indexes, columns, ctx);
}

bool
migr_lite_refers(MigrLite *lite, const char *schema, const char *table)
{
	MigrArena *arena = &lite->host.ctx.arena;

	return can_prepare(lite,
					   migr_printf(arena, "PRAGMA %s.foreign_key_check(%s)",
								   migr_quote_name(arena, schema),
								   migr_quote_name(arena, table)));
}

/* Take the foreign keys of a table that refer to another. */
static bool
read_keys(MigrLite *lite, const char *child, MigrSpan sql, const char *table,
		  MigrForeignKeys *out)
{
	MigrCtx *ctx = &lite->host.ctx;
	MigrTableDef *def = migr_alloc(&ctx->arena, sizeof(*def));
	MigrRuleNames names = {0};
	int first = out->count;
	int number = 0;

	if (!migr_ddl_table(ctx, sql, def))
		return false;
	migr_ddl_names(ctx, def, &names);
	for (int i = 0; i < names.count; i++)
	{
		const MigrRuleName *at = &names.items[i];
		const MigrConstraint *rule =
			at->column < 0
				? &def->constraints.items[at->at]
				: &def->columns.items[at->column].constraints.items[at->at];
		MigrForeignKey found = {child,		at->name, def, rule,
								at->column, number,	  0};

		if (rule->rule != MIGR_RULE_FOREIGN_KEY || rule->table.name == NULL)
			continue;
		number++;
		if (migr_same_name(rule->table.name, table))
			migr_vec_push(&ctx->arena, out, found);
	}
	/* SQLite counts them from the last */
	for (int i = first; i < out->count; i++)
		out->items[i].number = number - 1 - out->items[i].number;
	return true;
}

bool
migr_lite_references(MigrLite *lite, const char *schema, const char *table,
					 MigrForeignKeys *out)
{
	MigrArena *arena = &lite->host.ctx.arena;
	MigrValue args[] = {migr_text_value(table), migr_text_value(schema)};
	MigrRows rows;

	if (!migr_lite_query_once(
			lite,
			migr_printf(
				arena,
				"SELECT name, sql FROM %s.sqlite_schema AS s"
				" WHERE type = 'table' AND sql LIKE 'CREATE TABLE%%'"
				" AND EXISTS (SELECT 1 FROM pragma_foreign_key_list(s.name, ?2)"
				" WHERE \"table\" = ?1 COLLATE NOCASE)",
				migr_quote_name(arena, schema)),
			args, 2, &rows))
		return false;
	for (int i = 0; i < rows.count; i++)
		if (!read_keys(lite, migr_cell(&rows, i, 0).text.ptr,
					   migr_cell(&rows, i, 1).text, table, out))
			return false;
	return true;
}

void
migr_lite_dangling(MigrLite *lite, const char *schema, const char *table,
				   MigrForeignKeys *keys)
{
	MigrArena *arena = &lite->host.ctx.arena;

	for (int i = 0; i < keys->count; i++)
	{
		MigrForeignKey *key = &keys->items[i];
		MigrValue args[] = {migr_text_value(key->child),
							migr_text_value(schema), migr_text_value(table)};
		MigrRows rows;

		if (!migr_lite_query_once(
				lite,
				migr_printf(arena,
							"SELECT count(*) FROM"
							" pragma_foreign_key_check(?1, ?2)"
							" WHERE parent = ?3 COLLATE NOCASE AND fkid = %d",
							key->number),
				args, 3, &rows))
		{
			migr_forget(&lite->host.ctx);
			key->dangling = -1;
		}
		else
			key->dangling = (long) migr_cell(&rows, 0, 0).number;
	}
}

bool
migr_lite_cut(MigrLite *lite, const char *schema, const MigrForeignKey *key)
{
	MigrArena *arena = &lite->host.ctx.arena;

	/* others may have the name, too */
	return migr_lite_alter(
		lite,
		migr_span(migr_printf(
			arena, "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s",
			migr_quote_qualified(arena, schema, key->child),
			migr_quote_name(arena, migr_printf(arena, "%s (1)", key->name)))));
}

bool
migr_lite_read_table(MigrLite *lite, const char *schema, const char *name,
					 MigrTableDef *table, MigrDependents *indexes)
{
	MigrCtx *ctx = &lite->host.ctx;
	MigrValue args[] = {migr_text_value(name)};
	MigrRows rows;

	if (!migr_lite_query_once(
			lite,
			migr_printf(&ctx->arena,
						"SELECT rootpage = 0, name, sql FROM %s.sqlite_schema"
						" WHERE tbl_name = ?1 COLLATE NOCASE"
						" AND type <> 'trigger' AND sql IS NOT NULL"
						" ORDER BY type DESC",
						migr_quote_name(&ctx->arena, schema)),
			args, 1, &rows))
		return false;
	if (rows.count == 0)
		return migr_fail(ctx, MIGR_ERR_STATEMENT,
						 "relation \"%s\" does not exist", name);
	/* a view, or a virtual table */
	if (migr_cell(&rows, 0, 0).number != 0)
		return migr_fail(ctx, MIGR_ERR_STATEMENT,
						 "referenced relation \"%s\" is not a table", name);
	for (int i = 1; i < rows.count; i++)
	{
		MigrDependent found = {schema, migr_cell(&rows, i, 1).text.ptr,
							   migr_cell(&rows, i, 2).text, false};

		migr_vec_push(&ctx->arena, indexes, found);
	}
	return migr_ddl_table(ctx, migr_cell(&rows, 0, 2).text, table);
}

/* Are the columns there that a foreign key names, and a key? */
static bool
check_targets(MigrCtx *ctx, const MigrConstraint *reference,
			  const MigrKeyed *parent)
{
	for (int i = 0; i < reference->targets.count; i++)
	{
		const char *name = reference->targets.items[i].name;

		if (migr_ddl_column(parent->table, name) < 0)
			return migr_fail(ctx, MIGR_ERR_STATEMENT,
							 "column \"%s\" referenced in foreign key"
							 " constraint does not exist",
							 name);
	}
	return migr_lite_has_key(parent->table, parent->indexes,
							 &reference->targets, ctx) ||
		   migr_fail(ctx, MIGR_ERR_STATEMENT,
					 "there is no unique constraint matching given keys for"
					 " referenced table \"%s\"",
					 reference->table.name);
}

bool
migr_lite_can_refer(MigrLite *lite, const char *schema,
					const MigrConstraint *reference, int columns,
					const MigrKeyed *self, MigrColumnNames *key)
{
	MigrCtx *ctx = &lite->host.ctx;
	const char *name = reference->table.name;
	MigrDependents indexes = {0};
	MigrNameList primary = {0};
	MigrKeyed parent = *self;
	MigrTableDef table;

	if (!migr_same_name(name, self->table->name.name))
	{
		if (!migr_lite_read_table(lite, schema, name, &table, &indexes))
			return false;
		parent.table = &table;
		parent.indexes = &indexes;
	}
	if (reference->targets.count > 0)
		return check_targets(ctx, reference, &parent);
	migr_lite_primary_key(&ctx->arena, parent.table, &primary);
	if (primary.count == 0)
		return migr_fail(ctx, MIGR_ERR_STATEMENT,
						 "there is no primary key for referenced table \"%s\"",
						 name);
	for (int i = 0; i < primary.count; i++)
		migr_vec_push(&ctx->arena, key, primary.items[i].name);
	return primary.count == columns ||
		   migr_fail(ctx, MIGR_ERR_STATEMENT,
					 "number of referencing and referenced columns for foreign"
					 " key disagree");
}
