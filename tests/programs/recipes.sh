#!/bin/sh
# The small programs of examples/recipes: what they print shows that they do what they are for.
conditional=$1
fine_tune=$2
serve=$3
tabular=$4
. "$(dirname "$0")/cases.sh"

# --- conditional ---

check "a conditional generator is trained" run 0 "$conditional"
# At least 950 of 1000 samples at the label's own mode, and neither points nor clouds: the data's deviation is 0.25.
labels_learned() {
    awk '/^label/ { labels++; near += $3 >= 950; spread += $NF > 0.12 && $NF < 0.4 }
        END { exit labels != 3 || near != 3 || spread != 3 }' "$work/out" && return 0
    cat "$work/out"
    return 1
}
check "samples of each label are at its mode" labels_learned

# --- fine_tune ---

check "a generator is fine-tuned" run 0 "$fine_tune" "$work/square.safetensors"
first=$(sed -n 's/^first generator: \([0-9.]*\) %.*/\1/p' "$work/out")
before=$(sed -n 's/^second generator: \([0-9.]*\) %.*/\1/p' "$work/out")
after=$(sed -n 's/^second generator: .* \([0-9.]*\) % after$/\1/p' "$work/out")
check "the first one has learned its data" true_that "${first:-0} >= 85"
check "the second one has not, before training" true_that "${before:-100} < 10"
check "its last layer learns them" true_that "${after:-0} >= 85"
check "the frozen layers stay" says "$work/out" "frozen weights are unchanged"

# --- serve ---

requests() {
    "$serve" "$work/square.safetensors" <"$work/requests" >"$work/answers" 2>"$work/told" || { cat "$work/told"; return 1; }
}
awk 'BEGIN { for (i = 0; i < 1000; i++) print i % 999 }' >"$work/requests"
check "a server answers" requests
check "each request once" is 1000 awk 'END { print NR }' "$work/answers"
check "without allocations after the first answer" says "$work/told" " 0 allocations after the first"
check "the same seed gives the same sample" is "$(head -n 1 "$work/answers")" tail -n 1 "$work/answers"
check "other seeds give others" true_that "$(sort -u "$work/answers" | awk 'END { print NR }') > 900"
near_corners() {
    near=$(awk '{ x = ($1 < 0 ? -$1 : $1) - 2; y = ($2 < 0 ? -$2 : $2) - 2; near += x * x + y * y < 0.25 }
        END { print near + 0 }' "$work/answers")
    true_that "$near >= 850"
}
check "samples are those that the generator learned" near_corners
echo 'x' >"$work/text.safetensors"
answers_to() {
    printf "$2" | "$serve" "$work/square.safetensors" >"$3" 2>"$work/told"
    code=$?
    [ "$code" -eq "$1" ] && return 0
    echo "exit code $code, expected $1"
    return 1
}
check "a request that is no number ends it with an error" answers_to 1 '1\nx\n' "$work/answers"
check "that says so" says "$work/told" "stopped after 1 requests: the next one is not a whole number"
check "so does an answer that cannot be written" answers_to 1 '1\n2\n' /dev/full
check "a file of another kind is refused" refuses 1 "text.safetensors" "$serve" "$work/text.safetensors"

# --- tabular ---

# Heights, weights that depend on them, and ages: three units, 3000 rows.
awk 'function normal() { return sqrt(-2 * log(1 - rand())) * cos(6.28318530718 * rand()) }
    BEGIN {
        srand(1)
        print "height,weight,age"
        for (i = 0; i < 3000; i++) {
            height = (rand() < 0.5 ? 166 : 179) + 6.5 * normal()
            printf "%.1f,%.1f,%.0f\n", height, 22.5 * (height / 100) ^ 2 + 8 * normal(), 20 + 50 * rand()
        }
    }' >"$work/people.csv"
check "a table is learned" run 0 "$tabular" "$work/people.csv" "$work/new.csv"
new=$(sed 's/.*rows: \([0-9.]*\) of new rows.*/\1/' "$work/out")
check "its new rows are like those held out" true_that "${new:-1} > 0 && ${new:-1} < 0.01"

# Columns of a table: mean and standard deviation of each, and the correlation of the first two.
figures() {
    awk -F, 'NR > 1 {
            for (i = 1; i <= 3; i++) { sum[i] += $i; squares[i] += $i * $i }
            product += $1 * $2
        }
        END {
            rows = NR - 1
            for (i = 1; i <= 3; i++) { mean[i] = sum[i] / rows; spread[i] = sqrt(squares[i] / rows - mean[i] ^ 2)
                print mean[i], spread[i] }
            print (product / rows - mean[1] * mean[2]) / spread[1] / spread[2]
        }' "$1"
}
# Means within a quarter of the spread, spreads within a quarter, correlation within 0.1.
alike() {
    figures "$work/people.csv" >"$work/expected"
    figures "$work/new.csv" >"$work/found"
    paste -d' ' "$work/expected" "$work/found" | awk 'function apart(a, b) { return a < b ? b - a : a - b }
        NF == 4 { bad += apart($1, $3) > $2 / 4 || apart($2, $4) > $2 / 4 }
        NF == 2 { bad += apart($1, $2) > 0.1 }
        { print }
        END { exit bad > 0 || NR != 4 }'
}
check "means, spreads and correlation are those of the table" alike
check "there are as many new rows as were learned from" is 2401 awk 'END { print NR }' "$work/new.csv"
check "the header is kept" is height,weight,age head -n 1 "$work/new.csv"
printf 'a,b\n1,2\n3\n' >"$work/short.csv"
check "a row that is too short is refused" refuses 1 "row 2: expected 2 numbers" "$tabular" \
    "$work/short.csv" "$work/no.csv"
printf 'a,b\n1,x\n' >"$work/text.csv"
check "text is refused" refuses 1 "row 1: expected 2 numbers" "$tabular" "$work/text.csv" \
    "$work/no.csv"
echo a,b >"$work/empty.csv"
check "a table without rows is refused" refuses 1 "has 0 rows; expected at least 10" "$tabular" "$work/empty.csv" "$work/no.csv"
finish
