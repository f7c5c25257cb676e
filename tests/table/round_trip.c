/* Random tables: read, encoded, decoded and written they are what they were. */
#include "fixture.h"
#include "suites.h"
#include "unit/told.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TABLES = 60, COLUMNS_MOST = 15, CELL = 48 };

/* What makes a cell of each kind of column. */

static int small_category(uint32_t *state, int row, char *cell)
{
    (void)row;
    static const char *const texts[] = {"", "x", "xy", "K\xc3\xa4uze", "NA"};
    return sprintf(cell, "%s", texts[fixture_below(state, 5)]);
}

static int many_categories(uint32_t *state, int row, char *cell)
{
    (void)row;
    double chance = fixture_below(state, 10000) / 10000.0;
    return sprintf(cell, "\"c, \"\"%d\"\"\"", (int)(chance * chance * 400));
}

static int truth(uint32_t *state, int row, char *cell)
{
    (void)row;
    return sprintf(cell, "%s", fixture_below(state, 2) ? "True" : "False");
}

static int small_whole(uint32_t *state, int row, char *cell)
{
    (void)row;
    return sprintf(cell, "%d", (int)fixture_below(state, 40) - 7);
}

static int heavy_whole(uint32_t *state, int row, char *cell)
{
    (void)row;
    return sprintf(cell, "%.0f", pow(10, fixture_below(state, 150000) / 10000.0));
}

static int price(uint32_t *state, int row, char *cell)
{
    (void)row;
    return sprintf(cell, "%.2f", exp(fixture_below(state, 1200) / 100.0) - 2.0);
}

static int measured(uint32_t *state, int row, char *cell)
{
    (void)row;
    uint32_t chance = fixture_below(state, 8);
    if (chance < 2)
        return sprintf(cell, "%s", chance ? "" : "0.0");
    return sprintf(cell, "%d.%d", (int)fixture_below(state, 2000), 1 + (int)fixture_below(state, 9));
}

static int day(uint32_t *state, int row, char *cell)
{
    (void)row;
    return sprintf(cell, "%d-%02d-%02d", 1900 + (int)fixture_below(state, 200), 1 + (int)fixture_below(state, 12),
                   1 + (int)fixture_below(state, 28));
}

static int moment(uint32_t *state, int row, char *cell)
{
    (void)row;
    if (fixture_below(state, 20) == 0)
        return sprintf(cell, "NA");
    return sprintf(cell, "%02d.%02d.%d %02d:%02d:%02d.%03d", 1 + (int)fixture_below(state, 28),
                   1 + (int)fixture_below(state, 12), 1990 + (int)fixture_below(state, 30),
                   (int)fixture_below(state, 24), (int)fixture_below(state, 60), (int)fixture_below(state, 60),
                   (int)fixture_below(state, 1000));
}

static int constant(uint32_t *state, int row, char *cell)
{
    (void)state;
    (void)row;
    return sprintf(cell, "-3.50");
}

static int missing(uint32_t *state, int row, char *cell)
{
    (void)state;
    (void)row;
    return sprintf(cell, "NaN");
}

static int counted(uint32_t *state, int row, char *cell)
{
    (void)state;
    return sprintf(cell, "%d", row);
}

static int scientific(uint32_t *state, int row, char *cell)
{
    (void)row;
    return sprintf(cell, "%.5e", exp(fixture_below(state, 100000) / 1000.0 - 50) * (fixture_below(state, 2) ? 1 : -1));
}

static int (*const makers[])(uint32_t *, int, char *) = {
    small_category, many_categories, truth,   small_whole, heavy_whole, price, measured, day,
    moment,         constant,        missing, counted,     scientific};
enum { MAKERS = sizeof makers / sizeof *makers };

static char *random_table(uint32_t *state, char separator, size_t *width)
{
    int rows = 1 + (int)fixture_below(state, 1 + fixture_below(state, 3000));
    size_t maker[COLUMNS_MOST];
    *width = 1 + fixture_below(state, COLUMNS_MOST);
    char *text = malloc((size_t)(rows + 1) * (*width * CELL + 1) + 1), *to = text;
    for (size_t i = 0; i < *width; i++) {
        maker[i] = fixture_below(state, MAKERS);
        to += sprintf(to, "column %zu%c", i, i + 1 < *width ? separator : '\n');
    }
    for (int row = 0; row < rows; row++)
        for (size_t i = 0; i < *width; i++) {
            char *begin = to;
            to += makers[maker[i]](state, row, to);
            if (*width == 1 && to == begin)
                to += sprintf(to, "\"\"");
            *to++ = separator;
            if (i + 1 == *width)
                to[-1] = '\n';
        }
    *to = '\0';
    return text;
}

/* Cells of columns that are left out are empty; numbers with exponents are as near as float32 is. */
static void compare(const table *before, const table *after, size_t row, size_t column_index)
{
    const column *like = &before->of->list[column_index];
    const double *a = before->values[column_index].numbers, *b = after->values[column_index].numbers;
    if ((like->kind == COLUMN_WHOLE || like->kind == COLUMN_DATE) && a[row] != b[row] &&
        !(isnan(a[row]) && isnan(b[row])))
        ck_abort_msg("row %zu: %.17g became %.17g", row, a[row], b[row]);
    char numbers[2][CELL_SIZE];
    const char *cells[2];
    table_cell_text(before, column_index, row, 0, numbers[0], &cells[0]);
    table_cell_text(after, column_index, row, 0, numbers[1], &cells[1]);
    if (strcmp(cells[0], cells[1]) == 0)
        return;
    bool near = like->kind == COLUMN_DECIMAL && like->format.significant > 0 &&
                fabs(strtod(cells[0], NULL) - strtod(cells[1], NULL)) <= 1e-5 * fabs(strtod(cells[0], NULL));
    if (!near)
        ck_abort_msg("row %zu, %s: '%s' became '%s'", row, column_kind_name(like->kind), cells[0], cells[1]);
}

START_TEST(random_tables_come_back)
{
    uint32_t state = (uint32_t)_i + 1;
    columns found;
    table read, decoded;
    encoding code;
    size_t width;
    char *text = random_table(&state, ",;\t|"[_i % 4], &width);
    fixture_table(text, NULL, &found, &read);
    ck_assert_uint_eq(found.count, width);
    encoding_options options = encoding_default_options();
    if (_i % 3 == 0)
        options = (encoding_options){.values_most = 3, .categories_most = 10, .all_categories_most = 20, .spike = 0.5};
    told_begin();
    bool learns = encoding_make(&read, NULL, read.rows, &options, &code);
    told_text();
    if (learns) {
        float *vectors = malloc(read.rows * code.width * sizeof *vectors);
        encoding_encode(&code, &read, NULL, read.rows, vectors);
        ck_assert(encoding_decode(&code, vectors, read.rows, _i % 2, &decoded));
        for (size_t row = 0; row < read.rows; row++)
            for (size_t i = 0; i < width; i++)
                compare(&read, &decoded, row, i);
        table_free(&decoded);
        encoding_free(&code);
        free(vectors);
    }
    bool all = true;
    for (size_t i = 0; i < width; i++)
        all = all && found.list[i].kind != COLUMN_LEFT_OUT && found.list[i].format.significant == 0;
    char *written = fixture_written(&read);
    if (all)
        ck_assert_str_eq(written, text);
    free(written);
    free(text);
    table_free(&read);
    columns_free(&found);
}
END_TEST

static double tailed(uint32_t *state)
{
    return floor(pow(10, fixture_below(state, 150000) / 10000.0));
}

static double even(uint32_t *state)
{
    return fixture_below(state, 1000000);
}

/* Whole numbers that float32 does not tell apart without more knots, and more of them than there can be knots, but near
 * enough to one another. */
static const struct {
    int rows;
    double (*number)(uint32_t *state);
} lengthy[] = {{8000, tailed}, {100000, even}};

START_TEST(many_numbers_come_back)
{
    uint32_t state = 77;
    columns found;
    table read, decoded;
    encoding code;
    encoding_options options = encoding_default_options();
    char *text = malloc((size_t)lengthy[_i].rows * 20 + 10), *to = text;
    to += sprintf(to, "n\n");
    for (int i = 0; i < lengthy[_i].rows; i++)
        to += sprintf(to, "%.0f\n", lengthy[_i].number(&state));
    fixture_table(text, NULL, &found, &read);
    ck_assert(encoding_make(&read, NULL, read.rows, &options, &code));
    float *vectors = malloc(read.rows * code.width * sizeof *vectors);
    encoding_encode(&code, &read, NULL, read.rows, vectors);
    ck_assert(encoding_decode(&code, vectors, read.rows, false, &decoded));
    for (size_t row = 0; row < read.rows; row++)
        compare(&read, &decoded, row, 0);
    table_free(&decoded);
    encoding_free(&code);
    table_free(&read);
    columns_free(&found);
    free(vectors);
    free(text);
}
END_TEST

Suite *suite_round_trip(void)
{
    Suite *suite = suite_create("round_trip");
    TCase *all = tcase_create("round_trip");
    tcase_add_checked_fixture(all, NULL, fixture_remove);
    tcase_add_loop_test(all, random_tables_come_back, 0, TABLES);
    tcase_add_loop_test(all, many_numbers_come_back, 0, sizeof lengthy / sizeof *lengthy);
    tcase_set_timeout(all, 60);
    suite_add_tcase(suite, all);
    return suite;
}
