#!/usr/bin/env bash
# A script directory for both hosts: what autogenerate writes on one of them runs
# on the other one, or is completed there; each of the two is the first one once.
. "$(dirname "$0")/tap.sh"
here=$(cd "$(dirname "$0")" && pwd)
module=$here/../../build/migrate
dir=${MIGRATE_DATA:?}/both

# on HOST SQL: run a statement there; errors go to the output too.
on() {
	if [ "$1" = postgresql ]; then
		psql -X -q -A -t -d both_hosts -c "$2" 2>&1
	else
		sqlite3 -batch "$work/both.db" ".load $module" "$2" 2>&1
	fi
	chmod -R a+rwX "$dir"
}

# new: a directory, and a database on each host, that know each other's work
new() {
	rm -rf "$dir" "$work/both.db"
	mkdir -p "$dir"
	chmod a+rwX "$dir"
	psql -X -q -d postgres -c 'DROP DATABASE IF EXISTS both_hosts' -c 'CREATE DATABASE both_hosts'
	on postgresql 'CREATE EXTENSION migrate'
	on postgresql "SELECT migrate('init -t multidb $dir/db')"
	on sqlite "SELECT migrate_config('script_location', '$dir/db')"
} >/dev/null

# model: the text of standard input
model() {
	cat >"$dir/db/schema.sql"
}

# section FILE NAME: what stands in a section, without empty lines
section() {
	awk -v name="-- migrate:$2" '/^-- migrate:/ { inside = $0 == name; next } inside && NF' "$dir/db/versions/$1"*
}

# wrote FILE NAME: does that section, and no other of its direction, have SQL?
wrote() {
	local name
	for name in '' ' postgresql' ' sqlite'; do
		if [[ $name = "${2# }" || $name = " $2" ]]; then
			[ -n "$(section "$1" "upgrade$name")" ] && [ -n "$(section "$1" "downgrade$name")" ]
		else
			[ -z "$(section "$1" "upgrade$name")$(section "$1" "downgrade$name")" ]
		fi || { cat "$dir/db/versions/$1"*; return 1; }
	done
}

# same FILE NAME: is the section what standard input has?
same() {
	diff <(section "$1" "$2") -
}

# written HOST ID PATTERN: autogenerate there; what it prints has to match.
written() {
	on "$1" "SELECT migrate('revision --autogenerate -m \"model $2\"${3:+ --rev-id $2}')" | tee "$work/got" | grep -q -- "$4" ||
		{ cat "$work/got"; return 1; }
}

# settled HOST: upgraded, down and up again, it has its model.
settled() {
	{ on "$1" "SELECT migrate('upgrade head')"; on "$1" "SELECT migrate('downgrade base')"
		on "$1" "SELECT migrate('upgrade head')"; on "$1" "SELECT migrate('check')"; } >"$work/got"
	grep -q 'No new upgrade operations detected' "$work/got" && ! grep -i error "$work/got" || { cat "$work/got"; return 1; }
}

first_model() {
	model <<'SQL'
CREATE TABLE team (id integer PRIMARY KEY, name varchar(40) NOT NULL UNIQUE, made timestamp DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE job (
	id integer PRIMARY KEY,
	title varchar(80) NOT NULL DEFAULT 'none',
	points integer DEFAULT -1 CHECK (points > 0),
	state text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'done')),
	phase varchar(10) CHECK (phase <> 'x' AND points > 3 OR phase IS NULL),
	ratio numeric(10,2) DEFAULT 1.5,
	ok boolean DEFAULT true NOT NULL,
	team_id integer REFERENCES team ON DELETE CASCADE,
	size int CHECK (((size > 0)) AND ((size) < 100 AND (size <> 5))),
	price decimal(8),
	code character varying(8),
	made timestamp without time zone,
	CONSTRAINT both_set CHECK ((points > 0) = (state = 'new'))
);
CREATE INDEX job_open ON job (team_id) WHERE state = 'new';
CREATE UNIQUE INDEX job_title ON job (lower(title), points DESC);
SQL
}

second_model() {
	model <<'SQL'
CREATE TABLE team (id integer PRIMARY KEY, name varchar(40) NOT NULL UNIQUE, made timestamp DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE job (
	id integer PRIMARY KEY,
	title varchar(90) NOT NULL DEFAULT 'none',
	points integer DEFAULT 0,
	state text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'done', 'gone')),
	phase varchar(10) CHECK (phase <> 'x' AND points > 3 OR phase IS NULL),
	ratio numeric(10,2),
	ok boolean DEFAULT true NOT NULL,
	due date,
	size int CHECK (((size > 0)) AND ((size) < 100 AND (size <> 5))),
	price decimal(8),
	code character varying(8),
	made timestamp without time zone,
	CONSTRAINT both_set CHECK ((points > 0) = (state = 'new'))
);
CREATE INDEX job_open ON job (due, state) WHERE state = 'new';
SQL
}

# with what PostgreSQL says in words of its own
third_model() {
	{ cat "$dir/db/schema.sql"
		echo "CREATE VIEW open_jobs AS SELECT id, title FROM job WHERE state = 'new';"
		echo "CREATE TABLE extra (id integer PRIMARY KEY, doc jsonb DEFAULT '{}');"; } >"$work/model"
	model <"$work/model"
}

# history HOST OTHER: three revisions, written on HOST
history() {
	new
	first_model
	ok "$1: a first revision" written "$1" r1 id 'Generating'
	ok "$1: it is portable" wrote r1 ''
	ok "$1: has its model" settled "$1"
	ok "$2: has it too" settled "$2"
	second_model
	ok "$1: a second revision" written "$1" r2 id 'Generating'
	ok "$1: it is portable as well" wrote r2 ''
	ok "$2: what both run is left to do" written "$2" r2 '' 'Target database is not up to date'
	ok "$1: has its second model" settled "$1"
	ok "$2: has it too" settled "$2"
	third_model
	ok "$1: a third revision" written "$1" r3 id 'Generating'
	ok "$1: it is for $1 alone" wrote r3 "$1"
	ok "$1: has its third model" settled "$1"
	ok "$2: completes it" written "$2" r3 '' 'Completing .*r3_model_r3.sql'
	ok "$2: has it" settled "$2"
	ok "$1: still has its own" settled "$1"
}

history postgresql sqlite
ok 'what PostgreSQL prints, in plain words' same r2 upgrade <<'SQL'
ALTER TABLE job ADD COLUMN due date;
ALTER TABLE job DROP CONSTRAINT job_state_check;
ALTER TABLE job ADD CONSTRAINT job_state_check CHECK (state IN ('new', 'done', 'gone'));
DROP INDEX job_open;
CREATE INDEX job_open ON job (due, state) WHERE state = 'new';
DROP INDEX job_title;
ALTER TABLE job ALTER COLUMN title TYPE varchar(90);
ALTER TABLE job DROP CONSTRAINT job_points_check;
ALTER TABLE job ALTER COLUMN points SET DEFAULT 0;
ALTER TABLE job ALTER COLUMN ratio DROP DEFAULT;
-- loses the values of job.team_id
ALTER TABLE job DROP COLUMN team_id;
SQL
since 16 && job='' || job=job. # which it names where it may be left out
ok 'what it says in words of its own' same r3 'upgrade postgresql' <<SQL
CREATE VIEW open_jobs AS
SELECT ${job}id,
    ${job}title
   FROM job
  WHERE (${job}state = 'new'::text);
CREATE TABLE extra (
    id integer NOT NULL,
    doc jsonb DEFAULT '{}'::jsonb,
    CONSTRAINT extra_pkey PRIMARY KEY (id)
);
SQL
ok 'and SQLite' same r3 'upgrade sqlite' <<'SQL'
CREATE VIEW open_jobs AS SELECT id, title FROM job WHERE state = 'new';
CREATE TABLE extra (id integer PRIMARY KEY, doc jsonb DEFAULT '{}');
SQL
history sqlite postgresql

# a section that the script doesn't have yet; one of its own makes it no half
cat >"$dir/db/versions/r4.sql" <<'SQL'
-- migrate:revision r4
-- migrate:revises r3
-- migrate:upgrade postgresql
ALTER TABLE job ADD COLUMN late date;
-- migrate:downgrade postgresql
ALTER TABLE job DROP COLUMN late;
SQL
sed -i 's/due date,/due date, late date,/' "$dir/db/schema.sql"
ok 'PostgreSQL runs what was written by hand' settled postgresql
ok 'another id is another revision' written sqlite r5 id 'Target database is not up to date'
ok 'SQLite adds sections of its own' written sqlite r4 '' 'Completing .*r4.sql'
ok 'they are there' same r4 'upgrade sqlite' <<<'ALTER TABLE job ADD COLUMN late date;'
ok 'SQLite has its model' settled sqlite
ok 'PostgreSQL has not minded' settled postgresql

# a model of which each host has parts of its own
new
model <<'SQL'
CREATE TABLE one (id integer PRIMARY KEY);
-- migrate:model postgresql
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE two (id serial PRIMARY KEY, mood mood);
-- migrate:model sqlite
CREATE TABLE two (id integer PRIMARY KEY AUTOINCREMENT, mood text CHECK (mood IN ('good', 'bad')));
-- migrate:model
CREATE TABLE three (id integer PRIMARY KEY, two integer REFERENCES two);
SQL
ok 'a model with parts for each host' written postgresql r1 id 'Generating'
ok 'is completed' written sqlite r1 '' 'Completing'
ok 'PostgreSQL has its part' settled postgresql
ok 'SQLite has its own' settled sqlite
ok 'which is another one' same r1 'upgrade sqlite' <<'SQL'
CREATE TABLE one (id integer PRIMARY KEY);
CREATE TABLE two (id integer PRIMARY KEY AUTOINCREMENT, mood text CHECK (mood IN ('good', 'bad')));
CREATE TABLE three (id integer PRIMARY KEY, two integer REFERENCES two);
SQL

# spelled WHICH: the tables of spellings.txt, those of both hosts or all of them.
# "bare": but for those with a key of their own, with no more than that.
spelled() {
	awk -v which="$1" '
	BEGIN { print "CREATE TABLE base (id integer PRIMARY KEY);" }
	/^--/ { if (/^-- and/ && which != "all") exit; next }
	{
		table = "t" ++n
		key = /PRIMARY KEY/ ? "" : "id integer PRIMARY KEY"
		gsub("@", table)
		rest = /;/ ? substr($0, index($0, ";") + 1) ";" : ""
		sub(/;.*/, "")
		if (which != "bare" || key == "")
			print "CREATE TABLE " table " (" key (key == "" ? "" : ", ") $0 ");" rest
		else
			print "CREATE TABLE " table " (" key ");"
	}' "$here/spellings.txt" | model
}

# spellings HOST OTHER WHICH: what HOST writes of them leaves OTHER nothing to do,
# whether the tables are made at once or altered.
spellings() {
	new
	spelled "$3"
	ok "$1: makes what is spelled in many ways" written "$1" r1 id 'Generating'
	ok "$1: for both" wrote r1 ''
	ok "$1: has it" settled "$1"
	ok "$2: has it too" settled "$2"
	[ "$3" = all ] && return
	new
	spelled bare
	ok "$1: tables to alter" written "$1" r1 id 'Generating'
	ok "$1: has them" settled "$1"
	spelled both
	ok "$1: alters them" written "$1" r2 id 'Generating'
	ok "$1: for both as well" wrote r2 ''
	ok "$1: has what it should" settled "$1"
	ok "$2: so has it" settled "$2"
}
spellings postgresql sqlite both
spellings sqlite postgresql both
spellings postgresql sqlite all

done_testing
