/* Every op forward and backward against naive loops in double, on random shapes, through the public interface: the op
 * under test stands between the input and an output that mixes all of its values. */
#include "network/network.h"
#include "unit/check_more.h"
#include "unit/suites.h"
#include "unit/test_context.h"

#include <coulomb/layers.h>
#include <coulomb/parameters.h>
#include <stdio.h>
#include <string.h>

enum { ROUNDS = 12, MOST = 20000 };

static float x[MOST], dy[MOST], y[MOST], dx[MOST], w[MOST], b[MOST], dw[MOST], db[MOST];

static size_t volume(size_t rank, const size_t *shape)
{
    size_t size = 1;
    for (size_t i = 0; i < rank; i++)
        size *= shape[i];
    return size;
}

/* A random shape of rank 1 to 4 with at most a few hundred values. */
static size_t random_shape(unsigned seed, size_t *shape)
{
    size_t rank = random_size(seed, 1, 4);
    for (size_t i = 0; i < rank; i++)
        shape[i] = random_size(seed * 31 + (unsigned)i, 1, rank == 1 ? 70 : 6);
    return rank;
}

/* Run forward and backward with random data: leaves x, dy, y, dx. */
static void pass(coulomb_network *network, unsigned seed, size_t count, size_t in, size_t out)
{
    ck_assert_uint_le(count * in, MOST);
    ck_assert_uint_le(count * out, MOST);
    random_floats(seed, count * in, 2.0f, x);
    random_floats(seed + 1, count * out, 1.0f, dy);
    ck_ok(context, coulomb_network_forward(network, count, x, y));
    ck_ok(context, coulomb_network_backward(network, dy, dx, coulomb_network_parameter_count(network) > 0));
}

START_TEST(dense_matches_naive_loops)
{
    unsigned seed = 100 + (unsigned)_i;
    size_t shape[4], rank = random_shape(seed, shape), in = shape[rank - 1], units = random_size(seed + 50, 1, 40);
    size_t count = random_size(seed + 60, 1, 70), size = volume(rank, shape), rows = count * size / in;
    while (rows * units > MOST || count * size > MOST)
        rows = --count * size / in;
    coulomb_network *network;
    int32_t node;
    ck_ok(context, coulomb_network_new(context, &network));
    ck_ok(context, coulomb_network_input(network, shape, rank, &node));
    ck_ok(context, coulomb_network_dense(network, node, units, "d", &node));
    ck_ok(context, coulomb_network_set_initializer_random(network, "d.bias", COULOMB_DISTRIBUTION_UNIFORM, 1.0));
    ck_ok(context, coulomb_network_finish(network, node, seed));
    pass(network, seed, count, size, size / in * units);
    ck_ok(context, coulomb_network_read_parameter(network, "d.weight", w, in * units));
    ck_ok(context, coulomb_network_read_parameter(network, "d.bias", b, units));
    ck_ok(context, coulomb_network_read_gradient(network, "d.weight", dw, in * units));
    ck_ok(context, coulomb_network_read_gradient(network, "d.bias", db, units));
    for (size_t r = 0; r < rows; r++) {
        for (size_t u = 0; u < units; u++) {
            double sum = (double)b[u];
            for (size_t i = 0; i < in; i++)
                sum += (double)x[r * in + i] * (double)w[i * units + u];
            ck_close(y[r * units + u], sum, 1e-5, 1.0 + fabs(sum));
        }
        for (size_t i = 0; i < in; i++) {
            double sum = 0.0;
            for (size_t u = 0; u < units; u++)
                sum += (double)dy[r * units + u] * (double)w[i * units + u];
            ck_close(dx[r * in + i], sum, 1e-5, 1.0 + fabs(sum));
        }
    }
    for (size_t u = 0; u < units; u++) {
        double bias = 0.0;
        for (size_t r = 0; r < rows; r++)
            bias += (double)dy[r * units + u];
        ck_close(db[u], bias, 1e-5, 1.0 + sqrt((double)rows));
        for (size_t i = 0; i < in; i++) {
            double sum = 0.0;
            for (size_t r = 0; r < rows; r++)
                sum += (double)x[r * in + i] * (double)dy[r * units + u];
            ck_close(dw[i * units + u], sum, 1e-5, 1.0 + sqrt((double)rows));
        }
    }
    coulomb_network_free(network);
}
END_TEST

typedef coulomb_status add_node(coulomb_network *network, int32_t input, int32_t *node);

static coulomb_status add_leaky(coulomb_network *network, int32_t input, int32_t *node)
{
    return coulomb_network_leaky_relu(network, input, 0.25, node);
}

static coulomb_status add_scale(coulomb_network *network, int32_t input, int32_t *node)
{
    return coulomb_network_scale(network, input, -2.5, node);
}

static coulomb_status add_shift(coulomb_network *network, int32_t input, int32_t *node)
{
    return coulomb_network_shift(network, input, 0.375, node);
}

static double elu(double v)
{
    return v > 0.0 ? v : expm1(v);
}
static double elu_slope(double v)
{
    return v > 0.0 ? 1.0 : exp(v);
}
static double relu(double v)
{
    return v > 0.0 ? v : 0.0;
}
static double relu_slope(double v)
{
    return v > 0.0 ? 1.0 : 0.0;
}
static double leaky(double v)
{
    return v > 0.0 ? v : 0.25 * v;
}
static double leaky_slope(double v)
{
    return v > 0.0 ? 1.0 : 0.25;
}
static double tanh_slope(double v)
{
    return 1.0 - tanh(v) * tanh(v);
}
static double lecun(double v)
{
    return 1.7159 * tanh(2.0 / 3.0 * v);
}
static double lecun_slope(double v)
{
    return 1.7159 * 2.0 / 3.0 * tanh_slope(2.0 / 3.0 * v);
}
static double scaled(double v)
{
    return -2.5 * v;
}
static double scaled_slope(double v)
{
    (void)v;
    return -2.5;
}
static double sigmoid(double v)
{
    return 1.0 / (1.0 + exp(-v));
}
static double sigmoid_slope(double v)
{
    return sigmoid(v) * sigmoid(-v);
}
static double shifted(double v)
{
    return v + 0.375;
}
static double shifted_slope(double v)
{
    (void)v;
    return 1.0;
}

static const struct {
    add_node *add;
    double (*value)(double), (*slope)(double);
} pointwise[] = {{coulomb_network_elu, elu, elu_slope},
                 {coulomb_network_relu, relu, relu_slope},
                 {add_leaky, leaky, leaky_slope},
                 {coulomb_network_tanh, tanh, tanh_slope},
                 {coulomb_network_lecun_tanh, lecun, lecun_slope},
                 {add_scale, scaled, scaled_slope},
                 {coulomb_network_sigmoid, sigmoid, sigmoid_slope},
                 {add_shift, shifted, shifted_slope}};

enum { POINTWISE = sizeof pointwise / sizeof pointwise[0] };

/* Twice in a row, so that the second one works in place. */
START_TEST(pointwise_ops_match_naive_loops)
{
    unsigned seed = 200 + (unsigned)_i;
    double (*value)(double) = pointwise[_i % POINTWISE].value, (*slope)(double) = pointwise[_i % POINTWISE].slope;
    size_t shape[4], rank = random_shape(seed, shape), size = volume(rank, shape), count = random_size(seed, 1, 60);
    while (count * size > MOST)
        count--;
    coulomb_network *network;
    int32_t node;
    ck_ok(context, coulomb_network_new(context, &network));
    ck_ok(context, coulomb_network_input(network, shape, rank, &node));
    ck_ok(context, pointwise[_i % POINTWISE].add(network, node, &node));
    ck_ok(context, pointwise[_i % POINTWISE].add(network, node, &node));
    ck_ok(context, coulomb_network_finish(network, node, 0));
    pass(network, seed, count, size, size);
    for (size_t i = 0; i < count * size; i++) {
        double inner = value((double)x[i]);
        ck_close(y[i], value(inner), 2e-6, 1.0);
        ck_close(dx[i], (double)dy[i] * slope(inner) * slope((double)x[i]), 4e-6, 1.0);
    }
    coulomb_network_free(network);
}
END_TEST

/* Where the two halves of an activation meet, at 0 of either sign, and far from it, where exponentials vanish. */
START_TEST(activations_are_exact_at_their_kinks_and_ends)
{
    enum { AT = 4 };
    const float at[AT] = {0.0f, -0.0f, -200.0f, 200.0f}, one[AT] = {1.0f, 1.0f, 1.0f, 1.0f};
    const struct {
        add_node *add;
        float y[AT], slope[AT];
    } expected[] = {{coulomb_network_elu, {0.0f, 0.0f, -1.0f, 200.0f}, {1.0f, 1.0f, 0.0f, 1.0f}},
                    {coulomb_network_relu, {0.0f, 0.0f, 0.0f, 200.0f}, {0.0f, 0.0f, 0.0f, 1.0f}},
                    {add_leaky, {0.0f, 0.0f, -50.0f, 200.0f}, {0.25f, 0.25f, 0.25f, 1.0f}},
                    {coulomb_network_tanh, {0.0f, 0.0f, -1.0f, 1.0f}, {1.0f, 1.0f, 0.0f, 0.0f}},
                    {coulomb_network_sigmoid, {0.5f, 0.5f, 0.0f, 1.0f}, {0.25f, 0.25f, 0.0f, 0.0f}}};
    const size_t size = AT;
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        coulomb_network *network;
        int32_t node;
        ck_ok(context, coulomb_network_new(context, &network));
        ck_ok(context, coulomb_network_input(network, &size, 1, &node));
        ck_ok(context, expected[i].add(network, node, &node));
        ck_ok(context, coulomb_network_finish(network, node, 0));
        ck_ok(context, coulomb_network_forward(network, 1, at, y));
        ck_ok(context, coulomb_network_backward(network, one, dx, 0));
        for (size_t j = 0; j < AT; j++) {
            ck_assert_float_eq(y[j], expected[i].y[j]);
            ck_assert_float_eq(dx[j], expected[i].slope[j]);
        }
        coulomb_network_free(network);
    }
}
END_TEST

START_TEST(softmax_matches_naive_loops)
{
    unsigned seed = 300 + (unsigned)_i;
    size_t shape[4], rank = random_shape(seed, shape), size = volume(rank, shape), n = shape[rank - 1];
    size_t count = random_size(seed, 1, 20);
    coulomb_network *network;
    int32_t node;
    ck_ok(context, coulomb_network_new(context, &network));
    ck_ok(context, coulomb_network_input(network, shape, rank, &node));
    ck_ok(context, coulomb_network_softmax(network, node, &node));
    ck_ok(context, coulomb_network_finish(network, node, 0));
    pass(network, seed, count, size, size);
    for (size_t first = 0; first < count * size; first += n) {
        double sum = 0.0, dot = 0.0;
        for (size_t j = 0; j < n; j++)
            sum += exp((double)x[first + j]);
        for (size_t j = 0; j < n; j++)
            dot += (double)dy[first + j] * exp((double)x[first + j]) / sum;
        for (size_t j = 0; j < n; j++) {
            double p = exp((double)x[first + j]) / sum;
            ck_close(y[first + j], p, 1e-6, 1.0);
            ck_close(dx[first + j], p * ((double)dy[first + j] - dot), 2e-6, 1.0);
        }
    }
    coulomb_network_free(network);
}
END_TEST

/* Two slices of the same node, which may overlap, and a third path: their gradients add up where they meet. */
START_TEST(slices_match_naive_loops)
{
    unsigned seed = 400 + (unsigned)_i;
    size_t shape[4], rank = random_shape(seed, shape), size = volume(rank, shape), n = shape[rank - 1];
    size_t count = random_size(seed, 1, 20), first[2], part[2];
    coulomb_network *network;
    int32_t in, node[2];
    ck_ok(context, coulomb_network_new(context, &network));
    ck_ok(context, coulomb_network_input(network, shape, rank, &in));
    if (_i % 2 == 0)
        ck_ok(context, coulomb_network_scale(network, in, 1.0, &in));
    for (unsigned i = 0; i < 2; i++) {
        first[i] = random_size(seed + 10 + i, 0, n - 1);
        part[i] = random_size(seed + 20 + i, 1, n - first[i]);
        ck_ok(context, coulomb_network_slice(network, in, first[i], part[i], &node[i]));
    }
    ck_ok(context, coulomb_network_concatenate(network, node[0], node[1], &node[0]));
    ck_ok(context, coulomb_network_concatenate(network, node[0], in, &node[0]));
    ck_ok(context, coulomb_network_finish(network, node[0], 0));
    size_t width = part[0] + part[1] + n, rows = count * (size / n);
    pass(network, seed, count, size, size / n * width);
    for (size_t row = 0; row < rows; row++) {
        const float *out = y + row * width, *slope = dy + row * width;
        double expected[70];
        for (size_t j = 0; j < n; j++)
            expected[j] = (double)slope[part[0] + part[1] + j];
        for (size_t i = 0; i < 2; i++, out += part[0], slope += part[0])
            for (size_t j = 0; j < part[i]; j++) {
                ck_assert_float_eq(out[j], x[row * n + first[i] + j]);
                expected[first[i] + j] += (double)slope[j];
            }
        for (size_t j = 0; j < n; j++)
            ck_close(dx[row * n + j], expected[j], 1e-6, 3.0);
    }
    coulomb_network_free(network);
}
END_TEST

/* A slice that alone consumes its node: gradients are 0 outside of it, whatever stood there before. */
START_TEST(gradient_outside_a_slice_is_zero)
{
    const size_t shape[] = {3, 5};
    coulomb_network *network;
    int32_t node;
    ck_ok(context, coulomb_network_new(context, &network));
    ck_ok(context, coulomb_network_input(network, shape, 2, &node));
    ck_ok(context, coulomb_network_slice(network, node, 1, 3, &node));
    ck_ok(context, coulomb_network_finish(network, node, 0));
    for (size_t i = 0; i < 4 * 15; i++)
        dx[i] = NAN;
    pass(network, 5, 4, 15, 9);
    for (size_t row = 0; row < 12; row++)
        for (size_t j = 0; j < 5; j++)
            ck_assert_float_eq(dx[row * 5 + j], j < 1 || j > 3 ? 0.0f : dy[row * 3 + j - 1]);
    coulomb_network_free(network);
}
END_TEST

START_TEST(slices_that_do_not_fit_are_refused)
{
    const size_t shape[] = {3, 5};
    coulomb_network *network;
    int32_t node, made;
    ck_ok(context, coulomb_network_new(context, &network));
    ck_ok(context, coulomb_network_input(network, shape, 2, &node));
    ck_fails(context, coulomb_network_slice(network, node, 0, 0, &made), COULOMB_ERROR_ARGUMENT, "count is 0");
    ck_fails(context, coulomb_network_slice(network, node, 5, 1, &made), COULOMB_ERROR_SHAPE, "[3, 5]");
    ck_fails(context, coulomb_network_slice(network, node, 3, 3, &made), COULOMB_ERROR_SHAPE, "3 values from index 3");
    ck_fails(context, coulomb_network_slice(network, node, 1, SIZE_MAX, &made), COULOMB_ERROR_SHAPE,
             "exceed the last dimension");
    ck_fails(context, coulomb_network_slice(network, 1, 0, 1, &made), COULOMB_ERROR_ARGUMENT, "node 1 does not exist");
    ck_fails(context, coulomb_network_slice(network, node, 0, 1, NULL), COULOMB_ERROR_ARGUMENT, "node is NULL");
    ck_assert_int_eq(coulomb_network_slice(NULL, node, 0, 1, &made), COULOMB_ERROR_ARGUMENT);
    coulomb_network_free(network);
}
END_TEST

/* A diamond: y = elu(x) + tanh(x) + elu(x), reshaped; gradients of several consumers add up. */
START_TEST(gradients_of_several_consumers_add_up)
{
    size_t shape[] = {3, 4}, flat = 12, count = 9;
    coulomb_network *network;
    int32_t in, a, c, sum;
    ck_ok(context, coulomb_network_new(context, &network));
    ck_ok(context, coulomb_network_input(network, shape, 2, &in));
    ck_ok(context, coulomb_network_elu(network, in, &a));
    ck_ok(context, coulomb_network_tanh(network, in, &c));
    ck_ok(context, coulomb_network_add(network, a, c, &sum));
    ck_ok(context, coulomb_network_add(network, sum, a, &sum));
    ck_ok(context, coulomb_network_add(network, sum, sum, &sum));
    ck_ok(context, coulomb_network_reshape(network, sum, &flat, 1, &sum));
    ck_ok(context, coulomb_network_finish(network, sum, 0));
    pass(network, 7, count, 12, 12);
    for (size_t i = 0; i < count * 12; i++) {
        double v = (double)x[i];
        ck_close(y[i], 2.0 * (2.0 * elu(v) + tanh(v)), 2e-6, 2.0);
        ck_close(dx[i], (double)dy[i] * 2.0 * (2.0 * elu_slope(v) + tanh_slope(v)), 4e-6, 2.0);
    }
    coulomb_network_free(network);
}
END_TEST

/* --- gradients of all layers against differences --- */

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

Suite *suite_ops(void)
{
    Suite *suite = suite_create("ops");
    TCase *all = tcase_create("ops");
    tcase_add_checked_fixture(all, context_begin, context_end);
    tcase_add_loop_test(all, dense_matches_naive_loops, 0, ROUNDS);
    tcase_add_loop_test(all, pointwise_ops_match_naive_loops, 0, 3 * POINTWISE);
    tcase_add_test(all, activations_are_exact_at_their_kinks_and_ends);
    tcase_add_loop_test(all, gradients_match_differences, 0, LAYERS);
    tcase_add_loop_test(all, softmax_matches_naive_loops, 0, ROUNDS);
    tcase_add_loop_test(all, slices_match_naive_loops, 0, 2 * ROUNDS);
    tcase_add_test(all, gradient_outside_a_slice_is_zero);
    tcase_add_test(all, slices_that_do_not_fit_are_refused);
    tcase_add_test(all, gradients_of_several_consumers_add_up);
    suite_add_tcase(suite, all);
    return suite;
}
