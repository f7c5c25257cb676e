/* Training without a discriminator: gradients against loops in float64, a mixture that is learned, what is refused, and
 * the promises of every trainer: exact resumption, bits, memory. */
#include "trainer/trainer.h"
#include "unit/check_more.h"
#include "unit/contexts.h"
#include "unit/ledger.h"
#include "unit/plummer_reference.h"
#include "unit/suites.h"

#include <coulomb/checkpoint.h>
#include <coulomb/latent.h>
#include <coulomb/parameters.h>
#include <stdio.h>
#include <unistd.h>

enum { BATCH = 24, SAMPLES = 101, DIMENSION_MOST_HERE = 40 };

static coulomb_context *context;
static coulomb_network *generator;
static coulomb_trainer *trainer;
static float samples[SAMPLES * DIMENSION_MOST_HERE];

static coulomb_network *parse(const char *text, uint64_t seed)
{
    coulomb_network *made;
    ck_ok(context, network_parse(context, text, NULL, 0, &made));
    ck_ok(context, coulomb_network_finish(made, (int32_t)made->graph.nodes - 1, seed));
    return made;
}

static void make(const char *text)
{
    generator = parse(text, 1);
    ck_ok(context, coulomb_trainer_new(context, generator, NULL, &trainer));
    ck_ok(context, coulomb_trainer_set_batch(trainer, BATCH));
    random_floats(1, SAMPLES * DIMENSION_MOST_HERE, 1.0f, samples);
    ck_ok(context, coulomb_trainer_set_data_array(trainer, samples, SAMPLES, 1));
}

static void unmake(void)
{
    coulomb_trainer_free(trainer);
    coulomb_network_free(generator);
}

static void setup(void)
{
    ck_assert_int_eq(new_context(&context), COULOMB_OK);
    make("input[5] dense(16) elu dense(2)");
}

static void teardown(void)
{
    unmake();
    coulomb_context_free(context);
}

/* --- gradients --- */

/* A copy of an array of the device. */
static float *copy_of(const device_array *array, size_t count)
{
    buffer room = {0};
    coulomb_status status;
    const float *there = device_view(context_device(context), &room, array->data, count, sizeof *there, &status);
    ck_ok(context, status);
    float *copy = malloc(count * sizeof *copy);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, there, count * sizeof *copy);
    buffer_release(context, &room);
    return copy;
}

/* Kernels of the sum: which, how many, and their epsilons. */
static int gaussian;
static size_t lengths;
static const double epsilons[] = {0.3, 1.0, 0.1}, wide[] = {1.2, 4.0, 0.8}; /* wide: for Gaussians */

/* Potential and -grad at a point, of the sum of kernels. */
static reference sum_kernels(const charges *all, const float *at, size_t without_model, double *fields, double *sizes)
{
    reference sum = {0};
    double field[DIMENSION_MOST_HERE], size[DIMENSION_MOST_HERE];
    memset(fields, 0, all->dimension * sizeof *fields);
    memset(sizes, 0, all->dimension * sizeof *sizes);
    for (size_t i = 0; i < lengths; i++) {
        charges one = *all;
        one.epsilon = gaussian ? wide[i] : epsilons[i];
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
    double pull[DIMENSION_MOST_HERE], pulls[DIMENSION_MOST_HERE];
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
    float *model = copy_of(&trainer->arrays.model, charges_model * dimension);
    float *target = copy_of(&trainer->arrays.target.array, trainer_charges_target(trainer) * dimension);
    float *slope = copy_of(&trainer->arrays.slope, BATCH * dimension);
    float *potential = copy_of(&trainer->arrays.at_model, BATCH);
    const charges all = {.dimension = dimension,
                         .n_model = charges_model,
                         .n_target = trainer_charges_target(trainer),
                         .model = model,
                         .target = target,
                         .exponent = exponent};
    double direction[DIMENSION_MOST_HERE], size[DIMENSION_MOST_HERE];
    for (size_t i = 0; i < BATCH; i++) {
        expect(&all, i, field, self_terms, direction, size);
        for (size_t k = 0; k < dimension; k++)
            ck_close(slope[i * dimension + k], -scale / BATCH * direction[k], 1e-5, scale / BATCH * size[k]);
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
    float *slope = copy_of(&trainer->arrays.slope, BATCH * dimension), found[DIMENSION_MOST_HERE];
    ck_ok(context, coulomb_network_read_gradient(generator, "dense1.bias", found, dimension));
    for (size_t k = 0; k < dimension; k++) {
        double sum = 0.0, size = 0.0;
        for (size_t i = 0; i < BATCH; i++) {
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
    size_t dimension = _i & 1 ? DIMENSION_MOST_HERE : 2, extra = _i & 2 ? 13 : 0;
    int32_t field = _i & 4 ? COULOMB_FIELD_DRIFT : COULOMB_FIELD_POTENTIAL, self_terms = _i & 8 ? 0 : 1;
    double exponent = _i & 2 ? 2.5 : 1.0, scale = 1.5;
    lengths = _i & 16 ? 3 : 1;
    gaussian = _i & 32 ? 1 : 0;
    unmake();
    make(_i & 1 ? "input[6] dense(40)" : "input[6] dense(2)");
    ck_ok(context, coulomb_trainer_set_field(trainer, field));
    ck_ok(context, coulomb_trainer_set_self_terms(trainer, self_terms));
    ck_ok(context, coulomb_trainer_set_exponent(trainer, exponent));
    ck_ok(context, coulomb_trainer_set_epsilons(trainer, gaussian ? wide : epsilons, lengths));
    if (gaussian)
        ck_ok(context, coulomb_trainer_set_kernel(trainer, COULOMB_KERNEL_GAUSSIAN));
    ck_ok(context, coulomb_trainer_set_potential_scale(trainer, scale));
    if (extra > 0) {
        ck_ok(context, coulomb_trainer_set_charges(trainer, BATCH + extra, BATCH + 30));
        ck_ok(context, coulomb_trainer_set_replay(trainer, 1));
        ck_ok(context, coulomb_trainer_set_shards(trainer, 4));
    }
    for (uint64_t update = 1; update <= 3; update++) {
        ck_ok(context, coulomb_trainer_step(trainer));
        size_t replayed = extra > 0 && update > 1 ? BATCH : 0;
        ck_slopes(dimension, BATCH + extra + replayed, exponent, scale, field, self_terms);
        ck_bias_gradient(dimension);
    }
}
END_TEST

/* Potentials that a discriminator learns, at samples of all three kinds. */
START_TEST(a_discriminator_learns_the_sum_of_kernels)
{
    coulomb_trainer *with;
    coulomb_network *discriminator = parse("input[2] dense(1)", 2);
    ck_ok(context, coulomb_trainer_new(context, generator, discriminator, &with));
    ck_ok(context, coulomb_trainer_set_batch(with, BATCH));
    ck_ok(context, coulomb_trainer_set_data_array(with, samples, SAMPLES, 1));
    ck_ok(context, coulomb_trainer_set_epsilons(with, _i == 1 ? wide : epsilons, lengths = 2));
    gaussian = _i;
    if (gaussian)
        ck_ok(context, coulomb_trainer_set_kernel(with, COULOMB_KERNEL_GAUSSIAN));
    ck_ok(context, coulomb_trainer_set_replay(with, 1));
    ck_ok(context, coulomb_trainer_step(with));
    float *previous = copy_of(&with->arrays.model, BATCH * 2);
    ck_ok(context, coulomb_trainer_step(with));
    const device_array *potentials[] = {&with->arrays.at_model, &with->arrays.at_target, &with->arrays.at_previous};
    float *model = copy_of(&with->arrays.model, BATCH * 2), *target = copy_of(&with->arrays.target.array, BATCH * 2);
    const charges all = {
        .dimension = 2, .n_model = BATCH, .n_target = BATCH, .model = model, .target = target, .exponent = 1.0};
    for (size_t set = 0; set < 3; set++) {
        const float *at = set == 0 ? model : set == 1 ? target : previous;
        float *found = copy_of(potentials[set], BATCH);
        double field[2], sizes[2];
        for (size_t i = 0; i < BATCH; i++) {
            reference there = sum_kernels(&all, at + 2 * i, no_sample, field, sizes);
            ck_close(found[i], there.value, 2e-6, there.size);
        }
        free(found);
    }
    free(previous);
    free(model);
    free(target);
    coulomb_trainer_free(with);
    coulomb_network_free(discriminator);
}
END_TEST

START_TEST(epsilons_are_a_setting)
{
    double found[COULOMB_EPSILONS_MAX], value;
    const double wrong[] = {1.0, 0.0}, many[COULOMB_EPSILONS_MAX + 1] = {1.0};
    size_t count = 7;
    ck_ok(context, coulomb_trainer_set_epsilons(trainer, epsilons, 3));
    ck_fails(context, coulomb_trainer_set_epsilons(trainer, wrong, 2), COULOMB_ERROR_ARGUMENT, "epsilons[1] is 0");
    ck_fails(context, coulomb_trainer_set_epsilons(trainer, wrong, 0), COULOMB_ERROR_ARGUMENT, "count is 0");
    ck_fails(context, coulomb_trainer_set_epsilons(trainer, many, COULOMB_EPSILONS_MAX + 1), COULOMB_ERROR_ARGUMENT,
             "count is 9");
    ck_fails(context, coulomb_trainer_set_epsilons(trainer, NULL, 1), COULOMB_ERROR_ARGUMENT, "epsilons is NULL");
    ck_fails(context, coulomb_trainer_get_epsilons(trainer, NULL, 2, &count), COULOMB_ERROR_ARGUMENT, "is NULL");
    ck_fails(context, coulomb_trainer_get_epsilons(trainer, found, 3, NULL), COULOMB_ERROR_ARGUMENT, "is NULL");
    ck_assert_uint_eq(count, 7);
    ck_fails(context, coulomb_trainer_get_epsilons(trainer, found, 2, &count), COULOMB_ERROR_ARGUMENT, "capacity is 2");
    ck_assert_uint_eq(count, 3);
    ck_ok(context, coulomb_trainer_get_epsilons(trainer, found, 3, &count));
    ck_assert_uint_eq(count, 3);
    ck_assert_mem_eq(found, epsilons, sizeof epsilons);
    ck_ok(context, coulomb_trainer_get_epsilon(trainer, &value));
    ck_assert_double_eq(value, epsilons[0]);
    ck_ok(context, coulomb_trainer_set_epsilon(trainer, 2.0));
    ck_ok(context, coulomb_trainer_get_epsilons(trainer, found, 1, &count));
    ck_assert_uint_eq(count, 1);
    ck_assert_double_eq(found[0], 2.0);
}
END_TEST

/* A device that recorded an update records another. */
START_TEST(kernels_change_between_updates)
{
    double energy[4];
    for (size_t i = 0; i < 4; i++) {
        ck_ok(context, coulomb_trainer_step(trainer));
        ck_ok(context, coulomb_trainer_statistic(trainer, COULOMB_STATISTIC_ENERGY, &energy[i]));
        if (i == 0)
            ck_ok(context, coulomb_trainer_set_kernel(trainer, COULOMB_KERNEL_GAUSSIAN));
        if (i == 1)
            ck_ok(context, coulomb_trainer_set_epsilons(trainer, wide, 3));
    }
    ck_assert_double_gt(energy[2], 1.5 * energy[1]); /* three kernels add up */
    ck_assert_double_gt(energy[3], 1.5 * energy[1]);
}
END_TEST

/* Of what the update's charges were, a batch of the update before follows. */
START_TEST(replayed_samples_are_charges)
{
    ck_ok(context, coulomb_trainer_set_replay(trainer, 1));
    ck_ok(context, coulomb_trainer_set_charges(trainer, BATCH + 3, 0));
    ck_ok(context, coulomb_trainer_step(trainer));
    float *before = copy_of(&trainer->arrays.model, 2 * BATCH);
    ck_ok(context, coulomb_trainer_step(trainer));
    float *after = copy_of(&trainer->arrays.model, 2 * (2 * BATCH + 3));
    ck_assert_mem_eq(after + 2 * (BATCH + 3), before, 2 * BATCH * sizeof *before);
    ck_assert_mem_ne(after, before, 2 * BATCH * sizeof *before);
    free(before);
    free(after);
}
END_TEST

/* --- learning --- */

/* Two clouds with a quarter and three quarters of the samples. */
static coulomb_status draw_clouds(void *user, uint64_t update, size_t count, float *batch)
{
    (void)user;
    random_floats((unsigned)update, 2 * count, 0.3f, batch);
    for (size_t i = 0; i < count; i++)
        batch[2 * i] += i % 4 == 0 ? -2.0f : 2.0f;
    return COULOMB_OK;
}

START_TEST(a_mixture_is_learned)
{
    enum { COUNT = 2000 };
    static float drawn[2 * COUNT];
    coulomb_optimizer *optimizer;
    double first, energy;
    size_t left = 0, near = 0;
    unmake();
    make("input[5] dense(32) elu dense(32) elu dense(2)");
    ck_ok(context, coulomb_network_set_latent_signs(generator, 2));
    ck_ok(context, coulomb_trainer_set_data(trainer, draw_clouds, NULL, NULL));
    ck_ok(context, coulomb_trainer_set_field(trainer, _i == 0 ? COULOMB_FIELD_POTENTIAL : COULOMB_FIELD_DRIFT));
    ck_ok(context, coulomb_trainer_set_batch(trainer, 64));
    ck_ok(context, coulomb_trainer_set_averaging(trainer, 0.99));
    ck_ok(context, coulomb_trainer_optimizer(trainer, COULOMB_GENERATOR, &optimizer));
    ck_ok(context, coulomb_optimizer_set_learning_rate(optimizer, 3e-3));
    ck_ok(context, coulomb_trainer_step(trainer));
    ck_ok(context, coulomb_trainer_statistic(trainer, COULOMB_STATISTIC_ENERGY, &first));
    ck_ok(context, coulomb_trainer_run(trainer, 2000, NULL, NULL));
    ck_ok(context, coulomb_trainer_statistic(trainer, COULOMB_STATISTIC_ENERGY, &energy));
    ck_assert_double_lt(energy, first / 20.0);
    coulomb_network *average;
    ck_ok(context, coulomb_trainer_average(trainer, &average));
    ck_ok(context, coulomb_network_generate(average, COUNT, drawn));
    for (size_t i = 0; i < COUNT; i++) {
        left += drawn[2 * i] < 0.0f;
        near += fabsf(fabsf(drawn[2 * i]) - 2.0f) < 0.6f && fabsf(drawn[2 * i + 1]) < 0.6f;
    }
    ck_assert_double_eq_tol((double)left / COUNT, 0.25, 0.05);
    ck_assert_double_gt((double)near / COUNT, 0.9);
}
END_TEST

/* --- what there is not --- */

START_TEST(what_needs_a_discriminator_is_refused)
{
    const char *none = "the trainer has no discriminator";
    coulomb_network *network;
    coulomb_optimizer *optimizer;
    int32_t loss;
    double value;
    ck_ok(context, coulomb_trainer_step(trainer));
    ck_fails(context, coulomb_trainer_set_loss(trainer, COULOMB_LOSS_L1), COULOMB_ERROR_STATE, none);
    ck_fails(context, coulomb_trainer_get_loss(trainer, &loss), COULOMB_ERROR_STATE, none);
    ck_fails(context, coulomb_trainer_set_smoothing(trainer, 0.1), COULOMB_ERROR_STATE, none);
    ck_fails(context, coulomb_trainer_get_smoothing(trainer, &value), COULOMB_ERROR_STATE, none);
    ck_fails(context, coulomb_trainer_network(trainer, COULOMB_DISCRIMINATOR, &network), COULOMB_ERROR_STATE, none);
    ck_fails(context, coulomb_trainer_optimizer(trainer, COULOMB_DISCRIMINATOR, &optimizer), COULOMB_ERROR_STATE, none);
    for (int32_t i = 1; i < STATISTICS; i++) {
        bool refused = i == COULOMB_STATISTIC_LOSS_DISCRIMINATOR || i == COULOMB_STATISTIC_LOSS_GENERATOR ||
                       i == COULOMB_STATISTIC_GRADIENT_DISCRIMINATOR ||
                       i == COULOMB_STATISTIC_LEARNING_RATE_DISCRIMINATOR;
        if (refused)
            ck_fails(context, coulomb_trainer_statistic(trainer, i, &value), COULOMB_ERROR_STATE, none);
        else
            ck_ok(context, coulomb_trainer_statistic(trainer, i, &value));
    }
    ck_ok(context, coulomb_trainer_network(trainer, COULOMB_GENERATOR, &network));
    ck_assert_ptr_eq(network, generator);
}
END_TEST

START_TEST(the_field_is_a_setting_without_discriminator)
{
    int32_t field = 0;
    ck_ok(context, coulomb_trainer_get_field(trainer, &field));
    ck_assert_int_eq(field, COULOMB_FIELD_POTENTIAL);
    ck_ok(context, coulomb_trainer_set_field(trainer, COULOMB_FIELD_DRIFT));
    ck_ok(context, coulomb_trainer_get_field(trainer, &field));
    ck_assert_int_eq(field, COULOMB_FIELD_DRIFT);
    ck_fails(context, coulomb_trainer_set_field(trainer, 3), COULOMB_ERROR_ARGUMENT, "field is 3");
    ck_fails(context, coulomb_trainer_get_field(trainer, NULL), COULOMB_ERROR_ARGUMENT, "field is NULL");
    ck_assert_int_eq(coulomb_trainer_set_field(NULL, 1), COULOMB_ERROR_ARGUMENT);
    ck_assert_int_eq(coulomb_trainer_get_field(NULL, &field), COULOMB_ERROR_ARGUMENT);
    coulomb_network *discriminator = parse("input[2] dense(1)", 2);
    coulomb_trainer *with;
    ck_ok(context, coulomb_trainer_new(context, generator, discriminator, &with));
    ck_fails(context, coulomb_trainer_set_field(with, 1), COULOMB_ERROR_STATE, "has a discriminator");
    ck_fails(context, coulomb_trainer_get_field(with, &field), COULOMB_ERROR_STATE, "has a discriminator");
    coulomb_trainer_free(with);
    coulomb_network_free(discriminator);
}
END_TEST

/* Nothing moves in an update that fails. */
static void ck_unchanged_by(coulomb_status expected, const char *part)
{
    uint64_t update;
    float before[32], after[32];
    ck_ok(context, coulomb_network_read_parameter(generator, "dense2.weight", before, 32));
    ck_fails(context, coulomb_trainer_step(trainer), expected, part);
    ck_ok(context, coulomb_network_read_parameter(generator, "dense2.weight", after, 32));
    ck_assert_mem_eq(after, before, sizeof before);
    ck_ok(context, coulomb_trainer_update(trainer, &update));
    ck_assert_uint_eq(update, 0);
}

START_TEST(a_failed_update_says_why)
{
    const float far = 1e30f, bias = 0.0f;
    ck_ok(context, coulomb_trainer_set_field(trainer, COULOMB_FIELD_DRIFT));
    ck_ok(context, coulomb_trainer_set_batch(trainer, 1));
    ck_unchanged_by(COULOMB_ERROR_ARGUMENT, "n_model is 1");
    ck_ok(context, coulomb_trainer_set_batch(trainer, BATCH));
    samples[0] = NAN;
    ck_ok(context, coulomb_trainer_set_charges(trainer, 0, SAMPLES));
    ck_unchanged_by(COULOMB_ERROR_NOT_FINITE, "of target sample");
    samples[0] = 0.0f;
    ck_ok(context, coulomb_trainer_set_exponent(trainer, 3.0)); /* the potential falls out of float32's range */
    ck_ok(context, coulomb_network_write_parameter(generator, "dense2.bias", (const float[]){far, bias}, 2));
    ck_unchanged_by(COULOMB_ERROR_NOT_FINITE, "the drift at model sample 0");
}
END_TEST

/* --- promises of every trainer --- */

static void set_options(int set)
{
    ck_ok(context, coulomb_trainer_set_field(trainer, set & 1 ? COULOMB_FIELD_DRIFT : COULOMB_FIELD_POTENTIAL));
    if (set >= 4)
        ck_ok(context, coulomb_trainer_set_kernel(trainer, COULOMB_KERNEL_GAUSSIAN));
    if (set < 2)
        return;
    ck_ok(context, coulomb_trainer_set_replay(trainer, 1));
    ck_ok(context, coulomb_trainer_set_averaging(trainer, 0.9));
    ck_ok(context, coulomb_trainer_set_charges(trainer, BATCH + 11, 200));
    ck_ok(context, coulomb_trainer_set_shards(trainer, 3));
    ck_ok(context, coulomb_trainer_set_self_terms(trainer, 0));
    ck_ok(context, coulomb_trainer_set_epsilons(trainer, set >= 4 ? wide : epsilons, 3));
}

static char *checkpoint(size_t *bytes)
{
    enum { MOST = 1 << 17 };
    char path[] = "/tmp/coulomb-field-XXXXXX", *content = malloc(MOST);
    close(mkstemp(path));
    ck_ok(context, coulomb_trainer_save(trainer, path));
    FILE *file = fopen(path, "rb");
    *bytes = fread(content, 1, MOST, file);
    ck_assert(feof(file));
    fclose(file);
    unlink(path);
    return content;
}

/* After four updates, of which another trainer does the last two if there is a path. */
static char *trained(int set, size_t threads, const char *path, size_t *bytes)
{
    static const char text[] = "input[5] dense(16) batch_norm(0.001 0.9 scale) elu dense(2)";
    unmake();
    make(text);
    set_options(set);
    ck_ok(context, coulomb_context_set_threads(context, threads));
    ck_ok(context, coulomb_trainer_run(trainer, 2, NULL, NULL));
    if (path != NULL) {
        ck_ok(context, coulomb_trainer_save(trainer, path));
        unmake();
        make(text);
        set_options(set);
        ck_ok(context, coulomb_trainer_load(trainer, path));
    }
    ck_ok(context, coulomb_trainer_run(trainer, 4, NULL, NULL));
    return checkpoint(bytes);
}

START_TEST(neither_threads_nor_interruptions_show)
{
    char path[] = "/tmp/coulomb-field-XXXXXX";
    size_t bytes, again;
    close(mkstemp(path));
    char *expected = trained(_i, 1, NULL, &bytes), *found = trained(_i, 3, NULL, &again);
    ck_assert_uint_eq(again, bytes);
    ck_assert_mem_eq(found, expected, bytes);
    free(found);
    found = trained(_i, 2, path, &again);
    ck_assert_uint_eq(again, bytes);
    ck_assert_mem_eq(found, expected, bytes);
    free(found);
    free(expected);
    unlink(path);
}
END_TEST

START_TEST(checkpoints_tell_trainers_apart)
{
    char path[] = "/tmp/coulomb-field-XXXXXX";
    close(mkstemp(path));
    ck_ok(context, coulomb_trainer_save(trainer, path));
    ck_ok(context, coulomb_trainer_set_field(trainer, COULOMB_FIELD_DRIFT));
    ck_fails(context, coulomb_trainer_load(trainer, path), COULOMB_ERROR_MISMATCH, "generator_follows");
    coulomb_network *discriminator = parse("input[2] dense(1)", 2), *opened;
    coulomb_trainer *with;
    ck_ok(context, coulomb_trainer_new(context, generator, discriminator, &with));
    ck_ok(context, coulomb_trainer_set_batch(with, BATCH));
    ck_fails(context, coulomb_trainer_load(with, path), COULOMB_ERROR_MISMATCH, "discriminator");
    ck_fails(context, coulomb_network_open(context, path, COULOMB_PART_DISCRIMINATOR, &opened), COULOMB_ERROR_MISMATCH,
             "no discriminator");
    ck_ok(context, coulomb_trainer_save(with, path));
    ck_fails(context, coulomb_trainer_load(trainer, path), COULOMB_ERROR_MISMATCH, "discriminator");
    ck_ok(context, coulomb_trainer_save(trainer, path));
    ck_ok(context, coulomb_trainer_set_epsilons(trainer, (const double[]){1.0, 0.5}, 2));
    ck_fails(context, coulomb_trainer_load(trainer, path), COULOMB_ERROR_MISMATCH, "epsilon.further");
    coulomb_trainer_free(with);
    coulomb_network_free(discriminator);
    unlink(path);
}
END_TEST

/* --- memory --- */

static ledger book;

/* Parameters, their gradients and moments, and the samples' order are there before the first update. */
START_TEST(memory_is_known_and_allocated_once)
{
    size_t told, again, parameters;
    teardown();
    context_with_ledger(&book, &context);
    make("input[5] dense(16) elu dense(2)");
    set_options(_i);
    ck_ok(context, coulomb_trainer_memory(trainer, &told));
    ck_ok(context, coulomb_network_memory(generator, COULOMB_MEMORY_PARAMETERS, 1, &parameters));
    told -= parameters + 2 * sizeof(float) * generator->graph.parameter_values + SAMPLES * sizeof(size_t);
    if (trainer->average != NULL) {
        ck_ok(context, coulomb_network_memory(trainer->average, COULOMB_MEMORY_PARAMETERS, 1, &parameters));
        told -= parameters;
    }
    size_t before = ledger_bytes(&book, context);
    ck_ok(context, coulomb_trainer_step(trainer));
    ck_assert_uint_eq(ledger_bytes(&book, context) - before, told);
    size_t calls = book.calls;
    ck_ok(context, coulomb_trainer_run(trainer, 5, NULL, NULL));
    ck_assert_uint_eq(book.calls, calls);
    ck_ok(context, coulomb_trainer_set_batch(trainer, 3)); /* what was reserved stays */
    ck_ok(context, coulomb_trainer_memory(trainer, &told));
    ck_ok(context, coulomb_trainer_set_batch(trainer, BATCH));
    ck_ok(context, coulomb_trainer_memory(trainer, &again));
    ck_assert_uint_eq(again, told);
}
END_TEST

Suite *suite_trainer_field(void)
{
    Suite *suite = suite_create("trainer_field");
    TCase *test = tcase_create("trainer_field");
    tcase_set_timeout(test, 120.0);
    tcase_add_checked_fixture(test, setup, teardown);
    tcase_add_loop_test(test, gradients_are_the_exact_field, 0, 64);
    tcase_add_loop_test(test, a_discriminator_learns_the_sum_of_kernels, 0, 2);
    tcase_add_test(test, epsilons_are_a_setting);
    tcase_add_test(test, kernels_change_between_updates);
    tcase_add_test(test, replayed_samples_are_charges);
    tcase_add_loop_test(test, a_mixture_is_learned, 0, 2);
    tcase_add_test(test, what_needs_a_discriminator_is_refused);
    tcase_add_test(test, the_field_is_a_setting_without_discriminator);
    tcase_add_test(test, a_failed_update_says_why);
    tcase_add_loop_test(test, neither_threads_nor_interruptions_show, 0, 6);
    tcase_add_test(test, checkpoints_tell_trainers_apart);
    tcase_add_loop_test(test, memory_is_known_and_allocated_once, 0, 6);
    suite_add_tcase(suite, test);
    return suite;
}
