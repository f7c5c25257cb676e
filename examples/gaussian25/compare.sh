#!/bin/sh
# The comparison of doc/gaussian25.md: three seeds of each objective and kernel at about equal time, one after the other.
# compare.sh BUILD OUT: runs in OUT, which take about a minute each; runs that are there are kept.
set -eu
[ $# -eq 2 ] || { echo "usage: sh examples/gaussian25/compare.sh BUILD OUT"; exit 2; }
build=$1 out=$2
mkdir -p "$out"

# train NAME OPTIONS...: three seeds
train() {
    name=$1
    shift
    for seed in 1 2 3; do
        [ -f "$out/$name-$seed/metrics.json" ] ||
            "$build/examples/coulomb-gaussian25" --out "$out/$name-$seed" --overwrite --seed $seed "$@" >"$out/$name-$seed.log"
    done
}
steps="--steps 180000 --decay-updates 180000"
potential="$steps --lr-generator 1.2e-4 --lr-discriminator 7e-4"
train coulomb $potential
train coulomb-gaussian --kernel gaussian --epsilon 3 --epsilon-end 0.25 --epsilon-decay-share 0.15 $potential
train field --discriminator none
train gmmn --discriminator none --kernel gaussian --epsilon 10
rates="--lr-generator 3e-4 --lr-discriminator 1e-3"
train gan --objective gan $steps $rates
train lsgan --objective lsgan $steps $rates

set --
for seed in 1 2 3; do
    set -- "$@" "Coulomb GAN" "$out/coulomb-$seed" "Gaussian kernel" "$out/coulomb-gaussian-$seed" \
        "Field" "$out/field-$seed" "GMMN" "$out/gmmn-$seed" \
        "GAN" "$out/gan-$seed" "LSGAN" "$out/lsgan-$seed"
    "$build/examples/gaussian25-compare" "$out/comparison-$seed.png" "$@"
    set --
done
