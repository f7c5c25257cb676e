/* The layers for images and sequences against naive loops in double, on random shapes. */
#include "network/network.h"
#include "unit/check_more.h"
#include "unit/suites.h"

#include <coulomb/layers.h>
#include <coulomb/parameters.h>

enum { ROUNDS = 60, LARGE_ROUNDS = 12, MOST = 400000 };

static coulomb_context *context;
static coulomb_network *network;
static int32_t node;
static float x[MOST], y[MOST], dx[MOST], dy[MOST], w[MOST], b[MOST], dw[MOST], db[MOST];
static double exact[MOST];

static void setup(void)
{
    ck_assert_int_eq(coulomb_context_new(&context), COULOMB_OK);
    ck_ok(context, coulomb_network_new(context, &network));
}

static void teardown(void)
{
    coulomb_network_free(network);
    coulomb_context_free(context);
}

static void fresh_network(void)
{
    coulomb_network_free(network);
    ck_ok(context, coulomb_network_new(context, &network));
}

static size_t output_size(void)
{
    size_t rank, shape[COULOMB_RANK_MAX], size = 1;
    ck_ok(context, coulomb_network_output_shape(network, &rank, shape));
    for (size_t i = 0; i < rank; i++)
        size *= shape[i];
    return size;
}

static void ck_values(const char *what, const float *values, size_t count, double tolerance)
{
    double scale = 1.0;
    for (size_t i = 0; i < count; i++)
        scale = fmax(scale, fabs(exact[i]));
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(fabs((double)values[i] - exact[i]) <= tolerance * scale, "%s[%zu] is %.9g, expected %.9g", what,
                      i, (double)values[i], exact[i]);
}

/* --- convolutions --- */

typedef struct geometry {
    bool transposed, sequence;
    int32_t padding;
    size_t count, in[2], out[2], channels_in, channels_out, kernel[2], stride[2], pads[4];
} geometry;

/* What one axis makes of `in`; the pads of "same" are found here. */
static size_t out_extent(geometry *g, size_t axis)
{
    size_t in = g->in[axis], k = g->kernel[axis], s = g->stride[axis], *pads = g->pads + 2 * axis;
    if (g->padding == COULOMB_PADDING_VALID)
        pads[0] = pads[1] = 0;
    if (g->padding == COULOMB_PADDING_SAME) {
        size_t big = g->transposed ? in * s : in, small = g->transposed ? in : (in + s - 1) / s;
        size_t total = (small - 1) * s + k > big ? (small - 1) * s + k - big : 0;
        pads[0] = total / 2;
        pads[1] = total - total / 2;
        return g->transposed ? big : small;
    }
    size_t both = pads[0] + pads[1];
    if (!g->transposed)
        return in + both < k ? 0 : (in + both - k) / s + 1;
    size_t full = (in - 1) * s + (g->padding == COULOMB_PADDING_VALID && k < s ? s : k);
    return full > both ? full - both : 0;
}

/* Any geometry with an output, of up to `most` channels. */
static geometry random_geometry(unsigned seed, size_t most)
{
    geometry g = {0};
    for (seed *= 1000; g.out[0] * g.out[1] == 0; seed += 20) {
        g.transposed = random_size(seed, 0, 1);
        g.sequence = !g.transposed && random_size(seed + 1, 0, 3) == 0;
        g.padding = (int32_t)random_size(seed + 2, COULOMB_PADDING_SAME, COULOMB_PADDING_EXPLICIT);
        g.count = random_size(seed + 3, 1, 5);
        g.channels_in = random_size(seed + 4, 1, most);
        g.channels_out = random_size(seed + 5, 1, most);
        for (unsigned axis = 0; axis < 2; axis++) {
            g.in[axis] = random_size(seed + 6 + axis, 1, 9);
            g.kernel[axis] = random_size(seed + 8 + axis, 1, 7);
            g.stride[axis] = random_size(seed + 10 + axis, 1, 4);
            g.pads[2 * axis] = random_size(seed + 12 + axis, 0, 4);
            g.pads[2 * axis + 1] = random_size(seed + 14 + axis, 0, 4);
        }
        if (g.sequence) {
            g.in[0] = g.kernel[0] = g.stride[0] = 1;
            g.pads[0] = g.pads[1] = 0;
        }
        g.out[0] = out_extent(&g, 0);
        g.out[1] = out_extent(&g, 1);
    }
    return g;
}

static size_t in_size(const geometry *g)
{
    return g->in[0] * g->in[1] * g->channels_in;
}

static size_t out_size(const geometry *g)
{
    return g->out[0] * g->out[1] * g->channels_out;
}

static size_t weight_size(const geometry *g)
{
    return g->kernel[0] * g->kernel[1] * g->channels_in * g->channels_out;
}

static void add_convolution(const geometry *g, int32_t input, const char *name, int32_t *made)
{
    const size_t *pads = g->padding == COULOMB_PADDING_EXPLICIT ? g->pads : NULL;
    if (g->sequence)
        ck_ok(context, coulomb_network_conv1d(network, input, g->channels_out, g->kernel[1], g->stride[1], g->padding,
                                              pads == NULL ? NULL : pads + 2, name, made));
    else
        ck_ok(context, (g->transposed ? coulomb_network_conv2d_transposed : coulomb_network_conv2d)(
                           network, input, g->channels_out, g->kernel, g->stride, g->padding, pads, name, made));
}

static void add_image_input(const geometry *g)
{
    const size_t image[] = {g->in[0], g->in[1], g->channels_in};
    ck_ok(context, coulomb_network_input(network, g->sequence ? 2 : 3, image + g->sequence, &node));
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

static void start_exact(size_t count)
{
    ck_assert_uint_le(count, MOST);
    memset(exact, 0, count * sizeof *exact);
}

static void ck_parameter_gradients(const geometry *g, double factor)
{
    ck_ok(context, coulomb_network_read_gradient(network, "c.weight", weight_size(g), dw));
    ck_ok(context, coulomb_network_read_gradient(network, "c.bias", g->channels_out, db));
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
    ck_assert_uint_le(in, MOST);
    ck_assert_uint_le(out, MOST);
    ck_assert_uint_le(weight_size(g), MOST);
    fresh_network();
    add_image_input(g);
    add_convolution(g, node, "c", &node);
    ck_ok(context, coulomb_network_init_random(network, "c.bias", COULOMB_DISTRIBUTION_UNIFORM, 1.0));
    ck_ok(context, coulomb_network_finish(network, node, seed));
    ck_assert_uint_eq(output_size(), out_size(g));
    random_floats(seed, in, 1.0f, x);
    random_floats(seed + 1, out, 1.0f, dy);
    ck_ok(context, coulomb_network_read(network, "c.weight", weight_size(g), w));
    ck_ok(context, coulomb_network_read(network, "c.bias", g->channels_out, b));
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
    static float twice[MOST];
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
    ck_ok(context, coulomb_network_write(network, "c.weight", weight_size(&g), w));
    ck_ok(context, coulomb_network_write(network, "d.weight", weight_size(&g), w));
    ck_ok(context, coulomb_network_forward(network, g.count, x, NULL));
    ck_ok(context, coulomb_network_backward(network, dy, dx, 0));
    for (size_t i = 0; i < g.count * in_size(&g); i++)
        ck_close(dx[i], 2.0f * twice[i], 1e-5, 10.0);
}
END_TEST

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
        bool fits = !g.transposed && !g.sequence;
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
    static double slope[MOST];
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

START_TEST(pooling_matches_naive_loops)
{
    unsigned seed = 2000 + (unsigned)_i;
    geometry g = random_pooling(seed);
    bool largest = _i % 2 == 0;
    const size_t *pads = g.padding == COULOMB_PADDING_EXPLICIT ? g.pads : NULL;
    add_image_input(&g);
    ck_ok(context, (largest ? coulomb_network_max_pool
                            : coulomb_network_average_pool)(network, node, g.kernel, g.stride, g.padding, pads, &node));
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
    size_t height = g.in[0] * factor[0], width = g.in[1] * factor[1], in = g.count * g.in[0] * g.in[1] * c;
    g.sequence = false;
    add_image_input(&g);
    ck_ok(context, coulomb_network_upsample(network, node, factor, &node));
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
    ck_ok(context, coulomb_network_input(network, 3, image, &in));
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
    ck_ok(context, coulomb_network_input(network, 3, image, &node));
    ck_ok(context, coulomb_network_conv2d(network, node, 33, three, NULL, same, NULL, "c", &node));
    ck_ok(context, coulomb_network_batch_norm(network, node, 1e-3, 0.9, 1, "n", &node));
    ck_ok(context, coulomb_network_max_pool(network, node, three, two, same, NULL, &a));
    ck_ok(context, coulomb_network_average_pool(network, node, three, two, same, NULL, &c));
    ck_ok(context, coulomb_network_concatenate(network, a, c, &node));
    ck_ok(context, coulomb_network_conv2d_transposed(network, node, 40, three, two, same, NULL, "t", &node));
    ck_ok(context, coulomb_network_conv2d(network, node, 2, two, two, same, NULL, NULL, &node));
    ck_ok(context, coulomb_network_upsample(network, node, two, &node));
    ck_ok(context, coulomb_network_finish(network, node, 1));
}

START_TEST(bits_of_layers_for_images_do_not_depend_on_the_number_of_threads)
{
    enum { BATCH = 70, FILTERS = 9 * 66 * 40, SHIFTS = 33 };
    const char *const read[] = {"c.weight", "c.bias", "n.shift", "n.scale", "t.weight", "t.bias"};
    static float first[6][FILTERS], first_y[MOST], first_dx[MOST];
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
            ck_ok(context, coulomb_network_read_gradient(network, read[i], sizes[i], threads == 1 ? first[i] : dw));
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
    ck_ok(context, coulomb_network_read_gradient(network, "c.weight", 9 * 3 * 33, before));
    random_floats(3, 24 * 20 * 2, 1.0f, dy);
    ck_ok(context, coulomb_network_backward(network, dy, dx, 0));
    ck_ok(context, coulomb_network_read_gradient(network, "c.weight", 9 * 3 * 33, dw));
    ck_assert_mem_eq(before, dw, sizeof before);
}
END_TEST

/* Space for convolutions is bounded: it does not follow the batch. */
START_TEST(temporary_space_of_convolutions_is_bounded)
{
    size_t few, many;
    const size_t image[] = {64, 64, 64}, five[] = {5, 5}, two[] = {2, 2};
    ck_ok(context, coulomb_network_input(network, 3, image, &node));
    ck_ok(context, coulomb_network_conv2d(network, node, 128, five, two, COULOMB_PADDING_SAME, NULL, NULL, &node));
    ck_ok(context, coulomb_network_finish(network, node, 1));
    ck_ok(context, coulomb_network_memory(network, COULOMB_MEMORY_TEMPORARY, 64, &few));
    ck_ok(context, coulomb_network_memory(network, COULOMB_MEMORY_TEMPORARY, 512, &many));
    size_t output = 32 * 32 * 128 * sizeof(float);
    ck_assert_uint_eq(many - few, (512 - 64) * output);
    ck_assert_uint_le(few - 64 * output, (size_t)40 << 20);
}
END_TEST

/* --- what is refused --- */

START_TEST(layers_for_images_refuse_what_does_not_fit)
{
    const size_t image[] = {5, 6, 3}, six[] = {6, 6}, three[] = {3, 3}, zero[] = {0, 1}, large_pads[] = {3, 0, 0, 0};
    const size_t huge[] = {65537, 1}, length = 4;
    int32_t in, made, flat;
    ck_ok(context, coulomb_network_input(network, 3, image, &in));
    ck_ok(context, coulomb_network_flatten(network, in, &flat));
    const int32_t valid = COULOMB_PADDING_VALID, same = COULOMB_PADDING_SAME, explicit = COULOMB_PADDING_EXPLICIT;
    ck_fails(context, coulomb_network_conv2d(network, in, 2, six, NULL, valid, NULL, NULL, &made), COULOMB_ERROR_SHAPE,
             "6 x 6 kernel does not fit an input of [5, 6, 3]");
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
    ck_fails(context, coulomb_network_max_pool(network, in, three, NULL, explicit, large_pads, &made),
             COULOMB_ERROR_SHAPE, "pads[0] is 3");
    ck_fails(context, coulomb_network_average_pool(network, flat, three, NULL, same, NULL, &made), COULOMB_ERROR_SHAPE,
             "expected an image");
    ck_fails(context, coulomb_network_upsample(network, in, zero, &made), COULOMB_ERROR_ARGUMENT, "factor[0] is 0");
    ck_fails(context, coulomb_network_upsample(network, in, NULL, &made), COULOMB_ERROR_ARGUMENT, "factor is NULL");
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
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_loop_test(all, convolutions_match_naive_loops, 0, ROUNDS);
    tcase_add_loop_test(all, large_convolutions_match_naive_loops, 0, LARGE_ROUNDS);
    tcase_add_loop_test(all, samples_weigh_in_convolutions_as_told, 0, 2 * LARGE_ROUNDS);
    tcase_add_loop_test(all, input_gradients_of_convolutions_add_up, 0, 12);
    tcase_add_loop_test(all, pooling_matches_naive_loops, 0, ROUNDS);
    tcase_add_loop_test(all, upsampling_matches_naive_loops, 0, 12);
    tcase_add_test(all, concatenation_puts_channels_side_by_side);
    tcase_add_test(all, bits_of_layers_for_images_do_not_depend_on_the_number_of_threads);
    tcase_add_test(all, input_gradients_alone_leave_parameter_gradients);
    tcase_add_test(all, temporary_space_of_convolutions_is_bounded);
    tcase_add_test(all, layers_for_images_refuse_what_does_not_fit);
    suite_add_tcase(suite, all);
    return suite;
}
