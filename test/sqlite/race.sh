#!/usr/bin/env bash
# Twenty processes upgrade one file at once, in one transaction and with one a
# revision, in both journal modes: every revision runs exactly once, all end well.
# usage: race.sh MODULE DIR
set -u
module=$1
cd "$2" || exit 1
previous=
for i in $(seq 30); do
	printf -- '-- migrate:revision r%02d\n-- migrate:revises %s\n-- migrate:upgrade\n' "$i" "$previous"
	printf 'CREATE TABLE t%d (a);\nINSERT INTO t%d VALUES (zeroblob(100000));\n' "$i" "$i"
	previous=$(printf 'r%02d' "$i")
done >scripts.sql
for journal in delete wal; do
	for each in 0 1; do
		rm -f race.db*
		sqlite3 race.db ".load $module" "PRAGMA journal_mode = $journal" \
			"SELECT migrate_config('transaction_per_migration', '$each')" \
			"SELECT migrate_load(CAST(readfile('scripts.sql') AS text))" >/dev/null || exit 1
		for i in $(seq 20); do
			sqlite3 race.db ".load $module" '.timeout 60000' "SELECT migrate_upgrade('head')" >"out.$i" 2>&1 &
		done
		wait
		ran=$(cat out.* | grep -c '^Running upgrade')
		rest=$(cat out.* | grep -v '^Running upgrade' | grep -v '^$')
		[ "$ran" -eq 30 ] && [ -z "$rest" ] || {
			echo "journal $journal, a transaction each $each: $ran steps ran; $rest"
			exit 1
		}
	done
done
