#!/usr/bin/env bash
# CALL migrate.upgrade() under stress: cancelled, timed out, terminated, killed;
# many at once; by each protocol; with other modules in the way.  Whatever
# happens, no lock of the session stays, and the next call goes on.
. "$(dirname "$0")/tap.sh"

start_server call -c max_connections=60 -c shared_preload_libraries=pg_stat_statements,auto_explain \
	-c auto_explain.log_min_duration=0 -c auto_explain.log_nested_statements=on -c pg_stat_statements.track=all
psql -X -q -c 'CREATE EXTENSION migrate' -c 'CREATE EXTENSION pg_stat_statements'
psql -X -q -c "CREATE FUNCTION slow(i int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS
	'BEGIN PERFORM pg_sleep(coalesce(current_setting(''my.sleep'', true), ''60'')::float); RETURN i; END'"

# new SLOW: three revisions, of which the second runs SLOW as the last
# statement of its autocommit section; forget what was
new() {
	psql -X -q -v ON_ERROR_STOP=1 >/dev/null <<'SQL'
DROP TABLE IF EXISTS alembic_version, one, two, three, big;
TRUNCATE migrate.script, migrate.log;
CREATE TABLE big AS SELECT i % 1000 AS i FROM generate_series(1, 20000) i;
SQL
	load_three 'CREATE TABLE one AS SELECT application_name, query FROM pg_stat_activity WHERE pid = pg_backend_pid();' \
		"$(slow_sections "$1")" 'CREATE TABLE three (i int);'
}

# How far it got, how many locks and odd names are left.
at() {
	gives "SELECT coalesce((SELECT string_agg(r, ',') FROM migrate_current() r), 'base')" "^$1\$"
}
nothing_left() {
	for _ in $(seq 50); do
		[ "$(psql -X -q -A -t -c "SELECT (SELECT count(*) FROM pg_locks WHERE relation IN ('migrate.log'::regclass, 'migrate.script'::regclass) AND mode = 'ShareUpdateExclusiveLock')
			+ (SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'migrate:%')")" = 0 ] && return
		sleep 0.1
	done
	psql -X -c 'SELECT pid, relation::regclass, mode FROM pg_locks' -c 'SELECT pid, application_name, query FROM pg_stat_activity'
	return 1
}

# Wait until a CALL shows the given title; prints its process.
titled() {
	for _ in $(seq 100); do
		pid=$(psql -X -q -A -t -c "SELECT pid FROM pg_stat_activity WHERE application_name = '$1' AND wait_event IS NOT NULL AND query LIKE 'CALL migrate.%'")
		[ -n "$pid" ] && echo "$pid" && return
		sleep 0.05
	done
	return 1
}

# One session in the background that goes on after the call; its output in $work/session.
session() {
	psql -X -q -A -t >"$work/session" 2>&1 <<SQL &
CALL migrate.upgrade('head');
SELECT 'after', current_setting('work_mem'), current_setting('application_name'),
	(SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND mode = 'ShareUpdateExclusiveLock'),
	(SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid());
SQL
	session=$!
}

# ---- cancelled -------------------------------------------------------------
for slow in 'SELECT pg_sleep(60)' 'CREATE INDEX CONCURRENTLY big_i ON big (slow(i))' 'DO $d$ BEGIN PERFORM pg_sleep(60); COMMIT; END $d$'; do
	new "$slow"
	what=${slow%% *}
	session
	pid=$(titled 'migrate: upgrade 2/3 r2')
	ok "$what: the step is shown" test -n "$pid"
	psql -X -q -c "SELECT pg_cancel_backend($pid)" >/dev/null
	wait $session
	ok "$what: a cancel says where it was" grep -q 'revision r2, upgrade, statement 2' "$work/session"
	ok "$what: and leaves the session as it was" grep -q '^after|4MB|psql|0|psql$' "$work/session"
	[[ $what != CREATE ]] || ok 'an invalid index is named' grep -q 'HINT: .*DROP INDEX CONCURRENTLY public.big_i' "$work/session"
	ok "$what: it stays at r1" at r1
	ok "$what: and leaves nothing" nothing_left
done
ok 'the title was in the name, the query as typed' gives 'TABLE one' "^migrate: upgrade 1/3 r1[|]CALL migrate.upgrade[(]'head'[)];"

new 'CREATE INDEX CONCURRENTLY big_i ON big (slow(i))'
ok 'with other statements in one message it is refused' gives "SET statement_timeout = 500; CALL migrate.upgrade('head')" 'one message'
psql -X -q -c "ALTER ROLE postgres SET statement_timeout = 500"
session; wait $session
ok 'statement_timeout stops it inside a section' grep -q 'canceling statement due to statement timeout' "$work/session"
psql -X -q -c "ALTER ROLE postgres RESET statement_timeout"
ok 'and leaves nothing' nothing_left
ok 'and an invalid index' gives "SELECT indisvalid FROM pg_index WHERE indexrelid = 'big_i'::regclass" '^f$'
psql -X -q -c "ALTER ROLE postgres SET my.sleep = 0"
ok 'the next call builds it anew' gives "CALL migrate.upgrade('head')" 'NOTICE|Running upgrade r2 -> r3'
ok 'to the end' at r3
ok 'valid' gives "SELECT indisvalid FROM pg_index WHERE indexrelid = 'big_i'::regclass" '^t$'
psql -X -q -c "ALTER ROLE postgres RESET my.sleep"

new "SET statement_timeout = 500; SELECT pg_sleep(60)"
session; wait $session
ok "a section's own statement_timeout stops its statement" grep -q 'canceling statement due to statement timeout' "$work/session"
ok 'and says which' grep -q 'revision r2, upgrade, statement 3' "$work/session"
ok 'and leaves the session as it was' grep -q '^after|4MB|psql|0|psql$' "$work/session"
new "SET statement_timeout = '1s'; SELECT pg_sleep(0.6); SELECT pg_sleep(0.6); RESET statement_timeout; SELECT pg_sleep(0.2)"
session; wait $session
ok 'it counts for each statement' at r3
PGOPTIONS='-c statement_timeout=1500'
new "SET statement_timeout = 0; SELECT pg_sleep(2)"
session; wait $session
ok "it lifts the call's, too" at r3
new "SET statement_timeout = 0; SELECT pg_sleep(2)"
psql -X -q -c "SELECT migrate_load(replace(migrate_script('r3'), 'CREATE TABLE three (i int)', 'SELECT pg_sleep(60)'))" >/dev/null
session; wait $session
ok 'which goes on behind the section' grep -q 'canceling statement due to statement timeout' "$work/session"
ok 'with the next revision' at r2
PGOPTIONS='-c client_min_messages=warning'

# ---- waiting ---------------------------------------------------------------
new 'SELECT pg_sleep(60)'
session; first=$session
pid=$(titled 'migrate: upgrade 2/3 r2')
psql -X -q -A -t -c "SET lock_timeout = 300" -c "CALL migrate.upgrade('head')" >"$work/second" 2>&1
ok 'a second CALL waits as long as lock_timeout says' grep -q 'canceling statement due to lock timeout' "$work/second"
ok 'the SELECT form is refused with the pid' gives "SELECT migrate_upgrade('head')" "It is the process with ID $pid"
ok 'and told to CALL' grep -q 'CALL migrate.upgrade' "$work/got"

# ---- a ROLLBACK in a section lets go of the locks ---------------------------
new "DO \$d\$ BEGIN PERFORM 1; ROLLBACK; PERFORM pg_sleep(2); END \$d\$;
INSERT INTO two SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND mode = 'ShareUpdateExclusiveLock';
DO \$d\$ BEGIN PERFORM 1; ROLLBACK; END \$d\$"
session; first=$session
titled 'migrate: upgrade 2/3 r2' >/dev/null
for _ in $(seq 40); do
	[ "$(psql -X -q -A -t -c "SELECT count(*) FROM pg_locks WHERE relation = 'migrate.log'::regclass AND mode = 'ShareUpdateExclusiveLock'")" = 0 ] && break
	sleep 0.02
done
psql -X -q -A -t -c "CALL migrate.upgrade('head')" >"$work/second" 2>&1
wait $first
ok 'ROLLBACK: the run takes its locks again' grep -q '^after|4MB|psql|0|psql$' "$work/session"
ok 'ROLLBACK: and has no warning' bash -c "! grep -E 'WARNING|ERROR' '$work/session'"
ok 'ROLLBACK: who was overtaken meanwhile stops' grep -q 'another session has migrated this database meanwhile' "$work/second"
ok 'ROLLBACK: at that statement' grep -q 'revision r2, upgrade, statement 2' "$work/second"
ok 'ROLLBACK: the rest runs once, with both locks' gives 'SELECT i, count(*) OVER () FROM two' '^2[|]1$'
ok 'ROLLBACK: to the end' at r3
ok 'ROLLBACK: each step once' gives "SELECT count(*) FROM migrate_log()" '^3$'
ok 'ROLLBACK: and leaves nothing' nothing_left
new 'SELECT pg_sleep(60)'
session; first=$session
pid=$(titled 'migrate: upgrade 2/3 r2')

# ---- whose is an invalid index, and no waiting for an answer -------------------
psql -X -q -c "SELECT pg_cancel_backend($pid)" >/dev/null
wait $first
new "SET lock_timeout = 500; CREATE INDEX CONCURRENTLY big_i ON big (i)"
psql -X -q -c 'BEGIN; LOCK TABLE big; SELECT pg_sleep(8)' >/dev/null 2>&1 &
locks=$!
sleep 0.5
before=$SECONDS
session; wait $session
ok 'lock_timeout of a section ends CONCURRENTLY' grep -q 'canceling statement due to lock timeout' "$work/session"
ok 'and not only when the table is free' test $((SECONDS - before)) -lt 5
psql -X -q -A -t -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%LOCK TABLE big%' AND pid <> pg_backend_pid()" >/dev/null
wait $locks 2>/dev/null
new "SET lock_timeout = '3s'; CREATE INDEX CONCURRENTLY big_i ON big (i)"
psql -X -q -c 'BEGIN; LOCK TABLE big IN SHARE UPDATE EXCLUSIVE MODE; SELECT pg_sleep(2)' -c COMMIT >/dev/null &
psql -X -q -c 'BEGIN; INSERT INTO big VALUES (1); SELECT pg_sleep(6)' -c COMMIT >/dev/null &
sleep 0.5
psql -X -q -c 'CREATE INDEX CONCURRENTLY other ON big (i)' >/dev/null &
other=$!
sleep 0.3
session; wait $session
ok 'another session builds an index' gives "SELECT indisvalid FROM pg_index WHERE indexrelid = 'other'::regclass" '^f$'
ok 'which is not ours to drop' bash -c "grep -q 'lock timeout' '$work/session' && ! grep 'HINT:.*DROP' '$work/session'"
wait $other
ok 'and becomes valid' gives "SELECT indisvalid FROM pg_index WHERE indexrelid = 'other'::regclass" '^t$'
psql -X -q -c 'CREATE TABLE wide (i int, a text)' -c 'CREATE INDEX wide_i ON wide (i)' -c 'CREATE INDEX wide_10 ON wide ((1 / (10 - i)))' \
	-c 'ALTER TABLE wide DISABLE TRIGGER ALL' -c 'INSERT INTO wide SELECT 1 FROM generate_series(1, 3)' \
	-c "UPDATE pg_index SET indisready = false WHERE indexrelid = 'wide_10'::regclass" -c 'INSERT INTO wide VALUES (10)' \
	-c "UPDATE pg_index SET indisready = true WHERE indexrelid = 'wide_10'::regclass"
new 'REINDEX TABLE CONCURRENTLY wide'
session; wait $session
sed -n 's/^HINT: .*before the next run: //p' "$work/session" >"$work/drop.sql"
ok 'REINDEX TABLE: all that it leaves are named' grep -q 'wide_i_ccnew; .*wide_10_ccnew; .*pg_toast' "$work/drop.sql"
tr ';' '\n' <"$work/drop.sql" | sed 's/$/;/' >"$work/drops.sql"
ok 'and dropped by what it says' psql -X -q -v ON_ERROR_STOP=1 -f "$work/drops.sql"
ok 'each of them' gives "SELECT count(*) FROM pg_index WHERE NOT indisvalid" '^0$'
psql -X -q -c 'DROP TABLE wide'

new 'SELECT pg_sleep(60)'
session; first=$session
pid=$(titled 'migrate: upgrade 2/3 r2')

# ---- terminated, killed -----------------------------------------------------
psql -X -q -c "SELECT pg_terminate_backend($pid)" >/dev/null
wait $first
ok 'terminated: it leaves nothing' nothing_left
ok 'terminated: it stays at r1' at r1
new 'SELECT pg_sleep(60)'
session
kill -9 "$(titled 'migrate: upgrade 2/3 r2')"
wait $session
for _ in $(seq 50); do
	psql -X -q -c 'SELECT 1' >/dev/null 2>&1 && break
	sleep 0.2
done
ok 'kill -9: it stays at r1' at r1
ok 'kill -9: it leaves nothing' nothing_left
psql -X -q -c "SELECT migrate_load(replace(migrate_script('r2'), 'pg_sleep(60)', '1'))" >/dev/null
ok 'and the next call goes on' gives "CALL migrate.upgrade('head')" 'Running upgrade r2 -> r3'

# ---- by each protocol, many at once -------------------------------------------
for protocol in simple extended prepared; do
	new 'CREATE INDEX CONCURRENTLY big_i ON big (i)'
	printf "CALL migrate.upgrade('head');\nCALL migrate.downgrade('base');\nCALL migrate.upgrade('head');\n" >"$work/calls.sql"
	ok "$protocol protocol" pgbench -n -M $protocol -f "$work/calls.sql" -c 1 -t 5
	ok "$protocol protocol: to head" at r3
	ok "$protocol protocol: each step once" gives "SELECT count(*) FROM migrate_log()" '^33$'
done
new 'CREATE INDEX CONCURRENTLY big_i ON big (i)'
echo "CALL migrate.upgrade('head');" >"$work/calls.sql"
ok '50 sessions at once all end well' pgbench -n -f "$work/calls.sql" -c 50 -t 2
ok 'and every revision runs once' gives "SELECT string_agg(revision, ' ') FROM migrate_log()" '^r3 r2 r1$'
ok 'and nothing is left' nothing_left

# ---- event triggers, both forms by each protocol -----------------------------------
psql -X -q <<'SQL' >/dev/null
DROP TABLE alembic_version, one, two, three;
TRUNCATE migrate.script, migrate.log;
SELECT migrate_load($m$
-- migrate:revision e1
-- migrate:upgrade
CREATE TABLE watched (i int);
INSERT INTO watched VALUES (1);
ALTER TABLE watched ALTER i TYPE bigint;
-- migrate:downgrade
DROP TABLE watched;
-- migrate:revision e2
-- migrate:revises e1
-- migrate:upgrade autocommit
CREATE INDEX CONCURRENTLY watched_i ON watched (i);
-- migrate:downgrade autocommit
DROP INDEX CONCURRENTLY watched_i;
$m$);
SELECT migrate_ensure_version();
-- by the server's log: a row written at its start would forbid DROP INDEX CONCURRENTLY
CREATE FUNCTION see() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE LOG 'seen: %', concat_ws(', ', tg_event, tg_tag, CASE tg_event
		WHEN 'ddl_command_end' THEN (SELECT object_identity FROM pg_event_trigger_ddl_commands())
		WHEN 'sql_drop' THEN (SELECT object_identity FROM pg_event_trigger_dropped_objects() WHERE original)
		WHEN 'table_rewrite' THEN pg_event_trigger_table_rewrite_oid()::regclass::text END,
		(SELECT migrate_current()));
	IF current_setting('my.fails', true) = tg_event || ' ' || tg_tag THEN
		RAISE EXCEPTION 'not this one';
	ELSIF current_setting('my.calls', true) = tg_tag THEN
		PERFORM migrate_upgrade('head');
	END IF;
END $$;
SELECT pg_stat_statements_reset();
CREATE EVENT TRIGGER see_start ON ddl_command_start EXECUTE FUNCTION see();
CREATE EVENT TRIGGER see_end ON ddl_command_end EXECUTE FUNCTION see();
CREATE EVENT TRIGGER see_drop ON sql_drop EXECUTE FUNCTION see();
CREATE EVENT TRIGGER see_rewrite ON table_rewrite EXECUTE FUNCTION see();
SQL
cat >"$work/calls.sql" <<'SQL'
SELECT migrate_upgrade('e1');
CALL migrate.upgrade('head');
SELECT migrate('current -v'), (SELECT count(*) FROM migrate_history());
CALL migrate.downgrade('e1');
SELECT migrate_downgrade('base');
SQL
cat >"$work/events" <<'END'
ddl_command_start, CREATE TABLE
ddl_command_end, CREATE TABLE, public.watched
ddl_command_start, ALTER TABLE
table_rewrite, ALTER TABLE, watched
ddl_command_end, ALTER TABLE, public.watched
ddl_command_start, CREATE INDEX, e1
ddl_command_end, CREATE INDEX, public.watched_i, e1
ddl_command_start, DROP INDEX, e2
sql_drop, DROP INDEX, public.watched_i, e2
ddl_command_end, DROP INDEX, e2
ddl_command_start, DROP TABLE, e1
sql_drop, DROP TABLE, public.watched, e1
ddl_command_end, DROP TABLE, e1
END
# Has the log three times these, since it had so many lines?
saw_them() {
	tail -n "+$1" "$work/call/log" | sed -n 's/.*LOG:  seen: //p' >"$work/seen"
	cat "$work/events" "$work/events" "$work/events" | diff - "$work/seen"
}
for protocol in simple extended prepared; do
	before=$(wc -l <"$work/call/log")
	ok "event triggers, $protocol protocol" pgbench -n -M $protocol -f "$work/calls.sql" -c 1 -t 3
	ok "event triggers, $protocol protocol: each sees its own" saw_them "$before"
	ok "$protocol protocol: pg_stat_statements" gives "SELECT sum(calls) FROM pg_stat_statements WHERE query LIKE 'INSERT INTO watched%'" '^3$'
	ok "$protocol protocol: with the index" gives "SELECT sum(calls) FROM pg_stat_statements WHERE query LIKE 'CREATE INDEX CONCURRENTLY watched%'" '^3$'
	ok "$protocol protocol: auto_explain" bash -c "tail -n +$before '$work/call/log' | grep 'Query Text: INSERT INTO watched'"
	psql -X -q -c 'SELECT pg_stat_statements_reset()' >/dev/null
done
ok 'an event trigger that fails' gives "SET my.fails = 'table_rewrite ALTER TABLE'; SELECT migrate_upgrade('e1')" 'not this one'
ok 'has a place' grep -q 'revision e1, upgrade, statement 3' "$work/got"
ok 'and it leaves nothing' gives "SELECT to_regclass('watched') IS NULL AND NOT EXISTS (SELECT FROM migrate_current())" '^t$'
for event in ddl_command_start ddl_command_end; do
	psql -X -q -c "ALTER ROLE postgres SET my.fails = '$event CREATE INDEX'"
	ok "$event: fails in a section" gives "CALL migrate.upgrade('head')" 'not this one'
	ok "$event: has a place" grep -q 'revision e2, upgrade, statement 1' "$work/got"
	ok "$event: it stays before the section" at e1
	ok "$event: and leaves nothing" nothing_left
	psql -X -q -c 'ALTER ROLE postgres RESET my.fails' -c 'DROP INDEX IF EXISTS watched_i'
done
ok "it can't migrate itself" gives "SET my.calls = 'DROP TABLE'; SELECT migrate_downgrade('base')" 'migrate_upgrade cannot be called by a revision that is running|upgrade cannot be called by a revision'
psql -X -q -c 'DROP FUNCTION see CASCADE' -c 'DROP TABLE watched'
new 'CREATE INDEX CONCURRENTLY big_i ON big (i)'
psql -X -q -c "CALL migrate.upgrade('head')" 2>/dev/null

# ---- whatever PostgreSQL refuses in a function --------------------------------
# 13 detaches in a transaction alone
sed "$(since 14 || echo 's/ part CONCURRENTLY;/ part;/')" <<'SQL' | psql -X -q >/dev/null
SELECT migrate_stamp('base', purge => true);
DROP TABLE one, two, three;
TRUNCATE migrate.script, migrate.log;
CREATE TABLE parts (i int) PARTITION BY RANGE (i);
CREATE TABLE part PARTITION OF parts FOR VALUES FROM (0) TO (10);
CREATE TABLE copied (i int);
SELECT migrate_load($m$
-- migrate:revision s1
-- migrate:upgrade autocommit
ALTER TABLE parts DETACH PARTITION part CONCURRENTLY;
CREATE DATABASE other;
DROP DATABASE other;
ALTER SYSTEM SET work_mem = '6MB';
ALTER SYSTEM RESET work_mem;
CLUSTER;
REINDEX SCHEMA public;
REINDEX TABLE CONCURRENTLY big;
DROP INDEX CONCURRENTLY big_i;
VACUUM (FULL, ANALYZE) big;
DISCARD ALL;
-- migrate:upgrade autocommit
-- and whatever else the client could send
LISTEN something;
CREATE TEMP TABLE temporary (i int);
SELECT * FROM generate_series(1, 10);
EXPLAIN ANALYZE SELECT count(*) FROM big;
SHOW work_mem;
DECLARE c CURSOR WITH HOLD FOR SELECT 1;
FETCH c;
CLOSE ALL;
PREPARE q AS SELECT 1;
EXECUTE q;
DEALLOCATE q;
WITH x AS (INSERT INTO copied VALUES (1) RETURNING i) SELECT * FROM x;
CREATE RULE twice AS ON INSERT TO part DO ALSO INSERT INTO copied VALUES (NEW.i);
INSERT INTO part VALUES (2);
-- migrate:downgrade
-- migrate:revision s2
-- migrate:revises s1
-- migrate:upgrade autocommit
COPY copied FROM stdin;
3
\.
COPY copied FROM stdin;
4
x
\.
$m$);
SQL
ok 'a section holds all of them' gives "CALL migrate.upgrade('s1')" 'Running upgrade  -> s1'
ok 'and they all ran' at s1
ok 'rows that fail in the middle are placed' gives "CALL migrate.upgrade('s2')" 'revision s2, upgrade, statement 2, line 7'
ok 'and those before stay' gives "SELECT string_agg(i::text, ' ' ORDER BY i) FROM copied" '^1 2 3$'
ok 'and nothing else' nothing_left
ok 'the server has said nothing odd' bash -c "! grep -E 'PANIC|TRAP|WARNING:|snapshot|leak' '$work/call/log' | grep -v -E 'terminated by signal|crash of another'"

# ---- a standby has nothing to migrate ------------------------------------------
server_dir "$work/standby"
as_server "$bin/pg_basebackup" -h "$work/call" -U postgres -D "$work/standby/data" -R -X stream -c fast
start_server standby
ok 'a standby refuses' gives "CALL migrate.upgrade('head')" 'a standby cannot migrate'
done_testing
