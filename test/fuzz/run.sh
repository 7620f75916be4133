#!/usr/bin/env bash
# Fuzz every parser: run.sh [SECONDS for each].  With clang's libFuzzer where it
# is installed, else with standalone.c.  Ends with "N passed, N failed".
set -u
cd "$(dirname "$0")/../.."
seconds=${1:-10}
out=build/fuzz
flags="-std=gnu99 -g -O1 -Icommon -Itest/unit -Itest/fuzz -DMIGR_ARENA_DEBUG"
passed=0 failed=0
mkdir -p $out/obj
engine=standalone
cc=${CC:-cc}
sanitize="-fsanitize=address,undefined -fno-sanitize-recover=all"
coverage=
link=
if echo 'int LLVMFuzzerTestOneInput(const char *d, long n){return d && n < 0;}' |
	clang -x c -fsanitize=fuzzer,address - -o $out/probe 2>/dev/null; then
	engine=libFuzzer
	cc=clang
	coverage=-fsanitize=fuzzer-no-link
	link=-fsanitize=fuzzer
fi

# The core is compiled once for all of them.
printf '%s\n' test/unit/unit.c common/base/*.c common/text/*.c common/rev/*.c common/schema/*.c |
	xargs -P 2 -I{} sh -c "$cc $flags $sanitize $coverage -c -o $out/obj/\$(echo {} | tr / _).o {}"

for source in test/fuzz/fuzz_*.c; do
	name=$(basename "$source" .c) part=${source##*/fuzz_}
	corpus=test/fuzz/corpus/${part%.c}
	main=$([ $engine = standalone ] && echo test/fuzz/standalone.c)
	if ! $cc $flags $sanitize $coverage $link -o $out/"$name" "$source" $main $out/obj/*.o -lcmocka; then
		echo "$name: doesn't compile"
		failed=$((failed + 1))
		continue
	fi
	mkdir -p $out/found/"$name"
	if [ $engine = libFuzzer ]; then
		set -- -max_total_time="$seconds" -timeout=10 -max_len=8192 -verbosity=0 \
			-print_final_stats=1 -artifact_prefix=$out/ $out/found/"$name" "$corpus"
	else
		set -- "$seconds" "$corpus"/*
	fi
	if $out/"$name" "$@" >$out/"$name".log 2>&1; then
		passed=$((passed + 1))
		echo "$name ($engine): $(grep -oE 'number_of_executed_units: .*|.* changed ones' $out/"$name".log)"
	else
		failed=$((failed + 1))
		echo "$name ($engine): failed"
		tail -40 $out/"$name".log
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
