/*
 * test_instant.c
 *	  Dates and times: what is read, what is written, what is refused.
 */
#include "unit.h"

#include "base/instant.h"

#define SECOND INT64_C(1000000)

/* Texts and their seconds since 1970 (as date -u -d says). */
static void
test_parse(void **state)
{
	static const struct
	{
		const char *text;
		int64_t instant;
	} cases[] = {
		{"1970-01-01T00:00:00Z", 0},
		{"1970-01-01", 0},
		{"2026-11-21T10:00:00Z", 1795255200 * SECOND},
		{"2026-11-21 10:00:00", 1795255200 * SECOND},
		{"2026-11-21 10:00", 1795255200 * SECOND},
		{"2026-11-21T11:30:00+01:30", 1795255200 * SECOND},
		{"2026-11-21T11:30:00+0130", 1795255200 * SECOND},
		{"2026-11-21 04:00:00-06", 1795255200 * SECOND},
		{"2026-11-21 10:00Z", 1795255200 * SECOND},
		{"2026-11-21T10:00:00.5Z", 1795255200 * SECOND + 500000},
		{"2026-11-21T10:00:00.000001", 1795255200 * SECOND + 1},
		{"2026-11-21T10:00:00.1234569Z", 1795255200 * SECOND + 123456},
		{"1969-12-31T23:59:59.999999Z", -1},
		{"2000-02-29", 951782400 * SECOND},
		{"1900-03-01", -2203891200 * SECOND},
		{"0001-01-01T00:00:00Z", -62135596800 * SECOND},
		{"9999-12-31T23:59:59Z", 253402300799 * SECOND},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
	{
		int64_t instant = -42;

		assert_true(migr_instant_parse(migr_span(cases[i].text), &instant));
		assert_true(instant == cases[i].instant);
	}
}

static void
test_refused(void **state)
{
	static const char *const cases[] = {
		"",
		"x",
		"2026",
		"2026-11",
		"2026-1-1",
		"2026-13-01",
		"2026-00-01",
		"2026-02-29",
		"1900-02-29",
		"2026-04-31",
		"2026-11-21T",
		"2026-11-21T10",
		"2026-11-21T10:0",
		"2026-11-21T24:00:00Z",
		"2026-11-21T10:60:00Z",
		"2026-11-21T10:00:60Z",
		"2026-11-21T10:00:00.Z",
		"2026-11-21T10:00:00z",
		"2026-11-21T10:00:00Zx",
		"2026-11-21T10:00:00 Z",
		"2026-11-21T10:00:00+1",
		"2026-11-21T10:00:00+10:",
		"2026-11-21T10:00:00+24:00",
		"2026-11-21T10:00:00+10:60",
		"2026-11-21T10:00:00+10:3",
		"2026/11/21",
		"21.11.2026",
		"0000-01-01",
		"0001-01-01T00:00:00+00:01",
		"9999-12-31T23:59:59-00:01",
		" 2026-11-21",
		"-2026-11-21",
		"2026-11-21\n",
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
	{
		int64_t instant = -42;

		if (migr_instant_parse(migr_span(cases[i]), &instant))
			fail_msg("\"%s\" was read", cases[i]);
		assert_true(instant == -42);
	}
}

/* Texts come out as they went in, over every day of some centuries. */
static void
test_text(void **state)
{
	static const char *const cases[] = {
		"1970-01-01T00:00:00Z",		   "2026-11-21T10:00:00Z",
		"2026-11-21T10:00:00.500000Z", "1969-12-31T23:59:59.999999Z",
		"0001-01-01T00:00:00Z",		   "9999-12-31T23:59:59.999999Z",
		"2000-02-29T12:34:56Z",		   "1600-02-29T00:00:00.000001Z",
	};
	Unit unit;
	int64_t instant;

	(void) state;
	unit_open(&unit);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
	{
		assert_true(migr_instant_parse(migr_span(cases[i]), &instant));
		assert_string_equal(migr_instant_text(&unit.ctx.arena, instant),
							cases[i]);
	}
	for (int64_t day = -100000; day < 100000; day += 7)
	{
		int64_t want = day * 86400 * SECOND;

		assert_true(migr_instant_parse(
			migr_span(migr_instant_text(&unit.ctx.arena, want)), &instant));
		assert_true(instant == want);
	}
	/* no year is too far to be written somehow */
	migr_instant_text(&unit.ctx.arena, INT64_MAX);
	migr_instant_text(&unit.ctx.arena, INT64_MIN);
	unit_close(&unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests_name("instant", tests, NULL, NULL);
}
