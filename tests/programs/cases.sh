# Sourced by the test scripts: every check is one case, told in lines of the Test Anything Protocol.
work=$(mktemp -d "${TMPDIR:-/tmp}/programs.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
cases=0
failures=0

# check NAME COMMAND...: ok if the command succeeds
check() {
    name=$1
    shift
    cases=$((cases + 1))
    if "$@" >"$work/check.log" 2>&1; then
        echo "ok - $name"
    else
        echo "not ok - $name"
        sed 's/^/# /' "$work/check.log"
        failures=$((failures + 1))
    fi
}

# run EXPECTED_CODE COMMAND...: the command's streams go to $work/out and $work/err
run() {
    expected=$1
    shift
    "$@" >"$work/out" 2>"$work/err" </dev/null
    code=$?
    [ "$code" -eq "$expected" ] && return 0
    echo "exit code $code, expected $expected: $*"
    cat "$work/err"
    return 1
}

# interrupted SIGNAL EXPECTED_CODE UNTIL COMMAND...: the command gets the signal as soon as UNTIL, a command in one word,
# succeeds; streams as run()
interrupted() {
    signal=$1
    expected=$2
    until_then=$3
    shift 3
    "$@" >"$work/out" 2>"$work/err" </dev/null &
    process=$!
    tries=0
    until eval "$until_then" 2>/dev/null || [ "$tries" -ge 300 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    kill -"$signal" "$process"
    wait "$process"
    code=$?
    [ "$code" -eq "$expected" ] && return 0
    echo "exit code $code, expected $expected: $*"
    cat "$work/err"
    return 1
}

# refuses EXPECTED_CODE TEXT COMMAND...: it ends with the code, and stderr holds the text
refuses() {
    expected_text=$2
    refusal=$1
    shift 2
    run "$refusal" "$@" || return 1
    says "$work/err" "$expected_text"
}

# says FILE TEXT: the file holds the text, whatever the line breaks
says() {
    tr '\n' ' ' <"$1" | tr -s ' ' | grep -qF -e "$2" && return 0
    echo "$1 does not say '$2':"
    cat "$1"
    return 1
}

# same FILE FILE
same() {
    cmp "$1" "$2"
}

# differ FILE FILE: both are there, and they are not the same
differ() {
    cmp -s "$1" "$2"
    [ $? -eq 1 ]
}

# is EXPECTED COMMAND...: what the command prints
is() {
    wanted=$1
    shift
    found=$("$@") || return 1
    [ "$found" = "$wanted" ] && return 0
    echo "'$found', expected '$wanted': $*"
    return 1
}

# true_that EXPRESSION: arithmetic in awk
true_that() {
    awk "BEGIN { exit !($1) }" && return 0
    echo "not true: $1"
    return 1
}

no_leftovers() {
    [ -d "$1" ] || return 1
    for file in "$1"/*.??????; do
        case $file in
        *.safetensors | "$1/*.??????") ;;
        *)
            echo "left behind: $file"
            return 1
            ;;
        esac
    done
}

# skip NAME REASON: the case counts, as one that was not tried
skip() {
    cases=$((cases + 1))
    echo "ok - $1 # SKIP $2"
}

# shadowed PROGRAM: a sanitizer's shadow memory takes more addresses than a limit would leave
shadowed() {
    grep -qE '__(asan|msan|tsan)_init' "$1"
}

finish() {
    echo "1..$cases"
    [ "$failures" -eq 0 ]
    exit
}
