#!/usr/bin/env bash
# Fifty processes upgrade one file at once, in one transaction and with one a
# revision, in both journal modes, by busy_timeout and by the settings about
# locks: every revision runs exactly once, all end well.
# usage: race.sh MODULE DIR
set -u
module=$1
cd "$2" || exit 1
previous=
for i in $(seq 30); do
	printf -- '-- migrate:revision r%02d\n-- migrate:revises %s\n-- migrate:upgrade\n' "$i" "$previous"
	printf 'CREATE TABLE t%d (a);\nINSERT INTO t%d VALUES (zeroblob(100000));\n' "$i" "$i"
	# long enough for all of them to meet
	printf 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) SELECT count(*) FROM n;\n'
	# outside of any transaction nothing of SQLite's keeps the others out
	[ $((i % 10)) -ne 5 ] || printf -- '-- migrate:upgrade autocommit\nCREATE TABLE s%d (a);\nPRAGMA user_version = %d;\nINSERT INTO s%d VALUES (1);\n' "$i" "$i" "$i"
	previous=$(printf 'r%02d' "$i")
done >scripts.sql
for journal in delete wal; do
	for each in 0 1; do
		rm -f race.db*
		sqlite3 race.db ".load $module" "PRAGMA journal_mode = $journal" \
			"SELECT migrate_config('transaction_per_migration', '$each')" \
			"SELECT migrate_load(CAST(readfile('scripts.sql') AS text))" >/dev/null || exit 1
		timeout=60000
		[ "$each$journal" != 1delete ] || {
			timeout=0
			sqlite3 race.db ".load $module" "SELECT migrate_config('lock_timeout', '500ms')" \
				"SELECT migrate_config('lock_retries', '50')" >/dev/null
		}
		for i in $(seq 50); do
			# newer libraries read the schema before they call us: that waits
			sqlite3 race.db ".load $module" '.timeout 60000' 'SELECT 1 FROM sqlite_schema WHERE 0' ".timeout $timeout" "SELECT migrate_upgrade('head')" >"out.$i" 2>&1 &
		done
		wait
		ran=$(cat out.* | grep -c '^Running upgrade')
		rest=$(cat out.* | grep -v '^Running upgrade' | grep -v '^$')
		sections=$(sqlite3 race.db 'SELECT count(*) FROM s5, s15, s25')
		[ "$ran" -eq 30 ] && [ -z "$rest" ] && [ "$sections" -eq 1 ] && [ ! -e race.db-migrate ] || {
			echo "journal $journal, a transaction each $each: $ran steps ran; $rest"
			exit 1
		}
	done
done
