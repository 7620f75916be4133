/*
 * catalog_part.c
 *	  What belongs to tables and isn't in them: indexes, sequences, inheritance
 *	  and partitions, statistics objects.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_sequence.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "commands/tablespace.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

#include "pg/catalog.h"

/* ---- indexes ------------------------------------------------------------------ */

/* The targets for statistics of an index's expressions: 1=100, 3=5; NULL: none. */
static const char *
statistics_text(MigrCatalog *cat, Form_pg_index form)
{
	MigrStr text;

	migr_str_init(&text, &cat->ctx->arena);
	for (int i = 1; i <= form->indnatts; i++)
	{
		HeapTuple row =
			SearchSysCache2(ATTNUM, ObjectIdGetDatum(form->indexrelid),
							Int16GetDatum((int16) i));
		int target = HeapTupleIsValid(row) ? migr_statistics_target(row) : -1;

		if (HeapTupleIsValid(row))
			ReleaseSysCache(row);
		if (target >= 0)
			migr_str_printf(&text, "%s%d=%d", text.len > 0 ? ", " : "", i,
							target);
	}
	return text.len > 0 ? text.data : NULL;
}

/* What the server prints of an index that isn't plain, and its columns. */
static const char *
index_text(MigrCatalog *cat, const MigrObject *index, Oid oid,
		   const char **columns)
{
	MigrArena *arena = &cat->ctx->arena;
	const MigrObject *table = index->parent;
	const char *text =
		migr_catalog_print(cat, pg_get_indexdef, 1, ObjectIdGetDatum(oid), 0);

	*columns = migr_strdup(arena, pg_get_indexdef_columns(oid, false));
	return migr_catalog_swap(
		cat, text,
		migr_printf(
			arena, " %s USING ",
			migr_catalog_full(cat, get_rel_namespace(oid), table->name)),
		migr_printf(arena, " %s USING ", table->sql));
}

/* Set what an index has. */
static void
set_index(MigrCatalog *cat, MigrObject *index, const MigrCatalogRow *row)
{
	Form_pg_index form = (Form_pg_index) GETSTRUCT(row->tuple);
	Oid oid = form->indexrelid;
	Oid tablespace = get_rel_tablespace(oid);
	const char *columns;
	const char *text = migr_catalog_plain_index(cat, index, row, &columns);

	if (text == NULL)
		text = index_text(cat, index, oid, &columns);
	migr_object_set(index, MIGR_INDEX_DEFINITION, text);
	if (form->indisunique)
		migr_object_set(index, MIGR_INDEX_UNIQUE, "t");
	migr_object_set(index, MIGR_INDEX_COLUMNS, columns);
	if (form->indisclustered)
		migr_object_set(index, MIGR_INDEX_CLUSTERED, "t");
	if (OidIsValid(tablespace))
		migr_object_set(
			index, MIGR_INDEX_TABLESPACE,
			migr_catalog_quote(cat, get_tablespace_name(tablespace)));
	if (!heap_attisnull(row->tuple, Anum_pg_index_indexprs, row->desc))
		migr_object_set(index, MIGR_INDEX_STATISTICS,
						statistics_text(cat, form));
}

/* Add an index, unless it is a constraint's, which is known already. */
static void
add_index(MigrCatalog *cat, const MigrCatalogRow *row)
{
	Form_pg_index form = (Form_pg_index) GETSTRUCT(row->tuple);
	MigrObject *table =
		migr_catalog_parent(cat, RelationRelationId, form->indrelid);
	MigrObject *index;
	const char *name;
	Oid schema;

	if (table == NULL ||
		migr_catalog_known(cat, RelationRelationId, form->indexrelid))
		return;
	name = migr_strdup(&cat->ctx->arena, get_rel_name(form->indexrelid));
	schema = get_rel_namespace(form->indexrelid);
	index = migr_catalog_add(cat, MIGR_INDEX, RelationRelationId,
							 form->indexrelid, InvalidOid, name,
							 migr_catalog_name(cat, schema, name), table);
	set_index(cat, index, row);
}

void
migr_catalog_read_indexes(MigrCatalog *cat)
{
	migr_catalog_scan(cat, IndexRelationId, IndexRelidIndexId, add_index);
}

/* ---- sequences ------------------------------------------------------------------ */

#define SEQUENCES                                                              \
	"SELECT c.oid, c.relnamespace, c.relname::text, q.seqtypid, q.seqstart,"   \
	" q.seqincrement, q.seqmin, q.seqmax, q.seqcache, q.seqcycle,"             \
	" c.relpersistence = 'u', d.refobjid, d.refobjsubid,"                      \
	" t.relnamespace = c.relnamespace AND t.relpersistence = c.relpersistence" \
	" FROM pg_class c JOIN unnest($1::oid[]) n ON c.relnamespace = n"          \
	" JOIN pg_sequence q ON q.seqrelid = c.oid"                                \
	" LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass"               \
	"  AND d.objid = c.oid AND d.objsubid = 0"                                 \
	"  AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0"          \
	"  AND d.deptype IN ('a', 'i')"                                            \
	" LEFT JOIN pg_class t ON t.oid = d.refobjid"                              \
	" ORDER BY c.oid"

enum
{
	SEQ_OID,
	SEQ_SCHEMA,
	SEQ_NAME,
	SEQ_TYPE,
	SEQ_START,
	SEQ_INCREMENT,
	SEQ_MINIMUM,
	SEQ_MAXIMUM,
	SEQ_CACHE,
	SEQ_CYCLE,
	SEQ_UNLOGGED,
	SEQ_TABLE,
	SEQ_COLUMN,
	SEQ_BESIDE
};

/* What a sequence has if nothing is said. */
typedef struct Usual
{
	int64 minimum;
	int64 maximum;
	int64 start;
} Usual;

/* What that is for its type and direction. */
static Usual
usual_options(const MigrRows *rows, int i)
{
	Oid type = migr_catalog_oid(rows, i, SEQ_TYPE);
	bool up = migr_catalog_number(rows, i, SEQ_INCREMENT) > 0;
	int64 most = type == INT2OID   ? PG_INT16_MAX
				 : type == INT4OID ? PG_INT32_MAX
								   : PG_INT64_MAX;
	Usual usual;

	usual.minimum = up ? 1 : -most - 1;
	usual.maximum = up ? most : -1;
	usual.start = up ? migr_catalog_number(rows, i, SEQ_MINIMUM)
					 : migr_catalog_number(rows, i, SEQ_MAXIMUM);
	return usual;
}

/* Is the sequence what serial makes, but for its name? */
static bool
is_plain(const MigrRows *rows, int i)
{
	Usual usual = usual_options(rows, i);

	return migr_catalog_number(rows, i, SEQ_INCREMENT) == 1 &&
		   migr_catalog_number(rows, i, SEQ_MINIMUM) == usual.minimum &&
		   migr_catalog_number(rows, i, SEQ_MAXIMUM) == usual.maximum &&
		   migr_catalog_number(rows, i, SEQ_START) == usual.start &&
		   migr_catalog_number(rows, i, SEQ_CACHE) == 1 &&
		   migr_catalog_number(rows, i, SEQ_CYCLE) == 0;
}

/* Has it the name that the server gives, beside its table? */
static bool
has_usual_name(const MigrObject *column, const MigrRows *rows, int i)
{
	return migr_catalog_number(rows, i, SEQ_BESIDE) != 0 &&
		   strcmp(migr_catalog_text(rows, i, SEQ_NAME),
				  makeObjectName(column->parent->name, column->name, "seq")) ==
			   0;
}

/* The words for an identity column's sequence, as far as they are needed; NULL:
 * none. */
static const char *
identity_options(MigrCatalog *cat, const MigrObject *column,
				 const MigrRows *rows, int i)
{
	Usual usual = usual_options(rows, i);
	int64_t increment = migr_catalog_number(rows, i, SEQ_INCREMENT);
	int64_t minimum = migr_catalog_number(rows, i, SEQ_MINIMUM);
	int64_t maximum = migr_catalog_number(rows, i, SEQ_MAXIMUM);
	int64_t start = migr_catalog_number(rows, i, SEQ_START);
	int64_t cache = migr_catalog_number(rows, i, SEQ_CACHE);
	MigrStr words;

	migr_str_init(&words, &cat->ctx->arena);
	if (!has_usual_name(column, rows, i))
		migr_str_printf(
			&words, " SEQUENCE NAME %s",
			migr_catalog_name(cat, migr_catalog_oid(rows, i, SEQ_SCHEMA),
							  migr_catalog_text(rows, i, SEQ_NAME)));
	/* where it isn't 1 by itself, for it doesn't follow when that changes */
	if (start != 1 || usual.start != 1)
		migr_str_printf(&words, " START WITH %lld", (long long) start);
	if (increment != 1)
		migr_str_printf(&words, " INCREMENT BY %lld", (long long) increment);
	if (minimum != usual.minimum)
		migr_str_printf(&words, " MINVALUE %lld", (long long) minimum);
	if (maximum != usual.maximum)
		migr_str_printf(&words, " MAXVALUE %lld", (long long) maximum);
	if (cache != 1)
		migr_str_printf(&words, " CACHE %lld", (long long) cache);
	if (migr_catalog_number(rows, i, SEQ_CYCLE) != 0)
		migr_str_add(&words, " CYCLE");
	return words.len > 0 ? words.data + 1 : NULL;
}

/* The word for a column that is a serial with this sequence; NULL: it is none. */
static const char *
serial_word(MigrCatalog *cat, const MigrObject *column, const MigrRows *rows,
			int i)
{
	static const char *const words[][2] = {{"smallint", "smallserial"},
										   {"integer", "serial"},
										   {"bigint", "bigserial"}};
	const char *type = migr_object_get(column, MIGR_COLUMN_TYPE);
	const char *own = format_type_be(migr_catalog_oid(rows, i, SEQ_TYPE));
	const char *calls = psprintf("nextval(%s::regclass)",
								 quote_literal_cstr(migr_catalog_name(
									 cat, migr_catalog_oid(rows, i, SEQ_SCHEMA),
									 migr_catalog_text(rows, i, SEQ_NAME))));
	const char *is = migr_object_get(column, MIGR_COLUMN_DEFAULT);

	if (is == NULL || strcmp(is, calls) != 0 || !is_plain(rows, i) ||
		!has_usual_name(column, rows, i) || strcmp(type, own) != 0 ||
		migr_object_get(column, MIGR_COLUMN_NOT_NULL) == NULL)
		return NULL;
	for (size_t k = 0; k < lengthof(words); k++)
	{
		if (strcmp(type, words[k][0]) == 0)
			return words[k][1];
	}
	return NULL;
}

/* Set an attribute to a number, unless it is the usual one. */
static void
set_number(MigrCatalog *cat, MigrObject *object, MigrAttr attr, int64_t number,
		   int64_t usual)
{
	if (number != usual)
		migr_object_set(
			object, attr,
			migr_printf(&cat->ctx->arena, "%lld", (long long) number));
}

/* Add a sequence that is an object of its own. */
static MigrObject *
add_sequence(MigrCatalog *cat, const MigrRows *rows, int i)
{
	Usual usual = usual_options(rows, i);
	Oid schema = migr_catalog_oid(rows, i, SEQ_SCHEMA);
	const char *name = migr_catalog_text(rows, i, SEQ_NAME);
	MigrObject *object =
		migr_catalog_add(cat, MIGR_SEQUENCE, RelationRelationId,
						 migr_catalog_oid(rows, i, SEQ_OID), schema, name,
						 migr_catalog_name(cat, schema, name), NULL);

	if (object == NULL)
		return NULL;
	migr_object_set(
		object, MIGR_SEQUENCE_TYPE,
		migr_catalog_type(cat, migr_catalog_oid(rows, i, SEQ_TYPE), -1));
	/* always said: by itself it would follow the limits when they change */
	set_number(cat, object, MIGR_SEQUENCE_START,
			   migr_catalog_number(rows, i, SEQ_START), 0);
	if (migr_object_get(object, MIGR_SEQUENCE_START) == NULL)
		migr_object_set(object, MIGR_SEQUENCE_START, "0");
	set_number(cat, object, MIGR_SEQUENCE_INCREMENT,
			   migr_catalog_number(rows, i, SEQ_INCREMENT), 0);
	set_number(cat, object, MIGR_SEQUENCE_MINIMUM,
			   migr_catalog_number(rows, i, SEQ_MINIMUM), usual.minimum);
	set_number(cat, object, MIGR_SEQUENCE_MAXIMUM,
			   migr_catalog_number(rows, i, SEQ_MAXIMUM), usual.maximum);
	set_number(cat, object, MIGR_SEQUENCE_CACHE,
			   migr_catalog_number(rows, i, SEQ_CACHE), 0);
	migr_object_set(object, MIGR_SEQUENCE_CYCLE,
					migr_catalog_flag(rows, i, SEQ_CYCLE));
	migr_object_set(object, MIGR_SEQUENCE_UNLOGGED,
					migr_catalog_flag(rows, i, SEQ_UNLOGGED));
	return object;
}

/* Say which column a sequence belongs to. */
static void
add_owner(MigrCatalog *cat, MigrObject *sequence, MigrObject *column, Oid made)
{
	MigrObject *owner = migr_catalog_add_part(
		cat, MIGR_OWNED_SEQUENCE, made, "owned by", sequence->sql, sequence);

	migr_object_set(owner, MIGR_OWNED_SEQUENCE_COLUMN,
					migr_printf(&cat->ctx->arena, "%s.%s", column->parent->sql,
								column->sql));
	migr_object_need(cat->ctx, owner, column);
}

void
migr_catalog_read_sequences(MigrCatalog *cat)
{
	MigrRows rows;

	migr_catalog_query(cat, SEQUENCES, &rows);
	for (int i = 0; i < rows.count; i++)
	{
		Oid oid = migr_catalog_oid(&rows, i, SEQ_OID);
		MigrObject *column = NULL;
		MigrObject *sequence;
		const char *word;

		if (!migr_cell(&rows, i, SEQ_TABLE).null)
			column = migr_catalog_find(
				cat, RelationRelationId, migr_catalog_oid(&rows, i, SEQ_TABLE),
				(int) migr_catalog_number(&rows, i, SEQ_COLUMN));
		if (column != NULL && column->kind != MIGR_COLUMN)
			column = NULL; /* an extension's table */
		if (column != NULL &&
			migr_object_get(column, MIGR_COLUMN_IDENTITY) != NULL)
		{
			migr_object_set(column, MIGR_COLUMN_IDENTITY_OPTIONS,
							identity_options(cat, column, &rows, i));
			migr_catalog_put(cat, RelationRelationId, oid, 0, column);
			continue;
		}
		word = column != NULL ? serial_word(cat, column, &rows, i) : NULL;
		if (word != NULL)
		{
			migr_object_set(column, MIGR_COLUMN_SERIAL, word);
			migr_object_set(column, MIGR_COLUMN_DEFAULT, NULL);
			migr_catalog_put(cat, RelationRelationId, oid, 0, column);
			continue;
		}
		sequence = add_sequence(cat, &rows, i);
		if (sequence != NULL && column != NULL)
			add_owner(cat, sequence, column, oid);
	}
}

/* ---- inheritance ----------------------------------------------------------------- */

#define INHERITANCE                                                            \
	"SELECT h.inhrelid, h.inhparent, c.relkind, c.relpartbound::text"          \
	" FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid"                \
	" JOIN unnest($1::oid[]) n ON c.relnamespace = n"                          \
	" ORDER BY h.inhrelid, h.inhseqno"

/* Is it a part that tables below have as well? */
static bool
is_handed_down(const MigrObject *part)
{
	return part->kind == MIGR_COLUMN ||
		   (part->kind == MIGR_CONSTRAINT &&
			*migr_object_get(part, MIGR_CONSTRAINT_TYPE) == 'c');
}

/* Let a table's columns and checks need those that they come from, or with which
 * they were merged. */
static void
need_upper_parts(MigrCatalog *cat, MigrObject *table, const MigrObject *above)
{
	for (int i = 0; i < table->parts.count; i++)
	{
		MigrObject *part = table->parts.items[i];
		MigrObject *upper = NULL;

		if (is_handed_down(part))
			upper = migr_schema_get(cat->ctx, cat->out, part->kind,
									above->schema, above, part->name);
		if (upper != NULL)
			migr_object_need(cat->ctx, part, upper);
	}
}

/* Say that a table inherits from another one, or is its partition. */
static void
add_inheritance(MigrCatalog *cat, const MigrRows *rows, int i)
{
	Oid lower = migr_catalog_oid(rows, i, 0);
	Oid upper = migr_catalog_oid(rows, i, 1);
	MigrObject *table = migr_catalog_parent(cat, RelationRelationId, lower);
	MigrObject *above = migr_catalog_parent(cat, RelationRelationId, upper);
	const char *name = migr_catalog_relation(cat, upper);
	MigrObject *object;

	if (table == NULL)
		return;
	object =
		migr_catalog_add_part(cat, MIGR_INHERITANCE, lower, name, name, table);
	migr_object_set(object, MIGR_INHERITANCE_TABLE, name);
	migr_object_set(
		object, MIGR_INHERITANCE_BOUND,
		migr_catalog_expr(cat, migr_catalog_text(rows, i, 3), lower));
	if (above != NULL)
	{
		migr_object_need(cat->ctx, object, above);
		migr_object_need(cat->ctx, table, above);
		need_upper_parts(cat, table, above);
	}
}

/* Say that an index is a partition's of another one. */
static void
add_index_partition(MigrCatalog *cat, const MigrRows *rows, int i)
{
	Oid lower = migr_catalog_oid(rows, i, 0);
	Oid upper = migr_catalog_oid(rows, i, 1);
	MigrObject *index = migr_catalog_parent(cat, RelationRelationId, lower);
	MigrObject *above = migr_catalog_parent(cat, RelationRelationId, upper);
	const char *name = migr_catalog_relation(cat, upper);
	MigrObject *object;

	if (index == NULL)
		return;
	object = migr_catalog_add_part(cat, MIGR_INDEX_PARTITION, lower, name, name,
								   index);
	migr_object_set(object, MIGR_INDEX_PARTITION_INDEX,
					migr_catalog_relation(cat, lower));
	migr_object_set(object, MIGR_INDEX_PARTITION_UPPER, name);
	if (above != NULL)
		migr_object_need(cat->ctx, object, above);
}

/* Let the parts of upper indexes need what makes their tables partitions. */
static void
need_bounds(MigrCatalog *cat)
{
	MigrObjects *objects = &cat->out->objects;
	MigrObject **bounds = migr_alloc_array(
		&cat->ctx->arena, (size_t) objects->count + 1, sizeof(*bounds));

	for (int i = 0; i < objects->count; i++)
	{
		MigrObject *object = objects->items[i];

		if (object->kind == MIGR_INHERITANCE)
			bounds[object->parent->number] = object;
	}
	for (int i = 0; i < objects->count; i++)
	{
		MigrObject *object = objects->items[i];

		if (object->kind == MIGR_INDEX_PARTITION &&
			bounds[object->parent->parent->number] != NULL)
			migr_object_need(cat->ctx, object,
							 bounds[object->parent->parent->number]);
	}
}

void
migr_catalog_read_inheritance(MigrCatalog *cat)
{
	MigrRows rows;

	migr_catalog_query(cat, INHERITANCE, &rows);
	for (int i = 0; i < rows.count; i++)
	{
		char kind = (char) migr_catalog_number(&rows, i, 2);

		if (kind == RELKIND_INDEX || kind == RELKIND_PARTITIONED_INDEX)
			add_index_partition(cat, &rows, i);
		else
			add_inheritance(cat, &rows, i);
	}
	need_bounds(cat);
}

/* ---- statistics -------------------------------------------------------------------- */

/* The columns as the server prints them, or by their names. */
#define COLUMNS_BY(what)                                                       \
	"(SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY " what ")"       \
	" FROM pg_attribute a"                                                     \
	" WHERE a.attrelid = s.stxrelid AND a.attnum = ANY (s.stxkeys))"

#define STATISTICS                                                                             \
	"SELECT s.oid, s.stxnamespace, s.stxname::text, s.stxrelid,"                               \
	" s.stxstattarget, " COLUMNS_BY("a.attnum") ", " COLUMNS_BY(                               \
		"a.attname") " FROM pg_statistic_ext s JOIN unnest($1::oid[]) n ON s.stxnamespace = n" \
					 " ORDER BY s.oid"

/* The definition; the order of a table's columns doesn't count. */
static const char *
definition_text(MigrCatalog *cat, const MigrRows *rows, int i)
{
	MigrArena *arena = &cat->ctx->arena;
	Oid schema = migr_catalog_oid(rows, i, 1);
	const char *name = migr_catalog_text(rows, i, 2);
	const char *columns = migr_catalog_text(rows, i, 5);
	const char *text =
		migr_catalog_print(cat, pg_get_statisticsobjdef, 1,
						   ObjectIdGetDatum(migr_catalog_oid(rows, i, 0)), 0);

	if (columns != NULL)
		text = migr_catalog_swap(
			cat, text, migr_printf(arena, " ON %s", columns),
			migr_printf(arena, " ON %s", migr_catalog_text(rows, i, 6)));
	return migr_catalog_swap_head(
		cat, text,
		migr_printf(arena, "CREATE STATISTICS %s",
					migr_catalog_full(cat, schema, name)),
		migr_printf(arena, "CREATE STATISTICS %s",
					migr_catalog_name(cat, schema, name)));
}

void
migr_catalog_read_statistics(MigrCatalog *cat)
{
	MigrRows rows;

	migr_catalog_query(cat, STATISTICS, &rows);
	for (int i = 0; i < rows.count; i++)
	{
		Oid oid = migr_catalog_oid(&rows, i, 0);
		Oid schema = migr_catalog_oid(&rows, i, 1);
		const char *name = migr_catalog_text(&rows, i, 2);
		const char *sql = migr_catalog_name(cat, schema, name);
		int target = (int) migr_catalog_number(&rows, i, 4);
		MigrObject *table = migr_catalog_parent(cat, RelationRelationId,
												migr_catalog_oid(&rows, i, 3));
		MigrObject *object = NULL;

		if (table != NULL)
			object =
				migr_catalog_add(cat, MIGR_STATISTICS, StatisticExtRelationId,
								 oid, InvalidOid, name, sql, table);
		if (object == NULL)
			continue;
		migr_object_set(object, MIGR_STATISTICS_DEFINITION,
						definition_text(cat, &rows, i));
		if (!migr_cell(&rows, i, 4).null && target >= 0)
			migr_object_set(object, MIGR_STATISTICS_TARGET,
							migr_printf(&cat->ctx->arena, "%d", target));
	}
}
