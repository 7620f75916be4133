-- Enum types, as far as one transaction goes.
CREATE SCHEMA enum;
SET search_path = enum, public;
SET migrate.name = 'enum';
SELECT * FROM migrate_load($$
-- migrate:revision a1
-- migrate:upgrade
CREATE TYPE state AS ENUM ('INITIAL', 'QUEUED');
CREATE TABLE run (id int, state state);
-- migrate:downgrade
DROP TABLE run;
DROP TYPE state;
-- migrate:revision b1
-- migrate:revises a1
-- migrate:upgrade
ALTER TYPE state ADD VALUE 'RUNNING';
-- migrate:downgrade
ALTER TYPE state RENAME TO state_old;
CREATE TYPE state AS ENUM ('INITIAL', 'QUEUED');
ALTER TABLE run ALTER COLUMN state TYPE state USING state::text::state;
DROP TYPE state_old;
-- migrate:revision c1
-- migrate:revises b1
-- migrate:upgrade
INSERT INTO run VALUES (1, 'RUNNING');
-- migrate:downgrade
DELETE FROM run;
$$);
SELECT * FROM migrate_upgrade('b1');
SELECT * FROM migrate_upgrade('c1');
TABLE run;
SELECT * FROM migrate_downgrade('a1');
-- the new value is used in the transaction that made it: the server refuses
SELECT * FROM migrate_upgrade('head');
SELECT * FROM migrate_current();
SELECT * FROM migrate_downgrade('base');
DELETE FROM migrate.script;
DELETE FROM migrate.log;
\set VERBOSITY terse
DROP SCHEMA enum CASCADE;
