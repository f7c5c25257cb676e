#!/bin/sh
# run.sh [DIRECTORY [OUT [PROGRAMS]]]: everything that needs a GPU, in under four minutes, on a machine that need not have a compiler.
# DIRECTORY holds the programs that the build put into build/tests/cuda; OUT receives the logs; PROGRAMS holds the example
# programs, and is DIRECTORY/../../examples unless given. CUDA's libraries are
# looked for where the linker looks, in $CUDA_LIBRARIES (directories, separated by colons) and in Python's wheels. Prints a
# table; fails if a case failed. Exit code 77: there is no GPU.
set -u
directory=$(cd "${1:-build/tests/cuda}" && pwd) || exit 1
out=${2:-$(mktemp -d)}
mkdir -p "$out"
wheels=$(python3 -c 'import nvidia, glob; print(":".join(d for p in nvidia.__path__ for d in glob.glob(p + "/*/lib")))' 2>/dev/null)
for places in "${CUDA_LIBRARIES:-}" "$wheels" /usr/local/cuda/lib64; do
    [ -n "$places" ] && LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$places
done
export LD_LIBRARY_PATH
failed=0

# part SECONDS NAME COMMAND...: runs it, with its output in a log, and prints the last lines
part() {
    limit=$1
    name=$2
    shift 2
    start=$(date +%s)
    timeout "$limit" "$@" >"$out/$name.log" 2>&1
    code=$?
    [ $code -eq 77 ] && return 77
    [ $code -eq 0 ] || failed=$((failed + 1))
    printf '%-14s exit %3d, %3d s: %s\n' "$name" $code $(($(date +%s) - start)) "$(tail -n 1 "$out/$name.log" | cut -c 1-120)"
    [ $code -eq 0 ] || grep -h -E 'FAILED|rror|not found' "$out/$name.log" | head -n 8 | cut -c 1-200
}

part 20 memory "$directory/cuda-tests" memory
[ $? -eq 77 ] && { tail -n 1 "$out/memory.log"; exit 77; }
for group in flat moves recording refusals potentials lost; do
    part 40 $group "$directory/cuda-tests" $group
done
[ -x "$directory/cuda-layers-tests" ] && part 60 layers "$directory/cuda-layers-tests"
# The suites of unit tests whose every case holds on a GPU: others count memory, threads and calls of the CPU's, or fork.
if [ -x "$directory/cuda-unit-tests" ]; then
    [ -d "$directory/values" ] && export COULOMB_GOLDEN="$directory/values"
    for suite in golden_layers golden_train ops ops_image optimizer plummer_refusals trainer_data; do
        part 40 $suite env CK_FORK=no "$directory/cuda-unit-tests" ${suite}_cuda
    done
fi
sanitizer=$(command -v compute-sanitizer || ls /usr/local/cuda*/bin/compute-sanitizer 2>/dev/null | head -n 1)
if [ -n "$sanitizer" ]; then
    part 60 memcheck "$sanitizer" --tool memcheck --error-exitcode 9 "$directory/cuda-tests" small
    part 60 racecheck "$sanitizer" --tool racecheck --error-exitcode 9 "$directory/cuda-tests" small
else
    echo "compute-sanitizer  skipped: there is none"
fi
if [ -x "$directory/bench-cuda" ]; then
    part 60 bench "$directory/bench-cuda"
    cat "$out/bench.log"
fi
programs=${3:-$directory/../../examples}
if [ -x "$programs/coulomb-gaussian25" ] && [ -x "$directory/cuda-step" ]; then
    part 110 whole-runs sh "$(dirname "$0")/whole_runs.sh" "$programs" "$directory" "$out/whole-runs"
    cat "$out/whole-runs.log"
fi
echo "logs: $out; $failed parts failed"
[ $failed -eq 0 ]
