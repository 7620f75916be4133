#!/usr/bin/env bash
# Autogenerate from one schema to another and back, over pairs of schemas from
# other projects' tests.  usage: run.sh [--step N] [--only NAME] [FILE ...]
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
shared=${MIGRATE_SHARED:-$top/../shared}

if [ ! -d "$shared/pairs" ]; then
	echo "SKIP pairs: no directory $shared/pairs"
	echo "0 passed, 0 failed"
	exit 0
fi
[ -n "${MIGRATE_SERVER_BIN:-}" ] || exec "$top/test/server.sh" "$0" "$@"
PYTHONDONTWRITEBYTECODE=1 exec python3 "$top/test/pairs/pairs.py" "$shared" "$@"
