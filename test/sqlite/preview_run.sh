#!/usr/bin/env bash
# Offline SQL of standard ALTER TABLEs, run by the sqlite3 shell without the module:
# schema and rows are those of a live run, or both fail.  The statements, and the
# tables that they alter, are those of alter_columns.sql and alter_constraints.sql.
# usage: preview_run.sh MODULE DIR
set -u
module=$1
here=$(cd "$(dirname "$0")" && pwd)
cd "$2" || exit 1
failed=0

# fail WHAT FILE ...: say what is wrong, and show the files.
fail() {
	echo "$1:"
	shift
	cat "$@"
	failed=1
}

# state FILE: all that it holds, but for what is ours.  In no order: a script makes a
# table anew where a run sees in its rows that it needn't.
state() {
	sqlite3 "$1" 'DROP TABLE IF EXISTS alembic_version' 'DROP TABLE IF EXISTS _migrate_script' \
		'DROP TABLE IF EXISTS _migrate_log' 'DROP TABLE IF EXISTS _migrate_model' \
		'DROP TABLE IF EXISTS _migrate_config' 'DROP TABLE IF EXISTS _migrate_facts' \
		'PRAGMA integrity_check' 'PRAGMA foreign_key_check' \
		'.dump --preserve-rowids' | sort
}

# both FOREIGN_KEYS FILE: run the upgrade section of FILE live in live.db, and its
# offline SQL in plain.db, a copy of it as it was.
both() {
	rm -f live.db plain.db
	cp start.db live.db
	sqlite3 live.db ".load $module" "SELECT length(migrate_load(readfile('$2'))) > 0" >got 2>&1 ||
		fail 'not loaded' got
	cp live.db plain.db
	sqlite3 live.db >live.out 2>&1 <<-END
		.load $module
		PRAGMA foreign_keys = $1;
		.once script
		SELECT migrate_upgrade('heads', 1);
		SELECT migrate_upgrade('heads');
	END
	grep -q '^Running' live.out
	live=$?
	sqlite3 plain.db <script >plain.out 2>&1
	plain=$?
}

# compare WHAT: after both.
compare() {
	# what a live run refuses is printed as it is
	if [ $live -ne 0 ] && grep -q "isn't known" script; then
		return
	fi
	[ $((live != 0)) -eq $((plain != 0)) ] || fail "$1" live.out script plain.out
	state live.db >live.state
	state plain.db >plain.state
	diff live.state plain.state >got || fail "$1" got script
}

# revision: a script of one, its statements from standard input.
revision() {
	printf '%s\n' '-- migrate:revision r' '-- migrate:upgrade'
	cat
	printf '%s\n' '-- migrate:downgrade'
}

# ---- each case ------------------------------------------------------------------------
# cut FILE: its parts, tables.1 and alters.1 first: what stands before a savepoint
# makes tables, and what follows alters them.  A temporary trigger or view of the
# connection isn't there in the shell.
cut() {
	rm -f tables.* alters.*
	sed -e '/was[.;]/d' -e '/TEMP/d' "$1" | awk '
		/^\.read mark/ { within = 1; next }
		/^\./ { next }
		/^RELEASE c;/ { within = 0; part++; next }
		!within { print >("tables." part + 1) }
		within && sub(/^SELECT migrate_execute\('"'"'ALTER/, "ALTER") && sub(/'"'"'\);$/, "") {
			gsub(/'"''"'/, "'"'"'"); print >("alters." part + 1)
		}'
}

keys=ON
count=0
worked=0
rewritten=0
for file in alter_columns alter_constraints; do
	cut "$here/$file.sql"
	rm -f start.db
	for part in 1 2 3 4; do
		[ -f alters.$part ] || break
		sqlite3 start.db <tables.$part >got
		while IFS= read -r alter; do
			printf '%s\n;\n' "$alter" | revision >case.sql
			both $keys case.sql
			compare "foreign_keys $keys, $alter"
			count=$((count + 1))
			[ $live -ne 0 ] || worked=$((worked + 1))
			[ $live -ne 0 ] || ! grep -q '^-- ALTER' script || rewritten=$((rewritten + 1))
			[ $keys = ON ] && keys=OFF || keys=ON
		done <alters.$part
	done
	[ $file != alter_columns ] || cp start.db several.db
done
[ $count -gt 250 ] && [ $worked -gt 120 ] && [ $rewritten -gt 100 ] ||
	fail "$count cases, $worked of them worked, $rewritten of those rewritten" /dev/null

# ---- several, with rows that change on the way ------------------------------------------
cp several.db start.db
revision >case.sql <<'END'
CREATE TABLE made (id integer PRIMARY KEY, v text);
INSERT INTO made VALUES (1, '10'), (2, '20');
ALTER TABLE made ALTER v TYPE integer, ADD COLUMN k text NOT NULL DEFAULT 'x' FIRST;
UPDATE made SET v = v + 1;
ALTER TABLE made ADD COLUMN d text DEFAULT 'old';
ALTER TABLE made ALTER d SET DEFAULT 'new';
ALTER TABLE c DROP CONSTRAINT c_p_fkey, ADD CONSTRAINT c_p FOREIGN KEY (p) REFERENCES p ON DELETE CASCADE;
DELETE FROM p WHERE id = 1;
ALTER TABLE p DROP g, DROP code CASCADE, ALTER n TYPE text;
ALTER TABLE p ALTER n TYPE integer;
-- one that SQLite has
ALTER TABLE made RENAME TO finished;
-- migrate:upgrade autocommit
ALTER TABLE finished ADD CHECK (v > 0);
PRAGMA foreign_keys = OFF;
ALTER TABLE p ALTER kind DROP NOT NULL;
DELETE FROM p WHERE id = 2;
ALTER TABLE finished ALTER v SET NOT NULL;
END
for keys in ON OFF; do
	both $keys case.sql
	[ $live -eq 0 ] || fail 'several' live.out
	compare "several, foreign_keys $keys"
done

# ---- what stops a script ---------------------------------------------------------------
echo 'ALTER TABLE c ALTER pc SET NOT NULL;' | revision >case.sql
both ON case.sql
[ $live -ne 0 ] && [ $plain -ne 0 ] || fail 'a row that violates' live.out plain.out
grep -q 'CHECK constraint failed: column "pc" of relation "c" contains null values' plain.out ||
	fail 'a row that violates' plain.out
echo 'ALTER TABLE c ALTER p SET NOT NULL;' | revision >case.sql
both ON case.sql
cp start.db plain.db
sqlite3 plain.db 'CREATE TABLE later (a)'
sqlite3 plain.db <script >plain.out 2>&1
grep -q 'CHECK constraint failed: the schema is not the one that this script was written for' plain.out ||
	fail 'another schema' plain.out
[ "$(sqlite3 plain.db "SELECT count(*) FROM sqlite_schema WHERE name = 'alembic_version'")" = 0 ] ||
	fail 'another schema' plain.out
exit $failed
