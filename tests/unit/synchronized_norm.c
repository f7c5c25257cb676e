/* Batch norm over all shards: the update of one shard, within rounding. What processes add is in trainer_ranks.c. */
#include "trainer/trainer.h"
#include "unit/check_more.h"
#include "unit/shard_runs.h"
#include "unit/suites.h"

#include <coulomb/checkpoint.h>
#include <coulomb/parameters.h>
#include <unistd.h>

static void begin(training_run *run, int setting, size_t shards)
{
    run_begin(run, setting, shards);
    ck_ok(run->context, coulomb_trainer_set_synchronized_norm(run->trainer, 1));
}

/* Parameters and running averages after some updates. */
static float *train(int setting, size_t shards, bool synchronised, size_t *count)
{
    training_run run;
    begin(&run, setting, shards);
    ck_ok(run.context, coulomb_trainer_set_synchronized_norm(run.trainer, synchronised));
    run_step_often(&run, 3);
    float *values = run_parameters(&run, count);
    run_end(&run);
    return values;
}

static void ck_same_bits(int setting, size_t shards)
{
    size_t count, other_count;
    float *expected = train(setting, shards, false, &count), *found = train(setting, shards, true, &other_count);
    ck_assert_uint_eq(other_count, count);
    ck_assert_mem_eq(found, expected, count * sizeof *found);
    free(expected);
    free(found);
}

START_TEST(one_shard_is_the_batch)
{
    ck_same_bits(_i, 1);
}
END_TEST

START_TEST(nothing_changes_without_batch_norm)
{
    static const int settings[] = {RUN_MLP_OPTIONS, RUN_IMAGES, RUN_FIELD};
    ck_same_bits(settings[_i], 4);
}
END_TEST

static const int with_norm[] = {RUN_IMAGES_NORM, RUN_IMAGES_NORM_NEAR, RUN_FIELD_NORM,
                                RUN_MLP_NORM,    RUN_FEATURES,         RUN_FEATURES_NEAR};

/* Without Adam, which makes whole steps of rounding: a bias before batch norm has no gradient but rounding. */
static void descend(const training_run *run)
{
    coulomb_optimizer *optimizer;
    for (int i = 0; i < (run->discriminator == NULL ? 1 : 2); i++) {
        ck_ok(run->context,
              coulomb_trainer_optimizer(run->trainer, i == 0 ? COULOMB_GENERATOR : COULOMB_DISCRIMINATOR, &optimizer));
        ck_ok(run->context, coulomb_optimizer_set_method(optimizer, COULOMB_METHOD_SGD));
        ck_ok(run->context, coulomb_optimizer_set_learning_rate(optimizer, 1e-3));
    }
}

/* Also where shards are no power of two, and have one sample; charges beyond the batch end within a shard. */
START_TEST(synchronised_shards_change_no_more_than_rounding)
{
    static const size_t shards[] = {2, 3, 4, 6, 8, 48};
    training_run one;
    begin(&one, with_norm[_i], 1);
    descend(&one);
    run_step_often(&one, 3);
    size_t count, other_count;
    float *expected = run_parameters(&one, &count);
    for (size_t s = 0; s < sizeof shards / sizeof *shards; s++) {
        training_run several;
        begin(&several, with_norm[_i], shards[s]);
        descend(&several);
        run_step_often(&several, 3);
        float *found = run_parameters(&several, &other_count);
        ck_assert_uint_eq(other_count, count);
        for (size_t i = 0; i < count; i++)
            ck_close(found[i], expected[i], 1e-5, fmax(1.0, fabs((double)expected[i])));
        for (int32_t i = 1; i < STATISTICS; i++) {
            double value, expected_value;
            if (coulomb_trainer_statistic(one.trainer, i, &expected_value) == COULOMB_ERROR_STATE)
                continue; /* of a discriminator that is not there */
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

START_TEST(threads_do_not_change_synchronised_shards)
{
    char *checkpoint[2];
    size_t bytes[2];
    for (size_t i = 0; i < 2; i++) {
        training_run run;
        begin(&run, with_norm[_i], 4);
        ck_ok(run.context, coulomb_context_set_threads(run.context, 1 + 2 * i));
        run_step_often(&run, 3);
        checkpoint[i] = run_checkpoint(&run, &bytes[i]);
        run_end(&run);
    }
    ck_assert_uint_eq(bytes[0], bytes[1]);
    ck_assert_mem_eq(checkpoint[0], checkpoint[1], bytes[0]);
    free(checkpoint[0]);
    free(checkpoint[1]);
}
END_TEST

START_TEST(training_with_synchronized_norm_resumes_exactly)
{
    char path[] = "/tmp/coulomb-norm-XXXXXX";
    close(mkstemp(path));
    training_run run, resumed;
    begin(&run, with_norm[_i], 4);
    begin(&resumed, with_norm[_i], 4);
    ck_resumes_exactly(&run, &resumed, path);
    ck_ok(resumed.context, coulomb_trainer_set_synchronized_norm(resumed.trainer, 0));
    ck_fails(resumed.context, coulomb_trainer_load(resumed.trainer, path), COULOMB_ERROR_MISMATCH, "synchronized_norm");
    unlink(path);
    run_end(&run);
    run_end(&resumed);
}
END_TEST

/* One after the other again, and back: nothing is left of the other way. */
START_TEST(the_setting_may_change_between_updates)
{
    size_t bytes[2];
    char *checkpoint[2], path[] = "/tmp/coulomb-norm-XXXXXX";
    close(mkstemp(path));
    training_run run;
    begin(&run, RUN_IMAGES_NORM, 4);
    run_step_often(&run, 1);
    ck_ok(run.context, coulomb_trainer_set_synchronized_norm(run.trainer, 0));
    run_step_often(&run, 1);
    ck_ok(run.context, coulomb_trainer_set_synchronized_norm(run.trainer, 1));
    ck_ok(run.context, coulomb_trainer_save(run.trainer, path));
    for (size_t i = 0; i < 2; i++) {
        run_step_often(&run, 2);
        checkpoint[i] = run_checkpoint(&run, &bytes[i]);
        run_end(&run);
        if (i == 0) {
            begin(&run, RUN_IMAGES_NORM, 4);
            ck_ok(run.context, coulomb_trainer_load(run.trainer, path));
        }
    }
    ck_assert_uint_eq(bytes[0], bytes[1]);
    ck_assert_mem_eq(checkpoint[0], checkpoint[1], bytes[0]);
    unlink(path);
    free(checkpoint[0]);
    free(checkpoint[1]);
}
END_TEST

START_TEST(synchronized_norm_is_a_flag)
{
    training_run run;
    int32_t on = 5;
    run_begin(&run, RUN_MLP, 4);
    ck_ok(run.context, coulomb_trainer_get_synchronized_norm(run.trainer, &on));
    ck_assert_int_eq(on, 0);
    ck_fails(run.context, coulomb_trainer_set_synchronized_norm(run.trainer, 2), COULOMB_ERROR_ARGUMENT, "on is 2");
    ck_fails(run.context, coulomb_trainer_get_synchronized_norm(run.trainer, NULL), COULOMB_ERROR_ARGUMENT,
             "on is NULL");
    ck_assert_int_eq(coulomb_trainer_set_synchronized_norm(NULL, 1), COULOMB_ERROR_ARGUMENT);
    ck_assert_int_eq(coulomb_trainer_get_synchronized_norm(NULL, &on), COULOMB_ERROR_ARGUMENT);
    ck_ok(run.context, coulomb_trainer_set_synchronized_norm(run.trainer, 1));
    ck_ok(run.context, coulomb_trainer_get_synchronized_norm(run.trainer, &on));
    ck_assert_int_eq(on, 1);
    run_end(&run);
}
END_TEST

/* Activations of the whole batch. */
START_TEST(synchronised_shards_take_the_memory_of_the_batch)
{
    size_t one, together, apart;
    training_run run;
    begin(&run, RUN_IMAGES_NORM, 1);
    ck_ok(run.context, coulomb_trainer_set_batch(run.trainer, 1024));
    ck_ok(run.context, coulomb_trainer_set_charges(run.trainer, 0, 0));
    ck_ok(run.context, coulomb_trainer_memory(run.trainer, &one));
    ck_ok(run.context, coulomb_trainer_set_shards(run.trainer, 4));
    ck_ok(run.context, coulomb_trainer_memory(run.trainer, &together));
    ck_ok(run.context, coulomb_trainer_set_synchronized_norm(run.trainer, 0));
    ck_ok(run.context, coulomb_trainer_memory(run.trainer, &apart));
    ck_assert_uint_ge(together, one);
    ck_assert_uint_lt(apart, one);
    run_end(&run);
}
END_TEST

Suite *suite_synchronized_norm(void)
{
    enum { NORMS = sizeof with_norm / sizeof *with_norm };
    Suite *suite = suite_create("synchronized_norm");
    TCase *test = tcase_create("synchronised norm");
    tcase_set_timeout(test, 60);
    tcase_add_loop_test(test, one_shard_is_the_batch, 0, RUN_SETTINGS);
    tcase_add_loop_test(test, nothing_changes_without_batch_norm, 0, 3);
    tcase_add_loop_test(test, synchronised_shards_change_no_more_than_rounding, 0, NORMS);
    tcase_add_loop_test(test, threads_do_not_change_synchronised_shards, 0, NORMS);
    tcase_add_loop_test(test, training_with_synchronized_norm_resumes_exactly, 0, NORMS);
    tcase_add_test(test, the_setting_may_change_between_updates);
    tcase_add_test(test, synchronized_norm_is_a_flag);
    tcase_add_test(test, synchronised_shards_take_the_memory_of_the_batch);
    suite_add_tcase(suite, test);
    return suite;
}
