#!/usr/bin/env bash
# The extension's versions: whoever updates has what a fresh install makes, and
# keeps the rows; the library and the SQL functions know when they differ; what
# CREATE, ALTER and DROP EXTENSION do.
#
# All versions that pg/ has are tried.  So that there always is one, and to see
# that a difference is found, a next version is made up here: the newest one
# with some changes, and a library that calls itself "next".
here=$(cd "$(dirname "$0")" && pwd)
top=$here/../..
. "$here/tap.sh"

# A copy of the server's files, as they are going to change.
root=${bin%"$(pg_config --bindir)"}
for dir in "$(pg_config --bindir)" "$(pg_config --pkglibdir)" "$(pg_config --sharedir)"; do
	mkdir -p "$work/root$dir"
	cp -a "$root$dir/." "$work/root$dir/"
done
bin=$work/root$(pg_config --bindir)
library=$work/root$(pg_config --pkglibdir)/migrate.so
share=$work/root$(pg_config --sharedir)/extension
start_server extension
psql -X -q -c 'CREATE ROLE keeper LOGIN' -c 'CREATE ROLE other LOGIN'

# ---- helpers -----------------------------------------------------------------

# run DATABASE ROLE SQL ...: print what it gives, stop at an error.
run() {
	local in=(-d "$1" -U "$2") commands=()
	shift 2
	for sql; do
		commands+=(-c "$sql")
	done
	psql -X -q -A -t -v ON_ERROR_STOP=1 "${in[@]}" "${commands[@]}"
}

# in_database DATABASE ROLE SQL PATTERN: as gives().
in_database() {
	PGDATABASE=$1 PGUSER=$2 gives "$3" "$4"
}

# new DATABASE OWNER: make it, without what was there.
new() {
	run postgres postgres "DROP DATABASE IF EXISTS $1" "CREATE DATABASE $1 OWNER $2"
}

# facts DATABASE: all that the catalogs hold of the extension.
facts() {
	psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$1" -f "$here/facts.sql"
}

# fresh ROLE: the facts of an extension that the role has just created.
fresh() {
	new fresh "$1" && run fresh "$1" 'CREATE EXTENSION migrate' && facts fresh >"$work/fresh.$1"
}

# Two revisions, one of which is applied: by INSERT, as no library runs commands
# over another version's tables.
fill() {
	run "$1" "$2" "INSERT INTO migrate.script (history, revision, down_revision, script) VALUES
			('alembic', 'r1', NULL, E'-- migrate:revision r1\n-- migrate:upgrade\nCREATE TABLE one (i int);\n-- migrate:downgrade\nDROP TABLE one;\n'),
			('alembic', 'r2', 'r1', E'-- migrate:revision r2\n-- migrate:revises r1\n-- migrate:upgrade\nCREATE TABLE two (i int);\n-- migrate:downgrade\nDROP TABLE two;\n')" \
		"INSERT INTO migrate.log (history, revision, operation, to_revisions, applied_by, started_at, elapsed_ms, statements)
			VALUES ('alembic', 'r1', 'upgrade', 'r1', current_user, '2026-01-05 10:00+00', 1, 1)" \
		"INSERT INTO migrate.model (history, ddl) VALUES ('alembic', 'CREATE TABLE one (i int);')" \
		'CREATE TABLE alembic_version (version_num varchar(32) CONSTRAINT alembic_version_pkc PRIMARY KEY)' \
		"INSERT INTO alembic_version VALUES ('r1')" 'CREATE TABLE one (i int)'
}

# rows_of DATABASE: the statements that print what pg_dump would take along, with
# the columns that there are now.
rows_of() {
	run "$1" postgres "SELECT CASE relkind WHEN 'S' THEN format('SELECT last_value FROM %s;', oid::regclass)
			ELSE format('SELECT %s FROM %s ORDER BY 1, 2;', (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum)
				FROM pg_attribute WHERE attrelid = oid AND attnum > 0 AND NOT attisdropped), oid::regclass) END
		FROM pg_class WHERE oid = ANY ((SELECT extconfig FROM pg_extension WHERE extname = 'migrate')::oid[]) ORDER BY relname"
}

# updated VERSION CREATOR UPDATER: a database that comes from there, with rows.
updated() {
	new updated "$2" && run updated "$2" "CREATE EXTENSION migrate VERSION '$1'" && fill updated "$2" &&
		rows_of updated >"$work/rows.sql" &&
		psql -X -q -A -t -d updated -f "$work/rows.sql" >"$work/rows.before" &&
		run updated "$3" 'ALTER EXTENSION migrate UPDATE' && facts updated >"$work/updated"
}

same_rows() {
	psql -X -q -A -t -d "$1" -f "$work/rows.sql" >"$work/rows.after" &&
		grep -q r2 "$work/rows.after" && diff "$work/rows.before" "$work/rows.after"
}

same_facts() {
	grep -q '^column|migrate.script|' "$work/updated" && diff "$work/fresh.$1" "$work/updated"
}

# prove VERSION: whoever has it gets by an update what is installed afresh.
prove() {
	local pair creator updater what
	for pair in 'postgres postgres' 'keeper keeper' 'keeper postgres'; do
		read -r creator updater <<<"$pair"
		what="$1 of $creator, updated by $updater"
		fresh "$creator"
		ok "$what" updated "$1" "$creator" "$updater"
		ok "$what: as a fresh install" same_facts "$creator"
		ok "$what: keeps the rows" same_rows updated
		ok "$what: goes on" in_database updated "$creator" "SELECT migrate_upgrade('head')" '^Running upgrade r1 -> r2'
		ok "$what: with its log" in_database updated "$creator" "SELECT string_agg(revision, ' ' ORDER BY id) FROM migrate_log()" '^r1 r2$'
		ok "$what: and back" in_database updated "$creator" "SELECT count(*) FROM migrate_downgrade('base')" '^2$'
	done
	new updated postgres
	run updated postgres "CREATE EXTENSION migrate VERSION '$1'"
	fill updated postgres
	psql -X -q -A -t -d updated -f "$work/rows.sql" >"$work/rows.before"
	new restored postgres
	"$bin/pg_dump" updated >"$work/dump.sql"
	ok "a dump of $1 is restored" psql -X -q -v ON_ERROR_STOP=1 -d restored -f "$work/dump.sql" -o /dev/null
	ok "a dump of $1: keeps the rows" same_rows restored
	ok "a dump of $1: goes on" in_database restored postgres "SELECT migrate_upgrade('head')" '^Running upgrade r1 -> r2'
}

# ---- the versions that there are --------------------------------------------------

newest=$(run postgres postgres "SELECT default_version FROM pg_available_extensions WHERE name = 'migrate'")
ok 'there is a version' test -n "$newest"
for version in $(run postgres postgres "SELECT version FROM pg_available_extension_versions
		WHERE name = 'migrate' AND version <> '$newest'"); do
	prove "$version"
done

# ---- a next one ----------------------------------------------------------------------

# The update script, a statement a line.
cat >"$work/update.sql" <<'SQL'
ALTER TABLE migrate.log ADD COLUMN note text DEFAULT 'none';
COMMENT ON COLUMN migrate.log.note IS 'what else there is to say';
CREATE INDEX log_note_idx ON migrate.log (note);
CREATE TABLE migrate.more (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, said text NOT NULL CHECK (said <> ''));
COMMENT ON TABLE migrate.more IS 'more';
DO $$ BEGIN EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON migrate.more TO %s, %s WITH GRANT OPTION', extowner::regrole, coalesce(to_regrole('pg_database_owner'), datdba::regrole)) FROM pg_extension, pg_database WHERE extname = 'migrate' AND datname = current_database(); END $$;
DO $$ BEGIN EXECUTE format('GRANT SELECT, UPDATE ON SEQUENCE migrate.more_id_seq TO %s, %s WITH GRANT OPTION', extowner::regrole, coalesce(to_regrole('pg_database_owner'), datdba::regrole)) FROM pg_extension, pg_database WHERE extname = 'migrate' AND datname = current_database(); END $$;
SELECT pg_catalog.pg_extension_config_dump('migrate.more', 'WHERE id > 10');
SELECT pg_catalog.pg_extension_config_dump('migrate.more_id_seq', '');
ALTER TABLE migrate.model ALTER COLUMN stored_by SET DEFAULT session_user;
ALTER TABLE migrate.model DISABLE TRIGGER keep_stored_by;
CREATE OR REPLACE FUNCTION migrate_tag() RETURNS text AS 'MODULE_PATHNAME' LANGUAGE C STABLE PARALLEL UNSAFE COST 7;
CREATE FUNCTION migrate_more() RETURNS text AS 'MODULE_PATHNAME', 'migrate_tag' LANGUAGE C STABLE;
COMMENT ON FUNCTION migrate_more() IS 'more';
REVOKE EXECUTE ON FUNCTION migrate_more() FROM PUBLIC;
SQL

# The whole script: the same changes where they belong.
awk '
	/^GRANT USAGE ON SCHEMA migrate / {
		print "CREATE TABLE migrate.more (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, said text NOT NULL CHECK (said <> \047\047));"
		print "COMMENT ON TABLE migrate.more IS \047more\047;"
		print "CREATE INDEX log_note_idx ON migrate.log (note);"
		print "COMMENT ON COLUMN migrate.log.note IS \047what else there is to say\047;"
		print "ALTER TABLE migrate.model DISABLE TRIGGER keep_stored_by;"
	}
	/^CREATE TABLE migrate.model/ { model = 1 }
	model && /stored_by/ { sub(/current_user/, "session_user"); model = 0 }
	/^CREATE FUNCTION migrate_tag/ { tag = 1 }
	tag && /;/ { sub(/;/, " COST 7;"); tag = 0 }
	{ print }
	/^\tstatements bigint NOT NULL,/ { print "\tnote text DEFAULT \047none\047," }
	END {
		print "SELECT pg_catalog.pg_extension_config_dump(\047migrate.more\047, \047WHERE id > 10\047);"
		print "SELECT pg_catalog.pg_extension_config_dump(\047migrate.more_id_seq\047, \047\047);"
		print "CREATE FUNCTION migrate_more() RETURNS text AS \047MODULE_PATHNAME\047, \047migrate_tag\047 LANGUAGE C STABLE;"
		print "COMMENT ON FUNCTION migrate_more() IS \047more\047;"
		print "REVOKE EXECUTE ON FUNCTION migrate_more() FROM PUBLIC;"
	}' "$share/migrate--$newest.sql" >"$work/next.sql"

# Its library: only what names the version is compiled anew.
mkdir "$work/tree"
tar -c -C "$top" --exclude=./build --exclude=./.git . | tar -x -C "$work/tree"
sed -i 's/^#define MIGR_VERSION .*/#define MIGR_VERSION "next"/' "$work/tree/common/migrate.h"
(cd "$work/tree" && rm -f migrate.so $(grep -l MIGR_VERSION common/*/*.c pg/*.c | sed 's/c$/o/'))
ok 'the next library is built' make -s -C "$work/tree" -o common/migrate.h migrate.so

# A session of today, which is going to last: says what it is told to.
new mixed postgres
run mixed postgres 'CREATE EXTENSION migrate'
fill mixed postgres
mkfifo "$work/fifo"
psql -X -q -A -t -d mixed <"$work/fifo" >"$work/said" 2>&1 &
exec 9>"$work/fifo"
tell() {
	: >"$work/said"
	printf '%s\n\\echo told\n' "$1" >&9
	for _ in $(seq 200); do
		grep -q '^told$' "$work/said" && break
		sleep 0.05
	done
	grep -E -- "$2" "$work/said" || { cat "$work/said"; return 1; }
}
ok 'a session has loaded the library' tell 'SELECT migrate_current();' '^r1$'

# ---- the package comes: library and scripts ------------------------------------------

cp "$work/update.sql" "$share/migrate--$newest--next.sql"
cp "$work/next.sql" "$share/migrate--next.sql"
sed -i "s/^default_version.*/default_version = 'next'/" "$share/migrate.control"
install -m 755 "$work/tree/migrate.so" "$library.new"
mv "$library.new" "$library"

ok 'a session that lasts goes on' tell 'SELECT migrate_current();' '^r1$'
for command in 'SELECT migrate_current()' "SELECT migrate_upgrade('head')" "CALL migrate.upgrade('head')" "SELECT migrate('heads')"; do
	ok "a new one: $command says what differs" in_database mixed postgres "$command" "database is of version $newest, the library .* of version next"
	ok "and what to do" grep -q 'HINT:  Run ALTER EXTENSION migrate UPDATE' "$work/got"
done
ok 'the library says its version' in_database mixed postgres 'SELECT migrate_version()' '^next$'
ok 'rows may still be restored' in_database mixed postgres "INSERT INTO migrate.script (history, revision, script) VALUES ('x', 'x', '') RETURNING stored_by" '^postgres$'
ok 'nobody else updates' in_database mixed keeper 'ALTER EXTENSION migrate UPDATE' 'must be owner of extension migrate'
ok 'the update' run mixed postgres 'ALTER EXTENSION migrate UPDATE'
ok 'is all there is to do' in_database mixed postgres "CALL migrate.upgrade('head')" 'Running upgrade r1 -> r2'
ok 'again it does nothing' in_database mixed postgres "SET client_min_messages = notice; ALTER EXTENSION migrate UPDATE" 'version "next" of extension "migrate" is already installed'
ok 'the session that lasts hears so' tell 'SELECT migrate_current();' "database is of version next, the library .* of version $newest"
ok 'and what to do' grep -q 'HINT:  .*connect anew' "$work/said"
exec 9>&-

prove "$newest"

# ---- a difference is found ----------------------------------------------------------

# noticed CREATOR UPDATER: the update fails, or makes something else.
noticed() {
	new updated "$1"
	run updated "$1" "CREATE EXTENSION migrate VERSION '$newest'"
	! run updated "$2" 'ALTER EXTENSION migrate UPDATE' 2>/dev/null ||
		{ facts updated >"$work/updated" && ! same_facts "$1" >/dev/null; }
}

fresh postgres
fresh keeper
for line in $(seq "$(wc -l <"$work/update.sql")"); do
	sed "${line}d" "$work/update.sql" >"$share/migrate--$newest--next.sql"
	ok "an update without $(sed -n "${line}p" "$work/update.sql" | cut -c 1-60)" noticed keeper keeper
done
for more in 'ALTER TABLE migrate.script SET (fillfactor = 50)' 'CREATE VIEW migrate.seen AS SELECT 1' 'ALTER TABLE migrate.log ALTER note SET NOT NULL' \
	'GRANT SELECT ON migrate.log TO PUBLIC' 'ALTER FUNCTION migrate_current() OWNER TO other' 'ALTER EXTENSION migrate DROP FUNCTION migrate_tag()' \
	'DROP INDEX migrate.script_depends_on_idx' 'ALTER SEQUENCE migrate.log_id_seq INCREMENT 2' 'CREATE RULE r AS ON DELETE TO migrate.log DO INSTEAD NOTHING'; do
	{ cat "$work/update.sql"; echo "$more;"; } >"$share/migrate--$newest--next.sql"
	ok "an update with ${more:0:60}" noticed keeper keeper
done
sed 's/^\(DO .*\), extowner::regrole,/\1, quote_ident($q$@extowner@$q$),/' "$work/update.sql" >"$share/migrate--$newest--next.sql"
by_owner() {
	updated "$newest" keeper keeper && same_facts keeper
}
ok 'a right for @extowner@ is the same where the owner updates' by_owner
ok "and isn't where a superuser does" noticed keeper postgres
cp "$work/update.sql" "$share/migrate--$newest--next.sql"

# ---- CREATE, ALTER and DROP EXTENSION -----------------------------------------------

new plain keeper
ok 'there are no other versions' in_database plain keeper "CREATE EXTENSION migrate VERSION '0'" 'no installation script nor update path for version "0"'
ok 'a schema has to be there' in_database plain keeper 'CREATE EXTENSION migrate SCHEMA tools' 'schema "tools" does not exist'
run plain keeper 'CREATE SCHEMA migrate'
ok "a schema of ours mustn't" in_database plain keeper 'CREATE EXTENSION migrate' 'schema "migrate" already exists'
run plain keeper 'DROP SCHEMA migrate' 'CREATE SCHEMA tools'
ok 'others than the owner may not' in_database plain other 'CREATE EXTENSION migrate' 'permission denied to create extension "migrate"'
ok 'the functions go where they shall' run plain keeper 'CREATE EXTENSION migrate SCHEMA tools CASCADE'
fill plain keeper
ok 'and work there' in_database plain keeper "SELECT tools.migrate_upgrade('r2')" '^Running upgrade r1 -> r2'
ok 'and stay there' in_database plain keeper 'ALTER EXTENSION migrate SET SCHEMA public' 'extension "migrate" does not support SET SCHEMA'
ok 'the schema is not to be renamed' in_database plain keeper 'ALTER SCHEMA migrate RENAME TO x' 'must be owner of schema migrate'
ok 'nor a table to be dropped' in_database plain postgres 'DROP TABLE migrate.log' 'extension migrate requires it'
run plain keeper 'CREATE VIEW seen AS SELECT revision FROM migrate.log'
ok "what uses our tables isn't dropped with them" in_database plain keeper 'DROP EXTENSION migrate' 'cannot drop extension migrate because other objects depend on it'
ok 'and is named' grep -q 'DETAIL:  view seen depends on table migrate.log' "$work/got"
run plain keeper 'DROP VIEW seen'
run plain postgres 'CREATE TABLE migrate.foreign_to_us (i int)'
ok 'nor what stands beside them' in_database plain keeper 'DROP EXTENSION migrate' 'table migrate.foreign_to_us depends on schema migrate'
run plain postgres 'DROP TABLE migrate.foreign_to_us'
ok 'it can be dropped' run plain keeper 'DROP EXTENSION migrate'
ok 'and takes all of its own along' in_database plain keeper "SELECT to_regnamespace('migrate') IS NULL AND NOT EXISTS (SELECT FROM pg_proc WHERE proname LIKE 'migrate%')" '^t$'
ok 'and leaves the rest' in_database plain keeper 'SELECT version_num, (SELECT count(*) FROM two) FROM alembic_version' '^r2[|]0$'
run plain keeper 'CREATE EXTENSION migrate' 'DROP TABLE one, two'
ok 'a new one finds no script' in_database plain keeper "SELECT migrate_upgrade('head')" "Can't locate revision identified by 'r2'"
ok 'which can be loaded' run plain keeper "SELECT migrate_load(E'-- migrate:revision r2\n-- migrate:upgrade\n-- migrate:revision r3\n-- migrate:revises r2\n-- migrate:upgrade\nCREATE TABLE two (i int);\n')"
ok 'and goes on' in_database plain keeper "SELECT migrate_upgrade('head')" '^Running upgrade r2 -> r3'
ok 'all in one transaction' in_database plain keeper "BEGIN; DROP EXTENSION migrate; CREATE EXTENSION migrate; SELECT migrate_load(E'-- migrate:revision r3\n-- migrate:upgrade\n'); SELECT migrate_current()" '^r3 [(]head[)]|^r3$'

# ---- what test/versions.sh says --------------------------------------------------------

mkdir -p "$work/clone/common" "$work/clone/test"
cp -a "$top/pg" "$work/clone/pg"
cp -a "$top/common/migrate.h" "$work/clone/common/"
cp "$top/README.md" "$work/clone/"
says() {
	"$here/../versions.sh" "$work/clone" >"$work/findings" 2>&1
	if [ -z "$1" ]; then
		! grep . "$work/findings"
	else
		grep -E -- "$1" "$work/findings" || { cat "$work/findings"; return 1; }
	fi
}
cd "$work/clone" || exit 1
git init -q .
ok 'versions: all is well' says ''
git add -A
git -c user.name=x -c user.email=x@x commit -q -m release
git tag "v$newest"
ok 'versions: a release is as it was' says ''
echo '-- more' >>"pg/migrate--$newest.sql"
ok 'versions: a change after the release' says "migrate--$newest.sql: changed since v$newest"
mv "pg/migrate--$newest.sql" pg/migrate--9.1.sql
ok 'versions: a script that went' says "migrate--$newest.sql: gone since v$newest"
git checkout -q .
sed -i "s/^default_version.*/default_version = '9.1'/" pg/migrate.control
for place in common/migrate.h pg/META.json README.md; do
	ok "versions: another one in $place" says "^$place: version \"$newest\", but \"9.1\""
done
ok 'versions: an old one without a way' says "no path from $newest to 9.1"
touch "pg/migrate--$newest--9.0.sql" pg/migrate--9.0--9.1.sql
ok 'versions: by two steps there is one' bash -c "! '$here/../versions.sh' . | grep 'no path'"
done_testing
