#!/bin/sh
# Training runs of gaussian25: what they write, that they can be repeated, stopped and taken up again.
gaussian25=$1
inspect=$3
. "$(dirname "$0")/cases.sh"

# A short run with rows and checkpoints at odd moments.
short() {
    out=$1
    shift
    run 0 "$gaussian25" --out "$out" --samples 2000 --history-every 70 --checkpoint-every 300 --decay-updates 2000 "$@"
}

check "2,000 updates end well" short "$work/whole" --steps 2000
for file in samples.npy metrics.json history.csv samples.png modes.png history.png checkpoint.safetensors \
    generator.safetensors settings.json; do
    check "$file is written" test -s "$work/whole/$file"
done
check "the end names the pictures" says "$work/out" "See samples.png, modes.png and history.png"
check "samples have their shape" is "2000 2" "$inspect" npy "$work/whole/samples.npy"
check "no temporary file is left" no_leftovers "$work/whole"

picture_drawn() {
    size=$("$inspect" png "$1") || return 1
    set -- $size
    true_that "$1 > 1000 && $2 > 500 && $3 > 100"
}
check "samples.png is a picture" picture_drawn "$work/whole/samples.png"
check "modes.png is a picture" picture_drawn "$work/whole/modes.png"
check "history.png is a picture" picture_drawn "$work/whole/history.png"

metric() {
    "$inspect" json "$work/whole/metrics.json" "$1"
}
in_range() {
    value=$(metric "$1") || return 1
    true_that "$value >= $2 && $value <= $3"
}
check "modes are counted" in_range model.modes 1 25
check "the share within 3 sigma is one" in_range model.share_within_3_sigma 0.01 1
check "KL is not negative" in_range model.kl 0 3.3
check "the energy is positive" in_range model.energy 1e-9 1
check "a fresh target sample finds all modes" is 25 metric fresh_target_sample.modes
check "a fresh target sample is within 3 sigma" in_range fresh_target_sample.share_within_3_sigma 0.98 0.996
check "a fresh target sample has the modes' spread" in_range fresh_target_sample.variance_within_modes 0.85 1.05
check "the model's energy is above the floor" true_that "$(metric model.energy) > $(metric fresh_target_sample.energy)"
check "the updates are told" is 2000 metric timing.updates
check "settings are told" is 128 metric settings.batch
check "the BLAS is told" metric blas

rows() {
    awk -F, 'NR > 1 { if ($1 != 70 * (NR - 1) || NF != 11) exit 1 } END { exit NR != 29 }' "$work/whole/history.csv"
}
check "history.csv has a row every 70 updates" rows

last_loss() {
    awk -F, 'END { print $2 }' "$1"
}

check "two threads end well" short "$work/threads" --steps 2000 --threads 2
check "two threads give the same samples" same "$work/whole/samples.npy" "$work/threads/samples.npy"
check "a batch beyond the charges" run 0 "$gaussian25" --out "$work/large" --steps 2 --batch 300 --samples 100
check "is all charges there are" is 0 "$inspect" json "$work/large/metrics.json" settings.charges-model
check "and goes on" run 0 "$gaussian25" --out "$work/large" --resume --steps 3
check "another seed ends well" short "$work/seed" --steps 2000 --seed 2
check "another seed gives other samples" differ "$work/whole/samples.npy" "$work/seed/samples.npy"

check "1,000 updates end well" short "$work/parts" --steps 1000
check "they go on to 2,000 with the recorded settings" run 0 "$gaussian25" --out "$work/parts" --resume --steps 2000
check "both halves give the samples of the whole" same "$work/whole/samples.npy" "$work/parts/samples.npy"
check "both halves give the history of the whole" same "$work/whole/history.csv" "$work/parts/history.csv"

check "a run stops where it is told to" short "$work/stop" --steps 2000 --stop-at 650
check "it says how to go on" says "$work/err" "--resume"
check "it has measured nothing yet" test ! -e "$work/stop/metrics.json"
echo "700,1,2,3" >>"$work/stop/history.csv"
check "it goes on" run 0 "$gaussian25" --out "$work/stop" --resume
check "rows behind the checkpoint are dropped" same "$work/whole/history.csv" "$work/stop/history.csv"
check "a stop changes nothing" same "$work/whole/samples.npy" "$work/stop/samples.npy"

# Interrupted when its history shows that it trains.
check "an interrupt ends with code 130" interrupted INT 130 "grep -q '^[1-9]' \"\$work/signal/history.csv\"" \
    "$gaussian25" --out "$work/signal" --samples 2000 --history-every 70 --checkpoint-every 100000 --decay-updates 2000 \
    --steps 100000000
check "it says where and how to go on" says "$work/err" "To continue: coulomb-gaussian25 --out $work/signal --resume"
check "it has saved" test -s "$work/signal/checkpoint.safetensors"
done_updates=$(sed -n 's/^Saved at update \([0-9]*\) .*/\1/p' "$work/err")
check "it had trained" true_that "${done_updates:-0} > 0"
last=$((${done_updates:-0} + 100))
check "it goes on" run 0 "$gaussian25" --out "$work/signal" --resume --steps "$last"
check "a run that was not interrupted" short "$work/straight" --steps "$last"
check "the interrupt changed nothing" same "$work/straight/samples.npy" "$work/signal/samples.npy"
check "nor the history" same "$work/straight/history.csv" "$work/signal/history.csv"

check "no discriminator" short "$work/field" --steps 700 --discriminator none --batch 64 --charges-target 100
check "its history has no loss" is nan last_loss "$work/field/history.csv"
check "it stops" short "$work/field-parts" --steps 700 --discriminator none --batch 64 --charges-target 100 --stop-at 333
check "and goes on" run 0 "$gaussian25" --out "$work/field-parts" --resume
check "a stop changes nothing without a discriminator" same "$work/field/samples.npy" "$work/field-parts/samples.npy"
check "the drift gives other samples" short "$work/drift" --steps 700 --discriminator none --field drift --batch 64 \
    --charges-target 100 --generator-spread mixed
check "they differ" differ "$work/field/samples.npy" "$work/drift/samples.npy"
check "a Gaussian too" short "$work/gaussian" --steps 700 --discriminator none --kernel gaussian --batch 64 \
    --charges-target 100
check "those differ" differ "$work/field/samples.npy" "$work/gaussian/samples.npy"
check "a loss without a discriminator" refuses 2 "--loss is for a discriminator" "$gaussian25" --discriminator none --loss l1
check "a field with a discriminator" refuses 2 "--field is for --discriminator none" "$gaussian25" --field drift
check "a spread without signs" refuses 2 "needs signs and other values" \
    "$gaussian25" --generator-spread added --latent-signs 0

cp "$work/whole/checkpoint.safetensors" "$work/before"
check "a checkpoint is not overwritten silently" refuses 1 "contains a checkpoint" \
    "$gaussian25" --out "$work/whole" --steps 10
check "it is as it was" same "$work/before" "$work/whole/checkpoint.safetensors"
check "--overwrite begins anew" run 0 "$gaussian25" --out "$work/whole" --steps 10 --overwrite --samples 100
check "the new run counts from its start" is 10 metric timing.updates
check "resuming with another batch is refused" refuses 1 "COULOMB_ERROR_MISMATCH" \
    "$gaussian25" --out "$work/parts" --resume --batch 64 --steps 3000
# Other objectives, to compare with. At first all samples lie about the origin.
modes_of() {
    "$inspect" json "$work/$1/metrics.json" model.modes
}
for objective in gan lsgan; do
    check "$objective trains" run 0 "$gaussian25" --out "$work/$objective" --objective $objective --steps 3000 \
        --decay-updates 3000 --lr-generator 1e-3 --lr-discriminator 1e-3 --samples 2000
    check "$objective finds most modes" true_that "$(modes_of "$objective") >= 20"
done
check "they are other runs" differ "$work/gan/samples.npy" "$work/lsgan/samples.npy"
check "another objective repeats itself" run 0 "$gaussian25" --out "$work/again" --objective gan --steps 3000 \
    --decay-updates 3000 --lr-generator 1e-3 --lr-discriminator 1e-3 --samples 2000
check "to the same bits" same "$work/gan/samples.npy" "$work/again/samples.npy"
check "they are not resumed" refuses 2 "--resume has no effect with --objective gan" "$gaussian25" --objective gan --resume
check "options of the potential are refused" refuses 2 "--epsilon has no effect with --objective lsgan" \
    "$gaussian25" --objective lsgan --epsilon 1
check "they need a discriminator" refuses 2 "--objective gan needs a discriminator" \
    "$gaussian25" --objective gan --discriminator none

check "resuming where nothing is" refuses 1 "there is no directory" "$gaussian25" --out "$work/nowhere" --resume
mkdir "$work/empty"
check "resuming without a checkpoint" refuses 1 "there is no checkpoint" "$gaussian25" --out "$work/empty" --resume
echo "not a directory" >"$work/file"
check "a file as the directory" refuses 1 "is a file" "$gaussian25" --out "$work/file"
check "a directory below a file" refuses 1 "$work/file" "$gaussian25" --out "$work/file/below"
head -c 2000 "$work/parts/checkpoint.safetensors" >"$work/stop/checkpoint.safetensors"
check "a damaged checkpoint" refuses 1 "checkpoint.safetensors" "$gaussian25" --out "$work/stop" --resume

# Files of at most a few blocks stand for a full disk.
full_disk() {
    (
        trap '' XFSZ
        ulimit -f 8
        "$gaussian25" --out "$work/full" --steps 20 >/dev/null 2>"$work/full.err"
    )
    code=$?
    [ "$code" -eq 1 ] && return 0
    echo "exit code $code, expected 1"
    cat "$work/full.err"
    return 1
}
check "a full disk ends with code 1" full_disk
check "it says which file" says "$work/full.err" "checkpoint"
check "and leaves no half of one" test ! -e "$work/full/checkpoint.safetensors"

check "the dimension is the exponent + 2" short "$work/dimension" --steps 5 --dimension 4.5
check "it is recorded as the exponent" is 2.5 "$inspect" json "$work/dimension/settings.json" settings.exponent
check "every switch at once" short "$work/switches" --steps 50 --loss l1 --replay on --self-terms off --smoothing 0.1 \
    --averaging 0 --charges-model 256 --optimizer-generator sgd --l2-generator 1e-4 --latent-distribution uniform \
    --generator-activation leaky-relu --discriminator-activation tanh --generator-initializer glorot-uniform \
    --hinge-range 0 --discriminator-first-spread 0 --decay-start 10 --epsilon-end 3
finish
