/* Convolutions against naive loops in double, on random shapes and on such as take several blocks. */
#include "network/network.h"
#include "unit/image_layers.h"
#include "unit/suites.h"

enum { ROUNDS = 60, LARGE_ROUNDS = 12 };

static float w[PASS_MOST], b[PASS_MOST], db[PASS_MOST];

static void add_convolution(const geometry *g, int32_t input, const char *name, int32_t *made)
{
    const size_t *pads = g->padding == COULOMB_PADDING_EXPLICIT ? g->pads : NULL;
    if (g->sequence)
        ck_ok(context, (g->transposed ? coulomb_network_conv1d_transposed : coulomb_network_conv1d)(
                           network, input, g->channels_out, g->kernel[1], g->stride[1], g->padding,
                           pads == NULL ? NULL : pads + 2, name, made));
    else
        ck_ok(context, (g->transposed ? coulomb_network_conv2d_transposed : coulomb_network_conv2d)(
                           network, input, g->channels_out, g->kernel, g->stride, g->padding, pads, name, made));
}

/* Every product of a value that goes in and one that comes out: their pixels, and the tap that joins them. */
typedef void visit_pair(const geometry *g, size_t in_pixel, size_t out_pixel, size_t tap);

static void visit_pairs(const geometry *g, visit_pair *visit)
{
    const size_t *small = g->transposed ? g->in : g->out, *big = g->transposed ? g->out : g->in;
    for (size_t n = 0; n < g->count; n++)
        for (size_t i = 0; i < small[0]; i++)
            for (size_t j = 0; j < small[1]; j++)
                for (size_t r = 0; r < g->kernel[0]; r++)
                    for (size_t c = 0; c < g->kernel[1]; c++) {
                        ptrdiff_t row = (ptrdiff_t)(i * g->stride[0] + r) - (ptrdiff_t)g->pads[0];
                        ptrdiff_t column = (ptrdiff_t)(j * g->stride[1] + c) - (ptrdiff_t)g->pads[2];
                        if (row < 0 || column < 0 || row >= (ptrdiff_t)big[0] || column >= (ptrdiff_t)big[1])
                            continue;
                        size_t at_big = (n * big[0] + (size_t)row) * big[1] + (size_t)column;
                        size_t at_small = (n * small[0] + i) * small[1] + j;
                        visit(g, g->transposed ? at_small : at_big, g->transposed ? at_big : at_small,
                              r * g->kernel[1] + c);
                    }
}

static void pair_forward(const geometry *g, size_t in, size_t out, size_t tap)
{
    for (size_t k = 0; k < g->channels_in; k++)
        for (size_t o = 0; o < g->channels_out; o++)
            exact[out * g->channels_out + o] +=
                (double)x[in * g->channels_in + k] * (double)w[(tap * g->channels_in + k) * g->channels_out + o];
}

static void pair_input(const geometry *g, size_t in, size_t out, size_t tap)
{
    for (size_t k = 0; k < g->channels_in; k++)
        for (size_t o = 0; o < g->channels_out; o++)
            exact[in * g->channels_in + k] +=
                (double)dy[out * g->channels_out + o] * (double)w[(tap * g->channels_in + k) * g->channels_out + o];
}

static const float *sample_weight; /* NULL: 1 */

static double weight_of(const geometry *g, size_t out_pixel)
{
    return sample_weight == NULL ? 1.0 : (double)sample_weight[out_pixel / (g->out[0] * g->out[1])];
}

static void pair_weight(const geometry *g, size_t in, size_t out, size_t tap)
{
    for (size_t k = 0; k < g->channels_in; k++)
        for (size_t o = 0; o < g->channels_out; o++)
            exact[(tap * g->channels_in + k) * g->channels_out + o] +=
                weight_of(g, out) * (double)x[in * g->channels_in + k] * (double)dy[out * g->channels_out + o];
}

static void ck_parameter_gradients(const geometry *g, double factor)
{
    ck_ok(context, coulomb_network_read_gradient(network, "c.weight", dw, weight_size(g)));
    ck_ok(context, coulomb_network_read_gradient(network, "c.bias", db, g->channels_out));
    start_exact(weight_size(g));
    visit_pairs(g, pair_weight);
    for (size_t i = 0; i < weight_size(g); i++)
        exact[i] *= factor;
    ck_values("dw", dw, weight_size(g), 1e-5);
    start_exact(g->channels_out);
    for (size_t i = 0; i < g->count * out_size(g); i++)
        exact[i % g->channels_out] += factor * weight_of(g, i / g->channels_out) * (double)dy[i];
    ck_values("db", db, g->channels_out, 1e-5);
}

static void ck_convolution(const geometry *g, unsigned seed)
{
    size_t in = g->count * in_size(g), out = g->count * out_size(g);
    ck_assert_uint_le(in, PASS_MOST);
    ck_assert_uint_le(out, PASS_MOST);
    ck_assert_uint_le(weight_size(g), PASS_MOST);
    fresh_network();
    add_image_input(g);
    add_convolution(g, node, "c", &node);
    ck_ok(context, coulomb_network_set_initializer_random(network, "c.bias", COULOMB_DISTRIBUTION_UNIFORM, 1.0));
    ck_ok(context, coulomb_network_finish(network, node, seed));
    ck_assert_uint_eq(output_size(), out_size(g));
    random_floats(seed, in, 1.0f, x);
    random_floats(seed + 1, out, 1.0f, dy);
    ck_ok(context, coulomb_network_read_parameter(network, "c.weight", w, weight_size(g)));
    ck_ok(context, coulomb_network_read_parameter(network, "c.bias", b, g->channels_out));
    ck_ok(context, coulomb_network_forward(network, g->count, x, y));
    start_exact(out);
    for (size_t i = 0; i < out; i++)
        exact[i] = (double)b[i % g->channels_out];
    visit_pairs(g, pair_forward);
    ck_values("y", y, out, 1e-5);
    ck_ok(context, coulomb_network_backward(network, dy, dx, 1));
    start_exact(in);
    visit_pairs(g, pair_input);
    ck_values("dx", dx, in, 1e-5);
    ck_parameter_gradients(g, 1.0);
    ck_ok(context, coulomb_network_backward(network, dy, NULL, 2));
    ck_parameter_gradients(g, 2.0);
}

START_TEST(convolutions_match_naive_loops)
{
    geometry g = random_geometry(1 + (unsigned)_i, 5);
    ck_convolution(&g, 100 + (unsigned)_i);
}
END_TEST

/* Large enough for several blocks of columns, of positions and of filters, with and without a matrix of what is seen.
 */
static const geometry large[LARGE_ROUNDS] = {
    {.count = 7, .in = {13, 11}, .channels_in = 40, .channels_out = 70, .kernel = {5, 5}, .stride = {2, 2}},
    {.count = 7,
     .in = {7, 6},
     .channels_in = 70,
     .channels_out = 40,
     .kernel = {5, 5},
     .stride = {2, 2},
     .transposed = true},
    {.count = 70, .in = {8, 8}, .channels_in = 3, .channels_out = 5, .kernel = {3, 3}, .stride = {1, 1}},
    {.count = 9, .in = {11, 10}, .channels_in = 300, .channels_out = 17, .kernel = {1, 1}, .stride = {1, 1}},
    {.count = 9,
     .in = {11, 10},
     .channels_in = 17,
     .channels_out = 300,
     .kernel = {1, 1},
     .stride = {1, 1},
     .transposed = true},
    {.count = 150,
     .in = {1, 1},
     .channels_in = 90,
     .channels_out = 33,
     .kernel = {4, 4},
     .stride = {4, 4},
     .transposed = true},
    /* by minimal filtering, some of the tiles half outside */
    {.count = 9, .in = {13, 11}, .channels_in = 48, .channels_out = 80, .kernel = {5, 5}, .stride = {2, 2}},
    {.count = 9,
     .in = {7, 6},
     .channels_in = 80,
     .channels_out = 48,
     .kernel = {5, 5},
     .stride = {2, 2},
     .transposed = true},
    {.count = 40, .in = {6, 7}, .channels_in = 32, .channels_out = 48, .kernel = {3, 3}, .stride = {1, 1}},
    {.count = 12, .in = {15, 16}, .channels_in = 32, .channels_out = 64, .kernel = {4, 4}, .stride = {2, 2}},
    {.count = 12,
     .in = {8, 7},
     .channels_in = 64,
     .channels_out = 32,
     .kernel = {4, 4},
     .stride = {2, 2},
     .transposed = true},
    {.count = 33,
     .in = {11, 12},
     .channels_in = 32,
     .channels_out = 32,
     .kernel = {5, 5},
     .stride = {2, 2},
     .padding = COULOMB_PADDING_VALID},
};

static geometry large_geometry(int index)
{
    geometry g = large[index];
    if (g.padding == 0)
        g.padding = COULOMB_PADDING_SAME;
    g.out[0] = out_extent(&g, 0);
    g.out[1] = out_extent(&g, 1);
    return g;
}

START_TEST(large_convolutions_match_naive_loops)
{
    geometry g = large_geometry(_i);
    ck_convolution(&g, 200 + (unsigned)_i);
}
END_TEST

START_TEST(samples_weigh_in_convolutions_as_told)
{
    geometry g = _i < LARGE_ROUNDS ? large_geometry(_i) : random_geometry(500 + (unsigned)_i, 5);
    ck_convolution(&g, 300);
    float factor[200];
    random_floats(7, g.count, 2.0f, factor);
    network_backward_weighted(network, g.count, dy, factor, dx, 1);
    start_exact(g.count * in_size(&g));
    visit_pairs(&g, pair_input);
    ck_values("dx", dx, g.count * in_size(&g), 1e-5);
    sample_weight = factor;
    ck_parameter_gradients(&g, 1.0);
    sample_weight = NULL;
}
END_TEST

/* Two convolutions read the same node: the second one to go back adds its gradient. */
START_TEST(input_gradients_of_convolutions_add_up)
{
    geometry g = random_geometry(900 + (unsigned)_i, 5);
    static float twice[PASS_MOST];
    ck_convolution(&g, 400);
    memcpy(twice, dx, g.count * in_size(&g) * sizeof *twice);
    fresh_network();
    int32_t first, second;
    add_image_input(&g);
    ck_ok(context, coulomb_network_scale(network, node, 1.0, &node));
    add_convolution(&g, node, "c", &first);
    add_convolution(&g, node, "d", &second);
    ck_ok(context, coulomb_network_add(network, first, second, &node));
    ck_ok(context, coulomb_network_finish(network, node, 0));
    ck_ok(context, coulomb_network_write_parameter(network, "c.weight", w, weight_size(&g)));
    ck_ok(context, coulomb_network_write_parameter(network, "d.weight", w, weight_size(&g)));
    ck_ok(context, coulomb_network_forward(network, g.count, x, NULL));
    ck_ok(context, coulomb_network_backward(network, dy, dx, 0));
    for (size_t i = 0; i < g.count * in_size(&g); i++)
        ck_close(dx[i], 2.0f * twice[i], 1e-5, 10.0);
}
END_TEST

/* Space for convolutions is bounded: it does not follow the batch. */
START_TEST(temporary_space_of_convolutions_is_bounded)
{
    size_t few, many;
    const size_t image[] = {64, 64, 64}, five[] = {5, 5}, two[] = {2, 2};
    ck_ok(context, coulomb_network_input(network, image, 3, &node));
    ck_ok(context, coulomb_network_conv2d(network, node, 128, five, two, COULOMB_PADDING_SAME, NULL, NULL, &node));
    ck_ok(context, coulomb_network_finish(network, node, 1));
    ck_ok(context, coulomb_network_memory(network, COULOMB_MEMORY_TEMPORARY, 64, &few));
    ck_ok(context, coulomb_network_memory(network, COULOMB_MEMORY_TEMPORARY, 512, &many));
    size_t output = 32 * 32 * 128 * sizeof(float);
    ck_assert_uint_eq(many - few, (512 - 64) * output);
    ck_assert_uint_le(few - 64 * output, (size_t)40 << 20);
}
END_TEST

Suite *suite_convolutions(void)
{
    Suite *suite = suite_create("convolutions");
    TCase *all = tcase_create("convolutions");
    tcase_set_timeout(all, 60.0);
    tcase_add_checked_fixture(all, network_begin, network_end);
    tcase_add_loop_test(all, convolutions_match_naive_loops, 0, ROUNDS);
    tcase_add_loop_test(all, large_convolutions_match_naive_loops, 0, LARGE_ROUNDS);
    tcase_add_loop_test(all, samples_weigh_in_convolutions_as_told, 0, 2 * LARGE_ROUNDS);
    tcase_add_loop_test(all, input_gradients_of_convolutions_add_up, 0, 12);
    tcase_add_test(all, temporary_space_of_convolutions_is_bounded);
    suite_add_tcase(suite, all);
    return suite;
}
