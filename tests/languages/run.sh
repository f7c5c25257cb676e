#!/bin/sh
# The library from other languages. Each layer has a script of its own; what they have in common is compared here: the
# scenario's digests are the same in all languages. Run from the top, with a build directory as argument.
set -u
. tests/languages/layer.sh
languages="cpp rust go python"
rm -rf "$made/checkpoints" "$made/digests"
mkdir -p "$made/checkpoints" "$made/digests"

for language in $languages; do
    sh "tests/languages/$language.sh" "$1" | tee "$work/$language.log" | grep -v '^1\.\.'
    cases=$((cases + $(grep -c -E '^(not )?ok ' "$work/$language.log")))
    failures=$((failures + $(grep -c '^not ok ' "$work/$language.log")))
    check "$language: its script ends" grep -q '^1\.\.' "$work/$language.log"
done
for language in go python rust; do
    check "$language comes to the same bits as cpp" \
        sh -c "[ -s '$made/digests/cpp' ] && diff '$made/digests/cpp' '$made/digests/$language'"
    check "$language saves the same checkpoint as cpp" \
        same "$made/checkpoints/cpp.safetensors" "$made/checkpoints/$language.safetensors"
done

release=$(sed -n "s/^  version: '\(.*\)',$/\1/p" meson.build)
versions_agree() {
    [ -n "$release" ] || return 1
    for file in examples/rust/coulomb/Cargo.toml examples/rust/coulomb-sys/Cargo.toml examples/python/pyproject.toml; do
        grep -qx "version = \"$release\"" "$file" || {
            echo "$file has another version than the library's, $release"
            return 1
        }
    done
}
check "packages have the library's version" versions_agree
finish
