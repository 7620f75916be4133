-- sections whose statements run outside of any transaction
SELECT migrate_load('
-- migrate:revision a1
-- migrate:message tables
-- migrate:upgrade
CREATE TABLE t (id integer);
INSERT INTO t VALUES (1);
-- migrate:downgrade
DROP TABLE t;

-- migrate:revision b2
-- migrate:revises a1
-- migrate:upgrade
CREATE TABLE before (id integer);
-- migrate:upgrade autocommit
VACUUM;
INSERT INTO t VALUES (2);
-- migrate:upgrade
INSERT INTO before SELECT count(*) FROM t;
-- migrate:downgrade
DROP TABLE before;
-- migrate:downgrade autocommit
DELETE FROM t WHERE id = 2;

-- migrate:revision c3
-- migrate:revises b2
-- migrate:upgrade
CREATE TABLE c (id integer);
-- migrate:downgrade
DROP TABLE c;
');
SELECT step, revision FROM migrate_plan('upgrade', 'head');
-- inside of a transaction: refused, before anything runs
BEGIN;
SELECT migrate_upgrade('head');
ROLLBACK;
SELECT count(*) FROM migrate_current();
BEGIN;
SELECT migrate_upgrade('a1');
COMMIT;
SELECT * FROM migrate_current();
CALL migrate.upgrade('head');
SELECT * FROM migrate_current();
SELECT * FROM before;
SELECT id FROM t ORDER BY id;
SELECT revision, operation, statements FROM migrate_log();
BEGIN;
SELECT migrate_downgrade('base');
ROLLBACK;
CALL migrate.downgrade('base');
SELECT count(*) FROM migrate_current();
CALL migrate.upgrade('c3');
CALL migrate.downgrade('-2');
SELECT * FROM migrate_current();
-- nothing to do
CALL migrate.upgrade('a1');
-- what such a section must not hold, and a section that isn't one
SELECT migrate_load('
-- migrate:revision tx
-- migrate:revises a1
-- migrate:upgrade autocommit
INSERT INTO t VALUES (3);
COMMIT;

-- migrate:revision inside
-- migrate:revises a1
-- migrate:upgrade
INSERT INTO t VALUES (4);
VACUUM;

-- migrate:revision empty
-- migrate:revises a1
-- migrate:upgrade autocommit
-- nothing
-- migrate:downgrade autocommit
');
CALL migrate.upgrade('tx');
CALL migrate.upgrade('inside');
SELECT migrate_upgrade('empty');
SELECT migrate_downgrade('a1');
SELECT id FROM t ORDER BY id;
-- the setting
SELECT migrate_config('transaction_per_migration', 'true');
CALL migrate.upgrade('c3');
SELECT * FROM migrate_current();
CALL migrate.downgrade('base');
SELECT count(*) FROM migrate_current();
CALL migrate.upgrade('nosuch');
CALL migrate.upgrade('a1:b2');
CALL migrate.upgrade(NULL);

-- a row of the version table that is cut short is the same row
CREATE TABLE twice_version (version_num varchar(32));
CREATE TABLE ran (n integer);
SELECT migrate_config('name', 'twice');
SELECT migrate_load('-- migrate:revision q111
-- migrate:revision q222
-- migrate:revises q111
-- migrate:upgrade autocommit
INSERT INTO ran VALUES (1);
');
INSERT INTO twice_version VALUES ('q11');
CALL migrate.upgrade('head');
SELECT version_num FROM twice_version;
SELECT count(*) FROM ran;
-- offline: the section's step is committed with its row; BEGIN in it is refused
SELECT migrate_upgrade('q111:q222', true);
SELECT migrate_load('-- migrate:revision q333
-- migrate:revises q222
-- migrate:upgrade autocommit
BEGIN;
');
SELECT migrate_upgrade('q222:q333', true);
