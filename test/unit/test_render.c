/*
 * test_render.c
 *	  Changes in SQL: what differs between two schemas, as a script says it.
 *
 * A schema is written a line an object: "COLUMN job id TYPE=integer NOT_NULL=t",
 * a kind, the parent's name ("-": none), a name, attributes; a blank in a value is
 * "~".  "NEEDS=n" is the n-th object, from 0.  Names are their own SQL.
 */
#include "unit.h"

#include <string.h>

#include "schema/change.h"

static const char *const kind_names[] = {
#define MIGR_KIND(kind, word, place) #kind,
#include "schema/kinds.def"
};

static const struct
{
	MigrKind kind;
	const char *name;
} attr_names[] = {
#define MIGR_ATTR(kind, attribute, how) {MIGR_##kind, #attribute},
#include "schema/kinds.def"
};

/* Find a kind by its name. */
static MigrKind
find_kind(MigrSpan name)
{
	for (int i = 0; i < MIGR_KIND_COUNT; i++)
	{
		if (migr_span_is(name, kind_names[i]))
			return (MigrKind) i;
	}
	fail_msg("no kind %.*s", (int) name.len, name.ptr);
	return MIGR_KIND_COUNT;
}

/* Find an object by its name; the first of several is a table or the like. */
static MigrObject *
find_object(const MigrSchema *schema, MigrSpan name)
{
	for (int i = 0; i < schema->objects.count; i++)
	{
		if (migr_span_is(name, schema->objects.items[i]->name))
			return schema->objects.items[i];
	}
	return NULL;
}

/* Take the next word, and undo its blanks. */
static char *
next_word(Unit *unit, const char **text)
{
	size_t len;
	char *word;

	*text += strspn(*text, " ");
	len = strcspn(*text, " \n");
	word = migr_strndup(&unit->ctx.arena, *text, len);
	*text += len;
	for (char *c = word; *c != '\0'; c++)
	{
		if (*c == '~')
			*c = ' ';
	}
	return word;
}

/* Set an attribute, "NAME=value". */
static void
set_attribute(Unit *unit, MigrSchema *schema, MigrObject *object,
			  const char *text)
{
	MigrSpan name = {text, strcspn(text, "=")};
	const char *value = text + name.len + 1;

	if (migr_span_is(name, "NEEDS"))
	{
		migr_object_need(&unit->ctx, object,
						 find_object(schema, migr_span(value)));
		return;
	}
	for (int i = 0; i < MIGR_ATTR_COUNT; i++)
	{
		if (attr_names[i].kind == object->kind &&
			migr_span_is(name, attr_names[i].name))
		{
			migr_object_set(object, (MigrAttr) i, value);
			return;
		}
	}
	fail_msg("no attribute %s", text);
}

/* Read a schema. */
static void
read_schema(Unit *unit, const char *text, MigrSchema *schema)
{
	migr_schema_init(&unit->ctx, schema);
	while (*text != '\0')
	{
		MigrKind kind = find_kind(migr_span(next_word(unit, &text)));
		const char *parent = next_word(unit, &text);
		const char *name = next_word(unit, &text);
		MigrObject *object =
			migr_schema_add(&unit->ctx, schema, kind, "public", name, name,
							find_object(schema, migr_span(parent)));

		while (*text == ' ')
			set_attribute(unit, schema, object, next_word(unit, &text));
		text += *text == '\n';
	}
}

/* Return what leads from one schema to the other. */
static const char *
render(Unit *unit, MigrDialect dialect, const char *from, const char *to)
{
	MigrSchema old;
	MigrSchema new;
	MigrChanges changes = {0};

	read_schema(unit, from, &old);
	read_schema(unit, to, &new);
	migr_diff(&unit->ctx, dialect, &old, &new, &changes);
	migr_order(&unit->ctx, dialect, &changes);
	return migr_render(&unit->ctx, dialect, &changes);
}

static const struct
{
	MigrDialect dialect;
	const char *from;
	const char *to;
	const char *up;
	const char *down;
} cases[] = {
	{MIGR_POSTGRESQL, "",
	 "TABLE - owner\n"
	 "COLUMN owner id TYPE=integer NOT_NULL=t SERIAL=serial\n"
	 "CONSTRAINT owner owner_pkey TYPE=p DEFINITION=PRIMARY~KEY~(id) COLUMNS=id\n"
	 "TABLE - job OPTIONS=fillfactor='70' UNLOGGED=t ROW_SECURITY=t REPLICA_IDENTITY=FULL\n"
	 "COLUMN job id TYPE=bigint NOT_NULL=t IDENTITY=ALWAYS IDENTITY_OPTIONS=START~WITH~5\n"
	 "COLUMN job title TYPE=character~varying(20) COLLATION=\"C\" DEFAULT='x'::character~varying COMPRESSION=lz4 STORAGE=MAIN\n"
	 "COLUMN job size TYPE=integer GENERATED=((id~*~2))~STORED STATISTICS=50\n"
	 "COLUMN job owner_id TYPE=integer OPTIONS=n_distinct='5'\n"
	 "CONSTRAINT job job_pkey TYPE=p DEFINITION=PRIMARY~KEY~(id) COLUMNS=id\n"
	 "CONSTRAINT job job_owner_id_fkey TYPE=f DEFINITION=FOREIGN~KEY~(owner_id)~REFERENCES~owner(id) NEEDS=owner\n"
	 "CONSTRAINT job big TYPE=c DEFINITION=CHECK~((size~>~1)) NOT_VALID=t\n"
	 "INDEX job job_title DEFINITION=CREATE~INDEX~job_title~ON~job~USING~btree~(title) CLUSTERED=t\n"
	 "COMMENT job comment ON=TABLE~job TEXT='what'",
	 "CREATE TABLE owner (\n"
	 "    id serial,\n"
	 "    CONSTRAINT owner_pkey PRIMARY KEY (id)\n"
	 ");\n"
	 "\n"
	 "CREATE UNLOGGED TABLE job (\n"
	 "    id bigint GENERATED ALWAYS AS IDENTITY (START WITH 5),\n"
	 "    title character varying(20) COMPRESSION lz4 COLLATE \"C\" DEFAULT 'x'::character varying,\n"
	 "    size integer GENERATED ALWAYS AS ((id * 2)) STORED,\n"
	 "    owner_id integer,\n"
	 "    CONSTRAINT job_pkey PRIMARY KEY (id),\n"
	 "    CONSTRAINT job_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES owner(id)\n"
	 ") WITH (fillfactor='70');\n"
	 "ALTER TABLE job ENABLE ROW LEVEL SECURITY;\n"
	 "ALTER TABLE job REPLICA IDENTITY FULL;\n"
	 "ALTER TABLE job ALTER COLUMN title SET STORAGE MAIN;\n"
	 "ALTER TABLE job ALTER COLUMN size SET STATISTICS 50;\n"
	 "ALTER TABLE job ALTER COLUMN owner_id SET (n_distinct='5');\n"
	 "ALTER TABLE job ADD CONSTRAINT big CHECK ((size > 1)) NOT VALID;\n"
	 "CREATE INDEX job_title ON job USING btree (title);\n"
	 "ALTER TABLE job CLUSTER ON job_title;\n"
	 "COMMENT ON TABLE job IS 'what';\n",
	 "-- loses the rows of table job\n"
	 "DROP TABLE job;\n"
	 "\n"
	 "-- loses the rows of table owner\n"
	 "DROP TABLE owner;\n"},
	{MIGR_POSTGRESQL,
	 "TABLE - job\n"
	 "COLUMN job a TYPE=integer DEFAULT=0\n"
	 "COLUMN job b TYPE=text NOT_NULL=t DEFAULT='1'::text\n"
	 "COLUMN job c TYPE=integer NOT_NULL=t SERIAL=serial\n"
	 "COLUMN job d TYPE=bigint NOT_NULL=t IDENTITY=ALWAYS IDENTITY_OPTIONS=START~WITH~5\n"
	 "COLUMN job e TYPE=integer",
	 "TABLE - job\n"
	 "COLUMN job a TYPE=bigint DEFAULT=1 NOT_NULL=t\n"
	 "COLUMN job b TYPE=integer DEFAULT=1 STATISTICS=7\n"
	 "COLUMN job c TYPE=integer NOT_NULL=t\n"
	 "COLUMN job d TYPE=bigint NOT_NULL=t IDENTITY=BY~DEFAULT IDENTITY_OPTIONS=CACHE~5\n"
	 "COLUMN job f TYPE=integer NOT_NULL=t",
	 "-- fails if table job has rows\n"
	 "ALTER TABLE job ADD COLUMN f integer NOT NULL;\n"
	 "-- fails if job.a is NULL in some row\n"
	 "ALTER TABLE job\n"
	 "    ALTER COLUMN a DROP DEFAULT,\n"
	 "    ALTER COLUMN a TYPE bigint,\n"
	 "    ALTER COLUMN a SET DEFAULT 1,\n"
	 "    ALTER COLUMN a SET NOT NULL;\n"
	 "-- fails if a value of job.b doesn't fit into integer\n"
	 "ALTER TABLE job\n"
	 "    ALTER COLUMN b DROP DEFAULT,\n"
	 "    ALTER COLUMN b TYPE integer USING b::integer,\n"
	 "    ALTER COLUMN b SET DEFAULT 1,\n"
	 "    ALTER COLUMN b DROP NOT NULL,\n"
	 "    ALTER COLUMN b SET STATISTICS 7;\n"
	 "ALTER TABLE job ALTER COLUMN c DROP DEFAULT;\n"
	 "DROP SEQUENCE job_c_seq;\n"
	 "ALTER TABLE job\n"
	 "    ALTER COLUMN d SET GENERATED BY DEFAULT,\n"
	 "    ALTER COLUMN d SET START WITH 1 SET CACHE 5;\n"
	 "-- loses the values of job.e\n"
	 "ALTER TABLE job DROP COLUMN e;\n",
	 "ALTER TABLE job ADD COLUMN e integer;\n"
	 "-- fails if a value of job.a doesn't fit into integer\n"
	 "ALTER TABLE job\n"
	 "    ALTER COLUMN a DROP DEFAULT,\n"
	 "    ALTER COLUMN a TYPE integer,\n"
	 "    ALTER COLUMN a SET DEFAULT 0,\n"
	 "    ALTER COLUMN a DROP NOT NULL;\n"
	 "-- fails if job.b is NULL in some row\n"
	 "ALTER TABLE job\n"
	 "    ALTER COLUMN b DROP DEFAULT,\n"
	 "    ALTER COLUMN b TYPE text,\n"
	 "    ALTER COLUMN b SET DEFAULT '1'::text,\n"
	 "    ALTER COLUMN b SET NOT NULL,\n"
	 "    ALTER COLUMN b SET STATISTICS -1;\n"
	 "CREATE SEQUENCE job_c_seq AS integer OWNED BY job.c;\n"
	 "ALTER TABLE job ALTER COLUMN c SET DEFAULT nextval('job_c_seq'::regclass);\n"
	 "SELECT setval('job_c_seq', max(c)) FROM job HAVING max(c) > 0;\n"
	 "ALTER TABLE job\n"
	 "    ALTER COLUMN d SET GENERATED ALWAYS,\n"
	 "    ALTER COLUMN d SET START WITH 5 SET CACHE 1;\n"
	 "-- loses the values of job.f\n"
	 "ALTER TABLE job DROP COLUMN f;\n"},
	{MIGR_POSTGRESQL,
	 "ENUM - e LABELS='a',~'b',~'c'\n"
	 "TABLE - job\n"
	 "COLUMN job a TYPE=e DEFAULT='a'::e NEEDS=e",
	 "ENUM - e LABELS='a',~'c'\n"
	 "TABLE - job\n"
	 "COLUMN job a TYPE=e DEFAULT='a'::e NEEDS=e",
	 "ALTER TYPE e RENAME TO e_old;\n"
	 "CREATE TYPE e AS ENUM ('a', 'c');\n"
	 "\n"
	 "-- fails if a value of job.a doesn't fit into e\n"
	 "ALTER TABLE job\n"
	 "    ALTER COLUMN a DROP DEFAULT,\n"
	 "    ALTER COLUMN a TYPE e USING a::text::e,\n"
	 "    ALTER COLUMN a SET DEFAULT 'a'::e;\n"
	 "\n"
	 "DROP TYPE e_old;\n",
	 "ALTER TYPE e ADD VALUE 'b' BEFORE 'c';\n"},
	{MIGR_POSTGRESQL, "ENUM - e LABELS='a',~'b'",
	 "ENUM - e LABELS='z',~'a',~'y',~'x',~'b',~'w'",
	 "ALTER TYPE e ADD VALUE 'z' BEFORE 'a';\n"
	 "ALTER TYPE e ADD VALUE 'y' BEFORE 'b';\n"
	 "ALTER TYPE e ADD VALUE 'x' BEFORE 'b';\n"
	 "ALTER TYPE e ADD VALUE 'w';\n",
	 "ALTER TYPE e RENAME TO e_old;\n"
	 "CREATE TYPE e AS ENUM ('a', 'b');\n"
	 "DROP TYPE e_old;\n"},
	{MIGR_POSTGRESQL,
	 "TABLE - p PARTITION_KEY=RANGE~(a)\n"
	 "COLUMN p a TYPE=integer\n"
	 "TABLE - q\n"
	 "COLUMN q a TYPE=integer",
	 "TABLE - p PARTITION_KEY=RANGE~(a)\n"
	 "COLUMN p a TYPE=integer\n"
	 "TABLE - q\n"
	 "COLUMN q a TYPE=integer\n"
	 "TABLE - c NEEDS=p\n"
	 "COLUMN c a TYPE=integer INHERITED=t\n"
	 "INHERITANCE c p TABLE=p BOUND=FOR~VALUES~FROM~(1)~TO~(2) NEEDS=p\n"
	 "TABLE - d NEEDS=q\n"
	 "COLUMN d a TYPE=integer INHERITED=t\n"
	 "COLUMN d b TYPE=integer\n"
	 "INHERITANCE d q TABLE=q NEEDS=q",
	 "CREATE TABLE c PARTITION OF p FOR VALUES FROM (1) TO (2);\n"
	 "\n"
	 "CREATE TABLE d (\n"
	 "    b integer\n"
	 ") INHERITS (q);\n",
	 "-- loses the rows of table d\n"
	 "DROP TABLE d;\n"
	 "\n"
	 "-- loses the rows of table c\n"
	 "DROP TABLE c;\n"},
	{MIGR_POSTGRESQL,
	 "TABLE - p PARTITION_KEY=RANGE~(a)\n"
	 "COLUMN p a TYPE=integer NOT_NULL=t SERIAL=serial\n"
	 "CONSTRAINT p p_pkey TYPE=p DEFINITION=PRIMARY~KEY~(a)",
	 "TABLE - p PARTITION_KEY=LIST~(a)\n"
	 "COLUMN p a TYPE=integer NOT_NULL=t SERIAL=serial\n"
	 "CONSTRAINT p p_pkey TYPE=p DEFINITION=PRIMARY~KEY~(a)",
	 "ALTER TABLE p RENAME TO p__old;\n"
	 "ALTER SEQUENCE p_a_seq RENAME TO p__old_a_seq;\n"
	 "CREATE TABLE p (\n"
	 "    a serial\n"
	 ") PARTITION BY LIST (a);\n"
	 "INSERT INTO p (a)\n"
	 "SELECT a FROM p__old;\n"
	 "SELECT setval('p_a_seq', max(a)) FROM p HAVING max(a) > 0;\n"
	 "DROP TABLE p__old;\n"
	 "ALTER TABLE ONLY p ADD CONSTRAINT p_pkey PRIMARY KEY (a);\n",
	 "ALTER TABLE p RENAME TO p__old;\n"
	 "ALTER SEQUENCE p_a_seq RENAME TO p__old_a_seq;\n"
	 "CREATE TABLE p (\n"
	 "    a serial\n"
	 ") PARTITION BY RANGE (a);\n"
	 "INSERT INTO p (a)\n"
	 "SELECT a FROM p__old;\n"
	 "SELECT setval('p_a_seq', max(a)) FROM p HAVING max(a) > 0;\n"
	 "DROP TABLE p__old;\n"
	 "ALTER TABLE ONLY p ADD CONSTRAINT p_pkey PRIMARY KEY (a);\n"},
	/* a body in SQL speaks of what comes behind it, one in another language isn't
	 * looked at */
	{MIGR_POSTGRESQL,
	 "FUNCTION - g() DEFINITION=CREATE~FUNCTION~g()~LANGUAGE~c~AS~$f$t$f$",
	 "FUNCTION - g() DEFINITION=CREATE~FUNCTION~g()~LANGUAGE~plpgsql~AS~$f$t$f$\n"
	 "FUNCTION - f() DEFINITION=CREATE~FUNCTION~f()~LANGUAGE~sql~AS~$f$SELECT~*~FROM~T$f$\n"
	 "FUNCTION - h() DEFINITION=CREATE~FUNCTION~h()~LANGUAGE~sql~AS~$f$SELECT~f(t)$f$\n"
	 "TABLE - t\n"
	 "COLUMN t a TYPE=integer",
	 "SET check_function_bodies = off;\n"
	 "CREATE FUNCTION f() LANGUAGE sql AS $f$SELECT * FROM T$f$;\n"
	 "\n"
	 "CREATE FUNCTION h() LANGUAGE sql AS $f$SELECT f(t)$f$;\n"
	 "\n"
	 "CREATE TABLE t (\n"
	 "    a integer\n"
	 ");\n"
	 "\n"
	 "CREATE FUNCTION g() LANGUAGE plpgsql AS $f$t$f$;\n",
	 "CREATE FUNCTION g() LANGUAGE c AS $f$t$f$;\n"
	 "\n"
	 "-- loses the rows of table t\n"
	 "DROP TABLE t;\n"
	 "\n"
	 "DROP FUNCTION h();\n"
	 "\n"
	 "DROP FUNCTION f();\n"},
	{MIGR_SQLITE,
	 "TABLE - job TEXT=CREATE~TABLE~job~(a~int)\n"
	 "COLUMN job a TYPE=int",
	 "TABLE - job TEXT=CREATE~TABLE~job~(a~int,~UNIQUE~(a))~STRICT STRICT=t\n"
	 "COLUMN job a TYPE=int\n"
	 "CONSTRAINT job job_a_key TYPE=u DEFINITION=UNIQUE~(a) UNNAMED=t",
	 "ALTER TABLE job ADD UNIQUE (a);\n"
	 "-- fails if a value of table job isn't of its column's type\n"
	 "ALTER TABLE job SET STRICT;\n",
	 "ALTER TABLE job SET NOT STRICT;\n"
	 "ALTER TABLE job DROP CONSTRAINT job_a_key;\n"},
	{MIGR_SQLITE,
	 "TABLE - job TEXT=CREATE~TABLE~job~(a~int)\n"
	 "COLUMN job a TYPE=int",
	 "TABLE - job TEXT=CREATE~TABLE~job~(a~int)\n"
	 "COLUMN job a TYPE=text DEFAULT=a~||~'b' NOT_NULL=t\n"
	 "CONSTRAINT job job_a_key TYPE=u DEFINITION=UNIQUE~(a) UNNAMED=t",
	 "ALTER TABLE job ADD UNIQUE (a);\n"
	 "-- fails if job.a is NULL in some row\n"
	 "ALTER TABLE job\n"
	 "    ALTER COLUMN a TYPE text,\n"
	 "    ALTER COLUMN a SET DEFAULT (a || 'b'),\n"
	 "    ALTER COLUMN a SET NOT NULL;\n",
	 "-- fails if a value of job.a doesn't fit into int\n"
	 "-- loses what int can't hold of the values of job.a\n"
	 "ALTER TABLE job\n"
	 "    ALTER COLUMN a TYPE int,\n"
	 "    ALTER COLUMN a DROP DEFAULT,\n"
	 "    ALTER COLUMN a DROP NOT NULL;\n"
	 "ALTER TABLE job DROP CONSTRAINT job_a_key;\n"},
	{MIGR_POSTGRESQL,
	 "SEQUENCE - s TYPE=bigint START=1 INCREMENT=1 CACHE=1\n"
	 "VIEW - v DEFINITION=~SELECT~1; COLUMNS=a\n"
	 "FUNCTION - f(integer) SIGNATURE=a DEFINITION=CREATE~OR~REPLACE~FUNCTION~f(integer)~RETURNS~int~AS~$$~1~$$\n"
	 "TABLE - job\n"
	 "TRIGGER job t DEFINITION=CREATE~TRIGGER~t~BEFORE~UPDATE~ON~job~EXECUTE~FUNCTION~g()\n"
	 "COMMENT job comment ON=TABLE~job TEXT='what'\n"
	 "POLICY job p USING=true",
	 "SEQUENCE - s TYPE=integer START=10 INCREMENT=2 MINIMUM=10 CACHE=1 CYCLE=t\n"
	 "VIEW - v DEFINITION=~SELECT~2; OPTIONS=security_barrier='true' COLUMNS=a\n"
	 "FUNCTION - f(integer) SIGNATURE=a DEFINITION=CREATE~OR~REPLACE~FUNCTION~f(integer)~RETURNS~int~AS~$$~2~$$\n"
	 "TABLE - job\n"
	 "TRIGGER job t DEFINITION=CREATE~TRIGGER~t~BEFORE~UPDATE~ON~job~EXECUTE~FUNCTION~g() ENABLED=DISABLE\n"
	 "COMMENT job comment ON=TABLE~job TEXT='that'\n"
	 "POLICY job p USING=(a~>~1) CHECK=true ROLES=x,~y",
	 "SELECT setval('s', 10, false) FROM s WHERE last_value < 10;\n"
	 "ALTER SEQUENCE s AS integer INCREMENT BY 2 MINVALUE 10 START WITH 10 CYCLE;\n"
	 "\n"
	 "CREATE OR REPLACE VIEW v WITH (security_barrier='true') AS\n"
	 "SELECT 2;\n"
	 "\n"
	 "CREATE OR REPLACE FUNCTION f(integer) RETURNS int AS $$ 2 $$;\n"
	 "\n"
	 "ALTER TABLE job DISABLE TRIGGER t;\n"
	 "COMMENT ON TABLE job IS 'that';\n"
	 "ALTER POLICY p ON job TO x, y USING (a > 1) WITH CHECK (true);\n",
	 "ALTER SEQUENCE s AS bigint INCREMENT BY 1 NO MINVALUE START WITH 1 NO CYCLE;\n"
	 "\n"
	 "CREATE OR REPLACE VIEW v AS\n"
	 "SELECT 1;\n"
	 "\n"
	 "CREATE OR REPLACE FUNCTION f(integer) RETURNS int AS $$ 1 $$;\n"
	 "\n"
	 "ALTER TABLE job ENABLE TRIGGER t;\n"
	 "COMMENT ON TABLE job IS 'what';\n"
	 "DROP POLICY p ON job;\n"
	 "CREATE POLICY p ON job USING (true);\n"},
	{MIGR_POSTGRESQL,
	 "TABLE - job\n"
	 "COLUMN job a TYPE=integer DEFAULT=0\n"
	 "COLUMN job b TYPE=bigint\n"
	 "COLUMN job c TYPE=boolean\n"
	 "COLUMN job d TYPE=date\n"
	 "COLUMN job e TYPE=character~varying(10)\n"
	 "COLUMN job f TYPE=text\n"
	 "COLUMN job g TYPE=integer[]\n"
	 "COLUMN job h TYPE=numeric(5,2)",
	 "TABLE - job\n"
	 "COLUMN job a TYPE=bigint DEFAULT=0\n"
	 "COLUMN job b TYPE=boolean\n"
	 "COLUMN job c TYPE=bigint\n"
	 "COLUMN job d TYPE=timestamp(3)~without~time~zone\n"
	 "COLUMN job e TYPE=character~varying(20)\n"
	 "COLUMN job f TYPE=json\n"
	 "COLUMN job g TYPE=bigint[]\n"
	 "COLUMN job h TYPE=uuid NOT_NULL=t",
	 "ALTER TABLE job ALTER COLUMN a TYPE bigint;\n"
	 "-- loses what boolean can't hold of the values of job.b\n"
	 "ALTER TABLE job ALTER COLUMN b TYPE boolean USING b <> 0;\n"
	 "ALTER TABLE job ALTER COLUMN c TYPE bigint USING c::integer::bigint;\n"
	 "ALTER TABLE job ALTER COLUMN d TYPE timestamp(3) without time zone;\n"
	 "ALTER TABLE job ALTER COLUMN e TYPE character varying(20);\n"
	 "-- fails if a value of job.f doesn't fit into json\n"
	 "ALTER TABLE job ALTER COLUMN f TYPE json USING f::json;\n"
	 "ALTER TABLE job ALTER COLUMN g TYPE bigint[];\n"
	 "-- fails if a value of job.h doesn't fit into uuid\n"
	 "-- the values of job.h go through text\n"
	 "-- fails if job.h is NULL in some row\n"
	 "ALTER TABLE job\n"
	 "    ALTER COLUMN h TYPE uuid USING h::text::uuid,\n"
	 "    ALTER COLUMN h SET NOT NULL;\n",
	 "-- fails if a value of job.a doesn't fit into integer\n"
	 "ALTER TABLE job ALTER COLUMN a TYPE integer;\n"
	 "ALTER TABLE job ALTER COLUMN b TYPE bigint USING b::integer::bigint;\n"
	 "-- loses what boolean can't hold of the values of job.c\n"
	 "ALTER TABLE job ALTER COLUMN c TYPE boolean USING c <> 0;\n"
	 "-- loses what date can't hold of the values of job.d\n"
	 "ALTER TABLE job ALTER COLUMN d TYPE date;\n"
	 "-- fails if a value of job.e doesn't fit into character varying(10)\n"
	 "ALTER TABLE job ALTER COLUMN e TYPE character varying(10);\n"
	 "ALTER TABLE job ALTER COLUMN f TYPE text;\n"
	 "-- fails if a value of job.g doesn't fit into integer[]\n"
	 "ALTER TABLE job ALTER COLUMN g TYPE integer[];\n"
	 "-- fails if a value of job.h doesn't fit into numeric(5,2)\n"
	 "-- the values of job.h go through text\n"
	 "ALTER TABLE job\n"
	 "    ALTER COLUMN h TYPE numeric(5,2) USING h::text::numeric(5,2),\n"
	 "    ALTER COLUMN h DROP NOT NULL;\n"},
	{MIGR_POSTGRESQL, "",
	 "TABLE - job\n"
	 "COLUMN job a TYPE=integer NOT_NULL=t\n"
	 "CONSTRAINT job job_a_key TYPE=u DEFINITION=UNIQUE~(a)\n"
	 "CONSTRAINT job job_pkey TYPE=p DEFINITION=PRIMARY~KEY~(a)",
	 "CREATE TABLE job (\n"
	 "    a integer NOT NULL,\n"
	 "    CONSTRAINT job_a_key UNIQUE (a)\n"
	 ");\n"
	 "ALTER TABLE job ADD CONSTRAINT job_pkey PRIMARY KEY (a);\n",
	 "-- loses the rows of table job\n"
	 "DROP TABLE job;\n"},
	{MIGR_POSTGRESQL,
	 "TABLE - job\n"
	 "COLUMN job a TYPE=integer GENERATED=(1)~STORED\n"
	 "COLUMN job b TYPE=integer\n"
	 "COLUMN job FK TYPE=integer COLLATION=\"C\"\n"
	 "FUNCTION - f() SIGNATURE=x DEFINITION=CREATE~FUNCTION~f",
	 "TABLE - job\n"
	 "COLUMN job a TYPE=integer\n"
	 "COLUMN job b TYPE=integer GENERATED=(1)~STORED\n"
	 "COLUMN job FK TYPE=text DEFAULT='x' COLLATION=\"C\"\n"
	 "FUNCTION - f() SIGNATURE=y DEFINITION=CREATE~FUNCTION~f",
	 "-- loses the values of job.b\n"
	 "ALTER TABLE job DROP COLUMN b;\n"
	 "ALTER TABLE job ADD COLUMN b integer GENERATED ALWAYS AS (1) STORED;\n"
	 "\n"
	 "DROP FUNCTION f();\n"
	 "CREATE FUNCTION f;\n"
	 "\n"
	 "ALTER TABLE job ALTER COLUMN a DROP EXPRESSION;\n"
	 "ALTER TABLE job\n"
	 "    ALTER COLUMN FK TYPE text COLLATE \"C\",\n"
	 "    ALTER COLUMN FK SET DEFAULT 'x';\n",
	 "-- loses the values of job.a\n"
	 "ALTER TABLE job DROP COLUMN a;\n"
	 "ALTER TABLE job ADD COLUMN a integer GENERATED ALWAYS AS (1) STORED;\n"
	 "\n"
	 "DROP FUNCTION f();\n"
	 "CREATE FUNCTION f;\n"
	 "\n"
	 "ALTER TABLE job ALTER COLUMN b DROP EXPRESSION;\n"
	 "-- fails if a value of job.FK doesn't fit into integer\n"
	 "ALTER TABLE job\n"
	 "    ALTER COLUMN FK DROP DEFAULT,\n"
	 "    ALTER COLUMN FK TYPE integer COLLATE \"C\" USING FK::integer;\n"},
	{MIGR_POSTGRESQL,
	 "TABLE - job\n"
	 "COLUMN job a TYPE=integer\n"
	 "CONSTRAINT job old TYPE=c DEFINITION=CHECK~(a)\n"
	 "INDEX job i DEFINITION=CREATE~INDEX~i~ON~job~(a) STATISTICS=1=100,~2=5\n"
	 "DOMAIN - d TYPE=integer DEFAULT=1\n"
	 "CONSTRAINT d d_check TYPE=c DEFINITION=CHECK~(VALUE) NOT_VALID=t\n"
	 "COMPOSITE - k\n"
	 "MEMBER k a TYPE=integer\n"
	 "MEMBER k b TYPE=text\n"
	 "GRANT job g ON=TABLE~job TO=x PRIVILEGES=SELECT,~UPDATE GRANT_OPTION=SELECT\n"
	 "DEFAULT_PRIVILEGES - dp WHERE=FOR~ROLE~r TO=x ON=TABLES PRIVILEGES=SELECT\n"
	 "MATVIEW - m DEFINITION=SELECT~1 OPTIONS=fillfactor='70'\n"
	 "EXTENSION - hstore SCHEMA=public",
	 "TABLE - job\n"
	 "COLUMN job a TYPE=integer\n"
	 "CONSTRAINT job new TYPE=c DEFINITION=CHECK~(a)\n"
	 "INDEX job i DEFINITION=CREATE~INDEX~i~ON~job~(a) STATISTICS=1=50\n"
	 "DOMAIN - d TYPE=integer NOT_NULL=t\n"
	 "CONSTRAINT d d_check TYPE=c DEFINITION=CHECK~(VALUE)\n"
	 "COMPOSITE - k\n"
	 "MEMBER k a TYPE=bigint\n"
	 "MEMBER k c TYPE=text COLLATION=\"C\"\n"
	 "GRANT job g ON=TABLE~job TO=x PRIVILEGES=SELECT,~INSERT\n"
	 "DEFAULT_PRIVILEGES - dp WHERE=FOR~ROLE~r TO=x ON=TABLES PRIVILEGES=SELECT,~INSERT\n"
	 "MATVIEW - m DEFINITION=SELECT~1 TABLESPACE=ts\n"
	 "EXTENSION - hstore SCHEMA=s VERSION='1.2'",
	 "ALTER TABLE job RENAME CONSTRAINT old TO new;\n"
	 "\n"
	 "ALTER TYPE k ADD ATTRIBUTE c text COLLATE \"C\";\n"
	 "\n"
	 "ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 50;\n"
	 "ALTER INDEX i ALTER COLUMN 2 SET STATISTICS -1;\n"
	 "REVOKE UPDATE ON TABLE job FROM x;\n"
	 "REVOKE GRANT OPTION FOR SELECT ON TABLE job FROM x;\n"
	 "GRANT INSERT ON TABLE job TO x;\n"
	 "\n"
	 "ALTER DOMAIN d DROP DEFAULT;\n"
	 "-- fails if a value of domain d is NULL\n"
	 "ALTER DOMAIN d SET NOT NULL;\n"
	 "ALTER DOMAIN d VALIDATE CONSTRAINT d_check;\n"
	 "\n"
	 "ALTER TYPE k ALTER ATTRIBUTE a TYPE bigint;\n"
	 "\n"
	 "ALTER DEFAULT PRIVILEGES FOR ROLE r GRANT INSERT ON TABLES TO x;\n"
	 "\n"
	 "ALTER MATERIALIZED VIEW m RESET (fillfactor);\n"
	 "ALTER MATERIALIZED VIEW m SET TABLESPACE ts;\n"
	 "\n"
	 "ALTER EXTENSION hstore SET SCHEMA s;\n"
	 "ALTER EXTENSION hstore UPDATE TO '1.2';\n"
	 "\n"
	 "-- loses the values of k.b\n"
	 "ALTER TYPE k DROP ATTRIBUTE b;\n",
	 "ALTER TABLE job RENAME CONSTRAINT new TO old;\n"
	 "\n"
	 "ALTER TYPE k ADD ATTRIBUTE b text;\n"
	 "\n"
	 "ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 100;\n"
	 "ALTER INDEX i ALTER COLUMN 2 SET STATISTICS 5;\n"
	 "REVOKE INSERT ON TABLE job FROM x;\n"
	 "GRANT UPDATE ON TABLE job TO x;\n"
	 "GRANT SELECT ON TABLE job TO x WITH GRANT OPTION;\n"
	 "\n"
	 "ALTER DOMAIN d SET DEFAULT 1;\n"
	 "ALTER DOMAIN d DROP NOT NULL;\n"
	 "ALTER DOMAIN d DROP CONSTRAINT d_check;\n"
	 "ALTER DOMAIN d ADD CONSTRAINT d_check CHECK (VALUE) NOT VALID;\n"
	 "\n"
	 "ALTER TYPE k ALTER ATTRIBUTE a TYPE integer;\n"
	 "\n"
	 "ALTER DEFAULT PRIVILEGES FOR ROLE r REVOKE INSERT ON TABLES FROM x;\n"
	 "\n"
	 "ALTER MATERIALIZED VIEW m SET (fillfactor='70');\n"
	 "ALTER MATERIALIZED VIEW m SET TABLESPACE pg_default;\n"
	 "\n"
	 "ALTER EXTENSION hstore SET SCHEMA public;\n"
	 "ALTER EXTENSION hstore UPDATE;\n"
	 "\n"
	 "-- loses the values of k.c\n"
	 "ALTER TYPE k DROP ATTRIBUTE c;\n"},
	{MIGR_POSTGRESQL,
	 "TABLE - p\n"
	 "COLUMN p a TYPE=integer NOT_NULL=t\n"
	 "CONSTRAINT p p_pkey TYPE=p DEFINITION=PRIMARY~KEY~(a)\n"
	 "INDEX p i DEFINITION=CREATE~INDEX~i~ON~p~(a)",
	 "TABLE - p PARTITION_KEY=RANGE~(a)\n"
	 "COLUMN p a TYPE=integer NOT_NULL=t\n"
	 "CONSTRAINT p p_pkey TYPE=p DEFINITION=PRIMARY~KEY~(a)\n"
	 "INDEX p i DEFINITION=CREATE~INDEX~i~ON~ONLY~p~(a)\n"
	 "TABLE - c NEEDS=p\n"
	 "COLUMN c a TYPE=integer NOT_NULL=t INHERITED=t\n"
	 "CONSTRAINT c c_pkey TYPE=p DEFINITION=PRIMARY~KEY~(a) INHERITED=t\n"
	 "INHERITANCE c p TABLE=p BOUND=FOR~VALUES~FROM~(1)~TO~(2) NEEDS=p\n"
	 "INDEX_PARTITION c_pkey c INDEX=c_pkey UPPER=p_pkey NEEDS=p_pkey\n"
	 "TABLE - d NEEDS=p\n"
	 "COLUMN d a TYPE=integer NOT_NULL=t INHERITED=t\n"
	 "CONSTRAINT d d_pkey TYPE=p DEFINITION=PRIMARY~KEY~(a) INHERITED=t\n"
	 "INHERITANCE d p TABLE=p BOUND=DEFAULT NEEDS=p\n"
	 "INDEX_PARTITION d_pkey d INDEX=d_pkey UPPER=p_pkey NEEDS=p_pkey",
	 "ALTER TABLE p RENAME TO p__old;\n"
	 "ALTER TABLE p__old DROP CONSTRAINT p_pkey;\n"
	 "DROP INDEX i;\n"
	 "CREATE TABLE p (\n"
	 "    a integer NOT NULL\n"
	 ") PARTITION BY RANGE (a);\n"
	 "\n"
	 "CREATE TABLE c PARTITION OF p (\n"
	 "    CONSTRAINT c_pkey PRIMARY KEY (a)\n"
	 ") FOR VALUES FROM (1) TO (2);\n"
	 "\n"
	 "CREATE TABLE d PARTITION OF p (\n"
	 "    CONSTRAINT d_pkey PRIMARY KEY (a)\n"
	 ") DEFAULT;\n"
	 "INSERT INTO p (a)\n"
	 "SELECT a FROM p__old;\n"
	 "DROP TABLE p__old;\n"
	 "\n"
	 "ALTER TABLE ONLY p ADD CONSTRAINT p_pkey PRIMARY KEY (a);\n"
	 "CREATE INDEX i ON ONLY p (a);\n"
	 "\n"
	 "ALTER INDEX p_pkey ATTACH PARTITION c_pkey;\n"
	 "\n"
	 "ALTER INDEX p_pkey ATTACH PARTITION d_pkey;\n",
	 "ALTER TABLE p RENAME TO p__old;\n"
	 "CREATE TABLE p (\n"
	 "    a integer NOT NULL\n"
	 ");\n"
	 "INSERT INTO p (a)\n"
	 "SELECT a FROM p__old;\n"
	 "DROP TABLE p__old;\n"
	 "ALTER TABLE p ADD CONSTRAINT p_pkey PRIMARY KEY (a);\n"
	 "CREATE INDEX i ON p (a);\n"},
};

/* Each pair of schemas, there and back. */
static void
test_pairs(void **state)
{
	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		Unit unit;

		unit_open(&unit);
		assert_string_equal(
			render(&unit, cases[i].dialect, cases[i].from, cases[i].to),
			cases[i].up);
		assert_string_equal(
			render(&unit, cases[i].dialect, cases[i].to, cases[i].from),
			cases[i].down);
		unit_close(&unit);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pairs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
