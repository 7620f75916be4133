-- every kind of malformed script, and of a graph that can't be

SELECT migrate_load('CREATE TABLE t (id integer);');
SELECT migrate_load('-- just a comment');
SELECT migrate_load('-- migrate:revision a1
-- migrate:upgarde
CREATE TABLE t (id integer);
');
SELECT migrate_load('-- migrate:revision a1
-- migrate:author me
');
SELECT migrate_load('-- migrate:
');
SELECT migrate_load('-- migrate:revision a1
-- migrate:message one
-- migrate:message two
');
SELECT migrate_load('-- migrate:upgrade
CREATE TABLE t (id integer);
-- migrate:revision a1
');
SELECT migrate_load('-- migrate:message early
-- migrate:revision a1
');
SELECT migrate_load('-- migrate:revision a1
-- migrate:upgrade oracle
CREATE TABLE t (id integer);
');
SELECT migrate_load('-- migrate:revision a1
-- migrate:upgrade postgres
');
SELECT migrate_load('-- migrate:revision a1
-- migrate:upgrade postgresql sqlite
');
SELECT migrate_load('-- migrate:revision a1
-- migrate:upgrade autocommit autocommit
');
SELECT migrate_load('-- migrate:revision a1
-- migrate:upgrade
-- migrate:revises b1
');
SELECT migrate_load('-- migrate:revision a1
CREATE TABLE t (id integer);
-- migrate:upgrade
');
SELECT migrate_load('CREATE TABLE t (id integer);
-- migrate:revision a1
');
SELECT migrate_load('-- migrate:revision
');
SELECT migrate_load('-- migrate:revision a1 b1
');
SELECT migrate_load('-- migrate:revision head
');
SELECT migrate_load('-- migrate:revision base
');
SELECT migrate_load('-- migrate:revision current
');
SELECT migrate_load('-- migrate:revision a@b
');
SELECT migrate_load('-- migrate:revision a-1
');
SELECT migrate_load('-- migrate:revision a+1
');
SELECT migrate_load('-- migrate:revision a:b
');
SELECT migrate_load('-- migrate:revision "a"
');
SELECT migrate_load('-- migrate:revision a''b
');
SELECT migrate_load('-- migrate:revision a123456789b123456789c123456789d1
');
SELECT migrate_load('-- migrate:revision a123456789b123456789c123456789d12
');
SELECT migrate_load('-- migrate:revision a1
-- migrate:created yesterday
');
SELECT migrate_load('-- migrate:revision a1
-- migrate:created 2026-02-30
');
SELECT migrate_load('-- migrate:revision a1
-- migrate:revises base
');
SELECT migrate_load('-- migrate:revision a1
-- migrate:revises b1, b1
');
SELECT migrate_load('-- migrate:revision a1
-- migrate:labels x-1
');
SELECT migrate_load('-- migrate:revision a1
-- migrate:revision a1
');
-- what no graph can be
SELECT migrate_load('-- migrate:revision a1
-- migrate:revises nosuch
');
SELECT migrate_load('-- migrate:revision a1
-- migrate:depends_on nosuch
');
SELECT migrate_load('-- migrate:revision a1
-- migrate:revises a1
');
SELECT migrate_load('-- migrate:revision a1
-- migrate:depends_on a1
');
SELECT migrate_load('-- migrate:revision a1
-- migrate:revises b1
-- migrate:revision b1
-- migrate:revises c1
-- migrate:revision c1
-- migrate:revises a1
');
SELECT migrate_load('-- migrate:revision a1
-- migrate:depends_on b1
-- migrate:revision b1
-- migrate:revises a1
');
SELECT migrate_load('-- migrate:revision a1
-- migrate:labels b1
-- migrate:revision b1
-- migrate:revises a1
');
SELECT migrate_load('-- migrate:revision a1
-- migrate:labels one
-- migrate:revision b1
-- migrate:revises a1
-- migrate:labels one
');
-- nothing of all this was kept, but the id of 32 characters
SELECT revision FROM migrate_history();
-- what only looks like a directive
SELECT migrate_load('-- migrate:revision b1
-- migrate:upgrade
 -- migrate:nonsense that is only a comment
--migrate:nonsense as well
/*
-- Migrate:nonsense too
*/
CREATE TABLE t_b1 (id integer);
-- migrate:downgrade
DROP TABLE t_b1;
');
SELECT migrate_load('-- migrate:revision	tabs
-- migrate:revises	b1
  
/* a block comment
   between header and sections */
-- migrate:upgrade	sqlite
CREATE TABLE t_tabs (id integer);
-- migrate:upgrade	postgresql
CREATE TABLE t_tabs (id integer);
');
SELECT migrate_upgrade('tabs');
SELECT count(*) FROM t_b1;
SELECT count(*) FROM t_tabs;
