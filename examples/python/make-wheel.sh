#!/bin/sh
# Makes a source distribution and, of it, a manylinux wheel with the library and what it needs inside: make-wheel.sh
# DIRECTORY [PYTHON]. PYTHON has cffi, setuptools, wheel and auditwheel; patchelf is needed, and without an installed
# libcoulomb what building it needs. One wheel serves all CPython from 3.9 on.
set -eu
mkdir -p "$1"
directory=$(realpath "$1")
python=${2:-python3}
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
source=$("$python" -c 'import sys; from setuptools import build_meta; print(build_meta.build_sdist(sys.argv[1]))' \
    "$directory" | tail -n 1)
"$python" -m pip wheel -q --no-build-isolation --no-deps --no-index -w "$work" "$directory/$source"
"$python" -m auditwheel repair -w "$directory" "$work"/*.whl
