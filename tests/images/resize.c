/* Cutting out and resizing, against sums in double over all pixels as the filters are defined. */
#include "images/image.h"

#include "fixture.h"
#include "suites.h"

#include <math.h>
#include <stdlib.h>

static double keys(double x)
{
    const double a = -0.5;
    x = fabs(x);
    if (x < 1)
        return (a + 2) * x * x * x - (a + 3) * x * x + 1;
    return x < 2 ? a * x * x * x - 5 * a * x * x + 8 * a * x - 4 * a : 0;
}

/* The share of source pixel j in target pixel i of a part that begins at `start`, before the sum is made 1. */
static double reference_weight(enum image_filter filter, double start, double scale, size_t i, size_t j)
{
    double from = start + (double)i * scale, to = from + scale, at = (double)j;
    if (filter == IMAGE_AREA) {
        double left = from > at ? from : at, right = to < at + 1 ? to : at + 1;
        return right > left ? right - left : 0;
    }
    return keys((at + 0.5 - (from + to) / 2) / (scale > 1 ? scale : 1));
}

static double reference(const image *of, image_part part, size_t size, enum image_filter filter, size_t x, size_t y,
                        size_t channel)
{
    double sum = 0, weights = 0;
    double across = part.width / (double)size, down = part.height / (double)size;
    for (size_t j = (size_t)part.top; (double)j < part.top + part.height; j++)
        for (size_t i = (size_t)part.left; (double)i < part.left + part.width; i++) {
            double weight =
                reference_weight(filter, part.left, across, x, i) * reference_weight(filter, part.top, down, y, j);
            sum += weight * of->pixels[3 * (j * of->width + i) + channel];
            weights += weight;
        }
    return sum / weights;
}

static double in_range(double value)
{
    return (value < 0 ? 0 : value > 255 ? 255 : value) / 127.5 - 1;
}

static const struct shape {
    size_t width, height;
    image_part part;
    size_t size;
} shapes[] = {
    {64, 64, {0, 0, 64, 64}, 32},
    {64, 64, {0, 0, 64, 64}, 64},
    {37, 53, {3, 5, 31, 31}, 13},
    {37, 53, {0, 0, 37, 53}, 16},
    {178, 218, {35, 55, 108, 108}, 20},
    {20, 20, {0, 0, 20, 20}, 33},
    {9, 7, {1, 1, 5, 6}, 11},
    {1, 1, {0, 0, 1, 1}, 4},
    {40, 40, {7, 0, 33, 40}, 1},
    {2, 3, {0, 0, 2, 3}, 2},
    {45, 55, {8.75, 13.75, 27, 27}, 20},
    {23, 28, {4.375, 6.875, 13.5, 13.5}, 6},
    {9, 9, {0.5, 0, 8.125, 8.875}, 4},
    {5, 4, {1.25, 0.125, 0.5, 3.75}, 3},
};
enum { SHAPES = sizeof shapes / sizeof shapes[0] };

static void compare(const struct shape *with, enum image_filter filter)
{
    size_t size = with->size;
    image noise = fixture_noise((unsigned)size, with->width, with->height);
    float *colour = malloc(3 * size * size * sizeof *colour), *grey = malloc(size * size * sizeof *grey);
    ck_assert(image_resize(&noise, with->part, size, 3, filter, colour));
    ck_assert(image_resize(&noise, with->part, size, 1, filter, grey));
    for (size_t y = 0; y < size; y++)
        for (size_t x = 0; x < size; x++) {
            double expected[3];
            for (size_t channel = 0; channel < 3; channel++) {
                expected[channel] = reference(&noise, with->part, size, filter, x, y, channel);
                ck_assert_double_eq_tol(colour[3 * (y * size + x) + channel], in_range(expected[channel]), 2e-6);
            }
            double luma = 0.299 * expected[0] + 0.587 * expected[1] + 0.114 * expected[2];
            ck_assert_double_eq_tol(grey[y * size + x], in_range(luma), 2e-6);
        }
    free(colour);
    free(grey);
    image_free(&noise);
}

START_TEST(area_is_the_mean_over_what_a_pixel_covers)
{
    compare(shapes + _i, IMAGE_AREA);
}
END_TEST

START_TEST(bicubic_is_keys_filter_stretched)
{
    compare(shapes + _i, IMAGE_BICUBIC);
}
END_TEST

START_TEST(halving_by_area_takes_means_of_four)
{
    uint8_t pixels[4 * 2 * 3];
    for (size_t i = 0; i < sizeof pixels; i++)
        pixels[i] = (uint8_t)(11 * i % 256);
    image of = {4, 2, pixels};
    float value[3];
    ck_assert(image_resize(&of, (image_part){2, 0, 2, 2}, 1, 3, IMAGE_AREA, value));
    for (size_t channel = 0; channel < 3; channel++) {
        int sum = pixels[6 + channel] + pixels[9 + channel] + pixels[18 + channel] + pixels[21 + channel];
        ck_assert_float_eq_tol(value[channel], (float)sum / 4 / 127.5f - 1, 1e-6f);
    }
}
END_TEST

START_TEST(a_plain_image_stays_plain_and_ends_are_one)
{
    uint8_t pixels[3 * 31 * 31];
    float values[3 * 8 * 8];
    const uint8_t tones[] = {0, 100, 255};
    for (size_t i = 0; i < sizeof pixels; i++)
        pixels[i] = tones[_i];
    ck_assert(image_resize(&(image){31, 31, pixels}, (image_part){0, 0, 31, 31}, 8, 3, IMAGE_BICUBIC, values));
    for (size_t i = 0; i < 3 * 8 * 8; i++) {
        ck_assert_float_eq_tol(values[i], (float)tones[_i] / 127.5f - 1, 1e-6f);
        ck_assert_float_ge(values[i], -1.0f);
        ck_assert_float_le(values[i], 1.0f);
    }
}
END_TEST

START_TEST(the_centre_is_cut_out)
{
    image_part part = image_centre(178, 218, 108);
    ck_assert(part.left == 35 && part.top == 55 && part.width == 108 && part.height == 108);
    part = image_centre(178, 218, 0);
    ck_assert(part.left == 0 && part.top == 20 && part.width == 178 && part.height == 178);
    part = image_centre(178, 218, 500);
    ck_assert(part.left == 0 && part.top == 20 && part.width == 178 && part.height == 178);
}
END_TEST

Suite *suite_resize(void)
{
    Suite *suite = suite_create("resize");
    TCase *all = tcase_create("resize");
    tcase_add_loop_test(all, area_is_the_mean_over_what_a_pixel_covers, 0, SHAPES);
    tcase_add_loop_test(all, bicubic_is_keys_filter_stretched, 0, SHAPES);
    tcase_add_test(all, halving_by_area_takes_means_of_four);
    tcase_add_loop_test(all, a_plain_image_stays_plain_and_ends_are_one, 0, 3);
    tcase_add_test(all, the_centre_is_cut_out);
    tcase_set_timeout(all, 30);
    suite_add_tcase(suite, all);
    return suite;
}
