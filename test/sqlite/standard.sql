-- What PostgreSQL has and SQLite hasn't, besides ALTER TABLE: lists in DROP, CASCADE
-- and RESTRICT, TRUNCATE, CREATE OR REPLACE VIEW, COMMENT ON.
.load ./migrate
CREATE TABLE owner (id integer PRIMARY KEY, name text);
CREATE TABLE job (id integer PRIMARY KEY AUTOINCREMENT, owner_id int REFERENCES owner ON DELETE CASCADE, title text UNIQUE);
CREATE INDEX job_owner ON job (owner_id);
CREATE INDEX "job title" ON job (title);
CREATE TABLE log (x);
CREATE TRIGGER job_gone AFTER DELETE ON job BEGIN INSERT INTO log VALUES ('gone'); END;
CREATE TEMP TRIGGER job_gone_too AFTER DELETE ON job BEGIN INSERT INTO log VALUES ('gone, too'); END;
INSERT INTO owner VALUES (1, 'a'), (2, 'b');
INSERT INTO job VALUES (1, 1, 'one'), (2, 1, 'two'), (7, NULL, 'three');

-- a view: new, replaced, with what is on it
SELECT migrate_execute('CREATE OR REPLACE VIEW titles AS -- all
  SELECT id, title FROM job');
CREATE VIEW first AS SELECT * FROM titles ORDER BY id LIMIT 1;
CREATE TRIGGER titles_new INSTEAD OF INSERT ON titles BEGIN INSERT INTO job (title) VALUES (new.title); END;
CREATE TEMP TRIGGER titles_gone INSTEAD OF DELETE ON main.titles BEGIN DELETE FROM job WHERE id = old.id; END;
SELECT migrate_execute('create or replace view Titles (id, title, owner) as SELECT id, title, owner_id FROM job; SELECT 1');
SELECT sql FROM sqlite_schema WHERE tbl_name = 'titles' COLLATE NOCASE;
SELECT name, sql FROM temp.sqlite_schema WHERE tbl_name = 'titles' COLLATE NOCASE;
SELECT * FROM first;
INSERT INTO titles (title) VALUES ('new');
DELETE FROM titles WHERE title = 'new';
SELECT * FROM titles;
DELETE FROM log;
-- nothing that worked may be broken
SELECT migrate_execute('CREATE OR REPLACE VIEW titles AS SELECT id, title AS name FROM job');
SELECT migrate_execute('CREATE OR REPLACE VIEW titles (title) AS SELECT title FROM job');
CREATE VIEW narrow (a, b, c) AS SELECT * FROM first;
SELECT migrate_execute('CREATE OR REPLACE VIEW first AS SELECT id FROM job');
SELECT migrate_execute('CREATE OR REPLACE VIEW titles AS SELECT nosuch FROM job');
SELECT migrate_execute('SELECT 1;
CREATE OR REPLACE VIEW titles AS
SELEC 1');
SELECT migrate_execute('CREATE OR REPLACE VIEW job AS SELECT 1');
SELECT migrate_execute('CREATE OR REPLACE VIEW titles WITH (security_barrier) AS SELECT 1');
SELECT migrate_execute('CREATE OR REPLACE TEMP VIEW main.titles AS SELECT 1');
SELECT migrate_execute('CREATE OR REPLACE VIEW nosuch.titles AS SELECT 1');
SELECT sql FROM sqlite_schema WHERE name = 'titles' COLLATE NOCASE;
-- what didn't work before is no matter
CREATE VIEW broken AS SELECT * FROM nosuch;
SELECT migrate_execute('CREATE OR REPLACE VIEW broken AS SELECT 1 AS a; CREATE OR REPLACE TEMP VIEW titles AS SELECT 2 AS b');
SELECT * FROM broken, titles;
SELECT migrate_execute('CREATE OR REPLACE TEMPORARY VIEW titles AS SELECT 3 AS b; DROP VIEW titles');
-- an UPDATE OF a column that is gone would be forgotten
CREATE TRIGGER broken_a INSTEAD OF UPDATE OF a ON broken BEGIN SELECT 1; END;
SELECT migrate_execute('CREATE OR REPLACE VIEW broken AS SELECT 1 AS b');
DROP VIEW broken;
DROP VIEW narrow;

-- DROP: all names are there before anything is dropped
SELECT migrate_execute('DROP TABLE log, nosuch');
SELECT migrate_execute('DROP TABLE log, titles');
SELECT migrate_execute('DROP VIEW titles, job_owner');
SELECT migrate_execute('DROP INDEX job, job_owner');
SELECT migrate_execute('DROP INDEX job_owner, nosuch RESTRICT');
SELECT migrate_execute('DROP TRIGGER job_gone, nosuch');
SELECT migrate_execute('DROP TRIGGER job_gone ON nosuch');
SELECT migrate_execute('DROP TRIGGER job_gone ON owner');
SELECT migrate_execute('DROP TRIGGER IF EXISTS job_gone ON owner');
SELECT migrate_execute('DROP TRIGGER IF EXISTS job_gone ON nosuch CASCADE');
SELECT migrate_execute('DROP TABLE IF EXISTS nosuch, main.nosuch CASCADE');
SELECT migrate_execute('DROP TABLE log, job x');
SELECT migrate_execute('DROP TABLE log x');
SELECT count(*) FROM sqlite_schema;
-- a plain one is SQLite's own, and breaks what hangs on it
BEGIN;
SELECT migrate_execute('DROP VIEW titles');
SELECT migrate_execute('DROP TABLE nosuch');
SELECT migrate_execute('DROP TABLE IF EXISTS nosuch');
SELECT * FROM first;
ROLLBACK;
-- RESTRICT names what hangs on it
SELECT migrate_execute('DROP VIEW titles RESTRICT');
SELECT migrate_execute('DROP TABLE log RESTRICT');
SELECT migrate_execute('DROP TABLE owner, log');
SELECT migrate_execute('DROP TABLE owner, job RESTRICT');
SELECT count(*) FROM sqlite_schema;
SELECT count(*) FROM job;
-- CASCADE takes it along; of another table its foreign key
BEGIN;
PRAGMA foreign_keys;
SELECT migrate_execute('DROP TABLE owner CASCADE');
SELECT name, sql FROM sqlite_schema WHERE name IN ('owner', 'job', 'titles', 'first') ORDER BY name;
SELECT count(*) FROM job;
SELECT migrate_execute('DROP TABLE job CASCADE');
SELECT type, name FROM sqlite_schema;
SELECT type, name FROM temp.sqlite_schema;
ROLLBACK;
BEGIN;
SELECT migrate_execute('DROP TABLE log CASCADE');
SELECT name FROM sqlite_schema WHERE type = 'trigger';
SELECT name FROM temp.sqlite_schema WHERE type = 'trigger';
SELECT migrate_execute('DROP VIEW titles CASCADE');
SELECT name FROM sqlite_schema WHERE type IN ('view', 'trigger');
SELECT migrate_execute('DROP INDEX IF EXISTS job_owner, nosuch, "job title", job_owner');
SELECT migrate_execute('DROP TABLE owner, job');
SELECT name FROM sqlite_schema;
ROLLBACK;
SELECT migrate_execute('DROP TRIGGER job_gone ON job; DROP TRIGGER titles_new, titles_gone RESTRICT');
SELECT name FROM sqlite_schema WHERE type = 'trigger';
CREATE TRIGGER job_gone AFTER DELETE ON job BEGIN INSERT INTO log VALUES ('gone'); END;

-- an index that foreign keys refer to
CREATE TABLE p (a int, b int);
CREATE UNIQUE INDEX p_a ON p (a);
CREATE UNIQUE INDEX p_a2 ON p (a);
CREATE UNIQUE INDEX p_b ON p (b);
CREATE TABLE c (a int REFERENCES p (a), b int CONSTRAINT to_b REFERENCES p (b));
INSERT INTO p VALUES (1, 1);
INSERT INTO c VALUES (1, 1);
SELECT migrate_execute('DROP INDEX p_a RESTRICT');
SELECT migrate_execute('DROP INDEX p_a2, p_b');
SELECT migrate_execute('DROP INDEX p_a2, p_b CASCADE');
SELECT sql FROM sqlite_schema WHERE tbl_name IN ('p', 'c');
SELECT migrate_execute('DROP TABLE p, c');

-- TRUNCATE: no trigger, no foreign key does anything
SELECT migrate_execute('TRUNCATE owner');
SELECT migrate_execute('TRUNCATE owner, nosuch');
SELECT migrate_execute('TRUNCATE titles');
SELECT migrate_execute('TRUNCATE TABLE job_owner');
SELECT migrate_execute('TRUNCATE');
SELECT migrate_execute('TRUNCATE job RESTART');
BEGIN;
PRAGMA foreign_keys;
SELECT migrate_execute('TRUNCATE TABLE ONLY job');
SELECT (SELECT count(*) FROM owner), (SELECT count(*) FROM job), (SELECT count(*) FROM log);
SELECT * FROM sqlite_sequence;
SELECT migrate_execute('TRUNCATE owner, job RESTART IDENTITY');
SELECT * FROM sqlite_sequence;
ROLLBACK;
PRAGMA foreign_keys = ON;
SELECT migrate_execute('TRUNCATE owner CONTINUE IDENTITY RESTRICT');
BEGIN;
SELECT migrate_execute('TRUNCATE owner RESTART IDENTITY CASCADE');
SELECT (SELECT count(*) FROM owner), (SELECT count(*) FROM job), (SELECT count(*) FROM log);
SELECT name FROM sqlite_schema WHERE type = 'trigger';
SELECT name FROM temp.sqlite_schema WHERE type = 'trigger';
INSERT INTO job (title) VALUES ('first');
INSERT INTO job (owner_id) VALUES (1);
SELECT id FROM job;
DELETE FROM job;
SELECT * FROM log ORDER BY x;
ROLLBACK;
PRAGMA foreign_keys;
-- rows that refer to others that aren't there yet
BEGIN;
PRAGMA defer_foreign_keys = ON;
INSERT INTO job (owner_id) VALUES (9);
SELECT migrate_execute('TRUNCATE job');
SELECT migrate_execute('DROP TABLE log, job CASCADE');
ROLLBACK;
-- tables that aren't just tables; another schema
CREATE VIRTUAL TABLE words USING fts5(word);
INSERT INTO words VALUES ('one');
ATTACH ':memory:' AS aux;
CREATE TABLE aux.a (id integer PRIMARY KEY AUTOINCREMENT);
CREATE TABLE aux.b (id integer REFERENCES a);
CREATE TEMP TABLE c (x);
INSERT INTO aux.a VALUES (5);
INSERT INTO c VALUES (1);
SELECT migrate_execute('TRUNCATE words, aux.a, c RESTART IDENTITY CASCADE');
SELECT (SELECT count(*) FROM words), (SELECT count(*) FROM a), (SELECT count(*) FROM c), (SELECT count(*) FROM aux.sqlite_sequence);
SELECT migrate_execute('DROP TABLE a, c, words CASCADE');
SELECT sql FROM aux.sqlite_schema;
DETACH aux;

-- COMMENT ON
SELECT migrate_execute('COMMENT ON TABLE job IS NULL');
SELECT count(*) FROM sqlite_schema WHERE name = '_migrate_comment';
SELECT migrate_execute('
COMMENT ON TABLE main.JOB IS ''what there''''s to do'';
COMMENT ON COLUMN job.Title IS ''one line'';
COMMENT ON COLUMN job.owner_id IS ''whose'';
COMMENT ON COLUMN titles.title IS ''the same'';
COMMENT ON VIEW titles IS ''all'';
COMMENT ON INDEX job_owner IS ''quick'';
COMMENT ON TRIGGER JOB_GONE ON job IS ''log'';
COMMENT ON CONSTRAINT job_title_key ON job IS ''once'';
COMMENT ON CONSTRAINT job_owner_id_fkey ON job IS ''there'';
COMMENT ON TABLE owner IS ''x''');
SELECT migrate_execute('COMMENT ON COLUMN job.owner_id IS ''who does it''; COMMENT ON TABLE owner IS ''''');
SELECT * FROM _migrate_comment;
SELECT migrate_execute('COMMENT ON TABLE nosuch IS ''x''');
SELECT migrate_execute('COMMENT ON TABLE titles IS ''x''');
SELECT migrate_execute('COMMENT ON VIEW job IS ''x''');
SELECT migrate_execute('COMMENT ON INDEX job IS ''x''');
SELECT migrate_execute('COMMENT ON TABLE job_owner IS ''x''');
SELECT migrate_execute('COMMENT ON COLUMN job.nosuch IS ''x''');
SELECT migrate_execute('COMMENT ON COLUMN job_owner.title IS ''x''');
SELECT migrate_execute('COMMENT ON COLUMN title IS ''x''');
SELECT migrate_execute('COMMENT ON TRIGGER job_gone ON owner IS ''x''');
SELECT migrate_execute('COMMENT ON CONSTRAINT nosuch ON job IS ''x''');
SELECT migrate_execute('COMMENT ON CONSTRAINT job_title_key ON titles IS ''x''');
SELECT migrate_execute('COMMENT ON SCHEMA public IS ''x''');
SELECT migrate_execute('COMMENT ON TABLE job IS x');
CREATE TEMP TABLE mine (a);
SELECT migrate_execute('COMMENT ON COLUMN mine.a IS ''x''');
SELECT migrate_execute('COMMENT ON TRIGGER job_gone_too ON job IS ''x''');
-- they go along with what is renamed
SELECT migrate_execute('ALTER TABLE job RENAME TO Task; ALTER TABLE task RENAME title TO name; ALTER TABLE task RENAME CONSTRAINT task_owner_id_fkey TO task_owner');
SELECT * FROM _migrate_comment;
SELECT migrate_execute('ALTER TABLE task RENAME name TO NAME');
SELECT kind, name, part FROM _migrate_comment WHERE kind IN ('table', 'column');
-- ... and with what is dropped
SELECT migrate_execute('ALTER TABLE task DROP CONSTRAINT task_owner');
SELECT migrate_execute('ALTER TABLE task DROP COLUMN name CASCADE');
SELECT * FROM _migrate_comment;
SELECT migrate_execute('DROP INDEX job_owner; DROP TRIGGER job_gone');
SELECT * FROM _migrate_comment;
SELECT migrate_execute('DROP TABLE task; CREATE TABLE task (owner_id int)');
SELECT * FROM _migrate_comment;
-- leftovers of other ways to drop
SELECT migrate_execute('COMMENT ON TABLE log IS ''l''; COMMENT ON COLUMN log.x IS ''x''; COMMENT ON TABLE task IS ''t''');
DROP TABLE log;
SELECT migrate_execute('ALTER TABLE task RENAME TO log');
SELECT * FROM _migrate_comment;
SELECT migrate_execute('CREATE VIEW v AS SELECT owner_id FROM log; COMMENT ON COLUMN v.owner_id IS ''v''; DROP TABLE log');
SELECT * FROM _migrate_comment;
SELECT migrate_execute('CREATE OR REPLACE VIEW v AS SELECT 1 AS owner_id, 2 AS a; COMMENT ON COLUMN v.a IS ''a''; CREATE OR REPLACE VIEW v AS SELECT 2 AS a');
SELECT * FROM _migrate_comment;
-- a table of somebody else's
CREATE TRIGGER evil AFTER INSERT ON _migrate_comment BEGIN SELECT 1; END;
SELECT migrate_execute('COMMENT ON TABLE owner IS ''x''');
DROP TRIGGER evil;

-- a history, and sections outside of a transaction
SELECT migrate_load('
-- migrate:revision r1
-- migrate:upgrade
CREATE TABLE a (id integer PRIMARY KEY); CREATE TABLE b (a integer REFERENCES a);
COMMENT ON TABLE a IS ''first'';
CREATE OR REPLACE VIEW w AS SELECT * FROM a;
-- migrate:downgrade
DROP TABLE IF EXISTS b, a CASCADE;
-- migrate:revision r2
-- migrate:revises r1
-- migrate:upgrade autocommit
INSERT INTO a VALUES (1);
INSERT INTO b VALUES (1);
PRAGMA foreign_keys = OFF;
TRUNCATE a CASCADE;
DROP TABLE b;
INSERT INTO a VALUES (2);
DROP TABLE a, nosuch;
-- migrate:downgrade
SELECT 1;
');
SELECT migrate_upgrade('r1');
SELECT * FROM _migrate_comment WHERE name = 'a';
SELECT migrate_upgrade('head');
SELECT * FROM a;
PRAGMA foreign_keys;
SELECT name FROM sqlite_schema WHERE name IN ('a', 'b', 'w');
SELECT migrate_downgrade('base');
SELECT name FROM sqlite_schema WHERE name IN ('a', 'b', 'w');
SELECT * FROM _migrate_comment;
PRAGMA integrity_check;
