# Sourced from the top of the tree: what the binary interface is, in forms that can be compared. $work is a directory
# for what is in between.

# The release that is being made, such as 0.1: a patch release adds nothing.
release=$(sed -n "s/^  version: '\([0-9]*\.[0-9]*\)\..*/\1/p" meson.build)

# map_of LIBRARY: the version script of coulomb, coulomb-cuda or coulomb-mpi
map_of() {
    case $1 in
    coulomb) echo lib/coulomb.map ;;
    *) echo "lib/${1#coulomb-}/$1.map" ;;
    esac
}

# interface INCLUDE_DIRECTORY FILE LIBRARY: a library that has the functions of the headers and does nothing. Its debugging
# information knows what callers know, and not what stands behind the handles. What coulomb-mpi takes is MPI's to describe.
interface() {
    echo "#include <coulomb/${3#coulomb-}.h>" >"$work/interface.c"
    gcc -std=c11 -I"$1" -fsyntax-only -aux-info "$work/prototypes" "$work/interface.c" || return 1
    sed -n 's,^/\* [^ ]*/coulomb/[a-z_]*\.h:[^ ]* \*/ extern \(.*\);$,\1 { __builtin_trap(); },p' "$work/prototypes" \
        >>"$work/interface.c"
    sh tests/abi/map.sh "$3" "$1/coulomb" >"$work/interface.map"
    gcc -std=c2x -g -O0 -fPIC -shared -ffile-prefix-map="$work"=. -I"$1" -Wl,--version-script,"$work/interface.map" -Wl,-soname,"lib$3.so" \
        -o "$2" "$work/interface.c"
}

# describe_types LIBRARY FILE: its functions and the types they take
describe_types() {
    abidw --exported-interfaces-only --no-corpus-path --no-comp-dir-path --no-show-locs --no-architecture --no-elf-needed \
        --type-id-style hash --out-file "$2" "$1"
}

# describe_constants INCLUDE_DIRECTORY: "NAME VALUE" of every constant but the release's own
describe_constants() {
    cat "$1"/coulomb/*.h | gcc -fpreprocessed -w -E -P -x c - | awk -v RS='}' 'sub(/.*enum *\{/, "")' |
        grep -o 'COULOMB_[A-Z0-9_]*' | grep -v '^COULOMB_VERSION_' | LC_ALL=C sort -u >"$work/constants"
    [ -s "$work/constants" ] || return 1
    {
        echo '#include <coulomb/coulomb.h>'
        echo '#include <stdio.h>'
        echo 'int main(void) {'
        sed 's/.*/printf("& %lld\\n", (long long)&);/' "$work/constants"
        echo 'return 0; }'
    } >"$work/constants.c"
    gcc -std=c11 -I"$1" "$work/constants.c" -o "$work/constants.out" && "$work/constants.out"
}

# declarations RUST_FILE PYTHON_FILE: the headers as other languages need them, written with Debian's tools
declarations() {
    PATH=/usr/bin:$PATH python3 tests/abi/declarations.py include "$1" "$2"
}
