/* Networks as their users handle them: building, names, presets, shapes, gradients, and every wrong use. */
#include "unit/check_more.h"
#include "unit/suites.h"
#include "unit/test_network.h"

#include <coulomb/layers.h>
#include <coulomb/parameters.h>

static int32_t node;
static const size_t two = 2;

START_TEST(shape_errors_come_when_the_graph_is_built)
{
    const size_t shape[] = {4, 3}, wrong[] = {5, 2}, zero[] = {4, 0};
    int32_t in, a, b;
    ck_fails(context, coulomb_network_elu(network, 0, &a), COULOMB_ERROR_ARGUMENT, "node 0 does not exist");
    ck_fails(context, coulomb_network_input(network, zero, 2, &in), COULOMB_ERROR_SHAPE, "extent 1");
    ck_fails(context, coulomb_network_input(network, shape, 5, &in), COULOMB_ERROR_SHAPE, "rank is 5");
    ck_fails(context, coulomb_network_input(network, NULL, 2, &in), COULOMB_ERROR_ARGUMENT, "NULL");
    ck_ok(context, coulomb_network_input(network, shape, 2, &in));
    ck_fails(context, coulomb_network_input(network, shape, 2, &a), COULOMB_ERROR_STATE, "one input");
    ck_ok(context, coulomb_network_dense(network, in, 5, NULL, &a));
    ck_ok(context, coulomb_network_elu(network, in, &b));
    ck_fails(context, coulomb_network_add(network, a, b, &a), COULOMB_ERROR_SHAPE, "[4, 5] and [4, 3]");
    ck_fails(context, coulomb_network_reshape(network, b, wrong, 2, &b), COULOMB_ERROR_SHAPE, "[4, 3] has 12 values");
    ck_fails(context, coulomb_network_dense(network, in, 0, NULL, &a), COULOMB_ERROR_ARGUMENT, "units is 0");
    ck_fails(context, coulomb_network_dense(network, in, 5, "a.b", &a), COULOMB_ERROR_ARGUMENT, "'a.b'");
    ck_fails(context, coulomb_network_dense(network, in, 5, "dense1", &a), COULOMB_ERROR_ARGUMENT,
             "already has a layer 'dense1'");
    ck_fails(context, coulomb_network_leaky_relu(network, in, 1.0, &a), COULOMB_ERROR_ARGUMENT, "slope is 1");
    ck_fails(context, coulomb_network_leaky_relu(network, in, (double)NAN, &a), COULOMB_ERROR_ARGUMENT, "nan");
    ck_fails(context, coulomb_network_scale(network, in, 0.0, &a), COULOMB_ERROR_ARGUMENT, "factor is 0");
    ck_fails(context, coulomb_network_elu(network, in, NULL), COULOMB_ERROR_ARGUMENT, "NULL");
    ck_fails(context, coulomb_network_finish(network, b, 0), COULOMB_ERROR_ARGUMENT, "node 1 (dense) does not lead");
    ck_fails(context, coulomb_network_finish(network, 9, 0), COULOMB_ERROR_ARGUMENT, "9");
}
END_TEST

START_TEST(unfinished_networks_cannot_run_and_finished_ones_not_grow)
{
    float value;
    ck_fails(context, coulomb_network_finish(network, 0, 0), COULOMB_ERROR_STATE, "no input");
    ck_ok(context, coulomb_network_input(network, &two, 1, &node));
    ck_fails(context, coulomb_network_finish(network, node, 0), COULOMB_ERROR_ARGUMENT, "it is the input");
    ck_fails(context, coulomb_network_forward(network, 1, &value, NULL), COULOMB_ERROR_STATE, "not finished");
    ck_ok(context, coulomb_network_dense(network, node, 1, NULL, &node));
    ck_ok(context, coulomb_network_finish(network, node, 0));
    ck_fails(context, coulomb_network_finish(network, node, 0), COULOMB_ERROR_STATE, "finished");
    ck_fails(context, coulomb_network_elu(network, node, &node), COULOMB_ERROR_STATE, "finished");
    ck_fails(context, coulomb_network_backward(network, &value, &value, 0), COULOMB_ERROR_STATE, "no forward pass");
}
END_TEST

START_TEST(presets_are_those_of_the_papers)
{
    size_t shape[COULOMB_RANK_MAX], rank, total = 0;
    network_use_preset("mlp-discriminator", 0);
    ck_assert_uint_eq(coulomb_network_parameter_count(network), 6);
    for (size_t i = 0; i < 6; i++) {
        ck_ok(context, coulomb_network_parameter_shape(network, coulomb_network_parameter_name(network, i), shape,
                                                       COULOMB_RANK_MAX, &rank));
        total += rank == 2 ? shape[0] * shape[1] : shape[0];
    }
    ck_assert_uint_eq(total, 2 * 128 + 128 + 128 * 128 + 128 + 128 + 1);
    ck_assert_str_eq(coulomb_network_parameter_name(network, 2), "dense2.weight");
    ck_assert_ptr_null(coulomb_network_parameter_name(network, 6));
    network_use_preset("mlp-generator", 5);
    ck_ok(context, coulomb_network_input_shape(network, shape, COULOMB_RANK_MAX, &rank));
    ck_assert_uint_eq(rank, 1);
    ck_assert_uint_eq(shape[0], 5);
    coulomb_network *other = network;
    ck_fails(context, coulomb_network_new_preset(context, "mpl", &two, 1, 1, 0, &other), COULOMB_ERROR_NOT_FOUND,
             "mlp-generator, mlp-discriminator");
    ck_assert_ptr_null(other);
    ck_fails(context, coulomb_network_new_preset(context, "mlp-generator", &two, 1, 0, 0, &other),
             COULOMB_ERROR_ARGUMENT, "latent is 0");
    ck_fails(context, coulomb_network_new_preset(context, "mlp-discriminator", &two, 1, 3, 0, &other),
             COULOMB_ERROR_ARGUMENT, "latent is 3");
}
END_TEST

START_TEST(presets_take_samples_of_any_rank)
{
    const size_t image[] = {3, 4, 2};
    size_t shape[COULOMB_RANK_MAX], rank;
    coulomb_network_free(network);
    ck_ok(context, coulomb_network_new_preset(context, "mlp-generator", image, 3, 5, 0, &network));
    ck_ok(context, coulomb_network_output_shape(network, shape, COULOMB_RANK_MAX, &rank));
    ck_assert_uint_eq(rank, 3);
    ck_assert_mem_eq(shape, image, sizeof image);
    coulomb_network_free(network);
    ck_ok(context, coulomb_network_new_preset(context, "mlp-discriminator", image, 3, 0, 0, &network));
    ck_ok(context, coulomb_network_output_shape(network, shape, COULOMB_RANK_MAX, &rank));
    ck_assert_uint_eq(rank * shape[0], 1);
}
END_TEST

START_TEST(shapes_are_told_as_far_as_there_is_room)
{
    const size_t image[] = {3, 4, 2};
    size_t shape[] = {9, 9, 9, 9}, rank = 0;
    coulomb_network_free(network);
    ck_ok(context, coulomb_network_new_preset(context, "mlp-generator", image, 3, 5, 0, &network));
    ck_ok(context, coulomb_network_output_shape(network, NULL, 0, &rank));
    ck_assert_uint_eq(rank, 3);
    rank = 0;
    ck_fails(context, coulomb_network_output_shape(network, shape, 2, &rank), COULOMB_ERROR_ARGUMENT, "capacity is 2");
    ck_assert_uint_eq(rank, 3);
    ck_assert_uint_eq(shape[0], 9);
    ck_ok(context, coulomb_network_output_shape(network, shape, 3, &rank));
    ck_assert_mem_eq(shape, image, sizeof image);
    ck_assert_uint_eq(shape[3], 9);
    ck_fails(context, coulomb_network_input_shape(network, NULL, 1, &rank), COULOMB_ERROR_ARGUMENT, "shape is NULL");
    ck_fails(context, coulomb_network_input_shape(network, shape, 1, NULL), COULOMB_ERROR_ARGUMENT, "rank is NULL");
    ck_fails(context, coulomb_network_parameter_shape(network, "dense1.weight", shape, 1, &rank),
             COULOMB_ERROR_ARGUMENT, "expected 0 or at least 2");
}
END_TEST

START_TEST(parameters_are_written_and_read_by_name)
{
    float out[256], in[256];
    network_use_preset("mlp-discriminator", 0);
    random_floats(1, 256, 1.0f, in);
    ck_ok(context, coulomb_network_write_parameter(network, "dense1.weight", in, 256));
    ck_ok(context, coulomb_network_read_parameter(network, "dense1.weight", out, 256));
    ck_assert_mem_eq(in, out, sizeof in);
    in[17] = NAN;
    ck_fails(context, coulomb_network_write_parameter(network, "dense1.weight", in, 256), COULOMB_ERROR_NOT_FINITE,
             "value 17");
    ck_fails(context, coulomb_network_write_parameter(network, "dense1.weight", in, 255), COULOMB_ERROR_SHAPE,
             "count is 255");
    ck_fails(context, coulomb_network_read_parameter(network, "dense9.weight", in, 256), COULOMB_ERROR_NOT_FOUND,
             "no parameter 'dense9.weight'");
    ck_fails(context, coulomb_network_read_parameter(network, NULL, in, 256), COULOMB_ERROR_ARGUMENT, "NULL");
    ck_fails(context, coulomb_network_read_parameter(network, "dense1.weight", NULL, 256), COULOMB_ERROR_ARGUMENT,
             "NULL");
    memset(in, 0, sizeof in);
    ck_ok(context, coulomb_network_read_parameter(network, "dense1.weight", in, 256));
    ck_assert_mem_eq(in, out, sizeof in);
}
END_TEST

START_TEST(bits_do_not_depend_on_the_number_of_threads)
{
    enum { BATCH = 300 };
    static float x[2 * BATCH], dy[BATCH], y[2][BATCH], dx[2][2 * BATCH], dw[2][16384];
    random_floats(1, 2 * BATCH, 3.0f, x);
    random_floats(2, BATCH, 1.0f, dy);
    network_use_preset("mlp-discriminator", 0);
    for (size_t t = 0; t < 2; t++) {
        ck_ok(context, coulomb_context_set_threads(context, 1 + 2 * t));
        ck_ok(context, coulomb_network_forward(network, BATCH, x, y[t]));
        ck_ok(context, coulomb_network_backward(network, dy, dx[t], 1));
        ck_ok(context, coulomb_network_read_gradient(network, "dense2.weight", dw[t], 16384));
    }
    ck_assert_mem_eq(y[0], y[1], sizeof y[0]);
    ck_assert_mem_eq(dx[0], dx[1], sizeof dx[0]);
    ck_assert_mem_eq(dw[0], dw[1], sizeof dw[0]);
}
END_TEST

START_TEST(gradients_are_written_added_or_left_alone)
{
    float x[20], dy[10], dx[20], first[256], second[256];
    random_floats(1, 20, 1.0f, x);
    random_floats(2, 10, 1.0f, dy);
    network_use_preset("mlp-discriminator", 0);
    ck_ok(context, coulomb_network_forward(network, 10, x, NULL));
    ck_ok(context, coulomb_network_backward(network, dy, NULL, 1));
    ck_ok(context, coulomb_network_read_gradient(network, "dense1.weight", first, 256));
    ck_ok(context, coulomb_network_backward(network, dy, dx, 0));
    ck_ok(context, coulomb_network_read_gradient(network, "dense1.weight", second, 256));
    ck_assert_mem_eq(first, second, sizeof first);
    ck_ok(context, coulomb_network_backward(network, dy, NULL, 2));
    ck_ok(context, coulomb_network_read_gradient(network, "dense1.weight", second, 256));
    for (size_t i = 0; i < 256; i++)
        ck_close(second[i], 2.0f * first[i], 1e-6, 1.0);
    ck_fails(context, coulomb_network_backward(network, dy, NULL, 0), COULOMB_ERROR_ARGUMENT,
             "expected at least one result");
    ck_fails(context, coulomb_network_backward(network, dy, dx, 3), COULOMB_ERROR_ARGUMENT, "parameters is 3");
    ck_fails(context, coulomb_network_backward(network, NULL, dx, 1), COULOMB_ERROR_ARGUMENT, "NULL");
    ck_fails(context, coulomb_network_forward(network, 0, x, NULL), COULOMB_ERROR_ARGUMENT, "count is 0");
    ck_fails(context, coulomb_network_forward(network, 1, NULL, NULL), COULOMB_ERROR_ARGUMENT, "NULL");
}
END_TEST

Suite *suite_network(void)
{
    Suite *suite = suite_create("network");
    TCase *all = tcase_create("network");
    tcase_add_checked_fixture(all, network_begin, network_end);
    tcase_add_test(all, shape_errors_come_when_the_graph_is_built);
    tcase_add_test(all, unfinished_networks_cannot_run_and_finished_ones_not_grow);
    tcase_add_test(all, presets_are_those_of_the_papers);
    tcase_add_test(all, presets_take_samples_of_any_rank);
    tcase_add_test(all, shapes_are_told_as_far_as_there_is_room);
    tcase_add_test(all, parameters_are_written_and_read_by_name);
    tcase_add_test(all, bits_do_not_depend_on_the_number_of_threads);
    tcase_add_test(all, gradients_are_written_added_or_left_alone);
    suite_add_tcase(suite, all);
    suite_add_tcase(suite, network_latents());
    suite_add_tcase(suite, network_initializers());
    suite_add_tcase(suite, network_memory());
    return suite;
}
