/* All layers of the reference values, through the public interface. */
#include "golden/golden.h"
#include "unit/check_more.h"
#include "unit/suites.h"
#include "unit/test_network.h"

#include <coulomb/layers.h>
#include <coulomb/parameters.h>
#include <stdlib.h>
#include <string.h>

static const double tolerance = 1e-5;

/* Largest magnitude of the expected values: the scale errors are measured against. */
static void ck_array(const char *case_name, const char *array, const float *values, size_t count)
{
    golden_array expected = golden_read(case_name, array);
    double scale = 0.0;
    ck_assert_uint_eq(expected.count, count);
    for (size_t i = 0; i < count; i++)
        scale = fmax(scale, fabs(expected.values[i]));
    for (size_t i = 0; i < count; i++)
        ck_close(values[i], expected.values[i], tolerance, scale);
    golden_free(&expected);
}

static int32_t add_input(const char *case_name)
{
    golden_array x = golden_read(case_name, "x");
    int32_t node;
    ck_ok(context, coulomb_network_input(network, x.shape + 1, x.rank - 1, &node));
    golden_free(&x);
    return node;
}

static void write_parameter(const char *case_name, const char *array, const char *name)
{
    size_t count;
    float *values = golden_floats(case_name, array, &count);
    ck_ok(context, coulomb_network_write_parameter(network, name, values, count));
    free(values);
}

static void ck_gradient(const char *case_name, const char *array, const char *name)
{
    golden_array expected = golden_read(case_name, array);
    float *values = malloc(expected.count * sizeof *values);
    ck_ok(context, coulomb_network_read_gradient(network, name, values, expected.count));
    ck_array(case_name, array, values, expected.count);
    free(values);
    golden_free(&expected);
}

/* Forward and backward over the case's x and dy. */
static void ck_pass(const char *case_name, int32_t parameters)
{
    golden_array shape = golden_read(case_name, "x");
    size_t count = shape.shape[0], in, out;
    float *x = golden_floats_rounded(case_name, "x", &in), *dy = golden_floats(case_name, "dy", &out);
    float *y = malloc(out * sizeof *y), *dx = malloc(in * sizeof *dx);
    ck_ok(context, coulomb_network_forward(network, count, x, y));
    ck_ok(context, coulomb_network_backward(network, dy, dx, parameters));
    ck_array(case_name, "y", y, out);
    ck_array(case_name, "dx", dx, in);
    free(x);
    free(dy);
    free(y);
    free(dx);
    golden_free(&shape);
}

static coulomb_status add_leaky(coulomb_network *to, int32_t input, int32_t *node)
{
    return coulomb_network_leaky_relu(to, input, golden_number("layers/leaky_relu", "slope"), node);
}

static coulomb_status add_average_pool(coulomb_network *to, int32_t input, int32_t *node)
{
    return coulomb_network_average_pool2d(to, input, (size_t[]){2, 2}, NULL, COULOMB_PADDING_VALID, NULL, node);
}

static coulomb_status add_max_pool(coulomb_network *to, int32_t input, int32_t *node)
{
    return coulomb_network_max_pool2d(to, input, (size_t[]){3, 3}, (size_t[]){2, 2}, COULOMB_PADDING_VALID, NULL, node);
}

static coulomb_status add_upsample(coulomb_network *to, int32_t input, int32_t *node)
{
    return coulomb_network_upsample2d(to, input, (size_t[]){2, 2}, node);
}

static const struct {
    const char *case_name;
    coulomb_status (*add)(coulomb_network *network, int32_t input, int32_t *node);
} plain_layers[] = {{"layers/elu", coulomb_network_elu},
                    {"layers/relu", coulomb_network_relu},
                    {"layers/leaky_relu", add_leaky},
                    {"layers/tanh", coulomb_network_tanh},
                    {"layers/lecun_tanh", coulomb_network_lecun_tanh},
                    {"layers/softmax", coulomb_network_softmax},
                    {"layers/avg_pool_2x2", add_average_pool},
                    {"layers/max_pool_3x3_s2_valid", add_max_pool},
                    {"layers/upsample_nearest_2", add_upsample}};

enum { LAYERS = sizeof plain_layers / sizeof plain_layers[0] };

START_TEST(layers_without_parameters_match)
{
    int32_t node = add_input(plain_layers[_i].case_name);
    ck_ok(context, plain_layers[_i].add(network, node, &node));
    ck_ok(context, coulomb_network_finish(network, node, 0));
    ck_pass(plain_layers[_i].case_name, 0);
}
END_TEST

START_TEST(dense_matches)
{
    const char *const name = "layers/dense";
    golden_array bias = golden_read(name, "b");
    int32_t node = add_input(name);
    ck_ok(context, coulomb_network_dense(network, node, bias.count, "d", &node));
    ck_ok(context, coulomb_network_finish(network, node, 0));
    write_parameter(name, "w", "d.weight");
    write_parameter(name, "b", "d.bias");
    ck_pass(name, 1);
    ck_gradient(name, "dw", "d.weight");
    ck_gradient(name, "db", "d.bias");
    golden_free(&bias);
}
END_TEST

/* Whatever cases there are: their shapes are those of the arrays. */
START_TEST(convolutions_match)
{
    const char *name = golden_case("layers/conv2d", (size_t)_i);
    bool transposed = strstr(name, "transpose") != NULL;
    golden_array w = golden_read(name, "w");
    size_t stride = (size_t)golden_number(name, "stride"), strides[] = {stride, stride}, pads[4];
    const char *said = golden_text(name, "padding");
    int32_t padding = strcmp(said, "same") == 0 ? COULOMB_PADDING_SAME : COULOMB_PADDING_VALID;
    for (size_t i = 0; i < 4; i++)
        pads[i] = (size_t)golden_number_at(name, "pads", i);
    /* As the case says it, and with its padding spelt out. */
    for (int spelt = 0; spelt < 2; spelt++) {
        coulomb_network_free(network);
        ck_ok(context, coulomb_network_new(context, &network));
        int32_t node = add_input(name);
        ck_ok(context, (transposed ? coulomb_network_conv2d_transposed : coulomb_network_conv2d)(
                           network, node, w.shape[3], w.shape, strides, spelt ? COULOMB_PADDING_EXPLICIT : padding,
                           spelt ? pads : NULL, "c", &node));
        ck_ok(context, coulomb_network_finish(network, node, 0));
        write_parameter(name, "w", "c.weight");
        write_parameter(name, "b", "c.bias");
        ck_pass(name, 1);
        ck_gradient(name, "dw", "c.weight");
        ck_gradient(name, "db", "c.bias");
    }
    golden_free(&w);
}
END_TEST

START_TEST(convolution_of_sequences_matches)
{
    const char *const name = "layers/conv1d_k5_same";
    golden_array w = golden_read(name, "w");
    int32_t node = add_input(name);
    ck_ok(context,
          coulomb_network_conv1d(network, node, w.shape[2], w.shape[0], 1, COULOMB_PADDING_SAME, NULL, "c", &node));
    ck_ok(context, coulomb_network_finish(network, node, 0));
    write_parameter(name, "w", "c.weight");
    write_parameter(name, "b", "c.bias");
    ck_pass(name, 1);
    ck_gradient(name, "dw", "c.weight");
    ck_gradient(name, "db", "c.bias");
    golden_free(&w);
}
END_TEST

START_TEST(batch_norm_matches)
{
    const char *const name = "layers/batch_norm";
    int32_t node = add_input(name);
    ck_ok(context, coulomb_network_batch_norm(network, node, golden_number(name, "eps"), 0.99, 1, "n", &node));
    ck_ok(context, coulomb_network_finish(network, node, 0));
    write_parameter(name, "gamma", "n.scale");
    write_parameter(name, "beta", "n.shift");
    ck_pass(name, 1);
    ck_gradient(name, "dgamma", "n.scale");
    ck_gradient(name, "dbeta", "n.shift");
}
END_TEST

/* Logits and noise are the halves of x's last dimension: PyTorch's hard samples, and its soft gradient. */
START_TEST(categories_match)
{
    const char *name = golden_case("layers/categorical", (size_t)_i);
    golden_array y = golden_read(name, "y");
    size_t groups[8], count = 0, width = y.shape[y.rank - 1];
    for (size_t sum = 0; sum < width; sum += groups[count++])
        groups[count] = (size_t)golden_number_at(name, "groups", count);
    int32_t x = add_input(name), logits, noise;
    ck_ok(context, coulomb_network_slice(network, x, 0, width, &logits));
    ck_ok(context, coulomb_network_slice(network, x, width, width, &noise));
    ck_ok(context, coulomb_network_categorical(network, logits, noise, groups, count,
                                               golden_number(name, "temperature"), &logits));
    ck_ok(context, coulomb_network_finish(network, logits, 0));
    ck_pass(name, 0);
    golden_free(&y);
}
END_TEST

Suite *suite_golden_layers(void)
{
    Suite *suite = suite_create("golden layers");
    TCase *all = tcase_create("golden layers");
    tcase_add_checked_fixture(all, network_begin, network_end);
    tcase_add_loop_test(all, layers_without_parameters_match, 0, LAYERS);
    tcase_add_test(all, dense_matches);
    tcase_add_loop_test(all, convolutions_match, 0, (int)golden_case_count("layers/conv2d"));
    tcase_add_test(all, convolution_of_sequences_matches);
    tcase_add_test(all, batch_norm_matches);
    tcase_add_loop_test(all, categories_match, 0, (int)golden_case_count("layers/categorical"));
    suite_add_tcase(suite, all);
    return suite;
}
