#!/usr/bin/env bash
# A model in a script directory that is no good, and a revision that can't be written:
# what is said, and that nothing is left.
# usage: model_files.sh MODULE DIR
set -u
module=$1
cd "$2" || exit 1
mkdir -p scripts/versions
model=scripts/schema.sql
printf '[alembic]\nscript_location = %s/scripts\n' "$2" >migrate.ini

# says WHAT PATTERN [COMMAND]: what a command line says has to match.
says() {
	sqlite3 live.db ".load $module" "SELECT migrate('-c migrate.ini ${3:-check}')" >got 2>&1
	grep -q -E -- "$2" got && return
	echo "$1:"
	cat got
	exit 1
}

sqlite3 live.db 'CREATE TABLE live (id INTEGER PRIMARY KEY, a text)'
cp live.db before.db
says 'no model' 'there is no target model to compare with'
printf '' >$model
says 'an empty one' 'schema.sql defines nothing: all would be dropped'
printf -- '-- nothing\n;;\n' >$model
says 'comments alone' 'schema.sql defines nothing'
printf 'CREATE TABLE a (x int);\n\nCREATE TABEL b (x int);\n' >$model
says 'a syntax error' 'near "TABEL": syntax error'
says 'a syntax error: where' 'in file .*schema.sql, the model, statement 2, line 3'
printf 'CREATE TABLE a (x int);\nCREATE INDEX i ON nowhere (x);\n' >$model
says 'a missing table' 'no such table: main.nowhere'
says 'a missing table: where' 'in file .*schema.sql, the model, statement 2, line 2'
says 'a missing table: revision' 'no such table: main.nowhere' 'revision --autogenerate -m x'
printf 'CREATE TABLE a (x int);\nCREATE TABLE "\xe4" (x int);\n' >$model
says 'not UTF-8' 'invalid UTF-8'
says 'not UTF-8: where' 'in file .*schema.sql, the model, line 2'
printf 'CREATE TABLE a (x int);\n\0' >$model
says 'a NUL byte' 'binary file: a NUL byte'
rm $model
mkdir $model
says 'a directory' 'schema.sql" is not a regular file'
rmdir $model
mkfifo $model
says 'a pipe' 'schema.sql" is not a regular file'
rm $model
printf '\xef\xbb\xbfCREATE TABLE live (id INTEGER PRIMARY KEY, a text);\n' >$model
says 'a byte order mark' 'No new upgrade operations detected'
if [ "$(id -u)" -ne 0 ]; then
	chmod 0 $model
	says 'no rights to read' 'Permission denied'
	chmod 644 $model
fi
{
	echo 'CREATE TABLE live (id INTEGER PRIMARY KEY,'
	head -c 10000000 /dev/zero | tr '\0' '-' | fold -w 100
	printf '\na text);\n'
} >$model
says '10 MB of comments' 'No new upgrade operations detected'

# no room for a file
printf 'CREATE TABLE live (id INTEGER PRIMARY KEY, a text, b int);\n' >$model
(
	trap '' XFSZ
	ulimit -f 0
	sqlite3 live.db ".load $module" "SELECT migrate('-c migrate.ini revision --autogenerate -m full')" 2>&1
) | cat >got
grep -q 'File too large' got || { echo 'a full disk:'; cat got; exit 1; }
[ -z "$(ls -A scripts/versions)" ] || { echo 'left over:'; ls -A scripts/versions; exit 1; }
chmod a-w scripts/versions
[ "$(id -u)" -eq 0 ] || says 'no rights to write' 'Permission denied' 'revision --autogenerate -m x'
chmod u+w scripts/versions
says 'a revision' 'Generating .*r1_one.sql' 'revision --autogenerate -m one --rev-id r1'
says 'once more' 'r1' 'revision --autogenerate -m two --rev-id r1'
[ "$(ls -A scripts/versions)" = r1_one.sql ] || { ls -A scripts/versions; exit 1; }
cmp live.db before.db
