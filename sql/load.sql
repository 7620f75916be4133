-- Loading scripts as text.
CREATE SCHEMA load;
SET search_path = load, public;
SET migrate.name = 'load';
\set one '-- migrate:revision a1\n-- migrate:revises\n-- migrate:message first\n-- migrate:upgrade\nCREATE TABLE a (id int);\n-- migrate:downgrade\nDROP TABLE a;\n'
SELECT * FROM migrate_load(:'one');
SELECT * FROM migrate_load(:'one');
-- a changed one replaces an unapplied one
SELECT * FROM migrate_load(replace(:'one', 'id int', 'id bigint'));
SELECT migrate_script('a1');
SELECT history, revision, message, stored_by = current_user AS mine FROM migrate.script;
-- but not an applied one
SELECT * FROM migrate_upgrade('head');
SELECT * FROM migrate_load(:'one');
-- all or nothing
SELECT * FROM migrate_load($$
-- migrate:revision b1
-- migrate:revises a1
-- migrate:revision c1
-- migrate:revises nosuch
$$);
SELECT revision FROM migrate_history();
SELECT * FROM migrate_load('');
SELECT * FROM migrate_load(NULL);
SELECT * FROM migrate_load('SELECT 1;');
SELECT * FROM migrate_load(E'-- migrate:revision a1\n-- migrate:nosuch x\n');
-- a text in a table, several at once; branches and merges
CREATE TABLE texts AS SELECT unnest(ARRAY[
	E'-- migrate:revision b1\n-- migrate:revises a1\n-- migrate:labels left\n',
	E'-- migrate:revision b2\n-- migrate:revises a1\n-- migrate:labels right\n',
	E'-- migrate:revision m1\n-- migrate:revises b1, b2\n-- migrate:message merge\n']) AS script;
SELECT migrate_load(string_agg(script, '')) FROM texts;
SELECT revision, down_revision, branch_labels, is_branch_point, is_merge_point
FROM migrate_history();
SELECT * FROM migrate_upgrade('left@head');
SELECT * FROM migrate_upgrade('heads');
SELECT * FROM migrate_downgrade('left@-1');
SELECT * FROM migrate_current();
SELECT * FROM migrate_downgrade('base');
-- lines that meet again have one head: nothing to warn of
DELETE FROM migrate.script;
SELECT * FROM migrate_load($$
-- migrate:revision a
-- migrate:revision b
-- migrate:revises a
-- migrate:revision c
-- migrate:revises a
-- migrate:revision d
-- migrate:revises b, c
$$);
DELETE FROM migrate.script;
DELETE FROM migrate.log;
\set VERBOSITY terse
DROP SCHEMA load CASCADE;
