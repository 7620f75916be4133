-- Scripts that only SQLite takes, as offline SQL.
.load ./migrate
SELECT migrate_load('-- migrate:revision o1
-- migrate:upgrade
CREATE TABLE t (a text);
INSERT INTO t VALUES (''a''); /* one line */ -- and
/* a comment
\restrict in it, \ and that
is open ; ''
');
.once offline.out
SELECT migrate_upgrade('o1', 1);
.shell sqlite3 -batch offline.db < offline.out
.shell sqlite3 -batch offline.db "SELECT hex(a) FROM t; SELECT version_num FROM alembic_version"
SELECT migrate_config('on_version_apply', 'INSERT INTO t VALUES (''$1 '' || $2 || coalesce($3, ''-''))');
SELECT migrate_upgrade('o1', 1);
SELECT migrate_config('on_version_apply', 'INSERT INTO t VALUES ($7)');
SELECT migrate_upgrade('o1', 1);
SELECT migrate_config('on_version_apply', 'INSERT INTO t VALUES (:x)');
SELECT migrate_upgrade('o1', 1);
SELECT migrate_config('on_version_apply', NULL);
SELECT migrate_load('-- migrate:revision o2
-- migrate:revises o1
-- migrate:upgrade
SELECT 1;
.shell echo done
SELECT 2;
-- migrate:revision o3
-- migrate:revises o1
-- migrate:upgrade
SELECT ''
go
'' || 4
/ -- half
2;
-- migrate:revision o4
-- migrate:revises o1
-- migrate:upgrade
SELECT migrate_x(''key'');
');
SELECT migrate_upgrade('o1:o2', 1);
SELECT migrate_upgrade('o1:o3', 1);
SELECT migrate_upgrade('o1:o4', 1);
SELECT migrate_config('on_version_apply', 'SELECT migrate_x(1)');
SELECT migrate_upgrade('o1', 1);
