#!/usr/bin/env bash
# Check the rules that no compiler checks: layers, sizes, banned functions,
# format, and that commands and versions are the same everywhere.
# Prints a line a finding, then "lint: N findings"; exit status 0 when N is 0.
set -u
cd "$(dirname "$0")/.."
CC=${CC:-cc}
findings=$(mktemp) work=$(mktemp -d)
trap 'rm -rf "$findings" "$work"' EXIT

# say PLACE MESSAGE: note a finding.
say() {
	printf '%s: %s\n' "$1" "$2" >>"$findings"
}

# each SUFFIX-PATTERN FOLDER ...: the sources there, tracked or new.
each() {
	local pattern=$1
	shift
	if git rev-parse --git-dir >/dev/null 2>&1; then
		git ls-files -co --exclude-standard -- "$@"
	else
		find "$@" -type f -not -path 'build/*' | sed 's:^\./::'
	fi | grep -E "$pattern" | sort | while read -r file; do
		[ -f "$file" ] && echo "$file"
	done
}

# code FILE: its lines as "number:text", comments and strings blanked.
code() {
	awk '
		{
			out = ""
			for (i = 1; i <= length($0); i++) {
				c = substr($0, i, 1); two = substr($0, i, 2)
				if (comment) {
					if (two == "*/") { comment = 0; i++ }
				} else if (quote != "") {
					if (c == "\\") i++
					else if (c == quote) quote = ""
				} else if (two == "/*") { comment = 1; i++ }
				else if (c == "\"" || c == "\047") { quote = c; out = out c }
				else out = out c
			}
			quote = ""
			print NR ":" out
		}' "$1"
}

# ---- layers -------------------------------------------------------------------

# What each folder may include with quotes.
allowed() {
	case $1 in
		common/migrate.h) echo '^(base/|cmd/commands\.def$)' ;;
		common/base/*) echo '^base/' ;;
		common/text/*) echo '^(base|text)/' ;;
		common/rev/*) echo '^(base|text|rev)/' ;;
		common/schema/*) echo '^(base|text|schema)/' ;;
		common/cmd/*) echo '^((base|text|rev|schema|cmd)/|migrate\.h$)' ;;
	esac
}

layers() {
	local file name
	for file in $(each '\.(c|h|def)$' common); do
		for name in $(sed -n 's/^[[:space:]]*#[[:space:]]*include "\([^"]*\)".*/\1/p' "$file"); do
			[[ $name =~ $(allowed "$file") ]] || say "$file" "includes \"$name\", which is above it"
		done
		for name in $(sed -n 's/^[[:space:]]*#[[:space:]]*include <\([^>]*\)>.*/\1/p' "$file"); do
			case $name in
				errno.h | fcntl.h | sys/stat.h | unistd.h)
					# the one place that knows the file system
					[ "$file" = common/base/file.c ] || say "$file" "includes <$name>, which isn't the core's" ;;
				ctype.h | inttypes.h | limits.h | stdarg.h | stdbool.h | stddef.h | stdint.h | stdio.h | stdlib.h | string.h) ;;
				*) say "$file" "includes <$name>, which isn't the core's" ;;
			esac
		done
	done
	for file in $(each '\.(c|h)$' pg sqlite); do
		for name in $(sed -n 's/^[[:space:]]*#[[:space:]]*include "\([^"]*\)".*/\1/p' "$file"); do
			case $name in
				cmd/commands.def) ;;
				rev/* | cmd/*) say "$file" "includes \"$name\", which is the core's own" ;;
				text/*) [[ $file == sqlite/* ]] || say "$file" "includes \"$name\": PostgreSQL has its own parser" ;;
			esac
		done
	done
}

headers() {
	local file
	for file in $(each '\.h$' common); do
		$CC -std=gnu99 -Wall -Wextra -Werror -Icommon -fsyntax-only -x c "$file" 2>/dev/null ||
			say "$file" "doesn't compile alone"
	done
}

# ---- sources ------------------------------------------------------------------

banned() {
	local file pattern line
	for file in $(each '\.(c|h)$' common pg sqlite test bench); do
		pattern='strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|alloca'
		[[ $file == common/* ]] && pattern="$pattern|malloc|calloc|realloc|free|strdup|abort|exit"
		code "$file" | grep -E "(^|[^A-Za-z0-9_])($pattern)[[:space:]]*\(" |
			while IFS=: read -r line text; do
				say "$file:$line" "banned function: $(grep -oE "\b($pattern)[[:space:]]*\(" <<<"$text" | head -n 1 | tr -d ' (')"
			done
		code "$file" | grep -E '^[0-9]+:.*//' | while IFS=: read -r line _; do
			say "$file:$line" 'a // comment'
		done
	done
}

left_open() {
	local file line
	for file in $(each '\.(c|h|def|sql|sh|py|md|yml|spec)$|(^|/)Makefile$' .); do
		[ "$file" = test/lint.sh ] && continue
		grep -nE '\b(TODO|FIXME|XXX|HACK)\b' "$file" | while IFS=: read -r line _; do
			say "$file:$line" 'left open'
		done
	done
}

sizes() {
	local file lines
	for file in $(each '\.(c|h|sh|py)$' .); do
		lines=$(wc -l <"$file")
		[ "$lines" -le 1200 ] || say "$file" "has $lines lines (1200 at most)"
	done
	if ctags --version 2>/dev/null | grep -q Universal; then
		each '\.c$' . | ctags -L - -f - --fields=+ne --kinds-C=f 2>/dev/null | awk -F '\t' '
			{
				for (i = 4; i <= NF; i++) {
					if ($i ~ /^line:/) from = substr($i, 6)
					if ($i ~ /^end:/) to = substr($i, 5)
				}
				if (to - from + 1 > 120)
					print $2 ":" from ": " $1 "() has " to - from + 1 " lines (120 at most)"
			}' >>"$findings"
	else
		echo 'skip: function lengths (no universal-ctags)'
	fi
}

format() {
	local file
	if ! clang-format --version 2>/dev/null | grep -q 'version 14\.'; then
		echo 'skip: format (no clang-format 14)'
		return
	fi
	for file in $(each '\.(c|h)$' .); do
		clang-format --dry-run -Werror "$file" 2>/dev/null || say "$file" 'not as clang-format has it'
	done
}

built_files() {
	git ls-files 2>/dev/null | grep -E '\.(o|so|bc|a|pyc|gcno|gcda)$' | while read -r file; do
		say "$file" 'a built file in git'
	done
}

# ---- commands -----------------------------------------------------------------

# The commands of commands.def, a line each: "name(parameters) RETURNS ... class".
# A command whose trailing parameters have no default but null may be declared
# as several functions; those stand behind it, separated by |.
declared() {
	$CC -E -P -Icommon -x c common/cmd/commands.def 2>/dev/null | tr '\n' ' ' |
		sed -E 's/MIGR_COMMAND\(/\n/g' | awk '
		function type(t) {
			return t == "MIGR_TEXT" ? "text" : t == "MIGR_INT" ? "bigint" : t == "MIGR_BOOL" ? "boolean" : "timestamptz"
		}
		# Split "{ {a, b}, {c, d} }" into items[]; returns how many.
		function split_list(text, items,   n) {
			n = 0
			while (match(text, /\{[^{}]*\}/)) {
				items[++n] = substr(text, RSTART + 1, RLENGTH - 2)
				text = substr(text, RSTART + RLENGTH)
			}
			return n == 1 && items[1] ~ /^ *0 *$/ ? 0 : n
		}
		function field(item, k,   parts) {
			split(item, parts, /, */)
			gsub(/^ +| +$/, "", parts[k])
			return parts[k]
		}
		function name_of(item,   text) {
			text = field(item, 1)
			gsub(/"/, "", text)
			return text
		}
		function default_of(item,   text) {
			text = field(item, 4)
			if (text == "NULL") return "NULL"
			gsub(/^"|"$/, "", text)
			return field(item, 2) == "MIGR_TEXT" ? "\047" text "\047" : text
		}
		/^ *[a-z_]+ *,/ {
			command = $0; sub(/ *,.*/, "", command); gsub(/ /, "", command)
			kind = field($0, 2); access = field($0, 3)
			start = index($0, "{"); depth = 0
			for (i = start; i <= length($0); i++) {
				c = substr($0, i, 1)
				if (c == "{") depth++
				if (c == "}" && --depth == 0) break
			}
			np = split_list(substr($0, start + 1, i - start - 1), p)
			start = i + index(substr($0, i + 1), "{"); depth = 0
			for (i = start; i <= length($0); i++) {
				c = substr($0, i, 1)
				if (c == "{") depth++
				if (c == "}" && --depth == 0) break
			}
			nc = split_list(substr($0, start + 1, i - start - 1), col)
			columns = ""
			for (k = 1; k <= nc; k++)
				columns = columns (k > 1 ? ", " : "") name_of(col[k]) " " type(field(col[k], 2))
			returns = kind == "MIGR_RESULT_TABLE" ? "TABLE (" columns ")" : \
				(kind == "MIGR_RESULT_TEXT" ? "" : "SETOF ") type(field(col[1], 2))
			rest = " RETURNS " returns (access ~ /WRITES|TRIES/ ? " VOLATILE" : " STABLE")
			whole = ""; bare = ""; several = ""; plain = 1
			for (k = 0; k <= np; k++) {
				if (k > 0) {
					one = name_of(p[k]) " " type(field(p[k], 2))
					bare = bare (k > 1 ? ", " : "") one
					whole = whole (k > 1 ? ", " : "") one
					if (field(p[k], 3) == "false") {
						whole = whole " DEFAULT " default_of(p[k])
						if (default_of(p[k]) != "NULL") plain = 0
					}
				}
			}
			command = command == "line" ? "migrate" : "migrate_" command
			several = ""; bare = ""
			for (k = 0; k <= np; k++) {
				if (k > 0)
					bare = bare (k > 1 ? ", " : "") name_of(p[k]) " " type(field(p[k], 2))
				if (k == np || field(p[k + 1], 3) == "false")
					several = several "|" command "(" bare ")" rest
			}
			print command "(" whole ")" rest (plain ? several : "")
		}'
}

# made SQL-FILE: its functions in the same words.
made() {
	tr '\n\t' '  ' <"$1" | sed 's/CREATE FUNCTION /\n&/g' |
		sed -n "s/^CREATE FUNCTION \(migrate[a-z_]*([^;]*) RETURNS [^;]*\);.*/\1/p" |
		sed -E "s/  +/ /g; s/ AS '[^']*'(, *'[^']*')?//; s/ LANGUAGE C//; s/ PARALLEL [A-Z]+//; s/ (COST|ROWS) [0-9]+//g; s/ SECURITY INVOKER//; s/ +$//"
}

commands() {
	local line first rest one name sql
	sql=pg/migrate--$(sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" pg/migrate.control).sql
	declared >"$work/declared"
	[ -s "$work/declared" ] || say common/cmd/commands.def "can't be read"
	if [ -f "$sql" ]; then
		made "$sql" | sort >"$work/made"
		: >"$work/known"
		while IFS= read -r line; do
			first=${line%%|*} rest=${line#"$first"} rest=${rest#|}
			name=${first%%(*}
			if ! grep -qxF -- "$first" "$work/made" && [ -n "$rest" ]; then
				tr '|' '\n' <<<"$rest" >"$work/several"
			else
				printf '%s\n' "$first" >"$work/several"
			fi
			while IFS= read -r one; do
				grep -qxF -- "$one" "$work/made" || say "$sql" "$name: commands.def has $one"
				printf '%s\n' "$one" >>"$work/known"
			done <"$work/several"
		done <"$work/declared"
		grep -vxF -f "$work/known" "$work/made" | while IFS= read -r one; do
			say "$sql" "not as in commands.def: $one"
		done
	fi
	if [ -f README.md ]; then
		sed 's/(.*//' "$work/declared" | while read -r name; do
			grep -qE "\b$name\b" README.md || say README.md "doesn't name $name"
		done
	fi
}

versions() {
	test/versions.sh | while IFS= read -r line; do
		say "${line%%: *}" "${line#*: }"
	done
}

layers
headers
banned
left_open
sizes
format
built_files
commands
versions
cat "$findings"
count=$(wc -l <"$findings")
echo "lint: $count findings"
[ "$count" -eq 0 ]
