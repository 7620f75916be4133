-- A DROP TABLE that autogenerate writes: SQLite deletes the rows first, and then
-- foreign keys do what they do ON DELETE.
.load ./migrate
PRAGMA foreign_keys = ON;
CREATE TABLE team (id integer PRIMARY KEY, name text);
CREATE TABLE job (id integer PRIMARY KEY, team_id integer REFERENCES team ON DELETE CASCADE, title text);
CREATE TABLE bonus (id integer PRIMARY KEY, job_id integer DEFAULT 9 REFERENCES job ON DELETE SET NULL);
CREATE TABLE "the boss" (id integer PRIMARY KEY, "own team" integer, "own name" text, FOREIGN KEY ("own team") REFERENCES "TEAM" (id) ON DELETE SET DEFAULT);
CREATE TABLE firm (id integer PRIMARY KEY, job_id integer REFERENCES job ON DELETE RESTRICT, bonus_id integer REFERENCES bonus ON DELETE CASCADE);
INSERT INTO team VALUES (1, 'a'), (2, 'b');
INSERT INTO job VALUES (1, 1, 'one'), (2, NULL, 'two');
INSERT INTO bonus VALUES (1, 1), (2, 2);
INSERT INTO "the boss" VALUES (1, 2, 'b');
INSERT INTO firm VALUES (1, 2, 1);

-- a table that the model lacks, though it speaks of it
BEGIN;
SELECT migrate_model('
CREATE TABLE job (id integer PRIMARY KEY, team_id integer REFERENCES team ON DELETE CASCADE, title text);
CREATE TABLE bonus (id integer PRIMARY KEY, job_id integer DEFAULT 9 REFERENCES job ON DELETE SET NULL);
CREATE TABLE "the boss" (id integer PRIMARY KEY, "own team" integer, "own name" text, FOREIGN KEY ("own team") REFERENCES "TEAM" (id) ON DELETE SET DEFAULT);
CREATE TABLE firm (id integer PRIMARY KEY, job_id integer REFERENCES job ON DELETE RESTRICT, bonus_id integer REFERENCES bonus ON DELETE CASCADE);');
SELECT description FROM migrate_check() WHERE operation = 'remove_table';
SELECT migrate_revision('lost', true, false, 'head', false, NULL, NULL, 'lost');
SELECT substr(script, instr(script, '-- migrate:upgrade')) FROM (SELECT migrate_script('lost') AS script);
SELECT migrate_upgrade('head');
SELECT * FROM job;
SELECT * FROM bonus;
SELECT * FROM "the boss";
SELECT * FROM firm;
SELECT count(*) FROM migrate_check();
SELECT migrate_downgrade('base');
SELECT * FROM job;
ROLLBACK;

-- one that nothing refers to any more, by name or by column, takes no other rows
SELECT migrate_model('
CREATE TABLE job (id integer PRIMARY KEY, team_id integer, title text);
CREATE TABLE bonus (id integer PRIMARY KEY, job_id integer DEFAULT 9 REFERENCES job ON DELETE SET NULL);
CREATE TABLE "the boss" (id integer PRIMARY KEY, "own name" text);
CREATE TABLE firm (id integer PRIMARY KEY, job_id integer REFERENCES job ON DELETE RESTRICT, bonus_id integer REFERENCES bonus ON DELETE CASCADE);');
SELECT migrate_revision('kept', true, false, 'head', false, NULL, NULL, 'kept');
SELECT substr(script, instr(script, '-- migrate:upgrade')) FROM (SELECT migrate_script('kept') AS script);
SELECT migrate_upgrade('kept');
SELECT * FROM job;
SELECT * FROM "the boss";

-- nor does a table that is rebuilt, or has another name from now on
SELECT migrate_model('
-- migrate:renamed_from job
CREATE TABLE task (id integer PRIMARY KEY, team_id integer, title text UNIQUE) WITHOUT ROWID;
CREATE TABLE bonus (id integer PRIMARY KEY, job_id integer DEFAULT 9 REFERENCES task ON DELETE CASCADE);
CREATE TABLE "the boss" (id integer PRIMARY KEY, "own name" text);
CREATE TABLE firm (id integer PRIMARY KEY, job_id integer REFERENCES task ON DELETE RESTRICT, bonus_id integer REFERENCES bonus ON DELETE CASCADE);');
SELECT migrate_revision('renamed', true, false, 'head', false, NULL, NULL, 'renamed');
SELECT substr(script, instr(script, '-- migrate:upgrade')) FROM (SELECT migrate_script('renamed') AS script);
SELECT migrate_upgrade('renamed');
SELECT * FROM task;
SELECT * FROM bonus;
SELECT * FROM firm;
