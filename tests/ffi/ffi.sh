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

build_cpp() {
    g++ -std=c++17 -O1 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror tests/ffi/cpp/train.cpp \
        -o "$made/train-cpp" $(pkg-config --cflags --libs coulomb)
}

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

check "C++: builds without warnings" build_cpp
told C++ "$made/train-cpp"
told Python env PYTHONDONTWRITEBYTECODE=1 python3 tests/ffi/python/train.py
told "Python processes" env PYTHONDONTWRITEBYTECODE=1 timeout 300 python3 tests/ffi/python/ranks.py
check "Python comes to the same bits as C++" sh -c "[ -s '$work/C++.digest' ] && cmp '$work/C++.digest' '$work/Python.digest'"
check "Python saves the same checkpoint" same "$work/C++.safetensors" "$work/Python.safetensors"
finish
