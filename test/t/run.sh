#!/usr/bin/env bash
# Run the tests here that need a server of their own; under test/server.sh.
cd "$(dirname "$0")" || exit 1
passed=0 failed=0
for test in standby limits call locks dump pgbouncer decoding extension model check both; do
	out=$(./$test.sh 2>&1)
	echo "$out" | sed '$d'
	read -r p _ f _ < <(echo "$out" | tail -1)
	passed=$((passed + ${p:-0})) failed=$((failed + ${f:-1}))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
