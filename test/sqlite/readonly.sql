-- Reading makes nothing, and works where nothing can be written.
.load ./migrate
SELECT migrate_current() IS NULL;
SELECT count(*) FROM migrate_history();
SELECT count(*) FROM migrate_heads();
SELECT * FROM migrate_status();
SELECT count(*) FROM migrate_log();
SELECT migrate_config('version_table');
SELECT migrate_config('version_table', NULL);
SELECT * FROM migrate_plan('upgrade', 'heads');
SELECT count(*) FROM sqlite_schema;
SELECT migrate_load('-- migrate:revision a1
-- migrate:upgrade
CREATE TABLE t (a);
');
SELECT migrate_upgrade('head');
.open -readonly test.db
.load ./migrate
SELECT migrate_current();
SELECT revision FROM migrate_history();
SELECT migrate_upgrade('head');
SELECT migrate_load('-- migrate:revision b2');
SELECT migrate_config('name', 'other');
SELECT migrate_stamp('base');
BEGIN;
SELECT migrate_current();
SELECT migrate_stamp('base');
COMMIT;
.open test.db
.load ./migrate
PRAGMA query_only = ON;
SELECT migrate_current();
SELECT migrate_stamp('base');
