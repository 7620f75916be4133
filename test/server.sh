#!/usr/bin/env bash
# Run a command with a throw-away PostgreSQL that has the extension installed.
# usage: server.sh COMMAND [ARG ...]
#
# The server's files are copied to a temporary directory, where PostgreSQL finds
# its libraries relative to its program; so nothing of the system's is written.
# Sets PGHOST, PGPORT, PGUSER, MIGRATE_DATA (a directory that the server may
# read and write), and takes everything away afterwards.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
bin=$(pg_config --bindir)
root=$(mktemp -d /tmp/migrate-pg.XXXXXX)
export PGHOST=$root/run PGPORT=5432 PGUSER=postgres MIGRATE_DATA=$root/files
export PGDATABASE=postgres

# PostgreSQL refuses to run as root.
as_server() {
	if [ "$(id -u)" -eq 0 ]; then
		runuser -u postgres -- "$@"
	else
		"$@"
	fi
}

finish() {
	as_server "$root$bin/pg_ctl" -D "$root/data" -m immediate stop >/dev/null 2>&1 || true
	rm -rf "$root"
}
trap finish EXIT
trap 'exit 130' INT TERM

for dir in "$bin" "$(pg_config --pkglibdir)" "$(pg_config --sharedir)"; do
	mkdir -p "$root$dir"
	cp -a "$dir/." "$root$dir/"
done
make -s -C "$top" pg install DESTDIR="$root" >"$root/build.log" 2>&1 || {
	tail -20 "$root/build.log" >&2
	exit 1
}
mkdir -p "$root/run" "$root/files"
chmod 755 "$root"
chmod 777 "$root/files"
[ "$(id -u)" -eq 0 ] && chown -R postgres "$root/run" "$root/files" && chown postgres "$root"
as_server "$root$bin/initdb" -D "$root/data" -U postgres -A trust -E UTF8 \
	--locale=C.UTF-8 -N >"$root/initdb.log" 2>&1 || { cat "$root/initdb.log" >&2; exit 1; }
as_server "$root$bin/pg_ctl" -D "$root/data" -l "$root/server.log" -w -o \
	"-c listen_addresses='' -c unix_socket_directories='$root/run' -c fsync=off -c max_prepared_transactions=4 ${MIGRATE_SERVER_OPTIONS:-}" \
	start >/dev/null || { cat "$root/server.log" >&2; exit 1; }
export MIGRATE_SERVER_LOG=$root/server.log MIGRATE_SERVER_BIN=$root$bin
"$@"
