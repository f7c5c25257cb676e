#!/bin/sh
# The library's tests, and those of images, which threads read, under ThreadSanitizer; those of its units under Valgrind;
# all tests, the programs' too, under AddressSanitizer with UndefinedBehaviorSanitizer, and under clang's
# UndefinedBehaviorSanitizer, which sees more; those of the library under clang's MemorySanitizer; the Rust crates' tests
# against a library with AddressSanitizer. Not part of tests/run.sh: they take hours. An argument chooses one of thread,
# address, undefined, memory, valgrind, rust; each prints "N passed, M failed".
#
# Left out: tests/faults, whose preloaded calls and memory a sanitizer would take for its own; and what a limit of
# addresses is set for (tests/programs/process.sh), since a shadow memory is larger than any such limit.
set -u
cd "$(dirname "$0")/.."
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
sh examples/dependencies.sh gcc libc6-dev meson ninja-build pkg-config libopenblas-dev libblas-dev libblas3 \
    liblapack-dev liblapack3 libjansson-dev zlib1g-dev librandom123-dev libcairo2-dev libjpeg-dev libpng-dev libwebp-dev \
    liblmdb-dev libzip-dev fonts-dejavu-core check clang locales valgrind libc6-dbg rustc cargo || exit 1
# cairo passes memory from thread to thread by atomic operations, which are not seen in a library of the system.
echo "called_from_lib:libcairo.so" >"$logs/races"
status=0

# build NAME ARGUMENTS...
build() {
    directory=build/$1
    shift
    [ -f "$directory/build.ninja" ] || meson setup "$directory" -Ddebug=true "$@" >"$logs/build" 2>&1 &&
        ninja -C "$directory" >"$logs/build" 2>&1 || {
        cat "$logs/build"
        exit 1
    }
}

# tests NAME DIRECTORY MESON_ARGUMENTS...
tests() {
    name=$1
    directory=$2
    shift 2
    rm -f "$directory"/meson-logs/testlog*
    # Tests ask for more memory than there is, and expect an error for it.
    ASAN_OPTIONS=allocator_may_return_null=1 CK_TIMEOUT_MULTIPLIER=60 \
        TSAN_OPTIONS="allocator_may_return_null=1:suppressions=$logs/races:print_suppressions=0" \
        meson test -C "$directory" --no-rebuild --print-errorlogs -t 30 "$@" >"$logs/tests" 2>&1 || {
        cat "$logs/tests"
        status=1
    }
    awk -v name="$name" '/Checks: [0-9]+, Failures: [0-9]+, Errors: [0-9]+/ {
            gsub(/[^0-9 ]/, " "); checks += $2; bad += $3 + $4 }
        /^ok .*# SKIP/ { next }
        /^ok / { checks++ }
        /^not ok / { checks++; bad++ }
        END { print name ": " checks - bad " passed, " bad + 0 " failed" }' "$directory"/meson-logs/testlog*.txt
}

# The reference BLAS has no threads of its own, which the checkers would not understand.
reference_libraries=/usr/lib/$(gcc -print-multiarch)

thread() {
    build tsan -Dblas=blas-netlib -Db_sanitize=thread -Db_lundef=false -Doptimization=1
    LD_LIBRARY_PATH=$reference_libraries/blas:$reference_libraries/lapack tests ThreadSanitizer build/tsan --suite unit \
        --suite embedding --suite images
}

address() {
    build asan -Db_sanitize=address,undefined -Db_lundef=false -Doptimization=1
    echo "leak:libfontconfig" >"$logs/leaks" # not ours, and never freed
    UBSAN_OPTIONS=halt_on_error=1 LSAN_OPTIONS="suppressions=$logs/leaks:print_suppressions=0" \
        tests "AddressSanitizer, UndefinedBehaviorSanitizer" build/asan
}

undefined() {
    CC=clang build ubsan -Dcuda=disabled -Dmpi=disabled -Dblas=blas-netlib -Db_sanitize=undefined -Db_lundef=false \
        -Doptimization=1
    UBSAN_OPTIONS=halt_on_error=1 LD_LIBRARY_PATH=$reference_libraries/blas:$reference_libraries/lapack \
        tests "clang's UndefinedBehaviorSanitizer" build/ubsan
}

# The library's tests; what it calls in other libraries is not instrumented, and counts as initialised.
memory() {
    CC=clang build msan -Dexamples=false -Dcuda=disabled -Dmpi=disabled -Dblas=blas-netlib -Db_sanitize=memory -Db_lundef=false \
        -Doptimization=1
    clang -shared -fPIC -o build/msan/outside.so tests/sanitizers/outside.c $(pkg-config --cflags --libs blas-netlib jansson) \
        -ldl >"$logs/build" 2>&1 || { cat "$logs/build" && exit 1; }
    MSAN_OPTIONS=allocator_may_return_null=1 LD_LIBRARY_PATH=$reference_libraries/blas:$reference_libraries/lapack \
        tests MemorySanitizer build/msan --suite unit --suite fuzz --wrapper "env LD_PRELOAD=$PWD/build/msan/outside.so"
}

in_valgrind() {
    build valgrind -Dexamples=false -Dblas=blas-netlib -Doptimization=1
    LD_LIBRARY_PATH=$reference_libraries/blas:$reference_libraries/lapack tests Valgrind build/valgrind --suite unit \
        --wrapper "valgrind --quiet --trace-children=yes --error-exitcode=9 --leak-check=full"
}

# rustc in its releases has no sanitizer of its own: the library has, and the crates' memory is seen through malloc().
in_rust() {
    build asan-library -Dexamples=false -Dtests=false -Dcuda=disabled -Dmpi=disabled -Db_sanitize=address,undefined \
        -Db_lundef=false -Doptimization=1
    preload="env LD_PRELOAD=$(gcc -print-file-name=libasan.so) LD_LIBRARY_PATH=$PWD/build/asan-library/lib"
    (
        export PATH="/usr/bin:$PATH" PKG_CONFIG_PATH="$PWD/build/asan-library/pkgconfig" UBSAN_OPTIONS=halt_on_error=1 \
            CARGO_TARGET_DIR="$PWD/build/asan-library/rust" CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER="$preload"
        cd examples/rust || exit 1
        cargo test --offline --locked --tests || exit 1
        mkdir -p "$CARGO_TARGET_DIR/checkpoints"
        # The scenario looks at the process's memory, of which released pieces are a part until others replace them.
        ASAN_OPTIONS=quarantine_size_mb=1:thread_local_quarantine_size_kb=64 cargo run --offline --locked --example scenario -- "$CARGO_TARGET_DIR/checkpoints" rust
    ) >"$logs/tests" 2>&1 || {
        cat "$logs/tests"
        status=1
    }
    awk '/^test .* ok$/ || /^ok / { good++ } /^test .* FAILED$/ || /^not ok / { bad++ }
        END { print "Rust with AddressSanitizer: " good + 0 " passed, " bad + 0 " failed" }' "$logs/tests"
}

case ${1:-all} in
thread) thread ;;
address) address ;;
undefined) undefined ;;
memory) memory ;;
valgrind) in_valgrind ;;
rust) in_rust ;;
all)
    thread
    address
    undefined
    memory
    in_valgrind
    in_rust
    ;;
*)
    echo "usage: $0 [thread|address|undefined|memory|valgrind|rust]" >&2
    exit 2
    ;;
esac
exit $status
