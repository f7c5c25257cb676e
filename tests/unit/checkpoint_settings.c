/* Settings in files: those at their standard are left out, a missing one means the standard, an unknown one is named.
 */
#include "unit/checkpoint_fixture.h"
#include "unit/suites.h"

#include <coulomb/checkpoint.h>
#include <coulomb/latent.h>
#include <stdlib.h>

static bool file_says(const char *path, const char *text)
{
    size_t size;
    char *bytes = read_file(path, &size);
    bytes[size] = '\0';
    bool says = strstr(bytes + LENGTH_BYTES, text) != NULL;
    free(bytes);
    return says;
}

START_TEST(standard_is_not_written_and_missing_means_it)
{
    const char *path = in_directory("sample");
    sample_state sample = first_sample(), other = first_sample();
    sample.epsilon = 1.0;
    ck_ok(context, save_sample(&sample, path));
    ck_assert(!file_says(path, "epsilon"));
    ck_ok(context, load_sample(&sample, path));
    other.epsilon = 2.0;
    ck_fails(context, load_sample(&other, path), COULOMB_ERROR_MISMATCH,
             "the file has epsilon 1 (the default), this sample has 2");
    ck_ok(context, save_sample(&other, path));
    ck_assert(file_says(path, "\"epsilon\":\"2\""));
    ck_fails(context, load_sample(&sample, path), COULOMB_ERROR_MISMATCH, "the file has epsilon 2, this sample has 1");
}
END_TEST

/* A file of an earlier library, which had no setting `epsilon`, and one of a later library, which has one more. */
START_TEST(files_outlive_new_settings)
{
    static const char early[] = ",\"libcoulomb.format\":\"1\",\"libcoulomb.kind\":\"sample\",\"update\":\"41\"";
    static const char late[] = ",\"libcoulomb.format\":\"1\",\"libcoulomb.kind\":\"sample\",\"update\":\"41\","
                               "\"precision\":\"bf16\"";
    static const char arrays[] = ",\"layer.weight\":{\"dtype\":\"F32\",\"shape\":[3,2],\"data_offsets\":[0,24]}"
                                 ",\"layer.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[24,32]}";
    const float values[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    const char *path = in_directory("sample");
    sample_state sample = first_sample();
    sample.epsilon = 1.0;
    write_by_hand(path, early, arrays, values, 8);
    ck_ok(context, load_sample(&sample, path));
    ck_assert_mem_eq(sample.weight, values, sizeof sample.weight);
    write_by_hand(path, late, arrays, values, 8);
    ck_fails(context, load_sample(&sample, path), COULOMB_ERROR_MISMATCH, "setting 'precision' (bf16)");
}
END_TEST

/* A trainer as it is created writes what has no standard, and nothing else. */
START_TEST(trainer_writes_what_differs)
{
    const char *path = in_directory("checkpoint");
    coulomb_network *generator = make_network("mlp-generator", 2, 5, 0);
    coulomb_network *discriminator = make_network("mlp-discriminator", 2, 0, 0);
    coulomb_trainer *trainer;
    ck_ok(context, coulomb_trainer_new(context, generator, discriminator, &trainer));
    ck_ok(context, coulomb_trainer_save(trainer, path));
    size_t size;
    char *bytes = read_file(path, &size);
    uint64_t length;
    memcpy(&length, bytes, sizeof length);
    json_t *header = json_loadb(bytes + LENGTH_BYTES, length, 0, NULL);
    static const char *const expected[] = {KEY_CHECKSUM,      KEY_DATA_CHECKSUM,     KEY_FORMAT, KEY_KIND,
                                           "generator.graph", "discriminator.graph", "update",   "replayed"};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        ck_assert_int_eq(json_object_del(json_object_get(header, KEY_METADATA), expected[i]), 0);
    const char *name = json_object_iter_key(json_object_iter(json_object_get(header, KEY_METADATA)));
    ck_assert_msg(name == NULL, "%s is written", name);
    ck_ok(context, coulomb_trainer_load(trainer, path));
    json_decref(header);
    free(bytes);
    coulomb_trainer_free(trainer);
    coulomb_network_free(generator);
    coulomb_network_free(discriminator);
}
END_TEST

/* Training does not depend on how its networks generate: a run goes on whatever was chosen. */
START_TEST(generating_is_not_compared)
{
    const char *path = in_directory("checkpoint");
    coulomb_network *generator = make_network("mlp-generator", 2, 5, 3), *opened;
    coulomb_network *discriminator = make_network("mlp-discriminator", 2, 0, 4);
    coulomb_trainer *trainer;
    float samples[2], again[2];
    ck_ok(context, coulomb_trainer_new(context, generator, discriminator, &trainer));
    ck_ok(context, coulomb_network_set_generation_seed(generator, 99));
    ck_ok(context, coulomb_trainer_save(trainer, path));
    ck_ok(context, coulomb_network_generate(generator, 1, samples));
    ck_ok(context, coulomb_network_set_generation_seed(generator, 98));
    ck_ok(context, coulomb_network_set_running_averages(generator, 1));
    ck_ok(context, coulomb_trainer_load(trainer, path));
    ck_ok(context, coulomb_network_generate(generator, 1, again));
    ck_assert_mem_ne(samples, again, sizeof samples);
    ck_ok(context, coulomb_network_open(context, path, COULOMB_PART_GENERATOR, &opened));
    ck_ok(context, coulomb_network_generate(opened, 1, again));
    ck_assert_mem_eq(samples, again, sizeof samples);
    coulomb_network_free(opened);
    coulomb_trainer_free(trainer);
    coulomb_network_free(generator);
    coulomb_network_free(discriminator);
}
END_TEST

/* The bytes of a trainer's checkpoint, without the seal, and with one number in place of another of as many digits. */
static char *change_number(coulomb_trainer *trainer, const char *number, const char *with, size_t *size)
{
    ck_ok(context, coulomb_trainer_save_bytes(trainer, NULL, 0, size));
    char *bytes = malloc(*size);
    ck_ok(context, coulomb_trainer_save_bytes(trainer, bytes, *size, size));
    memcpy(bytes + LENGTH_BYTES, " {", 2);
    size_t length = strlen(number), at = LENGTH_BYTES;
    while (at + length < *size && memcmp(bytes + at, number, length) != 0)
        at++;
    ck_assert_uint_lt(at + length, *size);
    memcpy(bytes + at, with, length);
    return bytes;
}

/* Samples to be replayed are there only where a trainer replays: a file cannot say otherwise. */
START_TEST(replayed_samples_are_those_of_a_trainer_that_replays)
{
    coulomb_network *generator = make_network("mlp-generator", 2, 5, 3);
    coulomb_network *discriminator = make_network("mlp-discriminator", 2, 0, 4);
    coulomb_trainer *trainer;
    size_t size;
    ck_ok(context, coulomb_trainer_new(context, generator, discriminator, &trainer));
    char *bytes = change_number(trainer, "\"replayed\":\"0\"", "\"replayed\":\"5\"", &size);
    ck_fails(context, coulomb_trainer_load_bytes(trainer, bytes, size), COULOMB_ERROR_FORMAT,
             "its number replayed is '5'; expected 0 to 0");
    free(bytes);
    ck_ok(context, coulomb_trainer_set_replay(trainer, 1));
    bytes = change_number(trainer, "\"replayed\":\"0\"", "\"replayed\":\"5\"", &size);
    ck_ok(context, coulomb_trainer_load_bytes(trainer, bytes, size));
    free(bytes);
    coulomb_trainer_free(trainer);
    coulomb_network_free(generator);
    coulomb_network_free(discriminator);
}
END_TEST

TCase *checkpoint_settings(void)
{
    TCase *tests = tcase_create("settings");
    tcase_add_checked_fixture(tests, begin_files, end_files);
    tcase_add_test(tests, standard_is_not_written_and_missing_means_it);
    tcase_add_test(tests, files_outlive_new_settings);
    tcase_add_test(tests, trainer_writes_what_differs);
    tcase_add_test(tests, generating_is_not_compared);
    tcase_add_test(tests, replayed_samples_are_those_of_a_trainer_that_replays);
    return tests;
}
