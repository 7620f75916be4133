/*
 * file.h
 *	  Write a file whole or not at all; make directories.
 *
 * Plain POSIX, for both hosts.  Nothing allocates, throws or jumps while a file is
 * being made, so none is left half made; what went wrong comes back as an errno.
 */
#ifndef MIGR_FILE_H
#define MIGR_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* the rights that the process's umask leaves */
#define MIGR_FILE_UMASK (-1)

/* A file to be written. */
typedef struct MigrNewFile
{
	const char *path;
	const char *directory; /* that path is in */
	const char *own;	   /* where it is written: beside path, and hidden */
	MigrSpan text;
	bool replace; /* may there be one already?  Then its rights stay. */
	int rights;	  /* of a new one, as for chmod, or MIGR_FILE_UMASK */
} MigrNewFile;

/* Fill in all but text and rights; number makes own a name of its own.  Where a
 * link is to be replaced, path becomes what it leads to. */
extern void migr_file_init(MigrArena *arena, const char *path, uint64_t number,
						   bool replace, MigrNewFile *file);

/*
 * Write the file: under its own name first, which then becomes path, so that no
 * crash leaves half of it.  Without replace a file that is there stays, and
 * EEXIST is returned.  Returns 0; or an errno, and nothing has changed, but for a
 * file that is replaced and whose directory then can't be brought to the disk.
 */
extern int migr_file_write(const MigrNewFile *file);

/*
 * Make a directory and those above it that are missing; one that is there will
 * do.  path is changed, and names on return what couldn't be made.  Returns 0 or
 * an errno.
 */
extern int migr_file_make_directory(char *path, int rights);

#endif
