#include "unit/trainer_pair.h"

#include "unit/check_more.h"

#include <coulomb/charges.h>
#include <coulomb/checkpoint.h>
#include <coulomb/data.h>
#include <coulomb/kernel.h>
#include <coulomb/latent.h>
#include <coulomb/parameters.h>
#include <coulomb/schedule.h>
#include <coulomb/trainer.h>

target_source targets;
snapshot before, after;

coulomb_status draw_targets(void *user, uint64_t update, size_t count, float *batch)
{
    ck_assert_ptr_eq(user, &targets);
    if (targets.reenter) {
        ck_fails(context, coulomb_trainer_step(trainer), COULOMB_ERROR_STATE, "in use by one of its callbacks");
        coulomb_optimizer *optimizer;
        ck_ok(context, coulomb_trainer_optimizer(trainer, COULOMB_GENERATOR, &optimizer));
        ck_fails(context, coulomb_optimizer_set_l2(optimizer, 0.1), COULOMB_ERROR_STATE, "training step");
        ck_fails(context, coulomb_trainer_set_batch(trainer, 5), COULOMB_ERROR_STATE, "callbacks");
        ck_fails(context, coulomb_trainer_load(trainer, "x"), COULOMB_ERROR_STATE, "callbacks");
    }
    size_t written = targets.written < count ? targets.written : count;
    random_floats(1000 + (unsigned)update, 2 * written, 3.0f, batch);
    if (targets.first != 0.0f)
        batch[0] = targets.first;
    return update == targets.fail_at ? targets.answer : COULOMB_OK;
}

void count_destroyed(void *user)
{
    (void)user;
    targets.destroyed++;
}

void pair_begin(void)
{
    const size_t two = 2;
    context_begin();
    ck_ok(context, coulomb_network_new_preset(context, "mlp-generator", &two, 1, 2, 1, &generator));
    ck_ok(context, coulomb_network_new_preset(context, "mlp-discriminator", &two, 1, 0, 2, &discriminator));
    ck_ok(context, coulomb_trainer_new(context, generator, discriminator, &trainer));
    ck_ok(context, coulomb_trainer_set_batch(trainer, PAIR_BATCH));
    ck_ok(context, coulomb_trainer_set_data(trainer, draw_targets, &targets, count_destroyed));
}

void pair_end(void)
{
    trainer_end();
    context_end();
}

void pair_setup(void)
{
    memset(&targets, 0, sizeof targets);
    targets.written = SIZE_MAX;
    pair_begin();
}

void train_until(uint64_t last)
{
    ck_ok(context, coulomb_trainer_run(trainer, last, NULL, NULL));
}

void take_snapshot(snapshot *taken)
{
    float *place = taken->values;
    coulomb_network *networks[] = {generator, discriminator};
    for (size_t n = 0; n < 2; n++)
        for (size_t i = 0; i < coulomb_network_parameter_count(networks[n]); i++) {
            const char *name = coulomb_network_parameter_name(networks[n], i);
            size_t rank, shape[COULOMB_RANK_MAX];
            ck_ok(context, coulomb_network_parameter_shape(networks[n], name, shape, COULOMB_RANK_MAX, &rank));
            size_t count = rank == 2 ? shape[0] * shape[1] : shape[0];
            ck_ok(context, coulomb_network_read_parameter(networks[n], name, place, count));
            place += count;
        }
}

void ck_step_changes_nothing(coulomb_status expected, const char *part)
{
    take_snapshot(&before);
    uint64_t update, then;
    ck_ok(context, coulomb_trainer_update(trainer, &update));
    ck_fails(context, coulomb_trainer_step(trainer), expected, part);
    take_snapshot(&after);
    ck_ok(context, coulomb_trainer_update(trainer, &then));
    ck_assert_mem_eq(&before, &after, sizeof before);
    ck_assert_uint_eq(update, then);
}

void set_option(int option)
{
    coulomb_optimizer *optimizer;
    coulomb_schedule *schedule;
    const uint64_t drop = 1;
    ck_ok(context,
          coulomb_trainer_optimizer(trainer, option % 2 ? COULOMB_GENERATOR : COULOMB_DISCRIMINATOR, &optimizer));
    switch (option) {
    case OPTION_BATCH:
        ck_ok(context, coulomb_trainer_set_batch(trainer, PAIR_BATCH + 1));
        break;
    case OPTION_CHARGES_MODEL:
        ck_ok(context, coulomb_trainer_set_charges(trainer, PAIR_BATCH + 5, 0));
        break;
    case OPTION_CHARGES_TARGET:
        ck_ok(context, coulomb_trainer_set_charges(trainer, 0, PAIR_BATCH + 5));
        break;
    case OPTION_LOSS:
        ck_ok(context, coulomb_trainer_set_loss(trainer, COULOMB_LOSS_L1));
        break;
    case OPTION_REPLAY:
        ck_ok(context, coulomb_trainer_set_replay(trainer, 1));
        break;
    case OPTION_SMOOTHING:
        ck_ok(context, coulomb_trainer_set_smoothing(trainer, 0.5));
        break;
    case OPTION_EXPONENT:
        ck_ok(context, coulomb_trainer_set_exponent(trainer, 1.5));
        break;
    case OPTION_EPSILON:
        ck_ok(context, coulomb_trainer_set_epsilon(trainer, 0.5));
        break;
    case OPTION_EPSILON_SCHEDULE:
        ck_ok(context, coulomb_schedule_new_steps(context, &drop, 1, 0.1, &schedule));
        ck_ok(context, coulomb_trainer_set_epsilon_schedule(trainer, schedule));
        coulomb_schedule_free(schedule);
        break;
    case OPTION_SELF_TERMS:
        ck_ok(context, coulomb_trainer_set_self_terms(trainer, 0));
        break;
    case OPTION_POTENTIAL_SCALE:
        ck_ok(context, coulomb_trainer_set_potential_scale(trainer, 3.0));
        break;
    case OPTION_SEED:
        ck_ok(context, coulomb_trainer_set_seed(trainer, 5));
        break;
    case OPTION_RATE_DISCRIMINATOR:
    case OPTION_RATE_GENERATOR:
        ck_ok(context, coulomb_optimizer_set_learning_rate(optimizer, 1e-3));
        break;
    case OPTION_BETAS_DISCRIMINATOR:
    case OPTION_BETAS_GENERATOR:
        ck_ok(context, coulomb_optimizer_set_betas(optimizer, 0.5, 0.9));
        break;
    case OPTION_L2_DISCRIMINATOR:
    case OPTION_L2_GENERATOR:
        ck_ok(context, coulomb_optimizer_set_l2(optimizer, 0.1));
        break;
    case OPTION_ADAM_EPSILON_DISCRIMINATOR:
    case OPTION_ADAM_EPSILON_GENERATOR:
        ck_ok(context, coulomb_optimizer_set_epsilon(optimizer, 0.1));
        break;
    case OPTION_METHOD_DISCRIMINATOR:
    case OPTION_METHOD_GENERATOR:
        ck_ok(context, coulomb_optimizer_set_method(optimizer, COULOMB_METHOD_SGD));
        break;
    case OPTION_SCHEDULE_DISCRIMINATOR:
    case OPTION_SCHEDULE_GENERATOR:
        ck_ok(context, coulomb_schedule_new_exponential(context, 0, 2, 0.1, &schedule));
        ck_ok(context, coulomb_optimizer_set_schedule(optimizer, schedule));
        coulomb_schedule_free(schedule);
        break;
    case OPTION_LATENT:
        ck_ok(context, coulomb_network_set_latent(generator, COULOMB_DISTRIBUTION_UNIFORM, 1.0));
        break;
    case OPTION_LATENT_SIGNS:
        ck_ok(context, coulomb_network_set_latent_signs(generator, 1));
        break;
    case OPTION_KERNEL:
        ck_ok(context, coulomb_trainer_set_kernel(trainer, COULOMB_KERNEL_GAUSSIAN));
        break;
    case OPTION_EPSILONS:
        ck_ok(context, coulomb_trainer_set_epsilons(trainer, (const double[]){1.0, 0.25}, 2));
        break;
    default:
        ck_abort_msg("no option %d", option);
    }
}

void set_stateful_options(void)
{
    ck_ok(context, coulomb_trainer_set_replay(trainer, 1));
    ck_ok(context, coulomb_trainer_set_smoothing(trainer, 0.25));
    ck_ok(context, coulomb_trainer_set_charges(trainer, 3 * PAIR_BATCH + 5, 2 * PAIR_BATCH));
    ck_ok(context, coulomb_trainer_set_averaging(trainer, 0.9));
    ck_ok(context, coulomb_network_set_latent_signs(generator, 1));
    set_option(OPTION_SCHEDULE_DISCRIMINATOR);
    set_option(OPTION_SCHEDULE_GENERATOR);
    set_option(OPTION_EPSILON_SCHEDULE);
}
