#!/bin/sh
# Runs and their directories: one owner at a time, settings that bring a run back exactly, the run's own data set,
# checkpoints by time, and what dead runs left. GAUSSIAN25 CELEBA BILLION_WORD MAKE_DATASET as arguments.
gaussian25=$1
celeba=$2
billion_word=$3
make_dataset=$4
. "$(dirname "$0")/cases.sh"

short="--samples 100 --history-every 1"
narrow="--size 32 --generator-channels 16 --discriminator my --discriminator-channels 4 --latent 8 --batch 4 --threads 1
    --grid 1 --held-out 4 --crop 0 --history-every 1 --statistics-every 5"

# begin DIRECTORY COMMAND...: starts the command and waits until its history shows that it trains; sets $process
begin() {
    begun=$1
    shift
    "$@" >"$work/begun.out" 2>"$work/begun.err" </dev/null &
    process=$!
    tries=0
    while ! [ "$(wc -l <"$begun/history.csv" 2>/dev/null || echo 0)" -gt 5 ] && [ "$tries" -lt 300 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    [ "$tries" -lt 300 ]
}

# end SIGNAL EXPECTED_CODE
end() {
    kill "-$1" "$process"
    wait "$process" 2>/dev/null
    code=$?
    [ "$code" -eq "$2" ] || {
        echo "exit code $code, expected $2"
        return 1
    }
}

# --- one owner at a time ---

check "a run that goes on" begin "$work/one" "$gaussian25" --out "$work/one" --steps 100000000 --history-every 1
check "nobody else begins there" refuses 1 "$work/one is in use by process $process" "$gaussian25" --out "$work/one" --steps 3
check "nor overwrites it" refuses 1 "is in use" "$gaussian25" --out "$work/one" --steps 3 --overwrite
check "nor another program" refuses 1 "is in use" "$billion_word" --out "$work/one" --steps 3
check "it ends when it is killed" end KILL 137
check "the lock died with it" run 0 "$gaussian25" --out "$work/one" --steps 3 --overwrite $short
check "a run that ends leaves no lock" test ! -e "$work/one/run.lock"
check "an interrupted run" begin "$work/two" "$gaussian25" --out "$work/two" --steps 100000000 --history-every 1
check "ends" end INT 130
check "and leaves no lock" test ! -e "$work/two/run.lock"

# --- checkpoints by time ---

check "a run with checkpoints by time" begin "$work/timed" "$gaussian25" --out "$work/timed" --steps 100000000 \
    --checkpoint-every 90000000 --checkpoint-minutes 0.0001 --history-every 1 --keep-checkpoints 2
appears() {
    tries=0
    while ! [ -s "$1" ] && [ "$tries" -lt 300 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    [ -s "$1" ]
}
check "has one soon" appears "$work/timed/checkpoint.safetensors"
check "is killed" end KILL 137
check "and has a checkpoint" test -s "$work/timed/checkpoint.safetensors"
check "without a number" is "" sh -c "ls '$work/timed' | sed -n '/checkpoint-/p'"
check "a run without them" begin "$work/untimed" "$gaussian25" --out "$work/untimed" --steps 100000000 \
    --checkpoint-every 90000000 --checkpoint-minutes 0 --history-every 1
check "is killed too" end KILL 137
check "and has none" test ! -e "$work/untimed/checkpoint.safetensors"
check "the default is a quarter of an hour" sh -c "'$gaussian25' --help | tr '\n' ' ' | grep -q 'checkpoint-minutes X .*\[15\]'"

# --- what dead runs left ---

: >"$work/timed/checkpoint.safetensors.0123456789abcdef.tmp"
: >"$work/timed/history.csv.00000000deadbeef.tmp"
: >"$work/timed/history.csv.backup"
: >"$work/timed/notes.tmp"
check "a run goes on where one died" run 0 "$gaussian25" --out "$work/timed" --resume --stop-at 1
check "its leftovers are gone" is "" sh -c "ls '$work/timed' | sed -n '/\.[0-9a-f]\{16\}\.tmp$/p'"
check "what looks similar stays" test -e "$work/timed/history.csv.backup" -a -e "$work/timed/notes.tmp"

# --- kills at any moment ---

many="--samples 100 --history-every 1 --checkpoint-every 3 --checkpoint-minutes 0.0005 --keep-checkpoints 2 --decay-updates 2000"
killed_often() {
    run 0 "$gaussian25" --out "$work/kills" $many --steps 200 --stop-at 1 || return 1
    for seconds in 0.05 0.1 0.15 0.2 0.12 0.07 0.17; do
        "$gaussian25" --out "$work/kills" --resume >"$work/out" 2>"$work/err" &
        process=$!
        sleep "$seconds"
        kill -KILL "$process" 2>/dev/null
        wait "$process" 2>/dev/null
        ! grep -q -e cannot -e damaged "$work/err" || return 1
    done
    run 0 "$gaussian25" --out "$work/kills" --resume
}
check "a run that is killed often ends well" killed_often
check "as one that is not" run 0 "$gaussian25" --out "$work/calm" $many --steps 200
check "with the same samples" same "$work/calm/samples.npy" "$work/kills/samples.npy"
check "and the same history" same "$work/calm/history.csv" "$work/kills/history.csv"

# --- settings that bring a run back ---

check "a number of 15 digits" run 0 "$gaussian25" --out "$work/digits" --steps 6 --stop-at 3 $short \
    --lr-generator 0.000123456789012345 --seed 18446744073709551615
check "goes on" run 0 "$gaussian25" --out "$work/digits" --resume
check "is the same" run 0 "$gaussian25" --out "$work/straight" --steps 6 $short --lr-generator 0.000123456789012345 \
    --seed 18446744073709551615
check "to the last bit" same "$work/straight/checkpoint.safetensors" "$work/digits/checkpoint.safetensors"

check "a run in shards" run 0 "$gaussian25" --out "$work/shards" --steps 6 --stop-at 3 $short --shards 4
check "goes on in shards" run 0 "$gaussian25" --out "$work/shards" --resume
check "as one that was not stopped" run 0 "$gaussian25" --out "$work/sharded" --steps 6 $short --shards 4 --threads 2
check "with the same bits" same "$work/sharded/checkpoint.safetensors" "$work/shards/checkpoint.safetensors"
check "another number of shards is another run" refuses 1 "COULOMB_ERROR_MISMATCH" "$gaussian25" --out "$work/shards" --resume \
    --shards 2 --steps 7

long=$(printf 'a%.0s' $(seq 120))
mkdir -p "$work/$long/$long/$long"
bytes=$(printf 'im\377\001\342\202g"s')
check "images for odd paths" run 0 "$make_dataset" --out "$work/$long/$long/$long/images" --draw objects --count 20
cp -r "$work/$long/$long/$long/images" "$work/$bytes"
for path in "$long/$long/$long/images" "$bytes"; do
    check "a run on an odd path" run 0 "$celeba" --data "$work/$path" --out "$work/odd" --overwrite $narrow --steps 4 --stop-at 2
    check "goes on" run 0 "$celeba" --out "$work/odd" --resume --stop-at 3
    check "and on" run 0 "$celeba" --out "$work/odd" --resume
done
without() {
    cp -r "$work/digits" "$work/$1" && grep -v "$2" "$work/digits/settings.json" >"$work/$1/settings.json"
}
check "settings that lack one" without lacking '"batch"'
check "are refused" refuses 1 "--batch is missing" "$gaussian25" --out "$work/lacking" --resume --steps 9
check "unless it is given" run 0 "$gaussian25" --out "$work/lacking" --resume --steps 9 --batch 128
check "a run that is complete says so" run 0 "$gaussian25" --out "$work/lacking" --resume --steps 5
check "and how long it was" says "$work/err" "has made its 9 updates"
check "a setting of another type" sh -c "sed 's/\"batch\": 128/\"batch\": []/' '$work/digits/settings.json' \
    >'$work/settings' && cp '$work/settings' '$work/lacking/settings.json'"
check "is refused too" refuses 1 "--batch has a value of the wrong type" "$gaussian25" --out "$work/lacking" --resume

# --- the run's data set ---

check "a data set" run 0 "$make_dataset" --out "$work/data" --draw objects --count 60
ln -s data "$work/linked"
for out in "$work/data" "$work/data/runs/first" "$work/linked/run"; do
    check "a run does not write into its data" refuses 1 "in the directory of the data" "$celeba" --data "$work/data" --out "$out" \
        $narrow --steps 1
done
check "beside them it may" run 0 "$celeba" --data "$work/data" --out "$work/data-run" $narrow --steps 1
check "the data have nothing new" is 61 sh -c "ls '$work/data' | wc -l"
check "a run on it" run 0 "$celeba" --data "$work/data" --out "$work/run" $narrow --steps 4 --stop-at 2
mv "$work/data" "$work/moved"
check "goes on where the data set is now" run 0 "$celeba" --out "$work/run" --resume --data "$work/moved/" --stop-at 3
cp "$work/moved/000001.jpg" "$work/moved/000000.jpg"
check "with one more picture it does not" refuses 1 "it had 60 entries and has 61" "$celeba" --out "$work/run" --resume
rm "$work/moved/000000.jpg"
mv "$work/moved/000001.jpg" "$work/moved/picture.jpg"
check "nor with another name" refuses 1 "its 60 entries, or how they are cut" "$celeba" --out "$work/run" --resume
check "unless it is told to" run 0 "$celeba" --out "$work/run" --resume --accept-changed-data --stop-at 4
check "which is said" says "$work/err" "The data set has changed"
check "and recorded" run 0 "$celeba" --out "$work/run" --resume --steps 5
check "other images held out are refused" refuses 1 "held out, are others" "$celeba" --out "$work/run" --resume --held-out 5
check "another crop too" refuses 1 "how they are cut" "$celeba" --out "$work/run" --resume --crop 16
check "turning by EXIF data too" refuses 1 "how they are cut" "$celeba" --out "$work/run" --resume --apply-exif-rotation on
check "a run of turned pictures" run 0 "$celeba" --data "$work/moved" --out "$work/turned" $narrow --steps 4 --stop-at 2 \
    --apply-exif-rotation on
check "goes on with them" run 0 "$celeba" --out "$work/turned" --resume
check "scaling JPEG files too" refuses 1 "how they are cut" "$celeba" --out "$work/run" --resume --jpeg-scaling on
check "large pictures" run 0 "$make_dataset" --out "$work/large" --draw rooms --width 300 --height 256 --count 40
check "a run of scaled pictures" run 0 "$celeba" --data "$work/large" --crop 0 --out "$work/scaled" $narrow --steps 4 --stop-at 2 \
    --jpeg-scaling on
check "goes on with them" run 0 "$celeba" --out "$work/scaled" --resume
check "another one of scaled pictures" run 0 "$celeba" --data "$work/large" --crop 0 --out "$work/scaled-whole" $narrow --steps 4 \
    --jpeg-scaling on --workers 0
check "a run of whole pictures" run 0 "$celeba" --data "$work/large" --crop 0 --out "$work/unscaled" $narrow --steps 4
check "to accept means nothing without --resume" refuses 1 "has no effect without --resume" "$celeba" \
    --data "$work/moved" --out "$work/other" --accept-changed-data
check "a run with synchronised norm" run 0 "$celeba" --data "$work/moved" --out "$work/norm" $narrow --shards 2 \
    --synchronized-norm on --steps 4 --stop-at 2
check "goes on" run 0 "$celeba" --out "$work/norm" --resume
check "as one that was not stopped" run 0 "$celeba" --data "$work/moved" --out "$work/norm-whole" $narrow --shards 2 \
    --synchronized-norm on --steps 4
values() {
    head -c 4096 "$1/checkpoint.safetensors" | grep -ao '"libcoulomb.data_checksum":"[0-9a-f]*"'
}
same_values() {
    values "$1" >"$work/values" && test "$(values "$2")" = "$(cat "$work/values")"
}
check "with the same bits" same_values "$work/norm" "$work/norm-whole"
other_values() {
    ! same_values "$1" "$2"
}
check "one of scaled pictures as well" same_values "$work/scaled" "$work/scaled-whole"
check "whole pictures give others" other_values "$work/scaled" "$work/unscaled"
check "without it is another run" refuses 1 "COULOMB_ERROR_MISMATCH" "$celeba" --out "$work/norm" --resume --synchronized-norm off \
    --steps 5
for format in lmdb cifar; do
    check "a data set, $format" run 0 "$make_dataset" --out "$work/$format" --draw objects --count 60 --format $format
    check "a run on $format" run 0 "$celeba" --data "$work/$format" --out "$work/run-$format" $narrow --steps 4 --stop-at 2
    check "another one, $format" run 0 "$make_dataset" --out "$work/$format" --draw objects --count 65 --overwrite \
        --format $format
    check "is refused, $format" refuses 1 "it had 60 entries and has 65" "$celeba" --out "$work/run-$format" --resume
done
sentences() {
    awk -v first="$1" 'BEGIN { for (i = first; i < first + 1500; i++) print "the quiet owl sleeps in snow " i % 1500 }'
}
sentences 0 >"$work/text.txt"
text="--width 8 --blocks 1 --batch 4 --history-every 10 --samples-every 10"
check "a run on text" run 0 "$billion_word" --data "$work/text.txt" --out "$work/run-text" $text --steps 4 --stop-at 2
sentences 1 >"$work/text.txt"
check "other lines of the same letters are refused" refuses 1 "its 1500 entries, or how they are cut" "$billion_word" \
    --out "$work/run-text" --resume
check "unless they are accepted" run 0 "$billion_word" --out "$work/run-text" --resume --accept-changed-data

# --- one run's results only ---

check "a run of 12 updates" run 0 "$celeba" --data synthetic --out "$work/again" $narrow --steps 12 --samples-every 5
check "leaves pictures of its updates" test -e "$work/again/samples-0000010.png" -a -e "$work/again/generator.safetensors"
echo mine >"$work/again/samples-of-mine.png"
check "one of 4 in its place, which stops" run 0 "$celeba" --data synthetic --out "$work/again" --overwrite $narrow --steps 4 \
    --samples-every 5 --stop-at 2
check "has none of them" test ! -e "$work/again/samples-0000010.png" -a ! -e "$work/again/generator.safetensors" -a \
    ! -e "$work/again/history.png"
check "and leaves others' files" test -e "$work/again/samples-of-mine.png"

# --- samples of a run ---

check "samples are generated" run 0 "$celeba" --out "$work/run" --generate 30
check "a second time they would be mixed" refuses 1 "expected a directory that is empty" "$celeba" --out "$work/run" --generate 10
check "nothing was written" is 30 sh -c "ls '$work/run/generated' | wc -l"
mkdir "$work/empty"
check "an empty directory will do" run 0 "$celeba" --out "$work/run" --generate 10 --generate-to "$work/empty"
check "it holds them and nothing else" is 10 sh -c "ls -A '$work/empty' | wc -l"

diverged="--data synthetic --out $work/diverged $narrow --steps 1 --lr-generator 1e30"
check "a generator that diverged at the last update is an error" refuses 1 "the generator has diverged" "$celeba" $diverged
check "so is generating from it" refuses 1 "the generator has diverged" "$celeba" --out "$work/diverged" --generate 4 \
    --generate-to "$work/nan.npy"
check "nothing is written" test ! -e "$work/nan.npy"
finish
