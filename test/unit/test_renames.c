/*
 * test_renames.c
 *	  Hints of renames in a model: where they may stand, and what they name.
 */
#include "unit.h"

/* The hints of a text: "table.column<old@line", or the error and its line. */
static const char *
hints(Unit *unit, MigrDialect dialect, const char *text)
{
	MigrRenameds found = {0};
	MigrStr str;

	unit_forget(unit);
	if (!migr_find_renamed(&unit->ctx, dialect, migr_span(text), &found))
		return migr_printf(&unit->ctx.arena, "%d: %s", unit->ctx.err.place.line,
						   unit->ctx.err.message);
	migr_str_init(&str, &unit->ctx.arena);
	for (int i = 0; i < found.count; i++)
	{
		const MigrRenamed *hint = &found.items[i];

		migr_str_printf(&str, "%s%s%s%s%s%s<%s@%d", i > 0 ? " " : "",
						hint->schema != NULL ? hint->schema : "",
						hint->schema != NULL ? "." : "", hint->table,
						hint->column != NULL ? "." : "",
						hint->column != NULL ? hint->column : "", hint->old,
						hint->line);
	}
	return str.data;
}

#define assert_pg(text, result)                                                \
	assert_string_equal(hints(&unit, MIGR_POSTGRESQL, text), result)
#define assert_lite(text, result)                                              \
	assert_string_equal(hints(&unit, MIGR_SQLITE, text), result)

/* Hints stand above tables and columns. */
static void
test_places(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_pg("CREATE TABLE a (x int);", "");
	assert_pg("-- migrate:renamed_from b\nCREATE TABLE a (x int);", "a<b@1");
	assert_pg("CREATE TABLE z (y int);\n\n--migrate:renamed_from \"B c\"\n"
			  "-- the table of as\ncreate unlogged table if not exists S.A (\n"
			  "  x int DEFAULT f(1, 2),\n"
			  "  -- migrate:renamed_from O\n  Y text,\n"
			  "  CONSTRAINT c CHECK (x > 0),\n"
			  "  -- migrate:renamed_from q\n  \"Z \"\"z\" int\n);",
			  "s.a<B c@3 s.a.y<o@7 s.a.Z \"z<q@10");
	assert_lite("CREATE TABLE A (\n-- migrate:renamed_from O\n[x y] INT)",
				"A.x y<O@2");
	/* a function's body isn't looked into */
	assert_pg("CREATE FUNCTION f() AS $$ -- migrate:renamed_from x\n$$;", "");
	/* partitions have columns of their own, at most of constraints */
	assert_pg("CREATE TABLE p PARTITION OF q (\n-- migrate:renamed_from o\n"
			  "x DEFAULT 1) FOR VALUES IN (1);",
			  "p.x<o@2");
	unit_close(&unit);
}

/* A hint anywhere else is an error that says where. */
static void
test_errors(void **state)
{
	static const char nothing[] =
		"migrate:renamed_from stands above neither a table nor a column";
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_pg("CREATE TABLE a (x int);\n-- migrate:renamed_from b\n",
			  migr_printf(&unit.ctx.arena, "2: %s", nothing));
	assert_pg("-- migrate:renamed_from b\nCREATE VIEW a AS SELECT 1;",
			  migr_printf(&unit.ctx.arena, "1: %s", nothing));
	assert_pg("CREATE TABLE a (x int,\n-- migrate:renamed_from b\n"
			  "PRIMARY KEY (x));",
			  migr_printf(&unit.ctx.arena, "2: %s", nothing));
	assert_pg("CREATE TABLE a (x int\n-- migrate:renamed_from b\n, y int);",
			  migr_printf(&unit.ctx.arena, "2: %s", nothing));
	assert_pg("CREATE TABLE a (x int, -- migrate:renamed_from b\n y int);",
			  "1: migrate:renamed_from stands behind something else");
	assert_pg("-- migrate:renamed_from b\n-- migrate:renamed_from c\n"
			  "CREATE TABLE a (x int);",
			  "2: migrate:renamed_from stands there twice");
	assert_pg("-- migrate:renamed_from\nCREATE TABLE a (x int);",
			  "1: migrate:renamed_from needs one name");
	assert_pg("-- migrate:renamed_from a.b\nCREATE TABLE a (x int);",
			  "1: migrate:renamed_from needs one name");
	unit_close(&unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
