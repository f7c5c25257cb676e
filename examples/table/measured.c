#include "measured.h"

#include "coding.h"

#include "support/console.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void measured_rows_free(measured_rows *of)
{
    for (size_t i = 0; of->list && i < of->columns; i++) {
        free(of->list[i].sorted);
        free(of->list[i].ranks);
        free(of->list[i].texts);
        free(of->list[i].classes);
    }
    free(of->list);
    *of = (measured_rows){0};
}

static size_t row_of(const row_set *from, size_t rows, size_t index)
{
    size_t at = index * from->count / rows;
    return from->rows ? from->rows[at] : at;
}

typedef struct place {
    double value;
    size_t row;
} place;

static int by_value(const void *a, const void *b)
{
    double left = ((const place *)a)->value, right = ((const place *)b)->value;
    return (left > right) - (left < right);
}

/* `sorted` from places in order, and ranks: of equal values the middle of theirs. */
static void rank(const place *places, size_t rows, measured_column *into)
{
    size_t missing = 0, end;
    while (missing < rows && isinf(places[missing].value) && places[missing].value < 0)
        missing++;
    double scale = rows - missing > 1 ? (double)(rows - missing - 1) : 1;
    for (size_t i = 0; i < missing; i++)
        into->ranks[places[i].row] = NAN;
    for (size_t i = missing; i < rows; i = end) {
        for (end = i + 1; end < rows && places[end].value == places[i].value;)
            end++;
        for (size_t j = i; j < end; j++)
            into->ranks[places[j].row] = ((double)(i + end - 1) / 2 - (double)missing) / scale;
    }
    for (size_t i = 0; i < rows; i++)
        into->sorted[i] = places[i].value;
}

static bool take_numbers(const double *numbers, const row_set *from, size_t rows, measured_column *into)
{
    place *places = malloc(rows * sizeof *places);
    into->sorted = malloc(rows * sizeof *into->sorted);
    into->ranks = malloc(rows * sizeof *into->ranks);
    bool done = places && into->sorted && into->ranks;
    for (size_t i = 0; done && i < rows; i++) {
        double value = numbers[row_of(from, rows, i)];
        places[i] = (place){isnan(value) ? -INFINITY : value, i};
    }
    if (done) {
        qsort(places, rows, sizeof *places, by_value);
        rank(places, rows, into);
    }
    free(places);
    return done;
}

/* The category, and which tenth of its distribution a number is in; one class more for what never occurred. */
static bool take_classes(const encoding *code, size_t column_index, const row_set *from, size_t rows,
                         measured_column *into)
{
    const column_code *like = &code->codes[column_index];
    const table_column *values = &from->of->values[column_index];
    size_t categories = column_code_categories(like);
    into->classes_count = categories + (like->has_distribution ? NUMBER_CLASSES : 0) + 1;
    into->classes = malloc(rows * sizeof *into->classes);
    if (!into->classes)
        return false;
    for (size_t i = 0; i < rows; i++) {
        size_t row = row_of(from, rows, i);
        coded_cell cell =
            column_code_encode(like, &code->of->list[column_index], values->codes ? values->codes[row] : CODE_NUMBER,
                               values->numbers ? values->numbers[row] : NAN);
        size_t class = cell.category;
        if (cell.category == NO_CATEGORY)
            class = into->classes_count - 1;
        else if (cell.present)
            class = categories + (size_t)fmin((cell.number + 1.0) / 2 * NUMBER_CLASSES, NUMBER_CLASSES - 1);
        into->classes[i] = (uint16_t) class;
    }
    return true;
}

static bool take_texts(const uint32_t *codes, const row_set *from, size_t rows, measured_column *into)
{
    into->texts = malloc(rows * sizeof *into->texts);
    for (size_t i = 0; into->texts && i < rows; i++)
        into->texts[i] = codes[row_of(from, rows, i)];
    return into->texts != NULL;
}

static bool take_column(const encoding *code, size_t index, const row_set *from, size_t rows, measured_column *into)
{
    const column *like = &code->of->list[index];
    const table_column *values = &from->of->values[index];
    into->learned = code->places[index].group != ENCODING_NONE || code->places[index].number != ENCODING_NONE;
    if (!into->learned)
        return true;
    into->is_number = column_is_number(like->kind);
    into->texts_count = like->texts_count;
    bool done =
        into->is_number ? take_numbers(values->numbers, from, rows, into) : take_texts(values->codes, from, rows, into);
    return done && take_classes(code, index, from, rows, into);
}

bool measured_rows_make(const encoding *code, const row_set *from, size_t most, measured_rows *made)
{
    size_t rows = from->count < most ? from->count : most;
    *made = (measured_rows){rows, code->of->count, calloc(code->of->count + 1, sizeof *made->list)};
    bool done = made->list != NULL;
    for (size_t i = 0; done && i < made->columns; i++)
        done = take_column(code, i, from, rows, &made->list[i]);
    if (done)
        return true;
    measured_rows_free(made);
    return complain("no memory to measure %zu rows", rows);
}

size_t counts_size(const measured_rows *of)
{
    size_t classes = 1, texts = 1;
    for (size_t i = 0; i < of->columns; i++) {
        if (of->list[i].classes_count > classes)
            classes = of->list[i].classes_count;
        if (of->list[i].texts_count > texts)
            texts = of->list[i].texts_count;
    }
    size_t joint = classes * classes + 2 * classes;
    return joint > texts ? joint : texts;
}
