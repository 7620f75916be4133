#!/usr/bin/env bash
# Run the server's tests on a PostgreSQL with assertions, under which event
# triggers, pg_stat_statements and auto_explain watch every statement.
# usage: assert.sh [COMMAND [ARG ...]]     with a COMMAND: run that instead
#
# The server is built once, from Debian's source of the installed version, into
# build/assert/pg (some minutes; `make clean` takes it away).  The extension is
# built for it in a copy of the sources: its objects aren't those of the system's
# server.  Ends with a line "N passed, N failed".
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
dir=$top/build/assert
jobs=${JOBS:-2}

# Fetch PostgreSQL's source by apt, whose own list of sources stays as it is.
fetch() {
	local major codename archive apt
	major=$(pg_config --version | sed -E 's/^PostgreSQL ([0-9]+).*/\1/')
	codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
	# from where the packages come
	archive=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
		"Codename: $codename" | sort -u | head -1)
	rm -rf "$dir/apt"
	mkdir -p "$dir/apt/lists/partial"
	echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
		"$archive $codename main" >"$dir/apt/sources.list"
	apt=(-qq -o "Dir::Etc::SourceList=$dir/apt/sources.list" -o Dir::Etc::SourceParts=-
		-o "Dir::State::Lists=$dir/apt/lists" -o Dir::Cache::pkgcache=
		-o Dir::Cache::srcpkgcache= -o APT::Sandbox::User=root)
	apt-get "${apt[@]}" update
	(cd "$dir/apt" && apt-get "${apt[@]}" source --download-only --tar-only "postgresql-$major")
	mkdir -p "$dir/source"
	tar -xf "$dir"/apt/postgresql-*.orig.tar.* -C "$dir/source" --strip-components=1
}

build() {
	local part
	rm -rf "$dir"
	mkdir -p "$dir"
	fetch
	cd "$dir/source"
	./configure --prefix="$dir/pg" --enable-cassert --enable-debug --without-icu \
		--without-readline --without-zlib CFLAGS='-O1 -g -fno-omit-frame-pointer'
	# PostgreSQL makes some headers only where no other make has called
	unset MAKELEVEL MAKEFLAGS
	make -s -j"$jobs"
	make -s install
	for part in pg_stat_statements auto_explain test_decoding hstore citext; do
		make -s -C "contrib/$part" install
	done
	cd "$top"
	rm -rf "$dir/source" "$dir/apt"
	touch "$dir/built"
}

# Copy what is ours, and compile it for the server.
copy() {
	rm -rf "$dir/tree"
	mkdir -p "$dir/tree"
	(cd "$top" && git ls-files -co --exclude-standard | while read -r file; do
		[ ! -e "$file" ] || echo "$file"
	done | tar -c -T -) | tar -x -C "$dir/tree"
	make -s -j"$jobs" -C "$dir/tree" sqlite
	make -s -j"$jobs" -C "$dir/tree" pg
}

if [ -z "${MIGRATE_SERVER_BIN:-}" ]; then
	if [ ! -e "$dir/built" ]; then
		echo "building PostgreSQL with assertions: see build/assert.log"
		trap 'tail -20 "$top/build/assert.log" >&2' EXIT
		build >"$top/build/assert.log" 2>&1 # not behind if or ||: it shall stop at an error
		trap - EXIT
	fi
	export PATH=$dir/pg/bin:$PATH
	copy
	options=(shared_preload_libraries=pg_stat_statements,auto_explain
		pg_stat_statements.track=all auto_explain.log_min_duration=0
		auto_explain.log_nested_statements=on auto_explain.log_analyze=on)
	export MIGRATE_SERVER_OPTIONS="${options[*]/#/-c }"
	export MIGRATE_SHARED=${MIGRATE_SHARED:-$top/../shared}
	exec "$dir/tree/test/server.sh" "$dir/tree/test/assert.sh" "$@"
fi

# ---- with the server ------------------------------------------------------------
[ $# -eq 0 ] || exec "$@"
set +e
cd "$top"
. test/rings.sh

# Make the databases of pg_regress, and all later ones, with event triggers that
# read what there is to read.
watch() {
	psql -X -q -v ON_ERROR_STOP=1 -d template1 <<'SQL'
CREATE SCHEMA watch;
CREATE FUNCTION watch.started() RETURNS event_trigger LANGUAGE plpgsql AS
	'BEGIN PERFORM tg_event || tg_tag; END';
CREATE FUNCTION watch.ended() RETURNS event_trigger LANGUAGE plpgsql AS
	'BEGIN PERFORM object_type || object_identity FROM pg_catalog.pg_event_trigger_ddl_commands(); END';
CREATE FUNCTION watch.dropped() RETURNS event_trigger LANGUAGE plpgsql AS
	'BEGIN PERFORM object_type || object_identity FROM pg_catalog.pg_event_trigger_dropped_objects(); END';
CREATE FUNCTION watch.rewritten() RETURNS event_trigger LANGUAGE plpgsql AS
	'BEGIN PERFORM pg_catalog.pg_event_trigger_table_rewrite_oid()::regclass; END';
CREATE EVENT TRIGGER watch_start ON ddl_command_start EXECUTE FUNCTION watch.started();
CREATE EVENT TRIGGER watch_end ON ddl_command_end EXECUTE FUNCTION watch.ended();
CREATE EVENT TRIGGER watch_drop ON sql_drop EXECUTE FUNCTION watch.dropped();
CREATE EVENT TRIGGER watch_rewrite ON table_rewrite EXECUTE FUNCTION watch.rewritten();
CREATE EXTENSION pg_stat_statements;
SQL
	psql -X -q -c 'CREATE DATABASE contrib_regression' -c 'CREATE DATABASE isolation_regression'
}

# The server that all share has assertions, and none has failed.
server_is_well() {
	if [ "$(psql -X -q -A -t -c 'SHOW debug_assertions')" = on ] &&
		! grep -E 'TRAP:|PANIC:|by signal (6|11)' "$MIGRATE_SERVER_LOG"; then
		echo '1 passed, 0 failed'
	else
		echo '0 passed, 1 failed'
	fi
}

ring corpora test/corpora/run.sh # which looks at all that is in a database
watch
ring regress make -s installcheck EXTRA_REGRESS_OPTS=--use-existing
ring server test/t/run.sh
ring conform test/conform/run.sh
ring interop test/interop/run.sh
# whatever is remembered of the catalog is forgotten at each chance
PGOPTIONS='-c debug_discard_caches=1' ring caches make -s installcheck ISOLATION= REGRESS='setup upgrade procs'
ring log server_is_well
rings_done
