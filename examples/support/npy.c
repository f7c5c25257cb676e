#include "npy.h"

#include "console.h"
#include "files.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The file holds little-endian numbers; so do all machines this is built for. */
_Static_assert(sizeof(float) == 4 && sizeof(double) == 8, "npy files hold IEEE numbers");

static const char magic[] = "\x93NUMPY";
enum { PREFIX = 10, HEADER_MOST = 4096 };

bool npy_begin(new_file *file, const char *path, size_t rank, const size_t *shape)
{
    char header[512];
    int length = snprintf(header, sizeof header, "{'descr': '<f4', 'fortran_order': False, 'shape': (");
    for (size_t i = 0; i < rank; i++)
        length +=
            snprintf(header + length, sizeof header - (size_t)length, "%zu,%s", shape[i], i + 1 < rank ? " " : "");
    length += snprintf(header + length, sizeof header - (size_t)length, "), }");
    /* spaces and a newline bring the data to a multiple of 64 bytes */
    while ((PREFIX + length + 1) % 64 != 0)
        header[length++] = ' ';
    header[length++] = '\n';
    unsigned char prefix[PREFIX] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    prefix[8] = (unsigned char)(length & 0xff);
    prefix[9] = (unsigned char)(length >> 8);

    if (!file_begin(file, path))
        return false;
    fwrite(prefix, 1, sizeof prefix, file->stream);
    fwrite(header, 1, (size_t)length, file->stream);
    return true;
}

bool npy_append(new_file *file, size_t count, const float *values)
{
    /* what could not be written shows when the file is committed; saying it here spares the work in between */
    return fwrite(values, sizeof *values, count, file->stream) == count
               ? true
               : complain("cannot write %s: %s", file->path, strerror(errno));
}

bool npy_write(const char *path, size_t rank, const size_t *shape, const float *values)
{
    new_file file;
    size_t count = 1;
    for (size_t i = 0; i < rank; i++)
        count *= shape[i];
    if (!npy_begin(&file, path, rank, shape))
        return false;
    if (npy_append(&file, count, values))
        return file_commit(&file);
    file_abandon(&file);
    return false;
}

/* Where the value of a key of the header's dictionary begins; NULL if it is missing. */
static const char *dictionary_value(const char *header, const char *key)
{
    const char *at = strstr(header, key);
    if (!at)
        return NULL;
    at += strlen(key);
    return at + strspn(at, " :");
}

static bool parse_shape(const char *text, npy_array *array)
{
    if (*text++ != '(')
        return false;
    for (array->rank = 0; *text != ')';) {
        char *end;
        if (array->rank == NPY_RANK_MAX || *text < '0' || *text > '9')
            return false;
        errno = 0;
        unsigned long long extent = strtoull(text, &end, 10);
        if (errno != 0 || extent > SIZE_MAX)
            return false;
        array->shape[array->rank++] = (size_t)extent;
        text = end + strspn(end, ", ");
    }
    return true;
}

/* Bytes of a number, 4 or 8; 0 with a complaint if the header is not one we read. */
static size_t parse_header(const char *path, const char *header, npy_array *array)
{
    const char *type = dictionary_value(header, "'descr'");
    const char *order = dictionary_value(header, "'fortran_order'");
    const char *shape = dictionary_value(header, "'shape'");
    if (!type || !order || !shape || !parse_shape(shape, array)) {
        complain("%s has a header that is not understood: %.80s", path, header);
        return 0;
    }
    size_t size = strncmp(type, "'<f4'", 5) == 0 ? 4 : strncmp(type, "'<f8'", 5) == 0 ? 8 : 0;
    if (size == 0)
        complain("%s holds numbers of type %.*s; expected '<f4' or '<f8'", path, (int)strcspn(type, ","), type);
    if (strncmp(order, "False", 5) != 0) {
        complain("%s is in Fortran order; expected C order", path);
        return 0;
    }
    return size;
}

static bool read_values(const char *path, FILE *stream, size_t size, size_t count, float *values)
{
    for (size_t i = 0; i < count; i++) {
        double wide = 0;
        float narrow = 0;
        if (fread(size == 8 ? (void *)&wide : (void *)&narrow, size, 1, stream) != 1)
            return complain("%s ends after %zu of %zu values", path, i, count);
        values[i] = size == 8 ? (float)wide : narrow;
        if (!isfinite(values[i]))
            return complain("value %zu of %s is not a finite number", i, path);
    }
    return fgetc(stream) == EOF ? true : complain("%s goes on after its %zu values", path, count);
}

static bool read_array(const char *path, FILE *stream, npy_array *array)
{
    unsigned char prefix[PREFIX];
    char header[HEADER_MOST];
    if (fread(prefix, 1, PREFIX, stream) != PREFIX || memcmp(prefix, magic, 6) != 0)
        return complain("%s is not an npy file", path);
    size_t length = (size_t)prefix[8] | (size_t)prefix[9] << 8;
    if (prefix[6] != 1 || length >= HEADER_MOST)
        return complain("%s is an npy file of version %d; expected version 1", path, prefix[6]);
    if (fread(header, 1, length, stream) != length)
        return complain("%s ends within its header", path);
    header[length] = '\0';
    size_t size = parse_header(path, header, array);
    if (size == 0)
        return false;
    size_t count = 1;
    for (size_t i = 0; i < array->rank; i++) {
        if (array->shape[i] != 0 && count > SIZE_MAX / 8 / array->shape[i])
            return complain("%s claims more values than fit into memory", path);
        count *= array->shape[i];
    }
    /* a header can claim anything: the file's size decides before memory is asked for */
    long start = ftell(stream);
    if (fseek(stream, 0, SEEK_END) != 0 || (size_t)(ftell(stream) - start) / size < count)
        return complain("%s is too short for its %zu values", path, count);
    fseek(stream, start, SEEK_SET);
    array->values = malloc((count > 0 ? count : 1) * sizeof *array->values);
    if (!array->values)
        return complain("no memory for the %zu values of %s", count, path);
    return read_values(path, stream, size, count, array->values);
}

bool npy_read(const char *path, npy_array *array)
{
    *array = (npy_array){0};
    FILE *stream = fopen(path, "rb");
    if (!stream)
        return complain("cannot open %s: %s", path, strerror(errno));
    bool done = read_array(path, stream, array);
    fclose(stream);
    if (!done)
        npy_free(array);
    return done;
}

void npy_free(npy_array *array)
{
    free(array->values);
    array->values = NULL;
}
