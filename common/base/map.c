/*
 * map.c
 *	  Open addressing over an array of entries.  See map.h.
 */
#include "base/map.h"

#include <string.h>

/* FNV-1a, then a mixing step so that the low bits depend on all others */
static uint32_t
hash_text(MigrSpan key)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < key.len; i++)
		hash = (hash ^ (unsigned char) key.ptr[i]) * 16777619u;
	hash ^= hash >> 15;
	hash *= 0x2c1b3c6du;
	return hash ^ (hash >> 12);
}

/* Return the slot that holds key, or the empty one where it belongs. */
static uint32_t
find_slot(const MigrMap *map, MigrSpan key, uint32_t hash)
{
	uint32_t slot = hash & map->mask;

	while (map->slots[slot] != MIGR_MAP_NONE)
	{
		const MigrMapEntry *entry = &map->entries[map->slots[slot]];

		if (entry->hash == hash && entry->key.len == key.len &&
			(key.len == 0 || memcmp(entry->key.ptr, key.ptr, key.len) == 0))
			break;
		slot = (slot + 1) & map->mask;
	}
	return slot;
}

/* Lay out empty slots for cap entries, at most half full. */
static void
lay_slots(MigrMap *map, int32_t cap)
{
	uint32_t count = 16;

	while (count < (uint32_t) cap * 2)
		count *= 2;
	map->slots = migr_alloc_array(map->arena, count, sizeof(int32_t));
	memset(map->slots, 0xff, count * sizeof(int32_t));
	map->mask = count - 1;
}

/* Double the room for entries and put them into new slots. */
static void
grow(MigrMap *map)
{
	int32_t cap = map->cap * 2;
	MigrMapEntry *entries =
		migr_alloc_array(map->arena, (size_t) cap, sizeof(MigrMapEntry));

	memcpy(entries, map->entries, (size_t) map->count * sizeof(MigrMapEntry));
	map->entries = entries;
	map->cap = cap;
	lay_slots(map, cap);
	for (int32_t i = 0; i < map->count; i++)
	{
		uint32_t slot = entries[i].hash & map->mask;

		while (map->slots[slot] != MIGR_MAP_NONE)
			slot = (slot + 1) & map->mask;
		map->slots[slot] = i;
	}
}

void
migr_map_init(MigrMap *map, MigrArena *arena, int32_t expected)
{
	memset(map, 0, sizeof(*map));
	map->arena = arena;
	map->cap = expected < 8 ? 8 : expected;
	map->entries =
		migr_alloc_array(arena, (size_t) map->cap, sizeof(MigrMapEntry));
	lay_slots(map, map->cap);
}

bool
migr_map_put(MigrMap *map, MigrSpan key, int32_t value)
{
	uint32_t hash = hash_text(key);
	uint32_t slot = find_slot(map, key, hash);

	if (map->slots[slot] != MIGR_MAP_NONE)
		return false;
	if (map->count == map->cap)
	{
		grow(map);
		slot = find_slot(map, key, hash);
	}
	map->slots[slot] = map->count;
	map->entries[map->count].key = key;
	map->entries[map->count].hash = hash;
	map->entries[map->count].value = value;
	map->count++;
	return true;
}

int32_t
migr_map_get(const MigrMap *map, MigrSpan key)
{
	int32_t at = map->slots[find_slot(map, key, hash_text(key))];

	return at == MIGR_MAP_NONE ? MIGR_MAP_NONE : map->entries[at].value;
}
