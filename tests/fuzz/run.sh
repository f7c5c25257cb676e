#!/bin/sh
# A long round of all fuzz targets, one after the other:
#   sh tests/fuzz/run.sh MINUTES [TARGET...]
# With clang each is driven by libFuzzer under AddressSanitizer and UndefinedBehaviorSanitizer, and what it learns stays
# in build/fuzz-inputs/TARGET for the next round; without, programs damage sound inputs. Prints a line for each target;
# inputs that were not taken well are in build/fuzz-found. Exits with 1 if there are any.
set -u
cd "$(dirname "$0")/../.." || exit 1
minutes=${1:?"usage: $0 MINUTES [TARGET...]"}
shift
wanted="$*"
mkdir -p build/fuzz-inputs build/fuzz-found
total=0
found=0

# prepare NAME ARGUMENTS...: build the programs
prepare() {
    directory=build/$1
    shift
    { [ -f "$directory/build.ninja" ] || meson setup "$directory" -Dcuda=disabled -Dmpi=disabled "$@"; } >build/fuzz.log 2>&1 &&
        programs=$(ninja -C "$directory" -t targets all | sed -n 's|^\(tests/fuzz/fuzz-[^./]*\): .*|\1|p') &&
        ninja -C "$directory" $programs >>build/fuzz.log 2>&1 && return 0
    cat build/fuzz.log
    exit 1
}

# count NAME INPUTS CODE: what one target's round came to
count() {
    total=$((total + ${2:-0}))
    case $3 in
    0) echo "$1: ${2:-0} inputs" ;;
    *)
        echo "$1: ${2:-0} inputs, then it failed (exit code $3); build/fuzz-found and build/fuzz-$1.log"
        found=$((found + 1))
        ;;
    esac
}

with_libfuzzer() {
    for program in $programs; do
        FUZZ_SEEDS=build/fuzz-inputs "$directory/$program" 2>>build/fuzz.log | sed "s|^|$directory/$program |"
    done >build/fuzz-targets
    awk -v wanted=" $wanted " 'wanted == "  " || index(wanted, " " $2 " ")' build/fuzz-targets >build/fuzz-chosen
    seconds=$((minutes * 60 / $(wc -l <build/fuzz-chosen)))
    while read -r program name; do
        FUZZ_TARGET=$name ASAN_OPTIONS=allocator_may_return_null=1 "$program" -max_total_time="$seconds" -timeout=20 \
            -rss_limit_mb=4096 -max_len=1000000 -close_fd_mask=3 -print_final_stats=1 -artifact_prefix="build/fuzz-found/$name-" \
            "build/fuzz-inputs/$name" </dev/null >"build/fuzz-$name.log" 2>&1
        code=$?
        count "$name" "$(sed -n 's/^stat::number_of_executed_units: *//p' "build/fuzz-$name.log")" "$code"
    done <build/fuzz-chosen
}

# Rounds of a thousand inputs of every target of a program, each with another beginning.
without() {
    seconds=$((minutes * 60 / $(echo "$programs" | wc -w)))
    for program in $programs; do
        name=${program##*/fuzz-}
        end=$(($(date +%s) + seconds))
        inputs=0
        code=0
        while [ "$code" -eq 0 ] && [ "$(date +%s)" -lt "$end" ]; do
            beginning=$(od -An -N6 -tu8 /dev/urandom | tr -d ' ')
            "$directory/$program" 1000 "$beginning" >"build/fuzz-$name.log" 2>&1
            code=$?
            inputs=$((inputs + 1000 * $(grep -c '^ok' "build/fuzz-$name.log")))
            [ "$code" -eq 0 ] || echo "$program 1000 $beginning" >>build/fuzz-found/commands
        done
        count "$name" "$inputs" "$code"
    done
}

if command -v clang >/dev/null; then
    CC=clang prepare fuzz -Dlibfuzzer=true -Db_sanitize=address,undefined -Db_lundef=false -Doptimization=1 -Ddebug=true
    with_libfuzzer
else
    prepare fuzz-programs
    without
fi
echo "$total inputs, $found targets failed"
[ "$found" -eq 0 ]
