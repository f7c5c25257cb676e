/* Distances between features: what the kernel sees, with a discriminator and without, and what is refused. */
#include "trainer/trainer.h"
#include "unit/check_more.h"
#include "unit/features_trainer.h"
#include "unit/suites.h"

#include <coulomb/latent.h>
#include <coulomb/parameters.h>

/* The samples' features are those of the network by itself, to the bit. */
static void ck_features(const device_array *of, const device_array *points, size_t count)
{
    size_t size = network_output_size(features);
    float *found = copy_of_array(of, count * size), *at = copy_of_array(points, count * 2),
          *expected = calloc(count, size * 4);
    ck_ok(context, coulomb_network_evaluate(features, count, at, expected));
    ck_assert_mem_eq(found, expected, count * size * sizeof *found);
    free(found);
    free(at);
    free(expected);
}

START_TEST(the_kernel_sees_features)
{
    bool adversarial = _i & 4, smooths = adversarial && _i & 8;
    features_release();
    features_begin(_i & 16 ? "input[2] dense(8) batch_norm(0.001 0.9 scale) elu dense(3)" : usual_features,
                   adversarial);
    set_feature_options(_i);
    if (smooths)
        ck_ok(context, coulomb_trainer_set_smoothing(trainer, 0.2));
    for (int update = 1; update <= 2; update++) {
        ck_ok(context, coulomb_trainer_step(trainer));
        size_t replayed = _i & 2 && update > 1 && !adversarial ? FEATURES_BATCH : 0;
        ck_features(&trainer->arrays.model_features, &trainer->arrays.model, trainer_charges_model(trainer) + replayed);
        ck_features(&trainer->arrays.target_features, &trainer->arrays.target.array, trainer_charges_target(trainer));
        if (smooths)
            ck_features(&trainer->arrays.near_features, &trainer->arrays.noisy,
                        (_i & 2 && update > 1 ? 3 : 2) * FEATURES_BATCH);
    }
}
END_TEST

static void ck_potential(const charges *all, const device_array *potential, const float *at)
{
    float *found = copy_of_array(potential, FEATURES_BATCH);
    for (size_t i = 0; i < FEATURES_BATCH; i++) {
        reference there = reference_potential(all, at + i * all->dimension, no_sample, no_sample, NULL, NULL);
        ck_close(found[i], there.value, 2e-6, there.size);
    }
    free(found);
}

/* At samples of all three kinds, or near them. */
START_TEST(a_discriminator_learns_the_potential_of_features)
{
    features_release();
    features_begin(usual_features, true);
    set_feature_options(_i);
    ck_ok(context, coulomb_trainer_set_replay(trainer, 1));
    if (_i & 4)
        ck_ok(context, coulomb_trainer_set_smoothing(trainer, 0.2));
    ck_ok(context, coulomb_trainer_step(trainer));
    float *previous = copy_of_array(&trainer->arrays.model_features, FEATURES_BATCH * 3);
    ck_ok(context, coulomb_trainer_step(trainer));
    charges all = charges_of_update(0);
    float *near = copy_of_array(&trainer->arrays.near_features, (_i & 4 ? 3 : 1) * FEATURES_BATCH * 3);
    ck_potential(&all, &trainer->arrays.at_model, _i & 4 ? near : all.model);
    ck_potential(&all, &trainer->arrays.at_target, _i & 4 ? near + FEATURES_BATCH * 3 : all.target);
    ck_potential(&all, &trainer->arrays.at_previous, _i & 4 ? near + 2 * FEATURES_BATCH * 3 : previous);
    free(previous);
    free(near);
    charges_free(&all);
}
END_TEST

START_TEST(features_come_and_go)
{
    coulomb_network *found = generator;
    double energy[4];
    ck_ok(context, coulomb_trainer_get_features(trainer, &found));
    ck_assert_ptr_eq(found, features);
    for (size_t i = 0; i < 4; i++) { /* a device that recorded an update records another */
        ck_ok(context, coulomb_trainer_set_features(trainer, i % 2 == 0 ? NULL : features));
        ck_ok(context, coulomb_trainer_step(trainer));
        ck_ok(context, coulomb_trainer_statistic(trainer, COULOMB_STATISTIC_ENERGY, &energy[i]));
    }
    ck_assert_double_gt(fabs(energy[1] / energy[0] - 1.0), 0.05);
    ck_assert_double_gt(fabs(energy[3] / energy[2] - 1.0), 0.05);
    ck_ok(context, coulomb_trainer_set_features(trainer, NULL));
    ck_ok(context, coulomb_trainer_get_features(trainer, &found));
    ck_assert_ptr_null(found);
    ck_assert_int_eq(coulomb_trainer_get_features(NULL, &found), COULOMB_ERROR_ARGUMENT);
    ck_assert_int_eq(coulomb_trainer_set_features(NULL, features), COULOMB_ERROR_ARGUMENT);
    ck_fails(context, coulomb_trainer_get_features(trainer, NULL), COULOMB_ERROR_ARGUMENT, "features is NULL");
}
END_TEST

static void ck_refused(coulomb_network *other, coulomb_status status, const char *part)
{
    coulomb_network *found;
    ck_fails(context, coulomb_trainer_set_features(trainer, other), status, part);
    ck_ok(context, coulomb_trainer_get_features(trainer, &found));
    ck_assert_ptr_eq(found, features);
    coulomb_network_free(other);
}

START_TEST(unfit_networks_are_refused)
{
    coulomb_network *unfinished, *inference = NULL;
    coulomb_context *other;
    ck_ok(context, network_parse(context, usual_features, NULL, 0, &unfinished));
    ck_refused(unfinished, COULOMB_ERROR_STATE, "not finished");
    ck_refused(parse_network("input[3] dense(2)", 1), COULOMB_ERROR_SHAPE, "has shape [2], the input of features [3]");
    ck_refused(parse_network("input[2] dense(8) batch_norm(0.001 0.9) dense(2)", 1), COULOMB_ERROR_STATE,
               "coulomb_network_set_running_averages");
    ck_ok(context, network_copy(features, &inference));
    ck_refused(inference, COULOMB_ERROR_STATE, "inference-only");
    ck_fails(context, coulomb_trainer_set_features(trainer, generator), COULOMB_ERROR_ARGUMENT, "trains");
    ck_assert_int_eq(new_context(&other), COULOMB_OK);
    coulomb_network *foreign;
    ck_ok(other, network_parse(other, usual_features, NULL, 0, &foreign));
    ck_ok(other, coulomb_network_finish(foreign, (int32_t)foreign->graph.nodes - 1, 1));
    ck_refused(foreign, COULOMB_ERROR_ARGUMENT, "another context");
    coulomb_context_free(other);
}
END_TEST

/* What can change after the setting, too. */
START_TEST(batch_norm_by_the_batch_stops_an_update)
{
    features_release();
    features_begin("input[2] dense(8) batch_norm(0.001 0.9 scale) elu dense(3)", false);
    ck_ok(context, coulomb_trainer_step(trainer));
    ck_ok(context, coulomb_network_set_running_averages(features, 0));
    ck_fails(context, coulomb_trainer_step(trainer), COULOMB_ERROR_STATE, "normalises by the batch");
    ck_ok(context, coulomb_network_set_running_averages(features, 1));
    ck_ok(context, coulomb_trainer_step(trainer));
}
END_TEST

START_TEST(features_that_are_not_finite_are_named)
{
    const float large = 1e38f;
    uint64_t update;
    if (_i == 0) {
        float weights[HIDDEN * 3] = {0};
        for (size_t i = 0; i < (size_t)HIDDEN * 3; i++)
            weights[i] = 3e38f;
        ck_ok(context, coulomb_network_write_parameter(features, "dense2.weight", weights, (size_t)HIDDEN * 3));
        ck_ok(context, coulomb_network_write_parameter(generator, "dense2.bias", (const float[]){1e6f, 1e6f}, 2));
        ck_fails(context, coulomb_trainer_step(trainer), COULOMB_ERROR_NOT_FINITE, "features of model");
    } else {
        ck_ok(context, coulomb_network_write_parameter(generator, "dense2.bias", (const float[]){large, large}, 2));
        float *weight = calloc(16 * 2, sizeof *weight);
        for (size_t i = 0; i < 32; i++)
            weight[i] = 3e38f;
        ck_ok(context, coulomb_network_write_parameter(generator, "dense2.weight", weight, 32));
        free(weight);
        ck_fails(context, coulomb_trainer_step(trainer), COULOMB_ERROR_NOT_FINITE, "model value");
    }
    ck_ok(context, coulomb_trainer_update(trainer, &update));
    ck_assert_uint_eq(update, 0);
}
END_TEST

Suite *suite_trainer_features(void)
{
    Suite *suite = suite_create("trainer_features");
    TCase *test = tcase_create("trainer_features");
    tcase_set_timeout(test, 120.0);
    tcase_add_checked_fixture(test, features_setup, features_end);
    tcase_add_loop_test(test, the_kernel_sees_features, 0, 32);
    tcase_add_loop_test(test, a_discriminator_learns_the_potential_of_features, 0, 8);
    tcase_add_test(test, features_come_and_go);
    tcase_add_test(test, unfit_networks_are_refused);
    tcase_add_test(test, batch_norm_by_the_batch_stops_an_update);
    tcase_add_loop_test(test, features_that_are_not_finite_are_named, 0, 2);
    suite_add_tcase(suite, test);
    suite_add_tcase(suite, trainer_features_gradients());
    suite_add_tcase(suite, trainer_features_promises());
    return suite;
}
