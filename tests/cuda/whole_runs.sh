#!/bin/sh
# whole_runs.sh PROGRAMS BENCH OUT [PART...]: whole runs on the first GPU, in about a minute. PROGRAMS holds the example
# programs (build/examples); BENCH holds cuda-tests (build/tests/cuda); OUT receives logs and pictures. Parts: points,
# faces, others, errors; all unless given. Libraries are found as in run.sh. Fails if a case failed. Exit code 77: there
# is no GPU.
set -u
programs=$(cd "$1" && pwd) && bench=$(cd "$2" && pwd) && mkdir -p "$3" && out=$(cd "$3" && pwd) || exit 1
shift 3
[ $# -gt 0 ] || set -- points faces others errors
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# case_of NAME COMMAND...
case_of() {
    what=$1
    shift
    if "$@" >>"$out/cases.log" 2>&1; then
        echo "ok - $what"
    else
        echo "not ok - $what"
        failed=$((failed + 1))
    fi
}
true_that() {
    awk "BEGIN { exit !($1) }"
}

# --- 25 Gaussians ---

# metric RUN NAME: of the model, from metrics.json
metric() {
    awk -v name="\"$2\":" '$1 == name { printf "%.4g\n", $2 + 0; exit }' "$work/$1/metrics.json"
}
tell() {
    echo "  $1: $(metric "$1" modes) modes, $(metric "$1" share_within_3_sigma) within 3 sigma, KL $(metric "$1" kl)," \
        "variance $(metric "$1" variance_within_modes), energy $(metric "$1" energy)," \
        "$(metric "$1" milliseconds_per_update) ms an update"
}
# run NAME OPTIONS...
run() {
    run_name=$1
    shift
    timeout 60 "$programs/coulomb-gaussian25" --out "$work/$run_name" --history-every 500 "$@" \
        >>"$out/$run_name.log" 2>&1 && return 0
    tail -n 3 "$out/$run_name.log"
    return 1
}
# begin NAME OPTIONS...: a run beside others; ended NAME: whether it ended well
begin() {
    (run "$@" && touch "$work/$1.well") &
}
ended() {
    [ -e "$work/$1.well" ] && rm "$work/$1.well"
}
same() {
    cmp "$work/$1/samples.npy" "$work/$2/samples.npy" && cmp "$work/$1/history.csv" "$work/$2/history.csv" &&
        cmp "$work/$1/checkpoint.safetensors" "$work/$2/checkpoint.safetensors"
}
# near ONE OTHER: of the same quality; their paths part early, as those of two seeds do
near() {
    true_that "$(metric "$1" modes) >= $(metric "$2" modes) - 1 &&
        $(metric "$1" share_within_3_sigma) > $(metric "$2" share_within_3_sigma) - 0.05 &&
        $(metric "$1" energy) < 2 * $(metric "$2" energy) + 0.0005"
}

# The runs go side by side: only one is timed, at the end.
points() {
    echo "25 Gaussians: 20,000 updates, and 3,000"
    # settings with which seeds differ little after so few updates
    calm="--latent 20 --latent-signs 12 --charges-model 0 --charges-target 0 --epsilon 3 --epsilon-end 0.25
        --epsilon-decay-share 0.15 --lr-generator 5e-5 --lr-generator-end-factor 0.01 --lr-discriminator 4e-4
        --lr-discriminator-end-factor 0.01"
    long="--steps 20000 --decay-updates 20000 $calm"
    short="--steps 3000 --decay-updates 3000 $calm"
    begin cpu $long
    begin float32 $long --device cuda --precision float32
    begin bf16 $long --device cuda --precision bf16
    begin short-cpu $short
    begin short $short --device cuda
    begin again $short --device cuda
    begin parts $short --device cuda --stop-at 1300
    begin down $short --device cuda --stop-at 1500
    begin up $short --stop-at 1500
    wait
    for name in cpu float32 bf16 short-cpu short again parts down up; do
        case_of "run $name" ended $name
    done
    begin parts --device cuda --resume
    begin down --resume
    begin up --device cuda --resume
    wait
    for name in parts down up; do
        case_of "$name goes on" ended $name
    done
    case_of "two runs of a seed have the same bits" same short again
    case_of "a run in two parts has the same bits" same short parts
    case_of "run tf32, alone" run tf32 $long --device cuda
    tell cpu
    for name in float32 tf32 bf16; do
        tell $name
        case_of "the quality of $name is the CPU's" near $name cpu
    done
    tell short-cpu
    for name in short down up; do
        tell $name
        case_of "the quality of $name is the CPU's" near $name short-cpu
    done
}

# --- faces ---

# faces_run NAME DATA UPDATES PRECISION
faces_run() {
    timeout 40 "$programs/coulomb-celeba" --out "$work/$1" --data "$2" --device cuda --precision "$4" --steps "$3" \
        --decay-updates "$3" --workers 12 --threads 1 --samples-every 100000 --statistics-every "$3" --history-every 20 \
        --keep-checkpoints 0 --held-out 256 >"$out/$1.log" 2>&1
    code=$?
    [ $code -eq 0 ] && cp "$work/$1/samples-latest.png" "$out/$1.png" && cp "$work/$1/history.csv" "$out/$1.csv"
}
# The rate: from the picture before the first update to the checkpoint after the last.
faces_case() {
    case_of "$*" faces_run "$@"
    grep -E 'Memory|rror|cuda' "$out/$1.log" | cut -c 1-160 | sed 's/^/  /'
    [ -e "$work/$1/checkpoint.safetensors" ] || return
    echo "$(stat -c %.Y "$work/$1/samples-0000000.png" "$work/$1/checkpoint.safetensors" | tr '\n' ' ') $3" |
        awk '{ printf "  %.1f updates a second", $3 / ($2 - $1) }'
    echo "; energy on held-out images, of training images: $(tail -n 1 "$work/$1/history.csv" | cut -d, -f 12,13)"
}
faces() {
    echo "Faces, 64 x 64, networks my and my-big"
    for seed in 1 2 3 4 5 6 7 8; do
        "$programs/coulomb-make-dataset" --out "$work/set/$seed" --count 1000 --seed $seed >/dev/null 2>>"$out/set.log" &
    done
    wait
    faces_case drawn-tf32 synthetic 400 tf32
    faces_case files-bf16 "$work/set" 1000 bf16
}

# --- other programs ---

# The same on both devices: NAME, digits that must agree, options on the GPU, command.
both() {
    name=$1 digits=$2 more=$3
    shift 3
    timeout 60 "$@" >"$work/on-cpu" 2>>"$out/$name.log" &
    timeout 60 "$@" --device cuda $more >"$work/on-gpu" 2>>"$out/$name.log" || return 1
    wait $! || return 1
    echo "  $name: $(head -n 1 "$work/on-gpu"), on the CPU $(head -n 1 "$work/on-cpu")" >>"$out/both"
    true_that "$(awk -v digits="$digits" 'NR == 1 { cpu = $NF } NR > 1 && FNR == 1 {
        off = cpu - $NF; print (off < 0 ? -off : off) <= cpu * 10 ^ -digits }' "$work/on-cpu" "$work/on-gpu")"
}
others() {
    echo "Other programs"
    case_of "field" both field 3 "" "$programs/coulomb-field" --example gaussian25 --samples 20000 --out "$work/field.png"
    "$programs/coulomb-make-dataset" --out "$work/a" --count 96 --seed 21 >/dev/null 2>&1
    "$programs/coulomb-make-dataset" --out "$work/b" --count 96 --seed 22 >/dev/null 2>&1
    if [ -x "$bench/../fid/write-weights" ]; then
        weights=$work/$(cd "$work" && "$bench/../fid/write-weights")
        case_of "fid" both fid 3 "--precision float32" "$programs/coulomb-fid" --model "$work/a" --target "$work/b" --inception "$weights"
    fi
    case_of "text, 100 updates in tf32" timeout 60 "$programs/coulomb-billion-word" --data synthetic --device cuda \
        --out "$work/text" --steps 100 --threads 8
    echo "  $(awk '/"seconds_of_this_process"/ { printf "%.2f s for the updates and their measurements", $2 }' \
        "$work/text/metrics.json")"
    if [ -e "$work/files-bf16/generator.safetensors" ]; then
        case_of "neighbours" timeout 60 "$programs/coulomb-neighbours" --model "$work/files-bf16/generator.safetensors" \
            --training "$work/set/1" --crop 108 --samples 128 --pairs 4 --device cuda --out "$out/neighbours.png"
        case_of "generated samples" timeout 60 "$programs/coulomb-celeba" --out "$work/files-bf16" --generate 64 \
            --generate-to "$work/generated.npy" --device cuda
    fi
    cat "$out/both"
}

# --- errors ---

refuses() {
    expected=$1
    shift
    timeout 60 "$@" >"$work/refused" 2>&1 && return 1
    tail -n 1 "$work/refused" >>"$out/errors"
    grep -q "$expected" "$work/refused"
}
errors() {
    echo "Errors"
    case_of "a batch that does not fit" refuses 'bytes of device memory; [0-9]* of the device.s [0-9]* bytes are free' \
        "$programs/coulomb-celeba" --device cuda --data synthetic --held-out 0 --workers 0 --batch 30000 --out "$work/large"
    case_of "a GPU that is not there" refuses "device is 99" "$programs/coulomb-field" --device cuda:99
    [ ! -x "$bench/cuda-tests" ] || case_of "a GPU that is lost" timeout 30 "$bench/cuda-tests" lost
    sed 's/^/  /' "$out/errors" | cut -c 1-200
}

"$programs/coulomb-gaussian25" --out "$work/first" --device cuda --steps 1 --samples 500 >"$work/first.log" 2>&1 || {
    cat "$work/first.log"
    grep -q 'no CUDA d' "$work/first.log" && exit 77
    exit 1
}
for part in "$@"; do
    $part
done
echo "$failed cases failed; details in $out"
[ $failed -eq 0 ]
