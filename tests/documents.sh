#!/bin/sh
# What can be tested of the documents, the headers and the style; run from the top, with a build directory as argument.
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
    find include lib examples tests \( -name '*.c' -o -name '*.h' \) -exec clang-format --dry-run -Werror {} +
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

for header in include/coulomb/*.h; do
    name=$(basename "$header")
    echo "#include <coulomb/$name>" >"$work/header.c"
    for dialect in c99 c11 c++17; do
        case $dialect in
        c++*) set -- c++ -x c++ ;;
        *) set -- cc -x c ;;
        esac
        check "$name compiles alone as $dialect" "$@" -std=$dialect -Wall -Wextra -Wpedantic -Werror -Iinclude \
            -fsyntax-only "$work/header.c"
    done
done

# Every function declared for users is exported, and nothing else is.
symbols() {
    grep -ho '\bcoulomb_[a-z0-9_]*(' include/coulomb/*.h | tr -d '(' | sort -u >"$work/named"
    nm -D --defined-only "$build/lib/libcoulomb.so" | awk '$2 == "T" { sub("@.*", "", $3); print $3 }' | sort -u >"$work/exported"
    [ -s "$work/exported" ] && comm -13 "$work/named" "$work/exported" >"$work/unknown" && [ ! -s "$work/unknown" ] || {
        echo "exported, but in no header:" && cat "$work/unknown"
        return 1
    }
    grep -h 'COULOMB_API' -A2 include/coulomb/*.h | grep -o '\bcoulomb_[a-z0-9_]*(' | tr -d '(' | sort -u >"$work/declared"
    comm -23 "$work/declared" "$work/exported" >"$work/missing" && [ ! -s "$work/missing" ] || {
        echo "declared, but not exported:" && cat "$work/missing"
        return 1
    }
}
check "headers and exported symbols agree" symbols

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
