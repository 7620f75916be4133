/*
 * catalog.h
 *	  What the files that read the catalog share: a reading in progress, and
 *	  their functions, grouped by file.  Include postgres.h first.
 *
 * The queries bring oids and plain facts, under the call's own search_path.
 * What the server's deparsers print is asked for one by one in C, under a path
 * that has the default schema and nothing else of the user's: so names come
 * qualified where MigrObject.sql has them so, and no query's text is ever read
 * under a path on which a user could put something.
 */
#ifndef MIGR_CATALOG_H
#define MIGR_CATALOG_H

#include "catalog/objectaddress.h"
#include "catalog/pg_depend.h"

#include "pg/pg.h"
#include "schema/model.h"

typedef struct MigrCatalog
{
	MigrPg *pg;
	MigrCtx *ctx;
	const MigrScope *scope;
	MigrSchema *out;
	MigrValue schemas; /* {2200,...}: the oids of those that are read */
	Oid home;		   /* the default schema */
	const char *path;  /* search_path for the deparsers */
	MigrMap used;	   /* the names of the schemas that count */
	struct migr_addresses_hash *addresses; /* what each belongs to */
	MIGR_VEC(Oid) oids; /* of each object of out: when it was made */
	MIGR_VEC(FormData_pg_depend) edges; /* all of pg_depend */
	/* of those, what the server made along with something, if that isn't known */
	MIGR_VEC(FormData_pg_depend) inner;
} MigrCatalog;

/* ---- catalog.c ---------------------------------------------------------- */

/* Run a query whose parameter $1, if it has one, is the schemas. */
extern void migr_catalog_query(MigrCatalog *cat, const char *sql,
							   MigrRows *rows);

/* A row of the catalog as it lies there. */
typedef struct MigrCatalogRow
{
	HeapTuple tuple;
	TupleDesc desc;
} MigrCatalogRow;

/* Take all rows of a table of the catalog, as an index orders them. */
extern void migr_catalog_scan(MigrCatalog *cat, Oid table, Oid order,
							  void (*take)(MigrCatalog *,
										   const MigrCatalogRow *));

/* A cell as text (NULL for null), a number (0 for null), an oid. */
extern const char *migr_catalog_text(const MigrRows *rows, int row, int cell);
extern int64_t migr_catalog_number(const MigrRows *rows, int row, int cell);
extern Oid migr_catalog_oid(const MigrRows *rows, int row, int cell);

/* A true cell as a flag. */
extern const char *migr_catalog_flag(const MigrRows *rows, int row, int cell);

/*
 * Add an object with an oid, and have its address found.  NULL: it isn't ours
 * to read, because it is an extension's.
 */
extern MigrObject *migr_catalog_add(MigrCatalog *cat, MigrKind kind,
									Oid catalog, Oid oid, Oid schema,
									const char *name, const char *sql,
									MigrObject *parent);

/* Add one without an address of its own, made along with the one of that oid. */
extern MigrObject *migr_catalog_add_part(MigrCatalog *cat, MigrKind kind,
										 Oid made, const char *name,
										 const char *sql, MigrObject *parent);

/* Have an address found as an object's; NULL: it is known to be nobody's. */
extern void migr_catalog_put(MigrCatalog *cat, Oid catalog, Oid oid, int sub,
							 MigrObject *object);

/* Find what an address belongs to, or the whole that it is a part of; NULL: to
 * nothing that is read. */
extern MigrObject *migr_catalog_find(const MigrCatalog *cat, Oid catalog,
									 Oid oid, int sub);

/* Find the object that something is a part of; NULL: none, or an extension. */
extern MigrObject *migr_catalog_parent(const MigrCatalog *cat, Oid catalog,
									   Oid oid);

/* Is an address known, as an object's or as nobody's? */
extern bool migr_catalog_known(const MigrCatalog *cat, Oid catalog, Oid oid);

/* A name in SQL: quoted where it has to be; the second with its schema if that
 * isn't the default one.  The third is always so. */
extern const char *migr_catalog_quote(MigrCatalog *cat, const char *name);
extern const char *migr_catalog_name(MigrCatalog *cat, Oid schema,
									 const char *name);
extern const char *migr_catalog_full(MigrCatalog *cat, Oid schema,
									 const char *name);

/* The table, view or index of an oid likewise; and a type. */
extern const char *migr_catalog_relation(MigrCatalog *cat, Oid relation);
extern const char *migr_catalog_type(MigrCatalog *cat, Oid type, int typmod);
extern const char *migr_catalog_collation(MigrCatalog *cat, Oid collation);

/* Call one of the server's functions that print; NULL where it returns null. */
extern const char *migr_catalog_print(MigrCatalog *cat, PGFunction function,
									  int nargs, Datum arg, Datum other);

/*
 * Copy a printed text as it is printed again once it has been read: see settle.h.
 * And "a IN ('x', 'y')" of a varchar is printed as an array that is cast as a whole,
 * and read as one whose elements are: a cast to what it is anyway keeps them apart.
 */
extern const char *migr_catalog_settle(MigrCatalog *cat, const char *text);

/* An expression of a table's (InvalidOid: of none), out of its tree. */
extern const char *migr_catalog_expr(MigrCatalog *cat, const char *tree,
									 Oid table);

/* A text with what it begins with, or where it isn't quoted first, exchanged. */
extern const char *migr_catalog_swap_head(MigrCatalog *cat, const char *text,
										  const char *head, const char *by);
extern const char *migr_catalog_swap(MigrCatalog *cat, const char *text,
									 const char *part, const char *by);

/* The default schema, as the caller's search_path has it.  Throws if there is
 * none. */
extern Oid migr_catalog_home(MigrPg *pg);

/* Find the schemas that a scope takes in: rows of oid and name. */
extern void migr_catalog_schemas(MigrPg *pg, const MigrScope *scope,
								 MigrRows *rows);

/* ---- catalog_table.c ------------------------------------------------------- */

extern void migr_catalog_read_relations(MigrCatalog *cat);
extern void migr_catalog_read_constraints(MigrCatalog *cat);

/* ---- catalog_column.c ------------------------------------------------------ */

extern void migr_catalog_read_columns(MigrCatalog *cat);

/* ---- catalog_plain.c ------------------------------------------------------- */

/* The numbers in a column of a row that is an array of smallint; none if it is
 * null. */
extern const int16 *migr_catalog_numbers(const MigrCatalogRow *row, int number,
										 int *count);

/* The names of a table's columns, by their numbers, joined by ", "; NULL: one of
 * them is no column. */
extern const char *migr_catalog_columns(MigrCatalog *cat, Oid table,
										const int16 *numbers, int count);

/*
 * What the server would print of an index, out of its row of pg_index, and the
 * names of its columns; of a table's constraint, whose columns and target are set,
 * out of its row of pg_constraint, without NOT VALID.  NULL: it isn't plain, ask the
 * server.
 */
extern const char *migr_catalog_plain_index(MigrCatalog *cat,
											const MigrObject *index,
											const MigrCatalogRow *row,
											const char **columns);
extern const char *migr_catalog_plain_constraint(MigrCatalog *cat,
												 const MigrObject *constraint,
												 const MigrCatalogRow *row);

/* ---- catalog_part.c -------------------------------------------------------- */

extern void migr_catalog_read_indexes(MigrCatalog *cat);
extern void migr_catalog_read_sequences(MigrCatalog *cat);
extern void migr_catalog_read_inheritance(MigrCatalog *cat);
extern void migr_catalog_read_statistics(MigrCatalog *cat);

/* ---- catalog_type.c -------------------------------------------------------- */

extern void migr_catalog_read_types(MigrCatalog *cat);
extern void migr_catalog_read_collations(MigrCatalog *cat);

/* ---- catalog_code.c -------------------------------------------------------- */

extern void migr_catalog_read_routines(MigrCatalog *cat);
extern void migr_catalog_read_triggers(MigrCatalog *cat);
extern void migr_catalog_read_rules(MigrCatalog *cat);
extern void migr_catalog_read_policies(MigrCatalog *cat);
extern void migr_catalog_read_event_triggers(MigrCatalog *cat);

/* ---- catalog_aggregate.c --------------------------------------------------- */

/* Set the statement that makes an aggregate. */
extern void migr_catalog_set_aggregate(MigrCatalog *cat, MigrObject *aggregate,
									   Oid oid);

/* ---- catalog_other.c ------------------------------------------------------- */

extern void migr_catalog_read_others(MigrCatalog *cat);

/* ---- catalog_publication.c ------------------------------------------------- */

extern void migr_catalog_read_publications(MigrCatalog *cat);

/* ---- catalog_say.c --------------------------------------------------------- */

/*
 * Name what an address is, which belongs to an object, as COMMENT, ALTER and
 * GRANT do: TABLE t, CONSTRAINT c ON t.
 */
extern const char *migr_catalog_say(MigrCatalog *cat, Oid catalog, Oid oid,
									int sub, const MigrObject *object);

extern void migr_catalog_read_comments(MigrCatalog *cat);

/* ---- catalog_rights.c ------------------------------------------------------ */

extern void migr_catalog_read_owners(MigrCatalog *cat);
extern void migr_catalog_read_grants(MigrCatalog *cat);
extern void migr_catalog_read_default_privileges(MigrCatalog *cat);

/* ---- catalog_depend.c ------------------------------------------------------ */

/* What belongs to extensions, before all else. */
extern void migr_catalog_read_members(MigrCatalog *cat);

/* Let what the server made along with an object stand for it: the functions of a
 * range type are known from here on. */
extern void migr_catalog_close(MigrCatalog *cat);

/* What needs what, behind all else. */
extern void migr_catalog_read_needs(MigrCatalog *cat);

#endif
