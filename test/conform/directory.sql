-- a script directory, and what may be wrong with its files

SELECT migrate_config('script_location', '@DIR@/good');
SELECT * FROM migrate_history();
SELECT migrate_script('0001');
SELECT migrate_upgrade('head');
SELECT * FROM migrate_current();
SELECT * FROM migrate_status() WHERE NOT is_up_to_date;
SELECT migrate_config('recursive_version_locations', 'true');
SELECT revision, path FROM migrate_history();
SELECT migrate_upgrade('head');
SELECT migrate_config('recursive_version_locations', NULL);
-- the file of the applied one isn't read any more; the store has it
SELECT revision, path FROM migrate_history();
SELECT migrate_downgrade('0002');
SELECT revision FROM migrate_history();
-- loading what is a file of the directory
SELECT migrate_load('-- migrate:revision 0002
-- migrate:revises 0001
-- migrate:upgrade
');
-- the directory has gone, the applied scripts haven't
SELECT migrate_config('script_location', '@DIR@/gone');
SELECT revision, message, is_current, path FROM migrate_history();
SELECT migrate_downgrade('-1');
SELECT * FROM migrate_current();
-- an applied file has changed
SELECT migrate_config('script_location', '@DIR@/changed');
SELECT revision FROM migrate_history();
SELECT migrate_upgrade('head');
SELECT migrate_downgrade('base');
SELECT migrate_stamp('current');
SELECT migrate_upgrade('head');
SELECT migrate_downgrade('base');
SELECT migrate_script('0001');
-- several directories
SELECT migrate_config('script_location', '@DIR@');
SELECT migrate_config('version_locations', '%(here)s/good/versions, @DIR@/good/versions/sub');
SELECT revision FROM migrate_history();
SELECT migrate_config('path_separator', ':');
SELECT migrate_config('version_locations', '%(here)s/good/versions/sub:@DIR@/good/versions');
SELECT revision FROM migrate_history();
SELECT migrate_config('version_locations', NULL);
SELECT migrate_config('path_separator', NULL);
-- line ends and a byte-order mark
SELECT migrate_config('script_location', '@DIR@/crlf');
SELECT revision, message FROM migrate_history();
SELECT migrate_upgrade('head');
SELECT id FROM t_bom;
SELECT migrate_downgrade('base');
-- files that are no scripts
SELECT migrate_config('script_location', '@DIR@/empty');
SELECT count(*) FROM migrate_history();
SELECT migrate_config('script_location', '@DIR@/nowhere');
SELECT count(*) FROM migrate_history();
SELECT migrate_upgrade('head');
SELECT migrate_config('script_location', '@DIR@/nul');
SELECT count(*) FROM migrate_history();
SELECT migrate_config('script_location', '@DIR@/binary');
SELECT count(*) FROM migrate_history();
SELECT migrate_config('script_location', '@DIR@/latin');
SELECT count(*) FROM migrate_history();
SELECT migrate_config('script_location', '@DIR@/zero');
SELECT count(*) FROM migrate_history();
SELECT migrate_config('script_location', '@DIR@/sql');
SELECT count(*) FROM migrate_history();
SELECT migrate_config('script_location', '@DIR@/bad');
SELECT count(*) FROM migrate_history();
SELECT migrate_config('script_location', '@DIR@/typo');
SELECT count(*) FROM migrate_history();
SELECT migrate_config('script_location', '@DIR@/twice');
SELECT count(*) FROM migrate_history();
SELECT migrate_config('script_location', '@DIR@/cycle');
SELECT count(*) FROM migrate_history();
SELECT migrate_config('script_location', '@DIR@/fails');
SELECT migrate_upgrade('head');
SELECT * FROM migrate_current();
SELECT migrate_config('script_location', NULL);
SELECT count(*) FROM migrate_history();
