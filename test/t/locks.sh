#!/usr/bin/env bash
# lock_timeout and lock_retries where CALL commits, in autocommit sections, and
# with fifty sessions that all want to migrate while others read and write.
. "$(dirname "$0")/tap.sh"

start_server locks -c max_connections=80
psql -X -q -c 'CREATE EXTENSION migrate' -c 'CREATE TABLE t (id int)' -c 'CREATE TABLE u (id int)'
export PGOPTIONS='-c client_min_messages=warning -c migrate.lock_timeout=50 -c migrate.lock_retries=1000'

# new SECTION: three revisions, the second one with these sections; forget what was
new() {
	psql -X -q -v ON_ERROR_STOP=1 >/dev/null <<'SQL'
DROP TABLE IF EXISTS alembic_version, one, three;
ALTER TABLE t DROP COLUMN IF EXISTS new;
ALTER TABLE u DROP COLUMN IF EXISTS new;
TRUNCATE migrate.script, migrate.log;
SQL
	load_three 'CREATE TABLE one (i int);' "$1
-- migrate:downgrade
ALTER TABLE t DROP COLUMN IF EXISTS new;
ALTER TABLE u DROP COLUMN IF EXISTS new;" 'CREATE TABLE three AS SELECT pg_backend_pid() AS pid;'
}

# Somebody who is in the way until let_go; more statements may follow.
hold() {
	psql -X -q -A -t -c "SET application_name = holder" -c 'BEGIN' -c "${1:-SELECT count(*) FROM t}" -c 'SELECT pg_sleep(60)' >/dev/null 2>&1 &
	holder=$!
	for _ in $(seq 200); do
		[ "$(psql -X -q -A -t -c "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'holder' AND wait_event = 'PgSleep'")" = 1 ] && return
		sleep 0.02
	done
	echo 'not ok the holder holds'
}
let_go() {
	psql -X -q -A -t -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'holder'" >/dev/null
	wait "$holder" 2>/dev/null
	# or the next one would be taken for it
	for _ in $(seq 200); do
		[ "$(psql -X -q -A -t -c "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'holder'")" = 0 ] && return
		sleep 0.02
	done
	echo 'not ok the holder lets go'
}

# Run a call (behind another statement) in the background until it has begun to
# try again, or given up.
begin_call() {
	psql -X -q -A -t -c "${2:-;}" -c "$1" -c "SELECT 'after', current_setting('lock_timeout'), (SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND mode = 'ShareUpdateExclusiveLock')" >"$work/call" 2>&1 &
	call=$!
	for _ in $(seq 200); do
		grep -q -E 'trying again|ERROR' "$work/call" && return
		sleep 0.02
	done
}
cancel_call() {
	psql -X -q -A -t -c "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CALL%'" >/dev/null
	wait $call
}
at() {
	gives "SELECT coalesce((SELECT string_agg(r, ',') FROM migrate_current() r), 'base')" "^$1\$"
}
each_once() {
	gives "SELECT string_agg(revision, ' ') FROM migrate_log()" '^r3 r2 r1$'
}
alter='-- migrate:upgrade
ALTER TABLE u ADD COLUMN new int;
ALTER TABLE t ADD COLUMN new int;'

# ---- CALL ------------------------------------------------------------------
new "$alter"
hold
begin_call "CALL migrate.upgrade('head')"
ok 'CALL: what is done is committed' at r1
ok 'CALL: those behind read' gives "SET statement_timeout = '20s'; SELECT count(*) FROM t" '^0$'
ok 'CALL: and write' gives "SET statement_timeout = '20s'; INSERT INTO u (id) VALUES (1); INSERT INTO t (id) VALUES (1) RETURNING id" '^1$'
ok 'CALL: it still waits' kill -0 $call
ok 'CALL: and keeps others from migrating' gives "SELECT migrate_stamp('base')" 'another session migrates this database'
let_go
wait $call
ok 'CALL: it comes to its end' grep -q '^after|0|0$' "$work/call"
ok 'CALL: each revision once' each_once
ok 'CALL: it said where it waited' grep -q 'WARNING:  canceling statement due to lock timeout (revision r2, upgrade, statement 2, line [0-9]*); trying again in [0-9]* ms, 1 of 1000' "$work/call"

new "$alter"
hold
begin_call "CALL migrate.upgrade('+2')"
cancel_call
ok 'cancelled while it waits' grep -q 'canceling statement due to user request' "$work/call"
ok 'it holds nothing' grep -q '^after|0|0$' "$work/call"
begin_call "CALL migrate.upgrade('+2')"
let_go
wait $call
ok 'a relative target means what it meant' at r3

# where the version table is locked as well: what is committed isn't begun anew
new "$alter"
hold
begin_call "CALL migrate.upgrade('+2')"
psql -X -q -c 'SET application_name = holder' -c BEGIN -c 'LOCK TABLE alembic_version' -c 'SELECT pg_sleep(60)' >/dev/null 2>&1 &
second=$!
for _ in $(seq 500); do
	grep -q 'lock timeout; trying again' "$work/call" && break
	sleep 0.02
done
ok 'between two revisions, it waits for the version table' grep -q 'lock timeout; trying again' "$work/call"
let_go
wait $second $call
ok 'and a relative target still means what it meant' at r2
psql -X -q -A -t -c "SELECT migrate_upgrade('head')" >/dev/null

hold
begin_call "CALL migrate.downgrade('-3')"
let_go
wait $call
ok 'down as well' at base

new "$alter"
hold
PGOPTIONS='-c client_min_messages=warning -c migrate.lock_timeout=50 -c migrate.lock_retries=2'
ok 'it gives up in the end' gives "CALL migrate.upgrade('head')" 'ERROR:  canceling statement due to lock timeout'
ok 'and says how often it tried' grep -q 'HINT:  Tried 3 times' "$work/got"
ok 'and where' grep -q 'revision r2, upgrade, statement 2' "$work/got"
ok 'and keeps what it has' at r1
psql -X -q -c 'SET application_name = holder' -c BEGIN -c 'LOCK TABLE alembic_version' -c 'SELECT pg_sleep(60)' >/dev/null 2>&1 &
second=$!
for _ in $(seq 200); do
	[ "$(psql -X -q -A -t -c "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'holder' AND wait_event = 'PgSleep'")" = 2 ] && break
	sleep 0.02
done
for verb in 'SELECT migrate_' 'CALL migrate.'; do
	ok "the same of the version table: $verb" gives "${verb}upgrade('head')" 'HINT:  Tried 3 times'
done
psql -X -q -A -t -c "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE relation = 'alembic_version'::regclass" >/dev/null
wait $second
PGOPTIONS='-c client_min_messages=warning -c lock_timeout=50'
ok 'without the settings, it is told of them' gives "CALL migrate.upgrade('head')" 'HINT:  With the settings lock_timeout and lock_retries'
PGOPTIONS='-c client_min_messages=warning -c lock_timeout=50 -c migrate.lock_retries=1000'
begin_call "CALL migrate.upgrade('head')"
let_go
wait $call
ok "PostgreSQL's own lock_timeout does as well" each_once

# what a try has taken is given back before the next one
psql -X -q -A -t >/dev/null <<'SQL'
DROP TABLE IF EXISTS alembic_version, one, three;
TRUNCATE migrate.script, migrate.log;
SELECT migrate_load(string_agg(format($f$
-- migrate:revision m%s
%s
-- migrate:upgrade
%s
$f$, i, '-- migrate:revises m' || nullif(i - 1, 0), CASE i WHEN 300 THEN $s$
DO $do$ BEGIN
	RAISE WARNING 'memory % kB', (SELECT sum(used_bytes) / 1024 FROM pg_backend_memory_contexts)::int;
END $do$;
LOCK TABLE t NOWAIT;
$s$ ELSE 'SELECT 1;' END), '' ORDER BY i)) FROM generate_series(1, 300) i;
SQL
PGOPTIONS='-c client_min_messages=warning -c migrate.lock_timeout=1 -c migrate.lock_retries=8'
hold 'LOCK TABLE t'
psql -X -q -A -t -c "SELECT migrate_upgrade('head')" >"$work/call" 2>&1
let_go
if since 14; then # where a session's memory can be asked for
	ok 'what a try has taken is given back' awk '/memory/ { n++; now = $3; if (n == 2) was = now } END { exit !(n == 9 && now < was + 500) }' "$work/call"
fi

# what no rollback takes back is in nobody's way
PGOPTIONS='-c client_min_messages=warning -c migrate.lock_timeout=50 -c migrate.lock_retries=1000'
new "-- migrate:upgrade
PREPARE of_script AS SELECT 1;
ALTER TABLE t ADD COLUMN new int;
EXECUTE of_script;
EXECUTE of_caller;"
for verb in 'SELECT migrate_' 'CALL migrate.'; do
	hold
	begin_call "${verb}upgrade('head')" 'PREPARE of_caller AS SELECT 2'
	let_go
	wait $call
	ok "a prepared statement: $verb" at r3
	psql -X -q -A -t -c "SELECT migrate_downgrade('base')" >/dev/null
done

# NOWAIT, and a deadlock whose victim we are
PGOPTIONS='-c client_min_messages=warning -c migrate.lock_retries=1000 -c deadlock_timeout=1500'
new "-- migrate:upgrade
LOCK TABLE t NOWAIT;"
hold 'LOCK TABLE t'
begin_call "CALL migrate.upgrade('head')"
ok 'NOWAIT is tried again' grep -q 'could not obtain lock on relation "t" (.*trying again' "$work/call"
let_go
wait $call
ok 'and had' each_once
new "$alter"
psql -X -q -c "SET deadlock_timeout = '60s'" -c BEGIN -c 'INSERT INTO t (id) VALUES (2)' -c "SELECT pg_advisory_lock(1)" -c "DO 'BEGIN WHILE NOT EXISTS (SELECT FROM pg_locks WHERE relation = ''t''::regclass AND NOT granted) LOOP PERFORM pg_sleep(0.02); END LOOP; END'" -c 'INSERT INTO u (id) VALUES (2)' -c COMMIT >/dev/null &
other=$!
for _ in $(seq 200); do
	[ "$(psql -X -q -A -t -c "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")" = 1 ] && break
	sleep 0.02
done
begin_call "CALL migrate.upgrade('head')"
wait $other
wait $call
ok 'who deadlocks with it goes first' grep -q 'deadlock detected (.*trying again' "$work/call"
ok 'and it comes to its end' each_once

# ---- autocommit sections -----------------------------------------------------
PGOPTIONS='-c client_min_messages=warning -c migrate.lock_timeout=50 -c migrate.lock_retries=1000'
new '-- migrate:upgrade autocommit
ALTER TABLE u ADD COLUMN IF NOT EXISTS new int;
ALTER TABLE t ADD COLUMN IF NOT EXISTS new int;
VACUUM u;'
hold
begin_call "CALL migrate.upgrade('head')"
ok 'section: a statement is tried again' grep -q 'revision r2, upgrade, statement 2, line [0-9]*); trying again' "$work/call"
ok 'section: those behind read' gives "SET statement_timeout = '20s'; SELECT count(*) >= 0 FROM t" '^t$'
ok 'section: nobody else migrates' gives "SELECT migrate_stamp('base')" 'another session migrates this database'
let_go
wait $call
ok 'section: it comes to its end' grep -q '^after|0|0$' "$work/call"
ok 'section: each revision once' each_once
ok 'section: and each statement' gives "SELECT statements FROM migrate_log() WHERE revision = 'r2'" '^3$'

new '-- migrate:upgrade autocommit
CREATE INDEX CONCURRENTLY IF NOT EXISTS t_id ON t (id);'
hold 'INSERT INTO t (id) VALUES (3)'
psql -X -q -A -t -c "CALL migrate.upgrade('head')" >"$work/call" 2>&1 &
call=$!
for _ in $(seq 200); do
	waits=$(psql -X -q -A -t -c "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE a.query LIKE 'CALL%' AND NOT l.granted AND a.query_start < now() - interval '300 ms'")
	[ "$waits" = 1 ] && break
	sleep 0.02
done
ok 'CONCURRENTLY keeps nobody waiting, so it may wait' test "$waits" = 1
let_go
wait $call
ok 'and gets its index' gives "SELECT indisvalid FROM pg_index WHERE indexrelid = 't_id'::regclass" '^t$'
ok 'at once' bash -c "! grep -q WARNING '$work/call'"
psql -X -q -c 'DROP INDEX t_id'

PGOPTIONS='-c client_min_messages=warning -c migrate.lock_timeout=60s -c migrate.lock_retries=1'
new "-- migrate:upgrade autocommit
SET lock_timeout = 20;
ALTER TABLE t ADD COLUMN IF NOT EXISTS new int;"
hold
begin_call "CALL migrate.upgrade('head')"
ok "a section's own lock_timeout goes first" grep -q 'trying again' "$work/call"
cancel_call
let_go

PGOPTIONS='-c client_min_messages=warning -c migrate.lock_timeout=50 -c migrate.lock_retries=1'
new '-- migrate:upgrade autocommit
DO $do$ BEGIN LOCK TABLE t; END $do$;'
hold 'LOCK TABLE t'
ok 'what may have committed is run once' gives "CALL migrate.upgrade('head')" "HINT:  It isn't tried again: what it may have committed stays"
let_go

# ---- migrate_explain() that ends in the middle ------------------------------------
PGOPTIONS='-c client_min_messages=warning'
new '-- migrate:upgrade
ALTER TABLE u ADD COLUMN new int;
ALTER TABLE t ADD COLUMN new int;'

# stopped FUNCTION: let it wait behind a reader, and end it
stopped() {
	hold
	PGAPPNAME=explains psql -X -q -A -t -c 'SELECT * FROM migrate_explain()' >"$work/explain" 2>&1 &
	explain=$!
	for _ in $(seq 500); do
		[ "$(psql -X -q -A -t -c "SELECT $1(pid) FROM pg_stat_activity WHERE application_name = 'explains' AND wait_event_type = 'Lock'")" = t ] && break
		sleep 0.02
	done
	wait "$explain"
	let_go
	grep -q -E "$2" "$work/explain" || { cat "$work/explain"; return 1; }
	gives "SELECT (SELECT count(*) FROM pg_attribute WHERE attname = 'new' AND NOT attisdropped), to_regclass('one') IS NULL, (SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation >= 16384)" '^0\|t\|0$'
}
ok 'explain is cancelled' stopped pg_cancel_backend '^ERROR:  canceling statement due to user request'
ok 'explain is killed' stopped pg_terminate_backend 'terminating connection'
ok 'explain goes through' gives "SELECT revision, statement, rewritten, warning FROM migrate_explain()" '^r3\|CREATE TABLE three'

# ---- many, among readers and writers -------------------------------------------
PGOPTIONS='-c client_min_messages=error -c migrate.lock_timeout=50 -c migrate.lock_retries=1000'
cat >"$work/load.sql" <<'SQL'
BEGIN;
SELECT count(*) FROM t;
SELECT pg_sleep(0.02);
INSERT INTO t (id) VALUES (4);
COMMIT;
SQL
for verb in SELECT CALL; do
	new "$alter"
	[ $verb = SELECT ] && echo "SELECT migrate_upgrade('head');" >"$work/up.sql" ||
		echo "CALL migrate.upgrade('head');" >"$work/up.sql"
	pgbench -n -f "$work/load.sql" -c 4 -T 60 >"$work/load" 2>&1 &
	load=$!
	ok "$verb: fifty sessions at once all end well" pgbench -n -f "$work/up.sql" -c 50 -t 1
	kill $load 2>/dev/null
	wait $load 2>/dev/null
	ok "$verb: each revision once" each_once
done
ok 'nothing is left' gives "SELECT count(*) FROM pg_locks WHERE mode = 'ShareUpdateExclusiveLock'" '^0$'
ok 'the server has said nothing odd' bash -c "! grep -E 'PANIC|TRAP|snapshot|leak|subtransaction|resource' '$work/locks/log'"
done_testing
