#!/usr/bin/env bash
# A process that is killed while migrate_explain() runs leaves nothing behind, and
# with WAL nobody has waited for it.
# usage: explain_kill.sh MODULE DIR
set -u
module=$1
cd "$2" || exit 1
mkdir temporary
export SQLITE_TMPDIR=$PWD/temporary
sqlite3 k.db ".load $module" 'PRAGMA journal_mode = wal' 'CREATE TABLE t (a)' \
	'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) INSERT INTO t SELECT zeroblob(10000) FROM n' \
	"SELECT migrate_load('
-- migrate:revision r1
-- migrate:upgrade
ALTER TABLE t ADD COLUMN b int DEFAULT (abs(random()));
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n;
')" >/dev/null || exit 1
sqlite3 k.db ".load $module" 'SELECT * FROM migrate_explain()' &
explain=$!
# the copy is more than SQLite keeps in memory: it has the file open when it runs
for _ in $(seq 1000); do
	[ "$(find "/proc/$explain/fd" -lname "$PWD/temporary/*" 2>/dev/null | wc -l)" -eq 0 ] || break
	sleep 0.02
done
[ "$(find "/proc/$explain/fd" -lname "$PWD/temporary/*" | wc -l)" -gt 0 ] || { echo 'no copy'; exit 1; }
sqlite3 k.db 'INSERT INTO t VALUES (1)' || exit 1
kill -0 $explain || { echo 'it has ended'; exit 1; }
[ -z "$(ls temporary)" ] || { echo 'a file has a name'; exit 1; }
kill -9 $explain
wait $explain 2>/dev/null
[ -z "$(ls temporary)" ] || { echo 'a file is left'; exit 1; }
[ "$(sqlite3 k.db 'PRAGMA integrity_check' "SELECT count(*), sql FROM t, sqlite_schema WHERE name = 't'")" = "ok
1001|CREATE TABLE t (a)" ]
