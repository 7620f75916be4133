#!/usr/bin/env bash
# On a hot standby, and in a session that is read-only, every command that reads
# works, and every one that writes says what is wrong and makes nothing.
. "$(dirname "$0")/tap.sh"

start_server primary -c wal_level=replica -c max_wal_senders=4
server_dir "$work/scripts/versions"
chmod 777 "$work/scripts" "$work/scripts/versions"
printf -- '-- migrate:revision f1\n-- migrate:upgrade\nCREATE TABLE f1 (i int);\n' >"$work/scripts/versions/f1.sql"
printf -- '-- migrate:revision f2\n-- migrate:revises f1\n' >"$work/scripts/versions/f2.sql"
psql -X -q -c 'CREATE EXTENSION migrate' -c "SELECT migrate_load('-- migrate:revision a1
-- migrate:message first
-- migrate:upgrade
CREATE TABLE a1 (i int);
-- migrate:downgrade
DROP TABLE a1;
-- migrate:revision b2
-- migrate:revises a1
-- migrate:upgrade
SELECT 1;
-- migrate:revision c2
-- migrate:revises a1
-- migrate:upgrade autocommit
VACUUM a1;
')" -c "SELECT migrate_upgrade('a1')" -c "SELECT migrate_config('timezone', 'UTC')" -c "ALTER DATABASE postgres SET migrate.files.script_location = '$work/scripts'" \
	-c "SET migrate.name = 'plain'" -c "SELECT migrate_model('CREATE TABLE a1 (i int, j int)')" -c 'SELECT * FROM migrate_check()' >/dev/null 2>&1
server_dir "$work/standby"
as_server "$bin/pg_basebackup" -h "$work/primary" -U postgres -D "$work/standby/data" -R -X stream -c fast
start_server standby
for _ in $(seq 600); do
	[ "$(psql -X -A -t -c "SELECT to_regclass('a1')" 2>/dev/null)" = a1 ] && break
	sleep 0.1
done

# reads: every command that changes nothing
reads() {
	ok "$1: current" gives 'SELECT migrate_current()' '^a1$'
	ok "$1: current -v" gives "SELECT migrate('current -v')" '^Rev: a1 [(]branchpoint[)]$'
	ok "$1: current --check-heads" gives "SELECT migrate('current --check-heads')" 'ERROR:  Database is not on all head revisions'
	ok "$1: history" gives 'SELECT count(*), count(*) FILTER (WHERE is_current) FROM migrate_history()' '^3[|]1$'
	ok "$1: history -i" gives "SELECT migrate('history -i')" '^<base> -> a1 [(]current[)] [(]branchpoint[)], first$'
	ok "$1: heads" gives "SELECT string_agg(revision, ' ') FROM migrate_heads(true)" '^c2 b2$|^b2 c2$'
	ok "$1: branches" gives 'SELECT revision FROM migrate_branches()' '^a1$'
	ok "$1: show" gives "SELECT revision, length(script) > 0 FROM migrate_show('b2')" '^b2[|]t$'
	ok "$1: script" gives "SELECT migrate_script('b2')" '^SELECT 1;$'
	ok "$1: plan" gives "SELECT revision FROM migrate_plan('upgrade', 'c2')" '^c2$'
	ok "$1: plan of a stamp" gives "SELECT operation FROM migrate_plan('stamp', 'heads') LIMIT 1" '^stamp$'
	ok "$1: graph" gives "SELECT migrate_graph()" '^flowchart'
	ok "$1: graph as svg" gives "SELECT migrate_graph('svg')" '^<svg'
	ok "$1: log" gives 'SELECT revision, operation FROM migrate_log()' '^a1[|]upgrade$'
	ok "$1: status" gives 'SELECT heads_current, pending FROM migrate_status()' '^a1[|]2$'
	ok "$1: config" gives "SELECT migrate_config('timezone')" '^UTC$'
	ok "$1: x, tag, version" gives "SELECT migrate_x('k') IS NULL, migrate_tag() IS NULL, migrate_version() <> ''" '^t[|]t[|]t$'
	ok "$1: list_templates" gives 'SELECT migrate_list_templates()' '^generic$'
	ok "$1: --version" gives "SELECT migrate('--version')" '^migrate [0-9]'
	ok "$1: upgrade --sql" gives "SELECT migrate_upgrade('a1:c2', true)" '^VACUUM a1;$'
	ok "$1: downgrade --sql" gives "SELECT migrate('downgrade a1:base --sql')" '^DROP TABLE a1;$'
	ok "$1: stamp --sql" gives "SELECT migrate_stamp('b2', true)" "VALUES [(]'b2'[)]"
	ok "$1: ensure_version --sql" gives 'SELECT migrate_ensure_version(true)' '^CREATE TABLE alembic_version'
	ok "$1: check, with kept facts" gives "SELECT migrate('-n plain check')" "New upgrade operations detected: added column 'a1.j'"
	ok "$1: a directory's history" gives "SELECT migrate('-n files history')" '^f1 -> f2 [(]head[)]'
	ok "$1: its scripts" gives "SELECT migrate('-n files upgrade head --sql')" '^CREATE TABLE f1'
}

# refuses WHAT MESSAGE CHECK: none that writes works, or leaves a file; nor does a
# check that has to build its model
refuses() {
	local call
	for call in "migrate_upgrade('head')" "migrate_downgrade('-1')" "migrate_stamp('heads')" "migrate_stamp('a1', purge => true)" \
		"migrate_load('-- migrate:revision d3')" "migrate_edit('b2', '-- migrate:revision b2')" 'migrate_ensure_version()' \
		"migrate_revision('x', head => 'b2')" "migrate_merge('heads')" "migrate_config('timezone', 'Europe/Berlin')" \
		"migrate_config('timezone', NULL)" "migrate_import_alembic(E'-- Running upgrade  -> i1\n\nINSERT INTO alembic_version (version_num) VALUES (\'i1\');\n')" "migrate_init('$work/scripts/new')" \
		"migrate('upgrade heads')" "migrate('-n files upgrade head')" "migrate('-n files revision -m x')" \
		"migrate('-n files edit f2 \"-- migrate:revision f2\"')"; do
		ok "$1: $call" gives "SELECT $call" "ERROR:  $2"
	done
	for call in "upgrade('b2')" "downgrade('base')"; do
		ok "$1: CALL $call" gives "CALL migrate.$call" "ERROR:  $2"
	done
	ok "$1: check without" gives "SET default_tablespace = pg_default; SELECT migrate('-n plain check')" "ERROR:  $3"
	ok "$1: no file is made" bash -c "[ \"\$(cd '$work/scripts' && find . | sort | tr '\n' ' ')\" = '. ./versions ./versions/f1.sql ./versions/f2.sql ' ]"
}

reads standby
refuses standby 'a standby cannot migrate' 'a standby cannot build a model'
export PGHOST=$work/primary PGOPTIONS="$PGOPTIONS -c default_transaction_read_only=on"
reads read-only
refuses read-only 'cannot migrate in a read-only transaction' 'cannot build a model in a read-only transaction'
ok 'and works where the transaction may write' gives "BEGIN READ WRITE; SELECT migrate_upgrade('b2')" '^Running upgrade a1 -> b2$'
done_testing
