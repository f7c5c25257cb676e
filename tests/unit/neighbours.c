/* Nearest neighbours and most similar pairs against a naive search in float64, the support size against known
 * intervals, and every refusal. */
#include "unit/check_more.h"
#include "unit/suites.h"
#include "unit/test_context.h"

#include <coulomb/neighbours.h>

/* Points of a few clusters, far from the origin and from each other; in each cluster distances are some 1e-6 of that:
 * matrix products in float32 see nothing but noise there. Every fifth repeats the one before. */
static float *clustered(unsigned seed, size_t count, size_t dimension, float scale)
{
    float *points = malloc(count * dimension * sizeof *points), *noise = malloc(count * dimension * sizeof *noise);
    random_floats(seed, count * dimension, scale * 1e-5f, noise);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < dimension; k++)
            points[i * dimension + k] =
                i % 5 == 4 ? points[(i - 1) * dimension + k] : scale * (float)(1 + i % 3) + noise[i * dimension + k];
    free(noise);
    return points;
}

static double naive_distance(size_t dimension, const float *a, const float *b)
{
    double square = 0;
    for (size_t k = 0; k < dimension; k++)
        square += ((double)a[k] - (double)b[k]) * ((double)a[k] - (double)b[k]);
    return sqrt(square);
}

/* Exactly what is nearest may hang on the last digit: found are others of the same distance at most. */
static void check_row(size_t dimension, const float *query, const float *targets, size_t n_targets, size_t wanted,
                      const size_t *indices, const double *distances)
{
    double *all = malloc(n_targets * sizeof *all);
    for (size_t j = 0; j < n_targets; j++)
        all[j] = naive_distance(dimension, query, targets + j * dimension);
    for (size_t i = 0; i < wanted; i++) {
        size_t best = 0;
        ck_assert_uint_lt(indices[i], n_targets);
        ck_close(distances[i], naive_distance(dimension, query, targets + indices[i] * dimension), 1e-13,
                 distances[i] + 1e-300);
        for (size_t j = 1; j < n_targets; j++)
            best = all[j] < all[best] ? j : best;
        ck_close(distances[i], all[best], 1e-13, all[best] + 1e-300);
        if (all[best] == 0)
            ck_assert_uint_eq(indices[i], best); /* of equal ones the first */
        ck_assert(isfinite(all[indices[i]]));    /* none twice */
        all[indices[i]] = INFINITY;
    }
    free(all);
}

typedef struct stored {
    const float *points;
    size_t dimension, calls;
    coulomb_status fails_with;
} stored;

static coulomb_status give(void *user, size_t first, size_t count, float *points)
{
    stored *from = user;
    from->calls++;
    ck_assert_int_eq(coulomb_context_set_threads(context, 2), COULOMB_ERROR_STATE);
    if (from->fails_with != COULOMB_OK)
        return from->fails_with;
    memcpy(points, from->points + first * from->dimension, count * from->dimension * sizeof *points);
    return COULOMB_OK;
}

enum { QUERIES = 300, TARGETS = 600, MOST = 7 };

static const size_t dimensions[] = {1, 3, 40, 700};
/* in between, and squares that have few digits in float32, are too large for it and too small */
static const float scales[] = {1.0f, 1e-22f, 1e19f, 1e-30f};

START_TEST(neighbours_are_those_of_a_naive_search)
{
    size_t dimension = dimensions[_i % 4], indices[QUERIES * MOST], again[QUERIES * MOST];
    double distances[QUERIES * MOST], distances_again[QUERIES * MOST];
    float scale = scales[_i / 4];
    float *queries = clustered(1, QUERIES, dimension, scale), *targets = clustered(2, TARGETS, dimension, scale);
    memcpy(targets + 311 * dimension, queries + 17 * dimension, dimension * sizeof *targets);
    ck_ok(context,
          coulomb_neighbours(context, dimension, queries, QUERIES, targets, TARGETS, MOST, indices, distances));
    for (size_t i = 0; i < QUERIES; i++)
        check_row(dimension, queries + i * dimension, targets, TARGETS, MOST, indices + i * MOST, distances + i * MOST);
    ck_assert_double_eq(distances[17 * MOST], 0);
    ck_ok(context, coulomb_context_set_threads(context, 3));
    ck_ok(context,
          coulomb_neighbours(context, dimension, queries, QUERIES, targets, TARGETS, MOST, again, distances_again));
    ck_assert_mem_eq(indices, again, sizeof again);
    ck_assert_mem_eq(distances, distances_again, sizeof distances);
    free(queries);
    free(targets);
}
END_TEST

/* Squares of a few units of the last float32 digit: the search may not trust them. */
START_TEST(hardly_normal_squares_are_not_trusted)
{
    enum { WIDTH = 3 };
    size_t indices[QUERIES];
    double distances[QUERIES];
    float queries[QUERIES * WIDTH], targets[TARGETS * WIDTH];
    random_floats(8, QUERIES * WIDTH, 2e-22f, queries);
    random_floats(9, TARGETS * WIDTH, 2e-22f, targets);
    ck_ok(context, coulomb_neighbours(context, WIDTH, queries, QUERIES, targets, TARGETS, 1, indices, distances));
    for (size_t i = 0; i < QUERIES; i++)
        check_row(WIDTH, queries + i * WIDTH, targets, TARGETS, 1, indices + i, distances + i);
}
END_TEST

START_TEST(streamed_targets_give_the_same)
{
    enum { WIDE = 20000, FEW = 3, MANY = 900 /* several blocks */ };
    size_t indices[FEW * 2], again[FEW * 2];
    double distances[FEW * 2], distances_again[FEW * 2];
    float *queries = malloc(FEW * WIDE * sizeof *queries), *targets = malloc(MANY * WIDE * sizeof *targets);
    random_floats(3, FEW * WIDE, 1.0f, queries);
    random_floats(4, MANY * WIDE, 1.0f, targets);
    for (size_t k = 0; k < WIDE; k++)
        targets[800 * WIDE + k] = queries[k] + 1e-4f;
    stored from = {.points = targets, .dimension = WIDE};
    ck_ok(context, coulomb_neighbours(context, WIDE, queries, FEW, targets, MANY, 2, indices, distances));
    ck_ok(context,
          coulomb_neighbours_streamed(context, WIDE, queries, FEW, give, &from, MANY, 2, again, distances_again));
    ck_assert_uint_gt(from.calls, 1);
    ck_assert_uint_eq(indices[0], 800);
    ck_assert_mem_eq(indices, again, sizeof again);
    ck_assert_mem_eq(distances, distances_again, sizeof distances);
    again[0] = 99;
    from.fails_with = 1001;
    ck_fails(context, coulomb_neighbours_streamed(context, WIDE, queries, FEW, give, &from, MANY, 2, again, NULL), 1001,
             "target callback");
    from.fails_with = COULOMB_OK;
    targets[700 * WIDE + 5] = INFINITY;
    ck_fails(context, coulomb_neighbours_streamed(context, WIDE, queries, FEW, give, &from, MANY, 2, again, NULL),
             COULOMB_ERROR_NOT_FINITE, "target 700: value 5 is inf");
    ck_assert_uint_eq(again[0], 99);
    free(queries);
    free(targets);
}
END_TEST

/* The distance of all pairs not found is at least that of the last found, and order and numbers are as said. */
START_TEST(closest_pairs_are_those_of_a_naive_search)
{
    enum { COUNT = 400, PAIRS = 150 };
    size_t dimension = dimensions[_i % 4], indices[2 * PAIRS], again[2 * PAIRS], nearer = 0;
    double distances[PAIRS];
    float *samples = clustered(5, COUNT, dimension, scales[_i / 4]);
    ck_ok(context, coulomb_closest_pairs(context, dimension, samples, COUNT, PAIRS, indices, distances));
    for (size_t p = 0; p < PAIRS; p++) {
        size_t a = indices[2 * p], b = indices[2 * p + 1];
        ck_assert(a < b && b < COUNT);
        ck_close(distances[p], naive_distance(dimension, samples + a * dimension, samples + b * dimension), 1e-13,
                 distances[p] + 1e-300);
        if (p > 0)
            ck_assert(distances[p] > distances[p - 1] ||
                      (distances[p] == distances[p - 1] && (a > indices[2 * p - 2] || b > indices[2 * p - 1])));
    }
    for (size_t a = 0; a < COUNT; a++)
        for (size_t b = a + 1; b < COUNT; b++)
            nearer += naive_distance(dimension, samples + a * dimension, samples + b * dimension) <
                      distances[PAIRS - 1] * (1 - 1e-13);
    ck_assert_uint_lt(nearer, PAIRS);
    ck_assert_double_eq(distances[COUNT / 5 - 1], 0); /* the repeated ones */
    ck_ok(context, coulomb_context_set_threads(context, 3));
    ck_ok(context, coulomb_closest_pairs(context, dimension, samples, COUNT, PAIRS, again, NULL));
    ck_assert_mem_eq(indices, again, sizeof again);
    free(samples);
}
END_TEST

/* Equally near points in several tiles, which threads search in any order. */
START_TEST(of_equally_near_the_first_are_found)
{
    enum { COUNT = 1000, VALUES = 7, WANTED = COUNT / VALUES };
    float points[COUNT];
    size_t indices[2 * WANTED];
    for (size_t i = 0; i < COUNT; i++)
        points[i] = (float)(i % VALUES);
    ck_ok(context, coulomb_context_set_threads(context, 3));
    for (size_t query = 0; query < VALUES; query++) {
        ck_ok(context, coulomb_neighbours(context, 1, points + query, 1, points, COUNT, WANTED, indices, NULL));
        for (size_t i = 0; i < WANTED; i++)
            ck_assert_uint_eq(indices[i], query + i * VALUES);
    }
    ck_ok(context, coulomb_closest_pairs(context, 1, points, COUNT, WANTED - 1, indices, NULL));
    for (size_t i = 0; i < WANTED - 1; i++) {
        ck_assert_uint_eq(indices[2 * i], 0);
        ck_assert_uint_eq(indices[2 * i + 1], (i + 1) * VALUES);
    }
}
END_TEST

START_TEST(all_pairs_can_be_had)
{
    const float samples[] = {0, 10, 11, 3};
    const size_t expected[] = {1, 2, 0, 3, 1, 3, 2, 3, 0, 1, 0, 2};
    size_t indices[12];
    ck_ok(context, coulomb_closest_pairs(context, 1, samples, 4, 6, indices, NULL));
    ck_assert_mem_eq(indices, expected, sizeof expected);
}
END_TEST

/* Exact intervals of a Poisson variable: of 0 [0, 3.6889], of 1 [0.02532, 5.5716], of 10 [4.7954, 18.3904], of 150
 * [126.96, 176.02] (tables of Garwood 1936, and sums). */
START_TEST(support_size_is_pairs_over_duplicates)
{
    static const struct {
        uint64_t found;
        double low, high;
    } cases[] = {{1, 0.025318, 5.571643}, {10, 4.795389, 18.390356}, {150, 126.9597, 176.0222}};
    const size_t counts[] = {100, 400};
    const double pairs = 4950 + 79800;
    double estimate, low, high;
    for (size_t i = 0; i < 3; i++) {
        const uint64_t duplicates[] = {cases[i].found / 2, cases[i].found - cases[i].found / 2};
        ck_ok(context, coulomb_support_size(context, 2, counts, duplicates, &estimate, &low, &high));
        ck_close(estimate, pairs / (double)cases[i].found, 1e-14, estimate);
        ck_close(low, pairs / cases[i].high, 1e-4, low);
        ck_close(high, pairs / cases[i].low, 1e-4, high);
    }
    const uint64_t none[] = {0, 0};
    ck_ok(context, coulomb_support_size(context, 2, counts, none, &estimate, &low, &high));
    ck_assert(isinf(estimate) && isinf(high));
    ck_close(low, pairs / 3.688879, 1e-6, low);
    ck_ok(context, coulomb_support_size(context, 2, counts, none, &estimate, NULL, NULL));
}
END_TEST

/* Three sets of the most samples, all of them alike: more pairs than 64 bits count. */
START_TEST(support_size_of_one_is_one)
{
    const size_t counts[] = {UINT32_MAX, UINT32_MAX, UINT32_MAX};
    const uint64_t pairs = (uint64_t)UINT32_MAX * (UINT32_MAX - 1) / 2, duplicates[] = {pairs, pairs, pairs};
    double estimate, low, high;
    ck_ok(context, coulomb_support_size(context, 3, counts, duplicates, &estimate, &low, &high));
    ck_close(estimate, 1.0, 1e-12, 1.0);
    ck_close(low, 1.0, 1e-6, 1.0);
    ck_close(high, 1.0, 1e-6, 1.0);
}
END_TEST

/* Samples of 1,000 equally likely outcomes: their number comes out. */
START_TEST(support_size_finds_a_known_support)
{
    enum { SETS = 40, COUNT = 80, OUTCOMES = 1000, PAIRS = 60 };
    size_t counts[SETS], indices[2 * PAIRS];
    uint64_t duplicates[SETS];
    double estimate, low, high, distances[PAIRS];
    float samples[COUNT];
    for (unsigned set = 0; set < SETS; set++) {
        random_floats(set, COUNT, OUTCOMES / 2.0f, samples);
        for (size_t i = 0; i < COUNT; i++)
            samples[i] = floorf(samples[i]);
        ck_ok(context, coulomb_closest_pairs(context, 1, samples, COUNT, PAIRS, indices, distances));
        counts[set] = COUNT;
        duplicates[set] = 0;
        while (distances[duplicates[set]] == 0)
            duplicates[set]++;
    }
    ck_ok(context, coulomb_support_size(context, SETS, counts, duplicates, &estimate, &low, &high));
    ck_assert_double_lt(low, OUTCOMES);
    ck_assert_double_gt(high, OUTCOMES);
    ck_assert_double_lt(high / low, 1.6);
}
END_TEST

START_TEST(refusals_name_the_value)
{
    float points[] = {0, 1, 2, 3};
    size_t indices[8] = {7};
    double estimate = -1;
    ck_assert_int_eq(coulomb_neighbours(NULL, 1, points, 2, points, 4, 1, indices, NULL), COULOMB_ERROR_ARGUMENT);
    ck_fails(context, coulomb_neighbours(context, 0, points, 2, points, 4, 1, indices, NULL), COULOMB_ERROR_ARGUMENT,
             "dimension is 0");
    ck_fails(context, coulomb_neighbours(context, 1, NULL, 2, points, 4, 1, indices, NULL), COULOMB_ERROR_ARGUMENT,
             "NULL");
    ck_fails(context, coulomb_neighbours(context, 1, points, 2, NULL, 4, 1, indices, NULL), COULOMB_ERROR_ARGUMENT,
             "targets is NULL");
    ck_fails(context, coulomb_neighbours(context, 1, points, 2, points, 4, 5, indices, NULL), COULOMB_ERROR_ARGUMENT,
             "neighbours is 5");
    ck_fails(context, coulomb_neighbours(context, 1, points, 2, points, 4, 0, indices, NULL), COULOMB_ERROR_ARGUMENT,
             "neighbours is 0");
    ck_fails(context, coulomb_neighbours(context, 1, points, 2, points, 4, 1, NULL, NULL), COULOMB_ERROR_ARGUMENT,
             "indices is NULL");
    ck_fails(context, coulomb_neighbours_streamed(context, 1, points, 2, NULL, NULL, 4, 1, indices, NULL),
             COULOMB_ERROR_ARGUMENT, "targets is NULL");
    ck_ok(context, coulomb_neighbours(context, 1, NULL, 0, points, 4, 1, NULL, NULL));
    ck_fails(context, coulomb_closest_pairs(context, 1, points, 1, 1, indices, NULL), COULOMB_ERROR_ARGUMENT,
             "count is 1");
    ck_fails(context, coulomb_closest_pairs(context, 1, points, 4, 7, indices, NULL), COULOMB_ERROR_ARGUMENT,
             "pairs is 7; expected 1 to 6");
    ck_fails(context, coulomb_closest_pairs(context, 1, points, 4, 1, NULL, NULL), COULOMB_ERROR_ARGUMENT,
             "indices is NULL");
    points[2] = NAN;
    ck_fails(context, coulomb_neighbours(context, 2, points, 2, points, 2, 1, indices, NULL), COULOMB_ERROR_NOT_FINITE,
             "query 1: value 0 is nan");
    ck_fails(context, coulomb_neighbours(context, 2, points, 1, points, 2, 1, indices, NULL), COULOMB_ERROR_NOT_FINITE,
             "target 1");
    ck_fails(context, coulomb_closest_pairs(context, 1, points, 4, 1, indices, NULL), COULOMB_ERROR_NOT_FINITE,
             "sample 2");
    ck_assert_uint_eq(indices[0], 7);
    const size_t counts[] = {3, 1};
    const uint64_t duplicates[] = {4, 0}, fewer[] = {3, 0};
    ck_fails(context, coulomb_support_size(context, 1, counts, duplicates, &estimate, NULL, NULL),
             COULOMB_ERROR_ARGUMENT, "duplicates[0] is 4; expected at most 3");
    ck_fails(context, coulomb_support_size(context, 2, counts, fewer, &estimate, NULL, NULL), COULOMB_ERROR_ARGUMENT,
             "counts[1] is 1");
    ck_fails(context, coulomb_support_size(context, 0, counts, fewer, &estimate, NULL, NULL), COULOMB_ERROR_ARGUMENT,
             "sets is 0");
    ck_fails(context, coulomb_support_size(context, 1, counts, NULL, &estimate, NULL, NULL), COULOMB_ERROR_ARGUMENT,
             "duplicates is NULL");
    ck_assert_double_eq(estimate, -1);
}
END_TEST

Suite *suite_neighbours(void)
{
    Suite *suite = suite_create("neighbours");
    TCase *all = tcase_create("neighbours");
    tcase_set_timeout(all, 60.0);
    tcase_add_checked_fixture(all, context_begin, context_end);
    tcase_add_loop_test(all, neighbours_are_those_of_a_naive_search, 0, 16);
    tcase_add_test(all, hardly_normal_squares_are_not_trusted);
    tcase_add_test(all, streamed_targets_give_the_same);
    tcase_add_loop_test(all, closest_pairs_are_those_of_a_naive_search, 0, 16);
    tcase_add_test(all, of_equally_near_the_first_are_found);
    tcase_add_test(all, all_pairs_can_be_had);
    tcase_add_test(all, support_size_is_pairs_over_duplicates);
    tcase_add_test(all, support_size_of_one_is_one);
    tcase_add_test(all, support_size_finds_a_known_support);
    tcase_add_test(all, refusals_name_the_value);
    suite_add_tcase(suite, all);
    return suite;
}
