-- directories made for other tools: no header, a line in the order of names

SELECT migrate_config('script_location', '@DIR@');
SELECT revision, down_revision, message, is_base FROM migrate_history();
SELECT migrate_upgrade('head');
SELECT name, email FROM users;
SELECT migrate_downgrade('-2');
SELECT revision, down_revision, is_current FROM migrate_history();
SELECT migrate_upgrade('head');
-- a file that comes late, with an earlier name: it is what is left to do
SELECT migrate_config('script_location', '@DIR@/late');
SELECT revision, down_revision, is_current FROM migrate_history();
SELECT migrate_upgrade('head');
SELECT email FROM late;
SELECT migrate_downgrade('-1');
-- an applied file has gone
SELECT migrate_config('script_location', '@DIR@/gone');
SELECT revision, down_revision, is_current FROM migrate_history();
SELECT migrate_upgrade('head');
SELECT migrate_downgrade('-3');
SELECT revision, down_revision, is_current FROM migrate_history();
SELECT migrate_downgrade('base');
SELECT revision, down_revision, is_current FROM migrate_history();
SELECT migrate_config('script_location', '@DIR@');
SELECT migrate_upgrade('head');
-- in two directories
SELECT migrate_config('version_locations', '@DIR@/extra, @DIR@/versions');
SELECT revision, down_revision FROM migrate_history();
SELECT migrate_config('version_locations', NULL);
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
