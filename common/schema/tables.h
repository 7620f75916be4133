/*
 * tables.h
 *	  What tables are, by the statements that made them, as SQLite would store it.
 *
 * Statements are followed, not run: CREATE TABLE, ALTER TABLE, CREATE INDEX and
 * TRIGGER, and DROP of these.  What a statement makes of a table and can't be told
 * leaves that one unknown.  Others change no table's definition.
 */
#ifndef MIGR_TABLES_H
#define MIGR_TABLES_H

#include "schema/ddl.h"
#include "schema/facts.h"

typedef struct MigrKnownTable
{
	MigrSpan sql; /* its CREATE TABLE; no ptr: it isn't there, or isn't known */
	MigrTableDef def;	   /* the same, taken apart */
	MigrStoredTexts parts; /* its indexes and triggers */
} MigrKnownTable;

typedef struct MigrTables
{
	MigrCtx *ctx;
	MigrMap names; /* in small letters -> place in items */
	MIGR_VEC(MigrKnownTable) items;
	MigrMap owners; /* of an index or a trigger: the place of its last table */
	MIGR_VEC(int) owning;
} MigrTables;

/* Begin with no table known. */
extern void migr_tables_init(MigrCtx *ctx, MigrTables *tables);

/* Find a table; NULL: it isn't known. */
extern const MigrKnownTable *migr_tables_find(const MigrTables *tables,
											  const char *name);

/* Take a table in as it is known elsewhere. */
extern void migr_tables_add(MigrTables *tables, const MigrKnownTable *table);

/* Follow a statement, which has to live as long.  false: what it makes of a table
 * can't be told; no error is set. */
extern bool migr_tables_follow(MigrTables *tables, MigrSpan statement);

/* All that is known, as facts. */
extern bool migr_tables_read(const MigrTables *tables, MigrSchema *out);

#endif
