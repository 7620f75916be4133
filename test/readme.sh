#!/usr/bin/env bash
# Every command that README.md shows: its two commands, its blocks, its sample.
# (make check is what runs this; make pg and make install are in server.sh.)
set -u
cd "$(dirname "$0")/.."
mkdir -p build/log
make -s demo >build/log/demo.log 2>&1 && grep -q 'is_up_to_date = 1' build/log/demo.log
demo=$?
test/sample/run.sh >build/log/sample.log 2>&1
sample=$?
[ "$sample" -eq 0 ] || cat build/log/sample.log
[ "$demo" -eq 0 ] || cat build/log/demo.log
make -s build/reference || exit 1
blocks=$(test/readme.py)
echo "$blocks" | sed '$d'
read -r passed _ failed _ < <(echo "$blocks" | tail -1)
for status in $demo $sample; do
	[ "$status" -eq 0 ] && passed=$((passed + 1)) || failed=$((failed + 1))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
