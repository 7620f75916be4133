#!/usr/bin/env bash
# Through PgBouncer, where the next statement may come over another connection:
# SELECT and CALL work, one connection serves a CALL from its beginning to its
# end, and nothing of ours stays in it for the next client.
. "$(dirname "$0")/tap.sh"

PATH=$PATH:/usr/sbin
if ! command -v pgbouncer >/dev/null; then
	echo 'skip pgbouncer: it is not installed'
	done_testing
fi

start_server pooled -c max_connections=40
direct=$PGHOST
psql -X -q <<'SQL' >/dev/null
CREATE EXTENSION migrate;
CREATE TABLE shut (); -- r2 waits while there is a row
CREATE TABLE big AS SELECT i % 1000 AS i FROM generate_series(1, 2000) i;
SET migrate.name = 'billing';
SELECT migrate_load('-- migrate:revision b1
-- migrate:upgrade
CREATE TABLE billed AS SELECT migrate_x(''tenant'') AS tenant;
-- migrate:downgrade
DROP TABLE billed;
');
SQL
load_three 'CREATE TABLE one (i int);' "$(slow_sections 'CREATE INDEX CONCURRENTLY IF NOT EXISTS big_i ON big (i);
DO $d$ BEGIN WHILE EXISTS (SELECT FROM shut) LOOP PERFORM pg_sleep(0.05); COMMIT; END LOOP; END $d$')" 'CREATE TABLE three (i int);'

pooler=$work/bouncer
server_dir "$pooler"
cat >"$pooler/ini" <<INI
[databases]
five = host=$direct port=5432 dbname=postgres
one = host=$direct port=5432 dbname=postgres pool_size=1
each = host=$direct port=5432 dbname=postgres pool_size=2 pool_mode=statement
[pgbouncer]
listen_addr =
listen_port = 6432
unix_socket_dir = $pooler
auth_type = trust
auth_file = $pooler/users
admin_users = postgres
pool_mode = transaction
default_pool_size = 5
max_client_conn = 100
idle_transaction_timeout = 2
ignore_startup_parameters = options
logfile = $pooler/log
pidfile = $pooler/pid
INI
echo '"postgres" ""' >"$pooler/users"
as_server pgbouncer -q -d "$pooler/ini" || { echo 'not ok pgbouncer starts'; exit 1; }
trap 'kill "$(cat "$pooler/pid")"; stop_all' EXIT

# From here on all goes through it, but with "direct".
direct() {
	PGHOST=$direct PGPORT=5432 PGDATABASE=postgres "$@"
}
export PGHOST=$pooler PGPORT=6432 PGDATABASE=five
for _ in $(seq 100); do
	psql -X -q -c 'SELECT 1' >/dev/null 2>&1 && break
	sleep 0.1
done

# console QUERY PATTERN: what PgBouncer says of itself.
console() {
	PGDATABASE=pgbouncer gives "$1" "$2"
}

# soon COMMAND ...: it has to succeed within thirty seconds.
soon() {
	for _ in $(seq 300); do
		"$@" >/dev/null 2>&1 && return
		sleep 0.1
	done
	"$@"
}

# A CALL in the background that stays in r2; and what it shows of itself.
call_shut() {
	direct psql -X -q -c 'INSERT INTO shut DEFAULT VALUES'
	psql -X -q -c "CALL migrate.upgrade('head')" >"$work/call" 2>&1 &
	call=$!
}
titled() {
	direct gives 'SELECT application_name FROM pg_stat_activity' "^migrate: $1\$"
}

# What a connection looks like that we have used: no lock, no setting, no title.
clean() {
	gives "SELECT (SELECT count(*) FROM pg_locks WHERE relation::regclass::text LIKE 'migrate.%'), current_setting('work_mem'), current_setting('search_path'), (SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid())" \
		'^0[|]4MB[|]"[$]user", public[|]psql$'
}

# ---- each in one transaction, and with a commit each ---------------------------
for mode in five one each; do
	export PGDATABASE=$mode
	ok "$mode: SELECT migrate_upgrade" gives "SELECT migrate_upgrade('r1')" '^Running upgrade  -> r1$'
	ok "$mode: it is seen by the next" gives 'SELECT migrate_current()' '^r1$'
	ok "$mode: an autocommit section is refused there" gives "SELECT migrate_upgrade('head')" 'autocommit section'
	ok "$mode: CALL" gives "CALL migrate.upgrade('head')" 'INFO:  Running upgrade r2 -> r3'
	ok "$mode: its connection is clean" clean
	ok "$mode: CALL back" gives "CALL migrate.downgrade('base')" 'INFO:  Running downgrade r1 -> $'
	ok "$mode: a history and -x for one call" gives "SELECT migrate('-n billing -x tenant=t1 upgrade head')" 'Running upgrade  -> b1'
	ok "$mode: are the script's" gives 'TABLE billed' '^t1$'
	ok "$mode: and nobody else's" gives "SELECT current_setting('migrate.name', true), migrate_x('tenant') IS NULL" '^[|]t$'
	ok "$mode: back" gives "SELECT migrate('-n billing downgrade base')" 'Running downgrade b1 -> $'
done
ok 'each: has no transactions of a client' gives 'BEGIN' 'transaction blocks not allowed in statement pooling mode'
export PGDATABASE=five
printf "BEGIN;\nSELECT migrate_upgrade('r1');\nROLLBACK;\nSELECT count(*) FROM migrate_current();\n" >"$work/block.sql"
ok 'a transaction of the client has one connection' bash -c "psql -X -q -A -t -f '$work/block.sql' | tail -1 | grep -x 0"
ok 'a statement in the same message: no commit is possible' gives "SELECT 1; CALL migrate.upgrade('head')" 'one message with other statements'

# ---- many clients, few connections ---------------------------------------------
echo "CALL migrate.upgrade('head');" >"$work/up.sql"
for protocol in simple extended; do
	psql -X -q -c "CALL migrate.downgrade('base')" >/dev/null 2>&1
	direct psql -X -q -c 'TRUNCATE migrate.log'
	ok "$protocol: 20 clients CALL over 5 connections" pgbench -n -M $protocol -f "$work/up.sql" -c 20 -t 3
	ok "$protocol: every revision runs once" gives "SELECT string_agg(revision, ' ') FROM migrate_log()" '^r3 r2 r1$'
done
ok 'there were no more than 5' direct gives "SELECT count(*) <= 5 FROM pg_stat_activity WHERE application_name = 'pgbench'" '^t$'
psql -X -q -c "CALL migrate.downgrade('r1')" -c "SELECT migrate_stamp('r2')" >/dev/null 2>&1
direct psql -X -q -c 'TRUNCATE migrate.log'
echo "SELECT migrate_upgrade('head');" >"$work/select.sql"
ok 'extended: 20 clients SELECT' pgbench -n -M extended -f "$work/select.sql" -c 20 -t 3
ok 'extended: it runs once' gives "SELECT string_agg(revision, ' ') FROM migrate_log()" '^r3$'
ok 'no lock is left' direct gives "SELECT count(*) FROM pg_locks WHERE relation::regclass::text LIKE 'migrate.%'" '^0$'

# ---- a CALL keeps its connection ---------------------------------------------------
direct psql -X -q -c 'DROP TABLE IF EXISTS one, two, three' -c "SELECT migrate_stamp('base')" >/dev/null 2>&1
export PGDATABASE=one
call_shut
ok 'the title is shown' soon titled 'upgrade 2/3 r2'
psql -X -q -A -t -c 'SELECT migrate_current()' >"$work/second" 2>&1 &
second=$!
ok 'who comes meanwhile waits for the connection' soon console 'SHOW POOLS' '^one[|]postgres[|]1[|]1[|]'
sleep 2.2
direct psql -X -q -c 'TRUNCATE shut'
wait $call $second
ok 'and comes behind the last revision' grep -q -x r3 "$work/second"
ok 'which no timeout of an idle transaction stops' grep -q 'Running upgrade r2 -> r3' "$work/call"
ok 'its connection is clean' clean

# ---- and loses it, however it ends ---------------------------------------------------
psql -X -q -c "CALL migrate.downgrade('r1')" >/dev/null 2>&1
# before 1.18 it needs another connection of the pool's for that
if [ "$(pgbouncer --version | sed -n 's/^PgBouncer 1\.\([0-9]*\).*/\1/p')" -ge 18 ]; then
	call_shut
	soon titled 'upgrade 1/2 r2' >/dev/null
	kill -INT $call
	wait $call
	direct psql -X -q -c 'TRUNCATE shut'
	ok 'Ctrl-C goes through' grep -q 'canceling statement due to user request' "$work/call"
	ok 'its connection is clean' clean
	ok 'at r1' gives 'SELECT migrate_current()' '^r1$'
fi
call_shut
soon titled 'upgrade 1/2 r2' >/dev/null
kill -9 $call
wait $call 2>/dev/null
direct psql -X -q -c 'TRUNCATE shut'
ok 'a client that is gone leaves no lock' soon direct gives "SELECT count(*) FROM pg_locks WHERE relation::regclass::text LIKE 'migrate.%'" '^0$'
ok 'and the next client goes on' gives "CALL migrate.upgrade('head')" 'Running upgrade r2 -> r3'
ok 'its connection is clean' clean

# ---- settings are read when a connection begins ----------------------------------------
ok 'a setting of the database' direct gives "SELECT migrate_config('version_table', 'versions')" '^versions$'
ok 'is not for connections that are there' gives "SELECT coalesce(migrate_config('version_table'), 'unset')" '^alembic_version$'
console RECONNECT '^$' >/dev/null
ok 'RECONNECT brings it to them' soon gives "SELECT migrate_config('version_table')" '^versions$'
ok 'PgBouncer has nothing odd to say' bash -c "! grep -E 'WARNING|ERROR' '$pooler/log' | grep -v 'transaction blocks not allowed'"
done_testing
