--
-- The facts of a model are kept: who may use them, and when they count no more.
-- Where a model has to be built, a read-only transaction says so.
--
\set VERBOSITY terse
\t on
CREATE SCHEMA facts;
CREATE SCHEMA facts_other;
SET search_path = facts, public;
SET migrate.name = 'facts';
DELETE FROM migrate.facts;
SELECT migrate_config('verify_model', '0');
SELECT migrate_model($$
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE job (id serial PRIMARY KEY, name text DEFAULT 'none', mood mood, CHECK (name <> ''));
CREATE INDEX ON job (lower(name));
CREATE TABLE part (job integer REFERENCES job ON DELETE CASCADE, at timestamptz);
CREATE VIEW v AS SELECT name, count(*) FROM job GROUP BY 1;
COMMENT ON COLUMN job.name IS 'its name';
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
$$);
BEGIN READ ONLY;
SELECT count(*) FROM migrate_check();
ROLLBACK;
-- what is kept in a transaction goes with it
BEGIN;
SELECT count(*) FROM migrate_check();
SELECT count(*) FROM migrate.facts;
ROLLBACK;
SELECT count(*) FROM migrate.facts;
CREATE TEMP TABLE first AS SELECT * FROM migrate_check();
SELECT count(*) FROM first;
SELECT history, stored_by = current_user, length(facts) > 1000 FROM migrate.facts;
DROP TABLE first;
-- the temporary table was something that a model could name
SELECT count(*) FROM migrate_check();
BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;
SELECT operation, object FROM migrate_check();
COMMIT;
-- the settings that choose count as before
BEGIN READ ONLY;
SET LOCAL migrate.facts.include_name = 'job !v';
SELECT operation, object FROM migrate_check();
COMMIT;

-- whatever the facts depend on
CREATE FUNCTION pg_temp.builds() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	changes integer;
BEGIN
	SET LOCAL transaction_read_only = on;
	SELECT count(*) INTO changes FROM migrate_check();
	RETURN changes || ' changes out of what is kept';
EXCEPTION WHEN read_only_sql_transaction THEN
	RETURN SQLERRM;
END
$$;
SELECT count(*) FROM migrate_check();
SELECT pg_temp.builds();
SET default_tablespace = pg_default;
SELECT pg_temp.builds();
RESET default_tablespace;
SELECT pg_temp.builds();
SET search_path = facts, facts_other, public;
SELECT pg_temp.builds();
SELECT count(*) FROM migrate_check();
SELECT pg_temp.builds();
-- what isn't compared, but could be named
CREATE TABLE facts_other.t (a integer);
SELECT pg_temp.builds();
SELECT count(*) FROM migrate_check();
ALTER TABLE facts_other.t RENAME a TO b;
SELECT pg_temp.builds();
SELECT count(*) FROM migrate_check();
CREATE TYPE facts_other.e AS ENUM ('x');
SELECT count(*) FROM migrate_check();
ALTER TYPE facts_other.e RENAME VALUE 'x' TO 'y';
SELECT pg_temp.builds();
SELECT count(*) FROM migrate_check();
CREATE ROLE regress_facts;
SELECT pg_temp.builds();
SELECT count(*) FROM migrate_check();
-- what is compared doesn't matter
SELECT pg_temp.builds();
CREATE TABLE part (job integer, at timestamptz);
SELECT pg_temp.builds();
DROP TABLE part;
SET migrate.facts.include_schemas = on;
SELECT pg_temp.builds();
RESET migrate.facts.include_schemas;
SELECT migrate_model((SELECT ddl FROM migrate.model WHERE history = 'facts') || ' ');
SELECT pg_temp.builds();
SELECT count(*) FROM migrate_check();
SELECT pg_temp.builds();

-- damage is passed over
UPDATE migrate.facts SET facts = replace(facts, 'none', 'some');
SELECT pg_temp.builds();
SELECT count(*) FROM migrate_check();
SELECT pg_temp.builds();
-- and a proof finds what is wrong for another reason
SELECT migrate_config('verify_model', '1');
SELECT count(*) FROM migrate_check();
CREATE TABLE public.regress_facts AS SELECT model, (SELECT ddl FROM migrate.model WHERE history = 'facts') FROM migrate.facts;
SELECT migrate_model('CREATE TABLE job (id integer)');
SELECT count(*) FROM migrate_check();
SELECT migrate_model((SELECT ddl FROM public.regress_facts));
UPDATE migrate.facts SET model = (SELECT model FROM public.regress_facts);
SELECT count(*) FROM migrate_check();
SELECT count(*) FROM migrate_check();
DROP TABLE public.regress_facts;
SELECT migrate_config('verify_model', '-1');
SELECT migrate_config('verify_model', NULL);

-- where few statements have changed, those are built: what is said of the rest is
-- believed, though it be wrong
SELECT migrate_config('verify_model', '0');
SELECT migrate_model('CREATE TABLE still (a integer); CREATE TABLE job (id integer PRIMARY KEY); CREATE TABLE part (job integer REFERENCES job);');
SELECT count(*) FROM migrate_check();
CREATE TABLE public.regress_facts AS SELECT statements FROM migrate.facts;
SELECT migrate_model('CREATE TABLE still (a integer, wrong integer); CREATE TABLE job (id integer PRIMARY KEY); CREATE TABLE part (job integer REFERENCES job);');
SELECT count(*) FROM migrate_check();
UPDATE migrate.facts SET statements = (SELECT statements FROM public.regress_facts);
SELECT migrate_model('CREATE TABLE still (a integer); CREATE TABLE job (id bigint PRIMARY KEY); CREATE TABLE part (job integer REFERENCES job);');
SELECT upgrade_sql FROM migrate_check();
UPDATE migrate.facts SET statements = (SELECT statements FROM public.regress_facts);
SELECT migrate_model('CREATE TABLE still (a integer); CREATE TABLE job (id smallint PRIMARY KEY); CREATE TABLE part (job integer REFERENCES job);');
SELECT migrate_config('verify_model', '1');
SELECT count(*) FROM migrate_check();
DROP TABLE public.regress_facts;

-- and whatever changes, that gives what the whole gives: no warnings
CREATE FUNCTION pg_temp.change(VARIADIC models text[]) RETURNS SETOF text LANGUAGE plpgsql AS $f$
DECLARE
	model text;
BEGIN
	FOREACH model IN ARRAY models LOOP
		PERFORM migrate_model(model);
		RETURN NEXT (SELECT string_agg(object, ' ' ORDER BY object COLLATE "C") FROM migrate_check());
	END LOOP;
EXCEPTION WHEN OTHERS THEN
	RETURN NEXT SQLERRM;
END
$f$;
-- what is made of another thing's columns
SELECT pg_temp.change(
	$$CREATE TABLE a (x int); CREATE TABLE b (LIKE a); CREATE TABLE c AS SELECT * FROM a; CREATE VIEW v AS SELECT * FROM a; CREATE TABLE n ()$$,
	$$CREATE TABLE a (x int, y int); CREATE TABLE b (LIKE a); CREATE TABLE c AS SELECT * FROM a; CREATE VIEW v AS SELECT * FROM a; CREATE TABLE n ()$$,
	$$CREATE TABLE a (x int, y int); CREATE TABLE b (LIKE a); CREATE TABLE c AS SELECT * FROM a; CREATE VIEW v AS SELECT * FROM a; CREATE TABLE n (); COMMENT ON VIEW v IS 'c'$$,
	$$CREATE TABLE a (x int, y int); CREATE TABLE b (LIKE a); CREATE TABLE c AS SELECT * FROM a; CREATE VIEW v AS SELECT * FROM a; ALTER TABLE a ADD z int; CREATE TABLE n (); COMMENT ON VIEW v IS 'c'$$);
-- a view of a table that gets a column behind it
SELECT pg_temp.change(
	$$CREATE TABLE a (x int); CREATE VIEW v AS SELECT * FROM a; ALTER TABLE a ADD y int$$,
	$$CREATE TABLE a (x int); CREATE VIEW v AS SELECT * FROM a; ALTER TABLE a ADD y int; COMMENT ON VIEW v IS 'c'$$);
-- inherited, partitioned, typed
SELECT pg_temp.change(
	$$CREATE TABLE p (x int, CHECK (x > 0)); CREATE TABLE q () INHERITS (p); CREATE TABLE n ()$$,
	$$CREATE TABLE p (x int, CHECK (x > 1)); CREATE TABLE q () INHERITS (p); CREATE TABLE n ()$$,
	$$CREATE TABLE p (x int) PARTITION BY LIST (x); CREATE TABLE q PARTITION OF p FOR VALUES IN (1); CREATE INDEX ON p (x); CREATE TABLE n ()$$,
	$$CREATE TABLE p (x int) PARTITION BY LIST (x); CREATE TABLE q PARTITION OF p FOR VALUES IN (1); CREATE INDEX ON p (x); CREATE INDEX ON q (x); CREATE TABLE n ()$$,
	$$CREATE TYPE t AS (x int); CREATE TABLE p OF t; CREATE TABLE n ()$$,
	$$CREATE TYPE t AS (x int, y int); CREATE TABLE p OF t; CREATE TABLE n ()$$);
-- types, their arrays and labels
SELECT pg_temp.change(
	$$CREATE TYPE mood AS ENUM ('a'); CREATE TABLE a (m mood[], n _mood DEFAULT '{a}'); CREATE DOMAIN d AS mood; CREATE TABLE b (d d); CREATE TABLE c ()$$,
	$$CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE a (m mood[], n _mood DEFAULT '{a}'); CREATE DOMAIN d AS mood; CREATE TABLE b (d d); CREATE TABLE c ()$$,
	$$CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE a (m mood[], n _mood DEFAULT '{a}'); CREATE DOMAIN d AS mood CHECK (VALUE <> 'b'); CREATE TABLE b (d d); CREATE TABLE c ()$$);
-- a function that suits better
SELECT pg_temp.change(
	$$CREATE FUNCTION f(bigint) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT $1'; CREATE TABLE a (x int DEFAULT f(1), CHECK (f(x) > 0)); CREATE INDEX ON a (f(x)); CREATE VIEW v AS SELECT f(1)$$,
	$$CREATE FUNCTION f(bigint) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT $1'; CREATE FUNCTION f(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1'; CREATE TABLE a (x int DEFAULT f(1), CHECK (f(x) > 0)); CREATE INDEX ON a (f(x)); CREATE VIEW v AS SELECT f(1)$$);
-- names that are made up
SELECT pg_temp.change(
	$$CREATE TABLE t_a (b int); CREATE INDEX ON t_a (b); CREATE TABLE t (a_b int); CREATE INDEX ON t (a_b); CREATE TABLE n ()$$,
	$$CREATE TABLE t_a (b int); CREATE TABLE t (a_b int); CREATE INDEX ON t (a_b); CREATE TABLE n ()$$,
	$$CREATE TABLE t_a (b int, c int); CREATE TABLE t (a_b int); CREATE INDEX ON t (a_b); CREATE INDEX ON t_a (b); CREATE TABLE n ()$$);
-- foreign keys in a circle
SELECT pg_temp.change(
	$$CREATE TABLE a (x int PRIMARY KEY, y int); CREATE TABLE b (x int PRIMARY KEY REFERENCES a DEFERRABLE); ALTER TABLE a ADD FOREIGN KEY (y) REFERENCES b; CREATE TABLE c (x int REFERENCES b)$$,
	$$CREATE TABLE a (x int PRIMARY KEY, y int); CREATE TABLE b (x int PRIMARY KEY REFERENCES a DEFERRABLE); ALTER TABLE a ADD FOREIGN KEY (y) REFERENCES b ON DELETE CASCADE; CREATE TABLE c (x int REFERENCES b)$$,
	$$CREATE TABLE a (x int PRIMARY KEY, y int); CREATE TABLE b (x int REFERENCES a DEFERRABLE, z int); CREATE TABLE c (x int)$$);
-- rights, renames, sequences, statistics, triggers, policies, rules
SET migrate.facts.compare_grants = on;
SELECT pg_temp.change(
	$$CREATE TABLE a (x int); CREATE SEQUENCE s; ALTER SEQUENCE s OWNED BY a.x; CREATE VIEW v AS SELECT x FROM a; GRANT SELECT ON a, v TO public; CREATE TABLE n ()$$,
	$$CREATE TABLE a (x int); CREATE SEQUENCE s; ALTER SEQUENCE s OWNED BY a.x; CREATE VIEW v AS SELECT x FROM a; GRANT SELECT ON v TO public; CREATE TABLE n ()$$,
	$$CREATE TABLE a (x int); CREATE SEQUENCE s; CREATE VIEW v AS SELECT x FROM a; ALTER TABLE a RENAME x TO z; CREATE TABLE n ()$$,
	$$CREATE TABLE a (x int); CREATE SEQUENCE s; CREATE VIEW v AS SELECT x FROM a; ALTER TABLE a RENAME x TO z; CREATE TABLE n (p int, q int); COMMENT ON VIEW v IS 'x'; CREATE STATISTICS st (ndistinct) ON p, q FROM n$$,
	$$CREATE TABLE a (x int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'; CREATE TRIGGER tr BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f(); CREATE POLICY po ON a USING (x > 0)$$,
	$$CREATE TABLE a (x int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN old; END'; CREATE TRIGGER tr BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f(); CREATE POLICY po ON a USING (x > 1); CREATE RULE ru AS ON INSERT TO a DO ALSO NOTHING$$);
RESET migrate.facts.compare_grants;
-- an aggregate, and what is said of it
SELECT pg_temp.change(
	$$CREATE FUNCTION f(int, int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE AGGREGATE g(int) (SFUNC = f, STYPE = int)$$,
	$$CREATE FUNCTION f(int, int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE AGGREGATE g(int) (SFUNC = f, STYPE = int); COMMENT ON AGGREGATE g(int) IS 'x'$$);
-- what reaches anywhere, or can't be found in a text
SELECT pg_temp.change(
	$$CREATE TABLE a (x int); CREATE TABLE b (x int); CREATE TABLE n ()$$,
	$$CREATE TABLE a (x int); CREATE TABLE b (x int); CREATE TABLE n (); DO 'BEGIN ALTER TABLE b RENAME x TO y; END'$$,
	$$CREATE TABLE a (x int); SET search_path = facts_other, public; CREATE TABLE b (x int); CREATE TABLE n ()$$,
	$$CREATE TABLE a (x int); CREATE TABLE b (x int); CREATE TABLE n (); CREATE VIEW v AS SELECT * FROM a; DROP TABLE a CASCADE$$,
	$$CREATE TABLE "a b" (x int); CREATE VIEW v AS SELECT * FROM "a b"; CREATE TABLE n ()$$,
	$$CREATE TABLE "a b" (y int); CREATE VIEW v AS SELECT * FROM "a b"; CREATE TABLE n ()$$,
	$$CREATE TABLE a (y int); CREATE VIEW v AS SELECT * FROM U&"\0061"; CREATE TABLE n ()$$,
	$$CREATE TABLE a (z int); CREATE VIEW v AS SELECT * FROM U&"\0061"; CREATE TABLE n ()$$);
-- an error is that of the whole
SELECT pg_temp.change(
	$$CREATE TABLE a (x int); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT x FROM a'; CREATE TABLE n ()$$,
	$$CREATE TABLE a (y int); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT x FROM a'; CREATE TABLE n ()$$);
SELECT pg_temp.change(
	$$CREATE TABLE a (x int PRIMARY KEY); CREATE TABLE b (x int REFERENCES a); CREATE TABLE n ()$$,
	$$CREATE TABLE a (x int); CREATE TABLE b (x int REFERENCES a); CREATE TABLE n ()$$);

-- what another role has kept is not for us
UPDATE migrate.facts SET stored_by = 'regress_facts';
SELECT pg_temp.builds();
DELETE FROM migrate.facts;
GRANT USAGE ON SCHEMA migrate TO regress_facts;
GRANT SELECT, INSERT, UPDATE, DELETE ON migrate.facts TO regress_facts;
SET ROLE regress_facts;
INSERT INTO migrate.facts VALUES ('facts', 'postgres', '', '', '', '') RETURNING stored_by;
RESET ROLE;
-- who may not write there keeps nothing, and who may not read there builds
GRANT SELECT ON migrate.script, migrate.model TO regress_facts;
REVOKE INSERT ON migrate.facts FROM regress_facts;
DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO regress_facts', current_database()); END $$;
GRANT CREATE ON SCHEMA facts TO regress_facts;
ALTER SCHEMA facts OWNER TO regress_facts;
DELETE FROM migrate.facts;
SET ROLE regress_facts;
SELECT count(*) FROM migrate_check();
SELECT count(*) FROM migrate.facts;
RESET ROLE;
REVOKE ALL ON migrate.facts FROM regress_facts;
SET ROLE regress_facts;
SELECT count(*) FROM migrate_check();
RESET ROLE;

DROP SCHEMA facts, facts_other CASCADE;
DELETE FROM migrate.facts;
DELETE FROM migrate.model WHERE history = 'facts';
REVOKE ALL ON ALL TABLES IN SCHEMA migrate FROM regress_facts;
REVOKE ALL ON SCHEMA migrate FROM regress_facts;
DO $$ BEGIN EXECUTE format('REVOKE CREATE ON DATABASE %I FROM regress_facts', current_database()); END $$;
DROP ROLE regress_facts;
