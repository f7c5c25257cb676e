#!/bin/sh
# The library's tests, and those of images, which threads read, under ThreadSanitizer; those of its units under Valgrind;
# all tests, the programs' too, under AddressSanitizer with UndefinedBehaviorSanitizer, and under clang's
# UndefinedBehaviorSanitizer, which sees more; those of the library under clang's MemorySanitizer; the Rust crates' tests
# against a library with AddressSanitizer. Not part of tests/run.sh: they take hours. An argument chooses one of thread,
# address, undefined, memory, valgrind, rust; each prints "N passed, M failed" and how long it took. Further arguments are
# for `meson test` and choose tests instead of the usual ones: sh tests/sanitizers.sh valgrind checkpoint network
#
# Left out: tests/faults, whose preloaded calls and memory a sanitizer would take for its own; and what a limit of
# addresses is set for (tests/programs/process.sh), since a shadow memory is larger than any such limit. CUDA's library is
# not built: only a GPU could run it.
set -u
cd "$(dirname "$0")/.." || exit 1
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
sh examples/dependencies.sh gcc libc6-dev meson ninja-build pkg-config libopenblas-dev libblas-dev libblas3 \
    liblapack-dev liblapack3 libjansson-dev zlib1g-dev librandom123-dev libcairo2-dev libjpeg-dev libpng-dev libwebp-dev \
    liblmdb-dev libzip-dev fonts-dejavu-core check clang locales valgrind libc6-dbg rustc cargo || exit 1
# cairo passes memory from thread to thread by atomic operations, which are not seen in a library of the system.
echo "called_from_lib:libcairo.so" >"$logs/races"
status=0
job=${1:-all}
[ $# -eq 0 ] || shift
chosen=$*

# build NAME ARGUMENTS...
build() {
    directory=build/$1
    shift
    begun=$(date +%s)
    [ -f "$directory/build.ninja" ] || meson setup "$directory" -Ddebug=true -Dcuda=disabled -Db_lundef=false \
        -Doptimization=1 "$@" >"$logs/build" 2>&1 &&
        ninja -C "$directory" >"$logs/build" 2>&1 || {
        cat "$logs/build"
        exit 1
    }
    built=$(date +%s)
}

# count NAME: what test programs wrote to standard input, and the time since build(). A program that ended badly without
# telling of a failed case is one; those that took longest are named.
count() {
    awk -v name="$1" -v build=$((built - begun)) -v seconds=$(($(date +%s) - built)) '
        function end_program() {
            if (ended_badly && bad == before) {
                bad++
                checks++
            }
            ended_badly = 0
        }
        /^test:  / { end_program(); sub(/.*(:| \/) /, ""); program = $0; before = bad }
        /^duration:  / { duration[program] = $2 + 0 }
        /^result:  / { ended_badly = !/exit status 0$/ }
        /Checks: [0-9]+, Failures: [0-9]+, Errors: [0-9]+/ { gsub(/[^0-9 ]/, " "); checks += $2; bad += $3 + $4 }
        /^ok .*# SKIP/ { next }
        /^ok / || /^test .* ok$/ { checks++ }
        /^not ok / || /^test .* FAILED$/ { checks++; bad++ }
        END {
            end_program()
            printf "%s: %d passed, %d failed, %d s", name, checks - bad, bad, seconds
            printf " after %d s of building", build
            for (n = 0; n < 5; n++) {
                longest = ""
                for (program in duration)
                    if (longest == "" || duration[program] > duration[longest])
                        longest = program
                if (longest == "")
                    break
                printf "%s%s %d", n == 0 ? "; longest: " : ", ", longest, duration[longest]
                delete duration[longest]
            }
            print ""
        }'
}

# tests NAME DIRECTORY WRAPPER SUITES...
tests() {
    name=$1
    directory=$2
    wrapper=$3
    shift 3
    [ -z "$chosen" ] || set -- $chosen
    rm -f "$directory"/meson-logs/testlog*
    # Tests ask for more memory than there is, and expect an error for it.
    ASAN_OPTIONS=allocator_may_return_null=1 CK_TIMEOUT_MULTIPLIER=60 \
        TSAN_OPTIONS="allocator_may_return_null=1:suppressions=$logs/races:print_suppressions=0" \
        meson test -C "$directory" --no-rebuild --print-errorlogs -t 30 ${wrapper:+"--wrapper=$wrapper"} "$@" \
        >"$logs/tests" 2>&1 || {
        cat "$logs/tests"
        status=1
    }
    cat "$directory"/meson-logs/testlog*.txt | count "$name"
}

# The reference BLAS has no threads of its own, which the checkers would not understand.
reference_libraries=/usr/lib/$(gcc -print-multiarch)

thread() {
    build tsan -Dmpi=disabled -Dblas=blas-netlib -Db_sanitize=thread
    LD_LIBRARY_PATH=$reference_libraries/blas:$reference_libraries/lapack tests ThreadSanitizer build/tsan "" \
        --suite unit --suite embedding --suite images
}

address() {
    build asan -Db_sanitize=address,undefined
    echo "leak:libfontconfig" >"$logs/leaks" # not ours, and never freed
    UBSAN_OPTIONS=halt_on_error=1 LSAN_OPTIONS="suppressions=$logs/leaks:print_suppressions=0" \
        tests "AddressSanitizer, UndefinedBehaviorSanitizer" build/asan ""
}

undefined() {
    CC=clang build ubsan -Dmpi=disabled -Dblas=blas-netlib -Db_sanitize=undefined
    UBSAN_OPTIONS=halt_on_error=1 LD_LIBRARY_PATH=$reference_libraries/blas:$reference_libraries/lapack \
        tests "clang's UndefinedBehaviorSanitizer" build/ubsan ""
}

# The library's tests; what it calls in other libraries is not instrumented, and counts as initialised.
memory() {
    CC=clang build msan -Dexamples=false -Dmpi=disabled -Dblas=blas-netlib -Db_sanitize=memory
    clang -shared -fPIC -o build/msan/outside.so tests/sanitizers/outside.c $(pkg-config --cflags --libs blas-netlib jansson) \
        -ldl >"$logs/build" 2>&1 || { cat "$logs/build" && exit 1; }
    MSAN_OPTIONS=allocator_may_return_null=1 LD_LIBRARY_PATH=$reference_libraries/blas:$reference_libraries/lapack \
        tests MemorySanitizer build/msan "env LD_PRELOAD=$PWD/build/msan/outside.so" --suite unit --suite fuzz
}

# With vector instructions of the kernels, and without networks of their usual size, which other jobs run: hours otherwise.
in_valgrind() {
    build valgrind -Dexamples=false -Dmpi=disabled -Dblas=blas-netlib -Doptimization=2
    CK_EXCLUDE_TAGS=large LD_LIBRARY_PATH=$reference_libraries/blas:$reference_libraries/lapack tests Valgrind build/valgrind \
        "valgrind --quiet --trace-children=yes --error-exitcode=9 --leak-check=full" --suite unit
}

# rustc in its releases has no sanitizer of its own: the library has, and the crates' memory is seen through malloc().
in_rust() {
    build asan -Db_sanitize=address,undefined
    preload="env LD_PRELOAD=$(gcc -print-file-name=libasan.so) LD_LIBRARY_PATH=$PWD/build/asan/lib"
    (
        export PATH="/usr/bin:$PATH" PKG_CONFIG_PATH="$PWD/build/asan/pkgconfig" UBSAN_OPTIONS=halt_on_error=1 \
            CARGO_TARGET_DIR="$PWD/build/asan/rust" CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER="$preload"
        cd examples/rust || exit 1
        cargo test --offline --locked --tests || exit 1
        mkdir -p "$CARGO_TARGET_DIR/checkpoints"
        # The scenario looks at the process's memory, of which released pieces are a part until others replace them.
        ASAN_OPTIONS=quarantine_size_mb=1:thread_local_quarantine_size_kb=64 cargo run --offline --locked --example scenario \
            -- "$CARGO_TARGET_DIR/checkpoints" rust
    ) >"$logs/tests" 2>&1 || {
        cat "$logs/tests"
        echo "result:  bad" >>"$logs/tests"
        status=1
    }
    count "Rust with AddressSanitizer" <"$logs/tests"
}

case $job in
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
    echo "usage: $0 [thread|address|undefined|memory|valgrind|rust [TEST...]]" >&2
    exit 2
    ;;
esac
exit $status
