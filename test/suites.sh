#!/usr/bin/env bash
# Build and test with the PostgreSQL and the SQLite of other Debian releases.
# usage: suites.sh DIR [SUITE ...]     as root, with debootstrap; default: from
#                                      the oldest supported PostgreSQL to sid's
#   RINGS='unit sqlite'   only these rings
#
# Each suite becomes a system of its own in DIR/SUITE (about 2 GB; made once,
# remove the directory to have it anew), from the mirror that this system has.
# Prints a line a suite: "trixie (PostgreSQL 17.6, SQLite 3.46.1): N passed, N
# failed"; its logs are in DIR/SUITE/src/build/log.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
rings=${RINGS:-unit sqlite regress server conform}

# ---- in the suite's system, with its server --------------------------------------
if [ -n "${MIGRATE_SERVER_BIN:-}" ]; then
	set +e
	cd "$top"
	rm -f regression.diffs output_iso/regression.diffs
	. test/rings.sh
	for name in $rings; do
		case $name in
			unit) ring unit make -s unit ;;
			sqlite) ring sqlite test/sqlite/run.sh ;;
			regress) ring regress make -s installcheck ;;
			server) ring server test/t/run.sh ;;
			conform) ring conform test/conform/run.sh ;;
			*) ring "$name" make -s "$name" ;;
		esac
	done
	rings_done
	exit
fi

# ---- outside ---------------------------------------------------------------------
[ $# -gt 0 ] || { sed -n '3,4s/^# //p' "$0" >&2; exit 2; }
mkdir -p "$1"
dir=$(cd "$1" && pwd)
shift
[ $# -gt 0 ] || set -- bullseye bookworm trixie sid

# Make the system of a suite, from where this one's packages come.
bootstrap() {
	local codename archive scripts=/usr/share/debootstrap/scripts script=sid
	codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
	archive=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
		"Codename: $codename" | sort -u | head -1)
	[ ! -e "$scripts/$1" ] || script=$1
	rm -rf "${dir:?}/$1"
	debootstrap --variant=minbase "$1" "$dir/$1" "$archive" "$script" &&
		# a mirror that is a snapshot names a day that has been
		echo 'Acquire::Check-Valid-Until "false";' >"$dir/$1/etc/apt/apt.conf.d/snapshot" &&
		touch "$dir/$1/made"
}

# inside SUITE COMMAND: run it there; what it mounts and starts ends with it.
inside() {
	unshare --mount --pid --fork --kill-child bash -c '
		mount -t proc proc "$0/proc"
		mount --rbind /dev "$0/dev"
		exec chroot "$0" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
			LANG=C.UTF-8 http_proxy="${http_proxy:-}" RINGS="$1" bash -c "cd /src && $2"
	' "$dir/$1" "$rings" "$2"
}

# Take along what is ours, and nothing of an earlier run: make goes by the times
# of files, and what was built there may be younger than what is newly taken along.
copy() {
	rm -rf "${dir:?}/$1/src"
	mkdir -p "$dir/$1/src"
	(cd "$top" && git ls-files -co --exclude-standard | while read -r file; do
		[ ! -e "$file" ] || echo "$file"
	done | tar -c -T -) | tar -x -C "$dir/$1/src"
}

# Print which versions a suite has, for its line.
versions() {
	inside "$1" 'pg_config --version; sqlite3 --version' |
		awk '/^PostgreSQL/ { printf "PostgreSQL %s, ", $2; next } { printf "SQLite %s", $1 }'
}

failed=0
for suite; do
	log=$dir/$suite.log
	if ! { { [ -e "$dir/$suite/made" ] || bootstrap "$suite"; } && copy "$suite" &&
		inside "$suite" 'test/deps.sh && make -s sqlite asan'; } >"$log" 2>&1; then
		tail -20 "$log"
		echo "$suite: 0 passed, 1 failed"
		failed=1
		continue
	fi
	inside "$suite" 'test/server.sh test/suites.sh' >>"$log" 2>&1 || failed=1
	echo "$suite ($(versions "$suite")): $(tail -1 "$log")"
done
exit $failed
