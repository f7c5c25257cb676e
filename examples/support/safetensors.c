#include "safetensors.h"

#include "console.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The file holds little-endian numbers; so do all machines this is built for. */
enum { LENGTH_BYTES = 8, HEADER_MOST = 1 << 24 };

struct safetensors {
    const char *path;
    FILE *stream;
    uint64_t data, size; /* where values begin, and how many bytes of them there are */
    json_t *header;
};

static const struct {
    const char *name;
    uint64_t bytes;
} types[] = {{"F64", 8}, {"F32", 4}, {"F16", 2}, {"BF16", 2}, {"I64", 8}, {"I32", 4}, {"I16", 2},
             {"I8", 1},  {"U64", 8}, {"U32", 4}, {"U16", 2},  {"U8", 1},  {"BOOL", 1}};

static uint64_t bytes_of_type(const char *type)
{
    for (size_t i = 0; type && i < sizeof types / sizeof *types; i++)
        if (strcmp(type, types[i].name) == 0)
            return types[i].bytes;
    return 0;
}

static bool get_whole(const json_t *value, uint64_t *whole)
{
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return false;
    *whole = (uint64_t)json_integer_value(value);
    return true;
}

static bool bytes_of_shape(const json_t *shape, uint64_t size, uint64_t *bytes)
{
    *bytes = size;
    for (size_t i = 0; i < json_array_size(shape); i++) {
        uint64_t extent;
        if (!get_whole(json_array_get(shape, i), &extent) || (extent > 0 && *bytes > UINT64_MAX / extent))
            return false;
        *bytes *= extent;
    }
    return json_is_array(shape);
}

static bool check_array(const safetensors *file, const char *name, const json_t *array)
{
    const char *type = json_string_value(json_object_get(array, "dtype"));
    const json_t *offsets = json_object_get(array, "data_offsets");
    uint64_t bytes, begin, end, size = bytes_of_type(type);
    if (size == 0)
        return complain("%s: array '%.80s' has the unknown type '%.20s'", file->path, name, type ? type : "");
    if (!bytes_of_shape(json_object_get(array, "shape"), size, &bytes) || json_array_size(offsets) != 2 ||
        !get_whole(json_array_get(offsets, 0), &begin) || !get_whole(json_array_get(offsets, 1), &end) || end < begin ||
        end - begin != bytes)
        return complain("%s: array '%.80s' has a shape and offsets that do not fit together", file->path, name);
    if (end > file->size)
        return complain("%s ends within array '%.80s': it is %" PRIu64 " bytes too short", file->path, name,
                        end - file->size);
    return true;
}

static bool check_arrays(const safetensors *file)
{
    const char *name;
    json_t *array;
    json_object_foreach(file->header, name, array)
    {
        if (strcmp(name, "__metadata__") != 0 && !check_array(file, name, array))
            return false;
    }
    return true;
}

static bool read_header(safetensors *file)
{
    struct stat about;
    unsigned char prefix[LENGTH_BYTES];
    if (fstat(fileno(file->stream), &about) != 0 || !S_ISREG(about.st_mode))
        return complain("%s is not a regular file", file->path);
    if (fread(prefix, 1, sizeof prefix, file->stream) != sizeof prefix)
        return complain("%s is too short to be a safetensors file", file->path);
    uint64_t length = 0, size = (uint64_t)about.st_size - LENGTH_BYTES;
    for (int i = 0; i < LENGTH_BYTES; i++)
        length |= (uint64_t)prefix[i] << 8 * i;
    if (length > size || length > HEADER_MOST)
        return complain("%s is truncated within its header, or is not a safetensors file", file->path);
    file->data = LENGTH_BYTES + length;
    file->size = size - length;
    char *text = malloc((size_t)length + 1);
    if (!text)
        return complain("no memory for the header of %s", file->path);
    json_error_t error;
    if (fread(text, 1, (size_t)length, file->stream) == length)
        file->header = json_loadb(text, (size_t)length, JSON_REJECT_DUPLICATES, &error);
    free(text);
    if (!json_is_object(file->header))
        return complain("the header of %s is not sound JSON: it is damaged, or not a safetensors file", file->path);
    return check_arrays(file);
}

safetensors *safetensors_open(const char *path)
{
    safetensors *file = calloc(1, sizeof *file);
    if (!file) {
        complain("no memory to open %s", path);
        return NULL;
    }
    file->path = path;
    file->stream = fopen(path, "rb");
    if (!file->stream)
        complain("cannot open %s: %s", path, strerror(errno));
    else if (read_header(file))
        return file;
    safetensors_close(file);
    return NULL;
}

void safetensors_close(safetensors *file)
{
    if (!file)
        return;
    json_decref(file->header);
    if (file->stream)
        fclose(file->stream);
    free(file);
}

/* "[64, 3, 7, 7]"; what does not fit is cut off. */
static const char *shape_text(size_t rank, const size_t *shape, char text[128])
{
    int used = snprintf(text, 128, "[");
    for (size_t i = 0; i < rank && used < 100; i++)
        used += snprintf(text + used, 128 - (size_t)used, "%s%zu", i == 0 ? "" : ", ", shape[i]);
    snprintf(text + used, 128 - (size_t)used, "]");
    return text;
}

static bool check_shape(const safetensors *file, const char *name, size_t rank, const size_t *shape)
{
    const json_t *there = json_object_get(json_object_get(file->header, name), "shape");
    size_t extents[8] = {0}, found = json_array_size(there);
    bool same = found == rank;
    for (size_t i = 0; i < found && i < 8; i++) {
        extents[i] = (size_t)json_integer_value(json_array_get(there, i));
        same = same && extents[i] == shape[i];
    }
    char is[128], expected[128];
    return same ? true
                : complain("%s: array '%s' has shape %s; expected %s", file->path, name,
                           shape_text(found < 8 ? found : 8, extents, is), shape_text(rank, shape, expected));
}

bool safetensors_read(safetensors *file, const char *name, size_t rank, const size_t *shape, float *values)
{
    const json_t *array = json_object_get(file->header, name);
    const char *type = json_string_value(json_object_get(array, "dtype"));
    if (!array)
        return complain("%s has no array '%s'", file->path, name);
    if (!type || strcmp(type, "F32") != 0)
        return complain("%s: array '%s' has type %s; expected F32", file->path, name, type ? type : "unknown");
    if (!check_shape(file, name, rank, shape))
        return false;
    uint64_t begin = 0;
    size_t count = 1;
    get_whole(json_array_get(json_object_get(array, "data_offsets"), 0), &begin);
    for (size_t i = 0; i < rank; i++)
        count *= shape[i];
    if (fseeko(file->stream, (off_t)(file->data + begin), SEEK_SET) != 0 ||
        fread(values, sizeof *values, count, file->stream) != count)
        return complain("cannot read array '%s' of %s", name, file->path);
    for (size_t i = 0; i < count; i++)
        if (!isfinite(values[i]))
            return complain("%s: value %zu of array '%s' is not a finite number", file->path, i, name);
    return true;
}

size_t safetensors_count(const safetensors *file)
{
    return json_object_size(file->header) - (json_object_get(file->header, "__metadata__") != NULL);
}

const char *safetensors_name(const safetensors *file, size_t index)
{
    const char *name;
    json_t *array;
    json_object_foreach(file->header, name, array)
    {
        if (strcmp(name, "__metadata__") != 0 && index-- == 0)
            return name;
    }
    return NULL;
}

const char *safetensors_metadata(const safetensors *file, const char *key)
{
    return json_string_value(json_object_get(json_object_get(file->header, "__metadata__"), key));
}
