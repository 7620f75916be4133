-- A copy of the file, by whichever way, has scripts, log and settings, and
-- migrates on, up and down.
.load ./migrate
SELECT migrate_config('version_table', 'versions');
SELECT migrate_load('
-- migrate:revision a1
-- migrate:upgrade
CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT);
INSERT INTO t (b) VALUES (''it''''s; zwölf''), (''two'');
DELETE FROM t WHERE b = ''two'';
-- migrate:downgrade
DROP TABLE t;
-- migrate:revision a2
-- migrate:revises a1
-- migrate:upgrade
CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET b = ''x;''; END;
-- migrate:downgrade
DROP TRIGGER tr;
-- migrate:revision a3
-- migrate:revises a2
-- migrate:upgrade autocommit
VACUUM;
-- migrate:upgrade
CREATE VIEW v AS SELECT b FROM t;
-- migrate:downgrade
DROP VIEW v;
');
SELECT migrate_upgrade('a2');
SELECT migrate_config('name', 'billing');
SELECT migrate_load('-- migrate:revision b1');
SELECT migrate_upgrade('head');
SELECT migrate_config('name', NULL);
VACUUM INTO 'vacuum.db';
.backup backup.db
.once dump.sql
.dump
.shell sqlite3 dump.db <dump.sql
.shell cp test.db copy.db
-- the same in all of them
.once state.sql
SELECT 'SELECT quote(history) || quote(name) || quote(value) FROM _migrate_config
UNION ALL SELECT id || history || revision || operation || started_at || to_revisions FROM _migrate_log
UNION ALL SELECT position || history || revision || quote(script) FROM _migrate_script
UNION ALL SELECT version_num FROM versions
UNION ALL SELECT quote(b) FROM t
UNION ALL SELECT name || seq FROM sqlite_sequence
UNION ALL SELECT name || quote(replace(sql, ''IF NOT EXISTS '', '''')) FROM main.sqlite_schema ORDER BY 1;';
.once test.txt
.read state.sql
.open vacuum.db
.once vacuum.txt
.read state.sql
.open backup.db
.once backup.txt
.read state.sql
.open dump.db
.once dump.txt
.read state.sql
.open copy.db
.once copy.txt
.read state.sql
.shell for i in vacuum backup dump copy; do cmp test.txt $i.txt && echo $i $(wc -l <test.txt); done
.open vacuum.db
.load ./migrate
SELECT migrate_current();
SELECT migrate_upgrade('head');
SELECT migrate_downgrade('base');
SELECT migrate_upgrade('head');
SELECT id, revision, operation FROM migrate_log() ORDER BY id DESC LIMIT 1;
.open backup.db
.load ./migrate
SELECT migrate_upgrade('head');
SELECT migrate_downgrade('base');
SELECT migrate_upgrade('head');
.open dump.db
.load ./migrate
SELECT migrate_upgrade('head');
SELECT migrate_downgrade('base');
SELECT migrate_upgrade('head');
SELECT revision FROM migrate_history();
SELECT migrate_load('-- migrate:revision a4
-- migrate:revises a3');
SELECT position FROM _migrate_script WHERE revision = 'a4';
-- back into a file that is open; a dump of some tables alone
.open test.db
.load ./migrate
SELECT migrate_downgrade('base');
.restore backup.db
SELECT migrate_current();
SELECT migrate_downgrade('-1');
.once part.sql
.dump t versions
.open part.db
.read part.sql
.load ./migrate
SELECT migrate_current() IS NULL;
SELECT migrate_config('version_table', 'versions');
SELECT migrate_current();
SELECT migrate_upgrade('head');
