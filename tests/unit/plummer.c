/* Potential, field and energy against naive loops in float64: every way to sum them, at sizes around tiles' edges. */
#include "base/context.h"
#include "unit/check_more.h"
#include "unit/plummer_sums.h"
#include "unit/suites.h"
#include "unit/tiers.h"

static const size_t dimensions[] = {1, 2, 3, 4, 7, 16, 31, 32, 33, 40, 100, 257, 3072};
static const double exponents[] = {0.5, 1.0, 2.0, 3.0, 1.7};
static const size_t counts[] = {1, 2, 5, 16, 17, 63, 64, 65, 130, 257, 513, 600};

enum {
    DIMENSIONS = sizeof dimensions / sizeof dimensions[0],
    EXPONENTS = sizeof exponents / sizeof exponents[0],
    COUNTS = sizeof counts / sizeof counts[0]
};

/* Counts that keep naive loops short in many dimensions. */
static size_t draw_count(unsigned seed, size_t dimension)
{
    size_t most = dimension > 1000 ? 7 : dimension > 50 ? 10 : COUNTS;
    return counts[random_size(seed, 0, most - 1)];
}

static charges draw_case(int index)
{
    size_t dimension = dimensions[index % DIMENSIONS];
    unsigned seed = 10u * (unsigned)index;
    double epsilon = index % 3 == 0 ? 0.1 : index % 3 == 1 ? 1.0 : 3.0;
    return charges_random(seed, dimension, draw_count(seed + 1, dimension), draw_count(seed + 2, dimension),
                          exponents[index / DIMENSIONS], epsilon);
}

START_TEST(points_match_naive_loops)
{
    charges all = draw_case(_i);
    size_t n_at = draw_count((unsigned)_i + 5000, all.dimension);
    float *at = points_random((unsigned)_i + 6000, n_at, all.dimension);
    ck_points_match(&all, at, n_at);
    free(at);
    charges_free(&all);
}
END_TEST

START_TEST(batch_matches_naive_loops)
{
    charges all = draw_case(_i);
    ck_batch_matches(&all);
    charges_free(&all);
}
END_TEST

START_TEST(every_kernel_matches_naive_loops)
{
    charges all = draw_case(_i / 4 * 7 % (DIMENSIONS * EXPONENTS));
    vary_kernel(&all, _i);
    float *at = points_random((unsigned)_i + 6000, 40, all.dimension);
    ck_points_match(&all, at, 40);
    ck_batch_matches(&all);
    free(at);
    charges_free(&all);
}
END_TEST

/* The trainer's potentials: at the first samples, or near them, from more charges than those. */
START_TEST(first_samples_match_naive_loops)
{
    static const size_t sizes[][4] = {
        {2, 128, 128, 128}, {2, 700, 640, 128}, {3, 40, 700, 40}, {50, 200, 150, 130}, {300, 70, 65, 64}};
    const size_t *size = sizes[_i % 5];
    charges all = charges_random((unsigned)_i + 40, size[0], size[1], size[2], 1.0, 0.5);
    vary_kernel(&all, _i / 5);
    size_t n_at = size[3];
    float *at_model = zeros(n_at), *at_target = zeros(n_at), *near = zeros(2 * n_at * size[0]);
    float *near_target = near + n_at * size[0];
    use_kernel_of(&all);
    for (int keep = 0; keep <= 1; keep++) {
        ck_ok(context, coulomb_plummer_set_self_terms(plummer, keep));
        charge_batch batch = first_charges(&all, n_at);
        ck_ok(context, trainers_potentials(&batch, at_model, at_target));
        ck_own(&all, at_model, n_at, at_target, n_at, keep);
        for (size_t i = 0; i < n_at * size[0]; i++) {
            near[i] = all.model[i] + 0.125f;
            near_target[i] = all.target[i] - 0.25f;
        }
        batch.displaced = true;
        batch.near_model = near;
        batch.near_target = near_target;
        ck_ok(context, trainers_potentials(&batch, at_model, at_target));
        for (size_t i = 0; i < n_at; i++) {
            size_t own = keep ? no_sample : i;
            reference x = reference_potential(&all, near + i * size[0], own, no_sample, NULL, NULL);
            reference y = reference_potential(&all, near_target + i * size[0], no_sample, own, NULL, NULL);
            ck_close(at_model[i], x.value, tolerance, x.size);
            ck_close(at_target[i], y.value, tolerance, y.size);
        }
    }
    free(at_model);
    free(at_target);
    free(near);
    charges_free(&all);
}
END_TEST

START_TEST(every_tier_matches_naive_loops)
{
    context->kernels = tier_table(_i / 2);
    for (int index = _i % 2; index < DIMENSIONS * EXPONENTS; index += 7) {
        charges all = draw_case(index);
        vary_kernel(&all, index / 7 % 4);
        float *at = points_random((unsigned)index + 6000, 37, all.dimension);
        ck_points_match(&all, at, 37);
        ck_batch_matches(&all);
        free(at);
        charges_free(&all);
    }
}
END_TEST

START_TEST(potential_and_field_vanish_where_model_equals_target)
{
    charges kernel = {.dimension = 1, .exponent = 1.0, .epsilon = 1.0};
    vary_kernel(&kernel, _i);
    use_kernel_of(&kernel);
    for (size_t i = 0; i < DIMENSIONS; i++) {
        float *points = points_random(14, 150, dimensions[i]), potential[150], *field = zeros(150 * dimensions[i]);
        ck_ok(context,
              coulomb_plummer_field(plummer, dimensions[i], points, 150, points, 150, points, 150, field, potential));
        for (size_t k = 0; k < 150; k++)
            ck_assert_float_eq(potential[k], 0.0f);
        for (size_t k = 0; k < 150 * dimensions[i]; k++)
            ck_assert_float_eq(field[k], 0.0f);
        double energy = 1.0;
        ck_ok(context, coulomb_plummer_energy(plummer, dimensions[i], points, 150, points, 150, &energy));
        ck_close(energy, 0.0, 1e-6, 1.0);
        free(points);
        free(field);
    }
}
END_TEST

Suite *suite_plummer(void)
{
    Suite *suite = suite_create("plummer");
    TCase *test = tcase_create("sums");
    tcase_add_checked_fixture(test, plummer_begin, plummer_end);
    tcase_set_timeout(test, 60);
    tcase_add_loop_test(test, points_match_naive_loops, 0, DIMENSIONS * EXPONENTS);
    tcase_add_loop_test(test, batch_matches_naive_loops, 0, DIMENSIONS * EXPONENTS);
    tcase_add_loop_test(test, every_kernel_matches_naive_loops, 0, 4 * DIMENSIONS);
    tcase_add_loop_test(test, first_samples_match_naive_loops, 0, 4 * 5);
    tcase_add_loop_test(test, every_tier_matches_naive_loops, 0, 2 * tier_count());
    tcase_add_loop_test(test, potential_and_field_vanish_where_model_equals_target, 0, 4);
    suite_add_tcase(suite, test);
    suite_add_tcase(suite, plummer_digits());
    suite_add_tcase(suite, plummer_invariants());
    return suite;
}
