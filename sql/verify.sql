--
-- What migrate_verify() says of scripts that fail, and where it ends.
--
\set VERBOSITY default
\x on
CREATE TABLE live (a integer);
INSERT INTO live VALUES (1);
SELECT * FROM migrate_load($m$
-- migrate:revision a
-- migrate:upgrade
CREATE TABLE a (x int);
ALTER TABLE live ADD COLUMN b integer;
-- migrate:downgrade
ALTER TABLE live DROP COLUMN b;
DROP TABLE a, nowhere;

-- migrate:revision b
-- migrate:revises a
-- migrate:upgrade
CREATE TABLE b (x int);
-- migrate:downgrade
DROP TABLE b;
$m$);
SELECT * FROM migrate_verify();
-- a hint and a detail; nothing of the settings or the rows stays
SELECT * FROM migrate_load($m$
-- migrate:revision a
-- migrate:upgrade
SET work_mem = '7MB';
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
	RAISE 'no such luck' USING DETAIL = 'It is a Friday.', HINT = 'Wait.'; END $$;
INSERT INTO live SELECT 2 FROM generate_series(1, 3);

SELECT f();
-- migrate:downgrade
$m$);
SELECT * FROM migrate_verify();
SELECT count(*) FROM live;
SHOW work_mem;
-- what can't be parsed, either way
SELECT * FROM migrate_load($m$
-- migrate:revision a
-- migrate:upgrade
CREATE TABLE a (x int);
-- migrate:downgrade
DROP TABLE a;

DROP TABEL a;
$m$);
SELECT * FROM migrate_verify();
-- a way back that forgets something
SELECT * FROM migrate_load($m$
-- migrate:revision a
-- migrate:upgrade
CREATE TABLE IF NOT EXISTS a (x int);
CREATE SEQUENCE IF NOT EXISTS s;
-- migrate:downgrade
DROP TABLE a;
$m$);
SELECT * FROM migrate_verify();
-- within somebody's transaction, which goes on
BEGIN;
INSERT INTO live VALUES (9);
SELECT * FROM migrate_load($m$
-- migrate:revision a
-- migrate:upgrade
DROP TABLE live;
DROP TABLE live;
$m$);
SELECT * FROM migrate_verify();
SELECT count(*) FROM live;
COMMIT;
SELECT count(*) FROM live;
-- what no rollback undoes isn't tried, or undone
CREATE SEQUENCE counted;
SELECT setval('counted', 7);
CREATE TABLE numbered (id integer GENERATED ALWAYS AS IDENTITY);
INSERT INTO numbered DEFAULT VALUES;
SELECT * FROM migrate_load($m$
-- migrate:revision a
-- migrate:upgrade
INSERT INTO numbered DEFAULT VALUES;
DO $$ BEGIN PERFORM setval('counted', 100), setval('numbered_id_seq', 100); END $$;
CREATE TABLE a AS SELECT nextval('counted') AS n;
-- migrate:downgrade
DROP TABLE a;
COPY live TO PROGRAM 'false';
$m$);
SELECT * FROM migrate_verify();
SELECT last_value, is_called FROM counted;
SELECT last_value, is_called FROM numbered_id_seq;
DROP TABLE numbered;
DROP SEQUENCE counted;
-- but who stops it is heard
SELECT * FROM migrate_load($m$
-- migrate:revision a
-- migrate:upgrade
CREATE TABLE a AS SELECT pg_cancel_backend(pg_backend_pid());
$m$);
SELECT * FROM migrate_verify();
\x off
DELETE FROM migrate.script;
DROP TABLE live;
