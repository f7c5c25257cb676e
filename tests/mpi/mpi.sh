#!/bin/sh
# Processes of one run under mpirun. Arguments: mpirun, the program, the same one with parts of few bytes, the one that
# leaves MPI to the library, and how many ranks to kill (4). Fifty:
#   (cd build/gcc/tests/mpi && sh ../../../../tests/mpi/mpi.sh mpirun mpi-ranks mpi-ranks-in-parts mpi-world 50)
mpirun=$1
program=$(realpath "$2")
in_parts=$(realpath "$3")
world=$(realpath "$4")
kills=${5:-4}
here=$(realpath "$(dirname "$0")")
. "$here/../programs/cases.sh"
cd "$work" || exit 1
. "$here/environment.sh"

same_bits() {
    timeout 500 "$mpirun" -n "$1" "$2" "$3" "$4" "$5" "${6:-}" >out 2>err && grep -q "the same bits" out && return 0
    cat out err
    return 1
}
for shards in 4 8; do
    for ranks in 1 2 4; do
        check "$ranks ranks with $shards shards have the bits of one process" same_bits $ranks "$program" train $shards none
    done
done
check "messages that go in parts arrive" same_bits 4 "$in_parts" train 4 none
check "one rank's error is all ranks', and all go on" same_bits 4 "$program" error 4 none
dies() {
    start=$(date +%s)
    timeout 60 "$mpirun" -n 4 "$program" die 4 >out 2>err
    code=$?
    [ $code -ne 0 ] && [ $code -ne 124 ] && [ $(($(date +%s) - start)) -le 30 ] && return 0
    cat out err
    return 1
}
check "a rank that dies ends the others" dies

# Run after run, each with another number of ranks, one of which is killed some time after the run has saved; the last
# run goes some updates further and ends.
killed_anywhere() {
    rm -f kept
    touch before
    for attempt in $(seq "$kills"); do
        ranks=$((1 << (1 + attempt % 2)))
        timeout 200 "$mpirun" -n $ranks "$program" resume 4 kept 1000000 >out 2>err &
        process=$!
        tries=0
        while ! [ kept -nt before ] && [ "$tries" -lt 1000 ]; do
            sleep 0.05
            tries=$((tries + 1))
        done
        sleep "0.0$(od -A n -N 1 -t u1 /dev/urandom | tr -d ' ')"
        victim=$(pgrep -P "$(pgrep -P $process)" | tail -n 1)
        kill -9 "$victim" || return 1
        wait $process
        code=$?
        if [ $code -eq 0 ] || [ $code -eq 124 ]; then
            echo "run $attempt ended with code $code:"
            cat out err
            return 1
        fi
        touch before
        sleep 0.05
    done
    same_bits 2 "$program" resume 4 kept 20
}
check "runs whose ranks are killed end with the bits of one that is not" killed_anywhere

begins_and_ends() {
    timeout 60 "$mpirun" -n "$1" "$world" "$1" >out 2>err && grep -q "^$1 ranks: all true" out && return 0
    cat out err
    return 1
}
check "one process is its whole world" "$world" 1
check "MPI begins with the first communicator and ends with the last" begins_and_ends 3
finish
