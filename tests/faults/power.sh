#!/bin/sh
# Losses of power, simulated: what each scenario did to files is recorded, every state that a disk may then be left in is
# made, and the program goes on from it: old or new, never neither. When a program has ended well, all that it said it
# wrote must last. BUILD [MORE [SCENARIOS]] as arguments: beside the extreme states of each moment, MORE drawn by chance.
. "$(dirname "$0")/scenarios.sh"
chance=${2:-0}
unopened=${4:-statistics celeba-resume}
scenarios=$(scenarios "$3")

survives() {
    if [ "$2" = end ]; then
        # what was replaced may come back beside the data set
        rm -rf "$out/set.part"
        equal sound "$1" && whole
    elif is_run "$1"; then
        whole && go_on "$1"
    else
        old_or_new "$1" && go_on "$1"
    fi
}

# try_states NAME [end]: from every state that a disk may be left in; at the end counts those after the program's end
mkfifo "$work/states" "$work/answers"
try_states() {
    "$build/tests/faults/power" "$work/journal" "$work/before/$1" "$out" 1 "$chance" $2 <"$work/answers" >"$work/states" &
    process=$!
    wrong=0
    states=0
    ends=0
    exec 3>"$work/answers"
    while read -r moment at way chosen; do
        states=$((states + 1))
        [ "$moment" != end ] || ends=$((ends + 1))
        survives "$1" "$moment" >"$work/try.log" 2>&1 || {
            wrong=$((wrong + 1))
            [ "$wrong" -gt 8 ] || {
                echo "$1: $moment $at, way $way $chosen"
                head -n 6 "$work/try.log"
            }
        }
        echo >&3
    done <"$work/states"
    exec 3>&-
    wait "$process" && [ "$ends" -gt 0 ] || return 1
    total=$((total + states))
    [ "$wrong" -eq 0 ] || {
        echo "$wrong of $states states"
        return 1
    }
}

recorded() {
    restore "$1"
    with="env FAULT_JOURNAL=$work/journal LD_PRELOAD=$calls"
    act "$1" >/dev/null 2>"$work/err" </dev/null && try_states "$1"
}

# Where a file or directory could not be opened, a program may do without; but not without synchronising what it wrote.
unopened() {
    restore "$1"
    with="env FAULT_COUNT=$work/count LD_PRELOAD=$calls"
    act "$1" >/dev/null 2>&1 </dev/null || return 1
    for opened in $(seq "$(sed -n 's/^open //p' "$work/count")"); do
        restore "$1"
        with="env FAULT_JOURNAL=$work/journal FAULT_CALL=open FAULT_DOES=24 FAULT_AT=$opened LD_PRELOAD=$calls"
        act "$1" >/dev/null 2>"$work/err" </dev/null || continue
        try_states "$1" end || {
            echo "$1: open $opened fails"
            return 1
        }
    done
}

begin "$(echo $scenarios $unopened | tr " " "\n" | sort -u | tr "\n" " ")"
killed=
total=0
for name in $scenarios; do
    check "losses of power: $name" recorded "$name"
done
for name in $unopened; do
    scenario=$name
    check "what cannot be opened: $scenario" unopened "$scenario"
done
echo "# $total states"
finish
