#!/bin/sh
# The quick loop: builds the library and the unit tests with one compiler and runs them, less than a minute after a change
# on two cores. Arguments choose suites: sh tests/quick.sh trainer checkpoint
set -u
cd "$(dirname "$0")/.." || exit 1
[ -f build/gcc/build.ninja ] || meson setup build/gcc --werror -Dprefix="$PWD/build/installed" || exit 1
[ $# -gt 0 ] || set -- --suite unit
exec meson test -C build/gcc --print-errorlogs "$@"
