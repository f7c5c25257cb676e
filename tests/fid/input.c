/* From pictures to the feature network's input, against values worked out by hand. */
#include "fid/inception.h"
#include "fid/inception_input.h"
#include "suites.h"

#include <math.h>
#include <stdlib.h>

enum { SIDE = INCEPTION_SIDE };

static float at(const float *values, size_t row, size_t column, size_t channel)
{
    return values[(row * SIDE + column) * INCEPTION_CHANNELS + channel];
}

static float *resized(const uint8_t *pixels, size_t width, size_t height)
{
    float *values = malloc(SIDE * SIDE * INCEPTION_CHANNELS * sizeof *values);
    ck_assert_ptr_nonnull(values);
    inception_input(pixels, width, height, values);
    return values;
}

START_TEST(a_picture_of_the_size_stays_as_it_is)
{
    uint8_t *pixels = malloc(SIDE * SIDE * INCEPTION_CHANNELS);
    for (size_t i = 0; i < SIDE * SIDE * INCEPTION_CHANNELS; i++)
        pixels[i] = (uint8_t)(i * 7919 % 256);
    float *values = resized(pixels, SIDE, SIDE);
    for (size_t i = 0; i < SIDE * SIDE * INCEPTION_CHANNELS; i++)
        ck_assert_float_eq_tol(values[i], (float)pixels[i] / 127.5f - 1.0f, 1e-6f);
    free(values);
    free(pixels);
}
END_TEST

/* Two pixels side by side: the left one's colour up to its centre, then a straight line. */
START_TEST(larger_pictures_are_interpolated_between_centres)
{
    const uint8_t pixels[] = {0, 255, 51, 255, 0, 51};
    float *values = resized(pixels, 2, 1);
    for (size_t column = 0; column < SIDE; column++) {
        double place = ((double)column + 0.5) * 2 / SIDE - 0.5;
        double share = place < 0 ? 0 : place > 1 ? 1 : place;
        ck_assert_float_eq_tol(at(values, 150, column, 0), (float)(2 * share - 1), 2e-6f);
        ck_assert_float_eq_tol(at(values, 0, column, 1), (float)(1 - 2 * share), 2e-6f);
        ck_assert_float_eq_tol(at(values, 298, column, 2), -0.6f, 1e-6f);
    }
    free(values);
}
END_TEST

/* Of a picture of twice the size every result is the mean of the two pixels in the middle of what it covers: nothing is
 * smoothed first. Of one four times as large it is the mean of the middle two of four. */
START_TEST(smaller_pictures_leave_pixels_out)
{
    enum { WIDTH = 4 * SIDE };
    uint8_t *pixels = malloc(WIDTH * INCEPTION_CHANNELS);
    for (size_t i = 0; i < WIDTH; i++)
        for (size_t k = 0; k < INCEPTION_CHANNELS; k++)
            pixels[i * INCEPTION_CHANNELS + k] = i % 4 == 1 ? 100 : i % 4 == 2 ? 200 : 255;
    float *values = resized(pixels, WIDTH, 1);
    for (size_t column = 0; column < SIDE; column++)
        ck_assert_float_eq_tol(at(values, 7, column, 1), 150 / 127.5f - 1.0f, 1e-4f);
    free(values);
    free(pixels);
}
END_TEST

START_TEST(values_become_the_nearest_of_8_bits)
{
    const struct {
        float value;
        uint8_t bits;
    } cases[] = {{-1, 0},       {-1.7159f, 0}, {1, 255},       {1.7159f, 255}, {0, 128},
                 {-0.9961f, 0}, {-0.9960f, 1}, {0.9960f, 254}, {0.9961f, 255}, {NAN, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_msg(value_of_8_bits(cases[i].value) == cases[i].bits, "%g became %d", (double)cases[i].value,
                      value_of_8_bits(cases[i].value));
    for (int bits = 0; bits < 256; bits++)
        ck_assert_int_eq(value_of_8_bits((float)bits / 127.5f - 1.0f), bits);
}
END_TEST

Suite *suite_input(void)
{
    Suite *suite = suite_create("input");
    TCase *cases = tcase_create("pictures");
    tcase_add_test(cases, a_picture_of_the_size_stays_as_it_is);
    tcase_add_test(cases, larger_pictures_are_interpolated_between_centres);
    tcase_add_test(cases, smaller_pictures_leave_pixels_out);
    tcase_add_test(cases, values_become_the_nearest_of_8_bits);
    suite_add_tcase(suite, cases);
    return suite;
}
