-- on_version_apply: SQL after each step

CREATE TABLE audit (n integer, rev text, op text, came text, went text, stands text, note text);
SELECT migrate_load('-- migrate:revision a1
-- migrate:message first
-- migrate:upgrade
CREATE TABLE t1 (id integer);
-- migrate:downgrade
DROP TABLE t1;
-- migrate:revision a2
-- migrate:revises a1
-- migrate:revision b1
-- migrate:revises a1
-- migrate:labels side
-- migrate:revision m1
-- migrate:revises a2, b1
-- migrate:message merged
');
SELECT migrate_config('on_version_apply', 'INSERT INTO audit SELECT count(*), $1, $2, $3, $4, $5, $6 FROM audit; UPDATE audit SET note = note || ''!'' WHERE rev = $1');
SELECT migrate_upgrade('heads');
SELECT * FROM audit ORDER BY n;
SELECT migrate_downgrade('base');
SELECT migrate_stamp('a1');
SELECT migrate_stamp('base');
SELECT * FROM audit WHERE n > 3 ORDER BY n;
-- one that fails takes the step with it
SELECT migrate_config('on_version_apply', 'INSERT INTO audit (n, rev) VALUES (1, $1); INSERT INTO nosuch VALUES ($2)');
SELECT migrate_upgrade('a1');
SELECT * FROM migrate_current();
SELECT count(*) FROM audit;
SELECT migrate_config('on_version_apply', 'INSERT INTO audit (rev) VALUES ($9)');
SELECT migrate_upgrade('a1');
SELECT migrate_config('on_version_apply', 'COMMIT');
SELECT migrate_upgrade('a1');
SELECT migrate_config('on_version_apply', NULL);
SELECT * FROM migrate_current();
