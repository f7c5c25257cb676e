#include "kinds.h"

#include "finding.h"
#include "words.h"

#include "support/console.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Texts of which more than every second is another are names or remarks, not categories, if there are more than these.
 * Whole numbers that count the rows do so for at least so many; so do dates without separators. */
enum { TEXTS_SMALL = 20, ROWS_COUNTED = 10 };

/* --- what the columns are --- */

static enum column_kind number_kind(const reading *of, const finding *found)
{
    bool whole = found->habits.digits_most == 0 && !found->habits.exponents;
    if (found->date && of->rows >= ROWS_COUNTED) /* YYYYMMDD */
        return COLUMN_DATE;
    if (!whole)
        return COLUMN_DECIMAL;
    if (found->counts && of->rows >= ROWS_COUNTED)
        return COLUMN_COUNTER;
    return found->largest > whole_most || found->bits ? COLUMN_CATEGORY : COLUMN_WHOLE;
}

static bool decide(reading *of, size_t index)
{
    finding *found = &of->found[index];
    column *into = &of->of->list[index];
    if (found->wish.given) /* whether it is a truth value shows later */
        into->kind = found->wish.kind == COLUMN_TRUTH ? COLUMN_CATEGORY : found->wish.kind;
    else if (found->number && found->cells > 0)
        into->kind = number_kind(of, found);
    else
        into->kind = found->date && found->cells > 0 ? COLUMN_DATE : COLUMN_CATEGORY;
    into->quoted = found->quoted > 0 && found->plain == 0;
    into->words_plain = found->plain_words > 0;
    if (into->kind == COLUMN_WHOLE || into->kind == COLUMN_DECIMAL)
        into->format = number_habits_format(&found->habits);
    if (into->kind == COLUMN_DECIMAL && found->wish.given && found->wish.digits >= 0)
        into->format = (number_format){
            .digits_least = found->wish.digits, .digits_most = found->wish.digits, .point = into->format.point};
    if (into->kind == COLUMN_DATE)
        snprintf(into->format.date, DATE_FORMAT_SIZE, "%s", found->dates_count > 0 ? found->dates[0] : "YYYY-MM-DD");
    if (into->kind == COLUMN_COUNTER)
        into->counter = found->first;
    if (found->too_large_text && column_is_number(into->kind))
        return reading_wrong_cell(of, index, found->too_large, found->too_large_text, "a number below 1.8e308");
    if (into->kind == COLUMN_COUNTER && !found->counts)
        return complain("column '%s' does not number the rows from 0 or 1", into->name);
    if (into->kind == COLUMN_CATEGORY && found->odd > 0 && !found->wish.given)
        say("column '%s' is taken for text, because a cell on line %zu is no number", into->name,
            (size_t)of->from->lines[of->first + found->odd]);
    return true;
}

/* --- the second time, for texts and dates --- */

static bool take_text(reading *of, size_t index, size_t row, const char *text)
{
    finding *into = &of->found[index];
    if (!into->codes) {
        into->codes = malloc(of->rows * sizeof *into->codes);
        if (!into->codes)
            return reading_no_memory(of);
    }
    if (!dictionary_add(&into->texts, text, &into->codes[row]))
        return reading_no_memory(of);
    if (into->texts.count > TEXTS_SMALL && 2 * into->texts.count > of->rows && !into->wish.given)
        of->of->list[index].kind = COLUMN_LEFT_OUT;
    return true;
}

static bool take_all(reading *of)
{
    const char *cell = reading_first_cell(of);
    for (size_t row = 0; row < of->rows; row++)
        for (size_t i = 0; i < of->of->count; i++, cell = csv_next(cell)) {
            const column *each = &of->of->list[i];
            finding *into = &of->found[i];
            double value;
            if (each->kind == COLUMN_CATEGORY && !take_text(of, i, row, csv_text(cell)))
                return false;
            if (each->kind != COLUMN_DATE || (into->codes && into->codes[row] != CODE_NUMBER))
                continue;
            if (!date_read(each->format.date, csv_text(cell), &value) || !finding_store(of, into, row, value))
                return false;
        }
    return true;
}

/* Two texts, besides those for missing values, that are a pair such as yes and no. */
static bool is_truth(const column *of)
{
    static const char *const pairs[][2] = {{"false", "true"}, {"no", "yes"}, {"n", "y"},
                                           {"f", "t"},        {"off", "on"}, {"0", "1"}};
    const char *texts[2];
    size_t count = 0;
    for (size_t i = 0; i < of->texts_count; i++) {
        if (word_find(of->texts[i]) != WORD_NONE)
            continue;
        if (count == 2)
            return false;
        texts[count++] = of->texts[i];
    }
    for (size_t i = 0; count == 2 && i < sizeof pairs / sizeof *pairs; i++)
        if (strcasecmp(texts[0], pairs[i][0]) == 0 && strcasecmp(texts[1], pairs[i][1]) == 0)
            return true;
    return false;
}

/* Codes in the order of the texts. */
static bool finish_texts(reading *of, size_t index)
{
    finding *found = &of->found[index];
    column *into = &of->of->list[index];
    uint32_t *place, number, number_of_word[WORDS_MOST] = {0};
    if (column_is_number(into->kind))
        for (int i = 0; i < WORDS_MOST; i++)
            if (found->words >> i & 1) {
                if (!dictionary_add(&found->texts, word_text(i), &number))
                    return reading_no_memory(of);
                number_of_word[i] = number;
            }
    if (!dictionary_sort(&found->texts, &into->texts, &place))
        return reading_no_memory(of);
    into->texts_count = found->texts.count;
    for (size_t row = 0; found->codes && row < of->rows; row++) {
        uint32_t code = found->codes[row];
        if (into->kind == COLUMN_CATEGORY)
            found->codes[row] = place[code];
        else if (code != CODE_NUMBER)
            found->codes[row] = place[number_of_word[code]];
    }
    free(place);
    if (into->kind == COLUMN_CATEGORY && is_truth(into))
        into->kind = COLUMN_TRUTH;
    if (found->wish.given && found->wish.kind == COLUMN_TRUTH && into->kind != COLUMN_TRUTH)
        return complain("column '%s' is no truth value; expected two texts such as yes and no", into->name);
    return true;
}

/* The values go to the table. */
static bool hand_over(reading *of, table *made)
{
    for (size_t i = 0; i < of->of->count; i++) {
        finding *found = &of->found[i];
        column *into = &of->of->list[i];
        bool learned = into->kind != COLUMN_LEFT_OUT && into->kind != COLUMN_COUNTER;
        if (learned && !finish_texts(of, i))
            return false;
        if (learned) {
            made->values[i].codes = found->codes;
            found->codes = NULL;
        }
        if (column_is_number(into->kind)) {
            if (!found->numbers && !finding_store(of, found, of->rows - 1, NAN)) /* none at all */
                return false;
            made->values[i].numbers = found->numbers;
            found->numbers = NULL;
        }
    }
    return true;
}

static bool find(reading *of, const column_wish *wishes, table *made)
{
    for (size_t i = 0; i < of->of->count; i++) {
        finding *into = &of->found[i];
        into->wish = wishes[i];
        enum column_kind kind = into->wish.kind;
        bool any = !into->wish.given;
        into->number = any || kind == COLUMN_WHOLE || kind == COLUMN_DECIMAL || kind == COLUMN_COUNTER;
        into->date = any || kind == COLUMN_DATE;
        into->counts = into->bits = true;
        into->habits = number_habits_start();
    }
    if (!find_from_cells(of))
        return false;
    bool again = false;
    for (size_t i = 0; i < of->of->count; i++) {
        if (!decide(of, i))
            return false;
        again = again || of->of->list[i].kind == COLUMN_CATEGORY || of->of->list[i].kind == COLUMN_DATE;
    }
    return (!again || take_all(of)) && hand_over(of, made);
}

bool kinds_find(const csv *from, const char *path, size_t first, const column_wish *wishes, columns *of, table *made)
{
    reading at = {from, path, first, from->records - first, of, calloc(of->count + 1, sizeof(finding))};
    *made = (table){of, at.rows, calloc(of->count + 1, sizeof *made->values)};
    bool done = at.found && made->values ? find(&at, wishes, made) : reading_no_memory(&at);
    for (size_t i = 0; at.found && i < of->count; i++) {
        free(at.found[i].numbers);
        free(at.found[i].codes);
        dictionary_free(&at.found[i].texts);
    }
    free(at.found);
    if (!done)
        table_free(made);
    return done;
}
