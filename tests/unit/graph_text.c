/* Graphs as text: every layer with every kind of option prints as files hold it, and is read back to the same text; any
 * other text is refused. */
#include "network/network.h"
#include "unit/check_more.h"
#include "unit/ledger.h"
#include "unit/suites.h"
#include "unit/test_context.h"

#include <locale.h>
#include <stdio.h>

/* Read and printed again, the text is as it was. */
static void ck_round_trip(const char *text)
{
    coulomb_network *network;
    ck_ok(context, network_parse(context, text, NULL, 0, &network));
    char *printed = network_describe(network);
    ck_assert_str_eq(printed, text);
    memory_release(context, printed);
    ck_ok(context, coulomb_network_finish(network, (int32_t)network->graph.nodes - 1, 1));
    coulomb_network_free(network);
}

/* The text of a network made by calls; then read back. */
static void ck_prints(coulomb_network *network, const char *expected)
{
    char *printed = network_describe(network);
    ck_assert_str_eq(printed, expected);
    memory_release(context, printed);
    coulomb_network_free(network);
    ck_round_trip(expected);
}

START_TEST(layers_of_all_shapes_print_as_files_hold_them)
{
    const size_t shape[] = {3, 4}, turned[] = {4, 3}, groups[] = {2, 17, 1}, selected[] = {5, 3, 4, 5, 6, 6, 0, 0, 19};
    coulomb_network *network;
    int32_t in, a, b;
    ck_ok(context, coulomb_network_new(context, &network));
    ck_ok(context, coulomb_network_input(network, shape, 2, &in));
    ck_ok(context, coulomb_network_elu(network, in, &a));
    ck_ok(context, coulomb_network_relu(network, in, &b));
    ck_ok(context, coulomb_network_tanh(network, b, &b));
    ck_ok(context, coulomb_network_lecun_tanh(network, b, &b));
    ck_ok(context, coulomb_network_softmax(network, b, &b));
    ck_ok(context, coulomb_network_sigmoid(network, b, &b));
    ck_ok(context, coulomb_network_shift(network, b, -0.25, &b));
    ck_ok(context, coulomb_network_leaky_relu(network, b, 0.2, &b));
    ck_ok(context, coulomb_network_scale(network, b, -1.5, &b));
    ck_ok(context, coulomb_network_scale(network, b, 1e-30, &b));
    ck_ok(context, coulomb_network_add(network, b, a, &b));
    ck_ok(context, coulomb_network_concatenate(network, b, b, &b));
    ck_ok(context, coulomb_network_slice(network, b, 3, 4, &b));
    ck_ok(context, coulomb_network_batch_norm(network, b, 1e-3, 0.99, 0, NULL, &b));
    ck_ok(context, coulomb_network_batch_norm(network, b, 0.5, 1.0, 1, NULL, &b));
    ck_ok(context, coulomb_network_reshape(network, b, turned, 2, &b));
    ck_ok(context, coulomb_network_dense(network, b, 5, NULL, &b));
    ck_ok(context, coulomb_network_flatten(network, b, &b));
    ck_ok(context, coulomb_network_multiply(network, b, b, &a));
    ck_ok(context, coulomb_network_categorical(network, a, b, groups, 3, 0.25, &b));
    ck_ok(context, coulomb_network_select(network, b, selected, 9, &b));
    ck_ok(context, coulomb_network_finish(network, b, 1));
    ck_prints(network, "input[3, 4] elu relu<0 tanh lecun_tanh softmax sigmoid shift(-0.25) "
                       "leaky_relu(0.20000000000000001) scale(-1.5) "
                       "scale(1.0000000000000001e-30) add<10<1 concatenate<11<11 slice(3 4) "
                       "batch_norm(0.001 0.98999999999999999) batch_norm(0.5 1 scale) reshape[4, 3] dense(5) "
                       "reshape[20] multiply<18<18 categorical(0.25 2,17,1)<19<18 select(5,3-6,6,0,0,19)");
}
END_TEST

START_TEST(layers_for_images_print_as_files_hold_them)
{
    const size_t image[] = {9, 8, 3}, three[] = {3, 2}, two[] = {2, 1}, pads[] = {1, 0, 2, 1}, small[] = {1, 0, 0, 1};
    coulomb_network *network;
    int32_t node;
    ck_ok(context, coulomb_network_new(context, &network));
    ck_ok(context, coulomb_network_input(network, image, 3, &node));
    ck_ok(context, coulomb_network_conv2d(network, node, 4, three, two, COULOMB_PADDING_EXPLICIT, pads, NULL, &node));
    ck_ok(context, coulomb_network_conv2d(network, node, 6, three, NULL, COULOMB_PADDING_VALID, NULL, NULL, &node));
    ck_ok(context,
          coulomb_network_conv2d_transposed(network, node, 2, three, two, COULOMB_PADDING_SAME, NULL, NULL, &node));
    ck_ok(context, coulomb_network_average_pool2d(network, node, two, NULL, COULOMB_PADDING_SAME, NULL, &node));
    ck_ok(context, coulomb_network_max_pool2d(network, node, three, two, COULOMB_PADDING_EXPLICIT, small, &node));
    ck_ok(context, coulomb_network_upsample2d(network, node, three, &node));
    ck_ok(context, coulomb_network_finish(network, node, 1));
    ck_prints(network, "input[9, 8, 3] conv(4 3x2 stride 2x1 pads 1,0,2,1) conv(6 3x2 stride 1x1 valid) "
                       "conv_transposed(2 3x2 stride 2x1 same) average_pool(2x1 stride 2x1 same) "
                       "max_pool(3x2 stride 2x1 pads 1,0,0,1) upsample(3x2)");
}
END_TEST

START_TEST(layers_for_sequences_print_as_files_hold_them)
{
    const size_t sequence[] = {9, 3}, pads[] = {2, 1};
    coulomb_network *network;
    int32_t node;
    ck_ok(context, coulomb_network_new(context, &network));
    ck_ok(context, coulomb_network_input(network, sequence, 2, &node));
    ck_ok(context, coulomb_network_conv1d(network, node, 4, 3, 2, COULOMB_PADDING_EXPLICIT, pads, NULL, &node));
    ck_ok(context, coulomb_network_conv1d(network, node, 6, 5, 1, COULOMB_PADDING_SAME, NULL, NULL, &node));
    ck_ok(context,
          coulomb_network_conv1d_transposed(network, node, 2, 4, 2, COULOMB_PADDING_EXPLICIT, pads, NULL, &node));
    ck_ok(context, coulomb_network_max_pool1d(network, node, 3, 2, COULOMB_PADDING_EXPLICIT, pads, &node));
    ck_ok(context, coulomb_network_average_pool1d(network, node, 2, 1, COULOMB_PADDING_VALID, NULL, &node));
    ck_ok(context, coulomb_network_upsample1d(network, node, 3, &node));
    ck_ok(context, coulomb_network_finish(network, node, 1));
    ck_prints(network, "input[9, 3] conv(4 1x3 stride 1x2 pads 0,0,2,1) conv(6 1x5 stride 1x1 same) "
                       "conv_transposed(2 1x4 stride 1x2 pads 0,0,2,1) max_pool(1x3 stride 1x2 pads 0,0,2,1) "
                       "average_pool(1x2 stride 1x1 valid) upsample(1x3)");
}
END_TEST

START_TEST(presets_are_read_back)
{
    const struct {
        const char *name;
        size_t rank, shape[3], latent;
    } all[] = {{"mlp-generator", 2, {3, 4}, 5},          {"mlp-discriminator", 3, {3, 4, 2}, 0},
               {"coulomb-generator", 3, {32, 32, 3}, 8}, {"coulomb-64-discriminator", 3, {32, 32, 1}, 0},
               {"dcgan-generator", 3, {32, 32, 3}, 8},   {"began-discriminator", 3, {32, 32, 3}, 0},
               {"resnet-generator", 3, {32, 32, 3}, 8},  {"resnet-discriminator", 3, {32, 32, 3}, 0},
               {"billion-word-generator", 2, {32, 5}, 8}};
    coulomb_network *network;
    ck_ok(context,
          coulomb_network_new_preset(context, all[_i].name, all[_i].shape, all[_i].rank, all[_i].latent, 1, &network));
    char *text = network_describe(network);
    ck_round_trip(text);
    memory_release(context, text);
    coulomb_network_free(network);
}
END_TEST

/* What was read computes the same, with the names that were given. */
START_TEST(networks_that_were_read_compute_the_same)
{
    const size_t size = 3;
    const char *const names[] = {"first", "dense1"};
    const float x[] = {0.5f, -1.0f, 2.0f};
    float weight[15], y[5], expected[5];
    coulomb_network *network, *same;
    int32_t node;
    ck_ok(context, coulomb_network_new(context, &network));
    ck_ok(context, coulomb_network_input(network, &size, 1, &node));
    ck_ok(context, coulomb_network_dense(network, node, 5, "first", &node));
    ck_ok(context, coulomb_network_tanh(network, node, &node));
    ck_ok(context, coulomb_network_dense(network, node, 5, "dense1", &node));
    ck_ok(context, coulomb_network_finish(network, node, 7));
    char *text = network_describe(network);
    ck_ok(context, network_parse(context, text, names, 2, &same));
    memory_release(context, text);
    ck_ok(context, coulomb_network_finish(same, (int32_t)same->graph.nodes - 1, 7));
    ck_ok(context, coulomb_network_read_parameter(same, "first.weight", weight, 15));
    ck_ok(context, coulomb_network_forward(network, 1, x, expected));
    ck_ok(context, coulomb_network_forward(same, 1, x, y));
    ck_assert_mem_eq(y, expected, sizeof y);
    coulomb_network_free(same);
    coulomb_network_free(network);
}
END_TEST

START_TEST(names_must_be_as_many_as_layers_with_parameters)
{
    const char *const names[] = {"a", "b", "b"};
    const char *const text = "input[2] dense(3) elu dense(1)";
    coulomb_network *network;
    ck_fails(context, network_parse(context, text, names, 1, &network), COULOMB_ERROR_FORMAT, "than names");
    ck_fails(context, network_parse(context, text, names, 3, &network), COULOMB_ERROR_FORMAT, "than names");
    ck_fails(context, network_parse(context, text, names + 1, 2, &network), COULOMB_ERROR_FORMAT,
             "already has a layer 'b'");
    ck_ok(context, network_parse(context, text, names, 2, &network));
    coulomb_network_free(network);
}
END_TEST

/* The host prints numbers with a comma. */
START_TEST(a_decimal_comma_changes_nothing)
{
    setenv("LOCPATH", LOCALE_DIRECTORY, 1);
    ck_assert_ptr_nonnull(setlocale(LC_ALL, "de_DE.UTF-8"));
    ck_round_trip("input[2] leaky_relu(0.20000000000000001) scale(-1.5)");
}
END_TEST

static const struct {
    const char *text, *message;
} wrong[] = {
    {"", "unknown kind of layer"},
    {" input[2] elu", "node 0, character 1"},
    {"elu", "node -1 does not exist"},
    {"input elu", "invalid options"},
    {"input[] elu", "rank is 0"},
    {"input[2,3] elu", "invalid options"},
    {"input[2, 3, 4, 5, 6, 7, 8, 9, 10] elu", "invalid options"},
    {"input[02] elu", "invalid options"},
    {"input[-2] elu", "invalid options"},
    {"input[+2] elu", "invalid options"},
    {"input[2.5] elu", "invalid options"},
    {"input[0] elu", "extent 0 of the shape is 0"},
    {"input[18446744073709551616] elu", "invalid options"},
    {"input[9223372036854775807, 9] elu", "does not fit"},
    {"input(2) elu", "invalid options"},
    {"input[2]  elu", "node 1, character 10"},
    {"input[2] elu ", "node 2, character 14"},
    {"input[2]\telu", "invalid inputs"},
    {"input[2] input[2] add<0<1", "one input"},
    {"input[2] gelu", "node 1, character 10: unknown kind of layer"},
    {"input[2] ELU", "unknown kind of layer"},
    {"input[2] elu(1)", "invalid inputs"},
    {"input[2] elu<1", "invalid inputs"},
    {"input[2] elu<0<0", "invalid inputs"},
    {"input[2] elu<-1", "invalid inputs"},
    {"input[2] elu<4294967296", "invalid inputs"},
    {"input[2] elu add", "invalid inputs"},
    {"input[2] elu add<0", "invalid inputs"},
    {"input[2] dense", "invalid options"},
    {"input[2] dense()", "invalid options"},
    {"input[2] dense(0)", "units is 0"},
    {"input[2] dense(3", "invalid options"},
    {"input[2] dense(3 4)", "invalid options"},
    {"input[2] dense(-3)", "invalid options"},
    {"input[2] dense(1e3)", "invalid options"},
    {"input[2] dense(4611686018427387904)", "does not fit"},
    {"input[2] scale(nan)", "invalid options"},
    {"input[2] scale(inf)", "invalid options"},
    {"input[2] scale(0x1)", "invalid options"},
    {"input[2] scale( 1)", "invalid options"},
    {"input[2] scale(1,5)", "invalid options"},
    {"input[2] scale(1e999)", "invalid options"},
    {"input[2] scale(1e300)", "factor is 1e+300"},
    {"input[2] scale(1.00000000000000000000000000000000000000000)", "invalid options"},
    {"input[2] shift(-nan)", "invalid options"},
    {"input[2] shift(1e39)", "shift is 1e+39"},
    {"input[2] shift()", "invalid options"},
    {"input[2] sigmoid(1)", "invalid inputs"},
    {"input[2] leaky_relu(-0.5)", "slope is -0.5"},
    {"input[2] slice(1 2)", "exceed the last dimension"},
    {"input[2] slice(0 0)", "count is 0"},
    {"input[3] select", "invalid options"},
    {"input[3] select()", "invalid options"},
    {"input[3] select(0,)", "invalid options"},
    {"input[3] select(0,1)", "invalid options"},
    {"input[3] select(0-1,2)", "invalid options"},
    {"input[3] select(1-1)", "invalid options"},
    {"input[3] select(2-1)", "invalid options"},
    {"input[3] select(0-)", "invalid options"},
    {"input[3] select(00)", "invalid options"},
    {"input[3] select(0 1)", "invalid options"},
    {"input[3] select(0-1048575)", "count is 1048576"},
    {"input[3] select(0-1048576)", "invalid options"},
    {"input[3] select(18446744073709551615,0)", "index 18446744073709551615 exceeds"},
    {"input[3] select(0-18446744073709551615)", "invalid options"},
    {"input[3] select(3)", "index 3 exceeds the last dimension of [3]"},
    {"input[3] multiply<0", "invalid inputs"},
    {"input[3] dense(2) multiply<0<1", "[3] and [2] differ"},
    {"input[3] categorical(1 3)", "invalid inputs"},
    {"input[3] categorical(1)<0<0", "invalid options"},
    {"input[3] categorical(3,0.5)<0<0", "invalid options"},
    {"input[3] categorical(0 3)<0<0", "temperature is 0"},
    {"input[3] categorical(1e4 3)<0<0", "temperature is 10000"},
    {"input[3] categorical(1 1-2)<0<0", "invalid options"},
    {"input[3] categorical(1 3,0)<0<0", "group 1 has size 0"},
    {"input[3] categorical(1 1,3)<0<0", "exceed the last dimension of [3]"},
    {"input[3] categorical(1 1,18446744073709551615)<0<0", "exceed the last dimension of [3]"},
    {"input[3] categorical(1 1,1)<0<0", "have 2 values"},
    {"input[3] dense(2) categorical(1 2)<1<0", "[2] of logits and [3] of noise differ"},
    {"input[2] reshape[3]", "2 values"},
    {"input[2] batch_norm(0.001)", "invalid options"},
    {"input[2] batch_norm(-1 0.5)", "epsilon is -1"},
    {"input[2] batch_norm(1 2)", "momentum is 2"},
    {"input[2] batch_norm(1 1 shift)", "invalid options"},
    {"input[4, 4, 1] conv(1 3x3)", "invalid options"},
    {"input[4, 4, 1] conv(1 3x3 stride 1x1)", "padding is 0"},
    {"input[4, 4, 1] conv(1 3x3 stride 1x1 same valid)", "invalid options"},
    {"input[4, 4, 1] conv(1 3x3 stride 1x1 pads 1,1,1)", "invalid options"},
    {"input[4, 4, 1] conv(1 3x3 stride 1x1 pads 1,1,1,65537)", "pads[3] is 65537"},
    {"input[4, 4, 1] conv(1 0x3 stride 1x1 same)", "kernel[0] is 0"},
    {"input[4, 4, 1] conv(1 3x3 stride 1x65537 same)", "stride[1] is 65537"},
    {"input[4, 4, 1] conv(0 3x3 stride 1x1 same)", "channels is 0"},
    {"input[4, 4, 1] conv(1 5x5 stride 1x1 valid)", "does not fit"},
    {"input[16] conv(1 3x3 stride 1x1 same)", "expected an image"},
    {"input[4, 4] conv(1 3x3 stride 1x1 same)", "expected 1 row"},
    {"input[4, 4] conv(1 1x3 stride 2x1 same)", "expected 1 row"},
    {"input[4, 4] conv(1 1x3 stride 1x1 pads 1,0,0,0)", "expected none"},
    {"input[4, 4, 1] max_pool(2x2 stride 2x2 pads 2,0,0,0)", "pads[0] is 2"},
    {"input[4, 4, 1] upsample(0x2)", "factor[0] is 0"},
    {"input[4, 4] upsample(2x2)", "expected 1 row"},
    {"input[4, 4] average_pool(2x2 stride 1x2 same)", "expected 1 row"},
    {"input[4, 4] conv_transposed(1 1x2 stride 1x2 pads 0,1,0,0)", "expected none"},
    {"input[16] upsample(2x2)", "expected an image"},
};

enum { WRONG = sizeof wrong / sizeof wrong[0] };

/* Few bytes of text stand for many indices. */
START_TEST(lists_are_bounded_together)
{
    char text[256] = "input[1048575]";
    coulomb_network *network = NULL;
    for (size_t i = 0; i < 4; i++)
        strcat(text, " select(0-1048574)");
    ck_ok(context, network_parse(context, text, NULL, 0, &network));
    coulomb_network_free(network);
    network = NULL;
    strcat(text, " select(0-3)");
    ck_ok(context, network_parse(context, text, NULL, 0, &network));
    coulomb_network_free(network);
    network = NULL;
    strcat(text, " select(0)");
    ck_fails(context, network_parse(context, text, NULL, 0, &network), COULOMB_ERROR_FORMAT,
             "the lists of all nodes have 4194305 values together; expected at most 4194304");
    ck_assert_ptr_null(network);
}
END_TEST

START_TEST(other_texts_are_refused)
{
    coulomb_network *network = NULL;
    ck_fails(context, network_parse(context, wrong[_i].text, NULL, 0, &network), COULOMB_ERROR_FORMAT,
             wrong[_i].message);
    ck_assert_ptr_nonnull(strstr(coulomb_context_error(context), "the network's description, node "));
    ck_assert_ptr_null(network);
}
END_TEST

/* A description of a few bytes stands for 1.2 GB of parameters, of which none are allocated yet. */
START_TEST(reading_a_graph_allocates_no_parameters)
{
    ledger book;
    coulomb_context *counting;
    coulomb_network *network;
    context_with_ledger(&book, &counting);
    book.largest = 0; /* a context has workspaces of its own */
    ck_ok(counting, network_parse(counting, "input[100000] dense(3000)", NULL, 0, &network));
    ck_assert_uint_eq(network->graph.parameter[0].size, 300000000);
    ck_assert_uint_le(book.largest, 100000);
    coulomb_network_free(network);
    coulomb_context_free(counting);
}
END_TEST

/* Check allows 4 seconds. */
START_TEST(graphs_of_many_layers_are_planned_in_time)
{
    enum { MANY = 4000 };
    static char text[16 + MANY * 10];
    size_t used = (size_t)sprintf(text, "input[1]");
    for (size_t i = 0; i < MANY; i++)
        used += (size_t)sprintf(text + used, " dense(1)");
    ck_round_trip(text);
}
END_TEST

Suite *suite_graph_text(void)
{
    Suite *suite = suite_create("graph text");
    TCase *all = tcase_create("graph text");
    tcase_set_timeout(all, 60.0);
    tcase_add_checked_fixture(all, context_begin, context_end);
    tcase_add_test(all, layers_of_all_shapes_print_as_files_hold_them);
    tcase_add_test(all, layers_for_images_print_as_files_hold_them);
    tcase_add_test(all, layers_for_sequences_print_as_files_hold_them);
    tcase_add_loop_test(all, presets_are_read_back, 0, 9);
    tcase_add_test(all, networks_that_were_read_compute_the_same);
    tcase_add_test(all, names_must_be_as_many_as_layers_with_parameters);
    tcase_add_test(all, a_decimal_comma_changes_nothing);
    tcase_add_test(all, lists_are_bounded_together);
    tcase_add_loop_test(all, other_texts_are_refused, 0, WRONG);
    tcase_add_test(all, graphs_of_many_layers_are_planned_in_time);
    tcase_add_test(all, reading_a_graph_allocates_no_parameters);
    suite_add_tcase(suite, all);
    return suite;
}
