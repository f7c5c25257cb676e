/* The feature network: stored values of PyTorch's FID port on the same weights and pictures, made by a rule that both
 * can compute, and the same bits with any number of threads. */
#include "fid/inception.h"
#include "fid/inception_input.h"
#include "suites.h"
#include "support/device.h"
#include "weights_rule.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PIXELS = INCEPTION_SIDE * INCEPTION_SIDE * INCEPTION_CHANNELS, STORED = 16, STEP = INCEPTION_FEATURES / STORED };

/* Every 128th feature, and the mean of all. */
typedef struct expectation {
    size_t width, height;
    float feature[STORED], mean;
} expectation;

static const expectation expected[] = {
    {64,
     48,
     {3.90687537f, 3.49551296f, 0.192078874f, 0.0f, 8.98412609f, 0.136681914f, 9.56878567f, 0.504016161f, 6.62777805f,
      0.468547404f, 2.88404131f, 1.2935704f, 1.41203511f, 2.25771999f, 4.7488184f, 0.0f},
     3.25764108f},
    {310,
     330,
     {4.37421799f, 3.96923304f, 0.341690481f, 0.0f, 10.1812382f, 0.178092346f, 10.6324024f, 0.559097052f, 7.90125275f,
      0.496272445f, 3.19922256f, 1.31418204f, 1.59532976f, 2.48048067f, 5.07947731f, 0.0f},
     3.74769402f}};

static void draw_picture(const expectation *of, float *input)
{
    size_t count = of->width * of->height * INCEPTION_CHANNELS;
    uint8_t *pixels = malloc(count);
    ck_assert_ptr_nonnull(pixels);
    for (size_t i = 0; i < count; i++)
        pixels[i] = (uint8_t)(256 * rule_number("picture", i));
    inception_input(pixels, of->width, of->height, input);
    free(pixels);
}

static coulomb_network *network_by_rule(coulomb_context *context)
{
    coulomb_network *network = inception_new(context);
    ck_assert_ptr_nonnull(network);
    weights_by_rule(network);
    return network;
}

START_TEST(features_are_those_of_the_port)
{
    coulomb_context *context = device_context(&(device_settings){.threads = 2});
    coulomb_network *network = network_by_rule(context);
    float *input = malloc(2 * PIXELS * sizeof *input), *features = malloc(4 * INCEPTION_FEATURES * sizeof *features);
    ck_assert(input && features);
    for (size_t i = 0; i < 2; i++)
        draw_picture(&expected[i], input + i * PIXELS);
    ck_assert_int_eq(coulomb_network_forward(network, 2, input, features), COULOMB_OK);
    for (size_t i = 0; i < 2; i++) {
        double sum = 0;
        for (size_t j = 0; j < INCEPTION_FEATURES; j++)
            sum += (double)features[i * INCEPTION_FEATURES + j];
        ck_assert_double_eq_tol(sum / INCEPTION_FEATURES, (double)expected[i].mean, 2e-5);
        for (size_t j = 0; j < STORED; j++)
            ck_assert_float_eq_tol(features[i * INCEPTION_FEATURES + j * STEP], expected[i].feature[j], 1e-4f);
    }
    ck_assert_int_eq(coulomb_context_set_threads(context, 1), COULOMB_OK);
    ck_assert_int_eq(coulomb_network_forward(network, 2, input, features + 2 * INCEPTION_FEATURES), COULOMB_OK);
    ck_assert_mem_eq(features, features + 2 * INCEPTION_FEATURES, 2 * INCEPTION_FEATURES * sizeof *features);
    free(input);
    free(features);
    coulomb_network_free(network);
    coulomb_context_free(context);
}
END_TEST

Suite *suite_inception(void)
{
    Suite *suite = suite_create("inception");
    TCase *cases = tcase_create("features");
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, features_are_those_of_the_port);
    suite_add_tcase(suite, cases);
    return suite;
}
