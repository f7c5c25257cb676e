#!/bin/sh
# To be run when functions or constants have been added to the headers: writes the version scripts, and this release's
# descriptions that the tests compare with. Those of earlier releases stay: what they hold is promised. Writes the raw
# declarations of Rust and Python too, which a changed comment changes as well.
set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. tests/abi/describe.sh

for library in coulomb coulomb-cuda; do
    interface include "$work/interface.so" $library
    describe_types "$work/interface.so" "$work/$library"
done
describe_constants include >"$work/list"
for library in coulomb coulomb-cuda coulomb-mpi; do
    sh tests/abi/map.sh $library >"$work/map"
    cp "$work/map" "$(map_of $library)"
done
for library in coulomb coulomb-cuda; do
    cp "$work/$library" "tests/abi/$library-$release.abi"
done
cp "$work/list" "tests/abi/constants-$release.txt"
declarations examples/rust/coulomb-sys/src/bindings.rs examples/python/coulomb/_declarations.h
