/*
 * arena.c
 *	  Memory for one call.  See arena.h for the contract.
 */
#include "base/arena.h"

#include <stdint.h>
#include <string.h>

#define ALIGNMENT ((size_t) 16)
#define FIRST_CHUNK ((size_t) 8 * 1024)
#define LARGEST_CHUNK ((size_t) 1024 * 1024)

void
migr_arena_init(MigrArena *arena, MigrChunk chunk, void *host)
{
	memset(arena, 0, sizeof(*arena));
	arena->chunk = chunk;
	arena->host = host;
}

/* Ask the host for size bytes, and count them. */
static char *
take_chunk(MigrArena *arena, size_t size)
{
	arena->total += size;
	return arena->chunk(arena->host, size);
}

#ifndef MIGR_ARENA_DEBUG
/*
 * Start a new chunk that holds at least size bytes.  Chunks double up to a
 * megabyte: small calls stay small, big ones ask seldom.
 */
static void
next_chunk(MigrArena *arena, size_t size)
{
	size_t want = arena->total < FIRST_CHUNK ? FIRST_CHUNK : arena->total;

	if (want > LARGEST_CHUNK)
		want = LARGEST_CHUNK;
	if (want < size)
		want = size;
	arena->at = take_chunk(arena, want);
	arena->left = want;
}
#endif

void *
migr_alloc_raw(MigrArena *arena, size_t size)
{
	char *piece;

	if (size > SIZE_MAX - ALIGNMENT)
		return take_chunk(arena, SIZE_MAX);
	size = (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
#ifdef MIGR_ARENA_DEBUG
	piece = take_chunk(arena, size ? size : ALIGNMENT);
#else
	/* a big piece gets a chunk of its own; the current one goes on */
	if (size > LARGEST_CHUNK / 4 && size > arena->left)
		return take_chunk(arena, size);
	if (size > arena->left)
		next_chunk(arena, size);
	piece = arena->at;
	arena->at += size;
	arena->left -= size;
#endif
	return piece;
}

void *
migr_alloc(MigrArena *arena, size_t size)
{
	char *piece = migr_alloc_raw(arena, size);

	/* no host has more; should one return all the same, that's its affair */
	if (size > SIZE_MAX - ALIGNMENT)
		return piece;
	return memset(piece, 0, size);
}

void *
migr_alloc_array(MigrArena *arena, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size)
		return take_chunk(arena, SIZE_MAX);
	return migr_alloc(arena, count * size);
}

char *
migr_strndup(MigrArena *arena, const char *text, size_t len)
{
	char *copy;

	if (len == SIZE_MAX)
		return take_chunk(arena, SIZE_MAX);
	copy = migr_alloc_raw(arena, len + 1);
	if (len > 0)
		memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char *
migr_strdup(MigrArena *arena, const char *text)
{
	return migr_strndup(arena, text, strlen(text));
}
