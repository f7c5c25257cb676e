/* From a state to a file, or to memory: the header with its checksums, then the values. */
#include "checkpoint/safetensors.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* An array's values, until the next call; NULL and the reason in *status. */
static const float *view(saved_state *state, const state_array *array, coulomb_status *status)
{
    return device_view(context_device(state->context), &state->room, array->values, array->size, sizeof(float), status);
}

/* Checksum of all values, which must be finite: a file with others could not be loaded. */
static coulomb_status check_values(saved_state *state, checksum_text *printed)
{
    uLong sum = 0;
    const state_array *arrays = state->arrays.data;
    for (size_t i = 0; i < state->array_count; i++) {
        const state_array *array = &arrays[i];
        coulomb_status status;
        const float *values = view(state, array, &status);
        if (status != COULOMB_OK)
            return status;
        size_t bad = find_not_finite(state->context, values, array->size, NULL);
        if (bad < array->size)
            return fail(state->context, COULOMB_ERROR_NOT_FINITE, "value %zu of '%s' is %g; expected finite numbers",
                        bad, array->name, (double)values[bad]);
        sum = crc32_z(sum, (const Bytef *)values, array->size * sizeof(float));
    }
    *printed = checksum_print(sum);
    return COULOMB_OK;
}

/* Put `value`, which is taken over, under a new name. */
static coulomb_status put(coulomb_context *context, json_t *object, const char *name, json_t *value)
{
    if (json_object_get(object, name) != NULL) {
        json_decref(value);
        return fail(context, COULOMB_ERROR_ARGUMENT, "two entries of a checkpoint are named '%s'", name);
    }
    if (json_object_set_new(object, name, value) != 0)
        return fail(context, COULOMB_ERROR_MEMORY, "out of memory for the checkpoint's header");
    return COULOMB_OK;
}

static coulomb_status put_metadata(const saved_state *state, const char *kind, const char *data_checksum,
                                   json_t *metadata)
{
    const char *const fixed[][2] = {
        {KEY_CHECKSUM, "00000000"}, {KEY_DATA_CHECKSUM, data_checksum}, {KEY_FORMAT, FORMAT_VERSION}, {KEY_KIND, kind}};
    coulomb_status status = COULOMB_OK;
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed && status == COULOMB_OK; i++)
        status = put(state->context, metadata, fixed[i][0], json_string(fixed[i][1]));
    const state_number *numbers = state->numbers.data;
    for (size_t i = 0; i < state->number_count && status == COULOMB_OK; i++) {
        char text[24];
        snprintf(text, sizeof text, "%" PRIu64, *numbers[i].value);
        status = put(state->context, metadata, numbers[i].name, json_string(text));
    }
    const state_setting *settings = state->settings.data;
    for (size_t i = 0; i < state->setting_count && status == COULOMB_OK; i++)
        if (!setting_is_standard(&settings[i]))
            status = put(state->context, metadata, settings[i].name, json_string(settings[i].text));
    return status;
}

/* {"dtype": "F32", "shape": [...], "data_offsets": [begin, end]} */
static json_t *describe_array(const state_array *array, size_t begin)
{
    json_t *extents = json_array();
    for (size_t i = 0; i < array->shape.rank; i++)
        if (json_array_append_new(extents, json_integer((json_int_t)array->shape.extent[i])) != 0) {
            json_decref(extents);
            return NULL;
        }
    size_t end = begin + array->size * sizeof(float);
    return json_pack("{s:s, s:o, s:[I, I]}", "dtype", "F32", "shape", extents, "data_offsets", (json_int_t)begin,
                     (json_int_t)end);
}

static coulomb_status put_arrays(const saved_state *state, json_t *header)
{
    const state_array *arrays = state->arrays.data;
    size_t begin = 0;
    for (size_t i = 0; i < state->array_count; i++) {
        coulomb_status status = put(state->context, header, arrays[i].name, describe_array(&arrays[i], begin));
        if (status != COULOMB_OK)
            return status;
        begin += arrays[i].size * sizeof(float);
    }
    return COULOMB_OK;
}

/* jansson takes some failures of memory for the end of the text, so it is read again before a file is replaced by it.
 */
static bool says_the_same(const char *text, size_t length, const json_t *header)
{
    json_t *read = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
    bool same = read != NULL && json_equal(read, header);
    json_decref(read);
    return same;
}

/* Length, text with the seal's space, padding, and the checksum of it all. */
static coulomb_status print_block(const saved_state *state, const json_t *header, char **block, size_t *size)
{
    size_t used = json_dumpb(header, NULL, 0, JSON_COMPACT);
    size_t length = piece_count(used + 1, LENGTH_BYTES) * LENGTH_BYTES;
    if (used == 0)
        return fail(state->context, COULOMB_ERROR_MEMORY, "out of memory for the checkpoint's header");
    if (length > HEADER_MOST)
        return fail(state->context, COULOMB_ERROR_ARGUMENT,
                    "the checkpoint's header has %zu bytes; expected at most %d", length, HEADER_MOST);
    char *made = memory_get(state->context, LENGTH_BYTES + length, 1);
    if (made == NULL)
        return COULOMB_ERROR_MEMORY;
    for (int i = 0; i < LENGTH_BYTES; i++)
        made[i] = (char)((uint64_t)length >> 8 * i & 255);
    memset(made + LENGTH_BYTES, ' ', length);
    json_dumpb(header, made + LENGTH_BYTES + 1, used, JSON_COMPACT);
    memcpy(made + LENGTH_BYTES, HEADER_SEAL, sizeof HEADER_SEAL - 1);
    if (!says_the_same(made + LENGTH_BYTES, length, header)) {
        memory_release(state->context, made);
        return fail(state->context, COULOMB_ERROR_MEMORY, "out of memory for the checkpoint's header");
    }
    *block = made;
    *size = LENGTH_BYTES + length;
    checksum_text sum = block_checksum(made, *size);
    memcpy(made + CHECKSUM_AT, sum.digits, CHECKSUM_DIGITS);
    return COULOMB_OK;
}

/* The block's size does not depend on the values: `sized` leaves them alone. */
static coulomb_status make_block(saved_state *state, const char *kind, bool sized, char **block, size_t *size)
{
    checksum_text data_checksum = checksum_print(0);
    coulomb_status status = sized ? COULOMB_OK : check_values(state, &data_checksum);
    if (status != COULOMB_OK)
        return status;
    json_t *header = json_object(), *metadata = json_object();
    status = put(state->context, header, KEY_METADATA, metadata);
    if (status == COULOMB_OK)
        status = put_metadata(state, kind, data_checksum.digits, metadata);
    if (status == COULOMB_OK)
        status = put_arrays(state, header);
    if (status == COULOMB_OK)
        status = print_block(state, header, block, size);
    json_decref(header);
    return status;
}

static coulomb_status write_all(replacement *file, saved_state *state, const char *block, size_t block_size)
{
    coulomb_status status = replacement_write(file, block, block_size);
    const state_array *arrays = state->arrays.data;
    for (size_t i = 0; i < state->array_count && status == COULOMB_OK; i++) {
        const float *values = view(state, &arrays[i], &status);
        if (status == COULOMB_OK)
            status = replacement_write(file, values, arrays[i].size * sizeof(float));
    }
    return status == COULOMB_OK ? replacement_finish(file) : status;
}

static coulomb_status save_under(saved_state *state, const char *path, const char *block, size_t block_size)
{
    replacement file;
    coulomb_status status = replacement_begin(&file, state->context, path);
    if (status == COULOMB_OK)
        status = write_all(&file, state, block, block_size);
    replacement_end(&file);
    return status;
}

static coulomb_status save_into(saved_state *state, const file_target *target, const char *block, size_t block_size)
{
    const state_array *arrays = state->arrays.data;
    size_t size = block_size;
    for (size_t i = 0; i < state->array_count; i++)
        size += arrays[i].size * sizeof(float);
    if (target->capacity > 0 && target->capacity < size) {
        *target->size = size;
        return fail(state->context, COULOMB_ERROR_ARGUMENT, "capacity is %zu bytes; expected 0 or at least %zu",
                    target->capacity, size);
    }
    coulomb_status status = COULOMB_OK;
    if (target->capacity > 0) {
        char *at = memcpy(target->bytes, block, block_size);
        at += block_size;
        for (size_t i = 0; i < state->array_count && status == COULOMB_OK; at += arrays[i++].size * sizeof(float)) {
            const float *values = view(state, &arrays[i], &status);
            if (status == COULOMB_OK)
                memcpy(at, values, arrays[i].size * sizeof(float));
        }
    }
    if (status == COULOMB_OK)
        *target->size = size;
    return status;
}

static coulomb_status check_target(const saved_state *state, const file_target *target)
{
    const char *path = target->path;
    if (!target->in_memory && (path == NULL || path[0] == '\0'))
        return fail(state->context, COULOMB_ERROR_ARGUMENT, "path is %s", path == NULL ? "NULL" : "empty");
    if (target->in_memory && target->size == NULL)
        return fail(state->context, COULOMB_ERROR_ARGUMENT, "size is NULL");
    if (target->in_memory && target->bytes == NULL && target->capacity > 0)
        return fail(state->context, COULOMB_ERROR_ARGUMENT, "bytes is NULL, but capacity is %zu", target->capacity);
    return COULOMB_OK;
}

coulomb_status state_save(saved_state *state, const char *kind, const file_target *target)
{
    coulomb_status status = state->status == COULOMB_OK ? check_target(state, target) : state->status;
    if (status != COULOMB_OK)
        return status;
    char *block = NULL;
    size_t block_size = 0;
    status = make_block(state, kind, target->in_memory && target->capacity == 0, &block, &block_size);
    if (status == COULOMB_OK)
        status = target->in_memory ? save_into(state, target, block, block_size)
                                   : save_under(state, target->path, block, block_size);
    memory_release(state->context, block);
    return status;
}
