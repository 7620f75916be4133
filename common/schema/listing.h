/*
 * listing.h
 *	  What stands between the parentheses of a CREATE TABLE, as entries that can
 *	  be taken out, set in and moved.
 *
 * Every byte between the parentheses belongs to one piece of one entry, so a list
 * that isn't changed renders as it was.  A comment behind an entry on its line is
 * the entry's; so are the comments above it, but for those that a blank line sets
 * apart, and for the heading of a group.  A comma is written where one stood, behind the entry before or in front
 * of the one behind; else at the entry's end.
 */
#ifndef MIGR_LISTING_H
#define MIGR_LISTING_H

#include "schema/ddl.h"

/* White space and comments, with at most one comma. */
typedef struct MigrTrivia
{
	MigrSpan text;
	const char *comma; /* in text; NULL: there is none */
} MigrTrivia;

/* A part of a text, and what it becomes. */
typedef struct MigrPatch
{
	MigrSpan at; /* empty: the place to write at */
	const char *text;
} MigrPatch;

typedef MIGR_VEC(MigrPatch) MigrPatches;

typedef struct MigrEntry
{
	MigrTrivia above; /* comments that stay when the entry goes */
	MigrTrivia space; /* what sets the entry apart from that, or from the entry
					   * before */
	MigrTrivia own;	  /* comments of its own, to where its text begins */
	MigrSpan text;
	MigrPatches patches; /* of text, to be done when it is written */
	MigrTrivia tail;	 /* behind it, to the line's end */
	const char *name;	 /* a column's; NULL: it is a constraint */
	bool bare;			 /* no comma stood in front: constraints may do that */
	MigrRuleName *rules; /* the names that its constraints answer to */
	int nrules;			 /* -1: it is new, whatever they are is right */
} MigrEntry;

typedef struct MigrListing
{
	MigrSpan before;		   /* to the opening parenthesis, and a comment
								 * behind that on its line */
	MIGR_VEC(MigrEntry) items; /* columns, then constraints */
	int columns;			   /* how many are columns */
	MigrSpan after;			   /* between the last entry and the parenthesis */
	MigrSpan behind;		   /* from the parenthesis on */
} MigrListing;

/* Take a table's list apart. */
extern void migr_listing_init(MigrCtx *ctx, const MigrTableDef *table,
							  MigrListing *out);

/* Set a new entry in before the one at an index, as its neighbours are.  name is a
 * column's; NULL: it is a constraint. */
extern void migr_listing_insert(MigrCtx *ctx, MigrListing *listing, int at,
								const char *name, MigrSpan text);

/* Take entries out: gone has a flag for each. */
extern void migr_listing_remove(MigrCtx *ctx, MigrListing *listing,
								const bool *gone);

/* Move an entry; to is its index when it has been taken out. */
extern void migr_listing_move(MigrCtx *ctx, MigrListing *listing, int at,
							  int to);

/* Write the whole statement. */
extern MigrSpan migr_listing_render(MigrCtx *ctx, const MigrListing *listing);

/*
 * Replace parts of a text.  They don't overlap, and may be given in any order; at
 * one place what is written comes before what is replaced.  What is left stays apart:
 * words don't join, and a comment to a line's end swallows nothing.
 */
extern MigrSpan migr_patch(MigrCtx *ctx, MigrSpan whole,
						   const MigrPatches *patches);

/* What has to go where a part of a column's text goes: the white space in front,
 * and the comments that are its own.  The parts beside it end at from and begin at
 * to. */
extern MigrSpan migr_patch_cut(const char *from, MigrSpan part, const char *to);

#endif
