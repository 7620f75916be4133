/*
 * test_portable.c
 *	  PostgreSQL's spelling made plain, and which statements both hosts run.
 */
#include "unit.h"

#include <string.h>

#include "schema/portable.h"

/* The schema that the texts are about. */
static const char schema_text[] =
	"table t; table u; view v; index t.i; constraint t.c; "
	"column t.a type=integer; column t.b type=bigint; "
	"column t.title type=varchar(20); column t.state type=text; "
	"column t.ok type=boolean; column t.day type=date; column t.loose; "
	"column t.Big type=integer; column t.user type=integer; "
	"column t.end type=integer";

/* Learn its names. */
static MigrWordbook
begin(Unit *unit, MigrDialect dialect)
{
	MigrWordbook book;
	MigrSchema schema;

	unit_open(unit);
	schema = unit_schema(unit, schema_text);
	migr_wordbook_init(&unit->ctx, dialect, &schema, &schema, &book);
	return book;
}

/* What PostgreSQL prints, and how it reads without what isn't needed. */
static void
test_plain(void **state)
{
	static const char *const cases[][2] = {
		{"CREATE INDEX i ON t USING btree (a, b DESC);",
		 "CREATE INDEX i ON t (a, b DESC);"},
		{"CREATE INDEX i ON t USING btree (a) WHERE (state = 'x'::text);",
		 "CREATE INDEX i ON t (a) WHERE state = 'x';"},
		{"CREATE INDEX i ON t USING btree (lower((title)::text));",
		 "CREATE INDEX i ON t (lower(title));"},
		/* here the parentheses are needed */
		{"CREATE INDEX i ON t USING btree (((a + b)));",
		 "CREATE INDEX i ON t (((a + b)));"},
		{"CREATE INDEX i ON t USING hash (a);",
		 "CREATE INDEX i ON t USING hash (a);"},
		{"DEFAULT 'x'::character varying NOT NULL,", "DEFAULT 'x' NOT NULL,"},
		{"DEFAULT 'it''s'::text", "DEFAULT 'it''s'"},
		{"DEFAULT '-1'::integer,", "DEFAULT -1,"},
		{"DEFAULT '2020-01-01'::date,", "DEFAULT '2020-01-01',"},
		{"DEFAULT ('2020-01-01'::date + 5)",
		 "DEFAULT ('2020-01-01'::date + 5)"},
		{"DEFAULT nextval('s'::regclass)", "DEFAULT (nextval('s'::regclass))"},
		{"title character varying(20), d timestamp without time zone,",
		 "title varchar(20), d timestamp,"},
		{"d timestamp(3) without time zone NOT NULL",
		 "d timestamp(3) NOT NULL"},
		{"d timestamp with time zone", "d timestamp with time zone"},
		{"title character(3)", "title char(3)"},
		{"CHECK ((a > 0))", "CHECK (a > 0)"},
		{"CHECK (((a > 0) AND (b > 0)))", "CHECK (a > 0 AND b > 0)"},
		{"CHECK ((((a > 0) AND (b > 0)) OR (a IS NULL)))",
		 "CHECK (a > 0 AND b > 0 OR a IS NULL)"},
		{"CHECK (((a > 0) AND ((b > 0) OR (a IS NULL))))",
		 "CHECK (a > 0 AND (b > 0 OR a IS NULL))"},
		{"CHECK ((NOT (a > 0)))", "CHECK (NOT (a > 0))"},
		{"CHECK (((a > 0) = (b > 0)))", "CHECK ((a > 0) = (b > 0))"},
		{"CHECK (((a + b) > 0))", "CHECK (a + b > 0)"},
		{"CHECK (((a - (b - 1)) > 0))", "CHECK (a - (b - 1) > 0)"},
		{"CHECK (((a * (b + 1)) > 0))", "CHECK (a * (b + 1) > 0)"},
		{"CHECK (((title)::text <> 'x'::text))", "CHECK (title <> 'x')"},
		{"CHECK ((a > (0)::numeric))", "CHECK (a > 0)"},
		{"CHECK ((a > ('-1'::integer)::numeric))", "CHECK (a > -1)"},
		{"CHECK ((a > (b)::numeric))", "CHECK ((a > (b)::numeric))"},
		{"CHECK ((a > (1 + 1)::numeric))", "CHECK ((a > (1 + 1)::numeric))"},
		/* another value than of the column as it is */
		{"CHECK (((a)::text <> 'x'::text))", "CHECK (((a)::text <> 'x'))"},
		{"CHECK ((state = ANY (ARRAY['x'::text, 'y'::text])))",
		 "CHECK (state IN ('x', 'y'))"},
		{"CHECK (((title)::text = ANY ((ARRAY['x'::character varying, "
		 "'y'::character varying])::text[])))",
		 "CHECK (title IN ('x', 'y'))"},
		{"CHECK ((a <> ALL (ARRAY[1, 2])))", "CHECK (a NOT IN (1, 2))"},
		{"CHECK ((a = ANY (ARRAY[1, 2]))) NOT VALID",
		 "CHECK (a IN (1, 2)) NOT VALID"},
		{"CHECK (((a || (b + 1)) > 0))", "CHECK (a || (b + 1) > 0)"},
		{"CHECK (((a || b) || c) = 0)", "CHECK ((a || b) || c = 0)"},
		{"CHECK (((a % 2) = 0))", "CHECK ((a % 2) = 0)"},
		{"CHECK ((state ~ '^x'::text))", "CHECK ((state ~ '^x'))"},
		{"a text DEFAULT lower('A'::text),", "a text DEFAULT (lower('A')),"},
		{"a text DEFAULT 'x'::text NOT NULL", "a text DEFAULT 'x' NOT NULL"},
		{"ON DELETE SET DEFAULT, CHECK ((a > 0))",
		 "ON DELETE SET DEFAULT, CHECK (a > 0)"},
		{"-- what is lost\nDROP TABLE t;\n\n-- and\nDROP TABLE u;\n",
		 "-- what is lost\nDROP TABLE t;\n\n-- and\nDROP TABLE u;\n"},
		{"COMMENT ON TABLE t IS 'x::text ((a))';",
		 "COMMENT ON TABLE t IS 'x::text ((a))';"},
		{"", ""},
		{"((", "(("},
		{"))", "))"},
		{"::", "::"},
		{"'a'::", "'a'::"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		Unit unit;
		MigrWordbook book = begin(&unit, MIGR_POSTGRESQL);

		assert_string_equal(migr_plain_text(&book, cases[i][0]), cases[i][1]);
		unit_close(&unit);
	}
}

/* A primary key's columns are said as the model has them. */
static void
test_key(void **state)
{
	static const struct
	{
		const char *model;
		const char *printed;
		const char *plain;
	} cases[] = {
		{"CREATE TABLE t (a text PRIMARY KEY, b text NOT NULL)",
		 "CREATE TABLE t (a text NOT NULL, b text NOT NULL);",
		 "CREATE TABLE t (a text, b text NOT NULL);"},
		{"CREATE TABLE T (\"a\" text NOT NULL PRIMARY KEY)",
		 "CREATE TABLE t (a text NOT NULL);",
		 "CREATE TABLE t (a text NOT NULL);"},
		{"CREATE TABLE t (a int, b numeric(8,2), PRIMARY KEY (a, B))",
		 "DROP TABLE u; CREATE TABLE t (b numeric(8,2) DEFAULT (c(NOT NULL)) NOT "
		 "NULL, a integer NOT NULL);",
		 "DROP TABLE u; CREATE TABLE t (b numeric(8,2) DEFAULT (c(NOT NULL)), a "
		 "int);"},
		{"CREATE TABLE t (a integer PRIMARY KEY)",
		 "CREATE TABLE t (a integer NOT NULL, b integer NOT NULL);",
		 "CREATE TABLE t (a integer, b integer NOT NULL);"},
		{"CREATE TABLE u (a int PRIMARY KEY)",
		 "CREATE TABLE t (a integer NOT NULL);",
		 "CREATE TABLE t (a integer NOT NULL);"},
		{"CREATE INDEX i ON t (a)", "CREATE TABLE t (a integer NOT NULL",
		 "CREATE TABLE t (a integer NOT NULL"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		Unit unit;
		MigrWordbook book = begin(&unit, MIGR_POSTGRESQL);

		migr_wordbook_add_key(&book, migr_span(cases[i].model));
		assert_int_equal(unit.ctx.err.code, MIGR_OK);
		assert_string_equal(migr_plain_text(&book, cases[i].printed),
							cases[i].plain);
		unit_close(&unit);
	}
}

/* A text, and on which hosts it is taken for one that both run. */
typedef struct Text
{
	const char *text;
	bool pg;
	bool sqlite;
} Text;

static void
test_portable(void **state)
{
	static const Text cases[] = {
		{"", true, true},
		{"-- nothing", true, true},
		{"CREATE TABLE t (a integer PRIMARY KEY, title varchar(20) NOT NULL "
		 "DEFAULT 'x', b bigint REFERENCES u ON DELETE CASCADE);",
		 true, true},
		{"CREATE TABLE t (a numeric(10, 2), day date, CONSTRAINT c CHECK (a > "
		 "0 AND title IN ('x', 'y')));",
		 true, true},
		{"-- loses\nDROP TABLE t;\nDROP INDEX i;\nDROP VIEW v;", true, true},
		{"ALTER TABLE t ADD COLUMN b bigint DEFAULT -1 NOT NULL;", true, true},
		{"ALTER TABLE t RENAME COLUMN a TO b;", true, true},
		{"ALTER TABLE t ALTER COLUMN title TYPE text;", true, true},
		/* PostgreSQL would want USING */
		{"ALTER TABLE t ALTER COLUMN day TYPE timestamp;", true, false},
		{"ALTER TABLE t ALTER COLUMN a TYPE integer USING (a)::integer;", false,
		 false},
		{"ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES u(a) ON "
		 "UPDATE NO ACTION DEFERRABLE INITIALLY DEFERRED;",
		 true, true},
		{"CREATE UNIQUE INDEX i ON t (lower(title), a DESC) WHERE a > 0;", true,
		 true},
		{"ALTER TABLE t DROP CONSTRAINT IF EXISTS c;", false, true},
		{"CREATE INDEX i ON t USING btree (a);", false, false},
		{"CREATE INDEX i ON t (a NULLS FIRST);", false, false},
		{"CREATE TABLE t (a integer, PRIMARY KEY (a DESC));", false, false},
		{"COMMENT ON COLUMN t.a IS 'x';", true, true},
		{"COMMENT ON TABLE t IS NULL;", true, true},
		/* PostgreSQL's views are in words that SQLite's user didn't write */
		{"CREATE VIEW v AS SELECT a, title AS name FROM t WHERE a > 0;", false,
		 true},
		{"CREATE TABLE t (a jsonb);", false, false},
		{"CREATE TABLE t (a serial);", false, false},
		{"CREATE TABLE t (a integer GENERATED ALWAYS AS IDENTITY);", false,
		 false},
		{"CREATE TABLE t (a integer GENERATED ALWAYS AS (b * 2) STORED);", true,
		 true},
		{"CREATE TABLE t (a integer PRIMARY KEY AUTOINCREMENT);", false, false},
		{"CREATE TABLE t (a integer) STRICT;", false, false},
		{"CREATE TABLE t (a integer DEFAULT (random()));", false, false},
		{"CREATE TABLE t (a integer DEFAULT (abs(-5)));", true, true},
		/* SQLite wants parentheses */
		{"CREATE TABLE t (a integer DEFAULT abs(-5));", false, false},
		{"CREATE TABLE t (ok boolean DEFAULT NOT true);", false, false},
		{"CREATE TABLE t (day timestamp with time zone);", true, true},
		{"CREATE TABLE t (day timestamp(3));", true, true},
		{"CREATE TABLE t (day timestamp(3) with time zone);", false, false},
		{"CREATE TABLE t (a integer CHECK (a != 5));", true, true},
		{"CREATE TABLE t (day date DEFAULT (date('now')));", false, false},
		{"CREATE TABLE t (a integer CHECK (a IS 5));", false, false},
		{"CREATE TABLE t (a integer CHECK (a IS NOT NULL));", true, true},
		{"CREATE TABLE t (a integer CHECK (a == 5));", false, false},
		{"CREATE TABLE t (a integer CHECK (title LIKE 'x'));", false, false},
		{"CREATE TABLE t (a integer CHECK (title = x'00'));", false, false},
		{"CREATE TABLE t (a integer CHECK (title = E'x'));", false, false},
		{"CREATE TABLE t (loose);", false, false},
		/* a number is no boolean for PostgreSQL, which prints none so */
		{"CREATE TABLE t (ok boolean DEFAULT 0, a integer);", true, false},
		{"CREATE TABLE t (ok boolean DEFAULT true, a integer DEFAULT 0);", true,
		 true},
		{"CREATE TABLE t (a integer CHECK (ok = 1));", true, false},
		/* || binds stronger than + on SQLite only; PostgreSQL prints parentheses */
		{"CREATE TABLE t (a text CHECK (title || a + b > 'x'));", true, false},
		{"CREATE TABLE t (a text CHECK (title || state > 'x'), b integer "
		 "DEFAULT -5);",
		 true, true},
		/* names: unknown ones, in quotes, reserved on one of the hosts */
		{"DROP TABLE s.t;", false, false},
		{"ALTER TABLE t ADD COLUMN \"Big\" integer;", true, true},
		{"ALTER TABLE t ADD COLUMN `Big` integer;", false, false},
		{"ALTER TABLE t ADD COLUMN user integer;", false, false},
		{"ALTER TABLE t ADD COLUMN end integer;", false, false},
		{"ALTER TABLE t ADD COLUMN \"user\" integer;", true, true},
		{"ALTER TABLE t ADD COLUMN a integer DEFAULT \"x\";", false, false},
		{"CREATE TYPE t AS ENUM ('x');", false, false},
		{"INSERT INTO t VALUES (1);", false, false},
		{"CREATE TRIGGER i AFTER INSERT ON t BEGIN SELECT 1; END;", false,
		 false},
		{"ALTER TABLE t SET STRICT;", false, false},
		{"DROP TABLE t", false, false},
		{"CREATE TABLE t (a text DEFAULT 'open", false, false},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (int pg = 0; pg <= 1; pg++)
		{
			Unit unit;
			MigrWordbook book =
				begin(&unit, pg ? MIGR_POSTGRESQL : MIGR_SQLITE);

			if (migr_is_portable(&book, cases[i].text) !=
				(pg ? cases[i].pg : cases[i].sqlite))
				fail_msg("%s: %s", pg ? "PostgreSQL" : "SQLite", cases[i].text);
			unit_close(&unit);
		}
}

static void
test_casts(void **state)
{
	static const struct
	{
		const char *from;
		const char *to;
		bool portable;
	} cases[] = {
		{"text", "varchar(20)", true},
		{"integer", "text", true},
		{"text", "timestamp", true},
		{"integer", "numeric(10,2)", true},
		{"double precision", "float", true},
		{"integer", "boolean", true},
		{"boolean", "integer", true},
		{"boolean", "bigint", false},
		{"date", "timestamp", true},
		{"date", "time", false},
		{"date", "integer", false},
		{"text", "datetime", false},
		{"blob", "text", false},
		{"", "text", false},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(migr_is_portable_cast(cases[i].from, cases[i].to),
						 cases[i].portable);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain), cmocka_unit_test(test_key),
		cmocka_unit_test(test_portable), cmocka_unit_test(test_casts)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
