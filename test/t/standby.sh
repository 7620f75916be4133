#!/usr/bin/env bash
# On a hot standby reading works, and writing says what is wrong.
. "$(dirname "$0")/tap.sh"

start_server primary -c wal_level=replica -c max_wal_senders=4
psql -X -q -c 'CREATE EXTENSION migrate' -c "SELECT migrate_load('-- migrate:revision a1
-- migrate:upgrade
CREATE TABLE a1 (i int);
-- migrate:downgrade
DROP TABLE a1;
-- migrate:revision b2
-- migrate:revises a1
')" -c "SELECT migrate_upgrade('a1')" >/dev/null
server_dir "$work/standby"
as_server "$bin/pg_basebackup" -h "$work/primary" -U postgres -D "$work/standby/data" -R -X stream
start_server standby
for _ in $(seq 100); do
	[ "$(psql -X -A -t -c "SELECT to_regclass('a1')" 2>/dev/null)" = a1 ] && break
	sleep 0.1
done
ok 'current is read' gives 'SELECT migrate_current()' '^a1$'
ok 'history is read' gives 'SELECT count(*) FROM migrate_history()' '^2$'
ok 'plan is read' gives "SELECT revision FROM migrate_plan('upgrade', 'head')" '^b2$'
ok 'log and status are read' gives 'SELECT l.revision, s.pending FROM migrate_log() l, migrate_status() s' '^a1[|]1$'
for call in "migrate_upgrade('head')" "migrate_downgrade('-1')" "migrate_stamp('head')" \
	"migrate_load('-- migrate:revision c3')" "migrate_ensure_version()"; do
	ok "$call is refused" gives "SELECT $call" 'a standby cannot migrate'
done
done_testing
