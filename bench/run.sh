#!/usr/bin/env bash
# Measure migrate against the floor that the database itself sets, and against
# Alembic where it is installed; print a table.  Asserts nothing.
# usage: run.sh [quick|full [PART ...]]      quick: small sizes, about a minute
# PART: see bench.py.  MIGRATE_SERVER_OPTIONS are the server's, such as -c fsync=on.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)

if [ -z "${MIGRATE_SERVER_BIN:-}" ]; then
	options='-c max_locks_per_transaction=2048 -c shared_buffers=256MB -c autovacuum=off'
	MIGRATE_SERVER_OPTIONS="$options ${MIGRATE_SERVER_OPTIONS:-}" \
		exec "$top/test/server.sh" "$0" "$@"
fi
[ -e "$top/build/migrate.so" ] || make -s -C "$top" sqlite
mkdir -p "$top/build"
"${CC:-cc}" -std=gnu99 -O2 -I"$top/common" -o "$top/build/bench-graph" "$top/bench/graph.c" \
	"$top"/common/base/*.c "$top"/common/text/*.c "$top"/common/rev/*.c
PYTHONDONTWRITEBYTECODE=1 exec python3 "$top/bench/bench.py" "${@:-full}"
