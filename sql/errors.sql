-- What goes wrong: message, cursor, place; and all stays as it was.
CREATE SCHEMA errors;
SET search_path = errors, public;
SET migrate.name = 'errors';
-- each error is a revision of its own on top of one that is good
CREATE PROCEDURE try_script(body text) LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM migrate.script WHERE history = 'errors';
	PERFORM migrate_load(E'-- migrate:revision good\n-- migrate:upgrade\nCREATE TABLE good (id int);\n-- migrate:downgrade\nDROP TABLE good;\n');
	PERFORM migrate_load(E'-- migrate:revision bad\n-- migrate:revises good\n\n-- migrate:upgrade\n' || body);
END;
$$;
\set show 'SELECT to_regclass(''good'') IS NULL AS good, to_regclass(''half'') IS NULL AS half, to_regclass(''errors_version'') IS NULL AS version, (SELECT count(*) FROM migrate_current()) AS heads;'

-- a syntax error stops the run before the first revision
CALL try_script($$CREATE TABLE half ();

SELECT 1
  FORM half;
$$);
SELECT * FROM migrate_upgrade('head');
:show
CALL try_script('SELECT ''not closed;');
SELECT * FROM migrate_upgrade('head');
CALL try_script(E'SELECT 1; /* not closed');
SELECT * FROM migrate_upgrade('head');
-- an error when it runs
CALL try_script($$CREATE TABLE half ();
INSERT INTO half
	(nosuch) VALUES (1);
$$);
SELECT * FROM migrate_upgrade('head');
:show
CALL try_script($$
CREATE TABLE half (id int PRIMARY KEY);
INSERT INTO half VALUES (1);
INSERT INTO half VALUES (1);
$$);
SELECT * FROM migrate_upgrade('head');
:show
-- in the body of a function
CALL try_script($$CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $f$
BEGIN
	PERFORM nosuch;
END;
$f$;
SELECT f();
$$);
SELECT * FROM migrate_upgrade('head');
:show
DO $$
BEGIN
	PERFORM migrate_upgrade('head');
EXCEPTION WHEN undefined_column THEN
	RAISE NOTICE '% %', SQLSTATE, SQLERRM;
END;
$$;
:show

-- transaction control, and what can't run in a transaction
\set VERBOSITY terse
\set ECHO none
SELECT 'CALL try_script(' || quote_literal('CREATE TABLE half (); ' || s || ';') || E'); SELECT * FROM migrate_upgrade(\'head\');'
FROM unnest(ARRAY['BEGIN', 'START TRANSACTION', 'COMMIT AND CHAIN', 'END', 'ROLLBACK', 'ABORT',
	'SAVEPOINT a', 'RELEASE a', 'ROLLBACK TO a', 'PREPARE TRANSACTION ''x''', 'COMMIT PREPARED ''x''',
	'CREATE INDEX CONCURRENTLY ON good (id)', 'DROP INDEX CONCURRENTLY x',
	'REINDEX INDEX CONCURRENTLY x', 'REINDEX SCHEMA errors', 'VACUUM', 'VACUUM FULL good',
	'CREATE DATABASE x', 'DROP DATABASE x', 'ALTER DATABASE x SET TABLESPACE pg_default',
	'ALTER SYSTEM SET work_mem = 1', 'CREATE TABLESPACE x LOCATION ''/x''', 'DROP TABLESPACE x',
	'CLUSTER', 'DISCARD ALL', 'CREATE SUBSCRIPTION s CONNECTION '''' PUBLICATION p',
	'ALTER SUBSCRIPTION s REFRESH PUBLICATION', 'COPY good TO STDOUT', '\i other.sql']) s
\gexec
\set ECHO all
\set VERBOSITY default
:show
-- what looks alike and may run
CALL try_script($$
CREATE TABLE half (id int PRIMARY KEY);
CREATE INDEX ON half (id); REINDEX TABLE half; ANALYZE half; DISCARD PLANS;
DO $d$ BEGIN COMMENT ON TABLE half IS 'BEGIN; COMMIT'; END $d$;
CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 1;';
CREATE RULE r AS ON INSERT TO half DO ALSO (SELECT 1; SELECT 2);
$$);
SELECT * FROM migrate_upgrade('head');
SELECT obj_description('half'::regclass);
SELECT statements FROM migrate_log() LIMIT 1;
\set VERBOSITY terse
SELECT * FROM migrate_downgrade('good');
\set VERBOSITY default
SELECT * FROM migrate_stamp('good');
DROP TABLE half; DROP FUNCTION g();
SELECT * FROM migrate_downgrade('base');
CALL try_script(E'DO $$ BEGIN COMMIT; END $$;');
SELECT * FROM migrate_upgrade('head');

-- a script's settings end with it
CALL try_script($$
SET search_path = pg_catalog; SET work_mem = '7MB'; SET LOCAL lock_timeout = '1h';
SELECT set_config('application_name', 'script', false); SET ROLE pg_monitor; RESET ROLE;
SET statement_timeout = 0; SET client_min_messages = error;
CREATE TABLE errors.half ();
$$);
SELECT migrate_load(E'-- migrate:revision last\n-- migrate:revises bad\n-- migrate:upgrade\nCREATE TABLE here AS SELECT name, setting FROM pg_settings WHERE name IN (''search_path'', ''work_mem'', ''lock_timeout'');');
SELECT current_setting('application_name') AS app \gset
SET work_mem = '5MB';
SELECT * FROM migrate_upgrade('head');
SHOW search_path;
SHOW work_mem;
SHOW lock_timeout;
SELECT current_setting('application_name') = :'app' AS same;
SELECT * FROM errors.here ORDER BY 1;
SELECT * FROM migrate_stamp('base');
DROP TABLE here, half, good;
-- the same when it fails, caught or not
CALL try_script('SET search_path = pg_catalog; SET work_mem = ''7MB''; SELECT 1/0;');
SELECT * FROM migrate_upgrade('bad');
SHOW search_path;
SHOW work_mem;
DO $$
BEGIN
	PERFORM migrate_upgrade('bad');
EXCEPTION WHEN division_by_zero THEN
	RAISE NOTICE '% %', current_setting('search_path'), current_setting('work_mem');
END;
$$;

-- cancelled in the middle: nothing is left
CALL try_script('CREATE TABLE half (); SELECT pg_sleep(600);');
SET statement_timeout = '300ms';
SELECT * FROM migrate_upgrade('bad');
RESET statement_timeout;
:show
DELETE FROM migrate.script;
DELETE FROM migrate.log;
\set VERBOSITY terse
DROP SCHEMA errors CASCADE;
