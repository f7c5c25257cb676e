#!/bin/sh
# The program field: pictures of charges, and charges that move.
field=$2
inspect=$3
. "$(dirname "$0")/cases.sh"

picture_drawn() {
    size=$("$inspect" png "$1") || return 1
    set -- $size
    true_that "$1 > 800 && $2 > 600 && $3 > 500"
}
for example in charges ring blobs gaussian25; do
    check "$example is drawn" run 0 "$field" --example "$example" --samples 200 --out "$work/$example.png"
    check "$example is a picture" picture_drawn "$work/$example.png"
done
check "the picture is named" says "$work/out" "See $work/gaussian25.png"

energy() {
    sed -n "s/^energy at $1 *//p" "$work/out"
}
check "a flow is drawn" run 0 "$field" --flow --samples 150 --updates 200 --frames 4 --out "$work/flow.png"
first=$(energy start)
last=$(energy end)
floor=$(sed -n 's/^of an independent sample of the target *//p' "$work/out")
check "the flow is a picture" picture_drawn "$work/flow.png"
check "its energy falls" true_that "${last:-1} < ${first:-0} / 100"
check "below that of an independent sample" true_that "${last:-1} < ${floor:-0}"
check "the moved samples are written" is "150 2" "$inspect" npy "$work/flow.npy"
check "no temporary file is left" no_leftovers "$work"

# A temporary file of a process that died goes with the next one; one that is young may be somebody's.
: >"$work/left.png.0123456789abcdef.tmp"
: >"$work/left.png.fedcba9876543210.tmp"
: >"$work/left.png.mine.tmp"
touch -d "1 hour ago" "$work/left.png.0123456789abcdef.tmp" "$work/left.png.mine.tmp"
check "a picture is drawn beside leftovers" run 0 "$field" --example charges --out "$work/left.png"
check "the old one is gone" test ! -e "$work/left.png.0123456789abcdef.tmp"
check "others are not" test -e "$work/left.png.fedcba9876543210.tmp" -a -e "$work/left.png.mine.tmp"
rm "$work"/left.png.*
check "threads change nothing: one" run 0 "$field" --flow --samples 150 --updates 20 --threads 1 --out "$work/one.png"
check "threads change nothing: two" run 0 "$field" --flow --samples 150 --updates 20 --threads 2 --out "$work/two.png"
check "threads change nothing: the same bytes" cmp "$work/one.npy" "$work/two.npy"
check "without inertia it falls as well" run 0 "$field" --flow --samples 150 --updates 200 --inertia 0 --out "$work/still.png"
check "and ends lower than it began" true_that "$(energy end) < $(energy start) / 10"

# The moved samples as input: where the target was, the energy is what it was.
check "files are read" run 0 "$field" --model "$work/flow.npy" --target "$work/flow.npy" --out "$work/files.png"
check "equal sets have no energy" true_that "$(sed -n 's/^energy //p' "$work/out") < 1e-6"

# (1, -2) as float64
{
    printf '\223NUMPY\001\000\166\000'
    printf '%-117s\n' "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }"
    printf '\000\000\000\000\000\000\360\077\000\000\000\000\000\000\000\300'
} >"$work/double.npy"
check "float64 is read" run 0 "$field" --model "$work/double.npy" --target "$work/flow.npy" --out "$work/double.png"
# values that float32 cannot tell apart, and one that it does not have: 2^24 + 1, 2^24 + 2; 2^128, 0
wide() {
    {
        printf '\223NUMPY\001\000\166\000'
        printf '%-117s\n' "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }"
        printf "$1"
    } >"$work/wide.npy"
    refuses 1 "$2" "$field" --model "$work/wide.npy" --target "$work/flow.npy" --out "$work/wide.png"
}
check "float64 that rounding would move is refused" wide '\000\000\000\020\000\000\160\101\000\000\000\040\000\000\160\101' \
    "subtract their mean first"
check "so is what float32 does not reach" wide '\000\000\000\000\000\000\360\107\000\000\000\000\000\000\000\000' \
    "beyond float32's range"
# (1e20, 0) twice, as float32: so far out that float64 does not tell a thousandth from nothing
{
    printf '\223NUMPY\001\000\166\000'
    printf '%-117s\n' "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }"
    printf '\354\170\255\140\000\000\000\000\354\170\255\140\000\000\000\000'
} >"$work/far.npy"
check "points far out are drawn" run 0 "$field" --model "$work/far.npy" --target "$work/far.npy" --out "$work/far.png"
check "points far out are a picture" picture_drawn "$work/far.png"
head -c 130 "$work/double.npy" >"$work/short.npy"
check "a file cut short is refused" refuses 1 "too short" "$field" --model "$work/short.npy" --target "$work/flow.npy"
{ cat "$work/double.npy"; echo; } >"$work/long.npy"
check "a file with a tail is refused" refuses 1 "has data after its" "$field" --model "$work/long.npy" --target "$work/flow.npy"
echo "no array" >"$work/text.npy"
check "a file of another kind is refused" refuses 1 "is not an npy file" "$field" --model "$work/text.npy" --target "$work/flow.npy"
check "a missing file is refused" refuses 1 "cannot open" "$field" --model "$work/missing.npy" --target "$work/flow.npy"
sed 's/(1, 2)/(2, 1)/' "$work/double.npy" >"$work/shape.npy"
check "another shape is refused" refuses 1 "expected shape (N, 2)" "$field" --model "$work/shape.npy" --target "$work/flow.npy"
check "a directory that is missing" refuses 1 "cannot write" "$field" --out "$work/missing/field.png"
finish
