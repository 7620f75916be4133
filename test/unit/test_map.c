/*
 * test_map.c
 *	  The hash map: what is in it, and in which order.
 */
#include "unit.h"

/* Many keys are found again, in the order they came; others aren't. */
static void
test_many(void **state)
{
	Unit unit;
	MigrMap map;

	(void) state;
	unit_open(&unit);
	migr_map_init(&map, &unit.ctx.arena, 0);
	for (int i = 0; i < 5000; i++)
	{
		const char *key = migr_printf(&unit.ctx.arena, "key%d", i);

		assert_int_equal(migr_map_get(&map, migr_span(key)), MIGR_MAP_NONE);
		assert_true(migr_map_put(&map, migr_span(key), i * 2));
	}
	for (int i = 0; i < 5000; i++)
	{
		const char *key = migr_printf(&unit.ctx.arena, "key%d", i);

		assert_int_equal(migr_map_get(&map, migr_span(key)), i * 2);
		assert_true(migr_span_is(map.entries[i].key, key));
		assert_false(migr_map_put(&map, migr_span(key), 7));
		assert_int_equal(migr_map_get(&map, migr_span(key)), i * 2);
	}
	assert_int_equal(map.count, 5000);
	assert_int_equal(migr_map_get(&map, migr_span("key5000")), MIGR_MAP_NONE);
	unit_close(&unit);
}

/* A key is its bytes: the empty one and parts of a text count. */
static void
test_keys(void **state)
{
	Unit unit;
	MigrMap map;
	MigrSpan part = {"abcdef", 3};
	MigrSpan nul = {"a\0b", 3};

	(void) state;
	unit_open(&unit);
	migr_map_init(&map, &unit.ctx.arena, 4);
	assert_true(migr_map_put(&map, migr_span(""), 1));
	assert_false(migr_map_put(&map, migr_span(NULL), 2));
	assert_true(migr_map_put(&map, part, 3));
	assert_true(migr_map_put(&map, nul, 4));
	assert_int_equal(migr_map_get(&map, migr_span("abc")), 3);
	assert_int_equal(migr_map_get(&map, migr_span("abcdef")), MIGR_MAP_NONE);
	assert_int_equal(migr_map_get(&map, migr_span("a")), MIGR_MAP_NONE);
	assert_int_equal(migr_map_get(&map, migr_span("")), 1);
	unit_close(&unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_keys),
	};

	return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
