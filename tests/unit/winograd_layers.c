/* Convolutions by minimal filtering, in several blocks: against sums over taps, and against the same ones sample by
 * sample. */
#include "unit/check_more.h"
#include "unit/square_layers.h"
#include "unit/suites.h"

#include <coulomb/coulomb.h>

/* More samples than one block has, and more channels on either side. */
static const square_layer layers[] = {
    {.count = 29, .side = 32, .in = 160, .out = 256, .kernel = 5, .stride = 2},
    {.count = 29, .side = 16, .in = 256, .out = 160, .kernel = 5, .stride = 2, .transposed = true},
    {.count = 37, .side = 15, .in = 304, .out = 400, .kernel = 3, .stride = 1},
};

enum { LAYERS = sizeof layers / sizeof layers[0] };

typedef struct outcome {
    float *x, *dy, *w, *bias; /* what went in */
    float *y, *dx, *dw;
} outcome;

/* Forward and back, `at_once` samples at a time. */
static outcome run(const square_layer *l, size_t threads, size_t at_once)
{
    coulomb_context *context;
    coulomb_network *network;
    outcome o = {.x = values_of(l->count * in_values(l)),
                 .dy = values_of(l->count * out_values(l)),
                 .w = values_of(weight_values(l)),
                 .bias = values_of(l->out),
                 .y = values_of(l->count * out_values(l)),
                 .dx = values_of(l->count * in_values(l)),
                 .dw = values_of(weight_values(l))};
    random_floats(1, l->count * in_values(l), 1.0f, o.x);
    random_floats(2, l->count * out_values(l), 1.0f, o.dy);
    ck_assert_int_eq(coulomb_context_new(&context), COULOMB_OK);
    ck_ok(context, coulomb_context_set_threads(context, threads));
    ck_ok(context, coulomb_network_new(context, &network));
    int32_t node = append_square_layer(context, network, l);
    ck_ok(context, coulomb_network_set_initializer_random(network, "c.bias", COULOMB_DISTRIBUTION_UNIFORM, 1.0));
    ck_ok(context, coulomb_network_finish(network, node, 3));
    for (size_t i = 0; i < l->count; i += at_once) {
        ck_ok(context, coulomb_network_forward(network, at_once, o.x + i * in_values(l), o.y + i * out_values(l)));
        ck_ok(context,
              coulomb_network_backward(network, o.dy + i * out_values(l), o.dx + i * in_values(l), i > 0 ? 2 : 1));
    }
    ck_ok(context, coulomb_network_read_gradient(network, "c.weight", o.dw, weight_values(l)));
    ck_ok(context, coulomb_network_read_parameter(network, "c.weight", o.w, weight_values(l)));
    ck_ok(context, coulomb_network_read_parameter(network, "c.bias", o.bias, l->out));
    coulomb_network_free(network);
    coulomb_context_free(context);
    return o;
}

/* Both have float32 errors; those of one in millions are many times the usual ones. */
static void ck_same(const char *what, const float *a, const float *b, size_t count)
{
    double size = 0.0, error = 0.0, most = 0.0;
    for (size_t i = 0; i < count; i++) {
        double difference = fabs((double)a[i] - (double)b[i]);
        size += (double)b[i] * (double)b[i];
        error += difference * difference;
        most = fmax(most, difference);
    }
    size = sqrt(size / (double)count);
    ck_assert_msg(sqrt(error / (double)count) <= 4e-6 * size, "%s is off by %.3g of %.3g", what,
                  sqrt(error / (double)count), size);
    ck_assert_msg(most <= 6e-5 * size, "%s is off by up to %.3g of %.3g", what, most, size);
}

static void let_go(outcome *o)
{
    free(o->x);
    free(o->dy);
    free(o->w);
    free(o->bias);
    free(o->y);
    free(o->dx);
    free(o->dw);
}

/* --- what a layer should give --- */

/* The arrays in the terms of the image with more pixels and of the one with fewer, whichever is the input. */
typedef struct direct_layer {
    const square_layer *l;
    size_t big, small, big_channels, small_channels, before;
    const float *of_big, *of_small, *weight;
} direct_layer;

static direct_layer direct_of(const square_layer *l)
{
    size_t big = l->transposed ? out_side(l) : l->side, small = l->transposed ? l->side : out_side(l);
    return (direct_layer){.l = l,
                          .big = big,
                          .small = small,
                          .big_channels = l->transposed ? l->out : l->in,
                          .small_channels = l->transposed ? l->in : l->out,
                          .before = ((small - 1) * l->stride + l->kernel - big) / 2};
}

/* The pixel that tap `tap` of the window at `at` sees, along an axis; false outside of the image. */
static bool sees(const direct_layer *d, size_t at, size_t tap, size_t *pixel)
{
    *pixel = at * d->l->stride + tap - d->before;
    return at * d->l->stride + tap >= d->before && *pixel < d->big;
}

static double weight_at(const direct_layer *d, size_t r, size_t c, size_t big, size_t small)
{
    size_t tap = r * d->l->kernel + c;
    return (double)(d->l->transposed ? d->weight[(tap * d->small_channels + small) * d->big_channels + big]
                                     : d->weight[(tap * d->big_channels + big) * d->small_channels + small]);
}

/* Sum over everything that meets: of one pixel of either image where `row` is its row and so on, or of one weight. */
typedef struct wanted {
    bool of_small;
    size_t sample, row, column, channel; /* of the pixel; of a weight the tap's row and column, and the big channel */
    size_t other;                        /* of a weight the small channel */
} wanted;

static double sum_of_pixels(const direct_layer *d, const wanted *w, size_t i, size_t j, size_t r, size_t c)
{
    size_t row, column;
    if (!sees(d, i, r, &row) || !sees(d, j, c, &column))
        return 0.0;
    if (!w->of_small && (row != w->row || column != w->column))
        return 0.0;
    const float *big = d->of_big + ((w->sample * d->big + row) * d->big + column) * d->big_channels;
    const float *small = d->of_small + ((w->sample * d->small + i) * d->small + j) * d->small_channels;
    double sum = 0.0;
    for (size_t k = 0; k < (w->of_small ? d->big_channels : d->small_channels); k++)
        sum += w->of_small ? (double)big[k] * weight_at(d, r, c, k, w->channel)
                           : (double)small[k] * weight_at(d, r, c, w->channel, k);
    return sum;
}

static double pixel_of(const direct_layer *d, const wanted *w)
{
    double sum = 0.0;
    for (size_t i = 0; i < d->small; i++)
        for (size_t j = 0; j < d->small; j++)
            for (size_t tap = 0; tap < d->l->kernel * d->l->kernel; tap++)
                if (!w->of_small || (i == w->row && j == w->column))
                    sum += sum_of_pixels(d, w, i, j, tap / d->l->kernel, tap % d->l->kernel);
    return sum;
}

static double gradient_of(const direct_layer *d, const wanted *w)
{
    double sum = 0.0;
    for (size_t at = 0; at < d->l->count * d->small * d->small; at++) {
        size_t sample = at / (d->small * d->small), row, column;
        if (sees(d, at / d->small % d->small, w->row, &row) && sees(d, at % d->small, w->column, &column))
            sum += (double)d->of_big[((sample * d->big + row) * d->big + column) * d->big_channels + w->channel] *
                   (double)d->of_small[at * d->small_channels + w->other];
    }
    return sum;
}

/* Values here and there of an image's array [count, side, side, channels]. */
static void ck_pixels(const char *what, const direct_layer *d, bool of_small, const float *values, const float *bias)
{
    size_t side = of_small ? d->small : d->big, channels = of_small ? d->small_channels : d->big_channels;
    double size = 0.0;
    for (size_t i = 0; i < 1000; i++)
        size += fabs((double)values[i * 7]) / 1000.0;
    for (unsigned i = 0; i < 60; i++) {
        wanted w = {.of_small = of_small,
                    .sample = random_size(5 * i, 0, d->l->count - 1),
                    .row = random_size(5 * i + 1, 0, side - 1),
                    .column = random_size(5 * i + 2, 0, side - 1),
                    .channel = random_size(5 * i + 3, 0, channels - 1)};
        double expected = pixel_of(d, &w) + (bias == NULL ? 0.0 : (double)bias[w.channel]);
        double found = (double)values[((w.sample * side + w.row) * side + w.column) * channels + w.channel];
        ck_assert_msg(fabs(found - expected) <= 4e-5 * size, "%s is %.9g, expected %.9g", what, found, expected);
    }
}

static void ck_weights(const direct_layer *d, const float *values)
{
    direct_layer found = *d;
    found.weight = values;
    double size = 0.0;
    for (size_t i = 0; i < 1000; i++)
        size += fabs((double)values[i * 7]) / 1000.0;
    for (unsigned i = 0; i < 60; i++) {
        wanted w = {.row = random_size(5 * i, 0, d->l->kernel - 1),
                    .column = random_size(5 * i + 1, 0, d->l->kernel - 1),
                    .channel = random_size(5 * i + 2, 0, d->big_channels - 1),
                    .other = random_size(5 * i + 3, 0, d->small_channels - 1)};
        ck_close(weight_at(&found, w.row, w.column, w.channel, w.other), gradient_of(d, &w), 4e-5, size);
    }
}

START_TEST(blocks_are_sums_over_taps)
{
    const square_layer *l = &layers[_i];
    outcome o = run(l, 2, l->count);
    direct_layer d = direct_of(l);
    d.weight = o.w;
    d.of_big = l->transposed ? o.dy : o.x;
    d.of_small = l->transposed ? o.x : o.dy;
    ck_pixels("y", &d, !l->transposed, o.y, o.bias);
    ck_pixels("dx", &d, l->transposed, o.dx, NULL);
    ck_weights(&d, o.dw);
    let_go(&o);
}
END_TEST

/* A sample's values are the same beside others; the filters' gradient is a sum over samples. */
START_TEST(blocks_are_what_samples_are_one_by_one)
{
    const square_layer *l = &layers[_i];
    outcome blocks = run(l, 1, l->count), again = run(l, 3, l->count), single = run(l, 2, 1);
    ck_assert_mem_eq(blocks.y, single.y, l->count * out_values(l) * sizeof(float));
    ck_assert_mem_eq(blocks.dx, single.dx, l->count * in_values(l) * sizeof(float));
    ck_same("dw", blocks.dw, single.dw, weight_values(l));
    ck_assert_mem_eq(blocks.y, again.y, l->count * out_values(l) * sizeof(float));
    ck_assert_mem_eq(blocks.dx, again.dx, l->count * in_values(l) * sizeof(float));
    ck_assert_mem_eq(blocks.dw, again.dw, weight_values(l) * sizeof(float));
    let_go(&blocks);
    let_go(&again);
    let_go(&single);
}
END_TEST

Suite *suite_winograd_layers(void)
{
    Suite *suite = suite_create("winograd_layers");
    TCase *all = tcase_create("winograd layers");
    tcase_set_timeout(all, 120.0);
    tcase_add_loop_test(all, blocks_are_sums_over_taps, 0, LAYERS);
    tcase_add_loop_test(all, blocks_are_what_samples_are_one_by_one, 0, LAYERS);
    suite_add_tcase(suite, all);
    return suite;
}
