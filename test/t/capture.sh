#!/usr/bin/env bash
# What clients run is recorded, whatever becomes of them: bound parameters of every
# type, COPY, many at once, killed, without room on the disk, without the right.
. "$(dirname "$0")/tap.sh"
here=$(cd "$(dirname "$0")" && pwd)

start_server capture -c max_connections=30 -c max_prepared_transactions=2
captured='-c client_min_messages=warning -c session_preload_libraries=migrate -c migrate.capture=on'

# log DATABASE [sql]: its records, a line each "session kind text", and what is no whole
# record as it is; or the statements as a script.
log() {
	local oid
	oid=$(psql -X -A -t -c "SELECT oid FROM pg_database WHERE datname = '$1'")
	python3 - "$work/capture/data/pg_migrate/$oid" "${2:-}" <<'PY'
import re, sys
out = sys.stdout.buffer
for part in re.split(rb'(?<!\x01)\x01(?!\x01)', open(sys.argv[1], 'rb').read()):
    found = re.fullmatch(rb'(\S+) (\w+) (\d+)\n(.*)\n', part, re.S)
    if found and int(found[3]) == len(found[4]):
        text = found[4].replace(b'\x01\x01', b'\x01')
        if sys.argv[2]:
            out.write(text + b'\n;\n' if found[2] in (b'run', b'outside') else b'')
            continue
        part = found[1] + b' ' + found[2] + b' ' + text
    if part:
        out.write(part.replace(b'\n', b'\\n').replace(b'\t', b'\\t') + b'\n')
PY
}

# kinds DATABASE: the records' kinds in a line.
kinds() {
	log "$1" | cut -d' ' -f2 | tr '\n' ' '
}

# run DATABASE [ARG ...]: psql, recorded.
run() {
	local database=$1
	shift
	PGOPTIONS=$captured psql -X -q -A -t -d "$database" "$@"
}

# fresh DATABASE [OPTION ...]: make it.
fresh() {
	psql -X -q -c "CREATE DATABASE $*"
	psql -X -q -d "$1" -c 'CREATE EXTENSION migrate' -c 'CREATE TABLE a (i int, t text)'
}

# gives_in DATABASE SQL PATTERN: as gives.
gives_in() {
	PGDATABASE=$1 gives "$2" "$3"
}

# ---- bound parameters ------------------------------------------------------------
types() {
	psql -X -q -d "$1" -v ON_ERROR_STOP=1 <<'SQL'
CREATE SCHEMA bound_odd;
CREATE TABLE bound (i int, t text);
CREATE TYPE bound_mood AS ENUM ('it''s "sad"');
CREATE TYPE bound_pair AS (a int, b text);
CREATE DOMAIN bound_domain AS int CHECK (VALUE > 0);
CREATE TYPE bound_odd."Odd Type" AS ENUM ('x');
CREATE PROCEDURE bound_add(int, text) LANGUAGE sql AS 'INSERT INTO bound VALUES ($1, $2)';
CREATE FUNCTION bound_call(int) RETURNS int LANGUAGE plpgsql AS 'BEGIN INSERT INTO bound VALUES ($1, $1); RETURN 0; END';
SQL
}
fresh bound
fresh again
types bound
types again
ok 'bound parameters of all types' env PGDATABASE=bound PGOPTIONS="$captured" python3 "$here/bound.py" insert
# under other settings than they were recorded
replay() {
	log bound sql | grep -v -E '^SET (datestyle|intervalstyle|extra|bytea|timezone)' >"$work/bound.sql"
	psql -X -q -v ON_ERROR_STOP=1 -d again -f "$work/bound.sql" >/dev/null || return
	for database in bound again; do
		"$bin/pg_dump" -d $database --data-only --inserts >"$work/$database.dump" || return
	done
	[ "$(grep -c '^INSERT' "$work/bound.dump")" -gt 120 ] && diff -I restrict "$work/bound.dump" "$work/again.dump"
}
ok 'are recorded as literals that say the same' replay
for mode in extended prepared; do
	echo "INSERT INTO a VALUES (:client_id, '$mode');" >"$work/bench.sql"
	ok "the $mode protocol" env PGOPTIONS="$captured" "$bin/pgbench" -n -M $mode -f "$work/bench.sql" -c 1 -t 3 bound
	ok "has the values, $mode" [ "$(log bound | grep -c -F "outside INSERT INTO a VALUES ('0'::integer, '$mode')")" = 3 ]
done
if since 14; then # libpq has pipelines since then
	fresh piped
	psql -X -q -d piped -c 'CREATE TABLE piped (i int)'
	ok 'a pipeline' env PGDATABASE=piped PGOPTIONS="$captured" python3 "$here/bound.py" pipeline
	ok 'is a transaction' [ "$(kinds piped)" = 'begin run run commit outside ' ]
fi
fresh parts
ok 'portals that are fetched in parts' env PGDATABASE=parts PGOPTIONS="$captured" python3 "$here/bound.py" portals
ok 'are there once, as they begin to run' diff - <(log parts | cut -d' ' -f2-) <<'END'
outside CREATE SEQUENCE s
begin 
run SELECT nextval('s') FROM generate_series(1, '3'::integer)
run INSERT INTO a VALUES (1)
commit 
END

fresh path
PGOPTIONS="$captured -c search_path=public,\"A\\ b\"" psql -X -q -d path -c 'CREATE TABLE there ()'
ok 'a search_path of the connection is there' diff - <(log path | cut -d' ' -f2-) <<'END'
outside SET search_path TO public,"A b"
outside CREATE TABLE there ()
END

# ---- many at once, and what comes of them ------------------------------------------
fresh many
printf '%s\n' 'BEGIN;' 'INSERT INTO a VALUES (:client_id);' 'SAVEPOINT s;' 'DELETE FROM a WHERE false;' \
	'ROLLBACK TO s;' 'END;' "INSERT INTO a VALUES (-:client_id - 1, repeat('x', 10000));" >"$work/bench.sql"
ok 'many clients at once' env PGOPTIONS="$captured" "$bin/pgbench" -n -f "$work/bench.sql" -c 8 -j 4 -t 50 many
apart() {
	log many >"$work/many"
	[ "$(cut -d' ' -f1 "$work/many" | sort -u | wc -l)" = 8 ] || return
	for session in $(cut -d' ' -f1 "$work/many" | sort -u); do
		[ "$(grep "^$session " "$work/many" | cut -d' ' -f2 | uniq | tr '\n' ' ' |
			sed 's/begin run savepoint run back commit outside /./g')" = "$(printf '.%.0s' $(seq 50))" ] || return
		[ "$(grep "^$session run INSERT" "$work/many" | sort -u | wc -l)" = 1 ] || return
	done
}
ok 'are kept apart' apart

fresh killed
# wait until a session of the database sleeps; prints its process
sleeper() {
	for _ in $(seq 200); do
		pid=$(psql -X -A -t -c "SELECT pid FROM pg_stat_activity WHERE datname = '$1' AND wait_event = 'PgSleep'")
		[ -n "$pid" ] && echo "$pid" && return
		sleep 0.05
	done
	return 1
}
run killed -c 'BEGIN' -c 'INSERT INTO a VALUES (1)' -c 'SELECT pg_sleep(60)' >/dev/null 2>&1 &
client=$!
psql -X -q -d killed -c "SELECT pg_terminate_backend($(sleeper killed))" >/dev/null
wait $client
ok 'a session that is terminated has rolled back' [ "$(kinds killed)" = 'begin run rollback ' ]
run killed -c 'CREATE TABLE kept ()' -c 'BEGIN' -c 'INSERT INTO a VALUES (2)' -c 'SELECT pg_sleep(60)' >/dev/null 2>&1 &
client=$!
kill -9 "$(sleeper killed)"
wait $client
for _ in $(seq 100); do
	psql -X -q -c 'SELECT 1' >/dev/null 2>&1 && break
	sleep 0.1
done
run killed -c 'INSERT INTO a VALUES (3)'
ok 'a kill -9 loses nothing that was recorded' [ "$(kinds killed)" = 'begin run rollback outside begin run outside ' ]
ok 'and the next one is another session' [ "$(log killed | tail -2 | cut -d' ' -f1 | uniq | wc -l)" = 2 ]
run killed -c "BEGIN" -c 'INSERT INTO a VALUES (4)' -c "PREPARE TRANSACTION 'later'" >"$work/warned" 2>&1
ok 'a prepared transaction is told of' grep -q 'a prepared transaction runs is not recorded' "$work/warned"
run killed -c "COMMIT PREPARED 'later'"
ok 'and counts as not run' [ "$(kinds killed)" = 'begin run rollback outside begin run outside begin run rollback ' ]

# ---- what runs inside ----------------------------------------------------------------
fresh inside
psql -X -q -d inside >/dev/null <<'SQL'
CREATE FUNCTION seen() RETURNS event_trigger LANGUAGE plpgsql AS
	'DECLARE r record; BEGIN FOR r IN INSERT INTO public.a VALUES (1) RETURNING i LOOP END LOOP; END';
CREATE EVENT TRIGGER seen ON ddl_command_end EXECUTE FUNCTION seen();
SQL
run inside -c 'CREATE EXTENSION citext' -c 'CREATE TABLE b (i int)'
ok 'scripts of extensions and event triggers are not recorded' [ "$(log inside | cut -d' ' -f2- | tr '\n' '|')" = 'outside CREATE EXTENSION citext|outside CREATE TABLE b (i int)|' ]

# ---- COPY ---------------------------------------------------------------------------
fresh copied
psql -X -q -d copied >/dev/null <<'SQL'
CREATE FUNCTION twice() RETURNS trigger LANGUAGE plpgsql AS
	'DECLARE r record; BEGIN FOR r IN INSERT INTO other VALUES (NEW.i) RETURNING 1 LOOP END LOOP; RETURN NEW; END';
CREATE TABLE other (i int);
CREATE TRIGGER twice BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION twice();
CREATE TABLE all_rows (i int PRIMARY KEY, gone int, t text, made int GENERATED ALWAYS AS (i * 2) STORED);
ALTER TABLE all_rows DROP COLUMN gone;
SQL
seq 1 50000 | sed 's/$/\ta row with a \\\\ in it/' >"$work/rows"
run copied -c "\\copy all_rows FROM '$work/rows'" -c "\\copy a (t, i) FROM stdin CSV HEADER" >"$work/copied" 2>&1 <<'END'
t,i
"it's, a ""row""
on two lines",5
\.
END
ok 'COPY runs as ever' [ "$(psql -X -A -t -d copied -c 'SELECT count(*), sum(made) FROM all_rows' -c 'SELECT i, t FROM a' | tr '\n' ' ')" = "50000|2500050000 5|it's, a \"row\" on two lines " ]
ok 'its rows are there, and those of triggers not' diff - <(log copied | cut -d' ' -f2- | cut -c1-60) <<'END'
outside COPY  all_rows FROM STDIN
data 1\ta row with a \\ in it\n2\ta row with a \\ in it\n3\t
outside COPY  a ( t, i ) FROM STDIN CSV HEADER
data t,i\n"it's, a ""row""\non two lines",5\n
END
ok 'all of them' [ "$(log copied | sed -n '2s/^[^ ]* data //p' | md5sum)" = "$(sed ':a;N;$!ba;s/\n/\\n/g;s/\t/\\t/g;s/$/\\n/' "$work/rows" | md5sum)" ]
psycopg() {
	PGOPTIONS=$captured /usr/bin/python3 - <<'PY'
import io, psycopg2
conn = psycopg2.connect('dbname=copied')
cur = conn.cursor()
cur.execute('SET client_encoding = latin1')
cur.copy_expert("COPY a (i, t) FROM STDIN", io.BytesIO('7\th\u00e9\n\\.\n'.encode('latin1')))
cur.copy_expert("COPY a FROM STDIN (ENCODING 'win1252', FORMAT csv)", io.BytesIO('8,\u20ac\n'.encode('cp1252')))
for rows, error in (('x\n', 'InvalidTextRepresentation'), ('1\n1\n', 'UniqueViolation')):
    cur.execute('SAVEPOINT s')
    try:
        cur.copy_expert('COPY all_rows (i) FROM STDIN', io.StringIO(rows))
    except psycopg2.Error as found:
        assert type(found).__name__ == error, found
    cur.execute('ROLLBACK TO s')
conn.commit()
cur.execute('SELECT count(*) FROM a')
assert cur.fetchone() == (3,)
PY
}
if /usr/bin/python3 -c 'import psycopg2' 2>/dev/null; then
	ok 'COPY by a driver, in its encoding, with errors' psycopg
	ok 'leaves what succeeded' diff - <(log copied | tail -n +5 | cut -d' ' -f2-) <<'END'
begin 
run COPY a (i, t) FROM STDIN
data 7\thé\n
run COPY a FROM STDIN (ENCODING 'win1252', FORMAT csv)
data 8,€\n
savepoint s
back s
savepoint s
back s
commit 
END
fi
printf 'PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0\377\377' >"$work/binary"
run copied -c "\\copy a FROM '$work/binary' (FORMAT binary)" -c 'CREATE TABLE lost ()' >"$work/copied" 2>&1
ok "what can't be kept ends the record" grep -q 'no longer recorded: the rows of a COPY' "$work/copied"
ok 'and nothing behind it is there' bash -c "! grep lost" < <(log copied)

run copied -c "\\lo_import '$work/rows'" -c 'CREATE TABLE lost ()' >"$work/copied" 2>&1
ok 'nor can what is called without a statement' grep -q 'no longer recorded: a client called a function' "$work/copied"

# ---- taken in -----------------------------------------------------------------------
mkdir -p "$work/project/versions"
down=None
for i in 1 2 3; do
	printf '"""number %s"""\nrevision = "r%s"\ndown_revision = %s\n' $i $i "$down" >"$work/project/versions/r$i.py"
	down="\"r$i\""
done
chmod -R a+rX "$work/project"
fresh taken
run taken <<'SQL'
BEGIN;
CREATE TABLE alembic_version (version_num varchar(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
CREATE TABLE one (i int);
INSERT INTO alembic_version (version_num) VALUES ('r1');
COMMIT;
BEGIN;
CREATE TABLE undone (i int);
UPDATE alembic_version SET version_num='r2' WHERE alembic_version.version_num = 'r1';
ROLLBACK;
BEGIN;
CREATE TABLE two (i int);
COPY two FROM stdin;
1
2
\.
COMMIT;
CREATE INDEX CONCURRENTLY two_i ON two (i);
BEGIN;
UPDATE alembic_version SET version_num='r2' WHERE alembic_version.version_num = 'r1';
COMMIT;
CREATE TABLE by_hand (i int);
UPDATE alembic_version SET version_num='nosuch' WHERE alembic_version.version_num = 'r2';
SQL
ok 'a run is taken in' gives_in taken "SELECT migrate_import_alembic_files('$work/project')" 'Loaded revision r3'
ok 'with what was not seen' grep -q "can't be run yet: nobody has seen the upgrade of r3" "$work/got"
ok 'and a version table changed by hand' grep -q 'the version table went from r2 to nosuch' "$work/got"
ok 'what was rolled back is not there' diff - <(psql -X -A -t -d taken -c "SELECT migrate_script('r2')" 2>/dev/null | sed -n '/migrate:upgrade/,/migrate:downgrade/p') <<'END'
-- migrate:upgrade
CREATE TABLE two (i int);
-- check: its values may depend on the rows that there were
COPY two FROM stdin;
1
2
\.

-- migrate:upgrade autocommit
CREATE INDEX CONCURRENTLY two_i ON two (i);

-- migrate:downgrade unseen
END
psql -X -q -d taken -c "UPDATE alembic_version SET version_num='r1'" -c 'DROP TABLE two, by_hand'
ok 'and it runs' gives_in taken "CALL migrate.upgrade('r2')" 'Running upgrade r1 -> r2'
ok 'with its rows' gives_in taken 'SELECT sum(i) FROM two' '^3$'
fresh made
psql -X -q -d made -c 'CREATE TABLE "There" ()' -c 'CREATE TABLE plug_version (version_num varchar(32) NOT NULL)'
run made >/dev/null <<'SQL'
BEGIN;
CREATE TABLE alembic_version (version_num varchar(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
DO $$ BEGIN CREATE TABLE IF NOT EXISTS public.done (i int); EXECUTE 'CREATE UNLOGGED TABLE "Done 2" (i int)'; END $$;
INSERT INTO alembic_version (version_num) VALUES ('r1');
COMMIT;
BEGIN;
CREATE FUNCTION make() RETURNS void LANGUAGE sql AS 'CREATE TABLE made (i int)';
ALTER TABLE done RENAME TO renamed;
SELECT i INTO TABLE "In to" FROM renamed;
INSERT INTO renamed SELECT 1 WHERE 'create table a' IS NULL;
UPDATE alembic_version SET version_num='r2' WHERE alembic_version.version_num = 'r1';
COMMIT;
SQL
rm "$work/project/versions/r3.py"
ok 'tables that were there are told from those that DO blocks make' gives_in made "SELECT migrate_import_alembic_files('$work/project')" \
	'Check the tables a, "There": no revision makes them, unless a DO block or a function does'

psql -X -q -d taken -c 'CREATE ROLE reader LOGIN' -c 'GRANT pg_read_server_files TO reader' -c 'GRANT USAGE ON SCHEMA migrate TO reader' \
	-c 'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA migrate TO reader' -c 'GRANT ALL ON alembic_version TO reader' -c 'TRUNCATE migrate.script'
PGUSER=reader ok "who isn't the owner takes the files alone" gives_in taken "SELECT migrate_import_alembic_files('$work/project')" 'is for its owner alone to read'

# ---- no room -------------------------------------------------------------------------
fresh no_room
file=$work/capture/data/pg_migrate/$(psql -X -A -t -c "SELECT oid FROM pg_database WHERE datname = 'no_room'")
ln -s /dev/full "$file"
run no_room -c 'BEGIN' -c 'INSERT INTO a VALUES (1)' -c 'INSERT INTO a VALUES (2)' -c 'COMMIT' -c 'INSERT INTO a VALUES (3)' >"$work/full" 2>&1
ok 'a full disk is a warning' grep -q 'no longer recorded: could not write file "pg_migrate/[0-9]*": No space left' "$work/full"
ok 'once' [ "$(grep -c WARNING "$work/full")" = 1 ]
ok 'and the run goes on' [ "$(psql -X -A -t -d no_room -c 'SELECT sum(i) FROM a')" = 6 ]
rm "$file"
mkdir "$file"
run no_room -c 'INSERT INTO a VALUES (4)' >"$work/full" 2>&1
ok 'and so is a file that cannot be opened' grep -q 'no longer recorded: could not open file "pg_migrate/[0-9]*": ' "$work/full"
ok 'which loses nothing either' [ "$(psql -X -A -t -d no_room -c 'SELECT sum(i) FROM a')" = 10 ]
rmdir "$file"

# ---- who may ---------------------------------------------------------------------------
psql -X -q -c 'CREATE ROLE owner LOGIN' -c 'CREATE ROLE other LOGIN'
fresh owned OWNER owner
psql -X -q -d owned -c 'GRANT ALL ON a TO PUBLIC' -c "ALTER DATABASE owned SET session_preload_libraries = 'migrate'" \
	-c "ALTER ROLE other IN DATABASE owned SET client_min_messages = warning"
PGUSER=owner psql -X -q -d owned -c "SELECT migrate_config('capture', 'on')" >/dev/null
PGUSER=owner psql -X -q -d owned -c "INSERT INTO a VALUES (1, 'owner')" 2>"$work/owned"
PGUSER=other psql -X -q -d owned -c "INSERT INTO a VALUES (2, 'other')" 2>>"$work/owned"
psql -X -q -d owned -c "INSERT INTO a VALUES (3, 'superuser')" 2>>"$work/owned"
ok "the owner's run alone is recorded, where he has asked for it" [ "$(log owned | cut -d' ' -f2-)" = "outside INSERT INTO a VALUES (1, 'owner')" ]
ok 'and nobody hears of it' [ ! -s "$work/owned" ]
ok "others can't ask" env PGUSER=other PGDATABASE=owned bash -c "psql -X -c 'SET migrate.capture = on' 2>&1 | grep 'permission denied to record what clients run'"
# libraries are loaded in a transaction since then; before, the value is passed over
! since 15 || ok 'nor when they connect' env PGUSER=other PGDATABASE=owned PGOPTIONS='-c migrate.capture=on' bash -c "psql -X -c \"INSERT INTO a VALUES (4)\" 2>&1 | grep 'permission denied to record what clients run'"
ok 'and are not recorded' [ "$(kinds owned)" = 'outside ' ]

# ---- leftovers ---------------------------------------------------------------------------
old=$(psql -X -A -t -c "SELECT oid FROM pg_database WHERE datname = 'many'")
ok 'a copy of a database has no log' bash -c "psql -X -q -c 'CREATE DATABASE many2 TEMPLATE many' && [ ! -e '$work/capture/data/pg_migrate/$(psql -X -A -t -c "SELECT max(oid::text::bigint) + 1 FROM pg_database")' ]"
psql -X -q -c 'DROP DATABASE many2' -c 'DROP DATABASE many'
run again -c 'CREATE TABLE first ()'
ok 'the log of a database that is gone goes when another begins' [ ! -e "$work/capture/data/pg_migrate/$old" ]
done_testing
