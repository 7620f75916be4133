#!/bin/bash
# Run the tests of the SQLite host: every *.sql through the sqlite3 shell, in a
# fresh directory and database, its output compared with the .out beside it;
# then every *.c, *.py and *.sh, which takes the module and a fresh directory.
#
#   run.sh [module]    a module without .so; default: build/migrate, and also
#                      build/asan/migrate where there is one
#   ONLY=name          run this test alone
#   KINDS="sql c"      run these alone, of sql, c, py and sh
#   ACCEPT=1           take what comes out as what is expected; what is for other
#                      versions of SQLite is to be put back
#   SEED=n TIMES=n     where the random tests begin, and how many there are
#
# What a *.sql writes between ".print == SQLite 3.37" and ".print ==" runs, and
# is expected, from that version on; ".print == SQLite before 3.47": up to there.
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
chmod 755 "$work" # files.sh tries as another user what that one can't write
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# Report a test; $1: its name, $2: 0 where it is well.
report()
{
	if [ "$2" = 0 ]; then
		passed=$((passed + 1))
		echo "ok $1"
	else
		failed=$((failed + 1))
		echo "not ok $1"
	fi
}

# The libraries that a module needs to be there before it.
preload()
{
	case $1 in
		*asan*) "${CC:-cc}" -print-file-name=libasan.so ;;
	esac
}

# Leave out of a *.sql or *.out what is for newer or older versions than this one.
known()
{
	awk -v have="$(sqlite3 --version)" '
		function number(version, part)
		{
			split(version, part, /[. ]/)
			return part[1] * 1000000 + part[2] * 1000 + part[3]
		}
		/^(\.print )?== SQLite / { out = (number($NF) > number(have)) != / before / }
		!out { print }
		/^(\.print )?==$/ { out = 0 }' "$1"
}

# Run a file through the shell.  What it writes around an error depends on its
# version: in front of the message, a result code behind it, an arrow below.  What is in
# alter/ is there to be read.
run_sql()
{
	known "$2" >"$work/sql"
	mkdir "$work/db" && cd "$work/db" && ln -s "$1.so" migrate.so || exit 1
	ln -s "$here"/alter/* .
	HOME=$work LD_PRELOAD=$(preload "$1") LSAN_OPTIONS=print_suppressions=0 \
		stdbuf -o0 sqlite3 -batch test.db <"$work/sql" 2>&1 |
		sed -E 's/^((Runtime|Parse) error|Error:?) near line [0-9]+( of [^:]+)?: /ERROR: /
			s/^(ERROR: ([A-Z].* constraint failed|cannot store ).*) \([0-9]+\)$/\1/
			s/^ERROR: error in table [^ ]+ after rename: (duplicate column)/ERROR: \1/' |
		awk '
			/^ .*(\^--- error here|error here ---\^)$/ { held = 0; next }
			held { print line }
			{ line = $0; held = 1 }
			END { if (held) print line }'
	cd "$here" && rm -rf "$work/db"
}

# Run a module's tests of a kind: $1 is what their files end with, $2 the module, $3
# what to put behind their names.
run_kind()
{
	for file in "$here"/*."$1"; do
		name=$(basename "$file" ."$1")
		[ "$name" != run ] && [ "${ONLY:-$name}" = "$name" ] || continue
		if [ "$1" = sql ]; then
			run_sql "$2" "$file" >"$work/out"
			[ -z "${ACCEPT:-}" ] || cp "$work/out" "$here/$name.out"
			known "$here/$name.out" >"$work/wanted"
			diff -u "$work/wanted" "$work/out"
			report "$name$3" $?
			continue
		fi
		mkdir "$work/db"
		run_"$1" "$2" "$file"
		report "$name$3" $?
		rm -rf "$work/db"
	done
}

# Run a program in C.
run_c()
{
	"${CC:-cc}" -std=gnu99 -Wall -Wextra -O1 -o "$work/$name" "$2" \
		-lsqlite3 -lpthread &&
		LD_PRELOAD=$(preload "$1") "$work/$name" "$1" "$work/db"
}

# Run one in Python.
run_py()
{
	LD_PRELOAD=$(preload "$1") ASAN_OPTIONS=detect_leaks=0 \
		PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$2" "$1" "$work/db" \
		"${SEED:-1}" "${TIMES:-100}"
}

# Run a script.
run_sh()
{
	"$2" "$1" "$work/db"
}

parts=0

# Start a part of the tests, as soon as there are no more of them than processors: those
# of module $1 and of kinds $2, or that one of them which $3 names.
start()
{
	local only=${3:-${ONLY:-}}
	[ "${ONLY:-$only}" = "$only" ] || return 0
	while [ "$(jobs -rp | wc -l)" -gt "$(nproc)" ]; do
		wait -n
	done
	parts=$((parts + 1))
	KINDS=$2 ONLY=$only "$0" "$top/build/$1" >"$work/part$parts" 2>&1 &
}

if [ $# -eq 0 ] && [ -f "$top/build/asan/migrate.so" ]; then
	# in parts, each with files of its own; programs take longest
	for program in "$here"/*.c; do
		start asan/migrate c "$(basename "$program" .c)"
	done
	start asan/migrate 'sql py'
	start migrate sh
	start migrate 'sql py'
	for program in "$here"/*.c; do
		start migrate c "$(basename "$program" .c)"
	done
	wait
	for ((i = 1; i <= parts; i++)); do
		sed '$d' "$work/part$i"
		read -r p _ f _ < <(tail -1 "$work/part$i")
		passed=$((passed + ${p:-0})) failed=$((failed + ${f:-1}))
	done
else
	module=${1:-$top/build/migrate}
	suffix= kinds='sql c py sh'
	# scripts are many processes, and the sanitizer's module is slow to start
	case $module in *asan*) suffix=" (asan)" kinds='sql c py' ;; esac
	module=$(cd "$(dirname "$module")" && pwd)/$(basename "$module")
	for kind in ${KINDS:-$kinds}; do
		run_kind "$kind" "$module" "$suffix"
	done
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
