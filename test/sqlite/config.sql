-- Settings, histories, and where the version table is.
.load ./migrate
SELECT migrate_config('name');
SELECT migrate_config('nosuch');
SELECT migrate_config('version_table_pk', 'maybe');
SELECT migrate_config('version_table', 'Job "versions"');
SELECT * FROM _migrate_config;
SELECT migrate_load('-- migrate:revision a1
-- migrate:upgrade
');
SELECT migrate_upgrade('head');
SELECT sql FROM sqlite_schema WHERE name LIKE 'job%';
SELECT migrate_config('name', 'plugin');
SELECT migrate_config('version_table');
SELECT count(*) FROM migrate_history();
SELECT migrate_load('-- migrate:revision p1
-- migrate:upgrade
');
SELECT migrate_config('version_table_pk', 'off');
SELECT migrate_upgrade('head');
SELECT sql FROM sqlite_schema WHERE name = 'plugin_version';
SELECT migrate_current();
SELECT revision, statements FROM migrate_log();
SELECT * FROM _migrate_config ORDER BY 1, 2;
SELECT migrate_config('name', NULL);
SELECT migrate_current();
SELECT migrate_config('version_table', NULL);
SELECT migrate_current() IS NULL;
-- another schema
SELECT migrate_config('version_table_schema', 'nosuch');
SELECT migrate_current();
ATTACH 'other.db' AS other;
SELECT migrate_config('version_table_schema', 'other');
SELECT migrate_upgrade('head');
SELECT name FROM other.sqlite_schema WHERE type = 'table';
SELECT migrate_config('version_table_schema', 'temp');
SELECT migrate_ensure_version();
SELECT name FROM temp.sqlite_schema WHERE type = 'table';
