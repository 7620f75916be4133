-- What the crash tests of PostgreSQL migrate.  A statement has a line of its own,
-- so that they can be run without us; the statements of a revision that has an
-- autocommit section can run twice, each in a section of its own.
-- migrate:revision r1
-- migrate:upgrade
CREATE TABLE one (a int PRIMARY KEY, b text);
INSERT INTO one SELECT i, md5(i::text) FROM generate_series(1, 8000) i;
-- migrate:downgrade
DROP TABLE one;
-- migrate:revision r2
-- migrate:revises r1
-- migrate:upgrade
CREATE TABLE two AS SELECT a, 'two' AS b FROM one;
UPDATE one SET b = b || 'two';
CREATE INDEX one_b ON one (b);
-- migrate:downgrade
DROP INDEX one_b;
UPDATE one SET b = left(b, -3);
DROP TABLE two;
-- migrate:revision r3
-- migrate:revises r1
-- migrate:upgrade
CREATE TABLE three (a int REFERENCES one, b text);
INSERT INTO three SELECT a, md5(b) FROM one;
-- migrate:downgrade
DROP TABLE three;
-- migrate:revision r4
-- migrate:revises r2, r3
-- migrate:upgrade
CREATE VIEW four AS SELECT one.a, three.b FROM one JOIN three USING (a);
DELETE FROM two WHERE a > 50;
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 4';
-- migrate:downgrade
DROP FUNCTION f();
INSERT INTO two SELECT a, 'two' FROM one WHERE a > 50;
DROP VIEW four;
-- migrate:revision r5
-- migrate:revises r4
-- migrate:upgrade
CREATE TABLE IF NOT EXISTS five (a int PRIMARY KEY, b text);
-- migrate:upgrade autocommit
INSERT INTO five SELECT a, b FROM four ON CONFLICT DO NOTHING;
CREATE INDEX CONCURRENTLY IF NOT EXISTS five_b ON five (b);
-- migrate:upgrade
INSERT INTO five VALUES (0, 'five');
-- migrate:downgrade
DELETE FROM five WHERE a = 0;
-- migrate:downgrade autocommit
DROP INDEX CONCURRENTLY IF EXISTS five_b;
DELETE FROM five;
-- migrate:downgrade
DROP TABLE five;
-- migrate:revision r6
-- migrate:revises r5
-- migrate:upgrade
ALTER TABLE five ALTER a TYPE bigint;
CREATE TYPE mood AS ENUM ('good', 'bad');
-- migrate:downgrade
DROP TYPE mood;
ALTER TABLE five ALTER a TYPE int;
