#!/bin/sh
# Faults on one of two processes that train together: a system call or an allocation of its fails, once or from one on.
# Both end, with an error or as if nothing had happened; no file is half written, and the run goes on to the same end.
# BUILD MPIRUN [EACH] as arguments: of each kind of fault on each rank EACH calls. MPI's own allocations and sockets are
# spared: what it does without them is its own matter.
. "$(dirname "$0")/scenarios.sh"
mpirun=$2
each=${3:-1}
. "$(dirname "$0")/../mpi/environment.sh"
one_rank=$(realpath "$(dirname "$0")/one_rank.sh")
scenario=gaussian25
of_points="$of_points --shards 2"
together="timeout -k 10 90 $mpirun -n 2 sh $one_rank"

# Group of calls and what it gives, as in calls.sh; every other fault stays. Directories are made by MPI alone.
faults='open 24
read 5
write 28
sync 5
rename 5
map 12
thread 11'

# spread COUNT: EACH numbers up to it, the last near its end: MPI's own calls come first
spread() {
    awk -v count="$1" -v each="$each" 'BEGIN { for (i = 1; i <= each && i <= count; i++) print int(count * (i - 0.3) / each) + 1 }'
}

# try RANK VARIABLES...
try() {
    restore $scenario
    with="$together $*"
    act $scenario >"$work/faulty.out" 2>"$work/faulty.err" </dev/null
    code=$?
    [ "$code" -eq 0 ] || ends=$((ends + 1))
    if [ "$code" -eq 124 ] || [ "$code" -ge 137 ]; then
        echo "code $code: $(tail -n 3 "$work/faulty.err")"
        return 1
    fi
    if [ "$code" -eq 0 ]; then
        equal sound $scenario
        return
    fi
    [ -s "$work/faulty.err" ] && whole && go_on $scenario
}

tries=0
ends=0
# attempt RANK VARIABLES...: one fault
attempt() {
    tries=$((tries + 1))
    try "$@" >"$work/try.log" 2>&1 && return 0
    echo "rank $*"
    head -n 8 "$work/try.log"
    wrong=$((wrong + 1))
}

# counted RANK VARIABLES...: an undisturbed run, with the rank's counts in $work/count
counted() {
    restore $scenario
    with="$together $* FAULT_COUNT=$work/count"
    act $scenario >"$work/faulty.out" 2>"$work/faulty.err" </dev/null && [ -s "$work/count" ] && equal sound $scenario
}

calls_of() {
    wrong=0
    counted "$1" FAULT_FILES=1 LD_PRELOAD="$calls" || return 1
    cp "$work/count" "$work/counts"
    echo "$faults" >"$work/faults"
    while read -r group does; do
        for at in $(spread "$(awk -v group="$group" '$1 == group { print $2 }' "$work/counts")"); do
            from=$((1 - ${from:-0}))
            attempt "$1" FAULT_FILES=1 FAULT_CALL="$group" FAULT_DOES="$does" FAULT_FROM=$from FAULT_AT="$at" LD_PRELOAD="$calls"
        done
    done <"$work/faults"
    [ "$wrong" -eq 0 ]
}

memory_of() {
    wrong=0
    counted "$1" LD_PRELOAD="$memory" || return 1
    for at in $(each=$((3 * each)) && spread "$(cat "$work/count")"); do
        attempt "$1" FAULT_AT="$at" LD_PRELOAD="$memory"
    done
    [ "$wrong" -eq 0 ]
}

begin $scenario
for rank in 0 1; do
    check "failing calls on rank $rank of 2" calls_of $rank
    check "failing allocations on rank $rank of 2" memory_of $rank
done
echo "# $tries faults, $ends runs ended by them"
check "some were ended" test "$ends" -gt 0
finish
