#!/bin/sh
# One update in two processes, beside one process of two threads and beside PyTorch's DistributedDataParallel over gloo;
# the machine should have nothing else to do. All take turns; the last lines are medians over the rounds.
#   sh tests/bench/ranks.sh [PYTHON [ROUNDS]]
# PYTHON is an interpreter that has PyTorch; without one there is no comparison with it.
set -eu
cd "$(dirname "$0")/../.."
python=${1:-python3}
rounds=${2:-5}
build=build/bench
[ -f $build/build.ninja ] || meson setup $build >/dev/null
ninja -C $build tests/bench-ranks >/dev/null
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
grep -m1 'model name' /proc/cpuinfo
echo "processors: $(nproc), load before: $(cut -d' ' -f1-3 /proc/loadavg)"
. tests/mpi/environment.sh

# ours NAME PROCESSES THREADS NETWORKS SHARDS UPDATES WINDOWS, theirs NAME PROCESSES THREADS NETWORKS UPDATES WINDOWS
keep() {
    tee "$work/line"
    sed -n 's/.*: \([0-9.]*\) ms an update.*/\1/p' "$work/line" >>"$work/$1"
}
ours() {
    mpirun -n "$2" $build/tests/bench-ranks "$4" "$3" "$5" 128 "$6" "$7" | keep "$1"
}
theirs() {
    OMP_NUM_THREADS=$3 "$python" tests/bench/ranks_torch.py "$4" "$2" "$3" 128 "$5" "$6" 2>/dev/null | keep "$1"
}
median() {
    sort -n "$work/$1" | awk '{ value[NR] = $1 } END { print NR == 0 ? 0 : value[int((NR + 1) / 2)] }'
}
ratio() {
    awk "BEGIN { a = $(median "$1"); b = $(median "$2"); if (b > 0 && a > 0) printf \"%s: %.2f\n\", \"$3\", a / b }"
}

for networks in points image; do
    updates=50 windows=21
    [ $networks = image ] && updates=1 windows=3
    echo
    echo "$networks, batch 128"
    rm -f "$work"/[a-z]*
    for round in $(seq "$rounds"); do
        ours threads 1 2 $networks 1 $updates $windows
        ours shards 1 2 $networks 2 $updates $windows
        ours processes 2 1 $networks 2 $updates $windows
        theirs torch 2 1 $networks $updates $windows
        theirs torch-alone 1 2 $networks $updates $windows
    done
    ratio processes shards "2 processes over 1 process of 2 threads, 2 shards each"
    ratio processes threads "2 processes over 1 process of 2 threads without shards"
    ratio torch processes "PyTorch's 2 processes over ours"
    ratio torch-alone threads "PyTorch's 1 process of 2 threads over ours"
done
