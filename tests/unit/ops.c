/* Every op forward and backward against naive loops in double, on random shapes, through the public interface: the op
 * under test stands between the input and an output that mixes all of its values. */
#include "unit/check_more.h"
#include "unit/op_passes.h"
#include "unit/suites.h"
#include "unit/test_context.h"

#include <coulomb/layers.h>
#include <coulomb/parameters.h>

static float w[OP_MOST], b[OP_MOST], db[OP_MOST];

START_TEST(dense_matches_naive_loops)
{
    unsigned seed = 100 + (unsigned)_i;
    size_t shape[4], rank = random_shape(seed, shape), in = shape[rank - 1], units = random_size(seed + 50, 1, 40);
    size_t count = random_size(seed + 60, 1, 70), size = volume(rank, shape), rows = count * size / in;
    while (rows * units > OP_MOST || count * size > OP_MOST)
        rows = --count * size / in;
    coulomb_network *network;
    int32_t node;
    ck_ok(context, coulomb_network_new(context, &network));
    ck_ok(context, coulomb_network_input(network, shape, rank, &node));
    ck_ok(context, coulomb_network_dense(network, node, units, "d", &node));
    ck_ok(context, coulomb_network_set_initializer_random(network, "d.bias", COULOMB_DISTRIBUTION_UNIFORM, 1.0));
    ck_ok(context, coulomb_network_finish(network, node, seed));
    random_pass(network, seed, count, size, size / in * units);
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
    random_pass(network, seed, count, size, size);
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
    random_pass(network, seed, count, size, size / n * width);
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
    random_pass(network, 5, 4, 15, 9);
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

Suite *suite_ops(void)
{
    Suite *suite = suite_create("ops");
    TCase *all = tcase_create("ops");
    tcase_add_checked_fixture(all, context_begin, context_end);
    tcase_add_loop_test(all, dense_matches_naive_loops, 0, OP_ROUNDS);
    tcase_add_loop_test(all, softmax_matches_naive_loops, 0, OP_ROUNDS);
    tcase_add_loop_test(all, slices_match_naive_loops, 0, 2 * OP_ROUNDS);
    tcase_add_test(all, gradient_outside_a_slice_is_zero);
    tcase_add_test(all, slices_that_do_not_fit_are_refused);
    suite_add_tcase(suite, all);
    suite_add_tcase(suite, ops_pointwise());
    suite_add_tcase(suite, ops_differences());
    return suite;
}
