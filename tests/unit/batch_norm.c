/* Batch norm against naive loops in double; its running averages, from training through files to generation. */
#include "unit/check_more.h"
#include "unit/pass_arrays.h"
#include "unit/suites.h"
#include "unit/test_network.h"

#include <coulomb/coulomb.h>
#include <unistd.h>

enum { ROUNDS = 12 };

static int32_t node;

/* A channel's reference: with x' = (x - mean) / deviation, and the means over its rows. */
typedef struct channel {
    double mean, variance, deviation, gradient, product; /* sums of dy and of dy x' */
} channel;

static channel look_at(size_t rows, size_t channels, size_t j, double epsilon)
{
    channel c = {0};
    for (size_t i = 0; i < rows; i++)
        c.mean += (double)x[i * channels + j] / (double)rows;
    for (size_t i = 0; i < rows; i++)
        c.variance += pow((double)x[i * channels + j] - c.mean, 2.0) / (double)rows;
    c.deviation = sqrt(c.variance + epsilon);
    for (size_t i = 0; i < rows; i++) {
        c.gradient += (double)dy[i * channels + j];
        c.product += (double)dy[i * channels + j] * ((double)x[i * channels + j] - c.mean) / c.deviation;
    }
    return c;
}

/* Tiny batches, odd numbers of rows and channels, and enough rows for several parts; a mean far from 0. */
static const struct {
    size_t count, shape[3], rank;
} sizes[ROUNDS] = {{1, {1}, 1},         {1, {5}, 1},         {2, {3}, 1},           {3, {1, 7}, 2},
                   {2, {4, 5, 3}, 3},   {1, {7, 9, 2}, 3},   {130, {70}, 1},        {5, {13, 11, 17}, 3},
                   {9, {16, 16, 5}, 3}, {3, {40, 40, 9}, 3}, {1, {100, 100, 1}, 3}, {600, {65}, 1}};

START_TEST(batch_norm_matches_naive_loops)
{
    size_t channels = sizes[_i].shape[sizes[_i].rank - 1], rows = sizes[_i].count;
    for (size_t i = 0; i + 1 < sizes[_i].rank; i++)
        rows *= sizes[_i].shape[i];
    int32_t scaled = _i % 3 != 0;
    const double epsilon = 1e-3;
    float shift[70], scale[70], dshift[70], dscale[70];
    ck_ok(context, coulomb_network_input(network, sizes[_i].shape, sizes[_i].rank, &node));
    ck_ok(context, coulomb_network_batch_norm(network, node, epsilon, 0.9, scaled, "n", &node));
    ck_ok(context, coulomb_network_finish(network, node, 0));
    ck_assert_uint_eq(coulomb_network_parameter_count(network), scaled ? 4 : 3);
    random_floats(1, channels, 1.0f, shift);
    random_floats(2, channels, 2.0f, scale);
    random_floats(3, rows * channels, 1.0f, x);
    random_floats(4, rows * channels, 1.0f, dy);
    for (size_t i = 0; i < rows * channels; i++)
        x[i] += (float)(i % channels) - 20.0f;
    ck_ok(context, coulomb_network_write_parameter(network, "n.shift", shift, channels));
    if (scaled)
        ck_ok(context, coulomb_network_write_parameter(network, "n.scale", scale, channels));
    ck_ok(context, coulomb_network_forward(network, sizes[_i].count, x, y));
    ck_ok(context, coulomb_network_backward(network, dy, dx, 1));
    ck_ok(context, coulomb_network_backward(network, dy, dx, 2));
    ck_ok(context, coulomb_network_read_gradient(network, "n.shift", dshift, channels));
    if (scaled)
        ck_ok(context, coulomb_network_read_gradient(network, "n.scale", dscale, channels));
    for (size_t j = 0; j < channels; j++) {
        channel c = look_at(rows, channels, j, epsilon);
        double gamma = scaled ? (double)scale[j] : 1.0, size = 1.0 + sqrt((double)rows);
        ck_close(dshift[j], 2.0 * c.gradient, 1e-5, size);
        if (scaled)
            ck_close(dscale[j], 2.0 * c.product, 1e-4, size);
        for (size_t i = j; i < rows * channels; i += channels) {
            double normal = ((double)x[i] - c.mean) / c.deviation, factor = gamma / c.deviation;
            ck_close(y[i], gamma * normal + (double)shift[j], 2e-4, 1.0);
            ck_close(dx[i], factor * ((double)dy[i] - (c.gradient + normal * c.product) / (double)rows), 1e-4,
                     1.0 + fabs(factor));
        }
    }
}
END_TEST

/* --- running averages --- */

enum { FEATURES = 3, COUNT = 10 };

static const size_t features = FEATURES;

static void build_normed(coulomb_network **made, double momentum)
{
    ck_ok(context, coulomb_network_new(context, made));
    ck_ok(context, coulomb_network_input(*made, &features, 1, &node));
    ck_ok(context, coulomb_network_batch_norm(*made, node, 1e-3, momentum, 1, "n", &node));
    ck_ok(context, coulomb_network_dense(*made, node, FEATURES, "d", &node));
    ck_ok(context, coulomb_network_finish(*made, node, 1));
}

static void read_averages(coulomb_network *of, float *averages)
{
    ck_ok(context, coulomb_network_read_parameter(of, "n.mean", averages, FEATURES));
    ck_ok(context, coulomb_network_read_parameter(of, "n.variance", averages + FEATURES, FEATURES));
}

/* Two passes forward and back, and a step: both batches count, in order, with the unbiased variance; without a step
 * none does. Forward passes without a backward pass that learns do not count: neither do repeated backward passes. */
START_TEST(running_averages_move_with_the_parameters)
{
    float before[2 * FEATURES], after[2 * FEATURES], gradient[FEATURES];
    double expected[2 * FEATURES] = {0.0, 0.0, 0.0, 1.0, 1.0, 1.0};
    coulomb_optimizer *optimizer;
    coulomb_network_free(network);
    build_normed(&network, 0.75);
    ck_ok(context, coulomb_optimizer_new(network, &optimizer));
    ck_ok(context, coulomb_optimizer_set_l2(optimizer, 0.1));
    random_floats(9, COUNT * FEATURES, 1.0f, dy);
    for (unsigned batch = 0; batch < 2; batch++) {
        random_floats(batch, COUNT * FEATURES, 3.0f, x);
        x[0] += 5.0f;
        ck_ok(context, coulomb_network_forward(network, COUNT, dy, NULL));
        ck_ok(context, coulomb_network_backward(network, dy, dx, COULOMB_GRADIENT_NONE));
        ck_ok(context, coulomb_network_forward(network, COUNT, x, NULL));
        ck_ok(context, coulomb_network_backward(network, dy, NULL, COULOMB_GRADIENT_WRITE));
        ck_ok(context, coulomb_network_backward(network, dy, NULL, COULOMB_GRADIENT_ADD));
        ck_ok(context, coulomb_network_forward_evaluation(network, COUNT, dy, NULL));
        ck_ok(context, coulomb_network_backward(network, dy, NULL, COULOMB_GRADIENT_ADD));
        ck_ok(context, coulomb_network_forward(network, COUNT, dy, NULL));
        for (size_t j = 0; j < FEATURES; j++) {
            channel c = look_at(COUNT, FEATURES, j, 0.0);
            expected[j] = 0.75 * expected[j] + 0.25 * c.mean;
            expected[FEATURES + j] = 0.75 * expected[FEATURES + j] + 0.25 * c.variance * COUNT / (COUNT - 1.0);
        }
    }
    read_averages(network, before);
    for (size_t j = 0; j < 2 * FEATURES; j++)
        ck_assert_float_eq(before[j], j < FEATURES ? 0.0f : 1.0f);
    ck_ok(context, coulomb_optimizer_step(optimizer, 1));
    read_averages(network, after);
    for (size_t j = 0; j < 2 * FEATURES; j++)
        ck_close(after[j], expected[j], 1e-6, 1.0);
    ck_ok(context, coulomb_network_read_gradient(network, "n.variance", gradient, FEATURES));
    ck_assert_float_eq(gradient[0], 0.0f);
    /* Another step without a batch moves nothing; neither does generating. */
    float samples[FEATURES];
    ck_ok(context, coulomb_network_generate(network, 1, samples));
    ck_ok(context, coulomb_optimizer_step(optimizer, 2));
    read_averages(network, before);
    ck_assert_mem_eq(before, after, sizeof after);
    coulomb_optimizer_free(optimizer);
}
END_TEST

START_TEST(running_averages_are_written_and_saved)
{
    char path[] = "/tmp/coulomb-batch-norm-XXXXXX";
    float written[2 * FEATURES] = {1.0f, -2.0f, 3.0f, 0.5f, 4.0f, 9.0f}, read[2 * FEATURES];
    int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    close(file);
    coulomb_network *other;
    coulomb_network_free(network);
    build_normed(&network, 0.9);
    build_normed(&other, 0.9);
    ck_ok(context, coulomb_network_write_parameter(network, "n.mean", written, FEATURES));
    ck_ok(context, coulomb_network_write_parameter(network, "n.variance", written + FEATURES, FEATURES));
    ck_ok(context, coulomb_network_save(network, path));
    ck_ok(context, coulomb_network_load_parameters(other, path, COULOMB_PART_ONLY));
    read_averages(other, read);
    ck_assert_mem_eq(read, written, sizeof read);
    coulomb_network_free(other);
    unlink(path);
}
END_TEST

/* The latents that generation sees, from a network that only passes them on. */
static void draw_latents(size_t count, float *latents)
{
    coulomb_network *identity;
    ck_ok(context, coulomb_network_new(context, &identity));
    ck_ok(context, coulomb_network_input(identity, &features, 1, &node));
    ck_ok(context, coulomb_network_scale(identity, node, 1.0, &node));
    ck_ok(context, coulomb_network_finish(identity, node, 1));
    ck_ok(context, coulomb_network_generate(identity, count, latents));
    coulomb_network_free(identity);
}

/* Just a batch norm, so that samples show by what they were normalised. */
static void use_norm_alone(void)
{
    coulomb_network_free(network);
    ck_ok(context, coulomb_network_new(context, &network));
    ck_ok(context, coulomb_network_input(network, &features, 1, &node));
    ck_ok(context, coulomb_network_batch_norm(network, node, 1e-3, 0.9, 0, "n", &node));
    ck_ok(context, coulomb_network_finish(network, node, 1));
}

START_TEST(generation_normalises_in_fixed_blocks)
{
    enum { SAMPLES = 300, BLOCK = 128 };
    float once[SAMPLES * FEATURES], pieces[SAMPLES * FEATURES];
    use_norm_alone();
    draw_latents(2 * BLOCK, x);
    ck_ok(context, coulomb_network_generate(network, SAMPLES, once));
    ck_ok(context, coulomb_network_set_generation_seed(network, 1));
    ck_ok(context, coulomb_network_generate(network, 1, pieces));
    ck_ok(context, coulomb_network_generate(network, 150, pieces + FEATURES));
    ck_ok(context, coulomb_network_generate(network, SAMPLES - 151, pieces + 151 * FEATURES));
    ck_assert_mem_eq(once, pieces, sizeof once);
    memset(dy, 0, sizeof dy);
    memmove(x, x + BLOCK * FEATURES, BLOCK * FEATURES * sizeof *x);
    for (size_t j = 0; j < FEATURES; j++) {
        channel c = look_at(BLOCK, FEATURES, j, 1e-3);
        for (size_t i = 0; i < BLOCK; i++)
            ck_close(once[(BLOCK + i) * FEATURES + j], ((double)x[i * FEATURES + j] - c.mean) / c.deviation, 1e-5, 1.0);
    }
}
END_TEST

START_TEST(generation_uses_running_averages_if_asked)
{
    const float mean[] = {1.0f, -2.0f, 0.0f}, variance[] = {4.0f, 0.25f, -1.0f};
    float samples[20 * FEATURES];
    use_norm_alone();
    ck_ok(context, coulomb_network_write_parameter(network, "n.mean", mean, FEATURES));
    ck_ok(context, coulomb_network_write_parameter(network, "n.variance", variance, FEATURES));
    ck_fails(context, coulomb_network_set_running_averages(network, 2), COULOMB_ERROR_ARGUMENT, "averages is 2");
    ck_ok(context, coulomb_network_set_running_averages(network, 1));
    draw_latents(20, x);
    ck_ok(context, coulomb_network_generate(network, 20, samples));
    for (size_t i = 0; i < 20 * FEATURES; i++) {
        size_t j = i % FEATURES;
        double deviation = sqrt(fmax((double)variance[j], 0.0) + 1e-3);
        ck_close(samples[i], ((double)x[i] - (double)mean[j]) / deviation, 1e-5, 1.0 + fabs((double)samples[i]));
    }
}
END_TEST

/* --- training with it --- */

static coulomb_status give_targets(void *user, uint64_t update, size_t count, float *batch)
{
    bool *broken = user;
    random_floats((unsigned)update, count * FEATURES, 2.0f, batch);
    if (*broken)
        batch[0] = 1e30f; /* its square is not finite */
    return COULOMB_OK;
}

/* A failed update leaves the running averages; a good one moves them as if the failed one had not been. */
START_TEST(failed_updates_leave_running_averages)
{
    float before[2 * FEATURES], after[2 * FEATURES], again[2 * FEATURES];
    bool broken = false;
    coulomb_network *discriminator;
    coulomb_trainer *trainer;
    for (int failing = 0; failing < 2; failing++) {
        coulomb_network_free(network);
        build_normed(&network, 0.9);
        ck_ok(context, coulomb_network_new(context, &discriminator));
        ck_ok(context, coulomb_network_input(discriminator, &features, 1, &node));
        ck_ok(context, coulomb_network_batch_norm(discriminator, node, 1e-3, 0.9, 1, "n", &node));
        ck_ok(context, coulomb_network_dense(discriminator, node, 1, NULL, &node));
        ck_ok(context, coulomb_network_finish(discriminator, node, 5));
        ck_ok(context, coulomb_trainer_new(context, network, discriminator, &trainer));
        ck_ok(context, coulomb_trainer_set_batch(trainer, COUNT));
        ck_ok(context, coulomb_trainer_set_data(trainer, give_targets, &broken, NULL));
        ck_ok(context, coulomb_trainer_step(trainer));
        read_averages(network, before);
        broken = true;
        if (failing) {
            ck_fails(context, coulomb_trainer_step(trainer), COULOMB_ERROR_NOT_FINITE, "running average");
            read_averages(network, after);
            ck_assert_mem_eq(before, after, sizeof after);
        }
        broken = false;
        ck_ok(context, coulomb_trainer_step(trainer));
        read_averages(network, failing ? again : after);
        ck_assert_mem_ne(before, failing ? again : after, sizeof after);
        if (!failing)
            memcpy(x, after, sizeof after);
        coulomb_trainer_free(trainer);
        coulomb_network_free(discriminator);
    }
    ck_assert_mem_eq(again, x, sizeof again);
}
END_TEST

Suite *suite_batch_norm(void)
{
    Suite *suite = suite_create("batch norm");
    TCase *all = tcase_create("batch norm");
    tcase_add_checked_fixture(all, network_begin, network_end);
    tcase_add_loop_test(all, batch_norm_matches_naive_loops, 0, ROUNDS);
    tcase_add_test(all, running_averages_move_with_the_parameters);
    tcase_add_test(all, running_averages_are_written_and_saved);
    tcase_add_test(all, generation_normalises_in_fixed_blocks);
    tcase_add_test(all, generation_uses_running_averages_if_asked);
    tcase_add_test(all, failed_updates_leave_running_averages);
    suite_add_tcase(suite, all);
    return suite;
}
