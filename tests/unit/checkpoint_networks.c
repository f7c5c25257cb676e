/* Networks opened from files: they are the ones that were saved, down to the bits of their samples. */
#include "unit/checkpoint_fixture.h"
#include "unit/suites.h"

#include <coulomb/checkpoint.h>
#include <coulomb/data.h>
#include <coulomb/latent.h>
#include <coulomb/layers.h>
#include <coulomb/parameters.h>
#include <stdlib.h>

enum { SAMPLES = 5 };

static size_t output_size(const coulomb_network *network)
{
    size_t shape[COULOMB_RANK_MAX], rank, size = 1;
    ck_ok(context, coulomb_network_output_shape(network, shape, COULOMB_RANK_MAX, &rank));
    for (size_t i = 0; i < rank; i++)
        size *= shape[i];
    return size;
}

/* Samples of both from the beginning of their sequences. */
static bool same_samples(coulomb_network *a, coulomb_network *b)
{
    size_t values = SAMPLES * output_size(a);
    float *of_a = malloc(values * sizeof *of_a), *of_b = malloc(values * sizeof *of_b);
    ck_assert_uint_eq(output_size(b), output_size(a));
    ck_ok(context, coulomb_network_generate(a, SAMPLES, of_a));
    ck_ok(context, coulomb_network_generate(b, SAMPLES, of_b));
    bool same = memcmp(of_a, of_b, values * sizeof *of_a) == 0;
    free(of_a);
    free(of_b);
    return same;
}

/* Save the network and open the file: parameters and samples are the same. */
static void check_opened(coulomb_network *network)
{
    const char *path = in_directory("network.safetensors");
    coulomb_network *opened;
    ck_ok(context, coulomb_network_save(network, path));
    ck_ok(context, coulomb_network_open(context, path, COULOMB_PART_ONLY, &opened));
    ck_assert(same_parameters(network, opened));
    for (size_t i = 0; i < coulomb_network_parameter_count(network); i++)
        ck_assert_str_eq(coulomb_network_parameter_name(opened, i), coulomb_network_parameter_name(network, i));
    ck_assert(same_samples(network, opened));
    coulomb_network_free(opened);
    coulomb_network_free(network);
}

static const struct {
    int32_t distribution;
    double spread;
    size_t signs;
    uint64_t seed;
    int32_t averages;
} settings[] = {{COULOMB_DISTRIBUTION_NORMAL, 1.0, 0, 1, 0},
                {COULOMB_DISTRIBUTION_NORMAL, 0.1, 3, 0, 1},
                {COULOMB_DISTRIBUTION_TRUNCATED_NORMAL, 1.0 / 3.0, 1, UINT64_MAX, 0},
                {COULOMB_DISTRIBUTION_UNIFORM, 2.0, 20, 12345, 1}};

/* A small one with batch norm, since a batch's statistics take many more samples than are asked for. */
START_TEST(opened_network_generates_the_same_bits)
{
    const size_t latent[] = {20};
    coulomb_network *network;
    int32_t node;
    ck_ok(context, coulomb_network_new(context, &network));
    ck_ok(context, coulomb_network_input(network, latent, 1, &node));
    ck_ok(context, coulomb_network_dense(network, node, 40, NULL, &node));
    ck_ok(context, coulomb_network_batch_norm(network, node, 1e-3, 0.98, 1, NULL, &node));
    ck_ok(context, coulomb_network_relu(network, node, &node));
    ck_ok(context, coulomb_network_dense(network, node, 30, NULL, &node));
    ck_ok(context, coulomb_network_finish(network, node, 5));
    ck_ok(context, coulomb_network_set_latent(network, settings[_i].distribution, settings[_i].spread));
    ck_ok(context, coulomb_network_set_latent_signs(network, settings[_i].signs));
    ck_ok(context, coulomb_network_set_generation_seed(network, settings[_i].seed));
    ck_ok(context, coulomb_network_set_running_averages(network, settings[_i].averages));
    float means[40];
    random_floats(3, 40, 0.3f, means);
    ck_ok(context, coulomb_network_write_parameter(network, "norm1.mean", means, 40));
    check_opened(network);
}
END_TEST

static const char *const presets[] = {"mlp-generator",          "mlp-discriminator",        "coulomb-generator",
                                      "coulomb-tanh-generator", "coulomb-64-discriminator", "dcgan-generator",
                                      "dcgan-discriminator",    "began-generator",          "began-discriminator",
                                      "resnet-generator",       "resnet-discriminator"};

START_TEST(presets_are_opened)
{
    const size_t shape[] = {32, 32, 3};
    coulomb_network *network;
    size_t latent = strstr(presets[_i], "generator") != NULL ? 20 : 0;
    ck_ok(context, coulomb_network_new_preset(context, presets[_i], shape, 3, latent, 7, &network));
    ck_ok(context, coulomb_network_set_running_averages(network, 1)); /* only the samples asked for are made */
    check_opened(network);
}
END_TEST

START_TEST(lines_are_opened)
{
    const size_t shape[] = {32, 9};
    coulomb_network *network;
    ck_ok(context, coulomb_network_new_preset(context, "billion-word-generator", shape, 2, 8, 7, &network));
    ck_ok(context, coulomb_network_set_running_averages(network, 1));
    check_opened(network);
}
END_TEST

static coulomb_network *network_with_names(void)
{
    const size_t image[] = {9, 8, 3}, square[] = {3, 3}, strides[] = {2, 1}, pads[] = {1, 0, 2, 1};
    coulomb_network *n;
    int32_t input, a, b;
    ck_ok(context, coulomb_network_new(context, &n));
    ck_ok(context, coulomb_network_input(n, image, 3, &input));
    ck_ok(context, coulomb_network_scale(n, input, -0.3, &a));
    ck_ok(context, coulomb_network_conv2d(n, a, 5, square, strides, COULOMB_PADDING_EXPLICIT, pads, "first/one", &a));
    ck_ok(context, coulomb_network_conv2d(n, input, 5, square, strides, COULOMB_PADDING_EXPLICIT, pads, "b-2", &b));
    ck_ok(context, coulomb_network_add(n, a, b, &b));
    ck_ok(context, coulomb_network_dense(n, b, 4, NULL, &b));
    ck_ok(context, coulomb_network_dense(n, b, 4, "dense1x", &b));
    ck_ok(context, coulomb_network_dense(n, b, 40, NULL, &b));
    ck_ok(context, coulomb_network_finish(n, b, 3));
    return n;
}

START_TEST(names_are_kept)
{
    check_opened(network_with_names());
}
END_TEST

static coulomb_status draw_ones(void *user, uint64_t seed, uint64_t update, uint64_t first, size_t count, float *latent)
{
    (void)user;
    (void)seed;
    (void)update;
    for (size_t i = 0; i < 5 * count; i++)
        latent[i] = (float)(first + i / 5);
    return COULOMB_OK;
}

START_TEST(missing_latent_callback_is_told)
{
    const char *path = in_directory("network.safetensors");
    float samples[3];
    coulomb_network *network = make_network("mlp-generator", 3, 5, 1), *opened, *again;
    ck_ok(context, coulomb_network_set_latent(network, COULOMB_DISTRIBUTION_UNIFORM, 2.0));
    ck_ok(context, coulomb_network_set_latent_callback(network, draw_ones, NULL, NULL));
    ck_ok(context, coulomb_network_save(network, path));
    ck_ok(context, coulomb_network_open(context, path, COULOMB_PART_ONLY, &opened));
    ck_fails(context, coulomb_network_generate(opened, 1, samples), COULOMB_ERROR_STATE,
             "saved with a latent callback");
    ck_ok(context, coulomb_network_save(opened, path)); /* and it stays so */
    ck_ok(context, coulomb_network_open(context, path, COULOMB_PART_ONLY, &again));
    ck_fails(context, coulomb_network_generate(again, 1, samples), COULOMB_ERROR_STATE, "saved with a latent callback");
    ck_ok(context, coulomb_network_set_latent_callback(opened, draw_ones, NULL, NULL));
    ck_assert(same_samples(network, opened));
    ck_ok(context, coulomb_network_set_latent_callback(again, NULL, NULL, NULL));
    ck_ok(context, coulomb_network_set_latent_callback(network, NULL, NULL, NULL));
    ck_ok(context, coulomb_network_set_generation_seed(network, 1));
    ck_assert(same_samples(network, again));
    coulomb_network_free(network);
    coulomb_network_free(opened);
    coulomb_network_free(again);
}
END_TEST

/* --- a trainer's networks --- */

static coulomb_status draw_targets(void *user, uint64_t update, size_t count, float *batch)
{
    (void)user;
    random_floats((unsigned)update, 2 * count, 1.0f, batch);
    return COULOMB_OK;
}

static void train(coulomb_network *generator, coulomb_network *discriminator, coulomb_trainer **trainer)
{
    ck_ok(context, coulomb_trainer_new(context, generator, discriminator, trainer));
    ck_ok(context, coulomb_trainer_set_batch(*trainer, 16));
    ck_ok(context, coulomb_trainer_set_averaging(*trainer, 0.9));
    ck_ok(context, coulomb_trainer_set_data(*trainer, draw_targets, NULL, NULL));
    ck_ok(context, coulomb_trainer_run(*trainer, 3, NULL, NULL));
}

START_TEST(networks_of_a_trainer_are_opened)
{
    const char *path = in_directory("checkpoint.safetensors"), *own = in_directory("own.safetensors");
    coulomb_network *generator = make_network("mlp-generator", 2, 5, 1), *average, *opened;
    coulomb_network *discriminator = make_network("mlp-discriminator", 2, 0, 2);
    coulomb_trainer *trainer;
    ck_ok(context, coulomb_network_set_latent(generator, COULOMB_DISTRIBUTION_UNIFORM, 0.5));
    ck_ok(context, coulomb_network_set_latent_signs(generator, 2));
    train(generator, discriminator, &trainer);
    ck_ok(context, coulomb_trainer_save(trainer, path));
    ck_ok(context, coulomb_trainer_average(trainer, &average));
    coulomb_network *const saved[] = {NULL, generator, discriminator, average};
    for (int32_t part = COULOMB_PART_GENERATOR; part <= COULOMB_PART_AVERAGE; part++) {
        ck_ok(context, coulomb_network_open(context, path, part, &opened));
        ck_assert(same_parameters(opened, saved[part]));
        ck_assert(same_samples(saved[part], opened));
        coulomb_network_free(opened);
    }
    ck_fails(context, coulomb_network_open(context, path, COULOMB_PART_ONLY, &opened), COULOMB_ERROR_MISMATCH,
             "the file holds a trainer; expected a network, because part is COULOMB_PART_ONLY");
    ck_ok(context, coulomb_trainer_set_averaging(trainer, 0.0));
    ck_ok(context, coulomb_trainer_save(trainer, path));
    ck_fails(context, coulomb_network_open(context, path, COULOMB_PART_AVERAGE, &opened), COULOMB_ERROR_MISMATCH,
             "the file has no average");
    ck_ok(context, coulomb_network_save(generator, own));
    ck_fails(context, coulomb_network_open(context, own, COULOMB_PART_GENERATOR, &opened), COULOMB_ERROR_MISMATCH,
             "the file holds a network; expected a trainer, because part is COULOMB_PART_GENERATOR");
    coulomb_trainer_free(trainer);
    coulomb_network_free(generator);
    coulomb_network_free(discriminator);
}
END_TEST

START_TEST(frozen_parameters_stay_frozen)
{
    const char *path = in_directory("network.safetensors"), *checkpoint = in_directory("checkpoint.safetensors");
    coulomb_network *network = make_network("mlp-generator", 2, 5, 1), *opened;
    coulomb_network *discriminator = make_network("mlp-discriminator", 2, 0, 2);
    coulomb_trainer *trainer;
    int32_t frozen;
    ck_ok(context, coulomb_network_set_frozen(network, "dense2", 1));
    ck_ok(context, coulomb_network_save(network, path));
    ck_ok(context, coulomb_network_open(context, path, COULOMB_PART_ONLY, &opened));
    ck_ok(context, coulomb_network_get_frozen(opened, "dense2.weight", &frozen));
    ck_assert_int_eq(frozen, 1);
    ck_ok(context, coulomb_network_get_frozen(opened, "dense3.weight", &frozen));
    ck_assert_int_eq(frozen, 0);
    coulomb_trainer *other;
    float before[128], after[128];
    ck_ok(context, coulomb_network_read_parameter(opened, "dense2.bias", before, 128));
    train(opened, discriminator, &other);
    ck_ok(context, coulomb_network_read_parameter(opened, "dense2.bias", after, 128));
    ck_assert_mem_eq(before, after, sizeof before);
    ck_ok(context, coulomb_trainer_save(other, checkpoint));
    train(network, discriminator, &trainer);
    ck_ok(context, coulomb_trainer_load(trainer, checkpoint));
    ck_ok(context, coulomb_network_set_frozen(network, "dense2.bias", 0));
    ck_fails(context, coulomb_trainer_load(trainer, checkpoint), COULOMB_ERROR_MISMATCH,
             "the file has generator.frozen.dense2.bias 1, this trainer has 0");
    ck_ok(context, coulomb_network_set_frozen(network, "dense2", 1));
    ck_ok(context, coulomb_network_set_frozen(discriminator, "dense1.bias", 1));
    ck_fails(context, coulomb_trainer_load(trainer, checkpoint), COULOMB_ERROR_MISMATCH,
             "the file has discriminator.frozen.dense1.bias 0 (the default), this trainer has 1");
    coulomb_network_free(opened);
    ck_ok(context, coulomb_network_open(context, checkpoint, COULOMB_PART_AVERAGE, &opened));
    ck_ok(context, coulomb_network_get_frozen(opened, "dense2.weight", &frozen));
    ck_assert_int_eq(frozen, 1);
    coulomb_trainer_free(trainer);
    coulomb_trainer_free(other);
    coulomb_network_free(opened);
    coulomb_network_free(network);
    coulomb_network_free(discriminator);
}
END_TEST

/* --- memory, and what is refused --- */

START_TEST(networks_are_opened_from_memory)
{
    const char *path = in_directory("network.safetensors");
    coulomb_network *network = network_with_names(), *opened, *other = network_with_names();
    ck_ok(context, coulomb_network_initialize(network, 77));
    ck_ok(context, coulomb_network_save(network, path));
    size_t size;
    char *bytes = read_file(path, &size), *shifted = malloc(size + 1);
    memcpy(shifted + 1, bytes, size);
    ck_ok(context, coulomb_network_open_bytes(context, shifted + 1, size, COULOMB_PART_ONLY, &opened));
    ck_assert(same_samples(network, opened));
    ck_ok(context, coulomb_network_load_parameters_bytes(other, shifted + 1, size, COULOMB_PART_ONLY));
    ck_assert(same_parameters(network, other));
    coulomb_network_free(opened);
    for (size_t cut = 0; cut < size; cut += 97) {
        ck_fails(context, coulomb_network_open_bytes(context, shifted + 1, cut, COULOMB_PART_ONLY, &opened),
                 COULOMB_ERROR_FORMAT, "bytes of memory: ");
        ck_assert_ptr_null(opened);
    }
    ck_fails(context, coulomb_network_open_bytes(context, NULL, 10, COULOMB_PART_ONLY, &opened), COULOMB_ERROR_ARGUMENT,
             "bytes is NULL");
    ck_fails(context, coulomb_network_load_parameters_bytes(other, NULL, 10, COULOMB_PART_ONLY), COULOMB_ERROR_ARGUMENT,
             "bytes is NULL");
    free(bytes);
    free(shifted);
    coulomb_network_free(network);
    coulomb_network_free(other);
}
END_TEST

START_TEST(arguments_of_opening_are_checked)
{
    coulomb_network *opened = NULL;
    ck_assert_int_eq(coulomb_network_open(NULL, "x", COULOMB_PART_ONLY, &opened), COULOMB_ERROR_ARGUMENT);
    ck_fails(context, coulomb_network_open(context, "x", COULOMB_PART_ONLY, NULL), COULOMB_ERROR_ARGUMENT,
             "network is NULL");
    ck_fails(context, coulomb_network_open(context, NULL, COULOMB_PART_ONLY, &opened), COULOMB_ERROR_ARGUMENT,
             "path is NULL");
    ck_fails(context, coulomb_network_open(context, "", COULOMB_PART_ONLY, &opened), COULOMB_ERROR_ARGUMENT,
             "path is empty");
    ck_fails(context, coulomb_network_open(context, "x", 4, &opened), COULOMB_ERROR_ARGUMENT, "part is 4");
    ck_fails(context, coulomb_network_open(context, "x", -1, &opened), COULOMB_ERROR_ARGUMENT, "part is -1");
    ck_fails(context, coulomb_network_open(context, in_directory("none"), COULOMB_PART_ONLY, &opened),
             COULOMB_ERROR_FILE, "No such file");
}
END_TEST

#define NETWORK ",\"libcoulomb.format\":\"1\",\"libcoulomb.kind\":\"network\""
#define GRAPH ",\"network.graph\":\"input[2] dense(3)\""
#define ARRAYS                                                                                                         \
    ",\"network.dense1.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}"                           \
    ",\"network.dense1.bias\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[24,36]}"

/* Nine values follow. */
static const struct {
    const char *metadata, *arrays;
    coulomb_status status;
    const char *part;
} files[] = {
    {NETWORK GRAPH, ARRAYS, COULOMB_OK, ""},
    {NETWORK GRAPH ",\"network.layers\":\"dense1\"", ARRAYS, COULOMB_OK, ""},
    {NETWORK GRAPH ",\"format\":\"pt\"", ARRAYS, COULOMB_OK, ""},
    {NETWORK GRAPH, "", COULOMB_ERROR_FORMAT, "36 bytes after its last array"},
    {NETWORK, ARRAYS, COULOMB_ERROR_MISMATCH, "the file has no network"},
    {GRAPH, ARRAYS, COULOMB_ERROR_FORMAT, "expected a file that libcoulomb wrote"},
    {NETWORK ",\"network.graph\":\"\"", ARRAYS, COULOMB_ERROR_FORMAT, "cannot be built"},
    {NETWORK ",\"network.graph\":\"input[2] hologram\"", ARRAYS, COULOMB_ERROR_FORMAT, "cannot be built"},
    {NETWORK ",\"network.graph\":\"input[2\"", ARRAYS, COULOMB_ERROR_FORMAT, "cannot be built"},
    {NETWORK ",\"network.graph\":\"input[2] dense(\"", ARRAYS, COULOMB_ERROR_FORMAT, "cannot be built"},
    {NETWORK ",\"network.graph\":\"input[2] dense(0)\"", ARRAYS, COULOMB_ERROR_FORMAT, "cannot be built"},
    {NETWORK ",\"network.graph\":\"input[2] relu<7\"", ARRAYS, COULOMB_ERROR_FORMAT, "cannot be built"},
    {NETWORK ",\"network.graph\":\"relu\"", ARRAYS, COULOMB_ERROR_FORMAT, "cannot be built"},
    {NETWORK ",\"network.graph\":\"input[2]\"", ARRAYS, COULOMB_ERROR_FORMAT, "array 'network.dense1"},
    {NETWORK ",\"network.graph\":\"input[2] dense(3) dense(2)\"", ARRAYS, COULOMB_ERROR_FORMAT,
     "no array 'network.dense2.weight'"},
    {NETWORK ",\"network.graph\":\"input[2] dense(4)\"", ARRAYS, COULOMB_ERROR_FORMAT,
     "has shape [2, 3]; expected [2, 4]"},
    {NETWORK ",\"network.graph\":\"input[2] dense(3) relu<0\"", ARRAYS, COULOMB_ERROR_FORMAT,
     "its network cannot be built: node 1 (dense) does not lead to the output"},
    {NETWORK GRAPH ",\"network.layers\":\"a b\"", ARRAYS, COULOMB_ERROR_FORMAT, "cannot be built"},
    {NETWORK GRAPH ",\"network.layers\":\"\"", ARRAYS, COULOMB_ERROR_FORMAT, "cannot be built"},
    {NETWORK GRAPH ",\"network.layers\":\" dense1\"", ARRAYS, COULOMB_ERROR_FORMAT, "cannot be built"},
    {NETWORK GRAPH ",\"network.layers\":\"dense1 \"", ARRAYS, COULOMB_ERROR_FORMAT, "dense1"},
    {NETWORK GRAPH ",\"network.layers\":\"a\"", ARRAYS, COULOMB_ERROR_FORMAT, "no array 'network.a.weight'"},
    {NETWORK GRAPH ",\"network.latent\":\"laplace\"", ARRAYS, COULOMB_ERROR_FORMAT, "network.latent is 'laplace'"},
    {NETWORK GRAPH ",\"network.latent.spread\":\"-1\"", ARRAYS, COULOMB_ERROR_FORMAT, "network.latent.spread is '-1'"},
    {NETWORK GRAPH ",\"network.latent.spread\":\"1x\"", ARRAYS, COULOMB_ERROR_FORMAT, "network.latent.spread is '1x'"},
    {NETWORK GRAPH ",\"network.latent.signs\":\"3\"", ARRAYS, COULOMB_ERROR_FORMAT, "network.latent.signs is '3'"},
    {NETWORK GRAPH ",\"network.latent.signs\":\"-1\"", ARRAYS, COULOMB_ERROR_FORMAT, "network.latent.signs is '-1'"},
    {NETWORK GRAPH ",\"network.latent.callback\":\"2\"", ARRAYS, COULOMB_ERROR_FORMAT,
     "network.latent.callback is '2'"},
    {NETWORK GRAPH ",\"network.generation_seed\":\"x\"", ARRAYS, COULOMB_ERROR_FORMAT,
     "network.generation_seed is 'x'"},
    {NETWORK GRAPH ",\"network.running_averages\":\"yes\"", ARRAYS, COULOMB_ERROR_FORMAT,
     "network.running_averages is 'yes'"},
    {NETWORK GRAPH ",\"network.frozen.dense1.bias\":\"1\"", ARRAYS, COULOMB_OK, ""},
    {NETWORK GRAPH ",\"network.frozen.dense1.bias\":\"yes\"", ARRAYS, COULOMB_ERROR_FORMAT, "dense1.bias is 'yes'"},
    {NETWORK GRAPH ",\"network.frozen.dense2.bias\":\"1\"", ARRAYS, COULOMB_ERROR_FORMAT,
     "setting 'network.frozen.dense2.bias' (1)"},
    {NETWORK GRAPH ",\"network.precision\":\"bf16\"", ARRAYS, COULOMB_ERROR_FORMAT,
     "setting 'network.precision' (bf16)"},
};

START_TEST(what_makes_no_network_is_refused)
{
    const float values[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    const char *path = in_directory("by-hand");
    coulomb_network *opened;
    write_by_hand(path, files[_i].metadata, files[_i].arrays, values, 9);
    coulomb_status status = coulomb_network_open(context, path, COULOMB_PART_ONLY, &opened);
    ck_fails(context, status, files[_i].status, files[_i].status == COULOMB_OK ? "" : files[_i].part);
    ck_assert_int_eq(opened == NULL, files[_i].status != COULOMB_OK);
    coulomb_network_free(opened);
}
END_TEST

/* A graph can claim any size; memory is taken only for arrays that the file has. */
START_TEST(claims_of_a_graph_allocate_nothing)
{
    const float values[9] = {0};
    const char *path = in_directory("by-hand");
    coulomb_network *opened;
    write_by_hand(path, NETWORK ",\"network.graph\":\"input[65536] dense(1000000000)\"", ARRAYS, values, 9);
    memory.largest = 0;
    ck_fails(context, coulomb_network_open(context, path, COULOMB_PART_ONLY, &opened), COULOMB_ERROR_FORMAT,
             "has shape [2, 3]; expected [65536, 1000000000]");
    ck_assert_uint_lt(memory.largest, 20000);
}
END_TEST

START_TEST(short_memory_opens_nothing)
{
    const char *path = in_directory("network.safetensors");
    coulomb_network *network = network_with_names(), *opened;
    ck_ok(context, coulomb_network_save(network, path));
    size_t live = memory.blocks, failures = 0;
    for (size_t at = 1;; at++, failures++) {
        memory.calls = 0;
        memory.fail_at = at;
        coulomb_status status = coulomb_network_open(context, path, COULOMB_PART_ONLY, &opened);
        if (status == COULOMB_OK)
            break;
        ck_assert_int_eq(status, COULOMB_ERROR_MEMORY);
        ck_assert_ptr_null(opened);
        ck_assert_uint_eq(memory.blocks, live);
    }
    memory.fail_at = 0;
    ck_assert_uint_ge(failures, 20);
    ck_assert(same_samples(network, opened));
    coulomb_network_free(opened);
    coulomb_network_free(network);
}
END_TEST

TCase *checkpoint_networks(void)
{
    TCase *tests = tcase_create("networks");
    tcase_add_checked_fixture(tests, begin_files, end_files);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, opened_network_generates_the_same_bits, 0, (int)(sizeof settings / sizeof *settings));
    tcase_add_test(tests, names_are_kept);
    tcase_add_test(tests, missing_latent_callback_is_told);
    tcase_add_test(tests, networks_of_a_trainer_are_opened);
    tcase_add_test(tests, frozen_parameters_stay_frozen);
    tcase_add_test(tests, networks_are_opened_from_memory);
    tcase_add_test(tests, arguments_of_opening_are_checked);
    tcase_add_loop_test(tests, what_makes_no_network_is_refused, 0, (int)(sizeof files / sizeof *files));
    tcase_add_test(tests, claims_of_a_graph_allocate_nothing);
    tcase_add_test(tests, short_memory_opens_nothing);
    return tests;
}

/* Networks of their usual size, which Valgrind would take an hour for (tests/sanitizers.sh). */
TCase *checkpoint_presets(void)
{
    TCase *tests = tcase_create("presets");
    tcase_set_tags(tests, "large");
    tcase_add_checked_fixture(tests, begin_files, end_files);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, presets_are_opened, 0, (int)(sizeof presets / sizeof *presets));
    tcase_add_test(tests, lines_are_opened);
    return tests;
}
