/*
 * catalog_table.c
 *	  Tables, views and composite types, their columns and constraints.
 *
 * All that has columns is read by one query, and all columns by another one: a
 * table's are objects, those of a view are lines of its COLUMNS.
 */
#include "postgres.h"

#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/ruleutils.h"

#include "pg/catalog.h"

/* ---- what has columns ------------------------------------------------------------ */

/* A column of the array of options as a text that stands between parentheses,
 * sorted: a='1', b='x'.  Some releases keep a column's version there, which is
 * nobody's option. */
#define OPTIONS(array, prefix)                                                 \
	" (SELECT string_agg(" prefix                                              \
	"quote_ident(substr(o, 1, strpos(o, '=') - 1)) || '=' ||"                  \
	" quote_literal(substr(o, strpos(o, '=') + 1)), ', ' ORDER BY o)"          \
	" FROM unnest(" array ") o WHERE o !~ '^pg_attver=')"

#define RELATIONS                                                                                    \
	"SELECT c.oid, c.relnamespace, c.relname::text, c.relkind,"                                      \
	" c.reltype, c.relpersistence = 'u',"                                                            \
	" concat_ws(', '," OPTIONS("c.reloptions", "") "," OPTIONS(                                      \
		"t.reloptions",                                                                              \
		"'toast.' || ") "),"                                                                         \
						" quote_ident(s.spcname), a.amname::text,"                                   \
						" c.relrowsecurity, c.relforcerowsecurity,"                                  \
						" CASE WHEN c.relkind IN ('r', 'p') THEN"                                    \
						" CASE c.relreplident WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING'"          \
						"  WHEN 'i' THEN (SELECT 'USING INDEX ' || quote_ident(r.relname)"           \
						"   FROM pg_index i JOIN pg_class r ON r.oid = i.indexrelid"                 \
						"   WHERE i.indrelid = c.oid AND i.indisreplident) END END,"                 \
						" c.reloftype,"                                                              \
						" (SELECT 'SERVER ' || quote_ident(fs.srvname) || coalesce(' OPTIONS ('"     \
						"  || (SELECT string_agg(quote_ident(o.option_name) || ' ' ||"               \
						"   quote_literal(o.option_value), ', ')"                                    \
						"   FROM pg_options_to_table(f.ftoptions) o) || ')', '')"                    \
						"  FROM pg_foreign_table f JOIN pg_foreign_server fs ON fs.oid = f.ftserver" \
						"  WHERE f.ftrelid = c.oid)"                                                 \
						" FROM pg_class c JOIN unnest($1::oid[]) n ON c.relnamespace = n"            \
						" LEFT JOIN pg_class t ON t.oid = c.reltoastrelid"                           \
						" LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace"                      \
						" LEFT JOIN pg_am a ON a.oid = c.relam"                                      \
						" WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c') ORDER BY c.oid"

enum
{
	REL_OID,
	REL_SCHEMA,
	REL_NAME,
	REL_KIND,
	REL_TYPE,
	REL_UNLOGGED,
	REL_OPTIONS,
	REL_TABLESPACE,
	REL_METHOD,
	REL_ROW_SECURITY,
	REL_FORCE,
	REL_IDENTITY,
	REL_OF_TYPE,
	REL_MODULE
};

/* Nothing for an empty text. */
static const char *
or_null(const char *text)
{
	return text == NULL || *text == '\0' ? NULL : text;
}

/* An access method that isn't what is taken without a word. */
static const char *
method_of(MigrCatalog *cat, const char *name)
{
	const char *usual =
		GetConfigOption("default_table_access_method", false, false);

	return name == NULL || strcmp(name, usual) == 0
			   ? NULL
			   : migr_catalog_quote(cat, name);
}

/* Set what a table has. */
static void
set_table(MigrCatalog *cat, MigrObject *table, const MigrRows *rows, int i)
{
	Oid oid = migr_catalog_oid(rows, i, REL_OID);
	Oid type = migr_catalog_oid(rows, i, REL_OF_TYPE);

	migr_object_set(table, MIGR_TABLE_UNLOGGED,
					migr_catalog_flag(rows, i, REL_UNLOGGED));
	migr_object_set(table, MIGR_TABLE_OPTIONS,
					or_null(migr_catalog_text(rows, i, REL_OPTIONS)));
	migr_object_set(table, MIGR_TABLE_TABLESPACE,
					migr_catalog_text(rows, i, REL_TABLESPACE));
	migr_object_set(table, MIGR_TABLE_METHOD,
					method_of(cat, migr_catalog_text(rows, i, REL_METHOD)));
	if (migr_catalog_number(rows, i, REL_KIND) == RELKIND_PARTITIONED_TABLE)
		migr_object_set(table, MIGR_TABLE_PARTITION_KEY,
						migr_catalog_print(cat, pg_get_partkeydef, 1,
										   ObjectIdGetDatum(oid), 0));
	if (OidIsValid(type))
		migr_object_set(table, MIGR_TABLE_OF_TYPE,
						migr_catalog_type(cat, type, -1));
	migr_object_set(table, MIGR_TABLE_ROW_SECURITY,
					migr_catalog_flag(rows, i, REL_ROW_SECURITY));
	migr_object_set(table, MIGR_TABLE_FORCE_ROW_SECURITY,
					migr_catalog_flag(rows, i, REL_FORCE));
	migr_object_set(table, MIGR_TABLE_REPLICA_IDENTITY,
					migr_catalog_text(rows, i, REL_IDENTITY));
	migr_object_set(table, MIGR_TABLE_MODULE,
					migr_catalog_text(rows, i, REL_MODULE));
}

/* The query of a view, without the blank in front and the semicolon behind. */
static const char *
view_query(MigrCatalog *cat, Oid view)
{
	const char *text =
		migr_catalog_print(cat, pg_get_viewdef, 1, ObjectIdGetDatum(view), 0);
	MigrSpan span = migr_span_trim(migr_span(text));

	if (span.len > 0 && span.ptr[span.len - 1] == ';')
		span.len--;
	return migr_span_dup(&cat->ctx->arena, span);
}

/* Set what a view has, or a materialized one; the columns come later. */
static void
set_view(MigrCatalog *cat, MigrObject *view, const MigrRows *rows, int i)
{
	const char *query = view_query(cat, migr_catalog_oid(rows, i, REL_OID));
	const char *options = or_null(migr_catalog_text(rows, i, REL_OPTIONS));

	if (view->kind == MIGR_VIEW)
	{
		migr_object_set(view, MIGR_VIEW_DEFINITION, query);
		migr_object_set(view, MIGR_VIEW_OPTIONS, options);
		return;
	}
	migr_object_set(view, MIGR_MATVIEW_DEFINITION, query);
	migr_object_set(view, MIGR_MATVIEW_OPTIONS, options);
	migr_object_set(view, MIGR_MATVIEW_TABLESPACE,
					migr_catalog_text(rows, i, REL_TABLESPACE));
	migr_object_set(view, MIGR_MATVIEW_METHOD,
					method_of(cat, migr_catalog_text(rows, i, REL_METHOD)));
}

/* The kind of object that a relation is. */
static MigrKind
kind_of(char relkind)
{
	switch (relkind)
	{
		case RELKIND_VIEW:
			return MIGR_VIEW;
		case RELKIND_MATVIEW:
			return MIGR_MATVIEW;
		case RELKIND_COMPOSITE_TYPE:
			return MIGR_COMPOSITE;
		default:
			return MIGR_TABLE;
	}
}

void
migr_catalog_read_relations(MigrCatalog *cat)
{
	MigrRows rows;

	migr_catalog_query(cat, RELATIONS, &rows);
	for (int i = 0; i < rows.count; i++)
	{
		Oid schema = migr_catalog_oid(&rows, i, REL_SCHEMA);
		const char *name = migr_catalog_text(&rows, i, REL_NAME);
		MigrKind kind = kind_of((char) migr_catalog_number(&rows, i, REL_KIND));
		Oid type = migr_catalog_oid(&rows, i, REL_TYPE);
		MigrObject *object = NULL;

		/* a composite type's relation goes unnamed in pg_depend's 'e' */
		if (kind != MIGR_COMPOSITE ||
			!migr_catalog_known(cat, TypeRelationId, type))
			object = migr_catalog_add(
				cat, kind, RelationRelationId,
				migr_catalog_oid(&rows, i, REL_OID), schema, name,
				migr_catalog_name(cat, schema, name), NULL);
		if (object == NULL)
			continue;
		migr_catalog_put(cat, TypeRelationId, type, 0, object);
		if (kind == MIGR_TABLE)
			set_table(cat, object, &rows, i);
		else if (kind != MIGR_COMPOSITE)
			set_view(cat, object, &rows, i);
	}
}

/* ---- columns ------------------------------------------------------------------------- */

#define COLUMNS                                                                        \
	"SELECT a.attrelid, a.attnum, a.attname::text, a.atttypid, a.atttypmod,"           \
	" CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation END,"             \
	" a.attnotnull, a.attidentity, a.attgenerated, d.oid, d.adbin::text,"              \
	" CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END,"                   \
	" " MIGR_ATTCOMPRESSION ", a.attstattarget," OPTIONS(                              \
		"a.attoptions",                                                                \
		"") ", a.attislocal,"                                                          \
			" (SELECT string_agg(quote_ident(o.option_name) || ' ' ||"                 \
			"  quote_literal(o.option_value), ', ')"                                   \
			"  FROM pg_options_to_table(a.attfdwoptions) o)"                           \
			" FROM pg_class c JOIN unnest($1::oid[]) n ON c.relnamespace = n"          \
			" JOIN pg_attribute a ON a.attrelid = c.oid"                               \
			" JOIN pg_type t ON t.oid = a.atttypid"                                    \
			" LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum" \
			" WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c')"                       \
			" AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum"

enum
{
	ATT_RELATION,
	ATT_NUMBER,
	ATT_NAME,
	ATT_TYPE,
	ATT_TYPMOD,
	ATT_COLLATION,
	ATT_NOT_NULL,
	ATT_IDENTITY,
	ATT_GENERATED,
	ATT_DEFAULT_OID,
	ATT_DEFAULT,
	ATT_STORAGE,
	ATT_COMPRESSION,
	ATT_STATISTICS,
	ATT_OPTIONS,
	ATT_LOCAL,
	ATT_FOREIGN_OPTIONS
};

/* The word for a column's storage. */
static const char *
storage_word(char storage)
{
	switch (storage)
	{
		case TYPSTORAGE_PLAIN:
			return "PLAIN";
		case TYPSTORAGE_EXTERNAL:
			return "EXTERNAL";
		case TYPSTORAGE_EXTENDED:
			return "EXTENDED";
		case TYPSTORAGE_MAIN:
			return "MAIN";
		default:
			return NULL;
	}
}

/* Set a column's default, or what it is generated from. */
static void
set_default(MigrCatalog *cat, MigrObject *column, const MigrRows *rows, int i)
{
	char generated = (char) migr_catalog_number(rows, i, ATT_GENERATED);
	const char *expr =
		migr_catalog_expr(cat, migr_catalog_text(rows, i, ATT_DEFAULT),
						  migr_catalog_oid(rows, i, ATT_RELATION));

	if (expr == NULL)
		return;
	migr_catalog_put(cat, AttrDefaultRelationId,
					 migr_catalog_oid(rows, i, ATT_DEFAULT_OID), 0, column);
	if (generated == '\0')
		migr_object_set(column, MIGR_COLUMN_DEFAULT, expr);
	else
		migr_object_set(column, MIGR_COLUMN_GENERATED,
						migr_printf(&cat->ctx->arena, "(%s) %s", expr,
									generated == 'v' ? "VIRTUAL" : "STORED"));
}

/* Set what a table's column has. */
static void
set_column(MigrCatalog *cat, MigrObject *column, const MigrRows *rows, int i)
{
	char identity = (char) migr_catalog_number(rows, i, ATT_IDENTITY);
	char compression = (char) migr_catalog_number(rows, i, ATT_COMPRESSION);
	int target = (int) migr_catalog_number(rows, i, ATT_STATISTICS);

	migr_object_set(column, MIGR_COLUMN_NOT_NULL,
					migr_catalog_flag(rows, i, ATT_NOT_NULL));
	set_default(cat, column, rows, i);
	if (identity != '\0')
		migr_object_set(column, MIGR_COLUMN_IDENTITY,
						identity == 'a' ? "ALWAYS" : "BY DEFAULT");
	migr_object_set(
		column, MIGR_COLUMN_STORAGE,
		storage_word((char) migr_catalog_number(rows, i, ATT_STORAGE)));
	if (compression != '\0')
		migr_object_set(column, MIGR_COLUMN_COMPRESSION,
						compression == 'l' ? "lz4" : "pglz");
	if (!migr_cell(rows, i, ATT_STATISTICS).null && target >= 0)
		migr_object_set(column, MIGR_COLUMN_STATISTICS,
						migr_printf(&cat->ctx->arena, "%d", target));
	migr_object_set(column, MIGR_COLUMN_OPTIONS,
					migr_catalog_text(rows, i, ATT_OPTIONS));
	migr_object_set(column, MIGR_COLUMN_FOREIGN_OPTIONS,
					migr_catalog_text(rows, i, ATT_FOREIGN_OPTIONS));
	if (migr_catalog_number(rows, i, ATT_LOCAL) == 0)
		migr_object_set(column, MIGR_COLUMN_INHERITED, "t");
}

/* Add a column of a table, or a composite type's. */
static void
add_column(MigrCatalog *cat, MigrObject *parent, const MigrRows *rows, int i)
{
	bool member = parent->kind == MIGR_COMPOSITE;
	Oid relation = migr_catalog_oid(rows, i, ATT_RELATION);
	const char *name = migr_catalog_text(rows, i, ATT_NAME);
	MigrObject *column =
		migr_catalog_add_part(cat, member ? MIGR_MEMBER : MIGR_COLUMN, relation,
							  name, migr_catalog_quote(cat, name), parent);

	migr_catalog_put(cat, RelationRelationId, relation,
					 (int) migr_catalog_number(rows, i, ATT_NUMBER), column);
	migr_object_set(
		column, member ? MIGR_MEMBER_TYPE : MIGR_COLUMN_TYPE,
		migr_catalog_type(cat, migr_catalog_oid(rows, i, ATT_TYPE),
						  (int) migr_catalog_number(rows, i, ATT_TYPMOD)));
	migr_object_set(
		column, member ? MIGR_MEMBER_COLLATION : MIGR_COLUMN_COLLATION,
		migr_catalog_collation(cat, migr_catalog_oid(rows, i, ATT_COLLATION)));
	if (!member)
		set_column(cat, column, rows, i);
}

/* Add a line for a column of a view, and its default if it has one. */
static void
add_view_column(MigrCatalog *cat, MigrObject *view, const MigrRows *rows, int i)
{
	MigrArena *arena = &cat->ctx->arena;
	const char *before = migr_object_get(view, MIGR_VIEW_COLUMNS);
	const char *defaults = migr_object_get(view, MIGR_VIEW_DEFAULTS);
	const char *name =
		migr_catalog_quote(cat, migr_catalog_text(rows, i, ATT_NAME));
	const char *collation =
		migr_catalog_collation(cat, migr_catalog_oid(rows, i, ATT_COLLATION));
	const char *expr =
		migr_catalog_expr(cat, migr_catalog_text(rows, i, ATT_DEFAULT),
						  migr_catalog_oid(rows, i, ATT_RELATION));

	migr_object_set(
		view, MIGR_VIEW_COLUMNS,
		migr_printf(
			arena, "%s%s%s %s%s%s", before != NULL ? before : "",
			before != NULL ? "\n" : "", name,
			migr_catalog_type(cat, migr_catalog_oid(rows, i, ATT_TYPE),
							  (int) migr_catalog_number(rows, i, ATT_TYPMOD)),
			collation != NULL ? " COLLATE " : "",
			collation != NULL ? collation : ""));
	if (expr == NULL)
		return;
	migr_catalog_put(cat, AttrDefaultRelationId,
					 migr_catalog_oid(rows, i, ATT_DEFAULT_OID), 0, view);
	migr_object_set(view, MIGR_VIEW_DEFAULTS,
					migr_printf(arena, "%s%s%s=%s",
								defaults != NULL ? defaults : "",
								defaults != NULL ? ", " : "", name, expr));
}

void
migr_catalog_read_columns(MigrCatalog *cat)
{
	MigrRows rows;

	migr_catalog_query(cat, COLUMNS, &rows);
	for (int i = 0; i < rows.count; i++)
	{
		MigrObject *parent = migr_catalog_parent(
			cat, RelationRelationId, migr_catalog_oid(&rows, i, ATT_RELATION));

		if (parent == NULL)
			continue;
		if (parent->kind == MIGR_VIEW)
			add_view_column(cat, parent, &rows, i);
		else if (parent->kind != MIGR_MATVIEW)
			add_column(cat, parent, &rows, i);
	}
}

/* ---- constraints ------------------------------------------------------------------------ */

/* A foreign key that a partition has from its parent is a part of that one. */
#define CONSTRAINTS                                                            \
	"SELECT c.oid, c.conname::text, c.contype, c.conrelid, c.contypid,"        \
	" c.conindid, c.confrelid, c.convalidated, c.conislocal,"                  \
	" array_to_string(c.conkey, ' '), array_to_string(c.confkey, ' '),"        \
	" c.connamespace, coalesce(i.indisclustered, false), c.conparentid"        \
	" FROM pg_constraint c JOIN unnest($1::oid[]) n ON c.connamespace = n"     \
	" LEFT JOIN pg_index i ON i.indexrelid = c.conindid"                       \
	"  AND i.indrelid = c.conrelid"                                            \
	" WHERE c.contype IN ('c', 'p', 'u', 'x')"                                 \
	"  OR c.contype = 'f' AND c.conparentid = 0 ORDER BY c.oid"

enum
{
	CON_OID,
	CON_NAME,
	CON_TYPE,
	CON_TABLE,
	CON_DOMAIN,
	CON_INDEX,
	CON_TARGET,
	CON_VALID,
	CON_LOCAL,
	CON_COLUMNS,
	CON_TARGET_COLUMNS,
	CON_SCHEMA,
	CON_CLUSTERED,
	CON_UPPER
};

/* The names of a table's columns, joined by ", ". */
static const char *
column_names(MigrCatalog *cat, Oid table, const char *numbers)
{
	int found[INDEX_MAX_KEYS];
	int count = migr_catalog_numbers(numbers, found, INDEX_MAX_KEYS);
	MigrStr names;

	/* a check may be about more, and about the table's whole row */
	if (count == 0 || count > INDEX_MAX_KEYS || !OidIsValid(table))
		return NULL;
	migr_str_init(&names, &cat->ctx->arena);
	for (int i = 0; i < count; i++)
	{
		const char *name = found[i] > 0
							   ? get_attname(table, (AttrNumber) found[i], true)
							   : NULL;

		if (name == NULL)
			return NULL; /* an exclusion's expression */
		migr_str_printf(&names, "%s%s", i > 0 ? ", " : "",
						quote_identifier(name));
	}
	return names.data;
}

/*
 * A constraint's definition.  What its index has to say comes with the whole
 * command alone.
 */
static const char *
constraint_text(MigrCatalog *cat, Oid oid, Oid table, const char *name,
				bool has_index)
{
	static const char not_valid[] = " NOT VALID";
	MigrArena *arena = &cat->ctx->arena;
	MemoryContext old;
	const char *text;
	size_t len;

	if (has_index)
	{
		old = MemoryContextSwitchTo(cat->pg->scratch);
		text = migr_catalog_swap_head(
			cat, pg_get_constraintdef_command(oid),
			psprintf("ALTER TABLE %s ADD CONSTRAINT %s ",
					 migr_catalog_full(cat, get_rel_namespace(table),
									   get_rel_name(table)),
					 quote_identifier(name)),
			"");
		MemoryContextSwitchTo(old);
		MemoryContextReset(cat->pg->scratch);
		return text;
	}
	text = migr_catalog_print(cat, pg_get_constraintdef, 1,
							  ObjectIdGetDatum(oid), 0);
	len = strlen(text);
	if (len > strlen(not_valid) &&
		strcmp(text + len - strlen(not_valid), not_valid) == 0)
		return migr_strndup(arena, text, len - strlen(not_valid));
	return text;
}

/* Set what a constraint has. */
static void
set_constraint(MigrCatalog *cat, MigrObject *constraint, const MigrRows *rows,
			   int i)
{
	Oid table = migr_catalog_oid(rows, i, CON_TABLE);
	Oid target = migr_catalog_oid(rows, i, CON_TARGET);
	char type[2] = {(char) migr_catalog_number(rows, i, CON_TYPE), '\0'};
	MigrArena *arena = &cat->ctx->arena;

	migr_object_set(constraint, MIGR_CONSTRAINT_TYPE, migr_strdup(arena, type));
	migr_object_set(constraint, MIGR_CONSTRAINT_DEFINITION,
					constraint_text(cat, migr_catalog_oid(rows, i, CON_OID),
									table, constraint->name,
									strchr("pux", type[0]) != NULL));
	if (migr_catalog_number(rows, i, CON_VALID) == 0)
		migr_object_set(constraint, MIGR_CONSTRAINT_NOT_VALID, "t");
	if (migr_catalog_number(rows, i, CON_LOCAL) == 0)
		migr_object_set(constraint, MIGR_CONSTRAINT_INHERITED, "t");
	migr_object_set(
		constraint, MIGR_CONSTRAINT_COLUMNS,
		column_names(cat, table, migr_catalog_text(rows, i, CON_COLUMNS)));
	migr_object_set(constraint, MIGR_CONSTRAINT_CLUSTERED,
					migr_catalog_flag(rows, i, CON_CLUSTERED));
	if (OidIsValid(target))
		migr_object_set(
			constraint, MIGR_CONSTRAINT_TARGET,
			migr_printf(
				arena, "%s(%s)", migr_catalog_relation(cat, target),
				column_names(cat, target,
							 migr_catalog_text(rows, i, CON_TARGET_COLUMNS))));
}

void
migr_catalog_read_constraints(MigrCatalog *cat)
{
	MigrRows rows;

	migr_catalog_query(cat, CONSTRAINTS, &rows);
	for (int i = 0; i < rows.count; i++)
	{
		Oid table = migr_catalog_oid(&rows, i, CON_TABLE);
		Oid domain = migr_catalog_oid(&rows, i, CON_DOMAIN);
		const char *name = migr_catalog_text(&rows, i, CON_NAME);
		MigrObject *parent =
			OidIsValid(table)
				? migr_catalog_parent(cat, RelationRelationId, table)
				: migr_catalog_parent(cat, TypeRelationId, domain);
		MigrObject *constraint = NULL;

		if (parent != NULL)
			constraint = migr_catalog_add(
				cat, MIGR_CONSTRAINT, ConstraintRelationId,
				migr_catalog_oid(&rows, i, CON_OID), InvalidOid, name,
				migr_catalog_quote(cat, name), parent);
		if (constraint == NULL)
			continue;
		if (migr_catalog_number(&rows, i, CON_TYPE) != CONSTRAINT_FOREIGN &&
			OidIsValid(migr_catalog_oid(&rows, i, CON_INDEX)))
			migr_catalog_put(cat, RelationRelationId,
							 migr_catalog_oid(&rows, i, CON_INDEX), 0,
							 constraint);
		set_constraint(cat, constraint, &rows, i);
	}
}
