/* Frozen parameters: what training leaves alone, and that it learns everything else as before. */
#include "network/network.h"
#include "unit/check_more.h"
#include "unit/contexts.h"
#include "unit/suites.h"

#include <coulomb/coulomb.h>

enum { COUNT = 12, SIDE = 8, IMAGE = SIDE * SIDE * 2, MOST = 4096 };

static coulomb_context *context;
static coulomb_network *network;
static float x[COUNT * IMAGE], dy[COUNT], dx[2][COUNT * IMAGE];

/* A layer of each kind that has parameters. */
static coulomb_network *build(void)
{
    const size_t image[] = {SIDE, SIDE, 2}, kernel[] = {3, 3}, stride[] = {2, 2}, flat = 4 * 4 * 3 * 4;
    coulomb_network *made;
    int32_t node;
    ck_ok(context, coulomb_network_new(context, &made));
    ck_ok(context, coulomb_network_input(made, image, 3, &node));
    ck_ok(context, coulomb_network_conv2d(made, node, 4, kernel, stride, COULOMB_PADDING_SAME, NULL, NULL, &node));
    ck_ok(context, coulomb_network_batch_norm(made, node, 1e-3, 0.9, 1, NULL, &node));
    ck_ok(context, coulomb_network_elu(made, node, &node));
    ck_ok(context,
          coulomb_network_conv2d_transposed(made, node, 3, kernel, stride, COULOMB_PADDING_SAME, NULL, NULL, &node));
    ck_ok(context, coulomb_network_reshape(made, node, &flat, 1, &node));
    ck_ok(context, coulomb_network_dense(made, node, 6, NULL, &node));
    ck_ok(context, coulomb_network_elu(made, node, &node));
    ck_ok(context, coulomb_network_dense(made, node, 1, NULL, &node));
    ck_ok(context, coulomb_network_finish(made, node, 4));
    return made;
}

static void setup(void)
{
    ck_assert_int_eq(new_context(&context), COULOMB_OK);
    network = build();
    random_floats(1, COUNT * IMAGE, 1.0f, x);
    random_floats(2, COUNT, 1.0f, dy);
}

static void teardown(void)
{
    coulomb_network_free(network);
    coulomb_context_free(context);
}

static size_t size_of(const coulomb_network *of, const char *name)
{
    size_t rank, shape[COULOMB_RANK_MAX], size = 1;
    ck_ok(context, coulomb_network_parameter_shape(of, name, shape, COULOMB_RANK_MAX, &rank));
    for (size_t i = 0; i < rank; i++)
        size *= shape[i];
    ck_assert_uint_le(size, MOST);
    return size;
}

/* The parameter of both networks, or both gradients, is the same to the bit. */
static bool same(const coulomb_network *a, const coulomb_network *b, const char *name, bool gradients)
{
    static float of_a[MOST], of_b[MOST];
    size_t size = size_of(a, name);
    ck_ok(context, gradients ? coulomb_network_read_gradient(a, name, of_a, size)
                             : coulomb_network_read_parameter(a, name, of_a, size));
    ck_ok(context, gradients ? coulomb_network_read_gradient(b, name, of_b, size)
                             : coulomb_network_read_parameter(b, name, of_b, size));
    return memcmp(of_a, of_b, size * sizeof(float)) == 0;
}

static bool gradient_is_zero(const char *name)
{
    float gradient[MOST];
    size_t size = size_of(network, name);
    ck_ok(context, coulomb_network_read_gradient(network, name, gradient, size));
    for (size_t i = 0; i < size; i++)
        if (gradient[i] != 0.0f)
            return false;
    return true;
}

static bool is_frozen(const char *name)
{
    int32_t frozen = -1;
    ck_ok(context, coulomb_network_get_frozen(network, name, &frozen));
    return frozen == 1;
}

START_TEST(parameters_are_frozen_by_name_by_layer_or_all)
{
    int32_t frozen;
    ck_assert(!is_frozen("dense1.weight"));
    ck_ok(context, coulomb_network_set_frozen(network, "dense1.weight", 1));
    ck_assert(is_frozen("dense1.weight") && !is_frozen("dense1.bias"));
    ck_ok(context, coulomb_network_set_frozen(network, "norm1", 1));
    ck_assert(is_frozen("norm1.shift") && is_frozen("norm1.mean") && is_frozen("norm1.variance"));
    ck_assert(!is_frozen("conv1.weight"));
    ck_ok(context, coulomb_network_set_frozen(network, NULL, 1));
    ck_assert(is_frozen("conv1.weight") && is_frozen("dense2.bias"));
    ck_ok(context, coulomb_network_set_frozen(network, NULL, 0));
    ck_assert(!is_frozen("norm1.mean"));
    ck_fails(context, coulomb_network_set_frozen(network, "dense", 1), COULOMB_ERROR_NOT_FOUND, "called 'dense'");
    ck_fails(context, coulomb_network_set_frozen(network, "dense1.", 1), COULOMB_ERROR_NOT_FOUND, "'dense1.'");
    ck_fails(context, coulomb_network_set_frozen(network, "dense1", 2), COULOMB_ERROR_ARGUMENT, "frozen is 2");
    ck_fails(context, coulomb_network_get_frozen(network, "dense1", &frozen), COULOMB_ERROR_NOT_FOUND, "'dense1'");
    ck_assert_int_eq(coulomb_network_set_frozen(NULL, NULL, 1), COULOMB_ERROR_ARGUMENT);
}
END_TEST

/* Whatever is frozen: its gradient is 0, and all others and the input's are what they were. */
START_TEST(other_gradients_are_the_same)
{
    static const char *const frozen[] = {
        "conv1.weight",  "conv1.bias",  "norm1.shift", "norm1.scale", "transposed1.weight", "transposed1.bias",
        "dense1.weight", "dense1.bias", "conv1",       "norm1",       "transposed1",        "dense1"};
    coulomb_network *all = build();
    ck_ok(context, coulomb_network_forward(all, COUNT, x, NULL));
    ck_ok(context, coulomb_network_backward(all, dy, dx[0], COULOMB_GRADIENT_WRITE));
    ck_ok(context, coulomb_network_forward(network, COUNT, x, NULL));
    ck_ok(context, coulomb_network_backward(network, dy, NULL, COULOMB_GRADIENT_WRITE));
    ck_ok(context, coulomb_network_set_frozen(network, frozen[_i], 1));
    for (int32_t with_input = 0; with_input < 2; with_input++) {
        ck_ok(context, coulomb_network_forward(network, COUNT, x, NULL));
        ck_ok(context, coulomb_network_backward(network, dy, with_input ? dx[1] : NULL, COULOMB_GRADIENT_WRITE));
        for (size_t i = 0; i < coulomb_network_parameter_count(network); i++) {
            const char *name = coulomb_network_parameter_name(network, i);
            if (is_frozen(name))
                ck_assert_msg(gradient_is_zero(name), "%s", name);
            else
                ck_assert_msg(same(network, all, name, true), "%s", name);
        }
    }
    ck_assert_mem_eq(dx[0], dx[1], sizeof dx[0]);
    coulomb_network_free(all);
}
END_TEST

/* Nothing is computed that only frozen arrays would need. */
START_TEST(the_work_for_frozen_layers_is_saved)
{
    ck_ok(context, coulomb_network_set_frozen(network, "conv1", 1));
    ck_ok(context, coulomb_network_set_frozen(network, "norm1", 1));
    ck_ok(context, coulomb_network_set_frozen(network, "transposed1", 1));
    for (size_t i = 0; i < network->graph.nodes; i++)
        ck_assert_int_eq(network->graph.node[i].trained, i > 5);
    ck_ok(context, coulomb_network_set_frozen(network, "norm1.shift", 0));
    for (size_t i = 0; i < network->graph.nodes; i++)
        ck_assert_int_eq(network->graph.node[i].trained, i >= 2);
    ck_ok(context, coulomb_network_set_frozen(network, NULL, 1));
    ck_ok(context, coulomb_network_forward(network, COUNT, x, NULL));
    ck_ok(context, coulomb_network_backward(network, dy, NULL, COULOMB_GRADIENT_WRITE));
}
END_TEST

/* The reference: nothing is frozen, but what should be is put back after each step. */
START_TEST(steps_leave_frozen_parameters_and_learn_the_others)
{
    static const char *const frozen[] = {"conv1.weight", "norm1.scale", "dense1.weight", "dense2.bias"};
    enum { FROZEN = sizeof frozen / sizeof frozen[0] };
    static float start[FROZEN][MOST];
    coulomb_network *reference = build(), *networks[] = {network, reference}, *untouched = build();
    coulomb_optimizer *optimizers[2];
    for (size_t n = 0; n < 2; n++) {
        ck_ok(context, coulomb_optimizer_new(networks[n], &optimizers[n]));
        ck_ok(context, coulomb_optimizer_set_learning_rate(optimizers[n], 0.01));
        ck_ok(context, coulomb_optimizer_set_l2(optimizers[n], 0.1));
    }
    for (size_t i = 0; i < FROZEN; i++) {
        ck_ok(context, coulomb_network_set_frozen(network, frozen[i], 1));
        ck_ok(context, coulomb_network_read_parameter(network, frozen[i], start[i], size_of(network, frozen[i])));
    }
    for (uint64_t update = 1; update <= 5; update++) {
        random_floats((unsigned)update, COUNT * IMAGE, 1.0f, x);
        for (size_t n = 0; n < 2; n++) {
            ck_ok(context, coulomb_network_forward(networks[n], COUNT, x, NULL));
            ck_ok(context, coulomb_network_backward(networks[n], dy, NULL, COULOMB_GRADIENT_WRITE));
            ck_ok(context, coulomb_optimizer_step(optimizers[n], update));
        }
        for (size_t i = 0; i < FROZEN; i++)
            ck_ok(context,
                  coulomb_network_write_parameter(reference, frozen[i], start[i], size_of(reference, frozen[i])));
    }
    for (size_t i = 0; i < coulomb_network_parameter_count(network); i++) {
        const char *name = coulomb_network_parameter_name(network, i);
        ck_assert_msg(same(network, reference, name, false), "%s", name);
        ck_assert_msg(same(network, untouched, name, false) == is_frozen(name), "%s", name);
    }
    coulomb_optimizer_free(optimizers[0]);
    coulomb_optimizer_free(optimizers[1]);
    coulomb_network_free(reference);
    coulomb_network_free(untouched);
}
END_TEST

START_TEST(running_averages_of_a_frozen_norm_stay)
{
    float average;
    coulomb_optimizer *optimizer;
    static const char *const part[] = {"norm1", "norm1.mean", "conv1"};
    ck_ok(context, coulomb_optimizer_new(network, &optimizer));
    ck_ok(context, coulomb_network_set_frozen(network, part[_i], 1));
    ck_ok(context, coulomb_network_forward(network, COUNT, x, NULL));
    ck_ok(context, coulomb_network_backward(network, dy, NULL, COULOMB_GRADIENT_WRITE));
    ck_ok(context, coulomb_optimizer_step(optimizer, 1));
    float averages[4];
    ck_ok(context, coulomb_network_read_parameter(network, "norm1.mean", averages, 4));
    average = averages[0];
    ck_assert_int_eq(average == 0.0f, _i < 2);
    ck_ok(context, coulomb_network_read_parameter(network, "norm1.variance", averages, 4));
    ck_assert_int_eq(averages[0] == 1.0f, _i == 0);
    /* Frozen between the backward pass and the step: the same. */
    ck_ok(context, coulomb_network_set_frozen(network, NULL, 0));
    ck_ok(context, coulomb_network_forward(network, COUNT, x, NULL));
    ck_ok(context, coulomb_network_backward(network, dy, NULL, COULOMB_GRADIENT_WRITE));
    ck_ok(context, coulomb_network_set_frozen(network, "norm1", 1));
    ck_ok(context, coulomb_optimizer_step(optimizer, 2));
    ck_ok(context, coulomb_network_read_parameter(network, "norm1.mean", averages, 4));
    ck_assert_float_eq(averages[0], average);
    coulomb_optimizer_free(optimizer);
}
END_TEST

/* --- a trainer's --- */

static const size_t two = 2;

static coulomb_status draw(void *user, uint64_t update, size_t count, float *batch)
{
    (void)user;
    random_floats((unsigned)update, 2 * count, 3.0f, batch);
    return COULOMB_OK;
}

static double sum_of_squares(const coulomb_network *of)
{
    static float gradient[128 * 128];
    double sum = 0.0;
    for (size_t i = 0; i < coulomb_network_parameter_count(of); i++) {
        const parameter_array *array = &of->graph.parameter[i];
        ck_ok(context, coulomb_network_read_gradient(of, array->name, gradient, array->size));
        for (size_t j = 0; j < array->size; j++)
            sum += (double)gradient[j] * (double)gradient[j];
    }
    return sum;
}

/* One pass back through D serves both losses, weighted; the first layers of both networks are frozen. */
START_TEST(a_trainer_leaves_frozen_layers_alone)
{
    static const char *const frozen[] = {"dense1", "dense2.weight"};
    static float values[2][128 * 128];
    coulomb_network *generator, *discriminator, *start[2], *trained[2];
    coulomb_trainer *trainer;
    double norm;
    for (size_t n = 0; n < 2; n++) {
        ck_ok(context, coulomb_network_new_preset(context, "mlp-generator", &two, 1, 2, 1, &generator));
        ck_ok(context, coulomb_network_new_preset(context, "mlp-discriminator", &two, 1, 0, 2, &discriminator));
        if (n == 0) {
            start[0] = generator;
            start[1] = discriminator;
        }
    }
    trained[0] = generator;
    trained[1] = discriminator;
    for (size_t n = 0; n < 2; n++)
        for (size_t i = 0; i < 2; i++)
            ck_ok(context, coulomb_network_set_frozen(trained[n], frozen[i], 1));
    ck_ok(context, coulomb_trainer_new(context, generator, discriminator, &trainer));
    ck_ok(context, coulomb_trainer_set_data(trainer, draw, NULL, NULL));
    ck_ok(context, coulomb_trainer_set_smoothing(trainer, _i == 1 ? 0.1 : 0.0));
    ck_ok(context, coulomb_trainer_set_replay(trainer, _i == 2));
    ck_ok(context, coulomb_trainer_run(trainer, 4, NULL, NULL));
    ck_ok(context, coulomb_trainer_statistic(trainer, COULOMB_STATISTIC_GRADIENT_DISCRIMINATOR, &norm));
    ck_close(norm, sqrt(sum_of_squares(discriminator)), 1e-6, norm);
    ck_assert_double_gt(norm, 0.0);
    for (size_t n = 0; n < 2; n++)
        for (size_t i = 0; i < coulomb_network_parameter_count(start[n]); i++) {
            const parameter_array *array = &trained[n]->graph.parameter[i];
            ck_ok(context, coulomb_network_read_parameter(start[n], array->name, values[0], array->size));
            ck_ok(context, coulomb_network_read_parameter(trained[n], array->name, values[1], array->size));
            bool unchanged = memcmp(values[0], values[1], array->size * sizeof(float)) == 0;
            ck_assert_msg(unchanged == array->frozen, "%s of network %zu", array->name, n);
        }
    coulomb_trainer_free(trainer);
    for (size_t n = 0; n < 2; n++) {
        coulomb_network_free(start[n]);
        coulomb_network_free(trained[n]);
    }
}
END_TEST

Suite *suite_frozen(void)
{
    Suite *suite = suite_create("frozen");
    TCase *all = tcase_create("frozen");
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_test(all, parameters_are_frozen_by_name_by_layer_or_all);
    tcase_add_loop_test(all, other_gradients_are_the_same, 0, 12);
    tcase_add_test(all, the_work_for_frozen_layers_is_saved);
    tcase_add_test(all, steps_leave_frozen_parameters_and_learn_the_others);
    tcase_add_loop_test(all, running_averages_of_a_frozen_norm_stay, 0, 3);
    tcase_add_loop_test(all, a_trainer_leaves_frozen_layers_alone, 0, 3);
    suite_add_tcase(suite, all);
    return suite;
}
