-- what pending revisions do: the same on both hosts, but for locks
SELECT * FROM migrate_explain();
CREATE TABLE team (id integer PRIMARY KEY, name text);
CREATE TABLE job (id integer PRIMARY KEY, title text, team_id integer REFERENCES team (id));
INSERT INTO team VALUES (1, 'a'), (2, 'b');
INSERT INTO job VALUES (1, 'x', 1), (2, 'y', 1), (3, NULL, 2);
SELECT migrate_load('
-- migrate:revision e1
-- migrate:upgrade
ALTER TABLE job ADD COLUMN size integer DEFAULT 1;
ALTER TABLE job ALTER COLUMN size TYPE text USING (title);
UPDATE job SET title = ''none''
	WHERE title IS NULL; ALTER TABLE job ALTER COLUMN title SET NOT NULL;
-- migrate:revision e2
-- migrate:revises e1
-- migrate:upgrade
CREATE TABLE tag (name text PRIMARY KEY);
INSERT INTO tag SELECT title FROM job;
CREATE INDEX job_title ON job (title);
CREATE TABLE copy AS SELECT * FROM tag;
SELECT count(*) FROM tag;
DELETE FROM tag WHERE name <> ''x'';
DROP TABLE tag;
-- migrate:downgrade
DROP TABLE copy;
');
SELECT revision, line, statement, rewritten, rows, warning FROM migrate_explain();
SELECT revision, line, warning FROM migrate_explain('e1') WHERE rewritten IS NOT NULL;
SELECT count(*) FROM migrate_explain() WHERE elapsed_ms < 0 OR elapsed_ms > 60000;
SELECT * FROM migrate_explain('e1:e2');
SELECT * FROM migrate_explain('nobody');
-- nothing has changed
SELECT count(*) FROM migrate_current();
SELECT * FROM job;
SELECT count(*) FROM migrate_log();
SELECT migrate_upgrade('e1');
SELECT revision, line, rows FROM migrate_explain();
-- what fails, what can't be tried
SELECT migrate_load('
-- migrate:revision e3
-- migrate:revises e2
-- migrate:upgrade
CREATE TABLE fine (a integer);
INSERT INTO nowhere VALUES (1);
SELECT 2;
');
SELECT revision, line, statement, rows, substr(warning, 1, 6) FROM migrate_explain() WHERE revision = 'e3';
SELECT migrate_edit('e3', '
-- migrate:revision e3
-- migrate:revises e2
-- migrate:upgrade
CREATE TABLE fine (a integer);
-- migrate:upgrade autocommit
-- this one
CREATE TABLE outside (a integer);
CREATE TABLE outside_too (a integer);
-- migrate:upgrade
SELECT 2;
');
SELECT revision, line, statement, rows, warning FROM migrate_explain() WHERE revision = 'e3';
SELECT migrate_edit('e3', '
-- migrate:revision e3
-- migrate:revises e2
-- migrate:upgrade
SELECT 1;
COMMIT;
');
SELECT * FROM migrate_explain();
SELECT migrate('explain');
