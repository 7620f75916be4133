-- Statements that must not stand in a section are refused beforehand.
.load ./migrate
CREATE TABLE t (a);
CREATE TABLE script (id INTEGER PRIMARY KEY, statement TEXT);
INSERT INTO script (statement) VALUES
  ('BEGIN'), ('commit'), ('END'), ('ROLLBACK'), ('SAVEPOINT s'),
  ('RELEASE s'), ('VACUUM'), ('PRAGMA foreign_keys = ON'),
  ('PRAGMA main.journal_mode(wal)'), ('PRAGMA synchronous = 0'),
  ('PRAGMA wal_checkpoint'),
  ('/* plain */ PRAGMA user_version = 5'), ('EXPLAIN COMMIT'),
  ('PRAGMA foreign_keys');
.output load.sql
SELECT 'SELECT migrate_load(''-- migrate:revision r' || id || '
-- migrate:upgrade
INSERT INTO t VALUES (1);

' || statement || ';
'');
SELECT migrate_upgrade(''r' || id || ''');' FROM script;
.output
.read load.sql
SELECT count(*) FROM t;
PRAGMA user_version;
SELECT migrate_load('
-- migrate:revision auto
-- migrate:upgrade sqlite autocommit
VACUUM;
-- migrate:revision empty
-- migrate:upgrade autocommit
-- nothing to run
');
SELECT migrate_upgrade('auto');
SELECT migrate_upgrade('empty');
