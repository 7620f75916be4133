#!/usr/bin/env bash
# Random pairs of schemas, with rows, on both hosts: see random_pairs.py.
# usage: random.sh [SEED [TIMES]]; on SQLite there are ten times as many
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)

[ -n "${MIGRATE_SERVER_BIN:-}" ] || exec "$top/test/server.sh" "$0" "$@"
# Debian's own Python can load extensions into SQLite
PYTHONDONTWRITEBYTECODE=1 exec /usr/bin/python3 "$top/test/pairs/random_pairs.py" sqlite,postgresql "$@"
