/* Minimal filtering: the transforms of every tier against what they stand for. */
#include "unit/check_more.h"
#include "unit/suites.h"
#include "unit/tiers.h"

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
    t.kernels->big_to_points(t.scheme, CHANNELS, from(&big), seen.at);
    t.kernels->filter_to_points(t.scheme, CHANNELS, from(&taps), filters.at);
    multiply(&t);
    static float start[CHANNELS];
    random_floats(6, CHANNELS, 1.0f, start);
    for (int mode = 0; mode < 3; mode++) {
        fill(&small, 3);
        fill(&image, 3);
        t.kernels->points_to_small(t.scheme, CHANNELS, from(&shown), small.at, mode == 1 ? start : NULL, mode == 2);
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
    t.kernels->big_to_points(t.scheme, CHANNELS, from(&big), seen.at);
    point_at(&image);
    memset(image.values, 0, sizeof image.values);
    t.kernels->points_to_big(t.scheme, CHANNELS, from(&shown), image.at);
    ck_transposed(&big, &seen, &shown, &image, t.slots, t.slots);
    tile once = image;
    t.kernels->points_to_big(t.scheme, CHANNELS, from(&shown), image.at);
    for (size_t i = 0; i < t.slots * CHANNELS; i++)
        ck_close(image.values[i], 2.0f * once.values[i], 1e-6, 50.0);

    fill(&taps, 4);
    fill(&filters, 5);
    fill(&small, 6);
    t.kernels->filter_to_points(t.scheme, CHANNELS, from(&taps), filters.at);
    t.kernels->points_to_filter(t.scheme, CHANNELS, from(&shown), small.at, false);
    ck_transposed(&taps, &filters, &shown, &small, t.taps, t.slots);
    once = small;
    t.kernels->points_to_filter(t.scheme, CHANNELS, from(&shown), small.at, true);
    for (size_t i = 0; i < t.taps * CHANNELS; i++)
        ck_close(small.values[i], 2.0f * once.values[i], 1e-6, 50.0);

    fill(&filters, 7);
    fill(&small, 8);
    t.kernels->points_to_small(t.scheme, CHANNELS, from(&shown), small.at, NULL, false);
    fill(&image, 9);
    t.kernels->small_to_points(t.scheme, CHANNELS, from(&image), filters.at);
    ck_transposed(&shown, &small, &image, &filters, t.points, WINOGRAD_TILE * WINOGRAD_TILE);
}
END_TEST

Suite *suite_winograd(void)
{
    Suite *suite = suite_create("winograd");
    TCase *all = tcase_create("winograd");
    tcase_set_timeout(all, 120.0);
    tcase_add_loop_test(all, products_at_points_are_a_convolution, 0, tier_count() * WINOGRAD_SCHEMES);
    tcase_add_loop_test(all, transforms_back_are_the_transposed_ones, 0, tier_count() * WINOGRAD_SCHEMES);
    suite_add_tcase(suite, all);
    return suite;
}
