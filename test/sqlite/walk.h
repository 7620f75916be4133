/*
 * walk.h
 *	  What the tests share in which each allocation of a call fails in turn.  Each
 *	  includes it once.
 */
#ifndef WALK_H
#define WALK_H

#include "connect.h"
#include "memory.h"

static sqlite3_int64 used; /* before the test */

/* Begin a test with its arguments: the module and the directory. */
static void
begin_walks(int argc, char **argv)
{
	CHECK(argc == 3);
	module = argv[1];
	directory = argv[2];
	install_faults();
	used = sqlite3_memory_used();
}

/* End it: nothing is left allocated. */
static void
end_walks(void)
{
	CHECK(sqlite3_memory_used() == used);
}

/* Fail an allocation of a call: it fails, or gives what it gives else.  False: it has
 * fewer allocations. */
static bool
fail_call(sqlite3 *db, const char *call, long at, const char *good)
{
	char *now;

	failed = false;
	countdown = at;
	now = run(db, call);
	countdown = 0;
	/* run() may have had no memory for what came out */
	CHECK(failed || now != NULL);
	CHECK(now == NULL || strcmp(now, good) == 0 ||
		  (failed && (now[0] == '!' || now[0] == '\0')));
	sqlite3_free(now);
	return failed;
}

#endif
