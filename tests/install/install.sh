#!/bin/sh
# Installing, and building programs against what was installed, from outside the source tree. Run from the top, with a
# build directory as argument. Each line "ok - ..." is a case.
set -u
build=$(cd "$1" && pwd)
source=$(pwd)
. tests/programs/cases.sh
unset PKG_CONFIG_PATH LD_LIBRARY_PATH DESTDIR

version=$(sed -n "s/^  version: '\(.*\)',/\1/p" meson.build)
number=$(sed -n 's/^abi_version = //p' meson.build)
prefix=$(meson introspect --buildoptions "$build" | tr '{' '\n' | sed -n 's/.*"name": "prefix", "value": "\([^"]*\)".*/\1/p')
libdir=$(meson introspect --buildoptions "$build" | tr '{' '\n' | sed -n 's/.*"name": "libdir", "value": "\([^"]*\)".*/\1/p')
case $prefix in
"$source"/*) ;;
*)
    echo "not ok - $build installs into $prefix; configure it with a prefix below the source tree"
    exit 1
    ;;
esac
mkdir "$work/away"
cp tests/install/program.c "$work/away"
cd "$work/away" || exit 1

# --- into the prefix ---

check "meson install" meson install -C "$build" --no-rebuild
multiarch=lib/$(gcc -print-multiarch)
check "libraries are where Debian wants them" test -e "$prefix/$multiarch/libcoulomb.so.$number"
for file in "$libdir/libcoulomb.so" "$libdir/libcoulomb.a" "$libdir/pkgconfig/coulomb.pc" include/coulomb/coulomb.h \
    bin/coulomb-gaussian25 share/man/man1/coulomb-gaussian25.1 share/doc/libcoulomb/COPYING \
    share/doc/libcoulomb/doc/guide.md; do
    check "$file is installed" test -e "$prefix/$file"
done
all_headers() {
    diff -r "$source/include/coulomb" "$prefix/include/coulomb"
}
check "all headers are installed, and nothing else" all_headers
# No file of ours meets one of another package.
prefixed() {
    meson introspect --installed "$build" | tr ',' '\n' | sed -n 's/.*": "\(.*\)".*/\1/p' | sed "s|^$prefix/||" >"$work/installed"
    [ "$(wc -l <"$work/installed")" -gt 20 ] || return 1
    ! grep -vE "^(bin/coulomb-|share/man/man1/coulomb-|$libdir/(libcoulomb(-cuda|-mpi)?\.|pkgconfig/coulomb)|include/coulomb/|share/doc/libcoulomb/)" \
        "$work/installed"
}
check "all that is installed bears the library's name" prefixed
pages_of_programs() {
    ls "$prefix/bin" | sed 's/$/.1/' | diff - "$work/pages"
}
(cd "$prefix/share/man/man1" && ls) >"$work/pages"
check "every program has a manual page" pages_of_programs
documents_link() {
    (cd "$prefix/share/doc/libcoulomb" && sh "$source/tests/links.sh" ./*.md doc/*.md)
}
check "links between the installed documents lead somewhere" documents_link
own_names() {
    [ "$(nm -g --defined-only "$prefix/$libdir/libcoulomb.a" | grep -c ' T coulomb_')" -gt 50 ] || return 1
    ! nm -g --defined-only "$prefix/$libdir/libcoulomb.a" | grep -v ' coulomb_' | grep ' [A-Z] '
}
check "all global names of the static library begin with coulomb_" own_names
check "the installed program finds its library" env LD_LIBRARY_PATH="$prefix/$libdir" "$prefix/bin/coulomb-gaussian25" --version

# trains COMMAND...: the program of this folder was built and runs
trains() {
    run 0 "$@" || return 1
    says "$work/out" "$version, interface $number, " && says "$work/out" "trained: COULOMB_OK"
}
links() {
    ldd "$1" | grep -q 'libcoulomb\.so\.'"$number"
}
PKG_CONFIG_PATH=$prefix/$libdir/pkgconfig
export PKG_CONFIG_PATH
check "pkg-config tells the release" is "$version" pkg-config --modversion coulomb
check "a program compiles against the shared library" \
    sh -c 'cc program.c $(pkg-config --cflags --libs coulomb) -o shared'
check "it uses that one" links ./shared
# The program and the command of the README, as they stand there.
first_program() (
    mkdir first && cd first || exit 1
    awk '/^```c$/ { inside = 1; next } /^```$/ { if (inside) exit } inside' "$source/README.md" >program.c
    sed -n '/^cc program\.c /p' "$source/README.md" >command
    [ -s program.c ] && [ -s command ] && sh command && links ./a.out
)
check "the README's program compiles with the README's command" first_program
check "it runs" trains env LD_LIBRARY_PATH="$prefix/$libdir" ./shared
check "a program compiles without any shared library" \
    sh -c 'cc -static program.c $(pkg-config --cflags --libs --static coulomb) -o static'
check "it uses none" sh -c 'test -x ./static && ! ldd ./static'
check "it runs alone" trains ./static
check "it knows its BLAS" says "$work/out" "OpenBLAS"
check "a program compiles against the static library and shared ones of others" sh -c '
    cc program.c $(pkg-config --cflags --libs --static coulomb | sed "s/-lcoulomb/-l:libcoulomb.a/") -o mixed &&
        ldd ./mixed >libraries && ! grep coulomb libraries'
check "it runs, too" trains ./mixed

# The program has names that the library uses inside.
clashes() {
    { cat program.c && printf 'void gemm(void);\nvoid fail(void);\nvoid gemm(void) {}\nvoid fail(void) {}\n'; } >clash.c
    cc clash.c $(pkg-config --cflags --libs --static coulomb | sed "s/-lcoulomb/-l:libcoulomb.a/") -o clash
}
check "a program may have the names that the library has inside" clashes
check "and runs" trains ./clash

mkdir cmake && cp program.c "$source/tests/install/cmake/CMakeLists.txt" cmake
cmake_builds() {
    cmake -S cmake -B cmake/build && cmake --build cmake/build
}
check "CMake finds it by pkg_check_modules" cmake_builds
check "its program runs" trains env LD_LIBRARY_PATH="$prefix/$libdir" cmake/build/user

mkdir meson && cp program.c "$source/tests/install/subproject/meson.build" meson
meson_builds() {
    meson setup meson/build meson && ninja -C meson/build
}
check "Meson finds it installed" meson_builds
check "that program runs" trains env LD_LIBRARY_PATH="$prefix/$libdir" meson/build/user

# --- staged, as packages are built ---

check "meson install into a staging directory" env DESTDIR="$work/stage" meson install -C "$build" --no-rebuild
staged() {
    (cd "$work/stage$prefix" && find . ! -type d | sort) >"$work/staged"
    (cd "$prefix" && find . ! -type d | sort) | diff "$work/staged" -
}
check "it holds the same files" staged
no_paths() {
    ! grep -rl "$work" "$work/stage" && ! readelf -d "$work/stage$prefix/$libdir/libcoulomb.so" | grep -E 'RPATH|RUNPATH'
}
check "none of them knows where it was staged or built" no_paths
check "a program compiles against the staged files" env PKG_CONFIG_SYSROOT_DIR="$work/stage" \
    PKG_CONFIG_PATH="$work/stage$prefix/$libdir/pkgconfig" sh -c '
        cc program.c $(pkg-config --cflags --libs coulomb | tr " " "\n" | grep coulomb) -I"$1/include" -L"$1/$2" -lcoulomb \
            -o staged' sh "$work/stage$prefix" "$libdir"
check "and runs with them" trains env LD_LIBRARY_PATH="$work/stage$prefix/$libdir" ./staged

# --- without installing ---

PKG_CONFIG_PATH=$build/pkgconfig
check "a program compiles against the build directory" \
    sh -c 'pkg-config --uninstalled coulomb && cc program.c $(pkg-config --cflags --libs coulomb) -o uninstalled'
check "and runs there" trains env LD_LIBRARY_PATH="$build/lib" ./uninstalled
unset PKG_CONFIG_PATH

# Inside another project, which wants everything static and in plain lib.
mkdir -p inside/subprojects/coulomb && cp program.c "$source/tests/install/subproject/meson.build" inside
(cd "$source" && cp -r meson.build meson_options.txt include lib pkgconfig "$work/away/inside/subprojects/coulomb")
subproject_builds() {
    meson setup inside/build inside --libdir=lib --prefix="$work/inside" -Ddefault_library=static &&
        meson install -C inside/build
}
check "Meson builds it inside another project" subproject_builds
# levels DIRECTORY: how kernels and the other files of the library are optimised there
levels() {
    sed -n 's/.*"command": "\(.*-c .*subprojects\/coulomb\/lib\/.*\)",$/\1/p' "$1/compile_commands.json" |
        awk '{ level = "-O0"; for (i = 1; i <= NF; i++) if ($i ~ /^-O/) level = $i
               print ($NF ~ /(kernels|products)\/(.*\.)?tier\.c$/ ? "kernels" : "rest"), level }' | sort -u | tr '\n' ' '
}
optimised() {
    is "kernels -O3 rest -O2 " levels inside/build
}
check "it is optimised there though the build type is debug" optimised
check "and hardened" sh "$source/tests/abi/hardening.sh" yes \
    "$(case $(uname -m) in x86_64) echo yes ;; *) echo no ;; esac)" inside/build/subprojects/coulomb/lib/libcoulomb.so
check "so is its static library" sh -c "nm inside/build/subprojects/coulomb/lib/libcoulomb.a | grep -q ' U __stack_chk_fail'"
unoptimised() {
    meson setup inside/unoptimised inside -Dcoulomb:unoptimized=true && is "kernels -O0 rest -O0 " levels inside/unoptimised
}
check "unless that is asked for" unoptimised
optimised_for_release() {
    meson setup inside/release inside -Dbuildtype=release -Dcoulomb:unoptimized=true &&
        is "kernels -O3 rest -O2 " levels inside/release
}
check "and the build type is debug" optimised_for_release
check "the program of that project holds it" \
    sh -c "ldd '$work/inside/bin/user' >libraries && ! grep coulomb libraries"
check "and runs anywhere" trains "$work/inside/bin/user"
check "its libraries went to plain lib" test -e "$work/inside/lib/libcoulomb.so.$number"
finish
