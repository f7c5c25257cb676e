#!/bin/sh
# The C++ headers against the library as it is installed: they compile without warnings, their tests, the same under
# AddressSanitizer, the page's programs, and the scenario. Run from the top, with a build directory as argument. Each line
# "ok - ..." is a case.
set -u
. tests/languages/layer.sh
layer=examples/cpp
built=$made/cpp
mkdir -p "$built"
warnings="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast -Werror"
flags="-I$layer $(pkg-config --cflags --libs coulomb)"

# compiles COMPILER OPTIONS: a program that uses all of the header, with these options
compiles() {
    compiler=$1
    shift
    "$compiler" "$@" $warnings -fsyntax-only -I"$layer" $(pkg-config --cflags coulomb) "$layer/programs/scenario.cpp" \
        "$layer/tests/networks.cpp"
}
build_tests() {
    g++ -std=c++17 $warnings "$layer"/tests/main.cpp "$layer"/tests/[!m]*s.cpp -o "$built/tests" $flags -lpthread
}
build_sanitized() {
    g++ -std=c++17 -g -fsanitize=address,undefined -fno-sanitize-recover=all $warnings "$layer"/tests/main.cpp \
        "$layer"/tests/[!m]*s.cpp -o "$built/sanitized" $flags -lpthread
}
build_program() {
    g++ -std=c++17 -O2 $warnings "$layer/programs/$1.cpp" -o "$built/$1" $flags -lpthread
}

# tests_of PROGRAM NAME: its lines are cases
tests_of() {
    check "cpp: $2 end well" run 0 sh -c "cd '$work' && exec '$1'"
    sed -n "s/^\(ok\|not ok\) - /&cpp: $2: /p; /^#/p" "$work/out"
    good=$(grep -c '^ok' "$work/out")
    bad=$(grep -c '^not ok' "$work/out")
    cases=$((cases + good + bad))
    failures=$((failures + bad))
    check "cpp: $2 are many" [ "$good" -ge 50 ]
}
# A program refers to the functions that it uses, and to no other: inline functions that nobody calls are not there.
tests_call_every_function() {
    nm -D --undefined-only "$built/tests" | sed 's/@.*//' | awk '{ print $2 }' >"$work/called.txt" && reaches "$work/called.txt"
}
# What must not compile: each is a line that the headers would have to reject.
misuse_does_not_compile() {
    for line in 'coulomb::context copy = context;' 'coulomb::network n(context); network = n;' \
        'coulomb::trainer t; ' 'network.set_frozen(true);' 'const float data[2] = {0, 0}; network.generate(data);'; do
        printf '#include <coulomb.hpp>\nvoid f(coulomb::context &context, coulomb::network &network) { %s }\n' "$line" \
            >"$work/misuse.cpp"
        if g++ -std=c++17 -fsyntax-only $flags "$work/misuse.cpp" 2>/dev/null; then
            echo "compiles: $line"
            return 1
        fi
    done
}
measures() {
    true_that "$("$built/cost" "$1" 10) > 0"
}

# page_program NUMBER: the page's program of that number runs
page_program() {
    program=$work/page-$1
    awk -v wanted="$1" '/^```cpp$/ { inside = ++block == wanted; next } /^```$/ { inside = 0 } inside' doc/cpp.md \
        >"$program.cpp" && [ -s "$program.cpp" ] &&
        g++ -std=c++17 -O1 $warnings "$program.cpp" -o "$program" $flags -lpthread &&
        (cd "$work" && "$program" >"$program.said" && cat "$program.said")
}
learns() {
    page_program 1 && true_that "$(sed -n 's/^energy //p' "$work/page-1.said") < 2e-2"
}
trains_twice() {
    page_program 2 && [ "$(grep -c '^50 updates$' "$work/page-2.said")" -eq 2 ]
}
tells_errors() {
    page_program 3 && says "$work/page-3.said" "COULOMB_ERROR_ARGUMENT: threads is 5000" &&
        says "$work/page-3.said" "after update 4: line 5 is damaged" && says "$work/page-3.said" "stopped after update 7"
}
# The page's two ways of linking statically.
links_statically() {
    g++ -std=c++17 -I"$layer" "$work/page-3.cpp" \
        $(pkg-config --cflags --libs --static coulomb | sed 's/-lcoulomb/-l:libcoulomb.a/') -o "$work/inside" &&
        ! ldd "$work/inside" | grep libcoulomb && "$work/inside" >"$work/inside.said" &&
        cmp "$work/inside.said" "$work/page-3.said" &&
        g++ -std=c++17 -static -I"$layer" "$work/page-3.cpp" $(pkg-config --cflags --libs --static coulomb) -o "$work/alone" &&
        "$work/alone" >"$work/alone.said" && cmp "$work/alone.said" "$work/page-3.said"
}
builds_with_cmake() {
    cp -r "$layer/cmake" "$work/cmake" && cp "$layer/coulomb.hpp" "$work/cmake" && cp "$work/page-1.cpp" "$work/cmake/program.cpp" &&
        cmake -S "$work/cmake" -B "$work/cmake/build" && cmake --build "$work/cmake/build" && "$work/cmake/build/program"
}

build_sanitized >"$work/sanitized.log" 2>&1 & # meanwhile, on another core
sanitized=$!
is_sanitized() {
    wait $sanitized || { cat "$work/sanitized.log" && return 1; }
}
check "cpp: every function is reached" reaches "$layer/coulomb.hpp"
for compiler in g++ clang++; do
    command -v $compiler >/dev/null || continue
    check "cpp: no warnings of $compiler in C++17" compiles $compiler -std=c++17
    check "cpp: no warnings of $compiler in C++20, without RTTI" compiles $compiler -std=c++20 -fno-rtti
done
check "cpp: misuse does not compile" misuse_does_not_compile
check "cpp: the tests build" build_tests
tests_of "$built/tests" tests
check "cpp: the tests call every function" tests_call_every_function
check "cpp: the tests build with sanitizers" is_sanitized
ASAN_OPTIONS=detect_leaks=1 tests_of "$built/sanitized" "tests with sanitizers"
check "cpp: the page's first program learns" learns
check "cpp: the page's program with two threads runs" trains_twice
check "cpp: the page's program with errors runs" tells_errors
check "cpp: a program links the static library" links_statically
command -v cmake >/dev/null && check "cpp: CMake builds a program" builds_with_cmake
check "cpp: the header for GPUs has no warnings" g++ -std=c++17 $warnings -fsyntax-only -I"$layer" -Iinclude "$layer/tests/cuda.cpp"
world_alone() {
    printf '#define COULOMB_MPI_WORLD_ONLY\n#include <coulomb_mpi.hpp>\n' >"$work/world.cpp" &&
        g++ -std=c++17 $warnings -fsyntax-only -I"$layer" -Iinclude "$work/world.cpp"
}
check "cpp: the header for MPI needs no MPI where a program does not use it" world_alone
if command -v mpicxx >/dev/null && pkg-config --exists coulomb-mpi; then
    build_mpi() {
        OMPI_CXX=g++ mpicxx -std=c++17 -O1 "$layer/tests/mpi.cpp" -o "$built/mpi" $flags $(pkg-config --libs coulomb-mpi)
    }
    check "cpp: the tests with MPI build" build_mpi
    . tests/mpi/environment.sh
    check "cpp: two MPI processes train as one" run 0 timeout 120 mpirun -n 2 "$built/mpi"
fi
check "cpp: the scenario builds" build_program scenario
told cpp "$built/scenario"
check "cpp: the program that measures builds" build_program cost
check "cpp: a callback is measured" measures callback
check "cpp: an array is measured" measures array
finish
