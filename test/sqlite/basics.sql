-- The way of a revision: load, upgrade, downgrade, stamp, and what is told.
.load ./migrate
SELECT migrate_version();
SELECT migrate_load('
-- migrate:revision a1
-- migrate:message make job
-- migrate:created 2026-11-21T10:00:00Z
-- migrate:upgrade
CREATE TABLE job (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE audit (what TEXT);
CREATE TRIGGER job_added AFTER INSERT ON job BEGIN
  INSERT INTO audit VALUES (''added ;'' || new.name);
  SELECT CASE WHEN new.id < 0 THEN RAISE(ABORT, ''no'') END;
END;
INSERT INTO job VALUES (1, ''x'');
-- migrate:downgrade
DROP TABLE job;
DROP TABLE audit;
-- migrate:revision b2
-- migrate:revises a1
-- migrate:message add a column
-- migrate:upgrade postgresql
ALTER TABLE job ADD COLUMN done boolean;
-- migrate:upgrade sqlite
ALTER TABLE job ADD COLUMN done INTEGER;
SELECT * FROM job -- rows are dropped, and a last semicolon may be missing
-- migrate:downgrade
ALTER TABLE job DROP COLUMN done;
');
SELECT migrate_current() IS NULL;
SELECT migrate_upgrade('head');
SELECT migrate_upgrade('head') = '';
SELECT migrate_current();
SELECT * FROM migrate_current();
SELECT * FROM audit;
SELECT name FROM pragma_table_info('job');
SELECT revision, down_revision, message, create_date, is_head, is_current
  FROM migrate_history();
SELECT heads_current, heads_available, pending, is_up_to_date,
  last_applied_at LIKE '20__-__-__T__:__:__%Z' FROM migrate_status;
SELECT id, revision, operation, from_revisions, to_revisions,
  applied_by IS NOT NULL, started_at LIKE '20__-__-__T__:__:__%Z',
  elapsed_ms >= 0, statements FROM migrate_log;
SELECT * FROM migrate_plan('downgrade', 'base');
SELECT migrate_downgrade('-1');
SELECT name FROM pragma_table_info('job');
SELECT migrate_stamp('head');
SELECT migrate_stamp('a1');
SELECT migrate_downgrade('base');
SELECT name FROM sqlite_schema WHERE name IN ('job', 'audit', 'job_added');
SELECT * FROM alembic_version;
SELECT substr(migrate_script('b2'), 1, 24);
SELECT sql FROM sqlite_schema WHERE name = 'alembic_version';
-- two at once, and a name that is found by its beginning
SELECT migrate_upgrade('b');
SELECT migrate_current();
