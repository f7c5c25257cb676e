#!/bin/sh
# Programs whose system calls fail, one at a time or from one on: each ends as it would have, or with a complaint that
# names what failed, and leaves what goes on to the same end. BUILD [EACH [STEP [SCENARIOS]]] as arguments: of each kind of
# fault EACH calls, of all these faults every STEPth.
. "$(dirname "$0")/scenarios.sh"
each=${2:-2}
step=${3:-1}
scenarios=$(scenarios "$4")

# Group of calls (groups.h), what it gives (calls.c), and the reason that a message must give; "-" where a signal or a
# call that did part of its work is meant to change nothing, "+" where a program may do without.
faults='open 24 Too many open files|does not open more files
open 13 Permission denied|permissions forbid
open 28 No space left on device|could not read
read 5 Input/output error|could not read|Premature end
read short -
read 4 Interrupted system call|could not read
write 28 No space left on device
write 5 Input/output error
write short -
write 4 Interrupted system call
sync 5 Input/output error
sync 28 No space left on device
sync 4 Interrupted system call
close 5 Input/output error
rename 5 Input/output error
rename 28 No space left on device
rename 22 +
unlink 13 Permission denied
unlink 5 Input/output error
link 1 +
link 31 +
mkdir 28 No space left on device
mkdir 13 Permission denied
stat 5 Input/output error|could not read
stat 13 Permission denied|permissions forbid
access 13 Permission denied
list 5 Input/output error
truncate 28 No space left on device
seek 5 Input/output error
control 37 +
control 4 +
mode 1 +
map 12 memory|threads
follow 5 Input/output error
thread 11 thread'

# choose: lines "GROUP DOES REST AT REASON"; the counts of calls on standard input; every other fault stays
choose() {
    awk -v faults="$faults" -v each="$each" -v step="$step" -v shift="$1" '
        { count[$1] = $2 }
        END {
            rows = split(faults, row, "\n")
            for (i = 1; i <= rows; i++) {
                split(row[i], part, " ")
                reason = row[i]
                sub(/^[^ ]+ [^ ]+ /, "", reason)
                all = count[part[1]]
                for (j = 0; j < each && j < all; j++) {
                    at = each < all ? int((j + 0.5) * all / each + (i * 7) % (all / each)) % all + 1 : j + 1
                    stays = part[2] != 4 && number % 2
                    if ((number++ + shift) % step == 0)
                        print part[1], part[2], stays ? "FAULT_FROM=1" : "FAULT_FROM=", at, reason
                }
            }
        }'
}

explained() {
    case $1 in
    - | +) return 0 ;;
    esac
    tr '\n' ' ' <"$work/faulty.err" | grep -qiE -e "$1" &&
        grep -qE -e '/[^ ]|standard output|thread' "$work/faulty.err" && return 0
    echo "the message does not say '$1' of a file: $(tail -n 3 "$work/faulty.err")"
    return 1
}

# try NAME GROUP DOES FROM AT REASON
try() {
    restore "$1"
    with="timeout --foreground -s KILL 60 env FAULT_CALL=$2 FAULT_DOES=$3 $4 FAULT_AT=$5 LD_PRELOAD=$calls"
    act "$1" >"$work/faulty.out" 2>"$work/faulty.err" </dev/null
    code=$?
    if [ "$code" -ne 0 ]; then
        explained "$6" || return 1
        # the library that writes databases does not try again
        [ "$6" != - ] || [ "$1" != "${1#lmdb}" ] || {
            echo "code $code: $(tail -n 3 "$work/faulty.err")"
            return 1
        }
    fi
    judge "$1" "$code"
}

# What once went wrong, by scenario: text that could not be read to its end passed for a short one, a history that could
# not be read for an empty one, a directory for one with fewer checkpoints, a link to a folder for another file.
always='billion-word read 5 FAULT_FROM= 2 Input/output error
gaussian25 read 5 FAULT_FROM=1 1 Input/output error
gaussian25 list 5 FAULT_FROM=1 3 Input/output error
celeba stat 5 FAULT_FROM= 14 Input/output error
lmdb write 28 FAULT_FROM= 2 No space left on device'

number=0
tried() {
    with="env FAULT_COUNT=$work/count LD_PRELOAD=$calls"
    restore "$1"
    act "$1" >/dev/null 2>&1 </dev/null || return 1
    choose $((number * 5)) <"$work/count" >"$work/faults"
    echo "$always" | sed -n "s/^$1 //p" >>"$work/faults"
    [ -s "$work/faults" ] || return 1
    wrong=0
    while read -r group does from at reason; do
        number=$((number + 1))
        try "$1" "$group" "$does" "$from" "$at" "$reason" >"$work/try.log" 2>&1 && continue
        echo "$1: $group $at gives $does, $from"
        head -n 8 "$work/try.log"
        wrong=$((wrong + 1))
    done <"$work/faults"
    [ "$wrong" -eq 0 ]
}

# stays NAME GROUP TEST FILE MAKE...: MAKE makes what TEST finds under the name FILE, also when a call of the group has
# failed: what a file is must not be guessed.
stays() {
    scenario=$1 group=$2 finds=$3 file=$4
    shift 4
    for at in $(seq 10); do
        "$@" || return 1
        with="env FAULT_CALL=$group FAULT_DOES=5 FAULT_AT=$at LD_PRELOAD=$calls"
        act "$scenario" >/dev/null 2>"$work/err" </dev/null
        number=$((number + 1))
        test "$finds" "$file" || {
            echo "$scenario: $group $at took what has the name: $(tail -n 1 "$work/err")"
            return 1
        }
    done
}

make_pipe() {
    rm -rf "$out"
    mkdir "$out" && mkfifo "$out/made.npz"
}

make_link() {
    restore table-resume
    mv "$out/checkpoint.safetensors" "$work/elsewhere" && ln -s "$work/elsewhere" "$out/checkpoint.safetensors"
}

begin "$scenarios"
killed=
case " $scenarios " in *" statistics "*) check "a pipe stays" stays statistics stat -p "$out/made.npz" make_pipe ;; esac
case " $scenarios " in *" table-resume "*)
    check "a link to a checkpoint stays" stays table-resume follow -L "$out/checkpoint.safetensors" make_link
    ;;
esac
for name in $scenarios; do
    check "failing calls: $name" tried "$name"
done
echo "# $number failing calls"
finish
