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

build_rust() (
    cd tests/ffi/rust && cargo build --offline --locked --target-dir "$made/rust"
)
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

check "Rust: builds without other crates" build_rust
told Rust "$made/rust/debug/coulomb"
check "C++: builds without warnings" build_cpp
told C++ "$made/train-cpp"
told Python env PYTHONDONTWRITEBYTECODE=1 python3 tests/ffi/python/train.py
told "Python processes" env PYTHONDONTWRITEBYTECODE=1 timeout 300 python3 tests/ffi/python/ranks.py
for language in C++ Python; do
    check "$language comes to the same bits as Rust" sh -c "[ -s '$work/Rust.digest' ] && cmp '$work/Rust.digest' '$work/$language.digest'"
    check "$language saves the same checkpoint" same "$work/Rust.safetensors" "$work/$language.safetensors"
done
finish
