/*
 * test_arena.c
 *	  Memory for one call: alignment, zeroes, sizes that overflow.
 */
#include "unit.h"

#include <string.h>

/* Every piece is aligned, zeroed and a piece of its own. */
static void
test_pieces(void **state)
{
	Unit unit;
	char *before = NULL;

	(void) state;
	unit_open(&unit);
	for (size_t size = 0; size < 3000; size += 7)
	{
		char *piece = migr_alloc(&unit.ctx.arena, size);

		assert_non_null(piece);
		assert_ptr_not_equal(piece, before);
		assert_int_equal((uintptr_t) piece % 16, 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(piece[i], 0);
		memset(piece, 0xAA, size);
		before = piece;
	}
	unit_close(&unit);
}

/* A big piece leaves the small ones alone. */
static void
test_big(void **state)
{
	Unit unit;
	char *small;
	char *big;

	(void) state;
	unit_open(&unit);
	small = migr_strdup(&unit.ctx.arena, "small");
	big = migr_alloc(&unit.ctx.arena, 10 * 1024 * 1024);
	big[10 * 1024 * 1024 - 1] = 1;
	assert_string_equal(small, "small");
	assert_string_equal(migr_strdup(&unit.ctx.arena, "more"), "more");
	assert_true(unit.ctx.arena.total >= 10 * 1024 * 1024);
	unit_close(&unit);
}

/* Copies end with a NUL, also those of nothing. */
static void
test_copies(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_string_equal(migr_strndup(&unit.ctx.arena, "abcdef", 3), "abc");
	assert_string_equal(migr_strndup(&unit.ctx.arena, NULL, 0), "");
	assert_string_equal(migr_strdup(&unit.ctx.arena, ""), "");
	unit_close(&unit);
}

static size_t asked; /* the last size that the host was asked for */

/* A host that notes what it is asked for, and has one small piece. */
static void *
note(void *host, size_t size)
{
	static char piece[64 * 1024];

	(void) host;
	asked = size;
	return piece;
}

/* A product that overflows asks for more than there is. */
static void
test_overflow(void **state)
{
	MigrArena arena;

	(void) state;
	migr_arena_init(&arena, note, NULL);
	migr_alloc_array(&arena, SIZE_MAX / 2, 3);
	assert_true(asked == SIZE_MAX);
	asked = 0;
	migr_alloc(&arena, SIZE_MAX - 3);
	assert_true(asked == SIZE_MAX);
	asked = 0;
	migr_strndup(&arena, "", SIZE_MAX);
	assert_true(asked == SIZE_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_big),
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_overflow),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
