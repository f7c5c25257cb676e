#!/bin/sh
# The Rust crates against the library as it is installed: their tests, their linters, the page's programs, and the
# scenario. Run from the top, with a build directory as argument. Each line "ok - ..." is a case.
set -u
. tests/languages/layer.sh
CARGO_TARGET_DIR=$made/rust
export CARGO_TARGET_DIR
workspace=$top/examples/rust
program=$made/rust/debug/examples

in_workspace() (
    cd "$workspace" && "$@"
)
cargo_tests() {
    # Where a doc test must not compile, its error's number is compared too; a released compiler needs to be told so.
    in_workspace cargo test --offline --locked --tests && RUSTC_BOOTSTRAP=1 in_workspace cargo test --offline --locked --doc -p coulomb
}
documented() {
    RUSTDOCFLAGS="-D warnings" in_workspace cargo doc --offline --locked --no-deps
}
foreign_crates() {
    [ "$(grep -c '^name = ' "$workspace/Cargo.lock")" -eq 2 ]
}

# Whether the layer's other parts compile: the additional libraries are not needed for that, where they are is.
other_features() {
    for library in coulomb-cuda coulomb-mpi; do
        printf 'Name: %s\nDescription: stand-in\nVersion: 0\nLibs: -l%s\n' $library $library >"$work/$library.pc"
    done
    CARGO_TARGET_DIR=$made/rust/features PKG_CONFIG_PATH=$work:$PKG_CONFIG_PATH \
        in_workspace cargo clippy --offline --locked --all-targets --features cuda,mpi -- -D warnings
}
# With libcoulomb-mpi: two processes come to the same bits as one.
trains_in_processes() {
    CARGO_TARGET_DIR=$made/rust/mpi in_workspace cargo build --offline --locked --example processes --features mpi &&
        processes=$made/rust/mpi/debug/examples/processes && is_one=$("$processes") &&
        is_two=$(timeout 120 mpirun -n 2 "$processes") && echo "$is_one, $is_two" &&
        [ "${is_one#1 ranks}" = "${is_two#2 ranks}" ]
}
measures() {
    true_that "$("$program/cost" "$1" 10) > 0"
}

# page_program NUMBER: the page's program of that number, in a package of its own
page_program() {
    package=$work/program-$1
    mkdir -p "$package/src" &&
        awk -v wanted="$1" '/^```rust$/ { inside = ++block == wanted; next } /^```$/ { inside = 0 } inside' doc/rust.md \
            >"$package/src/main.rs" && [ -s "$package/src/main.rs" ] &&
        cat >"$package/Cargo.toml" <<END && (cd "$package" && cargo run --offline --quiet >said && cat said)
[package]
name = "program-$1"
version = "0.1.0"
edition = "2021"
[dependencies]
coulomb = { path = "$workspace/coulomb" }
[workspace]
END
}
learns_ring() {
    page_program 1 && true_that "$(sed -n 's/^energy //p' "$work/program-1/said") < 5e-2"
}
trains_twice() {
    page_program 2 && [ "$(grep -c '^50 updates$' "$work/program-2/said")" -eq 2 ]
}
tells_errors() {
    page_program 3 && says "$work/program-3/said" "COULOMB_ERROR_ARGUMENT: threads is 5000" &&
        says "$work/program-3/said" "after update 4: invalid float literal" &&
        says "$work/program-3/said" "Break(()) after update 7"
}

check "rust: the workspace builds" in_workspace cargo build --offline --locked --all-targets
check "rust: no foreign crates" foreign_crates
check "rust: tests of the crates and of their comments" cargo_tests
check "rust: Clippy finds nothing" in_workspace cargo clippy --offline --locked --all-targets -- -D warnings
check "rust: code is formatted as rustfmt does" in_workspace cargo fmt --all --check
check "rust: documentation builds without warnings" documented
check "rust: every function is reached" reaches examples/rust/coulomb/src
told rust "$program/scenario"
check "rust: the features cuda and mpi compile" other_features
if pkg-config --exists coulomb-mpi; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
    check "rust: two processes come to the bits of one" trains_in_processes
fi
check "rust: cost of a closure is measured" measures callback
check "rust: cost of an array is measured" measures array
check "rust: the page's first program learns a ring" learns_ring
check "rust: the page's second program trains on two threads" trains_twice
check "rust: the page's third program tells its errors" tells_errors
finish
