#!/usr/bin/env bash
# Whatever kind of file it is: journal and locking modes, page sizes, encodings,
# databases in memory and temporary ones, those that can't be written.
# usage: files.sh MODULE DIR
set -u
module=$1
cd "$2" || exit 1
cat >scripts.sql <<'END'
-- migrate:revision a1
-- migrate:message zwölf 𝄞
-- migrate:upgrade
CREATE TABLE a1 (i INTEGER PRIMARY KEY, t TEXT DEFAULT 'zwölf 𝄞');
INSERT INTO a1 (i) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) SELECT i FROM n;
-- migrate:downgrade
DROP TABLE a1;
-- migrate:revision a2
-- migrate:revises a1
-- migrate:upgrade
CREATE INDEX a1_t ON a1 (t);
-- migrate:downgrade
DROP INDEX a1_t;
-- migrate:revision a3
-- migrate:revises a2
-- migrate:upgrade
UPDATE a1 SET t = 'lost';
CREATE TABLE a3 (i);
INSERT INTO nosuch VALUES (1);
-- migrate:revision v2
-- migrate:revises a1
-- migrate:upgrade autocommit
VACUUM;
-- migrate:downgrade
END

# fail WHAT: say what came out instead of what was to.
fail() {
	echo "$1:"
	cat got
	exit 1
}

# run FILE SQL ...: what comes out goes to got.
run() {
	local file=$1
	shift
	sqlite3 "$file" ".load $module" "$@" >got 2>&1
}

# gives WHAT LINE ...: got has to be these lines.
gives() {
	local what=$1
	shift
	printf '%s\n' "$@" | diff - got >/dev/null || fail "$what"
}

# has WHAT PATTERN: one of its lines has to match.
has() {
	grep -q -E -- "$2" got || fail "$1"
}

load="SELECT length(migrate_load(readfile('scripts.sql'))) > 0"
state="SELECT migrate_current(), (SELECT count(*) || min(t) FROM a1), (SELECT group_concat(name) FROM sqlite_schema WHERE name GLOB 'a[0-9]*')"

# whole WHAT FILE PRAGMA: load, up, one that fails, down, up; in one connection,
# and then seen by another.
whole() {
	run "$2" "$3" "$load" >/dev/null
	run "$2" "$3" "SELECT migrate_upgrade('a1')"
	has "$1" '^Running upgrade  -> a1, zwölf 𝄞$'
	run "$2" "$3" "SELECT migrate_upgrade('a3')"
	has "$1, a failure" 'no such table: nosuch'
	run "$2" "$3" "$state"
	has "$1, after it" '^a1[|]500zwölf 𝄞[|]a1$'
	run "$2" "$3" "SELECT migrate_upgrade('a2')" "SELECT migrate_downgrade('base')" "SELECT migrate_upgrade('a2')"
	has "$1, up and down" '^Running upgrade a1 -> a2$'
	run "$2" "$state" 'PRAGMA integrity_check'
	gives "$1, seen by another" 'a2|500zwölf 𝄞|a1,a1_t' ok
	rm -f "$2" "$2"-*
}

# ---- kinds of files ------------------------------------------------------------
for mode in delete truncate persist memory wal; do
	whole "journal_mode $mode" test.db "PRAGMA journal_mode = $mode"
	whole "journal_mode $mode, exclusive" test.db "PRAGMA locking_mode = exclusive; PRAGMA journal_mode = $mode"
	whole "journal_mode $mode, small cache" test.db "PRAGMA journal_mode = $mode; PRAGMA cache_size = 5"
done
for encoding in UTF-16le UTF-16be; do
	whole "$encoding" test.db "PRAGMA encoding = '$encoding'"
done
whole 'page_size 512, auto_vacuum full' test.db 'PRAGMA page_size = 512; PRAGMA auto_vacuum = full'
whole 'page_size 65536, auto_vacuum incremental' test.db 'PRAGMA page_size = 65536; PRAGMA auto_vacuum = incremental'
whole 'synchronous off, temp_store memory' test.db 'PRAGMA synchronous = off; PRAGMA temp_store = memory'
whole 'secure_delete, mmap' test.db 'PRAGMA secure_delete = on; PRAGMA mmap_size = 1000000'
whole 'a shared cache' 'file:test.db?cache=shared' 'SELECT 1'
rm -f test.db*

# ---- what can't be undone is refused ----------------------------------------------
# newer shells don't let it be off
off=('.output dropped' '.dbconfig defensive off' .output 'PRAGMA journal_mode = off')
run test.db "$load" "SELECT migrate_upgrade('a1')"
for call in "migrate_upgrade('a2')" "migrate_load('-- migrate:revision b')" "migrate_config('name', 'x')"; do
	run test.db "${off[@]}" "SELECT $call"
	has "journal_mode off, $call" 'the database has no journal, so that a run which fails could not be undone'
done
run test.db "${off[@]}" "SELECT migrate_current()"
gives 'journal_mode off, reading' off a1

# ---- VACUUM on a connection of its own ---------------------------------------------
for mode in delete wal; do
	run test.db "PRAGMA journal_mode = $mode" "SELECT migrate_upgrade('v2')" "SELECT migrate_downgrade('a1')"
	has "VACUUM, $mode" '^Running downgrade v2 -> a1$'
	run test.db 'PRAGMA locking_mode = exclusive' "SELECT migrate_upgrade('v2')"
	has "VACUUM, $mode, exclusive" 'HINT: This connection keeps its lock, as PRAGMA locking_mode says'
done
run test.db 'PRAGMA journal_mode = delete'

# ---- in memory, and temporary ----------------------------------------------------------
for file in ':memory:' '' 'file:m?mode=memory' 'file:m?mode=memory&cache=shared'; do
	run "$file" "$load" "SELECT migrate_upgrade('a1')" "SELECT migrate_upgrade('a2')" "SELECT migrate_downgrade('base')" \
		"SELECT migrate_upgrade('a2')" "$state"
	gives "\"$file\"" 1 'Running upgrade  -> a1, zwölf 𝄞' 'Running upgrade a1 -> a2' 'Running downgrade a2 -> a1' \
		'Running downgrade a1 -> , zwölf 𝄞' 'Running upgrade  -> a1, zwölf 𝄞' 'Running upgrade a1 -> a2' 'a2|500zwölf 𝄞|a1,a1_t'
	run "$file" "$load" "SELECT migrate_upgrade('a3')"
	has "\"$file\", a failure" 'no such table: nosuch'
	run "$file" "$load" "SELECT migrate_upgrade('v2')"
	has "\"$file\", VACUUM" 'VACUUM in a revision needs a database that is a file'
done

# ---- read-only ----------------------------------------------------------------------------
# The root user may write everywhere.
as_other() {
	if [ "$(id -u)" -eq 0 ]; then runuser -u nobody -- "$@"; else "$@"; fi
}
run_other() {
	local file=$1
	shift
	as_other sqlite3 "$file" ".load ./migrate" "$@" >got 2>&1
}

# reads WHAT FILE: all that reads works.
reads() {
	run_other "$2" 'SELECT migrate_current()' 'SELECT count(*) FROM migrate_history' 'SELECT count(*) FROM migrate_heads' \
		'SELECT count(*) FROM migrate_branches' "SELECT revision FROM migrate_show('a2')" "SELECT length(migrate_script('a2')) > 9" \
		"SELECT revision FROM migrate_plan('upgrade', 'a2')" "SELECT substr(migrate_graph(), 1, 9)" \
		'SELECT max(id) FROM migrate_log' 'SELECT pending FROM migrate_status' "SELECT migrate_config('version_table')" \
		"SELECT substr(migrate_upgrade('a1:a2', 1), 1, 8)" "SELECT substr(migrate('current -v'), 1, 19)"
	gives "$1" a1 4 2 1 a2 1 a2 flowchart 5 3 alembic_version .bail\ on 'Current revision(s)'
}

# refuses WHAT FILE MESSAGE: none that writes does.
refuses() {
	local call
	for call in "migrate_upgrade('a2')" "migrate_downgrade('-1')" "migrate_stamp('a2')" "migrate_load('-- migrate:revision b')" \
		"migrate_edit('a2', '-- migrate:revision a2')" "migrate_config('name', 'x')" "migrate_revision('x', 0, 0, 'a2')" \
		"migrate('upgrade a2')"; do
		run_other "$2" "SELECT $call"
		[ "$(grep -c -E "$3" got)" -eq 1 ] || fail "$1, $call"
	done
}

mkdir dir
cp "$module.so" migrate.so
cp test.db dir/
chmod -R a+rX . && chmod 555 dir && chmod 444 dir/test.db
reads 'a read-only file' dir/test.db
refuses 'a read-only file' dir/test.db 'the database is read-only'
for uri in 'mode=ro' 'immutable=1' 'mode=rw&immutable=1' 'mode=ro&cache=shared'; do
	reads "$uri" "file:dir/test.db?$uri"
	refuses "$uri" "file:dir/test.db?$uri" 'the database is read-only'
done
sqlite3 test.db 'PRAGMA journal_mode = wal' >got
chmod 755 dir && cp -f test.db dir/ && chmod 555 dir
run_other dir/test.db 'SELECT migrate_current()'
# newer libraries read the schema, and fail, before they call us
has 'WAL in a read-only directory' 'HINT: What nobody writes to can be read as file:NAME[?]immutable=1|^Parse error .* readonly database'
reads 'the same, immutable' 'file:dir/test.db?immutable=1'
refuses 'the same, immutable' 'file:dir/test.db?immutable=1' 'the database is read-only'
chmod 755 dir
