/* The header of a safetensors file: sound from the first byte to the last, with arrays that cover the rest of the file
 * exactly. */
#include "checkpoint/safetensors.h"

#include <stdlib.h>
#include <string.h>

/* Find the block's size: what follows may allocate that much. */
static coulomb_status measure_block(file_reading *reading)
{
    unsigned char length[LENGTH_BYTES];
    if (reading->size == 0)
        return refuse(reading, COULOMB_ERROR_FORMAT, "it is empty");
    if (reading->size < LENGTH_BYTES)
        return refuse(reading, COULOMB_ERROR_FORMAT, "it has %zu bytes, fewer than the smallest safetensors file",
                      reading->size);
    coulomb_status status = source_read(reading, 0, length, LENGTH_BYTES);
    if (status != COULOMB_OK)
        return status;
    uint64_t header = 0;
    for (int i = 0; i < LENGTH_BYTES; i++)
        header |= (uint64_t)length[i] << 8 * i;
    if (header > reading->size - LENGTH_BYTES)
        return refuse(reading, COULOMB_ERROR_FORMAT, "it ends within its header, or is not a safetensors file");
    if (header > HEADER_MOST)
        return refuse(reading, COULOMB_ERROR_FORMAT, "its header has %zu bytes; expected at most %d", (size_t)header,
                      HEADER_MOST);
    reading->block_size = LENGTH_BYTES + (size_t)header;
    return COULOMB_OK;
}

static coulomb_status check_seal(file_reading *reading, const char *block)
{
    const char *header = block + LENGTH_BYTES;
    size_t seal = sizeof HEADER_SEAL - 1;
    reading->sealed = reading->block_size >= LENGTH_BYTES + seal && memcmp(header, HEADER_SEAL, seal) == 0;
    if (!reading->sealed)
        return COULOMB_OK;
    if (reading->block_size < BLOCK_LEAST || memcmp(header, HEADER_START, sizeof HEADER_START - 1) != 0 ||
        memcmp(block + CHECKSUM_AT + CHECKSUM_DIGITS, HEADER_MIDDLE, sizeof HEADER_MIDDLE - 1) != 0)
        return refuse(reading, COULOMB_ERROR_FORMAT, "its header is damaged: the checksums are not at its start");
    checksum_text sum = block_checksum(block, reading->block_size);
    if (memcmp(sum.digits, block + CHECKSUM_AT, CHECKSUM_DIGITS) != 0)
        return refuse(reading, COULOMB_ERROR_FORMAT,
                      "its header is damaged: the computed checksum is %s, the stored one '%s'", sum.digits,
                      quote_bytes(block + CHECKSUM_AT, CHECKSUM_DIGITS).text);
    memcpy(reading->data_checksum.digits, block + DATA_CHECKSUM_AT, CHECKSUM_DIGITS);
    return COULOMB_OK;
}

static coulomb_status check_metadata(file_reading *reading)
{
    reading->metadata = json_object_get(reading->header, KEY_METADATA);
    if (reading->metadata != NULL && !json_is_object(reading->metadata))
        return refuse(reading, COULOMB_ERROR_FORMAT, "its metadata is not a JSON object");
    const char *key;
    json_t *value;
    json_object_foreach(reading->metadata, key, value)
    {
        if (!json_is_string(value))
            return refuse(reading, COULOMB_ERROR_FORMAT, "'%s' in its metadata is not a string", quote(key, 0).text);
    }
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

static bool is_float32(const json_t *array)
{
    return strcmp(json_string_value(json_object_get(array, "dtype")), "F32") == 0;
}

/* Values of that shape, of any rank; false if it is not a shape or they do not fit. */
static bool get_values(const json_t *shape, size_t *values)
{
    *values = 1;
    for (size_t i = 0; i < json_array_size(shape); i++) {
        size_t extent;
        if (!get_size(json_array_get(shape, i), &extent) || !size_product(*values, extent, values))
            return false;
    }
    return json_is_array(shape);
}

/* Where an array of the file is. */
typedef struct file_place {
    const char *name;
    size_t begin, end;
} file_place;

static coulomb_status check_array(const file_reading *reading, const char *name, const json_t *array, file_place *place)
{
    *place = (file_place){.name = name};
    quoted shown = quote(name, 0);
    const json_t *offsets = json_object_get(array, "data_offsets"), *shape = json_object_get(array, "shape");
    size_t values, bytes;
    if (!json_is_string(json_object_get(array, "dtype")) || shape == NULL || json_object_size(array) != 3)
        return refuse(reading, COULOMB_ERROR_FORMAT, "array '%s' lacks dtype, shape or data_offsets", shown.text);
    if (!get_values(shape, &values) || !size_product(values, sizeof(float), &bytes))
        return refuse(reading, COULOMB_ERROR_FORMAT,
                      "the shape of array '%s' is not a list of sizes that fit into memory", shown.text);
    if (json_array_size(offsets) != 2 || !get_size(json_array_get(offsets, 0), &place->begin) ||
        !get_size(json_array_get(offsets, 1), &place->end) || place->end < place->begin)
        return refuse(reading, COULOMB_ERROR_FORMAT, "the data_offsets of array '%s' are not two ascending sizes",
                      shown.text);
    if (is_float32(array) && place->end - place->begin != bytes)
        return refuse(reading, COULOMB_ERROR_FORMAT,
                      "array '%s' has a shape of %zu bytes, but data_offsets of %zu bytes", shown.text, bytes,
                      place->end - place->begin);
    if (place->end > reading->size - reading->block_size)
        return refuse(reading, COULOMB_ERROR_FORMAT, "the file ends within array '%s'", shown.text);
    return COULOMB_OK;
}

static int by_place(const void *left, const void *right)
{
    const file_place *a = left, *b = right;
    if (a->begin != b->begin)
        return a->begin < b->begin ? -1 : 1;
    return a->end < b->end ? -1 : a->end > b->end;
}

/* No holes and no overlaps: each array starts where the array before it ends. */
static coulomb_status check_places(const file_reading *reading, file_place *places, size_t count)
{
    size_t end = 0;
    qsort(places, count, sizeof *places, by_place);
    for (size_t i = 0; i < count; end = places[i++].end)
        if (places[i].begin != end)
            return refuse(reading, COULOMB_ERROR_FORMAT,
                          "array '%s' starts at byte %zu; expected byte %zu, where the array before it ends",
                          quote(places[i].name, 0).text, places[i].begin, end);
    size_t behind = reading->size - reading->block_size - end;
    if (behind > 0)
        return refuse(reading, COULOMB_ERROR_FORMAT, "the file has %zu bytes after its last array; expected none",
                      behind);
    return COULOMB_OK;
}

static coulomb_status check_arrays(const file_reading *reading)
{
    file_place *places = memory_get(reading->context, json_object_size(reading->header), sizeof *places);
    if (places == NULL)
        return COULOMB_ERROR_MEMORY;
    coulomb_status status = COULOMB_OK;
    size_t count = 0;
    const char *name;
    json_t *array;
    json_object_foreach(reading->header, name, array)
    {
        if (array != reading->metadata && status == COULOMB_OK)
            status = check_array(reading, name, array, &places[count++]);
    }
    if (status == COULOMB_OK)
        status = check_places(reading, places, count);
    memory_release(reading->context, places);
    return status;
}

static coulomb_status parse_header(file_reading *reading, const char *block)
{
    json_error_t error;
    reading->header =
        json_loadb(block + LENGTH_BYTES, reading->block_size - LENGTH_BYTES, JSON_REJECT_DUPLICATES, &error);
    if (reading->header == NULL && json_error_code(&error) == json_error_out_of_memory)
        return refuse(reading, COULOMB_ERROR_MEMORY, "out of memory for its header");
    if (!json_is_object(reading->header))
        return refuse(reading, COULOMB_ERROR_FORMAT,
                      "its header is not valid JSON, or it is not a safetensors file%s%s",
                      reading->header == NULL ? ": " : "", reading->header == NULL ? quote(error.text, 0).text : "");
    coulomb_status status = check_metadata(reading);
    return status == COULOMB_OK ? check_arrays(reading) : status;
}

static coulomb_status read_header(file_reading *reading)
{
    coulomb_status status = measure_block(reading);
    if (status != COULOMB_OK)
        return status;
    char *block = memory_get(reading->context, reading->block_size, 1);
    if (block == NULL)
        return COULOMB_ERROR_MEMORY;
    status = source_read(reading, 0, block, reading->block_size);
    if (status == COULOMB_OK)
        status = check_seal(reading, block);
    if (status == COULOMB_OK)
        status = parse_header(reading, block);
    memory_release(reading->context, block);
    return status;
}

coulomb_status reading_begin(file_reading *reading, coulomb_context *context, const file_source *source)
{
    *reading = (file_reading){.context = context, .descriptor = -1};
    coulomb_status status = source_open(reading, source);
    return status == COULOMB_OK ? read_header(reading) : status;
}

void reading_end(file_reading *reading)
{
    json_decref(reading->header);
    source_close(reading);
}

const char *reading_text(const file_reading *reading, const char *name)
{
    return json_string_value(json_object_get(reading->metadata, name));
}

bool reading_has(const file_reading *reading, const char *name)
{
    const json_t *array = json_object_get(reading->header, name);
    return array != NULL && array != reading->metadata;
}

coulomb_status reading_find(const file_reading *reading, const char *name, const tensor_shape *shape,
                            wanted_array *found)
{
    const json_t *array = json_object_get(reading->header, name), *extents = json_object_get(array, "shape");
    tensor_shape there = {.rank = json_array_size(extents)};
    for (size_t i = 0; i < there.rank && i < COULOMB_RANK_MAX; i++)
        there.extent[i] = (size_t)json_integer_value(json_array_get(extents, i));
    quoted shown = quote(name, 0);
    if (!is_float32(array))
        return refuse(reading, COULOMB_ERROR_MISMATCH, "the file's array '%s' has dtype %s; expected F32", shown.text,
                      quote(json_string_value(json_object_get(array, "dtype")), 0).text);
    if (there.rank > COULOMB_RANK_MAX)
        return refuse(reading, COULOMB_ERROR_MISMATCH, "the file's array '%s' has %zu dimensions; expected shape %s",
                      shown.text, there.rank, shape_print(shape).text);
    if (!shape_equal(&there, shape))
        return refuse(reading, COULOMB_ERROR_MISMATCH, "the file's array '%s' has shape %s; expected %s", shown.text,
                      shape_print(&there).text, shape_print(shape).text);
    found->name = name;
    found->begin = (size_t)json_integer_value(json_array_get(json_object_get(array, "data_offsets"), 0));
    found->size = shape_size(shape);
    return COULOMB_OK;
}
