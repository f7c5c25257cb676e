/* The field's error where it is hardest to keep: points close to each other and far from the centre of all, and an
 * epsilon that hides their distance. */
#include "unit/check_more.h"
#include "unit/plummer_reference.h"
#include "unit/suites.h"
#include "unit/test_context.h"

#include <coulomb/plummer.h>

static const double promised = 1e-5; /* of the sum of the terms' magnitudes */

enum { AT = 9, MODEL = 13, TARGET = 16 };

static double norm(size_t count, const double *values)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i] * values[i];
    return sqrt(sum);
}

static void check_field(const charges *all, const float *at)
{
    size_t d = all->dimension;
    coulomb_plummer *plummer;
    float *field = malloc(AT * d * sizeof *field), potential[AT];
    double *expected = malloc(2 * d * sizeof *expected);
    ck_ok(context, coulomb_plummer_new(context, all->exponent, all->epsilon, &plummer));
    ck_ok(context, coulomb_plummer_field(plummer, d, at, AT, all->model, all->n_model, all->target, all->n_target,
                                         field, potential));
    for (size_t i = 0; i < AT; i++) {
        reference sum = reference_potential(all, at + i * d, SIZE_MAX, SIZE_MAX, expected, expected + d);
        ck_close(potential[i], sum.value, promised, sum.size);
        for (size_t k = 0; k < d; k++)
            expected[k] -= (double)field[i * d + k];
        ck_close(norm(d, expected), 0, promised, norm(d, expected + d) + 1e-37);
    }
    coulomb_plummer_free(plummer);
    free(field);
    free(expected);
}

static void place(float *points, size_t count, size_t dimension, float scale, float outlier)
{
    for (size_t i = 0; i < count * dimension; i++)
        points[i] *= i < dimension ? scale * outlier : scale;
}

/* One point far out moves the centre away from all others. */
START_TEST(bound_holds_beside_an_outlier)
{
    static const size_t dimensions[] = {2, 32, 33, 200, 700};
    static const double exponents[] = {0.5, 1, 3}, epsilons[] = {1e-2, 1, 1000};
    charges all = charges_random(21, dimensions[_i % 5], MODEL, TARGET, exponents[_i / 5 % 3], epsilons[_i / 15]);
    float *at = points_random(22, AT, all.dimension);
    place(at, AT, all.dimension, 1e-3f, 1e6f);
    place(all.model, MODEL, all.dimension, 1e-3f, 1e6f);
    place(all.target, TARGET, all.dimension, 1e-3f, 1e6f);
    check_field(&all, at);
    free(at);
    charges_free(&all);
}
END_TEST

START_TEST(coinciding_points_do_not_push)
{
    static const size_t dimensions[] = {2, 33, 200};
    size_t d = dimensions[_i];
    charges all = charges_random(23, d, MODEL, TARGET, 1, 100);
    float *at = points_random(24, AT, d);
    for (size_t i = 0; i < TARGET * d; i++)
        all.target[i] = 0.1f + (float)(i % d);
    memcpy(all.model, all.target, MODEL * d * sizeof(float));
    memcpy(at, all.target, AT * d * sizeof(float));
    check_field(&all, at);
    free(at);
    charges_free(&all);
}
END_TEST

/* Clusters of random size, place and distance. */
START_TEST(bound_holds_for_random_settings)
{
    for (unsigned seed = 100; seed < 300; seed++) {
        size_t d = random_size(seed, 1, seed % 4 == 0 ? 600 : 60);
        float numbers[4];
        random_floats(seed, 4, 3.0f, numbers);
        charges all =
            charges_random(seed, d, MODEL, TARGET, 0.5 + (double)(seed % 7) * 0.5, pow(10, (double)numbers[0] * 0.7));
        float *at = points_random(seed + 1, AT, d), width = powf(10.0f, numbers[1]), away = 30.0f * numbers[2];
        for (size_t i = 0; i < MODEL * d; i++)
            all.model[i] = width * (all.model[i] + (i / d % 2 == 0 ? away : 0.0f));
        for (size_t i = 0; i < TARGET * d; i++)
            all.target[i] = width * (all.target[i] * 1e-3f + (i / d % 3 == 0 ? away : 0.0f));
        for (size_t i = 0; i < AT * d; i++)
            at[i] = width * (at[i] * 1e-3f + (i / d % 3 == 0 ? away : 0.0f));
        check_field(&all, at);
        free(at);
        charges_free(&all);
    }
}
END_TEST

Suite *suite_field_bound(void)
{
    Suite *suite = suite_create("field_bound");
    TCase *all = tcase_create("field_bound");
    tcase_add_checked_fixture(all, context_begin, context_end);
    tcase_add_loop_test(all, bound_holds_beside_an_outlier, 0, 45);
    tcase_add_loop_test(all, coinciding_points_do_not_push, 0, 3);
    tcase_add_test(all, bound_holds_for_random_settings);
    tcase_set_timeout(all, 60);
    suite_add_tcase(suite, all);
    return suite;
}
