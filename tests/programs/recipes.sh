#!/bin/sh
# The small programs of examples/recipes: what they print shows that they do what they are for.
tabular=$1
. "$(dirname "$0")/cases.sh"

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
check "a table without rows is refused" refuses 1 "samples is NULL" "$tabular" "$work/empty.csv" "$work/no.csv"
finish
