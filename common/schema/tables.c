/*
 * tables.c
 *	  What tables are, by the statements that made them.  See tables.h.
 *
 * ALTER TABLE is done to the text, as where it runs (edit.h); renames too, which
 * there are the engine's.
 */
#include "schema/tables.h"

#include "schema/ddl_expr.h"
#include "schema/define.h"
#include "schema/edit.h"
#include "schema/listing.h"
#include "schema/mention.h"

void
migr_tables_init(MigrCtx *ctx, MigrTables *tables)
{
	memset(tables, 0, sizeof(*tables));
	tables->ctx = ctx;
	migr_map_init(&tables->names, &ctx->arena, 0);
	migr_map_init(&tables->owners, &ctx->arena, 0);
}

/* ---- what is known ------------------------------------------------------------ */

/* Find a table's place, or make one. */
static MigrKnownTable *
place_of(MigrTables *tables, const char *name)
{
	MigrSpan key = migr_mention_key(tables->ctx, name);
	MigrKnownTable none;
	int at = migr_map_get(&tables->names, key);

	if (at == MIGR_MAP_NONE)
	{
		memset(&none, 0, sizeof(none));
		at = tables->items.count;
		migr_map_put(&tables->names, key, at);
		migr_vec_push(&tables->ctx->arena, &tables->items, none);
	}
	return &tables->items.items[at];
}

/* The same of one that is known; NULL: it isn't. */
static MigrKnownTable *
find(const MigrTables *tables, const char *name)
{
	int at = migr_map_get(&tables->names, migr_mention_key(tables->ctx, name));
	MigrKnownTable *table =
		at != MIGR_MAP_NONE ? &tables->items.items[at] : NULL;

	return table != NULL && table->sql.ptr != NULL ? table : NULL;
}

const MigrKnownTable *
migr_tables_find(const MigrTables *tables, const char *name)
{
	return find(tables, name);
}

/* Know a table no more. */
static bool
lose(MigrKnownTable *table)
{
	memset(table, 0, sizeof(*table));
	return false;
}

/* Set what a table is. */
static bool
set(MigrTables *tables, MigrKnownTable *table, MigrSpan sql)
{
	table->sql = sql;
	if (migr_ddl_table(tables->ctx, sql, &table->def))
		return true;
	migr_forget(tables->ctx);
	return lose(table);
}

/* Put an index or a trigger to its table. */
static void
add_part(MigrTables *tables, MigrKnownTable *table, const MigrStoredText *part)
{
	MigrArena *arena = &tables->ctx->arena;
	MigrSpan key = migr_mention_key(tables->ctx, part->name);
	int place = (int) (table - tables->items.items);
	int at = migr_map_get(&tables->owners, key);

	migr_vec_push(arena, &table->parts, *part);
	if (at == MIGR_MAP_NONE)
	{
		migr_map_put(&tables->owners, key, tables->owning.count);
		migr_vec_push(arena, &tables->owning, place);
	}
	else
		tables->owning.items[at] = place;
}

void
migr_tables_add(MigrTables *tables, const MigrKnownTable *table)
{
	MigrKnownTable *own = place_of(tables, table->def.name.name);

	own->sql = table->sql;
	own->def = table->def;
	own->parts.count = 0;
	for (int i = 0; i < table->parts.count; i++)
		add_part(tables, own, &table->parts.items[i]);
}

/* ---- what is made and dropped --------------------------------------------------- */

/* Follow a CREATE TABLE. */
static bool
create_table(MigrTables *tables, MigrSpan statement)
{
	MigrTableDef def;
	MigrKnownTable *table;

	if (!migr_ddl_table(tables->ctx, statement, &def))
	{
		migr_forget(tables->ctx);
		return false;
	}
	if (def.temporary || def.schema.name != NULL ||
		(def.if_not_exists && find(tables, def.name.name) != NULL))
		return true;
	table = place_of(tables, def.name.name);
	lose(table);
	/* it may have been there, as nobody knows what */
	return !def.if_not_exists && set(tables, table, statement);
}

/* Follow a CREATE INDEX. */
static bool
create_index(MigrTables *tables, MigrSpan statement)
{
	MigrStoredText part = {"index", NULL, NULL, statement};
	MigrKnownTable *table;
	MigrIndexDef def;

	if (!migr_ddl_index(tables->ctx, statement, &def))
	{
		migr_forget(tables->ctx);
		return false;
	}
	table = find(tables, def.table.name);
	part.name = def.name.name;
	part.table = def.table.name;
	for (int i = 0; table != NULL && i < table->parts.count; i++)
		if (migr_same_name(table->parts.items[i].name, part.name))
			return true;
	if (table != NULL && def.schema.name == NULL)
		add_part(tables, table, &part);
	return true;
}

/* Follow a CREATE TRIGGER: its table stands behind the first ON. */
static bool
create_trigger(MigrTables *tables, MigrSpan statement)
{
	MigrStoredText part = {"trigger", NULL, NULL, statement};
	const char *definition;
	MigrKnownTable *table;
	MigrReader reader;
	MigrName name;

	if (!migr_define_trigger(tables->ctx, statement, &name, &definition))
	{
		migr_forget(tables->ctx);
		return false;
	}
	part.name = name.name;
	migr_read_begin(&reader, tables->ctx, statement);
	while (reader.kind != MIGR_TOKEN_END && !migr_read_word(&reader, "ON"))
		migr_read_next(&reader);
	if (!migr_read_name(&reader, MIGR_NAME_ANY, &name))
		return false;
	part.table = name.name;
	table = find(tables, name.name);
	if (table != NULL)
		add_part(tables, table, &part);
	return true;
}

/* Follow a DROP of an index or a trigger. */
static void
drop_part(MigrTables *tables, const char *name)
{
	int at = migr_map_get(&tables->owners, migr_mention_key(tables->ctx, name));
	MigrStoredTexts *parts;
	int kept = 0;

	if (at == MIGR_MAP_NONE)
		return;
	parts = &tables->items.items[tables->owning.items[at]].parts;
	for (int i = 0; i < parts->count; i++)
		if (!migr_same_name(parts->items[i].name, name))
			parts->items[kept++] = parts->items[i];
	parts->count = kept;
}

/* Follow a DROP, behind that word. */
static bool
drop(MigrTables *tables, MigrReader *reader)
{
	bool table = migr_read_word(reader, "TABLE");
	MigrReader ahead;
	MigrName name;

	if (!table && !migr_read_word(reader, "INDEX") &&
		!migr_read_word(reader, "TRIGGER"))
		return true;
	ahead = *reader;
	if (migr_read_word(&ahead, "IF") && migr_read_word(&ahead, "EXISTS"))
		*reader = ahead;
	if (!migr_read_name(reader, MIGR_NAME_ANY, &name) ||
		migr_read_at_char(reader, '.'))
		return true;
	if (table)
		lose(place_of(tables, name.name));
	else
		drop_part(tables, name.name);
	return true;
}

/* ---- renames ---------------------------------------------------------------------- */

/* A table or column that gets another name. */
typedef struct Rename
{
	MigrTables *tables;
	const char *table;
	const char *column; /* NULL: it is the table */
	const MigrName *to;
} Rename;

/* Replace a name where it is the one. */
static void
patch_name(const Rename *rename, const MigrName *name, const char *old,
		   MigrPatches *out)
{
	MigrArena *arena = &rename->tables->ctx->arena;
	MigrPatch patch = {name->text, NULL};

	if (name->name == NULL || old == NULL || !migr_same_name(name->name, old))
		return;
	patch.text = migr_span_dup(arena, rename->to->text);
	migr_vec_push(arena, out, patch);
}

/* Replace the names of columns in a list. */
static void
patch_names(const Rename *rename, const MigrNameList *names, MigrPatches *out)
{
	for (int i = 0; i < names->count; i++)
		patch_name(rename, &names->items[i], rename->column, out);
}

/* Replace the column in an expression. */
static void
patch_expr(const Rename *rename, MigrSpan expr, MigrPatches *out)
{
	MigrExprReader reader;
	MigrName name;

	if (expr.ptr == NULL || rename->column == NULL)
		return;
	migr_expr_begin(&reader, rename->tables->ctx, expr);
	while (migr_expr_column(&reader, &name))
		patch_name(rename, &name, rename->column, out);
}

/* Replace the column in the members of a key or an index. */
static void
patch_parts(const Rename *rename, const MigrKeyParts *parts, MigrPatches *out)
{
	for (int i = 0; i < parts->count; i++)
		if (parts->items[i].column.name != NULL)
			patch_name(rename, &parts->items[i].column, rename->column, out);
		else
			patch_expr(rename, parts->items[i].expr, out);
}

/* Replace it in constraints; own: are they the table's own? */
static void
patch_rules(const Rename *rename, const MigrConstraints *rules, bool own,
			MigrPatches *out)
{
	for (int i = 0; i < rules->count; i++)
	{
		const MigrConstraint *rule = &rules->items[i];

		if (own)
		{
			patch_parts(rename, &rule->parts, out);
			patch_names(rename, &rule->columns, out);
			if (rule->rule == MIGR_RULE_CHECK ||
				rule->rule == MIGR_RULE_GENERATED)
				patch_expr(rename, rule->expr, out);
		}
		if (rule->rule != MIGR_RULE_FOREIGN_KEY ||
			!migr_same_name(rule->table.name, rename->table))
			continue;
		if (rename->column == NULL)
			patch_name(rename, &rule->table, rename->table, out);
		patch_names(rename, &rule->targets, out);
	}
}

/* Replace it in the text of a table. */
static bool
rename_in_table(const Rename *rename, MigrKnownTable *table)
{
	const MigrTableDef *def = &table->def;
	bool own = migr_same_name(def->name.name, rename->table);
	MigrPatches patches = {0};

	if (own && rename->column == NULL)
		patch_name(rename, &def->name, rename->table, &patches);
	for (int i = 0; i < def->columns.count; i++)
	{
		const MigrColumnDef *column = &def->columns.items[i];

		if (own)
			patch_name(rename, &column->name, rename->column, &patches);
		patch_rules(rename, &column->constraints, own, &patches);
	}
	patch_rules(rename, &def->constraints, own, &patches);
	return patches.count == 0 ||
		   set(rename->tables, table,
			   migr_patch(rename->tables->ctx, table->sql, &patches));
}

/* Replace it in the text of an index.  A trigger's text isn't looked into. */
static bool
rename_in_part(const Rename *rename, MigrStoredText *part)
{
	MigrCtx *ctx = rename->tables->ctx;
	MigrPatches patches = {0};
	MigrIndexDef def;

	if (strcmp(part->type, "index") != 0)
		return true;
	if (!migr_ddl_index(ctx, part->sql, &def))
	{
		migr_forget(ctx);
		return false;
	}
	if (rename->column == NULL)
		patch_name(rename, &def.table, rename->table, &patches);
	patch_parts(rename, &def.parts, &patches);
	patch_expr(rename, def.where, &patches);
	if (patches.count > 0)
		part->sql = migr_patch(ctx, part->sql, &patches);
	return true;
}

/* Do a rename in all texts. */
static bool
rename_all(const Rename *rename, MigrKnownTable *table)
{
	MigrTables *tables = rename->tables;

	for (int i = 0; i < table->parts.count; i++)
		if (!rename_in_part(rename, &table->parts.items[i]))
			return lose(table);
	for (int i = 0; i < tables->items.count; i++)
		if (tables->items.items[i].sql.ptr != NULL &&
			!rename_in_table(rename, &tables->items.items[i]))
			return false;
	return true;
}

/* Give a table another name. */
static bool
rename_table(MigrTables *tables, MigrKnownTable *table, const MigrName *to)
{
	Rename rename = {tables, table->def.name.name, NULL, to};
	MigrKnownTable moved;

	if (!rename_all(&rename, table))
		return false;
	moved = *table;
	for (int i = 0; i < moved.parts.count; i++)
		moved.parts.items[i].table = to->name;
	table->parts = (MigrStoredTexts){0};
	lose(table);
	migr_tables_add(tables, &moved);
	return true;
}

/* ---- ALTER TABLE ------------------------------------------------------------------ */

/* Does an index have to do with one of some columns? */
static bool
is_over(MigrCtx *ctx, const MigrStoredText *index, const MigrColumnNames *names)
{
	MigrIndexDef def;

	if (!migr_ddl_index(ctx, index->sql, &def))
	{
		migr_forget(ctx);
		return true;
	}
	for (int i = 0; i < names->count; i++)
	{
		if (def.where.ptr != NULL &&
			migr_ddl_mentions(def.where, names->items[i]))
			return true;
		for (int k = 0; k < def.parts.count; k++)
			if (migr_ddl_mentions(def.parts.items[k].expr, names->items[i]))
				return true;
	}
	return false;
}

/* Do actions to a table's text; indexes go with their columns. */
static bool
edit(MigrTables *tables, MigrKnownTable *table, const MigrActions *actions)
{
	MigrCtx *ctx = tables->ctx;
	bool done = true;
	int kept = 0;
	MigrEdit edit;

	if (!migr_edit_begin(ctx, table->sql, &edit))
		return false;
	for (int i = 0; done && i < actions->count; i++)
	{
		const MigrAction *action = &actions->items[i];

		if (action->kind == MIGR_RENAME_COLUMN)
			done = migr_edit_pin(ctx, &edit, action->name.name);
		else
			done = migr_edit_apply(ctx, &edit, action);
	}
	if (!done || !migr_edit_end(ctx, &edit) || !set(tables, table, edit.text))
		return false;
	for (int i = 0; i < table->parts.count; i++)
	{
		MigrStoredText part = table->parts.items[i];

		if (strcmp(part.type, "index") != 0 ||
			!is_over(ctx, &part, &edit.dropped))
			table->parts.items[kept++] = part;
	}
	table->parts.count = kept;
	return true;
}

/* Know the table of an ALTER TABLE no more that can't be read. */
static bool
lose_altered(MigrTables *tables, MigrSpan statement)
{
	MigrReader reader;
	MigrName name;

	migr_forget(tables->ctx);
	migr_read_begin(&reader, tables->ctx, statement);
	migr_read_next(&reader);
	migr_read_next(&reader);
	if (!migr_read_name(&reader, MIGR_NAME_ANY, &name) ||
		find(tables, name.name) == NULL)
		return false;
	return lose(find(tables, name.name));
}

/* Follow an ALTER TABLE. */
static bool
alter(MigrTables *tables, MigrSpan statement)
{
	const MigrAction *first;
	MigrKnownTable *table;
	MigrAlter parsed;
	Rename rename;

	if (!migr_alter_parse(tables->ctx, statement, &parsed))
		return lose_altered(tables, statement);
	table = find(tables, parsed.table.name);
	if (table == NULL || parsed.schema.name != NULL)
		return true;
	first = &parsed.actions.items[0];
	if (first->kind == MIGR_RENAME_TABLE)
		return rename_table(tables, table, &first->other);
	if (!edit(tables, table, &parsed.actions))
	{
		migr_forget(tables->ctx);
		return lose(table);
	}
	if (first->kind != MIGR_RENAME_COLUMN)
		return true;
	rename =
		(Rename){tables, table->def.name.name, first->name.name, &first->other};
	return rename_all(&rename, table);
}

/* ---- all of them -------------------------------------------------------------------- */

bool
migr_tables_follow(MigrTables *tables, MigrSpan statement)
{
	MigrReader reader;

	if (migr_is_alter_table(statement))
		return alter(tables, statement);
	migr_read_begin(&reader, tables->ctx, statement);
	if (migr_read_word(&reader, "DROP"))
		return drop(tables, &reader);
	if (!migr_read_word(&reader, "CREATE"))
		return true;
	if (migr_read_word(&reader, "TEMP") || migr_read_word(&reader, "TEMPORARY"))
		return true;
	if (migr_read_at(&reader, "TABLE"))
		return create_table(tables, statement);
	if (migr_read_at(&reader, "UNIQUE") || migr_read_at(&reader, "INDEX"))
		return create_index(tables, statement);
	if (migr_read_at(&reader, "TRIGGER"))
		return create_trigger(tables, statement);
	return true;
}

bool
migr_tables_read(const MigrTables *tables, MigrSchema *out)
{
	MigrArena *arena = &tables->ctx->arena;
	MigrStoredTexts rows = {0};

	migr_schema_init(tables->ctx, out);
	for (int i = 0; i < tables->items.count; i++)
	{
		const MigrKnownTable *table = &tables->items.items[i];
		MigrStoredText row = {"table", table->def.name.name,
							  table->def.name.name, table->sql};

		if (table->sql.ptr == NULL)
			continue;
		migr_vec_push(arena, &rows, row);
		for (int k = 0; k < table->parts.count; k++)
			migr_vec_push(arena, &rows, table->parts.items[k]);
	}
	return migr_facts_read(tables->ctx, &rows, out);
}
