#include "encoding.h"

#include "coding.h"
#include "date.h"
#include "fields.h"
#include "number.h"

#include "support/console.h"
#include "support/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH_MOST = 1 << 20, FEW_CATEGORIES = 6 };

encoding_options encoding_default_options(void)
{
    return (encoding_options){.values_most = 20, .categories_most = 100, .all_categories_most = 2000, .spike = 0.05};
}

static bool allocate(const columns *of, encoding *made)
{
    *made = (encoding){.of = of};
    made->groups = calloc(of->count + 1, sizeof *made->groups);
    made->number_list = calloc(of->count + 1, sizeof *made->number_list);
    made->places = calloc(of->count + 1, sizeof *made->places);
    made->codes = calloc(of->count + 1, sizeof *made->codes);
    if (made->groups && made->number_list && made->places && made->codes)
        return true;
    return complain("no memory for the encoding of %zu columns", of->count);
}

void encoding_free(encoding *of)
{
    for (size_t i = 0; of->codes && i < of->of->count; i++)
        column_code_free(&of->codes[i]);
    free(of->groups);
    free(of->number_list);
    free(of->places);
    free(of->codes);
    *of = (encoding){0};
}

/* Which values of a vector are whose: all groups, then all numbers. */
static bool find_places(encoding *of)
{
    for (size_t i = 0; i < of->of->count; i++) {
        size_t categories = column_code_categories(&of->codes[i]);
        of->places[i] = (encoding_column){ENCODING_NONE, ENCODING_NONE};
        if (categories < 2)
            continue;
        of->places[i].group = of->groups_count;
        of->groups[of->groups_count++] = (encoding_group){i, of->categories, categories};
        of->categories += categories;
    }
    for (size_t i = 0; i < of->of->count; i++) {
        if (!of->codes[i].has_distribution)
            continue;
        size_t group = of->places[i].group, last = group == ENCODING_NONE ? 0 : of->groups[group].count - 1;
        of->places[i].number = of->numbers;
        of->number_list[of->numbers] = (encoding_number){i, of->categories + of->numbers, group, last};
        of->numbers++;
    }
    of->width = of->categories + of->numbers;
    if (of->width == 0)
        return complain("there is nothing to learn: every column has one value only, counts the rows or is left out");
    return of->width <= WIDTH_MOST ? true : complain("the table is too wide: its rows become %zu numbers", of->width);
}

static size_t all_categories(const encoding *of)
{
    size_t sum = 0;
    for (size_t i = 0; i < of->of->count; i++) {
        size_t categories = column_code_categories(&of->codes[i]);
        sum += categories > 1 ? categories : 0;
    }
    return sum;
}

static bool make_codes(const table *from, const size_t *rows, size_t count, encoding_options options, encoding *made)
{
    for (bool again = false;; again = true) {
        for (size_t i = 0; i < from->of->count; i++) {
            column_code *code = &made->codes[i];
            /* only text columns have rests, and only those with many categories will have one */
            if (again && (column_is_number(from->of->list[i].kind) ||
                          code->texts_count + (code->rest_count > 0) <= options.categories_most + 1))
                continue;
            column_code_free(code);
            if (!column_code_make(&from->of->list[i], &from->values[i], rows, count, &options, code))
                return false;
        }
        if (all_categories(made) <= options.all_categories_most || options.categories_most <= FEW_CATEGORIES)
            return true;
        options.categories_most /= 2;
    }
}

bool encoding_make(const table *from, const size_t *rows, size_t count, const encoding_options *options, encoding *made)
{
    bool done = allocate(from->of, made) && make_codes(from, rows, count, *options, made) && find_places(made);
    if (!done)
        encoding_free(made);
    return done;
}

/* --- encoding --- */

static coded_cell encode_cell(const encoding *of, const table *from, size_t column_index, size_t row)
{
    const table_column *values = &from->values[column_index];
    uint32_t code = values->codes ? values->codes[row] : CODE_NUMBER;
    return column_code_encode(&of->codes[column_index], &of->of->list[column_index], code,
                              values->numbers ? values->numbers[row] : NAN);
}

static void put_cell(const encoding *of, size_t column_index, coded_cell cell, float *vector)
{
    encoding_column at = of->places[column_index];
    if (at.group != ENCODING_NONE) {
        const encoding_group *group = &of->groups[at.group];
        memset(vector + group->first, 0, group->count * sizeof *vector);
        if (cell.category != NO_CATEGORY)
            vector[group->first + cell.category] = 1.0f;
    }
    if (at.number != ENCODING_NONE)
        vector[of->number_list[at.number].place] = cell.present ? cell.number : 0.0f;
}

void encoding_encode(const encoding *of, const table *from, const size_t *rows, size_t count, float *samples)
{
    for (size_t i = 0; i < count; i++, samples += of->width)
        for (size_t j = 0; j < of->of->count; j++)
            put_cell(of, j, encode_cell(of, from, j, rows ? rows[i] : i), samples);
}

static void code_row(const encoding *of, const table *from, size_t row, uint32_t *categories, float *numbers)
{
    for (size_t i = 0; i < of->of->count; i++) {
        encoding_column at = of->places[i];
        if (at.group == ENCODING_NONE && at.number == ENCODING_NONE)
            continue;
        coded_cell cell = encode_cell(of, from, i, row);
        if (at.group != ENCODING_NONE)
            categories[at.group] =
                cell.category == NO_CATEGORY ? NO_CATEGORY : (uint32_t)of->groups[at.group].first + cell.category;
        if (at.number != ENCODING_NONE)
            numbers[at.number] = cell.present ? cell.number : 0.0f;
    }
}

bool encoding_code(const encoding *of, const table *from, coded_rows *made)
{
    *made = (coded_rows){.rows = from->rows};
    made->categories = malloc((from->rows * of->groups_count + 1) * sizeof *made->categories);
    made->numbers = malloc((from->rows * of->numbers + 1) * sizeof *made->numbers);
    if (!made->categories || !made->numbers) {
        coded_rows_free(made);
        return complain("no memory for %zu encoded rows", from->rows);
    }
    for (size_t row = 0; row < from->rows; row++)
        code_row(of, from, row, made->categories + row * of->groups_count, made->numbers + row * of->numbers);
    return true;
}

void coded_rows_expand(const encoding *of, const coded_rows *from, const size_t *rows, size_t count, float *samples)
{
    for (size_t i = 0; i < count; i++, samples += of->width) {
        size_t row = rows ? rows[i] : i;
        memset(samples, 0, of->categories * sizeof *samples);
        for (size_t j = 0; j < of->groups_count; j++) {
            uint32_t place = from->categories[row * of->groups_count + j];
            if (place != NO_CATEGORY)
                samples[place] = 1.0f;
        }
        if (of->numbers > 0)
            memcpy(samples + of->categories, from->numbers + row * of->numbers, of->numbers * sizeof *samples);
    }
}

void coded_rows_free(coded_rows *of)
{
    free(of->categories);
    free(of->numbers);
    *of = (coded_rows){0};
}

/* --- decoding --- */

static size_t largest(const float *values, size_t count)
{
    size_t best = 0;
    for (size_t i = 1; i < count; i++)
        if (values[i] > values[best])
            best = i;
    return best;
}

static void decode_cell(const encoding *of, size_t column_index, const float *vector, bool beyond, size_t row,
                        table *made)
{
    encoding_column at = of->places[column_index];
    const table_column *into = &made->values[column_index];
    size_t category = 0;
    uint32_t code;
    double number;
    if (at.group != ENCODING_NONE)
        category = largest(vector + of->groups[at.group].first, of->groups[at.group].count);
    double place = at.number != ENCODING_NONE ? vector[of->number_list[at.number].place] : 0.0;
    column_code_decode(&of->codes[column_index], &of->of->list[column_index], category, place, beyond, &code, &number);
    if (into->codes)
        into->codes[row] = code;
    if (into->numbers)
        into->numbers[row] = number;
}

bool encoding_decode(const encoding *of, const float *samples, size_t count, bool beyond, table *made)
{
    if (!table_allocate(of->of, count, made))
        return false;
    for (size_t row = 0; row < count; row++)
        for (size_t i = 0; i < of->of->count; i++)
            decode_cell(of, i, samples + row * of->width, beyond, row, made);
    return true;
}

/* --- one cell --- */

static uint32_t find_text(const column *of, const char *text)
{
    for (size_t i = 0; i < of->texts_count; i++)
        if (strcmp(of->texts[i], text) == 0)
            return (uint32_t)i;
    return CODE_NUMBER;
}

static bool read_number(const column *of, const char *text, double *number)
{
    number_text read;
    if (of->kind == COLUMN_DATE)
        return date_read(of->format.date, text, number)
                   ? true
                   : complain("'%s' of column '%s' is no date; expected %s", text, of->name, of->format.date);
    if (number_read(text, &read) != NUMBER_FINE || (of->kind == COLUMN_WHOLE && read.value != nearbyint(read.value)))
        return complain("'%s' of column '%s' is no %s", text, of->name, column_kind_name(of->kind));
    *number = read.value;
    return true;
}

/* Texts that were seen in the table may not have been in its training rows. */
static bool check_cell(const column *of, const column_code *code, const char *text, coded_cell cell, double number)
{
    const distribution *range = &code->numbers;
    if (cell.category == NO_CATEGORY)
        return complain("'%s' does not occur in column '%s'", text, of->name);
    if (!cell.present || code->rest_count > 0 ||
        (number >= range->values[0] && number <= range->values[range->count - 1]))
        return true;
    return complain("'%s' is beyond the range of column '%s'", text, of->name);
}

bool encoding_encode_cell(const encoding *of, size_t column_index, const char *cell, float *vector)
{
    const column *like = &of->of->list[column_index];
    encoding_column at = of->places[column_index];
    uint32_t code = find_text(like, cell);
    double number = NAN;
    if (at.group == ENCODING_NONE && at.number == ENCODING_NONE)
        return complain("nothing depends on column '%s': it has one value only, counts the rows or is left out",
                        like->name);
    if (code == CODE_NUMBER && column_is_number(like->kind) && !read_number(like, cell, &number))
        return false;
    coded_cell coded = {.category = NO_CATEGORY};
    if (code != CODE_NUMBER || column_is_number(like->kind))
        coded = column_code_encode(&of->codes[column_index], like, code, number);
    if (!check_cell(like, &of->codes[column_index], cell, coded, number))
        return false;
    put_cell(of, column_index, coded, vector);
    return true;
}

/* --- files --- */

json_t *encoding_to_json(const encoding *of)
{
    json_t *made = json_object(), *codes = json_array();
    for (size_t i = 0; i < of->of->count; i++)
        json_append(&codes, column_code_to_json(&of->codes[i]));
    json_put(&made, "table", columns_to_json(of->of));
    json_put(&made, "codes", codes);
    return made;
}

static bool read_codes(const json_t *from, encoding *made)
{
    const json_t *codes = field_array(from, "the encoding", "codes");
    if (!codes)
        return false;
    if (json_array_size(codes) != made->of->count)
        return complain("the encoding is of %zu columns; expected %zu", json_array_size(codes), made->of->count);
    for (size_t i = 0; i < made->of->count; i++)
        if (!column_code_from_json(json_array_get(codes, i), &made->of->list[i], &made->codes[i]))
            return false;
    return find_places(made);
}

bool encoding_from_json(const json_t *from, columns *of, encoding *made)
{
    *made = (encoding){0};
    if (!columns_from_json(json_object_get(from, "table"), of))
        return false;
    bool done = allocate(of, made) && read_codes(from, made);
    if (!done) {
        encoding_free(made);
        columns_free(of);
    }
    return done;
}
