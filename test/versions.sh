#!/usr/bin/env bash
# Check the extension's versions: each place names the same one, every older one
# has a path to it, and what was released is as it was.
# usage: versions.sh [DIRECTORY]      prints a line a finding: "place: what"
#
# A tag v1.0 is the release of 1.0.  Without tags nothing was released.
set -u
cd "${1:-$(dirname "$0")/..}" || exit 1

version=$(sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" pg/migrate.control)

# same PLACE TEXT: does it name the version?
same() {
	[ "$2" = "$version" ] || echo "$1: version \"$2\", but \"$version\" in pg/migrate.control"
}

# PGXN wants three numbers: the third is the library's alone.
places() {
	same common/migrate.h "$(sed -n 's/^#define MIGR_VERSION "\(.*\)"$/\1/p' common/migrate.h)"
	sed -n 's/.*"version": "\([0-9.]*\)\.[0-9]*".*/\1/p' pg/META.json | head -n 2 |
		while read -r found; do
			same pg/META.json "$found"
		done
	same pg/META.json "$(sed -n 's:.*"pg/migrate--\(.*\)\.sql".*:\1:p' pg/META.json)"
	same README.md "$(sed -n '/^## Changes/,$p' README.md | sed -n 's/^\([0-9][0-9.]*\) .*/\1/p' | head -n 1)"
	[ -f "pg/migrate--$version.sql" ] || echo "pg/migrate--$version.sql: isn't there"
}

# A fresh install reads one script, so that it can be read as one, too; an older
# version gets there by update scripts.
paths() {
	ls pg | awk -v newest="$version" '
		!/^migrate--.*\.sql$/ { next }
		{
			sub(/^migrate--/, ""); sub(/\.sql$/, "")
			if (split($0, part, "--") == 2) {
				from[++n] = part[1]; to[n] = part[2]
				known[part[1]] = known[part[2]] = 1
			} else
				known[$0] = 1
		}
		END {
			there[newest] = more = 1
			while (more) {
				more = 0
				for (i = 1; i <= n; i++)
					if (there[to[i]] && !there[from[i]])
						there[from[i]] = more = 1
			}
			for (v in known)
				if (!there[v])
					print "pg/migrate--" v "--" newest ".sql: no path from " v " to " newest
		}'
}

# A database that installed a script keeps what it made: a change of it would
# only reach new ones.
released() {
	local tag file
	git tag --list 'v[0-9]*' 2>/dev/null | while read -r tag; do
		git ls-tree --name-only "$tag" pg/ | grep -E '^pg/migrate--.*\.sql$' | while read -r file; do
			if [ ! -f "$file" ]; then
				echo "$file: gone since $tag"
			elif [ "$(git rev-parse "$tag:$file")" != "$(git hash-object "$file")" ]; then
				echo "$file: changed since $tag: a change belongs into a new version and its update script"
			fi
		done
	done
}

places
paths
released
