#!/bin/sh
# To be run when functions or constants have been added to the headers: writes the version script, and this release's
# descriptions that the tests compare with. Those of earlier releases stay: what they hold is promised. Writes the raw
# declarations of Rust and Python too, which a changed comment changes as well.
set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. tests/abi/describe.sh

interface include "$work/interface.so"
describe_types "$work/interface.so" "$work/types"
describe_constants include >"$work/list"
cp "$work/interface.map" lib/coulomb.map
cp "$work/types" "tests/abi/coulomb-$release.abi"
cp "$work/list" "tests/abi/constants-$release.txt"
declarations examples/rust/coulomb-sys/src/bindings.rs examples/python/coulomb/_declarations.h
