#!/usr/bin/env bash
# The conformance suite: each theme's statements print the same on both hosts.
# usage: run.sh [-u] [THEME ...]     -u: write THEME.out anew, from PostgreSQL
#
# THEME.sql runs as it stands, in psql and in sqlite3, in a new database each;
# only CALL migrate.upgrade() is a SELECT for sqlite3.  @DIR@ is a directory that
# THEME.sh, where there is one, has filled.  Each statement is printed before
# what it gives.  What the two shells write differently is made equal; what is
# left is compared with THEME.out.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
[ -n "${MIGRATE_SERVER_BIN:-}" ] || exec "$top/test/server.sh" "$0" "$@"

here=$top/test/conform
update=
[ "${1:-}" != -u ] || { update=1; shift; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0 failed=0

# Print each statement before it runs: as a SELECT of its text.  Of a longer one
# the first line.
annotate() {
	awk '
		function echo(text)
		{
			gsub(/\047/, "\047\047", text)
			print "SELECT \047> " text "\047;"
		}
		/^--/ && !inside { next }
		/^$/ && !inside { next }
		{
			if (!inside)
				echo($0)
			print
			inside += gsub(/\047/, "\047")
			inside = inside % 2 || !/;$/ ? 2 + inside % 2 : 0
		}'
}

# What psql writes: booleans, instants; after an error in a transaction it can't
# print the ROLLBACK that ends it.
from_psql() {
	sed -E -e '/^>/b' \
		-e '/^(WARNING|NOTICE):/d' \
		-e 's/^ERROR:  current transaction is aborted, .*/> ROLLBACK;/' \
		-e '/^CALL$/d' -e 's/^INFO:  (Running )/\1/' \
		-e 's/^HINT:  CALL migrate\.(up|down)grade\(\) instead.*/HINT: (run it outside)/' \
		-e '/^\\set ON_ERROR_STOP on$/d' \
		-e 's/^ERROR:  new row for relation .* violates check.*/ERROR: CHECK constraint failed/' \
		-e 's/^ERROR:  null value in column "(.*)" of relation "(.*)" violates.*/ERROR: NOT NULL constraint failed: \2.\1/' \
		-e 's/^ERROR:  duplicate key value violates unique.*/ERROR: UNIQUE constraint failed/' \
		-e 's/([0-9]{4}-[0-9-]{5}) ([0-9:]{8}(\.[0-9]+)?)\+00(\||$)/\1T\2Z\4/g' \
		-e ':flag' -e 's/(^|\|)t(\||$)/\11\2/' -e 't flag' \
		-e ':other' -e 's/(^|\|)f(\||$)/\10\2/' -e 't other'
}

# What sqlite3 writes.
from_sqlite() {
	sed -E -e '/^>/b' \
		-e '/^\.bail on$/d' \
		-e 's/^HINT: Call migrate_(up|down)grade\(\) outside of a.*/HINT: (run it outside)/' \
		-e 's/^((Runtime|Parse) error|Error:?)( near line [0-9]+)?: /ERROR: /' \
		-e 's/^ERROR: near "([^"]*)": syntax error/ERROR: syntax error at or near "\1"/' \
		-e "s/^ERROR: unrecognized token: \"'/ERROR: unterminated quoted string at or near \"'/" \
		-e 's/^ERROR: no such table: (.*)/ERROR: relation "\1" does not exist/' \
		-e 's/^(ERROR: (CHECK|UNIQUE) constraint failed).*/\1/' \
		-e 's/SQLiteImpl/PostgresqlImpl/' \
		-e 's/ \(1\)$//'
}

# Of an error keep what the two write alike: message, place, detail, hint.
errors() {
	awk '
		function flush()
		{
			if (error != "")
				print error place detail hint
			error = place = detail = hint = ""
		}
		/^> / { flush(); print; next }
		/^ERROR: / { flush(); error = $0; sub(/^ERROR: +/, "ERROR: ", error); next }
		error == "" { print; next }
		# SQLite has none of a row that it refuses, PostgreSQL of one that ALTER does
		/^DETAIL: +(Failing row|Key .* already exists)/ { next }
		/^DETAIL: / { sub(/: +/, ": "); detail = "\n  " $0 }
		/^HINT: / { sub(/: +/, ": "); hint = "\n  " $0 }
		match($0, /^(CONTEXT:)? *(in )?(revision [^ ]+|file |line [0-9])/) {
			sub(/^(CONTEXT:)? *(in )?/, "")
			sub(/:$/, "")
			place = "\n  at " $0
		}
		END { flush() }'
}

# Lines of no text, and what this run alone has in its paths, say nothing.
settle() {
	sed -e '/^$/d' -e "s|$1|@DIR@|g" | errors
}

# fill HOST THEME: make the directory of a theme.
fill() {
	local dir=$MIGRATE_DATA/conform-$1-$2
	rm -rf "$dir"
	mkdir -p "$dir"
	[ ! -e "$here/$2.sh" ] || (cd "$dir" && bash "$here/$2.sh")
	chmod -R a+rwX "$dir" # the server is somebody else
	echo "$dir"
}

on_postgresql() {
	local dir
	dir=$(fill postgresql "$1")
	psql -X -q -d postgres -c 'DROP DATABASE IF EXISTS conform' -c 'CREATE DATABASE conform' 2>/dev/null
	psql -X -q -d conform -c 'CREATE EXTENSION migrate'
	sed "s|@DIR@|$dir|g" "$here/$1.sql" | annotate |
		PGTZ=UTC psql -X -q -At -P null='~' -d conform 2>&1 | from_psql | settle "$dir"
}

on_sqlite() {
	local dir
	dir=$(fill sqlite "$1")
	rm -f "$scratch/conform.db"
	{
		printf '.load %s\n.nullvalue ~\n' "$top/build/migrate"
		sed "s|@DIR@|$dir|g" "$here/$1.sql" | annotate |
			sed -E 's/^CALL migrate\.(up|down)grade\(/SELECT migrate_\1grade(/'
	} | stdbuf -o0 sqlite3 -batch "$scratch/conform.db" 2>&1 | from_sqlite | settle "$dir"
}

# check HOST THEME: run and compare.
check() {
	"on_$1" "$2" >"$scratch/got" || true
	if diff -u "$here/$2.out" "$scratch/got" >"$scratch/diff"; then
		passed=$((passed + 1))
		echo "ok - $2 on $1"
	else
		failed=$((failed + 1))
		echo "not ok - $2 on $1"
		head -60 "$scratch/diff"
	fi
}

[ $# -gt 0 ] || set -- $(cd "$here" && ls -- *.sql | sed 's/\.sql$//')
for theme; do
	[ -z "$update" ] || on_postgresql "$theme" >"$here/$theme.out"
	for host in postgresql sqlite; do
		check "$host" "$theme"
	done
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
