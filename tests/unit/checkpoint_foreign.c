/* Parameters loaded into a network that exists: from our files, from those that another program saved again, and from
 * those of another program's making. */
#include "unit/checkpoint_fixture.h"
#include "unit/suites.h"

#include <coulomb/checkpoint.h>
#include <coulomb/layers.h>
#include <coulomb/parameters.h>
#include <stdlib.h>
#include <unistd.h>

/* --- a writer like that of Hugging Face's library: arrays by name, metadata in another order, no seal --- */

enum { ARRAYS_MOST = 64 };

static int by_name(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Keys of an object, last name first. */
static size_t keys_of(json_t *object, const char **keys)
{
    size_t count = 0;
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        ck_assert_uint_lt(count, ARRAYS_MOST);
        keys[count++] = key;
    }
    qsort(keys, count, sizeof *keys, by_name);
    for (size_t i = 0; i < count / 2; i++) {
        const char *key_i = keys[i];
        keys[i] = keys[count - 1 - i];
        keys[count - 1 - i] = key_i;
    }
    return count;
}

/* Save the file again as another program would, with the metadata or without, and every PREFIX cut off the names. */
static void save_again(const char *from, const char *path, bool metadata, const char *prefix)
{
    const char *keys[ARRAYS_MOST];
    size_t size, used = 0;
    char *bytes = read_file(from, &size), *values = malloc(size);
    uint64_t length;
    memcpy(&length, bytes, sizeof length);
    json_t *old = json_loadb(bytes + LENGTH_BYTES, length, 0, NULL), *made = json_object(), *texts = json_object();
    json_t *old_texts = json_object_get(old, KEY_METADATA);
    if (metadata) {
        json_object_set_new(made, KEY_METADATA, texts);
        for (size_t i = 0, count = keys_of(old_texts, keys); i < count; i++)
            json_object_set(texts, keys[i], json_object_get(old_texts, keys[i]));
        json_object_set_new(texts, "format", json_string("pt"));
    } else {
        json_decref(texts);
    }
    for (size_t i = 0, count = keys_of(old, keys); i < count; i++) {
        json_t *array = json_object_get(old, keys[i]), *offsets = json_object_get(array, "data_offsets");
        if (array == old_texts)
            continue;
        size_t begin = (size_t)json_integer_value(json_array_get(offsets, 0));
        size_t count_bytes = (size_t)json_integer_value(json_array_get(offsets, 1)) - begin;
        memcpy(values + used, bytes + LENGTH_BYTES + length + begin, count_bytes);
        json_array_set_new(offsets, 0, json_integer((json_int_t)used));
        json_array_set_new(offsets, 1, json_integer((json_int_t)(used += count_bytes)));
        size_t cut = strncmp(keys[i], prefix, strlen(prefix)) == 0 ? strlen(prefix) : 0;
        json_object_set(made, keys[i] + cut, array);
    }
    char *text = json_dumps(made, JSON_COMPACT), *file = malloc(LENGTH_BYTES + strlen(text) + 7 + used);
    length = (strlen(text) + 7) / 8 * 8;
    memcpy(file, &length, sizeof length);
    memset(file + LENGTH_BYTES, ' ', length);
    memcpy(file + LENGTH_BYTES, text, strlen(text));
    memcpy(file + LENGTH_BYTES + length, values, used);
    write_file(path, file, LENGTH_BYTES + length + used);
    free(file);
    free(text);
    free(bytes);
    free(values);
    json_decref(old);
    json_decref(made);
}

static coulomb_network *saved, *loaded;
static const char *ours, *theirs;

static void setup(void)
{
    begin_files();
    saved = make_network("mlp-generator", 3, 5, 1);
    loaded = make_network("mlp-generator", 3, 5, 2);
    ours = in_directory("ours.safetensors");
    theirs = in_directory("theirs.safetensors");
    ck_assert(!same_parameters(saved, loaded));
    ck_ok(context, coulomb_network_save(saved, ours));
}

static void teardown(void)
{
    coulomb_network_free(saved);
    coulomb_network_free(loaded);
    end_files();
}

START_TEST(parameters_come_back_to_the_last_bit)
{
    const float odd[3] = {-0.0f, 1e-45f, -3.4028235e38f};
    ck_ok(context, coulomb_network_write_parameter(saved, "dense3.bias", odd, 3));
    ck_ok(context, coulomb_network_save(saved, ours));
    ck_ok(context, coulomb_network_load_parameters(loaded, ours, COULOMB_PART_ONLY));
    ck_assert(same_parameters(saved, loaded));
}
END_TEST

START_TEST(file_that_was_saved_again_is_read)
{
    coulomb_network *opened;
    save_again(ours, theirs, true, "");
    ck_ok(context, coulomb_network_load_parameters(loaded, theirs, COULOMB_PART_ONLY));
    ck_assert(same_parameters(saved, loaded));
    ck_ok(context, coulomb_network_open(context, theirs, COULOMB_PART_ONLY, &opened));
    ck_assert(same_parameters(saved, opened));
    coulomb_network_free(opened);
}
END_TEST

START_TEST(names_need_no_prefix_and_no_metadata)
{
    save_again(ours, theirs, false, "network.");
    ck_ok(context, coulomb_network_load_parameters(loaded, theirs, COULOMB_PART_ONLY));
    ck_assert(same_parameters(saved, loaded));
    ck_ok(context, coulomb_network_initialize(loaded, 2));
    ck_ok(context, coulomb_network_load_parameters(loaded, theirs, COULOMB_PART_AVERAGE));
    ck_assert(same_parameters(saved, loaded));
}
END_TEST

START_TEST(trainer_that_was_saved_again_goes_on)
{
    coulomb_network *discriminator = make_network("mlp-discriminator", 3, 0, 4), *opened;
    coulomb_trainer *trainer;
    ck_ok(context, coulomb_trainer_new(context, saved, discriminator, &trainer));
    ck_ok(context, coulomb_trainer_save(trainer, ours));
    ck_ok(context, coulomb_network_load_parameters(loaded, ours, COULOMB_PART_GENERATOR));
    ck_assert(same_parameters(saved, loaded));
    ck_fails(context, coulomb_network_load_parameters(loaded, ours, COULOMB_PART_ONLY), COULOMB_ERROR_MISMATCH,
             "neither an array 'network.dense1.weight' nor 'dense1.weight'");
    save_again(ours, theirs, true, "");
    ck_ok(context, coulomb_network_open(context, theirs, COULOMB_PART_DISCRIMINATOR, &opened));
    ck_assert(same_parameters(discriminator, opened));
    coulomb_network_free(opened);
    coulomb_trainer_free(trainer);
    coulomb_network_free(discriminator);
}
END_TEST

/* --- files made by hand, without checksums --- */

static void write_plain(const char *path, const char *header, const void *values, size_t size)
{
    uint64_t length = strlen(header);
    char *file = malloc(LENGTH_BYTES + length + size);
    memcpy(file, &length, sizeof length);
    memcpy(file + LENGTH_BYTES, header, length);
    memcpy(file + LENGTH_BYTES + length, values, size);
    write_file(path, file, LENGTH_BYTES + length + size);
    free(file);
}

#define ARRAY(name, type, shape, begin, end)                                                                           \
    "\"" name "\":{\"dtype\":\"" type "\",\"shape\":[" shape "],\"data_offsets\":[" #begin "," #end "]}"
#define WEIGHT ARRAY("d.weight", "F32", "2,1", 4, 12)
#define BIAS ARRAY("d.bias", "F32", "1", 0, 4)

/* In front of three float32 and then 32 bytes of anything. */
static const struct {
    const char *header;
    coulomb_status status;
    const char *part;
} files[] = {
    {"{" WEIGHT "," BIAS "," ARRAY("rest", "F32", "8", 12, 44) "}", COULOMB_OK, ""},
    {"{" ARRAY("rest", "F32", "8", 12, 44) "," BIAS "," WEIGHT "}   ", COULOMB_OK, ""},
    {"{\"__metadata__\":{\"d.weight\":\"x\"}," BIAS "," ARRAY("rest", "I64", "4", 12, 44) "," WEIGHT "}", COULOMB_OK,
     ""},
    {"{" WEIGHT "," BIAS "," ARRAY("count", "I64", "", 12, 20) "," ARRAY("half", "BF16", "3,4", 20, 44) "}", COULOMB_OK,
     ""},
    {"{" WEIGHT "," BIAS "," ARRAY("rest", "F8_E4M3", "32", 12, 44) "," ARRAY("none", "F32", "0", 44, 44) "}",
     COULOMB_OK, ""},
    {"{" WEIGHT "," BIAS "," ARRAY("rest", "F32", "9", 12, 44) "}", COULOMB_ERROR_FORMAT, "shape of 36 bytes"},
    {"{" WEIGHT "," BIAS "}", COULOMB_ERROR_FORMAT, "32 bytes after its last array"},
    {"{" WEIGHT "," BIAS "," ARRAY("rest", "I64", "4", 8, 44) "}", COULOMB_ERROR_FORMAT,
     "array 'rest' starts at byte 8"},
    {"{" WEIGHT "," BIAS "," ARRAY("rest", "I64", "4", 12, 48) "}", COULOMB_ERROR_FORMAT, "ends within array 'rest'"},
    {"{" WEIGHT "," ARRAY("rest", "I64", "4", 12, 44) "}", COULOMB_ERROR_FORMAT, "array 'd.weight' starts at byte 4"},
    {"{" WEIGHT "," ARRAY("e.bias", "F32", "1", 0, 4) "," ARRAY("rest", "I64", "4", 12, 44) "}", COULOMB_ERROR_MISMATCH,
     "neither an array 'network.d.bias' nor 'd.bias'"},
    {"{" WEIGHT "," ARRAY("d.bias", "F32", "1,1", 0, 4) "," ARRAY("rest", "I64", "4", 12, 44) "}",
     COULOMB_ERROR_MISMATCH, "'d.bias' has shape [1, 1]; expected [1]"},
    {"{" WEIGHT "," ARRAY("d.bias", "F16", "2", 0, 4) "," ARRAY("rest", "I64", "4", 12, 44) "}", COULOMB_ERROR_MISMATCH,
     "'d.bias' has dtype F16; expected F32"},
    {"{\"__metadata__\":{\"x\":1}," WEIGHT "," BIAS "}", COULOMB_ERROR_FORMAT, "not a string"},
    {"{\"__metadata__\":[]," WEIGHT "," BIAS "}", COULOMB_ERROR_FORMAT, "its metadata is not a JSON object"},
    {"[]", COULOMB_ERROR_FORMAT, "not valid JSON"},
    {"{ }", COULOMB_ERROR_FORMAT, "the checksums are not at its start"},
};

static coulomb_network *small_network(void)
{
    const size_t two = 2;
    coulomb_network *network;
    int32_t node;
    ck_ok(context, coulomb_network_new(context, &network));
    ck_ok(context, coulomb_network_input(network, &two, 1, &node));
    ck_ok(context, coulomb_network_dense(network, node, 1, "d", &node));
    ck_ok(context, coulomb_network_finish(network, node, 1));
    return network;
}

START_TEST(arrays_match_by_name_and_shape)
{
    const float values[11] = {7, 1, 2};
    float weight[2], bias;
    coulomb_network *network = small_network(), *same = small_network();
    write_plain(theirs, files[_i].header, values, sizeof values);
    coulomb_status status = coulomb_network_load_parameters(network, theirs, COULOMB_PART_ONLY);
    if (files[_i].status == COULOMB_OK) {
        ck_ok(context, status);
        ck_ok(context, coulomb_network_read_parameter(network, "d.weight", weight, 2));
        ck_ok(context, coulomb_network_read_parameter(network, "d.bias", &bias, 1));
        ck_assert(bias == 7 && weight[0] == 1 && weight[1] == 2);
    } else {
        ck_fails(context, status, files[_i].status, files[_i].part);
        ck_assert(same_parameters(network, same));
    }
    coulomb_network_free(network);
    coulomb_network_free(same);
}
END_TEST

START_TEST(values_must_be_finite_where_they_are_wanted)
{
    float values[11] = {7, 1, 2, NAN};
    coulomb_network *network = small_network(), *same = small_network();
    write_plain(theirs, files[0].header, values, sizeof values);
    ck_ok(context, coulomb_network_load_parameters(network, theirs, COULOMB_PART_ONLY));
    values[2] = INFINITY;
    write_plain(theirs, files[0].header, values, sizeof values);
    ck_fails(context, coulomb_network_load_parameters(same, theirs, COULOMB_PART_ONLY), COULOMB_ERROR_FORMAT,
             "value 1 of array 'd.weight' is inf");
    coulomb_network_free(network);
    coulomb_network_free(same);
}
END_TEST

/* The unwanted part of a file takes no memory, however large it is. */
START_TEST(memory_is_that_of_the_parameters)
{
    const float values[3] = {7, 1, 2};
    coulomb_network *network = small_network();
    const char header[] = "{" WEIGHT "," BIAS "," ARRAY("rest", "I64", "536870912", 12, 4294967308) "}";
    write_plain(theirs, header, values, sizeof values);
    ck_assert_int_eq(truncate(theirs, LENGTH_BYTES + (off_t)strlen(header) + 4294967308), 0);
    memory.largest = 0;
    ck_ok(context, coulomb_network_load_parameters(network, theirs, COULOMB_PART_ONLY));
    ck_assert_uint_lt(memory.largest, 20000);
    coulomb_network_free(network);
}
END_TEST

START_TEST(arguments_of_loading_are_checked)
{
    coulomb_network *raw;
    ck_ok(context, coulomb_network_new(context, &raw));
    ck_assert_int_eq(coulomb_network_load_parameters(NULL, ours, COULOMB_PART_ONLY), COULOMB_ERROR_ARGUMENT);
    ck_fails(context, coulomb_network_load_parameters(raw, ours, COULOMB_PART_ONLY), COULOMB_ERROR_STATE,
             "not finished");
    ck_fails(context, coulomb_network_load_parameters(loaded, NULL, COULOMB_PART_ONLY), COULOMB_ERROR_ARGUMENT,
             "path is NULL");
    ck_fails(context, coulomb_network_load_parameters(loaded, "", COULOMB_PART_ONLY), COULOMB_ERROR_ARGUMENT,
             "path is empty");
    ck_fails(context, coulomb_network_load_parameters(loaded, ours, 9), COULOMB_ERROR_ARGUMENT, "part is 9");
    coulomb_network_free(raw);
}
END_TEST

/* Ours have checksums, which are checked. */
START_TEST(changed_value_is_noticed)
{
    size_t size;
    char *bytes = read_file(ours, &size);
    bytes[size - 3] ^= 1;
    ck_fails(context, coulomb_network_load_parameters_bytes(loaded, bytes, size, COULOMB_PART_ONLY),
             COULOMB_ERROR_FORMAT, "its values are damaged");
    bytes[size - 3] ^= 1;
    ck_ok(context, coulomb_network_load_parameters_bytes(loaded, bytes, size, COULOMB_PART_ONLY));
    free(bytes);
}
END_TEST

START_TEST(short_memory_loads_nothing)
{
    coulomb_network *same = make_network("mlp-generator", 3, 5, 2);
    size_t live = memory.blocks, failures = 0;
    for (size_t at = 1;; at++, failures++) {
        memory.calls = 0;
        memory.fail_at = at;
        coulomb_status status = coulomb_network_load_parameters(loaded, ours, COULOMB_PART_ONLY);
        ck_assert_uint_eq(memory.blocks, live);
        if (status == COULOMB_OK)
            break;
        ck_assert_int_eq(status, COULOMB_ERROR_MEMORY);
        ck_assert(same_parameters(loaded, same));
    }
    memory.fail_at = 0;
    ck_assert_uint_ge(failures, 4);
    coulomb_network_free(same);
}
END_TEST

TCase *checkpoint_foreign(void)
{
    TCase *tests = tcase_create("foreign");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, parameters_come_back_to_the_last_bit);
    tcase_add_test(tests, file_that_was_saved_again_is_read);
    tcase_add_test(tests, names_need_no_prefix_and_no_metadata);
    tcase_add_test(tests, trainer_that_was_saved_again_goes_on);
    tcase_add_loop_test(tests, arrays_match_by_name_and_shape, 0, (int)(sizeof files / sizeof *files));
    tcase_add_test(tests, values_must_be_finite_where_they_are_wanted);
    tcase_add_test(tests, memory_is_that_of_the_parameters);
    tcase_add_test(tests, arguments_of_loading_are_checked);
    tcase_add_test(tests, changed_value_is_noticed);
    tcase_add_test(tests, short_memory_loads_nothing);
    return tests;
}
