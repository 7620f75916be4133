#!/usr/bin/env bash
# Run five real projects' histories, recorded from Alembic, on both hosts.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
corpora=${MIGRATE_SHARED:-$top/../shared}/corpora

if [ ! -d "$corpora" ]; then
	echo "SKIP corpora: no directory $corpora"
	echo "0 passed, 0 failed"
	exit 0
fi
[ -n "${MIGRATE_SERVER_BIN:-}" ] || exec "$top/test/server.sh" "$0" "$@"
PYTHONDONTWRITEBYTECODE=1 exec python3 "$top/test/corpora/corpora.py" "$corpora" "$@"
