#!/bin/sh
# The long round of faults: MINUTES [BUILD]. Calls that fail, kills, losses of power, limits and failing allocations of
# every program, and faults of one process of two, in turn and each time in more places, until the minutes are over; a round
# that has begun is finished. Ends with 1 if anything was found.
minutes=${1:?MINUTES}
cd "$(dirname "$0")/../.." || exit 99
build=${2:-build/gcc}
ninja -C "$build" >/dev/null || exit 99
end=$(($(date +%s) + minutes * 60))
status=0
each=1

round() {
    echo "== $*"
    script=$1
    shift
    sh tests/faults/"$script".sh "$build" "$@" || status=1
}

while [ "$(date +%s)" -lt "$end" ]; do
    for script in "calls $each 1 long" "kills $each long" "limits $each long" "power $each long" "memory $each long"; do
        [ "$(date +%s)" -ge "$end" ] || round $script
    done
    if mpirun=$(command -v mpirun) && [ -e "$build/lib/mpi/libcoulomb-mpi.so" ]; then
        echo "== ranks $each"
        sh tests/faults/ranks.sh "$build" "$mpirun" "$each" || status=1
    fi
    each=$((each * 3))
done
[ "$(date +%s)" -ge "$end" ] || round memory 0 long
exit "$status"
