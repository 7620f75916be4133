/*
 * scratch.c
 *	  The place where models are built for real: a subtransaction, which is
 *	  always rolled back.
 *
 * For an EMPTY place the schemas get other names, and new ones theirs: so a
 * model's statements run as they stand, whatever names they spell out, and what
 * they don't make they don't find.  What belongs to extensions moves over, with
 * or without its owner's rights: it has been in a schema of that name and owner
 * all along.  All this is done to the rows of the catalog, which takes no locks
 * that anybody else would meet: nobody but this subtransaction ever sees it.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_event_trigger.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_publication.h"
#include "catalog/pg_type.h"
#include "commands/comment.h"
#include "commands/dbcommands.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "pg/catalog.h"

/* ---- rows of the catalog -------------------------------------------------------- */

/* Set a column of an object's row. */
static void
set_cell(Oid catalog, Oid oid, AttrNumber column, Datum value, bool null)
{
	Relation rel = table_open(catalog, RowExclusiveLock);
	int columns = RelationGetNumberOfAttributes(rel);
	Datum *values = palloc0(sizeof(Datum) * columns);
	bool *nulls = palloc0(sizeof(bool) * columns);
	bool *changes = palloc0(sizeof(bool) * columns);
	HeapTuple old =
		get_catalog_object_by_oid(rel, get_object_attnum_oid(catalog), oid);
	HeapTuple row;

	if (!HeapTupleIsValid(old))
		elog(ERROR, "cache lookup failed for object %u of catalog %u", oid,
			 catalog);
	values[column - 1] = value;
	nulls[column - 1] = null;
	changes[column - 1] = true;
	row = heap_modify_tuple(old, RelationGetDescr(rel), values, nulls, changes);
	CatalogTupleUpdate(rel, &row->t_self, row);
	table_close(rel, RowExclusiveLock);
}

/* Give an object another name. */
static void
set_name(Oid catalog, Oid oid, const char *name)
{
	NameData data;

	namestrcpy(&data, name);
	set_cell(catalog, oid, get_object_attnum_name(catalog), NameGetDatum(&data),
			 false);
}

/* The name that something has meanwhile. */
static const char *
aside_name(const char *name, Oid oid)
{
	if (strlen(MIGR_ASIDE) + strlen(name) < NAMEDATALEN)
		return psprintf(MIGR_ASIDE "%s", name);
	return psprintf(MIGR_ASIDE "%u", oid);
}

/* ---- extensions -------------------------------------------------------------------- */

/* Move a member, and what the server made along with it; since 17 some of the latter
 * are members as well. */
static void
move_member(Oid catalog, Oid oid, Oid from, Oid to)
{
	ObjectAddress member = {catalog, oid, 0};

	if (!is_objectclass_supported(catalog) ||
		get_object_namespace(&member) != from)
		return;
	set_cell(catalog, oid, get_object_attnum_namespace(catalog),
			 ObjectIdGetDatum(to), false);
	(void) changeDependencyFor(catalog, oid, NamespaceRelationId, from, to);
	CommandCounterIncrement();
	if (catalog == RelationRelationId && OidIsValid(get_rel_type_id(oid)))
		move_member(TypeRelationId, get_rel_type_id(oid), from, to);
	if (catalog == TypeRelationId && OidIsValid(get_array_type(oid)))
		move_member(TypeRelationId, get_array_type(oid), from, to);
}

/* Each member's catalog and oid, and their extension, of those in a schema; or of
 * one ($2). */
#define MEMBERS                                                                \
	"SELECT d.classid, d.objid, e.oid FROM pg_extension e"                     \
	" JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass"             \
	"  AND d.refobjid = e.oid AND d.deptype = 'e'"                             \
	" WHERE e.extnamespace = $1 AND $2 IN (e.oid, 0)"

/* Move the members of the extensions that are in a schema over to another one; or
 * of one of them. */
static void
move_extensions(MigrPg *pg, Oid one, Oid from, Oid to)
{
	MigrValue args[] = {migr_int_value(from), migr_int_value(one)};
	Oid last = InvalidOid;
	MigrRows rows;

	migr_pg_select(pg, MEMBERS, args, 2, &rows);
	for (int i = 0; i < rows.count; i++)
	{
		Oid catalog = migr_catalog_oid(&rows, i, 0);
		Oid member = migr_catalog_oid(&rows, i, 1);
		Oid extension = migr_catalog_oid(&rows, i, 2);

		if (catalog != NamespaceRelationId)
			move_member(catalog, member, from, to);
		if (extension != last)
			set_cell(ExtensionRelationId, extension,
					 Anum_pg_extension_extnamespace, ObjectIdGetDatum(to),
					 false);
		if (extension != last)
			(void) changeDependencyFor(ExtensionRelationId, extension,
									   NamespaceRelationId, from, to);
		last = extension;
	}
}

/* Where an extension is. */
static Oid
schema_of_extension(Oid extension)
{
	Relation rel = table_open(ExtensionRelationId, AccessShareLock);
	HeapTuple row =
		get_catalog_object_by_oid(rel, Anum_pg_extension_oid, extension);
	Oid schema = HeapTupleIsValid(row)
					 ? ((Form_pg_extension) GETSTRUCT(row))->extnamespace
					 : InvalidOid;

	table_close(rel, AccessShareLock);
	return schema;
}

void
migr_pg_move_extension(MigrPg *pg, Oid extension, Oid to)
{
	Oid from = schema_of_extension(extension);

	if (from == to || !OidIsValid(from) || !OidIsValid(to))
		return;
	move_extensions(pg, extension, from, to);
	CommandCounterIncrement();
}

/* What live objects need of extensions, so that those can be dropped: the rows of
 * pg_depend.  A function needs its language, but nobody drops that. */
#define NEEDED                                                                 \
	"WITH RECURSIVE members AS ("                                              \
	"SELECT d.classid, d.objid FROM pg_depend d"                               \
	" JOIN pg_extension e ON e.oid = d.refobjid"                               \
	" WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'"       \
	" AND e.extname NOT IN ('plpgsql', 'migrate')"                             \
	" UNION SELECT d.classid, d.objid FROM pg_depend d JOIN members m"         \
	"  ON d.refclassid = m.classid AND d.refobjid = m.objid"                   \
	" WHERE d.deptype = 'i')"                                                  \
	" SELECT d.ctid::text FROM pg_depend d JOIN members m"                     \
	"  ON d.refclassid = m.classid AND d.refobjid = m.objid"                   \
	" WHERE d.deptype IN ('n', 'a') AND NOT EXISTS (SELECT FROM members x"     \
	"  WHERE x.classid = d.classid AND x.objid = d.objid)"

/* Forget that. */
static void
free_extensions(MigrPg *pg)
{
	Relation rel;
	MigrRows rows;

	migr_pg_select(pg,
				   "SELECT oid FROM pg_extension"
				   " WHERE extname NOT IN ('plpgsql', 'migrate')",
				   NULL, 0, &rows);
	if (rows.count == 0)
		return;
	migr_pg_select(pg, NEEDED, NULL, 0, &rows);
	rel = table_open(DependRelationId, RowExclusiveLock);
	for (int i = 0; i < rows.count; i++)
	{
		Datum place = DirectFunctionCall1(
			tidin, CStringGetDatum(migr_catalog_text(&rows, i, 0)));

		CatalogTupleDelete(rel, (ItemPointer) DatumGetPointer(place));
	}
	table_close(rel, RowExclusiveLock);
	CommandCounterIncrement();
}

/* Note which extensions there are. */
static void
note_extensions(MigrPg *pg, MigrPgPlace *place)
{
	MigrArena *arena = &pg->host.ctx.arena;
	MemoryContext old = MemoryContextSwitchTo(pg->memory);
	MigrRows rows;

	migr_pg_select(pg, "SELECT oid, extversion FROM pg_extension", NULL, 0,
				   &rows);
	for (int i = 0; i < rows.count; i++)
	{
		MigrPgExtension *one = migr_alloc(arena, sizeof(*one));

		one->oid = migr_catalog_oid(&rows, i, 0);
		one->version = migr_catalog_text(&rows, i, 1);
		place->extensions = lappend(place->extensions, one);
	}
	MemoryContextSwitchTo(old);
}

MigrPgExtension *
migr_pg_extension(const MigrPg *pg, Oid oid)
{
	ListCell *cell;

	if (pg->place == NULL)
		return NULL;
	foreach(cell, pg->place->extensions)
	{
		MigrPgExtension *one = lfirst(cell);

		if (one->oid == oid)
			return one;
	}
	return NULL;
}

bool
migr_pg_wants_schema(const MigrPg *pg, Oid oid, const char *name)
{
	ListCell *cell;

	if (pg->place == NULL || !list_member_oid(pg->place->made, oid))
		return true;
	foreach(cell, pg->place->schemas)
	{
		if (strcmp(lfirst(cell), name) == 0)
			return true;
	}
	return false;
}

/* ---- an empty place ------------------------------------------------------------------ */

/* Make a schema in the place of one that was set aside, of its name, owner, rights
 * and comment. */
static Oid
make_again(Oid schema, const char *name)
{
	HeapTuple row = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(schema));
	Oid fresh;
	Datum rights;
	bool none;
	char *comment;

	if (!HeapTupleIsValid(row))
		elog(ERROR, "cache lookup failed for schema %u", schema);
	fresh = NamespaceCreate(
		name, ((Form_pg_namespace) GETSTRUCT(row))->nspowner, false);
	CommandCounterIncrement();
	rights =
		SysCacheGetAttr(NAMESPACEOID, row, Anum_pg_namespace_nspacl, &none);
	set_cell(NamespaceRelationId, fresh, Anum_pg_namespace_nspacl, rights,
			 none);
	ReleaseSysCache(row);
	comment = GetComment(schema, NamespaceRelationId, 0);
	CreateComments(fresh, NamespaceRelationId, 0, comment);
	CommandCounterIncrement();
	return fresh;
}

/* Is an extension in a schema? */
static bool
has_extension(MigrPg *pg, Oid schema)
{
	MigrValue args[] = {migr_int_value(schema)};
	MigrRows rows;

	migr_pg_select(pg, "SELECT oid FROM pg_extension WHERE extnamespace = $1",
				   args, 1, &rows);
	return rows.count > 0;
}

/*
 * Set all schemas aside.  The default one and public are made again, as a new
 * database has them, and where extensions are; the others are for the model to
 * make.
 */
static void
set_schemas_aside(MigrPg *pg, const MigrRows *schemas)
{
	Oid home = migr_catalog_home(pg);

	for (int i = 0; i < schemas->count; i++)
	{
		Oid schema = migr_catalog_oid(schemas, i, 0);
		const char *name = migr_catalog_text(schemas, i, 1);
		MemoryContext old;
		Oid fresh;

		set_name(NamespaceRelationId, schema, aside_name(name, schema));
		CommandCounterIncrement();
		if (schema != home && strcmp(name, "public") != 0 &&
			!has_extension(pg, schema))
			continue;
		fresh = make_again(schema, name);
		move_extensions(pg, InvalidOid, schema, fresh);
		CommandCounterIncrement();
		old = MemoryContextSwitchTo(pg->memory);
		pg->place->made = lappend_oid(pg->place->made, fresh);
		MemoryContextSwitchTo(old);
	}
}

/* What is in no schema and whose names a model may use: no extension's own.
 * Servers only where the database as a whole is compared ($1). */
#define GLOBALS                                                                \
	"SELECT 'pg_publication'::regclass::oid, oid, pubname::text"               \
	" FROM pg_publication"                                                     \
	" UNION ALL "                                                              \
	"SELECT 'pg_event_trigger'::regclass::oid, e.oid, e.evtname::text"         \
	" FROM pg_event_trigger e JOIN pg_proc p ON p.oid = e.evtfoid"             \
	" JOIN pg_namespace n ON n.oid = p.pronamespace"                           \
	" WHERE n.nspname ~ '^" MIGR_ASIDE "'"                                     \
	" UNION ALL "                                                              \
	"SELECT g.catalog, g.oid, g.name FROM ("                                   \
	"SELECT 'pg_foreign_server'::regclass::oid, oid, srvname::text"            \
	" FROM pg_foreign_server UNION ALL"                                        \
	" SELECT 'pg_am'::regclass::oid, oid, amname::text"                        \
	" FROM pg_am WHERE oid >= 16384 UNION ALL"                                 \
	" SELECT 'pg_language'::regclass::oid, oid, lanname::text"                 \
	" FROM pg_language WHERE oid >= 16384 UNION ALL"                           \
	" SELECT 'pg_foreign_data_wrapper'::regclass::oid, oid, fdwname::text"     \
	" FROM pg_foreign_data_wrapper) g(catalog, oid, name)"                     \
	" WHERE $1 AND NOT EXISTS (SELECT FROM pg_depend d"                        \
	"  WHERE d.classid = g.catalog AND d.objid = g.oid AND d.deptype = 'e')"

/* Forget a row of the catalog. */
static void
forget_row(Oid catalog, Oid oid)
{
	Relation rel = table_open(catalog, RowExclusiveLock);
	HeapTuple row =
		get_catalog_object_by_oid(rel, get_object_attnum_oid(catalog), oid);

	if (HeapTupleIsValid(row))
		CatalogTupleDelete(rel, &row->t_self);
	table_close(rel, RowExclusiveLock);
}

/* What has no name that could be another one: rights that new objects get in any
 * schema, and casts between others' types by a function of a live schema. */
#define NAMELESS                                                               \
	"SELECT 'pg_default_acl'::regclass::oid, oid FROM pg_default_acl"          \
	" WHERE defaclnamespace = 0"                                               \
	" UNION ALL "                                                              \
	"SELECT 'pg_cast'::regclass, c.oid FROM pg_cast c"                         \
	" JOIN pg_proc p ON p.oid = c.castfunc"                                    \
	" JOIN pg_namespace n ON n.oid = p.pronamespace"                           \
	" WHERE n.nspname ~ '^" MIGR_ASIDE "'"

/* Forget it. */
static void
forget_nameless(MigrPg *pg)
{
	MigrRows rows;

	migr_pg_select(pg, NAMELESS, NULL, 0, &rows);
	for (int i = 0; i < rows.count; i++)
		forget_row(migr_catalog_oid(&rows, i, 0),
				   migr_catalog_oid(&rows, i, 1));
	CommandCounterIncrement();
}

/* Set those aside that the live schemas have to do with. */
static void
set_globals_aside(MigrPg *pg, const MigrScope *scope)
{
	MigrValue args[] = {migr_bool_value(scope->all_schemas)};
	MigrRows rows;

	migr_pg_select(pg, GLOBALS, args, 1, &rows);
	for (int i = 0; i < rows.count; i++)
	{
		Oid catalog = migr_catalog_oid(&rows, i, 0);
		Oid oid = migr_catalog_oid(&rows, i, 1);

		set_name(catalog, oid, aside_name(migr_catalog_text(&rows, i, 2), oid));
		CommandCounterIncrement();
		/* nor shall it see what the model does */
		if (catalog == EventTriggerRelationId)
			set_cell(catalog, oid, Anum_pg_event_trigger_evtenabled,
					 CharGetDatum(TRIGGER_DISABLED), false);
	}
	CommandCounterIncrement();
}

/* Whose is a schema? */
static Oid
owner_of(Oid schema)
{
	HeapTuple row = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(schema));
	Oid owner;

	if (!HeapTupleIsValid(row))
		elog(ERROR, "cache lookup failed for schema %u", schema);
	owner = ((Form_pg_namespace) GETSTRUCT(row))->nspowner;
	ReleaseSysCache(row);
	return owner;
}

/* Say that a schema is somebody else's.  Always false. */
static bool
refuse_schema(MigrCtx *ctx, const char *schema, const char *owner)
{
	const char *role = quote_identifier(GetUserNameFromId(GetUserId(), false));

	migr_fail(ctx, MIGR_ERR_DENIED,
			  "must be owner of schema %s to compare it with a model", schema);
	migr_detail(ctx,
				"It belongs to %s. A model is built in a schema of the same "
				"name, which is never committed.",
				quote_identifier(owner));
	if (strcmp(owner, "pg_database_owner") == 0)
		return migr_hint(ctx,
						 "Run it as the database's owner, or: ALTER SCHEMA %s "
						 "OWNER TO %s;",
						 quote_identifier(schema), role);
	return migr_hint(ctx, "Run it as the schema's owner, or: GRANT %s TO %s;",
					 quote_identifier(owner), role);
}

/* Find out whether the caller may do all that by statements of his own. */
static bool
check_rights(MigrPg *pg, const MigrRows *schemas)
{
	MigrCtx *ctx = &pg->host.ctx;
	const char *database = get_database_name(MyDatabaseId);

	for (int i = 0; i < schemas->count; i++)
	{
		Oid owner = owner_of(migr_catalog_oid(schemas, i, 0));

		if (!has_privs_of_role(GetUserId(), owner))
			return refuse_schema(ctx, migr_catalog_text(schemas, i, 1),
								 GetUserNameFromId(owner, false));
	}
	if (migr_may_create_schema())
		return true;
	migr_fail(ctx, MIGR_ERR_DENIED, "permission denied for database %s",
			  database);
	migr_detail(ctx, "A model is built in a schema of its own, which is never "
					 "committed.");
	return migr_hint(ctx, "Grant the right: GRANT CREATE ON DATABASE %s TO %s;",
					 quote_identifier(database),
					 quote_identifier(GetUserNameFromId(GetUserId(), false)));
}

/* ---- coming and going ------------------------------------------------------------------ */

/* Begin the subtransaction. */
static MigrPgPlace *
enter(MigrPg *pg)
{
	MemoryContext old = CurrentMemoryContext;
	MigrPgPlace *place =
		MemoryContextAllocZero(pg->memory, sizeof(MigrPgPlace));

	place->owner = CurrentResourceOwner;
	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(old);
	pg->place = place;
	return place;
}

void
migr_pg_leave_scratch(MigrPg *pg)
{
	MemoryContext old = CurrentMemoryContext;

	if (pg->place == NULL)
		return;
	RollbackAndReleaseCurrentSubTransaction();
	MemoryContextSwitchTo(old);
	CurrentResourceOwner = pg->place->owner;
	pg->place = NULL;
	pg->step = 0; /* has ended with it */
}

/* An ALTER that changes nothing, of each sequence of the caller's. */
#define SEQUENCES                                                                     \
	"SELECT pg_catalog.format('ALTER SEQUENCE %I.%I INCREMENT BY %s', n.nspname,"     \
	" c.relname, s.seqincrement)"                                                     \
	" FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid" \
	" JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"                       \
	" WHERE c.relpersistence <> 't' AND pg_catalog.pg_has_role(c.relowner, 'USAGE')"  \
	" ORDER BY c.oid"

/* It gives them new files, which go with the subtransaction. */
void
migr_pg_keep_sequences(MigrPg *pg)
{
	MigrRows rows;

	if (pg->place->empty || pg->place->sequences)
		return;
	pg->place->sequences = true;
	migr_pg_select(pg, SEQUENCES, NULL, 0, &rows);
	for (int i = 0; i < rows.count; i++)
		(void) migr_spi_execute(migr_catalog_text(&rows, i, 0));
}

/* Refuse where nothing can be written, not even for a while. */
static bool
check_writable(MigrCtx *ctx, MigrScratch what)
{
	const char *doing =
		what == MIGR_SCRATCH_EMPTY ? "build a model" : "try revisions";

	if (RecoveryInProgress())
	{
		migr_fail(ctx, MIGR_ERR_READ_ONLY, "a standby cannot %s", doing);
		return migr_hint(ctx, "Call it on the primary.");
	}
	if (XactReadOnly)
		return migr_fail(ctx, MIGR_ERR_READ_ONLY,
						 "cannot %s in a read-only transaction", doing);
	return true;
}

/* MigrHost.scratch */
bool
migr_pg_scratch(MigrHost *host, const MigrScope *scope, MigrScratch what)
{
	MigrPg *pg = (MigrPg *) host;
	MigrRows schemas;

	if (what == MIGR_SCRATCH_END)
	{
		migr_pg_leave_scratch(pg);
		return true;
	}
	Assert(pg->place == NULL);
	if (!check_writable(&host->ctx, what))
		return false;
	if (what == MIGR_SCRATCH_COPY || what == MIGR_SCRATCH_ROWS)
	{
		note_extensions(pg, enter(pg));
		if (what == MIGR_SCRATCH_ROWS)
			migr_pg_watch_begin(pg);
		return true;
	}
	migr_catalog_schemas(pg, scope, &schemas);
	if (!check_rights(pg, &schemas))
		return false;
	enter(pg)->empty = true;
	note_extensions(pg, pg->place);
	set_schemas_aside(pg, &schemas);
	set_globals_aside(pg, scope);
	forget_nameless(pg);
	free_extensions(pg);
	return true;
}
