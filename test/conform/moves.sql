-- upgrade, downgrade and stamp on a database with tables in it

SELECT * FROM migrate_status();
SELECT * FROM migrate_current();
SELECT migrate_upgrade('head');
SELECT migrate_upgrade('heads');
SELECT migrate_load('
-- migrate:revision 1001
-- migrate:message add job
-- migrate:created 2026-01-01T00:00:00Z
-- migrate:upgrade
CREATE TABLE job (id integer PRIMARY KEY, name text NOT NULL);
INSERT INTO job VALUES (1, ''one; -- not a comment'');
INSERT INTO job VALUES (2, ''two'');
-- migrate:downgrade
DROP TABLE job;

-- migrate:revision 1002
-- migrate:revises 1001
-- migrate:message add new_field
-- migrate:upgrade
ALTER TABLE job ADD COLUMN new_field text;
UPDATE job SET new_field = ''x'' WHERE id = 1
-- migrate:downgrade
ALTER TABLE job DROP COLUMN new_field;

-- migrate:revision 1003
-- migrate:revises 1002
-- migrate:message words for one host alone
-- migrate:upgrade postgresql
INSERT INTO job VALUES (3, ''host'', ''p'');
-- migrate:upgrade sqlite
INSERT INTO job VALUES (3, ''host'', ''p'');
-- migrate:upgrade
INSERT INTO job VALUES (4, ''both'', ''b'');
-- migrate:downgrade
DELETE FROM job WHERE id = 4;
-- migrate:downgrade
DELETE FROM job WHERE id = 3;

-- migrate:revision 1004
-- migrate:revises 1003
-- migrate:message no sections at all

-- migrate:revision 1005
-- migrate:revises 1004
-- migrate:message no way back
-- migrate:upgrade
DELETE FROM job WHERE id = 2;
');
SELECT * FROM migrate_status();
SELECT migrate_upgrade('+1');
SELECT * FROM job ORDER BY id;
SELECT * FROM migrate_current();
SELECT migrate_upgrade('1003');
SELECT * FROM job ORDER BY id;
SELECT heads_current, heads_available, pending, is_up_to_date, last_applied_at IS NOT NULL FROM migrate_status();
SELECT migrate_upgrade('head');
SELECT heads_current, heads_available, pending, is_up_to_date FROM migrate_status();
SELECT migrate_upgrade('head');
SELECT migrate_upgrade('1001');
-- without a downgrade section there is no way back, and nothing is touched
SELECT migrate_downgrade('-1');
SELECT migrate_downgrade('base');
SELECT * FROM migrate_plan('downgrade', '-1');
SELECT * FROM migrate_current();
SELECT migrate_stamp('1004');
SELECT migrate_downgrade('-2');
SELECT * FROM job ORDER BY id;
SELECT migrate_downgrade('1002');
SELECT migrate_downgrade('1001');
SELECT * FROM job ORDER BY id;
SELECT migrate_downgrade('base');
SELECT * FROM job ORDER BY id;
SELECT * FROM migrate_current();
SELECT heads_current, heads_available, pending, is_up_to_date FROM migrate_status();
-- the log of it all
SELECT revision, operation, from_revisions, to_revisions, statements, elapsed_ms >= 0, applied_by IS NOT NULL FROM migrate_log();
SELECT count(DISTINCT id), min(id) > 0 FROM migrate_log();
-- stamp
SELECT migrate_stamp('1002');
SELECT version_num FROM alembic_version;
SELECT migrate_stamp('1002');
SELECT migrate_stamp('head');
SELECT migrate_stamp('current');
SELECT migrate_stamp('-1');
SELECT migrate_stamp('+1');
SELECT migrate_stamp('base');
SELECT version_num FROM alembic_version;
SELECT migrate_stamp('1001, 1002');
SELECT version_num FROM alembic_version;
SELECT migrate_stamp('1003', false, NULL, true);
SELECT version_num FROM alembic_version;
SELECT migrate_stamp('nosuch');
SELECT migrate_stamp('base', false, NULL, true);
SELECT version_num FROM alembic_version;
