/* The other layers for images and sequences against naive loops in double, and all of them together. */
#include "unit/image_layers.h"
#include "unit/suites.h"

enum { ROUNDS = 60 };

/* --- pooling --- */

typedef struct pooled {
    size_t taps[64], count;
} pooled;

/* The values a window sees, as places in x, row by row. */
static pooled window_of(const geometry *g, size_t n, size_t i, size_t j, size_t channel)
{
    pooled found = {.count = 0};
    for (size_t r = 0; r < g->kernel[0]; r++)
        for (size_t c = 0; c < g->kernel[1]; c++) {
            ptrdiff_t row = (ptrdiff_t)(i * g->stride[0] + r) - (ptrdiff_t)g->pads[0];
            ptrdiff_t column = (ptrdiff_t)(j * g->stride[1] + c) - (ptrdiff_t)g->pads[2];
            if (row >= 0 && column >= 0 && row < (ptrdiff_t)g->in[0] && column < (ptrdiff_t)g->in[1])
                found.taps[found.count++] =
                    ((n * g->in[0] + (size_t)row) * g->in[1] + (size_t)column) * g->channels_in + channel;
        }
    return found;
}

static geometry random_pooling(unsigned seed)
{
    for (;; seed += 7777) {
        geometry g = random_geometry(seed, 5);
        bool fits = !g.transposed;
        for (size_t i = 0; i < 4 && g.padding == COULOMB_PADDING_EXPLICIT; i++)
            fits = fits && g.pads[i] < g.kernel[i / 2];
        if (!fits)
            continue;
        g.channels_out = g.channels_in;
        return g;
    }
}

/* Few different values, so that there are many ties. */
static void draw_ties(unsigned seed, size_t count)
{
    for (size_t i = 0; i < count; i++)
        x[i] = (float)random_size(seed + (unsigned)i, 0, 3) - 1.5f;
}

static void ck_pool(const geometry *g, bool largest)
{
    static double slope[PASS_MOST];
    memset(slope, 0, g->count * in_size(g) * sizeof *slope);
    size_t at = 0;
    for (size_t n = 0; n < g->count; n++)
        for (size_t i = 0; i < g->out[0]; i++)
            for (size_t j = 0; j < g->out[1]; j++)
                for (size_t k = 0; k < g->channels_in; k++, at++) {
                    pooled seen = window_of(g, n, i, j, k);
                    size_t best = seen.taps[0];
                    exact[at] = 0.0;
                    for (size_t t = 0; t < seen.count; t++) {
                        best = x[seen.taps[t]] > x[best] ? seen.taps[t] : best;
                        exact[at] += (double)x[seen.taps[t]] / (double)seen.count;
                    }
                    for (size_t t = 0; t < seen.count && !largest; t++)
                        slope[seen.taps[t]] += (double)dy[at] / (double)seen.count;
                    if (largest) {
                        exact[at] = (double)x[best];
                        slope[best] += (double)dy[at];
                    }
                }
    ck_values("y", y, at, largest ? 0.0 : 1e-6);
    memcpy(exact, slope, g->count * in_size(g) * sizeof *slope);
    ck_values("dx", dx, g->count * in_size(g), 1e-6);
}

static void add_pooling(const geometry *g, bool largest)
{
    const size_t *pads = g->padding == COULOMB_PADDING_EXPLICIT ? g->pads : NULL;
    if (g->sequence)
        ck_ok(context,
              (largest ? coulomb_network_max_pool1d : coulomb_network_average_pool1d)(
                  network, node, g->kernel[1], g->stride[1], g->padding, pads == NULL ? NULL : pads + 2, &node));
    else
        ck_ok(context, (largest ? coulomb_network_max_pool2d : coulomb_network_average_pool2d)(
                           network, node, g->kernel, g->stride, g->padding, pads, &node));
}

START_TEST(pooling_matches_naive_loops)
{
    unsigned seed = 2000 + (unsigned)_i;
    geometry g = random_pooling(seed);
    bool largest = _i % 2 == 0;
    add_image_input(&g);
    add_pooling(&g, largest);
    ck_ok(context, coulomb_network_finish(network, node, 0));
    ck_assert_uint_eq(output_size(), out_size(&g));
    draw_ties(seed, g.count * in_size(&g));
    random_floats(seed, g.count * out_size(&g), 1.0f, dy);
    ck_ok(context, coulomb_network_forward(network, g.count, x, y));
    ck_ok(context, coulomb_network_backward(network, dy, dx, 0));
    ck_pool(&g, largest);
}
END_TEST

/* --- upsampling and concatenation --- */

START_TEST(upsampling_matches_naive_loops)
{
    unsigned seed = 3000 + (unsigned)_i;
    geometry g = random_geometry(seed, 5);
    size_t factor[] = {random_size(seed, 1, 4), random_size(seed + 1, 1, 4)}, c = g.channels_in;
    factor[0] = g.sequence ? 1 : factor[0];
    size_t height = g.in[0] * factor[0], width = g.in[1] * factor[1], in = g.count * g.in[0] * g.in[1] * c;
    add_image_input(&g);
    if (g.sequence)
        ck_ok(context, coulomb_network_upsample1d(network, node, factor[1], &node));
    else
        ck_ok(context, coulomb_network_upsample2d(network, node, factor, &node));
    ck_ok(context, coulomb_network_finish(network, node, 0));
    size_t out = g.count * height * width * c;
    random_floats(seed, in, 1.0f, x);
    random_floats(seed + 1, out, 1.0f, dy);
    ck_ok(context, coulomb_network_forward(network, g.count, x, y));
    ck_ok(context, coulomb_network_backward(network, dy, dx, 0));
    start_exact(in);
    for (size_t i = 0; i < out; i++) {
        size_t column = i / c % width, row = i / c / width % height, n = i / c / width / height;
        size_t from = ((n * g.in[0] + row / factor[0]) * g.in[1] + column / factor[1]) * c + i % c;
        ck_assert_float_eq(y[i], x[from]);
        exact[from] += (double)dy[i];
    }
    ck_values("dx", dx, in, 1e-6);
}
END_TEST

/* [x, tanh x, x]: the parts come in order, and their gradients go back to where they came from. */
START_TEST(concatenation_puts_channels_side_by_side)
{
    enum { COUNT = 3, PIXELS = 35, CHANNELS = 4 };
    const size_t image[] = {5, 7, CHANNELS};
    int32_t in, other;
    ck_ok(context, coulomb_network_input(network, image, 3, &in));
    ck_ok(context, coulomb_network_scale(network, in, 1.0, &in));
    ck_ok(context, coulomb_network_tanh(network, in, &other));
    ck_ok(context, coulomb_network_concatenate(network, in, other, &node));
    ck_ok(context, coulomb_network_concatenate(network, node, in, &node));
    ck_ok(context, coulomb_network_flatten(network, node, &node));
    ck_ok(context, coulomb_network_finish(network, node, 0));
    ck_assert_uint_eq(output_size(), PIXELS * 3 * CHANNELS);
    random_floats(1, COUNT * PIXELS * CHANNELS, 1.0f, x);
    random_floats(2, COUNT * PIXELS * CHANNELS * 3, 1.0f, dy);
    ck_ok(context, coulomb_network_forward(network, COUNT, x, y));
    ck_ok(context, coulomb_network_backward(network, dy, dx, 0));
    for (size_t i = 0; i < COUNT * PIXELS * CHANNELS; i++) {
        size_t at = i / CHANNELS * 3 * CHANNELS + i % CHANNELS;
        double t = tanh((double)x[i]);
        ck_close(y[at], x[i], 0.0, 1.0);
        ck_close(y[at + CHANNELS], t, 1e-6, 1.0);
        ck_close(y[at + 2 * CHANNELS], x[i], 0.0, 1.0);
        ck_close(dx[i], (double)dy[at] + (double)dy[at + CHANNELS] * (1.0 - t * t) + (double)dy[at + 2 * CHANNELS],
                 2e-6, 1.0);
    }
}
END_TEST

/* --- all of them on several threads --- */

/* A network with every kind of layer: more positions, samples and filters than one piece takes. */
static void build_everything(void)
{
    const size_t image[] = {24, 20, 3}, three[] = {3, 3}, two[] = {2, 2};
    const int32_t same = COULOMB_PADDING_SAME;
    int32_t a, c;
    fresh_network();
    ck_ok(context, coulomb_network_input(network, image, 3, &node));
    ck_ok(context, coulomb_network_conv2d(network, node, 33, three, NULL, same, NULL, "c", &node));
    ck_ok(context, coulomb_network_batch_norm(network, node, 1e-3, 0.9, 1, "n", &node));
    ck_ok(context, coulomb_network_max_pool2d(network, node, three, two, same, NULL, &a));
    ck_ok(context, coulomb_network_average_pool2d(network, node, three, two, same, NULL, &c));
    ck_ok(context, coulomb_network_concatenate(network, a, c, &node));
    ck_ok(context, coulomb_network_conv2d_transposed(network, node, 40, three, two, same, NULL, "t", &node));
    ck_ok(context, coulomb_network_conv2d(network, node, 2, two, two, same, NULL, NULL, &node));
    ck_ok(context, coulomb_network_upsample2d(network, node, two, &node));
    ck_ok(context, coulomb_network_finish(network, node, 1));
}

START_TEST(bits_of_layers_for_images_do_not_depend_on_the_number_of_threads)
{
    enum { BATCH = 70, FILTERS = 9 * 66 * 40, SHIFTS = 33 };
    const char *const read[] = {"c.weight", "c.bias", "n.shift", "n.scale", "t.weight", "t.bias"};
    static float first[6][FILTERS], first_y[PASS_MOST], first_dx[PASS_MOST];
    const size_t sizes[] = {9 * 3 * 33, 33, SHIFTS, SHIFTS, FILTERS, 40};
    size_t in = (size_t)BATCH * 24 * 20 * 3, out = (size_t)BATCH * 24 * 20 * 2;
    random_floats(1, in, 1.0f, x);
    random_floats(2, out, 1.0f, dy);
    for (uint32_t threads = 1; threads <= 3; threads += 2) {
        build_everything();
        ck_assert_uint_eq(BATCH * output_size(), out);
        ck_ok(context, coulomb_context_set_threads(context, threads));
        ck_ok(context, coulomb_network_forward(network, BATCH, x, threads == 1 ? first_y : y));
        ck_ok(context, coulomb_network_backward(network, dy, threads == 1 ? first_dx : dx, 1));
        for (size_t i = 0; i < 6; i++) {
            ck_ok(context, coulomb_network_read_gradient(network, read[i], threads == 1 ? first[i] : dw, sizes[i]));
            if (threads > 1)
                ck_assert_mem_eq(first[i], dw, sizes[i] * sizeof *dw);
        }
    }
    ck_assert_mem_eq(first_y, y, out * sizeof *y);
    ck_assert_mem_eq(first_dx, dx, in * sizeof *dx);
}
END_TEST

/* An input gradient alone leaves the parameters' as they were. */
START_TEST(input_gradients_alone_leave_parameter_gradients)
{
    static float before[9 * 3 * 33];
    build_everything();
    random_floats(1, 24 * 20 * 3, 1.0f, x);
    random_floats(2, 24 * 20 * 2, 1.0f, dy);
    ck_ok(context, coulomb_network_forward(network, 1, x, y));
    ck_ok(context, coulomb_network_backward(network, dy, dx, 1));
    ck_ok(context, coulomb_network_read_gradient(network, "c.weight", before, 9 * 3 * 33));
    random_floats(3, 24 * 20 * 2, 1.0f, dy);
    ck_ok(context, coulomb_network_backward(network, dy, dx, 0));
    ck_ok(context, coulomb_network_read_gradient(network, "c.weight", dw, 9 * 3 * 33));
    ck_assert_mem_eq(before, dw, sizeof before);
}
END_TEST

/* --- what is refused --- */

START_TEST(layers_for_images_refuse_what_does_not_fit)
{
    const size_t image[] = {5, 6, 3}, six[] = {6, 6}, three[] = {3, 3}, zero[] = {0, 1}, large_pads[] = {3, 0, 0, 0};
    const size_t huge[] = {65537, 1}, length = 4;
    const size_t rows[] = {30, 3};
    int32_t in, made, flat, sequence;
    ck_ok(context, coulomb_network_input(network, image, 3, &in));
    ck_ok(context, coulomb_network_flatten(network, in, &flat));
    ck_ok(context, coulomb_network_reshape(network, in, rows, 2, &sequence));
    const int32_t valid = COULOMB_PADDING_VALID, same = COULOMB_PADDING_SAME, explicit = COULOMB_PADDING_EXPLICIT;
    ck_fails(context, coulomb_network_conv2d(network, in, 2, six, NULL, valid, NULL, NULL, &made), COULOMB_ERROR_SHAPE,
             "6 x 6 kernel does not fit into an input of [5, 6, 3]");
    ck_fails(context, coulomb_network_conv2d(network, flat, 2, six, NULL, same, NULL, NULL, &made), COULOMB_ERROR_SHAPE,
             "[90]; expected an image");
    ck_fails(context, coulomb_network_conv1d(network, in, 2, length, 1, same, NULL, NULL, &made), COULOMB_ERROR_SHAPE,
             "expected a sequence");
    ck_fails(context, coulomb_network_conv2d(network, in, 0, three, NULL, same, NULL, NULL, &made),
             COULOMB_ERROR_ARGUMENT, "channels is 0");
    ck_fails(context, coulomb_network_conv2d(network, in, 1, NULL, NULL, same, NULL, NULL, &made),
             COULOMB_ERROR_ARGUMENT, "kernel is NULL");
    ck_fails(context, coulomb_network_conv2d(network, in, 1, zero, NULL, same, NULL, NULL, &made),
             COULOMB_ERROR_ARGUMENT, "kernel[0] is 0");
    ck_fails(context, coulomb_network_conv2d(network, in, 1, three, huge, same, NULL, NULL, &made),
             COULOMB_ERROR_ARGUMENT, "stride[0] is 65537");
    ck_fails(context, coulomb_network_conv2d(network, in, 1, three, NULL, 4, NULL, NULL, &made), COULOMB_ERROR_ARGUMENT,
             "padding is 4");
    ck_fails(context, coulomb_network_conv2d(network, in, 1, three, NULL, same, large_pads, NULL, &made),
             COULOMB_ERROR_ARGUMENT, "pads is not NULL");
    ck_fails(context, coulomb_network_conv2d_transposed(network, in, 1, three, NULL, explicit, NULL, NULL, &made),
             COULOMB_ERROR_ARGUMENT, "pads is NULL");
    ck_fails(context, coulomb_network_conv2d(network, 9, 1, three, NULL, same, NULL, NULL, &made),
             COULOMB_ERROR_ARGUMENT, "node 9 does not exist");
    ck_fails(context, coulomb_network_max_pool2d(network, in, three, NULL, explicit, large_pads, &made),
             COULOMB_ERROR_SHAPE, "pads[0] is 3");
    ck_fails(context, coulomb_network_average_pool2d(network, flat, three, NULL, same, NULL, &made),
             COULOMB_ERROR_SHAPE, "expected an image");
    ck_fails(context, coulomb_network_max_pool1d(network, in, 2, 2, same, NULL, &made), COULOMB_ERROR_SHAPE,
             "expected a sequence");
    ck_fails(context, coulomb_network_average_pool1d(network, sequence, 0, 2, same, NULL, &made),
             COULOMB_ERROR_ARGUMENT, "kernel[0] is 0");
    ck_fails(context, coulomb_network_max_pool1d(network, sequence, 2, 0, same, NULL, &made), COULOMB_ERROR_ARGUMENT,
             "stride[0] is 0");
    ck_fails(context, coulomb_network_max_pool1d(network, sequence, 3, 1, explicit, large_pads, &made),
             COULOMB_ERROR_SHAPE, "pads[0] is 3");
    ck_fails(context, coulomb_network_conv1d_transposed(network, in, 1, 2, 2, same, NULL, NULL, &made),
             COULOMB_ERROR_SHAPE, "expected a sequence");
    ck_fails(context, coulomb_network_conv1d_transposed(network, sequence, 0, 2, 2, same, NULL, NULL, &made),
             COULOMB_ERROR_ARGUMENT, "channels is 0");
    ck_fails(context, coulomb_network_upsample1d(network, in, 2, &made), COULOMB_ERROR_SHAPE, "expected a sequence");
    ck_fails(context, coulomb_network_upsample1d(network, sequence, 65537, &made), COULOMB_ERROR_ARGUMENT,
             "factor[0] is 65537");
    ck_fails(context, coulomb_network_upsample2d(network, in, zero, &made), COULOMB_ERROR_ARGUMENT, "factor[0] is 0");
    ck_fails(context, coulomb_network_upsample2d(network, in, NULL, &made), COULOMB_ERROR_ARGUMENT, "factor is NULL");
    ck_fails(context, coulomb_network_concatenate(network, in, flat, &made), COULOMB_ERROR_SHAPE,
             "[5, 6, 3] and [90] differ");
    ck_fails(context, coulomb_network_flatten(network, 9, &made), COULOMB_ERROR_ARGUMENT, "node 9 does not exist");
    ck_fails(context, coulomb_network_batch_norm(network, in, 0.0, 0.9, 1, NULL, &made), COULOMB_ERROR_ARGUMENT,
             "epsilon is 0");
    ck_fails(context, coulomb_network_batch_norm(network, in, 1e-3, 1.1, 1, NULL, &made), COULOMB_ERROR_ARGUMENT,
             "momentum is 1.1");
    ck_fails(context, coulomb_network_batch_norm(network, in, 1e-3, 0.9, 2, NULL, &made), COULOMB_ERROR_ARGUMENT,
             "scale is 2");
}
END_TEST

Suite *suite_ops_image(void)
{
    Suite *suite = suite_create("ops for images");
    TCase *all = tcase_create("ops for images");
    tcase_set_timeout(all, 60.0);
    tcase_add_checked_fixture(all, network_begin, network_end);
    tcase_add_loop_test(all, pooling_matches_naive_loops, 0, ROUNDS);
    tcase_add_loop_test(all, upsampling_matches_naive_loops, 0, 24);
    tcase_add_test(all, concatenation_puts_channels_side_by_side);
    tcase_add_test(all, bits_of_layers_for_images_do_not_depend_on_the_number_of_threads);
    tcase_add_test(all, input_gradients_alone_leave_parameter_gradients);
    tcase_add_test(all, layers_for_images_refuse_what_does_not_fit);
    suite_add_tcase(suite, all);
    return suite;
}
