#!/bin/sh
# What can be tested of the documents and the style; run from the top, with a build directory as argument.
# Each line "ok - ..." is a case.
set -u
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

check() {
    name=$1
    shift
    if "$@" >"$work/log" 2>&1; then
        echo "ok - $name"
    else
        sed 's/^/# /' "$work/log"
        echo "not ok - $name"
        failures=$((failures + 1))
    fi
}

formatted() {
    find include lib examples tests \( -name '*.[ch]' -o -name '*.[ch]pp' \) -exec clang-format --dry-run -Werror {} +
}
check "code is formatted as .clang-format says" formatted

reference() {
    mkdir -p build
    doxygen doc/Doxyfile
}
check "the API reference builds without warnings" reference

# The first C program of the README, against the library as built.
program() {
    awk '/^```c$/ { inside = 1; next } /^```$/ { if (inside) exit } inside' README.md >"$work/program.c" &&
        cc -std=c11 -Wall -Wextra -Wpedantic -Werror -Iinclude "$work/program.c" -o "$work/program" \
            "$build/lib/libcoulomb.so" &&
        LD_LIBRARY_PATH="$build/lib" "$work/program" >"$work/said" &&
        grep -q "samples" "$work/said"
}
check "the README's program compiles and runs" program

links() {
    status=0
    for page in README.md CHANGELOG.md doc/*.md; do
        for link in $(grep -o '](\([^)#:]*\))' "$page" | sed 's/^](//; s/)$//'); do
            [ -e "$(dirname "$page")/$link" ] || {
                echo "$page links to $link, which is not there"
                status=1
            }
        done
    done
    return $status
}
check "links between the documents lead somewhere" links

[ "$failures" -eq 0 ]
