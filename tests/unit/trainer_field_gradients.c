/* Training in the field itself: gradients and potentials against loops in float64. */
#include "trainer/trainer.h"
#include "unit/check_more.h"
#include "unit/field_trainer.h"
#include "unit/plummer_reference.h"
#include "unit/suites.h"

#include <coulomb/parameters.h>

/* Kernels of the sum: which, and how many. */
static int gaussian;
static size_t lengths;

/* Potential and -grad at a point, of the sum of kernels. */
static reference sum_kernels(const charges *all, const float *at, size_t without_model, double *fields, double *sizes)
{
    reference sum = {0};
    double field[FIELD_DIMENSION_MOST], size[FIELD_DIMENSION_MOST];
    memset(fields, 0, all->dimension * sizeof *fields);
    memset(sizes, 0, all->dimension * sizeof *sizes);
    for (size_t i = 0; i < lengths; i++) {
        charges one = *all;
        one.epsilon = gaussian ? wide_epsilons[i] : field_epsilons[i];
        one.gaussian = gaussian;
        reference of_one = reference_potential(&one, at, without_model, no_sample, field, size);
        sum.value += of_one.value;
        sum.size += of_one.size;
        for (size_t k = 0; k < all->dimension; k++) {
            fields[k] += field[k];
            sizes[k] += size[k];
        }
    }
    return sum;
}

/* The direction in which the header says that a sample moves, and the magnitude of what is summed. */
static void expect(const charges *all, size_t i, int32_t field, int32_t self_terms, double *direction, double *size)
{
    const float *at = all->model + i * all->dimension;
    double pull[FIELD_DIMENSION_MOST], pulls[FIELD_DIMENSION_MOST];
    if (field == COULOMB_FIELD_POTENTIAL) {
        sum_kernels(all, at, self_terms ? no_sample : i, direction, size);
        for (size_t k = 0; k < all->dimension; k++)
            direction[k] = -direction[k];
        return;
    }
    charges model = *all, target = *all;
    model.n_target = target.n_model = 0;
    double of_model = -sum_kernels(&model, at, i, direction, size).value;
    double of_target = sum_kernels(&target, at, no_sample, pull, pulls).value;
    for (size_t k = 0; k < all->dimension; k++) { /* E of the model charges by themselves has the other sign */
        direction[k] = -direction[k] / of_model - pull[k] / of_target;
        size[k] = size[k] / of_model + pulls[k] / of_target;
    }
}

static void ck_slopes(size_t dimension, size_t charges_model, double exponent, double scale, int32_t field,
                      int32_t self_terms)
{
    float *model = copy_of_array(&trainer->arrays.model, charges_model * dimension);
    float *target = copy_of_array(&trainer->arrays.target.array, trainer_charges_target(trainer) * dimension);
    float *slope = copy_of_array(&trainer->arrays.slope, FIELD_BATCH * dimension);
    float *potential = copy_of_array(&trainer->arrays.at_model, FIELD_BATCH);
    const charges all = {.dimension = dimension,
                         .n_model = charges_model,
                         .n_target = trainer_charges_target(trainer),
                         .model = model,
                         .target = target,
                         .exponent = exponent};
    double direction[FIELD_DIMENSION_MOST], size[FIELD_DIMENSION_MOST];
    for (size_t i = 0; i < FIELD_BATCH; i++) {
        expect(&all, i, field, self_terms, direction, size);
        for (size_t k = 0; k < dimension; k++)
            ck_close(slope[i * dimension + k], -scale / FIELD_BATCH * direction[k], 1e-5,
                     scale / FIELD_BATCH * size[k]);
        reference there = sum_kernels(&all, model + i * dimension, self_terms ? no_sample : i, direction, size);
        ck_close(potential[i], there.value, 2e-6, there.size);
    }
    free(model);
    free(target);
    free(slope);
    free(potential);
}

/* The sum of the slopes is the gradient of the last layer's bias. */
static void ck_bias_gradient(size_t dimension)
{
    float *slope = copy_of_array(&trainer->arrays.slope, FIELD_BATCH * dimension), found[FIELD_DIMENSION_MOST];
    ck_ok(context, coulomb_network_read_gradient(generator, "dense1.bias", found, dimension));
    for (size_t k = 0; k < dimension; k++) {
        double sum = 0.0, size = 0.0;
        for (size_t i = 0; i < FIELD_BATCH; i++) {
            sum += (double)slope[i * dimension + k];
            size += fabs((double)slope[i * dimension + k]);
        }
        ck_close(found[k], sum, 1e-6, size);
    }
    free(slope);
}

/* In few dimensions and in many, where the sums work otherwise; with shards, replay and charges beyond the batch. */
START_TEST(gradients_are_the_exact_field)
{
    size_t dimension = _i & 1 ? FIELD_DIMENSION_MOST : 2, extra = _i & 2 ? 13 : 0;
    int32_t field = _i & 4 ? COULOMB_FIELD_DRIFT : COULOMB_FIELD_POTENTIAL, self_terms = _i & 8 ? 0 : 1;
    double exponent = _i & 2 ? 2.5 : 1.0, scale = 1.5;
    lengths = _i & 16 ? 3 : 1;
    gaussian = _i & 32 ? 1 : 0;
    trainer_end();
    field_begin(_i & 1 ? "input[6] dense(40)" : "input[6] dense(2)");
    ck_ok(context, coulomb_trainer_set_field(trainer, field));
    ck_ok(context, coulomb_trainer_set_self_terms(trainer, self_terms));
    ck_ok(context, coulomb_trainer_set_exponent(trainer, exponent));
    ck_ok(context, coulomb_trainer_set_epsilons(trainer, gaussian ? wide_epsilons : field_epsilons, lengths));
    if (gaussian)
        ck_ok(context, coulomb_trainer_set_kernel(trainer, COULOMB_KERNEL_GAUSSIAN));
    ck_ok(context, coulomb_trainer_set_potential_scale(trainer, scale));
    if (extra > 0) {
        ck_ok(context, coulomb_trainer_set_charges(trainer, FIELD_BATCH + extra, FIELD_BATCH + 30));
        ck_ok(context, coulomb_trainer_set_replay(trainer, 1));
        ck_ok(context, coulomb_trainer_set_shards(trainer, 4));
    }
    for (uint64_t update = 1; update <= 3; update++) {
        ck_ok(context, coulomb_trainer_step(trainer));
        size_t replayed = extra > 0 && update > 1 ? FIELD_BATCH : 0;
        ck_slopes(dimension, FIELD_BATCH + extra + replayed, exponent, scale, field, self_terms);
        ck_bias_gradient(dimension);
    }
}
END_TEST

/* Potentials that a discriminator learns, at samples of all three kinds. */
START_TEST(a_discriminator_learns_the_sum_of_kernels)
{
    coulomb_trainer *with;
    coulomb_network *critic = parse_network("input[2] dense(1)", 2);
    ck_ok(context, coulomb_trainer_new(context, generator, critic, &with));
    ck_ok(context, coulomb_trainer_set_batch(with, FIELD_BATCH));
    ck_ok(context, coulomb_trainer_set_data_array(with, field_samples, FIELD_SAMPLES, 1));
    ck_ok(context, coulomb_trainer_set_epsilons(with, _i == 1 ? wide_epsilons : field_epsilons, lengths = 2));
    gaussian = _i;
    if (gaussian)
        ck_ok(context, coulomb_trainer_set_kernel(with, COULOMB_KERNEL_GAUSSIAN));
    ck_ok(context, coulomb_trainer_set_replay(with, 1));
    ck_ok(context, coulomb_trainer_step(with));
    float *previous = copy_of_array(&with->arrays.model, FIELD_BATCH * 2);
    ck_ok(context, coulomb_trainer_step(with));
    const device_array *potentials[] = {&with->arrays.at_model, &with->arrays.at_target, &with->arrays.at_previous};
    float *model = copy_of_array(&with->arrays.model, FIELD_BATCH * 2),
          *target = copy_of_array(&with->arrays.target.array, FIELD_BATCH * 2);
    const charges all = {.dimension = 2,
                         .n_model = FIELD_BATCH,
                         .n_target = FIELD_BATCH,
                         .model = model,
                         .target = target,
                         .exponent = 1.0};
    for (size_t set = 0; set < 3; set++) {
        const float *at = set == 0 ? model : set == 1 ? target : previous;
        float *found = copy_of_array(potentials[set], FIELD_BATCH);
        double field[2], sizes[2];
        for (size_t i = 0; i < FIELD_BATCH; i++) {
            reference there = sum_kernels(&all, at + 2 * i, no_sample, field, sizes);
            ck_close(found[i], there.value, 2e-6, there.size);
        }
        free(found);
    }
    free(previous);
    free(model);
    free(target);
    coulomb_trainer_free(with);
    coulomb_network_free(critic);
}
END_TEST

TCase *trainer_field_gradients(void)
{
    TCase *test = tcase_create("field gradients");
    tcase_set_timeout(test, 120.0);
    tcase_add_checked_fixture(test, field_setup, field_end);
    tcase_add_loop_test(test, gradients_are_the_exact_field, 0, 64);
    tcase_add_loop_test(test, a_discriminator_learns_the_sum_of_kernels, 0, 2);
    return test;
}
