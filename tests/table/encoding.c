/* Rows as vectors: their places, what stands there, and what becomes of other vectors. */
#include "table/encoding.h"

#include "fixture.h"
#include "suites.h"
#include "unit/told.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static columns found;
static table data;
static encoding code;

enum { ROWS = 1000, CATEGORIES = 300 };

/* A category of three, numbers with a spike and missing ones, many categories, a constant, a counter. */
static void make_table(void)
{
    char *text = malloc((size_t)ROWS * 80), *to = text;
    uint32_t state = 3;
    to += sprintf(to, "few,number,many,same,id\n");
    for (int i = 0; i < ROWS; i++) {
        uint32_t chance = fixture_below(&state, 10);
        to += sprintf(to, "%c,", "abc"[fixture_below(&state, 3)]);
        if (chance > 2)
            to += sprintf(to, "%.1f,", fixture_below(&state, 100000) / 10.0);
        else
            to += sprintf(to, "%s,", chance == 0 ? "" : "0.0");
        double skewed = fixture_below(&state, 1000) / 1000.0;
        to += sprintf(to, "m%03d,same,%d\n", (int)(skewed * skewed * CATEGORIES), i);
    }
    fixture_table(text, NULL, &found, &data);
    free(text);
    encoding_options options = encoding_default_options();
    ck_assert(encoding_make(&data, NULL, data.rows, &options, &code));
}

static void free_table(void)
{
    encoding_free(&code);
    table_free(&data);
    columns_free(&found);
    fixture_remove();
}

START_TEST(groups_come_first_then_numbers)
{
    ck_assert_uint_eq(code.groups_count, 3);
    ck_assert_uint_eq(code.numbers, 2);
    ck_assert_uint_eq(code.categories, 3 + 3 + 101);
    ck_assert_uint_eq(code.width, code.categories + code.numbers);
    size_t first = 0;
    for (size_t i = 0; i < code.groups_count; first += code.groups[i++].count)
        ck_assert_uint_eq(code.groups[i].first, first);
    ck_assert_uint_eq(first, code.categories);
    for (size_t i = 0; i < code.numbers; i++) {
        const encoding_number *number = &code.number_list[i];
        ck_assert_uint_eq(number->place, code.categories + i);
        ck_assert_uint_eq(code.groups[number->group].column, number->column);
        ck_assert_uint_eq(number->category, code.groups[number->group].count - 1);
        ck_assert_uint_eq(code.places[number->column].number, i);
    }
    ck_assert_uint_eq(code.places[3].group, ENCODING_NONE);
    ck_assert_uint_eq(code.places[4].number, ENCODING_NONE);
}
END_TEST

START_TEST(groups_are_one_hot_and_numbers_uniform)
{
    float *vectors = malloc(data.rows * code.width * sizeof *vectors);
    encoding_encode(&code, &data, NULL, data.rows, vectors);
    double sum = 0, squares = 0, present = 0;
    for (size_t row = 0; row < data.rows; row++) {
        const float *vector = vectors + row * code.width;
        for (size_t i = 0; i < code.groups_count; i++) {
            double ones = 0;
            for (size_t j = 0; j < code.groups[i].count; j++) {
                float value = vector[code.groups[i].first + j];
                ck_assert(value == 0 || value == 1);
                ones += value;
            }
            ck_assert_double_eq(ones, 1);
        }
        const encoding_number *number = &code.number_list[0];
        float value = vector[number->place];
        bool is_present = vector[code.groups[number->group].first + number->category] == 1;
        ck_assert(is_present == (data.values[1].codes[row] == CODE_NUMBER && data.values[1].numbers[row] != 0));
        ck_assert(is_present || value == 0);
        ck_assert(fabsf(value) <= 1);
        sum += value;
        squares += value * value;
        present += is_present;
    }
    ck_assert_double_lt(fabs(sum / present), 0.002);
    ck_assert_double_lt(fabs(squares / present - 1.0 / 3), 0.002);
    free(vectors);
}
END_TEST

START_TEST(compact_rows_are_the_same)
{
    coded_rows compact;
    const size_t rows[] = {5, 0, 999, 5};
    float *direct = calloc(4 * code.width, sizeof *direct), *expanded = malloc(4 * code.width * sizeof *direct);
    encoding_encode(&code, &data, rows, 4, direct);
    ck_assert(encoding_code(&code, &data, &compact));
    coded_rows_expand(&code, &compact, rows, 4, expanded);
    ck_assert_mem_eq(direct, expanded, 4 * code.width * sizeof *direct);
    coded_rows_free(&compact);
    free(expanded);
    free(direct);
}
END_TEST

/* Vectors of a generator that went wrong. */
static float *odd_vectors(size_t count)
{
    float *vectors = malloc(count * code.width * sizeof *vectors);
    uint32_t state = 9;
    for (size_t i = 0; i < count * code.width; i++) {
        const float odd[] = {NAN, INFINITY, -INFINITY, 1e30f, -7.0f};
        uint32_t which = fixture_below(&state, 20);
        vectors[i] = which < 5 ? odd[which] : (float)(fixture_below(&state, 2200) / 1000.0 - 1.1);
    }
    return vectors;
}

START_TEST(only_what_occurred_is_decoded)
{
    enum { COUNT = 3000 };
    float *vectors = odd_vectors(COUNT);
    bool occurs[CATEGORIES + 1] = {false};
    table made;
    for (size_t i = 0; i < data.rows; i++)
        occurs[data.values[2].codes[i]] = true;
    ck_assert(encoding_decode(&code, vectors, COUNT, false, &made));
    for (size_t i = 0; i < COUNT; i++) {
        ck_assert_uint_lt(made.values[0].codes[i], 3);
        ck_assert_uint_lt(made.values[2].codes[i], found.list[2].texts_count);
        ck_assert(occurs[made.values[2].codes[i]]);
        double number = made.values[1].numbers[i];
        ck_assert((made.values[1].codes[i] == CODE_NUMBER) == !isnan(number));
        ck_assert(isnan(number) || (number >= 0 && number <= 9999.9));
    }
    table_free(&made);
    free(vectors);
}
END_TEST

START_TEST(numbers_go_beyond_their_range_if_asked)
{
    table made;
    float *vector = calloc(code.width, sizeof *vector);
    const encoding_number *number = &code.number_list[0];
    vector[code.groups[number->group].first + number->category] = 1;
    for (int side = -1; side <= 1; side += 2) {
        double values[2];
        vector[number->place] = (float)side * 1.1f;
        for (int beyond = 0; beyond < 2; beyond++) {
            ck_assert(encoding_decode(&code, vector, 1, beyond, &made));
            values[beyond] = made.values[1].numbers[0];
            table_free(&made);
        }
        ck_assert_double_gt(side * (values[1] - values[0]), 100);
        ck_assert_double_lt(side * (values[1] - values[0]), 2000);
    }
    free(vector);
}
END_TEST

START_TEST(a_cell_is_encoded_as_in_a_row)
{
    float *row = malloc(code.width * sizeof *row), *built = calloc(code.width, sizeof *built);
    for (size_t i = 0; i < 50; i++) {
        encoding_encode(&code, &data, &i, 1, row);
        for (size_t j = 0; j < 3; j++) {
            char number[CELL_SIZE];
            const char *text;
            table_cell_text(&data, j, i, 0, number, &text);
            ck_assert(encoding_encode_cell(&code, j, text, built));
        }
        ck_assert_mem_eq(row, built, code.width * sizeof *row);
    }
    static const struct {
        size_t column;
        const char *text, *part;
    } refused[] = {{0, "d", "'d' does not occur in column 'few'"},
                   {1, "1e9", "'1e9' is beyond the range of column 'number'"},
                   {1, "x", "'x' of column 'number' is no decimal number"},
                   {2, "m", "'m' does not occur in column 'many'"},
                   {3, "same", "nothing depends on column 'same'"},
                   {4, "7", "nothing depends on column 'id'"}};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        told_begin();
        bool done = encoding_encode_cell(&code, refused[i].column, refused[i].text, built);
        const char *said = told_text();
        ck_assert(!done);
        ck_assert_msg(strstr(said, refused[i].part) != NULL, "%s", said);
    }
    free(built);
    free(row);
}
END_TEST

START_TEST(an_encoding_knows_only_its_rows)
{
    encoding few;
    encoding_options options = encoding_default_options();
    size_t rows[ROWS], count = 0, other = SIZE_MAX;
    for (size_t i = 0; i < ROWS; i++)
        if (data.values[0].codes[i] != 1)
            rows[count++] = i;
        else
            other = i;
    ck_assert(encoding_make(&data, rows, count, &options, &few));
    ck_assert_uint_eq(few.groups[0].count, 2);
    float *vector = malloc(few.width * sizeof *vector);
    encoding_encode(&few, &data, &other, 1, vector);
    ck_assert(vector[0] == 0 && vector[1] == 0);
    free(vector);
    encoding_free(&few);
}
END_TEST

/* Between values that occurred once lie others; values that recur have an interval; all within range. */
START_TEST(numbers_are_interpolated)
{
    columns names;
    table read, made;
    encoding own;
    encoding_options options = {.values_most = 2, .categories_most = 10, .all_categories_most = 10, .spike = 1};
    fixture_table("x,y\n0,1.25\n10,2.04\n20,2.04\n30,2.04\n40,9.99\n",
                  "{\"y\": {\"kind\": \"decimal number\", \"digits\": 1}}", &names, &read);
    ck_assert(encoding_make(&read, NULL, read.rows, &options, &own));
    const float vectors[][2] = {{-0.8f, -0.8f}, {-0.6f, 0.3f}, {0.1f, -0.3f}, {0.8f, 0.81f}, {1, 1}};
    const double expected[][2] = {{0, 1.25}, {5, 2}, {22.5, 2}, {40, 9.99}, {40, 9.99}};
    ck_assert_uint_eq(own.width, 2);
    ck_assert(encoding_decode(&own, vectors[0], 5, false, &made));
    for (size_t i = 0; i < 5; i++) {
        ck_assert_double_eq_tol(made.values[0].numbers[i], expected[i][0], 0.51);
        ck_assert_double_eq_tol(made.values[1].numbers[i], expected[i][1], 0.051);
        ck_assert_double_ge(made.values[1].numbers[i], 1.25);
        ck_assert_double_le(made.values[1].numbers[i], 9.99);
    }
    table_free(&made);
    encoding_free(&own);
    table_free(&read);
    columns_free(&names);
}
END_TEST

START_TEST(files_hold_all_of_it)
{
    columns loaded;
    encoding again;
    float *vectors = odd_vectors(500);
    json_t *saved = encoding_to_json(&code);
    char *text = json_dumps(saved, JSON_REAL_PRECISION(17));
    json_t *read = json_loads(text, 0, NULL);
    ck_assert(encoding_from_json(read, &loaded, &again));
    table made[2];
    char *written[2];
    const encoding *of[2] = {&code, &again};
    for (int i = 0; i < 2; i++) {
        ck_assert(encoding_decode(of[i], vectors, 500, true, &made[i]));
        written[i] = fixture_written(&made[i]);
        table_free(&made[i]);
    }
    ck_assert_str_eq(written[0], written[1]);
    ck_assert_uint_eq(again.width, code.width);
    free(written[0]);
    free(written[1]);
    encoding_free(&again);
    columns_free(&loaded);
    json_decref(read);
    json_decref(saved);
    free(text);
    free(vectors);
}
END_TEST

START_TEST(files_know_their_texts)
{
    columns loaded;
    encoding again;
    json_t *saved = encoding_to_json(&code);
    json_t *texts = json_object_get(json_array_get(json_object_get(saved, "codes"), 0), "texts");
    json_array_set_new(texts, 2, json_integer(3));
    told_begin();
    bool done = encoding_from_json(saved, &loaded, &again);
    const char *said = told_text();
    ck_assert(!done);
    ck_assert_msg(strstr(said, "'texts' of column 'few' are not numbers of its texts") != NULL, "%s", said);
    json_decref(saved);
}
END_TEST

/* Digits of the file become others: it is refused, or all it makes can be used. */
START_TEST(damaged_files_do_no_harm)
{
    json_t *saved = encoding_to_json(&code);
    char *text = json_dumps(saved, JSON_COMPACT);
    size_t length = strlen(text);
    float *vectors = odd_vectors(20);
    uint32_t state = 1;
    unsigned taken = 0;
    json_decref(saved);
    told_begin();
    for (int round = 0; round < 300; round++) {
        columns loaded;
        encoding again;
        char *damaged = strdup(text);
        for (int wounds = 0; wounds < 3; wounds++) {
            size_t at = fixture_below(&state, (uint32_t)length);
            at += strcspn(damaged + at, "0123456789,");
            if (at < length)
                damaged[at] = "0123456789-"[fixture_below(&state, 11)];
        }
        json_t *read = json_loads(damaged, 0, NULL);
        if (read && encoding_from_json(read, &loaded, &again)) {
            table made;
            if (again.width <= code.width && encoding_decode(&again, vectors, 20, true, &made)) {
                free(fixture_written(&made));
                table_free(&made);
            }
            encoding_free(&again);
            columns_free(&loaded);
            taken++;
        }
        json_decref(read);
        free(damaged);
    }
    told_text();
    ck_assert_uint_gt(taken, 0);
    ck_assert_uint_lt(taken, 300);
    free(vectors);
    free(text);
}
END_TEST

START_TEST(wide_tables_have_fewer_categories)
{
    encoding narrow;
    encoding_options options = encoding_default_options();
    options.all_categories_most = 60;
    ck_assert(encoding_make(&data, NULL, data.rows, &options, &narrow));
    ck_assert_uint_eq(narrow.categories, 3 + 3 + 51);
    float *vectors = malloc(data.rows * narrow.width * sizeof *vectors);
    table decoded;
    encoding_encode(&narrow, &data, NULL, data.rows, vectors);
    ck_assert(encoding_decode(&narrow, vectors, data.rows, false, &decoded));
    ck_assert_mem_eq(decoded.values[2].codes, data.values[2].codes, data.rows * sizeof(uint32_t));
    table_free(&decoded);
    free(vectors);
    encoding_free(&narrow);
}
END_TEST

START_TEST(a_table_may_have_nothing_to_learn)
{
    columns names;
    table read;
    encoding none;
    encoding_options options = encoding_default_options();
    fixture_table("a,b\n1,x\n1,x\n", NULL, &names, &read);
    told_begin();
    bool done = encoding_make(&read, NULL, read.rows, &options, &none);
    const char *said = told_text();
    ck_assert(!done);
    ck_assert_msg(strstr(said, "there is nothing to learn") != NULL, "%s", said);
    table_free(&read);
    columns_free(&names);
}
END_TEST

Suite *suite_encoding(void)
{
    Suite *suite = suite_create("encoding");
    TCase *all = tcase_create("encoding");
    tcase_add_checked_fixture(all, make_table, free_table);
    tcase_add_test(all, groups_come_first_then_numbers);
    tcase_add_test(all, groups_are_one_hot_and_numbers_uniform);
    tcase_add_test(all, compact_rows_are_the_same);
    tcase_add_test(all, only_what_occurred_is_decoded);
    tcase_add_test(all, numbers_go_beyond_their_range_if_asked);
    tcase_add_test(all, a_cell_is_encoded_as_in_a_row);
    tcase_add_test(all, an_encoding_knows_only_its_rows);
    tcase_add_test(all, numbers_are_interpolated);
    tcase_add_test(all, files_hold_all_of_it);
    tcase_add_test(all, files_know_their_texts);
    tcase_add_test(all, damaged_files_do_no_harm);
    tcase_add_test(all, wide_tables_have_fewer_categories);
    tcase_add_test(all, a_table_may_have_nothing_to_learn);
    tcase_set_timeout(all, 60);
    suite_add_tcase(suite, all);
    return suite;
}
