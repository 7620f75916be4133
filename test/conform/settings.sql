-- migrate_config, several histories, the version table's name

SELECT migrate_config('name');
SELECT migrate_config('version_table');
SELECT migrate_config('version_table_schema');
SELECT migrate_config('version_table_pk');
SELECT migrate_config('version_locations');
SELECT migrate_config('path_separator');
SELECT migrate_config('recursive_version_locations');
SELECT migrate_config('script_location');
SELECT migrate_config('transaction_per_migration');
SELECT migrate_config('nosuch');
SELECT migrate_config('nosuch', '1');
SELECT migrate_config(NULL);
SELECT migrate_config('');
SELECT migrate_config('version_table_pk', 'perhaps');
SELECT migrate_config('version_table_pk', 'off');
SELECT migrate_config('version_table_pk');
SELECT migrate_config('version_table_pk', NULL);
SELECT migrate_config('version_table_pk');
SELECT migrate_config('path_separator', 'comma');
SELECT migrate_config('path_separator', 'space');
SELECT migrate_config('path_separator', NULL);
SELECT migrate_config('name', 'my plugin');
SELECT migrate_config('name', '');
SELECT migrate_config('name', '9lives');
SELECT migrate_config('name', 'it''s');
SELECT migrate_config('version_table', 'odd "name"');
SELECT migrate_config('version_table');
SELECT migrate_ensure_version();
SELECT migrate_ensure_version();
SELECT version_num FROM "odd ""name""";
SELECT migrate_config('version_table', NULL);
SELECT migrate_load('-- migrate:revision one1
-- migrate:upgrade
CREATE TABLE of_product (id integer);
-- migrate:downgrade
DROP TABLE of_product;
-- migrate:revision two2
-- migrate:revises one1
-- migrate:upgrade
-- migrate:downgrade
');
SELECT migrate_upgrade('one1');
-- another history beside it
SELECT migrate_config('name', 'plugin');
SELECT migrate_config('name');
SELECT migrate_config('version_table');
SELECT revision FROM migrate_history();
SELECT * FROM migrate_status();
SELECT migrate_upgrade('one1');
SELECT migrate_load('-- migrate:revision one1
-- migrate:message the same id in another history
-- migrate:upgrade
CREATE TABLE of_plugin (id integer);
-- migrate:downgrade
DROP TABLE of_plugin;
');
SELECT migrate_upgrade('head');
SELECT * FROM migrate_current();
SELECT version_num FROM plugin_version;
SELECT revision, operation FROM migrate_log();
SELECT migrate_config('version_table', 'elsewhere');
SELECT * FROM migrate_current();
SELECT migrate_config('version_table');
SELECT migrate_config('version_table', NULL);
SELECT * FROM migrate_current();
SELECT migrate_config('name', NULL);
SELECT migrate_config('name');
SELECT migrate_config('version_table');
SELECT * FROM migrate_current();
SELECT version_num FROM alembic_version;
SELECT revision, operation FROM migrate_log();
SELECT migrate_upgrade('head');
SELECT migrate_downgrade('base');
-- a version table made without a key
SELECT migrate_config('name', 'bare');
SELECT migrate_config('version_table_pk', 'false');
SELECT migrate_ensure_version();
INSERT INTO bare_version VALUES ('x');
INSERT INTO bare_version VALUES ('x');
SELECT version_num FROM bare_version;
-- something that is no table has its name
SELECT migrate_config('version_table', 'a_view');
CREATE VIEW a_view AS SELECT 'x' AS version_num;
SELECT migrate_ensure_version();
SELECT * FROM migrate_current();
-- what would fail later is refused at once
SELECT migrate_config('output_encoding', 'latin1');
SELECT migrate_config('output_encoding', 'utf-8');
SELECT migrate_config('truncate_slug_length', 'x');
SELECT migrate_config('truncate_slug_length', '0');
SELECT migrate_config('truncate_slug_length', '12');
SELECT migrate_config('file_template', '%(nosuch)s');
SELECT migrate_config('file_template', '../%(rev)s');
SELECT migrate_config('file_template', '%(year)d-%(rev)s');
SELECT migrate_config('timezone', 'Nowhere/Atall');
SELECT migrate_config('timezone', 'Europe/Berlin');
-- the date of a new revision is in the zone
SELECT migrate_config('name', 'zone');
SELECT migrate_config('timezone', 'Asia/Kolkata');
SELECT migrate_revision('x', false, false, 'head', false, NULL, NULL, 'z1');
SELECT migrate_script('z1') LIKE '%migrate:created    20__-__-__T__:__:__+05:30%';
SELECT migrate_config('timezone', 'utc');
SELECT migrate_revision('x', false, false, 'head', false, NULL, NULL, 'z2');
SELECT migrate_script('z2') LIKE '%migrate:created    20__-__-__T__:__:__Z%';
