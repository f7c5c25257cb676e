#!/bin/sh
# Runs of billion-word on small networks: what they write, that they can be repeated, stopped and taken up again.
program=$4
inspect=$3
. "$(dirname "$0")/cases.sh"

# A short run with rows, lines and checkpoints at odd moments.
short() {
    out=$1
    shift
    run 0 "$program" --out "$out" --lines 3000 --width 8 --blocks 1 --latent 8 --batch 16 --history-every 7 \
        --samples-every 20 --checkpoint-every 30 "$@"
}

check "50 updates end well" short "$work/whole" --steps 50
for file in samples-0000000.txt samples-0000020.txt samples-0000040.txt samples-0000050.txt samples-latest.txt \
    metrics.json history.csv history.png checkpoint.safetensors generator.safetensors settings.json vocabulary.json; do
    check "$file is written" test -s "$work/whole/$file"
done
check "the end names the results" says "$work/out" "See samples-latest.txt and history.png"
check "it tells of the text" says "$work/err" "Training on 2360 lines"
check "the latest lines are the last ones" same "$work/whole/samples-latest.txt" "$work/whole/samples-0000050.txt"
check "they are not the first ones" differ "$work/whole/samples-0000000.txt" "$work/whole/samples-latest.txt"
check "no temporary file is left" no_leftovers "$work/whole"

# U+FFFD, which stands for rare characters, is the only one of several bytes.
lines() {
    LC_ALL=C sed 's/\xef\xbf\xbd/?/g' "$work/whole/samples-latest.txt" |
        LC_ALL=C awk 'length($0) > 32 { exit 1 } END { exit NR != 640 }'
}
check "640 lines of at most 32 characters" lines

picture_drawn() {
    size=$("$inspect" png "$1") || return 1
    set -- $size
    true_that "$1 > 1000 && $2 > 500 && $3 > 100"
}
check "history.png is a picture" picture_drawn "$work/whole/history.png"

rows() {
    awk -F, 'NR == 1 && ($12 != "jsd_1" || $17 != "jsd_6") { exit 1 }
        NR > 1 { if ($1 != 7 * (NR - 1) || NF != 17) exit 1
            for (i = 12; i <= 17; i++) if (!($i > 0 && $i <= 1) || (i > 12 && $i < $(i - 1))) exit 1 }
        END { exit NR != 8 }' "$work/whole/history.csv"
}
check "history.csv has a row every 7 updates, and JSD grows with n" rows

metric() {
    "$inspect" json "$work/whole/metrics.json" "$1"
}
check "640 lines were measured" is 640 metric lines
check "JSD-1 of held out lines is small" true_that "$(metric jsd_of_lines_held_out.0) < 0.01"
check "that of generated ones is not" true_that "$(metric jsd.0) > 0.05"
check "JSD-4 of held out lines is the floor" true_that "$(metric jsd_of_lines_held_out.3) < $(metric jsd.3)"
check "JSD-4 before training is above it" true_that "$(metric jsd_of_lines_held_out.3) < $(metric jsd_before_training.3)"
check "settings are told" is 8 metric settings.width
check "the vocabulary begins with what is rare" is '"�"' "$inspect" json "$work/whole/vocabulary.json" characters.0
check "and goes on with the most frequent character" is '" "' "$inspect" json "$work/whole/vocabulary.json" characters.1

equal_runs() {
    same "$work/whole/samples-latest.txt" "$1/samples-latest.txt" &&
        same "$work/whole/history.csv" "$1/history.csv" &&
        same "$work/whole/generator.safetensors" "$1/generator.safetensors"
}
check "two threads end well" short "$work/threads" --steps 50 --threads 2
check "two threads give the same bits" equal_runs "$work/threads"
check "another seed ends well" short "$work/seed" --steps 50 --seed 2
check "another seed gives other lines" differ "$work/whole/samples-latest.txt" "$work/seed/samples-latest.txt"

mkdir "$work/texts" && sed 's/^/a /' "$work/whole/samples-latest.txt" >"$work/texts/a.txt"
check "lines are not written among those that are read" refuses 1 "in the directory of the data" "$program" \
    --data "$work/texts" --out "$work/texts/run"
check "a run stops where it is told to" short "$work/stop" --steps 50 --stop-at 33
check "it says how to go on" says "$work/err" "--resume"
check "it goes on with the recorded settings" run 0 "$program" --out "$work/stop" --resume
check "a stop changes nothing" equal_runs "$work/stop"
check "nor the lines in between" same "$work/whole/samples-0000040.txt" "$work/stop/samples-0000040.txt"

# Its terminal is closed when its lines show that it trains; under nohup it would leave hangups alone.
check "a hangup ends with code 129" interrupted HUP 129 '[ -s "$work/signal/samples-0000020.txt" ]' \
    env --default-signal=HUP "$program" --out "$work/signal" --lines 3000 --width 8 --blocks 1 --latent 8 --batch 16 \
    --history-every 7 --samples-every 20 --checkpoint-every 1000000 --steps 100000000
last=$(($(sed -n 's/^Saved at update \([0-9]*\) .*/\1/p' "$work/err") + 10))
check "it had trained" true_that "$last >= 30"
check "it goes on" run 0 "$program" --out "$work/signal" --resume --steps "$last"
check "a run that was not interrupted" short "$work/straight" --steps "$last"
check "the hangup changed nothing" same "$work/straight/generator.safetensors" "$work/signal/generator.safetensors"
check "nor the history" same "$work/straight/history.csv" "$work/signal/history.csv"

# Characters that are drawn, and no discriminator.
check "characters can be drawn" short "$work/drawn" --steps 20 --output categorical
check "which makes other lines" differ "$work/whole/samples-0000020.txt" "$work/drawn/samples-0000020.txt"
check "their generator is a file" test -s "$work/drawn/generator.safetensors"
check "the field alone trains" short "$work/field" --steps 20 --output categorical --discriminator none
check "with the recorded networks" is '"none"' "$inspect" json "$work/field/settings.json" settings.discriminator
check "a learning rate for nobody" refuses 2 "--lr-discriminator is for a discriminator" "$program" \
    --out "$work/bad" --discriminator none --lr-discriminator 1
check "a temperature for nothing" refuses 2 "--temperature is for --output categorical" "$program" --out "$work/bad" \
    --temperature 2

# Text of files: the grammar's own vocabulary is not there, 12 other characters and padding are.
mkdir "$work/text"
awk 'BEGIN { for (i = 0; i < 2000; i++) printf "%s %d\r\n", i % 100 ? "äö" : "\377", i }' >"$work/text/a.txt"
echo >>"$work/text/a.txt"
check "files are read" short "$work/files" --steps 5 --data "$work/text" --vocabulary 12
check "what was not UTF-8 is counted" says "$work/err" "20 invalid UTF-8 sequences became"
check "empty lines are counted" says "$work/err" "Skipped 1 empty line"
check "the vocabulary is as large as told" says "$work/err" "12 of 15 different characters"
echo "a file too many" >"$work/text/b.txt"
: >"$work/text/.hidden"
check "files that are not needed are told" short "$work/enough" --steps 1 --data "$work/text" --vocabulary 12 --lines 1500
check "how many" says "$work/err" "Left out 1 further file"
check "hidden ones too" says "$work/err" "Left out 1 hidden files"
awk 'BEGIN { for (i = 0; i < 2000; i++) print "the quiet owl sleeps in snow " i }' >"$work/plain.txt"
{ printf '\377\376'; iconv -t UTF-16LE "$work/plain.txt"; } >"$work/marked.txt"
iconv -t UTF-16BE "$work/plain.txt" >"$work/unmarked.txt"
sed 's/owl/Käuzchen/' "$work/plain.txt" | iconv -t ISO-8859-1 >"$work/latin.txt"
{ cat "$work/plain.txt"; printf 'a \000 line\n'; } >"$work/zero.txt"
check "one U+0000 is a character" short "$work/zero" --steps 2 --stop-at 1 --data "$work/zero.txt"
check "of a vocabulary that comes back" run 0 "$program" --out "$work/zero" --resume
gzip -c "$work/plain.txt" >"$work/plain.gz"
check "a compressed text is refused" refuses 1 "compressed by gzip" "$program" --out "$work/bad" --data "$work/plain.gz"
check "UTF-16 is refused" refuses 1 "iconv -f UTF-16 -t UTF-8" "$program" --out "$work/bad" --data "$work/marked.txt"
check "without a mark too" refuses 1 "are U+0000, more than 1 %" "$program" --out "$work/bad" --data "$work/unmarked.txt"
check "so are other encodings" refuses 1 "are not UTF-8, more than 1 %" "$program" --out "$work/bad" --data "$work/latin.txt"
check "averages serve when lines are generated" short "$work/averages" --steps 5 --norm-averages on \
    --averaging 0.9
check "they make a difference" differ "$work/whole/samples-0000000.txt" "$work/averages/samples-0000000.txt"

check "a missing directory is refused" refuses 1 "cannot read $work/missing" "$program" --out "$work/bad" \
    --data "$work/missing"
mkdir "$work/empty"
check "a directory without files is refused" refuses 1 "contains no files" "$program" --out "$work/bad" --data "$work/empty"
: >"$work/empty/nothing.txt"
check "empty text is refused" refuses 1 "the text is empty" "$program" --out "$work/bad" --data "$work/empty"
yes line | head -1000 >"$work/empty/few.txt"
check "too few lines are refused" refuses 1 "1000 lines that are not empty; expected at least 1280" \
    "$program" --out "$work/bad" --data "$work/empty"
check "resuming with other text is refused" refuses 1 "the data set has changed since the run began" "$program" --out "$work/files" --resume \
    --data synthetic --steps 10
check "a checkpoint is not overwritten silently" refuses 1 "contains a checkpoint" \
    "$program" --out "$work/whole" --steps 10
check "a width of 0 is refused" refuses 2 "--width is '0'" "$program" --width 0
check "a vocabulary too large for a trainer is refused" refuses 2 "--vocabulary is '7000'" "$program" --vocabulary 7000
finish
