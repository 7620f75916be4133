/*
 * test_kept.c
 *	  Facts as a text: there and back, what differs, and texts that are damaged.
 */
#include "unit.h"

#include "base/digest.h"
#include "schema/kept.h"

static const char full[] =
	"schema app; sequence s; table a;"
	"column a.x type=int default={nextval('s')} > s; column a.y;"
	"constraint a.pk type=p definition={PRIMARY KEY} > a.x;"
	"index a.i definition={CREATE INDEX i ON a (\n x)} > a.x a.y;"
	"comment a.i.# text={'it''s'} on={INDEX i}; view v definition={} > a a.x";

/* Say a schema, and read that. */
static MigrSchema
there_and_back(Unit *unit, const MigrSchema *schema)
{
	MigrSchema out;

	assert_true(
		migr_kept_read(&unit->ctx, migr_kept_write(&unit->ctx, schema), &out));
	return out;
}

/* Whatever can be said of a schema comes back, in its order. */
static void
test_round_trip(void **state)
{
	Unit unit;
	MigrSchema schema;
	MigrSchema back;
	MigrSpan first;
	MigrSpan second;

	(void) state;
	unit_open(&unit);
	schema = unit_schema(&unit, full);
	back = there_and_back(&unit, &schema);
	assert_null(migr_kept_differ(&unit.ctx, &schema, &back));
	assert_int_equal(schema.objects.count, back.objects.count);
	for (int i = 0; i < schema.objects.count; i++)
		assert_string_equal(unit_path(&unit, schema.objects.items[i]),
							unit_path(&unit, back.objects.items[i]));
	first = migr_kept_write(&unit.ctx, &schema);
	second = migr_kept_write(&unit.ctx, &back);
	assert_int_equal(first.len, second.len);
	assert_memory_equal(first.ptr, second.ptr, first.len);
	schema = unit_schema(&unit, "");
	back = there_and_back(&unit, &schema);
	assert_int_equal(back.objects.count, 0);
	schema = unit_schema(&unit, "table a; column a.b");
	schema.any_case = true;
	back = there_and_back(&unit, &schema);
	assert_true(back.any_case);
	unit_close(&unit);
}

/* The parts of an object keep an order of their own. */
static void
test_parts(void **state)
{
	Unit unit;
	MigrSchema schema;
	MigrSchema back;
	MigrObjects *parts;
	MigrObject *first;

	(void) state;
	unit_open(&unit);
	schema = unit_schema(&unit, "table a; column a.x; column a.y; column a.z");
	parts = &schema.objects.items[0]->parts;
	first = parts->items[0];
	parts->items[0] = parts->items[2];
	parts->items[2] = first;
	back = there_and_back(&unit, &schema);
	assert_string_equal(back.objects.items[1]->name, "x");
	assert_string_equal(back.objects.items[0]->parts.items[0]->name, "z");
	assert_string_equal(back.objects.items[0]->parts.items[2]->name, "x");
	unit_close(&unit);
}

/* What two schemas don't agree about. */
static const char *
differs(Unit *unit, const char *a, const char *b)
{
	MigrSchema one = unit_schema(unit, a);
	MigrSchema two = unit_schema(unit, b);
	const char *found = migr_kept_differ(&unit->ctx, &one, &two);

	return found != NULL ? found : "";
}

/* Attributes, needs and the order of columns count; that of objects doesn't. */
static void
test_differ(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_string_equal(differs(&unit, full, full), "");
	assert_string_equal(differs(&unit, "table a; table b", "table b; table a"),
						"");
	assert_string_equal(differs(&unit, "table a", "table a; view b"), "view b");
	assert_string_equal(differs(&unit, "table a; view b", "table a"), "view b");
	assert_string_equal(
		differs(&unit, "table a; column a.x type=int", "table a; column a.x"),
		"column a.x");
	assert_string_equal(differs(&unit, "table a; comment a.# text=x on=y",
								"table a; comment a.# text=x on=z"),
						"comment a.#");
	assert_string_equal(differs(&unit, "table a; view v > a; view w",
								"table a; view v; view w"),
						"view v");
	assert_string_equal(differs(&unit, "table a; view v; view w > a",
								"table a; view v; view w > v"),
						"view w");
	assert_string_equal(differs(&unit, "table a; column a.x; column a.y",
								"table a; column a.y; column a.x"),
						"table a");
	unit_close(&unit);
}

/* Try to read a text. */
static void
read_text(Unit *unit, const char *text, size_t len, bool good)
{
	MigrSpan span = {text, len};
	MigrSchema out;

	assert_int_equal(migr_kept_read(&unit->ctx, span, &out), good);
	if (!good)
		assert_string_equal(unit->ctx.err.message,
							"the kept facts are damaged");
	unit_forget(unit);
}

/* Whatever is cut off or changed shows. */
static void
test_damage(void **state)
{
	Unit unit;
	MigrSchema schema;
	MigrSpan text;
	char *copy;

	(void) state;
	unit_open(&unit);
	schema = unit_schema(&unit, full);
	text = migr_kept_write(&unit.ctx, &schema);
	copy = migr_span_dup(&unit.ctx.arena, text);
	for (size_t len = 0; len < text.len; len++)
		read_text(&unit, text.ptr, len, false);
	for (size_t i = 0; i < text.len; i++)
	{
		copy[i] ^= 1;
		read_text(&unit, copy, text.len, false);
		copy[i] ^= 1;
	}
	read_text(&unit, copy, text.len, true);
	unit_close(&unit);
}

/* Give a text the digest that it should have, and read it. */
static bool
read_forged(Unit *unit, const char *body, size_t len)
{
	MigrSchema out;
	MigrStr str;
	bool ok;

	migr_str_init(&str, &unit->ctx.arena);
	migr_str_add_n(&str, body, len);
	ok = migr_kept_read(&unit->ctx, migr_digest_seal(&str), &out);
	if (ok)
		/* whatever it is, it can be said */
		(void) migr_kept_write(&unit->ctx, &out);
	unit_forget(unit);
	return ok;
}

/* Nor does it do harm where somebody has made the digest anew. */
static void
test_forged(void **state)
{
	static const char *const bad[] = {
		"",
		"1 0 ",
		"0 2 0 0 ",
		"0 0 0 0",
		"0 0 0 0 0 ",
		"1 0 99999 0 -1 a\n=0 0 0 ",
		"1 0 7 1 -1 a\n=0 0 0 ",
		"1 0 7 0 -2 a\n=0 0 0 ",
		"1 0 7 0 -99999999999 a\n=0 0 0 ",
		"1 0 7 0 -2147483646 a\n=0 0 0 ",
		"1 0 7 0 --=0 0 0 ",
		"1 0 7 0 -1 a\n-0 0 0 ",
		"1 0 7 0 -1 a\n=1 99 1 x\n0 0 ",
		"1 0 7 0 -1 a\n=999 0 0 ",
		"2 0 7 0 -1 a\n=0 7 0 -1 a\n=0 0 0 ",
		"1 0 7 0 -1 a\n=0 2 1 0 0 0 ",
		"1 0 7 0 -1 a\n=0 1 1 1 0 0 ",
		"1 0 7 0 -1 a\n=0 1 2000000000 0 0 ",
		"1 0 7 0 -1 a\n=0 0 1 1 0 0 ",
		"1 0 7 0 -1 a\n=0 0 1 2000000000 0 ",
	};
	Unit unit;
	MigrSchema schema;
	MigrSpan text;
	uint32_t random = 1;
	char *copy;

	(void) state;
	unit_open(&unit);
	assert_true(read_forged(&unit, "1 0 7 0 -1 a\n=0 0 0 ", 20));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(read_forged(&unit, bad[i], strlen(bad[i])));
	schema = unit_schema(&unit, full);
	text = migr_kept_write(&unit.ctx, &schema);
	for (int i = 0; i < 20000; i++)
	{
		copy = migr_span_dup(&unit.ctx.arena, text);
		for (int j = 0; j <= i % 3; j++)
		{
			random = random * 1664525 + 1013904223;
			copy[(random >> 8) % (text.len - 32)] =
				"0123459 -=\nxyz"[random >> 4 & 7];
		}
		(void) read_forged(&unit, copy, text.len - 32);
	}
	unit_close(&unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip), cmocka_unit_test(test_parts),
		cmocka_unit_test(test_differ),	   cmocka_unit_test(test_damage),
		cmocka_unit_test(test_forged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
