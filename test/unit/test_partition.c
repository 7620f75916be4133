/*
 * test_partition.c
 *	  What comes of PostgreSQL's rules for partitions: fates and order.
 */
#include "unit.h"

/* The changes from one schema to another, in their order. */
static const char *
ordered(Unit *unit, const char *from, const char *to)
{
	MigrSchema live = unit_schema(unit, from);
	MigrSchema model = unit_schema(unit, to);
	MigrChanges changes = {0};

	migr_diff(&unit->ctx, MIGR_POSTGRESQL, &live, &model, &changes);
	migr_order(&unit->ctx, MIGR_POSTGRESQL, &changes);
	return unit_changes(unit, &changes);
}

#define assert_order(from, to, changes)                                        \
	assert_string_equal(ordered(&unit, from, to), changes)

/* A table u with a partition l, which has columns and the like; a plain index of
 * each, or a key, and what joins them. */
#define UPPER "table u partition_key={LIST (a)}; "
#define LOWER "table l > u; inheritance l.u bound=1 > u; "
#define UPPER_INDEX "index u.i definition=1 columns=a; "
#define LOWER_INDEX "index l.j definition=1 columns=a; "
#define UPPER_KEY "constraint u.i type=p definition=1 columns=a; "
#define LOWER_KEY "constraint l.j type=p definition=1 columns=a; "
#define JOINED "index_partition l.j.u > u.i l.u; "

/* Indexes of partitions go with the upper ones. */
static void
test_upper_goes(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_order(UPPER LOWER UPPER_INDEX LOWER_INDEX JOINED, UPPER LOWER,
				 "-u.i [-l.j] [-l.j.u]");
	/* one that stays is made again */
	assert_order(UPPER LOWER UPPER_INDEX LOWER_INDEX JOINED,
				 UPPER LOWER LOWER_INDEX, "-u.i [-l.j!] [-l.j.u] +l.j!");
	assert_order(UPPER LOWER UPPER_KEY LOWER_KEY JOINED, UPPER LOWER LOWER_KEY,
				 "-u.i [-l.j!] [-l.j.u] +l.j!");
	assert_order(UPPER LOWER UPPER_INDEX LOWER_INDEX JOINED,
				 UPPER LOWER
				 "index u.i definition=2; index l.j definition=2;" JOINED,
				 "-u.i! [-l.j!] [-l.j.u!] +u.i! +l.j! +l.j.u!");
	/* a key's can't go with a plain index: its table leaves for a while */
	assert_order(UPPER LOWER UPPER_INDEX LOWER_KEY JOINED,
				 UPPER LOWER UPPER_KEY LOWER_KEY JOINED,
				 "-l.u! -u.i +l.u! +u.i -l.j.u! +l.j.u!");
	assert_order(UPPER LOWER UPPER_INDEX LOWER_KEY JOINED, UPPER LOWER,
				 "-l.u! -u.i -l.j [-l.j.u] +l.u!");
	/* as does one that isn't a partition any more */
	assert_order(UPPER LOWER UPPER_INDEX LOWER_INDEX JOINED,
				 UPPER "table l; " LOWER_INDEX, "-l.j.u -l.u -u.i");
	unit_close(&unit);
}

/* An index that is joined to an upper one that stays can't go. */
static void
test_lower_goes(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_order(UPPER LOWER UPPER_INDEX LOWER_INDEX JOINED,
				 UPPER LOWER UPPER_INDEX
				 "index l.j definition=2 columns=a;" JOINED,
				 "-l.u! -l.j! [-l.j.u!] +l.j! +l.u! +l.j.u!");
	assert_order(UPPER LOWER UPPER_INDEX LOWER_INDEX JOINED,
				 UPPER LOWER UPPER_INDEX LOWER_KEY JOINED,
				 "-l.u! -l.j [-l.j.u] +l.j +l.u! +l.j.u");
	/* and foreign keys to its table for as long */
	assert_order(UPPER LOWER UPPER_KEY LOWER_KEY JOINED
				 "table f; constraint f.f type=f > u.i",
				 UPPER LOWER UPPER_KEY
				 "constraint l.j type=p definition=2 columns=a;" JOINED
				 "table f; constraint f.f type=f > u.i",
				 "-f.f! -l.u! -l.j! [-l.j.u!] +l.j! +l.u! +l.j.u! +f.f!");
	/* ATTACH would join them again: the upper one isn't whole in the end */
	assert_order(UPPER LOWER UPPER_INDEX LOWER_INDEX JOINED,
				 UPPER LOWER UPPER_INDEX LOWER_INDEX,
				 "-u.i! [-l.j!] [-l.j.u] +u.i! +l.j!");
	assert_order(UPPER LOWER UPPER_INDEX LOWER_INDEX JOINED,
				 UPPER LOWER UPPER_INDEX, "-u.i! [-l.j] [-l.j.u] +u.i!");
	unit_close(&unit);
}

/* What ATTACH joins, or may not. */
static void
test_attach(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	/* an upper index that is there before takes the lower one; what is new comes
	 * behind, and is valid when it has all parts */
	assert_order(UPPER UPPER_INDEX, UPPER UPPER_INDEX LOWER LOWER_INDEX JOINED,
				 "+l +l.j +l.u +l.j.u");
	assert_order(UPPER, UPPER UPPER_INDEX LOWER LOWER_INDEX JOINED,
				 "+l +l.u +u.i +l.j +l.j.u");
	assert_order("",
				 UPPER UPPER_KEY LOWER LOWER_KEY JOINED
				 "table f; constraint f.f type=f > u.i",
				 "+u [+u.i] +l [+l.j] +l.u +l.j.u +f [+f.f]");
	assert_order("",
				 UPPER UPPER_INDEX LOWER LOWER_INDEX JOINED
				 "table f; constraint f.f type=f > u.i",
				 "+u +l +l.u +u.i +l.j +l.j.u +f [+f.f]");
	/* a key that some partition has no part of */
	assert_order("", UPPER UPPER_KEY LOWER LOWER_KEY, "+u +l [+l.j] +l.u +u.i");
	/* one that is on its own comes behind, and is made again if it has to be */
	assert_order(UPPER UPPER_INDEX,
				 UPPER UPPER_INDEX LOWER LOWER_INDEX JOINED
				 "index l.k definition=1 columns=a",
				 "+l +l.j +l.u +l.j.u +l.k");
	assert_order(UPPER UPPER_INDEX "table l; index l.k definition=1 columns=a;"
								   "index l.b definition=1 columns=b",
				 UPPER UPPER_INDEX LOWER LOWER_INDEX JOINED
				 "index l.k definition=1 columns=a;"
				 "index l.b definition=1 columns=b",
				 "+l.j -l.k! +l.u +l.j.u +l.k!");
	/* an index that goes is gone before */
	assert_order(UPPER UPPER_INDEX "table l; " LOWER_INDEX,
				 UPPER LOWER LOWER_INDEX, "-u.i +l.u");
	/* a partition of a partition: from below where the upper index is there */
	assert_order(UPPER UPPER_INDEX,
				 UPPER UPPER_INDEX
				 "table l partition_key={LIST (b)} > u;"
				 "inheritance l.u bound=1 > u; " LOWER_INDEX JOINED
				 "table m > l; inheritance m.l bound=2 > l;"
				 "index m.k; index_partition m.k.l > l.j m.l",
				 "+l +m +m.l +l.j +m.k +m.k.l +l.u +l.j.u");
	/* a partition leaves one table before it joins another */
	assert_order(UPPER LOWER,
				 "table v partition_key={LIST (a)}; table l > v;"
				 "inheritance l.v bound=1 > v",
				 "+v -l.u +l.v -u");
	/* bounds are free before they are taken */
	assert_order(UPPER "table l > u; inheritance l.u bound=DEFAULT > u",
				 UPPER LOWER "table m > u; inheritance m.u bound=DEFAULT > u",
				 "-l.u! +l.u! +m +m.u");
	unit_close(&unit);
}

/* Columns and checks are the same when a table joins another one, and they are
 * changed one by one while it isn't joined. */
static void
test_columns(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_order(UPPER "column u.b type=1;" LOWER "column l.b type=1 > u.b",
				 UPPER "column u.b type=2; column u.c; table l;"
					   "column l.b type=1",
				 "-l.u +u.c ~u.b(type)");
	assert_order(UPPER "column u.b type=1; table l; column l.b type=1",
				 UPPER "column u.b type=2; column u.c;" LOWER
					   "column l.b type=2 > u.b; column l.c inherited > u.c",
				 "+u.c ~u.b(type) +l.c ~l.b(type) +l.u");
	/* DROP NOT NULL goes down, and fails where a primary key is */
	assert_order(UPPER "column u.b not_null;" LOWER "column l.b not_null > u.b",
				 UPPER "column u.b;" LOWER "column l.b not_null > u.b;"
					   "constraint l.p type=p > l.b",
				 "~u.b(not_null) ~l.b(not_null) +l.p");
	assert_order(UPPER "column u.b not_null;" LOWER "column l.b not_null > u.b;"
					   "constraint l.p type=p > l.b",
				 UPPER "column u.b;" LOWER "column l.b > u.b",
				 "-l.p ~u.b(not_null)");
	assert_order(UPPER "column u.b not_null;" LOWER "column l.b not_null > u.b;"
					   "constraint l.p type=p > l.b",
				 UPPER "column u.b;" LOWER "column l.b not_null > u.b;"
					   "constraint l.p type=p > l.b",
				 "-l.u! ~u.b(not_null) +l.u!");
	/* an upper check that isn't valid makes lower ones like that */
	assert_order(UPPER LOWER,
				 UPPER "constraint u.c type=c not_valid;" LOWER
					   "constraint l.c type=c inherited > u.c",
				 "+u.c [+l.c] ~l.c(not_valid)");
	unit_close(&unit);
}

/* An upper table's row trigger is each partition's, under its name. */
static void
test_triggers(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_order(UPPER "trigger u.t; table l; trigger l.t",
				 UPPER "trigger u.t;" LOWER, "-l.t +l.u");
	assert_order(UPPER "trigger u.t;" LOWER,
				 UPPER "trigger u.t; table l; trigger l.t", "-l.u +l.t");
	assert_order(UPPER LOWER "trigger l.t", UPPER "trigger u.t;" LOWER,
				 "-l.t +u.t");
	assert_order(UPPER "trigger u.t;" LOWER, UPPER LOWER "trigger l.t",
				 "-u.t +l.t");
	unit_close(&unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_upper_goes), cmocka_unit_test(test_lower_goes),
		cmocka_unit_test(test_attach),	   cmocka_unit_test(test_columns),
		cmocka_unit_test(test_triggers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
