#!/bin/sh
# Libraries and programs are hardened. FORTIFIED PROTECTED FILE... as arguments: whether the build checks buffers' sizes
# and branches' targets (yes or no), and what to look at. Prints lines of the Test Anything Protocol.
set -u
fortified=$1
protected=$2
shift 2
. "$(dirname "$0")/../programs/cases.sh"

relocations_are_read_only() {
    readelf -lW "$1" | grep -q GNU_RELRO && readelf -dW "$1" | grep -qE 'BIND_NOW|FLAGS_1.* NOW'
}
stack_is_not_code() {
    readelf -lW "$1" | grep GNU_STACK | grep -q ' RW ' && ! readelf -lW "$1" | grep -q ' RWE '
}
# Programs and libraries alike are loaded anywhere.
is_anywhere() {
    readelf -hW "$1" | grep -q 'Type: *DYN'
}
stack_is_guarded() {
    nm -D --undefined-only "$1" | grep -q ' __stack_chk_fail'
}
sizes_are_checked() {
    nm -D --undefined-only "$1" | grep -qE ' __[a-z]*printf_chk'
}
# Where an indirect call may lead, there is a mark: in every exported function, or in main.
targets_are_marked() {
    { nm -D --defined-only "$1" | sed -n 's/^[0-9a-f]* T \(coulomb_[a-z0-9_]*\).*/\1/p' && echo main; } >"$work/targets"
    objdump -d --no-show-raw-insn "$1" | awk -v targets="$work/targets" '
        BEGIN { while ((getline name <targets) > 0) target["<" name ">:"] = 1 }
        $2 in target { wanted = $2; next }
        wanted { if ($2 != "endbr64") { print "no mark at the start of " wanted; bad = 1 }; marks++; wanted = "" }
        END { exit bad || marks == 0 }'
}

for file; do
    of=$(basename "$file")
    check "$of: relocations become read-only at the start" relocations_are_read_only "$file"
    check "$of: the stack is not executable" stack_is_not_code "$file"
    check "$of: loaded at any address" is_anywhere "$file"
    check "$of: stacks are guarded" stack_is_guarded "$file"
    [ "$fortified" = no ] || check "$of: sizes of buffers are checked" sizes_are_checked "$file"
    [ "$protected" = no ] || check "$of: targets of indirect calls are marked" targets_are_marked "$file"
done
finish
