/*
 * disk.h
 *	  A disk in memory as a VFS of SQLite, which fails as real ones do.
 *
 * There is one disk; it starts empty and sound.  Databases on it are opened
 * with the VFS "disk", by one thread.
 */
#ifndef DISK_H
#define DISK_H

#include <stdbool.h>

/* what goes wrong, and which operations are counted until it does */
typedef enum DiskFault
{
	DISK_ERROR, /* an operation of any kind fails */
	DISK_FULL,	/* a write finds no room */
	DISK_POWER	/* at a change the power goes; every later operation fails */
} DiskFault;

/* Register the VFS. */
void disk_register(void);

/* Take all files away; none is open. */
void disk_clear(void);

/* Keep what the disk holds, all of it safe; no file is open. */
void disk_keep(void);

/* Bring back what was kept. */
void disk_return(void);

/* Let the operation with this number, from now and from 1, go wrong; all behind
 * it too if it is for good. */
void disk_arm(DiskFault fault, long number, bool for_good);

/* Make the disk sound again; returns whether it went wrong meanwhile. */
bool disk_disarm(void);

/*
 * Turn the power on again, with no file open.  Of each file that has the content
 * of its last sync, and any part of what was written since: each sector of it
 * is there or isn't, as chance has it.  So it is, all at once, with what was made,
 * removed and truncated.
 */
void disk_recover(unsigned chance);

#endif
