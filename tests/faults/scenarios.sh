# Sourced by the scripts of faults, which have the build directory as their first argument: every program on settings as
# small as they go, and what must hold after whatever went wrong. A scenario finds $work/before/NAME, works in $out, and
# leaves, undisturbed, what is kept in $work/sound/NAME.
build=$(realpath "$1")
. "$(dirname "$0")/../programs/cases.sh"
golden=$(realpath "$(dirname "$0")/../fid/golden")
calls=$build/tests/faults/libfaulty-calls.so
memory=$build/tests/faults/libfaulty-memory.so
for program in gaussian25 celeba lsun cifar10 billion-word field fid neighbours make-dataset table; do
    [ -x "$build/examples/coulomb-$program" ] || exit 99
done
gaussian25=$build/examples/coulomb-gaussian25
billion_word=$build/examples/coulomb-billion-word
table=$build/examples/coulomb-table
make_dataset=$build/examples/coulomb-make-dataset
fid=$build/examples/coulomb-fid
neighbours=$build/examples/coulomb-neighbours
export OPENBLAS_NUM_THREADS=1
export XDG_CACHE_HOME="$work"
out=$work/out

# What a run does, and what it is begun with.
all_runs="celeba gaussian25 gaussian25-field gaussian25-resume gaussian25-overwrite lsun cifar10 celeba-resume billion-word
    billion-word-field billion-word-resume table table-resume"
all_results="generate generate-array fid statistics field flow flow-files neighbours neighbours-lmdb rows rows-given report compare
    tree lmdb cifar csv tree-overwrite lmdb-overwrite"
# Those with the Inception network take seconds each: only long rounds have them.
slow="celeba-fid fid-images"

# scenarios NAMES: "long" is all there is, nothing what a short round has
scenarios() {
    case $1 in
    '') echo $all_runs $all_results ;;
    long) echo $all_runs $all_results $slow ;;
    *) echo "$1" ;;
    esac
}

of_points="--samples 100 --history-every 1 --steps 3 --checkpoint-every 1 --keep-checkpoints 2"
of_images="--size 32 --generator-channels 16 --discriminator my --discriminator-channels 4 --latent 8 --batch 4 --threads 2
    --grid 1 --held-out 4 --history-every 1 --statistics-every 2 --samples-every 2 --checkpoint-every 2 --keep-checkpoints 1
    --steps 3"
of_rows="--batch 8 --charges-model 8 --charges-target 8 --units 8 --layers 1 --latent 8 --history-every 1 --checkpoint-every 1
    --steps 2"
of_text="--width 8 --blocks 1 --batch 4 --history-every 1 --samples-every 2 --checkpoint-every 1 --steps 2"

# act NAME: through $with, which is empty or a command that has the program as its argument
act() {
    case $1 in
    gaussian25) $with "$gaussian25" --out "$out" $of_points $more ;;
    gaussian25-field) $with "$gaussian25" --out "$out" $of_points --discriminator none ;;
    gaussian25-overwrite) $with "$gaussian25" --out "$out" $of_points --seed 2 --overwrite $more ;;
    gaussian25-resume) $with "$gaussian25" --out "$out" --resume ;;
    celeba) $with "$build/examples/coulomb-celeba" --data "$work/tree" --crop 0 --out "$out" $of_images --workers 1 $more ;;
    lsun) $with "$build/examples/coulomb-lsun" --data "$work/lmdb" --crop 0 --out "$out" $of_images --workers 0 ;;
    cifar10) $with "$build/examples/coulomb-cifar10" --data "$work/cifar" --out "$out" $of_images --workers 0 ;;
    celeba-fid) $with "$build/examples/coulomb-celeba" --data "$work/tree" --crop 0 --out "$out" $of_images --workers 0 \
        --fid-stats "$work/real.npz" --inception "$work/weights.safetensors" --fid-every 3 --fid-samples 3 ;;
    celeba-resume) $with "$build/examples/coulomb-celeba" --out "$out" --resume ;;
    billion-word) $with "$billion_word" --data "$work/text.txt" --out "$out" $of_text $more ;;
    billion-word-field) $with "$billion_word" --data synthetic --lines 1400 --out "$out" $of_text --discriminator none \
        --output categorical ;;
    billion-word-resume) $with "$billion_word" --out "$out" --resume ;;
    table) $with "$table" --data "$work/rows.csv" --out "$out" $of_rows $more ;;
    table-resume) $with "$table" --out "$out" --resume ;;
    rows) $with "$table" --model "$work/table/model.zip" --generate 20 --output "$out/made.csv" ;;
    rows-given) $with "$table" --model "$work/table/model.zip" --generate 20 --given kind=a --output "$out/made.csv" ;;
    report) $with "$table" --out "$out" --report ;;
    generate) $with "$build/examples/coulomb-celeba" --out "$work/run" --generate 5 --generate-to "$out" ;;
    generate-array) $with "$build/examples/coulomb-celeba" --out "$work/run" --generate 5 --generate-to "$out/made.npy" ;;
    fid) $with "$fid" --features "$golden/float64-far-a.npy" --target "$golden/float64-far-b.npy" ;;
    fid-images) $with "$fid" --model "$work/run/generator.safetensors" --samples 4 --target "$work/tree" \
        --inception "$work/weights.safetensors" --save-stats "$out/made.npz" ;;
    statistics) $with "$fid" --model "$golden/features-a.npy" --target "$golden/features-b.npy" \
        --save-stats "$out/made.npz" ;;
    field) $with "$build/examples/coulomb-field" --out "$out/made.png" --lines 4 ;;
    flow) $with "$build/examples/coulomb-field" --flow --example ring --samples 50 --updates 3 --frames 2 --out "$out/made.png" ;;
    flow-files) $with "$build/examples/coulomb-field" --flow --model "$work/gaussian25/samples.npy" --target "$work/gaussian25/samples.npy" \
        --updates 2 --frames 2 --out "$out/made.png" --particles "$out/moved.npy" ;;
    neighbours) $with "$neighbours" --model "$work/run/generator.safetensors" --training "$work/jpeg" --samples 20 --pairs 2 \
        --out "$out/made.png" ;;
    neighbours-lmdb) $with "$neighbours" --model "$work/tree" --size 32 --training "$work/lmdb" --samples 12 --pairs 2 \
        --out "$out/made.png" ;;
    compare) $with "$build/examples/gaussian25-compare" "$out/made.png" one "$work/gaussian25" other "$work/gaussian25" ;;
    tree | tree-overwrite) $with "$make_dataset" --out "$out/set" --draw objects --count 3 --overwrite $more ;;
    lmdb | lmdb-overwrite) $with "$make_dataset" --out "$out/set" --draw objects --count 3 --format lmdb --overwrite $more ;;
    csv) $with "$make_dataset" --out "$out/set" --format csv --count 20 --overwrite ;;
    cifar) $with "$make_dataset" --out "$out/set" --format cifar --count 5 --overwrite ;;
    *) exit 99 ;;
    esac
}

program_of() {
    case $1 in
    gaussian25*) echo "$gaussian25" ;;
    celeba* | lsun | cifar10) echo "$build/examples/coulomb-${1%-*}" ;;
    billion-word*) echo "$billion_word" ;;
    table*) echo "$table" ;;
    esac
}

is_run() {
    [ -n "$(program_of "$1")" ]
}

# What they find: an empty directory, a run that was stopped, or what is to be replaced.
prepare() {
    case $1 in
    *-resume) more="--stop-at 1" act "${1%-resume}" ;;
    gaussian25-overwrite) act gaussian25 ;;
    report) cp -a "$work/table/." "$out" ;;
    *-overwrite) more="--seed 2" act "${1%-overwrite}" ;;
    esac
}

restore() {
    rm -rf "$out"
    cp -a "$work/before/$1" "$out"
}

cannot_begin() {
    echo "Bail out! $1: $(tail -n 3 "$work/err")"
    exit 99
}

# The Inception network with weights made by a rule, and statistics of images.
begin_inception() {
    mv "$work/$(cd "$work" && "$build/tests/fid/write-weights")" "$work/weights.safetensors" &&
        "$fid" --target "$work/tree" --inception "$work/weights.safetensors" --save-stats "$work/real.npz"
}

# begin NAMES: what they find, and what they leave undisturbed
begin() {
    with=
    more=
    case " $1 " in
    *" celeba-fid "* | *" fid-images "*) needs_inception=yes ;;
    esac
    mkdir "$work/before" "$work/sound" || exit 99
    "$make_dataset" --out "$work/tree" --draw objects --count 12 --encoding png >/dev/null 2>&1 &&
        "$make_dataset" --out "$work/linked" --draw objects --count 2 --seed 2 >/dev/null 2>&1 &&
        ln -s ../linked "$work/tree/linked" &&
        "$make_dataset" --out "$work/lmdb" --draw objects --count 12 --format lmdb >/dev/null 2>&1 &&
        "$make_dataset" --out "$work/jpeg" --draw objects --count 12 >/dev/null 2>&1 &&
        "$make_dataset" --out "$work/cifar" --count 12 --format cifar >/dev/null 2>&1 || exit 99
    awk 'BEGIN { for (i = 0; i < 1500; i++) print "the quiet owl sleeps in snow " i }' >"$work/text.txt"
    out=$work/run
    act celeba >"$work/err" 2>&1 || cannot_begin "a run"
    awk 'BEGIN { print "size,kind,price"; for (i = 0; i < 60; i++) print i % 7 "," substr("abc", i % 3 + 1, 1) "," i * 0.37 }' \
        >"$work/rows.csv"
    out=$work/table
    act table >"$work/err" 2>&1 || cannot_begin "a run"
    out=$work/gaussian25
    act gaussian25 >"$work/err" 2>&1 || cannot_begin "a run"
    [ -z "$needs_inception" ] || begin_inception >"$work/err" 2>&1 || cannot_begin "the Inception network"
    for name in $1; do
        out=$work/before/$name
        mkdir "$out"
        prepare "$name" >"$work/err" 2>&1 || cannot_begin "before $name"
        out=$work/out
        restore "$name"
        act "$name" >"$work/sound/$name.out" 2>"$work/err" </dev/null || cannot_begin "$name"
        cp -r "$out" "$work/sound/$name"
    done
}

# equal WHICH NAME: all files, but for those that tell the time; of networks and checkpoints that differ, the first bytes
equal() {
    diff -r -x metrics.json -x settings.json -x '*.npz' -x '*.zip' -x '*.lock' -x lock.mdb -x '*.tmp' \
        "$work/$1/$2" "$out" && return 0
    (cd "$work/$1/$2" && find . -name '*.safetensors') | while read -r file; do
        cmp -s "$work/$1/$2/$file" "$out/$file" || cmp -l "$work/$1/$2/$file" "$out/$file" | head -n 4 | sed "s|^|$file: |"
    done
    return 1
}

# Files that take their place when they are complete.
whole() {
    for file in "$out"/*; do
        case $file in
        *.png) tail -c 8 "$file" | od -An -c | grep -q 'I *E *N *D' ;;
        *.json) [ "$(tail -c 2 "$file")" = "}" ] ;;
        *) [ -e "$file" ] || [ "$file" = "$out/*" ] ;;
        esac || {
            echo "$file is not whole"
            return 1
        }
    done
}

# old_or_new NAME: a result that was not told as written is complete, or there is nothing, or what was there before
old_or_new() {
    for file in "$out"/* "$out"/*/*; do
        here=${file#"$out"}
        case $file in
        */lock.mdb | *.part | *.part/* | *.old | *.old/* | *.lock | *.tmp | *.npz) continue ;;
        esac
        [ -d "$file" ] || [ ! -e "$file" ] || cmp -s "$file" "$work/sound/$1/$here" || cmp -s "$file" "$work/before/$1/$here" || {
            echo "$file is neither old nor new"
            return 1
        }
    done
    [ ! -e "$out/set" ] || diff -rq -x lock.mdb "$work/sound/$1/set" "$out/set" || diff -rq -x lock.mdb "$work/before/$1/set" "$out/set"
}

# again NAME: what a user does after whatever happened
again() {
    if is_run "$1" && [ -e "$out/checkpoint.safetensors" ]; then
        $with "$(program_of "$1")" --out "$out" --resume
    elif [ "$1" = generate ]; then
        rm -rf "$out"
        act "$1"
    else
        act "$1"
    fi >/dev/null 2>"$work/again.err" </dev/null
}

# All names, and the contents that do not tell the time: what the program finds.
state_of() {
    (
        cd "$out" && find . ! -name '*.tmp' ! -name '*.lock' ! -name lock.mdb | sort &&
            find . -type f ! -name metrics.json ! -name '*.npz' ! -name '*.zip' ! -name '*.lock' ! -name lock.mdb \
                ! -name '*.tmp' -exec sha256sum {} + | sort
    ) | sha256sum
}

# go_on NAME: then it ends as if nothing had happened. From a state that it went on from before it does so again.
go_on() {
    with=
    found=$(state_of)
    grep -qF "$found" "$work/gone_on.$1" 2>/dev/null && return 0
    again "$1" || {
        echo "it does not go on: $(tail -n 3 "$work/again.err")"
        return 1
    }
    equal sound "$1" || { [ "$1" = gaussian25-overwrite ] && equal before "$1"; } || return 1
    echo "$found" >>"$work/gone_on.$1"
}

# judge NAME CODE: the output and messages are in $work/faulty.out and .err
judge() {
    case $2 in
    0)
        # an image that was left out, and named
        [ "$1" = neighbours ] && grep -q -e 'permissions forbid' -e 'could not read' "$work/faulty.err" && return 0
        cmp "$work/sound/$1.out" "$work/faulty.out" && equal sound "$1"
        return
        ;;
    137) [ -n "$killed" ] || return 1 ;;
    *)
        [ "$2" -lt 124 ] && [ -s "$work/faulty.err" ] || {
            echo "code $2: $(tail -n 3 "$work/faulty.err")"
            return 1
        }
        ;;
    esac
    # where nothing has happened, nothing is to be shown
    diff -rq "$work/before/$1" "$out" >/dev/null && return 0
    if is_run "$1"; then
        whole
    elif [ "$1" != generate ] || [ "$2" != 137 ]; then
        old_or_new "$1"
    fi && go_on "$1"
}
