#!/usr/bin/env bash
# Run the tests here that need a server of their own, two at a time; under
# test/server.sh.
cd "$(dirname "$0")" || exit 1
tests=(call limits locks check standby dump pgbouncer decoding extension model both capture)
passed=0 failed=0
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
printf '%s\n' "${tests[@]}" | xargs -P 2 -I{} sh -c './{}.sh >"$0/{}" 2>&1' "$out"
for test in "${tests[@]}"; do
	sed '$d' "$out/$test"
	read -r p _ f _ < <(tail -n 1 "$out/$test")
	passed=$((passed + ${p:-0})) failed=$((failed + ${f:-1}))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
