-- Names that are taken, and tables that somebody else has made.
.load ./migrate
CREATE VIEW _Migrate_Script AS SELECT 1;
SELECT migrate_load('-- migrate:revision a1');
SELECT migrate_current();
DROP VIEW _Migrate_Script;
CREATE VIEW _migrate_config AS SELECT '' AS history, 'name' AS name, 'x' AS value;
SELECT migrate_config('name');
SELECT migrate_config('name', 'y');
SELECT migrate_current();
DROP VIEW _migrate_config;
CREATE VIEW Alembic_Version AS SELECT 'a1' AS version_num;
SELECT migrate_current();
DROP VIEW Alembic_Version;
CREATE TABLE t (a);
CREATE INDEX alembic_version ON t (a);
SELECT migrate_current();
DROP INDEX alembic_version;
CREATE VIRTUAL TABLE _migrate_config USING fts5(history, name, value);
INSERT INTO _migrate_config VALUES ('', 'name', 'x');
SELECT migrate_config('name');
SELECT migrate_config('name', NULL);
DROP TABLE _migrate_config;
CREATE VIRTUAL TABLE alembic_version USING fts5(version_num);
SELECT migrate_current();
DROP TABLE alembic_version;
-- temporary tables don't stand in
CREATE TEMP TABLE alembic_version (version_num);
INSERT INTO temp.alembic_version VALUES ('zz');
CREATE TEMP TABLE _migrate_config (history, name, value);
INSERT INTO temp._migrate_config VALUES ('', 'name', 'other');
SELECT migrate_current() IS NULL;
SELECT migrate_config('name');
DROP TABLE temp.alembic_version;
DROP TABLE temp._migrate_config;
-- Alembic's table, as it stands
CREATE TABLE Alembic_Version (
  version_num VARCHAR(32) NOT NULL,
  CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO alembic_version VALUES ('a1');
SELECT migrate_current();
SELECT migrate_load('-- migrate:revision a1
-- migrate:upgrade
-- migrate:revision b2
-- migrate:revises a1
-- migrate:upgrade
CREATE TABLE b (a);
');
SELECT migrate_upgrade('head');
DROP TABLE alembic_version;
-- one without types
CREATE TABLE alembic_version (version_num);
INSERT INTO alembic_version VALUES (NULL), (12), (1.5), (x'6131');
SELECT migrate_current();
DROP TABLE alembic_version;
-- other columns
DROP TABLE _migrate_script;
CREATE TABLE _migrate_script (a);
SELECT migrate_current();
SELECT migrate_load('-- migrate:revision a1');
DROP TABLE _migrate_script;
CREATE TABLE _migrate_script (history, position, revision, down_revision,
  branch_labels, depends_on, message, create_date, path, stored_by, script);
INSERT INTO _migrate_script (history, revision) VALUES ('alembic', NULL);
INSERT INTO _migrate_script (history, revision, script, path)
  VALUES ('alembic', 7, 8, 9);
SELECT revision, path FROM migrate_history();
SELECT migrate_script('7');
SELECT migrate_upgrade('head');
-- of another version
DROP TABLE _migrate_script;
SELECT migrate_load('-- migrate:revision a1
-- migrate:upgrade
CREATE TABLE a (a);
-- migrate:downgrade
DROP TABLE a;
');
SELECT migrate_config('name', 'alembic');
INSERT INTO _migrate_config VALUES ('', 'layout', '2');
SELECT migrate_current();
SELECT * FROM migrate_history();
SELECT migrate('upgrade head');
SELECT migrate_upgrade('head');
SELECT migrate_load('-- migrate:revision b1');
SELECT migrate_config('name', 'other');
SELECT migrate_config('name');
SELECT migrate_version();
SELECT history, name, value FROM _migrate_config;
UPDATE _migrate_config SET value = '1' WHERE name = 'layout';
SELECT migrate_upgrade('head');
SELECT migrate_config('name', 'other');
SELECT migrate_config('name');
-- with a column more
DELETE FROM _migrate_config;
ALTER TABLE _migrate_log ADD COLUMN note TEXT DEFAULT 'none';
ALTER TABLE _migrate_script ADD COLUMN note TEXT;
SELECT migrate_downgrade('base');
SELECT migrate_load('-- migrate:revision b1
-- migrate:revises a1
-- migrate:upgrade
-- migrate:downgrade
');
SELECT operation, to_revisions, note FROM _migrate_log;
