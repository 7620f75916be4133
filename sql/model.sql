--
-- The model: whose it is, what it may do, and what it leaves behind.
--
\set VERBOSITY terse
\t on
CREATE ROLE regress_model;
GRANT USAGE ON SCHEMA migrate TO regress_model;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA migrate TO regress_model;
CREATE TABLE live (a integer);
-- who isn't the schema's owner can't build one
SET ROLE regress_model;
SELECT migrate_model('CREATE TABLE t (a int);');
SELECT * FROM migrate_check();
RESET ROLE;
-- a superuser doesn't run what somebody without rights has stored
SELECT * FROM migrate_check();
SELECT migrate_revision('x', true);
SELECT migrate_model('CREATE TABLE t (a int);');
BEGIN READ ONLY;
SELECT * FROM migrate_check();
ROLLBACK;
SELECT operation, object, description FROM migrate_check();
-- what reaches out, or isn't there
SELECT migrate_model($$CREATE TABLE t (a int); COPY t FROM PROGRAM 'false';$$);
SELECT * FROM migrate_check();
SELECT migrate_model('CREATE TABLE t (a int); DROP TABLE live;');
SELECT * FROM migrate_check();
SELECT migrate_model('CREATE TABLE t (a int);
CREATE TABLE u (a int REFERENCES nowhere);');
\set VERBOSITY default
SELECT * FROM migrate_check();
\set VERBOSITY terse
SELECT migrate_model('CREATE TABLE broken (');
-- a query of tables is passed over; a call may be meant to define something
SELECT migrate_model('CREATE TABLE live (a int); SELECT pg_terminate_backend(pid) FROM pg_stat_activity;');
SELECT * FROM migrate_check();
SELECT migrate_model('CREATE TABLE live (a int); SELECT pg_reload_conf() FROM generate_series(1, 2);');
SELECT * FROM migrate_check();
-- rows of a model's own go with it, and the live ones stay
SELECT migrate_model('CREATE TABLE live (a int); INSERT INTO live VALUES (1), (2);');
INSERT INTO live VALUES (7);
SELECT * FROM migrate_check();
SELECT * FROM live;
-- nothing is left: no schema, no lock on what was read
SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'migrate live%';
BEGIN;
SELECT migrate_model('CREATE TABLE live (a int, b int);');
SELECT migrate_dump_model();
SELECT description FROM migrate_check();
SELECT mode FROM pg_locks WHERE relation = 'live'::regclass AND mode <> 'AccessShareLock';
ROLLBACK;
-- with a script directory the model is its file
SET migrate.script_location = '/nowhere';
SELECT migrate_model('CREATE TABLE t (a int);');
RESET migrate.script_location;
DROP TABLE live;
DELETE FROM migrate.model;
REVOKE ALL ON ALL TABLES IN SCHEMA migrate FROM regress_model;
REVOKE ALL ON SCHEMA migrate FROM regress_model;
DROP ROLE regress_model;
