--
-- include_object: a function of the user's says what is compared.
--
\set VERBOSITY terse
\t on
CREATE SCHEMA own;
SET search_path = own, public;
CREATE TABLE asked (n serial, name text, type text, reflected boolean, schema text, parent text);
CREATE FUNCTION wanted(name text, type text, reflected boolean, schema text, parent text)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO own.asked (name, type, reflected, schema, parent) VALUES ($1, $2, $3, $4, $5);
	RETURN name NOT IN ('asked', 'hidden', 'unwanted', 'unwanted_i') AND name NOT LIKE 'wanted(%'
		AND name !~ '^asked' AND NOT (type = 'table' AND reflected);
END;
$$;
CREATE TABLE hidden (id integer PRIMARY KEY, b text);
CREATE TABLE job (id integer PRIMARY KEY, hidden integer DEFAULT 1, owner integer REFERENCES hidden, CHECK (id > 0));
CREATE TABLE old (a integer);
INSERT INTO job SELECT 1;
SELECT migrate_model('
CREATE TABLE hidden (id integer PRIMARY KEY);
CREATE TABLE unwanted (a integer);
CREATE TABLE job (id integer PRIMARY KEY, owner integer REFERENCES hidden, unwanted text, title text);
CREATE TABLE new (id integer PRIMARY KEY, hidden integer, r integer REFERENCES job);
CREATE INDEX unwanted_i ON job (id);');
SELECT description FROM migrate_check();
SET migrate.include_object = 'wanted';
SELECT operation, object, upgrade_sql FROM migrate_check();
SELECT name, type, reflected, schema, parent FROM asked ORDER BY n;
-- the proof holds, although what isn't compared is needed
SELECT migrate_revision('more', true, rev_id => 'i1') IS NOT NULL;
SELECT substring(migrate_script('i1') from '-- migrate:upgrade.*');
SELECT * FROM migrate_verify();
SELECT count(*) FROM migrate_upgrade('head');
SELECT description FROM migrate_check();
-- a rename of what isn't compared isn't due, another one is
SELECT migrate_model('
CREATE TABLE job (id integer PRIMARY KEY, owner integer,
-- migrate:renamed_from title
name text,
-- migrate:renamed_from hidden
unwanted integer,
unwanted_too integer);
-- migrate:renamed_from new
CREATE TABLE newer (id integer PRIMARY KEY, r integer REFERENCES job);
-- migrate:renamed_from old
CREATE TABLE unwanted (a integer);');
SELECT description FROM migrate_check();
-- whose it is, and what it is called
SET migrate.include_object = 'own.wanted';
SELECT count(*) FROM migrate_check();
SET migrate.include_object = '"own"."wanted"';
SELECT count(*) FROM migrate_check();
SET migrate.include_object = 'nowhere.wanted';
SELECT count(*) FROM migrate_check();
SET migrate.include_object = 'no_such';
SELECT count(*) FROM migrate_check();
SET migrate.include_object = 'wanted(1); DROP TABLE job';
SELECT count(*) FROM migrate_check();
SET migrate.include_object = 'a.b.c';
SELECT count(*) FROM migrate_check();
SET migrate.include_object = 'migrate.';
SELECT count(*) FROM migrate_check();
-- what it gives
\set VERBOSITY default
CREATE FUNCTION fails(text, text, boolean, text, text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	IF $2 = 'column' THEN RAISE 'not a word about columns' USING HINT = 'Ask else.'; END IF;
	RETURN true;
END;
$$;
SET migrate.include_object = 'fails';
SELECT count(*) FROM migrate_check();
CREATE FUNCTION unsure(text, text, boolean, text, text) RETURNS boolean LANGUAGE sql AS 'SELECT NULL::boolean';
SET migrate.include_object = 'unsure';
SELECT count(*) FROM migrate_check();
CREATE FUNCTION wordy(text, text, boolean, text, text) RETURNS text LANGUAGE sql AS 'SELECT ''t''';
SET migrate.include_object = 'wordy';
SELECT count(*) FROM migrate_check();
\set VERBOSITY terse
-- a superuser runs none that somebody else has set, and a function none of its caller's
CREATE ROLE regress_include;
GRANT USAGE ON SCHEMA own, migrate TO regress_include;
GRANT SELECT ON ALL TABLES IN SCHEMA migrate, own TO regress_include;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO regress_include;
CREATE FUNCTION checked() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM public.migrate_check()';
RESET migrate.include_object;
SET SESSION AUTHORIZATION regress_include;
SET migrate.include_object = 'own.wanted';
SELECT checked();
RESET SESSION AUTHORIZATION;
RESET migrate.include_object;
SELECT checked() > 0;
DROP SCHEMA own CASCADE;
DELETE FROM migrate.script;
DELETE FROM migrate.model;
DROP OWNED BY regress_include;
DROP ROLE regress_include;
