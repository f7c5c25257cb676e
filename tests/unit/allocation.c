/* Memory as a contract: nothing is allocated in a step after the first, and an allocator that fails at any call gives
 * an error, a leak of nothing, and no crash. */
#include "unit/check_more.h"
#include "unit/contexts.h"
#include "unit/ledger.h"
#include "unit/suites.h"

#include <coulomb/coulomb.h>
#include <stdlib.h>
#include <unistd.h>

enum { VALUES = 4 * 4 * 2 };

static coulomb_status draw(void *user, uint64_t update, size_t count, float *batch)
{
    (void)user;
    random_floats((unsigned)update, VALUES * count, 3.0f, batch);
    return COULOMB_OK;
}

static coulomb_status draw_latents(void *user, uint64_t seed, uint64_t update, uint64_t first, size_t count,
                                   float *latent)
{
    (void)user;
    random_floats((unsigned)(seed + update + first), 8 * count, 1.0f, latent);
    return COULOMB_OK;
}

typedef struct handles {
    coulomb_context *context;
    coulomb_network *generator, *discriminator;
    coulomb_trainer *trainer;
    coulomb_schedule *schedule;
} handles;

static void release(handles *made)
{
    coulomb_trainer_free(made->trainer);
    coulomb_schedule_free(made->schedule);
    coulomb_network_free(made->generator);
    coulomb_network_free(made->discriminator);
    coulomb_context_free(made->context);
}

/* Layers with lists, and the noise that categories take, within an image of [4, 4, 4]. */
static coulomb_status add_list_layers(coulomb_network *network, int32_t *node)
{
    const size_t turned[] = {3, 2, 1, 0}, groups[] = {3, 1};
    int32_t sampled = 0;
    coulomb_status status = coulomb_network_select(network, *node, turned, 4, &sampled);
    if (status == COULOMB_OK)
        status = coulomb_network_categorical(network, sampled, *node, groups, 2, 0.5, &sampled);
    return status != COULOMB_OK ? status : coulomb_network_multiply(network, *node, sampled, node);
}

/* The layers for sequences and those of one constant, from an image of [4, 4, 4] to another one. */
static coulomb_status add_sequence_layers(coulomb_network *network, int32_t *node)
{
    const size_t sequence[] = {16, 4}, image[] = {4, 4, 4};
    const int32_t same = COULOMB_PADDING_SAME;
    coulomb_status status = coulomb_network_reshape(network, *node, sequence, 2, node);
    if (status == COULOMB_OK)
        status = coulomb_network_upsample1d(network, *node, 2, node);
    if (status == COULOMB_OK)
        status = coulomb_network_max_pool1d(network, *node, 2, 2, COULOMB_PADDING_VALID, NULL, node);
    if (status == COULOMB_OK)
        status = coulomb_network_conv1d_transposed(network, *node, 4, 3, 1, same, NULL, NULL, node);
    if (status == COULOMB_OK)
        status = coulomb_network_average_pool1d(network, *node, 3, 1, same, NULL, node);
    if (status == COULOMB_OK)
        status = coulomb_network_sigmoid(network, *node, node);
    if (status == COULOMB_OK)
        status = coulomb_network_shift(network, *node, -0.5, node);
    return status != COULOMB_OK ? status : coulomb_network_reshape(network, *node, image, 3, node);
}

/* Something of each family of layers: a latent to a small image. */
static coulomb_status build_generator(coulomb_context *context, coulomb_network **network)
{
    const size_t two[] = {2, 2}, three[] = {3, 3}, latent = 8, image[] = {2, 2, 2};
    int32_t node = 0, beside;
    coulomb_status status = coulomb_network_new(context, network);
    if (status == COULOMB_OK)
        status = coulomb_network_input(*network, &latent, 1, &node);
    if (status == COULOMB_OK)
        status = coulomb_network_reshape(*network, node, image, 3, &node);
    if (status == COULOMB_OK)
        status =
            coulomb_network_conv2d_transposed(*network, node, 3, three, two, COULOMB_PADDING_SAME, NULL, NULL, &beside);
    if (status == COULOMB_OK)
        status = coulomb_network_upsample2d(*network, node, two, &node);
    if (status == COULOMB_OK)
        status = coulomb_network_concatenate(*network, node, beside, &node);
    if (status == COULOMB_OK)
        status = coulomb_network_slice(*network, node, 1, 4, &node);
    if (status == COULOMB_OK)
        status = add_sequence_layers(*network, &node);
    if (status == COULOMB_OK)
        status = add_list_layers(*network, &node);
    if (status == COULOMB_OK)
        status = coulomb_network_batch_norm(*network, node, 1e-3, 0.99, 1, NULL, &node);
    if (status == COULOMB_OK)
        status = coulomb_network_conv2d(*network, node, 2, three, NULL, COULOMB_PADDING_SAME, NULL, NULL, &node);
    return status != COULOMB_OK ? status : coulomb_network_finish(*network, node, 1);
}

static coulomb_status train(ledger *book, handles *made)
{
    const size_t image[] = {4, 4, 2};
    coulomb_status status = new_context_with_allocator(ledger_allocate, ledger_release, book, &made->context);
    if (status == COULOMB_OK)
        status = coulomb_context_set_threads(made->context, 2);
    if (status == COULOMB_OK)
        status = build_generator(made->context, &made->generator);
    if (status == COULOMB_OK)
        status = coulomb_network_new_preset(made->context, "mlp-discriminator", image, 3, 0, 2, &made->discriminator);
    if (status == COULOMB_OK)
        status = coulomb_schedule_new_exponential(made->context, 0, 10, 0.1, &made->schedule);
    if (status == COULOMB_OK)
        status = coulomb_trainer_new(made->context, made->generator, made->discriminator, &made->trainer);
    if (status == COULOMB_OK)
        status = coulomb_trainer_set_batch(made->trainer, 16);
    if (status == COULOMB_OK)
        status = coulomb_trainer_set_charges(made->trainer, 40, 50);
    if (status == COULOMB_OK)
        status = coulomb_trainer_set_replay(made->trainer, 1);
    if (status == COULOMB_OK)
        status = coulomb_trainer_set_smoothing(made->trainer, 0.1);
    if (status == COULOMB_OK)
        status = coulomb_trainer_set_averaging(made->trainer, 0.9);
    if (status == COULOMB_OK)
        status = coulomb_trainer_set_epsilon_schedule(made->trainer, made->schedule);
    if (status == COULOMB_OK)
        status = coulomb_trainer_set_data(made->trainer, draw, NULL, NULL);
    if (status == COULOMB_OK)
        status = coulomb_trainer_run(made->trainer, 2, NULL, NULL);
    return status;
}

/* What the average generates, and files. */
static coulomb_status use(handles *made, const char *path)
{
    float samples[10 * VALUES];
    coulomb_network *average;
    coulomb_status status = coulomb_trainer_average(made->trainer, &average);
    if (status == COULOMB_OK)
        status = coulomb_network_generate(average, 10, samples);
    if (status == COULOMB_OK)
        status = coulomb_network_set_inference_only(average, 0);
    if (status == COULOMB_OK)
        status = coulomb_network_forward_evaluation(average, 4, samples, NULL);
    if (status == COULOMB_OK)
        status = coulomb_network_set_inference_only(average, 1);
    if (status == COULOMB_OK)
        status = coulomb_network_evaluate(average, 6, samples, samples + 2 * VALUES);
    if (status == COULOMB_OK)
        status = coulomb_network_set_latent_callback(average, draw_latents, NULL, NULL);
    if (status == COULOMB_OK)
        status = coulomb_trainer_save(made->trainer, path);
    if (status == COULOMB_OK)
        status = coulomb_trainer_load(made->trainer, path);
    if (status == COULOMB_OK)
        status = coulomb_network_save(made->generator, path);
    return status == COULOMB_OK ? coulomb_network_load_parameters(made->generator, path, COULOMB_PART_ONLY) : status;
}

/* A small life with everything in it: build, train, average, generate, save, load. The first failure ends it. */
static coulomb_status live(ledger *book, handles *made, const char *path)
{
    coulomb_status status = train(book, made);
    return status == COULOMB_OK ? use(made, path) : status;
}

static char path[] = "/tmp/coulomb-allocation-XXXXXX";

static void setup(void)
{
    ck_assert_int_ge(mkstemp(path), 0);
}

static void teardown(void)
{
    unlink(path);
}

START_TEST(every_failing_allocation_is_an_error_and_leaks_nothing)
{
    ledger book = {0};
    handles made = {0};
    coulomb_status status = live(&book, &made, path);
    ck_assert_msg(status == COULOMB_OK, "%s", coulomb_context_error(made.context));
    release(&made);
    ck_assert_uint_eq(book.blocks, 0);
    size_t calls = book.calls;
    ck_assert_uint_gt(calls, 30);
    for (size_t k = 1; k <= calls; k += device_is_slow() ? 7 : 1) {
        book = (ledger){.fail_at = k};
        made = (handles){0};
        status = live(&book, &made, path);
        ck_assert_msg(status == COULOMB_ERROR_MEMORY || (status == COULOMB_OK && device_has_own_memory()),
                      "call %zu of %zu: %s", k, calls, coulomb_status_name(status));
        release(&made);
        ck_assert_msg(book.blocks == 0, "call %zu of %zu: %zu blocks leaked", k, calls, book.blocks);
    }
}
END_TEST

/* Nodes that keep lists, so many that the array of nodes grows at one of them. */
static coulomb_status append_selections(ledger *book, handles *made)
{
    enum { NODES = 40 };
    const size_t two = 2, swapped[] = {1, 0};
    int32_t node;
    coulomb_status status = new_context_with_allocator(ledger_allocate, ledger_release, book, &made->context);
    if (status == COULOMB_OK)
        status = coulomb_network_new(made->context, &made->generator);
    if (status == COULOMB_OK)
        status = coulomb_network_input(made->generator, &two, 1, &node);
    for (int i = 0; status == COULOMB_OK && i < NODES; i++)
        status = coulomb_network_select(made->generator, node, swapped, 2, &node);
    return status;
}

START_TEST(the_callers_list_is_not_released)
{
    ledger book = {0};
    handles made = {0};
    ck_assert_int_eq(append_selections(&book, &made), COULOMB_OK);
    release(&made);
    size_t calls = book.calls;
    for (size_t k = 1; k <= calls; k++) {
        book = (ledger){.fail_at = k};
        made = (handles){0};
        ck_assert_int_eq(append_selections(&book, &made), COULOMB_ERROR_MEMORY);
        release(&made);
        ck_assert_uint_eq(book.blocks, 0);
    }
}
END_TEST

START_TEST(a_step_after_the_first_allocates_nothing)
{
    ledger book = {0};
    handles made = {0};
    ck_assert_int_eq(live(&book, &made, path), COULOMB_OK);
    size_t calls = book.calls;
    ck_ok(made.context, coulomb_trainer_run(made.trainer, 50, NULL, NULL));
    ck_assert_uint_eq(book.calls, calls);
    release(&made);
}
END_TEST

/* --- measures of finished samples --- */

enum { POINTS = 300, FEATURES = 4 };

typedef struct measures {
    coulomb_context *context;
    coulomb_ngrams *few, *many;
    coulomb_moments *first, *second;
    coulomb_plummer *plummer;
    coulomb_modes *modes;
} measures;

static void release_measures(measures *made)
{
    coulomb_ngrams_free(made->few);
    coulomb_ngrams_free(made->many);
    coulomb_moments_free(made->first);
    coulomb_moments_free(made->second);
    coulomb_plummer_free(made->plummer);
    coulomb_modes_free(made->modes);
    coulomb_context_free(made->context);
}

static coulomb_status give_points(void *user, size_t first, size_t count, float *points)
{
    memcpy(points, (const float *)user + first * FEATURES, count * FEATURES * sizeof *points);
    return COULOMB_OK;
}

/* Text long enough for the table to grow. */
static coulomb_status measure_text(measures *made, uint16_t *lines)
{
    double divergence;
    for (size_t i = 0; i < POINTS * 20; i++)
        lines[i] = (uint16_t)(i * i % 32749);
    coulomb_status status = coulomb_ngrams_new(made->context, 6, &made->few);
    if (status == COULOMB_OK)
        status = coulomb_ngrams_new(made->context, 6, &made->many);
    if (status == COULOMB_OK)
        status = coulomb_ngrams_add(made->few, lines, 1, 20);
    if (status == COULOMB_OK)
        status = coulomb_ngrams_add(made->many, lines, 1, 20);
    if (status != COULOMB_OK)
        return status;
    status = coulomb_ngrams_add(made->many, lines, POINTS, 20);
    if (status == COULOMB_ERROR_MEMORY) { /* some lines were counted, some not */
        ck_assert_int_eq(coulomb_ngrams_divergence(made->many, made->few, &divergence), COULOMB_ERROR_STATE);
        ck_assert_int_eq(coulomb_ngrams_add(made->many, lines, 1, 20), COULOMB_ERROR_STATE);
        ck_assert_uint_eq(coulomb_ngrams_total(made->many), 0);
    }
    return status == COULOMB_OK ? coulomb_ngrams_divergence(made->few, made->many, &divergence) : status;
}

static coulomb_status measure_points(measures *made, float *points)
{
    size_t indices[2 * POINTS];
    double distance, p_value, mean[FEATURES], covariance[FEATURES * FEATURES];
    coulomb_context *context = made->context;
    random_floats(1, POINTS * FEATURES, 1.0f, points);
    coulomb_status status = coulomb_moments_new(context, FEATURES, &made->first);
    if (status == COULOMB_OK)
        status = coulomb_moments_new(context, FEATURES, &made->second);
    if (status == COULOMB_OK)
        status = coulomb_moments_add_streamed(made->first, give_points, points, POINTS);
    if (status == COULOMB_OK)
        status = coulomb_moments_mean(made->first, mean);
    if (status == COULOMB_OK)
        status = coulomb_moments_covariance(made->first, covariance);
    if (status == COULOMB_OK)
        status = coulomb_moments_set(made->second, POINTS, mean, covariance);
    if (status == COULOMB_OK)
        status = coulomb_moments_distance(made->first, made->second, &distance);
    if (status == COULOMB_OK)
        status = coulomb_neighbours(context, FEATURES, points, POINTS, points, POINTS, 2, indices, NULL);
    if (status == COULOMB_OK)
        status =
            coulomb_neighbours_streamed(context, FEATURES, points, 3, give_points, points, POINTS, 2, indices, NULL);
    if (status == COULOMB_OK)
        status = coulomb_closest_pairs(context, FEATURES, points, POINTS, 5, indices, NULL);
    if (status == COULOMB_OK)
        status = coulomb_modes_new(context, FEATURES, points, 2, points, POINTS, 0.5, &made->modes);
    if (status == COULOMB_OK)
        status = coulomb_plummer_new(context, 1.0, 1.0, &made->plummer);
    if (status != COULOMB_OK)
        return status;
    return coulomb_plummer_energy_test(made->plummer, FEATURES, points, 200, points + 200 * FEATURES, 100, 20, 1, NULL,
                                       &p_value);
}

static coulomb_status measure(ledger *book, measures *made)
{
    static uint16_t lines[POINTS * 20];
    static float points[POINTS * FEATURES];
    coulomb_status status = new_context_with_allocator(ledger_allocate, ledger_release, book, &made->context);
    if (status == COULOMB_OK)
        status = coulomb_context_set_threads(made->context, 2);
    if (status == COULOMB_OK)
        status = measure_text(made, lines);
    return status == COULOMB_OK ? measure_points(made, points) : status;
}

START_TEST(every_failing_allocation_of_a_measure_is_an_error_and_leaks_nothing)
{
    ledger book = {0};
    measures made = {0};
    coulomb_status status = measure(&book, &made);
    ck_assert_msg(status == COULOMB_OK, "%s", coulomb_context_error(made.context));
    release_measures(&made);
    ck_assert_uint_eq(book.blocks, 0);
    size_t calls = book.calls;
    ck_assert_uint_gt(calls, 40);
    for (size_t k = 1; k <= calls; k++) {
        book = (ledger){.fail_at = k};
        made = (measures){0};
        status = measure(&book, &made);
        ck_assert_msg(status == COULOMB_ERROR_MEMORY, "call %zu of %zu: %s", k, calls, coulomb_status_name(status));
        release_measures(&made);
        ck_assert_msg(book.blocks == 0, "call %zu of %zu: %zu blocks leaked", k, calls, book.blocks);
    }
}
END_TEST

Suite *suite_allocation(void)
{
    Suite *suite = suite_create("allocation");
    TCase *all = tcase_create("allocation");
    tcase_set_timeout(all, 120.0);
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_test(all, every_failing_allocation_is_an_error_and_leaks_nothing);
    tcase_add_test(all, the_callers_list_is_not_released);
    tcase_add_test(all, a_step_after_the_first_allocates_nothing);
    tcase_add_test(all, every_failing_allocation_of_a_measure_is_an_error_and_leaks_nothing);
    suite_add_tcase(suite, all);
    return suite;
}
