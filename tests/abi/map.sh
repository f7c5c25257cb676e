#!/bin/sh
# map.sh LIBRARY [HEADERS]: prints the version script that the public headers ask for, of coulomb, coulomb-cuda or
# coulomb-mpi: a node per release, with the functions that are there since that release by name, and nodes without a promise
# for those that are experimental and for what libraries built from the same sources call. HEADERS is their directory.
set -eu
cd "$(dirname "$0")/../.."
headers=${2:-include/coulomb}
prefix=$(echo "$1" | tr 'a-z-' 'A-Z_')
case $1 in
coulomb) set -- $(find "$headers" -name '*.h' ! -name cuda.h ! -name 'mpi*.h') lib/device/entry.h lib/communicator/entry.h ;;
coulomb-*) set -- "$headers/${1#coulomb-}"*.h ;;
esac
awk -f tests/abi/declared.awk "$@" | LC_ALL=C sort -k2,2V -k1,1 | awk -v prefix="$prefix" '
    toupper($2) != release {
        if (release != "")
            print "}" before ";\n"
        before = release == "" ? "" : " " prefix "_" release
        release = toupper($2)
        print prefix "_" release " {\n  global:"
    }
    { print "    " $1 ";" }
    # what no node names stays inside
    END { print "  local:\n    *;\n}" before ";" }'
