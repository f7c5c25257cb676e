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

void set_option(int index)
{
    coulomb_optimizer *optimizer;
    coulomb_schedule *schedule;
    const uint64_t drop = 1;
    ck_ok(context,
          coulomb_trainer_optimizer(trainer, index % 2 ? COULOMB_GENERATOR : COULOMB_DISCRIMINATOR, &optimizer));
    switch (index) {
    case 0:
        ck_ok(context, coulomb_trainer_set_batch(trainer, PAIR_BATCH + 1));
        break;
    case 1:
        ck_ok(context, coulomb_trainer_set_charges(trainer, PAIR_BATCH + 5, 0));
        break;
    case 2:
        ck_ok(context, coulomb_trainer_set_charges(trainer, 0, PAIR_BATCH + 5));
        break;
    case 3:
        ck_ok(context, coulomb_trainer_set_loss(trainer, COULOMB_LOSS_L1));
        break;
    case 4:
        ck_ok(context, coulomb_trainer_set_replay(trainer, 1));
        break;
    case 5:
        ck_ok(context, coulomb_trainer_set_smoothing(trainer, 0.5));
        break;
    case 6:
        ck_ok(context, coulomb_trainer_set_exponent(trainer, 1.5));
        break;
    case 7:
        ck_ok(context, coulomb_trainer_set_epsilon(trainer, 0.5));
        break;
    case 8:
        ck_ok(context, coulomb_schedule_new_steps(context, &drop, 1, 0.1, &schedule));
        ck_ok(context, coulomb_trainer_set_epsilon_schedule(trainer, schedule));
        coulomb_schedule_free(schedule);
        break;
    case 9:
        ck_ok(context, coulomb_trainer_set_self_terms(trainer, 0));
        break;
    case 10:
        ck_ok(context, coulomb_trainer_set_potential_scale(trainer, 3.0));
        break;
    case 11:
        ck_ok(context, coulomb_trainer_set_seed(trainer, 5));
        break;
    case 12:
    case 13:
        ck_ok(context, coulomb_optimizer_set_learning_rate(optimizer, 1e-3));
        break;
    case 14:
    case 15:
        ck_ok(context, coulomb_optimizer_set_betas(optimizer, 0.5, 0.9));
        break;
    case 16:
    case 17:
        ck_ok(context, coulomb_optimizer_set_l2(optimizer, 0.1));
        break;
    case 18:
    case 19:
        ck_ok(context, coulomb_optimizer_set_epsilon(optimizer, 0.1));
        break;
    case 20:
    case 21:
        ck_ok(context, coulomb_optimizer_set_method(optimizer, COULOMB_METHOD_SGD));
        break;
    case 22:
    case 23:
        ck_ok(context, coulomb_schedule_new_exponential(context, 0, 2, 0.1, &schedule));
        ck_ok(context, coulomb_optimizer_set_schedule(optimizer, schedule));
        coulomb_schedule_free(schedule);
        break;
    case 24:
        ck_ok(context, coulomb_network_set_latent(generator, COULOMB_DISTRIBUTION_UNIFORM, 1.0));
        break;
    case 25:
        ck_ok(context, coulomb_network_set_latent_signs(generator, 1));
        break;
    case 26:
        ck_ok(context, coulomb_trainer_set_kernel(trainer, COULOMB_KERNEL_GAUSSIAN));
        break;
    case 27:
        ck_ok(context, coulomb_trainer_set_epsilons(trainer, (const double[]){1.0, 0.25}, 2));
        break;
    default:
        ck_abort_msg("no option %d", index);
    }
}

void set_stateful_options(void)
{
    ck_ok(context, coulomb_trainer_set_replay(trainer, 1));
    ck_ok(context, coulomb_trainer_set_smoothing(trainer, 0.25));
    ck_ok(context, coulomb_trainer_set_charges(trainer, 3 * PAIR_BATCH + 5, 2 * PAIR_BATCH));
    ck_ok(context, coulomb_trainer_set_averaging(trainer, 0.9));
    ck_ok(context, coulomb_network_set_latent_signs(generator, 1));
    for (int i = 22; i < 24; i++)
        set_option(i);
    set_option(8);
}
