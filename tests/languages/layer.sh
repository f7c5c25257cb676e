# Sourced from the top by the script of each language: the library as it is installed, where things are made, and what
# every layer has to show. $1 is the build directory.
top=$(pwd)
. tests/programs/cases.sh
PATH=/usr/bin:$PATH # Debian's toolchains, whatever else there is
[ -n "$(find build/installed -name coulomb.pc 2>/dev/null)" ] || meson install -C "$1" --quiet || exit 99
PKG_CONFIG_PATH=$(dirname "$(find "$top/build/installed" -name coulomb.pc)")
LD_LIBRARY_PATH=$(dirname "$PKG_CONFIG_PATH")
export PATH PKG_CONFIG_PATH LD_LIBRARY_PATH
made=$top/build/languages
mkdir -p "$made/checkpoints" "$made/digests"

# reaches SOURCE...: the files and directories that make up a layer name every function of the library
reaches() {
    sed -n 's/^ *\(coulomb_[a-z0-9_]*\);$/\1/p' lib/coulomb.map | grep -v '^coulomb_private_' | sort >"$work/functions"
    [ -s "$work/functions" ] || return 1
    grep -rhow 'coulomb_[a-z0-9_]*' "$@" | sort -u | comm -23 "$work/functions" - >"$work/unreached"
    [ ! -s "$work/unreached" ] && return 0
    echo "not reached:"
    cat "$work/unreached"
    return 1
}

# told LANGUAGE COMMAND...: runs the scenario. Its lines are cases, its digests are kept for comparison, and its checkpoint
# lies beside those of the other languages, which it opens.
told() {
    language=$1
    shift
    rm -f "$work/out" "$made/digests/$language"
    check "$language: the scenario ends well" run 0 "$@" "$made/checkpoints" "$language"
    sed -n "s/^\(ok\|not ok\) - /&$language: /p; /^#/p" "$work/out"
    good=$(grep -c '^ok' "$work/out")
    bad=$(grep -c '^not ok' "$work/out")
    cases=$((cases + good + bad))
    failures=$((failures + bad))
    sed -n 's/^digest //p' "$work/out" | sort >"$made/digests/$language"
    check "$language: the scenario prints its digests" [ "$(wc -l <"$made/digests/$language")" -eq 5 ]
}
