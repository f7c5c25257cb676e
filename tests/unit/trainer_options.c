/* Options of the trainer: each acts, wrong ones are named, and a checkpoint of others is refused. */
#include "unit/check_more.h"
#include "unit/suites.h"
#include "unit/trainer_pair.h"

#include <coulomb/charges.h>
#include <coulomb/checkpoint.h>
#include <coulomb/schedule.h>
#include <coulomb/trainer.h>
#include <stdlib.h>
#include <unistd.h>

START_TEST(wrong_settings_are_named)
{
    coulomb_optimizer *optimizer;
    coulomb_network *average;
    double value;
    ck_fails(context, coulomb_trainer_set_batch(trainer, 0), COULOMB_ERROR_ARGUMENT, "batch is 0");
    ck_fails(context, coulomb_trainer_set_batch(trainer, 1 << 21), COULOMB_ERROR_ARGUMENT, "2097152");
    ck_fails(context, coulomb_trainer_set_loss(trainer, 3), COULOMB_ERROR_ARGUMENT, "loss is 3");
    ck_fails(context, coulomb_trainer_set_replay(trainer, 2), COULOMB_ERROR_ARGUMENT, "replay is 2");
    ck_fails(context, coulomb_trainer_set_self_terms(trainer, -1), COULOMB_ERROR_ARGUMENT, "-1");
    ck_fails(context, coulomb_trainer_set_smoothing(trainer, -0.5), COULOMB_ERROR_ARGUMENT, "-0.5");
    ck_fails(context, coulomb_trainer_set_exponent(trainer, 0.0), COULOMB_ERROR_ARGUMENT, "exponent is 0");
    ck_fails(context, coulomb_trainer_set_epsilon(trainer, (double)NAN), COULOMB_ERROR_ARGUMENT, "epsilon is nan");
    ck_fails(context, coulomb_trainer_set_potential_scale(trainer, -1.0), COULOMB_ERROR_ARGUMENT, "-1");
    ck_fails(context, coulomb_trainer_set_averaging(trainer, 1.0), COULOMB_ERROR_ARGUMENT, "decay is 1");
    ck_fails(context, coulomb_trainer_average(trainer, &average), COULOMB_ERROR_STATE, "averaging is off");
    ck_fails(context, coulomb_trainer_optimizer(trainer, 3, &optimizer), COULOMB_ERROR_ARGUMENT, "which is 3");
    ck_fails(context, coulomb_trainer_statistic(trainer, 1, &value), COULOMB_ERROR_STATE, "no update");
    ck_fails(context, coulomb_trainer_statistic(trainer, 99, &value), COULOMB_ERROR_ARGUMENT, "statistic is 99");
    ck_ok(context, coulomb_trainer_set_charges(trainer, 4, 0));
    ck_step_changes_nothing(COULOMB_ERROR_ARGUMENT, "model charges are 4 and the target charges 16");
    ck_ok(context, coulomb_trainer_optimizer(trainer, COULOMB_GENERATOR, &optimizer));
    ck_fails(context, coulomb_optimizer_step(optimizer, 1), COULOMB_ERROR_STATE, "belongs to a trainer");
    coulomb_optimizer_free(optimizer);
}
END_TEST

START_TEST(networks_must_fit_each_other)
{
    const size_t three = 3;
    coulomb_network *other;
    coulomb_trainer *made = trainer;
    ck_ok(context, coulomb_network_new_preset(context, "mlp-discriminator", &three, 1, 0, 2, &other));
    ck_fails(context, coulomb_trainer_new(context, generator, other, &made), COULOMB_ERROR_SHAPE,
             "output has shape [2], the discriminator's input [3]");
    ck_fails(context, coulomb_trainer_new(context, generator, generator, &made), COULOMB_ERROR_ARGUMENT,
             "same network");
    ck_assert_ptr_null(made);
    ck_fails(context, coulomb_trainer_new(context, NULL, other, &made), COULOMB_ERROR_ARGUMENT, "generator is NULL");
    coulomb_network_free(other);
}
END_TEST

START_TEST(every_option_changes_training)
{
    train_until(3);
    take_snapshot(&before);
    pair_end();
    pair_begin();
    set_option(_i);
    train_until(3);
    take_snapshot(&after);
    ck_assert_mem_ne(&before, &after, sizeof before);
}
END_TEST

START_TEST(a_checkpoint_of_other_settings_is_refused_by_name)
{
    char path[] = "/tmp/coulomb-trainer-XXXXXX";
    ck_assert_int_ge(mkstemp(path), 0);
    train_until(2);
    ck_ok(context, coulomb_trainer_save(trainer, path));
    const struct {
        int option;
        const char *part;
    } other[] = {{OPTION_BATCH, "batch"},
                 {OPTION_CHARGES_MODEL, "charges.model"},
                 {OPTION_LOSS, "loss"},
                 {OPTION_REPLAY, "replay"},
                 {OPTION_SMOOTHING, "smoothing"},
                 {OPTION_EXPONENT, "exponent"},
                 {OPTION_EPSILON, "epsilon"},
                 {OPTION_EPSILON_SCHEDULE, "epsilon.schedule"},
                 {OPTION_SELF_TERMS, "self_terms"},
                 {OPTION_POTENTIAL_SCALE, "potential_scale"},
                 {OPTION_SEED, "seed"},
                 {OPTION_RATE_DISCRIMINATOR, "discriminator_optimizer.learning_rate"},
                 {OPTION_BETAS_GENERATOR, "generator_optimizer.beta"},
                 {OPTION_L2_GENERATOR, "generator_optimizer.l2"},
                 {OPTION_METHOD_DISCRIMINATOR, "discriminator_optimizer"},
                 {OPTION_SCHEDULE_GENERATOR, "generator_optimizer.schedule"},
                 {OPTION_LATENT, "latent"},
                 {OPTION_KERNEL, "kernel"},
                 {OPTION_EPSILONS, "epsilon.further"}};
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        pair_end();
        pair_begin();
        set_option(other[i].option);
        take_snapshot(&before);
        ck_fails(context, coulomb_trainer_load(trainer, path), COULOMB_ERROR_MISMATCH, other[i].part);
        take_snapshot(&after);
        ck_assert_mem_eq(&before, &after, sizeof before);
    }
    unlink(path);
}
END_TEST

START_TEST(schedules_of_another_context_are_refused)
{
    coulomb_context *other;
    coulomb_schedule *schedule;
    coulomb_optimizer *optimizer;
    ck_assert_int_eq(new_context(&other), COULOMB_OK);
    ck_ok(other, coulomb_schedule_new_exponential(other, 0, 10, 0.1, &schedule));
    ck_ok(context, coulomb_trainer_optimizer(trainer, COULOMB_GENERATOR, &optimizer));
    ck_fails(context, coulomb_optimizer_set_schedule(optimizer, schedule), COULOMB_ERROR_ARGUMENT,
             "schedule belongs to another context");
    ck_fails(context, coulomb_trainer_set_epsilon_schedule(trainer, schedule), COULOMB_ERROR_ARGUMENT,
             "schedule belongs to another context");
    coulomb_schedule_free(schedule);
    coulomb_context_free(other);
}
END_TEST

TCase *trainer_options(void)
{
    TCase *all = tcase_create("options");
    tcase_set_timeout(all, 60.0);
    tcase_add_checked_fixture(all, pair_setup, pair_end);
    tcase_add_test(all, wrong_settings_are_named);
    tcase_add_test(all, networks_must_fit_each_other);
    tcase_add_loop_test(all, every_option_changes_training, 0, OPTIONS);
    tcase_add_test(all, a_checkpoint_of_other_settings_is_refused_by_name);
    tcase_add_test(all, schedules_of_another_context_are_refused);
    return all;
}
