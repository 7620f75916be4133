-- ALTER TABLE: around it.  Revisions, transactions, settings, other schemas, and
-- tables that aren't just tables.
.load ./migrate
PRAGMA foreign_keys = ON;
-- a history, up and down, with children that would go along
SELECT migrate_load('
-- migrate:revision r1
-- migrate:upgrade
CREATE TABLE owner (id integer PRIMARY KEY, name varchar(10));
CREATE TABLE job (id integer PRIMARY KEY, owner_id int REFERENCES owner ON DELETE CASCADE, title text NOT NULL);
CREATE INDEX job_owner ON job (owner_id DESC);
CREATE VIEW titles AS SELECT title FROM job;
INSERT INTO owner VALUES (1, ''a''), (2, ''b'');
INSERT INTO job VALUES (1, 1, ''one''), (2, 2, ''two''), (3, NULL, ''three'');
-- migrate:downgrade
DROP VIEW titles;
DROP TABLE job;
DROP TABLE owner;
-- migrate:revision r2
-- migrate:revises r1
-- migrate:upgrade
ALTER TABLE owner ALTER COLUMN name TYPE integer USING length(name), ALTER COLUMN name SET NOT NULL;
ALTER TABLE owner ADD CONSTRAINT short CHECK (name < 5);
ALTER TABLE job ADD COLUMN points integer NOT NULL DEFAULT 3, ADD UNIQUE (title);
-- migrate:downgrade
ALTER TABLE job DROP CONSTRAINT job_title_key, DROP COLUMN points;
ALTER TABLE owner DROP CONSTRAINT short;
ALTER TABLE owner ALTER name DROP NOT NULL, ALTER COLUMN name TYPE varchar(10);
-- migrate:revision r3
-- migrate:revises r2
-- migrate:upgrade
ALTER TABLE job ALTER title SET DEFAULT ''x'';
ALTER TABLE owner DROP COLUMN nosuch;
-- migrate:downgrade
-- migrate:revision r4
-- migrate:revises r2
-- migrate:upgrade autocommit
ALTER TABLE job ALTER points TYPE text USING ''p'' || points;
ALTER TABLE owner ADD CONSTRAINT short CHECK (name < 7);
-- migrate:downgrade
ALTER TABLE job ALTER points TYPE integer USING substr(points, 2);
');
SELECT migrate_upgrade('r2');
SELECT sql FROM sqlite_schema WHERE tbl_name IN ('job', 'owner', 'titles');
SELECT * FROM owner;
SELECT * FROM job;
SELECT * FROM titles;
PRAGMA foreign_key_check;
-- the second statement of a revision fails: nothing of the first stays
SELECT migrate_upgrade('r3');
SELECT sql LIKE '%DEFAULT ''x''%' FROM sqlite_schema WHERE name = 'job';
-- in an autocommit section what was done stays
SELECT migrate_upgrade('r4');
SELECT migrate_current();
SELECT points FROM job;
SELECT migrate_stamp('r4');
SELECT migrate_downgrade('r1');
SELECT sql FROM sqlite_schema WHERE tbl_name IN ('job', 'owner', 'titles');
SELECT * FROM owner;
SELECT * FROM job;
PRAGMA foreign_keys;
DELETE FROM owner WHERE id = 2;
SELECT count(*) FROM job;
-- inside the caller's transaction
BEGIN;
INSERT INTO owner VALUES (5, 'mine');
SELECT migrate_execute('ALTER TABLE owner ALTER name SET NOT NULL; ALTER TABLE owner ALTER id TYPE bigint');
SELECT sql FROM sqlite_schema WHERE name = 'owner';
SELECT migrate_execute('ALTER TABLE job ALTER owner_id SET NOT NULL');
SELECT * FROM owner;
PRAGMA foreign_keys;
DELETE FROM owner WHERE id = 1;
SELECT count(*) FROM job;
ROLLBACK;
SELECT sql FROM sqlite_schema WHERE name = 'owner';
SELECT * FROM owner;
SAVEPOINT mine;
SELECT migrate_execute('ALTER TABLE owner DROP COLUMN name');
ROLLBACK TO mine;
SELECT * FROM owner;
RELEASE mine;
-- rows that refer to others that aren't there yet
BEGIN;
PRAGMA defer_foreign_keys = ON;
INSERT INTO job VALUES (9, 9, 'early');
SELECT migrate_execute('ALTER TABLE owner ALTER name TYPE text USING upper(name)');
SELECT migrate_execute('ALTER TABLE owner ADD COLUMN a integer');
INSERT INTO owner (id, name) VALUES (9, 'late');
SELECT migrate_execute('ALTER TABLE owner ALTER name TYPE text USING upper(name)');
COMMIT;
SELECT * FROM owner;
-- with foreign_keys off, and with each setting that matters
PRAGMA foreign_keys = OFF;
PRAGMA legacy_alter_table = ON;
PRAGMA recursive_triggers = ON;
PRAGMA defer_foreign_keys = OFF;
PRAGMA trusted_schema = OFF;
PRAGMA cell_size_check = ON;
.dbconfig defensive on
CREATE TRIGGER owner_gone AFTER DELETE ON owner BEGIN DELETE FROM job; END;
SELECT migrate_execute('ALTER TABLE owner ALTER name TYPE varchar(9) USING lower(name), ADD UNIQUE (name)');
SELECT migrate_execute('ALTER TABLE owner ALTER name SET NOT NULL');
SELECT migrate_execute('ALTER TABLE owner ALTER nosuch SET NOT NULL');
PRAGMA foreign_keys;
PRAGMA legacy_alter_table;
PRAGMA recursive_triggers;
PRAGMA trusted_schema;
PRAGMA writable_schema;
.dbconfig defensive
SELECT * FROM owner;
SELECT count(*) FROM job;
UPDATE sqlite_schema SET sql = sql;
.dbconfig defensive off
PRAGMA query_only = ON;
SELECT migrate_execute('ALTER TABLE owner ALTER name DROP NOT NULL');
PRAGMA query_only = OFF;
PRAGMA writable_schema = ON;
SELECT migrate_execute('ALTER TABLE owner ALTER name DROP NOT NULL');
PRAGMA writable_schema;
PRAGMA writable_schema = OFF;
PRAGMA ignore_check_constraints = ON;
SELECT migrate_execute('ALTER TABLE owner ADD CHECK (id < 2)');
PRAGMA ignore_check_constraints = OFF;
PRAGMA legacy_alter_table = OFF;
PRAGMA foreign_keys = ON;
-- behind a statement that is half read
SELECT id, migrate_execute('ALTER TABLE owner ALTER name TYPE text') FROM job LIMIT 1;
SELECT id, migrate_execute('ALTER TABLE owner ALTER name SET NOT NULL') FROM owner LIMIT 2;
SELECT sql FROM sqlite_schema WHERE name = 'owner';
-- temporary tables, and those that they hide
CREATE TEMP TABLE owner (id integer PRIMARY KEY, x text);
CREATE TEMP TABLE scratch (a integer UNIQUE, b text);
CREATE INDEX temp.scratch_b ON scratch (b);
CREATE TEMP TRIGGER scratch_added AFTER INSERT ON scratch BEGIN UPDATE scratch SET b = 'trigger' WHERE a = new.a; END;
CREATE TEMP TRIGGER job_added AFTER INSERT ON main.job BEGIN INSERT INTO scratch (a) VALUES (new.id); END;
INSERT INTO temp.owner VALUES (1, 'temporary');
INSERT INTO scratch VALUES (1, 'x');
SELECT migrate_execute('ALTER TABLE owner ALTER x SET NOT NULL');
SELECT migrate_execute('ALTER TABLE owner ALTER name SET DEFAULT ''d''');
SELECT migrate_execute('ALTER TABLE main.owner ALTER name SET DEFAULT ''d''');
SELECT migrate_execute('ALTER TABLE main.owner ADD CONSTRAINT k UNIQUE (name, id)');
SELECT migrate_execute('ALTER TABLE scratch ALTER b TYPE varchar(5), ALTER a SET NOT NULL, ADD c integer DEFAULT (1 + 1)');
SELECT migrate_execute('ALTER TABLE temp.scratch DROP CONSTRAINT scratch_a_key');
SELECT migrate_execute('ALTER TABLE job ALTER title TYPE varchar(50) COLLATE NOCASE');
SELECT migrate_execute('ALTER TABLE job DROP COLUMN id');
INSERT INTO job VALUES (20, 1, 'new');
SELECT * FROM scratch;
SELECT sql FROM sqlite_temp_schema;
SELECT sql FROM sqlite_schema WHERE tbl_name IN ('owner', 'job');
CREATE TEMP TRIGGER main_owner AFTER DELETE ON main.owner BEGIN SELECT 1; END;
CREATE TEMP TRIGGER temp_owner AFTER DELETE ON temp.owner BEGIN SELECT 1; END;
SELECT migrate_execute('ALTER TABLE main.owner ALTER name TYPE text COLLATE NOCASE');
SELECT migrate_execute('ALTER TABLE temp.owner ALTER x TYPE text COLLATE NOCASE');
SELECT name, sql FROM sqlite_temp_schema WHERE tbl_name = 'owner';
DROP TABLE temp.owner;
-- attached databases
ATTACH 'other.db' AS "an other";
CREATE TABLE "an other".p (id integer PRIMARY KEY AUTOINCREMENT, a text COLLATE NOCASE);
CREATE TABLE "an other".c (p integer REFERENCES p ON DELETE CASCADE);
CREATE TABLE "an other".job (id integer, title text);
CREATE INDEX "an other".p_a ON p (a);
CREATE TRIGGER "an other".p_added AFTER INSERT ON p BEGIN INSERT INTO c VALUES (new.id); END;
CREATE TEMP TRIGGER p_temp AFTER INSERT ON "an other".p BEGIN INSERT INTO scratch (a) VALUES (new.id + 100); END;
INSERT INTO p (id, a) VALUES (7, 'seven');
SELECT migrate_execute('ALTER TABLE p ALTER a TYPE varchar(8), ADD b integer DEFAULT (2 + 2), ADD UNIQUE (b)');
SELECT migrate_execute('ALTER TABLE "an other".p ALTER b SET NOT NULL');
SELECT migrate_execute('ALTER TABLE "an other".job ALTER title SET NOT NULL');
SELECT migrate_execute('ALTER TABLE "an other".p DROP COLUMN id');
SELECT migrate_execute('ALTER TABLE "an other".p RENAME COLUMN a TO z');
INSERT INTO p (z, b) VALUES ('eight', 8);
SELECT * FROM p;
SELECT * FROM c;
SELECT a FROM scratch WHERE a > 100;
SELECT sql FROM "an other".sqlite_schema WHERE sql NOT NULL;
SELECT sql FROM sqlite_temp_schema WHERE name = 'p_temp';
DETACH "an other";
DROP TRIGGER p_temp;
-- what isn't a plain table
CREATE VIRTUAL TABLE words USING fts5(word);
CREATE TABLE doc (id integer PRIMARY KEY, body text, n int);
CREATE VIRTUAL TABLE docs USING fts5(body, content = 'doc', content_rowid = 'id');
INSERT INTO doc VALUES (3, 'three words here', 3), (5, 'five', 5);
INSERT INTO docs (docs) VALUES ('rebuild');
INSERT INTO words VALUES ('one');
SELECT migrate_execute('ALTER TABLE words ADD COLUMN a text');
SELECT migrate_execute('ALTER TABLE words ALTER word SET NOT NULL');
SELECT migrate_execute('ALTER TABLE words RENAME TO terms');
SELECT migrate_execute('ALTER TABLE terms_data ALTER block SET NOT NULL');
SELECT migrate_execute('ALTER TABLE doc ALTER n TYPE text, ADD UNIQUE (n)');
SELECT body FROM docs WHERE docs MATCH 'words';
SELECT * FROM terms;
SELECT migrate_execute('ALTER TABLE titles ADD COLUMN a text');
SELECT migrate_execute('ALTER TABLE job_owner RENAME TO a');
SELECT migrate_execute('CREATE TABLE made AS SELECT 1 AS a, 2 AS b');
SELECT migrate_execute('ALTER TABLE made ALTER a SET NOT NULL, ADD PRIMARY KEY (b)');
SELECT sql FROM sqlite_schema WHERE name = 'made';
-- our own, and the version table
SELECT migrate_execute('ALTER TABLE alembic_version ALTER COLUMN version_num TYPE varchar(128)');
SELECT migrate_current();
SELECT revision, is_current FROM migrate_history();
SELECT migrate_execute('ALTER TABLE alembic_version DROP COLUMN version_num');
SELECT sql FROM sqlite_schema WHERE name = 'alembic_version';
-- statistics, rowids and rows in their order stay
CREATE TABLE st (a int, b int);
CREATE INDEX st_a ON st (a);
INSERT INTO st (rowid, a, b) VALUES (100, 1, 1), (50, 1, 2), (75, 2, 3);
ANALYZE st;
SELECT migrate_execute('ALTER TABLE st ADD c integer DEFAULT (1 + 1), ADD UNIQUE (b)');
SELECT rowid, * FROM st;
SELECT * FROM sqlite_stat1 WHERE tbl = 'st';
SELECT migrate_execute('ALTER TABLE st RENAME TO st2');
SELECT tbl, idx FROM sqlite_stat1 WHERE tbl LIKE 'st%';
-- a name that is taken, and one that needs quotes
CREATE TABLE "_migrate old st2" (a);
SELECT migrate_execute('ALTER TABLE st2 ALTER a TYPE text');
CREATE TABLE "it's ""odd"".t" ("a b" int, "c""d" text);
CREATE INDEX "i'x" ON "it's ""odd"".t" ("a b");
INSERT INTO "it's ""odd"".t" VALUES (1, 'x');
SELECT migrate_execute('ALTER TABLE "it''s ""odd"".t" ALTER "c""d" TYPE int USING length("c""d"), ADD CONSTRAINT "ch''k" CHECK ("a b" > 0), ALTER "a b" SET NOT NULL');
SELECT sql FROM sqlite_schema WHERE tbl_name LIKE 'it''s%';
SELECT * FROM "it's ""odd"".t";
-- two that differ in nothing but where they stand
SELECT migrate_execute('
CREATE TABLE amb (a int CONSTRAINT x CHECK (a > 0), b int CONSTRAINT x CHECK (b > 0));
ALTER TABLE amb DROP CONSTRAINT x');
SELECT migrate_execute('
CREATE TABLE amb (a int CONSTRAINT x CHECK (a > 0), b int CONSTRAINT x CHECK (b > 0) CONSTRAINT "X" REFERENCES amb);
COMMENT ON CONSTRAINT "x (2)" ON amb IS ''the second'';
ALTER TABLE amb DROP CONSTRAINT "x (1)";
ALTER TABLE amb RENAME CONSTRAINT "x (3)" TO x');
SELECT sql FROM sqlite_schema WHERE name = 'amb';
SELECT * FROM _migrate_comment WHERE name = 'amb';
SELECT migrate_execute('
CREATE TABLE key (id integer PRIMARY KEY);
CREATE TABLE two_keys (a int CONSTRAINT x REFERENCES key, b int CONSTRAINT x REFERENCES key);
DROP TABLE key CASCADE');
SELECT sql FROM sqlite_schema WHERE name = 'two_keys';
SELECT migrate_execute('DROP TABLE amb; DROP TABLE two_keys; DROP TABLE _migrate_comment');
-- a preview
SELECT migrate_stamp('r1');
SELECT migrate_upgrade('r1:r2', true);
PRAGMA integrity_check;
PRAGMA foreign_key_check;
-- what an autocommit section sets holds behind an ALTER of it, and not behind it
PRAGMA foreign_keys = ON;
SELECT migrate_load('
-- migrate:revision flags
-- migrate:upgrade autocommit
CREATE TABLE flagged (id integer PRIMARY KEY, size text);
CREATE TABLE seen (foreign_keys);
PRAGMA foreign_keys = OFF;
ALTER TABLE flagged ALTER size TYPE integer;
INSERT INTO seen SELECT foreign_keys FROM pragma_foreign_keys;
ALTER TABLE flagged RENAME size TO length;
INSERT INTO seen SELECT foreign_keys FROM pragma_foreign_keys;
-- migrate:downgrade
');
SELECT migrate_upgrade('flags');
SELECT * FROM seen;
PRAGMA foreign_keys;
-- what we wouldn't read any more isn't kept from anybody
SELECT migrate_execute('ALTER TABLE _migrate_config ADD CHECK (value <> '''')');
SELECT migrate_current();
