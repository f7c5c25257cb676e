/* The trainer's updates: callbacks that fail, failures that change nothing, statistics, and what is left in the
 * networks. */
#include "trainer/trainer.h"

#include "base/context.h"
#include "unit/check_more.h"
#include "unit/contexts.h"
#include "unit/suites.h"
#include "unit/trainer_pair.h"

#include <coulomb/charges.h>
#include <coulomb/data.h>
#include <coulomb/parameters.h>
#include <coulomb/trainer.h>

START_TEST(a_step_needs_data)
{
    ck_ok(context, coulomb_trainer_set_data(trainer, NULL, NULL, NULL));
    ck_assert_int_eq(targets.destroyed, 1);
    ck_step_changes_nothing(COULOMB_ERROR_STATE, "no target samples");
}
END_TEST

START_TEST(a_data_callbacks_code_comes_back_unchanged)
{
    ck_ok(context, coulomb_trainer_step(trainer));
    targets.fail_at = 2;
    targets.answer = 1017;
    ck_step_changes_nothing(1017, "the data callback returned 1017");
    targets.answer = 3;
    ck_step_changes_nothing(COULOMB_ERROR_CALLBACK, "the data callback returned 3");
    targets.fail_at = 0;
    ck_ok(context, coulomb_trainer_step(trainer));
}
END_TEST

START_TEST(target_samples_that_are_nan_or_missing_are_named)
{
    targets.first = INFINITY;
    ck_step_changes_nothing(COULOMB_ERROR_NOT_FINITE, "update 1: value 0 of target sample 0 (of 16) is inf");
    targets.first = 0.0f;
    targets.written = 9;
    ck_step_changes_nothing(COULOMB_ERROR_NOT_FINITE, "value 0 of target sample 9");
}
END_TEST

START_TEST(a_failure_late_in_a_step_changes_nothing)
{
    const float huge = 3e38f;
    ck_ok(context, coulomb_network_write_parameter(discriminator, "dense3.bias", &huge, 1));
    ck_step_changes_nothing(COULOMB_ERROR_NOT_FINITE, "a lower learning rate may help");
}
END_TEST

/* A checkpoint may say that all updates are done that a number counts. */
START_TEST(the_last_update_has_no_successor)
{
    trainer->update = UINT64_MAX;
    ck_step_changes_nothing(COULOMB_ERROR_STATE, "update 18446744073709551615 is the last that can be counted");
    trainer->update = UINT64_MAX - 1;
    ck_ok(context, coulomb_trainer_step(trainer));
    ck_step_changes_nothing(COULOMB_ERROR_STATE, "is the last");
}
END_TEST

START_TEST(callbacks_cannot_come_back_into_the_trainer)
{
    targets.reenter = true;
    ck_ok(context, coulomb_trainer_step(trainer));
}
END_TEST

static coulomb_status let_go(void *user, uint64_t update)
{
    (void)update;
    coulomb_trainer_free(*(coulomb_trainer **)user);
    return COULOMB_OK;
}

START_TEST(a_trainer_freed_by_its_callback_goes_when_the_loop_ends)
{
    coulomb_trainer *own;
    ck_ok(context, coulomb_trainer_new(context, generator, discriminator, &own));
    ck_ok(context, coulomb_trainer_set_data(own, draw_targets, &targets, count_destroyed));
    ck_ok(context, coulomb_trainer_run(own, 1, let_go, &own));
    ck_assert_int_eq(targets.destroyed, 1);
}
END_TEST

static coulomb_status stop_at(void *user, uint64_t update)
{
    uint64_t *last = user;
    double loss;
    ck_ok(context, coulomb_trainer_statistic(trainer, COULOMB_STATISTIC_LOSS_DISCRIMINATOR, &loss));
    ck_fails(context, coulomb_trainer_step(trainer), COULOMB_ERROR_STATE, "must not step or run");
    return update == *last ? 1500 : COULOMB_OK;
}

START_TEST(progress_can_stop_the_loop)
{
    uint64_t stop = 3, update;
    ck_fails(context, coulomb_trainer_run(trainer, 10, stop_at, &stop), 1500, "progress callback");
    ck_ok(context, coulomb_trainer_update(trainer, &update));
    ck_assert_uint_eq(update, 3);
    stop = 99;
    ck_ok(context, coulomb_trainer_run(trainer, 10, stop_at, &stop));
    ck_ok(context, coulomb_trainer_run(trainer, 5, stop_at, &stop));
    ck_ok(context, coulomb_trainer_update(trainer, &update));
    ck_assert_uint_eq(update, 10);
}
END_TEST

START_TEST(statistics_are_those_of_the_update)
{
    double energy, model, target, gradient, rate, epsilon;
    ck_ok(context, coulomb_trainer_step(trainer));
    ck_ok(context, coulomb_trainer_statistic(trainer, COULOMB_STATISTIC_ENERGY, &energy));
    ck_ok(context, coulomb_trainer_statistic(trainer, COULOMB_STATISTIC_POTENTIAL_MODEL, &model));
    ck_ok(context, coulomb_trainer_statistic(trainer, COULOMB_STATISTIC_POTENTIAL_TARGET, &target));
    ck_ok(context, coulomb_trainer_statistic(trainer, COULOMB_STATISTIC_GRADIENT_GENERATOR, &gradient));
    ck_ok(context, coulomb_trainer_statistic(trainer, COULOMB_STATISTIC_LEARNING_RATE_GENERATOR, &rate));
    ck_ok(context, coulomb_trainer_statistic(trainer, COULOMB_STATISTIC_EPSILON, &epsilon));
    ck_assert_double_gt(energy, 0.0);
    ck_assert_double_eq_tol(energy, 0.5 * (target - model), 1e-12);
    ck_assert_double_gt(gradient, 0.0);
    ck_assert_double_eq(rate, 1e-4);
    ck_assert_double_eq(epsilon, 1.0);
}
END_TEST

/* A step leaves nothing of the trainer's behind in the networks: they may outlive it. */
START_TEST(networks_forget_the_trainers_arrays)
{
    const float slope[2 * PAIR_BATCH] = {1.0f};
    float at_input[2 * PAIR_BATCH];
    train_until(1);
    ck_fails(context, coulomb_network_backward(generator, slope, at_input, 1), COULOMB_ERROR_STATE, "no forward pass");
    targets.first = NAN;
    ck_fails(context, coulomb_trainer_step(trainer), COULOMB_ERROR_NOT_FINITE, "nan");
    coulomb_trainer_free(trainer);
    trainer = NULL;
    ck_fails(context, coulomb_network_backward(generator, slope, at_input, 1), COULOMB_ERROR_STATE, "no forward pass");
    ck_fails(context, coulomb_network_backward(discriminator, slope, at_input, 1), COULOMB_ERROR_STATE,
             "no forward pass");
}
END_TEST

START_TEST(the_energy_falls)
{
    coulomb_optimizer *optimizer;
    double first = 0.0, last = 0.0, energy;
    for (int32_t i = 1; i <= 2; i++) {
        ck_ok(context, coulomb_trainer_optimizer(trainer, i, &optimizer));
        ck_ok(context, coulomb_optimizer_set_learning_rate(optimizer, 1e-3));
    }
    ck_ok(context, coulomb_trainer_set_batch(trainer, 128));
    ck_ok(context, coulomb_trainer_set_self_terms(trainer, 0)); /* then the energy of equal densities is 0 */
    for (int u = 0; u < 600; u++) {
        ck_ok(context, coulomb_trainer_step(trainer));
        ck_ok(context, coulomb_trainer_statistic(trainer, COULOMB_STATISTIC_ENERGY, &energy));
        first += u < 50 ? energy / 50.0 : 0.0;
        last += u >= 550 ? energy / 50.0 : 0.0;
    }
    ck_assert_double_lt(last, 0.4 * first);
}
END_TEST

static size_t target_scans;

static float count_target_scans(size_t n, const float *x)
{
    target_scans += n > 0 && x[0] == targets.first;
    return kernels_best()->largest(n, x);
}

/* Whatever the update does with the target samples, one look tells whether they are finite. */
START_TEST(target_samples_are_scanned_once)
{
    if (device_has_own_memory()) /* looks at them there */
        return;
    kernels counting = *kernels_best();
    counting.largest = count_target_scans;
    context->kernels = &counting;
    targets.first = 123.25f;
    target_scans = 0;
    ck_ok(context, coulomb_trainer_set_replay(trainer, 1));
    ck_ok(context, coulomb_trainer_set_smoothing(trainer, _i == 0 ? 0.0 : 0.1));
    for (size_t update = 1; update <= 3; update++) {
        ck_ok(context, coulomb_trainer_step(trainer));
        ck_assert_uint_eq(target_scans, update);
    }
}
END_TEST

Suite *suite_trainer(void)
{
    Suite *suite = suite_create("trainer");
    TCase *all = tcase_create("trainer");
    tcase_set_timeout(all, 60.0);
    tcase_add_checked_fixture(all, pair_setup, pair_end);
    tcase_add_test(all, a_step_needs_data);
    tcase_add_test(all, a_data_callbacks_code_comes_back_unchanged);
    tcase_add_test(all, target_samples_that_are_nan_or_missing_are_named);
    tcase_add_test(all, a_failure_late_in_a_step_changes_nothing);
    tcase_add_test(all, the_last_update_has_no_successor);
    tcase_add_test(all, callbacks_cannot_come_back_into_the_trainer);
    tcase_add_test(all, a_trainer_freed_by_its_callback_goes_when_the_loop_ends);
    tcase_add_test(all, progress_can_stop_the_loop);
    tcase_add_test(all, statistics_are_those_of_the_update);
    tcase_add_test(all, networks_forget_the_trainers_arrays);
    tcase_add_test(all, the_energy_falls);
    tcase_add_loop_test(all, target_samples_are_scanned_once, 0, 2);
    suite_add_tcase(suite, all);
    suite_add_tcase(suite, trainer_options());
    suite_add_tcase(suite, trainer_resumption());
    suite_add_tcase(suite, trainer_average());
    return suite;
}
