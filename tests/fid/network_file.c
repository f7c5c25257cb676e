/* Networks rebuilt from nothing but their files. */
#include "support/network_file.h"
#include "suites.h"
#include "support/succeed.h"
#include "told.h"

#include <coulomb/layers.h>
#include <coulomb/parameters.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char path[] = "fid-network.safetensors";

static size_t size_of(const coulomb_network *network, bool output)
{
    size_t rank, shape[COULOMB_RANK_MAX], size = 1;
    ck_assert_int_eq(output ? coulomb_network_output_shape(network, shape, COULOMB_RANK_MAX, &rank)
                            : coulomb_network_input_shape(network, shape, COULOMB_RANK_MAX, &rank),
                     COULOMB_OK);
    for (size_t i = 0; i < rank; i++)
        size *= shape[i];
    return size;
}

/* Saves the network, rebuilds it, and finds that both give the same bits. */
static void check_rebuilt(coulomb_context *context, coulomb_network *network)
{
    ck_assert_int_eq(coulomb_network_save(network, path), COULOMB_OK);
    coulomb_network *again = network_from_file(context, path);
    ck_assert_ptr_nonnull(again);
    ck_assert_uint_eq(coulomb_network_parameter_count(again), coulomb_network_parameter_count(network));
    for (size_t i = 0; i < coulomb_network_parameter_count(network); i++)
        ck_assert_str_eq(coulomb_network_parameter_name(again, i), coulomb_network_parameter_name(network, i));
    size_t in = size_of(network, false), out = size_of(network, true);
    ck_assert_uint_eq(size_of(again, false), in);
    ck_assert_uint_eq(size_of(again, true), out);
    float *input = malloc(2 * in * sizeof *input), *a = malloc(2 * out * sizeof *a), *b = malloc(2 * out * sizeof *b);
    for (size_t i = 0; i < 2 * in; i++)
        input[i] = (float)(i * 2654435761u % 1000) / 500.0f - 1.0f;
    ck_assert_int_eq(coulomb_network_forward(network, 2, input, a), COULOMB_OK);
    ck_assert_int_eq(coulomb_network_forward(again, 2, input, b), COULOMB_OK);
    ck_assert_mem_eq(a, b, 2 * out * sizeof *a);
    free(input);
    free(a);
    free(b);
    coulomb_network_free(again);
    unlink(path);
}

static const char *const presets[] = {
    "mlp-generator",    "mlp-discriminator",   "coulomb-tanh-generator", "coulomb-64-discriminator",
    "dcgan-generator",  "dcgan-discriminator", "began-generator",        "began-discriminator",
    "resnet-generator", "resnet-discriminator"};

START_TEST(rebuilds_presets)
{
    const size_t shape[] = {32, 32, 3};
    coulomb_context *context = context_with_threads(1);
    coulomb_network *network;
    bool generator = strstr(presets[_i], "generator") != NULL;
    ck_assert_int_eq(coulomb_network_new_preset(context, presets[_i], shape, 3, generator ? 20 : 0, 7, &network),
                     COULOMB_OK);
    check_rebuilt(context, network);
    coulomb_network_free(network);
    coulomb_context_free(context);
}
END_TEST

/* Every layer and option that no preset has. */
START_TEST(rebuilds_what_presets_do_not_have)
{
    const size_t image[] = {9, 8, 3}, square[] = {3, 3}, strides[] = {2, 1}, pads[] = {1, 0, 2, 1},
                 line_pads[] = {2, 0};
    const size_t sequence[] = {10, 4};
    coulomb_context *context = context_with_threads(1);
    coulomb_network *n;
    int32_t input, a, b;
    ck_assert_int_eq(coulomb_network_new(context, &n), COULOMB_OK);
    coulomb_status s = coulomb_network_input(n, image, 3, &input);
    s = s ? s : coulomb_network_scale(n, input, -0.3, &a);
    s = s ? s : coulomb_network_conv2d(n, a, 5, square, strides, COULOMB_PADDING_EXPLICIT, pads, "first/one", &a);
    s = s ? s : coulomb_network_leaky_relu(n, a, 0.1, &a);
    s = s ? s : coulomb_network_conv2d(n, input, 5, square, strides, COULOMB_PADDING_EXPLICIT, pads, "b-2", &b);
    s = s ? s : coulomb_network_elu(n, b, &b);
    s = s ? s : coulomb_network_add(n, a, b, &b);
    s = s ? s : coulomb_network_concatenate(n, b, a, &a);
    s = s ? s : coulomb_network_average_pool2d(n, a, square, strides, COULOMB_PADDING_SAME, NULL, &b);
    s = s ? s : coulomb_network_max_pool2d(n, b, square, NULL, COULOMB_PADDING_EXPLICIT, pads, &b);
    s = s ? s : coulomb_network_flatten(n, b, &b);
    s = s ? s : coulomb_network_dense(n, b, 40, NULL, &b);
    s = s ? s : coulomb_network_reshape(n, b, sequence, 2, &b);
    s = s ? s : coulomb_network_conv1d(n, b, 6, 3, 2, COULOMB_PADDING_EXPLICIT, line_pads, "line", &b);
    s = s ? s : coulomb_network_batch_norm(n, b, 1e-3, 0.99, 0, "line/norm", &b);
    s = s ? s : coulomb_network_softmax(n, b, &b);
    s = s ? s : coulomb_network_finish(n, b, 3);
    ck_assert_int_eq(s, COULOMB_OK);
    check_rebuilt(context, n);
    coulomb_network_free(n);
    coulomb_context_free(context);
}
END_TEST

static const struct {
    const char *header, *told;
} refusals[] = {
    {"{}", "holds no network of its own"},
    {"{\"__metadata__\":{\"network.graph\":\"input[2] hologram\"}}", "not understood"},
    {"{\"__metadata__\":{\"network.graph\":\"input[2\"}}", "not understood"},
    {"{\"__metadata__\":{\"network.graph\":\"input[2] dense(\"}}", "not understood"},
    {"{\"__metadata__\":{\"network.graph\":\"input[2] dense(3)\"}}", "not understood"},
    {"{\"__metadata__\":{\"network.graph\":\"input[2] relu<7\"}}", "not understood"},
    {"{\"__metadata__\":{\"network.graph\":\"relu\"}}", "building the network of the file"},
    {"{\"__metadata__\":{\"network.graph\":\"\"}}", "building the network of the file"},
    {"{\"__metadata__\":{\"network.graph\":\"input[2] relu\"}}", "loading the network"},
};

START_TEST(refuses_descriptions_that_make_no_network)
{
    unsigned char length[8] = {(unsigned char)strlen(refusals[_i].header)};
    FILE *stream = fopen(path, "wb");
    fwrite(length, 1, sizeof length, stream);
    fwrite(refusals[_i].header, 1, strlen(refusals[_i].header), stream);
    fclose(stream);
    coulomb_context *context = context_with_threads(1);
    told_begin();
    coulomb_network *network = network_from_file(context, path);
    ck_told(refusals[_i].told);
    ck_assert_ptr_null(network);
    coulomb_context_free(context);
    unlink(path);
}
END_TEST

Suite *suite_network_file(void)
{
    Suite *suite = suite_create("network file");
    TCase *cases = tcase_create("graphs");
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, rebuilds_presets, 0, (int)(sizeof presets / sizeof *presets));
    tcase_add_test(cases, rebuilds_what_presets_do_not_have);
    tcase_add_loop_test(cases, refuses_descriptions_that_make_no_network, 0, (int)(sizeof refusals / sizeof *refusals));
    suite_add_tcase(suite, cases);
    return suite;
}
