/* Distances between features keep the promises of every trainer: exact resumption, bits, memory. */
#include "trainer/trainer.h"
#include "unit/check_more.h"
#include "unit/features_trainer.h"
#include "unit/suites.h"

#include <coulomb/checkpoint.h>
#include <coulomb/parameters.h>
#include <unistd.h>

static void set_all(int set)
{
    set_feature_options(set & 3);
    ck_ok(context, coulomb_trainer_set_averaging(trainer, 0.9));
    if (set & 8)
        ck_ok(context, coulomb_trainer_set_kernel(trainer, COULOMB_KERNEL_GAUSSIAN));
    if (set & 4)
        ck_ok(context, coulomb_trainer_set_smoothing(trainer, 0.1));
}

static void make_with_options(int options)
{
    features_release();
    features_begin(usual_features, options & 4);
    set_all(options);
}

START_TEST(neither_threads_nor_interruptions_show)
{
    ck_trainer_repeats(make_with_options, _i);
}
END_TEST

START_TEST(a_checkpoint_knows_its_features)
{
    char path[] = "/tmp/coulomb-features-XXXXXX";
    coulomb_network *same = parse_network(usual_features, 3), *other = parse_network(usual_features, 4);
    const float bias = 0.25f;
    close(mkstemp(path));
    ck_ok(context, coulomb_trainer_save(trainer, path));
    ck_ok(context, coulomb_trainer_set_features(trainer, other));
    ck_fails(context, coulomb_trainer_load(trainer, path), COULOMB_ERROR_MISMATCH, "features");
    ck_ok(context, coulomb_trainer_set_features(trainer, NULL));
    ck_fails(context, coulomb_trainer_load(trainer, path), COULOMB_ERROR_MISMATCH, "features");
    ck_ok(context, coulomb_trainer_set_features(trainer, same));
    ck_ok(context, coulomb_trainer_load(trainer, path));
    float biases[HIDDEN] = {bias};
    ck_ok(context, coulomb_network_write_parameter(same, "dense1.bias", biases, HIDDEN));
    ck_ok(context, coulomb_trainer_set_features(trainer, same));
    ck_fails(context, coulomb_trainer_load(trainer, path), COULOMB_ERROR_MISMATCH, "features");
    coulomb_network_free(same);
    coulomb_network_free(other);
    unlink(path);
}
END_TEST

static ledger book;

static size_t standing(const coulomb_network *network, bool learns)
{
    size_t bytes;
    ck_ok(context, coulomb_network_memory(network, COULOMB_MEMORY_PARAMETERS, 1, &bytes));
    return bytes + (learns ? 2 * sizeof(float) * network->graph.parameter_values : 0);
}

/* Parameters, moments and the samples' order are there before the first update. */
START_TEST(memory_is_known_and_allocated_once)
{
    size_t told;
    features_end();
    context_with_ledger(&book, &context);
    features_begin(usual_features, _i & 4);
    set_all(_i);
    ck_ok(context, coulomb_trainer_memory(trainer, &told));
    told -= standing(generator, true) + standing(features, false) + standing(trainer->average, false) +
            FEATURES_SAMPLES * sizeof(size_t);
    if (discriminator != NULL)
        told -= standing(discriminator, true);
    ck_allocated_once(&book, told);
}
END_TEST

TCase *trainer_features_promises(void)
{
    TCase *test = tcase_create("features promises");
    tcase_set_timeout(test, 120.0);
    tcase_add_checked_fixture(test, features_setup, features_end);
    tcase_add_loop_test(test, neither_threads_nor_interruptions_show, 0, 16);
    tcase_add_test(test, a_checkpoint_knows_its_features);
    tcase_add_loop_test(test, memory_is_known_and_allocated_once, 0, 16);
    return test;
}
