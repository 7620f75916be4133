-- Arguments of scalar and table-valued functions.
.load ./migrate
SELECT migrate_load('
-- migrate:revision a1
-- migrate:upgrade
-- migrate:downgrade
-- migrate:revision b2
-- migrate:revises a1
-- migrate:upgrade
-- migrate:downgrade
');
SELECT revision FROM migrate_history;
SELECT revision FROM migrate_history();
SELECT revision FROM migrate_history(NULL);
SELECT revision FROM migrate_history('b2:');
SELECT revision FROM migrate_history WHERE arg_rev_range = 'b2:';
SELECT revision, arg_rev_range FROM migrate_history(':a1');
SELECT revision FROM migrate_heads(1);
SELECT revision FROM migrate_heads('0');
SELECT revision FROM migrate_heads('maybe');
SELECT revision FROM migrate_heads(2);
SELECT revision FROM migrate_history(1, 2);
-- required ones
SELECT revision FROM migrate_show;
SELECT revision FROM migrate_show();
SELECT revision FROM migrate_show(NULL);
SELECT * FROM migrate_plan('upgrade');
SELECT step, revision FROM migrate_plan('upgrade', 'head');
SELECT step, revision FROM migrate_plan('upgrade', 'head', 'a1');
SELECT step, revision FROM migrate_plan WHERE arg_heads = 'a1'
  AND arg_revision = 'head' AND arg_command = 'upgrade';
SELECT * FROM migrate_plan('sidegrade', 'head');
-- out of other tables, in any order
SELECT h.revision, s.down_revision
  FROM migrate_history h, migrate_show(h.revision) s;
SELECT h.revision, s.down_revision
  FROM migrate_show(h.revision) s, migrate_history h;
SELECT r.v, s.revision FROM (SELECT 'a1' AS v UNION SELECT 'nosuch') r
  LEFT JOIN migrate_show s ON s.arg_revision = r.v AND s.revision <> 'a1'
  WHERE r.v = 'a1';
SELECT revision FROM migrate_show WHERE arg_revision IN ('b2', 'a1');
SELECT revision FROM migrate_show
  WHERE arg_revision = 'b2' OR arg_revision = 'a1';
SELECT v, (SELECT count(*) FROM migrate_show(v)) FROM (SELECT 'b2' AS v);
CREATE TABLE kept AS SELECT revision FROM migrate_history();
SELECT * FROM kept;
-- scalar
SELECT migrate_upgrade();
SELECT migrate_upgrade(NULL);
SELECT migrate_upgrade('head', NULL, NULL);
SELECT migrate_upgrade('head', 'x');
SELECT migrate_upgrade('head', 0, NULL, 1);
SELECT migrate_downgrade(-1);
SELECT migrate_stamp(x'613120');
SELECT migrate_load('');
SELECT migrate_load(x'');
SELECT migrate_load(x'2d2d00');
SELECT migrate_load(x'2d2dff');
-- eponymous, and nothing else
CREATE VIRTUAL TABLE mine USING migrate_history;
INSERT INTO migrate_history (revision) VALUES ('x');
