#!/usr/bin/env bash
# Runs on PostgreSQL that end in the middle: the process that serves the call is
# killed, or the whole server, or a disk is full.
# usage: server.sh TIMES      so many kills for each way to run
#
# However a run ended, the database has to be in one of the states that it may
# be in between two commits: its version rows, log, schema and data together;
# and the same call has to finish from there.  The states are made beforehand,
# by the statements of the scripts and without us.
. "$(dirname "$0")/../t/tap.sh"
times=$1
history=$(dirname "$0")/history.sql
export PGOPTIONS='-c client_min_messages=error'

# Data and WAL have a small file system each, where we may mount one.
mounted=
take_away() {
	as_server "$bin/pg_ctl" -D "$work/crash/data" -m immediate stop >/dev/null 2>&1
	# its last processes may still be about to end
	[ -z "$mounted" ] || umount -l "$work/crash/data" "$work/crash/wal"
	rm -rf "$work"
}
trap take_away EXIT
for disk in data wal; do
	server_dir "$work/crash"
	server_dir "$work/crash/$disk"
	[ "$(id -u)" -eq 0 ] && mount -t tmpfs -o "size=1g,mode=700,uid=$(id -u postgres)" tmpfs "$work/crash/$disk" 2>/dev/null &&
		mounted=1
done

# ---- states ------------------------------------------------------------------

# Write down the state of a database: version rows, log, data, schema.
state() {
	psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$1" <<'SQL' >"$work/state" 2>"$work/errors" &&
SELECT 'rows', string_agg(version_num, ', ' ORDER BY version_num) FROM alembic_version;
SELECT 'log', string_agg(revision, ', ' ORDER BY revision) FROM (
	SELECT DISTINCT ON (revision) revision, operation FROM migrate.log ORDER BY revision, id DESC) last WHERE operation = 'upgrade';
SELECT relname, query_to_xml(format('SELECT md5(string_agg(t::text, '','' ORDER BY t::text)) FROM %I t', relname), false, true, '')
	FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version' ORDER BY relname;
SQL
		pg_dump -s -T alembic_version "$1" >"$work/dump" 2>"$work/errors" &&
		grep -v -e '^--' -e '^$' -e '^\\' "$work/dump" >>"$work/state"
}

# Keep a state as one that may be; says its name.
note() {
	state "$1"
	name=$(md5sum <"$work/state" | cut -d ' ' -f 1)
	cp "$work/state" "$work/states/$name"
}

# The statements of a revision's upgrade or downgrade, a line each.
statements() {
	awk -v revision="$1" -v section="migrate:$2" '
		$2 == "migrate:revision" { ours = $3 == revision }
		$2 ~ /^migrate:(up|down)grade$/ { wanted = $2 == section }
		!/^--/ && ours && wanted' "$history"
}

# Make the states on the way that a plan goes, running the statements as they are.
make_way() {
	local operation=$1 revision heads statement
	psql -X -q -A -t -F '|' -d reference -c "SELECT revision, heads FROM migrate_plan('$1', '$2', '$3')" >"$work/plan"
	while IFS='|' read -r revision heads; do
		while IFS= read -r statement; do
			psql -X -q -d reference -c "$statement"
			# the revision that has autocommit sections
			[ "$revision" != r5 ] || note reference
		done < <(statements "$revision" "$operation")
		psql -X -q -d reference -c 'DELETE FROM alembic_version' \
			-c "INSERT INTO alembic_version SELECT unnest(regexp_split_to_array(nullif('$heads', ''), ', '))" \
			-c "INSERT INTO migrate.log (history, revision, operation, applied_by, started_at, elapsed_ms, statements)
				VALUES ('alembic', '$revision', '$operation', '', now(), 0, 0)"
		note reference
	done <"$work/plan"
}

# Make a database with the scripts, those of a file.
make_database() {
	psql -X -q -c "CREATE DATABASE $1"
	psql -X -q -A -t -d "$1" <<-SQL >/dev/null
		CREATE EXTENSION migrate;
		\\set scripts \`cat '$2'\`
		SELECT migrate_load(:'scripts');
		SELECT migrate_ensure_version();
	SQL
}

# ---- runs --------------------------------------------------------------------

# Say what is wrong, once for a test.
complain() {
	[ -s "$work/wrong" ] || { echo "$1"; head -n 40 "$work/state"; cat "$work/errors"; } >"$work/wrong"
}
fine() {
	cat "$work/wrong"
	[ ! -s "$work/wrong" ]
}

# Set out on a way: the mode is whole or each, the direction up or down.
set_out() {
	mode=$1 direction=$2 start=$base goal=$head
	: >"$work/wrong"
	call="upgrade('head')"
	[ "$direction" = up ] || { call="downgrade('base')" start=$head goal=$base; }
	if [ "$mode" = whole ]; then call="SELECT count(*) FROM migrate_$call"; else call="CALL migrate.$call"; fi
}

# Check that the state is one that the run may leave.
check_state() {
	local now
	state "$mode" || { complain "$direction $1: can't be read"; return; }
	now=$(md5sum <"$work/state" | cut -d ' ' -f 1)
	[ "$now" = "$start" ] || [ "$now" = "$goal" ] || {
		between=$((between + 1))
		# all or nothing
		[ "$mode" = each ] && [ -e "$work/states/$now" ]
	} || complain "$direction $1: no state between two commits"
}

# Check that the same call finishes.
check_finish() {
	psql -X -q -d "$mode" -c "$call" >"$work/errors" 2>&1 || complain "$direction $1: the second call fails"
	state "$mode" || complain "$direction $1: can't be read"
	[ "$(md5sum <"$work/state" | cut -d ' ' -f 1)" = "$goal" ] || complain "$direction $1: the second call leads elsewhere"
	psql -X -q -A -t -d "$mode" -c 'SELECT count(*) FROM pg_index WHERE NOT indisvalid' | grep -q '^0$' || complain "$direction $1: an invalid index stays"
}

# Wait until the server has begun anew so often, and takes calls.
wait_for_restart() {
	for _ in $(seq 600); do
		[ "$(grep -c 'reinitializing' "$work/crash/log")" -ge "$1" ] && psql -X -q -c 'SELECT 1' >/dev/null 2>&1 && return
		sleep 0.05
	done
	complain "the server doesn't come back"
}

# Kill the process that serves a call, and the server sees to the rest.
kill_process() {
	local restarts
	restarts=$(grep -c 'reinitializing' "$work/crash/log")
	kill -9 "$1"
	wait_for_restart $((restarts + 1))
}

# Kill the server's processes all at once, and start it.
kill_server() {
	local main all pid
	main=$(head -n 1 "$work/crash/data/postmaster.pid")
	all="$main $(cat "/proc/$main/task/$main/children")"
	# shellcheck disable=SC2086
	kill -9 $all
	for pid in $all; do
		while [ -e "/proc/$pid/exe" ]; do sleep 0.02; done
	done
	# they name a process that is dead, but perhaps not yet buried
	rm -f "$work/crash/data/postmaster.pid" "$work"/crash/.s.PGSQL.*.lock
	start
}

# Run, and kill after a random part of the time that a whole run takes; counts
# the runs that it hit.
kill_run() {
	local out pid delay begun
	exec {out}< <(psql -X -q -A -t -d "$mode" -c 'SELECT pg_backend_pid()' -c "$call" \
		-c '\echo done' -c 'SELECT pg_sleep(600)' 2>/dev/null)
	read -r -u "$out" pid
	begun=${EPOCHREALTIME/./}
	delay=$((RANDOM * took[$direction] / 32768))
	if read -r -t "$(printf '%d.%06d' $((delay / 1000000)) $((delay % 1000000)))" -u "$out"; then
		took[$direction]=$((${EPOCHREALTIME/./} - begun))
	else
		inside=$((inside + 1))
	fi
	if [ $((RANDOM % 4)) -eq 0 ]; then kill_server; else kill_process "$pid"; fi
	exec {out}<&-
}

# Go up and down, until it was killed so often inside of a run.
kills() {
	local begun runs=0
	declare -A took=()
	inside=0 between=0
	for direction in up down; do
		set_out "$1" "$direction"
		begun=${EPOCHREALTIME/./}
		psql -X -q -d "$1" -c "$call" >/dev/null 2>&1
		took[$direction]=$((${EPOCHREALTIME/./} - begun))
	done
	while [ "$inside" -lt "$times" ] && [ ! -s "$work/wrong" ]; do
		set_out "$1" "$([ $((runs % 2)) -eq 0 ] && echo up || echo down)"
		runs=$((runs + 1))
		kill_run
		check_state "$runs"
		check_finish "$runs"
		[ "$runs" -le $((2 * times + 20)) ] || complain "only $inside of $runs kills hit a run"
	done
	ok "$1: kill -9, $inside of $runs inside of a run, $between left it between two revisions" fine
}

# ---- full disks ----------------------------------------------------------------

# Leave a disk so many kB.
leave() {
	local used
	used=$(df --output=used -k "$work/crash/$1" | tail -n 1)
	mount -o "remount,size=$((used + $2))k" "$work/crash/$1"
}

# Go up on a full disk, of the data or of the WAL, and then on one that isn't.
fill() {
	local disk=$2 main logged
	set_out "$1" down
	psql -X -q -d "$mode" -c "$call" -c CHECKPOINT >/dev/null 2>&1
	set_out "$1" up
	main=$(head -n 1 "$work/crash/data/postmaster.pid")
	logged=$(wc -l <"$work/crash/log")
	leave "$disk" 300
	psql -X -q -d "$mode" -c "$call" >"$work/said" 2>&1
	# without room for the WAL, PostgreSQL begins anew, or ends
	until psql -X -q -c 'SELECT 1' >/dev/null 2>&1 || [ ! -e "/proc/$main/exe" ]; do sleep 0.05; done
	leave "$disk" 500000
	[ -e "/proc/$main/exe" ] || start
	wait_for_restart 0
	check_state "a full disk"
	check_finish "a full disk"
	[ "$disk" = data ] || tail -n "+$((logged + 1))" "$work/crash/log" | grep -A 4 PANIC >"$work/said"
	ok "$mode, no room for $disk: all is as it was, and the second call finishes" fine
	ok "$mode, no room for $disk: the error says where" in_order
}

# Is it one error, which names the statement or the step?
in_order() {
	cat "$work/said"
	[ "$(grep -c -E '(ERROR|PANIC):' "$work/said")" -eq 1 ] && grep -q -E 'No space left on device|could not extend file' "$work/said" &&
		grep -q -E 'revision r[1-6], upgrade, statement [0-9]|commit of "Running upgrade' "$work/said"
}

# ---- all of it -----------------------------------------------------------------

# no processes but those that there are when they are killed
start() {
	start_server crash -c autovacuum=off -c max_parallel_workers=0 -c max_wal_size=64MB -c wal_recycle=off
}
ulimit -c 0
as_server "$bin/initdb" -D "$work/crash/data" -X "$work/crash/wal/files" --wal-segsize=1 -U postgres -A trust -E UTF8 -N >/dev/null
start
mkdir "$work/states"
sed 's/ autocommit$//; s/ CONCURRENTLY / /' "$history" >"$work/whole.sql"
make_database reference "$history"
make_database whole "$work/whole.sql"
make_database each "$history"
: >"$work/wrong"
note reference
base=$name
make_way upgrade head ''
head=$name
make_way downgrade base r6
[ "$name" = "$base" ] || complain "what goes up doesn't come down"
ok "$(ls "$work/states" | wc -l) states" fine
kills whole
kills each
if [ -n "$mounted" ]; then
	for disk in data wal; do
		for mode in whole each; do fill "$mode" "$disk"; done
	done
else
	echo 'skip full disks on PostgreSQL (no right to mount one)'
fi
done_testing
