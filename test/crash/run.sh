#!/usr/bin/env bash
# Kill runs, take their power, fail their files and fill their disks, on both hosts.
# usage: run.sh [TIMES [STEP]]
#
# So many kills for each host and mode (200); on SQLite every STEP-th operation of
# the file system fails (1).  The whole takes a quarter of an hour.
set -u
cd "$(dirname "$0")/../.." || exit 1
times=${1:-200} step=${2:-1}
[ -n "${MIGRATE_SERVER_BIN:-}" ] || exec test/server.sh "$PWD/test/crash/run.sh" "$times" "$step"
work=$(mktemp -d) small=()
trap 'umount "${small[@]}" 2>/dev/null; rm -rf "$work"' EXIT
passed=0 failed=0

# Run a test, and count.
count() {
	"$@" >"$work/out" 2>&1
	if [[ $(tail -n 1 "$work/out") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
		passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
		sed -i '$d' "$work/out"
	else
		failed=$((failed + 1))
	fi
	cat "$work/out"
}

mkdir "$work/small"
if mount -t tmpfs -o size=1m tmpfs "$work/small" 2>/dev/null; then
	small=("$work/small")
else
	echo 'skip a real full disk on SQLite (no right to mount one)'
fi
"${CC:-cc}" -std=gnu99 -Wall -Wextra -Werror -O1 -o "$work/lite" test/crash/lite.c test/crash/disk.c -lsqlite3 || exit 1
# a mode has two journals, with and without autocommit sections
count "$work/lite" build/migrate "$work" $(((times + 3) / 4)) "$step" "${small[@]}"
count test/crash/server.sh "$times"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
