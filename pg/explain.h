/*
 * explain.h
 *	  What explain.c sees of a statement, and advise.c judges.  Include postgres.h
 *	  first.
 */
#ifndef MIGR_PG_EXPLAIN_H
#define MIGR_PG_EXPLAIN_H

#include "storage/lockdefs.h"

#include "pg/pg.h"

/*
 * A relation that the run has locked, or that was there before it.  Sums count from
 * an unknown beginning: what they have grown by is what matters.
 */
typedef struct MigrPgTable
{
	Oid oid;		   /* first: the key */
	const char *name;  /* as SQL has it; before the statement at hand */
	char kind;		   /* pg_class.relkind */
	bool existed;	   /* before the run, and for others too */
	Oid of;			   /* of an index: its table; else its own */
	Oid file;		   /* its storage */
	LOCKMODE lock;	   /* the strongest that is held */
	const char *since; /* the place in the scripts that took it */
	int64 sums[4];	   /* see below */

	/* by the statement at hand */
	bool gone;		/* it has dropped it, or one before it has */
	bool dropped;	/* it has */
	bool rewritten; /* it has another storage now */
	bool rebuilt;	/* an index of it has, or was dropped */
	LOCKMODE felt;	/* lock, or that on such an index: who reads the table takes
					 * a lock on all of its indexes */
	LOCKMODE taken; /* a stronger lock than before; NoLock: none */
	int64 grown[4];
	int64 indexed; /* rows read by its indexes */
	int64 known;   /* rows, as the catalog has them */
} MigrPgTable;

/* The places of sums. */
enum
{
	MIGR_SUM_SCANS,	  /* of the whole table */
	MIGR_SUM_READ,	  /* rows, by those */
	MIGR_SUM_ADDED,	  /* rows */
	MIGR_SUM_CHANGED, /* or deleted */
	MIGR_SUM_COUNT
};

/* What is known of the relations, since the place was made. */
struct MigrPgWatch
{
	HTAB *all;			  /* MigrPgTable */
	MigrPgTable **locked; /* those that the run has a lock on */
	int count;
};

/* The lock's name, as SQL has it. */
extern const char *migr_pg_lock_word(LOCKMODE lock);

/*
 * Tell who of a big table would wait because of a statement that has run, and which
 * one would keep nobody waiting; NULL: nobody.  Lives in the arena.
 */
extern const char *migr_pg_advise(MigrPg *pg, const char *text);

#endif
