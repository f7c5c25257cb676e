#!/bin/sh
# The places that hold the release's number, and that of the binary interface in libraries' names: version.sh fails if they
# differ from meson.build's, version.sh X.Y.Z sets the release. update.sh writes what follows from that.
set -eu
cd "$(dirname "$0")/../.."
number='[0-9]+\.[0-9]+\.[0-9]+'
release=$(sed -nE "s/^  version: '($number)',$/\1/p" meson.build)
interface=$(sed -n 's/^abi_version = //p' meson.build)
status=0

# each COMMAND: runs COMMAND FILE BEFORE for every place, where BEFORE matches what stands before the number
each() {
    "$1" meson.build "^  version: '"
    "$1" examples/python/pyproject.toml '^version = "'
    "$1" examples/rust/coulomb/Cargo.toml '^version = "'
    "$1" examples/rust/coulomb/Cargo.toml '^coulomb-sys = .* version = "='
    "$1" examples/rust/coulomb-sys/Cargo.toml '^version = "'
    "$1" examples/rust/Cargo.lock '^version = "'
    "$1" doc/go.md 'libcoulomb\.invalid/coulomb@v'
}

# wrong FILE NUMBER WANTED
wrong() {
    echo "$1 has ${2:-no number}, not $3"
    status=1
}
compare() {
    found=$(grep -oE "$2$number" "$1" | grep -oE "$number\$" | sort -u)
    [ "$found" = "$release" ] || wrong "$1" "$found" "$release"
}
replace() {
    sed -i -E "s,($2)$number,\1$release," "$1"
}

# What the headers say of themselves is three constants.
header=include/coulomb/version.h
part() {
    sed -nE "s/^#define COULOMB_VERSION_$1 ([0-9]+)$/\1/p" $header
}
if [ $# -eq 1 ]; then
    release=$1
    each replace
    for part in MAJOR MINOR PATCH; do
        sed -i -E "s/^(#define COULOMB_VERSION_$part )[0-9]+$/\1${1%%.*}/" $header
        set -- "${1#*.}"
    done
fi
each compare
found=$(part MAJOR).$(part MINOR).$(part PATCH)
[ "$found" = "$release" ] || wrong $header "$found" "$release"

# Names of shared libraries in code and pages.
grep -rnoE --include='*.py' --include='*.sh' --include='*.rs' --include='*.go' --include='*.md' \
    'libcoulomb(-cuda|-mpi)?\.so\.[0-9]+' doc examples tests |
    grep -vE "\.so\.$interface\$" && {
    echo "the binary interface's number is $interface"
    status=1
}
exit $status
