/* Whole training steps of small networks against the reference: losses and energy of every step, and the final
 * parameters. */
#include "golden/golden.h"
#include "unit/check_more.h"
#include "unit/contexts.h"
#include "unit/suites.h"

#include <coulomb/charges.h>
#include <coulomb/data.h>
#include <coulomb/latent.h>
#include <coulomb/layers.h>
#include <coulomb/parameters.h>
#include <coulomb/trainer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The limits to hold are 1e-4 for the losses and 1e-5 for the parameters. */
static const double loss_tolerance = 1e-4, parameter_tolerance = 1e-5;

static const char *const cases[] = {"train/mlp", "train/mlp_l1", "train/mlp_l2", "train/mlp_replay", "train/conv"};
static const char *const layers[] = {"layer1", "layer2", "layer3"};

enum { CASES = sizeof cases / sizeof cases[0], LAYERS = 3, PARTS = 4, NAME = 64 };

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
    dimension = data.count / steps / batch;
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

static const struct {
    const char *parameter, *array; /* behind the layer's name */
} parts[PARTS] = {{".weight", ".w"}, {".bias", ".b"}, {"-norm.scale", ".gamma"}, {"-norm.shift", ".beta"}};

static void visit_all(const char *stage, visit_parameter *visit)
{
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; i < LAYERS; i++)
            for (size_t part = 0; part < PARTS; part++) {
                char parameter[NAME], array[NAME];
                snprintf(parameter, sizeof parameter, "%s%s", layers[i], parts[part].parameter);
                snprintf(array, sizeof array, "%s_%s_%zu%s", stage, side ? "d" : "g", i, parts[part].array);
                if (golden_has_array(name, array))
                    visit(side ? discriminator : generator, parameter, array);
            }
}

static void write_initial(coulomb_network *network, const char *parameter, const char *array)
{
    size_t count;
    float *values = golden_floats(name, array, &count);
    ck_ok(context, coulomb_network_write_parameter(network, parameter, values, count));
    free(values);
}

/* Biases in front of a batch norm have no effect, and move with the noise of rounding. */
static bool stands_before_norm(const char *array)
{
    char scale[NAME];
    size_t length = strlen(array) - 1;
    snprintf(scale, sizeof scale, "%.*sgamma", (int)length, array);
    return array[length] == 'b' && array[length - 1] == '.' && golden_has_array(name, scale);
}

static void ck_final(coulomb_network *network, const char *parameter, const char *array)
{
    if (stands_before_norm(array))
        return;
    golden_array expected = golden_read(name, array);
    float *values = malloc(expected.count * sizeof *values);
    ck_ok(context, coulomb_network_read_parameter(network, parameter, values, expected.count));
    for (size_t i = 0; i < expected.count; i++)
        ck_close(values[i], expected.values[i], parameter_tolerance, fmax(1.0, fabs(expected.values[i])));
    free(values);
    golden_free(&expected);
}

/* Both of the reference's networks have ELU; the generator's preset has ReLU. */
static void build_mlp(coulomb_network *made, size_t in, size_t out, int32_t *node)
{
    ck_ok(context, coulomb_network_input(made, &in, 1, node));
    for (size_t i = 0; i < LAYERS; i++) {
        ck_ok(context, coulomb_network_dense(made, *node, i + 1 < LAYERS ? 128 : out, layers[i], node));
        if (i + 1 < LAYERS)
            ck_ok(context, coulomb_network_elu(made, *node, node));
    }
}

/* The presets "my" in small: 5 x 5 kernels with stride 2, and batch norm. */
static const size_t five[] = {5, 5}, by_two[] = {2, 2};

static void add_norm(coulomb_network *made, const char *layer, int32_t *node)
{
    char norm[NAME];
    snprintf(norm, sizeof norm, "%s-norm", layer);
    ck_ok(context, coulomb_network_batch_norm(made, *node, 1e-3, 0.99, 1, norm, node));
}

static void build_conv_generator(coulomb_network *made, int32_t *node)
{
    const size_t start[] = {4, 4, 16};
    ck_ok(context, coulomb_network_input(made, &latent, 1, node));
    ck_ok(context, coulomb_network_dense(made, *node, 256, layers[0], node));
    ck_ok(context, coulomb_network_relu(made, *node, node));
    ck_ok(context, coulomb_network_reshape(made, *node, start, 3, node));
    ck_ok(context,
          coulomb_network_conv2d_transposed(made, *node, 8, five, by_two, COULOMB_PADDING_SAME, NULL, layers[1], node));
    add_norm(made, layers[1], node);
    ck_ok(context, coulomb_network_relu(made, *node, node));
    ck_ok(context,
          coulomb_network_conv2d_transposed(made, *node, 3, five, by_two, COULOMB_PADDING_SAME, NULL, layers[2], node));
    ck_ok(context, coulomb_network_lecun_tanh(made, *node, node));
}

static void build_conv_discriminator(coulomb_network *made, int32_t *node)
{
    const size_t image[] = {16, 16, 3};
    ck_ok(context, coulomb_network_input(made, image, 3, node));
    for (size_t i = 0; i < 2; i++) {
        ck_ok(context, coulomb_network_conv2d(made, *node, (size_t)8 << i, five, by_two, COULOMB_PADDING_SAME, NULL,
                                              layers[i], node));
        add_norm(made, layers[i], node);
        ck_ok(context, coulomb_network_leaky_relu(made, *node, 0.2, node));
    }
    ck_ok(context, coulomb_network_flatten(made, *node, node));
    ck_ok(context, coulomb_network_dense(made, *node, 1, layers[2], node));
}

static void build(void)
{
    int32_t node[2];
    bool conv = strcmp(name, "train/conv") == 0;
    ck_ok(context, coulomb_network_new(context, &generator));
    ck_ok(context, coulomb_network_new(context, &discriminator));
    if (conv) {
        build_conv_generator(generator, &node[0]);
        build_conv_discriminator(discriminator, &node[1]);
    } else {
        build_mlp(generator, latent, dimension, &node[0]);
        build_mlp(discriminator, dimension, 1, &node[1]);
    }
    ck_ok(context, coulomb_network_finish(generator, node[0], 0));
    ck_ok(context, coulomb_network_finish(discriminator, node[1], 0));
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
    ck_assert_int_eq(new_context(&context), COULOMB_OK);
    build();
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
    tcase_add_loop_test(all, training_follows_the_reference, 0, CASES);
    suite_add_tcase(suite, all);
    return suite;
}
