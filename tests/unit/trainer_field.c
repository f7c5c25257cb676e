/* Training without a discriminator: its settings, a mixture that is learned, and what is refused. */
#include "trainer/trainer.h"
#include "unit/check_more.h"
#include "unit/field_trainer.h"
#include "unit/suites.h"

#include <coulomb/latent.h>
#include <coulomb/parameters.h>

START_TEST(epsilons_are_a_setting)
{
    double found[COULOMB_EPSILONS_MAX], value;
    const double wrong[] = {1.0, 0.0}, many[COULOMB_EPSILONS_MAX + 1] = {1.0};
    size_t count = 7;
    ck_ok(context, coulomb_trainer_set_epsilons(trainer, field_epsilons, 3));
    ck_fails(context, coulomb_trainer_set_epsilons(trainer, wrong, 2), COULOMB_ERROR_ARGUMENT, "epsilons[1] is 0");
    ck_fails(context, coulomb_trainer_set_epsilons(trainer, wrong, 0), COULOMB_ERROR_ARGUMENT, "count is 0");
    ck_fails(context, coulomb_trainer_set_epsilons(trainer, many, COULOMB_EPSILONS_MAX + 1), COULOMB_ERROR_ARGUMENT,
             "count is 9");
    ck_fails(context, coulomb_trainer_set_epsilons(trainer, NULL, 1), COULOMB_ERROR_ARGUMENT, "epsilons is NULL");
    ck_fails(context, coulomb_trainer_get_epsilons(trainer, NULL, 2, &count), COULOMB_ERROR_ARGUMENT, "is NULL");
    ck_fails(context, coulomb_trainer_get_epsilons(trainer, found, 3, NULL), COULOMB_ERROR_ARGUMENT, "is NULL");
    ck_assert_uint_eq(count, 7);
    ck_fails(context, coulomb_trainer_get_epsilons(trainer, found, 2, &count), COULOMB_ERROR_ARGUMENT, "capacity is 2");
    ck_assert_uint_eq(count, 3);
    ck_ok(context, coulomb_trainer_get_epsilons(trainer, found, 3, &count));
    ck_assert_uint_eq(count, 3);
    ck_assert_mem_eq(found, field_epsilons, sizeof field_epsilons);
    ck_ok(context, coulomb_trainer_get_epsilon(trainer, &value));
    ck_assert_double_eq(value, field_epsilons[0]);
    ck_ok(context, coulomb_trainer_set_epsilon(trainer, 2.0));
    ck_ok(context, coulomb_trainer_get_epsilons(trainer, found, 1, &count));
    ck_assert_uint_eq(count, 1);
    ck_assert_double_eq(found[0], 2.0);
}
END_TEST

/* A device that recorded an update records another. */
START_TEST(kernels_change_between_updates)
{
    double energy[4];
    for (size_t i = 0; i < 4; i++) {
        ck_ok(context, coulomb_trainer_step(trainer));
        ck_ok(context, coulomb_trainer_statistic(trainer, COULOMB_STATISTIC_ENERGY, &energy[i]));
        if (i == 0)
            ck_ok(context, coulomb_trainer_set_kernel(trainer, COULOMB_KERNEL_GAUSSIAN));
        if (i == 1)
            ck_ok(context, coulomb_trainer_set_epsilons(trainer, wide_epsilons, 3));
    }
    ck_assert_double_gt(energy[2], 1.5 * energy[1]); /* three kernels add up */
    ck_assert_double_gt(energy[3], 1.5 * energy[1]);
}
END_TEST

/* Of what the update's charges were, a batch of the update before follows. */
START_TEST(replayed_samples_are_charges)
{
    ck_ok(context, coulomb_trainer_set_replay(trainer, 1));
    ck_ok(context, coulomb_trainer_set_charges(trainer, FIELD_BATCH + 3, 0));
    ck_ok(context, coulomb_trainer_step(trainer));
    float *before = copy_of_array(&trainer->arrays.model, 2 * FIELD_BATCH);
    ck_ok(context, coulomb_trainer_step(trainer));
    float *after = copy_of_array(&trainer->arrays.model, 2 * (2 * FIELD_BATCH + 3));
    ck_assert_mem_eq(after + 2 * (FIELD_BATCH + 3), before, 2 * FIELD_BATCH * sizeof *before);
    ck_assert_mem_ne(after, before, 2 * FIELD_BATCH * sizeof *before);
    free(before);
    free(after);
}
END_TEST

/* Two clouds with a quarter and three quarters of the samples. */
static coulomb_status draw_clouds(void *user, uint64_t update, size_t count, float *batch)
{
    (void)user;
    random_floats((unsigned)update, 2 * count, 0.3f, batch);
    for (size_t i = 0; i < count; i++)
        batch[2 * i] += i % 4 == 0 ? -2.0f : 2.0f;
    return COULOMB_OK;
}

START_TEST(a_mixture_is_learned)
{
    enum { COUNT = 2000 };
    static float drawn[2 * COUNT];
    coulomb_optimizer *optimizer;
    double first, energy;
    size_t left = 0, near = 0;
    trainer_end();
    field_begin("input[5] dense(32) elu dense(32) elu dense(2)");
    ck_ok(context, coulomb_network_set_latent_signs(generator, 2));
    ck_ok(context, coulomb_trainer_set_data(trainer, draw_clouds, NULL, NULL));
    ck_ok(context, coulomb_trainer_set_field(trainer, _i == 0 ? COULOMB_FIELD_POTENTIAL : COULOMB_FIELD_DRIFT));
    ck_ok(context, coulomb_trainer_set_batch(trainer, 64));
    ck_ok(context, coulomb_trainer_set_averaging(trainer, 0.99));
    ck_ok(context, coulomb_trainer_optimizer(trainer, COULOMB_GENERATOR, &optimizer));
    ck_ok(context, coulomb_optimizer_set_learning_rate(optimizer, 3e-3));
    ck_ok(context, coulomb_trainer_step(trainer));
    ck_ok(context, coulomb_trainer_statistic(trainer, COULOMB_STATISTIC_ENERGY, &first));
    ck_ok(context, coulomb_trainer_run(trainer, 2000, NULL, NULL));
    ck_ok(context, coulomb_trainer_statistic(trainer, COULOMB_STATISTIC_ENERGY, &energy));
    ck_assert_double_lt(energy, first / 20.0);
    coulomb_network *average;
    ck_ok(context, coulomb_trainer_average(trainer, &average));
    ck_ok(context, coulomb_network_generate(average, COUNT, drawn));
    for (size_t i = 0; i < COUNT; i++) {
        left += drawn[2 * i] < 0.0f;
        near += fabsf(fabsf(drawn[2 * i]) - 2.0f) < 0.6f && fabsf(drawn[2 * i + 1]) < 0.6f;
    }
    ck_assert_double_eq_tol((double)left / COUNT, 0.25, 0.05);
    ck_assert_double_gt((double)near / COUNT, 0.9);
}
END_TEST

START_TEST(what_needs_a_discriminator_is_refused)
{
    const char *none = "the trainer has no discriminator";
    coulomb_network *network;
    coulomb_optimizer *optimizer;
    int32_t loss;
    double value;
    ck_ok(context, coulomb_trainer_step(trainer));
    ck_fails(context, coulomb_trainer_set_loss(trainer, COULOMB_LOSS_L1), COULOMB_ERROR_STATE, none);
    ck_fails(context, coulomb_trainer_get_loss(trainer, &loss), COULOMB_ERROR_STATE, none);
    ck_fails(context, coulomb_trainer_set_smoothing(trainer, 0.1), COULOMB_ERROR_STATE, none);
    ck_fails(context, coulomb_trainer_get_smoothing(trainer, &value), COULOMB_ERROR_STATE, none);
    ck_fails(context, coulomb_trainer_network(trainer, COULOMB_DISCRIMINATOR, &network), COULOMB_ERROR_STATE, none);
    ck_fails(context, coulomb_trainer_optimizer(trainer, COULOMB_DISCRIMINATOR, &optimizer), COULOMB_ERROR_STATE, none);
    for (int32_t i = 1; i < STATISTICS; i++) {
        bool refused = i == COULOMB_STATISTIC_LOSS_DISCRIMINATOR || i == COULOMB_STATISTIC_LOSS_GENERATOR ||
                       i == COULOMB_STATISTIC_GRADIENT_DISCRIMINATOR ||
                       i == COULOMB_STATISTIC_LEARNING_RATE_DISCRIMINATOR;
        if (refused)
            ck_fails(context, coulomb_trainer_statistic(trainer, i, &value), COULOMB_ERROR_STATE, none);
        else
            ck_ok(context, coulomb_trainer_statistic(trainer, i, &value));
    }
    ck_ok(context, coulomb_trainer_network(trainer, COULOMB_GENERATOR, &network));
    ck_assert_ptr_eq(network, generator);
}
END_TEST

START_TEST(the_field_is_a_setting_without_discriminator)
{
    int32_t field = 0;
    ck_ok(context, coulomb_trainer_get_field(trainer, &field));
    ck_assert_int_eq(field, COULOMB_FIELD_POTENTIAL);
    ck_ok(context, coulomb_trainer_set_field(trainer, COULOMB_FIELD_DRIFT));
    ck_ok(context, coulomb_trainer_get_field(trainer, &field));
    ck_assert_int_eq(field, COULOMB_FIELD_DRIFT);
    ck_fails(context, coulomb_trainer_set_field(trainer, 3), COULOMB_ERROR_ARGUMENT, "field is 3");
    ck_fails(context, coulomb_trainer_get_field(trainer, NULL), COULOMB_ERROR_ARGUMENT, "field is NULL");
    ck_assert_int_eq(coulomb_trainer_set_field(NULL, 1), COULOMB_ERROR_ARGUMENT);
    ck_assert_int_eq(coulomb_trainer_get_field(NULL, &field), COULOMB_ERROR_ARGUMENT);
    coulomb_network *critic = parse_network("input[2] dense(1)", 2);
    coulomb_trainer *with;
    ck_ok(context, coulomb_trainer_new(context, generator, critic, &with));
    ck_fails(context, coulomb_trainer_set_field(with, 1), COULOMB_ERROR_STATE, "has a discriminator");
    ck_fails(context, coulomb_trainer_get_field(with, &field), COULOMB_ERROR_STATE, "has a discriminator");
    coulomb_trainer_free(with);
    coulomb_network_free(critic);
}
END_TEST

/* Nothing moves in an update that fails. */
static void ck_unchanged_by(coulomb_status expected, const char *part)
{
    uint64_t update;
    float before[32], after[32];
    ck_ok(context, coulomb_network_read_parameter(generator, "dense2.weight", before, 32));
    ck_fails(context, coulomb_trainer_step(trainer), expected, part);
    ck_ok(context, coulomb_network_read_parameter(generator, "dense2.weight", after, 32));
    ck_assert_mem_eq(after, before, sizeof before);
    ck_ok(context, coulomb_trainer_update(trainer, &update));
    ck_assert_uint_eq(update, 0);
}

START_TEST(a_failed_update_says_why)
{
    const float far = 1e30f, bias = 0.0f;
    ck_ok(context, coulomb_trainer_set_field(trainer, COULOMB_FIELD_DRIFT));
    ck_ok(context, coulomb_trainer_set_batch(trainer, 1));
    ck_unchanged_by(COULOMB_ERROR_ARGUMENT, "n_model is 1");
    ck_ok(context, coulomb_trainer_set_batch(trainer, FIELD_BATCH));
    field_samples[0] = NAN;
    ck_ok(context, coulomb_trainer_set_charges(trainer, 0, FIELD_SAMPLES));
    ck_unchanged_by(COULOMB_ERROR_NOT_FINITE, "of target sample");
    field_samples[0] = 0.0f;
    ck_ok(context, coulomb_trainer_set_exponent(trainer, 3.0)); /* the potential falls out of float32's range */
    ck_ok(context, coulomb_network_write_parameter(generator, "dense2.bias", (const float[]){far, bias}, 2));
    ck_unchanged_by(COULOMB_ERROR_NOT_FINITE, "the drift at model sample 0");
}
END_TEST

Suite *suite_trainer_field(void)
{
    Suite *suite = suite_create("trainer_field");
    TCase *test = tcase_create("trainer_field");
    tcase_set_timeout(test, 120.0);
    tcase_add_checked_fixture(test, field_setup, field_end);
    tcase_add_test(test, epsilons_are_a_setting);
    tcase_add_test(test, kernels_change_between_updates);
    tcase_add_test(test, replayed_samples_are_charges);
    tcase_add_loop_test(test, a_mixture_is_learned, 0, 2);
    tcase_add_test(test, what_needs_a_discriminator_is_refused);
    tcase_add_test(test, the_field_is_a_setting_without_discriminator);
    tcase_add_test(test, a_failed_update_says_why);
    suite_add_tcase(suite, test);
    suite_add_tcase(suite, trainer_field_gradients());
    suite_add_tcase(suite, trainer_field_promises());
    return suite;
}
