/* What columns are found to be. */
#include "fixture.h"
#include "suites.h"
#include "unit/told.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Values of one column, with commas in between, and what it is. */
typedef struct kind_case {
    const char *values;
    enum column_kind kind;
    size_t texts;
} kind_case;

static const kind_case kinds[] = {
    {"a,b,a", COLUMN_CATEGORY, 2},
    {"yes,no,yes", COLUMN_TRUTH, 2},
    {"True,False,,True", COLUMN_TRUTH, 3},
    {"0,1,1", COLUMN_TRUTH, 2},
    {"1,2,7,-3", COLUMN_WHOLE, 0},
    {"1,2,,NA", COLUMN_WHOLE, 2},
    {"1,2,7.5", COLUMN_DECIMAL, 0},
    {"1e3,2", COLUMN_DECIMAL, 0},
    {"nan,1.5,nan", COLUMN_DECIMAL, 1},
    {"007,012", COLUMN_CATEGORY, 2},
    {"12345678901234567890,1", COLUMN_CATEGORY, 2},
    {"9007199254740992,1", COLUMN_WHOLE, 0},
    {"2024-01-31,,2023-05-05", COLUMN_DATE, 1},
    {"2024-01-31T10:20,2023-05-05T11:00", COLUMN_DATE, 0},
    {"2024-01-31,2023-02-30", COLUMN_CATEGORY, 2},
    {"10:20,x", COLUMN_CATEGORY, 2},
    {"NA,NA", COLUMN_CATEGORY, 1},
    {"0,1,2,3,4,5,6,7,8,9,10,11", COLUMN_COUNTER, 0},
    {"1,2,3,4,5,6,7,8,9,10,11,12", COLUMN_COUNTER, 0},
    {"1,2,3,4,5,6,7,8,9,10,11,13", COLUMN_WHOLE, 0},
    {"1900,1901,1902,1903,1904,1905,1906,1907,1908,1909,1910", COLUMN_WHOLE, 0},
    {"20240101,20240102,20240103,20240104,20240105,20240106,20240107,20240108,20240109,20240110", COLUMN_DATE, 0},
    {"a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x", COLUMN_LEFT_OUT, 0},
    {"a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t", COLUMN_CATEGORY, 20},
};

static char *column_of(const char *values)
{
    char *text = malloc(2 * strlen(values) + 100), *to = text;
    to += sprintf(to, "name;other\n");
    for (const char *at = values; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
        to += sprintf(to, "%.*s;x\n", (int)strcspn(at, ","), at);
    return text;
}

START_TEST(kinds_show_in_values)
{
    columns found;
    table read;
    char *text = column_of(kinds[_i].values);
    fixture_table(text, NULL, &found, &read);
    ck_assert_msg(found.list[0].kind == kinds[_i].kind, "%s is a %s", kinds[_i].values,
                  column_kind_name(found.list[0].kind));
    ck_assert_uint_eq(found.list[0].texts_count, kinds[_i].texts);
    table_free(&read);
    columns_free(&found);
    free(text);
}
END_TEST

/* What is read is written again, to the byte. */
static const char *const texts[] = {
    "a,b,c\n1,x,2.50\n2,\"y, z\",3.00\n",
    "\"a\",\"b\"\r\n\"1\",\"x\"\r\n\"2\",\"y\"\r\n",
    "a;b\n1,5;31.12.2024\n;01.01.2000\n",
    "\"name\",\"n\"\n\"R\",1\n\"S\",NA\n",
    "\"n\",\"m\"\n\"1\",x\nNA,y\n\"7\",x\n",
    "a\n\"\"\n1\n\"\"\n",
    "1,2.5\n3,4.5\n",
    "when,what\n2024-01-31T10:20:30.125Z,\"a \"\"b\"\"\"\nNA,\"c\nd\"\n",
    "a,a,\n1,2,\n3,4,\n",
    "t\tu\n-1\t1e-05\n0\t2e+20\n",
};

START_TEST(tables_are_written_as_they_were_read)
{
    columns found;
    table read;
    fixture_table(texts[_i], NULL, &found, &read);
    char *written = fixture_written(&read);
    ck_assert_str_eq(written, texts[_i]);
    free(written);
    table_free(&read);
    columns_free(&found);
}
END_TEST

/* A table, wishes, and a part of the complaint. */
static const char *const refused[][3] = {
    {"a,b\n", NULL, "has a line of names, but no rows"},
    {"a,b\n1,2\n1e400,3\n", NULL, "line 3, column 'a': '1e400'; expected a number below 1.8e308"},
    {"a,b\n1,2\nx,3\n", "{\"a\": \"whole number\"}", "line 3, column 'a': 'x'; expected a whole number"},
    {"a,b\n1,2\n1.5,3\n", "{\"a\": \"whole number\"}", "line 3, column 'a': '1.5'; expected a whole number"},
    {"a,b\n1,2\nx,3\n", "{\"a\": \"decimal number\"}", "line 3, column 'a': 'x'; expected a number"},
    {"a,b\n1,2\n3,3\n", "{\"a\": \"date\"}", "line 2, column 'a': '1'; expected a date"},
    {"a\n2024-01-05\n2024-05-32\n", "{\"a\": {\"kind\": \"date\", \"format\": \"YYYY-DD-MM\"}}",
     "line 3, column 'a': '2024-05-32'; expected YYYY-DD-MM"},
    {"a,b\n1,2\n3,3\n", "{\"a\": \"row number\"}", "column 'a' does not number the rows"},
    {"a,b\n1,2\n3,3\n", "{\"a\": \"truth value\"}", "column 'a' is no truth value"},
    {"a,b\n1,2\n", "{\"c\": \"category\"}", "no column is called 'c'; expected one of: a, b"},
    {"a,a\n1,2\n", "{\"a\": \"category\"}", "columns 1 and 2 are both called 'a'"},
    {"a,b\n1,2\n", "{\"a\": \"text\"}", "there are no columns of kind 'text'"},
    {"a,b\n1,2\n", "{\"a\": 5}", "column 'a': expected a kind"},
    {"a,b\n1,2\n", "{\"a\": {\"kind\": \"category\", \"size\": 5}}", "column 'a': 'size' is unknown"},
    {"a,b\n1,2\n", "{\"a\": {\"kind\": \"category\", \"format\": \"x\"}}", "only dates have a format"},
    {"a,b\n1,2\n", "{\"a\": {\"kind\": \"date\", \"format\": \"YY\"}}", "'YY' is no format of dates"},
    {"a,b\n1,2\n", "{\"a\": {\"kind\": \"whole number\", \"digits\": 2}}", "only decimal numbers have digits"},
    {"a,b\n1,2\n", "{\"a\": {\"kind\": \"decimal number\", \"digits\": 99}}", "expected 0 to 15 digits"},
    {"a,b\n1,2\n", "[1]", "it is not a JSON object"},
};

START_TEST(what_is_not_as_expected_is_named)
{
    fixture_refuses(refused[_i][0], refused[_i][1], refused[_i][2]);
}
END_TEST

START_TEST(terminals_obey_nothing)
{
    columns found;
    table read;
    char *printed;
    size_t size;
    fixture_table("K\xc3\xa4uze\x1b[2J,n\n\x1b]0;x\x07,1\n\xc2\x9b"
                  "1m,2\n",
                  "{}", &found, &read);
    FILE *stream = open_memstream(&printed, &size);
    ck_assert_ptr_nonnull(stream);
    table_print_columns(&read, stream);
    fclose(stream);
    ck_assert_ptr_null(strpbrk(printed, "\x1b\x07\xc2"));
    ck_assert_ptr_nonnull(strstr(printed, "K\xc3\xa4uze?[2J                category"));
    ck_assert_ptr_nonnull(strstr(printed, "'?]0;x?', '?1m'"));
    free(printed);
    table_free(&read);
    columns_free(&found);
}
END_TEST

START_TEST(wishes_are_obeyed)
{
    columns found;
    table read;
    fixture_table("zip,born,price,id\n1,01/02/2024,2,7\n2,03/02/2024,3.25,8\n",
                  "{\"zip\": \"category\", \"born\": {\"kind\": \"date\", \"format\": \"DD/MM/YYYY\"},"
                  " \"price\": {\"kind\": \"decimal number\", \"digits\": 1}, \"id\": \"left out\"}",
                  &found, &read);
    char *written = fixture_written(&read);
    ck_assert_int_eq(found.list[0].kind, COLUMN_CATEGORY);
    ck_assert_double_eq(read.values[1].numbers[1] - read.values[1].numbers[0], 2);
    ck_assert_str_eq(written, "zip,born,price,id\n1,01/02/2024,2.0,\n2,03/02/2024,3.2,\n");
    free(written);
    table_free(&read);
    columns_free(&found);
}
END_TEST

START_TEST(a_text_among_numbers_is_said)
{
    columns found;
    table read;
    char text[400] = "a,b\n";
    for (int i = 0; i < 30; i++)
        sprintf(text + strlen(text), "%d,1\n", 7 * i);
    strcat(text, "oops,1\n");
    const char *path = fixture_text(text);
    told_begin();
    bool done = table_read(path, &(table_options){0}, &found, &read);
    const char *said = told_text();
    ck_assert(done);
    ck_assert_msg(strstr(said, "column 'a' is taken for text, because a cell on line 32 is no number"), "%s", said);
    table_free(&read);
    columns_free(&found);
}
END_TEST

START_TEST(a_hundred_thousand_categories_are_read)
{
    enum { ROWS = 200000 };
    columns found;
    table read;
    char *text = malloc(ROWS * 10 + 10), *to = text;
    to += sprintf(to, "c\n");
    for (int i = 0; i < ROWS; i++)
        to += sprintf(to, "x%d\n", i % (ROWS / 2));
    fixture_table(text, NULL, &found, &read);
    ck_assert_int_eq(found.list[0].kind, COLUMN_CATEGORY);
    ck_assert_uint_eq(found.list[0].texts_count, ROWS / 2);
    char *written = fixture_written(&read);
    ck_assert_str_eq(written, text);
    free(written);
    free(text);
    table_free(&read);
    columns_free(&found);
}
END_TEST

Suite *suite_kinds(void)
{
    Suite *suite = suite_create("kinds");
    TCase *all = tcase_create("kinds");
    tcase_add_checked_fixture(all, NULL, fixture_remove);
    tcase_add_loop_test(all, kinds_show_in_values, 0, sizeof kinds / sizeof *kinds);
    tcase_add_loop_test(all, tables_are_written_as_they_were_read, 0, sizeof texts / sizeof *texts);
    tcase_add_loop_test(all, what_is_not_as_expected_is_named, 0, sizeof refused / sizeof *refused);
    tcase_add_test(all, terminals_obey_nothing);
    tcase_add_test(all, wishes_are_obeyed);
    tcase_add_test(all, a_text_among_numbers_is_said);
    tcase_add_test(all, a_hundred_thousand_categories_are_read);
    tcase_set_timeout(all, 60);
    suite_add_tcase(suite, all);
    return suite;
}
