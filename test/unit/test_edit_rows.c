/*
 * test_edit_rows.c
 *	  ALTER TABLE done in the text of a CREATE TABLE: what can't be done, where the
 *	  rows come from, and the SELECTs that look at them.
 */
#include "edit.h"

static const struct
{
	const char *create;
	const char *alter;
	const char *error; /* message | detail | hint */
} bad[] = {
	{"CREATE TABLE t (a int)", "ADD A int",
	 "column \"A\" of relation \"t\" already exists"},
	{"CREATE TABLE t (a int)", "ADD b int AFTER c",
	 "column \"c\" of relation \"t\" does not exist"},
	{"CREATE TABLE t (a int PRIMARY KEY)", "ADD b int PRIMARY KEY",
	 "multiple primary keys for table \"t\" are not allowed"},
	{"CREATE TABLE t (a int CHECK (a > 0))",
	 "ADD b int CONSTRAINT t_a_check CHECK (b > 0)",
	 "constraint \"t_a_check\" for relation \"t\" already exists"},
	{"CREATE TABLE t (a int)", "DROP b",
	 "column \"b\" of relation \"t\" does not exist"},
	{"CREATE TABLE t (a int)", "DROP a",
	 "cannot drop column \"a\": no other columns exist"},
	{"CREATE TABLE t (a int, b int, g AS (b + 1), h AS (g))", "DROP B",
	 "cannot drop column b of table t because other objects depend on it | column g of table t depends on column b of table t\n"
	 "column h of table t depends on column g of table t | Use DROP ... CASCADE to drop the dependent objects too."},
	{"CREATE TABLE t (a int PRIMARY KEY, b int REFERENCES t)", "DROP a",
	 "cannot drop column a of table t because other objects depend on it | constraint t_b_fkey on table t depends on column a of table t | Use DROP ... CASCADE to drop the dependent objects too."},
	{"CREATE TABLE t (a int UNIQUE, b int, CONSTRAINT f FOREIGN KEY (b) REFERENCES t (a))",
	 "DROP a RESTRICT",
	 "cannot drop column a of table t because other objects depend on it | constraint f on table t depends on column a of table t | Use DROP ... CASCADE to drop the dependent objects too."},
	{"CREATE TABLE t (a int, g AS (1))", "DROP a",
	 "must have at least one non-generated column"},
	{"CREATE TABLE t (a int, b int, PRIMARY KEY (a)) WITHOUT ROWID", "DROP a",
	 "PRIMARY KEY missing on table t | A table WITHOUT ROWID needs one: add the new one in the same ALTER TABLE."},
	{"CREATE TABLE t (a int)", "ALTER b TYPE text",
	 "column \"b\" of relation \"t\" does not exist"},
	{"CREATE TABLE t (a int, g AS (a))", "ALTER a TYPE text",
	 "cannot alter type of a column used by a generated column | Column \"a\" is used by generated column \"g\"."},
	{"CREATE TABLE t (a int, g AS (a))", "ALTER g TYPE text USING a",
	 "cannot specify USING when altering type of generated column | Column \"g\" is a generated column."},
	{"CREATE TABLE t (a int)", "ALTER a TYPE text, ALTER A TYPE real",
	 "cannot alter type of column \"a\" twice"},
	{"CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT)",
	 "ALTER a TYPE bigint",
	 "AUTOINCREMENT is only allowed on an INTEGER PRIMARY KEY"},
	{"CREATE TABLE t (a int, g AS (a))", "ALTER g SET DEFAULT 1",
	 "column \"g\" of relation \"t\" is a generated column | Use ALTER TABLE ... ALTER COLUMN ... SET EXPRESSION instead."},
	{"CREATE TABLE t (a int, g AS (a))", "ALTER g DROP DEFAULT",
	 "column \"g\" of relation \"t\" is a generated column | Use ALTER TABLE ... ALTER COLUMN ... DROP EXPRESSION instead."},
	{"CREATE TABLE t (a INTEGER PRIMARY KEY NOT NULL)", "ALTER a DROP NOT NULL",
	 "column \"a\" is in a primary key"},
	{"CREATE TABLE t (a int NOT NULL, b int, PRIMARY KEY (b, a)) WITHOUT ROWID",
	 "ALTER a DROP NOT NULL", "column \"a\" is in a primary key"},
	{"CREATE TABLE t (a int, b int)",
	 "ADD PRIMARY KEY (a), SET WITHOUT ROWID, ALTER a DROP NOT NULL",
	 "column \"a\" is in a primary key"},
	{"CREATE TABLE t (a int)", "ALTER b SET NOT NULL",
	 "column \"b\" of relation \"t\" does not exist"},
	{"CREATE TABLE t (a int)", "ALTER a SET EXPRESSION AS (1)",
	 "column \"a\" of relation \"t\" is not a generated column"},
	{"CREATE TABLE t (a int)", "ALTER a DROP EXPRESSION",
	 "column \"a\" of relation \"t\" is not a generated column"},
	{"CREATE TABLE t (a int, g AS (a))",
	 "ALTER g ADD GENERATED ALWAYS AS (a) STORED",
	 "column \"g\" of relation \"t\" is already a generated column"},
	{"CREATE TABLE t (a int DEFAULT 1)",
	 "ALTER a ADD GENERATED ALWAYS AS (1) STORED",
	 "column \"a\" of relation \"t\" already has a default value"},
	{"CREATE TABLE t (a int PRIMARY KEY, b)",
	 "ALTER a ADD GENERATED ALWAYS AS (b) STORED",
	 "generated columns cannot be part of the PRIMARY KEY"},
	{"CREATE TABLE t (a int)", "ALTER a ADD GENERATED ALWAYS AS (1) STORED",
	 "must have at least one non-generated column"},
	{"CREATE TABLE t (a int PRIMARY KEY)", "ADD PRIMARY KEY (a)",
	 "multiple primary keys for table \"t\" are not allowed"},
	{"CREATE TABLE t (a int, g AS (a))", "ADD PRIMARY KEY (g)",
	 "generated columns cannot be part of the PRIMARY KEY"},
	{"CREATE TABLE t (a int)", "ADD UNIQUE (b)",
	 "column \"b\" named in key does not exist"},
	{"CREATE TABLE t (a int)", "ADD UNIQUE (a, A)",
	 "column \"A\" appears twice in unique constraint"},
	{"CREATE TABLE t (a int)", "ADD PRIMARY KEY (a, a)",
	 "column \"a\" appears twice in primary key constraint"},
	{"CREATE TABLE t (a int)", "ADD UNIQUE (a + 1)",
	 "expressions prohibited in PRIMARY KEY and UNIQUE constraints"},
	{"CREATE TABLE t (a int)", "ADD FOREIGN KEY (b) REFERENCES u",
	 "column \"b\" referenced in foreign key constraint does not exist"},
	{"CREATE TABLE t (a int)", "ADD FOREIGN KEY (a) REFERENCES u (x, y)",
	 "number of referencing and referenced columns for foreign key disagree"},
	{"CREATE TABLE t (a int UNIQUE)", "ADD CONSTRAINT T_A_KEY CHECK (a > 0)",
	 "constraint \"T_A_KEY\" for relation \"t\" already exists"},
	{"CREATE TABLE t (a int CONSTRAINT n NOT NULL)",
	 "ADD CONSTRAINT n CHECK (a > 0)",
	 "constraint \"n\" for relation \"t\" already exists"},
	{"CREATE TABLE t (a int)", "DROP CONSTRAINT n",
	 "constraint \"n\" of relation \"t\" does not exist"},
	{"CREATE TABLE t (a int CONSTRAINT n CHECK (a > 0), CONSTRAINT n UNIQUE (a))",
	 "DROP CONSTRAINT n",
	 "2 constraints of relation \"t\" answer to \"n\" | They are: CONSTRAINT n CHECK (a > 0); CONSTRAINT n UNIQUE (a). | The first one also answers to \"n (1)\", the next to \"n (2)\"."},
	{"CREATE TABLE t (a int PRIMARY KEY) WITHOUT ROWID",
	 "DROP CONSTRAINT t_pkey",
	 "PRIMARY KEY missing on table t | A table WITHOUT ROWID needs one: add the new one in the same ALTER TABLE."},
	{"CREATE TABLE t (a int CONSTRAINT n NOT NULL PRIMARY KEY) WITHOUT ROWID",
	 "DROP CONSTRAINT n", "column \"a\" is in a primary key"},
	{"CREATE TABLE t (a int UNIQUE CHECK (a > 0))",
	 "RENAME CONSTRAINT t_a_key TO t_a_check",
	 "constraint \"t_a_check\" for relation \"t\" already exists"},
	{"CREATE TABLE t (a int)", "RENAME CONSTRAINT n TO m",
	 "constraint \"n\" for table \"t\" does not exist"},
	{"CREATE TABLE t (a int UNIQUE)", "VALIDATE CONSTRAINT t_a_key",
	 "constraint \"t_a_key\" of relation \"t\" is not a foreign key or check constraint"},
	{"CREATE TABLE t (a int)", "VALIDATE CONSTRAINT n",
	 "constraint \"n\" of relation \"t\" does not exist"},
	{"CREATE TABLE t (a int)", "ALTER b FIRST",
	 "column \"b\" of relation \"t\" does not exist"},
	{"CREATE TABLE t (a int)", "ALTER a AFTER b",
	 "column \"b\" of relation \"t\" does not exist"},
	{"CREATE TABLE t (a int)", "RENAME a TO b",
	 "RENAME is not done in a table's text"},
	{"CREATE TABLE t (a int)", "ADD CHECK (a > 0 AND b > 0)",
	 "column \"b\" does not exist"},
	{"CREATE TABLE t (a int)", "ADD b int AS (a + c)",
	 "column \"c\" does not exist"},
	{"CREATE TABLE t (a int)", "ADD b int AS (b)",
	 "generated column loop on \"b\""},
	{"CREATE TABLE t (a int, g AS (a), h AS (g))",
	 "ALTER g SET EXPRESSION AS (a + h)", "generated column loop on \"g\""},
	{"CREATE TABLE t (a int, b int)", "ADD CHECK (b > 0), DROP b",
	 "column \"b\" does not exist"},
};

static void
test_bad(void **state)
{
	(void) state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
	{
		Unit unit;
		MigrEdit edit;
		const MigrErr *err = &unit.ctx.err;

		unit_open(&unit);
		assert_true(
			migr_edit_begin(&unit.ctx, migr_span(bad[i].create), &edit));
		if (edit_alter(&unit, &edit, bad[i].alter))
			fail_msg("%s: %s is fine", bad[i].create, bad[i].alter);
		assert_string_equal(migr_printf(&unit.ctx.arena, "%s%s%s%s%s",
										err->message,
										err->detail != NULL ? " | " : "",
										err->detail != NULL ? err->detail : "",
										err->hint != NULL ? " | " : "",
										err->hint != NULL ? err->hint : ""),
							bad[i].error);
		unit_close(&unit);
	}
}

static const struct
{
	const char *create;
	const char *alter;
	const char *sources;
	const char *selects;
} rows
	[] =
		{
			{"CREATE TABLE t (a int, b int)",
			 "ADD c int DEFAULT 1, ALTER a TYPE text", "\"a\"; \"b\"; c = 1",
			 ""},
			{"CREATE TABLE t (a, b int)",
			 "ADD c DEFAULT x, ADD d DEFAULT \"y\", ADD e DEFAULT -1, ADD f DEFAULT CURRENT_DATE, ADD g DEFAULT true",
			 "\"a\"; \"b\"; c = 'x'; d = 'y'; e = -1; f = CURRENT_DATE; g = true",
			 ""},
			{"CREATE TABLE t (a)", "ADD id INTEGER PRIMARY KEY",
			 "\"a\"; id = rowid", ""},
			{"CREATE TABLE t (rowid)", "ADD id INTEGER PRIMARY KEY",
			 "\"rowid\"; id = _rowid_", ""},
			{"CREATE TABLE t (rowid, _rowid_, oid)",
			 "ADD id INTEGER PRIMARY KEY",
			 "\"rowid\"; \"_rowid_\"; \"oid\"; id = NULL", ""},
			{"CREATE TABLE t (a text, b)", "ALTER a TYPE int",
			 "a = CASE WHEN typeof(\"a\") = 'real' AND abs(\"a\") < 9.2e18 THEN CAST(round(\"a\") AS INTEGER) ELSE \"a\" END; \"b\"",
			 "SELECT '\"' || CAST(\"a\" AS TEXT) || '\"' FROM main.t AS \"t\" WHERE typeof(\"a\") IN ('text', 'blob') AND ((CAST(\"a\" AS NUMERIC) = (\"a\")) IS NOT 1 OR typeof(CAST(\"a\" AS NUMERIC)) <> 'integer') LIMIT 1"},
			{"CREATE TABLE t (a numeric, b)", "ALTER a TYPE int",
			 "a = CASE WHEN typeof(\"a\") = 'real' AND abs(\"a\") < 9.2e18 THEN CAST(round(\"a\") AS INTEGER) ELSE \"a\" END; \"b\"",
			 ""},
			{"CREATE TABLE t (a text, b)", "ALTER a TYPE int USING a || b",
			 "a = CASE WHEN typeof((a || b)) = 'real' AND abs((a || b)) < 9.2e18 THEN CAST(round((a || b)) AS INTEGER) ELSE (a || b) END; \"b\"",
			 "SELECT '\"' || CAST((a || b) AS TEXT) || '\"' FROM main.t AS \"t\" WHERE typeof((a || b)) IN ('text', 'blob') AND ((CAST((a || b) AS NUMERIC) = ((a || b))) IS NOT 1 OR typeof(CAST((a || b) AS NUMERIC)) <> 'integer') LIMIT 1"},
			{"CREATE TABLE t (a text, b)", "ALTER a TYPE date USING date(a)",
			 "a = date(a); \"b\"", ""},
			{"CREATE TABLE t (a, \"the \"\"b\" int, c)", "ALTER c FIRST",
			 "\"c\"; \"a\"; the \"b = \"the \"\"b\"", ""},
			{"CREATE TABLE t (a, b, c)", "DROP b", "\"a\"; \"c\"", ""},
			{"CREATE TABLE t (a, g AS (a + 1), c)", "ALTER g DROP EXPRESSION",
			 "\"a\"; \"g\"; \"c\"", ""},
			{"CREATE TABLE t (a, b, c)",
			 "ALTER b ADD GENERATED ALWAYS AS (a) STORED", "\"a\"; \"c\"", ""},
			{"CREATE TABLE t (a)", "ALTER a SET NOT NULL", "\"a\"",
			 "SELECT NULL FROM main.t AS \"t\" WHERE \"a\" IS NULL LIMIT 1"},
			{"CREATE TABLE t (a)", "ADD CHECK (a LIKE '%T%')", "\"a\"",
			 "SELECT 'Failing row contains (' || printf('%s', CASE WHEN length(\"a\") > 64 THEN substr(\"a\", 1, 64) || '...' ELSE ifnull(\"a\", 'null') END) || ').' FROM main.t AS \"t\" WHERE NOT (a LIKE '%T%') LIMIT 1"},
			{"CREATE TABLE t (a)", "ADD b NOT NULL", "\"a\"; b = NULL",
			 "SELECT NULL FROM (SELECT \"a\" AS \"a\", NULL AS \"b\" FROM main.t AS \"t\") AS \"t\" WHERE \"b\" IS NULL LIMIT 1"},
			{"CREATE TABLE t (a COLLATE nocase, b)",
			 "ADD UNIQUE (a, b COLLATE rtrim)", "\"a\"; \"b\"",
			 "SELECT 'Key (a, b)=(' || \"a\" || ', ' || \"b\" || ') is duplicated.' FROM main.t AS \"t\" WHERE \"a\" IS NOT NULL AND \"b\" IS NOT NULL GROUP BY \"a\" COLLATE \"nocase\", \"b\" COLLATE \"rtrim\" HAVING count(*) > 1 LIMIT 1"},
			{"CREATE TABLE t (a INTEGER)", "ADD PRIMARY KEY (a)", "\"a\"",
			 "SELECT NULL FROM main.t AS \"t\" WHERE \"a\" IS NULL LIMIT 1\n"
			 "SELECT '\"' || CAST(\"a\" AS TEXT) || '\"' FROM main.t AS \"t\" WHERE typeof(\"a\") NOT IN ('integer', 'null') AND \"a\" IS NOT CAST(\"a\" AS INTEGER) LIMIT 1\n"
			 "SELECT 'Key (a)=(' || \"a\" || ') is duplicated.' FROM main.t AS \"t\" WHERE \"a\" IS NOT NULL GROUP BY \"a\" HAVING count(*) > 1 LIMIT 1"},
			{"CREATE TABLE t (a, b)", "ADD FOREIGN KEY (a, b) REFERENCES u",
			 "\"a\"; \"b\"",
			 "SELECT 'Key (a, b)=(' || \"a\" || ', ' || \"b\" || ') is not present in table \"u\".' FROM main.t AS \"t\" WHERE \"a\" IS NOT NULL AND \"b\" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM main.\"u\" AS \"_migrate parent\" WHERE \"_migrate parent\".\"x\" = \"t\".\"a\" AND \"_migrate parent\".\"y\" = \"t\".\"b\") LIMIT 1"},
			{"CREATE TABLE t (a, b)", "ADD FOREIGN KEY (b) REFERENCES T (a)",
			 "\"a\"; \"b\"",
			 "SELECT 'Key (b)=(' || \"b\" || ') is not present in table \"T\".' FROM main.t AS \"t\" WHERE \"b\" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM main.t AS \"_migrate parent\" WHERE \"_migrate parent\".\"a\" = \"t\".\"b\") LIMIT 1"},
			{"CREATE TABLE t (a)", "ADD \"it's %S\" DEFAULT 1 REFERENCES u (x)", "\"a\"; it's %S = 1", "SELECT 'Key (it''s %S)=(' || \"it's %S\" || ') is not present in table \"u\".' FROM (SELECT \"a\" AS \"a\", 1 AS \"it's %S\" FROM main.t AS \"t\") AS \"t\" WHERE \"it's %S\" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM main.\"u\" AS \"_migrate parent\" WHERE \"_migrate parent\".\"x\" = \"t\".\"it's %S\") LIMIT 1"},
			{"CREATE TABLE t (a text)",
			 "ADD g int AS (length(a)), ADD h int AS (g * 2), ADD CONSTRAINT c CHECK (h > 0)",
			 "\"a\"",
			 "SELECT 'Failing row contains (' || printf('%s, %s, %s', CASE WHEN length(\"a\") > 64 THEN substr(\"a\", 1, 64) || '...' ELSE ifnull(\"a\", 'null') END, CASE WHEN length(\"g\") > 64 THEN substr(\"g\", 1, 64) || '...' ELSE ifnull(\"g\", 'null') END, CASE WHEN length(\"h\") > 64 THEN substr(\"h\", 1, 64) || '...' ELSE ifnull(\"h\", 'null') END) || ').' FROM (SELECT *, CASE WHEN CAST((g * 2) AS NUMERIC) = ((g * 2)) THEN CAST((g * 2) AS NUMERIC) ELSE (g * 2) END AS \"h\" FROM (SELECT *, CASE WHEN CAST((length(a)) AS NUMERIC) = ((length(a))) THEN CAST((length(a)) AS NUMERIC) ELSE (length(a)) END AS \"g\" FROM (SELECT \"a\" AS \"a\" FROM main.t AS \"t\") AS \"t\") AS \"t\") AS \"t\" WHERE NOT (h > 0) LIMIT 1"},
};

/* Where the values come from: "column = expression", or the column alone. */
static const char *
sources_text(Unit *unit, const MigrEdit *edit)
{
	MigrStr str;

	migr_str_init(&str, &unit->ctx.arena);
	for (int i = 0; i < edit->sources.count; i++)
	{
		const MigrSource *source = &edit->sources.items[i];
		const char *quoted =
			migr_printf(&unit->ctx.arena, "\"%s\"", source->column);

		migr_str_add(&str, i > 0 ? "; " : "");
		if (strcmp(source->expr, quoted) != 0)
			migr_str_printf(&str, "%s = ", source->column);
		migr_str_add(&str, source->expr);
	}
	return str.data;
}

static void
test_rows(void **state)
{
	(void) state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
	{
		MigrColumnNames key = {0};
		Unit unit;
		MigrEdit edit;
		MigrStr str;

		edit_open(&unit, &edit, rows[i].create, rows[i].alter);
		assert_string_equal(sources_text(&unit, &edit), rows[i].sources);
		migr_vec_push(&unit.ctx.arena, &key, "x");
		migr_vec_push(&unit.ctx.arena, &key, "y");
		migr_str_init(&str, &unit.ctx.arena);
		for (int k = 0; k < edit.demands.count; k++)
			migr_str_printf(&str, "%s%s", k > 0 ? "\n" : "",
							migr_demand_select(&unit.ctx,
											   &edit.demands.items[k], "main",
											   "main.t", &key));
		assert_string_equal(str.data, rows[i].selects);
		unit_close(&unit);
	}
}

/* Which demands SQLite sees to by itself, and what the others need. */
static void
test_enforced(void **state)
{
	Unit unit;
	MigrEdit edit;
	const MigrDemand *demands;

	(void) state;
	edit_open(
		&unit, &edit, "CREATE TABLE t (a text)",
		"ALTER a TYPE int, ADD UNIQUE (a), ADD FOREIGN KEY (a) REFERENCES u");
	assert_int_equal(edit.demands.count, 3);
	demands = edit.demands.items;
	assert_true(demands[0].joined);
	assert_false(demands[0].enforced);
	assert_false(demands[1].joined);
	assert_true(demands[1].enforced);
	assert_null(demands[1].parent);
	assert_false(demands[2].enforced);
	assert_string_equal(demands[2].parent, "u");
	assert_int_equal(demands[2].keys, 1);
	unit_close(&unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_enforced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
