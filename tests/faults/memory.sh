#!/bin/sh
# Programs whose allocations fail, one at a time: each run ends as it would have, or with a complaint and code 1, and
# leaves files that are whole. MEMORY_MODULE GAUSSIAN25 CELEBA BILLION_WORD MAKE_DATASET FID READ_SET GOLDEN TABLE as
# arguments; FAULTS says how many allocations of each program are tried, 25 unless set.
module=$(realpath "$1")
gaussian25=$(realpath "$2")
celeba=$(realpath "$3")
billion_word=$(realpath "$4")
make_dataset=$(realpath "$5")
fid=$(realpath "$6")
read_set=$(realpath "$7")
golden=$8
table=$(realpath "$9")
. "$(dirname "$0")/../programs/cases.sh"
export OPENBLAS_NUM_THREADS=1

# with_faults RESULT COMMAND...: RESULT is the file, below $work/out, that a run that succeeds must leave as it was
with_faults() {
    result=$1
    shift
    rm -rf "$work/out" "$work/sound"
    FAULT_COUNT="$work/count" LD_PRELOAD="$module" "$@" >"$work/sound.out" 2>"$work/err" </dev/null || return 1
    [ -z "$result" ] || cp "$work/out/$result" "$work/sound"
    all=$(cat "$work/count")
    step=$((all / ${FAULTS:-25} + 1))
    at=1
    refusals=0
    while [ "$at" -le "$all" ]; do
        rm -rf "$work"/out*
        FAULT_AT=$at LD_PRELOAD="$module" timeout 60 "$@" >"$work/faulty.out" 2>"$work/err" </dev/null
        code=$?
        case $code in
        0)
            { [ -z "$result" ] || cmp "$work/sound" "$work/out/$result"; } && cmp "$work/sound.out" "$work/faulty.out"
            ;;
        *)
            refusals=$((refusals + 1))
            [ "$code" -lt 124 ] && [ -s "$work/err" ]
            ;;
        esac || {
            echo "allocation $at of $all: code $code: $(tail -n 3 "$work/err")"
            return 1
        }
        at=$((at + step))
    done
    [ "$refusals" -gt 3 ]
}

"$make_dataset" --out "$work/tree" --draw objects --count 40 --encoding png >/dev/null 2>&1
"$make_dataset" --out "$work/lmdb" --draw objects --count 40 --format lmdb >/dev/null 2>&1
awk 'BEGIN { for (i = 0; i < 1500; i++) print "the quiet owl sleeps in snow " i }' >"$work/text.txt"
check "training" with_faults checkpoint.safetensors "$gaussian25" --out "$work/out" --steps 3 --stop-at 2 --history-every 1
check "training on images" with_faults checkpoint.safetensors "$celeba" --data "$work/tree" --out "$work/out" --size 32 \
    --generator-channels 16 --discriminator my --discriminator-channels 4 --latent 8 --batch 4 --threads 1 --grid 1 \
    --held-out 4 --crop 0 --history-every 1 --statistics-every 5 --workers 0 --steps 3 --stop-at 2
check "training on text" with_faults checkpoint.safetensors "$billion_word" --data "$work/text.txt" --out "$work/out" --width 8 \
    --blocks 1 --batch 4 --history-every 1 --samples-every 1 --steps 2 --stop-at 1
check "reading a database" with_faults "" "$read_set" "$work/lmdb" 32 0 2
check "reading files" with_faults "" "$read_set" "$work/tree" 32 0 2
check "writing files" with_faults 000003.jpg "$make_dataset" --out "$work/out" --draw objects --count 3
check "writing a database" with_faults "" "$make_dataset" --out "$work/out" --draw objects --count 3 --format lmdb
"$make_dataset" --out "$work/flats" --format csv --count 60 >/dev/null 2>&1
check "learning a table" with_faults checkpoint.safetensors "$table" --data "$work/flats/flats.csv" --out "$work/out" \
    --steps 2 --stop-at 1 --units 8 --batch 8 --charges-model 8 --charges-target 8
"$table" --data "$work/flats/flats.csv" --out "$work/model" --steps 2 --units 8 --batch 8 --charges-model 8 --charges-target 8 \
    >/dev/null 2>&1
check "writing rows with a model" with_faults "" "$table" --model "$work/model/model.zip" --generate 30 --given district=Hafen
check "measuring" with_faults "" "$fid" --features "$golden/float64-far-a.npy" --target "$golden/features-b.npy" \
    --save-stats "$work/out.npz"
check "reading statistics" with_faults "" "$fid" --model "$golden/deflated.npz" --target "$golden/stored.npz"
finish
