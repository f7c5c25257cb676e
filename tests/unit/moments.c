/* Mean, covariance and Fréchet distance against naive values and closed forms; streams; every refusal. */
#include "unit/check_more.h"
#include "unit/suites.h"
#include "unit/test_context.h"

#include <coulomb/moments.h>

static coulomb_moments *moments_new(size_t dimension)
{
    coulomb_moments *moments;
    ck_ok(context, coulomb_moments_new(context, dimension, &moments));
    return moments;
}

static float *random_features(unsigned seed, size_t count, size_t dimension, float offset)
{
    float *features = malloc(count * dimension * sizeof *features);
    random_floats(seed, count * dimension, 1.0f, features);
    for (size_t i = 0; i < count * dimension; i++)
        features[i] += offset;
    return features;
}

static void naive_moments(const float *features, size_t count, size_t n, double *mean, double *covariance)
{
    memset(mean, 0, n * sizeof *mean);
    memset(covariance, 0, n * n * sizeof *covariance);
    for (size_t i = 0; i < count * n; i++)
        mean[i % n] += (double)features[i] / (double)count;
    for (size_t s = 0; s < count; s++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                covariance[i * n + j] += ((double)features[s * n + i] - mean[i]) *
                                         ((double)features[s * n + j] - mean[j]) / (double)(count - 1);
}

typedef struct stored {
    const float *features;
    size_t dimension;
    coulomb_status fails_with;
    size_t fails_at;
    coulomb_moments *calls_back, *frees;
} stored;

static coulomb_status give(void *user, size_t first, size_t count, float *points)
{
    stored *from = user;
    if (from->fails_with != COULOMB_OK && first >= from->fails_at)
        return from->fails_with;
    memcpy(points, from->features + first * from->dimension, count * from->dimension * sizeof *points);
    if (from->calls_back != NULL)
        ck_assert_int_eq(coulomb_moments_add(from->calls_back, NULL, 0), COULOMB_ERROR_STATE);
    coulomb_moments_free(from->frees);
    from->frees = NULL;
    return COULOMB_OK;
}

enum { COUNT = 700, DIMENSION = 300 /* more than a block and more than a tile */ };

/* Features far from the origin: sums of squares would lose all digits. */
START_TEST(moments_are_those_of_naive_sums_however_they_come_in)
{
    float *features = random_features(1, COUNT, DIMENSION, 1000.0f);
    double *mean = malloc(DIMENSION * sizeof *mean), *found_mean = malloc(DIMENSION * sizeof *mean);
    double *covariance = malloc(DIMENSION * DIMENSION * sizeof *mean);
    double *found = malloc(DIMENSION * DIMENSION * sizeof *mean);
    naive_moments(features, COUNT, DIMENSION, mean, covariance);
    for (int way = 0; way < 4; way++) {
        coulomb_moments *moments = moments_new(DIMENSION);
        stored from = {.features = features + 100 * DIMENSION, .dimension = DIMENSION};
        size_t at_first = way == 0 ? COUNT : way == 1 ? 1 : 100;
        ck_ok(context, coulomb_moments_add(moments, features, at_first));
        if (way == 2) {
            from.calls_back = moments;
            ck_ok(context, coulomb_moments_add_streamed(moments, give, &from, COUNT - 100));
        } else if (way == 3) { /* what was read goes in again */
            ck_ok(context, coulomb_moments_mean(moments, found_mean));
            ck_ok(context, coulomb_moments_covariance(moments, found));
            ck_ok(context, coulomb_moments_set(moments, 100, found_mean, found));
            ck_ok(context, coulomb_moments_add(moments, from.features, COUNT - 100));
        } else {
            ck_ok(context, coulomb_moments_add(moments, features + at_first * DIMENSION, COUNT - at_first));
        }
        ck_assert_uint_eq(coulomb_moments_count(moments), COUNT);
        ck_ok(context, coulomb_moments_mean(moments, found_mean));
        ck_ok(context, coulomb_moments_covariance(moments, found));
        for (size_t i = 0; i < DIMENSION; i++)
            ck_close(found_mean[i], mean[i], 1e-13, 1000.0);
        for (size_t i = 0; i < DIMENSION * DIMENSION; i++)
            ck_close(found[i], covariance[i], 1e-11, 1.0);
        coulomb_moments_free(moments);
    }
    free(features);
    free(mean);
    free(found_mean);
    free(covariance);
    free(found);
}
END_TEST

START_TEST(threads_do_not_show)
{
    float *features = random_features(2, COUNT, DIMENSION, 0.0f), *others = random_features(3, 90, DIMENSION, 0.1f);
    double *found[2], distance[2];
    for (size_t run = 0; run < 2; run++) {
        coulomb_moments *a = moments_new(DIMENSION), *b = moments_new(DIMENSION);
        ck_ok(context, coulomb_context_set_threads(context, run == 0 ? 1 : 3));
        ck_ok(context, coulomb_moments_add(a, features, COUNT));
        ck_ok(context, coulomb_moments_add(b, others, 90));
        found[run] = malloc(DIMENSION * DIMENSION * sizeof(double));
        ck_ok(context, coulomb_moments_covariance(a, found[run]));
        ck_ok(context, coulomb_moments_distance(a, b, &distance[run]));
        coulomb_moments_free(a);
        coulomb_moments_free(b);
    }
    ck_assert_mem_eq(found[0], found[1], DIMENSION * DIMENSION * sizeof(double));
    ck_assert_double_eq(distance[0], distance[1]);
    free(found[0]);
    free(found[1]);
    free(features);
    free(others);
}
END_TEST

static coulomb_moments *diagonal(size_t n, const double *mean, const double *variances)
{
    double *covariance = calloc(n * n, sizeof *covariance);
    for (size_t i = 0; i < n; i++)
        covariance[i * n + i] = variances[i];
    coulomb_moments *moments = moments_new(n);
    ck_ok(context, coulomb_moments_set(moments, 0, mean, covariance));
    free(covariance);
    return moments;
}

static double distance_of(const coulomb_moments *a, const coulomb_moments *b)
{
    double distance = -1;
    ck_ok(context, coulomb_moments_distance(a, b, &distance));
    return distance;
}

/* Independent coordinates: sum of (mean difference)^2 + (difference of deviations)^2. Zeros make both singular, also
 * where the other is not; a variance slightly below 0 counts as 0. */
START_TEST(distance_of_independent_coordinates)
{
    enum { N = 6 };
    const double mean_a[N] = {1, 2, 3, 4, 5, 6}, mean_b[N] = {1, 2, 5, 4, 5, 5};
    const double a[N] = {4, 0, 0, 1e-6, 9, 1}, b[N] = {1, 0, 4, 25, -1e-8, 1};
    const double rooted_b[N] = {1, 0, 2, 5, 0, 1}, rooted_a[N] = {2, 0, 0, 1e-3, 3, 1};
    double expected = 0;
    for (size_t i = 0; i < N; i++)
        expected += (mean_a[i] - mean_b[i]) * (mean_a[i] - mean_b[i]) +
                    (rooted_a[i] - rooted_b[i]) * (rooted_a[i] - rooted_b[i]);
    coulomb_moments *first = diagonal(N, mean_a, a), *second = diagonal(N, mean_b, b);
    ck_close(distance_of(first, second), expected, 1e-8, expected);
    ck_close(distance_of(second, first), expected, 1e-8, expected);
    ck_close(distance_of(first, first), 0.0, 1e-12, 14.0);
    coulomb_moments_free(first);
    coulomb_moments_free(second);
}
END_TEST

/* Covariances 0: only the means are apart. */
START_TEST(constant_features_are_points)
{
    const float a[] = {1, 2, 1, 2, 1, 2}, b[] = {4, 6, 4, 6};
    coulomb_moments *first = moments_new(2), *second = moments_new(2);
    ck_ok(context, coulomb_moments_add(first, a, 3));
    ck_ok(context, coulomb_moments_add(second, b, 2));
    ck_assert_double_eq_tol(distance_of(first, second), 25.0, 1e-13);
    coulomb_moments_free(first);
    coulomb_moments_free(second);
}
END_TEST

/* A turned copy: B = R A R^T has the same spectrum, and with A = s^2 times one: tr(...)^(1/2) is known. Here fewer
 * features than dimensions, and b = 2 a, so that the distance is |mean|^2 + tr A. */
START_TEST(twice_the_features_are_as_far_as_their_spread)
{
    enum { FEW = 40, N = 64 };
    float *a = random_features(4, FEW, N, 0.25f), *b = malloc(FEW * N * sizeof *b);
    double mean[N], *covariance = malloc(N * N * sizeof *covariance), expected = 0;
    for (size_t i = 0; i < FEW * N; i++)
        b[i] = 2 * a[i];
    naive_moments(a, FEW, N, mean, covariance);
    for (size_t i = 0; i < N; i++)
        expected += mean[i] * mean[i] + covariance[i * N + i];
    coulomb_moments *first = moments_new(N), *second = moments_new(N);
    ck_ok(context, coulomb_moments_add(first, a, FEW));
    ck_ok(context, coulomb_moments_add(second, b, FEW));
    ck_close(distance_of(first, second), expected, 1e-11, expected);
    coulomb_moments_free(first);
    coulomb_moments_free(second);
    free(a);
    free(b);
    free(covariance);
}
END_TEST

START_TEST(failed_streams_leave_the_moments_as_they_were)
{
    float *features = random_features(5, COUNT, 3, 0.0f);
    double before[9], after[9];
    coulomb_moments *moments = moments_new(3);
    ck_ok(context, coulomb_moments_add(moments, features, 10));
    ck_ok(context, coulomb_moments_covariance(moments, before));
    stored from = {.features = features, .dimension = 3, .fails_with = 1234, .fails_at = 300};
    ck_fails(context, coulomb_moments_add_streamed(moments, give, &from, COUNT), 1234, "1234");
    from.fails_with = 5;
    ck_fails(context, coulomb_moments_add_streamed(moments, give, &from, COUNT), COULOMB_ERROR_CALLBACK, "5");
    from.fails_with = COULOMB_OK;
    features[3 * 600 + 1] = NAN;
    ck_fails(context, coulomb_moments_add_streamed(moments, give, &from, COUNT), COULOMB_ERROR_NOT_FINITE,
             "feature vector 600: value 1 is nan");
    ck_fails(context, coulomb_moments_add(moments, features, COUNT), COULOMB_ERROR_NOT_FINITE, "feature vector 600");
    ck_assert_uint_eq(coulomb_moments_count(moments), 10);
    ck_ok(context, coulomb_moments_covariance(moments, after));
    ck_assert_mem_eq(before, after, sizeof before);
    from.frees = moments;
    ck_ok(context, coulomb_moments_add_streamed(moments, give, &from, 300));
    free(features);
}
END_TEST

START_TEST(refusals_name_the_value)
{
    const double mean[] = {0, 0}, good[] = {1, 0, 0, 1}, skew[] = {1, 0.5, 0.4, 1}, negative[] = {1, 2, 2, 1};
    const double broken[] = {1, 0, 0, NAN};
    const float one[] = {1, 2};
    double distance = -1, values[4];
    coulomb_moments *none, *moments = moments_new(2), *other = moments_new(3);
    ck_fails(context, coulomb_moments_new(context, 0, &none), COULOMB_ERROR_ARGUMENT, "dimension is 0");
    ck_assert_ptr_null(none);
    ck_fails(context, coulomb_moments_new(context, 30001, &none), COULOMB_ERROR_ARGUMENT, "30001");
    ck_fails(context, coulomb_moments_new(context, 2, NULL), COULOMB_ERROR_ARGUMENT, "moments is NULL");
    ck_assert_int_eq(coulomb_moments_new(NULL, 2, &none), COULOMB_ERROR_ARGUMENT);
    ck_assert_int_eq(coulomb_moments_add(NULL, one, 1), COULOMB_ERROR_ARGUMENT);
    ck_fails(context, coulomb_moments_add(moments, NULL, 1), COULOMB_ERROR_ARGUMENT, "NULL");
    ck_fails(context, coulomb_moments_add_streamed(moments, NULL, NULL, 1), COULOMB_ERROR_ARGUMENT, "NULL");
    ck_fails(context, coulomb_moments_mean(moments, values), COULOMB_ERROR_STATE, "no features");
    ck_ok(context, coulomb_moments_add(moments, one, 1));
    ck_fails(context, coulomb_moments_covariance(moments, values), COULOMB_ERROR_STATE, "1 features");
    ck_fails(context, coulomb_moments_distance(moments, moments, &distance), COULOMB_ERROR_STATE, "1 feature");
    ck_fails(context, coulomb_moments_distance(moments, other, &distance), COULOMB_ERROR_SHAPE, "2 dimensions, b 3");
    ck_fails(context, coulomb_moments_distance(moments, NULL, &distance), COULOMB_ERROR_ARGUMENT, "b is NULL");
    ck_fails(context, coulomb_moments_set(moments, 1, mean, good), COULOMB_ERROR_ARGUMENT, "count is 1");
    ck_fails(context, coulomb_moments_set(moments, 9, NULL, good), COULOMB_ERROR_ARGUMENT, "mean is NULL");
    ck_fails(context, coulomb_moments_set(moments, 9, mean, skew), COULOMB_ERROR_ARGUMENT, "covariance[1, 0] is 0.4");
    ck_fails(context, coulomb_moments_set(moments, 9, mean, negative), COULOMB_ERROR_ARGUMENT, "eigenvalue -1,");
    ck_fails(context, coulomb_moments_set(moments, 9, mean, broken), COULOMB_ERROR_NOT_FINITE, "covariance value 3");
    ck_fails(context, coulomb_moments_set(moments, 9, broken + 2, good), COULOMB_ERROR_NOT_FINITE, "mean value 1");
    ck_assert_uint_eq(coulomb_moments_count(moments), 1);
    ck_ok(context, coulomb_moments_set(moments, 0, mean, good));
    ck_fails(context, coulomb_moments_add(moments, one, 1), COULOMB_ERROR_STATE, "without a count");
    ck_assert_double_eq(distance, -1);
    coulomb_moments_free(moments);
    coulomb_moments_free(other);
    coulomb_moments_free(NULL);
}
END_TEST

Suite *suite_moments(void)
{
    Suite *suite = suite_create("moments");
    TCase *all = tcase_create("moments");
    tcase_set_timeout(all, 60.0);
    tcase_add_checked_fixture(all, context_begin, context_end);
    tcase_add_test(all, moments_are_those_of_naive_sums_however_they_come_in);
    tcase_add_test(all, threads_do_not_show);
    tcase_add_test(all, distance_of_independent_coordinates);
    tcase_add_test(all, constant_features_are_points);
    tcase_add_test(all, twice_the_features_are_as_far_as_their_spread);
    tcase_add_test(all, failed_streams_leave_the_moments_as_they_were);
    tcase_add_test(all, refusals_name_the_value);
    suite_add_tcase(suite, all);
    return suite;
}
