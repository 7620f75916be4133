-- directories made for other tools: no header, a line in the order of names

SELECT migrate_config('script_location', '@DIR@');
SELECT revision, down_revision, message, is_base FROM migrate_history();
SELECT migrate_upgrade('head');
SELECT name, email FROM users;
SELECT migrate_downgrade('-2');
SELECT revision, down_revision, is_current FROM migrate_history();
SELECT migrate_upgrade('head');
-- one of ours on top
SELECT migrate_config('script_location', '@DIR@/mixed');
SELECT migrate_upgrade('head');
SELECT revision, down_revision, is_current FROM migrate_history();
-- their files have gone
SELECT migrate_config('script_location', NULL);
SELECT revision, down_revision, is_current FROM migrate_history();
SELECT migrate_stamp('20260103120000');
SELECT migrate_downgrade('base');
SELECT migrate_config('script_location', '@DIR@/bad');
SELECT revision FROM migrate_history();
SELECT migrate_load('-- migrate:up
SELECT 1;
');
