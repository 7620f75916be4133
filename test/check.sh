#!/usr/bin/env bash
# Run every ring of tests that this machine can run, and count.
# Ends with a line "N passed, N failed"; exit status 0 when nothing failed.
set -u
cd "$(dirname "$0")/.."
mkdir -p build/log
. test/rings.sh

rm -f regression.diffs output_iso/regression.diffs
make -s -j2 sqlite asan >build/log/build.log 2>&1 || { cat build/log/build.log; echo '0 passed, 1 failed'; exit 1; }

if [ -z "${MIGRATE_SERVER_BIN:-}" ]; then
	# the rest runs with a server of its own
	exec test/server.sh "$0"
fi
ring lint make -s lint
ring unit make -s -j2 unit
ring sqlite make -s sqlitecheck
ring regress make -s installcheck
ring server test/t/run.sh
ring conform make -s conform
ring corpora test/corpora/run.sh
ring pairs test/pairs/run.sh --step 25
ring kept test/pairs/run.sh --kept --step 40
ring random test/pairs/random.sh 1 8
ring interop test/interop/run.sh
ring alembic make -s alembic
ring crash make -s crash TIMES=4 STEP=97
ring fuzz make -s fuzz TIME=3
ring readme test/readme.sh
ring bench make -s bench-quick
rings_done
