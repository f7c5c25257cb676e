/* Evaluation: the samples that generation makes, one by one or all at once; nothing kept, moved or allocated; its
 * backward pass against differences; networks that do nothing else. */
#include "unit/check_more.h"
#include "unit/contexts.h"
#include "unit/ledger.h"
#include "unit/suites.h"

#include <coulomb/coulomb.h>
#include <stdlib.h>

enum { SIDE = 32, IMAGE = SIDE * SIDE, LATENT = 6 };

static const size_t image[] = {SIDE, SIDE, 1};

static ledger book;
static coulomb_context *context;
static coulomb_network *network;
static int32_t node;

static void setup(void)
{
    context_with_ledger(&book, &context);
    network = NULL;
}

static void teardown(void)
{
    coulomb_network_free(network);
    coulomb_context_free(context);
    ck_assert_uint_eq(book.bytes, 0);
}

static float random_near(unsigned seed, float middle, float width)
{
    float value;
    random_floats(seed, 1, width, &value);
    return middle + value;
}

/* Parameters as training could leave them: nothing is 0 or 1, and variances are above 0. */
static void scatter_parameters(coulomb_network *of)
{
    for (size_t i = 0; i < coulomb_network_parameter_count(of); i++) {
        const char *name = coulomb_network_parameter_name(of, i);
        size_t rank, shape[COULOMB_RANK_MAX];
        ck_ok(context, coulomb_network_parameter_shape(of, name, shape, COULOMB_RANK_MAX, &rank));
        if (rank > 1)
            continue;
        float *values = malloc(shape[0] * sizeof *values);
        bool positive = strstr(name, "variance") != NULL || strstr(name, "scale") != NULL;
        for (size_t j = 0; j < shape[0]; j++)
            values[j] = random_near((unsigned)(1000 * i + j), positive ? 1.0f : 0.0f, 0.5f);
        ck_ok(context, coulomb_network_write_parameter(of, name, values, shape[0]));
        free(values);
    }
}

static void use_preset(const char *name, size_t latent)
{
    ck_ok(context, coulomb_network_new_preset(context, name, image, 3, latent, 3, &network));
    scatter_parameters(network);
    ck_ok(context, coulomb_network_set_running_averages(network, 1));
}

/* The latents of generated samples, from a network that only passes them on. */
static void draw_latents(size_t count, float *latents)
{
    const size_t size = LATENT;
    coulomb_network *identity;
    ck_ok(context, coulomb_network_new(context, &identity));
    ck_ok(context, coulomb_network_input(identity, &size, 1, &node));
    ck_ok(context, coulomb_network_scale(identity, node, 1.0, &node));
    ck_ok(context, coulomb_network_finish(identity, node, 3));
    ck_ok(context, coulomb_network_generate(identity, count, latents));
    coulomb_network_free(identity);
}

START_TEST(samples_do_not_depend_on_how_many_are_made_at_once)
{
    enum { COUNT = 40 };
    static float latents[COUNT * LATENT], generated[COUNT * IMAGE], evaluated[COUNT * IMAGE];
    const size_t steps[] = {COUNT, 1, 7, 33};
    static const char *const names[] = {"mlp-generator", "coulomb-generator", "dcgan-generator"};
    use_preset(names[_i], LATENT);
    draw_latents(COUNT, latents);
    ck_ok(context, coulomb_network_generate(network, COUNT, generated));
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        memset(evaluated, 0, sizeof evaluated);
        for (size_t done = 0; done < COUNT; done += steps[i]) {
            size_t count = COUNT - done < steps[i] ? COUNT - done : steps[i];
            ck_ok(context, coulomb_network_evaluate(network, count, latents + done * LATENT, evaluated + done * IMAGE));
        }
        ck_assert_msg(memcmp(generated, evaluated, sizeof generated) == 0, "%zu at once differ", steps[i]);
    }
}
END_TEST

/* By the batch's own statistics, evaluation normalises as training does. */
START_TEST(evaluation_uses_the_batchs_statistics_unless_told_otherwise)
{
    enum { COUNT = 5 };
    static float x[COUNT * IMAGE], trained[COUNT], evaluated[COUNT];
    use_preset("dcgan-discriminator", 0);
    random_floats(1, COUNT * IMAGE, 1.0f, x);
    ck_ok(context, coulomb_network_forward(network, COUNT, x, trained));
    ck_ok(context, coulomb_network_evaluate(network, COUNT, x, evaluated));
    ck_assert_mem_ne(trained, evaluated, sizeof trained);
    ck_ok(context, coulomb_network_set_running_averages(network, 0));
    ck_ok(context, coulomb_network_evaluate(network, COUNT, x, evaluated));
    ck_assert_mem_eq(trained, evaluated, sizeof trained);
    int32_t averages = -1;
    ck_ok(context, coulomb_network_get_running_averages(network, &averages));
    ck_assert_int_eq(averages, 0);
}
END_TEST

/* What came between a forward pass and its backward pass does not matter. */
START_TEST(evaluation_and_generation_leave_the_last_forward_pass)
{
    enum { COUNT = 20 };
    static float x[COUNT * LATENT], dy[COUNT * IMAGE], dx[2][COUNT * LATENT], samples[200 * IMAGE];
    static float gradient[2][LATENT * 4 * 4 * 1024], shift[2][512];
    use_preset("coulomb-generator", LATENT);
    ck_ok(context, coulomb_network_set_running_averages(network, 0));
    random_floats(1, COUNT * LATENT, 1.0f, x);
    random_floats(2, COUNT * IMAGE, 1.0f, dy);
    for (size_t i = 0; i < 2; i++) {
        ck_ok(context, coulomb_network_forward(network, COUNT, x, NULL));
        if (i == 1) {
            ck_ok(context, coulomb_network_evaluate(network, 33, samples, samples));
            ck_ok(context, coulomb_network_generate(network, 200, samples));
        }
        ck_ok(context, coulomb_network_backward(network, dy, dx[i], COULOMB_GRADIENT_WRITE));
        ck_ok(context, coulomb_network_read_gradient(network, "dense1.weight", gradient[i], LATENT * 4 * 4 * 1024));
        ck_ok(context, coulomb_network_read_gradient(network, "norm1.shift", shift[i], 512));
    }
    ck_assert_mem_eq(dx[0], dx[1], sizeof dx[0]);
    ck_assert_mem_eq(gradient[0], gradient[1], sizeof gradient[0]);
    ck_assert_mem_eq(shift[0], shift[1], sizeof shift[0]);
}
END_TEST

START_TEST(evaluation_allocates_nothing_after_a_reserve)
{
    enum { COUNT = 20 };
    static float x[COUNT * LATENT], y[COUNT * IMAGE];
    size_t bytes, held;
    use_preset("coulomb-generator", LATENT);
    held = book.bytes;
    ck_ok(context, coulomb_network_reserve_inference(network, COUNT));
    ck_ok(context, coulomb_network_memory(network, COULOMB_MEMORY_INFERENCE, COUNT, &bytes));
    held += staging_bytes(context);
    ck_assert(device_has_own_memory() || (bytes <= book.bytes - held && bytes + 1000 >= book.bytes - held));
    size_t calls = book.calls;
    ck_ok(context, coulomb_network_evaluate(network, COUNT, x, y));
    ck_ok(context, coulomb_network_generate(network, 1, y));
    ck_ok(context, coulomb_network_evaluate(network, 0, NULL, NULL));
    ck_assert_uint_eq(book.calls, calls);
    ck_fails(context, coulomb_network_evaluate(network, 1, NULL, y), COULOMB_ERROR_ARGUMENT, "input is NULL");
    ck_fails(context, coulomb_network_evaluate(network, 1, x, NULL), COULOMB_ERROR_ARGUMENT, "output is NULL");
    ck_fails(context, coulomb_network_evaluate(network, SIZE_MAX, x, y), COULOMB_ERROR_ARGUMENT, "; expected 0 to ");
    ck_assert_int_eq(coulomb_network_evaluate(NULL, 1, x, y), COULOMB_ERROR_ARGUMENT);
}
END_TEST

START_TEST(the_memory_of_evaluation_does_not_grow_with_the_samples)
{
    size_t some, many;
    use_preset("coulomb-generator", LATENT);
    ck_ok(context, coulomb_network_memory(network, COULOMB_MEMORY_INFERENCE, 1000, &some));
    ck_ok(context, coulomb_network_memory(network, COULOMB_MEMORY_INFERENCE, 100000, &many));
    ck_assert_uint_eq(some, many);
    /* By their own statistics, all samples must be there at once. */
    ck_ok(context, coulomb_network_set_running_averages(network, 0));
    ck_ok(context, coulomb_network_memory(network, COULOMB_MEMORY_INFERENCE, 100000, &many));
    ck_assert_uint_gt(many, 100 * some);
}
END_TEST

/* --- backward --- */

/* sum(output * weight) in evaluation mode */
static double weighted_output(size_t count, const float *x, size_t outputs, const float *weight)
{
    double sum = 0.0;
    float *y = malloc(count * outputs * sizeof *y);
    ck_ok(context, coulomb_network_forward_evaluation(network, count, x, y));
    for (size_t i = 0; i < count * outputs; i++)
        sum += (double)y[i] * (double)weight[i];
    free(y);
    return sum;
}

START_TEST(batch_norm_in_evaluation_mode_has_its_gradients)
{
    enum { COUNT = 9, CHANNELS = 5, VALUES = COUNT * 4 * CHANNELS };
    const size_t shape[] = {4, CHANNELS};
    const double epsilon = 1e-3;
    float x[VALUES], y[VALUES], dy[VALUES], dx[VALUES];
    float shift[CHANNELS], scale[CHANNELS], mean[CHANNELS], variance[CHANNELS], gradient[CHANNELS];
    ck_ok(context, coulomb_network_new(context, &network));
    ck_ok(context, coulomb_network_input(network, shape, 2, &node));
    ck_ok(context, coulomb_network_batch_norm(network, node, epsilon, 0.9, 1, "n", &node));
    ck_ok(context, coulomb_network_finish(network, node, 1));
    scatter_parameters(network);
    ck_ok(context, coulomb_network_set_running_averages(network, 1));
    ck_ok(context, coulomb_network_read_parameter(network, "n.shift", shift, CHANNELS));
    ck_ok(context, coulomb_network_read_parameter(network, "n.scale", scale, CHANNELS));
    ck_ok(context, coulomb_network_read_parameter(network, "n.mean", mean, CHANNELS));
    ck_ok(context, coulomb_network_read_parameter(network, "n.variance", variance, CHANNELS));
    random_floats(1, VALUES, 2.0f, x);
    random_floats(2, VALUES, 1.0f, dy);
    ck_ok(context, coulomb_network_forward_evaluation(network, COUNT, x, y));
    ck_ok(context, coulomb_network_backward(network, dy, dx, COULOMB_GRADIENT_WRITE));
    double by_shift[CHANNELS] = {0}, by_scale[CHANNELS] = {0};
    for (size_t i = 0; i < VALUES; i++) {
        size_t j = i % CHANNELS;
        double inverse = 1.0 / sqrt((double)variance[j] + epsilon);
        double normal = ((double)x[i] - (double)mean[j]) * inverse;
        ck_close(y[i], (double)scale[j] * normal + (double)shift[j], 1e-5, 1.0);
        ck_close(dx[i], (double)dy[i] * (double)scale[j] * inverse, 1e-6, 1.0);
        by_shift[j] += (double)dy[i];
        by_scale[j] += (double)dy[i] * normal;
    }
    ck_ok(context, coulomb_network_read_gradient(network, "n.shift", gradient, CHANNELS));
    for (size_t j = 0; j < CHANNELS; j++)
        ck_close(gradient[j], by_shift[j], 1e-5, 1.0);
    ck_ok(context, coulomb_network_read_gradient(network, "n.scale", gradient, CHANNELS));
    for (size_t j = 0; j < CHANNELS; j++)
        ck_close(gradient[j], by_scale[j], 1e-4, 1.0);
    /* The input's gradient alone is the same. */
    float alone[VALUES];
    ck_ok(context, coulomb_network_backward(network, dy, alone, COULOMB_GRADIENT_NONE));
    ck_assert_mem_eq(alone, dx, sizeof dx);
}
END_TEST

/* Along the gradient with respect to all inputs, and to all values of an array, differences have its length. */
static void ck_slope(const float *gradient, size_t size, const double ends[2], double step)
{
    double length = 0.0;
    for (size_t i = 0; i < size; i++)
        length += (double)gradient[i] * (double)gradient[i];
    length = sqrt(length);
    ck_assert_double_gt(length, 1e-3);
    ck_close((ends[1] - ends[0]) / (2.0 * step), length, 0.02, length);
}

/* values + step gradient/|gradient| */
static void climb(const float *values, const float *gradient, size_t size, double step, float *moved)
{
    double length = 0.0;
    for (size_t i = 0; i < size; i++)
        length += (double)gradient[i] * (double)gradient[i];
    for (size_t i = 0; i < size; i++)
        moved[i] = (float)((double)values[i] + step * (double)gradient[i] / sqrt(length));
}

START_TEST(a_preset_in_evaluation_mode_has_its_gradients)
{
    enum { COUNT = 3 };
    static float x[COUNT * IMAGE], moved[COUNT * IMAGE], dx[COUNT * IMAGE];
    const float dy[COUNT] = {1.0f, -0.5f, 0.25f};
    const double step = 0.01;
    double ends[2];
    use_preset("dcgan-discriminator", 0);
    random_floats(1, COUNT * IMAGE, 1.0f, x);
    weighted_output(COUNT, x, 1, dy);
    ck_ok(context, coulomb_network_backward(network, dy, dx, COULOMB_GRADIENT_WRITE));
    for (size_t end = 0; end < 2; end++) {
        climb(x, dx, COUNT * IMAGE, end == 0 ? -step : step, moved);
        ends[end] = weighted_output(COUNT, moved, 1, dy);
    }
    ck_slope(dx, COUNT * IMAGE, ends, step);
    static const char *const names[] = {"norm1.shift", "norm1.scale", "norm2.shift", "conv2.bias"};
    for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
        size_t rank, size;
        ck_ok(context, coulomb_network_parameter_shape(network, names[n], &size, 1, &rank));
        float values[1024], gradient[1024];
        ck_ok(context, coulomb_network_read_parameter(network, names[n], values, size));
        ck_ok(context, coulomb_network_read_gradient(network, names[n], gradient, size));
        for (size_t end = 0; end < 2; end++) {
            climb(values, gradient, size, end == 0 ? -step : step, moved);
            ck_ok(context, coulomb_network_write_parameter(network, names[n], moved, size));
            ends[end] = weighted_output(COUNT, x, 1, dy);
        }
        ck_ok(context, coulomb_network_write_parameter(network, names[n], values, size));
        ck_slope(gradient, size, ends, step);
    }
}
END_TEST

/* --- inference-only --- */

/* Branches, pools and layers in place: what is kept for backward differs most where values live long. */
static void build_branches(int32_t only)
{
    const size_t shape[] = {12, 12, 3}, kernel[] = {3, 3};
    int32_t a, b;
    coulomb_network_free(network);
    ck_ok(context, coulomb_network_new(context, &network));
    ck_ok(context, coulomb_network_set_inference_only(network, only));
    ck_ok(context, coulomb_network_input(network, shape, 3, &node));
    for (size_t i = 0; i < 4; i++) {
        ck_ok(context, coulomb_network_conv2d(network, node, 8, kernel, NULL, COULOMB_PADDING_SAME, NULL, NULL, &a));
        ck_ok(context, coulomb_network_relu(network, a, &a));
        ck_ok(context,
              coulomb_network_max_pool2d(network, node, kernel, (size_t[]){1, 1}, COULOMB_PADDING_SAME, NULL, &b));
        ck_ok(context, coulomb_network_elu(network, b, &b));
        ck_ok(context, coulomb_network_concatenate(network, a, b, &node));
    }
    ck_ok(context, coulomb_network_finish(network, node, 1));
}

static size_t arena(int32_t which, size_t batch)
{
    size_t bytes;
    ck_ok(context, coulomb_network_memory(network, which, batch, &bytes));
    return bytes;
}

START_TEST(inference_only_networks_keep_nothing_and_change_nothing)
{
    enum { IN = 12 * 12 * 3, OUT = 12 * 12 * 35 };
    static float x[2 * IN], y[2][2 * OUT], evaluated[2 * OUT];
    random_floats(1, 2 * IN, 1.0f, x);
    for (int32_t only = 0; only < 2; only++) {
        build_branches(only);
        ck_ok(context, coulomb_network_forward(network, 2, x, y[only]));
        ck_ok(context, coulomb_network_evaluate(network, 2, x, evaluated));
        ck_assert_mem_eq(y[only], evaluated, sizeof evaluated);
        if (only == 0)
            ck_assert_uint_lt(arena(COULOMB_MEMORY_INFERENCE, 1024),
                              (arena(COULOMB_MEMORY_KEPT, 1024) + arena(COULOMB_MEMORY_TEMPORARY, 1024)) / 2);
    }
    ck_assert_mem_eq(y[0], y[1], sizeof y[0]);
    ck_assert_uint_eq(arena(COULOMB_MEMORY_KEPT, 1024), 0);
    ck_assert_uint_eq(arena(COULOMB_MEMORY_TEMPORARY, 1024), 0);
    coulomb_optimizer *optimizer;
    float gradient[8];
    ck_fails(context, coulomb_network_backward(network, y[0], NULL, 1), COULOMB_ERROR_STATE, "inference-only");
    ck_fails(context, coulomb_optimizer_new(network, &optimizer), COULOMB_ERROR_STATE, "inference-only");
    ck_fails(context, coulomb_network_read_gradient(network, "conv1.bias", gradient, 8), COULOMB_ERROR_STATE,
             "inference-only");
    ck_fails(context, coulomb_network_set_inference_only(network, 2), COULOMB_ERROR_ARGUMENT, "only is 2");
    ck_assert_int_eq(coulomb_network_set_inference_only(NULL, 1), COULOMB_ERROR_ARGUMENT);
}
END_TEST

/* A preset that was trained becomes inference-only, gives its memory back, and can be trained again. */
START_TEST(finished_networks_become_inference_only_and_trainable_again)
{
    enum { COUNT = 3 };
    static float x[COUNT * IMAGE], dx[2][COUNT * IMAGE], y[2][COUNT];
    const float dy[COUNT] = {1.0f, 2.0f, 3.0f};
    coulomb_optimizer *optimizer;
    int32_t only = -1;
    size_t before = book.bytes;
    use_preset("dcgan-discriminator", 0);
    random_floats(1, COUNT * IMAGE, 1.0f, x);
    ck_ok(context, coulomb_network_forward(network, COUNT, x, y[0]));
    ck_ok(context, coulomb_network_backward(network, dy, dx[0], COULOMB_GRADIENT_WRITE));
    ck_ok(context, coulomb_optimizer_new(network, &optimizer));
    ck_fails(context, coulomb_network_set_inference_only(network, 1), COULOMB_ERROR_STATE, "optimizer");
    coulomb_optimizer_free(optimizer);
    size_t parameters = arena(COULOMB_MEMORY_PARAMETERS, 1);
    ck_ok(context, coulomb_network_set_inference_only(network, 1));
    ck_ok(context, coulomb_network_get_inference_only(network, &only));
    ck_assert_int_eq(only, 1);
    ck_assert_uint_lt(arena(COULOMB_MEMORY_PARAMETERS, 1), parameters / 2 + 1);
    ck_assert_uint_lt(book.bytes - before, arena(COULOMB_MEMORY_PARAMETERS, 1) + 65536);
    ck_ok(context, coulomb_network_evaluate(network, COUNT, x, y[1]));
    ck_assert_uint_lt(book.bytes - before,
                      arena(COULOMB_MEMORY_PARAMETERS, 1) + 65536 + arena(COULOMB_MEMORY_INFERENCE, COUNT));
    ck_ok(context, coulomb_network_reserve(network, COUNT));
    size_t allocations = book.calls;
    ck_ok(context, coulomb_network_forward(network, COUNT, x, y[1]));
    ck_assert_uint_eq(book.calls, allocations);
    ck_assert_mem_eq(y[0], y[1], sizeof y[0]);
    ck_ok(context, coulomb_network_set_inference_only(network, 0));
    ck_fails(context, coulomb_network_backward(network, dy, dx[1], COULOMB_GRADIENT_WRITE), COULOMB_ERROR_STATE,
             "no forward pass");
    ck_ok(context, coulomb_network_forward(network, COUNT, x, NULL));
    ck_ok(context, coulomb_network_backward(network, dy, dx[1], COULOMB_GRADIENT_WRITE));
    ck_assert_mem_eq(dx[0], dx[1], sizeof dx[0]);
}
END_TEST

/* Parameters and latents are finite, and their product is not. */
START_TEST(samples_of_a_network_that_diverged_are_an_error)
{
    const size_t input = LATENT;
    float samples[200];
    ck_ok(context, coulomb_network_new(context, &network));
    ck_ok(context, coulomb_network_input(network, &input, 1, &node));
    ck_ok(context, coulomb_network_dense(network, node, 1, NULL, &node));
    ck_ok(context, coulomb_network_scale(network, node, 3e38, &node));
    ck_ok(context, coulomb_network_scale(network, node, 3e38, &node));
    ck_ok(context, coulomb_network_finish(network, node, 1));
    ck_fails(context, coulomb_network_generate(network, 200, samples), COULOMB_ERROR_NOT_FINITE,
             "sample 0 of the sequence contains");
}
END_TEST

Suite *suite_evaluation(void)
{
    Suite *suite = suite_create("evaluation");
    TCase *all = tcase_create("evaluation");
    tcase_set_timeout(all, 60.0);
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_loop_test(all, samples_do_not_depend_on_how_many_are_made_at_once, 0, 3);
    tcase_add_test(all, samples_of_a_network_that_diverged_are_an_error);
    tcase_add_test(all, evaluation_uses_the_batchs_statistics_unless_told_otherwise);
    tcase_add_test(all, evaluation_and_generation_leave_the_last_forward_pass);
    tcase_add_test(all, evaluation_allocates_nothing_after_a_reserve);
    tcase_add_test(all, the_memory_of_evaluation_does_not_grow_with_the_samples);
    tcase_add_test(all, batch_norm_in_evaluation_mode_has_its_gradients);
    tcase_add_test(all, a_preset_in_evaluation_mode_has_its_gradients);
    tcase_add_test(all, inference_only_networks_keep_nothing_and_change_nothing);
    tcase_add_test(all, finished_networks_become_inference_only_and_trainable_again);
    suite_add_tcase(suite, all);
    return suite;
}
