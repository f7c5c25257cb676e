#!/bin/sh
# The program fid where no feature network is needed: known distances, statistics files, and every wrong use. Arguments:
# the programs fid and neighbours, the directory of stored files, and the shell functions of the other program tests.
set -u
fid=$1
neighbours=$2
golden=$3
. "$4"

# prints NUMBER COMMAND...: the command's only output is that number, to six digits of it or to a millionth
prints() {
    expected_number=$1
    shift
    run 0 "$@" || return 1
    awk -v expected="$expected_number" 'NR > 1 || NF != 1 { wrong = 1 }
        { off = $1 - expected; size = expected + 0 == 0 ? 1 : expected; wrong += !(off < 5e-7 * size && off > -5e-7 * size) }
        END { exit wrong || NR != (expected != "") }' "$work/out" && return 0
    echo "printed $(cat "$work/out"), expected $expected_number"
    return 1
}

a=$golden/features-a.npy
b=$golden/features-b.npy
check "the distance of features is the one worked out by hand" prints 12.666667 "$fid" --features "$a" --target "$b"
check "it is the same the other way round" prints 12.666667 "$fid" --model "$b" --target "$a"
check "features have no distance from themselves" prints 0.000000 "$fid" --model "$a" --target "$a"
check "float64 is kept where float32 loses the differences" prints 12.666667 "$fid" --model "$golden/float64-far-a.npy" \
    --target "$golden/float64-far-b.npy"
check "and beyond its range" prints 1.2666667e79 "$fid" --model "$golden/float64-large-a.npy" --target "$golden/float64-large-b.npy"
check "small distances have digits" prints 1.2666667e-17 "$fid" --model "$golden/float64-small-a.npy" --target "$golden/float64-small-b.npy"
check "statistics are saved without a model" prints "" "$fid" --target "$b" --save-stats "$work/b.npz"
check "saved statistics give the same distance" prints 12.666667 "$fid" --features "$a" --target "$work/b.npz"
check "statistics stand on both sides" prints 0.000000 "$fid" --model "$work/b.npz" --target "$work/b.npz"
check "a stored statistics file is read" prints 0.000000 "$fid" --model "$golden/stored.npz" --target "$golden/deflated.npz"

# Two features of two values: the covariance is singular.
told_of_few() {
    {
        printf '\223NUMPY\1\0v\0%-117s\n' "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }"
        printf '\0\0\0\0\0\0\200\77\0\0\200\77\0\0\0\0'
    } >"$work/few.npy"
    run 0 "$fid" --target "$work/few.npy" --save-stats "$work/few.npz" &&
        says "$work/err" "2 samples are too few for 2 features"
}

check "a target is needed" refuses 2 "--target is missing" "$fid" --model "$a"
check "a model is needed, or something to save" refuses 2 "--model is missing" "$fid" --target "$a"
check "features too few for their dimensions are told" told_of_few
check "images need the network" refuses 2 "--inception is missing" "$fid" --model "$a" --target "$golden"
check "a network is not needed for features" refuses 2 "--inception has no effect" "$fid" --model "$a" --target "$b" --inception x
check "--model and --features exclude each other" refuses 2 "give only one" "$fid" --model "$a" --features "$a" --target "$b"
check "--features is an npy file" refuses 2 "expected an npy file" "$fid" --features "$golden/stored.npz" --target "$b"
check "--crop without --size is told" refuses 2 "--crop has no effect" "$fid" --model "$a" --target "$b" --crop 3
check "features are not turned" refuses 2 "--apply-exif-rotation has no effect" "$fid" --model "$a" --target "$b" \
    --apply-exif-rotation on
check "nor scaled" refuses 2 "--jpeg-scaling has no effect" "$fid" --model "$a" --target "$b" --size 8 --jpeg-scaling on
check "whole pictures are not scaled either" refuses 2 "--jpeg-scaling has no effect without --size" "$fid" --model "$a" \
    --target "$work" --inception x --jpeg-scaling on
check "--samples of features is told" refuses 2 "--samples has no effect" "$fid" --model "$a" --target "$b" --samples 3
check "dimensions that differ are refused" refuses 1 "a sample of $golden/features-3d.npy has" \
    "$fid" --model "$golden/features-3d.npy" --target "$b"
check "and the other is named" says "$work/err" "one of $b has"
check "features that are no numbers are refused" refuses 1 "value 3 of" "$fid" --model "$golden/features-nan.npy" --target "$b"
check "statistics whose shapes differ are refused" refuses 1 "sigma is 2 x 2" "$fid" --model "$a" --target "$golden/shapes.npz"
check "statistics that are not symmetric are refused" refuses 1 "fortran.npz" "$fid" --model "$a" --target "$golden/fortran.npz"
check "weights that are not there are refused" refuses 1 "none': No such file" "$fid" --model synthetic --target "$b" --inception "$work/none"

check "neighbours needs training images" refuses 2 "--training is missing" "$neighbours" --model "$golden"
check "neighbours needs a size for files" refuses 2 "--size is missing" "$neighbours" --model "$golden" --training "$golden"
check "neighbours does not show more pairs than there are" refuses 2 "--pairs is 3" "$neighbours" --model m.safetensors \
    --training "$golden" --samples 2 --pairs 3
finish
