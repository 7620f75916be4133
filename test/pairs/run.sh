#!/usr/bin/env bash
# Autogenerate from one schema to another and back, over pairs of schemas: our own,
# and those from other projects' tests.  usage: run.sh [--step N] [--only NAME]
# [--kept] [FILE ...]
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
shared=${MIGRATE_SHARED:-$top/../shared}

[ -d "$shared/pairs" ] || echo "SKIP pairs of other projects: no directory $shared/pairs"
# databases come and go: nothing else should run, or be written
[ -n "${MIGRATE_SERVER_BIN:-}" ] || MIGRATE_SERVER_OPTIONS='-c autovacuum=off -c full_page_writes=off -c synchronous_commit=off -c wal_level=minimal -c max_wal_senders=0' exec "$top/test/server.sh" "$0" "$@"
# the programs themselves: Debian's psql and pg_dump are scripts that look for them
export PATH=$MIGRATE_SERVER_BIN:$PATH
PYTHONDONTWRITEBYTECODE=1 exec python3 "$top/test/pairs/pairs.py" "$shared" "$@"
