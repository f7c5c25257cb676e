#!/bin/sh
# run.sh itself, where there is no GPU: updates on the CPU in the place of those on a GPU, with PyTorch if $PYTHON
# (python3 unless set) has it. Arguments: the programs bench-image, bench-step and bench-reading, and a directory with
# coulomb-make-dataset.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../programs/cases.sh"
mkdir "$work/programs"
for program in "$1" "$2" "$3"; do
    ln -s "$(realpath "$program")" "$work/programs"
done
examples=$(realpath "$4")
python=${PYTHON:-python3}
export CUDA_TESTS_DEVICE=cpu

# stub LINE CODE: what stands for the tests on a GPU
stub() {
    printf '#!/bin/sh\necho "%s"\nexit %s\n' "$1" "$2" >"$work/programs/cuda-tests"
    chmod +x "$work/programs/cuda-tests"
}
# script CODE [NAME=VALUE...]
script() {
    wanted=$1
    shift
    run "$wanted" env "$@" sh "$here/run.sh" "$work/programs" "$work/logs" "$examples"
}
# in_table EXPRESSION
in_table() {
    grep -E "$1" "$work/logs/table"
}

stub "no CUDA device: there is none" 77
check "no GPU is told" script 77
check "with its reason" says "$work/out" "no CUDA device: there is none"

stub "3 passed, 0 failed" 0
check "all parts are run" script 0
check "tests have a line" in_table '^flat +exit 0 .*3 passed, 0 failed'
if command -v "$python" >/dev/null; then
    number='[0-9]+\.[0-9]+'
    check "updates are timed in runs and by step" in_table "^32 x 32 +float32 +$number +$number"
    check "those of points too" in_table "^25 Gaussians +float32 +$number +$number"
    if "$python" -c 'import torch' 2>/dev/null; then
        check "beside PyTorch" in_table "^32 x 32 .* eager \(best\) +$number +1\.00  (met|MISSED)$"
        check "nothing is left out" in_table 'bounds met, [0-9] missed; 0 left out, 0 failed'
    else
        skip "beside PyTorch" "no PyTorch in $python"
        check "without PyTorch ours alone" says "$work/logs/beside.log" "no PyTorch"
    fi
    check "no time to compare is told" script 1 CUDA_TESTS_SECONDS=1
    check "as a part that failed" in_table '^beside +no time left'
    printf '#!/bin/sh\nexit 3\n' >"$work/broken"
    rm "$work/programs/bench-step"
    cp "$work/broken" "$work/programs/bench-step"
    chmod +x "$work/programs/bench-step"
    check "a program that fails is told" script 1
    check "by its name" in_table 'left out: 25 Gaussians, float32: .*bench-step ended with 3'
    check "the others are timed" in_table '^32 x 32 +float32'
else
    skip "updates beside PyTorch" "no $python"
fi
check "without Python it is skipped" script 0 PYTHON="$work/no-python"
check "which is told" in_table '^beside +skipped: there is no'
check "updates from files are compared with those from memory" in_table '^files +exit 0 .*time with files over time from memory: 1 [0-9.]+, at most 1\.1'

stub "2 passed, 1 failed" 1
check "tests that fail are told" script 1 PYTHON="$work/no-python"
check "with their line" in_table '^flat +exit 1 .*2 passed, 1 failed'
check "and counted" says "$work/out" "9 parts failed"
finish
