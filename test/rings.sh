# Sourced by what runs several suites and counts their tests.
# Usage: . test/rings.sh; ring NAME COMMAND ...; rings_done
logs=${logs:-build/log}
mkdir -p "$logs"
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
	local name=$1 log=$logs/$1.log start=$SECONDS p f status
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

rings_done() {
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ]
}
