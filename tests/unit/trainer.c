/* The trainer: options that act, callbacks that fail, failures that change nothing, bits that do not depend on threads
 * or on interruptions. */
#include "trainer/trainer.h"
#include "base/context.h"
#include "unit/check_more.h"
#include "unit/contexts.h"
#include "unit/suites.h"

#include <coulomb/charges.h>
#include <coulomb/checkpoint.h>
#include <coulomb/data.h>
#include <coulomb/kernel.h>
#include <coulomb/latent.h>
#include <coulomb/parameters.h>
#include <coulomb/schedule.h>
#include <coulomb/trainer.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { BATCH = 16, PARAMETERS = 2 * 128 + 128 + 128 * 128 + 128 + 2 * 128 + 2 };

static coulomb_context *context;
static coulomb_network *generator, *discriminator;
static coulomb_trainer *trainer;
static const size_t two = 2;

/* Target samples as a function of the update number; what can go wrong is set by the tests. */
static struct {
    coulomb_status answer;
    uint64_t fail_at;
    size_t written; /* samples */
    float first;    /* replaces the first value if not 0 */
    int destroyed;
    bool reenter;
} source;

static coulomb_status draw(void *user, uint64_t update, size_t count, float *batch)
{
    ck_assert_ptr_eq(user, &source);
    if (source.reenter) {
        ck_fails(context, coulomb_trainer_step(trainer), COULOMB_ERROR_STATE, "in use by one of its callbacks");
        coulomb_optimizer *optimizer;
        ck_ok(context, coulomb_trainer_optimizer(trainer, COULOMB_GENERATOR, &optimizer));
        ck_fails(context, coulomb_optimizer_set_l2(optimizer, 0.1), COULOMB_ERROR_STATE, "training step");
        ck_fails(context, coulomb_trainer_set_batch(trainer, 5), COULOMB_ERROR_STATE, "callbacks");
        ck_fails(context, coulomb_trainer_load(trainer, "x"), COULOMB_ERROR_STATE, "callbacks");
    }
    size_t written = source.written < count ? source.written : count;
    random_floats(1000 + (unsigned)update, 2 * written, 3.0f, batch);
    if (source.first != 0.0f)
        batch[0] = source.first;
    return update == source.fail_at ? source.answer : COULOMB_OK;
}

static void destroy(void *user)
{
    (void)user;
    source.destroyed++;
}

static void make(void)
{
    ck_assert_int_eq(new_context(&context), COULOMB_OK);
    ck_ok(context, coulomb_network_new_preset(context, "mlp-generator", &two, 1, 2, 1, &generator));
    ck_ok(context, coulomb_network_new_preset(context, "mlp-discriminator", &two, 1, 0, 2, &discriminator));
    ck_ok(context, coulomb_trainer_new(context, generator, discriminator, &trainer));
    ck_ok(context, coulomb_trainer_set_batch(trainer, BATCH));
    ck_ok(context, coulomb_trainer_set_data(trainer, draw, &source, destroy));
}

static void release(void)
{
    coulomb_trainer_free(trainer);
    coulomb_network_free(generator);
    coulomb_network_free(discriminator);
    coulomb_context_free(context);
}

static void setup(void)
{
    memset(&source, 0, sizeof source);
    source.written = SIZE_MAX;
    make();
}

/* All parameters of both networks, to compare. */
typedef struct snapshot {
    float values[2 * PARAMETERS];
} snapshot;

static void take(snapshot *taken)
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

static snapshot before, after;

static void ck_unchanged_by(coulomb_status expected, const char *part)
{
    take(&before);
    uint64_t update, then;
    ck_ok(context, coulomb_trainer_update(trainer, &update));
    ck_fails(context, coulomb_trainer_step(trainer), expected, part);
    take(&after);
    ck_ok(context, coulomb_trainer_update(trainer, &then));
    ck_assert_mem_eq(&before, &after, sizeof before);
    ck_assert_uint_eq(update, then);
}

START_TEST(a_step_needs_data)
{
    ck_ok(context, coulomb_trainer_set_data(trainer, NULL, NULL, NULL));
    ck_assert_int_eq(source.destroyed, 1);
    ck_unchanged_by(COULOMB_ERROR_STATE, "no target samples");
}
END_TEST

START_TEST(a_data_callbacks_code_comes_back_unchanged)
{
    ck_ok(context, coulomb_trainer_step(trainer));
    source.fail_at = 2;
    source.answer = 1017;
    ck_unchanged_by(1017, "the data callback returned 1017");
    source.answer = 3;
    ck_unchanged_by(COULOMB_ERROR_CALLBACK, "the data callback returned 3");
    source.fail_at = 0;
    ck_ok(context, coulomb_trainer_step(trainer));
}
END_TEST

START_TEST(target_samples_that_are_nan_or_missing_are_named)
{
    source.first = INFINITY;
    ck_unchanged_by(COULOMB_ERROR_NOT_FINITE, "update 1: value 0 of target sample 0 (of 16) is inf");
    source.first = 0.0f;
    source.written = 9;
    ck_unchanged_by(COULOMB_ERROR_NOT_FINITE, "value 0 of target sample 9");
}
END_TEST

START_TEST(a_failure_late_in_a_step_changes_nothing)
{
    const float huge = 3e38f;
    ck_ok(context, coulomb_network_write_parameter(discriminator, "dense3.bias", &huge, 1));
    ck_unchanged_by(COULOMB_ERROR_NOT_FINITE, "a lower learning rate may help");
}
END_TEST

/* A checkpoint may say that all updates are done that a number counts. */
START_TEST(the_last_update_has_no_successor)
{
    trainer->update = UINT64_MAX;
    ck_unchanged_by(COULOMB_ERROR_STATE, "update 18446744073709551615 is the last that can be counted");
    trainer->update = UINT64_MAX - 1;
    ck_ok(context, coulomb_trainer_step(trainer));
    ck_unchanged_by(COULOMB_ERROR_STATE, "is the last");
}
END_TEST

START_TEST(callbacks_cannot_come_back_into_the_trainer)
{
    source.reenter = true;
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
    ck_ok(context, coulomb_trainer_set_data(own, draw, &source, destroy));
    ck_ok(context, coulomb_trainer_run(own, 1, let_go, &own));
    ck_assert_int_eq(source.destroyed, 1);
}
END_TEST

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
    ck_fails(context, coulomb_trainer_optimizer(trainer, 3, &optimizer), COULOMB_ERROR_ARGUMENT, "network is 3");
    ck_fails(context, coulomb_trainer_statistic(trainer, 1, &value), COULOMB_ERROR_STATE, "no update");
    ck_fails(context, coulomb_trainer_statistic(trainer, 99, &value), COULOMB_ERROR_ARGUMENT, "statistic is 99");
    ck_ok(context, coulomb_trainer_set_charges(trainer, 4, 0));
    ck_unchanged_by(COULOMB_ERROR_ARGUMENT, "model charges are 4 and the target charges 16");
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

/* Each option must change what training does. */
static void set_option(int index)
{
    coulomb_optimizer *optimizer;
    coulomb_schedule *schedule;
    const uint64_t drop = 1;
    ck_ok(context,
          coulomb_trainer_optimizer(trainer, index % 2 ? COULOMB_GENERATOR : COULOMB_DISCRIMINATOR, &optimizer));
    switch (index) {
    case 0:
        ck_ok(context, coulomb_trainer_set_batch(trainer, BATCH + 1));
        break;
    case 1:
        ck_ok(context, coulomb_trainer_set_charges(trainer, BATCH + 5, 0));
        break;
    case 2:
        ck_ok(context, coulomb_trainer_set_charges(trainer, 0, BATCH + 5));
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

enum { OPTIONS = 28 };

static void train(uint64_t last)
{
    ck_ok(context, coulomb_trainer_run(trainer, last, NULL, NULL));
}

START_TEST(every_option_changes_training)
{
    train(3);
    take(&before);
    release();
    make();
    set_option(_i);
    train(3);
    take(&after);
    ck_assert_mem_ne(&before, &after, sizeof before);
}
END_TEST

/* Everything at once that has state. */
static void set_stateful_options(void)
{
    ck_ok(context, coulomb_trainer_set_replay(trainer, 1));
    ck_ok(context, coulomb_trainer_set_smoothing(trainer, 0.25));
    ck_ok(context, coulomb_trainer_set_charges(trainer, 3 * BATCH + 5, 2 * BATCH));
    ck_ok(context, coulomb_trainer_set_averaging(trainer, 0.9));
    ck_ok(context, coulomb_network_set_latent_signs(generator, 1));
    for (int i = 22; i < 24; i++)
        set_option(i);
    set_option(8);
}

START_TEST(bits_do_not_depend_on_the_number_of_threads)
{
    set_stateful_options();
    train(20);
    take(&before);
    release();
    make();
    ck_ok(context, coulomb_context_set_threads(context, 3));
    set_stateful_options();
    train(20);
    take(&after);
    ck_assert_mem_eq(&before, &after, sizeof before);
}
END_TEST

START_TEST(bits_do_not_depend_on_interruption)
{
    float whole[200], resumed[200];
    coulomb_network *average;
    char path[] = "/tmp/coulomb-trainer-XXXXXX";
    ck_assert_int_ge(mkstemp(path), 0);
    set_stateful_options();
    train(20);
    take(&before);
    ck_ok(context, coulomb_trainer_average(trainer, &average));
    ck_ok(context, coulomb_network_generate(average, 100, whole));
    release();
    make();
    set_stateful_options();
    train(11);
    ck_ok(context, coulomb_trainer_save(trainer, path));
    release();
    make();
    set_stateful_options();
    ck_ok(context, coulomb_trainer_load(trainer, path));
    train(20);
    take(&after);
    ck_ok(context, coulomb_trainer_average(trainer, &average));
    ck_ok(context, coulomb_network_generate(average, 100, resumed));
    ck_assert_mem_eq(&before, &after, sizeof before);
    ck_assert_mem_eq(whole, resumed, sizeof whole);
    unlink(path);
}
END_TEST

START_TEST(a_checkpoint_of_other_settings_is_refused_by_name)
{
    char path[] = "/tmp/coulomb-trainer-XXXXXX";
    ck_assert_int_ge(mkstemp(path), 0);
    train(2);
    ck_ok(context, coulomb_trainer_save(trainer, path));
    const struct {
        int option;
        const char *part;
    } other[] = {{0, "batch"},
                 {1, "charges.model"},
                 {3, "loss"},
                 {4, "replay"},
                 {5, "smoothing"},
                 {6, "exponent"},
                 {7, "epsilon"},
                 {8, "epsilon.schedule"},
                 {9, "self_terms"},
                 {10, "potential_scale"},
                 {11, "seed"},
                 {12, "discriminator_optimizer.learning_rate"},
                 {15, "generator_optimizer.beta"},
                 {17, "generator_optimizer.l2"},
                 {20, "discriminator_optimizer"},
                 {23, "generator_optimizer.schedule"},
                 {24, "latent"},
                 {26, "kernel"},
                 {27, "epsilon.further"}};
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        release();
        make();
        set_option(other[i].option);
        take(&before);
        ck_fails(context, coulomb_trainer_load(trainer, path), COULOMB_ERROR_MISMATCH, other[i].part);
        take(&after);
        ck_assert_mem_eq(&before, &after, sizeof before);
    }
    unlink(path);
}
END_TEST

/* What a run without interruption holds after update 7, in `before`; with one after update 6, in `after`. */
static void interrupt(void (*prepare)(void), void (*go_on)(void))
{
    char path[] = "/tmp/coulomb-trainer-XXXXXX";
    ck_assert_int_ge(mkstemp(path), 0);
    prepare();
    go_on();
    train(7);
    take(&before);
    release();
    make();
    prepare();
    ck_ok(context, coulomb_trainer_save(trainer, path));
    release();
    make();
    prepare();
    ck_ok(context, coulomb_trainer_load(trainer, path));
    go_on();
    train(7);
    take(&after);
    unlink(path);
}

static void turn_replay_on(void)
{
    ck_ok(context, coulomb_trainer_set_replay(trainer, 1));
}

static void replay_for_three_updates(void)
{
    turn_replay_on();
    train(3);
    ck_ok(context, coulomb_trainer_set_replay(trainer, 0));
    train(6);
}

START_TEST(replay_turned_on_again_knows_nothing_of_old_updates)
{
    interrupt(replay_for_three_updates, turn_replay_on);
    ck_assert_mem_eq(&before, &after, sizeof before);
    release();
    make();
    replay_for_three_updates();
    train(7); /* an update after one without replay has no third term */
    take(&after);
    ck_assert_mem_eq(&before, &after, sizeof before);
}
END_TEST

static void replay_with_a_larger_batch_to_come(void)
{
    turn_replay_on();
    train(6);
    ck_ok(context, coulomb_trainer_set_batch(trainer, BATCH + 1));
}

static void restore_the_batch(void)
{
    ck_ok(context, coulomb_trainer_set_batch(trainer, BATCH));
}

START_TEST(replay_starts_anew_with_another_batch)
{
    interrupt(replay_with_a_larger_batch_to_come, restore_the_batch);
    ck_assert_mem_eq(&before, &after, sizeof before);
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

/* The averaged generator lags behind: it lies between where training began and where it is. */
START_TEST(the_average_follows_the_generator)
{
    coulomb_network *average;
    float start[256], now[256], mean[256];
    ck_ok(context, coulomb_trainer_set_averaging(trainer, 0.5));
    ck_ok(context, coulomb_network_read_parameter(generator, "dense1.weight", start, 256));
    train(1);
    ck_ok(context, coulomb_trainer_average(trainer, &average));
    ck_ok(context, coulomb_network_read_parameter(generator, "dense1.weight", now, 256));
    ck_ok(context, coulomb_network_read_parameter(average, "dense1.weight", mean, 256));
    const float decay = 2.0f / 11.0f;
    for (size_t i = 0; i < 256; i++)
        ck_close(mean[i], decay * start[i] + (1.0f - decay) * now[i], 1e-6, 1.0);
}
END_TEST

/* A step leaves nothing of the trainer's behind in the networks: they may outlive it. */
START_TEST(networks_forget_the_trainers_arrays)
{
    const float slope[2 * BATCH] = {1.0f};
    float at_input[2 * BATCH];
    train(1);
    ck_fails(context, coulomb_network_backward(generator, slope, at_input, 1), COULOMB_ERROR_STATE, "no forward pass");
    source.first = NAN;
    ck_fails(context, coulomb_trainer_step(trainer), COULOMB_ERROR_NOT_FINITE, "nan");
    coulomb_trainer_free(trainer);
    trainer = NULL;
    ck_fails(context, coulomb_network_backward(generator, slope, at_input, 1), COULOMB_ERROR_STATE, "no forward pass");
    ck_fails(context, coulomb_network_backward(discriminator, slope, at_input, 1), COULOMB_ERROR_STATE,
             "no forward pass");
}
END_TEST

static coulomb_status count_latents(void *user, uint64_t seed, uint64_t update, uint64_t first, size_t count,
                                    float *latent)
{
    (void)seed;
    (void)update;
    ck_assert_int_eq(*(int *)user, 7);
    for (size_t i = 0; i < 2 * count; i++)
        latent[i] = (float)first;
    return COULOMB_OK;
}

static void spoil(void *user)
{
    *(int *)user = 0;
    source.destroyed++;
}

/* What the generator's latent callback works with lives until the average lets go of it too. */
START_TEST(the_average_shares_the_latent_callback)
{
    int user = 7;
    float samples[4];
    coulomb_network *average;
    ck_ok(context, coulomb_network_set_latent_callback(generator, count_latents, &user, spoil));
    ck_ok(context, coulomb_trainer_set_averaging(trainer, 0.5));
    ck_ok(context, coulomb_trainer_average(trainer, &average));
    ck_ok(context, coulomb_network_set_latent_callback(generator, NULL, NULL, NULL));
    ck_ok(context, coulomb_network_generate(average, 2, samples));
    ck_assert_int_eq(source.destroyed, 0);
    ck_ok(context, coulomb_trainer_average(trainer, &average));
    ck_assert_int_eq(source.destroyed, 1);
    ck_ok(context, coulomb_network_generate(average, 2, samples));
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
    target_scans += n > 0 && x[0] == source.first;
    return kernels_best()->largest(n, x);
}

/* Whatever the update does with the target samples, one look tells whether they are finite. */
START_TEST(target_samples_are_scanned_once)
{
    kernels counting = *kernels_best();
    counting.largest = count_target_scans;
    context->kernels = &counting;
    source.first = 123.25f;
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
    tcase_add_checked_fixture(all, setup, release);
    tcase_add_test(all, a_step_needs_data);
    tcase_add_test(all, a_data_callbacks_code_comes_back_unchanged);
    tcase_add_test(all, target_samples_that_are_nan_or_missing_are_named);
    tcase_add_test(all, a_failure_late_in_a_step_changes_nothing);
    tcase_add_test(all, the_last_update_has_no_successor);
    tcase_add_test(all, callbacks_cannot_come_back_into_the_trainer);
    tcase_add_test(all, a_trainer_freed_by_its_callback_goes_when_the_loop_ends);
    tcase_add_test(all, wrong_settings_are_named);
    tcase_add_test(all, networks_must_fit_each_other);
    tcase_add_loop_test(all, every_option_changes_training, 0, OPTIONS);
    tcase_add_test(all, bits_do_not_depend_on_the_number_of_threads);
    tcase_add_test(all, bits_do_not_depend_on_interruption);
    tcase_add_test(all, a_checkpoint_of_other_settings_is_refused_by_name);
    tcase_add_test(all, replay_turned_on_again_knows_nothing_of_old_updates);
    tcase_add_test(all, replay_starts_anew_with_another_batch);
    tcase_add_test(all, progress_can_stop_the_loop);
    tcase_add_test(all, statistics_are_those_of_the_update);
    tcase_add_test(all, the_average_follows_the_generator);
    tcase_add_test(all, networks_forget_the_trainers_arrays);
    tcase_add_test(all, the_average_shares_the_latent_callback);
    tcase_add_test(all, schedules_of_another_context_are_refused);
    tcase_add_test(all, the_energy_falls);
    tcase_add_loop_test(all, target_samples_are_scanned_once, 0, 2);
    suite_add_tcase(suite, all);
    return suite;
}
