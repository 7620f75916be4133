-- Whose transaction it is.
.load ./migrate
SELECT migrate_load('
-- migrate:revision a1
-- migrate:upgrade
CREATE TABLE t (a);
-- migrate:downgrade
DROP TABLE t;
-- migrate:revision b2
-- migrate:revises a1
-- migrate:upgrade
INSERT INTO t VALUES (''b2'');
INSERT INTO missing VALUES (1);
-- migrate:downgrade
');
-- of its own: all or nothing
SELECT migrate_upgrade('head');
SELECT count(*) FROM sqlite_schema WHERE name IN ('t', 'alembic_version');
-- the caller's
CREATE TABLE mine (a);
BEGIN;
INSERT INTO mine VALUES ('kept');
SELECT migrate_upgrade('a1');
SELECT migrate_upgrade('head');
SELECT migrate_current();
SELECT count(*) FROM t;
SELECT * FROM mine;
ROLLBACK;
SELECT migrate_current() IS NULL;
SELECT * FROM mine;
SAVEPOINT outside;
SELECT migrate_upgrade('a1');
ROLLBACK TO outside;
SELECT migrate_upgrade('a1');
RELEASE outside;
SELECT migrate_current();
SELECT migrate_downgrade('base');
-- each revision in its own
SELECT migrate_config('transaction_per_migration', 'true');
SELECT migrate_upgrade('head');
SELECT migrate_current();
SELECT count(*) FROM t;
-- inside the caller's transaction that setting can't be followed
SELECT migrate_downgrade('base');
BEGIN;
SELECT migrate_upgrade('head');
COMMIT;
SELECT migrate_current() IS NULL;
-- deferred keys of the caller's transaction are the caller's
PRAGMA foreign_keys = ON;
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (p REFERENCES p DEFERRABLE INITIALLY DEFERRED);
BEGIN;
INSERT INTO c VALUES (7);
SELECT migrate_upgrade('a1');
INSERT INTO p VALUES (7);
COMMIT;
SELECT migrate_current();
-- a reader keeps nobody from finding nothing to do; it would from committing
.print == SQLite 3.37
.connection 1
.open test.db
BEGIN;
SELECT count(*) > 0 FROM sqlite_schema;
.connection 0
SELECT migrate_upgrade('a1');
SELECT migrate_stamp('a1');
SELECT migrate_downgrade('base');
SELECT migrate_current();
.connection 1
COMMIT;
.connection 0
.print ==
SELECT migrate_downgrade('base');
-- without a journal nothing could be undone; newer shells are defensive
.output dropped
.dbconfig defensive off
.output
PRAGMA journal_mode = off;
SELECT migrate_upgrade('a1');
SELECT migrate_load('-- migrate:revision c3');
SELECT migrate_current() IS NULL;
PRAGMA journal_mode = delete;
SELECT migrate_upgrade('a1');
