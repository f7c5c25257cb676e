/* Gradients of all layers against differences of a network's output. */
#include "network/network.h"
#include "unit/check_more.h"
#include "unit/op_passes.h"
#include "unit/suites.h"
#include "unit/test_context.h"

#include <coulomb/parameters.h>
#include <stdio.h>
#include <string.h>

static const char *const layers[] = {
    "elu",
    "relu",
    "leaky_relu(0.25)",
    "tanh",
    "lecun_tanh",
    "sigmoid",
    "softmax",
    "scale(-1.5)",
    "shift(0.5)",
    "add<0<0",
    "concatenate<0<0",
    "slice(1 2)",
    "multiply<0<0",
    "select(2,0,2,1-2)",
    "reshape[15]",
    "dense(4)",
    "batch_norm(0.001 0.9)",
    "batch_norm(0.001 0.9 scale)",
    "conv(2 1x3 stride 1x2 same)",
    "conv_transposed(2 1x3 stride 1x2 pads 0,0,1,0)",
    "average_pool(1x3 stride 1x2 same)",
    "max_pool(1x2 stride 1x1 pads 0,0,1,0)",
    "upsample(1x3)",
    "reshape[5, 1, 3] conv(2 3x1 stride 2x1 same)",
    "reshape[3, 5, 1] conv_transposed(2 2x3 stride 2x2 valid)",
    "reshape[3, 5, 1] average_pool(2x2 stride 1x2 same)",
    "reshape[5, 3, 1] max_pool(3x2 stride 2x1 valid)",
    "reshape[1, 5, 3] upsample(2x3)",
};

enum {
    LAYERS = sizeof layers / sizeof layers[0],
    BATCH = 3,
    LENGTH = 5,
    CHANNELS = 3,
    VALUES = BATCH * LENGTH * CHANNELS
};

static const float step = 0.01f;

/* Distinct values in random order, farther apart than two steps and from 0 than one: no kink lies between. */
static void draw_apart(unsigned seed)
{
    for (size_t i = 0; i < VALUES; i++)
        x[i] = 0.06f * ((float)i - VALUES / 2) + 0.03f;
    for (size_t i = VALUES - 1; i > 0; i--) {
        size_t other = random_size(seed + (unsigned)i, 0, i);
        float kept = x[i];
        x[i] = x[other];
        x[other] = kept;
    }
}

static double loss(coulomb_network *network)
{
    size_t values = BATCH * network_output_size(network);
    double sum = 0.0;
    ck_ok(context, coulomb_network_forward(network, BATCH, x, y));
    for (size_t i = 0; i < values; i++)
        sum += (double)y[i] * (double)dy[i];
    return sum;
}

/* The loss's slope as one value moves. */
static double difference(coulomb_network *network, float *value)
{
    float kept = *value;
    *value = kept + step;
    double above = loss(network);
    *value = kept - step;
    double below = loss(network);
    *value = kept;
    return (above - below) / (2.0 * (double)step);
}

static void parameters_match_differences(coulomb_network *network, const parameter_array *array)
{
    static float kept[VALUES], moved[VALUES], gradient[VALUES];
    ck_assert_uint_le(array->size, VALUES);
    ck_ok(context, coulomb_network_read_parameter(network, array->name, kept, array->size));
    ck_ok(context, coulomb_network_read_gradient(network, array->name, gradient, array->size));
    memcpy(moved, kept, sizeof moved);
    for (size_t j = 0; j < array->size; j++) {
        moved[j] = kept[j] + step;
        ck_ok(context, coulomb_network_write_parameter(network, array->name, moved, array->size));
        double above = loss(network);
        moved[j] = kept[j] - step;
        ck_ok(context, coulomb_network_write_parameter(network, array->name, moved, array->size));
        double below = loss(network);
        moved[j] = kept[j];
        ck_close(gradient[j], (above - below) / (2.0 * (double)step), 2e-3, 1.0);
    }
    ck_ok(context, coulomb_network_write_parameter(network, array->name, kept, array->size));
}

START_TEST(gradients_match_differences)
{
    char text[128];
    snprintf(text, sizeof text, "input[%d, %d] %s", LENGTH, CHANNELS, layers[_i]);
    coulomb_network *network;
    ck_ok(context, network_parse(context, text, NULL, 0, &network));
    ck_ok(context, coulomb_network_finish(network, (int32_t)network->graph.nodes - 1, 3));
    draw_apart(600 + (unsigned)_i);
    random_floats(700 + (unsigned)_i, BATCH * network_output_size(network), 1.0f, dy);
    loss(network);
    ck_ok(context, coulomb_network_backward(network, dy, dx, network->graph.parameters > 0));
    for (size_t i = 0; i < VALUES; i++)
        ck_close(dx[i], difference(network, &x[i]), 2e-3, 1.0);
    for (size_t i = 0; i < network->graph.parameters; i++)
        if (!network->graph.parameter[i].moving)
            parameters_match_differences(network, &network->graph.parameter[i]);
    coulomb_network_free(network);
}
END_TEST

TCase *ops_differences(void)
{
    TCase *all = tcase_create("differences");
    tcase_add_checked_fixture(all, context_begin, context_end);
    tcase_add_loop_test(all, gradients_match_differences, 0, LAYERS);
    return all;
}
