/*
 * explain.h
 *	  What explain.c sees of a statement, and advise.c judges.  Include postgres.h
 *	  first.
 */
#ifndef MIGR_PG_EXPLAIN_H
#define MIGR_PG_EXPLAIN_H

#include "storage/lockdefs.h"

#include "pg/pg.h"

/* What the server counts of a relation in a transaction. */
enum
{
	MIGR_SUM_SCANS, /* of the whole table */
	MIGR_SUM_READ,	/* rows, by those */
	MIGR_SUM_ADDED, /* rows */
	MIGR_SUM_UPDATED,
	MIGR_SUM_DELETED,
	MIGR_SUM_COUNT
};

/*
 * A relation that the run has locked, or that was there before it.  Counters may
 * have begun before: what they have grown by is what matters.
 */
typedef struct MigrPgTable
{
	Oid oid;	/* first: the key */
	Oid schema; /* this and the name: before the statement at hand */
	NameData name;
	char kind;					/* pg_class.relkind */
	bool existed;				/* before the run, and for others too */
	bool met;					/* are file and sums known? */
	bool listed;				/* is it in MigrPgWatch.locked? */
	Oid of;						/* of an index: its table; else its own */
	Oid file;					/* its storage */
	LOCKMODE lock;				/* the strongest that is held */
	const char *since;			/* the place in the scripts that took it */
	int64 sums[MIGR_SUM_COUNT]; /* the counters */

	/* by the statement at hand */
	bool gone;		/* it has dropped it, or one before it has */
	bool dropped;	/* it has */
	bool rewritten; /* it has another storage now */
	bool rebuilt;	/* an index of it has, or was dropped */
	LOCKMODE held;	/* as lock; set first */
	LOCKMODE taken; /* a stronger lock than before; NoLock: none */
	LOCKMODE felt;	/* lock, or that on such an index: who reads the table takes
					 * a lock on all of its indexes */
	int64 grown[MIGR_SUM_COUNT];
	int64 indexed; /* rows read by its indexes */
	int64 known;   /* rows, as the catalog has them */
} MigrPgTable;

/* What is known of the relations, since the place was made. */
struct MigrPgWatch
{
	Oid home;			  /* the schema that names leave out */
	HTAB *all;			  /* MigrPgTable */
	MigrPgTable **locked; /* those that the run has a lock on, in any order */
	int count;
	int room;
};

/* A relation's name, as SQL has it. */
extern const char *migr_pg_table_name(const struct MigrPgWatch *watch,
									  const MigrPgTable *table);

/* How many rows were there before, and have changed or are gone. */
extern int64 migr_pg_changed(const MigrPgTable *table);

/* The lock's name, as SQL has it. */
extern const char *migr_pg_lock_word(LOCKMODE lock);

/*
 * Tell who of a big table would wait because of a statement that has run, and which
 * one would keep nobody waiting; NULL: nobody.  Lives in the arena.
 */
extern const char *migr_pg_advise(MigrPg *pg, const char *text);

#endif
