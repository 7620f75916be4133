/*
 * test_ddl.c
 *	  CREATE TABLE and CREATE INDEX of SQLite: every form of the grammar, what is
 *	  refused, and the names that constraints answer to.
 *
 * What a text means is written as a short text: "t(a int {notnull, pk desc}, b)
 * [check @c (a > b)] strict".
 */
#include "unit.h"

#include <string.h>

#include "schema/ddl_expr.h"

/* ---- what was read, as text ---- */

static void
add_span(MigrStr *str, const char *before, MigrSpan span)
{
	if (span.ptr != NULL)
		migr_str_printf(str, "%s%.*s", before, (int) span.len, span.ptr);
}

static void
add_name(MigrStr *str, const char *before, const MigrName *name)
{
	if (name->name != NULL)
		migr_str_printf(str, "%s%s", before, name->name);
}

/* The members of a key: columns, or =expressions. */
static void
add_parts(MigrStr *str, const MigrKeyParts *parts)
{
	for (int i = 0; i < parts->count; i++)
	{
		const MigrKeyPart *part = &parts->items[i];

		migr_str_add(str, i > 0 ? ", " : " (");
		add_name(str, "", &part->column);
		if (part->column.name == NULL)
			add_span(str, "=", part->expr);
		add_name(str, "~", &part->collation);
		migr_str_add(str, part->descending ? " desc" : "");
	}
	migr_str_add(str, parts->count > 0 ? ")" : "");
}

static void
add_names(MigrStr *str, const MigrNameList *names)
{
	for (int i = 0; i < names->count; i++)
		add_name(str, i > 0 ? ", " : " (", &names->items[i]);
	migr_str_add(str, names->count > 0 ? ")" : "");
}

static void
add_constraint(MigrStr *str, const MigrConstraint *one)
{
	static const char *const rules[] = {"pk",	   "unique",  "check",
										"fk",	   "notnull", "null",
										"default", "collate", "as"};

	migr_str_add(str, rules[one->rule]);
	add_name(str, " @", &one->name);
	add_span(str, " ", one->expr);
	add_parts(str, &one->parts);
	add_names(str, &one->columns);
	add_name(str, " -> ", &one->table);
	add_names(str, &one->targets);
	add_span(str, " ", one->actions);
	add_span(str, " ... ", one->apart);
	add_name(str, " ", &one->collation);
	migr_str_add(str, one->descending ? " desc" : "");
	add_span(str, " ", one->conflict);
	migr_str_add(str, one->autoincrement ? " auto" : "");
	migr_str_add(str, one->stored ? " stored" : "");
}

static void
add_constraints(MigrStr *str, const char *open, const MigrConstraints *all,
				const char *close)
{
	for (int i = 0; i < all->count; i++)
	{
		migr_str_add(str, i > 0 ? ", " : open);
		add_constraint(str, &all->items[i]);
	}
	migr_str_add(str, all->count > 0 ? close : "");
}

static void
add_column(MigrStr *str, const MigrColumnDef *column)
{
	add_name(str, "", &column->name);
	add_span(str, " ", column->type);
	add_constraints(str, " {", &column->constraints, "}");
}

static const char *
table_text(Unit *unit, const MigrTableDef *table)
{
	MigrStr str;

	migr_str_init(&str, &unit->ctx.arena);
	migr_str_add(&str, table->temporary ? "temp " : "");
	migr_str_add(&str, table->if_not_exists ? "new " : "");
	add_name(&str, "", &table->schema);
	add_name(&str, table->schema.name != NULL ? "." : "", &table->name);
	for (int i = 0; i < table->columns.count; i++)
	{
		migr_str_add(&str, i > 0 ? ", " : "(");
		add_column(&str, &table->columns.items[i]);
	}
	migr_str_add(&str, ")");
	add_constraints(&str, " [", &table->constraints, "]");
	migr_str_add(&str, table->without_rowid ? " without" : "");
	migr_str_add(&str, table->strict ? " strict" : "");
	add_span(&str, " <", table->options);
	return str.data;
}

static const char *
column_text(Unit *unit, const MigrColumnDef *column)
{
	MigrStr str;

	migr_str_init(&str, &unit->ctx.arena);
	add_column(&str, column);
	return str.data;
}

static const char *
constraint_text(Unit *unit, const MigrConstraint *constraint)
{
	MigrStr str;

	migr_str_init(&str, &unit->ctx.arena);
	add_constraint(&str, constraint);
	return str.data;
}

/* ---- tables ---- */

static const struct
{
	const char *text;
	const char *result;
} tables[] = {
	/* heads */
	{"CREATE TABLE t(a)", "t(a)"},
	{"create temp table if not exists main . t (a);", "temp new main.t(a)"},
	{"CREATE TEMPORARY TABLE \"a b\".[c d](`e\"f`, 'g''h', \"\");; ",
	 "temp a b.c d(e\"f, g'h, )"},
	{"/* ( */CREATE--x\nTABLE/**/t(--)\na/*,*/,/*)*/b -- ,c\n)/* end",
	 "t(a, b)"},
	/* options */
	{"CREATE TABLE t(a) STRICT", "t(a) strict <STRICT"},
	{"CREATE TABLE t(a PRIMARY KEY)without /**/rowid;",
	 "t(a {pk}) without <without /**/rowid"},
	{"CREATE TABLE t(a) WITHOUT ROWID,\n STRICT , WITHOUT ROWID -- x",
	 "t(a) without strict <WITHOUT ROWID,\n STRICT , WITHOUT ROWID"},
	/* types */
	{"CREATE TABLE t(a int, b varchar(20), c numeric ( +10 , - 2.5 ), d)",
	 "t(a int, b varchar(20), c numeric ( +10 , - 2.5 ), d)"},
	{"CREATE TABLE t(a unsigned big  int, b timestamp with time zone NOT NULL)",
	 "t(a unsigned big  int, b timestamp with time zone {notnull})"},
	{"CREATE TABLE t(a \"my type\" [x]'y'/* z */, b INT /**/ (1)/**/)",
	 "t(a \"my type\" [x]'y', b INT /**/ (1))"},
	{"CREATE TABLE t(a int[], b key desc CHECK (b))",
	 "t(a int[], b key desc {check (b)})"},
	{"CREATE TABLE t(a generated, b int generated NULL, c always generated)",
	 "t(a generated, b int generated {null}, c always generated)"},
	/* words that are names all the same */
	{"CREATE TABLE abort(action, after, begin, cascade, cast, column, desc, end,"
	 " explain, fail, for, glob, if, key, like, match, no, of, offset, plan,"
	 " pragma, query, raise, replace, row, temp, trigger, view, with, without,"
	 " current, first, generated, groups, always, rename, current_date, window,"
	 " over, filter, left, natural, cross, indexed, strict, rowid, stored)",
	 "abort(action, after, begin, cascade, cast, column, desc, end,"
	 " explain, fail, for, glob, if, key, like, match, no, of, offset, plan,"
	 " pragma, query, raise, replace, row, temp, trigger, view, with, without,"
	 " current, first, generated, groups, always, rename, current_date, window,"
	 " over, filter, left, natural, cross, indexed, strict, rowid, stored)"},
	/* defaults */
	{"CREATE TABLE t(a DEFAULT 1, b DEFAULT -1.5, c DEFAULT + 2, d DEFAULT 'x')",
	 "t(a {default 1}, b {default -1.5}, c {default + 2}, d {default 'x'})"},
	{"CREATE TABLE t(a DEFAULT NULL NULL, b DEFAULT x'00' UNIQUE, "
	 "c DEFAULT(1+(2)) CHECK(c), d DEFAULT -'x')",
	 "t(a {default NULL, null}, b {default x'00', unique}, "
	 "c {default (1+(2)), check (c)}, d {default -'x'})"},
	{"CREATE TABLE t(a DEFAULT CURRENT_TIMESTAMP, b DEFAULT true, "
	 "c DEFAULT \"x\" NOT NULL, d DEFAULT key, e DEFAULT -current_date)",
	 "t(a {default CURRENT_TIMESTAMP}, b {default true}, "
	 "c {default \"x\", notnull}, d {default key}, e {default -current_date})"},
	{"CREATE TABLE t(a text DEFAULT ( ')' || \"(\" /*)*/ -- )\n || '''(' ))",
	 "t(a text {default ( ')' || \"(\" /*)*/ -- )\n || '''(' )})"},
	/* NULL and NOT NULL */
	{"CREATE TABLE t(a NULL, b NOT NULL, c NOT NULL ON CONFLICT IGNORE, "
	 "d NULL ON CONFLICT FAIL NOT NULL)",
	 "t(a {null}, b {notnull}, c {notnull ON CONFLICT IGNORE}, "
	 "d {null ON CONFLICT FAIL, notnull})"},
	/* keys of columns */
	{"CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT)",
	 "t(id INTEGER {pk auto})"},
	{"CREATE TABLE t(id INTEGER CONSTRAINT p PRIMARY KEY DESC ON CONFLICT "
	 "rollback AUTOINCREMENT NOT NULL)",
	 "t(id INTEGER {pk @p desc ON CONFLICT rollback auto, notnull})"},
	{"CREATE TABLE t(a PRIMARY KEY ASC UNIQUE, b UNIQUE ON CONFLICT REPLACE)",
	 "t(a {pk, unique}, b {unique ON CONFLICT REPLACE})"},
	/* collations */
	{"CREATE TABLE t(a COLLATE nocase, b text COLLATE \"my coll\" COLLATE 'x')",
	 "t(a {collate nocase}, b text {collate my coll, collate x})"},
	/* generated columns */
	{"CREATE TABLE t(a, b int GENERATED ALWAYS AS (a+1), c AS(a)STORED, "
	 "d GENERATED ALWAYS AS (a) VIRTUAL NOT NULL, e generated as (b))",
	 "t(a, b int {as (a+1)}, c {as (a) stored}, "
	 "d {as (a), notnull}, e generated {as (b)})"},
	{"CREATE TABLE t(a, b int(1) GENERATED ALWAYS AS (')') STORED UNIQUE)",
	 "t(a, b int(1) {as (')') stored, unique})"},
	/* checks of columns */
	{"CREATE TABLE t(a int CHECK (a > 0) CHECK(a<(5))CONSTRAINT c CHECK(a))",
	 "t(a int {check (a > 0), check (a<(5)), check @c (a)})"},
	/* foreign keys of columns */
	{"CREATE TABLE t(a REFERENCES p, b REFERENCES \"p q\" (x), "
	 "c int CONSTRAINT f REFERENCES p(x) ON DELETE CASCADE NOT NULL)",
	 "t(a {fk -> p}, b {fk -> p q (x)}, "
	 "c int {fk @f -> p (x) ON DELETE CASCADE, notnull})"},
	{"CREATE TABLE t(a REFERENCES p MATCH full ON UPDATE SET NULL ON DELETE SET "
	 "DEFAULT ON INSERT NO ACTION ON DELETE RESTRICT NOT DEFERRABLE INITIALLY "
	 "IMMEDIATE DEFAULT 1)",
	 "t(a {fk -> p MATCH full ON UPDATE SET NULL ON DELETE SET "
	 "DEFAULT ON INSERT NO ACTION ON DELETE RESTRICT NOT DEFERRABLE INITIALLY "
	 "IMMEDIATE, default 1})"},
	{"CREATE TABLE t(a REFERENCES p DEFERRABLE, b REFERENCES p ON DELETE CASCADE"
	 " DEFERRABLE INITIALLY DEFERRED UNIQUE)",
	 "t(a {fk -> p DEFERRABLE}, b {fk -> p ON DELETE CASCADE"
	 " DEFERRABLE INITIALLY DEFERRED, unique})"},
	{"CREATE TABLE t(a REFERENCES p NOT NULL DEFERRABLE INITIALLY DEFERRED)",
	 "t(a {fk -> p ... DEFERRABLE INITIALLY DEFERRED, notnull})"},
	{"CREATE TABLE t(a REFERENCES p REFERENCES q UNIQUE NOT DEFERRABLE, b "
	 "DEFERRABLE)",
	 "t(a {fk -> p, fk -> q ... NOT DEFERRABLE, unique}, b)"},
	/* names of constraints */
	{"CREATE TABLE t(a CONSTRAINT x NOT NULL CONSTRAINT y DEFAULT 1 CONSTRAINT "
	 "\"z\" COLLATE nocase CONSTRAINT 'g' AS (1))",
	 "t(a {notnull @x, default @y 1, collate @z nocase, as @g (1)})"},
	{"CREATE TABLE t(a CONSTRAINT x CONSTRAINT y UNIQUE CONSTRAINT z)",
	 "t(a {unique @y})"},
	{"CREATE TABLE t(a CONSTRAINT x, b int CONSTRAINT y DEFERRABLE)",
	 "t(a, b int)"},
	/* constraints of tables */
	{"CREATE TABLE t(a, b, PRIMARY KEY (a, b DESC) ON CONFLICT ABORT)",
	 "t(a, b) [pk (a, b desc) ON CONFLICT ABORT]"},
	{"CREATE TABLE t(id integer, PRIMARY KEY(id AUTOINCREMENT))",
	 "t(id integer) [pk (id) auto]"},
	{"CREATE TABLE t(a, b, UNIQUE (a COLLATE nocase DESC, \"b\" ASC), "
	 "CONSTRAINT u UNIQUE ('b') ON CONFLICT IGNORE)",
	 "t(a, b) [unique (a~nocase desc, b), "
	 "unique @u (b) ON CONFLICT IGNORE]"},
	{"CREATE TABLE t(a, CHECK (a > (1)) ON CONFLICT FAIL, CONSTRAINT c CHECK(a))",
	 "t(a) [check (a > (1)) ON CONFLICT FAIL, check @c (a)]"},
	{"CREATE TABLE t(a, b, FOREIGN KEY (a, b) REFERENCES p (x, y) ON UPDATE "
	 "CASCADE DEFERRABLE INITIALLY DEFERRED, CONSTRAINT f FOREIGN KEY(b) "
	 "REFERENCES q)",
	 "t(a, b) [fk (a, b) -> p (x, y) ON UPDATE "
	 "CASCADE DEFERRABLE INITIALLY DEFERRED, fk @f (b) -> q]"},
	{"CREATE TABLE t(a, FOREIGN KEY (a COLLATE x DESC) REFERENCES p (b ASC))",
	 "t(a) [fk (a) -> p (b)]"},
	{"CREATE TABLE t(a, CHECK(1) CHECK(2)\nUNIQUE(a) CONSTRAINT x FOREIGN KEY (a)"
	 " REFERENCES p NOT DEFERRABLE CONSTRAINT y PRIMARY KEY (a))",
	 "t(a) [check (1), check (2), unique (a), fk @x (a) -> p NOT DEFERRABLE, "
	 "pk @y (a)]"},
	{"CREATE TABLE t(a, CONSTRAINT x CONSTRAINT y CHECK (a), CONSTRAINT z)",
	 "t(a) [check @y (a)]"},
	{"CREATE TABLE t(a, CONSTRAINT x, CHECK(a) CONSTRAINT z, UNIQUE(a))",
	 "t(a) [check (a), unique (a)]"},
	/* members of keys that hide */
	{"CREATE TABLE t(a, desc, UNIQUE(desc, desc DESC, (a), ((a) COLLATE rtrim)))",
	 "t(a, desc) [unique (desc, desc desc, a, a~rtrim)]"},
	{"CREATE TABLE t(a, UNIQUE (a COLLATE desc, a COLLATE asc DESC, "
	 "a COLLATE x COLLATE y))",
	 "t(a) [unique (a~desc, a~asc desc, a~y)]"},
	/* as tools write them */
	{"CREATE TABLE \"auth_user\" (\"id\" integer NOT NULL PRIMARY KEY "
	 "AUTOINCREMENT, \"name\" varchar(150) NOT NULL UNIQUE, \"on\" bool NOT NULL "
	 "CHECK (\"on\" >= 0), \"group_id\" bigint NULL REFERENCES \"g\" (\"id\") "
	 "DEFERRABLE INITIALLY DEFERRED)",
	 "auth_user(id integer {notnull, pk auto}, name varchar(150) {notnull, "
	 "unique}, on bool {notnull, check (\"on\" >= 0)}, group_id bigint {null, "
	 "fk -> g (id) DEFERRABLE INITIALLY DEFERRED})"},
	{"CREATE TABLE job (\n\tid INTEGER NOT NULL, \n\tname VARCHAR(20), \n\tstate "
	 "VARCHAR(7) DEFAULT 'new' NOT NULL, \n\tPRIMARY KEY (id), \n\tCONSTRAINT "
	 "st CHECK (state IN ('new', 'done')), \n\tFOREIGN KEY(name) REFERENCES n "
	 "(id) ON DELETE SET NULL\n)\n",
	 "job(id INTEGER {notnull}, name VARCHAR(20), state VARCHAR(7) {default "
	 "'new', notnull}) [pk (id), check @st (state IN ('new', 'done')), fk "
	 "(name) -> n (id) ON DELETE SET NULL]"},
	{"CREATE TABLE x(\n  \"a\" INT,\n  b TEXT,c NUM)",
	 "x(a INT, b TEXT, c NUM)"},
};

/* Does part lie within whole? */
static bool
within(MigrSpan part, MigrSpan whole)
{
	return part.ptr >= whole.ptr && part.len <= whole.len &&
		   part.ptr + part.len <= whole.ptr + whole.len;
}

/* Every part of a table reads by itself as it does within the table. */
static void
check_parts(Unit *unit, const MigrTableDef *table)
{
	assert_true(within(table->list, table->text));
	for (int i = 0; i < table->columns.count; i++)
	{
		const MigrColumnDef *column = &table->columns.items[i];
		MigrColumnDef again;

		assert_true(within(column->text, table->list));
		assert_true(migr_ddl_column_def(&unit->ctx, column->text, &again));
		assert_string_equal(column_text(unit, &again),
							column_text(unit, column));
	}
	for (int i = 0; i < table->constraints.count; i++)
	{
		const MigrConstraint *one = &table->constraints.items[i];
		MigrConstraint again;

		assert_true(within(one->text, table->list));
		assert_true(within(one->body, one->text));
		assert_true(migr_ddl_constraint(&unit->ctx, one->text, &again));
		assert_string_equal(constraint_text(unit, &again),
							constraint_text(unit, one));
		assert_true(migr_ddl_constraint(&unit->ctx, one->body, &again));
		assert_null(again.name.name);
	}
}

static void
test_tables(void **state)
{
	(void) state;
	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
	{
		MigrTableDef table;
		Unit unit;

		unit_open(&unit);
		if (!migr_ddl_table(&unit.ctx, migr_span(tables[i].text), &table))
			fail_msg("%s: %s", tables[i].text, unit.ctx.err.message);
		assert_string_equal(table_text(&unit, &table), tables[i].result);
		check_parts(&unit, &table);
		unit_close(&unit);
	}
}

/* Does a span hold this text? */
static void
check_span(MigrSpan span, const char *text)
{
	if (span.ptr == NULL || !migr_span_is(span, text))
		fail_msg("\"%.*s\", not \"%s\"", (int) span.len,
				 span.ptr != NULL ? span.ptr : "", text);
}

/* The places of parts: without what stands around them. */
static void
test_spans(void **state)
{
	static const char text[] =
		"CREATE TABLE t ( /* 1 */ a int -- 2\n CONSTRAINT c /* 3 */ CONSTRAINT "
		"\"d\" CHECK (a) /* 4 */ REFERENCES p ON DELETE CASCADE /* 5 */, b , "
		"CONSTRAINT e UNIQUE (a , [b] COLLATE x DESC /* 6 */ ) ON CONFLICT FAIL "
		") STRICT /* 7 */";
	const MigrConstraint *one;
	MigrTableDef table;
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_true(migr_ddl_table(&unit.ctx, migr_span(text), &table));
	check_span(table.text, text);
	check_span(table.name.text, "t");
	assert_int_equal(table.list.len, strstr(text, ") STRICT") - table.list.ptr);
	check_span(table.options, "STRICT");
	assert_true(strncmp(table.columns.items[0].text.ptr, "a int", 5) == 0);
	assert_true(strncmp(table.columns.items[0].text.ptr +
							table.columns.items[0].text.len,
						" /* 5 */, b", 11) == 0);
	one = &table.columns.items[0].constraints.items[0];
	check_span(one->text, "CONSTRAINT c /* 3 */ CONSTRAINT \"d\" CHECK (a)");
	check_span(one->body, "CHECK (a)");
	check_span(one->name.text, "\"d\"");
	assert_string_equal(one->name.name, "d");
	check_span(one->expr, "(a)");
	one = &table.columns.items[0].constraints.items[1];
	check_span(one->text, "REFERENCES p ON DELETE CASCADE");
	check_span(one->actions, "ON DELETE CASCADE");
	assert_null(one->name.name);
	assert_null(one->conflict.ptr);
	check_span(table.columns.items[1].text, "b");
	assert_null(table.columns.items[1].type.ptr);
	one = &table.constraints.items[0];
	check_span(one->body,
			   "UNIQUE (a , [b] COLLATE x DESC /* 6 */ ) ON CONFLICT "
			   "FAIL");
	check_span(one->parts.items[0].text, "a");
	check_span(one->parts.items[1].text, "[b] COLLATE x DESC");
	check_span(one->parts.items[1].expr, "[b]");
	check_span(one->parts.items[1].column.text, "[b]");
	check_span(one->conflict, "ON CONFLICT FAIL");
	assert_int_equal(migr_ddl_column(&table, "B"), 1);
	assert_int_equal(migr_ddl_column(&table, "bb"), -1);
	unit_close(&unit);
}

/* ---- indexes ---- */

static const struct
{
	const char *text;
	const char *result; /* [unique ]schema.name on table (parts) where */
} indexes[] = {
	{"CREATE INDEX i ON t(a)", "i on t (a)"},
	{"create unique index if not exists main.\"i j\" on [t] (a, b desc) ;",
	 "unique new main.i j on t (a, b desc)"},
	{"CREATE INDEX i ON t(lower(a), a + b DESC, (a || b) COLLATE nocase ASC)",
	 "i on t (=lower(a), =a + b desc, =(a || b)~nocase)"},
	{"CREATE INDEX i ON t(a || b COLLATE nocase, -a COLLATE x, NOT a COLLATE x)",
	 "i on t (=a || b COLLATE nocase, =-a~x, =NOT a COLLATE x)"},
	{"CREATE INDEX i ON t(f(a, (b)) COLLATE x DESC, 'a', 1 COLLATE x, t.a)",
	 "i on t (=f(a, (b))~x desc, a, =1~x, =t.a)"},
	{"CREATE INDEX i ON t(CASE WHEN a THEN b END COLLATE x, NOT (a) COLLATE x)",
	 "i on t (=CASE WHEN a THEN b END~x, =NOT (a) COLLATE x)"},
	{"CREATE INDEX i ON t((a), ((b COLLATE x)) DESC, desc, a+desc, desc desc)",
	 "i on t (a, b~x desc, desc, =a+desc, desc desc)"},
	{"CREATE INDEX i ON t(a COLLATE desc, a IS NULL DESC, a ISNULL DESC, 5 DESC)",
	 "i on t (a~desc, =a IS NULL desc, =a ISNULL desc, =5 desc)"},
	{"CREATE INDEX i ON t(a) WHERE a > (1) AND b IN (')') -- ;\n;",
	 "i on t (a) where a > (1) AND b IN (')')"},
	{"CREATE INDEX i ON t(a ->> '$.x, y' /* , */, ','/*)*/)WHERE f()",
	 "i on t (=a ->> '$.x, y', ,) where f()"},
};

static const char *
index_text(Unit *unit, const MigrIndexDef *index)
{
	MigrStr str;

	migr_str_init(&str, &unit->ctx.arena);
	migr_str_add(&str, index->unique ? "unique " : "");
	migr_str_add(&str, index->if_not_exists ? "new " : "");
	add_name(&str, "", &index->schema);
	add_name(&str, index->schema.name != NULL ? "." : "", &index->name);
	add_name(&str, " on ", &index->table);
	add_parts(&str, &index->parts);
	add_span(&str, " where ", index->where);
	return str.data;
}

static void
test_indexes(void **state)
{
	(void) state;
	for (size_t i = 0; i < sizeof(indexes) / sizeof(*indexes); i++)
	{
		MigrIndexDef index;
		Unit unit;

		unit_open(&unit);
		if (!migr_ddl_index(&unit.ctx, migr_span(indexes[i].text), &index))
			fail_msg("%s: %s", indexes[i].text, unit.ctx.err.message);
		assert_string_equal(index_text(&unit, &index), indexes[i].result);
		unit_close(&unit);
	}
}

/* ---- errors ---- */

#define MANY "0123456789012345678901234567890123456789012345678901234567"

static const struct
{
	const char *text;
	const char *message;
} bad[] = {
	{"", "incomplete input"},
	{"-- nothing", "incomplete input"},
	{"SELECT 1", "near \"SELECT\": syntax error"},
	{"CREATE VIEW v AS SELECT 1", "near \"VIEW\": syntax error"},
	{"CREATE VIRTUAL TABLE t USING fts5(a)", "near \"VIRTUAL\": syntax error"},
	{"CREATE TABLE t AS SELECT 1", "near \"AS\": syntax error"},
	{"CREATE TABLE IF EXISTS t(a)", "near \"EXISTS\": syntax error"},
	{"CREATE TABLE t", "incomplete input"},
	{"CREATE TABLE t()", "near \")\": syntax error"},
	{"CREATE TABLE t(a,)", "near \")\": syntax error"},
	{"CREATE TABLE t(,a)", "near \",\": syntax error"},
	{"CREATE TABLE t(a", "incomplete input"},
	{"CREATE TABLE t(a))", "near \")\": syntax error"},
	{"CREATE TABLE t(a;)", "near \";\": syntax error"},
	{"CREATE TABLE t(a) ROWID", "near \"ROWID\": syntax error"},
	{"CREATE TABLE t(a) WITHOUT OIDS", "near \"OIDS\": syntax error"},
	{"CREATE TABLE t(a) STRICT STRICT", "near \"STRICT\": syntax error"},
	{"CREATE TABLE t(a) STRICT,", "incomplete input"},
	{"CREATE TABLE t(a); SELECT 1", "near \"SELECT\": syntax error"},
	{"CREATE TABLE a.b.c(a)", "near \".\": syntax error"},
	/* reserved words */
	{"CREATE TABLE table(a)", "near \"table\": syntax error"},
	{"CREATE TABLE t(order int)", "near \"order\": syntax error"},
	{"CREATE TABLE t(a left)", "near \"left\": syntax error"},
	{"CREATE TABLE t(a indexed)", "near \"indexed\": syntax error"},
	{"CREATE TABLE t(a COLLATE left)", "near \"left\": syntax error"},
	{"CREATE TABLE t(a DEFAULT left)", "near \"left\": syntax error"},
	{"CREATE TABLE t(a DEFAULT select)", "near \"select\": syntax error"},
	{"CREATE TABLE t(a CONSTRAINT check CHECK (a))",
	 "near \"check\": syntax error"},
	{"CREATE TABLE t(1)", "near \"1\": syntax error"},
	/* columns */
	{"CREATE TABLE t(a varchar(max))", "near \"max\": syntax error"},
	{"CREATE TABLE t(a numeric(1,2,3))", "near \",\": syntax error"},
	{"CREATE TABLE t(a numeric())", "near \")\": syntax error"},
	{"CREATE TABLE t(a (1))", "near \"(\": syntax error"},
	{"CREATE TABLE t(a timestamp(3) with time zone)",
	 "near \"with\": syntax error"},
	{"CREATE TABLE t(a DEFAULT)", "near \")\": syntax error"},
	{"CREATE TABLE t(a DEFAULT f(1))", "near \"(\": syntax error"},
	{"CREATE TABLE t(a DEFAULT -key)", "near \"key\": syntax error"},
	{"CREATE TABLE t(a DEFAULT ())", "near \")\": syntax error"},
	{"CREATE TABLE t(a NOT 1)", "near \"1\": syntax error"},
	{"CREATE TABLE t(a PRIMARY)", "near \")\": syntax error"},
	{"CREATE TABLE t(a AUTOINCREMENT)", "near \"AUTOINCREMENT\": syntax error"},
	{"CREATE TABLE t(a UNIQUE ON CONFLICT EXPLODE)",
	 "near \"EXPLODE\": syntax error"},
	{"CREATE TABLE t(a CHECK a > 0)", "near \"a\": syntax error"},
	{"CREATE TABLE t(a CHECK (a) ON CONFLICT FAIL)",
	 "near \"ON\": syntax error"},
	{"CREATE TABLE t(a CHECK ((a))", "incomplete input"},
	{"CREATE TABLE t(a CHECK (a;))", "near \";\": syntax error"},
	{"CREATE TABLE t(a GENERATED ALWAYS AS 1)", "near \"1\": syntax error"},
	{"CREATE TABLE t(a AS (1) PERSISTED)", "near \"PERSISTED\": syntax error"},
	{"CREATE TABLE t(a REFERENCES)", "near \")\": syntax error"},
	{"CREATE TABLE t(a REFERENCES p ON DELETE)", "near \")\": syntax error"},
	{"CREATE TABLE t(a REFERENCES p ON DELETE NOTHING)",
	 "near \"NOTHING\": syntax error"},
	{"CREATE TABLE t(a REFERENCES p ON DELETE SET 1)",
	 "near \"1\": syntax error"},
	{"CREATE TABLE t(a REFERENCES p ON SELECT CASCADE)",
	 "near \"SELECT\": syntax error"},
	{"CREATE TABLE t(a REFERENCES p DEFERRABLE ON DELETE CASCADE)",
	 "near \"ON\": syntax error"},
	{"CREATE TABLE t(a REFERENCES p INITIALLY DEFERRED)",
	 "near \"INITIALLY\": syntax error"},
	{"CREATE TABLE t(a REFERENCES p (1))", "near \"1\": syntax error"},
	{"CREATE TABLE t(a FOREIGN KEY REFERENCES p)",
	 "near \"FOREIGN\": syntax error"},
	/* constraints of tables */
	{"CREATE TABLE t(UNIQUE (a))", "near \"UNIQUE\": syntax error"},
	{"CREATE TABLE t(a, UNIQUE (a), b)", "near \"b\": syntax error"},
	{"CREATE TABLE t(a, UNIQUE ())", "near \")\": syntax error"},
	{"CREATE TABLE t(a, UNIQUE (a,))", "near \")\": syntax error"},
	{"CREATE TABLE t(a, UNIQUE (a + 1))", "expressions prohibited in PRIMARY "
										  "KEY and UNIQUE constraints"},
	{"CREATE TABLE t(a, UNIQUE (a AUTOINCREMENT))",
	 "near \"AUTOINCREMENT\": syntax error"},
	{"CREATE TABLE t(a, PRIMARY KEY (a)", "incomplete input"},
	{"CREATE TABLE t(a, FOREIGN KEY a REFERENCES p)",
	 "near \"a\": syntax error"},
	{"CREATE TABLE t(a, FOREIGN KEY (a))", "near \")\": syntax error"},
	{"CREATE TABLE t(a, CHECK (a),)", "near \")\": syntax error"},
	/* tokens */
	{"CREATE TABLE t(a \"b)", "unrecognized token: \"\"b)\""},
	{"CREATE TABLE t(a [b)", "unrecognized token: \"[b)\""},
	{"CREATE TABLE t(a CHECK (a = 'it''))", "unrecognized token: \"'it''))\""},
	{"CREATE TABLE t(a DEFAULT x'0)", "unrecognized token: \"x'0)\""},
	{"CREATE TABLE t(a)'", "unrecognized token: \"'\""},
	{"CREATE TABLE t(a \x01)", "near \"\x01\": syntax error"},
	{"CREATE TABLE t(a CHECK (a) '" MANY "äöü')",
	 "near \"'" MANY "\": syntax error"},
};

static const struct
{
	const char *text;
	const char *message;
} bad_indexes[] = {
	{"", "incomplete input"},
	{"CREATE TABLE t(a)", "near \"TABLE\": syntax error"},
	{"CREATE INDEX ON t(a)", "near \"ON\": syntax error"},
	{"CREATE INDEX i ON m.t(a)", "near \".\": syntax error"},
	{"CREATE INDEX i ON t", "incomplete input"},
	{"CREATE INDEX i ON t()", "near \")\": syntax error"},
	{"CREATE INDEX i ON t(a,)", "near \")\": syntax error"},
	{"CREATE INDEX i ON t(a", "incomplete input"},
	{"CREATE INDEX i ON t((a)", "incomplete input"},
	{"CREATE INDEX i ON t(a;)", "near \";\": syntax error"},
	{"CREATE INDEX i ON t(a 'b)", "unrecognized token: \"'b)\""},
	{"CREATE INDEX i ON t(a) b", "near \"b\": syntax error"},
	{"CREATE INDEX i ON t(a) WHERE", "incomplete input"},
	{"CREATE INDEX i ON t(a) WHERE (b", "incomplete input"},
	{"CREATE INDEX i ON t(a) WHERE b)", "near \")\": syntax error"},
	{"CREATE INDEX i ON t(a) WHERE b 'c", "unrecognized token: \"'c\""},
	{"CREATE INDEX i ON t(a) WHERE b; c", "near \"c\": syntax error"},
};

/* Does the context have this error? */
static void
check_error(Unit *unit, bool ok, const char *text, const char *message)
{
	if (ok)
		fail_msg("%s: no error", text);
	assert_int_equal(unit->ctx.err.code, MIGR_ERR_STATEMENT);
	assert_string_equal(unit->ctx.err.message, message);
	unit_forget(unit);
}

static void
test_bad(void **state)
{
	MigrTableDef table;
	MigrIndexDef index;
	Unit unit;

	(void) state;
	unit_open(&unit);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		check_error(&unit,
					migr_ddl_table(&unit.ctx, migr_span(bad[i].text), &table),
					bad[i].text, bad[i].message);
	for (size_t i = 0; i < sizeof(bad_indexes) / sizeof(*bad_indexes); i++)
		check_error(
			&unit,
			migr_ddl_index(&unit.ctx, migr_span(bad_indexes[i].text), &index),
			bad_indexes[i].text, bad_indexes[i].message);
	unit_close(&unit);
}

/* Parts that stand alone, as in ALTER TABLE ... ADD. */
static void
test_alone(void **state)
{
	MigrColumnDef column;
	MigrConstraint one;
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_true(migr_ddl_column_def(
		&unit.ctx, migr_span(" a int NOT NULL /**/ DEFAULT 1 -- x"), &column));
	assert_string_equal(column_text(&unit, &column),
						"a int {notnull, default 1}");
	check_span(column.text, "a int NOT NULL /**/ DEFAULT 1");
	check_error(&unit,
				migr_ddl_column_def(&unit.ctx, migr_span("a, b"), &column),
				"a, b", "near \",\": syntax error");
	check_error(&unit,
				migr_ddl_column_def(&unit.ctx, migr_span("a int)"), &column),
				"a int)", "near \")\": syntax error");
	check_error(&unit, migr_ddl_column_def(&unit.ctx, migr_span(""), &column),
				"", "incomplete input");
	check_error(&unit,
				migr_ddl_column_def(&unit.ctx, migr_span("a 'x"), &column),
				"a 'x", "unrecognized token: \"'x\"");
	assert_true(migr_ddl_constraint(
		&unit.ctx, migr_span("CONSTRAINT c CHECK (a > b) "), &one));
	assert_string_equal(constraint_text(&unit, &one), "check @c (a > b)");
	check_error(&unit,
				migr_ddl_constraint(&unit.ctx, migr_span("CONSTRAINT c"), &one),
				"CONSTRAINT c", "incomplete input");
	check_error(
		&unit,
		migr_ddl_constraint(&unit.ctx, migr_span("CHECK (a) CHECK (b)"), &one),
		"CHECK (a) CHECK (b)", "near \"CHECK\": syntax error");
	check_error(&unit,
				migr_ddl_constraint(&unit.ctx, migr_span("NOT NULL"), &one),
				"NOT NULL", "near \"NOT\": syntax error");
	unit_close(&unit);
}

/* Depth and length are no matter. */
static void
test_deep(void **state)
{
	enum
	{
		DEPTH = 20000
	};
	MigrTableDef table;
	MigrIndexDef index;
	MigrStr text;
	Unit unit;

	(void) state;
	unit_open(&unit);
	migr_str_init(&text, &unit.ctx.arena);
	migr_str_add(&text, "CREATE TABLE t(a CHECK ");
	for (int i = 0; i < DEPTH; i++)
		migr_str_add_char(&text, '(');
	check_error(&unit, migr_ddl_table(&unit.ctx, migr_span(text.data), &table),
				"((((", "incomplete input");
	migr_str_add_char(&text, '1');
	for (int i = 0; i <= DEPTH; i++)
		migr_str_add_char(&text, ')');
	assert_true(migr_ddl_table(&unit.ctx, migr_span(text.data), &table));
	text.len = 0;
	migr_str_add(&text, "CREATE INDEX i ON t(");
	for (int i = 0; i < DEPTH; i++)
		migr_str_add_char(&text, '(');
	migr_str_add(&text, "a COLLATE x");
	for (int i = 0; i < DEPTH; i++)
		migr_str_add_char(&text, ')');
	migr_str_add(&text, ")");
	assert_true(migr_ddl_index(&unit.ctx, migr_span(text.data), &index));
	assert_string_equal(index.parts.items[0].column.name, "a");
	assert_string_equal(index.parts.items[0].collation.name, "x");
	unit_close(&unit);
}

/* ---- names ---- */

static void
test_same_name(void **state)
{
	(void) state;
	assert_true(migr_same_name("", ""));
	assert_true(migr_same_name("aZ_1", "Az_1"));
	assert_false(migr_same_name("a", "ab"));
	assert_false(migr_same_name("ab", "a"));
	assert_false(migr_same_name("@", "`"));
	/* only ASCII has case */
	assert_false(migr_same_name("é", "É"));
}

static void
test_mentions(void **state)
{
	static const struct
	{
		const char *expr;
		const char *name;
		bool found;
	} cases[] = {
		{"(a > 0)", "a", true},
		{"(ab > 0)", "a", false},
		{"(a > 0)", "ab", false},
		{"(t.A + 1)", "a", true},
		{"(\"a\")", "A", true},
		{"([a b] = `c``d`)", "a b", true},
		{"([a b] = `c``d`)", "c`d", true},
		{"(\"a\"\"b\")", "a\"b", true},
		{"([a[b])", "a[b", true},
		{"('a' || x'aa')", "a", false},
		{"('it''s a')", "a", false},
		{"(b /* a */) -- a", "a", false},
		{"(length(b))", "length", true},
		{"(:a + @a + $a)", "a", false},
		{"", "a", false},
		{"(\"\")", "", true},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (migr_ddl_mentions(migr_span(cases[i].expr), cases[i].name) !=
			cases[i].found)
			fail_msg("%s in %s", cases[i].name, cases[i].expr);
}

/* The columns that an expression is about, in their order. */
static void
test_columns(void **state)
{
	static const struct
	{
		const char *expr;
		const char *names;
	} cases[] = {
		{"(a > 0 AND t.b < \"c d\")", "a b c d"},
		{"a + length(b) || lower (c)", "a b c"},
		{"CAST(a AS varchar(10)) = CAST(b AS double precision)", "a b"},
		{"CASE a WHEN b THEN c ELSE end END COLLATE x", "a b c end"},
		{"a COLLATE \"x\" LIKE b ESCAPE c", "a b c"},
		{"a NOT LIKE like", "a like"},
		{"a IS NOT NULL OR b NOT NULL AND c ISNULL", "a b c"},
		{"NOT a IS NOT DISTINCT FROM b", "a b"},
		{"'a' = x'00' OR 1 IN (b, 2, @c)", "b"},
		{"current_time > NULL OR key > -desc", "key desc"},
		{"", ""},
	};
	MigrExprReader reader;
	MigrName name;
	Unit unit;

	(void) state;
	unit_open(&unit);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
	{
		MigrStr str;

		migr_str_init(&str, &unit.ctx.arena);
		migr_expr_begin(&reader, &unit.ctx, migr_span(cases[i].expr));
		while (migr_expr_column(&reader, &name))
			migr_str_printf(&str, "%s%s", str.len > 0 ? " " : "", name.name);
		assert_string_equal(str.data, cases[i].names);
	}
	unit_close(&unit);
}

#define A40 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B40 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define A28 "aaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B27 "bbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define B28 "bbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define B29 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define E14 "éééééééééééééé"
#define E20 E14 "éééééé"

/* The names, each as PostgreSQL 15 gave it for the same text. */
static const struct
{
	const char *text;
	const char *names;
} named[] = {
	{"CREATE TABLE t(a int PRIMARY KEY, b int UNIQUE, c int REFERENCES p, "
	 "d int CHECK (d > 0) NOT NULL DEFAULT 1)",
	 "t_pkey t_b_key t_c_fkey t_d_check"},
	{"CREATE TABLE t(a int, b int, PRIMARY KEY (a, b), UNIQUE (b, a), "
	 "FOREIGN KEY (a, b) REFERENCES p (x, y), CHECK (a > b), CHECK (1 > 0))",
	 "t_pkey t_b_a_key t_a_b_fkey t_check t_check1"},
	{"CREATE TABLE t(a int CONSTRAINT x PRIMARY KEY CONSTRAINT y CHECK (a > 0), "
	 "b int, CONSTRAINT z UNIQUE (b))",
	 "x y z"},
	/* a check is named by the columns in it, not by its own */
	{"CREATE TABLE t(a int CHECK (b > 0), b int CHECK (a > 0 AND a < b), "
	 "CHECK (a > 0))",
	 "t_b_check t_check t_a_check"},
	{"CREATE TABLE t(a int CHECK (a > 0) CHECK (a < 9), CHECK (a <> 5), "
	 "CHECK (t.a <> 6))",
	 "t_a_check t_a_check1 t_a_check2 t_a_check3"},
	/* what was named before */
	{"CREATE TABLE t(a int CONSTRAINT t_b_check CHECK (a > 0) CHECK (a > 1), "
	 "b int CHECK (b > 0))",
	 "t_b_check t_a_check t_b_check1"},
	{"CREATE TABLE t(a int REFERENCES p, b int CONSTRAINT t_a_fkey CHECK (b > 0))",
	 "t_a_fkey1 t_a_fkey"},
	{"CREATE TABLE t(pkey int UNIQUE, a int CONSTRAINT t_pkey_key PRIMARY KEY)",
	 "t_pkey_key1 t_pkey_key"},
	{"CREATE TABLE t(a_b int, a int, b int, UNIQUE (a_b), UNIQUE (a, b))",
	 "t_a_b_key t_a_b_key1"},
	{"CREATE TABLE t(a int REFERENCES p REFERENCES q)", "t_a_fkey t_a_fkey1"},
	/* letters */
	{"CREATE TABLE Job(Id int PRIMARY KEY, \"Nr\" int UNIQUE, CHECK (ID > 0))",
	 "job_pkey job_Nr_key job_id_check"},
	{"CREATE TABLE \"My Job\"(\"a b\" int CHECK (\"a b\" > 0))",
	 "My Job_a b_check"},
	{"CREATE TABLE Été(É int UNIQUE)", "Été_É_key"},
	/* words in expressions that are no columns */
	{"CREATE TABLE t(a text, length int, date int, CHECK (length(a) > 0))",
	 "t_a_check"},
	{"CREATE TABLE t(a int, text int, \"end\" int, nocase int, "
	 "CHECK (CASE WHEN a > 0 THEN CAST(a AS text) END COLLATE nocase > 'text'))",
	 "t_a_check"},
	{"CREATE TABLE t(a text, \"current_date\" int, \"like\" int, \"null\" int, "
	 "CHECK (a NOT LIKE 'x' AND a IS NOT NULL AND current_date > '2000-01-01'))",
	 "t_a_check"},
	{"CREATE TABLE t(\"like\" int, b int, CHECK (\"like\" > 0))",
	 "t_like_check"},
	{"CREATE TABLE t(a int, b int, CHECK (a BETWEEN 1 AND 2 OR a IN (1, b)))",
	 "t_check"},
	{"CREATE TABLE t(a int, b int, CHECK (CAST(a AS numeric(3, 1)) > b))",
	 "t_check"},
	{"CREATE TABLE t(a int, b int, CHECK (NOT a = 1 AND a NOTNULL AND b > 1))",
	 "t_check"},
	/* 63 bytes, at a character's boundary */
	{"CREATE TABLE " A40 B40 "(a int PRIMARY KEY)",
	 A40 "bbbbbbbbbbbbbbbbbb_pkey"},
	{"CREATE TABLE " A40 "(" B40 " int UNIQUE CHECK (" B40 " > 0))",
	 A28 "a_" B29 "_key " A28 "_" B28 "_check"},
	{"CREATE TABLE " A40 "(" B40 " int CHECK (" B40 " > 0) CHECK (" B40
	 " > 1))",
	 A28 "_" B28 "_check " A28 "_" B27 "_check1"},
	{"CREATE TABLE t(" A40 " int, " B40 " int, UNIQUE (" A40 ", " B40 "))",
	 "t_" A40 "_bbbbbbbbbbbbbbbb_key"},
	{"CREATE TABLE " E20 "(" A40 " int REFERENCES p)", E14 "_" A28 "_fkey"},
};

/* The names that a table's constraints answer to, separated by blanks. */
static const char *
names_text(Unit *unit, const MigrTableDef *table)
{
	MigrRuleNames names;
	MigrStr str;

	migr_str_init(&str, &unit->ctx.arena);
	migr_ddl_names(&unit->ctx, table, &names);
	for (int i = 0; i < names.count; i++)
		migr_str_printf(&str, "%s%s", i > 0 ? " " : "", names.items[i].name);
	return str.data;
}

static void
test_names(void **state)
{
	(void) state;
	for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++)
	{
		MigrTableDef table;
		Unit unit;

		unit_open(&unit);
		if (!migr_ddl_table(&unit.ctx, migr_span(named[i].text), &table))
			fail_msg("%s: %s", named[i].text, unit.ctx.err.message);
		assert_string_equal(names_text(&unit, &table), named[i].names);
		unit_close(&unit);
	}
}

/* Names say where their constraint stands. */
static void
test_places(void **state)
{
	static const char text[] =
		"CREATE TABLE t(a NOT NULL UNIQUE, b DEFAULT 1 PRIMARY KEY, CHECK (a), "
		"FOREIGN KEY (b) REFERENCES p)";
	static const struct
	{
		const char *name;
		int column;
		int at;
	} places[] = {{"t_a_key", 0, 1},
				  {"t_pkey", 1, 1},
				  {"t_a_check", -1, 0},
				  {"t_b_fkey", -1, 1}};
	MigrRuleNames names;
	MigrTableDef table;
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_true(migr_ddl_table(&unit.ctx, migr_span(text), &table));
	migr_ddl_names(&unit.ctx, &table, &names);
	assert_int_equal(names.count, 4);
	for (int i = 0; i < 4; i++)
	{
		assert_string_equal(names.items[i].name, places[i].name);
		assert_int_equal(names.items[i].column, places[i].column);
		assert_int_equal(names.items[i].at, places[i].at);
	}
	unit_close(&unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),	  cmocka_unit_test(test_spans),
		cmocka_unit_test(test_indexes),	  cmocka_unit_test(test_bad),
		cmocka_unit_test(test_alone),	  cmocka_unit_test(test_deep),
		cmocka_unit_test(test_same_name), cmocka_unit_test(test_mentions),
		cmocka_unit_test(test_columns),	  cmocka_unit_test(test_names),
		cmocka_unit_test(test_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
