-- What pending revisions rewrite and touch: tried in a copy with all rows.
.load ./migrate
.nullvalue ~
CREATE TABLE big (id INTEGER PRIMARY KEY, name text, owner int);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
	INSERT INTO big SELECT i, 'n' || i, i % 10 FROM n;
CREATE INDEX big_name ON big (lower(name), length(name)) WHERE name IS NOT NULL;
CREATE TABLE p (id INTEGER PRIMARY KEY AUTOINCREMENT, name text);
CREATE TABLE c (id INTEGER PRIMARY KEY, p_id int REFERENCES p ON DELETE CASCADE);
CREATE TABLE log (what text);
CREATE TRIGGER p_gone AFTER DELETE ON p BEGIN INSERT INTO log VALUES (old.name); END;
INSERT INTO p VALUES (1, 'a'), (2, 'b'), (3, 'c');
INSERT INTO c VALUES (1, 1), (2, 1), (3, 2);
CREATE VIRTUAL TABLE words USING fts5(word);
INSERT INTO words VALUES ('one'), ('two');
ANALYZE;
PRAGMA foreign_keys = ON;
SELECT count(*) FROM migrate_explain();

SELECT migrate_load('
-- migrate:revision r1
-- migrate:upgrade
-- a big table
CREATE INDEX big_owner ON big (owner);
ALTER TABLE big ADD COLUMN plain int;
ALTER TABLE big ADD COLUMN token int DEFAULT (abs(random()));
ALTER TABLE big ADD CONSTRAINT positive CHECK (id > 0);
ALTER TABLE big DROP COLUMN plain;
ALTER TABLE big RENAME TO large;
UPDATE large SET owner = 1;
ALTER TABLE large RENAME COLUMN owner TO keeper;
-- migrate:revision r2
-- migrate:revises r1
-- migrate:upgrade
-- what a statement brings along; what is no row
DELETE FROM p WHERE id = 1;
TRUNCATE log;
COMMENT ON TABLE p IS ''people'';
ALTER TABLE p ADD COLUMN more text NOT NULL DEFAULT ''x'', ALTER COLUMN name SET NOT NULL;
ALTER TABLE p ALTER COLUMN more TYPE blob;
CREATE OR REPLACE VIEW v AS SELECT id FROM p;
CREATE TEMP TABLE IF NOT EXISTS passing (a);
CREATE TABLE c2 AS SELECT * FROM c;
CREATE TABLE IF NOT EXISTS c2 AS SELECT * FROM p;
WITH w AS (SELECT 7 AS a) INSERT INTO c2 SELECT a, a FROM w;
REPLACE INTO c2 VALUES (8, 8);
INSERT INTO words VALUES (''three'');
SELECT count(*) FROM words WHERE words MATCH ''three OR one'';
PRAGMA user_version = 7;
DROP VIEW v;
DROP TABLE p;
REINDEX;
');
SELECT * FROM (SELECT line, statement, locks, rewritten, rows, warning FROM migrate_explain('r1'));
PRAGMA journal_mode = wal;
SELECT line, warning FROM migrate_explain('r1') WHERE line = 5;
PRAGMA journal_mode = delete;
SELECT line, statement, locks, rewritten, rows, warning FROM migrate_explain() WHERE revision = 'r2' AND line <> 16;
SELECT DISTINCT typeof(elapsed_ms) FROM migrate_explain();

-- the database is as it was, and nothing lies beside it
SELECT count(*), max(owner) FROM big;
PRAGMA user_version;
SELECT count(*) FROM p;
SELECT count(*) FROM words WHERE words MATCH 'three';
SELECT migrate_current();
PRAGMA integrity_check;
.shell ls test.db*

-- in a transaction: not one that writes
BEGIN;
SELECT count(*) FROM p;
SELECT count(*), max(warning) FROM migrate_explain('r2') WHERE revision = 'r2';
INSERT INTO p VALUES (9, 'z');
SELECT * FROM migrate_explain();
SELECT count(*) FROM p;
ROLLBACK;
-- while rows are read
SELECT p.id, e.rows FROM p, migrate_explain('r2') AS e WHERE e.statement LIKE 'DELETE%';

-- functions and collations that a bare connection hasn't, modules as well
DELETE FROM _migrate_script;
CREATE TABLE odd (id INTEGER PRIMARY KEY, path text);
CREATE INDEX odd_kind ON odd (path COLLATE uint);
CREATE VIRTUAL TABLE series USING zipfile('none.zip');
INSERT INTO odd SELECT i, 'p' || i FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) SELECT i FROM n);
SELECT migrate_load('
-- migrate:revision r1
-- migrate:upgrade
UPDATE odd SET path = ''q'' || path WHERE path > ''p3'';
DELETE FROM odd WHERE id % 2 = 0;
SELECT writefile(''left'', ''over'');
ALTER TABLE odd ADD COLUMN k text;
ALTER TABLE odd ALTER COLUMN path SET NOT NULL;
');
SELECT statement, rewritten, rows, warning FROM migrate_explain();
.shell test ! -e left && echo nothing is left

-- no file: in memory
.open :memory:
.load ./migrate
CREATE TABLE t (a);
INSERT INTO t VALUES (1), (2);
SELECT migrate_load('
-- migrate:revision r1
-- migrate:upgrade
ALTER TABLE t ALTER COLUMN a SET NOT NULL;
UPDATE t SET a = 3;
INSERT INTO t VALUES (NULL);
');
SELECT statement, rows, warning FROM migrate_explain();
SELECT * FROM t;
-- a file that nobody may write to
ATTACH 'empty.db' AS e;
DETACH e;
.open empty.db
.load ./migrate
SELECT count(*) FROM migrate_explain();
.open 'file:test.db?mode=ro'
.load ./migrate
SELECT count(*) FROM migrate_explain();
