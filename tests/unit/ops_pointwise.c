/* Layers that work on each value by itself, against naive loops in double. */
#include "unit/check_more.h"
#include "unit/op_passes.h"
#include "unit/suites.h"
#include "unit/test_context.h"

#include <coulomb/layers.h>

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
    while (count * size > OP_MOST)
        count--;
    coulomb_network *network;
    int32_t node;
    ck_ok(context, coulomb_network_new(context, &network));
    ck_ok(context, coulomb_network_input(network, shape, rank, &node));
    ck_ok(context, pointwise[_i % POINTWISE].add(network, node, &node));
    ck_ok(context, pointwise[_i % POINTWISE].add(network, node, &node));
    ck_ok(context, coulomb_network_finish(network, node, 0));
    random_pass(network, seed, count, size, size);
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
    random_pass(network, 7, count, 12, 12);
    for (size_t i = 0; i < count * 12; i++) {
        double v = (double)x[i];
        ck_close(y[i], 2.0 * (2.0 * elu(v) + tanh(v)), 2e-6, 2.0);
        ck_close(dx[i], (double)dy[i] * 2.0 * (2.0 * elu_slope(v) + tanh_slope(v)), 4e-6, 2.0);
    }
    coulomb_network_free(network);
}
END_TEST

TCase *ops_pointwise(void)
{
    TCase *all = tcase_create("pointwise");
    tcase_add_checked_fixture(all, context_begin, context_end);
    tcase_add_loop_test(all, pointwise_ops_match_naive_loops, 0, 3 * POINTWISE);
    tcase_add_test(all, activations_are_exact_at_their_kinks_and_ends);
    tcase_add_test(all, gradients_of_several_consumers_add_up);
    return all;
}
