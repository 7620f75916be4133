-- Two connections in one process that share a cache lock tables, not the file.
.print == SQLite 3.37
.open file:test.db?cache=shared
.load ./migrate
SELECT migrate_load('-- migrate:revision a1
-- migrate:upgrade
CREATE TABLE t (a);
-- migrate:downgrade
DROP TABLE t;
-- migrate:revision a2
-- migrate:revises a1
-- migrate:upgrade autocommit
VACUUM;
-- migrate:downgrade
');
.connection 1
.open file:test.db?cache=shared
.load ./migrate
SELECT migrate_upgrade('a1');
-- seen by the other at once
.connection 0
SELECT migrate_current();
-- a reader in its transaction: no schema can change under it
BEGIN;
SELECT count(*) FROM t;
.connection 1
SELECT migrate_downgrade('base');
SELECT migrate_current();
.connection 0
COMMIT;
-- a writer: even a reader has to wait
BEGIN IMMEDIATE;
INSERT INTO t VALUES (1);
.connection 1
SELECT migrate_current();
SELECT count(*) FROM migrate_history;
SELECT migrate_upgrade('head');
SELECT migrate_downgrade('base');
.connection 0
COMMIT;
.connection 1
SELECT migrate_upgrade('head');
SELECT migrate_downgrade('base');
.connection 0
SELECT migrate_current() IS NULL;
.print ==
