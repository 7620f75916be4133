-- offline SQL: what would run, as a script; what the shells are told apart

SELECT migrate_config('script_location', '@DIR@');
SELECT migrate_upgrade('m1', true);
SELECT migrate('upgrade m1 --sql');
SELECT migrate_upgrade('a1:+1', true);
SELECT migrate_upgrade('a2, b1 : m1', true);
SELECT migrate_downgrade('m1:a1', true);
SELECT migrate('downgrade m1:base --sql');
SELECT migrate_upgrade('m1:c1', true);
SELECT migrate_downgrade('c1:m1', true);
SELECT migrate_stamp('m1', true);
SELECT migrate('stamp --sql a1:a2 a1:b1');
SELECT migrate_stamp('base', true);
SELECT migrate_stamp('m1:base', true);
SELECT migrate_ensure_version(true);
SELECT migrate('ensure_version --sql');
-- a reversed and an empty range
SELECT migrate_upgrade('m1:a1', true);
SELECT migrate_upgrade('m1:m1', true);
-- nothing has happened
SELECT * FROM migrate_current();
SELECT count(*) FROM migrate_log();
-- settings
SELECT migrate_config('version_table', 'Revs of ours');
SELECT migrate_config('version_table_pk', 'false');
SELECT migrate_config('transaction_per_migration', 'true');
SELECT migrate_upgrade('side', true);
SELECT migrate_config('version_table', NULL);
SELECT migrate_config('version_table_pk', NULL);
SELECT migrate_config('transaction_per_migration', NULL);
SELECT migrate_config('on_version_apply', 'INSERT INTO audit (rev, what, at, note) VALUES ($1, $2, $5, ''it''''s $1'')');
SELECT migrate_upgrade('a1', true) AS line WHERE 1 = 0;
SELECT migrate_config('on_version_apply', NULL);
-- errors
SELECT migrate_upgrade('-1:m1', true);
SELECT migrate_upgrade('a1:b1:m1', true);
SELECT migrate_upgrade('nosuch:m1', true);
SELECT migrate_upgrade('a1:', true);
SELECT migrate_upgrade('a1,a2:m1', true);
SELECT migrate_downgrade('a1', true);
SELECT migrate_downgrade('d1:c1', true);
SELECT migrate_stamp('a1:m1 a2:m1', true);
SELECT migrate_stamp('m1', true, NULL, true);
SELECT migrate_upgrade('a1:m1');
