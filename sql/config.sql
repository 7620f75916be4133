-- Settings, names, several histories side by side.
CREATE SCHEMA config;
SET search_path = config, public;
SELECT migrate_config('name');
SELECT migrate_config('version_table');
SELECT migrate_config('nosuch');
SELECT migrate_config('version_table', 'Odd "name"');
SELECT migrate_config('version_table');
SELECT current_setting('migrate.version_table');
\c -
SET search_path = config, public;
SELECT migrate_config('version_table');
SELECT * FROM migrate_ensure_version();
\d "Odd ""name"""
SELECT migrate_config('version_table', NULL);
SELECT migrate_config('version_table');
\c -
SET search_path = config, public;
SELECT migrate_config('version_table');

-- SET, and the place of the version table
SET migrate.version_table_schema = 'config';
SET search_path = public;
SELECT * FROM migrate_ensure_version();
SELECT to_regclass('config.alembic_version');
SET migrate.version_table_schema = 'nosuch';
SELECT * FROM migrate_ensure_version();
RESET migrate.version_table_schema;
SET search_path = '';
SELECT * FROM public.migrate_ensure_version();
SET search_path = config, public;
SET migrate.version_table = 'a_view';
CREATE VIEW a_view AS SELECT ''::text AS version_num;
SELECT * FROM migrate_current();
SET migrate.version_table = 'a_name_that_is_longer_than_what_postgresql_takes_for_one_which_is_63';
SELECT * FROM migrate_ensure_version();
SELECT * FROM migrate_ensure_version();
RESET migrate.version_table;

-- two histories; the settings of one aren't those of the other
SELECT migrate_config('name', 'plugin');
SELECT migrate_config('version_table');
SELECT migrate_config('version_table', 'plugin_rows');
SELECT * FROM migrate_load(E'-- migrate:revision a1\n-- migrate:message of the plugin\n-- migrate:upgrade\nCREATE TABLE plugin ();\n-- migrate:downgrade\nDROP TABLE plugin;\n');
SELECT migrate_config('name', NULL);
SELECT * FROM migrate_load(E'-- migrate:revision a1\n-- migrate:message of the product\n-- migrate:upgrade\nCREATE TABLE product ();\n-- migrate:downgrade\nDROP TABLE product;\n');
SELECT * FROM migrate_upgrade('head');
TABLE alembic_version;
SET migrate.name = 'plugin';
SELECT pending FROM migrate_status();
SELECT * FROM migrate_upgrade('head');
TABLE plugin_rows;
SELECT message FROM migrate_history();
SELECT * FROM migrate_downgrade('base');
SELECT revision, operation FROM migrate_log();
\c -
SET search_path = config, public;
SET migrate.name = 'plugin';
SELECT migrate_config('version_table');
SELECT migrate_config('version_table', NULL);
RESET migrate.name;
SELECT * FROM migrate_downgrade('base');
SELECT revision, operation FROM migrate_log() LIMIT 2;
SELECT migrate_config('name', 'not an identifier');
SELECT migrate_config('version_table_pk', 'maybe');
SET migrate.name = 'not an identifier';
SELECT * FROM migrate_current();
RESET migrate.name;
DELETE FROM migrate.script;
DELETE FROM migrate.log;
\set VERBOSITY terse
DROP SCHEMA config CASCADE;
