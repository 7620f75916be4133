#!/usr/bin/env bash
# Install the Debian packages that building and testing need, those that are
# missing.  usage: deps.sh [demo]   demo: only what the SQLite module needs
set -eu

need=(gcc libc6-dev make sqlite3 libsqlite3-dev)
if [ "${1:-}" != demo ]; then
	need+=(bash git postgresql postgresql-server-dev-all pgbouncer libcmocka-dev
		python3 alembic python3-psycopg2 universal-ctags clang-format)
fi
missing=()
for package in "${need[@]}"; do
	dpkg-query -W -f '${Status}' "$package" 2>/dev/null |
		grep -q '^install ok installed' || missing+=("$package")
done
[ "${#missing[@]}" -eq 0 ] && exit 0

echo "installing: ${missing[*]}"
as_root=
[ "$(id -u)" -eq 0 ] || as_root=sudo
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# no cluster of the distribution's is wanted: the tests start their own
if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
	$as_root mkdir -p /etc/postgresql-common
	echo 'create_main_cluster = false' |
		$as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
fi
$as_root apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
