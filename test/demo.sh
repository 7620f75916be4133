#!/usr/bin/env bash
# What `make demo` shows: a small history taken to head on SQLite, two back,
# forward again.  Leaves build/demo.db to look at.
set -eu
cd "$(dirname "$0")/.."
rm -f build/demo.db
sqlite3 -batch build/demo.db <<'SQL'
.load build/migrate
.print -- the history in test/demo/versions
SELECT migrate_config('script_location', 'test/demo');
.print
.print -- SELECT migrate_upgrade('head');
SELECT migrate_upgrade('head');
.print
.print -- SELECT ... FROM migrate_history();
.mode column
SELECT revision, down_revision, message, is_current FROM migrate_history();
.mode list
.headers off
.print
.print -- SELECT migrate_downgrade('8d03b7c5e611');   two steps down each branch
SELECT migrate_downgrade('8d03b7c5e611');
.print
.print -- SELECT migrate_upgrade('heads');
SELECT migrate_upgrade('heads');
.print
.print -- SELECT migrate_downgrade('-2');
SELECT migrate_downgrade('-2');
.print
.print -- SELECT migrate_upgrade('head');
SELECT migrate_upgrade('head');
.print
.print -- SELECT * FROM migrate_status();
.mode line
SELECT heads_current, heads_available, pending, is_up_to_date FROM migrate_status();
SQL
echo
echo "The database is build/demo.db; look at it with: sqlite3 build/demo.db .schema"
