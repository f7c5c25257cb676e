#!/bin/sh
# Installs what is missing, builds everything, runs all tests; the last line counts them.
set -u
cd "$(dirname "$0")/.." || exit 1
passed=0
failed=0
skipped=0
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

sh examples/dependencies.sh gcc libc6-dev meson ninja-build pkg-config libopenblas-dev libblas-dev libblas3 \
    liblapack-dev liblapack3 libjansson-dev zlib1g-dev librandom123-dev libcairo2-dev libjpeg-dev libpng-dev libwebp-dev \
    liblmdb-dev libzip-dev fonts-dejavu-core dpkg-dev check clang clang-format clang-tidy doxygen abigail-tools binutils locales man-db mandoc cmake make \
    g++ rustc cargo rust-clippy rustfmt bindgen golang-go python3 python3-venv python3-dev python3-cffi python3-setuptools python3-wheel python3-numpy python3-pil procps openmpi-bin libopenmpi-dev || exit 1
# What pkg-config --static names for OpenBLAS; the package is called after the compiler's version.
sh examples/dependencies.sh "libgfortran-$(gcc -dumpversion)-dev" || exit 1

# count NUMBER_PASSED NUMBER_FAILED [NUMBER_SKIPPED]
count() {
    passed=$((passed + $1))
    failed=$((failed + $2))
    skipped=$((skipped + ${3:-0}))
}

# One case of its own: check NAME COMMAND...
check() {
    name=$1
    shift
    if "$@" >"$logs/check" 2>&1; then
        echo "ok - $name"
        count 1 0
    else
        cat "$logs/check"
        echo "not ok - $name"
        count 0 1
    fi
}

# Count what the test programs in a build's log said: Check's summaries and lines of the Test Anything Protocol.
count_log() {
    counts=$(awk '/Checks: [0-9]+, Failures: [0-9]+, Errors: [0-9]+/ {
            gsub(/[^0-9 ]/, " "); checks += $2; bad += $3 + $4 }
        /^ok .*# SKIP/ { skipped++; next }
        /^ok / { checks++ }
        /^not ok / { checks++; bad++ }
        END { print checks - bad + 0, bad + 0, skipped + 0 }' "$1")
    count $counts
    echo "$counts" | awk -v name="$2" -v seconds=$(($(date +%s) - begun)) '{
        print name ": " $1 " passed, " $2 " failed" ($3 > 0 ? ", " $3 " skipped" : "") ", " seconds " s" }'
    begun=$(date +%s)
}

# build DIRECTORY SETUP_ARGUMENTS...
build() {
    directory=$1
    shift
    if [ -f "$directory/build.ninja" ]; then
        [ $# -eq 0 ] || meson configure "$directory" "$@" || return 1
    else
        meson setup "$directory" --werror "$@" || return 1
    fi
    ninja -C "$directory"
}

build_with_clang() {
    CC=clang build build/clang
}

# suite NAME DIRECTORY: all tests of a build
suite() {
    meson test -C "$2" --no-rebuild --print-errorlogs >"$logs/suite" 2>&1
    suite_status=$?
    [ "$suite_status" -eq 0 ] || cat "$logs/suite"
    before=$failed
    count_log "$2/meson-logs/testlog.txt" "$1"
    # A program that ended badly without telling of a failed case is one.
    [ "$suite_status" -eq 0 ] || [ "$failed" -gt "$before" ] || count 0 1
}

begun=$(date +%s)
check "builds with gcc without warnings" build build/gcc -Dprefix="$PWD/build/installed"
check "builds with clang without warnings" build_with_clang
check "builds against the reference BLAS" build build/reference -Dblas=blas-netlib -Dexamples=false -Dcuda=disabled
[ "$failed" -eq 0 ] || {
    echo "$passed passed, $failed failed"
    exit 1
}
echo "builds: $(($(date +%s) - begun)) s"
begun=$(date +%s)

suite "gcc, OpenBLAS" build/gcc
libraries=/usr/lib/$(gcc -print-multiarch)
LD_LIBRARY_PATH=$libraries/blas:$libraries/lapack suite "gcc, reference BLAS" build/reference

# script NAME FILE: a script of tests that prints a line for each case
script() {
    sh "$2" build/gcc >"$logs/script" 2>&1
    script_status=$?
    cat "$logs/script"
    before=$failed
    count_log "$logs/script" "$1"
    [ "$script_status" -eq 0 ] || [ "$failed" -gt "$before" ] || count 0 1
}
script "binary interface and headers" tests/abi/abi.sh
script "installation" tests/install/install.sh
script "other languages" tests/languages/run.sh
script "documents and style" tests/documents.sh

echo "$passed passed, $failed failed$([ "$skipped" -eq 0 ] || echo ", $skipped skipped")"
[ "$failed" -eq 0 ]
