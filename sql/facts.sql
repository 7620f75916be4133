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
