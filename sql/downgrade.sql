-- Going back.
CREATE SCHEMA downgrade;
SET search_path = downgrade, public;
SET migrate.name = 'downgrade';
SELECT * FROM migrate_load($$
-- migrate:revision   fd23b24f6f9a
-- migrate:message    create job
-- migrate:upgrade
CREATE TABLE job (id int PRIMARY KEY, name text);
INSERT INTO job VALUES (1, 'a'), (2, 'b');
-- migrate:downgrade
DROP TABLE job;

-- migrate:revision   6a32f8fc32ca
-- migrate:revises    fd23b24f6f9a
-- migrate:message    add new_field
-- migrate:upgrade
ALTER TABLE job ADD COLUMN new_field varchar;
CREATE FUNCTION job_count() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM job';
-- migrate:downgrade
DROP FUNCTION job_count();
ALTER TABLE job DROP COLUMN new_field;
$$);
SELECT * FROM migrate_upgrade('head');
SELECT * FROM migrate_downgrade('-1');
SELECT * FROM migrate_current();
\d job
SELECT * FROM migrate_downgrade('nosuch');
SELECT * FROM migrate_upgrade('head');
SELECT * FROM migrate_downgrade('base');
SELECT * FROM migrate_current();
\d job
TABLE downgrade_version;
SELECT * FROM migrate_downgrade('base');
SELECT * FROM migrate_downgrade('-1');

-- a script without a downgrade section stops the run before it begins
SELECT * FROM migrate_load($$
-- migrate:revision   aaaa
-- migrate:revises    6a32f8fc32ca
-- migrate:upgrade
CREATE TABLE one_way ();
$$);
SELECT * FROM migrate_upgrade('head');
SELECT * FROM migrate_downgrade('base');
SELECT * FROM migrate_current();
DROP TABLE one_way;
SELECT * FROM migrate_stamp('6a32');
SELECT * FROM migrate_downgrade('base');

-- the downgrade fails half-way: all stays
SELECT * FROM migrate_upgrade('6a32');
CREATE VIEW uses_job AS SELECT * FROM job;
SELECT * FROM migrate_downgrade('base');
SELECT * FROM migrate_current();
SELECT job_count();
DROP VIEW uses_job;
SELECT * FROM migrate_downgrade('base');
DELETE FROM migrate.script;
DELETE FROM migrate.log;
\set VERBOSITY terse
DROP SCHEMA downgrade CASCADE;
