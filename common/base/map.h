/*
 * map.h
 *	  A hash map from text to a number; it keeps the order of insertion.
 *
 * Values are indexes into an array of the caller's.  Keys are not copied:
 * they live as long as the map.
 */
#ifndef MIGR_MAP_H
#define MIGR_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

#define MIGR_MAP_NONE (-1)

typedef struct MigrMapEntry
{
	MigrSpan key;
	uint32_t hash;
	int32_t value;
} MigrMapEntry;

typedef struct MigrMap
{
	MigrArena *arena;
	MigrMapEntry *entries; /* in order of insertion */
	int32_t count;
	int32_t cap;
	int32_t *slots; /* index into entries, or MIGR_MAP_NONE */
	uint32_t mask;	/* number of slots - 1, a power of two */
} MigrMap;

/* Make an empty map with room for so many keys; it grows by itself. */
extern void migr_map_init(MigrMap *map, MigrArena *arena, int32_t expected);

/* Add key -> value; false (and nothing changes) where the key exists. */
extern bool migr_map_put(MigrMap *map, MigrSpan key, int32_t value);

/* Return the key's value, or MIGR_MAP_NONE. */
extern int32_t migr_map_get(const MigrMap *map, MigrSpan key);

#endif
