/*
 * test_alter.c
 *	  ALTER TABLE as data: every form, the order of actions, and each error.
 */
#include "unit.h"

#include <string.h>

#include "schema/alter.h"

static const char *const kinds[] = {
	[MIGR_ADD_COLUMN] = "add",
	[MIGR_DROP_COLUMN] = "drop",
	[MIGR_SET_TYPE] = "type",
	[MIGR_SET_DEFAULT] = "default",
	[MIGR_DROP_DEFAULT] = "no default",
	[MIGR_SET_NOT_NULL] = "not null",
	[MIGR_DROP_NOT_NULL] = "null",
	[MIGR_SET_EXPRESSION] = "expression",
	[MIGR_DROP_EXPRESSION] = "no expression",
	[MIGR_ADD_CONSTRAINT] = "constrain",
	[MIGR_DROP_CONSTRAINT] = "unconstrain",
	[MIGR_RENAME_CONSTRAINT] = "rename constraint",
	[MIGR_RENAME_COLUMN] = "rename column",
	[MIGR_RENAME_TABLE] = "rename table",
	[MIGR_MOVE_COLUMN] = "move",
	[MIGR_VALIDATE_CONSTRAINT] = "validate",
	[MIGR_SET_STRICT] = "strict",
	[MIGR_SET_WITHOUT_ROWID] = "without rowid",
	[MIGR_SET_AUTOINCREMENT] = "autoincrement",
};

static const char *const rules[] = {
	[MIGR_RULE_PRIMARY_KEY] = "primary key",
	[MIGR_RULE_UNIQUE] = "unique",
	[MIGR_RULE_CHECK] = "check",
	[MIGR_RULE_FOREIGN_KEY] = "foreign key",
	[MIGR_RULE_NOT_NULL] = "not null",
	[MIGR_RULE_NULL] = "null",
	[MIGR_RULE_DEFAULT] = "default",
	[MIGR_RULE_COLLATE] = "collate",
	[MIGR_RULE_GENERATED] = "generated",
};

/* Append a label and a span, where that is there and lies within whole. */
static void
add_span(MigrStr *str, MigrSpan whole, const char *label, MigrSpan span)
{
	if (span.ptr == NULL)
		return;
	assert_true(span.ptr >= whole.ptr &&
				span.ptr + span.len <= whole.ptr + whole.len);
	migr_str_printf(str, " %s[%.*s]", label, (int) span.len, span.ptr);
}

/* Append a label and a name, where there is one. */
static void
add_name(MigrStr *str, MigrSpan whole, const char *label, MigrName name)
{
	if (name.name == NULL)
		return;
	assert_true(name.text.ptr >= whole.ptr &&
				name.text.ptr + name.text.len <= whole.ptr + whole.len);
	migr_str_printf(str, " %s%s", label, name.name);
}

/* Append what an action is. */
static void
add_action(MigrStr *str, const MigrAction *action)
{
	MigrSpan whole = action->text;

	migr_str_add(str, kinds[action->kind]);
	add_name(str, whole, "", action->name);
	add_name(str, whole, "> ", action->other);
	if (action->on)
		migr_str_add(str, " on");
	if (action->first)
		migr_str_add(str, " first");
	if (action->if_exists)
		migr_str_add(str, " if exists");
	if (action->if_not_exists)
		migr_str_add(str, " if not exists");
	if (action->cascade)
		migr_str_add(str, " cascade");
	if (action->not_valid)
		migr_str_add(str, " not valid");
	add_span(str, whole, "", action->column.text);
	add_span(str, whole, "of ", action->column.type);
	for (int i = 0; i < action->column.constraints.count; i++)
		migr_str_printf(str, " %s",
						rules[action->column.constraints.items[i].rule]);
	if (action->kind == MIGR_ADD_CONSTRAINT)
		migr_str_printf(str, " %s", rules[action->constraint.rule]);
	add_span(str, whole, "", action->constraint.text);
	add_span(str, whole, "conflict ", action->constraint.conflict);
	add_span(str, whole, "", action->type);
	add_name(str, whole, "collate ", action->collation);
	add_span(str, whole, "as ", action->expr);
	if (action->kind == MIGR_SET_EXPRESSION)
		migr_str_add(str, !action->generate ? ""
						  : action->stored	? " stored"
											: " virtual");
}

/* What a statement is, as text: if schema.table: action; action */
static const char *
alter_text(Unit *unit, const MigrAlter *alter)
{
	MigrStr str;

	migr_str_init(&str, &unit->ctx.arena);
	migr_str_printf(&str, "%s%s%s%s:", alter->if_exists ? "if " : "",
					alter->schema.name != NULL ? alter->schema.name : "",
					alter->schema.name != NULL ? "." : "", alter->table.name);
	for (int i = 0; i < alter->actions.count; i++)
	{
		migr_str_add(&str, i > 0 ? "; " : " ");
		add_action(&str, &alter->actions.items[i]);
	}
	return str.data;
}

#define T "ALTER TABLE t "

static const struct
{
	const char *text;
	const char *result;
} good[] = {
	/* the table */
	{"ALTER TABLE t DROP c", "t: drop c"},
	{"alter table T drop C", "T: drop C"},
	{"ALTER TABLE IF EXISTS t DROP c", "if t: drop c"},
	{"ALTER TABLE ONLY t DROP c", "t: drop c"},
	{"ALTER TABLE ONLY (t) DROP c", "t: drop c"},
	{"ALTER TABLE ONLY (s.t) DROP c", "s.t: drop c"},
	{"ALTER TABLE t * DROP c", "t: drop c"},
	{"ALTER TABLE IF EXISTS ONLY s.t * DROP c", "if s.t: drop c"},
	{"ALTER TABLE main . t DROP c", "main.t: drop c"},
	{"ALTER TABLE \"a \"\"b\"\"\".[c d] DROP `e``f`", "a \"b\".c d: drop e`f"},
	{"ALTER TABLE 'it''s' DROP 'c'", "it's: drop c"},
	{"ALTER TABLE only DROP c", "only: drop c"},
	{"ALTER TABLE only RENAME TO c", "only: rename table > c"},
	{"ALTER TABLE only.t DROP c", "only.t: drop c"},
	{"ALTER TABLE only * DROP c", "only: drop c"},
	{"ALTER TABLE \"order\" DROP c", "order: drop c"},
	{"ALTER TABLE if DROP c", "if: drop c"},
	{"ALTER TABLE column DROP COLUMN column", "column: drop column"},
	{"/* a, b */ ALTER -- (\n TABLE\tt/**/DROP/* , */c -- end", "t: drop c"},
	{"\xEF\xBB\xBF" T "DROP \xC3\xA9t\xC3\xA9", "t: drop \xC3\xA9t\xC3\xA9"},
	/* ADD COLUMN */
	{T "ADD c", "t: add c [c]"},
	{T "ADD c int", "t: add c [c int] of [int]"},
	{T "ADD COLUMN c int", "t: add c [c int] of [int]"},
	{T "ADD COLUMN IF NOT EXISTS c int",
	 "t: add c if not exists [c int] of [int]"},
	{T "ADD IF NOT EXISTS c int", "t: add c if not exists [c int] of [int]"},
	{T "ADD if int", "t: add if [if int] of [int]"},
	{T "ADD \"c d\" numeric(10, 2) NOT NULL DEFAULT (f(1, 2)), ADD d text",
	 "t: add c d [\"c d\" numeric(10, 2) NOT NULL DEFAULT (f(1, 2))] "
	 "of [numeric(10, 2)] not null default; add d [d text] of [text]"},
	{T "ADD c int PRIMARY KEY", "t: add c [c int PRIMARY KEY] of [int] "
								"primary key"},
	{T "ADD c int CONSTRAINT n UNIQUE REFERENCES p (a) ON DELETE SET NULL "
	   "DEFERRABLE INITIALLY DEFERRED",
	 "t: add c [c int CONSTRAINT n UNIQUE REFERENCES p (a) ON DELETE SET NULL "
	 "DEFERRABLE INITIALLY DEFERRED] of [int] unique foreign key"},
	{T "ADD c int GENERATED ALWAYS AS (a + b) STORED CHECK (c IN (1, 2))",
	 "t: add c [c int GENERATED ALWAYS AS (a + b) STORED CHECK (c IN (1, 2))] "
	 "of [int] generated check"},
	{T "ADD c text DEFAULT ', (' COLLATE nocase",
	 "t: add c [c text DEFAULT ', (' COLLATE nocase] of [text] default "
	 "collate"},
	{T "ADD exclude", "t: add exclude [exclude]"},
	{T "ADD exclude text", "t: add exclude [exclude text] of [text]"},
	{T "ADD \"check\" int", "t: add check [\"check\" int] of [int]"},
	{T "ADD serial int", "t: add serial [serial int] of [int]"},
	{T "ADD c int UNIQUE NOT DEFERRABLE",
	 "t: add c [c int UNIQUE NOT DEFERRABLE] of [int] unique"},
	{T "ADD include text CHECK (x) DEFAULT enforced",
	 "t: add include [include text CHECK (x) DEFAULT enforced] of [text] "
	 "check default"},
	{T "ADD storage text REFERENCES include (a)",
	 "t: add storage [storage text REFERENCES include (a)] of [text] "
	 "foreign key"},
	/* its place */
	{T "ADD c FIRST", "t: add c first [c]"},
	{T "ADD c int FIRST", "t: add c first [c int] of [int]"},
	{T "ADD c int NOT NULL AFTER \"a b\", ADD d first",
	 "t: add c > a b [c int NOT NULL] of [int] not null; add d first [d]"},
	{T "ADD c AFTER first", "t: add c > first [c]"},
	{T "ADD first", "t: add first [first]"},
	{T "ADD after", "t: add after [after]"},
	{T "ADD after int", "t: add after [after int] of [int]"},
	{T "ADD first FIRST", "t: add first first [first]"},
	{T "ADD after AFTER after", "t: add after > after [after]"},
	{T "ADD c text DEFAULT first",
	 "t: add c [c text DEFAULT first] of [text] default"},
	{T "ADD c text DEFAULT first FIRST",
	 "t: add c first [c text DEFAULT first] of [text] default"},
	{T "ADD c text COLLATE after FIRST",
	 "t: add c first [c text COLLATE after] of [text] collate"},
	{T "ADD c int REFERENCES p ON DELETE SET DEFAULT FIRST",
	 "t: add c first [c int REFERENCES p ON DELETE SET DEFAULT] of [int] "
	 "foreign key"},
	/* ADD CONSTRAINT */
	{T "ADD CHECK (a > 0 AND b IN (1, 2))",
	 "t: constrain check [CHECK (a > 0 AND b IN (1, 2))]"},
	{T "ADD CONSTRAINT n CHECK (a) NOT VALID",
	 "t: constrain n not valid check [CONSTRAINT n CHECK (a)]"},
	{T "ADD CHECK (a) ON CONFLICT IGNORE",
	 "t: constrain check [CHECK (a) ON CONFLICT IGNORE] "
	 "conflict [ON CONFLICT IGNORE]"},
	{T "ADD UNIQUE (a, b COLLATE nocase DESC)",
	 "t: constrain unique [UNIQUE (a, b COLLATE nocase DESC)]"},
	{T "ADD CONSTRAINT \"t pk\" PRIMARY KEY (a, b)",
	 "t: constrain t pk primary key [CONSTRAINT \"t pk\" PRIMARY KEY (a, b)]"},
	{T "ADD FOREIGN KEY (a, b) REFERENCES p (x, y) ON UPDATE CASCADE "
	   "DEFERRABLE INITIALLY DEFERRED NOT VALID",
	 "t: constrain not valid foreign key [FOREIGN KEY (a, b) REFERENCES p "
	 "(x, y) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED]"},
	{T "ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p NOT DEFERRABLE",
	 "t: constrain f foreign key "
	 "[CONSTRAINT f FOREIGN KEY (a) REFERENCES p NOT DEFERRABLE]"},
	{T "ADD UNIQUE (a) NOT DEFERRABLE INITIALLY IMMEDIATE",
	 "t: constrain unique [UNIQUE (a)]"},
	{T "ADD CHECK (a) NOT VALID NOT DEFERRABLE",
	 "t: constrain not valid check [CHECK (a)]"},
	{T "ADD CONSTRAINT enforced UNIQUE (a)",
	 "t: constrain enforced unique [CONSTRAINT enforced UNIQUE (a)]"},
	/* DROP */
	{T "DROP c RESTRICT", "t: drop c"},
	{T "DROP c CASCADE", "t: drop c cascade"},
	{T "DROP COLUMN IF EXISTS \"c\" CASCADE", "t: drop c if exists cascade"},
	{T "DROP IF EXISTS c", "t: drop c if exists"},
	{T "DROP if", "t: drop if"},
	{T "DROP cascade CASCADE", "t: drop cascade cascade"},
	{T "DROP CONSTRAINT n", "t: unconstrain n"},
	{T "DROP CONSTRAINT IF EXISTS n RESTRICT", "t: unconstrain n if exists"},
	{T "DROP CONSTRAINT n CASCADE", "t: unconstrain n cascade"},
	/* ALTER COLUMN */
	{T "ALTER c TYPE text", "t: type c [text]"},
	{T "ALTER c DROP TYPE", "t: type c"},
	{T "ALTER COLUMN c TYPE varchar(20)", "t: type c [varchar(20)]"},
	{T "ALTER c SET DATA TYPE double precision",
	 "t: type c [double precision]"},
	{T "ALTER c TYPE numeric(10, -2), ALTER d TYPE decimal(+5)",
	 "t: type c [numeric(10, -2)]; type d [decimal(+5)]"},
	{T "ALTER c TYPE text COLLATE \"nocase\"",
	 "t: type c [text] collate nocase"},
	{T "ALTER c TYPE int USING CAST(c AS int) + f(1, ',', 2)",
	 "t: type c [int] as [CAST(c AS int) + f(1, ',', 2)]"},
	{T "ALTER c TYPE text COLLATE x USING CASE WHEN c THEN 'a' END",
	 "t: type c [text] collate x as [CASE WHEN c THEN 'a' END]"},
	{T "ALTER c TYPE \"my type\" 'x'", "t: type c [\"my type\" 'x']"},
	{T "ALTER c SET DEFAULT 1", "t: default c as [1]"},
	{T "ALTER c SET DEFAULT -1 + /* , */ (2)",
	 "t: default c as [-1 + /* , */ (2)]"},
	{T "ALTER c SET DEFAULT x'00', ALTER d SET DEFAULT NULL",
	 "t: default c as [x'00']; default d as [NULL]"},
	{T "ALTER c DROP DEFAULT", "t: no default c"},
	{T "ALTER c SET NOT NULL", "t: not null c"},
	{T "ALTER c SET NOT NULL ON CONFLICT REPLACE",
	 "t: not null c conflict [ON CONFLICT REPLACE]"},
	{T "ALTER c DROP NOT NULL", "t: null c"},
	{T "ALTER c SET EXPRESSION AS (a || ', ' || b)",
	 "t: expression c as [(a || ', ' || b)]"},
	{T "ALTER c ADD GENERATED ALWAYS AS ((a) + (b)) STORED",
	 "t: expression c as [((a) + (b))] stored"},
	{T "ALTER c ADD GENERATED ALWAYS AS (a) VIRTUAL",
	 "t: expression c as [(a)] virtual"},
	{T "ALTER c ADD GENERATED ALWAYS AS (a)",
	 "t: expression c as [(a)] virtual"},
	{T "ALTER c DROP EXPRESSION", "t: no expression c"},
	{T "ALTER c DROP EXPRESSION IF EXISTS", "t: no expression c if exists"},
	{T "ALTER c FIRST", "t: move c first"},
	{T "ALTER COLUMN c AFTER d", "t: move c > d"},
	{T "ALTER first FIRST", "t: move first first"},
	/* RENAME, VALIDATE */
	{T "RENAME TO \"u v\"", "t: rename table > u v"},
	{T "RENAME a TO b", "t: rename column a > b"},
	{T "RENAME COLUMN a TO b", "t: rename column a > b"},
	{T "RENAME CONSTRAINT a TO b", "t: rename constraint a > b"},
	{T "VALIDATE CONSTRAINT n", "t: validate n"},
	{T "SET STRICT", "t: strict on"},
	{T "SET NOT STRICT", "t: strict"},
	{T "SET WITHOUT ROWID, SET WITH ROWID",
	 "t: without rowid on; without rowid"},
	{T "ALTER c ADD AUTOINCREMENT", "t: autoincrement c on"},
	{T "ALTER COLUMN c DROP AUTOINCREMENT", "t: autoincrement c"},
	/* the order in which they are done */
	{T "ALTER p FIRST, VALIDATE CONSTRAINT o, ALTER n SET DEFAULT 1, "
	   "ADD FOREIGN KEY (m) REFERENCES r, ADD CHECK (l), ADD UNIQUE (k), "
	   "ADD PRIMARY KEY (j), ALTER i SET NOT NULL, "
	   "ALTER h SET EXPRESSION AS (1), ADD g, ALTER f TYPE int, "
	   "ALTER e DROP EXPRESSION, ALTER d DROP NOT NULL, ALTER c DROP DEFAULT, "
	   "DROP CONSTRAINT b, DROP a",
	 "t: no expression e; null d; no default c; unconstrain b; drop a; "
	 "type f [int]; add g [g]; expression h as [(1)]; not null i; "
	 "constrain unique [UNIQUE (k)]; constrain primary key [PRIMARY KEY (j)]; "
	 "default n as [1]; "
	 "constrain foreign key [FOREIGN KEY (m) REFERENCES r]; "
	 "constrain check [CHECK (l)]; move p first; validate o"},
	{T "ADD b, DROP x, ADD a, DROP y, ALTER b FIRST, ALTER a AFTER b",
	 "t: drop x; drop y; add b [b]; add a [a]; move b first; move a > b"},
};

static void
test_good(void **state)
{
	(void) state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
	{
		MigrSpan text = migr_span(good[i].text);
		MigrAlter alter;
		Unit unit;

		unit_open(&unit);
		if (!migr_alter_parse(&unit.ctx, text, &alter))
			fail_msg("%s: %s", good[i].text, unit.ctx.err.message);
		assert_ptr_equal(alter.text.ptr, text.ptr);
		assert_string_equal(alter_text(&unit, &alter), good[i].result);
		assert_true(migr_is_alter_table(text));
		unit_close(&unit);
	}
}

/* An action's text is all of it, and nothing around it. */
static void
test_texts(void **state)
{
	static const char *const texts[] = {
		"ADD IF NOT EXISTS c int /* , */ DEFAULT 1 FIRST",
		"ADD CHECK (a, b) NOT VALID", "ALTER c SET DEFAULT 1 -- ,\n+ 2"};
	MigrAlter alter;
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_true(migr_alter_parse(
		&unit.ctx,
		migr_span(migr_printf(&unit.ctx.arena,
							  T "\n  %s ,\n /* b */ %s,%s -- end", texts[0],
							  texts[1], texts[2])),
		&alter));
	assert_int_equal(alter.actions.count, 3);
	assert_true(migr_span_is(alter.actions.items[0].text, texts[0]));
	assert_true(migr_span_is(alter.actions.items[1].text, texts[1]));
	assert_true(migr_span_is(alter.actions.items[2].text, texts[2]));
	unit_close(&unit);
}

#define NEAR(token) "near \"" token "\": syntax error"
#define NO(what) what " isn't supported on SQLite"
#define PG "\"-- migrate:upgrade postgresql\""
#define END "incomplete input"
#define LONG "c23456789012345678901234567890123456789012345678901234567890"

static const struct
{
	const char *text;
	const char *message;
	const char *hint; /* a part of it; NULL: there is none */
} bad[] = {
	/* the table */
	{"", END, NULL},
	{"ALTER", END, NULL},
	{"ALTER TABLE", END, NULL},
	{"ALTER VIEW v DROP c", NEAR("VIEW"), NULL},
	{"ALTER TABLE t", END, NULL},
	{"ALTER TABLE IF t DROP c", NEAR("t"), "ALTER TABLE can"},
	{"ALTER TABLE IF NOT EXISTS t DROP c", NEAR("NOT"), "ALTER TABLE can"},
	{"ALTER TABLE ADD c", NEAR("ADD"), NULL},
	{"ALTER TABLE a.b.c DROP c", NEAR("."), "ALTER TABLE can"},
	{"ALTER TABLE a. DROP c", NEAR("DROP"), NULL},
	{"ALTER TABLE (t) DROP c", NEAR("("), NULL},
	{"ALTER TABLE ONLY (t DROP c", END, NULL},
	{"ALTER TABLE ONLY (t x) DROP c", NEAR("x"), NULL},
	{"ALTER TABLE 1 DROP c", NEAR("1"), NULL},
	{"ALTER TABLE t, u DROP c", NEAR(","), NULL},
	{"ALTER TABLE ALL IN TABLESPACE x SET TABLESPACE y",
	 NO("ALTER TABLE ... ALL IN TABLESPACE"), PG},
	/* tokens */
	{T "DROP c;", NEAR(";"), NULL},
	{T "ADD c int)", NEAR(")"), NULL},
	{T "ADD c int CHECK (a", END, NULL},
	{T "ADD CHECK (a))", NEAR(")"), NULL},
	{T "ALTER c SET DEFAULT 'a''", "unrecognized token: \"'a''\"", NULL},
	{T "DROP \"c", "unrecognized token: \"\"c\"", NULL},
	{T "DROP [c", "unrecognized token: \"[c\"", NULL},
	{T "ALTER c TYPE int USING c::int", NEAR(":"), "CAST(x AS type)"},
	{T "DROP c " LONG "x", NEAR(LONG), NULL},
	/* actions */
	{T "DROP a,", END, NULL},
	{T "DROP a,, DROP b", NEAR(","), NULL},
	{T ", DROP a", NEAR(","), NULL},
	{T "MODIFY c int", NEAR("MODIFY"),
	 "ADD, DROP, ALTER, RENAME, VALIDATE and SET"},
	{T "SET c", NEAR("c"), NULL},
	{T "DO c", NEAR("DO"), "ALTER TABLE can"},
	{T "\"DROP\" c", NEAR("\"DROP\""), "ALTER TABLE can"},
	/* ADD */
	{T "ADD", END, NULL},
	{T "ADD, DROP c", NEAR(","), NULL},
	{T "ADD COLUMN", END, NULL},
	{T "ADD COLUMN IF EXISTS c int", NEAR("EXISTS"), NULL},
	{T "ADD IF NOT EXISTS", END, NULL},
	{T "ADD COLUMN CHECK (a)", NEAR("CHECK"), NULL},
	{T "ADD INDEX i (a)", NEAR("INDEX"), NULL},
	{T "ADD (a int, b int)", NEAR("("), NULL},
	{T "ADD c int AFTER", END, NULL},
	{T "ADD c int AFTER, DROP d", NEAR(","), NULL},
	{T "ADD c int AFTER 1", NEAR("1"), NULL},
	{T "ADD c int NOT NULL AFTER table", NEAR("AFTER"), NULL},
	{T "ADD c int NOT VALID", NEAR("VALID"), NULL},
	{T "ADD c int DEFAULT", END, NULL},
	{T "ADD CONSTRAINT", END, NULL},
	{T "ADD CONSTRAINT CHECK (a)", NEAR("CHECK"), NULL},
	{T "ADD CONSTRAINT n", END, NULL},
	{T "ADD CONSTRAINT n, DROP c", NEAR(","), NULL},
	{T "ADD CONSTRAINT n DEFAULT 1", NEAR("DEFAULT"), NULL},
	{T "ADD CHECK a", NEAR("a"), NULL},
	{T "ADD CHECK NOT VALID", END, NULL},
	{T "ADD CHECK (a) FIRST", NEAR("FIRST"), NULL},
	{T "ADD FOREIGN KEY (a) REFERENCES p NOT VALID DEFERRABLE", NEAR("NOT"),
	 "NOT VALID stands last"},
	{T "ADD FOREIGN KEY (a) REFERENCES s.p (b)", NEAR("."),
	 "name the table alone"},
	{T "ADD c int REFERENCES s.p", NEAR("."), "name the table alone"},
	{T "ADD UNIQUE (a) NOT VALID",
	 "UNIQUE constraints cannot be marked NOT VALID", NULL},
	{T "ADD PRIMARY KEY (a) NOT VALID",
	 "PRIMARY KEY constraints cannot be marked NOT VALID", NULL},
	/* what SQLite hasn't in columns and constraints */
	{T "ADD c serial", NO("ADD COLUMN ... serial"), "INTEGER PRIMARY KEY"},
	{T "ADD c BIGSERIAL PRIMARY KEY", NO("ADD COLUMN ... BIGSERIAL"), PG},
	{T "ADD c int GENERATED BY DEFAULT AS IDENTITY (START 1) PRIMARY KEY",
	 NO("ADD COLUMN ... GENERATED ... AS IDENTITY"), PG},
	{T "ADD c int GENERATED ALWAYS AS IDENTITY",
	 NO("ADD COLUMN ... GENERATED ... AS IDENTITY"), "INTEGER PRIMARY KEY"},
	{T "ADD c text STORAGE main", NO("ADD COLUMN ... STORAGE MAIN"), PG},
	{T "ADD c text COMPRESSION lz4 NOT NULL", NO("ADD COLUMN ... COMPRESSION"),
	 PG},
	{T "ADD c int UNIQUE DEFERRABLE", NO("UNIQUE ... DEFERRABLE"), PG},
	{T "ADD c int DEFERRABLE", NO("ADD COLUMN ... DEFERRABLE"), PG},
	{T "ADD c int REFERENCES p UNIQUE DEFERRABLE", NO("UNIQUE ... DEFERRABLE"),
	 PG},
	{T "ADD c int UNIQUE NULLS NOT DISTINCT",
	 NO("UNIQUE ... NULLS NOT DISTINCT"), PG},
	{T "ADD c int CHECK (c > 0) NO INHERIT", NO("CHECK ... NO INHERIT"), PG},
	{T "ADD c int NOT NULL NO INHERIT", NO("NOT NULL ... NO INHERIT"), PG},
	{T "ADD UNIQUE (a) DEFERRABLE INITIALLY DEFERRED",
	 NO("UNIQUE ... DEFERRABLE"), PG},
	{T "ADD PRIMARY KEY (a) DEFERRABLE", NO("PRIMARY KEY ... DEFERRABLE"), PG},
	{T "ADD CHECK (a) DEFERRABLE", NO("CHECK ... DEFERRABLE"), PG},
	{T "ADD UNIQUE (a) NOT DEFERRABLE INITIALLY DEFERRED", NEAR("NOT"), NULL},
	{T "ADD UNIQUE (a) DEFERRABLE INITIALLY IMMEDIATE",
	 NO("UNIQUE ... DEFERRABLE"), PG},
	{T "ADD UNIQUE NULLS NOT DISTINCT (a)", NO("UNIQUE ... NULLS NOT DISTINCT"),
	 PG},
	{T "ADD UNIQUE NULLS DISTINCT (a)", NO("UNIQUE ... NULLS DISTINCT"), PG},
	{T "ADD UNIQUE (a) INCLUDE (b)", NO("UNIQUE ... INCLUDE (...)"), PG},
	{T "ADD UNIQUE (a) WITH (fillfactor = 70)", NO("UNIQUE ... WITH (...)"),
	 PG},
	{T "ADD PRIMARY KEY (a) USING INDEX TABLESPACE x",
	 NO("PRIMARY KEY ... USING INDEX"), PG},
	{T "ADD CONSTRAINT n UNIQUE USING INDEX i", NO("UNIQUE ... USING INDEX"),
	 PG},
	{T "ADD CHECK (a) NO INHERIT NOT VALID", NO("CHECK ... NO INHERIT"), PG},
	{T "ADD CHECK (a) NOT ENFORCED", NO("CHECK ... NOT ENFORCED"), PG},
	{T "ADD FOREIGN KEY (a) REFERENCES p ENFORCED",
	 NO("REFERENCES ... ENFORCED"), PG},
	{T "ADD EXCLUDE USING gist (a WITH &&)", NO("ALTER TABLE ... ADD EXCLUDE"),
	 PG},
	{T "ADD EXCLUDE (a WITH =)", NO("ALTER TABLE ... ADD EXCLUDE"), PG},
	{T "ADD CONSTRAINT n EXCLUDE (a WITH =)", NO("ALTER TABLE ... ADD EXCLUDE"),
	 PG},
	{T "ADD NOT NULL c", NO("ALTER TABLE ... ADD NOT NULL"),
	 "ALTER COLUMN c SET NOT NULL"},
	{T "ADD CONSTRAINT n NOT NULL c", NO("ALTER TABLE ... ADD NOT NULL"),
	 "ALTER COLUMN c SET NOT NULL"},
	/* DROP, RENAME, VALIDATE */
	{T "DROP", END, NULL},
	{T "DROP COLUMN", END, NULL},
	{T "DROP c d", NEAR("d"), NULL},
	{T "DROP c CASCADE RESTRICT", NEAR("RESTRICT"), NULL},
	{T "DROP PRIMARY KEY", NEAR("PRIMARY"), NULL},
	{T "DROP COLUMN IF NOT EXISTS c", NEAR("NOT"), NULL},
	{T "DROP CONSTRAINT", END, NULL},
	{T "DROP CONSTRAINT n m", NEAR("m"), NULL},
	{T "RENAME", END, NULL},
	{T "RENAME TO", END, NULL},
	{T "RENAME TO a.b", NEAR("."), NULL},
	{T "RENAME AS u", NEAR("AS"), NULL},
	{T "RENAME COLUMN TO b", NEAR("TO"), NULL},
	{T "RENAME a b", NEAR("b"), NULL},
	{T "RENAME a TO b c", NEAR("c"), NULL},
	{T "RENAME CONSTRAINT a", END, NULL},
	{T "RENAME a TO b, DROP c",
	 "RENAME can't stand with other actions in an "
	 "ALTER TABLE",
	 "of its own"},
	{T "DROP c, RENAME TO u",
	 "RENAME can't stand with other actions in an "
	 "ALTER TABLE",
	 "of its own"},
	{T "VALIDATE n", NEAR("n"), NULL},
	{T "VALIDATE CONSTRAINT", END, NULL},
	{T "VALIDATE CONSTRAINT a b", NEAR("b"), NULL},
	/* ALTER COLUMN */
	{T "ALTER", END, NULL},
	{T "ALTER COLUMN", END, NULL},
	{T "ALTER c", END, NULL},
	{T "ALTER c, DROP d", NEAR(","), NULL},
	{T "ALTER SET DEFAULT 1", NEAR("SET"), NULL},
	{T "ALTER c int", NEAR("int"), NULL},
	{T "ALTER c TYPE", END, NULL},
	{T "ALTER c SET DATA text", NEAR("text"), NULL},
	{T "ALTER c TYPE NOT NULL", NEAR("NOT"), NULL},
	{T "ALTER c TYPE text NOT NULL", NEAR("NOT"), NULL},
	{T "ALTER c TYPE varchar()", NEAR(")"), NULL},
	{T "ALTER c TYPE varchar(max)", NEAR("max"), NULL},
	{T "ALTER c TYPE numeric(1, 2, 3)", NEAR(","), NULL},
	{T "ALTER c TYPE numeric(1,)", NEAR(")"), NULL},
	{T "ALTER c TYPE timestamp(3) with time zone", NEAR("with"), NULL},
	{T "ALTER c TYPE pg_catalog.int4", NEAR("."), NULL},
	{T "ALTER c TYPE text COLLATE", END, NULL},
	{T "ALTER c TYPE text COLLATE pg_catalog.x", NEAR("."), NULL},
	{T "ALTER c TYPE text USING", END, NULL},
	{T "ALTER c TYPE text USING c COLLATE x, DROP", END, NULL},
	{T "ALTER c TYPE serial", "type \"serial\" does not exist", NULL},
	{T "ALTER c SET", END, NULL},
	{T "ALTER c SET DEFAULT", END, NULL},
	{T "ALTER c SET DEFAULT, DROP d", NEAR(","), NULL},
	{T "ALTER c SET NULL", NEAR("NULL"), NULL},
	{T "ALTER c SET NOT", END, NULL},
	{T "ALTER c SET NOT NULL x", NEAR("x"), NULL},
	{T "ALTER c SET NOT NULL ON x", NEAR("x"), NULL},
	{T "ALTER c SET NOT NULL ON CONFLICT x", NEAR("x"), NULL},
	{T "ALTER c SET NOT NULL ON CONFLICT", END, NULL},
	{T "ALTER c SET EXPRESSION (a)", NEAR("("), NULL},
	{T "ALTER c SET EXPRESSION AS a", NEAR("a"), NULL},
	{T "ALTER c SET EXPRESSION AS ()", NEAR(")"), NULL},
	{T "ALTER c SET EXPRESSION AS (a) STORED", NEAR("STORED"), NULL},
	{T "ALTER c DROP", END, NULL},
	{T "ALTER c DROP NOT", END, NULL},
	{T "ALTER c DROP DEFAULT x", NEAR("x"), NULL},
	{T "ALTER c DROP EXPRESSION IF", NEAR("IF"), NULL},
	{T "ALTER c ADD", END, NULL},
	{T "ALTER c ADD GENERATED AS (a)", NEAR("AS"), NULL},
	{T "ALTER c ADD GENERATED ALWAYS AS (a) STORED VIRTUAL", NEAR("VIRTUAL"),
	 NULL},
	{T "ALTER c FIRST x", NEAR("x"), NULL},
	{T "ALTER c AFTER", END, NULL},
	{T "ALTER c AFTER d FIRST", NEAR("FIRST"), NULL},
	/* what SQLite hasn't there */
	{T "ALTER c SET STATISTICS 100", NO("ALTER COLUMN ... SET STATISTICS"), PG},
	{T "ALTER c SET STORAGE PLAIN", NO("ALTER COLUMN ... SET STORAGE"), PG},
	{T "ALTER c SET COMPRESSION lz4", NO("ALTER COLUMN ... SET COMPRESSION"),
	 PG},
	{T "ALTER c SET (n_distinct = 5)", NO("ALTER COLUMN ... SET (...)"), PG},
	{T "ALTER c RESET (n_distinct)", NO("ALTER COLUMN ... RESET (...)"), PG},
	{T "ALTER c OPTIONS (x 'y')", NO("ALTER COLUMN ... OPTIONS (...)"), PG},
	{T "ALTER c ADD GENERATED ALWAYS AS IDENTITY",
	 NO("ALTER COLUMN ... ADD GENERATED ALWAYS AS IDENTITY"),
	 "INTEGER PRIMARY KEY"},
	{T "ALTER c ADD GENERATED BY DEFAULT AS IDENTITY (START 5)",
	 NO("ALTER COLUMN ... ADD GENERATED BY DEFAULT AS IDENTITY"), PG},
	{T "ALTER c DROP IDENTITY IF EXISTS", NO("ALTER COLUMN ... DROP IDENTITY"),
	 PG},
	{T "ALTER c SET GENERATED ALWAYS", NO("ALTER COLUMN ... SET GENERATED"),
	 PG},
	{T "ALTER c SET INCREMENT BY 2", NO("ALTER COLUMN ... SET INCREMENT"), PG},
	{T "ALTER c RESTART WITH 5", NO("ALTER COLUMN ... RESTART"), PG},
};

/* Does an error say what is expected of it? */
static void
check_error(const char *text, const MigrErr *err, MigrCode code,
			const char *message, const char *hint)
{
	if (err->message == NULL || strcmp(err->message, message) != 0)
		fail_msg("%s: \"%s\", not \"%s\"", text,
				 err->message != NULL ? err->message : "", message);
	if (err->code != code)
		fail_msg("%s: code %d, not %d", text, err->code, code);
	if (hint == NULL ? err->hint != NULL
					 : err->hint == NULL || strstr(err->hint, hint) == NULL)
		fail_msg("%s: hint %s", text, err->hint != NULL ? err->hint : "none");
}

static void
test_bad(void **state)
{
	(void) state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
	{
		bool no = strstr(bad[i].message, "isn't supported") != NULL;
		MigrAlter alter;
		Unit unit;

		unit_open(&unit);
		if (migr_alter_parse(&unit.ctx, migr_span(bad[i].text), &alter))
			fail_msg("%s: %s", bad[i].text, alter_text(&unit, &alter));
		check_error(bad[i].text, &unit.ctx.err,
					no ? MIGR_ERR_UNSUPPORTED : MIGR_ERR_STATEMENT,
					bad[i].message, bad[i].hint);
		unit_close(&unit);
	}
}

/* What PostgreSQL does with a table and SQLite can't: words and what follows. */
static void
test_unsupported(void **state)
{
	static const char *const cases[][2] = {
		{"OWNER TO", " CURRENT_USER"},
		{"SET SCHEMA", " s"},
		{"SET TABLESPACE", " s NOWAIT"},
		{"SET ACCESS METHOD", " heap"},
		{"SET LOGGED", ""},
		{"SET UNLOGGED", ""},
		{"SET WITHOUT CLUSTER", ""},
		{"SET WITHOUT OIDS", ""},
		{"SET (", "fillfactor = 70, b = 1)"},
		{"RESET (", "fillfactor)"},
		{"CLUSTER ON", " i"},
		{"INHERIT", " p"},
		{"NO INHERIT", " p"},
		{"OF", " type"},
		{"NOT OF", ""},
		{"ENABLE TRIGGER", " ALL"},
		{"ENABLE ALWAYS TRIGGER", " x"},
		{"ENABLE REPLICA TRIGGER", " x"},
		{"DISABLE TRIGGER", " USER"},
		{"ENABLE RULE", " x"},
		{"ENABLE ALWAYS RULE", " x"},
		{"ENABLE REPLICA RULE", " x"},
		{"DISABLE RULE", " x"},
		{"ENABLE ROW LEVEL SECURITY", ""},
		{"DISABLE ROW LEVEL SECURITY", ""},
		{"FORCE ROW LEVEL SECURITY", ""},
		{"NO FORCE ROW LEVEL SECURITY", ""},
		{"REPLICA IDENTITY", " FULL"},
		{"ATTACH PARTITION", " p FOR VALUES IN (1, 2)"},
		{"DETACH PARTITION", " p CONCURRENTLY"},
		{"ALTER CONSTRAINT", " n DEFERRABLE"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
	{
		const char *form = cases[i][0];
		MigrAlter alter;
		const char *text;
		Unit unit;

		unit_open(&unit);
		text = migr_printf(&unit.ctx.arena, T "DROP c, %s%s, DROP d", form,
						   cases[i][1]);
		assert_false(migr_alter_parse(&unit.ctx, migr_span(text), &alter));
		check_error(text, &unit.ctx.err, MIGR_ERR_UNSUPPORTED,
					migr_printf(&unit.ctx.arena, NO("ALTER TABLE ... %s%s"),
								form, strchr(form, '(') != NULL ? "...)" : ""),
					PG);
		unit_close(&unit);
	}
}

static void
test_is_alter_table(void **state)
{
	static const struct
	{
		const char *text;
		bool is;
	} cases[] = {
		{"ALTER TABLE", true},
		{" -- x\n alter/**/Table nonsense (", true},
		{"\xEF\xBB\xBF"
		 "ALTER TABLE t",
		 true},
		{"ALTER", false},
		{"ALTER VIEW v", false},
		{"ALTER \"TABLE\" t", false},
		{"\"ALTER\" TABLE t", false},
		{"ALTERTABLE", false},
		{"ALTER TABLES", false},
		{"EXPLAIN ALTER TABLE t", false},
		{"/* ALTER TABLE t", false},
		{"", false},
	};
	MigrSpan none = {NULL, 0};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (migr_is_alter_table(migr_span(cases[i].text)) != cases[i].is)
			fail_msg("%s", cases[i].text);
	assert_false(migr_is_alter_table(none));
}

/* Neither a text of no bytes nor one of many is a matter. */
static void
test_sizes(void **state)
{
	MigrSpan none = {NULL, 0};
	MigrAlter alter;
	MigrStr str;
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_false(migr_alter_parse(&unit.ctx, none, &alter));
	unit_forget(&unit);
	migr_str_init(&str, &unit.ctx.arena);
	migr_str_add(&str, T "ALTER c SET DEFAULT ");
	for (int i = 0; i < 100000; i++)
		migr_str_add_char(&str, '(');
	for (int i = 0; i < 100000; i++)
		migr_str_add_char(&str, ')');
	for (int i = 0; i < 2000; i++)
		migr_str_printf(&str, ", ADD c%d int, DROP d%d", i, i);
	assert_true(migr_alter_parse(&unit.ctx, migr_span(str.data), &alter));
	assert_int_equal(alter.actions.count, 4001);
	assert_string_equal(alter.actions.items[1999].name.name, "d1999");
	assert_string_equal(alter.actions.items[3999].name.name, "c1999");
	assert_int_equal(alter.actions.items[4000].expr.len, 200000);
	unit_close(&unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_unsupported),
		cmocka_unit_test(test_is_alter_table),
		cmocka_unit_test(test_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
