#!/bin/sh
# pack.sh BUILD ARCHIVE: builds all that run.sh wants in BUILD, a build directory with CUDA, and packs it with the libraries
# that it needs, but for CUDA's, into ARCHIVE (tar.xz), for a machine with a GPU and nothing else of this. There:
#   mkdir there && tar xJf ARCHIVE -C there && sh there/tests/cuda/run.sh there/tests/cuda OUT
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
case $2 in /*) archive=$2 ;; *) archive=$PWD/$2 ;; esac
tests="cuda-tests cuda-ranks-tests cuda-layers-tests cuda-unit-tests cuda-step cuda-image cuda-reading bench-cuda bench-cuda-layers"
examples="coulomb-gaussian25 coulomb-celeba coulomb-make-dataset coulomb-field coulomb-fid coulomb-neighbours coulomb-billion-word"
targets=lib/cuda/libcoulomb-cuda.so.0.0.0
for name in $tests; do targets="$targets tests/cuda/$name"; done
for name in $examples; do targets="$targets examples/$name"; done
ninja -C "$build" $targets tests/fid/write-weights >/dev/null

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
mkdir -p "$work/tests/cuda" "$work/tests/fid" "$work/examples" "$work/lib"
for name in $tests; do cp "$build/tests/cuda/$name" "$work/tests/cuda"; done
for name in $examples; do cp "$build/examples/$name" "$work/examples"; done
cp "$build/tests/fid/write-weights" "$work/tests/fid"
for library in "$build/lib/libcoulomb.so.0" "$build/lib/cuda/libcoulomb-cuda.so.0"; do cp -L "$library" "$work/lib"; done
# Those of the C library belong to the machine.
for file in "$work"/tests/*/* "$work"/examples/* "$build/lib/libcoulomb.so.0"; do
    ldd "$file" | awk '$3 ~ /^\// { print $3 }'
done | sort -u | grep -vE '/lib(c|m|dl|rt|pthread|cublas|cublasLt|cudnn|cudart|coulomb)([-_.][^/]*)?$|/lib(cudnn_[a-z_]*|coulomb-cuda)\.so' |
    while read -r library; do
        cp -L "$library" "$work/lib"
    done
strip "$work"/lib/* "$work"/tests/*/* "$work"/examples/* 2>/dev/null || true

cp -r "$here/../golden/values" "$work/tests/cuda"
cp "$here/run.sh" "$here/whole_runs.sh" "$here/files.sh" "$here/beside.py" "$here/ours.py" "$here/peers.py" "$work/tests/cuda"
# Figures are drawn with a font, which such a machine may lack.
font=$(fc-match -f '%{file}' sans 2>/dev/null || true)
if [ -f "$font" ]; then
    mkdir "$work/fonts"
    cp "$font" "$work/fonts"
    cat >"$work/fonts/fonts.conf" <<'END'
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="relative">.</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>
END
fi
tar cf - -C "$work" . | xz -6 -T0 --lzma2=preset=6,dict=64MiB >"$archive.new"
mv "$archive.new" "$archive"
du -h "$archive"
