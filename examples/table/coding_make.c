/* Finding a column's code from its values. */
#include "coding.h"

#include "support/console.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What is being made, and arrays for it. */
typedef struct making {
    const column *of;
    const encoding_options *options;
    size_t count;    /* of cells */
    double *numbers; /* sorted; of text columns none */
    size_t numbers_count;
    size_t *frequency; /* [texts_count] of each text */
    column_code *made;
} making;

static bool no_memory(const column *of)
{
    return complain("no memory to encode column '%s'", of->name);
}

static int by_value(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static bool gather(making *of, const table_column *values, const size_t *rows)
{
    of->frequency = calloc(of->of->texts_count + 1, sizeof *of->frequency);
    of->numbers = values->numbers ? malloc((of->count + 1) * sizeof *of->numbers) : NULL;
    if (!of->frequency || (values->numbers && !of->numbers))
        return no_memory(of->of);
    for (size_t i = 0; i < of->count; i++) {
        size_t row = rows ? rows[i] : i;
        uint32_t code = values->codes ? values->codes[row] : CODE_NUMBER;
        if (code != CODE_NUMBER)
            of->frequency[code]++;
        else if (values->numbers && !isnan(values->numbers[row]))
            of->numbers[of->numbers_count++] = values->numbers[row];
    }
    if (of->numbers_count > 0)
        qsort(of->numbers, of->numbers_count, sizeof *of->numbers, by_value);
    return true;
}

/* --- texts --- */

typedef struct ranked {
    size_t frequency;
    uint32_t code;
} ranked;

static int by_frequency(const void *a, const void *b)
{
    const ranked *left = a, *right = b;
    if (left->frequency != right->frequency)
        return left->frequency < right->frequency ? 1 : -1;
    return left->code < right->code ? -1 : 1;
}

static int by_code(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

/* The most frequent texts get categories; the rest, which is at least two, are told apart by their places. */
static bool split_texts(making *of, ranked *all, size_t count)
{
    column_code *made = of->made;
    size_t own = count;
    if (!column_is_number(of->of->kind) && count > of->options->categories_most + 1) {
        own = of->options->categories_most;
        qsort(all, count, sizeof *all, by_frequency);
    }
    made->texts = malloc((own + 1) * sizeof *made->texts);
    made->rest = malloc((count - own + 1) * sizeof *made->rest);
    if (!made->texts || !made->rest)
        return no_memory(of->of);
    made->texts_count = own;
    made->rest_count = count - own;
    for (size_t i = 0; i < count; i++)
        *(i < own ? &made->texts[i] : &made->rest[i - own]) = all[i].code;
    qsort(made->texts, made->texts_count, sizeof *made->texts, by_code);
    qsort(made->rest, made->rest_count, sizeof *made->rest, by_code);
    return true;
}

static bool make_texts(making *of)
{
    size_t count = 0;
    ranked *all = malloc((of->of->texts_count + 1) * sizeof *all);
    if (!all)
        return no_memory(of->of);
    for (size_t i = 0; i < of->of->texts_count; i++)
        if (of->frequency[i] > 0)
            all[count++] = (ranked){of->frequency[i], (uint32_t)i};
    bool done = split_texts(of, all, count);
    free(all);
    return done;
}

static bool make_rest(making *of)
{
    column_code *made = of->made;
    size_t total = 0, at = 0;
    for (size_t i = 0; i < made->rest_count; i++)
        total += of->frequency[made->rest[i]];
    double *places = malloc((total + 1) * sizeof *places);
    if (!places)
        return no_memory(of->of);
    for (size_t i = 0; i < made->rest_count; i++)
        for (size_t j = 0; j < of->frequency[made->rest[i]]; j++)
            places[at++] = (double)i;
    made->has_distribution = distribution_make(places, total, 1.0, &made->numbers);
    free(places);
    return made->has_distribution;
}

/* --- numbers --- */

static size_t count_distinct(const double *sorted, size_t count)
{
    size_t distinct = 0;
    for (size_t i = 0; i < count; i++)
        distinct += i == 0 || sorted[i] > sorted[i - 1];
    return distinct;
}

static double unit_of(const column *like)
{
    if (like->kind != COLUMN_DECIMAL)
        return 1.0;
    return like->format.significant > 0 || like->format.digits_most > 15 ? 0.0 : pow(10, -like->format.digits_most);
}

/* Move spikes out of the sorted numbers. */
static void take_spikes(making *of, bool all)
{
    column_code *made = of->made;
    size_t kept = 0, end;
    for (size_t i = 0; i < of->numbers_count; i = end) {
        for (end = i + 1; end < of->numbers_count && of->numbers[end] == of->numbers[i];)
            end++;
        if (all || (double)(end - i) >= of->options->spike * (double)of->count) {
            made->spikes[made->spikes_count++] = of->numbers[i];
            continue;
        }
        memmove(of->numbers + kept, of->numbers + i, (end - i) * sizeof *of->numbers);
        kept += end - i;
    }
    of->numbers_count = kept;
}

/* A single number besides spikes is a spike, too: a distribution needs two. */
static bool make_numbers(making *of)
{
    column_code *made = of->made;
    size_t distinct = count_distinct(of->numbers, of->numbers_count);
    bool few = distinct <= of->options->values_most || distinct < 2;
    made->spikes = malloc((distinct + 2) * sizeof *made->spikes);
    if (!made->spikes)
        return no_memory(of->of);
    take_spikes(of, few);
    double *fitting = realloc(made->spikes, (made->spikes_count + 2) * sizeof *made->spikes);
    made->spikes = fitting ? fitting : made->spikes;
    if (count_distinct(of->numbers, of->numbers_count) == 1) {
        size_t at = made->spikes_count++;
        made->spikes[at] = of->numbers[0];
        qsort(made->spikes, made->spikes_count, sizeof *made->spikes, by_value);
        of->numbers_count = 0;
    }
    if (of->numbers_count == 0)
        return true;
    made->has_distribution = distribution_make(of->numbers, of->numbers_count, unit_of(of->of), &made->numbers);
    return made->has_distribution;
}

bool column_code_make(const column *of, const table_column *values, const size_t *rows, size_t count,
                      const encoding_options *options, column_code *made)
{
    making at = {.of = of, .options = options, .count = count, .made = made};
    *made = (column_code){0};
    bool learned = of->kind != COLUMN_COUNTER && of->kind != COLUMN_LEFT_OUT;
    bool done = !learned || (gather(&at, values, rows) && make_texts(&at) &&
                             (made->rest_count == 0 || make_rest(&at)) && make_numbers(&at));
    done = done && column_code_index(of, made);
    free(at.frequency);
    free(at.numbers);
    if (!done)
        column_code_free(made);
    return done;
}
