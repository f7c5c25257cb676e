/* Distances between features: gradients that go back through the features, against loops in float64. */
#include "trainer/trainer.h"
#include "unit/check_more.h"
#include "unit/features_trainer.h"
#include "unit/suites.h"

#include <coulomb/parameters.h>

/* The direction of a step in the space of features, as coulomb_trainer_set_field() has it, and its terms' magnitude. */
static void expect(const charges *all, size_t i, int32_t field, double *direction, double *size)
{
    const float *at = all->model + i * all->dimension;
    double pull[FEATURES_MOST], pulls[FEATURES_MOST];
    if (field == COULOMB_FIELD_POTENTIAL) {
        reference_potential(all, at, no_sample, no_sample, direction, size);
        for (size_t k = 0; k < all->dimension; k++)
            direction[k] = -direction[k];
        return;
    }
    charges model = *all, target = *all;
    model.n_target = target.n_model = 0;
    double of_model = -reference_potential(&model, at, i, no_sample, direction, size).value;
    double of_target = reference_potential(&target, at, no_sample, no_sample, pull, pulls).value;
    for (size_t k = 0; k < all->dimension; k++) {
        direction[k] = -direction[k] / of_model - pull[k] / of_target;
        size[k] = size[k] / of_model + pulls[k] / of_target;
    }
}

/* The network's parameters, for its derivative in float64. */
typedef struct layers {
    float weight1[2 * HIDDEN], bias1[HIDDEN], weight2[HIDDEN * FEATURES_MOST];
} layers;

static layers read_layers(size_t size)
{
    layers read;
    ck_ok(context, coulomb_network_read_parameter(features, "dense1.weight", read.weight1, (size_t)2 * HIDDEN));
    ck_ok(context, coulomb_network_read_parameter(features, "dense1.bias", read.bias1, HIDDEN));
    ck_ok(context, coulomb_network_read_parameter(features, "dense2.weight", read.weight2, HIDDEN * size));
    return read;
}

/* From features back to a sample: of a direction and of magnitudes. */
static void go_back(const layers *net, size_t size, const float *sample, const double *direction, const double *sizes,
                    double *slope, double *slope_size)
{
    slope[0] = slope[1] = slope_size[0] = slope_size[1] = 0.0;
    for (size_t h = 0; h < HIDDEN; h++) {
        double x = (double)net->bias1[h], sum = 0.0, sum_size = 0.0;
        for (size_t k = 0; k < 2; k++)
            x += (double)sample[k] * (double)net->weight1[k * HIDDEN + h];
        for (size_t f = 0; f < size; f++) {
            sum += (double)net->weight2[h * size + f] * direction[f];
            sum_size += fabs((double)net->weight2[h * size + f]) * sizes[f];
        }
        double derivative = x > 0.0 ? 1.0 : exp(x);
        for (size_t k = 0; k < 2; k++) {
            slope[k] += (double)net->weight1[k * HIDDEN + h] * derivative * sum;
            slope_size[k] += fabs((double)net->weight1[k * HIDDEN + h]) * derivative * sum_size;
        }
    }
}

static void ck_slopes(const charges *all, int32_t field, double scale)
{
    layers net = read_layers(all->dimension);
    float *slope = copy_of_array(&trainer->arrays.slope, (size_t)FEATURES_BATCH * 2),
          *model = copy_of_array(&trainer->arrays.model, (size_t)FEATURES_BATCH * 2);
    double direction[FEATURES_MOST], sizes[FEATURES_MOST], expected[2], size[2];
    for (size_t i = 0; i < FEATURES_BATCH; i++) {
        expect(all, i, field, direction, sizes);
        go_back(&net, all->dimension, model + 2 * i, direction, sizes, expected, size);
        for (size_t k = 0; k < 2; k++)
            ck_close(slope[2 * i + k], -scale / FEATURES_BATCH * expected[k], 1e-5, scale / FEATURES_BATCH * size[k]);
    }
    free(slope);
    free(model);
}

START_TEST(the_field_goes_back_through_the_features)
{
    static const double wide[] = {2.0, 0.7};
    int32_t field = _i & 4 ? COULOMB_FIELD_DRIFT : COULOMB_FIELD_POTENTIAL;
    features_release();
    features_begin(_i & 8 ? "input[2] dense(8) elu dense(40)" : usual_features, false);
    set_feature_options(_i);
    ck_ok(context, coulomb_trainer_set_field(trainer, field));
    ck_ok(context, coulomb_trainer_set_potential_scale(trainer, 1.5));
    if (_i & 16) {
        ck_ok(context, coulomb_trainer_set_kernel(trainer, COULOMB_KERNEL_GAUSSIAN));
        ck_ok(context, coulomb_trainer_set_epsilons(trainer, (const double[]){1.0, wide[0], wide[1]}, 3));
    }
    for (uint64_t update = 1; update <= 2; update++) {
        ck_ok(context, coulomb_trainer_step(trainer));
        charges all = charges_of_update(_i & 2 && update > 1 ? FEATURES_BATCH : 0);
        all.gaussian = _i & 16;
        all.further = wide;
        all.n_further = _i & 16 ? 2 : 0;
        ck_slopes(&all, field, 1.5);
        charges_free(&all);
    }
}
END_TEST

START_TEST(features_lead_to_the_target)
{
    coulomb_optimizer *optimizer;
    double first, last;
    ck_ok(context, coulomb_trainer_optimizer(trainer, COULOMB_GENERATOR, &optimizer));
    ck_ok(context, coulomb_optimizer_set_learning_rate(optimizer, 3e-3));
    ck_ok(context, coulomb_trainer_set_charges(trainer, 0, FEATURES_SAMPLES));
    ck_ok(context, coulomb_network_write_parameter(generator, "dense2.bias", (const float[]){3.0f, -2.0f}, 2));
    ck_ok(context, coulomb_trainer_step(trainer));
    ck_ok(context, coulomb_trainer_statistic(trainer, COULOMB_STATISTIC_ENERGY, &first));
    ck_ok(context, coulomb_trainer_run(trainer, 800, NULL, NULL));
    ck_ok(context, coulomb_trainer_statistic(trainer, COULOMB_STATISTIC_ENERGY, &last));
    ck_assert_double_lt(last, first / 10.0);
}
END_TEST

TCase *trainer_features_gradients(void)
{
    TCase *test = tcase_create("features gradients");
    tcase_set_timeout(test, 120.0);
    tcase_add_checked_fixture(test, features_setup, features_end);
    tcase_add_loop_test(test, the_field_goes_back_through_the_features, 0, 32);
    tcase_add_test(test, features_lead_to_the_target);
    return test;
}
