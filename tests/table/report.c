/* Measures of generated rows: known values, and that what is wrong with rows shows in the right place. */
#include "table/measured.h"

#include "fixture.h"
#include "suites.h"
#include "unit/told.h"

#include <coulomb/coulomb.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static columns found;
static table data;
static encoding code;
static double *counts;

static void make_table(const char *text)
{
    encoding_options options = encoding_default_options();
    fixture_table(text, NULL, &found, &data);
    ck_assert(encoding_make(&data, NULL, data.rows, &options, &code));
}

static void free_table(void)
{
    free(counts);
    counts = NULL;
    encoding_free(&code);
    table_free(&data);
    columns_free(&found);
    fixture_remove();
}

static measured_rows measured(const size_t *rows, size_t count)
{
    measured_rows made;
    row_set set = {&data, rows, count};
    ck_assert(measured_rows_make(&code, &set, SIZE_MAX, &made));
    if (!counts)
        counts = malloc(counts_size(&made) * sizeof *counts);
    return made;
}

START_TEST(distances_are_those_counted_by_hand)
{
    make_table("n,c\n1,a\n2,a\n3,b\n2,c\n3,c\n4,c\n,b\n");
    measured_rows first = measured((const size_t[]){0, 1, 2}, 3), second = measured((const size_t[]){3, 4, 5}, 3);
    measured_rows none = measured((const size_t[]){6, 6, 0, 1}, 4);
    ck_assert_double_eq_tol(column_distance(&first, &second, 0, counts), 1.0 / 3, 1e-12);
    ck_assert_double_eq_tol(column_distance(&first, &none, 0, counts), 0.5, 1e-12);
    ck_assert_double_eq_tol(column_distance(&first, &first, 0, counts), 0, 1e-12);
    ck_assert_double_eq_tol(column_distance(&first, &second, 1, counts), 1, 1e-12);
    ck_assert_double_eq_tol(column_distance(&first, &none, 1, counts), 1.0 / 6, 1e-12);
    ck_assert_double_eq_tol(pair_distance(&first, &second, 0, 1, counts), 1, 1e-12);
    ck_assert_double_eq_tol(pair_distance(&first, &none, 0, 1, counts), 0.5, 1e-12);
    ck_assert_double_eq_tol(pair_distance(&first, &first, 0, 1, counts), 0, 1e-12);
    measured_rows_free(&first);
    measured_rows_free(&second);
    measured_rows_free(&none);
}
END_TEST

/* x; its exponential; its negative, sometimes missing; chance; whether x is above the middle; the parity of x; the same
 * as x above the middle by other names; chance of three. */
static char *dependent_table(int rows)
{
    char *text = malloc((size_t)rows * 120 + 100), *to = text;
    uint32_t state = 11;
    to += sprintf(to, "x,exp,minus,chance,high,odd,same,three\n");
    for (int i = 0; i < rows; i++) {
        int x = (int)fixture_below(&state, 1000);
        to += sprintf(to, "%d,%.3f,", x, exp(x / 80.0));
        if (fixture_below(&state, 10) > 0)
            to += sprintf(to, "%d", -x);
        to += sprintf(to, ",%d,%s,%s,%s,%c\n", (int)fixture_below(&state, 100000), x > 500 ? "h" : "l",
                      x % 2 ? "odd" : "even", x > 500 ? "up" : "down", "abc"[fixture_below(&state, 3)]);
    }
    return text;
}

START_TEST(dependence_is_found)
{
    char *text = dependent_table(4000);
    make_table(text);
    free(text);
    measured_rows all = measured(NULL, data.rows);
    const struct {
        size_t first, second;
        double expected, tolerance;
    } pairs[] = {{0, 0, 1, 0},        {0, 1, 1, 1e-9},     {0, 2, -1, 1e-3}, {1, 2, -1, 1e-3},
                 {0, 3, 0, 0.05},     {4, 6, 1, 2e-3},     {4, 7, 0, 0.05},  {5, 6, 0, 0.05},
                 {4, 0, 0.866, 0.01}, {2, 4, 0.866, 0.01}, {5, 3, 0, 0.05},  {7, 0, 0, 0.05}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        double dependence = column_dependence(&all, pairs[i].first, pairs[i].second, counts);
        ck_assert_msg(fabs(dependence - pairs[i].expected) <= pairs[i].tolerance, "columns %zu and %zu: %g",
                      pairs[i].first, pairs[i].second, dependence);
        ck_assert_double_eq_tol(column_dependence(&all, pairs[i].second, pairs[i].first, counts), dependence, 1e-12);
    }
    measured_rows_free(&all);
}
END_TEST

/* A report on some rows of the table as if they were generated; every fifth row is held out. */
static report report_on(const row_set *made)
{
    coulomb_context *context;
    size_t *training = malloc(data.rows * sizeof *training), *held_out = malloc(data.rows * sizeof *held_out);
    row_set train = {&data, training, 0}, test = {&data, held_out, 0};
    for (size_t i = 0; i < data.rows; i++)
        if (i % 5 == 0)
            held_out[test.count++] = i;
        else
            training[train.count++] = i;
    report_options options = report_default_options();
    options.tested_most = 500;
    options.permutations = 199;
    options.nearest_most = 200;
    report made_of;
    ck_assert_int_eq(coulomb_context_new(&context), COULOMB_OK);
    ck_assert(report_make(context, &code, &train, &test, made ? made : &train, &options, &made_of));
    coulomb_context_free(context);
    free(training);
    free(held_out);
    return made_of;
}

/* p-values of scipy.stats.mannwhitneyu(..., "less", method="asymptotic", use_continuity=False) */
START_TEST(nearness_is_that_of_mann_and_whitney)
{
    const double a[] = {0.5, 1, 1, 2, 3.5}, b[] = {1, 2, 2, 3, 4, 5, 6}, same[] = {7, 7, 7},
                 p_value = 0.041854740308234065;
    nearness tested = nearness_of(a, 5, b, 7);
    ck_assert_double_eq_tol(tested.share, 28.0 / 35, 1e-12);
    ck_assert_double_eq_tol(tested.p_value, p_value, 1e-9);
    tested = nearness_of(b, 7, a, 5);
    ck_assert_double_eq_tol(tested.share, 7.0 / 35, 1e-12);
    ck_assert_double_eq_tol(tested.p_value, 1 - p_value, 1e-9);
    tested = nearness_of(same, 3, same, 2);
    ck_assert_double_eq(tested.share, 0.5);
    ck_assert_double_eq(tested.p_value, 1);
}
END_TEST

START_TEST(copies_show)
{
    char *text = dependent_table(3000);
    make_table(text);
    free(text);
    report of = report_on(NULL); /* training rows */
    ck_assert_double_eq(of.made.copies, 1);
    ck_assert_double_eq(of.made.nearest[2], 0);
    ck_assert_double_gt(of.nearer.share, 0.9);
    ck_assert_double_lt(of.nearer.p_value, 1e-6);
    ck_assert_double_lt(of.held_out.copies, 0.2);
    ck_assert_double_gt(of.held_out.nearest[1], 0);
    ck_assert_double_gt(of.made.p_value, 0.01);
    ck_assert_double_eq(of.made.energy, of.training.energy);
    ck_assert_double_eq(of.made.columns_mean, of.training.columns_mean);
    report_free(&of);
}
END_TEST

START_TEST(lost_dependence_shows)
{
    char *text = dependent_table(3000);
    make_table(text);
    free(text);
    /* every column for itself from another row */
    table mixed;
    size_t rows = data.rows;
    ck_assert(table_allocate(&found, rows, &mixed));
    for (size_t i = 0; i < found.count; i++)
        for (size_t row = 0; row < rows; row++) {
            size_t other = (row + 37 * i) % rows;
            if (mixed.values[i].numbers)
                mixed.values[i].numbers[row] = data.values[i].numbers[other];
            if (mixed.values[i].codes)
                mixed.values[i].codes[row] = data.values[i].codes[other];
        }
    report of = report_on(&(row_set){&mixed, NULL, rows});
    ck_assert_double_lt(of.made.columns_mean, 0.04);
    ck_assert_double_gt(of.made.dependence_mean, 5 * of.training.dependence_mean);
    ck_assert_double_gt(of.made.pairs_mean, 2 * of.training.pairs_mean);
    ck_assert_double_lt(of.made.p_value, 0.006);
    ck_assert_double_gt(of.made.nearest[1], of.held_out.nearest[1]);
    ck_assert_double_lt(of.nearer.share, 0.5);
    ck_assert_double_gt(of.nearer.p_value, 0.5);
    table_free(&mixed);
    report_free(&of);
}
END_TEST

START_TEST(a_wrong_column_shows)
{
    char *text = dependent_table(3000);
    make_table(text);
    free(text);
    size_t *rows = malloc(data.rows * sizeof *rows), count = 0;
    for (size_t i = 0; i < data.rows; i++)
        if (data.values[7].codes[i] != 2)
            rows[count++] = i;
    report of = report_on(&(row_set){&data, rows, count});
    char *printed;
    size_t size;
    FILE *stream = open_memstream(&printed, &size);
    ck_assert(report_print(&of, &found, 2, stream));
    fclose(stream);
    ck_assert_double_eq_tol(of.made.columns[7], 1.0 / 3, 0.05);
    const char *worst = strstr(printed, "three");
    ck_assert_ptr_nonnull(worst);
    ck_assert_ptr_nonnull(strstr(printed, "and 6 more"));
    json_t *saved = report_to_json(&of, &found);
    const json_t *columns_saved = json_object_get(json_object_get(saved, "generated"), "columns");
    ck_assert_uint_eq(json_array_size(columns_saved), found.count);
    ck_assert_double_eq(json_number_value(json_object_get(json_array_get(columns_saved, 7), "distance")),
                        of.made.columns[7]);
    json_decref(saved);
    free(printed);
    free(rows);
    report_free(&of);
}
END_TEST

/* Of so many columns, of all kinds. */
static const size_t widths[] = {1, 2, 9, 45, 75};

static char *wide_table(size_t width, int rows)
{
    char *text = malloc((size_t)(rows + 1) * width * 40), *to = text;
    uint32_t state = 5;
    for (size_t i = 0; i < width; i++)
        to += sprintf(to, "a rather long name %zu%c", i, i + 1 < width ? ',' : '\n');
    for (int row = 0; row < rows; row++)
        for (size_t i = 0; i < width; i++) {
            if (i % 4 == 0)
                to += sprintf(to, "%.2f", fixture_below(&state, 10000) / 7.0);
            else if (i % 4 == 1)
                to += sprintf(to, "K\xc3\xa4tzchen %d", (int)fixture_below(&state, 12));
            else if (i % 4 == 2 && fixture_below(&state, 4) > 0)
                to += sprintf(to, "2024-%02d-%02d", 1 + (int)fixture_below(&state, 12),
                              1 + (int)fixture_below(&state, 28));
            else if (i % 4 == 3)
                to += sprintf(to, "%s", fixture_below(&state, 3) ? "yes" : "no");
            *to++ = ',';
            if (i + 1 == width)
                to[-1] = '\n';
        }
    *to = '\0';
    return text;
}

START_TEST(pictures_are_drawn)
{
    char *text = wide_table(widths[_i], 300);
    make_table(text);
    free(text);
    report of = report_on(NULL);
    row_set all = {&data, NULL, data.rows};
    char path[] = "/tmp/table-report.XXXXXX";
    struct stat status;
    int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    close(file);
    ck_assert(report_picture(path, &of, &code, &all, &all));
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_int_gt(status.st_size, 5000);
    if (getenv("TABLE_PICTURES") == NULL)
        unlink(path);
    report_free(&of);
}
END_TEST

START_TEST(reports_need_rows)
{
    coulomb_context *context;
    report of;
    make_table("a,b\n1,x\n2,y\n3,x\n");
    row_set all = {&data, NULL, 3}, one = {&data, NULL, 1};
    report_options options = report_default_options();
    ck_assert_int_eq(coulomb_context_new(&context), COULOMB_OK);
    told_begin();
    bool done = report_make(context, &code, &all, &one, &all, &options, &of);
    const char *said = told_text();
    ck_assert(!done);
    ck_assert_msg(strstr(said, "there are 3, 1 and 3") != NULL, "%s", said);
    coulomb_context_free(context);
}
END_TEST

Suite *suite_report(void)
{
    Suite *suite = suite_create("report");
    TCase *all = tcase_create("report");
    tcase_add_checked_fixture(all, NULL, free_table);
    tcase_add_test(all, distances_are_those_counted_by_hand);
    tcase_add_test(all, dependence_is_found);
    tcase_add_test(all, nearness_is_that_of_mann_and_whitney);
    tcase_add_test(all, copies_show);
    tcase_add_test(all, lost_dependence_shows);
    tcase_add_test(all, a_wrong_column_shows);
    tcase_add_loop_test(all, pictures_are_drawn, 0, sizeof widths / sizeof *widths);
    tcase_add_test(all, reports_need_rows);
    tcase_set_timeout(all, 60);
    suite_add_tcase(suite, all);
    return suite;
}
