-- Offline SQL of ALTER TABLE: what a run would send, from the schema at hand.
.load ./migrate
CREATE TABLE a (x integer, y text);
CREATE TABLE b (x integer REFERENCES a (x));
SELECT migrate_load('
-- migrate:revision p1
-- migrate:upgrade
ALTER TABLE a ADD UNIQUE (x);
-- migrate:downgrade
ALTER TABLE a DROP CONSTRAINT a_x_key;
-- migrate:revision p2
-- migrate:revises p1
-- migrate:upgrade
ALTER TABLE a ALTER y SET NOT NULL; -- of two
/* lines */ ALTER TABLE a
  ALTER x TYPE text;
ALTER TABLE IF EXISTS nosuch DROP COLUMN x;
ALTER TABLE a ADD COLUMN z;
ALTER TABLE a RENAME TO c;
-- migrate:upgrade autocommit
ALTER TABLE c ALTER z SET DEFAULT 1;
VACUUM;
ALTER TABLE c RENAME z TO w;
ALTER TABLE c ALTER y DROP NOT NULL;
-- migrate:downgrade
');
-- from the tables as they are; from nothing, where they aren't there; from elsewhere
SELECT migrate_upgrade('p1', true);
SELECT migrate_upgrade('p1:p2', true);
SELECT migrate_upgrade('p1');
SELECT migrate_upgrade('p2', true);
SELECT migrate_upgrade('p1:p2', true);
SELECT migrate_downgrade('p1:base', true);
SELECT migrate_downgrade('p2:p1', true);
-- nothing is changed by that, not even the settings
SELECT sql FROM sqlite_schema WHERE name IN ('a', 'b', 'c');
PRAGMA legacy_alter_table = ON;
PRAGMA foreign_keys = ON;
.dbconfig defensive on
SELECT migrate_downgrade('p1:base', true);
.dbconfig defensive
.dbconfig defensive off
PRAGMA foreign_keys = OFF;
PRAGMA legacy_alter_table = OFF;
SELECT migrate_stamp('base', 0, NULL, 1);
-- what a statement can't do there, a run couldn't do either; a comment says it
SELECT migrate_load('
-- migrate:revision f1
-- migrate:upgrade
ALTER TABLE b ADD COLUMN y integer NOT NULL;
ALTER TABLE b ALTER nosuch SET NOT NULL;
ALTER TABLE b ALTER x SET NOT NULL;
-- migrate:downgrade
-- migrate:revision f2
-- migrate:upgrade autocommit
ATTACH ''other.db'' AS other;
ALTER TABLE b ALTER x SET NOT NULL;
-- migrate:downgrade
');
SELECT migrate_upgrade('f1', true);
SELECT migrate_upgrade('f2', true);
.shell ls other.db
-- functions, collations and modules that a bare connection hasn't; what calls them
-- is not run, and rows don't matter; newer shells trust no schema
PRAGMA trusted_schema = on;
CREATE TABLE called (a text CHECK (sha3(a) <> x'00'), d real DEFAULT (decimal('1.5')), e text UNIQUE COLLATE uint);
CREATE INDEX called_sha3 ON called (sha3(a), e COLLATE uint);
CREATE VIRTUAL TABLE files USING zipfile('files.zip');
INSERT INTO files (name, data) VALUES ('one', 'two');
CREATE VIEW names AS SELECT name, a FROM files JOIN called ON data = a;
CREATE VIRTUAL TABLE words USING fts5(word);
CREATE VIEW sums AS SELECT word, decimal_sum(word) OVER () FROM words;
CREATE TRIGGER word_called AFTER INSERT ON called BEGIN INSERT INTO words VALUES (new.a); SELECT shell_putsnl('called'); END;
INSERT INTO called VALUES ('x', 1, 'y');
SELECT migrate_load('
-- migrate:revision w1
-- migrate:upgrade
INSERT INTO called VALUES (shell_putsnl(''run''), 1, NULL);
CREATE TABLE more AS SELECT shell_putsnl(word) AS more FROM words;
ALTER TABLE called ALTER e TYPE integer USING sha3(e);
ALTER TABLE words RENAME TO terms;
ALTER TABLE more ALTER more SET NOT NULL;
ALTER TABLE called DROP COLUMN a CASCADE;
-- migrate:downgrade
');
SELECT migrate_upgrade('w1', true);
-- SQLite's own goes out as it is, but where the shell would do something else
SELECT migrate_load('
-- migrate:revision n1
-- migrate:upgrade
ALTER TABLE b RENAME TO c;
-- migrate:downgrade
');
SELECT migrate_upgrade('n1', true);
PRAGMA legacy_alter_table = ON;
SELECT migrate_upgrade('n1', true);
PRAGMA legacy_alter_table = OFF;
-- attached databases, and temporary tables, which the script won't find
ATTACH 'attached.db' AS att;
CREATE TABLE att.p (id integer PRIMARY KEY, v text);
CREATE INDEX att.p_v ON p (v);
CREATE TRIGGER att.p_gone AFTER DELETE ON p BEGIN DELETE FROM p; END;
CREATE TEMP TABLE b (y text);
SELECT migrate_load('
-- migrate:revision t1
-- migrate:upgrade
ALTER TABLE p ALTER v TYPE integer USING v;
ALTER TABLE att.p ALTER v SET NOT NULL;
ALTER TABLE b ALTER x DROP NOT NULL, ALTER x SET NOT NULL;
CREATE TEMP TABLE b (y text);
ALTER TABLE b ALTER y SET NOT NULL;
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = ''CREATE TABLE b (x integer, z)'' WHERE name = ''b'';
PRAGMA writable_schema = RESET;
ALTER TABLE main.b ALTER z SET NOT NULL;
-- migrate:downgrade
');
SELECT migrate_upgrade('t1', true);
