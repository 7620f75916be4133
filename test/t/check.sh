#!/usr/bin/env bash
# What check, verify and autogenerate do to others, and leave behind when they are
# stopped: no lock, no object, no file.
. "$(dirname "$0")/tap.sh"

start_server check
createdb check
export PGDATABASE=check
mkdir -p "$work/scripts/versions"
[ "$(id -u)" -ne 0 ] || chown -R postgres "$work/scripts"
psql -X -q -v ON_ERROR_STOP=1 >/dev/null <<'SQL'
CREATE EXTENSION migrate;
CREATE TABLE live (id serial PRIMARY KEY, a text);
CREATE TABLE child (id integer PRIMARY KEY REFERENCES live);
CREATE VIEW shown AS SELECT a FROM live;
CREATE SCHEMA other;
CREATE TABLE other.go (a int);
INSERT INTO live (a) SELECT i::text FROM generate_series(1, 10) i;
SQL

# A model that is built as long as other.go is empty.
waiting='CREATE TABLE t (a int);
DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM other.go) LOOP PERFORM pg_sleep(0.02); END LOOP; END $$;'
set_model() {
	psql -X -q -A -t -v model="$1" -o /dev/null <<<"SELECT migrate_model(:'model')"
}
# each SQL PATTERN: as gives, a statement at a time
each() {
	psql -X -q -A -t -v ON_ERROR_STOP=0 <<<"$1" 2>&1 | tee "$work/got" | grep -q -E -- "$2" ||
		{ echo "wanted: $2"; cat "$work/got"; return 1; }
}
psql_get() {
	psql -X -q -A -t -c "$1"
}
state() {
	pg_dump --exclude-table-data='migrate.*' | grep -v -E '^\\(un)?restrict'
	(cd "$work/scripts" && find . -type f | sort)
}
same() {
	state >"$work/now"
	diff "$work/before" "$work/now"
}
# a crash takes numbers of sequences with it
same_but_numbers() {
	state >"$work/now"
	diff <(grep -v 'setval(' "$work/before") <(grep -v 'setval(' "$work/now")
}

# begin SQL: run it in the background until it waits in the model.
begin() {
	psql -X -q -A -t -c "SET application_name = 'checker'" -c "$1" -c "SELECT 'after'" >"$work/call" 2>&1 &
	call=$!
	for _ in $(seq 500); do
		[ "$(psql_get "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'checker' AND wait_event = 'PgSleep'")" = 1 ] && return
		sleep 0.02
	done
	echo 'not ok it waits'
	cat "$work/call"
}
finish() {
	psql_get 'INSERT INTO other.go VALUES (1)'
	wait "$call"
	psql_get 'TRUNCATE other.go'
}
gone() {
	for _ in $(seq 500); do
		[ "$(psql_get "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'checker'" 2>/dev/null)" = 0 ] && return
		sleep 0.02
	done
	return 1
}

# ---- locks ------------------------------------------------------------------------
# but for what the kept facts need, where they are kept: nobody waits for that
locks="SELECT coalesce(string_agg(DISTINCT concat_ws(' ', locktype, mode, relation::regclass), ', '), 'none') FROM pg_locks l WHERE pid = pg_backend_pid() AND locktype NOT IN ('virtualxid', 'transactionid') AND mode <> 'AccessShareLock' AND (relation IS NULL OR EXISTS (SELECT FROM pg_class c WHERE c.oid = relation)) AND concat(relation::regclass) !~ '^migrate\.facts'"
set_model 'CREATE TABLE live (id serial PRIMARY KEY, b text); CREATE TABLE t (a int REFERENCES live)'
ok 'check keeps no lock' each "BEGIN; SELECT count(*) FROM migrate_check(); $locks; COMMIT" '^none$'
ok 'nor where it fails' each "BEGIN; SAVEPOINT s; SELECT migrate('check'); ROLLBACK TO s; $locks; COMMIT" '^none$'
ok 'nor does verify' each "BEGIN; SELECT count(*) FROM migrate_verify(); $locks; COMMIT" '^none$'
ok 'nor dump_model' each "BEGIN; SELECT count(*) FROM migrate_dump_model(); $locks; COMMIT" '^none$'
psql_get "SELECT migrate_load(E'-- migrate:revision v1\n-- migrate:upgrade\nALTER TABLE live ADD COLUMN v int;\n-- migrate:downgrade\nALTER TABLE live DROP COLUMN v, DROP COLUMN nowhere;\n')" >/dev/null
ok 'nor verify, of one that fails' each "BEGIN; SELECT count(*) FROM migrate_verify(); $locks; COMMIT" '^none$'
psql_get 'DELETE FROM migrate.script'

set_model "$waiting"
begin "SELECT count(*) FROM migrate_check()"
export PGOPTIONS="$PGOPTIONS -c statement_timeout=60s"
ok 'meanwhile: others read' gives 'SELECT count(*) FROM shown' '^10$'
ok 'and write' gives "INSERT INTO live (a) VALUES ('new') RETURNING id" '^11$'
ok 'and alter' gives 'ALTER TABLE live ADD COLUMN n int; ALTER TABLE live ADD CHECK (id > 0); SELECT count(n) FROM live' '^0$'
ok 'and make and drop' each "CREATE TABLE own (a int); DROP TABLE own; CREATE INDEX CONCURRENTLY i ON live (a); SELECT 'well'" '^well$'
ok 'and lock' gives "BEGIN; LOCK TABLE live; ROLLBACK; SELECT 'well'" '^well$'
finish
ok 'meanwhile: the check ends' grep -q -x after "$work/call"
psql -X -q -c 'DROP INDEX i' -c 'ALTER TABLE live DROP COLUMN n, DROP CONSTRAINT live_id_check'
state >"$work/before"

# ---- stopped ---------------------------------------------------------------------------
stop_it() {
	begin "$2"
	psql_get "SELECT $3(pid) FROM pg_stat_activity WHERE application_name = 'checker'" >/dev/null
	wait "$call"
	ok "$1: it stops" grep -q -E "$4" "$work/call"
	ok "$1: nothing is left" same
}
revise="SET migrate.script_location = '$work/scripts'; SELECT migrate_revision('x', true)"
echo "$waiting" >"$work/scripts/schema.sql"
chmod a+r "$work/scripts/schema.sql"
state >"$work/before"
for way in 'pg_cancel_backend canceling' 'pg_terminate_backend terminating'; do
	stop_it "check, ${way% *}" 'SELECT * FROM migrate_check()' ${way% *} "${way#* }"
	stop_it "verify, ${way% *}" 'SELECT * FROM migrate_verify()' ${way% *} "${way#* }"
	stop_it "revision, ${way% *}" "$revise" ${way% *} "${way#* }"
done
ok 'statement_timeout' gives "SET statement_timeout = 200; SELECT * FROM migrate_check()" 'canceling statement due to statement timeout'
ok 'statement_timeout: nothing is left' same
ok 'the session goes on' each "SET statement_timeout = 200; SELECT * FROM migrate_check(); SET statement_timeout = 0; INSERT INTO other.go VALUES (1); SELECT count(*) FROM migrate_check(); SELECT 'well'; TRUNCATE other.go" '^well$'
ok 'a savepoint, and on' each "BEGIN; SAVEPOINT s; SET LOCAL statement_timeout = 200; SELECT * FROM migrate_check(); ROLLBACK TO s; SET LOCAL statement_timeout = 0; INSERT INTO other.go VALUES (1); SELECT 'found', count(*) FROM migrate_check(); ROLLBACK" '^found.[1-9]'
begin 'SELECT * FROM migrate_check()'
kill -9 "$(psql_get "SELECT pid FROM pg_stat_activity WHERE application_name = 'checker'")"
wait "$call"
for _ in $(seq 500); do
	psql_get 'SELECT 1' >/dev/null 2>&1 && break
	sleep 0.05
done
ok 'kill -9: nothing is left' same_but_numbers
psql_get 'INSERT INTO other.go VALUES (1)'
ok 'kill -9: the next one works' gives "SELECT count(*) > 0 FROM migrate_check()" '^t$'
psql_get 'TRUNCATE other.go'

# ---- rights ----------------------------------------------------------------------------
psql -X -q -v ON_ERROR_STOP=1 <<'SQL'
CREATE ROLE t_owner;
CREATE ROLE t_member IN ROLE t_owner;
CREATE ROLE t_other;
CREATE ROLE t_third;
CREATE SCHEMA own AUTHORIZATION t_owner;
GRANT CREATE, USAGE ON SCHEMA own TO t_third;
GRANT USAGE ON SCHEMA own TO t_other;
GRANT USAGE ON SCHEMA migrate TO t_owner, t_other;
GRANT ALL ON ALL TABLES IN SCHEMA migrate TO t_owner, t_other;
GRANT ALL ON ALL SEQUENCES IN SCHEMA migrate TO t_owner, t_other;
SET ROLE t_third;
CREATE TABLE own.theirs (id integer PRIMARY KEY);
SQL
psql_get "SET ROLE t_owner; SELECT migrate_model('CREATE TABLE theirs (id integer PRIMARY KEY, b integer); CREATE TABLE t (a integer)')" >/dev/null
# may ROLE NAME SQL PATTERN
may() {
	ok "$1 $2" each "SET search_path = own, public; SET ROLE $1; $3" "$4"
}
found="SELECT string_agg(description, '; ') FROM migrate_check()"
may t_owner 'needs CREATE' "$found" 'permission denied for database check'
may t_owner 'is told what to grant' "$found" 'GRANT CREATE ON DATABASE "check" TO t_owner;'
psql -X -q -c 'GRANT CREATE ON DATABASE "check" TO t_owner'
may t_owner 'checks' "$found" "^added table 't'; added column 'theirs.b'\$|^added column 'theirs.b'; added table 't'\$"
may t_owner 'writes a revision' "SELECT migrate_revision('x', true, rev_id => 'r1')" '^r1$'
may t_owner "learns that it can't run it" 'SELECT detail FROM migrate_verify()' 'must be owner of table theirs'
psql -X -q -c 'DELETE FROM migrate.script' -c 'ALTER TABLE own.theirs OWNER TO t_owner'
may t_member 'checks' "$found" "added column 'theirs.b'"
may t_member 'writes and proves' "SELECT migrate_revision('x', true, rev_id => 'r1'); SELECT string_agg(step || ' ' || ok, ',') FROM migrate_verify()" '^upgrade true,downgrade true,upgrade again true,model true$'
psql -X -q -c 'DELETE FROM migrate.script'
may t_other 'is no owner' "$found" 'must be owner of schema own to compare it with a model'
may t_other 'is told what would do' "$found" 'GRANT t_owner TO t_other;'
may t_other 'can dump it' 'SELECT * FROM migrate_dump_model()' 'CREATE TABLE theirs'
may postgres "doesn't run somebody's model" "$found" 'the model was stored by "t_owner", who is no superuser'
may postgres 'is told how to take it over' "$found" 'look it through and migrate_model\(\) it yourself'
may postgres 'nor a revision from it' "SELECT migrate_revision('x', true)" 'the model was stored by "t_owner"'
may postgres 'may trust a role' "RESET ROLE; SET migrate.trust_scripts_of = 't_owner'; $found" "added column 'theirs.b'"
psql_get "DELETE FROM migrate.model; SET ROLE t_owner; SET search_path = own, public; SELECT migrate_model('CREATE TABLE theirs (id integer PRIMARY KEY)')" >/dev/null
psql -X -q -c 'ALTER TABLE own.theirs OWNER TO t_third'
may t_owner 'compares owners' "SET migrate.compare_owners = on; $found" "owner change from t_third to t_owner on table 'theirs'"
may t_owner "can't prove what it may not" "SET migrate.compare_owners = on; SELECT migrate_revision('x', true)" 'not proven, the schema made anew: .*member of role "t_third"|not proven, .*SET ROLE "t_third"'
psql -X -q -c 'DELETE FROM migrate.script' -c 'DELETE FROM migrate.model' -c 'DROP SCHEMA own CASCADE' -c 'DROP OWNED BY t_owner, t_other' -c 'DROP ROLE t_owner, t_member, t_other, t_third'

# ---- input -----------------------------------------------------------------------------
export PGOPTIONS="$PGOPTIONS -c migrate.script_location=$work/scripts"
model=$work/scripts/schema.sql
bad() { # NAME PATTERN SQL
	ok "$1" gives "${3:-SELECT * FROM migrate_check()}" "$2"
}
printf 'CREATE TABLE a (x int);\n\nCREATE TABEL b (x int);\n' >"$model"
bad 'a syntax error' 'syntax error at or near "TABEL"'
bad 'a syntax error: where' "file $model, the model, statement 2, line 3"
printf 'CREATE TABLE a (x int);\nCREATE TABLE b (x int REFERENCES nowhere);\n' >"$model"
bad 'a missing table' 'relation "nowhere" does not exist'
bad 'a missing table: where' "file $model, the model, statement 2, line 2"
bad 'a missing table: revision' 'relation "nowhere" does not exist' "SELECT migrate_revision('x', true)"
printf 'CREATE TABLE a (x int);\nCREATE TABLE \xe4 (x int);\n' >"$model"
bad 'not UTF-8' 'invalid UTF-8'
bad 'not UTF-8: where' "file $model, the model, line 2"
printf 'CREATE TABLE a (x int);\n\0' >"$model"
bad 'a NUL byte' 'binary file: a NUL byte'
printf '\xef\xbb\xbfCREATE TABLE live (x int);\n' >"$model"
bad 'a byte order mark' "added column 'live.x'"
printf '' >"$model"
bad 'an empty model' "the target model $model defines nothing: all would be dropped"
printf -- '-- nothing\n\n;;\n' >"$model"
bad 'comments alone' "the target model $model defines nothing"
rm "$model"
bad 'no model' 'there is no target model to compare with'
bad 'no model: hint' "$model takes CREATE statements"
mkdir "$model"
bad 'a directory' 'schema.sql" is not a regular file'
rmdir "$model"
printf 'CREATE TABLE a (x int);\n' >"$model"
[ "$(id -u)" -ne 0 ] || chown root "$model"
chmod 0 "$model"
bad 'no rights to read' 'could not open file .*schema.sql.*: Permission denied'
chmod 644 "$model"
{
	echo 'CREATE TABLE live (id serial PRIMARY KEY, a text);'
	head -c 10000000 /dev/zero | tr '\0' '-' | fold -w 100
	echo
	echo 'CREATE TABLE child (id integer PRIMARY KEY REFERENCES live); CREATE VIEW shown AS SELECT a FROM live;'
} >"$model"
bad '10 MB of comments' '^0$' 'SELECT count(*) FROM migrate_check()'
printf 'CREATE TABLE a (x int);\n' >"$model"
chmod 555 "$work/scripts/versions"
bad 'no rights to write' 'could not .*Permission denied' "SELECT migrate_revision('one', true, rev_id => 'r1')"
chmod 755 "$work/scripts/versions"
psql_get "SELECT migrate_revision('one', true, rev_id => 'r1')" >/dev/null
bad 'a revision that is there' 'r1' "SELECT migrate_upgrade('head'); SELECT migrate_revision('two', true, rev_id => 'r1')"
ok 'nothing is left of those' [ "$(find "$work/scripts" -type f | wc -l)" = 2 ]

done_testing
