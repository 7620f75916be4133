/*
 * model.h
 *	  What a database looks like, as facts: objects of some kind, with a name, a
 *	  parent, attributes and what they depend on.
 *
 * A host reads its catalog into a MigrSchema, once as the database is and once
 * as its model is when it has been built for real; both by the same queries, so
 * that equal things have equal texts.  The rest of this folder compares two of
 * them (diff), puts what differs into an order that runs (order), and says it in
 * SQL (render) and in words (describe).
 *
 * Objects and texts live in the arena; nothing is freed.
 */
#ifndef MIGR_MODEL_H
#define MIGR_MODEL_H

#include "base/err.h"
#include "base/map.h"
#include "base/vec.h"

typedef enum MigrDialect
{
	MIGR_POSTGRESQL,
	MIGR_SQLITE
} MigrDialect;

typedef enum MigrKind
{
#define MIGR_KIND(kind, word, place) MIGR_##kind,
#include "schema/kinds.def"
	MIGR_KIND_COUNT
} MigrKind;

/* How an object comes and goes, and what a change of an attribute means: see
 * kinds.def. */
typedef enum MigrSeat
{
	MIGR_ALONE,
	MIGR_WITHIN,
	MIGR_UPON
} MigrSeat;

typedef enum MigrHow
{
	MIGR_NOTED,
	MIGR_ALTERED,
	MIGR_SHAKEN,
	MIGR_RECREATED
} MigrHow;

/* Every attribute of every kind: MIGR_COLUMN_TYPE, ...  Within an object they
 * are counted from its kind's first: migr_object_get() takes these. */
typedef enum MigrAttr
{
#define MIGR_ATTR(kind, attribute, how) MIGR_##kind##_##attribute,
#include "schema/kinds.def"
	MIGR_ATTR_COUNT
} MigrAttr;

/* What is the same for all objects of a kind. */
typedef struct MigrKindInfo
{
	const char *word;
	MigrSeat seat;
	MigrAttr first; /* of its attributes */
} MigrKindInfo;

extern const MigrKindInfo *migr_kind_info(MigrKind kind);
extern int migr_attr_count(MigrKind kind);
extern MigrHow migr_attr_how(MigrAttr attr);

typedef struct MigrObject MigrObject;
typedef MIGR_VEC(MigrObject *) MigrObjects;

struct MigrObject
{
	MigrKind kind;
	int number;			/* its place in the schema's objects */
	const char *schema; /* as it is, unquoted; NULL: it is in none */
	const char *name;	/* unquoted; with arguments for a routine */
	const char *sql; /* the name as SQL says it: quoted where it has to be, and
						 * with its schema where that isn't the default one.  A
						 * column's or constraint's is its own alone. */
	MigrObject *parent;	 /* NULL, or the table of a column and so on */
	const char **values; /* of its attributes */
	MigrObjects needs;	 /* what it depends on; the parent isn't listed */
	MigrObjects parts;	 /* whose parent it is, in their order */
	uint32_t hash;		 /* of what it is found by */
};

typedef struct MigrSchema
{
	MigrObjects
		objects; /* parents come before their parts; else in the order in
						  * which they were made, as far as the host knows it */
	bool
		any_case; /* do names that differ in ASCII's case alone mean the same? */
	int32_t *slots; /* where to look for an object: its number, or -1 */
	uint32_t mask;	/* how many slots there are, less one */
} MigrSchema;

/* Begin with nothing; any_case may be set behind it. */
extern void migr_schema_init(MigrCtx *ctx, MigrSchema *schema);

/*
 * Add an object; the texts have to live as long.  Where there is one of its kind,
 * schema, parent and name already, that is returned.
 */
extern MigrObject *migr_schema_add(MigrCtx *ctx, MigrSchema *schema,
								   MigrKind kind, const char *in,
								   const char *name, const char *sql,
								   MigrObject *parent);

/* Find the object that answers to the same kind, schema, parent's name and name as
 * one of another schema; NULL: there is none. */
extern MigrObject *migr_schema_find(MigrCtx *ctx, const MigrSchema *schema,
									const MigrObject *like);

/* Find by names; only the names of the parent count, NULL: none. */
extern MigrObject *migr_schema_get(MigrCtx *ctx, const MigrSchema *schema,
								   MigrKind kind, const char *in,
								   const MigrObject *parent, const char *name);

/* An attribute, which has to be one of the object's kind; NULL where unset. */
extern const char *migr_object_get(const MigrObject *object, MigrAttr attr);
extern void migr_object_set(MigrObject *object, MigrAttr attr,
							const char *value);

/* Note that an object depends on another; twice is once enough for no harm. */
extern void migr_object_need(MigrCtx *ctx, MigrObject *object,
							 MigrObject *needed);

/* Leave out some objects, with all their parts: those that keep() says false of.
 * What depends on them stays. */
typedef bool (*MigrKeep)(const MigrObject *object, void *context);
extern void migr_schema_filter(MigrCtx *ctx, MigrSchema *schema, MigrKeep keep,
							   void *context);

#endif
