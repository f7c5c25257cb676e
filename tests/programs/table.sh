#!/bin/sh
# Runs of coulomb-table on small tables: what they write, that they can be repeated, stopped and taken up again; rows
# from the model alone. Arguments: the program, inspect.
program=$1
inspect=$2
. "$(dirname "$0")/cases.sh"

# Categories, a truth value, whole numbers with a spike, decimals that depend on the city, dates, missing values.
awk 'BEGIN {
    print "city,member,visits,income,joined,rating"
    split("Wien;Graz;\"Linz, Donau\"", city, ";")
    for (i = 0; i < 400; i++) {
        k = i * 7 % 10 < 5 ? 1 : i * 7 % 10 < 8 ? 2 : 3
        printf "%s,%s,%d,%.2f,20%02d-%02d-%02d,%s\n", city[k], i * 3 % 8 < 5 ? "yes" : "no", i % 3 ? i * 37 % 101 : 0,
            1000 * k + i * 53 % 997 / 10, i * 11 % 20, 1 + i * 5 % 12, 1 + i * 13 % 28, i % 9 ? i * 29 % 50 / 10 : ""
    }
}' >"$work/people.csv"

awk 'BEGIN { print "a,b"; for (i = 0; i < 60; i++) print i % 3 "," i * 7 % 31 / 4 }' >"$work/other.csv"

short() {
    out=$1
    shift
    run 0 "$program" --data "$work/people.csv" --out "$out" --batch 32 --charges-model 32 --charges-target 64 \
        --units 32 --history-every 20 --checkpoint-every 50 "$@"
}

check "120 updates end well" short "$work/whole" --steps 120
for file in model.zip synthetic.csv report.json report.png metrics.json history.csv history.png generator.safetensors checkpoint.safetensors \
    settings.json; do
    check "$file is written" test -s "$work/whole/$file"
done
check "no temporary file is left" no_leftovers "$work/whole"
check "columns are told" says "$work/err" "joined date"
check "rows are told" says "$work/err" "Learning 360 rows"
check "memory is told" says "$work/err" "Memory on cpu: "
check "the comparison is told" says "$work/out" "Against 40 rows held out"
check "and whether rows are nearer than chance" says "$work/out" "p-value of a share above a half"
cp "$work/out" "$work/told"
cp "$work/whole/report.json" "$work/told.json"
check "it can be made again" run 0 "$program" --out "$work/whole" --report
check "with the same figures" same "$work/told" "$work/out"
check "and the same file" same "$work/told.json" "$work/whole/report.json"
check "of its own data alone" refuses 1 "is not the table" "$program" --out "$work/whole" --report \
    --data "$work/other.csv"
check "in a call of its own" refuses 2 "--report does nothing but compare" "$program" --out "$work/whole" --report \
    --generate 5
metric() {
    "$inspect" json "$work/whole/metrics.json" "$1"
}
check "rows held out are counted" is 40 metric rows_held_out
check "rows learned are counted" is 360 metric rows_learned

# Names, formats and ranges of the table; no city that is not there.
like_the_table() {
    awk -v rows="$2" 'NR == 1 { if ($0 != "city,member,visits,income,joined,rating") exit 1; next }
        { line = $0; sub(/^"Linz, Donau"/, "Linz", line); if (split(line, c, ",") != 6) bad = 1
            if (c[1] !~ /^(Wien|Graz|Linz)$/ || c[2] !~ /^(yes|no)$/ || c[3] !~ /^[0-9]+$/ || c[3] > 100) bad = 1
            if (c[4] !~ /^[0-9]+\.[0-9][0-9]$/ || c[4] < 1000 || c[4] > 3100) bad = 1
            if (c[5] !~ /^20[01][0-9]-[01][0-9]-[0-3][0-9]$/ || c[6] !~ /^([0-4](\.[0-9])?)?$/) bad = 1
            if (bad) { print; exit 1 } }
        END { exit bad || NR != rows + 1 }' "$1"
}
check "rows are like the table's" like_the_table "$work/whole/synthetic.csv" 360

equal_runs() {
    same "$work/whole/generator.safetensors" "$1/generator.safetensors" && same "$work/whole/model.zip" "$1/model.zip" &&
        same "$work/whole/synthetic.csv" "$1/synthetic.csv" && same "$work/whole/history.csv" "$1/history.csv"
}
check "two threads end well" short "$work/threads" --steps 120 --threads 2
check "two threads give the same bits" equal_runs "$work/threads"
check "another seed ends well" short "$work/seed" --steps 120 --seed 2
check "another seed gives other rows" differ "$work/whole/synthetic.csv" "$work/seed/synthetic.csv"
check "a run stops where it is told to" short "$work/stop" --steps 120 --stop-at 70
check "it says how to go on" says "$work/err" "--resume"
check "it has no model yet" test ! -e "$work/stop/model.zip"
check "its number of updates stays" refuses 2 "--steps is for a new run" "$program" --out "$work/stop" --resume --steps 9
check "it goes on with the recorded settings" run 0 "$program" --out "$work/stop" --resume
check "a stop changes nothing" equal_runs "$work/stop"

check "Ctrl-C ends with code 130" interrupted INT 130 "grep -q '^[1-9]' \"\$work/signal/history.csv\"" \
    "$program" --data "$work/people.csv" --out "$work/signal" --batch 32 --charges-model 32 --charges-target 64 \
    --units 32 --history-every 20 --checkpoint-every 1000000 --steps 100000000
check "it has saved" says "$work/err" "Saved at update"

# --- rows from the model ---

cp "$work/whole/model.zip" "$work/model.zip"
check "a model makes rows on standard output" run 0 "$program" --model "$work/model.zip" --generate 360
check "those that its run wrote" same "$work/out" "$work/whole/synthetic.csv"
check "into a file too" run 0 "$program" --model "$work/model.zip" --generate 360 --output "$work/rows.csv" --threads 2
check "the same ones" same "$work/rows.csv" "$work/whole/synthetic.csv"
check "another seed" run 0 "$program" --model "$work/model.zip" --generate 5000 --seed 9
check "gives other ones" differ "$work/out" "$work/whole/synthetic.csv"
check "of the same kinds" like_the_table "$work/out" 5000
check "rows at the end of a run" short "$work/printed" --steps 120 --generate 10
check "are the first ones of its model" is "$(head -11 "$work/whole/synthetic.csv")" cat "$work/out"

only() {
    sed 's/^"Linz, Donau"/Linz/' "$work/out" |
        awk -F, -v field="$1" -v value="$2" 'NR > 1 && $field != value { print; bad = 1 } END { exit bad || NR != 51 }'
}
check "rows of a category" run 0 "$program" --model "$work/model.zip" --generate 50 --given city=Graz
check "have it" only 1 Graz
check "rows of several values" run 0 "$program" --model "$work/model.zip" --generate 50 --given "member=no;visits=0"
check "have the first" only 2 no
check "and the second" only 3 0
check "rows without a rating" run 0 "$program" --model "$work/model.zip" --generate 50 --given rating=
check "have none" only 6 ""
check "no column of that name" refuses 1 "no column is called 'town'" "$program" --model "$work/model.zip" --generate 1 \
    --given town=Graz
check "no such category" refuses 1 "does not occur in column 'city'" "$program" --model "$work/model.zip" --generate 1 \
    --given city=Paris
check "no condition" refuses 1 "expected COLUMN=VALUE" "$program" --model "$work/model.zip" --generate 1 --given city
check "an empty one" refuses 2 "--given is ''; expected COLUMN=VALUE" "$program" --model "$work/model.zip" --generate 1 --given ""
check "two for a column" refuses 1 "has two conditions" "$program" --model "$work/model.zip" --generate 1 \
    --given "city=Graz;city=Wien"

# A file of rows is written whole or not at all.
echo old >"$work/kept.csv"
check "a failure" refuses 1 "does not occur" "$program" --model "$work/model.zip" --generate 1 --given city=Paris \
    --output "$work/kept.csv"
check "leaves the old file" is old cat "$work/kept.csv"

# --- what is refused ---

head -c 2000 "$work/model.zip" >"$work/cut.zip"
check "half a model" refuses 1 "cannot open" "$program" --model "$work/cut.zip" --generate 1
check "no model" refuses 1 "cannot" "$program" --model "$work/missing.zip" --generate 1
flip() {
    cp "$work/model.zip" "$work/flipped.zip"
    printf '\377' | dd of="$work/flipped.zip" bs=1 seek="$1" conv=notrunc 2>"$work/none"
}
flip 20000
check "a damaged one" refuses 1 "damaged" "$program" --model "$work/flipped.zip" --generate 1
check "a model without rows to make" refuses 2 "--model is for --generate N" "$program" --model "$work/model.zip"
check "a model and data" refuses 2 "--data is for training" "$program" --model "$work/model.zip" --generate 1 \
    --data "$work/people.csv"
check "conditions without rows" refuses 2 "--given is for --generate N" "$program" --data "$work/people.csv" \
    --out "$work/bad" --given city=Graz
check "no directory" refuses 2 "--out is missing" "$program" --data "$work/people.csv"
check "no data" refuses 2 "--data is missing" "$program" --out "$work/bad"
check "fewer charges than the batch" refuses 2 "--charges-target is 10; expected 0 or at least the batch, 256" \
    "$program" --data "$work/people.csv" --out "$work/bad" --charges-target 10
check "more signs than latent values" refuses 2 "expected at most --latent, 4" "$program" --data "$work/people.csv" \
    --out "$work/bad" --latent 4
check "a separator of two characters" refuses 2 "--separator is '::'" "$program" --data "$work/people.csv" \
    --out "$work/bad" --separator ::
# A signal in the middle of a file leaves nothing of it.
interrupted() {
    (exec "$program" --model "$work/whole/model.zip" --generate 1000000000 --output "$work/endless.csv") >"$work/out" 2>&1 &
    process=$!
    tries=0
    until ls "$work"/endless.csv.*.tmp >"$work/left" 2>/dev/null; do
        tries=$((tries + 1))
        [ "$tries" -lt 300 ] || break
        sleep 0.1
    done
    kill -TERM "$process"
    wait "$process"
    is 143 echo $? && [ -s "$work/left" ] && ! ls "$work"/endless.csv* 2>/dev/null
}
check "rows that a signal interrupts leave no file" interrupted
check "data that are not there" refuses 1 "missing.csv" "$program" --data "$work/missing.csv" --out "$work/bad"
head -6 "$work/people.csv" >"$work/few.csv"
check "too few rows" refuses 1 "has 5 rows; expected at least 10" "$program" --data "$work/few.csv" --out "$work/bad"
awk 'BEGIN { print "a"; for (i = 0; i < 20; i++) print "same" }' >"$work/one.csv"
check "nothing to learn" refuses 1 "there is nothing to learn" "$program" --data "$work/one.csv" --out "$work/bad"
check "a checkpoint is not overwritten silently" refuses 1 "contains a checkpoint" "$program" \
    --data "$work/people.csv" --out "$work/whole"
sed '$d' "$work/people.csv" >"$work/shorter.csv"
check "resuming with other data" refuses 1 "the data set has changed" "$program" --data "$work/shorter.csv" \
    --out "$work/stop" --resume
check "one column of numbers" sh -c 'awk "BEGIN { for (i = 0; i < 200; i++) print i * i % 97 / 8 }" >"$1/numbers.csv"' \
    sh "$work"
check "is learned too" run 0 "$program" --data "$work/numbers.csv" --out "$work/numbers" --steps 20
check "without a name" test "$(wc -l <"$work/numbers/synthetic.csv")" -eq 180
check "all rows can be learned" short "$work/all" --steps 2 --held-out 0
check "none is held out then" says "$work/err" "0 rows are held out"

fits_100_columns() {
    run 0 "$program" --help || return 1
    awk 'length($0) > 100 { print; wide = 1 } END { exit wide }' "$work/out"
}
check "help fits 100 columns" fits_100_columns
man_page() {
    run 0 "$program" --man || return 1
    man --warnings --encoding=utf8 -l "$work/out" >"$work/page" 2>"$work/err" && [ ! -s "$work/err" ] &&
        mandoc -T lint -W error "$work/out"
}
check "the manual page is one" man_page

finish
