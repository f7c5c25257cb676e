#!/bin/sh
# The command line: gaussian25 FIELD INSPECT as arguments.
gaussian25=$1
field=$2
. "$(dirname "$0")/cases.sh"

lists_groups() {
    run 0 "$gaussian25" --help || return 1
    for group in "Run" "Training" "Charges and potential" "Learning of the generator" "Learning of the discriminator" \
        "Generator" "Discriminator" "Results" "Information"; do
        grep -qx "$group:" "$work/out" || {
            echo "no group $group"
            return 1
        }
    done
}

fits_100_columns() {
    run 0 "$1" --help || return 1
    awk 'length($0) > 100 { print; wide = 1 } END { exit wide }' "$work/out"
}

shows_defaults() {
    run 0 "$gaussian25" --help || return 1
    says "$work/out" "[128]" && says "$work/out" "[1000000]" && says "$work/out" "exponent + 2"
}

check "help lists every group" lists_groups
check "help shows defaults, and says what the dimension is" shows_defaults
check "help of gaussian25 fits 100 columns" fits_100_columns "$gaussian25"
check "help of field fits 100 columns" fits_100_columns "$field"
# A page that man has nothing against, with all the options that --help shows.
man_page() {
    run 0 "$1" --man || return 1
    man --warnings --encoding=utf8 -l "$work/out" >"$work/page" 2>"$work/err" && [ ! -s "$work/err" ] || {
        cat "$work/err"
        return 1
    }
    mandoc -T lint -W error "$work/out" || return 1
    says "$work/out" ".SH NAME" || return 1
    run 0 "$1" --help || return 1
    grep -o '^  --[a-z0-9-]*' "$work/out" | tr -d ' ' >"$work/options"
    grep -o '^ *--[a-z0-9-]*' "$work/page" | tr -d ' ' | diff "$work/options" -
}
check "gaussian25 prints its manual page" man_page "$gaussian25"
check "field prints its manual page" man_page "$field"

check "version is told" run 0 "$gaussian25" --version
check "an unknown option names the nearest" refuses 2 "unknown option --step; did you mean --steps?" "$gaussian25" --step 5
check "a misspelt option names the nearest" refuses 2 "did you mean --epsilon?" "$gaussian25" --epsilno=5
check "an option far from all names none" refuses 2 "--help lists all" "$gaussian25" --qqqqqqqq 5
check "a word is no whole number" refuses 2 "--batch is 'abc'; expected a whole number from 1 to 1048576" "$gaussian25" --batch abc
check "a whole number does not end in letters" refuses 2 "--batch is '12x'" "$gaussian25" --batch=12x
check "a whole number is not negative" refuses 2 "--steps is '-5'" "$gaussian25" --steps -5
check "a whole number has its range" refuses 2 "--batch is '0'" "$gaussian25" --batch 0
check "a whole number fits 64 bits" refuses 2 "--seed is '99999999999999999999'" "$gaussian25" --seed 99999999999999999999
check "which is told" says "$work/err" "which is too large"
check "a number fits a double" refuses 2 "--epsilon is '1e400', which is too large" "$gaussian25" --epsilon 1e400
check "help writes whole numbers in full" sh -c "'$gaussian25' --help | grep -q 'regression target \[210\]'"
check "a number above 0 is not 0" refuses 2 "--epsilon is '0'; expected a number above 0" "$gaussian25" --epsilon 0
check "a number is finite" refuses 2 "--epsilon is 'inf'" "$gaussian25" --epsilon inf
check "a beta is below 1" refuses 2 "--beta1-generator is '1'; expected a number of at least 0 and below 1" "$gaussian25" --beta1-generator 1
check "a choice lists its words" refuses 2 "--loss is 'l3'; expected one of l2, l1" "$gaussian25" --loss l3
check "a value is needed" refuses 2 "--out needs a value" "$gaussian25" --out --resume
check "a flag takes no value" refuses 2 "--resume takes no value" "$gaussian25" --resume=yes
check "a stray word is refused" refuses 2 "unexpected argument 'train'" "$gaussian25" train
check "dimension and exponent exclude each other" refuses 2 "give only one" "$gaussian25" --dimension 3 --exponent 1
check "shards divide the batch" refuses 2 "--shards is 3; expected a number that divides the batch, 128" "$gaussian25" --shards 3
check "charges are not fewer than the batch" refuses 2 "--charges-target is 5" "$gaussian25" --charges-target 5
check "signs are part of the latent" refuses 2 "--latent-signs is 9" "$gaussian25" --latent 8 --latent-signs 9
check "resume and overwrite exclude each other" refuses 2 "give only one" "$gaussian25" --resume --overwrite
check "field needs both files" refuses 2 "go together" "$field" --model a.npy
check "field's flow options need the flow" refuses 2 "no effect without --flow" "$field" --frames 3
finish
