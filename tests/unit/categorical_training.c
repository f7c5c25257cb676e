/* Categories in training: frequencies are learned, and runs, files and averages repeat the draws. */
#include "unit/check_more.h"
#include "unit/suites.h"
#include "unit/test_context.h"

#include <coulomb/charges.h>
#include <coulomb/checkpoint.h>
#include <coulomb/data.h>
#include <coulomb/latent.h>
#include <coulomb/layers.h>
#include <coulomb/parameters.h>
#include <coulomb/shards.h>
#include <coulomb/trainer.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A table's generator: categories, and a number that the last category lets through. */
static coulomb_network *generator_of(coulomb_context *on)
{
    const size_t latent = 10, sizes[] = {3, 2}, gate[] = {4};
    coulomb_network *network;
    int32_t in, noise, node, logits, number, lets;
    ck_ok(on, coulomb_network_new(on, &network));
    ck_ok(on, coulomb_network_input(network, &latent, 1, &in));
    ck_ok(on, coulomb_network_slice(network, in, 5, 5, &noise));
    ck_ok(on, coulomb_network_slice(network, in, 0, 5, &node));
    ck_ok(on, coulomb_network_dense(network, node, 16, NULL, &node));
    ck_ok(on, coulomb_network_relu(network, node, &node));
    ck_ok(on, coulomb_network_dense(network, node, 6, NULL, &node));
    ck_ok(on, coulomb_network_slice(network, node, 0, 5, &logits));
    ck_ok(on, coulomb_network_slice(network, node, 5, 1, &number));
    ck_ok(on, coulomb_network_categorical(network, logits, noise, sizes, 2, 0.5, &logits));
    ck_ok(on, coulomb_network_select(network, logits, gate, 1, &lets));
    ck_ok(on, coulomb_network_multiply(network, number, lets, &number));
    ck_ok(on, coulomb_network_concatenate(network, logits, number, &node));
    ck_ok(on, coulomb_network_finish(network, node, 3));
    return network;
}

static coulomb_status draw_rows(void *user, uint64_t update, size_t count, float *samples)
{
    (void)user;
    for (size_t i = 0; i < count; i++) {
        size_t k = (size_t)(update * 7 + i * 13) % 10;
        const float row[] = {(float)(k < 6),      (float)(k == 6),     (float)(k > 6),
                             (float)(k % 3 == 0), (float)(k % 3 != 0), k % 3 != 0 ? 0.7f : 0.0f};
        memcpy(samples + i * 6, row, sizeof row);
    }
    return COULOMB_OK;
}

typedef struct field_run {
    coulomb_context *context;
    coulomb_network *generator;
    coulomb_trainer *trainer;
} field_run;

static void begin(field_run *run, size_t threads, size_t shards)
{
    ck_assert_int_eq(new_context(&run->context), COULOMB_OK);
    ck_ok(run->context, coulomb_context_set_threads(run->context, threads));
    run->generator = generator_of(run->context);
    ck_ok(run->context, coulomb_trainer_new(run->context, run->generator, NULL, &run->trainer));
    ck_ok(run->context, coulomb_trainer_set_data(run->trainer, draw_rows, NULL, NULL));
    ck_ok(run->context, coulomb_trainer_set_batch(run->trainer, 64));
    ck_ok(run->context, coulomb_trainer_set_shards(run->trainer, shards));
    ck_ok(run->context, coulomb_trainer_set_self_terms(run->trainer, 0));
    ck_ok(run->context, coulomb_trainer_set_epsilon(run->trainer, 0.3));
}

static void end(field_run *run)
{
    coulomb_trainer_free(run->trainer);
    coulomb_network_free(run->generator);
    coulomb_context_free(run->context);
}

static void step_often(field_run *run, size_t updates)
{
    for (size_t i = 0; i < updates; i++)
        ck_ok(run->context, coulomb_trainer_step(run->trainer));
}

enum { WEIGHTS = 16 * 6 };

static void read_weights(field_run *run, float *values)
{
    ck_ok(run->context, coulomb_network_read_parameter(run->generator, "dense2.weight", values, WEIGHTS));
}

/* Only the gradient of the hard samples' soft ones can teach frequencies. */
START_TEST(frequencies_are_learned_in_the_field)
{
    enum { MANY = 20000 };
    static float made[MANY * 6];
    coulomb_optimizer *optimizer;
    field_run run;
    begin(&run, 1, 1);
    ck_ok(run.context, coulomb_trainer_optimizer(run.trainer, COULOMB_GENERATOR, &optimizer));
    ck_ok(run.context, coulomb_optimizer_set_learning_rate(optimizer, 2e-3));
    step_often(&run, 1500);
    ck_ok(run.context, coulomb_network_generate(run.generator, MANY, made));
    double first = 0.0, present = 0.0, number = 0.0;
    for (size_t i = 0; i < MANY; i++) {
        const float *row = made + i * 6;
        ck_assert_float_eq(row[0] + row[1] + row[2], 1.0f);
        ck_assert_float_eq(row[3] + row[4], 1.0f);
        if (row[3] != 0.0f)
            ck_assert_float_eq(row[5], 0.0f);
        first += (double)row[0] / MANY;
        present += (double)row[4] / MANY;
        number += (double)row[5] / MANY;
    }
    ck_close(first, 0.6, 0.05, 1.0);
    ck_close(present, 0.6, 0.05, 1.0);
    ck_close(number / present, 0.7, 0.05, 1.0);
    end(&run);
}
END_TEST

START_TEST(threads_and_shards_do_not_change_categories)
{
    float one[WEIGHTS], other[WEIGHTS];
    field_run run;
    begin(&run, 1, 4);
    step_often(&run, 5);
    read_weights(&run, one);
    end(&run);
    begin(&run, 3, 4);
    step_often(&run, 5);
    read_weights(&run, other);
    end(&run);
    ck_assert_mem_eq(one, other, sizeof one);
    begin(&run, 1, 1);
    step_often(&run, 5);
    read_weights(&run, other);
    end(&run);
    for (size_t i = 0; i < WEIGHTS; i++)
        ck_close(other[i], one[i], 2e-5, 1.0);
}
END_TEST

START_TEST(checkpoints_and_files_hold_categories)
{
    char folder[] = "/tmp/categorical-XXXXXX", path[64], saved[64];
    float expected[WEIGHTS], found[WEIGHTS], made[60], again[60];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/c.safetensors", folder);
    snprintf(saved, sizeof saved, "%s/g.safetensors", folder);
    field_run run;
    begin(&run, 1, 1);
    step_often(&run, 3);
    ck_ok(run.context, coulomb_trainer_save(run.trainer, path));
    step_often(&run, 3);
    read_weights(&run, expected);
    ck_ok(run.context, coulomb_network_save(run.generator, saved));
    ck_ok(run.context, coulomb_network_generate(run.generator, 10, made));
    end(&run);
    begin(&run, 1, 1);
    ck_ok(run.context, coulomb_trainer_load(run.trainer, path));
    step_often(&run, 3);
    read_weights(&run, found);
    ck_assert_mem_eq(found, expected, sizeof found);
    coulomb_network *read;
    ck_ok(run.context, coulomb_network_open(run.context, saved, COULOMB_PART_ONLY, &read));
    ck_ok(run.context, coulomb_network_generate(read, 10, again));
    ck_assert_mem_eq(again, made, sizeof again);
    coulomb_network_free(read);
    end(&run);
    unlink(path);
    unlink(saved);
    rmdir(folder);
}
END_TEST

/* Such a moving average is a copy with a list of its own. */
START_TEST(averages_outlive_their_trainer)
{
    float made[60];
    coulomb_network *average;
    field_run run;
    begin(&run, 1, 1);
    ck_ok(run.context, coulomb_trainer_set_averaging(run.trainer, 0.9));
    step_often(&run, 2);
    ck_ok(run.context, coulomb_trainer_average(run.trainer, &average));
    ck_ok(run.context, coulomb_network_generate(average, 10, made));
    for (size_t i = 0; i < 10; i++)
        ck_assert_float_eq(made[i * 6] + made[i * 6 + 1] + made[i * 6 + 2], 1.0f);
    end(&run);
}
END_TEST

TCase *categorical_training(void)
{
    TCase *all = tcase_create("training");
    tcase_add_checked_fixture(all, context_begin, context_end);
    tcase_add_test(all, frequencies_are_learned_in_the_field);
    tcase_add_test(all, threads_and_shards_do_not_change_categories);
    tcase_add_test(all, checkpoints_and_files_hold_categories);
    tcase_add_test(all, averages_outlive_their_trainer);
    return all;
}
