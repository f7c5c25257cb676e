/* What the potentials refuse: with the right code, an error message that names the value, and results untouched. */
#include "unit/check_more.h"
#include "unit/contexts.h"
#include "unit/suites.h"

#include <coulomb/plummer.h>

static coulomb_context *context;
static coulomb_plummer *plummer;
static float model[20], target[24], at[6], potential[3], field[6], at_model[10], at_target[12];
static double energy;

/* Ten model samples, twelve target samples and three points in 2 dimensions, and results that show when they are
 * touched. */
static void setup(void)
{
    ck_assert_int_eq(new_context(&context), COULOMB_OK);
    ck_ok(context, coulomb_plummer_new(context, 1.0, 1.0, &plummer));
    random_floats(1, 20, 1.0f, model);
    random_floats(2, 24, 1.0f, target);
    random_floats(3, 6, 1.0f, at);
    for (size_t i = 0; i < 12; i++) {
        at_target[i] = -77.0f;
        at_model[i % 10] = -77.0f;
        field[i % 6] = -77.0f;
        potential[i % 3] = -77.0f;
    }
    energy = -77.0;
}

static void teardown(void)
{
    for (size_t i = 0; i < 12; i++)
        ck_assert(at_target[i] == -77.0f && at_model[i % 10] == -77.0f && field[i % 6] == -77.0f &&
                  potential[i % 3] == -77.0f);
    ck_assert(energy == -77.0);
    coulomb_plummer_free(plummer);
    coulomb_context_free(context);
}

static coulomb_status get_field(void)
{
    return coulomb_plummer_field(plummer, 2, at, 3, model, 10, target, 12, field, potential);
}

static coulomb_status get_potential(void)
{
    return coulomb_plummer_potential(plummer, 2, at, 3, model, 10, target, 12, potential);
}

static coulomb_status get_batch(void)
{
    return coulomb_plummer_batch(plummer, 2, model, 10, target, 12, at_model, at_target, &energy);
}

START_TEST(kernels_are_finite_and_above_0)
{
    coulomb_plummer *made = plummer;
    ck_assert_int_eq(coulomb_plummer_new(NULL, 1.0, 1.0, &made), COULOMB_ERROR_ARGUMENT);
    ck_fails(context, coulomb_plummer_new(context, 1.0, 1.0, NULL), COULOMB_ERROR_ARGUMENT, "NULL");
    const double bad[] = {0.0, -1.0, (double)NAN, (double)INFINITY};
    for (size_t i = 0; i < 4; i++) {
        ck_fails(context, coulomb_plummer_new(context, bad[i], 1.0, &made), COULOMB_ERROR_ARGUMENT, "exponent is");
        ck_assert_ptr_null(made);
        ck_fails(context, coulomb_plummer_new(context, 1.0, bad[i], &made), COULOMB_ERROR_ARGUMENT, "epsilon is");
        ck_fails(context, coulomb_plummer_set_exponent(plummer, bad[i]), COULOMB_ERROR_ARGUMENT, "exponent is");
        ck_fails(context, coulomb_plummer_set_epsilon(plummer, bad[i]), COULOMB_ERROR_ARGUMENT, "epsilon is");
    }
    ck_fails(context, coulomb_plummer_set_self_terms(plummer, 2), COULOMB_ERROR_ARGUMENT, "2");
    ck_assert_int_eq(coulomb_plummer_set_exponent(NULL, 1.0), COULOMB_ERROR_ARGUMENT);
    ck_assert_int_eq(coulomb_plummer_set_epsilon(NULL, 1.0), COULOMB_ERROR_ARGUMENT);
    ck_assert_int_eq(coulomb_plummer_set_self_terms(NULL, 1), COULOMB_ERROR_ARGUMENT);
    coulomb_plummer_free(NULL);
}
END_TEST

START_TEST(null_is_named)
{
    ck_assert_int_eq(coulomb_plummer_potential(NULL, 2, at, 3, model, 10, target, 12, potential),
                     COULOMB_ERROR_ARGUMENT);
    ck_fails(context, coulomb_plummer_potential(plummer, 2, NULL, 3, model, 10, target, 12, potential),
             COULOMB_ERROR_ARGUMENT, "at is NULL");
    ck_fails(context, coulomb_plummer_potential(plummer, 2, at, 3, NULL, 10, target, 12, potential),
             COULOMB_ERROR_ARGUMENT, "model is NULL");
    ck_fails(context, coulomb_plummer_potential(plummer, 2, at, 3, model, 10, NULL, 12, potential),
             COULOMB_ERROR_ARGUMENT, "target is NULL");
    ck_fails(context, coulomb_plummer_potential(plummer, 2, at, 3, model, 10, target, 12, NULL), COULOMB_ERROR_ARGUMENT,
             "potential is NULL");
    ck_fails(context, coulomb_plummer_field(plummer, 2, at, 3, model, 10, target, 12, NULL, potential),
             COULOMB_ERROR_ARGUMENT, "field is NULL");
    ck_fails(context, coulomb_plummer_batch(plummer, 2, NULL, 10, target, 12, at_model, at_target, &energy),
             COULOMB_ERROR_ARGUMENT, "model is NULL");
    ck_fails(context, coulomb_plummer_batch(plummer, 2, model, 10, target, 12, NULL, NULL, NULL),
             COULOMB_ERROR_ARGUMENT, "all NULL");
    ck_fails(context, coulomb_plummer_energy(plummer, 2, model, 10, target, 12, NULL), COULOMB_ERROR_ARGUMENT,
             "energy is NULL");
    ck_fails(context,
             coulomb_plummer_field_streamed(plummer, 2, at, 3, NULL, NULL, 10, NULL, NULL, 0, field, potential),
             COULOMB_ERROR_ARGUMENT, "model is NULL");
    ck_fails(context, coulomb_plummer_field_streamed(plummer, 2, at, 3, NULL, NULL, 0, NULL, NULL, 0, NULL, NULL),
             COULOMB_ERROR_ARGUMENT, "both NULL");
    ck_fails(context, coulomb_plummer_energy_streamed(plummer, 2, NULL, NULL, 10, NULL, NULL, 12, &energy),
             COULOMB_ERROR_ARGUMENT, "model is NULL");
}
END_TEST

START_TEST(dimensions_and_counts_have_limits)
{
    ck_fails(context, coulomb_plummer_potential(plummer, 0, at, 3, model, 10, target, 12, potential),
             COULOMB_ERROR_ARGUMENT, "dimension is 0; expected 1 to 200000");
    ck_fails(context, coulomb_plummer_energy(plummer, 200001, model, 10, target, 12, &energy), COULOMB_ERROR_ARGUMENT,
             "dimension is 200001");
    ck_fails(context, coulomb_plummer_batch(plummer, 2, model, 0, target, 12, at_model, at_target, &energy),
             COULOMB_ERROR_ARGUMENT, "n_model is 0");
    ck_fails(context, coulomb_plummer_energy(plummer, 2, model, 10, NULL, 0, &energy), COULOMB_ERROR_ARGUMENT,
             "n_target is 0");
    ck_ok(context, coulomb_plummer_set_self_terms(plummer, 0));
    ck_fails(context, coulomb_plummer_energy(plummer, 2, model, 10, target, 1, &energy), COULOMB_ERROR_ARGUMENT,
             "n_target is 1; expected at least 2 without self-terms");
    ck_fails(context, coulomb_plummer_potential(plummer, 2, at, 3, model, SIZE_MAX / 4, target, 12, potential),
             COULOMB_ERROR_ARGUMENT, "n_model is 4611686018427387903; expected 0 to 1152921504606846975");
}
END_TEST

START_TEST(values_that_are_not_finite_are_named)
{
    target[17] = NAN;
    ck_fails(context, get_potential(), COULOMB_ERROR_NOT_FINITE,
             "target value 17 (sample 8, coordinate 1) is nan; expected finite numbers");
    ck_fails(context, get_field(), COULOMB_ERROR_NOT_FINITE, "target value 17");
    ck_fails(context, get_batch(), COULOMB_ERROR_NOT_FINITE, "target value 17");
    ck_fails(context, coulomb_plummer_energy(plummer, 2, model, 10, target, 12, &energy), COULOMB_ERROR_NOT_FINITE,
             "target value 17");
    model[6] = -INFINITY;
    ck_fails(context, get_potential(), COULOMB_ERROR_NOT_FINITE, "model value 6 (sample 3, coordinate 0) is -inf");
    at[5] = INFINITY;
    ck_fails(context, get_potential(), COULOMB_ERROR_NOT_FINITE, "at value 5 (point 2, coordinate 1) is inf");
}
END_TEST

START_TEST(results_beyond_float32_are_refused)
{
    ck_ok(context, coulomb_plummer_set_epsilon(plummer, 1e-30));
    ck_ok(context, coulomb_plummer_set_exponent(plummer, 2.0));
    memcpy(at, target, 2 * sizeof *at);
    ck_fails(context, get_potential(), COULOMB_ERROR_NOT_FINITE, "potential value 0 exceeds the range of float32");
    ck_fails(context, get_field(), COULOMB_ERROR_NOT_FINITE, "potential value 0");
    ck_fails(context, get_batch(), COULOMB_ERROR_NOT_FINITE, "potential_model value 0");
    ck_ok(context, coulomb_plummer_set_epsilon(plummer, 1e-300));
    ck_fails(context, coulomb_plummer_energy(plummer, 2, model, 10, target, 12, &energy), COULOMB_ERROR_NOT_FINITE,
             "energy");
}
END_TEST

/* --- callbacks --- */

static coulomb_status fill(void *user, size_t first, size_t count, float *points)
{
    (void)user;
    for (size_t i = 0; i < 2 * count; i++)
        points[i] = (float)(first + i);
    return COULOMB_OK;
}

static coulomb_status leave(void *user, size_t first, size_t count, float *points)
{
    (void)user;
    fill(NULL, first, count, points);
    points[3] = NAN;
    return COULOMB_OK;
}

static coulomb_status forget_the_last(void *user, size_t first, size_t count, float *points)
{
    return fill(user, first, count - 1, points);
}

static coulomb_status answer(void *user, size_t first, size_t count, float *points)
{
    fill(NULL, first, count, points);
    return *(coulomb_status *)user;
}

static coulomb_status stream(coulomb_points_callback *from_model, coulomb_points_callback *from_target, void *user)
{
    return coulomb_plummer_field_streamed(plummer, 2, at, 3, from_model, user, 10, from_target, user, 12, field,
                                          potential);
}

static coulomb_status stream_energy(coulomb_points_callback *from_model, coulomb_points_callback *from_target,
                                    void *user)
{
    return coulomb_plummer_energy_streamed(plummer, 2, from_model, user, 10, from_target, user, 12, &energy);
}

START_TEST(callbacks_end_a_sum_with_their_own_code)
{
    coulomb_status code = 1234;
    ck_fails(context, stream(answer, fill, &code), 1234, "the model callback returned 1234");
    ck_fails(context, stream(fill, answer, &code), 1234, "the target callback returned 1234");
    ck_fails(context, stream_energy(answer, fill, &code), 1234, "the model callback returned 1234");
    ck_fails(context, stream_energy(fill, answer, &code), 1234, "the target callback returned 1234");
    code = 77;
    ck_fails(context, stream(answer, fill, &code), COULOMB_ERROR_CALLBACK, "77");
    code = -1;
    ck_fails(context, stream_energy(fill, answer, &code), COULOMB_ERROR_CALLBACK, "-1");
}
END_TEST

START_TEST(callbacks_must_fill_their_buffer)
{
    ck_fails(context, stream(leave, fill, NULL), COULOMB_ERROR_NOT_FINITE,
             "model value 3 (sample 1, coordinate 1) is nan");
    ck_fails(context, stream_energy(fill, leave, NULL), COULOMB_ERROR_NOT_FINITE, "target value 3");
    ck_fails(context, stream(fill, forget_the_last, NULL), COULOMB_ERROR_NOT_FINITE,
             "target value 22 (sample 11, coordinate 0)");
    ck_fails(context, stream_energy(forget_the_last, fill, NULL), COULOMB_ERROR_NOT_FINITE, "model value 18");
}
END_TEST

/* Everything one could call with the handle of the running sum. */
static coulomb_status meddle(void *user, size_t first, size_t count, float *points)
{
    size_t *refused = user;
    const char *part = "from a callback of the same handle";
    ck_fails(context, get_potential(), COULOMB_ERROR_STATE, part);
    ck_fails(context, get_field(), COULOMB_ERROR_STATE, part);
    ck_fails(context, get_batch(), COULOMB_ERROR_STATE, part);
    ck_fails(context, coulomb_plummer_energy(plummer, 2, model, 10, target, 12, &energy), COULOMB_ERROR_STATE, part);
    ck_fails(context, stream(fill, fill, NULL), COULOMB_ERROR_STATE, part);
    ck_fails(context, stream_energy(fill, fill, NULL), COULOMB_ERROR_STATE, part);
    ck_fails(context, coulomb_plummer_set_exponent(plummer, 2.0), COULOMB_ERROR_STATE, part);
    ck_fails(context, coulomb_plummer_set_epsilon(plummer, 2.0), COULOMB_ERROR_STATE, part);
    ck_fails(context, coulomb_plummer_set_self_terms(plummer, 0), COULOMB_ERROR_STATE, part);
    ck_fails(context, coulomb_context_set_threads(context, 2), COULOMB_ERROR_STATE, "callback");
    ++*refused;
    return fill(NULL, first, count, points);
}

START_TEST(callbacks_cannot_use_their_own_handle)
{
    size_t refused = 0;
    float own_field[6], own_potential[3];
    double own_energy;
    ck_ok(context, coulomb_plummer_field_streamed(plummer, 2, at, 3, meddle, &refused, 10, meddle, &refused, 12,
                                                  own_field, own_potential));
    ck_ok(context,
          coulomb_plummer_energy_streamed(plummer, 2, meddle, &refused, 10, meddle, &refused, 12, &own_energy));
    ck_assert_uint_ge(refused, 4);
}
END_TEST

/* Another handle of the same context is free to use. */
static coulomb_status use_another(void *user, size_t first, size_t count, float *points)
{
    float elsewhere[3];
    ck_ok(context, coulomb_plummer_potential(user, 2, at, 3, model, 10, target, 12, elsewhere));
    return fill(NULL, first, count, points);
}

static coulomb_status free_handle(void *user, size_t first, size_t count, float *points)
{
    coulomb_plummer_free(user);
    return fill(NULL, first, count, points);
}

START_TEST(callbacks_may_use_another_handle_and_free_their_own)
{
    float own_potential[3];
    coulomb_plummer *other;
    ck_ok(context, coulomb_plummer_new(context, 2.0, 1.0, &other));
    ck_ok(context, coulomb_plummer_field_streamed(plummer, 2, at, 3, use_another, other, 10, use_another, other, 12,
                                                  NULL, own_potential));
    ck_ok(context,
          coulomb_plummer_field_streamed(other, 2, at, 3, free_handle, other, 10, fill, NULL, 12, NULL, own_potential));
}
END_TEST

Suite *suite_plummer_refusals(void)
{
    Suite *suite = suite_create("plummer_refusals");
    TCase *test = tcase_create("refusals");
    tcase_add_checked_fixture(test, setup, teardown);
    tcase_add_test(test, kernels_are_finite_and_above_0);
    tcase_add_test(test, null_is_named);
    tcase_add_test(test, dimensions_and_counts_have_limits);
    tcase_add_test(test, values_that_are_not_finite_are_named);
    tcase_add_test(test, results_beyond_float32_are_refused);
    tcase_add_test(test, callbacks_end_a_sum_with_their_own_code);
    tcase_add_test(test, callbacks_must_fill_their_buffer);
    tcase_add_test(test, callbacks_cannot_use_their_own_handle);
    tcase_add_test(test, callbacks_may_use_another_handle_and_free_their_own);
    suite_add_tcase(suite, test);
    return suite;
}
