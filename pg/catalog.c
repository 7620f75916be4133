/*
 * catalog.c
 *	  Read what a database looks like out of the catalog: one query for each
 *	  kind of thing, and one pass over pg_depend.
 *
 * Each of the files catalog_*.c reads some kinds.  This one knows in which order,
 * finds objects by their addresses, and has the names and texts that all need.
 * What belongs to an extension is known first, so that the rest passes it over.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_namespace.h"
#include "common/hashfn.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"
#include "utils/snapmgr.h"

#include "pg/catalog.h"
#include "schema/settle.h"

/* ---- rows --------------------------------------------------------------------- */

void
migr_catalog_query(MigrCatalog *cat, const char *sql, MigrRows *rows)
{
	int level = migr_level_open(MIGR_SAFE_PATH, "off");
	bool scoped = strstr(sql, "$1") != NULL;

	migr_pg_select(cat->pg, sql, &cat->schemas, scoped ? 1 : 0, rows);
	AtEOXact_GUC(false, level);
}

void
migr_catalog_scan(MigrCatalog *cat, Oid table, Oid order,
				  void (*take)(MigrCatalog *, const MigrCatalogRow *))
{
	Relation rel = table_open(table, AccessShareLock);
	Relation index = index_open(order, AccessShareLock);
	SysScanDesc scan = systable_beginscan_ordered(rel, index, NULL, 0, NULL);
	MigrCatalogRow row = {.desc = RelationGetDescr(rel)};

	while ((row.tuple = systable_getnext_ordered(scan, ForwardScanDirection)) !=
		   NULL)
		take(cat, &row);
	systable_endscan_ordered(scan);
	index_close(index, AccessShareLock);
	table_close(rel, AccessShareLock);
}

const char *
migr_catalog_text(const MigrRows *rows, int row, int cell)
{
	const MigrValue *value = &migr_cell(rows, row, cell);

	return value->null ? NULL : value->text.ptr;
}

int64_t
migr_catalog_number(const MigrRows *rows, int row, int cell)
{
	return migr_cell(rows, row, cell).number;
}

Oid
migr_catalog_oid(const MigrRows *rows, int row, int cell)
{
	return (Oid) migr_cell(rows, row, cell).number;
}

const char *
migr_catalog_flag(const MigrRows *rows, int row, int cell)
{
	return migr_cell(rows, row, cell).number != 0 ? "t" : NULL;
}

/* ---- addresses ------------------------------------------------------------------ */

/* What an address belongs to. */
typedef struct Entry
{
	MigrObject *object;
	ObjectAddress address;
	uint32 status; /* the table's own */
} Entry;

/* Mix an address. */
static uint32
hash_address(ObjectAddress address)
{
	return hash_combine(
		murmurhash32(address.objectId),
		murmurhash32(address.classId ^ ((uint32) address.objectSubId << 16)));
}

/* Are two addresses the same? */
static bool
same_address(ObjectAddress a, ObjectAddress b)
{
	return a.objectId == b.objectId && a.classId == b.classId &&
		   a.objectSubId == b.objectSubId;
}

/* So many fit in at once. */
#define FIRST_ADDRESSES 1024

/* There are as many of them as there are columns, and each is looked up often: so
 * a table with open addressing. */
#define SH_PREFIX migr_addresses
#define SH_ELEMENT_TYPE Entry
#define SH_KEY_TYPE ObjectAddress
#define SH_KEY address
#define SH_HASH_KEY(table, key) hash_address(key)
#define SH_EQUAL(table, a, b) same_address(a, b)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

void
migr_catalog_put(MigrCatalog *cat, Oid catalog, Oid oid, int sub,
				 MigrObject *object)
{
	ObjectAddress address = {catalog, oid, sub};
	bool found;

	migr_addresses_insert(cat->addresses, address, &found)->object = object;
}

/* Look an address up. */
static Entry *
look_up(const MigrCatalog *cat, Oid catalog, Oid oid, int sub)
{
	ObjectAddress address = {catalog, oid, sub};

	return migr_addresses_lookup(cat->addresses, address);
}

MigrObject *
migr_catalog_find(const MigrCatalog *cat, Oid catalog, Oid oid, int sub)
{
	Entry *entry = look_up(cat, catalog, oid, sub);

	if (entry == NULL && sub != 0)
		entry = look_up(cat, catalog, oid, 0);
	return entry != NULL ? entry->object : NULL;
}

MigrObject *
migr_catalog_parent(const MigrCatalog *cat, Oid catalog, Oid oid)
{
	MigrObject *object = migr_catalog_find(cat, catalog, oid, 0);

	return object != NULL && object->kind != MIGR_EXTENSION ? object : NULL;
}

bool
migr_catalog_known(const MigrCatalog *cat, Oid catalog, Oid oid)
{
	return look_up(cat, catalog, oid, 0) != NULL;
}

MigrObject *
migr_catalog_add_part(MigrCatalog *cat, MigrKind kind, Oid made,
					  const char *name, const char *sql, MigrObject *parent)
{
	MigrObject *object = migr_schema_add(cat->ctx, cat->out, kind,
										 parent != NULL ? parent->schema : NULL,
										 name, sql, parent);

	if (object->number == cat->oids.count)
		migr_vec_push(&cat->ctx->arena, &cat->oids, made);
	return object;
}

MigrObject *
migr_catalog_add(MigrCatalog *cat, MigrKind kind, Oid catalog, Oid oid,
				 Oid schema, const char *name, const char *sql,
				 MigrObject *parent)
{
	MigrArena *arena = &cat->ctx->arena;
	const char *in = NULL;
	MigrObject *object;

	if (look_up(cat, catalog, oid, 0) != NULL)
		return NULL;
	if (parent != NULL)
		in = parent->schema;
	else if (OidIsValid(schema))
		in = migr_strdup(arena, get_namespace_name(schema));
	object = migr_schema_add(cat->ctx, cat->out, kind, in, name, sql, parent);
	if (object->number == cat->oids.count)
		migr_vec_push(arena, &cat->oids, oid);
	migr_catalog_put(cat, catalog, oid, 0, object);
	return object;
}

/* ---- names ------------------------------------------------------------------------ */

const char *
migr_catalog_quote(MigrCatalog *cat, const char *name)
{
	return migr_strdup(&cat->ctx->arena, quote_identifier(name));
}

const char *
migr_catalog_full(MigrCatalog *cat, Oid schema, const char *name)
{
	return migr_strdup(&cat->ctx->arena, quote_qualified_identifier(
											 get_namespace_name(schema), name));
}

const char *
migr_catalog_name(MigrCatalog *cat, Oid schema, const char *name)
{
	return schema == cat->home ? migr_catalog_quote(cat, name)
							   : migr_catalog_full(cat, schema, name);
}

const char *
migr_catalog_relation(MigrCatalog *cat, Oid relation)
{
	return migr_catalog_name(cat, get_rel_namespace(relation),
							 get_rel_name(relation));
}

const char *
migr_catalog_type(MigrCatalog *cat, Oid type, int typmod)
{
	return migr_strdup(
		&cat->ctx->arena,
		format_type_extended(type, typmod, FORMAT_TYPE_TYPEMOD_GIVEN));
}

const char *
migr_catalog_collation(MigrCatalog *cat, Oid collation)
{
	return OidIsValid(collation)
			   ? migr_strdup(&cat->ctx->arena,
							 generate_collation_name(collation))
			   : NULL;
}

/* ---- texts of the deparsers ---------------------------------------------------------- */

/* Find the bracket that ends a list, within which quotes and brackets may stand;
 * NULL: there is none. */
static const char *
end_of_list(const char *at)
{
	int depth = 0;

	for (; *at != '\0'; at++)
	{
		if (*at == '\'' || *at == '"')
		{
			at = strchr(at + 1, *at);
			if (at == NULL)
				return NULL;
		}
		else if (*at == '[')
			depth++;
		else if (*at == ']' && depth-- == 0)
			return at;
	}
	return NULL;
}

/* Say of each element of a list what it was cast to, where the server would say it
 * of the list. */
static const char *
keep_casts(MigrCatalog *cat, const char *text)
{
	static const char head[] = "(ARRAY[";
	static const char element[] = "::character varying";
	static const char tail[] = "])::text[]";
	const char *at = strstr(text, head);
	MigrStr str;

	if (at == NULL || strstr(at, tail) == NULL)
		return migr_strdup(&cat->ctx->arena, text);
	migr_str_init(&str, &cat->ctx->arena);
	for (; at != NULL; at = strstr(text, head))
	{
		const char *inner = at + strlen(head);
		const char *end = end_of_list(inner);
		bool cast =
			end != NULL && end - inner > (ptrdiff_t) strlen(element) &&
			strncmp(end - strlen(element), element, strlen(element)) == 0 &&
			strncmp(end, tail, strlen(tail)) == 0;

		migr_str_add_n(&str, text, (size_t) (at - text));
		text = inner;
		if (!cast)
		{
			migr_str_add(&str, head);
			continue;
		}
		migr_str_printf(&str, "(%s%.*s])%s[])::text[]", head,
						(int) (end - inner), inner, element);
		text = end + strlen(tail);
	}
	migr_str_add(&str, text);
	return str.data;
}

const char *
migr_catalog_settle(MigrCatalog *cat, const char *text)
{
	return keep_casts(cat, migr_settle(cat->ctx, text));
}

const char *
migr_catalog_print(MigrCatalog *cat, PGFunction function, int nargs, Datum arg,
				   Datum other)
{
	MemoryContext old = MemoryContextSwitchTo(cat->pg->scratch);
	LOCAL_FCINFO(fcinfo, 2);
	const char *printed = NULL;
	Datum result;

	InitFunctionCallInfoData(*fcinfo, NULL, nargs, InvalidOid, NULL, NULL);
	fcinfo->args[0].value = arg;
	fcinfo->args[0].isnull = false;
	fcinfo->args[1].value = other;
	fcinfo->args[1].isnull = false;
	result = function(fcinfo);
	if (!fcinfo->isnull)
		printed = migr_catalog_settle(cat, TextDatumGetCString(result));
	MemoryContextSwitchTo(old);
	MemoryContextReset(cat->pg->scratch);
	return printed;
}

const char *
migr_catalog_expr(MigrCatalog *cat, const char *tree, Oid table)
{
	text *datum;
	const char *result;

	if (tree == NULL)
		return NULL;
	datum = cstring_to_text(tree);
	result = migr_catalog_print(cat, pg_get_expr, 2, PointerGetDatum(datum),
								ObjectIdGetDatum(table));
	pfree(datum);
	return result;
}

const char *
migr_catalog_swap_head(MigrCatalog *cat, const char *text, const char *head,
					   const char *by)
{
	size_t len = strlen(head);

	return strncmp(text, head, len) == 0
			   ? migr_printf(&cat->ctx->arena, "%s%s", by, text + len)
			   : text;
}

const char *
migr_catalog_swap(MigrCatalog *cat, const char *text, const char *part,
				  const char *by)
{
	size_t len = strlen(part);
	bool quoted = false;

	for (const char *at = text; *at != '\0'; at++)
	{
		if (!quoted && strncmp(at, part, len) == 0)
			return migr_printf(&cat->ctx->arena, "%.*s%s%s", (int) (at - text),
							   text, by, at + len);
		if (*at == '"')
			quoted = !quoted;
	}
	return text;
}

/* ---- what is read --------------------------------------------------------------------- */

Oid
migr_catalog_home(MigrPg *pg)
{
	int level = migr_level_open(pg->caller_path, "off");
	List *path = fetch_search_path(false);
	Oid home = path != NIL ? linitial_oid(path) : InvalidOid;

	AtEOXact_GUC(false, level);
	if (!OidIsValid(home) || home == PG_CATALOG_NAMESPACE)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_SCHEMA),
						errmsg("no schema has been selected to compare"),
						errhint("Set search_path.")));
	return home;
}

/*
 * The schemas that a scope takes in, by name: $1 says whether it is all, $2 the
 * default one.
 */
#define SCHEMAS                                                                \
	"SELECT n.oid, n.nspname::text FROM pg_namespace n"                        \
	" WHERE n.oid = $2 OR $1 AND n.nspname !~ '^pg_'"                          \
	" AND n.nspname !~ '^" MIGR_ASIDE "'"                                      \
	" AND n.nspname NOT IN ('information_schema', 'migrate')"                  \
	" ORDER BY n.oid"

void
migr_catalog_schemas(MigrPg *pg, const MigrScope *scope, MigrRows *rows)
{
	int level = migr_level_open(MIGR_SAFE_PATH, "off");
	MigrValue args[] = {migr_bool_value(scope->all_schemas),
						migr_int_value(migr_catalog_home(pg))};

	migr_pg_select(pg, SCHEMAS, args, 2, rows);
	AtEOXact_GUC(false, level);
}

/* Note their oids; and if all are read, each is an object. */
static void
read_schemas(MigrCatalog *cat)
{
	MigrStr oids;
	MigrRows rows;

	migr_catalog_schemas(cat->pg, cat->scope, &rows);
	migr_map_init(&cat->used, &cat->ctx->arena, rows.count);
	migr_str_init(&oids, &cat->ctx->arena);
	migr_str_add_char(&oids, '{');
	for (int i = 0; i < rows.count; i++)
	{
		Oid oid = migr_catalog_oid(&rows, i, 0);
		const char *name = migr_catalog_text(&rows, i, 1);

		migr_str_printf(&oids, "%s%u", i > 0 ? "," : "", oid);
		if (migr_pg_wants_schema(cat->pg, oid, name))
			(void) migr_map_put(&cat->used, migr_span(name), 0);
		if (cat->scope->all_schemas)
			migr_catalog_add(cat, MIGR_SCHEMA, NamespaceRelationId, oid,
							 InvalidOid, name, migr_catalog_quote(cat, name),
							 NULL);
	}
	migr_str_add_char(&oids, '}');
	cat->schemas = migr_text_value(oids.data);
}

/* Read everything. */
static void
read_all(MigrCatalog *cat)
{
	migr_catalog_read_members(cat);
	read_schemas(cat);
	migr_catalog_read_collations(cat);
	migr_catalog_read_types(cat);
	migr_catalog_read_relations(cat);
	migr_catalog_read_columns(cat);
	migr_catalog_read_sequences(cat);
	migr_catalog_read_constraints(cat);
	migr_catalog_read_indexes(cat);
	migr_catalog_read_inheritance(cat);
	migr_catalog_read_statistics(cat);
	migr_catalog_close(cat);
	migr_catalog_read_routines(cat);
	migr_catalog_read_rules(cat);
	migr_catalog_read_triggers(cat);
	migr_catalog_read_policies(cat);
	migr_catalog_read_event_triggers(cat);
	migr_catalog_read_publications(cat);
	migr_catalog_read_others(cat);
	migr_catalog_close(cat);
	migr_catalog_read_comments(cat);
	migr_catalog_read_owners(cat);
	migr_catalog_read_grants(cat);
	migr_catalog_read_default_privileges(cat);
	migr_catalog_read_needs(cat);
}

/* ---- their order ------------------------------------------------------------------------ */

/* An object and its place. */
typedef struct Place
{
	MigrObject *object;
	Oid oid; /* its own or an upper one's, whichever is later */
} Place;

/* Compare two; what was found first goes first. */
static int
compare_places(const void *a, const void *b)
{
	const Place *left = a;
	const Place *right = b;

	if (left->oid != right->oid)
		return left->oid < right->oid ? -1 : 1;
	return left->object->number < right->object->number ? -1 : 1;
}

/* Keep all but the schemas that nobody asks for and nothing is in; public is
 * everywhere. */
static bool
keep(const MigrObject *object, void *context)
{
	const MigrCatalog *cat = context;

	return object->kind != MIGR_SCHEMA || strcmp(object->name, "public") == 0 ||
		   migr_map_get(&cat->used, migr_span(object->name)) != MIGR_MAP_NONE;
}

/* Put the objects into the order in which they were made, parents first, and
 * number them anew. */
static void
sort_objects(MigrCatalog *cat)
{
	MigrObjects *objects = &cat->out->objects;
	Place *places = migr_alloc_array(
		&cat->ctx->arena, (size_t) objects->count + 1, sizeof(Place));

	for (int i = 0; i < objects->count; i++)
	{
		MigrObject *object = objects->items[i];
		Oid upper = object->parent != NULL ? places[object->parent->number].oid
										   : InvalidOid;

		places[i].object = object;
		places[i].oid = Max(cat->oids.items[i], upper);
	}
	qsort(places, (size_t) objects->count, sizeof(Place), compare_places);
	for (int i = 0; i < objects->count; i++)
	{
		objects->items[i] = places[i].object;
		if (objects->items[i]->schema != NULL)
			(void) migr_map_put(&cat->used,
								migr_span(objects->items[i]->schema), 0);
	}
	migr_schema_filter(cat->ctx, cat->out, keep, cat);
}

/* ---- the host's --------------------------------------------------------------------------- */

/* Open a GUC level in which the deparsers print the same for everybody. */
static int
open_level(const MigrCatalog *cat)
{
	static const char *const settings[][2] = {
		{"quote_all_identifiers", "off"}, {"DateStyle", "ISO, YMD"},
		{"IntervalStyle", "postgres"},	  {"TimeZone", "UTC"},
		{"extra_float_digits", "3"},	  {"bytea_output", "hex"},
	};
	int level = migr_level_open(cat->path, "off");

	for (size_t i = 0; i < lengthof(settings); i++)
		(void) set_config_option(settings[i][0], settings[i][1], PGC_USERSET,
								 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
								 false);
	return level;
}

/* MigrHost.introspect */
bool
migr_pg_introspect(MigrHost *host, const MigrScope *scope, MigrSchema *out)
{
	MigrPg *pg = (MigrPg *) host;
	MigrCatalog cat = {.pg = pg, .ctx = &host->ctx, .scope = scope, .out = out};
	MemoryContext memory = AllocSetContextCreate(pg->memory, "migrate catalog",
												 ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(memory);
	int level;

	cat.home = migr_catalog_home(pg);
	cat.path = migr_printf(&host->ctx.arena, "pg_catalog, %s, pg_temp",
						   quote_identifier(get_namespace_name(cat.home)));
	cat.addresses = migr_addresses_create(memory, FIRST_ADDRESSES, NULL);
	level = open_level(&cat);
	/* some deparsers look with whichever snapshot there is */
	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	read_all(&cat);
	PopActiveSnapshot();
	AtEOXact_GUC(false, level);
	sort_objects(&cat);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(memory);
	return true;
}
