/*
 * facts.c
 *	  What a SQLite schema is made of, out of the texts that SQLite stores.  See
 *	  facts.h.
 *
 * What belongs to a table may stand before it in a file that was edited, so there
 * are two passes over the rows.  Then, with all tables at hand, comes what refers
 * to another one: foreign keys, and what views and triggers name.  Any word of
 * theirs that could be such a name is one: better one too many.
 */
#include "schema/facts.h"

#include "schema/ddl_read.h"
#include "schema/define.h"
#include "schema/work.h"

/* A key of a table: a constraint, or a unique index. */
typedef struct Key
{
	MigrObject *object;
	MigrNameList columns;
	bool primary;
} Key;

/* A table or a view. */
typedef struct Held
{
	MigrObject *object;
	const MigrTableDef *table; /* NULL: a view, or a virtual table */
	MigrMap columns;		   /* its columns' indexes; without them, none */
	MigrObjects members;	   /* the columns */
	MIGR_VEC(Key) keys;
	int seen; /* in the text of that number */
} Held;

typedef MIGR_VEC(Held *) Helds;

/* A foreign key. */
typedef struct Reference
{
	MigrObject *object;
	const Held *held; /* whose it is */
	const MigrConstraint *rule;
	int column;
} Reference;

/* A view or a trigger, and its text. */
typedef struct Telling
{
	MigrObject *object;
	MigrSpan sql;
} Telling;

typedef struct Reading
{
	MigrCtx *ctx;
	MigrSchema *out;
	MigrMap names; /* of tables and views: indexes of held */
	Helds held;
	MIGR_VEC(Reference) references;
	MIGR_VEC(Telling) tellings;
} Reading;

/* ---- names ---- */

/* How to print for a table: to compare, or to be read. */
static MigrCanon
printing(const Reading *reading, const Held *held, bool keep)
{
	MigrCanon canon = {.ctx = reading->ctx, .keep = keep};

	if (held != NULL && held->table != NULL)
		canon.columns = &held->columns;
	return canon;
}

/* A name as SQL says it. */
static const char *
say(const Reading *reading, const MigrName *name)
{
	MigrCanon canon = printing(reading, NULL, true);

	return migr_canon_name(&canon, name);
}

/* The same of one that was made: in quotes where it needs them. */
static const char *
say_made(const Reading *reading, const char *text)
{
	MigrName name = {migr_span("\"\""), text};

	return say(reading, &name);
}

/* Join names with commas. */
static const char *
join(const Reading *reading, const MigrNameList *names)
{
	MigrTexts texts = {0};

	for (int i = 0; i < names->count; i++)
		migr_vec_push(&reading->ctx->arena, &texts,
					  say(reading, &names->items[i]));
	return migr_join(&reading->ctx->arena, texts.items, texts.count, ", ");
}

/* Find a table or view; NULL: there is none. */
static Held *
find_held(const Reading *reading, const char *name)
{
	int at =
		migr_map_get(&reading->names, migr_mention_key(reading->ctx, name));

	return at < 0 ? NULL : reading->held.items[at];
}

/* Hold a table or a view from now on. */
static Held *
hold(Reading *reading, MigrObject *object)
{
	MigrArena *arena = &reading->ctx->arena;
	Held *held = migr_alloc(arena, sizeof(*held));

	held->object = object;
	held->seen = -1;
	migr_map_init(&held->columns, arena, 1);
	migr_map_put(&reading->names, migr_mention_key(reading->ctx, object->name),
				 reading->held.count);
	migr_vec_push(arena, &reading->held, held);
	return held;
}

/* ---- tables ---- */

/* Set what the constraints of a column say of the column itself. */
static void
set_column(const Reading *reading, const Held *held, MigrObject *object,
		   const MigrColumnDef *column)
{
	MigrCanon canon = printing(reading, held, false);
	MigrName collation = migr_define_collation(column);

	migr_object_set(object, MIGR_COLUMN_TYPE,
					migr_canon_type(reading->ctx, column->type));
	if (collation.name != NULL)
		migr_object_set(object, MIGR_COLUMN_COLLATION,
						migr_canon_name(&canon, &collation));
	for (int i = 0; i < column->constraints.count; i++)
	{
		const MigrConstraint *at = &column->constraints.items[i];

		if (at->rule == MIGR_RULE_NOT_NULL)
		{
			migr_object_set(object, MIGR_COLUMN_NOT_NULL, "t");
			migr_object_set(object, MIGR_COLUMN_CONFLICT,
							migr_define_conflict(reading->ctx, at->conflict));
		}
		else if (at->rule == MIGR_RULE_DEFAULT)
			migr_object_set(object, MIGR_COLUMN_DEFAULT,
							migr_canon_default(reading->ctx, at->expr));
		else if (at->rule == MIGR_RULE_GENERATED)
			migr_object_set(object, MIGR_COLUMN_GENERATED,
							migr_printf(&reading->ctx->arena, "(%s) %s",
										migr_canon_expr(&canon, at->expr),
										at->stored ? "STORED" : "VIRTUAL"));
	}
}

/* Note that an object is about the columns that an expression mentions. */
static void
need_mentioned(const Reading *reading, const Held *held, MigrObject *object,
			   MigrSpan expr)
{
	MigrColumnIndexes found = {0};

	migr_mention_add(reading->ctx, &held->columns, expr, &found);
	for (int i = 0; i < found.count; i++)
		migr_object_need(reading->ctx, object,
						 held->members.items[found.items[i]]);
}

/* Add the columns of a table. */
static void
add_columns(const Reading *reading, Held *held)
{
	const MigrColumnDefs *columns = &held->table->columns;

	for (int i = 0; i < columns->count; i++)
	{
		const MigrColumnDef *column = &columns->items[i];
		MigrObject *object = migr_schema_add(
			reading->ctx, reading->out, MIGR_COLUMN, NULL, column->name.name,
			say(reading, &column->name), held->object);

		migr_vec_push(&reading->ctx->arena, &held->members, object);
		set_column(reading, held, object, column);
	}
	for (int i = 0; i < columns->count; i++)
		for (int k = 0; k < columns->items[i].constraints.count; k++)
			if (columns->items[i].constraints.items[k].rule ==
				MIGR_RULE_GENERATED)
				need_mentioned(reading, held, held->members.items[i],
							   columns->items[i].constraints.items[k].expr);
}

/* The columns that a constraint names: all but a check has them. */
static MigrNameList
columns_of(const Reading *reading, const Held *held, const MigrConstraint *rule,
		   int column)
{
	MigrArena *arena = &reading->ctx->arena;
	MigrNameList out = {0};

	if (column >= 0)
		migr_vec_push(arena, &out, held->table->columns.items[column].name);
	for (int i = 0; i < rule->parts.count; i++)
		migr_vec_push(arena, &out, rule->parts.items[i].column);
	for (int i = 0; i < rule->columns.count; i++)
		migr_vec_push(arena, &out, rule->columns.items[i]);
	return out;
}

/* Note that an object is about columns. */
static void
need_columns(const Reading *reading, const Held *held, MigrObject *object,
			 const MigrNameList *columns)
{
	for (int i = 0; i < columns->count; i++)
	{
		int at = migr_mention_column(reading->ctx, &held->columns,
									 columns->items[i].name);

		if (at >= 0)
			migr_object_need(reading->ctx, object, held->members.items[at]);
	}
}

/* Set what a constraint says; targets: what a foreign key refers to, said or not. */
static void
define(const Reading *reading, const Held *held, MigrObject *object,
	   const MigrConstraint *rule, int column, const MigrNameList *targets)
{
	MigrCanon canon = printing(reading, held, false);
	MigrCanon keep = printing(reading, held, true);

	migr_object_set(
		object, MIGR_CONSTRAINT_DEFINITION,
		migr_define_rule(&canon, held->table, rule, column, targets));
	migr_object_set(
		object, MIGR_CONSTRAINT_TEXT,
		migr_define_rule(&keep, held->table, rule, column, &rule->targets));
}

/* Set what is to be known of a primary key, or a unique one. */
static void
set_key(const Reading *reading, Held *held, MigrObject *object,
		const MigrConstraint *rule, const MigrNameList *columns)
{
	MigrCanon canon = printing(reading, held, false);
	Key key = {object, *columns, rule->rule == MIGR_RULE_PRIMARY_KEY};

	migr_vec_push(&reading->ctx->arena, &held->keys, key);
	if (rule->autoincrement)
		migr_object_set(held->object, MIGR_TABLE_AUTOINCREMENT,
						migr_canon_name(&canon, &columns->items[0]));
	/* in other tables SQLite lets them be NULL, for history's sake */
	for (int i = 0; key.primary && i < columns->count; i++)
	{
		int at = migr_mention_column(reading->ctx, &held->columns,
									 columns->items[i].name);

		if (at >= 0 && migr_work_is_full_member(held->table, at))
			migr_object_set(held->members.items[at], MIGR_COLUMN_NOT_NULL, "t");
	}
}

/* How a statement names a constraint. */
static const char *
say_rule(const Reading *reading, const MigrConstraint *rule,
		 const MigrRuleName *at)
{
	if (at->shared)
		return say_made(reading,
						migr_printf(&reading->ctx->arena, "%s (1)", at->name));
	return at->name == at->own ? say(reading, &rule->name)
							   : say_made(reading, at->name);
}

/* Add a constraint. */
static void
add_constraint(Reading *reading, Held *held, const MigrConstraint *rule,
			   const MigrRuleName *at)
{
	static const char *const types[] = {"p", "u", "c", "f"};
	MigrNameList columns = columns_of(reading, held, rule, at->column);
	MigrObject *object =
		migr_schema_add(reading->ctx, reading->out, MIGR_CONSTRAINT, NULL,
						at->name, say_rule(reading, rule, at), held->object);

	migr_object_set(object, MIGR_CONSTRAINT_TYPE, types[rule->rule]);
	if (rule->name.name == NULL)
		migr_object_set(object, MIGR_CONSTRAINT_UNNAMED, "t");
	if (rule->rule == MIGR_RULE_CHECK)
		need_mentioned(reading, held, object, rule->expr);
	else
	{
		need_columns(reading, held, object, &columns);
		migr_object_set(object, MIGR_CONSTRAINT_COLUMNS,
						join(reading, &columns));
	}
	if (rule->rule == MIGR_RULE_FOREIGN_KEY)
	{
		Reference one = {object, held, rule, at->column};

		migr_vec_push(&reading->ctx->arena, &reading->references, one);
		return; /* what it says takes the other table */
	}
	define(reading, held, object, rule, at->column, NULL);
	if (rule->rule != MIGR_RULE_CHECK)
		set_key(reading, held, object, rule, &columns);
}

/* Add the constraints of a table. */
static void
add_constraints(Reading *reading, Held *held)
{
	MigrRuleNames names;

	migr_ddl_names(reading->ctx, held->table, &names);
	for (int i = 0; i < names.count; i++)
	{
		const MigrRuleName *at = &names.items[i];
		const MigrConstraints *list =
			at->column >= 0
				? &held->table->columns.items[at->column].constraints
				: &held->table->constraints;

		add_constraint(reading, held, &list->items[at->at], at);
	}
}

/* Add a table or a view itself. */
static Held *
add_relation(Reading *reading, MigrKind kind, const MigrName *name)
{
	return hold(reading, migr_schema_add(reading->ctx, reading->out, kind, NULL,
										 name->name, say(reading, name), NULL));
}

/* Add a virtual table. */
static bool
add_virtual(Reading *reading, const MigrStoredText *row)
{
	MigrVirtual table;
	MigrObject *object;

	if (!migr_define_virtual(reading->ctx, row->sql, &table))
		return false;
	object = add_relation(reading, MIGR_TABLE, &table.name)->object;
	migr_object_set(object, MIGR_TABLE_MODULE,
					migr_define_module(reading->ctx, &table));
	migr_object_set(object, MIGR_TABLE_TEXT,
					migr_span_dup(&reading->ctx->arena, row->sql));
	return true;
}

/* Add a table, with all that stands in its text. */
static bool
add_table(Reading *reading, const MigrStoredText *row)
{
	MigrArena *arena = &reading->ctx->arena;
	MigrTableDef *table = migr_alloc(arena, sizeof(*table));
	Held *held;

	if (migr_define_is_virtual(reading->ctx, row->sql))
		return add_virtual(reading, row);
	if (!migr_ddl_table(reading->ctx, row->sql, table))
		return false;
	held = add_relation(reading, MIGR_TABLE, &table->name);
	held->table = table;
	migr_mention_init(reading->ctx, table, &held->columns);
	migr_object_set(held->object, MIGR_TABLE_STRICT,
					table->strict ? "t" : NULL);
	migr_object_set(held->object, MIGR_TABLE_WITHOUT_ROWID,
					table->without_rowid ? "t" : NULL);
	migr_object_set(held->object, MIGR_TABLE_TEXT,
					migr_span_dup(arena, row->sql));
	add_columns(reading, held);
	add_constraints(reading, held);
	return true;
}

/* ---- views, indexes, triggers ---- */

/* Note a text that is to be searched for names. */
static void
tell(Reading *reading, MigrObject *object, MigrSpan sql)
{
	Telling one = {object, sql};

	migr_vec_push(&reading->ctx->arena, &reading->tellings, one);
}

/* Add a view. */
static bool
add_view(Reading *reading, const MigrStoredText *row)
{
	MigrObject *object;
	const char *definition;
	MigrName name;

	if (!migr_define_view(reading->ctx, row->sql, &name, &definition))
		return false;
	object = add_relation(reading, MIGR_VIEW, &name)->object;
	migr_object_set(object, MIGR_VIEW_DEFINITION, definition);
	migr_object_set(object, MIGR_VIEW_TEXT,
					migr_span_dup(&reading->ctx->arena, row->sql));
	tell(reading, object, row->sql);
	return true;
}

/* Note what an index is about; one that is unique is a key. */
static void
set_index(const Reading *reading, Held *held, MigrObject *object,
		  const MigrIndexDef *index)
{
	MigrArena *arena = &reading->ctx->arena;
	Key key = {.object = object};

	for (int i = 0; i < index->parts.count; i++)
	{
		const MigrKeyPart *part = &index->parts.items[i];

		if (part->column.name != NULL)
			migr_vec_push(arena, &key.columns, part->column);
		else
			need_mentioned(reading, held, object, part->expr);
	}
	need_columns(reading, held, object, &key.columns);
	need_mentioned(reading, held, object, index->where);
	if (index->unique && index->where.ptr == NULL &&
		key.columns.count == index->parts.count)
		migr_vec_push(arena, &held->keys, key);
}

/* Add an index. */
static bool
add_index(Reading *reading, const MigrStoredText *row, Held *held)
{
	MigrCanon canon = printing(reading, held, false);
	MigrCanon keep = printing(reading, held, true);
	MigrObject *object;
	MigrIndexDef index;

	if (!migr_ddl_index(reading->ctx, row->sql, &index))
		return false;
	object = migr_schema_add(reading->ctx, reading->out, MIGR_INDEX, NULL,
							 index.name.name, say(reading, &index.name),
							 held->object);
	migr_object_set(object, MIGR_INDEX_DEFINITION,
					migr_define_index(&canon, held->table, &index));
	migr_object_set(object, MIGR_INDEX_TEXT,
					migr_span_dup(&reading->ctx->arena, row->sql));
	migr_object_set(object, MIGR_INDEX_UNIQUE, index.unique ? "t" : NULL);
	migr_object_set(object, MIGR_INDEX_COLUMNS,
					migr_define_parts(&keep, held->table, &index.parts));
	set_index(reading, held, object, &index);
	return true;
}

/* Add a trigger. */
static bool
add_trigger(Reading *reading, const MigrStoredText *row, const Held *held)
{
	MigrObject *object;
	const char *definition;
	MigrName name;

	if (!migr_define_trigger(reading->ctx, row->sql, &name, &definition))
		return false;
	object = migr_schema_add(reading->ctx, reading->out, MIGR_TRIGGER, NULL,
							 name.name, say(reading, &name), held->object);
	migr_object_set(object, MIGR_TRIGGER_DEFINITION, definition);
	migr_object_set(object, MIGR_TRIGGER_TEXT,
					migr_span_dup(&reading->ctx->arena, row->sql));
	tell(reading, object, row->sql);
	return true;
}

/* ---- what refers to others ---- */

/* Are these the columns of a key, in any order?  None: the primary key is meant. */
static bool
is_key(const Key *key, const MigrNameList *columns)
{
	int found = 0;

	if (columns->count == 0)
		return key->primary;
	for (int i = 0; i < columns->count; i++)
		for (int k = 0; k < key->columns.count; k++)
			found += migr_same_name(columns->items[i].name,
									key->columns.items[k].name);
	return found == columns->count && found == key->columns.count;
}

/* Find the key that a foreign key refers to; NULL: there is none. */
static const Key *
find_key(const Held *held, const MigrNameList *columns)
{
	for (int i = 0; i < held->keys.count; i++)
		if (is_key(&held->keys.items[i], columns))
			return &held->keys.items[i];
	return NULL;
}

/* Note what a foreign key refers to, and what it says. */
static void
resolve(const Reading *reading, const Reference *at)
{
	MigrArena *arena = &reading->ctx->arena;
	const MigrConstraint *rule = at->rule;
	const Held *target = find_held(reading, rule->table.name);
	const Key *key = target != NULL ? find_key(target, &rule->targets) : NULL;
	const MigrNameList *columns = &rule->targets;

	if (target != NULL)
		migr_object_need(reading->ctx, at->object, target->object);
	if (key != NULL)
	{
		migr_object_need(reading->ctx, at->object, key->object);
		columns = columns->count > 0 ? columns : &key->columns;
	}
	define(reading, at->held, at->object, rule, at->column, columns);
	migr_object_set(at->object, MIGR_CONSTRAINT_ON_DELETE,
					migr_define_on_delete(reading->ctx, rule));
	migr_object_set(at->object, MIGR_CONSTRAINT_TARGET,
					columns->count == 0
						? say(reading, &rule->table)
						: migr_printf(arena, "%s(%s)",
									  say(reading, &rule->table),
									  join(reading, columns)));
}

/* The name that the token at hand may be; NULL: none. */
static const char *
read_name(const MigrReader *reader)
{
	if (reader->kind != MIGR_TOKEN_WORD && reader->kind != MIGR_TOKEN_QUOTED &&
		reader->kind != MIGR_TOKEN_STRING)
		return NULL;
	return migr_lex_name(&reader->ctx->arena, reader->token);
}

/* Can the text of an object name this one?  A view comes before what is made of
 * it. */
static bool
can_name(const MigrObject *object, const MigrObject *named)
{
	return named != object &&
		   (object->kind != MIGR_VIEW || named->kind != MIGR_VIEW ||
			named->number < object->number);
}

/* Collect the tables and views that a text names. */
static void
find_named(const Reading *reading, const Telling *at, int number, Helds *out)
{
	MigrReader reader;

	migr_read_begin(&reader, reading->ctx, at->sql);
	for (; reader.kind != MIGR_TOKEN_END; migr_read_next(&reader))
	{
		const char *name = read_name(&reader);
		Held *held = name != NULL ? find_held(reading, name) : NULL;

		if (held == NULL || held->seen == number ||
			!can_name(at->object, held->object))
			continue;
		held->seen = number;
		migr_object_need(reading->ctx, at->object, held->object);
		migr_vec_push(&reading->ctx->arena, out, held);
	}
}

/* Note which tables, views and columns of theirs a text names. */
static void
read_telling(const Reading *reading, int number)
{
	const Telling *at = &reading->tellings.items[number];
	Helds named = {0};
	MigrReader reader;
	MigrMap seen;

	find_named(reading, at, number, &named);
	migr_map_init(&seen, &reading->ctx->arena, 16);
	migr_read_begin(&reader, reading->ctx, at->sql);
	for (; reader.kind != MIGR_TOKEN_END; migr_read_next(&reader))
	{
		const char *name = read_name(&reader);

		if (name == NULL ||
			!migr_map_put(&seen, migr_mention_key(reading->ctx, name), 1))
			continue;
		for (int i = 0; i < named.count; i++)
		{
			int column = migr_mention_column(reading->ctx,
											 &named.items[i]->columns, name);

			if (column >= 0)
				migr_object_need(reading->ctx, at->object,
								 named.items[i]->members.items[column]);
		}
	}
}

/* ---- rows ---- */

/* Is a row one of a table or a view, which come first? */
static bool
is_relation(const MigrStoredText *row)
{
	return strcmp(row->type, "table") == 0 || strcmp(row->type, "view") == 0;
}

/* Read a row. */
static bool
read_row(Reading *reading, const MigrStoredText *row)
{
	Held *held = find_held(reading, row->table);

	if (strcmp(row->type, "table") == 0)
		return add_table(reading, row);
	if (strcmp(row->type, "view") == 0)
		return add_view(reading, row);
	if (strcmp(row->type, "index") == 0)
		return add_index(reading, row, held);
	return add_trigger(reading, row, held);
}

/* Read the rows that can be read in a pass: in the first all whose table is there
 * already, in the second what is left.  What belongs to no table is no part of the
 * schema. */
static bool
read_rows(Reading *reading, const MigrStoredTexts *rows, bool *done)
{
	for (int i = 0; i < rows->count; i++)
	{
		const MigrStoredText *row = &rows->items[i];

		if (done[i] ||
			(!is_relation(row) && find_held(reading, row->table) == NULL))
			continue;
		done[i] = true;
		if (!read_row(reading, row))
			return migr_detail(reading->ctx,
							   "In the stored text of the %s \"%s\".",
							   row->type, row->name);
	}
	return true;
}

bool
migr_facts_read(MigrCtx *ctx, const MigrStoredTexts *rows, MigrSchema *out)
{
	Reading reading = {.ctx = ctx, .out = out};
	bool *done =
		migr_alloc_array(&ctx->arena, (size_t) rows->count + 1, sizeof(*done));

	out->any_case = true;
	migr_map_init(&reading.names, &ctx->arena, rows->count);
	if (!read_rows(&reading, rows, done) || !read_rows(&reading, rows, done))
		return false;
	for (int i = 0; i < reading.references.count; i++)
		resolve(&reading, &reading.references.items[i]);
	for (int i = 0; i < reading.tellings.count; i++)
		read_telling(&reading, i);
	return true;
}
