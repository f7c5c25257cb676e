/* What the programs share, where a shell cannot look: JSON files when memory runs out, recorded settings and histories
 * that are not what was recorded, and numbers at the ends of their ranges. */
#include "support/axis.h"
#include "support/history.h"
#include "support/json.h"
#include "support/progress.h"
#include "support/training.h"
#include "support/wording.h"

#include "unit/check_more.h"
#include "unit/run_suites.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long allocations, failing;

static void *allocate(size_t size)
{
    return ++allocations == failing ? NULL : malloc(size);
}

static json_t *some_settings(void)
{
    return json_pack("{s:s, s:{s:i, s:f}}", "program", "gaussian25", "settings", "steps", 7, "epsilon", 0.1);
}

static json_t *read_back(const char *path)
{
    return json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
}

START_TEST(json_is_written_whole_or_not_at_all)
{
    char path[] = "/tmp/json-cases.XXXXXX";
    ck_assert_int_ge(mkstemp(path), 0);
    json_t *old = json_pack("{s:i}", "old", 1), *value = some_settings();
    json_set_alloc_funcs(allocate, free);
    size_t refused = 0;
    for (long k = 1; k < 60; k++) {
        failing = 0;
        ck_assert(json_write(path, old));
        allocations = 0;
        failing = k;
        bool written = json_write(path, value);
        failing = 0;
        json_t *found = read_back(path);
        ck_assert(json_equal(found, written ? value : old));
        json_decref(found);
        refused += !written;
    }
    ck_assert_uint_gt(refused, 5);
    ck_assert(!json_write(path, NULL));
    json_decref(old);
    json_decref(value);
    unlink(path);
}
END_TEST

START_TEST(an_object_that_lacks_something_is_none)
{
    json_t *object = json_object(), *array = json_array();
    json_put(&object, "there", json_integer(1));
    json_append(&array, json_integer(1));
    ck_assert_ptr_nonnull(object);
    ck_assert_ptr_nonnull(array);
    json_put(&object, "missing", NULL);
    json_append(&array, NULL);
    ck_assert_ptr_null(object);
    ck_assert_ptr_null(array);
    json_put(&object, "behind", json_integer(1));
    ck_assert_ptr_null(object);
}
END_TEST

/* --- settings --- */

static double rate;
static const char *place;

static void make_table(option_table *table)
{
    const option_row rows[] = {{.name = "rate", .number = &rate}, {.name = "path", .text = &place}};
    rate = 0.5;
    place = "a";
    options_begin(table, "support-cases", "");
    options_add(table, "", rows, sizeof rows / sizeof *rows);
}

static bool takes_recorded(const char *settings)
{
    static option_table table;
    make_table(&table);
    json_t *read = json_loads(settings, JSON_ALLOW_NUL, NULL);
    bool taken = read && options_from_json(&table, read);
    json_decref(read);
    return taken;
}

START_TEST(recorded_settings_are_taken_whole_or_refused)
{
    ck_assert(takes_recorded("{\"rate\": 0.25, \"path\": \"b\"}"));
    ck_assert_double_eq(rate, 0.25);
    ck_assert(!takes_recorded("{\"rate\": 0.25, \"path\": \"b\", \"of another release\": 1}"));
    ck_assert(!takes_recorded("{\"rate\": 0.25}"));
    ck_assert(!takes_recorded("{\"rate\": 0.25, \"path\": \"b\\u0000c\"}"));
}
END_TEST

START_TEST(numbers_are_taken_as_they_stand)
{
    static const char *const refused[] = {"1e-400", "\t1", " 1", "1 ", "nan", "1e400", "", "1,5"};
    static option_table table;
    make_table(&table);
    ck_assert(option_set(options_find(&table, "rate"), "1e-300"));
    ck_assert_double_eq(rate, 1e-300);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        ck_assert(!option_set(options_find(&table, "rate"), refused[i]));
    ck_assert_double_eq(rate, 1e-300);
}
END_TEST

/* --- histories --- */

static const char *const columns[] = {"update", "loss"};

static void put(const char *path, const char *bytes, size_t size)
{
    FILE *stream = fopen(path, "wb");
    ck_assert_ptr_nonnull(stream);
    ck_assert_uint_eq(fwrite(bytes, 1, size, stream), size);
    ck_assert_int_eq(fclose(stream), 0);
}

static bool holds(const char *path, const char *bytes, size_t size)
{
    char found[16384];
    FILE *stream = fopen(path, "rb");
    ck_assert_ptr_nonnull(stream);
    size_t length = fread(found, 1, sizeof found, stream);
    fclose(stream);
    return length == size && memcmp(found, bytes, size) == 0;
}

/* Goes on behind update 15, with the rows `kept`; or, where that is NULL, is refused, and the file stays as it was. */
static void check_history(const char *bytes, size_t size, const char *kept)
{
    char path[] = "/tmp/history-cases.XXXXXX";
    history table;
    int made = mkstemp(path);
    ck_assert_int_ge(made, 0);
    close(made);
    put(path, bytes, size);
    bool opened = history_open(&table, path, columns, 2, 15);
    history_close(&table);
    ck_assert_msg(opened == (kept != NULL), "%.*s", (int)size, bytes);
    ck_assert(kept ? holds(path, kept, strlen(kept)) : holds(path, bytes, size));
    unlink(path);
}

START_TEST(a_damaged_history_loses_no_rows)
{
    static const char sound[] = "update,loss\n5,1\n10,nan\n15,-1e-9\n";
    static const char *const refused[] = {"update,loss\n5,1\nhello\n15,1\n",
                                          "update,loss\n5,1\n10\n15,1\n",
                                          "update,loss\n5,1\n10,1,1\n15,1\n",
                                          "update,loss\n5,1\n5,1\n15,1\n",
                                          "update,loss\n15,1\n5,1\n10,1\n",
                                          "update,loss\n0,1\n5,1\n",
                                          "update,gain\n5,1\n",
                                          "update,loss\n5,1\n15,11\n10,1\n15,1\n"};
    static const char with_zero[] = "update,loss\n5,1\n\00010,1\n15,1\n";
    static const char zeros[] = "update,loss\n5,1\n10,nan\n15,-1e-9\n\0\0\0\0\0\n20,1\n";
    static char line[10000] = "update,loss\n5,1\n";
    memset(line + 16, '9', 9000);
    memcpy(line + 9016, "10,1\n15,1\n", 10);
    check_history(sound, strlen(sound), sound);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        check_history(refused[i], strlen(refused[i]), NULL);
    check_history(with_zero, sizeof with_zero - 1, NULL);
    check_history(line, 9026, NULL);
    /* what a crash leaves behind the rows of the checkpoint */
    check_history(zeros, sizeof zeros - 1, sound);
    check_history("update,loss\n5,1\n10,2\n15,3\n20,4\n25", 36, "update,loss\n5,1\n10,2\n15,3\n");
    check_history("update,loss\n5,1\n10,2\n15,3\n2", 29, "update,loss\n5,1\n10,2\n15,3\n");
}
END_TEST

static Suite *suite_json(void)
{
    Suite *suite = suite_create("json");
    TCase *all = tcase_create("json");
    tcase_add_test(all, json_is_written_whole_or_not_at_all);
    tcase_add_test(all, an_object_that_lacks_something_is_none);
    tcase_add_test(all, recorded_settings_are_taken_whole_or_refused);
    tcase_add_test(all, numbers_are_taken_as_they_stand);
    tcase_add_test(all, a_damaged_history_loses_no_rows);
    suite_add_tcase(suite, all);
    return suite;
}

/* --- numbers at the ends of their ranges --- */

START_TEST(decay_ends_where_it_should)
{
    const uint64_t ends[][2] = {{0, UINT64_MAX}, {1, UINT64_MAX}, {0, UINT64_MAX - 1}, {UINT64_MAX - 1, UINT64_MAX}};
    coulomb_context *context;
    ck_assert_int_eq(coulomb_context_new(&context), COULOMB_OK);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const training_settings settings = {.decay_start = ends[i][0], .decay_updates = ends[i][1]};
        const learning learns = {.end_factor = 0.5};
        uint64_t first, last;
        double factor;
        coulomb_schedule *schedule;
        ck_ok(context, training_rate_schedule(context, &settings, &learns, &schedule));
        ck_ok(context, coulomb_schedule_get_exponential(schedule, &first, &last, &factor));
        ck_assert_uint_eq(first, ends[i][0]);
        ck_assert_uint_eq(last, ends[i][1]);
        coulomb_schedule_free(schedule);
    }
    coulomb_context_free(context);
}
END_TEST

START_TEST(durations_are_told_however_long)
{
    const struct {
        double seconds;
        const char *text;
    } cases[] = {{0, "0 s"},
                 {59.6, "1 min 00 s"},
                 {3600, "1 h 00 min"},
                 {359996400, "99999 h 00 min"},
                 {1e9, "99999 h 59 min"},
                 {1e25, "99999 h 59 min"},
                 {DBL_MAX, "99999 h 59 min"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[32];
        format_duration(cases[i].seconds, text);
        ck_assert_str_eq(text, cases[i].text);
    }
}
END_TEST

START_TEST(logarithmic_axes_stay_within_doubles)
{
    const double values[][2] = {{1e-300, 1e300}, {DBL_MIN, DBL_MAX}, {1, DBL_MAX}, {5e-324, 1}, {1e-3, 1e3}};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        axis scale = {.logarithmic = true};
        axis_ticks ticks;
        axis_fit(&scale, values[i], 2);
        ck_assert_double_gt(scale.low, 0);
        ck_assert_double_lt(scale.high, (double)INFINITY);
        ck_assert_double_le(scale.low, values[i][0]);
        ck_assert_double_ge(scale.high, values[i][1]);
        ck_assert_double_ge(axis_share(&scale, values[i][0]), 0);
        ck_assert_double_le(axis_share(&scale, values[i][1]), 1);
        axis_find_ticks(&scale, 5, &ticks);
        ck_assert_uint_ge(ticks.count, 2);
        for (size_t j = 0; j < ticks.count; j++)
            ck_assert(ticks.at[j] >= scale.low * (1 - 1e-6) && ticks.at[j] <= scale.high * (1 + 1e-6));
    }
}
END_TEST

/* Whatever the range of a run's losses and energies is, its axis has two numbers at least, all different. */
START_TEST(narrow_axes_have_numbers)
{
    for (int logarithmic = 0; logarithmic < 2; logarithmic++) {
        for (double low = 1e-12; low < 1e12; low *= 1.37) {
            for (double ratio = 1; ratio < 1e4; ratio *= 1.09) {
                axis scale = {.logarithmic = logarithmic};
                axis_ticks ticks;
                axis_fit(&scale, (const double[]){low, low * ratio}, 2);
                axis_find_ticks(&scale, 4, &ticks);
                ck_assert_uint_ge(ticks.count, 2);
                for (size_t i = 0; i < ticks.count; i++) {
                    ck_assert_double_ge(axis_share(&scale, ticks.at[i]), -1e-6);
                    ck_assert_double_le(axis_share(&scale, ticks.at[i]), 1 + 1e-6);
                    ck_assert_uint_lt(strlen(ticks.label[i]), sizeof ticks.label[i] - 1);
                    if (i > 0)
                        ck_assert_str_ne(ticks.label[i], ticks.label[i - 1]);
                }
            }
        }
    }
}
END_TEST

START_TEST(numbers_on_axes_are_short)
{
    const struct {
        double low, high;
        bool logarithmic;
        const char *first, *second;
    } cases[] = {
        {0.031, 0.044, true, "0.035", "0.040"},
        {0.0091, 0.0176, true, "0.010", "0.015"},
        {2.1e-5, 4.4e-5, true, "3\u00b710\u207b\u2075", "4\u00b710\u207b\u2075"},
        {1e-5, 9e-5, true, "1\u00b710\u207b\u2075", "2\u00b710\u207b\u2075"},
        {1e-4, 1, true, "10\u207b\u2074", "0.001"},
        {0, 4e-7, false, "0", "1\u00b710\u207b\u2077"},
        {0, 300000, false, "0", "0.1M"},
        {0, 20000, false, "0", "5k"},
        {-0.1, 0.1, false, "\u22120.10", "\u22120.05"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        axis scale = {.low = cases[i].low, .high = cases[i].high, .logarithmic = cases[i].logarithmic};
        axis_ticks ticks;
        axis_find_ticks(&scale, 4, &ticks);
        ck_assert_str_eq(ticks.label[0], cases[i].first);
        ck_assert_str_eq(ticks.label[1], cases[i].second);
    }
}
END_TEST

START_TEST(figures_are_read_easily)
{
    const struct {
        double value;
        const char *text;
    } cases[] = {{785.4, "785"},   {0.08859, "0.0886"},  {0, "0"},          {-0.5, "-0.500"},  {9.996, "10.0"},
                 {2275.7, "2276"}, {1.2e-5, "1.20e-05"}, {1e6, "1.00e+06"}, {999999, "999999"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[FIGURE_SIZE];
        format_figure(cases[i].value, text);
        ck_assert_str_eq(text, cases[i].text);
    }
}
END_TEST

START_TEST(paths_are_words_of_a_shell)
{
    static const char *const cases[][2] = {{"runs/a-1_b.c", "runs/a-1_b.c"},
                                           {"my runs/x", "'my runs/x'"},
                                           {"it's", "'it'\\''s'"},
                                           {"", "''"},
                                           {"a$b", "'a$b'"},
                                           {"''", "''\\'''\\'''"},
                                           {"gr\u00fc\u00df", "'gr\u00fc\u00df'"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[64];
        format_shell_word(cases[i][0], 4 * strlen(cases[i][0]) + 3, text);
        ck_assert_str_eq(text, cases[i][1]);
    }
}
END_TEST

static Suite *suite_ranges(void)
{
    Suite *suite = suite_create("ranges");
    TCase *all = tcase_create("ranges");
    tcase_add_test(all, decay_ends_where_it_should);
    tcase_add_test(all, durations_are_told_however_long);
    tcase_add_test(all, logarithmic_axes_stay_within_doubles);
    tcase_add_test(all, narrow_axes_have_numbers);
    tcase_add_test(all, numbers_on_axes_are_short);
    tcase_add_test(all, figures_are_read_easily);
    tcase_add_test(all, paths_are_words_of_a_shell);
    suite_add_tcase(suite, all);
    return suite;
}

int main(int count, char **arguments)
{
    const named_suite suites[] = {{"json", suite_json, NULL}, {"ranges", suite_ranges, NULL}};
    return run_suites(suites, sizeof suites / sizeof *suites, count, arguments);
}
