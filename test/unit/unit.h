/*
 * unit.h
 *	  What the tests of the core share: a context that frees all at its end,
 *	  and graphs, rows, plans, schemas and changes as short texts.
 *
 * A graph is written "a; b(a); c(b) @lib; m(b,c) +dep": an id, its versioned
 * parents, its labels, what it depends on.  Ids are as they stand, unchecked,
 * in map order.
 *
 * A schema is written "table t; column t.a type=int default={a b}; view v > t.a":
 * a kind, the path of names, attributes, and behind > the paths of what it needs.
 * All is in schema "public", and SQL says the names as they are.
 */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rev/history.h"
#include "rev/plan.h"
#include "schema/change.h"

typedef struct UnitChunk
{
	struct UnitChunk *next;
} UnitChunk;

typedef struct Unit
{
	MigrCtx ctx;
	UnitChunk *chunks;
	long countdown;	   /* the chunk that fails; 0: none does */
	jmp_buf no_memory; /* where a failing chunk jumps to */
} Unit;

/* Make a context over malloc, and free all that it gave. */
extern void unit_open(Unit *unit);
extern void unit_close(Unit *unit);

/* Forget the error, to go on in the same context. */
extern void unit_forget(Unit *unit);

/* Read a graph's text into revisions. */
extern MigrRevisions unit_revisions(Unit *unit, const char *text);

/* Build a graph; false with the context's error where it is none. */
extern bool unit_build(Unit *unit, const char *text, MigrGraph *graph);

/* Find revisions by their full ids, separated by blanks or commas; an id that
 * isn't there is left out. */
extern MigrRevs unit_revs(const MigrGraph *graph, const char *ids);

/* The ids of revisions, joined by blanks; "" where there are none. */
extern const char *unit_ids(const MigrGraph *graph, const MigrRevs *revs);

/* The same in map order, for what is a set. */
extern const char *unit_set(const MigrGraph *graph, const MigrRevs *revs);

/* A step or plan as "+b -m !a": up, down and stamp; "!" alone is base. */
extern const char *unit_step(const MigrGraph *graph, const MigrStep *step);
extern const char *unit_plan(const MigrGraph *graph, const MigrPlan *plan);

/* Read a schema's text; ends the test where it is none. */
extern MigrSchema unit_schema(Unit *unit, const char *text);

/* An object's path. */
extern const char *unit_path(Unit *unit, const MigrObject *object);

/*
 * Changes, joined by blanks: +made -dropped old>new ~altered(type,default), with a !
 * for what is made again, in brackets for what is within another.
 */
extern const char *unit_changes(Unit *unit, const MigrChanges *changes);

/* A short word for an error's code: unknown, ambiguous, heads, range, … */
extern const char *unit_code(MigrCode code);

#endif
