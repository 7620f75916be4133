-- Plain indexes and constraints are printed from the catalog's rows: letter by letter
-- what the server prints, which prints those that aren't plain.
SET client_min_messages = warning;
CREATE SCHEMA "S p";
SET search_path = "S p", public;
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE DOMAIN few AS varchar(5);
CREATE TYPE pair AS (a integer);
CREATE TABLE t (
	id integer, "Weird ""N" text, v varchar(10), c text COLLATE "C", m mood, f few,
	ids integer[], vs varchar[], n numeric(4,1), ch char(3), nm name, r int4range,
	p pair, i inet, at timestamptz, u uuid, "select" integer, "b" "char", o oid,
	ci cidr, j jsonb, bits bit(3), words tsvector
);
DO $$
DECLARE
	name text;
BEGIN
	FOR name IN SELECT attname FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 LOOP
		EXECUTE format('CREATE INDEX %I ON t (%I)', 'i' || name, name);
		EXECUTE format('CREATE UNIQUE INDEX %I ON t (%I DESC, id)', 'd' || name, name);
		EXECUTE format('CREATE INDEX %I ON t (id, %I NULLS FIRST)', 'n' || name, name);
	END LOOP;
END $$;
-- what isn't plain
CREATE INDEX ON t (v varchar_ops);
CREATE INDEX ON t (v varchar_pattern_ops);
CREATE INDEX ON t (v COLLATE "C");
CREATE INDEX ON t (c COLLATE "default");
CREATE INDEX ON t (c COLLATE "C");
CREATE INDEX ON t (ci cidr_ops);
CREATE INDEX ON t (p record_image_ops);
CREATE INDEX ON t (id) WITH (fillfactor = 50);
CREATE INDEX ON t (id) WHERE id > 3;
CREATE INDEX ON t ((id + 1));
CREATE INDEX ON t (id) INCLUDE (v);
CREATE INDEX ON t USING hash (id);
CREATE INDEX ON t USING gin (ids);
CREATE INDEX ON t USING gist (words tsvector_ops (siglen = 100));
CREATE MATERIALIZED VIEW mv AS SELECT id, v FROM t;
CREATE UNIQUE INDEX ON mv (id);
CREATE INDEX ON mv (v);
CREATE TABLE k (
	a integer, b integer, "C d" integer, PRIMARY KEY (a, b), UNIQUE ("C d"),
	UNIQUE (b) DEFERRABLE, UNIQUE (a) DEFERRABLE INITIALLY DEFERRED,
	UNIQUE (b, a) INCLUDE ("C d"), EXCLUDE (a WITH =)
);
CREATE TABLE public.plain (id integer PRIMARY KEY);
CREATE TABLE f (
	a integer, b integer, "C d" integer REFERENCES k ("C d") ON DELETE CASCADE,
	p integer REFERENCES plain,
	FOREIGN KEY (a, b) REFERENCES k MATCH FULL ON UPDATE SET NULL ON DELETE SET DEFAULT DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT "W w" FOREIGN KEY ("C d") REFERENCES k ("C d") ON DELETE RESTRICT ON UPDATE RESTRICT DEFERRABLE,
	FOREIGN KEY (b, a) REFERENCES k (a, b) ON UPDATE CASCADE ON DELETE NO ACTION
);
CREATE FUNCTION ok(integer) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT $1 > 0';
CREATE TABLE c (
	gone integer, id integer CHECK (id > 0), "A ""b" text, v varchar(10), m mood, p pair,
	ids integer[], at timestamptz CHECK (at > '2020-01-01 00:00+01'), n numeric, b boolean CHECK (b),
	"select" integer, last integer, CHECK ("A ""b" <> '' AND v ~ 'x' OR b),
	CHECK (m IN ('a', 'b')), CHECK ((p).a > 3), CHECK (ids[1] = ANY (ids)),
	CHECK (n BETWEEN 1 AND 3.5), CHECK ("select" IS DISTINCT FROM last), CHECK (ok(last)),
	CHECK (ROW(id, last) < ROW(3, 4)), CHECK (v LIKE 'x%' COLLATE "C"), CHECK (NOT b) NO INHERIT
);
ALTER TABLE c DROP COLUMN gone, ADD CHECK (extract(year FROM at) > last), ADD CHECK (c.id + -3 > -c.last);
-- what isn't plain
ALTER TABLE c ADD CHECK (CASE WHEN id > 3 THEN b ELSE v = 'x' END), ADD CHECK (c IS NOT NULL),
	ADD CHECK (tableoid > 0), ADD CHECK (false);
DO $$
BEGIN
	IF current_setting('server_version_num')::integer >= 150000 THEN
		EXECUTE 'CREATE UNIQUE INDEX ON t (id) NULLS NOT DISTINCT';
		EXECUTE 'ALTER TABLE k ADD UNIQUE NULLS NOT DISTINCT (a, b)';
		EXECUTE 'ALTER TABLE f ADD FOREIGN KEY (a, b) REFERENCES k ON DELETE SET NULL (a)';
	END IF;
END $$;
CREATE TEMP TABLE lines AS SELECT rtrim(line, ',;') AS line FROM migrate_dump_model() line;
SELECT count(*) > 90 AS many FROM pg_indexes WHERE schemaname = 'S p';
SELECT i.indexdef AS differs
FROM pg_indexes i
	LEFT JOIN pg_constraint k ON k.conname = i.indexname AND k.contype IN ('p', 'u', 'x')
WHERE i.schemaname = 'S p' AND k IS NULL
	AND replace(i.indexdef, ' ON "S p".', ' ON ') NOT IN (SELECT line FROM lines);
SET search_path = "S p";
SET datestyle = 'ISO, YMD';
SET timezone = 'UTC';
SELECT pg_get_constraintdef(oid) AS differs
FROM pg_constraint
WHERE connamespace = '"S p"'::regnamespace AND contype IN ('p', 'u', 'f', 'c')
	AND strpos((SELECT string_agg(line, E'\n') FROM lines), pg_get_constraintdef(oid)) = 0;
DROP TABLE public.plain CASCADE;
DROP SCHEMA "S p" CASCADE;
