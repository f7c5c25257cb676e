#!/bin/sh
# Training programs as processes of one run: MPIRUN GAUSSIAN25 CELEBA BILLION_WORD MAKE_DATASET STUB INSPECT FID
# WRITE_WEIGHTS TABLE as arguments. The variable KILLS says how many runs are killed.
mpirun=$1
gaussian25=$2
celeba=$3
billion_word=$4
make_dataset=$5
stub=$(dirname "$6")
inspect=$7
fid=$8
write_weights=$9
shift 9
table=$1
kills=${KILLS:-3}
. "$(dirname "$0")/cases.sh"
. "$(dirname "$0")/../mpi/environment.sh"

# together RANKS COMMAND...
together() {
    ranks=$1
    shift
    timeout 120 "$mpirun" -n "$ranks" "$@"
}

same_runs() {
    same "$1/checkpoint.safetensors" "$2/checkpoint.safetensors" && same "$1/history.csv" "$2/history.csv"
}

# told_once TEXT: one line of $work/err has it
told_once() {
    is 1 grep -cF -e "$1" "$work/err" && return 0
    cat "$work/err"
    return 1
}

# --- the same bits ---

short="--samples 100 --history-every 5 --steps 40 --shards 4 --checkpoint-every 10"
check "gaussian25 in one process" run 0 "$gaussian25" --out "$work/one" $short
for ranks in 1 2 4; do
    for threads in 1 2; do
        check "in $ranks with $threads threads" run 0 together $ranks "$gaussian25" --out "$work/r$ranks$threads" $short \
            --threads $threads
        check "has the same bits" same_runs "$work/one" "$work/r$ranks$threads"
        check "and the same samples" same "$work/one/samples.npy" "$work/r$ranks$threads/samples.npy"
    done
done
check "a run of several says so" told_once "4 processes train together."
check "and records it" is 4 "$inspect" json "$work/r42/metrics.json" processes
check "processors are divided" run 0 together 2 "$gaussian25" --out "$work/divided" $short --threads 0
check "among the processes of a host" is "$(($(nproc) > 3 ? $(nproc) / 2 : 1))" \
    "$inspect" json "$work/divided/metrics.json" threads
check "shards and all charges" run 0 "$gaussian25" --out "$work/charges" $short --replay on --charges-target 300 --batch 60
check "are the same in four" run 0 together 4 "$gaussian25" --out "$work/charges4" $short --replay on --charges-target 300 \
    --batch 60
check "to the bit" same_runs "$work/charges" "$work/charges4"

small="--data synthetic --size 32 --generator-channels 16 --discriminator my --discriminator-channels 4 --latent 8 --batch 16
    --shards 4 --grid 2 --held-out 8 --crop 0 --steps 6 --history-every 1 --statistics-every 2 --samples-every 3
    --checkpoint-every 2 --lr-plateau 1"
check "celeba with batch norm in one process" run 0 "$celeba" --out "$work/faces" $small
for ranks in 2 4; do
    check "in $ranks" run 0 together $ranks "$celeba" --out "$work/faces$ranks" $small --threads $((5 - ranks))
    check "has the same bits" same_runs "$work/faces" "$work/faces$ranks"
    check "and pictures" same "$work/faces/samples-0000003.png" "$work/faces$ranks/samples-0000003.png"
done
check "with synchronised batch norm in one process" run 0 "$celeba" --out "$work/norm" $small --synchronized-norm on
check "in two" run 0 together 2 "$celeba" --out "$work/norm2" $small --synchronized-norm on
check "has the same bits" same_runs "$work/norm" "$work/norm2"

make_weights() {
    mv "$("$write_weights")" "$work/weights.safetensors"
}
check "weights to measure with" make_weights
check "a tree of images" run 0 "$make_dataset" --draw faces --format tree --count 40 --out "$work/tree"
check "and one of few" run 0 "$make_dataset" --draw faces --format tree --count 4 --out "$work/few"
check "statistics of some" run 0 "$fid" --target "$work/few" --crop 108 --size 32 \
    --inception "$work/weights.safetensors" --save-stats "$work/few.npz"
measured="$small --steps 1 --held-out 0 --fid-stats $work/few.npz --inception $work/weights.safetensors --fid-every 1
    --fid-samples 20"
check "celeba with the distance in one process" run 0 "$celeba" --out "$work/fid" $measured
check "in two" run 0 together 2 "$celeba" --out "$work/fid2" $measured
check "has the same one" same "$work/fid/history.csv" "$work/fid2/history.csv"

words="--data synthetic --lines 2000 --width 8 --blocks 1 --batch 8 --shards 4 --steps 4 --history-every 2 --samples-every 4"
check "billion-word in one process" run 0 "$billion_word" --out "$work/words" $words
check "in two" run 0 together 2 "$billion_word" --out "$work/words2" $words
check "has the same bits" same_runs "$work/words" "$work/words2"
check "and lines" same "$work/words/samples-latest.txt" "$work/words2/samples-latest.txt"

awk 'BEGIN { print "a,b"; for (i = 0; i < 200; i++) print i % 3 "," i * 7 % 31 / 4 }' >"$work/rows.csv"
rows="--data $work/rows.csv --batch 32 --charges-model 32 --charges-target 64 --units 32 --shards 4 --steps 40
    --history-every 10"
check "coulomb-table in one process" run 0 "$table" --out "$work/rows" $rows
check "in four" run 0 together 4 "$table" --out "$work/rows4" $rows
check "has the same bits" same_runs "$work/rows" "$work/rows4"
check "and rows" same "$work/rows/synthetic.csv" "$work/rows4/synthetic.csv"

# --- stopping and going on ---

check "a run of two stops" run 0 together 2 "$gaussian25" --out "$work/parts" $short --stop-at 13
check "and goes on in four" run 0 together 4 "$gaussian25" --out "$work/parts" --resume --stop-at 27
check "and ends alone" run 0 "$gaussian25" --out "$work/parts" --resume
check "with the same bits" same_runs "$work/one" "$work/parts"
check "images stop in one" run 0 "$celeba" --out "$work/faces-parts" $small --stop-at 3
check "and end in four" run 0 together 4 "$celeba" --out "$work/faces-parts" --resume
check "with the same bits" same_runs "$work/faces" "$work/faces-parts"

# long DIRECTORY RANKS: starts a run that does not end by itself and waits until it trains; sets $launcher
long() {
    rm -rf "$1"
    together "$2" "$gaussian25" --out "$1" --shards 4 --samples 100 --history-every 1 --steps 100000000 \
        --checkpoint-every 100000000 >"$work/out" 2>"$work/err" </dev/null &
    launcher=$!
    tries=0
    while ! [ "$(wc -l <"$1/history.csv" 2>/dev/null || echo 0)" -gt 5 ] && [ "$tries" -lt 300 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    [ "$tries" -lt 300 ]
}

# The run's mpirun, below a shell and timeout.
mpirun_itself() {
    pgrep -P "$(pgrep -P $launcher)"
}

# processes NAME DIRECTORY: numbers of that program's processes there, oldest first
processes() {
    pgrep -f "^$1 --out $2 "
}

# The run that was stopped goes on to the bits of one that was not.
goes_on() {
    done_updates=$(sed -n 's/^Saved at update \([0-9]*\) .*/\1/p' "$work/err")
    [ "${done_updates:-0}" -gt 0 ] || {
        cat "$work/err"
        return 1
    }
    last=$((done_updates + 20))
    run 0 "$gaussian25" --out "$1" --resume --steps $last &&
        run 0 "$gaussian25" --out "$work/straight" --shards 4 --samples 100 --history-every 1 --steps $last --overwrite \
            --checkpoint-every 100000000 &&
        same_runs "$1" "$work/straight"
}
# stopped_by_rank SIGNAL: it goes to the last rank alone
stopped_by_rank() {
    long "$work/signal" 2 || return 1
    kill -"$1" "$(processes "$gaussian25" "$work/signal" | tail -n 1)"
    wait $launcher
    code=$?
    [ $code -eq $((128 + $1)) ] && told_once "To continue:" && return 0
    echo "exit code $code"
    cat "$work/err"
    return 1
}
for signal in 1 2 10 15; do
    check "signal $signal to one rank stops all" stopped_by_rank $signal
done
check "which go on to the same bits" goes_on "$work/signal"
# What launchers hand on without ending the run.
stopped_by_launcher() {
    long "$work/launcher" 2 || return 1
    kill -USR1 "$(mpirun_itself)"
    wait $launcher
    code=$?
    [ $code -eq 138 ] && return 0
    echo "exit code $code"
    cat "$work/err"
    return 1
}
check "USR1 to the launcher stops all" stopped_by_launcher
check "which go on to the same bits" goes_on "$work/launcher"
# Open MPI kills what has not ended a second after that.
interrupted_launcher() {
    OMPI_MCA_odls_base_sigkill_timeout=20
    export OMPI_MCA_odls_base_sigkill_timeout
    long "$work/interrupt" 2 || return 1
    unset OMPI_MCA_odls_base_sigkill_timeout # or every mpirun that gives up waits as long
    kill -INT "$(mpirun_itself)"
    wait $launcher
    [ $? -ne 124 ] # MPICH's has code 0
}
check "Ctrl-C to the launcher stops all" interrupted_launcher
check "which go on to the same bits" goes_on "$work/interrupt"

# --- failures: told once, with the rank named, and the end of all ---

# fails TEXT COMMAND...: under mpirun, which has a code of its own
fails() {
    expected_text=$1
    shift
    timeout 120 "$mpirun" "$@" >"$work/out" 2>"$work/err" </dev/null
    code=$?
    [ $code -ne 0 ] && [ $code -ne 124 ] && told_once "$expected_text" && return 0
    echo "exit code $code"
    cat "$work/err"
    return 1
}
check "a number of processes that does not fit" fails "--shards is 4; expected 3, the number of processes, times" \
    -n 3 "$gaussian25" --out "$work/three" $short
check "the default of one shard" fails "--shards is 1; expected 2" -n 2 "$gaussian25" --out "$work/three" --steps 3
check "an unknown option" fails "unknown option --typo" -n 4 "$gaussian25" --typo
check "a directory with a checkpoint" fails "contains a checkpoint" -n 2 "$gaussian25" --out "$work/one" $short
check "another seed on one rank" fails "rank 1 and rank 0 differ in --seed" -n 1 "$gaussian25" --out "$work/seed" $short : \
    -n 1 "$gaussian25" --out "$work/seed" $short --seed 2
check "a wrong option on one rank" fails "rank 1: --samples is '0'" -n 1 "$gaussian25" --out "$work/seed" $short : \
    -n 1 "$gaussian25" --out "$work/seed" $short --samples 0
check "only one resumes" fails "differ in --resume" -n 1 "$gaussian25" --out "$work/one" $short --overwrite : \
    -n 1 "$gaussian25" --out "$work/one" --shards 4 --samples 100 --history-every 5 --checkpoint-every 10 --steps 40 --resume
check "a directory that one rank does not see" fails "rank 1: --resume: there is no directory $work/nowhere" \
    -n 1 "$gaussian25" --out "$work/one" --resume : -n 1 "$gaussian25" --out "$work/nowhere" --resume
check "a run that stopped early" run 0 "$gaussian25" --out "$work/stale" $short --stop-at 10
check "its checkpoint on one rank" fails "rank 1 and rank 0 differ in the values of the checkpoint" \
    -n 1 "$gaussian25" --out "$work/one" --resume : -n 1 "$gaussian25" --out "$work/stale" --resume
check "generating" fails "processes share only training" -n 2 "$celeba" --out "$work/faces" --generate 4
check "which one process does" run 0 "$celeba" --out "$work/faces" --generate 4
# Rank 0 alone fails, in the midst of it.
directory_gone() {
    long "$work/gone" 2 || return 1
    rm -rf "$work/gone"
    kill -USR1 "$(processes "$gaussian25" "$work/gone" | tail -n 1)"
    wait $launcher
    code=$?
    [ $code -ne 0 ] && [ $code -ne 124 ] && told_once "$work/gone/checkpoint" && return 0
    echo "exit code $code"
    cat "$work/err"
    return 1
}
check "a directory that disappears" directory_gone

faces="--size 32 --generator-channels 16 --discriminator my --discriminator-channels 4 --latent 8 --batch 16 --shards 4 --grid 1
    --held-out 0 --crop 0 --steps 6"
cp -r "$work/tree" "$work/damaged"
find "$work/damaged" -type f | while read -r file; do echo damaged >"$file"; done
check "data that one rank cannot read" fails "coulomb-celeba: rank 1: 40 of 40 files" -n 1 "$celeba" --data "$work/tree" --out "$work/read" $faces : \
    -n 1 "$celeba" --data "$work/damaged" --out "$work/read" $faces
rm "$(find "$work/damaged" -type f | tail -n 1)"
check "data that one rank has less of" fails "rank 1 and rank 0 differ in the number of entries of the data set" \
    -n 1 "$celeba" --data "$work/tree" --out "$work/read" $faces : -n 1 "$celeba" --data "$work/damaged" --out "$work/read" $faces
check "data that one rank does not have" fails "rank 1: " -n 1 "$celeba" --data "$work/tree" --out "$work/read" $faces : \
    -n 1 "$celeba" --data "$work/nowhere" --out "$work/read" $faces

# --- ranks that are killed ---

# A run whose ranks are killed again and again, each time another one at another moment, ends with the bits of one that
# is not: with 1, 2 or 4 processes.
straight="--shards 4 --samples 100 --history-every 10 --steps 2000"
killed() {
    [ -d "$work/straight-kill" ] || "$gaussian25" --out "$work/straight-kill" $straight >/dev/null 2>&1 || return 1
    attempt=1
    while [ $attempt -le "$kills" ]; do
        ranks=$((2 << attempt % 2))
        how=--resume
        [ -s "$work/killed/checkpoint.safetensors" ] || how="--overwrite $straight"
        together $ranks "$gaussian25" --out "$work/killed" $how --checkpoint-every 20 >"$work/out" 2>"$work/err" </dev/null &
        launcher=$!
        before=$(wc -l <"$work/killed/history.csv" 2>/dev/null || echo 0)
        tries=0
        while [ "$(wc -l <"$work/killed/history.csv" 2>/dev/null || echo 0)" -le "$((before + attempt % 3))" ] && [ $tries -lt 200 ]; do
            sleep 0.05
            tries=$((tries + 1))
        done
        victim=$(processes "$gaussian25" "$work/killed" | sed -n "$((1 + attempt % ranks))p")
        kill -9 "$victim" 2>/dev/null || return 1
        wait $launcher
        code=$?
        [ $code -ne 0 ] && [ $code -ne 124 ] || {
            echo "exit code $code"
            cat "$work/err"
            return 1
        }
        attempt=$((attempt + 1))
    done
    run 0 together 2 "$gaussian25" --out "$work/killed" --resume --checkpoint-every 20 &&
        same_runs "$work/straight-kill" "$work/killed"
}
check "$kills runs whose ranks are killed end with the same bits" killed

# --- what is no run of several ---

check "a program in a batch script of Slurm is alone" run 0 env SLURM_NTASKS=4 SLURM_PROCID=0 SLURM_JOB_ID=7 \
    "$gaussian25" --out "$work/batch" $short
check "with the bits of one" same_runs "$work/one" "$work/batch"
check "tasks without MPI are told" refuses 1 "4 processes were started together, but MPI finds 1" \
    env SLURM_STEP_NUM_TASKS=4 SLURM_PROCID=0 "$gaussian25" --out "$work/tasks" $short
check "or are to be alone" run 0 env SLURM_STEP_NUM_TASKS=4 SLURM_PROCID=0 "$gaussian25" --out "$work/tasks" $short --alone
check "so are processes of mpirun" run 0 together 1 "$gaussian25" --out "$work/single" --steps 3 --samples 100
mkdir "$work/broken"
echo "no library" >"$work/broken/libcoulomb-mpi.so.0"
without_library() {
    LD_LIBRARY_PATH=$work/broken${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} together 2 "$gaussian25" --out "$work/none" $short \
        >"$work/out" 2>"$work/err" </dev/null && return 1
    says "$work/err" "libcoulomb-mpi and the MPI libraries are needed"
}
check "without libcoulomb-mpi several cannot train" without_library

# --- each process has a GPU of its own ---

on_devices() {
    LD_LIBRARY_PATH=$stub${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} run 0 together 2 "$gaussian25" --out "$work/devices" $short \
        --device cuda
}
check "two processes on two devices" on_devices
check "the first on the first" told_once "rank 0: cuda:0 is the first stub"
check "the second on the second" told_once "rank 1: cuda:1 is the second stub"
check "have the bits of one process" same_runs "$work/one" "$work/devices"
finish
