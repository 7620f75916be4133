/*
 * test_err.c
 *	  Errors: the first one wins, and its place is completed from outside.
 */
#include "unit.h"

static void
test_first_wins(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_false(migr_fail(&unit.ctx, MIGR_ERR_RANGE, "first %d", 1));
	assert_false(migr_fail(&unit.ctx, MIGR_ERR_STATE, "second"));
	assert_int_equal(unit.ctx.err.code, MIGR_ERR_RANGE);
	assert_string_equal(unit.ctx.err.message, "first 1");
	assert_null(unit.ctx.err.hint);
	assert_false(migr_hint(&unit.ctx, "Try %s.", "this"));
	assert_false(migr_hint(&unit.ctx, "Try that."));
	assert_string_equal(unit.ctx.err.hint, "Try this.");
	assert_false(migr_detail(&unit.ctx, "It is so."));
	assert_false(migr_detail(&unit.ctx, "It is otherwise."));
	assert_string_equal(unit.ctx.err.detail, "It is so.");
	unit_close(&unit);
}

/* What is known stays; what isn't is added. */
static void
test_place(void **state)
{
	Unit unit;
	MigrPlace inner = {.line = 12, .statement = 3};
	MigrPlace outer = {.revision = "6a32", .path = "x.sql", .line = 1};

	(void) state;
	unit_open(&unit);
	migr_fail(&unit.ctx, MIGR_ERR_SCRIPT, "no");
	assert_false(migr_at(&unit.ctx, &inner));
	assert_false(migr_at(&unit.ctx, &outer));
	assert_int_equal(unit.ctx.err.place.line, 12);
	assert_int_equal(unit.ctx.err.place.statement, 3);
	assert_string_equal(unit.ctx.err.place.revision, "6a32");
	assert_string_equal(unit.ctx.err.place.path, "x.sql");
	assert_null(unit.ctx.err.place.section);
	unit_close(&unit);
}

static void
test_place_text(void **state)
{
	static const struct
	{
		MigrPlace place;
		const char *text;
	} cases[] = {
		{{.revision = "6a32",
		  .path = "versions/6a32_x.sql",
		  .section = "upgrade",
		  .statement = 3,
		  .line = 12},
		 "revision 6a32 (versions/6a32_x.sql), upgrade, statement 3, line 12"},
		{{.path = "x.sql", .line = 4}, "file x.sql, line 4"},
		{{.revision = "a"}, "revision a"},
		{{.line = 4}, "line 4"},
		{{.section = "downgrade", .statement = 1}, "downgrade, statement 1"},
	};
	MigrPlace nowhere = {0};
	Unit unit;

	(void) state;
	unit_open(&unit);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_string_equal(migr_place_text(&unit.ctx.arena, &cases[i].place),
							cases[i].text);
	assert_null(migr_place_text(&unit.ctx.arena, &nowhere));
	unit_close(&unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_wins),
		cmocka_unit_test(test_place),
		cmocka_unit_test(test_place_text),
	};

	return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
