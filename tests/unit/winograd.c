/* Minimal filtering: the transforms of every tier against what they stand for, and convolutions in several blocks
 * against the same ones sample by sample, which are too few tiles for it. */
#include "unit/check_more.h"
#include "unit/suites.h"
#include "unit/tiers.h"

#include <coulomb/coulomb.h>

enum { CHANNELS = 3 * WINOGRAD_CHANNELS, PLACES = WINOGRAD_SLOTS_MOST * WINOGRAD_SLOTS_MOST };

static const size_t strides[] = {1, 2, 2};

/* A tile of vectors, and the pointers to them that kernels take. */
typedef struct tile {
    float values[PLACES * CHANNELS];
    float *at[PLACES];
} tile;

static tile big, taps, small, seen, filters, shown, image;

static void point_at(tile *t)
{
    for (size_t i = 0; i < PLACES; i++)
        t->at[i] = t->values + i * CHANNELS;
}

static void fill(tile *t, unsigned seed)
{
    point_at(t);
    random_floats(seed, PLACES * CHANNELS, 1.0f, t->values);
}

static const float *const *from(const tile *t)
{
    return (const float *const *)t->at;
}

static double dot(const tile *a, const tile *b, size_t places)
{
    double sum = 0.0;
    for (size_t i = 0; i < places * CHANNELS; i++)
        sum += (double)a->values[i] * (double)b->values[i];
    return sum;
}

static double size_of(const tile *a, size_t places)
{
    return sqrt(dot(a, a, places));
}

typedef struct transforms {
    const winograd_kernels *kernels;
    enum winograd_scheme scheme;
    size_t slots, taps, points; /* of both axes */
} transforms;

static void choose(int index, transforms *t)
{
    t->kernels = tier_table(index / WINOGRAD_SCHEMES)->winograd;
    t->scheme = (enum winograd_scheme)(index % WINOGRAD_SCHEMES);
    t->slots = winograd_slots(t->scheme) * winograd_slots(t->scheme);
    t->taps = winograd_taps(t->scheme) * winograd_taps(t->scheme);
    t->points = winograd_points(t->scheme) * winograd_points(t->scheme);
}

/* Products at the slots, added up where they are of the same point. */
static void multiply(const transforms *t)
{
    size_t line = winograd_slots(t->scheme), points = winograd_points(t->scheme);
    fill(&shown, 0);
    memset(shown.values, 0, sizeof shown.values);
    for (size_t k = 0; k < t->slots; k++) {
        size_t point = k / line % points * points + k % line % points;
        for (size_t c = 0; c < CHANNELS; c++)
            shown.at[point][c] += seen.at[k][c] * filters.at[k][c];
    }
}

/* One channel of an output pixel, pixel by pixel and tap by tap. */
static double direct(const transforms *t, size_t pixel, size_t channel)
{
    size_t line = winograd_slots(t->scheme), kernel = winograd_taps(t->scheme), stride = strides[t->scheme];
    size_t row = pixel / WINOGRAD_TILE * stride, column = pixel % WINOGRAD_TILE * stride;
    double sum = 0.0;
    for (size_t r = 0; r < kernel; r++)
        for (size_t c = 0; c < kernel; c++)
            sum += (double)big.at[(row + r) * line + column + c][channel] * (double)taps.at[r * kernel + c][channel];
    return sum;
}

START_TEST(products_at_points_are_a_convolution)
{
    transforms t;
    choose(_i, &t);
    fill(&big, 1);
    fill(&taps, 2);
    fill(&small, 3);
    fill(&seen, 4);
    fill(&filters, 5);
    t.kernels->see(t.scheme, CHANNELS, from(&big), seen.at);
    t.kernels->filter(t.scheme, CHANNELS, from(&taps), filters.at);
    multiply(&t);
    static float start[CHANNELS];
    random_floats(6, CHANNELS, 1.0f, start);
    for (int mode = 0; mode < 3; mode++) {
        fill(&small, 3);
        fill(&image, 3);
        t.kernels->show(t.scheme, CHANNELS, from(&shown), small.at, mode == 1 ? start : NULL, mode == 2);
        for (size_t i = 0; i < WINOGRAD_TILE * WINOGRAD_TILE; i++)
            for (size_t c = 0; c < CHANNELS; c++) {
                double before = mode == 1 ? (double)start[c] : mode == 2 ? (double)image.at[i][c] : 0.0;
                ck_close(small.at[i][c], before + direct(&t, i, c), 1e-5, 4.0);
            }
    }
}
END_TEST

/* <transform(a), b> = <a, transposed(b)> */
static void ck_transposed(const tile *a, const tile *of_a, const tile *b, const tile *of_b, size_t ins, size_t outs)
{
    ck_close(dot(of_a, b, outs), dot(a, of_b, ins), 1e-5, size_of(of_a, outs) * size_of(b, outs));
}

START_TEST(transforms_back_are_the_transposed_ones)
{
    transforms t;
    choose(_i, &t);
    fill(&big, 1);
    fill(&seen, 2);
    fill(&shown, 3);
    t.kernels->see(t.scheme, CHANNELS, from(&big), seen.at);
    point_at(&image);
    memset(image.values, 0, sizeof image.values);
    t.kernels->see_back(t.scheme, CHANNELS, from(&shown), image.at);
    ck_transposed(&big, &seen, &shown, &image, t.slots, t.slots);
    tile once = image;
    t.kernels->see_back(t.scheme, CHANNELS, from(&shown), image.at);
    for (size_t i = 0; i < t.slots * CHANNELS; i++)
        ck_close(image.values[i], 2.0f * once.values[i], 1e-6, 50.0);

    fill(&taps, 4);
    fill(&filters, 5);
    fill(&small, 6);
    t.kernels->filter(t.scheme, CHANNELS, from(&taps), filters.at);
    t.kernels->filter_back(t.scheme, CHANNELS, from(&shown), small.at, false);
    ck_transposed(&taps, &filters, &shown, &small, t.taps, t.slots);
    once = small;
    t.kernels->filter_back(t.scheme, CHANNELS, from(&shown), small.at, true);
    for (size_t i = 0; i < t.taps * CHANNELS; i++)
        ck_close(small.values[i], 2.0f * once.values[i], 1e-6, 50.0);

    fill(&filters, 7);
    fill(&small, 8);
    t.kernels->show(t.scheme, CHANNELS, from(&shown), small.at, NULL, false);
    fill(&image, 9);
    t.kernels->show_back(t.scheme, CHANNELS, from(&image), filters.at);
    ck_transposed(&shown, &small, &image, &filters, t.points, WINOGRAD_TILE * WINOGRAD_TILE);
}
END_TEST

/* --- blocks --- */

/* More samples than one block has, and more channels on either side. */
typedef struct layer {
    bool transposed;
    size_t count, side, in, out, kernel, stride;
} layer;

static const layer layers[] = {
    {.count = 29, .side = 32, .in = 160, .out = 256, .kernel = 5, .stride = 2},
    {.count = 29, .side = 16, .in = 256, .out = 160, .kernel = 5, .stride = 2, .transposed = true},
    {.count = 37, .side = 15, .in = 304, .out = 400, .kernel = 3, .stride = 1},
};

enum { LAYERS = sizeof layers / sizeof layers[0] };

typedef struct outcome {
    float *y, *dx, *dw;
} outcome;

static float *values_of(size_t count)
{
    float *values = malloc(count * sizeof *values);
    ck_assert_ptr_nonnull(values);
    return values;
}

static size_t out_side(const layer *l)
{
    return l->transposed ? l->side * l->stride : (l->side + l->stride - 1) / l->stride;
}

static size_t in_values(const layer *l)
{
    return l->side * l->side * l->in;
}

static size_t out_values(const layer *l)
{
    return out_side(l) * out_side(l) * l->out;
}

static size_t weight_values(const layer *l)
{
    return l->kernel * l->kernel * l->in * l->out;
}

/* Forward and back, `at_once` samples at a time. */
static outcome run(const layer *l, size_t threads, size_t at_once)
{
    coulomb_context *context;
    coulomb_network *network;
    int32_t node;
    const size_t shape[] = {l->side, l->side, l->in}, kernel[] = {l->kernel, l->kernel},
                 stride[] = {l->stride, l->stride};
    outcome o = {values_of(l->count * out_values(l)), values_of(l->count * in_values(l)), values_of(weight_values(l))};
    float *x = values_of(l->count * in_values(l)), *dy = values_of(l->count * out_values(l));
    random_floats(1, l->count * in_values(l), 1.0f, x);
    random_floats(2, l->count * out_values(l), 1.0f, dy);
    ck_assert_int_eq(coulomb_context_new(&context), COULOMB_OK);
    ck_ok(context, coulomb_context_set_threads(context, threads));
    ck_ok(context, coulomb_network_new(context, &network));
    ck_ok(context, coulomb_network_input(network, shape, 3, &node));
    ck_ok(context, (l->transposed ? coulomb_network_conv2d_transposed : coulomb_network_conv2d)(
                       network, node, l->out, kernel, stride, COULOMB_PADDING_SAME, NULL, "c", &node));
    ck_ok(context, coulomb_network_set_initializer_random(network, "c.bias", COULOMB_DISTRIBUTION_UNIFORM, 1.0));
    ck_ok(context, coulomb_network_finish(network, node, 3));
    for (size_t i = 0; i < l->count; i += at_once) {
        ck_ok(context, coulomb_network_forward(network, at_once, x + i * in_values(l), o.y + i * out_values(l)));
        ck_ok(context,
              coulomb_network_backward(network, dy + i * out_values(l), o.dx + i * in_values(l), i > 0 ? 2 : 1));
    }
    ck_ok(context, coulomb_network_read_gradient(network, "c.weight", o.dw, weight_values(l)));
    coulomb_network_free(network);
    coulomb_context_free(context);
    free(x);
    free(dy);
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
    free(o->y);
    free(o->dx);
    free(o->dw);
}

START_TEST(blocks_are_what_samples_are_one_by_one)
{
    const layer *l = &layers[_i];
    outcome blocks = run(l, 1, l->count), again = run(l, 3, l->count), single = run(l, 2, 1);
    ck_same("y", blocks.y, single.y, l->count * out_values(l));
    ck_same("dx", blocks.dx, single.dx, l->count * in_values(l));
    ck_same("dw", blocks.dw, single.dw, weight_values(l));
    ck_assert_mem_eq(blocks.y, again.y, l->count * out_values(l) * sizeof(float));
    ck_assert_mem_eq(blocks.dx, again.dx, l->count * in_values(l) * sizeof(float));
    ck_assert_mem_eq(blocks.dw, again.dw, weight_values(l) * sizeof(float));
    let_go(&blocks);
    let_go(&again);
    let_go(&single);
}
END_TEST

Suite *suite_winograd(void)
{
    Suite *suite = suite_create("winograd");
    TCase *all = tcase_create("winograd");
    tcase_set_timeout(all, 120.0);
    tcase_add_loop_test(all, products_at_points_are_a_convolution, 0, tier_count() * WINOGRAD_SCHEMES);
    tcase_add_loop_test(all, transforms_back_are_the_transposed_ones, 0, tier_count() * WINOGRAD_SCHEMES);
    tcase_add_loop_test(all, blocks_are_what_samples_are_one_by_one, 0, LAYERS);
    suite_add_tcase(suite, all);
    return suite;
}
