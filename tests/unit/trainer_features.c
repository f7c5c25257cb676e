/* Distances between features: what the kernel sees, and gradients that go back through the features, against loops in
 * float64; with a discriminator and without; what is refused; and the promises of every trainer. */
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

enum { BATCH = 24, SAMPLES = 101, HIDDEN = 8, FEATURES_MOST = 40 };

static coulomb_context *context;
static coulomb_network *generator, *discriminator, *features;
static coulomb_trainer *trainer;
static float samples[SAMPLES * 2];

static coulomb_network *parse(const char *text, uint64_t seed)
{
    coulomb_network *made;
    ck_ok(context, network_parse(context, text, NULL, 0, &made));
    ck_ok(context, coulomb_network_finish(made, (int32_t)made->graph.nodes - 1, seed));
    return made;
}

/* Running averages that are not what they start as. */
static void set_averages(void)
{
    float mean[HIDDEN], variance[HIDDEN];
    for (size_t k = 0; k < HIDDEN; k++) {
        mean[k] = 0.1f * (float)k - 0.3f;
        variance[k] = 0.5f + 0.1f * (float)k;
    }
    ck_ok(context, coulomb_network_write_parameter(features, "norm1.mean", mean, HIDDEN));
    ck_ok(context, coulomb_network_write_parameter(features, "norm1.variance", variance, HIDDEN));
    ck_ok(context, coulomb_network_set_running_averages(features, 1));
}

static void make(const char *text, bool adversarial)
{
    generator = parse("input[6] dense(16) elu dense(2)", 1);
    discriminator = adversarial ? parse("input[2] dense(16) elu dense(1)", 2) : NULL;
    features = parse(text, 3);
    if (strstr(text, "batch_norm") != NULL)
        set_averages();
    ck_ok(context, coulomb_trainer_new(context, generator, discriminator, &trainer));
    ck_ok(context, coulomb_trainer_set_batch(trainer, BATCH));
    random_floats(1, SAMPLES * 2, 1.0f, samples);
    ck_ok(context, coulomb_trainer_set_data_array(trainer, samples, SAMPLES, 1));
    ck_ok(context, coulomb_trainer_set_features(trainer, features));
}

static const char usual[] = "input[2] dense(8) elu dense(3)";

static void unmake(void)
{
    coulomb_trainer_free(trainer);
    coulomb_network_free(generator);
    coulomb_network_free(discriminator);
    coulomb_network_free(features);
}

static void setup(void)
{
    ck_assert_int_eq(new_context(&context), COULOMB_OK);
    make(usual, false);
}

static void teardown(void)
{
    unmake();
    coulomb_context_free(context);
}

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

/* --- what the kernel sees --- */

/* The samples' features are those of the network by itself, to the bit. */
static void ck_features(const device_array *of, const device_array *points, size_t count)
{
    size_t size = network_output_size(features);
    float *found = copy_of(of, count * size), *at = copy_of(points, count * 2), *expected = calloc(count, size * 4);
    ck_ok(context, coulomb_network_evaluate(features, count, at, expected));
    ck_assert_mem_eq(found, expected, count * size * sizeof *found);
    free(found);
    free(at);
    free(expected);
}

static void set_options(int set)
{
    if (set & 1)
        ck_ok(context, coulomb_trainer_set_shards(trainer, 4));
    if (set & 2) {
        ck_ok(context, coulomb_trainer_set_charges(trainer, BATCH + 13, BATCH + 30));
        ck_ok(context, coulomb_trainer_set_replay(trainer, 1));
    }
}

START_TEST(the_kernel_sees_features)
{
    bool adversarial = _i & 4, smooths = adversarial && _i & 8;
    unmake();
    make(_i & 16 ? "input[2] dense(8) batch_norm(0.001 0.9 scale) elu dense(3)" : usual, adversarial);
    set_options(_i);
    if (smooths)
        ck_ok(context, coulomb_trainer_set_smoothing(trainer, 0.2));
    for (int update = 1; update <= 2; update++) {
        ck_ok(context, coulomb_trainer_step(trainer));
        size_t replayed = _i & 2 && update > 1 && !adversarial ? BATCH : 0;
        ck_features(&trainer->arrays.model_features, &trainer->arrays.model, trainer_charges_model(trainer) + replayed);
        ck_features(&trainer->arrays.target_features, &trainer->arrays.target.array, trainer_charges_target(trainer));
        if (smooths)
            ck_features(&trainer->arrays.near_features, &trainer->arrays.noisy, (_i & 2 && update > 1 ? 3 : 2) * BATCH);
    }
}
END_TEST

static charges charges_of_update(size_t replayed)
{
    size_t size = network_output_size(features), n = trainer_charges_model(trainer) + replayed;
    return (charges){.dimension = size,
                     .n_model = n,
                     .n_target = trainer_charges_target(trainer),
                     .model = copy_of(&trainer->arrays.model_features, n * size),
                     .target = copy_of(&trainer->arrays.target_features, trainer_charges_target(trainer) * size),
                     .exponent = 1.0,
                     .epsilon = 1.0};
}

static void ck_potential(const charges *all, const device_array *potential, const float *at)
{
    float *found = copy_of(potential, BATCH);
    for (size_t i = 0; i < BATCH; i++) {
        reference there = reference_potential(all, at + i * all->dimension, no_sample, no_sample, NULL, NULL);
        ck_close(found[i], there.value, 2e-6, there.size);
    }
    free(found);
}

/* At samples of all three kinds, or near them. */
START_TEST(a_discriminator_learns_the_potential_of_features)
{
    unmake();
    make(usual, true);
    set_options(_i);
    ck_ok(context, coulomb_trainer_set_replay(trainer, 1));
    if (_i & 4)
        ck_ok(context, coulomb_trainer_set_smoothing(trainer, 0.2));
    ck_ok(context, coulomb_trainer_step(trainer));
    float *previous = copy_of(&trainer->arrays.model_features, BATCH * 3);
    ck_ok(context, coulomb_trainer_step(trainer));
    charges all = charges_of_update(0);
    float *near = copy_of(&trainer->arrays.near_features, (_i & 4 ? 3 : 1) * BATCH * 3);
    ck_potential(&all, &trainer->arrays.at_model, _i & 4 ? near : all.model);
    ck_potential(&all, &trainer->arrays.at_target, _i & 4 ? near + BATCH * 3 : all.target);
    ck_potential(&all, &trainer->arrays.at_previous, _i & 4 ? near + 2 * BATCH * 3 : previous);
    free(previous);
    free(near);
    charges_free(&all);
}
END_TEST

/* --- gradients --- */

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
    float *slope = copy_of(&trainer->arrays.slope, (size_t)BATCH * 2),
          *model = copy_of(&trainer->arrays.model, (size_t)BATCH * 2);
    double direction[FEATURES_MOST], sizes[FEATURES_MOST], expected[2], size[2];
    for (size_t i = 0; i < BATCH; i++) {
        expect(all, i, field, direction, sizes);
        go_back(&net, all->dimension, model + 2 * i, direction, sizes, expected, size);
        for (size_t k = 0; k < 2; k++)
            ck_close(slope[2 * i + k], -scale / BATCH * expected[k], 1e-5, scale / BATCH * size[k]);
    }
    free(slope);
    free(model);
}

START_TEST(the_field_goes_back_through_the_features)
{
    static const double wide[] = {2.0, 0.7};
    int32_t field = _i & 4 ? COULOMB_FIELD_DRIFT : COULOMB_FIELD_POTENTIAL;
    unmake();
    make(_i & 8 ? "input[2] dense(8) elu dense(40)" : usual, false);
    set_options(_i);
    ck_ok(context, coulomb_trainer_set_field(trainer, field));
    ck_ok(context, coulomb_trainer_set_potential_scale(trainer, 1.5));
    if (_i & 16) {
        ck_ok(context, coulomb_trainer_set_kernel(trainer, COULOMB_KERNEL_GAUSSIAN));
        ck_ok(context, coulomb_trainer_set_epsilons(trainer, (const double[]){1.0, wide[0], wide[1]}, 3));
    }
    for (uint64_t update = 1; update <= 2; update++) {
        ck_ok(context, coulomb_trainer_step(trainer));
        charges all = charges_of_update(_i & 2 && update > 1 ? BATCH : 0);
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
    ck_ok(context, coulomb_trainer_set_charges(trainer, 0, SAMPLES));
    ck_ok(context, coulomb_network_write_parameter(generator, "dense2.bias", (const float[]){3.0f, -2.0f}, 2));
    ck_ok(context, coulomb_trainer_step(trainer));
    ck_ok(context, coulomb_trainer_statistic(trainer, COULOMB_STATISTIC_ENERGY, &first));
    ck_ok(context, coulomb_trainer_run(trainer, 800, NULL, NULL));
    ck_ok(context, coulomb_trainer_statistic(trainer, COULOMB_STATISTIC_ENERGY, &last));
    ck_assert_double_lt(last, first / 10.0);
}
END_TEST

/* --- the setting --- */

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
    ck_ok(context, network_parse(context, usual, NULL, 0, &unfinished));
    ck_refused(unfinished, COULOMB_ERROR_STATE, "not finished");
    ck_refused(parse("input[3] dense(2)", 1), COULOMB_ERROR_SHAPE, "has shape [2], the input of features [3]");
    ck_refused(parse("input[2] dense(8) batch_norm(0.001 0.9) dense(2)", 1), COULOMB_ERROR_STATE,
               "coulomb_network_set_running_averages");
    ck_ok(context, network_copy(features, &inference));
    ck_refused(inference, COULOMB_ERROR_STATE, "inference-only");
    ck_fails(context, coulomb_trainer_set_features(trainer, generator), COULOMB_ERROR_ARGUMENT, "trains");
    ck_assert_int_eq(new_context(&other), COULOMB_OK);
    coulomb_network *foreign;
    ck_ok(other, network_parse(other, usual, NULL, 0, &foreign));
    ck_ok(other, coulomb_network_finish(foreign, (int32_t)foreign->graph.nodes - 1, 1));
    ck_refused(foreign, COULOMB_ERROR_ARGUMENT, "another context");
    coulomb_context_free(other);
}
END_TEST

/* What can change after the setting, too. */
START_TEST(batch_norm_by_the_batch_stops_an_update)
{
    unmake();
    make("input[2] dense(8) batch_norm(0.001 0.9 scale) elu dense(3)", false);
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

/* --- promises of every trainer --- */

static void set_all(int set)
{
    set_options(set & 3);
    ck_ok(context, coulomb_trainer_set_averaging(trainer, 0.9));
    if (set & 8)
        ck_ok(context, coulomb_trainer_set_kernel(trainer, COULOMB_KERNEL_GAUSSIAN));
    if (set & 4)
        ck_ok(context, coulomb_trainer_set_smoothing(trainer, 0.1));
}

static char *checkpoint(size_t *bytes)
{
    enum { MOST = 1 << 17 };
    char path[] = "/tmp/coulomb-features-XXXXXX", *content = malloc(MOST);
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
    unmake();
    make(usual, set & 4);
    set_all(set);
    ck_ok(context, coulomb_context_set_threads(context, threads));
    ck_ok(context, coulomb_trainer_run(trainer, 2, NULL, NULL));
    if (path != NULL) {
        ck_ok(context, coulomb_trainer_save(trainer, path));
        unmake();
        make(usual, set & 4);
        set_all(set);
        ck_ok(context, coulomb_trainer_load(trainer, path));
    }
    ck_ok(context, coulomb_trainer_run(trainer, 4, NULL, NULL));
    return checkpoint(bytes);
}

START_TEST(neither_threads_nor_interruptions_show)
{
    char path[] = "/tmp/coulomb-features-XXXXXX";
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

START_TEST(a_checkpoint_knows_its_features)
{
    char path[] = "/tmp/coulomb-features-XXXXXX";
    coulomb_network *same = parse(usual, 3), *other = parse(usual, 4);
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
    teardown();
    context_with_ledger(&book, &context);
    make(usual, _i & 4);
    set_all(_i);
    ck_ok(context, coulomb_trainer_memory(trainer, &told));
    told -= standing(generator, true) + standing(features, false) + standing(trainer->average, false) +
            SAMPLES * sizeof(size_t);
    if (discriminator != NULL)
        told -= standing(discriminator, true);
    size_t before = ledger_bytes(&book, context);
    ck_ok(context, coulomb_trainer_step(trainer));
    ck_assert_uint_eq(ledger_bytes(&book, context) - before, told);
    size_t calls = book.calls;
    ck_ok(context, coulomb_trainer_run(trainer, 5, NULL, NULL));
    ck_assert_uint_eq(book.calls, calls);
}
END_TEST

Suite *suite_trainer_features(void)
{
    Suite *suite = suite_create("trainer_features");
    TCase *test = tcase_create("trainer_features");
    tcase_set_timeout(test, 120.0);
    tcase_add_checked_fixture(test, setup, teardown);
    tcase_add_loop_test(test, the_kernel_sees_features, 0, 32);
    tcase_add_loop_test(test, a_discriminator_learns_the_potential_of_features, 0, 8);
    tcase_add_loop_test(test, the_field_goes_back_through_the_features, 0, 32);
    tcase_add_test(test, features_lead_to_the_target);
    tcase_add_test(test, features_come_and_go);
    tcase_add_test(test, unfit_networks_are_refused);
    tcase_add_test(test, batch_norm_by_the_batch_stops_an_update);
    tcase_add_loop_test(test, features_that_are_not_finite_are_named, 0, 2);
    tcase_add_loop_test(test, neither_threads_nor_interruptions_show, 0, 16);
    tcase_add_test(test, a_checkpoint_knows_its_features);
    tcase_add_loop_test(test, memory_is_known_and_allocated_once, 0, 16);
    suite_add_tcase(suite, test);
    return suite;
}
