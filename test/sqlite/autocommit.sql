-- Sections that run outside of a transaction.
.load ./migrate
SELECT migrate_load('
-- migrate:revision a1
-- migrate:upgrade
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (p REFERENCES p);
INSERT INTO p VALUES (1);
-- migrate:downgrade
DROP TABLE c;
DROP TABLE p;
-- migrate:revision b2
-- migrate:revises a1
-- migrate:upgrade autocommit
PRAGMA journal_mode = wal;
PRAGMA foreign_keys = OFF;
-- migrate:upgrade
INSERT INTO c VALUES (99);
DELETE FROM c;
-- migrate:upgrade autocommit
VACUUM;
CREATE TABLE own (a);
PRAGMA user_version = 3;
-- migrate:downgrade autocommit
DROP TABLE own;
PRAGMA journal_mode = delete;
-- migrate:revision c3
-- migrate:revises b2
-- migrate:upgrade
CREATE TABLE later (a);
-- migrate:downgrade
DROP TABLE later;
');
PRAGMA foreign_keys = ON;
SELECT revision FROM migrate_plan('upgrade', 'head');
SELECT migrate_upgrade('head');
SELECT migrate_current();
SELECT revision, statements FROM migrate_log();
PRAGMA journal_mode;
PRAGMA foreign_keys;
PRAGMA user_version;
SELECT migrate_downgrade('base');
PRAGMA journal_mode;
SELECT count(*) FROM alembic_version;
-- a failure costs its own revision alone, and what is behind the section
SELECT migrate_load('
-- migrate:revision d4
-- migrate:revises c3
-- migrate:upgrade
CREATE TABLE before (a);
-- migrate:upgrade autocommit
CREATE TABLE IF NOT EXISTS one (a);
CREATE TABLE two (a, b REFERENCES nosuch);
INSERT INTO missing
VALUES (1);
-- migrate:downgrade
DROP TABLE two;
-- migrate:revision e5
-- migrate:revises c3
-- migrate:upgrade autocommit
CREATE TABLE e (a);
-- migrate:downgrade
DROP TABLE e;
-- migrate:revision f6
-- migrate:revises e5
-- migrate:upgrade
CREATE TABLE f (a);
INSERT INTO missing VALUES (1);
');
SELECT migrate_upgrade('d4');
SELECT migrate_current();
SELECT name FROM sqlite_schema WHERE name IN ('before', 'one', 'two', 'later') ORDER BY 1;
DROP TABLE before;
DROP TABLE two;
CREATE TABLE missing (a);
SELECT migrate_upgrade('d4');
SELECT migrate_current();
SELECT migrate_stamp('c3');
DROP TABLE missing;
SELECT migrate_upgrade('f6');
SELECT migrate_current();
SELECT revision FROM migrate_log() LIMIT 1;
SELECT name FROM sqlite_schema WHERE name IN ('e', 'f');
SELECT migrate_downgrade('c3');
-- refused before anything runs: in the caller's transaction
BEGIN;
SELECT migrate_upgrade('e5');
SELECT count(*) FROM sqlite_schema WHERE name = 'e';
SELECT migrate_downgrade('base');
COMMIT;
SELECT migrate_current();
-- transaction control
SELECT migrate_load('
-- migrate:revision g7
-- migrate:revises c3
-- migrate:upgrade autocommit
CREATE TABLE g (a);
BEGIN;
');
SELECT migrate_upgrade('g7');
-- a VACUUM that fails, and one into a file
SELECT migrate_load('
-- migrate:revision h8
-- migrate:revises c3
-- migrate:upgrade autocommit
VACUUM nosuch;
-- migrate:revision i9
-- migrate:revises c3
-- migrate:upgrade autocommit
VACUUM INTO ''copy.db'';
/* and */ VACUUM main;
');
SELECT migrate_upgrade('h8');
SELECT migrate_upgrade('i9');
ATTACH 'copy.db' AS copy;
SELECT count(*) FROM copy.later;
DETACH copy;
-- another connection is in the way
.print == SQLite 3.37
SELECT migrate_stamp('c3');
PRAGMA journal_mode = delete;
.connection 1
.open test.db
BEGIN;
SELECT count(*) FROM p;
.connection 0
.shell rm copy.db
SELECT migrate_upgrade('i9');
SELECT migrate_current();
.connection 1
COMMIT;
.connection 0
.print ==
-- no file
.open :memory:
.load ./migrate
SELECT migrate_load('
-- migrate:revision a1
-- migrate:upgrade
CREATE TABLE a (a);
-- migrate:upgrade autocommit
CREATE TABLE b (a);
VACUUM;
-- migrate:revision b1
-- migrate:upgrade autocommit
CREATE TABLE b (a);
PRAGMA foreign_keys = ON;
');
SELECT migrate_upgrade('a1');
SELECT migrate_upgrade('b1');
SELECT migrate_current();
SELECT name FROM sqlite_schema WHERE name IN ('a', 'b');
-- a version table that holds a row twice: an error, and no end of runs
.open twice.db
.load ./migrate
CREATE TABLE alembic_version (version_num varchar(32));
INSERT INTO alembic_version VALUES ('q111'), ('q111');
CREATE TABLE ran (n integer);
SELECT migrate_load('-- migrate:revision q111
-- migrate:revision q222
-- migrate:revises q111
-- migrate:upgrade autocommit
INSERT INTO ran VALUES (1);
');
SELECT migrate_upgrade('head');
SELECT count(*) FROM ran;
-- what waits for the next VACUUM is said on its connection too
SELECT migrate_load('-- migrate:revision v111
-- migrate:upgrade autocommit
PRAGMA main.page_size = 8192;
PRAGMA auto_vacuum=1;
VACUUM;
');
DELETE FROM alembic_version;
SELECT migrate_upgrade('v111');
PRAGMA page_size;
PRAGMA auto_vacuum;
-- a section that takes rows away comes to an end
.open away.db
.load ./migrate
CREATE TABLE again (n integer);
SELECT migrate_load('-- migrate:revision w111
-- migrate:revision w222
-- migrate:revises w111
-- migrate:upgrade autocommit
INSERT INTO again VALUES (1);
DELETE FROM alembic_version;
');
SELECT migrate_upgrade('w222');
SELECT count(*) FROM again;
