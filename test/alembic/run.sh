#!/usr/bin/env bash
# Compare the core with the model of Alembic, and with Alembic itself: plans, what
# autogenerate detects, and batch operations that are taken over.
# usage: run.sh [GRAPHS]    ends with "N passed, N failed"
set -u
cd "$(dirname "$0")/../.."
graphs=${1:-3000}
passed=0 failed=0

# part COMMAND ...: run it, show what it says, add its counts.
part() {
	local out status line
	out=$("$@" 2>&1)
	status=$?
	line=$(tail -n 1 <<<"$out")
	if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
		passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
		sed '$d' <<<"$out"
	else
		[ "$status" -eq 0 ] || failed=$((failed + 1))
		printf '%s\n' "$out"
	fi
}

python=$(command -v /usr/bin/python3 || command -v python3)
if [ -z "$python" ]; then
	echo "SKIP alembic: no python3"
else
	part "$python" test/alembic/differential.py --graphs "$graphs" build/driver
	part "$python" test/alembic/with_alembic.py --graphs $((graphs / 10)) build/driver
	server=
	[ -n "${MIGRATE_SERVER_BIN:-}" ] || server=test/server.sh
	part $server "$python" test/alembic/autogenerate.py
	part $server "$python" test/alembic/rebuilds.py
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
