-- statements that fail or must not stand in a script: nothing of a run stays

SELECT migrate_load('
-- migrate:revision good
-- migrate:upgrade
CREATE TABLE t1 (id integer);
-- migrate:downgrade
DROP TABLE t1;

-- migrate:revision halfway
-- migrate:revises good
-- migrate:upgrade
CREATE TABLE t2 (id integer);
INSERT INTO t1 VALUES (1);

INSERT INTO t1 VALUES (2) bogus;
-- migrate:downgrade
');
SELECT migrate_upgrade('head');
SELECT * FROM migrate_current();
SELECT count(*) FROM migrate_log();
SELECT migrate_upgrade('good');
SELECT migrate_upgrade('head');
SELECT * FROM migrate_current();
SELECT count(*) FROM t1;
SELECT count(*) FROM migrate_log();
-- mended, it runs
SELECT migrate_load('
-- migrate:revision halfway
-- migrate:revises good
-- migrate:upgrade
CREATE TABLE t2 (id integer);
-- migrate:downgrade
DROP TABLE t2;
DROP TABLE t1;
bogus statement;
');
SELECT migrate_upgrade('head');
SELECT migrate_downgrade('base');
SELECT * FROM migrate_current();
SELECT count(*) FROM t1;
SELECT count(*) FROM t2;
SELECT migrate_load('
-- migrate:revision tx1
-- migrate:revises halfway
-- migrate:upgrade
CREATE TABLE t3 (id integer);
BEGIN;
CREATE TABLE t4 (id integer);
COMMIT;
-- migrate:downgrade

-- migrate:revision tx2
-- migrate:revises halfway
-- migrate:upgrade
CREATE TABLE t5 (id integer);
-- migrate:downgrade
ROLLBACK;

-- migrate:revision tx3
-- migrate:revises halfway
-- migrate:upgrade
SAVEPOINT s1;

-- migrate:revision tx4
-- migrate:revises halfway
-- migrate:upgrade
RELEASE s1;

-- migrate:revision tx5
-- migrate:revises halfway
-- migrate:upgrade
/* a comment, then */ commit;

-- migrate:revision auto2
-- migrate:revises halfway
-- migrate:upgrade
VACUUM;

-- migrate:revision auto3
-- migrate:revises halfway
-- migrate:upgrade autocommit
-- only a comment
-- migrate:downgrade
');
SELECT migrate_upgrade('tx1');
SELECT migrate_upgrade('tx2');
SELECT migrate_downgrade('tx2@-1');
SELECT * FROM migrate_current();
SELECT migrate_stamp('halfway');
SELECT migrate_upgrade('tx3');
SELECT migrate_upgrade('tx4');
SELECT migrate_upgrade('tx5');
SELECT migrate_upgrade('auto2');
SELECT migrate_upgrade('auto3');
SELECT migrate_downgrade('auto3@-1');
SELECT * FROM migrate_current();
-- refused before anything ran
SELECT count(*) FROM t3;
-- inside a transaction of the caller's
BEGIN;
SELECT migrate_load('
-- migrate:revision inner
-- migrate:revises halfway
-- migrate:upgrade
CREATE TABLE t8 (id integer);
-- migrate:downgrade
DROP TABLE t8;
');
SELECT migrate_upgrade('inner');
SELECT count(*) FROM t8;
ROLLBACK;
SELECT * FROM migrate_current();
SELECT migrate_script('inner');
SELECT count(*) FROM t8;
BEGIN;
SELECT migrate_stamp('good');
SELECT * FROM migrate_current();
COMMIT;
SELECT * FROM migrate_current();
-- rows that no script answers to
INSERT INTO alembic_version VALUES ('gone');
SELECT * FROM migrate_current();
SELECT revision, is_current FROM migrate_history('good:halfway');
SELECT heads_current, pending, is_up_to_date FROM migrate_status();
SELECT * FROM migrate_plan('upgrade', 'halfway');
SELECT migrate_upgrade('halfway');
SELECT migrate_downgrade('base');
SELECT migrate_stamp('halfway');
SELECT migrate_stamp('halfway', false, NULL, true);
SELECT * FROM migrate_current();
-- rows of which one is an ancestor of the other
INSERT INTO alembic_version VALUES ('good');
SELECT * FROM migrate_current();
SELECT heads_current, pending FROM migrate_status();
SELECT migrate_upgrade('tx1');
SELECT migrate_downgrade('good');
SELECT migrate_stamp('halfway');
SELECT version_num FROM alembic_version ORDER BY 1;
-- a row that is a prefix of an id
SELECT migrate_stamp('good');
UPDATE alembic_version SET version_num = 'goo';
SELECT * FROM migrate_current();
SELECT revision FROM migrate_history() WHERE is_current;
SELECT migrate_downgrade('base');
SELECT version_num FROM alembic_version;
-- a row too many for Alembic's rule: each change must touch one
SELECT migrate_upgrade('good');
SELECT migrate_config('version_table', 'keyless');
SELECT migrate_config('version_table_pk', 'no');
SELECT migrate_ensure_version();
INSERT INTO keyless VALUES ('good');
INSERT INTO keyless VALUES ('good');
SELECT * FROM migrate_current();
SELECT migrate_downgrade('base');
SELECT count(*) FROM t1;
