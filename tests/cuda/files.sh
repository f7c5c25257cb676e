#!/bin/sh
# files.sh MAKE_DATASET READING [cpu]: updates from JPEG files beside the same from memory, with READING (cuda-reading, or
# bench-reading for the CPU, where sizes are small), as many threads decoding as programs would find. The last line tells
# the ratio in each precision.
set -u
make_dataset=$1
reading=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
sizes="64 coulomb-128-discriminator 128 5 60"
places="tf32 bf16"
count=1000
[ "${3:-}" = cpu ] && sizes="32 coulomb-64-discriminator 2 2 2" places=1 count=8
pids=
for seed in 1 2 3 4; do
    "$make_dataset" --out "$work/set/$seed" --count $count --seed $seed >"$work/made-$seed" 2>&1 &
    pids="$pids $!"
done
for pid in $pids; do
    wait "$pid" || {
        cat "$work"/made-*
        exit 1
    }
done
ratios=
for place in $places; do
    "$reading" "$work/set" $place $sizes >"$work/log" 2>&1 || {
        cat "$work/log"
        exit 1
    }
    cat "$work/log"
    ratio=$(awk '/wall clock/ { printf "%.3f", $3 / $7 }' "$work/log")
    ratios="$ratios $place $ratio,"
done
echo "time with files over time from memory:$ratios at most 1.1"
