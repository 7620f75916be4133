/*
 * demand.c
 *	  SELECTs that look for a row that mustn't be.  See demand.h.
 *
 * In what is built here %T stands for the old table's name, %S for its schema's,
 * %1; %2; ... for the columns of a parent's key, and %% for a %.  The rows are
 * always named as the table is: an expression may qualify its columns.
 */
#include "schema/demand.h"

#include "schema/affinity.h"
#include "text/quote.h"

/* the parent's name in a foreign key's SELECT */
#define PARENT "\"_migrate parent\""

/* how many values one call of printf() takes; SQLite has a limit of 100 */
#define VALUES_MAX 50

/* Append a text that is not ours: a % in it is doubled. */
static void
add_n(MigrStr *str, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
	{
		if (text[i] == '%')
			migr_str_add_char(str, '%');
		migr_str_add_char(str, text[i]);
	}
}

static void
add(MigrStr *str, const char *text)
{
	add_n(str, text, strlen(text));
}

/* Append a name, quoted. */
static void
add_name(MigrStr *str, const char *name)
{
	add(str, migr_quote_name(str->arena, name));
}

/* Append an expression in a frame. */
static void
add_framed(MigrStr *str, const char *before, const char *expr,
		   const char *behind)
{
	migr_str_add(str, before);
	add(str, expr);
	migr_str_add(str, behind);
}

/* Append a text as a part of a string: without the quotes around it. */
static void
add_in_string(MigrStr *str, const char *text)
{
	const char *quoted = migr_quote_text(str->arena, migr_span(text));

	add_n(str, quoted + 1, strlen(quoted) - 2);
}

/* The name of a column of the table. */
static const char *
name_of(const MigrRows *rows, int column)
{
	return rows->table->columns.items[column].name.name;
}

/* Find the collation that a column declares; NULL: none. */
static const char *
collation_of(const MigrColumnDef *column)
{
	const char *name = NULL;

	for (int i = 0; i < column->constraints.count; i++)
	{
		if (column->constraints.items[i].rule == MIGR_RULE_COLLATE)
			name = column->constraints.items[i].collation.name;
	}
	return name;
}

/* Find what generates a column; NULL: nothing does. */
static const MigrConstraint *
generation_of(const MigrColumnDef *column)
{
	for (int i = 0; i < column->constraints.count; i++)
	{
		if (column->constraints.items[i].rule == MIGR_RULE_GENERATED)
			return &column->constraints.items[i];
	}
	return NULL;
}

/* ---- the rows that will be ---- */

/* How the columns of the new table come to be. */
typedef struct Derivation
{
	MigrCtx *ctx;
	const MigrTableDef *table;
	const MigrSources *sources;
	bool *fresh;		   /* for each column: are its values new? */
	int *level;			   /* generated ones: how many SELECTs deep */
	MigrColumnIndexes *of; /* ... and the columns that each is made of */
	int levels;
} Derivation;

/* Begin: which columns are new, and what generated ones are made of. */
static void
init_derivation(Derivation *at, const MigrColumnNames *fresh)
{
	MigrArena *arena = &at->ctx->arena;
	int count = at->table->columns.count;
	MigrMap columns;

	migr_mention_init(at->ctx, at->table, &columns);
	at->fresh = migr_alloc_array(arena, (size_t) count, sizeof(bool));
	at->level = migr_alloc_array(arena, (size_t) count, sizeof(int));
	at->of = migr_alloc_array(arena, (size_t) count, sizeof(*at->of));
	for (int i = 0; i < fresh->count; i++)
	{
		int column = migr_mention_column(at->ctx, &columns, fresh->items[i]);

		if (column >= 0)
			at->fresh[column] = true;
	}
	for (int i = 0; i < count; i++)
	{
		const MigrConstraint *made =
			generation_of(&at->table->columns.items[i]);

		if (made != NULL)
			migr_mention_add(at->ctx, &columns, made->expr, &at->of[i]);
	}
}

/* Set a generated column's level, those that it is made of being done. */
static void
set_level(Derivation *at, int column)
{
	const MigrColumnIndexes *of = &at->of[column];
	int level = 0;

	if (generation_of(&at->table->columns.items[column]) == NULL)
		return;
	for (int i = 0; i < of->count; i++)
	{
		at->fresh[column] |= at->fresh[of->items[i]];
		if (at->level[of->items[i]] > level)
			level = at->level[of->items[i]];
	}
	if (at->fresh[column])
		at->level[column] = level + 1;
	if (at->level[column] > at->levels)
		at->levels = at->level[column];
}

/*
 * Set the levels of all: one that has to be made is made behind all that it is
 * made of.  Each is met twice: to go on to those first, and then for itself.  A
 * cycle, which SQLite refuses, ends by that as well.
 */
static void
set_levels(Derivation *at)
{
	MigrArena *arena = &at->ctx->arena;
	int count = at->table->columns.count;
	char *met = migr_alloc(arena, (size_t) count);
	MigrColumnIndexes stack = {0};

	for (int i = 0; i < count; i++)
		migr_vec_push(arena, &stack, i);
	while (stack.count > 0)
	{
		int column = stack.items[stack.count - 1];
		const MigrColumnIndexes *of = &at->of[column];

		if (met[column]++ == 0)
		{
			for (int i = 0; i < of->count; i++)
			{
				if (met[of->items[i]] == 0)
					migr_vec_push(arena, &stack, of->items[i]);
			}
			continue;
		}
		stack.count--;
		if (met[column] == 2)
			set_level(at, column);
		else
			met[column] = 3;
	}
}

/*
 * Append "expression AS column", with the effect that storing it in a new column
 * has.  A CAST makes a number of any text, so it is for what is known to look like
 * one; of the rest it takes what does, and the column has no affinity then.
 */
static void
add_value(MigrStr *str, const MigrColumnDef *column, MigrSpan expr,
		  bool numbers)
{
	const char *cast = migr_cast_type(column->type);
	const char *text = migr_span_dup(str->arena, expr);

	if (cast == NULL)
		add(str, text);
	else if (numbers || migr_affinity(column->type) == MIGR_AFFINITY_TEXT)
	{
		add_framed(str, "CAST(", text, " AS ");
		migr_str_printf(str, "%s)", cast);
	}
	else
	{
		add_framed(str, "CASE WHEN CAST(", text, " AS NUMERIC) = ");
		add_framed(str, "(", text, ") THEN ");
		add_framed(str, "CAST(", text, " AS ");
		migr_str_printf(str, "%s) ELSE ", cast);
		add(str, text);
		migr_str_add(str, " END");
	}
	migr_str_add(str, " AS ");
	add_name(str, column->name.name);
}

/* Append a column as it is. */
static void
add_same(MigrStr *str, const MigrColumnDef *column)
{
	add_name(str, column->name.name);
	migr_str_add(str, " AS ");
	add_name(str, column->name.name);
}

/* Append the SELECT over the old table, of all that isn't made of others. */
static void
add_base(MigrStr *str, const Derivation *at)
{
	int source = 0;
	bool first = true;

	migr_str_add(str, "(SELECT ");
	for (int i = 0; i < at->table->columns.count; i++)
	{
		const MigrColumnDef *column = &at->table->columns.items[i];
		const MigrSource *from = NULL;

		if (generation_of(column) == NULL)
			from = &at->sources->items[source++];
		if (at->level[i] > 0)
			continue;
		if (!first)
			migr_str_add(str, ", ");
		first = false;
		if (from == NULL || !at->fresh[i])
			add_same(str, column);
		else
			add_value(str, column, migr_span(from->expr), from->numbers);
	}
	migr_str_add(str, " FROM %T");
}

/* Append the columns that are made at a level. */
static void
add_level(MigrStr *str, const Derivation *at, int level)
{
	for (int i = 0; i < at->table->columns.count; i++)
	{
		const MigrColumnDef *column = &at->table->columns.items[i];

		if (at->level[i] != level)
			continue;
		migr_str_add(str, ", ");
		add_value(str, column, generation_of(column)->expr, false);
	}
}

/* Say the table's name behind what is to be known by it. */
static void
add_alias(MigrStr *str, const MigrTableDef *table)
{
	migr_str_add(str, " AS ");
	add_name(str, table->name.name);
}

void
migr_rows_init(MigrCtx *ctx, const MigrTableDef *table,
			   const MigrSources *sources, const MigrColumnNames *fresh,
			   MigrRows *out)
{
	Derivation at = {.ctx = ctx, .table = table, .sources = sources};
	MigrStr str;

	out->ctx = ctx;
	out->table = table;
	out->source = "%T";
	if (fresh->count == 0)
		return;
	init_derivation(&at, fresh);
	set_levels(&at);
	migr_str_init(&str, &ctx->arena);
	for (int level = at.levels; level > 0; level--)
	{
		migr_str_add(&str, "(SELECT *");
		add_level(&str, &at, level);
		migr_str_add(&str, " FROM ");
	}
	add_base(&str, &at);
	for (int level = 0; level <= at.levels; level++)
	{
		add_alias(&str, table);
		migr_str_add_char(&str, ')');
	}
	out->source = str.data;
}

/* ---- demands ---- */

/* Begin a SELECT. */
static MigrStr
begin(const MigrRows *rows)
{
	MigrStr str;

	migr_str_init(&str, &rows->ctx->arena);
	migr_str_add(&str, "SELECT ");
	return str;
}

/* Append FROM and the rows. */
static void
add_from(MigrStr *str, const MigrRows *rows)
{
	migr_str_printf(str, " FROM %s", rows->source);
	add_alias(str, rows->table);
}

/* End a SELECT, and append the demand. */
static MigrDemand *
end(const MigrRows *rows, MigrStr *str, const char *message, MigrDemands *out)
{
	MigrDemand demand;

	memset(&demand, 0, sizeof(demand));
	migr_str_add(str, " LIMIT 1");
	demand.violating = str->data;
	demand.message = message;
	demand.enforced = true;
	migr_vec_push(&rows->ctx->arena, out, demand);
	return &out->items[out->count - 1];
}

void
migr_demand_not_null(const MigrRows *rows, int column, MigrDemands *out)
{
	MigrStr str = begin(rows);

	migr_str_add(&str, "NULL");
	add_from(&str, rows);
	migr_str_add(&str, " WHERE ");
	add_name(&str, name_of(rows, column));
	migr_str_add(&str, " IS NULL");
	end(rows, &str,
		migr_printf(&rows->ctx->arena,
					"column \"%s\" of relation \"%s\" contains null values",
					name_of(rows, column), rows->table->name.name),
		out);
}

void
migr_demand_integer(const MigrRows *rows, int column, MigrDemands *out)
{
	MigrStr str = begin(rows);
	const char *name =
		migr_quote_name(&rows->ctx->arena, name_of(rows, column));

	migr_str_add(&str, "'\"' || CAST(");
	add(&str, name);
	migr_str_add(&str, " AS TEXT) || '\"'");
	add_from(&str, rows);
	migr_str_add(&str, " WHERE typeof(");
	add(&str, name);
	migr_str_add(&str, ") NOT IN ('integer', 'null') AND ");
	add(&str, name);
	migr_str_add(&str, " IS NOT CAST(");
	add(&str, name);
	migr_str_add(&str, " AS INTEGER)");
	end(rows, &str, "invalid input syntax for type integer: ", out)->joined =
		true;
}

void
migr_demand_number(const MigrRows *rows, const char *expr, const char *type,
				   bool whole, MigrDemands *out)
{
	MigrStr str = begin(rows);
	MigrDemand *demand;

	add_framed(&str, "'\"' || CAST(", expr, " AS TEXT) || '\"' FROM %T");
	add_alias(&str, rows->table);
	/* compared with a number, a text that looks like one is taken as such */
	add_framed(&str, " WHERE typeof(", expr, ") IN ('text', 'blob')");
	add_framed(&str, " AND ((CAST(", expr, " AS NUMERIC) = ");
	add_framed(&str, "(", expr, ")) IS NOT 1");
	if (whole)
		add_framed(&str, " OR typeof(CAST(", expr,
				   " AS NUMERIC)) <> 'integer'");
	migr_str_add_char(&str, ')');
	demand = end(rows, &str,
				 migr_printf(&rows->ctx->arena,
							 "invalid input syntax for type %s: ", type),
				 out);
	demand->joined = true;
	demand->enforced = false;
}

/* Append a value as PostgreSQL shows it in a row: long ones are cut. */
static void
add_shown(MigrStr *str, const char *name)
{
	const char *quoted = migr_quote_name(str->arena, name);

	add_framed(str, "CASE WHEN length(", quoted, ") > 64");
	add_framed(str, " THEN substr(", quoted, ", 1, 64) || '...'");
	add_framed(str, " ELSE ifnull(", quoted, ", 'null') END");
}

/* Append "Failing row contains (...).". */
static void
add_row(MigrStr *str, const MigrRows *rows)
{
	int count = rows->table->columns.count;

	migr_str_add(str, "'Failing row contains ('");
	for (int i = 0; i < count; i += VALUES_MAX)
	{
		int behind = count - i > VALUES_MAX ? i + VALUES_MAX : count;

		migr_str_printf(str, " || printf('%s", i > 0 ? ", " : "");
		for (int k = i; k < behind; k++)
			migr_str_add(str, k > i ? ", %%s" : "%%s");
		migr_str_add_char(str, '\'');
		for (int k = i; k < behind; k++)
		{
			migr_str_add(str, ", ");
			add_shown(str, name_of(rows, k));
		}
		migr_str_add_char(str, ')');
	}
	migr_str_add(str, " || ').'");
}

void
migr_demand_check(const MigrRows *rows, const MigrConstraint *constraint,
				  const char *name, MigrDemands *out)
{
	MigrStr str = begin(rows);

	add_row(&str, rows);
	add_from(&str, rows);
	migr_str_add(&str, " WHERE NOT ");
	add_n(&str, constraint->expr.ptr, constraint->expr.len);
	end(rows, &str,
		migr_printf(&rows->ctx->arena,
					"check constraint \"%s\" of relation \"%s\""
					" is violated by some row",
					name, rows->table->name.name),
		out);
}

/* Append "Key (a, b)=(1, 2)" and what stands behind it. */
static void
add_key(MigrStr *str, const MigrColumnNames *key, const char *behind)
{
	migr_str_add(str, "'Key (");
	for (int i = 0; i < key->count; i++)
	{
		migr_str_add(str, i > 0 ? ", " : "");
		add_in_string(str, key->items[i]);
	}
	migr_str_add(str, ")=('");
	for (int i = 0; i < key->count; i++)
	{
		migr_str_add(str, i > 0 ? " || ', ' || " : " || ");
		add_name(str, key->items[i]);
	}
	migr_str_add(str, " || ')");
	add_in_string(str, behind);
	migr_str_add_char(str, '\'');
}

/* Append that no member of a key is NULL. */
static void
add_full(MigrStr *str, const MigrColumnNames *key)
{
	migr_str_add(str, " WHERE ");
	for (int i = 0; i < key->count; i++)
	{
		migr_str_add(str, i > 0 ? " AND " : "");
		add_name(str, key->items[i]);
		migr_str_add(str, " IS NOT NULL");
	}
}

void
migr_demand_unique(const MigrRows *rows, const MigrConstraint *constraint,
				   int column, const char *name, MigrDemands *out)
{
	MigrArena *arena = &rows->ctx->arena;
	MigrColumnNames key = {0};
	MigrStr str = begin(rows);

	if (column >= 0)
		migr_vec_push(arena, &key, name_of(rows, column));
	for (int i = 0; i < constraint->parts.count; i++)
		migr_vec_push(arena, &key, constraint->parts.items[i].column.name);
	add_key(&str, &key, " is duplicated.");
	add_from(&str, rows);
	add_full(&str, &key);
	migr_str_add(&str, " GROUP BY ");
	for (int i = 0; i < key.count; i++)
	{
		int at = migr_ddl_column(rows->table, key.items[i]);
		const char *collation = collation_of(&rows->table->columns.items[at]);

		if (column < 0 && constraint->parts.items[i].collation.name != NULL)
			collation = constraint->parts.items[i].collation.name;
		migr_str_add(&str, i > 0 ? ", " : "");
		add_name(&str, key.items[i]);
		if (collation != NULL)
		{
			migr_str_add(&str, " COLLATE ");
			add_name(&str, collation);
		}
	}
	migr_str_add(&str, " HAVING count(*) > 1");
	end(rows, &str,
		migr_printf(arena, "could not create unique index \"%s\"", name), out);
}

/* Append what a foreign key refers to: the parent, by the name PARENT. */
static void
add_parent(MigrStr *str, const MigrRows *rows, const char *name)
{
	if (migr_same_name(name, rows->table->name.name))
		migr_str_add(str, rows->source);
	else
	{
		migr_str_add(str, "%S.");
		add_name(str, name);
	}
	migr_str_add(str, " AS " PARENT);
}

/* Append that no row of the parent has the key. */
static void
add_absent(MigrStr *str, const MigrRows *rows, const MigrConstraint *constraint,
		   const MigrColumnNames *key)
{
	migr_str_add(str, " AND NOT EXISTS (SELECT 1 FROM ");
	add_parent(str, rows, constraint->table.name);
	for (int i = 0; i < key->count; i++)
	{
		migr_str_add(str, i > 0 ? " AND " PARENT "." : " WHERE " PARENT ".");
		if (i < constraint->targets.count)
			add_name(str, constraint->targets.items[i].name);
		else
			migr_str_printf(str, "%%%d;", i + 1);
		migr_str_add(str, " = ");
		add_name(str, rows->table->name.name);
		migr_str_add_char(str, '.');
		add_name(str, key->items[i]);
	}
	migr_str_add_char(str, ')');
}

void
migr_demand_foreign_key(const MigrRows *rows, const MigrConstraint *constraint,
						int column, const char *name, MigrDemands *out)
{
	MigrArena *arena = &rows->ctx->arena;
	MigrColumnNames key = {0};
	MigrStr str = begin(rows);
	MigrDemand *demand;

	if (column >= 0)
		migr_vec_push(arena, &key, name_of(rows, column));
	for (int i = 0; i < constraint->columns.count; i++)
		migr_vec_push(arena, &key, constraint->columns.items[i].name);
	add_key(&str, &key,
			migr_printf(arena, " is not present in table \"%s\".",
						constraint->table.name));
	add_from(&str, rows);
	add_full(&str, &key);
	add_absent(&str, rows, constraint, &key);
	demand = end(rows, &str,
				 migr_printf(arena,
							 "insert or update on table \"%s\" violates"
							 " foreign key constraint \"%s\"",
							 rows->table->name.name, name),
				 out);
	demand->enforced = false;
	demand->keys = key.count;
	demand->reference = constraint;
	if (constraint->targets.count == 0)
		demand->parent = constraint->table.name;
}

void
migr_demand_reference(const MigrRows *rows, const MigrConstraint *constraint,
					  int column, MigrDemands *out)
{
	MigrDemand demand;

	memset(&demand, 0, sizeof(demand));
	demand.keys = column >= 0 ? 1 : constraint->columns.count;
	demand.reference = constraint;
	migr_vec_push(&rows->ctx->arena, out, demand);
}

void
migr_demand_of_key(MigrCtx *ctx, const MigrTableDef *table,
				   const MigrConstraint *key, int column, const char *name,
				   MigrDemands *out)
{
	MigrRows rows = {ctx, table, "%T"};

	migr_demand_foreign_key(&rows, key, column, name, out);
}

/* ---- the SELECT as it is run ---- */

/* Append the parent's column that a number stands for; *at is behind its ; then. */
static void
add_numbered(MigrStr *str, const char **at, const MigrColumnNames *key)
{
	int number = 0;

	while (**at >= '0' && **at <= '9')
		number = number * 10 + (*(*at)++ - '0');
	(*at)++;
	if (key != NULL && number <= key->count)
		migr_str_add(str, migr_quote_name(str->arena, key->items[number - 1]));
}

const char *
migr_demand_select(MigrCtx *ctx, const MigrDemand *demand, const char *schema,
				   const char *table, const MigrColumnNames *key)
{
	const char *at = demand->violating;
	MigrStr str;

	migr_str_init(&str, &ctx->arena);
	while (*at != '\0')
	{
		size_t len = strcspn(at, "%");

		migr_str_add_n(&str, at, len);
		at += len;
		if (*at == '\0')
			break;
		at++;
		if (*at >= '0' && *at <= '9')
			add_numbered(&str, &at, key);
		else if (*at == 'T' || *at == 'S')
			migr_str_add(&str, *at++ == 'T' ? table : schema);
		else
			migr_str_add_char(&str, *at++);
	}
	return str.data;
}
