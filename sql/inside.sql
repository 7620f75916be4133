-- Called from inside of something else.
CREATE SCHEMA inside;
SET search_path = inside, public;
SET migrate.name = 'inside';
SELECT * FROM migrate_load($$
-- migrate:revision a1
-- migrate:upgrade
CREATE TABLE a (id int);
-- migrate:downgrade
DROP TABLE a;
-- migrate:revision b1
-- migrate:revises a1
-- migrate:upgrade
CREATE TABLE b (id int);
-- migrate:downgrade
DROP TABLE b;
$$);
-- a function, a procedure, a DO block, a prepared statement, a cursor
CREATE FUNCTION up(target text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY SELECT * FROM migrate_upgrade(target);
END;
$$;
CREATE PROCEDURE down(target text) LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN SELECT * FROM migrate_downgrade(target) LOOP
		RAISE NOTICE '%', line;
	END LOOP;
	COMMIT;
END;
$$;
CREATE FUNCTION up_sql(target text) RETURNS SETOF text LANGUAGE sql AS 'SELECT migrate_upgrade(target)';
SELECT * FROM up('a1');
SELECT * FROM up_sql('head');
CALL down('base');
DO $$ BEGIN PERFORM migrate_upgrade('head'); PERFORM migrate_downgrade('-1'); END $$;
PREPARE up AS SELECT * FROM migrate_upgrade($1);
EXECUTE up('head');
EXECUTE up('head');
CALL down('base');
EXECUTE up('head');
BEGIN;
DECLARE c CURSOR FOR SELECT * FROM migrate_downgrade('base');
FETCH 1 FROM c;
FETCH 1 FROM c;
COMMIT;
-- in a transaction of the caller's, rolled back as a whole or in part
BEGIN;
SELECT * FROM migrate_upgrade('head');
SELECT * FROM migrate_current();
ROLLBACK;
SELECT * FROM migrate_current();
BEGIN;
SELECT * FROM migrate_upgrade('a1');
SAVEPOINT s;
SELECT * FROM migrate_upgrade('b1');
ROLLBACK TO s;
SELECT * FROM migrate_current();
COMMIT;
SELECT * FROM migrate_current();
SELECT to_regclass('a') IS NOT NULL AS a, to_regclass('b') IS NOT NULL AS b;
SELECT * FROM migrate_downgrade('base');
-- an exception block undoes one run, and the next one works
DO $$
BEGIN
	BEGIN
		PERFORM migrate_upgrade('head');
		RAISE division_by_zero;
	EXCEPTION WHEN division_by_zero THEN
		RAISE NOTICE 'undone: %', (SELECT count(*) FROM migrate_current());
	END;
	BEGIN
		PERFORM migrate_upgrade('nosuch');
	EXCEPTION WHEN undefined_object THEN
		RAISE NOTICE 'caught: %', SQLERRM;
	END;
	PERFORM migrate_upgrade('a1');
END;
$$;
SELECT * FROM migrate_current();

-- a revision can look, but not migrate
SELECT * FROM migrate_load($$
-- migrate:revision looks
-- migrate:revises a1
-- migrate:upgrade
CREATE TABLE seen AS SELECT c AS current, current_setting('search_path') AS path FROM migrate_current() c;
-- migrate:downgrade
DROP TABLE seen;
-- migrate:revision nests
-- migrate:revises looks
-- migrate:upgrade
SELECT * FROM migrate_upgrade('b1');
-- migrate:revision catches
-- migrate:revises looks
-- migrate:upgrade
DO $d$
BEGIN
	PERFORM migrate_downgrade('base');
EXCEPTION WHEN feature_not_supported THEN
	CREATE TABLE caught AS SELECT SQLERRM AS message;
END;
$d$;
-- migrate:downgrade
DROP TABLE caught;
$$);
SELECT * FROM migrate_upgrade('looks');
TABLE seen;
SELECT * FROM migrate_upgrade('nests');
SELECT * FROM migrate_upgrade('catches');
TABLE caught;
SELECT * FROM migrate_downgrade('base');

-- refused
CREATE TABLE t (id int);
CREATE FUNCTION fire() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM migrate_upgrade('head');
	RETURN NEW;
END;
$$;
CREATE TRIGGER fire BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION fire();
INSERT INTO t VALUES (1);
BEGIN READ ONLY;
SELECT * FROM migrate_current();
SELECT pending FROM migrate_status();
SELECT * FROM migrate_upgrade('a1');
ROLLBACK;
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT * FROM migrate_upgrade('a1');
SELECT * FROM migrate_upgrade('looks');
SELECT * FROM migrate_downgrade('base');
COMMIT;
-- as one moment: what a statement's reading call sees is the statement's
SELECT (SELECT count(*) FROM migrate_upgrade('a1')) AS steps, (SELECT count(*) FROM migrate_current()) AS heads;
SELECT * FROM migrate_downgrade('base');
DELETE FROM migrate.script;
DELETE FROM migrate.log;
\set VERBOSITY terse
DROP SCHEMA inside CASCADE;

-- a version table of somebody's own making: no text, a row without a revision,
-- row security, another's trigger; a plan that a script makes stale
CREATE SCHEMA odd;
SET search_path = odd, public;
SET migrate.name = 'odd';
SELECT migrate_load($m$-- migrate:revision r1
-- migrate:upgrade
-- migrate:downgrade
-- migrate:revision r2
-- migrate:revises r1
-- migrate:upgrade
ALTER TABLE odd_version DROP CONSTRAINT odd_version_pkc;
ALTER TABLE odd_version ADD PRIMARY KEY (version_num);
-- migrate:downgrade
-- migrate:revision r3
-- migrate:revises r2
-- migrate:upgrade
-- migrate:downgrade
$m$);
CREATE TABLE odd_version (version_num int);
SELECT migrate_current();
DROP TABLE odd_version;
CREATE TABLE odd_version (version_num varchar(32));
INSERT INTO odd_version VALUES (NULL);
SELECT migrate_current();
SELECT revision, is_current FROM migrate_heads();
DROP TABLE odd_version;
SELECT migrate_upgrade('head');
CREATE ROLE regress_migrate_odd;
CREATE TABLE whose (who name);
GRANT ALL ON SCHEMA odd TO regress_migrate_odd;
GRANT ALL ON whose TO regress_migrate_odd;
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS
	'BEGIN INSERT INTO odd.whose VALUES (current_user); RETURN NEW; END';
CREATE TRIGGER tell BEFORE UPDATE ON odd_version FOR EACH ROW EXECUTE FUNCTION tell();
ALTER TABLE odd_version OWNER TO regress_migrate_odd;
SELECT migrate_downgrade('-1');
SELECT who FROM whose;
ALTER TABLE odd_version ENABLE ROW LEVEL SECURITY;
GRANT USAGE ON SCHEMA migrate TO regress_migrate_odd;
GRANT SELECT ON ALL TABLES IN SCHEMA migrate TO regress_migrate_odd;
ALTER TABLE odd_version FORCE ROW LEVEL SECURITY;
SET ROLE regress_migrate_odd;
SELECT migrate_current();
RESET ROLE;
-- a view, a default
CREATE VIEW up AS SELECT migrate_upgrade('head');
SELECT * FROM up;
CREATE TABLE d (a int, b text DEFAULT migrate_config('name', 'x'));
INSERT INTO d (a) VALUES (1);
-- files of the server are for who may read them
SET ROLE regress_migrate_odd;
SET migrate.odd.script_location = '/nowhere';
SET migrate.script_location = '/nowhere';
SELECT migrate_config('script_location', '/nowhere');
RESET ROLE;
RESET migrate.odd.script_location;
REVOKE ALL ON SCHEMA migrate FROM regress_migrate_odd;
REVOKE ALL ON ALL TABLES IN SCHEMA migrate FROM regress_migrate_odd;
SET client_min_messages = warning;
DROP SCHEMA odd CASCADE;
DROP ROLE regress_migrate_odd;
DELETE FROM migrate.script;
DELETE FROM migrate.log;
