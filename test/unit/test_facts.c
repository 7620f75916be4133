/*
 * test_facts.c
 *	  A SQLite schema as facts: every clause, whatever its spelling; what depends on
 *	  what; what can't be read.
 *
 * Rows are given as SQLite stores them: "type name table: text".  A schema is
 * written as a line for each object: "column t.a: TYPE=integer NOT_NULL=t < t.b".
 */
#include "unit.h"

#include <string.h>

#include "schema/facts.h"

/* The names of the attributes. */
static const char *const names[] = {
#define MIGR_ATTR(kind, attribute, how) #attribute,
#include "schema/kinds.def"
};

/* Those that are the user's text, or follow from another. */
static bool
is_shown(const char *attribute)
{
	static const char *const hidden[] = {"TEXT", "COLUMNS", "UNIQUE", "TARGET"};

	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (strcmp(attribute, hidden[i]) == 0)
			return false;
	return true;
}

static void
add_object_name(MigrStr *str, const MigrObject *object)
{
	if (object->parent != NULL)
		migr_str_printf(str, "%s.", object->parent->sql);
	migr_str_add(str, object->sql);
}

/* A schema as text. */
static const char *
schema_text(Unit *unit, const MigrSchema *schema)
{
	MigrStr str;

	migr_str_init(&str, &unit->ctx.arena);
	for (int i = 0; i < schema->objects.count; i++)
	{
		const MigrObject *object = schema->objects.items[i];
		const MigrKindInfo *kind = migr_kind_info(object->kind);

		migr_str_printf(&str, "%s ", kind->word);
		add_object_name(&str, object);
		for (int k = 0; k < migr_attr_count(object->kind); k++)
			if (object->values[k] != NULL &&
				is_shown(names[(int) kind->first + k]))
				migr_str_printf(&str, " %s=%s", names[(int) kind->first + k],
								object->values[k]);
		for (int k = 0; k < object->needs.count; k++)
		{
			migr_str_add(&str, k == 0 ? " < " : ", ");
			add_object_name(&str, object->needs.items[k]);
		}
		migr_str_add_char(&str, '\n');
	}
	return str.data;
}

/* Take a word off a text. */
static const char *
take_word(Unit *unit, const char **text, char last)
{
	const char *end = strchr(*text, last);
	const char *word =
		migr_strndup(&unit->ctx.arena, *text, (size_t) (end - *text));

	*text = end + 1;
	return word;
}

/* Read rows; the list ends with NULL. */
static bool
read_facts(Unit *unit, const char *const *texts, MigrSchema *out)
{
	MigrStoredTexts rows = {0};

	for (; *texts != NULL; texts++)
	{
		const char *rest = *texts;
		MigrStoredText row;

		row.type = take_word(unit, &rest, ' ');
		row.name = take_word(unit, &rest, ' ');
		row.table = take_word(unit, &rest, ':');
		row.sql = migr_span(rest + 1);
		migr_vec_push(&unit->ctx.arena, &rows, row);
	}
	migr_schema_init(&unit->ctx, out);
	return migr_facts_read(&unit->ctx, &rows, out);
}

/* Do these rows give this schema? */
static void
check(const char *const *texts, const char *expected)
{
	MigrSchema schema;
	Unit unit;

	unit_open(&unit);
	if (!read_facts(&unit, texts, &schema))
		fail_msg("%s", unit.ctx.err.message);
	assert_string_equal(schema_text(&unit, &schema), expected);
	unit_close(&unit);
}

/* What a table is, and its columns. */
static void
test_tables(void **state)
{
	static const char *const plain[] = {
		"table T T: CREATE TABLE T (a, B INTEGER not /* x */ null, \"My Col\" "
		"VARCHAR( 20 ) "
		"COLLATE NoCase DEFAULT ( 'x' ), d COLLATE binary DEFAULT NULL,"
		" e int DEFAULT 1 DEFAULT -2 NOT NULL ON CONFLICT ignore,"
		" f AS (a||\"b\"), g int GENERATED ALWAYS AS ((B + 1)) STORED,"
		" h NOT NULL ON CONFLICT ABORT)",
		NULL};
	static const char *const kinds[] = {
		"table s s: CREATE TABLE s (a INTEGER PRIMARY KEY, b TEXT) STRICT",
		"table w w: CREATE TABLE w (a TEXT, b TEXT, PRIMARY KEY (a, b)) "
		"WITHOUT ROWID",
		"table i i: CREATE TABLE i (a INTEGER PRIMARY KEY AUTOINCREMENT)",
		"table v v: CREATE VIRTUAL TABLE v USING FTS5(a,  B, tokenize='X')",
		"table u u: CREATE VIRTUAL TABLE \"u\" USING mod",
		"table r r: CREATE TABLE r (a INT PRIMARY KEY) STRICT",
		NULL};

	(void) state;
	check(plain,
		  "table T\n"
		  "column T.a\n"
		  "column T.B TYPE=integer NOT_NULL=t\n"
		  "column T.\"My Col\" TYPE=varchar(20) COLLATION=nocase DEFAULT='x'\n"
		  "column T.d\n"
		  "column T.e TYPE=int NOT_NULL=t DEFAULT=-2 CONFLICT=IGNORE\n"
		  "column T.f GENERATED=(a || b) VIRTUAL < T.a, T.B\n"
		  "column T.g TYPE=int GENERATED=(b + 1) STORED < T.B\n"
		  "column T.h NOT_NULL=t\n");
	check(kinds, "table s STRICT=t\n"
				 "column s.a TYPE=integer NOT_NULL=t\n"
				 "column s.b TYPE=text\n"
				 "constraint s.s_pkey TYPE=p DEFINITION=PRIMARY KEY (a) "
				 "UNNAMED=t < s.a\n"
				 "table w WITHOUT_ROWID=t\n"
				 "column w.a TYPE=text NOT_NULL=t\n"
				 "column w.b TYPE=text NOT_NULL=t\n"
				 "constraint w.w_pkey TYPE=p DEFINITION=PRIMARY KEY (a, b) "
				 "UNNAMED=t < w.a, w.b\n"
				 "table i AUTOINCREMENT=a\n"
				 "column i.a TYPE=integer NOT_NULL=t\n"
				 "constraint i.i_pkey TYPE=p DEFINITION=PRIMARY KEY (a) "
				 "UNNAMED=t < i.a\n"
				 "table v MODULE=fts5(a, B, tokenize = 'X')\n"
				 "table u MODULE=mod\n"
				 "table r STRICT=t\n"
				 "column r.a TYPE=int NOT_NULL=t\n"
				 "constraint r.r_pkey TYPE=p DEFINITION=PRIMARY KEY (a) "
				 "UNNAMED=t < r.a\n");
}

/* Constraints of tables, one for each: what they are called and say. */
static void
test_constraints(void **state)
{
	static const struct
	{
		const char *text;
		const char *said;
	} cases[] = {
		{"a INTEGER PRIMARY KEY", "t_pkey p PRIMARY KEY (a)"},
		{"a INTEGER, PRIMARY KEY (a DESC)", "t_pkey p PRIMARY KEY (a)"},
		{"a INTEGER PRIMARY KEY DESC", "t_pkey p PRIMARY KEY (a DESC)"},
		{"a, b, PRIMARY KEY (a DESC, \"B\" ASC) ON CONFLICT replace",
		 "t_pkey p PRIMARY KEY (a DESC, b) ON CONFLICT REPLACE"},
		{"a CONSTRAINT \"X\" UNIQUE ON CONFLICT FAIL",
		 "\"X\" u UNIQUE (a) ON CONFLICT FAIL"},
		{"a, CONSTRAINT X UNIQUE (A)", "X u UNIQUE (a)"},
		{"a COLLATE NOCASE, UNIQUE (a COLLATE nocase)", "t_a_key u UNIQUE (a)"},
		{"a COLLATE NOCASE, UNIQUE (a COLLATE BINARY)",
		 "t_a_key u UNIQUE (a COLLATE binary)"},
		{"a, UNIQUE (a COLLATE BINARY)", "t_a_key u UNIQUE (a)"},
		{"a CHECK (((a)>0))", "t_a_check c CHECK (a > 0)"},
		{"a, CHECK (a IN (\"x\", \"a\"))", "t_a_check c CHECK (a IN ('x', a))"},
		{"a REFERENCES P", "t_a_fkey f FOREIGN KEY (a) REFERENCES p"},
		{"a, b, FOREIGN KEY (\"a\", B) REFERENCES P(X, y) "
		 "DEFERRABLE INITIALLY DEFERRED",
		 "t_a_b_fkey f FOREIGN KEY (a, b) REFERENCES p(x, y) DEFERRABLE "
		 "INITIALLY DEFERRED"},
		{"a REFERENCES p(x) ON DELETE NO ACTION ON UPDATE SET NULL "
		 "NOT DEFERRABLE INITIALLY IMMEDIATE MATCH simple",
		 NULL},
		{"a REFERENCES p(x) MATCH simple ON DELETE NO ACTION ON UPDATE SET "
		 "NULL NOT DEFERRABLE INITIALLY IMMEDIATE",
		 "t_a_fkey f FOREIGN KEY (a) REFERENCES p(x) ON UPDATE SET NULL"},
		{"a REFERENCES p(x) ON DELETE CASCADE ON UPDATE RESTRICT MATCH full "
		 "DEFERRABLE INITIALLY IMMEDIATE",
		 "t_a_fkey f FOREIGN KEY (a) REFERENCES p(x) MATCH FULL ON UPDATE "
		 "RESTRICT ON DELETE CASCADE DEFERRABLE"},
		{"a REFERENCES p(x) ON DELETE CASCADE ON DELETE SET DEFAULT",
		 "t_a_fkey f FOREIGN KEY (a) REFERENCES p(x) ON DELETE SET DEFAULT"},
		{"a REFERENCES p(x) DEFAULT 1 DEFERRABLE INITIALLY DEFERRED",
		 "t_a_fkey f FOREIGN KEY (a) REFERENCES p(x) DEFERRABLE INITIALLY "
		 "DEFERRED"},
		{"id INTEGER PRIMARY KEY, a REFERENCES T",
		 "t_pkey p PRIMARY KEY (id); t_a_fkey f FOREIGN KEY (a) REFERENCES "
		 "t(id)"},
		{"a, b, CONSTRAINT c CHECK (a), CONSTRAINT C CHECK (b)",
		 "\"c (1)\" c CHECK (a); \"C (2)\" c CHECK (b)"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		const char *texts[2] = {NULL, NULL};
		MigrSchema schema;
		MigrStr str;
		Unit unit;

		unit_open(&unit);
		migr_str_init(&str, &unit.ctx.arena);
		texts[0] = migr_printf(&unit.ctx.arena,
							   "table t t: CREATE TABLE t (%s)", cases[i].text);
		if (!read_facts(&unit, texts, &schema))
			assert_null(cases[i].said);
		for (int k = 0; k < schema.objects.count; k++)
		{
			const MigrObject *at = schema.objects.items[k];

			if (at->kind == MIGR_CONSTRAINT)
				migr_str_printf(
					&str, "%s%s %s %s", str.len > 0 ? "; " : "", at->sql,
					migr_object_get(at, MIGR_CONSTRAINT_TYPE),
					migr_object_get(at, MIGR_CONSTRAINT_DEFINITION));
		}
		if (cases[i].said != NULL)
			assert_string_equal(str.data, cases[i].said);
		unit_close(&unit);
	}
}

/* Indexes, views, triggers; and what they need.  One stands before its table. */
static void
test_others(void **state)
{
	static const char *const texts[] = {
		"index early t: CREATE INDEX early ON t(b)",
		"table t t: CREATE TABLE t (a, b COLLATE nocase, \"C\")",
		"index i t: CREATE UNIQUE INDEX \"i\" on T ( A ASC, b COLLATE NOCASE "
		"desc, (Lower(\"C\")) ) WHERE (\"a\" is not null)",
		"view v v: CREATE VIEW V as select A, 'x' from \"T\" -- all\n",
		"view v2 v2: CREATE VIEW v2(x) AS SELECT a FROM v, t",
		"trigger g t: CREATE TRIGGER g DELETE ON t FOR EACH ROW WHEN (old.A>1) "
		"BEGIN delete from u; END",
		"trigger h v: CREATE TRIGGER h instead of update of a ON v BEGIN "
		"select new.a; END",
		"table u u: CREATE TABLE u (x)",
		"index lost gone: CREATE INDEX lost ON gone(b)",
		NULL};

	(void) state;
	check(texts,
		  "table t\n"
		  "column t.a\n"
		  "column t.b COLLATION=nocase\n"
		  "column t.\"C\"\n"
		  "index t.i DEFINITION=CREATE UNIQUE INDEX i ON t (a, b DESC, "
		  "lower(c)) WHERE a IS NOT NULL < t.\"C\", t.a, t.b, t.a\n"
		  "view V DEFINITION=CREATE VIEW v AS SELECT a, 'x' FROM t < t, t.a\n"
		  "view v2 DEFINITION=CREATE VIEW v2 (x) AS SELECT a FROM v, t < V, t, "
		  "t.a\n"
		  "trigger t.g DEFINITION=CREATE TRIGGER g BEFORE DELETE ON t WHEN "
		  "old.a > 1 BEGIN DELETE FROM u; end < u, t.a\n"
		  "trigger V.h DEFINITION=CREATE TRIGGER h INSTEAD OF UPDATE of a ON v "
		  "BEGIN SELECT new.a; end\n"
		  "table u\n"
		  "column u.x\n"
		  "index t.early DEFINITION=CREATE INDEX early ON t (b) < t.b\n");
}

/* A foreign key needs the table and the key that it refers to, wherever they are. */
static void
test_references(void **state)
{
	static const char *const texts[] = {
		"table c c: CREATE TABLE c (a REFERENCES Parent, b REFERENCES parent "
		"(code), d REFERENCES parent(other), e REFERENCES gone(x))",
		"table Parent Parent: CREATE TABLE Parent (id PRIMARY KEY, code UNIQUE, "
		"other)",
		"index o Parent: CREATE UNIQUE INDEX o ON parent(other)", NULL};
	MigrObject *object;
	MigrSchema schema;
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_true(read_facts(&unit, texts, &schema));
	object = migr_schema_get(
		&unit.ctx, &schema, MIGR_CONSTRAINT, NULL,
		migr_schema_get(&unit.ctx, &schema, MIGR_TABLE, NULL, NULL, "C"),
		"C_A_FKEY");
	assert_non_null(object);
	assert_string_equal(migr_object_get(object, MIGR_CONSTRAINT_DEFINITION),
						"FOREIGN KEY (a) REFERENCES parent(id)");
	assert_string_equal(migr_object_get(object, MIGR_CONSTRAINT_TEXT),
						"FOREIGN KEY (a) REFERENCES Parent");
	assert_string_equal(migr_object_get(object, MIGR_CONSTRAINT_TARGET),
						"Parent(id)");
	assert_string_equal(migr_object_get(object, MIGR_CONSTRAINT_COLUMNS), "a");
	assert_null(migr_object_get(object, MIGR_CONSTRAINT_NOT_VALID));
	assert_non_null(
		strstr(schema_text(&unit, &schema),
			   "constraint c.c_a_fkey TYPE=f DEFINITION=FOREIGN KEY (a) "
			   "REFERENCES parent(id) UNNAMED=t < c.a, Parent, "
			   "Parent.parent_pkey\n"));
	assert_non_null(strstr(schema_text(&unit, &schema),
						   "REFERENCES parent(code) UNNAMED=t < c.b, Parent, "
						   "Parent.parent_code_key\n"));
	assert_non_null(strstr(schema_text(&unit, &schema),
						   "REFERENCES parent(other) UNNAMED=t < c.d, Parent, "
						   "Parent.o\n"));
	assert_non_null(strstr(schema_text(&unit, &schema),
						   "REFERENCES gone(x) UNNAMED=t < c.e\n"));
	unit_close(&unit);
}

/* Equal things in other words give equal facts. */
static void
test_same(void **state)
{
	static const char *const one[] = {
		"table t t: CREATE TABLE t (id integer primary key, a text not null "
		"unique check (a <> ''), b references p(x) on delete cascade)",
		"index i t: CREATE INDEX i ON t(a)", NULL};
	static const char *const other[] = {
		"table t t: CREATE TABLE \"t\"(\n  [id] INTEGER,\n  `a` TEXT NOT NULL,"
		"\n  b,\n  CHECK ((A != '')), PRIMARY KEY(id), UNIQUE (a), FOREIGN KEY "
		"(b) REFERENCES \"p\" (\"x\") ON DELETE CASCADE -- no more\n)",
		"index i t: CREATE INDEX [i] ON \"t\" ( \"a\" ASC )", NULL};
	MigrSchema a;
	MigrSchema b;
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_true(read_facts(&unit, one, &a));
	assert_true(read_facts(&unit, other, &b));
	assert_int_equal(a.objects.count, b.objects.count);
	for (int i = 0; i < a.objects.count; i++)
	{
		const MigrObject *object = a.objects.items[i];
		const MigrObject *same = migr_schema_find(&unit.ctx, &b, object);

		assert_non_null(same);
		for (int k = 0; k < migr_attr_count(object->kind); k++)
		{
			MigrAttr attr =
				(MigrAttr) ((int) migr_kind_info(object->kind)->first + k);

			if (migr_attr_how(attr) != MIGR_NOTED)
				assert_string_equal(
					object->values[k] != NULL ? object->values[k] : "",
					same->values[k] != NULL ? same->values[k] : "");
		}
	}
	unit_close(&unit);
}

/* A text that can't be read is an error that names its object. */
static void
test_bad(void **state)
{
	static const char *const cases[][3] = {
		{"table t t: CREATE TABLE t (", "incomplete input",
		 "In the stored text of the table \"t\"."},
		{"view v v: CREATE VIEWS v", "near \"VIEWS\": syntax error",
		 "In the stored text of the view \"v\"."},
		{"table v v: CREATE VIRTUAL TABLE v", "incomplete input",
		 "In the stored text of the table \"v\"."},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		const char *texts[2] = {cases[i][0], NULL};
		MigrSchema schema;
		Unit unit;

		unit_open(&unit);
		assert_false(read_facts(&unit, texts, &schema));
		assert_string_equal(unit.ctx.err.message, cases[i][1]);
		assert_string_equal(unit.ctx.err.detail, cases[i][2]);
		unit_close(&unit);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables), cmocka_unit_test(test_constraints),
		cmocka_unit_test(test_others), cmocka_unit_test(test_references),
		cmocka_unit_test(test_same),   cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
