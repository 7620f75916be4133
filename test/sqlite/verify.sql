-- What migrate_verify() says of scripts that fail, and where it ends.
.load ./migrate
SELECT migrate_load('
-- migrate:revision a
-- migrate:upgrade
CREATE TABLE a (x int);
CREATE INDEX a_x ON a (x);
-- migrate:downgrade
DROP INDEX a_x;
DROP TABLE nowhere;

-- migrate:revision b
-- migrate:revises a
-- migrate:upgrade
CREATE TABLE b (x int);
-- migrate:downgrade
DROP TABLE b;
');
SELECT * FROM migrate_verify();
-- what was loaded can be replaced: a way back that forgets something
SELECT migrate_load('
-- migrate:revision a
-- migrate:upgrade
CREATE TABLE a (x int);
CREATE TABLE a_log (x int);
-- migrate:downgrade
DROP TABLE a;

-- migrate:revision b
-- migrate:revises a
-- migrate:upgrade
ALTER TABLE a ADD COLUMN y int;
-- migrate:downgrade
');
SELECT * FROM migrate_verify();
