#!/bin/sh
# Measures, beside a competitor in the same run; the machine should have nothing else to do.
#   sh tests/bench/run.sh [PYTHON]
# PYTHON is an interpreter that has PyTorch, in its best build for this processor; without one there is no comparison.
set -eu
cd "$(dirname "$0")/../.."
python=${1:-python3}
rounds=5
build=build/bench
[ -f $build/build.ninja ] || meson setup $build -Dexamples=false >/dev/null
ninja -C $build tests/bench-step tests/bench-plummer tests/bench-metrics >/dev/null

grep -m1 'model name' /proc/cpuinfo
echo "processors: $(nproc), load before: $(cut -d' ' -f1-3 /proc/loadavg)"
# Where OpenBLAS takes a newer processor for an old one, both sides get the right kernels.
if remedy=$($build/tests/bench-step --remedy) && [ -n "$remedy" ]; then
    export OPENBLAS_CORETYPE="$remedy"
    echo "OPENBLAS_CORETYPE=$remedy"
fi

# The last number of a line "... X ms an update (median), Y (least)" is Y; the median stands before "ms".
milliseconds() {
    sed -n 's/.*: \([0-9.]*\) ms an update.*/\1/p' "$1"
}

for threads in 1 2; do
    echo
    echo "One update, batch 128, 2x128 networks, $threads thread(s)"
    ratios=
    for round in $(seq $rounds); do
        $build/tests/bench-step $threads | tee /tmp/bench-ours.$$
        if "$python" tests/bench/step_torch.py $threads >/tmp/bench-theirs.$$ 2>/dev/null; then
            cat /tmp/bench-theirs.$$
            ratios="$ratios $(awk "BEGIN { print $(milliseconds /tmp/bench-theirs.$$) / $(milliseconds /tmp/bench-ours.$$) }")"
        fi
    done
    rm -f /tmp/bench-ours.$$ /tmp/bench-theirs.$$
    if [ -n "$ratios" ]; then
        echo "PyTorch's time over ours, round by round:$ratios"
    else
        echo "no PyTorch in $python: no comparison"
    fi
done

echo
$build/tests/bench-plummer

echo
$build/tests/bench-metrics
