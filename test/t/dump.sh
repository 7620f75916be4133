#!/usr/bin/env bash
# A dump that is restored, and a pg_upgrade, keep scripts and log and whose a
# script is, and the history migrates on; what a dump leaves out is shown, too.
. "$(dirname "$0")/tap.sh"

start_server dump
psql -X -q <<'SQL' >/dev/null
CREATE ROLE olga LOGIN CREATEDB;
CREATE ROLE reader LOGIN;
CREATE DATABASE shop OWNER olga;
\c shop olga
CREATE EXTENSION migrate;
GRANT USAGE ON SCHEMA migrate TO reader;
GRANT SELECT ON migrate.script, migrate.log TO reader;
SELECT migrate_config('version_table', 'versions');
SELECT migrate_load($m$
-- migrate:revision a1
-- migrate:upgrade
CREATE TABLE a1 (i int PRIMARY KEY, t text DEFAULT 'it''s; \.');
COPY a1 FROM stdin;
1	tab\\and\N
\.
-- migrate:downgrade
DROP TABLE a1;
-- migrate:revision a2
-- migrate:revises a1
-- migrate:message zwölf, two
-- migrate:upgrade
CREATE TABLE a2 (i int REFERENCES a1);
-- migrate:downgrade
DROP TABLE a2;
$m$);
SELECT migrate_upgrade('head');
SET migrate.name = 'billing';
SELECT migrate_config('version_table_pk', 'false');
SELECT migrate_load('-- migrate:revision b1
-- migrate:upgrade
CREATE TABLE b1 ();
');
SELECT migrate_upgrade('head');
\c shop postgres
SELECT migrate_load('-- migrate:revision a3
-- migrate:revises a2
-- migrate:upgrade
CREATE TABLE a3 (i int);
-- migrate:downgrade
DROP TABLE a3;
');
SELECT migrate_upgrade('head');
SELECT migrate_downgrade('-1');
SQL

# state DATABASE: all that is ours, as text; versions alone, with "versions".
state() {
	psql -X -q -A -t -d "$1" -c 'SELECT * FROM migrate.script ORDER BY history, "position"' \
		-c 'SELECT * FROM migrate.log ORDER BY id' -c 'TABLE migrate.model' \
		-c 'SELECT last_value, is_called FROM migrate.script_position_seq' \
		-c 'SELECT last_value, is_called FROM migrate.log_id_seq' \
		-c "SELECT tgname, tgenabled FROM pg_trigger WHERE tgname = 'keep_stored_by'" \
		-c 'TABLE versions' -c 'TABLE billing_version' 2>&1
}
state shop >"$work/shop"
sed 's/|postgres$/|olga/' "$work/shop" >"$work/shop.olga"

# kept DATABASE [FILE]: is its state what it was?
kept() {
	state "$1" | diff "$work/${2:-shop}" -
}

# new DATABASE [OWNER]: an empty one.
new() {
	createdb -T template0 -O "${2:-postgres}" "$1"
}

# restore FILE OPTION ...: by psql, or by pg_restore in two processes, and
# nothing may fail.
restore() {
	local file=$1
	shift
	case $file in
		*.sql) psql -X -q -v ON_ERROR_STOP=1 "$@" -f "$file" ;;
		*) pg_restore -j2 --exit-on-error "$@" "$file" ;;
	esac
}

# on DATABASE[:USER] SQL PATTERN
on() {
	local user=${1#*:}
	[ "$user" = "$1" ] && user=postgres
	PGDATABASE=${1%:*} PGUSER=$user gives "$2" "$3"
}

# migrates DATABASE[:USER]: the history goes on, up and down.
migrates() {
	ok "$1: goes up" on "$1" "SELECT migrate_upgrade('head')" '^Running upgrade a2 -> a3$'
	ok "$1: and down" on "$1" "SELECT migrate_downgrade('a1')" '^Running downgrade a2 -> a1, zwölf, two$'
	ok "$1: the log is numbered on" on "$1" "SELECT count(*), max(id) FROM migrate_log()" '^7[|]8$'
	ok "$1: so are the scripts" on "$1" "SELECT migrate_load('-- migrate:revision a4
-- migrate:revises a3'); SELECT string_agg(\"position\"::text, ' ' ORDER BY \"position\") FROM migrate.script" '^1 2 3 4 5$'
}

# ---- all of a database ------------------------------------------------------
pg_dump shop >"$work/shop.sql"
pg_dump -Fc shop >"$work/shop.dump"
pg_dump -U olga shop >"$work/olga.sql"
pg_dump -U olga -Fc shop >"$work/olga.dump"
ok 'a dump of the database alone has no settings' bash -c "! grep 'ALTER DATABASE' '$work/shop.sql'"
for kind in sql dump; do
	new $kind olga
	ok "$kind: a superuser restores it" restore "$work/shop.$kind" -d $kind
	ok "$kind: scripts, log, whose they are, sequences are kept" kept $kind
	ok "$kind: a grant too" on $kind:reader 'SELECT migrate_log()' '[(]5,a3,downgrade,'
	ok "$kind: the settings are not" on $kind 'SELECT count(*) FROM migrate_current()' '^0$'
	ok "$kind: the owner has his rights again" on $kind:olga "SELECT migrate_config('version_table', 'versions')" '^versions$'
	ok "$kind: and is where he was" on $kind 'SELECT migrate_current()' '^a2$'
	ok "$kind: a superuser doesn't run the owner's" on $kind "SELECT migrate_downgrade('base')" 'the script of revision a2 was stored by "olga", who is no superuser'
	new olga_$kind olga
	ok "$kind: the owner restores his" restore "$work/olga.$kind" -d olga_$kind -U olga
	ok "$kind: all scripts are then his" kept olga_$kind shop.olga
	ok "$kind: a superuser doesn't run them" on olga_$kind "SET migrate.version_table = 'versions'; SELECT migrate_upgrade('head')" 'the script of revision a3 was stored by "olga"'
done
PGOPTIONS="$PGOPTIONS -c migrate.trust_scripts_of=olga" migrates dump
migrates sql:olga
ok 'olga_sql: its owner sets the setting' on olga_sql:olga "SELECT migrate_config('version_table', 'versions')" '^versions$'
migrates olga_sql:olga
pg_dump --clean --if-exists shop >"$work/clean.sql"
ok 'over another state: --clean' restore "$work/clean.sql" -d dump
ok 'is as it was' kept dump
ok 'and keeps the settings of that database' on dump "SELECT migrate_config('version_table')" '^versions$'

# ---- where the extension is already --------------------------------------------
new there olga
psql -X -q -d there -c 'CREATE EXTENSION migrate'
ok 'there: a superuser restores it' restore "$work/shop.sql" -d there
ok 'there: as it was' kept there
restore "$work/shop.sql" -d there -1 >"$work/got" 2>&1
ok 'there: not a second time' grep -q -E 'relation "(a1|versions)" already exists|duplicate key' "$work/got"
psql -X -q -d there -f "$work/shop.sql" >"$work/got" 2>&1
ok 'there: a key of ours keeps rows from being doubled' grep -q 'duplicate key value violates unique constraint "script_pkey"' "$work/got"
ok 'there: in the log, too' grep -q 'duplicate key value violates unique constraint "log_pkey"' "$work/got"
new there_olga olga
psql -X -q -d there_olga -c 'CREATE EXTENSION migrate'
PGUSER=olga psql -X -q -d there_olga -f "$work/olga.sql" >"$work/got" 2>&1
ok "there: a plain owner isn't the extension's" grep -q 'must be owner of extension migrate' "$work/got"
ok 'there: the rest goes in' test "$(grep -c ERROR "$work/got")" -eq 1
ok 'there: as it was' kept there_olga shop.olga

# ---- parts of it ------------------------------------------------------------------
new public olga
pg_dump -n public --if-exists --clean shop | psql -X -q -d public >/dev/null 2>&1
ok '-n public has the version tables' on public 'TABLE versions' '^a2$'
ok '-n public has no extension' on public 'SELECT migrate_current()' 'function migrate_current[(][)] does not exist'
if since 14; then # pg_dump -e
	new public_e olga
	pg_dump -n public -e migrate --if-exists --clean shop | psql -X -q -v ON_ERROR_STOP=1 -d public_e >/dev/null 2>&1
	ok '-n public -e migrate has all' kept public_e
fi
new tables olga
pg_dump -T 'migrate.*' shop >"$work/tables.sql"
ok "-T 'migrate.*'" restore "$work/tables.sql" -d tables
ok 'has no scripts' on tables 'SELECT (SELECT count(*) FROM migrate.script), (SELECT count(*) FROM migrate.log)' '^0[|]0$'
ok 'and says so' on tables "SET migrate.version_table = 'versions'; SELECT migrate_upgrade('head')" "Can't locate revision identified by 'a2'"
new schema olga
pg_dump -s shop >"$work/schema.sql"
pg_dump -a shop >"$work/data.sql"
ok '-s' restore "$work/schema.sql" -d schema
ok '-s has neither rows of ours nor of the version tables' on schema 'SELECT (SELECT count(*) FROM migrate.script), (SELECT count(*) FROM migrate.log), (SELECT count(*) FROM versions)' '^0[|]0[|]0$'
ok '-a' restore "$work/data.sql" -d schema
ok '-s and then -a is all' kept schema

# ---- who may dump --------------------------------------------------------------------
ok 'who may not read all of ours makes no dump' bash -c "pg_dump -U reader shop 2>&1 >/dev/null | grep 'permission denied'"

# ---- with the settings: -C, and all of a server ----------------------------------------
pg_dump -C shop >"$work/create.sql"
pg_dumpall >"$work/all.sql"
ok '-C has the settings' grep -q "^ALTER DATABASE shop SET \"migrate.version_table\" TO 'versions';" "$work/create.sql"
start_server other
psql -X -q -c 'CREATE ROLE olga LOGIN CREATEDB' -c 'CREATE ROLE reader LOGIN'
psql -X -q -U olga -f "$work/create.sql" >"$work/got" 2>&1
ok "a plain owner restores -C, but not the settings" grep -q 'permission denied to set parameter "migrate.version_table"' "$work/got"
ok 'those alone' test "$(grep -c ERROR "$work/got")" -eq 2
ok 'the rest is there' kept shop shop.olga
dropdb shop
ok 'a superuser restores -C' restore "$work/create.sql"
ok '-C: scripts and log are kept' kept shop
ok '-C: the settings too' on shop:olga 'SELECT migrate_current()' '^a2$'
ok "-C: and those of a history" on shop:olga "SET migrate.name = 'billing'; SELECT migrate_config('version_table_pk')" '^false$'
migrates shop:olga
dropdb shop
psql -X -q -c 'DROP ROLE olga, reader'
new alone
ok 'without the roles: --no-owner --no-acl' restore "$work/shop.dump" -d alone --no-owner --no-acl
ok 'without the roles: their names are kept' kept alone
ok "without the roles: a superuser doesn't run what is theirs" on alone "SET migrate.version_table = 'versions'; SELECT migrate_downgrade('base')" 'stored by "olga", who is no superuser'
ok 'without the roles: until he loads it himself' on alone "SELECT migrate_load(string_agg(script, '')) FROM migrate.script WHERE history = 'alembic'" '^Replaced revision a2, zwölf, two$'
ok 'without the roles: which lets it go on' on alone "SET migrate.version_table = 'versions'; SELECT migrate_downgrade('base')" '^Running downgrade a1 -> $'
psql -X -q -f "$work/all.sql" >"$work/got" 2>&1
ok 'pg_dumpall: all of a server' kept shop
ok 'pg_dumpall: with settings' on shop:olga 'SELECT migrate_current()' '^a2$'
ok 'pg_dumpall: no error but the role that is there' test "$(grep -c ERROR "$work/got")" -eq "$(grep -c 'role "postgres" already exists' "$work/got")"

# ---- pg_upgrade ---------------------------------------------------------------------------
# Old and new are of one version: the way through --binary-upgrade is the same.
server_dir "$work/new"
as_server "$bin/pg_ctl" -D "$work/dump/data" -m fast -w stop >/dev/null
new_data "$work/new/data"
sync=()
"$bin/pg_upgrade" --help | grep -q -e ' --no-sync' && sync=(--no-sync)
ok 'pg_upgrade' as_server env -u PGHOST -C "$work/new" "$bin/pg_upgrade" -U postgres -b "$bin" -B "$bin" \
	-d "$work/dump/data" -D "$work/new/data" -s "$work/new" -o '-c fsync=off' -O '-c fsync=off' "${sync[@]}"
start_server new
ok 'pg_upgrade: scripts, log, whose they are, sequences are kept' kept shop
ok 'pg_upgrade: the settings too' on shop:olga 'SELECT migrate_current()' '^a2$'
ok 'pg_upgrade: nobody forges whose a script is' on shop:olga "UPDATE migrate.script SET stored_by = 'postgres' WHERE revision = 'a2' RETURNING stored_by" '^olga$'
ok 'pg_upgrade: CALL works' on shop:olga "CALL migrate.downgrade('base')" 'Running downgrade a1 -> $'
ok 'pg_upgrade: up again' on shop:olga "CALL migrate.upgrade('a2')" 'Running upgrade a1 -> a2'
pg_dump shop >"$work/again.sql"
new again olga
ok 'pg_upgrade: a dump of it still has scripts and log' restore "$work/again.sql" -d again
ok 'pg_upgrade: all of them' bash -c "[ \"\$(psql -X -A -t -d again -c 'SELECT count(*) FROM migrate.script')\" = 4 ]"
done_testing
