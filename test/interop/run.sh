#!/usr/bin/env bash
# Hand databases and SQL to and fro between migrate and a real Alembic.
# usage: run.sh                      all, of the last, live.py, a short part
#        run.sh live [PROJECT ...]   that one, whole
#        run.sh published [PACKAGE ...]
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)

if ! /usr/bin/python3 -c 'import alembic, psycopg2' >/dev/null 2>&1; then
	echo "SKIP interop: Alembic isn't installed (Debian: alembic, python3-psycopg2)"
	echo "0 passed, 0 failed"
	exit 0
fi
[ -n "${MIGRATE_SERVER_BIN:-}" ] || exec "$top/test/server.sh" "$0" "$@"
PYTHONDONTWRITEBYTECODE=1 exec python3 "$top/test/interop/${1:-interop}.py" "${@:2}"
