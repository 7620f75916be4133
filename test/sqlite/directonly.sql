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
CREATE INDEX i ON t (migrate_version());
CREATE TABLE c (a, b AS (migrate_version()));
-- within a statement that writes, or reads
INSERT INTO t SELECT migrate_config('name', 'x');
INSERT INTO t SELECT migrate_version();
UPDATE t SET a = migrate_current();
INSERT INTO t VALUES (1);
SELECT migrate_config('name', 'x') FROM t;
SELECT migrate_version() FROM t;
SELECT migrate_config('name') FROM t;
SELECT count(*) FROM t;
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
.tables
