#!/bin/sh
# The image programs, on drawn images and narrow networks: CELEBA LSUN CIFAR10 INSPECT MAKE_DATASET FID WRITE_WEIGHTS
# MAKE_FEATURES as arguments.
celeba=$1
lsun=$2
cifar10=$3
inspect=$4
make_dataset=$5
fid=$6
write_weights=$7
make_features=$8
. "$(dirname "$0")/cases.sh"

# Narrow networks on drawn faces of 32 x 32 pixels, with batch norm in both, replay and averaging.
small="--size 32 --generator-channels 16 --discriminator-channels 4 --latent 8"
narrow="--data synthetic --held-out 32 $small"
often="--history-every 2 --statistics-every 4 --samples-every 5 --checkpoint-every 4 --grid 3"
short() {
    out=$1
    shift
    run 0 "$celeba" --out "$out" $narrow $often --batch 6 --replay on --averaging 0.9 --threads 1 "$@"
}

check "10 updates end well" short "$work/whole" --steps 10
for file in history.csv history.png samples-0000000.png samples-0000005.png samples-0000010.png samples-latest.png \
    interpolation-latest.png checkpoint.safetensors generator.safetensors settings.json; do
    check "$file is written" test -s "$work/whole/$file"
done
check "memory is planned aloud" says "$work/err" "for generating pictures; "
check "the end names the pictures" says "$work/out" "See samples-latest.png"
check "no temporary file is left" no_leftovers "$work/whole"
check "the newest checkpoint has its number" same "$work/whole/checkpoint.safetensors" \
    "$work/whole/checkpoint-0000010.safetensors"
check "the latest samples have their number" same "$work/whole/samples-latest.png" "$work/whole/samples-0000010.png"
check "the samples have changed" differ "$work/whole/samples-0000000.png" "$work/whole/samples-0000010.png"

# 3 x 3 images of 32 pixels, each of them 4 x 4 pixels, with gaps of 4; 10 x 8 of an interpolation
has_size() {
    size=$("$inspect" png "$1") || return 1
    case $size in
    "$2 "*) true_that "${size##* } > 20" ;;
    *)
        echo "$1 is $size"
        return 1
        ;;
    esac
}
check "a grid has its size" has_size "$work/whole/samples-latest.png" "400 400"
check "interpolations have their size" has_size "$work/whole/interpolation-latest.png" "1324 1060"

rows() {
    awk -F, 'NR > 1 { measured = $12 != "nan" && $13 != "nan"
                      wrong += $1 != 2 * (NR - 1) || NF != 14 || $14 != "nan" || measured != ($1 % 4 == 0) }
             END { exit NR != 6 || wrong }' "$work/whole/history.csv"
}
check "history.csv has its rows, and energies where they were measured" rows
energy=$(awk -F, '$1 == 8 { print $12 }' "$work/whole/history.csv")
check "the energy on held-out images is one" true_that "${energy:-0} > 0.001 && ${energy:-0} < 1"
floor=$(awk -F, '$1 == 8 { print $13 }' "$work/whole/history.csv")
check "that of training images is nearer to 0" true_that "${floor:-1} < ${energy:-0} / 3 && ${floor:-1} > -${energy:-0} / 3"

check "two threads end well" short "$work/threads" --steps 10 --threads 2 --workers 0
check "two threads give the same checkpoint" same "$work/whole/checkpoint.safetensors" \
    "$work/threads/checkpoint.safetensors"
check "two threads give the same history" same "$work/whole/history.csv" "$work/threads/history.csv"

# Stopped between checkpoints, measurements and pictures.
check "a run stops where it is told to" short "$work/stop" --steps 10 --stop-at 7
check "it has no end yet" test ! -e "$work/stop/generator.safetensors"
check "it goes on" run 0 "$celeba" --out "$work/stop" --resume --threads 2
for file in checkpoint.safetensors history.csv samples-latest.png interpolation-latest.png generator.safetensors; do
    check "a stop changes nothing in $file" same "$work/whole/$file" "$work/stop/$file"
done

check "an interrupt ends with code 130" interrupted INT 130 '[ -s "$work/signal/samples-0000005.png" ]' \
    "$celeba" --out "$work/signal" $narrow $often --batch 6 --replay on --averaging 0.9 --steps 100000 \
    --checkpoint-every 50000
check "it says how to go on" says "$work/err" "To continue: coulomb-celeba --out $work/signal --resume"
last=$(sed -n 's/^Saved at update \([0-9]*\) .*/\1/p' "$work/err")
last=$((${last:-0} + 3))
check "an interrupted run goes on" run 0 "$celeba" --out "$work/signal" --resume --steps "$last"
check "a run that was not interrupted" short "$work/straight" --steps "$last"
check "the interrupt changed nothing" same "$work/straight/generator.safetensors" "$work/signal/generator.safetensors"

# Checkpoints by number.
kept() {
    ls "$work/$1" | sed -n 's/^checkpoint-0*\([0-9]*\)\.safetensors$/\1/p' | tr '\n' ' '
}
check "the last two checkpoints are kept" short "$work/kept" --steps 10 --checkpoint-every 2 --keep-checkpoints 2
check "and no other" is "8 10 " kept kept
check "a run may keep only the newest" short "$work/kept" --steps 2 --keep-checkpoints 0 --overwrite
check "beginning anew removes the old ones" is "" kept kept
check "the newest is there" test -s "$work/kept/checkpoint.safetensors"

# Learning rates: column 9 is the generator's.
rate() {
    awk -F, -v update="$2" '$1 == update { print $9, $10 }' "$work/$1/history.csv"
}
check "rates drop where they are told to" short "$work/drops" --steps 8 --lr-drop-at 2,5
check "before the first drop" is "0.0001 5e-05" rate drops 2
check "behind the first" is "1e-05 5e-06" rate drops 4
check "behind the second" is "1e-06 5e-07" rate drops 6
check "a drop can be asked for later" short "$work/later" --steps 4 --lr-drop-at 2
check "with the whole list" run 0 "$celeba" --out "$work/later" --resume --steps 8 --lr-drop-at 2,5
check "it is as if it had been known" same "$work/drops/checkpoint.safetensors" "$work/later/checkpoint.safetensors"
# With rates this low nothing is lower by a hundredth: the second and the fourth measurement lead to drops.
plateau="--lr-generator 1e-9 --lr-discriminator 1e-9 --lr-plateau 1 --lr-plateau-drops 2 --statistics-every 2"
check "rates drop at a plateau" short "$work/plateau" --steps 12 $plateau
check "before it is one" is "1e-09 1e-09" rate plateau 4
check "behind it" is "1e-10 1e-10" rate plateau 6
check "and once more" is "1e-11 1e-11" rate plateau 8
check "as often as is allowed" is "1e-11 1e-11" rate plateau 12
check "a plateau is told" says "$work/err" "after update 4"
check "a run that stops within a plateau" short "$work/level" --steps 12 $plateau --stop-at 5
check "remembers it" run 0 "$celeba" --out "$work/level" --resume
check "to the last bit" same "$work/plateau/checkpoint.safetensors" "$work/level/checkpoint.safetensors"
plateau="$plateau --lr-plateau-drops 1 --lr-plateau-end"
check "a run may end when it stands still" short "$work/end" --steps 12 $plateau
check "it says so" says "$work/err" "this is the end after update 6"
check "it is complete" test -s "$work/end/generator.safetensors"
check "it does not go on" run 0 "$celeba" --out "$work/end" --resume
check "unless it is asked to" run 0 "$celeba" --out "$work/end" --resume --lr-plateau-drops 2
check "then to the next plateau" says "$work/err" "this is the end after update 8"
cp "$work/end/checkpoint.safetensors" "$work/before"
check "what cannot begin" refuses 1 "$work/nothing" "$celeba" --data "$work/nothing" --out "$work/end" --overwrite
check "overwrites nothing" same "$work/before" "$work/end/checkpoint.safetensors"

# Generating.
files() {
    ls "$1" | wc -l
}
check "samples are generated from the newest checkpoint" run 0 "$celeba" --out "$work/whole" --generate 140
check "as many as were wanted" is 140 files "$work/whole/generated"
check "each of its size" has_size "$work/whole/generated/0000139.png" "32 32"
check "as an array" run 0 "$celeba" --out "$work/whole" --generate 140 --generate-to "$work/whole.npy"
check "of its shape" is "140 32 32 3" "$inspect" npy "$work/whole.npy"
check "from the generator's file" run 0 "$celeba" --out "$work/whole" --generate 140 --generate-to "$work/own.npy" \
    --generate-from "$work/whole/generator.safetensors" --threads 2
check "which is the average, as the checkpoint's" same "$work/whole.npy" "$work/own.npy"
check "by running averages" run 0 "$celeba" --out "$work/whole" --generate 140 --generate-to "$work/norm.npy" \
    --norm-averages on
check "which are others" differ "$work/whole.npy" "$work/norm.npy"
check "from an earlier checkpoint" run 0 "$celeba" --out "$work/whole" --generate 140 --generate-to "$work/early.npy" \
    --generate-from "$work/whole/checkpoint-0000004.safetensors"
check "which are others too" differ "$work/whole.npy" "$work/early.npy"
check "from nothing" refuses 1 "$work/none does not exist" "$celeba" --out "$work/whole" --generate 2 --generate-from "$work/none"
check "from another file" refuses 1 "history.csv" "$celeba" --out "$work/whole" --generate 2 \
    --generate-from "$work/whole/history.csv"
damaged() {
    cp "$work/whole/generator.safetensors" "$work/damaged.safetensors" &&
        printf '\377' | dd of="$work/damaged.safetensors" bs=1 seek=5000 conv=notrunc 2>/dev/null
}
check "a generator's file is damaged" damaged
check "from a damaged file" refuses 1 "checksum" "$celeba" --out "$work/whole" --generate 2 \
    --generate-from "$work/damaged.safetensors"
check "from no run" refuses 1 "no settings.json" "$celeba" --out "$work/none" --generate 2
check "from another program's run" refuses 1 "belongs to coulomb-celeba, not to coulomb-lsun" "$lsun" --out "$work/whole" --generate 2

# Made by hand with the published numbers of channels, the networks are the published ones.
wide() {
    run 0 "$cifar10" --out "$1" --data synthetic --latent 2 --batch 2 --steps 1 --held-out 0 --samples-every 1000 \
        --grid 1 --generator my --discriminator my $2
}
check "the published networks" wide "$work/published" ""
check "the same by numbers" wide "$work/numbers" "--generator-channels 1024 --discriminator-channels 64"
check "give the same checkpoint" same "$work/published/checkpoint.safetensors" "$work/numbers/checkpoint.safetensors"
check "lsun draws rooms" run 0 "$lsun" --out "$work/rooms" $narrow --batch 4 --steps 1 --channels 1 --grid 1

# The formats in which the data sets come, two epochs and a half of each.
formats() {
    run 0 "$make_dataset" --out "$work/data-$1" --format "$1" --count 30 &&
        run 0 "$2" --data "$work/data-$1" --out "$work/from-$1" --held-out 10 --batch 5 --steps 10 $often $small
}
check "celeba reads a tree of JPEG files" formats tree "$celeba"
check "lsun reads an LMDB" formats lmdb "$lsun"
check "cifar10 reads binary files" formats cifar "$cifar10"
check "a run on files that stops" run 0 "$celeba" --data "$work/data-tree" --out "$work/part-tree" --held-out 10 --batch 5 \
    --steps 10 --stop-at 7 --workers 0 $often $small
check "goes on" run 0 "$celeba" --out "$work/part-tree" --resume --workers 2
check "to the same end" same "$work/from-tree/checkpoint.safetensors" "$work/part-tree/checkpoint.safetensors"
check "more held out than there are" refuses 1 "leaves none for training" "$celeba" --data "$work/data-tree" \
    --out "$work/never" $small

# What is said to those without data.
for program in "$celeba" "$lsun" "$cifar10"; do
    called=$(basename "$program")
    check "$called without --data" refuses 2 "--data is missing" "$program" --out "$work/nothing"
    check "$called says how to see it work" says "$work/err" "$called --data synthetic"
    check "$called says it in three lines" is 3 sed -n '$=' "$work/err"
    check "$called has no address in it" sh -c "! grep -q '://' '$work/err'"
    check "$called leaves nothing" test ! -e "$work/nothing"
done

# --- the Fréchet inception distance while training, with weights made by a rule ---

make_statistics() {
    mv "$("$write_weights")" "$work/weights.safetensors" &&
        run 0 "$make_dataset" --out "$work/real" --count 4 --seed 9 &&
        run 0 "$fid" --target "$work/real" --crop 108 --size 32 --inception "$work/weights.safetensors" \
            --save-stats "$work/real.npz"
}
check "statistics of images are made" make_statistics
check "a run measures the distance" short "$work/fid" --steps 4 --fid-stats "$work/real.npz" \
    --inception "$work/weights.safetensors" --fid-every 4 --fid-samples 3
check "its network's memory is planned, too" says "$work/err" " MiB for features; "
distance=$(awk -F, 'NR > 1 && $1 == 4 { print $14 }' "$work/fid/history.csv")
check "the distance is one" true_that "${distance:-0} > 0"
by_itself() {
    run 0 "$fid" --model "$work/fid/generator.safetensors" --target "$work/real.npz" --samples 3 --seed 1 \
        --inception "$work/weights.safetensors" || return 1
    true_that "$(cat "$work/out") / $distance > 0.9999 && $(cat "$work/out") / $distance < 1.0001"
}
check "fid finds the same one" by_itself
# Of another seed than the measurements' own.
measuring_changes_nothing() {
    short "$work/measured" --seed 5 --steps 2 --fid-stats "$work/real.npz" --inception "$work/weights.safetensors" \
        --fid-every 2 --fid-samples 3 && short "$work/unmeasured" --seed 5 --steps 2 || return 1
    for file in generator.safetensors checkpoint.safetensors; do
        same "$work/measured/$file" "$work/unmeasured/$file" || return 1
    done
}
check "measuring changes nothing" measuring_changes_nothing
other_statistics() {
    run 0 "$make_dataset" --out "$work/real2" --count 4 --seed 8 &&
        run 0 "$fid" --target "$work/real2" --crop 108 --size 32 --inception "$work/weights.safetensors" \
            --save-stats "$work/real2.npz"
}
check "other statistics are made" other_statistics
check "a run is not measured with them" refuses 1 "--fid-stats and --inception are not the files" "$celeba" --out "$work/fid" \
    --resume --steps 8 --fid-stats "$work/real2.npz"
copied_statistics() {
    cp "$work/real.npz" "$work/copy.npz" &&
        run 0 "$celeba" --out "$work/fid" --resume --steps 5 --fid-stats "$work/copy.npz"
}
check "but with a copy of the same ones" copied_statistics
cp "$work/real2.npz" "$work/copy.npz"
check "which is another one when it has changed" refuses 1 "would not be comparable" "$celeba" --out "$work/fid" --resume --steps 8
check "unless that is accepted" run 0 "$celeba" --out "$work/fid" --resume --steps 8 --accept-changed-data
check "and then recorded" run 0 "$celeba" --out "$work/fid" --resume --steps 12
check "--fid-stats without --inception" refuses 2 "only --fid-stats was given" "$celeba" --data synthetic --fid-stats x
check "distances between rows" refuses 2 "a multiple of --history-every" "$celeba" --data synthetic --fid-stats x \
    --inception y --fid-every 150
check "statistics that are not there, before training" refuses 1 "$work/none" "$celeba" --out "$work/never" $narrow \
    --fid-stats "$work/none" --inception "$work/weights.safetensors"

# --- without a discriminator, and between features ---

check "a network for features is made" run 0 "$make_features" "$work/features.safetensors" 32 3 4
field() {
    out=$1
    shift
    run 0 "$cifar10" --out "$out" --data synthetic --held-out 32 --generator-channels 16 --latent 8 $often --batch 6 \
        --charges-target 20 --averaging 0.9 --threads 1 "$@"
}
check "a run without a discriminator" field "$work/field" --discriminator none --replay on --steps 8
check "its history has no loss of a discriminator" is nan awk -F, 'NR == 3 { print $2 }' "$work/field/history.csv"
check "it stops" field "$work/field-parts" --discriminator none --replay on --steps 8 --stop-at 5
check "it goes on" run 0 "$cifar10" --out "$work/field-parts" --resume
check "to the same generator" same "$work/field/generator.safetensors" "$work/field-parts/generator.safetensors"
check "rates drop without a discriminator" field "$work/field-drops" --discriminator none --replay on --steps 8 --lr-drop-at 3
check "which changes the result" differ "$work/field/generator.safetensors" "$work/field-drops/generator.safetensors"
check "samples are generated" run 0 "$cifar10" --out "$work/field" --generate 3
check "another kernel" field "$work/gaussian" --discriminator none --steps 4 --kernel gaussian --epsilon 40
check "distances between features" field "$work/featured" --discriminator none --field drift --steps 8 --epsilon 3 \
    --features "$work/features.safetensors"
check "they stop" field "$work/featured-parts" --discriminator none --field drift --steps 8 --epsilon 3 \
    --features "$work/features.safetensors" --stop-at 3
check "they go on" run 0 "$cifar10" --out "$work/featured-parts" --resume
check "to the same generator" same "$work/featured/generator.safetensors" "$work/featured-parts/generator.safetensors"
check "features beside a discriminator" field "$work/both" --steps 4 --discriminator-channels 4 --smoothing 0.1 \
    --features "$work/features.safetensors"
check "other features" run 0 "$make_features" "$work/others.safetensors" 32 3 5
check "are not those of the run" refuses 1 "COULOMB_ERROR_MISMATCH" "$cifar10" --out "$work/featured-parts" --resume \
    --steps 12 --features "$work/others.safetensors"
check "features of another size" run 0 "$make_features" "$work/large.safetensors" 64 3 4
check "do not fit" refuses 1 "the input of features [64, 64, 3]" "$cifar10" --out "$work/never" --data synthetic \
    --discriminator none --features "$work/large.safetensors"
check "Inception's file neither" refuses 1 "the input of features [299, 299, 3]" "$cifar10" --out "$work/never" --data synthetic \
    --discriminator none --features "$work/weights.safetensors" --overwrite
check "features that are not there" refuses 1 "$work/none" "$cifar10" --out "$work/never" --data synthetic \
    --features "$work/none" --overwrite
for option in "--loss l1" "--smoothing 0.1" "--lr-discriminator 1" "--lr-discriminator-scale 2" "--discriminator-channels 8"; do
    check "${option%% *} without a discriminator" refuses 2 "${option%% *} is for a discriminator; --discriminator is none" \
        "$celeba" --data synthetic --discriminator none $option
done
check "a field with a discriminator" refuses 2 "--field is for --discriminator none" "$celeba" --data synthetic --field drift
check "an exponent of a Gaussian" refuses 2 "--exponent has no effect with --kernel gaussian" "$celeba" --data synthetic \
    --kernel gaussian --exponent 2

fits_100_columns() {
    run 0 "$1" --help || return 1
    awk 'length($0) > 100 { print; wide = 1 } END { exit wide }' "$work/out"
}
check "help of celeba fits 100 columns" fits_100_columns "$celeba"
check "an unknown network lists the choices" refuses 2 "expected one of my, my-tanh, dcgan, began, resnet" \
    "$celeba" --data synthetic --generator your
check "an unknown discriminator too" refuses 2 "expected one of my, my-big, my-big2, dcgan, began, resnet" \
    "$celeba" --data synthetic --discriminator your
check "another size" refuses 2 "--size is '48'; expected one of 32, 64, 128" "$celeba" --data synthetic --size 48
check "channels of a network that has its own" refuses 2 "applies to the generators my and my-tanh, not to dcgan" \
    "$celeba" --data synthetic --generator dcgan --generator-channels 64
check "channels that cannot be halved" refuses 2 "expected a multiple of 8" "$celeba" --data synthetic \
    --generator-channels 12
check "rates twice" refuses 2 "give only one" "$celeba" --data synthetic --lr-discriminator 1 --lr-discriminator-scale 1
check "drops that fall" refuses 2 "--lr-drop-at is '5,2'" "$celeba" --data synthetic --lr-drop-at 5,2
check "drops that are no numbers" refuses 2 "--lr-drop-at is '5,x'" "$celeba" --data synthetic --lr-drop-at 5,x
check "a plateau of nothing" refuses 2 "--held-out is 0" "$celeba" --data synthetic --lr-plateau 3 --held-out 0
check "measurements between rows" refuses 2 "a multiple of --history-every" "$celeba" --data synthetic \
    --statistics-every 150
check "generating does not train" refuses 2 "does not train" "$celeba" --generate 5 --resume
check "options of generating need it" refuses 2 "without --generate" "$celeba" --data synthetic --generate-to there
check "a directory that is not there" refuses 1 "$work/no-images" "$celeba" --data "$work/no-images" --out "$work/never"
mkdir "$work/empty"
check "a directory without images" refuses 1 "$work/empty" "$celeba" --data "$work/empty" --out "$work/never"
echo "not a directory" >"$work/file"
check "results below a file" refuses 1 "$work/file" "$celeba" --data synthetic --out "$work/file/below"
check "another batch than the run's" refuses 1 "COULOMB_ERROR_MISMATCH" "$celeba" --out "$work/whole" --resume --batch 7
finish
