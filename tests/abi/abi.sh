#!/bin/sh
# The binary interface: what is exported, that nothing of a release has changed, and headers that any language can use.
# Run from the top, with a build directory as argument. Each line "ok - ..." is a case.
set -u
build=$1
library=$build/lib/libcoulomb.so
. tests/programs/cases.sh
. tests/abi/describe.sh

# lacks FILE FILE TEXT: fails and shows the lines of the first that are not in the second
lacks() {
    comm -23 "$1" "$2" >"$work/missing" || return 1
    [ ! -s "$work/missing" ] && return 0
    echo "$3:"
    cat "$work/missing"
    return 1
}

check "the release has the same number wherever it stands" sh tests/release/version.sh

map_fits() {
    sh tests/abi/map.sh "$1" | diff - "$(map_of "$1")" && return 0
    echo "the version script is not what the headers ask for; sh tests/abi/update.sh writes it"
    return 1
}
for each in coulomb coulomb-cuda coulomb-mpi; do
    check "the version script of $each lists the headers' functions, by release" map_fits $each
done

find include/coulomb -name '*.h' -exec awk -f tests/abi/declared.awk {} + | sort >"$work/all"
find include/coulomb -name '*.h' ! -name cuda.h ! -name 'mpi*.h' -exec awk -f tests/abi/declared.awk {} + | sort >"$work/declared"
since_told() {
    [ -s "$work/declared" ] && ! grep -v ' \([0-9]*\.[0-9]*\|experimental\)$' "$work/all" || return 1
    newest=$(sed 's/.* //; /experimental/d' "$work/all" | sort -Vu | tail -n 1)
    [ "$(printf '%s\n%s\n' "$newest" "$release" | sort -V | tail -n 1)" = "$release" ] && return 0
    echo "there is a function since $newest, but this is $release"
    return 1
}
check "every function tells since which release it is there" since_told

cut -d ' ' -f 1 "$work/declared" | sort -u >"$work/functions"
nm -D --defined-only "$library" | awk '$2 != "A" { sub("@.*", "", $3); print $3 }' | sort -u >"$work/exported"
check "every declared function is exported" lacks "$work/functions" "$work/exported" "declared, but not exported"
check "float32 never goes to the BLAS or LAPACK" \
    sh -c "! nm -D --undefined-only '$library' | grep -E ' (cblas_i?[sc]|i?[sc][a-z0-9]+_\$)'"
# The processors' estimates of roots and quotients differ between makers; results must not.
no_estimates() {
    objdump -d --no-show-raw-insn "$library" >"$work/instructions" && grep -q -w ret "$work/instructions" || return 1
    ! grep -E -m 5 '\bv?(rsqrt|rcp)[0-9]*[ps][sdh]\b' "$work/instructions"
}
check "no instruction is an estimate" no_estimates
cuda=$build/lib/cuda/libcoulomb-cuda.so
if [ -e "$cuda" ]; then
    awk -f tests/abi/declared.awk include/coulomb/cuda.h | cut -d ' ' -f 1 | sort >"$work/cuda"
    nm -D --defined-only "$cuda" | awk '$2 != "A" { sub("@.*", "", $3); print $3 }' | sort >"$work/cuda-exported"
    check "libcoulomb-cuda exports what cuda.h declares" diff "$work/cuda" "$work/cuda-exported"
    check "libcoulomb needs nothing of CUDA" sh -c "! ldd '$library' | grep -qi -E 'cuda|cublas|cudnn'"
    check "programs load it when they need it" sh -c "! readelf -d '$build/examples/coulomb-gaussian25' | grep -q 'NEEDED.*cuda'"
else
    echo "ok - libcoulomb-cuda is linked # SKIP there is no CUDA"
fi
mpi=$build/lib/mpi/libcoulomb-mpi.so
if [ -e "$mpi" ]; then
    awk -f tests/abi/declared.awk include/coulomb/mpi*.h | cut -d ' ' -f 1 | sort >"$work/mpi"
    nm -D --defined-only "$mpi" | awk '$2 != "A" { sub("@.*", "", $3); print $3 }' | sort >"$work/mpi-exported"
    check "libcoulomb-mpi exports what its headers declare" diff "$work/mpi" "$work/mpi-exported"
    check "libcoulomb needs nothing of MPI" sh -c "! ldd '$library' | grep -qi -E 'lib(mpi|mpich|open-rte|pmix)'"
fi
awk -f tests/abi/declared.awk lib/device/entry.h lib/communicator/entry.h >"$work/private"
check "what is not for programs has a node without a promise" sh -c "! grep -v ' private\$' '$work/private'"
cut -d ' ' -f 1 "$work/private" | sort -u - "$work/functions" >"$work/known"
check "nothing else is exported" lacks "$work/exported" "$work/known" "exported, but in no header"

soname() {
    is "libcoulomb.so.$(sed -n 's/^abi_version = //p' meson.build)" \
        sh -c "readelf -d '$library' | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p'"
}
check "the SONAME has the binary interface's number" soname

for each in coulomb coulomb-cuda; do
    check "the headers make the interface of $each" interface include "$work/$each.so" $each
    for promised in tests/abi/$each-[0-9]*.abi; do
        described=$(basename "$promised" .abi)
        check "$described: no function or type is gone or changed" abidiff --no-architecture --no-added-syms "$promised" \
            "$work/$each.so"
        abidiff --no-architecture --added-fns "$promised" "$work/$each.so" | sed -n "s/^ *\[A\] /# added since $described: /p"
    done
done
describe_constants include >"$work/list"
# constants_stay PROMISED: all of them are there with the same values; limits may be larger
constants_stay() {
    awk 'NR == FNR { value[$1] = $2; next }
        !($1 in value) || ($1 ~ /_MAX$/ ? value[$1] < $2 : value[$1] != $2) { print "gone or changed: " $0; bad = 1 }
        END { exit bad }' "$work/list" "$1"
}
for promised in tests/abi/constants-*.txt; do
    check "$(basename "$promised" .txt): no constant is gone or has another value" constants_stay "$promised"
    comm -13 "$promised" "$work/list" | sed "s/^/# added since $(basename "$promised" .txt): /"
done
newest_described() {
    sed -n "s/.*elf-symbol name='\([^']*\)'.*/\1/p" "tests/abi/coulomb-$release.abi" "tests/abi/coulomb-cuda-$release.abi" |
        sort >"$work/described"
    awk -f tests/abi/declared.awk include/coulomb/cuda.h | cut -d ' ' -f 1 | sort - "$work/functions" >"$work/to-describe"
    lacks "$work/to-describe" "$work/described" "not described yet; sh tests/abi/update.sh does it" &&
        lacks "$work/list" "tests/abi/constants-$release.txt" "not described yet; sh tests/abi/update.sh does it"
}
check "what this release adds is described" newest_described

declarations_fit() {
    declarations "$work/bindings.rs" "$work/_declarations.h" &&
        diff "$work/bindings.rs" examples/rust/coulomb-sys/src/bindings.rs &&
        diff "$work/_declarations.h" examples/python/coulomb/_declarations.h && return 0
    echo "the declarations for Rust or Python are not those of the headers; sh tests/abi/update.sh writes them"
    return 1
}
check "the declarations for Rust and Python are the headers'" declarations_fit

# An experimental header stands apart: coulomb.h does not include it, and it wants to be asked for.
mkdir "$work/headers"
cp include/coulomb/*.h "$work/headers"
printf '/** New. @since experimental */\nCOULOMB_API void coulomb_try(void);\n' >"$work/headers/experimental.h"
node_apart() {
    sh tests/abi/map.sh coulomb "$work/headers" >"$work/map" && grep -qx "} COULOMB_$release;" "$work/map" &&
        sed -n '/^COULOMB_EXPERIMENTAL {/,/^}/p' "$work/map" | grep -qx '    coulomb_try;' &&
        ! sed '/^COULOMB_EXPERIMENTAL {/,$d' "$work/map" | grep -q coulomb_try
}
check "an experimental function gets a node without a promise" node_apart
asks_first() {
    [ -e include/coulomb/experimental.h ] || return 0
    ! grep -l 'include <coulomb/experimental.h>' include/coulomb/*.h || return 1
    ! echo '#include <coulomb/experimental.h>' | cc -Iinclude -fsyntax-only -x c - || return 1
    echo '#include <coulomb/experimental.h>' | cc -Iinclude -DCOULOMB_EXPERIMENTAL -fsyntax-only -x c -
}
check "an experimental header wants to be asked for" asks_first

for header in include/coulomb/*.h; do
    header_name=$(basename "$header")
    places=-Iinclude
    if [ "$header_name" = mpi.h ]; then # it includes MPI's own
        [ -e "$mpi" ] || continue
        places="-Iinclude $(mpicc -show | tr ' ' '\n' | sed -n 's/^-I/-isystem /p' | tr '\n' ' ')"
    fi
    echo "#include <coulomb/$header_name>" >"$work/header.c"
    for dialect in c99 c11 c++17; do
        case $dialect in
        c++*) set -- c++ -x c++ ;;
        *) set -- cc -x c ;;
        esac
        check "$header_name compiles alone as $dialect" "$@" -std=$dialect -Wall -Wextra -Wpedantic -Werror $places \
            -DCOULOMB_EXPERIMENTAL -fsyntax-only "$work/header.c"
    done
done

# Without comments, and with the lines of a declaration joined.
cat include/coulomb/*.h | gcc -fpreprocessed -w -dD -E -P -x c - >"$work/code"
none() {
    [ -s "$work/code" ] && ! grep -nE "$1" "$work/code"
}
check "no structure or union shows its members" none '(struct|union)[^;]*\{'
check "no function is inline" none '\binline\b'
check "no macro takes arguments but the attribute's" none '^#define [A-Za-z_0-9]+\('
check "no function takes a variable number of arguments" none '\.\.\.|va_list'
check "no function takes a file, a bool, an enum or a structure" none '\bFILE\b|\b_?[Bb]ool\b|[(,] *enum |[(,] *struct [a-z_]+ [a-z]'
finish
