#!/usr/bin/env bash
# Autogenerate from one schema to another and back, over pairs of schemas: our own,
# and those from other projects' tests.  usage: run.sh [--step N] [--only NAME]
# [--kept] [FILE ...]
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
shared=${MIGRATE_SHARED:-$top/../shared}

[ -d "$shared/pairs" ] || echo "SKIP pairs of other projects: no directory $shared/pairs"
[ -n "${MIGRATE_SERVER_BIN:-}" ] || exec "$top/test/server.sh" "$0" "$@"
# the programs themselves: Debian's psql and pg_dump are scripts that look for them
export PATH=$MIGRATE_SERVER_BIN:$PATH
PYTHONDONTWRITEBYTECODE=1 exec python3 "$top/test/pairs/pairs.py" "$shared" "$@"
