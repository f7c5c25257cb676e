#!/bin/sh
# Programs that are killed: before and after calls that change files, and at any moment; once more while they go on; and in
# the end they come to where those come that nobody kills. BUILD [EACH [SCENARIOS]] as arguments: for each scenario EACH
# kills of either kind.
. "$(dirname "$0")/scenarios.sh"
each=${2:-2}
scenarios=$(scenarios "$3")

# try NAME AT BEFORE_OR_AFTER: most kills of a second attempt hit it somewhere else
kill_at_call() {
    restore "$1"
    with="timeout --foreground -s KILL 60 env FAULT_CALL=change FAULT_DOES=$3 FAULT_AT=$2 LD_PRELOAD=$calls"
    act "$1" >"$work/faulty.out" 2>"$work/faulty.err" </dev/null
    code=$?
    [ "$code" -eq 137 ] || {
        echo "code $code: $(tail -n 3 "$work/faulty.err")"
        return 1
    }
    kills=$((kills + 1))
    again "$1"
    [ $? -ne 137 ] || kills=$((kills + 1))
    judge "$1" "$code"
}

# kill_at_moment NAME SECONDS
kill_at_moment() {
    restore "$1"
    with="timeout --foreground -s KILL $2"
    act "$1" >"$work/faulty.out" 2>"$work/faulty.err" </dev/null
    code=$?
    [ "$code" -ne 137 ] || kills=$((kills + 1))
    # it ended just then, and nobody knows how
    [ "$code" -ne 124 ] || code=137
    judge "$1" "$code"
}

# seconds COUNT: spread over what the undisturbed run took
moments() {
    awk -v each="$each" -v took="$1" 'BEGIN { for (i = 0; i < each; i++) printf "%.3f\n", 0.01 + took * (i + 0.5) / each }'
}

kills=0
killed_often() {
    restore "$1"
    with="env FAULT_COUNT=$work/count LD_PRELOAD=$calls"
    began=$(date +%s%N)
    act "$1" >/dev/null 2>&1 </dev/null || return 1
    took=$(($(date +%s%N) - began))
    changes=$(sed -n 's/^change //p' "$work/count")
    wrong=0
    before=$kills
    for i in $(seq "$each"); do
        at=$(((i * 2 - 1) * changes / (each * 2) + 1))
        what="kill"
        [ $((i % 2)) -eq 0 ] || what=killed
        [ "$changes" -eq 0 ] || kill_at_call "$1" "$at" "$what" >"$work/try.log" 2>&1 || {
            echo "$1: $what at change $at of $changes"
            head -n 8 "$work/try.log"
            wrong=$((wrong + 1))
        }
    done
    for seconds in $(moments "$(awk -v n="$took" 'BEGIN { print n / 1e9 }')"); do
        kill_at_moment "$1" "$seconds" >"$work/try.log" 2>&1 || {
            echo "$1: killed after $seconds s"
            head -n 8 "$work/try.log"
            wrong=$((wrong + 1))
        }
    done
    [ "$wrong" -eq 0 ] && { [ "$changes" -eq 0 ] || [ "$kills" -gt "$before" ]; }
}

begin "$scenarios"
killed=yes
for name in $scenarios; do
    check "kills: $name" killed_often "$name"
done
echo "# $kills kills"
finish
