/* Numbers and dates as texts. */
#include "table/date.h"
#include "table/number.h"

#include "fixture.h"
#include "suites.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

START_TEST(numbers_are_what_strtod_reads)
{
    static const char *const texts[] = {"0",
                                        "7",
                                        "-12",
                                        "3.25",
                                        "-0.001",
                                        ".5",
                                        "1e5",
                                        "2E-3",
                                        "1.5e+7",
                                        "1e-400",
                                        " 12 ",
                                        "123456789012345678901234567890",
                                        "0.1",
                                        "1.7e308",
                                        "4.9e-324",
                                        "0.30000000000000004",
                                        "9007199254740993",
                                        "5."};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        number_text read;
        ck_assert_msg(number_read(texts[i], &read) == NUMBER_FINE, "%s", texts[i]);
        ck_assert_double_eq(read.value, strtod(texts[i], NULL));
    }
}
END_TEST

START_TEST(random_numbers_are_what_strtod_reads)
{
    uint32_t state = 5;
    for (int i = 0; i < 100000; i++) {
        char text[60];
        number_text read;
        double value =
            (fixture_below(&state, UINT32_MAX) / 4294967296.0 - 0.5) * pow(10, fixture_below(&state, 30) - 10.0);
        snprintf(text, sizeof text, fixture_below(&state, 2) ? "%.*g" : "%.*f", (int)fixture_below(&state, 18), value);
        ck_assert(number_read(text, &read) == NUMBER_FINE);
        if (read.value != strtod(text, NULL))
            ck_abort_msg("%s is read as %.17g", text, read.value);
    }
}
END_TEST

START_TEST(other_texts_are_no_numbers)
{
    static const char *const texts[] = {"",    "-",   ".",     "1a",    "e5",   "1e",  "007", "00",  "+5",    "1 2",
                                        "--1", "0x1", "1.2.3", "1,2,3", "1.2e", "- 1", "inf", "nan", "1_000", "\t1"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        number_text read;
        ck_assert_msg(number_read(texts[i], &read) == NUMBER_NONE, "%s", texts[i]);
    }
    number_text read;
    ck_assert(number_read("1e400", &read) == NUMBER_TOO_LARGE);
    ck_assert(number_read("-1e400", &read) == NUMBER_TOO_LARGE);
    char *lengthy = malloc(1000);
    memset(lengthy, '1', 999);
    lengthy[999] = '\0';
    ck_assert(number_read(lengthy, &read) == NUMBER_NONE);
    free(lengthy);
}
END_TEST

/* Numbers of a column, and how they are written again. */
static const char *const habits[][5] = {
    {"1", "20", "-3", NULL},
    {"1.0", "2.25", "3.0", NULL},       /* as Python writes them */
    {"1.00", "2.25", "30.50", NULL},    /* prices */
    {"1,5", "2,25", "7", NULL},         /* decimal commas */
    {"1.5", ".25", "-.5", "0", NULL},   /* as Stata writes them */
    {"1e-05", "2.5e+10", "0.25", NULL}, /* as %g writes them */
    {"0.1234567890123456", "3", "100.5", NULL},
};

START_TEST(numbers_keep_their_format)
{
    number_habits gathered = number_habits_start();
    number_text read;
    char text[NUMBER_TEXT_SIZE];
    for (const char *const *at = habits[_i]; *at; at++) {
        ck_assert(number_read(*at, &read) == NUMBER_FINE);
        ck_assert(number_habits_add(&gathered, &read));
    }
    number_format format = number_habits_format(&gathered);
    for (const char *const *at = habits[_i]; *at; at++) {
        number_read(*at, &read);
        number_write(&format, read.value, text);
        ck_assert_str_eq(text, *at);
    }
    number_write(&format, -1e-300, text);
    ck_assert_msg(format.significant > 0 || text[0] != '-', "%s", text);
}
END_TEST

START_TEST(points_and_commas_do_not_mix)
{
    number_habits gathered = number_habits_start();
    number_text read;
    number_read("1.5", &read);
    ck_assert(number_habits_add(&gathered, &read));
    number_read("1,5", &read);
    ck_assert(!number_habits_add(&gathered, &read));
}
END_TEST

/* A format, a text of it, and its number. */
typedef struct date_case {
    const char *format, *text;
    double value;
} date_case;

static const date_case dates[] = {
    {"YYYY-MM-DD", "1970-01-01", 0},
    {"YYYY-MM-DD", "2000-03-01", 11017},
    {"YYYY-MM-DD", "1969-12-31", -1},
    {"YYYY-MM-DD", "0000-01-01", -719528},
    {"YYYY-MM-DD", "9999-12-31", 2932896},
    {"DD.MM.YYYY", "29.02.2024", 19782},
    {"M/D/YYYY", "2/29/2024", 19782},
    {"YYYYMMDD", "20240229", 19782},
    {"YYYY-MM", "2024-02", 24289},
    {"hh:mm", "23:59", 1439},
    {"h:mm", "7:05", 425},
    {"hh:mm:ss", "01:02:03", 3723},
    {"YYYY-MM-DD hh:mm:ss", "2024-02-29 12:34:56", 1709210096},
    {"YYYY-MM-DDThh:mm:ssZ", "1969-12-31T23:59:59Z", -1},
    {"YYYY-MM-DDThh:mm:ss.fff+01:00", "1970-01-01T00:00:01.025+01:00", 1025},
};

START_TEST(dates_are_numbers_and_back)
{
    double value;
    char text[2 * DATE_FORMAT_SIZE];
    const date_case *at = &dates[_i];
    ck_assert(date_is_format(at->format));
    ck_assert(date_read(at->format, at->text, &value));
    ck_assert_double_eq(value, at->value);
    date_write(at->format, value, text);
    ck_assert_str_eq(text, at->text);
}
END_TEST

START_TEST(formats_are_found)
{
    char formats[DATE_GUESSES][DATE_FORMAT_SIZE];
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        size_t found = date_guess(dates[i].text, formats);
        bool among = false;
        for (size_t j = 0; j < found; j++)
            among = among || strcmp(formats[j], dates[i].format) == 0;
        ck_assert_msg(among, "%s", dates[i].text);
    }
    ck_assert_uint_eq(date_guess("01/02/2024", formats), 4);
    ck_assert_uint_eq(date_guess("2024", formats), 0);
    ck_assert_uint_eq(date_guess("3.5", formats), 0);
}
END_TEST

START_TEST(there_are_no_other_days)
{
    static const char *const texts[] = {"2023-02-29", "2024-13-01", "2024-00-10",  "2024-01-00", "2024-04-31",
                                        "2024-1-01",  "24-01-01",   "2024-01-011", "2024/01/01", ""};
    double value;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        ck_assert_msg(!date_read("YYYY-MM-DD", texts[i], &value), "%s", texts[i]);
    static const char *const formats[] = {
        "", "YYYY", "MM-DD", "YYYY-DD", "hh", "mm:ss", "YYYY-MM hh:mm", "YYYY-MM-DD MM", "YY-MM-DD", "ss.f", "hh:mm.f"};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        ck_assert_msg(!date_is_format(formats[i]), "%s", formats[i]);
}
END_TEST

/* Every day of eight hundred years, counted by hand. */
START_TEST(days_follow_one_another)
{
    char text[2 * DATE_FORMAT_SIZE];
    double first, value;
    ck_assert(date_read("YYYY-MM-DD", "1600-01-01", &first));
    for (int day = 0; day < 292194; day++) {
        date_write("YYYY-MM-DD", first + day, text);
        if (!date_read("YYYY-MM-DD", text, &value) || value != first + day)
            ck_abort_msg("%s", text);
    }
    ck_assert_str_eq(text, "2399-12-31");
}
END_TEST

START_TEST(dates_stay_within_four_digits)
{
    char text[2 * DATE_FORMAT_SIZE];
    date_write("YYYY-MM-DD", 1e300, text);
    ck_assert_str_eq(text, "9999-12-31");
    date_write("YYYY-MM-DD hh:mm", -1e300, text);
    ck_assert_str_eq(text, "0000-01-01 00:00");
    date_write("hh:mm:ss", 1e9, text);
    ck_assert_str_eq(text, "23:59:59");
}
END_TEST

Suite *suite_numbers(void)
{
    Suite *suite = suite_create("numbers");
    TCase *all = tcase_create("numbers");
    tcase_add_test(all, numbers_are_what_strtod_reads);
    tcase_add_test(all, random_numbers_are_what_strtod_reads);
    tcase_add_test(all, other_texts_are_no_numbers);
    tcase_add_loop_test(all, numbers_keep_their_format, 0, sizeof habits / sizeof *habits);
    tcase_add_test(all, points_and_commas_do_not_mix);
    tcase_add_loop_test(all, dates_are_numbers_and_back, 0, sizeof dates / sizeof *dates);
    tcase_add_test(all, formats_are_found);
    tcase_add_test(all, there_are_no_other_days);
    tcase_add_test(all, days_follow_one_another);
    tcase_add_test(all, dates_stay_within_four_digits);
    suite_add_tcase(suite, all);
    return suite;
}
