/* Saving and loading: every bit comes back, what does not fit is refused, and whatever fails leaves file and state
 * alone. */
#include "unit/checkpoint_fixture.h"
#include "unit/suites.h"

#include <coulomb/checkpoint.h>
#include <coulomb/parameters.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

START_TEST(arguments_are_checked)
{
    const char *path = in_directory("network.safetensors");
    coulomb_network *network = make_network("mlp-discriminator", 2, 0, 1), *raw;
    ck_ok(context, coulomb_network_new(context, &raw));
    ck_assert_int_eq(coulomb_network_save(NULL, path), COULOMB_ERROR_ARGUMENT);
    ck_fails(context, coulomb_network_save(network, NULL), COULOMB_ERROR_ARGUMENT, "path is NULL");
    ck_fails(context, coulomb_network_save(network, ""), COULOMB_ERROR_ARGUMENT, "path is empty");
    ck_fails(context, coulomb_network_save(raw, path), COULOMB_ERROR_STATE, "not finished");
    ck_assert_uint_eq(files_in_directory(), 0);
    coulomb_network_free(network);
    coulomb_network_free(raw);
}
END_TEST

START_TEST(state_of_another_kind_is_refused)
{
    const char *path = in_directory("sample");
    sample_state sample = first_sample();
    coulomb_network *network = make_network("mlp-discriminator", 2, 0, 1), *opened = network;
    ck_ok(context, coulomb_network_save(network, path));
    ck_fails(context, load_sample(&sample, path), COULOMB_ERROR_MISMATCH,
             "the file holds a network; expected a sample");
    ck_ok(context, save_sample(&sample, path));
    ck_fails(context, coulomb_network_open(context, path, COULOMB_PART_ONLY, &opened), COULOMB_ERROR_MISMATCH,
             "the file holds a sample; expected a network");
    ck_assert_ptr_null(opened);
    coulomb_network_free(network);
}
END_TEST

/* The bytes themselves, made by another program: files written by one release are read by the next. */
START_TEST(format_stays_what_it_is)
{
    const char *path = in_directory("sample");
    sample_state sample = first_sample();
    ck_ok(context, save_sample(&sample, path));
    const char header[] =
        "0\001\0\0\0\0\0\0"
        "{ \"__metadata__\":{\"libcoulomb.checksum\":\"7dc56506\",\"libcoulomb.data_checksum\":\"9d1a04bc\","
        "\"libcoulomb.format\":\"1\",\"libcoulomb.kind\":\"sample\",\"update\":\"41\",\"epsilon\":\"0.5\"},"
        "\"layer.weight\":{\"dtype\":\"F32\",\"shape\":[3,2],\"data_offsets\":[0,24]},"
        "\"layer.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[24,32]}}  ";
    char expected[sizeof header - 1 + sizeof sample.weight + sizeof sample.bias];
    memcpy(expected, header, sizeof header - 1);
    memcpy(expected + sizeof header - 1, sample.weight, sizeof sample.weight);
    memcpy(expected + sizeof header - 1 + sizeof sample.weight, sample.bias, sizeof sample.bias);
    ck_assert(file_equals(path, expected, sizeof expected));
}
END_TEST

START_TEST(checksum_is_the_known_one)
{
    ck_assert_str_eq(checksum_print(0).digits, "00000000");
    ck_assert_str_eq(checksum_print(crc32_z(0, (const Bytef *)"123456789", 9)).digits, "cbf43926");
}
END_TEST

START_TEST(value_that_is_not_finite_is_not_saved)
{
    const char *path = in_directory("sample");
    sample_state sample = first_sample();
    ck_ok(context, save_sample(&sample, path));
    sample.bias[1] = NAN;
    ck_fails(context, save_sample(&sample, path), COULOMB_ERROR_NOT_FINITE, "value 1 of 'layer.bias' is ");
    ck_ok(context, load_sample(&sample, path));
}
END_TEST

/* The caller's locale, global or the thread's own, is as before each call. */
START_TEST(locale_stays)
{
    const char *path = in_directory("sample");
    sample_state sample = first_sample();
    locale_t mine = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    ck_ok(context, save_sample(&sample, path));
    ck_assert(uselocale(mine) == LC_GLOBAL_LOCALE);
    ck_ok(context, load_sample(&sample, path));
    ck_assert_int_ne(load_sample(&sample, ""), COULOMB_OK);
    ck_assert(uselocale(LC_GLOBAL_LOCALE) == mine);
    freelocale(mine);
}
END_TEST

/* Where numbers are printed with a comma, files are the same. */
START_TEST(decimal_comma_changes_nothing)
{
    setenv("LOCPATH", LOCALE_DIRECTORY, 1);
    ck_assert_ptr_nonnull(setlocale(LC_ALL, "de_DE.UTF-8"));
    ck_assert_str_eq(localeconv()->decimal_point, ",");
    const char *path = in_directory("sample");
    sample_state sample = first_sample();
    ck_ok(context, save_sample(&sample, path));
    ck_ok(context, load_sample(&sample, path));
    char text[32];
    snprintf(text, sizeof text, "%g", sample.epsilon);
    ck_assert_str_eq(text, "0,5");
    setlocale(LC_ALL, "C");
    ck_ok(context, load_sample(&sample, path));
    size_t size;
    char *bytes = read_file(path, &size);
    bytes[size] = '\0';
    ck_assert_ptr_nonnull(strstr(bytes + LENGTH_BYTES, "\"epsilon\":\"0.5\""));
    free(bytes);
}
END_TEST

/* As short as possible, and all digits where they make the difference. */
START_TEST(difference_of_numbers_is_readable)
{
    const char *path = in_directory("sample");
    sample_state sample = first_sample();
    sample.epsilon = 0.99;
    ck_ok(context, save_sample(&sample, path));
    ck_ok(context, load_sample(&sample, path));
    sample.epsilon = 1e-5;
    ck_fails(context, load_sample(&sample, path), COULOMB_ERROR_MISMATCH,
             "the file has epsilon 0.99, this sample has 1e-05");
    sample.epsilon = nextafter(0.99, 1);
    ck_fails(context, load_sample(&sample, path), COULOMB_ERROR_MISMATCH, "this sample has 0.9900000000000001");
}
END_TEST

START_TEST(name_is_checked)
{
    saved_state state;
    float value = 1;
    device_array room = {0};
    float *lent = lend(&room, &value, 1);
    const tensor_shape one = {.rank = 1, .extent = {1}};
    const char *path = in_directory("sample");
    char name[STATE_NAME + 1];
    memset(name, 'n', STATE_NAME);
    name[STATE_NAME] = '\0';
    state_begin(&state, context);
    state_add_array(&state, &one, lent, "%s", name);
    ck_fails(context, state_save(&state, "sample", &(file_target){.path = path}), COULOMB_ERROR_ARGUMENT,
             "96 characters; expected 1 to 95");
    state_end(&state);
    state_begin(&state, context);
    state_add_array(&state, &one, lent, "twice");
    state_add_array(&state, &one, lent, "twice");
    ck_fails(context, state_save(&state, "sample", &(file_target){.path = path}), COULOMB_ERROR_ARGUMENT,
             "two entries of a checkpoint are named 'twice'");
    state_end(&state);
    state_begin(&state, context);
    state_add_setting(&state, "libcoulomb.kind", NULL, "mine");
    ck_fails(context, state_save(&state, "sample", &(file_target){.path = path}), COULOMB_ERROR_ARGUMENT,
             "are named 'libcoulomb.kind'");
    state_end(&state);
    take_back(&room, lent, &value, 1);
    ck_assert_uint_eq(files_in_directory(), 0);
}
END_TEST

/* More of everything than the first allocations hold, and a text longer than an error message. */
START_TEST(large_state_comes_back)
{
    enum { ARRAYS = 500 };
    float values[ARRAYS], loaded[ARRAYS] = {0};
    uint64_t numbers[ARRAYS], loaded_numbers[ARRAYS] = {0};
    char text[3000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    random_floats(7, ARRAYS, 1, values);
    const char *path = in_directory("large");
    for (int loading = 0; loading < 3; loading++) {
        saved_state state;
        const tensor_shape one = {.rank = 1, .extent = {1}};
        device_array room = {0};
        float *lent = lend(&room, loading ? loaded : values, ARRAYS);
        state_begin(&state, context);
        for (size_t i = 0; i < ARRAYS; i++) {
            char name[STATE_NAME];
            numbers[i] = i * UINT64_C(0x9e3779b97f4a7c15);
            snprintf(name, sizeof name, "number%zu", i);
            state_add_array(&state, &one, lent + i, "array%zu", i);
            state_add_number(&state, name, UINT64_MAX, loading ? &loaded_numbers[i] : &numbers[i]);
        }
        text[2000] = loading == 2 ? 'y' : 'x';
        state_add_setting(&state, "text", NULL, "%s", text);
        if (loading == 2)
            ck_fails(context, state_load(&state, "sample", &(file_source){.path = path}), COULOMB_ERROR_MISMATCH,
                     "this sample has ...xxxxxxxxxxxxxxxxxxxxxxxxyxxx");
        else
            ck_ok(context, loading ? state_load(&state, "sample", &(file_source){.path = path})
                                   : state_save(&state, "sample", &(file_target){.path = path}));
        state_end(&state);
        take_back(&room, lent, loading ? loaded : values, ARRAYS);
    }
    ck_assert_mem_eq(values, loaded, sizeof values);
    ck_assert_mem_eq(numbers, loaded_numbers, sizeof numbers);
}
END_TEST

/* Whichever allocation fails: the status says so, nothing is lost or left behind, and the next attempt succeeds. */
START_TEST(short_memory_changes_nothing)
{
    const char *path = in_directory("sample");
    sample_state old = first_sample(), newer = other_sample();
    ck_ok(context, save_sample(&old, path));
    size_t size, live = memory.blocks, failures = 0;
    char *bytes = read_file(path, &size);
    for (size_t at = 1;; at++) {
        memory.calls = 0;
        memory.fail_at = at;
        coulomb_status status = save_sample(&newer, path);
        ck_assert_uint_eq(memory.blocks, live);
        ck_assert_uint_eq(files_in_directory(), 1);
        if (status == COULOMB_OK)
            break;
        ck_assert_int_eq(status, COULOMB_ERROR_MEMORY);
        ck_assert(file_equals(path, bytes, size));
        failures++;
    }
    for (size_t at = 1;; at++) {
        sample_state sample = old;
        memory.calls = 0;
        memory.fail_at = at;
        coulomb_status status = load_sample(&sample, path);
        ck_assert_uint_eq(memory.blocks, live);
        if (status == COULOMB_OK)
            break;
        ck_assert_int_eq(status, COULOMB_ERROR_MEMORY);
        ck_assert_mem_eq(&sample, &old, sizeof sample);
        failures++;
    }
    ck_assert_uint_ge(failures, 8);
    free(bytes);
}
END_TEST

static long header_calls, header_fails_at;

static void *header_memory(size_t size)
{
    return ++header_calls == header_fails_at ? NULL : malloc(size);
}

/* Whichever allocation of the header's JSON fails, the file is the old one, or the new one. */
START_TEST(header_without_memory_replaces_nothing)
{
    const char *path = in_directory("sample");
    sample_state old = other_sample(), new = first_sample();
    size_t refused = 0, saved = 0;
    json_set_alloc_funcs(header_memory, free);
    for (long at = 1; at < 200; at += 4) {
        sample_state found = {.epsilon = new.epsilon};
        header_fails_at = 0;
        ck_ok(context, save_sample(&old, path));
        header_calls = 0;
        header_fails_at = at;
        coulomb_status status = save_sample(&new, path);
        header_fails_at = 0;
        ck_ok(context, load_sample(&found, path));
        ck_assert_uint_eq(found.update, status == COULOMB_OK ? new.update : old.update);
        refused += status == COULOMB_ERROR_MEMORY;
        saved += status == COULOMB_OK;
    }
    json_set_alloc_funcs(malloc, free);
    ck_assert_uint_gt(refused, 10);
    ck_assert_uint_eq(refused + saved, 50);
}
END_TEST

Suite *suite_checkpoint(void)
{
    Suite *suite = suite_create("checkpoint");
    TCase *tests = tcase_create("state");
    tcase_add_checked_fixture(tests, begin_files, end_files);
    tcase_add_test(tests, arguments_are_checked);
    tcase_add_test(tests, state_of_another_kind_is_refused);
    tcase_add_test(tests, format_stays_what_it_is);
    tcase_add_test(tests, checksum_is_the_known_one);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, header_without_memory_replaces_nothing);
    tcase_add_test(tests, value_that_is_not_finite_is_not_saved);
    tcase_add_test(tests, locale_stays);
    tcase_add_test(tests, decimal_comma_changes_nothing);
    tcase_add_test(tests, difference_of_numbers_is_readable);
    tcase_add_test(tests, name_is_checked);
    tcase_add_test(tests, large_state_comes_back);
    tcase_add_test(tests, short_memory_changes_nothing);
    suite_add_tcase(suite, tests);
    suite_add_tcase(suite, checkpoint_places());
    suite_add_tcase(suite, checkpoint_damage());
    suite_add_tcase(suite, checkpoint_settings());
    suite_add_tcase(suite, checkpoint_networks());
    suite_add_tcase(suite, checkpoint_presets());
    suite_add_tcase(suite, checkpoint_foreign());
    suite_add_tcase(suite, checkpoint_memory());
    return suite;
}
