/* Sums over charges where digits could get lost. */
#include "base/context.h"
#include "unit/check_more.h"
#include "unit/plummer_sums.h"
#include "unit/suites.h"
#include "unit/tiers.h"

#include <float.h>

/* k of a squared distance over the whole range that float32 sums are taken in. */
START_TEST(powers_are_good_to_float32_rounding)
{
    const double powers[] = {0.01, 0.5, 1.0, 1.7, 2.0, 3.0, 3.7, 8.0, 15.9};
    const kernels *table = tier_table(_i);
    size_t compared = 0;
    for (size_t p = 0; p < sizeof powers / sizeof powers[0]; p++) {
        pair_function function = pair_function_of(powers[p], 1.0);
        for (double octave = -90.0; octave < 90.0; octave += 0.37) {
            float square = (float)exp2(octave), value = square, weight;
            double expected = pow((double)square, -0.5 * powers[p]);
            double expected_weight = powers[p] * expected / (double)square;
            if (!(expected_weight > 1e-36 && expected_weight < 1e36 && expected > 1e-36 && expected < 1e36))
                continue;
            table->pairs[function.shape]->apply(&function, 1, &value, &weight);
            ck_close(value, expected, 6e-7, expected);
            ck_close(weight, expected_weight, 1e-6, expected_weight);
            compared++;
        }
    }
    ck_assert_uint_gt(compared, 1000);
}
END_TEST

/* As far out as it is more than 0. */
START_TEST(gaussians_are_good_to_float32_rounding)
{
    const double epsilons[] = {1e-3, 0.7, 1.0, 3.3, 1000.0};
    const kernels *table = tier_table(_i);
    for (size_t e = 0; e < sizeof epsilons / sizeof epsilons[0]; e++) {
        pair_function function = gaussian_function_of(epsilons[e]);
        double epsilon2 = epsilons[e] * epsilons[e];
        for (double u = 0.0; u < 300.0; u += 0.0371) {
            float square = (float)(2.0 * u * epsilon2), value = square, weight;
            double expected = exp(-0.5 * (double)square / epsilon2);
            table->pairs[function.shape]->apply(&function, 1, &value, &weight);
            if (expected < 1.1754944e-38)
                ck_assert(value <= 1.18e-38f && value >= 0.0f);
            else
                ck_close(value, expected, 3e-7 + 1e-7 * u, expected);
            ck_close(weight, (double)value / epsilon2, 2e-7, (double)value / epsilon2 + 1e-30);
        }
    }
}
END_TEST

/* Far from all charges, and with an epsilon far below the points' distances from the centre. */
START_TEST(narrow_gaussians_keep_their_digits)
{
    static const struct {
        size_t dimension;
        double epsilon;
        float apart;
    } cases[] = {{2, 0.2, 1.0f},   {32, 1.0, 0.0f},     {40, 0.3, 0.02f},  {40, 1.0, 0.0f},
                 {300, 2.0, 0.0f}, {300, 0.05, 0.002f}, {3072, 5.0, 0.0f}, {3072, 0.2, 0.003f}};
    size_t dimension = cases[_i].dimension, n = 60;
    charges all = charges_random(90 + (unsigned)_i, dimension, n, n, 1.0, cases[_i].epsilon);
    all.gaussian = 1;
    if (cases[_i].apart > 0.0f) /* pairs that are near, in a wide cloud */
        for (size_t i = 0; i < n * dimension; i++)
            all.target[i] = all.model[i] + cases[_i].apart * all.target[i];
    float *at = points_random(91, 20, dimension);
    for (size_t i = dimension; i < 10 * dimension; i++)
        at[i] = all.target[i] + cases[_i].apart * at[i];
    ck_points_match(&all, at, 20);
    ck_batch_matches(&all);
    free(at);
    charges_free(&all);
}
END_TEST

/* Far out a Gaussian multiplies the errors of a squared distance by |a-b|^2 / (2 epsilon^2), and equal coordinates make
 * those of a long sum add up. */
START_TEST(gaussian_tails_keep_their_digits)
{
    static const size_t tail_dimensions[] = {7, 26, 32, 47, 300, 718, 3072};
    enum { POINTS = 400, TAIL_DIMENSIONS = sizeof tail_dimensions / sizeof tail_dimensions[0] };
    size_t dimension = tail_dimensions[_i % TAIL_DIMENSIONS];
    charges all = charges_random(93, dimension, 0, 1, 1.0, 1.0);
    float *at = zeros(POINTS * dimension), *potential = zeros(POINTS), *field = zeros(POINTS * dimension);
    all.gaussian = 1;
    context->kernels = tier_table(_i / TAIL_DIMENSIONS);
    memset(all.target, 0, dimension * sizeof *all.target);
    for (size_t i = 0; i < POINTS * dimension; i++)
        at[i] = sqrtf((40.0f + 0.1f * (float)(i / dimension)) * 2.0f / (float)dimension);
    use_kernel_of(&all);
    ck_ok(context, coulomb_plummer_field(plummer, dimension, at, POINTS, NULL, 0, all.target, 1, field, potential));
    for (size_t i = 0; i < POINTS; i++) {
        reference sum = reference_potential(&all, at + i * dimension, no_sample, no_sample, NULL, NULL);
        double promised = sum.value < exp(-50.0) ? 2e-5 : 1e-5, slope = sum.value * (double)at[i * dimension];
        ck_close(potential[i], sum.value, promised, sum.size);
        for (size_t k = 0; k < dimension; k++)
            ck_close(field[i * dimension + k], slope, promised, slope);
    }
    free(at);
    free(potential);
    free(field);
    charges_free(&all);
}
END_TEST

/* Whatever the order of epsilons; and one epsilon, whichever function set it. */
START_TEST(sums_of_kernels_have_no_order)
{
    const double some[] = {2.0, 0.3, 0.9}, others[] = {0.9, 2.0, 0.3};
    for (size_t dimension = 2; dimension <= 50; dimension += 48) {
        charges all = charges_random(92, dimension, 50, 40, 1.0, 1.0);
        float at_model[50], again[50];
        ck_ok(context, coulomb_plummer_set_kernel(plummer, _i == 0 ? COULOMB_KERNEL_PLUMMER : COULOMB_KERNEL_GAUSSIAN));
        ck_ok(context, coulomb_plummer_set_epsilons(plummer, some, 3));
        ck_ok(context, coulomb_plummer_batch(plummer, dimension, all.model, 50, all.target, 40, at_model, NULL, NULL));
        ck_ok(context, coulomb_plummer_set_epsilons(plummer, others, 3));
        ck_ok(context, coulomb_plummer_batch(plummer, dimension, all.model, 50, all.target, 40, again, NULL, NULL));
        ck_assert_mem_eq(again, at_model, sizeof again);
        ck_ok(context, coulomb_plummer_set_epsilons(plummer, some, 1));
        ck_ok(context, coulomb_plummer_batch(plummer, dimension, all.model, 50, all.target, 40, at_model, NULL, NULL));
        ck_assert_mem_ne(again, at_model, sizeof again);
        ck_ok(context, coulomb_plummer_set_epsilons(plummer, some, 3));
        ck_ok(context, coulomb_plummer_set_epsilon(plummer, some[0]));
        ck_ok(context, coulomb_plummer_batch(plummer, dimension, all.model, 50, all.target, 40, again, NULL, NULL));
        ck_assert_mem_eq(again, at_model, sizeof again);
        charges_free(&all);
    }
}
END_TEST

/* Pairs of samples a hair apart, in two groups far apart, far from the origin: |a|^2 + |b|^2 - 2 a.b alone would be
 * noise. */
START_TEST(near_pairs_keep_their_digits_in_many_dimensions)
{
    const size_t dimension = _i == 0 ? 100 : 3072, n = 70;
    charges all = charges_random(7, dimension, n, n, 1.0, 1e-3);
    for (size_t i = 0; i < n * dimension; i++) {
        float group = i / dimension % 2 == 0 ? 1000.0f : -300.0f;
        all.model[i] = group + 0.001f * all.model[i];
        all.target[i] = all.model[i] + 0.0005f * all.target[i];
    }
    ck_batch_matches(&all);
    float *at = points_random(8, 20, dimension);
    for (size_t i = 0; i < 20 * dimension; i++)
        at[i] = all.target[i] + 0.001f * at[i];
    ck_points_match(&all, at, 20);
    free(at);
    charges_free(&all);
}
END_TEST

START_TEST(far_from_the_origin_nothing_is_lost)
{
    static const size_t tried[] = {1, 2, 3, 20, 100};
    charges all = charges_random(9, tried[_i], 150, 140, 3.0, 0.5);
    float *at = points_random(10, 30, tried[_i]);
    for (size_t i = 0; i < 150 * tried[_i]; i++)
        all.model[i] = 1e6f + 4.0f * all.model[i];
    for (size_t i = 0; i < 140 * tried[_i]; i++)
        all.target[i] = 1e6f + 4.0f * all.target[i];
    for (size_t i = 0; i < 30 * tried[_i]; i++)
        at[i] = 1e6f + 4.0f * at[i];
    ck_points_match(&all, at, 30);
    ck_batch_matches(&all);
    free(at);
    charges_free(&all);
}
END_TEST

/* Exponents, epsilons and coordinates beyond what float32 terms could hold. */
START_TEST(extreme_parameters_are_right)
{
    static const struct {
        double exponent, epsilon;
        float scale;
    } extremes[] = {{40.0, 1.0, 1.0f},     {1.0, 1e-30, 1.0f}, {1.0, 1e25, 1e25f},
                    {0.5, 1e-200, 1e-20f}, {3.0, 1e-8, 1e8f},  {20.0, 0.5, 0.1f},
                    {0.0, 1e-20, 1e-20f},  {0.0, 1e22, 1e22f}, {0.0, 3.0, 1e19f}};
    for (size_t dimension = 2; dimension <= 40; dimension += 38) {
        charges all = charges_random(11, dimension, 20, 19, fmax(extremes[_i].exponent, 0.5), extremes[_i].epsilon);
        all.gaussian = extremes[_i].exponent == 0.0;
        for (size_t i = 0; i < 20 * dimension; i++)
            all.model[i] *= extremes[_i].scale;
        for (size_t i = 0; i < 19 * dimension; i++)
            all.target[i] *= extremes[_i].scale;
        use_kernel_of(&all);
        ck_ok(context, coulomb_plummer_set_self_terms(plummer, 0));
        float at_model[20], at_target[19];
        ck_ok(context,
              coulomb_plummer_batch(plummer, dimension, all.model, 20, all.target, 19, at_model, at_target, NULL));
        for (size_t i = 0; i < 20; i++) {
            reference sum = reference_potential(&all, all.model + i * dimension, i, no_sample, NULL, NULL);
            ck_close(at_model[i], sum.value, tolerance, sum.size + FLT_MIN);
        }
        charges_free(&all);
    }
}
END_TEST

START_TEST(long_sums_stay_accurate)
{
    const size_t n = 100000, n_at = 50, n_batch = 20000;
    charges all = charges_random(12, 2, n, n, 1.0, 0.01);
    float *at = points_random(13, n_at, 2), *potential = zeros(n_at), *field = zeros(2 * n_at);
    use_kernel_of(&all);
    ck_ok(context, coulomb_plummer_field(plummer, 2, at, n_at, all.model, n, all.target, n, field, potential));
    for (size_t i = 0; i < n_at; i++) {
        double expected[2], sizes[2];
        reference sum = reference_potential(&all, at + 2 * i, no_sample, no_sample, expected, sizes);
        ck_close(potential[i], sum.value, 1e-6, sum.size);
        for (size_t k = 0; k < 2; k++)
            ck_close(field[2 * i + k], expected[k], 1e-6, sizes[k]);
    }
    all.n_model = all.n_target = n_batch;
    float *at_model = zeros(n_batch), *at_target = zeros(n_batch);
    ck_ok(context,
          coulomb_plummer_batch(plummer, 2, all.model, n_batch, all.target, n_batch, at_model, at_target, NULL));
    for (size_t i = 0; i < n_batch; i += 613) {
        reference x = reference_potential(&all, all.model + 2 * i, no_sample, no_sample, NULL, NULL);
        reference y = reference_potential(&all, all.target + 2 * i, no_sample, no_sample, NULL, NULL);
        ck_close(at_model[i], x.value, 1e-6, x.size);
        ck_close(at_target[i], y.value, 1e-6, y.size);
    }
    free(at);
    free(potential);
    free(field);
    free(at_model);
    free(at_target);
    charges_free(&all);
}
END_TEST

TCase *plummer_digits(void)
{
    TCase *test = tcase_create("digits");
    tcase_add_checked_fixture(test, plummer_begin, plummer_end);
    tcase_set_timeout(test, 60);
    tcase_add_loop_test(test, powers_are_good_to_float32_rounding, 0, tier_count());
    tcase_add_loop_test(test, gaussians_are_good_to_float32_rounding, 0, tier_count());
    tcase_add_loop_test(test, narrow_gaussians_keep_their_digits, 0, 8);
    tcase_add_loop_test(test, gaussian_tails_keep_their_digits, 0, 7 * tier_count());
    tcase_add_loop_test(test, sums_of_kernels_have_no_order, 0, 2);
    tcase_add_loop_test(test, near_pairs_keep_their_digits_in_many_dimensions, 0, 2);
    tcase_add_loop_test(test, far_from_the_origin_nothing_is_lost, 0, 5);
    tcase_add_loop_test(test, extreme_parameters_are_right, 0, 9);
    tcase_add_test(test, long_sums_stay_accurate);
    return test;
}
