#!/bin/sh
# Measures, beside a competitor in the same run; the machine should have nothing else to do.
#   sh tests/bench/run.sh [PYTHON]
# PYTHON is an interpreter that has PyTorch, in its best build for this processor; without one there is no comparison.
set -eu
cd "$(dirname "$0")/../.."
python=${1:-python3}
build=build/bench
[ -f $build/build.ninja ] || meson setup $build >/dev/null
ninja -C $build examples/coulomb-make-dataset tests/bench-step tests/bench-plummer tests/bench-products tests/bench-image tests/bench-reading \
    tests/bench-metrics >/dev/null
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

grep -m1 'model name' /proc/cpuinfo
echo "processors: $(nproc), load before: $(cut -d' ' -f1-3 /proc/loadavg)"

# The median of a line "...: X ms an update (median), Y (least)".
median() {
    sed -n 's/.*: \([0-9.]*\) m*s an update.*/\1/p' "$1"
}

# in_turns ROUNDS OURS THEIRS: two commands in turns, each given as one word, and the ratio of their times.
in_turns() {
    ratios=
    for round in $(seq "$1"); do
        sh -c "$2" | tee "$work/ours"
        if sh -c "$3" >"$work/theirs" 2>/dev/null; then
            cat "$work/theirs"
            ratios="$ratios $(awk "BEGIN { printf \"%.2f\", $(median "$work/theirs") / $(median "$work/ours") }")"
        fi
    done
    if [ -n "$ratios" ]; then
        echo "PyTorch's time over ours, round by round:$ratios"
    else
        echo "no PyTorch in $python: no comparison"
    fi
}

for threads in 1 2; do
    echo
    $build/tests/bench-products "$threads"
done

for threads in 1 2; do
    echo
    echo "One update, batch 128, 2x128 networks, $threads thread(s)"
    in_turns 5 "$build/tests/bench-step $threads" "'$python' tests/bench/step_torch.py $threads"
done

threads=$(nproc)
echo
echo "One update, 64 x 64 pixels, networks my and my-big, batch 128, $threads thread(s)"
in_turns 2 "$build/tests/bench-image $threads 64 coulomb-128-discriminator 128 5" \
    "'$python' tests/bench/image_torch.py $threads 64 128 128 3"
echo
echo "One update, 32 x 32 pixels, networks my and my, batch 128, $threads thread(s)"
in_turns 2 "$build/tests/bench-image $threads 32 coulomb-64-discriminator 128 9" \
    "'$python' tests/bench/image_torch.py $threads 32 64 128 5"

if command -v perf >/dev/null; then
    echo
    echo "Where the time goes at 64 x 64 pixels (SGEMM for comparison, before and after, included)"
    perf record -q -o "$work/perf" $build/tests/bench-image "$threads" 64 coulomb-128-discriminator 128 9 >/dev/null 2>&1 &&
        perf report -i "$work/perf" --stdio --percent-limit 0.5 2>/dev/null | sed -n 's/^ *\([0-9]\)/  \1/p'
fi

echo
echo "Reading 178 x 218 JPEG files, $threads thread(s)"
$build/examples/coulomb-make-dataset --out "$work/faces" --count 3000 >/dev/null 2>&1
$build/tests/bench-reading "$work/faces" "$threads" 64 coulomb-128-discriminator 128 5 4

echo
$build/tests/bench-plummer

echo
$build/tests/bench-metrics
