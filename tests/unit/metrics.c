/* Mode statistics: small sets whose numbers are known by hand, and every refusal. */
#include <check.h>
#include <coulomb/metrics.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

Suite *suite_metrics(void);

static const float means[] = {0, 0, 10, 0, 0, 10};

/* Four at the first mean, one of them far off; two at the second; none at the third. */
static const float samples[] = {1, 0, -1, 0, 0, 2, 0, -4, 10.5f, 0, 10, 1};

static coulomb_context *context;
static coulomb_modes *modes;

static void begin(void)
{
    ck_assert_int_eq(coulomb_context_new(&context), COULOMB_OK);
    ck_assert_int_eq(coulomb_modes_new(context, 2, means, 3, samples, 6, 3, &modes), COULOMB_OK);
}

static void end(void)
{
    coulomb_modes_free(modes);
    coulomb_context_free(context);
}

START_TEST(counts_by_nearest_mean_and_radius)
{
    uint64_t counts[3];
    ck_assert_uint_eq(coulomb_modes_found(modes), 2);
    ck_assert_double_eq_tol(coulomb_modes_share(modes), 5.0 / 6, 1e-15);
    ck_assert_int_eq(coulomb_modes_counts(modes, counts), COULOMB_OK);
    ck_assert_uint_eq(counts[0], 4);
    ck_assert_uint_eq(counts[1], 2);
    ck_assert_uint_eq(counts[2], 0);
}
END_TEST

START_TEST(sample_on_the_radius_is_within)
{
    const float on_it[] = {3, 0}, behind_it[] = {3.000001f, 0};
    coulomb_modes *one;
    ck_assert_int_eq(coulomb_modes_new(context, 2, means, 3, on_it, 1, 3, &one), COULOMB_OK);
    ck_assert_double_eq(coulomb_modes_share(one), 1);
    coulomb_modes_free(one);
    ck_assert_int_eq(coulomb_modes_new(context, 2, means, 3, behind_it, 1, 3, &one), COULOMB_OK);
    ck_assert_double_eq(coulomb_modes_share(one), 0);
    ck_assert_uint_eq(coulomb_modes_found(one), 0);
    ck_assert_double_eq(coulomb_modes_variance(one), 0);
    coulomb_modes_free(one);
}
END_TEST

START_TEST(divergence_is_that_of_the_histogram)
{
    double divergence, expected = 4.0 / 6 * log(4.0 / 6 * 3) + 2.0 / 6 * log(2.0 / 6 * 3);
    ck_assert_int_eq(coulomb_modes_divergence(modes, NULL, &divergence), COULOMB_OK);
    ck_assert_double_eq_tol(divergence, expected, 1e-14);
    const double weights[] = {0.5, 0.25, 0.25};
    expected = 4.0 / 6 * log(4.0 / 6 / 0.5) + 2.0 / 6 * log(2.0 / 6 / 0.25);
    ck_assert_int_eq(coulomb_modes_divergence(modes, weights, &divergence), COULOMB_OK);
    ck_assert_double_eq_tol(divergence, expected, 1e-14);
}
END_TEST

/* Members of the first mode: (1, 0), (-1, 0), (0, 2); of the second: (10.5, 0), (10, 1). */
START_TEST(covariance_is_about_the_members_mean)
{
    double first[4], second[4], third[4];
    ck_assert_int_eq(coulomb_modes_covariance(modes, 0, first), COULOMB_OK);
    ck_assert_int_eq(coulomb_modes_covariance(modes, 1, second), COULOMB_OK);
    ck_assert_int_eq(coulomb_modes_covariance(modes, 2, third), COULOMB_OK);
    const double expected_first[] = {1, 0, 0, 4.0 / 3}, expected_second[] = {0.125, -0.25, -0.25, 0.5};
    for (size_t i = 0; i < 4; i++) {
        ck_assert_double_eq_tol(first[i], expected_first[i], 1e-14);
        ck_assert_double_eq_tol(second[i], expected_second[i], 1e-14);
        ck_assert_double_eq(third[i], 0);
    }
    ck_assert_double_eq_tol(coulomb_modes_variance(modes), (1 + 4.0 / 3 + 0.125 + 0.5) / 4, 1e-14);
}
END_TEST

/* Against sums taken over all members at once; the means are far from the origin, where naive sums of squares cancel.
 */
START_TEST(covariance_survives_a_distant_mode)
{
    enum { COUNT = 1000, DIMENSION = 3 };
    const float centre[DIMENSION] = {4096, -8192, 16384};
    static float cloud[COUNT * DIMENSION];
    double mean[DIMENSION] = {0}, expected[DIMENSION][DIMENSION] = {{0}}, covariance[DIMENSION * DIMENSION];
    uint32_t state = 1;
    for (size_t i = 0; i < COUNT * DIMENSION; i++) {
        state = state * 1664525u + 1013904223u;
        cloud[i] = centre[i % DIMENSION] + (float)(state >> 16) / 65536.0f;
        mean[i % DIMENSION] += (double)cloud[i] / COUNT;
    }
    for (size_t i = 0; i < COUNT; i++)
        for (size_t j = 0; j < DIMENSION; j++)
            for (size_t k = 0; k < DIMENSION; k++)
                expected[j][k] += ((double)cloud[i * DIMENSION + j] - mean[j]) *
                                  ((double)cloud[i * DIMENSION + k] - mean[k]) / (COUNT - 1);
    coulomb_modes *distant;
    ck_assert_int_eq(coulomb_modes_new(context, DIMENSION, centre, 1, cloud, COUNT, 3, &distant), COULOMB_OK);
    ck_assert_int_eq(coulomb_modes_covariance(distant, 0, covariance), COULOMB_OK);
    for (size_t i = 0; i < DIMENSION * DIMENSION; i++)
        ck_assert_double_eq_tol(covariance[i], expected[i / DIMENSION][i % DIMENSION], 1e-10);
    coulomb_modes_free(distant);
}
END_TEST

static void refuses(coulomb_status expected, const char *says, coulomb_status status)
{
    ck_assert_int_eq(status, expected);
    ck_assert_msg(strstr(coulomb_context_error(context), says) != NULL, "'%s' does not say '%s'",
                  coulomb_context_error(context), says);
}

START_TEST(refusals_name_the_value)
{
    coulomb_modes *none = modes;
    refuses(COULOMB_ERROR_ARGUMENT, "means", coulomb_modes_new(context, 2, NULL, 3, samples, 6, 3, &none));
    ck_assert_ptr_null(none);
    refuses(COULOMB_ERROR_ARGUMENT, "samples", coulomb_modes_new(context, 2, means, 3, NULL, 6, 3, &none));
    refuses(COULOMB_ERROR_ARGUMENT, "dimension", coulomb_modes_new(context, 0, means, 3, samples, 6, 3, &none));
    refuses(COULOMB_ERROR_ARGUMENT, "modes", coulomb_modes_new(context, 2, means, 0, samples, 6, 3, &none));
    refuses(COULOMB_ERROR_ARGUMENT, "count", coulomb_modes_new(context, 2, means, 3, samples, 0, 3, &none));
    refuses(COULOMB_ERROR_ARGUMENT, "radius is 0", coulomb_modes_new(context, 2, means, 3, samples, 6, 0, &none));
    refuses(COULOMB_ERROR_ARGUMENT, "radius", coulomb_modes_new(context, 2, means, 3, samples, 6, NAN, &none));
    refuses(COULOMB_ERROR_ARGUMENT, "result", coulomb_modes_new(context, 2, means, 3, samples, 6, 3, NULL));
    ck_assert_int_eq(coulomb_modes_new(NULL, 2, means, 3, samples, 6, 3, &none), COULOMB_ERROR_ARGUMENT);
    float damaged[] = {0, 0, 1, 1, 2, NAN};
    refuses(COULOMB_ERROR_NOT_FINITE, "sample 2", coulomb_modes_new(context, 2, means, 3, damaged, 3, 3, &none));
    refuses(COULOMB_ERROR_NOT_FINITE, "mean 2", coulomb_modes_new(context, 2, damaged, 3, samples, 6, 3, &none));
}
END_TEST

START_TEST(weights_must_be_a_distribution)
{
    double divergence = -1;
    const double zero[] = {0.5, 0, 0.5}, too_much[] = {0.5, 0.5, 0.5}, not_finite[] = {0.5, NAN, 0.5};
    refuses(COULOMB_ERROR_ARGUMENT, "weights[1]", coulomb_modes_divergence(modes, zero, &divergence));
    refuses(COULOMB_ERROR_ARGUMENT, "weights[1]", coulomb_modes_divergence(modes, not_finite, &divergence));
    refuses(COULOMB_ERROR_ARGUMENT, "1.5", coulomb_modes_divergence(modes, too_much, &divergence));
    ck_assert_double_eq(divergence, -1);
    double covariance[4];
    refuses(COULOMB_ERROR_ARGUMENT, "mode is 3", coulomb_modes_covariance(modes, 3, covariance));
    refuses(COULOMB_ERROR_ARGUMENT, "NULL", coulomb_modes_counts(modes, NULL));
}
END_TEST

typedef struct allocator {
    size_t left, held;
} allocator;

static void *allocate(void *user, size_t size)
{
    allocator *from = user;
    if (from->left == 0)
        return NULL;
    from->left--;
    from->held++;
    return malloc(size);
}

static void release(void *user, void *memory)
{
    allocator *from = user;
    from->held--;
    free(memory);
}

START_TEST(failed_allocations_leave_nothing_behind)
{
    allocator memory = {.left = 1000};
    coulomb_context *limited;
    ck_assert_int_eq(coulomb_context_new_with_allocator(allocate, release, &memory, &limited), COULOMB_OK);
    size_t before = memory.held, failures = 0;
    coulomb_modes *made = NULL;
    for (memory.left = 0;; memory.left = ++failures) {
        coulomb_status status = coulomb_modes_new(limited, 2, means, 3, samples, 6, 3, &made);
        if (status == COULOMB_OK)
            break;
        ck_assert_int_eq(status, COULOMB_ERROR_MEMORY);
        ck_assert_ptr_null(made);
        ck_assert_uint_eq(memory.held, before);
    }
    ck_assert_uint_gt(failures, 2);
    coulomb_context_free(limited);
    coulomb_modes_free(made);
    ck_assert_uint_eq(memory.held, 0);
}
END_TEST

Suite *suite_metrics(void)
{
    Suite *suite = suite_create("metrics");
    TCase *tests = tcase_create("modes");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, counts_by_nearest_mean_and_radius);
    tcase_add_test(tests, sample_on_the_radius_is_within);
    tcase_add_test(tests, divergence_is_that_of_the_histogram);
    tcase_add_test(tests, covariance_is_about_the_members_mean);
    tcase_add_test(tests, covariance_survives_a_distant_mode);
    tcase_add_test(tests, refusals_name_the_value);
    tcase_add_test(tests, weights_must_be_a_distribution);
    tcase_add_test(tests, failed_allocations_leave_nothing_behind);
    suite_add_tcase(suite, tests);
    return suite;
}
