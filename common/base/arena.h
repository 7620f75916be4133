/*
 * arena.h
 *	  Memory for one call: allocate freely, free nothing, drop the whole.
 *
 * An arena takes big chunks from its host and cuts them into pieces.  The
 * host frees the chunks when the call is over, so nothing in the core has a
 * destructor.  A chunk function never returns NULL: a host that has no memory
 * left unwinds the call (PostgreSQL throws, SQLite jumps back to its door), so
 * nobody here tests for NULL.
 *
 * Built with -DMIGR_ARENA_DEBUG, every piece is a chunk of its own, so that
 * AddressSanitizer and valgrind see each overrun.
 */
#ifndef MIGR_ARENA_H
#define MIGR_ARENA_H

#include <stddef.h>

/* size is in bytes; the result is aligned for any type and never NULL */
typedef void *(*MigrChunk)(void *host, size_t size);

typedef struct MigrArena
{
	MigrChunk chunk;
	void *host;	  /* handed to chunk */
	char *at;	  /* next free byte of the current chunk */
	size_t left;  /* bytes free there */
	size_t total; /* bytes taken from the host so far */
} MigrArena;

/* Make an empty arena that takes its chunks from chunk(host, size). */
extern void migr_arena_init(MigrArena *arena, MigrChunk chunk, void *host);

/* Return size zeroed bytes, aligned to 16; they live as long as the arena. */
extern void *migr_alloc(MigrArena *arena, size_t size);

/* The same, not zeroed: for what is written at once, or may stay unused. */
extern void *migr_alloc_raw(MigrArena *arena, size_t size);

/* Return count * size zeroed bytes; a product that overflows asks the host
 * for more than it has, and so ends like any lack of memory. */
extern void *migr_alloc_array(MigrArena *arena, size_t count, size_t size);

/* Copy len bytes of text and end them with a NUL. */
extern char *migr_strndup(MigrArena *arena, const char *text, size_t len);

/* Copy a NUL-terminated text. */
extern char *migr_strdup(MigrArena *arena, const char *text);

#endif
