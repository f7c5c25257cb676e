/* n-grams: counts and divergences against naive ones, properties, and every refusal. */
#include "unit/check_more.h"
#include "unit/suites.h"
#include "unit/test_context.h"

#include <coulomb/ngrams.h>

static coulomb_ngrams *count_ngrams(size_t n, const uint16_t *lines, size_t count, size_t length)
{
    coulomb_ngrams *ngrams;
    ck_ok(context, coulomb_ngrams_new(context, n, &ngrams));
    ck_ok(context, coulomb_ngrams_add(ngrams, lines, count, length));
    return ngrams;
}

static double divergence_of(const coulomb_ngrams *a, const coulomb_ngrams *b)
{
    double divergence = -1;
    ck_ok(context, coulomb_ngrams_divergence(a, b, &divergence));
    return divergence;
}

/* Symbols of a small or a large vocabulary. */
static uint16_t *random_lines(unsigned seed, size_t symbols, float vocabulary)
{
    float *values = malloc(symbols * sizeof *values);
    uint16_t *lines = malloc(symbols * sizeof *lines);
    random_floats(seed, symbols, 0.5f, values);
    for (size_t i = 0; i < symbols; i++)
        lines[i] = (uint16_t)((values[i] + 0.5f) * vocabulary * (values[i] + 0.5f));
    free(values);
    return lines;
}

/* A text and how it is cut; place p counts n-grams over all lines. */
typedef struct text {
    const uint16_t *lines;
    size_t count, length, n;
} text;

static size_t places(const text *t)
{
    return t->count * (t->length - t->n + 1);
}

static const uint16_t *at_place(const text *t, size_t place)
{
    size_t own = t->length - t->n + 1;
    return t->lines + place / own * t->length + place % own;
}

static double occurrences(const text *t, const uint16_t *ngram)
{
    double found = 0;
    for (size_t i = 0; i < places(t); i++)
        found += memcmp(at_place(t, i), ngram, t->n * sizeof *ngram) == 0;
    return found;
}

/* Each n-gram counts at each place where it occurs, with its share of the log. */
static double naive_half(const text *t, const text *other)
{
    double sum = 0, total = (double)places(t);
    for (size_t i = 0; i < places(t); i++) {
        double p = occurrences(t, at_place(t, i)) / total,
               q = occurrences(other, at_place(t, i)) / (double)places(other);
        sum += log2(2 * p / (p + q)) / total;
    }
    return sum / 2;
}

START_TEST(divergence_is_that_of_naive_counts)
{
    size_t n = (size_t)_i;
    uint16_t *a = random_lines(1, 40 * 9, 3), *b = random_lines(2, 30 * 11, 4);
    text first = {a, 40, 9, n}, second = {b, 30, 11, n};
    coulomb_ngrams *ngrams_a = count_ngrams(n, a, 40, 9), *ngrams_b = count_ngrams(n, b, 30, 11);
    double expected = naive_half(&first, &second) + naive_half(&second, &first);
    ck_assert_double_gt(expected, 0.001);
    ck_close(divergence_of(ngrams_a, ngrams_b), expected, 1e-12, expected);
    ck_close(divergence_of(ngrams_b, ngrams_a), expected, 1e-12, expected);
    ck_assert_uint_eq(coulomb_ngrams_total(ngrams_a), places(&first));
    double distinct = 0;
    for (size_t i = 0; i < places(&first); i++)
        distinct += 1 / occurrences(&first, at_place(&first, i));
    ck_close(coulomb_ngrams_distinct(ngrams_a), distinct, 1e-9, 1 + distinct);
    coulomb_ngrams_free(ngrams_a);
    coulomb_ngrams_free(ngrams_b);
    free(a);
    free(b);
}
END_TEST

/* Tables of many sizes: in parts, or twice over, the shares are the same. */
START_TEST(equal_shares_have_no_divergence_and_disjoint_texts_all)
{
    enum { LINES = 4000, LENGTH = 32 };
    size_t n = (size_t)_i;
    uint16_t *lines = random_lines(3, LINES * LENGTH, 60000);
    coulomb_ngrams *once = count_ngrams(n, lines, LINES, LENGTH), *twice = count_ngrams(n, lines, LINES / 4, LENGTH);
    ck_ok(context, coulomb_ngrams_add(twice, lines + LINES / 4 * LENGTH, LINES - LINES / 4, LENGTH));
    ck_ok(context, coulomb_ngrams_add(twice, NULL, 0, LENGTH));
    ck_assert_double_eq(divergence_of(once, twice), 0);
    ck_ok(context, coulomb_ngrams_add(twice, lines, LINES, LENGTH));
    ck_assert_double_eq(divergence_of(once, twice), 0);
    ck_assert_uint_eq(coulomb_ngrams_total(twice), 2 * coulomb_ngrams_total(once));
    ck_assert_uint_eq(coulomb_ngrams_distinct(twice), coulomb_ngrams_distinct(once));
    for (size_t i = 0; i < LINES * LENGTH; i++)
        lines[i] = 65535; /* the vocabulary's end, which no line before has */
    coulomb_ngrams *other = count_ngrams(n, lines, LINES, LENGTH);
    ck_assert_uint_eq(coulomb_ngrams_distinct(other), 1);
    ck_assert_double_eq(divergence_of(once, other), 1);
    coulomb_ngrams_free(once);
    coulomb_ngrams_free(twice);
    coulomb_ngrams_free(other);
    free(lines);
}
END_TEST

/* Each symbol of an n-gram, and each bit of it, makes another n-gram. */
START_TEST(all_bits_of_a_key_count)
{
    size_t n = (size_t)_i;
    uint16_t lines[96 + 1][6] = {{0}};
    for (size_t bit = 0; bit < 16 * n; bit++)
        lines[bit + 1][bit / 16] = (uint16_t)(1u << bit % 16);
    coulomb_ngrams *ngrams;
    ck_ok(context, coulomb_ngrams_new(context, n, &ngrams));
    for (size_t line = 0; line <= 16 * n; line++)
        ck_ok(context, coulomb_ngrams_add(ngrams, lines[line], 1, n));
    ck_assert_uint_eq(coulomb_ngrams_distinct(ngrams), 16 * n + 1);
    coulomb_ngrams_free(ngrams);
}
END_TEST

/* Crowded tables: n-grams that differ in two neighbouring symbols alone, and meet at many slots. */
START_TEST(no_two_ngrams_count_as_one)
{
    enum { MANY = 30000 };
    size_t n = (size_t)_i;
    uint16_t *lines = malloc(MANY * n * sizeof *lines);
    for (size_t place = 0; place + 2 <= n; place++) {
        for (size_t i = 0; i < MANY * n; i++)
            lines[i] = 7;
        for (size_t line = 0; line < MANY; line++) {
            lines[line * n + place] = (uint16_t)(line % 173);
            lines[line * n + place + 1] = (uint16_t)(line / 173);
        }
        coulomb_ngrams *ngrams = count_ngrams(n, lines, MANY, n);
        ck_assert_uint_eq(coulomb_ngrams_distinct(ngrams), MANY);
        coulomb_ngrams_free(ngrams);
    }
    free(lines);
}
END_TEST

START_TEST(refusals_name_the_value)
{
    const uint16_t lines[] = {1, 2, 3, 4};
    double divergence = -1;
    coulomb_ngrams *none, *two = count_ngrams(2, lines, 2, 2), *three = count_ngrams(3, lines, 1, 4), *empty;
    ck_ok(context, coulomb_ngrams_new(context, 2, &empty));
    ck_fails(context, coulomb_ngrams_new(context, 0, &none), COULOMB_ERROR_ARGUMENT, "n is 0");
    ck_assert_ptr_null(none);
    ck_fails(context, coulomb_ngrams_new(context, 7, &none), COULOMB_ERROR_ARGUMENT, "n is 7");
    ck_fails(context, coulomb_ngrams_new(context, 2, NULL), COULOMB_ERROR_ARGUMENT, "ngrams is NULL");
    ck_assert_int_eq(coulomb_ngrams_new(NULL, 2, &none), COULOMB_ERROR_ARGUMENT);
    ck_assert_int_eq(coulomb_ngrams_add(NULL, lines, 1, 4), COULOMB_ERROR_ARGUMENT);
    ck_fails(context, coulomb_ngrams_add(two, lines, 4, 1), COULOMB_ERROR_ARGUMENT, "length is 1");
    ck_fails(context, coulomb_ngrams_add(two, NULL, 1, 4), COULOMB_ERROR_ARGUMENT, "lines is NULL");
    ck_fails(context, coulomb_ngrams_add(two, lines, SIZE_MAX, 4), COULOMB_ERROR_ARGUMENT, "4294967295");
    ck_fails(context, coulomb_ngrams_add(two, lines, 4294967294u, 2), COULOMB_ERROR_ARGUMENT, "after 2 n-grams");
    ck_assert_uint_eq(coulomb_ngrams_total(two), 2);
    ck_fails(context, coulomb_ngrams_divergence(two, three, &divergence), COULOMB_ERROR_SHAPE, "2 symbols, b of 3");
    ck_fails(context, coulomb_ngrams_divergence(two, empty, &divergence), COULOMB_ERROR_STATE, "b holds no");
    ck_fails(context, coulomb_ngrams_divergence(empty, two, &divergence), COULOMB_ERROR_STATE, "a holds no");
    ck_fails(context, coulomb_ngrams_divergence(two, NULL, &divergence), COULOMB_ERROR_ARGUMENT, "b is NULL");
    ck_fails(context, coulomb_ngrams_divergence(two, two, NULL), COULOMB_ERROR_ARGUMENT, "divergence is NULL");
    ck_assert_double_eq(divergence, -1);
    ck_assert_uint_eq(coulomb_ngrams_total(NULL) + coulomb_ngrams_distinct(NULL), 0);
    coulomb_ngrams_free(two);
    coulomb_ngrams_free(three);
    coulomb_ngrams_free(empty);
    coulomb_ngrams_free(NULL);
}
END_TEST

Suite *suite_ngrams(void)
{
    Suite *suite = suite_create("ngrams");
    TCase *all = tcase_create("ngrams");
    tcase_add_checked_fixture(all, context_begin, context_end);
    tcase_add_loop_test(all, divergence_is_that_of_naive_counts, 1, 7);
    tcase_add_loop_test(all, equal_shares_have_no_divergence_and_disjoint_texts_all, 1, 7);
    tcase_add_loop_test(all, all_bits_of_a_key_count, 1, 7);
    tcase_add_loop_test(all, no_two_ngrams_count_as_one, 2, 7);
    tcase_add_test(all, refusals_name_the_value);
    suite_add_tcase(suite, all);
    return suite;
}
