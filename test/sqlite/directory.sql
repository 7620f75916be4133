-- Scripts out of a directory, read with the process's rights.
.load ./migrate
.shell mkdir -p mig/versions/below
SELECT writefile('mig/versions/a1_x.sql', '-- migrate:revision a1
-- migrate:message from a file
-- migrate:upgrade
CREATE TABLE t (a);
-- migrate:downgrade
DROP TABLE t;
') > 0;
SELECT writefile('mig/versions/b2.sql', '-- migrate:revision b2
-- migrate:revises a1
-- migrate:upgrade
INSERT INTO missing VALUES (1);
') > 0;
SELECT writefile('mig/versions/README', 'no script') > 0;
SELECT migrate_config('script_location', 'mig');
SELECT revision, path FROM migrate_history();
SELECT migrate_upgrade('a1');
SELECT migrate_upgrade('head');
.shell rm mig/versions/b2.sql
SELECT migrate_upgrade('head');
SELECT revision, path, stored_by IS NOT NULL FROM _migrate_script;
.shell rm mig/versions/a1_x.sql
SELECT migrate_downgrade('base');
SELECT count(*) FROM _migrate_script;
SELECT migrate_config('script_location', 'nowhere');
SELECT * FROM migrate_history();
SELECT migrate_config('script_location', 'mig/versions');
SELECT migrate_config('version_locations', 'mig/versions/a1_x.sql');
SELECT * FROM migrate_history();
-- what is named like a revision and can't be read is no revision less
SELECT migrate_config('version_locations', NULL);
SELECT migrate_config('script_location', 'mig');
.shell ln -s nowhere mig/versions/dangling.sql
SELECT count(*) FROM migrate_history();
.shell rm mig/versions/dangling.sql; mkfifo mig/versions/fifo.sql
SELECT count(*) FROM migrate_history();
.shell rm mig/versions/fifo.sql
SELECT count(*) FROM migrate_history();
