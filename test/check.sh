#!/usr/bin/env bash
# Run every ring of tests that this machine can run, and count.
# Ends with a line "N passed, N failed"; exit status 0 when nothing failed.
set -u
cd "$(dirname "$0")/.."
mkdir -p build/log
passed=0 failed=0

# Read how many tests a log reports: our own closing line, cmocka's, pg_regress's.
count() {
	awk '
		/^[0-9]+ passed, [0-9]+ failed/ { p = $1; f = $3; own = 1 }
		/\[  PASSED  \] [0-9]+ test/ { cp += $(NF - 1) }
		/\[  FAILED  \] [0-9]+ test/ { cf += $4 }
		/^(test|ok|not ok) .*\.\.\. (ok|FAILED)/ { if (/FAILED/) cf++; else cp++ }
		/^ok [0-9]+ +- / { cp++ }
		/^not ok [0-9]+ +- / { cf++ }
		END { print own ? p : cp + 0, own ? f : cf + 0 }' "$1"
}

# ring NAME COMMAND ...: run it, keep its log, count its tests.
ring() {
	local name=$1 log=build/log/$1.log start=$SECONDS p f status
	shift
	"$@" >"$log" 2>&1
	status=$?
	read -r p f < <(count "$log")
	[ "$status" -ne 0 ] && [ "$f" -eq 0 ] && f=1
	passed=$((passed + p)) failed=$((failed + f))
	printf '%-12s %5d passed  %3d failed  %4d s\n' "$name" "$p" "$f" $((SECONDS - start))
	grep -h -E '^(skip|SKIP)' "$log" | sed 's/^/    /'
	[ "$f" -eq 0 ] || { grep -v '^ok ' "$log" | tail -60; cat regression.diffs output_iso/regression.diffs 2>/dev/null | tail -80; }
}

rm -f regression.diffs output_iso/regression.diffs
make -s sqlite asan >build/log/build.log 2>&1 || { cat build/log/build.log; echo '0 passed, 1 failed'; exit 1; }

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
ring interop test/interop/run.sh
ring alembic make -s alembic
ring crash make -s crash TIMES=4 STEP=97
ring fuzz make -s fuzz TIME=5
ring readme test/readme.sh
ring bench make -s bench-quick
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
