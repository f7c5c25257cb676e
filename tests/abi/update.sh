#!/bin/sh
# To be run when functions or constants have been added to the headers: writes the version script, and this release's
# descriptions that the tests compare with. Those of earlier releases stay: what they hold is promised.
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
