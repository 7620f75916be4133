/*
 * test_diff.c
 *	  What differs between two schemas: twins, what has to be made anew, and how far
 *	  that spreads.
 */
#include "unit.h"

/* The changes from one schema to another, as they are found. */
static const char *
differences(Unit *unit, MigrDialect dialect, const char *from, const char *to)
{
	MigrSchema live = unit_schema(unit, from);
	MigrSchema model = unit_schema(unit, to);
	MigrChanges changes = {0};

	migr_diff(&unit->ctx, dialect, &live, &model, &changes);
	return unit_changes(unit, &changes);
}

#define assert_pg(from, to, changes)                                           \
	assert_string_equal(differences(&unit, MIGR_POSTGRESQL, from, to), changes)
#define assert_lite(from, to, changes)                                         \
	assert_string_equal(differences(&unit, MIGR_SQLITE, from, to), changes)

/* What is on one side alone, and what is on both. */
static void
test_twins(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_pg("table a; column a.x type=int", "table a; column a.x type=int",
			  "");
	assert_pg("table a; column a.x type=int; column a.y",
			  "table a; column a.x type=text; column a.z",
			  "~a.x(type) -a.y +a.z");
	/* the kind and the parents' kinds count, what is noted doesn't */
	assert_pg("table a; comment a.# text=x on=y", "view a; comment a.# text=x",
			  "-a -a.# +a +a.#");
	assert_pg("table a; comment a.# text=x on=y",
			  "table a; comment a.# text=x on=z", "");
	unit_close(&unit);
}

/* Constraints and indexes that have just another name are renamed. */
static void
test_renamed(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_pg(
		"table a; constraint a.c type=c definition=x;"
		"comment a.c.c text=1 on={CONSTRAINT c ON a};"
		"index a.i definition={CREATE UNIQUE INDEX i ON public.a (b)}",
		"table a; constraint a.d type=c definition=x;"
		"comment a.d.d text=2 on={CONSTRAINT d ON a};"
		"index a.j definition={CREATE UNIQUE INDEX \"j k\" ON public.a (b)}",
		"a.c>d ~a.c.c(text) a.i>j");
	assert_lite(
		"table a; index a.i definition={CREATE INDEX if not exists i on a(b)}",
		"table a; index a.j definition={CREATE INDEX if not exists [j] on a(b)}",
		"a.i>j");
	/* each only once, and not those of a table that is another one */
	assert_pg(
		"table a; constraint a.c definition=x; table b;"
		"constraint b.e definition=x",
		"table a; constraint a.d definition=x; constraint a.e definition=x",
		"a.c>d -b -b.e +a.e");
	/* an index that belongs to an upper one stays there */
	assert_pg(
		"table a; index a.i definition={CREATE INDEX i ON a (x)}; table p;"
		"inheritance p.a bound=1 > a;"
		"index p.k definition={CREATE INDEX k ON p (x)};"
		"index_partition p.k.i > a.i",
		"table a; index a.j definition={CREATE INDEX j ON a (x)}; table p;"
		"inheritance p.a bound=1 > a;"
		"index p.k definition={CREATE INDEX k ON p (x)};"
		"index_partition p.k.j > a.j",
		"a.i>j");
	unit_close(&unit);
}

/* Who needs what is made anew is made anew as well, with all its parts. */
static void
test_spread(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_pg(
		"function f() signature=1; view v > f(); comment v.# text=x;"
		"view w > v; table t; trigger t.r > f(); index t.i > f()",
		"function f() signature=2; view v > f(); comment v.# text=x;"
		"view w > v; table t; trigger t.r > f(); index t.i > f()",
		"-f()! +f()! -v! +v! -v.#! +v.#! -w! +w! -t.r! +t.r! -t.i! +t.i!");
	/* an ALTER lets go of what goes for good, where it says that anew */
	assert_pg("table t; column t.a; column t.b; view v definition=1 > t.a;"
			  "view w > t.a",
			  "table t; column t.b; view v definition=2 > t.b; view w > t.b",
			  "-t.a ~v(definition) -w! +w!");
	/* but not of a key that it may need still */
	assert_pg("table t; column t.a; constraint t.p definition=1;"
			  "view v definition=1 > t.p",
			  "table t; column t.a; constraint t.q definition=2;"
			  "view v definition=2 > t.q",
			  "-t.p -v! +v! +t.q");
	/* views: columns at the end do no harm */
	assert_pg("view v definition=1 columns={a int\n}; view w > v",
			  "view v definition=2 columns={a int\nb int\n}; view w > v",
			  "~v(columns,definition)");
	assert_pg("view v definition=1 columns={a int}; view w > v",
			  "view v definition=2 columns={a integer}; view w > v",
			  "-v! +v! -w! +w!");
	unit_close(&unit);
}

/* What depends on a column whose type changes. */
static void
test_shaken(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_pg(
		"table t; column t.a type=1; column t.b generated={(a) STORED} > t.a;"
		"index t.i > t.a; index t.j > t.b; policy t.p > t.a;"
		"function f() > t.a; view v > f()",
		"table t; column t.a type=2; column t.b generated={(a) STORED} > t.a;"
		"index t.i > t.a; index t.j > t.b; policy t.p > t.a;"
		"function f() > t.a; view v > f()",
		"~t.a(type) -t.b! +t.b! -t.j! +t.j! -t.p! +t.p! -f()! +f()! "
		"-v! +v!");
	/* a foreign key can't live through both of its sides changing */
	assert_pg("table t; column t.a type=1; table u; column u.b type=1;"
			  "constraint u.f type=f > u.b t.a; constraint u.c type=c > u.b",
			  "table t; column t.a type=2; table u; column u.b type=2;"
			  "constraint u.f type=f > u.b t.a; constraint u.c type=c > u.b",
			  "~t.a(type) ~u.b(type) -u.f! +u.f!");
	/* the key of a partitioned table can't change */
	assert_pg("table t partition_key={RANGE (a)}; column t.a type=1",
			  "table t partition_key={RANGE (a)}; column t.a type=2",
			  "-t! +t! -t.a! +t.a!");
	unit_close(&unit);
}

/* Columns whose values are derived. */
static void
test_generated(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_pg("table t; column t.a generated={(1) STORED}; index t.i > t.a",
			  "table t; column t.a generated={(2) STORED}; index t.i > t.a",
			  "-t.a! +t.a! -t.i! +t.i!");
	assert_pg("table t; column t.a generated={(1) STORED}; index t.i > t.a",
			  "table t; column t.a; index t.i > t.a", "~t.a(generated)");
	assert_pg("table t; column t.a generated={(1) VIRTUAL}",
			  "table t; column t.a", "-t.a! +t.a!");
	assert_pg("table t; column t.a",
			  "table t; column t.a generated={(1) STORED}", "-t.a! +t.a!");
	assert_lite("table t; column t.a",
				"table t; column t.a generated={(1) STORED}",
				"~t.a(generated)");
	unit_close(&unit);
}

/* Types, from which columns have to move away. */
static void
test_types(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_pg("enum e labels={'a', 'c'}",
			  "enum e labels={'a', 'it''s', 'c', 'd'}", "~e(labels)");
	assert_pg("enum e labels={'a', 'b'}; domain d type=e > e; table t;"
			  "column t.x type=d > d; view v > t.x; table e_old",
			  "enum e labels={'b', 'a'}; domain d type=e > e; table t;"
			  "column t.x type=d > d; view v > t.x; table e_old",
			  "e>e_old2 -e_old2! +e! d>d_old -d_old! +d! ~t.x(type) -v! +v!");
	/* a label that is said at once */
	assert_pg(
		"enum e labels={'a'}; table t; column t.x type=e default='a'::e > e",
		"enum e labels={'a', 'b'}; table t;"
		"column t.x type=e default='b'::e > e",
		"e>e_old -e_old! +e! ~t.x(type,default)");
	/* composites: members are altered where no rows are of the type */
	assert_pg("composite c; member c.m type=1; function f(c) > c",
			  "composite c; member c.m type=2; member c.n; function f(c) > c",
			  "~c.m(type) +c.n");
	assert_pg("composite c; member c.m type=1; table t; column t.x type=c > c",
			  "composite c; member c.m type=2; table t; column t.x type=c > c",
			  "c>c_old -c_old! +c! -c.m! +c.m! ~t.x(type)");
	/* a name of 63 bytes at most, and no half of a character */
	assert_pg(
		"range a12345678901234567890123456789012345678901234567890123456"
		"\xC3\xA4\xC3\xA4 definition=1",
		"range a12345678901234567890123456789012345678901234567890123456"
		"\xC3\xA4\xC3\xA4 definition=2",
		"a12345678901234567890123456789012345678901234567890123456\xC3\xA4"
		"\xC3\xA4>a12345678901234567890123456789012345678901234567890123456"
		"\xC3\xA4_old -a123456789012345678901234567890123456789012345678901"
		"23456\xC3\xA4_old! +a1234567890123456789012345678901234567890123456"
		"7890123456\xC3\xA4\xC3\xA4!");
	unit_close(&unit);
}

/* Defaults, which go before what they call. */
static void
test_defaults(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_pg("function f() signature=1; table t; column t.a default=f() > f();"
			  "column t.b default=f() > f(); domain d default=f() > f()",
			  "function f() signature=2; table t; column t.a default=f() > f();"
			  "column t.b not_null; domain d default=f() > f()",
			  "-f()! +f()! ~t.a(default)! ~t.a(default) ~t.b(default)! "
			  "~t.b(not_null) ~d(default)! ~d(default)");
	/* a table can't name an index before that is there */
	assert_pg("", "table t replica_identity={USING INDEX i}; index t.i",
			  "+t ~t(replica_identity) +t.i");
	unit_close(&unit);
}

/* Tables below others: what the upper one's ALTER does as well. */
static void
test_inherited(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_pg(
		"table u; column u.a type=1; column u.b;"
		"table l > u; inheritance l.u > u;"
		"column l.a type=1 inherited > u.a; column l.b inherited > u.b",
		"table u; column u.a type=2 not_null default=1; column u.c;"
		"table l > u; inheritance l.u > u;"
		"column l.a type=2 not_null inherited > u.a;"
		"column l.c inherited > u.c",
		"~u.a(type,not_null,default) -u.b ~l.a(default) [-l.b] +u.c [+l.c]");
	/* one that gets its upper table now has to have the columns before */
	assert_pg("table u; table l",
			  "table u; column u.c; table l > u;"
			  "inheritance l.u > u; column l.c inherited > u.c",
			  "+u.c +l.u +l.c");
	unit_close(&unit);
}

/* SQLite's own: what its ALTER TABLE keeps, and what it can't. */
static void
test_sqlite(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_lite(
		"table t; column t.a type=1; view v definition=1 > t; trigger v.r;"
		"view w > v",
		"table t; column t.a type=2; view v definition=2 > t;"
		"trigger v.r; view w > v",
		"~t.a(type) -v! +v! -v.r! +v.r!");
	assert_lite(
		"table t; column t.a; constraint t.p type=p; view v > t",
		"table t module=x; column t.a; constraint t.p type=p; view v > t",
		"-t! +t! -t.a! +t.a! -t.p! +t.p!");
	assert_lite("table t; column t.a", "table t; column t.a conflict=IGNORE",
				"~t.a(conflict)");
	unit_close(&unit);
}

/* The likely renames of a change's set: "new<old". */
static const char *
likely(Unit *unit, const char *from, const char *to)
{
	MigrSchema live = unit_schema(unit, from);
	MigrSchema model = unit_schema(unit, to);
	MigrChanges changes = {0};
	MigrStr str;

	migr_diff(&unit->ctx, MIGR_POSTGRESQL, &live, &model, &changes);
	migr_str_init(&str, &unit->ctx.arena);
	for (int i = 0; i < changes.count; i++)
		if (changes.items[i]->likely != NULL)
			migr_str_printf(&str, "%s<%s ",
							unit_path(unit, changes.items[i]->to),
							unit_path(unit, changes.items[i]->likely));
	return str.data;
}

/* Where just one can be meant, a rename is likely. */
static void
test_likely(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_string_equal(
		likely(&unit,
			   "table a; column a.x type=1; column a.y type=2; table b;"
			   "column b.x type=3",
			   "table a; column a.v type=1; column a.w type=2; table c;"
			   "column c.x type=3"),
		"a.v<a.x a.w<a.y c<b ");
	/* two that could be, and one of another type */
	assert_string_equal(likely(&unit,
							   "table a; column a.x type=1; column a.y type=1;"
							   "column a.z type=2",
							   "table a; column a.v type=1; column a.w type=3"),
						"");
	unit_close(&unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_twins),	  cmocka_unit_test(test_renamed),
		cmocka_unit_test(test_spread),	  cmocka_unit_test(test_shaken),
		cmocka_unit_test(test_generated), cmocka_unit_test(test_types),
		cmocka_unit_test(test_defaults),  cmocka_unit_test(test_inherited),
		cmocka_unit_test(test_sqlite),	  cmocka_unit_test(test_likely),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
