-- What nobody steers: a table of our name, triggers on the version table, settings
-- of whoever calls a function, text in the store.
CREATE ROLE regress_migrate_owner;
CREATE ROLE regress_migrate_member IN ROLE regress_migrate_owner;
CREATE ROLE regress_migrate_runner;
CREATE ROLE regress_migrate_other;
CREATE DATABASE regress_migrate_hostile OWNER regress_migrate_owner;
SELECT current_database() AS home \gset

-- what stands in the way of the extension isn't taken over
\c regress_migrate_hostile
SET SESSION AUTHORIZATION regress_migrate_owner;
\set VERBOSITY terse
CREATE SCHEMA migrate;
CREATE EXTENSION migrate;
DROP SCHEMA migrate;
CREATE SCHEMA own;
CREATE FUNCTION own.migrate_version() RETURNS text LANGUAGE sql AS $$ SELECT 'mine'::text $$;
CREATE EXTENSION migrate SCHEMA own;
DROP FUNCTION own.migrate_version();
\set VERBOSITY default
CREATE EXTENSION migrate SCHEMA own;
-- and its owner can't put anything else in the place of what it has made
CREATE OR REPLACE FUNCTION own.migrate_version() RETURNS text LANGUAGE sql AS $$ SELECT 'mine'::text $$;
ALTER FUNCTION own.migrate_version() OWNER TO regress_migrate_owner;
CREATE FUNCTION migrate.upgrade(text) RETURNS text LANGUAGE sql AS $$ SELECT 'mine'::text $$;
CREATE RULE mine AS ON INSERT TO migrate.log DO ALSO SELECT 1;
ALTER TABLE migrate.script ENABLE ROW LEVEL SECURITY;
CREATE TABLE own.child () INHERITS (migrate.script);
ALTER SCHEMA migrate RENAME TO mine;
-- PUBLIC has nothing of ours but functions that find our tables closed
SELECT has_schema_privilege('public', 'migrate', 'USAGE') AS schema;
SELECT relname FROM pg_class WHERE relnamespace = 'migrate'::regnamespace AND relacl::text ~ '[{,]=';
SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e'
WHERE d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'migrate')
	AND NOT has_function_privilege('public', p.oid, 'EXECUTE');

GRANT USAGE ON SCHEMA own, migrate TO regress_migrate_runner, regress_migrate_other;

-- a role that may migrate and no more: by SELECT, by CALL, outside a transaction
SET SESSION AUTHORIZATION regress_migrate_owner;
SET search_path = own;
SELECT migrate_config('version_table_schema', 'own');
SELECT migrate_load($$
-- migrate:revision a1
-- migrate:upgrade
CREATE TABLE own.a AS SELECT current_user::text AS made_by;
-- migrate:downgrade
DROP TABLE own.a;
-- migrate:revision b1
-- migrate:revises a1
-- migrate:upgrade
-- migrate:downgrade
-- migrate:revision c1
-- migrate:revises b1
-- migrate:upgrade autocommit
CREATE INDEX CONCURRENTLY a_made_by ON own.a (made_by);
-- migrate:downgrade autocommit
DROP INDEX CONCURRENTLY own.a_made_by;
$$);
GRANT SELECT ON migrate.script TO regress_migrate_runner;
GRANT SELECT, INSERT ON migrate.log TO regress_migrate_runner;
GRANT CREATE ON SCHEMA own TO regress_migrate_runner, regress_migrate_other;
\c regress_migrate_hostile
SET search_path = own;
SET SESSION AUTHORIZATION regress_migrate_runner;
SELECT migrate_upgrade('a1');
CALL migrate.upgrade('head');
TABLE a;
SELECT migrate_load(E'-- migrate:revision d1\n');
SELECT revision, applied_by FROM migrate_log() ORDER BY id;
-- its version table isn't one that the owner writes to: a trigger on it would
-- run with the owner's rights
SET SESSION AUTHORIZATION regress_migrate_owner;
SELECT migrate_current();
SELECT migrate_downgrade('-1');
SET SESSION AUTHORIZATION regress_migrate_runner;
CALL migrate.downgrade('base');
DROP TABLE alembic_version;

-- a table of our name that somebody was quick to make
SET SESSION AUTHORIZATION regress_migrate_other;
CREATE TABLE alembic_version (version_num text);
GRANT ALL ON alembic_version TO PUBLIC;
CREATE FUNCTION grab() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE NOTICE 'grabbed from %', current_user;
	RETURN NEW;
END;
$$;
CREATE TRIGGER grab BEFORE INSERT ON alembic_version FOR EACH ROW EXECUTE FUNCTION grab();
SET SESSION AUTHORIZATION regress_migrate_owner;
SELECT migrate_upgrade('head');
SELECT migrate_stamp('head');
SELECT migrate_ensure_version();
-- who may store scripts runs in others' names anyway
GRANT INSERT ON migrate.script TO regress_migrate_other;
SELECT migrate_stamp('a1');
SELECT migrate_stamp('base');
REVOKE INSERT ON migrate.script FROM regress_migrate_other;
RESET SESSION AUTHORIZATION;
DROP TABLE alembic_version;

-- what the table's owner has made runs with his rights alone, also for a member
-- of his, and leaves no settings behind
SET SESSION AUTHORIZATION regress_migrate_owner;
SELECT migrate_ensure_version();
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE NOTICE 'as %, path %', current_user, current_setting('search_path');
	PERFORM set_config('search_path', 'evil, public', false);
	PERFORM set_config('migrate.on_version_apply', 'DROP TABLE own.a', false);
	RETURN NEW;
END;
$$;
CREATE TRIGGER tell BEFORE INSERT OR UPDATE ON alembic_version FOR EACH ROW EXECUTE FUNCTION tell();
GRANT SELECT ON migrate.script, migrate.log TO regress_migrate_member;
\c regress_migrate_hostile
SET search_path = own;
SET SESSION AUTHORIZATION regress_migrate_member;
SELECT migrate_stamp('a1');
RESET SESSION AUTHORIZATION;
SELECT migrate_stamp('b1');
SHOW search_path;
SELECT current_setting('migrate.on_version_apply') AS hook;
-- at the end of the transaction they would be ours
SET SESSION AUTHORIZATION regress_migrate_owner;
DROP TRIGGER tell ON alembic_version;
CREATE CONSTRAINT TRIGGER tell AFTER UPDATE ON alembic_version
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tell();
RESET SESSION AUTHORIZATION;
SELECT migrate_stamp('a1');
-- constraints, defaults, indexes and rules are triggers by other names
SET SESSION AUTHORIZATION regress_migrate_owner;
DROP TRIGGER tell ON alembic_version;
CREATE FUNCTION seen(by text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	RAISE NOTICE '%: as %', by, current_user;
	RETURN true;
END;
$$;
CREATE DOMAIN own.revision AS varchar(32) CHECK (own.seen('domain'));
SET client_min_messages = warning;
ALTER TABLE alembic_version ADD CHECK (own.seen('check')), ALTER version_num TYPE own.revision;
ALTER TABLE alembic_version ADD COLUMN extra boolean DEFAULT own.seen('default');
CREATE INDEX ON alembic_version (own.seen('index ' || version_num));
CREATE RULE also AS ON INSERT TO alembic_version DO ALSO SELECT own.seen('rule');
RESET client_min_messages;
RESET SESSION AUTHORIZATION;
SELECT migrate_stamp('base');
SELECT migrate_stamp('a1');
SELECT migrate_current();
-- one that takes its place while a run goes on is looked at again
DROP TABLE alembic_version;
SELECT migrate_load($$
-- migrate:revision swap
-- migrate:upgrade
DROP TABLE own.alembic_version;
CREATE TABLE own.alembic_version (version_num text);
CREATE TRIGGER tell BEFORE INSERT ON own.alembic_version FOR EACH ROW EXECUTE FUNCTION own.tell();
ALTER TABLE own.alembic_version OWNER TO regress_migrate_owner;
-- migrate:downgrade
-- migrate:revision view
-- migrate:upgrade
ALTER TABLE own.alembic_version RENAME TO aside;
CREATE VIEW own.alembic_version AS TABLE own.aside;
$$);
SELECT migrate_ensure_version();
SELECT migrate_upgrade('swap');
SELECT migrate_upgrade('view');
SELECT migrate_stamp('base');

-- a temporary table isn't one
CREATE TEMP TABLE alembic_version (version_num text);
INSERT INTO alembic_version VALUES ('c1');
SELECT migrate_current();
DROP TABLE pg_temp.alembic_version;

-- settings of whoever calls a function that has more rights
SET SESSION AUTHORIZATION regress_migrate_owner;
DROP TRIGGER tell ON alembic_version;
CREATE FUNCTION deploy() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER
AS $$ SELECT own.migrate_stamp('a1') $$;
\c regress_migrate_hostile
SET SESSION AUTHORIZATION regress_migrate_other;
SET search_path = own;
SET migrate.version_table = 'a';
SELECT deploy();
RESET migrate.version_table;
SET migrate.name = 'other';
SELECT deploy();
RESET migrate.name;
SELECT deploy();
-- by SET ROLE they are one's own
SET SESSION AUTHORIZATION regress_migrate_member;
SET migrate.version_table = 'b';
SET ROLE regress_migrate_owner;
SELECT migrate_ensure_version();
DROP TABLE b;

-- text in the store that no script could have
RESET ROLE;
RESET SESSION AUTHORIZATION;
RESET migrate.version_table;
INSERT INTO migrate.script (history, revision, script) VALUES
	('alembic', E'evil\nDROP TABLE own.a; --', E'-- migrate:revision evil\n');
SELECT revision FROM migrate_history();
SELECT migrate_upgrade('evil:head', sql => true);
DELETE FROM migrate.script WHERE revision LIKE 'evil%';
INSERT INTO migrate.script (history, revision, branch_labels, script) VALUES
	('alembic', 'evil', E'l\x1b[2J', E'-- migrate:revision evil\n');
SELECT migrate('heads');
DELETE FROM migrate.script WHERE revision LIKE 'evil%';
INSERT INTO migrate.script (history, revision, message, script) VALUES
	('alembic', 'zz', E'm\x1b[2J\n<base> -> fake', E'-- migrate:revision zz\n');
SELECT migrate('history -r :zz');
DELETE FROM migrate.script WHERE revision = 'zz';
INSERT INTO migrate.script (history, revision, message, script)
SELECT 'drawn', 'd1', E'"]) %s </text><script> \\e\x1b[31m $x$ */ \\! #quot; [', '';
SET migrate.name = 'drawn';
SELECT migrate_graph();
SELECT migrate_graph('dot');
SELECT line FROM regexp_split_to_table(migrate_graph('svg'), '\n') line WHERE line ~ 'script';
\c :home
DROP DATABASE regress_migrate_hostile;
DROP ROLE regress_migrate_member;
DROP ROLE regress_migrate_owner;
DROP ROLE regress_migrate_runner;
DROP ROLE regress_migrate_other;
