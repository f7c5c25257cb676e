/* Shards: what they may change (batch norm, rounding) and what not. */
#include "trainer/trainer.h"
#include "unit/check_more.h"
#include "unit/shard_runs.h"
#include "unit/suites.h"

#include <coulomb/checkpoint.h>
#include <coulomb/latent.h>
#include <coulomb/parameters.h>
#include <unistd.h>

/* The same update within float32's rounding, however many shards: also where they are no power of two. */
START_TEST(shards_change_no_more_than_rounding)
{
    static const size_t shards[] = {2, 3, 4, 6, 8, 48};
    training_run one;
    run_begin(&one, _i, 1);
    run_step_often(&one, 3);
    size_t count, other_count;
    float *expected = run_parameters(&one, &count);
    for (size_t s = 0; s < sizeof shards / sizeof *shards; s++) {
        training_run several;
        run_begin(&several, _i, shards[s]);
        run_step_often(&several, 3);
        float *found = run_parameters(&several, &other_count);
        ck_assert_uint_eq(other_count, count);
        for (size_t i = 0; i < count; i++)
            ck_close(found[i], expected[i], 2e-5, 1.0);
        for (int32_t i = 1; i < STATISTICS; i++) {
            double value, expected_value;
            ck_ok(one.context, coulomb_trainer_statistic(one.trainer, i, &expected_value));
            ck_ok(several.context, coulomb_trainer_statistic(several.trainer, i, &value));
            ck_close(value, expected_value, 1e-4, fabs(expected_value));
        }
        free(found);
        run_end(&several);
    }
    free(expected);
    run_end(&one);
}
END_TEST

START_TEST(threads_do_not_change_shards)
{
    size_t bytes, other_bytes;
    training_run run;
    run_begin(&run, _i, 4);
    ck_ok(run.context, coulomb_context_set_threads(run.context, 1));
    run_step_often(&run, 3);
    char *expected = run_checkpoint(&run, &bytes);
    run_end(&run);
    run_begin(&run, _i, 4);
    ck_ok(run.context, coulomb_context_set_threads(run.context, 3));
    run_step_often(&run, 3);
    char *found = run_checkpoint(&run, &other_bytes);
    ck_assert_uint_eq(other_bytes, bytes);
    ck_assert_mem_eq(found, expected, bytes);
    free(expected);
    free(found);
    run_end(&run);
}
END_TEST

START_TEST(training_with_shards_resumes_exactly)
{
    char path[] = "/tmp/coulomb-shards-XXXXXX";
    close(mkstemp(path));
    training_run run, resumed;
    run_begin(&run, _i, 4);
    run_begin(&resumed, _i, 4);
    ck_resumes_exactly(&run, &resumed, path);
    ck_ok(resumed.context, coulomb_trainer_set_shards(resumed.trainer, 2));
    ck_fails(resumed.context, coulomb_trainer_load(resumed.trainer, path), COULOMB_ERROR_MISMATCH, "shards");
    unlink(path);
    run_end(&run);
    run_end(&resumed);
}
END_TEST

/* --- the tree --- */

/* Adds gradients as the header says, level by level. */
static void add_levels(size_t shards, size_t count, float *gradient)
{
    while (shards > 1) {
        for (size_t i = 0; i + 1 < shards; i += 2) {
            float *left = gradient + i * count, *sum = gradient + i / 2 * count;
            for (size_t j = 0; j < count; j++)
                sum[j] = left[j] + left[count + j];
        }
        if (shards % 2 == 1)
            memcpy(gradient + shards / 2 * count, gradient + (shards - 1) * count, count * sizeof *gradient);
        shards = (shards + 1) / 2;
    }
}

static const float *kernel_of(const coulomb_network *network)
{
    static float kernel[2];
    ck_assert_int_eq(coulomb_network_read_gradient(network, "dense1.weight", kernel, 2), COULOMB_OK);
    return kernel;
}

static const float *view(const coulomb_trainer *trainer, buffer *room, const device_array *array, size_t count)
{
    coulomb_status status;
    const float *values =
        device_view(context_device(trainer->context), room, array->data, count, sizeof *values, &status);
    ck_ok(trainer->context, status);
    return values;
}

/* Powers of two, of both signs. */
static void draw_powers(unsigned seed, size_t count, float *values)
{
    random_floats(seed, count, 12.0f, values);
    for (size_t i = 0; i < count; i++)
        values[i] = ldexpf(i % 3 == 0 ? -1.0f : 1.0f, (int)values[i]);
}

static coulomb_status draw_power_latents(void *user, uint64_t seed, uint64_t update, uint64_t first, size_t count,
                                         float *latents)
{
    (void)user;
    (void)seed;
    (void)update;
    (void)first;
    draw_powers(5, 2 * count, latents);
    return COULOMB_OK;
}

/* G(z) = z, and D(x) = w x + b learns an unreachable potential in L1: each sample's slope of L_D is +-x/batch. With one
 * sample a shard, a leaf is one model sample's slope and one target sample's; for powers of two nothing is rounded
 * before the leaf. */
START_TEST(gradients_add_up_in_the_tree)
{
    enum { BATCH = 48, WIDTH = 2 };
    static const size_t counts[] = {3, 5, 6, 7, 11, 12, 48};
    const float identity[] = {1.0f, 0.0f, 0.0f, 1.0f};
    size_t batch = counts[_i];
    coulomb_context *context;
    coulomb_network *generator, *discriminator;
    coulomb_trainer *trainer;
    ck_assert_int_eq(new_context(&context), COULOMB_OK);
    ck_ok(context, network_parse(context, "input[2] dense(2)", NULL, 0, &generator));
    ck_ok(context, network_parse(context, "input[2] dense(1)", NULL, 0, &discriminator));
    ck_ok(context, coulomb_network_finish(generator, 1, 1));
    ck_ok(context, coulomb_network_finish(discriminator, 1, 1));
    ck_ok(context, coulomb_network_write_parameter(generator, "dense1.weight", identity, 4));
    ck_ok(context, coulomb_network_set_latent_callback(generator, draw_power_latents, NULL, NULL));
    ck_ok(context, coulomb_trainer_new(context, generator, discriminator, &trainer));
    ck_ok(context, coulomb_trainer_set_batch(trainer, batch));
    ck_ok(context, coulomb_trainer_set_shards(trainer, batch));
    ck_ok(context, coulomb_trainer_set_loss(trainer, COULOMB_LOSS_L1));
    ck_ok(context, coulomb_trainer_set_potential_scale(trainer, 1e9));
    static float target[BATCH * WIDTH], model[BATCH * WIDTH], leaf[BATCH * WIDTH];
    draw_powers(6, batch * WIDTH, target);
    draw_powers(5, batch * WIDTH, model);
    ck_ok(context, coulomb_trainer_set_data_array(trainer, target, batch, 1));
    ck_ok(context, coulomb_trainer_step(trainer));
    buffer rooms[3] = {0};
    const float *drawn = view(trainer, &rooms[0], &trainer->arrays.target.array, batch * WIDTH);
    const float *at_model = view(trainer, &rooms[1], &trainer->arrays.at_model, batch);
    const float *at_target = view(trainer, &rooms[2], &trainer->arrays.at_target, batch);
    float inverse = 1.0f / (float)batch;
    for (size_t i = 0; i < batch; i++)
        for (size_t j = 0; j < WIDTH; j++)
            leaf[i * WIDTH + j] = (at_model[i] > 0.0f ? -inverse : inverse) * model[i * WIDTH + j] +
                                  (at_target[i] > 0.0f ? -inverse : inverse) * drawn[i * WIDTH + j];
    add_levels(batch, WIDTH, leaf);
    for (size_t j = 0; j < WIDTH; j++)
        ck_assert_float_eq(kernel_of(discriminator)[j], leaf[j]);
    for (size_t i = 0; i < 3; i++)
        buffer_release(context, &rooms[i]);
    coulomb_trainer_free(trainer);
    coulomb_network_free(generator);
    coulomb_network_free(discriminator);
    coulomb_context_free(context);
}
END_TEST

/* --- running averages --- */

enum { NORM_BATCH = 8, NORM_CHARGES = 19, WIDTH = 3 };

static coulomb_status draw_latents(void *user, uint64_t seed, uint64_t update, uint64_t first, size_t count,
                                   float *latents)
{
    (void)user;
    (void)seed;
    ck_assert_uint_eq(first, 0);
    random_floats(50 + (unsigned)update, 2 * count, 1.0f, latents);
    return COULOMB_OK;
}

/* The mean of each of the layer's outputs over some latents moves its running average. */
static void move_mean(const float *kernel, const float *latents, size_t count, float *average)
{
    for (size_t j = 0; j < WIDTH; j++) {
        double sum = 0.0;
        for (size_t i = 0; i < count; i++)
            sum += (double)latents[2 * i] * (double)kernel[j] + (double)latents[2 * i + 1] * (double)kernel[WIDTH + j];
        average[j] = (float)(0.75 * (double)average[j] + 0.25 * sum / (double)count);
    }
}

/* Charges beyond the batch, the last block first, then the batch's shards. */
START_TEST(running_averages_move_in_order)
{
    training_run run;
    run_begin(&run, RUN_MLP, 1);
    coulomb_context *context = run.context;
    coulomb_network *generator, *discriminator;
    coulomb_trainer *trainer;
    ck_ok(context,
          network_parse(context, "input[2] dense(3) batch_norm(0.001 0.75 scale) dense(2)", NULL, 0, &generator));
    ck_ok(context, network_parse(context, "input[2] dense(4) elu dense(1)", NULL, 0, &discriminator));
    ck_ok(context, coulomb_network_finish(generator, 3, 1));
    ck_ok(context, coulomb_network_finish(discriminator, 3, 1));
    ck_ok(context, coulomb_network_set_latent_callback(generator, draw_latents, NULL, NULL));
    ck_ok(context, coulomb_trainer_new(context, generator, discriminator, &trainer));
    ck_ok(context, coulomb_trainer_set_batch(trainer, NORM_BATCH));
    ck_ok(context, coulomb_trainer_set_shards(trainer, 2));
    ck_ok(context, coulomb_trainer_set_charges(trainer, NORM_CHARGES, 0));
    static float target[2 * NORM_BATCH], latents[2 * NORM_CHARGES], kernel[2 * WIDTH], average[WIDTH], found[WIDTH];
    random_floats(3, 2 * NORM_BATCH, 1.0f, target);
    ck_ok(context, coulomb_trainer_set_data_array(trainer, target, NORM_BATCH, 1));
    ck_ok(context, coulomb_network_read_parameter(generator, "dense1.weight", kernel, 2 * WIDTH));
    ck_ok(context, coulomb_network_read_parameter(generator, "norm1.mean", average, WIDTH));
    ck_ok(context, coulomb_trainer_step(trainer));
    ck_ok(context, coulomb_network_read_parameter(generator, "norm1.mean", found, WIDTH));
    draw_latents(NULL, 0, 1, 0, NORM_CHARGES, latents);
    static const struct {
        size_t first, count;
    } passes[] = {{16, 3}, {12, 4}, {8, 4}, {0, 4}, {4, 4}};
    for (size_t i = 0; i < sizeof passes / sizeof *passes; i++)
        move_mean(kernel, latents + 2 * passes[i].first, passes[i].count, average);
    for (size_t j = 0; j < WIDTH; j++)
        ck_close(found[j], average[j], 1e-6, 1.0);
    coulomb_trainer_free(trainer);
    coulomb_network_free(generator);
    coulomb_network_free(discriminator);
    run_end(&run);
}
END_TEST

START_TEST(shards_must_divide_the_batch)
{
    training_run run;
    size_t shards = 0, bytes;
    run_begin(&run, RUN_MLP, 1);
    ck_fails(run.context, coulomb_trainer_set_shards(run.trainer, 0), COULOMB_ERROR_ARGUMENT, "shards is 0");
    ck_ok(run.context, coulomb_trainer_set_shards(run.trainer, 5));
    ck_ok(run.context, coulomb_trainer_get_shards(run.trainer, &shards));
    ck_assert_uint_eq(shards, 5);
    ck_fails(run.context, coulomb_trainer_step(run.trainer), COULOMB_ERROR_ARGUMENT, "divides the batch");
    ck_fails(run.context, coulomb_trainer_memory(run.trainer, &bytes), COULOMB_ERROR_ARGUMENT, "divides the batch");
    ck_ok(run.context, coulomb_trainer_set_shards(run.trainer, 2 * RUN_BATCH));
    ck_fails(run.context, coulomb_trainer_step(run.trainer), COULOMB_ERROR_ARGUMENT, "divides the batch");
    ck_ok(run.context, coulomb_trainer_set_shards(run.trainer, RUN_BATCH));
    ck_ok(run.context, coulomb_trainer_step(run.trainer));
    run_end(&run);
}
END_TEST

/* Both networks' activations are those of a shard. */
START_TEST(shards_take_less_memory)
{
    size_t whole, quarter;
    training_run run;
    run_begin(&run, RUN_IMAGES, 1);
    ck_ok(run.context, coulomb_trainer_set_batch(run.trainer, 1024));
    ck_ok(run.context, coulomb_trainer_memory(run.trainer, &whole));
    ck_ok(run.context, coulomb_trainer_set_shards(run.trainer, 4));
    ck_ok(run.context, coulomb_trainer_memory(run.trainer, &quarter));
    size_t kept[2] = {0};
    for (size_t part = 0; part < 2; part++)
        for (size_t n = 0; n < 2; n++) {
            size_t bytes;
            ck_ok(run.context, coulomb_network_memory(n == 0 ? run.generator : run.discriminator, COULOMB_MEMORY_KEPT,
                                                      part == 0 ? 1024 : 256, &bytes));
            kept[part] += bytes;
        }
    ck_assert_uint_ge(kept[0], 3 * kept[1]);
    ck_assert_uint_lt(quarter, whole - (kept[0] - kept[1]));
    run_end(&run);
}
END_TEST

/* A failure in a late shard leaves everything as it was. */
START_TEST(a_failure_in_a_late_shard_changes_nothing)
{
    enum { LAST = 2 * RUN_BATCH - 1 };
    static float target[2 * RUN_BATCH];
    training_run run;
    size_t bytes, other_bytes;
    run_begin(&run, RUN_MLP, 4);
    random_floats(4, 2 * RUN_BATCH, 1.0f, target);
    ck_ok(run.context, coulomb_trainer_set_data_array(run.trainer, target, RUN_BATCH, 1));
    run_step_often(&run, 1);
    char *before = run_checkpoint(&run, &bytes);
    target[LAST] = NAN;
    ck_fails(run.context, coulomb_trainer_step(run.trainer), COULOMB_ERROR_NOT_FINITE, "target sample");
    char *after = run_checkpoint(&run, &other_bytes);
    ck_assert_uint_eq(bytes, other_bytes);
    ck_assert_mem_eq(before, after, bytes);
    free(before);
    free(after);
    run_end(&run);
}
END_TEST

Suite *suite_trainer_shards(void)
{
    Suite *suite = suite_create("trainer_shards");
    TCase *test = tcase_create("shards");
    tcase_set_timeout(test, 60);
    tcase_add_loop_test(test, shards_change_no_more_than_rounding, 0, RUN_IMAGES_NORM);
    tcase_add_loop_test(test, threads_do_not_change_shards, 0, RUN_SETTINGS);
    tcase_add_loop_test(test, training_with_shards_resumes_exactly, 0, RUN_SETTINGS);
    tcase_add_loop_test(test, gradients_add_up_in_the_tree, 0, 7);
    tcase_add_test(test, running_averages_move_in_order);
    tcase_add_test(test, shards_must_divide_the_batch);
    tcase_add_test(test, shards_take_less_memory);
    tcase_add_test(test, a_failure_in_a_late_shard_changes_nothing);
    suite_add_tcase(suite, test);
    return suite;
}
