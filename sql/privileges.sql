-- Who may do what, in a database whose owner is no superuser.
CREATE ROLE regress_migrate_owner;
CREATE ROLE regress_migrate_app;
CREATE DATABASE regress_migrate_owned OWNER regress_migrate_owner;
SELECT current_database() AS home \gset
\c regress_migrate_owned
SET SESSION AUTHORIZATION regress_migrate_owner;
CREATE SCHEMA own;
SET search_path = own, public;
CREATE EXTENSION migrate;
GRANT USAGE ON SCHEMA own TO PUBLIC;
SELECT * FROM migrate_load($$
-- migrate:revision a1
-- migrate:upgrade
CREATE TABLE own.a AS SELECT current_user::text AS made_by;
-- migrate:downgrade
DROP TABLE own.a;
$$);
SELECT * FROM migrate_upgrade('head');
TABLE a;
SELECT revision, applied_by FROM migrate_log();
SELECT migrate_config('version_table_schema', 'own');

-- a role without rights hears which it needs
SET SESSION AUTHORIZATION regress_migrate_app;
SELECT * FROM own.migrate_current();
SELECT * FROM own.migrate_upgrade('head');
SELECT * FROM own.migrate_load('');
-- one that may read
SET SESSION AUTHORIZATION regress_migrate_owner;
GRANT USAGE ON SCHEMA migrate TO regress_migrate_app;
GRANT SELECT ON ALL TABLES IN SCHEMA migrate TO regress_migrate_app;
SET SESSION AUTHORIZATION regress_migrate_app;
SELECT * FROM own.migrate_current();
SELECT revision FROM own.migrate_history();
SELECT * FROM own.migrate_upgrade('head');
-- one that may run, but not store
SET SESSION AUTHORIZATION regress_migrate_owner;
GRANT SELECT, INSERT, UPDATE, DELETE ON alembic_version TO regress_migrate_app;
GRANT INSERT ON migrate.log TO regress_migrate_app;
SET SESSION AUTHORIZATION regress_migrate_app;
SELECT * FROM own.migrate_current();
SELECT * FROM own.migrate_downgrade('base');
SELECT * FROM own.migrate_load(E'-- migrate:revision x1\n');

-- nobody forges whose a script is, nor makes a superuser fire his trigger
SET SESSION AUTHORIZATION regress_migrate_owner;
UPDATE migrate.script SET stored_by = 'pg_monitor';
SELECT revision, stored_by FROM migrate.script;
ALTER TABLE migrate.script DISABLE TRIGGER ALL;
CREATE FUNCTION fire() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER fire BEFORE INSERT ON migrate.log FOR EACH ROW EXECUTE FUNCTION fire();
CREATE TABLE migrate.mine ();
-- nor where triggers are off, as they are for the rows of a subscription
RESET SESSION AUTHORIZATION;
SET session_replication_role = replica;
SET ROLE regress_migrate_owner;
UPDATE migrate.script SET stored_by = 'pg_monitor';
SELECT revision, stored_by FROM migrate.script;
RESET ROLE;
RESET session_replication_role;
-- the trigger is ours alone, and does no harm to another table
SET SESSION AUTHORIZATION regress_migrate_app;
CREATE TEMP TABLE t (stored_by text);
CREATE TRIGGER keep BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION migrate.keep_stored_by();
RESET SESSION AUTHORIZATION;
CREATE TRIGGER keep BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION migrate.keep_stored_by();
SET SESSION AUTHORIZATION regress_migrate_app;
INSERT INTO t VALUES ('x');
DROP TABLE t;

-- a superuser doesn't run what others have stored
RESET SESSION AUTHORIZATION;
SET search_path = own, public;
SELECT migrate_script('a1') LIKE '%own.a%' AS shown;
SELECT * FROM migrate_downgrade('base');
SET ROLE regress_migrate_owner;
SELECT * FROM migrate_downgrade('base');
RESET ROLE;
SET migrate.trust_scripts_of = 'regress_migrate_app';
SELECT * FROM migrate_upgrade('head');
SET standard_conforming_strings = off;
SET migrate.trust_scripts_of = 'regress_migrate_owners,regress_migrate_app';
SELECT * FROM migrate_upgrade('head');
RESET standard_conforming_strings;
SET migrate.trust_scripts_of = 'regress_migrate_app , regress_migrate_owner';
SELECT * FROM migrate_upgrade('head');
SELECT made_by = current_user AS mine FROM a;
SELECT * FROM migrate_downgrade('base');
RESET migrate.trust_scripts_of;
SET SESSION AUTHORIZATION regress_migrate_owner;
SET migrate.trust_scripts_of = 'regress_migrate_owner';
SELECT migrate_config('trust_scripts_of', 'regress_migrate_owner');
RESET SESSION AUTHORIZATION;

-- names of our own can't be shadowed
CREATE SCHEMA evil;
CREATE FUNCTION evil.trap(text, text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	RAISE 'trapped';
END;
$$;
CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.trap);
CREATE FUNCTION evil.btrim(text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RAISE 'trapped';
END;
$$;
CREATE VIEW evil.pg_roles AS SELECT 'x'::name AS rolname, evil.trap('', '') AS rolsuper;
CREATE TABLE evil.script (revision text);
SET search_path = evil, pg_catalog, own;
SELECT * FROM migrate_load(E'-- migrate:revision b1\n-- migrate:upgrade\nCREATE TABLE b AS SELECT current_schema();\n-- migrate:downgrade\nDROP TABLE b;\n');
SELECT * FROM migrate_upgrade('b1');
SELECT * FROM evil.b;
SELECT revision FROM migrate_history();
SELECT * FROM migrate_current();
SELECT pending FROM migrate_status();
SELECT count(*) FROM migrate_log();
SELECT * FROM migrate_downgrade('b1@base');
SHOW search_path;
-- temporary tables come last for us, first for a script
CREATE TEMP TABLE script (revision text);
CREATE TEMP TABLE pg_roles (rolname name, rolsuper boolean);
SELECT * FROM migrate_upgrade('b1');
SELECT * FROM migrate_downgrade('b1@base');

-- SQL of a setting runs with its caller's rights, and never with more than whoever
-- set it has
\c regress_migrate_owned
SET search_path = own, public;
CREATE FUNCTION own.deploy_other() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER
AS $$ SELECT own.migrate('-n other upgrade head') $$;
CREATE FUNCTION own.deploy() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER
AS $$ SELECT own.migrate_upgrade('b1') $$;
GRANT USAGE ON SCHEMA own TO regress_migrate_app;
SET SESSION AUTHORIZATION regress_migrate_app;
SET migrate.on_version_apply = 'ALTER ROLE regress_migrate_app SUPERUSER';
SELECT own.deploy();
RESET migrate.on_version_apply;
SET migrate.script_location = '/tmp';
-- another history's settings are known to nobody
SET migrate.other.script_location = '/tmp';
SELECT own.deploy_other();
RESET migrate.other.script_location;
SET SESSION AUTHORIZATION regress_migrate_owner;
ALTER DATABASE regress_migrate_owned SET migrate.on_version_apply = 'SELECT 1';
RESET SESSION AUTHORIZATION;
\c regress_migrate_owned
SELECT own.migrate_upgrade('b1');
SET migrate.on_version_apply = 'CREATE TABLE own.hooked AS SELECT $1 AS revision, $2 AS operation';
SELECT own.migrate_upgrade('b1');
TABLE own.hooked;
SELECT own.migrate_downgrade('b1@base');
DROP TABLE own.hooked;
SELECT own.migrate_downgrade('b1@base');
ALTER DATABASE regress_migrate_owned RESET migrate.on_version_apply;
-- what a session has brought along from before the library was there is its user's
\c regress_migrate_owned
SET SESSION AUTHORIZATION regress_migrate_app;
SET migrate.script_location = '/tmp';
SELECT own.deploy();
SHOW migrate.script_location;
RESET SESSION AUTHORIZATION;

-- what the extension has made, and what a dump takes along
SELECT c.relname, c.relowner = 10 AS bootstrap, e.extcondition[array_position(e.extconfig, c.oid)] AS dumped
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	LEFT JOIN pg_extension e ON e.extname = 'migrate' AND c.oid = ANY (e.extconfig)
WHERE n.nspname = 'migrate' AND c.relkind IN ('r', 'S') ORDER BY 1;
-- no function with other rights than the caller's, none strict or undocumented
SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e'
WHERE d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'migrate')
	AND (p.prosecdef OR p.proisstrict OR p.proparallel <> 'u' OR obj_description(p.oid) IS NULL);
-- an owner who is no superuser uses all but the server's files
DROP EXTENSION migrate CASCADE;
DROP TABLE own.alembic_version;
\c regress_migrate_owned
SET SESSION AUTHORIZATION regress_migrate_owner;
SET search_path = own;
CREATE EXTENSION migrate;
SELECT migrate_revision('first', rev_id => 'o1');
SELECT migrate_edit('o1', E'-- migrate:revision o1\n-- migrate:upgrade autocommit\nCREATE INDEX CONCURRENTLY IF NOT EXISTS own_a ON own.kept (made_by);\n-- migrate:downgrade\n');
SELECT migrate('revision -m "second" --rev-id o2 --splice --head base');
SELECT migrate_merge('heads', rev_id => 'o3');
SELECT migrate_load(E'-- migrate:revision o4\n-- migrate:revises o3\n-- migrate:labels top\n');
SELECT migrate_import_alembic(E'-- Running upgrade  -> i1\n\nSELECT 1;\n\nINSERT INTO alembic_version (version_num) VALUES (\'i1\');\n');
SELECT migrate_import_alembic_files('/tmp');
SELECT migrate_ensure_version();
CREATE TABLE own.kept (made_by text);
CALL migrate.upgrade('top@head');
CALL migrate.downgrade('o3');
SELECT migrate_upgrade('i1', tag => 't');
SELECT migrate_downgrade('o3@-1');
SELECT migrate_stamp('o4');
SELECT migrate_current();
SELECT count(*) > 0 FROM migrate_history(), migrate_heads(), migrate_log(), migrate_status();
SELECT count(*) FROM migrate_branches();
SELECT length(migrate_script('o1')) > 0, length(migrate_graph('svg')) > 0, migrate_tag(), migrate_x('k'), migrate_version() <> '';
SELECT count(*) FROM migrate_show('o1'), migrate_plan('stamp', 'base');
SELECT count(*) > 9 FROM migrate_upgrade('heads', sql => true);
SELECT migrate_config('version_table_pk', 'false');
SELECT migrate_config('version_table_pk', NULL);
SELECT count(*) > 0 FROM migrate_list_templates();
SELECT migrate_init('/tmp/regress_migrate');
SELECT migrate('-c /tmp/regress_migrate.ini heads');
DROP TABLE alembic_version;
RESET SESSION AUTHORIZATION;
-- made by a superuser, as by a restore, the database's owner still may migrate
DROP EXTENSION migrate CASCADE;
CREATE EXTENSION migrate SCHEMA own;
SET SESSION AUTHORIZATION regress_migrate_owner;
SET search_path = own;
SELECT * FROM migrate_load(E'-- migrate:revision o1\n');
GRANT USAGE ON SCHEMA migrate TO regress_migrate_app;
GRANT SELECT ON ALL TABLES IN SCHEMA migrate TO regress_migrate_app;
RESET SESSION AUTHORIZATION;
\c :home
DROP DATABASE regress_migrate_owned;
DROP ROLE regress_migrate_app;
DROP ROLE regress_migrate_owner;
