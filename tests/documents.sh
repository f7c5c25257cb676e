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
    # What pip and Cargo build stands in their own directories.
    find include lib examples tests \( -path examples/python/build -o -name target \) -prune -o \
        \( -name '*.[ch]' -o -name '*.[ch]pp' \) -exec clang-format --dry-run -Werror {} +
}
check "code is formatted as .clang-format says" formatted

# Every file as the build first compiles it, since the checker of va_list in clang-tidy 14 is confused by a second time;
# two minutes of processor time.
tidy() {
    python3 - "$build" "$work" <<'END' || return 1
import json, os, sys
with open(os.path.join(sys.argv[1], "compile_commands.json")) as database:
    entries = json.load(database)
first = {}
for entry in entries:
    first.setdefault(os.path.realpath(os.path.join(entry["directory"], entry["file"])), entry)
with open(os.path.join(sys.argv[2], "compile_commands.json"), "w") as database:
    json.dump(list(first.values()), database)
END
    run-clang-tidy -quiet -p "$work" -j "$(nproc)" "$PWD/(lib|examples|tests)/" >"$work/tidy" 2>&1 || {
        grep -A 4 -E '(error|warning): ' "$work/tidy"
        return 1
    }
    [ "$(grep -c '^clang-tidy' "$work/tidy")" -gt 200 ]
}
check "clang-tidy finds nothing" tidy

reference() {
    mkdir -p build
    doxygen doc/Doxyfile
}
check "the API reference builds without warnings" reference

# program_of PAGE NUMBER: the page's C program of that number, against the library as built; in a directory of its own.
program_of() {
    directory="$work/$(basename "$1")-$2"
    library=$(realpath "$build/lib")
    mkdir -p "$directory" &&
        awk -v wanted="$2" '/^```c$/ { inside = ++block == wanted; next } /^```$/ { inside = 0 } inside' "$1" \
            >"$directory/program.c" &&
        cc -std=c11 -Wall -Wextra -Wpedantic -Werror -Iinclude "$directory/program.c" -o "$directory/program" \
            "$library/libcoulomb.so" -lm -lpthread &&
        (cd "$directory" && LD_LIBRARY_PATH="$library" ./program >said && cat said)
}
says() {
    program_of "$1" "$2" && grep -q "$3" "$directory/said"
}
# Of 10000 samples at least 8500 near a corner, and 1500 near each.
learned() {
    program_of README.md 1 && awk '/samples are within 0.5 of a corner/ { gsub(/[^0-9.]+/, " "); counted = 1
        exit !($1 >= 8500 && $4 >= 1500 && $5 >= 1500 && $6 >= 1500 && $7 >= 1500) }
        END { if (!counted) exit 1 }' "$directory/said"
}
check "the README's program learns the four corners" learned
check "the guide's experiment compiles and runs" says doc/guide.md 1 "5000 samples, energy against the target"
from_python() {
    awk '/^```python$/ { inside = 1; next } /^```$/ { inside = 0 } inside' doc/guide.md >"$work/guide.md-1/load.py" &&
        (cd "$work/guide.md-1" && python3 load.py) | grep "^generator.dense1.weight \[8, 64\]"
}
check "the guide's lines of Python read the experiment's checkpoint" from_python
check "the guide's program for the kernel compiles and runs" says doc/guide.md 2 "^energy 0\.[0-9]"
check "the guide's program for memory compiles and runs" says doc/guide.md 3 "^0 allocations"
check "the program with an event loop compiles and runs" says doc/embedding.md 1 "stopped by the loop"

through_cffi() {
    mkdir -p "$work/cffi" &&
        awk '/^```python$/ { inside = 1; next } /^```$/ { inside = 0 } inside' doc/embedding.md >"$work/cffi/binding.py" &&
        LD_LIBRARY_PATH=$(realpath "$build/lib") python3 "$work/cffi/binding.py" | grep "^[0-9]*\.[0-9]*\.[0-9]*$"
}
check "the lines for Python's cffi read the headers" through_cffi

# A Python with NumPy: where python3 is not the system's, that one may have it.
python_with_numpy() {
    for python in "${PYTHON:-python3}" python3 /usr/bin/python3; do
        "$python" -c 'import numpy' 2>/dev/null && break
    done
    "$python" "$@"
}
through_pytorch_layouts() {
    directory="$work/pytorch.md-1"
    script=$(realpath tests/pytorch.py)
    mkdir -p "$directory" &&
        awk '/^```python$/ { inside = 1; next } /^```$/ { inside = 0 } inside' doc/pytorch.md >"$directory/page.py" &&
        (cd "$directory" && python_with_numpy "$script" page.py write) &&
        program_of doc/pytorch.md 1 &&
        (cd "$directory" && python_with_numpy "$script" page.py compare said)
}
check "parameters in PyTorch's layouts are converted and come back" through_pytorch_layouts

check "links between the documents lead somewhere" sh tests/links.sh ./*.md doc/*.md

[ "$failures" -eq 0 ]
