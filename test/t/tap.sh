# Sourced by the tests here: a server of their own, and ok/not ok lines.
# Usage: . tap.sh; then start_server NAME [OPTION ...]; ok NAME COMMAND ...; done_testing
set -u
work=$(mktemp -d /tmp/migrate-t.XXXXXX)
chmod 755 "$work"
passed=0 failed=0
bin=${MIGRATE_SERVER_BIN:?run this under test/server.sh}
export PGUSER=postgres PGDATABASE=postgres PGOPTIONS='-c client_min_messages=warning'

as_server() {
	if [ "$(id -u)" -eq 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

# since MAJOR: is the server of that version or newer?
since() {
	[ "$("$bin/postgres" --version | sed -E 's/[^0-9]*([0-9]+).*/\1/')" -ge "$1" ]
}

stop_all() {
	for data in "$work"/*/data; do
		as_server "$bin/pg_ctl" -D "$data" -m immediate stop >/dev/null 2>&1
	done
	rm -rf "$work"
}
trap stop_all EXIT

# Make a directory that the server owns.
server_dir() {
	mkdir -p "$1"
	[ "$(id -u)" -ne 0 ] || chown postgres "$1"
}

# Make the data of a new server; all are copies of one.
new_data() {
	if [ ! -e "$work/fresh" ]; then
		server_dir "$work/fresh"
		as_server "$bin/initdb" -D "$work/fresh" -U postgres -A trust -E UTF8 -N >/dev/null
	fi
	cp -a "$work/fresh" "$1"
}

# start_server NAME [OPTION ...]: a new one unless there is data, and start.
start_server() {
	local dir=$work/$1
	shift
	server_dir "$dir"
	[ -e "$dir/data" ] || new_data "$dir/data"
	as_server "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -o \
		"-c listen_addresses='' -c unix_socket_directories='$dir' -c fsync=off $*" start >/dev/null ||
		{ cat "$dir/log"; exit 1; }
	export PGHOST=$dir
}

# load_three ONE SECTIONS THREE: load three revisions.  r1 and r3 make the tables
# "one" and "three" by these statements, r2 has these sections.
load_three() {
	psql -X -q -v ON_ERROR_STOP=1 -v one="$1" -v sections="$2" -v three="$3" >/dev/null <<'SQL'
SELECT migrate_load(format($m$
-- migrate:revision r1
-- migrate:upgrade
%s
-- migrate:downgrade
DROP TABLE one;
-- migrate:revision r2
-- migrate:revises r1
%s
-- migrate:revision r3
-- migrate:revises r2
-- migrate:upgrade
%s
-- migrate:downgrade
DROP TABLE three;
$m$, :'one', :'sections', :'three'));
SQL
}

# slow_sections SLOW: r2's, where it makes the table "two" and, in an autocommit
# section, sets work_mem and runs SLOW, which may make the index big_i.
slow_sections() {
	cat <<SQL
-- migrate:upgrade
CREATE TABLE IF NOT EXISTS two (i int);
-- migrate:upgrade autocommit
SET work_mem = '7MB';
$1;
-- migrate:downgrade autocommit
DROP INDEX CONCURRENTLY IF EXISTS big_i;
-- migrate:downgrade
DROP TABLE two;
SQL
}

# ok NAME COMMAND ...: the command has to succeed.
ok() {
	local name=$1
	shift
	if "$@" >"$work/out" 2>&1; then
		passed=$((passed + 1))
		echo "ok $name"
	else
		failed=$((failed + 1))
		echo "not ok $name"
		sed 's/^/    /' "$work/out"
	fi
}

# gives SQL PATTERN: psql's output, errors included, has to match.
gives() {
	psql -X -q -A -t -v ON_ERROR_STOP=0 -c "$1" 2>&1 | tee "$work/got" | grep -q -E -- "$2" ||
		{ echo "wanted: $2"; cat "$work/got"; return 1; }
}

# Has a server found itself wrong?  With assertions it stops there.  A PANIC is
# no such thing where the disk is full.
none_trapped() {
	! grep -E 'TRAP:|PANIC:|by signal 11' "$work"/*/log | grep -v 'No space left on device'
}

done_testing() {
	ok 'no assertion has failed' none_trapped
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ]
	exit
}
