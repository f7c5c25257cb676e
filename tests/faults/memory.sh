#!/bin/sh
# Programs whose allocations fail, one at a time: each run ends as it would have, or with a complaint and code 1, and what
# it leaves goes on to the same end. BUILD [EACH [SCENARIOS]] as arguments: of each scenario EACH allocations; 0: the first
# one of every place, a place being a chain of calls that leads to an allocation; -N: of the last N places, which are those of
# the results.
. "$(dirname "$0")/scenarios.sh"
each=${2:-4}
scenarios=$(scenarios "$3")
killed=

numbers() {
    if [ "$each" -eq 0 ]; then
        cat "$work/places"
    elif [ "$each" -lt 0 ]; then
        tail -n "${each#-}" "$work/places"
    else
        awk -v each="$each" '{ for (i = 0; i < each && i < $1; i++) print each < $1 ? int((i + 0.5) * $1 / each) + 1 : i + 1 }' "$work/count"
    fi
}

try() {
    restore "$1"
    with="timeout --foreground -s KILL 60 env FAULT_AT=$2 LD_PRELOAD=$memory"
    act "$1" >"$work/faulty.out" 2>"$work/faulty.err" </dev/null
    code=$?
    [ "$code" -eq 0 ] || refusals=$((refusals + 1))
    judge "$1" "$code"
}

tries=0
refusals=0
failing() {
    restore "$1"
    with="env FAULT_COUNT=$work/count LD_PRELOAD=$memory"
    [ "$each" -gt 0 ] || with="env FAULT_PLACES=$work/places LD_PRELOAD=$memory"
    act "$1" >/dev/null 2>&1 </dev/null || return 1
    numbers >"$work/numbers"
    [ -s "$work/numbers" ] || return 1
    wrong=0
    while read -r at; do
        tries=$((tries + 1))
        try "$1" "$at" >"$work/try.log" 2>&1 && continue
        echo "$1: allocation $at"
        head -n 8 "$work/try.log"
        wrong=$((wrong + 1))
    done <"$work/numbers"
    [ "$wrong" -eq 0 ]
}

begin "$scenarios"
for name in $scenarios; do
    check "failing allocations: $name" failing "$name"
done
echo "# $tries failing allocations"
check "some were refused" test "$refusals" -gt 0
finish
