/* A header as such: sound from its first byte to its last, and its arrays cover the rest of the file exactly. */
#include "checkpoint/safetensors.h"

#include <stdio.h>
#include <string.h>

coulomb_status refuse(const file_reading *reading, coulomb_status code, const char *format, ...)
{
    char reason[384];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    return fail(reading->state->context, code, "cannot load '%s': %s", reading->path.text, reason);
}

coulomb_status header_measure(file_reading *reading, const unsigned char length[LENGTH_BYTES])
{
    uint64_t header = 0;
    for (int i = 0; i < LENGTH_BYTES; i++)
        header |= (uint64_t)length[i] << 8 * i;
    size_t left = reading->size - LENGTH_BYTES;
    if (header > left)
        return refuse(reading, COULOMB_ERROR_FORMAT, "it ends within its header, or is not a safetensors file");
    if (header > HEADER_MOST)
        return refuse(reading, COULOMB_ERROR_FORMAT, "its header has %zu bytes; expected at most %d", (size_t)header,
                      HEADER_MOST);
    reading->block_size = LENGTH_BYTES + (size_t)header;
    if (reading->block_size < BLOCK_LEAST)
        return refuse(reading, COULOMB_ERROR_FORMAT, "its header has %zu bytes; expected at least %d", (size_t)header,
                      BLOCK_LEAST - LENGTH_BYTES);
    return COULOMB_OK;
}

static coulomb_status check_seal(file_reading *reading, const char *block)
{
    size_t middle = CHECKSUM_AT + CHECKSUM_DIGITS;
    if (memcmp(block + LENGTH_BYTES, HEADER_START, sizeof HEADER_START - 1) != 0 ||
        memcmp(block + middle, HEADER_MIDDLE, sizeof HEADER_MIDDLE - 1) != 0)
        return refuse(reading, COULOMB_ERROR_FORMAT,
                      "its header does not begin as libcoulomb's do: written by another program, or damaged");
    checksum_text sum = block_checksum(block, reading->block_size);
    if (memcmp(sum.digits, block + CHECKSUM_AT, CHECKSUM_DIGITS) != 0)
        return refuse(reading, COULOMB_ERROR_FORMAT, "its header is damaged: the checksum is %s, the file says '%s'",
                      sum.digits, quote_bytes(block + CHECKSUM_AT, CHECKSUM_DIGITS).text);
    return COULOMB_OK;
}

static coulomb_status check_metadata(file_reading *reading)
{
    reading->metadata = json_object_get(reading->header, KEY_METADATA);
    const char *key;
    json_t *value;
    json_object_foreach(reading->metadata, key, value)
    {
        if (!json_is_string(value))
            return refuse(reading, COULOMB_ERROR_FORMAT, "'%s' in its metadata is not a string", quote(key, 0).text);
    }
    const char *version = json_string_value(json_object_get(reading->metadata, KEY_FORMAT));
    if (version == NULL || strcmp(version, FORMAT_VERSION) != 0)
        return refuse(reading, COULOMB_ERROR_FORMAT, "its format is version %s; this library reads " FORMAT_VERSION,
                      version == NULL ? "unknown" : quote(version, 0).text);
    return COULOMB_OK;
}

/* A whole number, 0 or above, that fits. */
static bool get_size(const json_t *value, size_t *size)
{
    if (!json_is_integer(value) || json_integer_value(value) < 0 || (uint64_t)json_integer_value(value) > SIZE_MAX)
        return false;
    *size = (size_t)json_integer_value(value);
    return true;
}

/* Bytes of float32 of that shape, of any rank; false if it is no shape or they do not fit. */
static bool get_bytes(const json_t *shape, size_t *bytes)
{
    *bytes = sizeof(float);
    for (size_t i = 0; i < json_array_size(shape); i++) {
        size_t extent;
        if (!get_size(json_array_get(shape, i), &extent) || !size_product(*bytes, extent, bytes))
            return false;
    }
    return json_is_array(shape);
}

/* The array must start where the one before ended: no holes, no overlaps, in ascending order. */
static coulomb_status check_array(const file_reading *reading, const char *name, const json_t *array, size_t *end)
{
    const char *type = json_string_value(json_object_get(array, "dtype"));
    if (type == NULL || json_object_size(array) != 3)
        return refuse(reading, COULOMB_ERROR_FORMAT, "array '%s' is not described by dtype, shape and data_offsets",
                      name);
    if (strcmp(type, "F32") != 0)
        return refuse(reading, COULOMB_ERROR_FORMAT, "array '%s' has dtype %s; expected F32", name,
                      quote(type, 0).text);
    size_t bytes, begin;
    if (!get_bytes(json_object_get(array, "shape"), &bytes))
        return refuse(reading, COULOMB_ERROR_FORMAT, "array '%s' has no shape that fits into memory", name);
    const json_t *offsets = json_object_get(array, "data_offsets");
    if (json_array_size(offsets) != 2 || !get_size(json_array_get(offsets, 0), &begin) || begin != *end)
        return refuse(reading, COULOMB_ERROR_FORMAT, "array '%s' does not start at byte %zu, where the one before ends",
                      name, *end);
    if (!get_size(json_array_get(offsets, 1), end) || *end < begin || *end - begin != bytes)
        return refuse(reading, COULOMB_ERROR_FORMAT,
                      "array '%s' has a shape of %zu bytes, but not offsets so far apart", name, bytes);
    if (*end > reading->size - reading->block_size)
        return refuse(reading, COULOMB_ERROR_FORMAT, "the file ends within array '%s'", name);
    return COULOMB_OK;
}

static coulomb_status check_arrays(const file_reading *reading)
{
    size_t end = 0;
    const char *name;
    json_t *array;
    json_object_foreach(reading->header, name, array)
    {
        if (array == reading->metadata)
            continue;
        coulomb_status status = check_array(reading, quote(name, 0).text, array, &end);
        if (status != COULOMB_OK)
            return status;
    }
    size_t behind = reading->size - reading->block_size - end;
    if (behind > 0)
        return refuse(reading, COULOMB_ERROR_FORMAT, "the file has %zu bytes behind its last array", behind);
    return COULOMB_OK;
}

coulomb_status header_read(file_reading *reading, const char *block)
{
    coulomb_status status = check_seal(reading, block);
    if (status != COULOMB_OK)
        return status;
    memcpy(reading->data_checksum.digits, block + DATA_CHECKSUM_AT, CHECKSUM_DIGITS);
    json_error_t error;
    reading->header =
        json_loadb(block + LENGTH_BYTES, reading->block_size - LENGTH_BYTES, JSON_REJECT_DUPLICATES, &error);
    if (reading->header == NULL && json_error_code(&error) == json_error_out_of_memory)
        return refuse(reading, COULOMB_ERROR_MEMORY, "no memory for its header");
    if (reading->header == NULL)
        return refuse(reading, COULOMB_ERROR_FORMAT, "its header is not sound JSON: %s", quote(error.text, 0).text);
    status = check_metadata(reading);
    return status == COULOMB_OK ? check_arrays(reading) : status;
}
