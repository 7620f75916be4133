-- Attached databases: our tables are main's alone, whatever tables of ours the
-- attached one has; a revision may touch it by name.
.load ./migrate
SELECT migrate_load('-- migrate:revision o1
-- migrate:upgrade
CREATE TABLE other (a);
');
SELECT migrate_upgrade('head');
SELECT migrate_config('name', 'theirs');
.open main.db
.load ./migrate
ATTACH 'test.db' AS shop;
SELECT migrate_current() IS NULL, migrate_config('name');
SELECT migrate_load('-- migrate:revision a1
-- migrate:upgrade
CREATE TABLE shop.job (a);
CREATE TABLE job (b);
INSERT INTO shop.job VALUES (''in shop'');
CREATE TEMP TABLE IF NOT EXISTS scratch (a);
-- migrate:downgrade
DROP TABLE shop.job;
DROP TABLE main.job;
-- migrate:revision a2
-- migrate:revises a1
-- migrate:upgrade
INSERT INTO shop.job VALUES (''lost'');
INSERT INTO job VALUES (''lost'');
INSERT INTO shop.nosuch VALUES (1);
');
SELECT migrate_upgrade('a1');
SELECT migrate_upgrade('a2');
SELECT (SELECT group_concat(a) FROM shop.job), (SELECT count(*) FROM main.job);
SELECT migrate_current();
SELECT revision, script FROM shop._migrate_script;
SELECT * FROM shop._migrate_config;
SELECT * FROM shop.theirs_version;
SELECT * FROM shop.alembic_version;
SELECT count(*) FROM shop._migrate_log;
SELECT revision FROM main._migrate_script;
SELECT name FROM temp.sqlite_schema;
-- where it isn't attached, it is an error that says where
DETACH shop;
SELECT migrate_downgrade('base');
SELECT migrate_current();
ATTACH 'test.db' AS shop;
SELECT migrate_downgrade('base');
SELECT group_concat(name) FROM shop.sqlite_schema WHERE type = 'table' AND name NOT LIKE '\_%' ESCAPE '\';
-- one that can't be written
SELECT migrate_upgrade('a1');
DETACH shop;
ATTACH 'file:test.db?mode=ro' AS shop;
SELECT migrate_downgrade('base');
SELECT migrate_current();
DETACH shop;
-- locked by another connection
ATTACH 'test.db' AS shop;
.print == SQLite 3.37
.connection 1
.open test.db
BEGIN IMMEDIATE;
.connection 0
SELECT migrate_current();
SELECT migrate_downgrade('base');
SELECT migrate_current(), (SELECT count(*) FROM main.job);
.connection 1
ROLLBACK;
.connection 0
.print ==
-- the version table in the attached one
SELECT migrate_config('version_table_schema', 'shop');
SELECT migrate_current();
SELECT migrate_config('version_table', 'elsewhere');
SELECT migrate_stamp('a1');
SELECT * FROM shop.elsewhere;
SELECT migrate_downgrade('base');
SELECT count(*) FROM shop.elsewhere;
DETACH shop;
SELECT migrate_current();
SELECT migrate_config('version_table_schema', NULL);
-- ATTACH itself belongs into an autocommit section
SELECT migrate_load('-- migrate:revision b1
-- migrate:upgrade
ATTACH ''test.db'' AS shop;
');
SELECT migrate_upgrade('b1');
SELECT migrate_load('-- migrate:revision b1
-- migrate:upgrade autocommit
ATTACH ''test.db'' AS late;
CREATE TABLE IF NOT EXISTS late.late (a);
-- migrate:downgrade autocommit
DROP TABLE IF EXISTS late.late;
DETACH late;
');
SELECT migrate_upgrade('b1');
SELECT name FROM pragma_database_list;
SELECT migrate_downgrade('b1@base');
SELECT name FROM pragma_database_list;
