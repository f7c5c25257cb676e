#include "finding.h"

#include "shown.h"
#include "table.h"
#include "words.h"

#include "support/console.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* After so many numbers a text is worth a note. */
enum { NUMBERS_BEFORE_NOTE = 20 };

bool reading_wrong_cell(const reading *of, size_t index, size_t row, const char *text, const char *expected)
{
    char cell[SHOWN_SIZE], name[SHOWN_SIZE];
    shown(text, 60, cell);
    shown(of->of->list[index].name, 60, name);
    return complain("%s, line %zu, column '%s': '%s'; expected %s", of->path, (size_t)of->from->lines[of->first + row],
                    name, cell, expected);
}

bool reading_no_memory(const reading *of)
{
    return complain("no memory for the %zu rows and %zu columns of %s", of->rows, of->of->count, of->path);
}

/* --- numbers --- */

bool finding_store(const reading *of, finding *into, size_t row, double value)
{
    if (!into->numbers) {
        into->numbers = malloc(of->rows * sizeof *into->numbers);
        if (!into->numbers)
            return reading_no_memory(of);
        for (size_t i = 0; i < of->rows; i++)
            into->numbers[i] = NAN;
    }
    into->numbers[row] = value;
    return true;
}

static bool take_number(reading *of, size_t index, size_t row, const char *text)
{
    finding *into = &of->found[index];
    number_text number;
    enum number_result result = number_read(text, &number);
    if (result == NUMBER_NONE || !number_habits_add(&into->habits, &number)) {
        into->odd = into->cells >= NUMBERS_BEFORE_NOTE ? row : 0;
        into->number = false;
        free(into->numbers);
        into->numbers = NULL;
        return true;
    }
    if (result == NUMBER_TOO_LARGE) {
        into->too_large = row;
        into->too_large_text = text;
    }
    if (row == 0)
        into->first = number.value;
    into->largest = fmax(into->largest, fabs(number.value));
    into->bits = into->bits && (number.value == 0 || number.value == 1) && number.digits == 0;
    into->counts = into->counts && number.value == into->first + (double)row && (into->first == 0 || into->first == 1);
    return finding_store(of, into, row, number.value);
}

/* --- dates --- */

static void take_date(finding *into, const char *text)
{
    double value;
    size_t kept = 0;
    if (into->cells == 0 && *into->wish.date) {
        memcpy(into->dates[0], into->wish.date, sizeof into->dates[0]);
        into->dates_count = 1;
    } else if (into->cells == 0) {
        into->dates_count = date_guess(text, into->dates);
    }
    for (size_t i = 0; i < into->dates_count; i++)
        if (date_read(into->dates[i], text, &value) && kept++ < i)
            memcpy(into->dates[kept - 1], into->dates[i], sizeof into->dates[0]);
    into->dates_count = kept;
    into->date = kept > 0;
}

/* --- the first time through all cells --- */

static bool take_word(reading *of, finding *into, size_t row, int word)
{
    if (!into->codes) {
        into->codes = malloc(of->rows * sizeof *into->codes);
        if (!into->codes)
            return reading_no_memory(of);
        for (size_t i = 0; i < of->rows; i++)
            into->codes[i] = CODE_NUMBER;
    }
    into->words |= (uint32_t)1 << word;
    into->codes[row] = (uint32_t)word;
    into->counts = into->bits = false;
    if (into->numbers)
        into->numbers[row] = NAN;
    return true;
}

/* Whether a cell is what was wished for. */
static bool check_wish(const reading *of, size_t index, size_t row, const char *text)
{
    const finding *into = &of->found[index];
    number_text number;
    if (!into->wish.given)
        return true;
    if (into->wish.kind == COLUMN_DATE && !into->date)
        return reading_wrong_cell(of, index, row, text,
                                  *into->wish.date ? into->wish.date : "a date such as 2024-12-31");
    if (into->wish.kind == COLUMN_DECIMAL && !into->number)
        return reading_wrong_cell(of, index, row, text, "a number");
    if (into->wish.kind != COLUMN_WHOLE && into->wish.kind != COLUMN_COUNTER)
        return true;
    bool fine = into->number && number_read(text, &number) == NUMBER_FINE && number.digits == 0 && !number.exponent &&
                fabs(number.value) <= whole_most;
    return fine ? true : reading_wrong_cell(of, index, row, text, "a whole number of at most 9007199254740992");
}

static bool look_at(reading *of, size_t index, size_t row, const char *cell)
{
    finding *into = &of->found[index];
    const char *text = csv_text(cell);
    bool quoted = text != cell;
    int word = word_find(text);
    into->quoted += quoted;
    into->plain += !quoted && word == WORD_NONE;
    into->plain_words += !quoted && word != WORD_NONE;
    if (!into->number && !into->date)
        return true;
    if (word != WORD_NONE)
        return take_word(of, into, row, word);
    if (into->number && !take_number(of, index, row, text))
        return false;
    if (into->date)
        take_date(into, text);
    into->cells++;
    return check_wish(of, index, row, text);
}

const char *reading_first_cell(const reading *of)
{
    const char *cell = of->from->cells;
    for (size_t i = 0; i < of->first * of->of->count; i++)
        cell = csv_next(cell);
    return cell;
}

bool find_from_cells(reading *of)
{
    const char *cell = reading_first_cell(of);
    for (size_t row = 0; row < of->rows; row++)
        for (size_t i = 0; i < of->of->count; i++, cell = csv_next(cell))
            if (!look_at(of, i, row, cell))
                return false;
    return true;
}
