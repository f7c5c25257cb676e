#!/bin/sh
# The library from other languages, as it is installed below build/installed (tests/install does that): each trains the
# same 25 Gaussians with a callback of its own, and must come to the same bits as the others. Run from the top. Each line
# "ok - ..." is a case.
set -u
top=$(pwd)
. tests/programs/cases.sh
PATH=/usr/bin:$PATH # Debian's toolchains, whatever else there is
PKG_CONFIG_PATH=$(dirname "$(find "$top/build/installed" -name coulomb.pc)")
LD_LIBRARY_PATH=$(dirname "$PKG_CONFIG_PATH")
export PATH PKG_CONFIG_PATH LD_LIBRARY_PATH
made=$top/build/ffi
mkdir -p "$made"

# told LANGUAGE COMMAND...: runs it; its lines are cases, and its digest is kept
told() {
    language=$1
    shift
    rm -f "$work/out"
    check "$language: ends well" run 0 "$@" "$work/$language.safetensors"
    sed -n "s/^\(ok\|not ok\) - /&$language: /p; /^#/p" "$work/out"
    good=$(grep -c '^ok' "$work/out")
    bad=$(grep -c '^not ok' "$work/out")
    cases=$((cases + good + bad))
    failures=$((failures + bad))
    sed -n 's/^digest //p' "$work/out" >"$work/$language.digest"
}

told Python env PYTHONDONTWRITEBYTECODE=1 python3 tests/ffi/python/train.py
told "Python processes" env PYTHONDONTWRITEBYTECODE=1 timeout 300 python3 tests/ffi/python/ranks.py
finish
