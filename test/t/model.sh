#!/usr/bin/env bash
# What a model may do to the database: nothing.  Hostile ones, a check that is
# killed or cancelled, and the database byte for byte the same afterwards.
. "$(dirname "$0")/tap.sh"

start_server model -c max_locks_per_transaction=64
createdb model
export PGDATABASE=model
psql -X -q -v ON_ERROR_STOP=1 >/dev/null <<'SQL'
CREATE EXTENSION migrate;
CREATE EXTENSION IF NOT EXISTS dblink;
CREATE TABLE live (id serial PRIMARY KEY, a text DEFAULT 'x');
CREATE SEQUENCE numbers;
CREATE SCHEMA other;
CREATE TABLE other.kept (id serial PRIMARY KEY, a text);
CREATE VIEW shown AS SELECT a FROM live;
INSERT INTO live (a) SELECT i::text FROM generate_series(1, 10) i;
INSERT INTO other.kept (a) SELECT i::text FROM generate_series(1, 10) i;
SELECT setval('numbers', 100), setval('other.kept_id_seq', 200);
SELECT migrate_model('CREATE TABLE t (a int)');
SQL

# All that the database holds but its model.
state() {
	pg_dump --exclude-table-data='migrate.*' | grep -v -E '^\\(un)?restrict'
	psql -X -q -A -t -c "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'" \
		-c 'SELECT rolname, rolsuper FROM pg_roles ORDER BY 1' \
		-c 'SELECT roleid, member FROM pg_auth_members ORDER BY 1, 2' \
		-c 'SELECT setconfig FROM pg_db_role_setting' \
		-c 'SELECT count(*) FROM pg_replication_slots' \
		-c 'SELECT count(*) FROM pg_prepared_xacts' \
		-c 'SELECT count(*) FROM pg_largeobject_metadata' \
		-c 'SELECT count(*) FROM pg_file_settings WHERE sourcefile LIKE $$%auto.conf$$' \
		-c 'SELECT datname, datconnlimit FROM pg_database ORDER BY 1'
	ls "$work/out_of" 2>/dev/null
}
same() {
	state >"$work/now"
	diff "$work/before" "$work/now"
}
server_dir "$work/out_of"
state >"$work/before"

as_wanted() {
	grep -q -E -- "$1" "$work/got" && [ "$(tail -1 "$work/got")" = 0 ] &&
		grep -q -x 'postgres|postgres|"$user", public|4MB|0' "$work/got" && return
	cat "$work/got"
	return 1
}

# hostile NAME PATTERN MODEL: the check gives that, and the session is as it was.
hostile() {
	psql -X -q -A -t -v model="$3" >"$work/got" 2>&1 <<'SQL'
SELECT migrate_model(:'model') IS NULL;
SELECT 'found', operation, object FROM migrate_check();
SELECT migrate_revision('x', true, rev_id => 'x' || random()) IS NULL;
DELETE FROM migrate.script;
SELECT name FROM pg_prepared_statements;
SELECT name FROM pg_cursors WHERE name <> '';
SELECT * FROM pg_listening_channels();
SELECT current_user, session_user, current_setting('search_path'), current_setting('work_mem'), pg_my_temp_schema();
SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype IN ('advisory', 'relation') AND mode <> 'AccessShareLock';
SQL
	ok "$1" as_wanted "$2"
}
refused='must not stand in a model'
called='must not be called in a model'

# queries, and what they could call
hostile 'SELECT' "SELECT $refused" "SELECT pg_reload_conf()"
hostile 'SELECT of another function' "SELECT $refused" "SELECT set_config('work_mem', '9MB', false), pg_notify('a', 'b')"
hostile 'set_config of a query' "SELECT $refused" "SELECT set_config('work_mem', (SELECT lo_export(1, '/tmp/x')::text), false)"
hostile 'set_config for ever' 'found' "SELECT set_config('work_mem', '9MB', false); CREATE TABLE t (a int)"
hostile 'setval on live sequences' 'found' "SELECT setval('other.kept_id_seq', 5), pg_catalog.setval('numbers', 5, false); CREATE TABLE t (a int)"
hostile 'SELECT INTO' "SELECT $refused" 'SELECT nextval($$other.kept_id_seq$$) INTO t'
hostile 'INSERT' 'found' "CREATE TABLE t (a int); INSERT INTO t SELECT nextval('other.kept_id_seq')"
hostile 'INSERT with a default' 'found' "CREATE TABLE t (a int DEFAULT nextval('other.kept_id_seq')); INSERT INTO t DEFAULT VALUES"
hostile 'INSERT into live tables' 'found' 'CREATE TABLE t (a int); INSERT INTO other.kept (a) VALUES ($$x$$); INSERT INTO "migrate live public".live (a) VALUES ($$x$$)'
hostile 'UPDATE, DELETE, TRUNCATE' 'found' 'CREATE TABLE t (a int); UPDATE other.kept SET a = 1; DELETE FROM other.kept; TRUNCATE other.kept RESTART IDENTITY'
hostile 'CREATE TABLE AS' 'found.*add_table' "CREATE TABLE t AS SELECT nextval('other.kept_id_seq') AS n"
hostile 'CREATE TABLE AS, with data' 'found.*add_table' "CREATE TABLE t AS SELECT dblink_exec('dbname=' || current_database(), 'DROP TABLE other.kept') AS n WITH
 DATA"
hostile 'a materialized view' 'found.*add_materialized_view' "CREATE MATERIALIZED VIEW t AS SELECT lo_export(1, '$work/out_of/x') AS n; REFRESH MATERIALIZED VIEW t"
hostile 'CREATE TABLE AS EXECUTE' "$refused" 'CREATE TABLE t AS EXECUTE p'
hostile 'an index' 'functions in index expression must be marked IMMUTABLE' "CREATE TABLE t (a int); CREATE INDEX ON t (nextval('other.kept_id_seq'))"
ok 'the database is the same' same

# outside of the database, or of the transaction
hostile 'COPY TO PROGRAM' "COPY $refused" "CREATE TABLE t (a int); COPY t TO PROGRAM 'touch $work/out_of/x'"
hostile 'COPY TO a file' "COPY $refused" "COPY (SELECT 1) TO '$work/out_of/x'"
hostile 'COPY FROM stdin' 'found' 'CREATE TABLE t (a int);
COPY t FROM stdin;
1
\.
COPY other.kept (a) FROM stdin;
2
\.
CREATE TABLE u (a int);'
hostile 'LOAD' "LOAD $refused" "LOAD 'plpgsql'"
hostile 'ALTER SYSTEM' "ALTER SYSTEM $refused" "ALTER SYSTEM SET work_mem = '9MB'"
hostile 'CREATE DATABASE' "CREATE DATABASE $refused" 'CREATE DATABASE more'
hostile 'CREATE TABLESPACE' "CREATE TABLESPACE $refused" "CREATE TABLESPACE more LOCATION '$work/out_of'"
hostile 'CREATE SUBSCRIPTION' "CREATE SUBSCRIPTION $refused" "CREATE SUBSCRIPTION s CONNECTION 'dbname=nowhere' PUBLICATION p"
hostile 'IMPORT FOREIGN SCHEMA' "IMPORT FOREIGN SCHEMA $refused" 'IMPORT FOREIGN SCHEMA a FROM SERVER b INTO public'
hostile 'two phases' 'PREPARE TRANSACTION must not stand in the model' "CREATE TABLE t (a int); PREPARE TRANSACTION 'x'"
hostile 'a transaction' 'COMMIT must not stand in the model' 'CREATE TABLE t (a int); COMMIT'
hostile 'NOTIFY' "NOTIFY $refused" 'NOTIFY a'
hostile 'LISTEN' "LISTEN $refused" 'LISTEN a'
hostile 'CHECKPOINT' "CHECKPOINT $refused" 'CHECKPOINT'
hostile 'VACUUM' "VACUUM $refused" 'VACUUM'
hostile 'REINDEX' "REINDEX $refused" 'REINDEX TABLE other.kept'
hostile 'LOCK' "LOCK TABLE $refused" 'LOCK TABLE other.kept'
hostile 'CALL' "CALL $refused" "CALL migrate.upgrade('head')"
ok 'the database is the same' same

# what all databases share, and the session
hostile 'CREATE ROLE' "CREATE ROLE $refused" 'CREATE ROLE more SUPERUSER'
hostile 'ALTER ROLE' "ALTER ROLE $refused" "ALTER ROLE postgres SET work_mem = '9MB'"
hostile 'GRANT of a role' 'found' 'GRANT pg_monitor TO pg_signal_backend; CREATE TABLE t (a int)'
hostile 'ALTER DATABASE' "ALTER DATABASE $refused" "ALTER DATABASE model SET work_mem = '9MB'"
hostile 'COMMENT ON DATABASE' "COMMENT $refused" "COMMENT ON DATABASE model IS 'x'"
hostile 'GRANT ON DATABASE' "GRANT $refused" 'GRANT CREATE ON DATABASE model TO PUBLIC'
hostile 'DROP OWNED' "DROP OWNED $refused" 'DROP OWNED BY postgres CASCADE'
hostile 'PREPARE' "PREPARE $refused" 'PREPARE p AS SELECT 1'
hostile 'a cursor' "DECLARE CURSOR $refused" 'DECLARE c CURSOR WITH HOLD FOR SELECT 1'
hostile 'DISCARD' "DISCARD TEMP $refused" 'DISCARD TEMP'
hostile 'SET' 'found' "SET work_mem = '9MB'; SET search_path = other; SET SESSION AUTHORIZATION pg_monitor; RESET SESSION AUTHORIZATION; SET search_path = public; CREATE TABLE t (a int)"
hostile 'a temporary table' 'found' 'CREATE TEMP TABLE passing (a int) ON COMMIT DROP; CREATE TABLE t (a int)'
ok 'the database is the same' same

# live objects: set aside, or rolled back
hostile 'DROP of a live table' 'table "live" does not exist' 'CREATE TABLE t (a int); DROP TABLE live'
hostile 'DROP by its other name' 'found' 'CREATE TABLE t (a int); DROP TABLE "migrate live public".live CASCADE; DROP SCHEMA "migrate live public" CASCADE'
hostile 'DROP in another schema' 'found' 'CREATE TABLE t (a int); DROP SCHEMA other CASCADE'
hostile 'ALTER in another schema' 'found' 'CREATE TABLE t (a int); ALTER TABLE other.kept DROP COLUMN a; ALTER SEQUENCE other.kept_id_seq RESTART WITH 1'
hostile 'DROP EXTENSION' '.' 'CREATE TABLE t (a int); DROP EXTENSION dblink'
ok 'the database is the same' same

# DO, and what it does
hostile 'DO that defines' 'found.*add_table.*t' "DO \$\$ BEGIN IF to_regclass('t') IS NULL THEN CREATE TABLE t (a int DEFAULT floor(random() * 5)); EXECUTE format('COMMENT ON TABLE t IS %L', now()); END IF; END \$\$"
hostile 'DO: dblink' "function dblink_exec\(text,text\) $called" "DO \$\$ BEGIN PERFORM dblink_exec('dbname=' || current_database(), 'DROP TABLE other.kept'); END \$\$"
hostile 'DO: COPY TO PROGRAM' "COPY $called" "DO \$\$ BEGIN EXECUTE 'COPY (SELECT 1) TO PROGRAM ''touch $work/out_of/x'''; END \$\$"
hostile 'DO: lo_export' "function lo_export\(oid,text\) $called" "DO \$\$ BEGIN PERFORM lo_export(lo_from_bytea(0, 'x'), '$work/out_of/x'); END \$\$"
hostile 'DO: lo_import' "function lo_import\(text\) $called" "DO \$\$ BEGIN PERFORM lo_import('/etc/passwd'); END \$\$"
hostile 'DO: pg_read_file' "function pg_read_file\(text\) $called" "DO \$\$ BEGIN RAISE '%', pg_read_file('PG_VERSION'); END \$\$"
hostile 'DO: pg_terminate_backend' "function pg_terminate_backend\(integer.*\) $called" "DO \$\$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); END \$\$"
hostile 'DO: setval' "function setval\(regclass,bigint\) $called" "DO \$\$ BEGIN PERFORM setval('other.kept_id_seq', 1); END \$\$"
hostile 'DO: advisory locks' "function pg_advisory_lock\(bigint\) $called" "DO \$\$ BEGIN PERFORM pg_advisory_lock(1); END \$\$"
hostile 'DO: a slot' "function pg_create_physical_replication_slot\(.*\) $called" "DO \$\$ BEGIN PERFORM pg_create_physical_replication_slot('x'); END \$\$"
hostile 'DO: a function of its own' "function pg_reload_conf\(\) $called" "CREATE FUNCTION f() RETURNS bool LANGUAGE sql AS 'SELECT pg_reload_conf()'; CREATE FUNCTION g() RETURNS bool LANGUAGE plpgsql AS 'BEGIN RETURN f(); END'; DO \$\$ DECLARE v bool DEFAULT g(); BEGIN END \$\$"
hostile 'DO: by a trigger' "function pg_notify\(text,text\) $called" "CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_notify(\$\$a\$\$, \$\$b\$\$); RETURN NEW; END'; CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f(); DO \$\$ BEGIN INSERT INTO t VALUES (1); END \$\$"
hostile 'DO: caught' "function pg_reload_conf\(\) $called|found" "DO \$\$ BEGIN PERFORM pg_reload_conf(); EXCEPTION WHEN OTHERS THEN CREATE TABLE t (a int); END \$\$"
hostile 'DO: in another DO' "CREATE ROLE $called" "DO \$a\$ BEGIN EXECUTE 'DO \$\$ BEGIN CREATE ROLE more; END \$\$'; END \$a\$"
hostile 'DO: COMMIT' 'invalid transaction termination' "DO \$\$ BEGIN COMMIT; END \$\$"
hostile 'DO: rows' 'found' "CREATE TABLE t (a int); DO \$\$ BEGIN UPDATE other.kept SET a = 1; DELETE FROM other.kept; END \$\$"
ok 'the database is the same' same
# the guard is gone behind it, also behind an error
ok 'no guard outside' gives "DO \$\$ BEGIN PERFORM pg_notify('a', 'b'); END \$\$; SELECT 'well'" '^well$'

psql -X -q -c 'DELETE FROM migrate.model' -c 'DELETE FROM migrate.script'

done_testing
