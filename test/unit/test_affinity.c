/*
 * test_affinity.c
 *	  Types of several names.
 */
#include "unit.h"

#include "schema/affinity.h"

static void
test_same_type(void **state)
{
	static const struct
	{
		const char *a;
		const char *b;
		bool same;
	} cases[] = {
		{"int", "integer", true},
		{"int", "bigint", false},
		{"float", "double precision", true},
		{"float(1)", "real", true},
		{"float(24)", "float4", true},
		{"float(25)", "float8", true},
		{"float(53)", "double precision", true},
		{"float(53)", "real", false},
		{"float(0)", "real", false},
		{"float(54)", "double precision", false},
		{"float(1,2)", "real", false},
		{"float()", "real", false},
		{"character varying(20)", "varchar(20)", true},
		{"nchar varying(20)", "varchar(20)", true},
		{"national character varying(20)", "char varying(20)", true},
		{"national char varying(20)", "varchar(30)", false},
		{"nchar(3)", "character(3)", true},
		{"national char", "char(1)", true},
		{"national character(3)", "char", false},
		{"nvarchar(20)", "varchar(20)", false},
		{"numeric(8)", "decimal(8,0)", true},
		{"decimal", "numeric(8,0)", false},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
	{
		Unit unit;

		unit_open(&unit);
		if (migr_same_type(&unit.ctx, cases[i].a, cases[i].b) != cases[i].same)
			fail_msg("%s: %s", cases[i].a, cases[i].b);
		unit_close(&unit);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_same_type)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
