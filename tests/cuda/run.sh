#!/bin/sh
# run.sh [DIRECTORY [OUT [PROGRAMS]]]: everything that needs a GPU, in under four minutes, on a machine that need not have a compiler.
# DIRECTORY holds the programs that the build put into build/tests/cuda; OUT receives the logs; PROGRAMS holds the example
# programs, and is DIRECTORY/../../examples unless given. CUDA's libraries are
# looked for where the linker looks, in $CUDA_LIBRARIES (directories, separated by colons) and in Python's wheels. Prints a
# line for each part as it ends and a table last, also where parts fail or the script is interrupted; parts for which there
# is no time left ($CUDA_TESTS_SECONDS, 235 unless set) are told and count as failed. Exit code 77: there is no GPU.
set -u
begun=$(date +%s)
seconds=${CUDA_TESTS_SECONDS:-235}
directory=$(cd "${1:-build/tests/cuda}" && pwd) || exit 1
out=${2:-$(mktemp -d)}
mkdir -p "$out" && out=$(cd "$out" && pwd) || exit 1
wheels=$(python3 -c 'import nvidia, glob; print(":".join(d for p in nvidia.__path__ for d in glob.glob(p + "/*/lib")))' 2>/dev/null)
for places in "${CUDA_LIBRARIES:-}" "$wheels" /usr/local/cuda/lib64; do
    [ -n "$places" ] && LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$places
done
export LD_LIBRARY_PATH
failed=0
ended=no
: >"$out/table"

finish() {
    trap - EXIT
    echo
    cat "$out/table"
    [ $ended = yes ] || echo "interrupted"
    echo "logs: $out; $failed parts failed, $(($(date +%s) - begun)) s"
    [ $ended = yes ] && [ $failed -eq 0 ]
    exit $?
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

tell() {
    printf "$@" | tee -a "$out/table"
}

# part SECONDS NAME COMMAND...: runs it, with its output in a log, for so long at most and no longer than all parts may
# take, and prints the last line. 77: it said that there is no GPU.
part() {
    limit=$1
    name=$2
    shift 2
    start=$(date +%s)
    left=$((seconds - (start - begun)))
    if [ $left -lt 2 ]; then
        failed=$((failed + 1))
        tell '%-18s no time left\n' "$name"
        return 1
    fi
    [ $left -ge "$limit" ] || limit=$left
    timeout -k 3 "$limit" "$@" >"$out/$name.log" 2>&1
    code=$?
    [ $code -eq 77 ] && return 77
    [ $code -eq 0 ] || failed=$((failed + 1))
    result="exit $code"
    [ $code -eq 124 ] || [ $code -eq 137 ] && result="over $limit s"
    tell '%-18s %-9s %3d s: %s\n' "$name" "$result" $(($(date +%s) - start)) "$(tail -n 1 "$out/$name.log" | cut -c 1-110)"
    [ $code -eq 0 ] || grep -h -E 'FAILED|rror|not found' "$out/$name.log" | head -n 8 | cut -c 1-200
}

# What the results belong to.
nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2>/dev/null | head -n 4 >>"$out/table"
[ -x "$directory/cuda-tests" ] || {
    echo "$directory/cuda-tests is not there: build it first"
    exit 1
}
part 20 memory "$directory/cuda-tests" memory
[ $? -eq 77 ] && {
    trap - EXIT
    tail -n 1 "$out/memory.log"
    exit 77
}
for group in flat moves recording refusals counts norms potentials lost; do
    part 30 $group "$directory/cuda-tests" $group
done
[ -x "$directory/cuda-ranks-tests" ] && part 20 ranks "$directory/cuda-ranks-tests"
[ -x "$directory/cuda-layers-tests" ] && part 45 layers "$directory/cuda-layers-tests"
# The suites of unit tests whose every case holds on a GPU: others count memory, threads and calls of the CPU's, or fork.
if [ -x "$directory/cuda-unit-tests" ]; then
    [ -d "$directory/values" ] && export COULOMB_GOLDEN="$directory/values"
    for suite in golden_layers golden_train ops ops_image optimizer plummer_refusals trainer_data; do
        part 30 $suite env CK_FORK=no "$directory/cuda-unit-tests" ${suite}_cuda
    done
fi
# Times and whole runs come before the slow checks of memory, so that these are what a slow machine lacks.
if [ -x "$directory/bench-cuda" ]; then
    part 45 bench "$directory/bench-cuda"
    cat "$out/bench.log"
fi
programs=${3:-$directory/../../examples}
if [ -x "$programs/coulomb-gaussian25" ] && [ -x "$directory/cuda-step" ]; then
    part 100 whole-runs sh "$(dirname "$0")/whole_runs.sh" "$programs" "$directory" "$out/whole-runs"
    cat "$out/whole-runs.log"
fi
sanitizer=$(command -v compute-sanitizer || ls /usr/local/cuda*/bin/compute-sanitizer 2>/dev/null | head -n 1)
if [ -n "$sanitizer" ]; then
    for tool in memcheck racecheck; do
        part 40 $tool "$sanitizer" --tool $tool --error-exitcode 9 "$directory/cuda-tests" small
    done
else
    tell '%-18s skipped: there is no compute-sanitizer\n' sanitizer
fi
ended=yes
