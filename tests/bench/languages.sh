#!/bin/sh
# What a callback costs in each language beside a C callback, and an array beside it: one update of the 25 Gaussians on
# one thread; the machine should have nothing else to do. All programs take turns; the last lines are ratios of medians
# over the rounds.
#   sh tests/bench/languages.sh [ROUNDS [UPDATES]]
# Languages whose tools are missing are left out. All use the library in build/bench.
set -eu
cd "$(dirname "$0")/../.."
rounds=${1:-9}
updates=${2:-3000}
top=$(pwd)
build=$top/build/bench
layers=$build/languages
mkdir -p "$layers"
[ -f "$build/build.ninja" ] || meson setup "$build" >/dev/null
ninja -C "$build" tests/bench-cost >/dev/null
PKG_CONFIG_PATH=$build/pkgconfig
LD_LIBRARY_PATH=$build/lib
PATH=/usr/bin:$PATH # Debian's toolchains, whatever else there is
export PKG_CONFIG_PATH LD_LIBRARY_PATH PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cost_of_c() {
    "$build/tests/bench-cost" "$@"
}
build_cpp() {
    g++ -std=c++17 -O2 -Iexamples/cpp examples/cpp/programs/cost.cpp -o "$layers/cost-cpp" $(pkg-config --cflags --libs coulomb)
}
cost_of_cpp() {
    "$layers/cost-cpp" "$@"
}
build_rust() (
    cd examples/rust && cargo build --quiet --release --offline --locked --example cost --target-dir "$layers/rust"
)
cost_of_rust() {
    "$layers/rust/release/examples/cost" "$@"
}
build_go() (
    export GOFLAGS=-mod=readonly GOPROXY=off GOTOOLCHAIN=local GOCACHE="$layers/go-cache"
    cd examples/go && go build -o "$layers/cost-go" ./cost
)
cost_of_go() {
    "$layers/cost-go" "$@"
}
build_python() {
    [ -f examples/python/tests/cost.py ] && python3 -m venv --system-site-packages "$layers/venv" &&
        "$layers/venv/bin/pip" install -q --no-index --no-build-isolation --no-deps examples/python
}
cost_of_python() {
    "$layers/venv/bin/python" examples/python/tests/cost.py "$@"
}

languages=c
for language in cpp rust go python; do
    if "build_$language" >"$work/build.log" 2>&1; then
        languages="$languages $language"
    else
        echo "left out: $language"
        sed 's/^/# /' "$work/build.log"
    fi
done

grep -m1 'model name' /proc/cpuinfo
echo "processors: $(nproc), load before: $(cut -d' ' -f1-3 /proc/loadavg)"
for round in $(seq "$rounds"); do
    for mode in callback array; do
        for language in $languages; do
            "cost_of_$language" "$mode" "$updates" >>"$work/$language.$mode"
        done
    done
    echo "round $round of $rounds"
done
echo "load after: $(cut -d' ' -f1-3 /proc/loadavg)"

median() {
    sort -g "$1" | awk '{ value[NR] = $1 } END { print (value[int((NR + 1) / 2)] + value[int(NR / 2) + 1]) / 2 }'
}
reference=$(median "$work/c.callback")
for mode in callback array; do
    for language in $languages; do
        awk "BEGIN { m = $(median "$work/$language.$mode")
            printf \"%-8s %-8s %.1f us an update, %.3f of C's callback\n\", \"$language\", \"$mode\", 1e6 * m, m / $reference }"
    done
done
