/* Whole training steps of small networks against the reference: losses and energy of every step, and the final
 * parameters. */
#include "golden/golden.h"
#include "unit/check_more.h"
#include "unit/suites.h"

#include <coulomb/trainer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The limits to hold are 1e-4 for the losses and 1e-5 for the parameters. */
static const double loss_tolerance = 1e-4, parameter_tolerance = 1e-5;

static const char *const cases[] = {"train/mlp", "train/mlp_l1", "train/mlp_l2", "train/mlp_replay"};
static const char *const layers[] = {"dense1", "dense2", "dense3"};

enum { CASES = sizeof cases / sizeof cases[0], LAYERS = 3, NAME = 64 };

static const char *name;
static coulomb_context *context;
static coulomb_network *generator, *discriminator;
static coulomb_trainer *trainer;
static float *z, *y;
static size_t batch, latent, dimension, steps;

static void read_case(const char *case_name)
{
    name = case_name;
    golden_array latents = golden_read(name, "z"), data = golden_read(name, "y");
    steps = data.shape[0];
    batch = data.shape[1];
    dimension = data.shape[2];
    latent = latents.shape[2];
    golden_free(&latents);
    golden_free(&data);
    size_t count;
    z = golden_floats(name, "z", &count);
    y = golden_floats(name, "y", &count);
}

static coulomb_status give_latents(void *user, uint64_t seed, uint64_t update, uint64_t first, size_t count,
                                   float *values)
{
    (void)user, (void)seed, (void)first;
    memcpy(values, z + (update - 1) * batch * latent, count * latent * sizeof *values);
    return COULOMB_OK;
}

static coulomb_status give_targets(void *user, uint64_t update, size_t count, float *values)
{
    (void)user;
    memcpy(values, y + (update - 1) * batch * dimension, count * dimension * sizeof *values);
    return COULOMB_OK;
}

/* Call `visit` for each parameter with the name of its reference array, such as "init_g_0.w". */
typedef void visit_parameter(coulomb_network *network, const char *parameter, const char *array);

static void visit_all(const char *stage, visit_parameter *visit)
{
    for (size_t i = 0; i < LAYERS; i++)
        for (int part = 0; part < 4; part++) {
            char parameter[NAME], array[NAME];
            snprintf(parameter, sizeof parameter, "%s.%s", layers[i], part % 2 ? "bias" : "weight");
            snprintf(array, sizeof array, "%s_%s_%zu.%s", stage, part / 2 ? "d" : "g", i, part % 2 ? "b" : "w");
            visit(part / 2 ? discriminator : generator, parameter, array);
        }
}

static void write_initial(coulomb_network *network, const char *parameter, const char *array)
{
    size_t count;
    float *values = golden_floats(name, array, &count);
    ck_ok(context, coulomb_network_write(network, parameter, count, values));
    free(values);
}

static void ck_final(coulomb_network *network, const char *parameter, const char *array)
{
    golden_array expected = golden_read(name, array);
    float *values = malloc(expected.count * sizeof *values);
    ck_ok(context, coulomb_network_read(network, parameter, expected.count, values));
    for (size_t i = 0; i < expected.count; i++)
        ck_close(values[i], expected.values[i], parameter_tolerance, fmax(1.0, fabs(expected.values[i])));
    free(values);
    golden_free(&expected);
}

/* Both of the reference's networks have ELU; the generator's preset has ReLU. */
static void build(coulomb_network **made, size_t in, size_t out)
{
    int32_t node;
    ck_ok(context, coulomb_network_new(context, made));
    ck_ok(context, coulomb_network_input(*made, 1, &in, &node));
    for (size_t i = 0; i < LAYERS; i++) {
        ck_ok(context, coulomb_network_dense(*made, node, i + 1 < LAYERS ? 128 : out, layers[i], &node));
        if (i + 1 < LAYERS)
            ck_ok(context, coulomb_network_elu(*made, node, &node));
    }
    ck_ok(context, coulomb_network_finish(*made, node, 0));
}

static void set_options(void)
{
    const char *const rates[] = {NULL, "lr_generator", "lr_discriminator"};
    const char *const decays[] = {NULL, "l2_generator", "l2_discriminator"};
    for (int32_t i = COULOMB_GENERATOR; i <= COULOMB_DISCRIMINATOR; i++) {
        coulomb_optimizer *optimizer;
        ck_ok(context, coulomb_trainer_optimizer(trainer, i, &optimizer));
        ck_ok(context, coulomb_optimizer_set_learning_rate(optimizer, golden_number(name, rates[i])));
        ck_ok(context, coulomb_optimizer_set_l2(optimizer, golden_number(name, decays[i])));
    }
    bool l1 = strcmp(golden_text(name, "discriminator_loss"), "l1") == 0;
    ck_ok(context, coulomb_trainer_set_batch(trainer, batch));
    ck_ok(context, coulomb_trainer_set_exponent(trainer, golden_number(name, "exponent")));
    ck_ok(context, coulomb_trainer_set_epsilon(trainer, golden_number(name, "epsilon")));
    ck_ok(context, coulomb_trainer_set_loss(trainer, l1 ? COULOMB_LOSS_L1 : COULOMB_LOSS_L2));
    ck_ok(context, coulomb_trainer_set_replay(trainer, golden_number(name, "replay_previous") != 0.0));
    ck_ok(context, coulomb_trainer_set_data(trainer, give_targets, NULL, NULL));
    ck_ok(context, coulomb_network_set_latent_callback(generator, give_latents, NULL, NULL));
}

static void ck_statistic(int32_t statistic, const char *array, size_t step)
{
    golden_array expected = golden_read(name, array);
    double value;
    ck_ok(context, coulomb_trainer_statistic(trainer, statistic, &value));
    ck_close(value, expected.values[step], loss_tolerance, fabs(expected.values[step]) + 1e-6);
    golden_free(&expected);
}

static void ck_potential(int32_t statistic, const char *array, size_t step)
{
    golden_array expected = golden_read(name, array);
    double value, mean = 0.0, size = 0.0;
    for (size_t i = 0; i < batch; i++) {
        mean += expected.values[step * batch + i] / (double)batch;
        size += fabs(expected.values[step * batch + i]) / (double)batch;
    }
    ck_ok(context, coulomb_trainer_statistic(trainer, statistic, &value));
    ck_close(value, mean, loss_tolerance, size);
    golden_free(&expected);
}

START_TEST(training_follows_the_reference)
{
    read_case(cases[_i]);
    ck_assert_int_eq(coulomb_context_new(&context), COULOMB_OK);
    build(&generator, latent, dimension);
    build(&discriminator, dimension, 1);
    ck_ok(context, coulomb_trainer_new(context, generator, discriminator, &trainer));
    set_options();
    visit_all("init", write_initial);
    for (size_t step = 0; step < steps; step++) {
        ck_ok(context, coulomb_trainer_step(trainer));
        ck_statistic(COULOMB_STATISTIC_LOSS_DISCRIMINATOR, "loss_d", step);
        ck_statistic(COULOMB_STATISTIC_LOSS_GENERATOR, "loss_g", step);
        ck_statistic(COULOMB_STATISTIC_ENERGY, "energy", step);
        ck_potential(COULOMB_STATISTIC_POTENTIAL_MODEL, "potential_model", step);
        ck_potential(COULOMB_STATISTIC_POTENTIAL_TARGET, "potential_target", step);
    }
    visit_all("final", ck_final);
    coulomb_trainer_free(trainer);
    coulomb_network_free(generator);
    coulomb_network_free(discriminator);
    coulomb_context_free(context);
    free(z);
    free(y);
}
END_TEST

Suite *suite_golden_train(void)
{
    Suite *suite = suite_create("golden train");
    TCase *all = tcase_create("golden train");
    if (golden_available())
        tcase_add_loop_test(all, training_follows_the_reference, 0, CASES);
    suite_add_tcase(suite, all);
    return suite;
}
