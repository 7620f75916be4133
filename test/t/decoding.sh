#!/usr/bin/env bash
# Logical decoding: the log's rows come with each commit of a CALL, and a
# publication brings log, scripts and version table to another server.
. "$(dirname "$0")/tap.sh"

if [ ! -e "$("$bin/pg_config" --pkglibdir)/test_decoding.so" ]; then
	echo 'skip decoding: test_decoding is not installed'
	done_testing
fi

start_server source -c wal_level=logical -c max_replication_slots=5 -c max_wal_senders=5
source=$PGHOST
psql -X -q <<'SQL' >/dev/null
CREATE EXTENSION migrate;
SELECT migrate_ensure_version();
SQL
load_three 'CREATE TABLE one (i int); INSERT INTO one VALUES (1), (2);' '-- migrate:upgrade autocommit
INSERT INTO one VALUES (3);
CREATE INDEX CONCURRENTLY IF NOT EXISTS one_i ON one (i);
-- migrate:downgrade
DROP INDEX one_i;' 'CREATE TABLE three (i int);'
psql -X -q -c "SELECT pg_create_logical_replication_slot('slot', 'test_decoding')" >/dev/null

# changes PATTERN: what the slot has since the last call: the transactions, in
# the order of their commits, each as the tables that it wrote.
changes() {
	psql -X -q -A -t >"$work/got" 2>&1 <<'SQL'
SELECT string_agg(wrote, ' | ' ORDER BY lsn)
FROM (SELECT max(lsn) AS lsn,
		string_agg(m[1] || coalesce(' ' || (regexp_match(data, 'revision\[text\]:''(\w+)'))[1], '')
			|| coalesce(' ' || (regexp_match(data, 'version_num\[[^]]*\]:''(\w+)''$'))[1], ''), ', ' ORDER BY n) AS wrote
	FROM pg_logical_slot_get_changes('slot', NULL, NULL) WITH ORDINALITY AS c (lsn, xid, data, n),
		regexp_match(data, '^table \w+\.(\w+: [A-Z]+)') AS m
	WHERE m IS NOT NULL
	GROUP BY xid::text) AS each;
SQL
	grep -q -x -e "$1" "$work/got" || { cat "$work/got"; return 1; }
}

# ---- decoded ----------------------------------------------------------------
psql -X -q -c "CALL migrate.upgrade('head')" >/dev/null 2>&1
ok 'CALL: each commit has the row of its step' changes 'one: INSERT, one: INSERT, alembic_version: INSERT r1, log: INSERT r1 | one: INSERT | alembic_version: UPDATE r2, log: INSERT r2 | alembic_version: UPDATE r3, log: INSERT r3'
psql -X -q -c "CALL migrate.downgrade('r1')" >/dev/null 2>&1
ok 'CALL back' changes 'alembic_version: UPDATE r2, log: INSERT r3 | alembic_version: UPDATE r1, log: INSERT r2'
psql -X -q -c "SELECT migrate_downgrade('base')" -c "SELECT migrate_stamp('r2')" -c "SELECT migrate_upgrade('head')" >/dev/null 2>&1
ok 'SELECT: one transaction each' changes 'alembic_version: DELETE r1, log: INSERT r1 | alembic_version: INSERT r2, log: INSERT r2 | alembic_version: UPDATE r3, log: INSERT r3'
psql -X -q -c "SELECT pg_drop_replication_slot('slot')" >/dev/null

# ---- published ------------------------------------------------------------------
psql -X -q -c 'CREATE PUBLICATION ours FOR TABLE migrate.log, migrate.script, alembic_version'
start_server target -c max_replication_slots=5 -c max_logical_replication_workers=4 -c max_sync_workers_per_subscription=3
target=$PGHOST
psql -X -q -c 'CREATE EXTENSION migrate' -c 'SELECT migrate_ensure_version()' \
	-c "CREATE SUBSCRIPTION ours CONNECTION 'host=$source user=postgres dbname=postgres' PUBLICATION ours" >/dev/null

# Both have the same.
same() {
	local query='SELECT migrate_log(), migrate_current() UNION ALL SELECT s, NULL FROM migrate.script s'
	[ "$(PGHOST=$source psql -X -A -t -c "$query" 2>&1)" = "$(psql -X -A -t -c "$query" 2>&1)" ]
}
soon() {
	for _ in $(seq 600); do
		"$@" >/dev/null 2>&1 && return
		sleep 0.1
	done
	"$@" || { tail -5 "$target/log"; return 1; }
}
ok 'what was there arrives' soon same
PGHOST=$source psql -X -q -c "CALL migrate.downgrade('base')" -c "CALL migrate.upgrade('r2')" \
	-c "SELECT migrate_load('-- migrate:revision r4
-- migrate:revises r3')" >/dev/null 2>&1
ok 'and what comes later' soon same
ok 'with the same keys' gives 'SELECT count(*), min(id), max(id) FROM migrate_log()' '^9[|]1[|]9$'
ok 'and whose a script is' gives "SELECT string_agg(DISTINCT stored_by, ' ') FROM migrate.script" '^postgres$'
ok 'reading commands read it' gives "SELECT string_agg(revision, ' ') FROM migrate_plan('upgrade', 'head')" '^r3 r4$'

# ---- and then migrated there: sequences don't come along ---------------------------
psql -X -q -c 'ALTER SUBSCRIPTION ours DISABLE' -c 'ALTER SUBSCRIPTION ours SET (slot_name = NONE)' -c 'DROP SUBSCRIPTION ours'
ok "PostgreSQL doesn't send a sequence" gives "SELECT migrate_upgrade('r3')" 'duplicate key value violates unique constraint "log_pkey"'
ok 'setval() does' gives "SELECT setval('migrate.log_id_seq', (SELECT max(id) FROM migrate.log)), setval('migrate.script_position_seq', (SELECT max(\"position\") FROM migrate.script))" '^9[|]4$'
ok 'after it, the history goes on' gives "SELECT migrate_upgrade('r3'); SELECT max(id) FROM migrate_log()" '^10$'
ok 'and takes scripts' gives "SELECT migrate_load('-- migrate:revision r5
-- migrate:revises r4'); SELECT max(\"position\") FROM migrate.script" '^5$'

# ---- a version table without a key ---------------------------------------------------
PGHOST=$source
psql -X -q -c 'DROP PUBLICATION ours' -c 'CREATE PUBLICATION every FOR ALL TABLES'
ok 'with a key it can be published' gives "SELECT migrate_upgrade('r3')" '^Running upgrade r2 -> r3$'
export PGOPTIONS="$PGOPTIONS -c migrate.name=bare -c migrate.bare.version_table_pk=false"
psql -X -q -c "SELECT migrate_load('-- migrate:revision b1
-- migrate:revision b2
-- migrate:revises b1
-- migrate:upgrade
-- migrate:downgrade
')" >/dev/null
ok 'without one, its first row goes in' gives "SELECT migrate_upgrade('b1')" '^Running upgrade  -> b1$'
ok 'the second is refused' gives "SELECT migrate_upgrade('b2')" 'cannot update table "bare_version" because it does not have a replica identity and publishes updates'
ok 'which says where' grep -q 'row "b2" of the version table' "$work/got"
ok 'and what helps' grep -q 'HINT: .*REPLICA IDENTITY' "$work/got"
ok 'which it does' gives "ALTER TABLE bare_version REPLICA IDENTITY FULL; SELECT migrate_upgrade('b2'); SELECT migrate_downgrade('-1'); SELECT migrate_current()" '^b1$'
done_testing
