/* Samples of categories against loops in double: which category is drawn, how often, the straight-through gradient, and
 * that a sample is a function of its latent wherever it is computed. Also the layers that go with them. */
#include "trainer/trainer.h"
#include "unit/check_more.h"
#include "unit/suites.h"
#include "unit/test_context.h"

#include <coulomb/latent.h>
#include <coulomb/parameters.h>
#include <string.h>

enum { COUNT = 40, WIDTH = 12, GROUPS = 4 };

static const size_t group[GROUPS] = {3, 1, 2, 6};
static const double temperature = 0.7;

/* Logits are the first half of the input, noise is the second. */
static coulomb_network *categories(bool behind_a_node)
{
    const size_t width = 2 * WIDTH;
    coulomb_network *network;
    int32_t in, logits, noise;
    ck_ok(context, coulomb_network_new(context, &network));
    ck_ok(context, coulomb_network_input(network, &width, 1, &in));
    if (behind_a_node)
        ck_ok(context, coulomb_network_scale(network, in, 1.0, &in));
    ck_ok(context, coulomb_network_slice(network, in, 0, WIDTH, &logits));
    ck_ok(context, coulomb_network_slice(network, in, WIDTH, WIDTH, &noise));
    ck_ok(context, coulomb_network_categorical(network, logits, noise, group, GROUPS, temperature, &logits));
    ck_ok(context, coulomb_network_finish(network, logits, 0));
    return network;
}

static double gumbel_of(float noise)
{
    double z = (double)noise, tail = 0.5 * erfc(fabs(z) / sqrt(2.0));
    return -log(z > 0.0 ? -log1p(-tail) : -log(tail));
}

/* Random inputs whose largest values are apart from the others. */
static void draw_input(unsigned seed, float *x)
{
    random_floats(seed, COUNT * 2 * WIDTH, 2.0f, x);
}

START_TEST(samples_and_gradients_match_loops)
{
    static float x[COUNT * 2 * WIDTH], y[COUNT * WIDTH], dy[COUNT * WIDTH], dx[COUNT * 2 * WIDTH];
    coulomb_network *network = categories(_i == 1);
    draw_input(11, x);
    random_floats(12, COUNT * WIDTH, 1.0f, dy);
    ck_ok(context, coulomb_network_forward(network, COUNT, x, y));
    ck_ok(context, coulomb_network_backward(network, dy, dx, 0));
    for (size_t row = 0; row < COUNT; row++)
        for (size_t g = 0, first = 0; g < GROUPS; first += group[g], g++) {
            double z[WIDTH], sum = 0.0, dot = 0.0;
            size_t largest = 0;
            for (size_t j = 0; j < group[g]; j++) {
                size_t at = row * 2 * WIDTH + first + j;
                z[j] = (double)x[at] + gumbel_of(x[at + WIDTH]);
                largest = z[j] > z[largest] ? j : largest;
                sum += exp(z[j] / temperature);
            }
            for (size_t j = 0; j < group[g]; j++) {
                ck_assert_float_eq(y[row * WIDTH + first + j], j == largest ? 1.0f : 0.0f);
                dot += (double)dy[row * WIDTH + first + j] * exp(z[j] / temperature) / sum;
            }
            for (size_t j = 0; j < group[g]; j++) {
                double slope = (double)dy[row * WIDTH + first + j] - dot;
                ck_close(dx[row * 2 * WIDTH + first + j], exp(z[j] / temperature) / sum / temperature * slope, 1e-5,
                         1.0);
                ck_assert_float_eq(dx[row * 2 * WIDTH + WIDTH + first + j], 0.0f);
            }
        }
    coulomb_network_free(network);
}
END_TEST

/* Noise may come from a node that has a gradient of its own; the noise adds nothing to it. */
START_TEST(gradients_of_noise_add_nothing)
{
    const size_t three = 3;
    const float x[] = {0.5f, -1.0f, 2.0f}, dy[] = {1.0f, 2.0f, 4.0f};
    float y[3], dx[2][3];
    for (size_t noise = 0; noise < 2; noise++) {
        coulomb_network *network;
        int32_t in, other, node;
        ck_ok(context, coulomb_network_new(context, &network));
        ck_ok(context, coulomb_network_input(network, &three, 1, &in));
        ck_ok(context, coulomb_network_scale(network, in, 1.0, &in));
        ck_ok(context, coulomb_network_scale(network, in, 3.0, &other));
        if (noise == 1)
            ck_ok(context, coulomb_network_categorical(network, other, in, &three, 1, 1.0, &node));
        else
            ck_ok(context, coulomb_network_categorical(network, other, other, &three, 1, 1.0, &node));
        ck_ok(context, coulomb_network_finish(network, node, 0));
        ck_ok(context, coulomb_network_forward(network, 1, x, y));
        ck_ok(context, coulomb_network_backward(network, dy, dx[noise], 0));
        double sum = 0.0, dot = 0.0, z[3];
        for (size_t j = 0; j < 3; j++) {
            z[j] = 3.0 * (double)x[j] + gumbel_of(noise == 1 ? x[j] : 3.0f * x[j]);
            sum += exp(z[j]);
        }
        for (size_t j = 0; j < 3; j++)
            dot += (double)dy[j] * exp(z[j]) / sum;
        for (size_t j = 0; j < 3; j++)
            ck_close(dx[noise][j], 3.0 * exp(z[j]) / sum * ((double)dy[j] - dot), 1e-5, 1.0);
        coulomb_network_free(network);
    }
}
END_TEST

/* With normal noise, categories occur as often as softmax(logits) says. */
START_TEST(categories_occur_with_the_probabilities_of_the_logits)
{
    enum { MANY = 200000 };
    const size_t latent = 4;
    static const float bias[] = {0.0f, 1.0f, -2.0f, 0.5f};
    static float made[MANY * 4];
    coulomb_network *network;
    int32_t in, logits;
    ck_ok(context, coulomb_network_new(context, &network));
    ck_ok(context, coulomb_network_input(network, &latent, 1, &in));
    ck_ok(context, coulomb_network_dense(network, in, 4, "d", &logits));
    ck_ok(context, coulomb_network_categorical(network, logits, in, &latent, 1, 0.5, &logits));
    ck_ok(context, coulomb_network_finish(network, logits, 1));
    float zero[16] = {0};
    ck_ok(context, coulomb_network_write_parameter(network, "d.weight", zero, 16));
    ck_ok(context, coulomb_network_write_parameter(network, "d.bias", bias, 4));
    ck_ok(context, coulomb_network_generate(network, MANY, made));
    double sum = 0.0;
    for (size_t j = 0; j < 4; j++)
        sum += exp((double)bias[j]);
    for (size_t j = 0; j < 4; j++) {
        double found = 0.0, p = exp((double)bias[j]) / sum;
        for (size_t i = 0; i < MANY; i++)
            found += (double)made[i * 4 + j];
        ck_close(found / MANY, p, 5.0 * sqrt(p * (1.0 - p) / MANY), 1.0);
    }
    coulomb_network_free(network);
}
END_TEST

/* The same latents: forward, evaluation, one by one, on one thread and several. */
START_TEST(samples_are_functions_of_their_latents)
{
    static float x[COUNT * 2 * WIDTH], expected[COUNT * WIDTH], y[COUNT * WIDTH];
    coulomb_network *network = categories(false);
    draw_input(13, x);
    ck_ok(context, coulomb_network_forward(network, COUNT, x, expected));
    ck_ok(context, coulomb_network_evaluate(network, COUNT, x, y));
    ck_assert_mem_eq(y, expected, sizeof y);
    for (size_t i = 0; i < COUNT; i++)
        ck_ok(context, coulomb_network_evaluate(network, 1, x + i * 2 * WIDTH, y + i * WIDTH));
    ck_assert_mem_eq(y, expected, sizeof y);
    ck_ok(context, coulomb_context_set_threads(context, 3));
    ck_ok(context, coulomb_network_forward(network, COUNT, x, y));
    ck_assert_mem_eq(y, expected, sizeof y);
    coulomb_network_free(network);
}
END_TEST

/* The widest group, and rows of many pieces. */
START_TEST(groups_may_be_wide)
{
    enum { WIDE = 6000, ROWS = 3 };
    const size_t width = WIDE, sizes[] = {1, WIDE - 1};
    static float x[ROWS * WIDE], y[ROWS * WIDE], dy[ROWS * WIDE], dx[ROWS * WIDE];
    coulomb_network *network;
    int32_t in, node;
    ck_ok(context, coulomb_network_new(context, &network));
    ck_ok(context, coulomb_network_input(network, &width, 1, &in));
    ck_ok(context, coulomb_network_categorical(network, in, in, sizes, 2, 1.0, &node));
    ck_ok(context, coulomb_network_finish(network, node, 0));
    random_floats(5, ROWS * WIDE, 2.0f, x);
    random_floats(6, ROWS * WIDE, 1.0f, dy);
    ck_ok(context, coulomb_network_forward(network, ROWS, x, y));
    ck_ok(context, coulomb_network_backward(network, dy, dx, 0));
    for (size_t i = 0; i < ROWS; i++) {
        double drawn = 0.0, slope = 0.0;
        for (size_t j = 1; j < WIDE; j++) {
            drawn += (double)y[i * WIDE + j];
            slope += (double)dx[i * WIDE + j];
        }
        ck_assert_double_eq(drawn, 1.0);
        ck_close(slope, 0.0, 1e-6, 1.0);
        ck_assert_float_eq(y[i * WIDE], 1.0f);
        ck_assert_float_eq(dx[i * WIDE], 0.0f);
    }
    coulomb_network_free(network);
}
END_TEST

START_TEST(select_matches_loops)
{
    const size_t shape[] = {2, 5}, index[] = {4, 0, 0, 2, 3, 4, 0};
    enum { ROWS = 2 * COUNT, OUT = 7 };
    static float x[ROWS * 5], y[ROWS * OUT], dy[ROWS * OUT], dx[ROWS * 5];
    coulomb_network *network;
    int32_t in, node;
    ck_ok(context, coulomb_network_new(context, &network));
    ck_ok(context, coulomb_network_input(network, shape, 2, &in));
    if (_i == 1)
        ck_ok(context, coulomb_network_scale(network, in, 1.0, &in));
    ck_ok(context, coulomb_network_select(network, in, index, OUT, &node));
    if (_i == 1)
        ck_ok(context, coulomb_network_concatenate(network, node, in, &node));
    ck_ok(context, coulomb_network_finish(network, node, 0));
    size_t out = _i == 1 ? OUT + 5 : OUT;
    static float wide_y[ROWS * (OUT + 5)], wide_dy[ROWS * (OUT + 5)];
    random_floats(1, ROWS * 5, 2.0f, x);
    random_floats(2, ROWS * out, 1.0f, wide_dy);
    ck_ok(context, coulomb_network_forward(network, COUNT, x, wide_y));
    ck_ok(context, coulomb_network_backward(network, wide_dy, dx, 0));
    for (size_t row = 0; row < ROWS; row++) {
        memcpy(y + row * OUT, wide_y + row * out, OUT * sizeof *y);
        memcpy(dy + row * OUT, wide_dy + row * out, OUT * sizeof *y);
        double expected[5] = {0};
        for (size_t j = 0; _i == 1 && j < 5; j++)
            expected[j] = (double)wide_dy[row * out + OUT + j];
        for (size_t j = 0; j < OUT; j++) {
            ck_assert_float_eq(y[row * OUT + j], x[row * 5 + index[j]]);
            expected[index[j]] += (double)dy[row * OUT + j];
        }
        for (size_t j = 0; j < 5; j++)
            ck_close(dx[row * 5 + j], expected[j], 1e-6, 4.0);
    }
    coulomb_network_free(network);
}
END_TEST

/* A diverged network must be found by its samples, which categories would hide. */
START_TEST(nothing_is_drawn_from_what_is_not_a_number)
{
    const size_t three = 3;
    const float x[] = {0.0f, 1.0f, 0.0f};
    float y[3];
    coulomb_network *network;
    int32_t in, infinite, negative, logits, node;
    ck_ok(context, coulomb_network_new(context, &network));
    ck_ok(context, coulomb_network_input(network, &three, 1, &in));
    ck_ok(context, coulomb_network_scale(network, in, 1e30, &infinite));
    ck_ok(context, coulomb_network_scale(network, infinite, 1e30, &infinite));
    ck_ok(context, coulomb_network_scale(network, infinite, -1.0, &negative));
    ck_ok(context, coulomb_network_add(network, infinite, negative, &logits));
    ck_ok(context, coulomb_network_categorical(network, logits, in, &three, 1, 1.0, &node));
    ck_ok(context, coulomb_network_finish(network, node, 0));
    ck_ok(context, coulomb_network_forward(network, 1, x, y));
    ck_assert(isnan(y[1]));
    ck_assert_float_eq(y[0], 0.0f);
    ck_assert_float_eq(y[2], 0.0f);
    ck_fails(context, coulomb_network_generate(network, 1, y), COULOMB_ERROR_NOT_FINITE, "");
    coulomb_network_free(network);
}
END_TEST

START_TEST(what_does_not_fit_is_refused)
{
    const size_t shape[] = {3, 5}, sizes[] = {2, 3}, index[] = {0, 4};
    coulomb_network *network;
    int32_t in, other, made = -7;
    ck_ok(context, coulomb_network_new(context, &network));
    ck_ok(context, coulomb_network_input(network, shape, 2, &in));
    ck_ok(context, coulomb_network_slice(network, in, 0, 2, &other));
    ck_fails(context, coulomb_network_categorical(network, in, in, NULL, 2, 0.5, &made), COULOMB_ERROR_ARGUMENT,
             "categorical: count is 0");
    ck_fails(context, coulomb_network_categorical(network, in, in, sizes, 0, 0.5, &made), COULOMB_ERROR_ARGUMENT,
             "categorical: count is 0");
    ck_fails(context, coulomb_network_categorical(network, in, in, sizes, (size_t)1 << 20, 0.5, &made),
             COULOMB_ERROR_ARGUMENT, "count is 1048576; expected 1 to 1048575");
    ck_fails(context, coulomb_network_categorical(network, in, in, sizes, 1, 0.5, &made), COULOMB_ERROR_SHAPE,
             "the groups have 2 values, the last dimension of [3, 5] has 5");
    ck_fails(context, coulomb_network_categorical(network, in, in, sizes, 2, NAN, &made), COULOMB_ERROR_ARGUMENT,
             "temperature is nan");
    ck_fails(context, coulomb_network_categorical(network, in, other, sizes, 2, 0.5, &made), COULOMB_ERROR_SHAPE,
             "differ");
    ck_fails(context, coulomb_network_categorical(network, in, 9, sizes, 2, 0.5, &made), COULOMB_ERROR_ARGUMENT,
             "node 9 does not exist");
    ck_assert_int_eq(coulomb_network_categorical(NULL, in, in, sizes, 2, 0.5, &made), COULOMB_ERROR_ARGUMENT);
    ck_fails(context, coulomb_network_select(network, in, NULL, 2, &made), COULOMB_ERROR_ARGUMENT,
             "select: count is 0");
    ck_fails(context, coulomb_network_select(network, other, index, 2, &made), COULOMB_ERROR_SHAPE,
             "index 4 exceeds the last dimension of [3, 2]");
    ck_fails(context, coulomb_network_multiply(network, in, other, &made), COULOMB_ERROR_SHAPE,
             "multiply: the shapes [3, 5] and [3, 2] differ");
    ck_assert_int_eq(coulomb_network_multiply(NULL, in, in, &made), COULOMB_ERROR_ARGUMENT);
    ck_assert_int_eq(made, -7);
    coulomb_network_free(network);
}
END_TEST

Suite *suite_categorical(void)
{
    Suite *suite = suite_create("categorical");
    TCase *all = tcase_create("categorical");
    tcase_add_checked_fixture(all, context_begin, context_end);
    tcase_add_loop_test(all, samples_and_gradients_match_loops, 0, 2);
    tcase_add_test(all, gradients_of_noise_add_nothing);
    tcase_add_test(all, categories_occur_with_the_probabilities_of_the_logits);
    tcase_add_test(all, samples_are_functions_of_their_latents);
    tcase_add_test(all, groups_may_be_wide);
    tcase_add_loop_test(all, select_matches_loops, 0, 2);
    tcase_add_test(all, nothing_is_drawn_from_what_is_not_a_number);
    tcase_add_test(all, what_does_not_fit_is_refused);
    suite_add_tcase(suite, all);
    suite_add_tcase(suite, categorical_training());
    return suite;
}
