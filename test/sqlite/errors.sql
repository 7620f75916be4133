-- What goes wrong in a script: the place is told, and nothing is kept.
.load ./migrate
SELECT migrate_load('
-- migrate:revision ok
-- migrate:upgrade
CREATE TABLE t (a INTEGER NOT NULL, b UNIQUE);
-- migrate:downgrade
DROP TABLE t;
-- migrate:revision nosuch
-- migrate:revises ok
-- migrate:upgrade
INSERT INTO t VALUES (1, 1);
-- a comment

INSERT INTO missing
  VALUES (3);
-- migrate:revision syntax
-- migrate:revises ok
-- migrate:upgrade
INSERT INTO t VALUES (1, 1); SELECT 1;
SELECT 1,
  2,
  FROM t;
-- migrate:revision constraint
-- migrate:revises ok
-- migrate:upgrade
INSERT INTO t VALUES (1, 1);
INSERT INTO t VALUES (2, 1);
-- migrate:revision open
-- migrate:revises ok
-- migrate:upgrade
SELECT ''open;
-- migrate:revision token
-- migrate:revises ok
-- migrate:upgrade
CREATE TABLE u (a);

SELECT 1 \ 2;
-- migrate:revision trigger
-- migrate:revises ok
-- migrate:upgrade
CREATE TRIGGER g AFTER INSERT ON t BEGIN
  SELECT 1;
-- migrate:revision rollback
-- migrate:revises ok
-- migrate:upgrade
INSERT INTO t VALUES (1, 1);
INSERT OR ROLLBACK INTO t VALUES (2, 1);
-- migrate:revision keys
-- migrate:revises ok
-- migrate:upgrade
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE c (p REFERENCES p DEFERRABLE INITIALLY DEFERRED);
INSERT INTO c VALUES (7);
');
SELECT migrate_load('
-- migrate:revision long
-- migrate:revises ok
-- migrate:upgrade
INSERT INTO missing VALUES
  (1),
  (2),
  (3),
  (4),
  (5),
  (6),
  (7),
  (8),
  (9);
-- migrate:revision wide
-- migrate:revises ok
-- migrate:upgrade
INSERT INTO missing VALUES (''' || printf('%.*c', 500, 'x') || ''');
');
SELECT migrate_upgrade('nosuch');
.print == SQLite 3.38
SELECT migrate_upgrade('syntax');
.print ==
SELECT migrate_upgrade('constraint');
SELECT migrate_upgrade('open');
SELECT migrate_upgrade('token');
SELECT migrate_upgrade('trigger');
SELECT migrate_upgrade('rollback');
SELECT migrate_upgrade('long');
SELECT migrate_upgrade('wide');
PRAGMA foreign_keys = ON;
SELECT migrate_upgrade('keys');
SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_schema WHERE type <> 'index' ORDER BY name);
SELECT migrate_current() IS NULL;
-- the connection is as before
BEGIN;
COMMIT;
SELECT migrate_upgrade('ok');
SELECT count(*) FROM t;
SELECT migrate_upgrade('nobody');
SELECT migrate_load('-- migrate:nonsense');
