-- Who may call: nobody who writes a database file.
.load ./migrate
CREATE TABLE t (a);
CREATE VIEW v_scalar AS SELECT migrate_version();
SELECT * FROM v_scalar;
CREATE VIEW v_table AS SELECT * FROM migrate_history();
SELECT * FROM v_table;
CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT migrate_upgrade('head'); END;
INSERT INTO t VALUES (1);
DROP TRIGGER g;
CREATE TABLE d (a DEFAULT (migrate_version()));
INSERT INTO d DEFAULT VALUES;
.print == SQLite before 3.47
CREATE INDEX i ON t (migrate_version());
CREATE TABLE c (a, b AS (migrate_version()));
.print ==
.print == SQLite 3.50
CREATE INDEX i ON t (migrate_version());
CREATE TABLE c (a, b AS (migrate_version()));
CREATE TABLE k (a CHECK (migrate_load('-- migrate:revision k1') IS NOT NULL));
.print ==
-- within a statement that writes, or reads
INSERT INTO t SELECT migrate_config('name', 'x');
INSERT INTO t SELECT migrate_version();
UPDATE t SET a = migrate_current();
INSERT INTO t VALUES (1);
SELECT migrate_config('name', 'x') FROM t;
SELECT migrate_version() FROM t;
SELECT migrate_config('name') FROM t;
SELECT count(*) FROM t;
-- nor within one that looks a file through, whose constraints nobody knows
.print == SQLite before 3.47
CREATE TABLE k (a CHECK (migrate_load('-- migrate:revision k1') IS NOT NULL));
CREATE TABLE l (a CHECK (migrate_graph('svg') IS NOT NULL));
PRAGMA ignore_check_constraints = on;
INSERT INTO k VALUES (1);
INSERT INTO l VALUES (1);
PRAGMA ignore_check_constraints = off;
PRAGMA integrity_check(k);
BEGIN;
/* also like this */ PRAGMA quick_check(k);
SELECT * FROM pragma_integrity_check('k');
PRAGMA main."quick_check"(l);
COMMIT;
SELECT count(*) FROM migrate_history();
DROP TABLE k;
DROP TABLE l;
.print ==
-- a script can't call us
SELECT migrate_load('
-- migrate:revision a1
-- migrate:upgrade
SELECT migrate_stamp(''head'');
-- migrate:revision b1
-- migrate:upgrade
CREATE TABLE x AS SELECT * FROM migrate_history();
');
SELECT migrate_upgrade('a1');
SELECT migrate_upgrade('b1');
SELECT migrate_version();
SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_schema WHERE type <> 'index' ORDER BY name);
