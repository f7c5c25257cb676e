#!/bin/sh
# run.sh [DIRECTORY [OUT [PROGRAMS]]]: everything that needs a GPU, in under four minutes, on a machine that need not have
# a compiler: pack.sh packs what it wants. DIRECTORY holds the programs that the build put into build/tests/cuda; OUT
# receives the logs; PROGRAMS holds the example programs, and is DIRECTORY/../../examples unless given. CUDA's libraries
# are looked for where the linker looks, in $CUDA_LIBRARIES (directories, separated by colons) and in Python's wheels.
# Updates are timed beside PyTorch's where $PYTHON (python3 unless set) has it. Prints a line for each part as it ends and
# a table last, also where parts fail or the script is interrupted; parts for which there is no time left
# ($CUDA_TESTS_SECONDS, 235 unless set) are told and count as failed. Exit code 77: there is no GPU. With
# CUDA_TESTS_DEVICE=cpu the times are those of small updates on the CPU, measured by the programs of tests/bench in
# DIRECTORY: that tries the script itself.
set -u
begun=$(date +%s)
seconds=${CUDA_TESTS_SECONDS:-235}
device=${CUDA_TESTS_DEVICE:-cuda}
python=${PYTHON:-python3}
here=$(cd "$(dirname "$0")" && pwd) || exit 1
directory=$(cd "${1:-build/tests/cuda}" && pwd) || exit 1
out=${2:-$(mktemp -d)}
mkdir -p "$out" && out=$(cd "$out" && pwd) || exit 1
found=${LD_LIBRARY_PATH:-}
wheels=$("$python" -c 'import nvidia, glob; print(":".join(d for p in nvidia.__path__ for d in glob.glob(p + "/*/lib")))' 2>/dev/null)
# What pack.sh packed stands above the programs.
packed=$directory/../../fonts/fonts.conf
[ -f "$packed" ] && export FONTCONFIG_FILE="$packed"
for places in "$directory/../../lib" "${CUDA_LIBRARIES:-}" "$wheels" /usr/local/cuda/lib64; do
    [ -n "$places" ] && LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$places
done
export LD_LIBRARY_PATH
failed=0
ended=no
: >"$out/table"

preparing=

finish() {
    trap - EXIT
    [ -z "$preparing" ] || kill "$preparing" 2>/dev/null
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

time_left() {
    echo $((seconds - ($(date +%s) - begun)))
}

# part SECONDS NAME COMMAND...: runs it, with its output in a log, for so long at most and no longer than all parts may
# take, and prints the last line. 77: it said that there is no GPU.
part() {
    limit=$1
    name=$2
    shift 2
    start=$(date +%s)
    left=$(time_left)
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
for group in refusals lost; do
    part 30 $group "$directory/cuda-tests" $group
done
# PyTorch's compiler has no code ready: it works beside the tests, but for those of memory.
if [ $device = cuda ] && command -v "$python" >/dev/null; then
    export TORCHINDUCTOR_CACHE_DIR="$out/compiled"
    LD_LIBRARY_PATH=$found "$python" "$here/beside.py" --prepare --seconds 100 >"$out/preparing.log" 2>&1 &
    preparing=$!
fi
for group in flat moves recording counts norms potentials; do
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
programs=${3:-$directory/../../examples}
if [ $device = cuda ] && [ -x "$programs/coulomb-gaussian25" ]; then
    part 70 whole-runs sh "$here/whole_runs.sh" "$programs" "$directory" "$out/whole-runs"
    cat "$out/whole-runs.log"
fi
if [ -n "$preparing" ]; then
    kill "$preparing" 2>/dev/null
    wait "$preparing"
    preparing=
fi
kind=cuda
[ $device = cpu ] && kind=bench
if [ ! -x "$directory/$kind-image" ] || [ ! -x "$directory/$kind-step" ]; then
    tell '%-18s skipped: there is no %s-image or %s-step\n' beside $kind $kind
elif command -v "$python" >/dev/null; then
    # what comes after it needs 40 s
    left=$(($(time_left) - 40))
    [ $left -lt 95 ] || left=95
    [ $left -gt 20 ] || left=20
    part $((left + 5)) beside env LD_LIBRARY_PATH="$found" "$python" "$here/beside.py" "$directory" --device $device \
        --seconds $left --libraries "$LD_LIBRARY_PATH"
    cat "$out/beside.log"
    sed -n '/^ms an update/,$p' "$out/beside.log" >>"$out/table"
else
    tell '%-18s skipped: there is no %s\n' beside "$python"
fi
if [ -x "$directory/$kind-reading" ] && [ -x "$programs/coulomb-make-dataset" ]; then
    part 30 files sh "$here/files.sh" "$programs/coulomb-make-dataset" "$directory/$kind-reading" $device
    cat "$out/files.log"
fi
# Where an update's time goes: its passes, and the layers in them.
if [ -x "$directory/bench-cuda-layers" ]; then
    for side in 32 64; do
        part 12 passes-$side "$directory/bench-cuda-layers" update $side
        part 12 layers-$side "$directory/bench-cuda-layers" layers $side
        cat "$out/passes-$side.log" "$out/layers-$side.log"
    done
fi
if [ -x "$directory/bench-cuda" ]; then
    part 30 bench "$directory/bench-cuda"
    cat "$out/bench.log"
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
