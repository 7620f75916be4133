/*
 * memory.h
 *	  Allocations of SQLite's that fail when they are told to.  Each test includes it
 *	  once, and calls install_faults() before it opens anything.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

static sqlite3_mem_methods real;
static long countdown; /* the allocation that fails; 0: none does */
static bool forever;   /* do all behind it fail too? */
static bool failed;

/* Is it this allocation's turn? */
static bool
fails(void)
{
	if (countdown == 0 || --countdown > 0)
		return false;
	failed = true;
	countdown = forever ? 1 : 0;
	return true;
}

static void *
fault_malloc(int size)
{
	return fails() ? NULL : real.xMalloc(size);
}

static void *
fault_realloc(void *piece, int size)
{
	return fails() ? NULL : real.xRealloc(piece, size);
}

/* Let allocations fail when they are told to. */
static void
install_faults(void)
{
	sqlite3_mem_methods faulty;

	sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real);
	faulty = real;
	faulty.xMalloc = fault_malloc;
	faulty.xRealloc = fault_realloc;
	sqlite3_config(SQLITE_CONFIG_MALLOC, &faulty);
	/* so that each allocation is one */
	sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
	sqlite3_initialize();
}

#endif
