#!/bin/sh
# What a program's surroundings can do to it: closed and full descriptors, limits, pipes where files belong. GAUSSIAN25
# FIELD FID CELEBA NEIGHBOURS BILLION_WORD as arguments.
gaussian25=$1
field=$2
fid=$3
celeba=$4
neighbours=$5
billion_word=$6
. "$(dirname "$0")/cases.sh"

# ends EXPECTED_CODE SHELL_COMMAND
ends() {
    (eval "$2") </dev/null
    code=$?
    [ "$code" -eq "$1" ] && return 0
    echo "exit code $code, expected $1: $2"
    return 1
}

short="--samples 100 --history-every 1 --steps 10"
check "a run without standard error" ends 0 "'$gaussian25' --out '$work/mute' $short --stop-at 5 >/dev/null 2>&-"
check "has no message in its files" sh -c "! grep -rq Saved '$work/mute'"
check "and goes on" run 0 "$gaussian25" --out "$work/mute" --resume
check "a run without any descriptor ends, but has lost its results" ends 1 \
    "'$gaussian25' --out '$work/closed' $short <&- >&- 2>&-"
check "and wrote its files" test -s "$work/closed/metrics.json"
check "help to a full device is an error" ends 1 "'$gaussian25' --help >/dev/full 2>'$work/err'"
check "that is told" says "$work/err" "cannot write to standard output: No space left on device"
check "so is the version" ends 1 "'$gaussian25' --version >/dev/full 2>/dev/null"
check "results to a full device are an error" ends 1 "'$field' --out '$work/f.png' >/dev/full 2>/dev/null"
check "a closed pipe is an error, not a death" ends 1 "{ sleep 0.3; '$gaussian25' --help 2>'$work/err'; echo \$? >'$work/code'; } |
    true; exit \$(cat '$work/code')"
check "messages to a full device change nothing" ends 0 "'$gaussian25' --out '$work/full' $short >/dev/null 2>/dev/full"

check "a limit of the file size is an error" ends 1 "ulimit -f 100; '$gaussian25' --out '$work/limit' --steps 3 2>'$work/err'"
check "that is told as such" says "$work/err" "File too large"
# OpenBLAS asks for its own memory without end; its threads, which we do not use, would do so when the program ends.
printf '\223NUMPY\1\0v\0%-117s\n' "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }" >"$work/a.npy"
printf '\0\0\0\0\0\0\200\77\0\0\200\77\0\0\0\0' >>"$work/a.npy"
little_memory() {
    refusals=0
    # OpenBLAS needs some 200000; the reference BLAS needs far less
    for most in $(seq 240000 -20000 100000) $(seq 99000 -1000 40000); do
        [ "$most" -ge 100000 ] || [ "$refusals" -eq 0 ] || break
        (ulimit -v "$most" && OPENBLAS_NUM_THREADS=1 exec timeout 60 "$fid" --threads 1 --features "$work/a.npy" --target "$work/a.npy") \
            >/dev/null 2>"$work/err"
        code=$?
        [ "$code" -eq 0 ] || [ "$code" -eq 127 ] || {
            [ "$code" -eq 1 ] && grep -q memory "$work/err" || {
                echo "$most KiB: code $code: $(cat "$work/err")"
                return 1
            }
            refusals=$((refusals + 1))
        }
    done
    [ "$refusals" -gt 0 ]
}
if shadowed "$fid"; then
    skip "a limit of memory is an error" "a sanitizer takes more than it"
else
    check "a limit of memory is an error" little_memory
fi
check "and leaves no half of a file" is "" sh -c "ls '$work/limit' | sed -n /tmp/p"

# Of a pipe nobody writes to, every reader would wait for ever.
mkdir "$work/lmdb" "$work/run" "$work/images"
mkfifo "$work/lmdb/data.mdb" "$work/p.npy" "$work/p.npz" "$work/p.safetensors" "$work/run/settings.json" "$work/p.txt" \
    "$work/images/p.png" "$work/images/data_batch_1.bin"
: >"$work/run/checkpoint.safetensors"
refused="timeout 60"
check "a pipe as a database" refuses 1 "is not a regular file" $refused "$celeba" --data "$work/lmdb" --out "$work/o" --steps 1
check "a pipe as CIFAR-10's file" refuses 1 "is not a" $refused "$celeba" --data "$work/images" --out "$work/o" --steps 1
rm "$work/images/data_batch_1.bin"
check "a pipe as an image" refuses 1 "damaged" $refused "$celeba" --data "$work/images" --out "$work/o" --held-out 0 --steps 1 --size 32
check "a pipe as an array" refuses 1 "is not a regular file" $refused "$field" --model "$work/p.npy" --target "$work/p.npy"
check "a pipe as features" refuses 1 "is not a regular file" $refused "$fid" --features "$work/p.npy" --target "$work/p.npy"
check "a pipe as statistics" refuses 1 "is not a regular file" $refused "$fid" --model "$work/p.npz" --target "$work/p.npz"
check "a pipe as a network" refuses 1 "is not a regular file" $refused "$neighbours" --model "$work/p.safetensors" \
    --training "$work/images"
check "a pipe as settings" refuses 1 "is not a regular file" $refused "$gaussian25" --out "$work/run" --resume
check "a pipe as weights" refuses 1 "is not a regular file" $refused "$fid" --model "$work/images" --target "$work/images" \
    --inception "$work/p.safetensors"
check "a device as an array" refuses 1 "is not a regular file" $refused "$field" --model /dev/zero --target /dev/zero
check "a device as text" refuses 1 "is neither a file" $refused "$billion_word" --data /dev/zero --out "$work/o"
check "a pipe as text" refuses 1 "is neither a file" $refused "$billion_word" --data "$work/p.txt" --out "$work/o"

# What is no file is not replaced by one: a pipe that another process reads, a device.
mkfifo "$work/out.png" "$work/out.npy"
check "a picture in the place of a pipe" refuses 1 "is not a regular file" $refused "$field" --out "$work/out.png"
check "a device as a picture" refuses 1 "is not a regular file" $refused "$field" --out /dev/full
check "a run with images" run 0 "$celeba" --out "$work/few" --data synthetic --size 32 --held-out 0 --steps 1 --batch 2 \
    --grid 1 --generator-channels 16 --discriminator-channels 8
check "samples in the place of a pipe" refuses 1 "is not a regular file" $refused "$celeba" --out "$work/few" --generate 2 \
    --generate-to "$work/out.npy"
still_pipes() {
    test -p "$work/out.png" && test -p "$work/out.npy"
}
check "the pipes are still there" still_pipes

# In a directory that others can write, a link under the name of an output is replaced; what it leads to stays.
echo precious >"$work/precious"
ln -s "$work/precious" "$work/link.png"
check "a picture in the place of a link" run 0 "$field" --out "$work/link.png"
check "does not go where the link leads" is precious cat "$work/precious"
check "and is a file" test ! -h "$work/link.png"
mkdir "$work/linked"
for name in history.csv settings.json samples.npy run.lock; do
    ln -s "$work/precious" "$work/linked/$name"
done
check "a run's lock is no link" refuses 1 "cannot create" "$gaussian25" --out "$work/linked" $short
rm "$work/linked/run.lock"
check "a run in the place of links" run 0 "$gaussian25" --out "$work/linked" $short
check "leaves what they led to" is precious cat "$work/precious"
finish
