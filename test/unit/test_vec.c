/*
 * test_vec.c
 *	  The typed array.
 */
#include "unit.h"

/* Values keep their place while the array grows. */
static void
test_push(void **state)
{
	Unit unit;
	MIGR_VEC(int) ids = {0};
	MIGR_VEC(MigrSpan) spans = {0};

	(void) state;
	unit_open(&unit);
	for (int i = 0; i < 1000; i++)
	{
		MigrSpan span = {"0123456789", (size_t) i % 10};

		migr_vec_push(&unit.ctx.arena, &ids, i);
		migr_vec_push(&unit.ctx.arena, &spans, span);
	}
	assert_int_equal(ids.count, 1000);
	assert_int_equal(spans.count, 1000);
	for (int i = 0; i < 1000; i++)
	{
		assert_int_equal(ids.items[i], i);
		assert_int_equal(spans.items[i].len, i % 10);
	}
	unit_close(&unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_push),
	};

	return cmocka_run_group_tests_name("vec", tests, NULL, NULL);
}
