#!/bin/sh
# Programs whose surroundings are narrow: descriptors that are closed or full; limits of files, descriptors, memory and
# threads; file systems that are full or read-only. BUILD [EACH [SCENARIOS]] as arguments: of each kind of limit EACH sizes.
. "$(dirname "$0")/scenarios.sh"
each=${2:-2}
scenarios=$(scenarios "$3")
killed=

# limited NAME SHELL_COMMAND: the program runs in a shell behind that command, which may end with `exec` redirections
limited() {
    restore "$1"
    with="timeout --foreground -s KILL 60"
    (
        eval "$2"
        act "$1"
    ) >"$work/faulty.out" 2>"$work/faulty.err" </dev/null
    code=$?
    tries=$((tries + 1))
    # the loader's own refusal, before there is a program
    [ "$code" -ne 127 ] || return 0
    judge "$1" "$code" && return 0
    echo "$1: $2: code $code: $(tail -n 3 "$work/faulty.err")"
    return 1
}

# without NAME REDIRECTIONS: messages and results may be lost, nothing else
without() {
    restore "$1"
    with=
    (
        eval "exec $2"
        act "$1"
    ) >"$work/faulty.out" 2>"$work/faulty.err" </dev/null
    code=$?
    tries=$((tries + 1))
    { [ "$code" -eq 0 ] && equal sound "$1"; } || { [ "$code" -eq 1 ] && [ "$3" = results ]; } && go_on "$1" && return 0
    echo "$1: $2: code $code: $(tail -n 3 "$work/faulty.err")"
    return 1
}

descriptors() {
    without "$1" "<&-" && without "$1" "2>&-" messages && without "$1" "2>/dev/full" messages &&
        without "$1" ">&-" results && without "$1" ">/dev/full" results && without "$1" "<&- >&- 2>&-" results
}

# several LOW HIGH: EACH whole numbers, evenly
several() {
    awk -v low="$1" -v high="$2" -v each="$each" 'BEGIN { for (i = 0; i < each; i++) print int(low + (high - low) * (i + 0.5) / each) }'
}

# What the scenario has in the end, in units of 512 bytes; of its memory, KiB.
blocks_of() {
    find "$work/sound/$1" -type f -exec wc -c {} + | awk '$2 != "total" && $1 > most { most = $1 } END { print int(most / 512) + 1 }'
}

limits() {
    wrong=0
    for most in $(several 1 $(($(blocks_of "$1") + 1))); do
        limited "$1" "ulimit -f $most" || wrong=1
    done
    for most in $(several 3 20); do
        limited "$1" "ulimit -n $most" || wrong=1
    done
    for most in $(several 30000 400000); do
        limited "$1" "ulimit -v $most" || wrong=1
    done
    [ "$wrong" -eq 0 ]
}

# As a user other than root, whose threads are counted.
threads() {
    printf 'most=$1\nshift\nexec prlimit --nproc="$most" setpriv --reuid 4567 --regid 4567 --clear-groups "$@"\n' >"$work/counted"
    chmod -R a+rwX "$work"
    wrong=0
    for most in $(several 1 5); do
        restore "$1"
        chmod -R a+rwX "$out"
        with="sh $work/counted $most"
        act "$1" >"$work/faulty.out" 2>"$work/faulty.err" </dev/null
        code=$?
        tries=$((tries + 1))
        judge "$1" "$code" || {
            echo "$1: $most threads: code $code: $(tail -n 3 "$work/faulty.err")"
            wrong=1
        }
    done
    [ "$wrong" -eq 0 ]
}

# on_disk NAME SIZE_IN_KIB OPTION: on a file system of that size, or with that option
on_disk() {
    restore "$1"
    mount -t tmpfs -o "size=${2}k" none "$out" || return 1
    cp -a "$work/before/$1/." "$out" 2>/dev/null || {
        umount "$out"
        return 0
    }
    mount -o "remount,$3" "$out"
    with=
    act "$1" >"$work/faulty.out" 2>"$work/faulty.err" </dev/null
    code=$?
    tries=$((tries + 1))
    mount -o remount,rw,size=100m "$out"
    judge "$1" "$code"
    judged=$?
    umount "$out"
    [ "$judged" -eq 0 ] || echo "$1: $2 KiB, $3: code $code: $(tail -n 3 "$work/faulty.err")"
    return "$judged"
}

disks() {
    wrong=0
    least=$(($(du -sk "$work/before/$1" | cut -f 1) + 8))
    for most in $(several "$least" $((least + $(du -sk "$work/sound/$1" | cut -f 1)))); do
        on_disk "$1" "$most" rw || wrong=1
    done
    on_disk "$1" 100000 ro || wrong=1
    [ "$wrong" -eq 0 ]
}

# may NAME WHAT COMMAND...: a check where the command succeeds
may() {
    name=$1
    shift
    if mount -t tmpfs none "$work/tree" 2>/dev/null && umount "$work/tree"; then
        check "$name" "$@"
    else
        echo "ok - $name # SKIP no right to mount file systems"
        cases=$((cases + 1))
    fi
}

trap 'umount "$out" 2>/dev/null; rm -rf "$work"' EXIT
begin "$scenarios"
tries=0
for name in $scenarios; do
    scenario=$name
    check "descriptors: $scenario" descriptors "$scenario"
    check "limits: $scenario" limits "$scenario"
    may "full and read-only disks: $scenario" disks "$scenario"
done
if [ "$(id -u)" = 0 ]; then
    check "threads" threads "${scenarios%% *}"
else
    echo "ok - threads # SKIP only root can be another user"
    cases=$((cases + 1))
fi
echo "# $tries runs"
finish
