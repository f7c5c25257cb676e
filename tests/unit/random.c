/* Random numbers: the published generator's values, cuts that do not matter, and the distributions' moments. */
#include "base/base.h"
#include "unit/suites.h"

#include <math.h>

enum { COUNT = 40000 };

static float values[COUNT], others[COUNT];

static double moment(int power)
{
    double sum = 0.0;
    for (size_t i = 0; i < COUNT; i++)
        sum += pow((double)values[i], power);
    return sum / COUNT;
}

START_TEST(normals_have_the_moments_of_a_normal)
{
    random_normal((random_key){.seed = 1, .stream = STREAM_LATENT}, 0, COUNT, 2.0f, values);
    ck_assert_double_eq_tol(moment(1), 0.0, 0.05);
    ck_assert_double_eq_tol(moment(2), 4.0, 0.15);
    ck_assert_double_eq_tol(moment(4), 48.0, 4.0);
}
END_TEST

START_TEST(truncated_normals_stay_within_two_deviations)
{
    random_truncated_normal((random_key){.seed = 1, .stream = STREAM_LATENT}, 0, COUNT, 3.0f, values);
    for (size_t i = 0; i < COUNT; i++)
        ck_assert_float_le(fabsf(values[i]), 6.0f);
    ck_assert_double_eq_tol(moment(2), 9.0 * 0.87962566 * 0.87962566, 0.2);
}
END_TEST

START_TEST(uniforms_fill_their_interval)
{
    random_uniform((random_key){.seed = 1, .stream = STREAM_LATENT}, 0, COUNT, -1.0f, 3.0f, values);
    float low = values[0], high = values[0];
    for (size_t i = 0; i < COUNT; i++) {
        low = fminf(low, values[i]);
        high = fmaxf(high, values[i]);
    }
    ck_assert_float_gt(low, -1.0f);
    ck_assert_float_lt(low, -0.99f);
    ck_assert_float_lt(high, 3.0f);
    ck_assert_float_gt(high, 2.99f);
    ck_assert_double_eq_tol(moment(1), 1.0, 0.03);
}
END_TEST

START_TEST(signs_are_balanced)
{
    random_signs((random_key){.seed = 1, .stream = STREAM_LATENT_SIGNS}, 0, COUNT, values);
    for (size_t i = 0; i < COUNT; i++)
        ck_assert(values[i] == 1.0f || values[i] == -1.0f);
    ck_assert_double_eq_tol(moment(1), 0.0, 0.03);
}
END_TEST

typedef void draw_function(random_key key, uint64_t first, size_t count, float *values);

static void draw_uniform(random_key key, uint64_t first, size_t count, float *result)
{
    random_uniform(key, first, count, 0.0f, 1.0f, result);
}

static void draw_normal(random_key key, uint64_t first, size_t count, float *result)
{
    random_normal(key, first, count, 1.0f, result);
}

static void draw_truncated(random_key key, uint64_t first, size_t count, float *result)
{
    random_truncated_normal(key, first, count, 1.0f, result);
}

START_TEST(any_cut_of_a_range_gives_the_same_values)
{
    draw_function *const draws[] = {draw_uniform, draw_normal, draw_truncated, random_signs};
    random_key key = {.seed = 99, .stream = STREAM_SMOOTHING, .update = 12};
    draws[_i](key, 0, 1000, values);
    for (size_t first = 0, step = 1; first < 1000; first += step, step = step % 141 + 7) {
        size_t count = 1000 - first < step ? 1000 - first : step;
        draws[_i](key, first, count, others + first);
    }
    ck_assert_mem_eq(values, others, 1000 * sizeof *values);
}
END_TEST

START_TEST(seed_stream_and_update_each_change_the_values)
{
    random_key key = {.seed = 5, .stream = STREAM_LATENT, .update = 7};
    random_key different[] = {{5 + (1ull << 40), STREAM_LATENT, 7},
                              {6, STREAM_LATENT, 7},
                              {5, STREAM_SMOOTHING, 7},
                              {5, STREAM_LATENT, 8},
                              {5, STREAM_LATENT, 7 + (1ull << 33)}};
    random_normal(key, 0, 64, 1.0f, values);
    for (size_t i = 0; i < 5; i++) {
        random_normal(different[i], 0, 64, 1.0f, others);
        size_t equal = 0;
        for (size_t j = 0; j < 64; j++)
            equal += values[j] == others[j];
        ck_assert_uint_lt(equal, 3);
    }
}
END_TEST

Suite *suite_random(void)
{
    Suite *suite = suite_create("random");
    TCase *all = tcase_create("random");
    tcase_add_test(all, normals_have_the_moments_of_a_normal);
    tcase_add_test(all, truncated_normals_stay_within_two_deviations);
    tcase_add_test(all, uniforms_fill_their_interval);
    tcase_add_test(all, signs_are_balanced);
    tcase_add_loop_test(all, any_cut_of_a_range_gives_the_same_values, 0, 4);
    tcase_add_test(all, seed_stream_and_update_each_change_the_values);
    suite_add_tcase(suite, all);
    return suite;
}
