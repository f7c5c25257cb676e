#!/bin/sh
# Prints the version script that the public headers ask for: a node per release, with the functions that are there since
# that release by name, and nodes without a promise for those that are experimental and for what libraries built from the
# same sources call. The directory of headers may be given as argument.
set -eu
cd "$(dirname "$0")/../.."
# cuda.h, mpi.h and mpi_world.h belong to libraries of their own
find "${1:-include/coulomb}" -name '*.h' ! -name cuda.h ! -name 'mpi*.h' -exec awk -f tests/abi/declared.awk lib/device/entry.h lib/communicator/entry.h {} + | LC_ALL=C sort -k2,2V -k1,1 | awk '
    toupper($2) != release {
        if (release != "")
            print "}" before ";\n"
        before = release == "" ? "" : " COULOMB_" release
        release = toupper($2)
        print "COULOMB_" release " {\n  global:"
    }
    { print "    " $1 ";" }
    # what no node names stays inside
    END { print "  local:\n    *;\n}" before ";" }'
