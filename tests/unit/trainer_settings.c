/* Settings come back as they were set, a trainer's memory is known before its first step, and a callback that was not
 * taken is not destroyed. */
#include "trainer/trainer.h"
#include "unit/check_more.h"
#include "unit/contexts.h"
#include "unit/ledger.h"
#include "unit/suites.h"

#include <coulomb/coulomb.h>

static ledger book;
static coulomb_context *context;
static coulomb_network *generator, *discriminator;
static coulomb_trainer *trainer;

enum { SIDE = 32, SAMPLE = SIDE * SIDE * 3 };

static void setup(void)
{
    const size_t image[] = {SIDE, SIDE, 3};
    context_with_ledger(&book, &context);
    ck_ok(context, coulomb_network_new_preset(context, "dcgan-generator", image, 3, 8, 1, &generator));
    ck_ok(context, coulomb_network_new_preset(context, "mlp-discriminator", image, 3, 0, 2, &discriminator));
    ck_ok(context, coulomb_trainer_new(context, generator, discriminator, &trainer));
}

static void teardown(void)
{
    coulomb_trainer_free(trainer);
    coulomb_network_free(generator);
    coulomb_network_free(discriminator);
    coulomb_context_free(context);
    ck_assert_uint_eq(book.bytes, 0);
}

static size_t memory_told(void)
{
    size_t bytes = 0;
    ck_ok(context, coulomb_trainer_memory(trainer, &bytes));
    return bytes;
}

static size_t parameters_of(const coulomb_network *network)
{
    size_t bytes = 0;
    ck_ok(context, coulomb_network_memory(network, COULOMB_MEMORY_PARAMETERS, 1, &bytes));
    return bytes;
}

static void set_all(int set)
{
    if (set == 1) {
        ck_ok(context, coulomb_trainer_set_charges(trainer, 70, 300));
        ck_ok(context, coulomb_trainer_set_smoothing(trainer, 0.1));
        ck_ok(context, coulomb_trainer_set_replay(trainer, 1));
        ck_ok(context, coulomb_context_set_threads(context, 3));
    }
    if (set == 4) { /* of 64: less for activations, and arrays in which gradients add up */
        ck_ok(context, coulomb_trainer_set_shards(trainer, 4));
        ck_ok(context, coulomb_trainer_set_charges(trainer, 70, 0));
    }
    if (set == 2) {
        ck_ok(context, coulomb_trainer_set_replay(trainer, 1));
        ck_ok(context, coulomb_trainer_set_averaging(trainer, 0.9));
        ck_ok(context, coulomb_trainer_set_charges(trainer, 1000, 0));
        ck_ok(context, coulomb_trainer_set_self_terms(trainer, 0));
    }
}

/* What was there before, and what the first update allocates, is what was told. */
START_TEST(memory_is_told_to_the_byte_before_the_first_step)
{
    static float samples[3 * SAMPLE];
    if (device_has_own_memory()) /* which the ledger does not see */
        return;
    random_floats(1, 3 * SAMPLE, 1.0f, samples);
    ck_ok(context, coulomb_trainer_set_batch(trainer, _i == 2 ? 33 : 64));
    ck_ok(context, coulomb_trainer_set_data_array(trainer, samples, 3, 1));
    set_all(_i);
    size_t told = memory_told();
    size_t fixed = parameters_of(generator) + parameters_of(discriminator) + 3 * sizeof(size_t) +
                   2 * sizeof(float) * (generator->graph.parameter_values + discriminator->graph.parameter_values);
    if (_i == 2)
        fixed += parameters_of(trainer->average);
    size_t before = ledger_bytes(&book, context);
    ck_ok(context, coulomb_trainer_step(trainer));
    size_t added = ledger_bytes(&book, context) - before;
    ck_assert_uint_gt(added, 100000);
    ck_assert_uint_eq(told, fixed + added);
    ck_ok(context, coulomb_trainer_run(trainer, 3, NULL, NULL));
    ck_assert_uint_eq(memory_told(), told);
    ck_assert_uint_eq(ledger_bytes(&book, context) - before, added);
}
END_TEST

/* In few dimensions the sums work otherwise, and with another number of threads in other memory. */
START_TEST(memory_of_small_samples_is_told_too)
{
    const size_t two = 2;
    static float samples[2 * 100];
    if (device_has_own_memory()) /* which the ledger does not see */
        return;
    random_floats(2, 2 * 100, 1.0f, samples);
    teardown();
    context_with_ledger(&book, &context);
    ck_ok(context, coulomb_network_new_preset(context, "mlp-generator", &two, 1, 2, 1, &generator));
    ck_ok(context, coulomb_network_new_preset(context, "mlp-discriminator", &two, 1, 0, 2, &discriminator));
    ck_ok(context, coulomb_trainer_new(context, generator, discriminator, &trainer));
    ck_ok(context, coulomb_trainer_set_data_array(trainer, samples, 100, 1));
    set_all(_i);
    if (_i == 3)
        ck_ok(context, coulomb_trainer_set_batch(trainer, 3));
    if (_i == 1)
        ck_ok(context, coulomb_trainer_set_batch(trainer, 64));
    size_t told = memory_told(), again;
    size_t before = ledger_bytes(&book, context);
    ck_ok(context, coulomb_trainer_step(trainer));
    size_t added = ledger_bytes(&book, context) - before;
    size_t fixed = parameters_of(generator) + parameters_of(discriminator) + 100 * sizeof(size_t) +
                   2 * sizeof(float) * (generator->graph.parameter_values + discriminator->graph.parameter_values);
    if (_i == 2)
        fixed += parameters_of(trainer->average);
    ck_assert_uint_eq(told, fixed + added);
    ck_ok(context, coulomb_trainer_set_batch(trainer, 1)); /* what was reserved stays */
    ck_ok(context, coulomb_trainer_set_charges(trainer, 0, 0));
    again = memory_told();
    ck_assert_uint_eq(again, told);
}
END_TEST

START_TEST(memory_that_cannot_be_is_refused)
{
    size_t bytes = 5;
    ck_ok(context, coulomb_trainer_set_charges(trainer, 4, 0));
    ck_fails(context, coulomb_trainer_memory(trainer, &bytes), COULOMB_ERROR_ARGUMENT, "charges");
    ck_fails(context, coulomb_trainer_memory(trainer, NULL), COULOMB_ERROR_ARGUMENT, "bytes is NULL");
    ck_assert_int_eq(coulomb_trainer_memory(NULL, &bytes), COULOMB_ERROR_ARGUMENT);
    ck_assert_uint_eq(bytes, 5);
}
END_TEST

static coulomb_status draw(void *user, uint64_t update, size_t samples, float *batch)
{
    (void)user;
    random_floats((unsigned)update, SAMPLE * samples, 1.0f, batch);
    return COULOMB_OK;
}

#define ck_gets_int(call, place, value)                                                                                \
    do {                                                                                                               \
        ck_ok(context, call);                                                                                          \
        ck_assert(place == (value));                                                                                   \
    } while (0)
#define ck_gets_real(call, place, value)                                                                               \
    do {                                                                                                               \
        ck_ok(context, call);                                                                                          \
        ck_assert_double_eq(place, value);                                                                             \
    } while (0)

START_TEST(a_new_trainers_settings_are_the_defaults)
{
    size_t size = 1, other = 1;
    int32_t number;
    uint64_t seed = 1;
    double real;
    void *user = &size;
    const float *samples = &(const float){0.0f};
    coulomb_batch_callback *data = draw;
    coulomb_schedule *schedule = (coulomb_schedule *)&size;
    coulomb_network *network;
    ck_gets_int(coulomb_trainer_get_batch(trainer, &size), size, 128);
    ck_gets_int(coulomb_trainer_get_charges(trainer, &size, &other), size + other, 0);
    ck_gets_int(coulomb_trainer_get_loss(trainer, &number), number, COULOMB_LOSS_L2);
    ck_gets_int(coulomb_trainer_get_replay(trainer, &number), number, 0);
    ck_gets_real(coulomb_trainer_get_smoothing(trainer, &real), real, 0.0);
    ck_gets_real(coulomb_trainer_get_exponent(trainer, &real), real, 1.0);
    ck_gets_real(coulomb_trainer_get_epsilon(trainer, &real), real, 1.0);
    ck_gets_int(coulomb_trainer_get_kernel(trainer, &number), number, COULOMB_KERNEL_PLUMMER);
    ck_gets_int(coulomb_trainer_get_self_terms(trainer, &number), number, 1);
    ck_gets_real(coulomb_trainer_get_potential_scale(trainer, &real), real, 1.0);
    ck_gets_int(coulomb_trainer_get_seed(trainer, &seed), seed, 0);
    ck_gets_real(coulomb_trainer_get_averaging(trainer, &real), real, 0.0);
    ck_ok(context, coulomb_trainer_get_data(trainer, &data, &user));
    ck_assert(data == NULL && user == NULL);
    ck_ok(context, coulomb_trainer_get_data_array(trainer, &samples, &size, &seed));
    ck_assert(samples == NULL && size == 0 && seed == 0);
    ck_ok(context, coulomb_trainer_get_epsilon_schedule(trainer, &schedule));
    ck_assert_ptr_null(schedule);
    ck_ok(context, coulomb_trainer_network(trainer, COULOMB_GENERATOR, &network));
    ck_assert_ptr_eq(network, generator);
    ck_ok(context, coulomb_trainer_network(trainer, COULOMB_DISCRIMINATOR, &network));
    ck_assert_ptr_eq(network, discriminator);
    ck_fails(context, coulomb_trainer_network(trainer, 3, &network), COULOMB_ERROR_ARGUMENT, "which is 3");
}
END_TEST

static void change_all(coulomb_schedule *schedule)
{
    ck_ok(context, coulomb_trainer_set_batch(trainer, 7));
    ck_ok(context, coulomb_trainer_set_charges(trainer, 20, 30));
    ck_ok(context, coulomb_trainer_set_loss(trainer, COULOMB_LOSS_L1));
    ck_ok(context, coulomb_trainer_set_replay(trainer, 1));
    ck_ok(context, coulomb_trainer_set_smoothing(trainer, 0.25));
    ck_ok(context, coulomb_trainer_set_exponent(trainer, 1.5));
    ck_ok(context, coulomb_trainer_set_epsilon(trainer, 0.5));
    ck_ok(context, coulomb_trainer_set_kernel(trainer, COULOMB_KERNEL_GAUSSIAN));
    ck_ok(context, coulomb_trainer_set_epsilon_schedule(trainer, schedule));
    ck_ok(context, coulomb_trainer_set_self_terms(trainer, 0));
    ck_ok(context, coulomb_trainer_set_potential_scale(trainer, 3.0));
    ck_ok(context, coulomb_trainer_set_seed(trainer, 9));
    ck_ok(context, coulomb_trainer_set_averaging(trainer, 0.75));
}

START_TEST(settings_come_back_as_they_were_set)
{
    uint64_t drop = 1;
    size_t size, other;
    int32_t number;
    uint64_t seed;
    double real;
    void *user;
    coulomb_batch_callback *data;
    coulomb_schedule *schedule, *found;
    ck_ok(context, coulomb_schedule_new_steps(context, &drop, 1, 0.5, &schedule));
    change_all(schedule);
    ck_ok(context, coulomb_trainer_set_data(trainer, draw, &drop, NULL));
    ck_ok(context, coulomb_trainer_run(trainer, 2, NULL, NULL)); /* epsilon's schedule leaves epsilon alone */
    ck_gets_int(coulomb_trainer_get_batch(trainer, &size), size, 7);
    ck_gets_int(coulomb_trainer_get_charges(trainer, &size, &other), 100 * size + other, 2030);
    ck_gets_int(coulomb_trainer_get_loss(trainer, &number), number, COULOMB_LOSS_L1);
    ck_gets_int(coulomb_trainer_get_replay(trainer, &number), number, 1);
    ck_gets_real(coulomb_trainer_get_smoothing(trainer, &real), real, 0.25);
    ck_gets_real(coulomb_trainer_get_exponent(trainer, &real), real, 1.5);
    ck_gets_real(coulomb_trainer_get_epsilon(trainer, &real), real, 0.5);
    ck_gets_int(coulomb_trainer_get_kernel(trainer, &number), number, COULOMB_KERNEL_GAUSSIAN);
    ck_fails(context, coulomb_trainer_set_kernel(trainer, 0), COULOMB_ERROR_ARGUMENT, "kernel is 0");
    ck_gets_int(coulomb_trainer_get_kernel(trainer, &number), number, COULOMB_KERNEL_GAUSSIAN);
    ck_gets_int(coulomb_trainer_get_self_terms(trainer, &number), number, 0);
    ck_gets_real(coulomb_trainer_get_potential_scale(trainer, &real), real, 3.0);
    ck_gets_int(coulomb_trainer_get_seed(trainer, &seed), seed, 9);
    ck_gets_real(coulomb_trainer_get_averaging(trainer, &real), real, 0.75);
    ck_ok(context, coulomb_trainer_get_epsilon_schedule(trainer, &found));
    ck_assert_ptr_eq(found, schedule);
    ck_ok(context, coulomb_trainer_get_data(trainer, &data, &user));
    ck_assert(data == draw && user == &drop);
    coulomb_schedule_free(schedule);
}
END_TEST

START_TEST(the_data_array_comes_back_in_the_place_of_the_callback)
{
    static float array[2 * SAMPLE];
    const float *samples;
    size_t size;
    uint64_t seed;
    void *user;
    coulomb_batch_callback *data;
    ck_ok(context, coulomb_trainer_set_data(trainer, draw, NULL, NULL));
    ck_ok(context, coulomb_trainer_set_data_array(trainer, array, 2, 8));
    ck_ok(context, coulomb_trainer_get_data_array(trainer, &samples, &size, &seed));
    ck_assert(samples == array && size == 2 && seed == 8);
    ck_ok(context, coulomb_trainer_get_data(trainer, &data, &user));
    ck_assert(data == NULL && user == NULL);
    ck_ok(context, coulomb_trainer_set_data(trainer, draw, NULL, NULL));
    ck_ok(context, coulomb_trainer_get_data_array(trainer, &samples, &size, &seed));
    ck_assert(samples == NULL && size == 0 && seed == 0);
}
END_TEST

START_TEST(getters_name_a_null)
{
    size_t size;
    int32_t number;
    uint64_t seed;
    double real;
    void *user;
    const float *samples;
    coulomb_batch_callback *data;
    coulomb_schedule *schedule;
    ck_assert_int_eq(coulomb_trainer_get_batch(NULL, &size), COULOMB_ERROR_ARGUMENT);
    ck_assert_int_eq(coulomb_trainer_get_exponent(NULL, &real), COULOMB_ERROR_ARGUMENT);
    ck_assert_int_eq(coulomb_trainer_get_data(NULL, &data, &user), COULOMB_ERROR_ARGUMENT);
    ck_assert_int_eq(coulomb_trainer_get_self_terms(NULL, &number), COULOMB_ERROR_ARGUMENT);
    ck_assert_int_eq(coulomb_trainer_get_kernel(NULL, &number), COULOMB_ERROR_ARGUMENT);
    ck_assert_int_eq(coulomb_trainer_set_kernel(NULL, 1), COULOMB_ERROR_ARGUMENT);
    ck_fails(context, coulomb_trainer_get_kernel(trainer, NULL), COULOMB_ERROR_ARGUMENT, "kernel is NULL");
    ck_assert_int_eq(coulomb_trainer_get_epsilon_schedule(NULL, &schedule), COULOMB_ERROR_ARGUMENT);
    ck_fails(context, coulomb_trainer_get_batch(trainer, NULL), COULOMB_ERROR_ARGUMENT, "batch is NULL");
    ck_fails(context, coulomb_trainer_get_charges(trainer, &size, NULL), COULOMB_ERROR_ARGUMENT, "target is NULL");
    ck_fails(context, coulomb_trainer_get_exponent(trainer, NULL), COULOMB_ERROR_ARGUMENT, "exponent is NULL");
    ck_fails(context, coulomb_trainer_get_smoothing(trainer, NULL), COULOMB_ERROR_ARGUMENT, "deviation is NULL");
    ck_fails(context, coulomb_trainer_get_data(trainer, &data, NULL), COULOMB_ERROR_ARGUMENT, "user is NULL");
    ck_fails(context, coulomb_trainer_get_data_array(trainer, &samples, NULL, &seed), COULOMB_ERROR_ARGUMENT,
             "count is NULL");
    ck_fails(context, coulomb_trainer_network(trainer, COULOMB_GENERATOR, NULL), COULOMB_ERROR_ARGUMENT,
             "network is NULL");
}
END_TEST

START_TEST(a_kernels_settings_come_back)
{
    coulomb_plummer *plummer;
    double real;
    int32_t number;
    ck_ok(context, coulomb_plummer_new(context, 1.5, 0.25, &plummer));
    ck_gets_real(coulomb_plummer_get_exponent(plummer, &real), real, 1.5);
    ck_gets_real(coulomb_plummer_get_epsilon(plummer, &real), real, 0.25);
    ck_gets_int(coulomb_plummer_get_self_terms(plummer, &number), number, 1);
    ck_ok(context, coulomb_plummer_set_self_terms(plummer, 0));
    ck_ok(context, coulomb_plummer_set_exponent(plummer, 2.0));
    ck_ok(context, coulomb_plummer_set_epsilon(plummer, 3.0));
    ck_gets_real(coulomb_plummer_get_exponent(plummer, &real), real, 2.0);
    ck_gets_real(coulomb_plummer_get_epsilon(plummer, &real), real, 3.0);
    ck_gets_int(coulomb_plummer_get_self_terms(plummer, &number), number, 0);
    ck_fails(context, coulomb_plummer_get_self_terms(plummer, NULL), COULOMB_ERROR_ARGUMENT, "keep is NULL");
    ck_fails(context, coulomb_plummer_get_exponent(plummer, NULL), COULOMB_ERROR_ARGUMENT, "exponent is NULL");
    ck_fails(context, coulomb_plummer_get_epsilon(plummer, NULL), COULOMB_ERROR_ARGUMENT, "epsilon is NULL");
    ck_assert_int_eq(coulomb_plummer_get_epsilon(NULL, &real), COULOMB_ERROR_ARGUMENT);
    ck_gets_int(coulomb_plummer_get_kernel(plummer, &number), number, COULOMB_KERNEL_PLUMMER);
    ck_ok(context, coulomb_plummer_set_kernel(plummer, COULOMB_KERNEL_GAUSSIAN));
    ck_fails(context, coulomb_plummer_set_kernel(plummer, 3), COULOMB_ERROR_ARGUMENT, "kernel is 3");
    ck_gets_int(coulomb_plummer_get_kernel(plummer, &number), number, COULOMB_KERNEL_GAUSSIAN);
    ck_fails(context, coulomb_plummer_get_kernel(plummer, NULL), COULOMB_ERROR_ARGUMENT, "kernel is NULL");
    ck_assert_int_eq(coulomb_plummer_set_kernel(NULL, 1), COULOMB_ERROR_ARGUMENT);
    ck_assert_int_eq(coulomb_plummer_get_kernel(NULL, &number), COULOMB_ERROR_ARGUMENT);
    coulomb_plummer_free(plummer);
}
END_TEST

START_TEST(a_kernels_epsilons_come_back)
{
    coulomb_plummer *plummer;
    const double some[] = {0.5, 2.0, 1.0}, wrong[] = {1.0, -1.0}, many[COULOMB_EPSILONS_MAX + 1] = {1.0};
    double found[COULOMB_EPSILONS_MAX] = {7.0}, real;
    size_t epsilons = 7;
    ck_ok(context, coulomb_plummer_new(context, 1.5, 0.25, &plummer));
    ck_ok(context, coulomb_plummer_get_epsilons(plummer, found, 1, &epsilons));
    ck_assert(epsilons == 1 && found[0] == 0.25);
    ck_ok(context, coulomb_plummer_set_epsilons(plummer, some, 3));
    ck_fails(context, coulomb_plummer_set_epsilons(plummer, wrong, 2), COULOMB_ERROR_ARGUMENT, "epsilons[1] is -1");
    ck_fails(context, coulomb_plummer_set_epsilons(plummer, some, 0), COULOMB_ERROR_ARGUMENT, "count is 0");
    ck_fails(context, coulomb_plummer_set_epsilons(plummer, many, COULOMB_EPSILONS_MAX + 1), COULOMB_ERROR_ARGUMENT,
             "count is 9");
    ck_fails(context, coulomb_plummer_set_epsilons(plummer, NULL, 1), COULOMB_ERROR_ARGUMENT, "epsilons is NULL");
    ck_fails(context, coulomb_plummer_get_epsilons(plummer, NULL, 3, &epsilons), COULOMB_ERROR_ARGUMENT, "epsilons");
    ck_fails(context, coulomb_plummer_get_epsilons(plummer, found, 3, NULL), COULOMB_ERROR_ARGUMENT, "count");
    ck_assert_uint_eq(epsilons, 1);
    ck_fails(context, coulomb_plummer_get_epsilons(plummer, found, 2, &epsilons), COULOMB_ERROR_ARGUMENT,
             "capacity is 2; expected 0 or at least 3");
    ck_assert(epsilons == 3 && found[0] == 0.25);
    epsilons = 0;
    ck_ok(context, coulomb_plummer_get_epsilons(plummer, NULL, 0, &epsilons));
    ck_assert_uint_eq(epsilons, 3);
    ck_ok(context, coulomb_plummer_get_epsilons(plummer, found, COULOMB_EPSILONS_MAX, &epsilons));
    ck_assert_uint_eq(epsilons, 3);
    ck_assert_mem_eq(found, some, sizeof some);
    ck_gets_real(coulomb_plummer_get_epsilon(plummer, &real), real, 0.5);
    ck_assert_int_eq(coulomb_plummer_set_epsilons(NULL, some, 3), COULOMB_ERROR_ARGUMENT);
    ck_assert_int_eq(coulomb_plummer_get_epsilons(NULL, found, 3, &epsilons), COULOMB_ERROR_ARGUMENT);
    coulomb_plummer_free(plummer);
}
END_TEST

/* --- ownership --- */

static void count_destroyed(void *user)
{
    ++*(int *)user;
}

static void take_line(void *user, int32_t level, const char *line)
{
    (void)user, (void)level, (void)line;
}

static coulomb_status give_factor(void *user, uint64_t update, double *factor)
{
    (void)user, (void)update;
    *factor = 1.0;
    return COULOMB_OK;
}

static coulomb_status give_latents(void *user, uint64_t seed, uint64_t update, uint64_t first, size_t samples,
                                   float *latents)
{
    (void)user, (void)seed, (void)update, (void)first;
    memset(latents, 0, 8 * samples * sizeof *latents);
    return COULOMB_OK;
}

/* Within an update: setters refuse, and neither keep nor destroy what they were given. */
static coulomb_status set_within(void *user, uint64_t update, size_t samples, float *batch)
{
    ck_fails(context, coulomb_trainer_set_data(trainer, draw, user, count_destroyed), COULOMB_ERROR_STATE, "callback");
    ck_fails(context, coulomb_network_set_latent_callback(generator, give_latents, user, count_destroyed),
             COULOMB_ERROR_STATE, "in use by a running callback");
    return draw(NULL, update, samples, batch);
}

START_TEST(what_a_failed_setter_was_given_stays_the_callers)
{
    int destroyed = 0;
    coulomb_schedule *schedule;
    ck_assert_int_eq(coulomb_context_set_log(NULL, take_line, &destroyed, count_destroyed), COULOMB_ERROR_ARGUMENT);
    ck_assert_int_eq(coulomb_trainer_set_data(NULL, draw, &destroyed, count_destroyed), COULOMB_ERROR_ARGUMENT);
    ck_assert_int_eq(coulomb_network_set_latent_callback(NULL, give_latents, &destroyed, count_destroyed),
                     COULOMB_ERROR_ARGUMENT);
    ck_fails(context, coulomb_schedule_new_callback(context, NULL, &destroyed, count_destroyed, &schedule),
             COULOMB_ERROR_ARGUMENT, "factor is NULL");
    ck_assert_int_eq(coulomb_schedule_new_callback(NULL, give_factor, &destroyed, count_destroyed, &schedule),
                     COULOMB_ERROR_ARGUMENT);
    ck_ok(context, coulomb_trainer_set_data(trainer, set_within, &destroyed, NULL));
    ck_ok(context, coulomb_trainer_step(trainer));
    ck_assert_int_eq(destroyed, 0);
    ck_ok(context, coulomb_trainer_set_data(trainer, NULL, &destroyed, count_destroyed));
    ck_assert_int_eq(destroyed, 1); /* taken, and not needed */
    ck_ok(context, coulomb_context_set_log(context, NULL, &destroyed, count_destroyed));
    ck_assert_int_eq(destroyed, 2);
    ck_ok(context, coulomb_network_set_latent_callback(generator, NULL, &destroyed, count_destroyed));
    ck_assert_int_eq(destroyed, 3);
    teardown();
    ck_assert_int_eq(destroyed, 3);
    setup();
}
END_TEST

START_TEST(each_user_pointer_is_destroyed_once)
{
    int log = 0, data = 0, latent = 0, factor = 0;
    coulomb_schedule *schedule;
    ck_ok(context, coulomb_context_set_log(context, take_line, &log, count_destroyed));
    ck_ok(context, coulomb_trainer_set_data(trainer, draw, &data, count_destroyed));
    ck_ok(context, coulomb_network_set_latent_callback(generator, give_latents, &latent, count_destroyed));
    ck_ok(context, coulomb_schedule_new_callback(context, give_factor, &factor, count_destroyed, &schedule));
    ck_ok(context, coulomb_trainer_set_epsilon_schedule(trainer, schedule));
    coulomb_schedule_free(schedule);
    ck_ok(context, coulomb_trainer_step(trainer));
    ck_assert_int_eq(log + data + latent + factor, 0);
    teardown();
    ck_assert(log == 1 && data == 1 && latent == 1 && factor == 1);
    setup();
}
END_TEST

Suite *suite_trainer_settings(void)
{
    Suite *suite = suite_create("trainer_settings");
    TCase *all = tcase_create("trainer_settings");
    tcase_set_timeout(all, 60.0);
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_loop_test(all, memory_is_told_to_the_byte_before_the_first_step, 0, 5);
    tcase_add_loop_test(all, memory_of_small_samples_is_told_too, 0, 4);
    tcase_add_test(all, memory_that_cannot_be_is_refused);
    tcase_add_test(all, a_new_trainers_settings_are_the_defaults);
    tcase_add_test(all, settings_come_back_as_they_were_set);
    tcase_add_test(all, the_data_array_comes_back_in_the_place_of_the_callback);
    tcase_add_test(all, getters_name_a_null);
    tcase_add_test(all, a_kernels_settings_come_back);
    tcase_add_test(all, a_kernels_epsilons_come_back);
    tcase_add_test(all, what_a_failed_setter_was_given_stays_the_callers);
    tcase_add_test(all, each_user_pointer_is_destroyed_once);
    suite_add_tcase(suite, all);
    return suite;
}
