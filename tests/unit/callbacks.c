/* Which calls may come from which callback, as context.h promises: getters always, nothing else on handles that take
 * part, everything on others. */
#include "unit/check_more.h"
#include "unit/contexts.h"
#include "unit/suites.h"

#include <coulomb/coulomb.h>
#include <unistd.h>

static coulomb_context *context;
static coulomb_network *generator, *discriminator, *apart;
static coulomb_optimizer *optimizer;
static coulomb_trainer *trainer;
static coulomb_plummer *kernel;
static char path[] = "/tmp/coulomb-callbacks-XXXXXX";
static int calls;

static void setup(void)
{
    const size_t two = 2;
    calls = 0;
    ck_assert_int_eq(new_context(&context), COULOMB_OK);
    ck_ok(context, coulomb_network_new_preset(context, "mlp-generator", &two, 1, 2, 1, &generator));
    ck_ok(context, coulomb_network_new_preset(context, "mlp-discriminator", &two, 1, 0, 2, &discriminator));
    ck_ok(context, coulomb_network_new_preset(context, "mlp-generator", &two, 1, 2, 3, &apart));
    ck_ok(context, coulomb_trainer_new(context, generator, discriminator, &trainer));
    ck_ok(context, coulomb_trainer_optimizer(trainer, COULOMB_GENERATOR, &optimizer));
    ck_ok(context, coulomb_plummer_new(context, 1.0, 1.0, &kernel));
    ck_ok(context, coulomb_trainer_set_batch(trainer, 16));
    ck_assert_int_ge(mkstemp(path), 0);
}

static void teardown(void)
{
    unlink(path);
    coulomb_plummer_free(kernel);
    coulomb_trainer_free(trainer);
    coulomb_network_free(apart);
    coulomb_network_free(discriminator);
    coulomb_network_free(generator);
    coulomb_context_free(context);
}

/* Handles that take no part. */
static void use_others(void)
{
    float samples[16];
    double energy;
    random_floats(5, 16, 1.0f, samples);
    ck_ok(context, coulomb_network_generate(apart, 4, samples));
    ck_ok(context, coulomb_plummer_energy(kernel, 2, samples, 4, samples + 8, 4, &energy));
}

static void network_refuses(coulomb_network *network)
{
    float values[8] = {0.0f};
    ck_fails(context, coulomb_network_forward(network, 2, values, values + 4), COULOMB_ERROR_STATE, "callback");
    ck_fails(context, coulomb_network_reserve(network, 1000), COULOMB_ERROR_STATE, "callback");
    ck_fails(context, coulomb_network_write_parameter(network, "dense1.bias", values, 8), COULOMB_ERROR_STATE,
             "callback");
    ck_fails(context, coulomb_network_initialize(network, 1), COULOMB_ERROR_STATE, "callback");
    ck_fails(context, coulomb_network_set_initializer(network, NULL, COULOMB_INITIALIZER_HE_NORMAL),
             COULOMB_ERROR_STATE, "callback");
    ck_fails(context, coulomb_network_set_initializer_constant(network, NULL, 1.0), COULOMB_ERROR_STATE, "callback");
    ck_fails(context,
             coulomb_network_set_initializer_variance_scaling(network, NULL, 1.0, COULOMB_FAN_IN,
                                                              COULOMB_DISTRIBUTION_NORMAL),
             COULOMB_ERROR_STATE, "callback");
    ck_fails(context, coulomb_network_set_initializer_random(network, NULL, COULOMB_DISTRIBUTION_NORMAL, 1.0),
             COULOMB_ERROR_STATE, "callback");
    ck_fails(context, coulomb_network_save(network, path), COULOMB_ERROR_STATE, "callback");
    size_t size;
    ck_fails(context, coulomb_network_save_bytes(network, NULL, 0, &size), COULOMB_ERROR_STATE, "callback");
}

/* Within an update of the trainer. */
static void try_within_update(void)
{
    float samples[8];
    size_t batch;
    uint64_t update;
    calls++;
    ck_ok(context, coulomb_trainer_get_batch(trainer, &batch));
    ck_ok(context, coulomb_trainer_update(trainer, &update));
    ck_assert(batch == 16 && update == 0);
    ck_fails(context, coulomb_trainer_set_batch(trainer, 5), COULOMB_ERROR_STATE, "callback");
    ck_fails(context, coulomb_trainer_set_exponent(trainer, 2.0), COULOMB_ERROR_STATE, "callback");
    ck_fails(context, coulomb_trainer_set_self_terms(trainer, 0), COULOMB_ERROR_STATE, "callback");
    ck_fails(context, coulomb_trainer_set_data_array(trainer, samples, 4, 1), COULOMB_ERROR_STATE, "callback");
    coulomb_network *average;
    ck_fails(context, coulomb_trainer_average(trainer, &average), COULOMB_ERROR_STATE, "callback");
    ck_fails(context, coulomb_trainer_step(trainer), COULOMB_ERROR_STATE, "callback");
    ck_fails(context, coulomb_trainer_run(trainer, 9, NULL, NULL), COULOMB_ERROR_STATE, "callback");
    ck_fails(context, coulomb_trainer_save(trainer, path), COULOMB_ERROR_STATE, "callback");
    ck_fails(context, coulomb_trainer_load(trainer, path), COULOMB_ERROR_STATE, "callback");
    ck_fails(context, coulomb_optimizer_set_l2(optimizer, 0.1), COULOMB_ERROR_STATE, "training step");
    ck_fails(context, coulomb_network_generate(generator, 2, samples), COULOMB_ERROR_STATE, "callback");
    network_refuses(generator);
    network_refuses(discriminator);
    ck_fails(context, coulomb_context_set_threads(context, 2), COULOMB_ERROR_STATE, "callback");
    use_others();
}

static coulomb_status draw(void *user, uint64_t update, size_t count, float *batch)
{
    random_floats((unsigned)update, 2 * count, 3.0f, batch);
    if (user != NULL)
        try_within_update();
    return COULOMB_OK;
}

static coulomb_status give_factor(void *user, uint64_t update, double *factor)
{
    (void)user, (void)update;
    *factor = 1.0;
    try_within_update();
    return COULOMB_OK;
}

static coulomb_status give_latents(void *user, uint64_t seed, uint64_t update, uint64_t first, size_t count,
                                   float *latents)
{
    (void)seed, (void)first;
    random_floats((unsigned)update, 2 * count, 1.0f, latents);
    if (user != NULL) {
        try_within_update();
    } else {
        calls++;
        network_refuses(generator);
        ck_fails(context, coulomb_context_set_threads(context, 2), COULOMB_ERROR_STATE, "callback");
        use_others();
    }
    return COULOMB_OK;
}

START_TEST(callbacks_of_an_update_find_its_handles_in_use)
{
    coulomb_schedule *schedule;
    ck_ok(context, coulomb_trainer_set_data(trainer, draw, path, NULL));
    ck_ok(context, coulomb_schedule_new_callback(context, give_factor, NULL, NULL, &schedule));
    ck_ok(context, coulomb_trainer_set_epsilon_schedule(trainer, schedule));
    ck_ok(context, coulomb_optimizer_set_schedule(optimizer, schedule));
    ck_ok(context, coulomb_network_set_latent_callback(generator, give_latents, path, NULL));
    coulomb_schedule_free(schedule);
    ck_ok(context, coulomb_trainer_step(trainer));
    ck_assert_int_eq(calls, 4);
    float samples[8]; /* all is as it was */
    ck_ok(context, coulomb_trainer_set_batch(trainer, 5));
    ck_ok(context, coulomb_network_forward(discriminator, 4, (const float[8]){0.0f}, samples));
}
END_TEST

START_TEST(a_latent_callback_finds_its_network_in_use)
{
    float samples[8];
    ck_ok(context, coulomb_network_set_latent_callback(generator, give_latents, NULL, NULL));
    ck_ok(context, coulomb_network_generate(generator, 4, samples));
    ck_assert_int_eq(calls, 1);
}
END_TEST

static coulomb_status fail_once(void *user, uint64_t update, size_t count, float *batch)
{
    draw(NULL, update, count, batch);
    return ++*(int *)user == 1 ? 1001 : COULOMB_OK;
}

START_TEST(a_failed_callback_leaves_nothing_in_use)
{
    int asked = 0;
    float samples[8];
    ck_ok(context, coulomb_trainer_set_data(trainer, fail_once, &asked, NULL));
    ck_fails(context, coulomb_trainer_step(trainer), 1001, "data callback");
    ck_ok(context, coulomb_network_generate(generator, 4, samples));
    ck_ok(context, coulomb_context_set_threads(context, 2));
    ck_ok(context, coulomb_trainer_step(trainer));
}
END_TEST

static coulomb_status use_everything(void *user, uint64_t update)
{
    float samples[8];
    double loss;
    (void)user, (void)update;
    calls++;
    ck_ok(context, coulomb_trainer_statistic(trainer, COULOMB_STATISTIC_LOSS_GENERATOR, &loss));
    ck_ok(context, coulomb_network_generate(generator, 4, samples));
    ck_ok(context, coulomb_network_forward(discriminator, 4, samples, samples));
    ck_ok(context, coulomb_trainer_set_epsilon(trainer, 0.5));
    ck_ok(context, coulomb_optimizer_set_l2(optimizer, 0.1));
    ck_ok(context, coulomb_trainer_save(trainer, path));
    ck_ok(context, coulomb_context_set_threads(context, 2));
    ck_fails(context, coulomb_trainer_step(trainer), COULOMB_ERROR_STATE, "progress callback");
    ck_fails(context, coulomb_trainer_run(trainer, 9, NULL, NULL), COULOMB_ERROR_STATE, "progress callback");
    ck_fails(context, coulomb_trainer_load(trainer, path), COULOMB_ERROR_STATE, "progress callback");
    use_others();
    return COULOMB_OK;
}

START_TEST(a_progress_callback_may_do_all_but_train_and_load)
{
    ck_ok(context, coulomb_trainer_set_data(trainer, draw, NULL, NULL));
    ck_ok(context, coulomb_trainer_run(trainer, 2, use_everything, NULL));
    ck_assert_int_eq(calls, 2);
}
END_TEST

static coulomb_status free_all(void *user, uint64_t update, size_t count, float *batch)
{
    (void)user;
    coulomb_trainer_free(trainer);
    coulomb_network_free(generator);
    coulomb_network_free(discriminator);
    coulomb_context_free(context);
    return draw(NULL, update, count, batch);
}

/* What a step uses is destroyed when it returns, and the kernel and the other network are then the context's holders.
 */
START_TEST(handles_may_be_freed_within_an_update)
{
    ck_ok(context, coulomb_trainer_set_data(trainer, free_all, NULL, NULL));
    ck_assert_int_eq(coulomb_trainer_step(trainer), COULOMB_OK);
    use_others();
    trainer = NULL;
    generator = discriminator = NULL;
    context = NULL;
}
END_TEST

static coulomb_status free_schedule(void *user, uint64_t update, double *factor)
{
    (void)update;
    coulomb_schedule_free(*(coulomb_schedule **)user);
    *factor = 0.5;
    return COULOMB_OK;
}

START_TEST(a_schedule_freed_by_its_callback_goes_when_the_call_ends)
{
    coulomb_schedule *schedule;
    double factor;
    ck_ok(context, coulomb_schedule_new_callback(context, free_schedule, &schedule, NULL, &schedule));
    ck_ok(context, coulomb_schedule_factor(schedule, 1, &factor));
    ck_assert_double_eq(factor, 0.5);
}
END_TEST

Suite *suite_callbacks(void)
{
    Suite *suite = suite_create("callbacks");
    TCase *all = tcase_create("callbacks");
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_test(all, callbacks_of_an_update_find_its_handles_in_use);
    tcase_add_test(all, a_latent_callback_finds_its_network_in_use);
    tcase_add_test(all, a_failed_callback_leaves_nothing_in_use);
    tcase_add_test(all, a_progress_callback_may_do_all_but_train_and_load);
    tcase_add_test(all, handles_may_be_freed_within_an_update);
    tcase_add_test(all, a_schedule_freed_by_its_callback_goes_when_the_call_ends);
    suite_add_tcase(suite, all);
    return suite;
}
