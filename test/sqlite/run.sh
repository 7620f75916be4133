#!/bin/bash
# Run the tests of the SQLite host: every *.sql through the sqlite3 shell, in a
# fresh directory and database, its output compared with the .out beside it;
# then every *.c, *.py and *.sh, which takes the module and a fresh directory.
#
#   run.sh [module]    a module without .so; default: build/migrate, and also
#                      build/asan/migrate where there is one
#   ONLY=name          run this test alone
#   ACCEPT=1           take what comes out as what is expected
#   SEED=n TIMES=n     where the random tests begin, and how many there are
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

# Run a file through the shell.  The wording in front of an error's message
# depends on the shell's version, and the directory's name on chance.  What is in
# alter/ is there to be read.
run_sql()
{
	mkdir "$work/db" && cd "$work/db" && ln -s "$1.so" migrate.so || exit 1
	ln -s "$here"/alter/* .
	HOME=$work LD_PRELOAD=$(preload "$1") LSAN_OPTIONS=print_suppressions=0 \
		stdbuf -o0 sqlite3 -batch test.db <"$2" 2>&1 |
		sed -E 's/^(Runtime|Parse) error near line [0-9]+: /ERROR: /
			s/^Error: near line [0-9]+: /ERROR: /'
	cd "$here" && rm -rf "$work/db"
}

# Run all the tests with a module.
run_all()
{
	for sql in "$here"/*.sql; do
		name=$(basename "$sql" .sql)
		[ "${ONLY:-$name}" = "$name" ] || continue
		run_sql "$1" "$sql" >"$work/out"
		[ -z "${ACCEPT:-}" ] || cp "$work/out" "$here/$name.out"
		diff -u "$here/$name.out" "$work/out"
		report "$name${2:-}" $?
	done
	for source in "$here"/*.c; do
		name=$(basename "$source" .c)
		[ "${ONLY:-$name}" = "$name" ] || continue
		mkdir "$work/db"
		"${CC:-cc}" -std=gnu99 -Wall -Wextra -O1 -o "$work/$name" "$source" \
			-lsqlite3 -lpthread &&
			LD_PRELOAD=$(preload "$1") "$work/$name" "$1" "$work/db"
		report "$name${2:-}" $?
		rm -rf "$work/db"
	done
	for script in "$here"/*.py; do
		name=$(basename "$script" .py)
		[ "${ONLY:-$name}" = "$name" ] || continue
		mkdir "$work/db"
		LD_PRELOAD=$(preload "$1") ASAN_OPTIONS=detect_leaks=0 \
			PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$script" "$1" \
			"$work/db" "${SEED:-1}" "${TIMES:-100}"
		report "$name${2:-}" $?
		rm -rf "$work/db"
	done
	# many processes; the sanitizer's module is slow to start
	case $1 in *asan*) return ;; esac
	for script in "$here"/*.sh; do
		name=$(basename "$script" .sh)
		[ "$name" != run ] && [ "${ONLY:-$name}" = "$name" ] || continue
		mkdir "$work/db"
		"$script" "$1" "$work/db"
		report "$name" $?
		rm -rf "$work/db"
	done
}

if [ $# -gt 0 ]; then
	run_all "$(cd "$(dirname "$1")" && pwd)/$(basename "$1")"
else
	run_all "$top/build/migrate"
	[ ! -f "$top/build/asan/migrate.so" ] ||
		run_all "$top/build/asan/migrate" " (asan)"
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
