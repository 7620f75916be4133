/*
 * test_order.c
 *	  Changes in their order: what comes first, what is within what, and cycles.
 */
#include "unit.h"

/* Order the changes from one schema to another, and say them. */
static const char *
ordered(Unit *unit, MigrDialect dialect, const char *from, const char *to)
{
	MigrSchema live = unit_schema(unit, from);
	MigrSchema model = unit_schema(unit, to);
	MigrChanges changes = {0};

	migr_diff(&unit->ctx, dialect, &live, &model, &changes);
	migr_order(&unit->ctx, dialect, &changes);
	return unit_changes(unit, &changes);
}

/* Check the order on PostgreSQL, on SQLite. */
#define assert_pg(from, to, changes)                                           \
	assert_string_equal(ordered(&unit, MIGR_POSTGRESQL, from, to), changes)
#define assert_lite(from, to, changes)                                         \
	assert_string_equal(ordered(&unit, MIGR_SQLITE, from, to), changes)

/* Two tables, the first of which refers to the second. */
#define A_B                                                                    \
	"table a; column a.x type=int; constraint a.p type=p > a.x;"               \
	"table b; column b.y type=int; constraint b.p type=p > b.y;"               \
	"constraint a.f type=f > a.x b.y b.p;"
#define B_A "constraint b.f type=f > b.y a.x a.p;"

/* What is needed is made first, and dropped last; parts go with their tables. */
static void
test_tables(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_pg("", A_B "index a.i definition=1 > a.x; comment a.i.# text=x",
			  "+b [+b.y] [+b.p] +a [+a.x] [+a.p] [+a.f] +a.i +a.i.#");
	assert_pg(A_B "index a.i definition=1 > a.x; comment a.i.# text=x", "",
			  "-a [-a.x] [-a.p] [-a.f] [-a.i] [-a.i.#] -b [-b.y] [-b.p]");
	assert_lite("", A_B, "+b [+b.y] [+b.p] +a [+a.x] [+a.p] [+a.f]");
	/* one that isn't checked can't be said within */
	assert_pg("", "table a; column a.x; constraint a.c type=c not_valid > a.x",
			  "+a [+a.x] +a.c");
	unit_close(&unit);
}

/* Of a cycle of foreign keys, one comes behind. */
static void
test_cycles(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_pg("", A_B B_A, "+b [+b.y] [+b.p] +a [+a.x] [+a.p] [+a.f] +b.f");
	assert_pg(A_B B_A, "", "-b.f -a [-a.x] [-a.p] [-a.f] -b [-b.y] [-b.p]");
	/* one of a table to itself is no cycle */
	assert_pg("",
			  "table a; column a.x; constraint a.p type=p > a.x;"
			  "constraint a.f type=f > a.x a.p",
			  "+a [+a.x] [+a.p] [+a.f]");
	/* a column whose default needs the table is added to it */
	assert_pg("",
			  "table a; column a.x; function f() > a; column a.y default=f()"
			  " > f(); constraint a.c type=c > a.y",
			  "+a [+a.x] +f() +a.y +a.c");
	unit_close(&unit);
}

/* What depends on a column makes way while its type changes. */
static void
test_shaken(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_pg("table a; column a.x type=int; view v definition=1 > a.x;"
			  "view w definition=2 > v; index a.i definition=1 > a.x",
			  "table a; column a.x type=text; view v definition=1 > a.x;"
			  "view w definition=2 > v; index a.i definition=1 > a.x",
			  "-w! -v! ~a.x(type) +v! +w!");
	unit_close(&unit);
}

/* A type goes aside until the columns have left it. */
static void
test_aside(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_pg("enum e labels={'a', 'b'}; table t; column t.c type=e default='a'"
			  " > e; function f(e) > e; constraint t.k type=c > t.c e",
			  "enum e labels={'b', 'a'}; table t; column t.c type=e default='a'"
			  " > e; function f(e) > e; constraint t.k type=c > t.c e",
			  "-f(e)! -t.k! e>e_old +e! ~t.c(type,default) +t.k! +f(e)! "
			  "-e_old!");
	unit_close(&unit);
}

/* Names are free before they are taken. */
static void
test_names(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_pg("table a; column a.x; table b; column b.y; index b.i > b.y",
			  "table b; column b.y; view a > b.y; table i; column i.z",
			  "-a [-a.x] +a -b.i +i [+i.z]");
	/* one primary key at a time; NOT NULL comes before, and goes behind */
	assert_pg("table a; column a.x not_null; column a.y;"
			  "constraint a.p type=p definition=x > a.x",
			  "table a; column a.x; column a.y not_null;"
			  "constraint a.q type=p definition=y > a.y",
			  "~a.y(not_null) -a.p +a.q ~a.x(not_null)");
	/* a foreign key would take the old key */
	assert_pg("table a; column a.x; constraint a.u type=u definition=1 > a.x;"
			  "table b; column b.y; constraint b.f type=f > b.y a.x a.u",
			  "table a; column a.x; constraint a.p type=p definition=2 > a.x;"
			  "table b; column b.y; constraint b.f type=f > b.y a.x a.p",
			  "+a.p -b.f! -a.u +b.f!");
	unit_close(&unit);
}

/* A column that goes takes along what is about it alone. */
static void
test_columns(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_pg("table a; column a.x; column a.y; column a.z;"
			  "index a.i definition=1 > a.x; comment a.i.# text=c;"
			  "index a.j definition=2 > a.x a.y",
			  "table a; column a.z", "-a.j -a.y -a.x [-a.i] [-a.i.#]");
	/* a table that loses all its columns gets the new ones before the last */
	assert_lite("table a; column a.x type=int; column a.z type=int",
				"table a; column a.y type=text", "+a.y -a.z -a.x");
	/* a sequence goes with the column that owns it */
	assert_pg("sequence s; table a; column a.y; column a.x default=1 > s;"
			  "owned_sequence s.o column=a.x > a.x",
			  "table a; column a.y", "-a.x [-s] [-s.o]");
	unit_close(&unit);
}

/* A table that is made again stands in one place. */
static void
test_again(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_pg("table a; column a.x; constraint a.p type=p > a.x; view v > a.x",
			  "table a partition_key=x; column a.x;"
			  "constraint a.p type=p > a.x; view v > a.x",
			  "-v! -a! [-a.x!] [-a.p!] +a! [+a.x!] +a.p! +v!");
	assert_lite("table a; column a.x; constraint a.p type=p > a.x; view v > a",
				"table a module=x; column a.x; constraint a.p type=p > a.x;"
				"view v > a",
				"-a! [-a.x!] [-a.p!] +a! [+a.x!] [+a.p!]");
	unit_close(&unit);
}

/* A SQLite table is STRICT while its columns' types are fit for that, and what it is
 * by its key while that is there. */
static void
test_shape(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_lite("table a; column a.x type=1; column a.y",
				"table a strict; column a.x type=2; column a.z",
				"+a.z ~a.x(type) -a.y ~a(strict)");
	assert_lite("table a strict; column a.x type=1; column a.y",
				"table a; column a.x type=2; column a.z",
				"~a(strict) +a.z ~a.x(type) -a.y");
	assert_lite(
		"table a; column a.x",
		"table a without_rowid; column a.x; constraint a.p type=p > a.x",
		"+a.p ~a(without_rowid)");
	assert_lite(
		"table a autoincrement=x; column a.x; constraint a.p type=p > a.x",
		"table a; column a.x", "~a(autoincrement) -a.p");
	unit_close(&unit);
}

/* A partition of a table that foreign keys refer to leaves it before it goes. */
static void
test_partitions(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_pg("table u; column u.a; constraint u.p type=p > u.a; table l > u;"
			  "inheritance l.u bound=1 > u",
			  "table u; column u.a; constraint u.p type=p > u.a", "-l [-l.u]");
	assert_pg(
		"table u; column u.a; constraint u.p type=p > u.a; table l > u;"
		"inheritance l.u bound=1 > u; table f; constraint f.f type=f > u.p",
		"table u; column u.a; constraint u.p type=p > u.a; table f;"
		"constraint f.f type=f > u.p",
		"-l.u -l");
	/* one that leaves for good doesn't keep the foreign keys */
	assert_pg("table u; column u.a; constraint u.f type=f > u.a; table l > u;"
			  "inheritance l.u bound=1 > u",
			  "table l", "-u.f -l.u -u [-u.a]");
	unit_close(&unit);
}

/* A logged table can't refer to one that isn't. */
static void
test_logged(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
#define REFERS                                                                 \
	"column a.x; column b.y; constraint b.p type=p > b.y;"                     \
	"constraint a.f type=f > a.x b.y b.p"
	assert_pg("table a; table b;" REFERS,
			  "table a unlogged; table b unlogged;" REFERS,
			  "~a(unlogged) ~b(unlogged)");
	assert_pg("table b; table a;" REFERS,
			  "table b unlogged; table a unlogged;" REFERS,
			  "~a(unlogged) ~b(unlogged)");
	assert_pg("table a unlogged; table b unlogged;" REFERS,
			  "table a; table b;" REFERS, "~b(unlogged) ~a(unlogged)");
	/* one that comes or goes */
	assert_pg("table a; table b unlogged; column a.x; column b.y;"
			  "constraint b.p type=p > b.y",
			  "table a; table b;" REFERS, "~b(unlogged) +a.f");
	assert_pg("table a; table b;" REFERS,
			  "table a; table b unlogged; column a.x; column b.y;"
			  "constraint b.p type=p > b.y",
			  "-a.f ~b(unlogged)");
	unit_close(&unit);
}

/* A default that calls what is made again goes before it, and comes behind. */
static void
test_halves(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_pg("function f() signature=1; table a; column a.x default=f() > f()",
			  "function f() signature=2; table a; column a.x default=f() > f()",
			  "~a.x(default)! -f()! +f()! ~a.x(default)");
	unit_close(&unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),	   cmocka_unit_test(test_cycles),
		cmocka_unit_test(test_shaken),	   cmocka_unit_test(test_aside),
		cmocka_unit_test(test_names),	   cmocka_unit_test(test_columns),
		cmocka_unit_test(test_again),	   cmocka_unit_test(test_halves),
		cmocka_unit_test(test_partitions), cmocka_unit_test(test_shape),
		cmocka_unit_test(test_logged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
