-- migrate_load: what it takes, what it says, what it refuses

SELECT migrate_version();
SELECT count(*) FROM migrate_history();
SELECT migrate_load('-- migrate:revision a1
-- migrate:message first
-- migrate:created 2026-11-21T10:00:00Z

-- migrate:upgrade
CREATE TABLE t_a1 (id integer);
-- migrate:downgrade
DROP TABLE t_a1;
');
SELECT revision, down_revision, message, create_date, is_head, is_base, is_current, path FROM migrate_history();
-- the same again does nothing
SELECT migrate_load('-- migrate:revision a1
-- migrate:message first
-- migrate:created 2026-11-21T10:00:00Z

-- migrate:upgrade
CREATE TABLE t_a1 (id integer);
-- migrate:downgrade
DROP TABLE t_a1;
');
-- another text replaces one that isn't applied
SELECT migrate_load('-- migrate:revision a1
-- migrate:message first, mended

-- migrate:up
CREATE TABLE t_a1 (id integer, note text);
-- migrate:down
DROP TABLE t_a1;
');
SELECT migrate_script('a1');
-- several scripts in one text, a child before its parent
SELECT migrate_load('
-- any comment before the first directive
-- migrate:revision c1
-- migrate:revises b1
-- migrate:message third

-- migrate:upgrade
-- migrate:downgrade

-- migrate:revision b1
-- migrate:revises a1
-- migrate:message second
-- migrate:upgrade
INSERT INTO t_a1 VALUES (1, ''a; b -- c'');
-- migrate:downgrade
DELETE FROM t_a1;
');
SELECT revision, down_revision, message FROM migrate_history();
SELECT migrate_script('b1');
SELECT migrate_script('c1');
SELECT migrate_upgrade('b1');
SELECT id, note FROM t_a1;
-- an applied script must not change; comments behind its end may
SELECT migrate_load('-- migrate:revision b1
-- migrate:revises a1
-- migrate:message second
-- migrate:upgrade
INSERT INTO t_a1 VALUES (2, ''other'');
-- migrate:downgrade
DELETE FROM t_a1;
');
SELECT migrate_load('
-- migrate:revision b1
-- migrate:revises a1
-- migrate:message second
-- migrate:upgrade
INSERT INTO t_a1 VALUES (1, ''a; b -- c'');
-- migrate:downgrade
DELETE FROM t_a1;
-- a remark
');
-- all or nothing: one good script and one bad one
SELECT migrate_load('-- migrate:revision d1
-- migrate:revises c1
-- migrate:upgrade
-- migrate:revision d2
-- migrate:revises nowhere
-- migrate:upgrade
');
SELECT count(*) FROM migrate_history();
-- the whole header, and nothing in it
SELECT migrate_load('-- migrate:revision e1
-- migrate:revises c1
-- migrate:message
-- migrate:created
-- migrate:labels
-- migrate:depends_on
');
SELECT * FROM migrate_show('e1');
-- dates in their forms
SELECT migrate_load('-- migrate:revision f1
-- migrate:revises e1
-- migrate:created 2026-11-21 02:02:48.410365
-- migrate:revision f2
-- migrate:revises f1
-- migrate:created 2026-11-21T02:02:48+02:00
-- migrate:revision f3
-- migrate:revises f2
-- migrate:created 2026-11-21
-- migrate:message UTF-8: größer, 移行
');
SELECT revision, create_date, message FROM migrate_history('e1:');
SELECT migrate_load(NULL);
SELECT migrate_load('');
SELECT migrate_load('   ');
