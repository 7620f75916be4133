#!/usr/bin/env bash
# A user's own pg_regress suite whose first test takes its database to head.
# Needs a server (PGHOST, ...); the revisions are those of test/demo.
set -eu
cd "$(dirname "$0")"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
cp -r sql expected "$out/"
cp -r ../demo/versions "$out/"
regress=$(dirname "$(pg_config --pgxs)")/../../src/test/regress/pg_regress
cd "$out"
"$regress" --bindir="$(pg_config --bindir)" --dbname=migrate_sample --user=postgres migrate job || {
	cat regression.diffs
	exit 1
}
