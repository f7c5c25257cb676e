#!/bin/sh
# Data sets that make-dataset writes, read through the readers of the experiments: make-dataset and read_set as arguments.
make_dataset=$1
read_set=$2
. "$(dirname "$0")/cases.sh"

check "a tree of JPEG files is made" run 0 "$make_dataset" --out "$work/tree" --count 240
check "the end says what it is" says "$work/out" "240 faces drawn with seed 1"
check "files are named as CelebA's" test -s "$work/tree/000001.jpg" -a -s "$work/tree/000240.jpg"
check "trees of PNG files are made" run 0 "$make_dataset" --out "$work/png" --encoding png --count 20
check "trees of WebP files are made" run 0 "$make_dataset" --out "$work/webp" --encoding webp --count 20
check "a database of WebP values is made" run 0 "$make_dataset" --out "$work/lmdb" --format lmdb --count 150
check "a database of JPEG values is made" run 0 "$make_dataset" --out "$work/jpegs" --format lmdb --encoding jpeg --count 20
check "CIFAR-10's files are made" run 0 "$make_dataset" --out "$work/cifar" --format cifar --count 503
check "the test file holds a fifth" is $((101 * 3073)) stat -c %s "$work/cifar/test_batch.bin"
check "ten classes are named" is 10 awk 'END { print NR }' "$work/cifar/batches.meta.txt"
check "a table is made" run 0 "$make_dataset" --out "$work/csv" --format csv --count 300
check "the end says what the table is" says "$work/out" "300 flats to let, made up with seed 1"
check "the table has as many rows, of as many cells" is "301 14" awk -F , '
    NR == 1 { cells = NF } NF != cells { exit 1 } END { print NR, cells }' "$work/csv/flats.csv"
check "another table is made" run 0 "$make_dataset" --out "$work/rows" --format csv --count 20
same_rows() {
    head -n 21 "$work/csv/flats.csv" | cmp - "$work/rows/flats.csv"
}
check "a row depends on the seed and its number" same_rows
check "no temporary directory is left" no_leftovers "$work"

# reads COUNT DAMAGED PATH SIZE CROP: two workers and none read the same, for more than an epoch
reads() {
    expected_count="$1 $2"
    shift 2
    run 0 "$read_set" "$@" 20 0 || return 1
    first=$(cat "$work/out")
    run 0 "$read_set" "$@" 20 2 || return 1
    [ "$(cat "$work/out")" = "$first" ] || {
        echo "two workers read something else"
        return 1
    }
    [ "${first% *}" = "$expected_count" ] && return 0
    echo "'${first% *}', expected '$expected_count'"
    return 1
}
check "the tree of JPEG files is read" reads 240 0 "$work/tree" 64 108
check "the tree of PNG files is read" reads 20 0 "$work/png" 64 108
check "the tree of WebP files is read" reads 20 0 "$work/webp" 64 108
check "the database of WebP values is read" reads 150 0 "$work/lmdb" 64 0
check "the database of JPEG values is read" reads 20 0 "$work/jpegs" 64 0
check "CIFAR-10's files are read" reads 503 0 "$work/cifar" 32 0
check "pictures are drawn on the spot" reads 1000000 0 synthetic 64 108

# What is found, what is left out, and what a crop leaves.
mkdir "$work/mixed"
cp "$work/tree/000001.jpg" "$work/tree/000002.jpg" "$work/mixed"
for i in 1 2 3; do : >"$work/mixed/$i.bmp"; done
: >"$work/mixed/list.txt"
: >"$work/mixed/.DS_Store"
check "a directory of images and other files" run 0 "$read_set" "$work/mixed" 64 0 1
check "says what it uses and what not" says "$work/err" \
    "Images in $work/mixed: 2 files; left out: 5 other files (3 .bmp, 1 .txt, 1 hidden)."
mkdir "$work/mixed/below"
cp "$work/lmdb/data.mdb" "$work/mixed/below"
check "images above a database" run 0 "$read_set" "$work/mixed" 64 0 1
check "say that it is not used" says "$work/err" "in $work/mixed/below are not used"
cp "$work/tree/000001.jpg" "$work/jpegs"
check "a database beside an image" run 0 "$read_set" "$work/jpegs" 64 0 1
check "says that the image is not used" says "$work/err" "20 records; left out: 2 other files (1 .jpg, 1 .txt)"
check "CIFAR-10's files" run 0 "$read_set" "$work/cifar" 32 0 1
check "say that the test file is not used" says "$work/err" "503 records; left out: 3 other files (2 .txt, 1 .bin)"
check "a crop that leaves little" run 0 "$read_set" "$work/tree" 64 60 1
check "is told" says "$work/err" "of pictures such as 178 x 218 pixels --crop 60 uses only 9.3 %"
check "pictures that are enlarged" run 0 "$read_set" "$work/cifar" 64 0 1
check "are told" says "$work/err" "most pictures are enlarged to 64 pixels a side, some from 32"
check "CelebA's own crop" run 0 "$read_set" "$work/tree" 64 108 1
check "is not" sh -c "! grep -q -e --crop '$work/err'"

check "the same seed is made again" run 0 "$make_dataset" --out "$work/again" --count 240
check "it is the same, file by file" diff -r "$work/tree" "$work/again"
check "another seed is made" run 0 "$make_dataset" --out "$work/other" --count 5 --seed 2
check "it is another" differ "$work/tree/000001.jpg" "$work/other/000001.jpg"

# Damage by hand. Two of 240 are suffered, three are not.
head -c 3000 "$work/again/000005.jpg" >"$work/again/cut.jpg"
mv "$work/again/cut.jpg" "$work/again/000005.jpg"
echo "This is no photograph." >"$work/again/000077.jpg"
echo "neither is this" >"$work/again/list.txt"
check "damaged files are left out" reads 240 2 "$work/again" 64 108
check "a file cut short is named" says "$work/err" "000005.jpg: its JPEG data are cut short"
check "text under a picture's name is named" says "$work/err" "000077.jpg: it is no JPEG, PNG or WebP file"
: >"$work/again/000200.jpg"
check "more than 1 % of damage is refused" refuses 1 "more than 1 %" "$read_set" "$work/again" 64 108 20

head -c 5000 "$work/cifar/data_batch_2.bin" >"$work/cifar/part" && mv "$work/cifar/part" "$work/cifar/data_batch_2.bin"
check "a file of CIFAR-10 cut short is refused" refuses 1 "data_batch_2.bin has 5000 bytes; expected a multiple of 3073" \
    "$read_set" "$work/cifar" 32 0 1
size=$(stat -c %s "$work/lmdb/data.mdb")
head -c $((size / 2)) "$work/lmdb/data.mdb" >"$work/lmdb/part" && mv "$work/lmdb/part" "$work/lmdb/data.mdb"
check "a database cut short is refused" refuses 1 "it is truncated" "$read_set" "$work/lmdb" 64 0 1
head -c 20000 "$work/tree/000001.jpg" >"$work/jpegs/data.mdb"
check "a database that is none is refused" refuses 1 "is not an LMDB database" "$read_set" "$work/jpegs" 64 0 1
mkdir "$work/above" && cp -r "$work/cifar" "$work/above"
check "a directory above the right one names it" refuses 1 "use that directory" "$read_set" "$work/above" 64 0 1

check "a missing directory is refused" refuses 1 "No such file or directory" "$read_set" "$work/missing" 64 0 1
mkdir "$work/empty"
check "an empty directory is refused" refuses 1 "is empty" "$read_set" "$work/empty" 64 0 1

check "a data set is not overwritten" refuses 1 "contains a data set already; --overwrite replaces it" "$make_dataset" --out "$work/other" --count 5
check "unless it is asked for" run 0 "$make_dataset" --out "$work/other" --count 3 --overwrite
check "the old one is gone" is 4 sh -c "ls '$work/other' | wc -l"
mkdir "$work/photographs" && cp "$work/tree/000001.jpg" "$work/photographs"
check "what others made is not removed" refuses 1 "exists and contains 000001.jpg" \
    "$make_dataset" --out "$work/photographs" --count 3 --overwrite
cp "$work/tree/000001.jpg" "$work/other/mine.jpg"
check "nor a data set with a file of others" refuses 1 "was not written by this program" \
    "$make_dataset" --out "$work/other" --count 3 --overwrite
check "that file is still there" cmp "$work/tree/000001.jpg" "$work/other/mine.jpg"
check "a single picture is one" run 0 "$make_dataset" --out "$work/single" --count 1
check "in words" says "$work/out" "1 face drawn"
check "and when read" run 0 "$read_set" "$work/single" 64 0 1
check "it is one file" says "$work/err" "Images in $work/single: 1 file; left out"
check "an empty directory may be filled" run 0 "$make_dataset" --out "$work/empty/" --count 3

# One that is stopped leaves nothing, not even the directory under its other name.
stopped_midway() {
    (exec "$make_dataset" --out "$work/stopped" --count 1000000) >"$work/out" 2>"$work/err" &
    process=$!
    while ! ls -d "$work"/stopped.part/000010.jpg >/dev/null 2>&1; do
        kill -0 "$process" || return 1
        sleep 0.05
    done
    kill -TERM "$process"
    wait "$process"
    is 143 echo $? && ! ls -d "$work"/stopped* 2>/dev/null
}
check "one that is stopped leaves nothing" stopped_midway

# One that is killed leaves what the next one removes; meanwhile the data set of that name is what it was.
killed() {
    cp -r "$work/tree" "$work/killed"
    (exec "$make_dataset" --out "$work/killed" --count 1000000 --overwrite) >"$work/out" 2>"$work/err" &
    process=$!
    while ! ls -d "$work"/killed.part/000010.jpg >/dev/null 2>&1; do
        kill -0 "$process" || return 1
        sleep 0.05
    done
    refuses 1 "is in use by process $process" "$make_dataset" --out "$work/killed" --count 3 --overwrite || return 1
    kill -KILL "$process"
    wait "$process" 2>/dev/null
    diff -r "$work/tree" "$work/killed"
}
beside() {
    (cd "$work" && echo "$1"*)
}
check "one that is killed leaves the old data set" killed
check "the next one replaces it" run 0 "$make_dataset" --out "$work/killed" --count 3 --overwrite
check "and leaves nothing else" is "killed" beside killed
check "the new one is whole" is 4 sh -c "ls '$work/killed' | wc -l"
mv "$work/killed" "$work/killed.old"
check "one that died between two names gets its own back" run 0 "$make_dataset" --out "$work/killed" --count 2 --overwrite
check "before it is replaced" is "killed" beside killed
mkdir "$work/killed.part"
echo mine >"$work/killed.part/mine.txt"
check "what others put there stays" refuses 1 "was not written by this program" "$make_dataset" --out "$work/killed" \
    --count 2 --overwrite
check "and the data set too" is 3 sh -c "ls '$work/killed' | wc -l"

written_twice() {
    for count in 6 5; do
        run 0 "$make_dataset" --out "$work/twice-$1" --format "$1" --count "$count" --overwrite || return 1
    done
}
for format in tree lmdb cifar csv; do
    check "--overwrite replaces its own $format" written_twice "$format"
done

check "the directory is needed" refuses 2 "--out is missing" "$make_dataset"
check "CIFAR-10's files hold objects" refuses 2 "supports only objects" "$make_dataset" --out "$work/x" --format cifar --draw faces
check "CIFAR-10's files hold no JPEG" refuses 2 "has no effect with --format cifar" \
    "$make_dataset" --out "$work/x" --format cifar --encoding jpeg
check "a database holds no PNG" refuses 2 "supports jpeg and webp" "$make_dataset" --out "$work/x" --format lmdb --encoding png
check "PNG has no quality" refuses 2 "lossless" "$make_dataset" --out "$work/x" --encoding png --quality 50
check "a table has no encoding" refuses 2 "--encoding has no effect with --format csv" \
    "$make_dataset" --out "$work/x" --format csv --encoding png
check "an unwritable place is refused" refuses 1 "cannot create" "$make_dataset" --out /proc/nothing/set --count 1
narrow_help() {
    run 0 "$make_dataset" --help && awk 'length($0) > 100 { print; wide = 1 } END { exit wide }' "$work/out"
}
picture_sizes() {
    "$read_set" "$1" 4096 0 1 >/dev/null 2>"$work/err"
    says "$work/err" "$2"
}
check "wide pictures are made" run 0 "$make_dataset" --out "$work/wide" --draw rooms --width 700 --height 300 --count 2
check "of that size" picture_sizes "$work/wide" "enlarged to 4096 pixels a side, some from 300"
check "high ones of the usual width too" run 0 "$make_dataset" --out "$work/high" --format lmdb --height 200 --count 2
check "of the size" picture_sizes "$work/high" "enlarged to 4096 pixels a side, some from 200"
check "a table has no width" refuses 2 "--width has no effect" "$make_dataset" --out "$work/x" --format csv --width 9
check "nor have CIFAR-10's files" refuses 2 "have no effect with --format cifar" "$make_dataset" --out "$work/x" --format cifar \
    --height 9
check "pictures that no program reads are not made" refuses 2 "more than 67 million pixels" "$make_dataset" --out "$work/x" \
    --width 16384 --height 16384
check "help fits 100 columns" narrow_help
finish
