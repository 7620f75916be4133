/*
 * test_describe.c
 *	  Changes in words: Alembic's, and those for what it doesn't know.
 */
#include "unit.h"

/* Describe the changes from one schema to another: a line each, and behind it what
 * is lost, or perhaps renamed. */
static const char *
described(Unit *unit, const char *from, const char *to)
{
	MigrSchema live = unit_schema(unit, from);
	MigrSchema model = unit_schema(unit, to);
	MigrChanges changes = {0};
	MigrDescriptions rows = {0};
	MigrStr str;

	migr_diff(&unit->ctx, MIGR_POSTGRESQL, &live, &model, &changes);
	migr_order(&unit->ctx, MIGR_POSTGRESQL, &changes);
	for (int i = 0; i < changes.count; i++)
		migr_describe(&unit->ctx, changes.items[i], &rows);
	migr_str_init(&str, &unit->ctx.arena);
	for (int i = 0; i < rows.count; i++)
		migr_str_printf(&str, "%s%s: %s%s%s%s%s", i > 0 ? "\n" : "",
						rows.items[i].operation, rows.items[i].description,
						rows.items[i].loss != NULL ? "; " : "",
						rows.items[i].loss != NULL ? rows.items[i].loss : "",
						rows.items[i].likely != NULL ? "; " : "",
						rows.items[i].likely != NULL ? rows.items[i].likely
													 : "");
	return str.data;
}

/* Check the lines of a change, and those of the way back. */
#define assert_both(from, to, up, down)                                        \
	do                                                                         \
	{                                                                          \
		assert_string_equal(described(&unit, from, to), up);                   \
		assert_string_equal(described(&unit, to, from), down);                 \
	} while (0)

/* Tables and columns. */
static void
test_tables(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_both("", "table t; column t.a; constraint t.p type=p > t.a",
				"add_table: added table 't'",
				"remove_table: removed table 't'; the rows of table t");
	assert_both(
		"table t; column t.a type=int",
		"table t; column t.a type=int;"
		"column t.b type=text; column t.c generated={(a) STORED}",
		"add_column: added column 't.b'\nadd_column: added column 't.c'",
		"remove_column: removed column 't.c'\n"
		"remove_column: removed column 't.b'; the values of t.b");
	assert_both(
		"table t; column t.a type=int default=1 identity=ALWAYS"
		" identity_options={INCREMENT BY 2 NO CYCLE}",
		"table t; column t.a type=text not_null storage=MAIN"
		" identity_options={INCREMENT BY 3 START WITH 2}",
		"modify_type: type change from int to text on 't.a'\n"
		"modify_nullable: NOT NULL on column 't.a'\n"
		"modify_default: server default on column 't.a'\n"
		"modify_default: server default on column 't.a': identity options "
		"attributes ['always', 'cycle', 'increment', 'start']\n"
		"modify_storage: storage on column 't.a'",
		"modify_type: type change from text to int on 't.a'\n"
		"modify_nullable: NULL on column 't.a'\n"
		"modify_default: server default on column 't.a'\n"
		"modify_default: server default on column 't.a': identity options "
		"attributes ['always', 'cycle', 'increment', 'start']\n"
		"modify_storage: storage on column 't.a'");
	assert_both("table t; column t.a type=int",
				"table t; column t.a type=int generated={(1) STORED}",
				"modify_default: computed default on column 't.a'; "
				"the values of t.a",
				"modify_default: computed default on column 't.a'");
	unit_close(&unit);
}

/* Indexes and constraints. */
static void
test_rules(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_both("table t; column t.a; column t.b",
				"table t; column t.a; column t.b;"
				"index t.i definition=x columns={a, \"b \"\"c\"}",
				"add_index: added index 'i' on '('a', 'b \"c')'",
				"remove_index: removed index 'i' on 't'");
	assert_both("table t; index t.i definition=x columns={a}",
				"table t; index t.i definition=y unique columns={f(a, b)}",
				"modify_index: changed index 'i' on 't': unique=False to "
				"unique=True, expression ('a',) to ('f(a, b)',)",
				"modify_index: changed index 'i' on 't': unique=True to "
				"unique=False, expression ('f(a, b)',) to ('a',)");
	assert_both("table t", "table t; constraint t.u type=u columns={a}",
				"add_constraint: added unique constraint 'u' on '('a',)'",
				"remove_constraint: removed unique constraint 'u' on 't'");
	assert_both("table t", "table t; constraint t.c type=c",
				"add_constraint: added check constraint 'c' on table 't'",
				"remove_constraint: removed check constraint 'c' on table 't'");
	assert_both(
		"table t",
		"table t; constraint t.f type=f columns={a, b} target={u(c, d)}",
		"add_fk: added foreign key (a, b)(c, d) on table t",
		"remove_fk: removed foreign key (a, b)(c, d) on table t");
	assert_string_equal(
		described(&unit,
				  "table t; constraint t.f type=f definition=x columns={a} "
				  "target={u(c)}",
				  "table t; constraint t.f type=f definition=y columns={b} "
				  "target={u(c)}"),
		"remove_fk: removed foreign key (a)(c) on table t\n"
		"add_fk: added foreign key (b)(c) on table t");
	assert_both("table t; constraint t.c type=c definition=x",
				"table t; constraint t.d type=c definition=x",
				"rename_constraint: renamed check constraint 'c' to 'd' on "
				"table 't'",
				"rename_constraint: renamed check constraint 'd' to 'c' on "
				"table 't'");
	unit_close(&unit);
}

/* All that Alembic doesn't know. */
static void
test_others(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_both("table t; column t.a; comment t.a.# text=x; comment t.# text=y",
				"table t; column t.a; comment t.a.# text=z",
				"modify_comment: column comment 't.a'\n"
				"remove_table_comment: table comment 't'",
				"add_table_comment: table comment 't'\n"
				"modify_comment: column comment 't.a'");
	assert_both("", "matview m; trigger m.t; sequence s",
				"add_materialized_view: added materialized view 'm'\n"
				"add_trigger: added trigger 't' on materialized view 'm'\n"
				"add_sequence: added sequence 's'",
				"remove_sequence: removed sequence 's'; the value of sequence "
				"s\nremove_materialized_view: removed materialized view 'm'");
	assert_both("view v definition=x columns=a",
				"view v definition=y columns=b",
				"modify_view: changed view 'v': columns, definition",
				"modify_view: changed view 'v': columns, definition");
	/* a type that is made anew, and the column that follows, are one change */
	assert_both("enum e labels={'a', 'b'}; table t; column t.a type=e > e",
				"enum e labels={'b'}; table t; column t.a type=e > e",
				"modify_type: changed type 'e': labels",
				"modify_type: changed type 'e': labels");
	assert_both("table t; table u",
				"table t; table u; inheritance u.t bound=DEFAULT > t",
				"add_partition: added partition 'u' of 't'",
				"remove_partition: removed partition 'u' of 't'");
	unit_close(&unit);
}

/* A default that goes and comes is none's business, unless it is another one. */
static void
test_halves(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_both(
		"function f() signature=x; table t; column t.a default=f() > f()",
		"function f() signature=y; table t; column t.a default=f() > f()",
		"modify_function: changed function 'f()': signature",
		"modify_function: changed function 'f()': signature");
	/* what a table that is made again has besides */
	assert_both("table t; column t.a type=int",
				"table t partition_key=a; column t.a type=text; column t.b",
				"modify_table: changed table 't': partition key\n"
				"modify_type: type change from int to text on 't.a'\n"
				"add_column: added column 't.b'",
				"modify_table: changed table 't': partition key\n"
				"modify_type: type change from text to int on 't.a'\n"
				"remove_column: removed column 't.b'; the values of t.b");
	unit_close(&unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_halves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
