/*
 * vec.h
 *	  A typed array that grows in an arena.
 *
 * MIGR_VEC(int) ids = {0}; migr_vec_push(arena, &ids, 7);
 * Items move when the array grows: keep indexes, not pointers.
 */
#ifndef MIGR_VEC_H
#define MIGR_VEC_H

#include <stdint.h>
#include <string.h>

#include "base/arena.h"

#define MIGR_VEC(type)                                                         \
	struct                                                                     \
	{                                                                          \
		type *items;                                                           \
		int count;                                                             \
		int cap;                                                               \
	}

/* Append a value. */
#define migr_vec_push(arena, vec, value)                                       \
	do                                                                         \
	{                                                                          \
		if ((vec)->count == (vec)->cap)                                        \
			(vec)->items = migr_vec_grow((arena), (vec)->items, (vec)->count,  \
										 &(vec)->cap, sizeof(*(vec)->items));  \
		(vec)->items[(vec)->count++] = (value);                                \
	} while (0)

/* Make a vector a copy of another of its type. */
#define migr_vec_copy(arena, to, from)                                         \
	do                                                                         \
	{                                                                          \
		(to)->items = migr_alloc_array((arena), (size_t) (from)->count + 1,    \
									   sizeof(*(to)->items));                  \
		for (int i_ = 0; i_ < (from)->count; i_++)                             \
			(to)->items[i_] = (from)->items[i_];                               \
		(to)->count = (from)->count;                                           \
		(to)->cap = (from)->count + 1;                                         \
	} while (0)

/* Texts, which others keep. */
typedef MIGR_VEC(const char *) MigrTexts;

/*
 * Return a copy of items in a bigger array, and set *cap to its size.  What was
 * there stays behind in the arena, so big arrays grow in big steps.
 */
static inline void *
migr_vec_grow(MigrArena *arena, void *items, int count, int *cap, size_t size)
{
	int first = size > 32 ? 2 : 4;
	int bigger = *cap == 0 ? first : *cap < 1024 ? *cap * 2 : *cap * 4;
	void *copy = migr_alloc_raw(arena, (size_t) bigger > SIZE_MAX / size
										   ? SIZE_MAX
										   : (size_t) bigger * size);

	if (count > 0)
		memcpy(copy, items, (size_t) count * size);
	*cap = bigger;
	return copy;
}

#endif
