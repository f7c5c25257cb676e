#!/bin/sh
# The unit tests' program itself: which suites run, and where the reference values are. Arguments: the program, and the
# checked-in values.
unit_tests=$(realpath "$1")
values=$(realpath "$2")
tests=$(realpath "$(dirname "$0")/..")
. "$tests/programs/cases.sh"
LC_ALL=C
export LC_ALL
unset COULOMB_GOLDEN CK_RUN_SUITE CK_RUN_CASE
cd "$work" || exit 1

golden_suites="golden_layers golden_metrics golden_plummer golden_train"
passes_with() {
    run 0 env COULOMB_GOLDEN="$1" "$unit_tests" $golden_suites
}
fails_with() {
    for suite in $golden_suites; do
        run 1 env COULOMB_GOLDEN="$1" "$unit_tests" "$suite" || return 1
        says "$work/err" "reference values: $2" || return 1
    done
}
cp -R "$values" other
check "COULOMB_GOLDEN names other reference values" passes_with other
mv other/train other/moved
check "a missing array fails" refuses 1 "cannot be opened" env COULOMB_GOLDEN=other "$unit_tests" golden_train
echo '{}' >other/index.json
check "missing cases fail" fails_with other "no golden case"
check "missing values fail" fails_with "$work/none" "$work/none/index.json: "

lists_all() {
    sed -n 's/^Suite \*suite_\(.*\)(void)$/SUITE(\1)/p' "$tests"/unit/*.c "$tests"/golden/*.c | sort |
        diff - "$tests/unit/suites.list"
}
check "suites.list has every suite, in order" lists_all
check "an unknown suite is refused" refuses 1 "no suite 'nothing'; expected one of allocation, " "$unit_tests" nothing
check "a selection without a test fails" refuses 1 "no test ran" env CK_RUN_SUITE=nothing "$unit_tests" metrics
finish
