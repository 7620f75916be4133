#!/usr/bin/env bash
# What a run can't have ends in a clear error, and nothing is lost: PostgreSQL's
# lock table, a statement time-out, a cancelled and a killed session, a full disk.
. "$(dirname "$0")/tap.sh"

start_server small -c max_locks_per_transaction=10 -c max_connections=5 \
	-c max_worker_processes=0 -c max_parallel_workers=0 -c autovacuum=off
psql -X -q -c 'CREATE EXTENSION migrate'
for i in $(seq 1 1500); do
	echo "-- migrate:revision r$i"
	[ "$i" -eq 1 ] || echo "-- migrate:revises r$((i - 1))"
	echo "-- migrate:upgrade"
	echo "CREATE TABLE t$i (id int PRIMARY KEY);"
	echo "-- migrate:downgrade"
	echo "DROP TABLE t$i;"
done >"$work/many.sql"
psql -X -q -A -t -c '\set s `cat '"$work/many.sql"'`' -c '' >/dev/null
printf '\\set s `cat %s`\nSELECT count(*) FROM migrate_load(:'"'s'"');\n' "$work/many.sql" |
	psql -X -q -A -t >/dev/null

nothing_there() {
	gives "SELECT count(*) FROM pg_class WHERE relname ~ '^t[0-9]+\$'" '^0$' &&
		gives "SELECT to_regclass('alembic_version') IS NULL AND NOT EXISTS (SELECT FROM migrate_log())" '^t$'
}

ok 'a full lock table has a hint' gives "SELECT migrate_upgrade('head')" 'max_locks_per_transaction'
ok 'and names the revision' grep -q -E 'revision r[0-9]+, upgrade, statement 1' "$work/got"
ok 'and leaves nothing' nothing_there
ok 'in steps it goes' gives "SELECT count(*) FROM migrate_upgrade('+20')" '^20$'
ok 'and back' gives "SELECT count(*) FROM migrate_downgrade('base')" '^20$'

ok 'a model of many tables as well' gives "SET migrate.name = 'model'; SELECT migrate_model(string_agg(format('CREATE TABLE t%s (id int PRIMARY KEY);', i), '')) FROM generate_series(1, 1500) i; SELECT count(*) FROM migrate_check()" 'max_locks_per_transaction'
ok 'and names the statement' grep -q -E 'the model, statement [0-9]+, line 1' "$work/got"
ok 'and leaves nothing' gives "SELECT (SELECT count(*) FROM migrate.facts) + (SELECT count(*) FROM pg_class WHERE relname ~ '^t[0-9]+\$')" '^0$'

psql -X -q -c "TRUNCATE migrate.log" -c 'DROP TABLE alembic_version' -c "SELECT migrate_load('-- migrate:revision slow
-- migrate:upgrade
CREATE TABLE t0 (i int);
SELECT pg_sleep(60);
')" -c '' >/dev/null
ok 'statement_timeout stops it inside a statement' gives "SET statement_timeout = 200; SELECT migrate_upgrade('slow')" 'canceling statement due to statement timeout'
ok 'and leaves nothing' nothing_there

psql -X -q -c "SELECT migrate_upgrade('slow')" >"$work/cancelled" 2>&1 &
session=$!
sleep 0.5
psql -X -q -A -t -c "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE '%migrate_upgrade%' AND pid <> pg_backend_pid()" >/dev/null
wait $session
ok 'a cancelled session says where it was' grep -q 'revision slow, upgrade, statement 2' "$work/cancelled"
ok 'and leaves nothing' nothing_there

psql -X -q -c "SELECT migrate_upgrade('slow')" >/dev/null 2>&1 &
sleep 0.5
kill -9 "$(psql -X -q -A -t -c "SELECT pid FROM pg_stat_activity WHERE query LIKE '%migrate_upgrade%' AND pid <> pg_backend_pid()")"
for _ in $(seq 50); do
	psql -X -q -c 'SELECT 1' >/dev/null 2>&1 && break
	sleep 0.2
done
ok 'a kill -9 in mid-run leaves nothing' nothing_there
ok 'and the next call works' gives "SELECT count(*) FROM migrate_upgrade('r3')" '^3$'

# a script of 100 MB, on both hosts
big=$work/big
mkdir -p "$big/versions"
awk 'BEGIN {
	print "-- migrate:revision big\n-- migrate:upgrade\nCREATE TABLE big (i int, t text);"
	row = sprintf("%01000d", 0)
	for (i = 0; i < 100000; i++)
		printf "INSERT INTO big VALUES (%d, \047%s\047);\n", i, row
	print "-- migrate:downgrade\nDROP TABLE big;"
}' >"$big/versions/big.sql"
psql -X -q -c 'DROP TABLE IF EXISTS t1, t2, t3, alembic_version' -c 'TRUNCATE migrate.script, migrate.log' >/dev/null
ok 'a script of 100 MB on PostgreSQL' gives "SET migrate.script_location = '$big'; SELECT migrate_upgrade('head'); SELECT count(*) FROM big" '^100000$'
ok 'is stopped in time while it is parsed' gives "SET migrate.script_location = '$big'; SELECT count(*) FROM migrate_stamp('base'); DROP TABLE big; SET statement_timeout = 300; SELECT migrate_upgrade('head')" 'statement timeout'
ok 'a script of 100 MB on SQLite' sh -c "[ \"\$(sqlite3 '$work/big.db' '.load $(cd "$(dirname "$0")/../.." && pwd)/build/migrate' \
	\"SELECT migrate_load(CAST(readfile('$big/versions/big.sql') AS text))\" \"SELECT migrate_upgrade('head')\" \
	'SELECT count(*) FROM big' | tail -1)\" = 100000 ]"
done_testing
